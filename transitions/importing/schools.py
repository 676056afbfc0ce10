"""Importing the school list: the national register's own download (Get Information About Schools), or a council's table.

The register is in Windows-1252 with days first; its columns come and go, so they are found by name. A school is known by its
URN. One that has closed stays in the list, marked, for the pupils who went there. The register has slips among its 50,000
schools: an odd value is left out and said, and only a row that names no school is refused.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from db import importing as store
from transitions.fields import Context
from transitions.importing.cells import CONTROLS, FieldReader
from transitions.importing.headers import HeaderMap, OpenTable, reads
from transitions.importing.preview import (
    CLEAR,
    FieldDifference,
    PreviewDraft,
)
from transitions.importing.table_rows import TableRow
from transitions.pupils.schools import PHASES, SCHOOL_FIELDS, check_ages, school_search_text, with_numbers
from transitions.text import has_controls, printable, searchable

_SAID_ONE_BY_ONE: Final = 3
_EXAMPLES: Final = 2
_LONGEST_QUOTED: Final = 30


class OddValues:
    """What was left out, and what was kept all the same, by column. Quotes values: for files that are not about people."""

    def __init__(self, draft: PreviewDraft) -> None:
        self._draft = draft
        self._left_out: dict[str, dict[tuple[str, str], list[int]]] = {}
        self._kept: dict[str, dict[str, list[tuple[int, str]]]] = {}

    def leave_out(self, line: int, title: str, text: str, why: str) -> None:
        self._left_out.setdefault(title, {}).setdefault((text, why), []).append(line)

    def keep(self, line: int, title: str, text: str, warning: str) -> None:
        self._kept.setdefault(title, {}).setdefault(warning, []).append((line, text))

    def say(self) -> None:
        """Put what was found into the draft: a sentence for each value, or one for a column that has many."""
        for title, values in self._left_out.items():
            if len(values) <= _SAID_ONE_BY_ONE:
                for (text, why), lines in values.items():
                    self._warn(title, lines, f"{_quoted(text)} was left out: {why}")
            else:
                lines = [line for places in values.values() for line in places]
                self._warn(
                    title, lines, f"{len(lines):,} values {_such_as([text for text, _ in values])} were left out"
                )
        for title, warnings in self._kept.items():
            if len(warnings) <= _SAID_ONE_BY_ONE:
                for warning, places in warnings.items():
                    self._warn(title, [line for line, _ in places], warning)
            else:
                found = sorted(place for places in warnings.values() for place in places)
                what = f"{len(found):,} values {_such_as([text for _, text in found])} look wrong and were kept as they are"
                self._warn(title, [line for line, _ in found], what)

    def _warn(self, title: str, lines: list[int], what: str) -> None:
        for line in sorted(lines):
            self._draft.warn(line, title, what)


def _such_as(texts: list[str]) -> str:
    return "such as " + " and ".join(_quoted(text) for text in list(dict.fromkeys(texts))[:_EXAMPLES])


def _quoted(text: str) -> str:
    plain = printable(text)
    return f'"{plain if len(plain) <= _LONGEST_QUOTED else plain[:_LONGEST_QUOTED] + "…"}"'


_COLUMNS = (
    "id", "name", "urn", "la_number", "establishment_number", "phase", "kind", "status", "low_age", "high_age", "town",
    "postcode", "telephone", "closed_on", "search_text",
)  # fmt: skip
_TOLD_EVERY = 2_000

_NAMES_IT: Final = ("urn", "name")
_NUMBERS: Final = frozenset({"urn", "la_number", "establishment_number", "laestab", "low_age", "high_age"})
_WHOLE = re.compile(r"([0-9]+)\.0{1,2}")
"""What programs make of a column of numbers in which some are missing: "2001.0"."""
_PHASES: Final = {searchable(phase): phase for phase in PHASES} | {"all through": "All-through"}
_CLOSED: Final = "Closed"
_PHASE_CODES: Final = {
    "1": "Nursery",
    "2": "Primary",
    "3": "Middle deemed primary",
    "4": "Secondary",
    "5": "Middle deemed secondary",
    "6": "16 plus",
    "7": "All-through",
}
_STATUS_CODES: Final = {"1": "Open", "2": _CLOSED, "3": "Open, but proposed to close", "4": "Proposed to open"}
_USUAL: Final = {"phase": _PHASES, "status": {searchable(status): status for status in _STATUS_CODES.values()}}
"""By field the register's own spelling of what it says there."""
_LOST: Final = "\ufffd"
_STOPS_AT: Final = 100
"""One row of so many that names no school is left out; more are a file to be looked at, and stop it."""


@reads("schools")
def prepare(file: OpenTable) -> bool:
    """Values that cannot be read are left out with a warning, the school comes in.

    A row that names no school, or one that is there twice, is refused: alone when it is one of many.
    """
    workspace, headers, draft, rows = file.workspace, file.headers, file.draft, file.rows
    # The register has 140 columns: that most of them are not read is no news.
    draft.notes[:] = [note for note in draft.notes if note not in headers.notes]
    known = _KnownSchools(store.rows_of(workspace.read(), "school", _COLUMNS))
    odd = OddValues(draft)
    reader = _SchoolReader(headers, Context(workspace.clock.today), draft, odd)
    for done, row in enumerate(rows, 1):
        _take_school(row, reader.read(row), known, draft, odd, headers)
        if done % _TOLD_EVERY == 0 or done == len(rows):
            file.progress(done, len(rows))
    odd.say()
    refused = len(draft.problems.keys() | {refused.row.line for refused in file.ragged})
    return 0 < refused * _STOPS_AT <= len(rows)


def _take_school(
    row: TableRow,
    given: dict[str, Any] | None,
    known: "_KnownSchools",
    draft: PreviewDraft,
    odd: OddValues,
    headers: HeaderMap,
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
        ages = f"{given.get('low_age', '')} to {given.get('high_age', '')}"
        odd.leave_out(row.line, headers.title("low_age"), ages, str(error))
        for name in ("low_age", "high_age"):
            given.pop(name, None)
        after = {**(old or {}), **given}
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
        return found if found is not None or None in number else self._by_number.pop(number, None)


class _SchoolReader:
    def __init__(self, headers: HeaderMap, context: Context, draft: PreviewDraft, odd: OddValues) -> None:
        self._headers, self._draft, self._odd, self._today = headers, draft, odd, context.today
        self._fields = FieldReader(headers, draft, SCHOOL_FIELDS, context, _NAMES_IT)

    def read(self, row: TableRow) -> dict[str, Any] | None:
        values: dict[str, Any] = {}
        for name, text in self._fields.filled(row):
            if text == CLEAR and not SCHOOL_FIELDS[name].needed and name != "urn":
                values[name] = None
            else:
                self._read_cell(row.line, name, text, values)
        self._read_code(row, "phase", _PHASE_CODES, values)
        self._read_code(row, "status", _STATUS_CODES, values)
        for name in _NAMES_IT:
            if not self._fields.text(row, name):
                self._draft.problem(row.line, self._headers.title(name), "is empty, and every school needs one")
        if row.line in self._draft.problems:
            return None
        values = with_numbers(values)
        self._settle_closing(row, values)
        return values

    def _settle_closing(self, row: TableRow, values: dict[str, Any]) -> None:
        """A school that is open has no day of closing here: the register writes the one that is proposed, too."""
        closed_on = values.get("closed_on")
        if values.get("status") not in (None, _CLOSED) and "closed_on" in self._headers:
            if closed_on is not None and closed_on <= self._today:
                text = self._headers.cell(row.cells, "closed_on") or ""
                self._odd.leave_out(row.line, self._headers.title("closed_on"), text, "the status is not Closed")
            closed_on = values["closed_on"] = None
        if closed_on is not None:
            values["closed_on"] = closed_on.isoformat()

    def _read_cell(self, line: int, name: str, text: str, values: dict[str, Any]) -> None:
        if has_controls(text):
            self._draft.warn(line, self._headers.title(name), CONTROLS)
        text = printable(text).strip()
        whole = _WHOLE.fullmatch(text) if name in _NUMBERS else None
        text = whole[1] if whole else text
        title = self._headers.title(name)
        if name in _NAMES_IT:
            reading = self._fields.read(line, name, text)
            if reading is not None:
                values[name] = reading.value
            if name == "name" and _LOST in text:
                self._odd.keep(line, title, text, "a letter was lost before the file arrived: kept as it is")
            return
        found = self._fields.reading(name, text)
        if name == "laestab" and text.startswith("000"):
            found = "there is no authority 000"
        if isinstance(found, str):
            self._odd.leave_out(line, title, text, found)
            return
        values[name] = found.value
        if found.warning:
            self._odd.keep(line, title, text, found.warning)
        if name in _USUAL and found.value is not None:
            values[name] = _USUAL[name].get(searchable(found.value), found.value)
            if name == "phase" and values[name] not in PHASES:
                self._odd.keep(line, title, text, f'"{found.value}" is not a known phase: kept as it is')

    def _read_code(self, row: TableRow, name: str, meanings: Mapping[str, str], values: dict[str, Any]) -> None:
        """A file of the register without the column of names has one of codes."""
        if name in self._headers:
            return
        code = (self._headers.cell(row.cells, f"{name}_code") or "").strip().removesuffix(".0")
        if code in meanings:
            values[name] = meanings[code]
