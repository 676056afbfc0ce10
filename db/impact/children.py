"""What figures need of pupils: who each is, all records of a kind by pupil, and how steps came out."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from db.caseload.listing import Selection
from db.driver import Connection
from db.impact.records import Row, select
from db.rows import columns, fetch, marks, stream


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
