"""What a plan's own record clears: the first version counts, and a plan for another move does not."""

from datetime import date

import pytest
from builders import add_episode, add_pupil, steps_of

from transitions.workspace import Workspace

BORN = date(2012, 1, 10)
"""14 on 10 January 2026, in Year 10 in 2026/27."""


@pytest.fixture
def pupil_id(workspace: Workspace) -> int:
    number = add_pupil(workspace, date_of_birth=BORN, planned_from=date(2025, 9, 1))
    add_episode(workspace, number, "child in need", date(2025, 9, 1))
    return number


def add_version(workspace: Workspace, pupil_id: int, **values: object) -> None:
    row = {"pupil_id": pupil_id, "transition": "14+", "status": "draft", **values}
    with workspace.change("Plan", "made up") as action:
        action.insert("plan", row)  # type: ignore[arg-type]


def outcome(workspace: Workspace, pupil_id: int, code: str) -> tuple[str | None, date | None]:
    (found,) = (row for (one, _), row in steps_of(workspace, pupil_id).items() if one == code)
    return found.outcome, found.done_on


def test_a_replaced_version_still_says_when_the_plan_was_opened_and_agreed(workspace: Workspace, pupil_id: int) -> None:
    first = {"opened_on": date(2026, 1, 12), "shared_on": date(2026, 2, 1), "agreed_on": date(2026, 2, 10)}
    add_version(workspace, pupil_id, version=1, status="closed", closed_on=date(2026, 11, 1), **first)
    second = {"opened_on": date(2026, 10, 20), "shared_on": date(2026, 10, 25), "agreed_on": date(2026, 11, 1)}
    add_version(workspace, pupil_id, version=2, status="agreed", **second)
    assert outcome(workspace, pupil_id, "14+.plan-opened")[1] == date(2026, 1, 12)
    assert outcome(workspace, pupil_id, "14+.plan-agreed") == ("met", date(2026, 2, 10))


def test_a_plan_that_ended_before_the_next_was_opened_is_another_plan(workspace: Workspace, pupil_id: int) -> None:
    add_version(
        workspace, pupil_id, version=1, status="closed", opened_on=date(2026, 1, 12), closed_on=date(2026, 6, 1)
    )
    assert outcome(workspace, pupil_id, "14+.plan-opened") == (None, None)
    add_version(workspace, pupil_id, version=2, opened_on=date(2026, 9, 15))
    assert outcome(workspace, pupil_id, "14+.plan-opened")[1] == date(2026, 9, 15)


def test_a_plan_for_year_7_that_nobody_closed_is_no_plan_for_adult_life(workspace: Workspace, pupil_id: int) -> None:
    agreed = {"shared_on": date(2023, 3, 1), "agreed_on": date(2023, 3, 9)}
    add_version(workspace, pupil_id, transition="6-7", status="active", opened_on=date(2023, 1, 9), **agreed)
    assert outcome(workspace, pupil_id, "14+.plan-opened") == (None, None)
    add_version(workspace, pupil_id, transition="9-PFA", opened_on=date(2026, 1, 12))
    assert outcome(workspace, pupil_id, "14+.plan-opened")[1] == date(2026, 1, 12)
