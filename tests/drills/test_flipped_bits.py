"""Records whose bits have flipped, or whose end is missing: every command that reads gives an answer, or exit 65 and its sentence.

Run it with ``uv run pytest -m drill tests/drills/test_flipped_bits.py -n 0 -s``; ROUNDS in the environment says how many
records are hurt, SEED how.
"""

import os
import random
import shlex
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from command import Command

from transitions.cli import run

pytestmark = pytest.mark.drill
ROUNDS = int(os.environ.get("ROUNDS", "200"))
SEED = int(os.environ.get("SEED", "1"))
AS_OF = "2026-11-21"
PAGE = 4096
READS = """today|list|list --format json|show #45|show #45 --format json|missed|calendar|calendar --format json|explain #45|me|
history|history #45|check|doctor|locate|plan checklist #45|plan versions #45|plan print #45 plan.txt --overwrite|plan quality|
plan questions|milestone list|milestone show 6-7.tier|milestone preview 6-7.tier due="31 January"|workshop list|workshop show #1|
workshop actions|workshop attendance|workshop feeders|workshop training|workshop agenda #1|handover list|
handover show #8|handover questions|handover tier #45|ask list|export pupils pupils.csv --overwrite --purpose x|
export missed missed.csv --overwrite --purpose x|backup copy.db"""
LAST = (("note", "#45", "seen"), ("undo",))
DAMAGED = 65
NEXT = "transitions restore"
FOUND = ("is damaged", "at one that is gone", "not as this program")
ANSWERS = (0, 1, 2)
"""An answer, "no" for an answer, and that there is no such record: where a number has changed there is none."""
Hurt = Callable[[bytearray, random.Random], object]


def flip(record: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 1, 2, 8))):
        record[chance.randrange(len(record))] ^= 1 << chance.randrange(8)


def flip_ahead(record: bytearray, chance: random.Random) -> None:
    """Where one bit says most: the heads of the file and of its pages."""
    page = chance.randrange(len(record) // PAGE) * PAGE
    record[page + chance.randrange(100)] ^= 1 << chance.randrange(8)


def cut(record: bytearray, chance: random.Random) -> None:
    del record[chance.randrange(len(record)) :]


def empty(record: bytearray, chance: random.Random) -> None:
    page = chance.randrange(len(record) // PAGE) * PAGE
    record[page : page + PAGE] = bytes(PAGE)


def scribble(record: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(record) - 512)
    record[place : place + 512] = chance.randbytes(512)


HURTS: Sequence[Hurt] = (flip, flip, flip_ahead, cut, empty, scribble)


def test_a_hurt_record_is_read_or_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "hurt.db"
    assert run(["--as-of", AS_OF, "demo", "--db", str(path), "--pupils", "100", "--seed", "1"]) == 0
    whole = path.read_bytes()
    command, chance = Command(path, capsys), random.Random(SEED)
    reads = [shlex.split(line) for line in READS.replace("\n", "").split("|")]
    answers = {tuple(words): command(*words) for words in reads}
    assert {words: answer for words, answer in answers.items() if answer.status > 1} == {}
    statuses, rounds, wrong = Counter[int](), Counter[str](), list[str]()
    for turn in range(ROUNDS):
        hurt = HURTS[turn % len(HURTS)]
        record = bytearray(whole)
        hurt(record, chance)
        named = changed = False
        for words in [*reads, *LAST]:
            for beside in ("hurt.db-wal", "hurt.db-shm", "copy.db"):
                (tmp_path / beside).unlink(missing_ok=True)
            path.write_bytes(record)
            status, out, err = command(*words)
            named |= status == DAMAGED or any(one in out for one in FOUND)
            changed |= words in reads[:-1] and out != answers[tuple(words)].out
            statuses[status] += 1
            if status not in (*ANSWERS, DAMAGED) or "Traceback" in out + err or (status == DAMAGED and NEXT not in err):
                wrong.append(f"round {turn}, {hurt.__name__}, {shlex.join(words)}: {status}, {err}")
        rounds["damage named" if named else "another answer" if changed else "the same answers"] += 1
    with capsys.disabled():
        print(f"\nseed {SEED}, {ROUNDS} records: {dict(rounds)}; {statuses.total()} commands: {dict(statuses)}")
        print(*wrong, sep="\n")
    assert wrong == []
