"""The milestones of a year, and what comes in pupils' plans, with how many pupils: read as counts, never pupil by pupil."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from db.calendar import counts as store
from transitions.calendar.event import Event
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.milestones.date_rules import day_of_rule
from transitions.school_year import (
    DateNotKnown,
    academic_year_label,
    academic_year_span,
    year_group_label,
    year_of_cycle,
)
from transitions.term_dates import TermDates

if TYPE_CHECKING:
    from transitions.milestones.milestone import Milestone
    from transitions.workspace import Workspace

PLAN_TITLES: Final = {
    "meeting": ("Meetings about plans", "Plan meeting"),
    "review": ("Review meetings", "Review meeting"),
    "next meeting": ("Next meetings, as said at the last", "Next meeting"),
    "review due": ("Plans due for review", "Review due"),
}
"""What comes in plans: its title, and a short one for a column."""
_YEARS_AROUND = 3
"""How far the cycle of a milestone may lie from the year in which it falls: "of the year after", and some months on."""


class _Count(NamedTuple):
    """How many pupils, and their year groups in the year shown."""

    pupils: int
    groups: frozenset[int]

    def and_of(self, other: "_Count") -> "_Count":
        return _Count(self.pupils + other.pupils, self.groups | other.groups)


_NONE: Final = _Count(0, frozenset())


def milestone_events(
    workspace: "Workspace", academic_year: int, caseload: Caseload, terms: TermDates
) -> Iterator[Event]:
    """The milestones in force that fall in the year, with how many pupils of the caseload have them open.

    One whose date is the same for all stands on that day even if it is open for nobody. Steps that are open on other days
    (by the pupils' own dates, or the term dates of other schools) come as a count a day.
    """
    shown = {number: m for number, m in workspace.milestones.items() if _is_shown(m, caseload)}
    counts = _open_steps(workspace, academic_year, caseload, shown)
    for number, milestone in shown.items():
        for place, (cycle, day) in enumerate(_days_by_rule(milestone, academic_year, terms)):
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


def plan_events(workspace: "Workspace", academic_year: int, caseload: Caseload) -> Iterator[Event]:
    """Meetings and reviews in the plans of the caseload as counts a day."""
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


def _is_shown(milestone: "Milestone", caseload: Caseload) -> bool:
    """Whether the caseload's filters on steps leave a milestone in; reviews of plans stand on the map as what they are."""
    if caseload.milestone is not None:
        return milestone.code == caseload.milestone
    return not milestone.of_plan_review and (not caseload.transitions or milestone.transition in caseload.transitions)


def _open_steps(
    workspace: "Workspace", academic_year: int, caseload: Caseload, shown: Mapping[int, "Milestone"]
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


def _needs_cohorts(milestone: "Milestone") -> bool:
    """Whether only the pupils themselves tell on which days, and then in which of several year groups, it falls."""
    return any(
        (one.reads or one.follows) and len(one.criteria.year_groups or ()) != 1 for one, _, _ in milestone.versions
    )


def _days_by_rule(milestone: "Milestone", academic_year: int, terms: TermDates) -> Iterator[tuple[int, date]]:
    """The days of the year that the rule alone names, each with its cycle: the move may be last year's or the next."""
    first, last = academic_year_span(academic_year)
    for cycle in range(academic_year - _YEARS_AROUND, academic_year + _YEARS_AROUND + 1):
        version = milestone.of_cycle(cycle)
        if version.reads or version.follows:
            continue
        try:
            day = day_of_rule(version.rule, cycle, terms)
        except DateNotKnown:
            continue
        if first <= day <= last and version.holds_on(day):
            yield cycle, day


def _groups(milestone: "Milestone", years_on: int) -> frozenset[int]:
    """The year groups for which it is, as they are ``years_on`` years after those of its cycle; none when it is for all."""
    return frozenset(group + years_on for group in milestone.criteria.year_groups or ())


def _event(
    milestone: "Milestone", academic_year: int, day: date, counted: _Count, cycle: int | None, *, by_day: bool
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
