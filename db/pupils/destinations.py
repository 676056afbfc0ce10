"""Where pupils go on each of their moves: a row for a pupil and a move, which stays when the move has been made."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from db.driver import Connection, insert_many
from db.rows import among, columns, fetch, fetch_value, stream


class DestinationRow(NamedTuple):
    """Where a pupil goes, or went, on one move; ``recorded_on`` is since when the place is what ``stage`` says.

    ``move_year`` is the academic year within which, or at whose end, the move is; the ages are those that the school teaches.
    """

    id: int
    pupil_id: int
    transition: str
    move_year: int
    from_school_id: int | None
    school_id: int
    school: str
    low_age: int | None
    high_age: int | None
    recorded_on: date
    stage: str


class Going(NamedTuple):
    """A pupil with a next school, with the ages that the two schools teach."""

    pupil_id: int
    cohort_year: int
    in_year_move_on: date | None
    recorded_on: date | None
    school_id: int | None
    next_school_id: int
    low_age: int | None
    high_age: int | None
    next_low_age: int | None
    next_high_age: int | None


_NEWEST = "ORDER BY d.move_year DESC, d.id DESC"
STAGE = (
    f"(SELECT d.stage FROM destination d WHERE d.pupil_id = p.id AND d.school_id = p.next_school_id {_NEWEST} LIMIT 1)"
)
"""How sure the place of a pupil ``p`` at the next school is."""
RECEIVER = (
    "coalesce((SELECT d.school_id FROM destination d WHERE d.pupil_id = p.id AND ((d.transition = {move} AND d.move_year = {year}) "
    "OR (d.transition = '' AND d.school_id = p.next_school_id)) ORDER BY d.transition DESC LIMIT 1), "
    "CASE WHEN h.revision > 0 THEN h.to_school_id END)"
)
"""The school to which a handover ``h`` of a pupil ``p`` would be sent now: the destination of its own move, or else one of
which is not known which move it is of, or else where it went before."""
LEAVES = (
    "d.transition <> 'INYR' AND d.school_id <> d.from_school_id AND l.high_age IS NOT NULL "
    "AND d.move_year + 1 - p.cohort_year BETWEEN s.low_age - 4 AND s.high_age - 5"
)
"""What shows that a pupil ``p`` leaves school ``l`` on a move ``d``: school ``s`` is another, known to teach the year group after it."""
WENT = "h.direction = 'in' OR h.status NOT IN ('drafting', 'failed')"
COLUMNS = ("pupil_id", "transition", "move_year", "from_school_id", "school_id", "recorded_on", "stage")


def destinations(connection: Connection, ids: Sequence[int]) -> dict[int, list[DestinationRow]]:
    """Where these pupils go or went, each one's newest move first."""
    where, parameters = among("d.pupil_id", ids)
    query = (
        f"SELECT {columns(DestinationRow, 'd', {'school': 's.name', 'low_age': 's.low_age', 'high_age': 's.high_age'})} "
        f"FROM destination d JOIN school s ON s.id = d.school_id WHERE {where} {_NEWEST}"
    )
    found: dict[int, list[DestinationRow]] = {}
    for row in stream(connection, DestinationRow, query, parameters):
        found.setdefault(row.pupil_id, []).append(row)
    return found


def any_is_known(connection: Connection) -> bool:
    return fetch_value(connection, int, "SELECT 1 FROM destination LIMIT 1") is not None


def going(connection: Connection) -> list[Going]:
    sources = {
        "pupil_id": "p.id", "recorded_on": "p.next_school_recorded_on", "low_age": "s.low_age", "high_age": "s.high_age",
        "next_low_age": "n.low_age", "next_high_age": "n.high_age",
    }  # fmt: skip
    return fetch(
        connection,
        Going,
        f"SELECT {columns(Going, 'p', sources)} FROM pupil p LEFT JOIN school s ON s.id = p.school_id "
        "JOIN school n ON n.id = p.next_school_id ORDER BY p.id",
    )


def put(connection: Connection, rows: Iterable[Sequence[object]]) -> None:
    """Write rows of ``COLUMNS`` outside the journal, and of every other move to which a handover went."""
    insert_many(connection, "destination", COLUMNS, rows)
    connection.execute(
        f"INSERT INTO destination ({', '.join(COLUMNS)}) SELECT pupil_id, transition, move_year, from_school_id, "
        "to_school_id, coalesce(sent_on, received_on, started_on), 'offered' FROM handover WHERE to_school_id IS NOT NULL "
        "AND to_school_id IS DISTINCT FROM from_school_id AND status <> 'failed' ORDER BY direction DESC, id ON CONFLICT DO NOTHING"
    )
