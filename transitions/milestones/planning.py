"""Which milestones each pupil has and when they are due: worked out from facts, written down as rows.

Rows that a person has touched are never changed. Planning the same facts twice changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from db.driver import Connection
from db.journal import Action
from db.milestones import planning as store
from db.milestones.planning import ExistingStep, PlannedStep, PupilFacts, StepKey
from db.pupils.pupils import PupilPage
from db.rows import chunks
from transitions.milestones.date_rule_types import DateRule, DueContext
from transitions.milestones.destinations import Move, Taught
from transitions.milestones.facts import (
    CARE_LEAVER,
    OCCASIONS,
    Destination,
    Facts,
    FileSent,
    HandoverDays,
    Occasion,
    PlaceNamed,
    PlanReview,
)
from transitions.milestones.milestone import Milestone
from transitions.milestones.planner import PHASE_DEADLINE, Key, Planner, names_place
from transitions.milestones.whose_calendar import Calendars
from transitions.school_year import DateNotKnown, academic_year, birthday
from transitions.term_dates import TermDates

_YOUNGER = frozenset({"EY-R", "R-1", "2-3", "MID", "6-7"})
"""Moves of younger children."""
_PREPARING_FROM = 9
"""The year group from which a plan prepares for adulthood (SEND code of practice 8.9)."""

_SUMMER = (7, 8)
"""The months in which a school's last year ends."""

_SUPPORT, _SUPPORT_TO_25 = 21, 25
"""The ages at which leaving-care support ends, and for whom it was asked for (Knowsley, Pathway planning)."""

_NOBODY = Facts(date.min, 0)
"""Stands for the pupil where a rule reads nothing of one."""

_AS_RECORDED = tuple(
    name for name in Facts._fields if name in PupilPage._fields and name != "part_time_timetable_until"
)
"""The facts that are what the pupil's own column of that name says."""


def facts_of(row: PupilFacts, calendars: Calendars, today: date) -> Facts:
    pupil = row.pupil
    until = birthday(pupil.date_of_birth, _SUPPORT_TO_25 if pupil.support_to_25 else _SUPPORT)
    last_day = until - timedelta(days=1)
    open_now = [
        (kind, start, min(end or last_day, last_day) if kind == CARE_LEAVER else end)
        for kind, start, end, over in row.episodes
        if (start or today) <= today and not over and (end is None or end >= today)
    ]
    in_care = _open_since(row, [start for _, start, _ in open_now], today)
    looked_after, leaver = (
        [start for kind, start, _ in open_now if kind == name] for name in ("looked after", "care leaver")
    )
    grown = academic_year(today) - pupil.cohort_year >= _PREPARING_FROM
    # a plan of the move to Year 7 that nobody closed is no plan for adult life
    plans = [plan for plan in row.plans if not (grown and plan[0] in _YOUNGER)]
    occasions = tuple(Occasion(*one) for one in row.occasions)
    open_days = {OCCASIONS[one.what][0]: one.on for one in reversed(occasions) if one.done_on is None}
    part_time_since = open_days.get("part_time_timetable_since")
    not_known = {
        "social_care_since": bool(open_now) and in_care is None,
        "looked_after_since": None in looked_after,
        "care_leaver_since": None in leaver,
        "part_time_timetable_since": pupil.part_time_timetable and part_time_since is None,
        "part_time_timetable_until": pupil.part_time_timetable and pupil.part_time_timetable_until is None,
        "left_roll_on": pupil.in_year_move_on is None and (None,) in row.off_roll,
        "ehc_started_on": pupil.sen_provision == "E" and pupil.ehc_started_on is None,
    }
    if not_known["part_time_timetable_since"]:
        occasions = (*occasions, Occasion("part-time timetable", None))
    here = Taught.by_ages(row.low_age, row.high_age)
    return Facts(
        **{name: getattr(pupil, name) for name in _AS_RECORDED},
        social_care=frozenset(kind for kind, _, _ in open_now),
        care_times=tuple(open_now),
        not_known=frozenset(name for name, asked in not_known.items() if asked),
        social_care_since=in_care,
        looked_after_since=None if None in looked_after else min(filter(None, looked_after), default=None),
        care_leaver_since=None if None in leaver else min(filter(None, leaver), default=None),
        leaving_care_until=until,
        support_has_ended=until <= today,
        left_roll_on=pupil.in_year_move_on or max(_left_within_a_year(row), default=None),
        first_year_group=here.first,
        leaving_year_group=here.last,
        part_time_timetable_until=pupil.part_time_timetable_until if pupil.part_time_timetable else None,
        plan_opened_on=min((opened for _, opened, _ in plans), default=None),
        plan_agreed_on=max((agreed for _, _, agreed in plans if agreed is not None), default=None),
        plan_review_on=row.reviews[0][1] if row.reviews else None,
        plan_reviews=tuple(PlanReview(*review) for review in row.reviews),
        part_time_timetable_since=part_time_since,
        reintegrated_on=open_days.get("reintegrated_on"),
        funding_ends_on=open_days.get("funding_ends_on"),
        destinations=tuple(
            Destination(
                Move(point, year),
                day,
                stage,
                Taught.by_ages(low, high),
                Taught.by_ages(left_low, left_high),
                bool(leaves),
                bool(stays),
            )
            for point, year, day, stage, leaves, stays, low, high, left_low, left_high in row.destinations
        ),
        handovers=tuple(HandoverDays(*handover) for handover in row.handovers),
        files_sent=tuple(FileSent(sent, receipt, bool(to_here)) for sent, receipt, to_here in row.files_sent),
        places_named=tuple(PlaceNamed(*one) for one in row.places_named),
        occasions=occasions,
        calendar=calendars.key(pupil.school_id, row.la_number),
    )


def _open_since(row: PupilFacts, starts: Collection[date | None], today: date) -> date | None:
    """Since when the case is open without a break; ``starts`` are those of what is open now.

    What ended where another way began is part of the same time, and so is what ended on a day not known before a way that
    began on a day not known.
    """
    first = min(filter(None, starts), default=None)
    gone = [(start, end, over) for _, start, end, over in row.episodes if start is not None and start <= today]
    if None in starts:
        first = min([start for start, _, over in gone if over] + ([first] if first else []), default=None)
    for start, end in sorted(((start, end) for start, end, _ in gone if end), key=lambda one: one[1], reverse=True):
        if first is not None and end >= first - timedelta(days=1):
            first = min(first, start)
    return first


def _left_within_a_year(row: PupilFacts) -> Iterator[date]:
    """The days on which the pupil went off roll, but for the summer in which the school ends: that is the move at its end."""
    ends = Taught.by_ages(row.low_age, row.high_age).last
    for (day,) in row.off_roll:
        if day is None:
            continue
        last = academic_year(day) - row.pupil.cohort_year == ends
        if not (last and day.month in _SUMMER):
            yield day


class Worked(NamedTuple):
    """One pupil's rows as they stand, and as they should stand."""

    row: PupilFacts
    before: Sequence[ExistingStep]
    after: dict[Key, PlannedStep]

    @property
    def pupil(self) -> PupilPage:
        return self.row.pupil


def worked_out(
    connection: Connection,
    planner: Planner,
    today: date,
    ids: Sequence[int] | None = None,
    only: Collection[int] | None = None,
) -> Iterator[list[Worked]]:
    """The rows of these pupils (all, for None), some thousands at a time; ``only`` names the milestones looked at."""
    for chunk in chunks(_concerned(connection, planner, only) if ids is None else ids, store.CHUNK):
        existing = store.existing_steps(connection, chunk, only)
        found = []
        for row in store.facts(connection, chunk):
            pupil = row.pupil
            before = existing.get(pupil.id, [])
            facts = facts_of(row, planner.calendars, today)
            found.append(
                Worked(row, before, {} if pupil.archived else planner.rows(pupil.id, facts, pupil.planned_from, before))
            )
        yield found


def _concerned(connection: Connection, planner: Planner, only: Collection[int] | None) -> Sequence[int]:
    """The pupils whom the planner's milestones can be for, or who have a row of them: a cohort or two, not a county."""
    first = store.first_planned(connection)
    versions = [version.milestone for one in planner.milestones.values() for version in one.versions]
    if only is None or first is None or any(v.kind == "once" or v.criteria.year_groups is None for v in versions):
        return store.pupil_ids(connection)
    years = range(academic_year(first) - 1, planner.through + 1)
    cohorts = {year - group for version in versions for group in version.criteria.year_groups or () for year in years}
    return store.pupils_of(connection, cohorts, only)


def replan(
    connection: Connection,
    planner: Planner,
    today: date,
    ids: Sequence[int] | None = None,
    action: Action | None = None,
    *,
    only: Collection[int] | None = None,
    tally: Counter[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Bring the planned rows of these pupils (all, for None) to what their facts ask for; give how many rows changed.

    When planning moves on a row that ``action`` itself has changed (a decision taken back, say), that goes through its
    journal, so that an undo finds the row as it was. ``only`` leaves the rows of other milestones alone; the planner then
    has these milestones and no others. ``tally`` counts the rows that are "new", "gone", on "another day" or "decided".
    """
    changed = done = 0
    for chunk in worked_out(connection, planner, today, ids, only):
        wanted: list[PlannedStep] = []
        unwanted: list[StepKey] = []
        for _, before, after in chunk:
            _compare(before, after, wanted, unwanted)
        if tally is not None:
            _count(tally, [row for _, before, _ in chunk for row in before], wanted, unwanted)
        if action is not None and action.steps:
            there = {row.key for one in chunk for row, _ in one.before}
            _move_on(action, [row for row in wanted if row.key in there], unwanted)
        store.take_out(connection, unwanted)
        store.put_steps(connection, wanted)
        changed += len(wanted) + len(unwanted)
        touched = {one.pupil.id for one in chunk}
        if only is not None:  # nothing else about a pupil can have changed
            touched = {row.pupil_id for row in wanted} | {pupil_id for pupil_id, _, _ in unwanted}
        store.refresh(connection, sorted(touched), today)
        done += len(chunk)
        if progress is not None and ids is not None:
            progress(done, len(ids))
    return changed


def together(milestones: Mapping[int, Milestone], changed: Collection[int]) -> frozenset[int] | None:
    """The milestones to plan again when these were changed: with what follows them, and what those count from.

    None when one of them is no longer there, so that only all of them together can tell.
    """
    if not milestones.keys() >= set(changed):
        return None
    follows = counts_with(milestones)
    found = set(changed)
    while more := {number for number, followed in follows.items() if followed & found} - found:
        found |= more
    while more := {other for number in found for other in follows[number]} - found:
        found |= more
    return frozenset(found)


def moved_by_dates(
    connection: Connection, milestones: Mapping[int, Milestone], before: Calendars, after: Calendars, through: int
) -> frozenset[int] | None:
    """The milestones to plan again when term dates or closures have changed: ``together`` for those that they can move.

    Of a day that many share it is worked out whether it moves; a day of a pupil's own that is counted in school days may.
    """
    first = store.first_planned(connection)
    years = range(academic_year(first) - 1 if first else through, through + 1)
    keys = {before.key(*one) for one in store.schools_of_pupils(connection)}
    keys |= {after.key(*one) for one in store.schools_of_pupils(connection)}

    def moves(rule: DateRule) -> bool:
        if rule.reads or rule.follows:
            return True
        return any(
            _shared_day(rule, year, before[key]) != _shared_day(rule, year, after[key])
            for key in keys
            for year in years
        )

    rules = ((number, version.milestone.rule) for number, one in milestones.items() for version in one.versions)
    return together(milestones, {number for number, rule in rules if any(map(moves, rule.by_school_days))})


def _shared_day(rule: DateRule, year: int, terms: TermDates) -> date | None:
    try:
        return rule.due(DueContext(year, _NOBODY, terms))
    except DateNotKnown:
        return None


def counts_with(milestones: Mapping[int, Milestone]) -> dict[int, set[int]]:
    """By each milestone's number those of the others without which its own day, or that it is done, cannot be worked out."""
    numbers = {milestone.code: number for number, milestone in milestones.items()}
    ending = {number for number, one in milestones.items() if names_place(one, PHASE_DEADLINE)}
    found: dict[int, set[int]] = {}
    for number, one in milestones.items():
        rules = [version.milestone.rule for version in one.versions]
        codes = {code for rule in rules for code in rule.follows} | {code for code, _ in one.shown_by}
        found[number] = {numbers[code] for code in codes if code in numbers}
        if any(PHASE_DEADLINE in str(rule) for rule in rules):
            found[number] |= ending
    return found


def _count(
    tally: Counter[str], before: Sequence[ExistingStep], wanted: Sequence[PlannedStep], unwanted: Sequence[StepKey]
) -> None:
    days = {one.row.key: one.row.due_on for one in before}
    tally["decided"] += sum(one.touched for one in before)
    tally["gone"] += len(unwanted)
    for row in wanted:
        if row.key not in days:
            tally["new"] += 1
        elif days[row.key] != row.due_on:
            tally["another day"] += 1


def _move_on(action: Action, changed: Sequence[PlannedStep], unwanted: Sequence[StepKey]) -> None:
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
    before: Iterable[ExistingStep], after: dict[Key, PlannedStep], wanted: list[PlannedStep], unwanted: list[StepKey]
) -> None:
    for row, touched in before:
        new = after.pop((row.milestone_id, row.cycle), None)
        if touched:
            continue
        if new is None:
            unwanted.append(row.key)
        elif new != row:
            wanted.append(new)
    wanted.extend(after.values())
