"""A panel of text to read: titles, labelled values and paragraphs, wrapped to the width there is."""

from collections.abc import Sequence
from itertools import groupby, zip_longest
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Span, Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.widgets import Static

from screens.frame.safe import clean
from screens.widgets.columns import Cell, fit
from screens.widgets.cursor_list import overlay

WIDEST_LABEL = 28
_ROOMY = 30
TWO_COLUMNS = 64
"""Cells from which two texts stand side by side."""
_GUTTER = 4
_BULLET = "- "


class Title(NamedTuple):
    """A title, with a blank line above when something stands above; a ``marked`` one says where one is."""

    text: str
    marked: bool = False


class Pair(NamedTuple):
    """A label and its value; the labels of one run of pairs share a column."""

    label: str
    value: Cell


class TextParagraph(NamedTuple):
    """A paragraph, ``indent`` cells from the left."""

    text: Cell
    indent: int = 0


class TwoColumns(NamedTuple):
    """Two texts with a label each, side by side; where there is no room for both, one below the other."""

    left: Pair
    right: Pair
    indent: int = 0


Block = Title | Pair | TextParagraph | TwoColumns


class Laid(NamedTuple):
    """Blocks as lines, and the line (from 0) on which each block begins."""

    text: Text
    starts: tuple[int, ...]


def laid_out(
    blocks: Sequence[Block],
    width: int,
    console: Console,
    title: str | Style = "bold",
    label: str | Style = "dim",
) -> Laid:
    """``blocks`` as lines of at most ``width`` cells; a value that wraps stays in its own column."""
    lines: list[Text] = []
    starts: list[int] = []
    for _, alike in groupby(blocks, type):
        run = list(alike)
        column = _label_column([block for block in run if isinstance(block, Pair)], width)
        for block in run:
            lines += [Text()] if lines and isinstance(block, Title) else []
            starts.append(len(lines))
            match block:
                case Title(text, marked):
                    lines.append(Text(fit(text, width).rstrip(), title))
                    if marked:
                        lines[-1].stylize("reverse")
                case TextParagraph(words, indent):
                    lines += _wrapped(words, Text(" " * indent), width, console)
                case Pair(name, value) if not column:
                    lines += [Text(fit(name, width).rstrip(), label), *_wrapped(value, Text("  "), width, console)]
                case Pair(name, value):
                    gap = _gap(width)
                    lead = Text.assemble((fit(name, column - gap), label), " " * gap)
                    lines += _wrapped(value, lead, width, console)
                case TwoColumns():
                    lines += _beside(block, width, console, label)
    whole = Text("\n").join(lines)
    whole.spans = [Span(one.start, one.end, label) if one.style == "dim" else one for one in whole.spans]
    return Laid(whole, tuple(starts))


def _beside(block: TwoColumns, width: int, console: Console, label: str | Style) -> list[Text]:
    room = width - block.indent
    each = (room - _GUTTER) // 2 if room >= TWO_COLUMNS else room
    sides = (block.left, block.right)
    labels = [_wrapped(Text(clean(side.label), label), Text(), each, console) for side in sides]
    values = [_wrapped(side.value, Text(), each, console) for side in sides]
    margin = Text(" " * block.indent)
    if room < TWO_COLUMNS:
        return [margin + line for side in range(2) for line in (*labels[side], *values[side])]
    lines = []
    pairs = [*zip_longest(*labels, fillvalue=Text()), *zip_longest(*values, fillvalue=Text())]
    for one, other in pairs:
        blank = " " * (each - one.cell_len + _GUTTER)
        lines.append(Text.assemble(margin, one, blank, other))
    return lines


def _label_column(pairs: Sequence[Pair], width: int) -> int:
    """The width of the column of labels, with the two blanks after it; 0 when each stands above its value."""
    widest = max((cell_len(pair.label) for pair in pairs), default=0)
    if width < _ROOMY and widest > width // 2:
        return 0
    return min(widest, WIDEST_LABEL, width // 2) + _gap(width)


def _gap(width: int) -> int:
    return 2 if width >= _ROOMY else 1


def _wrapped(cell: Cell, lead: Text, width: int, console: Console) -> list[Text]:
    text = cell if isinstance(cell, Text) else Text(clean(cell))
    margin = Text(" " * lead.cell_len)
    room = max(1, width - lead.cell_len)
    wrapped = [part for line in text.split("\n", allow_blank=True) for part in _hung(line, room, console)] or [Text()]
    return [(margin if number else lead) + line for number, line in enumerate(wrapped)]


def _hung(line: Text, room: int, console: Console) -> list[Text]:
    if not line.plain.startswith(_BULLET) or room <= 2 * len(_BULLET):
        return list(line.wrap(console, room)) or [line]
    parts = line[len(_BULLET) :].wrap(console, room - len(_BULLET)) or [Text()]
    blank = Text(" " * len(_BULLET))
    return [(blank if number else line[: len(_BULLET)]) + part for number, part in enumerate(parts)]


class TextPanel(VerticalScroll):
    """Text to read and scroll. It is one widget however long the text, so that it can follow a cursor."""

    HELP = """\
## Reading

Up, Down, Page Up and Page Down scroll the text.
"""
    BINDING_GROUP_TITLE = "Text"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"text-panel--title", "text-panel--label"}
    DEFAULT_CSS = """
    TextPanel {
        padding: 0 1;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-background: $surface;
        scrollbar-color: $foreground 20%;
        background: $surface;
        & > Static { width: 1fr; height: auto; }
        & > .text-panel--title { color: $text-primary; text-style: bold; }
        & > .text-panel--label { color: $text-muted; }
    }
    """

    def __init__(
        self,
        blocks: Sequence[Block] = (),
        *,
        id: str | None = None,  # noqa: A002 - Textual's own word
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._blocks = tuple(blocks)
        self._width = 0
        self.starts: tuple[int, ...] = ()
        """The line on which each block begins, at the width there is."""

    def compose(self) -> ComposeResult:
        yield Static(Text())

    def show(self, blocks: Sequence[Block], *, keep_place: bool = False) -> None:
        """Show other text, from the top; ``keep_place`` is for the same text with something changed in it."""
        self._blocks = tuple(blocks)
        self._lay_out()
        if not keep_place:
            self.scroll_home(animate=False)

    def on_resize(self) -> None:
        if self.scrollable_content_region.width != self._width:
            self._lay_out()

    def _lay_out(self) -> None:
        self._width = self.scrollable_content_region.width
        if not self._width:
            return
        title = overlay(self, "text-panel--title")
        label = overlay(self, "text-panel--label")
        laid = laid_out(self._blocks, self._width, self.app.console, title, label)
        self.starts = laid.starts
        self.query_one(Static).update(laid.text)


class PlacePanel(Vertical):
    """A panel that says in its lower edge where one is in it."""

    def show_place(self, place: Content) -> None:
        """Say it, and paint that edge only: Textual would paint all that stands in the panel again."""
        self._border_subtitle = place
        width, height = self.outer_size
        self.refresh(Region(0, height - 1, width, 1).translate(-self.content_offset))
