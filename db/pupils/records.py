"""Small records of a pupil or a school: dated events, and the programmes in which they take part; markers."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from db.caseload.listing import Selection
from db.driver import Connection
from db.rows import columns, fetch, fetch_column, fetch_one, marks, stream
from db.vocabulary import EVENT_KINDS, SUSPENSIONS


class DatedRow(NamedTuple):
    """A placement or another event: a suspension or exclusion, home education, missing education, off roll.

    The day of an event may be unknown, and so may be how many school ``days`` it lasted, half a day being 0.5.
    """

    id: int
    pupil_id: int
    kind: str
    school_id: int | None
    school: str | None
    place: str | None
    started_on: date | None
    planned_end: date | None
    ended_on: date | None
    back_on: date | None
    days: float | None
    reason: str | None
    note: str | None


class ParticipationRow(NamedTuple):
    """What a pupil or a school takes part in: one of the two. ``who`` is the person of a school, or who runs it for a pupil.

    ``understanding_...`` are per cent, as somebody said before and after.
    """

    id: int
    pupil_id: int | None
    school_id: int | None
    school: str | None
    programme: str
    who: str | None
    started_on: date | None
    ended_on: date | None
    parent_involved: bool | None
    outcome: str | None
    understanding_before: int | None
    understanding_after: int | None


Row = TypeVar("Row", DatedRow, ParticipationRow)

_NEWEST_FIRST = "ORDER BY l.started_on DESC NULLS LAST, l.id DESC"
_DATED = f"SELECT {columns(DatedRow, 'l', school='s.name')} FROM placement l LEFT JOIN school s ON s.id = l.school_id"
_TAKES_PART = (
    f"SELECT {columns(ParticipationRow, 'l', school='s.name')} FROM participation l "
    "LEFT JOIN school s ON s.id = l.school_id"
)


def dated(connection: Connection, pupil_id: int) -> list[DatedRow]:
    """The placements and other events of a pupil, the newest first, those of an unknown day last."""
    return fetch(connection, DatedRow, f"{_DATED} WHERE l.pupil_id = :pupil {_NEWEST_FIRST}", {"pupil": pupil_id})


def one_dated(connection: Connection, number: int) -> DatedRow | None:
    return fetch_one(connection, DatedRow, f"{_DATED} WHERE l.id = :id", {"id": number})


def events(connection: Connection, pupil_id: int) -> list[DatedRow]:
    """Those of a pupil that are no placement."""
    return [row for row in dated(connection, pupil_id) if row.kind in EVENT_KINDS]


def event(connection: Connection, number: int) -> DatedRow | None:
    found = one_dated(connection, number)
    return found if found is not None and found.kind in EVENT_KINDS else None


def dated_among(connection: Connection, selection: Selection) -> dict[int, list[DatedRow]]:
    """By pupil what is dated of those in a selection, the oldest first."""
    return _by_pupil(connection, DatedRow, _DATED, selection)


def suspensions(connection: Connection) -> list[DatedRow]:
    """Those of pupils who are not archived, pupil by pupil."""
    kinds: dict[str, object] = {}
    query = (
        f"{_DATED} JOIN pupil p ON p.id = l.pupil_id WHERE p.archived_at IS NULL AND l.kind IN ({marks(kinds, 'kind', SUSPENSIONS)}) "
        "ORDER BY l.pupil_id, l.id"
    )
    return fetch(connection, DatedRow, query, kinds)


class AtSchoolRow(NamedTuple):
    """A pupil, and at which school."""

    id: int
    school_id: int | None
    school: str | None


def at_schools(connection: Connection, selection: Selection, move_year: int) -> list[AtSchoolRow]:
    """The pupils of a selection by the school that received them at the end of a year, else the one where they are."""
    where, parameters = selection.where()
    received = (
        "SELECT d.school_id FROM destination d WHERE d.pupil_id = p.id AND d.move_year = :move_year "
        "AND d.transition <> 'INYR' ORDER BY d.id DESC LIMIT 1"
    )
    query = (
        f"SELECT q.id, q.school_id, s.name FROM (SELECT p.id, coalesce(({received}), p.school_id) AS school_id FROM pupil p "
        f"WHERE {where}) q LEFT JOIN school s ON s.id = q.school_id ORDER BY s.name NULLS FIRST, s.id, q.id"
    )
    return fetch(connection, AtSchoolRow, query, {**parameters, "move_year": move_year})


def programmes_of_pupil(connection: Connection, pupil_id: int) -> list[ParticipationRow]:
    query = f"{_TAKES_PART} WHERE l.pupil_id = :pupil {_NEWEST_FIRST}"
    return fetch(connection, ParticipationRow, query, {"pupil": pupil_id})


def programmes_of_school(connection: Connection, school_id: int) -> list[ParticipationRow]:
    query = f"{_TAKES_PART} WHERE l.school_id = :school {_NEWEST_FIRST}"
    return fetch(connection, ParticipationRow, query, {"school": school_id})


def participation(connection: Connection, number: int) -> ParticipationRow | None:
    return fetch_one(connection, ParticipationRow, f"{_TAKES_PART} WHERE l.id = :id", {"id": number})


def programmes_among(connection: Connection, selection: Selection) -> dict[int, list[ParticipationRow]]:
    """By pupil in what those in a selection take part, the oldest first."""
    return _by_pupil(connection, ParticipationRow, _TAKES_PART, selection)


def programmes_of_schools(connection: Connection) -> list[ParticipationRow]:
    """In what schools take part, the oldest first."""
    query = f"{_TAKES_PART} WHERE l.school_id IS NOT NULL ORDER BY l.started_on NULLS FIRST, l.id"
    return fetch(connection, ParticipationRow, query)


def programmes_in_use(connection: Connection, owner: str) -> Sequence[str]:
    """The names of the programmes in which a "pupil" or a "school" has taken part, those used most first."""
    query = f"SELECT programme FROM participation WHERE {owner}_id IS NOT NULL GROUP BY programme ORDER BY count(*) DESC, programme"
    return fetch_column(connection, str, query)


def _by_pupil(connection: Connection, kind: type[Row], query: str, selection: Selection) -> dict[int, list[Row]]:
    where, parameters = selection.where()
    joined = f"{query} JOIN pupil p ON p.id = l.pupil_id WHERE {where} ORDER BY l.started_on NULLS FIRST, l.id"
    found: dict[int, list[Row]] = {}
    for row in stream(connection, kind, joined, parameters):
        found.setdefault(row.pupil_id or 0, []).append(row)
    return found


class MarkerRow(NamedTuple):
    """A marker with its first day, and, once it holds no longer, the last; ``what`` it is about, ``said_by`` whom, and why."""

    id: int
    pupil_id: int
    kind: str
    what: str | None
    started_on: date
    ended_on: date | None
    said_by: str | None
    reason: str | None

    def holds(self, day: date) -> bool:
        return self.started_on <= day and (self.ended_on is None or self.ended_on > day)


class RetentionRow(NamedTuple):
    """That a person looked at what had been kept long enough, and until when and why it is kept longer."""

    id: int
    pupil_id: int
    kept_until: date
    reason: str
    decided_on: date
    worker_id: int | None


_MARKERS = f"SELECT {columns(MarkerRow)} FROM marker"


def of_pupil(connection: Connection, pupil_id: int) -> Sequence[MarkerRow]:
    query = f"{_MARKERS} WHERE pupil_id = :pupil ORDER BY started_on DESC, id DESC"
    return fetch(connection, MarkerRow, query, {"pupil": pupil_id})


def one(connection: Connection, number: int) -> MarkerRow | None:
    return fetch_one(connection, MarkerRow, f"{_MARKERS} WHERE id = :id", {"id": number})


def every(connection: Connection) -> Sequence[MarkerRow]:
    """Those of all pupils, of each pupil the newest first."""
    return fetch(connection, MarkerRow, f"{_MARKERS} ORDER BY pupil_id, started_on DESC, id DESC")
