"""How the columns of a list share its width, and how one cell is cut to fit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from rich.cells import cell_len, split_text
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from screens.frame.safe import clean

Align = Literal["left", "right"]
PROSE = 30
"""Cells from which a text that is cut ends with a whole word; in fewer, a part of a name says more."""
Cell = str | Text


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    ``width`` is in terminal cells. A column without one is flexible: it is never narrower than ``min_width`` and takes a
    share of what is left in proportion to ``flex``. When a line is too narrow for all, the column with the lowest
    ``priority`` goes first (of equals, the one furthest right). ``gap`` is the blank after the column.
    """

    title: str
    width: int = 0
    flex: int = 1
    min_width: int = 6
    align: Align = "left"
    priority: int = 5
    gap: int = 2

    @property
    def least(self) -> int:
        """The fewest cells in which the column makes sense."""
        return self.width or self.min_width


@dataclass(frozen=True)
class Arrangement:
    """What somebody has chosen of a list, by the titles of its columns: which are hidden, how many cells wider others are,
    and by which it is sorted.
    """

    hidden: tuple[str, ...] = ()
    wider: Mapping[str, int] = field(default_factory=dict)
    sorted_by: str = ""
    turned: bool = False
    """Whether the order is turned round: the last first."""

    def of(self, column: Column) -> Column:
        """The column as wide as it was made; what somebody has widened stays when there is no room for all."""
        more = self.wider.get(column.title, 0)
        if not more:
            return column
        return replace(
            column, width=column.width and column.width + more, min_width=column.min_width + more, priority=10
        )

    def sorted_on(self, title: str) -> "Arrangement":
        """Sorted by this column; turned round when it is sorted by it already."""
        return replace(self, sorted_by=title, turned=title == self.sorted_by and not self.turned)


@dataclass(frozen=True, slots=True)
class Placed:
    """A column that is shown: its place in the row handed in, and its width in cells."""

    index: int
    column: Column
    width: int


def place(
    columns: Sequence[Column],
    available: int,
    arrangement: Arrangement = Arrangement(),
    widest: Sequence[int] = (),
) -> list[Placed]:
    """The columns that fit in ``available`` cells, in order, with their widths; always at least one.

    ``widest`` is how many cells the longest text of each column takes: no text is cut while another column is wider than
    its own.
    """
    kept = [index for index, column in enumerate(columns) if column.title not in arrangement.hidden] or [0][
        : len(columns)
    ]
    columns = [arrangement.of(column) for column in columns]
    while len(kept) > 1 and _needed(columns, kept) > available:
        kept.remove(min(kept, key=lambda index: (columns[index].priority, -index)))
    spare = max(0, available - _needed(columns, kept))
    added = _for_texts(columns, kept, widest, spare) if widest else {}
    spare -= sum(added.values())
    flexible = sum(columns[index].flex for index in kept if not columns[index].width)
    placed, given, seen = [], 0, 0
    for index in kept:
        column = columns[index]
        extra = added.get(index, 0)
        if not column.width and flexible:
            seen += column.flex
            # Rounded on the running total: the shares then add up to exactly what is spare.
            share = spare * seen // flexible - given
            given += share
            extra += share
        placed.append(Placed(index, column, min(column.least + extra, max(available, 0))))
    return placed


def _for_texts(columns: Sequence[Column], kept: Sequence[int], widest: Sequence[int], spare: int) -> dict[int, int]:
    """The cells more that flexible columns take for their texts: the most important first, equals alike.

    All have half as much again as their least width, then twice as much, before one has what a single long text asks for.
    """
    flexible = [index for index in kept if not columns[index].width and index < len(widest)]
    added = dict.fromkeys(flexible, 0)
    for most in (1.5, 2, 100):
        for priority in sorted({columns[index].priority for index in flexible}, reverse=True):
            wants = {
                index: min(widest[index], int(most * columns[index].least)) - columns[index].least - added[index]
                for index in flexible
                if columns[index].priority == priority
            }
            for left, index in zip(range(len(wants), 0, -1), sorted(wants, key=lambda one: wants[one]), strict=True):
                given = max(0, min(wants[index], spare // left))
                added[index] += given
                spare -= given
    return added


def _needed(columns: Sequence[Column], kept: Sequence[int]) -> int:
    gaps = sum(columns[index].gap for index in kept[:-1])
    return sum(columns[index].least for index in kept) + gaps


def literal(text: str) -> str:
    """``text`` as one line that moves nothing on the screen; every character keeps its place for spans."""
    return text if text.isprintable() else clean(text).replace("\n", " ")


def plain(cell: Cell) -> str:
    return literal(cell if isinstance(cell, str) else cell.plain).strip()


def fit(text: str, width: int, align: Align = "left") -> str:
    """``text`` in exactly ``width`` cells: padded, or cut before a whole character and ended with an ellipsis."""
    text = _cut(literal(text), width)
    blank = " " * (width - cell_len(text))
    return blank + text if align == "right" else text + blank


def _cut(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    # split_text puts a blank where it would have cut a wide character in two: rstrip takes that away too.
    kept = split_text(text, width - 1)[0].rstrip()
    word = kept.rfind(" ")
    if width >= PROSE and word > width // 2 and text[len(kept) : len(kept) + 1].strip():
        kept = kept[:word].rstrip(" ·,;:")
    return kept + "…"


def cell_segments(
    cell: Cell, width: int, align: Align, style: Style, get_style: Callable[[str | Style], Style]
) -> list[Segment]:
    """Draw one cell, taken literally (never as markup), in exactly ``width`` cells on top of ``style``.

    ``get_style`` turns the name of a style into a style; ``Console.get_style`` does.
    """
    if isinstance(cell, str):
        return [Segment(fit(cell, width, align), style)]
    base = style + get_style(cell.style)
    if not cell.spans:
        return [Segment(fit(cell.plain, width, align), base)]
    text = _cut(literal(cell.plain), width)
    blank = Segment(" " * (width - cell_len(text)), style)
    spans = [(span.start, span.end, get_style(span.style)) for span in cell.spans]
    segments = _lay_spans(text, spans, base)
    return [blank, *segments] if align == "right" else [*segments, blank]


def _lay_spans(text: str, spans: Sequence[tuple[int, int, Style]], base: Style) -> list[Segment]:
    edges = {0, len(text)} | {edge for start, end, _ in spans for edge in (start, end) if 0 < edge < len(text)}
    segments = []
    for start, end in pairwise(sorted(edges)):
        style = base
        for first, last, own in spans:
            if first <= start and end <= last:
                style += own
        segments.append(Segment(text[start:end], style))
    return segments
