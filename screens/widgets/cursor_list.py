"""A list drawn line by line, with one row under the cursor: what the table, the filters and the pick list share."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple, Self

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size, Spacing
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from screens.widgets.line import by_key


class ListHeading(NamedTuple):
    """A line that cannot be chosen, standing above the row with index ``start``."""

    start: int
    title: str


class Headings:
    """Turns rows into lines and back when some lines are headings, in O(log n) of the number of headings.

    ``headings`` come in the order of their starts; two may share a start (the first then has no rows of its own).
    """

    def __init__(self, headings: Sequence[tuple[int, str]] = ()) -> None:
        self._headings = [ListHeading(*heading) for heading in headings]
        self._starts = [heading.start for heading in self._headings]
        self._lines = [start + number for number, start in enumerate(self._starts)]

    def __len__(self) -> int:
        return len(self._headings)

    def line_of(self, row: int) -> int:
        return row + bisect_right(self._starts, row)

    def top_of(self, row: int) -> int:
        """The line of the first heading that stands directly above ``row``, or the row's own line."""
        return row + bisect_left(self._starts, row)

    def at(self, line: int) -> int | ListHeading:
        above = bisect_right(self._lines, line)
        if above and self._lines[above - 1] == line:
            return self._headings[above - 1]
        return line - above


CURSOR_BAR = "▌"
_LINES_KEPT = 500


def overlay(widget: Widget, component_class: str) -> Style:
    """A component's colour and weight without its background, to lay over whatever is there."""
    # Textual's own partial style leaves the alpha out of a colour, and muted text would come out bright.
    full = widget.get_component_rich_style(component_class)
    return Style(color=full.color, bold=full.bold, italic=full.italic, underline=full.underline)


class CursorList(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows drawn only when they are seen; the cursor moves over rows and passes over headings.

    A subclass says how many rows there are with ``lay_rows`` and draws them in ``draw_row``, ``draw_heading`` and, when
    ``header_lines`` is not 0, ``draw_header``. ``cursor_moved`` is called when the cursor stands on another row index;
    ``chosen`` when a row is clicked ``CLICKS`` times.
    """

    ALLOW_SELECT = False
    ALLOW_MAXIMIZE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Up one row", show=False, id="list.up"),
        Binding("down", "step(1)", "Down one row", show=False, id="list.down"),
        Binding("pageup", "page(-1)", "Up one page", show=False, id="list.page_up"),
        Binding("pagedown", "page(1)", "Down one page", show=False, id="list.page_down"),
        Binding("home", "first", "First row", show=False, id="list.first"),
        Binding("end", "last", "Last row", show=False, id="list.last"),
    ]
    # The scrollbar keeps its column even when all rows fit: a list that shrinks while somebody types in the find line
    # then changes nothing but its own lines, and the screen is painted in one frame, without a layout.
    DEFAULT_CSS = """
    CursorList {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        scrollbar-background: $surface;
        scrollbar-background-hover: $surface;
        scrollbar-background-active: $surface;
        scrollbar-color: $foreground 20%;
        background: $surface;
        color: $foreground;
    }
    """
    header_lines: ClassVar[int] = 0
    CLICKS: ClassVar[int] = 2
    """How many clicks choose a row."""
    BY_KEY: ClassVar[str] = "By key: ↑ and ↓ move, enter opens"
    """What the footer says after a click."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own word
        super().__init__(id=id, classes=classes)
        self._row_count = 0
        self._cursor = -1
        self._returns_to = -1
        self.headings = Headings()
        self._lines: dict[tuple[int, bool, int], Strip] = {}
        """The rows that were drawn: by index, whether the cursor was on it, and width."""
        self._styles: dict[str, Style] = {}

    # What there is to show

    @property
    def row_count(self) -> int:
        return self._row_count

    @property
    def cursor(self) -> int:
        """The index of the row under the cursor; -1 when there are no rows."""
        return self._cursor

    def lay_rows(self, count: int, cursor: int, headings: Sequence[tuple[int, str]] = (), *, extra: int = 0) -> None:
        """Show ``count`` rows with the cursor on row ``cursor``, which stays on the same line of the screen if it can.

        ``extra`` lines are left after the last row.
        """
        on_screen = self.headings.line_of(self._cursor) - self.scroll_offset.y if self._cursor >= 0 else 0
        self._row_count = count
        if 0 <= self._returns_to < count:
            cursor, self._returns_to = self._returns_to, -1
        self._cursor = max(-1, min(cursor, count - 1))
        self.headings = Headings(headings)
        self._set_height(count + len(self.headings) + extra)
        if self._cursor >= 0:
            self.scroll_to(y=self.headings.line_of(self._cursor) - on_screen, animate=False, force=True)
        self.reveal()
        self.refresh()

    def _set_height(self, lines: int) -> None:
        """Tell the scrollbar how many lines there are, without asking the screen for a layout."""
        size = Size(self.size.width, lines + self.header_lines)
        self.set_reactive(Widget.virtual_size, size)
        self._scroll_update(size)

    # Moving

    def return_to(self, row: int) -> None:
        """Put the cursor on ``row``, now or as soon as so many rows are there."""
        if row < self._row_count:
            self.move_cursor(row)
        else:
            self._returns_to = row

    def move_cursor(self, row: int) -> None:
        """Put the cursor on ``row``, or on the nearest row there is, and bring it into sight."""
        self._returns_to = -1
        row = max(0, min(row, self._row_count - 1))
        if not self._row_count or row == self._cursor:
            self.reveal()
            return
        before, self._cursor = self._cursor, row
        self.repaint_row(before)
        self.repaint_row(row)
        self.reveal()
        self.cursor_moved()

    def reveal(self) -> None:
        """Scroll just far enough that the row under the cursor, and a heading right above it, can be seen."""
        height = self._rows_in_sight()
        if self._cursor < 0 or height < 1:
            return
        top = self.scroll_offset.y
        line = self.headings.line_of(self._cursor)
        first = max(self.headings.top_of(self._cursor), line - height + 1)
        if first < top:
            self.scroll_to(y=first, animate=False, force=True)
        elif line >= top + height:
            self.scroll_to(y=line - height + 1, animate=False, force=True)

    def _rows_in_sight(self) -> int:
        return self.size.height - self.header_lines

    def action_step(self, rows: int) -> None:
        self.move_cursor(self._cursor + rows)

    def action_page(self, pages: int) -> None:
        self.move_cursor(self._cursor + pages * max(1, self._rows_in_sight() - 1))

    def action_first(self) -> None:
        self.move_cursor(0)

    def action_last(self) -> None:
        self.move_cursor(self._row_count - 1)

    def cursor_moved(self) -> None:
        """Take note that the cursor stands on another row."""

    def chosen(self) -> None:
        """Act on the row under the cursor, which was clicked."""

    def on_click(self, event: events.Click) -> None:
        row = self.row_at(event)
        if row is None:
            return
        event.stop()
        by_key(self, self.BY_KEY)
        self.move_cursor(row)
        if event.chain == self.CLICKS:
            self.chosen()

    def row_at(self, event: events.MouseEvent) -> int | None:
        offset = event.get_content_offset(self)
        if offset is None or offset.y < self.header_lines:
            return None
        there = self.headings.at(offset.y - self.header_lines + self.scroll_offset.y)
        return there if isinstance(there, int) and there < self._row_count else None

    def on_resize(self) -> None:
        self._set_height(self.virtual_size.height - self.header_lines)
        self.reveal()

    def rows_seen(self) -> Iterator[tuple[int, int]]:
        """The line of the widget on which each row stands that is in sight, and the row."""
        for y in range(self.header_lines, self.size.height):
            there = self.headings.at(y - self.header_lines + self.scroll_offset.y)
            if isinstance(there, int) and there < self._row_count:
                yield y, there

    # Drawing

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Draw again: the rows too, unless ``regions`` says where."""
        if not regions:
            self._lines.clear()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        self._lines.clear()
        self._styles.clear()
        super().notify_style_update()

    def repaint_row(self, row: int) -> None:
        if row >= 0:
            for on_it in (False, True):
                self._lines.pop((row, on_it, self.size.width), None)
            y = self.headings.line_of(row) - self.scroll_offset.y + self.header_lines
            self.refresh(Region(0, y, self.size.width, 1))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Without what Textual does to every line of any widget that scrolls: a line that stays as it was costs nothing."""
        if self.styles.gutter != Spacing():
            return super().render_lines(crop)
        _, background = self.background_colors
        lines = [self.render_line(y) for y in crop.line_range]
        for one in self.get_line_filters():
            lines = [line.apply_filter(one, background) for line in lines]
        return [line.crop(*crop.column_span) for line in lines]

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y < self.header_lines:
            return self._strip(self.draw_header(width), width, self.header_style())
        line = y - self.header_lines + self.scroll_offset.y
        there = self.headings.at(line)
        if isinstance(there, ListHeading):
            return self._strip(self.draw_heading(there, width), width, self.rich_style)
        if there < self._row_count:
            return self._row_line(there, width)
        return self.draw_beyond(y, there - self._row_count, width)

    def _row_line(self, row: int, width: int) -> Strip:
        key = row, row == self._cursor, width
        if key not in self._lines:
            if len(self._lines) > _LINES_KEPT:
                self._lines.clear()
            self._lines[key] = self._strip(self.draw_row(row, width), width, self.row_style(row))
        return self._lines[key]

    @staticmethod
    def _strip(segments: list[Segment], width: int, style: Style) -> Strip:
        return Strip(segments).adjust_cell_length(width, style)

    def row_style(self, row: int) -> Style:
        return self._style("--cursor" if row == self._cursor else "--row")

    def header_style(self) -> Style:
        return self._style("--header")

    def _style(self, name: str) -> Style:
        if name not in self._styles:
            self._styles[name] = self.get_component_rich_style(self.prefix + name)
        return self._styles[name]

    def part(self, name: str) -> Style:
        """The style of the component class ``name``, to lay over the style of a row."""
        if name not in self._styles:
            self._styles[name] = overlay(self, f"{self.prefix}--{name}")
        return self._styles[name]

    def cell_style(self, style: str | Style) -> Style:
        own = self.app.console.get_style(style)
        if self.app.no_color:
            # As a shade of grey, a red that warns is nearly black: without colours, the symbol and the word say it.
            return own.without_color
        quiet = self.app.theme_variables.get("quiet")
        return Style(color=quiet) if own.dim and quiet else own

    prefix: ClassVar[str]
    """What the component classes of the list begin with; it must have ``--row``, ``--cursor`` and, with a header,
    ``--header``."""

    def draw_header(self, width: int) -> list[Segment]:  # noqa: ARG002 - a list without a header has none to draw
        return []

    def draw_heading(self, heading: ListHeading, width: int) -> list[Segment]:  # noqa: ARG002 - likewise
        return []

    def draw_row(self, row: int, width: int) -> list[Segment]:
        raise NotImplementedError

    def draw_beyond(self, y: int, after: int, width: int) -> Strip:  # noqa: ARG002 - for subclasses
        """Draw line ``y``, which is the ``after``-th line (from 0) after the last row."""
        return Strip.blank(width, self.rich_style)
