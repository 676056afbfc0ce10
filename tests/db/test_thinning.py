"""Which backups stay, when they are made by themselves, and the second folder."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command import Command

from db import backup, keys, thinning
from db.anchors import HEADS
from db.errors import CannotWriteDatabase
from transitions.clock import Clock

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def name(at: datetime, label: str = "") -> str:
    return f"pupils-{at:%Y%m%dT%H%M%SZ}{label}.db"


def every(hours: int, days: int) -> list[str]:
    return [name(NOW - timedelta(hours=hours * n)) for n in range(days * 24 // hours)]


def test_all_of_two_days_stay_and_then_the_newest_of_days_weeks_and_months() -> None:
    two_years = every(6, 730)
    stay = sorted(set(two_years) - thinning.surplus(two_years, NOW), reverse=True)
    assert stay[:9] == two_years[:9]  # forty-eight hours, both ends
    days = [thinning.moment_of(one).date() for one in stay[9:]]  # type: ignore[union-attr]
    assert len(days) == len(set(days))
    assert [str(day) for day in days] == [
        *(f"2026-11-{day}" for day in range(27, 18, -1)),  # twelve days, of which three are among the first
        "2026-11-15", "2026-11-08", "2026-11-01",  # weeks, by their Sundays
        "2026-10-31", "2026-10-25", "2026-10-18", "2026-10-11", "2026-10-04", "2026-09-30",
        "2026-08-31", "2026-07-31", "2026-06-30", "2026-05-31", "2026-04-30", "2026-03-31",
    ]  # fmt: skip
    assert thinning.surplus(stay, NOW) == set()


def test_what_is_old_stays_while_there_is_nothing_newer() -> None:
    long_ago = [name(datetime(2020, month, 1, tzinfo=UTC)) for month in range(1, 13)]
    assert set(long_ago) - thinning.surplus(long_ago, NOW) == set(long_ago)  # twelve days that have a backup


def test_what_a_person_named_and_what_was_damaged_always_stay() -> None:
    old = NOW - timedelta(days=900)
    mine = ["mine.db", "pupils-2020.db", name(old, "-damaged"), name(old, "-damaged-2"), "pupils-20209999T000000Z.db"]
    assert thinning.surplus([*mine, *every(6, 730)], NOW).isdisjoint(mine)


def test_a_backup_of_a_clock_that_is_ahead_stays_and_takes_nobodys_place() -> None:
    ahead = name(NOW + timedelta(days=400))
    assert thinning.surplus([ahead, *every(1, 2)], NOW) == set()


def folder_of_old_ones(path: Path) -> list[Path]:
    folder = backup.folder_for(path)
    folder.mkdir(exist_ok=True)
    made = [folder / one for one in every(6, 730)]
    for one in made:
        one.write_bytes(b"x")
        keys.keys_file(one).write_bytes(b"{}")
    return made


def test_the_keys_beside_a_backup_go_with_it(tmp_path: Path) -> None:
    path = tmp_path / "pupils.db"
    made = folder_of_old_ones(path)
    gone = thinning.thin(path, NOW)
    assert len(gone) == len(made) - 33
    left = {one.name for one in backup.folder_for(path).iterdir()}
    assert left == {end for one in backup.backups_of(path) for end in (one.name, keys.keys_file(one).name)}


def test_the_second_folder_gets_what_stays_and_keeps_what_only_it_has(tmp_path: Path) -> None:
    path, second = tmp_path / "pupils.db", tmp_path / "stick"
    second.mkdir()
    folder_of_old_ones(path)
    (backup.folder_for(path) / HEADS).write_text("a head of the journal\n")
    there = thinning.second_folder_for(path, second)
    there.mkdir()
    alone = there / name(datetime(2026, 11, 25, 23, tzinfo=UTC))
    alone.write_bytes(b"only here")
    made = thinning.copy_along(path, second, NOW)
    assert len(made) == 32  # the newest of 25 November is there already
    assert alone.read_bytes() == b"only here"
    assert all(keys.keys_file(one).exists() for one in made)
    assert (there / HEADS).read_text() == "a head of the journal\n"
    assert thinning.copy_along(path, second, NOW) == []
    assert [*second.rglob("*.partial")] == []


def test_a_copy_in_clear_is_made_anew_when_its_original_was_encrypted(tmp_path: Path) -> None:
    path, second = tmp_path / "pupils.db", tmp_path / "stick"
    second.mkdir()
    folder = backup.folder_for(path)
    folder.mkdir()
    one = folder / name(NOW)
    one.write_bytes(b"in clear")
    (copied,) = thinning.copy_along(path, second, NOW)
    one.write_bytes(b"sealed")
    keys.keys_file(one).write_bytes(b"{}")
    assert thinning.copy_along(path, second, NOW) == [copied]
    assert copied.read_bytes() == b"sealed"
    assert keys.keys_file(copied).exists()


def test_a_second_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotWriteDatabase, match="is not there"):
        thinning.copy_along(tmp_path / "pupils.db", tmp_path / "stick", NOW)


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
    yesterday = made.with_name(name(datetime.now(UTC) - timedelta(days=1)))
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
    second.rename(tmp_path / "pulled out")
    made = backed_up.ok("backup")
    assert "second folder for backups is not there" in made.err
    assert Path(made.out.strip()).exists()
    assert "not there now" in backed_up.ok("locate").out
    (tmp_path / "pulled out").rename(second)
    backed_up.ok("backup")
    assert len([*second.rglob("*.db")]) == 4  # the one that was missed comes along
    backed_up.ok("backup", "--not-also")
    assert "second folder" not in backed_up.ok("locate").out
