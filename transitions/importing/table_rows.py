"""The rows of a table, one by one: filled up or refused, and what stands among them without being one."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from transitions.errors import Problem
from transitions.text import clean, how_many, printable


class TableRow(NamedTuple):
    """The cells of one record, and the line of the file (or row of the sheet) on which it begins, from 1."""

    line: int
    cells: tuple[str, ...]


class Refused(NamedTuple):
    """A row that does not fit the header, and why."""

    row: TableRow
    problem: Problem


@dataclass(frozen=True)
class Chosen:
    """What a person says of how a file is to be read: its sheet, ``ALL_SHEETS`` for all of them, and its codec.

    ``columns`` has a field, or nothing, for each column of the header. With ``real_names`` "Null" and "True" are names.
    """

    sheet: str = ""
    encoding: str = ""
    columns: tuple[str, ...] = ()
    real_names: bool = False


AS_IT_IS: Final = Chosen()
ALL_SHEETS: Final = "all"


@dataclass(frozen=True)
class TextTable:
    """A header and its rows.

    ``rows`` can be read once, gives only rows with as many cells as the header, and raises BadInput when the file turns
    out to be broken further down; rows that are longer are put into ``refused`` as they are met, so look there when
    ``rows`` is exhausted, and into ``notes``, which say what was passed over. ``read_as`` says how the file was understood,
    for the person to check. ``header_line`` is where the header stands; ``sheets`` are those that a person may choose.
    ``places`` names the rows whose number alone is not enough; ``yes_or_no`` comes to have, by line, the columns whose cell
    is no text but TRUE or FALSE. ``sample`` is a line with accents of a file that is not plainly UTF-8.
    """

    name: str
    header: tuple[str, ...]
    rows: Iterator[TableRow]
    read_as: str
    refused: list[Refused] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    header_line: int = 1
    sheets: tuple[str, ...] = ()
    places: Mapping[int, str] = field(default_factory=dict)
    yes_or_no: dict[int, tuple[int, ...]] = field(default_factory=dict)
    sample: str = ""


_SHOWN: Final = 3
_LONGEST_SHOWN: Final = 40
_TOTAL = re.compile(
    r"(grand |sub-?)?totals?\b|count\b|number of\b|printed\b|report\b|page \d|end of\b|records?\b|generated\b|exported\b|©|copyright\b"
    r"|confidential\b|\d+ (pupils|students|records|rows|schools)\b|source:",
    re.IGNORECASE,
)
"""How the lines begin that reports write below their rows."""


def above_the_header(rows: list[TableRow]) -> list[str]:
    """What is said of the titles above a header."""
    return [f"not read above the header: {_lines_in_short(rows)}"] if rows else []


def _lines_in_short(rows: list[TableRow]) -> str:
    shown = [f'line {row.line} "{_in_short(row)}"' for row in rows[:_SHOWN]]
    more = [f"{len(rows) - _SHOWN:,} more"] if len(rows) > _SHOWN else []
    return ", ".join(shown + more)


def _in_short(row: TableRow) -> str:
    words = " ".join(cell.strip() for cell in row.cells if cell.strip())
    return printable(words if len(words) <= _LONGEST_SHOWN else f"{words[:_LONGEST_SHOWN]}…")


class Body:
    """What comes under a header: every row as wide as the header, with what was done for that in the table's notes.

    ``plain`` passes nothing over. ``cut`` says that the file ends within a line: that one is not filled up, unless others are.
    """

    def __init__(self, table: TextTable, *, cut: bool, plain: bool) -> None:
        self._table, self._cut, self._plain = table, cut, plain
        self._header = [name.casefold() for name in table.header]
        self._passed: list[TableRow] = []
        self._short: list[int] = []

    def rows(self, rows: Iterable[TableRow]) -> Iterator[TableRow]:
        table, width = self._table, len(self._table.header)
        held: TableRow | None = None
        for row in self._told_apart(rows) if table.sheets else rows:
            if held is not None:
                yield self._filled(held, width)
                held = None
            if not self._plain and self._is_no_row(row):
                self._passed.append(row)
            elif len(row.cells) == width:
                yield row
            elif len(row.cells) < width:
                held = row
            elif not any(map(str.strip, row.cells[width:])):
                yield TableRow(row.line, row.cells[:width])
            else:
                why = "a cell that holds a separator needs quotation marks"
                self._refuse(row, width, why)
        if held is not None and self._cut and not self._short:
            self._refuse(held, width, "is the line cut short?")
        elif held is not None:
            yield self._filled(held, width)
        if self._short:
            what = (
                "the cells that are missing at its end were"
                if len(self._short) == 1
                else "cells missing at the end were"
            )
            table.notes.append(f"{how_many(len(self._short), 'line')} shorter than the header: {what} read as empty")
        if self._passed:
            table.notes.append(f"not read, as no rows of the table: {_lines_in_short(self._passed)}")

    def _told_apart(self, rows: Iterable[TableRow]) -> Iterator[TableRow]:
        same: dict[tuple[int, ...], tuple[int, ...]] = {}
        for row in rows:
            columns = tuple(place for place, cell in enumerate(row.cells) if type(cell) is not str)
            if columns:
                self._table.yes_or_no[row.line] = same.setdefault(columns, columns)
            yield row

    def _filled(self, row: TableRow, width: int) -> TableRow:
        self._short.append(row.line)
        return TableRow(row.line, row.cells + ("",) * (width - len(row.cells)))

    def _refuse(self, row: TableRow, width: int, why: str) -> None:
        what = f"has {len(row.cells)} cells where the header has {width}: {why}"
        place = self._table.places.get(row.line, "")
        self._table.refused.append(Refused(row, Problem(self._table.name, what, row.line, place=place)))

    def _is_no_row(self, row: TableRow) -> bool:
        """Whether a row is a total, a foot of a page, or the header once more."""
        filled = [cell.strip() for cell in row.cells if cell.strip()]
        if len(filled) <= 2:
            return len(self._header) > 2 and _TOTAL.match(filled[0]) is not None
        return len(filled) > 2 and [clean(cell).casefold() for cell in row.cells[: len(self._header)]] == self._header
