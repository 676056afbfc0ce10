"""Groups of schools: LIFT groups, districts, clusters, and which schools belong to them in which academic years."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from db.driver import Connection
from db.rows import columns, fetch, marks


class GroupRow(NamedTuple):
    """A group of schools of one kind; ``schools`` is how many belong to it in the year that was asked for."""

    id: int
    kind: str
    name: str
    schools: int


class MemberRow(NamedTuple):
    """That a school belongs to a group from one academic year on, until another (whole years) or until further notice."""

    id: int
    group_id: int
    kind: str
    name: str
    school_id: int
    school: str
    from_year: int
    until_year: int | None


IN_YEAR = "b.from_year <= :member_year AND (b.until_year IS NULL OR b.until_year >= :member_year)"
"""Whether a membership ``b`` holds in an academic year."""
_GROUP = {"kind": "g.kind", "name": "g.name"}
_BELONGS = "school_group_member b JOIN school_group g ON g.id = b.group_id JOIN school s ON s.id = b.school_id"


def groups(connection: Connection, year: int) -> list[GroupRow]:
    schools = f"(SELECT count(DISTINCT b.school_id) FROM school_group_member b WHERE b.group_id = g.id AND {IN_YEAR})"
    query = f"SELECT {columns(GroupRow, 'g', schools=schools)} FROM school_group g ORDER BY g.kind, g.name"
    return fetch(connection, GroupRow, query, {"member_year": year})


def members(
    connection: Connection, *, group_id: int | None = None, school_id: int | None = None, year: int | None = None
) -> list[MemberRow]:
    """Who belongs to a group (or to what a school belongs, or every membership), of one year or ever."""
    chosen = {"b.group_id": group_id, "b.school_id": school_id, ":member_year": year}
    tests = {name: IN_YEAR if name == ":member_year" else f"{name} = :{name[2:]}" for name in chosen}
    parts = [tests[name] for name, value in chosen.items() if value is not None]
    return fetch(
        connection,
        MemberRow,
        f"SELECT {columns(MemberRow, 'b', _GROUP, school='s.name')} FROM {_BELONGS} WHERE {' AND '.join(parts) or 'TRUE'} "
        "ORDER BY g.kind, g.name, s.name NULLS FIRST, b.from_year, b.id",
        {"group_id": group_id, "school_id": school_id, "member_year": year},
    )


def schools_of(parameters: dict[str, Any], group_ids: Sequence[int], year: int) -> str:
    """The SELECT of the schools that belong to any of these groups in a year; its values go among ``parameters``."""
    listed = marks(parameters, "school_group", group_ids)
    parameters["member_year"] = year
    return f"SELECT b.school_id FROM school_group_member b WHERE b.group_id IN ({listed}) AND {IN_YEAR}"
