"""What handovers hold, as screens, packs and commands read it: the handover, its answers, its way, and who waits for whom."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from db.driver import Connection
from db.rows import with_days


class HandoverRow(NamedTuple):
    """One handover, with the names of its pupil and schools."""

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
    child_protection_file: int
    transition: str
    move_year: int
    direction: str
    from_school_id: int | None
    from_school: str | None
    to_school_id: int | None
    to_school: str | None
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
    question: str
    value: str
    answered_on: date


class EventRow(NamedTuple):
    """One step of a handover's way."""

    id: int
    handover_id: int
    what: str
    on_day: date
    how: str | None
    who: str | None
    note: str | None


class MessageRow(NamedTuple):
    """A question of the receiving school, an answer or a note."""

    id: int
    uid: str
    handover_id: int
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
    """That a child protection file went to a school, and its receipt."""

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
    """One decision about a pupil's tier; ``factors`` is JSON."""

    id: int
    decided_on: date
    tier: str
    proposed: str
    factors: str
    reason: str | None
    worker: str | None


class PackRow(NamedTuple):
    """One file that went or came, and how many of its handovers are acknowledged."""

    id: int
    uid: str
    direction: str
    school_id: int | None
    school: str | None
    on_day: date
    file_name: str
    pupils: int
    worker: str | None
    acknowledged: int


class FormatRow(NamedTuple):
    """The columns in which a school asks for its handovers; ``columns`` is JSON."""

    id: int
    school_id: int
    name: str
    columns: str


_HANDOVER = (
    "SELECT h.id, h.uid, h.pupil_id, p.surname, p.forename, p.preferred_name, p.upn, p.date_of_birth, p.cohort_year, "
    "p.sen_provision, p.tier, p.child_protection_file, h.transition, h.move_year, h.direction, h.from_school_id, f.name, "
    "h.to_school_id, t.name, h.form, h.status, h.revision, h.worker_id, w.name, h.started_on, h.sent_on, h.sent_how, "
    "h.sent_by, h.received_on, h.viewed_on, h.acknowledged_on, h.acknowledged_by, h.returned_on, h.failed_on, "
    "h.fail_reason, h.pack_id FROM handover h JOIN pupil p ON p.id = h.pupil_id "
    "LEFT JOIN school f ON f.id = h.from_school_id LEFT JOIN school t ON t.id = h.to_school_id "
    "LEFT JOIN worker w ON w.id = h.worker_id"
)
_HANDOVER_DAYS = tuple(
    HandoverRow._fields.index(name)
    for name in (
        "date_of_birth", "started_on", "sent_on", "received_on", "viewed_on", "acknowledged_on", "returned_on", "failed_on",
    )
)  # fmt: skip


def handover(connection: Connection, handover_id: int) -> HandoverRow | None:
    found = _handovers(connection, f"{_HANDOVER} WHERE h.id = :id", {"id": handover_id})
    return found[0] if found else None


def by_uid(connection: Connection, uid: str) -> HandoverRow | None:
    """The handover that is known by ``uid`` in both files."""
    found = _handovers(connection, f"{_HANDOVER} WHERE h.uid = :uid", {"uid": uid})
    return found[0] if found else None


def of_pupil(connection: Connection, pupil_id: int) -> list[HandoverRow]:
    """The handovers of a pupil, the newest move first."""
    return _handovers(
        connection,
        f"{_HANDOVER} WHERE h.pupil_id = :pupil ORDER BY h.move_year DESC, h.direction DESC, h.id DESC",
        {"pupil": pupil_id},
    )


def of_pack(connection: Connection, pack_id: int) -> list[HandoverRow]:
    """The handovers that went or came with a pack, by name."""
    return _handovers(
        connection, f"{_HANDOVER} WHERE h.pack_id = :pack ORDER BY p.search_text, h.id", {"pack": pack_id}
    )


def next_school(connection: Connection, pupil_id: int) -> int | None:
    row = connection.execute("SELECT next_school_id FROM pupil WHERE id = ?", (pupil_id,)).fetchone()
    return None if row is None else row[0]


def answers(connection: Connection, handover_ids: Sequence[int]) -> list[AnswerRow]:
    marks, parameters = _marks("handover", handover_ids)
    rows = connection.execute(
        "SELECT id, handover_id, question, value, answered_on FROM handover_answer "
        f"WHERE handover_id IN ({marks}) ORDER BY handover_id, id",
        parameters,
    )
    return [AnswerRow(*with_days(row, (4,))) for row in rows]


def events(connection: Connection, handover_id: int) -> list[EventRow]:
    """The way of a handover, the oldest first."""
    rows = connection.execute(
        "SELECT id, handover_id, what, on_day, how, who, note FROM handover_event WHERE handover_id = :id "
        "ORDER BY on_day, id",
        {"id": handover_id},
    )
    return [EventRow(*with_days(row, (3,))) for row in rows]


def messages(connection: Connection, handover_ids: Sequence[int]) -> list[MessageRow]:
    """Questions, answers and notes of these handovers, the oldest first."""
    marks, parameters = _marks("handover", handover_ids)
    rows = connection.execute(
        "SELECT id, uid, handover_id, side, kind, words, on_day, who, answers_id FROM handover_message "
        f"WHERE handover_id IN ({marks}) ORDER BY on_day, id",
        parameters,
    )
    return [MessageRow(*with_days(row, (6,))) for row in rows]


def message(connection: Connection, message_id: int) -> MessageRow | None:
    row = connection.execute(
        "SELECT id, uid, handover_id, side, kind, words, on_day, who, answers_id FROM handover_message WHERE id = :id",
        {"id": message_id},
    ).fetchone()
    return None if row is None else MessageRow(*with_days(row, (6,)))


def handovers_of_messages(connection: Connection, uids: Sequence[str]) -> dict[str, int]:
    """The handover of each of these messages that is here, by the name that both files know it by."""
    marks, parameters = _marks("message", uids)
    rows = connection.execute(f"SELECT uid, handover_id FROM handover_message WHERE uid IN ({marks})", parameters)
    return dict(rows.fetchall())


def friends(connection: Connection, pupil_id: int) -> list[FriendRow]:
    """The pairs in which a pupil is, each as the other pupil; archived pupils are left out."""
    rows = connection.execute(
        "SELECT f.id, o.id, f.kind, f.recorded_on, o.surname, o.forename, o.preferred_name, o.next_school_id, o.school_id "
        "FROM (SELECT id, other_id AS other, kind, recorded_on FROM friendship WHERE pupil_id = :pupil "
        "UNION ALL SELECT id, pupil_id, kind, recorded_on FROM friendship WHERE other_id = :pupil) f "
        "JOIN pupil o ON o.id = f.other AND o.archived_at IS NULL ORDER BY f.kind DESC, o.search_text",
        {"pupil": pupil_id},
    )
    return [FriendRow(*with_days(row, (3,))) for row in rows]


def child_protection(connection: Connection, pupil_id: int) -> list[ChildProtectionRow]:
    """When a pupil's child protection file went to a school, the newest first."""
    rows = connection.execute(
        "SELECT c.id, c.pupil_id, c.to_school_id, s.name, c.sent_on, c.sent_how, c.sent_by, c.receipt_on, c.receipt_by, "
        "c.chased_on FROM child_protection_transfer c LEFT JOIN school s ON s.id = c.to_school_id "
        "WHERE c.pupil_id = :pupil ORDER BY c.sent_on DESC, c.id DESC",
        {"pupil": pupil_id},
    )
    return [ChildProtectionRow(*with_days(row, (4, 7, 9))) for row in rows]


def tier_decisions(connection: Connection, pupil_id: int) -> list[TierRow]:
    """The decisions about a pupil's tier, the newest first."""
    rows = connection.execute(
        "SELECT d.id, d.decided_on, d.tier, d.proposed, d.factors, d.reason, w.name FROM tier_decision d "
        "LEFT JOIN worker w ON w.id = d.worker_id WHERE d.pupil_id = :pupil ORDER BY d.decided_on DESC, d.id DESC",
        {"pupil": pupil_id},
    )
    return [TierRow(*with_days(row, (1,))) for row in rows]


def packs(connection: Connection) -> list[PackRow]:
    """Every pack that went or came, the newest first."""
    rows = connection.execute(
        "SELECT k.id, k.uid, k.direction, k.school_id, coalesce(s.name, k.school_name), k.on_day, k.file_name, k.pupils, "
        "w.name, (SELECT count(*) FROM handover h WHERE h.pack_id = k.id AND h.status = 'acknowledged') "
        "FROM pack k LEFT JOIN school s ON s.id = k.school_id LEFT JOIN worker w ON w.id = k.worker_id "
        "ORDER BY k.on_day DESC, k.id DESC"
    )
    return [PackRow(*with_days(row, (5,))) for row in rows]


def pack_by_uid(connection: Connection, uid: str, direction: str) -> PackRow | None:
    """The pack that is known by ``uid`` and went this way."""
    return next((pack for pack in packs(connection) if (pack.uid, pack.direction) == (uid, direction)), None)


def formats(connection: Connection, school_id: int) -> list[FormatRow]:
    """The formats that a school asks for, by name."""
    rows = connection.execute(
        "SELECT id, school_id, name, columns FROM school_format WHERE school_id = :school ORDER BY name",
        {"school": school_id},
    )
    return [FormatRow(*row) for row in rows]


def _handovers(connection: Connection, query: str, parameters: dict[str, Any]) -> list[HandoverRow]:
    return [HandoverRow(*with_days(row, _HANDOVER_DAYS)) for row in connection.execute(query, parameters)]


def _marks(name: str, values: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    names = {f"{name}{place}": value for place, value in enumerate(values)}
    return ", ".join(f":{one}" for one in names), names
