"""Who has the file open is said by name; what a dead program leaves behind is no hindrance; another computer is."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command import Command

from db.custody import backup, presence
from db.database import Database
from db.driver import connect
from db.errors import DatabaseInUse

pytestmark = pytest.mark.of_a_file

HOLDS = """
import sys
from pathlib import Path
from db.database import Database
database = Database(Path(sys.argv[1]))
database.say_opened_in("the app")
with database.write() as connection:
    connection.execute("INSERT INTO setting VALUES ('half', '1')")
    print("open", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held(path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process has the file open, and writes, until it is told to end."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        try:
            yield process
        finally:
            process.kill()


def beside(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.glob("*.open-*"))


def elsewhere(path: Path) -> Path:
    """What another computer says, which the folder has brought here."""
    file = path.with_name(f"{path.name}.open-7-1")
    said = {"pid": 7, "host": "COUNCIL-7", "user": "amara", "program": "the app", "since": "2026-11-20T08:15:00+00:00"}
    file.write_text(json.dumps(said), encoding="utf-8")
    return file


def test_another_program_is_named_where_it_is_in_the_way(school: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.driver.BUSY_SECONDS", 0.1)
    with held(school.path) as process:
        result = school("note", "Khan", "Rang home")
        assert result.status == 75
        assert f"using this file: the app, opened by {presence._user()} at " in result.err
        assert f"(process {process.pid}). Close it there, or try again" in result.err
        assert f"open now: the app, opened by {presence._user()}" in school.ok("locate").out
        assert f"Open now: the app, opened by {presence._user()}" in school("check").err
        copy = Path(school.ok("backup").out.strip())
        assert school("restore", copy).status == 75
        assert len(beside(school.path)) == 1
    assert "open now" not in school.ok("locate").out  # killed: what it left says nothing any more
    assert beside(school.path) == []
    school.ok("note", "Khan", "Rang home")


def test_what_was_killed_and_has_lost_its_log_is_said_once(school: Command) -> None:
    file = school.path.with_name(f"{school.path.name}.open-99999999-1")
    left = {
        "pid": 99999999,
        "host": platform.node(),
        "user": "amara",
        "program": "the app",
        "since": "2026-11-20T08:15:00+00:00",
    }
    file.write_text(json.dumps(left | {"log": True}), encoding="utf-8")
    assert "was not closed properly last time (the app, opened by amara" in school.ok("list").err
    assert school.ok("list").err.count("not closed") == 0
    open_still = Database(school.path)  # whose closing plays the log in, and takes it away
    file.write_text(json.dumps(left | {"log": True}), encoding="utf-8")
    open_still.close()
    assert "not closed" not in school.ok("list").err
    file.write_text(
        json.dumps(left | {"log": False}), encoding="utf-8"
    )  # a command that worked on the file without one
    assert "not closed" not in school.ok("list").err
    assert beside(school.path) == []


def test_whoever_closes_it_leaves_nothing(school: Command) -> None:
    opened = [Database(school.path), Database(school.path)]
    assert len(beside(school.path)) == 2
    assert presence.others(school.path) == []  # both are this process
    for one in opened:
        one.close()
    assert beside(school.path) == []


def test_another_computer_is_refused_until_its_word_is_taken_away(school: Command) -> None:
    copy = Path(school.ok("backup").out.strip())
    before = school.path.read_bytes()
    file = elsewhere(school.path)
    for words in (("list",), ("note", "Khan", "x"), ("restore", copy)):
        result = school(*words)
        assert result.status == 75
        assert "the app, opened by amara" in result.err
        assert "on COUNCIL-7, process 7). Two computers at once would damage the records" in result.err
        assert f"delete {file}" in result.err
    assert "on COUNCIL-7" in school.ok("locate").out
    assert school.path.read_bytes() == before
    file.unlink()
    school.ok("list")


def test_what_says_nothing_is_taken_out_when_it_is_old(school: Command) -> None:
    for name, age in (("1-1", 0), ("2-1", 120)):
        file = school.path.with_name(f"{school.path.name}.open-{name}")
        file.write_bytes(b"")
        os.utime(file, (file.stat().st_mtime - age,) * 2)
    school.ok("list")
    assert beside(school.path) == [f"{school.path.name}.open-1-1"]


def test_where_nothing_can_be_written_nobody_is_named(tmp_path: Path) -> None:
    assert presence.arrive(tmp_path / "gone" / "pupils.db") is None


def test_what_a_killed_backup_left_is_taken_out_at_the_next_start(school: Command) -> None:
    folder = backup.folder_for(school.path)
    folder.mkdir(exist_ok=True)
    left = [folder / "pupils-1.db.partial", *(school.path.with_name(f"pupils.db.partial{end}") for end in ("", "-wal"))]
    with held(school.path):
        for one in left:
            one.write_bytes(b"half of something")
        school.ok("list")  # somebody else may be making it now
        assert all(one.exists() for one in left)
    school.ok("list")
    assert not any(one.exists() for one in left)


def test_a_file_that_is_open_says_since_when_in_words(school: Command) -> None:
    elsewhere(school.path)
    (one,) = presence.others(school.path)
    assert one.told().startswith("the app, opened by amara at ")
    assert one.told().endswith("on 20 November 2026 (on COUNCIL-7, process 7)")
    with pytest.raises(DatabaseInUse):
        Database(school.path)
    connect(school.path).close()
