"""Opening a plan, and its next version: what comes along, what stays behind, and what is refused."""

from datetime import date

import pytest
from builders import add_episode, add_plan, add_pupil, contents

from db.plans import plans as store
from transitions.custody import history
from transitions.errors import NoSuchRecord, NotAllowed
from transitions.plans import actions, lifecycle, opening, page, writing
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
GONE = "This plan is no longer here. Somebody has undone the change that opened it."


@pytest.mark.parametrize(
    ("year_group", "likeliest"),
    [(-2, "EY-R"), (-1, "EY-R"), (0, "R-1"), (2, "2-3"), (5, "6-7"), (6, "6-7"), (9, "9-PFA"), (10, "9-PFA"),
     (11, "11-16P"), (12, "12-13"), (13, "P16-P16"), (14, "P16-P16"), (3, "EY-R")],
)  # fmt: skip
def test_the_likeliest_move_is_that_of_the_year_group(workspace: Workspace, year_group: int, likeliest: str) -> None:
    points = opening.likely_points(workspace, add_pupil(workspace, year_group=year_group))
    assert points[0] == likeliest
    assert sorted(points) == sorted(
        ("EY-R", "R-1", "2-3", "MID", "6-7", "9-PFA", "14+", "11-16P", "12-13", "P16-P16", "18", "CARE16", "25", "INYR")
    )  # every one is there, once; CARE and EHCP are clocks


@pytest.mark.parametrize(
    ("born", "first"),
    [(date(2012, 11, 22), "9-PFA"), (date(2012, 11, 21), "14+"), (date(2009, 11, 22), "14+"), (date(2009, 11, 21), "18")],
)  # fmt: skip
def test_open_to_social_care_the_birthday_decides(workspace: Workspace, born: date, first: str) -> None:
    pupil = add_pupil(workspace, date_of_birth=born, cohort_year=2017)
    add_episode(workspace, pupil, "child in need", date(2026, 1, 5), TODAY)  # to this very day
    assert opening.likely_points(workspace, pupil)[0] == first


@pytest.mark.parametrize("times", [(date(2026, 1, 5), date(2026, 11, 20)), (date(2026, 11, 22), None)])
def test_social_care_of_the_past_or_to_come_does_not(workspace: Workspace, times: tuple[date, date | None]) -> None:
    pupil = add_pupil(workspace, date_of_birth=date(2009, 9, 2), cohort_year=2017)
    add_episode(workspace, pupil, "looked after", *times)
    assert opening.likely_points(workspace, pupil)[0] == "9-PFA"


def test_nobody_has_no_likely_moves(workspace: Workspace) -> None:
    with pytest.raises(NoSuchRecord, match=r"^This pupil is no longer here\.$"):
        opening.likely_points(workspace, 9)


def test_a_new_plan_is_an_empty_draft_of_mine(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    saved = opening.open_plan(workspace, pupil, "6-7")
    assert saved == ("Plan opened", "Year 6 to Year 7 · Aisha Khan", 1)
    plan = page.load(workspace, saved.number).plan
    assert (plan.version, plan.status, plan.opened_on, plan.author, plan.template) == (
        1, "draft", TODAY, "K. Osei", "2026.1",
    )  # fmt: skip
    assert {getattr(plan, name) for name in store.PlanRow._fields[18:]} == {None}
    history.undo(workspace)
    assert page.of_pupil(workspace, pupil) == []


def test_a_plan_may_have_been_opened_on_an_earlier_day(workspace: Workspace) -> None:
    saved = opening.open_plan(workspace, add_pupil(workspace), "6-7", on=date(2026, 9, 7))
    assert page.load(workspace, saved.number).plan.opened_on == date(2026, 9, 7)


@pytest.mark.parametrize("point", ["CARE", "EHCP", "7-8", ""])
def test_what_is_no_move_is_not_planned(workspace: Workspace, point: str) -> None:
    with pytest.raises(NotAllowed) as caught:
        opening.open_plan(workspace, add_pupil(workspace), point)
    assert caught.value.sentence.startswith(
        f"{point!r} is not a planned move. Choose one of: EY-R, R-1, 2-3, MID, 6-7, 9-PFA, 14+, "
    )


def test_a_plan_is_refused_for_a_day_to_come_for_nobody_and_beside_an_open_one(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    with pytest.raises(
        NotAllowed, match=r"^Sun 22 Nov 2026 is in the future\. A plan is opened today or on an earlier date\.$"
    ):
        opening.open_plan(workspace, pupil, "6-7", on=date(2026, 11, 22))
    with pytest.raises(NoSuchRecord, match=r"^There is no pupil with the number 9\.$"):
        opening.open_plan(workspace, 9, "6-7")
    with pytest.raises(NoSuchRecord, match=GONE):
        opening.open_plan(workspace, pupil, "6-7", like=9)
    plan_id = add_plan(workspace, pupil)
    before = contents(workspace)
    with pytest.raises(NotAllowed) as caught:
        opening.open_plan(workspace, pupil, "6-7")
    assert caught.value.sentence == "Aisha Khan has an open plan for this move: Year 6 to Year 7. Open that one."
    assert contents(workspace) == before
    opening.open_plan(workspace, pupil, "14+")  # another move is another plan
    lifecycle.close(workspace, plan_id, reason="Not wanted")
    again = opening.open_plan(workspace, pupil, "6-7")
    assert page.load(workspace, again.number).plan.version == 2


def test_the_profile_is_taken_over_but_not_what_was_said_about_another_move(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=11)
    first = add_plan(workspace, pupil, "9-PFA", hopes="A flat with a cat", advocate_offered=False)
    plan = page.load(workspace, opening.open_plan(workspace, pupil, "11-16P", like=first).number).plan
    assert (plan.admired, plan.support, plan.hopes) == (
        "Saves a seat for everybody.",
        "One thing at a time.",
        "A flat with a cat",
    )
    assert plan.advocate_offered is False
    assert (plan.pupil_voice, plan.pupil_voice_how, plan.pupil_voice_on, plan.named_worker_id) == (
        None,
        None,
        None,
        None,
    )


def test_nobody_gets_another_pupils_profile(workspace: Workspace) -> None:
    theirs = add_plan(workspace, add_pupil(workspace, surname="Byrne", forename="Cian"))
    mine = add_pupil(workspace)
    with pytest.raises(NotAllowed) as caught:
        opening.open_plan(workspace, mine, "6-7", like=theirs)
    assert caught.value.sentence == "That plan is another pupil's. Copy the profile from one of Aisha Khan's plans."
    assert page.of_pupil(workspace, mine) == []


def test_the_next_version_takes_everything_along_that_goes_on(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=9)
    old_id = add_plan(workspace, pupil, "9-PFA", status="active", destination="Riverside", back_up="Sixth form")
    outcome = page.load(workspace, old_id).outcomes[0]
    writing.save_outcome(workspace, old_id, outcome.id, {"progress": "on track"})
    linked = actions.add_action(
        workspace, pupil, plan_id=old_id, what="Visit again", owner="Mum", due_on=None, outcome_id=outcome.id
    ).number
    done = actions.add_action(workspace, pupil, plan_id=old_id, what="Ring", owner="Dad", due_on=None).number
    actions.finish_actions(workspace, [done])
    saved = opening.new_version(workspace, old_id)
    assert saved == ("New version of plan", "Year 9: preparing for adulthood, version 2 · Aisha Khan", 9)
    old, new = page.load(workspace, old_id), page.load(workspace, saved.number)
    assert (old.plan.status, new.plan.status, new.plan.version) == ("active", "draft", 2)
    assert (new.plan.opened_on, new.plan.shared_on, new.plan.agreed_on, new.plan.review_on) == (TODAY, None, None, None)
    assert (old.later is None, new.later is None) == (False, True)
    changed = {"id", "version", "status", "shared_on", "agreed_on", "active_on", "review_on"}
    for name in set(store.PlanRow._fields) - changed:
        assert getattr(new.plan, name) == getattr(old.plan, name), name
    assert [one[3:] for one in new.outcomes] == [one[3:] for one in old.outcomes]
    assert new.outcomes[0].progress == "on track"
    assert {(one.what, one.status) for one in old.actions} == {
        ("Visit", "carried over"), ("Visit again", "carried over"), ("Ring", "done"),
    }  # fmt: skip
    assert {(one.what, one.owner, one.status) for one in new.actions} == {
        ("Visit", "K. Osei", "open"), ("Visit again", "Mum", "open"),
    }  # fmt: skip
    again = next(one for one in new.actions if one.what == "Visit again")
    assert (again.carried_from_id, again.outcome_id) == (linked, new.outcomes[0].id)


def test_the_next_version_is_one_action_that_can_be_undone(workspace: Workspace) -> None:
    plan_id = add_plan(workspace, add_pupil(workspace), status="agreed")
    before = contents(workspace)
    opening.new_version(workspace, plan_id)
    after = contents(workspace)
    history.undo(workspace)
    assert contents(workspace) == before
    history.redo(workspace)
    assert contents(workspace) == after


def test_there_is_no_second_version_of_a_draft_nor_beside_a_later_one(workspace: Workspace) -> None:
    plan_id = add_plan(workspace, add_pupil(workspace))
    with pytest.raises(NotAllowed) as caught:
        opening.new_version(workspace, plan_id)
    assert caught.value.sentence == ("This version is not agreed yet, so you don't need another. Edit this one.")
    with pytest.raises(NoSuchRecord, match=GONE):
        opening.new_version(workspace, plan_id + 1)
    agreed = add_plan(workspace, add_pupil(workspace), status="agreed")
    opening.new_version(workspace, agreed)
    with pytest.raises(NotAllowed, match=r"^Version 2 of this plan already exists\. Change that one\.$"):
        opening.new_version(workspace, agreed)


def test_an_action_of_an_audit_goes_along_and_still_belongs_to_the_audit(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    plan_id = add_plan(workspace, pupil, status="agreed")
    with workspace.change("Plan audited", "made up") as action:
        audit = action.insert(
            "plan_audit",
            {
                "pupil_id": pupil,
                "plan_id": plan_id,
                "auditor_id": 1,
                "audited_on": TODAY,
                "checklist": "1",
                "judgements": "{}",
            },
        )
        action.insert(
            "plan_action",
            {"pupil_id": pupil, "plan_id": plan_id, "audit_id": audit, "what": "Write the hopes", "owner": "K. Osei"},
        )
    new = page.load(workspace, opening.new_version(workspace, plan_id).number)
    assert [one.what for one in new.actions] == ["Visit"]
    assert [(one.what, one.audit_id) for one in new.every_action if one.audit_id] == [("Write the hopes", audit)]


def test_a_draft_that_was_not_wanted_stands_in_nobodys_way(workspace: Workspace) -> None:
    first = add_plan(workspace, add_pupil(workspace), status="active")
    second = opening.new_version(workspace, first).number
    lifecycle.close(workspace, second, reason="The family asked to wait")
    # what it took along goes on in the version that is in force
    assert [one.status for one in page.load(workspace, first).actions] == ["open"]
    assert [one.status for one in page.load(workspace, second).actions] == ["carried over"]
    assert page.load(workspace, first).later is None
    made = writing.save_answers(workspace, first, {"hopes": "To be in the band"})
    assert made.name == "Plan edited, as version 3"
    assert [one.status for one in page.load(workspace, made.number).actions] == ["open"]
    history.undo(workspace)
    history.undo(workspace)
    assert [one.status for one in page.load(workspace, second).actions] == ["open"]
