"""A recorded next school decides whether a pupil leaves, whatever the ages of the present one say."""

from datetime import date

import pytest
from builders import add_pupil, add_school, add_terms, steps_of
from conftest import Opener

from transitions.caseload.caseload import Caseload
from transitions.handovers import board, writing
from transitions.milestones import phase_transfers
from transitions.milestones.destinations import Move
from transitions.milestones.explain import explain
from transitions.pupils.editing import save_pupil
from transitions.workshops import feeders
from transitions.workspace import Workspace

AGES = {"school": (11, 18), "special": (3, 19), "secondary": (11, 16), "primary": (3, 11), "infant": (4, 7), "nursery": (2, 5), "college": (16, 25)}  # fmt: skip


@pytest.fixture
def workspace(opener: Opener) -> Workspace:
    opened = opener(date(2027, 3, 8))
    add_terms(opened)
    return opened


@pytest.fixture
def schools(workspace: Workspace) -> dict[str, int]:
    return {name: add_school(workspace, name, low_age=low, high_age=high) for name, (low, high) in AGES.items()}


def due(workspace: Workspace, pupil: int, code: str, cycle: int = 2026) -> date | None:
    row = steps_of(workspace, pupil).get((code, cycle))
    return None if row is None else row.due_on


@pytest.mark.parametrize(("group", "here"), [(11, "school"), (12, "school"), (12, "special"), (13, "special")])
def test_a_college_recorded_as_the_next_school_has_it_named_by_31_march(
    workspace: Workspace, schools: dict[str, int], group: int, here: str
) -> None:
    pupil = add_pupil(workspace, year_group=group, sen_provision="E", school_id=schools[here])
    save_pupil(workspace, pupil, {"next_school": schools["college"], "next_school_stage": "agreed"})
    assert due(workspace, pupil, "11-16p.review-held") == date(2027, 1, 6)
    assert due(workspace, pupil, "11-16p.names-place") == date(2027, 3, 31)
    assert [row.pupil_id for row in phase_transfers.due(workspace, 2026)] == [pupil]
    assert [(link.receiving, link.pupils) for link in feeders.links(workspace, 2026)] == [("college", 1)]
    [line] = board.load(workspace, Caseload(), "11-16P", 2026).lines
    assert (line.row.pupil_id, line.row.receiver_id) == (pupil, schools["college"])
    found = explain(workspace, pupil, "11-16p.names-place")[0]
    assert found.applies
    [begun] = writing.moves_of(workspace, writing.movers(workspace, [pupil]), "11-16P").values()
    assert begun == Move("11-16P", 2026)
    save_pupil(workspace, pupil, {"school": schools["college"]})  # the steps of the move stay when it is made
    assert due(workspace, pupil, "11-16p.names-place") == date(2027, 3, 31)
    save_pupil(workspace, pupil, {"in_year_move_on": date(2027, 3, 22)})
    assert due(workspace, pupil, "11-16p.names-place") == date(2027, 3, 31)


@pytest.mark.parametrize(("group", "high", "college"), [(13, 18, False), (14, 19, True), (14, 19, False)])
def test_who_leaves_after_year_11_is_in_every_base_of_the_move(
    workspace: Workspace, schools: dict[str, int], group: int, high: int, college: bool
) -> None:
    school = add_school(workspace, "Ends", low_age=3, high_age=high)
    pupil = add_pupil(workspace, year_group=group, sen_provision="E", school_id=school)
    if college:
        save_pupil(workspace, pupil, {"next_school": schools["college"]})
    assert [row.pupil_id for row in phase_transfers.due(workspace, 2026)] == [pupil]
    [line] = board.load(workspace, Caseload(), "11-16P", 2026).lines
    assert (line.row.pupil_id, line.row.receiver_id) == (pupil, schools["college"] if college else None)
    assert len(feeders.links(workspace, 2026)) == college


def test_a_secondary_recorded_for_year_6_of_an_all_age_school_is_the_move_to_year_7(
    workspace: Workspace, schools: dict[str, int]
) -> None:
    pupil = add_pupil(workspace, year_group=6, sen_provision="E", school_id=schools["special"])
    assert not {code for code, _ in steps_of(workspace, pupil) if code.startswith("6-7.")}
    save_pupil(workspace, pupil, {"next_school": schools["secondary"]})
    assert due(workspace, pupil, "6-7.names-school") == date(2027, 2, 15)
    assert {"6-7.destination", "6-7.handover-sent", "6-7.ctf"} <= {code for code, _ in steps_of(workspace, pupil)}
    assert len(board.load(workspace, Caseload(), "6-7", 2026).lines) == 1
    found = explain(workspace, pupil, "6-7.names-school")[0]
    assert "another school recorded as the next after Year 6" in str(found)


@pytest.mark.parametrize(("here", "next_school"), [("nursery", None), ("nursery", "primary"), ("primary", "infant")])
def test_a_nursery_ends_with_nursery_and_a_class_of_a_school_where_another_is_recorded(
    workspace: Workspace, schools: dict[str, int], here: str, next_school: str | None
) -> None:
    pupil = add_pupil(workspace, year_group=-1, sen_provision="K", child_protection_file=True, school_id=schools[here])
    if next_school:
        save_pupil(workspace, pupil, {"next_school": schools[next_school]})
    codes = {code for code, _ in steps_of(workspace, pupil)}
    assert {"ey-r.handover-sent", "ey-r.cp-file", "ey-r.offer"} <= codes


def test_who_stays_at_the_own_sixth_form_has_no_place_to_be_named(
    workspace: Workspace, schools: dict[str, int]
) -> None:
    pupil = add_pupil(workspace, year_group=11, sen_provision="E", school_id=schools["school"])
    assert due(workspace, pupil, "11-16p.names-place") == date(2027, 3, 31)
    save_pupil(workspace, pupil, {"next_school": schools["school"]})
    assert due(workspace, pupil, "11-16p.names-place") is None
    assert due(workspace, pupil, "11-16p.review-held") is None
    assert phase_transfers.due(workspace, 2026) == []
    found = explain(workspace, pupil, "11-16p.names-place")[0]
    assert "is to go on at the same school after Year 11" in str(found)


@pytest.mark.parametrize(("here", "asked"), [("college", True), ("school", False), ("special", False)])
def test_only_a_move_between_post_16_providers_has_the_plan_amended_5_months_before(
    workspace: Workspace, schools: dict[str, int], here: str, asked: bool
) -> None:
    moving = {"in_year_move_on": date(2027, 6, 30)}
    pupil = add_pupil(
        workspace, year_group=12, sen_provision="E", school_id=schools[here], planned_from=date(2026, 9, 1)
    )
    save_pupil(workspace, pupil, {"next_school": schools["college"], **moving} if here != "college" else moving)
    assert (due(workspace, pupil, "p16-p16.plan-amended") is not None) is asked
    if not asked:
        save_pupil(workspace, pupil, {"school": schools["college"]})
        assert due(workspace, pupil, "p16-p16.plan-amended") is None
