"""Who came: to meetings, over many of them, and to the modules of training; and which pupils of a caseload are named to move."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from db.driver import Connection
from db.rows import columns, fetch, fetch_column, fetch_one, marks


class ModuleRow(NamedTuple):
    """One module of a programme of training; whoever came to a session of each has completed the set.

    From ``retired_on`` on it is no longer needed to complete it.
    """

    id: int
    programme: str
    name: str
    position: int
    retired_on: date | None


class SessionRow(NamedTuple):
    """One session of training, with the programme and module that it says it belongs to."""

    id: int
    on_day: date
    programme: str
    module: str | None


class TraineeRow(NamedTuple):
    """One line of a session's register: a person, a school or an agency, and confidence before and after, 1 to 5."""

    id: int
    workshop_id: int
    on_day: date
    module: str | None
    school_id: int | None
    school: str | None
    agency: str | None
    name: str | None
    attendance: str
    people: int | None
    before: int | None
    after: int | None


_MODULE = f"SELECT {columns(ModuleRow)} FROM training_module"
_COUNTED = "m.status <> 'cancelled' AND m.archived_at IS NULL"


def modules(connection: Connection) -> list[ModuleRow]:
    """Every module, retired ones too, by programme and in its order."""
    return fetch(connection, ModuleRow, f"{_MODULE} ORDER BY programme, position, name")


def module(connection: Connection, module_id: int) -> ModuleRow | None:
    return fetch_one(connection, ModuleRow, f"{_MODULE} WHERE id = :id", {"id": module_id})


def sessions(connection: Connection) -> list[SessionRow]:
    """Every session of a programme, those to come too, in date order; not cancelled or archived ones."""
    where = f"m.programme IS NOT NULL AND {_COUNTED}"
    query = f"SELECT {columns(SessionRow, 'm')} FROM workshop m WHERE {where} ORDER BY m.on_day, m.id"
    return fetch(connection, SessionRow, query)


def sessions_to_rename(connection: Connection, programme: str, module: str) -> list[int]:
    """The number of every session, whatever became of it, that names this module."""
    query = "SELECT id FROM workshop WHERE programme = :programme AND module = :module ORDER BY id"
    return fetch_column(connection, int, query, {"programme": programme, "module": module})


def of_programme(connection: Connection, programme: str, last: date) -> list[TraineeRow]:
    """The registers of a programme's sessions until a day, in date order."""
    return _trainees(
        connection,
        f"m.programme = :programme AND m.on_day <= :last AND {_COUNTED}",
        {"programme": programme, "last": last},
    )


def _trainees(connection: Connection, where: str, parameters: dict[str, object]) -> list[TraineeRow]:
    return fetch(
        connection,
        TraineeRow,
        f"SELECT {columns(TraineeRow, 'i', on_day='m.on_day', module='m.module', school='s.name')} FROM workshop m JOIN workshop_invitation i ON i.workshop_id = m.id "
        f"LEFT JOIN school s ON s.id = i.school_id WHERE {where} ORDER BY m.on_day, m.id, s.name NULLS FIRST, i.name NULLS FIRST, i.id",
        parameters,
    )


BY_WEIGHT = ("absent", "apologies", "invited", "came")
"""What a school did at a meeting when its people are marked differently: the last of these that any of them is.

It came when anybody did; while somebody is not marked ("invited") it may have come; else it sent apologies, or nothing.
"""


@dataclass(frozen=True)
class MeetingFilter:
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


class CountedMeetingRow(NamedTuple):
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


class AgencyMark(NamedTuple):
    """What is marked of an agency at a meeting; several lines when its people are marked differently."""

    workshop_id: int
    title: str
    on_day: date
    agency: str
    attendance: str


def meetings(connection: Connection, which: MeetingFilter) -> list[CountedMeetingRow]:
    """The meetings in date order."""
    where, parameters = which.where()
    query = f"SELECT {columns(CountedMeetingRow, 'm')} FROM workshop m WHERE {where} ORDER BY m.on_day, m.id"
    return fetch(connection, CountedMeetingRow, query, parameters)


def marked(connection: Connection, which: MeetingFilter) -> list[MarkRow]:
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


def agencies_marked(connection: Connection, which: MeetingFilter) -> list[AgencyMark]:
    """What is marked of each agency, or of its people, at each meeting, by the agencies' names."""
    where, parameters = which.where()
    sources = {"workshop_id": "m.id", "title": "m.title", "on_day": "m.on_day"}
    return fetch(
        connection,
        AgencyMark,
        f"SELECT {columns(AgencyMark, 'i', sources)} FROM workshop m JOIN workshop_invitation i ON i.workshop_id = m.id "
        f"WHERE i.agency IS NOT NULL AND i.school_id IS NULL AND {where} ORDER BY i.agency, m.on_day, m.id, i.id",
        parameters,
    )
