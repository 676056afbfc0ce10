"""Many rows at once, outside the journal: for made-up data, never for a person's change."""

from collections.abc import Iterable, Sequence

from db.driver import Connection


def put(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Insert rows of one table; the values must be as the tables hold them (ISO dates, 0 and 1)."""
    marks = ", ".join("?" for _ in columns)
    connection.executemany(f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({marks})', rows)


def let_rows_wait_for_what_they_point_to(connection: Connection) -> None:
    """Look at references at the end of this transaction only, so that tables can be filled in any order."""
    connection.execute("PRAGMA defer_foreign_keys = ON")


def is_empty(connection: Connection, tables: Sequence[str]) -> bool:
    """Give whether none of the tables holds a row."""
    return not any(connection.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")').fetchone()[0] for table in tables)


def note_made(connection: Connection, at: str, summary: str) -> None:
    """Write in the journal that this was made by the program: nobody's action, so nobody's to undo."""
    connection.execute(
        "INSERT INTO journal (at, worker_id, kind, name, summary) VALUES (?, NULL, 'change', 'Demo data made', ?)",
        (at, summary),
    )
