"""The database as the rest of the program holds it: reads anywhere, one write at a time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlcipher3 import dbapi2

from db import driver, migrations
from db.custody import backup, keys, presence, sealing, thinning
from db.custody.damage import is_encrypted
from db.errors import Fault, Stopped
from db.place import Login, Place, file_at


class Database:
    """One file. Every thread reads through its own connection; ``write`` is one transaction, begun IMMEDIATE."""

    look_seconds = 2.0
    """How often to look whether somebody else has changed anything."""

    def __init__(self, path: Path, *, create: bool = False, read_only: bool = False) -> None:
        """Open ``path``, make it when ``create`` is set, and bring it to this version's tables (a backup goes first).

        With ``read_only`` nothing is written, not even beside it. Raises the faults of ``db.errors``.
        """
        self.where: Place = path
        self.asked_read_only = read_only
        self._threads = threading.local()
        self._connections: list[driver.Connection] = []
        self._guard = threading.Lock()
        self._here: presence.Here | None = None
        self.log_lost = ""
        """What is to be said of a log that is gone, with what was saved last; mostly nothing."""
        if not read_only:
            presence.check_nobody_elsewhere(path)
            self.log_lost = presence.log_lost(path)
        connection = self._open(create=create)
        try:
            if not read_only:
                self._arrive()
            migrations.check_triggers(connection, path)
            migrations.upgrade(connection, path)
        except driver.Error as error:
            self.close()
            raise driver.explain(error, path) from None
        except BaseException:
            self.close()
            raise

    @property
    def path(self) -> Path:
        """The file. Raises ``NotAFile`` for a record on a server."""
        return file_at(self.where)

    @property
    def is_file(self) -> bool:
        return isinstance(self.where, Path)

    def away(self) -> str:
        """Why the records cannot be reached at present; always "" of a file."""
        return ""

    asks_password = False
    used_password = False
    """Whether whoever opened it had to give a password for the server."""

    @property
    def login(self) -> Login | None:
        """What the login is to the record of a team; None in a file, which is one's own, and for whoever owns the tables."""
        return None

    @property
    def notes_looks(self) -> bool:
        """Whether it is noted who looked at whom."""
        return not self.read_only

    def become(self, connection: driver.Connection, worker_id: int) -> None:
        """Keep who is at the keyboard of a file; on a server that is who its login is. Raises ``NotAllowedThere``."""
        driver.insert_many(connection, "setting", ("name", "value"), [("me", str(worker_id))], key=("name",))

    @property
    def read_only(self) -> bool:
        """Whether the file can only be read here: its disk is full, or it or its folder may not be written to."""
        return bool(self.read().read_only)

    def _arrive(self) -> None:
        if not presence.others(self.path) and not self.read_only:
            thinning.forget_half_made(self.path)
        self._here = presence.arrive(self.path)

    def say_opened_in(self, program: str) -> None:
        """Say to others who want the file in which program it is open; until then it is a command."""
        if self._here is not None:
            self._here.say(program)

    def _open(self, *, create: bool = False) -> driver.Connection:
        connection = driver.connect(self.path, create=create, read_only=self.asked_read_only)
        with self._guard:
            self._connections.append(connection)
        self._threads.connection = connection
        return connection

    def read(self) -> driver.Connection:
        """This thread's connection, for SELECT only."""
        connection = getattr(self._threads, "connection", None)
        return connection if connection is not None else self._open()

    @contextmanager
    def write(self) -> Iterator[driver.Connection]:
        """Begin a transaction, commit it at the end, or leave the file as it was when anything is raised."""
        connection = self.read()
        try:
            driver.begin(connection)
        except driver.Error as error:
            raise driver.explain(error, self.path) from None
        connection.payloads.clear()  # of a transaction that failed
        try:
            yield connection
            sealing.seal(connection)
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:  # SQLite has already rolled back when the disk is full
                connection.execute("ROLLBACK")
            if isinstance(error, driver.Error) and not isinstance(error, driver.IntegrityError):
                raise driver.explain(error, self.path) from None
            raise

    def back_up_what_stands(self, label: str = "") -> None:
        """Back up what was committed last, though this thread's transaction is still open, unless a backup holds it already.

        Raises as ``backup.make`` does.
        """
        with closing(driver.connect(self.path)) as beside:
            backup.make_if_changed(beside, self.path, label=label)

    def wait_for_others(self, seconds: float) -> None:
        """Say how long a write of this thread waits while another program writes."""
        driver.wait_for_others(self.read(), seconds)

    def give_up_after(self, seconds: float) -> None:
        """Say how long this thread waits for an answer; a file gives it at once."""

    @contextmanager
    def stopping_when(self, asked: Callable[[], bool]) -> Iterator[None]:
        """Let what this thread does here end with ``Stopped`` once ``asked`` is true; what it was writing is taken back."""
        try:
            with self._stops_when(asked):
                yield
        except (driver.Error, Fault):
            if not asked():
                raise
            raise Stopped("Stopped. None of it was kept.") from None

    @contextmanager
    def _stops_when(self, asked: Callable[[], bool]) -> Iterator[None]:
        connection = self.read()
        driver.stop_when(connection, asked)
        try:
            yield
        finally:
            driver.stop_when(connection, None)

    def version(self) -> int:
        """A number that changes when another connection, or another program, has committed."""
        return driver.commits_elsewhere(self.read())

    def facts(self) -> dict[str, object]:
        """How the records are kept, in numbers and names of settings only."""
        connection = self.read()
        version, journal_mode = driver.engine_facts(connection)
        return {
            "sqlite": version,
            "file_version": driver.file_version(connection),
            "journal_mode": journal_mode,
            "encrypted": is_encrypted(self.path),
            "opened_by": ", ".join(keys.slots(self.path)) if connection.key else "",
            "file_bytes": self.path.stat().st_size,
        }

    def close(self) -> None:
        with self._guard:
            if self._connections:
                keys.UNLOCKED.is_put_back(self.path)
                presence.others(self.path)  # while the -wal is there: the last one to close takes it away
            for connection in self._connections:
                connection.close()
            if self.asked_read_only and self._connections:
                _leave_nothing_beside(self.path)
            self._connections.clear()
            if self._here is not None:
                self._here.leave()
                self._here = None
        self._threads = threading.local()


def _leave_nothing_beside(path: Path) -> None:
    """Clear away the empty ``-wal`` that a connection which may not write leaves behind: one that may does, unless others need it."""
    wal = path.with_name(path.name + "-wal")
    if not wal.exists() or driver.has_wal(path):
        return
    with suppress(driver.Error), closing(dbapi2.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as connection:
        driver.unlock(connection, path)
        driver.table_names(connection)
