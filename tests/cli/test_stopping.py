"""Ctrl+C at any moment of a start ends quietly, with the status that shells know, and leaves no half-made records."""

import subprocess
import sys
from pathlib import Path

import pytest
from command import Command

from db import driver, migrations
from db.database import Database
from transitions.cli import run
from transitions.custody.places import demo_database, make_folder
from transitions.demo import make

STOPPED_WHILE_LOADING = """
import builtins, sys
real = builtins.__import__
def stop(name, *rest):
    if name == "click":
        raise KeyboardInterrupt
    return real(name, *rest)
builtins.__import__ = stop
from transitions import main
main()
"""


def test_while_modules_are_read() -> None:
    done = subprocess.run([sys.executable, "-c", STOPPED_WHILE_LOADING], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def stop(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.of_a_file
def test_while_tables_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "old.db"
    old = driver.connect(path, create=True)
    migrations.upgrade(old, path, {1: migrations.STEPS[1]})
    old.close()
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(driver, "row_counts", stop)
        assert run(["--db", str(path), "list"]) == 130
    assert "Traceback" not in capsys.readouterr().err
    assert path.read_bytes() == before
    Database(path).close()


def test_while_made_up_pupils_are_made(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    path = demo_database(5, 1)
    with monkeypatch.context() as patch:
        patch.setattr(make, "_fill", stop)
        assert run(["demo", "--pupils", "5"]) == 130
    assert "Traceback" not in capsys.readouterr().err
    assert not path.exists()


@pytest.mark.of_a_file
def test_a_demonstration_that_was_killed_is_no_real_record(capsys: pytest.CaptureFixture[str]) -> None:
    path = demo_database(5, 1)
    make_folder(path.parent)
    Database(path, create=True).close()  # what a kill leaves: tables, and nobody in them
    assert run(["demo", "--pupils", "5"]) == 0
    assert "real records" not in capsys.readouterr().err


def test_a_file_of_one_byte_is_not_ours_to_write_over(school: Command, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_bytes(b"x")
    for words in (("list",), ("restore", str(school.path))):
        assert run(["--db", str(path), *words]) == 65, words
    assert run(["demo", "--pupils", "5", "--fresh", "--db", str(path)]) == 65
    assert path.read_bytes() == b"x"


def test_folders_are_for_their_owner_all_the_way_down(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b" / "c")
    for folder in ("a", "a/b", "a/b/c"):
        assert (tmp_path / folder).stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "words",
    [
        ("note", "Khan"),
        ("done", "Khan", "6-7.tier", "--evidence"),
        ("waive", "Khan", "6-7.tier", "--reason", "another-way", "--words"),
    ],
)
def test_a_text_without_end_is_refused(school: Command, words: tuple[str, ...]) -> None:
    before = school("history").out
    result = school(*words, "x" * 20_001)
    assert result.status == 65, result.err
    assert "This has 20,001 characters; at most 20,000 are kept" in result.err
    assert school("history").out == before
