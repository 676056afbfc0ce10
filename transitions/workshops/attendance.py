"""Who came: to a meeting, school by school over a year, by term and by year; every figure with its base.

A school counts once at a meeting, however many of its people are in the register. A cancelled meeting is never counted, nor
one whose day is still to come. Whoever is not marked is shown beside the figures, and never counted as absent.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final, NamedTuple, TypedDict, Unpack

from db.workshops import attendance as store
from db.workshops.attendance import BY_WEIGHT, MarkRow, MeetingFilter
from db.workshops.workshops import InvitationRow
from transitions.pupils.school_groups import called, groups, schools_in
from transitions.school_year import academic_year as year_of
from transitions.school_year import academic_year_label, academic_year_span, add_months
from transitions.text import Share
from transitions.workshops import page
from transitions.workshops.page import WorkshopPage
from transitions.workspace import Workspace


class Attendance(NamedTuple):
    """How many came of how many invited, and what is known of the others; ``unmarked`` are those nobody has marked."""

    came: int = 0
    apologies: int = 0
    absent: int = 0
    unmarked: int = 0

    @property
    def invited(self) -> int:
        return sum(self)

    @property
    def share(self) -> Share:
        return Share(self.came, self.invited)

    @property
    def marked(self) -> Share:
        return Share(self.invited - self.unmarked, self.invited)

    @property
    def text(self) -> str:
        if not self.invited:
            return "nobody invited"
        if self.unmarked == self.invited:
            return f"{self.invited:,} invited, none marked"
        return self.share.text + (f", {self.unmarked:,} not marked" if self.unmarked else "")


@dataclass(frozen=True)
class MeetingFigures:
    """Who came to one meeting. ``by_phase`` counts the schools by their phase, in the order of the alphabet.

    ``people`` is how many people came, as far as anybody said: a named one is one, and a school or agency as many as were
    counted. ``uncounted`` are the schools and agencies that came of which nobody said how many.
    """

    schools: Attendance
    agencies: Attendance
    others: Attendance
    by_phase: Mapping[str, Attendance]
    people: int
    uncounted: int


class SchoolAttendance(NamedTuple):
    """To how many of the meetings that a school was invited to it came."""

    school_id: int
    school: str
    phase: str | None
    attendance: Attendance


@dataclass(frozen=True)
class NoneOrOnce:
    """The schools that came to no meeting, or only to one of several to which they were invited, by name.

    ``unclear`` are those that would belong to them, but are not marked at some meeting and may have come. ``schools`` is how
    many were invited to anything, the base of both shares.
    """

    none: Sequence[SchoolAttendance]
    once: Sequence[SchoolAttendance]
    unclear: Sequence[SchoolAttendance]
    schools: int

    @property
    def none_share(self) -> Share:
        return Share(len(self.none), self.schools)

    @property
    def once_share(self) -> Share:
        return Share(len(self.once), self.schools)


@dataclass(frozen=True)
class Period:
    """A term or a year: ``attendance`` counts each school at each meeting, ``reached`` the schools that came to any.

    ``last`` is the last day counted, and ``so_far`` says that it is not the end of the term or year. ``assumed`` says that the
    year's term dates are not entered, so that the terms are taken to end with December and March.
    """

    name: str
    first: date
    last: date
    so_far: bool
    meetings: int
    attendance: Attendance
    reached: Share
    assumed: bool = False


def of_meeting(page: WorkshopPage) -> MeetingFigures:
    """Who came to a meeting: all nought when it was cancelled; before its day everybody counts as not marked."""
    return of_register([] if page.workshop.status == "cancelled" else page.invitations)


def of_register(lines: Iterable[InvitationRow]) -> MeetingFigures:
    found: dict[tuple[str, Hashable], list[InvitationRow]] = {}
    for line in lines:
        found.setdefault(_counts_for(line), []).append(line)
    counted: dict[str, Counter[str]] = {"school": Counter(), "agency": Counter(), "other": Counter()}
    phases: dict[str, Counter[str]] = {}
    people = uncounted = 0
    for (kind, _), group in found.items():
        stood = school_attendance(line.attendance for line in group)
        counted[kind][stood] += 1
        if kind == "school":
            phases.setdefault(group[0].phase or NO_PHASE, Counter())[stood] += 1
        came = _people(group)
        people += came
        uncounted += stood == "came" and not came
    return MeetingFigures(
        schools=_attendance(counted["school"]),
        agencies=_attendance(counted["agency"]),
        others=_attendance(counted["other"]),
        by_phase={phase: _attendance(phases[phase]) for phase in sorted(phases)},
        people=people,
        uncounted=uncounted,
    )


def school_attendance(marks: Iterable[str]) -> str:
    """What a school did at a meeting, one of ``ATTENDANCES``, from what is marked of it and its people there."""
    return max(marks, key=BY_WEIGHT.index)


class Narrowed(TypedDict, total=False):
    """Which meetings are counted, and of which group of schools; what is not given narrows nothing."""

    kinds: Sequence[str]
    series: str | None
    group: int | None


def by_school(
    workspace: Workspace, academic_year: int, *, phases: Sequence[str] = (), **only: Unpack[Narrowed]
) -> list[SchoolAttendance]:
    """By name, the schools that were invited to a meeting of the year until today, and to how many they came.

    Without ``phases`` schools of every phase are counted.
    """
    found = _Found(workspace, *academic_year_span(academic_year), **only)
    return [row for row in found.schools if not phases or row.phase in phases]


def none_or_once(
    workspace: Workspace, academic_year: int, *, phases: Sequence[str] = (), **only: Unpack[Narrowed]
) -> NoneOrOnce:
    """The schools that came to none of the year's meetings until today, or only to one. Narrowed as ``by_school`` is."""
    schools = by_school(workspace, academic_year, phases=phases, **only)
    few = [row for row in schools if row.attendance.came == 0 or (row.attendance.came == 1 < row.attendance.invited)]
    sure = [row for row in few if not row.attendance.unmarked]
    return NoneOrOnce(
        none=[row for row in sure if row.attendance.came == 0],
        once=[row for row in sure if row.attendance.came == 1],
        unclear=[row for row in few if row.attendance.unmarked],
        schools=len(schools),
    )


def together(rows: Iterable[SchoolAttendance]) -> Attendance:
    """The attendance of several schools as one figure: of each school at each meeting to which it was invited."""
    return Attendance(*(sum(counts) for counts in zip(*(row.attendance for row in rows), strict=True)))


def by_term(workspace: Workspace, academic_year: int, **only: Unpack[Narrowed]) -> list[Period]:
    """The figures of each term of a year, in order; a holiday belongs to the term before it.

    Six terms are told apart, and so are three, whose halves count together. Terms that have not begun are left out.
    """
    terms, today = _terms(workspace, academic_year), workspace.clock.today
    starts = terms or _usual_terms(academic_year)
    ends = [*(start - _DAY for _, start in starts[1:]), academic_year_span(academic_year)[1]]
    return [
        _period(workspace, name, (first, last), today, assumed=terms is None, **only)
        for (name, first), last in zip(starts, ends, strict=True)
        if first <= today
    ]


def by_year(
    workspace: Workspace, academic_years: Sequence[int], *, same_point: bool = False, **only: Unpack[Narrowed]
) -> list[Period]:
    """The figures of these academic years, as far as they have begun, in the order given.

    With ``same_point`` each counts only to the day on which today falls in its own year, so that a year still running can be
    held against one that is over.
    """
    today = workspace.clock.today
    running = year_of(today)
    until = {year: add_months(today, 12 * (year - running)) if same_point else today for year in academic_years}
    return [
        _period(workspace, academic_year_label(year), academic_year_span(year), day, **only)
        for year, day in until.items()
        if year <= running
    ]


class _Found:
    """The meetings from one day to another, until today, and what each school did at them.

    Of a group of schools those that belong to it in the academic year of the first day, and the meetings to which they were
    invited.
    """

    def __init__(self, workspace: Workspace, first: date, last: date, **only: Unpack[Narrowed]) -> None:
        self._connection, group = workspace.read(), only.get("group")
        self._of_group = None if group is None else schools_in(workspace, group, year_of(first))
        kinds, series = tuple(only.get("kinds", ())), only.get("series")
        self._which = MeetingFilter(first, min(last, workspace.clock.today), kinds, series)

    @cached_property
    def marks(self) -> list[MarkRow]:
        found = store.marked(self._connection, self._which)
        return found if self._of_group is None else [mark for mark in found if mark.school_id in self._of_group]

    @cached_property
    def meetings(self) -> int:
        if self._of_group is None:
            return len(store.meetings(self._connection, self._which))
        return len({mark.workshop_id for mark in self.marks})

    @cached_property
    def schools(self) -> list[SchoolAttendance]:
        by_school: dict[int, dict[int, list[MarkRow]]] = {}
        for mark in self.marks:
            by_school.setdefault(mark.school_id, {}).setdefault(mark.workshop_id, []).append(mark)
        return [_of_school(list(meetings.values())) for meetings in by_school.values()]


def _of_school(meetings: Sequence[Sequence[MarkRow]]) -> SchoolAttendance:
    one = meetings[0][0]
    stood = Counter(school_attendance(mark.attendance for mark in marks) for marks in meetings)
    return SchoolAttendance(one.school_id, one.school, one.phase, _attendance(stood))


def _attendance(stood: Mapping[str, int]) -> Attendance:
    counts = (stood.get(word, 0) for word in ("came", "apologies", "absent", "invited"))
    return Attendance(*counts)


def _counts_for(line: InvitationRow) -> tuple[str, Hashable]:
    """Whom a line counts for: its school, else its agency, else the person alone."""
    if line.school_id is not None:
        return "school", line.school_id
    return ("agency", line.agency) if line.agency else ("other", line.name)


def _people(group: Sequence[InvitationRow]) -> int:
    came = [line for line in group if line.attendance == "came"]
    named = sum(1 if line.people is None else line.people for line in came if line.name)
    return max(named, sum(line.people or 0 for line in came if not line.name))


def _period(
    workspace: Workspace,
    name: str,
    days: tuple[date, date],
    until: date,
    *,
    assumed: bool = False,
    **only: Unpack[Narrowed],
) -> Period:
    first, last = days
    counted = min(last, until)
    found = _Found(workspace, first, counted, **only)
    return Period(
        name=name,
        first=first,
        last=counted,
        so_far=counted < last,
        meetings=found.meetings,
        attendance=together(found.schools),
        reached=Share(sum(row.attendance.came > 0 for row in found.schools), len(found.schools)),
        assumed=assumed,
    )


def _terms(workspace: Workspace, academic_year: int) -> list[tuple[str, date]] | None:
    """The terms of a year that are entered, with the day from which each counts; None when any of them is missing."""
    from transitions.term_dates import terms_missing

    terms = workspace.terms_for()
    if terms_missing(terms, academic_year) is not None:
        return None
    starts: dict[str, date] = {}
    for term in terms.terms:
        if term.academic_year == academic_year:
            starts.setdefault(_called(term.name), term.first_day)
    (first, _), *others = starts.items()
    return [(first, academic_year_span(academic_year)[0]), *others]


def _called(name: str) -> str:
    """What a term is called: "T3" and "Term 3" as they are, "Autumn 2" and "Autumn" both as the autumn term."""
    season = _SEASON.search(name)
    return name if season is None else f"{season[0].capitalize()} term"


def _usual_terms(academic_year: int) -> list[tuple[str, date]]:
    return [
        ("Autumn term", date(academic_year, 9, 1)),
        ("Spring term", date(academic_year + 1, 1, 1)),
        ("Summer term", date(academic_year + 1, 4, 1)),
    ]


class SeriesAttendance(NamedTuple):
    """A series of meetings of one kind in a year.

    ``attendance`` counts each school at each of its meetings until today, ``reached`` the schools that came to any.
    """

    kind: str
    series: str
    meetings: int
    attendance: Attendance
    reached: Share


class GroupAttendance(NamedTuple):
    """A group over a year; ``asked`` are those of its schools that were invited at all, ``reached`` of these those that came."""

    group_id: int
    group: str
    attendance: Attendance
    asked: Share
    reached: Share


def by_group(workspace: Workspace, academic_year: int, **only: Unpack[Narrowed]) -> list[GroupAttendance]:
    """The meetings of a year until today by group of schools: each group's schools of that year."""
    schools = {row.school_id: row for row in by_school(workspace, academic_year, **only)}
    found = []
    for group in groups(workspace, academic_year):
        own = [schools[number] for number in schools_in(workspace, group.id, academic_year) if number in schools]
        reached, asked = Share(sum(row.attendance.came > 0 for row in own), len(own)), Share(len(own), group.schools)
        found.append(GroupAttendance(group.id, called(group), together(own), asked, reached))
    return found


class AtMeeting(NamedTuple):
    """What a school did at one meeting: "came", "apologies", "absent", or "invited" while nobody has marked it."""

    workshop_id: int
    title: str
    on_day: date
    attendance: str


def by_series(workspace: Workspace, academic_year: int) -> list[SeriesAttendance]:
    """Each series of the year that has met by today, by kind and name; cancelled meetings are not counted."""
    today = workspace.clock.today
    rows = [row for row in page.of_year(workspace, academic_year) if row.on_day <= today and row.status != "cancelled"]
    meetings = Counter((row.kind, row.series) for row in rows)
    return [_series(workspace, academic_year, *key, meetings[key]) for key in sorted(meetings)]


def meetings_of(
    workspace: Workspace, academic_year: int, school_id: int, *, kinds: Sequence[str] = (), series: str | None = None
) -> list[AtMeeting]:
    """The meetings of the year until today to which a school was invited, in date order, with what it did at each."""
    first, last = academic_year_span(academic_year)
    which = MeetingFilter(first, min(last, workspace.clock.today), tuple(kinds), series)
    marked: dict[int, list[str]] = {}
    for mark in store.marked(workspace.read(), which):
        if mark.school_id == school_id:
            marked.setdefault(mark.workshop_id, []).append(mark.attendance)
    rows = page.of_year(workspace, academic_year)
    return [
        AtMeeting(row.id, row.title, row.on_day, school_attendance(marked[row.id])) for row in rows if row.id in marked
    ]


def _series(workspace: Workspace, academic_year: int, kind: str, series: str, meetings: int) -> SeriesAttendance:
    schools = by_school(workspace, academic_year, kinds=[kind], series=series)
    reached = Share(sum(row.attendance.came > 0 for row in schools), len(schools))
    return SeriesAttendance(kind, series, meetings, together(schools), reached)


NO_PHASE: Final = "phase not recorded"
"""What schools are counted under of which nobody has said what kind they are."""

_DAY = timedelta(days=1)
_SEASON = re.compile(r"autumn|spring|summer", re.IGNORECASE)
