"""The dates that a council and its schools put into the year themselves, whom workshops invite, and changed asks."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from db.driver import Connection
from db.rows import with_days


class YearDateRow(NamedTuple):
    """One date of a council's or a school's own, with the name of the school."""

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
    archived_at: str | None


class SchoolAges(NamedTuple):
    """A school's statutory lowest and highest age, as far as they are known."""

    school_id: int
    low_age: int | None
    high_age: int | None


class AskRow(NamedTuple):
    """A council's own copy of an ask: the whole of it as JSON, and from which day it is no longer asked."""

    id: int
    code: str
    definition: str
    retired_on: date | None


_YEAR_DATE = (
    "SELECT d.id, d.kind, d.title, d.first_day, d.last_day, d.year_groups, d.for_schools, d.la_number, d.school_id, s.name, "
    "s.low_age, s.high_age, d.detail, d.source, d.uid, d.archived_at FROM year_date d LEFT JOIN school s ON s.id = d.school_id"
)
_DAYS = (3, 4)


def between(connection: Connection, first: date, last: date) -> list[YearDateRow]:
    """Give the own dates of which some day falls from ``first`` to ``last``, in date order; those taken out are left out."""
    return _dates(
        connection,
        "d.archived_at IS NULL AND d.first_day <= :last AND d.last_day >= :first ORDER BY d.first_day, d.id",
        {"first": first.isoformat(), "last": last.isoformat()},
    )


def year_date(connection: Connection, date_id: int) -> YearDateRow | None:
    """Give one own date, one that was taken out too."""
    found = _dates(connection, "d.id = :id", {"id": date_id})
    return found[0] if found else None


def with_uid(connection: Connection, uid: str) -> list[YearDateRow]:
    """Give the own dates that were read from this entry of a calendar file, one for each whose calendar it was read into.

    Those taken out are among them.
    """
    return _dates(connection, "d.uid = :uid ORDER BY d.id", {"uid": uid})


def every(connection: Connection) -> list[YearDateRow]:
    """Give every own date in date order, those taken out too, to hold a file of many against."""
    return _dates(connection, "1 = 1 ORDER BY d.first_day, d.id", {})


def taken_out(connection: Connection) -> list[YearDateRow]:
    """Give the own dates that were taken out, the newest first."""
    return _dates(connection, "d.archived_at IS NOT NULL ORDER BY d.first_day DESC, d.id", {})


def invited(connection: Connection, first: date, last: date) -> dict[int, frozenset[int]]:
    """Give by workshop the schools that are invited, of those of which some day falls from ``first`` to ``last``."""
    rows = connection.execute(
        "SELECT i.workshop_id, i.school_id FROM workshop m JOIN workshop_invitation i ON i.workshop_id = m.id "
        "WHERE m.archived_at IS NULL AND m.on_day <= :last AND coalesce(m.last_day, m.on_day) >= :first "
        "AND i.school_id IS NOT NULL",
        {"first": first.isoformat(), "last": last.isoformat()},
    )
    found: dict[int, set[int]] = {}
    for workshop_id, school_id in rows:
        found.setdefault(workshop_id, set()).add(school_id)
    return {workshop_id: frozenset(schools) for workshop_id, schools in found.items()}


def ages(connection: Connection, school_ids: Iterable[int]) -> list[SchoolAges]:
    """Give the ages that these schools teach."""
    names = {f"school{place}": number for place, number in enumerate(sorted(school_ids))}
    rows = connection.execute(
        f"SELECT id, low_age, high_age FROM school WHERE id IN ({', '.join(f':{name}' for name in names)})", names
    )
    return [SchoolAges(*row) for row in rows]


def asks(connection: Connection) -> list[AskRow]:
    """Give the council's own copies of asks by their code, retired ones too."""
    rows = connection.execute("SELECT id, code, definition, retired_on FROM ask ORDER BY code")
    return [AskRow(*with_days(row, (3,))) for row in rows]


def _dates(connection: Connection, where: str, parameters: dict[str, str | int]) -> list[YearDateRow]:
    return [
        YearDateRow(*with_days(row, _DAYS)) for row in connection.execute(f"{_YEAR_DATE} WHERE {where}", parameters)
    ]
