"""A team of 30 on one server, each a process with a login and a role of its own, and the same work by 30 processes on one file.

    uv run python -m benchmarks.team                     five minutes on each, 2,000 made-up pupils
    uv run python -m benchmarks.team --minutes 0.2       to see that it works

Everybody walks through a caseload, decides about steps, writes notes and edits plans, with a pause of half a second to two after each; one
person imports 50 pupils meanwhile. The run ends with an error when an acknowledged change is not there, a change was made over another
that its author had not seen, an entry of the history is not of the person who made it, or anybody was kept from anything.
"""

import argparse
import csv
import json
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from own_server import own_server

from db.errors import DatabaseInUse, Fault, ServerGone
from db.place import Place, Role
from transitions.caseload import walk
from transitions.caseload.caseload import Caseload, first_rows
from transitions.clock import Clock
from transitions.custody import health_check
from transitions.demo.make import make
from transitions.importing import pupils as lists
from transitions.importing.preview import commit
from transitions.milestones.recording import Step, add_note, mark_done
from transitions.plans import writing
from transitions.team import members
from transitions.workspace import Workspace

ROLES: Final[Sequence[Role]] = ("lead", "SENCO", "SENCO", "reader", *("caseworker",) * 6)
PAUSE_SECONDS: Final = (0.5, 2.0)
IMPORTED: Final = 50
KINDS: Final = ("walk", "decide", "note", "plan edit", "import")
_FORK: Final = multiprocessing.get_context("fork")
_GAPS: Final = "history"


class Person(NamedTuple):
    """Somebody at work, for so many minutes; ``plans`` are the numbers of drafts by pupil."""

    number: int
    name: str
    role: Role
    where: Place
    minutes: float
    plans: Mapping[int, int]
    folder: Path


class AtWork:
    """What a person does, and how long each took, in milliseconds."""

    def __init__(self, person: Person, workspace: Workspace) -> None:
        self._person, self._workspace = person, workspace
        self._chance = random.Random(person.number)
        self.took: dict[str, list[float]] = {kind: [] for kind in KINDS}
        self.notes: list[str] = []
        self.changes = 0
        self.kept_from: list[str] = []

    @contextmanager
    def _timed(self, kind: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        except (DatabaseInUse, ServerGone) as fault:
            self.kept_from.append(f"{kind}: {fault.sentence}")
        except Fault:  # what a colleague has done makes it needless: said, and right
            return
        else:
            self.took[kind].append((time.perf_counter() - begun) * 1000)

    def work(self) -> None:
        begun, seconds = time.monotonic(), self._person.minutes * 60
        imports = self._person.number == len(ROLES) - 1
        while (gone := time.monotonic() - begun) < seconds:
            time.sleep(self._chance.uniform(*PAUSE_SECONDS))
            pupil, steps = self._walk()
            if self._person.role != "reader":
                self._decide(pupil, steps)
            if imports and gone > seconds / 2:
                imports = False
                self._import()

    def _walk(self) -> tuple[int, list[Step]]:
        pupil, steps = 0, list[Step]()
        with self._timed("walk"):
            pupil = self._chance.choice(first_rows(self._workspace, Caseload())).id
            steps = [Step(pupil, one.milestone_id, one.cycle) for one in walk.to_decide(self._workspace, pupil)]
        return pupil, steps

    def _decide(self, pupil: int, steps: Sequence[Step]) -> None:
        words = f"Note {self._person.number} {self._chance.random()}"
        kind = self._chance.choice(KINDS[1:-1])
        works: dict[str, Callable[[], tuple[object, ...]]] = {
            "note": partial(add_note, self._workspace, [pupil], words)
        }
        if steps:
            works["decide"] = partial(mark_done, self._workspace, steps[:1])
        if pupil in self._person.plans:
            works["plan edit"] = partial(
                writing.save_answers, self._workspace, self._person.plans[pupil], {"admired": words}
            )
        kind = kind if kind in works else "note"
        with self._timed(kind):
            (_, _, changed, *_) = works[kind]()
            self.changes += bool(changed)
            self.notes += [words] if kind == "note" else []

    def _import(self) -> None:
        path = self._person.folder / "new.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            born = ([f"Imported{row}", "Child", f"{1 + row % 28}/3/2016"] for row in range(IMPORTED))
            csv.writer(file).writerows([("Surname", "Forename", "Date of birth"), *born])
        with self._timed("import"):
            commit(self._workspace, lists.prepare(self._workspace, path))
            self.changes += 1


def at_work(person: Person) -> None:
    with closing(Workspace.open(person.where, Clock.system())) as workspace:
        doing = AtWork(person, workspace)
        doing.work()
    said = [doing.took, doing.notes, doing.changes, doing.kept_from]
    (person.folder / f"{person.number}.json").write_text(json.dumps(said))


def run(what: str, keeper: Workspace, people: Sequence[tuple[str, Role, Place]], minutes: float, folder: Path) -> None:
    """Have all of them at work at once, print how long what took, and see that nothing was lost. Exits with what was."""
    read = keeper.read()
    plans = dict(read.execute("SELECT pupil_id, max(id) FROM plan WHERE status = 'draft' GROUP BY pupil_id").fetchall())
    (last,) = read.execute("SELECT max(id) FROM journal").fetchone()
    begun = time.monotonic()
    everybody = [Person(number, *one, minutes, plans, folder) for number, one in enumerate(people)]
    processes = [_FORK.Process(target=at_work, args=(one,)) for one in everybody]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    wrong = [f"{process.name} ended with {process.exitcode}" for process in processes if process.exitcode]
    told = {one.name: json.loads((folder / f"{one.number}.json").read_text()) for one in everybody if not wrong}
    took = {kind: sorted(ms for said in told.values() for ms in said[0][kind]) for kind in KINDS}
    done = sum(map(len, took.values()))
    for kind, all_of_them in took.items():
        if all_of_them:
            p95 = all_of_them[int(len(all_of_them) * 0.95)]
            print(
                f"| {what} | {kind} | {len(all_of_them):,} | {statistics.median(all_of_them):.0f} | {p95:.0f} | {all_of_them[-1]:.0f} |"
            )
    print(f"{what}: {len(people)} people, {done:,} things done in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    wrong += [one for said in told.values() for one in said[3]]
    raise_if(wrong + lost(keeper, told, last) + unseen(keeper, last))


def lost(keeper: Workspace, told: Mapping[str, Sequence[Any]], last: int) -> list[str]:
    """What was acknowledged and is not there, and whose entries are not theirs."""
    read = keeper.read()
    there = {text for (text,) in read.execute("SELECT text FROM note")}
    found = [
        f"a note of {name} is lost" for name, (_, notes, *_) in told.items() for note in notes if note not in there
    ]
    by = "SELECT coalesce(w.name, 'nobody') FROM journal j LEFT JOIN worker w ON w.id = j.worker_id WHERE j.id > :last"
    entries = Counter(name for (name,) in read.execute(by, {"last": last}))
    if keeper.database.is_file:  # whoever opens a file is who its last one said to be
        return found if entries.total() == sum(said[2] for said in told.values()) else [*found, f"{entries} entries"]
    found += [
        f"{name}: {said[2]} changes, {entries[name]} in the history"
        for name, said in told.items()
        if said[2] != entries[name]
    ]
    found += [f"{entries[name]} entries of {name}" for name in entries if name not in told]
    return found + [f"{one.what}: {one.where}" for one in health_check.check(keeper) if _GAPS in one.what]


def unseen(keeper: Workspace, last: int) -> list[str]:
    """Where a change was made over another than that which its author had read: by the history, what was and what came next."""
    query = (
        "SELECT table_name, row_key, old_values, new_values FROM journal_change WHERE action_id > :last AND new_values IS NOT NULL "
        "AND table_name IN ('plan', 'pupil', 'note') ORDER BY action_id, position"
    )
    now: dict[tuple[str, str, str], object] = {}
    found = []
    for table, key, old, new in keeper.read().execute(query, {"last": last}).fetchall():
        for column, value in json.loads(old or "{}").items():
            if now.get((table, key, column), value) != value:
                found.append(f"{column} of {table} {key} was changed unseen")
        now |= {(table, key, column): value for column, value in json.loads(new).items()}
    return found


def raise_if(wrong: Sequence[str]) -> None:
    if wrong:
        raise SystemExit("\n".join(wrong[:20]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=5, help="how long they work on each (default 5)")
    parser.add_argument("--people", type=int, default=30, help="how many they are (default 30)")
    parser.add_argument("--pupils", type=int, default=2_000, help="how many pupils there are (default 2,000)")
    given = parser.parse_args()
    print("| records | what | times | median, ms | p95, ms | most, ms |\n| --- | --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder, own_server() as server:
        where = server.create("team")
        with closing(Workspace.open(where, Clock.system())) as keeper:
            make(keeper, pupils=given.pupils, seed=1)
            (school,) = (
                keeper.read()
                .execute("SELECT school_id FROM pupil GROUP BY school_id ORDER BY count(*) DESC")
                .fetchone()
            )
            people: list[tuple[str, Role, Place]] = []
            for number in range(given.people):
                role, name = ROLES[number % len(ROLES)], f"Person {number}"
                members.add(keeper, name, f"person_{number}", role, school if role == "SENCO" else None)
                people.append((name, role, server.address("team", f"person_{number}")))
            run("server", keeper, people, given.minutes, Path(folder))
        path = Path(folder) / "team.db"
        with closing(Workspace.open(path, Clock.system(), create=True)) as keeper:
            make(keeper, pupils=given.pupils, seed=1)
            run("file", keeper, [(name, role, path) for name, role, _ in people], given.minutes, Path(folder))


if __name__ == "__main__":
    main()
