"""What came after a move: placements and the return from them, the first weeks at the new school, extra funding."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from db.driver import Connection
from db.rows import columns, fetch, fetch_one, marks
from db.vocabulary import EVENT_KINDS


class PlacementRow(NamedTuple):
    """Where a pupil went, for how long, and the return: a new school, alternative provision, a nurture group, fewer hours.

    ``back_on`` is the day of re-integration and ``checked_on`` the check six months after it.
    """

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
    archived: bool
    told_on: date | None


class FirstWeeksRow(NamedTuple):
    """How the first weeks at the new school went, as told on a day; ``part_time`` is 0 or 1, as commands print it."""

    id: int
    pupil_id: int
    on_day: date
    attendance_percent: float | None
    suspensions: int | None
    part_time: int
    note: str | None


class FundingRow(NamedTuple):
    """Extra funding that ends on a day, and when it was applied for again."""

    id: int
    pupil_id: int
    what: str
    ends_on: date
    applied_on: date | None
    note: str | None


_PLACEMENT = (
    f"SELECT {columns(PlacementRow, 'l', school='s.name')} FROM placement l LEFT JOIN school s ON s.id = l.school_id "
    f"WHERE l.kind NOT IN {EVENT_KINDS!r} AND"
)
_LAST_TOLD = "(SELECT max(w.on_day) FROM first_weeks w WHERE w.pupil_id = l.pupil_id)"
_NOW = {"present_school_id": "p.school_id", "archived": "p.archived_at IS NOT NULL", "told_on": _LAST_TOLD}
_MOVE = f"SELECT {columns(MoveRow, 'l', _NOW)} FROM placement l JOIN pupil p ON p.id = l.pupil_id"
_FIRST_WEEKS = f"SELECT {columns(FirstWeeksRow)} FROM first_weeks"
_FUNDING = f"SELECT {columns(FundingRow)} FROM funding"


def placements(connection: Connection, pupil_id: int) -> list[PlacementRow]:
    """Where a pupil has been, the newest first."""
    query = f"{_PLACEMENT} l.pupil_id = :pupil ORDER BY l.started_on DESC NULLS LAST, l.id DESC"
    return fetch(connection, PlacementRow, query, {"pupil": pupil_id})


def placement(connection: Connection, placement_id: int) -> PlacementRow | None:
    return fetch_one(connection, PlacementRow, f"{_PLACEMENT} l.id = :id", {"id": placement_id})


def moves_begun(connection: Connection, kinds: Sequence[str], first: date, last: date) -> list[MoveRow]:
    parameters: dict[str, Any] = {"first": first, "last": last}
    return fetch(
        connection,
        MoveRow,
        f"{_MOVE} WHERE l.kind IN ({marks(parameters, 'kind', kinds)}) "
        "AND l.started_on BETWEEN :first AND :last ORDER BY l.started_on, l.id",
        parameters,
    )


def first_weeks(connection: Connection, pupil_id: int) -> list[FirstWeeksRow]:
    """What the new school told of the first weeks, the newest first."""
    query = f"{_FIRST_WEEKS} WHERE pupil_id = :pupil ORDER BY on_day DESC, id DESC"
    return fetch(connection, FirstWeeksRow, query, {"pupil": pupil_id})


def first_weeks_row(connection: Connection, first_weeks_id: int) -> FirstWeeksRow | None:
    return fetch_one(connection, FirstWeeksRow, f"{_FIRST_WEEKS} WHERE id = :id", {"id": first_weeks_id})


def funding(connection: Connection, pupil_id: int) -> list[FundingRow]:
    """A pupil's extra funding, the one that ends first first."""
    query = f"{_FUNDING} WHERE pupil_id = :pupil ORDER BY ends_on, id"
    return fetch(connection, FundingRow, query, {"pupil": pupil_id})


def one_funding(connection: Connection, funding_id: int) -> FundingRow | None:
    return fetch_one(connection, FundingRow, f"{_FUNDING} WHERE id = :id", {"id": funding_id})
