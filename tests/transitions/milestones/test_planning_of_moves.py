"""Steps of a move when the new school is recorded, and duties that do not lapse."""

from datetime import date

from builders import add_episode, add_pupil, add_school, add_terms, edit_pupil, steps_of
from conftest import Opener

from transitions.milestones import explain

SEPTEMBER = date(2026, 9, 10)


def codes(workspace, pupil, cycle):
    return {code for code, year in steps_of(workspace, pupil) if year == cycle}


def test_steps_of_last_summers_move_stay_when_the_secondary_is_recorded(opener: Opener):
    workspace = opener(SEPTEMBER)
    add_terms(workspace)
    primary = add_school(workspace, low_age=3, high_age=11)
    secondary = add_school(workspace, "Conyers", low_age=11, high_age=18)
    pupil = add_pupil(workspace, year_group=7, school_id=primary, planned_from=date(2025, 9, 1))
    before = codes(workspace, pupil, 2025)
    assert {"6-7.ctf", "6-7.transition-day"} <= before
    edit_pupil(workspace, pupil, school_id=secondary)
    assert codes(workspace, pupil, 2025) == before
    [explained] = explain.explain(workspace, pupil, "6-7.ctf")
    assert explained.applies


def test_a_pupil_of_an_all_through_school_never_had_that_move(opener: Opener):
    workspace = opener(SEPTEMBER)
    add_terms(workspace)
    all_through = add_school(workspace, "Saltersgill All-through", low_age=3, high_age=16)
    pupil = add_pupil(workspace, year_group=7, school_id=all_through, planned_from=date(2025, 9, 1))
    assert not {code for code in codes(workspace, pupil, 2025) if code.startswith("6-7.")}


def test_steps_from_infant_to_junior_school_stay_in_september(opener: Opener):
    workspace = opener(SEPTEMBER)
    add_terms(workspace)
    infant = add_school(workspace, "Glebe Infants", low_age=4, high_age=7)
    junior = add_school(workspace, "Glebe Juniors", low_age=7, high_age=11)
    pupil = add_pupil(workspace, year_group=3, school_id=infant, planned_from=date(2025, 9, 1))
    before = {code for code in codes(workspace, pupil, 2025) if code.startswith("2-3.")}
    assert "2-3.ctf" in before
    edit_pupil(workspace, pupil, school_id=junior)
    assert {code for code in codes(workspace, pupil, 2025) if code.startswith("2-3.")} == before


def test_a_plan_at_14_is_asked_for_however_late_the_pupil_is_first_recorded(opener: Opener):
    workspace = opener(SEPTEMBER)
    add_terms(workspace)
    pupil = add_pupil(workspace, date_of_birth=date(2011, 1, 20))
    add_episode(workspace, pupil, "child in need", date(2024, 6, 1))
    row = steps_of(workspace, pupil)["14+.plan-opened", 2024]
    assert row.due_on == date(2025, 2, 17)  # 28 days after the 14th birthday, a year and a half before the record
    assert row.outcome is None


def test_other_steps_from_before_the_record_are_not_asked_for(opener: Opener):
    workspace = opener(SEPTEMBER)
    add_terms(workspace)
    pupil = add_pupil(workspace, date_of_birth=date(2011, 1, 20))
    add_episode(workspace, pupil, "child in need", date(2024, 6, 1))
    before = [
        code for (code, _), row in steps_of(workspace, pupil).items() if row.due_on and row.due_on < date(2026, 9, 1)
    ]
    assert before == ["14+.plan-opened"]
