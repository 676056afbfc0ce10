"""Commands that count: who came to what, from which schools pupils move to which, and who completed a training."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, get_args

import click

from transitions.cli.context import Session, check_numbers, pairs
from transitions.cli.options import NUMBER, Choice, command, fields_of, formatted, of_year
from transitions.cli.output import echo, say, talk
from transitions.cli.workshops import chosen_kinds, chosen_series, the_one, workshop_page
from transitions.school_year import academic_year_label, parse_year_groups
from transitions.text import how_many
from transitions.workshops import attendance, feeders, training
from transitions.workshops.attendance import Attendance, GroupAttendance, Narrowed, Period, SchoolAttendance, of_meeting
from transitions.workshops.missed_settings import ABOUT_MOVES, absent_with_movers, absent_with_movers_of_year

By = Literal["school", "few", "phase", "group", "term", "year", "movers"]

_COUNTS = ("came", "apologies", "absent", "not_marked", "invited", "words")
_SCHOOL_KEYS = ("school_id", "school", "phase", *_COUNTS)
_FEW_KEYS = ("group", *_SCHOOL_KEYS)
_PHASE_KEYS = ("workshop", "part", *_COUNTS)
_GROUP_KEYS = (
    "group_id", "group", *_COUNTS, "schools_reached", "schools_invited", "schools", "asked", "reached",
)  # fmt: skip
_GROUP_MOVES_KEYS = ("academic_year", "group_id", "group", "leave", "come", "within", "stay", "from_within")
_PERIOD_KEYS = (
    "period", "first_day", "last_day", "so_far", "meetings", *_COUNTS, "schools_reached", "schools_invited", "assumed",
)  # fmt: skip
_MOVERS_KEYS = ("school_id", "school", "attendance", "movers")
_LINK_KEYS = ("academic_year", "receiving_id", "receiving", "feeder_id", "feeder", "pupils")
_MODULE_KEYS = ("id", "programme", "position", "module", "sessions", "retired_on")
_FIGURE_KEYS = ("programme", "part", "item", "count", "base", "value", "words")
_TRAINEE_KEYS = ("programme", "name", "school", "agency", "done", "missing", "complete")
_MOST_YEARS = 10


@command("attendance")
@formatted
@click.option(
    "--by",
    type=Choice(get_args(By)),
    default="school",
    show_default=True,
    help="Each school; few: schools that came to none or one; group: each group of schools; phase: for one workshop; movers: settings with movers that sent nobody.",
)
@of_year
@click.option("--years", type=click.IntRange(1, _MOST_YEARS), default=3, show_default=True, help="By year: how many.")
@click.option("--same-point", is_flag=True, help="By year: each only up to today's date.")
@click.option("--workshop", metavar="WORKSHOP", help="By phase or movers: only this workshop.")
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="Meetings of this kind, such as forum; repeatable."
)
@click.option("--series", metavar="WORDS", help="Meetings of this series.")
@click.option(
    "--phase", "phases", multiple=True, metavar="PHASE", help="Schools of this phase, such as Primary; repeatable."
)
@click.option("--group", metavar="NAME", help="Schools of this group, such as 'LIFT group North'.")
def attendance_command(session: Session, by: By, **which: Any) -> None:
    """Print how many of those invited came. Unmarked ones are shown separately and never counted as absent. Cancelled and future meetings are not counted. To see which pupils are moving, use list with --school."""
    if (by == "phase") != (which["workshop"] is not None) and by != "movers":
        raise click.UsageError("By phase needs --workshop, and --workshop goes with --by phase and --by movers only.")
    if which["group"] is not None and by in ("phase", "group", "movers"):
        raise click.UsageError("--group narrows --by school, few, term and year only.")
    only = Narrowed(
        kinds=chosen_kinds(which["kinds"]),
        series=chosen_series(session, which["series"]),
        group=None if which["group"] is None else session.group(which["group"]),
    )
    year = session.year(which["year"])
    if by in ("school", "few"):
        _print_schools(session, year, which["phases"], only, few=by == "few")
    elif by == "phase":
        _print_meeting(session, session.workshop(which["workshop"]))
    elif by == "movers":
        _print_movers(session, year, which["workshop"], only["kinds"])
    elif by == "group":
        found = attendance.by_group(session.workspace, year, kinds=only["kinds"], series=only["series"])
        session.emit(map(_group, found), _GROUP_KEYS, ("group", "asked", "words", "reached"))
    else:
        years = None if by == "term" else range(year - which["years"] + 1, year + 1)
        _print_periods(session, year, years, only, same_point=which["same_point"])


def _counts(attendance: Attendance) -> dict[str, object]:
    return {
        **attendance._asdict(),
        "not_marked": attendance.unmarked,
        "invited": attendance.invited,
        "words": attendance.text,
    }


def _school(row: SchoolAttendance, **more: object) -> dict[str, object]:
    return {**more, "school_id": row.school_id, "school": row.school, "phase": row.phase, **_counts(row.attendance)}


def _print_schools(session: Session, year: int, phases: Sequence[str], only: Narrowed, *, few: bool) -> None:
    phases = tuple(map(str.capitalize, phases))
    if few:
        found = attendance.none_or_once(session.workspace, year, phases=phases, **only)
        groups = {"none": found.none, "once": found.once, "unclear": found.unclear}
        rows = [_school(row, group=name) for name, group in groups.items() for row in group]
        session.emit(rows, _FEW_KEYS, ("group", "school", "phase", "words"))
        summary = f"came to none: {found.none_share.text}; only once: {found.once_share.text}"
        talk(f"Of the schools invited {summary}; not marked at some meeting, so not sure: {len(found.unclear):,}.")
        return
    schools = attendance.by_school(session.workspace, year, phases=phases, **only)
    session.emit(map(_school, schools), _SCHOOL_KEYS, ("school", "phase", "words"))
    talk(f"{how_many(len(schools), 'school')}; each at each meeting: {attendance.together(schools).text}")


def _print_meeting(session: Session, number: int) -> None:
    figures = of_meeting(workshop_page(session, number))
    parts = {"all schools": figures.schools, **figures.by_phase, "agencies": figures.agencies, "others": figures.others}
    rows = [{"workshop": number, "part": part, **_counts(one)} for part, one in parts.items() if one.invited]
    session.emit(rows, _PHASE_KEYS, ("part", "words"))
    uncounted = f"; of {figures.uncounted:,} that came nobody said how many" if figures.uncounted else ""
    talk(f"{how_many(figures.people, 'person', 'people')} came{uncounted}.")


def _print_movers(session: Session, year: int, workshop: str | None, kinds: Sequence[str]) -> None:
    if workshop is not None:
        found = absent_with_movers(session.workspace, session.workshop(workshop))
    else:
        found = absent_with_movers_of_year(session.workspace, year, kinds=kinds or ABOUT_MOVES)
    rows = [*found.absent, *(row._replace(attendance="not marked") for row in found.unmarked)]
    session.emit(rows, _MOVERS_KEYS, _MOVERS_KEYS[1:])
    settings, pupils = found.settings_share.text, found.pupils_share.text
    talk(f"Settings with movers that sent nobody: {settings}; these pupils: {pupils}.")


def _print_periods(session: Session, year: int, years: range | None, only: Narrowed, *, same_point: bool) -> None:
    """The terms of one year, or several years beside each other."""
    if years is None:
        found = attendance.by_term(session.workspace, year, **only)
    else:
        found = attendance.by_year(session.workspace, years, same_point=same_point, **only)
    session.emit(map(_period, found), _PERIOD_KEYS, ("period", "last_day", "meetings", "words", "reached"))
    if any(one.assumed for one in found):
        talk("This year's term dates have not been entered, so terms are assumed to end in December and March.")


def _group(one: GroupAttendance) -> dict[str, object]:
    return {
        "group_id": one.group_id,
        "group": one.group,
        **_counts(one.attendance),
        "schools_reached": one.reached.counted,
        "schools_invited": one.asked.counted,
        "schools": one.asked.base,
        "asked": one.asked.text,
        "reached": one.reached.text,
    }


def _period(one: Period) -> dict[str, object]:
    return {
        "period": one.name,
        "first_day": one.first,
        "last_day": one.last,
        "so_far": one.so_far,
        "meetings": one.meetings,
        **_counts(one.attendance),
        "schools_reached": one.reached.counted,
        "schools_invited": one.reached.base,
        "reached": one.reached.text,
        "assumed": one.assumed,
    }


@command("feeders")
@formatted
@click.option("--year", metavar="YEAR", help="Moves during or at the end of this academic year; this one if not given.")
@click.option("--school", metavar="NAME|URN", help="Only moves to this school.")
@click.option("--year-groups", metavar="YEARS", help="Only pupils who leave these year groups, such as '2, 6'.")
@click.option("--group", metavar="NAME", help="Only moves from or to schools in this group.")
@click.option("--by-group", is_flag=True, help="For each group of schools: how many leave it and how many stay in it.")
def feeders_command(
    session: Session, year: str | None, school: str | None, year_groups: str | None, group: str | None, by_group: bool
) -> None:
    """Print which schools pupils move from and to, and how many, by their recorded next schools. No pupil is named."""
    if by_group and (school or group):
        raise click.UsageError("--by-group covers all schools: leave out --school and --group.")
    try:
        groups = parse_year_groups(year_groups or "")
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--year-groups") from None
    which = session.year(year)
    label = academic_year_label(which)
    if by_group:
        rows = [_group_moves(one, label) for one in feeders.by_group(session.workspace, which, year_groups=groups)]
        session.emit(rows, _GROUP_MOVES_KEYS, ("group", "stay", "from_within"))
        return
    receiving, of_group = session.school(school) if school else None, session.group(group) if group else None
    found = feeders.links(session.workspace, which, year_groups=groups, receiving_id=receiving, group=of_group)
    in_order = sorted(found, key=lambda link: (link.receiving, link.receiving_id, -link.pupils, link.feeder))
    rows = [{**link._asdict(), "academic_year": label} for link in in_order]
    session.emit(rows, _LINK_KEYS, ("receiving", "feeder", "pupils"))
    pupils, schools = sum(link.pupils for link in found), len({link.receiving_id for link in found})
    talk(f"{how_many(pupils, 'pupil moves', 'pupils move')} to {how_many(schools, 'school')} · {label}")


def _group_moves(one: feeders.GroupMoves, label: str) -> dict[str, object]:
    return {
        "academic_year": label,
        "group_id": one.group_id,
        "group": one.group,
        "leave": one.stay.base,
        "come": one.from_within.base,
        "within": one.stay.counted,
        "stay": one.stay.text,
        "from_within": one.from_within.text,
    }


@command("training")
@formatted
@click.argument("programme", required=False)
@fields_of("workshops.training:MODULE_FIELDS", but=("programme",), required=False)
@click.option("--people", is_flag=True, help="Print each person: which modules are done, which are missing.")
@click.option("--schools", is_flag=True, help="The same for each school as a whole.")
@click.option("--change", type=NUMBER, metavar="NUMBER", help="Change this module with FIELD=VALUE words.")
@click.option("--retire", type=NUMBER, metavar="NUMBER", help="Retire this module from today.")
@click.option("--bring-back", type=NUMBER, metavar="NUMBER", help="Bring a retired module back.")
def training_command(
    session: Session,
    programme: str | None,
    fields: tuple[str, ...],
    people: bool,
    schools: bool,
    change: int | None,
    retire: int | None,
    bring_back: int | None,
) -> None:
    """Print the programmes with their modules, or for one PROGRAMME how many completed it and how confidence changed. Confidence is compared module by module, and each person counts once per module. FIELD=VALUE words add a module, such as: workshop training "Thrive" name="Safe transitions" position=2. Sessions are workshops
    of kind training with programme= and module=; confidence is marked with workshop attend --from.
    """
    options = (bool(fields), people, schools, retire is not None, bring_back is not None)
    if sum(options) > 1 or (change is not None and not fields):
        raise click.UsageError(
            "Give one of FIELD=VALUE words (with --change for an existing module), --people, --schools, --retire and --bring-back."
        )
    if (programme is None and any(options)) or "=" in (programme or ""):
        raise click.UsageError('Name the programme first, such as: workshop training "Thrive" name="Safe transitions"')
    workspace = session.workspace
    if programme is None:
        session.emit(_modules(training.programmes(workspace)), _MODULE_KEYS)
    elif fields:
        if change is not None:
            _of_programme(session, programme, change)
        saved = training.save_module(
            workspace, change, {**({} if change else {"programme": programme}), **pairs(fields)}
        )
        say(saved)
        echo(f"module #{saved.number}")
    elif retire is not None:
        say(training.retire_module(workspace, _of_programme(session, programme, retire)))
    elif bring_back is not None:
        say(training.bring_back_module(workspace, _of_programme(session, programme, bring_back)))
    elif people or schools:
        _print_trainees(session, _programme(session, programme).name, people=people)
    else:
        _print_completion(session, _programme(session, programme).name)


def _programme(session: Session, text: str) -> training.Programme:
    return the_one(text, training.programmes(session.workspace), lambda one: one.name, "programme")


def _of_programme(session: Session, programme: str, number: int) -> int:
    """Give the number of a module, once it is known to be one of this programme's."""
    found = _programme(session, programme)
    known = {module.id for module in (*found.modules, *found.retired)}
    see = "See the numbers with: transitions workshop training"
    check_numbers([number], known, f"{found.name} has no module", see)
    return number


def _modules(programmes: Sequence[training.Programme]) -> Iterator[dict[str, object]]:
    """Give a line for each module, and one for the sessions that count for none."""
    for one in programmes:
        for module in (*one.modules, *one.retired):
            yield {
                "id": module.id,
                "programme": one.name,
                "position": module.position,
                "module": module.name,
                "sessions": sum(session.module == module.name for session in one.sessions),
                "retired_on": module.retired_on,
            }
        if one.astray:
            yield {"programme": one.name, "module": "(sessions of no module)", "sessions": len(one.astray)}


def _print_trainees(session: Session, programme: str, *, people: bool) -> None:
    found = training.completion(session.workspace, programme)
    shown = _TRAINEE_KEYS[1:] if people else ("school", "done", "missing", "complete")
    rows: Sequence[training.Trainee] = found.people if people else found.schools
    records = [
        {**one._asdict(), "programme": programme, "complete": bool(one.done) and not one.missing} for one in rows
    ]
    session.emit(records, _TRAINEE_KEYS, shown)
    share = found.completed if people else found.schools_completed
    talk(f"Completed every module: {share.text}. Lines without names: {found.unnamed:,}.")


def _print_completion(session: Session, programme: str) -> None:
    changes = training.confidence(session.workspace, programme)
    found = training.completion(session.workspace, programme)
    records = ({"programme": found.programme, **one} for one in _figures(found, changes))
    session.emit(records, _FIGURE_KEYS, ("part", "item", "words"))
    talk(f"{programme}, each person at each module · {changes.text}")


def _figures(found: training.Completion, changes: training.Confidence) -> Iterator[Mapping[str, object]]:
    """Give one record a count: long rather than wide, so that every part has the same keys."""
    shares = (
        ("people", "completed every module, of those who came", found.completed),
        ("people", "completed every module, of those invited by name", found.completed_of_invited),
        ("schools", "completed every module, of those that came", found.schools_completed),
        *(("module", name, share) for name, share in found.by_module.items()),
        ("confidence", "answered before and after", changes.pairs),
        ("confidence", "confident before", changes.confident_before),
        ("confidence", "confident after", changes.confident_after),
    )
    for part, item, share in shares:
        yield {"part": part, "item": item, "count": share.counted, "base": share.base, "words": share.text}
    pairs_counted = changes.pairs.counted
    about = {"part": "confidence", "base": pairs_counted}
    for item, mean in (("mean before", changes.before), ("mean after", changes.after)):
        if mean is not None:
            text = f"{mean:.1f} of 5, of {pairs_counted:,}"
            yield {**about, "item": item, "value": round(mean, 2), "words": text}
    for item in ("lower", "same", "higher"):
        count = getattr(changes, item)
        yield {**about, "item": item, "count": count, "words": f"{count:,} of {pairs_counted:,}"}
