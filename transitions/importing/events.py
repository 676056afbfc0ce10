"""Importing suspensions, exclusions and other dated events: one row an event, of a pupil who is here.

A row says whose it is as a file of pupils does, and nobody is added or changed. An event of the same kind from the same day is recorded
already: what the row says besides is added to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from db import importing as bulk
from db.pupils import records as store
from db.pupils.pupils import PupilPage, pages
from db.pupils.records import DatedRow
from transitions.dates import short_with_year
from transitions.fields import Context
from transitions.importing.cells import CellReader, FieldReader
from transitions.importing.headers import HeaderMap, open_table
from transitions.importing.matching import Ask, Schools
from transitions.importing.packed import Packed
from transitions.importing.preview import (
    FieldDifference,
    ImportPreview,
    PreviewDraft,
    Progress,
    Taking,
    no_progress,
)
from transitions.importing.pupils import work_out
from transitions.importing.table_rows import AS_IT_IS, Chosen, TableRow
from transitions.pupils.events import EVENT, EVENT_FIELDS, odd_suspensions
from transitions.pupils.small_records import Case
from transitions.workspace import Workspace

_WHO: Final = ("upn", "surname", "forename", "full_name", "date_of_birth")
_NOBODY_CHANGED: Final = Taking(differences=False, new=False)
_UNKNOWN_DAY: Final = "no day is given: it is in no year's figures until one is, and Today asks for it"
_MOST_SESSIONS: Final = 400
_TITLES: Final = {field.column or name: field.label for name, field in EVENT_FIELDS.items() if name != "note"}

Events = dict[int, dict[str, Any]]
"""What the rows say, by line and column."""


def prepare(
    workspace: Workspace,
    path: Path,
    *,
    map_file: Path | None = None,
    chosen: Chosen = AS_IT_IS,
    ask: Ask | None = None,
    plan_from: object = None,  # noqa: ARG001 - as every reader of a file of pupils; nobody is planned anew here
    skip_bad: bool = False,
    progress: Progress = no_progress,
) -> ImportPreview:
    """Read the file and work out what importing it would do; nothing is written.

    Raises NoSuchFile, and BadInput listing every problem; with ``skip_bad`` rows with problems are refused instead.
    """
    table, headers = open_table(workspace, path, "events", map_file=map_file, chosen=chosen)
    draft = PreviewDraft.of_table("events", path, table)
    rows = Packed(table.rows)
    schools = Schools(bulk.school_rows(workspace.read()))
    events = _read(workspace.clock.today, schools, rows, headers, draft)
    of_person: dict[tuple[str, ...], list[TableRow]] = {}
    for row in rows:
        if row.line in events:
            who = tuple(headers.cell(row.cells, name) or "" for name in _WHO)
            upn = "".join(who[0].upper().split())
            of_person.setdefault((upn,) if upn else tuple(map(str.casefold, who)), []).append(TableRow(row.line, who))
    lines = {some[0].line: [row.line for row in some] for some in of_person.values()}
    matched = _whose(workspace, draft, headers, [some[0] for some in of_person.values()], ask, progress)
    here = pages(workspace.read(), [pupil_id for _, pupil_id in matched if pupil_id is not None])
    for first, pupil_id in matched:
        if pupil_id is None:
            for line in lines[first]:
                draft.warn(
                    line, "Not here", "no pupil with this UPN, or this name and date of birth: nothing is recorded"
                )
        else:
            _take(workspace, schools, here[pupil_id], {line: events[line] for line in lines[first]}, headers, draft)
    decided = {first for first, _ in matched}
    for first in lines.keys() - decided:
        for line in lines[first][1:]:
            draft.problem(line, None, f"is about the pupil of {draft.place(first)}, which is not taken")
    return draft.finish(workspace, rows=rows, ragged=table.refused, skip_bad=skip_bad)


def _read(today: date, schools: Schools, rows: Packed[TableRow], headers: HeaderMap, draft: PreviewDraft) -> Events:
    found: Events = {}
    fields = FieldReader(headers, draft, EVENT_FIELDS, Context(today))
    cells = CellReader(headers, draft)
    for row in rows:
        given: dict[str, Any] = {}
        for name, text in fields.filled(row):
            reading = fields.read(row.line, name, text)
            if reading is not None:
                given[name] = reading.value
        sessions = cells.read(row, "sessions", _half_days)
        if sessions and given.setdefault("days", sessions) != sessions:
            cells.refuse(
                row, "sessions", f"are {sessions:g} school days, and the row says {given['days']:g}: one is wrong"
            )
        school = (
            cells.read(row, "school_urn", schools.by_urn)
            or cells.read(row, "school_laestab", schools.by_laestab)
            or cells.read(row, "school_name", schools.by_name)
        )
        if school:
            given["school_id"] = school
        if not cells.text(row, "kind"):
            cells.refuse(row, "kind", "is empty, and every row needs one, such as suspension")
        if row.line not in draft.problems:
            found[row.line] = given
    return found


def _half_days(text: str) -> float:
    plain = text.removesuffix(".0")
    if not (plain.isascii() and plain.isdecimal()) or not 0 < int(plain) <= _MOST_SESSIONS:
        raise ValueError("expected a number of sessions, which are half days, such as 3")
    return int(plain) / 2


def _whose(
    workspace: Workspace,
    draft: PreviewDraft,
    headers: HeaderMap,
    rows: Sequence[TableRow],
    ask: Ask | None,
    progress: Progress,
) -> Sequence[tuple[int, int | None]]:
    """By the first line of each person the pupil who is meant, None for nobody here; in a draft of its own, but for what is wrong."""
    who = replace(draft, new=Packed(), changed=Packed(), unchanged=Packed(), matched=Packed())
    titles = tuple(headers.title(name) for name in _WHO)
    columns = {name: place for place, name in enumerate(_WHO)}
    of_people = replace(headers, header=titles, columns=columns, workbook=False, yes_or_no={})
    work_out(workspace, who, of_people, Packed(rows), ask=ask, taking=_NOBODY_CHANGED, progress=progress)
    return list(who.matched)


def _take(
    workspace: Workspace, schools: Schools, pupil: PupilPage, events: Events, headers: HeaderMap, draft: PreviewDraft
) -> None:
    name = " ".join(part for part in (pupil.forename, pupil.surname) if part)
    standing = store.events(workspace.read(), pupil.id)
    lines: dict[tuple[object, ...], int] = {}

    def change(column: str, was: object, now: object) -> FieldDifference:
        words = (schools.name(one) if column == "school_id" and type(one) is int else _in_words(one) for one in (was, now))  # fmt: skip
        return FieldDifference(_TITLES[column], *words)

    for line, given in events.items():
        old = next((one for one in standing if one.id > 0 and _event(one._asdict()) == _event(given)), None)
        before = {} if old is None else old._asdict()
        after = {column: given.get(column, before.get(column)) for column in _TITLES}
        case = Case(workspace, pupil.id, pupil.school_id, old.id if old else None, given, after, {})
        for field, what in EVENT.rules(case).items():
            draft.problem(line, headers.title(field), what)
        first = lines.setdefault(_event(given), line)
        if first != line:
            draft.problem(line, None, f"is the same event as {draft.place(first)}")
        if line in draft.problems:
            continue
        if given.get("started_on") is None:
            draft.warn(line, _TITLES["started_on"], _UNKNOWN_DAY)
        shown = tuple(change(column, None, value) for column, value in given.items() if value is not None)
        values = {"pupil_id": pupil.id, **given}
        draft.take_row(line, f"{name}: {given['kind']}", "placement", values, before or None, change, shown)
        made = {"id": -line, **before, **values}
        standing = [one for one in standing if one is not old] + [DatedRow._make(map(made.get, DatedRow._fields))]
    for what in odd_suspensions(standing):
        draft.warn(next(iter(events)), name, what)


def _event(of: Mapping[str, Any]) -> tuple[object, ...]:
    """By what an event is known: its kind and first day; of an unknown day all that is said of it."""
    day = of.get("started_on")
    return (of["kind"], day) if day else (of["kind"], *map(of.get, ("ended_on", "days", "reason")))


def _in_words(value: object) -> str:
    if isinstance(value, date):
        return short_with_year(value)
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
