"""How the file stands: how much is in it and what is missing; and a backup put in its place, what was there kept first."""

import shutil
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from sqlcipher3 import dbapi2

from db import driver, migrations
from db.custody import anchors, backup, keys, presence
from db.custody.damage import is_encrypted, is_sound, looking
from db.custody.on_disk import flush
from db.driver import Connection
from db.errors import (
    CannotWriteDatabase,
    DamagedDatabase,
    ForeignSchema,
    KeysLost,
    NoDatabase,
    NotOurDatabase,
    WrongPassphrase,
)
from db.rows import fetch_number

_BESIDE = ("-wal", "-shm", "-journal")


def restore(source: Path, path: Path) -> Path | None:
    """Put the verified backup ``source`` in the place of ``path``; what was there is kept first, and where is returned.

    The source is read as SQLite reads it, with what still stands in its ``-wal``. What was there is backed up, or, when it is
    too damaged for that, moved among the backups as it is. Raises ``NoDatabase``, ``NotOurDatabase``, ``NewerDatabase``,
    ``CannotWriteDatabase`` or ``DatabaseInUse``; ``path`` is untouched then.
    """
    if not source.is_file():
        raise NoDatabase(f"{source}: there is no such backup. List them with: transitions locate")
    if path.exists() and source.samefile(path):
        raise NotOurDatabase(
            f"{source}: this is the database itself, not a backup of it. List those with: transitions locate"
        )
    with presence.at_work_on(path, "the command restore"):
        return _put_in_place(source, path)


def _put_in_place(source: Path, path: Path) -> Path | None:
    partial = path.with_name(path.name + ".partial")
    try:
        _forget(partial)
        partial.touch(mode=0o600)
        _copy(source, partial)
        _check_copy(partial, source)
        flush(partial)
        before = _set_aside(path) if path.exists() else None
        for suffix in _BESIDE:  # a left-over -wal would be played into the restored file
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        # whenever it ends, one of the keys opens what stands there, and of what is newer than the backup nobody says that it was cut off
        keys.take_in(source, path)
        _note_restored(partial, source, path)
        partial.replace(path)
        flush(path.parent)
        keys.copy_beside(source, path)
    except OSError as error:
        raise CannotWriteDatabase(f"{path}: the backup could not be put in place ({error.strerror}).") from None
    finally:
        with suppress(OSError):
            _forget(partial)
    return before


def _note_restored(partial: Path, source: Path, path: Path) -> None:
    with closing(dbapi2.connect(str(partial), isolation_level=None)) as made:
        driver.unlock(made, partial, key_of(source))
        anchors.note(made, path, anchors.RESTORED)


def key_of(path: Path) -> keys.Key | None:
    return keys.UNLOCKED.key_of(path) if is_encrypted(path) else None


def _forget(path: Path) -> None:
    for suffix in ("", *_BESIDE):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _copy(source: Path, partial: Path) -> None:
    """Copy the records of ``source`` as they stand, even while somebody writes to it, or from a disk that is read-only."""
    try:
        with closing(looking(source)) as found, closing(dbapi2.connect(str(partial), isolation_level=None)) as copy:
            driver.unlock(copy, partial, key_of(source))
            found.backup(copy)
    except driver.Error as error:
        if isinstance(driver.explain(error, source), CannotWriteDatabase):
            _copy_files(source, partial)
            return
        raise _unusable(source) from None


def _copy_files(source: Path, partial: Path) -> None:
    """Copy the file and what stands beside it: where SQLite cannot make its own files nobody can write meanwhile."""
    for suffix in ("", "-wal", "-journal"):
        beside = source.with_name(source.name + suffix)
        if beside.exists():
            copied = partial.with_name(partial.name + suffix)
            shutil.copyfile(beside, copied)
            copied.chmod(0o600)


def _check_copy(copied: Path, source: Path) -> None:
    check = dbapi2.connect(str(copied), isolation_level=None)
    try:
        driver.unlock(check, copied, key_of(source))
        driver.check_ours(check, source)
        migrations.check_not_newer(check, source)
        if not driver.file_version(check):
            raise NotOurDatabase(f"{source}: this file is empty, not a backup. Choose another one.")
        driver.leave_wal(check)
        if not is_sound(check):
            raise DamagedDatabase(f"{source}: this backup is damaged and cannot be used. Choose an earlier one.")
        foreign = migrations.differences(check)
        if foreign:
            raise ForeignSchema(f"{source}: {'; '.join(foreign)}. It was not restored. Choose another backup.")
    except driver.Error:
        raise _unusable(source) from None
    finally:
        check.close()


def _unusable(source: Path) -> DamagedDatabase:
    return DamagedDatabase(f"{source}: this is not a backup of this program, or it is damaged. Choose another one.")


def _set_aside(path: Path) -> Path:
    """Keep what is at ``path`` and leave no other file of it behind. Raises ``DatabaseInUse`` while anybody has it open."""
    try:
        live = driver.connect(path)
        try:
            saved = backup.make(live, path, label="before-restore")
            driver.leave_wal(live)
        except driver.Error as error:
            raise driver.explain(error, path) from None
        finally:
            live.close()
    except (DamagedDatabase, WrongPassphrase, KeysLost, NoDatabase) as fault:
        locked = is_encrypted(path) and key_of(path) is None  # without its keys it looks like a damaged one
        saved = backup.free_name(path, "damaged" if isinstance(fault, DamagedDatabase) and not locked else "unopened")
        path.replace(saved)
        keys.copy_beside(path, saved)
        for suffix in _BESIDE:
            sidecar = path.with_name(path.name + suffix)
            if sidecar.exists():
                sidecar.replace(saved.with_name(saved.name + suffix))
    return saved


class Gaps(NamedTuple):
    """How many pupils, of those who are not archived, lack what planning and exports need."""

    without_upn: int
    with_temporary_upn: int
    without_school: int
    without_worker: int


def check_nobody_has(path: Path) -> None:
    """Raise ``DatabaseInUse`` while another program has the file open, so that it is not taken away under it."""
    with closing(driver.connect(path)) as alone:
        try:
            driver.leave_wal(alone)
        except driver.Error as error:
            raise driver.explain(error, path) from None


def counts(connection: Connection) -> dict[str, int]:
    """How many rows there are of what the file is about, archived ones too."""
    tables = {
        "pupils": "pupil",
        "schools": "school",
        "workers": "worker",
        "steps": "pupil_milestone",
        "actions": "journal",
    }
    return {name: fetch_number(connection, f"SELECT count(*) FROM {table}") for name, table in tables.items()}


def is_empty(connection: Connection, tables: Sequence[str]) -> bool:
    return not any(fetch_number(connection, f'SELECT EXISTS (SELECT 1 FROM "{table}")') for table in tables)


def gaps(connection: Connection) -> Gaps:
    # a temporary UPN ends with a letter, where a permanent one has a digit
    tests = ("upn IS NULL", "substr(upn, 13, 1) BETWEEN 'A' AND 'Z'", "school_id IS NULL", "owner_id IS NULL")
    counted = ", ".join(f"count(*) FILTER (WHERE {test})" for test in tests)
    return Gaps(*connection.execute(f"SELECT {counted} FROM pupil WHERE archived_at IS NULL").fetchone())
