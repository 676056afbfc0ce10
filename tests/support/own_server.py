"""A PostgreSQL server that a test may stop, kill and start, and a wire to it that may be cut."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import psycopg
from packaged_server import PACKAGE

from db.place import Server
from db.team import setup
from transitions.custody import health_check
from transitions.workspace import Workspace

_BIN = Path(str(PACKAGE.__file__)).parent / "pginstall" / "bin"
USER = "pgserver" if os.name == "posix" and os.geteuid() == 0 else None
"""PostgreSQL does not run as root; the package makes this user."""
_MEMORY = Path("/dev/shm")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class OwnServer:
    """``postgres`` may do everything, and nobody is asked for a password but ``locked``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._data = folder / "data"
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-U", "postgres")
        hba = self._data / "pg_hba.conf"
        hba.write_text("host all locked all scram-sha-256\n" + hba.read_text())
        self.start()

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [_BIN / program, "-D", self._data, *words], check=True, user=USER, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )  # fmt: skip

    def start(self) -> None:
        given = f"-h 127.0.0.1 -p {self.port} -k {self.folder} -c fsync=off -c autovacuum=off"
        self._run("pg_ctl", "-w", "-o", given, "-l", str(self.folder / "log"), "start")

    def stop(self, how: str = "immediate") -> None:
        self._run("pg_ctl", "-w", "-m", how, "stop")

    def create(self, name: str) -> Server:
        """A new record of a team, kept by ``postgres``."""
        setup.create(self.address(name))
        return self.address(name)

    def address(self, name: str, login: str = "postgres", port: int | None = None) -> Server:
        return Server(f"postgresql://{login}@127.0.0.1:{port or self.port}/{name}")

    def ask(self, statement: str, name: str = "postgres") -> psycopg.Cursor[tuple[object, ...]]:
        """Have a statement done by who may do everything."""
        with psycopg.connect(self.address(name).url, autocommit=True) as connection:
            return connection.execute(statement)


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """A server of one's own, in a folder that goes with it: in memory where there is such a place."""
    folder = Path(tempfile.mkdtemp(prefix="own-server-", dir=_MEMORY if _MEMORY.is_dir() else None))
    if USER:
        import_module(f"{PACKAGE.__name__}.utils").ensure_user_exists(USER)
        shutil.chown(folder, USER)
    server = OwnServer(folder)
    try:
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):
            server.stop()
        shutil.rmtree(folder)


class Wire:
    """What carries bytes between programs and a server, until it is cut.

    ``cuts_at`` are bytes from a program at which it is cut: before they arrive, or, when ``delivers``, when the server has answered.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._open: list[socket.socket] = []
        self.cuts_at = b""
        self.delivers = False
        self.is_cut = False
        self.speaks = threading.Event()
        """As long as it is cleared nothing is carried, and nobody is told."""
        self.speaks.set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                try:
                    if self.is_cut:
                        raise ConnectionError
                    far = socket.create_connection(("127.0.0.1", self._to))
                except OSError:
                    near.close()
                    continue
                self._open += [near, far]
                threading.Thread(target=self._send_on, args=(near, far), daemon=True).start()
                threading.Thread(target=self._carry, args=(far, near), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while said := source.recv(65_536):
                self.speaks.wait()
                target.sendall(said)
        self._close(source, target)

    def _send_on(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while said := near.recv(65_536):
                self.speaks.wait()
                if self.cuts_at and self.cuts_at in said:
                    self.cuts_at = b""
                    self.is_cut = True
                    if self.delivers:
                        near.shutdown(socket.SHUT_RDWR)  # what the server answers has nowhere to go
                        far.sendall(said)
                        far.settimeout(5)
                        far.recv(1)
                    break
                far.sendall(said)
        self._close(near, far)

    def _close(self, *ends: socket.socket) -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def cut(self) -> None:
        self.is_cut = True
        self.speaks.set()
        self._close(*self._open)
        self._open.clear()

    def mend(self) -> None:
        self.is_cut = False

    def close(self) -> None:
        self._listening.close()
        self.cut()


class Record(NamedTuple):
    """A record with one pupil, opened straight (``there``) and over a wire (``here``)."""

    server: OwnServer
    wire: Wire
    there: Workspace
    here: Workspace
    pupil: int
    name: str

    def notes(self) -> list[str]:
        return [text for (text,) in self.server.ask("SELECT text FROM note ORDER BY id", self.name).fetchall()]

    def is_clean(self) -> bool:
        found = [one for one in health_check.check(self.there) if "history" in one.where]
        return not found
