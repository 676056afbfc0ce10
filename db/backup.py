"""Backups: made with SQLite's own backup, verified, and only then given their name."""

import os
import time
from pathlib import Path

from db import driver
from db.errors import CannotWriteDatabase, NoDatabase, NotOurDatabase


def folder_for(path: Path) -> Path:
    """Give the folder beside the database that holds its backups."""
    return path.with_name(f"{path.stem}-backups")


def make(connection: driver.Connection, path: Path, *, label: str = "", target: Path | None = None) -> Path:
    """Copy the open database to ``target`` (by default a dated file beside it), verified before it takes its name.

    Raises ``CannotWriteDatabase``; a half-written copy is removed.
    """
    if target is None:
        moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        folder = folder_for(path)
        _make_folder(folder)
        target = folder / "-".join(part for part in (path.stem, moment, label) if part)
        target = target.with_name(target.name + ".db")
    if target.exists():
        raise CannotWriteDatabase(f"{target}: there is already a file of that name. Name another one.")
    partial = target.with_name(target.name + ".partial")
    try:
        copy = driver.dbapi2.connect(str(partial), isolation_level=None)
        try:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            _verify(copy, partial)
        finally:
            copy.close()
        partial.chmod(0o600)
        _flush(partial)
        partial.replace(target)
        _flush(target.parent)
    except (driver.Error, OSError) as error:
        partial.unlink(missing_ok=True)
        raise CannotWriteDatabase(
            f"{target}: the backup could not be written ({type(error).__name__}); try another place."
        ) from None
    return target


def restore(source: Path, path: Path) -> Path | None:
    """Put the verified backup ``source`` in the place of ``path``; what was there is backed up first and returned.

    Raises ``NoDatabase``, ``NotOurDatabase`` or ``CannotWriteDatabase``; ``path`` is untouched then.
    """
    if not source.is_file():
        raise NoDatabase(f"{source}: there is no such backup. List them with: transitions locate")
    check = driver.dbapi2.connect(f"{source.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    try:
        _verify(check, source)
        application = check.execute("PRAGMA application_id").fetchone()[0]
    except driver.Error as error:
        raise driver.explain(error, source) from None
    finally:
        check.close()
    if application != driver.APPLICATION_ID:
        raise NotOurDatabase(f"{source}: this is not a backup of this program.")
    kept = None
    if path.exists():
        live = driver.connect(path)
        try:
            kept = make(live, path, label="before-restore")
            live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            live.close()
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_bytes(source.read_bytes())
        partial.chmod(0o600)
        _flush(partial)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        partial.replace(path)
        _flush(path.parent)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise CannotWriteDatabase(f"{path}: the backup could not be put in place ({error.strerror}).") from None
    return kept


def kept(path: Path) -> list[Path]:
    """Give the backups of ``path``, oldest first."""
    return sorted(folder_for(path).glob("*.db"))


def _verify(copy: driver.Connection, path: Path) -> None:
    if copy.execute("PRAGMA quick_check").fetchone()[0] != "ok" or copy.execute("PRAGMA foreign_key_check").fetchall():
        raise NotOurDatabase(f"{path}: this copy is damaged and cannot be used. Choose an earlier one.")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise CannotWriteDatabase(f"{folder}: the folder for backups cannot be made ({error.strerror}).") from None


def _flush(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder to flush it
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
