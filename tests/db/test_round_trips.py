"""How often a change waits for the server: each time costs the way there and back, most of it while everybody else waits to save."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from db import rows
from db.team import postgres
from transitions.caseload import walk
from transitions.caseload.caseload import Caseload, first_rows
from transitions.clock import Clock
from transitions.custody import history
from transitions.demo.make import make
from transitions.milestones.recording import Step, add_note, mark_done
from transitions.plans import writing
from transitions.workspace import Workspace

_SENT_ONLY = frozenset({"_execute_gen", "_executemany_gen_pipeline"})
_NO_ANSWER = frozenset({"_enter_gen", "notifies"})


class Waits:
    """Counts how often a connection waits for an answer."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.counted = 0
        wait = psycopg.Connection.wait

        def counted(connection: psycopg.Connection[Any], doing: Any, *more: Any, **named: Any) -> Any:
            goes_on = connection.pgconn.pipeline_status and doing.gi_code.co_name in _SENT_ONLY
            self.counted += not goes_on and doing.gi_code.co_name not in _NO_ANSWER
            return wait(connection, doing, *more, **named)

        monkeypatch.setattr(psycopg.Connection, "wait", counted)

    def of(self, work: Callable[[], object]) -> int:
        before = self.counted
        work()
        return self.counted - before


class Number(NamedTuple):
    number: int


def test_what_passes_through_comes_some_at_a_time_also_in_the_midst_of_other_work(
    server: Any, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_AT_ONCE", 100)
    connection, most = workspace.read(), 0
    fetchall = postgres._Rows.fetchall

    def counted(rows: postgres._Rows) -> list[Any]:
        nonlocal most
        found = fetchall(rows)
        most = max(most, len(found))
        return found

    monkeypatch.setattr(postgres._Rows, "fetchall", counted)
    query = "SELECT number FROM generate_series(1, :last) AS number ORDER BY number"
    numbers = rows.stream(connection, Number, query, {"last": 1_000})
    assert next(numbers).number == 1
    with workspace.database.write() as writing:  # what is read meanwhile, and saved, is not in its way
        within = rows.stream(writing, Number, query, {"last": 1_000})
        assert [next(within).number for _ in range(150)][-1] == 150
    assert [one.number for one in numbers] == list(range(2, 1_001))
    assert most == 100
    within.close()
    assert not connection.execute("SELECT count(*) FROM pg_cursors").fetchone()[0]


def test_a_change_waits_for_the_server_no_oftener_than_it_did(
    server: Any, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace.open(tmp_path / "team.db", clock, create=True)
    make(workspace, pupils=30, seed=1)
    pupils = [one.id for one in first_rows(workspace, Caseload())]
    reviews = {number for number, one in workspace.milestones.items() if one.of_plan_review}
    steps = [
        Step(pupil, one.milestone_id, one.cycle)
        for pupil in pupils
        for one in walk.to_decide(workspace, pupil)
        if one.milestone_id not in reviews
    ]
    (plan,) = workspace.read().execute("SELECT max(id) FROM plan WHERE status = 'draft'").fetchone()
    works: dict[str, Callable[[], object]] = {
        "decision": lambda: mark_done(workspace, [steps.pop()]),
        "undo": partial(history.undo, workspace),
        "note": partial(add_note, workspace, pupils[:1], "Rang home."),
        "plan": lambda: writing.save_answers(workspace, plan, {"admired": f"Kind to {len(steps)} others."}),
    }
    for work in works.values():  # what is read once, or kept planned, is read and kept
        work()
    waits = Waits(monkeypatch)
    counted = {name: waits.of(work) for name, work in works.items()}
    workspace.close()
    most = {"decision": 15, "undo": 15, "note": 6, "plan": 15}
    assert {name: number for name, number in counted.items() if number > most[name]} == {}
