"""Records whose bits have flipped, or whose end is missing: every command that reads gives an answer, or exit 65 and its sentence.

Of encrypted records no other answer may come of it: every page has a seal, and the log beside them a sum, which ends where it is hurt. Run it with ``uv run pytest -m drill tests/drills/test_flipped_bits.py -n 0 -s``; ROUNDS in the environment says how many
records are hurt, SEED how.
"""

import os
import random
import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from command import Command, Result
from sealed import PASSPHRASE

from db import driver
from db.custody import encryption, keys
from db.custody.anchors import HEADS
from transitions.cli import run
from transitions.custody import locking

pytestmark = pytest.mark.drill
ROUNDS = int(os.environ.get("ROUNDS", "200"))
SEED = int(os.environ.get("SEED", "1"))
AS_OF = "2026-11-21"
PAGE = 4096
NOTES = 8
SHOWN = ("history", "#45", "--format", "csv")
READS = """today|list|list --format json|show #45|show #45 --format json|missed|calendar|calendar --format json|explain #45|me|
history|history #45|check|doctor|locate|plan checklist #45|plan versions #45|plan print #45 plan.txt --overwrite|plan quality|
plan questions|milestone list|milestone show 6-7.tier|milestone preview 6-7.tier due="31 January"|workshop list|workshop show #1|
workshop actions|workshop attendance|workshop feeders|workshop training|workshop agenda #1|handover list|
handover show #8|handover questions|handover tier #45|ask list|export pupils pupils.csv --overwrite --purpose x|
export missed missed.csv --overwrite --purpose x|backup copy.db"""
LAST = (("note", "#45", "seen"), ("undo",))
DAMAGED = 65
NEXT = "transitions restore"
FOUND = ("is damaged", "to one that no longer exists", "the tables differ")
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


def flip_first(record: bytearray, chance: random.Random) -> None:
    """Where an encrypted file has its salt, and its first page the list of tables."""
    record[chance.choice((chance.randrange(16), chance.randrange(PAGE)))] ^= 1 << chance.randrange(8)


def flip_seal(record: bytearray, chance: random.Random) -> None:
    """Where each page of an encrypted file has its own nonce and seal."""
    page = chance.randrange(len(record) // PAGE) * PAGE
    record[page + PAGE - 1 - chance.randrange(80)] ^= 1 << chance.randrange(8)


HURTS: Sequence[Hurt] = (flip, flip, flip_ahead, cut, empty, scribble)
OF_ENCRYPTED: Sequence[Hurt] = (*HURTS[1:], flip_first, flip_seal)


class Hurting:
    """A record of 100 pupils, in clear or encrypted, which each command finds as it is put there."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], *, encrypted: bool) -> None:
        self.path, self.encrypted = folder / "hurt.db", encrypted
        self._command = Command(self.path, capsys)
        assert run(["--as-of", AS_OF, "demo", "--db", str(self.path), "--pupils", "100", "--seed", "1"]) == 0
        if encrypted:
            encryption.encrypt(self.path, PASSPHRASE)

    def __call__(self, words: Sequence[str], record: bytes | bytearray, log: bytes | bytearray = b"") -> Result:
        # of what the command before has left outside, heads of its history would tell that the file was put back
        for beside in ("hurt.db-wal", "hurt.db-shm", "copy.db", "copy.db.keys.json", f"hurt-backups/{HEADS}"):
            self.path.parent.joinpath(beside).unlink(missing_ok=True)
        self.path.write_bytes(record)
        if log:
            self.path.with_name("hurt.db-wal").write_bytes(log)
        return self.again(words)

    def again(self, words: Sequence[str]) -> Result:
        keys.UNLOCKED.forget()
        return self._command(*words)


@pytest.fixture(params=["in clear", "encrypted"])
def hurting(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Hurting]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(keys, "_MEMLIMIT", 8192)
    monkeypatch.setattr(keys, "_OPSLIMIT", 1)
    given = tmp_path / "given.txt"
    given.write_text(PASSPHRASE, encoding="utf-8")
    monkeypatch.setenv(locking.PASSPHRASE_FILE, str(given))
    yield Hurting(tmp_path, capsys, encrypted=request.param == "encrypted")
    keys.UNLOCKED.forget()


def is_wrong(answer: Result) -> bool:
    status, out, err = answer
    unsaid = status == DAMAGED and NEXT not in err
    return status not in (*ANSWERS, DAMAGED) or "Traceback" in out + err or unsaid


def test_a_hurt_record_is_read_or_explained(hurting: Hurting, capsys: pytest.CaptureFixture[str]) -> None:
    whole, chance = hurting.path.read_bytes(), random.Random(SEED)
    reads = [shlex.split(line) for line in READS.replace("\n", "").split("|")]
    answers = {tuple(words): hurting(words, whole) for words in reads}
    assert {words: answer for words, answer in answers.items() if answer.status > 1} == {}
    statuses, rounds, wrong = Counter[int](), Counter[str](), list[str]()
    for turn in range(ROUNDS):
        hurts = OF_ENCRYPTED if hurting.encrypted else HURTS
        hurt = hurts[turn % len(hurts)]
        record = bytearray(whole)
        hurt(record, chance)
        named = changed = False
        for words in [*reads, *LAST]:
            status, out, err = answer = hurting(words, record)
            named |= status == DAMAGED or any(one in out for one in FOUND)
            changed |= words in reads[:-1] and out != answers[tuple(words)].out
            statuses[status] += 1
            if is_wrong(answer):
                wrong.append(f"round {turn}, {hurt.__name__}, {shlex.join(words)}: {status}, {err}")
        rounds["damage named" if named else "another answer" if changed else "the same answers"] += 1
    kind = "encrypted" if hurting.encrypted else "in clear"
    with capsys.disabled():
        print(f"\n{kind}, seed {SEED}, {ROUNDS} records: {dict(rounds)}; {statuses.total()} commands: {dict(statuses)}")
        print(*wrong, sep="\n")
    assert wrong == []
    assert not (hurting.encrypted and rounds["another answer"])


def test_a_hurt_log_is_read_up_to_where_it_is_hurt(hurting: Hurting, capsys: pytest.CaptureFixture[str]) -> None:
    """What was saved last stands in the -wal: of it the changes before the hurt are there, whole, and nothing else is altered."""
    wal, rounds, chance = hurting.path.with_name("hurt.db-wal"), Counter[str](), random.Random(SEED)
    hurting.again(["list"])
    with closing(driver.connect(hurting.path)) as open_beside:
        assert open_beside.execute("SELECT count(*) FROM note").fetchone()
        for number in range(NOTES):
            assert hurting.again(["note", "#45", f"<note {number}>"]).status == 0
        record, log = hurting.path.read_bytes(), wal.read_bytes()
    assert hurting(SHOWN, record, log).out.count("Note added") == NOTES
    wrong = list[str]()
    for turn in range(ROUNDS):
        hurt_log = bytearray(log)
        (flip, cut, scribble, flip_ahead)[turn % 4](hurt_log, chance)
        answer = hurting(SHOWN, record, hurt_log)
        there = answer.out.count("Note added")
        checked = hurting(["check"], record, hurt_log)
        if is_wrong(answer) or is_wrong(checked) or "altered" in checked.out:
            wrong.append(f"round {turn}: {there}, {answer.status}, {answer.err}, {checked.status}, {checked.err}")
        rounds["damage named" if answer.status == DAMAGED else f"{there} of {NOTES} notes"] += 1
        if hurting.again(["note", "#45", "<after>"]).status not in (0, DAMAGED):
            wrong.append(f"round {turn}: no note could be added")
    with capsys.disabled():
        kind = "encrypted" if hurting.encrypted else "in clear"
        print(f"\n{kind}, seed {SEED}, {ROUNDS} logs: {dict(sorted(rounds.items()))}", *wrong, sep="\n")
    assert wrong == []
