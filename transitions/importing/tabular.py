"""Tables as other systems write them: CSV in any of its dialects, or a spreadsheet, read strictly and row by row."""

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, dropwhile, islice
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, NamedTuple, TextIO

from transitions.errors import BadInput, NoSuchFile, Problem
from transitions.exporting.writer import unguard
from transitions.importing.encodings import NAMES, encoding_of, line_ends, without_tail
from transitions.importing.formats import kind_of
from transitions.importing.header_names import LOOKED_AT, HeaderSet
from transitions.importing.sheets import Workbook
from transitions.importing.table_rows import AS_IT_IS, Body, Chosen, TableRow, TextTable, above_the_header
from transitions.importing.workbook_tables import SheetsTogether, choose_sheets
from transitions.text import clean, how_many, listed, printable

LARGEST_FILE = 200_000_000
"""Bytes: four times the national register of schools, 15 times a table of every pupil of the largest county."""

LARGEST_CELL = 1 << 20
# The csv module keeps one limit for the whole process, and its own default of 131,072 is less than a long note. It is
# set once, here, to a bound that is generous and still stops a never-closed quotation mark from swallowing a file.
csv.field_size_limit(LARGEST_CELL)

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SAMPLE = 1 << 16
_AT_ONCE = 1 << 22


class Records(NamedTuple):
    """A file's records without regard to a header: of each sheet, of the one table of a text.

    ``cut`` says that the last line has no end.
    """

    name: str
    rows: Iterator[TableRow]
    read_as: str
    notes: list[str]
    sheets: tuple[str, ...] = ()
    places: Mapping[int, str] = MappingProxyType({})
    cut: bool = False
    sample: str = ""


def read_table(
    path: Path,
    given: tuple[str, bytes] | None = None,
    *,
    wanted: HeaderSet | None = None,
    chosen: Chosen = AS_IT_IS,
    twice: bool = False,
) -> TextTable:
    """The table in the file at ``path``, or on standard input for ``-``.

    Understood are UTF-8, UTF-16, Windows-1252 and -1250, and MacRoman; commas, semicolons, tabs and bars; every
    kind of line end; Excel workbooks and OpenDocument spreadsheets, whatever they are called. The formula guard of our own exports
    is taken off, their leading "# " lines and blank lines are passed over. A row that ends early is filled up. ``given`` is what
    ``read_bytes`` gave of it, when somebody has looked at it already: standard input can be read once. With ``wanted`` titles
    above the header, totals below the rows and a header that comes again are passed over and said, and so is every sheet
    that is not read.

    Raises NoSuchFile when it cannot be read, and BadInput when it is empty, too large, not a table, cut short, or has a
    header only; without ``wanted`` also when a header name comes twice, unless it may (``twice``).
    """
    records = read_records(path, given, wanted=wanted, chosen=chosen)
    name, rows = records.name, records.rows
    first_rows = list(islice(rows, LOOKED_AT if wanted else 1))
    if not first_rows:
        raise BadInput([Problem(name, "has no lines: the first should be the header, with the names of the columns")])
    place = wanted.place_in([row.cells for row in first_rows]) if wanted else 0
    above, first = first_rows[:place], first_rows[place]
    header = _header(name, first, twice=twice or wanted is not None)
    rows = chain(first_rows[place + 1 :], rows)
    record = next(rows, None)
    if record is None:
        what = "has a header but no rows under it"
        raise BadInput([Problem(name, what, first.line)])
    notes = records.notes  # the same list: more is said in it while the rows are read
    notes += above_the_header(above)
    table = TextTable(
        name,
        header,
        iter(()),
        records.read_as,
        [],
        notes,
        first.line,
        records.sheets,
        records.places,
        {},
        records.sample,
    )
    body = Body(table, cut=records.cut, plain=wanted is None)
    return replace(table, rows=body.rows(chain([record], rows)))


def read_records(
    path: Path,
    given: tuple[str, bytes] | None = None,
    *,
    wanted: HeaderSet | None = None,
    chosen: Chosen = AS_IT_IS,
) -> Records:
    """The records of a file. Raises as ``read_table`` does."""
    name, data = given or read_bytes(path)
    if not data:
        raise BadInput([Problem(name, "is empty (0 bytes): export or copy it again")])
    kind = kind_of(data)
    if kind is not None and kind.spreadsheet:
        return _of_workbook(name, data, kind.what, wanted, chosen.sheet)
    if kind is not None:
        raise BadInput([Problem(name, f"is {kind.what}, not a table: {kind.remedy}")])
    if chosen.sheet:
        raise BadInput([Problem(name, "is a text file and has no sheets: leave the sheet out")])
    whole, data = data, without_tail(data)
    empty = whole.count(b"\0", len(data))
    tail = [f"{how_many(empty, 'empty byte')} at its end not read: the copy may be cut short"] if empty else []
    encoding, sample, note = encoding_of(data, name, chosen.encoding)

    def text() -> TextIO:
        return io.TextIOWrapper(io.BytesIO(data), encoding, newline="")

    delimiter = _delimiter(text().read(_SAMPLE))
    read_as = f"{NAMES[encoding]}, separated by {_DELIMITERS[delimiter]}"
    rows = _without_preamble(_rows(_parsed(name, text, delimiter)))
    return Records(
        name,
        rows,
        read_as,
        [*tail, *([note] if note else [])],
        cut=data[-1:] not in (b"\n", b"\r", b"\0"),
        sample=sample,
    )


def _of_workbook(name: str, data: bytes, what: str, wanted: HeaderSet | None, chosen: str) -> Records:
    book = Workbook(data, name)
    sheets = choose_sheets(book, name, wanted, chosen)
    named = listed([f'"{printable(sheet.name)}"' for sheet in sheets.read], "and")
    read_as = f"{what}, sheet {named}" if len(sheets.read) == 1 else f"{what}, sheets {named}"
    if len(sheets.read) == 1 or wanted is None:
        rows = _without_preamble(_rows(book.rows(sheets.read[0])))
        return Records(name, rows, read_as, sheets.notes, sheets.names)
    together = SheetsTogether([(sheet.name, _rows(book.rows(sheet))) for sheet in sheets.read], wanted, sheets.notes)
    return Records(name, together.rows(), read_as, sheets.notes, sheets.names, together.places)


def read_bytes(path: Path, largest: int | None = None) -> tuple[str, bytes]:
    """The file's name as messages show it, and all that is in it; ``-`` is standard input.

    Raises NoSuchFile when it cannot be read and BadInput when it has more than ``largest`` bytes, or ``LARGEST_FILE``.
    """
    largest = LARGEST_FILE if largest is None else largest
    if str(path) == "-":
        if sys.stdin is None:
            raise NoSuchFile("Standard input is closed, so there is nothing to read")
        name, data = "standard input", _read(sys.stdin.buffer, largest)
    else:
        name = printable(str(path))
        try:
            with path.open("rb") as file:
                data = _read(file, largest)
        except FileNotFoundError:
            raise NoSuchFile(f"{name}: there is no such file; check the name and the folder") from None
        except IsADirectoryError:
            raise NoSuchFile(f"{name}: is a folder; name the file inside it") from None
        except (OSError, ValueError) as error:
            # Windows says "permission denied" of a folder; a name with NUL in it is a ValueError.
            folder = isinstance(error, PermissionError) and path.is_dir()
            why = "is a folder; name the file inside it" if folder else f"cannot be read ({_reason(error)})"
            raise NoSuchFile(f"{name}: {why}") from None
    if len(data) > largest:
        what = f"is larger than {largest // 1_000_000} MB, the most that is read: split it into several files"
        raise BadInput([Problem(name, what)])
    return name, data


def _read(file: BinaryIO, largest: int) -> bytes:
    """All of a file, or a little more than ``largest`` bytes of it: asked for at once, they would all be set aside."""
    parts: list[bytes] = []
    while sum(map(len, parts)) <= largest and (part := file.read(_AT_ONCE)):
        parts.append(part)
    return b"".join(parts)


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or "no reason given").lower() if isinstance(error, OSError) else str(error)


def _delimiter(sample: str) -> str:
    """The character that parts the cells, by what most evenly splits the first lines; a comma for one column."""
    if len(sample) == _SAMPLE:
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    named = re.match(r'"?sep=([,;\t|])"?[\r\n]', sample, re.IGNORECASE)
    if named:
        return named[1]
    # Evenness times width: semicolons in two cells of a comma file must not win over its ten commas, nor the other way.
    return max(_DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> float:
    records = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    widths = Counter(len(cells) for cells in records if cells and not cells[0].startswith("# "))
    # A title above the header has one cell, so that the first line says little.
    usual, times = max(widths.items(), key=lambda found: found[1], default=(0, 0))
    return times / widths.total() * (usual - 1) if usual > 1 else 0


def _parsed(name: str, text: Callable[[], TextIO], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The line on which each record begins, and its cells; ``text`` opens the text afresh."""
    reader = csv.reader(text(), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        record = "".join(islice(text(), line - 1, reader.line_num))
        opened = line + _lines_before_broken_quote(record, delimiter)
        what = (
            f"a cell is longer than {LARGEST_CELL:,} characters: is a quotation mark opened here and never closed?"
            if "limit" in str(error)
            else 'a quotation mark (") opens a cell here and is not closed as it should be: '
            "the file is cut short, or a quotation mark inside the cell is not doubled"
        )
        raise BadInput([Problem(name, what, opened)]) from None


def _lines_before_broken_quote(record: str, delimiter: str) -> int:
    edge = f"[{re.escape(delimiter)}\r\n]"
    opening = re.compile(f'(?:\\A|(?<={edge}))"')
    whole = re.compile(f'"(?:[^"]++|"")*+"(?={edge}|\\Z)')
    place = 0
    while opened := opening.search(record, place):
        cell = whole.match(record, opened.start())
        if cell is None:
            return line_ends(record[: opened.start()])
        place = cell.end()
    return 0


def _rows(records: Iterable[tuple[int, list[str]]]) -> Iterator[TableRow]:
    for line, cells in records:
        if any(map(str.strip, cells)):
            yield TableRow(line, tuple([cell if cell[:1] != "'" else unguard(cell) for cell in cells]))


def _without_preamble(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    return dropwhile(lambda row: row.cells[0].startswith("# ") or row.cells[0].lower().startswith("sep="), rows)


def _header(name: str, row: TableRow, *, twice: bool) -> tuple[str, ...]:
    header = [clean(cell) for cell in row.cells]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise BadInput([Problem(name, "should be the header, but has no names of columns", row.line)])
    times = Counter(cell.casefold() for cell in header if cell)
    doubled = dict.fromkeys(cell for cell in header if times[cell.casefold()] > 1)
    if doubled and not twice:
        names = ", ".join(f'"{cell}"' for cell in doubled)
        what = f"the header has more than one column named {names}: rename or delete all but one of each"
        raise BadInput([Problem(name, what, row.line)])
    return tuple(header)
