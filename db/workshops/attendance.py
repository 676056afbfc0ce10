"""Who came to meetings, over many of them, and which pupils of a caseload are named to move."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from db.caseload.listing import Selection
from db.driver import Connection
from db.rows import columns, decoder, fetch, marks
from db.workshops.feeders import MOVE, Move

BY_WEIGHT = ("absent", "apologies", "invited", "came")
"""What a school did at a meeting when its people are marked differently: the last of these that any of them is.

It came when anybody did; while somebody is not marked ("invited") it may have come; else it sent apologies, or nothing.
"""


@dataclass(frozen=True)
class Meetings:
    """Which meetings are counted: of these days, of these kinds and series (empty: all); never cancelled or archived ones."""

    first: date
    last: date
    kinds: tuple[str, ...] = ()
    series: str | None = None

    def where(self) -> tuple[str, dict[str, Any]]:
        parameters: dict[str, Any] = {"first": self.first, "last": self.last}
        parts = ["m.on_day BETWEEN :first AND :last", "m.status <> 'cancelled'", "m.archived_at IS NULL"]
        if self.kinds:
            parts.append(f"m.kind IN ({marks(parameters, 'kind', self.kinds)})")
        if self.series is not None:
            parts.append("m.series = :series")
            parameters["series"] = self.series
        return " AND ".join(parts), parameters


class MeetingRow(NamedTuple):
    """One meeting: its day and about whose moves it is."""

    id: int
    on_day: date
    host_school_id: int | None
    year_groups: str


class MarkRow(NamedTuple):
    """What is marked of a school at a meeting; a school has several when its people are marked differently."""

    workshop_id: int
    on_day: date
    school_id: int
    school: str
    phase: str | None
    attendance: str


def meetings(connection: Connection, which: Meetings) -> list[MeetingRow]:
    """The meetings in date order."""
    where, parameters = which.where()
    query = f"SELECT {columns(MeetingRow, 'm')} FROM workshop m WHERE {where} ORDER BY m.on_day, m.id"
    return fetch(connection, MeetingRow, query, parameters)


def marked(connection: Connection, which: Meetings) -> list[MarkRow]:
    """What is marked of each school at each meeting, by the schools' names."""
    where, parameters = which.where()
    sources = {"workshop_id": "m.id", "school_id": "s.id", "school": "s.name", "phase": "s.phase"}
    return fetch(
        connection,
        MarkRow,
        f"SELECT DISTINCT {columns(MarkRow, 'm', sources, attendance='i.attendance')} FROM workshop m "
        f"JOIN workshop_invitation i ON i.workshop_id = m.id JOIN school s ON s.id = i.school_id WHERE {where} "
        "ORDER BY s.name, s.id, m.on_day, m.id",
        parameters,
    )


def named_movers(
    connection: Connection,
    selection: Selection,
    *,
    school_id: int | None = None,
    next_school_id: int | None = None,
    cohort_years: Sequence[int] = (),
) -> list[tuple[int, Move]]:
    """The pupils of a caseload with a next school, each with the move, by name: of these schools and cohorts, or any."""
    where, parameters = selection.where()
    parts = [where, "p.next_school_id > 0", "p.next_school_id <> p.school_id"]
    for column, number in (("school_id", school_id), ("next_school_id", next_school_id)):
        if number is not None:
            parts.append(f"p.{column} = :moving_{column}")
            parameters[f"moving_{column}"] = number
    if cohort_years:
        parts.append(f"p.cohort_year IN ({marks(parameters, 'moving', cohort_years)})")
    rows = connection.execute(
        f"SELECT {columns(Move, 'p', MOVE, pupils='1')}, p.id FROM pupil p JOIN school f ON f.id = p.school_id "
        f"JOIN school r ON r.id = p.next_school_id WHERE {' AND '.join(parts)} ORDER BY p.search_text, p.id",
        parameters,
    )
    move = decoder(Move)
    return [(number, move(row)) for *row, number in rows]
