"""Questions of the receiving school, the answers, and notes."""

from datetime import date, timedelta

import pytest
from builders import add_handover, add_pupil, add_school, contents
from conftest import TODAY
from query_plans import Recorder

from db.handovers import handovers as store
from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.fields import IS_NEEDED, LONGEST_WORDS
from transitions.handovers import correspondence
from transitions.handovers.page import open_questions
from transitions.workspace import Workspace


@pytest.fixture
def handover(workspace: Workspace) -> int:
    """Aisha Khan's handover, sent to Northgate yesterday."""
    number = add_handover(workspace, add_pupil(workspace, next_school_id=add_school(workspace, "Northgate")))
    correspondence.send(workspace, [number], how="post", on=TODAY - timedelta(days=1))
    return number


def kept(workspace: Workspace, number: int) -> list[store.MessageRow]:
    return store.messages(workspace.read(), [number])


def test_a_question_comes_from_the_school_and_brings_the_handover_back(workspace: Workspace, handover: int) -> None:
    done = correspondence.record_question(workspace, handover, "Which reading test?\nAnd when?", uid=lambda: "q1")
    assert (done.name, done.summary) == ("Question about a handover", "Aisha Khan")
    (question,) = kept(workspace, handover)
    assert question[1:] == (
        "q1",
        handover,
        question.pupil_id,
        "receiver",
        "question",
        "Which reading test?\nAnd when?",
        TODAY,
        "Northgate",
        None,
    )
    row = correspondence.current_row(workspace, handover)
    assert (row.status, row.returned_on) == ("returned", TODAY)
    assert store.events(workspace.read(), handover)[-1].what == "returned"


def test_an_answer_belongs_to_its_question_and_is_given_once(workspace: Workspace, handover: int) -> None:
    correspondence.record_question(workspace, handover, "First?", who="Ms Ode", on=TODAY - timedelta(days=1))
    correspondence.record_question(workspace, handover, "Second?")
    first, second = kept(workspace, handover)
    assert open_questions(kept(workspace, handover)) == [first, second]
    correspondence.answer(workspace, second.id, "Yes", uid=lambda: "a2")
    found = kept(workspace, handover)
    assert open_questions(found) == [first]
    reply = found[-1]
    assert (reply.side, reply.kind, reply.words, reply.who, reply.answers_id) == (
        "sender", "answer", "Yes", "K. Osei", second.id,
    )  # fmt: skip
    assert first.who == "Ms Ode"
    before = contents(workspace)
    with pytest.raises(NotAllowed, match="This question has been answered already"):
        correspondence.answer(workspace, second.id, "No")
    for no_question in (reply.id, 999):
        with pytest.raises(NoSuchRecord, match="There is no such question"):
            correspondence.answer(workspace, no_question, "No")
    assert contents(workspace) == before
    assert correspondence.current_row(workspace, handover).status == "returned"  # it is ours until it is sent again


def test_a_question_about_what_was_acknowledged_takes_nothing_back(workspace: Workspace, handover: int) -> None:
    correspondence.acknowledge(workspace, [handover], by="SENCO")
    correspondence.record_question(workspace, handover, "Which reading test?")
    row = correspondence.current_row(workspace, handover)
    assert (row.status, row.acknowledged_by, row.returned_on) == ("acknowledged", "SENCO", TODAY)
    assert len(open_questions(kept(workspace, handover))) == 1


def test_notes_go_along_on_the_side_of_who_wrote_them(workspace: Workspace, handover: int) -> None:
    correspondence.note(workspace, handover, "Starts a week later")
    with workspace.change("Handover received", "made up") as action:
        came = action.insert(
            "handover",
            {
                "uid": "in", "pupil_id": 1, "transition": "6-7", "move_year": 2026, "direction": "in",
                "form": "6-7", "status": "sent", "started_on": TODAY, "sent_on": TODAY, "received_on": TODAY,
            },
        )  # fmt: skip
    correspondence.note(workspace, came, "Will be in 7B")
    assert [(one.side, one.kind, one.who) for one in (*kept(workspace, handover), *kept(workspace, came))] == [
        ("sender", "note", "K. Osei"), ("receiver", "note", "K. Osei"),
    ]  # fmt: skip
    correspondence.record_question(workspace, came, "Who collects?")
    question = kept(workspace, came)[-1]
    assert (question.side, question.who) == ("receiver", "K. Osei")
    with pytest.raises(NotAllowed, match="The school that sent this handover answers it"):
        correspondence.answer(workspace, question.id, "Gran")


def test_words_are_needed_and_have_a_length(workspace: Workspace, handover: int) -> None:
    correspondence.record_question(workspace, handover, "When?")
    question = kept(workspace, handover)[0].id
    before = contents(workspace)
    for words, wanted in ((" \n\x00 ", IS_NEEDED), ("x" * (LONGEST_WORDS + 1), "10,001 characters; at most 10,000")):
        for write in (
            lambda words=words: correspondence.record_question(workspace, handover, words),
            lambda words=words: correspondence.answer(workspace, question, words),
            lambda words=words: correspondence.note(workspace, handover, words),
        ):
            with pytest.raises(FieldProblems) as refused:
                write()
            assert wanted in refused.value.problems["words"]
    assert contents(workspace) == before


def test_nothing_can_be_asked_about_what_was_never_sent(workspace: Workspace) -> None:
    draft = add_handover(workspace, add_pupil(workspace))
    with pytest.raises(NotAllowed, match="has not been sent, so it cannot be returned with a question"):
        correspondence.record_question(workspace, draft, "When?")
    correspondence.note(workspace, draft, "Ask the family first")
    with pytest.raises(NoSuchRecord):
        correspondence.note(workspace, 999, "x")


def test_undo_takes_a_question_and_its_answer_back_exactly(workspace: Workspace, handover: int) -> None:
    start = contents(workspace)
    correspondence.record_question(workspace, handover, "When?")
    asked = contents(workspace)
    correspondence.answer(workspace, kept(workspace, handover)[0].id, "On Monday")
    history.undo(workspace)
    assert contents(workspace) == asked
    history.undo(workspace)
    assert contents(workspace) == start
    history.redo(workspace)
    assert contents(workspace) == asked


def test_questions_are_found_by_their_handover(workspace: Workspace, handover: int) -> None:
    recorder = Recorder(workspace.read())
    store.messages(recorder, [1, 2])
    store.events(recorder, 1)
    store.answers(recorder, [1, 2])
    of_messages, of_events, of_answers = recorder.plans
    assert "SEARCH handover_message USING INDEX handover_message_by_handover (handover_id=?)" in of_messages
    assert "SEARCH handover_event USING INDEX handover_event_by_handover (handover_id=?)" in of_events
    assert "SEARCH handover_answer USING INDEX sqlite_autoindex_handover_answer_1 (handover_id=?)" in of_answers


def test_a_day_may_be_given_but_none_to_come(workspace: Workspace, handover: int) -> None:
    correspondence.record_question(workspace, handover, "When?", on=date(2026, 11, 20))
    assert kept(workspace, handover)[0].on_day == date(2026, 11, 20)
    with pytest.raises(NotAllowed, match="is in the future"):
        correspondence.record_question(workspace, handover, "When?", on=date(2026, 11, 22))
