"""The actions of plans: who may own one, what stands once it was agreed, and that each key is one undoable action."""

from datetime import date, timedelta
from typing import Any

import pytest
from builders import add_pupil, add_school, add_terms
from conftest import TODAY
from hypothesis import given
from hypothesis import strategies as st

from db.plans import plans as store
from db.plans.plans import ActionRow
from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.plans import actions
from transitions.plans.actions import not_a_person
from transitions.workspace import Workspace

AGREED = date(2026, 11, 3)
LATER = date(2026, 12, 4)


@pytest.fixture
def pupil(workspace: Workspace) -> int:
    return add_pupil(workspace, school_id=add_school(workspace, "Layfield Primary"))


def add_plan(workspace: Workspace, pupil: int, **values: Any) -> int:
    row = {"pupil_id": pupil, "transition": "6-7", "opened_on": date(2026, 10, 1), **values}
    with workspace.change("Plan opened", "x") as action:
        return action.insert("plan", row)


def add(workspace: Workspace, pupil: int, what: str = "Ring the school", **values: Any) -> int:
    return actions.add_action(workspace, pupil, **{"what": what, "owner": "J. Shah", "due_on": LATER, **values}).number


def row(workspace: Workspace, number: int) -> ActionRow:
    found = store.action(workspace.read(), number)
    assert found is not None
    return found


def set_columns(workspace: Workspace, number: int, **values: Any) -> None:
    with workspace.change("By hand", "x") as action:
        action.update("plan_action", {"id": number}, values)


# --- who can own one ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "owner",
    [
        "CAMHS", "camhs", "The CAMHS team", "School", "the school", "Social care", "Children's services", "social services",
        "The council", "SENCO team", "Health", "College", "all", "Everyone", "School and social care", "CAMHS / school",
        "health, education & social care", "The family", "TBC", "Layfield Primary", "layfield primary.", "Youth service",
    ],
)  # fmt: skip
def test_an_agency_alone_owns_nothing(workspace: Workspace, pupil: int, owner: str) -> None:
    with pytest.raises(FieldProblems) as refused:
        add(workspace, pupil, owner=owner)
    assert set(refused.value.problems) == {"owner"}
    assert "Name the person" in refused.value.problems["owner"]
    assert store.actions(workspace.read(), pupil) == []


@pytest.mark.parametrize(
    "owner",
    ["Dr Lee, CAMHS", "Mum", "Dad", "me", "Aisha", "Mum and school", "J. Shah", "Ms Bell (Layfield Primary)", "Grandma", "SENCO",
     "Mr School", "Foster carer", "李雷", "A. Alloway"],
)  # fmt: skip
def test_a_person_owns_an_action(workspace: Workspace, pupil: int, owner: str) -> None:
    assert row(workspace, add(workspace, pupil, owner=owner)).owner == owner


@given(st.text(max_size=30), st.text(max_size=20))
def test_any_text_can_be_judged(owner: str, school: str) -> None:
    said = not_a_person(owner, [school])
    assert said is None or "Name the person" in said


# --- adding and editing ------------------------------------------------------------------------------------------------


def test_an_action_goes_on_the_open_plan(workspace: Workspace, pupil: int) -> None:
    without = add(workspace, pupil, due_on=None)
    plan = add_plan(workspace, pupil)
    other = add_plan(workspace, pupil, transition="14+", opened_on=date(2026, 9, 1))
    done = actions.add_action(workspace, pupil, what=" Visit\nthe school ", owner="Ms Bell", due_on=LATER)
    assert done == ("Action added", "Aisha Khan", 1)
    on_other = add(workspace, pupil, plan_id=other)
    assert [row(workspace, number).plan_id for number in (without, done.number, on_other)] == [None, plan, other]
    kept = row(workspace, done.number)
    assert (kept.what, kept.owner, kept.due_on) == ("Visit the school", "Ms Bell", LATER)
    assert (kept.status, kept.added_on, kept.done_on) == ("open", TODAY, None)
    history.undo(workspace)
    assert len(store.actions(workspace.read(), pupil)) == 2


def test_each_wrong_field_has_its_own_sentence(workspace: Workspace, pupil: int) -> None:
    plan = add_plan(workspace, pupil)
    fields = {"what": " ", "due_on": "30 February", "evidence": "x", "outcome_id": "7", "colour": "red"}
    with pytest.raises(FieldProblems) as refused:
        actions.save_action(workspace, pupil, None, fields, plan_id=plan)
    assert set(refused.value.problems) == {"what", "owner", "due_on", "outcome_id", "colour"}
    with pytest.raises(FieldProblems, match="501 characters, more than 500"):
        add(workspace, pupil, "x" * 501)
    with pytest.raises(NoSuchRecord, match="no pupil with the number 999"):
        add(workspace, 999)
    with pytest.raises(NoSuchRecord, match="This plan is no longer here"):
        add(workspace, add_pupil(workspace), plan_id=plan)
    closed = add_plan(workspace, pupil, transition="14+", status="closed")
    with pytest.raises(NotAllowed, match="This plan is closed"):
        add(workspace, pupil, plan_id=closed)
    assert store.actions(workspace.read(), pupil) == []


def test_editing_takes_text_as_people_type_it_and_only_what_is_given(workspace: Workspace, pupil: int) -> None:
    add_terms(workspace)
    plan = add_plan(workspace, pupil)
    with workspace.change("Outcome", "x") as action:
        outcome = action.insert(
            "plan_outcome", {"pupil_id": pupil, "plan_id": plan, "area": "health", "outcome": "Sleeps"}
        )
    number = add(workspace, pupil)
    fields = {"due_on": "end of term", "outcome_id": str(outcome), "evidence": " told\nus "}
    assert actions.save_action(workspace, pupil, number, fields).changed == 1
    kept = row(workspace, number)
    assert (kept.what, kept.owner, kept.due_on) == ("Ring the school", "J. Shah", date(2026, 12, 18))
    assert (kept.outcome_id, kept.evidence) == (outcome, "told\nus")
    assert actions.save_action(workspace, pupil, number, {**fields, "due_on": date(2026, 12, 18)}).changed == 0
    actions.save_action(workspace, pupil, number, {"due_on": "", "outcome_id": None})
    assert (row(workspace, number).due_on, row(workspace, number).outcome_id) == (None, None)
    with pytest.raises(FieldProblems, match="what"):
        actions.save_action(workspace, pupil, number, {"what": ""})
    with pytest.raises(NoSuchRecord, match="no longer here"):
        actions.save_action(workspace, add_pupil(workspace), number, {"what": "Of another pupil"})


def test_what_stands_is_not_judged_again(workspace: Workspace, pupil: int) -> None:
    number = add(workspace, pupil)
    set_columns(workspace, number, owner="CAMHS")  # as an earlier release took it
    assert actions.save_action(workspace, pupil, number, {"owner": "CAMHS", "evidence": "rang"}).changed == 1
    with pytest.raises(FieldProblems, match="owner"):
        actions.save_action(workspace, pupil, number, {"owner": "School"})


# --- what was agreed ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("field", "value"), [("what", "Something else"), ("owner", "Ms Bell"), ("due_on", "+2w")])
def test_what_was_agreed_is_changed_by_no_edit(workspace: Workspace, pupil: int, field: str, value: str) -> None:
    plan = add_plan(workspace, pupil)
    number, unknown, audit, since = (add(workspace, pupil) for _ in range(4))
    with workspace.change("Audited", "x") as action:
        audited = action.insert(
            "plan_audit",
            {"pupil_id": pupil, "plan_id": plan, "auditor_id": workspace.me, "audited_on": TODAY, "checklist": "1",
             "judgements": "{}"},
        )  # fmt: skip
        action.update("plan_action", {"id": number}, {"added_on": AGREED})
        action.update("plan_action", {"id": unknown}, {"added_on": None})
        action.update("plan_action", {"id": audit}, {"added_on": AGREED, "audit_id": audited})
    assert actions.save_action(workspace, pupil, number, {field: value}).changed == 1  # nobody has agreed yet
    history.undo(workspace)
    with workspace.change("Agreed", "x") as action:
        action.update("plan", {"id": plan}, {"status": "agreed", "agreed_on": AGREED})
    for agreed in (number, unknown):
        with pytest.raises(NotAllowed, match=r"agreed on Tue 3 Nov 2026.*Drop it with a reason and add a new one"):
            actions.save_action(workspace, pupil, agreed, {field: value})
    for free in (audit, since):
        assert actions.save_action(workspace, pupil, free, {field: value}).changed == 1
    # Progress is always possible.
    assert actions.save_action(workspace, pupil, number, {"what": "Ring the school", "evidence": "rang"}).changed == 1
    assert actions.finish_actions(workspace, [number]).changed == 1
    assert actions.drop_actions(workspace, [unknown], reason="moved away").changed == 1
    assert row(workspace, add(workspace, pupil)).plan_id == plan


# --- done, dropped, open again ------------------------------------------------------------------------------------------


def test_done_is_one_action_however_many(workspace: Workspace, pupil: int) -> None:
    one, two = add(workspace, pupil), add(workspace, add_pupil(workspace, surname="Byrne"))
    set_columns(workspace, two, evidence="half of it")
    done = actions.finish_actions(workspace, [one, two], on=AGREED)
    assert done == ("Action done", "2 actions · 2 pupils", 2)
    assert [(row(workspace, n).status, row(workspace, n).done_on) for n in (one, two)] == [("done", AGREED)] * 2
    assert [row(workspace, n).evidence for n in (one, two)] == [None, "half of it"]
    history.undo(workspace)
    assert [(row(workspace, n).status, row(workspace, n).done_on) for n in (one, two)] == [("open", None)] * 2
    assert actions.finish_actions(workspace, [one], evidence=" a letter ") == ("Action done", "Aisha Khan", 1)
    assert (row(workspace, one).evidence, row(workspace, one).done_on) == ("a letter", TODAY)
    assert actions.finish_actions(workspace, []).changed == 0


def test_a_day_to_come_and_an_empty_reason_are_refused(workspace: Workspace, pupil: int) -> None:
    number = add(workspace, pupil)
    with pytest.raises(NotAllowed, match="Sun 22 Nov 2026 is in the future"):
        actions.finish_actions(workspace, [number], on=TODAY + timedelta(days=1))
    with pytest.raises(NotAllowed, match="Say why it is dropped"):
        actions.drop_actions(workspace, [number], reason=" \n")
    with pytest.raises(NoSuchRecord, match="no longer here"):
        actions.finish_actions(workspace, [999])
    assert row(workspace, number).status == "open"


def test_dropped_with_its_reason_and_opened_again(workspace: Workspace, pupil: int) -> None:
    number = add(workspace, pupil)
    assert actions.drop_actions(workspace, [number], reason="The family moved.") == ("Action dropped", "Aisha Khan", 1)
    assert (row(workspace, number).status, row(workspace, number).evidence) == ("dropped", "The family moved.")
    with pytest.raises(NotAllowed, match=r"This action is dropped already\. Open it again first"):
        actions.finish_actions(workspace, [number])
    assert actions.reopen_actions(workspace, [number]).changed == 1
    assert (row(workspace, number).status, row(workspace, number).evidence) == ("open", None)
    assert actions.reopen_actions(workspace, [number]).changed == 0
    actions.finish_actions(workspace, [number])
    with pytest.raises(NotAllowed, match="This action is done already, since Sat 21 Nov 2026"):
        actions.drop_actions(workspace, [number], reason="x")
    with pytest.raises(NotAllowed, match="done already"):
        actions.save_action(workspace, pupil, number, {"due_on": LATER + timedelta(days=1)})
    assert actions.save_action(workspace, pupil, number, {"evidence": "the minutes"}).changed == 1
    assert actions.reopen_actions(workspace, [number]).changed == 1
    assert row(workspace, number).done_on is None


def test_what_goes_on_in_a_newer_version_is_decided_there(workspace: Workspace, pupil: int) -> None:
    number, open_one = add(workspace, pupil), add(workspace, pupil)
    set_columns(workspace, number, status="carried over")
    with pytest.raises(NotAllowed, match="One of these actions continues in a newer version of the plan"):
        actions.finish_actions(workspace, [open_one, number])
    assert row(workspace, open_one).status == "open"  # all or none
    for refused in (
        lambda: actions.drop_actions(workspace, [number], reason="x"),
        lambda: actions.reopen_actions(workspace, [number]),
        lambda: actions.save_action(workspace, pupil, number, {"evidence": "x"}),
    ):
        with pytest.raises(NotAllowed, match="This action continues in a newer version of the plan"):
            refused()
