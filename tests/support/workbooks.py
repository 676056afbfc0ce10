"""Workbooks for tests: whole ones, and ones in which a part is another than any program would write."""

import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

SHEET = "xl/worksheets/sheet1.xml"


def workbook(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    *,
    hidden: str = "",
    percent: str = "",
    filtered: Sequence[int] = (),
    merged: Sequence[str] = (),
    columns: str = "",
) -> Path:
    """Write an Excel workbook; ``percent`` is the format of every number, ``filtered`` are rows that are hidden, from 0.

    ``columns`` are those that are hidden, such as "B:C G:G". ``merged`` are ranges such as B2:B3; what the first sheet holds in the first cell of one is what the whole one holds.
    """
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy", "strings_to_numbers": False}) as book:
        shown_as = book.add_format({"num_format": percent}) if percent else None
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name == hidden:
                sheet.hide()
            for line, row in enumerate(rows):
                for column, value in enumerate(row):
                    number = isinstance(value, int | float) and not isinstance(value, bool)
                    sheet.write(line, column, value, shown_as if number else None)
            for cells in merged:
                first = cells.split(":")[0]
                sheet.merge_range(cells, rows[int(first[1:]) - 1][ord(first[0]) - ord("A")])
            for some in columns.split():
                sheet.set_column(some, None, None, {"hidden": True})
            for line in filtered:
                sheet.set_row(line, options={"hidden": True})
        if hidden:
            book.worksheets()[-1].activate()
    return path


def with_part(path: Path, change: Callable[[bytes], bytes], part: str = SHEET) -> Path:
    """The same workbook with one part changed, under a name of its own."""
    target = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as parts, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in parts.namelist():
            copy.writestr(name, change(parts.read(name)) if name == part else parts.read(name))
    return target


def old_workbook(path: Path, cells: Sequence[tuple[int, int, float]]) -> Path:
    """Write an .xls workbook with these numbers (row and column from 0), as small as its container allows."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    name = b"\x06\x00Pupils"
    globals_length = len(begin) + 4 + 6 + len(name) + 4
    book = begin + record(0x0085, struct.pack("<IH", globals_length, 0) + name) + record(0x000A, b"")
    book += record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0))
    book += b"".join(record(0x0203, struct.pack("<HHHd", row, column, 0, value)) for row, column, value in cells)
    book += record(0x000A, b"")
    book += bytes(max(4096 - len(book), -len(book) % 512))
    sectors = len(book) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    header += b"\xff" * 432

    def entry(title: str, kind: int, start: int, size: int, child: int) -> bytes:
        text = title.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
        return (
            text.ljust(64, b"\0")
            + struct.pack("<HBB", len(text), kind, 1)
            + links
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    folder = entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry("Workbook", 2, 2, len(book), 0xFFFFFFFF)
    path.write_bytes(header + struct.pack("<128I", *table) + folder.ljust(512, b"\0") + book)
    return path


def binary_workbook(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """Write an .xlsb workbook with a hidden sheet "Left" and these rows on "Pupils"; a float is a percentage, None an error.

    Row 3 and column E are hidden, and A2 to A3 are merged.
    """

    def record(kind: int, content: bytes = b"") -> bytes:
        number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return number + bytes([len(content) & 0x7F | 0x80, len(content) >> 7]) + content

    def text(words: str) -> bytes:
        return struct.pack("<I", len(words)) + words.encode("utf-16-le")

    def cell(column: int, value: Any) -> bytes:
        if value is None:
            return record(3, struct.pack("<IIB", column, 0, 7))
        if isinstance(value, float):
            return record(5, struct.pack("<IId", column, 1, value))
        return record(6, struct.pack("<II", column, 0) + text(value))

    body = b"".join(
        record(0, struct.pack("<IIHBBBI", line, 0, 300, 0, 0x10 if line == 2 else 0, 0, 0))
        + b"".join(cell(column, value) for column, value in enumerate(row))
        for line, row in enumerate(rows)
    )
    columns = record(390) + record(60, struct.pack("<IIIIH", 4, 4, 2304, 0, 1)) + record(391)
    size = record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1))
    merged = record(177, struct.pack("<I", 1)) + record(176, struct.pack("<IIII", 1, 2, 0, 0)) + record(178)
    styles = (
        record(615, struct.pack("<I", 1))
        + record(44, struct.pack("<H", 170) + text("0.0%"))
        + record(617, struct.pack("<I", 2))
    )
    styles += b"".join(record(47, struct.pack("<HH", 0, form) + bytes(12)) for form in (0, 170)) + record(618)
    sheets = (("Left", 1), ("Pupils", 0))
    named = (
        record(156, struct.pack("<II", hidden, place) + text(f"rId{place}") + text(name))
        for place, (name, hidden) in enumerate(sheets, 1)
    )
    links = "".join(f'<Relationship Id="rId{place}" Target="worksheets/sheet{3 - place}.bin"/>' for place in (1, 2))
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("xl/workbook.bin", record(143) + b"".join(named) + record(144) + record(132))
        parts.writestr("xl/_rels/workbook.bin.rels", f"<Relationships>{links}</Relationships>")
        parts.writestr("xl/styles.bin", styles)
        parts.writestr("xl/worksheets/sheet1.bin", columns + size + record(145) + body + record(146) + merged)
        parts.writestr("xl/worksheets/sheet2.bin", size + record(145) + record(146))
    return path
