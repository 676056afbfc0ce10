"""The contents of a long text: its sections, how full each is, and the cursor that says which one is read."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.message import Message

from screens.widgets.columns import fit
from screens.widgets.cursor_list import CURSOR_BAR, CursorList


class Entry(NamedTuple):
    """One section: the symbol and colour of how it stands, its title, and in figures how much of it is there."""

    symbol: str
    style: Style
    title: str
    amount: str = ""
    pressing: bool = False
    """Whether the amount asks for something, and takes the colour of the symbol."""


class Contents(CursorList):
    """Sections to move in; ``Highlighted`` says which one the cursor is on, ``Chosen`` that it was double-clicked."""

    HELP = """\
## Contents

Up and Down go from section to section, and the text follows; Tab goes to the text, to scroll it.
`+` is all there, `~` a part of it, `.` nothing yet, `!` something is late.
"""
    BINDING_GROUP_TITLE = "Contents"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "contents--row",
        "contents--cursor",
        "contents--bar",
        "contents--quiet",
    }
    DEFAULT_CSS = """
    Contents {
        & > .contents--row { color: $foreground; background: $surface; }
        & > .contents--cursor { color: $foreground; background: $foreground 8%; }
        & > .contents--bar { color: $foreground 40%; }
        & > .contents--quiet { color: $text-muted; }
        &:focus > .contents--cursor { background: $primary-muted; text-style: bold; }
        &:focus > .contents--bar { color: $primary; }
        &:nocolor:focus > .contents--cursor { background: $foreground 25%; }
    }
    """
    prefix: ClassVar[str] = "contents"

    class Highlighted(Message):
        """The cursor came to another section."""

    class Chosen(Message):
        """A section was double-clicked."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id, classes=classes)
        self._entries: tuple[Entry, ...] = ()

    def show(self, entries: Sequence[Entry], cursor: int) -> None:
        self._entries = tuple(entries)
        self.lay_rows(len(entries), cursor)

    def cursor_moved(self) -> None:
        self.post_message(self.Highlighted())

    def chosen(self) -> None:
        self.post_message(self.Chosen())

    def draw_row(self, row: int, width: int) -> list[Segment]:
        entry, style = self._entries[row], self.row_style(row)
        own = style + self.cell_style(entry.style)
        bar = CURSOR_BAR if row == self.cursor else " "
        amount = fit(entry.amount, min(cell_len(entry.amount), max(0, width - 12)))
        title = fit(entry.title, width - 6 - cell_len(amount))
        return [
            Segment(f"{bar} ", style + self.part("bar")),
            Segment(f"{entry.symbol} ", own),
            Segment(f"{title} ", style),
            Segment(f"{amount} ", own if entry.pressing else style + self.part("quiet")),
        ]
