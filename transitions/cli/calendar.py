"""Commands about the year: calendar and its clashes, calendar date for own dates, ask for what is asked every year."""

from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from transitions.calendar import local_dates, local_deadlines
from transitions.calendar.deadlines import DEADLINE_KINDS
from transitions.calendar.event import KINDS
from transitions.calendar.events import uncounted_events
from transitions.calendar.local_dates import YearDateRow
from transitions.calendar.local_deadlines import DeadlineEntry
from transitions.caseload.caseload import Caseload
from transitions.cli.context import Session, answers, target_file
from transitions.cli.options import A_FILE, FROM_1, Choice, command, fields_of, formatted, group, kept_argument, of_year
from transitions.cli.output import echo, emit_one, record, say, say_what_clashes, talk, text_of
from transitions.dates import long
from transitions.errors import NoSuchRecord
from transitions.school_year import DateNotKnown, academic_year, academic_year_label, split_year_groups
from transitions.term_dates import terms_missing
from transitions.text import did_you_mean, how_many, search_words, searchable

if TYPE_CHECKING:
    from transitions.calendar.clashes import Clash
    from transitions.exporting.year.sheet import DateSelection
    from transitions.exporting.year.writing import FileKind


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
ASK_KEYS = (
    "code", "title", "short", "kind", "first_day", "last_day", "year_groups", "for_schools", "origin", "retired_on", "first",
    "last", "basis", "source", "verified",
)  # fmt: skip
ASK_SHOWN = ("code", "first_day", "last_day", "origin", "title")
ASK_RECORD_KEYS = (*ASK_KEYS[:4], *ASK_KEYS[6:8], *ASK_KEYS[4:6], *ASK_KEYS[8:])
"""The same in the order of a single record."""
_CODE = kept_argument("code")
_DATE = fields_of("calendar.local_dates:DATE_FIELDS", but=("uid",))
_ASK = fields_of("calendar.local_deadlines:DEADLINE_FIELDS")


@group(
    "calendar",
    {"date": ("groups", "Add, change or take out the council's and its schools' own dates.")},
    invoke_without_command=True,
)
@formatted
@of_year
@click.option("--school", metavar="NAME|URN", help="With this school's term dates and closures, counting its pupils.")
@click.option("--council", type=FROM_1, metavar="NUMBER", help="With the term dates of this council: its LA number.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=Choice(tuple(KINDS), case_sensitive=False),
    help="Only these; repeatable.",
)
@click.option("--all", "whole", is_flag=True, help="The whole year, not just from today.")
@click.option("--clashes", is_flag=True, help="Only clashes, each with the nearest free date.")
@click.option("--ics", type=A_FILE, metavar="FILE", help="Write a calendar file (iCalendar).")
@click.option("--planner", type=A_FILE, metavar="FILE", help="Write a wall planner: one web page, A4.")
@click.option("--text", is_flag=True, help="Print this week and the next five, for an e-mail.")
@click.option("--pupils", is_flag=True, help="Include numbers of pupils in these files, never names.")
@click.option("--overwrite", is_flag=True, help="Replace files with these names.")
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
    """Print an academic year's dates from today on, or write them to a calendar, wall planner or e-mail. FILE may be '-' for standard output. Without --pupils nothing in a file or e-mail comes from a pupil's own record: no numbers, and no dates such as a 16th birthday. --clashes covers all councils and schools."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    files: dict[FileKind, Path | None] = {"ics": ics, "html": planner, "txt": Path("-") if text else None}
    wanted = {kind: file for kind, file in files.items() if file is not None}
    if sum(str(file) == "-" for file in wanted.values()) > 1:
        raise click.UsageError("Only one of --ics, --planner and --text can go to standard output.")
    if clashes and (wanted or kinds or school is not None or council is not None):
        raise click.UsageError("--clashes covers the whole year, so it only goes with --year, --all and --format.")
    number = session.year(year)
    if clashes:
        _print_clashes(session, number, whole=whole)
        return
    from transitions.exporting.year.sheet import DateSelection

    school_id = session.school(school) if school else None
    caseload = None if school_id is None else Caseload(school_id=school_id)
    choice = DateSelection(caseload, school_id, council, kinds, pupils=pupils or not wanted)
    if wanted:
        _write(session, number, choice, wanted, overwrite=overwrite)
    else:
        _print(session, number, choice, whole=whole)


def _write(
    session: Session, year: int, choice: "DateSelection", wanted: "dict[FileKind, Path]", *, overwrite: bool
) -> None:
    from transitions.exporting.year.writing import KINDS as FILES
    from transitions.exporting.year.writing import write_year

    for kind, file in wanted.items():
        target = target_file(file)
        write_year(session.workspace, year, target, kind=kind, **vars(choice), overwrite=overwrite)
        talk(f"{FILES[kind].capitalize()} written to {target or 'standard output'}.")


def _print(session: Session, year: int, choice: "DateSelection", *, whole: bool) -> None:
    from transitions.exporting.year import sheet

    found, today = sheet.load(session.workspace, year, choice), session.today
    # Of a year that is over or has not begun, a list from today on would be empty or all of it.
    rest = not whole and year == academic_year(today)
    events = [event for event in found.events if not rest or event.last >= today]
    keys = tuple(column.header for column in sheet.COLUMNS)
    # the same cells as a file's, but the year groups one by one: JSON has lists
    rows = ({**dict(zip(keys, sheet.cells(one), strict=True)), "year_groups": sheet.year_groups(one)} for one in events)
    session.emit(rows, keys, SHOWN)
    count = f"{len(events):,} date{'' if len(events) == 1 else 's'}"
    talk(f"{count} · {academic_year_label(year)} · {found.whose} · {'from today on · ' if rest else ''}{long(today)}")
    if found.missing:
        talk(found.missing)


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


def _clash_record(clash: "Clash", free: date | None) -> dict[str, object]:
    event, other = clash.event, clash.other
    return record(
        clash,
        CLASH_KEYS,
        first_day=clash.days.first,
        last_day=clash.days.last,
        what=event.record.what if event.record else event.origin,
        number=event.record.number if event.record else None,
        title=event.title,
        on_day=event.first,
        until_day=event.last,
        other=other.title if other else None,
        other_first_day=other.first if other else None,
        other_last_day=other.last if other else None,
        free_date=free,
    )


# The dates that a council or a school puts into the year itself.


@command("list")
@formatted
@of_year
@click.option("--taken-out", is_flag=True, help="The ones that were taken out instead.")
def date_list_command(session: Session, year: str | None, taken_out: bool) -> None:
    """Print the council's and schools' own dates with their numbers."""
    workspace = session.workspace
    if taken_out:
        rows = local_dates.taken_out(workspace)
    else:
        events = uncounted_events(workspace, session.year(year), workspace.calendar_owner())
        numbers = [one.record.number for one in events if one.origin == "date" and one.record]
        rows = [local_dates.own_date(workspace, number) for number in numbers]
    session.emit(map(_date_record, rows), DATE_KEYS, DATE_SHOWN)


@command("add")
@_DATE
def date_add_command(session: Session, fields: tuple[str, ...]) -> None:
    """Add a date, such as: calendar date add kind=trip title="Year 6 to the coast" first_day=1/7/27 school=Layfield

    Says what it clashes with. Prints its number.
    """
    saved = local_dates.save_date(session.workspace, None, answers(fields))
    say(saved)
    _print_date(session, saved.number)


@command("edit")
@click.argument("number")
@_DATE
def date_edit_command(session: Session, number: str, fields: tuple[str, ...]) -> None:
    """Change a date, such as: calendar date edit 4 first_day=8/7/27. FIELD= with no value empties the field."""
    which = _number(number)
    say(local_dates.save_date(session.workspace, which, answers(fields)))
    _print_date(session, which)


@command("take-out")
@click.argument("number")
def date_take_out_command(session: Session, number: str) -> None:
    """Take a date out of the calendar; restore brings it back."""
    which = _number(number)
    say(local_dates.take_out(session.workspace, which))


@command("restore")
@click.argument("number")
def date_restore_command(session: Session, number: str) -> None:
    """Put a date back. Its number is in list --taken-out."""
    which = _number(number)
    say(local_dates.bring_back(session.workspace, which))


def _number(text: str) -> int:
    """Give the number of a date. Anything else is wrong usage (2)."""
    plain = text.strip().removeprefix("#")
    if not (plain.isascii() and plain.isdigit()):
        raise click.BadParameter(f"{text!r} is not a number: see them with calendar date list.", param_hint="NUMBER")
    return int(plain)


def _date_record(row: YearDateRow) -> dict[str, object]:
    groups, taken_out = split_year_groups(row.year_groups), row.archived_at is not None
    return record(row, DATE_KEYS, year_groups=groups, council=row.la_number, taken_out=taken_out)


def _print_date(session: Session, number: int) -> None:
    """Print which date it is, and say what it clashes with and which day would be free."""
    row = local_dates.own_date(session.workspace, number)
    echo(text_of(f"date #{row.id} {row.first_day} {row.kind} {row.title}"))
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


# What is asked of schools and the council every year.


@command("list")
@formatted
@click.option(
    "--year", metavar="YEAR", help="With the dates of this academic year, such as 2026/27; this one if not given."
)
@click.option("--kind", metavar="KIND", help="Only census, test, return, admissions, EHC plan, post-16 or other.")
def ask_list_command(session: Session, year: str | None, kind: str | None) -> None:
    """Print the deadlines, including retired ones, with their dates in one academic year and whose they are: shipped, changed or own."""
    if kind is not None and kind.casefold() not in map(str.casefold, DEADLINE_KINDS):
        meant = did_you_mean(kind, DEADLINE_KINDS)
        raise click.BadParameter(f"{kind!r} is not one of {', '.join(DEADLINE_KINDS)}.{meant}", param_hint="--kind")
    which = session.year(year)
    found = [
        line
        for line in local_deadlines.deadline_entries(session.workspace)
        if kind is None or line.deadline.kind.casefold() == kind.casefold()
    ]
    session.emit([_ask_record(session, line, which) for line in found], ASK_KEYS, ASK_SHOWN)
    talk(f"{how_many(len(found), 'ask')} · {academic_year_label(which)}")
    missing = terms_missing(session.workspace.terms_for(), which)
    if missing:
        talk(missing)


@command("show")
@formatted
@_CODE
@click.option("--year", metavar="YEAR", help="As it applies in this academic year; the current one if not given.")
def ask_show_command(session: Session, year: str | None) -> None:
    """Print one deadline: its rules, basis and dates, the dates published for single years, and earlier versions."""
    which, line = session.year(year), _entry(session)
    found = _ask_record(session, line, which)
    if session.style == "csv":
        session.emit([found], ASK_KEYS)
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
@of_year
@click.option(
    "--by-rule", is_flag=True, help="Discard the dates you set and go back to the published dates or the rule."
)
def ask_days_command(session: Session, first: str | None, last: str | None, year: str | None, by_rule: bool) -> None:
    """Set a deadline's dates for one academic year, such as: ask days test.ks2 10/5/27 13/5/27. Its rule stays as it is."""
    if by_rule == (first is not None):
        raise click.UsageError("Give the first day (and the last), or --by-rule.")
    which = session.year(year)
    say(local_deadlines.save_days(session.workspace, _code(session), which, first, last))


@command("add")
@_ASK
def ask_add_command(session: Session, fields: tuple[str, ...]) -> None:
    """Add a deadline, such as: ask add title="Transition numbers" kind=return first="1st Monday of May" for_schools=primary

    The days are rules. Prints its code.
    """
    workspace = session.workspace
    before = {line.deadline.code for line in local_deadlines.deadline_entries(workspace)}
    say(local_deadlines.save_deadline(workspace, None, answers(fields)))
    for line in local_deadlines.deadline_entries(workspace):
        if line.deadline.code not in before:
            echo(line.deadline.code)


@command("edit")
@_CODE
@_ASK
def ask_edit_command(session: Session, fields: tuple[str, ...]) -> None:
    """Change a deadline, such as: ask edit census.spring first="3rd Thursday of January" from_year=2027/28

    It applies from from_year on (this academic year if not given). Earlier years stay the same.
    """
    say(local_deadlines.save_deadline(session.workspace, _code(session), answers(fields)))


@command("retire")
@_CODE
@click.option("--from", "day", metavar="DATE", help="From this date on; today if not given.")
def ask_retire_command(session: Session, day: str | None) -> None:
    """Retire a deadline from a date. Earlier dates stay."""
    from_day = session.day(day, "--from") or session.today
    say(local_deadlines.retire(session.workspace, _code(session), from_day))


@command("restore")
@_CODE
def ask_restore_command(session: Session) -> None:
    """Bring a retired deadline back."""
    say(local_deadlines.bring_back(session.workspace, _code(session)))


def _code(session: Session) -> str:
    return _entry(session).deadline.code


def _entry(session: Session) -> DeadlineEntry:
    """The deadline of this code, or the only one with these words in its title. Raises ``NoSuchRecord``."""
    text = session.typed["code"]
    lines = local_deadlines.deadline_entries(session.workspace)
    words = search_words(text)
    found = [line for line in lines if line.deadline.code == text.strip()] or [
        line for line in lines if words and all(word in searchable(line.deadline.title) for word in words)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        some = "; ".join(f"{line.deadline.code} {line.deadline.title}" for line in found[:10])
        raise NoSuchRecord(f'Several deadlines match "{text}": {some}. Give the code.')
    meant = did_you_mean(text, [line.deadline.code for line in lines])
    raise NoSuchRecord(f'No deadline matches "{text}".{meant} See the codes with: transitions ask list')


def _ask_record(session: Session, line: DeadlineEntry, year: int) -> dict[str, object]:
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
        ASK_RECORD_KEYS,
        first_day=days.first if days else None,
        last_day=days.last if days else None,
        origin=line.origin,
        retired_on=line.retired_on,
        first=str(deadline.first),
        last=str(deadline.last),
        verified=deadline.is_verified(year),
    )
