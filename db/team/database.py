"""The record of a team as the program holds it: ``Database`` for a server."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from db import driver, migrations
from db.custody import sealing
from db.database import Database
from db.errors import (
    DatabaseInUse,
    Fault,
    NewerDatabase,
    NotAllowedThere,
    NotOurDatabase,
    OutcomeUnknown,
    ServerGone,
    Stopped,
)
from db.place import Login, Server
from db.team import members
from db.team.postgres import CHANNEL, Connection, connect

_IN_USE_SECONDS = 5.0
_WAITS = (0.2, 0.5, 1, 2, 4, 8)
"""Seconds between the looks whether a change is there whose COMMIT nobody answered."""


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

    @property
    def name_of_me(self) -> str:
        """Each login has somebody of its own at the keyboard."""
        return f"me: {self.read().raw.info.user}"

    def say_opened_in(self, program: str) -> None:
        self.read().execute("SELECT set_config('application_name', :name, FALSE)", {"name": f"transitions {program}"})

    def _open(self, *, create: bool = False) -> Connection:
        del create
        connection = connect(self.server)
        if self.asked_read_only:
            connection.execute("SET default_transaction_read_only = on")
        connection.listen()
        with self._guard:
            self._connections.append(connection)
        self._threads.connection = connection
        return connection

    def read(self) -> Connection:
        """This thread's connection, made anew when the one before was lost."""
        connection: Connection | None = getattr(self._threads, "connection", None)
        if connection is not None and connection.is_lost:
            with self._guard:
                self._connections.remove(connection)
            self._breaks += 1  # nobody told us meanwhile what others changed
            connection = None
        return connection or self._open()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """As ``Database.write``. When the server was lost at the very end it is asked, once it is back, whether the change is there.

        Raises ``OutcomeUnknown`` when nobody could be asked.
        """
        connection = self.read()
        connection.begin(self._wait_seconds)
        connection.payloads.clear()
        number = None
        try:
            yield connection
            sealing.seal(connection)
            connection.execute(f"SELECT pg_notify('{CHANNEL}', '')")
            number = connection.execute("SELECT CAST(pg_current_xact_id() AS text)").fetchone()[0]
            connection.execute("COMMIT")
        except ServerGone as gone:
            if number is None or not self._was_committed(number, gone):
                raise
        except BaseException:
            if connection.in_transaction:
                with suppress(Fault):
                    connection.execute("ROLLBACK")
            raise

    def _was_committed(self, number: str, gone: ServerGone) -> bool:
        """Whether the transaction of this number is in the record, though the answer to its COMMIT was lost."""
        for wait in _WAITS:
            time.sleep(wait)
            with suppress(ServerGone, DatabaseInUse):
                query = "SELECT pg_xact_status(CAST(CAST(:number AS text) AS xid8))"
                status = self.read().execute(query, {"number": number}).fetchone()[0]
                if status != "in progress":
                    return bool(status == "committed")
        raise OutcomeUnknown(
            f"{self.server}: the server was lost while this was being saved, so whether it was saved is not known. Look at the history "
            "when the server is back, before you repeat it."
        ) from gone

    def back_up_what_stands(self, label: str = "") -> None:
        """Nothing: the backups are the server's."""

    def wait_for_others(self, seconds: float) -> None:
        self._wait_seconds = seconds

    @contextmanager
    def stopping_when(self, asked: Callable[[], bool]) -> Iterator[None]:
        """As ``Database.stopping_when``: the statement that runs is cancelled."""
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
        except (driver.Error, Fault):
            if not asked():
                raise
            raise Stopped("Stopped. None of it was kept.") from None
        finally:
            done.set()
            watch.join()

    def version(self) -> int:
        """A number that changes when somebody else has committed; while the server is away it stays as it is."""
        with suppress(ServerGone, DatabaseInUse):
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
        f"{connection.path}: its tables are of version {found}, this program has {newest}. Whoever runs the server brings them up to date "
        f"with: transitions team upgrade {connection.path}"
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
