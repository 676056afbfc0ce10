"""The open file: who is at the keyboard, what day it is, and that opening it is quick and does what it must once."""

import ast
import gzip
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date
from pathlib import Path
from typing import Any

import pytest
from builders import add_pupil, add_terms, add_worker, contents, step_of
from conftest import TODAY, Opener

import transitions
from db.errors import NoDatabase
from transitions.clock import Clock
from transitions.custody import history
from transitions.errors import NoSuchRecord
from transitions.milestones import recording
from transitions.milestones.definitions import load_shipped
from transitions.workspace import Workspace

ROOT = Path(transitions.__file__).parents[1]


def test_a_new_file_has_the_shipped_milestones_in_their_order(workspace: Workspace) -> None:
    shipped = [one for one in load_shipped().milestones if not one.dormant]
    assert [one.to_mapping() for one in workspace.milestones.values()] == [one.to_mapping() for one in shipped]


def test_opening_again_changes_nothing(workspace: Workspace, opener: Opener) -> None:
    add_terms(workspace)
    add_pupil(workspace)
    before, entries = contents(workspace), history.entries(workspace)
    workspace.close()
    again = opener()
    assert contents(again) == before
    assert history.entries(again) == entries


def test_opening_on_the_same_day_again_does_not_write(workspace: Workspace, opener: Opener) -> None:
    version = workspace.database.version()
    opener()
    assert workspace.database.version() == version


def test_a_file_that_is_not_there_is_not_made_by_looking(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(NoDatabase):
        Workspace.open(tmp_path / "none.db", clock)
    assert not (tmp_path / "none.db").exists()


def test_who_is_at_the_keyboard_is_remembered(workspace: Workspace, opener: Opener) -> None:
    lee = add_worker(workspace, "B. Lee")
    workspace.become(lee)
    assert workspace.me == lee
    workspace.close()
    again = opener()
    assert again.me == lee
    add_pupil(again)
    assert history.entries(again)[0].worker == "B. Lee"


def test_nobody_becomes_a_worker_who_is_not_there(workspace: Workspace) -> None:
    before = workspace.me
    with pytest.raises(NoSuchRecord, match="There is no such person"):
        workspace.become(99)
    assert workspace.me == before


def test_a_council_that_edited_a_milestone_keeps_it_when_the_program_is_updated(
    workspace: Workspace, opener: Opener
) -> None:
    with workspace.change("Milestone edited", "x") as action:
        (number, text) = (
            workspace.read().execute("SELECT id, definition FROM milestone WHERE code = '6-7.tier'").fetchone()
        )
        definition = text.replace('"31 March"', '"12 March"')
        action.update("milestone", {"id": number}, {"definition": definition, "origin": "council"})
    with workspace.database.write() as connection:
        connection.execute("UPDATE setting SET value = '\"an earlier one\"' WHERE name = 'shipped milestones'")
        connection.execute("UPDATE milestone SET title = 'Old words' WHERE code = '6-7.destination'")
    workspace.close()
    again = opener()
    by_code = {one.code: one for one in again.milestones.values()}
    assert by_code["6-7.tier"].due == "12 March"
    titles = again.read().execute("SELECT title FROM milestone WHERE code = '6-7.destination'").fetchone()
    assert titles == (load_shipped().by_code["6-7.destination"].title,)


@pytest.mark.of_a_file
def test_an_update_says_once_how_the_schedule_changed_and_leaves_what_was_decided(opener: Opener) -> None:
    workspace = opener()
    add_terms(workspace)
    pupil = add_pupil(workspace, sen_provision="E")
    recording.mark_done(workspace, [step_of(workspace, pupil, "6-7.review-held")], on=TODAY)
    expected = contents(workspace)
    with workspace.database.write() as connection:  # as the version before left it
        connection.execute("UPDATE setting SET value = '\"older\"' WHERE name = 'shipped milestones'")
        of = "milestone_id = (SELECT id FROM milestone WHERE code = ?)"
        connection.execute(f"UPDATE pupil_milestone SET due_on = '2027-02-14' WHERE {of}", ("6-7.names-school",))
        connection.execute(f"DELETE FROM pupil_milestone WHERE {of}", ("6-7.tier",))
    [said] = opener(name=workspace.database.path.name).to_say
    assert "In these records 1 step is new, 0 retired, and 1 step has a new date." in said
    assert said.endswith("Decisions are unchanged: 1 step.")
    assert opener(name=workspace.database.path.name).to_say == []
    assert contents(workspace) == expected


@pytest.mark.of_a_file
def test_a_file_of_the_version_before_keeps_what_was_decided_and_says_what_has_moved(
    opener: Opener, tmp_path: Path
) -> None:
    path = tmp_path / "before.db"  # thirty made-up pupils, as milestones of the set before and older tables left them
    path.write_bytes(gzip.decompress((ROOT / "tests" / "goldens" / "before.db.gz").read_bytes()))
    before = _rows_of_steps(path)
    workspace = opener(date(2027, 6, 15), name=path.name, come=True)
    [said] = workspace.to_say
    after = _rows_of_steps(path)
    decided = {key for key, (_, outcome, *_, from_record) in before.items() if outcome is not None and not from_record}
    assert {key: after[key] for key in decided} == {key: before[key] for key in decided}
    moved = [key for key in before.keys() & after.keys() if before[key][0] != after[key][0]]
    new, gone = len(after.keys() - before.keys()), len(before.keys() - after.keys())
    assert min(len(decided), new, len(moved)) > 1
    assert f"In these records {new} steps are new, {gone} retired, and {len(moved)} steps have a new date." in said
    assert said.endswith(f"Decisions are unchanged: {len(decided)} steps.")
    assert opener(date(2027, 6, 15), name=path.name, come=True).to_say == []
    assert _rows_of_steps(path) == after


def _rows_of_steps(path: Path) -> dict[tuple[int, str, int], tuple[Any, ...]]:
    """Every step by pupil, code and cycle: its day, what became of it, and what was recorded of it."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT pupil_id, code, cycle, due_on, outcome, done_on, missed_on, reason, next_step, evidence, "
            "recorded_by, from_record FROM pupil_milestone JOIN milestone ON milestone.id = milestone_id"
        ).fetchall()
    return {row[:3]: row[3:] for row in rows}


def test_the_clock_stands_where_it_was_put() -> None:
    clock = Clock.on(TODAY)
    assert (clock.today, clock.pretended) == (TODAY, True)
    assert not Clock.system().pretended
    assert Clock.now().tzinfo is UTC
    with pytest.raises(AttributeError):
        clock.today = date(2027, 1, 1)  # type: ignore[misc]


def _asks_for_today(tree: ast.AST) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr) in ("date", "datetime")
        and node.attr in ("today", "now", "utcnow")
    ]


def test_only_the_clock_knows_what_day_it_is() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for package in ("db", "transitions", "screens")
        for path in sorted((ROOT / package).rglob("*.py"))
        if (lines := _asks_for_today(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert list(found) == [str(Path("transitions") / "clock.py")]
    assert len(found[str(Path("transitions") / "clock.py")]) == 2


SLOW = ("sqlmodel", "sqlalchemy", "pydantic", "textual", "rich", "holidays", "xlsxwriter", "python_calamine")


@pytest.mark.parametrize(
    "module",
    [
        "transitions.workspace",
        "transitions.caseload.caseload",
        "transitions.caseload.missed",
        "transitions.caseload.today",
    ],
)
def test_reading_a_list_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {SLOW!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.of_a_file
def test_opening_and_listing_loads_nothing_heavy_either(workspace: Workspace) -> None:
    add_pupil(workspace)
    path = workspace.database.path
    workspace.close()
    code = f"""
import sys
from datetime import date
from pathlib import Path
from transitions.caseload.caseload import Caseload, first_rows
from transitions.clock import Clock
from transitions.workspace import Workspace
workspace = Workspace.open(Path({str(path)!r}), Clock.on(date(2026, 11, 21)))
assert len(first_rows(workspace, Caseload())) == 1
print([name for name in {SLOW!r} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
