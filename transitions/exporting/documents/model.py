"""What stands in a document, whatever it is written as: nothing here knows Word, HTML or plain text.

Text is made safe when a part is made, so that no writer can forget it: a pasted control character would cost a Word
document the whole of its text.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from transitions.text import clean

PARAGRAPH_LEVELS: Final = range(2, 5)
"""The levels of headings in a text: 1 is the title."""


@dataclass(frozen=True)
class Part:
    """Anything that stands in a document. Its texts may hold line breaks, each beginning a paragraph of its own."""

    def __post_init__(self) -> None:
        """Make every text safe, wherever it stands."""
        for field in fields(self):
            object.__setattr__(self, field.name, _safe(getattr(self, field.name)))


@dataclass(frozen=True)
class Heading(Part):
    """A heading; ``level`` is 2 for the sections of the document, then 3 and 4 within them; ``new_page`` begins a page."""

    text: str
    level: int = 2
    new_page: bool = False


@dataclass(frozen=True)
class Paragraph(Part):
    """Running text; with ``lines`` it stands in a frame that is at least so many lines of handwriting high."""

    text: str
    lines: int = 0


@dataclass(frozen=True)
class Quote(Part):
    """Somebody's own words; ``said`` tells how and when, and may be empty."""

    text: str
    said: str = ""


@dataclass(frozen=True)
class Bullets(Part):
    """A list without an order."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Pairs(Part):
    """Labels, each with its value."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table(Part):
    """Rows under one header row; ``shares`` says how wide each column is beside the others.

    An empty cell is one to be filled by hand, and its row is as high as handwriting needs.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]

    def __post_init__(self) -> None:
        """Raise ValueError for rows or shares that do not fit the header."""
        super().__post_init__()
        if any(len(cells) != len(self.header) for cells in (self.shares, *self.rows)):
            raise ValueError("every row, and the shares, need a cell for each column of the header")


@dataclass(frozen=True)
class Bars(Part):
    """Figures under each other, each with its words and a bar from 0 to 100 beside them; without a percentage there is no bar.

    The bar says nothing that the words do not, so whoever cannot see it misses nothing.
    """

    header: tuple[str, str]
    rows: tuple[tuple[str, str, int | None], ...]

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """For a reader who does not see: the labels, each with its words."""
        return tuple((label, words) for label, words, _ in self.rows)

    @property
    def as_table(self) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[int, ...]]:
        """Where nothing can be drawn: a table whose bars are letters."""
        drawn = tuple((label, words, blocks(percent, 12) or "–") for label, words, percent in self.rows)
        return (*self.header, "0 to 100%"), drawn, (7, 6, 4)


@dataclass(frozen=True)
class SideBySide(Part):
    """Two texts beside each other, each under its heading: what is working, and what is not."""

    left: tuple[str, str]
    right: tuple[str, str]


@dataclass(frozen=True)
class Lines(Part):
    """A short question on paper with ``count`` ruled lines for the answer."""

    label: str
    count: int = 1


@dataclass(frozen=True)
class Box(Part):
    """A question on paper with an empty box for the answer, ``lines`` lines of handwriting high; ``prompt`` helps."""

    label: str
    lines: int = 5
    prompt: str = ""


@dataclass(frozen=True)
class Note(Part):
    """What belongs to the document but not to what it says; a ``leading`` one stays on the page of what follows it."""

    text: str
    leading: bool = False


@dataclass(frozen=True)
class Document:
    """A whole document. ``footer`` stands at the foot of every page, before the page number; ``as_at`` is its day.

    Raises ValueError for a title without words, and for headings that skip a level, which screen readers stumble over.
    """

    title: str
    parts: tuple[Part, ...]
    footer: str
    as_at: date
    language: str = "en-GB"
    history: str = ""
    """The head of the history as it was when the document left, for its properties."""

    def __post_init__(self) -> None:
        """Make title and footer safe, and hold the order of the headings."""
        object.__setattr__(self, "title", clean(self.title))
        object.__setattr__(self, "footer", clean(self.footer))
        if not self.title:
            raise ValueError("a document needs a title")
        level = 1
        for part in self.parts:
            if isinstance(part, Heading):
                if part.level not in PARAGRAPH_LEVELS or part.level > level + 1:
                    raise ValueError(f"a heading of level {part.level} cannot follow one of level {level}")
                level = part.level


def blocks(percent: int | None, width: int = 20) -> str:
    """A bar of letters, as wide as it is long at 100: "█████░░░░░"."""
    if percent is None:
        return ""
    full = (percent * width + 50) // 100
    return "█" * full + "░" * (width - full)


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def with_colon(label: str) -> str:
    return label if label.endswith("?") else f"{label}:"


def _safe(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value, lines=True).replace("\t", " ")  # a tab would run into the columns of a page
    if isinstance(value, tuple):
        return tuple(_safe(one) for one in value)
    return value
