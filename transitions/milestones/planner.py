"""The rules at work for one pupil: which milestones there are and when they are due, from facts to rows."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any, Final, NamedTuple

from db.milestones.planning import ExistingStep, PlannedStep
from db.vocabulary import ANOTHER_CYCLE
from transitions.milestones.by_record import counted_from, done_on, due_by
from transitions.milestones.date_rule_types import DayAskedFor, DueContext, NotStarted, PhaseDeadline
from transitions.milestones.facts import Facts, Occasion, PlanReview
from transitions.milestones.milestone import Milestone
from transitions.milestones.outline import Outlines
from transitions.milestones.rules import Pair, Rules
from transitions.milestones.whose_calendar import Calendars
from transitions.school_year import DateNotKnown, academic_year, year_of_cycle
from transitions.term_dates import OutsideCalendar

PHASE_DEADLINE: Final = str(PhaseDeadline())
SET_ASIDE: Final = ("waived", "not applicable")
_REMEMBERED: Final = 20_000
"""Outlines of pupils, and dates by what they count from: those of a county, in less than 30 MB."""

Key = tuple[int, int]
"""A milestone's number and a cycle."""


class _Shared(NamedTuple):
    """What all pupils with one outline have in common: steps by year, those that can come once, those that may follow, by year.

    Of a step that comes with the year there is the row without the pupil, when it stands just so for each of them.
    """

    yearly: Sequence[tuple[int, Milestone, int, tuple[Any, ...] | None]]
    once: Sequence[Pair]
    following: dict[int, Sequence[Pair]]


@dataclass
class Planner:
    """The rules at work for one horizon: which rows should stand for a pupil's facts."""

    milestones: Mapping[int, Milestone]
    calendars: Calendars
    through: int
    """The last academic year that is planned."""
    _dates: dict[tuple[Any, ...], date | DateNotKnown] = field(default_factory=dict)
    _read: dict[frozenset[str], Sequence[int]] = field(default_factory=dict)
    _shared: dict[tuple[Any, ...], _Shared] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ends = sorted({older.through for milestone in self.milestones.values() for older in milestone.earlier})
        self._rules = [
            Rules.of((number, milestone.of_cycle(year)) for number, milestone in self.milestones.items())
            for year in (*self._ends, max(self._ends, default=0) + 1)
        ]
        followed = {code for rules in self._rules for _, milestone in rules.following for code in milestone.follows}
        self._followed = {
            number: tuple(name for name in (m.code, PHASE_DEADLINE) if name in followed or names_place(m, name))
            for number, m in self.milestones.items()
        }
        self._outlines = Outlines(
            version.milestone.criteria for m in self.milestones.values() for version in m.versions
        )
        self._rows_seen: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self._shows = {code for m in self.milestones.values() for code, _ in m.shown_by}
        self._once: list[tuple[int, Milestone, tuple[int, ...]]] = []
        self._reviews: dict[str, list[Pair]] = {}
        self._occasions: dict[str, list[Pair]] = {}
        for number, milestone in self.milestones.items():
            once = [version.milestone for version in milestone.versions if version.milestone.kind == "once"]
            if milestone.of_plan_review:
                self._reviews.setdefault(milestone.transition, []).append((number, milestone))
            elif milestone.of_occasion:
                self._occasions.setdefault(milestone.of_occasion, []).append((number, milestone))
            elif once:
                # a step that counts from a date that is not recorded is passed over before anything is worked out
                needed = frozenset.intersection(*(version.reads for version in once))
                self._once.append((number, milestone, tuple(map(Facts._fields.index, needed))))

    def rules_of(self, cycle: int) -> Rules:
        return self._rules[bisect_left(self._ends, year_of_cycle(cycle))] if self._ends else self._rules[0]

    def rows(
        self, pupil_id: int, facts: Facts, planned_from: date, existing: Sequence[ExistingStep] = ()
    ) -> dict[Key, PlannedStep]:
        """The rows that should stand; ``standing`` are those that do, of which people's decisions count."""
        decided = [row for row, touched in existing if touched]
        shared = self._shared_by(facts, planned_from)
        plan = _Plan(self, pupil_id, facts, planned_from, self._recorded(decided))
        for number, milestone, cycle, row in shared.yearly:
            if row is None:
                plan.add_yearly(number, milestone, cycle)
            else:
                plan.found[number, cycle] = PlannedStep(pupil_id, *row)
        settled = {row.milestone_id for row in decided if row.due_on is None}
        for number, milestone in shared.once:
            if milestone.recurs:
                plan.add_again(number, milestone, decided)
            elif (
                number not in settled
            ):  # decided before its date, and so its year, was known: it is not asked for twice
                plan.add_once(number, milestone, decided)
        for review in facts.plan_reviews:
            for number, milestone in self._reviews.get(review.transition, ()):
                plan.add_review(number, milestone, review, [row for row in decided if row.milestone_id == number])
        for occasion in facts.occasions:
            for number, milestone in self._occasions.get(occasion.what, ()):
                plan.add_occasion(number, milestone, occasion, [row for row in decided if row.milestone_id == number])
        plan.add_following(self._followed, decided, shared.following)
        return plan.found

    def _shared_by(self, facts: Facts, planned_from: date) -> _Shared:
        key = self._outlines.of(facts, planned_from)
        found = self._shared.get(key)
        if found is None:
            if len(self._shared) == _REMEMBERED:
                self._shared.clear()
            found = self._shared[key] = _Shared(list(self._yearly(facts, planned_from)), self._once_for(facts), {})
        return found

    def _yearly(self, facts: Facts, planned_from: date) -> Iterator[tuple[int, Milestone, int, tuple[Any, ...] | None]]:
        for cycle in range(academic_year(planned_from) - 1, self.through + 1):
            group = cycle - facts.cohort_year
            then, rules = facts.in_year_group(group), self.rules_of(cycle)
            for number, milestone in (*rules.by_group.get(group, ()), *rules.any_group):
                if not milestone.criteria.applies(then, group):
                    continue
                if not self._outlines.settles(milestone, facts):
                    yield number, milestone, cycle, None
                    continue
                plan = _Plan(self, 0, facts, planned_from, {})
                plan.add_yearly(number, milestone, cycle)
                for row in plan.found.values():
                    yield number, milestone, cycle, self._rows_seen.setdefault(row[1:], row[1:])

    def _once_for(self, facts: Facts) -> list[Pair]:
        """The steps that can come once for a pupil: what they count from is recorded, and there is a planned year for them."""
        return [
            (number, milestone)
            for number, milestone, needed in self._once
            if (None not in [facts[at] for at in needed] or (facts.not_known and all(map(facts.knows, needed))))
            and any(self._can_meet(version.milestone, facts) for version in milestone.versions)
        ]

    def _can_meet(self, milestone: Milestone, facts: Facts) -> bool:
        groups = milestone.criteria.year_groups
        last = self.through - facts.cohort_year
        if milestone.reads == {"date_of_birth"}:
            with suppress(DateNotKnown):
                # nobody of the same school year has an earlier birthday
                first = facts._replace(date_of_birth=date(academic_year(facts.date_of_birth), 9, 1))
                if academic_year(self.due(0, milestone, academic_year(facts.date_of_birth), first)) > self.through:
                    return False
        return groups is None or any(
            group <= last and milestone.criteria.applies(facts.in_year_group(group), group) for group in groups
        )

    def _recorded(self, decided: Sequence[PlannedStep]) -> dict[tuple[str, int], date]:
        """By code and cycle the days on which people have recorded what shows that others are done."""
        found = ((self.milestones.get(row.milestone_id), row) for row in decided if row.done_on is not None)
        return {(m.code, row.cycle): row.done_on for m, row in found if m and m.code in self._shows and row.done_on}

    def due(self, number: int, milestone: Milestone, cycle: int, facts: Facts) -> date:
        """The due date of a milestone that follows no other. Raises ``DateNotKnown``."""
        if milestone.recurs or milestone.answered_by_plan or facts.not_known:
            return due_by(milestone, DueContext(cycle, facts, self.calendars[facts.calendar]))
        key = (number, milestone.due, cycle, facts.calendar, *[facts[at] for at in self._places(milestone.reads)])
        if key not in self._dates:
            if len(self._dates) == _REMEMBERED:
                self._dates.clear()
            try:
                self._dates[key] = milestone.rule.due(DueContext(cycle, facts, self.calendars[facts.calendar]))
            except DateNotKnown as gap:
                self._dates[key] = gap
        found = self._dates[key]
        if isinstance(found, DateNotKnown):
            raise found.with_traceback(None)  # or it would grow with every pupil
        return found

    def _places(self, fields: frozenset[str]) -> Sequence[int]:
        if fields not in self._read:
            self._read[fields] = [Facts._fields.index(name) for name in fields]
        return self._read[fields]


class _Fall(NamedTuple):
    """When something that comes once falls: the version of its milestone that says so, the date if known, the cycle."""

    milestone: Milestone
    due_on: date | None
    cycle: int


class _Plan:
    """The rows of one pupil while they are being worked out.

    A step that waits for term dates, or for a day that is to be asked for, stands without a date; one that lacks a fact of the
    pupil does not stand at all.
    """

    def __init__(
        self,
        planner: Planner,
        pupil_id: int,
        facts: Facts,
        planned_from: date,
        recorded: Mapping[tuple[str, int], date],
    ) -> None:
        self.found: dict[Key, PlannedStep] = {}
        self._recorded = recorded
        self._planner = planner
        self._pupil_id = pupil_id
        self._facts = facts
        self._planned_from = planned_from
        self._first_year = academic_year(planned_from)
        self._then: dict[int, Facts] = {}

    def add_yearly(self, number: int, milestone: Milestone, cycle: int) -> None:
        try:
            due_on = self._planner.due(number, milestone, cycle, self._facts)
        except (OutsideCalendar, DayAskedFor):
            self._add_undated(number, milestone, cycle)
        except DateNotKnown:
            return
        else:
            then = self._facts.on(due_on)
            if then is self._facts or self._meets(milestone, cycle, then):
                self._add(number, milestone, cycle, due_on)

    def add_once(self, number: int, milestone: Milestone, decided: Sequence[PlannedStep]) -> None:
        falls = self._falls(number, milestone, self._facts)
        if falls is not None and not (milestone.earlier and self._was_decided(number, milestone, falls, decided)):
            self._add_fall(number, falls, self._facts)

    def add_review(self, number: int, milestone: Milestone, review: PlanReview, kept: Sequence[PlannedStep]) -> None:
        """Add when a plan is reviewed next, beside the rows of earlier reviews: those that people's hands were on."""
        falls = self._falls(number, milestone, self._facts._replace(plan_review_on=review.due_on))
        if falls is not None and falls.due_on is not None:
            cycle = self._free_cycle(number, falls.due_on, falls.cycle, kept, review.since)
            falls = falls._replace(cycle=cycle)
        if falls is not None:
            self._add_fall(number, falls, self._facts)

    def add_occasion(self, number: int, milestone: Milestone, occasion: Occasion, kept: Sequence[PlannedStep]) -> None:
        facts = self._facts.at(occasion)
        falls = self._falls(number, milestone, facts)
        if falls is not None:
            cycle = self._free_cycle(number, falls.due_on, falls.cycle, kept)
            self._add_fall(number, falls._replace(cycle=cycle), facts)

    def add_again(self, number: int, milestone: Milestone, kept: Sequence[PlannedStep]) -> None:
        """Add what comes again and again, each time so long after the last; what fell before planning began is passed over."""
        kept = [row for row in kept if row.milestone_id == number]
        days = [row.done_on or row.due_on for row in kept if row.outcome is not None]
        last = max(filter(None, days), default=None)
        facts = self._facts._replace(last_time=last)
        with suppress(DateNotKnown):
            while True:
                try:
                    due_on = self._planner.due(number, milestone, self._first_year, facts)
                except DayAskedFor:
                    year = self._earliest_year(number, milestone, facts)
                    if year <= self._planner.through and self._meets(milestone, year, facts):
                        self._add_undated(number, milestone, year)
                    return
                year = academic_year(due_on)
                if year > self._planner.through:
                    return
                if due_on >= self._planned_from and self._meets(milestone, year, facts):
                    cycle = self._free_cycle(number, due_on, year, kept, last or date.min)
                    self._add(number, milestone, cycle, due_on, facts)
                facts = facts._replace(last_time=due_on)

    def _falls(self, number: int, milestone: Milestone, facts: Facts) -> "_Fall | None":
        """When something that comes once falls, and under which version of its rule.

        A version holds for what falls in its years. What fell after them, and by the next rule before its own, would fall
        between the two: it belongs to the first year of the next rule.
        """
        later = False
        for version, first, last in milestone.versions:
            if version.kind != "once":
                later = False
                continue
            due_on: date | None = None
            try:
                due_on = self._planner.due(number, version, self._first_year, facts)
                year = academic_year(due_on)
            except OutsideCalendar as gap:
                year = gap.academic_year
            except DayAskedFor:
                year = self._earliest_year(number, version, facts)
            except DateNotKnown:
                later = False
                continue
            if last is None and year > self._planner.through:  # asked first: far birthdays are the most
                return None
            if not self._meets(version, year, facts):
                later = False
            elif last is not None and year > last:
                later = True
            elif first is None or year >= first or later:
                cycle = year if first is None else max(first, year)
                return _Fall(version, due_on, cycle) if cycle <= self._planner.through else None
        return None

    def _earliest_year(self, number: int, milestone: Milestone, facts: Facts) -> int:
        """The first planned year in which a step can fall whose day depends on one that is to be asked for."""
        try:
            year = academic_year(self._planner.due(number, milestone, self._first_year, facts.at_birth()))
        except OutsideCalendar as gap:
            year = gap.academic_year
        return max(self._first_year, year)

    def _was_decided(self, number: int, milestone: Milestone, falls: "_Fall", decided: Sequence[PlannedStep]) -> bool:
        """Whether it was decided under another rule, and so in another cycle: it is not asked for twice.

        A birthday comes once. Of anything else the day by the other rule shows that the same was meant.
        """
        others = {row.due_on for row in decided if row.milestone_id == number and row.cycle != falls.cycle}
        if others and falls.milestone.reads == {"date_of_birth"}:
            return True
        for version in milestone.versions if others else ():
            if version.milestone.kind == "once":
                with suppress(DateNotKnown):
                    if self._planner.due(number, version.milestone, self._first_year, self._facts) in others:
                        return True
        return False

    def _add_fall(self, number: int, falls: "_Fall", facts: Facts) -> None:
        if falls.due_on is None:
            self._add_undated(number, falls.milestone, falls.cycle, facts)
        else:
            self._add(number, falls.milestone, falls.cycle, falls.due_on, facts)

    def _free_cycle(
        self, number: int, due_on: date | None, year: int, kept: Sequence[PlannedStep], since: date = date.min
    ) -> int:
        """The cycle of the row that stands for this already, or else the first that is free in its year.

        What was done by ``since``, the last review of a plan or its agreement, was for that one, even if it was due on this
        very day.
        """
        for row in kept:
            if row.due_on == due_on and (row.done_on is None or row.done_on > since):
                return row.cycle
        taken = {row.cycle for row in kept} | {cycle for other, cycle in self.found if other == number}
        return next(cycle for cycle in count(year, ANOTHER_CYCLE) if cycle not in taken)

    def add_following(
        self,
        followed: Mapping[int, Sequence[str]],
        decided: Sequence[PlannedStep],
        following: dict[int, Sequence[Pair]],
    ) -> None:
        """Add what counts from other steps; ``following`` has by year what applies to such a pupil, as far as it was asked."""
        days: dict[int, tuple[dict[str, date], dict[str, date]]] = {}
        aside = {row.key for row in decided if row.outcome in SET_ASIDE}

        def note(row: PlannedStep) -> None:
            done, due = days.setdefault(row.cycle, ({}, {}))
            if row.done_on is not None:
                milestone = self._planner.milestones[row.milestone_id].of_cycle(row.cycle)
                again = counted_from(milestone, row.cycle, self._facts)
                done[milestone.code] = max(row.done_on, again or row.done_on)
            if row.due_on is not None:
                for name in followed[row.milestone_id]:
                    if name != PHASE_DEADLINE:
                        due[name] = row.due_on
                    elif row.key not in aside:
                        due[name] = min(row.due_on, due.get(name, row.due_on))

        for row in (*self.found.values(), *decided):
            if followed.get(row.milestone_id):
                note(row)
        for cycle, (done, due) in days.items():
            year = year_of_cycle(cycle)
            if year not in following:
                following[year] = [
                    pair for pair in self._planner.rules_of(year).following if self._applies(pair[1], year)
                ]
            for number, milestone in following[year]:
                if not milestone.follows <= done.keys() | due.keys():
                    continue
                calendar = self._planner.calendars[self._facts.calendar]
                context = DueContext(year, self._facts, calendar, done=done, due=due)
                try:
                    self._add(number, milestone, cycle, milestone.rule.due(context))
                except OutsideCalendar:
                    self._add_undated(number, milestone, cycle)
                except (DateNotKnown, NotStarted):
                    continue
                if milestone.code not in due and followed[number] and (number, cycle) in self.found:
                    note(self.found[number, cycle])

    def _applies(self, milestone: Milestone, year: int) -> bool:
        return year <= self._planner.through and self._meets(milestone, year, self._facts)

    def _meets(self, milestone: Milestone, year: int, facts: Facts) -> bool:
        group = year - facts.cohort_year
        if facts is not self._facts:
            return milestone.criteria.applies(facts.in_year_group(group), group)
        then = self._then.get(group)
        if then is None:
            then = self._then[group] = facts.in_year_group(group)
        return milestone.criteria.applies(then, group)

    def _add(self, number: int, milestone: Milestone, cycle: int, due_on: date, facts: Facts | None = None) -> None:
        if milestone.of_ehc_plan and not self._facts.has_ehc_plan_on(due_on):
            return
        then = self._facts.before_the_end(due_on)
        if then is not self._facts and not self._meets(milestone, year_of_cycle(cycle), then):
            return
        if (milestone.standing or due_on >= self._planned_from) and milestone.holds_on(due_on):
            self._put(number, milestone, cycle, due_on, facts or self._facts)

    def _add_undated(self, number: int, milestone: Milestone, cycle: int, facts: Facts | None = None) -> None:
        if year_of_cycle(cycle) >= self._first_year:
            self._put(number, milestone, cycle, None, facts or self._facts)

    def _put(self, number: int, milestone: Milestone, cycle: int, due_on: date | None, facts: Facts) -> None:
        late_after = None if due_on is None else due_on + timedelta(days=milestone.grace_days)
        day = done_on(milestone, cycle, facts)
        for code, on in milestone.shown_by if self._recorded else ():
            shown = self._recorded.get((code, cycle + on))
            day = shown if day is None else min(day, shown or day)
        row = PlannedStep(self._pupil_id, number, cycle, due_on, late_after)
        if day is not None:
            outcome = "late" if late_after is not None and day > late_after else "met"
            row = row._replace(outcome=outcome, done_on=day, from_record=True)
        self.found[number, cycle] = row


def names_place(milestone: Milestone, name: str) -> bool:
    return name == PHASE_DEADLINE and milestone.met_by == "place named in the EHC plan"
