"""The commands about milestones: look them up, add, change, move and retire them, and see first what that would do."""

from pathlib import Path

import click

from transitions.cli.lazy import Commands, LazyCommands
from transitions.cli.options import common, remember

MILESTONE_COMMANDS: Commands = {
    "list": ("milestone_read", "Print the milestones."),
    "show": ("milestone_read", "Print one milestone whole, with what it was in earlier years."),
    "preview": ("milestone_read", "Print what a change would do to the pupils' steps; nothing is written."),
    "add": ("milestone_write", "Add a milestone of the council's own."),
    "edit": ("milestone_write", "Change a milestone, from an academic year on."),
    "move": ("milestone_write", "Give a milestone another date rule."),
    "retire": ("milestone_write", "Ask for a milestone no longer, from a day on."),
    "restore": ("milestone_write", "Ask for a retired milestone again."),
}


@click.group("milestone", cls=LazyCommands, table=MILESTONE_COMMANDS)
@common
@click.pass_context
def milestone_command(ctx: click.Context, db: Path | None, as_of: str | None) -> None:
    """Look milestones up, add, change, move and retire them, and see first what that would do.

    MILESTONE is a code such as 6-7.handover-sent, a title, or some words of one. A change holds for the moves of this
    academic year (or of --from) and after: earlier years stay what they were, and no step that was decided is touched.
    """
    kept = ctx.find_root().obj or {}
    remember(ctx.find_root(), db or kept.get("db"), as_of or kept.get("as_of"))
