"""Commands about the year: calendar, its clashes, and the own dates of a council and its schools, calendar date."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from transitions.calendar.event import Event
from transitions.caseload.caseload import Caseload
from transitions.cli.context import Session, answers, command, formatted, group, target_file
from transitions.cli.output import record, say, say_what_clashes, talk, text_of
from transitions.dates import long
from transitions.exporting.year import sheet
from transitions.exporting.year.sheet import KINDS, DateSelection, load
from transitions.exporting.year.writing import KINDS as FILES
from transitions.exporting.year.writing import FileKind, write_year
from transitions.school_year import academic_year, academic_year_label, split_year_groups

if TYPE_CHECKING:
    from datetime import date

    from transitions.calendar.clashes import Clash
    from transitions.calendar.local_dates import YearDateRow

KEYS = tuple(column.header for column in sheet.COLUMNS)
SHOWN = ("first_day", "last_day", "kind", "title", "year_groups", "pupils")
"""What a table has room for; CSV and JSON hold every column."""
CLASH_KEYS = (
    "kind", "severity", "first_day", "last_day", "what", "number", "title", "on_day", "until_day", "other", "other_first_day",
    "other_last_day", "sentence", "free_date",
)  # fmt: skip
CLASH_SHOWN = ("on_day", "title", "kind", "other", "free_date")
DATE_KEYS = (
    "id", "kind", "title", "first_day", "last_day", "year_groups", "for_schools", "council", "school", "detail", "source",
    "taken_out",
)  # fmt: skip
DATE_SHOWN = ("id", "first_day", "last_day", "kind", "title", "school")


@group(
    "calendar",
    {"date": ("groups", "Put the council's and its schools' own dates into the year.")},
    invoke_without_command=True,
)
@formatted
@click.option("--year", metavar="YEAR", help="The academic year, such as 2026/27; this one if not given.")
@click.option("--school", metavar="NAME|URN", help="By this school's term dates and closures; its pupils are counted.")
@click.option("--council", type=click.IntRange(1), metavar="NUMBER", help="By those of this council: its LA number.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(tuple(KINDS), case_sensitive=False),
    help="Only these; repeatable.",
)
@click.option("--all", "whole", is_flag=True, help="The whole year, not only from today on.")
@click.option("--clashes", is_flag=True, help="What stands in each other's way, each with the nearest free date.")
@click.option("--ics", type=click.Path(path_type=Path), metavar="FILE", help="Write a calendar file (iCalendar).")
@click.option(
    "--planner", type=click.Path(path_type=Path), metavar="FILE", help="Write a wall planner: one web page, A4."
)
@click.option("--text", is_flag=True, help="Print this week and the five after for an e-mail.")
@click.option("--pupils", is_flag=True, help="With counts of pupils also in these files; never names.")
@click.option("--overwrite", is_flag=True, help="Replace files of these names.")
def calendar_command(
    session: Session,
    year: str | None,
    school: str | None,
    council: int | None,
    kinds: tuple[str, ...],
    whole: bool,
    clashes: bool,
    ics: Path | None,
    planner: Path | None,
    text: bool,
    pupils: bool,
    overwrite: bool,
) -> None:
    """Print the dates of an academic year from today on, or write them to a calendar, a wall planner or an e-mail.

    FILE may be '-' for standard output. Without --pupils nothing in a file or e-mail comes from a pupil's own record:
    no count, and no day such as a 16th birthday. --clashes are those of all councils and schools.
    """
    if click.get_current_context().invoked_subcommand is not None:
        return
    wanted: dict[FileKind, Path] = {}
    if ics is not None:
        wanted["ics"] = ics
    if planner is not None:
        wanted["html"] = planner
    if text:
        wanted["txt"] = Path("-")
    if sum(str(file) == "-" for file in wanted.values()) > 1:
        raise click.UsageError("Only one of --ics, --planner and --text can go to standard output.")
    if clashes and (wanted or kinds or school is not None or council is not None):
        raise click.UsageError("--clashes are those of the whole year: only --year, --all and --format go with it.")
    number = session.year(year)
    if clashes:
        _print_clashes(session, number, whole=whole)
        return
    school_id = session.school(school) if school else None
    choice = DateSelection(
        caseload=None if school_id is None else Caseload(school_id=school_id),
        school_id=school_id,
        la_number=council,
        kinds=kinds,
        pupils=pupils or not wanted,
    )
    if wanted:
        _write(session, number, choice, wanted, overwrite=overwrite)
    else:
        _print(session, number, choice, whole=whole)


def _write(
    session: Session, year: int, choice: DateSelection, wanted: dict[FileKind, Path], *, overwrite: bool
) -> None:
    for kind, file in wanted.items():
        target = target_file(file)
        write_year(
            session.workspace,
            year,
            target,
            kind=kind,
            caseload=choice.caseload,
            school_id=choice.school_id,
            la_number=choice.la_number,
            kinds=choice.kinds,
            pupils=choice.pupils,
            overwrite=overwrite,
        )
        talk(f"{FILES[kind].capitalize()} written to {target or 'standard output'}.")


def _print(session: Session, year: int, choice: DateSelection, *, whole: bool) -> None:
    found, today = load(session.workspace, year, choice), session.today
    # Of a year that is over or has not begun, a list from today on would be empty or all of it.
    rest = not whole and year == academic_year(today)
    events = [event for event in found.events if not rest or event.last >= today]
    session.emit(map(_record, events), KEYS, SHOWN)
    count = f"{len(events):,} date{'' if len(events) == 1 else 's'}"
    talk(f"{count} · {academic_year_label(year)} · {found.whose} · {'from today on · ' if rest else ''}{long(today)}")
    if found.missing:
        talk(found.missing)


def _record(event: Event) -> dict[str, object]:
    """The same cells as a file's, but the year groups one by one: JSON has lists."""
    return {**dict(zip(KEYS, sheet.cells(event), strict=True)), "year_groups": sheet.year_groups(event)}


def _print_clashes(session: Session, year: int, *, whole: bool) -> None:
    """Print what stands in each other's way and the nearest day on which it would not; from today on, or the whole year."""
    from transitions.calendar.clashes import clashes_of, free_date_of

    workspace, today = session.workspace, session.today
    rest = not whole and year == academic_year(today)
    found = [clash for clash in clashes_of(workspace, year) if not rest or clash.event.last >= today]
    # What has been cannot be moved.
    free = [free_date_of(workspace, clash.event) if clash.event.first >= today else None for clash in found]
    session.emit(map(_clash_record, found, free), CLASH_KEYS, CLASH_SHOWN)
    if session.style == "table":
        for clash in found:
            talk(clash.sentence)
    count = f"{len(found):,} clash{'' if len(found) == 1 else 'es'}"
    talk(f"{count} · {academic_year_label(year)} · {'from today on · ' if rest else ''}{long(today)}")


def _clash_record(clash: "Clash", free: "date | None") -> dict[str, object]:
    event, other = clash.event, clash.other
    return {
        "kind": clash.kind,
        "severity": clash.severity,
        "first_day": clash.days.first,
        "last_day": clash.days.last,
        "what": event.record.what if event.record else event.origin,
        "number": event.record.number if event.record else None,
        "title": event.title,
        "on_day": event.first,
        "until_day": event.last,
        "other": other.title if other else None,
        "other_first_day": other.first if other else None,
        "other_last_day": other.last if other else None,
        "sentence": clash.sentence,
        "free_date": free,
    }


# The dates that a council or a school puts into the year itself.


@command("list")
@formatted
@click.option("--year", metavar="YEAR", help="The academic year, such as 2026/27; this one if not given.")
@click.option("--taken-out", is_flag=True, help="Those that were taken out instead.")
def list_command(session: Session, year: str | None, taken_out: bool) -> None:
    """Print the council's and its schools' own dates with their numbers."""
    from transitions.calendar import local_dates
    from transitions.calendar.events import uncounted_events

    workspace = session.workspace
    if taken_out:
        rows = local_dates.taken_out(workspace)
    else:
        events = uncounted_events(workspace, session.year(year), workspace.calendar_owner())
        numbers = [one.record.number for one in events if one.origin == "date" and one.record]
        rows = [local_dates.own_date(workspace, number) for number in numbers]
    session.emit(map(_date_record, rows), DATE_KEYS, DATE_SHOWN)


@command("add")
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
def add_command(session: Session, fields: tuple[str, ...]) -> None:
    """Put a date in, such as: calendar date add kind=trip title="Year 6 to the coast" first_day=1/7/27 school=Layfield

    Fields: kind (ask, test, trip or event), title, first_day, last_day, year_groups, for_schools (all, primary, secondary, early
    years, college or council), council, school, detail, source. What it clashes with is said. Prints its number.
    """
    from transitions.calendar.local_dates import save_date

    saved = save_date(session.workspace, None, answers(fields))
    say(saved.recorded)
    _print_date(session, saved.date_id)


@command("edit")
@click.argument("number")
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
def edit_command(session: Session, number: str, fields: tuple[str, ...]) -> None:
    """Change a date, such as: calendar date edit 4 first_day=8/7/27. FIELD= with nothing behind it empties the field."""
    from transitions.calendar.local_dates import save_date

    which = _number(number)
    say(save_date(session.workspace, which, answers(fields)).recorded)
    _print_date(session, which)


@command("take-out")
@click.argument("number")
def take_out_command(session: Session, number: str) -> None:
    """Take a date out of the calendar; restore brings it back."""
    from transitions.calendar.local_dates import take_out

    which = _number(number)
    say(take_out(session.workspace, which))


@command("restore")
@click.argument("number")
def restore_command(session: Session, number: str) -> None:
    """Put a date back that was taken out; its number is in list --taken-out."""
    from transitions.calendar.local_dates import bring_back

    which = _number(number)
    say(bring_back(session.workspace, which))


def _number(text: str) -> int:
    """Give the number of a date. Anything else is wrong usage (2)."""
    plain = text.strip().removeprefix("#")
    if not (plain.isascii() and plain.isdigit()):
        raise click.BadParameter(f"{text!r} is not a number: see them with calendar date list.", param_hint="NUMBER")
    return int(plain)


def _date_record(row: "YearDateRow") -> dict[str, object]:
    groups, taken_out = split_year_groups(row.year_groups), row.archived_at is not None
    return record(row, DATE_KEYS, year_groups=groups, council=row.la_number, taken_out=taken_out)


def _print_date(session: Session, number: int) -> None:
    """Print which date it is, and say what it clashes with and which day would be free."""
    from transitions.calendar.local_dates import own_date

    row = own_date(session.workspace, number)
    click.echo(text_of(f"date #{row.id} {row.first_day} {row.kind} {row.title}"))
    say_what_clashes(
        session.workspace,
        kind=row.kind,
        on_day=row.first_day,
        last_day=row.last_day,
        year_groups=split_year_groups(row.year_groups),
        host_school_id=row.school_id,
        for_schools=row.for_schools,
        leave_out=number,
    )
