"""Commands that write a plan: new, edit, outcome, action."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from transitions.cli.options import common, opened, pairs, typed_day
from transitions.cli.output import say
from transitions.cli.plan_options import answers, of_a_plan, opened_plan, plan_of, recorded_on

if TYPE_CHECKING:
    from transitions.workspace import Workspace


@click.command("new")
@common
@click.argument("pupil")
@click.argument("transition", required=False)
@click.option("--on", metavar="DATE", help="The day it was opened; today if not given.")
@click.option("--like-last", is_flag=True, help="Begin with what the pupil's last plan says.")
@click.pass_context
def new_command(
    ctx: click.Context,
    db: Path | None,
    as_of: str | None,
    pupil: str,
    transition: str | None,
    on: str | None,
    like_last: bool,
) -> None:
    """Open a plan for a move, as a draft. TRANSITION is a code such as 6-7, the likeliest one if not given.

    Prints its number: plan #3 6-7 version 1 draft.
    """
    from transitions.plans import opening
    from transitions.pupils.editing import find_pupil

    with opened(ctx, db, as_of) as workspace:
        pupil_id = find_pupil(workspace, pupil)
        move = transition or opening.likely_points(workspace, pupil_id)[0]
        like = _last_plan(workspace, pupil_id) if like_last else None
        saved = opening.open_plan(workspace, pupil_id, move, on=typed_day(workspace, on, "--on"), like=like)
        recorded_on(workspace, saved.recorded, saved.plan_id)


@click.command("edit")
@of_a_plan
@click.argument("fields", nargs=-1, required=True, metavar="QUESTION=ANSWER...")
@click.pass_context
def edit_command(ctx: click.Context, /, fields: tuple[str, ...], **which: Any) -> None:
    """Write answers, such as: plan edit Khan admired="Kind and funny" pupil_voice_on=today pupil_voice=@said.txt

    QUESTION is a name from plan questions; QUESTION= with nothing behind it empties the answer, @FILE reads it from a file
    and @- from standard input (@@ stands for @). A change of what was agreed makes the next version, and says so.
    """
    from transitions.plans import writing

    with opened_plan(ctx, which) as (workspace, plan):
        saved = writing.save_answers(workspace, plan.id, answers(pairs(fields)))
        recorded_on(workspace, saved.recorded, saved.plan_id)


@click.command("outcome")
@of_a_plan
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@click.option("--change", type=int, metavar="NUMBER", help="Change this outcome; numbers are in show.")
@click.option("--drop", type=int, metavar="NUMBER", help="Take this outcome out.")
@click.pass_context
def outcome_command(
    ctx: click.Context, /, fields: tuple[str, ...], change: int | None, drop: int | None, **which: Any
) -> None:
    """Add an outcome, such as: plan outcome Khan area=health outcome="Uses her inhaler alone" by_when=1/7/27

    Fields: area (education, independence, community, health), hope, baseline, outcome, by_when, progress, progress_on.
    """
    from transitions.plans import writing

    if (drop is None) == (not fields) or (drop is not None and change is not None):
        raise click.UsageError("Give FIELD=VALUE words, or --drop with a number.")
    with opened_plan(ctx, which) as (workspace, plan):
        if drop is not None:
            saved = writing.drop_outcome(workspace, plan.id, drop)
        else:
            saved = writing.save_outcome(workspace, plan.id, change, answers(pairs(fields)))
        recorded_on(workspace, saved.recorded, saved.plan_id)


@click.command("action")
@of_a_plan
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@click.option("--change", type=int, metavar="NUMBER", help="Change this action; numbers are in show.")
@click.option("--done", type=int, multiple=True, metavar="NUMBER", help="Tick this action off; repeatable.")
@click.option("--drop", type=int, multiple=True, metavar="NUMBER", help="Drop this action, with --reason; repeatable.")
@click.option("--reopen", type=int, multiple=True, metavar="NUMBER", help="Open this action again; repeatable.")
@click.option("--on", metavar="DATE", help="With --done: the day it was done; today if not given.")
@click.option("--evidence", default="", metavar="TEXT", help="With --done: what shows it.")
@click.option("--reason", default="", metavar="TEXT", help="With --drop: why it will not be done.")
@click.pass_context
def action_command(
    ctx: click.Context,
    /,
    fields: tuple[str, ...],
    change: int | None,
    on: str | None,
    evidence: str,
    reason: str,
    **which: Any,
) -> None:
    """Add an action, such as: plan action Khan what="Visit the school" owner="R. Patel" due_on=1/7/27

    Fields: what, owner (a person, not an agency), due_on, evidence, outcome_id. Prints the number of a new action.
    """
    from transitions.plans import actions
    from transitions.pupils.editing import find_pupil

    decided = {name: list(which.pop(name)) for name in ("done", "drop", "reopen")}
    if sum([bool(fields), *map(bool, decided.values())]) != 1:
        raise click.UsageError("Give FIELD=VALUE words, or one of --done, --drop and --reopen.")
    with opened(ctx, which["db"], which["as_of"]) as workspace:
        if fields:
            _save_action(workspace, change, answers(pairs(fields)), which)
            return
        numbers = [number for chosen in decided.values() for number in chosen]
        _check_whose(workspace, find_pupil(workspace, which["pupil"]), numbers)
        if decided["done"]:
            day = typed_day(workspace, on, "--on")
            say(actions.finish_actions(workspace, numbers, on=day, evidence=evidence))
        elif decided["drop"]:
            say(actions.drop_actions(workspace, numbers, reason=reason))
        else:
            say(actions.reopen_actions(workspace, numbers))


def _save_action(workspace: "Workspace", change: int | None, fields: dict[str, object], which: dict[str, Any]) -> None:
    from transitions.plans import actions
    from transitions.pupils.editing import find_pupil

    pupil_id = find_pupil(workspace, which["pupil"])
    plan_id = None if change else plan_of(workspace, which).id
    saved = actions.save_action(workspace, pupil_id, change, fields, plan_id=plan_id)
    say(saved)
    click.echo(f"action #{saved.action_id}")


def _check_whose(workspace: "Workspace", pupil_id: int, numbers: list[int]) -> None:
    """Refuse a slip in a number that would tick off another pupil's action."""
    from db.plans import plans as store
    from transitions.errors import NoSuchRecord

    for number in numbers:
        row = store.action(workspace.read(), number)
        if row is None or row.pupil_id != pupil_id:
            raise NoSuchRecord(f"This pupil has no action #{number}. See the numbers with: transitions show PUPIL")


def _last_plan(workspace: "Workspace", pupil_id: int) -> int:
    from transitions.errors import NoSuchRecord
    from transitions.plans import page as pages

    plans = pages.of_pupil(workspace, pupil_id)
    if not plans:
        raise NoSuchRecord("This pupil has no plan yet to begin with. Leave --like-last out.")
    return max(plans, key=lambda plan: (plan.opened_on, plan.version, plan.id)).id
