"""The commands about workshops and meetings: who was asked, who came, what was agreed, and what became of it."""

from pathlib import Path

import click

from transitions.cli.lazy import Commands, LazyCommands
from transitions.cli.options import common, remember

WORKSHOP_COMMANDS: Commands = {
    "list": ("workshop_read", "Print the workshops of an academic year, or those to come."),
    "show": ("workshop_read", "Print one workshop with its register, its actions and what was said of it."),
    "new": ("workshop_write", "Plan a workshop or meeting; says what its day clashes with."),
    "edit": ("workshop_write", "Change a workshop, or move it."),
    "next": ("workshop_write", "Plan the meeting that follows one, with the same people invited."),
    "hold": ("workshop_write", "Record that a workshop was held, before anybody is marked."),
    "cancel": ("workshop_write", "Call a workshop off, or bring it back."),
    "archive": ("workshop_write", "Take a workshop that was entered by mistake out of the register."),
    "restore": ("workshop_write", "Put a workshop back into the register."),
    "invite": ("workshop_register", "Put schools, agencies and people into the register, or print whom to ask."),
    "attend": ("workshop_register", "Mark who came, sent apologies or was absent; also from a file."),
    "feedback": ("workshop_feedback", "Write down what was said of a workshop, or print it by theme."),
    "action": ("workshop_actions", "Add an action, change it, drop it or take it up again."),
    "grade": ("workshop_actions", "Record how far actions have got, 1 fully achieved to 4 not achieved."),
    "actions": ("workshop_actions", "Print actions, or write them in the columns of a committee or a district plan."),
    "agenda": ("workshop_read", "Print a workshop's agenda, with what is carried to it."),
    "attendance": (
        "workshop_figures",
        "Print who came: by school, term or year, and settings with movers that did not.",
    ),
    "feeders": ("workshop_figures", "Print from which schools pupils move to which."),
    "training": ("workshop_training", "Print or change programmes of training: modules, completion, confidence."),
}


@click.group("workshop", cls=LazyCommands, table=WORKSHOP_COMMANDS)
@common
@click.pass_context
def workshop_command(ctx: click.Context, db: Path | None, as_of: str | None) -> None:
    """Plan and run workshops and meetings, mark who came, follow up what was agreed.

    WORKSHOP is a number such as #12, or words of its title, kind, host and day ("forum 7 nov"). Every figure has its base.
    """
    kept = ctx.find_root().obj or {}
    remember(ctx.find_root(), db or kept.get("db"), as_of or kept.get("as_of"))
