"""Commands about what is asked of schools and the council every year: list, show, days, add, edit, retire, restore."""

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from transitions.cli.context import Session, answers, command, formatted, kept_argument
from transitions.cli.output import emit_one, record, say, talk
from transitions.errors import NoSuchRecord
from transitions.school_year import DateNotKnown, academic_year_label
from transitions.text import searchable

if TYPE_CHECKING:
    from transitions.calendar.local_deadlines import DeadlineEntry

KEYS = (
    "code", "title", "short", "kind", "first_day", "last_day", "year_groups", "for_schools", "origin", "retired_on", "first",
    "last", "basis", "source", "verified",
)  # fmt: skip
SHOWN = ("code", "first_day", "last_day", "origin", "title")
RECORD_KEYS = (
    "code", "title", "short", "kind", "year_groups", "for_schools", "first_day", "last_day", "origin", "retired_on", "first",
    "last", "basis", "source", "verified",
)  # fmt: skip
"""The same in the order of a single record."""
_CODE = kept_argument("code")


@command("list")
@formatted
@click.option(
    "--year", metavar="YEAR", help="With the days of this academic year, such as 2026/27; this one if not given."
)
@click.option("--kind", metavar="KIND", help="Only census, test, return, admissions, EHC plan, post-16 or other.")
def list_command(session: Session, year: str | None, kind: str | None) -> None:
    """Print what is asked, retired asks too, with its days of one academic year and whose it is: shipped, changed or own."""
    from transitions.calendar.deadlines import DEADLINE_KINDS
    from transitions.calendar.local_deadlines import deadline_entries

    if kind is not None and kind.casefold() not in map(str.casefold, DEADLINE_KINDS):
        raise click.BadParameter(f"{kind!r} is not one of {', '.join(DEADLINE_KINDS)}.", param_hint="--kind")
    which = session.year(year)
    found = [
        line
        for line in deadline_entries(session.workspace)
        if kind is None or line.deadline.kind.casefold() == kind.casefold()
    ]
    session.emit([_record(session, line, which) for line in found], KEYS, SHOWN)
    _say_count(session, len(found), which)


@command("show")
@formatted
@_CODE
@click.option("--year", metavar="YEAR", help="As it stands for this academic year; this one if not given.")
def show_command(session: Session, year: str | None) -> None:
    """Print one ask: its rules, its basis, its days, those published for years, and what it was before it was changed."""
    which, line = session.year(year), _entry(session)
    found = _record(session, line, which)
    if session.style == "csv":
        session.emit([found], KEYS)
        return
    published = sorted(line.deadline.of_year(which).dates.items())
    found["published"] = [f"{academic_year_label(one)}: {span.first} to {span.last}" for one, span in published]
    found["earlier"] = [
        f"until {academic_year_label(through)}: {old.first} to {old.last}" for through, old in line.deadline.earlier
    ]
    whole = session.style == "json"
    emit_one(found if whole else {key: value for key, value in found.items() if value}, session.style)


@command("days")
@_CODE
@click.argument("first", required=False)
@click.argument("last", required=False)
@click.option("--year", metavar="YEAR", help="The academic year, such as 2026/27; this one if not given.")
@click.option(
    "--by-rule", is_flag=True, help="Forget the days that were set: those that were published, or the rule, count."
)
def days_command(session: Session, first: str | None, last: str | None, year: str | None, by_rule: bool) -> None:
    """Set an ask's days for one academic year, such as: ask days test.ks2 10/5/27 13/5/27. Its rule stays as it is."""
    from transitions.calendar.local_deadlines import save_days

    if by_rule == (first is not None):
        raise click.UsageError("Give the first day (and the last), or --by-rule.")
    which = session.year(year)
    say(save_days(session.workspace, _code(session), which, first, last))


@command("add")
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
def add_command(session: Session, fields: tuple[str, ...]) -> None:
    """Add an ask, such as: ask add title="Transition numbers" kind=return first="1st Monday of May" for_schools=primary

    Fields: title, short, kind, first and last (rules, such as "2nd Monday of May" or "30 June"), year_groups, for_schools, basis,
    source, verified, from_year. Prints its code.
    """
    from transitions.calendar.local_deadlines import deadline_entries, save_deadline

    workspace = session.workspace
    before = {line.deadline.code for line in deadline_entries(workspace)}
    say(save_deadline(workspace, None, answers(fields)))
    for line in deadline_entries(workspace):
        if line.deadline.code not in before:
            click.echo(line.deadline.code)


@command("edit")
@_CODE
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
def edit_command(session: Session, fields: tuple[str, ...]) -> None:
    """Change an ask, such as: ask edit census.spring first="3rd Thursday of January" from_year=2027/28

    It holds from from_year on, this academic year if not given: for the years before, the ask stays what it was.
    """
    from transitions.calendar.local_deadlines import save_deadline

    say(save_deadline(session.workspace, _code(session), answers(fields)))


@command("retire")
@_CODE
@click.option("--from", "day", metavar="DATE", help="From this day on; today if not given.")
def retire_command(session: Session, day: str | None) -> None:
    """Ask it no longer from a day on; what falls on earlier days stays."""
    from transitions.calendar.local_deadlines import retire

    from_day = session.day(day, "--from") or session.today
    say(retire(session.workspace, _code(session), from_day))


@command("restore")
@_CODE
def restore_command(session: Session) -> None:
    """Ask it again, after it was retired."""
    from transitions.calendar.local_deadlines import bring_back

    say(bring_back(session.workspace, _code(session)))


def _code(session: Session) -> str:
    return _entry(session).deadline.code


def _entry(session: Session) -> "DeadlineEntry":
    """The deadline of this code, or the only one with these words in its title. Raises ``NoSuchRecord``."""
    from transitions.calendar.local_deadlines import deadline_entries

    text = session.typed["code"]
    lines = deadline_entries(session.workspace)
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


def _record(session: Session, line: "DeadlineEntry", year: int) -> dict[str, object]:
    """A deadline as it stands for a year, with its days when the term dates allow to tell them."""
    deadline = line.deadline.of_year(year)
    days = None
    with suppress(DateNotKnown):
        days = deadline.span(year, session.workspace.terms_for())
    if days is not None and not deadline.holds_on(days.first):
        days = None
    if days is not None and line.retired_on is not None and days.first >= line.retired_on:
        days = None
    return record(
        deadline,
        RECORD_KEYS,
        first_day=days.first if days else None,
        last_day=days.last if days else None,
        origin=line.origin,
        retired_on=line.retired_on,
        first=str(deadline.first),
        last=str(deadline.last),
        verified=deadline.is_verified(year),
    )


def _say_count(session: Session, count: int, year: int) -> None:
    from transitions.term_dates import terms_missing

    talk(f"{count:,} asks · {academic_year_label(year)}")
    missing = terms_missing(session.workspace.terms_for(), year)
    if missing:
        talk(missing)
