"""Pipes, full disks, other locales, and words and paths that no system takes: each is answered, none is a crash."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from command import PUPILS, Command
from sqlcipher3 import dbapi2

from transitions.caseload import caseload
from transitions.caseload.caseload import PupilRow
from transitions.cli import run
from transitions.cli.options import FORMATS
from transitions.cli.output import _fitted, _laid
from transitions.errors import DatabaseInUse

PRINTS = (
    ("list",),
    ("list", "--format", "json"),
    ("list", "--format", "csv"),
    ("history",),
    ("show", "Aisha"),
    ("today",),
    ("export", "pupils", "-", "--purpose", "Panel"),
    ("me",),
    ("locate",),
    ("plan", "--help"),
)
FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("words", PRINTS, ids=" ".join)
def test_a_full_disk_behind_standard_output_is_said(
    school: Command, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    with FULL.open("w") as full, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", full)
        result = school(*words)
    assert result.status == 73
    assert "the disk is full" in result.err


@pytest.mark.parametrize("words", PRINTS, ids=" ".join)
def test_whoever_reads_may_leave_early(
    school: Command, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "w") as pipe, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", pipe)
        patch.setattr(sys, "stderr", sys.stderr)  # the two are replaced on the way out
        result = school(*words)
    assert (result.status, result.err) == (0, "")


@pytest.mark.parametrize("words", PRINTS, ids=" ".join)
def test_closed_streams_are_no_crash(school: Command, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        for name in ("stdin", "stdout", "stderr"):
            patch.setattr(sys, name, None)
        assert run(["--db", str(school.path), *words]) == (73 if words[0] == "export" else 0)
        assert run(["--db", str(school.path)]) == 0
        assert run(["--db", str(school.path), "import", "pupils", "-"]) == 66


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-16"])
def test_a_pipe_gets_utf_8_whatever_the_locale_says(
    school: Command, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.ok("import", "pupils", school.write("polish.csv", PUPILS.replace("Ward;Elsie", "Wałęsa;Łukasz")))
    for words in (("list",), ("show", "Łukasz"), ("history",), ("list", "--format", "json")):
        pipe, talked = io.BytesIO(), io.BytesIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", io.TextIOWrapper(pipe, encoding))
            patch.setattr(sys, "stderr", io.TextIOWrapper(talked, encoding))
            assert run(["--db", str(school.path), "--as-of", "2026-11-21", *words]) == 0
            if words[0] != "history":
                assert "Łukasz" in pipe.getvalue().decode("utf-8"), words
            talked.getvalue().decode("utf-8")


def test_a_terminal_keeps_its_own_encoding_and_shows_what_it_cannot_as_a_question_mark(
    school: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    school.ok("edit", "pupil", "Ward", "forename=Łukasz", "surname=Zoë")
    shown = io.BytesIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Terminal(shown, "cp1252"))
        assert run(["--db", str(school.path), "--as-of", "2026-11-21", "list"]) == 0
        assert b"?ukasz" in shown.getvalue()
        assert "Zoë".encode("cp1252") in shown.getvalue()


def test_a_table_fits_the_terminal_at_words_and_wide_prints_all_of_it(
    school: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped = school.ok("list").out
    step = max((line for line in piped.splitlines()), key=len)
    assert len(step) > 70
    monkeypatch.setattr("transitions.cli.streams.at_terminal", lambda *_: True)
    for columns in (50, 70):
        monkeypatch.setenv("COLUMNS", str(columns))
        shown = school.ok("list")
        assert max(map(len, shown.out.splitlines())) <= columns
        assert "Khan" in shown.out
        wanted = piped if "No room" not in shown.err else piped.split(shown.err.split(": ")[1].split(",")[0])[0]
        assert set(wanted.split("\n")[0].split()) <= set(shown.out.split())
    monkeypatch.setenv("COLUMNS", "300")
    assert school.ok("list").out == piped
    monkeypatch.setenv("COLUMNS", "50")
    long = "Rang the receiving school about the visit, and again about the taxi, the ramp and the quiet room"
    school.ok("note", "Khan", long)
    assert max(map(len, school.ok("list", "--wide").out.splitlines())) >= len(step)
    widths = _fitted([["a", "what"], ["1", long], ["2", "short"]], [1, len(long)], 40)
    assert sum(widths) + 2 == 40
    assert " ".join(line.split("  ")[1].strip() for line in _laid(["1", long], widths).splitlines()) == long
    assert _laid(["Unbreakable"], [4]) == "Unbr\neaka\nble\n"


@pytest.mark.parametrize("style", FORMATS)
def test_a_list_of_any_length_is_printed_as_it_comes(
    school: Command, monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    school.ok("edit", "pupil", "Ward", "surname=Ward-Featherstonehaugh-Cholmondeley", "forename=Zoë")
    whole, read = school.ok("list", "--sort", "name", "--format", style), caseload.all_rows
    monkeypatch.setattr("transitions.cli.output.AT_ONCE", 1)
    bit_by_bit = school.ok("list", "--sort", "name", "--format", style)
    if style == "table":  # a wider cell widens its column from there on
        assert bit_by_bit.out.splitlines()[2] != whole.out.splitlines()[2]
        assert bit_by_bit.out.splitlines()[-1] == whole.out.splitlines()[-1]
        assert bit_by_bit.out.replace("-", "").split() == whole.out.replace("-", "").split()
    else:
        assert bit_by_bit == whole

    def until_the_file_cannot_be_read(*caseload: Any) -> Iterator[PupilRow]:
        yield from islice(read(*caseload), 2)
        raise DatabaseInUse("Another program is using this file.")

    monkeypatch.setattr(caseload, "all_rows", until_the_file_cannot_be_read)
    broken = school("list", "--sort", "name", "--format", style)
    assert broken.status == DatabaseInUse.exit_status
    assert broken.out
    assert whole.out.startswith(broken.out) or style == "table"


def test_words_that_are_not_utf_8_are_answered_and_nothing_is_done(
    school: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = school.path.read_bytes()
    for words in (("note", "Zoë", "caf\udce9"), ("import", "pupils", "caf\udce9.csv"), ("list", "--text", "\udcff")):
        monkeypatch.setattr(sys, "argv", ["transitions", "--db", str(school.path), *words])
        assert run() == 2
        assert "is not UTF-8 text" in capsys.readouterr().err
    assert school.path.read_bytes() == before


@pytest.mark.of_a_file
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_an_environment_that_is_not_utf_8_names_a_place_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRANSITIONS_DB", f"{tmp_path}/caf\udce9.db")
    assert run(["list"]) == 66
    assert "caf?.db: there is no database here yet" in capsys.readouterr().err
    for words in (["me", "K. Osei"], ["list"], ["check"], ["backup"], ["locate"]):
        assert run(words) in (0, 1), words
    assert "caf?.db" in capsys.readouterr().out


@pytest.mark.of_a_file
def test_standard_input_that_is_not_utf_8_is_answered(school: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for data, status in ((b"caf\xe9", 65), ("Zoë came".encode(), 0)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "latin-1"))
        assert school("note", "Aisha", "-").status == status
    with closing(dbapi2.connect(str(school.path))) as connection:
        assert connection.execute("SELECT text FROM note").fetchall() == [("Zoë came",)]


@pytest.mark.of_a_file
@pytest.mark.parametrize("length", [300, 5_000])
def test_a_name_that_no_system_takes_is_answered(school: Command, length: int) -> None:
    name = str(school.folder / ("x" * length))
    for words, status in (
        (("import", "pupils", f"{name}.csv"), 66),
        (("export", "pupils", f"{name}.csv", "--purpose", "Panel"), 73),
        (("backup", name), 73),
        (("restore", name), 73),
        (("list", "--db", name), 73),
        (("me", "K. Osei", "--db", name), 73),
        (("demo", "--db", name), 73),
        (("handover", "receive", name, "--passphrase-file", name), 66),
        (("plan", "questions", "--db", f"{name}/a/b"), 73),
    ):
        result = school(*words)
        assert result.status == status, (words, result.err)
        assert "name" in result.err
        assert "too long" in result.err


def test_the_folder_of_somebody_who_is_not_known_is_not_there(school: Command) -> None:
    name = "~nobody-here-is-called-so/pupils.csv"
    for words, status in (
        (("import", "pupils", name), 66),
        (("export", "pupils", name, "--purpose", "Panel"), 73),
        (("note", "Aisha", "-", "--db", name), 66),
        (("handover", "receive", name, "--passphrase-file", name), 66),
        (("handover", "own-questions", name), 66),
    ):
        assert school(*words).status == status, words
