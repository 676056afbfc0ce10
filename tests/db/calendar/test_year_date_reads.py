"""The reads of own dates, of whom workshops invite, and of changed asks: each column exists, and each range has its index."""

import inspect
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from builders import add_school
from query_plans import Recorder

from db.calendar import local_dates
from db.calendar.local_dates import SchoolAges
from transitions.workspace import Workspace

FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)
CALLS: dict[Callable[..., Any], tuple[Any, ...]] = {
    local_dates.between: (FIRST, LAST),
    local_dates.year_date: (1,),
    local_dates.with_uid: ("a@b",),
    local_dates.every: (),
    local_dates.taken_out: (),
    local_dates.invited: (FIRST, LAST),
    local_dates.ages: ([1, 2],),
    local_dates.own_deadlines: (),
    local_dates.terms: (),
    local_dates.closures: (),
}


@pytest.mark.parametrize("read", CALLS, ids=lambda read: read.__name__)
def test_every_read_runs_on_an_empty_database(workspace: Workspace, read: Callable[..., Any]) -> None:
    assert not read(workspace.read(), *CALLS[read])


def test_every_read_is_tried_above() -> None:
    reads = {
        function
        for name, function in inspect.getmembers(local_dates, inspect.isfunction)
        if function.__module__ == local_dates.__name__ and not name.startswith("_")
    }
    assert reads == CALLS.keys()


def test_a_year_and_an_entry_of_a_file_are_found_by_index(workspace: Workspace) -> None:
    recorder: Any = Recorder(workspace.read())
    local_dates.between(recorder, FIRST, LAST)
    local_dates.with_uid(recorder, "a@b")
    local_dates.invited(recorder, FIRST, LAST)
    year, uid, invited = recorder.plans
    assert "SEARCH d USING INDEX year_date_by_day (first_day<?)" in year
    assert "SEARCH d USING INDEX year_date_by_uid (uid=?)" in uid
    assert "SEARCH m USING INDEX workshop_by_day (on_day<?)" in invited
    assert "SEARCH i USING INDEX workshop_invitation_once (workshop_id=?)" in invited
    assert "SCAN" not in year + uid + invited


def test_a_school_counts_once_however_many_of_its_people_are_invited(workspace: Workspace) -> None:
    school, closed = add_school(workspace, low_age=4, high_age=11), add_school(workspace, "Other")
    with workspace.change("Workshops planned", "two") as action:
        for day in (date(2026, 11, 7), date(2025, 11, 7)):
            row = {"kind": "training", "title": "T", "series": "T", "on_day": day}
            number = action.insert("workshop", row)
            for name in (None, "A", "B"):
                action.insert("workshop_invitation", {"workshop_id": number, "school_id": school, "name": name})
            action.insert("workshop_invitation", {"workshop_id": number, "agency": "CAMHS"})
    assert local_dates.invited(workspace.read(), FIRST, LAST) == {1: frozenset({school})}
    assert local_dates.ages(workspace.read(), [closed, school, 99]) == [
        SchoolAges(school, 4, 11),
        SchoolAges(closed, None, None),
    ]
    assert local_dates.ages(workspace.read(), []) == []
