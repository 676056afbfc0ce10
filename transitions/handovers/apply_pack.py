"""Writing a pack that came: pupils, handovers, answers, messages, pairs, and that a child protection file is on its way."""

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from db import importing as changes
from db.errors import ChangedSince
from db.gathering import NewRowNumber, write_rows
from db.handovers import handovers
from db.handovers import handovers as store
from db.handovers.handovers import HandoverRow
from db.journal import Action, Value
from transitions.handovers import safeguarding
from transitions.handovers.correspondence import add_message, note_event
from transitions.handovers.form import own_questions
from transitions.handovers.pack_content import SentHandover, SentMessage, SentTier
from transitions.handovers.pack_rows import answers_as_kept, factors_as_kept
from transitions.handovers.receiving import Arrival, Incoming
from transitions.handovers.writing import write_answers
from transitions.team.workers import me_name
from transitions.text import printable
from transitions.workspace import Recorded, Workspace

_HOW: Final = "pack file"
_ANOTHER_WAY: Final = "another way"
_LONGEST_NAME: Final = 80
_BESIDE: Final = frozenset({"note", "pupil_milestone", "reminder"})
"""What no pack is held against, so that others may go on with it meanwhile."""


def receive(workspace: Workspace, incoming: Incoming, *, keep: Collection[int] = ()) -> Recorded:
    """Take in what was looked at, as one action that can be undone; there is nothing to do for what is here already.

    ``keep`` are the places of pupils whose own record is to stay as it is here; their handovers come in all the same. Raises
    ChangedSince when anything was changed since the pack was looked at; then nothing is written.
    """
    taken, sender = incoming.taken, incoming.content.sender.name
    number = "1 pupil" if len(taken) == 1 else f"{len(taken)} pupils"
    named = "Handovers received", f"{number} · from {sender}"
    if not taken:
        return Recorded(named[0], f"nothing new · from {sender}", 0)
    with workspace.change(*named) as action:
        if changes.tables_changed_since(action.connection, incoming.preview.standing, before=action.id) - _BESIDE:
            raise ChangedSince(
                "Not received: something has changed since you looked at the pack. Look at it again, then receive it."
            )
        pupils = _write_pupils(action, incoming, keep)
        pack_id = _pack(workspace, action, incoming)
        writing = _Writing(workspace, action, incoming, pack_id)
        for one in taken:
            writing.write(one, pupils[one.place], keep_record=one.place in keep)
        writing.pair(pupils)
    return action.recorded


def take_messages(action: Action, row: HandoverRow, messages: Collection[SentMessage]) -> list[SentMessage]:
    """Write the messages that are not here yet, and give them; an answer finds its question by the name both files know."""
    ids = {one.uid: one.id for one in store.messages(action.connection, [row.id])}
    new = [one for one in messages if one.uid not in ids]
    for one in sorted(new, key=lambda message: message.answers is not None):
        question = ids.get(one.answers or "")
        ids[one.uid] = add_message(action, row, one.uid, one.side, one.kind, one.words, one.on, one.who, question)
    return new


def _write_pupils(action: Action, incoming: Incoming, keep: Collection[int]) -> dict[int, int]:
    preview = incoming.preview
    made: dict[NewRowNumber, int] = {}
    pupils = {one.place: one.pupil_id for one in incoming.arrivals if one.pupil_id is not None}
    for entry in preview.new:
        pupils[entry.line or 0] = write_rows(action, entry.writes, made)
    for entry in preview.changed:
        if entry.line not in keep:
            write_rows(action, entry.writes, made)
    return pupils


def _pack(workspace: Workspace, action: Action, incoming: Incoming) -> int:
    """The number of the pack; the same file may come twice, when some of its pupils were refused the first time."""
    content = incoming.content
    existing = store.pack_by_uid(action.connection, content.pack, "received")
    if existing is not None:
        return existing.id
    return action.insert(
        "pack",
        {
            "uid": content.pack,
            "direction": "received",
            "school_id": incoming.sender.id if incoming.sender else None,
            "school_name": content.sender.name,
            "on_day": workspace.clock.today,
            "file_name": printable(incoming.preview.path.name),
            "pupils": len(content.handovers),
            "worker_id": workspace.me,
        },
    )


class _Writing:
    def __init__(self, workspace: Workspace, action: Action, incoming: Incoming, pack_id: int) -> None:
        self._action, self._incoming, self._pack_id = action, incoming, pack_id
        self._today, self._me = workspace.clock.today, me_name(workspace)
        self._worker_id = workspace.me
        self._own = own_questions(workspace)
        self._receiver = incoming.receiver.id if incoming.receiver else None

    def write(self, one: Arrival, pupil_id: int, *, keep_record: bool) -> None:
        row = self._handover(one, pupil_id)
        self._answers(row, answers_as_kept(one.sent, self._own))
        take_messages(self._action, row, one.sent.messages)
        self._child_protection(pupil_id, one.sent)
        if one.sent.tier is not None and not keep_record:
            self._tier(pupil_id, one.sent.tier)
        what = "received" if one.existing is None else "received again"
        note_event(self._action, row, what, self._today, how=_HOW, who=self._me)

    def pair(self, pupils: Mapping[int, int]) -> None:
        by_uid = {one.sent.uid: pupils.get(one.place) for one in self._incoming.arrivals}
        for pair in self._incoming.content.friendships:
            one, other = (by_uid.get(uid) or self._came_before(uid) for uid in (pair.one, pair.other))
            if one is None or other is None or handovers.pair(self._action.connection, one, other) is not None:
                continue
            self._action.insert(
                "friendship",
                {
                    "pupil_id": min(one, other),
                    "other_id": max(one, other),
                    "kind": pair.kind,
                    "recorded_on": self._today,
                    "worker_id": self._worker_id,
                },
            )

    def _came_before(self, uid: str) -> int | None:
        row = store.by_uid(self._action.connection, uid)
        return row.pupil_id if row is not None and row.direction == "in" else None

    def _handover(self, one: Arrival, pupil_id: int) -> HandoverRow:
        sent, content = one.sent, self._incoming.content
        values: dict[str, Value] = {
            "uid": sent.uid,
            "from_school_id": self._incoming.leaves[one.place],
            "to_school_id": self._receiver,
            "form": sent.form,
            "status": "sent",
            "revision": sent.revision,
            # another computer's clock may be ahead of ours, and nothing here can happen before it was sent
            "sent_on": min(content.made_on, self._today),
            "sent_how": _HOW,
            "sent_by": content.made_by,
            "received_on": self._today,
            "viewed_on": None,
            "acknowledged_on": None,
            "acknowledged_by": None,
            "pack_id": self._pack_id,
        }
        if one.existing is not None:
            number = one.existing.id
            self._action.update("handover", {"id": number}, values)
        else:
            move: dict[str, Value] = {
                "pupil_id": pupil_id,
                "transition": sent.transition,
                "move_year": sent.move_year,
                "direction": "in",
                "worker_id": self._worker_id,
                "started_on": self._today,
            }
            number = self._action.insert("handover", {**values, **move})
        row = store.handover(self._action.connection, number)
        assert row is not None  # noqa: S101 - it was written a moment ago
        return row

    def _answers(self, row: HandoverRow, answers: Mapping[str, str]) -> None:
        before = [one.question for one in store.answers(self._action.connection, [row.id])]
        taken_back = {question: "" for question in before if question not in answers}
        write_answers(self._action, row, {**answers, **taken_back}, self._today)

    def _child_protection(self, pupil_id: int, sent: SentHandover) -> None:
        """Write that the file was sent; how is one of a few words, for a pack could bring any."""
        sent_file = sent.child_protection_file
        if sent_file.sent_on is None:
            return
        existing = store.child_protection(self._action.connection, pupil_id)
        if any((one.sent_on, one.to_school_id) == (sent_file.sent_on, self._receiver) for one in existing):
            return
        self._action.insert(
            "child_protection_transfer",
            {
                "pupil_id": pupil_id,
                "to_school_id": self._receiver,
                "sent_on": sent_file.sent_on,
                "sent_how": sent_file.how if sent_file.how in safeguarding.HOW else _ANOTHER_WAY,
                "sent_by": (sent_file.by or "")[:_LONGEST_NAME].strip() or None,
            },
        )

    def _tier(self, pupil_id: int, tier: SentTier) -> None:
        sender = self._incoming.content.sender.name
        kept: dict[str, Any] = {**factors_as_kept(tier), "from": sender}
        text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
        newest = next(iter(store.tier_decisions(self._action.connection, pupil_id)), None)
        if newest is not None and (newest.tier, newest.factors) == (tier.tier, text):
            return
        self._action.insert(
            "tier_decision",
            {
                "pupil_id": pupil_id,
                "decided_on": self._today,
                "tier": tier.tier,
                "proposed": tier.tier,
                "factors": text,
                "reason": f"As {sender} sent it",
                "worker_id": self._worker_id,
            },
        )
