"""Backups that can be trusted, and the way back from them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import driver
from db.custody import backup
from db.custody import restoring as custody
from db.database import Database
from db.errors import (
    CannotWriteDatabase,
    DamagedDatabase,
    DatabaseInUse,
    NewerDatabase,
    NoDatabase,
    NotOurDatabase,
)
from db.migrations import STEPS

pytestmark = pytest.mark.of_a_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pupils.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database(path, create=True)
    put(opened, "first")
    yield opened
    opened.close()


def put(database: Database, name: str) -> None:
    with database.write() as connection:
        connection.execute("INSERT INTO setting VALUES (?, '1')", (name,))


def names(path: Path) -> list[str]:
    opened = Database(path)
    found = [row[0] for row in opened.read().execute("SELECT name FROM setting ORDER BY name")]
    opened.close()
    return found


def left_behind(folder: Path) -> list[Path]:
    return [*folder.rglob("*.partial*"), *folder.rglob("*-wal"), *folder.rglob("*-journal")]


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[4096:middle] = b"\x5a" * (middle - 4096)
    path.write_bytes(bytes(content))


def test_a_backup_is_whole_stands_alone_and_is_for_its_owner_only(database: Database, path: Path) -> None:
    made = backup.make(database.read(), path)  # while the newest rows are still in the -wal
    assert made.parent == path.with_name("pupils-backups")
    assert made.name.startswith("pupils-2")
    assert made.stat().st_mode & 0o777 == 0o600
    assert left_behind(made.parent) == []
    assert names(made) == ["first"]
    put(database, "second")
    assert names(made) == ["first"]


def test_backups_of_the_same_second_do_not_collide_and_are_listed_in_order(database: Database, path: Path) -> None:
    made = [backup.make(database.read(), path) for _ in range(3)]
    assert len(set(made)) == 3
    assert sorted(made) == backup.backups_of(path)


def test_a_file_that_is_there_is_never_overwritten(database: Database, path: Path) -> None:
    target = path.with_name("mine.db")
    target.write_text("precious")
    with pytest.raises(CannotWriteDatabase, match="already a file with that name") as caught:
        backup.make(database.read(), path, target=target)
    assert str(target) in caught.value.sentence
    assert target.read_text() == "precious"


@pytest.mark.parametrize("place", ["nowhere/mine.db", "file.txt/mine.db"])
def test_a_place_that_cannot_be_written_is_named(database: Database, path: Path, place: str) -> None:
    path.with_name("file.txt").write_text("")
    target = path.parent / place
    with pytest.raises(CannotWriteDatabase) as caught:
        backup.make(database.read(), path, target=target)
    assert str(target) in caught.value.sentence
    assert caught.value.exit_status == 73


def test_what_an_earlier_killed_backup_left_is_no_hindrance(database: Database, path: Path) -> None:
    target = path.with_name("mine.db")
    path.with_name("mine.db.partial").write_bytes(b"half of something" * 1000)
    assert backup.make(database.read(), path, target=target) == target
    assert names(target) == ["first"]


def test_a_damaged_database_is_not_backed_up_as_if_it_were_sound(database: Database, path: Path) -> None:
    connection = database.read()
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("INSERT INTO note (pupil_id, written_on, text) VALUES (99, '2026-11-21', 'lost')")
    with pytest.raises(DamagedDatabase, match="transitions restore") as caught:
        backup.make(connection, path)
    assert str(path) in caught.value.sentence
    assert backup.backups_of(path) == []
    assert left_behind(backup.folder_for(path)) == []


def test_a_restore_brings_back_the_backup_and_keeps_what_was_there(database: Database, path: Path) -> None:
    made = backup.make(database.read(), path)
    put(database, "second")
    database.close()
    kept = custody.restore(made, path)
    assert names(path) == ["first"]
    assert kept is not None
    assert "before-restore" in kept.name
    assert names(kept) == ["first", "second"]
    assert names(made) == ["first"]
    assert list(path.parent.rglob("*.partial*")) == []
    assert custody.restore(kept, path) is not None  # and back again, within the same second
    assert names(path) == ["first", "second"]


def test_a_restore_where_there_is_nothing_keeps_nothing(database: Database, path: Path) -> None:
    made = backup.make(database.read(), path)
    elsewhere = path.with_name("new.db")
    elsewhere.with_name("new.db-wal").write_bytes(b"of a file long gone")
    assert custody.restore(made, elsewhere) is None
    assert names(elsewhere) == ["first"]


def test_a_damaged_database_is_set_aside_and_the_backup_takes_its_place(database: Database, path: Path) -> None:
    made = backup.make(database.read(), path)
    database.close()
    damage(path)
    ruin = path.read_bytes()
    kept = custody.restore(made, path)
    assert names(path) == ["first"]
    assert kept is not None
    assert "damaged" in kept.name
    assert kept.read_bytes() == ruin


def test_a_damaged_backup_is_refused_and_nothing_changes(database: Database, path: Path) -> None:
    made = backup.make(database.read(), path)
    put(database, "second")
    database.close()
    damage(made)
    with pytest.raises(DamagedDatabase, match="damaged") as caught:
        custody.restore(made, path)
    assert str(made) in caught.value.sentence
    assert caught.value.exit_status == 65
    assert names(path) == ["first", "second"]
    assert backup.backups_of(path) == [made]


def test_what_is_no_backup_of_ours_is_refused(database: Database, path: Path) -> None:
    database.close()
    text = path.with_name("list.csv")
    text.write_text("Surname,Forename\n" * 500)
    empty = path.with_name("empty.db")
    empty.write_bytes(b"")
    other = path.with_name("other.db")
    connection = driver.dbapi2.connect(str(other))
    connection.execute("CREATE TABLE bookmark (url TEXT)")
    connection.commit()
    connection.close()
    for source in (text, empty, other):
        with pytest.raises(NotOurDatabase) as caught:
            custody.restore(source, path)
        assert str(source) in caught.value.sentence
    with pytest.raises(NoDatabase, match="there is no such backup"):
        custody.restore(path.with_name("gone.db"), path)
    assert names(path) == ["first"]


def test_a_backup_of_a_newer_version_is_refused(database: Database, path: Path) -> None:
    made = backup.make(database.read(), path)
    database.close()
    newer = driver.dbapi2.connect(str(made), isolation_level=None)
    newer.execute(f"PRAGMA user_version = {max(STEPS) + 1}")
    newer.close()
    with pytest.raises(NewerDatabase):
        custody.restore(made, path)
    assert names(path) == ["first"]


def test_another_programs_file_is_not_replaced(database: Database, path: Path) -> None:
    made = backup.make(database.read(), path)
    other = path.with_name("other.db")
    connection = driver.dbapi2.connect(str(other))
    connection.execute("CREATE TABLE bookmark (url TEXT)")
    connection.commit()
    connection.close()
    before = other.read_bytes()
    with pytest.raises(NotOurDatabase, match="another program"):
        custody.restore(made, other)
    assert other.read_bytes() == before


def test_a_database_that_is_open_is_not_replaced_under_anybodys_feet(database: Database, path: Path) -> None:
    made = backup.make(database.read(), path)
    put(database, "second")
    with pytest.raises(DatabaseInUse, match="another program is using this file"):
        custody.restore(made, path)
    put(database, "third")
    database.close()
    assert names(path) == ["first", "second", "third"]
    assert list(path.parent.rglob("*.partial*")) == []


def test_what_still_stands_in_the_wal_of_the_source_comes_along(database: Database, path: Path, tmp_path: Path) -> None:
    backup.make(database.read(), path)
    put(database, "last")  # not in the file itself yet
    copied = tmp_path / "stick" / "copied.db"
    copied.parent.mkdir()
    for suffix in ("", "-wal"):
        copied.with_name(copied.name + suffix).write_bytes(path.with_name(path.name + suffix).read_bytes())
    elsewhere = tmp_path / "new.db"
    custody.restore(copied, elsewhere)
    assert names(elsewhere) == ["first", "last"]
    other = tmp_path / "other.db"
    custody.restore(path, other)  # and from one that is open
    assert names(other) == ["first", "last"]


@pytest.mark.parametrize("how", ["itself", "link", "hard link"])
def test_the_database_is_not_restored_from_itself(database: Database, path: Path, how: str) -> None:
    put(database, "second")
    source = path if how == "itself" else path.with_name("same.db")
    if how == "link":
        source.symlink_to(path)
    elif how == "hard link":
        source.hardlink_to(path)
    with pytest.raises(NotOurDatabase, match="this is the database itself"):
        custody.restore(source, path)
    assert names(path) == ["first", "second"]
    assert backup.backups_of(path) == []


def test_a_source_where_nothing_can_be_written_is_read_all_the_same(
    database: Database, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(database, "last")
    copied = tmp_path / "stick" / "copied.db"
    copied.parent.mkdir()
    for suffix in ("", "-wal"):
        copied.with_name(copied.name + suffix).write_bytes(path.with_name(path.name + suffix).read_bytes())

    def nothing_beside(source: Path) -> None:
        raise driver.dbapi2.OperationalError("unable to open database file")  # as on a disk that is read-only

    monkeypatch.setattr(custody, "looking", nothing_beside)
    elsewhere = tmp_path / "new.db"
    custody.restore(copied, elsewhere)
    assert names(elsewhere) == ["first", "last"]
    assert [one.name for one in sorted(copied.parent.iterdir())] == ["copied.db", "copied.db-wal"]
