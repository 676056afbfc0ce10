"""What cannot wait: the short lists of the Today page, and the same as plain lines for a pipe."""

from dataclasses import dataclass
from datetime import date, timedelta

from db import actions as action_store
from db import plan_meetings as event_store
from db import steps as store
from db.actions import DueAction, DueActions
from db.caseload import Selection
from db.plan_meetings import PlanEvent
from db.steps import MissedRow
from transitions import caseload as caseloads
from transitions import missed
from transitions.calendar import academic_year_label
from transitions.caseload import Caseload
from transitions.dates import long
from transitions.missed import Totals
from transitions.workspace import Workspace

__all__ = ["FORTNIGHT", "SHOWN", "DueAction", "DueActions", "PlanEvent", "Today", "page", "summary"]

SHOWN = 8
"""Lines of each short list; the count beside it is always the whole."""
_WEEK = timedelta(days=6)
FORTNIGHT = timedelta(days=13)
"""From today to the last day on which a meeting or a review is shown: fourteen days, today among them."""


@dataclass(frozen=True)
class Today:
    """The Today page for one caseload."""

    day: date
    caseload: Caseload
    description: str
    pupils: int
    totals: Totals
    overdue: list[MissedRow]
    this_week_count: int
    this_week: list[MissedRow]
    actions: DueActions
    events_count: int
    events: list[PlanEvent]
    """Meetings and reviews of plans in the next fourteen days; a review that is a step of the lists above is not here."""
    waiting_for_dates: list[tuple[int, int]]
    """Academic years whose term dates are not entered, with how many steps wait for them."""


def page(workspace: Workspace, caseload: Caseload) -> Today:
    """Give what cannot wait for this caseload: overdue decisions, steps and actions due in seven days, meetings in fourteen."""
    connection = workspace.read()
    chosen = caseloads.selection(workspace, caseload)
    day = workspace.clock.today
    week, events = day + _WEEK, _events(workspace, chosen)
    return Today(
        day=day,
        caseload=caseload,
        description=caseloads.describe(workspace, caseload),
        pupils=caseloads.count(workspace, caseload),
        totals=missed.totals(workspace, caseload),
        overdue=store.missed_rows(connection, chosen, missed=False, limit=SHOWN),
        this_week_count=store.count_between(connection, chosen, day, week),
        this_week=store.due_between(connection, chosen, day, week, SHOWN),
        actions=action_store.due_actions(connection, chosen, week, SHOWN),
        events_count=len(events),
        events=events[:SHOWN],
        waiting_for_dates=store.waiting_for_dates(connection),
    )


def summary(today: Today) -> list[str]:
    """Give the page as plain lines: what a pipe, a script or a screen reader gets."""
    late, met = today.actions.overdue, today.events_count
    lines = [
        f"{long(today.day)} · {today.description}",
        f"{today.pupils:,} pupils",
        f"{today.totals.overdue:,} steps overdue with no decision yet",
        f"{today.totals.missed:,} steps flagged missed and not put right",
        f"{today.this_week_count:,} steps due in the next seven days",
        f"{late:,} action{'' if late == 1 else 's'} overdue, {today.actions.coming:,} due in the next seven days",
        f"{met:,} {'meeting or review' if met == 1 else 'meetings and reviews'} in the next fourteen days",
    ]
    lines.extend(
        f"{number:,} steps wait for the term dates of {academic_year_label(year)} or a later year"
        for year, number in today.waiting_for_dates
    )
    return lines


def _events(workspace: Workspace, chosen: Selection) -> list[PlanEvent]:
    """Give what comes in the plans, the soonest first, each thing once.

    A review that is due has been seen to when a day for it is planned, and stands among the steps in its last week.
    """
    connection, day = workspace.read(), workspace.clock.today
    found = event_store.between(connection, chosen, day, day + FORTNIGHT)
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
