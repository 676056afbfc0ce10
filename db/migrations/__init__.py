"""Numbered steps from any earlier version of the tables to this one.

The rules come from failures seen elsewhere: a verified backup first; foreign keys off before BEGIN (inside a transaction the
pragma does nothing, and rebuilding a parent table would take its children with it); the version bump inside the same
IMMEDIATE transaction; foreign keys checked and rows counted before COMMIT, because the check alone stays clean when rows
are gone.
"""

from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path

from db import backup, driver
from db.driver import Connection
from db.errors import Fault, NewerDatabase

Step = str | Callable[[Connection], None]
"""The name of an .sql file in this folder, or a function that changes the tables."""

STEPS: Mapping[int, Step] = {
    1: "0001_first.sql",
    2: "0002_plans.sql",
    3: "0003_workshops.sql",
    4: "0004_handovers.sql",
    5: "0005_unfinished_files.sql",
}


class MigrationFailed(Fault):
    """A step would have lost rows or broken a reference; the file is as it was."""


def upgrade(connection: Connection, path: Path, steps: Mapping[int, Step] = STEPS) -> None:
    """Bring the file to the newest version; a no-op when it is there.

    Raises ``NewerDatabase`` without touching the file, ``MigrationFailed`` with everything rolled back.
    """
    check_not_newer(connection, path, steps)
    newest = max(steps)
    current = driver.file_version(connection)
    if current == newest:
        return
    if current:
        backup.make(connection, path, label=f"before-version-{newest}")
    driver.check_references(connection, on=False)
    try:
        _run(connection, path, steps)
    finally:
        driver.check_references(connection, on=True)


def check_not_newer(connection: Connection, path: Path, steps: Mapping[int, Step] = STEPS) -> None:
    """Raise ``NewerDatabase`` for a file that a later version of this program wrote."""
    current, newest = driver.file_version(connection), max(steps)
    if current > newest:
        raise NewerDatabase(
            f"{path}: this file was written by a newer version of transitions (file version {current}, this program knows "
            f"{newest}). Update the program, then open it again; nothing was changed."
        )


def _run(connection: Connection, path: Path, steps: Mapping[int, Step]) -> None:
    driver.begin(connection)
    try:
        before = _row_counts(connection)
        # read again behind the lock: somebody else may have opened the same old file a moment ago
        for number in range(driver.file_version(connection) + 1, max(steps) + 1):
            _apply(connection, steps[number])
        after = _row_counts(connection)
        lost = sorted(table for table, count in before.items() if after.get(table, 0) < count)
        broken = driver.broken_references(connection)
        if lost or broken:
            names = ", ".join(lost) or ", ".join(sorted({table for table, _ in broken}))
            raise MigrationFailed(f"{path}: the update would have lost rows in {names}; nothing was changed.")
        driver.set_file_version(connection, max(steps))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _apply(connection: Connection, step: Step) -> None:
    if callable(step):
        step(connection)
        return
    script = resources.files(__package__).joinpath(step).read_text(encoding="utf-8")
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement)


def _row_counts(connection: Connection) -> dict[str, int]:
    names = driver.table_names(connection)
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
