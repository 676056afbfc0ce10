"""Killed at any moment of a command, or in the app in mid-word: what was acknowledged is there, the file is sound, and it opens.

The records are encrypted. Half of the kills come at a moment, half at a change to a file (which falls more often between two
writes of the same transaction). Run it with ``uv run pytest -m drill tests/drills/test_killed_program.py -n 0 -s``; KILLS in the
environment says how often each of the two is killed.
"""

import os
import random
import re
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
from faulty import faults
from running import SAVE, Running
from sealed import column, damage_of, first_pupil, make_sealed, notes, own_environment, words

pytestmark = pytest.mark.drill

KILLS = int(os.environ.get("KILLS", "500"))
RECORDED, UNDONE = rb"Note added: ([^.]+)\. u undoes", rb"Undone: Note added, ([^.]+)\. U does"
NEXT_PUPIL = b"\x1b[B"
_STOPS_BEHIND_A_NOTE = 0.3
CHILDREN = 30


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records" / "records.db"
    make_sealed(path)
    return path


def at_a_change(turn: int, chance: random.Random, most: int, folder: Path) -> dict[str, str]:
    """Every other program is killed at one of its first changes to the files of a folder."""
    return faults(folder, kill=chance.randint(0, most)) if turn % 4 < 2 else {}


def test_commands_killed(records: Path, tmp_path: Path) -> None:
    chance, counts, lost, partial = random.Random(11), Counter[str](), list[int](), list[int]()
    number = first_pupil(records)
    for turn in range(KILLS):
        many, note = f"Killed{turn:03}", f"<note of turn {turn}>"
        file = tmp_path / "pupils.csv"
        rows = [f"{many},Child{row:02},{1 + row % 28}/3/2016" for row in range(CHILDREN)]
        file.write_text("\n".join(("Surname,Forename,Date of birth", *rows)) + "\n", encoding="utf-8")
        command = (("note", number, note), ("import", "pupils", file))[turn % 2]
        environment = own_environment(
            tmp_path / "home",
            TRANSITIONS_PASSPHRASE_FILE=str(records.with_name("passphrase.txt")),
            **at_a_change(turn, chance, (60, 260)[turn % 2], records.parent),
        )
        running = subprocess.Popen(
            words(records, *command), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            _, said = running.communicate(timeout=None if "LD_PRELOAD" in environment else chance.uniform(0.05, 1.5))
        except subprocess.TimeoutExpired:
            running.kill()
            _, said = running.communicate()
        status = running.returncode
        assert status in (0, -signal.SIGKILL), (command, said)
        counts["killed" if status else "acknowledged"] += 1
        counts["killed at a change"] += bool(status) and "LD_PRELOAD" in environment
        assert damage_of(records) == []
        if turn % 2:
            (found,) = column(records, "SELECT count(*) FROM pupil WHERE surname = ?", many)
            partial += [turn] if found not in (0, CHILDREN) else []
            lost += [turn] if status == 0 and found != CHILDREN else []
            counts["there though not acknowledged"] += bool(status) and found == CHILDREN
        elif status == 0 and note not in notes(records):
            lost.append(turn)
    print(f"{KILLS} commands: {dict(counts)}, {len(lost)} lost, {len(partial)} half kept")
    assert (lost, partial) == ([], [])
    assert counts["killed"] > KILLS // 5, "the kills came too late to say anything"


class Told:
    """What the app acknowledged, each once: it says for whom, and what it said of somebody before may be drawn again."""

    def __init__(self, app: Running, ends: float) -> None:
        self._app, self._ends = app, ends
        self._heard: set[tuple[bytes, bytes]] = set()

    def hears(self, sentence: bytes) -> bool:
        """Whether the app says so of one of whom it has not said it yet, before the time is over."""
        while True:
            new = {(sentence, name) for name in re.findall(sentence, self._app.sent)} - self._heard
            self._heard |= new
            if new:
                return True
            left = self._ends - time.monotonic()
            if left <= 0 or not self._app.read(left):
                return False


def test_the_app_killed(records: Path, tmp_path: Path) -> None:
    """Notes are written, each to another pupil, and undone again."""
    chance, counts, lost, undone = random.Random(12), Counter[str](), [], []
    there, gone = set[str](), set[str]()
    for turn in range(KILLS):
        at_change = at_a_change(turn, chance, 250, records.parent)
        app = Running(records, own_environment(tmp_path / "home", **at_change))
        counts["opened"] += app.unlock()
        told = Told(app, time.monotonic() + (20 if at_change else chance.uniform(0.3, 3.0)))
        for number in range(20):
            note = f"<turn {turn} note {number}>"
            app.type(b"n" + note.encode() + SAVE)
            if not told.hears(RECORDED):
                break
            there.add(note)
            counts["written"] += 1
            if not at_change and chance.random() < _STOPS_BEHIND_A_NOTE:
                break
            app.type(b"u")
            there.remove(note)
            if not told.hears(UNDONE):
                break
            gone.add(note)
            counts["undone"] += 1
            app.type(NEXT_PUPIL)
        counts["killed at a change"] += app.kill() and bool(at_change)
        assert damage_of(records) == []
        # the draft of a note that was half typed stands before the next one
        kept = notes(records)
        lost += [note for note in there if note not in kept]
        undone += [note for note in gone if note in kept]
    print(f"the app killed {KILLS} times: {dict(counts)}, {len(lost)} lost, {len(undone)} undone in vain")
    assert (lost, undone) == ([], [])
    assert counts["written"] > KILLS // 4, "the kills came too early to say anything"
