"""A whole record carried from one place to another, history and seals included: between a file and a server, or two of a kind.

Everything is read in one moment and written in one transaction, which is given up unless every table, read back, says what was read. The
triggers that keep what was agreed and what happened are put aside for it, inside that transaction: here nothing is changed, only carried.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from typing import Any, Final

from db import driver
from db.custody import access_log
from db.custody.unfinished import unfinished
from db.database import Database
from db.driver import Connection
from db.errors import CannotWriteDatabase, Fault, NotAllowedThere, NotOurDatabase
from db.migrations import schema
from db.rows import fetch_number

Progress = Callable[[int, int], None]
"""Called with how many rows are carried and looked at, and of how many."""

_MADE_BY_THE_PROGRAM: Final = {"milestone": "origin = 'shipped'", "setting": "TRUE", "journal_key": "TRUE"}
"""By table the rows with which records begin: where there are only these, nobody has recorded anything yet."""
_ROWS_BETWEEN_TWO_LOOKS: Final = 1_000


def copy(source: Database, target: Database, progress: Progress) -> dict[str, int]:
    """Carry everything to ``target``, where nothing has been recorded yet; how many rows each table has.

    Raises ``NotOurDatabase`` for a target that is not empty, ``NotAllowedThere`` for a login that does not see everything,
    and ``CannotWriteDatabase`` when what was read back is not what was read.
    """
    check_whole(source)
    connection = source.read()
    connection.execute(connection.begin_reading)
    try:
        with target.write() as into:
            return _Work(connection, into, progress).done()
    except driver.IntegrityError as error:
        raise CannotWriteDatabase(
            f"{target.read().path}: not everything that is in {connection.path} is taken there ({error}). Nothing was written. See what is "
            "wrong with: transitions check"
        ) from None
    finally:
        with suppress(Fault):
            connection.execute("ROLLBACK")


def check_whole(source: Database) -> None:
    """See that all of a record can be read, and that no file is on its way out of it. Raises as ``copy``."""
    connection = source.read()
    _check_sees_everything(connection)
    if unfinished(connection):
        raise NotOurDatabase(
            f"{connection.path}: a file is still being written. Wait for it, or let any command finish it, such as: transitions today. Nothing "
            "was copied."
        )


def _check_sees_everything(connection: Connection) -> None:
    if not connection.sees_everything():
        raise NotAllowedThere(
            f"{connection.path}: your login does not see all pupils, so the copy would not be whole. Ask a keeper of the record to make it. "
            "Nothing was copied."
        )


class _Work:
    def __init__(self, source: Connection, target: Connection, progress: Progress) -> None:
        self._source, self._target, self._progress = source, target, progress
        self._tables = {table.name: table for table in schema.tables()}
        self._done = self._all = 0

    def done(self) -> dict[str, int]:
        source, target = self._source, self._target
        _check_sees_everything(target)
        self._check_empty()
        there = {name: fetch_number(source, f'SELECT count(*) FROM "{name}"') for name in self._tables}
        self._all = 2 * sum(there.values())
        target.check_references_at_the_end()
        with target.without_triggers():
            for name in self._tables:
                target.execute(f'DELETE FROM "{name}"')
            for name, rows in there.items():
                self._carry(name, rows)
        for name, table in self._tables.items():  # at the end: on a server this stays, whatever is taken back
            if "id" in table.columns:
                target.number_from(name, source.last_number(name))
        access_log.leave_out_numbers_never_used(source, target)
        return there

    def _check_empty(self) -> None:
        for name in self._tables:
            begun_with = _MADE_BY_THE_PROGRAM.get(name, "FALSE")
            if fetch_number(self._target, f'SELECT count(*) FROM "{name}" WHERE NOT ({begun_with})'):
                raise NotOurDatabase(
                    f"{self._target.path}: there are records already, and two records never become one. Name a new place. Nothing was "
                    "changed."
                )

    def _carry(self, name: str, expected: int) -> None:
        columns, key = (list(of.keys()) for of in (self._tables[name].columns, self._tables[name].primary_key.columns))
        query = f'SELECT {", ".join(columns)} FROM "{name}" ORDER BY {", ".join(key)}'
        read, back = _Digest(), _Digest()
        self._target.fill(name, columns, self._passing(self._source.stream(query), read))
        for _ in self._passing(self._target.stream(query), back):
            pass
        if (read.rows, read.digest) != (expected, back.digest):
            raise CannotWriteDatabase(
                f"{self._target.path}: the table {name} did not arrive as it was sent ({back.rows:,} of {expected:,} rows). Nothing was "
                "written. Look at both places with transitions check, then try again."
            )

    def _passing(self, rows: Iterable[tuple[Any, ...]], digest: "_Digest") -> Iterator[tuple[Any, ...]]:
        for row in rows:
            digest.add(row)
            self._done += 1
            if not self._done % _ROWS_BETWEEN_TWO_LOOKS:
                self._progress(self._done, self._all)
            yield row
        self._progress(self._done, self._all)


class _Digest:
    """What tells whether the same rows came in the same order."""

    def __init__(self) -> None:
        self._whole = sha256()
        self.rows = 0

    def add(self, row: tuple[Any, ...]) -> None:
        self._whole.update(json.dumps(row).encode())
        self.rows += 1

    @property
    def digest(self) -> str:
        return self._whole.hexdigest()
