"""Which milestones each pupil has and when they are due: worked out from facts, written down as rows.

Rows that a person has touched are never changed. Planning the same facts twice changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING

from db import planning as store
from db.driver import Connection
from db.journal import Action
from db.planning import Planned, PupilFacts, Standing, StepKey
from db.vocabulary import ANOTHER_CYCLE
from transitions.calendar import DateNotKnown, academic_year, year_of_cycle
from transitions.calendars import Calendars
from transitions.date_rules import DueContext, NotStarted
from transitions.facts import Facts, PlanReview
from transitions.term_dates import OutsideCalendar

if TYPE_CHECKING:
    from transitions.milestones import MetBy, Milestone

Key = tuple[int, int]
"""A milestone's number and a cycle."""

_SEEN_ON: Mapping["MetBy", Callable[[Facts], date | None]] = {
    "next school recorded": lambda facts: facts.next_school_recorded_on,
    "plan opened": lambda facts: facts.plan_opened_on,
    "plan agreed": lambda facts: facts.plan_agreed_on,
    "owner assigned": lambda facts: facts.owner_since,
}
"""What in a pupil's own record clears a milestone without anybody pressing a key."""

_LASTING = frozenset({"plan opened", "owner assigned"})
"""Holds for as long as it stands; the others were about one move and are stale by the next."""


_YOUNGER = frozenset({"EY-R", "R-1", "2-3", "MID", "6-7"})
"""Moves of younger children."""
_PREPARING_FROM = 9
"""The year group from which a plan prepares for adulthood (SEND code of practice 8.9)."""


def facts_of(row: PupilFacts, calendars: Calendars, today: date) -> Facts:
    """Give what the rules may read of a pupil, as things stand on ``today``."""
    open_now = [(kind, start) for kind, start, end in row.episodes if start <= today and (end is None or end >= today)]
    looked_after = [start for kind, start in open_now if kind == "looked after"]
    grown = academic_year(today) - row.cohort_year >= _PREPARING_FROM
    # a plan of the move to Year 7 that nobody closed is no plan for adult life
    plans = [plan for plan in row.plans if not (grown and plan[0] in _YOUNGER)]
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
        first_year_group=None if row.low_age is None else row.low_age - 4,
        leaving_year_group=None if row.high_age is None else row.high_age - 5,
        in_year_move_on=row.in_year_move_on,
        part_time_timetable_until=row.part_time_timetable_until,
        next_school_recorded_on=row.next_school_recorded_on,
        owner_since=row.owner_since,
        plan_opened_on=min((opened for _, opened, _ in plans), default=None),
        plan_agreed_on=max((agreed for _, _, agreed in plans if agreed is not None), default=None),
        plan_review_on=row.reviews[0][1] if row.reviews else None,
        plan_reviews=tuple(PlanReview(*review) for review in row.reviews),
        calendar=calendars.key(row.school_id, row.la_number),
    )


@dataclass
class Planner:
    """The rules at work for one horizon: which rows should stand for a pupil's facts."""

    milestones: Mapping[int, "Milestone"]
    calendars: Calendars
    through: int
    """The last academic year that is planned."""
    _shared: dict[tuple[int, int, str], date | OutsideCalendar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_kind: dict[str, list[tuple[int, Milestone]]] = {"yearly": [], "once": [], "following": []}
        self._reviews: dict[str, list[tuple[int, Milestone]]] = {}
        for number, milestone in self.milestones.items():
            if milestone.of_plan_review:
                self._reviews.setdefault(milestone.transition, []).append((number, milestone))
            else:
                by_kind[milestone.rule.kind].append((number, milestone))
        # a step that counts from a date that is not recorded is passed over before anything is worked out
        self._once = [
            (number, milestone, tuple(Facts._fields.index(name) for name in milestone.reads))
            for number, milestone in by_kind["once"]
        ]
        self._following = _in_order(by_kind["following"])
        followed = {code for _, milestone in self._following for code in milestone.rule.follows}
        self._followed = {number: m.code for number, m in self.milestones.items() if m.code in followed}
        self._yearly_any = [pair for pair in by_kind["yearly"] if pair[1].criteria.year_groups is None]
        self._yearly: dict[int, list[tuple[int, Milestone]]] = {}
        for pair in by_kind["yearly"]:
            for group in pair[1].criteria.year_groups or ():
                self._yearly.setdefault(group, []).append(pair)

    def rows(
        self, pupil_id: int, facts: Facts, planned_from: date, standing: Sequence[Standing] = ()
    ) -> dict[Key, Planned]:
        """Give the rows that should stand; ``standing`` are those that do, of which people's decisions count."""
        plan = _Plan(self, pupil_id, facts, planned_from)
        decided = [row for row, touched, _ in standing if touched]
        for cycle in range(academic_year(planned_from) - 1, self.through + 1):
            group = cycle - facts.cohort_year
            then = facts.in_year_group(group)
            for pairs in (self._yearly.get(group, ()), self._yearly_any):
                for number, milestone in pairs:
                    if milestone.criteria.applies(then, group):
                        plan.add_yearly(number, milestone, cycle)
        settled = {row.milestone_id for row in decided if row.due_on is None}
        for number, milestone, needed in self._once:
            if None in [facts[place] for place in needed]:
                continue
            if number not in settled:  # decided before its date, and so its year, was known: it is not asked for twice
                plan.add_once(number, milestone)
        kept = [row for row, touched, put_off in standing if touched or put_off]
        for review in facts.plan_reviews:
            for number, milestone in self._reviews.get(review.transition, ()):
                plan.add_review(number, milestone, review, [row for row in kept if row.milestone_id == number])
        plan.add_following(self._following, self._followed, decided)
        return plan.found

    def due(self, number: int, milestone: "Milestone", cycle: int, facts: Facts) -> date:
        """Give the due date of a milestone that follows no other. Raises ``DateNotKnown``."""
        if milestone.reads:
            return milestone.rule.due(DueContext(cycle, facts, self.calendars[facts.calendar]))
        key = (number, cycle, facts.calendar)
        if key not in self._shared:
            try:
                self._shared[key] = milestone.rule.due(DueContext(cycle, facts, self.calendars[facts.calendar]))
            except OutsideCalendar as gap:
                self._shared[key] = gap
        found = self._shared[key]
        if isinstance(found, OutsideCalendar):
            raise found.with_traceback(None)  # or it would grow with every pupil
        return found


class _Plan:
    """The rows of one pupil while they are being worked out.

    A step that waits for term dates stands without a date; one that lacks a fact of the pupil does not stand at all.
    """

    def __init__(self, planner: Planner, pupil_id: int, facts: Facts, planned_from: date) -> None:
        self.found: dict[Key, Planned] = {}
        self._planner = planner
        self._pupil_id = pupil_id
        self._facts = facts
        self._planned_from = planned_from
        self._first_year = academic_year(planned_from)

    def add_yearly(self, number: int, milestone: "Milestone", cycle: int) -> None:
        try:
            due_on = self._planner.due(number, milestone, cycle, self._facts)
        except OutsideCalendar:
            self._add_undated(number, milestone, cycle)
        except DateNotKnown:
            return
        else:
            self._add(number, milestone, cycle, due_on)

    def add_once(self, number: int, milestone: "Milestone") -> None:
        try:
            due_on = self._planner.due(number, milestone, self._first_year, self._facts)
        except OutsideCalendar as gap:
            if self._applies(milestone, gap.academic_year):
                self._add_undated(number, milestone, gap.academic_year)
        except DateNotKnown:
            return
        else:
            if self._applies(milestone, academic_year(due_on)):
                self._add(number, milestone, academic_year(due_on), due_on)

    def add_review(self, number: int, milestone: "Milestone", review: PlanReview, kept: Sequence[Planned]) -> None:
        """Add when a plan is reviewed next, beside the rows of earlier reviews: those that people's hands were on."""
        facts = self._facts._replace(plan_review_on=review.due_on)
        try:
            due_on = self._planner.due(number, milestone, self._first_year, facts)
        except OutsideCalendar as gap:
            if self._applies(milestone, gap.academic_year):
                self._add_undated(number, milestone, gap.academic_year)
        except DateNotKnown:
            return
        else:
            if self._applies(milestone, academic_year(due_on)):
                self._add(number, milestone, self._cycle_of_review(number, due_on, review.since, kept), due_on)

    def _cycle_of_review(self, number: int, due_on: date, since: date, kept: Sequence[Planned]) -> int:
        """Give the cycle of the row that stands for this review already, or else the first that is free in its year.

        What was done by the last review, or by the agreement, was for that one, even if it was due on this very day.
        """
        for row in kept:
            if row.due_on == due_on and (row.done_on is None or row.done_on > since):
                return row.cycle
        taken = {row.cycle for row in kept} | {cycle for other, cycle in self.found if other == number}
        return next(cycle for cycle in count(academic_year(due_on), ANOTHER_CYCLE) if cycle not in taken)

    def add_following(
        self,
        milestones: Sequence[tuple[int, "Milestone"]],
        followed: Mapping[int, str],
        decided: Sequence[Planned],
    ) -> None:
        """Add the steps that count from another, where that one (``followed``, by number) stands or has been done."""
        days: dict[int, tuple[dict[str, date], dict[str, date]]] = {}

        def note(row: Planned) -> None:
            done, due = days.setdefault(row.cycle, ({}, {}))
            if row.done_on is not None:
                done[followed[row.milestone_id]] = row.done_on
            if row.due_on is not None:
                due[followed[row.milestone_id]] = row.due_on

        for row in (*self.found.values(), *decided):
            if row.milestone_id in followed:
                note(row)
        for number, milestone in milestones:
            for cycle, (done, due) in days.items():
                known = done.keys() | due.keys()
                if not milestone.follows <= known or not self._applies(milestone, cycle):
                    continue
                year, calendar = year_of_cycle(cycle), self._planner.calendars[self._facts.calendar]
                context = DueContext(year, self._facts, calendar, done=done, due=due)
                try:
                    self._add(number, milestone, cycle, milestone.rule.due(context))
                except OutsideCalendar:
                    self._add_undated(number, milestone, cycle)
                except (DateNotKnown, NotStarted):
                    continue
                if milestone.code not in due and number in followed and (number, cycle) in self.found:
                    note(self.found[number, cycle])

    def _applies(self, milestone: "Milestone", cycle: int) -> bool:
        year = year_of_cycle(cycle)
        group = year - self._facts.cohort_year
        return year <= self._planner.through and milestone.criteria.applies(self._facts.in_year_group(group), group)

    def _add(self, number: int, milestone: "Milestone", cycle: int, due_on: date) -> None:
        if (milestone.standing or due_on >= self._planned_from) and milestone.holds_on(due_on):
            self.found[number, cycle] = _planned(self._pupil_id, number, cycle, due_on, milestone, self._facts)

    def _add_undated(self, number: int, milestone: "Milestone", cycle: int) -> None:
        if year_of_cycle(cycle) >= self._first_year:
            self.found[number, cycle] = _planned(self._pupil_id, number, cycle, None, milestone, self._facts)


def replan(
    connection: Connection,
    planner: Planner,
    today: date,
    ids: Sequence[int] | None = None,
    action: Action | None = None,
) -> int:
    """Bring the planned rows of these pupils (all, for None) to what their facts ask for; give how many rows changed.

    When planning moves on a row that ``action`` itself has changed (a decision taken back, say), that goes through its
    journal, so that an undo finds the row as it was.
    """
    changed = 0
    everybody = store.pupil_ids(connection) if ids is None else ids
    for chunk in store.chunks(everybody):
        standing = store.standing(connection, chunk)
        wanted: list[Planned] = []
        unwanted: list[StepKey] = []
        for row in store.facts(connection, chunk):
            before = standing.get(row.id, [])
            after = (
                {}
                if row.archived
                else planner.rows(row.id, facts_of(row, planner.calendars, today), row.planned_from, before)
            )
            _compare(before, after, wanted, unwanted)
        if action is not None and action.steps:
            there = {row.key for rows in standing.values() for row, _, _ in rows}
            _move_on(action, [row for row in wanted if row.key in there], unwanted)
        store.take_out(connection, unwanted)
        store.put(connection, wanted)
        changed += len(wanted) + len(unwanted)
        store.refresh(connection, chunk, today)
    return changed


def _move_on(action: Action, changed: Sequence[Planned], unwanted: Sequence[StepKey]) -> None:
    columns = ("pupil_id", "milestone_id", "cycle")
    hands_on = frozenset(action.steps)
    for row in changed:
        if row.key in hands_on:
            values = row._asdict()
            action.update("pupil_milestone", {column: values.pop(column) for column in columns}, values)
    for key in unwanted:
        if key in hands_on:
            action.delete("pupil_milestone", dict(zip(columns, key, strict=True)))


def _compare(
    before: Iterable[Standing], after: dict[Key, Planned], wanted: list[Planned], unwanted: list[StepKey]
) -> None:
    for row, touched, put_off in before:
        new = after.pop((row.milestone_id, row.cycle), None)
        if touched:
            continue
        if put_off:
            # Asking again later is no decision: the row stays with its date, and the pupil's record may still clear it.
            record = new or Planned(*row[:5])
            new = row._replace(outcome=record.outcome, done_on=record.done_on, from_record=record.from_record)
        if new is None:
            unwanted.append(row.key)
        elif new != row:
            wanted.append(new)
    wanted.extend(after.values())


def _planned(
    pupil_id: int, number: int, cycle: int, due_on: date | None, milestone: "Milestone", facts: Facts
) -> Planned:
    late_after = None if due_on is None else due_on + timedelta(days=milestone.grace_days)
    seen = _SEEN_ON[milestone.met_by](facts) if milestone.met_by else None
    if seen is None or (milestone.met_by not in _LASTING and academic_year(seen) < year_of_cycle(cycle) - 1):
        return Planned(pupil_id, number, cycle, due_on, late_after)
    outcome = "late" if late_after is not None and seen > late_after else "met"
    return Planned(pupil_id, number, cycle, due_on, late_after, outcome, seen, from_record=True)


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
