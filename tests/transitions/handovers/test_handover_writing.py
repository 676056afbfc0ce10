"""Writing handovers: one pupil's answers, one answer for a whole class, and taking over what the record proposes."""

from datetime import date

import pytest
from builders import add_handover, add_pupil, add_school, contents, edit_pupil

from db.handovers import handovers as store
from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.handovers import correspondence, page, writing
from transitions.handovers.form import shipped
from transitions.handovers.page import Answer
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)


@pytest.fixture
def pupil(workspace: Workspace) -> int:
    return add_pupil(workspace, sen_provision="K", attendance_percent=87.25)


def answers(workspace: Workspace, handover_id: int) -> dict[str, str]:
    return {one.question: one.value for one in store.answers(workspace.read(), [handover_id])}


def test_answers_are_kept_as_their_kind_is_read(workspace: Workspace, pupil: int) -> None:
    number = add_handover(workspace, pupil)
    said = {
        "medical_alert": "Y",
        "lates": " 7 ",
        "attendance_last_year": "93.50%",
        "transition_day": "WENT",
        "reading_test_on": "5 sep 26",
        "ks2_maths_score": "Absent",
        "interests": "  Trains\nand  maps ",
    }
    recorded = writing.save_answers(workspace, number, said)
    assert recorded == ("Handover written", "Year 6 to Year 7 · Aisha Khan", 7)
    assert answers(workspace, number) == {
        "medical_alert": "yes",
        "lates": "7",
        "attendance_last_year": "93.5",
        "transition_day": "went",
        "reading_test_on": "2026-09-05",
        "ks2_maths_score": "absent",
        "interests": "Trains\nand  maps",
    }


def test_empty_text_takes_an_answer_away_and_undo_brings_it_back(workspace: Workspace, pupil: int) -> None:
    number = add_handover(workspace, pupil, attendance_this_year="91", lates="2")
    before = contents(workspace)
    assert writing.save_answers(workspace, number, {"attendance_this_year": " ", "lates": None}).changed == 2
    assert answers(workspace, number) == {}
    assert page.load(workspace, number).value("attendance_this_year") == Answer("87.25", "record", TODAY)
    history.undo(workspace)
    assert contents(workspace) == before


def test_the_same_answer_again_changes_nothing_and_keeps_its_day(workspace: Workspace, pupil: int, opener) -> None:
    number = add_handover(workspace, pupil, lates="2", music="Violin")
    later = opener(date(2026, 12, 1))
    assert writing.save_answers(later, number, {"lates": "2"}).changed == 0
    assert not [one for one in history.entries(later) if one.name == "Handover written"][1:]
    writing.save_answers(later, number, {"lates": "3", "music": "Violin"})
    assert [(one.question, one.answered_on) for one in store.answers(later.read(), [number])] == [
        ("lates", date(2026, 12, 1)),
        ("music", TODAY),
    ]


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_kept(workspace: Workspace, pupil: int) -> None:
    number = add_handover(workspace, pupil)
    with pytest.raises(FieldProblems) as refused:
        writing.save_answers(
            workspace, number, {"lates": "many", "transition_day": "perhaps", "hobby": "Trains", "music": "Violin"}
        )
    assert refused.value.problems.keys() == {"lates", "transition_day", "hobby"}
    assert refused.value.problems["hobby"] == "there is no such question in this form"
    assert answers(workspace, number) == {}


def test_writing_moves_the_handover_to_the_form_of_today(workspace: Workspace, pupil: int) -> None:
    number = add_handover(workspace, pupil)
    with workspace.change("Older", "made up") as action:
        action.update("handover", {"id": number}, {"form": "6-7 2020.1"})
    writing.save_answers(workspace, number, {"lates": "2"})
    assert page.current_row(workspace, number).form == shipped("6-7").version


def test_a_handover_of_another_school_is_not_written_on(workspace: Workspace, pupil: int) -> None:
    number = add_handover(workspace, pupil)
    with workspace.change("Theirs", "made up") as action:
        action.update("handover", {"id": number}, {"direction": "in"})
    for write in (writing.save_answers, writing.accept_prefilled):
        with pytest.raises(NotAllowed, match="can’t change what another school told us"):
            write(workspace, number, {"lates": "2"} if write is writing.save_answers else None)


def test_a_section_takes_over_what_the_record_proposes_for_it(workspace: Workspace, pupil: int) -> None:
    number = add_handover(workspace, pupil, persistent_absence="no")
    recorded = writing.accept_prefilled(workspace, number, "attendance")
    assert (recorded.name, recorded.changed) == ("Handover filled in from the record", 1)
    assert answers(workspace, number) == {"persistent_absence": "no", "attendance_this_year": "87.25"}
    edit_pupil(workspace, pupil, attendance_percent=60.0)
    found = page.load(workspace, number)
    assert found.value("attendance_this_year") == Answer("87.25", "answered", TODAY)
    writing.accept_prefilled(workspace, number)
    assert page.load(workspace, number).to_confirm == {}
    assert writing.accept_prefilled(workspace, number).changed == 0


def test_what_does_not_follow_is_not_taken_over(workspace: Workspace, pupil: int) -> None:
    edit_pupil(workspace, pupil, part_time_timetable=False, part_time_timetable_until=date(2026, 12, 18))
    number = add_handover(workspace, pupil)
    writing.accept_prefilled(workspace, number, "placements")
    assert "part_time_until" not in answers(workspace, number)


def test_one_answer_is_given_to_a_class_in_one_action(workspace: Workspace, pupil: int) -> None:
    others = [add_pupil(workspace, surname=f"Bell {n}") for n in range(2)]
    begun = add_handover(workspace, others[0], summer_school="offered")
    before = contents(workspace)
    recorded = writing.answer_for_many(
        workspace, [pupil, *others], {"transition_day": "went", "summer_school": "offered"}
    )
    assert recorded == ("Handovers written alike", "Transition day, Summer school · 3 pupils", 5)
    for number in writing.start(workspace, [pupil, *others]).handovers.values():
        assert answers(workspace, number) == {"transition_day": "went", "summer_school": "offered"}
    assert begun in writing.start(workspace, others).handovers.values()
    history.undo(workspace)
    assert contents(workspace) == before


def test_what_each_pupil_answers_alone_is_not_given_to_many(workspace: Workspace, pupil: int) -> None:
    with pytest.raises(FieldProblems) as refused:
        writing.answer_for_many(workspace, [pupil], {"my_hopes": "The same", "buddy": "yes", "nonsense": "1"})
    assert refused.value.problems == {"nonsense": "there is no such question in this form"}
    with pytest.raises(FieldProblems) as refused:
        writing.answer_for_many(workspace, [pupil], {"my_hopes": "The same", "buddy": "yes"})
    assert refused.value.problems == {"my_hopes": "each pupil has their own answer: it can't be given to many at once"}
    assert store.of_pupil(workspace.read(), pupil) == []


def test_many_of_two_moves_are_answered_as_far_as_each_is_asked(workspace: Workspace, pupil: int) -> None:
    little = add_pupil(workspace, surname="Bell", year_group=-1)
    recorded = writing.answer_for_many(workspace, [pupil, little], {"buddy": "yes", "setting_visit_on": "1 jul 27"})
    assert recorded.changed == 2
    found = writing.start(workspace, [pupil, little]).handovers
    assert answers(workspace, found[pupil]) == {"buddy": "yes"}
    assert answers(workspace, found[little]) == {"setting_visit_on": "2027-07-01"}


def test_many_for_a_named_move(workspace: Workspace) -> None:
    school = add_school(workspace, low_age=4, high_age=11)
    stays = add_pupil(workspace, year_group=3, school_id=school)
    with pytest.raises(NotAllowed, match="No move is coming up for Aisha Khan"):
        writing.answer_for_many(workspace, [stays], {"buddy": "no"})
    assert writing.answer_for_many(workspace, [stays], {"buddy": "no"}, "INYR", uid=lambda: "x").changed == 1
    assert [one.uid for one in store.of_pupil(workspace.read(), stays)] == ["x"]


def test_what_was_sent_may_still_be_written_and_says_so(workspace: Workspace, pupil: int) -> None:
    school = add_school(workspace, "Oakwood School")
    edit_pupil(workspace, pupil, next_school_id=school)
    number = add_handover(workspace, pupil, lates="2")
    correspondence.send(workspace, [number], how="by hand")
    writing.save_answers(workspace, number, {"lates": "3"})
    found = page.load(workspace, number)
    assert (found.row.status, found.changed_since_sent) == ("sent", ("lates",))


def test_a_handover_that_is_gone_is_not_written(workspace: Workspace) -> None:
    with pytest.raises(NoSuchRecord):
        writing.save_answers(workspace, 9, {"lates": "2"})
    with pytest.raises(NoSuchRecord):
        writing.accept_prefilled(workspace, 9, "about")
