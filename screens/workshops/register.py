"""The workshops of an academic year: what is to come, who came to what, and where dates clash."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar, NamedTuple

from textual import on, work
from textual.app import ComposeResult

from screens.frame.commands import WORKSHOPS, Command
from screens.frame.dialogs import Choice, Choose, bring_back
from screens.frame.list_screen import FindingScreen, YearScreen
from screens.frame.pickers import choose_group
from screens.frame.safe import txt
from screens.widgets.line import Fitted
from screens.widgets.window_table import Row, WindowTable
from screens.workshops import list_lines as lines
from transitions.pupils import school_groups
from transitions.school_year import academic_year
from transitions.workshops import page
from transitions.workshops.page import WorkshopRow

_NEEDS_ONE = frozenset({"workshops.open", "workshops.edit", "workshop.next", "workshop.cancel", "workshops.archive"})
"""What is done to the highlighted workshop."""
_GROUP = "\0group"
_MAKES_ROOM = frozenset({"workshops.export", "workshop.next"})
"""What the footer leaves out, so that the ways to the figures are in it."""


class Clashes(NamedTuple):
    """The sentences about the clashes of each workshop, by its number, as they stood in one state of the records."""

    year: int
    of: Mapping[int, Sequence[str]]


class WorkshopsScreen(FindingScreen, YearScreen):
    """A list of a year's workshops; a row's key is the workshop's number."""

    SCOPE: ClassVar[str] = WORKSHOPS
    KEPT = ("kind",)
    CSS_PATH = "register.tcss"
    AUTO_FOCUS = "#workshops"
    FIND = "find a title, a series, a kind or a place"

    def __init__(self) -> None:
        super().__init__()
        self.table = WindowTable(lines.columns(0), self._fetch, id="workshops")
        self.kind = ""
        self.group_id: int | None = None
        self._rows: Sequence[WorkshopRow] = ()
        self._shown: Mapping[int, WorkshopRow] = {}
        self._clashes = Clashes(0, {})

    def body(self) -> ComposeResult:
        yield from super().body()
        yield Fitted(id="workshop")

    def on_mount(self) -> None:
        self.read_again()

    # Reading

    def read_again(self) -> None:
        """Read the year at once; the clashes, for which its every date is needed, follow from a thread."""
        self.read_for = self.now
        self._rows = page.of_year(self.workspace, self.year)
        if self.group_id is not None:
            self._rows = page.of_group(self.workspace, self._rows, self.group_id)
        self.fill()
        self._look_for_clashes()

    @work(exclusive=True, group="clashes")
    async def _look_for_clashes(self) -> None:
        year = self.year
        found = await asyncio.to_thread(self._find_clashes, year)
        if year == self.year:
            self._clashes = Clashes(year, found)
            self.table.refresh_rows()
            self._follow()

    def _find_clashes(self, year: int) -> Mapping[int, Sequence[str]]:
        from transitions.calendar.clashes import clashes_of

        found: dict[int, list[str]] = {}
        for clash in clashes_of(self.workspace, year):
            for event in (clash.event, clash.other):
                if event is not None and event.origin == "workshop" and event.record is not None:
                    found.setdefault(event.record.number, []).append(clash.sentence)
        return found

    # Showing

    def fill(self) -> None:
        self.drawn_for = self.app.size
        text = self.find_line.value
        found = [row for row in self._rows if self.kind in ("", row.kind) and lines.answers(row, text)]
        ordered, sections = lines.in_order(found, self.today)
        self._shown = {row.id: row for row in ordered}
        self.table.empty = txt(lines.nothing(self.year, self.kind, text))
        self.table.set_columns(lines.columns(self.app.size.width))
        self.table.set_rows(list(self._shown), sections=sections)
        self.set_heading(
            lines.heading(self.year, self.kind, text) + self._group_in_words,
            lines.amounts(self._rows, len(self._shown), self.today),
        )
        self._follow()
        self.refresh_bindings()

    @property
    def _group_in_words(self) -> str:
        if self.group_id is None:
            return ""
        return f" · {school_groups.called(school_groups.group(self.workspace, self.group_id))}"

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, Row]:
        width, variables = self.app.size.width, self.app.theme_variables
        return {
            key: lines.list_row(self._shown[key], width, self.today, len(self._of(key)), variables)
            for key in keys
            if key in self._shown
        }

    def _of(self, key: int) -> Sequence[str]:
        return self._clashes.of.get(key, ()) if self._clashes.year == self.year else ()

    @on(WindowTable.Highlighted)
    def _follow(self) -> None:
        row = self._highlighted
        clashes = self._of(row.id) if row else ()
        self.query_one("#workshop", Fitted).show(lines.in_sentences(row, clashes, self.today))

    @property
    def _highlighted(self) -> WorkshopRow | None:
        key = self.table.cursor_key
        return None if key is None else self._shown.get(key)

    @property
    def _chosen(self) -> int:
        """The number of the highlighted workshop; ``why_not`` has seen to it that there is one."""
        return self.table.cursor_key or 0

    def find(self, _: str) -> None:
        self.fill()

    # Commands

    def why_not(self, command: Command) -> str | None:
        if command.id in _NEEDS_ONE and self._highlighted is None:
            return "Nothing is highlighted. a adds a workshop."
        return super().why_not(command)

    def in_footer(self, command: Command) -> bool:
        return command.id not in _MAKES_ROOM

    def peel(self) -> bool:
        if super().peel():
            return True
        if self.kind or self.group_id is not None:
            self.group_id = None
            self._only("")
            self.read_again()
        else:
            return False
        return True

    async def action_filter(self) -> None:
        choices = [*lines.kinds_to_choose(self._rows), Choice(_GROUP, "With schools from a group")]
        kind = await self.host.ask(Choose("Show which meetings?", choices, current=self.kind))
        if kind == _GROUP:
            self.group_id = await choose_group(self.host, "Meetings with schools from which group?")
            self.read_again()
        elif kind is not None:
            self._only(kind)

    def _only(self, kind: str) -> None:
        self.kind = kind
        self.fill()

    @on(WindowTable.Opened)
    def action_open(self) -> None:
        self._open(self._chosen)

    def _open(self, workshop_id: int) -> None:
        self.host.open.workshop(workshop_id, list(self._shown), self._go_to)

    def _go_to(self, workshop_id: int | None) -> None:
        if workshop_id is None:
            return
        year = academic_year(page.load(self.workspace, workshop_id).workshop.on_day)
        if year != self.year or workshop_id not in self._shown:
            self.chosen_year = year
            self.read_again()
        self.table.move_to(workshop_id)

    async def action_add(self) -> None:
        await self._edit(None)

    async def action_edit(self) -> None:
        await self._edit(self._chosen)

    async def _edit(self, workshop_id: int | None) -> None:
        from screens.workshops.forms import edit_workshop

        self._go_to(await edit_workshop(self.host, workshop_id))

    async def action_next_in_series(self) -> None:
        from screens.workshops.forms import plan_next

        self._go_to(await plan_next(self.host, self._chosen))

    async def action_cancel(self) -> None:
        from screens.workshops.forms import call_off

        await call_off(self.host, self._chosen)

    async def action_archive(self) -> None:
        from screens.workshops.forms import take_workshop_out

        await take_workshop_out(self.host, self._chosen)

    async def action_archived(self) -> None:
        from transitions.workshops import saving

        choices = [Choice(row.id, row.title, hint=lines.days_long(row)) for row in page.archived(self.workspace)]
        nothing = "No workshops have been taken out."
        restore = partial(saving.restore, self.workspace)
        self._go_to(await bring_back(self.host, "Bring back a workshop", choices, restore, nothing))

    async def action_export(self) -> None:
        from screens.workshops.forms import export_workshops

        await export_workshops(self.host, self.year)

    # What stands around the register

    def action_attendance(self) -> None:
        from screens.workshops.attendance import AttendanceScreen

        self.app.push_screen(AttendanceScreen(self.year))

    def action_training(self) -> None:
        from screens.workshops.training import TrainingScreen

        self.app.push_screen(TrainingScreen())

    def action_feeders(self) -> None:
        from screens.workshops.feeders import FeedersScreen

        self.app.push_screen(FeedersScreen(self.year))

    def action_clashes(self) -> None:
        self.host.open.clashes(self.year)
