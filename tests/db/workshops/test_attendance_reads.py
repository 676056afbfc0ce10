"""The reads behind figures of attendance, training and their files: each column exists, and each goes through its index."""

import inspect
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from builders import add_invitation, add_school, add_workshop
from query_plans import Recorder

from db import exports
from db.caseload.listing import COHORTS, ORDERS, STATES, Selection
from db.exports import WorkshopSelection
from db.workshops import attendance
from db.workshops.attendance import MeetingFilter
from transitions.workspace import Workspace

DAY = date(2026, 11, 21)
FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)
ALL, SOME = MeetingFilter(FIRST, LAST), MeetingFilter(FIRST, LAST, ("training", "LIFT meeting"), "Swale")
PUPILS = Selection(
    today=DAY, soon=date(2026, 12, 19), fourteen=date(2012, 11, 21), owner_id=1, cohort_years=(2019, 2020),
    cohorts=tuple(COHORTS), states=tuple(STATES), transitions=("6-7", "14+"), milestone_code="6-7.names-school", school_id=1,
    pupil_ids=(1, 2), words=("khan", "ais"),
)  # fmt: skip
EVERYTHING = WorkshopSelection(FIRST, LAST, 1, school_id=1, transitions=("6-7", "EY-R"), year_groups=(-1, 6))

CALLS: dict[Callable[..., Any], list[tuple[tuple[Any, ...], dict[str, Any]]]] = {
    attendance.meetings: [((ALL,), {}), ((SOME,), {})],
    attendance.marked: [((ALL,), {}), ((SOME,), {})],
    attendance.agencies_marked: [((ALL,), {}), ((SOME,), {})],
    attendance.modules: [((), {})],
    attendance.module: [((1,), {})],
    attendance.sessions: [((), {})],
    attendance.sessions_to_rename: [(("Thrive", "Basics"), {})],
    attendance.of_programme: [(("Thrive", DAY), {})],
    exports.pupils: [((PUPILS, order), {}) for order in ORDERS],
    exports.plans: [((PUPILS, order), {}) for order in ORDERS],
    exports.going_to: [((1,), {})],
    exports.register_lines: [((EVERYTHING,), {}), ((WorkshopSelection(unowned=True),), {})],
}


@pytest.mark.parametrize("read", CALLS, ids=lambda read: read.__name__)
def test_every_read_runs_on_an_empty_database(workspace: Workspace, read: Callable[..., Any]) -> None:
    for arguments, options in CALLS[read]:
        found = read(workspace.read(), *arguments, **options)
        assert not (found if found is None else list(found))


def test_every_read_is_tried_above() -> None:
    reads = {
        function
        for module in (attendance, exports)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    assert reads == CALLS.keys()


@pytest.fixture
def register(recorder: Recorder, workspace: Workspace) -> Recorder:
    """Two hundred pupils and forty meetings, so that SQLite has something to choose by."""
    schools = [add_school(workspace, f"School {place}") for place in range(5)]
    for place in range(40):
        number = add_workshop(workspace, on_day=date(2020 + place % 8, 10, 1))
        for school in schools:
            add_invitation(workspace, number, school_id=school)
    return recorder


def test_a_years_marks_go_by_the_day_and_then_by_the_meeting(register: Recorder) -> None:
    assert len(attendance.marked(register, ALL)) == 25
    (plan,) = register.plans
    assert "SEARCH m USING INDEX workshop_by_day (on_day>? AND on_day<?)" in plan
    assert "SEARCH i USING INDEX workshop_invitation_once (workshop_id=?)" in plan
    assert "SCAN" not in plan


def test_a_file_of_a_year_goes_by_the_day(register: Recorder) -> None:
    assert len(list(exports.register_lines(register, WorkshopSelection(FIRST, LAST)))) == 25
    (plan,) = register.plans
    assert "SEARCH m USING INDEX workshop_by_day (on_day>? AND on_day<?)" in plan
    assert "SEARCH i USING INDEX workshop_invitation_once (workshop_id=?)" in plan
    assert "SEARCH a USING INDEX workshop_action_by_workshop (workshop_id=?)" in plan
