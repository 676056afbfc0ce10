"""Tables as other systems write them: CSV in any of its dialects, or a spreadsheet, read strictly and row by row."""

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, dropwhile, islice
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, NamedTuple, TextIO

from transitions.errors import BadInput, NoSuchFile, Problem
from transitions.exporting.writer import unguard
from transitions.importing.encodings import NAMES, encoding_of, kind_of, line_ends, without_tail
from transitions.importing.header_names import LOOKED_AT, HeaderSet, key
from transitions.importing.sheet_sizes import column_name
from transitions.importing.sheets import SheetAbout, Workbook
from transitions.importing.table_rows import ALL_SHEETS, AS_IT_IS, Body, Chosen, TableRow, TextTable, above_the_header
from transitions.text import clean, how_many, listed, printable

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
    notes = [f"not read: {_sheets(shown)} (to choose: v in the app, or --sheet NAME, or --sheet all)"] if shown else []
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
    return [f"{how_many(len(names), what)} hidden{where} {are} still read: {_few(names)}"] if names else []


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
        raise BadInput([Problem(name, "should be the header, but has no column names", row.line)])
    times = Counter(cell.casefold() for cell in header if cell)
    doubled = dict.fromkeys(cell for cell in header if times[cell.casefold()] > 1)
    if doubled and not twice:
        names = ", ".join(f'"{cell}"' for cell in doubled)
        what = f"the header has more than one column named {names}: rename or delete all but one of each"
        raise BadInput([Problem(name, what, row.line)])
    return tuple(header)
