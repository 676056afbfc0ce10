"""The table of pupils and of anything else there may be a quarter of a million of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise, zip_longest
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.visual import Visual

from screens.frame.host import host_of
from screens.frame.safe import txt
from screens.widgets.column_order import in_order
from screens.widgets.columns import Arrangement, Column, Placed, cell_segments, fit, place, plain
from screens.widgets.cursor_list import CURSOR_BAR, CursorList, ListHeading
from screens.widgets.row_pages import PAGE, Pages, Row

__all__ = ["MOST_IN_MEMORY", "Row", "WindowTable"]

MOST_IN_MEMORY = 5_000
"""The longest list whose cells are all read at once: to sort it, to count what stands in it, to copy it."""
MARK = "*"
GUTTER = 3


class WindowTable(CursorList):
    """A table that draws, and asks for, only the rows in sight; it answers the same at 60 rows and at 250,000.

    A row is known by an int key. ``fetch`` is given a few keys (at most 64) and gives the rows it finds for them, one
    cell a column; it runs while the screen is painted, so it must take a few milliseconds at most. Cells are literal
    text, a ``Text`` brings its own style.
    """

    HELP = """## Lists

Move with the arrow keys, a page at a time with Page Up and Page Down, and to the ends with Home and End. Enter opens the highlighted row. `space` marks a row and moves on, `*` marks every row from the last marked one to here, and `A` marks the whole list. Commands then act on all marked rows, or on the highlighted one if none is marked.
"""
    BINDING_GROUP_TITLE = "List"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", show=False, id="list.open"),
        Binding("space", "mark", "Mark and move on", show=False, id="list.mark"),
        Binding("asterisk", "mark_to_here", "Mark from the last mark to here", show=False, id="list.mark_range"),
        Binding("A", "mark_all", "Mark all, or none", show=False, id="list.mark_all"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "window-table--header",
        "window-table--heading",
        "window-table--column",
        "window-table--row",
        "window-table--cursor",
        "window-table--bar",
        "window-table--mark",
        "window-table--quiet",
    }
    DEFAULT_CSS = """
    WindowTable {
        height: 1fr;
        text-align: center;
        & > .window-table--header { color: $text-muted; text-style: bold; background: $panel; }
        & > .window-table--heading { color: $text-primary; text-style: bold; }
        & > .window-table--column { text-style: bold underline; color: $text-primary; }
        & > .window-table--row { color: $foreground; background: $surface; }
        & > .window-table--cursor { color: $foreground; background: $foreground 8%; }
        & > .window-table--bar { color: $foreground 40%; }
        & > .window-table--mark { color: $text-accent; text-style: bold; }
        & > .window-table--quiet { color: $text-muted; }
        &:focus > .window-table--cursor { background: $primary-muted; text-style: bold; }
        &:focus > .window-table--bar { color: $primary; }
        &:nocolor:focus > .window-table--cursor { background: $foreground 25%; }
    }
    """
    header_lines: ClassVar[int] = 1
    prefix: ClassVar[str] = "window-table"

    class Highlighted(Message):
        """The cursor came to another key; ``key`` is None when the table became empty."""

        def __init__(self, key: int | None) -> None:
            super().__init__()
            self.key = key

    class Opened(Message):
        """The row was opened with Enter or a double click."""

        def __init__(self, key: int) -> None:
            super().__init__()
            self.key = key

    class HeaderClicked(Message):
        """The title of a column was clicked; the cursor stands on that column."""

    class MarksChanged(Message):
        """``count`` rows are marked now."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count

    def __init__(
        self,
        columns: Sequence[Column],
        fetch: Callable[[Sequence[int]], Mapping[int, Row]],
        *,
        empty: Content | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own word
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.empty = empty if empty is not None else txt("Nothing to show.")
        """What an empty list says: why it is empty, and which key fills it."""
        self.marked: set[int] = set()
        """The marked keys, also those that a filter hides; change them with ``set_marks``."""
        self._columns = tuple(columns)
        self._pages = Pages(fetch)
        self._keys: Sequence[int] = ()
        self._waiting = True
        self._total_known = False
        self._told: int | None = None
        self._mark_anchor: int | None = None
        self.arrangement = Arrangement()
        self.column = ""
        """The title of the column under the cursor; none before somebody moves it there."""
        self.sorts = True
        """Whether it sorts itself; otherwise whoever gives the keys does, and ``arrangement`` only shows by which column."""
        self._given: tuple[Sequence[int], Sequence[tuple[int, str]]] = ((), ())
        self._placed: list[Placed] = []
        self._placed_for = -1
        self._widest: tuple[int, ...] = ()
        """The cells of the longest text of each column, among the rows of this list that were in sight."""

    # What there is to show

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns; rows already fetched are dropped, because their cells no longer match."""
        self._columns = tuple(columns)
        self._forget()
        self.refresh()

    def set_rows(self, keys: Sequence[int], keep: int | None = None, sections: Sequence[tuple[int, str]] = ()) -> None:
        """Show the rows with ``keys``, in that order; the sequence is kept, not copied (an ``array('q')`` is best).

        The cursor goes to the key ``keep``, else stays on the key it is on, else on the same index; its line on the screen
        stays where it was when it can. ``sections`` are headings: the index of the first row below, and the title, in
        order. Rows are fetched anew.
        """
        wanted = self.cursor_key if keep is None else keep
        index = None if wanted is None else _index_of(keys, wanted)
        self._forget()
        self._given = keys, sections
        arranged = self._arranged(keys, sections)
        if index is not None and arranged is not keys:
            index = arranged.index(keys[index])
        self._show(arranged, max(self._cursor, 0) if index is None else index, sections, total_known=True)

    def set_first_page(self, rows: Sequence[tuple[int, Row]]) -> None:
        """Show the first rows, from the top, before it is known how many there are; ``set_rows`` completes them."""
        self._forget()
        self._pages.put(rows)
        self._show([key for key, _ in rows], 0, (), total_known=False)

    # The columns, as somebody has chosen them

    def set_arrangement(self, arrangement: Arrangement) -> None:
        sorts = self.sorts and (arrangement.sorted_by, arrangement.turned) != (
            self.arrangement.sorted_by,
            self.arrangement.turned,
        )
        self.arrangement = arrangement
        self._placed_for = -1
        if sorts and self._total_known:
            self.set_rows(self._given[0], sections=self._given[1])
        self.refresh()

    @property
    def listed(self) -> Sequence[int]:
        """The keys in the order in which they stand here."""
        return self._keys

    @property
    def chosen_columns(self) -> list[Column]:
        """The columns with a title that are not hidden, also those for which there is no room."""
        return [one for one in self._columns if one.title and one.title not in self.arrangement.hidden]

    def step_column(self, step: int) -> None:
        """Put the cursor on the next column to the right or left that can be seen."""
        titles = [placed.column.title for placed in self._columns_placed(self.size.width) if placed.column.title]
        if self.column in titles:
            step += titles.index(self.column)
        else:
            step = 0
        if titles:
            self.column = titles[max(0, min(step, len(titles) - 1))]
        self.refresh()

    def texts(self, keys: Sequence[int], titles: Sequence[str]) -> dict[int, list[str]]:
        """What stands in these columns of these rows, for those rows that are still there."""
        places = [index for title in titles for index, one in enumerate(self._columns) if one.title == title]
        found: dict[int, list[str]] = {}
        for start in range(0, len(keys), PAGE):
            for key, cells in self._pages.peek(keys[start : start + PAGE]).items():
                found[key] = [plain(cells[place]) for place in places]
        return found

    def _arranged(self, keys: Sequence[int], sections: Sequence[tuple[int, str]]) -> Sequence[int]:
        """The keys by the column that somebody sorts by, each section for itself."""
        title = self.arrangement.sorted_by
        if not (
            self.sorts and title and len(keys) <= MOST_IN_MEMORY and any(one.title == title for one in self._columns)
        ):
            return keys
        texts, today = self.texts(keys, [title]), host_of(self).clock.today
        arranged: list[int] = []
        edges = sorted({0, len(keys), *(start for start, _ in sections)})
        for start, end in pairwise(edges):
            here = keys[start:end]
            order = in_order(
                [texts[key][0] if key in texts else "" for key in here], today, turned=self.arrangement.turned
            )
            arranged += [here[place] for place in order]
        return arranged

    def set_waiting(self) -> None:
        self._show((), -1, (), total_known=False, waiting=True)

    def refresh_rows(self, keys: Iterable[int] | None = None) -> None:
        """Fetch these rows again when they are next drawn; None means all."""
        self._pages.drop(keys)
        self.refresh()

    def _forget(self) -> None:
        self._pages.drop(None)
        self._widest, self._placed_for = (), -1

    def _show(
        self,
        keys: Sequence[int],
        cursor: int,
        sections: Sequence[tuple[int, str]],
        *,
        total_known: bool,
        waiting: bool = False,
    ) -> None:
        self._keys = keys
        self._total_known = total_known
        self._waiting = waiting
        self.lay_rows(len(keys), cursor, sections, extra=0 if total_known or not len(keys) else 1)
        self._tell()

    def _tell(self) -> None:
        if self.cursor_key != self._told:
            self._told = self.cursor_key
            self.post_message(self.Highlighted(self._told))

    # The cursor

    @property
    def cursor_key(self) -> int | None:
        return self._keys[self._cursor] if 0 <= self._cursor < len(self._keys) else None

    @property
    def place_in_list(self) -> str:
        """Where the cursor is: ``14 of 2,310``, or ``14 of …`` while the total is not known."""
        if self._cursor < 0:
            return "0" if self._total_known else "…"
        return f"{self._cursor + 1:,} of {f'{self.row_count:,}' if self._total_known else '…'}"

    def move_to(self, key: int) -> bool:
        """Put the cursor on ``key``; False, and nothing moves, when it is not in the list."""
        index = _index_of(self._keys, key)
        if index is None:
            return False
        self.move_cursor(index)
        return True

    def neighbour(self, step: int) -> int | None:
        """The key that is ``step`` rows from the cursor, or None beyond the ends."""
        index = self._cursor + step
        return self._keys[index] if self._cursor >= 0 and 0 <= index < len(self._keys) else None

    def cursor_moved(self) -> None:
        self._tell()

    def chosen(self) -> None:
        self.action_open()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or offset.y >= self.header_lines:
            return
        x = GUTTER
        for placed in self._columns_placed(self.size.width):
            if placed.column.title and x <= offset.x < x + placed.width:
                self.column = placed.column.title
                self.post_message(self.HeaderClicked())
            x += placed.width + placed.column.gap

    def action_open(self) -> None:
        if self.cursor_key is not None:
            self.post_message(self.Opened(self.cursor_key))

    # Marks

    def set_marks(self, keys: Iterable[int]) -> None:
        self.marked = set(keys)
        self._mark_anchor = None
        self._marks_changed()

    def hidden_marks(self) -> int:
        """Count the marked keys that are not in the list that is shown: a filter hides them."""
        return len(self.marked.difference(self._keys)) if self.marked else 0

    def action_mark(self) -> None:
        key = self.cursor_key
        if key is None:
            return
        self.marked ^= {key}
        self._mark_anchor = key
        self.repaint_row(self._cursor)
        self.move_cursor(self._cursor + 1)
        self.post_message(self.MarksChanged(len(self.marked)))

    def action_mark_to_here(self) -> None:
        if self._cursor < 0:
            return
        anchor = None if self._mark_anchor is None else _index_of(self._keys, self._mark_anchor)
        start, end = sorted((self._cursor if anchor is None else anchor, self._cursor))
        self.marked.update(self._keys[start : end + 1])
        self._mark_anchor = self.cursor_key
        self._marks_changed()

    def action_mark_all(self) -> None:
        """Mark every row of the list; when all are marked, none. Nothing is marked while not all rows are known."""
        if not self._total_known:
            return
        if self.marked.issuperset(self._keys):
            self.marked.difference_update(self._keys)
        else:
            self.marked.update(self._keys)
        self._marks_changed()

    def _marks_changed(self) -> None:
        self.refresh()
        self.post_message(self.MarksChanged(len(self.marked)))

    # Drawing

    def _columns_placed(self, width: int) -> list[Placed]:
        if self._placed_for != width:
            # One blank stays at the right, before the scrollbar.
            self._placed = place(self._columns, width - GUTTER - 1, self.arrangement, self._widest)
            self._placed_for = width
        return self._placed

    def _measure(self) -> None:
        """Look how long the texts in sight are. A column only grows while one scrolls: none jumps to and fro."""
        seen = (self._pages.row(self._keys, row) for _, row in self.rows_seen() if row < len(self._keys))
        titles = [cell_len(one.title) + 1 for one in self._columns]
        widths = ([cell_len(plain(cell)) for cell in cells] for cells in seen if cells is not None)
        widest = tuple(map(max, zip_longest(self._widest, titles, *widths, fillvalue=0)))
        if widest != self._widest:
            self._widest, self._placed_for = widest, -1
            self._lines.clear()

    def draw_header(self, width: int) -> list[Segment]:
        self._measure()
        style = self.header_style()
        segments = [Segment(" " * GUTTER, style)]
        for placed in self._columns_placed(width):
            title, own = placed.column.title, style
            if title and title == self.column:
                own = style + self.part("column")
            if title and title == self.arrangement.sorted_by:
                title = fit(title, placed.width - 1).rstrip() + ("▼" if self.arrangement.turned else "▲")
            segments.append(Segment(fit(title, placed.width, placed.column.align), own))
            segments.append(Segment(" " * placed.column.gap, style))
        return segments

    def draw_heading(self, heading: ListHeading, width: int) -> list[Segment]:
        title = fit(heading.title, width - 3).rstrip()
        style = self.rich_style + self.part("heading")
        quiet = self.rich_style + self.part("bar")
        return [Segment(f" {title}", style), Segment(f" {'─' * width}", quiet)]

    def draw_row(self, row: int, width: int) -> list[Segment]:
        style = self.row_style(row)
        bar = CURSOR_BAR if row == self._cursor else " "
        if row >= len(self._keys):
            # Whoever holds the list took rows out of it, and has not said so yet.
            return [Segment("", style)]
        mark = MARK if self._keys[row] in self.marked else " "
        segments = [Segment(bar, style + self.part("bar")), Segment(f"{mark} ", style + self.part("mark"))]
        cells = self._pages.row(self._keys, row)
        if cells is None:
            return [*segments, Segment("no longer here", style + self.part("quiet"))]
        for placed in self._columns_placed(width):
            # Between a resize and the reading after it, a row may be made for other columns than those that stand.
            text = cells[placed.index] if placed.index < len(cells) else ""
            under = row == self._cursor and self.column and placed.column.title == self.column
            own = style + Style(underline=True) if under else style
            segments += cell_segments(text, placed.width, placed.column.align, own, self.cell_style)
            segments.append(Segment(" " * placed.column.gap, style))
        return segments

    def draw_beyond(self, y: int, after: int, width: int) -> Strip:
        if not self.row_count:
            return self._message_line(y, width)
        more = "…" if after == 0 and not self._total_known else ""
        return self._strip([Segment(" " * GUTTER + more, self.rich_style + self.part("quiet"))], width, self.rich_style)

    def _message_line(self, y: int, width: int) -> Strip:
        message = txt("Reading…") if self._waiting else self.empty
        inside = max(1, width - 4)
        strips = Visual.to_strips(self, message, inside, None, self.visual_style)
        line = y - self.header_lines - max(0, (self._rows_in_sight() - len(strips)) // 3)
        if not 0 <= line < len(strips):
            return Strip.blank(width, self.rich_style)
        margin = Strip.blank((width - inside) // 2, self.rich_style)
        return Strip.join([margin, strips[line]]).adjust_cell_length(width, self.rich_style)


def _index_of(keys: Sequence[int], key: int) -> int | None:
    """The index of ``key``; a scan in C, some milliseconds at 250,000 keys, and only when the list is new."""
    try:
        return keys.index(key)
    except ValueError:
        return None
