"""A checklist on the screen: one line an item, judged by a digit or by the arrows."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.message import Message

from screens.widgets.columns import fit
from screens.widgets.cursor_list import CURSOR_BAR, CursorList

Looks = Sequence[tuple[str, str, str]]
"""What can be said of an item, in the order of the digits: the word, its symbol, and the part of the style it takes."""

_OPEN = ("to judge", ".", "open")


class Judging(CursorList):
    """Items by code, each with what is said of it. A digit says it and goes on to the next item."""

    HELP = """\
## The checklist

A digit judges the item under the cursor and goes on to the next one; Left and Right change the judgement, Delete takes it
away. Up and Down move through the items.
"""
    BINDING_GROUP_TITLE = "Checklist"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(digit), f"judge({digit})", f"Judgement {digit}", show=False) for digit in range(1, 5)),
        Binding("right,space", "turn(1)", "The next judgement", show=False),
        Binding("left", "turn(-1)", "The judgement before", show=False),
        Binding("delete,backspace", "take_back", "No judgement", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "judging--row", "judging--cursor", "judging--bar", "judging--number",
        "judging--good", "judging--middling", "judging--bad", "judging--quiet", "judging--open",
    }  # fmt: skip
    DEFAULT_CSS = """
    Judging {
        width: 1fr;
        height: 1fr;
        & > .judging--row { color: $foreground; background: $surface; }
        & > .judging--cursor { background: $primary-muted; color: $foreground; text-style: bold; }
        & > .judging--bar { color: $primary; }
        & > .judging--number { color: $text-muted; }
        & > .judging--good { color: $text-success; }
        & > .judging--middling { color: $text-warning; }
        & > .judging--bad { color: $text-error; }
        & > .judging--quiet, & > .judging--open { color: $text-muted; }
        &:nocolor > .judging--cursor { background: $foreground 25%; }
    }
    """
    prefix: ClassVar[str] = "judging"

    class Changed(Message):
        """The cursor stands on another item, or an item was judged."""

    def __init__(self, items: Sequence[tuple[str, str]], looks: Looks, said: Mapping[str, str]) -> None:
        super().__init__()
        self._items = items
        self._looks = looks
        self.said = dict(said)

    def on_mount(self) -> None:
        """Show the items, with the cursor on the first that is not judged yet."""
        self.lay_rows(len(self._items), 0)
        self.go_to_open()

    @property
    def code(self) -> str:
        """The code of the item under the cursor."""
        return self._items[self.cursor][0]

    @property
    def left(self) -> int:
        """How many items are not judged yet."""
        return sum(code not in self.said for code, _ in self._items)

    def go_to_open(self) -> None:
        """Put the cursor on the first item that is not judged yet."""
        row = next((row for row, (code, _) in enumerate(self._items) if code not in self.said), None)
        if row is not None:
            self.move_cursor(row)

    def forget(self) -> None:
        """Take every judgement away."""
        self.said.clear()
        self.move_cursor(0)
        self.refresh()
        self.post_message(self.Changed())

    def cursor_moved(self) -> None:
        """Say that there is another item to explain."""
        self.post_message(self.Changed())

    def action_judge(self, digit: int) -> None:
        """Say the judgement of that digit, and go on."""
        self._say(digit - 1)
        self.move_cursor(self.cursor + 1)

    def action_turn(self, step: int) -> None:
        """Say the judgement ``step`` places on, round and round."""
        words = [look[0] for look in self._looks]
        here = self.said.get(self.code)
        self._say((words.index(here) + step) % len(words) if here else 0 if step > 0 else len(words) - 1)

    def action_take_back(self) -> None:
        """Say nothing of this item."""
        self.said.pop(self.code, None)
        self._told()

    def _say(self, place: int) -> None:
        self.said[self.code] = self._looks[place][0]
        self._told()

    def _told(self) -> None:
        self.repaint_row(self.cursor)
        self.post_message(self.Changed())

    def draw_row(self, row: int, width: int) -> list[Segment]:
        """Draw number, words and judgement of an item."""
        code, words = self._items[row]
        word, symbol, part = next((look for look in self._looks if look[0] == self.said.get(code)), _OPEN)
        verdict = max(len(look[0]) for look in (*self._looks, _OPEN)) + 2
        style = self.row_style(row)
        return [
            Segment(CURSOR_BAR if row == self.cursor else " ", style + self.part("bar")),
            Segment(f"{row + 1:>2}  ", style + self.part("number")),
            Segment(fit(words, width - verdict - 8), style),
            Segment("  ", style),
            Segment(fit(f"{symbol} {word}", verdict), style + self.part(part)),
        ]
