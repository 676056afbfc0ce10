"""Many rows at once, outside the journal: for made-up data, never for a person's change."""

from collections import Counter
from collections.abc import Mapping, Sequence

from db.driver import Connection, insert_many
from db.journal import Value, stored
from db.rows import fetch_number


class Rows:
    """Rows of several tables before they are inserted, in the order of ``columns``, which has each table's columns."""

    def __init__(self, columns: Mapping[str, Sequence[str]]) -> None:
        self.columns = columns
        self.of: dict[str, list[tuple[object, ...]]] = {table: [] for table in columns}
        self._numbers = Counter[str]()

    def __len__(self) -> int:
        return sum(map(len, self.of.values()))

    def number(self, table: str) -> int:
        """The next number of a table, from 1."""
        self._numbers[table] += 1
        return self._numbers[table]

    def add(self, table: str, *values: Value) -> None:
        """Add a row; days become text as the tables hold them."""
        self.of[table].append(tuple(map(stored, values)))

    def record(self, table: str, values: Mapping[str, Value]) -> None:
        """Add a row from what a writer of the program itself makes; columns that it does not give are empty."""
        self.add(table, *map(values.get, self.columns[table]))

    def put(self, connection: Connection) -> None:
        """Insert the rows, and forget them."""
        for table, rows in self.of.items():
            insert_many(connection, table, self.columns[table], rows)
            rows.clear()


def is_empty(connection: Connection, tables: Sequence[str]) -> bool:
    """Whether none of the tables holds a row."""
    return not any(fetch_number(connection, f'SELECT EXISTS (SELECT 1 FROM "{table}")') for table in tables)


def note_made(connection: Connection, at: str, summary: str) -> None:
    """Write in the journal that this was made by the program: nobody's action, so nobody's to undo."""
    connection.execute(
        "INSERT INTO journal (at, worker_id, kind, name, summary) VALUES (:at, NULL, 'change', 'Demo data made', :summary)",
        {"at": at, "summary": summary},
    )
