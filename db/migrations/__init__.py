"""Numbered steps from any earlier version of the tables to this one.

The rules come from failures seen elsewhere: a verified backup first; foreign keys off before BEGIN (inside a transaction the
pragma does nothing, and rebuilding a parent table would take its children with it); the version bump inside the same
IMMEDIATE transaction; foreign keys checked and rows counted before COMMIT, because the check alone stays clean when rows
are gone.
"""

from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path

from db import backup
from db.driver import APPLICATION_ID, Connection
from db.errors import Fault, NewerDatabase, NotOurDatabase

Step = str | Callable[[Connection], None]
"""The name of an .sql file in this folder, or a function that changes the tables."""

STEPS: Mapping[int, Step] = {1: "0001_first.sql"}


class MigrationFailed(Fault):
    """A step would have lost rows or broken a reference; the file is as it was."""


def upgrade(connection: Connection, path: Path, steps: Mapping[int, Step] = STEPS) -> None:
    """Bring the file to the newest version; a no-op when it is there.

    Raises ``NewerDatabase`` or ``NotOurDatabase`` without touching the file, ``MigrationFailed`` with everything rolled back.
    """
    newest = max(steps)
    current = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if (tables or current) and application != APPLICATION_ID:
        raise NotOurDatabase(
            f"{path}: this database belongs to another program. Name ours with --db, or begin a new file."
        )
    if current > newest:
        raise NewerDatabase(
            f"{path}: this file was written by a newer version of transitions (file version {current}, this program knows "
            f"{newest}). Update the program, then open it again; nothing was changed."
        )
    if current == newest:
        return
    if tables:
        backup.make(connection, path, label=f"before-version-{newest}")
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        _run(connection, path, {number: steps[number] for number in range(current + 1, newest + 1)})
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def _run(connection: Connection, path: Path, steps: Mapping[int, Step]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        before = _row_counts(connection)
        for step in steps.values():
            _apply(connection, step)
        after = _row_counts(connection)
        lost = sorted(table for table, count in before.items() if after.get(table, count) < count)
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        if lost or broken:
            names = ", ".join(lost) or ", ".join(sorted({str(row[0]) for row in broken}))
            raise MigrationFailed(f"{path}: the update would have lost rows in {names}; nothing was changed.")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {max(steps)}")
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
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}
