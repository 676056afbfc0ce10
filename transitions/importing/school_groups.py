"""Importing groups of schools: one row says that a school belongs to a group in an academic year.

A list of this year that names a school again changes nothing; one of the year after a membership ended, or of the year before
it began, makes it longer. Whom the file does not name stays where they are: a row with the last year says that a school left.
"""

from typing import Any, NamedTuple

from db import importing as bulk
from db.gathering import NewRowNumber, Write
from db.pupils import school_groups as store
from transitions.fields import read_text
from transitions.importing.cells import CellReader
from transitions.importing.headers import OpenTable, reads
from transitions.importing.matching import Schools
from transitions.importing.preview import (
    FieldDifference,
    PreviewDraft,
    RecordEntry,
)
from transitions.importing.table_rows import TableRow
from transitions.pupils.school_groups import MemberRow, called, read_kind, same_kind, years_in_words
from transitions.school_year import academic_year, parse_academic_year
from transitions.text import searchable
from transitions.workspace import Workspace

_NEEDED = ("school", "kind", "group")


class _Row(NamedTuple):
    line: int
    school_id: int
    kind: str
    name: str
    year: int
    until: int | None

    @property
    def key(self) -> tuple[str, str]:
        return same_kind(self.kind), searchable(self.name)


@reads("groups")
def prepare(file: OpenTable) -> None:
    workspace, rows = file.workspace, file.rows
    schools, this_year = Schools(bulk.school_rows(workspace.read())), academic_year(workspace.clock.today)
    cells = CellReader(file.headers, file.draft)
    read = [found for row in rows if (found := _read(cells, schools, row, this_year)) is not None]
    _take(workspace, schools, sorted(read, key=lambda row: (row.year, row.line)), file.draft)
    file.progress(len(rows), len(rows))


def _read(cells: CellReader, schools: Schools, row: TableRow, this_year: int) -> _Row | None:
    problems = cells.problems(row)
    school = cells.read(row, "school_urn", schools.by_urn) or cells.read(row, "school", schools.by_name)
    kind, name = cells.read(row, "kind", read_kind), cells.read(row, "group", read_text)
    year = cells.read(row, "academic_year", parse_academic_year)
    until = cells.read(row, "until_year", parse_academic_year)
    for field in _NEEDED:
        if not cells.text(row, field) and not (field == "school" and school):
            cells.refuse(row, field, "is empty, and every row needs one")
    year = year or min(until or this_year, this_year)
    if until is not None and until < year:
        cells.refuse(row, "until_year", "is before the first year")
    return None if cells.problems(row) > problems else _Row(row.line, school, kind, name, year, until)


def _take(workspace: Workspace, schools: Schools, rows: list[_Row], draft: PreviewDraft) -> None:
    connection = workspace.read()
    every = store.groups(connection, 0)
    known: dict[tuple[str, str], Any] = {(same_kind(one.kind), searchable(one.name)): one.id for one in every}
    spelled = {(same_kind(one.kind), searchable(one.name)): called(one) for one in every}
    standing: dict[tuple[Any, int], list[MemberRow]] = {}
    for member in store.members(connection):
        standing.setdefault((member.group_id, member.school_id), []).append(member)
    together: dict[tuple[tuple[str, str], int], list[_Row]] = {}
    for row in rows:
        together.setdefault((row.key, row.school_id), []).append(row)
    for (key, school_id), own in together.items():
        first, writes = own[0], list[Write]()
        if key not in known:
            known[key] = NewRowNumber("school_group", f"{first.kind} {first.name}")
            values = {"kind": first.kind, "name": first.name}
            writes.append(Write("school_group", None, values, known[key]))
        before = standing.get((known[key], school_id), [])
        after = _with(before, own)
        for old, new in zip([*before, *[None] * (len(after) - len(before))], after, strict=True):
            span = {"from_year": new.from_year, "until_year": new.until_year}
            if old is None:
                writes.append(
                    Write("school_group_member", None, {"group_id": known[key], "school_id": school_id, **span})
                )
            elif old != new:
                writes.append(Write("school_group_member", {"id": old.id}, span))
        label = f"{schools.name(school_id)}: {spelled.get(key, f'{first.kind} {first.name}')}"
        years = FieldDifference("Years", _in_words(before), _in_words(after))
        draft.add(RecordEntry(first.line, label, tuple(writes), (years,) if writes else ()), is_new=not before)
        for row in own[1:]:
            draft.unchanged.append(row.line)


def _with(standing: list[MemberRow], rows: list[_Row]) -> list[MemberRow]:
    """The memberships of a school in one group with what the rows say of it; those that stood come first, in their order."""
    found = list(standing)
    for row in rows:
        for place, one in enumerate(found):
            if one.from_year <= row.year and (one.until_year is None or one.until_year >= row.year):
                found[place] = one if row.until is None else one._replace(until_year=row.until)
            elif one.until_year == row.year - 1:
                found[place] = one._replace(until_year=row.until)
            elif one.from_year == row.year + 1:
                found[place] = one._replace(from_year=row.year)
            else:
                continue
            break
        else:
            found.append(MemberRow(0, 0, row.kind, row.name, row.school_id, "", row.year, row.until))
    return found


def _in_words(rows: list[MemberRow]) -> str:
    return ", ".join(map(years_in_words, rows))
