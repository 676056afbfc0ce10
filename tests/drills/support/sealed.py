"""An encrypted file of made-up pupils, and what a drill looks at in it afterwards."""

import os
import sys
from contextlib import closing
from pathlib import Path

from db import driver
from db.custody import damage, keys
from transitions.clock import Clock
from transitions.custody import health_check, locking
from transitions.demo.make import make
from transitions.workspace import Workspace

PASSPHRASE = "teapot river hedgehog apron canoe"
GAPS = ("waits for", "wait for", "without a", "whom nobody", "suspended twice", "nobody has said")
"""What ``check`` says of records that are whole and want something."""


def make_sealed(path: Path, pupils: int = 60) -> Path:
    """Make the file, and beside it one that holds its passphrase; give the latter."""
    path.parent.mkdir(exist_ok=True)
    keys.make(path, PASSPHRASE)
    workspace = Workspace.open(path, Clock.system(), create=True)
    make(workspace, pupils=pupils, seed=1)
    workspace.close()
    given = path.with_name("passphrase.txt")
    given.write_text(PASSPHRASE + "\n", encoding="utf-8")
    return given


def own_environment(home: Path, **more: str) -> dict[str, str]:
    """That of a program whose folders are all below ``home``, the one for temporary files, too."""
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "TRANSITIONS_"))}
    return {**kept, "HOME": str(home), "TMPDIR": str(temporary), "TERM": "xterm-256color", **more}


def words(path: Path, *command: object) -> list[str]:
    return [sys.executable, "-m", "transitions.cli", "--db", str(path), *map(str, command)]


def damage_of(path: Path) -> list[str]:
    """What ``check`` finds after the next start, but for what the made-up records lack; the file must open."""
    if locking.is_locked(path):
        locking.unlock(path, PASSPHRASE)
    workspace = Workspace.open(path, Clock.system())
    try:
        return [f"{one.what}: {one.where}" for one in health_check.check(workspace) if not is_a_gap(one.what)]
    finally:
        workspace.close()


def is_a_gap(what: str) -> bool:
    return any(words in what for words in GAPS)


def column(path: Path, query: str, *values: object) -> list[object]:
    """The first column of what a query gives, of a file that nobody writes to now."""
    with closing(driver.connect(path)) as connection:
        return [row[0] for row in connection.execute(query, values)]


def notes(path: Path) -> str:
    return "\n".join(map(str, column(path, "SELECT text FROM note")))


def is_sound(path: Path) -> bool:
    with closing(damage.looking(path, immutable=True)) as connection:
        return damage.is_sound(connection)


def first_pupil(path: Path) -> str:
    return f"#{column(path, 'SELECT min(id) FROM pupil')[0]}"


def is_in_clear(file: Path) -> bool:
    """Whether a file is a database that anybody can read."""
    with file.open("rb") as opened:
        return opened.read(16) == b"SQLite format 3\0"
