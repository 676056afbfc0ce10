"""A team at work on a server: its programs are killed, and the server is, at random moments; what was acknowledged is there, nothing is half there.

Run it with ``uv run pytest -m drill tests/drills/test_killed_server.py -n 0 -s``; ROUNDS in the environment says how often something is
killed, every other time the server (``pg_ctl stop -m immediate``), and SEED when.
"""

import csv
import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from own_server import own_server
from sealed import is_a_gap

from db.errors import ChangedSince, DatabaseInUse, OutcomeUnknown, ServerGone
from db.place import Server
from db.team.database import TeamDatabase
from transitions.clock import Clock
from transitions.custody import health_check, history
from transitions.demo.make import make
from transitions.errors import Fault
from transitions.importing import pupils as lists
from transitions.importing.preview import commit
from transitions.milestones.recording import add_note
from transitions.team import members
from transitions.workspace import Workspace

pytestmark = pytest.mark.drill

ROUNDS = int(os.environ.get("ROUNDS", "200"))
SEED = int(os.environ.get("SEED", "1"))
PROGRAMS = 3
CHILDREN = 10
_FORK = multiprocessing.get_context("fork")


class Teller:
    """What a program has tried and what it was told, in a file that outlives it."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def __call__(self, word: str, what: str) -> None:
        os.write(self._file, f"{word}\t{what}\n".encode())

    def doing(self, what: str, work: Callable[[], object]) -> bool:
        """Try it; whether it was acknowledged."""
        self("try", what)
        try:
            work()
        except OutcomeUnknown:
            self("unknown", what)
        except (ServerGone, DatabaseInUse) as gone:
            self("not" if "othing was changed" in gone.sentence else "crash", what)
        except ChangedSince:  # another import came before this one
            self("not", what)
        else:
            self("there", what)
            return True
        return False


def at_work(where: Server, folder: Path, program: str) -> None:
    """Write notes, undo some, import pupils, until killed; the server is waited for, and the records are never opened again."""
    tell, chance = Teller(folder / "told"), random.Random(program)
    looked_up = TeamDatabase._was_committed

    def looks_up(*given: Any) -> bool:
        found = looked_up(*given)
        tell("asked", "it was there" if found else "it was not")
        return found

    setattr(TeamDatabase, "_was_committed", looks_up)  # noqa: B010
    try:
        workspace = None
        while workspace is None:
            with suppress(Fault):
                workspace = Workspace.open(where, Clock.system())
        file = folder / f"{program}.csv"
        for turn in range(10_000):
            name = f"{program}-{turn}"
            if turn % 6 == 5:
                with file.open("w", newline="", encoding="utf-8") as rows:
                    born = ([f"Many {name}", f"Child{row}", f"{1 + row}/3/2016"] for row in range(CHILDREN))
                    csv.writer(rows).writerows([("Surname", "Forename", "Date of birth"), *born])
                with suppress(ServerGone, DatabaseInUse):
                    preview = lists.prepare(workspace, file)
                    tell.doing(f"many {name}", partial(commit, workspace, preview))
            elif not tell.doing(f"note {name}", partial(add_note, workspace, [chance.randint(1, 50)], f"<{name}>")):
                time.sleep(0.05)
            elif turn % 4 == 3:
                tell.doing(f"undo {name}", partial(history.undo, workspace))
    except BaseException as error:
        tell("crash", f"{type(error).__name__} {error}")
        raise


def outcomes(folder: Path) -> tuple[dict[str, str], Counter[str]]:
    """By what was tried how it ended, "try" where nobody was told; and how often each."""
    said = [line.split("\t") for line in (folder / "told").read_text().splitlines()]
    ended = {what: word for word, what in said if word not in ("asked", "crash")}
    assert [what for word, what in said if word == "crash"] == []
    asked = Counter(what for word, what in said if word == "asked")
    return ended, Counter(ended.values()) + asked


def wrong(workspace: Workspace, ended: dict[str, str]) -> list[str]:
    """What is not there that was acknowledged, is there though it was refused, or is there in part."""
    read = workspace.read()
    notes = Counter(text for (text,) in read.execute("SELECT text FROM note"))
    many = dict(
        read.execute("SELECT surname, count(*) FROM pupil WHERE surname LIKE 'Many %' GROUP BY surname").fetchall()
    )
    found: list[str] = []
    for what, how in ended.items():
        kind, name = what.split(" ")
        if kind == "undo":
            continue
        undone = ended.get(f"undo {name}", "not")
        most = 0 if how == "not" or undone == "there" else 1
        least = 1 if how == "there" and undone == "not" else 0
        there = notes[f"<{name}>"] if kind == "note" else many.get(f"Many {name}", 0) / CHILDREN
        if there not in {least, most}:
            found.append(f"{what} ({how}, undone: {undone}): {there}")
    return found


def test_programs_and_server_killed(tmp_path: Path) -> None:
    chance, killed = random.Random(SEED), Counter[str]()
    began = time.monotonic()
    with own_server() as server:
        where = server.create("team")
        with closing(Workspace.open(where, Clock.system())) as keeper:
            make(keeper, pupils=60, seed=1)
            for number in range(PROGRAMS):
                members.add(keeper, f"C. Aseworker {number}", f"killed_{number}", "caseworker")
        programs: dict[int, Any] = {}

        def start(number: int, turn: int) -> None:
            login = server.address("team", f"killed_{number}")
            programs[number] = _FORK.Process(target=at_work, args=(login, tmp_path, f"{number}x{turn}"), daemon=True)
            programs[number].start()

        for number in range(PROGRAMS):
            start(number, 0)
        for turn in range(1, ROUNDS + 1):
            time.sleep(chance.uniform(0.2, 1.2))
            if turn % 2:
                number = chance.randrange(PROGRAMS)
                programs[number].kill()
                programs[number].join()
                start(number, turn)
                killed["programs"] += 1
            else:
                server.stop("immediate")
                time.sleep(chance.uniform(0, 0.5))
                server.start()
                killed["the server"] += 1
            if turn % 50 == 0:
                ended, counts = outcomes(tmp_path)
                print(f"round {turn}, {time.monotonic() - began:.0f} s: {dict(counts)}", flush=True)
        for one in programs.values():
            one.kill()
            one.join()
        ended, counts = outcomes(tmp_path)
        with closing(Workspace.open(where, Clock.system())) as keeper:
            damage = [f"{one.what}: {one.where}" for one in health_check.check(keeper) if not is_a_gap(one.what)]
            found = wrong(keeper, ended)
    print(
        f"killed {dict(killed)} in {time.monotonic() - began:.0f} s: {len(ended)} tried, {dict(counts)}; wrong: {found}, {damage}"
    )
    assert (found, damage) == ([], [])
    assert counts["there"] > ROUNDS, "too little was done to say anything"
