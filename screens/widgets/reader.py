"""A long text in sections: it goes to a section, and says which one is read while somebody scrolls."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.message import Message

from screens.widgets.columns import fit
from screens.widgets.cursor_list import CURSOR_BAR, CursorList
from screens.widgets.panel import Block, TextPanel, Title


class SectionEntry(NamedTuple):
    """One section: the symbol and colour of how it stands, its title, and in figures how much of it is there."""

    symbol: str
    style: Style
    title: str
    amount: str = ""
    pressing: bool = False
    """Whether the amount asks for something, and takes the colour of the symbol."""


class Contents(CursorList):
    """Sections to move in; ``Highlighted`` says which one the cursor is on, ``Chosen`` that it was double-clicked."""

    HELP = """## Contents

Up and Down go from section to section, and the text follows. Tab goes to the text, to scroll it. `+` complete, `~` partly, `.` nothing yet, `!` something is late.
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
        self._entries: tuple[SectionEntry, ...] = ()

    def show(self, entries: Sequence[SectionEntry], cursor: int) -> None:
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


class Reader(TextPanel):
    """Text to read, section by section; the title of the one that is read stands out."""

    class Came(Message):
        """The text was scrolled to another section by hand."""

        def __init__(self, section: int) -> None:
            super().__init__()
            self.section = section

    _above: Sequence[Block] = ()
    _sections: Sequence[Sequence[Block]] = ()
    _at = 0

    def show_sections(self, above: Sequence[Block], sections: Sequence[Sequence[Block]], at: int) -> None:
        """Show ``sections``, each beginning with its title, below ``above``, and go to the one with index ``at``."""
        self._above, self._sections = above, sections
        self.go_to(at)
        # A longer text has its height only after the next layout.
        self.call_after_refresh(self._reveal)

    def go_to(self, section: int) -> None:
        self._mark(section)
        self._reveal()

    def _mark(self, section: int) -> None:
        self._at = section
        self.show([*self._above, *(block for blocks in self._marked() for block in blocks)], keep_place=True)

    def _marked(self) -> list[Sequence[Block]]:
        marked = list(self._sections)
        if self._at < len(marked):
            title, *others = marked[self._at]
            marked[self._at] = [title._replace(marked=True) if isinstance(title, Title) else title, *others]
        return marked

    def _reveal(self) -> None:
        if self.starts:
            self.scroll_to(
                y=self._lines()[self._at] if self._at and self._sections else 0,
                animate=False,
                force=True,
                immediate=True,
            )

    def _lines(self) -> list[int]:
        blocks = accumulate((len(blocks) for blocks in self._sections[:-1]), initial=len(self._above))
        return [self.starts[block] for block in blocks]

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Say which section came to the top, when it was not the contents that brought it there."""
        super().watch_scroll_y(old_value, new_value)
        if not self.has_focus or not self.starts or not self._sections:
            return
        at_end = new_value >= self.max_scroll_y
        section = len(self._sections) - 1 if at_end else max(0, bisect_right(self._lines(), round(new_value)) - 1)
        if section != self._at:
            self._mark(section)
            self.post_message(self.Came(section))
