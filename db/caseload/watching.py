"""Pupils to watch after a move: whose attendance before it was low, and of whom weeks at the new school are recorded."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from db.caseload.listing import Selection
from db.driver import Connection
from db.rows import columns, fetch


class WatchedPupil(NamedTuple):
    """A pupil with the attendance before the move."""

    id: int
    surname: str
    forename: str
    preferred_name: str | None
    attendance_percent: float | None


_WEEKS = "EXISTS (SELECT 1 FROM attendance_week w WHERE w.pupil_id = p.id AND w.week_on >= :since)"
_UNTOLD = (
    "p.attendance_percent <= :at_most AND NOT EXISTS (SELECT 1 FROM first_weeks f WHERE f.pupil_id = p.id "
    f"AND f.on_day >= :since) AND NOT {_WEEKS}"
)


def to_watch(
    connection: Connection, selection: Selection, cohort_year: int, at_most: float, since: date
) -> list[WatchedPupil]:
    """The pupils of a cohort with attendance of so many per cent or less, the least first, whose first weeks nobody has told."""
    return _of_cohort(connection, selection, cohort_year, _UNTOLD, {"at_most": at_most, "since": since})


def with_weeks(connection: Connection, selection: Selection, cohort_year: int, since: date) -> list[WatchedPupil]:
    """Those of whom a week of attendance is recorded."""
    return _of_cohort(connection, selection, cohort_year, _WEEKS, {"since": since})


def _of_cohort(
    connection: Connection, selection: Selection, cohort_year: int, which: str, values: Mapping[str, Any]
) -> list[WatchedPupil]:
    where, parameters = selection.where()
    query = (
        f"SELECT {columns(WatchedPupil, 'p')} FROM pupil p WHERE p.cohort_year = :watched AND {which} AND {where} "
        "ORDER BY p.attendance_percent NULLS FIRST, p.search_text, p.id"
    )
    return fetch(connection, WatchedPupil, query, {**parameters, **values, "watched": cohort_year})
