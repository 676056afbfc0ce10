"""Fields that let no control character in, whether it is typed, pasted or dropped."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.widgets.text_area import Edit, EditResult

from screens.frame.safe import say
from transitions.text import LONGEST_SEARCH

Clean = Callable[[str], str]
COMPACT = "-textual-compact"
"""What Textual's ``compact`` comes to, which would style each field once more before it is put in place."""


def as_it_is(text: str) -> str:
    return text


MOST_ON_ONE_LINE = 4_000
"""Characters: a path of Linux has at most 4,096, and no field of a record as many."""
MOST_LINES = 50_000
"""Characters of a field of several lines: five times what any record keeps, and still drawn at once."""


def _say_too_long(field: Widget, most: int) -> None:
    field.app.clear_notifications()
    say(field, f"This box takes up to {most:,} characters. Nothing was added.", "warning")


class BoundedInput(Input):
    """A field of one line that says so when more is typed or pasted than it takes."""

    def restricted(self) -> None:
        """Called by Textual in place of an edit that would be too long."""
        _say_too_long(self, self.max_length or 0)


class BoundedArea(TextArea):
    """A field of several lines that says so when more is typed or pasted than it takes."""

    def load_text(self, text: str) -> None:
        """Put ``text`` in place of what stands here, with the cursor where whoever wrote it stopped."""
        super().load_text(text)
        self.move_cursor(self.document.end)

    def edit(self, edit: Edit) -> EditResult:
        if len(edit.text) > 1 and len(self.text) + len(edit.text) > MOST_LINES:
            _say_too_long(self, MOST_LINES)
            return EditResult(self.cursor_location, "")
        return super().edit(edit)


class CleanInput(BoundedInput):
    """A field of one line. All that enters goes through ``clean``, which gives the text without control characters."""

    # An Input asks for a layout of the whole screen at every letter, to measure a scrollbar that one line never shows.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def __init__(
        self,
        value: str = "",
        *,
        clean: Clean = as_it_is,
        placeholder: str = "",
        select_on_focus: bool = True,
        most: int = MOST_ON_ONE_LINE,
        id: str | None = None,  # noqa: A002 - Textual's own word
        classes: str | None = None,
    ) -> None:
        super().__init__(
            value,
            placeholder=placeholder,
            select_on_focus=select_on_focus,
            max_length=most,
            id=id,
            classes=classes,
        )
        self.set_class(True, COMPACT, update=False)
        self._clean = clean

    @property
    def text(self) -> str:
        return self.value

    @text.setter
    def text(self, text: str) -> None:
        self.value = text

    def replace(self, text: str, start: int, end: int) -> None:
        """Put ``text`` between ``start`` and ``end``: typing, Ctrl+V and a terminal's own paste all come through here."""
        super().replace(" ".join(self._clean(text).splitlines()) if len(text) > 1 else self._clean(text), start, end)


class CleanArea(BoundedArea):
    """A field of several lines. All that enters goes through ``clean``, which must keep line ends."""

    # Tab leaves the field, as it does everywhere else in a form; Ctrl+S and Escape belong to the form.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "undo", "Undo typing", show=False),
        Binding("ctrl+y", "redo", "Redo typing", show=False),
    ]

    def __init__(self, text: str = "", *, clean: Clean = as_it_is) -> None:
        super().__init__(
            text,
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
        )
        self.set_class(True, COMPACT, update=False)
        self._clean = clean

    def edit(self, edit: Edit) -> EditResult:
        return super().edit(replace(edit, text=self._clean(edit.text)))


class FindLine(CleanInput):
    """One line to type in; each edit calls ``find`` at once and posts ``Find``.

    ``find`` runs before the screen is painted, so that the letter and the narrowed list appear in one frame; a message
    arrives a frame later. Use one of the two.
    """

    HELP = """## Find

Type part of a name, school or number. Enter or Down keeps the results and goes to the list. Escape clears the box and leaves it.
"""
    BINDING_GROUP_TITLE = "Find"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "keep", "Keep and go to the list", show=False, id="find.keep"),
        Binding("escape", "leave", "Clear and leave", show=False, id="find.leave"),
    ]
    DEFAULT_CSS = "FindLine { height: 1; width: 1fr; }"

    class Find(Message):
        """The text changed to ``text``."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Kept(Find):
        """The filter stays; the list should take the focus."""

    class Left(Find):
        """The box was cleared; the list should take the focus."""

    def __init__(
        self,
        find: Callable[[str], None] | None = None,
        *,
        clean: Clean = as_it_is,
        placeholder: str = "find a name, school or number",
        id: str | None = None,  # noqa: A002 - Textual's own word
        classes: str | None = None,
    ) -> None:
        super().__init__(
            clean=clean, placeholder=placeholder, select_on_focus=False, most=LONGEST_SEARCH, id=id, classes=classes
        )
        self._find = find

    def watch_value(self, before: str, text: str) -> None:
        if text == before:
            return
        if self._find is not None:
            self._find(text)
        self.post_message(self.Find(text))

    def action_keep(self) -> None:
        self.post_message(self.Kept(self.value))

    def action_leave(self) -> None:
        self.value = ""
        self.post_message(self.Left(""))
