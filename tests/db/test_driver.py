"""Opening the file: how it is set up, and one sentence with a remedy for each way it can go wrong."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from db import driver
from db.custody import damage
from db.database import Database
from db.errors import (
    CannotWriteDatabase,
    DamagedDatabase,
    DatabaseInUse,
    Fault,
    NewerDatabase,
    NoDatabase,
    NotOurDatabase,
)
from db.migrations import STEPS

pytestmark = pytest.mark.of_a_file

NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pupils.db"


@pytest.fixture
def database(path: Path):
    opened = Database(path, create=True)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("pragma", "wanted"),
    [
        ("foreign_keys", 1),
        ("synchronous", 2),  # FULL
        ("journal_mode", "wal"),
        ("busy_timeout", 5000),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("application_id", driver.APPLICATION_ID),
    ],
)
def test_every_connection_is_set_up_the_same_way(database: Database, pragma: str, wanted: object) -> None:
    assert database.read().execute(f"PRAGMA {pragma}").fetchone()[0] == wanted
    again = driver.connect(database.path)
    assert again.execute(f"PRAGMA {pragma}").fetchone()[0] == wanted
    again.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_the_file_and_those_beside_it_are_for_their_owner_only(database: Database) -> None:
    with database.write() as connection:
        connection.execute("INSERT INTO setting (name, value) VALUES ('a', '1')")
    beside = list(database.path.parent.glob("pupils.db*"))
    names = {one.name.partition("-")[0] if ".open-" in one.name else one.name for one in beside}
    assert names == {"pupils.db", "pupils.db-wal", "pupils.db-shm", "pupils.db.open"}
    assert {stat.S_IMODE(one.stat().st_mode) for one in beside} == {0o600}


def test_a_new_file_is_only_made_when_asked_for(path: Path) -> None:
    with pytest.raises(NoDatabase) as caught:
        Database(path)
    assert not path.exists()
    assert caught.value.exit_status == 66
    assert str(path) in caught.value.sentence
    assert "Open the app or import pupils" in caught.value.sentence


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoDatabase, match="there is no such folder") as caught:
        Database(tmp_path / "nowhere" / "pupils.db", create=True)
    assert str(tmp_path / "nowhere") in caught.value.sentence
    assert "--db" in caught.value.sentence


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoDatabase, match="this is a folder") as caught:
        Database(tmp_path, create=True)
    assert str(tmp_path) in caught.value.sentence
    assert "--db" in caught.value.sentence


def test_a_file_that_is_no_database_is_refused_as_it_is(path: Path) -> None:
    path.write_bytes(b"Surname,Forename\nKhan,Aisha\n" * 200)
    before = path.read_bytes()
    with pytest.raises(DamagedDatabase, match="not a database of this program") as caught:
        Database(path, create=True)
    assert caught.value.exit_status == 65
    assert "transitions restore" in caught.value.sentence
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_not_even_switched_to_wal(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmark (url TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(NotOurDatabase, match="belongs to another program") as caught:
        Database(path, create=True)
    assert str(path) in caught.value.sentence
    assert caught.value.exit_status == 65
    assert path.read_bytes() == before


def test_a_file_of_a_newer_version_is_refused_and_left_alone(database: Database, path: Path) -> None:
    database.read().execute("PRAGMA user_version = 99")
    database.close()
    before = path.read_bytes()
    with pytest.raises(NewerDatabase, match=f"file version 99, this program knows {max(STEPS)}") as caught:
        Database(path)
    assert "Update the program" in caught.value.sentence
    assert caught.value.exit_status == 65
    assert path.read_bytes() == before


def test_a_damaged_file_is_refused_with_the_way_back(database: Database, path: Path) -> None:
    database.close()
    content = bytearray(path.read_bytes())
    content[4096 : 4096 * 12] = b"\x5a" * (4096 * 11)
    content[100:140] = b"\xff" * 40
    path.write_bytes(bytes(content))
    with pytest.raises(DamagedDatabase, match="transitions restore"):
        Database(path)


OPEN_AND_WRITE = """
import os, sys
from contextlib import closing
from pathlib import Path
from db import driver
from db.custody import damage
from db.database import Database
from db.errors import Fault
path = Path(sys.argv[1])
from db import migrations
import transitions.clock
import urllib.parse  # loaded while this process may still read the standard library
if os.getuid() == 0:
    os.setgroups([]); os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[2]))
try:
    database = Database(path, create=len(sys.argv) > 3)
    with database.write() as connection:
        connection.execute("INSERT INTO setting (name, value) VALUES ('x', '1')")
except Fault as fault:
    print(fault.sentence)
    sys.exit(fault.exit_status)
"""


def _as_nobody(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Root may write anywhere, so the drill runs as somebody who may not."""
    return subprocess.run(
        [sys.executable, "-c", OPEN_AND_WRITE, str(path), str(NOBODY), *more],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _open_up(folder: Path) -> None:
    """Let anybody walk down to the folder, as pytest's own folders do not."""
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.getuid() and str(parent).startswith("/tmp/"):
            parent.chmod(parent.stat().st_mode | 0o055)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_read_only_folder_is_said_to_be_read_only(database: Database, path: Path) -> None:
    database.close()
    path.chmod(0o444)
    _open_up(path.parent)
    path.parent.chmod(0o555)
    before = path.read_bytes()
    try:
        done = _as_nobody(path)
        new = _as_nobody(path.with_name("new.db"), "create")
    finally:
        path.parent.chmod(0o755)
    assert (done.returncode, done.stderr) == (73, "")
    assert str(path) in done.stdout
    assert "read-only" in done.stdout or "cannot be opened" in done.stdout
    assert "folder" in done.stdout
    assert path.read_bytes() == before
    assert (new.returncode, new.stderr) == (73, "")
    assert "cannot be made (Permission denied)" in new.stdout
    assert "--db" in new.stdout


def test_a_file_that_may_not_be_written_is_open_to_be_read_also_where_sqlite_opens_it(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with closing(driver.connect(path)) as connection:
        assert connection.read_only


def test_a_write_that_is_not_allowed_is_said_to_be_not_allowed(database: Database) -> None:
    database.read().execute("PRAGMA query_only = ON")  # the same refusal, for systems where the drill above cannot run
    with pytest.raises(CannotWriteDatabase, match="read-only") as caught, database.write() as connection:
        connection.execute("INSERT INTO setting (name, value) VALUES ('x', '1')")
    assert str(database.path) in caught.value.sentence
    assert "Ask for write access" in caught.value.sentence


def write_until_it_fails(database: Database, acknowledged: list[int]) -> None:
    for number in range(100):
        with database.write() as connection:
            for part in range(5):
                connection.execute("INSERT INTO setting VALUES (?, ?)", (f"{number}-{part}", "x" * 900))
        acknowledged.append(number)


def test_a_full_disk_keeps_everything_that_was_acknowledged(database: Database) -> None:
    connection = database.read()
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 8}")
    acknowledged: list[int] = []
    with pytest.raises(CannotWriteDatabase, match="disk is full") as caught:
        write_until_it_fails(database, acknowledged)
    kept = len(acknowledged)
    assert kept > 0
    assert caught.value.exit_status == 73
    assert str(database.path) in caught.value.sentence
    assert "Free some space" in caught.value.sentence
    assert not connection.in_transaction
    assert connection.execute("SELECT count(*) FROM setting").fetchone()[0] == kept * 5
    connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
    with database.write() as writing:
        writing.execute("INSERT INTO setting (name, value) VALUES ('after', '1')")
    database.close()
    again = Database(database.path)
    assert again.read().execute("SELECT count(*) FROM setting").fetchone()[0] == kept * 5 + 1
    assert again.read().execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    again.close()


HOLD_THE_LOCK = """
import sys
from contextlib import closing
from pathlib import Path
from db.database import Database
database = Database(Path(sys.argv[1]))
with database.write():
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_file_that_another_process_writes_to_is_in_use(database: Database) -> None:
    database.read().execute("PRAGMA busy_timeout = 100")
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_LOCK, str(database.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdin is not None
    assert other.stdout is not None
    try:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(DatabaseInUse, match="another program") as caught, database.write() as connection:
            connection.execute("INSERT INTO setting (name, value) VALUES ('x', '1')")
        assert database.read().execute("SELECT count(*) FROM setting").fetchone()[0] == 0
    finally:
        other.communicate("\n", timeout=30)
    assert caught.value.exit_status == 75
    assert str(database.path) in caught.value.sentence
    assert "nothing was changed" in caught.value.sentence
    with database.write() as connection:
        connection.execute("INSERT INTO setting (name, value) VALUES ('x', '1')")


def test_no_sentence_of_ours_shows_what_was_in_the_file(path: Path) -> None:
    fault = driver.explain(sqlite3.OperationalError("near 'Aisha Khan': syntax error"), path)
    assert type(fault) is Fault
    assert "Khan" not in fault.sentence
    assert fault.exit_status == 70


def test_looking_at_an_open_file_leaves_it_locked(tmp_path: Path) -> None:
    """Another program that had it to itself would clear the -wal away, and what is saved from then on would be lost."""
    path = tmp_path / "a.db"
    alone = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('PRAGMA journal_mode = DELETE')"
    with closing(Database(path, create=True)):
        driver.connect(path).close()
        assert not damage.is_encrypted(path)
        tried = subprocess.run([sys.executable, "-c", alone, path], capture_output=True, text=True, check=False)
        assert "database is locked" in tried.stderr
