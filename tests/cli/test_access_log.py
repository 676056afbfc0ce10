"""Who opened which record, and which files left, is noted once, and keeps nobody from anything."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from builders import add_pupil, add_worker
from command import Command

from db import importing
from db.custody import access_log as store
from db.custody import sealing
from db.database import Database
from db.journal import tell
from transitions.cli import streams
from transitions.clock import Clock
from transitions.custody import access_log, history
from transitions.workspace import Workspace


def looks(workspace: Workspace) -> list[tuple[str | None, int, str]]:
    return [(row.worker, row.pupil_id, row.how) for row in reversed(access_log.views(workspace, limit=99))]


def test_a_look_is_noted_once_for_a_person_a_pupil_and_ten_minutes(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = add_pupil(workspace), add_pupil(workspace, surname="Okafor", forename="Ben")
    now = workspace.clock.now()
    for minutes, pupil, how in ((0, one, "page"), (5, one, "show"), (9, other, "page"), (11, one, "explain")):
        monkeypatch.setattr(Clock, "now", lambda _clock, minutes=minutes: now + timedelta(minutes=minutes))
        access_log.note(workspace, pupil, how)
    workspace.become(add_worker(workspace, "B. Lee"))
    access_log.note(workspace, one, "page")
    assert looks(workspace) == [
        ("K. Osei", one, "page"), ("K. Osei", other, "page"), ("K. Osei", one, "explain"), ("B. Lee", one, "page"),
    ]  # fmt: skip
    assert [row.worker for row in access_log.views(workspace, pupil_id=other, limit=9)] == ["K. Osei"]
    assert len(access_log.views(workspace, worker_id=workspace.me, limit=9)) == 1


@pytest.mark.of_a_file
def test_while_another_program_writes_a_look_waits_and_a_pupil_added_by_mistake_can_be_taken_back(
    workspace: Workspace,
) -> None:
    pupil = add_pupil(workspace)
    other = Database(workspace.database.path)
    workspace.database.wait_for_others(0)
    with other.write():
        access_log.note(workspace, pupil, "page")
        assert looks(workspace) == []
    other.close()
    access_log.note(workspace, pupil, "page")
    assert looks(workspace) == [("K. Osei", pupil, "page")]
    history.undo(workspace)
    assert [(row.pupil, row.pupil_id) for row in access_log.views(workspace, limit=9)] == [(None, pupil)]


def test_show_and_explain_are_looks_and_views_prints_them(school: Command) -> None:
    school.ok("me", "K. Osei")
    school.ok("show", "Khan")
    school.ok("explain", "Khan")
    (row,) = json.loads(school.ok("views", "Khan", "--worker", "K. Osei", "--format", "json").out)
    assert (row["worker"], row["how"]) == ("K. Osei", "show")
    assert row["pupil"].startswith("Khan, ")


def test_every_command_that_prints_the_records_of_a_pupil_is_a_look(
    school: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "APART", timedelta(minutes=-1))  # every look is noted
    school.ok("plan", "new", "Khan", "6-7")
    school.ok("handover", "start", "Khan")
    printing = [
        "plan versions", "plan checklist", "handover show", "circle", "event list", "marker list", "history"
    ]  # fmt: skip
    for command in printing:
        school(*command.split(), "Khan")
    school.ok("chronology", "Khan", school.folder / "c.txt", "--purpose", "Complaint 1")
    printing.append("chronology")
    found = json.loads(school.ok("views", "Khan", "--format", "json").out)
    assert [row["how"] for row in reversed(found)] == printing


def test_every_file_that_left_has_its_filter_rows_purpose_and_digest(school: Command) -> None:
    target = school.folder / "missed.csv"
    school.ok("export", "missed", target, "--purpose", "Committee")
    left = school.ok("export", "missed", "-", "--purpose", "Committee").out.encode()
    printed, row = json.loads(school.ok("exports", "--format", "json").out)
    assert (row["file"], row["sha256"]) == ("missed.csv", sha256(target.read_bytes()).hexdigest())
    assert row["bytes"] == target.stat().st_size
    assert "row" in row["summary"]
    assert row["summary"].endswith("missed.csv; for: Committee")
    assert (printed["file"], printed["bytes"]) == ("standard output", len(left))
    assert printed["sha256"] == sha256(left).hexdigest()


def test_names_that_are_printed_into_a_file_are_among_what_left(
    school: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = school.ok("exports").out
    for command in (["list", "--format", "csv"], ["missed"], ["milestone", "list"]):
        school.ok(*command)
    assert school.ok("exports").out == before, "what is on a screen, or goes to another program, is not known to stay"
    monkeypatch.setattr(streams, "goes_into_a_file", lambda _: True)
    for command in (["list", "--format", "csv"], ["missed"], ["milestone", "list"]):
        school.ok(*command)
    found = json.loads(school.ok("exports", "--format", "json").out)
    assert [(row["name"], row["summary"].partition(";")[0]) for row in found] == [
        ("Printed into a file", "missed"), ("Printed into a file", "list"),
    ]  # fmt: skip
    monkeypatch.undo()
    with (school.folder / "list.csv").open("w") as file:
        assert streams.goes_into_a_file(file)


def test_the_digest_of_a_file_that_left_is_sealed_and_no_undo_looks_at_it(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    with workspace.change("Note added", "with a file") as action:
        tell(action.connection, action.id, "file", "x.csv", {"sha256": "0" * 64})
        action.insert("note", {"pupil_id": pupil, "written_on": workspace.clock.today, "text": "x"})
    assert action.recorded.changed == 1
    read = workspace.read()
    assert importing.brought(read, "Note added", "with a") == {"note": {1}}
    assert not importing.changed_since(read, action.id - 1, [pupil + 1], before=action.id + 1)
    assert list(sealing.altered(workspace.read())) == []
    history.undo(workspace)
    assert workspace.read().execute("SELECT count(*) FROM note").fetchone()[0] == 0
