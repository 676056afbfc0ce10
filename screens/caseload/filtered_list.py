"""What the lists of pupils and of steps share: filters at the left, the list, the highlighted pupil at the right."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from typing import ClassVar, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from screens.caseload import views
from screens.caseload.further import Further, look_further, nearly, offer
from screens.caseload.list_facets import TITLES, ListFacets
from screens.caseload.pupil_rows import FollowPanel
from screens.caseload.save_list import Kind, export_list
from screens.caseload.step_actions import DecidingScreen
from screens.caseload.walking import begin_walk
from screens.frame.commands import Command
from screens.frame.safe import txt
from screens.frame.table_screen import TableScreen
from screens.widgets.clean_input import FindLine
from screens.widgets.columns import Column
from screens.widgets.facets import Facets
from screens.widgets.panel import PlacePanel
from screens.widgets.window_table import Row, WindowTable
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.text import printable

FIRST_ROWS = 60
TYPING_PAUSE = 0.08
"""Seconds without a letter before the whole list is read: the first rows have been on the screen since the letter."""
LOOK_PAUSE = 0.04
AFTER_THE_PICTURE = 0.05
"""When the rest of a list is begun that has just been entered: a thread beside it slows the first picture down by a half."""
NEIGHBOURS = 1_000
_DECIDED = frozenset({"done", "missed", "waived"})


class Listing(NamedTuple):
    """What is known once the whole list has been read."""

    keys: Sequence[int]
    sections: Sequence[tuple[int, str]]
    amount: str
    """How many, in words: "14 of 212"."""
    note: str = ""
    """What is said over the list, in a sentence; mostly nothing."""


class ListScreen(DecidingScreen, TableScreen):
    """A filtered list. A row is known by an int key; a subclass says what the keys stand for."""

    CSS_PATH = "filtered_list.tcss"
    AUTO_FOCUS = "#rows"
    PARTS: ClassVar[Sequence[str]] = tuple(TITLES)
    """The parts of a caseload that the filters offer."""
    TITLE_OF_LIST: ClassVar[str] = "Pupils"
    EXPORTS: ClassVar[Kind] = "pupils"
    NEEDS_ROWS: ClassVar[frozenset[str]] = frozenset(
        {"list.open", "list.mark", "list.mark_all", "list.edit", "list.export", "list.print", "list.peek", "plan.open", "handover.open"}
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.caseload = Caseload()
        self.keys: Sequence[int] = ()
        self.facets = ListFacets(self.PARTS, self._leave_facets, id="facets", classes="panel")
        self.find_line = FindLine(
            self._find, clean=printable, placeholder="find a name or number", id="find", classes="hidden"
        )
        self.note = Static(id="note", classes="hidden")
        self.table = WindowTable(self.columns(), self.rows, id="rows")
        self.follow = FollowPanel(id="follow", classes="panel")
        self.further: Further | None = None
        """What Enter shows when nothing here answers to the letters."""
        self._amount = "…"
        self.table.sorts = False
        self._look_soon: Timer | None = None

    # What a subclass says

    def first_rows(self) -> Sequence[tuple[int, Row]]:
        raise NotImplementedError

    def rows(self, keys: Sequence[int]) -> Mapping[int, Row]:
        raise NotImplementedError

    def read_listing(self, caseload: Caseload) -> Listing:
        """Read the whole list; it runs in a thread."""
        raise NotImplementedError

    def pupil_of(self, key: int) -> int:
        raise NotImplementedError

    def pupil_of_row(self, key: int) -> int | None:
        return self.pupil_of(key)

    def tab_of(self, key: int) -> str:  # noqa: ARG002
        return "timeline"

    def key_of(self, pupil_id: int) -> int | None:  # noqa: ARG002
        """The key of the pupil's row, or None when a pupil has no row of their own."""
        return None

    def columns(self) -> Sequence[Column]:
        raise NotImplementedError

    def order_words(self) -> str:
        return self.caseload.sort

    def counted(self) -> Caseload:
        return self.caseload

    def goes_on(self) -> bool:
        """Whether a row leaves its place in the list once it is decided."""
        raise NotImplementedError

    def nothing_left(self) -> str:
        """Say why the list is empty although no filter is on, and which key fills it."""
        raise NotImplementedError

    # The frame

    def body(self) -> ComposeResult:
        with Horizontal(classes="side-by-side"):
            yield self.facets
            with PlacePanel(id="listing", classes="panel"):
                yield self.find_line
                yield self.note
                yield self.table
            yield self.follow

    def on_mount(self) -> None:
        self.query_one("#listing").border_title = txt(self.TITLE_OF_LIST)
        self.app.theme_changed_signal.subscribe(self, lambda _: self._count_facets())
        view = self.view_to_begin()
        self.restore(view.extra)
        self.show(view.caseload, keep=view.key, pause=AFTER_THE_PICTURE)

    def mark(self) -> tuple[Caseload, int | None]:
        return self.caseload, self.table.cursor_key

    def return_to(self, mark: tuple[Caseload, int | None]) -> None:
        caseload, key = mark
        if caseload != self.caseload:
            self.show(caseload, keep=key)
        elif key is not None:
            self.table.move_to(key)

    def view_to_begin(self) -> views.View:
        return views.last(self.workspace, self.SCOPE)

    def restore(self, extra: str) -> None:
        """Bring back what ``extra`` kept of the last view beside its filters."""

    def extra(self) -> str:
        """What to keep of this view beside its filters."""
        return ""

    def left_here(self) -> Mapping[str, object]:
        view = views.View(replace(self.caseload, text=""), self.table.cursor_key, self.extra())
        return views.as_last(self.SCOPE, view)

    def names_changed(self, hidden: bool) -> None:
        self.find_line.password = hidden
        self.table.refresh_rows()
        self._fill_heading()
        self._follow_cursor()

    # Showing a list

    def show(self, caseload: Caseload, *, keep: int | None = None, pause: float = 0.0) -> None:
        """Show another list: its first rows at once, the rest when it is read, with the cursor on ``keep`` if it is there."""
        self.caseload, self.further = caseload, None
        self._amount = "…"
        self.table.empty = self._why_empty()
        self.table.set_columns(self.columns())
        quick = caseloads.is_quick(self.workspace, caseload)
        first = self.first_rows() if quick else ()
        if quick:
            self.table.set_first_page(first)
        else:
            self.table.set_waiting()
        self.keys = [key for key, _ in first]
        if keep in self.keys:
            self.table.move_to(keep)
        self._show_find_line()
        self.facets.mark_active(caseload)
        self._fill_heading()
        self._look_later()
        self._read_rows(keep, pause=pause)
        self._count_facets(pause)

    def show_again(self, touched: frozenset[int] = frozenset()) -> None:
        """Read again what is shown; the cursor goes to a pupil that was ``touched``, else stays on its row."""
        self.table.refresh_rows()
        self._look_later()
        self._read_rows(None, touched=touched)
        self._count_facets()

    @work(exclusive=True, group="rows")
    async def _read_rows(self, keep: int | None, *, touched: frozenset[int] = frozenset(), pause: float = 0.0) -> None:
        await asyncio.sleep(pause)
        listing = await self.look_up(partial(self.read_listing, self.caseload))
        if self.caseload.text and not listing.keys:
            listing = await self._look_further(listing)
        if touched:
            keep = next((key for key in listing.keys if self.pupil_of(key) in touched), None)
        elif self.table.cursor > 0:
            keep = None
        self.keys, self._amount = listing.keys, listing.amount
        self.note.update(txt(listing.note))
        self.note.set_class(not listing.note, "hidden")
        self.table.empty = self._why_empty()
        self.table.set_rows(listing.keys, keep, listing.sections)
        self._fill_heading()
        self._look_later()

    async def _look_further(self, nobody: Listing) -> Listing:
        """Show who is written nearly so, or offer who is in another list."""
        asked = self.caseload
        found = await self.look_up(
            partial(look_further, self.workspace, asked, lambda caseload: self.read_listing(caseload).keys)
        )
        if found is None or found.everybody:
            self.further = found
            return nobody
        self.caseload = found.caseload
        self._count_facets()
        listing = await self.look_up(partial(self.read_listing, self.caseload))
        return listing._replace(note=nearly(asked.text, self.caseload.text, hidden=self.host.private))

    def _show_further(self) -> bool:
        if self.further is None:
            return False
        self.show(self.further.caseload)
        return True

    @work(exclusive=True, group="facets")
    async def _count_facets(self, pause: float = 0.0) -> None:
        await asyncio.sleep(pause)
        counts = await self.look_up(partial(caseloads.facets, self.workspace, self.counted(), self.PARTS))
        self.facets.show(counts)
        self.facets.mark_active(self.caseload)

    def follow_records(self, touched: frozenset[int]) -> None:
        self.show_again(touched)

    def fall_behind(self, touched: frozenset[int]) -> None:  # noqa: ARG002 - one comes back to the row that one left
        super().fall_behind(frozenset())

    def on_screen_resume(self) -> None:
        key = None if self.host.last_pupil is None else self.key_of(self.host.last_pupil)
        if key is not None:
            self.table.move_to(key)
        self.host.last_pupil = None

    def _fill_heading(self) -> None:
        self.set_heading(self.description(), " · ".join((*self._marks(), self._amount)), self.order_words())

    def description(self) -> str:
        return views.described(self.workspace, self.caseload, hidden=self.host.private)

    def _marks(self) -> Sequence[str]:
        marked, elsewhere = len(self.table.marked), self.table.hidden_marks()
        remark = f" ({elsewhere:,} not in this list)" if elsewhere else ""
        return (f"{marked:,} marked{remark}",) if marked else ()

    def _why_empty(self) -> Content:
        if self.caseload.text:
            return txt(offer(self.further, self.caseload.text, hidden=self.host.private))
        if self.caseload.peeled() is not None:
            return txt("No pupil matches all these filters. Escape removes the last one.")
        return txt(self.nothing_left())

    # The panel that follows

    def on_window_table_highlighted(self) -> None:
        self._look_later()

    def _look_later(self) -> None:
        """Follow when the cursor rests: a key held down must not wait for the panel."""
        self.query_one(PlacePanel).show_place(txt(self.table.place_in_list))
        if self._look_soon is not None:
            self._look_soon.stop()
        self._look_soon = self.set_timer(LOOK_PAUSE, self._follow_cursor)

    def on_resize(self) -> None:
        self.call_after_refresh(self._follow_cursor)

    def _follow_cursor(self) -> None:
        self.refresh_bindings()
        key = self.table.cursor_key
        if self.follow.display:
            self.follow.follow(self.workspace, None if key is None else self.pupil_of(key), hidden=self.host.private)

    def action_peek(self) -> None:
        self.follow.display = not self.follow.display
        if self.follow.display and self.has_class("-narrow"):
            self._leave_facets()
        self._follow_cursor()

    # Filters

    def action_filter(self) -> None:
        if self.facets.has_focus:
            self._leave_facets()
            return
        if self.has_class("-narrow"):
            # There is room for one panel beside the list.
            self.follow.display = False
        self.add_class("-filtering")
        self.set_focus(self.facets)

    def _leave_facets(self) -> None:
        self.set_focus(self.table)
        self.remove_class("-filtering")

    def on_facets_toggled(self, event: Facets.Toggled) -> None:
        self.show(self.caseload.toggled(event.group, str(event.value)), keep=self.table.cursor_key)

    def peel(self) -> bool:
        """Leave the filters, then take off the letters, the marks, and one filter after the other."""
        if self.facets.has_focus:
            self._leave_facets()
        elif self.caseload.text:
            self.show(replace(self.caseload, text=""), keep=self.table.cursor_key)
        elif self.table.marked:
            self.table.set_marks(())
        else:
            wider = self.caseload.peeled()
            if wider is None:
                return False
            self.show(wider, keep=self.table.cursor_key)
        return True

    def action_find(self) -> None:
        self.find_line.remove_class("hidden")
        self.set_focus(self.find_line)

    def _find(self, text: str) -> None:
        if text.strip() != self.caseload.text:
            self.show(replace(self.caseload, text=text.strip()), pause=TYPING_PAUSE)

    def _show_find_line(self) -> None:
        if self.find_line.value.strip() != self.caseload.text:
            self.find_line.value = self.caseload.text
        if not self.find_line.has_focus:
            self.find_line.set_class(not self.caseload.text, "hidden")

    @on(FindLine.Kept)
    def _keep_find_line(self) -> None:
        self._show_further()
        self._leave_find_line()

    @on(FindLine.Left)
    def _leave_find_line(self) -> None:
        self.set_focus(self.table)
        self.find_line.set_class(not self.caseload.text, "hidden")

    def action_refresh_list(self) -> None:
        self.show_again()
        self.say("The list has been read again.")

    async def action_views(self) -> None:
        caseload = await views.choose(self.host)
        if caseload is not None:
            self.show(caseload)

    async def action_save_view(self) -> None:
        await views.save(self.host, self.caseload)

    # Acting on rows

    def on_window_table_marks_changed(self) -> None:
        self._fill_heading()
        self.refresh_bindings()

    def chosen_keys(self) -> Sequence[int]:
        """The marked rows, or the highlighted one."""
        if self.table.marked:
            return sorted(self.table.marked)
        return [] if self.table.cursor_key is None else [self.table.cursor_key]

    def chosen_pupils(self) -> Sequence[int]:
        return list(dict.fromkeys(map(self.pupil_of, self.chosen_keys())))

    def decided(self, kind: str) -> None:
        chosen = set(self.chosen_keys())
        if self.table.cursor_key in chosen and kind in _DECIDED and self.goes_on():
            below = map(self.table.neighbour, count(1))
            following = next(key for key in below if key not in chosen)
            if following is not None:
                self.table.move_to(following)
        self.take_marks_off()

    def why_not(self, command: Command) -> str | None:
        """Say so when the list is empty; what is marked is looked at when the key is pressed."""
        if command.id == "list.open" and self.further is not None:
            return None
        if command.id in self.NEEDS_ROWS and not self.table.row_count:
            return "The list is empty. Escape removes a filter."
        if self.table.marked and command.id in (self.NEEDS_STEPS | self.NEEDS_PUPILS) - {"list.repeat"}:
            return None
        return super().why_not(command)

    def action_open(self) -> None:
        if not self._show_further():
            self.table.action_open()

    def on_window_table_opened(self, event: WindowTable.Opened) -> None:
        self.host.open.pupil(self.pupil_of(event.key), self._neighbours(), self.tab_of(event.key))

    async def action_plan(self) -> None:
        if self.table.cursor_key is not None:
            await self.host.open.plan(self.pupil_of(self.table.cursor_key), self._neighbours())

    async def action_handover(self) -> None:
        if self.table.marked:
            chosen = list(dict.fromkeys(self.pupil_of(key) for key in self.keys if key in self.table.marked))
        else:
            chosen = list(self.chosen_pupils())
        if chosen:
            await self.host.open.handover_of(chosen, self._neighbours())

    def _neighbours(self) -> list[int]:
        first = max(0, self.table.cursor - NEIGHBOURS // 2)
        return list(dict.fromkeys(map(self.pupil_of, self.keys[first : first + NEIGHBOURS])))

    async def action_walk(self) -> None:
        marked = (self.pupil_of(key) for key in self.keys if key in self.table.marked)
        await begin_walk(self.host, self.caseload, list(dict.fromkeys(marked)) or None)

    async def action_export(self, kind: Kind | None = None) -> None:
        await export_list(self.host, self.caseload, kind or self.EXPORTS, self.description())

    async def action_edit(self) -> None:
        if self.table.cursor_key is not None:
            await self.host.open.pupil_form(self.pupil_of(self.table.cursor_key))
