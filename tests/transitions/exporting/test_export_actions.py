"""The list of open actions as a file."""

import csv
from datetime import date
from pathlib import Path

import pytest
from builders import add_pupil, add_school

from transitions.caseload.caseload import Caseload
from transitions.errors import CannotWrite
from transitions.exporting import exports
from transitions.plans.actions import add_action
from transitions.workspace import Workspace


def test_open_actions_leave_soonest_first_and_the_journal_knows(workspace: Workspace, tmp_path: Path) -> None:
    school = add_school(workspace)
    one = add_pupil(workspace, school_id=school, preferred_name="Ash", upn="A801200001001")
    two = add_pupil(workspace, surname="=1+1", forename="Bo", year_group=9)
    other = add_pupil(workspace, surname="Other")
    add_action(workspace, one, what="no day", owner="J. Shah", due_on=None)
    add_action(workspace, two, what="late", owner="Mum", due_on=date(2026, 11, 20))
    add_action(workspace, one, what="today", owner="J. Shah", due_on=date(2026, 11, 21))
    add_action(workspace, other, what="not walked", owner="J. Shah", due_on=None)
    with workspace.change("Action done", "one") as action:
        action.insert("plan_action", {"pupil_id": one, "what": "over", "owner": "K", "status": "done"})

    target = tmp_path / "actions.csv"
    written = exports.export_actions(workspace, Caseload(whose="mine", text="Khan"), [one, two], target)
    assert written == (target, 3, "")
    with target.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    head = next(number for number, line in enumerate(lines) if line[0] == "upn")
    assert ["# Filter: My caseload"] in lines[:head]
    assert lines[head] == [column.header for column in exports.ACTION_COLUMNS]
    assert lines[head + 1 :] == [
        ["", "'=1+1", "Bo", "9", "", "", "late", "Mum", "2026-11-20", "yes"],
        ["A801200001001", "Khan", "Ash", "6", "Layfield Primary", "", "today", "J. Shah", "2026-11-21", "no"],
        ["A801200001001", "Khan", "Ash", "6", "Layfield Primary", "", "no day", "J. Shah", "", "no"],
    ]
    left = workspace.read().execute("SELECT kind, summary, worker_id FROM journal ORDER BY id DESC LIMIT 1").fetchone()
    assert tuple(left) == ("export", "3 open actions of 2 pupils; My caseload; actions.csv", workspace.me)
    with pytest.raises(CannotWrite, match="exists already"):
        exports.export_actions(workspace, Caseload(), [one], target)
