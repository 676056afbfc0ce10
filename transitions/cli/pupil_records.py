"""The commands of small records: dated events of pupils, and the programmes in which pupils and schools take part."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from transitions.caseload import caseload as caseloads
from transitions.cli.context import Session, answers
from transitions.cli.options import NUMBER, command, fields_of, filters, formatted, of_year, on, together
from transitions.cli.output import echo, record, say, talk
from transitions.errors import FieldProblems, require
from transitions.pupils import events, programmes
from transitions.pupils.events import COUNTED, EVENT, AtSchool, DatedRow
from transitions.pupils.placements import PLACEMENT
from transitions.pupils.programmes import OF_PUPIL, OF_SCHOOL, Figures, ParticipationRow
from transitions.pupils.small_records import RecordKind, records, save, take_out
from transitions.school_year import academic_year_label
from transitions.text import how_many

EVENT_KEYS = (
    "id", "kind", "started_on", "ended_on", "days", "reason", "school", "place", "planned_end", "back_on", "note",
)  # fmt: skip
PROGRAMME_KEYS = (
    "id", "programme", "who", "started_on", "ended_on", "parent_involved", "understanding_before", "understanding_after",
    "outcome",
)  # fmt: skip
_KINDS = tuple(kind.replace(" ", "_") for kind in COUNTED)
BY_SCHOOL_KEYS = (
    "year", "school", "pupils", "suspended", "suspended_percent", "suspensions", "days", "days_not_known", *_KINDS,
    "undated", "words",
)  # fmt: skip
FIGURES_KEYS = (
    "year", "programme", "of", "took_part", "base", "percent", "times", "parent_involved", "parent_known", "with_outcome", "pairs",
    "before", "after", "higher", "same", "lower", "words",
)  # fmt: skip
_EVENT_FIELDS = {
    "event": "pupils.events:EVENT_FIELDS",
    "placement (such as alternative provision)": "pupils.placements:PLACEMENT_FIELDS",
}
_PROGRAMME_FIELDS = {
    "pupil's programme": "pupils.programmes:PUPIL_FIELDS",
    "school's programme": "pupils.programmes:SCHOOL_FIELDS",
}
_number = click.argument("number", type=NUMBER)


def _save(
    session: Session, kind: RecordKind[Any], owner_id: int, number: int | None, fields: Mapping[str, object]
) -> None:
    saved = save(session.workspace, kind, owner_id, number, fields)
    say(saved)
    echo(f"{kind.title.lower()} #{saved.number}")


def _event(session: Session, number: int) -> tuple[DatedRow, RecordKind[Any]]:
    row = require(
        events.one_dated(session.workspace, number),
        f"There is no event #{number}. List them with: transitions event list PUPIL",
    )
    return row, EVENT if events.is_event(row.kind) else PLACEMENT


@command("list")
@formatted
@on("pupil")
def event_list_command(session: Session) -> None:
    """Print a pupil's suspensions, exclusions, placements and other dated events, latest first."""
    pupil_id = session.pupil_id
    rows = events.dated(session.workspace, pupil_id)
    session.emit(rows, EVENT_KEYS, EVENT_KEYS[:8])
    talk(how_many(len(rows), "event"))


@command("add")
@on("pupil")
@fields_of(_EVENT_FIELDS)
def event_add_command(session: Session, fields: tuple[str, ...]) -> None:
    """Record an event for a pupil, and print its number: event add Khan kind=suspension started_on=5/11/26 days=1.5 reason=BU

    Leave out unknown dates. Alternative provision and other placements have their own fields.
    """
    given = answers(fields)
    what = str(given.get("kind") or "").strip().casefold()
    if what and what not in _PLACEMENTS and not events.is_event(what):
        kinds = (value for kind in (EVENT, PLACEMENT) for value, _ in kind.fields["kind"].choices)
        raise FieldProblems({"kind": f"expected one of {', '.join(kinds)}"})
    _save(session, PLACEMENT if what in _PLACEMENTS else EVENT, session.pupil_id, None, given)


_PLACEMENTS = {value for value, _ in PLACEMENT.fields["kind"].choices}


@command("edit")
@_number
@fields_of(_EVENT_FIELDS)
def event_edit_command(session: Session, number: int, fields: tuple[str, ...]) -> None:
    """Change the event of this number, from event list; FIELD= with no value empties the field."""
    given = answers(fields)
    row, kind = _event(session, number)
    _save(session, kind, row.pupil_id, number, given)


@command("take-out")
@_number
def event_take_out_command(session: Session, number: int) -> None:
    """Take out an event recorded by mistake. The history keeps it."""
    say(take_out(session.workspace, _event(session, number)[1], number))


@command("by-school")
@formatted
@filters
@of_year
def event_by_school_command(session: Session, year: str | None) -> None:
    """Print, school by school, how many Year 7 pupils (or --year-group) were suspended, excluded and so on in an academic year. For Year 7 this is the receiving school, in the year after the move. The base is every pupil in the filters. Events without a date are not counted, but you are told how many there are."""
    caseload, academic = session.caseload(), session.year(year)
    groups = caseload.year_groups or (7,)
    chosen = caseloads.selection(session.workspace, caseload)
    found = events.by_school(session.workspace, chosen, academic, groups)
    _print(
        session,
        (f"{one.school}: {one.text}" for one in found),
        [_by_school(one, academic) for one in found],
        BY_SCHOOL_KEYS,
    )


def _print(session: Session, lines: Iterable[str], rows: Iterable[object], keys: Sequence[str]) -> None:
    """Print figures in sentences, which a table would cut, or whole for a script."""
    if session.style != "table":
        session.emit(rows, keys)
        return
    for line in lines:
        echo(line)


def _by_school(one: AtSchool, year: int) -> dict[str, object]:
    return record(
        one,
        BY_SCHOOL_KEYS,
        year=academic_year_label(year),
        pupils=one.suspended.base,
        suspended=one.suspended.counted,
        suspended_percent=one.suspended.percent,
        words=one.text,
        **{name: one.by_kind[kind].counted for name, kind in zip(_KINDS, COUNTED, strict=True)},
    )


_of_somebody = together(
    click.argument("pupil", required=False),
    click.option("--school", metavar="NAME|URN", help="A school, instead of a pupil."),
)


def _whose(session: Session, pupil: str | None, school: str | None) -> tuple[RecordKind[ParticipationRow], int]:
    if (pupil is None) == (school is None):
        raise click.UsageError("Name a pupil, or a school with --school.")
    if school is not None:
        return OF_SCHOOL, session.school(school)
    return OF_PUPIL, session.pupil(pupil or "")


def _programme(session: Session, number: int) -> tuple[RecordKind[ParticipationRow], int]:
    see = "List them with: transitions programme list PUPIL, or --school NAME"
    row = require(programmes.one(session.workspace, number), f"There is no programme #{number}. {see}")
    return (OF_SCHOOL, row.school_id) if row.pupil_id is None and row.school_id else (OF_PUPIL, row.pupil_id or 0)


@command("list")
@formatted
@_of_somebody
def programme_list_command(session: Session, pupil: str | None, school: str | None) -> None:
    """Print a pupil's or school's programmes, latest first."""
    kind, owner_id = _whose(session, pupil, school)
    rows = records(session.workspace, kind, owner_id)
    session.emit(rows, PROGRAMME_KEYS, PROGRAMME_KEYS[:8] if kind is OF_SCHOOL else PROGRAMME_KEYS[:6])
    talk(how_many(len(rows), "programme"))


@command("add")
@_of_somebody
@fields_of(_PROGRAMME_FIELDS, required=False)
def programme_add_command(session: Session, pupil: str | None, school: str | None, fields: tuple[str, ...]) -> None:
    """Record that a pupil or school takes part in a programme, and print its number: programme add Khan programme=ELSA started_on=7/9/26

    A new name starts a new programme. For a school: programme add --school Northgate
    programme="SENCO mentoring" who="K. Osei" understanding_before=45 understanding_after=85
    """
    if school is not None and pupil and "=" in pupil:  # without a pupil the first field stands in that place
        fields, pupil = (pupil, *fields), None
    kind, owner_id = _whose(session, pupil, school)
    _save(session, kind, owner_id, None, answers(fields))


@command("edit")
@_number
@fields_of(_PROGRAMME_FIELDS)
def programme_edit_command(session: Session, number: int, fields: tuple[str, ...]) -> None:
    """Change the record with this number, from programme list. FIELD= with no value empties the field."""
    given = answers(fields)
    _save(session, *_programme(session, number), number, given)


@command("take-out")
@_number
def programme_take_out_command(session: Session, number: int) -> None:
    """Take out a record made by mistake. The history keeps it."""
    say(take_out(session.workspace, _programme(session, number)[0], number))


@command("names")
@formatted
def programme_names_command(session: Session) -> None:
    """Print the names of all programmes: built-in ones and those you added."""
    rows = [
        {"of": kind.owner, "programme": name}
        for kind in (OF_PUPIL, OF_SCHOOL)
        for name in programmes.names(session.workspace, kind.owner)
    ]
    session.emit(rows, ("of", "programme"))


@command("figures")
@formatted
@filters
@of_year
def programme_figures_command(session: Session, year: str | None) -> None:
    """Print how many pupils and schools took part in each programme in an academic year, and the outcomes. The filters choose the pupils. Schools are all open ones. Understanding is compared where it was given before and after."""
    caseload, academic = session.caseload(), session.year(year)
    found = programmes.figures(session.workspace, caseloads.selection(session.workspace, caseload), academic)
    _print(
        session,
        (f"{one.programme}: {one.text}" for one in found),
        [_figures(one, academic) for one in found],
        FIGURES_KEYS,
    )


def _figures(one: Figures, year: int) -> dict[str, object]:
    return record(
        one,
        FIGURES_KEYS,
        year=academic_year_label(year),
        took_part=one.took_part.counted,
        base=one.took_part.base,
        percent=one.took_part.percent,
        parent_involved=one.parent_involved.counted,
        parent_known=one.parent_involved.base,
        with_outcome=one.with_outcome.counted,
        pairs=one.pairs.counted,
        words=one.text,
    )
