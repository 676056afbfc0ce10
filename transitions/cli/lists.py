"""Commands that print: today, list, show, missed, explain."""

from pathlib import Path
from typing import Any

import click

from db.milestones import steps as step_store
from db.pupils import pupils as pupil_store
from transitions.caseload import caseload as caseloads
from transitions.caseload import missed as missing
from transitions.caseload.caseload import Caseload
from transitions.cli import output, records
from transitions.cli.options import caseload_of, common, filters, formatted, opened
from transitions.dates import long
from transitions.workspace import Workspace


@click.command("today")
@common
@formatted
@click.pass_context
def today_command(ctx: click.Context, db: Path | None, as_of: str | None, style: str) -> None:
    """Print what cannot wait, for everybody."""
    with opened(ctx, db, as_of) as workspace:
        print_today(workspace, style)


def print_today(workspace: Workspace, style: str) -> None:
    """Print today's summary."""
    from transitions.caseload import today as days

    page = days.page(workspace, Caseload())
    if style == "table":
        click.echo("\n".join(output.text_of(line) for line in days.summary(page)))
        return
    record = {
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
    output.emit([record], list(record), style)


@click.command("list")
@common
@formatted
@filters
@click.option(
    "--sort",
    type=click.Choice(caseloads.SORTS),
    default=caseloads.DEFAULT_SORT,
    show_default=True,
    help="In what order.",
)
@click.pass_context
def list_command(
    ctx: click.Context, /, db: Path | None, as_of: str | None, style: str, sort: str, **options: Any
) -> None:
    """Print a caseload, most overdue first."""
    with opened(ctx, db, as_of) as workspace:
        caseload = caseload_of(workspace, options).sorted_by(sort)
        rows = caseloads.all_rows(workspace, caseload)
        today = workspace.clock.today
        found = (records.list_record(row, today) for row in rows)
        output.emit(found, records.LIST_KEYS, style, shown=records.LIST_SHOWN)
        output.talk(f"{len(rows):,} pupils · {caseloads.describe(workspace, caseload)} · {long(today)}")


@click.command("missed")
@common
@formatted
@filters
@click.option("--limit", type=click.IntRange(min=1), help="Print at most so many.")
@click.pass_context
def missed_command(
    ctx: click.Context, /, db: Path | None, as_of: str | None, style: str, limit: int | None, **options: Any
) -> None:
    """Print what is overdue, what was flagged missed, then actions past their day. The three are never added together.

    Each comes longest first. With --state only steps in that state are printed, and no action.
    """
    with opened(ctx, db, as_of) as workspace:
        caseload = caseload_of(workspace, options)
        chosen = set(caseload.states) or {"overdue", "missed"}
        rows = missing.listing(workspace, caseload, overdue="overdue" in chosen, missed="missed" in chosen, limit=limit)
        left = None if limit is None else limit - len(rows)
        actions = [] if caseload.states else missing.overdue_actions(workspace, caseload, left)
        today = workspace.clock.today
        found = [records.missed_record(row, today) for row in rows]
        found += [records.overdue_action_record(row, today) for row in actions]
        output.emit(found, records.MISSED_KEYS, style, shown=records.MISSED_SHOWN)
        totals = missing.totals(workspace, caseload)
        late = 0 if caseload.states else missing.overdue_actions_count(workspace, caseload)
        past = "" if caseload.states else f", {late:,} action{'' if late == 1 else 's'} overdue"
        output.talk(
            f"{totals.overdue:,} overdue with no decision yet, {totals.missed:,} flagged missed{past} · "
            f"{caseloads.describe(workspace, caseload)} · {long(today)}"
        )


@click.command("show")
@common
@formatted
@click.argument("pupil")
@click.pass_context
def show_command(ctx: click.Context, db: Path | None, as_of: str | None, style: str, pupil: str) -> None:
    """Print one pupil with every step and plan. PUPIL is a UPN, a name, or a number from list such as #12."""
    from transitions.cli.plan_records import plan_record
    from transitions.cli.plan_show import plan_pages, print_plans
    from transitions.pupils.editing import find_pupil

    with opened(ctx, db, as_of) as workspace:
        pupil_id = find_pupil(workspace, pupil)
        connection, today = workspace.read(), workspace.clock.today
        page = pupil_store.page(connection, pupil_id)
        if page is None:
            return
        steps = [records.step_record(row, today) for row in step_store.of_pupil(connection, pupil_id)]
        if style == "csv":
            output.emit(steps, records.STEP_KEYS, style)
            return
        head = records.pupil_record(page, today)
        head["needs"] = pupil_store.needs(connection, pupil_id)
        head["social_care"] = [
            f"{episode.kind} from {episode.started_on}" + (f" to {episode.ended_on}" if episode.ended_on else "")
            for episode in pupil_store.episodes(connection, pupil_id)
        ]
        if style == "json":
            head["steps"] = steps
            head["plans"] = [plan_record(page) for page in plan_pages(workspace, pupil_id)]
            head["notes"] = [note._asdict() for note in pupil_store.notes(connection, pupil_id)]
            output.emit_one(head, style)
            return
        output.emit_one({key: value for key, value in head.items() if value not in (None, "", False, [])}, style)
        click.echo()
        output.emit(steps, records.STEP_KEYS, style, shown=records.STEP_SHOWN)
        print_plans(workspace, pupil_id)


@click.command("explain")
@common
@formatted
@click.argument("pupil")
@click.argument("milestone", required=False)
@click.pass_context
def explain_command(
    ctx: click.Context, db: Path | None, as_of: str | None, style: str, pupil: str, milestone: str | None
) -> None:
    """Say why a pupil's steps are, or are not, flagged: the rule, the dates, what was looked at, what would clear it."""
    from transitions.milestones import explain as explaining
    from transitions.pupils.editing import find_pupil

    with opened(ctx, db, as_of) as workspace:
        found = explaining.explain(workspace, find_pupil(workspace, pupil), milestone)
        if style != "table":
            output.emit([records.explain_record(item) for item in found], records.EXPLAIN_KEYS, style)
            return
        for item in found:
            click.echo("\n".join(output.text_of(line) for line in explaining.explanation_lines(item)))
            click.echo()
