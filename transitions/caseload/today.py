"""What cannot wait: the short lists of the Today page, and the same as plain lines for a pipe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from db.calendar import events as event_store
from db.calendar.events import PlanEvent
from db.caseload import actions as action_store
from db.caseload.actions import DueAction, DueActions
from db.caseload.counts import cohort_counts
from db.caseload.listing import COHORTS, TOLD_AGAIN, Selection
from db.caseload.watching import WatchedPupil, to_watch, with_weeks
from db.impact.children import records
from db.impact.records import AttendanceWeekRow
from db.milestones import steps as store
from db.milestones.steps import MissedRow
from db.workshops import workshops as workshop_store
from transitions.caseload import caseload as caseloads
from transitions.caseload import missed
from transitions.caseload.caseload import Caseload
from transitions.caseload.missed import Totals
from transitions.dates import long
from transitions.handovers.board import US, Waiting, under_way
from transitions.milestones.catalogue import Waiting as WaitingSteps
from transitions.milestones.catalogue import waiting_for_terms
from transitions.pupils.codes import PERSISTENT
from transitions.pupils.placements import FALL, Level, level
from transitions.school_year import academic_year, academic_year_span
from transitions.text import how_many
from transitions.workshops.actions import open_actions
from transitions.workshops.page import WorkshopActionRow, WorkshopRow, coming
from transitions.workspace import Workspace

__all__ = ["DueAction", "DueActions", "PlanEvent", "Waiting", "WatchedPupil", "WorkshopActionRow", "WorkshopRow"]

SHOWN = 8
"""Lines of each short list; the count beside it is always the whole."""
_WEEK = timedelta(days=6)
_YEAR = timedelta(days=366)
_FIRST_WEEKS = (9, 10)
_YEAR_7 = 7
FORTNIGHT = timedelta(days=13)
"""From today to the last day on which a meeting, a review or a workshop is shown: fourteen days, today among them."""


class ComingWorkshop(NamedTuple):
    """A workshop that comes, with how many actions wait for it: those carried to it, and its own; and how many are late."""

    workshop: WorkshopRow
    open_actions: int
    overdue: int


@dataclass(frozen=True)
class Workshops:
    """The planned workshops of the next fourteen days, and the actions of any workshop that are past their day.

    They are everybody's: no caseload narrows them. The counts are the whole, whatever is in the short lists.
    """

    coming_count: int
    coming: list[ComingWorkshop]
    overdue_count: int
    overdue: list[WorkshopActionRow]
    not_said: list[WorkshopRow]
    """All those of the last year that have gone by, and nobody has said whether they were held and who came."""


class ToWatch(NamedTuple):
    """Pupils of Year 7 who missed much of school before, and of whom their school has not told yet: how many, and the first.

    Those of whom weeks are recorded go by their level, and come first when somebody should ring; ``levels`` has it of these.
    """

    number: int
    first: list[WatchedPupil]
    levels: Mapping[int, Level]


class WaitingHandovers(NamedTuple):
    """The handovers that are begun and wait: how many on us, how many on other schools, and the first, ours before theirs."""

    on_us: int
    on_others: int
    first: list[Waiting]


@dataclass(frozen=True)
class Today:
    """The Today page for one caseload."""

    day: date
    caseload: Caseload
    description: str
    pupils: int
    totals: Totals
    put_off: int
    """How many of the overdue steps are of pupils about whom somebody is to be told again on a later day.

    Nothing of these pupils is in the lists of steps, actions and meetings, or counted there.
    """
    overdue: list[MissedRow]
    this_week_count: int
    this_week: list[MissedRow]
    actions: DueActions
    events_count: int
    events: list[PlanEvent]
    """Meetings and reviews of plans in the next fourteen days; a review that is a step of the lists above is not here."""
    handovers: WaitingHandovers
    workshops: Workshops
    to_watch: ToWatch
    waiting_for_dates: list[WaitingSteps]
    """The steps that wait for term dates that are not entered, or for a school."""
    asked_for: list[tuple[str, int]]
    """Which days are to be asked for, and who is reminder set: each a cohort that has the pupils, with how many they are."""


def page(workspace: Workspace, caseload: Caseload) -> Today:
    """What cannot wait for this caseload: overdue decisions, steps and actions due in seven days, meetings in fourteen."""
    connection = workspace.read()
    every = caseloads.selection(workspace, caseload)
    chosen = replace(every, but_told_later=True)
    day = workspace.clock.today
    week, events = day + _WEEK, _events(workspace, chosen)
    asked = cohort_counts(connection, every, [name for name in COHORTS if name.endswith("?") or name == TOLD_AGAIN])
    return Today(
        day=day,
        caseload=caseload,
        description=caseloads.describe(workspace, caseload),
        pupils=caseloads.count(workspace, caseload),
        totals=missed.totals(workspace, caseload),
        put_off=store.put_off_count(connection, every),
        overdue=store.overdue_now(connection, chosen, SHOWN),
        this_week_count=store.count_between(connection, chosen, day, week),
        this_week=store.due_between(connection, chosen, day, week, SHOWN),
        actions=action_store.due_actions(connection, chosen, week, SHOWN),
        events_count=len(events),
        events=events[:SHOWN],
        handovers=_handovers(workspace, caseload),
        workshops=_workshops(workspace),
        to_watch=_to_watch(workspace, every),
        waiting_for_dates=waiting_for_terms(workspace),
        asked_for=[(question, number) for question, number in asked.items() if number],
    )


def summary(today: Today) -> list[str]:
    late, met = today.actions.overdue, today.events_count
    ours, theirs = today.handovers.on_us, today.handovers.on_others
    coming, behind = today.workshops.coming_count, today.workshops.overdue_count
    lines = [
        f"{long(today.day)} · {today.description}",
        how_many(today.pupils, "pupil"),
        f"{how_many(today.totals.overdue, 'step')} overdue with no decision yet",
        f"{how_many(today.totals.missed, 'step')} flagged missed and not resolved",
        f"{how_many(today.this_week_count, 'step')} due in the next seven days",
        f"{late:,} action{'' if late == 1 else 's'} overdue, {today.actions.coming:,} due in the next seven days",
        f"{met:,} {'meeting or review' if met == 1 else 'meetings and reviews'} in the next fourteen days",
        f"{ours:,} handover{' waits' if ours == 1 else 's wait'} on us, {theirs:,} on other schools",
        f"{coming:,} workshop{'' if coming == 1 else 's'} in the next fourteen days",
        f"{behind:,} workshop action{'' if behind == 1 else 's'} overdue",
    ]
    if unsaid := len(today.workshops.not_said):
        which = "workshop has" if unsaid == 1 else "workshops have"
        lines.append(f"{unsaid:,} {which} over, with no attendance recorded")
    if watched := today.to_watch.number:
        who = "pupil in Year 7 is" if watched == 1 else "pupils in Year 7 are"
        why = f"attendance of {PERSISTENT}% or less before the move"
        if today.to_watch.levels:
            why += f", or since then below {PERSISTENT}% or {FALL} points lower"
        lines.append(f"{watched:,} {who} to watch in the first weeks: {why}")
    lines.extend(f"{how_many(number, 'pupil')}: {question}" for question, number in today.asked_for)
    lines.extend(one.text for one in today.waiting_for_dates)
    return lines


def _to_watch(workspace: Workspace, chosen: Selection) -> ToWatch:
    """Whom to watch, from September to the end of October, until the first weeks of the pupil are recorded."""
    day, connection = workspace.clock.today, workspace.read()
    if day.month not in _FIRST_WEEKS:
        return ToWatch(0, [], {})
    begun, cohort = academic_year_span(academic_year(day))[0], academic_year(day) - _YEAR_7
    untold = to_watch(connection, chosen, cohort, PERSISTENT, begun)
    told = {one.id: one for one in with_weeks(connection, chosen, cohort, begun)}
    weeks = records(connection, AttendanceWeekRow, replace(chosen, pupil_ids=tuple(told))) if told else {}
    levels = {number: now for number, rows in weeks.items() if (now := level(rows, begun, day))}
    low = {number: now for number, now in levels.items() if now.reasons(told[number].attendance_percent)}
    found = [*(told[number] for number in sorted(low, key=lambda number: low[number].percent)), *untold]
    return ToWatch(len(found), found[:SHOWN], low)


def _handovers(workspace: Workspace, caseload: Caseload) -> WaitingHandovers:
    waiting = under_way(workspace, caseload)
    ours = sum(one.line.waiting_on == US for one in waiting)
    return WaitingHandovers(ours, len(waiting) - ours, waiting[:SHOWN])


def _workshops(workspace: Workspace) -> Workshops:
    still_open, day = open_actions(workspace), workspace.clock.today
    late = [action for action in still_open if action.due_on is not None and action.due_on < day]
    planned = coming(workspace, FORTNIGHT.days)
    gone_by = workshop_store.between(workspace.read(), day - _YEAR, day - timedelta(days=1))
    not_said = [one for one in gone_by if one.status == "planned" and (one.last_day or one.on_day) < day]
    return Workshops(
        coming_count=len(planned),
        coming=[ComingWorkshop(one, _waiting_for(one, still_open), _waiting_for(one, late)) for one in planned[:SHOWN]],
        overdue_count=len(late),
        overdue=late[:SHOWN],
        not_said=not_said,
    )


def _waiting_for(workshop: WorkshopRow, actions: Sequence[WorkshopActionRow]) -> int:
    return sum(
        action.workshop_id == workshop.id or (action.series == workshop.series and action.agreed_on < workshop.on_day)
        for action in actions
    )


def _events(workspace: Workspace, chosen: Selection) -> list[PlanEvent]:
    """What comes in the plans, the soonest first, each thing once.

    A review that is due has been seen to when a day for it is planned, and stands among the steps in its last week.
    """
    connection, day = workspace.read(), workspace.clock.today
    found = event_store.plan_events(connection, chosen, day, day + FORTNIGHT)
    planned: dict[int, date] = {}
    for one in found:
        if one.what == "review":
            planned.setdefault(one.plan_id, one.on)
    reviews = [number for number, milestone in workspace.milestones.items() if milestone.of_plan_review]
    steps = store.open_between(connection, chosen, reviews, day, day + _WEEK)
    return [
        one
        for one in found
        if one.what != "review due"
        or (planned.get(one.plan_id, date.max) > one.on and (one.pupil_id, one.transition) not in steps)
    ]
