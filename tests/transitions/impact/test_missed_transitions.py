"""Missed transitions of the demonstration, counted a second time by plain SQL that shares nothing with ours."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from transitions.clock import Clock
from transitions.custody import health_check
from transitions.demo.make import make
from transitions.impact import series, snapshots, year_on_year
from transitions.impact.measure import Asked
from transitions.impact.measures import figures
from transitions.workspace import Workspace

pytestmark = pytest.mark.of_a_file

TODAY, THE_NEXT = date(2026, 11, 21), date(2026, 11, 22)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, with a snapshot that was made in it a day later by the computer's own clock."""
    path = tmp_path_factory.mktemp("missed") / "demo.db"
    workspace = Workspace.open(path, Clock.on(TODAY), create=True)
    make(workspace, 400)
    workspace.close()
    later = Workspace.open(path, Clock(THE_NEXT))
    snapshots.make(later, "The next day")
    later.close()
    return path


@pytest.fixture
def demo(path: Path) -> Iterator[Workspace]:
    workspace = Workspace.open(path, Clock.on(THE_NEXT))
    yield workspace
    workspace.close()


@pytest.fixture
def plain(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def test_the_demonstration_has_this_day_last_year_the_named_days_since_and_today(demo: Workspace) -> None:
    rows = snapshots.every(demo)
    assert [(row.as_at, row.name, row.academic_year) for row in rows] == [
        (date(2025, 11, 21), "Scrutiny committee", 2025),
        (date(2026, 1, 1), "1 January", 2025),
        (date(2026, 4, 1), "1 April", 2025),
        (date(2026, 9, 1), "1 September", 2025),
        (TODAY, "Scrutiny committee", 2026),
        (THE_NEXT, "The next day", 2026),
    ]
    assert [row.previous for row in rows] == ["", *(row.digest for row in rows[:-1])]
    assert not [one for one in health_check.check(demo) if "snapshot" in one.what]


def test_a_snapshot_holds_every_step_that_was_due_and_no_other(demo: Workspace, plain: sqlite3.Connection) -> None:
    found = Counter(
        {
            (code, state.replace("_", " ")): steps
            for code, rule in snapshots.rules(snapshots.every(demo)[-1]).items()
            for state, steps in rule.tally._asdict().items()
            if steps
        }
    )
    expected = Counter[tuple[str, str]]()
    for code, last, outcome, archived in plain.execute(
        "SELECT code, late_after, outcome, archived_at FROM pupil_milestone JOIN milestone ON milestone.id = milestone_id "
        "JOIN pupil ON pupil.id = pupil_id"
    ):
        if last and "2026-09-01" <= last <= "2026-11-21" and not archived:
            expected[code, outcome or "unknown"] += 1
    assert found == expected
    assert {state for _, state in found} == {"met", "late", "missed", "unknown", "waived", "not applicable"}


def test_the_past_was_frozen_as_it_stood_then(plain: sqlite3.Connection) -> None:
    """What was done or flagged after a day had not happened yet."""
    states = dict(
        plain.execute(
            "SELECT CASE WHEN outcome IN ('waived', 'not applicable') THEN outcome WHEN done_on <= '2025-11-21' THEN outcome "
            "WHEN missed_on <= '2025-11-21' THEN 'missed' ELSE 'unknown' END, count(*) FROM pupil_milestone "
            "WHERE late_after BETWEEN '2025-09-01' AND '2025-11-20' GROUP BY 1"
        )
    )
    assert dict(plain.execute("SELECT state, count(*) FROM snapshot_step WHERE snapshot_id = 1 GROUP BY 1")) == states
    assert min(states.values()) > 0


def test_the_measures_of_this_year(demo: Workspace, plain: sqlite3.Connection) -> None:
    counted = "sum(state IN ('late', 'missed'))"
    of = "FROM snapshot_step JOIN milestone ON milestone.id = milestone_id WHERE snapshot_id = 6 AND state NOT IN ('waived', 'not applicable')"
    for part, where in (("", ""), ("statutory", " AND severity = 'statutory'")):
        [steps] = plain.execute(f"SELECT {counted}, count(*) {of}{where}").fetchall()
        [children] = plain.execute(
            f"SELECT sum(n > 0), count(*) FROM (SELECT {counted} AS n {of}{where} GROUP BY pupil_id)"
        ).fetchall()
        found = {
            one.measure: (one.counted, one.base)
            for one in figures(Asked(demo, 2026), ["missed", "missed-children"])
            if one.part == part
        }
        assert found == {"missed": steps, "missed-children": children}
        assert 0 < steps[0] < steps[1]
    assert {one.period for one in figures(Asked(demo, 2025), ["missed"])} == {"2025/26, due before Tue 1 Sep 2026"}


def test_this_year_against_the_last(demo: Workspace, plain: sqlite3.Connection) -> None:
    now, then = year_on_year.newest(demo)
    assert now is not None
    assert then is not None
    assert (now.id, then.id) == (6, 1)
    compared = year_on_year.compare(demo, now, then)
    one = compared.parts["all"]
    numbers = {rule.number for code, rule in snapshots.rules(now).items() if code in snapshots.rules(then)}
    for side, row in ((one.now, now), (one.then, then)):
        steps = [
            step
            for step in plain.execute(
                "SELECT pupil_id, milestone_id, state, julianday(done_on) - julianday(due_on), due_on FROM snapshot_step WHERE snapshot_id = ?",
                (row.id,),
            )
            if step[1] in numbers
        ]
        due = [step for step in steps if step[2] not in ("waived", "not applicable")]
        missed = [step for step in due if step[2] in ("late", "missed")]
        assert (side.rate.counted, side.rate.base) == (len(missed), len(due))
        assert (side.children.counted, side.children.base) == (
            len({step[0] for step in missed}),
            len({step[0] for step in due}),
        )
        days = sorted(step[3] for step in steps if step[2] == "late")
        assert side.late is not None
        assert side.late.median == (days[(len(days) - 1) // 2] + days[len(days) // 2]) / 2
        assert side.oldest == date.fromisoformat(min(step[4] for step in steps if step[2] == "missed"))
    change = {one.part: one for one in figures(Asked(demo, 2026), ["missed-change"])}
    assert set(change) == {"steps", "children", "statutory, steps", "statutory, children"}
    difference = 100 * (one.now.rate.share - one.then.rate.share)
    assert change["steps"].value == round(difference, 1)
    assert change["steps"].beside.startswith("no clear change; ")
    assert year_on_year.line(demo).startswith("No clear change in a year (all pupils): ")


def test_month_by_month(demo: Workspace, plain: sqlite3.Connection) -> None:
    expected = plain.execute(
        "SELECT substr(due_on, 1, 7), sum(state IN ('late', 'missed')), count(*), sum(state = 'unknown') FROM snapshot_step "
        "WHERE snapshot_id IN (4, 6) AND state NOT IN ('waived', 'not applicable') AND due_on < '2026-11' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    found = series.series(demo)
    assert [(f"{one.first_day:%Y-%m}", one.counted, one.base, one.unknown) for one in found.months] == expected
    assert [one.counted for one in figures(Asked(demo, 2026), ["missed-monthly"])] == [row[1] for row in expected]
    assert len(expected) == 14
    assert found.limits is not None
