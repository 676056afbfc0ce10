"""What cannot wait: the short lists of the Today page, and the same as plain lines for a pipe."""

from dataclasses import dataclass
from datetime import date, timedelta

from db import actions as action_store
from db import steps as store
from db.actions import DueAction, DueActions
from db.steps import MissedRow
from transitions import caseload as caseloads
from transitions import missed
from transitions.calendar import academic_year_label
from transitions.caseload import Caseload
from transitions.dates import long
from transitions.missed import Totals
from transitions.workspace import Workspace

__all__ = ["SHOWN", "DueAction", "DueActions", "Today", "page", "summary"]

SHOWN = 8
"""Lines of each short list; the count beside it is always the whole."""


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
    waiting_for_dates: list[tuple[int, int]]
    """Academic years whose term dates are not entered, with how many steps wait for them."""


def page(workspace: Workspace, caseload: Caseload) -> Today:
    """Give what cannot wait for this caseload: overdue decisions, steps due in seven days, actions due."""
    connection = workspace.read()
    chosen = caseloads.selection(workspace, caseload)
    day = workspace.clock.today
    week = day + timedelta(days=6)
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
        waiting_for_dates=store.waiting_for_dates(connection),
    )


def summary(today: Today) -> list[str]:
    """Give the page as plain lines: what a pipe, a script or a screen reader gets."""
    late = today.actions.overdue
    lines = [
        f"{long(today.day)} · {today.description}",
        f"{today.pupils:,} pupils",
        f"{today.totals.overdue:,} steps overdue with no decision yet",
        f"{today.totals.missed:,} steps flagged missed and not put right",
        f"{today.this_week_count:,} steps due in the next seven days",
        f"{late:,} action{'' if late == 1 else 's'} overdue, {today.actions.coming:,} due in the next seven days",
    ]
    lines.extend(
        f"{number:,} steps wait for the term dates of {academic_year_label(year)} or a later year"
        for year, number in today.waiting_for_dates
    )
    return lines
