"""The disk is full, read-only or failing, the memory is used up, the clock is wrong: a sentence, and the records as they were or whole.

The records are encrypted, and each command is a process of its own, as it is for people. A library under it (``faulty.c``, which
needs Linux and cc) makes the faults. Run it with ``uv run pytest -m drill tests/drills/test_faulty_machine.py -n 0 -s``; ROUNDS in
the environment says how often each fault comes, SEED when.
"""

import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from faulty import faults
from running import QUIT, SAVE, Running
from sealed import column, damage_of, first_pupil, make_sealed, notes, own_environment, words

pytestmark = pytest.mark.drill

ROUNDS = int(os.environ.get("ROUNDS", "60"))
SEED = int(os.environ.get("SEED", "1"))
OUR_FAULT = 70
CHILDREN = 30
NOTE = "<a note in bad times>"
READS = (("list",), ("today",), ("show", "{pupil}"), ("check",), ("history",), ("missed",), ("locate",), ("doctor",))
WRITES = (
    ("note", "{pupil}", NOTE),
    ("import", "pupils", "{pupils}"),
    ("backup",),
    ("undo",),
    ("export", "pupils", "{out}", "--purpose", "drill"),
    ("passphrase", "change", "--new-passphrase-file", "{given}"),
    ("passphrase", "rekey", "--new-passphrase-file", "{given}"),
    ("decrypt", "--in-clear"),
)


class Records(NamedTuple):
    """Encrypted records, as they are before each round."""

    path: Path
    whole: Path
    environment: Mapping[str, str]
    places: Mapping[str, str]

    def anew(self) -> None:
        shutil.rmtree(self.path.parent)
        shutil.copytree(self.whole, self.path.parent)

    def run(self, command: tuple[str, ...], *, megabytes: int = 0, **faulty: object) -> tuple[int, str]:
        """Run a command under faults; its status and what it said."""
        said = [one.format(**self.places) for one in command]
        limit = [sys.executable, "-c", WITHIN, str(megabytes << 20)] if megabytes else []
        environment = {**self.environment, **(faults(self.path.parent, **faulty) if faulty else {})}
        done = subprocess.run([*limit, *words(self.path, *said)], env=environment, capture_output=True, check=False)
        return done.returncode, (done.stdout + done.stderr).decode()


WITHIN = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
os.execv(sys.argv[2], sys.argv[2:])
"""


@pytest.fixture
def records(tmp_path: Path) -> Records:
    path = tmp_path / "disk" / "records.db"
    given = make_sealed(path)
    rows = [f"Many,Child{row:02},{1 + row % 28}/3/2016" for row in range(CHILDREN)]
    pupils = path.with_name("pupils.csv")
    pupils.write_text("\n".join(("Surname,Forename,Date of birth", *rows)) + "\n", encoding="utf-8")
    environment = own_environment(tmp_path / "home", TRANSITIONS_PASSPHRASE_FILE=str(given))
    places = {
        "pupil": first_pupil(path),
        "pupils": str(pupils),
        "out": str(path.with_name("out.xlsx")),
        "given": str(given),
    }
    records = Records(path, tmp_path / "whole", environment, places)
    assert records.run(("note", "{pupil}", "<before>"))[0] == 0
    shutil.copytree(path.parent, records.whole)
    return records


def wrong_after(records: Records, command: tuple[str, ...], status: int, said: str) -> list[str]:
    """What is wrong with what a command said, and with the records that it left."""
    found = []
    if status == OUR_FAULT or status < 0 or "Traceback" in said or (status and not said.strip()):
        found.append(f"status {status}: {said[-600:]}")
    path = records.path
    found += damage_of(path)
    (many,) = column(path, "SELECT count(*) FROM pupil WHERE surname = 'Many'")
    kept = notes(path)
    found += [f"{many} of {CHILDREN} pupils"] if many not in (0, CHILDREN) else []
    if status == 0 and command[0] == "import" and not many:
        found.append("the import was acknowledged and is not there")
    if status == 0 and command[0] == "note" and NOTE not in kept:
        found.append("the note was acknowledged and is not there")
    if "<before>" not in kept and command[0] != "undo":
        found.append("the note from before is gone")
    again, said = records.run(("note", "{pupil}", "<after>"))
    if again:
        found.append(f"and then: {said[-600:]}")
    return [f"{' '.join(command)}: {one}" for one in found]


def tried(records: Records, rounds: int, what: str, **faulty: tuple[int, int]) -> None:
    """Each of the commands again and again, at other amounts of a fault."""
    chance, statuses, wrong = random.Random(SEED), Counter[int](), []
    for turn in range(rounds):
        command = (*WRITES, *WRITES, *READS)[turn % (2 * len(WRITES) + len(READS))]
        records.anew()
        amounts = {name: round(least * (most / least) ** chance.random()) for name, (least, most) in faulty.items()}
        status, said = records.run(command, **amounts, seed=chance.randrange(10_000))
        statuses[status] += 1
        wrong += [f"{amounts}: {one}" for one in wrong_after(records, command, status, said)]
    print(f"\n{what}: {rounds} commands, by status {dict(statuses)}, {len(wrong)} wrong", *wrong, sep="\n")
    assert wrong == []
    assert len(statuses) > 1, "it never came to a fault"


def test_a_full_disk(records: Records) -> None:
    tried(records, ROUNDS, "a full disk", room=(1, 3_000_000))


def test_a_failing_disk(records: Records) -> None:
    tried(records, ROUNDS, "a failing disk", fail=(5, 1000))


def test_a_read_only_disk(records: Records) -> None:
    before = {one.name: one.read_bytes() for one in records.path.parent.rglob("*") if one.is_file()}
    for command in (*READS, *WRITES):
        status, said = records.run(command, locked=1)
        assert "Traceback" not in said, said
        assert status in ((0, 1) if command in READS else (73, 77)), (command, status, said)
    assert {one.name: one.read_bytes() for one in records.path.parent.rglob("*") if one.is_file()} == before


def test_too_little_memory(records: Records) -> None:
    chance, statuses, wrong = random.Random(SEED), Counter[int](), []
    for turn in range(ROUNDS):
        command = (*WRITES, *READS)[turn % (len(WRITES) + len(READS))]
        records.anew()
        megabytes = chance.randint(40, 420)
        status, said = records.run(command, megabytes=megabytes)
        statuses[status] += 1
        wrong += [f"{megabytes} MB: {one}" for one in wrong_after(records, command, status, said)]
    print(f"\ntoo little memory: {ROUNDS} commands, by status {dict(statuses)}, {len(wrong)} wrong", *wrong, sep="\n")
    assert wrong == []


@pytest.mark.parametrize("seconds", [-3600, -86_400 * 3, -86_400 * 400, -86_400 * 12_000, 86_400 * 400])
def test_a_clock_that_was_set(records: Records, seconds: int) -> None:
    """Work goes on at the wrong time, and once more at the right one; no backup is lost, and the newest is taken for the newest."""
    for turn, clock in enumerate((0, seconds, seconds, 0, 0)):
        for command in (("note", "{pupil}", f"<turn {turn}>"), ("backup",), *READS):
            status, said = records.run(command, clock=clock)
            assert status in (0, 1), (command, clock, said)
            assert "Traceback" not in said
    assert damage_of(records.path) == []
    assert all(f"<turn {turn}>" in notes(records.path) for turn in range(5))
    path = records.path
    (newest,) = column(path, "SELECT summary FROM journal ORDER BY id DESC LIMIT 1")
    status, said = records.run(("undo",))
    assert status == 0, said
    assert "<turn 4>" not in notes(path), newest


def test_the_app_on_a_full_disk(records: Records) -> None:
    """A note that cannot be saved stays in its form; the app goes on and is left as ever."""
    chance, counts = random.Random(SEED), Counter[str]()
    for turn in range(ROUNDS // 3):
        records.anew()
        room = round(2_000_000 ** chance.random())
        app = Running(
            records.path,
            {**own_environment(records.path.parent.parent / "home"), **faults(records.path.parent, room=room)},
        )
        opened = app.unlock()
        saved = 0
        for number in range(40 if opened else 0):
            said = f"<turn {turn} note {number}> "
            app.type(b"n" + said.encode() + b"word " * 100 + SAVE)
            begins = len(app.sent)
            # that it was saved is painted again, and of the note before, when its form is left: so the file is asked
            while said not in notes(records.path) and b"is full" not in app.sent[begins:] and app.read(1):
                pass
            if b"is full" in app.sent[begins:]:
                counts["said"] += 1
                break
            saved += 1
        for _ in range(3):  # what is pressed before anybody could see the question is let go
            app.type(b"\x1b[27u" + QUIT + b"\r")
            app.wait_for(b"never said", 2)
        status = app.end()
        counts[f"status {status}"] += 1
        counts["saved"] += saved
        assert status != OUR_FAULT, app.sent[-2000:]
        assert b"Traceback" not in app.sent, app.sent[-2000:]
        assert damage_of(records.path) == []
        kept = notes(records.path)
        assert [number for number in range(saved) if f"<turn {turn} note {number}>" not in kept] == []
    print(f"\nthe app on a full disk: {dict(counts)}")
