"""How large a spreadsheet is and what is odd in it, counted from the bytes before anything is laid out.

The compiled reader lays a sheet out from its first cell to its last, empty ones too: one cell in the far corner asks for more
memory than there is, and ends the whole process. So the cells that exist are counted first, in a stream and with a bound.
"""

import html
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import Final

MOST_CELLS: Final = 4_000_000
"""Cells that hold something: 100,000 rows of forty."""
MOST_ROWS: Final = 1_048_576
"""Rows of a sheet in Excel."""
MOST_LAID_OUT: Final = 8_000_000
"""Cells from the first to the last, empty ones too: about 250 MB once they are laid out."""
MOST_SHARED: Final = 100_000_000
"""Bytes of a part that is read whole: the texts of the cells, the styles."""
_LONGEST_TAG: Final = 10_000_000
_DECIMALS: Final = 2
_MOST_HIDDEN: Final = 1_000
_LETTERS: Final = 3
_CHUNK: Final = 1 << 20
MOST_MERGED: Final = 1 << 20
_HELD_BACK: Final = 400
"""Bytes at the end of a chunk that wait for the next: no tag of a cell, with what is looked at behind it, is longer."""

PERCENT, ERROR, NO_RESULT = 1, 100, 101
"""Marks of a cell: shown as a percentage (with one more for each decimal), an error, a formula without a kept result."""

_TAG = re.compile(
    rb"<(?:\w+:)?(row|col|c|mergeCell)(?=[\s/>])([^<>]*)>(\s*</(?:\w+:)?c>)?"
    rb"|(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^<>]*)?/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_USUAL = re.compile(rb' r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]+)")?(?: t="([a-z]+)")?')
"""What stands in the tag of a cell as nearly every program writes it."""
_REFERENCE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Za-z]*)([0-9]+)[\"']")
_RANGE = re.compile(rb"(?:^|\s)ref\s*=\s*[\"']\$?([A-Z]+)\$?([0-9]+):\$?[A-Z]+\$?([0-9]+)[\"']")
_STYLE = re.compile(rb"(?:^|\s)s\s*=\s*[\"']([0-9]+)[\"']")
_TYPE = re.compile(rb"(?:^|\s)t\s*=\s*[\"'](\w+)[\"']")
_HIDDEN = re.compile(rb"(?:^|\s)hidden\s*=\s*[\"'](?:1|true)[\"']")

_COLUMN = re.compile(rb"(?:^|\s)(min|max)\s*=\s*[\"']([0-9]{1,7})[\"']")


class TooLarge(Exception):
    """What would be laid out is more than the bounds; the message is the end of a sentence about the file."""


@dataclass
class SheetFacts:
    """What was counted in a sheet; rows and columns from 1. ``marks`` has, by column, a mark by row.

    ``tall`` has the cells that go over several rows: the first and the last, and the column. ``in_order`` says of a sheet of an
    Excel workbook that every row has its number, each below the one before it.
    """

    cells: int = 0
    first: tuple[int, int] = (0, 0)
    last: tuple[int, int] = (0, 0)
    hidden: list[int] = field(default_factory=list)
    hidden_columns: list[range] = field(default_factory=list)
    tall: list[tuple[int, int, int]] = field(default_factory=list)
    in_order: bool = False
    marks: dict[int, bytearray] = field(default_factory=dict)

    def add(self, row: int, column: int, number: int = 1) -> None:
        """Count a cell that holds something, or several. Raises TooLarge."""
        self.cells += number
        if self.cells > MOST_CELLS:
            raise TooLarge(f"holds more than {MOST_CELLS:,} cells")
        if self.first[0] <= row <= self.last[0] and self.first[1] <= column <= self.last[1]:
            return
        self.first = (min(self.first[0] or row, row), min(self.first[1] or column, column))
        self.last = (max(self.last[0], row), max(self.last[1], column))
        if area(self) > MOST_LAID_OUT:
            raise TooLarge(f"has a cell in row {row:,}, column {column_name(column)}, far from the others")

    def hide_columns(self, first: int, last: int) -> None:
        if len(self.hidden_columns) < _MOST_HIDDEN:
            self.hidden_columns.append(range(first, last + 1))

    def mark(self, row: int, column: int, mark: int) -> None:
        marks = self.marks.setdefault(column, bytearray())
        if len(marks) <= row:
            marks.extend(bytes(row + 1 - len(marks)))
        marks[row] = mark

    def marked(self, row: int) -> dict[int, int]:
        return {column: marks[row] for column, marks in self.marks.items() if row < len(marks) and marks[row]}


def column_name(number: int) -> str:
    """The letters of a column, from 1: A, B, ... Z, AA."""
    letters = ""
    while number > 0:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def count_xlsx(data: bytes, place: int) -> SheetFacts:
    """Count the sheet that stands at ``place`` in an Excel workbook (.xlsx, .xlsm), from 0. Raises TooLarge and BadZipFile."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        percent = _percent_styles(archive)
        part = part_of(archive, place)
        if part in archive.namelist():
            return _count_part(archive, part, percent)
        # Not where it should be: whatever is found in its stead is no larger than it may be.
        for other in archive.namelist():
            if other.startswith("xl/") and other.count("/") > 1 and other.lower().endswith(".xml"):
                _count_part(archive, other, {})
    return SheetFacts()


def _count_part(archive: zipfile.ZipFile, part: str, percent: dict[int, int]) -> SheetFacts:
    # Counting bytes is twenty times as fast as looking at every cell.
    cells = rows = 0
    remarks = False
    for chunk in stream(archive, part):
        remarks = remarks or b"<!" in chunk
        cells += chunk.count(b"<c ") + chunk.count(b"<c>")
        rows += chunk.count(b"<row")
        if cells > MOST_CELLS * 2 or rows > MOST_ROWS * 2:
            raise TooLarge(
                f"holds more than {MOST_CELLS:,} cells" if cells > rows else f"has more than {MOST_ROWS:,} rows"
            )
    facts = _count_sheet(stream(archive, part), percent)
    facts.in_order = facts.in_order and not remarks
    return facts


def check_parts(data: bytes) -> None:
    """See that what a workbook keeps beside its sheets can be read whole. Raises TooLarge and BadZipFile."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for part in archive.infolist():
            if part.filename.startswith("xl/") and part.filename.count("/") == 1 and part.file_size > MOST_SHARED:
                raise TooLarge(f"unpacks to {part.file_size:,} bytes of text")


def stream(archive: zipfile.ZipFile, part: str, at_once: int = _CHUNK) -> Iterator[bytes]:
    """What a part holds, so many bytes at a time."""
    with archive.open(part) as opened:
        while chunk := opened.read(at_once):
            yield chunk


def _small(archive: zipfile.ZipFile, part: str) -> bytes:
    if part not in archive.namelist() or archive.getinfo(part).file_size > _LONGEST_TAG:
        return b""
    return archive.read(part)


def part_of(archive: zipfile.ZipFile, place: int) -> str:
    """Where the sheet that stands at ``place`` is kept."""
    book = _small(archive, "xl/workbook.xml")
    sheets = list(islice(re.finditer(rb"<(?:\w+:)?sheet\s([^<>]*)>", book), place, place + 1))
    number = re.search(rb"\w+:id\s*=\s*[\"']([^\"']*)[\"']", sheets[0][1]) if sheets else None
    links = relations(archive, "xl/_rels/workbook.xml.rels")
    return links.get(number[1].decode("utf-8", "replace"), "xl/") if number is not None else "xl/"


def relations(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """By the name that a workbook gives to a part of it where that is kept."""
    found: dict[str, str] = {}
    for link in re.finditer(rb"<(?:\w+:)?Relationship\s([^<>]*)>", _small(archive, part)):
        said = dict(re.findall(rb"(\w+)\s*=\s*[\"']([^\"']*)[\"']", link[1]))
        target = html.unescape(said.get(b"Target", b"").decode("utf-8", "replace"))
        whole = target.removeprefix("/") if target.startswith(("/", "xl/")) else f"xl/{target}"
        found[said.get(b"Id", b"").decode("utf-8", "replace")] = whole
    return found


def _percent_styles(archive: zipfile.ZipFile) -> dict[int, int]:
    """The styles that show a percentage, with the number of its decimals."""
    styles = _small(archive, "xl/styles.xml")
    decimals = {9: 0, 10: 2}
    for found in re.finditer(rb"<(?:\w+:)?numFmt\s([^<>]*)>", styles):
        said = dict(re.findall(rb"(\w+)\s*=\s*\"([^\"]*)\"", found[1]))
        shown = decimals_of_percent(html.unescape(said.get(b"formatCode", b"").decode("utf-8", "replace")))
        if shown is not None and said.get(b"numFmtId", b"").isdigit():
            decimals[int(said[b"numFmtId"])] = shown
    cells = re.search(rb"<(?:\w+:)?cellXfs.*?</(?:\w+:)?cellXfs>", styles, re.DOTALL)
    found_in = re.finditer(rb"<(?:\w+:)?xf\s([^<>]*)>", cells[0] if cells else b"")
    formats = [re.search(rb"numFmtId\s*=\s*[\"']([0-9]+)[\"']", found[1]) for found in found_in]
    return {
        style: decimals[int(number[1])]
        for style, number in enumerate(formats)
        if number is not None and int(number[1]) in decimals
    }


def decimals_of_percent(code: str) -> int | None:
    """How many decimals a number format shows, if it shows a percentage; None for any other."""
    plain = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code.split(";", maxsplit=1)[0])
    if "%" not in plain:
        return None
    decimals = re.search(r"\.([0#?]+)", plain)
    return min(len(decimals[1]), 9) if decimals else 0


def _count_sheet(chunks: Iterable[bytes], percent: dict[int, int]) -> SheetFacts:
    facts = SheetFacts(in_order=True)
    cells = _Cells(facts, percent)
    for found in _matches(_TAG, chunks):
        cells.take(found)
    return facts


def _matches(pattern: re.Pattern[bytes], chunks: Iterable[bytes]) -> Iterator[re.Match[bytes]]:
    """Every match in a stream. A tag that a chunk cuts waits for the next one."""
    held = b""
    for chunk in chunks:
        text = held + chunk
        cut = max(0, text.rfind(b"<", 0, max(0, len(text) - _HELD_BACK)))
        for found in pattern.finditer(text):
            if found.start() >= cut:
                break
            yield found
        held = text[cut:]
        if len(held) > _LONGEST_TAG:
            raise TooLarge(f"has a cell of more than {_LONGEST_TAG:,} characters")
    yield from pattern.finditer(held)


class _Cells:
    """Where one is in the XML of a sheet, row by row and cell by cell."""

    def __init__(self, facts: SheetFacts, percent: dict[int, int]) -> None:
        self._facts, self._percent = facts, percent
        self._row = self._column = 0
        self._text_result = False
        self._columns: dict[bytes, int] = {}

    def take(self, found: re.Match[bytes]) -> None:
        if found[1] == b"row":
            self._take_row(found[2])
        elif found[1] == b"col":
            ends = dict(_COLUMN.findall(found[2]))
            if _HIDDEN.search(found[2]) and len(ends) == len((b"min", b"max")):
                self._facts.hide_columns(int(ends[b"min"]), int(ends[b"max"]))
        elif found[1] == b"mergeCell":
            self._take_merged(found[2])
        elif found[1] == b"c":
            self._take_cell(found[2], empty=found[3] is not None)
        elif not self._text_result:
            self._facts.mark(self._row, self._column, NO_RESULT)

    def _take_row(self, said: bytes) -> None:
        where, before = _REFERENCE.search(said), self._row
        self._row, self._column = int(where[2]) if where else before + 1, 0
        self._facts.in_order &= where is not None and self._row > before
        if _HIDDEN.search(said) and len(self._facts.hidden) < MOST_CELLS:
            self._facts.hidden.append(self._row)

    def _take_cell(self, attributes: bytes, *, empty: bool) -> None:
        usual = _USUAL.fullmatch(attributes)
        if usual is not None:
            letters, row, style, kind = usual.groups()
        else:
            where, style, kind = (pattern.search(attributes) for pattern in (_REFERENCE, _STYLE, _TYPE))
            letters, row = (where[1], where[2]) if where is not None else (b"", b"")
            style, kind = style and style[1], kind and kind[1]
        if letters:
            self._facts.in_order &= int(row) == self._row
            self._row, self._column = int(row), self._columns.get(letters) or self._named(letters)
        else:
            self._column += 1
        self._text_result = kind == b"str"
        if empty or (usual is None and attributes.rstrip().endswith(b"/")):
            return
        self._facts.add(self._row, self._column)
        if kind == b"e":
            self._facts.mark(self._row, self._column, ERROR)
        elif style is not None and kind in (None, b"n") and int(style) in self._percent:
            self._facts.mark(self._row, self._column, PERCENT + self._percent[int(style)])

    def _take_merged(self, said: bytes) -> None:
        found = _RANGE.search(said)
        if found and int(found[3]) > int(found[2]) and len(self._facts.tall) < MOST_MERGED:
            self._facts.tall.append((int(found[2]), int(found[3]), self._named(found[1])))

    def _named(self, letters: bytes) -> int:
        number = 0
        for letter in letters.upper():
            number = number * 26 + letter - 64
        if len(letters) <= _LETTERS:
            self._columns[letters] = number
        return number


_ODS_TAG = re.compile(rb"<table:(table|table-column|table-row|table-cell|covered-table-cell)(?=[\s/>])([^<>]*)>")
_SPANNED = re.compile(rb"number-rows-spanned\s*=\s*[\"']([0-9]{1,7})[\"']")
_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"']([0-9]+)[\"']")


def count_ods(data: bytes) -> list[SheetFacts]:
    """Count every sheet of an OpenDocument spreadsheet, all of which are laid out at once. Raises TooLarge and BadZipFile."""
    sheets = [SheetFacts()]
    row = column = rows = 0
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if "content.xml" not in archive.namelist():
            return []
        for found in _matches(_ODS_TAG, stream(archive, "content.xml")):
            repeated = _REPEATED.search(found[2])
            number = int(repeated[1]) if repeated else 1
            if found[1] == b"table":
                check_together(sheets)
                sheets.append(SheetFacts())
                row = rows = column = 0
            elif found[1] == b"table-column":
                column += number
                if b"visibility" in found[2]:
                    sheets[-1].hide_columns(column - number + 1, column)
            elif found[1] == b"table-row":
                row, rows, column = row + rows, number, 0
                if b"visibility" in found[2]:
                    sheets[-1].hidden.extend(range(row + 1, row + 1 + min(rows, _CHUNK)))
            else:
                column += number
                if b"value-type" in found[2]:
                    _add_repeated(sheets[-1], found[2], row + 1, rows, column, number)
    check_together(sheets)
    return sheets[1:]


def _add_repeated(facts: SheetFacts, said: bytes, row: int, rows: int, column: int, number: int) -> None:
    facts.add(row, column - number + 1, 0)
    facts.add(row + rows - 1, column, number * rows)
    spanned = _SPANNED.search(said)
    if spanned and int(spanned[1]) > 1 and len(facts.tall) < MOST_MERGED:
        facts.tall.append((row, row + int(spanned[1]) - 1, column))
    if b'"percentage"' in said:
        for at in range(row, row + rows):
            facts.mark(at, column, PERCENT + _DECIMALS)


def check_together(sheets: Sequence[SheetFacts]) -> None:
    """See that sheets of which all are laid out at once can be. Raises TooLarge."""
    if sum(map(area, sheets)) > MOST_LAID_OUT:
        raise TooLarge(f"has sheets of more than {MOST_LAID_OUT:,} cells together")


def area(facts: SheetFacts) -> int:
    rows, columns = (last - first + 1 for first, last in zip(facts.first, facts.last, strict=True))
    return rows * columns if facts.last[0] else 0
