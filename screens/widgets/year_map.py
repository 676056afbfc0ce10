"""The map of a year: rows of year groups, columns of time, in each cell a letter for what falls there."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from screens.widgets.columns import fit
from screens.widgets.cursor_list import CURSOR_BAR, CursorList, overlay
from transitions.calendar.grid import Cells, GridPlace, Move, neighbour

NAMES = 11
"""Cells at the left of the map: the bar of the cursor, the name of the row, a blank."""
_NARROW, _WIDEST = 3, 12
_FEW = 4  # below this many cells there is room for one letter and one sign
SHADE, NOW = "░", "┊"
"""What a holiday and what today look like where nothing else stands."""
CLASH = "!"
"""What stands behind the letters of a cell in which something clashes."""


class CellMark(NamedTuple):
    """What stands in a cell for one kind: its letter, how many things, and the theme variable of its colour."""

    symbol: str
    number: int
    variable: str


class Head(NamedTuple):
    """The head of a column: two lines, where a new month begins, and whether it is a holiday."""

    top: str
    bottom: str
    begins: bool
    off: bool


class Lane(NamedTuple):
    """Where a column is drawn, counted from the first one, and how many cells wide."""

    x: int
    width: int

    @property
    def room(self) -> int:
        """The cells for marks: a lane of three or more keeps its last one blank."""
        return self.width - 1 if self.width >= _NARROW else self.width


class MapText(NamedTuple):
    """What the map shows. ``today`` is a column, or None in another year; ``narrow`` asks for narrow holidays.

    In a ``clashing`` cell something stands in something else's way.
    """

    names: Sequence[str]
    heads: Sequence[Head]
    cells: Cells
    marks: Mapping[GridPlace, Sequence[CellMark]]
    today: int | None
    narrow: bool
    clashing: frozenset[GridPlace] = frozenset()


def lanes(heads: Sequence[Head], room: int, *, narrow: bool) -> list[Lane]:
    """Share ``room`` cells between the columns; what is left over parts the months when it is enough for all."""
    slim = [narrow and head.off for head in heads]
    wide = slim.count(False)
    left = room - _NARROW * (len(heads) - wide)
    if not wide or left < _NARROW * wide:
        # So small a window has no use for holidays of another width.
        slim, wide, left = [False] * len(heads), len(heads), room
    width = max(1, min(_WIDEST, left // max(1, wide)))
    gap = 1 if left - width * wide >= sum(head.begins for head in heads) else 0
    found, x = [], 0
    for number, (head, thin) in enumerate(zip(heads, slim, strict=True)):
        x += gap if head.begins and number else 0
        found.append(Lane(x, _NARROW if thin else width))
        x += found[-1].width
    return found


def written(marks: Sequence[CellMark], room: int, *, clash: bool = False) -> list[tuple[str, str]]:
    """The texts of a cell with their colours, in at most ``room`` cells: ``C``, ``T2``, ``C T2 M``, ``W !``.

    A plus says that there is more than fits: of another kind, or more than nine of one where there is room for one digit.
    """
    if clash:
        left = room - len(CLASH) - (room >= _FEW)
        return [*(written(marks, left) if left > 0 else ()), (CLASH, "warning")]
    texts = [mark.symbol + (str(mark.number) if mark.number > 1 else "") for mark in marks]
    parts = list(zip(texts, (mark.variable for mark in marks), strict=True))
    if not marks or sum(map(len, texts)) + len(texts) - 1 <= (room if room >= _FEW or len(marks) == 1 else 0):
        return parts
    if room < _FEW:
        return [(marks[0].symbol + "+" if room > 1 else marks[0].symbol, marks[0].variable)]
    while parts and sum(len(text) + 1 for text, _ in parts) + 1 > room:
        parts.pop()
    return [*parts, ("+", "quiet")] if parts else [(marks[0].symbol + "+", marks[0].variable)]


class YearMap(CursorList, inherit_bindings=False):
    """A grid to move in. ``Moved`` says that the cursor stands on another cell, ``Opened`` that a cell was chosen."""

    HELP = """## The map

Left and Right move in time, Up and Down between year groups. Home and End go to the start and end of the year, Ctrl with Left or Right to the previous or next cell with something in it. Enter lists what is in the cell.
"""
    BINDING_GROUP_TITLE = "Map"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "go('left')", "Earlier", show=False, id="map.left"),
        Binding("right", "go('right')", "Later", show=False, id="map.right"),
        Binding("up", "go('up')", "Year group above", show=False, id="map.up"),
        Binding("down", "go('down')", "Year group below", show=False, id="map.down"),
        Binding("home", "go('start')", "Start of the year", show=False, id="map.start"),
        Binding("end", "go('end')", "End of the year", show=False, id="map.end"),
        Binding("ctrl+right", "go('next filled')", "Next with something in it", show=False, id="map.next"),
        Binding("ctrl+left", "go('previous filled')", "Previous with something in it", show=False, id="map.previous"),
        Binding("pageup", "page(-1)", "Up one page", show=False, id="map.page_up"),
        Binding("pagedown", "page(1)", "Down one page", show=False, id="map.page_down"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "year-map--row",
        "year-map--cursor",
        "year-map--cell",
        "year-map--bar",
        "year-map--here",
        "year-map--off",
        "year-map--today",
    }
    DEFAULT_CSS = """
    YearMap {
        height: 1fr;
        & > .year-map--row { color: $foreground; background: $surface; }
        & > .year-map--cursor { color: $foreground; background: $foreground 6%; }
        & > .year-map--cell { text-style: reverse; }
        & > .year-map--bar { color: $foreground 40%; }
        & > .year-map--here { text-style: bold; }
        & > .year-map--off { color: $foreground 18%; }
        & > .year-map--today { color: $warning; text-style: bold; }
        &:focus > .year-map--cell { text-style: bold reverse; }
        &:focus > .year-map--bar { color: $primary; }
        &:nocolor > .year-map--off { color: $foreground 35%; }
    }
    """
    prefix: ClassVar[str] = "year-map"

    class Moved(Message):
        """The cursor came to another cell."""

    class Opened(Message):
        """The cell under the cursor was double-clicked."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id, classes=classes)
        self.text = MapText((), (), {}, {}, None, narrow=False)
        self.head = MapHead(self)
        self._column = 0
        self._lanes: tuple[int, list[Lane]] = (-1, [])

    def show(self, text: MapText, place: GridPlace) -> None:
        self.text = text
        self._lanes = (-1, [])
        self._column = max(0, min(place.column, len(text.heads) - 1))
        self.lay_rows(len(text.names), place.row)
        self.head.refresh()

    @property
    def place(self) -> GridPlace:
        return GridPlace(max(0, self.cursor), self._column)

    def lanes(self) -> list[Lane]:
        width = self.size.width
        if self._lanes[0] != width:
            self._lanes = (width, lanes(self.text.heads, width - NAMES, narrow=self.text.narrow))
        return self._lanes[1]

    # Moving

    def action_go(self, move: Move) -> None:
        text = self.text
        self.go(neighbour(self.place, move, text.cells, len(text.heads), len(text.names)))

    def go(self, place: GridPlace) -> None:
        if place.column != self._column:
            self._column = place.column
            self.repaint_row(self.cursor)
            self.head.refresh()
            if place.row == self.cursor:
                self.cursor_moved()
        self.move_cursor(place.row)

    def cursor_moved(self) -> None:
        self.post_message(self.Moved())

    def chosen(self) -> None:
        self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        row, offset = self.row_at(event), event.get_content_offset(self)
        if row is None or offset is None:
            return
        event.prevent_default()
        event.stop()
        before = [number for number, lane in enumerate(self.lanes()) if lane.x <= offset.x - NAMES]
        self.go(GridPlace(row, before[-1] if before else self._column))
        if event.chain == 2:
            self.chosen()

    def on_resize(self) -> None:
        self.head.refresh()

    # Drawing

    def draw_row(self, row: int, width: int) -> list[Segment]:  # noqa: ARG002 - the lanes know the width
        style, here = self.row_style(row), row == self.cursor
        name = style + self.part("here") if here else style
        segments = [
            Segment(CURSOR_BAR if here else " ", style + self.part("bar")),
            Segment(fit(self.text.names[row], NAMES - 1), name),
        ]
        off, now = style + self.part("off"), style + self.part("today")
        x = 0
        for column, lane in enumerate(self.lanes()):
            segments.append(Segment(" " * (lane.x - x), style))
            x = lane.x + lane.width
            at_cursor = here and column == self._column
            over = self.part("cell") + Style(reverse=True) if at_cursor else Style.null()
            ground = off if self.text.heads[column].off else style
            segments += self._cell(GridPlace(row, column), lane, style, ground, now, over)
        return segments

    def _cell(
        self, place: GridPlace, lane: Lane, style: Style, ground: Style, now: Style, over: Style
    ) -> list[Segment]:
        marks = self.text.marks.get(place, ())
        # where a lane has no blank of its own, one that is followed by another cell's marks would run into them
        beside = lane.room == lane.width > 1 and bool(self.text.marks.get(GridPlace(place.row, place.column + 1)))
        parts = written(marks, lane.room - beside, clash=place in self.text.clashing)
        more = Style(underline=beside and sum(mark.number for mark in marks) > 1)
        blank = SHADE if self.text.heads[place.column].off else " "
        if not parts:
            first = Segment(NOW, now + over) if place.column == self.text.today else Segment(blank, ground + over)
            return [first, Segment(blank * (lane.width - 1), ground + over)]
        variables, segments, used = self.app.theme_variables, [], 0
        for number, (text, variable) in enumerate(parts):
            lead = " " if number and lane.room >= _FEW and text != "+" else ""
            colour = self.cell_style(Style(color=variables[variable], bold=True))
            segments.append(Segment(lead + text, style + colour + more + over))
            used += len(lead) + len(text)
        return [*segments, Segment(blank * (lane.width - used), ground + over)]


class MapHead(Widget):
    """The lines above the map: what the columns are, which of them is today's, and which one the cursor is in."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"map-head--here", "map-head--off", "map-head--today"}
    DEFAULT_CSS = """
    MapHead {
        height: 2;
        width: 1fr;
        background: $panel;
        color: $text-muted;
        & > .map-head--here { color: $foreground; text-style: bold underline; }
        & > .map-head--off { text-style: italic; }
        & > .map-head--today { color: $warning; text-style: bold; }
    }
    """

    def __init__(self, of: YearMap) -> None:
        super().__init__()
        self._map = of

    def render_line(self, y: int) -> Strip:
        """Draw a line: the months or terms above, the days below; where there is room for one alone, the months."""
        width = self.size.width
        heads, plain = self._map.text.heads, self.rich_style
        pieces = self._laid([head.bottom if y else head.top for head in heads], last=y == self.size.height - 1)
        segments = [Segment(" " * NAMES, plain), *(Segment(text, plain + style) for text, style in pieces)]
        return Strip(segments).adjust_cell_length(width, plain)

    def _laid(self, labels: Sequence[str], *, last: bool) -> list[tuple[str, Style]]:
        """The line letter by letter: a label may run on over columns that have none; one without room is left out."""
        drawn, text = self._map.lanes(), self._map.text
        total = drawn[-1].x + drawn[-1].width if drawn else 0
        letters, styles = [" "] * total, [Style.null()] * total
        off, here, now = (overlay(self, f"map-head--{name}") for name in ("off", "here", "today"))
        taken = 0
        for column, (lane, label) in enumerate(zip(drawn, labels, strict=True)):
            style = here if column == self._map.place.column else off if text.heads[column].off else Style.null()
            if column == text.today and last:
                style = now + Style(reverse=True)
            fits = taken <= lane.x <= total - len(label)
            # A label that runs on keeps the look of its own column to its end.
            for x in range(max(lane.x, taken - 1), lane.x + max(lane.width, len(label) if fits else 0)):
                styles[x] = style
            if label and fits:
                letters[lane.x : lane.x + len(label)] = label
                taken = lane.x + len(label) + 1
        return list(zip(letters, styles, strict=True))
