"""The command that prints the dates of an academic year, or writes them for other programs and other people."""

from pathlib import Path

import click

from transitions.calendar.event import Event
from transitions.caseload.caseload import Caseload
from transitions.cli.context import LazyCommands
from transitions.cli.options import common, formatted, opened, remember, typed_year
from transitions.cli.output import emit, talk
from transitions.dates import long
from transitions.exporting.year import sheet
from transitions.exporting.year.sheet import KINDS, Choice, load
from transitions.exporting.year.writing import KINDS as FILES
from transitions.exporting.year.writing import FileKind, write_year
from transitions.school_year import academic_year, academic_year_label
from transitions.workspace import Workspace

KEYS = tuple(column.header for column in sheet.COLUMNS)
SHOWN = ("first_day", "last_day", "kind", "title", "year_groups", "pupils")
"""What a table has room for; CSV and JSON hold every column."""


@click.group(
    "calendar",
    cls=LazyCommands,
    table={"date": ("groups", "Put the council's and its schools' own dates into the year.")},
    invoke_without_command=True,
)
@common
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
@click.pass_context
def calendar_command(
    ctx: click.Context,
    /,
    db: Path | None,
    as_of: str | None,
    style: str,
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
    if ctx.invoked_subcommand is not None:
        remember(ctx, db, as_of)
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
    with opened(ctx, db, as_of) as workspace:
        number = typed_year(workspace, year, "--year")
        if clashes:
            from transitions.cli.year_clashes import print_clashes

            print_clashes(workspace, number, style, whole=whole)
            return
        school_id = _school(workspace, school) if school else None
        choice = Choice(
            caseload=None if school_id is None else Caseload(school_id=school_id),
            school_id=school_id,
            la_number=council,
            kinds=kinds,
            pupils=pupils or not wanted,
        )
        if wanted:
            _write(workspace, number, choice, wanted, overwrite=overwrite)
        else:
            _print(workspace, number, choice, style, whole=whole)


def _write(workspace: Workspace, year: int, choice: Choice, wanted: dict[FileKind, Path], *, overwrite: bool) -> None:
    for kind, file in wanted.items():
        target = None if str(file) == "-" else file.expanduser()
        write_year(
            workspace,
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


def _print(workspace: Workspace, year: int, choice: Choice, style: str, *, whole: bool) -> None:
    sheet, today = load(workspace, year, choice), workspace.clock.today
    # Of a year that is over or has not begun, a list from today on would be empty or all of it.
    rest = not whole and year == academic_year(today)
    events = [event for event in sheet.events if not rest or event.last >= today]
    emit((_record(event) for event in events), KEYS, style, shown=SHOWN)
    count = f"{len(events):,} date{'' if len(events) == 1 else 's'}"
    talk(f"{count} · {academic_year_label(year)} · {sheet.whose} · {'from today on · ' if rest else ''}{long(today)}")
    if sheet.missing:
        talk(sheet.missing)


def _record(event: Event) -> dict[str, object]:
    """Give the same cells as a file's, but the year groups one by one: JSON has lists."""
    return {**dict(zip(KEYS, sheet.cells(event), strict=True)), "year_groups": sheet.year_groups(event)}


def _school(workspace: Workspace, name: str) -> int:
    from transitions.pupils.schools import find_school

    return find_school(workspace, name)
