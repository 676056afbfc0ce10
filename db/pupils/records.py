"""The lists of schools, workers, contacts and archived pupils, and one record of each as a form shows it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from db.driver import Connection
from db.pupils.pupils import INNER_FIRST, holding
from db.rows import columns, fetch, fetch_ids, marks, stream


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


_PUPILS = "(SELECT count(*) FROM pupil p WHERE {} AND p.archived_at IS NULL)"


def school_ids(connection: Connection, words: Sequence[str], limit: int) -> list[int]:
    """The schools whose name, town or number holds every word, by name; -1 is no limit."""
    query, parameters = holding("SELECT id FROM school", words, None if limit < 0 else limit)
    return fetch_ids(connection, query, parameters)


def school_lines(connection: Connection, ids: Sequence[int]) -> dict[int, SchoolLine]:
    """These schools, by number."""
    parameters: dict[str, Any] = {}
    listed = columns(
        SchoolLine,
        "s",
        closed="s.closed_on IS NOT NULL OR coalesce(s.status, '') = 'Closed'",
        pupils=_PUPILS.format("p.school_id = s.id"),
        coming=_PUPILS.format("p.next_school_id = s.id"),
    )
    query = f"SELECT {listed} FROM school s WHERE s.id IN ({marks(parameters, 'school', ids)})"
    return {line.id: line for line in stream(connection, SchoolLine, query, parameters)}


def archived_pupils(connection: Connection) -> list[ArchivedPupil]:
    """The pupils who were archived, the latest first."""
    archived = "FROM pupil WHERE archived_at IS NOT NULL ORDER BY archived_at DESC, id"
    return fetch(connection, ArchivedPupil, f"SELECT {columns(ArchivedPupil)} {archived}")


def contact_lines(connection: Connection, pupil_id: int) -> list[ContactLine]:
    """The circle of support, inner first."""
    of_pupil = f"FROM contact WHERE pupil_id = :pupil AND archived_at IS NULL ORDER BY {INNER_FIRST}, name"
    return fetch(connection, ContactLine, f"SELECT {columns(ContactLine)} {of_pupil}", {"pupil": pupil_id})


def record(connection: Connection, table: str, fields: Sequence[str], number: int) -> dict[str, Any] | None:
    """These columns of one record, as the file holds them, or None."""
    row = connection.execute(f'SELECT {", ".join(fields)} FROM "{table}" WHERE id = :id', {"id": number}).fetchone()
    return None if row is None else dict(zip(fields, row, strict=True))
