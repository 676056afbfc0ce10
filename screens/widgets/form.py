"""Forms: fields are declared, checked one by one as they are left, and saved together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from screens.safe import txt
from screens.widgets.choice import ChoiceLine, SuggestBox
from screens.widgets.clean_input import Clean, CleanArea, CleanInput, as_it_is
from screens.widgets.fields import Check, Field, Option, Section, read, text_of

Editor = CleanInput | CleanArea | ChoiceLine | SuggestBox
PROBLEM, ECHO = "! ", "= "


class FieldRow(Widget):
    """A label, the field, and one line under it: what is wrong, what was understood, or what is wanted."""

    DEFAULT_CSS = """
    FieldRow {
        layout: horizontal;
        height: auto;
        border-left: outer $surface;
        & > .label { width: 22; height: auto; padding: 0 1; color: $text-muted; }
        & > Vertical { width: 1fr; height: auto; }
        & CleanInput, & CleanArea, & ChoiceLine { max-width: 100%; background: $foreground 8%; }
        & CleanInput:focus, & CleanArea:focus, & ChoiceLine:focus { background: $foreground 16%; }
        & CleanArea { height: auto; min-height: 3; max-height: 8; }
        & .note { height: auto; min-height: 1; color: $text-muted; }
        & .note.-problem { color: $text-error; }
        & .note.-echo { color: $text-success; }
        &:focus-within { border-left: outer $primary; }
        &:focus-within > .label { color: $foreground; text-style: bold; }
    }
    """

    def __init__(self, field: Field, value: object, parse_date: Check, clean: Clean) -> None:
        super().__init__()
        self.field = field
        self.stored = text_of(field, value)
        self._parse_date = parse_date
        self._complained = False
        picked = value if field.kind == "suggest" and isinstance(value, tuple) else None
        self.editor = _editor(field, self.stored, clean, picked)
        self._note = Static(txt(field.help), classes="note")

    def compose(self) -> ComposeResult:
        """Make the label, the field and the line under it."""
        if self.field.width:
            self.editor.styles.width = self.field.width
        yield Static(txt(f"{self.field.label} *" if self.field.required else self.field.label), classes="label")
        yield Vertical(self.editor, self._note)

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self.editor.text

    @text.setter
    def text(self, text: str) -> None:
        self.editor.text = text

    @property
    def changed(self) -> bool:
        """Whether something else stands in the field than what is stored."""
        return self.text != self.stored

    def value(self) -> object:
        """Give the value and show what was understood; raises ValueError, and shows why, when there is none."""
        picked = self.editor.picked if isinstance(self.editor, SuggestBox) else None
        try:
            checked = read(self.field, self.text, self._parse_date, picked)
        except ValueError as error:
            self.complain(str(error))
            raise
        self._complained = False
        self._say(ECHO + checked.echo if checked.echo else self.field.help, "-echo" if checked.echo else "")
        return checked.value

    def complain(self, sentence: str) -> None:
        """Show what is wrong."""
        self._complained = True
        self._say(PROBLEM + sentence, "-problem")

    def enter(self) -> None:
        """Put the cursor into the field."""
        target = self.editor.query_one(CleanInput) if isinstance(self.editor, SuggestBox) else self.editor
        target.focus()

    def _say(self, words: str, state: str) -> None:
        self._note.set_class(state == "-problem", "-problem").set_class(state == "-echo", "-echo")
        self._note.update(txt(words))

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(ChoiceLine.Changed)
    def _listen(self) -> None:
        """Say at once what was understood; what is not understood yet is no mistake before the field is left."""
        try:
            self.value()
        except ValueError:
            if not self._complained_before:
                self._say(self.field.help, "")

    def on_descendant_focus(self) -> None:
        """Bring the line under the field into sight too."""
        self.scroll_visible(animate=False)

    def on_descendant_blur(self) -> None:
        """Check the field as it is left, unless nobody has written in it."""
        if self.changed or self._complained:
            self._quietly()


def _editor(field: Field, text: str, clean: Clean, picked: Option | None) -> Editor:
    match field.kind:
        case "long text":
            return CleanArea(text, clean=clean)
        case "choice" | "yes no" if field.fits_one_line:
            return ChoiceLine(field.options, text)
        case "choice" | "suggest":
            return SuggestBox(field.find, clean, text, picked)
        case _:
            return CleanInput(text, clean=clean)
