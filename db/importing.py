"""What imports and single-record edits look up in bulk: who is in the file already, under which numbers and names."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from db.driver import Connection

PUPIL_COLUMNS = (
    "id", "upn", "former_upn", "uln", "surname", "forename", "preferred_name", "date_of_birth", "sex", "cohort_year",
    "out_of_year_reason", "school_id", "next_school_id", "next_school_recorded_on", "in_year_move_on", "sen_provision",
    "tier", "owner_id", "owner_since", "pupil_premium", "free_school_meals", "previously_looked_after",
    "child_protection_file", "english_additional_language", "home_language", "young_carer", "attendance_percent",
    "suspensions", "part_time_timetable", "part_time_timetable_until", "archived_at",
)  # fmt: skip
"""What a file or a form can say of a pupil, directly or by its consequences."""

_DATES = (
    "date_of_birth",
    "next_school_recorded_on",
    "in_year_move_on",
    "owner_since",
    "part_time_timetable_until",
)
_FLAGS = (
    "pupil_premium",
    "free_school_meals",
    "previously_looked_after",
    "child_protection_file",
    "english_additional_language",
    "young_carer",
    "part_time_timetable",
)


class OpenEpisode(NamedTuple):
    """A time open to social care that has not ended."""

    id: int
    started_on: date


class ContactRow(NamedTuple):
    """A person of a pupil's circle, one who was taken out of it too."""

    id: int
    name: str
    relationship: str | None
    telephone: str | None
    email: str | None
    archived: bool


class SchoolRow(NamedTuple):
    """What tells a school apart from others."""

    id: int
    urn: int | None
    la_number: int | None
    establishment_number: int | None
    name: str
    town: str | None
    closed: bool


def last_change(connection: Connection, *, before: int | None = None) -> int:
    """Give the number of the newest action that changed anything (of those before ``before``), 0 for none."""
    row = connection.execute(
        "SELECT max(id) FROM journal WHERE kind <> 'export' AND (:before IS NULL OR id < :before)", {"before": before}
    ).fetchone()
    return int(row[0] or 0)


def pupil_numbers(connection: Connection) -> list[tuple[int, str | None, str | None, str | None]]:
    """Give (id, UPN, former UPN, ULN) of every pupil, archived ones too."""
    return list(connection.execute("SELECT id, upn, former_upn, uln FROM pupil"))


def pupil_names(connection: Connection) -> list[tuple[int, str, str, str | None, str]]:
    """Give (id, surname, forename, preferred name, date of birth as ISO text) of every pupil."""
    return list(
        connection.execute("SELECT id, surname, forename, preferred_name, date_of_birth FROM pupil ORDER BY id")
    )


def holder(connection: Connection, column: Literal["upn", "uln"], value: str) -> int | None:
    """Give the pupil, archived or not, who has this number."""
    row = connection.execute(f"SELECT id FROM pupil WHERE {column} = ?", (value,)).fetchone()
    return None if row is None else int(row[0])


def born_on(connection: Connection, day: date) -> list[tuple[int, str, str, str | None]]:
    """Give (id, surname, forename, UPN) of the pupils born on a day, those who are archived too."""
    query = "SELECT id, surname, forename, upn FROM pupil WHERE date_of_birth = ? ORDER BY id"
    return [tuple(row) for row in connection.execute(query, (day.isoformat(),))]


def owned_by(connection: Connection, worker_id: int) -> int:
    """Give how many pupils a worker answers for, archived ones not counted."""
    query = "SELECT count(*) FROM pupil WHERE owner_id = ? AND archived_at IS NULL"
    return int(connection.execute(query, (worker_id,)).fetchone()[0])


def has_contact(connection: Connection, pupil_id: int, contact_id: int) -> bool:
    """Give whether this person is in the pupil's circle of support."""
    query = "SELECT 1 FROM contact WHERE id = ? AND pupil_id = ? AND archived_at IS NULL"
    return connection.execute(query, (contact_id, pupil_id)).fetchone() is not None


def pupils(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Give ``PUPIL_COLUMNS`` of these pupils by id, dates as dates and flags as bools."""
    found: dict[int, dict[str, Any]] = {}
    for row in connection.execute(
        f"SELECT {', '.join(PUPIL_COLUMNS)} FROM pupil WHERE id IN ({_marks(ids)})", tuple(ids)
    ):
        values = dict(zip(PUPIL_COLUMNS, row, strict=True))
        for column in _DATES:
            if values[column] is not None:
                values[column] = date.fromisoformat(values[column])
        for column in _FLAGS:
            values[column] = bool(values[column])
        found[values["id"]] = values
    return found


def needs(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Give the codes of the needs of these pupils, in order of rank."""
    found: dict[int, list[str]] = {}
    for pupil_id, code in connection.execute(
        f"SELECT pupil_id, code FROM need WHERE pupil_id IN ({_marks(ids)}) ORDER BY pupil_id, rank", tuple(ids)
    ):
        found.setdefault(pupil_id, []).append(code)
    return found


def open_episodes(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, OpenEpisode]]:
    """Give the social care episodes of these pupils that have no end, by pupil and kind; of one kind the first."""
    found: dict[int, dict[str, OpenEpisode]] = {}
    for number, pupil_id, kind, started_on in connection.execute(
        "SELECT id, pupil_id, kind, started_on FROM social_care_episode WHERE ended_on IS NULL "
        f"AND pupil_id IN ({_marks(ids)}) ORDER BY started_on, id",
        tuple(ids),
    ):
        found.setdefault(pupil_id, {}).setdefault(kind, OpenEpisode(number, date.fromisoformat(started_on)))
    return found


def contacts(connection: Connection, ids: Sequence[int]) -> dict[int, list[ContactRow]]:
    """Give the people of these pupils' circles, those who were taken out too, in the order in which they were recorded."""
    found: dict[int, list[ContactRow]] = {}
    for pupil_id, *row, archived in connection.execute(
        "SELECT pupil_id, id, name, relationship, telephone, email, archived_at IS NOT NULL FROM contact "
        f"WHERE pupil_id IN ({_marks(ids)}) ORDER BY pupil_id, id",
        tuple(ids),
    ):
        found.setdefault(pupil_id, []).append(ContactRow._make((*row, bool(archived))))
    return found


def notes(connection: Connection, ids: Sequence[int]) -> dict[int, set[str]]:
    """Give the texts of these pupils' notes, those that were taken away too."""
    found: dict[int, set[str]] = {}
    for pupil_id, text in connection.execute(
        f"SELECT pupil_id, text FROM note WHERE pupil_id IN ({_marks(ids)})", tuple(ids)
    ):
        found.setdefault(pupil_id, set()).add(text)
    return found


def school_rows(connection: Connection) -> list[SchoolRow]:
    """Give every school that is not archived, in the order in which they were recorded."""
    found = connection.execute(
        "SELECT id, urn, la_number, establishment_number, name, town, "
        "closed_on IS NOT NULL OR coalesce(status, '') = 'Closed' FROM school WHERE archived_at IS NULL ORDER BY id"
    )
    return [SchoolRow._make((*row[:6], bool(row[6]))) for row in found]


def worker_rows(connection: Connection) -> list[tuple[int, str, bool]]:
    """Give (id, name, archived) of every worker."""
    found = connection.execute("SELECT id, name, archived_at IS NOT NULL FROM worker ORDER BY id")
    return [(number, name, bool(archived)) for number, name, archived in found]


def brought(connection: Connection, name: str, begins: str) -> dict[str, set[int]]:
    """Give by table the rows that actions of this name added, of those whose summary begins so; some may be gone since."""
    found: dict[str, set[int]] = {}
    for table, key in connection.execute(
        "SELECT c.table_name, c.row_key FROM journal j CROSS JOIN journal_change c "
        "WHERE c.action_id = j.id AND j.kind = 'change' AND j.name = :name "
        "AND substr(j.summary, 1, length(:begins)) = :begins AND c.old_values IS NULL",
        {"name": name, "begins": begins},
    ):
        found.setdefault(table, set()).add(int(json.loads(key)["id"]))
    return found


def rows_of(connection: Connection, table: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Give these columns of every row of a small table, as the file holds them."""
    found = connection.execute(f'SELECT {", ".join(columns)} FROM "{table}" ORDER BY id')
    return [dict(zip(columns, row, strict=True)) for row in found]


def _marks(ids: Sequence[int]) -> str:
    return ", ".join("?" * len(ids))
