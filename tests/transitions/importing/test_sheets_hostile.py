"""Spreadsheets that would end the process or fill the memory: refused in a sentence within seconds and 256 MB."""

import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from pathlib import Path

import pytest
from workbooks import SHEET, binary_workbook, old_workbook, with_part, workbook

from transitions.errors import BadInput
from transitions.importing import sheet_sizes, sheets
from transitions.importing.sheets import Workbook
from transitions.importing.tabular import read_table

CHILD = """
import resource, sys
from pathlib import Path
from transitions.errors import BadInput
from transitions.importing.tabular import read_table
resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
for name in sys.argv[1:]:
    try:
        print(len(list(read_table(Path(name)).rows)), "rows")
    except BadInput as refused:
        print(refused)
"""
PUPILS = {"Pupils": [["UPN", "Surname"], ["a", "b"], ["c", "d"]]}


def far_corner(folder: Path) -> Path:
    path = folder / "corner.xlsx"
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "UPN")
        sheet.write(1_048_575, 16_383, "x")
    return path


def one_cell_rows(folder: Path) -> Path:
    path = workbook(folder / "rows.xlsx", PUPILS)
    target = folder / "many-rows.xlsx"
    row = b"<row><c><v>1</v></c></row>" * 100_000
    with zipfile.ZipFile(path) as parts, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for name in parts.namelist():
            if name != SHEET:
                copy.writestr(name, parts.read(name))
                continue
            with copy.open(name, "w", force_zip64=True) as sheet:
                head, tail = parts.read(name).split(b"</sheetData>")
                sheet.write(head)
                for _ in range(22):
                    sheet.write(row)
                sheet.write(b"</sheetData>" + tail)
    return target


def tags_without_end(folder: Path) -> Path:
    path = workbook(folder / "tags.xlsx", PUPILS)
    return with_part(path, lambda text: text.replace(b"</sheetData>", b"<c " * 8_100_000))


def texts_beside(folder: Path) -> Path:
    path = workbook(folder / "texts.xlsx", PUPILS)
    target = folder / "many-texts.xlsx"
    with zipfile.ZipFile(path) as parts, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for name in parts.namelist():
            if name != "xl/sharedStrings.xml":
                copy.writestr(name, parts.read(name))
        with copy.open("xl/sharedStrings.xml", "w", force_zip64=True) as texts:
            texts.write(b"<sst>")
            for _ in range(110):
                texts.write(b"<si><t>xx</t></si>" * 55_000)
            texts.write(b"</sst>")
    return target


def open_document(folder: Path) -> Path:
    path = folder / "repeated.ods"
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16000"/>'
    body = f'<table:table table:name="A"><table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row></table:table>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("content.xml", f"<office:document-content>{body}</office:document-content>")
    return path


def old_far_corner(folder: Path) -> Path:
    return old_workbook(folder / "corner.xls", [(0, 0, 1), (65_535, 255, 2)])


def binary_far_corner(folder: Path) -> Path:
    path = folder / "corner.xlsb"
    sheet = b"\x00\x04" + struct.pack("<I", 1_048_575) + b"\x05\x10" + struct.pack("<IId", 16_383, 0, 1)
    first = b"\x00\x04" + struct.pack("<I", 0) + b"\x05\x10" + struct.pack("<IId", 0, 0, 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.bin", b"")
        parts.writestr("xl/worksheets/sheet1.bin", first + sheet)
    return path


FILES: dict[Callable[[Path], Path], str] = {
    far_corner: "has a cell in row 1,048,576, column XFD, far from the others: too much to read",
    one_cell_rows: "holds more than 4,000,000 cells: too much to read",
    tags_without_end: "holds more than 4,000,000 cells",
    texts_beside: "bytes of text: too much to read",
    open_document: "holds more than 4,000,000 cells",
    old_far_corner: "has a cell in row 65,536, column IV, far from the others",
    binary_far_corner: "has a cell in row 1,048,576, column XFD",
}


def test_each_is_refused_within_256_mb_and_20_seconds(tmp_path: Path) -> None:
    paths = [make(tmp_path) for make in FILES]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, paths)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    for path, line, expected in zip(paths, done.stdout.splitlines(), FILES.values(), strict=True):
        assert line.startswith(f"{path}: ")
        assert expected in line


@pytest.mark.parametrize(
    "cell",
    [
        b"<c r='XFD1048576'><v>1</v></c>",
        b'<x:c r = "XFD1048576" ><v>1</v></x:c>',
        b'<c s="0" r="xfd1048576" t="n"\n><v>1</v></c>',
        b'<c  r="ZZZZZZZZ99999999999999"><v>1</v></c>',
        b'<c r="A1"><v>1</v></c>' + b" " * 3_000_000 + b'<c r="XFD1048576"><v>1</v></c>',
    ],
    ids=["apostrophes", "prefix", "small letters", "no such cell", "far on"],
)
def test_the_corner_is_found_however_it_is_written(tmp_path: Path, cell: bytes) -> None:
    path = workbook(tmp_path / "p.xlsx", PUPILS)
    changed = with_part(path, lambda text: text.replace(b"</sheetData>", b"<row>" + cell + b"</row></sheetData>"))
    with pytest.raises(BadInput, match="far from the others"):
        read_table(changed)


def test_styles_in_the_far_corner_are_no_cells(tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx", PUPILS)
    style = b'<row r="1048576"><c r="XFD1048576" s="0"/><c r="XFC1048576" s="0"></c></row></sheetData>'
    changed = with_part(path, lambda text: text.replace(b"</sheetData>", style))
    assert [row.cells for row in read_table(changed).rows] == [("a", "b"), ("c", "d")]


def test_an_old_workbook_is_counted_and_read(tmp_path: Path) -> None:
    path = old_workbook(tmp_path / "p.xls", [(0, 0, 1), (0, 1, 2), (1, 0, 3), (1, 1, 4.5)])
    table = read_table(path)
    assert (table.header, [row.cells for row in table.rows]) == (("1", "2"), [("3", "4.5")])


def test_a_header_of_the_zip_that_lies_is_not_believed(tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx", PUPILS)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as parts:
        size = struct.pack("<I", parts.getinfo(SHEET).file_size)
    place = data.rfind(size, 0, data.rfind(SHEET.encode()))
    data[place : place + 4] = struct.pack("<I", 10)
    path.write_bytes(data)
    with pytest.raises(BadInput, match="the workbook is damaged"):
        read_table(path)


@pytest.mark.parametrize(
    ("code", "decimals"),
    [("0%", 0), ("0.00%", 2), ("0.0 %;[Red]-0.0%", 1), ('0"%"', None), ("0\\%", None), ("General", None)],
)
def test_which_formats_show_a_percentage(code: str, decimals: int | None) -> None:
    assert sheet_sizes.decimals_of_percent(code) == decimals


def every_kind_of_cell(path: Path) -> Path:
    """A sheet that begins in C4, with gaps, merged cells, and of every kind of cell some."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet, bold = book.add_worksheet("Éverything"), book.add_format({"bold": True})
        shown = [book.add_format({"num_format": code}) for code in ("0.0%", "hh:mm", "0.00", "[h]:mm")]
        for line in (3, 4, 7, *range(9, 60)):
            row = [
                f" Zoë & <{line % 5}> ",
                date(2016, 3, line % 28 + 1),
                datetime.combine(date(2016, 3, 5), time(9, 30)),
                line,
                1.5,
                line % 2 == 0,
                None,
                "",
            ]
            for column, value in enumerate(row, 2):
                sheet.write(line, column, value, bold if column == 3 else None)
            for column, form in enumerate(shown, 10):
                sheet.write_number(line, column, 0.934, form)
            sheet.write_rich_string(line, 14, "A", bold, "li", "ce")
            sheet.write_formula(line, 15, "=1/0", None, "#DIV/0!")
            sheet.write_formula(line, 16, '="x"', None, "x" if line % 2 else "")
            sheet.write_datetime(line, 17, time(15, 20))
            sheet.write_comment(line, 2, "a remark")
        sheet.merge_range("T11:T13", "tall", bold)
        book.add_worksheet("Other").write(0, 0, "one")
    return path


CHANGES: Mapping[str, Callable[[bytes], bytes]] = {
    "as it is": lambda sheet: sheet,
    "texts in another place": lambda sheet: sheet.replace(b't="s"><v>', b't="s"><f></f><v>', 3),
    "a row without its number": lambda sheet: re.sub(rb' r="[A-Z]*11"', b"", sheet),
    "a remark": lambda sheet: sheet.replace(b"<sheetData>", b"<sheetData><!-- </row> -->"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_large_sheet_is_read_in_slices_as_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    data = with_part(every_kind_of_cell(tmp_path / "p.xlsx"), CHANGES[change]).read_bytes()

    def rows() -> list[list[tuple[int, list[str]]]]:
        book = Workbook(data, "p.xlsx")
        return [[(line, row) for line, row in book.rows(sheet) if any(row)] for sheet in book.sheets]

    opened = list[int]()
    make = sheets.LargeWorkbook.opened
    monkeypatch.setattr(
        sheets.LargeWorkbook, "opened", lambda self, *parts: opened.append(len(parts)) or make(self, *parts)
    )
    monkeypatch.setattr(sheets, "_SLICE", 4_000)
    whole = rows()
    assert (len(whole[0]), opened) == (54, [])
    monkeypatch.setattr("transitions.importing.sheets.LARGE", 0)
    assert rows() == whole
    assert (len(opened) > 5) == (change in ("as it is", "texts in another place"))


def test_a_binary_workbook_says_what_is_hidden_and_merged_and_shows_what_the_person_sees(tmp_path: Path) -> None:
    rows = [
        ["UPN", "Surname", "Attendance", "Note", "Room"],
        ["A1", "Sample", 0.934, None, "1"],
        ["", "Two", 1.0, "n", "2"],
    ]
    table = read_table(binary_workbook(tmp_path / "p.xlsb", rows))
    assert [row.cells for row in table.rows] == [
        ("A1", "Sample", "93.4%", "#ERROR!", "1"),
        ("A1", "Two", "100.0%", "n", "2"),
    ]
    assert table.notes == [
        'not read, because it is hidden: sheet "Left"',
        "1 row hidden in the sheet, as by a filter, is still read: 3",
        "1 column hidden in the sheet is still read: E",
        "merged over several rows, and read for each of them: A2 to 3",
    ]
