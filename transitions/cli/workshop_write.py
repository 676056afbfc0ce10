"""Commands that plan workshops and move them: new, edit, next, hold, cancel, archive, restore."""

from pathlib import Path
from typing import Any

import click

from transitions.cli.options import common, opened, pairs
from transitions.cli.output import talk
from transitions.cli.plan_options import answers
from transitions.cli.workshop_options import of_a_workshop, opened_workshop, recorded_on, say_clashes


@click.command("new")
@common
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.pass_context
def new_command(ctx: click.Context, db: Path | None, as_of: str | None, fields: tuple[str, ...]) -> None:
    """Plan a workshop, such as: workshop new kind=forum on_day=27/11/26 starts=1pm year_groups="N, R" place="Town hall"

    Fields: kind, title, series, on_day, last_day, starts, ends, place, link, host_school, worker, transition, year_groups,
    audience, programme, module, agenda, notes; @FILE reads a value from a file. What its day clashes with is said, with the
    nearest day that is free; it is saved all the same. Prints its number: workshop #3 2026-11-27 planned Forum
    """
    from transitions.workshops.saving import save_workshop

    with opened(ctx, db, as_of) as workspace:
        saved = save_workshop(workspace, None, answers(pairs(fields)))
        recorded_on(workspace, saved.recorded, saved.workshop_id)
        say_clashes(workspace, saved.workshop_id)


@click.command("edit")
@of_a_workshop
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.pass_context
def edit_command(ctx: click.Context, /, fields: tuple[str, ...], **which: Any) -> None:
    """Change a workshop, such as: workshop edit "#3" on_day=4/12/26. FIELD= with nothing behind it empties the field."""
    from transitions.workshops.saving import save_workshop

    with opened_workshop(ctx, which) as (workspace, number):
        saved = save_workshop(workspace, number, answers(pairs(fields)))
        recorded_on(workspace, saved.recorded, number)
        say_clashes(workspace, number)


@click.command("next")
@of_a_workshop
@click.argument("day")
@click.pass_context
def next_command(ctx: click.Context, /, day: str, **which: Any) -> None:
    """Plan the meeting that follows one on another DAY, with the same people invited; what is still to do is carried to it."""
    from transitions.workshops.page import load
    from transitions.workshops.saving import next_in_series

    with opened_workshop(ctx, which) as (workspace, number):
        saved = next_in_series(workspace, number, day)
        recorded_on(workspace, saved.recorded, saved.workshop_id)
        page = load(workspace, saved.workshop_id)
        carried = len(page.carried)
        talk(
            f"{page.workshop.schools_invited:,} schools invited, {carried:,} action{'' if carried == 1 else 's'} carried."
        )
        say_clashes(workspace, saved.workshop_id)


@click.command("hold")
@of_a_workshop
@click.pass_context
def hold_command(ctx: click.Context, /, **which: Any) -> None:
    """Record that a workshop was held. The first mark of its register says so, too."""
    from transitions.workshops import saving

    with opened_workshop(ctx, which) as (workspace, number):
        recorded_on(workspace, saving.hold(workspace, number), number)


@click.command("cancel")
@of_a_workshop
@click.option("--reason", default="", metavar="TEXT", help="Why, in a few words.")
@click.option("--bring-back", is_flag=True, help="It will be held after all.")
@click.pass_context
def cancel_command(ctx: click.Context, /, reason: str, bring_back: bool, **which: Any) -> None:
    """Call a workshop off, with the reason; no figure counts it. With --bring-back it is planned again."""
    from transitions.workshops import saving

    if reason and bring_back:
        raise click.UsageError("Give --reason or --bring-back, not both.")
    with opened_workshop(ctx, which) as (workspace, number):
        done = saving.bring_back(workspace, number) if bring_back else saving.cancel(workspace, number, reason)
        recorded_on(workspace, done, number)


@click.command("archive")
@of_a_workshop
@click.pass_context
def archive_command(ctx: click.Context, /, **which: Any) -> None:
    """Take a workshop that was entered by mistake out of the register and of every figure."""
    from transitions.workshops import saving

    with opened_workshop(ctx, which) as (workspace, number):
        recorded_on(workspace, saving.archive(workspace, number), number)


@click.command("restore")
@of_a_workshop
@click.pass_context
def restore_command(ctx: click.Context, /, **which: Any) -> None:
    """Put a workshop back into the register; name it by its number, from list --archived."""
    from transitions.workshops import saving

    with opened_workshop(ctx, which) as (workspace, number):
        recorded_on(workspace, saving.restore(workspace, number), number)
