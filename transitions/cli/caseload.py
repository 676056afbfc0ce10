"""Commands that print a caseload: today, list, missed."""

from datetime import date
from typing import Any

import click

from transitions.caseload import caseload as caseloads
from transitions.caseload import missed as missing
from transitions.caseload.caseload import Caseload, PupilRow
from transitions.caseload.missed import DueAction, MissedRow
from transitions.cli.context import Session, command, filters, formatted
from transitions.cli.output import emit, record, talk, text_of
from transitions.dates import long
from transitions.school_year import academic_year, year_group_short
from transitions.workspace import Workspace

LIST_KEYS = (
    "id", "upn", "surname", "forename", "preferred_name", "year_group", "school", "next_school", "sen_provision",
    "social_care", "tier", "worker", "state", "next_step", "next_step_due", "missed_steps",
)  # fmt: skip
LIST_SHOWN = (
    "id",
    "surname",
    "forename",
    "year_group",
    "school",
    "next_school",
    "sen_provision",
    "state",
    "next_step",
    "next_step_due",
)
MISSED_KEYS = (
    "id", "upn", "surname", "forename", "year_group", "school", "next_school", "sen_provision", "worker", "milestone",
    "title", "transition", "severity", "due", "days_late", "state", "missed_on", "reason", "next_step", "action",
    "action_owner",
)  # fmt: skip
MISSED_SHOWN = (
    "id",
    "surname",
    "forename",
    "year_group",
    "school",
    "state",
    "milestone",
    "due",
    "days_late",
    "reason",
    "title",
)


@command("today")
@formatted
def today_command(session: Session) -> None:
    """Print what cannot wait, for everybody."""
    print_today(session.workspace, session.style)


def print_today(workspace: Workspace, style: str) -> None:
    """Print today's summary."""
    from transitions.caseload import today as days

    page = days.page(workspace, Caseload())
    if style == "table":
        click.echo("\n".join(text_of(line) for line in days.summary(page)))
        return
    counts = {
        "as_of": page.day,
        "pupils": page.pupils,
        "overdue": page.totals.overdue,
        "missed": page.totals.missed,
        "due_in_seven_days": page.this_week_count,
        "actions_due": page.actions.overdue + page.actions.coming,
        "actions_overdue": page.actions.overdue,
        "meetings_and_reviews_in_fourteen_days": page.events_count,
        "workshops_in_fourteen_days": page.workshops.coming_count,
        "workshop_actions_overdue": page.workshops.overdue_count,
        "workshops_nobody_has_marked": len(page.workshops.not_said),
    }
    emit([counts], list(counts), style)


@command("list")
@formatted
@filters
@click.option(
    "--sort",
    type=click.Choice(caseloads.SORTS),
    default=caseloads.DEFAULT_SORT,
    show_default=True,
    help="In what order.",
)
def list_command(session: Session, sort: str) -> None:
    """Print a caseload, most overdue first."""
    workspace, caseload = session.workspace, session.caseload().sorted_by(sort)
    rows = caseloads.all_rows(workspace, caseload)
    today = session.today
    session.emit((_list_record(row, today) for row in rows), LIST_KEYS, LIST_SHOWN)
    talk(f"{len(rows):,} pupils · {caseloads.describe(workspace, caseload)} · {long(today)}")


@command("missed")
@formatted
@filters
@click.option("--limit", type=click.IntRange(min=1), help="Print at most so many.")
def missed_command(session: Session, limit: int | None) -> None:
    """Print what is overdue, what was flagged missed, then actions past their day. The three are never added together.

    Each comes longest first. With --state only steps in that state are printed, and no action.
    """
    workspace, caseload, today = session.workspace, session.caseload(), session.today
    chosen = set(caseload.states) or {"overdue", "missed"}
    rows = missing.listing(workspace, caseload, overdue="overdue" in chosen, missed="missed" in chosen, limit=limit)
    left = None if limit is None else limit - len(rows)
    actions = [] if caseload.states else missing.overdue_actions(workspace, caseload, left)
    found = [_missed_record(row, today) for row in rows] + [_action_record(row, today) for row in actions]
    session.emit(found, MISSED_KEYS, MISSED_SHOWN)
    totals = missing.totals(workspace, caseload)
    late = 0 if caseload.states else missing.overdue_actions_count(workspace, caseload)
    past = "" if caseload.states else f", {late:,} action{'' if late == 1 else 's'} overdue"
    talk(
        f"{totals.overdue:,} overdue with no decision yet, {totals.missed:,} flagged missed{past} · "
        f"{caseloads.describe(workspace, caseload)} · {long(today)}"
    )


# The records; their keys are a promise to scripts.


def _year_group(cohort_year: int, today: date) -> str:
    return year_group_short(academic_year(today) - cohort_year)


def _list_record(row: PupilRow, today: date) -> dict[str, object]:
    return record(
        row,
        LIST_KEYS,
        year_group=_year_group(row.cohort_year, today),
        social_care=row.social_care_now,
        worker=row.owner,
        state=caseloads.pupil_state(row, today),
        next_step_due=row.next_due_on,
        missed_steps=row.missed_open,
    )


def _missed_record(row: MissedRow, today: date) -> dict[str, object]:
    return record(
        row,
        MISSED_KEYS,
        id=row.pupil_id,
        year_group=_year_group(row.cohort_year, today),
        worker=row.owner,
        milestone=row.code,
        due=row.due_on,
        days_late=(today - row.late_after).days,
        state="missed" if row.outcome == "missed" else "overdue",
        action=None,
        action_owner=None,
    )


def _action_record(row: DueAction, today: date) -> dict[str, object]:
    """Give an action past its day; ``action`` is its number, by which commands know it."""
    of_steps: dict[str, Any] = dict.fromkeys(("severity", "missed_on", "reason", "next_step"))
    return record(
        row,
        MISSED_KEYS,
        **of_steps,
        id=row.pupil_id,
        year_group=_year_group(row.cohort_year, today),
        milestone=missing.ACTION,
        title=row.what,
        due=row.due_on,
        days_late=(today - row.due_on).days,
        state=missing.ACTION_OVERDUE,
        action=row.action_id,
        action_owner=row.owner,
    )
