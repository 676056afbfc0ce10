"""One handover, whole: what the record proposes, what was answered, how complete it is, and what changed since it was sent."""

from datetime import date

import pytest
from builders import add_episode, add_handover, add_plan, add_pupil, add_school, edit_pupil
from handover_rows import FROM_RECORD

from db.pupils.pupils import PupilPage
from transitions.custody import history
from transitions.errors import NoSuchRecord
from transitions.handovers import correspondence, page, writing
from transitions.handovers.page import Answer, HandoverPage
from transitions.handovers.prefill import _READERS
from transitions.questionnaire import Filled
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)


@pytest.fixture
def pupil(workspace: Workspace) -> int:
    secondary = add_school(workspace, "Oakwood School", low_age=11, high_age=18)
    return add_pupil(
        workspace, sen_provision="K", attendance_percent=87.25, young_carer=False, next_school_id=secondary
    )


def opened(workspace: Workspace, pupil_id: int, **answers: object) -> HandoverPage:
    return page.load(workspace, add_handover(workspace, pupil_id, **answers))


def value(found: HandoverPage, code: str) -> str | None:
    stands = found.value(code)
    return stands.value if stands else None


def test_everything_that_a_form_may_take_from_the_record_is_read() -> None:
    columns = {f"pupil.{name}" for name in PupilPage._fields}
    assert {one for one in FROM_RECORD if not one.startswith("plan.")} - columns == _READERS.keys() - columns
    assert _READERS.keys() <= set(FROM_RECORD)


def test_what_is_recorded_is_proposed_with_its_day(workspace: Workspace, pupil: int) -> None:
    found = opened(workspace, pupil)
    assert found.value("attendance_this_year") == Answer("87.25", "record", TODAY)
    assert found.value("persistent_absence") == Answer("yes", "record", TODAY)
    assert found.value("sen_provision") == Answer("SEN support", "record", TODAY)
    assert value(found, "next_school") == "Oakwood School"
    assert value(found, "suspensions") is None


def test_no_is_proposed_only_where_somebody_recorded_it(workspace: Workspace, pupil: int) -> None:
    found = opened(workspace, pupil)
    assert value(found, "young_carer") == "no"
    assert value(found, "pupil_premium") is None  # every record begins with no
    edit_pupil(workspace, pupil, pupil_premium=True)
    assert value(page.load(workspace, found.row.id), "pupil_premium") == "yes"
    history.undo(workspace)
    assert value(page.load(workspace, found.row.id), "pupil_premium") is None
    history.redo(workspace)
    assert value(page.load(workspace, found.row.id), "pupil_premium") == "yes"


def test_care_is_told_as_it_is_today_and_nothing_where_nothing_is_known(workspace: Workspace, pupil: int) -> None:
    found = opened(workspace, pupil)
    assert (value(found, "looked_after"), value(found, "social_care")) == (None, None)
    add_episode(workspace, pupil, "looked after", date(2024, 1, 8), date(2025, 6, 1))
    add_episode(workspace, pupil, "child in need", date(2025, 6, 2))
    add_episode(workspace, pupil, "child protection", date(2026, 2, 2))
    found = page.load(workspace, found.row.id)
    assert found.value("looked_after") == Answer("no", "record", date(2025, 6, 1))
    assert found.value("social_care") == Answer("child protection plan", "record", date(2026, 2, 2))


def test_the_plan_of_the_move_speaks_first(workspace: Workspace, pupil: int) -> None:
    add_plan(workspace, pupil, "9-PFA", hopes="To be a vet")
    found = opened(workspace, pupil)
    assert value(found, "my_hopes") == "To be a vet"
    add_plan(workspace, pupil, "6-7", hopes="A quiet place", hopes_on=date(2026, 10, 5))
    found = page.load(workspace, found.row.id)
    assert found.value("my_hopes") == Answer("A quiet place", "record", date(2026, 10, 5))
    assert found.value("know_about_me") == Answer(
        "I want to see the hall when it is empty.", "record", date(2026, 10, 2)
    )
    assert value(found, "said_on") == "2026-10-02"
    assert value(found, "strengths") == "Saves a seat for everybody."


def test_services_are_those_of_the_outer_circle_who_may_be_contacted(workspace: Workspace, pupil: int) -> None:
    for name, circle, may in (("Mum", "inner", True), ("A. Lee", "outer", True), ("B. Roy", "outer", False)):
        with workspace.change("Contact added", name) as action:
            action.insert(
                "contact",
                {"pupil_id": pupil, "name": name, "relationship": "therapist", "circle": circle, "may_contact": may},
            )
    assert value(opened(workspace, pupil), "agencies") == "therapist, A. Lee"


def test_placements_and_funding_of_now_are_proposed(workspace: Workspace, pupil: int) -> None:
    with workspace.change("Placed", "made up") as action:
        for kind, place, start, end in (
            ("alternative provision", "The Bridge", date(2025, 1, 6), date(2025, 7, 1)),
            ("nurture group", "Willow", date(2026, 9, 7), None),
            ("part-time timetable", "half days", date(2026, 10, 1), None),
        ):
            row = {"pupil_id": pupil, "kind": kind, "place": place, "started_on": start, "ended_on": end}
            action.insert("placement", {**row, "back_on": date(2026, 11, 2) if kind == "nurture group" else None})
        for what, ends in (("old", date(2026, 8, 31)), ("high needs", date(2027, 8, 31))):
            action.insert("funding", {"pupil_id": pupil, "what": what, "ends_on": ends})
    found = opened(workspace, pupil)
    assert value(found, "placed_elsewhere") == "yes"
    assert value(found, "placement") == "Nurture group: Willow, from Mon 7 Sep 2026"
    assert value(found, "placement_back_on") == "2026-11-02"
    assert (value(found, "funding"), value(found, "funding_ends_on")) == ("yes", "2027-08-31")


def test_what_the_question_would_not_take_is_not_proposed(workspace: Workspace, pupil: int) -> None:
    add_plan(workspace, pupil, pupil_voice_how="with a very long story " * 60)
    assert value(opened(workspace, pupil), "said_how") is None


def test_an_answer_stands_before_the_record_and_the_record_moves_on_until_then(
    workspace: Workspace, pupil: int
) -> None:
    found = opened(workspace, pupil, attendance_this_year="91")
    edit_pupil(workspace, pupil, attendance_percent=70.0)
    found = page.load(workspace, found.row.id)
    assert found.value("attendance_this_year") == Answer("91", "answered", TODAY)
    assert value(found, "persistent_absence") == "yes"
    assert found.to_confirm["attendance"] == 1


def test_completeness_counts_answers_and_proposals(workspace: Workspace, pupil: int) -> None:
    found = opened(workspace, pupil)
    assert found.completeness["attendance"] == Filled(2, 5)
    assert found.completeness["safeguarding"] == Filled(0, 0)
    before = found.filled
    writing.save_answers(workspace, found.row.id, {"lates": "0", "avoids_school": "n", "attendance_barriers": "bus"})
    edit_pupil(workspace, pupil, child_protection_file=True, tier="targeted")
    found = page.load(workspace, found.row.id)
    assert found.completeness["attendance"] == Filled(4, 5)
    assert found.completeness["safeguarding"] == Filled(0, 1)
    assert (found.filled.filled, found.filled.asked) == (before.filled + 3, before.asked + 1)
    assert [one.question.code for one in found.missing if one.section.code == "attendance"] == ["attendance_last_year"]


def test_a_question_that_follows_is_asked_and_told_after_a_yes_only(workspace: Workspace, pupil: int) -> None:
    found = opened(workspace, pupil, medical_alert="yes", health_care_plan="In the office")
    assert "health_care_plan" in [one.question.code for one in found.to_tell]
    writing.save_answers(workspace, found.row.id, {"medical_alert": "no"})
    found = page.load(workspace, found.row.id)
    assert "health_care_plan" not in [one.question.code for one in found.to_tell]
    assert "health_care_plan" not in [one.question.code for one in found.asked()]
    assert value(found, "health_care_plan") == "In the office"  # kept, should the answer turn to yes again


def test_what_is_asked_depends_on_provision_but_no_answer_is_ever_lost(workspace: Workspace, pupil: int) -> None:
    found = opened(workspace, pupil, sensory="Loud bells hurt.")
    assert found.form.question("ehc_review_on") is None
    edit_pupil(workspace, pupil, sen_provision="N")
    found = page.load(workspace, found.row.id)
    assert found.form.question("triggers") is None
    assert found.form.question("sensory") is not None


def test_an_answer_reads_as_people_write_it(workspace: Workspace, pupil: int) -> None:
    found = opened(workspace, pupil, reading_test_on="13/2/26")
    words = {one.question.code: one.text for one in found.asked()}
    assert words["attendance_this_year"] == "87.25%"
    assert words["reading_test_on"] == "Fri 13 Feb 2026"
    assert words["lates"] == ""


def test_a_handover_that_was_sent_tells_what_is_no_longer_as_it_went(workspace: Workspace, pupil: int) -> None:
    found = opened(workspace, pupil, music="Violin", lates="3", interests="Trains")
    number = found.row.id
    assert found.changed_since_sent == ()
    correspondence.send(workspace, [number], how="by hand")
    assert page.load(workspace, number).changed_since_sent == ()

    writing.save_answers(workspace, number, {"lates": "4", "interests": "", "strengths": "Kind"})
    assert page.load(workspace, number).changed_since_sent == ("strengths", "interests", "lates")
    writing.save_answers(workspace, number, {"lates": "5"})
    writing.save_answers(workspace, number, {"lates": "3", "interests": "Trains"})
    assert page.load(workspace, number).changed_since_sent == ("strengths",)

    writing.save_answers(workspace, number, {"strengths": ""})
    assert page.load(workspace, number).changed_since_sent == ()
    writing.save_answers(workspace, number, {"music": "Drums"})
    history.undo(workspace)
    assert page.load(workspace, number).changed_since_sent == ()

    writing.save_answers(workspace, number, {"music": "Drums"})
    correspondence.send(workspace, [number], how="by hand")
    assert page.load(workspace, number).changed_since_sent == ()
    writing.save_answers(workspace, number, {"music": ""})
    assert page.load(workspace, number).changed_since_sent == ("music",)


def test_a_handover_from_another_school_says_what_it_said_and_nothing_of_ours(workspace: Workspace, pupil: int) -> None:
    with workspace.change("Handover received", "made up") as action:
        number = action.insert(
            "handover",
            {"uid": "theirs", "pupil_id": pupil, "transition": "6-7", "move_year": 2026, "direction": "in", "form": "6-7 x",
             "status": "sent", "sent_on": TODAY, "received_on": TODAY, "started_on": TODAY},
        )  # fmt: skip
        for question, said in (("lates", "2"), ("Does he take the bus?", "With a pass")):
            action.insert(
                "handover_answer",
                {"handover_id": number, "pupil_id": pupil, "question": question, "value": said, "answered_on": TODAY},
            )
    found = page.load(workspace, number)
    assert {code: answer.value for code, answer in found.answers.items()} == {
        "lates": "2",
        "Does he take the bus?": "With a pass",
    }
    assert found.proposed == {}
    assert [(one.section.title, one.question.label, one.text) for one in found.to_tell][-1] == (
        "Also told",
        "Does he take the bus?",
        "With a pass",
    )


def test_questions_of_the_receiving_school_are_open_until_answered(workspace: Workspace, pupil: int) -> None:
    number = opened(workspace, pupil).row.id
    with workspace.change("Asked", "made up") as action:
        row = {"handover_id": number, "pupil_id": pupil, "side": "receiver", "kind": "question", "on_day": TODAY}
        first = action.insert("handover_message", {**row, "uid": "q1", "words": "Which bus?"})
        action.insert("handover_message", {**row, "uid": "q2", "words": "Which form?"})
        answer = {**row, "side": "sender", "kind": "answer", "uid": "a1", "words": "The 7", "answers_id": first}
        action.insert("handover_message", answer)
    found = page.load(workspace, number)
    assert [one.words for one in found.open_questions] == ["Which form?"]
    assert len(found.messages) == 3


def test_a_handover_that_is_gone_is_named_so(workspace: Workspace) -> None:
    with pytest.raises(NoSuchRecord, match="no longer here"):
        page.load(workspace, 5)
