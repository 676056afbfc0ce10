"""Tables as other systems write them: CSV in any of its dialects, or a spreadsheet, read strictly and row by row."""

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, dropwhile, islice
from pathlib import Path
from typing import NamedTuple, TextIO

from transitions.errors import BadInput, NoSuchFile, Problem
from transitions.exporting.writer import unguard
from transitions.importing.formats import SPREADSHEET_NAMES, kind_of, read_sheet
from transitions.text import clean, printable

LARGEST_FILE = 200_000_000
"""Bytes: four times the national register of schools, 15 times a table of every pupil of the largest county."""

LARGEST_CELL = 1 << 20
# The csv module keeps one limit for the whole process, and its own default of 131,072 is less than a long note. It is
# set once, here, to a bound that is generous and still stops a never-closed quotation mark from swallowing a file.
csv.field_size_limit(LARGEST_CELL)

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SAMPLE = 1 << 16
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
_NOT_IN_WINDOWS_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_LINE_END = re.compile(r"\r\n|\r|\n")


class TableRow(NamedTuple):
    """The cells of one record, and the line of the file (or row of the sheet) on which it begins, from 1."""

    line: int
    cells: tuple[str, ...]


class Refused(NamedTuple):
    """A row that does not fit the header, and why."""

    row: TableRow
    problem: Problem


@dataclass(frozen=True)
class TextTable:
    """A header and its rows.

    ``rows`` can be read once, gives only rows with as many cells as the header, and raises BadInput when the file turns
    out to be broken further down; rows of another length are put into ``refused`` as they are met, so look there when
    ``rows`` is exhausted. ``read_as`` says how the file was understood, for the person to check.
    """

    name: str
    header: tuple[str, ...]
    rows: Iterator[TableRow]
    read_as: str
    refused: list[Refused] = field(default_factory=list)


def read_table(path: Path, given: tuple[str, bytes] | None = None) -> TextTable:
    """The table in the file at ``path``, or on standard input for ``-``.

    Understood are UTF-8, UTF-16 with its mark and Windows-1252; commas, semicolons, tabs and bars; every kind of line
    end; Excel workbooks and OpenDocument spreadsheets by their own names. The formula guard of our own exports is taken
    off, their leading "# " lines and blank lines are passed over. ``given`` is what ``read_bytes`` gave of it, when somebody
    has looked at it already: standard input can be read once.

    Raises NoSuchFile when it cannot be read, and BadInput when it is empty, too large, not a table, cut short, has a
    header only, or has a header name twice.
    """
    name, records, read_as = read_records(path, given)
    first = next(records, None)
    if first is None:
        raise BadInput([Problem(name, "has no lines: the first should be the header, with the names of the columns")])
    header = _header(name, first)
    record = next(records, None)
    if record is None:
        what = "has a header but no rows under it"
        raise BadInput([Problem(name, what, first.line)])
    refused: list[Refused] = []
    rows = _of_header_length(name, len(header), chain([record], records), refused)
    return TextTable(name, header, rows, read_as, refused)


def read_records(path: Path, given: tuple[str, bytes] | None = None) -> tuple[str, Iterator[TableRow], str]:
    """The file's name as messages show it, its records without regard to a header, and how it was understood.

    Raises as ``read_table`` does.
    """
    name, data = given or read_bytes(path)
    if not data:
        raise BadInput([Problem(name, "is empty (0 bytes): export or copy it again")])
    kind = kind_of(data)
    if path.suffix.lower() in SPREADSHEET_NAMES:
        if kind is None:
            what = "is named like a spreadsheet but holds plain text: rename it to end in .csv"
            raise BadInput([Problem(name, what)])
        if kind.spreadsheet:
            sheet, cells = read_sheet(data, name)
            return name, _without_preamble(_rows(cells)), f'{kind.what}, sheet "{printable(sheet)}"'
    if kind is not None:
        raise BadInput([Problem(name, f"is {kind.what}, not a table: {kind.remedy}")])
    encoding = _encoding(data, name)

    def text() -> TextIO:
        return io.TextIOWrapper(io.BytesIO(data), encoding, newline="")

    delimiter = _delimiter(text().read(_SAMPLE))
    read_as = f"{_NAMES[encoding]}, separated by {_DELIMITERS[delimiter]}"
    return name, _without_preamble(_rows(_parsed(name, text, delimiter))), read_as


def read_bytes(path: Path, largest: int | None = None) -> tuple[str, bytes]:
    """The file's name as messages show it, and all that is in it; ``-`` is standard input.

    Raises NoSuchFile when it cannot be read and BadInput when it has more than ``largest`` bytes, or ``LARGEST_FILE``.
    """
    largest = LARGEST_FILE if largest is None else largest
    if str(path) == "-":
        if sys.stdin is None:
            raise NoSuchFile("Standard input is closed, so there is nothing to read")
        name, data = "standard input", sys.stdin.buffer.read(largest + 1)
    else:
        name = printable(str(path))
        try:
            with path.open("rb") as file:
                data = file.read(largest + 1)
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


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or "no reason given").lower() if isinstance(error, OSError) else str(error)


def _encoding(data: bytes, name: str) -> str:
    """The encoding in which all of ``data`` can be read; never replaces a letter of somebody's name."""
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    encoding = marked or "utf-8"
    try:
        decoded = data.decode(encoding)
    except UnicodeDecodeError as error:
        if marked or _mostly_utf_8(data):
            what = f"the file is {_NAMES[encoding]} but cannot be read as that from here on: export or copy it again"
            raise BadInput([Problem(name, what, _line_at(data, error.start, encoding))]) from None
        encoding, decoded = "cp1252", ""
    if "\0" in decoded or (encoding == "cp1252" and b"\0" in data):
        raise BadInput([Problem(name, 'is not text, so not a table: save it as "CSV UTF-8" or as .xlsx')])
    if encoding == "cp1252" and (places := [found.start() for found in _NOT_IN_WINDOWS_1252.finditer(data)]):
        what = 'a letter is neither UTF-8 nor Windows-1252: save the file as "CSV UTF-8" where it came from'
        lines = dict.fromkeys(_line_at(data, place, encoding) for place in places[:20])
        raise BadInput([Problem(name, what, line) for line in lines])
    return encoding


def _mostly_utf_8(data: bytes) -> bool:
    """Tell a UTF-8 file that was cut or patched from a Windows-1252 one, which would turn "Zoë" into "ZoÃ«" unseen."""
    tried = data.decode("utf-8", "replace")
    wrong = tried.count("\ufffd")
    return len(_NOT_ASCII.findall(tried)) - wrong > wrong


def _line_at(data: bytes, place: int, encoding: str) -> int:
    return 1 + _line_ends(data[:place].decode(encoding, "ignore"))


def _line_ends(text: str) -> int:
    return sum(1 for _ in _LINE_END.finditer(text))


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
    widths = [len(cells) for cells in records if cells and not cells[0].startswith("# ")]
    if not widths or widths[0] < 2:
        return 0
    return widths.count(widths[0]) / len(widths) * (widths[0] - 1)


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
            return _line_ends(record[: opened.start()])
        place = cell.end()
    return 0


def _rows(records: Iterable[tuple[int, list[str]]]) -> Iterator[TableRow]:
    for line, cells in records:
        if any(map(str.strip, cells)):
            yield TableRow(line, tuple([cell if cell[:1] != "'" else unguard(cell) for cell in cells]))


def _without_preamble(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    return dropwhile(lambda row: row.cells[0].startswith("# ") or row.cells[0].lower().startswith("sep="), rows)


def _header(name: str, row: TableRow) -> tuple[str, ...]:
    header = [clean(cell) for cell in row.cells]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise BadInput([Problem(name, "should be the header, but has no names of columns", row.line)])
    times = Counter(cell.casefold() for cell in header if cell)
    doubled = dict.fromkeys(cell for cell in header if times[cell.casefold()] > 1)
    if doubled:
        names = ", ".join(f'"{cell}"' for cell in doubled)
        what = f"the header has more than one column named {names}: rename or delete all but one of each"
        raise BadInput([Problem(name, what, row.line)])
    return tuple(header)


def _of_header_length(name: str, width: int, rows: Iterable[TableRow], refused: list[Refused]) -> Iterator[TableRow]:
    for row in rows:
        length = len(row.cells)
        if length == width:
            yield row
        elif length > width and not any(map(str.strip, row.cells[width:])):
            yield TableRow(row.line, row.cells[:width])
        else:
            why = "is the line cut short?" if length < width else "a cell that holds a separator needs quotation marks"
            what = f"has {length} cells where the header has {width}: {why}"
            refused.append(Refused(row, Problem(name, what, row.line)))
