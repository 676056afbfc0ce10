"""What figures need of pupils: who each is, all records of a kind by pupil, and how steps came out."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from db.caseload.listing import Selection
from db.driver import Connection
from db.impact.records import Row, select
from db.rows import columns, fetch, marks, stream
from db.workshops.feeders import MOVERS


class Child(NamedTuple):
    """A pupil by what figures are divided by, as it is recorded now; ``attendance_percent`` is the year's before weekly figures came."""

    id: int
    date_of_birth: date
    cohort_year: int
    sen_provision: str | None
    pupil_premium: bool
    tier: str | None
    attendance_percent: float | None
    suspensions: int | None
    part_time_timetable: bool


class Outcome(NamedTuple):
    """How a step of a pupil came out; None while nothing is recorded."""

    pupil_id: int
    code: str
    outcome: str | None


def children(connection: Connection, selection: Selection) -> dict[int, Child]:
    where, parameters = selection.where()
    query = f"SELECT {columns(Child, 'p')} FROM pupil p WHERE {where} ORDER BY p.id"
    return {one.id: one for one in stream(connection, Child, query, parameters)}


def records(connection: Connection, kind: type[Row], selection: Selection) -> dict[int, list[Row]]:
    """By pupil every record of a kind, in the order of the kind: the newest first."""
    where, parameters = selection.where()
    found: dict[int, list[Row]] = {}
    query = select(kind, f"r.pupil_id IN (SELECT p.id FROM pupil p WHERE {where})")
    for row in stream(connection, kind, query, parameters):
        found.setdefault(row.pupil_id, []).append(row)  # type: ignore[attr-defined] # a kind that is a pupil's
    return found


def outcomes(
    connection: Connection, selection: Selection, codes: Sequence[str], first: date, last: date
) -> list[Outcome]:
    """The steps of these milestones that were due on these days."""
    where, parameters = selection.where()
    parameters |= {"first": first, "last": last}
    return fetch(
        connection,
        Outcome,
        f"SELECT {columns(Outcome, 'pm', code='m.code')} FROM pupil_milestone pm JOIN milestone m ON m.id = pm.milestone_id "
        f"JOIN pupil p ON p.id = pm.pupil_id WHERE m.code IN ({marks(parameters, 'code', codes)}) "
        f"AND pm.due_on BETWEEN :first AND :last AND {where} ORDER BY pm.pupil_id",
        parameters,
    )


class ClusterMover(NamedTuple):
    """One pupil: from where, how much support the move needs, and when the next school said that it has read the handover."""

    pupil_id: int
    feeder_id: int
    feeder: str
    tier: str | None
    sen_provision: str
    social_care_now: str | None
    sent_on: date | None
    acknowledged_on: date | None


_READ = {
    "pupil_id": "p.id",
    "feeder_id": "f.id",
    "feeder": "f.name",
    "sent_on": "h.sent_on",
    "acknowledged_on": "h.acknowledged_on",
}


def movers(connection: Connection, school_id: int, move_year: int) -> list[ClusterMover]:
    """By feeder and pupil; archived pupils are left out. A handover counts that was for this move."""
    return fetch(
        connection,
        ClusterMover,
        f"SELECT {columns(ClusterMover, 'p', _READ)} FROM {MOVERS} LEFT JOIN handover h ON h.pupil_id = p.id "
        "AND h.transition = d.transition AND h.move_year = d.move_year AND h.direction = 'out' "
        "WHERE d.move_year = :year AND d.school_id = :school AND p.archived_at IS NULL ORDER BY f.name NULLS FIRST, f.id, p.id",
        {"year": move_year, "school": school_id},
    )
