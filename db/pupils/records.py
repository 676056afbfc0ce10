"""The lists of schools, workers, contacts and archived pupils, and one record of each as a form shows it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from db.driver import Connection


class SchoolLine(NamedTuple):
    """A school in the list, with how many pupils are there now and how many are to go there next."""

    id: int
    name: str
    phase: str | None
    town: str | None
    urn: int | None
    closed: bool
    pupils: int
    coming: int


class WorkerLine(NamedTuple):
    """A worker in the list, with how many pupils the worker answers for."""

    id: int
    name: str
    role: str
    archived: bool
    pupils: int


class ArchivedPupil(NamedTuple):
    """A pupil who was archived."""

    id: int
    surname: str
    forename: str
    date_of_birth: date


class ContactLine(NamedTuple):
    """A person in a pupil's circle of support."""

    id: int
    name: str
    relationship: str | None
    circle: str | None


SCHOOL_COLUMNS = (
    "name", "urn", "la_number", "establishment_number", "phase", "kind", "status", "low_age", "high_age", "town", "postcode",
    "telephone", "closed_on", "archived_at",
)  # fmt: skip
WORKER_COLUMNS = ("name", "role", "email", "telephone", "school_id", "archived_at")
CONTACT_COLUMNS = ("name", "relationship", "circle", "telephone", "email", "may_contact", "archived_at")


def school_ids(connection: Connection, words: Sequence[str], limit: int) -> list[int]:
    """Give the schools whose name, town or number holds every word, by name; -1 is no limit."""
    where = " AND ".join("instr(search_text, ?) > 0" for _ in words) or "1"
    rows = connection.execute(
        f"SELECT id FROM school WHERE archived_at IS NULL AND {where} ORDER BY search_text, id LIMIT ?", (*words, limit)
    )
    return [row[0] for row in rows]


def school_lines(connection: Connection, ids: Sequence[int]) -> dict[int, SchoolLine]:
    """Give these schools, by number."""
    rows = connection.execute(
        "SELECT s.id, s.name, s.phase, s.town, s.urn, s.closed_on IS NOT NULL OR coalesce(s.status, '') = 'Closed', "
        "(SELECT count(*) FROM pupil p WHERE p.school_id = s.id AND p.archived_at IS NULL), "
        "(SELECT count(*) FROM pupil p WHERE p.next_school_id = s.id AND p.archived_at IS NULL) "
        f"FROM school s WHERE s.id IN ({', '.join('?' * len(ids))})",
        tuple(ids),
    )
    return {row[0]: SchoolLine._make((*row[:5], bool(row[5]), *row[6:])) for row in rows}


def worker_lines(connection: Connection) -> list[WorkerLine]:
    """Give every worker by name, those who are archived last."""
    rows = connection.execute(
        "SELECT w.id, w.name, w.role, w.archived_at IS NOT NULL, "
        "(SELECT count(*) FROM pupil p WHERE p.owner_id = w.id AND p.archived_at IS NULL) "
        "FROM worker w ORDER BY w.archived_at IS NOT NULL, w.name"
    )
    return [WorkerLine._make((*row[:3], bool(row[3]), row[4])) for row in rows]


def archived_pupils(connection: Connection) -> list[ArchivedPupil]:
    """Give the pupils who were archived, the latest first."""
    rows = connection.execute(
        "SELECT id, surname, forename, date_of_birth FROM pupil WHERE archived_at IS NOT NULL ORDER BY archived_at DESC, id"
    )
    return [ArchivedPupil._make((*row[:3], date.fromisoformat(row[3]))) for row in rows]


def contact_lines(connection: Connection, pupil_id: int) -> list[ContactLine]:
    """Give the circle of support, inner first."""
    rows = connection.execute(
        "SELECT id, name, relationship, circle FROM contact WHERE pupil_id = ? AND archived_at IS NULL "
        "ORDER BY CASE circle WHEN 'inner' THEN 0 WHEN 'middle' THEN 1 WHEN 'outer' THEN 2 ELSE 3 END, name",
        (pupil_id,),
    )
    return [ContactLine._make(row) for row in rows]


def record(connection: Connection, table: str, columns: Sequence[str], number: int) -> dict[str, Any] | None:
    """Give these columns of one record, as the file holds them, or None."""
    row = connection.execute(f'SELECT {", ".join(columns)} FROM "{table}" WHERE id = ?', (number,)).fetchone()
    return None if row is None else dict(zip(columns, row, strict=True))
