"""Many rows at once, outside the journal: for made-up data, never for a person's change."""

from collections import Counter
from collections.abc import Sequence

from db.driver import Connection, insert_many
from db.journal import Value, stored
from db.rows import fetch_number


class Rows:
    """Rows of several tables before they are inserted; a column that a row does not give is empty."""

    def __init__(self, *first: str) -> None:
        """Insert the tables in the order in which they are met, those named here ``first``."""
        self.of: dict[str, list[dict[str, Value]]] = {table: [] for table in first}
        self._numbers = Counter[str]()

    def __len__(self) -> int:
        return sum(map(len, self.of.values()))

    def number(self, table: str) -> int:
        self._numbers[table] += 1
        return self._numbers[table]

    def add(self, table: str, **values: Value) -> None:
        self.of.setdefault(table, []).append(values)

    def put(self, connection: Connection) -> None:
        """Insert the rows, with days as the tables hold them, and forget them."""
        for table, rows in self.of.items():
            columns = list(dict.fromkeys(name for row in rows for name in row))
            if rows:
                insert_many(connection, table, columns, ([stored(row.get(name)) for name in columns] for row in rows))
            rows.clear()


def is_empty(connection: Connection, tables: Sequence[str]) -> bool:
    return not any(fetch_number(connection, f'SELECT EXISTS (SELECT 1 FROM "{table}")') for table in tables)


def note_made(connection: Connection, at: str, summary: str) -> None:
    """Write in the journal that this was made by the program: nobody's action, so nobody's to undo."""
    connection.execute(
        "INSERT INTO journal (at, worker_id, kind, name, summary) VALUES (:at, NULL, 'change', 'Demo data made', :summary)",
        {"at": at, "summary": summary},
    )
