"""Who holds a copy of a plan."""

from datetime import date

import pytest
from builders import contents
from conftest import TODAY
from made_plans import agreed_plan, draft_plan

from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord
from transitions.plans import lifecycle
from transitions.plans.page import load
from transitions.plans.writing import save_copy, take_out_copy
from transitions.pupils import history as pupil_history
from transitions.workspace import Workspace


def copies(workspace: Workspace, plan_id: int) -> list[tuple[str, str | None, date]]:
    return [(one.holder, one.form, one.given_on) for one in load(workspace, plan_id).copies]


def test_a_copy_is_given_put_right_and_taken_out(workspace: Workspace) -> None:
    plan = draft_plan(workspace)
    before = contents(workspace)
    saved = save_copy(workspace, plan, None, {"holder": "  Layfield\x1b  Academy ", "form": "paper"})
    assert (saved.name, saved.summary, saved.changed) == ("Copy recorded", "Year 6 to Year 7 · Aisha Khan", 1)
    assert copies(workspace, plan) == [("Layfield Academy", "paper", TODAY)]
    edited = save_copy(workspace, plan, saved.number, {"form": "", "given_on": "2 nov"})
    assert (edited.name, edited.number) == ("Copy edited", saved.number)
    assert copies(workspace, plan) == [("Layfield Academy", None, date(2026, 11, 2))]
    assert save_copy(workspace, plan, saved.number, {"holder": "Layfield Academy"}).changed == 0
    given = contents(workspace)
    assert take_out_copy(workspace, plan, saved.number).name == "Copy taken out"
    assert contents(workspace) == before
    history.undo(workspace)
    assert contents(workspace) == given
    history.undo(workspace)
    history.undo(workspace)
    assert contents(workspace) == before


def test_the_familys_copy_is_written_when_the_plan_is_shared(workspace: Workspace) -> None:
    plan = agreed_plan(workspace)
    assert copies(workspace, plan) == [("the family", None, TODAY)]
    save_copy(
        workspace, plan, None, {"holder": "Dr Lee", "given_on": date(2026, 11, 1)}, override="The family asked us"
    )
    assert [holder for holder, _, _ in copies(workspace, plan)] == ["Dr Lee", "the family"]  # the first one first
    told = pupil_history.of_pupil(workspace, load(workspace, plan).plan.pupil_id)[0].rows[0]
    assert (told.what, [field.label for field in told.fields]) == ("Copy of the plan", ["Who has it", "Given on"])


def test_a_copy_of_a_closed_plan_is_still_out_there(workspace: Workspace) -> None:
    plan = draft_plan(workspace)
    lifecycle.close(workspace, plan, reason="moved away")
    save_copy(workspace, plan, None, {"holder": "The new school"})
    assert copies(workspace, plan)[0][0] == "The new school"


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({}, {"holder": "This is needed."}),
        ({"holder": "Mum", "given_on": ""}, {"given_on": "This is needed."}),
        (
            {"holder": "Mum", "given_on": "tomorrow"},
            {"given_on": "Sunday 22 November 2026 is in the future: record a copy once it has been given"},
        ),
    ],
)
def test_each_field_that_is_wrong_is_named(
    workspace: Workspace, fields: dict[str, object], problems: dict[str, str]
) -> None:
    plan = draft_plan(workspace)
    before = contents(workspace)
    with pytest.raises(FieldProblems) as caught:
        save_copy(workspace, plan, None, fields)
    assert (caught.value.problems, contents(workspace)) == (problems, before)


def test_a_copy_of_another_plan_or_none_is_not_there(workspace: Workspace) -> None:
    first = draft_plan(workspace)
    number = save_copy(workspace, first, None, {"holder": "Mum"}).number
    second = draft_plan(workspace, load(workspace, first).plan.pupil_id, "INYR")
    for plan, copy in ((second, number), (first, number + 1)):
        with pytest.raises(NoSuchRecord, match="no longer in the plan"):
            save_copy(workspace, plan, copy, {"holder": "Dad"})
        with pytest.raises(NoSuchRecord, match="no longer in the plan"):
            take_out_copy(workspace, plan, copy)
