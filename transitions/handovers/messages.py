"""Questions of the receiving school and the answers to them, kept with the handover: asked once, answered once, found again."""

from collections.abc import Callable
from datetime import date

from db.handovers import handovers as store
from db.handovers.handovers import HandoverRow, MessageRow
from db.journal import Value
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.fields import IS_NEEDED, LONGEST_WORDS
from transitions.handovers.delivery import check_under_way, note_event, standing, step_day, step_values
from transitions.handovers.opening import new_uid
from transitions.milestones.recording import of_pupils
from transitions.team.lookups import me_name
from transitions.text import clean
from transitions.workspace import Recorded, Workspace


def ask(
    workspace: Workspace,
    handover_id: int,
    words: str,
    *,
    who: str = "",
    on: date | None = None,
    uid: Callable[[], str] = new_uid,
) -> Recorded:
    """Write down a question of the receiving school: ours about one that came, or theirs, told by telephone.

    The handover is returned with it, and waits on the sender. One that was acknowledged stays so: it has been received, and
    only the question waits. Raises FieldProblems without words; NotAllowed for a handover that was never sent, and for a day
    to come or before it was sent; NoSuchRecord.
    """
    text, day = _text(words), step_day(workspace, on)
    pupil_id = standing(workspace, handover_id).pupil_id
    with workspace.change("Question about a handover", of_pupils(workspace, [pupil_id])) as action:
        row = standing(workspace, handover_id)  # behind the lock: it may have been acknowledged or taken back meanwhile
        check_under_way(row, day, "returned with a question")
        asker = _who(workspace, row, who, ours=row.direction == "in")
        action.insert(
            "handover_message", message_row(row.id, row.pupil_id, uid(), "receiver", "question", text, day, asker, None)
        )
        values = step_values("returned", day)
        if row.status == "acknowledged":
            values["status"] = row.status
        action.update("handover", {"id": row.id}, values)
        note_event(action, row, "returned", day, who=asker)
    return action.recorded


def answer(
    workspace: Workspace, message_id: int, words: str, *, who: str = "", uid: Callable[[], str] = new_uid
) -> Recorded:
    """Answer a question. The handover stays with us until it is sent again, with the answer, by a pack or in words.

    Raises FieldProblems without words, and NotAllowed for a question that was answered, or that the other side answers.
    """
    text, question = _text(words), _question(workspace, message_id)
    row = standing(workspace, question.handover_id)
    if row.direction != "out":
        raise NotAllowed("The school that sent this handover answers it. Its answer comes with its next pack.")
    with workspace.change("Question answered", of_pupils(workspace, [row.pupil_id])) as action:
        if question.id not in {one.id for one in open_questions(store.messages(action.connection, [row.id]))}:
            raise NotAllowed("This question has been answered already.")
        action.insert(
            "handover_message",
            message_row(
                row.id, row.pupil_id, uid(), "sender", "answer", text, workspace.clock.today,
                _who(workspace, row, who, ours=True), question.id,
            ),
        )  # fmt: skip
    return action.recorded


def note(
    workspace: Workspace, handover_id: int, words: str, *, who: str = "", uid: Callable[[], str] = new_uid
) -> Recorded:
    """Write a note that goes along with the handover. Raises FieldProblems without words; NoSuchRecord."""
    text, row = _text(words), standing(workspace, handover_id)
    side = "sender" if row.direction == "out" else "receiver"
    with workspace.change("Note on a handover", of_pupils(workspace, [row.pupil_id])) as action:
        action.insert(
            "handover_message",
            message_row(
                row.id,
                row.pupil_id,
                uid(),
                side,
                "note",
                text,
                workspace.clock.today,
                _who(workspace, row, who, ours=True),
                None,
            ),
        )
    return action.recorded


def open_questions(messages: list[MessageRow]) -> list[MessageRow]:
    """The questions that nobody has answered yet, the oldest first."""
    answered = {one.answers_id for one in messages if one.kind == "answer"}
    return [one for one in messages if one.kind == "question" and one.id not in answered]


def message_row(
    handover_id: int, pupil_id: int, uid: str, side: str, kind: str, words: str, on: date, who: str | None,
    answers_id: int | None,
) -> dict[str, Value]:  # fmt: skip
    return {
        "uid": uid,
        "handover_id": handover_id,
        "pupil_id": pupil_id,
        "side": side,
        "kind": kind,
        "words": words,
        "on_day": on,
        "who": who,
        "answers_id": answers_id,
    }


def _question(workspace: Workspace, message_id: int) -> MessageRow:
    found = store.message(workspace.read(), message_id)
    if found is None or found.kind != "question":
        raise NoSuchRecord("There is no such question.")
    return found


def _text(words: str) -> str:
    text = clean(words, lines=True).strip()
    if not text:
        raise FieldProblems({"words": IS_NEEDED})
    if len(text) > LONGEST_WORDS:
        raise FieldProblems({"words": f"This has {len(text):,} characters; at most {LONGEST_WORDS:,} are kept."})
    return text


def _who(workspace: Workspace, row: HandoverRow, who: str, *, ours: bool) -> str | None:
    return clean(who) or (me_name(workspace) if ours else row.to_school)
