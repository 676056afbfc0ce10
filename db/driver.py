"""Opening the file, one connection, keyed and set up the same way everywhere; and all that only SQLite understands.

sqlcipher3 is the driver for plain files too: it brings the same recent SQLite to every Python. Nothing here imports
SQLAlchemy, so that a list on the command line starts in milliseconds. Statements elsewhere are such as PostgreSQL takes too;
what another engine says otherwise stands here, each under the name of what it is for.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import date
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from db.custody import damage, keys, presence
from db.errors import (
    CannotWriteDatabase,
    DamagedDatabase,
    DatabaseInUse,
    Fault,
    NoDatabase,
    NotOurDatabase,
    WrongPassphrase,
)

Connection = Any
"""A DB-API connection of sqlcipher3, which ships no types."""

Error = dbapi2.Error
IntegrityError = dbapi2.IntegrityError


class _Rows(dbapi2.Cursor):  # type: ignore[misc] # the driver ships no types
    """What a statement gives. A file that cannot be read says so by a ``Fault``, wherever the reading had come to."""

    def execute(self, sql: str, parameters: Any = ()) -> Any:
        try:
            return super().execute(sql, parameters)
        except Error as error:
            raise self._explained(error) from None

    def executemany(self, sql: str, parameters: Any) -> Any:
        try:
            return super().executemany(sql, parameters)
        except Error as error:
            raise self._explained(error) from None

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except Error as error:
            raise self._explained(error) from None

    def fetchall(self) -> Any:
        try:
            return super().fetchall()
        except Error as error:
            raise self._explained(error) from None

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from iter(super().__next__, None)  # no row is None, and a call from C for each costs nothing
        except Error as error:
            raise self._explained(error) from None

    def _explained(self, error: Exception) -> Exception:
        """The fault of the file; a slip in a statement, or what a constraint refuses, stays what it is."""
        fault = explain(error, self.connection.path)
        return error if type(fault) is Fault else fault


class _OneFile(dbapi2.Connection):  # type: ignore[misc] # the driver ships no types
    path: Path
    read_only: bool
    key: keys.Key | None
    payloads: dict[int, Any]
    """What the actions of this transaction have written so far: see ``db.sealing``."""

    def cursor(self) -> Any:
        return super().cursor(_Rows)

    def check_references_at_the_end(self) -> None:
        """Look at references at the end of this transaction only, so that tables can be filled in any order."""
        self.execute("PRAGMA defer_foreign_keys = ON")

    def together(self) -> AbstractContextManager[None]:
        """Statements of which the first need not be done before the next is sent; a server is asked them all at once."""
        return nullcontext()

    def choose(self, ids: Iterable[int]) -> None:
        """Keep numbers in a table that only this connection sees, in place of those chosen before."""
        self.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (id INTEGER PRIMARY KEY)")
        self.execute("DELETE FROM chosen")
        self.executemany("INSERT INTO chosen VALUES (:id)", ((number,) for number in ids))

    @contextmanager
    def keeping_few_pages(self) -> Iterator[None]:
        """Keep less of the file in memory meanwhile: what goes through it once gains little from more."""
        self.execute(f"PRAGMA cache_size = -{_FEW_PAGES_KIB}")
        try:
            yield
        finally:
            self.execute(f"PRAGMA cache_size = -{PAGE_CACHE_KIB}")

    uses_every_number = True
    """Whether a change that was taken back gives the numbers of its rows back, too."""

    def last_number(self, table: str) -> int:
        """The highest number that a row of a table was ever given, those that were taken out since included; 0 for none."""
        query = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = :table"
        return int(self.execute(query, {"table": table}).fetchone()[0])

    def number_from(self, table: str, last: int) -> None:
        """Go on numbering the rows of a table after this number."""
        self.execute("DELETE FROM sqlite_sequence WHERE name = :table", {"table": table})
        self.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)", {"table": table, "last": last})

    # What carries a whole record elsewhere asks of either place

    begin_reading = "BEGIN"
    """What is read from then on is of one moment."""

    @contextmanager
    def without_triggers(self) -> Iterator[None]:
        """Put the triggers aside, so that rows can be put in as they were; inside a transaction."""
        triggers = damage.take_triggers_away(self)
        yield
        for statement in triggers:
            self.execute(statement)

    def stream(self, sql: str, parameters: Any = ()) -> Any:
        """The rows one by one, however many there are."""
        return self.execute(sql, parameters)

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        insert_many(self, table, columns, rows)

    def sees_everything(self) -> bool:
        return True


# Of a type that it has no adapter for the driver looks for one in vain each time it binds a value. Nothing and yes or no are
# half of what is written in bulk, and with these they take a sixth of the time.
dbapi2.register_adapter(type(None), lambda value: value)
dbapi2.register_adapter(bool, int)
dbapi2.register_adapter(date, date.isoformat)

APPLICATION_ID = 0x5472616E  # "Tran"
BUSY_SECONDS = 5.0
PAGE_CACHE_KIB = 16_384
"""Of each thread's connection: in four times as much no list was read faster, and each thread keeps what it has once taken."""
_FEW_PAGES_KIB = 8_192
_STEPS_BETWEEN_LOOKS = 20_000
"""How many steps of SQLite's machine pass between two looks whether to stop: less than a hundredth of a second."""

_SHORTEST = 512  # bytes of the smallest page: a database with anything in it has at least these

_SETUP = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA synchronous = FULL",
    f"PRAGMA cache_size = -{PAGE_CACHE_KIB}",
)


def connect(path: Path, *, create: bool = False, read_only: bool = False) -> Connection:
    """Open the file for reading and writing, in autocommit; a write begins its own transaction.

    With ``read_only``, and where the disk is full, or file or folder read-only, it is opened to be read: ``read_only`` says so,
    and a write is then refused. Raises ``NoDatabase``, ``NotOurDatabase``, ``CannotWriteDatabase`` or ``DatabaseInUse``, each with its sentence.
    """
    if not path.parent.is_dir():
        raise NoDatabase(f"{path.parent}: there is no such folder. Make it first, or name another place with --db.")
    if path.is_dir():
        raise NoDatabase(f"{path}: this is a folder. Name the database file itself with --db.")
    if not path.exists():
        if not create:
            raise damage.once_here(path) or NoDatabase(
                f"{path}: there is no database here yet. Open the app or import pupils to create one."
            )
        _begin_file(path)
    elif path.stat().st_size == 0 and (gone := damage.once_here(path)):
        raise gone
    if 0 < path.stat().st_size < _SHORTEST:  # of one byte SQLite says that it is empty, and writes over it
        raise NotOurDatabase(f"{path}: this is not a transitions database. Name yours with --db, or start a new file.")
    _check_unlocked(path)
    try:
        return _opened(path, "mode=ro") if read_only else _opened(path, "mode=rw", journal="wal")
    except CannotWriteDatabase as fault:
        # without a -wal nobody is writing, so that the file may be taken as it stands
        ways = ["mode=ro"] if has_wal(path) else ["mode=ro", "mode=ro&immutable=1"]
        for way in ways:
            with suppress(CannotWriteDatabase):
                return _opened(path, way)
        raise fault from None


def _check_unlocked(path: Path) -> None:
    if keys.keys_file(path).exists() and keys.UNLOCKED.key_of(path) is None and damage.is_encrypted(path):
        raise WrongPassphrase(
            f"{path}: the records are locked. Give the passphrase: at the prompt, or in a file named by --passphrase-file or "
            "TRANSITIONS_PASSPHRASE_FILE."
        )


def has_wal(path: Path) -> bool:
    wal = path.with_name(path.name + "-wal")
    return wal.exists() and wal.stat().st_size > 0


def _opened(path: Path, mode: str, *, journal: str = "") -> Connection:
    try:
        connection: Connection = dbapi2.connect(
            f"{path.absolute().as_uri()}?{mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=BUSY_SECONDS,
            factory=_OneFile,
        )
    except dbapi2.Error as error:
        raise explain(error, path) from None
    connection.path, connection.payloads, connection.read_only = path, {}, not (journal and os.access(path, os.W_OK))
    try:
        connection.key = unlock(connection, path)
        check_ours(connection, path)
        for statement in _SETUP:
            connection.execute(statement)
        if journal and _pragma(connection, f"journal_mode = {journal}") != journal:
            raise CannotWriteDatabase(
                f"{path}: a database can't be used in this folder (a network drive?). Name a folder on this computer with --db."
            )
    except dbapi2.Error as error:
        connection.close()
        raise explain(error, path) from None
    except Fault:
        connection.close()
        raise
    return connection


def unlock(connection: Connection, path: Path, key: keys.Key | None = None) -> keys.Key | None:
    """Key a connection that was just opened, by ``key`` or what was unlocked for the file; give the key, None for a plain file.

    A connection that should be keyed and is not would write in clear, so the driver is asked. Raises what reading it raises.
    """
    connection.execute("PRAGMA cipher_log_level = NONE")
    is_plain = path.exists() and path.stat().st_size > 0 and not damage.is_encrypted(path)
    found = key or (None if is_plain else keys.UNLOCKED.key_of(path))
    if found is not None:
        connection.execute(f'PRAGMA key = "{found.pragma}"')
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if str(_pragma(connection, "cipher_status")) != "1":
            raise Fault(
                f"{path}: the file would have been written unencrypted, so it was not opened. Nothing was changed."
            )
    return found


def check_ours(connection: Connection, path: Path) -> None:
    """Refuse another program's database before anything of it is changed. Raises ``NotOurDatabase``."""
    tables, version = table_names(connection), file_version(connection)
    if (tables or version) and _pragma(connection, "application_id") != APPLICATION_ID:
        raise NotOurDatabase(
            f"{path}: this database belongs to another program. Name yours with --db, or start a new file."
        )
    if version < 0 or (tables and not version):
        raise DamagedDatabase(
            f"{path}: this file claims version {version}, which this program has never had. It was not opened or changed. {damage.way_back(path)}"
        )


def _begin_file(path: Path) -> None:
    """Make the empty file for its owner's eyes only, before SQLite gives its rights to the files beside it."""
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise CannotWriteDatabase(
            f"{path}: the file cannot be made ({error.strerror}). Name another place with --db."
        ) from None


_DAMAGE = ("not a database", "malformed", "encrypted", "could not decode", "unsupported file format")


def explain(error: Exception, path: Path) -> Fault:
    """The sentence for what the driver says; a plain ``Fault`` when it is not the file that is at fault."""
    message = "" if isinstance(error, IntegrityError) else str(error).lower()
    if "locked" in message or "busy" in message:
        return DatabaseInUse(
            f"{path}: another program is using this file{presence.named(path)}. Close it there, or try again in a moment; nothing was changed."
        )
    if "readonly" in message or "read-only" in message:
        return CannotWriteDatabase(
            f"{path}: the file or its folder is read-only, or it was opened with --read-only. Ask for write access, leave that option "
            "out, or name another place with --db."
        )
    if "full" in message or "disk i/o" in message:
        return CannotWriteDatabase(
            f"{path}: the disk is full or failing; nothing was changed. Free some space and try again."
        )
    if "unable to open" in message:
        return CannotWriteDatabase(
            f"{path}: the file cannot be opened. Check that you have permission to read and write in its folder."
        )
    if any(word in message for word in _DAMAGE):
        return damage.damaged(path)
    return Fault(f"{path}: the database refused ({type(error).__name__}).")


def _pragma(connection: Connection, name: str) -> Any:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def file_version(connection: Connection) -> int:
    """The version of the tables in the file, 0 for an empty one."""
    return int(_pragma(connection, "user_version"))


def set_file_version(connection: Connection, version: int) -> None:
    """Say that the file is ours, with the tables of this version."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {version}")


def commits_elsewhere(connection: Connection) -> int:
    """A number that changes when another connection, or another program, has committed."""
    return int(_pragma(connection, "data_version"))


def engine_facts(connection: Connection) -> tuple[str, str]:
    """The version of SQLite, and how the file keeps its journal."""
    return connection.execute("SELECT sqlite_version()").fetchone()[0], str(_pragma(connection, "journal_mode"))


def write_anew(connection: Connection, path: Path) -> None:
    """Write the file anew, so that no page of it, nor of the log beside it, holds what was taken out. Raises the faults of ``explain``."""
    try:
        connection.execute("VACUUM")
        _pragma(connection, "wal_checkpoint(TRUNCATE)")
    except dbapi2.Error as error:
        raise explain(error, path) from None


def leave_wal(connection: Connection) -> None:
    """Put everything into the one file. It needs the file to itself, and so finds out that somebody else has it open."""
    connection.execute("PRAGMA journal_mode = DELETE")


def wait_for_others(connection: Connection, seconds: float) -> None:
    """Say how long a write waits while another program writes."""
    connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


def stop_when(connection: Connection, asked: Callable[[], bool] | None) -> None:
    """Let statements end with an error once ``asked`` is true; None lets them run to their end again."""
    connection.set_progress_handler(asked, _STEPS_BETWEEN_LOOKS if asked else 0)


def begin(connection: Connection) -> None:
    """Begin a transaction that writes: the only one of its time, from its first moment on."""
    connection.execute("BEGIN IMMEDIATE")


def check_references(connection: Connection, *, on: bool) -> None:
    """See to it that a row points at one that is there, or let it be; only outside a transaction."""
    connection.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def table_names(connection: Connection) -> list[str]:
    if not isinstance(connection, dbapi2.Connection):
        return list(connection.table_names())
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return [row[0] for row in connection.execute(query)]


def row_counts(connection: Connection) -> dict[str, int]:
    names = table_names(connection)
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def newest(connection: Connection) -> tuple[object, ...]:
    """What tells one state of the records from another: version, pages, and the last thing that was written down."""
    last = (
        connection.execute("SELECT max(id) FROM journal").fetchone()[0] if "journal" in table_names(connection) else 0
    )
    return file_version(connection), int(_pragma(connection, "page_count")), last


def export(connection: Connection, target: Path, key: keys.Key | None) -> None:
    """Write everything of a file into a new one under another key, or in clear without one."""
    target.touch(mode=0o600)
    connection.execute("ATTACH :target AS other KEY :key", {"target": str(target), "key": key.pragma if key else ""})
    # it is written down to the disk once, when it is whole
    connection.execute("PRAGMA other.synchronous = OFF")
    connection.execute("PRAGMA other.journal_mode = OFF")
    connection.execute("SELECT sqlcipher_export('other')").fetchone()
    # these two stand in the file's head, which is not exported
    connection.execute(f"PRAGMA other.application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA other.user_version = {file_version(connection)}")
    connection.execute("DETACH other")


def columns_of(connection: Connection, table: str) -> dict[str, Any]:
    """The columns of a table in their order, each with what it holds when nobody gives it a value."""
    if not isinstance(connection, dbapi2.Connection):
        return dict(connection.columns_of(table))
    found = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    defaults = connection.execute(f"SELECT {', '.join(row[4] or 'NULL' for row in found)}").fetchone()
    return {row[1]: default for row, default in zip(found, defaults, strict=True)}


def insert_many(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    key: Sequence[str] = (),
) -> None:
    """Write rows, outside the journal; with ``key`` over those that have the same. Values come in the order of the columns."""
    marks = ", ".join(f":{column}" for column in columns)
    over = ""
    if key:
        changed = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in key)
        over = f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changed}"
    connection.executemany(f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({marks}){over}', rows)
    if "id" in columns and not isinstance(connection, dbapi2.Connection):
        connection.number_after_these(table)


CHOSEN = "(SELECT id FROM chosen)"
"""What ``choose`` has chosen, for statements over more numbers than parameters can be."""


READ_BEFORE = "CROSS JOIN"
"""Joins as JOIN does, and keeps SQLite from turning the two tables round: what stands before it is read first."""


def joined(text: str, order: str) -> str:
    """What gives the texts of all rows as one, parted by semicolons."""
    return f"string_agg({text}, '; ' ORDER BY {order})"


def not_indexed(column: str) -> str:
    """The column, by which SQLite is not to look rows up here: the planner would choose a worse index than the other one."""
    return f"+{column}"
