"""What imports and single-record edits look up in bulk: who is in the file already, under which numbers and names."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from db.driver import READ_BEFORE, Connection
from db.journal import A_ROW
from db.pupils.pupils import ContactRow, Episode
from db.rows import among, columns, fetch, fetch_column, fetch_number, fetch_value, marks, stream


class SchoolRow(NamedTuple):
    """What tells a school apart from others."""

    id: int
    urn: int | None
    la_number: int | None
    establishment_number: int | None
    name: str
    town: str | None
    low_age: int | None
    high_age: int | None
    closed: bool


def last_change(connection: Connection, *, before: int | None = None) -> int:
    """The number of the newest action that changed anything (of those before ``before``), 0 for none."""
    query = "SELECT max(id) FROM journal WHERE kind <> 'export' AND (CAST(:before AS INTEGER) IS NULL OR id < :before)"
    return fetch_value(connection, int, query, {"before": before}) or 0


def changed_since(connection: Connection, since: int, pupils: Collection[int], *, before: int) -> bool:
    """Whether an action between these numbers changed one of these pupils, or what belongs to no pupil."""
    parameters: dict[str, Any] = {"since": since, "before": before}
    query = (
        "SELECT count(*) FROM journal_change WHERE action_id > :since AND action_id < :before "
        f"AND {A_ROW} AND (pupil_id IS NULL OR pupil_id IN ({marks(parameters, 'pupil', sorted(pupils))}))"
    )
    return fetch_number(connection, query, parameters) > 0


def tables_changed_since(connection: Connection, since: int, *, before: int) -> set[str]:
    """Which tables actions between these numbers have changed."""
    query = (
        f"SELECT DISTINCT table_name FROM journal_change WHERE action_id > :since AND action_id < :before AND {A_ROW}"
    )
    return set(fetch_column(connection, str, query, {"since": since, "before": before}))


def former_upns(connection: Connection) -> list[tuple[int, str]]:
    """(id, former UPN) of every pupil who has one, archived ones too."""
    return list(connection.execute("SELECT id, former_upn FROM pupil WHERE former_upn IS NOT NULL ORDER BY id"))


def pupil_names(connection: Connection) -> Iterable[tuple[int, str, str, str | None, str]]:
    """(id, surname, forename, preferred name, date of birth as ISO text) of every pupil."""
    query = "SELECT id, surname, forename, preferred_name, date_of_birth FROM pupil ORDER BY id"
    found: Iterable[tuple[int, str, str, str | None, str]] = connection.execute(query)
    return found


def holder(connection: Connection, column: Literal["upn", "uln"], value: str) -> int | None:
    """The pupil, archived or not, who has this number."""
    return fetch_value(connection, int, f"SELECT id FROM pupil WHERE {column} = :value", {"value": value})


def born_on(connection: Connection, day: date) -> list[tuple[int, str, str, str | None]]:
    """(id, surname, forename, UPN) of the pupils born on a day, those who are archived too."""
    query = "SELECT id, surname, forename, upn FROM pupil WHERE date_of_birth = :day ORDER BY id"
    return list(connection.execute(query, {"day": day}))


def with_plans(connection: Connection) -> list[tuple[int, str | None, str, str]]:
    """(id, UPN, surname, forename) of the pupils with an EHC plan, archived ones not counted."""
    query = "SELECT id, upn, surname, forename FROM pupil WHERE sen_provision = 'E' AND archived_at IS NULL ORDER BY search_text, id"
    return list(connection.execute(query))


def owned_by(connection: Connection, worker_id: int) -> int:
    """How many pupils a worker answers for, archived ones not counted."""
    query = "SELECT count(*) FROM pupil WHERE owner_id = :worker AND archived_at IS NULL"
    return fetch_number(connection, query, {"worker": worker_id})


def has_contact(connection: Connection, pupil_id: int, contact_id: int) -> bool:
    query = "SELECT 1 FROM contact WHERE id = :contact AND pupil_id = :pupil AND archived_at IS NULL"
    return fetch_value(connection, int, query, {"contact": contact_id, "pupil": pupil_id}) is not None


def needs(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """The codes of the needs of these pupils, in order of rank."""
    found: dict[int, list[str]] = {}
    for pupil_id, code in _of_pupils(connection, "pupil_id, code", "need", "pupil_id", ids, order="pupil_id, rank"):
        found.setdefault(pupil_id, []).append(code)
    return found


class Care(NamedTuple):
    """A pupil's social care without a last day: what goes on, by kind (of one kind the first), and what has ended all the same."""

    open: dict[str, Episode]
    ended: list[Episode]


NO_CARE = Care({}, [])


def care_without_end(connection: Connection, ids: Sequence[int]) -> dict[int, Care]:
    found: dict[int, Care] = {}
    where, parameters = among("pupil_id", ids)
    query = f"SELECT {columns(Episode)} FROM social_care_episode WHERE ended_on IS NULL AND {where} ORDER BY started_on NULLS FIRST, id"
    for episode in stream(connection, Episode, query, parameters):
        care = found.setdefault(episode.pupil_id, Care({}, []))
        if episode.end_not_known:
            care.ended.append(episode)
        else:
            care.open.setdefault(episode.kind, episode)
    return found


def contacts(connection: Connection, ids: Sequence[int]) -> dict[int, list[ContactRow]]:
    """The people of these pupils' circles, those who were taken out too, in the order in which they were recorded."""
    found: dict[int, list[ContactRow]] = {}
    where, parameters = among("pupil_id", ids)
    query = f"SELECT {columns(ContactRow)} FROM contact WHERE {where} ORDER BY id"
    for contact in stream(connection, ContactRow, query, parameters):
        found.setdefault(contact.pupil_id, []).append(contact)
    return found


def notes(connection: Connection, ids: Sequence[int]) -> dict[int, set[str]]:
    """The texts of these pupils' notes, those that were taken away too."""
    found: dict[int, set[str]] = {}
    for pupil_id, text in _of_pupils(connection, "pupil_id, text", "note", "pupil_id", ids):
        found.setdefault(pupil_id, set()).add(text)
    return found


def school_rows(connection: Connection) -> list[SchoolRow]:
    """Every school that is not archived, in the order in which they were recorded."""
    listed = columns(SchoolRow, closed="closed_on IS NOT NULL OR coalesce(status, '') = 'Closed'")
    return fetch(connection, SchoolRow, f"SELECT {listed} FROM school WHERE archived_at IS NULL ORDER BY id")


def worker_rows(connection: Connection) -> list[tuple[int, str, bool]]:
    found = connection.execute("SELECT id, name, archived_at IS NOT NULL FROM worker ORDER BY id")
    return [(number, name, bool(archived)) for number, name, archived in found]


def brought(connection: Connection, name: str, begins: str) -> dict[str, set[int]]:
    """By table the rows that actions of this name added, of those whose summary begins so; some may be gone since."""
    found: dict[str, set[int]] = {}
    for table, key in connection.execute(
        f"SELECT c.table_name, c.row_key FROM journal j {READ_BEFORE} journal_change c "
        "WHERE c.action_id = j.id AND j.kind = 'change' AND j.name = :name "
        "AND substr(j.summary, 1, length(:begins)) = :begins AND c.old_values IS NULL "
        f"AND c.{A_ROW}",
        {"name": name, "begins": begins},
    ):
        found.setdefault(table, set()).add(int(json.loads(key)["id"]))
    return found


def rows_of(connection: Connection, table: str, fields: Sequence[str]) -> list[dict[str, Any]]:
    """These columns of every row of a small table, as the file holds them."""
    found = connection.execute(f'SELECT {", ".join(fields)} FROM "{table}" ORDER BY id')
    return [dict(zip(fields, row, strict=True)) for row in found]


def _of_pupils(
    connection: Connection, listed: str, table: str, column: str, ids: Sequence[int], *, order: str = ""
) -> Iterable[tuple[Any, ...]]:
    where, parameters = among(column, ids)
    found: Iterable[tuple[Any, ...]] = connection.execute(
        f"SELECT {listed} FROM {table} WHERE {where}{f' ORDER BY {order}' if order else ''}", parameters
    )
    return found
