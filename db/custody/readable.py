"""The rows of a damaged table that can still be read: from either end as far as that goes, and between by halves."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlcipher3 import dbapi2

from db.custody.damage import looking

_MOST_PROBES: Final = 50_000
"""Of a table whose tree is torn a stretch may hold any number; after so many looks the rest counts as lost."""


class Shape(NamedTuple):
    """A table as it is read: its columns in order, and the whole number by which its rows stand."""

    name: str
    columns: tuple[str, ...]
    by: str


class Stretch(NamedTuple):
    """Numbers, both ends included, of which no row could be read; there need not have been one of each."""

    first: int
    last: int


class Damaged:
    """A damaged file, opened to be looked at. A page that cannot be read spoils the connection, so each is followed by a new one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._probes = 0
        self.marked = 0
        """How many rows have a mark in the place of letters that could not be read."""
        self._connection = self._opened()

    def _opened(self) -> Any:
        connection = looking(self.path)
        connection.execute("PRAGMA cell_size_check = ON")  # a page that makes no sense is left, not taken for records
        # of a list of tables that is torn, those before the tear are known from the second statement on
        connection.execute("PRAGMA writable_schema = ON")
        with suppress(dbapi2.Error):
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return connection

    def again(self) -> None:
        self.close()
        self._connection = self._opened()

    def close(self) -> None:
        with suppress(dbapi2.Error):
            self._connection.close()

    @property
    def version(self) -> int:
        """The version of its tables. Raises sqlite3's errors when not even that can be read."""
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def shapes(self) -> list[Shape]:
        """Its tables, as far as the list of them can be read. Raises sqlite3's errors when none can."""
        names = self._connection.execute(
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        ).fetchall()
        return [self._shape(name) for (name,) in names]

    def _shape(self, name: str) -> Shape:
        found = self._connection.execute(f'PRAGMA table_info("{name}")').fetchall()
        kept_by_key = self._connection.execute("SELECT wr FROM pragma_table_list WHERE name = :name", {"name": name})
        first_of_key = next((row[1] for row in found if row[5] == 1), "rowid")
        return Shape(name, tuple(row[1] for row in found), first_of_key if kept_by_key.fetchone()[0] else "rowid")

    def rows(self, shape: Shape, lost: list[Stretch]) -> Iterator[tuple[Any, ...]]:
        """What can be read of a table, some rows perhaps twice; what cannot is added to ``lost``."""
        last: int | None = None
        try:
            for row in self._select(shape, "1", "ASC"):
                last = row[0]
                yield row[1:]
        except dbapi2.Error:
            self.again()
        else:
            return
        behind: list[tuple[Any, ...]] = []
        with suppress(dbapi2.Error):
            behind.extend(self._select(shape, "1" if last is None else f"{shape.by} > {last}", "DESC"))
        self.again()
        first = min((row[0] for row in behind), default=None)
        yield from (row[1:] for row in behind)
        if first is None:  # nothing can be reached from behind: how far the table went nobody knows
            lost.append(Stretch((last or 0) + 1, (last or 0) + 1))
            return
        self._probes = 0
        after = 1 if last is None else last + (shape.by == "rowid")  # another row of the same number may come next
        yield from self._between(shape, after, first, lost)

    def _between(self, shape: Shape, low: int, high: int, lost: list[Stretch]) -> Iterator[tuple[Any, ...]]:
        if low > high:
            return
        self._probes += 1
        rows: list[tuple[Any, ...]] = []
        try:
            if self._probes > _MOST_PROBES:
                raise dbapi2.OperationalError
            rows.extend(self._select(shape, f"{shape.by} BETWEEN {low} AND {high}", "ASC"))
        except dbapi2.Error:
            self.again()
            if low < high and self._probes <= _MOST_PROBES:
                middle = (low + high) // 2
                yield from self._between(shape, low, middle, lost)
                yield from self._between(shape, middle + 1, high, lost)
                return
            rows.extend(self._with_marks(shape, low) if low == high else ())
            if not rows:
                before = lost.pop() if lost and lost[-1].last == low - 1 else Stretch(low, high)
                lost.append(Stretch(before.first, high))
        yield from (row[1:] for row in rows)

    def _with_marks(self, shape: Shape, number: int) -> list[tuple[Any, ...]]:
        """A row whose text is spoiled, with a mark in the place of each letter that cannot be read; none when it is not that."""
        self._connection.text_factory = lambda text: text.decode("utf-8", "replace")
        try:
            found = list(self._select(shape, f"{shape.by} = {number}", "ASC"))
            self.marked += len(found)
            return found
        except dbapi2.Error:
            self.again()
            return []
        finally:
            self._connection.text_factory = str

    def _select(self, shape: Shape, where: str, order: str) -> Any:
        columns = ", ".join(f'"{column}"' for column in shape.columns)
        return self._connection.execute(
            f'SELECT {shape.by}, {columns} FROM "{shape.name}" WHERE {where} ORDER BY {shape.by} {order}'
        )
