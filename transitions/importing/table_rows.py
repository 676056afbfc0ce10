"""The rows of a table, one by one: filled up or refused, and what stands among them without being one; kept packed in memory."""

import pickle
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, NamedTuple, TypeVar, overload

from transitions.errors import Problem
from transitions.text import clean, how_many, printable

One = TypeVar("One")

_TOGETHER: Final = 128
"""A list shows some forty; of a table of 140 columns these are a megabyte."""


class Packed(Sequence[One], Generic[One]):
    """A list that can grow. What is read one after the other, or near to each other, is unpacked once."""

    def __init__(self, many: Iterable[One] = ()) -> None:
        self._packed: list[bytes] = []
        self._last: list[One] = []
        self._open: tuple[int, list[One]] = (-1, [])
        for one in many:
            self.append(one)

    def append(self, one: One) -> None:
        self._last.append(one)
        if len(self._last) == _TOGETHER:
            self._packed.append(_pack(self._last))
            self._last = []

    def __len__(self) -> int:
        return len(self._packed) * _TOGETHER + len(self._last)

    def __iter__(self) -> Iterator[One]:
        for block in range(len(self._packed) + 1):
            yield from self._block(block)

    @overload
    def __getitem__(self, place: int) -> One: ...

    @overload
    def __getitem__(self, place: slice) -> list[One]: ...

    def __getitem__(self, place: int | slice) -> One | list[One]:
        if isinstance(place, slice):
            return [self[at] for at in range(len(self))[place]]
        block, at = divmod(range(len(self))[place], _TOGETHER)
        return self._block(block)[at]

    def _block(self, block: int) -> list[One]:
        if block == len(self._packed):
            return self._last
        # Two threads may look: what is open is put in its place as one.
        number, found = self._open
        if number != block:
            found = pickle.loads(zlib.decompress(self._packed[block]))  # noqa: S301 - packed here, and never in a file
            self._open = block, found
        return found


def _pack(many: list[One]) -> bytes:
    return zlib.compress(pickle.dumps(many, pickle.HIGHEST_PROTOCOL), 1)


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
_FEW: Final = 2
_WORDS: Final = 3
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
        self._short = 0

    def rows(self, rows: Iterable[TableRow]) -> Iterator[TableRow]:
        width = len(self._table.header)
        waiting: list[TableRow] = []
        for row in self._told_apart(rows) if self._table.sheets else rows:
            if not self._plain and self._is_no_row(row):
                self._passed.append(row)
                continue
            # The last line may be cut off, and remarks below the rows are known by nothing coming after them.
            if not self._is_remark(row):
                yield from self._filled(waiting, width)
                waiting = []
            if len(row.cells) < width or self._is_remark(row):
                waiting.append(row)
            elif not any(map(str.strip, row.cells[width:])):
                yield TableRow(row.line, row.cells[:width])
            else:
                self._refuse(row, width, "a cell that holds a separator needs quotation marks")
        while waiting and self._is_remark(waiting[-1]):
            self._passed.append(waiting.pop())
        cut_off = waiting.pop() if self._cut and waiting and self._short == 0 else None
        yield from self._filled(waiting, width)
        if cut_off is not None:
            self._refuse(cut_off, width, "is the line cut short?")
        self._say()

    def _say(self) -> None:
        if self._short:
            what = "the missing cells at its end were" if self._short == 1 else "cells missing at the end were"
            self._table.notes.append(f"{how_many(self._short, 'line')} shorter than the header: {what} read as empty")
        if self._passed:
            passed = sorted(self._passed, key=lambda row: row.line)
            self._table.notes.append(f"not read, because not rows of the table: {_lines_in_short(passed)}")

    def _is_remark(self, row: TableRow) -> bool:
        """Whether nothing but a few words stand in the first cell, as below the rows of a report."""
        if self._plain or len(self._header) <= _FEW or any(map(str.strip, row.cells[1:])):
            return False
        return len(row.cells[0].split()) >= _WORDS

    def _told_apart(self, rows: Iterable[TableRow]) -> Iterator[TableRow]:
        same: dict[tuple[int, ...], tuple[int, ...]] = {}
        for row in rows:
            columns = tuple(place for place, cell in enumerate(row.cells) if type(cell) is not str)
            if columns:
                self._table.yes_or_no[row.line] = same.setdefault(columns, columns)
            yield row

    def _filled(self, rows: Iterable[TableRow], width: int) -> Iterator[TableRow]:
        for row in rows:
            self._short += len(row.cells) < width
            whole = len(row.cells) == width
            yield row if whole else TableRow(row.line, (*row.cells, *[""] * (width - len(row.cells)))[:width])

    def _refuse(self, row: TableRow, width: int, why: str) -> None:
        what = f"has {how_many(len(row.cells), 'cell')} where the header has {width}: {why}"
        place = self._table.places.get(row.line, "")
        self._table.refused.append(Refused(row, Problem(self._table.name, what, row.line, place=place)))

    def _is_no_row(self, row: TableRow) -> bool:
        """Whether a row is a total, a foot of a page, or the header once more."""
        filled = [text for cell in row.cells if (text := cell.strip())]
        if len(filled) <= _FEW:
            return len(self._header) > _FEW and _TOTAL.match(filled[0]) is not None
        names = (clean(cell).casefold() for cell in row.cells)  # the first mostly tells
        return len(row.cells) >= len(self._header) and all(map(str.__eq__, names, self._header))
