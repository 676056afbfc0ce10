"""Programmes of training: their modules, their sessions, and who came to which."""

from datetime import date
from typing import NamedTuple

from db.driver import Connection
from db.rows import columns, fetch, fetch_ids, fetch_one


class ModuleRow(NamedTuple):
    """One module of a programme; from ``retired_on`` on it is no longer needed to complete it."""

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
    return fetch_ids(connection, query, {"programme": programme, "module": module})


def of_programme(connection: Connection, programme: str, last: date) -> list[TraineeRow]:
    """The registers of a programme's sessions until a day, in date order."""
    return _trainees(
        connection,
        f"m.programme = :programme AND m.on_day <= :last AND {_COUNTED}",
        {"programme": programme, "last": last},
    )


def of_session(connection: Connection, workshop_id: int) -> list[TraineeRow]:
    """The register of one session; empty when it was cancelled or archived."""
    return _trainees(connection, f"m.id = :id AND {_COUNTED}", {"id": workshop_id})


def _trainees(connection: Connection, where: str, parameters: dict[str, object]) -> list[TraineeRow]:
    return fetch(
        connection,
        TraineeRow,
        f"SELECT {columns(TraineeRow, 'i', on_day='m.on_day', module='m.module', school='s.name')} FROM workshop m JOIN workshop_invitation i ON i.workshop_id = m.id "
        f"LEFT JOIN school s ON s.id = i.school_id WHERE {where} ORDER BY m.on_day, m.id, s.name, i.name, i.id",
        parameters,
    )
