"""What a handover takes from the rest of the records: who moves, since when something is recorded, who is kept with whom."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from db.driver import Connection, not_indexed
from db.handovers.handovers import CHILD_PROTECTION, ChildProtectionRow
from db.journal import STANDING
from db.pupils.pupils import GOES_BY
from db.rows import columns, fetch, fetch_one, fetch_value, marks, stream


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
    """Two pupils who are to be kept together, or apart."""

    id: int
    pupil_id: int
    other_id: int
    kind: str
    recorded_on: date


_MOVER = (
    f"SELECT {columns(MoverRow, 'p', name=GOES_BY, low_age='s.low_age', high_age='s.high_age')} FROM pupil p "
    "LEFT JOIN school s ON s.id = p.school_id"
)
_PAIR = f"SELECT {columns(PairRow)} FROM friendship"


def movers(connection: Connection, pupil_ids: Sequence[int]) -> dict[int, MoverRow]:
    """What tells of these pupils' next moves, by number; archived pupils are left out."""
    parameters: dict[str, Any] = {}
    query = f"{_MOVER} WHERE p.id IN ({marks(parameters, 'pupil', pupil_ids)}) AND p.archived_at IS NULL"
    return {row.id: row for row in stream(connection, MoverRow, query, parameters)}


def days_recorded(connection: Connection, pupil_id: int) -> dict[str, date]:
    """By column of the pupil the day on which somebody last recorded it, leaving out what was undone since.

    A column that nobody has ever written is not there: its value is only where the record began.
    """
    rows = connection.execute(
        "SELECT c.new_values, j.at FROM journal_change c JOIN journal j ON j.id = c.action_id "
        "WHERE c.pupil_id = :pupil AND c.table_name = 'pupil' AND c.new_values IS NOT NULL AND j.kind = 'change' "
        f"AND {STANDING} ORDER BY c.action_id, c.position",
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
    standing = "SELECT id, question FROM handover_answer WHERE handover_id = :handover"
    questions = dict(connection.execute(standing, {"handover": handover_id}).fetchall())
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
    """The question of an answer that stands, or None."""
    return fetch_value(connection, str, "SELECT question FROM handover_answer WHERE id = :id", {"id": answer_id})


def pair(connection: Connection, one: int, other: int) -> PairRow | None:
    """What is recorded of two pupils, in whichever order."""
    query = f"{_PAIR} WHERE pupil_id = :low AND other_id = :high"
    return fetch_one(connection, PairRow, query, {"low": min(one, other), "high": max(one, other)})


def pairs_going_to(connection: Connection, school_id: int, pupil_ids: Sequence[int]) -> list[PairRow]:
    """The pairs of whom both are among these pupils and both go to this school next."""
    parameters: dict[str, Any] = {"school": school_id}
    # by the index of directions everybody's handovers would be walked for each pupil
    going = (
        "SELECT p.id FROM pupil p WHERE p.archived_at IS NULL AND coalesce(p.next_school_id, (SELECT h.to_school_id "
        f"FROM handover h WHERE h.pupil_id = p.id AND {not_indexed('h.direction')} = 'out' "
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
    """One record that a child protection file went to a school."""
    return fetch_one(connection, ChildProtectionRow, f"{CHILD_PROTECTION} WHERE c.id = :id", {"id": transfer_id})
