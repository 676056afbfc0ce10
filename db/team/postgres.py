"""A team's record on a PostgreSQL server: what ``driver`` and ``Database`` are for a file, for the same plain statements.

Only placeholders are rewritten. What is bound goes without a type, as text, so that a column takes it as it takes what stands in a
statement; what comes back is what the file would give: 0 and 1, whole numbers, ISO dates as text. One transaction writes at a time, as in
a file, and readers never wait for it.
"""

import logging
import os
import re
import select
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from db import driver
from db.errors import (
    CannotWriteDatabase,
    DamagedDatabase,
    DatabaseInUse,
    Fault,
    NoDatabase,
    NotAllowedThere,
    ServerGone,
    WrongPassphrase,
)
from db.place import PASSWORDS, Server

try:
    import psycopg
    from psycopg import pq

    from db.team.values import as_in_a_file
except ImportError as missing:  # the extra "team" brings it
    raise NoDatabase(
        "Records on a server need one more package. Install it in the program's folder with: python3 -m uv sync --extra team"
    ) from missing

# of one fault the driver tells every statement that was sent after it; the first is what is said
logging.getLogger("psycopg").addHandler(logging.NullHandler())
NoSuchNumber = psycopg.errors.InvalidParameterValue
"""What is raised for a transaction number that the server has not come to."""
_ONE_WRITER = 0x5472616E
"""The lock that a writing transaction holds: "Tran", as the files are marked."""
CHANNEL = "transitions_changed"
_AT_ONCE = 2_000
"""How many rows are fetched together when all of them pass through."""
_PREPARED_AFTER = 1
_MOST_PREPARED = 300
"""After how many times a statement is kept planned, and how many of them: one decision asks thirty."""
_SOON = "2"  # seconds within which a server answers whom somebody is waiting at the screen
_LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})


_NAME = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|::|:([A-Za-z_]\w*)|%")


@lru_cache(maxsize=4096)
def _marked(sql: str, *, named: bool) -> str:
    """The statement with its placeholders as this driver has them."""

    def mark(found: re.Match[str]) -> str:
        if found[1]:
            return f"%({found[1]})s" if named else "%s"
        return found[0].replace("%", "%%")

    return _NAME.sub(mark, sql)


class _Raw(psycopg.Connection[Any]):
    """Gives up a server that is silent for longer than its thread waits: TCP would wait for ever for one that hangs."""

    patience: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        begun, at = time.monotonic(), time.strftime("%H:%M:%S")
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.OperationalError:
            if timeout is not None or self.patience is None or time.monotonic() - begun < self.patience:
                raise
            self.close()
            raise psycopg.OperationalError(f"no answer since {at}") from None


class _Rows(psycopg.Cursor[Any]):
    """What a statement gives; it may be waited for only where it is asked for, and a fault is said there."""

    def __init__(self, of: "Connection") -> None:
        super().__init__(of.raw)
        self._of = of

    def _come(self) -> Self:
        if self.pgresult is None:
            self._of.wait()
        return self

    def fetchone(self) -> Any:
        return super(_Rows, self._come()).fetchone()

    def fetchall(self) -> list[Any]:
        return super(_Rows, self._come()).fetchall()

    def __iter__(self) -> Any:
        return iter(self.fetchall())

    @property
    def rowcount(self) -> int:
        return super(_Rows, self._come()).rowcount


class Connection:
    """One connection, used as one of ``driver`` is."""

    read_only = False
    key = None

    def __init__(self, raw: _Raw, where: Server) -> None:
        self.raw = raw
        self.path = where
        self.payloads: dict[int, Any] = {}
        self.changed = self._streams = 0
        self._columns: dict[str, dict[str, Any]] = {}
        as_in_a_file(raw)
        raw.prepare_threshold, raw.prepared_max = _PREPARED_AFTER, _MOST_PREPARED
        self._together = ExitStack()

    @property
    def is_lost(self) -> bool:
        return bool(self.raw.closed or self.raw.broken)

    def has_ended(self) -> bool:
        """Whether it is lost; one that is at rest is listened to, for the server may have said so."""
        while not self.is_lost and not self.in_transaction and select.select([self.raw.fileno()], (), (), 0)[0]:
            with suppress(ServerGone):
                self.commits_elsewhere()
        return self.is_lost

    @property
    def in_transaction(self) -> bool:
        return self.raw.info.transaction_status != pq.TransactionStatus.IDLE and not self.raw.closed

    def execute(self, sql: str, parameters: Any = ()) -> Any:
        with _faults(self):
            if not parameters:
                return _Rows(self).execute(sql)
            return _Rows(self).execute(_marked(sql, named=hasattr(parameters, "keys")), _bound(parameters))

    def executemany(self, sql: str, parameters: Any) -> None:
        rows = iter(parameters)
        first = next(rows, None)
        if first is None:
            return
        with _faults(self):
            _Rows(self).executemany(_marked(sql, named=hasattr(first, "keys")), map(_bound, chain((first,), rows)))

    def begin(self, seconds: float) -> None:
        """Begin a transaction that writes, once nobody else writes. Raises ``DatabaseInUse`` after so many seconds.

        Of a computer that is gone in the middle of it the server keeps nothing, and nobody waits for longer than half a minute.
        """
        self.execute("BEGIN")
        self.execute(
            "SELECT set_config('lock_timeout', :wait, TRUE), set_config('idle_in_transaction_session_timeout', '30s', TRUE)",
            {"wait": round(seconds * 1000)},
        )
        self.execute(f"SELECT pg_advisory_xact_lock({_ONE_WRITER})")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Send statements without waiting for each: for what one gives, and for a refusal, it is waited where it is asked for."""
        if self.is_together:
            yield
            return
        with _faults(self), self._together:
            self._pipeline = self._together.enter_context(self.raw.pipeline())
            yield

    @property
    def is_together(self) -> bool:
        return self.raw.pgconn.pipeline_status != pq.PipelineStatus.OFF

    def wait(self) -> None:
        """Until all that was sent is done; the server then counts for how long nothing more comes, and gives up on a computer that is gone."""
        if self.is_together:
            with _faults(self):
                self._pipeline.sync()

    def check_references_at_the_end(self) -> None:
        self.execute("SET CONSTRAINTS ALL DEFERRED")

    def number_after_these(self, table: str) -> None:
        last = f'greatest((SELECT max(id) FROM "{table}"), pg_sequence_last_value({_numbers(table)}))'
        self.execute(f"SELECT setval({_numbers(table)}, {last})")

    @contextmanager
    def keeping_few_pages(self) -> Iterator[None]:
        """Nothing: the server keeps what it likes."""
        yield

    def choose(self, ids: Iterable[int]) -> None:
        """As a file’s connection has it; what reads them is in ``members.sql``."""
        self.execute("SELECT set_config('transitions.chosen', :ids, FALSE)", {"ids": ",".join(map(str, ids))})

    def table_names(self) -> list[str]:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT IN ('record_version', 'member')"
        return [row[0] for row in self.execute(query)]

    uses_every_number = False

    def last_number(self, table: str) -> int:
        return int(self.execute(f"SELECT coalesce(pg_sequence_last_value({_numbers(table)}), 0)").fetchone()[0])

    def number_from(self, table: str, last: int) -> None:
        self.execute(f"SELECT setval({_numbers(table)}, {max(last, 1)}, {last > 0})")

    def take_numbers(self, table: str, how_many: int) -> Iterable[int]:
        query = f"SELECT nextval({_numbers(table)}) FROM generate_series(1, :how_many)"
        return [row[0] for row in self.execute(query, {"how_many": how_many})]

    begin_reading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    @contextmanager
    def without_triggers(self) -> Iterator[None]:
        """As a file’s connection has it; only who owns the tables may, and to others of them the triggers stay."""
        of_ours = "NOT tgisinternal AND relnamespace = CAST(current_schema() AS regnamespace)"
        query = f"SELECT DISTINCT CAST(c.oid AS regclass) FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE {of_ours}"
        tables = [table for (table,) in self.execute(query)]
        for table in tables:
            self.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        self.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with references to be looked at cannot be altered
        for table in tables:
            self.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    def stream(self, sql: str, parameters: Any = ()) -> Iterator[tuple[Any, ...]]:
        """As a file’s connection has it; the server holds the rest, also of what is read outside a transaction."""
        self._streams += 1
        name, holds = f"stream_{self._streams}", "" if self.in_transaction else " WITH HOLD"
        with self.together():
            self.execute(f"DECLARE {name} NO SCROLL CURSOR{holds} FOR {sql}", parameters)
            come = self.execute(f"FETCH {_AT_ONCE} FROM {name}")
        try:
            while rows := come.fetchall():
                yield from rows
                if len(rows) < _AT_ONCE:
                    break
                come = self.execute(f"FETCH {_AT_ONCE} FROM {name}")
        finally:
            with suppress(Fault, psycopg.Error):
                self.execute(f"CLOSE {name}")

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """As a file’s connection has it; not for those to whom row-level security applies."""
        self._together.close()  # rows cannot be sent in the midst of statements
        try:
            with _faults(self), self.raw.cursor().copy(f'COPY "{table}" ({", ".join(columns)}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        except psycopg.DataError as error:
            raise driver.IntegrityError(f"{table}: {error.diag.message_primary or error}") from None

    def sees_everything(self) -> bool:
        """Whether no rule about rows holds for this login, as none does for keepers."""
        query = "SELECT count(*) FROM pg_class WHERE relnamespace = CAST(current_schema() AS regnamespace) AND row_security_active(oid)"
        return not self.execute(query).fetchone()[0]

    def columns_of(self, table: str) -> dict[str, Any]:
        """As a file’s connection has it; the server works out what a column holds when nobody gives it a value."""
        if table not in self._columns:
            found = self.execute(
                "SELECT column_name, CASE WHEN is_identity = 'YES' THEN NULL ELSE column_default END FROM information_schema.columns "
                "WHERE table_schema = current_schema() AND table_name = :table ORDER BY ordinal_position",
                {"table": table},
            ).fetchall()
            defaults = self.execute(f"SELECT {', '.join(default or 'NULL' for _, default in found)}").fetchone()
            self._columns[table] = dict(zip((name for name, _ in found), defaults, strict=True))
        return self._columns[table]

    def listen(self) -> None:
        """Hear of what others save. The server, too, looks whether this computer is still there: it may hold the lock."""
        looks = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
        self.execute(f"{looks}; LISTEN {CHANNEL}")

    def commits_elsewhere(self) -> int:
        """How many commits of other connections this one has heard of."""
        with _faults(self):
            own = self.raw.info.backend_pid
            self.changed += sum(notify.pid != own for notify in self.raw.notifies(timeout=0))
        return self.changed

    def stop_when(self, asked: Callable[[], bool] | None) -> None:
        """Nothing to do: what is asked for is looked at between statements."""

    def close(self) -> None:
        self.raw.close()


def _numbers(table: str) -> str:
    """The sequence that numbers the rows of a table."""
    return f"CAST(pg_get_serial_sequence('{table}', 'id') AS regclass)"


def _bound(parameters: Any) -> Any:
    """Dates go as the ISO text that the tables hold."""
    if hasattr(parameters, "items"):
        return {name: _text(value) for name, value in parameters.items()}
    return [_text(value) for value in parameters]


def _text(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


# What can go wrong, each as a sentence

_ERRORS = psycopg.errors


@contextmanager
def _faults(connection: Connection) -> Iterator[None]:
    """Say by the errors that callers know what the server says."""
    try:
        yield
    except psycopg.IntegrityError as error:
        raise driver.IntegrityError(error.diag.message_primary or str(error)) from None
    except psycopg.Error as error:
        fault = explain(error, connection.path, is_lost=connection.is_lost)
        raise error if fault is None else fault from None


_SAYS: tuple[tuple[tuple[type[psycopg.Error], ...], tuple[str, ...], type[Fault], str], ...] = (
    ((_ERRORS.LockNotAvailable, _ERRORS.DeadlockDetected, _ERRORS.SerializationFailure), (), DatabaseInUse,
     "a colleague’s change is still being saved. Try again in a moment; nothing was changed."),
    ((_ERRORS.QueryCanceled,), (), DatabaseInUse,
     "the server stopped this because it took too long. Nothing was changed; narrow it down, or ask whoever runs the server."),
    ((_ERRORS.DiskFull, _ERRORS.OutOfMemory), (), CannotWriteDatabase,
     "the server has no room left. Nothing was changed; tell whoever runs it."),
    ((_ERRORS.IoError, _ERRORS.UndefinedFile, _ERRORS.DataCorrupted, _ERRORS.IndexCorrupted), (), DamagedDatabase,
     "the server has trouble with its own files ({said}). Nothing was changed; tell whoever runs it."),
    ((_ERRORS.ReadOnlySqlTransaction,), (), CannotWriteDatabase,
     "nothing can be saved on the server at present. Nothing was changed; ask whoever runs it."),
    ((_ERRORS.TooManyConnections, _ERRORS.ConfigurationLimitExceeded), ("too many", "remaining connection slots"), DatabaseInUse,
     "the server takes no more connections just now. Try again in a moment, or tell whoever runs it."),
    ((), ("permission denied for database", "permission denied for table record_version"), NotAllowedThere,
     "your login is not among those who work with this record. A keeper of it adds you: transitions team add NAME --login LOGIN --role ROLE"),
    ((_ERRORS.InvalidGrantOperation,), (), NotAllowedThere,
     "the server doesn’t let your login change what that login may do, since its own rights come from it. Nothing was changed; whoever runs the server can."),
    ((_ERRORS.InsufficientPrivilege,), (), NotAllowedThere,
     "your login may not do this. Nothing was changed. What each role may do is on the page docs/team-roles.md."),
    ((_ERRORS.InvalidCatalogName,), ('FATAL:  database "',), NoDatabase,
     "there is no such database on the server. Whoever runs the server makes it: transitions team create {where}"),
    ((), ("no password supplied",), WrongPassphrase,
     "the server asks for a password, and none was found in ~/.pgpass, a service file or PGPASSWORD."),
    ((), ("does not support SSL",), NoDatabase,
     "the server does not encrypt its connections, so nothing was sent to it. Ask whoever runs it to switch TLS on."),
    ((), ("certificate verify failed", "root certificate file", "does not match host name"), NoDatabase,
     "the server’s certificate could not be checked ({said}), so nothing was sent to it. Ask whoever runs it which certificate to trust."),
    ((), ("invalid integer value", "invalid sslmode", "invalid port", "invalid URI", "weak sslmode"), NoDatabase,
     "this address can’t be used ({said}). Write it as postgresql://LOGIN@SERVER/DATABASE."),
    ((), ("resolve host", "translate host name"), ServerGone,
     "this computer finds no server of that name. Check the address, and that you are on the network."),
    ((_ERRORS.InvalidPassword, _ERRORS.InvalidAuthorizationSpecification), ("password", 'FATAL:  role "', "pg_hba.conf"), WrongPassphrase,
     "the server does not let you in ({said}). Check the login name and the password; whoever runs the server can set a new one."),
)  # fmt: skip
"""By the server's error, or words of it when there is no connection yet, the fault and its sentence."""
_GONE = (
    "the server cannot be reached ({said}). Nothing was changed, and what you typed is kept; try again when it is back."
)


def explain(error: psycopg.Error, where: Server, *, is_lost: bool = False) -> Fault | None:
    """The sentence for what the server, or the way to it, says; None for a slip in a statement, which stays what it is."""
    said = " ".join((error.diag.message_primary or str(error)).split())
    said = (
        said.rpartition("failed: ")[2]
        .replace("FATAL: ", "")
        .strip()
        .partition(" Is the server running")[0]
        .partition(" This probably means")[0]
    )
    is_operational = is_lost or isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    for classes, words, fault, sentence in _SAYS:
        if isinstance(error, classes) or (is_operational and any(word in str(error) for word in words)):
            return fault(f"{where}: {sentence.format(said=said, where=where)}")
    return ServerGone(f"{where}: {_GONE.format(said=said)}") if is_operational else None


def quoted(name: str) -> str:
    """The name of a login or a database as a statement has it."""
    return '"' + name.replace('"', '""') + '"'


def options(where: Server) -> dict[str, Any]:
    """What is asked of every connection, over what the address and the environment leave open: over a network, a certificate that is checked."""
    given = dict(parse_qsl(urlsplit(where.url).query))
    host = given.get("host") or urlsplit(where.url).hostname or os.environ.get("PGHOST", "")
    found: dict[str, Any] = {
        "connect_timeout": "5",
        "keepalives_idle": "30",
        "keepalives_interval": "10",
        "keepalives_count": "3",
        "tcp_user_timeout": "20000",
    }
    if host not in _LOCAL and not host.startswith("/"):
        found["sslmode"] = given.get("sslmode") or os.environ.get("PGSSLMODE", "verify-full")
        own = Path("~/.postgresql/root.crt").expanduser()
        if found["sslmode"] == "verify-full" and "PGSSLROOTCERT" not in os.environ and not own.exists():
            found["sslrootcert"] = "system"
    return {name: value for name, value in found.items() if name not in given}


def connect(where: Server, database: str = "", patience: float | None = None) -> Connection:
    """Open a connection, to another ``database`` than that of the record where one is named. Raises the faults of ``explain``."""
    given: dict[str, Any] = {"password": PASSWORDS[where]} if where in PASSWORDS else {}
    given |= {"dbname": database} if database else {}
    given |= {"connect_timeout": _SOON} if patience else {}
    try:
        raw = _Raw.connect(where.url, autocommit=True, application_name="transitions", **options(where) | given)
    except psycopg.Error as error:
        raise explain(error, where, is_lost=True) or error from None
    raw.patience = patience
    return Connection(raw, where)
