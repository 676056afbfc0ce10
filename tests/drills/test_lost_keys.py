"""What holds the keys is lost, damaged or taken away: while the records are closed, open, or get another passphrase.

Each command is a process of its own, and the app runs in a real terminal. Run it with
``uv run pytest -m drill tests/drills/test_lost_keys.py -n 0 -s``.
"""

import os
import random
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from running import QUIT, SAVE, Running
from sealed import PASSPHRASE, damage_of, first_pupil, make_sealed, notes, own_environment, words

from db.custody import keys
from db.errors import KeysLost
from transitions.custody import locking

pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe with a name is asked for, which Windows has not"),
]

ROUNDS = int(os.environ.get("ROUNDS", "200"))
SEED = int(os.environ.get("SEED", "1"))
NEW = "violin saddle thimble parsnip"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_MEMLIMIT", 8192)
    monkeypatch.setattr(keys, "_OPSLIMIT", 1)


class Sealed:
    """Encrypted records with a note, a backup beside them and one in a second folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "records" / "records.db"
        self.path.parent.mkdir(parents=True)
        self.given = make_sealed(self.path)
        self.pupil = first_pupil(self.path)
        self.second = folder / "second"
        self.second.mkdir()
        self.beside = keys.keys_file(self.path)
        self.environment: Mapping[str, str] = own_environment(
            folder / "home", TRANSITIONS_PASSPHRASE_FILE=str(self.given)
        )
        assert self.run("note", self.pupil, "<before>")[0] == 0
        assert self.run("backup", "--also", self.second)[0] == 0
        assert self.run("backup")[0] == 0
        assert self.run("note", self.pupil, "<since>")[0] == 0
        keys.UNLOCKED.forget()

    def run(self, *command: object) -> tuple[int, str]:
        done = subprocess.run(words(self.path, *command), env=self.environment, capture_output=True, check=False)
        assert b"Traceback" not in done.stdout + done.stderr
        return done.returncode, (done.stdout + done.stderr).decode()

    def holds(self, *said: str) -> None:
        assert damage_of(self.path) == []
        assert [one for one in ("<before>", "<since>", *said) if one not in notes(self.path)] == []


@pytest.fixture
def sealed(tmp_path: Path) -> Sealed:
    return Sealed(tmp_path)


def test_lost_while_closed(sealed: Sealed) -> None:
    """Done as it is told, it opens, with all that was saved since."""
    sealed.beside.unlink()
    for command in (("list",), ("note", sealed.pupil, "x"), ("check",), ("passphrase", "recovery"), ("backup",)):
        status, said = sealed.run(*command)
        assert status == 66, said
        found = re.search(r"Copy the latest one back: (.*\.json) to (.*\.json)", said)
        assert found is not None, said
        assert not sealed.beside.exists()
    shutil.copyfile(found[1], found[2])
    assert sealed.run("note", sealed.pupil, "<after>")[0] == 0
    sealed.holds("<after>")


def test_lost_with_the_backups_beside_them(sealed: Sealed) -> None:
    """Those of the second folder open it; where they are, nothing that can be read says."""
    shutil.rmtree(sealed.path.with_name("records-backups"))
    sealed.beside.unlink()
    status, said = sealed.run("list")
    assert status == 65
    assert "from beside a copy of its newest backup" in said, said
    copies = sorted(sealed.second.rglob("*.keys.json"))
    assert copies
    shutil.copyfile(copies[-1], sealed.beside)
    assert sealed.run("note", sealed.pupil, "<after>")[0] == 0
    sealed.holds("<after>")


def test_lost_while_the_app_is_open(sealed: Sealed) -> None:
    """It goes on, and puts them back before it ends; its backups have them, too."""
    for moment in ("at once", "before a change", "before it ends"):
        whole = sealed.beside.read_bytes()
        app = Running(sealed.path, own_environment(sealed.path.parent.parent / "home"))
        assert app.unlock()
        if moment == "at once":
            sealed.beside.unlink()
        for keys_pressed in (b"4", b"1", b"/"):
            app.type(keys_pressed)
            app.read(0.5)
        app.type(b"\x1b[27u")
        app.read(0.5)
        if moment == "before a change":
            sealed.beside.unlink()
        app.type(b"n" + f"<{moment}>".encode() + SAVE)
        assert app.wait_for(b"undoes", 30), app.sent[-2000:]
        if moment == "before it ends":
            sealed.beside.unlink(missing_ok=True)
        app.type(QUIT)
        assert app.end() == 0, app.sent[-2000:]
        assert sealed.beside.read_bytes() == whole
        copies = keys.copies_of(sealed.path)
        assert len(copies) == len(list(copies[-1].parent.glob("*.db"))), "a backup without its keys"
        sealed.holds(f"<{moment}>")
        keys.UNLOCKED.forget()


@pytest.mark.parametrize("what", ["change", "rekey"])
def test_lost_while_the_passphrase_is_changed(sealed: Sealed, tmp_path: Path, what: str) -> None:
    """They go between the old passphrase and the new one: the new one opens the records."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = words(sealed.path, "passphrase", what, "--new-passphrase-file", pipe)
    with subprocess.Popen(command, env=sealed.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        with pipe.open("w") as writing:  # waits until it asks for the new one
            sealed.beside.unlink()
            writing.write(f"{NEW}\n")
        out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err.decode()
    assert b"Traceback" not in out + err
    assert sealed.run("list")[0] == 77
    sealed.given.write_text(f"{NEW}\n", encoding="utf-8")
    status, said = sealed.run("history", "--format", "csv")
    assert status == 0
    assert "not done" not in said
    keys.UNLOCKED.forget()
    locking.unlock(sealed.path, NEW)
    sealed.holds()


def test_every_place_of_the_keys_hurt(sealed: Sealed) -> None:
    """One bit anywhere: it opens as before, or is told that the keys are damaged, and never that the passphrase is wrong."""
    whole, chance, said = sealed.beside.read_bytes(), random.Random(SEED), Counter[str]()
    hurt = [(place, 1 << chance.randrange(8)) for place in range(len(whole))]
    for place, bit in hurt:
        record = bytearray(whole)
        record[place] ^= bit
        sealed.beside.write_bytes(record)
        keys.UNLOCKED.forget()
        try:
            locking.unlock(sealed.path, PASSPHRASE)
        except KeysLost:
            said["named as damaged"] += 1
        else:
            said["opened as before"] += 1
    for cut in range(0, len(whole), 7):
        sealed.beside.write_bytes(whole[:cut])
        keys.UNLOCKED.forget()
        with pytest.raises(KeysLost):
            locking.unlock(sealed.path, PASSPHRASE)
        said["cut off, and named"] += 1
    sealed.beside.write_bytes(whole)
    sealed.holds()
    print(f"\nthe keys hurt: {dict(said)}")
