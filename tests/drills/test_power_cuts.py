"""The power is cut at any moment: what was not flushed is lost in pieces of 512 bytes, and what was acknowledged is there all the same.

A library under the program (``faulty.c``, which needs Linux and cc) writes down every change to the files of encrypted records while
commands work on them, also beside an open app. The disk is then put together as it may stand after a cut at any of these changes,
and the program starts on it. Two controls show that this would find something: with ``synchronous`` at OFF the file must come out
damaged, and at NORMAL acknowledged changes must be lost. Run it with ``uv run pytest -m drill tests/drills/test_power_cuts.py -n 0
-s``; CUTS in the environment says how often the power is cut, SEED when.
"""

import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from faulty import faults
from powercut import Change, Disk, changes
from sealed import PASSPHRASE, column, damage_of, is_in_clear, make_sealed, notes, own_environment

from db import driver
from db.custody import keys
from transitions.custody import locking
from transitions.errors import Fault

pytestmark = pytest.mark.drill

CUTS = int(os.environ.get("CUTS", "400"))
SEED = int(os.environ.get("SEED", "1"))
MANY = 30
BEGINS = """
import os, sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from db import driver
from db.custody import keys
from transitions.cli import run
from transitions.clock import Clock
from transitions.workspace import Workspace

keys._OPSLIMIT, keys._MEMLIMIT = 1, 8192  # how slow it is is no matter here
path, folder = Path(sys.argv[1]), Path(sys.argv[1]).parent
driver._SETUP += (f"PRAGMA synchronous = {sys.argv[2]}",)
acknowledged = os.open(folder / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def tell(what):
    os.write(acknowledged, (what + "\\n").encode())

def command(*words, opens="1"):
    os.environ["TRANSITIONS_PASSPHRASE_FILE"] = str(folder.parent / opens)
    keys.UNLOCKED.forget()
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        status = run(["--db", str(path), *map(str, words)])
    assert status == 0, (words, err.getvalue())
    return out.getvalue().strip()
"""
WORKS = """
command("list")
pupil = "#" + sys.argv[3]
file = folder.parent / "pupils.csv"
for turn in range(40):
    if turn == 0:
        beside = Workspace.open(path, Clock.system())  # as the app is
    note = f"<note {turn}>"
    command("note", pupil, note)
    tell(f"there {note}")
    if turn % 5 == 1:
        tell(f"doubtful {note}")
        command("undo")
        tell(f"gone {note}")
    if turn % 8 == 3:
        rows = [f"Many{turn},Child{row:02},{1 + row % 28}/3/2016" for row in range(30)]
        file.write_text("\\n".join(("Surname,Forename,Date of birth", *rows)) + "\\n", encoding="utf-8")
        command("import", "pupils", file)
        tell(f"many Many{turn}")
    if turn == 30:
        beside.close()
"""
GUARDS = """
made = command("backup")
tell("opens 1")
command("backup", "--also", folder / "stick")
tell("doubtful")
command("passphrase", "change", "--new-passphrase-file", folder.parent / "2")
tell("opens 2")
tell("doubtful")
command("passphrase", "rekey", "--new-passphrase-file", folder.parent / "3", opens="2")
tell("opens 3")
command("note", "#" + sys.argv[3], "<note 1>", opens="3")
tell("there <note 1>")
tell("clear")
tell("doubtful")
command("decrypt", "--in-clear", opens="3")
os.environ["TRANSITIONS_PASSPHRASE_FILE"] = str(folder.parent / "1")
command("encrypt")
tell("sealed")
tell("opens 1")
tell("doubtful")
tell("doubtful <note 1>")
command("restore", made)
tell("opens 1")
"""


class Acknowledged:
    """What was acknowledged before the cut."""

    def __init__(self) -> None:
        self.there, self.gone, self.many = set[str](), set[str](), set[str]()
        self.opens: str | None = None
        self.is_sealed = True

    def hear(self, line: str) -> None:
        what, _, about = line.partition(" ")
        self.there.discard(about)
        if what in ("there", "gone", "many"):
            getattr(self, what).add(about)
        if what == "opens" or line == "doubtful":
            self.opens = about or None
        if what in ("clear", "sealed"):
            self.is_sealed = what == "sealed"


class Records(NamedTuple):
    """The file, and how many pupils and notes it has before anything happens to it."""

    path: Path
    pupils: int


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Records:
    monkeypatch.setattr(keys, "_OPSLIMIT", 1)
    monkeypatch.setattr(keys, "_MEMLIMIT", 8192)
    path = tmp_path / "disk" / "records.db"
    make_sealed(path)
    (path.parent / "stick").mkdir()
    for number, words in enumerate(
        (PASSPHRASE, "canoe apron lantern teapot hedgehog", "lantern river badger canoe apron")
    ):
        (tmp_path / str(number + 1)).write_text(words + "\n", encoding="utf-8")
    return Records(path, len(column(path, "SELECT id FROM pupil")))


def run_and_tell(records: Records, what: str, synchronous: str) -> tuple[Disk, list[Change]]:
    """Let a program work on the records; the disk before it, and every change that came to it."""
    folder = records.path.parent
    first = str(column(records.path, "SELECT min(id) FROM pupil")[0])
    disk, log = Disk(folder), folder.parent / "log"
    environment = own_environment(folder.parent / "home", **faults(folder, log=log))
    command = [sys.executable, "-c", BEGINS + what, str(records.path), synchronous, first]
    subprocess.run(command, env=environment, check=True, timeout=600)
    return disk, changes(log)


def found_after(records: Records, acknowledged: Acknowledged) -> list[str]:
    """What is wrong when the program starts on the disk as it was left."""
    keys.UNLOCKED.forget()
    path, folder = records.path, records.path.parent
    found = []
    try:
        if locking.is_locked(path):
            found += opened(path, acknowledged.opens)
        found += damage_of(path)
        kept = notes(path)
        found += [f"lost {note}" for note in acknowledged.there if note not in kept]
        found += [f"undone in vain {note}" for note in acknowledged.gone if note in kept]
        counts = dict(zip(column(path, "SELECT surname FROM pupil WHERE surname LIKE 'Many%' GROUP BY surname"),
                          column(path, "SELECT count(*) FROM pupil WHERE surname LIKE 'Many%' GROUP BY surname"), strict=True))  # fmt: skip
        found += [f"lost {many}" for many in acknowledged.many - set(map(str, counts))]
        found += [f"in part {many}: {count}" for many, count in counts.items() if count != MANY]
        (pupils,) = column(path, "SELECT count(*) FROM pupil WHERE surname NOT LIKE 'Many%'")
        found += [] if pupils == records.pupils else [f"damaged: {pupils} pupils"]
    except (Fault, driver.Error) as fault:
        found.append(f"damaged: {fault}")
    if acknowledged.is_sealed:
        found += [f"in clear: {one.name}" for one in folder.rglob("*") if one.is_file() and is_in_clear(one)]
    return found


def opened(path: Path, number: str | None) -> list[str]:
    """Unlock it by the passphrase that was acknowledged last, or while another comes, by the one or the other."""
    for one in [number] if number else "123":
        with suppress(Fault):
            locking.unlock(path, locking.passphrase_in(path.parent.parent / one))
            return []
    return [f"lost: passphrase {number or 'of any kind'} opens nothing"]


def cut(records: Records, disk: Disk, made: list[Change]) -> list[str]:
    """Cut the power CUTS times; everything that was wrong after it."""
    chance, acknowledged, wrong = random.Random(SEED), Acknowledged(), list[str]()
    folder, at = records.path.parent, 0
    # names change, and things are flushed, far more seldom than bytes are written: every other cut comes just after one of those
    seldom = [number for number, one in enumerate(made, 1) if one.what != "W" or one.path.endswith("/acknowledged")]
    moments = sorted(chance.choice(seldom) if turn % 2 else chance.randint(1, len(made)) for turn in range(CUTS))
    for moment in moments:
        for change in made[at:moment]:
            disk.do(change)
            if change.path.endswith("/acknowledged") and change.what == "W":
                acknowledged.hear(change.data.decode().strip())
        at = moment
        shutil.rmtree(folder)
        folder.mkdir()
        (folder / "stick").mkdir()
        for name, content in disk.after_a_cut(chance):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        found = found_after(records, acknowledged)
        wrong += [
            f"cut {moment} of {len(made)} ({made[moment - 1].what} {Path(made[moment - 1].path).name}): {one}"
            for one in found
        ]
    return wrong


@pytest.mark.parametrize(("what", "about"), [(WORKS, "work"), (GUARDS, "keys and backups")], ids=["work", "keys"])
def test_nothing_acknowledged_is_lost(records: Records, what: str, about: str) -> None:
    disk, made = run_and_tell(records, what, "FULL")
    wrong = cut(records, disk, made)
    print(
        f"\n{about}: {CUTS} cuts among {len(made)} changes ({dict(Counter(one.what for one in made))}), {len(wrong)} wrong"
    )
    print(*wrong, sep="\n")
    assert wrong == []


@pytest.mark.parametrize(("synchronous", "must"), [("OFF", "damaged"), ("NORMAL", "lost")])
def test_the_controls_fail(records: Records, synchronous: str, must: str) -> None:
    disk, made = run_and_tell(records, WORKS, synchronous)
    wrong = cut(records, disk, made)
    after = {one.partition(":")[0] for one in wrong}
    counts = Counter(word for one in wrong for word in ("lost", "damaged", "in part") if word in one)
    print(f"\nsynchronous = {synchronous}: {len(after)} of {CUTS} cuts with something wrong, {dict(counts)}")
    assert counts[must], wrong
