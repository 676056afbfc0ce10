"""The commands about what is asked of schools and the council every year: census, tests, returns, and the council's own."""

from pathlib import Path

import click

from transitions.cli.lazy import Commands, LazyCommands
from transitions.cli.options import common, remember

ASK_COMMANDS: Commands = {
    "list": ("asks", "Print everything that is asked, with its days of one academic year."),
    "show": ("asks", "Print one ask: its rules, its basis, its days, what it was before."),
    "days": ("asks", "Set an ask's days for one academic year, as they were published."),
    "add": ("asks", "Add an ask of the council's own."),
    "edit": ("asks", "Change an ask from an academic year on."),
    "retire": ("asks", "Ask it no longer, from a day on."),
    "restore": ("asks", "Ask it again, after all."),
}


@click.group("ask", cls=LazyCommands, table=ASK_COMMANDS)
@common
@click.pass_context
def ask_command(ctx: click.Context, db: Path | None, as_of: str | None) -> None:
    """Look up and change what is asked every year. CODE is the code of an ask, such as census.spring, or words of its title."""
    kept = ctx.find_root().obj or {}
    remember(ctx.find_root(), db or kept.get("db"), as_of or kept.get("as_of"))
