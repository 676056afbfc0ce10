"""Importing small records of pupils who are here, one row a record: dated events, weeks of attendance, scores.

A row says whose it is as a file of pupils does, and nobody is added or changed. What is recorded already is known again: what the row
says besides is added to it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple

from db import importing as bulk
from db.pupils.pupils import PupilPage, pages
from db.pupils.records import DatedRow
from db.vocabulary import SUSPENSIONS
from transitions.dates import short_with_year
from transitions.fields import Context
from transitions.impact.records import SCORE, WEEK
from transitions.importing.cells import CellReader, FieldReader
from transitions.importing.header_names import TableKind
from transitions.importing.headers import HeaderMap, OpenTable, reads
from transitions.importing.matching import Schools
from transitions.importing.preview import (
    FieldDifference,
    ImportPreview,
    PreviewDraft,
    Taking,
)
from transitions.importing.pupils import work_out
from transitions.importing.table_rows import Packed, TableRow
from transitions.pupils.events import EVENT, odd_suspensions
from transitions.pupils.small_records import Case, RecordKind
from transitions.workspace import Workspace

WHO: Final = ("upn", "surname", "forename", "full_name", "date_of_birth")
_NOBODY_CHANGED: Final = Taking(differences=False, new=False)

Given = dict[str, Any]
"""What a row says, by column."""
Records = dict[int, Given]
"""What the rows say, by line."""


def _nothing_more(_cells: CellReader, _row: TableRow, _given: Given) -> None:
    pass


class RowsOf(NamedTuple):
    """A kind of file: what a row of it becomes, and by which columns a record is known again.

    ``lead`` names the column that tells records apart. ``more`` reads what is no field of the record, ``look`` gives warnings of a
    row, and ``odd`` of all records of a pupil together.
    """

    file: TableKind
    record: RecordKind[Any]
    known_by: Callable[[Mapping[str, Any]], tuple[object, ...]]
    lead: str
    more: Callable[[CellReader, TableRow, Given], None] = _nothing_more
    look: Callable[[Given], Mapping[str, str]] = lambda _: {}
    odd: Callable[[Sequence[Mapping[str, Any]]], Sequence[str]] = lambda _: ()

    @property
    def titles(self) -> dict[str, str]:
        return {field.column or name: field.label for name, field in self.record.fields.items() if name != "note"}


def who(row: TableRow, headers: HeaderMap) -> tuple[str, ...]:
    """What a row says of whose it is, by ``WHO``."""
    return tuple(headers.cell(row.cells, name) or "" for name in WHO)


def not_here(draft: PreviewDraft, lines: Sequence[int]) -> None:
    for line in lines:
        draft.warn(line, "Not here", "no pupil with this UPN, or this name and date of birth, so nothing is recorded")


def _take_rows(rows_of: RowsOf, file: OpenTable) -> None:
    workspace, headers, draft = file.workspace, file.headers, file.draft
    schools = Schools(bulk.school_rows(workspace.read()))
    records = _read(rows_of, file, schools)
    of_person: dict[tuple[str, ...], list[TableRow]] = {}
    for row in file.rows:
        if row.line in records:
            whose = who(row, headers)
            upn = "".join(whose[0].upper().split())
            key = (upn,) if upn else tuple(map(str.casefold, whose))
            of_person.setdefault(key, []).append(TableRow(row.line, whose))
    lines = {some[0].line: [row.line for row in some] for some in of_person.values()}
    matched = _whose(file, [some[0] for some in of_person.values()])
    here = pages(workspace.read(), [pupil_id for _, pupil_id in matched if pupil_id is not None])
    for first, pupil_id in matched:
        if pupil_id is None:
            not_here(draft, lines[first])
        else:
            own = {line: records[line] for line in lines[first]}
            _take(rows_of, workspace, schools, here[pupil_id], own, headers, draft)
    decided = {first for first, _ in matched}
    for first in lines.keys() - decided:
        for line in lines[first][1:]:
            draft.problem(line, None, f"is about the pupil on {draft.place(first)}, which is not imported")


def _reader(rows_of: RowsOf) -> Callable[..., ImportPreview]:
    return reads(rows_of.file)(partial(_take_rows, rows_of))


def _read(rows_of: RowsOf, file: OpenTable, schools: Schools) -> Records:
    found: Records = {}
    context = Context(file.workspace.clock.today, workspace=file.workspace, about=rows_of.record)
    fields = FieldReader(file.headers, file.draft, rows_of.record.fields, context)
    cells = CellReader(file.headers, file.draft)
    for row in file.rows:
        given: Given = {}
        for name, text in fields.filled(row):
            reading = fields.read(row.line, name, text)
            if reading is not None:
                given[name] = reading.value
        rows_of.more(cells, row, given)
        school = (
            cells.read(row, "school_urn", schools.by_urn)
            or cells.read(row, "school_laestab", schools.by_laestab)
            or cells.read(row, "school_name", schools.by_name)
        )
        if school:
            given["school_id"] = school
        if row.line not in file.draft.problems:
            found[row.line] = given
    return found


def _whose(file: OpenTable, rows: Sequence[TableRow]) -> Sequence[tuple[int, int | None]]:
    """By the first line of each person the pupil who is meant, None for nobody here; in a draft of its own, but for what is wrong."""
    own = replace(file.draft, new=Packed(), changed=Packed(), unchanged=Packed(), matched=Packed())
    work_out(
        file.workspace, own, file.headers.of(WHO), Packed(rows),
        ask=file.ask, taking=_NOBODY_CHANGED, progress=file.progress,
    )  # fmt: skip
    return list(own.matched)


def _take(
    rows_of: RowsOf, workspace: Workspace, schools: Schools, pupil: PupilPage, records: Records, headers: HeaderMap,
    draft: PreviewDraft,
) -> None:  # fmt: skip
    name, kind, titles = " ".join(filter(None, (pupil.forename, pupil.surname))), rows_of.record, rows_of.titles
    standing: list[Mapping[str, Any]] = [one._asdict() for one in kind.of_owner(workspace.read(), pupil.id)]
    lines: dict[tuple[object, ...], int] = {}

    def change(column: str, was: object, now: object) -> FieldDifference:
        words = (schools.name(one) if column == "school_id" and type(one) is int else _in_words(one) for one in (was, now))  # fmt: skip
        return FieldDifference(titles[column], *words)

    for line, given in records.items():
        known = rows_of.known_by(given)
        before = next((one for one in standing if one["id"] > 0 and rows_of.known_by(one) == known), {})
        after = {column: given.get(column, before.get(column)) for column in titles}
        case = Case(workspace, pupil.id, pupil.school_id, before.get("id"), given, after, {})
        for field, what in kind.judged(case).items():
            draft.problem(line, headers.title(field), what)
        first = lines.setdefault(known, line)
        if first != line:
            draft.problem(line, None, f"is the same {kind.title.lower()} as {draft.place(first)}")
        if line in draft.problems:
            continue
        for field, what in rows_of.look(given).items():
            draft.warn(line, titles[field], what)
        shown = tuple(change(column, None, value) for column, value in given.items() if value is not None)
        values = {"pupil_id": pupil.id, **given}
        label = f"{name}: {_in_words(given[rows_of.lead])}"
        draft.take_row(line, label, kind.table, values, before or None, change, shown)
        standing = [one for one in standing if one is not before] + [{**before, **values, "id": -line}]
    for what in rows_of.odd(standing):
        draft.warn(next(iter(records)), name, what)


def _in_words(value: object) -> str:
    if isinstance(value, date):
        return short_with_year(value)
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _needed(*names: str) -> Callable[[CellReader, TableRow, Given], None]:
    def refuse(cells: CellReader, row: TableRow, _given: Given) -> None:
        for name in names:
            if cells.is_empty(row, name):
                cells.refuse(row, name, "is empty, and every row needs it")

    return refuse


def _same(*names: str) -> Callable[[Mapping[str, Any]], tuple[object, ...]]:
    return lambda of: tuple(of[name] for name in names)


_WEEKS: Final = RowsOf("weeks", WEEK, _same("week_on"), "week_on", _needed("week_on", "possible", "attended"))
_SCORES: Final = RowsOf(
    "scores", SCORE, _same("scale", "dimension", "scored_on"), "dimension",
    _needed("scale", "dimension", "moment", "scored_on", "score"),
)  # fmt: skip
prepare_weeks: Final = _reader(_WEEKS)
prepare_scores: Final = _reader(_SCORES)


_UNKNOWN_DAY: Final = "missing, so it is left out of the figures until you add it. The Today screen will ask for it"
_MOST_SESSIONS: Final = 400


def _sessions(cells: CellReader, row: TableRow, given: Given) -> None:
    """The school days, from the half days of the census; and every row needs a kind."""
    sessions = cells.read(row, "sessions", _half_days)
    if sessions and given.setdefault("days", sessions) != sessions:
        cells.refuse(row, "sessions", f"are {sessions:g} school days, but the row says {given['days']:g}: one is wrong")
    if not cells.text(row, "kind"):
        cells.refuse(row, "kind", "is empty, and every row needs one, such as suspension")


def _half_days(text: str) -> float:
    plain = text.removesuffix(".0")
    if not (plain.isascii() and plain.isdecimal()) or not 0 < int(plain) <= _MOST_SESSIONS:
        raise ValueError("expected a number of sessions, which are half days, such as 3")
    return int(plain) / 2


def _event(of: Mapping[str, Any]) -> tuple[object, ...]:
    """By what an event is known: its kind and first day; of an unknown day all that is said of it."""
    day = of.get("started_on")
    return (of["kind"], day) if day else (of["kind"], *map(of.get, ("ended_on", "days", "reason")))


def _look(given: Given) -> Mapping[str, str]:
    return {} if given.get("started_on") else {"started_on": _UNKNOWN_DAY}


def _odd(standing: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    if not any(one["id"] < 0 and one["kind"] in SUSPENSIONS for one in standing):
        return ()  # what stands was said when it came
    return odd_suspensions([DatedRow._make(map(one.get, DatedRow._fields)) for one in standing])


prepare_events: Final = _reader(RowsOf("events", EVENT, _event, "kind", _sessions, _look, _odd))
