"""What came after a move: placements and the return from them, the first weeks at the new school, extra funding."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from db.driver import Connection
from db.rows import with_days


class PlacementRow(NamedTuple):
    """Where a pupil went, for how long, and the return."""

    id: int
    pupil_id: int
    kind: str
    school_id: int | None
    school: str | None
    place: str | None
    started_on: date
    planned_end: date | None
    ended_on: date | None
    end_reason: str | None
    back_on: date | None
    checked_on: date | None
    check_result: str | None


class MoveRow(NamedTuple):
    """A placement that is meant to last, with what the pupil's record says of the present; ``told_on`` is empty, or the last
    day on which the new school told of the pupil."""

    pupil_id: int
    school_id: int | None
    started_on: date
    ended_on: date | None
    present_school_id: int | None
    archived: int
    told_on: date | None


class FirstWeeksRow(NamedTuple):
    """How the first weeks at the new school went, as told on a day."""

    id: int
    pupil_id: int
    on_day: date
    attendance_percent: float | None
    suspensions: int | None
    part_time: int
    note: str | None


class FundingRow(NamedTuple):
    """Extra funding that ends on a day, and when it was applied for anew."""

    id: int
    pupil_id: int
    what: str
    ends_on: date
    applied_on: date | None
    note: str | None


_PLACEMENT = (
    "SELECT l.id, l.pupil_id, l.kind, l.school_id, s.name, l.place, l.started_on, l.planned_end, l.ended_on, "
    "l.end_reason, l.back_on, l.checked_on, l.check_result FROM placement l LEFT JOIN school s ON s.id = l.school_id"
)
_PLACEMENT_DAYS = (6, 7, 8, 10, 11)
_FIRST_WEEKS = "SELECT id, pupil_id, on_day, attendance_percent, suspensions, part_time, note FROM first_weeks"
_FUNDING = "SELECT id, pupil_id, what, ends_on, applied_on, note FROM funding"


def placements(connection: Connection, pupil_id: int) -> list[PlacementRow]:
    """Where a pupil has been, the newest first."""
    query = f"{_PLACEMENT} WHERE l.pupil_id = :pupil ORDER BY l.started_on DESC, l.id DESC"
    rows = connection.execute(query, {"pupil": pupil_id})
    return [PlacementRow(*with_days(row, _PLACEMENT_DAYS)) for row in rows]


def placement(connection: Connection, placement_id: int) -> PlacementRow | None:
    row = connection.execute(f"{_PLACEMENT} WHERE l.id = :id", {"id": placement_id}).fetchone()
    return None if row is None else PlacementRow(*with_days(row, _PLACEMENT_DAYS))


def moves_begun(connection: Connection, kinds: Sequence[str], first: date, last: date) -> list[MoveRow]:
    """The placements of these kinds that began between two days, both counted."""
    marks = ", ".join(f":kind{place}" for place in range(len(kinds)))
    rows = connection.execute(
        "SELECT l.pupil_id, l.school_id, l.started_on, l.ended_on, p.school_id, p.archived_at IS NOT NULL, "
        "(SELECT max(w.on_day) FROM first_weeks w WHERE w.pupil_id = l.pupil_id) "
        f"FROM placement l JOIN pupil p ON p.id = l.pupil_id WHERE l.kind IN ({marks}) "
        "AND l.started_on BETWEEN :first AND :last ORDER BY l.started_on, l.id",
        {
            "first": first.isoformat(),
            "last": last.isoformat(),
            **{f"kind{place}": kind for place, kind in enumerate(kinds)},
        },
    )
    return [MoveRow(*with_days(row, (2, 3, 6))) for row in rows]


def first_weeks(connection: Connection, pupil_id: int) -> list[FirstWeeksRow]:
    """What the new school told of the first weeks, the newest first."""
    query = f"{_FIRST_WEEKS} WHERE pupil_id = :pupil ORDER BY on_day DESC, id DESC"
    return [FirstWeeksRow(*with_days(row, (2,))) for row in connection.execute(query, {"pupil": pupil_id})]


def told(connection: Connection, first_weeks_id: int) -> FirstWeeksRow | None:
    row = connection.execute(f"{_FIRST_WEEKS} WHERE id = :id", {"id": first_weeks_id}).fetchone()
    return None if row is None else FirstWeeksRow(*with_days(row, (2,)))


def funding(connection: Connection, pupil_id: int) -> list[FundingRow]:
    """A pupil's extra funding, the one that ends first first."""
    query = f"{_FUNDING} WHERE pupil_id = :pupil ORDER BY ends_on, id"
    return [FundingRow(*with_days(row, (3, 4))) for row in connection.execute(query, {"pupil": pupil_id})]


def one_funding(connection: Connection, funding_id: int) -> FundingRow | None:
    row = connection.execute(f"{_FUNDING} WHERE id = :id", {"id": funding_id}).fetchone()
    return None if row is None else FundingRow(*with_days(row, (3, 4)))
