"""When backups are made by themselves, by commands and by the app, and the second folder."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command import Command

from db.custody import backup
from screens.frame import app as app_module
from screens.frame import running
from transitions.clock import Clock
from transitions.dates import long
from transitions.workspace import Workspace

# By the commands


@pytest.fixture
def backed_up(school: Command, makes_backups: None, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setattr(Clock, "now", staticmethod(lambda: datetime.now(UTC)))
    shutil.rmtree(backup.folder_for(school.path), ignore_errors=True)
    return school


def labels(command: Command) -> list[str]:
    return [one.stem.partition("Z")[2] for one in backup.backups_of(command.path)]


def test_the_first_command_of_a_day_makes_one_when_anything_was_changed(backed_up: Command) -> None:
    backed_up.ok("list")
    backed_up.ok("note", "Khan", "Rang home")
    backed_up.ok("list")
    (made,) = backup.backups_of(backed_up.path)
    yesterday = made.with_name(f"pupils-{datetime.now(UTC) - timedelta(days=1):%Y%m%dT%H%M%SZ}.db")
    made.rename(yesterday)
    backed_up.ok("list")
    assert len(backup.backups_of(backed_up.path)) == 2
    backup.backups_of(backed_up.path)[-1].rename(yesterday)
    backed_up.ok("list")  # nothing was changed since
    assert backup.backups_of(backed_up.path) == [yesterday]


def test_an_import_and_a_change_of_many_rows_are_made_behind_a_backup(
    backed_up: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    backed_up.ok("note", "Khan", "Rang home")
    backed_up.ok(
        "import", "pupils", backed_up.write("more.csv", ["Surname,Forename,DOB,Year", "Ash,Iris,02/02/2016,6"])
    )
    assert labels(backed_up)[-1] == "-before-import"
    before = backup.backups_of(backed_up.path)[-1]
    assert "Note" in backed_up.ok("history", "Khan", "--db", before).out
    assert "Iris" not in backed_up.ok("list", "--db", before).out
    number = len(labels(backed_up))
    backed_up.ok("note", "Khan", "Rang again")
    assert len(labels(backed_up)) == number
    monkeypatch.setattr("transitions.workspace.MANY_ROWS", 0)
    backed_up.ok("undo")
    assert labels(backed_up)[-1] == "-before-many-changes"


def test_an_import_that_cannot_be_backed_up_changes_nothing(backed_up: Command) -> None:
    backup.folder_for(backed_up.path).write_text("in the way")
    result = backed_up(
        "import", "pupils", backed_up.write("more.csv", ["Surname,Forename,DOB,Year", "Ash,Iris,02/02/2016,6"])
    )
    assert result.status == 73
    assert "the folder for backups cannot be made" in result.err
    assert "Iris" not in backed_up.ok("list").out


def test_a_second_folder_is_named_listed_copied_to_and_missed_aloud(backed_up: Command, tmp_path: Path) -> None:
    second = tmp_path / "stick"
    assert backed_up("backup", "--also", second).status == 66
    second.mkdir()
    backed_up.ok("backup", "--also", second)
    copied = [*second.rglob("*.db")]
    assert len(copied) == 2
    assert f"backup: {copied[0]}" in backed_up.ok("locate").out
    checked = backed_up("check").err
    assert f"2 backups beside the records, the newest of {long(datetime.now().astimezone().date())} at " in checked
    assert f"2 backups in {second}, the newest of " in checked
    second.rename(tmp_path / "pulled out")
    assert f"The second backup folder is not available: {second}" in backed_up("check").err
    made = backed_up.ok("backup")
    assert "second backup folder is not there" in made.err
    assert Path(made.out.strip()).exists()
    assert "not there now" in backed_up.ok("locate").out
    (tmp_path / "pulled out").rename(second)
    backed_up.ok("backup")
    assert len([*second.rglob("*.db")]) == 4  # the one that was missed comes along
    backed_up.ok("backup", "--not-also")
    assert "second folder" not in backed_up.ok("locate").out


# By the app


def run_to_its_end(monkeypatch: pytest.MonkeyPatch, status: int = 0, *, locks: bool = False) -> None:
    """The app is opened, and quit at once, or locked."""

    def run(make: Callable[[], app_module.TransitionsApp], _: Path) -> int:
        made = make()
        made.is_locked = locks
        return status

    monkeypatch.setattr(running, "run", run)


@pytest.mark.parametrize(("status", "locks", "made"), [(0, False, 1), (0, True, 0), (143, False, 0)])
def test_quitting_makes_one_when_anything_was_changed_and_locking_none(
    workspace: Workspace, makes_backups: None, monkeypatch: pytest.MonkeyPatch, status: int, locks: bool, made: int
) -> None:
    path = workspace.database.path
    run_to_its_end(monkeypatch, status, locks=locks)
    running.run_app(workspace)
    assert len(backup.backups_of(path)) == made
    again = Workspace.open(path, workspace.clock)
    running.run_app(again)
    assert len(backup.backups_of(path)) == made


async def test_the_app_makes_the_backup_of_a_day_behind_its_first_screen(
    workspace: Workspace, makes_backups: None
) -> None:
    app = app_module.TransitionsApp(workspace)
    async with app.run_test() as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
    assert len(backup.backups_of(workspace.database.path)) == 1
