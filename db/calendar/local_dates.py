"""The dates of the year that were entered: terms, closures, own dates, changed deadlines; and whom workshops invite."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from db.driver import Connection
from db.rows import Parameters, among, columns, fetch, fetch_one


class TermRow(NamedTuple):
    """A term, or half of one: for everybody, for one council's schools, or for one school."""

    id: int
    academic_year: int
    name: str
    first_day: date
    last_day: date
    la_number: int | None
    school_id: int | None


class ClosureRow(NamedTuple):
    """A day inside a term on which pupils are not in school, and whose it is."""

    id: int
    day: date
    reason: str
    la_number: int | None
    school_id: int | None


def terms(connection: Connection) -> list[TermRow]:
    """Every term in date order."""
    return fetch(connection, TermRow, f"SELECT {columns(TermRow)} FROM term ORDER BY first_day, id")


def closures(connection: Connection) -> list[ClosureRow]:
    """Every closure in date order."""
    return fetch(connection, ClosureRow, f"SELECT {columns(ClosureRow)} FROM closure ORDER BY day, id")


class YearDateRow(NamedTuple):
    """A council's or a school's own date: something asked of schools once, a school's test or trip, another event.

    ``uid`` is what the entry is known by in the calendar file that it was read from, so that reading it again changes it.
    """

    id: int
    kind: str
    title: str
    first_day: date
    last_day: date
    year_groups: str
    for_schools: str
    la_number: int | None
    school_id: int | None
    school: str | None
    low_age: int | None
    high_age: int | None
    detail: str | None
    source: str | None
    uid: str | None
    archived_at: datetime | None


class SchoolAges(NamedTuple):
    """A school's statutory lowest and highest age, as far as they are known."""

    school_id: int
    low_age: int | None
    high_age: int | None


class AskRow(NamedTuple):
    """A council's own copy of something asked every year; what it has not changed is read from the program's own file.

    ``definition`` is the whole of it as JSON, in the keys of the file.
    """

    id: int
    code: str
    definition: str
    retired_on: date | None


_YEAR_DATE = (
    f"SELECT {columns(YearDateRow, 'd', school='s.name', low_age='s.low_age', high_age='s.high_age')} "
    "FROM year_date d LEFT JOIN school s ON s.id = d.school_id"
)


def between(connection: Connection, first: date, last: date) -> list[YearDateRow]:
    """The own dates of which some day falls from ``first`` to ``last``, in date order; those taken out are left out."""
    where = "d.archived_at IS NULL AND d.first_day <= :last AND d.last_day >= :first ORDER BY d.first_day, d.id"
    return _dates(connection, where, {"first": first, "last": last})


def year_date(connection: Connection, date_id: int) -> YearDateRow | None:
    """One own date, one that was taken out too."""
    return fetch_one(connection, YearDateRow, f"{_YEAR_DATE} WHERE d.id = :id", {"id": date_id})


def with_uid(connection: Connection, uid: str) -> list[YearDateRow]:
    """The own dates that were read from this entry of a calendar file, one for each whose calendar it was read into.

    Those taken out are among them.
    """
    return _dates(connection, "d.uid = :uid ORDER BY d.id", {"uid": uid})


def every(connection: Connection) -> list[YearDateRow]:
    """Every own date in date order, those taken out too, to hold a file of many against."""
    return _dates(connection, "TRUE ORDER BY d.first_day, d.id", {})


def taken_out(connection: Connection) -> list[YearDateRow]:
    """The own dates that were taken out, the newest first."""
    return _dates(connection, "d.archived_at IS NOT NULL ORDER BY d.first_day DESC, d.id", {})


def invited(connection: Connection, first: date, last: date) -> dict[int, frozenset[int]]:
    """By workshop the schools that are invited, of those of which some day falls from ``first`` to ``last``."""
    rows = connection.execute(
        "SELECT i.workshop_id, i.school_id FROM workshop m JOIN workshop_invitation i ON i.workshop_id = m.id "
        "WHERE m.archived_at IS NULL AND m.on_day <= :last AND coalesce(m.last_day, m.on_day) >= :first "
        "AND i.school_id IS NOT NULL",
        {"first": first, "last": last},
    )
    found: dict[int, set[int]] = {}
    for workshop_id, school_id in rows:
        found.setdefault(workshop_id, set()).add(school_id)
    return {workshop_id: frozenset(schools) for workshop_id, schools in found.items()}


def ages(connection: Connection, school_ids: Iterable[int]) -> list[SchoolAges]:
    where, parameters = among("id", sorted(school_ids))
    return fetch(connection, SchoolAges, f"SELECT id, low_age, high_age FROM school WHERE {where}", parameters)


def own_deadlines(connection: Connection) -> list[AskRow]:
    """The council's own copies of asks by their code, retired ones too."""
    return fetch(connection, AskRow, f"SELECT {columns(AskRow)} FROM ask ORDER BY code")


def _dates(connection: Connection, where: str, parameters: Parameters) -> list[YearDateRow]:
    return fetch(connection, YearDateRow, f"{_YEAR_DATE} WHERE {where}", parameters)
