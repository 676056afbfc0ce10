"""Who came over a year: by school, none or once, where pupils are to move and nobody told of them, by series and in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from screens.frame.commands import ATTENDANCE
from screens.frame.dialogs import Choice, Choose
from screens.frame.report_screen import FiguresScreen, ReportLine, ReportTab
from screens.frame.safe import cell
from screens.widgets.columns import Column
from screens.workshops.feeders import show_movers
from transitions.dates import MONTHS, short_with_year
from transitions.school_year import academic_year, academic_year_label
from transitions.text import capital, how_many, listed, searchable, share
from transitions.workshops import attendance, missed_settings
from transitions.workshops.missed_settings import SettingWithMovers, WithMovers
from transitions.workshops.reading import KINDS
from transitions.workspace import Workspace

DID: Mapping[str, str] = {
    "came": "came",
    "apologies": "sent apologies",
    "absent": "absent",
    "invited": "not marked",
    "not invited": "not invited",
}
"""What a school did at a meeting, in words."""
_SHARE = 16
_SCHOOL_COLUMNS = (
    Column("School", flex=3, min_width=20, priority=10),
    Column("Phase", flex=1, min_width=12, priority=2),
    Column("Came", width=_SHARE, priority=10),
    Column("Apologies", width=9, align="right", priority=7),
    Column("Absent", width=6, align="right", priority=8),
    Column("Unmarked", width=8, align="right", priority=6),
)
_NO_MEETING = "No meeting with schools invited has taken place yet this year. [ shows the year before."


def schools(rows: Sequence[attendance.SchoolAttendance]) -> ReportTab:
    return ReportTab(_SCHOOL_COLUMNS, [_school(row, "") for row in rows], _all(rows), _NO_MEETING)


def few(found: attendance.NoneOrOnce) -> ReportTab:
    """The schools that came to none of their meetings, or only to one of several."""
    headings = (
        (f"Came to none: {found.none_share.text}", found.none),
        (f"Came only once: {found.once_share.text}", found.once),
        (f"Not clear, because attendance is missing: {share(len(found.unclear), found.schools)}", found.unclear),
    )
    lines = [_school(row, heading) for heading, rows in headings for row in rows]
    figures = [
        f"none: {found.none_share.text} schools",
        f"only once of several: {found.once_share.text} schools",
        *([f"not clear: {share(len(found.unclear), found.schools)}"] if found.unclear else []),
    ]
    empty = "Every school came more than once, or to the only meeting it was invited to." if found.schools else ""
    return ReportTab(_SCHOOL_COLUMNS, lines, figures, empty or _NO_MEETING)


def with_movers(found: WithMovers, kinds: Sequence[str]) -> ReportTab:
    columns = (
        Column("School or setting", flex=3, min_width=24, priority=10),
        Column("What it did", width=15, priority=9),
        Column("Pupils who move", width=15, align="right", priority=10),
    )
    sections = (
        (f"Nobody came: {found.settings_share.text} settings", found.absent),
        (f"Not marked, but may have come: {share(len(found.unmarked), found.settings)}", found.unmarked),
    )
    lines = [_setting(row, heading, found) for heading, rows in sections for row in rows]
    meetings = listed([KINDS[kind].plural for kind in kinds], "and")
    figures = [
        f"nobody came from {found.settings_share.text} settings with pupils who move",
        f"that is {found.pupils_share.text} pupils",
        f"counted at {meetings}",
    ]
    if not found.settings:
        sentence = "None of the pupils this year's meetings were about is known to be moving. Record next schools on the pupils' pages."
    else:
        sentence = "Every setting with known movers sent somebody."
    return ReportTab(columns, lines, figures if found.settings else figures[2:], sentence)


def series(rows: Sequence[attendance.SeriesAttendance]) -> ReportTab:
    columns = (
        Column("Series", flex=3, min_width=18, priority=10),
        Column("Meetings", width=8, align="right", priority=8),
        Column("Came", width=_SHARE, priority=10),
        Column("Schools reached", width=_SHARE, priority=9),
        Column("Unmarked", width=8, align="right", priority=8),
    )
    lines = [
        ReportLine(
            (
                cell(row.series),
                f"{row.meetings:,}",
                _came(row.attendance),
                row.reached.text,
                _count(row.attendance.unmarked),
            ),
            ("series", row.kind, row.series),
            searchable(row.series, row.kind),
            [
                row.series,
                f"{how_many(row.meetings, 'meeting')}: came {row.attendance.text}; reached {row.reached.text} schools",
                "Enter counts only this series.",
            ],
            capital(KINDS[row.kind].plural),
        )
        for row in rows
    ]
    return ReportTab(columns, lines, ["each school counts once per meeting it was invited to"], _NO_MEETING)


def groups(rows: Sequence[attendance.GroupAttendance]) -> ReportTab:
    columns = (
        Column("Group of schools", flex=3, min_width=20, priority=10),
        Column("Schools asked", width=_SHARE, priority=8),
        Column("Came", width=_SHARE, priority=10),
        Column("Schools reached", width=_SHARE, priority=9),
        Column("Unmarked", width=8, align="right", priority=7),
    )
    lines = [
        ReportLine(
            (
                cell(row.group),
                row.asked.text,
                _came(row.attendance),
                row.reached.text if row.reached.base else "-",
                _count(row.attendance.unmarked),
            ),
            ("group", row.group_id),
            searchable(row.group),
            [
                row.group,
                f"{row.asked.text} of its schools invited, {row.attendance.text} came, {row.reached.text} reached.",
            ],
            opens=False,
        )
        for row in rows
    ]
    figures = ["each of the group's schools counts once per meeting it was invited to"]
    return ReportTab(columns, lines, figures, "There are no school groups. Press ; in the list of schools to make one.")


def over_time(
    terms: Sequence[attendance.Period], years: Sequence[attendance.Period], year: int, same_point: date | None
) -> ReportTab:
    """The terms of a year, and the year beside those before it, each to the ``same_point`` when it is still running."""
    columns = (
        Column("Term or year", flex=2, min_width=14, priority=10),
        Column("Until", width=15, priority=6),
        Column("Meetings", width=8, align="right", priority=8),
        Column("Came", width=_SHARE, priority=10),
        Column("Schools reached", width=_SHARE, priority=9),
        Column("Unmarked", width=8, align="right", priority=8),
    )
    assumed = ", assumed to end in December and March" if any(term.assumed for term in terms) else ""
    until = f", each until {same_point.day} {MONTHS[same_point.month - 1]}" if same_point else ""
    lines = [
        *(_period(term, f"Terms of {academic_year_label(year)}{assumed}", None) for term in terms),
        *(_period(one, f"Academic years{until}", academic_year(one.first)) for one in years),
    ]
    figures = ["each school counts once per meeting it was invited to", "reached: came to any"]
    return ReportTab(columns, lines, figures, "This year has not started yet. [ shows the year before.")


def to_choose(rows: Sequence[attendance.SeriesAttendance]) -> list[Choice[tuple[str, str]]]:
    choices = [Choice(("", ""), "Every meeting", hint=f"{sum(row.meetings for row in rows):,}")]
    for kind in dict.fromkeys(row.kind for row in rows):
        own = [row for row in rows if row.kind == kind]
        choices.append(Choice((kind, ""), capital(KINDS[kind].plural), hint=f"{sum(row.meetings for row in own):,}"))
        several = own if len(own) > 1 else []
        choices += [Choice((kind, row.series), f"- {row.series}", hint=f"{row.meetings:,}") for row in several]
    return choices


def _school(row: attendance.SchoolAttendance, heading: str) -> ReportLine:
    found = row.attendance
    return ReportLine(
        (
            cell(row.school),
            cell(row.phase or ""),
            _came(found),
            _count(found.apologies),
            _count(found.absent),
            _count(found.unmarked),
        ),
        ("school", row.school_id, row.school),
        searchable(row.school, row.phase or ""),
        [row.school, f"Meetings: {_in_words(found)}.", "Enter lists them."],
        heading,
    )


def _setting(row: SettingWithMovers, heading: str, found: WithMovers) -> ReportLine:
    pupils = f"{share(row.movers, found.pupils)} of the pupils who move"
    return ReportLine(
        (cell(row.school), DID[row.attendance], f"{row.movers:,}"),
        ("movers", row.school_id),
        searchable(row.school),
        [row.school, f"{capital(DID[row.attendance])}. {pupils} are there.", "Enter shows the pupils."],
        heading,
    )


def _period(one: attendance.Period, heading: str, year: int | None) -> ReportLine:
    days = f"{short_with_year(one.first)} to {short_with_year(one.last)}{', so far' if one.so_far else ''}"
    return ReportLine(
        (
            one.name,
            short_with_year(one.last),
            f"{one.meetings:,}",
            _came(one.attendance),
            one.reached.text if one.reached.base else "-",
            _count(one.attendance.unmarked),
        ),
        ("year", year) if year is not None else ("term", one.name),
        searchable(one.name),
        [
            f"{one.name}, {days}",
            f"{how_many(one.meetings, 'meeting')}: {_in_words(one.attendance)}; reached {one.reached.text} schools.",
        ],
        heading,
        opens=year is not None,
    )


def _all(rows: Sequence[attendance.SchoolAttendance]) -> list[str]:
    if not rows:
        return []
    came = sum(row.attendance.came > 0 for row in rows)
    found = attendance.together(rows)
    return [
        f"{share(came, len(rows))} schools came to any meeting",
        f"of those invited each time, {found.share.text} came",
        *_others(found),
    ]


def _in_words(found: attendance.Attendance) -> str:
    """Every count: "came 14 of 48 (29%), 3 sent apologies, 31 absent"."""
    if found.unmarked == found.invited:
        return found.text
    return ", ".join([f"came {found.share.text}", *_others(found)])


def _others(found: attendance.Attendance) -> list[str]:
    others = ((found.apologies, "sent apologies"), (found.absent, "absent"), (found.unmarked, "not marked"))
    return [f"{number:,} {label}" for number, label in others if number]


def _came(found: attendance.Attendance) -> str:
    """The share that came; no rate while nobody is marked."""
    if not found.invited:
        return "nobody invited"
    return f"- of {found.invited:,}" if found.unmarked == found.invited else found.share.text


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


SCHOOLS, FEW, MOVERS, GROUPS, SERIES, TIME = "schools", "few", "movers", "groups", "series", "time"
_YEARS = 4
"""Academic years held against each other."""


@dataclass(frozen=True)
class LoadedAttendance:
    """What was read of a year: of all its meetings, or of one kind or series of them."""

    year: int
    kind: str
    only_series: str
    schools: Sequence[attendance.SchoolAttendance]
    few: attendance.NoneOrOnce
    with_movers: WithMovers
    groups: Sequence[attendance.GroupAttendance]
    series: Sequence[attendance.SeriesAttendance]
    terms: Sequence[attendance.Period]
    years: Sequence[attendance.Period]
    same_point: date | None

    @classmethod
    def of(cls, workspace: Workspace, year: int, kind: str = "", series: str = "") -> "LoadedAttendance":
        only: dict[str, Any] = {"kinds": (kind,) if kind else (), "series": series or None}
        earlier, today = range(year, year - _YEARS, -1), workspace.clock.today
        running = year == academic_year(today)
        return cls(
            year,
            kind,
            series,
            schools=attendance.by_school(workspace, year, **only),
            few=attendance.none_or_once(workspace, year, **only),
            with_movers=missed_settings.absent_with_movers_of_year(workspace, year, kinds=_about_moves(kind)),
            groups=attendance.by_group(workspace, year, **only),
            series=attendance.by_series(workspace, year),
            terms=attendance.by_term(workspace, year, **only),
            years=attendance.by_year(workspace, earlier, **only, same_point=running),
            same_point=today if running else None,
        )

    @property
    def how_much(self) -> str:
        counted = (row for row in self.series if self.kind in ("", row.kind) and self.only_series in ("", row.series))
        meetings = how_many(sum(row.meetings for row in counted), "meeting")
        return f"{meetings} · {len(self.schools):,} schools asked"

    def amount(self, name: str) -> int | None:
        return {
            SCHOOLS: len(self.schools),
            FEW: len(self.few.none) + len(self.few.once),
            MOVERS: len(self.with_movers.absent),
            GROUPS: len(self.groups),
            SERIES: len(self.series),
        }.get(name)

    def part(self, name: str) -> ReportTab:
        if name == FEW:
            return few(self.few)
        if name == MOVERS:
            return with_movers(self.with_movers, _about_moves(self.kind))
        if name == GROUPS:
            return groups(self.groups)
        if name == SERIES:
            return series(self.series)
        if name == TIME:
            return over_time(self.terms, self.years, self.year, self.same_point)
        return schools(self.schools)


def _about_moves(kind: str) -> Sequence[str]:
    return (kind,) if kind else missed_settings.ABOUT_MOVES


class AttendanceScreen(FiguresScreen):
    """The figures of a year; ``f`` counts one kind of meeting, or one series, alone."""

    SCOPE: ClassVar[str] = ATTENDANCE
    PARTS: ClassVar[Mapping[str, str]] = {
        SCHOOLS: "Schools",
        FEW: "None or once",
        MOVERS: "Movers",
        GROUPS: "Groups",
        SERIES: "Series",
        TIME: "Terms and years",
    }
    FIND = "find a school or a series"
    read_all: LoadedAttendance

    def __init__(self, year: int | None = None) -> None:
        super().__init__(year)
        self.kind, self.series = "", ""

    def load(self) -> LoadedAttendance:
        return LoadedAttendance.of(self.workspace, self.year, self.kind, self.series)

    # Showing

    def what(self) -> str:
        only = self.series or (f"only {KINDS[self.kind].plural}" if self.kind else "")
        return " · ".join(part for part in (f"Who came {academic_year_label(self.year)}", only) if part)

    # Commands

    async def go(self, goal: Any) -> None:
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
        kinds = (self.kind,) if self.kind else ()
        found = attendance.meetings_of(self.workspace, self.year, school_id, kinds=kinds, series=self.series or None)
        choices = [
            Choice(row.workshop_id, row.title, hint=f"{short_with_year(row.on_day)}, {DID[row.attendance]}")
            for row in found
        ]
        workshop_id = await self.host.ask(Choose(f"{school}: asked to", choices))
        if workshop_id is not None:
            self.host.open.workshop(workshop_id, [row.workshop_id for row in found])

    async def action_filter(self) -> None:
        choices = to_choose(self.read_all.series if self.is_read else ())
        chosen = await self.host.ask(Choose("Count which meetings?", choices, current=(self.kind, self.series)))
        if chosen is not None:
            self._narrow(chosen)

    def _narrow(self, chosen: tuple[str, str]) -> None:
        self.kind, self.series = chosen
        self.read_again()

    def peel(self) -> bool:
        if super().peel():
            return True
        if not self.kind:
            return False
        self._narrow(("", ""))
        return True

    async def action_export(self) -> None:
        from screens.workshops.forms import export_workshops

        await export_workshops(self.host, self.year)
