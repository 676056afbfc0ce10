"""Who has a file open: beside it lies a small file for each program that has, which says so and is locked while that program lives.

SQLite sees to it that several programs on one computer write in turn, and names nobody. It does not see what another computer does.
"""

import itertools
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from glob import escape
from pathlib import Path
from typing import Final, NamedTuple

from db.errors import DatabaseInUse

_BEING_MADE_SECONDS: Final = 60.0
_LOCKED_BYTE: Final = 1 << 20
"""Windows lets nobody read what is locked, so a byte is locked where nothing stands."""
_COUNT = itertools.count(1)


class Presence(NamedTuple):
    """Who has a file open, in what, and since when; ``file`` says so. ``log`` says that what is saved goes into its -wal first."""

    pid: int
    host: str
    user: str
    program: str
    since: datetime
    file: Path
    log: bool = False

    @property
    def is_here(self) -> bool:
        return self.host == platform.node()

    def told(self) -> str:
        at = self.since.astimezone()
        where = f"process {self.pid}" if self.is_here else f"on {self.host}, process {self.pid}"
        return f"{self.program}, opened by {self.user or 'somebody'} at {at:%H:%M} on {at.day} {at:%B %Y} ({where})"


class Here:
    """The file that says that this process has another one open; taken out again by ``leave``."""

    def __init__(self, path: Path, program: str, *, log: bool) -> None:
        """Raises OSError where nothing can be written."""
        self._log = log
        self._file = path.with_name(f"{path.name}.open-{os.getpid()}-{next(_COUNT)}")
        self._since = datetime.fromtimestamp(round(time.time()), UTC).isoformat()
        self._handle: int | None = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        with suppress(OSError):  # some file systems have no locks
            _lock(self._handle)
        self.say(program)

    def say(self, program: str) -> None:
        """Say in which program it is open."""
        assert self._handle is not None  # noqa: S101 - nobody says where they are after they have left
        said = {
            "pid": os.getpid(),
            "host": platform.node(),
            "user": _user(),
            "program": program,
            "since": self._since,
            "log": self._log,
        }
        text = json.dumps(said).encode()
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.write(self._handle, text)
        os.ftruncate(
            self._handle, len(text)
        )  # afterwards: what was emptied first is written down to the disk when it is closed

    def leave(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
            with suppress(OSError):
                self._file.unlink()


def arrive(path: Path, program: str = "a command", *, log: bool = True) -> Here | None:
    """Say that this process has a file open; None where nothing can be written beside it."""
    with suppress(OSError):
        return Here(path, program, log=log)
    return None


@contextmanager
def at_work_on(path: Path, program: str) -> Iterator[None]:
    """Say so while a command works on a file without opening it as a database. Raises DatabaseInUse, as ``check_nobody_elsewhere``."""
    check_nobody_elsewhere(path)
    here = arrive(path, program, log=False)
    try:
        yield
    finally:
        if here is not None:
            here.leave()


def others(path: Path) -> list[Presence]:
    """Who else has a file open, the longest first.

    What a dead program of this computer has left behind is taken out, but where its log is gone: see ``log_lost``.
    """
    log = _log_of(path).exists()
    found = (_look(file, log=log) for file in path.parent.glob(f"{escape(path.name)}.open-*"))
    return sorted((one for one in found if one is not None), key=lambda one: one.since)


def log_lost(path: Path) -> str:
    """That somebody was killed with the file open of which the -wal is gone since, with what was saved last; said once, "" mostly."""
    if _log_of(path).exists():
        return ""
    left = [one for one in _left_beside(path) if one.log and one.is_here and not _is_locked(one.file)]
    for one in left:
        _forget(one)
    return "".join(
        f"This file was not closed properly last time ({one.told()}), and {_log_of(path).name}, which had the latest changes, is missing. They may be lost. Look at the latest entries: transitions history. If the file was copied or moved here, copy it again with everything beside it."
        for one in left[:1]
    )


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _left_beside(path: Path) -> Iterator[Presence]:
    for file in path.parent.glob(f"{escape(path.name)}.open-*"):
        with suppress(OSError, ValueError, KeyError, TypeError):
            one = _read(file)
            if one.pid != os.getpid():
                yield one


def forget_all(path: Path) -> None:
    """Take out what anybody has left beside a file that is no longer there."""
    for file in path.parent.glob(f"{escape(path.name)}.open-*"):
        file.unlink(missing_ok=True)


def check_nobody_elsewhere(path: Path) -> None:
    """Raise DatabaseInUse while another computer has the file open, or has left word that it has."""
    for one in others(path):
        if not one.is_here:
            raise DatabaseInUse(
                f"{path}: another computer has this file open: {one.told()}. Two computers at once would damage the records, so it was not opened. Close it there. If it is no longer open there, delete {one.file} and try again."
            )


def named(path: Path) -> str:
    """Who else has a file open, to stand behind "another program is using this file"; nothing when nobody has said so."""
    return "".join(f": {one.told()}" for one in others(path)[:1])


def _read(file: Path) -> Presence:
    said = json.loads(file.read_text(encoding="utf-8"))
    since, log = datetime.fromisoformat(said["since"]), bool(said.get("log"))
    return Presence(said["pid"], said["host"], said["user"], said["program"], since, file, log)


def _look(file: Path, *, log: bool) -> Presence | None:
    try:
        one = _read(file)
        if one.is_here and (one.pid == os.getpid() or not _is_locked(file)):
            if log or not one.log:
                _forget(one)
            return None
    except (OSError, ValueError, KeyError, TypeError):
        _forget_unfinished(file)
        return None
    return one


def _forget(left: Presence) -> None:
    if left.pid != os.getpid():
        with suppress(OSError):
            left.file.unlink()


def _forget_unfinished(file: Path) -> None:
    """One that says nothing was begun by a program that was killed in that moment, unless the moment is now."""
    with suppress(OSError):
        if time.time() - file.stat().st_mtime > _BEING_MADE_SECONDS and not _is_locked(file):
            file.unlink()


def _is_locked(file: Path) -> bool:
    handle = os.open(file, os.O_RDWR)
    try:
        _lock(handle)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
