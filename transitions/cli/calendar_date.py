"""The group of commands about a council's and its schools' own dates: calendar date."""

from pathlib import Path

import click

from transitions.cli.lazy import Commands, LazyCommands
from transitions.cli.options import common, remember

DATE_COMMANDS: Commands = {
    "list": ("own_dates", "Print the own dates of an academic year with their numbers."),
    "add": ("own_dates", "Put a date in: something asked, a test, a trip, another event."),
    "edit": ("own_dates", "Change a date, or move it."),
    "take-out": ("own_dates", "Take a date out of the calendar."),
    "restore": ("own_dates", "Put a date back that was taken out."),
}


@click.group("date", cls=LazyCommands, table=DATE_COMMANDS)
@common
@click.pass_context
def date_command(ctx: click.Context, db: Path | None, as_of: str | None) -> None:
    """Put the council's and its schools' own dates into the year: what is asked once, tests, trips, other events."""
    kept = ctx.find_root().obj or {}
    remember(ctx.find_root(), db or kept.get("db"), as_of or kept.get("as_of"))
