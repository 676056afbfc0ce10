"""Backups: made with SQLite's own backup, verified, and only then given their name."""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

from sqlcipher3 import dbapi2

from db import driver
from db.errors import CannotWriteDatabase, DamagedDatabase, NoDatabase, NotOurDatabase

_BESIDE = ("-wal", "-shm")


def folder_for(path: Path) -> Path:
    """Give the folder beside the database that holds its backups."""
    return path.with_name(f"{path.stem}-backups")


def make(connection: driver.Connection, path: Path, *, label: str = "", target: Path | None = None) -> Path:
    """Copy the open database to ``target`` (by default a dated file beside it), verified before it takes its name.

    Raises ``CannotWriteDatabase`` or ``DamagedDatabase``; a half-written copy is removed.
    """
    if target is None:
        target = _free_name(path, label)
    if target.exists():
        raise CannotWriteDatabase(f"{target}: there is already a file of that name. Name another one.")
    partial = target.with_name(target.name + ".partial")
    try:
        partial.unlink(missing_ok=True)  # what an earlier, killed backup left
        partial.touch(mode=0o600)
        copy = dbapi2.connect(str(partial), isolation_level=None)
        try:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            if not _is_sound(copy):
                raise DamagedDatabase(f"{path}: this file is damaged. Restore a backup with: transitions restore")
        finally:
            copy.close()
        _flush(partial)
        partial.replace(target)
        _flush(target.parent)
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


def restore(source: Path, path: Path) -> Path | None:
    """Put the verified backup ``source`` in the place of ``path``; what was there is kept first, and where is returned.

    What was there is backed up, or, when it is too damaged for that, moved among the backups as it is. Raises
    ``NoDatabase``, ``NotOurDatabase``, ``NewerDatabase``, ``CannotWriteDatabase`` or ``DatabaseInUse``; ``path`` is
    untouched then.
    """
    if not source.is_file():
        raise NoDatabase(f"{source}: there is no such backup. List them with: transitions locate")
    _check_source(source)
    partial = path.with_name(path.name + ".partial")
    try:
        shutil.copyfile(source, partial)
        partial.chmod(0o600)
        _flush(partial)
        before = _set_aside(path) if path.exists() else None
        for suffix in _BESIDE:  # a left-over -wal would be played into the restored file
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        partial.replace(path)
        _flush(path.parent)
    except OSError as error:
        raise CannotWriteDatabase(f"{path}: the backup could not be put in place ({error.strerror}).") from None
    finally:
        partial.unlink(missing_ok=True)
    return before


def _check_source(source: Path) -> None:
    from db import migrations  # migrations makes backups: the two know each other

    check = dbapi2.connect(f"{source.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    try:
        driver.check_ours(check, source)
        migrations.check_not_newer(check, source)
        if not check.execute("PRAGMA user_version").fetchone()[0]:
            raise NotOurDatabase(f"{source}: this file is empty, not a backup. Choose another one.")
        if not _is_sound(check):
            raise DamagedDatabase(f"{source}: this backup is damaged and cannot be used. Choose an earlier one.")
    except driver.Error:
        raise DamagedDatabase(
            f"{source}: this is not a backup of this program, or it is damaged. Choose another one."
        ) from None
    finally:
        check.close()


def _set_aside(path: Path) -> Path:
    """Keep what is at ``path`` and leave no other file of it behind. Raises ``DatabaseInUse`` while anybody has it open."""
    try:
        live = driver.connect(path)
        try:
            saved = make(live, path, label="before-restore")
            # leaving WAL needs the file to ourselves, so this also finds out that somebody has it open
            live.execute("PRAGMA journal_mode = DELETE")
        except driver.Error as error:
            raise driver.explain(error, path) from None
        finally:
            live.close()
    except DamagedDatabase:
        saved = _free_name(path, "damaged")
        path.replace(saved)
        for suffix in _BESIDE:
            beside = path.with_name(path.name + suffix)
            if beside.exists():
                beside.replace(saved.with_name(saved.name + suffix))
    return saved


def kept(path: Path) -> list[Path]:
    """Give the backups of ``path``, oldest first."""
    return sorted(folder_for(path).glob("*.db"))


def _is_sound(copy: driver.Connection) -> bool:
    checked = copy.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    return checked and not copy.execute("PRAGMA foreign_key_check").fetchall()


def _free_name(path: Path, label: str) -> Path:
    """Give a dated name in the folder of backups that no file has yet, making the folder when it is not there."""
    folder = folder_for(path)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise CannotWriteDatabase(f"{folder}: the folder for backups cannot be made ({error.strerror}).") from None
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    name = "-".join(part for part in (path.stem, moment, label) if part)
    target = folder / f"{name}.db"
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{name}-{number}.db"
    return target


def _flush(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder to flush it
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
