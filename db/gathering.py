"""Rows to write, worked out before anything is written; new ones may be written many at a time, which leaves what one after the other would."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

from db.driver import Connection, IntegrityError
from db.journal import Action, Table, Value, as_stored


class Gathering:
    """New rows by table and columns, and what the journal says of them, until they are written together."""

    def __init__(self, action: Action, coming: Mapping[Table, int]) -> None:
        self._action = action
        self._rows: dict[str, dict[tuple[str, ...], list[tuple[Any, ...]]]] = {}
        self._numbers = {
            table: iter(_next_numbers(action.connection, table, how_many))
            for table, how_many in coming.items()
            if "id" in action.columns_of(table)
        }

    def insert(self, table: Table, values: Mapping[str, Value]) -> int:
        """As ``Action.insert``."""
        row = as_stored(values)
        if table in self._numbers:
            row.pop("id", None)
            row["id"] = next(self._numbers[table])
        self._gather(table, row)
        self._gather("journal_change", self._action.entry(table, row, None, row))
        return int(row["id"]) if table in self._numbers else 0

    def _gather(self, table: str, row: Mapping[str, Any]) -> None:
        self._rows.setdefault(table, {}).setdefault(tuple(row), []).append(tuple(row.values()))

    def write(self) -> None:
        for table, alike in self._rows.items():
            for columns, rows in alike.items():
                marks = ", ".join(f":{column}" for column in columns)
                query = f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({marks})'
                self._action.connection.executemany(query, rows)


def _next_numbers(connection: Connection, table: str, how_many: int) -> Iterable[int]:
    """The numbers of a table's next rows, for whoever writes them at once."""
    if not connection.uses_every_number:
        return list(connection.take_numbers(table, how_many))
    first = connection.last_number(table) + 1
    return range(first, first + how_many)


class Clash(IntegrityError):  # type: ignore[misc] # the driver ships no types
    """Rows that were gathered cannot stand, and are taken back: whichever of them it was."""


@contextmanager
def gathering(action: Action, coming: Mapping[Table, int]) -> Iterator[Gathering]:
    """Gather so many new rows of each table, and write them at the end. Raises ``Clash``; the action is then to be given up."""
    connection = action.connection
    connection.check_references_at_the_end()  # a table is filled before others that it points at
    connection.execute("SAVEPOINT gathered")
    found = Gathering(action, coming)
    yield found
    try:
        found.write()
        connection.execute("SELECT 1").fetchone()  # a server says only then what it refused
    except IntegrityError:
        connection.execute("ROLLBACK TO SAVEPOINT gathered")
        raise Clash("rows that cannot stand") from None
    connection.execute("RELEASE SAVEPOINT gathered")


class NewRowNumber(NamedTuple):
    """Stands, in the values of a write, for the number of a row that an earlier write makes."""

    table: Table | Literal[""]
    name: str


OWN = NewRowNumber("", "")
"""The first row that the same list of writes makes: the pupil of a need."""


class Write(NamedTuple):
    """One row to write: an insert without a ``key``, a delete without ``values``, else an update.

    ``made`` is the name by which later writes, also of other lists, refer to the number of the row.
    """

    table: Table
    key: Mapping[str, Any] | None
    values: Mapping[str, Any] | None
    made: NewRowNumber | None = None


def write_rows(to: Action | Gathering, writes: Iterable[Write], made: dict[NewRowNumber, int] | None = None) -> int:
    """Write the rows and give the number of the first that was made, 0 for none; ``made`` carries numbers between lists."""
    known = {} if made is None else made
    known.pop(OWN, None)
    for write in writes:
        key, values = _with_numbers(write.key, known), _with_numbers(write.values, known)
        if key is None:
            number = to.insert(write.table, values or {})
            known.setdefault(OWN, number)
            if write.made is not None:
                known[write.made] = number
        elif values is None and isinstance(to, Action):
            to.delete(write.table, key)
        elif isinstance(to, Action):
            to.update(write.table, key, values or {})
    return known.get(OWN, 0)


def _with_numbers(values: Mapping[str, Any] | None, made: Mapping[NewRowNumber, int]) -> Mapping[str, Any] | None:
    if values is None or not any(type(value) is NewRowNumber for value in values.values()):
        return values
    return {name: made[value] if isinstance(value, NewRowNumber) else value for name, value in values.items()}
