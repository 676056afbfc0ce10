"""How the file stands: how much is in it and what is missing; and a backup put in its place, what was there kept first."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sqlcipher3 import dbapi2

from db import backup, driver, migrations
from db.driver import Connection
from db.errors import CannotWriteDatabase, DamagedDatabase, NoDatabase, NotOurDatabase
from db.rows import fetch_number

_BESIDE = ("-wal", "-shm")


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
        backup.flush(partial)
        before = _set_aside(path) if path.exists() else None
        for suffix in _BESIDE:  # a left-over -wal would be played into the restored file
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        partial.replace(path)
        backup.flush(path.parent)
    except OSError as error:
        raise CannotWriteDatabase(f"{path}: the backup could not be put in place ({error.strerror}).") from None
    finally:
        partial.unlink(missing_ok=True)
    return before


def _check_source(source: Path) -> None:
    check = dbapi2.connect(f"{source.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    try:
        driver.check_ours(check, source)
        migrations.check_not_newer(check, source)
        if not driver.file_version(check):
            raise NotOurDatabase(f"{source}: this file is empty, not a backup. Choose another one.")
        if not driver.is_sound(check):
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
            saved = backup.make(live, path, label="before-restore")
            driver.leave_wal(live)
        except driver.Error as error:
            raise driver.explain(error, path) from None
        finally:
            live.close()
    except DamagedDatabase:
        saved = backup.free_name(path, "damaged")
        path.replace(saved)
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
