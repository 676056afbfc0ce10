"""The find box: what is typed narrows the list in the same frame."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from screens.widgets.clean_input import Clean, CleanInput, as_it_is


class FindLine(CleanInput):
    """One line to type in; each edit calls ``find`` at once and posts ``Find``.

    ``find`` runs before the screen is painted, so that the letter and the narrowed list appear in one frame; a message
    arrives a frame later. Use one of the two.
    """

    HELP = """\
## Find

Type any part of a name, a school or a number. Enter or Down keeps what was found and goes to the list; Escape clears
the box and leaves it.
"""
    BINDING_GROUP_TITLE = "Find"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "keep", "Keep and go to the list", show=False, id="find.keep"),
        Binding("escape", "leave", "Clear and leave", show=False, id="find.leave"),
    ]
    DEFAULT_CSS = "FindLine { height: 1; width: 1fr; }"

    class Find(Message):
        """The text changed to ``text``."""

        def __init__(self, line: "FindLine", text: str) -> None:
            super().__init__()
            self.line = line
            self.text = text

        @property
        def control(self) -> "FindLine":
            return self.line

    class Kept(Find):
        """The filter stays; the list should take the focus."""

    class Left(Find):
        """The box was cleared; the list should take the focus."""

    def __init__(
        self,
        find: Callable[[str], None] | None = None,
        *,
        clean: Clean = as_it_is,
        placeholder: str = "find a name, a school or a number",
        id: str | None = None,  # noqa: A002 - Textual's own word
        classes: str | None = None,
    ) -> None:
        super().__init__(clean=clean, placeholder=placeholder, select_on_focus=False, id=id, classes=classes)
        self._find = find

    def watch_value(self, before: str, text: str) -> None:
        if text == before:
            return
        if self._find is not None:
            self._find(text)
        self.post_message(self.Find(self, text))

    def action_keep(self) -> None:
        self.post_message(self.Kept(self, self.value))

    def action_leave(self) -> None:
        self.value = ""
        self.post_message(self.Left(self, ""))
