"""Killed at any moment of a command, or in the app in mid-word: what was acknowledged is there, the file is sound, and it opens.

Run it with ``uv run pytest -m drill tests/drills/test_killed_program.py -n 0 -s``; KILLS in the environment says how often
each of the two is killed.
"""

import fcntl
import os
import pty
import random
import select
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import time
from contextlib import closing
from pathlib import Path

import pytest

from transitions.clock import Clock
from transitions.demo.make import make
from transitions.workspace import Workspace

pytestmark = pytest.mark.drill

KILLS = int(os.environ.get("KILLS", "250"))
SAVE = b"\x13"
RECORDED, UNDONE = b"undoes", b"it again"
_STOPS_BEHIND_A_NOTE = 0.3
FIRST_PAINT = b"My caseload"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.db"
    workspace = Workspace.open(path, Clock.system(), create=True)
    make(workspace, pupils=60, seed=1)
    workspace.close()
    return path


def faults(path: Path) -> list[str]:
    """What SQLite finds wrong with the file that was left, its -wal played in."""
    with closing(sqlite3.connect(path)) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return found + [str(row) for row in connection.execute("PRAGMA foreign_key_check")]


def texts(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT text FROM note")}


def pupils_of(path: Path, surname: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM pupil WHERE surname = ?", (surname,)).fetchone()[0])


def test_commands_killed(records: Path, tmp_path: Path) -> None:
    chance, acknowledged, killed, lost, partial = random.Random(11), 0, 0, [], []
    environment = {**os.environ, "HOME": str(tmp_path)}
    with closing(sqlite3.connect(records)) as connection:
        number = connection.execute("SELECT min(id) FROM pupil").fetchone()[0]
    for turn in range(KILLS):
        many = f"Killed{turn:03}"
        file = tmp_path / "pupils.csv"
        rows = [f"{many},Child{row:02},{1 + row % 28}/3/2016" for row in range(30)]
        file.write_text("\n".join(("Surname,Forename,Date of birth", *rows)) + "\n", encoding="utf-8")
        note = f"note of turn {turn}"
        words = (
            ("note", f"#{number}", note), ("import", "pupils", str(file)),
        )[turn % 2]  # fmt: skip
        command = [sys.executable, "-m", "transitions.cli", "--db", str(records), *words]
        running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            status = running.wait(chance.uniform(0.05, 1.2))
            acknowledged += status == 0
            assert status == 0, words
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            status = running.wait()
            killed += 1
        assert faults(records) == []
        if turn % 2:
            found = pupils_of(records, many)
            partial += [turn] if found not in (0, 30) else []
            lost += [turn] if status == 0 and found != 30 else []
        elif status == 0 and note not in texts(records):
            lost.append(turn)
    print(f"{KILLS} commands: {killed} killed, {acknowledged} acknowledged, {len(lost)} lost, {len(partial)} half kept")
    assert (lost, partial) == ([], [])
    assert killed > KILLS // 5, "the kills came too late to say anything"


class RunningApp:
    """The app in a terminal of its own."""

    def __init__(self, records: Path, home: Path) -> None:
        self.seen = b""
        self.process, self._terminal = pty.fork()
        if self.process == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
            os.environ.update({"TERM": "xterm-256color", "HOME": str(home)})
            os.execv(sys.executable, [sys.executable, "-m", "transitions.cli", "--db", str(records)])

    def type(self, keys: bytes) -> None:
        os.write(self._terminal, keys)

    def wait_for(self, words: bytes, seconds: float) -> bool:
        """Whether ``words`` come to the screen within the time; what came before does not count."""
        self.seen = b""
        until = time.monotonic() + seconds
        while words not in self.seen and (left := until - time.monotonic()) > 0:
            if select.select([self._terminal], [], [], left)[0]:
                try:
                    self.seen += os.read(self._terminal, 65_536)
                except OSError:  # it has ended by itself
                    break
        return words in self.seen

    def kill(self) -> None:
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self._terminal)


def test_the_app_killed(records: Path, tmp_path: Path) -> None:
    """Notes are written and undone again, so that no toast of before is taken for an acknowledgement."""
    chance, counted, lost, undone = random.Random(12), 0, [], []
    there: set[str] = set()
    gone: set[str] = set()
    for turn in range(KILLS):
        app = RunningApp(records, tmp_path)
        assert app.wait_for(FIRST_PAINT, 30), (turn, app.seen[-500:])
        ends = time.monotonic() + chance.uniform(0.3, 3.0)
        for number in range(1000):
            note = f"<turn {turn} note {number}>"
            app.type(b"n" + note.encode() + SAVE)
            if not app.wait_for(RECORDED, ends - time.monotonic()):
                break
            there.add(note)
            counted += 1
            if chance.random() < _STOPS_BEHIND_A_NOTE:
                break
            app.type(b"u")
            there.remove(note)
            if not app.wait_for(UNDONE, ends - time.monotonic()):
                break
            gone.add(note)
            counted += 1
        app.kill()
        assert faults(records) == []
        # the draft of a note that was half typed stands before the next one
        kept = "".join(texts(records))
        lost += [note for note in there if note not in kept]
        undone += [note for note in gone if note in kept]
    print(
        f"the app killed {KILLS} times: {counted} changes acknowledged, {len(lost)} lost, {len(undone)} undone in vain"
    )
    assert (lost, undone) == ([], [])
    assert counted > KILLS // 4, "the kills came too early to say anything"
