"""Between which schools pupils move, as their records say: counted, and without naming anybody."""

import json
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from db.driver import READ_BEFORE, Connection
from db.rows import among, columns, fetch, fetch_column, fetch_value, stream


class FeederMove(NamedTuple):
    """How many pupils alike go, or went, from one school to another on the moves of an academic year."""

    feeder_id: int
    feeder: str
    receiving_id: int
    receiving: str
    cohort_year: int
    pupils: int


class ChangeOfSchool(NamedTuple):
    """That a pupil's school was changed, by numbers; a school is None when none was or is recorded."""

    pupil_id: int
    cohort_year: int
    old_id: int | None
    new_id: int | None


class Teaching(NamedTuple):
    """A school with its statutory ages."""

    id: int
    name: str
    low_age: int | None
    high_age: int | None


MOVE = {"feeder_id": "f.id", "feeder": "f.name", "receiving_id": "r.id", "receiving": "r.name"}
"""What a move of pupils ``p`` is read from: from school ``f`` to school ``r``."""
MOVERS = (
    "destination d JOIN pupil p ON p.id = d.pupil_id JOIN school f ON f.id = d.from_school_id "
    "JOIN school r ON r.id = d.school_id AND r.id <> f.id"
)
"""Where pupils ``p`` go, or went, on a move ``d`` from school ``f`` to school ``r``."""


def moves(connection: Connection, move_year: int, feeder_id: int | None, receiving_id: int | None) -> list[FeederMove]:
    """The moves of an academic year that are recorded, of all schools or from or to one; archived pupils are left out."""
    where, parameters = "d.move_year = :year AND p.archived_at IS NULL", {"year": move_year}
    for column, school_id in (("from_school_id", feeder_id), ("school_id", receiving_id)):
        if school_id is not None:
            where, parameters = f"{where} AND d.{column} = :{column}", {**parameters, column: school_id}
    return fetch(
        connection,
        FeederMove,
        f"SELECT {columns(FeederMove, 'p', MOVE, pupils='count(*)')} FROM {MOVERS} "
        f"WHERE {where} GROUP BY f.id, r.id, p.cohort_year, f.name, r.name",
        parameters,
    )


def movers(connection: Connection, move_year: int, feeder_id: int, receiving_id: int) -> list[int]:
    """The pupils of whom it is recorded that they go, or went, from one school to the other on a move of an academic year."""
    query = "SELECT pupil_id FROM destination WHERE move_year = :year AND from_school_id = :feeder AND school_id = :receiving"
    return fetch_column(connection, int, query, {"year": move_year, "feeder": feeder_id, "receiving": receiving_id})


def with_destination(connection: Connection, move_year: int) -> set[int]:
    """The pupils of whom it is known where they go, or went, on a move of an academic year, and from where."""
    query = "SELECT pupil_id FROM destination WHERE move_year = :year AND from_school_id <> school_id"
    return set(fetch_column(connection, int, query, {"year": move_year}))


def changes_of_school(connection: Connection, first: date, last: date) -> list[ChangeOfSchool]:
    """Each time that the school on a pupil's record was changed on these days, the oldest first, undoing included."""
    # the days first, or every change there is would be read before they are looked at
    rows = connection.execute(
        "SELECT p.id, p.cohort_year, c.old_values, c.new_values FROM journal j "
        f"{READ_BEFORE} journal_change c JOIN pupil p ON p.id = c.pupil_id WHERE c.action_id = j.id AND j.at >= :first "
        "AND j.at < :after AND c.table_name = 'pupil' AND c.old_values LIKE '%\"school_id\":%' "
        "AND c.new_values LIKE '%\"school_id\":%' AND p.archived_at IS NULL ORDER BY j.id",
        {"first": first, "after": last + timedelta(days=1)},
    )
    return [
        ChangeOfSchool(pupil_id, cohort_year, json.loads(old)["school_id"], json.loads(new)["school_id"])
        for pupil_id, cohort_year, old, new in rows
    ]


def schools(connection: Connection, school_ids: Collection[int]) -> dict[int, Teaching]:
    """These schools by their number, those that are archived or have closed too."""
    every = stream(connection, Teaching, f"SELECT {columns(Teaching)} FROM school")
    return {one.id: one for one in every if one.id in school_ids}


def open_schools(connection: Connection, la_number: int | None) -> list[Teaching]:
    """The schools of a council (or all, for None) that are open and not archived, by name."""
    return fetch(
        connection,
        Teaching,
        f"SELECT {columns(Teaching)} FROM school WHERE archived_at IS NULL AND closed_on IS NULL "
        "AND coalesce(status, '') <> 'Closed' AND (CAST(:la AS INTEGER) IS NULL OR la_number = :la) ORDER BY name, id",
        {"la": la_number},
    )


def council_of_most(connection: Connection) -> int | None:
    """The number of the council in whose schools most pupils are, if any school says whose it is."""
    return fetch_value(
        connection,
        int,
        "SELECT s.la_number FROM pupil p JOIN school s ON s.id = p.school_id WHERE s.la_number IS NOT NULL "
        "AND p.archived_at IS NULL GROUP BY s.la_number ORDER BY count(*) DESC, s.la_number NULLS FIRST LIMIT 1",
    )


def not_archived(connection: Connection, school_ids: Sequence[int]) -> list[int]:
    """Those of these numbers that are a school's which is not archived."""
    where, parameters = among("id", school_ids)
    return fetch_column(connection, int, f"SELECT id FROM school WHERE archived_at IS NULL AND {where}", parameters)
