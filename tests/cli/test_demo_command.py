"""A demonstration that was killed on its way is made again; nothing of it stands in the way, or is taken for real."""

import shutil
from datetime import date

import pytest
from command import Command

from transitions.clock import Clock
from transitions.custody.places import demo_database
from transitions.demo import make
from transitions.demo.make import demo_file, make_file
from transitions.workspace import Workspace

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
