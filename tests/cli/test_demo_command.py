"""A demonstration that was killed on its way is made again; nothing of it stands in the way, or is taken for real."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from command import Command

from transitions.clock import Clock
from transitions.custody.places import demo_database
from transitions.demo import make
from transitions.demo.make import demo_file, make_file
from transitions.workspace import Workspace

pytestmark = pytest.mark.of_a_file

TODAY = Clock.on(date(2026, 11, 21))


def test_a_killed_demo_is_made_again(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    path = demo_database(30, 1)
    path.parent.mkdir(parents=True)
    left = command.folder / "left"
    make_file(path, TODAY, 30, 1, lambda _done, _total: shutil.copytree(path.parent, left)).close()
    shutil.rmtree(path.parent)
    left.rename(path.parent)  # as a kill would have left it
    monkeypatch.setattr(make, "PUPILS", 30)
    assert demo_file(TODAY) == path
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert command("demo", "--pupils", "30").status == 0
    assert "30 pupils" in command.ok("today", "--db", path).out


def test_what_an_earlier_version_left_when_it_was_killed_is_no_real_record(command: Command) -> None:
    path = demo_database(5, 1)
    path.parent.mkdir(parents=True)
    Workspace.open(path, TODAY, create=True).close()
    assert command("demo", "--pupils", "5").status == 0
    real = demo_database(6, 1)
    command.ok("me", "--db", real, "K. Osei")
    refused = command("demo", "--pupils", "6")
    assert refused.status == 2
    assert "real records" in refused.err


def test_a_file_that_is_named_before_the_command_is_the_one_as_behind_it(command: Command) -> None:
    other = command.folder / "other.db"
    assert command("--db", other, "demo", "--pupils", "5").status == 0
    assert other.exists()
    assert not demo_database(5, 1).exists()
    command.ok("me", "--db", command.folder / "real.db", "K. Osei")
    assert "real records" in command("--db", command.folder / "real.db", "demo", "--pupils", "5").err


def first_pupil(path: Path) -> int:
    workspace = Workspace.open(path, TODAY)
    try:
        return int(workspace.read().execute("SELECT min(id) FROM pupil").fetchone()[0])
    finally:
        workspace.close()


def test_on_another_day_a_demo_is_made_again_unless_somebody_has_worked_with_it(command: Command) -> None:
    path = demo_database(8, 1)
    assert command("demo", "--pupils", "8").status == 0
    assert command("demo", "--pupils", "8", as_of="2026-11-23").status == 0
    first = first_pupil(path)
    command.ok("note", f"#{first}", "Worked with", "--db", path)
    looked = command("demo", "--pupils", "8", as_of="2045-01-01")
    assert looked.status == 0
    assert "were made on Monday 23 November 2026 and have been changed since. --fresh makes them again." in looked.err
    assert "Worked with" in command.ok("show", f"#{first}", "--db", path, "--format", "json").out


def test_a_demo_that_is_open_elsewhere_is_not_taken_away_under_it(command: Command) -> None:
    path = demo_database(8, 1)
    assert command("demo", "--pupils", "8").status == 0
    elsewhere = Workspace.open(path, TODAY)
    try:
        before = path.stat().st_ino
        refused = command("demo", "--pupils", "8", "--fresh")
        assert refused.status != 0
        assert "another program is using this file" in refused.err
        assert path.stat().st_ino == before
    finally:
        elsewhere.close()
