"""What falls on which day of an academic year: deadlines, workshops, a council's and schools' own dates, milestones, closures.

No pupil is named: pupils are counted. A milestone whose date is the same for all stands on that day with the number of
pupils for whom it is still open; what depends on a pupil's own dates, a birthday say, comes as a count a day.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from db.calendar import events as store
from db.calendar import local_dates as local_store
from db.calendar import local_dates as term_store
from db.calendar.local_dates import SchoolAges
from db.pupils.pupils import school_name
from db.workshops import workshops as workshop_store
from transitions.calendar.deadlines import DeadlineSet, load_shipped
from transitions.calendar.event import ORIGINS, Event, OwnRecord, Span
from transitions.calendar.local_deadlines import deadlines_in_force
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.milestones.catalogue import days_by_rule
from transitions.milestones.destinations import Taught
from transitions.milestones.milestone import Milestone
from transitions.milestones.whose_calendar import CalendarOwner
from transitions.school_year import (
    DateNotKnown,
    academic_year_label,
    academic_year_span,
    bank_holidays,
    split_year_groups,
    year_group_label,
    year_of_cycle,
)
from transitions.term_dates import TermDates
from transitions.workshops.reading import KINDS
from transitions.workspace import Workspace

PLAN_TITLES: Final = {
    "meeting": ("Meetings about plans", "Plan meeting"),
    "review": ("Review meetings", "Review meeting"),
    "next meeting": ("Next meetings, as set at the last one", "Next meeting"),
    "review due": ("Plans due for review", "Review due"),
}
"""What comes in plans: its title, and a short one for a column."""
_YEARS_AROUND = 3
"""How far the cycle of a milestone may lie from the year in which it falls: "of the year after", and some months on."""
_FOR = {
    "all": "For all schools",
    "primary": "For primary schools",
    "secondary": "For secondary schools",
    "early years": "For early years settings",
    "college": "Asked of colleges",
    "council": "For the council",
}
_OVER_A_WEEKEND = timedelta(days=3)
_SHORT = 16
_CANCELLED = "cancelled"
_YOUNGEST, _OLDEST = -2, 14


def events(
    workspace: Workspace,
    academic_year: int,
    *,
    caseload: Caseload | None = None,
    school_id: int | None = None,
    la_number: int | None = None,
    cancelled: bool = False,
) -> list[Event]:
    """What falls in the academic year, in date order; pupils are counted in ``caseload``, or all of them.

    ``school_id`` and ``la_number`` say whose term dates, closures, workshops and own dates hold (see ``Workspace.terms_for``): of a
    school, its own and those for all. A deadline or milestone that needs term dates which are not entered is left out:
    ``terms_missing`` says so. Workshops that were called off come only with ``cancelled``. Call it in a worker: at a
    county's size it takes about a second.
    """
    owner = workspace.calendar_owner(school_id, la_number)
    terms = workspace.calendars[workspace.calendars.key(*owner)]
    counted = caseload or Caseload()
    found = [
        *uncounted_events(workspace, academic_year, owner, cancelled=cancelled),
        *milestone_events(workspace, academic_year, counted, terms),
        *plan_events(workspace, academic_year, counted),
    ]
    return sorted(found, key=_in_date_order)


def uncounted_events(
    workspace: Workspace, academic_year: int, owner: CalendarOwner, *, cancelled: bool = False
) -> list[Event]:
    """What falls in the academic year but for what is counted in pupils' records, in date order.

    At a county's size that takes less than a tenth of a second, so that it can be asked while somebody types a date.
    """
    terms = workspace.calendars[workspace.calendars.key(*owner)]
    found = [
        *deadline_events(academic_year, terms, deadlines_in_force(workspace)),
        *workshop_events(workspace, academic_year, owner, cancelled=cancelled),
        *date_events(workspace, academic_year, owner),
        *_closures(workspace, academic_year, owner),
        *_bank_holidays(academic_year),
    ]
    return sorted(found, key=_in_date_order)


def deadline_events(academic_year: int, terms: TermDates, deadlines: DeadlineSet | None = None) -> Iterator[Event]:
    for every in (deadlines or load_shipped()).deadlines:
        deadline = every.of_year(academic_year)
        try:
            first, last = deadline.span(academic_year, terms)
        except DateNotKnown:
            continue
        if deadline.holds_on(first):
            yield Event(
                deadline.code, deadline.title, deadline.short, deadline.kind, first, last, deadline.year_groups, "ask", source=deadline.source,
                verified=deadline.is_verified(academic_year), detail=f"{_FOR[deadline.for_schools]}. {deadline.basis.rstrip('.')}.",
                for_schools=deadline.for_schools, movable=deadline.own,
            )  # fmt: skip


def _closures(workspace: Workspace, academic_year: int, owner: CalendarOwner) -> Iterator[Event]:
    """Days of closure; those in a row for the same reason are one event, also across a weekend."""
    first, last = academic_year_span(academic_year)
    kept = [
        (row.reason, row.day)
        for row in term_store.closures(workspace.read())
        if first <= row.day <= last
        and row.school_id in (None, owner.school_id)
        and row.la_number in (None, owner.la_number)
    ]
    for reason, days in _in_a_row(sorted(set(kept))):
        yield Event(
            f"closure.{reason}", reason, reason[:16].rstrip(), "closure", days.first, days.last, (), "closure",
            detail="No pupils in school.", by_day=True,
        )  # fmt: skip


def _in_a_row(days: Iterable[tuple[str, date]]) -> list[tuple[str, Span]]:
    found: list[tuple[str, Span]] = []
    for reason, day in days:
        reason_before, span = found[-1] if found else ("", Span(date.min, date.min))
        gap = day - span.last
        if found and reason == reason_before and (gap.days == 1 or (gap == _OVER_A_WEEKEND and day.weekday() == 0)):
            found[-1] = (reason, Span(span.first, day))
        else:
            found.append((reason, Span(day, day)))
    return found


def _bank_holidays(academic_year: int) -> Iterator[Event]:
    """The bank holidays on weekdays: one that falls on a weekend is kept on its substitute day."""
    first, last = academic_year_span(academic_year)
    for day in sorted(bank_holidays(first.year) | bank_holidays(last.year)):
        if first <= day <= last and day.weekday() < 5:
            yield Event(
                "bank-holiday", "Bank holiday", "Bank holiday", "bank holiday", day, day, (), "bank holiday",
                detail="In England.", by_day=True,
            )  # fmt: skip


def _in_date_order(event: Event) -> tuple[object, ...]:
    return event.first, ORIGINS.index(event.origin), event.last, event.code


def calendars_entered(workspace: Workspace) -> dict[CalendarOwner, str]:
    """The calendars that can be chosen, with whose they are: everybody's first, then councils', then schools' own.

    The only council that has one stands for everybody when nothing is entered for everybody: then it comes first.
    """
    connection = workspace.read()
    rows: list[term_store.TermRow | term_store.ClosureRow] = [
        *term_store.terms(connection),
        *term_store.closures(connection),
    ]
    owners = {(row.school_id, row.la_number) for row in rows}
    councils = sorted({number for school, number in owners if school is None and number is not None})
    own = {school: school_name(connection, school) or f"school {school}" for school, _ in owners if school is not None}
    shared = {} if len(councils) == 1 and (None, None) not in owners else {CalendarOwner(): "everybody"}
    return {
        **shared,
        **{CalendarOwner(None, number): f"council {number}" for number in councils},
        **{CalendarOwner(school): name for school, name in sorted(own.items(), key=lambda one: one[1].casefold())},
    }


# --- workshops, and dates of the council and its schools --------------------------------------------------------------


def workshop_events(
    workspace: Workspace, academic_year: int, owner: CalendarOwner, *, cancelled: bool = False
) -> Iterator[Event]:
    """The workshops of the year: of a school those that it hosts or is invited to, and those that invite no school yet.

    Their notes and agenda stay out, and so do the people who are invited: what is shown here goes to walls and mailing lists.
    """
    connection, span = workspace.read(), academic_year_span(academic_year)
    invited = local_store.invited(connection, *span)
    every: frozenset[int] = frozenset().union(*invited.values())
    taught = {one.school_id: year_groups_taught([one]) for one in local_store.ages(connection, every)}
    for row in workshop_store.between(connection, *span):
        schools = invited.get(row.id, frozenset())
        if not _of_council(row.la_number, owner) or (row.status == _CANCELLED and not cancelled):
            continue
        concerned = {row.host_school_id, *schools} - {None}
        if owner.school_id is not None and concerned and owner.school_id not in concerned:
            continue
        record = OwnRecord(
            row.id, row.kind, row.host_school_id, row.la_number, schools, row.starts or "", row.ends or "", row.place or "",
            row.link or "", row.status == _CANCELLED, _taught_by(schools, taught),
        )  # fmt: skip
        yield Event(
            f"workshop.{row.id}", row.title, _short(row.title), "workshop", row.on_day, row.last_day or row.on_day,
            split_year_groups(row.year_groups), "workshop", detail=_workshop_detail(row, len(schools)), for_schools="all",
            movable=True, record=record,
        )  # fmt: skip


def date_events(workspace: Workspace, academic_year: int, owner: CalendarOwner) -> Iterator[Event]:
    for row in local_store.between(workspace.read(), *academic_year_span(academic_year)):
        if not _of_council(row.la_number, owner) or (owner.school_id and row.school_id not in (None, owner.school_id)):
            continue
        title = row.title if row.school is None or owner.school_id else f"{row.title}, {row.school}"
        own = [SchoolAges(row.school_id, row.low_age, row.high_age)] if row.school_id else []
        yield Event(
            f"date.{row.id}", title, _short(row.title), "date", row.first_day, row.last_day, split_year_groups(row.year_groups), "date",
            source=row.source or "", detail=row.detail or "", for_schools=row.for_schools, movable=True,
            record=OwnRecord(row.id, row.kind, row.school_id, row.la_number, taught=year_groups_taught(own)),
        )  # fmt: skip


def year_groups_taught(schools: Iterable[SchoolAges]) -> tuple[int, ...]:
    """The year groups that these schools teach by their statutory ages; none when they are not known of each."""
    found: set[int] = set()
    for school in schools:
        if school.low_age is None or school.high_age is None:
            return ()
        taught = Taught.by_ages(school.low_age, school.high_age)
        found.update(group for group in range(_YOUNGEST, _OLDEST + 1) if taught.may_teach(group))
    return tuple(sorted(found))


def _taught_by(schools: Iterable[int], taught: Mapping[int, tuple[int, ...]]) -> tuple[int, ...]:
    """What these schools teach together, each different set once; none when one of them is not known."""
    sets = {taught[school] for school in schools}
    return () if () in sets else tuple(sorted({group for groups in sets for group in groups}))


def _of_council(la_number: int | None, owner: CalendarOwner) -> bool:
    return None in (la_number, owner.la_number) or la_number == owner.la_number


def _workshop_detail(row: workshop_store.WorkshopRow, schools: int) -> str:
    kind = KINDS[row.kind].title
    invited = f"{schools} school{'' if schools == 1 else 's'} invited" if schools else ""
    parts = (f"{kind} at {row.host_school}" if row.host_school else kind, row.audience or "", invited)
    return f"{'. '.join(part.rstrip('.') for part in parts if part)}."


def _short(title: str) -> str:
    shortened = title[: _SHORT + 1].rsplit(" ", 1)[0] if len(title) > _SHORT else title
    return shortened[:_SHORT].rstrip(" ,:;-")


# --- milestones and plans, with how many pupils: counted by the database, never pupil by pupil ------------------------


class _Count(NamedTuple):
    """How many pupils, and their year groups in the year shown."""

    pupils: int
    groups: frozenset[int]

    def and_of(self, other: "_Count") -> "_Count":
        return _Count(self.pupils + other.pupils, self.groups | other.groups)


_NONE: Final = _Count(0, frozenset())


def milestone_events(workspace: Workspace, academic_year: int, caseload: Caseload, terms: TermDates) -> Iterator[Event]:
    """The milestones in force that fall in the year, with how many pupils of the caseload have them open.

    One whose date is the same for all stands on that day even if it is open for nobody. Steps that are open on other days
    (by the pupils' own dates, or the term dates of other schools) come as a count a day.
    """
    shown = {number: m for number, m in workspace.milestones.items() if _is_shown(m, caseload)}
    counts = _open_steps(workspace, academic_year, caseload, shown)
    for number, milestone in shown.items():
        for place, (cycle, day) in enumerate(_days_in_year(milestone, academic_year, terms)):
            groups = _groups(milestone.of_cycle(cycle), academic_year - cycle)
            by_cohort = counts.pop((number, day, None), None)
            counted = by_cohort or counts.pop((number, day, cycle), _Count(0, groups))
            yield _event(milestone, academic_year, day, counted, cycle, by_day=place > 0)
    of_days: dict[tuple[int, date], tuple[_Count, int | None]] = {}
    for (number, day, of_cycle), counted in counts.items():
        before, _ = of_days.get((number, day), (_NONE, None))
        of_days[number, day] = before.and_of(counted), of_cycle
    for (number, day), (counted, of_cycle) in of_days.items():
        yield _event(shown[number], academic_year, day, counted, of_cycle, by_day=True)


def plan_events(workspace: Workspace, academic_year: int, caseload: Caseload) -> Iterator[Event]:
    first, last = academic_year_span(academic_year)
    found: dict[tuple[date, str], _Count] = {}
    for on, what, cohort_year, pupils in store.plans_by_day(
        workspace.read(), caseloads.selection(workspace, caseload), first, last
    ):
        counted = _Count(pupils, frozenset({academic_year - cohort_year}))
        found[on, what] = found.get((on, what), _NONE).and_of(counted)
    for (on, what), (pupils, groups) in found.items():
        title, short = PLAN_TITLES[what]
        yield Event(
            f"plan.{what.replace(' ', '-')}", title, short, "plan", on, on, tuple(sorted(groups)), "plan", pupils=pupils,
            detail=f"{', '.join(map(year_group_label, sorted(groups)))}.", by_day=True,
        )  # fmt: skip


def _is_shown(milestone: Milestone, caseload: Caseload) -> bool:
    """Whether the caseload's filters on steps leave a milestone in; reviews of plans stand on the map as what they are."""
    if caseload.milestone is not None:
        return milestone.code == caseload.milestone
    return not milestone.of_plan_review and (not caseload.transitions or milestone.transition in caseload.transitions)


def _open_steps(
    workspace: Workspace, academic_year: int, caseload: Caseload, shown: Mapping[int, Milestone]
) -> dict[tuple[int, date, int | None], _Count]:
    """Count the open steps that are due in the year, by milestone, due date and academic year of the cycle.

    Where the criteria tell the year groups, or the step is everybody's, no pupil is looked at. Where pupils have dates of
    their own in many year groups it is their cohorts that tell, and the cycle, which does not matter then, is None.
    """
    first, last = academic_year_span(academic_year)
    # The index holds the last day in time. The due date is that less the days of grace.
    grace = (version.milestone.grace_days for milestone in shown.values() for version in milestone.versions)
    until = last + timedelta(days=max(grace, default=0))
    chosen, connection = caseloads.selection(workspace, caseload), workspace.read()
    by_cohort = [number for number, milestone in shown.items() if _needs_cohorts(milestone)]
    by_cycle = [number for number, milestone in shown.items() if not _needs_cohorts(milestone)]
    found: dict[tuple[int, date, int | None], _Count] = {}
    for row in (
        *store.steps_by_cohort(connection, chosen, by_cohort, first, until),
        *store.steps_by_cycle(connection, chosen, by_cycle, first, until),
    ):
        milestone = shown[row.milestone_id].of_cycle(row.cycle)
        due_on = row.late_after - timedelta(days=milestone.grace_days)
        if not first <= due_on <= last:
            continue
        cycle = None if row.cohort_year is not None else year_of_cycle(row.cycle)
        groups = (
            frozenset({academic_year - row.cohort_year})
            if row.cohort_year is not None
            else _groups(milestone, academic_year - (cycle or academic_year))
        )
        key = row.milestone_id, due_on, cycle
        found[key] = found.get(key, _NONE).and_of(_Count(row.pupils, groups))
    return found


def _needs_cohorts(milestone: Milestone) -> bool:
    return any(
        (one.rule.common.reads or one.kind == "following") and len(one.criteria.year_groups or ()) != 1
        for one, _, _ in milestone.versions
    )


def _groups(milestone: Milestone, years_on: int) -> frozenset[int]:
    """The year groups for which it is, as they are ``years_on`` years after those of its cycle; none when it is for all."""
    return frozenset(group + years_on for group in milestone.criteria.year_groups or ())


def _event(
    milestone: Milestone, academic_year: int, day: date, counted: _Count, cycle: int | None, *, by_day: bool
) -> Event:
    milestone = milestone.of_cycle(academic_year if cycle is None else cycle)
    whom = milestone.criteria.in_words()
    # "Year 6 pupils" of last year's move stand with Year 7
    then = "" if cycle is None or cycle == academic_year else f", of {academic_year_label(cycle)}"
    return Event(
        milestone.code, milestone.title, milestone.short, milestone.transition, day, day, tuple(sorted(counted.groups)),
        "milestone", milestone.severity, milestone.source, milestone.verified, counted.pupils,
        f"{whom[0].upper()}{whom[1:]}{then}. {milestone.basis.rstrip('.')}.", by_day,
    )  # fmt: skip


def _days_in_year(milestone: Milestone, academic_year: int, terms: TermDates) -> Iterator[tuple[int, date]]:
    """The days of the year that the rule alone names, each with its cycle: the move may be last year's or the next."""
    first, last = academic_year_span(academic_year)
    cycles = range(academic_year - _YEARS_AROUND, academic_year + _YEARS_AROUND + 1)
    return ((cycle, day) for cycle, day in days_by_rule(milestone, cycles, terms) if first <= day <= last)
