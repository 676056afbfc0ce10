"""Measures by cases made by hand: what is late, only a type, not said or to come; what filters choose; what is nobody's fault."""

from datetime import date

import pytest
from builders import add_pupil, add_school, add_terms, step_of
from conftest import Opener

from transitions.caseload.caseload import Caseload
from transitions.impact.measure import Asked, Figure
from transitions.impact.measures import figures
from transitions.milestones import editing, guarantee, phase_transfers, recording
from transitions.workspace import Workspace


def found(workspace: Workspace, code: str, caseload: Caseload | None = None) -> dict[str, Figure]:
    return {one.part: one for one in figures(Asked(workspace, 2026, caseload or Caseload()), [code])}


def test_the_question_of_every_spring(opener: Opener) -> None:
    """Six of Year 6, due on 15 February, and one of Year 11, due on 31 March, which is to come."""
    workspace = opener(date(2027, 2, 22))
    add_terms(workspace)
    pupils = [add_pupil(workspace, year_group=6, sen_provision="E", forename=f"P{n}") for n in range(6)]
    older = add_pupil(workspace, year_group=11, sen_provision="E")
    for pupil, outcome, day in zip(
        pupils, ("named", "type only", "neither", "type only"), (10, 17, 11, 12), strict=False
    ):
        phase_transfers.record(workspace, pupil, outcome, 2026, on=date(2027, 2, day))
    recording.mark_done(workspace, [step_of(workspace, pupils[4], "6-7.names-school")], on=date(2027, 2, 1))
    ours = found(workspace, "phase-transfer")
    assert [(part, one.text) for part, one in ours.items() if part.startswith("by 15")] == [
        ("by 15 February, final plan on time", "2 of 6 children (33%)"),
        ("by 15 February, final plan late", "1 of 6 children (17%)"),
        ("by 15 February, school or college named", "1 of 6 children (17%)"),
        ("by 15 February, only the type named", "2 of 6 children (33%)"),
        ("by 15 February, neither named", "1 of 6 children (17%)"),
        ("by 15 February, not said", "2 of 6 children (33%)"),
    ]
    assert [one.text for part, one in ours.items() if part.startswith("by 31")] == ["0 of 0 children; 1 to come"]
    assert ours["final plan on time"].text == "2 of 6 children (33%); 1 to come"
    late = [row.goal for row in ours["by 15 February, final plan late"].rows() if row.counted]
    assert late == [("pupil", pupils[1])]
    recording.waive(workspace, [step_of(workspace, pupils[5], "6-7.names-school")], reason="not-applicable")
    assert found(workspace, "phase-transfer")["not said"].text == "1 of 5 children (20%); 1 to come"
    only_older = found(workspace, "phase-transfer", Caseload(year_groups=(11,)))
    assert {part: one.text for part, one in only_older.items()} == dict.fromkeys(
        ("final plan on time", "by 31 March, final plan on time"), "0 of 0 children; 1 to come"
    )
    assert phase_transfers.counted(workspace, 2026)[-1].due == 6
    assert older


def test_a_step_of_the_guarantee_that_is_to_come_stands_beside(opener: Opener) -> None:
    workspace = opener(date(2027, 7, 24))
    add_terms(workspace)
    school = add_school(workspace, low_age=4, high_age=11)
    premium, other, waits = (
        add_pupil(workspace, school_id=school, forename=name, pupil_premium=one) for name, one in (("A", True), ("B", False), ("C", False))
    )  # fmt: skip
    code = "6-7.guarantee-pathway"
    editing.save(workspace, editing.bringing_back(workspace, code))
    recording.mark_done(workspace, [step_of(workspace, premium, code)], on=date(2027, 3, 1))
    recording.mark_done(workspace, [step_of(workspace, other, code)], on=date(2027, 3, 1))
    assert guarantee.steps(workspace, 2026)
    ours = found(workspace, "guarantee")
    assert ours["2026/27, pupil premium"].text == "1 of 1 child (100%)"
    assert ours["2026/27, all others"].text == "1 of 2 children (50%)"
    gap = ours["2026/27, gap"]
    assert (gap.value, gap.base) == (pytest.approx(50), 3)
    assert ours["2025/26, all others"].beside == "no step of the guarantee is recorded for this year"
    before = figures(Asked(opener(date(2027, 3, 2)), 2026), ["guarantee"])
    by_part = {one.part: one for one in before}
    assert by_part["2026/27, all others"].text == "1 of 1 child (100%); 1 with a step still to come"
    assert waits
