"""The answer to a pack: made by the school that received it, taken in by the school that sent it.

It lists every pupil of the pack who is here: that the handover came, whether it was opened, who acknowledged it, and what is
asked about it. Taken in, it moves each handover on, never back: an answer to an earlier sending does not count for a later one.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from db.errors import Fault
from db.handovers import handovers as store
from db.handovers.handovers import HandoverRow, MessageRow, PackRow
from db.journal import Action, Value
from transitions.errors import BadInput, NoSuchRecord, NotAllowed, Problem
from transitions.exporting.outgoing import outgoing
from transitions.exporting.target import note_export
from transitions.handovers import correspondence
from transitions.handovers.apply_pack import take_messages
from transitions.handovers.pack_content import (
    Acknowledgement,
    Party,
    Received,
    SentMessage,
    read_acknowledgement,
    write_content,
)
from transitions.handovers.pack_file import ENDING, Header, seal, slug
from transitions.handovers.packs import party
from transitions.handovers.page import open_questions
from transitions.handovers.receiving import open_file
from transitions.team.workers import me_name
from transitions.text import printable
from transitions.workspace import Recorded, Workspace

__all__ = ["PackRow"]


class MadeAnswer(NamedTuple):
    """An answer that was made: where it is, and how many of the pack's pupils it acknowledges, asks about, or only lists."""

    path: Path
    acknowledged: int
    asked: int
    listed: int


class TakenAnswer(NamedTuple):
    """What an answer brought; ``notes`` are sentences about pupils for whom it changes nothing."""

    recorded: Recorded
    school: str
    acknowledged: int
    returned: int
    viewed: int
    received: int
    notes: tuple[str, ...]


def packs(workspace: Workspace) -> list[PackRow]:
    """The files that went and came, the newest first."""
    return store.packs(workspace.read())


def handovers_of(workspace: Workspace, pack_id: int) -> list[int]:
    return [row.id for row in store.of_pack(workspace.read(), pack_id)]


def received_packs(workspace: Workspace) -> list[PackRow]:
    """The packs that came from other schools and still have handovers here, the newest first."""
    came = (one for one in store.packs(workspace.read()) if one.direction == "received")
    return [one for one in came if any(row.direction == "in" for row in store.of_pack(workspace.read(), one.id))]


def acknowledge(workspace: Workspace, pack_id: int, *, by: str, on: date | None = None) -> Recorded:
    """Acknowledge every handover of a received pack about which nothing is asked, as one action.

    Raises NotAllowed when nobody is named, or when all of them are acknowledged or asked about; NoSuchRecord.
    """
    rows = _received(workspace, _pack(workspace, pack_id))
    with_questions = {one.handover_id for one in open_questions(_messages(workspace, rows))}
    waiting = [row.id for row in rows if row.status in {"sent", "viewed", "returned"} and row.id not in with_questions]
    if not waiting:
        raise NotAllowed("Every handover of this pack is acknowledged already, or waits for the answer to a question.")
    return correspondence.acknowledge(workspace, waiting, by=by, on=on)


def make_answer(
    workspace: Workspace, pack_id: int, target: Path, passphrase: str, *, overwrite: bool = False
) -> MadeAnswer:
    """Write the answer to a received pack, sealed; in a folder it gets a name of its own.

    Raises FieldProblems for a passphrase that is too easy to guess, CannotWrite, and NoSuchRecord; then there is no file, and
    nothing was written down.
    """
    pack, today = _pack(workspace, pack_id), workspace.clock.today
    rows = _received(workspace, pack)
    messages = _messages(workspace, rows)
    content = Acknowledgement(
        pack=pack.uid,
        sender=party(workspace, next((row.to_school_id for row in rows if row.to_school_id is not None), None)),
        receiver=party(workspace, pack.school_id) if pack.school_id is not None else Party(pack.school or "A school"),
        made_on=today,
        made_by=me_name(workspace),
        handovers=tuple(_said_of(row, [one for one in messages if one.handover_id == row.id]) for row in rows),
    )
    data = write_content(content)
    read_acknowledgement(data, name="The answer")  # the other side reads it as strictly
    if target.is_dir():
        target = target / f"answer-to-{slug(content.receiver.name)}-{today.isoformat()}{ENDING}"
    header = Header("acknowledgement", pack.uid, content.sender.name, content.receiver.name, today)
    sealed = seal(data, header, passphrase)
    counted = sum(one.acknowledged_on is not None for one in content.handovers)
    with_questions = len({one.handover_id for one in open_questions(messages)})
    summary = f"to {content.receiver.name}", f"{counted} of {len(rows)} acknowledged", printable(target.name)
    with outgoing(workspace) as files:
        files.write(target, lambda path: path.write_bytes(sealed), overwrite=overwrite)
        with workspace.change("Answer to a pack made", "; ".join(summary)) as action:
            _note_pack(workspace, action, "answered", pack, target.name, len(rows))
            note_export(workspace, "Exported answer to a pack", summary, action.connection)
            files.record(action.connection, action.id)
    return MadeAnswer(target, counted, with_questions, len(rows))


def take_answer(workspace: Workspace, path: Path, passphrase: str) -> TakenAnswer:
    """Take in the answer of a school to a pack of ours, as one action; the same answer twice changes nothing.

    Raises NoSuchFile, NotOpened, and BadInput for what is no answer, or one to a pack that was not made here; then nothing is
    written.
    """
    file, content, pack = _opened(workspace, path, passphrase)
    return _Taking(workspace, file, path, content, pack).record()


def open_answer(workspace: Workspace, path: Path, passphrase: str) -> Acknowledgement:
    """Open the answer to a pack of ours to look at it; nothing is written. Raises what ``take_answer`` raises."""
    return _opened(workspace, path, passphrase)[1]


def _opened(workspace: Workspace, path: Path, passphrase: str) -> tuple[str, Acknowledgement, PackRow]:
    file, header, data = open_file(path, passphrase)
    if header.kind != "acknowledgement":
        raise _refused(file, "is a pack, not the answer to one: receive it as a pack")
    content = read_acknowledgement(data, name=file)
    if content.pack != header.pack_uid:
        raise _refused(file, "its first line and its content are of two packs: ask the sender to make it again")
    pack = store.pack_by_uid(workspace.read(), content.pack, "made")
    if pack is None:
        raise _refused(file, "answers a pack that was not made here, or whose making was undone")
    return file, content, pack


class _Taking:
    def __init__(self, workspace: Workspace, file: str, path: Path, content: Acknowledgement, pack: PackRow) -> None:
        self._workspace, self._file, self._path = workspace, file, path
        self._content, self._pack = content, pack
        self._today = workspace.clock.today
        self._counts = dict.fromkeys(("acknowledged", "returned", "viewed", "received"), 0)
        self._notes: list[str] = []

    def record(self) -> TakenAnswer:
        school = self._content.sender.name
        named = "Answer to a pack taken in", f"from {school}; {len(self._content.handovers)} handovers"
        with self._workspace.change(*named) as action:
            for received in self._content.handovers:
                row = store.by_uid(action.connection, received.uid)
                if row is None or row.direction != "out":
                    self._notes.append("a handover in it is no longer here: passed over")
                elif row.sent_on is None or received.revision > row.revision:
                    self._notes.append(f"{_name(row)}: sending was taken back here: passed over")
                else:
                    self._one(action, row, received)
            self._not_mentioned(action)
            if action.changes or store.pack_by_uid(action.connection, self._pack.uid, "acknowledged") is None:
                number = len(self._content.handovers)
                _note_pack(self._workspace, action, "acknowledged", self._pack, self._path.name, number)
        return TakenAnswer(action.recorded, school, **self._counts, notes=tuple(self._notes))

    def _one(self, action: Action, row: HandoverRow, received: Received) -> None:
        known = store.handovers_of_messages(action.connection, [one.uid for one in received.messages] or [""])
        if any(number != row.id for number in known.values()):
            raise _refused(self._file, "a message in it belongs to another handover")
        new = take_messages(action, row, received.messages)
        questions = [one for one in new if one.kind == "question"]
        who = received.acknowledged_by or self._content.made_by or self._content.sender.name
        back: dict[str, Value] = {"returned_on": self._day(row, max(one.on for one in questions))} if questions else {}
        if received.revision < row.revision or row.pack_id != self._pack.id:
            self._notes.append(f"{_name(row)}: it was sent again since, and the answer is about the time before")
            if questions:
                self._move(action, row, "returned", questions[-1].on, questions[-1].who or who, back)
            return
        arrived: dict[str, Value] = {"failed_on": None, "fail_reason": None, **back}
        if received.acknowledged_on is not None:
            day = self._day(row, received.acknowledged_on)
            arrived["viewed_on"] = self._day(row, received.viewed_on or received.acknowledged_on)
            values: dict[str, Value] = {"acknowledged_on": day, "acknowledged_by": who}
            self._move(action, row, "acknowledged", day, who, arrived | values)
        elif questions:
            self._move(action, row, "returned", questions[-1].on, questions[-1].who or who, arrived)
        elif received.viewed_on is not None and row.status in {"sent", "failed"}:
            day = self._day(row, received.viewed_on)
            self._move(action, row, "viewed", day, who, arrived | {"viewed_on": day})
        elif row.received_on is None:
            self._counts["received"] += 1
            correspondence.note_event(action, row, "received", self._day(row, self._content.made_on), who=who)
        if row.received_on is None:
            action.update("handover", {"id": row.id}, {"received_on": self._day(row, self._content.made_on)})

    def _move(
        self, action: Action, row: HandoverRow, status: str, day: date, who: str, values: Mapping[str, Value]
    ) -> None:
        """Move a handover on; one that is acknowledged already stays so, and only what is asked about it is new."""
        if row.status == "acknowledged":
            if "returned_on" in values:
                action.update("handover", {"id": row.id}, {"returned_on": values["returned_on"]})
                self._event(action, row, "returned", day, who)
            return
        action.update("handover", {"id": row.id}, {"status": status, **values})
        self._event(action, row, status, day, who)

    def _event(self, action: Action, row: HandoverRow, what: str, day: date, who: str) -> None:
        correspondence.note_event(action, row, what, self._day(row, day), how="pack file", who=who)
        self._counts[what] += 1

    def _day(self, row: HandoverRow, day: date) -> date:
        """A day of another computer as one that can be: not before the handover was sent, not after today."""
        return min(max(day, row.sent_on or day), self._today)

    def _not_mentioned(self, action: Action) -> None:
        uids = {one.uid for one in self._content.handovers}
        for row in store.of_pack(action.connection, self._pack.id):
            if row.uid not in uids:
                self._notes.append(f"{_name(row)}: the school does not list the handover; ask whether it has come")


def _pack(workspace: Workspace, pack_id: int) -> PackRow:
    found = next((one for one in store.packs(workspace.read()) if one.id == pack_id), None)
    if found is None or found.direction != "received":
        raise NoSuchRecord("There is no such pack that came from another school.")
    return found


def _received(workspace: Workspace, pack: PackRow) -> list[HandoverRow]:
    rows = [row for row in store.of_pack(workspace.read(), pack.id) if row.direction == "in"]
    if not rows:
        raise NoSuchRecord("None of the handovers of this pack is here any more: a later pack has brought them anew.")
    return rows


def _messages(workspace: Workspace, rows: Sequence[HandoverRow]) -> list[MessageRow]:
    return store.messages(workspace.read(), [row.id for row in rows])


def _said_of(row: HandoverRow, messages: Sequence[MessageRow]) -> Received:
    return Received(
        uid=row.uid,
        revision=max(row.revision, 1),
        viewed_on=row.viewed_on,
        acknowledged_on=row.acknowledged_on,
        acknowledged_by=row.acknowledged_by,
        messages=tuple(
            SentMessage(one.uid, one.side, one.kind, one.words, one.on_day, one.who)
            for one in messages
            if one.side == "receiver"
        ),
    )


def _note_pack(
    workspace: Workspace, action: Action, direction: str, pack: PackRow, file_name: str, pupils: int
) -> None:
    """Write down an answer beside its pack; a later one takes the place of an earlier."""
    values: dict[str, Value] = {
        "on_day": workspace.clock.today,
        "file_name": printable(file_name),
        "pupils": pupils,
        "worker_id": workspace.me,
    }
    existing = store.pack_by_uid(action.connection, pack.uid, direction)
    if existing is not None:
        action.update("pack", {"id": existing.id}, values)
        return
    school: dict[str, Value] = {"school_id": pack.school_id, "school_name": pack.school}
    action.insert("pack", {"uid": pack.uid, "direction": direction, **school, **values})


def _refused(file: str, what: str) -> Fault:
    return BadInput([Problem(file, f"{what}. Nothing was written")])


def _name(row: HandoverRow) -> str:
    return f"{row.preferred_name or row.forename} {row.surname}".strip()
