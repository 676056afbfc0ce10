"""Commands about what is asked every year: list, show, days, add, edit, retire, restore."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from transitions.cli.options import answers, common, formatted, opened, pairs, typed_day, typed_year
from transitions.cli.output import emit, emit_one, say, talk

if TYPE_CHECKING:
    from transitions.calendar.local_deadlines import DeadlineEntry
    from transitions.workspace import Workspace

_KEYS = (
    "code", "title", "short", "kind", "first_day", "last_day", "year_groups", "for_schools", "origin", "retired_on", "first",
    "last", "basis", "source", "verified",
)  # fmt: skip
_SHOWN = ("code", "first_day", "last_day", "origin", "title")


@click.command("list")
@common
@formatted
@click.option(
    "--year", metavar="YEAR", help="With the days of this academic year, such as 2026/27; this one if not given."
)
@click.option("--kind", metavar="KIND", help="Only census, test, return, admissions, EHC plan, post-16 or other.")
@click.pass_context
def list_command(
    ctx: click.Context, db: Path | None, as_of: str | None, style: str, year: str | None, kind: str | None
) -> None:
    """Print what is asked, retired asks too, with its days of one academic year and whose it is: shipped, changed or own."""
    from transitions.calendar.deadlines import DEADLINE_KINDS
    from transitions.calendar.local_deadlines import deadline_entries

    if kind is not None and kind.casefold() not in map(str.casefold, DEADLINE_KINDS):
        raise click.BadParameter(f"{kind!r} is not one of {', '.join(DEADLINE_KINDS)}.", param_hint="--kind")
    with opened(ctx, db, as_of) as workspace:
        which = typed_year(workspace, year, "--year")
        lines = [
            line
            for line in deadline_entries(workspace)
            if kind is None or line.deadline.kind.casefold() == kind.casefold()
        ]
        emit([_record(workspace, line, which) for line in lines], _KEYS, style, shown=_SHOWN)
        _talk(workspace, lines, which)


@click.command("show")
@common
@formatted
@click.argument("code")
@click.option("--year", metavar="YEAR", help="As it stands for this academic year; this one if not given.")
@click.pass_context
def show_command(
    ctx: click.Context, db: Path | None, as_of: str | None, style: str, code: str, year: str | None
) -> None:
    """Print one ask: its rules, its basis, its days, those published for years, and what it was before it was changed."""
    with opened(ctx, db, as_of) as workspace:
        which, line = typed_year(workspace, year, "--year"), _line(workspace, code)
        record = _record(workspace, line, which)
        if style == "csv":
            emit([record], _KEYS, style)
            return
        published = sorted(line.deadline.of_year(which).dates.items())
        record["published"] = [f"{_label(one)}: {span.first} to {span.last}" for one, span in published]
        record["earlier"] = [
            f"until {_label(through)}: {old.first} to {old.last}" for through, old in line.deadline.earlier
        ]
        emit_one(record if style == "json" else {key: value for key, value in record.items() if value}, style)


@click.command("days")
@common
@click.argument("code")
@click.argument("first", required=False)
@click.argument("last", required=False)
@click.option("--year", metavar="YEAR", help="The academic year, such as 2026/27; this one if not given.")
@click.option(
    "--by-rule", is_flag=True, help="Forget the days that were set: those that were published, or the rule, count."
)
@click.pass_context
def days_command(
    ctx: click.Context,
    db: Path | None,
    as_of: str | None,
    code: str,
    first: str | None,
    last: str | None,
    year: str | None,
    by_rule: bool,
) -> None:
    """Set an ask's days for one academic year, such as: ask days test.ks2 10/5/27 13/5/27. Its rule stays as it is."""
    from transitions.calendar.local_deadlines import save_days

    if by_rule == (first is not None):
        raise click.UsageError("Give the first day (and the last), or --by-rule.")
    with opened(ctx, db, as_of) as workspace:
        which = typed_year(workspace, year, "--year")
        say(save_days(workspace, _line(workspace, code).deadline.code, which, first, last))


@click.command("add")
@common
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.pass_context
def add_command(ctx: click.Context, db: Path | None, as_of: str | None, fields: tuple[str, ...]) -> None:
    """Add an ask, such as: ask add title="Transition numbers" kind=return first="1st Monday of May" for_schools=primary

    Fields: title, short, kind, first and last (rules, such as "2nd Monday of May" or "30 June"), year_groups, for_schools, basis,
    source, verified, from_year. Prints its code.
    """
    from transitions.calendar.local_deadlines import deadline_entries, save_deadline

    with opened(ctx, db, as_of) as workspace:
        before = {line.deadline.code for line in deadline_entries(workspace)}
        say(save_deadline(workspace, None, answers(pairs(fields))))
        for line in deadline_entries(workspace):
            if line.deadline.code not in before:
                click.echo(line.deadline.code)


@click.command("edit")
@common
@click.argument("code")
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.pass_context
def edit_command(ctx: click.Context, db: Path | None, as_of: str | None, code: str, fields: tuple[str, ...]) -> None:
    """Change an ask, such as: ask edit census.spring first="3rd Thursday of January" from_year=2027/28

    It holds from from_year on, this academic year if not given: for the years before, the ask stays what it was.
    """
    from transitions.calendar.local_deadlines import save_deadline

    with opened(ctx, db, as_of) as workspace:
        say(save_deadline(workspace, _line(workspace, code).deadline.code, answers(pairs(fields))))


@click.command("retire")
@common
@click.argument("code")
@click.option("--from", "day", metavar="DATE", help="From this day on; today if not given.")
@click.pass_context
def retire_command(ctx: click.Context, db: Path | None, as_of: str | None, code: str, day: str | None) -> None:
    """Ask it no longer from a day on; what falls on earlier days stays."""
    from transitions.calendar.local_deadlines import retire

    with opened(ctx, db, as_of) as workspace:
        from_day = typed_day(workspace, day, "--from") or workspace.clock.today
        say(retire(workspace, _line(workspace, code).deadline.code, from_day))


@click.command("restore")
@common
@click.argument("code")
@click.pass_context
def restore_command(ctx: click.Context, db: Path | None, as_of: str | None, code: str) -> None:
    """Ask it again, after it was retired."""
    from transitions.calendar.local_deadlines import bring_back

    with opened(ctx, db, as_of) as workspace:
        say(bring_back(workspace, _line(workspace, code).deadline.code))


def _line(workspace: "Workspace", text: str) -> "DeadlineEntry":
    """Give the ask of this code, or the only one with these words in its title. Raises ``NoSuchRecord``."""
    from transitions.calendar.local_deadlines import deadline_entries
    from transitions.errors import NoSuchRecord
    from transitions.text import searchable

    lines = deadline_entries(workspace)
    words = searchable(text).split()
    found = [line for line in lines if line.deadline.code == text.strip()] or [
        line for line in lines if words and all(word in searchable(line.deadline.title) for word in words)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        some = "; ".join(f"{line.deadline.code} {line.deadline.title}" for line in found[:10])
        raise NoSuchRecord(f'Several asks answer to "{text}": {some}. Give the code.')
    raise NoSuchRecord(f'Nothing that is asked answers to "{text}". See the codes with: transitions ask list')


def _record(workspace: "Workspace", line: "DeadlineEntry", year: int) -> dict[str, object]:
    """Give an ask as it stands for a year, with its days when the term dates allow to tell them."""
    from contextlib import suppress

    from transitions.school_year import DateNotKnown

    deadline = line.deadline.of_year(year)
    days = None
    with suppress(DateNotKnown):
        days = deadline.span(year, workspace.terms_for())
    if days is not None and not deadline.holds_on(days.first):
        days = None
    if days is not None and line.retired_on is not None and days.first >= line.retired_on:
        days = None
    return {
        **{key: getattr(deadline, key) for key in ("code", "title", "short", "kind", "year_groups", "for_schools")},
        "first_day": days.first if days else None,
        "last_day": days.last if days else None,
        "origin": line.origin,
        "retired_on": line.retired_on,
        "first": str(deadline.first),
        "last": str(deadline.last),
        "basis": deadline.basis,
        "source": deadline.source,
        "verified": deadline.is_verified(year),
    }


def _talk(workspace: "Workspace", lines: "list[DeadlineEntry]", year: int) -> None:
    from transitions.term_dates import terms_missing

    talk(f"{len(lines):,} asks · {_label(year)}")
    missing = terms_missing(workspace.terms_for(), year)
    if missing:
        talk(missing)


def _label(year: int) -> str:
    from transitions.school_year import academic_year_label

    return academic_year_label(year)
