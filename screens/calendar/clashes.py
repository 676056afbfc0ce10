"""The clashes of an academic year: what stands in whose way, and the nearest day on which it would not."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from rich.text import Text
from textual import work

from screens.calendar.event_text import days_short
from screens.calendar.navigation import move, open_event
from screens.frame.commands import CLASHES, Command
from screens.frame.render_context import status_style
from screens.frame.report_screen import FiguresScreen, ReportLine, ReportTab
from screens.frame.safe import cell
from screens.widgets.columns import Column
from transitions.calendar.clashes import Clash, clashes_of, free_date_of
from transitions.dates import ago, how_far, long, short, short_with_year
from transitions.milestones.milestone import State
from transitions.school_year import academic_year_label
from transitions.text import searchable

_COLUMNS = (
    Column("", width=1, gap=1, priority=10),
    Column("When", width=16, priority=10),
    Column("What", flex=1, min_width=20, priority=10),
    Column("In the way", flex=1, min_width=16, priority=8),
    Column("Free day", width=11, priority=9),
)
_ALL = "all"


@dataclass(frozen=True)
class LoadedClashes:
    """The clashes of a year as they are seen ``today``, with the free day of each event once it was looked for."""

    year: int
    today: date
    clashes: Sequence[Clash]
    free: dict[str, date | None] = field(default_factory=dict)

    def is_to_come(self, clash: Clash) -> bool:
        return clash.event.last >= self.today

    @property
    def how_much(self) -> str:
        count = f"{len(self.clashes):,} clash{'' if len(self.clashes) == 1 else 'es'}"
        return f"{count} · {sum(map(self.is_to_come, self.clashes)):,} to come" if self.clashes else count

    def part(self, variables: Mapping[str, str]) -> ReportTab:
        coming = [clash for clash in self.clashes if self.is_to_come(clash)]
        gone = [clash for clash in reversed(self.clashes) if not self.is_to_come(clash)]
        titles = ("To come", f"Before today, {short_with_year(self.today)}") if coming and gone else ("", "")
        lines = [
            self._line(clash, title, variables)
            for found, title in zip((coming, gone), titles, strict=True)
            for clash in found
        ]
        serious = sum(clash.severity == "serious" for clash in self.clashes)
        figures = [f"! serious clash: {serious:,}", f"~ inconvenient: {len(self.clashes) - serious:,}"]
        empty = f"Nothing clashes in {academic_year_label(self.year)}: none of your workshops, dates or deadlines gets in another’s way. [ and ] show other years."
        return ReportTab(_COLUMNS, lines, figures if self.clashes else (), empty)

    def _line(self, clash: Clash, heading: str, variables: Mapping[str, str]) -> ReportLine:
        event, other = clash.event, clash.other
        in_the_way = other.title if other else "no school"
        state: State = "overdue" if clash.severity == "serious" else "due soon"
        sign = Text("!" if state == "overdue" else "~", status_style(state, variables))
        free, proposal = self._free_day(clash)
        return ReportLine(
            (sign, days_short(event.first, event.last), cell(event.title), cell(in_the_way), free),
            clash,
            searchable(event.title, in_the_way),
            [clash.sentence, f"{proposal} Enter opens it."],
            heading,
        )

    def _free_day(self, clash: Clash) -> tuple[str, str]:
        """As a column has it, and in a sentence."""
        event = clash.event
        if not self.is_to_come(clash):
            return "", f"It was {ago(event.last, self.today)}."
        if event.key not in self.free:
            return "…", "Looking for a free day…"
        free = self.free[event.key]
        if free is None:
            return "none", "Every day this year has a clash."
        return short(free, self.today), f"Free: {long(free)}, {how_far(free, self.today)}. t moves it there."


class ClashesScreen(FiguresScreen):
    """Every clash of a year, those to come first; Enter opens what could be moved, t moves it."""

    SCOPE: ClassVar[str] = CLASHES
    PARTS: ClassVar[Mapping[str, str]] = {_ALL: "Clashes"}
    FIND = "find a date, a workshop or what it clashes with"
    read_all: LoadedClashes

    def load(self) -> LoadedClashes:
        return LoadedClashes(self.year, self.today, clashes_of(self.workspace, self.year))

    def after_reading(self) -> None:
        self._look_for_free_days(self.read_all)

    @work(exclusive=True, group="free days")
    async def _look_for_free_days(self, found: LoadedClashes) -> None:
        to_come = {clash.event.key: clash.event for clash in found.clashes if found.is_to_come(clash)}
        for key, event in to_come.items():
            found.free[key] = await asyncio.to_thread(free_date_of, self.workspace, event)
            self.fill()

    # Showing

    def what(self) -> str:
        return f"Clashes {academic_year_label(self.year)}"

    def amount(self, name: str) -> int | None:  # noqa: ARG002 - there is one tab
        return len(self.read_all.clashes)

    def part(self, name: str) -> ReportTab:  # noqa: ARG002 - there is one tab
        return self.read_all.part(self.app.theme_variables)

    # Commands

    def why_not(self, command: Command) -> str | None:
        if command.id == "clash.move" and self._target is None:
            return "There is no free day for this one." if self.line else "Nothing clashes."
        return super().why_not(command)

    @property
    def _target(self) -> date | None:
        return self.read_all.free.get(self.line.goal.event.key) if self.line else None

    async def go(self, goal: Any) -> None:
        await open_event(self.host, goal.event, self.year)

    async def action_move(self) -> None:
        """Move it to the free day; it can be undone, so nobody is asked."""
        if self.line is not None and self._target is not None:
            await move(self.host, self.line.goal.event, self._target, self.year)
