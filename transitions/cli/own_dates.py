"""Commands about the dates that a council or a school puts into the year itself: list, add, edit, take-out, restore."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from transitions.cli.options import answers, common, formatted, opened, pairs, typed_year
from transitions.cli.output import emit, say, talk, text_of

if TYPE_CHECKING:
    from transitions.calendar.local_dates import YearDateRow
    from transitions.workspace import Workspace

_KEYS = (
    "id", "kind", "title", "first_day", "last_day", "year_groups", "for_schools", "council", "school", "detail", "source",
    "taken_out",
)  # fmt: skip
_SHOWN = ("id", "first_day", "last_day", "kind", "title", "school")


@click.command("list")
@common
@formatted
@click.option("--year", metavar="YEAR", help="The academic year, such as 2026/27; this one if not given.")
@click.option("--taken-out", is_flag=True, help="Those that were taken out instead.")
@click.pass_context
def list_command(
    ctx: click.Context, db: Path | None, as_of: str | None, style: str, year: str | None, taken_out: bool
) -> None:
    """Print the council's and its schools' own dates with their numbers."""
    from transitions.calendar import local_dates
    from transitions.calendar.events import uncounted_events

    with opened(ctx, db, as_of) as workspace:
        if taken_out:
            rows = local_dates.taken_out(workspace)
        else:
            events = uncounted_events(workspace, typed_year(workspace, year, "--year"), workspace.calendar_owner())
            numbers = [one.record.number for one in events if one.origin == "date" and one.record]
            rows = [local_dates.own_date(workspace, number) for number in numbers]
        emit(map(_record, rows), _KEYS, style, shown=_SHOWN)


@click.command("add")
@common
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.pass_context
def add_command(ctx: click.Context, db: Path | None, as_of: str | None, fields: tuple[str, ...]) -> None:
    """Put a date in, such as: calendar date add kind=trip title="Year 6 to the coast" first_day=1/7/27 school=Layfield

    Fields: kind (ask, test, trip or event), title, first_day, last_day, year_groups, for_schools (all, primary, secondary, early
    years, college or council), council, school, detail, source. What it clashes with is said. Prints its number.
    """
    from transitions.calendar.local_dates import save_date

    with opened(ctx, db, as_of) as workspace:
        saved = save_date(workspace, None, answers(pairs(fields)))
        say(saved.recorded)
        _tell(workspace, saved.date_id)


@click.command("edit")
@common
@click.argument("number")
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.pass_context
def edit_command(ctx: click.Context, db: Path | None, as_of: str | None, number: str, fields: tuple[str, ...]) -> None:
    """Change a date, such as: calendar date edit 4 first_day=8/7/27. FIELD= with nothing behind it empties the field."""
    from transitions.calendar.local_dates import save_date

    which = _number(number)
    with opened(ctx, db, as_of) as workspace:
        say(save_date(workspace, which, answers(pairs(fields))).recorded)
        _tell(workspace, which)


@click.command("take-out")
@common
@click.argument("number")
@click.pass_context
def take_out_command(ctx: click.Context, db: Path | None, as_of: str | None, number: str) -> None:
    """Take a date out of the calendar; restore brings it back."""
    from transitions.calendar.local_dates import take_out

    which = _number(number)
    with opened(ctx, db, as_of) as workspace:
        say(take_out(workspace, which))


@click.command("restore")
@common
@click.argument("number")
@click.pass_context
def restore_command(ctx: click.Context, db: Path | None, as_of: str | None, number: str) -> None:
    """Put a date back that was taken out; its number is in list --taken-out."""
    from transitions.calendar.local_dates import bring_back

    which = _number(number)
    with opened(ctx, db, as_of) as workspace:
        say(bring_back(workspace, which))


def _number(text: str) -> int:
    """Give the number of a date. Anything else is wrong usage (2)."""
    plain = text.strip().removeprefix("#")
    if not (plain.isascii() and plain.isdigit()):
        raise click.BadParameter(f"{text!r} is not a number: see them with calendar date list.", param_hint="NUMBER")
    return int(plain)


def _record(row: "YearDateRow") -> dict[str, object]:
    from transitions.school_year import split_year_groups

    return {
        **row._asdict(),
        "year_groups": split_year_groups(row.year_groups),
        "council": row.la_number,
        "taken_out": row.archived_at is not None,
    }


def _tell(workspace: "Workspace", number: int) -> None:
    """Print which date it is, and say what it clashes with and which day would be free."""
    from transitions.calendar.clashes import free_date, would_clash
    from transitions.calendar.local_dates import own_date
    from transitions.dates import short_with_year
    from transitions.school_year import split_year_groups

    row = own_date(workspace, number)
    click.echo(text_of(f"date #{row.id} {row.first_day} {row.kind} {row.title}"))
    asked: dict[str, Any] = {
        "kind": row.kind,
        "on_day": row.first_day,
        "last_day": row.last_day,
        "year_groups": split_year_groups(row.year_groups),
        "host_school_id": row.school_id,
        "for_schools": row.for_schools,
        "leave_out": number,
    }
    found = would_clash(workspace, **asked)
    for clash in found:
        talk(f"Clash: {clash.sentence}")
    free = free_date(workspace, **asked) if found else None
    if free is not None:
        talk(f"Free: {short_with_year(free)}")
