"""Why a step is, or is not, flagged: the rule, the date, what was looked at and what would clear it, in sentences."""

from datetime import date

import pytest
from builders import add_episode, add_pupil, add_school, add_terms, edit_pupil, step_of, steps_of
from conftest import Opener

from transitions.errors import NoSuchRecord
from transitions.milestones import recording
from transitions.milestones.explain import Explanation, explain, explanation_lines
from transitions.workspace import Workspace

CLEARS = "Mark it done, waive it with a reason, or, once overdue, flag it missed with a reason."


def only(workspace: Workspace, pupil: int, code: str) -> Explanation:
    (found,) = explain(workspace, pupil, code)
    return found


def test_flagged_overdue_says_rule_date_field_and_remedy(opener: Opener) -> None:
    workspace = opener(date(2027, 2, 27))
    pupil = add_pupil(workspace, sen_provision="E")
    found = only(workspace, pupil, "6-7.names-school")
    assert (found.applies, found.state, found.due_on) == (True, "overdue", date(2027, 2, 15))
    assert found.rule == "15 February"
    assert found.basis == "SEND Regulations 2014, regulation 18(1)(b)"
    assert found.because == (
        "It was due on Monday 15 February 2027, 12 days late, and nothing is recorded. Overdue is not yet missed: "
        "a person decides."
    )
    assert found.looked_at == (
        "Year group: is in Year 6",
        "SEN provision: has an EHC plan",
        "Moves school: is at a school whose last year group is not known",
    )
    clears = f"{CLEARS} It also clears by itself when what the final EHC plan says about the next place is recorded."
    assert found.clears == clears
    lines = explanation_lines(found)
    assert lines[0] == "! Name the secondary school in the EHC plan (6-7.names-school): overdue"
    assert "  Rule: 15 February, statutory. SEND Regulations 2014, regulation 18(1)(b)." in lines
    assert "  Looked at: SEN provision: has an EHC plan" in lines
    assert lines[-1] == f"  To clear it: {clears}"


def test_not_flagged_because_it_is_not_due(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    found = only(workspace, pupil, "6-7.tier")
    assert (found.state, found.applies) == ("not due", True)
    assert found.because == (
        "It is due on Wednesday 31 March 2027, in 4 months; nothing is recorded and nothing needs to be yet."
    )


def test_due_soon_and_within_the_days_of_grace(opener: Opener) -> None:
    workspace = opener(date(2027, 2, 20))
    pupil = add_pupil(workspace)
    found = only(workspace, pupil, "6-7.destination")
    assert found.because == "It is due on Monday 1 March 2027, in 9 days; nothing is recorded yet."
    assert found.clears == f"{CLEARS} It also clears by itself when the next school is recorded."
    workspace.close()
    later = opener(date(2027, 3, 5))
    found = only(later, pupil, "6-7.destination")
    assert found.state == "due soon"
    assert found.because == (
        "It was due on Monday 1 March 2027 and counts as overdue after Monday 15 March 2027; nothing is recorded yet."
    )


def test_not_flagged_because_it_is_for_others(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    found = only(workspace, pupil, "6-7.names-school")
    assert (found.applies, found.state, found.clears) == (False, "not applicable", "")
    assert found.because == "It does not apply to this pupil. See what was checked."
    assert "SEN provision: needs an EHC plan; has no SEN" in found.looked_at


def test_not_planned_yet_says_when(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=3, sen_provision="E")
    found = only(workspace, pupil, "6-7.names-school")
    assert not found.applies
    assert found.due_on == date(2030, 2, 15)
    assert found.because == (
        "It will apply in 2029/30 (Year 6), due on Friday 15 February 2030; steps are planned to the end of 2027/28."
    )
    waits = only(workspace, pupil, "6-7.ctf")
    assert waits.because == "It will apply in 2029/30 (Year 6); steps are planned to the end of 2027/28."


def test_a_step_of_an_age_says_the_year_of_that_age(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=3)
    add_episode(workspace, pupil, "child in need", date(2026, 10, 1))
    found = only(workspace, pupil, "14+.plan-opened")
    assert found.because == (
        "It will apply in 2032/33 (Year 9), due on Monday 11 April 2033; steps are planned to the end of 2027/28."
    )


def test_before_the_pupil_was_known(workspace: Workspace) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, year_group=8, sen_provision="E")
    found = only(workspace, pupil, "6-7.names-school")
    assert found.because == (
        "It applied in 2024/25 (Year 6), due on Saturday 15 February 2025, before this pupil was first recorded here (Tuesday 1 September 2026)."
    )
    undated = only(workspace, pupil, "6-7.ctf")
    assert undated.because.startswith("It applied in 2024/25 (Year 6), before this pupil was first recorded here")


def test_waiting_for_term_dates_says_which_and_how(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    found = only(workspace, pupil, "6-7.ctf")
    assert (found.state, found.due_on, found.applies) == ("not due", None, True)
    assert (
        found.because
        == "Term dates for 2026/27 are not entered; import them (I in the app, or: transitions import terms FILE)."
    )
    assert found.rule == "15 school days after leaving the roll"


def test_a_fact_that_is_missing_is_named(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=9, sen_provision="K")
    found = only(workspace, pupil, "9-pfa.named-worker")
    how = "Record it with P on the pupil’s page, or transitions plan new 1."
    assert found.because == f'The pupil has no date recorded for "plan opening". {how}'


def test_a_clock_that_has_not_started_says_what_starts_it(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, sen_provision="K")
    found = only(workspace, pupil, "6-7.handover-acknowledged")
    assert found.because == (
        "It counts from milestone 6-7.handover-sent, which is not done yet. When it is, mark it: d on its line, or transitions done 1 6-7.handover-sent --on DAY."
    )


def test_the_annual_review_clock_of_an_ehc_plan(opener: Opener) -> None:
    """The worked example of IPSEA: a meeting on 1 November 2024, the decision sent on 25 November."""
    workspace = opener(date(2024, 11, 26))
    pupil = add_pupil(workspace, date_of_birth=date(2014, 3, 14), sen_provision="E")
    meeting = only(workspace, pupil, "ehcp.decision")
    starts = "It counts from milestone ehcp.review-meeting, which is not done yet."
    assert meeting.because.startswith(starts)
    recording.mark_done(workspace, [step_of(workspace, pupil, "ehcp.review-meeting", 2024)], on=date(2024, 11, 1))
    assert only(workspace, pupil, "ehcp.decision").due_on == date(2024, 11, 29)
    recording.mark_done(workspace, [step_of(workspace, pupil, "ehcp.decision", 2024)], on=date(2024, 11, 25))
    decision = only(workspace, pupil, "ehcp.decision")
    assert decision.because == "It was done on Monday 25 November 2024, recorded by K. Osei, in time."
    assert decision.clears == ""
    final = only(workspace, pupil, "ehcp.final-plan")
    assert final.due_on == date(2025, 1, 20)
    assert final.rule == "8 weeks after milestone ehcp.decision or the phase transfer deadline if that is earlier"
    assert final.because.startswith("It is due on Monday 20 January 2025, in 8 weeks")
    assert only(workspace, pupil, "ehcp.next-review").due_on == date(2025, 11, 25)
    assert only(workspace, pupil, "6-7.names-school").due_on == date(2025, 2, 15)


def test_missed_and_late_after_it(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    step = [step_of(workspace, pupil, "6-7.application")]
    recording.flag_missed(workspace, step, reason="not-sent", next_step="Ring the school")
    found = only(workspace, pupil, "6-7.application")
    assert found.because == (
        "It was due on Saturday 31 October 2026 and was flagged missed on Saturday 21 November 2026, recorded by "
        "K. Osei (school did not send it). Next step: Ring the school"
    )
    assert found.clears == (
        "Mark it done when it has happened. It becomes late, and still counts as missed on the day."
    )
    recording.mark_done(workspace, step)
    assert only(workspace, pupil, "6-7.application").because == (
        "It was done on Saturday 21 November 2026, recorded by K. Osei, after it was due on Saturday 31 October 2026; "
        "that it was missed on the day stays on record."
    )


@pytest.mark.parametrize(
    ("reason", "because"),
    [
        ("family-choice", "It was waived, recorded by K. Osei: family chose otherwise."),
        ("not-applicable", "It was set aside, recorded by K. Osei: does not apply to this pupil."),
    ],
)
def test_waived_and_set_aside(workspace: Workspace, reason: str, because: str) -> None:
    pupil = add_pupil(workspace)
    recording.waive(workspace, [step_of(workspace, pupil, "6-7.application")], reason=reason)
    assert only(workspace, pupil, "6-7.application").because == because


def test_met_by_the_record_says_so(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, next_school_recorded_on=date(2026, 11, 2))
    assert only(workspace, pupil, "6-7.destination").because == (
        "It was done on Monday 2 November 2026, as the pupil’s record shows, in time."
    )


def test_put_off_says_until_when(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    recording.put_off(workspace, [pupil], date(2026, 12, 1))
    found = only(workspace, pupil, "6-7.application")
    assert found.because.endswith("a person decides. You will be asked again on Tuesday 1 December 2026.")


def test_a_decision_about_what_no_longer_applies_says_so(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    recording.mark_done(workspace, [step_of(workspace, pupil, "6-7.tier")])
    edit_pupil(workspace, pupil, school_id=add_school(workspace, high_age=16))
    found = only(workspace, pupil, "6-7.tier")
    assert (found.applies, found.state) == (False, "met")
    assert found.looked_at[-1].endswith("is at a school that ends with Year 11")


def test_an_archived_pupil_has_nothing_planned(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, archived_at=workspace.clock.now())
    assert explain(workspace, pupil) == []
    assert only(workspace, pupil, "6-7.tier").because == "This pupil is archived, so nothing is planned."


def test_everything_that_applies_in_the_order_of_its_dates(workspace: Workspace) -> None:
    add_terms(workspace)
    pupil = add_pupil(workspace, sen_provision="E", tier="enhanced", child_protection_file=True)
    found = explain(workspace, pupil)
    assert len(found) == len(steps_of(workspace, pupil)) > 15
    days = [one.due_on for one in found]
    assert days == sorted(days, key=lambda day: day or date.max)
    assert all(one.applies and one.rule and one.basis and one.source and one.evidence and one.matters for one in found)
    how = "EHC plan start date is not recorded. Record it with E on the pupil’s page, or transitions edit pupil 1 ehc_started_on=DAY."
    assert all(one.because.endswith("." if one.due_on else how) for one in found)


def test_what_is_not_there_is_said(workspace: Workspace) -> None:
    with pytest.raises(NoSuchRecord, match="There is no pupil with the number 99"):
        explain(workspace, 99)
    pupil = add_pupil(workspace)
    with pytest.raises(NoSuchRecord, match=r"There is no milestone '6-7.nothing'. List the codes with"):
        explain(workspace, pupil, "6-7.nothing")


def test_every_shipped_milestone_is_explained_for_every_kind_of_pupil(workspace: Workspace) -> None:
    pupils = [
        add_pupil(workspace, year_group=group, sen_provision=provision, tier=tier)
        for group, provision, tier in ((-1, "N", None), (6, "E", "enhanced"), (9, "K", None), (13, "E", None))
    ]
    add_episode(workspace, pupils[1], "looked after", date(2026, 1, 5))
    for with_terms in (False, True):
        if with_terms:
            add_terms(workspace)
        for pupil in pupils:
            for milestone in workspace.milestones.values():
                for found in explain(workspace, pupil, milestone.code):
                    assert found.because
                    assert found.looked_at
                    assert "None" not in " ".join(explanation_lines(found))
