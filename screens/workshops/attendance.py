"""Who came over a year: by school, none or once, where pupils are to move and nobody told of them, by series and in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from screens.frame.dialogs import Choice, Choose
from screens.frame.report_commands import ATTENDANCE
from screens.frame.report_screen import FiguresScreen, Part
from screens.workshops import attendance_lines as lines
from screens.workshops.feeders import show_movers
from transitions.dates import short_with_year
from transitions.school_year import academic_year, academic_year_label
from transitions.workshops import attendance, missed_settings, series_attendance
from transitions.workshops.attendance import NoneOrOnce, Period, SchoolAttendance
from transitions.workshops.kinds import KINDS
from transitions.workshops.missed_settings import WithMovers
from transitions.workshops.series_attendance import SeriesAttendance

SCHOOLS, FEW, MOVERS, SERIES, TIME = "schools", "few", "movers", "series", "time"
_YEARS = 4
"""Academic years held against each other."""


@dataclass(frozen=True)
class Found:
    """What was read of a year, of all its meetings or of some."""

    schools: Sequence[SchoolAttendance]
    few: NoneOrOnce
    with_movers: WithMovers
    series: Sequence[SeriesAttendance]
    terms: Sequence[Period]
    years: Sequence[Period]


class AttendanceScreen(FiguresScreen):
    """The figures of a year; ``f`` counts one kind of meeting, or one series, alone."""

    SCOPE: ClassVar[str] = ATTENDANCE
    PARTS: ClassVar[Mapping[str, str]] = {
        SCHOOLS: "Schools",
        FEW: "None or once",
        MOVERS: "Movers",
        SERIES: "Series",
        TIME: "Terms and years",
    }
    FIND = "find a school or a series"
    read_all: Found

    def __init__(self, year: int | None = None) -> None:
        super().__init__(year)
        self.kind, self.series = "", ""

    # Reading

    def read(self) -> Found:
        """Read every figure of the year."""
        year, only = self.year, self._only
        running = academic_year(self.today)
        earlier = range(year, year - _YEARS, -1)
        return Found(
            schools=attendance.by_school(self.workspace, year, **only),
            few=attendance.none_or_once(self.workspace, year, **only),
            with_movers=missed_settings.absent_with_movers_of_year(self.workspace, year, kinds=self._about_moves),
            series=series_attendance.by_series(self.workspace, year),
            terms=attendance.by_term(self.workspace, year, **only),
            years=attendance.by_year(self.workspace, earlier, **only, same_point=year == running),
        )

    @property
    def _only(self) -> dict[str, Any]:
        return {"kinds": (self.kind,) if self.kind else (), "series": self.series or None}

    @property
    def _about_moves(self) -> Sequence[str]:
        return (self.kind,) if self.kind else missed_settings.ABOUT_MOVES

    # Showing

    def what(self) -> str:
        """Give the year and what is counted."""
        only = self.series or (f"only {KINDS[self.kind].plural}" if self.kind else "")
        return " · ".join(part for part in (f"Who came {academic_year_label(self.year)}", only) if part)

    def how_much(self) -> str:
        """Give how many meetings there were, and how many schools were invited."""
        counted = [row for row in self.read_all.series if self._counts(row)]
        held = sum(row.meetings for row in counted)
        return f"{held:,} meeting{'' if held == 1 else 's'} · {len(self.read_all.schools):,} schools asked"

    def _counts(self, row: SeriesAttendance) -> bool:
        return self.kind in ("", row.kind) and self.series in ("", row.series)

    def amount(self, name: str) -> int | None:
        """Give how many lines a tab has."""
        found = self.read_all
        if name == TIME:
            return None
        return {
            SCHOOLS: len(found.schools),
            FEW: len(found.few.none) + len(found.few.once),
            MOVERS: len(found.with_movers.absent),
            SERIES: len(found.series),
        }[name]

    def part(self, name: str) -> Part:
        """Give what a tab shows."""
        found = self.read_all
        if name == FEW:
            return lines.few(found.few)
        if name == MOVERS:
            return lines.with_movers(found.with_movers, self._about_moves)
        if name == SERIES:
            return lines.series(found.series)
        if name == TIME:
            same_point = self.today if self.year == academic_year(self.today) else None
            return lines.over_time(found.terms, found.years, self.year, same_point)
        return lines.schools(found.schools)

    # Commands

    async def go(self, goal: Any) -> None:
        """Show the meetings of a school, the pupils who move, a series alone, or another year."""
        what, *which = goal
        if what == "school":
            await self._choose_meeting(*which)
        elif what == "movers":
            await show_movers(self.host, self.year, which[0])
        elif what == "series":
            self._narrow((which[0], which[1]))
            self.action_show_tab(SCHOOLS)
        elif what == "year":
            self.action_year(which[0] - self.year)

    async def _choose_meeting(self, school_id: int, school: str) -> None:
        found = series_attendance.meetings_of(self.workspace, self.year, school_id, **self._only)
        choices = [
            Choice(row.workshop_id, row.title, hint=f"{short_with_year(row.on_day)}, {lines.DID[row.attendance]}")
            for row in found
        ]
        workshop_id = await self.host.ask(Choose(f"{school}: asked to", choices))
        if workshop_id is not None:
            self.host.open.workshop(workshop_id, [row.workshop_id for row in found])

    async def action_filter(self) -> None:
        choices = lines.to_choose(self.read_all.series if self.is_read else ())
        chosen = await self.host.ask(Choose("Count which meetings?", choices, current=(self.kind, self.series)))
        if chosen is not None:
            self._narrow(chosen)

    def _narrow(self, chosen: tuple[str, str]) -> None:
        self.kind, self.series = chosen
        self.read_again()

    def peel(self) -> bool:
        """Clear the find box, or count every meeting again."""
        if super().peel():
            return True
        if not self.kind:
            return False
        self._narrow(("", ""))
        return True

    async def action_export(self) -> None:
        from screens.workshops.export import export_workshops

        await export_workshops(self.host, self.year)
