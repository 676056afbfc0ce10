"""What is measured inside a process that asks ``transitions``: python -m benchmarks.inside FUNCTION WORDS prints lists of figures."""

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlcipher3 import dbapi2

from transitions.caseload import caseload, missed
from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.demo.make import make
from transitions.exporting import exports
from transitions.exporting.files import Options
from transitions.school_year import academic_year
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


def up_to_date(path: str) -> Figures:
    """Bring a record up to this version and day, without the backup of what stood before."""
    from db.custody import backup

    with opened(path):
        pass
    shutil.rmtree(backup.folder_for(Path(path)), ignore_errors=True)
    return []


def ready(path: str) -> Figures:
    """Let it look as if the backup of the day had been made: an empty file has its name."""
    from db.custody import backup

    backup.free_name(Path(path), "").touch()
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


_STEPS = (
    "FROM pupil_milestone pm JOIN pupil p ON p.id = pm.pupil_id JOIN milestone m ON m.id = pm.milestone_id "
    "LEFT JOIN school s ON s.id = p.school_id LEFT JOIN school n ON n.id = p.next_school_id LEFT JOIN worker w ON w.id = p.owner_id WHERE {} AND p.archived_at IS NULL AND {} ORDER BY {}pm.late_after, p.search_text"
)
_OVERDUE, _MISSED = "pm.outcome IS NULL AND pm.late_after < :today", "pm.outcome = 'missed'"
_ROW = (
    "SELECT pm.pupil_id, pm.milestone_id, pm.cycle, p.upn, p.surname, p.forename, p.preferred_name, p.date_of_birth, p.cohort_year, "
    "s.name, n.name, p.sen_provision, w.name, m.code, m.transition, m.title, m.short, m.severity, pm.due_on, pm.late_after, "
    "pm.outcome, pm.missed_on, pm.reason, pm.next_step, (SELECT r.remind_on FROM reminder r WHERE r.pupil_id = p.id) "
)


def missed_lists(path: str, times: str) -> list[Figures]:
    """A page, a worker's and a school's missed list, and all of it by school: ours and SQL written by hand, in turn."""
    with opened(path) as workspace, closing(dbapi2.connect(path)) as plain:
        plain.execute("PRAGMA cache_size = -65536")
        mine = Caseload(whose="mine")
        read = workspace.read()
        (school,) = read.execute("SELECT school_id FROM pupil GROUP BY school_id ORDER BY count(*) DESC").fetchone()
        values = {"today": workspace.clock.today.isoformat(), "me": workspace.me, "school": school}

        def by_hand(which: str, *, select: str = _ROW, order: str = "", limit: str = "") -> list[object]:
            found = [
                plain.execute(f"{select}{_STEPS.format(test, which, order)}{limit}", values).fetchall()
                for test in (_OVERDUE, _MISSED)[: 1 if limit else 2]
            ]
            return [row for rows in found for row in rows]

        keys = "SELECT s.name, pm.pupil_id, pm.milestone_id, pm.cycle "
        at_school = "p.id IN (SELECT id FROM pupil WHERE school_id = :school UNION SELECT id FROM pupil WHERE next_school_id = :school)"
        pairs: list[tuple[Callable[[], list[object]], Callable[[], list[object]]]] = [
            (lambda: [*missed.listing(workspace, EVERYBODY, limit=100)], lambda: by_hand("TRUE", limit=" LIMIT 100")),
            (lambda: [*missed.listing(workspace, mine)], lambda: by_hand("p.owner_id = :me")),
            (lambda: [*missed.listing(workspace, Caseload(school_id=school))], lambda: by_hand(at_school)),
            (
                lambda: [step for one in missed.sections(workspace, EVERYBODY, "school") for step in one.steps],
                lambda: by_hand("TRUE", select=keys, order="s.name, "),
            ),
        ]
        for ours, floor in pairs:
            same(len(ours()), len(floor()))
        return [in_turn(int(times), ours, floor) for ours, floor in pairs]


def one_change(path: str, times: str) -> Figures:
    """A note about a pupil: journaled; the same after another connection wrote; and by SQLModel without a journal."""
    from sqlalchemy import create_engine, event
    from sqlmodel import Session

    from db.schema.pupils import Note, Pupil
    from transitions.milestones.recording import add_note

    engine = create_engine(f"sqlite:///{path}", module=dbapi2)

    @event.listens_for(engine, "connect")
    def durable(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous = FULL")

    with opened(path) as workspace, opened(path) as another:
        (pupil,) = [row.id for row in caseload.first_rows(workspace, EVERYBODY, 1)]

        def plainly() -> None:
            with Session(engine) as session:
                session.get_one(Pupil, pupil)
                session.add(Note(pupil_id=pupil, text="Rang home", written_on=workspace.clock.today, worker_id=1))
                session.commit()

        def noted(there: Workspace) -> None:
            add_note(there, [pupil], "Rang home")

        def after(first: Callable[[], None], work: Callable[[], None]) -> float:
            first()
            return timed(work)

        ours, other = partial(noted, workspace), partial(noted, another)
        turns = [(after(ours, ours), after(other, ours), after(plainly, plainly)) for _ in range(int(times) + 1)]
        return [list(one) for one in zip(*turns[1:], strict=True)]


def first_worker(path: str) -> list[str]:
    with opened(path) as workspace:
        return [workspace.record("worker", 1)["name"]]


def new_year(path: str) -> Figures:
    """The first time that a record is opened in the academic year after the one it was planned for: until it is open, and planned."""
    clock, opened = Clock(date(academic_year(Clock.system().today) + 1, 9, 1)), list[Workspace]()
    opening = timed(lambda: opened.append(Workspace.open(Path(path), clock, plans_ahead=False)))
    with closing(opened[0]) as workspace:
        return [[opening], [timed(workspace.plan_ahead)]]


def with_schools(path: str, record: str) -> Figures:
    """Make an empty record that has the schools of another."""
    Workspace.open(Path(path), Clock.system(), create=True).close()
    with closing(dbapi2.connect(path, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS o", (record,))
        connection.execute("INSERT INTO school SELECT * FROM o.school")
    return []


KEPT_BY_TRIGGERS = "pupil_count", "place_count"


def tables_written(path: str) -> list[str]:
    """The tables in which an import has written, in the order in which they were made."""
    with closing(dbapi2.connect(path)) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rootpage")
        ]
        kept = {"sqlite_sequence", "milestone", "setting", "school", "destination", *KEPT_BY_TRIGGERS}
        return [name for name in names if name not in kept and connection.execute(f"SELECT 1 FROM {name}").fetchone()]


def pupils(path: str) -> int:
    with closing(dbapi2.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM pupil").fetchone()[0])


def exported_by(path: str, what: str) -> list[str]:
    """The statements that give an export its rows, with their values."""
    seen: list[str] = []
    with opened(path) as workspace, TemporaryDirectory() as folder:
        workspace.read().set_trace_callback(seen.append)
        exports.export(workspace, what, EVERYBODY, Path(folder, "rows.csv"), Options(purpose="Benchmark"))
        workspace.read().set_trace_callback(None)
    return [one for one in dict.fromkeys(seen) if len(one) > LONG and one.startswith("SELECT")]


LONG = 600
"""Characters of a statement that reads rows with all their columns."""


def looked_at(path: str, database: str) -> Figures:
    """The MB at the most above those with the file open and nothing done, when a list is looked at."""
    from transitions.importing import pupils as lists

    def memory(what: str) -> float:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(what))

    with closing(Workspace.open(Path(database), Clock.system(), create=True)) as workspace:
        idle = memory("VmRSS")
        lists.prepare(workspace, Path(path))
        return [[memory("VmHWM") - idle]]


def main() -> None:
    function: Callable[..., object] = globals()[sys.argv[1]]
    print(json.dumps(function(*sys.argv[2:])))


if __name__ == "__main__":
    main()
