"""Which milestones each pupil has and when they are due: worked out from facts, written down as rows.

Rows that a person has touched are never changed. Planning the same facts twice changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from db import planning as store
from db.driver import Connection
from db.planning import Planned, PupilFacts, Standing
from transitions.calendar import DateNotKnown, academic_year
from transitions.calendars import Calendars
from transitions.date_rules import DueContext, NotStarted
from transitions.facts import Facts

if TYPE_CHECKING:
    from transitions.milestones import MetBy, Milestone

Key = tuple[int, int]
"""A milestone's number and a cycle."""

YEARS_AHEAD = 1
"""Planned to the end of the academic year after this one, so that next September can be looked at today."""

_SEEN_ON: Mapping["MetBy", Callable[[Facts], date | None]] = {
    "next school recorded": lambda facts: facts.next_school_recorded_on,
    "plan opened": lambda facts: facts.plan_opened_on,
    "plan agreed": lambda facts: facts.plan_agreed_on,
    "owner assigned": lambda facts: facts.owner_since,
}
"""What in a pupil's own record clears a milestone without anybody pressing a key."""


def facts_of(row: PupilFacts, calendars: Calendars, today: date) -> Facts:
    """Give what the rules may read of a pupil, as things stand on ``today``."""
    open_now = [(kind, start) for kind, start, end in row.episodes if start <= today and (end is None or end >= today)]
    looked_after = [start for kind, start in open_now if kind == "looked after"]
    return Facts(
        date_of_birth=row.date_of_birth,
        cohort_year=row.cohort_year,
        sen_provision=row.sen_provision,  # type: ignore[arg-type] # the database holds nothing else: a check constraint
        tier=row.tier,  # type: ignore[arg-type] # the same
        social_care=frozenset(kind for kind, _ in open_now),
        social_care_since=min((start for _, start in open_now), default=None),
        looked_after_since=min(looked_after, default=None),
        previously_looked_after=bool(row.previously_looked_after),
        child_protection_file=bool(row.child_protection_file),
        pupil_premium=bool(row.pupil_premium),
        free_school_meals=bool(row.free_school_meals),
        english_additional_language=bool(row.english_additional_language),
        young_carer=bool(row.young_carer),
        leaving_year_group=None if row.high_age is None else row.high_age - 5,
        in_year_move_on=row.in_year_move_on,
        part_time_timetable_until=row.part_time_timetable_until,
        next_school_recorded_on=row.next_school_recorded_on,
        owner_since=row.owner_since,
        plan_opened_on=row.plan_opened_on,
        plan_agreed_on=row.plan_agreed_on,
        plan_review_on=row.plan_review_on,
        calendar=calendars.key(row.school_id, row.la_number),
    )


@dataclass
class Planner:
    """The rules at work for one horizon: which rows should stand for a pupil's facts."""

    milestones: Mapping[int, "Milestone"]
    calendars: Calendars
    through: int
    """The last academic year that is planned."""
    _shared: dict[tuple[int, int, str], date | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_kind: dict[str, list[tuple[int, Milestone]]] = {"yearly": [], "once": [], "following": []}
        for number, milestone in self.milestones.items():
            by_kind[milestone.rule.kind].append((number, milestone))
        self._once = by_kind["once"]
        self._following = _in_order(by_kind["following"])
        self._yearly_any = [pair for pair in by_kind["yearly"] if pair[1].criteria.year_groups is None]
        self._yearly: dict[int, list[tuple[int, Milestone]]] = {}
        for pair in by_kind["yearly"]:
            for group in pair[1].criteria.year_groups or ():
                self._yearly.setdefault(group, []).append(pair)

    def rows(
        self, pupil_id: int, facts: Facts, planned_from: date, standing: Sequence[Standing] = ()
    ) -> dict[Key, Planned]:
        """Give the rows that should stand; ``standing`` gives the days on which earlier steps were done."""
        found: dict[Key, Planned] = {}
        for cycle in range(academic_year(planned_from) - 1, self.through + 1):
            group = cycle - facts.cohort_year
            for pairs in (self._yearly.get(group, ()), self._yearly_any):
                for number, milestone in pairs:
                    if milestone.criteria.applies(facts, group):
                        self._add_yearly(found, pupil_id, number, milestone, cycle, facts, planned_from)
        for number, milestone in self._once:
            self._add_once(found, pupil_id, number, milestone, facts, planned_from)
        if standing:
            self._add_following(found, pupil_id, facts, planned_from, standing)
        return found

    def due(self, number: int, milestone: "Milestone", cycle: int, facts: Facts) -> date | None:
        """Give the due date, or None while the calendar does not reach that far."""
        if milestone.rule.reads:
            return self._work_out(milestone, cycle, facts, {}, {})
        key = (number, cycle, facts.calendar)
        if key not in self._shared:
            self._shared[key] = self._work_out(milestone, cycle, facts, {}, {})
        return self._shared[key]

    def _work_out(
        self, milestone: "Milestone", cycle: int, facts: Facts, done: Mapping[str, date], due: Mapping[str, date]
    ) -> date | None:
        context = DueContext(cycle, facts, self.calendars[facts.calendar], done=done, due=due)
        try:
            return milestone.rule.due(context)
        except DateNotKnown:
            return None

    def _add_yearly(
        self,
        found: dict[Key, Planned],
        pupil_id: int,
        number: int,
        milestone: "Milestone",
        cycle: int,
        facts: Facts,
        planned_from: date,
    ) -> None:
        due_on = self.due(number, milestone, cycle, facts)
        if due_on is None and (cycle < academic_year(planned_from) or _lacks_a_fact(milestone, facts)):
            return
        if due_on is None or (due_on >= planned_from and milestone.holds_on(due_on)):
            found[number, cycle] = _planned(pupil_id, number, cycle, due_on, milestone, facts)

    def _add_once(
        self,
        found: dict[Key, Planned],
        pupil_id: int,
        number: int,
        milestone: "Milestone",
        facts: Facts,
        planned_from: date,
    ) -> None:
        if _lacks_a_fact(milestone, facts):
            return
        due_on = self.due(number, milestone, academic_year(planned_from), facts)
        cycle = self.through if due_on is None else academic_year(due_on)
        if cycle > self.through or (due_on is not None and (due_on < planned_from or not milestone.holds_on(due_on))):
            return
        if milestone.criteria.applies(facts, cycle - facts.cohort_year):
            found[number, cycle] = _planned(pupil_id, number, cycle, due_on, milestone, facts)

    def _add_following(
        self,
        found: dict[Key, Planned],
        pupil_id: int,
        facts: Facts,
        planned_from: date,
        standing: Sequence[Standing],
    ) -> None:
        codes = {number: milestone.code for number, milestone in self.milestones.items()}
        done: dict[int, dict[str, date]] = {}
        for row, _ in standing:
            if row.done_on is not None and row.milestone_id in codes:
                done.setdefault(row.cycle, {})[codes[row.milestone_id]] = row.done_on
        for cycle, days in done.items():
            due_days = {
                codes[number]: row.due_on
                for (number, row_cycle), row in found.items()
                if row_cycle == cycle and row.due_on is not None
            }
            for number, milestone in self._following:
                if not milestone.criteria.applies(facts, cycle - facts.cohort_year):
                    continue
                try:
                    due_on = self._work_out(milestone, cycle, facts, days, due_days)
                except NotStarted:
                    continue
                if due_on is None or (due_on >= planned_from and milestone.holds_on(due_on)):
                    found[number, cycle] = _planned(pupil_id, number, cycle, due_on, milestone, facts)


def replan(connection: Connection, planner: Planner, today: date, ids: Sequence[int] | None = None) -> int:
    """Bring the planned rows of these pupils (all, for None) to what their facts ask for; give how many rows changed."""
    changed = 0
    everybody = store.pupil_ids(connection) if ids is None else ids
    for chunk in store.chunks(everybody):
        standing = store.standing(connection, chunk)
        wanted: list[Planned] = []
        unwanted: list[tuple[int, int, int]] = []
        for row in store.facts(connection, chunk):
            before = standing.get(row.id, [])
            after = (
                {}
                if row.archived
                else planner.rows(row.id, facts_of(row, planner.calendars, today), row.planned_from, before)
            )
            _compare(before, after, wanted, unwanted)
        store.take_out(connection, unwanted)
        store.put(connection, wanted)
        changed += len(wanted) + len(unwanted)
        store.refresh(connection, chunk, today)
    return changed


def _compare(
    before: Iterable[Standing], after: dict[Key, Planned], wanted: list[Planned], unwanted: list[tuple[int, int, int]]
) -> None:
    for row, touched in before:
        new = after.pop((row.milestone_id, row.cycle), None)
        if touched or new == row:
            continue
        if new is None:
            unwanted.append((row.pupil_id, row.milestone_id, row.cycle))
        else:
            wanted.append(new)
    wanted.extend(after.values())


def _planned(
    pupil_id: int, number: int, cycle: int, due_on: date | None, milestone: "Milestone", facts: Facts
) -> Planned:
    late_after = None if due_on is None else due_on + timedelta(days=milestone.grace_days)
    seen = _SEEN_ON[milestone.met_by](facts) if milestone.met_by else None
    if seen is None or academic_year(seen) < cycle - 1:
        return Planned(pupil_id, number, cycle, due_on, late_after)
    outcome = "late" if late_after is not None and seen > late_after else "met"
    return Planned(pupil_id, number, cycle, due_on, late_after, outcome, seen, from_record=True)


def _lacks_a_fact(milestone: "Milestone", facts: Facts) -> bool:
    return any(getattr(facts, name) is None for name in milestone.rule.reads)


def _in_order(pairs: list[tuple[int, "Milestone"]]) -> list[tuple[int, "Milestone"]]:
    """Put each step after the one it follows."""
    ordered: list[tuple[int, Milestone]] = []
    left = list(pairs)
    placed: set[str] = set()
    codes = {milestone.code for _, milestone in pairs}
    while left:
        ready = [pair for pair in left if not (pair[1].rule.follows & codes) - placed]
        ordered.extend(ready)
        placed |= {milestone.code for _, milestone in ready}
        left = [pair for pair in left if pair not in ready]
        if not ready:
            raise ValueError("milestones follow each other in a ring: " + ", ".join(m.code for _, m in left))
    return ordered
