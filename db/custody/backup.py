"""Backups: made with SQLite's own backup, verified, and only then given their name."""

import filecmp
import time
from contextlib import closing, suppress
from pathlib import Path

from sqlcipher3 import dbapi2

from db import driver
from db.custody import anchors, keys
from db.custody.damage import backups_of, folder_for, is_sound, looking, way_back
from db.custody.on_disk import flush
from db.errors import CannotWriteDatabase, DamagedDatabase

__all__ = ["backups_of", "folder_for", "free_name", "make", "make_if_changed"]


def make(
    connection: driver.Connection, path: Path, *, label: str = "", target: Path | None = None, once: bool = False
) -> Path:
    """Copy the open database to ``target`` (by default a dated file beside it), verified before it takes its name.

    With ``once`` a backup of this label that holds the very same is enough: what fails at every start makes one, not many.

    Raises ``CannotWriteDatabase`` or ``DamagedDatabase``; a half-written copy is removed.
    """
    earlier = sorted(folder_for(path).glob(f"{path.stem}-*-{label}*.db")) if once else []
    if target is None:
        target = free_name(path, label)
    if target.exists():
        raise CannotWriteDatabase(f"{target}: there is already a file with that name. Give another name.")
    partial = target.with_name(target.name + ".partial")
    try:
        partial.unlink(missing_ok=True)  # what an earlier, killed backup left
        partial.touch(mode=0o600)
        copy = dbapi2.connect(str(partial), isolation_level=None)
        try:
            driver.unlock(copy, partial, connection.key)
            connection.backup(copy)
            driver.leave_wal(copy)
            if not is_sound(copy):
                raise DamagedDatabase(f"{path}: this file is damaged, so it was not backed up. {way_back(path)}")
        finally:
            copy.close()
        if earlier and _same(earlier[-1], partial, connection):
            return earlier[-1]
        flush(partial)
        keys.copy_beside(path, target)
        partial.replace(target)
        flush(target.parent)
        anchors.note(connection, path, target.name)
    except driver.Error as error:
        fault = driver.explain(error, target)
        raise (driver.explain(error, path) if isinstance(fault, DamagedDatabase) else fault) from None
    except OSError as error:
        raise CannotWriteDatabase(
            f"{target}: the backup could not be written ({error.strerror}). Try another place."
        ) from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return target


def make_if_changed(connection: driver.Connection, path: Path, *, label: str = "") -> Path | None:
    """Make a backup unless the newest one holds the very same, or nobody has recorded anything yet. Raises as ``make`` does."""
    if driver.newest(connection)[-1] is None:
        return None
    earlier = backups_of(path)
    with suppress(driver.Error):
        if earlier and _same_records(earlier[-1], connection):
            return None
    return make(connection, path, label=label)


def _same(earlier: Path, later: Path, connection: driver.Connection) -> bool:
    """Whether two backups hold the very same; encrypted ones differ in every byte, so their records are asked."""
    if connection.key is None:
        return filecmp.cmp(earlier, later, shallow=False)
    return _same_records(earlier, connection)


def _same_records(earlier: Path, connection: driver.Connection) -> bool:
    with closing(looking(earlier, immutable=True)) as one:
        return driver.newest(one) == driver.newest(connection)


def free_name(path: Path, label: str) -> Path:
    """A dated name in the folder of backups that no file has yet, making the folder when it is not there."""
    folder = folder_for(path)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise CannotWriteDatabase(f"{folder}: the folder for backups cannot be made ({error.strerror}).") from None
    seconds, rest = divmod(time.time_ns(), 10**9)
    # so fine that names stand in the order of making
    moment = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(seconds))}{rest // 10**6:03}Z"
    name = "-".join(part for part in (path.stem, moment, label) if part)
    target = folder / f"{name}.db"
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{name}-{number}.db"
    return target
