"""Commands about what workshops agreed: action, grade, actions."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from transitions.cli.options import common, formatted, opened, pairs, typed_day, typed_year
from transitions.cli.output import emit, say, talk
from transitions.cli.plan_options import answer, answers
from transitions.cli.workshop_options import chosen_series, of_a_workshop, opened_workshop

if TYPE_CHECKING:
    from transitions.workshops.scrutiny import Chosen, Layout
    from transitions.workspace import Workspace

_LAYOUTS: "dict[str, Layout]" = {"committee": "committee", "district-plan": "district plan"}


@click.command("action")
@of_a_workshop
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option(
    "--change", type=int, metavar="NUMBER", help="Change this action; numbers are printed by show and actions."
)
@click.option("--drop", type=int, multiple=True, metavar="NUMBER", help="Give this one up, with --reason; repeatable.")
@click.option("--take-up", type=int, multiple=True, metavar="NUMBER", help="Take up one that was dropped; repeatable.")
@click.option("--reason", default="", metavar="TEXT", help="With --drop: why it will not be done.")
@click.pass_context
def action_command(
    ctx: click.Context,
    /,
    fields: tuple[str, ...],
    change: int | None,
    drop: tuple[int, ...],
    take_up: tuple[int, ...],
    reason: str,
    **which: Any,
) -> None:
    """Add an action, such as: workshop action "#3" what="One list of dates" who="Transitions team" due_on=1/2/27

    Fields: recommendation, what, steps, who (a person or a team), due_on, cost, success_measure, impact. Prints the number.
    """
    from transitions.workshops import actions

    if sum(map(bool, (fields, drop, take_up))) != 1 or (change is not None and not fields):
        raise click.UsageError("Give FIELD=VALUE words (with --change for one that stands), or --drop, or --take-up.")
    with opened_workshop(ctx, which) as (workspace, number):
        if fields:
            saved = actions.save_action(workspace, number, change, answers(pairs(fields)))
            say(saved)
            click.echo(f"action #{saved.action_id}")
            return
        _check_whose(workspace, number, drop or take_up)
        if drop:
            say(actions.drop_action(workspace, drop, reason=answer(reason)))
        else:
            say(actions.take_up_again(workspace, take_up))


def _check_whose(workspace: "Workspace", workshop_id: int, numbers: tuple[int, ...]) -> None:
    """Refuse a slip in a number that would drop another workshop's action."""
    from transitions.errors import NoSuchRecord
    from transitions.workshops.page import load

    page = load(workspace, workshop_id)
    known = {action.id for action in (*page.actions, *page.carried)}
    for number in numbers:
        if number not in known:
            raise NoSuchRecord(
                f"Workshop #{workshop_id} has no action #{number}. See the numbers with: transitions workshop show '#{workshop_id}'"
            )


@click.command("grade")
@common
@click.argument("numbers", nargs=-1, required=True, type=int, metavar="ACTION...")
@click.option(
    "--grade", required=True, metavar="GRADE", help="1 Fully achieved, 2 On track, 3 Slipped, 4 Not achieved."
)
@click.option("--at", metavar="WORKSHOP", help="The workshop that looked at them.")
@click.option("--on", metavar="DATE", help="The day; that of the workshop, or today, if not given.")
@click.option("--evidence", default="", metavar="TEXT", help="What shows it; @FILE reads it from a file.")
@click.pass_context
def grade_command(
    ctx: click.Context,
    /,
    db: Path | None,
    as_of: str | None,
    numbers: tuple[int, ...],
    grade: str,
    at: str | None,
    on: str | None,
    evidence: str,
) -> None:
    """Record how far actions have got, such as: workshop grade 4 7 --grade 2 --at "#5" --evidence "Two of three schools"

    ACTION is a number from workshop actions. Grade 1 ends an action; the others are carried to the next workshop of the series.
    """
    from transitions.workshops import actions
    from transitions.workshops.saving import find_workshop

    chosen = _grade(grade)
    with opened(ctx, db, as_of) as workspace:
        meeting = None if at is None else find_workshop(workspace, at)
        day = typed_day(workspace, on, "--on")
        say(actions.grade(workspace, numbers, chosen, at=meeting, on=day, evidence=answer(evidence)))


def _grade(text: str) -> int:
    """Give a grade from its number or its words. Nonsense is wrong usage (2)."""
    from transitions.workshops.actions import GRADE_WORDS

    plain = text.strip().casefold()
    for number, words in GRADE_WORDS.items():
        if plain in (str(number), words.casefold(), f"{number} {words.casefold()}"):
            return number
    known = ", ".join(f"{number} {words}" for number, words in GRADE_WORDS.items())
    raise click.BadParameter(f"{text!r} is not one of {known}.", param_hint="--grade")


@click.command("actions")
@common
@formatted
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--workshop", metavar="WORKSHOP", help="Only those that this workshop agreed.")
@click.option("--series", metavar="WORDS", help="Only those of this series.")
@click.option("--year", metavar="YEAR", help="Only those agreed in this academic year, such as 2026/27.")
@click.option("--open", "still_open", is_flag=True, help="Only what is neither fully achieved nor dropped.")
@click.option("--overdue", is_flag=True, help="Only what is open and past its day.")
@click.option(
    "--layout", type=click.Choice(tuple(_LAYOUTS)), help="Write FILE in a committee's or a district plan's columns."
)
@click.option("--exact", is_flag=True, help="In FILE: without the guard against spreadsheet formulas.")
@click.option("--overwrite", is_flag=True, help="Replace a file of that name.")
@click.pass_context
def actions_command(
    ctx: click.Context,
    /,
    db: Path | None,
    as_of: str | None,
    style: str,
    file: Path | None,
    overdue: bool,
    layout: str | None,
    exact: bool,
    overwrite: bool,
    **which: Any,
) -> None:
    """Print the actions of workshops, or write them to FILE: workshop actions --layout committee progress.xlsx

    FILE is CSV that opens in Excel, or .xlsx when it ends so; '-' is standard output. A committee's columns are
    Recommendation, Responsibility, Date, Agreed Action, Agreed Success Measure, Evidence of Progress, Assessment and Evidence
    of Impact; a district plan's Action, Steps towards, When, Who, Cost and Impact.
    """
    from transitions.workshops.scrutiny import export_scrutiny

    if (file is None) != (layout is None):
        raise click.UsageError(
            "Give FILE and --layout together, such as: workshop actions --layout committee progress.xlsx"
        )
    if overdue and layout is not None:
        raise click.UsageError("--overdue is for printing; a file of --open actions says of each when it is due.")
    with opened(ctx, db, as_of) as workspace:
        chosen = _chosen(workspace, which)
        if file is None or layout is None:
            _print(workspace, chosen, style, overdue=overdue)
            return
        target = None if str(file) == "-" else file.expanduser()
        written = export_scrutiny(workspace, _LAYOUTS[layout], target, chosen, exact=exact, overwrite=overwrite)
        talk(f"{written.rows:,} actions written to {written.path or 'standard output'}.")


def _chosen(workspace: "Workspace", which: dict[str, Any]) -> "Chosen":
    from transitions.workshops.saving import find_workshop
    from transitions.workshops.scrutiny import Chosen

    return Chosen(
        workshop_id=None if which["workshop"] is None else find_workshop(workspace, which["workshop"]),
        series=chosen_series(workspace, which["series"]),
        academic_year=None if which["year"] is None else typed_year(workspace, which["year"], "--year"),
        still_open=which["still_open"],
    )


def _print(workspace: "Workspace", chosen: "Chosen", style: str, *, overdue: bool) -> None:
    from transitions.cli import workshop_records as records
    from transitions.workshops.scrutiny import chosen_actions

    found = records.action_records(chosen_actions(workspace, chosen), workspace.clock.today)
    shown = [one for one in found if one["overdue"] or not overdue]
    emit(shown, records.ACTION_KEYS, style, shown=records.ACTION_SHOWN)
    still, late = sum(bool(one["open"]) for one in shown), sum(bool(one["overdue"]) for one in shown)
    talk(f"{len(shown):,} action{'' if len(shown) == 1 else 's'}, {still:,} open, {late:,} past the day")
