"""Term dates and closures, for planning and for the calendar."""

from datetime import date
from typing import NamedTuple

from db.driver import Connection


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
    """Give every term in date order."""
    found = connection.execute(
        "SELECT academic_year, name, first_day, last_day, la_number, school_id FROM term ORDER BY first_day"
    )
    return [
        TermRow(year, name, date.fromisoformat(first), date.fromisoformat(last), la_number, school_id)
        for year, name, first, last, la_number, school_id in found
    ]


def closures(connection: Connection) -> list[ClosureRow]:
    """Give every closure in date order."""
    found = connection.execute("SELECT day, reason, la_number, school_id FROM closure ORDER BY day")
    return [ClosureRow(date.fromisoformat(day), reason, la, school) for day, reason, la, school in found]
