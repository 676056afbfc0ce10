"""The Transition Guarantee: its steps are switched off until a council switches them on, and counted by children."""

from datetime import date

from builders import add_pupil, add_school, add_terms, step_of, steps_of
from conftest import Opener

from transitions.milestones import editing, guarantee, recording

STEPS = [f"6-7.guarantee-{step}" for step in ("pathway", "work", "moderation", "tracker", "week")]
JULY = date(2027, 7, 24)


def test_pupil_premium_stands_beside_all_others_by_children(opener: Opener) -> None:
    workspace = opener(JULY)
    add_terms(workspace)
    school = add_school(workspace, low_age=4, high_age=11)
    both, premium, before, other = (
        add_pupil(workspace, school_id=school, forename=name, pupil_premium=one, previously_looked_after=two)
        for name, one, two in (("A", True, True), ("B", True, False), ("C", False, True), ("D", False, False))
    )
    add_pupil(workspace, school_id=school, year_group=5, pupil_premium=True)
    assert guarantee.counted(workspace, 2026) == []
    assert not {code for code, _ in steps_of(workspace, both)} & set(STEPS)
    for code in STEPS:
        editing.save(workspace, editing.bringing_back(workspace, code))
    assert {cycle for code, cycle in steps_of(workspace, other) if code in STEPS} == {2026}

    def done(pupil: int, steps: list[str], on: date) -> None:
        for code in steps:
            recording.mark_done(workspace, [step_of(workspace, pupil, code)], on=on)

    done(both, STEPS, date(2027, 3, 1))
    done(premium, STEPS[:4], date(2027, 3, 1))
    done(before, STEPS[:4], JULY)
    recording.waive(workspace, [step_of(workspace, before, STEPS[4])], reason="not-applicable")
    done(other, STEPS[:1], date(2027, 3, 1))
    found = {(one.cohort, one.step): (one.met.text, one.in_time.text) for one in guarantee.counted(workspace, 2026)}
    assert len(found) == 4 * 6
    assert [
        found[cohort, guarantee.EVERY_STEP]
        for cohort in ("pupil premium", "previously looked after", "pupil premium or previously looked after")
    ] == [
        ("1 of 2 (50%)", "1 of 2 (50%)"),
        ("2 of 2 (100%)", "1 of 2 (50%)"),
        ("2 of 3 (67%)", "1 of 3 (33%)"),
    ]
    assert found["all others", guarantee.EVERY_STEP] == ("0 of 1 (0%)", "0 of 1 (0%)")
    assert found["all others", STEPS[0]] == ("1 of 1 (100%)", "1 of 1 (100%)")
    assert found["previously looked after", STEPS[4]] == ("1 of 1 (100%)", "1 of 1 (100%)")
