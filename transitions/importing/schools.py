"""Importing the school list: the national register's own download (Get Information About Schools), or a council's table.

The register is in Windows-1252 with days first; its columns come and go, so they are found by name. A school is known by its
URN. One that has closed stays in the list, marked, for the pupils who went there.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from db import importing as store
from transitions.fields import Context
from transitions.importing.headers import FieldReader, HeaderMap, headers_of
from transitions.importing.preview import (
    CLEAR,
    FieldDifference,
    ImportPreview,
    PackedRows,
    PreviewDraft,
    Progress,
    no_progress,
)
from transitions.importing.tabular import TableRow, read_table
from transitions.pupils.schools import SCHOOL_FIELDS, check_ages, school_search_text, with_numbers
from transitions.workspace import Workspace

_COLUMNS = (
    "id", "name", "urn", "la_number", "establishment_number", "phase", "kind", "status", "low_age", "high_age", "town",
    "postcode", "telephone", "closed_on", "search_text",
)  # fmt: skip
_TOLD_EVERY = 2_000


def prepare(
    workspace: Workspace,
    path: Path,
    *,
    map_file: Path | None = None,
    skip_bad: bool = False,
    progress: Progress = no_progress,
) -> ImportPreview:
    """Read the file and work out what importing it would do; nothing is written.

    Raises NoSuchFile, and BadInput listing every problem; with ``skip_bad`` rows with problems are refused instead.
    """
    table = read_table(path)
    headers = headers_of(table.header, "schools", map_file, file=table.name)
    # The register has 140 columns: that most of them are not read is no news.
    draft = PreviewDraft("schools", table.name, path, table.read_as, table.header)
    known = _KnownSchools(store.rows_of(workspace.read(), "school", _COLUMNS))
    reader = _SchoolReader(headers, Context(workspace.clock.today), draft)
    rows = PackedRows(table.rows)
    for done, row in enumerate(rows, 1):
        _take_school(row, reader.read(row), known, draft, headers)
        if done % _TOLD_EVERY == 0 or done == len(rows):
            progress(done, len(rows))
    return draft.finish(workspace, rows=rows, ragged=table.refused, skip_bad=skip_bad)


def _take_school(
    row: TableRow, given: dict[str, Any] | None, known: "_KnownSchools", draft: PreviewDraft, headers: HeaderMap
) -> None:
    if given is None:
        return
    other = known.line_of(given["urn"], row.line)
    if other is not None:
        for one, two in ((row.line, other), (other, row.line)):
            draft.problem(one, headers.title("urn"), f"the same URN is on line {two}: expected each school once")
        return
    old = known.find(given)
    after = {**(old or {}), **given}
    try:
        check_ages(after)
    except ValueError as error:
        draft.problem(row.line, headers.title("low_age"), str(error))
        return
    given["search_text"] = school_search_text(after)
    draft.take_row(row.line, after["name"], "school", given, old, _change)


def _change(name: str, old: Any, new: Any) -> FieldDifference | None:
    if name == "search_text":
        return None
    return FieldDifference(SCHOOL_FIELDS[name].label, *("" if value is None else str(value) for value in (old, new)))


class _KnownSchools:
    """The schools that are here, by URN, and by DfE number where somebody typed one in without a URN."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self._by_urn = {row["urn"]: row for row in rows if row["urn"] is not None}
        self._by_number = {
            (row["la_number"], row["establishment_number"]): row
            for row in rows
            if row["urn"] is None and row["establishment_number"] is not None
        }
        self._lines: dict[int, int] = {}

    def line_of(self, urn: int, line: int) -> int | None:
        first = self._lines.setdefault(urn, line)
        return None if first == line else first

    def find(self, given: Mapping[str, Any]) -> dict[str, Any] | None:
        found = self._by_urn.get(given["urn"])
        # Each hand-typed school is taken once: an academy and the school before it share the number.
        number = (given.get("la_number"), given.get("establishment_number"))
        return found if found is not None else self._by_number.pop(number, None)


class _SchoolReader:
    def __init__(self, headers: HeaderMap, context: Context, draft: PreviewDraft) -> None:
        self._headers, self._draft = headers, draft
        self._fields = FieldReader(headers, draft, SCHOOL_FIELDS, context)

    def read(self, row: TableRow) -> dict[str, Any] | None:
        values: dict[str, Any] = {}
        sound = True
        for name, text in self._fields.filled(row):
            if text == CLEAR and not SCHOOL_FIELDS[name].needed and name != "urn":
                values[name] = None
                continue
            reading = self._fields.read(row.line, name, text)
            if reading is None:
                sound = False
            else:
                values[name] = reading.value
        for name in ("urn", "name"):
            if not (self._headers.cell(row.cells, name) or "").strip():
                self._draft.problem(row.line, self._headers.title(name), "is empty, and every school needs one")
                sound = False
        if not sound:
            return None
        values = with_numbers(values)
        if "closed_on" in values:
            values["closed_on"] = values["closed_on"] and values["closed_on"].isoformat()
        elif values.get("status") not in (None, "Closed") and "closed_on" in self._headers:
            values["closed_on"] = None
        return values
