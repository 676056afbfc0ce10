"""Questions of the receiving school and the answers to them, kept with the handover: asked once, answered once, found again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from db.handovers import handovers as store
from db.handovers.handovers import HandoverRow, MessageRow
from db.journal import Action, Value
from transitions.dates import short_with_year
from transitions.errors import FieldProblems, HeldBack, NoSuchRecord, NotAllowed
from transitions.fields import IS_NEEDED, LONGEST_WORDS
from transitions.handovers.page import current_row, open_questions
from transitions.handovers.parcels import name_of
from transitions.handovers.writing import keep_proposed, new_uid
from transitions.milestones.recording import of_pupils
from transitions.pupils.markers import HANDOVERS, overridden
from transitions.team.workers import me_name
from transitions.text import clean
from transitions.workspace import Recorded, Workspace

HOW: Final = ("pack file", "secure e-mail", "portal", "post", "by hand", "by telephone")
"""The usual ways; another may be typed."""
_LONGEST = 200
_Step = Callable[[HandoverRow], Mapping[str, Value] | None]
"""What changes about a handover, which may be nothing but its history; None where there is nothing to record."""


def send(
    workspace: Workspace,
    handover_ids: Sequence[int],
    *,
    how: str,
    on: date | None = None,
    by: str = "",
    override: str = "",
) -> Recorded:
    """Record that handovers went to their next schools, for the first time or again.

    The school is the destination of the handover's own move as recorded now, and what the record proposes goes along as answers, so that the
    handover says tomorrow what it said when it went. Raises NotAllowed for a pupil without one, for a handover that
    came from another school, and for a day to come or before it was sent the last time; HeldBack for one that a marker holds back, without
    a reason to ``override`` it; NoSuchRecord.
    """
    day, clipped = step_day(workspace, on), _clipped(how)
    if not clipped:
        raise NotAllowed("Say how it was sent: a pack file, secure e-mail, by hand …")
    sender = _clipped(by) or me_name(workspace)
    chosen = list(dict.fromkeys(handover_ids))
    name, whom = _named(workspace, "Handover sent", chosen)
    named = name, "; ".join([whom, *overridden(workspace, _whose(workspace, chosen), HANDOVERS, override)])
    with workspace.change(*named) as action:
        for number in chosen:
            mark_sent(workspace, action, number, how=clipped, on=day, by=sender)
            keep_proposed(workspace, action, number)
    return Recorded(*named, len(chosen))


def why_held_back(workspace: Workspace, handover_ids: Sequence[int]) -> str:
    """Why handovers may not leave, "" when they may."""
    try:
        overridden(workspace, _whose(workspace, handover_ids), HANDOVERS, "")
    except HeldBack as held:
        return held.why
    return ""


def _whose(workspace: Workspace, handover_ids: Sequence[int]) -> list[tuple[int, str]]:
    rows = (current_row(workspace, number) for number in handover_ids)
    return [(row.pupil_id, name_of(row)) for row in rows]


def mark_sent(
    workspace: Workspace,
    action: Action,
    handover_id: int,
    *,
    how: str,
    on: date,
    by: str | None,
    pack_id: int | None = None,
) -> None:
    """Write that one handover was sent, as part of ``action``; ``pack_id`` is the pack that it went with.

    To another school than before it is sent, not sent again: what the first one has is no use to this one.
    """
    row = current_row(workspace, handover_id)
    if row.direction != "out":
        raise NotAllowed(f"{name_of(row)}: this handover came from another school. It is acknowledged, not sent.")
    receiver = row.receiver_id
    if receiver is None:
        raise NotAllowed(
            f"{name_of(row)}: no next school is recorded for this move, so there is nobody to send it to. Record it first."
        )
    if row.sent_on is not None and on < row.sent_on:
        raise NotAllowed(
            f"{name_of(row)}: {short_with_year(on)} is before it was last sent ({short_with_year(row.sent_on)})."
        )
    again = store.went_to(action.connection, handover_id) == receiver
    values = sent_values(receiver, row.revision + 1, on=on, how=how, by=by)
    if pack_id is not None:
        values["pack_id"] = pack_id
    action.update("handover", {"id": handover_id}, values)
    note_event(action, row, "sent again" if again else "sent", on, how=how, who=by)


def sent_values(receiver: int, revision: int, *, on: date, how: str, by: str | None) -> dict[str, Value]:
    """What a handover holds once it is sent: what the other school did with an earlier revision is over."""
    return {
        "status": "sent",
        "to_school_id": receiver,
        "sent_on": on,
        "sent_how": how,
        "sent_by": by,
        "revision": revision,
        "received_on": None,
        "viewed_on": None,
        "acknowledged_on": None,
        "acknowledged_by": None,
        "returned_on": None,
        "failed_on": None,
        "fail_reason": None,
    }


def step_values(what: str, on: date, detail: str = "") -> dict[str, Value]:
    """What a step after that changes: "viewed", "acknowledged" (``told`` by whom), "returned", or "failed" (why)."""
    values: dict[str, Value] = {"status": what, f"{what}_on": on}
    told_in = {"acknowledged": "acknowledged_by", "failed": "fail_reason"}.get(what)
    return {**values, told_in: detail} if told_in else values


def mark_viewed(workspace: Workspace, handover_ids: Sequence[int], *, on: date | None = None) -> Recorded:
    """Record that the receiving school has opened handovers, which is not yet an acknowledgement.

    What was acknowledged or came back with a question has been opened, and stays as it is. Raises NotAllowed.
    """
    day = step_day(workspace, on)

    def step(row: HandoverRow) -> Mapping[str, Value] | None:
        check_under_way(row, day, "viewed")
        return step_values("viewed", day) if row.status == "sent" else None

    return _each(workspace, handover_ids, "Handover viewed", "viewed", day, step)


def acknowledge(workspace: Workspace, handover_ids: Sequence[int], *, by: str, on: date | None = None) -> Recorded:
    """Record that the receiving school acknowledges handovers, and who there did; they are complete then.

    Of handovers that came to us it is we who acknowledge. A question that is still open stays so: it waits on the sender.
    Raises NotAllowed for one that was not sent, for a day before that, and when nobody is named.
    """
    day, who = step_day(workspace, on), _clipped(by) or ""
    if not who:
        raise NotAllowed("Say who acknowledged it: a person at the receiving school, by name or role.")

    def step(row: HandoverRow) -> Mapping[str, Value] | None:
        check_under_way(row, day, "acknowledged")
        if row.status == "acknowledged":
            return None
        return step_values("acknowledged", day, who)

    return _each(workspace, handover_ids, "Handover acknowledged", "acknowledged", day, step, who=who)


def fail(workspace: Workspace, handover_ids: Sequence[int], *, reason: str, on: date | None = None) -> Recorded:
    """Record that handovers did not arrive, and why; they wait on us to be sent again.

    Raises NotAllowed without a reason, and for one that the receiving school has read.
    """
    day, why = step_day(workspace, on), _clipped(reason)
    if not why:
        raise NotAllowed("Say what went wrong: the e-mail bounced, the school has not received it …")

    def step(row: HandoverRow) -> Mapping[str, Value] | None:
        if row.direction != "out":
            raise NotAllowed(f"{name_of(row)}: this handover came from another school, so it has arrived.")
        if row.status == "failed":
            return None
        check_under_way(row, day, "failed")
        if row.status != "sent":
            raise NotAllowed(f"{name_of(row)}: the handover is {row.status}, so it has arrived.")
        return step_values("failed", day, why)

    return _each(workspace, handover_ids, "Handover failed", "failed", day, step, note=why)


def chase(
    workspace: Workspace, handover_ids: Sequence[int], *, how: str, on: date | None = None, note: str = ""
) -> Recorded:
    """Record that we asked the receiving school whether it has read handovers. Raises NotAllowed for one not on its way."""
    day = step_day(workspace, on)

    def step(row: HandoverRow) -> Mapping[str, Value] | None:
        if row.direction != "out":
            raise NotAllowed(
                f"{name_of(row)}: this handover came from another school. It waits for you to acknowledge it."
            )
        if row.status not in {"sent", "viewed"}:
            raise NotAllowed(f"{name_of(row)}: the handover is {row.status}, so there is nothing to chase.")
        check_under_way(row, day, "chased")
        return {}

    return _each(
        workspace, handover_ids, "Handover chased", "chased", day, step, how=_clipped(how), note=_clipped(note)
    )


def take_back(workspace: Workspace, handover_ids: Sequence[int]) -> Recorded:
    """Record that handovers were not sent after all: they are drafts again, and what was written in them stays.

    Raises NotAllowed for one that was not sent, and for one that the receiving school has read.
    """
    day = workspace.clock.today

    def step(row: HandoverRow) -> Mapping[str, Value]:
        if row.direction != "out" or row.status not in {"sent", "failed"}:
            raise NotAllowed(f"{name_of(row)}: only a handover that was sent, and not yet read, can be taken back.")
        return {
            "status": "drafting",
            "revision": row.revision - 1,
            "sent_on": None,
            "sent_how": None,
            "sent_by": None,
            "failed_on": None,
            "fail_reason": None,
            "pack_id": None,
        }

    return _each(workspace, handover_ids, "Handover taken back", "taken back", day, step)


def note_event(
    action: Action,
    row: HandoverRow,
    what: str,
    on: date,
    *,
    how: str | None = None,
    who: str | None = None,
    note: str | None = None,
) -> None:
    action.insert("handover_event", event_row(row.id, row.pupil_id, what, on, how=how, who=who, note=note))


def event_row(
    handover_id: int, pupil_id: int, what: str, on: date, *, how: str | None, who: str | None, note: str | None
) -> dict[str, Value]:
    return {
        "handover_id": handover_id,
        "pupil_id": pupil_id,
        "what": what,
        "on_day": on,
        "how": how,
        "who": who,
        "note": note,
    }


def _each(
    workspace: Workspace,
    handover_ids: Sequence[int],
    name: str,
    what: str,
    day: date,
    step: _Step,
    *,
    how: str | None = None,
    who: str | None = None,
    note: str | None = None,
) -> Recorded:
    changed, me = 0, me_name(workspace)
    chosen = list(dict.fromkeys(handover_ids))
    named = _named(workspace, name, chosen)
    with workspace.change(*named) as action:
        for number in chosen:
            row = current_row(workspace, number)  # behind the lock: somebody may have moved it on meanwhile
            values = step(row)
            if values is None:
                continue
            if values:
                action.update("handover", {"id": number}, values)
            note_event(action, row, what, day, how=how, who=who or me, note=note)
            changed += 1
    return Recorded(*named, changed)


def check_under_way(row: HandoverRow, day: date, what: str) -> None:
    """Refuse a step that only a handover on its way can take. Raises NotAllowed, also for a day before it was sent."""
    arrived = row.sent_on or row.received_on
    if arrived is None or row.status in {"drafting", "failed"}:
        raise NotAllowed(f"{name_of(row)}: the handover has not been sent, so it cannot be {what}. Send it first.")
    if day < arrived:
        raise NotAllowed(f"{name_of(row)}: {short_with_year(day)} is before it was sent ({short_with_year(arrived)}).")


def step_day(workspace: Workspace, on: date | None) -> date:
    """The day of a step, today when none is given. Raises NotAllowed for a day to come."""
    return workspace.day_gone_by(on, "You can only record this once it has happened.")


def _named(workspace: Workspace, name: str, handover_ids: Sequence[int]) -> tuple[str, str]:
    pupils = sorted({current_row(workspace, number).pupil_id for number in handover_ids})
    return name, of_pupils(workspace, pupils)


def _clipped(text: str) -> str | None:
    return clean(text)[:_LONGEST] or None


def record_question(
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
    pupil_id = current_row(workspace, handover_id).pupil_id
    with workspace.change("Question about a handover", of_pupils(workspace, [pupil_id])) as action:
        # behind the lock: it may have been acknowledged or taken back meanwhile
        row = current_row(workspace, handover_id)
        check_under_way(row, day, "returned with a question")
        asker = _asker(workspace, row, who, ours=row.direction == "in")
        add_message(action, row, uid(), "receiver", "question", text, day, asker)
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
    row = current_row(workspace, question.handover_id)
    if row.direction != "out":
        raise NotAllowed("The school that sent this handover answers it, with its next pack.")
    with workspace.change("Question answered", of_pupils(workspace, [row.pupil_id])) as action:
        if question.id not in {one.id for one in open_questions(store.messages(action.connection, [row.id]))}:
            raise NotAllowed("This question has been answered already.")
        asker = _asker(workspace, row, who, ours=True)
        add_message(action, row, uid(), "sender", "answer", text, workspace.clock.today, asker, question.id)
    return action.recorded


def note(
    workspace: Workspace, handover_id: int, words: str, *, who: str = "", uid: Callable[[], str] = new_uid
) -> Recorded:
    """Write a note to go with the handover. Raises FieldProblems without words; NoSuchRecord."""
    text, row = _text(words), current_row(workspace, handover_id)
    side = "sender" if row.direction == "out" else "receiver"
    with workspace.change("Note on a handover", of_pupils(workspace, [row.pupil_id])) as action:
        asker = _asker(workspace, row, who, ours=True)
        add_message(action, row, uid(), side, "note", text, workspace.clock.today, asker)
    return action.recorded


def add_message(
    action: Action, row: HandoverRow, uid: str, side: str, kind: str, words: str, on: date, who: str | None,
    answers_id: int | None = None,
) -> int:  # fmt: skip
    message = message_row(row.id, row.pupil_id, uid, side, kind, words, on, who, answers_id)
    return action.insert("handover_message", message)


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


def _text(typed: str) -> str:
    text = clean(typed, lines=True).strip()
    if not text:
        raise FieldProblems({"words": IS_NEEDED})
    if len(text) > LONGEST_WORDS:
        raise FieldProblems({"words": f"This has {len(text):,} characters; at most {LONGEST_WORDS:,} are kept."})
    return text


def _asker(workspace: Workspace, row: HandoverRow, who: str, *, ours: bool) -> str | None:
    return clean(who) or (me_name(workspace) if ours else row.to_school)
