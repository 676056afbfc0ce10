"""What handovers hold, as screens, packs and commands read it: the handover, its answers, its way, and who waits for whom."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from db.driver import Connection
from db.journal import NOT_UNDONE
from db.pupils.destinations import RECEIVER, WENT
from db.pupils.pupils import GOES_BY, OF_PUPIL
from db.rows import among, columns, fetch, fetch_one, fetch_value, marks


class HandoverRow(NamedTuple):
    """One pupil's handover for one move, with names; ``uid`` is the same in the sender's file and in the receiver's.

    ``move_year`` is the academic year at whose end (or in which) the pupil moves. ``revision`` counts the times it was
    sent. ``receiver`` is the school to which it would be sent now; ``to_school`` is that, too, until it was. ``form`` is the version of the questions, such as "6-7 2026.1".
    """

    id: int
    uid: str
    pupil_id: int
    surname: str
    forename: str
    preferred_name: str | None
    upn: str | None
    date_of_birth: date
    cohort_year: int
    sen_provision: str
    tier: str | None
    child_protection_file: bool
    transition: str
    move_year: int
    direction: str
    from_school_id: int | None
    from_school: str | None
    to_school_id: int | None
    to_school: str | None
    receiver_id: int | None
    receiver: str | None
    form: str
    status: str
    revision: int
    worker_id: int | None
    worker: str | None
    started_on: date
    sent_on: date | None
    sent_how: str | None
    sent_by: str | None
    received_on: date | None
    viewed_on: date | None
    acknowledged_on: date | None
    acknowledged_by: str | None
    returned_on: date | None
    failed_on: date | None
    fail_reason: str | None
    pack_id: int | None


class AnswerRow(NamedTuple):
    """The answer to one question, and the day on which it was last changed."""

    id: int
    handover_id: int
    pupil_id: int
    question: str
    value: str
    answered_on: date


class EventRow(NamedTuple):
    """One step of a handover's way: sent, sent again, viewed, acknowledged, returned, failed, chased."""

    id: int
    handover_id: int
    pupil_id: int
    what: str
    on_day: date
    how: str | None
    who: str | None
    note: str | None


class MessageRow(NamedTuple):
    """A question of the receiving school, the answer to it, or a note; ``uid`` is the same in both files."""

    id: int
    uid: str
    handover_id: int
    pupil_id: int
    side: str
    kind: str
    words: str
    on_day: date
    who: str | None
    answers_id: int | None


class FriendRow(NamedTuple):
    """Another pupil with whom this one is to be kept, or from whom kept apart, and where that one goes next."""

    id: int
    pupil_id: int
    kind: str
    recorded_on: date
    surname: str
    forename: str
    preferred_name: str | None
    next_school_id: int | None
    school_id: int | None


class ChildProtectionRow(NamedTuple):
    """That a child protection file went to a school, and its receipt; never anything that is in it."""

    id: int
    pupil_id: int
    to_school_id: int | None
    to_school: str | None
    sent_on: date
    sent_how: str
    sent_by: str | None
    receipt_on: date | None
    receipt_by: str | None
    chased_on: date | None


class TierRow(NamedTuple):
    """Which tier a person chose, what the factor table had proposed, and the reason for another.

    ``factors`` is JSON: those that held, with their points and days; and the version of the table.
    """

    id: int
    pupil_id: int
    decided_on: date
    tier: str
    proposed: str
    factors: str
    reason: str | None
    worker_id: int | None
    worker: str | None


class PackRow(NamedTuple):
    """One file that went to a school, or came from one: a pack of handovers, or the answer to it.

    ``school_name`` is what a pack calls a school that is not in the list. ``acknowledged`` counts its handovers.
    """

    id: int
    uid: str
    direction: str
    school_id: int | None
    school_name: str | None
    school: str | None
    on_day: date
    file_name: str
    pupils: int
    worker_id: int | None
    worker: str | None
    acknowledged: int


class FormatRow(NamedTuple):
    """The columns in which a school asks for its handovers, as JSON: the header and our field of each."""

    id: int
    school_id: int
    name: str
    columns: str


_RECEIVER = RECEIVER.format(move="h.transition", year="h.move_year")
FROM_SCHOOL = "coalesce(f.name, (SELECT k.school_name FROM pack k WHERE k.id = h.pack_id AND h.direction = 'in'))"
"""Of a handover that came from a school that is not in the list, as its pack names it."""
_SCHOOLS = {
    "from_school": FROM_SCHOOL, "to_school_id": "t.id", "to_school": "t.name", "receiver_id": "r.id", "receiver": "r.name",
}  # fmt: skip
_HANDOVER = (
    f"SELECT {columns(HandoverRow, 'h', OF_PUPIL, **_SCHOOLS)} FROM handover h JOIN pupil p ON p.id = h.pupil_id LEFT JOIN school f ON f.id = h.from_school_id "
    f"LEFT JOIN school r ON r.id = {_RECEIVER} LEFT JOIN worker w ON w.id = h.worker_id "
    f"LEFT JOIN school t ON t.id = CASE WHEN {WENT} THEN h.to_school_id ELSE r.id END"
)
CHILD_PROTECTION = (
    f"SELECT {columns(ChildProtectionRow, 'c', to_school='s.name')} FROM child_protection_transfer c "
    "LEFT JOIN school s ON s.id = c.to_school_id"
)
_MESSAGE = f"SELECT {columns(MessageRow)} FROM handover_message"


def handover(connection: Connection, handover_id: int) -> HandoverRow | None:
    return fetch_one(connection, HandoverRow, f"{_HANDOVER} WHERE h.id = :id", {"id": handover_id})


def by_uid(connection: Connection, uid: str) -> HandoverRow | None:
    return fetch_one(connection, HandoverRow, f"{_HANDOVER} WHERE h.uid = :uid", {"uid": uid})


def of_pupil(connection: Connection, pupil_id: int) -> list[HandoverRow]:
    """The handovers of a pupil, the newest move first."""
    query = f"{_HANDOVER} WHERE h.pupil_id = :pupil ORDER BY h.move_year DESC, h.direction DESC, h.id DESC"
    return fetch(connection, HandoverRow, query, {"pupil": pupil_id})


def of_pack(connection: Connection, pack_id: int) -> list[HandoverRow]:
    """The handovers that went or came with a pack, by name."""
    query = f"{_HANDOVER} WHERE h.pack_id = :pack ORDER BY p.search_text, h.id"
    return fetch(connection, HandoverRow, query, {"pack": pack_id})


def went_to(connection: Connection, handover_id: int) -> int | None:
    """The school to which a handover was sent the last time."""
    query = "SELECT to_school_id FROM handover WHERE id = :id AND revision > 0"
    return fetch_value(connection, int, query, {"id": handover_id})


def answers(connection: Connection, handover_ids: Sequence[int]) -> list[AnswerRow]:
    where, parameters = among("handover_id", handover_ids)
    query = f"SELECT {columns(AnswerRow)} FROM handover_answer WHERE {where} ORDER BY handover_id, id"
    return fetch(connection, AnswerRow, query, parameters)


def events(connection: Connection, handover_id: int) -> list[EventRow]:
    """The way of a handover, the oldest first."""
    query = f"SELECT {columns(EventRow)} FROM handover_event WHERE handover_id = :id ORDER BY on_day, id"
    return fetch(connection, EventRow, query, {"id": handover_id})


def messages(connection: Connection, handover_ids: Sequence[int]) -> list[MessageRow]:
    """Questions, answers and notes of these handovers, the oldest first."""
    where, parameters = among("handover_id", handover_ids)
    return fetch(connection, MessageRow, f"{_MESSAGE} WHERE {where} ORDER BY on_day, id", parameters)


def message(connection: Connection, message_id: int) -> MessageRow | None:
    return fetch_one(connection, MessageRow, f"{_MESSAGE} WHERE id = :id", {"id": message_id})


def handovers_of_messages(connection: Connection, uids: Sequence[str]) -> dict[str, int]:
    """The handover of each of these messages that is here, by the name that both files know it by."""
    where, parameters = among("uid", uids)
    return dict(
        connection.execute(f"SELECT uid, handover_id FROM handover_message WHERE {where}", parameters).fetchall()
    )


def friends(connection: Connection, pupil_id: int) -> list[FriendRow]:
    """The pairs in which a pupil is, each as the other pupil; archived pupils are left out."""
    return fetch(
        connection,
        FriendRow,
        f"SELECT {columns(FriendRow, 'o', id='f.id', pupil_id='o.id', kind='f.kind', recorded_on='f.recorded_on')} "
        "FROM (SELECT id, other_id AS other, kind, recorded_on FROM friendship WHERE pupil_id = :pupil "
        "UNION ALL SELECT id, pupil_id, kind, recorded_on FROM friendship WHERE other_id = :pupil) f "
        "JOIN pupil o ON o.id = f.other AND o.archived_at IS NULL ORDER BY f.kind DESC, o.search_text, o.id",
        {"pupil": pupil_id},
    )


def child_protection(connection: Connection, pupil_id: int) -> list[ChildProtectionRow]:
    """When a pupil's child protection file went to a school, the newest first."""
    query = f"{CHILD_PROTECTION} WHERE c.pupil_id = :pupil ORDER BY c.sent_on DESC, c.id DESC"
    return fetch(connection, ChildProtectionRow, query, {"pupil": pupil_id})


def tier_decisions(connection: Connection, pupil_id: int) -> list[TierRow]:
    """The decisions about a pupil's tier, the newest first."""
    return fetch(
        connection,
        TierRow,
        f"SELECT {columns(TierRow, 'd', worker='w.name')} FROM tier_decision d LEFT JOIN worker w ON w.id = d.worker_id "
        "WHERE d.pupil_id = :pupil ORDER BY d.decided_on DESC, d.id DESC",
        {"pupil": pupil_id},
    )


def packs(connection: Connection) -> list[PackRow]:
    """Every pack that went or came, the newest first."""
    acknowledged = "(SELECT count(*) FROM handover h WHERE h.pack_id = k.id AND h.status = 'acknowledged')"
    school = "coalesce(s.name, k.school_name)"
    return fetch(
        connection,
        PackRow,
        f"SELECT {columns(PackRow, 'k', school=school, worker='w.name', acknowledged=acknowledged)} FROM pack k "
        "LEFT JOIN school s ON s.id = k.school_id LEFT JOIN worker w ON w.id = k.worker_id "
        "ORDER BY k.on_day DESC, k.id DESC",
    )


def pack_by_uid(connection: Connection, uid: str, direction: str) -> PackRow | None:
    return next((pack for pack in packs(connection) if (pack.uid, pack.direction) == (uid, direction)), None)


def formats(connection: Connection, school_id: int) -> list[FormatRow]:
    """The formats that a school asks for, by name."""
    query = f"SELECT {columns(FormatRow)} FROM school_format WHERE school_id = :school ORDER BY name"
    return fetch(connection, FormatRow, query, {"school": school_id})


class MoverRow(NamedTuple):
    """What tells which move a pupil makes next; the ages are those that the present school teaches."""

    id: int
    name: str
    cohort_year: int
    sen_provision: str
    school_id: int | None
    next_school_id: int | None
    low_age: int | None
    high_age: int | None
    in_year_move_on: date | None


class PairRow(NamedTuple):
    """Two pupils who are to be kept together, or apart; the smaller number stands first."""

    id: int
    pupil_id: int
    other_id: int
    kind: str
    recorded_on: date
    worker_id: int | None


_MOVER = (
    f"SELECT {columns(MoverRow, 'p', name=GOES_BY, low_age='s.low_age', high_age='s.high_age')} FROM pupil p "
    "LEFT JOIN school s ON s.id = p.school_id"
)
_PAIR = f"SELECT {columns(PairRow)} FROM friendship"


def movers(connection: Connection, pupil_ids: Sequence[int]) -> dict[int, MoverRow]:
    """What tells of these pupils' next moves, by number; archived pupils are left out."""
    where, parameters = among("p.id", pupil_ids)
    query = f"{_MOVER} WHERE {where} AND p.archived_at IS NULL"
    return {row.id: row for row in fetch(connection, MoverRow, query, parameters)}


def days_recorded(connection: Connection, pupil_id: int) -> dict[str, date]:
    """By column of the pupil the day on which somebody last recorded it, leaving out what was undone since.

    A column that nobody has ever written is not there: its value is only where the record began.
    """
    rows = connection.execute(
        "SELECT c.new_values, j.at FROM journal_change c JOIN journal j ON j.id = c.action_id "
        "WHERE c.pupil_id = :pupil AND c.table_name = 'pupil' AND c.new_values IS NOT NULL AND j.kind = 'change' "
        f"AND {NOT_UNDONE} ORDER BY c.action_id, c.position",
        {"pupil": pupil_id},
    )
    return {column: datetime.fromisoformat(at).date() for values, at in rows for column in json.loads(values)}


def answers_as_sent(connection: Connection, pupil_id: int, handover_id: int) -> dict[str, str | None]:
    """By question what stood there when a handover was last sent, for those written since; None was not answered.

    Empty for a handover that was never sent.
    """
    rows = connection.execute(_ANSWERS_WRITTEN_SINCE, {"pupil": pupil_id, "handover": handover_id}).fetchall()
    changes = [(json.loads(key)["id"], json.loads(old or "{}"), json.loads(new or "{}")) for key, old, new in rows]
    # a change of an answer names only what changed: which question it is stands where it came or went, or in the table
    existing = "SELECT id, question FROM handover_answer WHERE handover_id = :handover"
    questions = dict(connection.execute(existing, {"handover": handover_id}).fetchall())
    for number, old, new in changes:
        whole = {**new, **old}
        if whole.get("handover_id") == handover_id:
            questions[number] = whole["question"]
    found: dict[str, str | None] = {}
    for number, old, new in changes:
        if number in questions and "value" in {**new, **old}:
            found.setdefault(questions[number], old.get("value"))
    return found


_ANSWERS_WRITTEN_SINCE = """
SELECT c.row_key, c.old_values, c.new_values FROM journal_change c
WHERE c.pupil_id = :pupil AND c.table_name = 'handover_answer' AND c.action_id > (
  SELECT max(s.action_id) FROM handover_event e
  JOIN journal_change s ON s.pupil_id = e.pupil_id AND s.table_name = 'handover_event' AND s.row_key = '{"id":' || e.id || '}'
  WHERE e.handover_id = :handover AND e.what IN ('sent', 'sent again'))
ORDER BY c.action_id, c.position
"""


def question_of(connection: Connection, answer_id: int) -> str | None:
    return fetch_value(connection, str, "SELECT question FROM handover_answer WHERE id = :id", {"id": answer_id})


def pair(connection: Connection, one: int, other: int) -> PairRow | None:
    query = f"{_PAIR} WHERE pupil_id = :low AND other_id = :high"
    return fetch_one(connection, PairRow, query, {"low": min(one, other), "high": max(one, other)})


def pairs_going_to(connection: Connection, school_id: int, pupil_ids: Sequence[int]) -> list[PairRow]:
    """The pairs of whom both are among these pupils and both go to this school next."""
    parameters: dict[str, Any] = {"school": school_id}
    # by the index of directions everybody's handovers would be walked for each pupil
    going = (
        "SELECT p.id FROM pupil p WHERE p.archived_at IS NULL AND coalesce(p.next_school_id, (SELECT h.to_school_id "
        f"FROM handover h WHERE h.pupil_id = p.id AND (h.direction || '') = 'out' "
        "ORDER BY h.move_year DESC, h.id DESC LIMIT 1)) "
        f"= :school AND p.id IN ({marks(parameters, 'pupil', pupil_ids)})"
    )
    return fetch(
        connection,
        PairRow,
        f"WITH going AS ({going}) {_PAIR} WHERE pupil_id IN (SELECT id FROM going) "
        "AND other_id IN (SELECT id FROM going) ORDER BY pupil_id, other_id",
        parameters,
    )


def child_protection_transfer(connection: Connection, transfer_id: int) -> ChildProtectionRow | None:
    return fetch_one(connection, ChildProtectionRow, f"{CHILD_PROTECTION} WHERE c.id = :id", {"id": transfer_id})
