"""A panel of text to read: titles, labelled values and paragraphs, wrapped to the width there is."""

from collections.abc import Sequence
from itertools import groupby, zip_longest
from typing import ClassVar, NamedTuple, Self

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Span, Text
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

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


class TextPanel(ScrollView, can_focus=True):
    """Text to read and scroll. It is one widget however long the text, so that it can follow a cursor."""

    HELP = """\
## Reading

Up, Down, Page Up and Page Down scroll the text.
"""
    BINDING_GROUP_TITLE = "Text"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"text-panel--title", "text-panel--label"}
    # The scrollbar keeps its column: another text then asks nobody for a layout.
    DEFAULT_CSS = """
    TextPanel {
        width: 1fr;
        height: 1fr;
        padding: 0 1;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        scrollbar-background: $surface;
        scrollbar-background-hover: $surface;
        scrollbar-background-active: $surface;
        scrollbar-color: $foreground 20%;
        background: $surface;
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
        self._text = Content()
        self._strips: list[Strip] = []
        self._laid_at = 0
        self.starts: tuple[int, ...] = ()
        """The line on which each block begins, at the width there is."""

    @property
    def text(self) -> str:
        """What stands there, line by line."""
        return self._text.plain

    @property
    def allow_vertical_scroll(self) -> bool:
        return self.max_scroll_y > 0

    def show(self, blocks: Sequence[Block], *, keep_place: bool = False) -> None:
        """Show other text, from the top; ``keep_place`` is for the same text with something changed in it."""
        self._blocks = tuple(blocks)
        self._laid_at = 0
        self._lay_out()
        if not keep_place:
            self.scroll_home(animate=False)

    def on_resize(self) -> None:
        if self.scrollable_content_region.width != self._laid_at:
            self._lay_out()

    def on_show(self) -> None:
        """What it was given while it was hidden is laid out when there is room for it."""
        self.on_resize()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if not width:
            return
        self._laid_at = width
        laid = self._laid(width)
        self.starts = laid.starts
        self._text = Content.from_rich_text(laid.text, console=self.app.console)
        size = Size(width, laid.text.plain.count("\n") + 1)
        taller = size.height != self.virtual_size.height and self.styles.auto_dimensions
        self.set_reactive(Widget.virtual_size, size)
        self._scroll_update(size)
        self.refresh(layout=taller)

    def _laid(self, width: int) -> Laid:
        title = overlay(self, "text-panel--title")
        label = overlay(self, "text-panel--label")
        return laid_out(self._blocks, width, self.app.console, title, label)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's own
        return self._laid(width - self.styles.scrollbar_size_vertical).text.plain.count("\n") + 1

    # Drawing

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if not regions:
            self._strips.clear()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        self._strips.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        width, line = self.size.width, y + self.scroll_offset.y
        if not self._strips:
            self._strips = Visual.to_strips(self, self._text, self.virtual_size.width, None, self.visual_style)
        blank = Strip.blank(width, self.rich_style)
        return self._strips[line].adjust_cell_length(width, self.rich_style) if line < len(self._strips) else blank

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        return selection.extract(self.text), "\n"


class PlacePanel(Vertical):
    """A panel that says in its lower edge where one is in it."""

    def show_place(self, place: Content) -> None:
        """Say it, and paint that edge only: Textual would paint all that stands in the panel again."""
        self._border_subtitle = place
        width, height = self.outer_size
        self.refresh(Region(0, height - 1, width, 1).translate(-self.content_offset))
