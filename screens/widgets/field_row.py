"""A field of a form with its label, and what is said of it."""

from itertools import zip_longest

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from screens.frame.safe import txt
from screens.widgets.choice import ChoiceLine, SuggestBox
from screens.widgets.clean_input import Clean, CleanArea, CleanInput
from screens.widgets.fields import Check, Checked, FormField, Option, read_form_field, text_of

Editor = CleanInput | CleanArea | ChoiceLine | SuggestBox
PROBLEM, ECHO = "! ", "= "
_LABEL = 22
"""The cells of the label, with a blank on each side."""


class FieldRow(Widget):
    """A label, the field, and one line under it: what is wrong, what was understood, or what is wanted.

    The row draws these words itself: each widget more costs time as a form opens.
    """

    DEFAULT_CSS = f"""
    FieldRow {{
        height: auto;
        border-left: blank;
        color: $text-muted;
        & > CleanInput, & > CleanArea, & > ChoiceLine, & > SuggestBox {{ margin-left: {_LABEL}; }}
        & CleanInput, & CleanArea, & ChoiceLine {{ max-width: 100%; color: $foreground; background: $foreground 8%; }}
        & CleanInput:focus, & CleanArea:focus, & ChoiceLine:focus {{ background: $foreground 12%; }}
        & CleanArea {{ height: auto; min-height: 3; max-height: 8; padding: 0; }}
        &:focus-within {{ border-left: outer $primary; }}
    }}
    """

    def __init__(self, field: FormField, value: object, parse_date: Check, clean: Clean) -> None:
        super().__init__()
        self.field = field
        self.stored = self.begun_on = text_of(field, value)
        self._parse_date = parse_date
        self._complained = False
        self._stored_pick = value if field.kind == "suggest" and isinstance(value, tuple) else None
        self.editor = _editor(field, self.stored, clean, self._stored_pick)
        if field.width:
            self.editor.styles.width = field.width
        self._editor_height = 0
        self.note, self._note_style = field.help, ""
        self.remarks = ""

    def compose(self) -> ComposeResult:
        yield self.editor

    @property
    def least_height(self) -> int:
        """The lines that it takes where nothing has to be wrapped."""
        return (3 if isinstance(self.editor, CleanArea) else 1) + self._has_note

    @property
    def _has_note(self) -> bool:
        # A choice is seldom wrong, so it takes no line for what is wrong; under text nothing may jump as one types.
        return bool(self.note) or not isinstance(self.editor, ChoiceLine)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        self._editor_height = super().get_content_height(container, viewport, width)
        return len(self._lines(width))

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.content_size.width))

    def _lines(self, width: int) -> list[Content]:
        title = f"{self.field.label} *" if self.field.required else self.field.label
        label = txt(title, "$foreground bold" if self.has_focus_within else "").wrap(_LABEL - 2)
        right = [Content("")] * self._editor_height
        if self._has_note:
            right += txt(self.note or " ", self._note_style).wrap(max(1, width - _LABEL))
        if self.remarks:
            right += txt(self.remarks, "$text-warning").wrap(max(1, width - _LABEL))
        nothing = Content("")
        return [
            Content.assemble(" ", left.pad_right(_LABEL - 1 - left.cell_length), below)
            for left, below in zip_longest(label, right, fillvalue=nothing)
        ]

    def _redraw(self) -> None:
        self.refresh(layout=len(self._lines(self.content_size.width)) != self.content_size.height)

    @property
    def text(self) -> str:
        return self.editor.text

    @text.setter
    def text(self, text: str) -> None:
        self.editor.text = text

    @property
    def changed(self) -> bool:
        """Whether something else stands in the field than what is stored; two schools may have the same words."""
        picked = self.editor.picked if isinstance(self.editor, SuggestBox) else None
        other = picked is not None and picked[1] == self.text and picked != self._stored_pick
        return other or self.text != self.stored

    def checked(self) -> Checked:
        """The value; raises ValueError with a sentence when there is none."""
        picked = self.editor.picked if isinstance(self.editor, SuggestBox) else None
        return read_form_field(self.field, self.text, self._parse_date, picked)

    @property
    def value(self) -> object:
        """The value; of a ``late`` field that does not hold the text. Raises ValueError."""
        try:
            return self.checked().value
        except ValueError:
            if not self.field.late:
                raise
            return self.text.strip() or None

    def settle(self) -> bool:
        """Check the field and show under it what was understood, or what is wrong; False when something is."""
        try:
            self._accept(self.checked())
        except ValueError as error:
            self.complain(str(error))
        return not self._complained

    def stand_on(self, value: object) -> None:
        """Take ``value`` for what is stored, and keep what was typed over it."""
        self.stored = self.begun_on = text_of(self.field, value)
        self._stored_pick = value if self.field.kind == "suggest" and isinstance(value, tuple) else None

    def restore(self) -> None:
        self.text = self.begun_on = self.stored
        if isinstance(self.editor, SuggestBox):
            self.editor.picked = self._stored_pick
        self._complained = False
        self._listen()

    class Remarked(Message):
        """There is more, or less, to be said below the field: the form may have another height."""

    def remark(self, text: str) -> None:
        """Show below all that what else is to be known of what stands here, which is no mistake; nothing for ""."""
        self.remarks = text
        self.post_message(self.Remarked())
        self._redraw()

    def complain(self, sentence: str) -> None:
        self._complained = True
        self._say(PROBLEM + sentence, "$text-error")

    def enter(self) -> None:
        target = self.editor.query_one(CleanInput) if isinstance(self.editor, SuggestBox) else self.editor
        target.focus()

    def _accept(self, checked: Checked) -> None:
        self._complained = False
        if checked.warning:
            words = " · ".join(part for part in (checked.echo, checked.warning) if part)
            self._say(PROBLEM + words, "$text-warning")
        elif checked.echo:
            self._say(ECHO + checked.echo, "$text-success")
        else:
            self._say(self.field.help)

    def _say(self, message: str, style: str = "") -> None:
        if (message, style) != (self.note, self._note_style):
            self.note, self._note_style = message, style
            self._redraw()

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(ChoiceLine.Changed)
    def _listen(self, event: Message | None = None) -> None:
        """Say at once what was understood; what is not understood yet is no mistake before the field is left."""
        if isinstance(event, Input.Changed) and isinstance(self.editor, SuggestBox):
            return  # its list says what answers
        try:
            self._accept(self.checked())
        except ValueError as error:
            if self._complained:
                self.complain(str(error))
            else:
                self._say(self.field.help)

    def on_descendant_focus(self) -> None:
        self.refresh()
        self.scroll_visible(animate=False)

    def on_descendant_blur(self) -> None:
        self.refresh()
        if self.changed or self._complained:
            self.settle()


def _editor(field: FormField, text: str, clean: Clean, picked: Option | None) -> Editor:
    match field.kind:
        case "long text":
            return CleanArea(text, clean=clean)
        case "choice" | "yes no" if field.fits_one_line:
            return ChoiceLine(field.options, text)
        case "choice" | "suggest":
            return SuggestBox(field.find, clean, text, picked, field.adds)
        case _:
            return CleanInput(text, clean=clean)
