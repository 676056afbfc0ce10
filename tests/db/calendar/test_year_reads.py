"""The counts of a year: each column exists, and a county's steps are read from indexes alone."""

import inspect
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from query_plans import Recorder

from db.calendar import events
from db.caseload.listing import COHORTS, STATES, Selection
from transitions.workspace import Workspace

DAY = date(2026, 11, 21)
FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)
EVERYTHING = Selection(
    today=DAY, soon=date(2026, 12, 19), fourteen=date(2012, 11, 21), owner_id=1, cohort_years=(2019, 2020),
    cohorts=tuple(COHORTS), states=tuple(STATES), transitions=("6-7", "14+"), milestone_code="6-7.names-school", school_id=1,
    pupil_ids=(1, 2), words=("khan", "ais"),
)  # fmt: skip
NOTHING = Selection(DAY, EVERYTHING.soon, EVERYTHING.fourteen)
UNOWNED = Selection(DAY, EVERYTHING.soon, EVERYTHING.fourteen, states=tuple(STATES), unowned=True)

CALLS: dict[Callable[..., Any], list[tuple[Any, ...]]] = {
    **{read: [(chosen, numbers, FIRST, LAST) for chosen in (EVERYTHING, NOTHING, UNOWNED) for numbers in ([], [1, 2, 3])]
       for read in (events.steps_by_cycle, events.steps_by_cohort)},
    events.plans_by_day: [(EVERYTHING, FIRST, LAST), (NOTHING, FIRST, LAST), (UNOWNED, FIRST, LAST)],
    events.plan_events: [(EVERYTHING, FIRST, LAST), (NOTHING, FIRST, LAST), (UNOWNED, FIRST, LAST)],
    events.la_number_of: [(1,)],
}  # fmt: skip


@pytest.mark.parametrize("read", CALLS, ids=lambda read: read.__name__)
def test_every_read_runs_on_an_empty_database(workspace: Workspace, read: Callable[..., Any]) -> None:
    for arguments in CALLS[read]:
        assert not read(workspace.read(), *arguments)


def test_every_read_is_tried_above() -> None:
    reads = {
        function
        for name, function in inspect.getmembers(events, inspect.isfunction)
        if function.__module__ == events.__name__ and not name.startswith("_")
    }
    assert reads == CALLS.keys()


def test_everybodys_steps_are_counted_in_a_covering_index(recorder: Recorder) -> None:
    assert events.steps_by_cycle(recorder, NOTHING, range(1, 90), FIRST, LAST)
    steps, archived = recorder.plans
    assert "SEARCH pm USING COVERING INDEX open_by_date (late_after>? AND late_after<?)" in steps
    assert "SEARCH p" not in steps.replace("SEARCH pm", "")
    assert "pupil_archived" in archived
    assert "SCAN pm" not in archived


def test_steps_by_cohort_look_pupils_up_by_number(recorder: Recorder) -> None:
    events.steps_by_cohort(recorder, NOTHING, [1, 2, 3], FIRST, LAST)
    (plan,) = recorder.plans
    assert "SEARCH pm USING COVERING INDEX open_by_date (late_after>? AND late_after<?)" in plan
    assert "SEARCH p USING INTEGER PRIMARY KEY" in plan


@pytest.mark.parametrize("read", [events.steps_by_cycle, events.steps_by_cohort])
def test_a_workers_steps_go_through_the_workers_pupils(recorder: Recorder, read: Callable[..., Any]) -> None:
    read(recorder, Selection(DAY, DAY, DAY, owner_id=1), [1, 2, 3], FIRST, LAST)
    (plan,) = recorder.plans
    assert "SEARCH p USING INDEX pupil_by_owner (owner_id=?)" in plan.replace("USING COVERING", "USING")
    assert "SEARCH pm USING COVERING INDEX open_by_pupil (pupil_id=? AND late_after>? AND late_after<?)" in plan


def test_what_comes_in_plans_is_looked_up_by_its_day(recorder: Recorder) -> None:
    events.plans_by_day(recorder, NOTHING, FIRST, LAST)
    (plan,) = recorder.plans
    for index in ("plan_meeting_by_date (held_on", "plan_meeting_by_next (next_on", "plan_by_review (review_on"):
        assert f"USING INDEX {index}>? AND" in plan
    assert "SCAN m" not in plan
    assert "SCAN l" not in plan
