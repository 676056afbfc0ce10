"""Importing term dates and closures: for everybody, for one council's schools, or for one school.

A row is a term (T1 to T6, or Autumn, Spring and Summer with or without a half), or, by its kind, a closure or an INSET day
inside one. A term is known by its owner and first day, or by its name in its year, so that a moved date moves the term.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from db import importing as store
from db.gathering import Write
from transitions.dates import parse_imported, short_with_year
from transitions.fields import read_text
from transitions.identifiers import LA_NUMBERS
from transitions.importing.cells import CellReader
from transitions.importing.headers import OpenTable, reads
from transitions.importing.matching import Schools
from transitions.importing.preview import (
    FieldDifference,
    PreviewDraft,
    RecordEntry,
)
from transitions.importing.table_rows import TableRow
from transitions.school_year import academic_year, academic_year_label, parse_academic_year
from transitions.term_dates import Term, TermDates, TermProblem
from transitions.workspace import Workspace

_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("term", "terms", "halfterm1", "halfterm2"), "term"),
    **dict.fromkeys(("closure", "closed", "schoolclosed", "holiday", "bankholiday"), "closure"),
    **dict.fromkeys(("inset", "insetday", "inservice", "inserviceday", "staffday", "trainingday"), "INSET day"),
}
_LONGEST_CLOSURE = 60  # days; more is a term typed as a closure
_DAY = timedelta(days=1)
_TERM = ("id", "academic_year", "name", "first_day", "last_day", "la_number", "school_id")
_CLOSURE = ("id", "day", "reason", "la_number", "school_id")

Owner = tuple[int | None, int | None]
"""The LA number and the school's number; (None, None) is everybody."""


Refuse = Callable[[int, str], None]
"""Told of a line that cannot be taken, and why."""


class TermOrClosure(NamedTuple):
    """What one row says; ``days`` are those of a closure that comes again, and otherwise all between its first and last."""

    line: int
    owner: Owner
    kind: str
    name: str
    first_day: date
    last_day: date
    year: int
    days: tuple[date, ...] = ()

    @property
    def school_days(self) -> tuple[date, ...]:
        return self.days or tuple(weekdays(self.first_day, self.last_day))


@reads("terms")
def prepare(file: OpenTable) -> None:
    """Terms that overlap are problems of their lines, too."""
    schools = Schools(store.school_rows(file.workspace.read()))
    reader = _TermReader(CellReader(file.headers, file.draft), schools)
    found = [row for row in map(reader.read, file.rows) if row is not None]
    take_terms([row for row in found if row.kind == "term"], entered_terms(file.workspace), file.draft)
    take_closures([row for row in found if row.kind != "term"], entered_closures(file.workspace), file.draft)
    file.progress(len(file.rows), len(file.rows))


class _TermReader:
    def __init__(self, cells: CellReader, schools: Schools) -> None:
        self._cells = cells
        self._schools = schools

    def read(self, row: TableRow) -> TermOrClosure | None:
        problems = self._cells.problems(row)
        owner = self._owner(row)
        kind = self._cells.read(row, "kind", _kind) or "term"
        name = self._cells.read(row, "term", read_text) or ""
        first_day = self._cells.read(row, "first_day", parse_imported)
        last_day = self._cells.read(row, "last_day", parse_imported)
        year = self._cells.read(row, "academic_year", parse_academic_year)
        if first_day is None and not self._cells.text(row, "first_day"):
            self._cells.refuse(row, "first_day", "is empty: expected a date such as 01/09/2026")
        if last_day is None and kind == "term" and not self._cells.text(row, "last_day"):
            self._cells.refuse(row, "last_day", "is empty: expected a date such as 23/10/2026")
        if kind == "term" and not self._cells.text(row, "term"):
            self._cells.refuse(row, "term", "is empty: expected T1 to T6, or Autumn, Spring or Summer")
        last_day = last_day or first_day
        if first_day and last_day and last_day < first_day:
            self._cells.refuse(row, "last_day", "is before the first day")
        elif first_day and last_day and kind != "term" and (last_day - first_day).days > _LONGEST_CLOSURE:
            self._cells.refuse(row, "last_day", f"makes a closure of more than {_LONGEST_CLOSURE} days: is it a term?")
        if first_day is None or last_day is None or self._cells.problems(row) > problems:
            return None
        # A term that starts in the last days of August belongs to the year in which it ends.
        return TermOrClosure(row.line, owner, kind, name or kind, first_day, last_day, year or academic_year(last_day))

    def _owner(self, row: TableRow) -> Owner:
        """Whose dates they are; a school's own need no council."""
        school_id = self._cells.read(row, "school_urn", self._schools.by_urn)
        la_number = self._cells.read(row, "la_number", read_la_number)
        return (None, school_id) if school_id is not None else (la_number, None)


def _kind(text: str) -> str:
    kind = _KINDS.get("".join(filter(str.isalnum, text.casefold())))
    if kind is None:
        raise ValueError("expected term, closure or inset")
    return kind


def read_la_number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) not in LA_NUMBERS:
        raise ValueError("is not a known local authority number: expected three digits such as 808")
    return int(text)


def entered_terms(workspace: Workspace) -> list[dict[str, Any]]:
    return store.rows_of(workspace.read(), "term", _TERM)


def entered_closures(workspace: Workspace) -> list[dict[str, Any]]:
    return store.rows_of(workspace.read(), "closure", _CLOSURE)


def take_terms(
    given: Sequence[TermOrClosure],
    existing: Sequence[dict[str, Any]],
    draft: PreviewDraft,
    refuse: Refuse | None = None,
) -> None:
    """Put terms into the draft; one that cannot stand beside the others is a problem of its line, or goes to ``refuse``."""
    for owner in dict.fromkeys(row.owner for row in given):
        rows = [row for row in given if row.owner == owner]
        of_owner = [row for row in existing if (row["la_number"], row["school_id"]) == owner]
        replaced = _same_terms(rows, of_owner)
        gone = {old["id"] for old in replaced.values()}
        terms = [term_of(row) for row in of_owner if row["id"] not in gone]
        for row in rows:
            term = Term(row.name, row.year, row.first_day, row.last_day)
            try:
                TermDates([*terms, term])
            except TermProblem as problem:
                _refuse(draft, refuse, row.line, str(problem))
                continue
            terms.append(term)
            values = {
                "academic_year": row.year,
                "name": row.name,
                "first_day": row.first_day.isoformat(),
                "last_day": row.last_day.isoformat(),
                "la_number": owner[0],
                "school_id": owner[1],
            }
            label = f"{row.name} {academic_year_label(row.year)}"
            days = f"{short_with_year(row.first_day)} to {short_with_year(row.last_day)}"
            # An import of a calendar says the days of every entry itself.
            shown = (FieldDifference("Days", "", days),) if refuse is None else ()
            draft.take_row(row.line, label, "term", values, replaced.get(row.line), _term_change, shown)


def _same_terms(rows: Sequence[TermOrClosure], of_owner: Sequence[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """By line, the term that a row replaces: the one of the same first day, else of the same name in that year."""
    by_day = {old["first_day"]: old for old in of_owner}
    found = {row.line: by_day.pop(row.first_day.isoformat()) for row in rows if row.first_day.isoformat() in by_day}
    by_name = {(old["academic_year"], old["name"].casefold()): old for old in by_day.values()}
    for row in rows:
        old = by_name.pop((row.year, row.name.casefold()), None) if row.line not in found else None
        if old is not None:
            found[row.line] = old
    return found


def term_of(row: Mapping[str, Any]) -> Term:
    first_day, last_day = date.fromisoformat(row["first_day"]), date.fromisoformat(row["last_day"])
    return Term(row["name"], row["academic_year"], first_day, last_day)


def _term_change(name: str, old: Any, new: Any) -> FieldDifference:
    return FieldDifference(name.replace("_", " ").capitalize(), _in_words(old), _in_words(new))


def take_closures(
    rows: Sequence[TermOrClosure],
    existing: Sequence[dict[str, Any]],
    draft: PreviewDraft,
    refuse: Refuse | None = None,
    moved: Mapping[tuple[Owner, date], dict[str, Any]] = MappingProxyType({}),
) -> None:
    """Put closures into the draft, day by day; a day that is there twice is a problem of its line, or goes to ``refuse``.

    ``moved`` holds, for a day without a closure, the standing one that is to move there.
    """
    entered = {(row["la_number"], row["school_id"], row["day"]): row for row in existing}
    lines: dict[tuple[Owner, date], int] = {}
    for row in rows:
        writes: list[Write] = []
        differences: list[FieldDifference] = []
        is_new = False
        for day in row.school_days:
            line = lines.setdefault((row.owner, day), row.line)
            if line != row.line:
                _refuse(draft, refuse, row.line, f"{short_with_year(day)} is a closure on line {line} already")
                break
            old = entered.get((*row.owner, day.isoformat())) or moved.get((row.owner, day))
            if old is None:
                is_new = True
                values = {"day": day, "reason": row.name, "la_number": row.owner[0], "school_id": row.owner[1]}
                writes.append(Write("closure", None, values))
                continue
            new_row = {"day": day.isoformat(), "reason": row.name}
            changed = {name: value for name, value in new_row.items() if old[name] != value}
            if changed:
                writes.append(Write("closure", {"id": old["id"]}, changed))
                title = {"day": "Day", "reason": short_with_year(date.fromisoformat(old["day"]))}
                differences += [
                    FieldDifference(title[name], _in_words(old[name]), _in_words(value))
                    for name, value in changed.items()
                ]
        else:
            label = f"{row.name}, {short_with_year(row.first_day)}"
            draft.add(RecordEntry(row.line, label, tuple(writes), tuple(differences)), is_new=is_new)


def _refuse(draft: PreviewDraft, refuse: Refuse | None, line: int, what: str) -> None:
    if refuse is None:
        draft.problem(line, None, what)
    else:
        refuse(line, what)


def weekdays(first: date, last: date) -> Iterator[date]:
    """The days between two, both included, on which there would be school."""
    days = (first + number * _DAY for number in range((last - first).days + 1))
    return (day for day in days if day.weekday() < 5)


def _in_words(value: object) -> str:
    if isinstance(value, int):
        return academic_year_label(value)
    try:
        return short_with_year(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)
