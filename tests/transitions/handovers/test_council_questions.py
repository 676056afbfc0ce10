"""The council's own questions: kept with the file, counted in the version, and never lost to handovers that answered them."""

import pytest
from builders import add_handover, add_pupil

from transitions.custody import history
from transitions.errors import FieldProblems
from transitions.handovers import form as own_questions
from transitions.handovers import page, writing
from transitions.handovers.form import shipped
from transitions.workspace import Workspace

BUS = {
    "code": "own_bus",
    "section": "destination",
    "label": "Bus pass ordered",
    "kind": "yes or no",
    "one_for_all": True,
}
KIT = {
    "code": "own_kit",
    "label": "Has sports kit",
    "kind": "choice",
    "choices": ["yes", "some"],
    "transitions": ["6-7"],
}


def test_without_own_questions_the_form_is_the_shipped_one(workspace: Workspace) -> None:
    assert own_questions.own_questions(workspace) == (0, (), ())
    assert own_questions.form_for(workspace, "6-7") is shipped("6-7")


def test_own_questions_are_asked_after_the_shipped_ones_and_counted(workspace: Workspace) -> None:
    recorded = own_questions.save(workspace, [BUS, KIT])
    assert recorded == ("Questions of handovers changed", "2 of our own, change 1", 1)
    form = own_questions.form_for(workspace, "6-7")
    assert form.version == f"{shipped('6-7').version} + 2, change 1"
    assert [one.code for one in form.section("destination").questions][-1] == "own_bus"
    kit = form.question("own_kit")
    assert kit is not None
    assert (kit.choices, kit.sensitive) == (("yes", "some"), True)
    assert own_questions.form_for(workspace, "EY-R").version == f"{shipped('EY-R').version} + 1, change 1"
    history.undo(workspace)
    assert own_questions.form_for(workspace, "6-7") is shipped("6-7")


def test_saving_the_same_questions_again_is_no_change(workspace: Workspace) -> None:
    own_questions.save(workspace, [BUS])
    assert own_questions.save(workspace, [dict(BUS)]).changed == 0
    assert own_questions.own_questions(workspace).version == 1


def test_a_question_that_is_taken_out_still_has_its_words_where_it_was_answered(workspace: Workspace) -> None:
    own_questions.save(workspace, [BUS, KIT])
    pupil = add_pupil(workspace)
    answered, other = add_handover(workspace, pupil, own_bus="y"), add_pupil(workspace, surname="Lee")
    assert page.load(workspace, answered).row.form == f"{shipped('6-7').version} + 2, change 1"
    own_questions.save(workspace, [KIT])
    found = page.load(workspace, answered)
    assert [
        (one.section.title, one.question.label, one.text) for one in found.asked() if one.question.code == "own_bus"
    ] == [("Asked before", "Bus pass ordered", "yes")]
    assert "own_bus" not in [one.question.code for one in found.to_tell]  # but it is sent no more
    assert page.load(workspace, add_handover(workspace, other)).form.question("own_bus") is None
    writing.save_answers(workspace, answered, {"own_bus": "no"})  # and it may be put right, or taken away
    assert page.load(workspace, answered).values["own_bus"] == "no"
    writing.save_answers(workspace, answered, {"own_bus": ""})
    assert page.load(workspace, answered).form.question("own_bus") is None


def test_a_question_may_come_back_but_never_as_another_kind(workspace: Workspace) -> None:
    own_questions.save(workspace, [BUS])
    own_questions.save(workspace, [])
    with pytest.raises(FieldProblems) as refused:
        own_questions.save(workspace, [KIT, {**BUS, "kind": "day"}])
    assert list(refused.value.problems) == ["question 2 kind"]
    assert "use another code" in refused.value.problems["question 2 kind"]
    own_questions.save(workspace, [{**BUS, "label": "Has a bus pass"}])
    own = own_questions.own_questions(workspace)
    assert (own.version, own.questions[0].question.label, own.earlier) == (3, "Has a bus pass", ())


def test_one_own_answer_may_be_given_to_many(workspace: Workspace) -> None:
    own_questions.save(workspace, [BUS, KIT])
    pupils = [add_pupil(workspace), add_pupil(workspace, surname="Lee")]
    assert writing.answer_for_many(workspace, pupils, {"own_bus": "yes"}).changed == 2
    with pytest.raises(FieldProblems):
        writing.answer_for_many(workspace, pupils, {"own_kit": "some"})


def test_what_is_wrong_with_a_question_is_told_and_nothing_is_kept(workspace: Workspace) -> None:
    with pytest.raises(FieldProblems):
        own_questions.save(workspace, [{**BUS, "section": "safeguarding"}])
    assert own_questions.own_questions(workspace).version == 0
