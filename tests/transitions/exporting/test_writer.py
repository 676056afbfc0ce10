"""Exported tables: safe in Excel, whole or absent, and unchanged when read back."""

import csv
import errno
import gc
import io
import os
import stat
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transitions.clock import Clock
from transitions.errors import CannotWrite
from transitions.exporting import writer
from transitions.exporting.outgoing import put_in_place
from transitions.exporting.writer import TableColumn, TableHeading, WrittenTable
from transitions.importing.tabular import read_table
from transitions.text import printable
from transitions.workspace import Workspace

COLUMNS = [
    TableColumn("UPN"),
    TableColumn("Surname"),
    TableColumn("Date of birth", "date"),
    TableColumn("Attendance", "number"),
]
KHAN = ("B801200005001", "Khan", date(2015, 3, 4), 95.5)
HOSTILE = ("=HYPERLINK(1)", "'=x", None, -3)
HEADING = TableHeading(
    "Pupils\x1b", date(2026, 11, 21), "Year 6; worker K. Osei\nand more", "2026-09", pseudonymised=True
)


RECORDS: list[Workspace] = []
"""The open records, which know of every file."""


@pytest.fixture(autouse=True)
def _records(tmp_path_factory: pytest.TempPathFactory, new_file: Callable[[date, Path], None]) -> Iterator[None]:
    path = tmp_path_factory.mktemp("records") / "pupils.db"
    new_file(date(2026, 11, 21), path)
    RECORDS.append(Workspace.open(path, Clock.on(date(2026, 11, 21))))
    yield
    RECORDS.pop().close()


def write_table(
    target: Path | None,
    columns: Sequence[TableColumn],
    rows: Iterable[Sequence[object]],
    heading: TableHeading | None = None,
    **how: Any,
) -> WrittenTable:
    return writer.write_table(RECORDS[0], target, columns, rows, heading, **how)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_csv_byte_for_byte(tmp_path: Path) -> None:
    target = tmp_path / "p.csv"
    rows = [KHAN, HOSTILE, ("07700 900123", 'say "hi"\r\nO’Brien', "2015-03-04", "c"), (True, 5, None, False)]
    assert write_table(target, COLUMNS, rows, HEADING) == (target, 4)
    assert (
        target.read_bytes()
        == (
            "\ufeff"
            '"# Title: Pupils"\r\n'
            '"# As of: 2026-11-21"\r\n'
            '"# Filter: Year 6; worker K. Osei and more"\r\n'
            '"# Rules: 2026-09"\r\n'
            '"# Pseudonymised: yes (still personal data)"\r\n'
            '"UPN","Surname","Date of birth","Attendance"\r\n'
            '"B801200005001","Khan","2015-03-04",95.5\r\n'
            '"\'=HYPERLINK(1)","\'\'=x","",-3\r\n'
            '"07700 900123","say ""hi""\nO’Brien","2015-03-04","c"\r\n'
            '"yes","5","","no"\r\n'
        ).encode()
    )


def test_exact_leaves_the_guard_out(tmp_path: Path) -> None:
    write_table(tmp_path / "p.csv", COLUMNS, [HOSTILE], exact=True)
    lines = (tmp_path / "p.csv").read_text("utf-8-sig").splitlines()
    assert lines[1] == '"=HYPERLINK(1)","\'=x","",-3'


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    for name in ("p.csv", "p.xlsx"):
        write_table(tmp_path / name, COLUMNS, [KHAN])
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def sheet_xml(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as parts:
        return {name: parts.read(name).decode() for name in parts.namelist()}


def test_a_workbook_holds_no_formula_and_no_link(tmp_path: Path) -> None:
    target = tmp_path / "p.xlsx"
    rows = [
        KHAN,
        HOSTILE,
        ("https://example.org", "0123", "2015-03-04", "c"),
        ("bad\x1b[1m\ufffe\ud800", "", "1850-01-01", 7),
    ]
    assert write_table(target, COLUMNS, rows, HEADING) == (target, 4)
    parts = sheet_xml(target)
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert "<f>" not in sheet
    assert "=HYPERLINK(1)" in sheet
    assert 'pane ySplit="1"' in sheet
    assert not [name for name in parts if "sheet1.xml.rels" in name]
    assert "hyperlink" not in sheet.lower().replace("=hyperlink(1)", "")
    assert "Year 6; worker K. Osei and more" in "".join(parts.values())


def test_a_workbook_read_again_has_real_dates_numbers_and_text(tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    target = tmp_path / "p.xlsx"
    rows = [KHAN, HOSTILE, ("01234567890123", "0123", "2015-03-04", "c"), ("bad\x1b[1m\ufffe", "1e5", "1850-01-01", 7)]
    write_table(target, COLUMNS, rows, HEADING)
    book = CalamineWorkbook.from_path(target)
    assert book.sheet_names == ["Records", "About"]
    assert book.get_sheet_by_name("Records").to_python() == [
        ["UPN", "Surname", "Date of birth", "Attendance"],
        ["B801200005001", "Khan", date(2015, 3, 4), 95.5],
        ["=HYPERLINK(1)", "''=x", "", -3.0],
        ["01234567890123", "0123", date(2015, 3, 4), "c"],
        ["bad[1m", "1e5", "1850-01-01", 7.0],
    ]
    assert book.get_sheet_by_name("About").to_python()[1] == ["As of", "2026-11-21"]


def test_a_workbook_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_table(tmp_path / name, COLUMNS, [KHAN], HEADING)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("name", ["p.csv", "p.xlsx"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(*[st.text("=+-@'#\"\t\r\n\0,;|ab 1é＝", max_size=6) | st.text(max_size=6)] * 2), min_size=1)
)
def test_our_own_exports_come_back(tmp_path: Path, name: str, rows: list[tuple[str, str]]) -> None:
    target = tmp_path / name
    write_table(
        target,
        [TableColumn("Number", "number"), TableColumn("a"), TableColumn("b")],
        [(7, *row) for row in rows],
        HEADING,
        overwrite=True,
    )
    assert [row.cells for row in read_table(target).rows] == [
        ("7", *(printable(cell, lines=True) for cell in row)) for row in rows
    ]


def test_stdout_is_plain_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="ascii"))
    assert write_table(None, COLUMNS, [("1", "Zoë", None, 2), HOSTILE]) == (None, 2)
    assert out.getvalue().decode() == (
        '"UPN","Surname","Date of birth","Attendance"\n"1","Zoë","",2\n"\'=HYPERLINK(1)","\'\'=x","",-3\n'
    )
    write_table(None, COLUMNS, [], HEADING)
    assert '\n"# As of: 2026-11-21"\n' in out.getvalue().decode()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_stdout_on_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        out = io.TextIOWrapper(full)  # type: ignore[type-var]
        monkeypatch.setattr(sys, "stdout", out)
        with pytest.raises(CannotWrite, match="standard output: the disk is full"):
            write_table(None, COLUMNS, [KHAN])
        out.detach()


def test_a_reader_that_went_away_is_left_to_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb", buffering=0) as pipe:
        out = io.TextIOWrapper(pipe)  # type: ignore[type-var]
        monkeypatch.setattr(sys, "stdout", out)
        with pytest.raises(BrokenPipeError):
            write_table(None, COLUMNS, [KHAN])
        out.detach()


def test_an_existing_file_is_kept_unless_told(tmp_path: Path) -> None:
    target = tmp_path / "p.csv"
    target.write_text("mine")
    with pytest.raises(CannotWrite, match="exists already: choose another name"):
        write_table(target, COLUMNS, [KHAN])
    assert target.read_text() == "mine"
    write_table(target, COLUMNS, [KHAN], overwrite=True)
    assert "Khan" in target.read_text()
    assert names_in(tmp_path) == ["p.csv"]


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "p.csv"

    def rows() -> Iterator[Any]:
        target.write_text("theirs")
        yield KHAN

    with pytest.raises(CannotWrite, match="exists already"):
        write_table(target, COLUMNS, rows())
    assert target.read_text() == "theirs"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nowhere/p.csv", "there is no folder .*nowhere: make it"),
        (".", "is a folder: name a file in it"),
        ("NUL", "Windows keeps this name for a device"),
        ("con.csv", "Windows keeps this name for a device"),
        ("Lpt1 .tar.csv", "Windows keeps this name for a device"),
        ("p.pdf", r"\.pdf cannot be written: choose a name that ends in \.xlsx or \.csv"),
        ("p.odt", r"\.odt cannot be written"),
        ("p.xls", r"\.xls cannot be written: choose a name that ends in \.xlsx or \.csv"),
        ("a\x1b[1m.csv", "control characters"),
        ("a\0.csv", "control characters"),
        (f"{'x' * 300}.csv", "the name is too long"),
    ],
)
def test_refused_targets(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(CannotWrite, match=why):
        write_table(tmp_path / name, COLUMNS, [KHAN])
    assert names_in(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes with names in folders")
def test_what_is_not_a_file_is_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.csv")
    with pytest.raises(CannotWrite, match="is not an ordinary file"):
        write_table(tmp_path / "p.csv", COLUMNS, [KHAN], overwrite=True)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (errno.ENOSPC, "the disk is full: make room"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "you may not write there: is the file open in another program"),
        (errno.EIO, "it cannot be written"),
    ],
)
@pytest.mark.parametrize("name", ["p.csv", "p.xlsx"])
def test_a_write_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int, why: str
) -> None:
    (tmp_path / name).write_text("before")

    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(CannotWrite, match=f"{name}: {why}.*; nothing was written"):
        write_table(tmp_path / name, COLUMNS, [KHAN], overwrite=True)
    assert names_in(tmp_path) == [name]
    assert (tmp_path / name).read_text() == "before"


@pytest.mark.parametrize("name", ["p.csv", "p.xlsx"])
def test_rows_that_fail_half_way_leave_nothing(tmp_path: Path, name: str) -> None:
    def rows() -> Iterator[Any]:
        yield KHAN
        raise LookupError("the query broke")

    with pytest.raises(LookupError):
        write_table(tmp_path / name, COLUMNS, rows(), HEADING)
    assert names_in(tmp_path) == []


def test_a_workbook_whose_temporary_files_do_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from xlsxwriter.packager import Packager

    def fail(_: Packager, __: str) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    noise: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", noise.append)
    monkeypatch.setattr(Packager, "_filename", fail)
    with pytest.raises(CannotWrite, match=r"p\.xlsx: the disk is full"):
        write_table(tmp_path / "p.xlsx", COLUMNS, [KHAN])
    gc.collect()
    assert noise == []
    assert names_in(tmp_path) == []


def test_what_a_workbook_cannot_hold_is_refused_not_cut(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="Surname of row 2 does not fit into a workbook"):
        write_table(tmp_path / "p.xlsx", COLUMNS, [KHAN, ("1", "x" * 32_768, None, None)])
    assert names_in(tmp_path) == []


def test_a_row_of_another_length_is_our_own_mistake(tmp_path: Path) -> None:
    for name in ("p.csv", "p.xlsx"):
        with pytest.raises(ValueError, match="shorter"):
            write_table(tmp_path / name, COLUMNS, [("1", "2")])


def test_moments_are_text(tmp_path: Path) -> None:
    write_table(tmp_path / "p.csv", [TableColumn("Sent")], [(datetime(2026, 11, 21, 9, 30, tzinfo=UTC),)])
    assert list(csv.reader(io.StringIO((tmp_path / "p.csv").read_text("utf-8-sig"))))[1] == ["2026-11-21 09:30+00:00"]


def test_putting_in_place_serves_other_writers(tmp_path: Path) -> None:
    with put_in_place(RECORDS[0], tmp_path / "plan.docx") as made:
        assert made.suffix == ".docx"
        made.write_bytes(b"plan")
        assert not (tmp_path / "plan.docx").exists()
    assert (tmp_path / "plan.docx").read_bytes() == b"plan"
    assert names_in(tmp_path) == ["plan.docx"]
