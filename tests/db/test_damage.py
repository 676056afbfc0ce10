"""Whatever is read of a damaged file, a sentence says what is damaged and which backup is sound; nobody else's tables are ours."""

from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from db import driver, migrations, rows
from db.custody import backup, damage
from db.custody import restoring as custody
from db.database import Database
from db.errors import DamagedDatabase, Fault, ForeignSchema

pytestmark = pytest.mark.of_a_file


class Setting(NamedTuple):
    """A setting of more than one page."""

    name: str
    value: str


class Day(NamedTuple):
    """A setting whose value is a day."""

    value: date


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with a sound backup, and with a bad page in the middle of what it keeps of settings."""
    path = tmp_path / "pupils.db"
    database = Database(path, create=True)
    with database.write() as connection:
        connection.executemany(
            "INSERT INTO setting VALUES (:name, :value)", ((f"{n:03}", "x" * 3000) for n in range(40))
        )
    backup.make(database.read(), path)
    database.close()
    return path


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    page = content.index(b"020" + b"x" * 900) // 4096 * 4096
    content[page : page + 8] = b"\x5a" * 8
    path.write_bytes(bytes(content))


ALL = "SELECT name, value FROM setting ORDER BY rowid"
READS: list[Callable[[driver.Connection], object]] = [
    lambda connection: connection.execute(ALL).fetchall(),
    lambda connection: list(connection.execute(ALL)),
    lambda connection: rows.fetch(connection, Setting, ALL),
    lambda connection: list(rows.stream(connection, Setting, ALL)),
    lambda connection: rows.fetch_column(connection, str, "SELECT value FROM setting"),
    lambda connection: rows.fetch_number(connection, "SELECT sum(length(value)) FROM setting"),
    lambda connection: rows.fetch_value(connection, str, "SELECT value FROM setting WHERE value > 'y'"),
    lambda connection: connection.executemany("UPDATE setting SET value = :new WHERE value > ''", [("y",)]),
]


@pytest.mark.parametrize("place", range(len(READS)))
def test_a_bad_page_is_said_with_the_table_and_the_newest_sound_backup(path: Path, place: int) -> None:
    (older,) = backup.backups_of(path)
    newer = older.with_name("pupils-99990101T000000Z.db")
    newer.write_bytes(older.read_bytes())
    spoil(newer)
    spoil(path)
    database = Database(path)
    with pytest.raises(DamagedDatabase) as caught:
        READS[place](database.read())
    database.close()
    assert caught.value.exit_status == 65
    assert "table setting" in caught.value.sentence
    assert f'transitions restore "{older}" --db "{path}"' in caught.value.sentence


def test_a_value_that_nothing_of_ours_wrote_is_damage_too(path: Path) -> None:
    database = Database(path)
    with pytest.raises(DamagedDatabase, match="transitions restore"):
        rows.fetch(database.read(), Day, "SELECT value FROM setting")
    database.close()


def test_a_slip_in_a_statement_is_no_damage(path: Path) -> None:
    database = Database(path)
    with pytest.raises(driver.Error):
        database.read().execute("SELECT nothing FROM setting")
    database.close()


def test_without_a_sound_backup_that_is_said(path: Path) -> None:
    for made in backup.backups_of(path):
        made.unlink()
    spoil(path)
    assert "There is no sound backup" in damage.damaged(path).sentence


def test_an_index_that_lost_an_entry_is_no_sound_backup(path: Path) -> None:
    """What a quick check passes: the table is whole and so is the index, but the one does not say what the other says."""
    database = Database(path)
    with database.write() as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, '(search_text, id)', '(postcode, id)') "
                           "WHERE name = 'school_by_name'")  # fmt: skip
        connection.execute("INSERT INTO school (name, search_text, postcode) VALUES ('Fenwick Hollow', 'f', 'a')")
    database.close()
    spoilt = Database(path)
    with spoilt.write() as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, '(postcode, id)', '(search_text, id)') "
                           "WHERE name = 'school_by_name'")  # fmt: skip
        connection.execute("INSERT INTO school (name, search_text, postcode) VALUES ('St Brón', 's', 'b')")
    spoilt.close()
    again = Database(path)
    assert again.read().execute("PRAGMA quick_check").fetchone()[0] == "ok"
    with pytest.raises(DamagedDatabase, match="so it was not backed up"):
        backup.make(again.read(), path)
    again.close()


TRIGGER = "CREATE TRIGGER renames AFTER INSERT ON note BEGIN UPDATE pupil SET surname = 'Nobody'; END"


def change(path: Path, *statements: str) -> None:
    connection = driver.dbapi2.connect(str(path), isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (TRIGGER, "trigger 'renames' that this program did not make"),
        ("CREATE VIEW pupils AS SELECT * FROM pupil", "view 'pupils' that this program did not make"),
        ("DROP TRIGGER agreed_plan_stands", "its trigger 'agreed_plan_stands' is missing"),
        ("CREATE TABLE bookmark (url TEXT)", "table 'bookmark' that this program did not make"),
        ("ALTER TABLE note ADD COLUMN colour TEXT", "its table 'note' has been changed"),
        ("DROP INDEX note_by_pupil", "its index 'note_by_pupil' is missing"),
    ],
)
def test_a_backup_with_tables_that_are_not_ours_is_not_restored(path: Path, statement: str, said: str) -> None:
    (made,) = backup.backups_of(path)
    before = path.read_bytes()
    change(made, statement)
    with pytest.raises(ForeignSchema) as caught:
        custody.restore(made, path)
    assert said in caught.value.sentence
    assert caught.value.exit_status == 65
    assert path.read_bytes() == before


@pytest.mark.parametrize("statement", [TRIGGER, "CREATE VIEW pupils AS SELECT 1", "DROP TRIGGER agreed_plan_stands"])
def test_a_file_with_a_foreign_trigger_is_not_opened(path: Path, statement: str) -> None:
    change(path, statement)
    with pytest.raises(ForeignSchema, match="the file was not opened"):
        Database(path)


def test_the_digest_of_every_version_is_that_of_its_steps() -> None:
    made = driver.dbapi2.connect(":memory:", isolation_level=None)
    for number, step in migrations.STEPS.items():
        migrations._apply(made, step)
        assert migrations.TRIGGERS[number] == migrations.triggers_digest(made)
    made.close()
    assert migrations.TRIGGERS.keys() == migrations.STEPS.keys()


@pytest.mark.parametrize("version", [-1, 0, -2147483648])
def test_an_absurd_version_is_answered_with_a_sentence(path: Path, version: int) -> None:
    change(path, f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    with pytest.raises(DamagedDatabase, match=f"claims version {version}, which this program has never had") as caught:
        Database(path)
    assert "transitions restore" in caught.value.sentence
    assert path.read_bytes() == before


def test_a_file_that_claims_to_be_older_than_it_is_is_not_upgraded(path: Path) -> None:
    with closing(driver.connect(path)) as made:
        later = [name for _, name in damage.definitions(made, ("trigger",)) if not name.startswith("agreed")]
    for name in later:
        change(path, f"DROP TRIGGER {name}")
    change(path, "PRAGMA user_version = 2")
    for _ in range(3):
        with pytest.raises(Fault, match="cannot be brought to the version") as caught:
            Database(path)
    assert caught.value.exit_status == 65
    assert len(backup.backups_of(path)) == 1


def test_a_reference_into_nothing_is_what_the_program_stumbled_over(path: Path) -> None:
    assert damage.behind(KeyError(1), path) is None
    assert damage.behind(KeyError(1), path.with_name("not-there.db")) is None
    with closing(driver.dbapi2.connect(str(path))) as connection:
        connection.execute("INSERT INTO note (pupil_id, written_on, text) VALUES (1, '2026-11-21', 'x')")
        connection.commit()
    assert isinstance(damage.behind(KeyError(1), path), DamagedDatabase)
