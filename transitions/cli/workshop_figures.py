"""Commands that count: who came to what, and from which schools pupils move to which."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import click

from transitions.cli.options import common, formatted, opened, typed_year
from transitions.cli.output import emit, talk
from transitions.cli.workshop_options import chosen_kinds, chosen_series

if TYPE_CHECKING:
    from transitions.workshops.attendance import Attendance, Period, SchoolAttendance
    from transitions.workshops.missed_settings import WithMovers
    from transitions.workspace import Workspace

By = Literal["school", "few", "phase", "term", "year", "movers"]

_COUNTS = ("came", "apologies", "absent", "not_marked", "invited", "words")
_SCHOOL_KEYS = ("school_id", "school", "phase", *_COUNTS)
_FEW_KEYS = ("group", *_SCHOOL_KEYS)
_PHASE_KEYS = ("workshop", "part", *_COUNTS)
_PERIOD_KEYS = (
    "period", "first_day", "last_day", "so_far", "meetings", *_COUNTS, "schools_reached", "schools_invited", "assumed",
)  # fmt: skip
_MOVERS_KEYS = ("school_id", "school", "attendance", "movers")
_LINK_KEYS = ("academic_year", "receiving_id", "receiving", "feeder_id", "feeder", "pupils")
_MOST_YEARS = 10


@click.command("attendance")
@common
@formatted
@click.option(
    "--by",
    type=click.Choice(get_args(By)),
    default="school",
    show_default=True,
    help="Each school; few: schools that came to none or one; phase: of one workshop; movers: settings with pupils who "
    "are to move that did not come.",
)
@click.option("--year", metavar="YEAR", help="The academic year, such as 2026/27; this one if not given.")
@click.option("--years", type=click.IntRange(1, _MOST_YEARS), default=3, show_default=True, help="By year: how many.")
@click.option("--same-point", is_flag=True, help="By year: each only to the day on which today falls.")
@click.option("--workshop", metavar="WORKSHOP", help="By phase or movers: of this workshop alone.")
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="Meetings of this kind, such as forum; repeatable."
)
@click.option("--series", metavar="WORDS", help="Meetings of this series.")
@click.option(
    "--phase", "phases", multiple=True, metavar="PHASE", help="Schools of this phase, such as Primary; repeatable."
)
@click.pass_context
def attendance_command(
    ctx: click.Context, /, db: Path | None, as_of: str | None, style: str, by: By, **which: Any
) -> None:
    """Print who came of how many that were invited; whoever nobody has marked stands beside, and is never counted as absent.

    Meetings that were called off, or whose day is to come, are not counted. Who the pupils are that move is told only by
    list, with --school.
    """
    if (by == "phase") != (which["workshop"] is not None) and by != "movers":
        raise click.UsageError("By phase needs --workshop, and --workshop goes with --by phase and --by movers only.")
    with opened(ctx, db, as_of) as workspace:
        kinds, series = chosen_kinds(which["kinds"]), chosen_series(workspace, which["series"])
        options: dict[str, Any] = {"kinds": kinds, "series": series}
        year = typed_year(workspace, which["year"], "--year")
        if by in ("school", "few"):
            _print_schools(workspace, year, style, few=by == "few", phases=which["phases"], **options)
        elif by == "phase":
            _print_meeting(workspace, which["workshop"], style)
        elif by == "movers":
            _print_movers(workspace, year, which["workshop"], kinds, style)
        else:
            _print_periods(workspace, by, year, which, style, **options)


@click.command("feeders")
@common
@formatted
@click.option("--year", metavar="YEAR", help="Moves during or at the end of this academic year; this one if not given.")
@click.option("--school", metavar="NAME|URN", help="Only moves to this school.")
@click.option("--year-groups", metavar="YEARS", help="Only pupils who leave these year groups, such as '2, 6'.")
@click.pass_context
def feeders_command(
    ctx: click.Context,
    db: Path | None,
    as_of: str | None,
    style: str,
    year: str | None,
    school: str | None,
    year_groups: str | None,
) -> None:
    """Print from which schools pupils move to which, and how many, as their next schools are recorded. No pupil is named."""
    from transitions.pupils.schools import find_school
    from transitions.school_year import academic_year_label, parse_year_groups
    from transitions.workshops.feeders import links

    try:
        groups = parse_year_groups(year_groups or "")
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--year-groups") from None
    with opened(ctx, db, as_of) as workspace:
        which = typed_year(workspace, year, "--year")
        receiving = find_school(workspace, school) if school else None
        found = links(workspace, which, year_groups=groups, receiving_id=receiving)
    label = academic_year_label(which)
    in_order = sorted(found, key=lambda link: (link.receiving, link.receiving_id, -link.pupils, link.feeder))
    rows = [{**link._asdict(), "academic_year": label} for link in in_order]
    emit(rows, _LINK_KEYS, style, shown=("receiving", "feeder", "pupils"))
    pupils, schools = sum(link.pupils for link in found), len({link.receiving_id for link in found})
    talk(f"{pupils:,} pupils move to {schools:,} school{'' if schools == 1 else 's'} · {label}")


def _counts(attendance: "Attendance") -> dict[str, object]:
    return {
        **attendance._asdict(),
        "not_marked": attendance.unmarked,
        "invited": attendance.invited,
        "words": attendance.words,
    }


def _school(row: "SchoolAttendance") -> dict[str, object]:
    return {"school_id": row.school_id, "school": row.school, "phase": row.phase, **_counts(row.attendance)}


def _print_schools(
    workspace: "Workspace", year: int, style: str, *, few: bool, phases: tuple[str, ...], **options: Any
) -> None:
    from transitions.workshops import attendance

    wanted = tuple(map(str.capitalize, phases))
    if few:
        found = attendance.none_or_once(workspace, year, phases=wanted, **options)
        groups = {"none": found.none, "once": found.once, "unclear": found.unclear}
        rows: Iterable[dict[str, object]] = (
            {"group": name, **_school(row)} for name, group in groups.items() for row in group
        )
        emit(rows, _FEW_KEYS, style, shown=("group", "school", "phase", "words"))
        said = f"came to none: {found.none_share.words}; only once: {found.once_share.words}"
        talk(f"Of the schools invited {said}; not marked at some meeting, so not sure: {len(found.unclear):,}.")
        return
    schools = attendance.by_school(workspace, year, phases=wanted, **options)
    emit(map(_school, schools), _SCHOOL_KEYS, style, shown=("school", "phase", "words"))
    talk(f"{len(schools):,} schools; each at each meeting: {attendance.together(schools).words}")


def _print_meeting(workspace: "Workspace", text: str, style: str) -> None:
    from transitions.workshops.attendance import of_meeting
    from transitions.workshops.page import load
    from transitions.workshops.saving import find_workshop

    number = find_workshop(workspace, text)
    figures = of_meeting(load(workspace, number))
    parts = {"all schools": figures.schools, **figures.by_phase, "agencies": figures.agencies, "others": figures.others}
    rows = [{"workshop": number, "part": part, **_counts(one)} for part, one in parts.items() if one.invited]
    emit(rows, _PHASE_KEYS, style, shown=("part", "words"))
    uncounted = f"; of {figures.uncounted:,} that came nobody said how many" if figures.uncounted else ""
    talk(f"{figures.people:,} people came{uncounted}.")


def _print_movers(workspace: "Workspace", year: int, text: str | None, kinds: tuple[str, ...], style: str) -> None:
    from transitions.workshops import missed_settings
    from transitions.workshops.saving import find_workshop

    found: WithMovers
    if text is not None:
        found = missed_settings.absent_with_movers(workspace, find_workshop(workspace, text))
    else:
        found = missed_settings.absent_with_movers_of_year(workspace, year, kinds=kinds or missed_settings.ABOUT_MOVES)
    rows = [*found.absent, *(row._replace(attendance="not marked") for row in found.unmarked)]
    emit((row._asdict() for row in rows), _MOVERS_KEYS, style, shown=_MOVERS_KEYS[1:])
    settings, pupils = found.settings_share.words, found.pupils_share.words
    talk(f"Settings with pupils who are to move that did not come: {settings}; these pupils: {pupils}.")


def _print_periods(
    workspace: "Workspace", by: By, year: int, which: dict[str, Any], style: str, **options: Any
) -> None:
    from transitions.workshops import attendance

    if by == "term":
        found = attendance.by_term(workspace, year, **options)
    else:
        years = range(year - which["years"] + 1, year + 1)
        found = attendance.by_year(workspace, years, same_point=which["same_point"], **options)
    emit(_periods(found), _PERIOD_KEYS, style, shown=("period", "last_day", "meetings", "words", "reached"))
    if any(one.assumed for one in found):
        talk("The term dates of this year are not entered: terms are taken to end with December and March.")


def _periods(found: "Iterable[Period]") -> Iterator[dict[str, object]]:
    for one in found:
        yield {
            "period": one.name,
            "first_day": one.first,
            "last_day": one.last,
            "so_far": one.so_far,
            "meetings": one.meetings,
            **_counts(one.attendance),
            "schools_reached": one.reached.counted,
            "schools_invited": one.reached.base,
            "reached": one.reached.words,
            "assumed": one.assumed,
        }
