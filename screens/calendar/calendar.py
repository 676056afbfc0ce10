"""The calendar: an academic year on one screen, year groups down and time across, or the same as a list."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult

from screens.calendar import event_text, navigation
from screens.frame.commands import CALENDAR, Command
from screens.frame.dialogs import Choice, Choose, ReadScreen
from screens.frame.list_screen import FIRST_YEAR, LAST_YEAR, YearScreen
from screens.frame.safe import txt
from screens.frame.table_screen import TableScreen
from screens.widgets.line import Fitted
from screens.widgets.window_table import Row, WindowTable
from screens.widgets.year_map import MapText, YearMap
from transitions.calendar import grid
from transitions.calendar.event import Event
from transitions.calendar.events import calendars_entered
from transitions.calendar.grid import Cells, DayColumn, Grain, GridPlace
from transitions.exporting.year.sheet import kind_of
from transitions.milestones.whose_calendar import CalendarOwner
from transitions.school_year import academic_year, academic_year_span, add_months
from transitions.team import workers
from transitions.term_dates import DayOff, TermDates
from transitions.text import capital, how_many

_DESK = "calendar"
_FRAME, _LEAST, _PANEL = 3, 3, 8
"""The lines of the frame; those beside the map from which its head has both its lines, and its cell a panel of its own."""
_EVERYTHING = "\0everything"


class CalendarScreen(TableScreen, YearScreen):
    """The map of a year and the list of a year: two views of the same dates, with the cursor on the same day."""

    SCOPE: ClassVar[str] = CALENDAR
    KEPT = ("kind",)
    CSS_PATH = "calendar.tcss"
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self.map = YearMap(id="map")
        self.table = WindowTable(event_text.list_columns(0), self._fetch, id="list")
        self.rows = grid.rows()
        self.owner = CalendarOwner()
        self.kind = ""
        self.day = date.min
        self.dates: Sequence[Event] = ()
        self._all: Sequence[Event] = ()
        self._calendars: Mapping[CalendarOwner, str] = {}
        self._terms, self._off = TermDates(), cast("Sequence[DayOff]", ())
        self._columns: Sequence[DayColumn] = ()
        self._cells: Cells = {}
        self._counted = False
        self._clashes: event_text.Clashes = event_text.NONE
        self._held = ""

    @property
    def year(self) -> int:
        """The academic year that is shown: the one of the day under the cursor."""
        return academic_year(self.day)

    @property
    def listed(self) -> bool:
        return self.has_class("-list")

    @property
    def _body(self) -> YearMap | WindowTable:
        return self.table if self.listed else self.map

    @property
    def grain(self) -> Grain:
        width = self.app.size.width
        return "week" if width >= 140 else "fortnight" if width >= 100 else "half term"

    def body(self) -> ComposeResult:
        yield self.map.head
        yield self.map
        yield self.table
        yield Fitted(id="cell")
        yield Fitted(id="legend")

    def on_mount(self) -> None:
        self._restore(workers.left_on_desk(self.workspace, _DESK) or {})
        self.day = self.today
        self.query_one("#legend", Fitted).show(event_text.legend)
        self._look_first()
        self._body.focus()

    # Reading

    def _look_first(self) -> None:
        """Show at once what no pupil is needed for; the rest follows from a thread."""
        self._show_loaded(event_text.read_first(self.workspace, self.year, self.owner))

    @work(exclusive=True, group="calendar")
    async def read_again(self) -> None:
        now = self.now
        self._show_loaded(await asyncio.to_thread(event_text.read_year, self.workspace, self.year, self.owner))
        self.read_for = now

    def _show_loaded(self, loaded: event_text.Read) -> None:
        self._calendars, self._terms, self._off, self._all, self._clashes, self._counted = loaded
        self.fill()

    def _go_to(self, day: date) -> None:
        before, self.day, self._held = self.year, day, ""
        if self.year == before:
            self.fill()
            return
        self._look_first()
        self.read_again()

    # Showing

    def fill(self) -> None:
        self.drawn_for = self.app.size
        self.dates = [event for event in self._all if not self.kind or kind_of(event) == self.kind]
        if self.listed:
            self.table.empty = txt(event_text.nothing(self.kind))
            self.table.set_columns(event_text.list_columns(self.app.size.width))
            self.table.set_rows(range(len(self.dates)), self._kept(), event_text.months(self.dates))
        else:
            self._fill_map()
        self._fill_lines()
        self._follow()
        self.refresh_bindings()

    def _fill_map(self) -> None:
        columns = grid.columns(self.year, self._terms, self.grain)
        self._columns, self._cells = columns, grid.cells(self.dates, columns, self.rows)
        text = MapText(
            names=[row.label for row in self.rows],
            heads=event_text.heads(columns),
            cells=self._cells,
            marks={place: event_text.marks(found, self._clashes) for place, found in self._cells.items()},
            today=grid.column_of(self.today, columns),
            narrow=self.grain == "half term",
            clashing=frozenset(
                place
                for place, found in self._cells.items()
                if event_text.clash_in(found, columns[place.column], self._clashes)
            ),
        )
        self.map.show(text, GridPlace(self.map.place.row, grid.column_of(self.day, columns) or 0))

    def _fill_lines(self) -> None:
        missing = event_text.missing_terms(self._terms, self.year, several=len(self._calendars) > 1)
        calendar = self._calendars.get(self.owner, "everybody")
        self.set_heading(
            event_text.heading(self.year, calendar, self.kind, missing),
            self._how_many() if self._counted else "counting…",
        )
        self._arrange()

    def _how_many(self) -> str:
        of_all = f"{len(self.dates):,} of " if self.kind else ""
        count = f"{of_all}{how_many(len(self._all), 'date')}"
        clashing = len({clash for found in self._clashes.values() for clash in found})
        return f"{clashing:,} clash{'' if clashing == 1 else 'es'} · {count}" if clashing else count

    def _arrange(self) -> None:
        """Share the lines: the whole map first, then what the cell holds, on a large screen in a panel of its own."""
        width, height = self.app.size
        spare = height - _FRAME - len(self.rows) - len(event_text.legend(width - 2, 0))
        self.set_class(spare < _LEAST, "-short")
        self.set_class(spare >= _PANEL, "-tall")

    def _follow(self) -> None:
        place, panel = self.map.place, self.query_one("#cell", Fitted)
        if self.listed:
            event = self._event
            panel.border_title = txt("")
            panel.show(
                lambda _width, _height: [event_text.in_a_sentence(event, self.today, self._clashes)] if event else []
            )
            return
        found = event_text.things(self._cells.get(place, []))
        place_text = self._in_words(place)
        panel.border_title = txt(place_text)
        if self.has_class("-tall"):
            coming = event_text.later(self._cells, self._columns, place)
            panel.show(event_text.in_lines(found, coming, self.rows[place.row].label, self.today, self._clashes))
        else:
            name = self._columns[place.column].name
            named = not self._columns[place.column].label.isdigit()
            panel.show(
                event_text.in_a_breath(
                    place_text, f"{self.rows[place.row].label} · {name}" if named else place_text, found, self._clashes
                )
            )

    def _in_words(self, place: GridPlace) -> str:
        return f"{self.rows[place.row].label} · {event_text.days_in_words(self._columns[place.column], self._off)}"

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, Row]:
        return {
            key: event_text.list_row(self.dates[key], self.today, self.app.theme_variables, self._clashes)
            for key in keys
            if key < len(self.dates)
        }

    @on(YearMap.Moved)
    def _moved(self) -> None:
        column = self._columns[self.map.place.column]
        if not column.covers(self.day):
            self.day = column.first
        self._follow()
        self.refresh_bindings()

    @on(WindowTable.Highlighted)
    def _highlighted(self) -> None:
        event = self._event
        if event is None or not self.listed or not self._counted:
            return
        first, last = academic_year_span(self.year)
        self.day, self._held = min(max(event.first, first), last), event.key
        self._follow()

    @property
    def _event(self) -> Event | None:
        key = self.table.cursor_key
        return self.dates[key] if key is not None and key < len(self.dates) else None

    def _kept(self) -> int | None:
        """The date on which the list stood, else the first one from the cursor's day on, else the last there is."""
        known = [number for number, event in enumerate(self.dates) if event.key == self._held]
        ahead = [number for number, event in enumerate(self.dates) if event.first >= self.day]
        return next(iter((*known, *ahead, *range(len(self.dates))[-1:])), None)

    # Commands

    def why_not(self, command: Command) -> str | None:
        if command.id == "list.open" and not self.found():
            return (
                "There is nothing here to open."
                if self.listed
                else "This cell is empty. Ctrl and the right arrow go to the next date."
            )
        if command.id == "calendar.next" and self.year >= LAST_YEAR:
            return "The calendar ends here."
        if command.id == "calendar.previous" and self.year <= FIRST_YEAR:
            return "The calendar begins here."
        if command.id == "calendar.edit" and not self._one_of_each(navigation.can_be_edited):
            return "Nothing here can be edited: milestones have their own list, in ; (more). a adds a date."
        if command.id == "calendar.take_out" and not self._one_of_each(navigation.can_be_taken_out):
            return "You can’t take anything out here. Call a workshop off in the register (5)."
        return super().why_not(command)

    def peel(self) -> bool:
        if self.kind:
            self._only("")
            return True
        if self.listed:
            self.action_view()
            return True
        return False

    def found(self) -> Sequence[Event]:
        """What is under the cursor: what is in the cell, or the date of the list."""
        if self.listed:
            return [self._event] if self._event is not None else []
        return self._cells.get(self.map.place, [])

    @on(YearMap.Opened)
    @on(WindowTable.Opened)
    async def _opened(self) -> None:
        if self.found():
            await self.perform("list.open")

    def read_in_full(self) -> None:
        found, clashes = event_text.things(self.found()), self._clashes
        title = found[0].when if self.listed else self._in_words(self.map.place)
        self.app.push_screen(ReadScreen(title, lambda _hidden: list(event_text.in_full(found, self.today, clashes))))

    def action_view(self) -> None:
        listed, self._held = not self.listed, ""
        self.set_class(listed, "-list")
        self.fill()
        self._body.focus()
        self._keep()

    def action_year(self, step: int) -> None:
        self._go_to(add_months(self.day, 12 * step))

    def action_today(self) -> None:
        self._go_to(self.today)

    async def action_filter(self) -> None:
        kind = await self.host.ask(
            Choose("Show which dates?", event_text.kinds_to_choose(self._all), current=self.kind)
        )
        if kind is not None:
            self._only(kind)

    def _only(self, kind: str) -> None:
        self.kind = kind
        self.fill()

    async def action_whose(self) -> None:
        choices = [Choice(owner, capital(name)) for owner, name in self._calendars.items()]
        owner = await self.host.ask(Choose("Whose term dates?", choices, current=self.owner))
        if owner is not None:
            self.owner = owner
            self._keep()
            self._look_first()
            self.read_again()

    def action_import_terms(self) -> None:
        self.host.open.import_file("terms")

    async def action_export(self) -> None:
        await navigation.export_year(self.host, self.year, self.owner, (self.kind,) if self.kind else ())

    def _one_of_each(self, wanted: navigation.Wanted) -> Sequence[Event]:
        """What can be chosen, each thing once, also when it falls on several days."""
        return list({event.code: event for event in self.found() if wanted(event)}.values())

    async def action_open(self) -> None:
        found = self.found()
        workshops = {event.key: event for event in found if event.origin == "workshop"}
        if not workshops:
            self.read_in_full()
            return
        key: str | None = next(iter(workshops))
        if len({event.code for event in found}) > 1:
            choices = [Choice(event.key, event.title, hint="the workshop") for event in workshops.values()]
            everything = Choice(_EVERYTHING, "Read everything here", "r")
            key = await self.host.ask(Choose("Open what?", [*choices, everything]))
        if key == _EVERYTHING:
            self.read_in_full()
        elif key is not None:
            navigation.open_workshop(self.host, workshops[key], self.dates)

    async def action_add(self) -> None:
        await navigation.add(self.host, self.day)

    async def action_edit(self) -> None:
        event = await navigation.choose(self.host, "Edit what?", self._one_of_each(navigation.can_be_edited))
        if event is not None:
            await navigation.edit(self.host, event, self.year)

    async def action_take_out(self) -> None:
        event = await navigation.choose(self.host, "Take out what?", self._one_of_each(navigation.can_be_taken_out))
        if event is not None:
            await navigation.take_out(self.host, event)

    async def action_taken_out(self) -> None:
        await navigation.bring_back_date(self.host)

    def action_clashes(self) -> None:
        self.host.open.clashes(self.year)

    def action_asks(self) -> None:
        from screens.calendar.deadlines import DeadlinesScreen

        self.app.push_screen(DeadlinesScreen(self.year))

    # What comes back at the next start

    def _restore(self, kept: Mapping[str, Any]) -> None:
        names = calendars_entered(self.workspace)
        owner = CalendarOwner(*kept.get("whose", ()))
        self.owner = owner if owner in names else next(iter(names))
        self.set_class(kept.get("list", False), "-list")

    def _keep(self) -> None:
        workers.leave_on_desk(self.workspace, _DESK, {"whose": list(self.owner), "list": self.listed})
