"""Which backups stay, and what the second folder gets."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.custody import backup, keys, thinning
from db.custody.anchors import HEADS
from db.errors import CannotWriteDatabase

pytestmark = pytest.mark.of_a_file

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
    made = [folder / one for one in every(24, 20)]
    for one in made:
        one.write_bytes(b"x")
        keys.keys_file(one).write_bytes(b"{}")
    return made


def test_the_keys_beside_a_backup_go_with_it(tmp_path: Path) -> None:
    path = tmp_path / "pupils.db"
    made = folder_of_old_ones(path)
    gone = thinning.thin(path, NOW)
    assert {one.name for one in gone} == thinning.surplus((one.name for one in made), NOW)
    assert gone
    left = {one.name for one in backup.folder_for(path).iterdir()}
    assert left == {end for one in backup.backups_of(path) for end in (one.name, keys.keys_file(one).name)}


def test_the_second_folder_gets_what_stays_and_keeps_what_only_it_has(tmp_path: Path) -> None:
    path, second = tmp_path / "pupils.db", tmp_path / "stick"
    second.mkdir()
    ours = folder_of_old_ones(path)
    stay = len(ours) - len(thinning.surplus((one.name for one in ours), NOW))
    ours_alone, both, theirs_alone = (f"2026-11-25\t0000\t{n}\t{n}\tseal\tname\n" for n in range(3))
    (backup.folder_for(path) / HEADS).write_text(ours_alone + both)
    there = thinning.second_folder_for(path, second)
    there.mkdir()
    alone = there / name(datetime(2026, 11, 25, 23, tzinfo=UTC))
    alone.write_bytes(b"only here")
    (there / HEADS).write_text(both + theirs_alone)
    made = thinning.copy_along(path, second, NOW)
    assert len(made) == stay - 1  # the newest of 25 November is there already
    assert alone.read_bytes() == b"only here"
    assert all(keys.keys_file(one).exists() for one in made)
    assert thinning.copy_along(path, second, NOW) == []
    assert (there / HEADS).read_text() == both + theirs_alone + ours_alone
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
