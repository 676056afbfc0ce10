"""What a handover takes from the rest of the records: who moves, since when something is recorded, who is kept with whom."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from db.driver import Connection
from db.handovers.handovers import ChildProtectionRow, child_protection
from db.journal import STANDING
from db.rows import with_days


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


def movers(connection: Connection, pupil_ids: Sequence[int]) -> dict[int, MoverRow]:
    """What tells of these pupils' next moves, by number; archived pupils are left out."""
    marks, parameters = _marks(pupil_ids)
    rows = connection.execute(
        "SELECT p.id, trim(coalesce(p.preferred_name, p.forename) || ' ' || p.surname), p.cohort_year, p.sen_provision, "
        "p.school_id, p.next_school_id, s.low_age, s.high_age, p.in_year_move_on FROM pupil p "
        f"LEFT JOIN school s ON s.id = p.school_id WHERE p.id IN ({marks}) AND p.archived_at IS NULL",
        parameters,
    )
    return {row[0]: MoverRow(*with_days(row, (8,))) for row in rows}


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
    questions = dict(
        connection.execute("SELECT id, question FROM handover_answer WHERE handover_id = ?", (handover_id,))
    )
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
    row = connection.execute("SELECT question FROM handover_answer WHERE id = ?", (answer_id,)).fetchone()
    return None if row is None else str(row[0])


def pair(connection: Connection, one: int, other: int) -> PairRow | None:
    """What is recorded of two pupils, in whichever order."""
    row = connection.execute(
        "SELECT id, pupil_id, other_id, kind, recorded_on FROM friendship WHERE pupil_id = ? AND other_id = ?",
        (min(one, other), max(one, other)),
    ).fetchone()
    return None if row is None else PairRow(*with_days(row, (4,)))


def pairs_going_to(connection: Connection, school_id: int, pupil_ids: Sequence[int]) -> list[PairRow]:
    """The pairs of whom both are among these pupils and both go to this school next."""
    marks, parameters = _marks(pupil_ids)
    # the plus keeps SQLite from the index by direction, where it would walk everybody's handovers for each pupil
    going = (
        "SELECT p.id FROM pupil p WHERE p.archived_at IS NULL AND coalesce(p.next_school_id, (SELECT h.to_school_id "
        "FROM handover h WHERE h.pupil_id = p.id AND +h.direction = 'out' ORDER BY h.move_year DESC, h.id DESC LIMIT 1)) "
        f"= :school AND p.id IN ({marks})"
    )
    rows = connection.execute(
        f"WITH going AS ({going}) SELECT id, pupil_id, other_id, kind, recorded_on FROM friendship "
        "WHERE pupil_id IN going AND other_id IN going ORDER BY pupil_id, other_id",
        {**parameters, "school": school_id},
    )
    return [PairRow(*with_days(row, (4,))) for row in rows]


def child_protection_transfer(connection: Connection, transfer_id: int) -> ChildProtectionRow | None:
    row = connection.execute("SELECT pupil_id FROM child_protection_transfer WHERE id = ?", (transfer_id,)).fetchone()
    return None if row is None else next(one for one in child_protection(connection, row[0]) if one.id == transfer_id)


def _marks(values: Sequence[int]) -> tuple[str, dict[str, Any]]:
    names = {f"pupil{place}": value for place, value in enumerate(values)}
    return ", ".join(f":{one}" for one in names), names
