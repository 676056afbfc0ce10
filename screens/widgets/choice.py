"""Two ways to choose: options side by side, and a list that narrows while one types."""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import ClassVar, Final, Literal

from rich.segment import Segment
from textual import events
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import OptionList

from screens.frame.safe import txt
from screens.widgets.clean_input import Clean, CleanInput
from screens.widgets.columns import fit
from screens.widgets.cursor_list import CURSOR_BAR, CursorList
from screens.widgets.fields import Adds, Option
from screens.widgets.line import KeyEntry, drawn
from transitions.text import LONGEST_SEARCH, searchable


class Options(OptionList):
    """Moves by pages where there are any: of a list without room, or not laid out yet, Textual knows no lines and dies."""

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        if self.scrollable_content_region:
            super()._move_page(direction)


CHOSEN, OPEN = "(•)", "( )"
BEFORE, AFTER = "‹ ", "  ›"
"""What stands where more choices are than have room."""
LINES_SHOWN = 6
_ADDED: Final = object()
_NEW: Mapping[Adds, str] = {"school": "school", "worker": "member of staff"}
_NOTHING_FOUND = "Nothing in the list matches. Type fewer letters."


class ChoiceLine(Widget, can_focus=True):
    """Options side by side, one of them chosen or none; ``text`` is the words of the chosen one."""

    HELP = """## Choices Left and Right choose, and so does the first letter of a choice. Delete clears it.
"""
    BINDING_GROUP_TITLE = "Choice"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "The choice before", show=False),
        Binding("right,space", "step(1)", "The next choice", show=False),
        Binding("delete,backspace", "clear", "Choose nothing", show=False),
    ]
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ChoiceLine { height: 1; width: 1fr; }
    """

    text: reactive[str] = reactive("")

    class Changed(Message):
        """Another option, or none, was chosen."""

    def __init__(self, options: Sequence[Option], text: str = "") -> None:
        super().__init__()
        self._labels = [label for _, label in options]
        self.set_reactive(ChoiceLine.text, text)

    def watch_text(self) -> None:
        self.post_message(self.Changed())

    def render(self) -> Content:
        shown = self._fitting()
        choices = Content("   ").join(
            txt(f"{CHOSEN} {label}", "bold") if label == self.text else txt(f"{OPEN} {label}")
            for label in self._labels[shown.start : shown.stop]
        )
        before = BEFORE if shown.start else ""
        after = AFTER if shown.stop < len(self._labels) else ""
        return Content.assemble((before, "$quiet"), choices, (after, "$quiet"))

    def _fitting(self) -> range:
        """The choices that stand side by side in the width, the chosen one among them."""
        ends = list(accumulate(len(CHOSEN) + 4 + txt(label).cell_length for label in self._labels))
        room = self.size.width + 3
        if not room or ends[-1] <= room:
            return range(len(self._labels))
        room -= len(BEFORE) + len(AFTER)
        chosen = self._labels.index(self.text) if self.text in self._labels else 0
        starts = [0, *ends[:-1]]
        first = next(place for place in range(chosen + 1) if ends[chosen] - starts[place] <= room or place == chosen)
        fits = sum(end - starts[first] <= room for end in ends[first:])
        return range(first, first + max(1, fits))

    def action_step(self, step: int) -> None:
        if self.text in self._labels:
            self.text = self._labels[(self._labels.index(self.text) + step) % len(self._labels)]
        else:
            self.text = self._labels[0 if step > 0 else -1]

    def action_clear(self) -> None:
        self.text = ""

    def on_key(self, event: events.Key) -> None:
        letter = (event.character or "").casefold()
        if not event.is_printable or letter.isspace():
            return
        event.stop()
        start = self._labels.index(self.text) + 1 if self.text in self._labels else 0
        following = self._labels[start:] + self._labels[:start]
        self.text = next((label for label in following if label.casefold().startswith(letter)), self.text)

    def on_click(self, event: events.Click) -> None:
        shown = self._fitting()
        left = len(BEFORE) if shown.start else 0
        for label in self._labels[shown.start : shown.stop]:
            right = left + len(CHOSEN) + 1 + txt(label).cell_length
            if left <= event.x < right:
                self.text = label
            left = right + 3


class _OptionList(CursorList, can_focus=False):
    """The options under the field; the field keeps the focus and moves the cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"options--row", "options--cursor", "options--bar"}
    # It lies over the fields below, so that nothing jumps while one types.
    DEFAULT_CSS = """
    _OptionList {
        overlay: screen;
        constrain: none inside;
        width: 100%;
        background: $panel;
        scrollbar-background: $panel;
        & > .options--row { background: $panel; color: $foreground; }
        & > .options--cursor { background: $primary-muted; color: $foreground; text-style: bold; }
        & > .options--bar { color: $primary; }
        &:nocolor > .options--cursor { background: $foreground 25%; }
    }
    """
    prefix: ClassVar[str] = "options"

    def __init__(self, pick: Callable[[Option], None]) -> None:
        super().__init__()
        self.display = False
        self._options: Sequence[Option] = ()
        self._instead = ""
        self._pick = pick

    def show(self, options: Sequence[Option], instead: str = "") -> None:
        """Show the options, or one line that is none where there are none and something is said ``instead``."""
        self._options, self._instead = options, "" if options else instead
        rows = len(options) or bool(self._instead)
        self.styles.height = min(LINES_SHOWN, rows)
        self.display = bool(rows)
        self.lay_rows(int(rows), 0)

    @property
    def option(self) -> Option | None:
        return self._options[self.cursor] if self.display and self._options and self.cursor >= 0 else None

    def draw_row(self, row: int, width: int) -> list[Segment]:
        style = self.row_style(row)
        bar = CURSOR_BAR if row == self.cursor else " "
        return [
            Segment(bar, style + self.part("bar")),
            Segment(fit(self._instead or self._options[row][1], width - 1), style),
        ]

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take the option under the mouse; a click would come too late, after the field has lost the focus."""
        row = self.row_at(event)
        if row is not None:
            event.stop()
            if self._options:
                self._pick(self._options[row])


class SuggestBox(Widget):
    """A field with a list beneath it that answers to each letter; ``picked`` is the option taken from it last."""

    HELP = """\
## Pick from a list

Type a few letters, choose with Up and Down; Enter takes it and goes on. Escape closes the list.
"""
    BINDING_GROUP_TITLE = "List"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", "Next in the list", show=False),
        Binding("up", "step(-1)", "The one before", show=False),
        Binding("escape", "close", "Close the list", show=False),
    ]
    DEFAULT_CSS = """
    SuggestBox { height: auto; width: 1fr; }
    """

    class Wanted(Message):
        """Somebody, or a school, of the name that was typed is to be added, and picked then."""

        def __init__(self, box: "SuggestBox", adds: Adds, name: str) -> None:
            super().__init__()
            self.box, self.adds, self.name = box, adds, name

    def __init__(
        self,
        find: Callable[[str], Sequence[Option]],
        clean: Clean,
        text: str,
        picked: Option | None,
        adds: Adds | None = None,
    ) -> None:
        super().__init__()
        self.find = find
        self._adds = adds
        self._input = CleanInput(text, clean=clean, placeholder="type to search", most=LONGEST_SEARCH)
        self._list = _OptionList(self._pick_by_mouse)
        self.picked = picked
        self.has_just_picked = False
        """Whether Enter took an option: in the last field of a form it does not save as well."""

    def compose(self) -> ComposeResult:
        yield self._input

    @property
    def text(self) -> str:
        return self._input.value

    @text.setter
    def text(self, text: str) -> None:
        self._input.value = text

    def pick(self, option: Option) -> None:
        if option[0] is _ADDED and self._adds is not None:
            self._offer(())
            self.post_message(self.Wanted(self, self._adds, self.text.strip()))
            return
        self.picked = option
        # Not an edit: the list would open again.
        with self._input.prevent(CleanInput.Changed):
            self._input.value = option[1]
        self._offer(())
        self._input.cursor_position = len(option[1])
        self.post_message(ChoiceLine.Changed())

    def _offer(self, options: Sequence[Option], instead: str = "") -> None:
        # Most fields are passed by; a list that nobody looks into costs a form time as it opens.
        if (options or instead) and not self._list.is_attached:
            self.mount(self._list)
        if self._list.is_attached:
            self._list.show(options, instead)

    def _pick_by_mouse(self, option: Option) -> None:
        self.pick(option)
        self._input.focus()

    def on_input_submitted(self) -> None:
        self.has_just_picked = self._list.option is not None
        if self._list.option is not None:
            self.pick(self._list.option)

    def on_input_changed(self) -> None:
        if self._input.has_focus:
            self._offer(self._found(self.text), _NOTHING_FOUND if self.text.strip() else "")

    def _found(self, typed: str) -> Sequence[Option]:
        """What answers, and below it a way to add what was typed where nothing is called just so."""
        found, name = self.find(typed), typed.strip()
        if self._adds is None or not name or any(searchable(label) == searchable(name) for _, label in found):
            return found
        return [*found, (_ADDED, f"+ Add “{name}” as a new {_NEW[self._adds]}")]

    def on_descendant_blur(self) -> None:
        self._offer(())

    def action_step(self, step: int) -> None:
        if self._list.option is None:
            settled = self.picked is not None and self.picked[1] == self.text
            self._offer(self._found("" if settled else self.text))
        else:
            self._list.action_step(step)

    def action_close(self) -> None:
        """Close the list; with the list closed, Escape means what it means in any field."""
        if self._list.option is None:
            raise SkipAction
        self._offer(())


_GAP = "   "


class KeysBlock(Widget):
    """The question in bold, below it the keys; a key is never parted from what it does."""

    DEFAULT_CSS = "KeysBlock { height: auto; width: 1fr; }"
    # Textual would paint what can be clicked in the colour of links.
    auto_links = False

    def __init__(self) -> None:
        super().__init__()
        self._question = ""
        self._entries: tuple[KeyEntry, ...] = ()

    def show(self, question: str, entries: Sequence[KeyEntry]) -> None:
        """Show this question, which must be ours, and these keys."""
        self._question, self._entries = question, tuple(entries)
        self.refresh(layout=True)

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's own
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Content]:
        lines = [Content.styled(self._question, "bold")] if self._question else []
        line = Content("")
        for entry in self._entries:
            one = drawn(entry)
            if line and line.cell_length + len(_GAP) + one.cell_length > width:
                lines.append(line)
                line = Content("")
            line = Content.assemble(line, _GAP, one) if line else one
        return [*lines, line] if line else lines
