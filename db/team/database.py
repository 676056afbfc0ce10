"""The record of a team as the program holds it: ``Database`` for a server."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from db import driver, migrations
from db.custody import sealing
from db.database import Database
from db.errors import (
    CannotWriteDatabase,
    Fault,
    NewerDatabase,
    NotAllowedThere,
    NotOurDatabase,
    OutcomeUnknown,
    ServerGone,
    WrongPassphrase,
)
from db.place import Login, Server
from db.team import members
from db.team.postgres import CHANNEL, Connection, NoSuchNumber, connect

_IN_USE_SECONDS = 5.0
_LOOKS_FOR = 15.0
"""For how many seconds it is looked whether a change is there whose COMMIT nobody answered."""
_GIVEN = "CAST(CAST(:number AS text) AS xid8)"
_END_IT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    f"WHERE pid = :process AND CAST(backend_xid AS text) = CAST(CAST({_GIVEN} AS xid) AS text)"
)


class TeamDatabase(Database):
    """The record of a team on a server."""

    look_seconds = 0.8

    def __init__(self, where: Server, *, read_only: bool = False) -> None:
        """Reach the record. Raises the faults of ``explain``, ``NotOurDatabase`` and ``NewerDatabase``."""
        self.where = where
        self.server = where
        self.asked_read_only = read_only
        self.log_lost = ""
        self._threads = threading.local()
        self._connections: list[Connection] = []
        self._guard = threading.Lock()
        self._wait_seconds = _IN_USE_SECONDS
        self._breaks = 0
        connection = self._open()
        try:
            check_version(connection)
            self._login = members.login(connection)
            self.used_password = bool(connection.raw.pgconn.used_password)
        except BaseException:
            self.close()
            raise

    @property
    def read_only(self) -> bool:
        """Whether only to look was asked for, or is what this login is for."""
        return self.asked_read_only or (self._login is not None and self._login.role == "reader")

    @property
    def login(self) -> Login | None:
        return self._login

    @property
    def notes_looks(self) -> bool:
        return not self.asked_read_only

    def become(self, connection: driver.Connection, worker_id: int) -> None:
        """Put in among the keepers whoever made the record: all others have been let in under their name."""
        members.enter(connection, worker_id)
        self._login = Login("keeper", worker_id, None)

    def say_opened_in(self, program: str) -> None:
        self.read().execute("SELECT set_config('application_name', :name, FALSE)", {"name": f"transitions {program}"})

    def _open(self, *, create: bool = False) -> Connection:
        del create
        connection = connect(self.server, patience=self._patience)
        if self.asked_read_only:
            connection.execute("SET default_transaction_read_only = on")
        connection.listen()
        with self._guard:
            self._connections.append(connection)
        self._threads.connection = connection
        return connection

    def read(self) -> Connection:
        """This thread's connection, made anew when the one before was lost. Raises ``ServerGone`` while none can be made."""
        connection: Connection | None = getattr(self._threads, "connection", None)
        if connection is None or not connection.has_ended():
            return connection or self._open()
        if self._away:
            raise ServerGone(self._away)
        try:
            opened = self._open()
        except Fault as fault:
            raise ServerGone(fault.sentence) from None
        with self._guard:
            self._connections.remove(connection)
        connection.close()
        self._breaks += 1  # nobody told us meanwhile what others changed
        return opened

    def away(self) -> str:
        """Why the server cannot be reached, "" when it can. It is asked in a thread, for somebody may be typing."""
        connection: Connection | None = getattr(self._threads, "connection", None)
        if connection is None or not connection.has_ended():
            self._asking, self._away = None, self._shut_out(connection)
        elif self._asking is not None and not self._away:
            self._asking = None
            with suppress(ServerGone):
                self.read()
        elif self._asking is None or not self._asking.is_alive():
            self._away = (
                self._away
                or f"{self.server}: the connection is lost. What you typed is kept, and the server is asked again."
            )
            self._asking = threading.Thread(target=self._ask, daemon=True)
            self._asking.start()
        return self._away

    _away = ""
    _asking: threading.Thread | None = None
    asks_password = False
    """Whether the server is there and does not take the password any more."""

    def _ask(self) -> None:
        try:
            connect(self.server).close()
            self._away, self.asks_password = "", False
        except Fault as fault:
            self._away = fault.sentence
            self.asks_password = isinstance(fault, WrongPassphrase)

    def _shut_out(self, connection: Connection | None) -> str:
        """Why this login works no longer with the record; a keeper may take it out, or give it another role, at any time."""
        if connection is not None and connection.changed != self._login_of:
            self._login_of, self._refused = connection.changed, ""
            try:
                self._login = members.login(connection)
            except NotAllowedThere:
                self._refused = f"{self.server}: a keeper has taken your login out of this record. Nothing more can be saved; what you typed can still be copied."
        return self._refused

    _login_of = 0
    _refused = ""

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """As ``Database.write``. When the server was lost at the very end it is asked, once it is back, whether the change is there.

        Raises ``NewerDatabase`` once a colleague has brought the tables to another version, ``NotAllowedThere`` once a keeper has taken the login out, and ``OutcomeUnknown`` when nobody could be asked.
        """
        if self.asked_read_only:
            raise CannotWriteDatabase("Not saved: the records were opened with --read-only. Leave that option out.")
        connection, head = self.read(), None
        try:
            with connection.together():
                connection.begin(self._wait_seconds)
                begun = "SELECT version, CAST(pg_current_xact_id() AS text), pg_backend_pid() FROM record_version"
                version, number, process = connection.execute(begun).fetchone() or (None, "", 0)
                if version != max(migrations.STEPS):
                    check_version(connection)
                connection.payloads.clear()
                yield connection
                head = sealing.seal(connection)
                connection.execute(f"NOTIFY {CHANNEL}")
                connection.execute("COMMIT")
        except ServerGone as gone:
            if head is None or not self._was_committed(number, process, head, gone):
                raise
        except BaseException:
            if connection.in_transaction:
                with suppress(Fault):
                    connection.execute("ROLLBACK")
            raise

    def _was_committed(self, number: str, process: int, head: sealing.Head, gone: ServerGone) -> bool:
        """Whether the transaction of this number is in the record, though the answer to its COMMIT was lost.

        What still serves the lost connection is told to end, so that it neither is in doubt nor keeps others waiting. A server that
        was killed may give the number of what it has lost to somebody else: then the history has not come to this ``head``.
        """
        until = time.monotonic() + min(_LOOKS_FOR, self._patience or _LOOKS_FOR)
        while time.monotonic() < until:
            time.sleep(0.2)
            with suppress(ServerGone):
                connection = self.read()
                given = {"number": number, "process": process}
                connection.execute(_END_IT, given)
                try:
                    (status,) = connection.execute(f"SELECT pg_xact_status({_GIVEN})", given).fetchone()
                except NoSuchNumber:  # the server has not come to such a number
                    return False
                if status != "in progress":
                    return bool(status == "committed") and _has_come_to(connection, head)
        raise OutcomeUnknown(
            f"{self.server}: the server was lost while this was being saved, so whether it was saved is not known. Look at the history "
            "when the server is back, before you repeat it."
        ) from gone

    def back_up_what_stands(self, label: str = "") -> None:
        """Nothing: the backups are the server's."""

    def wait_for_others(self, seconds: float) -> None:
        self._wait_seconds = seconds

    def give_up_after(self, seconds: float) -> None:
        self._threads.patience = self.read().raw.patience = seconds

    @property
    def _patience(self) -> float | None:
        return getattr(self._threads, "patience", None)

    @contextmanager
    def _stops_when(self, asked: Callable[[], bool]) -> Iterator[None]:
        """The statement that runs is cancelled."""
        raw, done = self.read().raw, threading.Event()

        def look() -> None:
            while not done.wait(0.1):
                if asked():
                    raw.cancel_safe(timeout=5)
                    return

        watch = threading.Thread(target=look, daemon=True)
        watch.start()
        try:
            yield
        finally:
            done.set()
            watch.join()

    def version(self) -> int:
        """A number that changes when somebody else has committed; while the server is away it stays as it is."""
        with suppress(Fault):
            self._heard = self._breaks * 1_000_000 + self.read().commits_elsewhere()
        return self._heard

    _heard = 0

    def facts(self) -> dict[str, object]:
        connection = self.read()
        size = "SELECT current_setting('server_version'), pg_database_size(current_database())"
        version, size_bytes = connection.execute(size).fetchone()
        has_tls = connection.raw.pgconn.ssl_in_use
        return {
            "postgresql": version,
            "file_version": file_version(connection),
            "tls": has_tls,
            "server_bytes": size_bytes,
        }

    def close(self) -> None:
        with self._guard:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._threads = threading.local()


def _has_come_to(connection: Connection, head: sealing.Head) -> bool:
    query = "SELECT count(*) FROM journal_seal WHERE action_id = :id AND seal = :seal"
    return not head.position or bool(connection.execute(query, {"id": head.action_id, "seal": head.seal}).fetchone()[0])


def check_version(connection: Connection) -> None:
    """Raise unless the record's tables are of this program's version, with who has to do what."""
    newest = max(migrations.STEPS)
    found = file_version(connection)
    if found == newest:
        return
    if found is None:
        raise NotOurDatabase(
            f"{connection.path}: this database holds no record of ours. Begin one there with: transitions team create {connection.path}"
        )
    if found > newest:
        raise NewerDatabase(
            f"{connection.path}: a colleague has a newer version of transitions (tables of version {found}, this program knows {newest}). "
            "Update the program, then open it again; nothing was changed."
        )
    raise NewerDatabase(
        f"{connection.path}: its tables are of version {found}, this program has {newest}. A keeper of the record brings them up to date with: "
        "transitions team upgrade ADDRESS"
    )


def file_version(connection: Connection) -> int | None:
    """The version of the tables, None where there are none of ours."""
    there = connection.execute("SELECT to_regclass('record_version') IS NOT NULL").fetchone()[0]
    if not there:
        return None
    row = None
    with suppress(NotAllowedThere):
        row = connection.execute("SELECT version FROM record_version").fetchone()
    if row is None:
        raise members.not_added(connection)
    return int(row[0])
