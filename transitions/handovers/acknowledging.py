"""The answer to a pack: made by the school that received it, taken in by the school that sent it.

It lists every pupil of the pack who is here: that the handover came, whether it was opened, who acknowledged it, what is
asked about it, and after the move what became of the pupil. Taken in, it moves each handover on, never back: an answer to an earlier sending does not count for a later one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from db.driver import Connection
from db.errors import Fault
from db.handovers import handovers as store
from db.handovers.handovers import HandoverRow, MessageRow, PackRow
from db.journal import Action, Table, Value
from transitions.custody.locking import check_not_of_records
from transitions.dates import short_with_year
from transitions.errors import BadInput, NoSuchRecord, NotAllowed, Problem
from transitions.exporting.outgoing import outgoing
from transitions.exporting.target import check_ending, note_export
from transitions.handovers import correspondence
from transitions.handovers.apply_pack import take_messages
from transitions.handovers.became import seen_here, to_record
from transitions.handovers.pack_content import (
    Acknowledgement,
    Became,
    Party,
    Received,
    SentMessage,
    read_acknowledgement,
    write_content,
)
from transitions.handovers.pack_file import ENDING, Header, seal, slug
from transitions.handovers.packs import party
from transitions.handovers.page import open_questions
from transitions.handovers.parcels import name_of
from transitions.handovers.receiving import open_file
from transitions.team.workers import me_name
from transitions.text import how_many, printable
from transitions.workspace import Recorded, Workspace

__all__ = ["PackRow"]


class MadeAnswer(NamedTuple):
    """An answer that was made: where it is, and how many of the pack's pupils it acknowledges, asks about, or only lists.

    Of those ``told`` of it says what became of them.
    """

    path: Path
    school: str
    acknowledged: int
    asked: int
    listed: int
    told: int


@dataclass(frozen=True)
class AnswerBrings:
    """What an answer brings: how many handovers it moves on, each to one step, before it is taken in and when it has been.

    Of those ``told`` of it says anew what became of them.
    ``notes`` are sentences about pupils for whom it changes nothing. ``unknown`` are those that say what to do with an answer to
    a pack of which nothing is known here; it brings nothing then.
    """

    school: str
    acknowledged: int
    returned: int
    viewed: int
    received: int
    listed: int
    told: int = 0
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def counted(self) -> str:
        if not (self.acknowledged or self.returned or self.viewed or self.received or self.told):
            return "nothing new in it"
        parts = [f"{self.acknowledged:,} of {self.listed:,} acknowledged"]
        others = (
            (self.returned, "with a question"), (self.viewed, "viewed"), (self.received, "received"),
            (self.told, "with what happened to the pupil"),
        )  # fmt: skip
        return ", ".join([*parts, *(f"{number:,} {what}" for number, what in others if number)])


@dataclass(frozen=True, kw_only=True)
class TakenAnswer(AnswerBrings):
    """An answer that was taken in: what it brought, and what was recorded of it."""

    recorded: Recorded


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
        raise NotAllowed("Every handover in this pack is already acknowledged or waiting for an answer.")
    return correspondence.acknowledge(workspace, waiting, by=by, on=on)


def make_answer(
    workspace: Workspace, pack_id: int, target: Path, passphrase: str, *, overwrite: bool = False
) -> MadeAnswer:
    """Write the answer to a received pack, sealed; in a folder it gets a name of its own.

    Raises FieldProblems for a passphrase that is too easy to guess, CannotWrite, and NoSuchRecord; then there is no file, and
    nothing was written down.
    """
    check_not_of_records(workspace, passphrase)
    if not target.is_dir():
        check_ending(target, ENDING)
    pack, today = _pack(workspace, pack_id), workspace.clock.today
    rows = _received(workspace, pack)
    messages = _messages(workspace, rows)
    content = Acknowledgement(
        pack=pack.uid,
        sender=party(workspace, _receiver(workspace, rows)),
        receiver=party(workspace, pack.school_id) if pack.school_id is not None else Party(pack.school or "A school"),
        made_on=today,
        made_by=me_name(workspace),
        handovers=tuple(
            _said_of(
                row, [one for one in messages if one.handover_id == row.id], seen_here(workspace.read(), row, today)
            )
            for row in rows
        ),
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
            note = note_export(workspace, "Exported answer to a pack", summary, action.connection)
            files.record(action.connection, action.id, [note])
    told = sum(one.became is not None for one in content.handovers)
    return MadeAnswer(target, content.receiver.name, counted, with_questions, len(rows), told)


def take_answer(workspace: Workspace, path: Path, passphrase: str) -> TakenAnswer:
    """Take in the answer of a school to a pack of ours, as one action; the same answer twice changes nothing.

    To a pack of which nothing is known here it brings nothing, and what it brings says why and what to do. Raises NoSuchFile,
    NotOpened, and BadInput for what is no answer; then nothing is written.
    """
    file, content, pack = _opened(workspace, path, passphrase)
    return _Taking(workspace, file, path, content, pack).record()


def open_answer(workspace: Workspace, path: Path, passphrase: str) -> tuple[Acknowledgement, AnswerBrings]:
    """Open an answer to look at what it brings; nothing is written. Raises what ``take_answer`` raises."""
    file, content, pack = _opened(workspace, path, passphrase)
    return content, _Taking(workspace, file, path, content, pack).brings(workspace.read())


def _opened(workspace: Workspace, path: Path, passphrase: str) -> tuple[str, Acknowledgement, PackRow | None]:
    file, header, data = open_file(path, passphrase, workspace.clock.today)
    if header.kind != "acknowledgement":
        raise _refused(file, "is a pack, not the answer to one: receive it as a pack")
    content = read_acknowledgement(data, name=file)
    if (content.pack, content.made_on) != (header.pack_uid, header.made_on):
        raise _refused(file, "its first line and its content are from different packs: ask the sender to make it again")
    return file, content, store.pack_by_uid(workspace.read(), content.pack, "made")


class _Taking:
    """One answer; ``pack`` is ours, None when nothing is known of it."""

    def __init__(
        self, workspace: Workspace, file: str, path: Path, content: Acknowledgement, pack: PackRow | None
    ) -> None:
        self._workspace, self._file, self._path = workspace, file, path
        self._content, self._pack = content, pack
        self._school = (pack.school if pack else None) or content.sender.name
        self._today = workspace.clock.today

    def brings(self, connection: Connection) -> AnswerBrings:
        """What it would bring now; the counts of an answer are made here and nowhere else."""
        counts: Counter[str] = Counter()
        notes: list[str] = []
        rows = {one.uid: store.by_uid(connection, one.uid) for one in self._content.handovers}
        ours = [row for row in rows.values() if row is not None and row.direction == "out"]
        if self._pack is None and not any(row.sent_on for row in ours):
            return AnswerBrings(self._school, 0, 0, 0, 0, len(rows), unknown=self._unknown(len(ours)))
        if self._pack is None:
            notes.append("the pack itself is not recorded here; what it says of handovers that were sent counts")
        for received in self._content.handovers:
            row = rows[received.uid]
            if row is None or row.direction != "out":
                notes.append("a handover in it is no longer here: passed over")
            elif row.sent_on is None or received.revision > row.revision:
                notes.append(f"{name_of(row)}: sending was taken back here: passed over")
            else:
                if self._is_outdated(row, received):
                    notes.append(
                        f"{name_of(row)}: it has been sent again since, and the answer is about the earlier one"
                    )
                what = self._what(row, received, self._questions(connection, row, received))
                if what is not None:
                    counts[what] += 1
                counts["told"] += self._news(connection, row, received) is not None
        notes += [
            f"{name_of(row)}: the school does not list the handover; ask whether it arrived"
            for row in (store.of_pack(connection, self._pack.id) if self._pack else ())
            if row.uid not in rows
        ]
        steps = counts["acknowledged"], counts["returned"], counts["viewed"], counts["received"]
        return AnswerBrings(self._school, *steps, len(rows), counts["told"], tuple(notes))

    def record(self) -> TakenAnswer:
        brings = self.brings(self._workspace.read())
        named = (
            "Answer to a pack taken in",
            f"from {self._school}; {how_many(len(self._content.handovers), 'handover')}",
        )
        if brings.unknown:
            return TakenAnswer(**vars(brings), recorded=Recorded(*named, 0))
        with self._workspace.change(*named) as action:
            brings = self.brings(action.connection)  # behind the lock: somebody may have changed something meanwhile
            for received in self._content.handovers:
                row = store.by_uid(action.connection, received.uid)
                if row is not None and row.direction == "out" and row.sent_on and received.revision <= row.revision:
                    self._one(action, row, received)
            if action.changes or store.pack_by_uid(action.connection, self._content.pack, "acknowledged") is None:
                _note_pack(self._workspace, action, "acknowledged", self._pack_here(), self._path.name, brings.listed)
        return TakenAnswer(**vars(brings), recorded=action.recorded)

    def _unknown(self, here: int) -> tuple[str, ...]:
        content, made = self._content, short_with_year(self._content.made_on)
        by = f" by {content.made_by}" if content.made_by else ""
        listed = how_many(len(content.handovers), "handover")
        if here:
            known = how_many(here, "handover")
            todo = (
                f"{known} of it {'is' if here == 1 else 'are'} here, not marked as sent. If the pack went, record that "
                "(D on the board, or: transitions handover send), then take this answer in again."
            )
        else:
            todo = "None of its handovers is here. Take it in where the pack was made, or ask the school which pack it answers."
        what = f"This is the answer of {self._school} to a pack of {listed}, made {made}{by}."
        why = "That pack is not known here. It was made from another copy of the records, making it was undone, or an earlier backup was restored. Nothing was written."
        return what, why, todo

    def _pack_here(self) -> PackRow:
        """Our pack; for one that is not recorded what is known of it from its answer."""
        if self._pack is not None:
            return self._pack
        today, name = self._today, self._school
        return PackRow(0, self._content.pack, "made", None, name, name, today, self._path.name, 0, None, None, 0)

    def _is_outdated(self, row: HandoverRow, received: Received) -> bool:
        return received.revision < row.revision or row.pack_id != (self._pack.id if self._pack else None)

    def _questions(self, connection: Connection, row: HandoverRow, received: Received) -> list[SentMessage]:
        """What it asks that is not here yet."""
        known = store.handovers_of_messages(connection, [one.uid for one in received.messages] or [""])
        if any(number != row.id for number in known.values()):
            raise _refused(self._file, "a message in it belongs to another handover")
        return [one for one in received.messages if one.kind == "question" and one.uid not in known]

    def _what(self, row: HandoverRow, received: Received, questions: Sequence[SentMessage]) -> str | None:
        """The step to which a handover goes on; one that is acknowledged stays so, and only what is asked of it is new."""
        if self._is_outdated(row, received):
            return "returned" if questions else None
        if received.acknowledged_on is not None and row.status != "acknowledged":
            return "acknowledged"
        if questions:
            return "returned"
        if received.acknowledged_on is not None:
            return None
        if received.viewed_on is not None and row.status in {"sent", "failed"}:
            return "viewed"
        return "received" if row.received_on is None else None

    def _news(
        self, connection: Connection, row: HandoverRow, received: Received
    ) -> tuple[Table, Mapping[str, Value]] | None:
        """What to write of what became of the pupil; None when the answer says nothing of it, or nothing new."""
        if received.became is None:
            return None
        return to_record(connection, row, received.became, self._school, self._day(row, self._content.made_on))

    def _one(self, action: Action, row: HandoverRow, received: Received) -> None:
        news = self._news(action.connection, row, received)
        if news is not None:
            table, told = news
            action.insert(table, {**told, **({"worker_id": self._workspace.me} if table == "note" else {})})
        questions = self._questions(action.connection, row, received)
        take_messages(action, row, received.messages)
        what = self._what(row, received, questions)
        who = received.acknowledged_by or self._content.made_by or self._content.sender.name
        back: dict[str, Value] = {"returned_on": self._day(row, max(one.on for one in questions))} if questions else {}
        if self._is_outdated(row, received):
            if questions:
                self._move(action, row, "returned", questions[-1].on, questions[-1].who or who, back)
            return
        arrived: dict[str, Value] = {"failed_on": None, "fail_reason": None, **back}
        if what == "acknowledged" and received.acknowledged_on is not None:
            day = self._day(row, received.acknowledged_on)
            arrived["viewed_on"] = self._day(row, received.viewed_on or received.acknowledged_on)
            values: dict[str, Value] = {"acknowledged_on": day, "acknowledged_by": who}
            self._move(action, row, what, day, who, arrived | values)
        elif what == "returned":
            self._move(action, row, what, questions[-1].on, questions[-1].who or who, arrived)
        elif what == "viewed" and received.viewed_on is not None:
            day = self._day(row, received.viewed_on)
            self._move(action, row, what, day, who, arrived | {"viewed_on": day})
        elif what == "received":
            correspondence.note_event(action, row, what, self._day(row, self._content.made_on), who=who)
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

    def _day(self, row: HandoverRow, day: date) -> date:
        """A day of another computer as one that can be: not before the handover was sent, not after today."""
        return min(max(day, row.sent_on or day), self._today)


def _pack(workspace: Workspace, pack_id: int) -> PackRow:
    found = next((one for one in store.packs(workspace.read()) if one.id == pack_id), None)
    if found is None or found.direction != "received":
        raise NoSuchRecord("There is no such pack from another school.")
    return found


def _received(workspace: Workspace, pack: PackRow) -> list[HandoverRow]:
    rows = [row for row in store.of_pack(workspace.read(), pack.id) if row.direction == "in"]
    if not rows:
        raise NoSuchRecord("The handovers in this pack are no longer here: a later pack has replaced them.")
    return rows


def _receiver(workspace: Workspace, rows: Sequence[HandoverRow]) -> int | None:
    """The school that received them; one that is not in the list is that of whoever answers."""
    known = next((row.to_school_id for row in rows if row.to_school_id is not None), None)
    return known if known is not None or workspace.me is None else workspace.record("worker", workspace.me)["school_id"]


def _messages(workspace: Workspace, rows: Sequence[HandoverRow]) -> list[MessageRow]:
    return store.messages(workspace.read(), [row.id for row in rows])


def _said_of(row: HandoverRow, messages: Sequence[MessageRow], became: Became | None) -> Received:
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
        became=became,
    )


def _note_pack(
    workspace: Workspace, action: Action, direction: str, pack: PackRow, file_name: str, pupils: int
) -> None:
    """Write down an answer beside its pack; a later one takes the place of an earlier."""
    file: dict[str, Value] = {"on_day": workspace.clock.today, "file_name": printable(file_name), "pupils": pupils}
    existing = store.pack_by_uid(action.connection, pack.uid, direction)
    new: dict[str, Value] = {
        "uid": pack.uid,
        "direction": direction,
        "school_id": pack.school_id,
        "school_name": pack.school,
    }
    action.save("pack", existing.id if existing else None, {**file, "worker_id": workspace.me}, **new)


def _refused(file: str, what: str) -> Fault:
    return BadInput([Problem(file, f"{what}. Nothing was written")])
