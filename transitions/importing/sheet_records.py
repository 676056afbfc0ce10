"""What a spreadsheet of records holds (.xls, .xlsb), counted before it is laid out, as ``sheet_sizes`` does for XML."""

import re
import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Final

from transitions.importing.sheet_sizes import (
    ERROR,
    MOST_CELLS,
    MOST_MERGED,
    MOST_SHARED,
    PERCENT,
    SheetFacts,
    TooLarge,
    check_together,
    decimals_of_percent,
    relations,
)

_NO_SECTOR: Final = 0xFFFFFFF0
"""From here on a number is not a sector's: the end of a chain, or unused."""
_NUMBER, _RK, _MULTIPLE_RK, _FORMULA, _BOOL_OR_ERROR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
_CELLS: Final = frozenset({_NUMBER, _RK, _MULTIPLE_RK, _FORMULA, _BOOL_OR_ERROR, 0x0204, 0x00FD, 0x00D6})
_BOUND_SHEET, _STYLE, _FORMAT, _ROW, _END = 0x0085, 0x00E0, 0x041E, 0x0208, 0x000A
_COLUMNS: Final = 0x007D
_ROW_IS_HIDDEN, _COLUMN_IS_HIDDEN = 0x20, 0x01
_ERROR_RESULT: Final = 2


class Damaged(Exception):
    """The file is not built as it says."""


def count_xls(data: bytes) -> list[SheetFacts]:
    """Count every sheet of an old Excel workbook, all of which are laid out at once. Raises TooLarge and Damaged."""
    try:
        book = _stream(data)
        places, percent = _of_workbook(book)
        sheets: list[SheetFacts] = []
        for place in places:
            sheets.append(_count_records(book, place, percent))
            check_together(sheets)
    except (struct.error, IndexError, ValueError) as error:
        raise Damaged from error
    return sheets


def _stream(data: bytes) -> bytes:
    """The workbook inside the container, whose parts are chains of sectors."""
    size = 1 << struct.unpack_from("<H", data, 0x1E)[0]
    if size not in (512, 4096):
        raise Damaged
    first_directory, _, cutoff, first_small = struct.unpack_from("<IIII", data, 0x30)
    more, extra = struct.unpack_from("<I", data, 0x44)[0], [*struct.unpack_from("<109I", data, 0x4C)]
    seen = 0
    while more < _NO_SECTOR and seen * size < len(data):
        *some, more = struct.unpack_from(f"<{size // 4}I", data, size * (more + 1))
        extra += some
        seen += 1
    table: list[int] = []
    for sector in extra:
        if sector < _NO_SECTOR and len(table) * 4 < len(data) + size * size:
            table += struct.unpack_from(f"<{size // 4}I", data, size * (sector + 1))
    directory = _chain(data, size, size, table, first_directory)
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    root = next(iter(entries), b"")
    for name in ("Workbook", "Book"):
        for entry in entries:
            length = struct.unpack_from("<H", entry, 0x40)[0]
            if entry[: max(0, length - 2)].decode("utf-16-le", "replace") != name:
                continue
            start, bytes_in_it = struct.unpack_from("<II", entry, 0x74)
            if bytes_in_it >= cutoff:
                return _chain(data, size, size, table, start)[:bytes_in_it]
            small = _chain(data, size, size, table, struct.unpack_from("<I", root, 0x74)[0])
            links = _chain(data, size, size, table, first_small)
            small_table = [*struct.unpack(f"<{len(links) // 4}I", links[: len(links) // 4 * 4])]
            return _chain(small, 64, 0, small_table, start)[:bytes_in_it]
    raise Damaged


def _chain(data: bytes, size: int, offset: int, table: list[int], sector: int) -> bytes:
    parts: list[bytes] = []
    while sector < _NO_SECTOR:
        if len(parts) > len(data) // size + 1:
            raise Damaged
        parts.append(data[offset + sector * size : offset + (sector + 1) * size])
        sector = table[sector]
    return b"".join(parts)


def _records(book: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    while place + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, place)
        yield kind, book[place + 4 : place + 4 + length]
        if kind == _END:
            return
        place += 4 + length


def _of_workbook(book: bytes) -> tuple[list[int], dict[int, int]]:
    """Where each sheet begins, and the styles that show a percentage with their decimals."""
    places, styles, decimals = [], [], {9: 0, 10: 2}
    for kind, record in _records(book, 0):
        if kind == _BOUND_SHEET:
            places.append(struct.unpack_from("<I", record)[0])
        elif kind == _STYLE:
            styles.append(struct.unpack_from("<H", record, 2)[0])
        elif kind == _FORMAT:
            shown = decimals_of_percent(record[5:].replace(b"\0", b"").decode("latin-1"))
            if shown is not None:
                decimals[struct.unpack_from("<H", record)[0]] = shown
    return places, {style: decimals[number] for style, number in enumerate(styles) if number in decimals}


def _count_records(book: bytes, place: int, percent: dict[int, int]) -> SheetFacts:
    facts = SheetFacts()
    if place >= len(book):
        raise Damaged
    for kind, record in _records(book, place):
        if kind == _COLUMNS and len(record) >= 10 and record[8] & _COLUMN_IS_HIDDEN:
            first, last = struct.unpack_from("<HH", record)
            facts.hide_columns(first + 1, last + 1)
        if kind == _ROW and len(record) >= 14 and record[12] & _ROW_IS_HIDDEN:
            facts.hidden.append(struct.unpack_from("<H", record)[0] + 1)
        if kind not in _CELLS:
            continue
        row, column = (number + 1 for number in struct.unpack_from("<HH", record))
        facts.add(row, column)
        if kind == _MULTIPLE_RK:
            last = struct.unpack_from("<H", record, len(record) - 2)[0] + 1
            facts.add(row, last, max(0, last - column))
            for at in range(column, last + 1):
                style = struct.unpack_from("<H", record, 4 + 6 * (at - column))[0]
                if style in percent:
                    facts.mark(row, at, PERCENT + percent[style])
        elif (kind == _BOOL_OR_ERROR and record[7]) or (
            kind == _FORMULA and record[6] == _ERROR_RESULT and record[12:14] == b"\xff\xff"
        ):
            facts.mark(row, column, ERROR)
        elif kind in (_NUMBER, _RK, _FORMULA) and (style := struct.unpack_from("<H", record, 4)[0]) in percent:
            facts.mark(row, column, PERCENT + percent[style])
    return facts


_ROW_HEADER: Final = 0
_BINARY_CELLS: Final = range(2, 12)
_BINARY_NUMBERS, _BINARY_ERRORS = frozenset({2, 5, 9}), frozenset({3, 11})
_BINARY_FORMAT, _BINARY_STYLE, _BINARY_COLUMNS, _BINARY_SHEET, _MERGED = 44, 47, 60, 156, 176
_STYLES_BEGIN, _STYLES_END = 617, 618
_BINARY_ROW_IS_HIDDEN: Final = 0x10


def count_xlsb(data: bytes) -> list[SheetFacts]:
    """Count every sheet of a binary Excel workbook. Raises TooLarge, Damaged and BadZipFile."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        try:
            percent = _binary_percent(archive)
            counted = {
                part.filename: _count_binary(archive, part, percent)
                for part in archive.infolist()
                if re.fullmatch(r"xl/worksheets/[^/]+\.bin", part.filename)
            }
            links = relations(archive, "xl/_rels/workbook.bin.rels")
            book = _binary_part(archive, "xl/workbook.bin")
            sheets = [
                links.get(_wide(book, place + 8), "") for kind, place, _ in _binary(book) if kind == _BINARY_SHEET
            ]
        except (struct.error, IndexError, UnicodeDecodeError) as error:
            raise Damaged from error
    return [counted.get(part, SheetFacts()) for part in sheets]


def _count_binary(archive: zipfile.ZipFile, part: zipfile.ZipInfo, percent: dict[int, int]) -> SheetFacts:
    if part.file_size > MOST_SHARED:
        raise TooLarge(f"holds more than {MOST_CELLS:,} cells")
    facts, row, sheet = SheetFacts(), 0, archive.read(part)
    for kind, place, length in _binary(sheet):
        if kind == _ROW_HEADER:
            row = struct.unpack_from("<I", sheet, place)[0] + 1
            if length > 11 and sheet[place + 11] & _BINARY_ROW_IS_HIDDEN and len(facts.hidden) < MOST_CELLS:
                facts.hidden.append(row)
        elif kind in _BINARY_CELLS:
            column, style = struct.unpack_from("<II", sheet, place)
            facts.add(row, column + 1)
            if kind in _BINARY_ERRORS:
                facts.mark(row, column + 1, ERROR)
            elif kind in _BINARY_NUMBERS and style & 0xFFFFFF in percent:
                facts.mark(row, column + 1, PERCENT + percent[style & 0xFFFFFF])
        elif kind == _BINARY_COLUMNS and sheet[place + 16] & _COLUMN_IS_HIDDEN:
            first, last = struct.unpack_from("<II", sheet, place)
            facts.hide_columns(first + 1, last + 1)
        elif kind == _MERGED:
            top, end, column, _ = struct.unpack_from("<IIII", sheet, place)
            if end > top and len(facts.tall) < MOST_MERGED:
                facts.tall.append((top + 1, end + 1, column + 1))
    return facts


def _binary_percent(archive: zipfile.ZipFile) -> dict[int, int]:
    """The styles that show a percentage, with the number of its decimals."""
    styles, book, decimals, in_use = [], _binary_part(archive, "xl/styles.bin"), {9: 0, 10: 2}, False
    for kind, place, _ in _binary(book):
        if kind == _BINARY_FORMAT:
            shown = decimals_of_percent(_wide(book, place + 2))
            if shown is not None:
                decimals[struct.unpack_from("<H", book, place)[0]] = shown
        elif kind in (_STYLES_BEGIN, _STYLES_END):
            in_use = kind == _STYLES_BEGIN
        elif kind == _BINARY_STYLE and in_use:
            styles.append(struct.unpack_from("<H", book, place + 2)[0])
    return {style: decimals[number] for style, number in enumerate(styles) if number in decimals}


def _binary_part(archive: zipfile.ZipFile, part: str) -> bytes:
    if part not in archive.namelist():
        return b""
    if (size := archive.getinfo(part).file_size) > MOST_SHARED:
        raise TooLarge(f"unpacks to {size:,} bytes of text")
    return archive.read(part)


def _binary(data: bytes) -> Iterator[tuple[int, int, int]]:
    """The kind of each record, where it begins and how long it is."""
    place = 0
    while place < len(data):
        kind, place = _variable(data, place, 2)
        length, place = _variable(data, place, 4)
        yield kind, place, length
        place += length


def _wide(data: bytes, place: int) -> str:
    """A text that has its length before it."""
    letters = struct.unpack_from("<I", data, place)[0]
    return data[place + 4 : place + 4 + letters * 2].decode("utf-16-le")


def _variable(data: bytes, place: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    number = 0
    for at in range(most):
        byte = data[place + at]
        number |= (byte & 0x7F) << (7 * at)
        if not byte & 0x80:
            return number, place + at + 1
    return number, place + most
