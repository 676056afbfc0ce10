"""Each migration, from its own earlier version, killed at every statement: the file is as it was, and the next start ends the same.

The records of the earlier versions are those that the goldens keep (of version 5, and what came of them later), or empty tables.
Run it with ``uv run pytest -m drill tests/drills/test_killed_migrations.py -n 0 -s``.
"""

import gzip
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sealed

from db import driver, migrations
from db.custody import backup, damage, encryption, keys
from db.database import Database
from db.migrations import STEPS

pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 and fork are asked for, which Windows has not"),
]

KEPT = Path(__file__).parent.parent / "goldens" / "before.db.gz"
OF_KEPT = 5
RANDOM = {"journal_key", "journal_seal"}
"""What is drawn anew for each file: only how much of it there is can be compared."""

State = tuple[Any, ...]


def state(path: Path) -> State:
    with closing(driver.connect(path)) as connection:
        assert damage.is_sound(connection)
        names = sorted(driver.table_names(connection))
        rows = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
        return (
            driver.file_version(connection),
            damage.definitions(connection),
            {name: len(found) if name in RANDOM else found for name, found in rows.items()},
        )


def upgrade(path: Path, newest: int, kill_at: int | None = None) -> int:
    """Bring a file to a version, as a start does, or be killed before one of its statements; how many there are."""
    begun: list[str] = []

    def begin(statement: str) -> None:
        if len(begun) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        begun.append(statement)

    with closing(driver.connect(path)) as connection:
        connection.set_trace_callback(begin)
        migrations.upgrade(connection, path, {number: step for number, step in STEPS.items() if number <= newest})
    return len(begun)


def killed(path: Path, newest: int, at: int) -> None:
    child = os.fork()
    if child == 0:
        try:
            upgrade(path, newest, at)
        finally:
            os._exit(1)
    _, how = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(how) == -signal.SIGKILL


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Encrypted files of every version, ``5.db`` and all after it with records."""
    folder = tmp_path_factory.mktemp("versions")
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(keys, "_OPSLIMIT", 1)
    monkeypatch.setattr(keys, "_MEMLIMIT", 8192)
    for version in STEPS:
        path = folder / str(version) / "records.db"
        path.parent.mkdir()
        if version == OF_KEPT:
            path.write_bytes(gzip.decompress(KEPT.read_bytes()))
            encryption.encrypt(path, sealed.PASSPHRASE)
        elif version < OF_KEPT:
            keys.make(path, sealed.PASSPHRASE)
            with closing(driver.connect(path, create=True)) as connection:
                migrations.upgrade(connection, path, {number: STEPS[number] for number in range(1, version + 1)})
        else:
            copy(folder / str(version - 1) / "records.db", path)
            upgrade(path, version)
    yield folder
    monkeypatch.undo()


def copy(path: Path, other: Path) -> None:
    for suffix in ("", "-wal", keys.SUFFIX):
        one = path.with_name(path.name + suffix)
        other.with_name(other.name + suffix).unlink(missing_ok=True)
        if one.exists():
            other.with_name(other.name + suffix).write_bytes(one.read_bytes())


@pytest.mark.parametrize("version", list(STEPS)[1:])
def test_a_migration_killed_at_every_statement(files: Path, tmp_path: Path, version: int) -> None:
    before = files / str(version - 1) / "records.db"
    path = tmp_path / "records.db"
    copy(before, path)
    was = state(path)
    statements = upgrade(path, version)
    becomes = state(path)
    for at in range(statements):
        copy(before, path)
        killed(path, version, at)
        left = state(path)
        assert left in (was, becomes), f"half-way at statement {at}"
        upgrade(path, version)
        assert state(path) == becomes, f"other than if nothing had happened, at statement {at}"
    Database(path).close()
    newest = state(path)
    assert newest[0] == max(STEPS)
    assert all(map(sealed.is_sound, backup.backups_of(path)))
    rows = sum(len(found) for found in becomes[2].values() if isinstance(found, list))
    print(f"version {version}: killed at each of {statements} statements, {rows} rows")
