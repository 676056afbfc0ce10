"""Which sheets of a workbook are read, what is said of the others, and several sheets as one table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from transitions.errors import BadInput, Problem
from transitions.importing.header_names import LOOKED_AT, HeaderSet, key
from transitions.importing.sheet_sizes import column_name
from transitions.importing.sheets import SheetAbout, Workbook
from transitions.importing.table_rows import ALL_SHEETS, TableRow
from transitions.text import how_many, listed, printable

_SHOWN = 5


class ChosenSheets(NamedTuple):
    """The sheets that are read, the names of all that a person may choose, and sentences about what is not read."""

    read: list[SheetAbout]
    names: tuple[str, ...]
    notes: list[str]


def choose_sheets(book: Workbook, name: str, wanted: HeaderSet | None, chosen: str) -> ChosenSheets:
    """The sheet that is named, or the first visible one with the columns that are wanted, or the first that holds anything.

    Raises BadInput when there is no such sheet, or none that holds anything.
    """
    names = tuple(sheet.name for sheet in book.sheets)
    if chosen and chosen.casefold() == ALL_SHEETS:
        read = [sheet for sheet in book.filled if wanted is None or _has_header(book, sheet, wanted)] or book.filled
    elif chosen:
        read = [sheet for sheet in book.sheets if key(sheet.name) == key(chosen) or sheet.name == chosen][:1]
        if not read:
            what = f'has no sheet named "{printable(chosen)}"; its sheets are {_quoted(names)}'
            raise BadInput([Problem(name, what)])
    else:
        read = _first(book, wanted)
    if not read or (chosen and next(book.rows(read[0]), None) is None):
        what = "the workbook has no visible sheet with anything in it"
        raise BadInput([Problem(name, f'sheet "{printable(read[0].name)}" is empty' if read else what)])
    return ChosenSheets(read, names, _notes(book, read))


def _first(book: Workbook, wanted: HeaderSet | None) -> list[SheetAbout]:
    filled: list[SheetAbout] = []
    for sheet in book.sheets:
        if not sheet.hidden and next(book.rows(sheet), None) is not None:
            if wanted is None or _has_header(book, sheet, wanted):
                return [sheet]
            filled.append(sheet)
    return filled[:1]


def _has_header(book: Workbook, sheet: SheetAbout, wanted: HeaderSet) -> bool:
    known = wanted.by_name()
    rows = (cells for _, cells in islice(book.rows(sheet), LOOKED_AT))
    return any(wanted.complete({known[name] for name in map(key, cells) if name in known}) for cells in rows)


def _notes(book: Workbook, read: Sequence[SheetAbout]) -> list[str]:
    left = [sheet for sheet in book.sheets if sheet not in read]
    shown = [sheet.name for sheet in left if not sheet.hidden]
    hidden = [sheet.name for sheet in left if sheet.hidden]
    notes = [f"not read: {_sheets(shown)} (to choose: s in the app, or --sheet NAME, or --sheet all)"] if shown else []
    notes += [f"not read, because it is hidden: {_sheets(hidden)}"] if hidden else []
    for sheet in read:
        if sheet.hidden:
            notes.append(f'sheet "{printable(sheet.name)}" is hidden, and is read because you chose it')
        facts = book.facts(sheet)
        rows = [str(row) for row in facts.hidden if facts.first[0] < row <= facts.last[0]]
        columns = [
            column_name(column)
            for column in range(facts.first[1], facts.last[1] + 1)
            if any(column in some for some in facts.hidden_columns)
        ]
        notes += _hidden(rows, "row", " in the sheet, as by a filter,") + _hidden(columns, "column", " in the sheet")
        merged = [f"{column_name(tall.column)}{tall.top} to {tall.end}" for tall in book.tall(sheet)]
        if merged:
            notes.append(f"merged over several rows, and read for each of them: {_few(merged)}")
    return notes


def _hidden(names: Sequence[str], what: str, where: str) -> list[str]:
    are = "is" if len(names) == 1 else "are"
    return [f"{how_many(len(names), what)} hidden{where} {are} read all the same: {_few(names)}"] if names else []


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")


def _sheets(names: Sequence[str]) -> str:
    return f"{'sheet' if len(names) == 1 else 'sheets'} {_quoted(names)}"


def _quoted(names: Sequence[str]) -> str:
    shown = [f'"{printable(one)}"' for one in names[:_SHOWN]]
    return listed([*shown, f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN else shown, "and")


class SheetsTogether:
    """Several sheets of the same columns as one table: the first gives the header, the lines are numbered on.

    While the rows are read ``places`` comes to say where each stands, and ``notes`` what could not be put together.
    """

    def __init__(self, sheets: Sequence[tuple[str, Iterator[TableRow]]], wanted: HeaderSet, notes: list[str]) -> None:
        self._sheets, self._wanted, self.notes = sheets, wanted, notes
        self.places: dict[int, str] = {}
        self._line = 0

    def rows(self) -> Iterator[TableRow]:
        names: list[tuple[str, int]] = []
        for sheet, rows in self._sheets:
            first = list(islice(rows, LOOKED_AT))
            place = self._wanted.place_in([row.cells for row in first])
            header = _numbered(first[place].cells)
            if not names:
                names = header
                yield from self._placed(sheet, chain(first, rows))
                continue
            if set(header) - set(names):
                extra = [first[place].cells[header.index(one)] for one in header if one not in names and one[0]]
                if extra:
                    self.notes.append(f'not read in sheet "{printable(sheet)}": {_quoted(extra)}')
            columns = [header.index(one) if one in header else None for one in names]
            body = chain(first[place + 1 :], rows)
            yield from self._placed(sheet, (TableRow(row.line, _in_order(row.cells, columns)) for row in body))

    def _placed(self, sheet: str, rows: Iterator[TableRow]) -> Iterator[TableRow]:
        before = self._line
        for row in rows:
            self._line = before + row.line
            self.places[self._line] = f'sheet "{printable(sheet)}" line {row.line}'
            yield TableRow(self._line, row.cells)


def _numbered(cells: Sequence[str]) -> list[tuple[str, int]]:
    times: Counter[str] = Counter()
    found = []
    for name in map(key, cells):
        found.append((name, times[name]))
        times[name] += 1
    return found


def _in_order(cells: Sequence[str], columns: Sequence[int | None]) -> tuple[str, ...]:
    return tuple("" if place is None or place >= len(cells) else cells[place] for place in columns)
