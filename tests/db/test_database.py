"""Reading anywhere, writing one at a time, and never a half of anything."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from db import driver, rows
from db.database import Database
from db.errors import Fault, Stopped
from db.pupils import pupils


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "pupils.db", create=True)
    yield opened
    opened.close()


def count(database: Database) -> int:
    return int(database.read().execute("SELECT count(*) FROM setting").fetchone()[0])


def put(connection: driver.Connection, name: object) -> None:
    connection.execute("INSERT INTO setting (name, value) VALUES (?, '1')", (name,))


def put_both(database: Database, first: str, second: object) -> None:
    with database.write() as connection:
        put(connection, first)
        put(connection, second)


@pytest.mark.of_a_file
def test_a_write_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(Fault, match="the database refused"):
        put_both(database, "a", object())
    assert count(database) == 0
    with database.write() as connection:
        put(connection, "a")
    assert count(database) == 1


def test_a_broken_constraint_comes_through_as_it_is_and_leaves_nothing(database: Database) -> None:
    with pytest.raises(driver.IntegrityError, match=r"(?i)unique"):
        put_both(database, "a", "a")
    assert count(database) == 0


@pytest.mark.of_a_file
def test_other_errors_of_the_driver_come_as_a_sentence(database: Database) -> None:
    with pytest.raises(Fault, match="the database refused") as caught, database.write() as connection:
        connection.execute("INSERT INTO nothing_of_ours VALUES (1)")
    assert str(database.path) in caught.value.sentence
    with database.write() as connection:
        put(connection, "a")
    assert count(database) == 1


def test_two_threads_write_and_two_read_without_losing_or_seeing_halves(database: Database) -> None:
    problems: list[BaseException] = []
    done = threading.Event()

    def write(name: str) -> None:
        try:
            for number in range(60):
                with database.write() as connection:
                    put(connection, f"{name}-{number}-a")
                    put(connection, f"{name}-{number}-b")
        except BaseException as error:  # noqa: BLE001 - shown by the test below
            problems.append(error)

    def read() -> None:
        try:
            while not done.is_set():
                if count(database) % 2:
                    raise AssertionError("half of a pair was seen")
        except BaseException as error:  # noqa: BLE001 - shown by the test below
            problems.append(error)

    writers = [threading.Thread(target=write, args=(name,)) for name in "xy"]
    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in (*writers, *readers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert problems == []
    assert count(database) == 2 * 2 * 60


def test_what_is_stopped_ends_at_once_and_leaves_nothing(database: Database) -> None:
    stop = threading.Event()
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    def write() -> None:
        with database.stopping_when(stop.is_set), database.write() as connection:
            put(connection, "half")
            threading.Timer(0.05, stop.set).start()
            connection.execute(endless).fetchone()

    with pytest.raises(Stopped, match=r"None of it was kept\."):
        write()
    assert count(database) == 0
    with database.write() as connection:
        put(connection, "whole")
    assert count(database) == 1


def test_a_reading_is_stopped_as_well(database: Database) -> None:
    with pytest.raises(Stopped), database.stopping_when(lambda: True):
        database.read().execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        ).fetchone()


def test_each_thread_has_its_own_connection_and_keeps_it(database: Database) -> None:
    mine = database.read()
    theirs: list[object] = []
    thread = threading.Thread(target=lambda: theirs.extend((database.read(), database.read())))
    thread.start()
    thread.join()
    assert database.read() is mine
    assert theirs[0] is theirs[1]
    assert theirs[0] is not mine


@pytest.mark.of_a_file
def test_the_version_moves_when_somebody_else_commits(database: Database) -> None:
    before = database.version()
    with database.write() as connection:
        put(connection, "mine")
    assert database.version() == before
    other = Database(database.path)
    with other.write() as connection:
        put(connection, "theirs")
    other.close()
    assert database.version() != before


@pytest.mark.of_a_file
def test_a_single_record_is_loaded_with_its_types(database: Database) -> None:
    with database.write() as connection:
        connection.execute(
            "INSERT INTO pupil (surname, forename, date_of_birth, cohort_year, planned_from, pupil_premium) "
            "VALUES ('Khan', 'Aisha', '2016-03-14', 2020, '2026-09-01', 1)"
        )
    pupil = pupils.record(database.read(), "pupil", 1)
    assert pupil is not None
    assert (pupil["surname"], pupil["date_of_birth"], pupil["pupil_premium"]) == ("Khan", date(2016, 3, 14), True)
    late_after = rows.fetch_value(database.read(), date, "SELECT next_late_after FROM pupil")
    assert late_after == date(9999, 12, 31)
    assert pupils.record(database.read(), "pupil", 2) is None


COMMIT_UNTIL_KILLED = """
import itertools, sys
from pathlib import Path
from db.database import Database
database = Database(Path(sys.argv[1]))
start = database.read().execute("SELECT coalesce(max(CAST(name AS INTEGER)), 0) FROM setting").fetchone()[0]
for number in itertools.count(int(start) // 5 + 1):
    with database.write() as connection:
        for part in range(5):
            connection.execute("INSERT INTO setting VALUES (?, '1')", (str(number * 5 + part),))
    print(number, flush=True)
"""


@pytest.mark.of_a_file
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_drill_killed_while_committing_nothing_acknowledged_is_lost(database: Database) -> None:
    """Fifteen kills; not a power cut, which leaves the operating system's own cache behind."""
    acknowledged: list[int] = []
    for cycle in range(15):
        child = subprocess.Popen(
            [sys.executable, "-c", COMMIT_UNTIL_KILLED, str(database.path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        acknowledged.extend(int(child.stdout.readline()) for _ in range(1 + cycle * 3))
        child.send_signal(signal.SIGKILL)
        acknowledged.extend(int(line) for line in child.stdout if line.endswith("\n"))
        child.stdout.close()
        child.wait()
    connection = database.read()
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    groups = dict(
        connection.execute("SELECT CAST(name AS INTEGER) / 5, count(*) FROM setting GROUP BY 1 ORDER BY 1").fetchall()
    )
    assert len(acknowledged) >= 15
    assert set(acknowledged) <= groups.keys()
    assert set(groups.values()) == {5}
