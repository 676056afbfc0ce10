"""The life of a plan: what each step asks for, when it is refused, and when a plan counts as completed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from builders import PLAN_ANSWERS, add_episode, add_plan, add_pupil, add_school, contents

from transitions.custody import history
from transitions.errors import NoSuchRecord, NotAllowed
from transitions.plans import actions, lifecycle, opening, page, writing
from transitions.plans.lifecycle import STEPS, LifeStep
from transitions.workspace import Recorded, Workspace

TODAY = date(2026, 11, 21)
TOMORROW = TODAY + timedelta(days=1)
SUMMARY = "Year 6 to Year 7 · Aisha Khan"


def wanting(workspace: Workspace, plan_id: int, step: LifeStep) -> list[str]:
    return [one.words for one in lifecycle.missing(page.load(workspace, plan_id), step)]


def unmet(workspace: Workspace, plan_id: int, step: LifeStep) -> set[str]:
    """Everything a step asks for and does not find, needed or not."""
    return {one.words for one in lifecycle.requirements(page.load(workspace, plan_id), step) if not one.met}


def test_the_steps_follow_each_other(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    plan_id = add_plan(workspace, pupil)
    actions.add_action(workspace, pupil, plan_id=plan_id, what="Visit", owner="Mum", due_on=TOMORROW)
    following = []

    def note() -> None:
        plan = page.load(workspace, plan_id)
        following.append((plan.plan.status, lifecycle.next_step(plan)))

    note()
    assert lifecycle.share(workspace, plan_id) == Recorded("Plan shared", SUMMARY, 2)  # and the copy
    note()
    assert lifecycle.agree(workspace, plan_id) == Recorded("Plan agreed", SUMMARY, 1)
    note()
    assert lifecycle.start(workspace, plan_id) == Recorded("Plan begun", SUMMARY, 1)
    note()
    assert lifecycle.close(workspace, plan_id, reason=" Moved \n and settled ") == Recorded("Plan closed", SUMMARY, 1)
    note()
    assert following == [
        ("draft", "share"), ("shared with family", "agree"), ("agreed", "start"), ("active", "review"), ("closed", None),
    ]  # fmt: skip
    plan = page.load(workspace, plan_id).plan
    assert (plan.shared_on, plan.agreed_on, plan.active_on, plan.closed_on) == (TODAY,) * 4
    assert plan.review_on == date(2027, 11, 19)
    assert plan.close_reason == "Moved and settled"
    reviewed = page.load(workspace, add_plan(workspace, pupil, "14+", status="reviewed"))
    assert lifecycle.next_step(reviewed) == "review"


SHARE_NEEDS = {
    "admired": "What people like and admire is written",
    "important_to_me": "What is important to the pupil is written",
    "support": "How best to support the pupil is written",
    "pupil_voice": "The pupil’s own words are there",
    "pupil_voice_how": "How and when they were said",
    "pupil_voice_on": "How and when they were said",
}


@pytest.mark.parametrize("name", SHARE_NEEDS)
def test_what_sharing_needs(workspace: Workspace, name: str) -> None:
    plan_id = add_plan(workspace, add_pupil(workspace), **{name: ""})
    assert wanting(workspace, plan_id, "share") == [SHARE_NEEDS[name]]
    with pytest.raises(NotAllowed) as caught:
        lifecycle.share(workspace, plan_id)
    said = SHARE_NEEDS[name]
    assert caught.value.sentence == f"Share with the family: still missing: {said[0].lower()}{said[1:]}."
    writing.save_answers(workspace, plan_id, {name: PLAN_ANSWERS[name]})
    lifecycle.share(workspace, plan_id)


def test_what_makes_a_better_plan_to_share(workspace: Workspace) -> None:
    plan_id = add_plan(workspace, add_pupil(workspace))
    communication, hopes, sides = (
        "How the pupil communicates is written", "Hopes are written", "What works is given from more than one point of view",
    )  # fmt: skip
    assert unmet(workspace, plan_id, "share") == {communication, hopes, sides}
    writing.save_answers(
        workspace,
        plan_id,
        {"communication": "Signs", "hopes": "A friend", "working_pupil": "Art", "not_working_pupil": "PE"},
    )
    assert unmet(workspace, plan_id, "share") == {sides}  # two lines, but of one side
    writing.save_answers(workspace, plan_id, {"not_working_others": "The bus"})
    assert unmet(workspace, plan_id, "share") == set()
    assert all(one.section for step in STEPS for one in lifecycle.requirements(page.load(workspace, plan_id), step))


def test_every_requirement_leads_to_a_section_of_the_plan(workspace: Workspace) -> None:
    for transition, group in (("6-7", 6), ("18", 13)):
        plan = page.load(workspace, add_plan(workspace, add_pupil(workspace, year_group=group), transition))
        for step in STEPS:
            for one in lifecycle.requirements(plan, step):
                assert plan.form.section(one.section).code == one.section


AREAS = {
    "education": "An outcome: Education and employment",
    "independence": "An outcome: Independent living",
    "community": "An outcome: Friends, relationships and community",
    "health": "An outcome: Health",
}


def test_what_agreeing_needs(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=9)
    plan_id = add_plan(workspace, pupil, "9-PFA", pupil_voice="", family_voice="", named_worker_id="")
    needed = [
        "It was shared with the family", "The pupil’s own words are there", "The family’s view is there",
        "At least one action has a person and a date", "There is a named worker", *AREAS.values(),
    ]  # fmt: skip
    assert wanting(workspace, plan_id, "agree") == needed
    with pytest.raises(NotAllowed) as caught:
        lifecycle.agree(workspace, plan_id)
    assert caught.value.sentence.startswith(
        "Agree: still missing: it was shared with the family; the pupil’s own words are there; the family’s view is there; "
    )
    writing.save_answers(
        workspace, plan_id, {"pupil_voice": "Hello", "family_voice": "Bus", "named_worker_id": "K. Osei"}
    )
    for area in AREAS:
        writing.save_outcome(workspace, plan_id, None, {"area": area, "outcome": "x"})
    actions.add_action(workspace, pupil, plan_id=plan_id, what="Visit", owner="Mum", due_on=TOMORROW)
    actions.add_action(workspace, pupil, plan_id=plan_id, what="Ring", owner="Dad", due_on=None)
    assert wanting(workspace, plan_id, "agree") == [needed[0], "Every action has a person and a date"]
    ring = next(one for one in page.load(workspace, plan_id).actions if one.what == "Ring")
    actions.drop_actions(workspace, [ring.id], reason="No need")
    lifecycle.share(workspace, plan_id)
    assert wanting(workspace, plan_id, "agree") == []


def test_a_dropped_action_is_none(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    plan_id = add_plan(workspace, pupil)
    only = actions.add_action(workspace, pupil, plan_id=plan_id, what="Visit", owner="Mum", due_on=TOMORROW)
    lifecycle.share(workspace, plan_id)
    actions.drop_actions(workspace, [only.number], reason="No need")
    assert wanting(workspace, plan_id, "agree") == ["At least one action has a person and a date"]


def test_before_year_9_no_area_is_asked_for(workspace: Workspace) -> None:
    plan_id = add_plan(workspace, add_pupil(workspace))
    said = {one.words for one in lifecycle.requirements(page.load(workspace, plan_id), "agree")}
    assert not [words for words in said if words.startswith("An outcome")]
    assert "Adult services were considered" not in said


def test_what_makes_a_better_plan_to_agree(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=12)
    plan_id = add_plan(
        workspace, pupil, "18", status="shared with family", not_working_pupil="PE\n\nLunch", not_working_school="Lates"
    )
    better = {
        "Every outcome says which hope it comes from", "Hopes are written", "The place is named",
        "There is a back-up if it falls through", "What is not working has an action",
        "How the young person decides is written, and an advocate was considered", "Adult services were considered",
        "An accessible copy was offered",
    }  # fmt: skip
    assert unmet(workspace, plan_id, "agree") == better
    writing.save_answers(
        workspace,
        plan_id,
        {"hopes": "A flat", "destination": "Riverside", "back_up": "Sixth form", "decision_making": "I decide",
         "adult_assessments": "Asked for", "accessible_copy": "not wanted"},
    )  # fmt: skip
    assert unmet(workspace, plan_id, "agree") == {
        "Every outcome says which hope it comes from", "What is not working has an action",
        "How the young person decides is written, and an advocate was considered",
    }  # fmt: skip
    writing.save_answers(workspace, plan_id, {"advocate_offered": "no"})  # considered, and not wanted
    for outcome in page.load(workspace, plan_id).outcomes:
        writing.save_outcome(workspace, plan_id, outcome.id, {"hope": "A flat"})
    for what in ("Quiet room", "Late pass"):
        actions.add_action(workspace, pupil, plan_id=plan_id, what=what, owner="Mum", due_on=TOMORROW)
    assert unmet(workspace, plan_id, "agree") == set()


def test_a_place_may_be_a_school_of_the_list(workspace: Workspace) -> None:
    school = add_school(workspace, "Riverside")
    plan_id = add_plan(workspace, add_pupil(workspace), destination_school_id=school)
    assert page.load(workspace, plan_id).destination == "Riverside"
    assert "The place is named" not in unmet(workspace, plan_id, "agree")


def test_beginning_needs_an_agreement_and_reviewing_too(workspace: Workspace) -> None:
    plan_id = add_plan(workspace, add_pupil(workspace))
    assert wanting(workspace, plan_id, "start") == ["It is agreed", "The next review date is set"]
    assert wanting(workspace, plan_id, "review") == ["It is agreed"]
    assert unmet(workspace, add_plan(workspace, add_pupil(workspace), status="agreed"), "start") == set()


def test_what_makes_a_better_review_and_an_end(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=9)
    plan_id = add_plan(workspace, pupil, "9-PFA", status="active")
    assert unmet(workspace, plan_id, "review") == {"Progress of every outcome is said"}
    late = actions.add_action(
        workspace, pupil, plan_id=plan_id, what="Ring", owner="Mum", due_on=TODAY - timedelta(days=1)
    ).number
    assert page.load(workspace, plan_id).overdue_actions[0].id == late
    assert unmet(workspace, plan_id, "review") == {"No action is past its date", "Progress of every outcome is said"}
    assert unmet(workspace, plan_id, "close") == {"No action is open"}
    actions.finish_actions(workspace, [one.id for one in page.load(workspace, plan_id).actions])
    for outcome in page.load(workspace, plan_id).outcomes:
        writing.save_outcome(workspace, plan_id, outcome.id, {"progress": "achieved"})
    assert unmet(workspace, plan_id, "review") == unmet(workspace, plan_id, "close") == set()
    younger = add_plan(workspace, add_pupil(workspace), status="active")
    assert unmet(workspace, younger, "review") == set()  # without outcomes there is no progress to say


WAYS: dict[LifeStep, Callable[[Workspace, int], object]] = {
    "share": lifecycle.share,
    "agree": lifecycle.agree,
    "start": lifecycle.start,
    "close": lambda workspace, plan_id: lifecycle.close(workspace, plan_id, reason="Left the area"),
    "review": lambda workspace, plan_id: lifecycle.check(workspace, plan_id, "review"),
}
OPEN: dict[str, set[LifeStep]] = {
    "draft": {"share", "close"},
    "shared with family": {"share", "agree", "close"},
    "agreed": {"start", "review", "close"},
    "active": {"review", "close"},
    "reviewed": {"review", "close"},
    "closed": set(),
}


@pytest.mark.parametrize("status", OPEN)
def test_which_steps_are_open_in_which_status(workspace: Workspace, status: str) -> None:
    plan_id = add_plan(workspace, add_pupil(workspace), status=status)
    for step, take in WAYS.items():
        before = contents(workspace)
        if step in OPEN[status]:
            take(workspace, plan_id)
            if step != "review":
                history.undo(workspace)
        else:
            with pytest.raises(NotAllowed) as caught:
                take(workspace, plan_id)
            expected = f"{STEPS[step]}: this plan is {status}, so you can't take that step."
            if (status, step) == ("draft", "agree"):
                expected = (
                    "Agree: still missing: it was shared with the family; at least one action has a person and a date."
                )
            assert caught.value.sentence == expected
        assert contents(workspace) == before


@pytest.mark.parametrize("step", ["share", "agree", "start", "close"])
def test_no_step_on_a_day_to_come_nor_before_the_version_was_opened(workspace: Workspace, step: LifeStep) -> None:
    status = {"agree": "shared with family", "start": "agreed"}.get(step, "draft")
    plan_id = add_plan(workspace, add_pupil(workspace), status=status)
    extra = {"reason": "Not wanted"} if step == "close" else {}
    take = getattr(lifecycle, step)
    with pytest.raises(NotAllowed, match=r"^Sun 22 Nov 2026 is in the future\. Record it once it has happened\.$"):
        take(workspace, plan_id, on=TOMORROW, **extra)
    with pytest.raises(NotAllowed) as caught:
        take(workspace, plan_id, on=TODAY - timedelta(days=1), **extra)
    assert caught.value.sentence == "This version was opened on Sat 21 Nov 2026; that day is before it."


def opened_in_september(workspace: Workspace) -> int:
    pupil = add_pupil(workspace)
    plan_id = opening.open_plan(workspace, pupil, "6-7", on=date(2026, 9, 7)).number
    writing.save_answers(workspace, plan_id, {**PLAN_ANSWERS, "named_worker_id": workspace.me})
    actions.add_action(workspace, pupil, plan_id=plan_id, what="Visit", owner="Mum", due_on=TOMORROW)
    return plan_id


def test_the_days_of_the_steps_keep_their_order(workspace: Workspace) -> None:
    plan_id = opened_in_september(workspace)
    lifecycle.share(workspace, plan_id, on=date(2026, 10, 5), holder="Mum", form="easy read")
    with pytest.raises(NotAllowed, match=r"^It was shared on Mon 5 Oct 2026, so it can't be agreed before that\.$"):
        lifecycle.agree(workspace, plan_id, on=date(2026, 10, 4))
    for day in (date(2026, 10, 9), date(2026, 10, 8)):
        with pytest.raises(NotAllowed, match=r"^The review must be after the agreement date\.$"):
            lifecycle.agree(workspace, plan_id, on=date(2026, 10, 9), review_on=day)
    lifecycle.agree(workspace, plan_id, on=date(2026, 10, 9), review_on=date(2026, 12, 1))
    with pytest.raises(NotAllowed, match=r"^It was agreed on Fri 9 Oct 2026, so it can't start before that\.$"):
        lifecycle.start(workspace, plan_id, on=date(2026, 10, 8))
    lifecycle.start(workspace, plan_id, on=date(2026, 10, 12))
    with pytest.raises(
        NotAllowed, match=r"^Its last step was on Mon 12 Oct 2026, so it can't be closed before that\.$"
    ):
        lifecycle.close(workspace, plan_id, reason="Moved", on=date(2026, 10, 11))
    lifecycle.close(workspace, plan_id, reason="Moved", on=date(2026, 10, 12))
    found = page.load(workspace, plan_id)
    plan = found.plan
    assert (plan.shared_on, plan.agreed_on, plan.active_on, plan.closed_on, plan.review_on) == (
        date(2026, 10, 5), date(2026, 10, 9), date(2026, 10, 12), date(2026, 10, 12), date(2026, 12, 1),
    )  # fmt: skip
    assert [(copy.holder, copy.form, copy.given_on) for copy in found.copies] == [
        ("Mum", "easy read", date(2026, 10, 5))
    ]


def test_it_may_be_shared_again_before_it_is_agreed(workspace: Workspace) -> None:
    plan_id = opened_in_september(workspace)
    lifecycle.share(workspace, plan_id, on=date(2026, 10, 5))
    lifecycle.share(workspace, plan_id, on=date(2026, 11, 2), form="Polish")
    found = page.load(workspace, plan_id)
    assert found.plan.shared_on == date(2026, 11, 2)
    assert [(copy.holder, copy.form) for copy in found.copies] == [("the family", None), ("the family", "Polish")]


@pytest.mark.parametrize("reason", ["", "  \n", "\x1b"])
def test_a_plan_is_not_closed_without_a_word(workspace: Workspace, reason: str) -> None:
    plan_id = add_plan(workspace, add_pupil(workspace))
    with pytest.raises(NotAllowed) as caught:
        lifecycle.close(workspace, plan_id, reason=reason)
    assert caught.value.sentence == "Say why the plan is closed: moved and settled, left the area, not wanted."


def test_agreeing_the_next_version_closes_the_one_before(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    add_episode(workspace, pupil, "looked after", date(2026, 1, 5))
    first = add_plan(workspace, pupil, status="active")
    second = opening.new_version(workspace, first).number
    with pytest.raises(NotAllowed, match="it was shared with the family"):
        lifecycle.agree(workspace, second)  # what is new was not shared yet
    lifecycle.share(workspace, second)
    before = contents(workspace)
    lifecycle.agree(workspace, second)
    old, new = page.load(workspace, first).plan, page.load(workspace, second).plan
    assert (old.status, old.closed_on, old.close_reason) == ("closed", TODAY, "replaced by version 2")
    assert (new.status, new.review_on) == ("agreed", date(2027, 3, 19))
    assert page.current(workspace, pupil) == new
    assert page.current(workspace, pupil, "14+") is None
    history.undo(workspace)
    assert contents(workspace) == before
    assert page.load(workspace, first).plan.status == "active"


def test_a_step_is_not_taken_on_a_plan_that_somebody_has_moved_meanwhile(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_id = add_plan(workspace, add_pupil(workspace), status="shared with family")
    seen = page.load(workspace, plan_id)
    lifecycle.agree(workspace, plan_id)
    monkeypatch.setattr(lifecycle, "load", lambda *_: seen)  # as it stood on the other screen
    before = contents(workspace)
    for take in (lifecycle.share, lifecycle.agree):
        with pytest.raises(NotAllowed, match=r"^Somebody has just changed this plan\. Check it again\.$"):
            take(workspace, plan_id)
    assert contents(workspace) == before


def test_a_plan_that_is_gone(workspace: Workspace) -> None:
    plan_id = add_plan(workspace, add_pupil(workspace))
    for take in WAYS.values():
        with pytest.raises(NoSuchRecord, match="This plan is no longer here"):
            take(workspace, plan_id + 1)


def test_completed_by_the_published_definition(workspace: Workspace) -> None:
    assert lifecycle.COMPLETED_MEANS == (
        "agreed, with the pupil’s own words, at least one action with a person and a date, and a copy shared"
    )
    for status in ("draft", "shared with family"):
        assert not lifecycle.completed(page.load(workspace, add_plan(workspace, add_pupil(workspace), status=status)))
    for status in ("agreed", "active", "reviewed"):
        plan_id = add_plan(workspace, add_pupil(workspace), status=status)
        assert lifecycle.completed(page.load(workspace, plan_id))
        lifecycle.close(workspace, plan_id, reason="Moved and settled")
        assert lifecycle.completed(page.load(workspace, plan_id))  # what was completed stays completed


@pytest.mark.parametrize("column", ["pupil_voice", "shared_on", "agreed_on"])
def test_without_any_part_of_the_definition_it_is_not_completed(workspace: Workspace, column: str) -> None:
    """Older records may be agreed without it; an action that is done or goes on elsewhere still counts."""
    plan_id = add_plan(workspace, add_pupil(workspace), status="active")
    opening.new_version(workspace, plan_id)
    found = page.load(workspace, plan_id)
    assert found.actions[0].status == "carried over"
    assert lifecycle.completed(found)
    assert not lifecycle.completed(_with(found, plan=found.plan._replace(**{column: None})))
    assert not lifecycle.completed(_with(found, plan=found.plan._replace(pupil_voice=" ")))
    for action in (found.actions[0]._replace(due_on=None), found.actions[0]._replace(status="dropped"),
                   found.actions[0]._replace(audit_id=1)):  # fmt: skip
        assert not lifecycle.completed(_with(found, every_action=(action,)))


def _with(found: page.PlanPage, **changes: object) -> page.PlanPage:
    from dataclasses import replace

    return replace(found, **changes)
