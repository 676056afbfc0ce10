"""Tables from other systems: every dialect that is understood, and every file that is refused."""

import csv
import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transitions.errors import BadInput, NoSuchFile
from transitions.importing import sheets, tabular
from transitions.importing.table_rows import TableRow
from transitions.importing.tabular import read_table


@pytest.fixture
def put(tmp_path: Path) -> Any:
    def write(content: str | bytes, name: str = "pupils.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def cells_of(path: Path) -> list[tuple[str, ...]]:
    return [row.cells for row in read_table(path).rows]


def problem(path: Path) -> str:
    with pytest.raises(BadInput) as refused:
        list(read_table(path).rows)
    return str(refused.value)


@pytest.mark.parametrize(
    ("encoding", "read_as"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
@pytest.mark.parametrize(
    ("delimiter", "word"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars")], ids=repr
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_every_dialect(put: Any, encoding: str, read_as: str, delimiter: str, word: str, newline: str) -> None:
    lines = [["Surname", "Forename"], ["O’Brien", "Zoë"], ["", ""], ['"Khan, A; B|C\tD"', "Aisha"]]
    text = newline.join(delimiter.join(cells) for cells in lines) + newline
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    table = read_table(put(mark + text, encoding=encoding))
    assert table.header == ("Surname", "Forename")
    assert list(table.rows) == [TableRow(2, ("O’Brien", "Zoë")), TableRow(4, ("Khan, A; B|C\tD", "Aisha"))]
    assert table.read_as == f"{read_as}, separated by {word}"
    assert table.refused == []


def test_windows_1252_with_one_letter_garbled_long_ago(put: Any) -> None:
    table = read_table(put("a,b\nZoë,café\nRené,ZoÃ«\n", encoding="cp1252"))
    assert [row.cells for row in table.rows] == [("Zoë", "café"), ("René", "ZoÃ«")]
    assert table.read_as.startswith("Windows-1252")


def test_one_column_and_no_last_newline(put: Any) -> None:
    assert cells_of(put("UPN\nB801200005001")) == [("B801200005001",)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b,c\n1;2,3,4\n1;2,3,4\n", [("1;2", "3", "4")] * 2),
        ("a;b\n1,5;2,5\n", [("1,5", "2,5")]),
        ("Name, first;b\nx;2\ny;3\n", [("x", "2"), ("y", "3")]),
        ("a,b,c,d\n1,2,3\n1,2,3,4|5\n", [("1", "2", "3", ""), ("1", "2", "3", "4|5")]),
        ('"sep=;"\na;b,c\n1;2\n', [("1", "2")]),
        ("sep=;\r\na,b;c,d\r\n1,1;2,2\r\n", [("1,1", "2,2")]),
        ('"a;b","c;d"\n"1;2","3;4"\n', [("1;2", "3;4")]),
    ],
)
def test_delimiter_vote(put: Any, text: str, expected: list[tuple[str, ...]]) -> None:
    assert cells_of(put(text)) == expected


def test_the_vote_looks_at_whole_lines_of_a_long_file(put: Any) -> None:
    rows = "".join(f"{number};x,y;{'z' * 90}\n" for number in range(2000))
    assert len(cells_of(put("n;a,b;c\n" + rows))) == 2000


def test_quoted_newlines_and_the_line_where_a_record_begins(put: Any) -> None:
    table = read_table(put('a,b\r\n"one\r\ntwo","say ""hi"""\r\n\r\n , \r\n3,4\r\n'))
    assert list(table.rows) == [TableRow(2, ("one\r\ntwo", 'say "hi"')), TableRow(6, ("3", "4"))]


def test_leading_lines_of_our_own_exports_are_passed_over(put: Any) -> None:
    text = '"# Pupils, as of 2026-11-21"\r\n# Filter: Year 6,,\r\n\r\n"a","b"\r\n"# not a heading","2"\r\n'
    table = read_table(put(text))
    assert table.header == ("a", "b")
    assert list(table.rows) == [TableRow(5, ("# not a heading", "2"))]


def test_the_formula_guard_is_taken_off_and_nothing_else(put: Any) -> None:
    assert cells_of(put("a,b,c,d\n'=1+1,''x,'t Hooft,O'Brien\n")) == [("=1+1", "'x", "'t Hooft", "O'Brien")]


def test_a_long_note_is_read(put: Any) -> None:
    assert cells_of(put(f'a,b\n1,"{"x" * 300_000}"\n')) == [("1", "x" * 300_000)]


def test_rows_of_another_length_are_set_aside_with_their_lines(put: Any) -> None:
    table = read_table(put("a,b,,\n1,2,,\n3\n4,5,6\n7,8, \n9,10\n"))
    assert table.header == ("a", "b")
    assert [row.cells for row in table.rows] == [("1", "2"), ("3", ""), ("7", "8"), ("9", "10")]
    assert [refused.row for refused in table.refused] == [TableRow(4, ("4", "5", "6"))]
    assert "line 4: has 3 cells where the header has 2" in str(table.refused[0].problem)
    assert table.notes == ["1 line shorter than the header: the missing cells at its end were read as empty"]


def test_a_file_that_ends_within_a_line_is_not_filled_up_unless_its_lines_end_early(put: Any) -> None:
    table = read_table(put("a,b,c\n1,2,3\n4,5"))
    assert [row.cells for row in table.rows] == [("1", "2", "3")]
    assert "line 3: has 2 cells where the header has 3: is the line cut short?" in str(table.refused[0].problem)
    assert cells_of(put("a,b,c\n1,2\n4,5")) == [("1", "2", ""), ("4", "5", "")]


def test_rows_come_as_a_stream(put: Any) -> None:
    rows = read_table(put('a,b\n1,2\n"never closed,3\n')).rows
    assert next(rows) == TableRow(2, ("1", "2"))
    with pytest.raises(BadInput):
        next(rows)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a,b\n1,2\n")))
    table = read_table(Path("-"))
    assert (table.name, list(table.rows)) == ("standard input", [TableRow(2, ("1", "2"))])


def test_no_such_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile, match=r"nothing\.csv: there is no such file"):
        read_table(tmp_path / "nothing.csv")
    with pytest.raises(NoSuchFile, match="is a folder"):
        read_table(tmp_path)
    with pytest.raises(NoSuchFile, match="cannot be read"):
        read_table(tmp_path / "a\0b.csv")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty (0 bytes)"),
        (b" \n\n\r\n", "has no lines"),
        (b"\xef\xbb\xbf", "has no lines"),
        (b"a,b\n", "line 1: has a header but no rows under it"),
        (b"# Pupils\n", "has no lines"),
        (b"a,b\0\n1,2\n", "is not text"),
        ("a,b\n".encode("utf-16-le"), "line 1: has a header but no rows under it"),
        (b"MZ\x90\0\x03\xff\xff\0", "is not text"),
        (b"a,b\n1,\x81\n2,x\n3,\x9d\x8f\n", "line 4: a letter is neither UTF-8 nor Windows-1252"),
        (b"\xef\xbb\xbfa,b\n1,2\n3,Zo\xeb\n", "line 3: the file is UTF-8 but cannot be read as that"),
        ("a,b\n1,2\n".encode("utf-16") + b"\n", "line 3: the file is UTF-16 but cannot be read as that"),
        ("a,b\n1,Zoë\n2,Chloë\n3,Zoë".encode()[:-1], "line 4: the file is UTF-8 but cannot be read as that from here on"),
        ("a,b\n1,Zoë\n2,Chloë\n".encode() + b"3,Zo\xeb\n", "line 4: the file is UTF-8 but cannot be read as that"),
        (b"%PDF-1.7\n1 0 obj\n", "is a PDF document, not a table: ask for the same list as CSV"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><table>", "is a web page"),
        (b"<HTML><body>", "is a web page"),
        (b'<?xml version="1.0"?>\n<CTfile>', 'is a Common Transfer File, not a table: import it with "transitions import ctf"'),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "is an XML spreadsheet"),
        (b'<?xml version="1.0"?><a/>', "is an XML file"),
        (b"SQLite format 3\0\x10", "is a database file"),
        (b"PK\x03\x04 and then nothing", "is a damaged or half-copied workbook or zip file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "is a workbook protected by a password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the workbook is damaged or protected by a password"),
    ],
)  # fmt: skip
def test_refused(put: Any, content: bytes, what: str) -> None:
    assert f"pupils.csv{'' if what.startswith('line') else ':'} {what}" in problem(put(content))


def test_every_unreadable_line_is_named_once(put: Any) -> None:
    assert [line.split(":")[0][-6:] for line in problem(put(b"a\n\x81\x8d\nx\n\x90\n")).splitlines()] == [
        "line 2",
        "line 4",
    ]


def test_doubled_header_names_are_named(put: Any) -> None:
    assert 'more than one column named "UPN", "upn", "Need"' in problem(put("UPN,upn ,Need,DOB,Need\n1,2,3,4,5\n"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,b\n1,2\n3,"half\n4,5\n6,7\n', 3),
        ('a,b\n1,2\n3,"half\n4,5\n6,"seven"\n', 3),
        ('a,b\n"two\nlines","half\n4,5\n', 3),
        ('a,b\n1,2\n"Khan" Aisha,5\n', 3),
        ('a,b\r\n1,"half', 2),
        ('a,b\n1,2\n3,"' + "x,y\n" * 300_000, 3),
    ],
)
def test_a_quote_never_closed_names_the_line_where_it_opens(put: Any, text: str, line: int) -> None:
    message = problem(put(text))
    assert f"pupils.csv line {line}: " in message
    assert "quotation mark" in message


def test_too_large(put: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "LARGEST_FILE", 10)
    assert "is larger than" in problem(put("a,b\n1,2\n3,4\n"))


def workbook(path: Path, sheets: dict[str, list[list[Any]]], hidden: str = "") -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy", "strings_to_numbers": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if name == hidden:
                sheet.hide()
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
        if hidden:
            book.worksheets()[-1].activate()
    return path


def test_a_workbook_is_read_as_its_csv_would_be(tmp_path: Path) -> None:
    from datetime import date, datetime

    rows = [
        [],
        ["UPN", "DOB", "Year", "Attendance", "FSM", "Seen", "Note", ""],
        ["B801200005001", date(2015, 3, 4), 6, 0.1 + 0.2, True, datetime.fromisoformat("2026-01-02T09:30"), "'=x", ""],
        [],
        ["'t Hooft", "04/03/2015", "06", -12.5, False, "", "two\nlines", ""],
    ]
    path = workbook(tmp_path / "p.XLSX", {"Empty": [], "Old": [["no"]], "Class": rows, "About": [["x"]]}, hidden="Old")
    table = read_table(path)
    assert table.read_as == 'an Excel workbook, sheet "Class"'
    assert table.header == ("UPN", "DOB", "Year", "Attendance", "FSM", "Seen", "Note")
    assert list(table.rows) == [
        TableRow(3, ("B801200005001", "2015-03-04", "6", "0.3", "TRUE", "2026-01-02 09:30:00", "=x")),
        TableRow(5, ("'t Hooft", "04/03/2015", "06", "-12.5", "FALSE", "", "two\nlines")),
    ]


def test_what_is_in_a_file_counts_and_not_its_name(put: Any, tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx", {"A": [["a"], ["1"]]})
    for name in ("p.csv", "p.xls", "p"):
        path = path.rename(tmp_path / name)
        assert cells_of(path) == [("1",)]
        assert read_table(path).read_as == 'an Excel workbook, sheet "A"'
    assert cells_of(put("a,b\n1,2\n", "p.xlsx")) == [("1", "2")]


def test_other_things_named_like_a_workbook(put: Any, tmp_path: Path) -> None:
    assert "is a PDF document" in problem(put(b"%PDF-1.7", "p.xlsx"))
    whole = workbook(tmp_path / "whole.xlsx", {"A": [["a"], ["1"]]}).read_bytes()
    assert "half-copied" in problem(put(whole[:-200], "p.xlsx"))
    assert "no visible sheet with anything in it" in problem(workbook(tmp_path / "e.xlsx", {"A": []}))
    assert "damaged or protected" in problem(put(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "p.xls"))


def test_zips_are_told_apart(tmp_path: Path) -> None:
    for name, what in [("word/document.xml", "is a Word document"), ("pupils.csv", "is a zip file")]:
        path = tmp_path / "p.csv"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, "x")
        assert what in problem(path)


def test_a_broken_part_inside_a_workbook(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "p.xlsx", {"A": [["a"], ["1"]]})
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(whole) as parts, zipfile.ZipFile(broken, "w") as copy:
        for part in parts.namelist():
            copy.writestr(part, b"<oops" if part == "xl/workbook.xml" else parts.read(part))
    assert "the workbook is damaged" in problem(broken)


def test_a_workbook_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 1000)
    assert "more than 1,000: save it as CSV" in problem(workbook(tmp_path / "p.xlsx", {"A": [["a"], ["1"]]}))


def test_the_limit_of_a_cell_is_set_once() -> None:
    assert csv.field_size_limit() == tabular.LARGEST_CELL


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(
        st.tuples(*[st.text(st.characters(exclude_characters="\0\ud800", codec="utf-8"), max_size=9)] * 3), min_size=1
    )
)
def test_what_excel_style_csv_holds_comes_back(put: Any, rows: list[tuple[str, str, str]]) -> None:
    from transitions.exporting.writer import guard

    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("a", "b", "c"), *(tuple(map(guard, row)) for row in rows)])
    expected = [row for row in rows if any(cell.strip() for cell in map(guard, row))]
    path = put(out.getvalue(), encoding="utf-8-sig")
    if expected:
        assert cells_of(path) == expected
    else:
        assert "no rows" in problem(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.binary(max_size=60) | st.text("a,;|\t\"\n\r'=#é", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_sentence(put: Any, content: bytes) -> None:
    path = put(content)
    try:
        table = read_table(path)
        widths = {len(row.cells) for row in table.rows}
    except BadInput:
        assert problem(path).count("pupils.csv") == len(problem(path).splitlines())
    else:
        assert widths <= {len(table.header)}
