"""From any earlier version of the tables to this one, or not at all."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db import driver, migrations
from db.custody import backup
from db.database import Database
from db.errors import Fault, NewerDatabase
from db.migrations import STEPS, MigrationFailed, schema, upgrade

pytestmark = pytest.mark.of_a_file


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database of the newest version with a worker, something on her desk, a pupil and a note."""
    opened = Database(tmp_path / "pupils.db", create=True)
    with opened.write() as connection:
        connection.execute("INSERT INTO worker (name, role) VALUES ('K. Osei', 'SENCO')")
        connection.execute("INSERT INTO desk VALUES (1, 'walk', '{}')")
        connection.execute(
            "INSERT INTO pupil (surname, forename, date_of_birth, cohort_year, planned_from, owner_id) "
            "VALUES ('Khan', 'Aisha', '2016-03-14', 2020, '2026-09-01', 1)"
        )
        connection.execute("INSERT INTO note (pupil_id, written_on, worker_id, text) VALUES (1, '2026-11-21', 1, 'Hi')")
    yield opened
    opened.close()


def state(database: Database) -> tuple[object, ...]:
    connection = database.read()
    tables = [
        row[0]
        for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    ]
    return (
        connection.execute("PRAGMA user_version").fetchone()[0],
        connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall(),
        {table: connection.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables},
    )


NEXT = max(STEPS) + 1


def upgrade_to_next(database: Database, step: Callable[[driver.Connection], None]) -> None:
    upgrade(database.read(), database.path, {**STEPS, NEXT: step})


def test_all_steps_together_arrive_at_the_tables(database: Database) -> None:
    made = database.read().execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
    assert {row[0].strip() for row in made.fetchall()} == set(schema.statements())


def test_every_reference_leads_an_index(database: Database) -> None:
    """Or taking out a row would read every table that could point at it, row by row, for each row taken out."""
    connection = database.read()
    without: list[tuple[str, str]] = []
    for table in driver.table_names(connection):
        leading = {
            connection.execute(f'PRAGMA index_info("{index[1]}")').fetchone()[2]
            for index in connection.execute(f'PRAGMA index_list("{table}")').fetchall()
            if not index[4] or _covers_all_that_point(connection, index[1])
        }
        leading |= {row[1] for row in connection.execute(f'PRAGMA table_info("{table}")') if row[5] == 1}
        references = {row[3] for row in connection.execute(f'PRAGMA foreign_key_list("{table}")')}
        without.extend((table, column) for column in sorted(references - leading))
    assert without == []


def _covers_all_that_point(connection: driver.Connection, index: str) -> bool:
    column = connection.execute(f'PRAGMA index_info("{index}")').fetchone()[2]
    (made,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (index,)).fetchone()
    return bool(made.endswith(f"WHERE {column} IS NOT NULL"))


def test_a_new_file_is_at_the_newest_version_and_needed_no_backup(database: Database) -> None:
    assert database.read().execute("PRAGMA user_version").fetchone()[0] == max(STEPS)
    assert not backup.folder_for(database.path).exists()


def test_a_step_runs_once_and_a_verified_backup_of_the_state_before_it_is_there(database: Database) -> None:
    before = state(database)

    def add_colour(connection: driver.Connection) -> None:
        connection.execute("ALTER TABLE pupil ADD COLUMN colour TEXT")

    upgrade_to_next(database, add_colour)
    upgrade_to_next(database, add_colour)  # a no-op: a second ALTER TABLE would fail
    connection = database.read()
    assert connection.execute("PRAGMA user_version").fetchone()[0] == NEXT
    assert connection.execute("SELECT surname, colour FROM pupil").fetchall() == [("Khan", None)]
    assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    (kept,) = backup.backups_of(database.path)
    assert f"before-version-{NEXT}" in kept.name
    old = Database(kept)
    assert state(old) == before
    old.close()


def test_a_failing_step_leaves_version_and_content_as_they_were(database: Database) -> None:
    before = state(database)

    def fail_half_way(connection: driver.Connection) -> None:
        connection.execute("ALTER TABLE pupil ADD COLUMN colour TEXT")
        connection.execute("DELETE FROM note")
        connection.execute("ALTER TABLE nothing_of_ours ADD COLUMN x")

    with pytest.raises(driver.Error):
        upgrade_to_next(database, fail_half_way)
    assert state(database) == before
    assert database.read().execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_opening_with_a_failing_step_gives_a_sentence(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    path = database.path
    database.close()

    def fail(connection: driver.Connection) -> None:
        connection.execute("SELECT * FROM nothing_of_ours")

    monkeypatch.setattr(migrations.upgrade, "__defaults__", ({**STEPS, NEXT: fail},))
    with pytest.raises(Fault) as caught:
        Database(path)
    assert str(path) in caught.value.sentence


def rebuild_worker(connection: driver.Connection) -> None:
    """Give a parent table a new column the long way, as SQLite asks for when a constraint changes."""
    connection.execute("CREATE TABLE worker_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT, colour TEXT)")
    connection.execute("INSERT INTO worker_new SELECT id, name, role, NULL FROM worker")
    connection.execute("DROP TABLE worker")
    connection.execute("ALTER TABLE worker_new RENAME TO worker")


def test_rebuilding_a_parent_table_keeps_its_children(database: Database) -> None:
    upgrade_to_next(database, rebuild_worker)
    connection = database.read()
    assert connection.execute("SELECT worker_id, name FROM desk").fetchall() == [(1, "walk")]  # ON DELETE CASCADE
    assert connection.execute("SELECT owner_id FROM pupil").fetchall() == [(1,)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    with pytest.raises(driver.IntegrityError), database.write() as writing:
        writing.execute("DELETE FROM worker")


def test_the_trap_is_real_when_foreign_keys_stay_on(database: Database) -> None:
    """What the test above protects against: the same rebuild, done the obvious way, takes the desk with it."""
    with database.write() as connection:
        connection.execute("DELETE FROM note")
        connection.execute("DELETE FROM pupil")
        rebuild_worker(connection)
        assert connection.execute("SELECT count(*) FROM desk").fetchone()[0] == 0


def drop_notes(connection: driver.Connection) -> None:
    connection.execute("DROP TABLE note")


def lose_notes(connection: driver.Connection) -> None:
    connection.execute("DELETE FROM note")


def break_reference(connection: driver.Connection) -> None:
    connection.execute("UPDATE note SET pupil_id = 77")


@pytest.mark.parametrize("step", [drop_notes, lose_notes, break_reference])
def test_a_step_that_loses_rows_or_references_is_refused(
    database: Database, step: Callable[[driver.Connection], None]
) -> None:
    before = state(database)
    with pytest.raises(MigrationFailed, match="would have lost rows in note; nothing was changed") as caught:
        upgrade_to_next(database, step)
    assert str(database.path) in caught.value.sentence
    assert state(database) == before


def test_a_version_of_the_future_is_refused(database: Database) -> None:
    database.read().execute(f"PRAGMA user_version = {NEXT}")
    before = state(database)
    with pytest.raises(NewerDatabase, match=f"file version {NEXT}, this program knows {max(STEPS)}"):
        upgrade(database.read(), database.path)
    assert state(database) == before


def test_two_programs_that_open_the_same_old_file_upgrade_it_once(database: Database) -> None:
    ran: list[int] = []
    other = Database(database.path)

    def add_colour(connection: driver.Connection) -> None:
        ran.append(1)
        connection.execute("ALTER TABLE pupil ADD COLUMN colour TEXT")

    steps = {**STEPS, NEXT: add_colour}
    # both have seen the same version; the other one is quicker
    upgrade(other.read(), database.path, steps)
    migrations._run(database.read(), database.path, steps)
    other.close()
    assert ran == [1]
    assert database.read().execute("PRAGMA user_version").fetchone()[0] == NEXT


def test_a_file_that_sqlite_itself_opens_is_not_taken_for_ours(tmp_path: Path) -> None:
    path = tmp_path / "pupils.db"
    other = sqlite3.connect(path)
    other.execute("PRAGMA user_version = 1")
    other.commit()
    other.close()
    with pytest.raises(Fault, match="belongs to another program"):
        Database(path)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file as version 1 left it, with a plan and its actions; one plan and one action were taken out again."""
    path = tmp_path / "old.db"
    connection = driver.connect(path, create=True)
    upgrade(connection, path, {1: STEPS[1]})
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "INSERT INTO pupil (surname, forename, date_of_birth, cohort_year, planned_from) "
        "VALUES ('Khan', 'Aisha', '2012-03-14', 2016, '2026-09-01')"
    )
    connection.execute(
        "INSERT INTO plan (id, pupil_id, transition, status, opened_on, shared_on, hopes) "
        "VALUES (4, 1, '14+', 'agreed', '2026-10-01', '2026-10-09', 'To be a vet')"
    )
    connection.execute("INSERT INTO plan_action (id, pupil_id, plan_id, what, owner) VALUES (7, 1, 4, 'Visit', 'Mum')")
    connection.execute("INSERT INTO plan (id, pupil_id, transition, opened_on) VALUES (9, 1, '18', '2026-10-01')")
    connection.execute("DELETE FROM plan WHERE id = 9")
    connection.execute("COMMIT")
    connection.close()
    return path


def test_the_plans_of_version_1_come_along_with_their_numbers(old: Path) -> None:
    database = Database(old)
    read = database.read()
    # a plan that was agreed on an unknown day was agreed when it was shared, at the latest
    assert read.execute("SELECT id, status, agreed_on, hopes FROM plan").fetchall() == [
        (4, "agreed", "2026-10-09", "To be a vet")
    ]
    assert read.execute("SELECT id, plan_id, what, owner, status FROM plan_action").fetchall() == [
        (7, 4, "Visit", "Mum", "open")
    ]
    with database.write() as connection:
        made = connection.execute("INSERT INTO plan (pupil_id, transition, opened_on) VALUES (1, '18', '2026-11-21')")
        assert made.lastrowid == 10  # a number that was taken out is not given again
    database.close()


def test_the_plans_of_version_2_come_along_and_what_was_agreed_still_stands(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    connection = driver.connect(path, create=True)
    upgrade(connection, path, {number: STEPS[number] for number in (1, 2)})
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "INSERT INTO pupil (surname, forename, date_of_birth, cohort_year, planned_from) "
        "VALUES ('Khan', 'Aisha', '2012-03-14', 2016, '2026-09-01')"
    )
    connection.execute(
        "INSERT INTO plan (id, pupil_id, transition, status, opened_on, agreed_on, hopes) "
        "VALUES (4, 1, '14+', 'agreed', '2026-10-01', '2026-10-09', 'To be a vet')"
    )
    connection.execute(
        "INSERT INTO plan_meeting (pupil_id, plan_id, kind, held_on) VALUES (1, 4, 'meeting', '2026-11-02')"
    )
    connection.execute(
        "INSERT INTO milestone (id, code, transition, title, short, severity, definition, position) "
        "VALUES (1, 'x', '14+', 'X', 'X', 'local', '{}', 1)"
    )
    for cycle, outcome, remind_on in (
        (2025, "met", "2026-11-01"),
        (2026, None, "2026-12-08"),
        (2027, None, "2026-12-01"),
    ):
        connection.execute(
            "INSERT INTO pupil_milestone (pupil_id, milestone_id, cycle, outcome, done_on, remind_on) VALUES (1, 1, ?, ?, ?, ?)",
            (cycle, outcome, outcome and "2026-10-01", remind_on),
        )
    connection.execute("COMMIT")
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    listed = {
        table: ", ".join(c[1] for c in connection.execute(f'PRAGMA table_info("{table}")') if c[1] != "remind_on")
        for table in tables
    }
    before = {
        table: sorted(connection.execute(f'SELECT {listed[table]} FROM "{table}"').fetchall()) for table in tables
    }
    connection.close()
    database = Database(path)
    read = database.read()
    after = {table: sorted(read.execute(f'SELECT {listed[table]} FROM "{table}"').fetchall()) for table in tables}
    assert after == before
    # What was put off step by step is put off for the pupil, until the earliest of its days.
    assert read.execute("SELECT * FROM reminder").fetchall() == [(1, "2026-12-01")]
    assert read.execute("SELECT count(*) FROM workshop").fetchone()[0] == 0
    assert len(backup.backups_of(path)) == 1
    with pytest.raises(driver.IntegrityError, match="a change takes a new version"), database.write() as writing:
        writing.execute(AGREED)
    with database.write() as writing:
        writing.execute(
            "INSERT INTO workshop (kind, title, series, on_day) VALUES ('training', 'Thrive', 'Thrive', '2026-11-20')"
        )
        writing.execute("INSERT INTO workshop_invitation (workshop_id, name) VALUES (1, 'B. Lee')")
    assert read.execute("SELECT status FROM workshop").fetchall() == [("planned",)]
    database.close()


AGREED = "UPDATE plan SET hopes = 'Something else' WHERE id = 4"


@pytest.mark.parametrize(
    "change",
    [
        AGREED,
        "INSERT INTO plan_outcome (pupil_id, plan_id, area, outcome) VALUES (1, 4, 'health', 'Books her own visits')",
    ],
)
def test_what_was_agreed_stands(old: Path, change: str) -> None:
    database = Database(old)
    with pytest.raises(driver.IntegrityError, match="a change takes a new version"), database.write() as connection:
        connection.execute(change)
    with database.write() as connection:
        connection.execute("UPDATE plan SET destination = 'Riverside College' WHERE id = 4")  # goes on after agreement
        connection.execute("UPDATE plan SET status = 'draft', agreed_on = NULL WHERE id = 4")
        connection.execute(change)
    database.close()


def test_placements_stay_as_they_were_when_events_come_into_their_table(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    connection = driver.connect(path, create=True)
    upgrade(connection, path, {number: step for number, step in STEPS.items() if number < _EVENTS})
    connection.execute(
        "INSERT INTO pupil (surname, forename, date_of_birth, cohort_year, planned_from) "
        "VALUES ('Khan', 'Aisha', '2016-03-14', 2020, '2026-09-01')"
    )
    for number in (3, 7):
        connection.execute(
            "INSERT INTO placement (id, pupil_id, kind, place, started_on, check_result) "
            f"VALUES ({number}, 1, 'nurture group', 'Willow', '2026-09-07', 'settled')"
        )
    connection.execute("DELETE FROM placement WHERE id = 7")
    upgrade(connection, path)
    kept = "SELECT id, kind, place, started_on, check_result, days, reason, note FROM placement"
    assert connection.execute(kept).fetchall() == [
        (3, "nurture group", "Willow", "2026-09-07", "settled", None, None, None)
    ]
    connection.execute("INSERT INTO placement (pupil_id, kind) VALUES (1, 'suspension')")
    assert connection.execute("SELECT max(id) FROM placement").fetchone() == (8,)  # a number is never given again
    connection.close()


_EVENTS = next(number for number, step in STEPS.items() if step == "0012_events.sql")
