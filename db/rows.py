"""Reading and writing rows: a statement's row becomes a row class, each value decoded by what the class says of its field.

A row class is a ``NamedTuple``; its fields stand in the order of the statement's columns. A ``date`` is read from ISO text, a
``datetime`` from a moment in UTC, a ``bool`` from 0 and 1, a ``Mapping`` from JSON; anything else stays as it comes, and what
is empty stays None. Dates among the parameters need no writing out: the driver does it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, TypeVar, get_args, get_origin

from db.custody.damage import damaged
from db.driver import Connection

Row = TypeVar("Row", bound=NamedTuple)
Item = TypeVar("Item")
Parameters = Mapping[str, Any]

MOST_NAMES = 100
AT_ONCE = 500
"""How many numbers are asked for in one statement."""


def fetch(connection: Connection, row_class: type[Row], sql: str, parameters: Parameters | None = None) -> list[Row]:
    found = connection.execute(sql, parameters or {}).fetchall()
    with _decoding(connection):
        return list(map(decoder(row_class), found))


def fetch_one(
    connection: Connection, row_class: type[Row], sql: str, parameters: Parameters | None = None
) -> Row | None:
    row = connection.execute(sql, parameters or {}).fetchone()
    with _decoding(connection):
        return None if row is None else decoder(row_class)(row)


def stream(
    connection: Connection, row_class: type[Row], sql: str, parameters: Parameters | None = None
) -> Iterator[Row]:
    """The rows one by one, all of one moment, so that a county passes through in little memory."""
    return _decoded(connection, map(decoder(row_class), connection.stream(sql, parameters or {})))


def _decoded(connection: Connection, rows: Iterator[Row]) -> Iterator[Row]:
    with _decoding(connection):
        yield from rows


@contextmanager
def _decoding(connection: Connection) -> Iterator[None]:
    try:
        yield
    except ValueError:  # a column holds no day or JSON: nothing of ours wrote that, so the file has been damaged since
        raise damaged(connection.path) from None


def fetch_value(
    connection: Connection, kind: type[Item], sql: str, parameters: Parameters | None = None
) -> Item | None:
    """The first column of the first row; None when there is no row, or nothing in it."""
    row = connection.execute(sql, parameters or {}).fetchone()
    return None if row is None or row[0] is None else _READERS.get(kind, kind)(row[0])


def fetch_number(connection: Connection, sql: str, parameters: Parameters | None = None) -> int:
    return int(connection.execute(sql, parameters or {}).fetchone()[0])


def fetch_column(
    connection: Connection, kind: type[Item], sql: str, parameters: Parameters | None = None
) -> list[Item]:
    """The first column of every row, in which nothing is empty."""
    read = _READERS.get(kind, kind)
    return [read(row[0]) for row in connection.execute(sql, parameters or {})]


def insert_row(connection: Connection, table: str, values: Mapping[str, Any], *, giving: str = "") -> Any:
    """Insert one row, and give what it holds then, such as the number that it got."""
    query = f'INSERT INTO "{table}" ({", ".join(values)}) VALUES ({", ".join(f":{column}" for column in values)})'
    if not giving:
        connection.execute(query, values)
        return None
    return connection.execute(f"{query} RETURNING {giving}", values).fetchone()


def update_row(connection: Connection, table: str, key: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    """Change the row of a key; how many rows that were, none also where a server keeps this login from it."""
    where, parameters = of_key(key)
    assignments = ", ".join(f"{column} = :{column}" for column in values)
    done = connection.execute(f'UPDATE "{table}" SET {assignments} WHERE {where}', {**values, **parameters})
    return int(done.rowcount)


def delete_row(connection: Connection, table: str, key: Mapping[str, Any]) -> int:
    """As ``update_row``."""
    where, parameters = of_key(key)
    return int(connection.execute(f'DELETE FROM "{table}" WHERE {where}', parameters).rowcount)


def delete_many(connection: Connection, table: str, key: Sequence[str], keys: Iterable[Sequence[object]]) -> None:
    """Take out the rows of these keys, outside the journal."""
    where = " AND ".join(f"{column} = :{column}" for column in key)
    connection.executemany(f'DELETE FROM "{table}" WHERE {where}', keys)


def of_key(key: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The condition that finds a row by its key; its parameters have names that no column has."""
    return " AND ".join(f"{column} = :key_{column}" for column in key), {f"key_{name}": key[name] for name in key}


def decoder(row_class: type[Row]) -> Callable[[Sequence[Any]], Row]:
    """What makes one row of the class from a statement's row; worked out once for each class."""
    found = _DECODERS.get(row_class)
    if found is None:
        found = _DECODERS[row_class] = _decoder(row_class.__annotations__.values(), row_class._make)
    return found


_DECODERS: dict[type, Callable[[Sequence[Any]], Any]] = {}


def item_decoder(row_class: type[NamedTuple], field: str) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """What makes one item of a field that is a tuple of tuples, such as ``tuple[tuple[str, date], ...]``."""
    return _decoder(get_args(get_args(row_class.__annotations__[field])[0]), tuple)


def _decoder(kinds: Iterable[Any], make: Callable[[Sequence[Any]], Item]) -> Callable[[Sequence[Any]], Item]:
    found = ((place, _reader(kind)) for place, kind in enumerate(kinds))
    readers = tuple((place, read) for place, read in found if read is not None)
    if not readers:
        return make

    def decode(row: Sequence[Any]) -> Item:
        values = list(row)
        for place, read in readers:
            value = values[place]
            if value is not None:
                values[place] = read(value)
        return make(values)

    return decode


def _reader(kind: Any) -> Callable[[Any], Any] | None:
    """How a value of this annotation is read, None when it stays as it comes."""
    kinds = [one for one in get_args(kind) if one is not type(None)]
    one = kinds[0] if len(kinds) == 1 else kind
    return json.loads if get_origin(one) is Mapping else _READERS.get(one)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


_READERS: Mapping[Any, Callable[[Any], Any]] = {date: date.fromisoformat, datetime: _moment, bool: bool}


def columns(row_class: type[NamedTuple], alias: str = "", *shared: Mapping[str, str], **elsewhere: str) -> str:
    """The SELECT list of a row class: each field is the column of that name of ``alias``, or comes from ``elsewhere``.

    ``shared`` may name fields that this class does not have. Raises ``ValueError`` when ``elsewhere`` does.
    """
    unknown = elsewhere.keys() - set(row_class._fields)
    if unknown:
        raise ValueError(f"{row_class.__name__} has no {', '.join(sorted(unknown))}")
    sources = {field: source for some in (*shared, elsewhere) for field, source in some.items()}
    own = f"{alias}." if alias else ""
    return ", ".join(f'{sources[one]} AS "{one}"' if one in sources else f"{own}{one}" for one in row_class._fields)


def marks(parameters: dict[str, Any], name: str, values: Sequence[object]) -> str:
    """Put ``values`` among the parameters, numbered after ``name``, and give what stands for them between the brackets of IN.

    Many whole numbers stand there as they are: SQLite looks for each name among all those before it. For no values it is NULL, which
    nothing is equal to: keep that from NOT IN, which would be true of nothing, too.
    """
    if not values:
        return "NULL"
    if len(values) > MOST_NAMES and all(type(value) is int for value in values):
        return ", ".join(map(str, values))
    names = [f"{name}{place}" for place in range(len(values))]
    parameters.update(zip(names, values, strict=True))
    return ", ".join(f":{one}" for one in names)


def among(column: str, values: Sequence[object]) -> tuple[str, dict[str, Any]]:
    """The condition that a column holds one of these values, and its parameters."""
    parameters: dict[str, Any] = {}
    return f"{column} IN ({marks(parameters, 'among', values)})", parameters


def chunks(values: Sequence[Item], at_once: int = AT_ONCE) -> Iterator[Sequence[Item]]:
    """The values some at a time, so that no statement grows without end and memory stays flat."""
    for start in range(0, len(values), at_once):
        yield values[start : start + at_once]


def like_pattern(word: str) -> str:
    """What a LIKE looks for to find texts that hold ``word`` as it stands; use it with ``ESCAPE '\\'``."""
    literal = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{literal}%"
