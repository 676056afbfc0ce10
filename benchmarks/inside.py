"""What is measured inside a process that asks ``transitions``: python -m benchmarks.inside FUNCTION WORDS prints lists of figures."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from transitions.caseload import caseload
from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.demo.make import make
from transitions.workspace import Workspace

Figures = list[list[float]]
EVERYBODY = Caseload()
SHORT_NAME = 12


@contextmanager
def opened(path: str) -> Iterator[Workspace]:
    with closing(Workspace.open(Path(path), Clock.system())) as workspace:
        yield workspace


def timed(work: Callable[[], object]) -> float:
    """The milliseconds of one call."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def in_turn(times: int, *works: Callable[[], object]) -> Figures:
    """Each once to warm up, then all of them in turn."""
    for work in works:
        work()
    turns = [[timed(work) for work in works] for _ in range(times)]
    return [list(one) for one in zip(*turns, strict=True)]


def same(ours: object, floor: object) -> None:
    if ours != floor:
        raise SystemExit(f"ours says {ours!r}, the floor {floor!r}: a fast wrong answer is worth nothing")


def made(path: str, pupils: str) -> Figures:
    """Make a record."""
    with closing(Workspace.open(Path(path), Clock.system(), create=True)) as workspace:
        make(workspace, int(pupils), 1)
    return []


def ready(path: str) -> Figures:
    """Bring a copy up to date, and let it look as if its backup of the day had been made: an empty file has its name."""
    from db.custody import backup

    where = backup.free_name(Path(path), "")
    where.touch()
    with opened(path):
        return []


def first_surname(path: str) -> list[str]:
    """The first surname on one's own list that is never cut and has no accent."""
    with opened(path) as workspace:
        rows = caseload.first_rows(workspace, Caseload(whose="mine"), 20)
    return [next(row.surname for row in rows if row.surname.isascii() and len(row.surname) <= SHORT_NAME)]


def facets(path: str, times: str) -> Figures:
    """All facet counts of everybody, and one scan of an index with every pupil."""
    with opened(path) as workspace:
        read = workspace.read()

        def scan() -> int:
            found = read.execute("SELECT count(*), sum(next_late_after < '2000') FROM pupil WHERE archived_at IS NULL")
            return int(found.fetchone()[0])

        counts = {one.value: one.pupils for one in caseload.facets(workspace, EVERYBODY)["whose"]}
        same(counts["all"], scan())
        return in_turn(int(times), lambda: caseload.facets(workspace, EVERYBODY), scan)


def main() -> None:
    function: Callable[..., object] = globals()[sys.argv[1]]
    print(json.dumps(function(*sys.argv[2:])))


if __name__ == "__main__":
    main()
