"""Numbered steps from any earlier version of the tables to this one.

The rules come from failures seen elsewhere: a verified backup first; foreign keys off before BEGIN (inside a transaction the
pragma does nothing, and rebuilding a parent table would take its children with it); the version bump inside the same
IMMEDIATE transaction; foreign keys checked and rows counted before COMMIT, because the check alone stays clean when rows
are gone.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from sqlcipher3 import dbapi2

from db import driver
from db.custody import backup, sealing
from db.custody.damage import broken_references, definitions, take_triggers_away, way_back
from db.driver import Connection
from db.errors import CannotWriteDatabase, Fault, ForeignSchema, NewerDatabase

Step = str | Callable[[Connection], None]
"""The name of an .sql file in this folder, or a function that changes the tables."""


def _seal_what_is_there(connection: Connection) -> None:
    _apply(connection, "0015_custody.sql")
    sealing.begin(connection)


def _seal_looks(connection: Connection) -> None:
    triggers = take_triggers_away(connection)
    _apply(connection, "0019_sealed_looks.sql")
    sealing.seal_looks(connection)
    for statement in triggers:
        connection.execute(statement)


STEPS: Mapping[int, Step] = {
    1: "0001_first.sql",
    2: "0002_plans.sql",
    3: "0003_workshops.sql",
    4: "0004_handovers.sql",
    5: "0005_unfinished_files.sql",
    6: "0006_indexes.sql",
    7: "0007_destinations.sql",
    8: "0008_ehc_plans.sql",
    9: "0009_school_groups.sql",
    10: "0010_days_not_known.sql",
    11: "0011_links.sql",
    12: "0012_events.sql",
    13: "0013_support_to_25.sql",
    14: "0014_impact.sql",
    15: _seal_what_is_there,
    16: "0016_ends_not_known.sql",
    17: "0017_moves_after_16.sql",
    18: "0018_retention_review.sql",
    19: _seal_looks,
    20: "0020_reminder.sql",
    21: "0021_kept_counts.sql",
    22: "0022_missed_by_date.sql",
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
    if getattr(connection, "read_only", False):
        raise CannotWriteDatabase(
            f"{path}: its tables are of an earlier version ({current}, this program has {newest}), and it can only be read here. Look at a "
            f'copy that may be written to: transitions restore "{path}" --db COPY'
        )
    if current:
        found = differences(connection)
        if found:
            raise ForeignSchema(
                f"{path}: {'; '.join(found)}. So it cannot be brought to the version of this program; nothing was changed. "
                f"{way_back(path)}"
            )
        backup.make(connection, path, label=f"before-version-{newest}", once=True)
    driver.check_references(connection, on=False)
    try:
        _run(connection, path, steps)
    finally:
        driver.check_references(connection, on=True)


_SINCE: Mapping[int, str] = {
    1: "4f53cda18c2baa0c",
    2: "42bf43aab66d38fd",
    14: "85ff333e1e5d6927",
    15: "edaae5445eb63daf",
    21: "c9167add09358fd2",
}
TRIGGERS: Mapping[int, str] = {number: _SINCE[max(since for since in _SINCE if since <= number)] for number in STEPS}
"""By version a digest of the triggers and views of its tables, so that every opening can look for foreign ones."""


def check_triggers(connection: Connection, path: Path) -> None:
    """Refuse a file with a trigger or view that is not ours: it would change what is saved. Raises ``ForeignSchema``."""
    known = TRIGGERS.get(driver.file_version(connection))
    if known is None or known == triggers_digest(connection):
        return
    raise ForeignSchema(
        f"{path}: {'; '.join(differences(connection, ('trigger', 'view')))}. It could change what you save, so the file was "
        f"not opened and nothing in it was changed. {way_back(path)}"
    )


def triggers_digest(connection: Connection) -> str:
    return sha256(repr(sorted(definitions(connection, ("trigger", "view")).items())).encode()).hexdigest()[:16]


def differences(connection: Connection, kinds: Sequence[str] = ("table", "index", "trigger", "view")) -> list[str]:
    """What the file defines otherwise than the steps up to its version do, each as words; nothing when it is ours."""
    made = dbapi2.connect(":memory:", isolation_level=None)
    for number in range(1, min(driver.file_version(connection), max(STEPS)) + 1):
        _apply(made, STEPS[number])
    ours, theirs = definitions(made, kinds), definitions(connection, kinds)
    made.close()
    found = []
    for kind, name in sorted(ours.keys() | theirs.keys()):
        if (kind, name) not in ours:
            found.append(f"it has {'an' if kind == 'index' else 'a'} {kind} {name!r} that this program did not make")
        elif (kind, name) not in theirs:
            found.append(f"its {kind} {name!r} is missing")
        elif ours[kind, name] != theirs[kind, name]:
            found.append(f"its {kind} {name!r} has been changed")
    return found


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
        before = driver.row_counts(connection)
        # read again behind the lock: somebody else may have opened the same old file a moment ago
        for number in range(driver.file_version(connection) + 1, max(steps) + 1):
            _apply(connection, steps[number])
        after = driver.row_counts(connection)
        lost = sorted(table for table, count in before.items() if after.get(table, 0) < count)
        broken = broken_references(connection)
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
    script = Path(__file__).with_name(step).read_text(encoding="utf-8")
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement)
