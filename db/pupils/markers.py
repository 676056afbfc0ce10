"""What is marked on a pupil's record about data protection: what must not leave, what is restricted, who agrees and who objects."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from db.driver import Connection
from db.rows import columns, fetch, fetch_one


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


_MARKERS = f"SELECT {columns(MarkerRow)} FROM marker"


def of_pupil(connection: Connection, pupil_id: int) -> Sequence[MarkerRow]:
    query = f"{_MARKERS} WHERE pupil_id = :pupil ORDER BY started_on DESC, id DESC"
    return fetch(connection, MarkerRow, query, {"pupil": pupil_id})


def one(connection: Connection, number: int) -> MarkerRow | None:
    return fetch_one(connection, MarkerRow, f"{_MARKERS} WHERE id = :id", {"id": number})


def every(connection: Connection) -> Sequence[MarkerRow]:
    """Those of all pupils, of each pupil the newest first."""
    return fetch(connection, MarkerRow, f"{_MARKERS} ORDER BY pupil_id, started_on DESC, id DESC")
