"""Term dates and closures, for planning and for the calendar."""

from datetime import date
from typing import NamedTuple

from db.driver import Connection
from db.rows import columns, fetch


class TermRow(NamedTuple):
    """A term, or half of one, and whose it is."""

    academic_year: int
    name: str
    first_day: date
    last_day: date
    la_number: int | None
    school_id: int | None


class ClosureRow(NamedTuple):
    """A day without pupils, and whose it is."""

    day: date
    reason: str
    la_number: int | None
    school_id: int | None


def terms(connection: Connection) -> list[TermRow]:
    """Every term in date order."""
    return fetch(connection, TermRow, f"SELECT {columns(TermRow)} FROM term ORDER BY first_day")


def closures(connection: Connection) -> list[ClosureRow]:
    """Every closure in date order."""
    return fetch(connection, ClosureRow, f"SELECT {columns(ClosureRow)} FROM closure ORDER BY day")
