"""New term dates and closures: only the steps that they can move are planned again, and then all stand as they should."""

from datetime import date
from typing import Any

import crowd
import pytest
from builders import add_pupil, add_school, add_terms, edit_milestone, edit_pupil

from transitions.milestones import planning
from transitions.workspace import Workspace

CHANGES = {
    "a day in the middle of a term": ("closure", {"day": date(2027, 3, 4), "reason": "INSET"}),
    "the last day of the summer term": ("closure", {"day": date(2027, 7, 21), "reason": "INSET"}),
    "the first day of the next": ("closure", {"day": date(2027, 9, 1), "reason": "INSET"}),
    "a day of one school": ("closure", {"day": date(2026, 12, 18), "reason": "INSET", "school_id": 1}),
    "a day in a holiday": ("closure", {"day": date(2027, 8, 4), "reason": "closed"}),
    "a term of one council": ("term", {"academic_year": 2026, "name": "T6", "first_day": date(2027, 6, 7), "last_day": date(2027, 7, 16), "la_number": 808}),
    "a school's own term": ("term", {"academic_year": 2026, "name": "T6", "first_day": date(2027, 6, 7), "last_day": date(2027, 7, 16), "school_id": 2}),
}  # fmt: skip


@pytest.fixture
def county(workspace: Workspace) -> Workspace:
    crowd.fill(workspace, 60, 4)
    for pupil in range(1, 60, 3):
        edit_pupil(workspace, pupil, in_year_move_on=date(2027, 2, 1 + pupil % 28))
    with workspace.change("School", "a council's") as action:
        action.update("school", {"id": 1}, {"la_number": 808})
    return workspace


def test_what_dates_cannot_move_is_left_alone_and_the_rest_stands_as_it_should(
    county: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned: dict[str, frozenset[int]] = {}
    replan = planning.replan

    def noting(*given: Any, only: frozenset[int], **more: Any) -> int:
        planned[what] = only
        return replan(*given, only=only, **more)

    for what, (table, values) in CHANGES.items():
        with monkeypatch.context() as noted:
            noted.setattr(planning, "replan", noting)
            with county.change("Dates", what) as action:
                number = action.insert(table, values)  # type: ignore[arg-type] # one of two
        with county.writing() as connection:
            assert replan(connection, county.planner(), county.clock.today) == 0, what
        with county.change("Dates", f"not {what}") as action:
            action.delete(table, {"id": number})  # type: ignore[arg-type]
        with county.writing() as connection:
            assert replan(connection, county.planner(), county.clock.today) == 0, f"not {what}"
    assert all(len(only) < len(county.milestones) for only in planned.values())
    assert len(planned["a day in a holiday"]) < len(county.milestones) / 3
    ends = {one.code: number for number, one in county.milestones.items()}["6-7.extra-visits"]
    assert {what for what, only in planned.items() if ends in only} == {
        "the last day of the summer term", "a term of one council", "a school's own term",
    }  # fmt: skip


@pytest.mark.of_a_file  # a server tells others of a change a moment later
def test_rules_are_worked_out_again_only_when_somebody_else_changed_them(workspace: Workspace) -> None:
    add_terms(workspace)
    other = Workspace.open(workspace.database.where, workspace.clock)
    try:
        rules = workspace.planner()
        add_pupil(other)
        assert workspace.planner() is rules
        for table, values in (CHANGES["a day in a holiday"], CHANGES["a school's own term"]):
            school = {"school_id": add_school(other)} if "school_id" in values else {}
            with other.change("Dates", "by somebody else") as action:
                action.insert(table, values | school)  # type: ignore[arg-type] # one of two
            assert workspace.planner() is not rules
            rules = workspace.planner()
        edit_milestone(other, "6-7.extra-visits", due="20 July")
        assert workspace.planner() is not rules
        assert {str(one.rule) for one in workspace.milestones.values() if one.code == "6-7.extra-visits"} == {"20 July"}
    finally:
        other.close()
