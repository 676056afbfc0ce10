"""A panel of text to read: titles, labelled values and paragraphs, wrapped to the width there is."""

from collections.abc import Sequence
from itertools import groupby
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from screens.safe import clean
from screens.widgets.columns import Cell, fit
from screens.widgets.cursor_list import overlay

WIDEST_LABEL = 18


class Title(NamedTuple):
    """A title, with a blank line above when something stands above."""

    text: str


class Pair(NamedTuple):
    """A label and its value; the labels of one run of pairs share a column."""

    label: str
    value: Cell


class Words(NamedTuple):
    """A paragraph, ``indent`` cells from the left."""

    text: Cell
    indent: int = 0


Block = Title | Pair | Words


def laid_out(
    blocks: Sequence[Block],
    width: int,
    console: Console,
    title: str | Style = "bold",
    label: str | Style = "dim",
) -> Text:
    """Give ``blocks`` as lines of at most ``width`` cells; a value that wraps stays in its own column."""
    lines: list[Text] = []
    for _, alike in groupby(blocks, type):
        run = list(alike)
        column = _label_column([block for block in run if isinstance(block, Pair)], width)
        for block in run:
            match block:
                case Title(text):
                    lines += [Text()] if lines else []
                    lines.append(Text(fit(text, width).rstrip(), title))
                case Words(words, indent):
                    lines += _wrapped(words, Text(" " * indent), width, console)
                case Pair(name, value):
                    lines += _wrapped(value, Text.assemble((fit(name, column - 2), label), "  "), width, console)
    return Text("\n").join(lines)


def _label_column(pairs: Sequence[Pair], width: int) -> int:
    """Give the width of the column of labels, with the two blanks after it."""
    widest = max((cell_len(pair.label) for pair in pairs), default=0)
    return min(widest, WIDEST_LABEL, width // 2) + 2


def _wrapped(cell: Cell, lead: Text, width: int, console: Console) -> list[Text]:
    """Wrap ``cell`` with ``lead`` before its first line and as much blank before the others."""
    text = cell if isinstance(cell, Text) else Text(clean(cell))
    margin = Text(" " * lead.cell_len)
    wrapped = text.wrap(console, max(1, width - lead.cell_len)) or [Text()]
    return [(margin if number else lead) + line for number, line in enumerate(wrapped)]


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

    def compose(self) -> ComposeResult:
        """Make the one widget that holds the text."""
        yield Static(Text())

    def show(self, blocks: Sequence[Block], *, keep_place: bool = False) -> None:
        """Show other text, from the top; ``keep_place`` is for the same text with something changed in it."""
        self._blocks = tuple(blocks)
        self._lay_out()
        if not keep_place:
            self.scroll_home(animate=False)

    def on_resize(self) -> None:
        """Wrap the text again when the width has changed."""
        if self.scrollable_content_region.width != self._width:
            self._lay_out()

    def _lay_out(self) -> None:
        self._width = self.scrollable_content_region.width
        if not self._width:
            return
        title = overlay(self, "text-panel--title")
        label = overlay(self, "text-panel--label")
        self.query_one(Static).update(laid_out(self._blocks, self._width, self.app.console, title, label))
