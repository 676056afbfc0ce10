"""Programmes of training: their modules, their sessions, and who came to which."""

from datetime import date
from typing import NamedTuple

from db.driver import Connection
from db.rows import with_days


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


_MODULE = "SELECT id, programme, name, position, retired_on FROM training_module"
_COUNTED = "m.status <> 'cancelled' AND m.archived_at IS NULL"


def modules(connection: Connection) -> list[ModuleRow]:
    """Give every module, retired ones too, by programme and in its order."""
    rows = connection.execute(f"{_MODULE} ORDER BY programme, position, name")
    return [ModuleRow(*with_days(row, (4,))) for row in rows]


def module(connection: Connection, module_id: int) -> ModuleRow | None:
    """Give one module."""
    row = connection.execute(f"{_MODULE} WHERE id = ?", (module_id,)).fetchone()
    return None if row is None else ModuleRow(*with_days(row, (4,)))


def sessions(connection: Connection) -> list[SessionRow]:
    """Give every session of a programme, those to come too, in date order; not cancelled or archived ones."""
    rows = connection.execute(
        f"SELECT m.id, m.on_day, m.programme, m.module FROM workshop m WHERE m.programme IS NOT NULL AND {_COUNTED} "
        "ORDER BY m.on_day, m.id"
    )
    return [SessionRow(*with_days(row, (1,))) for row in rows]


def sessions_to_rename(connection: Connection, programme: str, module: str) -> list[int]:
    """Give the number of every session, whatever became of it, that names this module."""
    rows = connection.execute(
        "SELECT id FROM workshop WHERE programme = :programme AND module = :module ORDER BY id",
        {"programme": programme, "module": module},
    )
    return [row[0] for row in rows]


def of_programme(connection: Connection, programme: str, last: date) -> list[TraineeRow]:
    """Give the registers of a programme's sessions until a day, in date order."""
    return _trainees(
        connection,
        f"m.programme = :programme AND m.on_day <= :last AND {_COUNTED}",
        {"programme": programme, "last": last.isoformat()},
    )


def of_session(connection: Connection, workshop_id: int) -> list[TraineeRow]:
    """Give the register of one session; empty when it was cancelled or archived."""
    return _trainees(connection, f"m.id = :id AND {_COUNTED}", {"id": workshop_id})


def _trainees(connection: Connection, where: str, parameters: dict[str, object]) -> list[TraineeRow]:
    rows = connection.execute(
        "SELECT i.id, m.id, m.on_day, m.module, i.school_id, s.name, i.agency, i.name, i.attendance, i.people, i.before, "
        "i.after FROM workshop m JOIN workshop_invitation i ON i.workshop_id = m.id "
        f"LEFT JOIN school s ON s.id = i.school_id WHERE {where} ORDER BY m.on_day, m.id, s.name, i.name, i.id",
        parameters,
    )
    return [TraineeRow(*with_days(row, (2,))) for row in rows]
