"""Reviews: what they do to the plan and to the step that waits for them, and which plans are flagged when nobody holds one."""

from datetime import date, timedelta

import pytest
from builders import add_episode, add_pupil, add_terms, contents, edit_milestone, step_of, steps_of
from conftest import TODAY, Opener
from made_plans import agreed_plan, draft_plan

from db.errors import ChangedSince
from screens.caseload.missed import key_of
from screens.caseload.missed import step_of as step_of_key
from transitions.caseload import missed
from transitions.caseload.caseload import Caseload
from transitions.caseload.today import page as today_page
from transitions.custody import health_check, history
from transitions.errors import FieldProblems, NotAllowed
from transitions.milestones import explain, planning, recording
from transitions.milestones.definitions import load_shipped
from transitions.plans import lifecycle, opening
from transitions.plans.meetings import REVIEW_PROMPTS, SavedMeeting, save_meeting
from transitions.plans.opening import NOT_PLANNED
from transitions.plans.page import load
from transitions.school_year import add_months, year_of_cycle
from transitions.workspace import Workspace

REVIEW = "6-7.plan-review"
FEW = date(2027, 1, 15)
"""A review less than two months after the agreement of 21 November 2026."""


def plan_to_review(workspace: Workspace, on: date, pupil: int | None = None, transition: str = "6-7") -> int:
    """Give a plan agreed today that is to be reviewed on a day."""
    plan = draft_plan(workspace, pupil, transition)
    lifecycle.share(workspace, plan)
    lifecycle.agree(workspace, plan, review_on=on)
    return plan


def hold(workspace: Workspace, plan: int, on: date, result: str = "maintain", **fields: object) -> SavedMeeting:
    return save_meeting(workspace, plan, None, {"kind": "review", "held_on": on, "result": result, **fields})


def pupil_of(workspace: Workspace, plan: int) -> int:
    return load(workspace, plan).plan.pupil_id


def reviews(workspace: Workspace, plan: int, code: str = REVIEW) -> list[tuple[date, str | None, date | None]]:
    """Give the pupil's review steps: when each was due, what became of it, when it was held."""
    rows = [row for (of, _), row in steps_of(workspace, pupil_of(workspace, plan)).items() if of == code]
    rows.sort(key=lambda row: (row.due_on, row.done_on or date.max))
    return [(row.due_on, row.outcome, row.done_on) for row in rows]


def overdue(workspace: Workspace) -> list[tuple[str, date]]:
    rows = missed.listing(workspace, Caseload(), missed=False)
    return [(row.code, row.due_on) for row in rows if row.code.endswith(".plan-review")]


def put_in_force(workspace: Workspace, pupil: int, transition: str, status: str, review_on: date) -> int:
    """Write a plan as it stands in some status, whoever may have one."""
    with workspace.change("Plan", status) as action:
        row = {"pupil_id": pupil, "transition": transition, "status": status, "opened_on": date(2026, 1, 5)}
        days = {"agreed_on": date(2026, 2, 2), "review_on": review_on}
        return action.insert("plan", {**row, **days})


# --- what a review does ------------------------------------------------------------------------------------------


def test_a_review_moves_the_plan_on_and_proposes_the_next_in_one_action(opener: Opener) -> None:
    workspace = opener()
    plan = plan_to_review(workspace, FEW)
    workspace.close()
    later = opener(date(2027, 1, 12))
    before = contents(later)
    saved = hold(later, plan, date(2027, 1, 11), "amend", advocacy_needed="no", notes="She likes the bus now")
    proposed = lifecycle.propose_review(later, load(later, plan), after=date(2027, 1, 11)).on
    row, meeting = load(later, plan).plan, load(later, plan).meetings[0].row
    assert (saved.name, saved.next_review) == ("Review recorded", proposed)
    assert saved.summary.endswith("· Aisha Khan; next review Tue 11 Jan 2028")
    assert (row.status, row.reviewed_on, row.review_on) == ("reviewed", date(2027, 1, 11), proposed)
    assert (meeting.result, meeting.advocacy_needed, meeting.next_on) == ("amend", False, proposed)
    assert reviews(later, plan) == [(FEW, "met", date(2027, 1, 11)), (proposed, None, None)]
    met = steps_of(later, pupil_of(later, plan))[REVIEW, 2026]
    assert (met.evidence, met.recorded_by, met.from_record) == ("Review on Mon 11 Jan 2027", "K. Osei", False)
    history.undo(later)
    assert contents(later) == before
    history.redo(later)
    assert reviews(later, plan) == [(FEW, "met", date(2027, 1, 11)), (proposed, None, None)]


def test_a_review_needs_an_agreed_plan_and_a_result(workspace: Workspace) -> None:
    plan = draft_plan(workspace)
    before = contents(workspace)
    with pytest.raises(FieldProblems, match="maintain, amend, close"):
        save_meeting(workspace, plan, None, {"kind": "review", "held_on": "today"})
    with pytest.raises(NotAllowed, match="this plan is draft"):
        hold(workspace, plan, TODAY)
    assert contents(workspace) == before
    planned = save_meeting(workspace, plan, None, {"kind": "review", "held_on": "1 dec"})
    assert (planned.name, planned.next_review, load(workspace, plan).plan.status) == ("Review planned", None, "draft")


def test_a_planned_review_counts_only_once_it_was_held(opener: Opener) -> None:
    workspace = opener()
    plan = plan_to_review(workspace, FEW)
    number = save_meeting(workspace, plan, None, {"kind": "review", "held_on": "1 dec"}).number
    assert load(workspace, plan).plan.status == "agreed"
    workspace.close()
    later = opener(date(2026, 12, 2))
    saved = save_meeting(later, plan, number, {"happened": True, "result": "maintain", "next_on": "2 mar 2027"})
    assert (saved.name, saved.next_review) == ("Review recorded", date(2027, 3, 2))
    assert load(later, plan).plan.review_on == date(2027, 3, 2)
    with pytest.raises(NotAllowed, match="the plan has moved on since"):
        save_meeting(later, plan, number, {"kind": "meeting", "result": None})
    save_meeting(later, plan, number, {"notes": "Aisha spoke first"})
    assert load(later, plan).plan.review_on == date(2027, 3, 2)


def test_a_meeting_of_the_plan_is_no_review(workspace: Workspace) -> None:
    plan = plan_to_review(workspace, FEW)
    save_meeting(workspace, plan, None, {"held_on": "today", "next_on": "1 dec"})
    assert load(workspace, plan).plan.status == "agreed"
    assert reviews(workspace, plan) == [(FEW, None, None)]


def test_a_missed_review_that_is_held_at_last_is_late_and_was_missed(opener: Opener) -> None:
    workspace = opener()
    plan = plan_to_review(workspace, FEW)
    workspace.close()
    later = opener(date(2027, 2, 1))
    recording.flag_missed(later, [step_of(later, pupil_of(later, plan), REVIEW)], reason="staff-absence")
    hold(later, plan, date(2027, 1, 29))
    row = steps_of(later, pupil_of(later, plan))[REVIEW, 2026]
    assert (row.outcome, row.done_on, row.missed_on, row.reason) == (
        "late",
        *(date(2027, 1, 29), date(2027, 2, 1)),
        "staff-absence",
    )


# --- more than one review in a year ------------------------------------------------------------------------------


def test_two_reviews_in_one_year_one_of_them_late_and_the_third_overdue_when_nobody_holds_it(opener: Opener) -> None:
    workspace = opener()
    pupil = add_pupil(workspace)
    plan = plan_to_review(workspace, FEW, pupil)
    assert overdue(workspace) == []
    workspace.close()

    workspace = opener(date(2027, 2, 1))
    assert overdue(workspace) == [(REVIEW, FEW)]
    stages = [contents(workspace)]
    hold(workspace, plan, date(2027, 1, 29), next_on="1 mar")
    assert overdue(workspace) == []
    stages.append(contents(workspace))
    workspace.close()

    workspace = opener(date(2027, 2, 27))
    hold(workspace, plan, date(2027, 2, 26), next_on="15 apr")
    first, second, third = FEW, date(2027, 3, 1), date(2027, 4, 15)
    held = [(first, "late", date(2027, 1, 29)), (second, "met", date(2027, 2, 26))]
    assert reviews(workspace, plan) == [*held, (third, None, None)]
    workspace.close()

    workspace = opener(date(2027, 5, 1))
    assert overdue(workspace) == [(REVIEW, third)]
    assert [row.code for row in today_page(workspace, Caseload()).overdue].count(REVIEW) == 1
    assert planning.replan(workspace.read(), workspace.planner(), workspace.clock.today, [pupil]) == 0
    recording.flag_missed(workspace, recording_steps(workspace, pupil, third), reason="other", next_step="We forgot")
    assert reviews(workspace, plan) == [*held, (third, "missed", None)]
    workspace.close()

    workspace = opener(date(2027, 2, 27))
    for stage in (None, stages[1], stages[0]):
        history.undo(workspace)
        assert stage is None or without_dates(contents(workspace)) == without_dates(stage)
    assert reviews(workspace, plan) == [(first, None, None)]


def recording_steps(workspace: Workspace, pupil: int, due: date) -> list[recording.Step]:
    rows = steps_of(workspace, pupil).values()
    return [
        recording.Step(pupil, row.milestone_id, row.cycle) for row in rows if row.due_on == due and row.code == REVIEW
    ]


def without_dates(tables: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """Leave out the settings, which say on which day the file was last opened."""
    return {name: rows for name, rows in tables.items() if name != "setting"}


def test_reviews_every_month_have_a_row_each_of_their_own_year_and_number(opener: Opener) -> None:
    workspace = opener(date(2027, 8, 31))
    edit_milestone(workspace, REVIEW, applies={"year_group": [6, 7], "has_plan": True})
    pupil = add_pupil(workspace)
    plan = put_in_force(workspace, pupil, "6-7", "active", date(2026, 9, 10))
    for month in range(11):
        day = add_months(date(2026, 9, 10), month)
        hold(workspace, plan, day, next_on=add_months(day, 1))
    found = [row for (code, _), row in steps_of(workspace, pupil).items() if code == REVIEW]
    assert [row.outcome for row in sorted(found, key=lambda row: row.due_on)] == [*["met"] * 11, None]
    assert {year_of_cycle(row.cycle) for row in found} == {2026}
    keys = {key_of(recording.Step(pupil, row.milestone_id, row.cycle)) for row in found}
    assert len(keys) == len(found) == 12
    assert {step_of_key(key) for key in keys} == {recording.Step(pupil, row.milestone_id, row.cycle) for row in found}
    assert {one.due_on for one in explain.explain(workspace, pupil, REVIEW)} == {row.due_on for row in found}
    told = explain.explain(workspace, pupil, REVIEW)
    assert {one.looked_at for one in told} == {("Year group: is in Year 6", "Transition plan: has a transition plan")}
    hold(workspace, plan, date(2027, 8, 12), next_on="2 sep 2027")
    assert reviews(workspace, plan)[-1] == (date(2027, 9, 2), None, None)
    assert (REVIEW, 2027) in steps_of(workspace, pupil)


def test_a_review_between_times_that_leaves_the_next_where_it_was_does_not_take_its_place(opener: Opener) -> None:
    workspace = opener()
    plan = plan_to_review(workspace, date(2027, 6, 1))
    workspace.close()
    later = opener(date(2027, 3, 1))
    before = contents(later)
    hold(later, plan, date(2027, 3, 1), next_on=date(2027, 6, 1))
    assert load(later, plan).plan.reviewed_on == date(2027, 3, 1)
    assert reviews(later, plan) == [(date(2027, 6, 1), None, None)]
    history.undo(later)
    assert contents(later) == before


def test_a_day_for_which_a_review_was_held_early_can_be_set_again(opener: Opener) -> None:
    workspace = opener()
    plan = plan_to_review(workspace, date(2027, 6, 1))
    workspace.close()
    workspace = opener(date(2027, 6, 2))
    hold(workspace, plan, date(2027, 3, 1), next_on=date(2027, 5, 1))
    hold(workspace, plan, date(2027, 4, 30), next_on=date(2027, 6, 1))
    met = [(date(2027, 5, 1), "met", date(2027, 4, 30)), (date(2027, 6, 1), "met", date(2027, 3, 1))]
    assert [row for row in reviews(workspace, plan) if row[1]] == met
    assert overdue(workspace) == [(REVIEW, date(2027, 6, 1))]


def test_a_review_is_not_ticked_off_by_hand_but_held(opener: Opener) -> None:
    workspace = opener()
    plan = plan_to_review(workspace, FEW)
    workspace.close()
    later = opener(date(2027, 2, 1))
    before = contents(later)
    with pytest.raises(NotAllowed, match="is done by holding the review: record it with the plan"):
        recording.mark_done(later, [step_of(later, pupil_of(later, plan), REVIEW)], on=FEW, evidence="Minutes")
    review = step_of(later, pupil_of(later, plan), REVIEW)
    with pytest.raises(NotAllowed, match=r"of these 2 steps, 1 is a plan review \(Aisha Khan\)"):
        recording.mark_done(later, [review, review._replace(milestone_id=0)], on=FEW)
    assert contents(later) == before
    hold(later, plan, FEW, next_on="1 mar")
    assert reviews(later, plan) == [(FEW, "met", FEW), (date(2027, 3, 1), None, None)]


# --- which plans are flagged -------------------------------------------------------------------------------------


@pytest.mark.parametrize("transition", [code for code in load_shipped().transitions if code not in NOT_PLANNED])
def test_a_review_that_nobody_holds_is_flagged_at_every_transition_point(workspace: Workspace, transition: str) -> None:
    pupil = add_pupil(workspace, date_of_birth=date(2020, 3, 14))  # of no year group or care that any of them asks for
    put_in_force(workspace, pupil, transition, "agreed", TODAY)
    code = f"{transition.lower()}.plan-review"
    assert overdue(workspace) == []
    assert steps_of(workspace, pupil)[code, 2026].due_on == TODAY
    put_in_force(workspace, add_pupil(workspace, surname="Byrne"), transition, "agreed", TODAY - timedelta(days=1))
    assert overdue(workspace) == [(code, TODAY - timedelta(days=1))]


@pytest.mark.parametrize(
    ("status", "flagged"),
    [
        ("draft", False),
        ("shared with family", False),
        ("agreed", True),
        ("active", True),
        ("reviewed", True),
        ("closed", False),
    ],
)
def test_every_plan_in_force_is_to_be_reviewed_and_no_other(workspace: Workspace, status: str, flagged: bool) -> None:
    put_in_force(workspace, add_pupil(workspace), "6-7", status, date(2026, 6, 1))  # before planning began: it stands
    assert overdue(workspace) == ([(REVIEW, date(2026, 6, 1))] if flagged else [])


def test_plans_for_two_moves_are_reviewed_each_by_itself(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, date_of_birth=date(2010, 11, 1))
    care = put_in_force(workspace, pupil, "14+", "active", date(2026, 11, 2))
    move = put_in_force(workspace, pupil, "11-16P", "active", date(2026, 11, 2))
    both = [("11-16p.plan-review", date(2026, 11, 2)), ("14+.plan-review", date(2026, 11, 2))]
    assert sorted(overdue(workspace)) == both
    hold(workspace, move, date(2026, 11, 20))
    assert overdue(workspace) == both[1:]
    hold(workspace, care, date(2026, 11, 20))
    assert overdue(workspace) == []
    assert reviews(workspace, care, "14+.plan-review")[0][1] == "late"


def test_a_new_version_takes_the_review_over(opener: Opener) -> None:
    workspace = opener()
    first = plan_to_review(workspace, date(2027, 6, 1))
    workspace.close()
    later = opener(date(2027, 3, 2))
    hold(later, first, date(2027, 3, 1), "amend", next_on="1 jul")
    second = opening.new_version(later, first).number
    assert reviews(later, first)[1:] == [(date(2027, 7, 1), None, None)]  # the version before stays in force
    lifecycle.share(later, second)
    lifecycle.agree(later, second, review_on=date(2027, 6, 1))
    assert load(later, first).plan.status == "closed"
    # the row that was met by the review of 1 March is not this one, although it was due on the same day
    assert reviews(later, second) == [(date(2027, 6, 1), "met", date(2027, 3, 1)), (date(2027, 6, 1), None, None)]


# --- written down later, put right -------------------------------------------------------------------------------


def test_an_earlier_review_that_is_written_down_later_leaves_the_plan_where_it_is(opener: Opener) -> None:
    workspace = opener()
    plan = plan_to_review(workspace, FEW)
    workspace.close()
    later = opener(date(2027, 3, 1))
    hold(later, plan, date(2027, 2, 20), next_on="1 jun")
    standing, steps = load(later, plan).plan, reviews(later, plan)
    assert hold(later, plan, date(2027, 1, 10)).next_review is None
    assert (load(later, plan).plan, reviews(later, plan)) == (standing, steps)
    with pytest.raises(NotAllowed, match="already recorded"):
        hold(later, plan, date(2027, 2, 20))
    with pytest.raises(NotAllowed, match="a review must be after"):
        hold(later, plan, date(2026, 11, 20))


def test_the_day_of_a_review_and_of_the_next_can_be_put_right(opener: Opener) -> None:
    workspace = opener()
    plan = plan_to_review(workspace, FEW)
    workspace.close()
    later = opener(date(2027, 2, 1))
    number = hold(later, plan, date(2027, 1, 29), next_on="1 apr").number
    before = contents(later)
    saved = save_meeting(later, plan, number, {"held_on": "14 jan", "next_on": "1 may"})
    row = steps_of(later, pupil_of(later, plan))[REVIEW, 2026]
    assert (row.outcome, row.done_on, row.evidence) == ("met", date(2027, 1, 14), "Review on Thu 14 Jan 2027")
    assert (saved.name, saved.next_review) == ("Review edited", date(2027, 5, 1))
    plan_row = load(later, plan).plan
    assert (plan_row.reviewed_on, plan_row.review_on) == (date(2027, 1, 14), date(2027, 5, 1))
    assert reviews(later, plan)[1:] == [(date(2027, 5, 1), None, None)]
    history.undo(later)
    assert contents(later) == before
    save_meeting(later, plan, number, {"next_on": ""})
    assert load(later, plan).plan.review_on == date(2028, 1, 28)


def test_reviews_do_not_change_places(opener: Opener) -> None:
    workspace = opener()
    plan = plan_to_review(workspace, FEW)
    workspace.close()
    later = opener(date(2027, 3, 1))
    first = hold(later, plan, date(2027, 1, 14), next_on="4 feb").number
    second = hold(later, plan, date(2027, 2, 1), next_on="1 apr").number
    save_meeting(later, plan, first, {"held_on": "13 jan"})
    assert load(later, plan).plan.reviewed_on == date(2027, 2, 1)
    assert reviews(later, plan)[0] == (FEW, "met", date(2027, 1, 13))
    for number, day in ((first, "2 feb"), (second, "12 jan")):
        with pytest.raises(NotAllowed, match="can't be moved past it"):
            save_meeting(later, plan, number, {"held_on": day})
    with pytest.raises(NotAllowed, match="already recorded"):
        save_meeting(later, plan, first, {"held_on": "1 feb"})


def test_an_undone_review_is_refused_once_another_was_held(opener: Opener) -> None:
    workspace = opener(date(2027, 3, 1))
    plan = put_in_force(workspace, add_pupil(workspace), "6-7", "active", FEW)
    hold(workspace, plan, date(2027, 1, 14), next_on="1 feb")
    first = history.entries(workspace)[0].id
    hold(workspace, plan, date(2027, 2, 1), next_on="1 apr")
    with pytest.raises(ChangedSince, match="has been changed since"):
        history.undo(workspace, first)


# --- every reader of the cycle -----------------------------------------------------------------------------------


def test_what_follows_a_review_follows_each_of_them_and_waits_for_its_own_terms(opener: Opener) -> None:
    workspace = opener(date(2027, 3, 1))
    pupil = add_pupil(workspace)
    follower = "6-7.year-end"
    edit_milestone(workspace, follower, applies={"has_plan": True}, due=f"5 school days after milestone {REVIEW}")
    plan = put_in_force(workspace, pupil, "6-7", "active", FEW)
    hold(workspace, plan, date(2027, 1, 14), next_on="1 feb")
    hold(workspace, plan, date(2027, 2, 1), next_on="1 apr")
    undated = {
        cycle for (code, cycle), row in steps_of(workspace, pupil).items() if code == follower and not row.due_on
    }
    assert len(undated) == 2
    assert {year_of_cycle(cycle) for cycle in undated} == {2026}
    assert {year for year, _ in today_page(workspace, Caseload()).waiting_for_dates} <= {2025, 2026, 2027}
    assert any(finding.where.startswith("2026/27") for finding in health_check.check(workspace))
    assert all("2026/27" in one.because for one in explain.explain(workspace, pupil, follower))
    add_terms(workspace)
    due = sorted(row.due_on for (code, _), row in steps_of(workspace, pupil).items() if code == follower)
    assert due == [date(2027, 1, 21), date(2027, 2, 8)]


def test_a_rule_of_a_councils_own_may_count_from_the_review(opener: Opener) -> None:
    workspace = opener()
    edit_milestone(workspace, REVIEW, due="2 weeks after plan review")
    plan = plan_to_review(workspace, FEW)
    assert reviews(workspace, plan) == [(date(2027, 1, 29), None, None)]
    workspace.close()
    later = opener(date(2027, 2, 1))
    hold(later, plan, date(2027, 1, 28), next_on="1 mar")
    assert reviews(later, plan) == [(date(2027, 1, 29), "met", date(2027, 1, 28)), (date(2027, 3, 15), None, None)]


def test_a_pupil_without_a_plan_for_the_move_is_told_what_is_missing(workspace: Workspace) -> None:
    add_episode(workspace, add_pupil(workspace), "child in need", date(2026, 1, 5))
    plan = plan_to_review(workspace, FEW)
    (told,) = explain.explain(workspace, pupil_of(workspace, plan), "14+.plan-review")
    assert told.because.startswith(
        'The pupil has no date recorded for "plan review". Record it with P on the pupil’s page'
    )
    (told,) = explain.explain(workspace, pupil_of(workspace, plan), REVIEW)
    assert (told.applies, told.state, told.due_on) == (True, "not due", FEW)


def test_the_questions_of_a_review_are_there_to_be_asked() -> None:
    assert len(REVIEW_PROMPTS) == 6
    assert all(prompt.endswith("?") for prompt in REVIEW_PROMPTS)


def test_a_plan_that_was_agreed_waits_for_its_first_review(workspace: Workspace) -> None:
    plan = agreed_plan(workspace)
    assert reviews(workspace, plan) == [(load(workspace, plan).plan.review_on, None, None)]
