"""Pupils, schools, staff and circles of support: the head of a page, lists, look-ups, one record as a form shows it; and desks."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from db.driver import Connection, insert_many
from db.pupils.destinations import STAGE
from db.pupils.ehc_plans import EHC_PLAN
from db.rows import (
    among,
    chunks,
    columns,
    delete_many,
    fetch,
    fetch_column,
    fetch_one,
    fetch_value,
    stream,
)


class WorkerLine(NamedTuple):
    """A worker in the list, with how many pupils the worker answers for."""

    id: int
    name: str
    role: str
    archived: bool
    pupils: int


def worker_lines(connection: Connection) -> list[WorkerLine]:
    """Every worker by name, those who are archived last."""
    archived = "w.archived_at IS NOT NULL"
    pupils = "(SELECT count(*) FROM pupil p WHERE p.owner_id = w.id AND p.archived_at IS NULL)"
    listed = columns(WorkerLine, "w", archived=archived, pupils=pupils)
    return fetch(connection, WorkerLine, f"SELECT {listed} FROM worker w ORDER BY {archived}, w.name")


def owned(connection: Connection, worker_id: int) -> list[int]:
    """The pupils whom a worker answers for, but for those who are archived."""
    query = "SELECT id FROM pupil WHERE owner_id = :worker AND archived_at IS NULL ORDER BY search_text, id"
    return fetch_column(connection, int, query, {"worker": worker_id})


def left_on_desk(connection: Connection, worker_id: int | None, name: str) -> Any:
    query = "SELECT value FROM desk WHERE worker_id = :worker AND name = :name"
    found = fetch_value(connection, str, query, {"worker": worker_id, "name": name})
    return None if found is None else json.loads(found)


def leave_on_desk(connection: Connection, worker_id: int, name: str, value: object) -> None:
    """Leave something under a name, for None nothing. It is no record, so it is not in the journal."""
    if value is None:
        delete_many(connection, "desk", ("worker_id", "name"), [(worker_id, name)])  # it may be gone already
    else:
        row = (worker_id, name, json.dumps(value))
        insert_many(connection, "desk", ("worker_id", "name", "value"), [row], key=("worker_id", "name"))


def names_on_desk(connection: Connection, worker_id: int | None, begins: str) -> list[str]:
    """The names on a worker's desk that begin so, in order."""
    begins_so = "worker_id = :worker AND substr(name, 1, length(:begins)) = :begins ORDER BY name"
    query = f"SELECT name FROM desk WHERE {begins_so}"
    return fetch_column(connection, str, query, {"worker": worker_id, "begins": begins})


def reminders(connection: Connection, pupil_ids: Sequence[int]) -> dict[int, date]:
    """The days on which somebody is to be told again about these pupils, also those that have come."""
    found: dict[int, date] = {}
    for some in chunks(pupil_ids):
        these, parameters = among("pupil_id", some)
        query = f"SELECT pupil_id, remind_on FROM reminder WHERE {these}"
        found.update((number, date.fromisoformat(day)) for number, day in connection.execute(query, parameters))
    return found


def pupil_of(connection: Connection, table: str, number: int) -> int | None:
    """The pupil whom the row of a plan or a handover, or the pupil's own, is about."""
    column = "id" if table == "pupil" else "pupil_id"
    query = f"SELECT p.id FROM pupil p JOIN {table} t ON t.{column} = p.id WHERE t.id = :number"
    return fetch_value(connection, int, query, {"number": number})


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


_FEBRUARY = 2
_PUPILS = "(SELECT count(*) FROM pupil p WHERE {} AND p.archived_at IS NULL)"


def school_lines(connection: Connection, ids: Sequence[int]) -> dict[int, SchoolLine]:
    where, parameters = among("s.id", ids)
    listed = columns(
        SchoolLine,
        "s",
        closed="s.closed_on IS NOT NULL OR coalesce(s.status, '') = 'Closed'",
        pupils=_PUPILS.format("p.school_id = s.id"),
        coming=_PUPILS.format("p.next_school_id = s.id"),
    )
    query = f"SELECT {listed} FROM school s WHERE {where}"
    return {line.id: line for line in fetch(connection, SchoolLine, query, parameters)}


def archived_pupils(connection: Connection) -> list[ArchivedPupil]:
    """The pupils who were archived, the latest first."""
    archived = "FROM pupil WHERE archived_at IS NOT NULL ORDER BY archived_at DESC, id"
    return fetch(connection, ArchivedPupil, f"SELECT {columns(ArchivedPupil)} {archived}")


class PupilPage(NamedTuple):
    """A child or young person, 0 to 25, with the schools and the owner by name.

    ``cohort_year`` is the academic year in which the pupil is (or would be) in Reception, after any shift by hand for a
    pupil taught out of chronological year; a year group is never stored.
    """

    id: int
    upn: str | None
    former_upn: str | None
    uln: str | None
    surname: str
    forename: str
    preferred_name: str | None
    date_of_birth: date
    sex: str | None
    cohort_year: int
    out_of_year_reason: str | None
    school_id: int | None
    school: str | None
    next_school_id: int | None
    next_school: str | None
    next_school_recorded_on: date | None
    next_school_stage: str | None
    in_year_move_on: date | None
    sen_provision: str
    tier: str | None
    owner_id: int | None
    owner: str | None
    owner_since: date | None
    pupil_premium: bool
    free_school_meals: bool
    previously_looked_after: bool
    child_protection_file: bool
    english_additional_language: bool
    home_language: str | None
    young_carer: bool
    attendance_percent: float | None
    suspensions: int | None
    part_time_timetable: bool
    part_time_timetable_until: date | None
    support_to_25: bool
    planned_from: date
    ehc_plan_id: int | None
    ehc_requested_on: date | None
    ehc_decision: str | None
    ehc_decided_on: date | None
    ehc_started_on: date | None
    ehc_ended_on: date | None
    ehc_end_reason: str | None
    ehc_to_secondary_end: bool
    archived: bool
    missed_open: int


SUPPORTED = "(kind <> 'care leaver' OR {p}.date_of_birth > CASE WHEN {p}.support_to_25 THEN :born_25 ELSE :born_21 END)"
"""What shows that an episode of a pupil is more than the support of a care leaver that has ended at 21, or at 25."""


def support_ends(today: date) -> dict[str, date]:
    """The parameters of ``SUPPORTED``: who was born by then is 21, or 25."""
    day = min(today.day, 28) if today.month == _FEBRUARY else today.day
    return {f"born_{age}": date(today.year - age, today.month, day) for age in (21, 25)}


class Episode(NamedTuple):
    """A time during which the pupil was open to social care, and in what way; the first day, and the last, may not be known."""

    id: int
    pupil_id: int
    kind: str
    started_on: date | None
    ended_on: date | None
    end_not_known: bool = False
    """Whether it has ended, on a day that is to be asked for."""

    @property
    def has_no_end(self) -> bool:
        return self.ended_on is None and not self.end_not_known


class ContactRow(NamedTuple):
    """A person in the circle of support, or one who was taken out of it."""

    id: int
    pupil_id: int
    name: str
    relationship: str | None
    circle: str | None
    telephone: str | None
    email: str | None
    may_contact: bool
    archived_at: datetime | None


class SchoolRecord(NamedTuple):
    """A school, nursery or college: what the national register says of it, or what a person typed."""

    id: int
    name: str
    urn: int | None
    la_number: int | None
    establishment_number: int | None
    phase: str | None
    kind: str | None
    status: str | None
    low_age: int | None
    high_age: int | None
    town: str | None
    postcode: str | None
    telephone: str | None
    closed_on: date | None
    archived_at: datetime | None
    search_text: str


class WorkerRecord(NamedTuple):
    """A person who answers for pupils: transitions team member, SENCO, social worker."""

    id: int
    name: str
    role: str
    email: str | None
    telephone: str | None
    school_id: int | None
    archived_at: datetime | None


class NoteRow(NamedTuple):
    """A note, newest first in lists."""

    id: int
    written_on: date
    worker: str | None
    text: str


class Named(NamedTuple):
    """A school or worker in a list to pick from."""

    id: int
    name: str
    detail: str


OF_PUPIL: Mapping[str, str] = {
    **{
        name: f"p.{name}"
        for name in (
            "upn", "surname", "forename", "preferred_name", "date_of_birth", "cohort_year", "sen_provision", "tier",
            "child_protection_file",
        )
    },
    "school": "s.name",
    "next_school": "n.name",
    "owner": "w.name",
    "worker": "w.name",
    "ehc_plan_id": "e.id",
    **{name: f"e.{name}" for name in EHC_PLAN},
    "ehc_to_secondary_end": "coalesce(e.ehc_to_secondary_end, FALSE)",
}  # fmt: skip
"""Where rows of other records have from what they say of their pupil ``p``."""
PUPIL_NAMES = (
    "LEFT JOIN school s ON s.id = p.school_id LEFT JOIN school n ON n.id = p.next_school_id "
    "LEFT JOIN worker w ON w.id = p.owner_id "
    "LEFT JOIN ehc_plan e ON e.id = (SELECT max(l.id) FROM ehc_plan l WHERE l.pupil_id = p.id)"
)
"""What joins to a pupil ``p`` the schools, the worker and the newest EHC plan that ``OF_PUPIL`` names."""
PUPIL = columns(PupilPage, "p", OF_PUPIL, archived="p.archived_at IS NOT NULL", next_school_stage=STAGE)
GOES_BY = "trim(coalesce(p.preferred_name, p.forename) || ' ' || p.surname)"
"""The name that a pupil ``p`` goes by: preferred name, or forename, and surname."""


def page(connection: Connection, pupil_id: int) -> PupilPage | None:
    return pages(connection, [pupil_id]).get(pupil_id)


def pages(connection: Connection, ids: Sequence[int]) -> dict[int, PupilPage]:
    where, parameters = among("p.id", ids)
    query = f"SELECT {PUPIL} FROM pupil p {PUPIL_NAMES} WHERE {where}"
    return {one.id: one for one in stream(connection, PupilPage, query, parameters)}


Kept = Literal["pupil", "school", "worker", "contact"]
_KEPT: Mapping[Kept, tuple[type[NamedTuple], str]] = {
    "pupil": (PupilPage, f"SELECT {PUPIL} FROM pupil p {PUPIL_NAMES}"),
    "school": (SchoolRecord, f"SELECT {columns(SchoolRecord)} FROM school p"),
    "worker": (WorkerRecord, f"SELECT {columns(WorkerRecord)} FROM worker p"),
    "contact": (ContactRow, f"SELECT {columns(ContactRow)} FROM contact p"),
}


def record(connection: Connection, table: Kept, number: int) -> dict[str, Any] | None:
    """What is kept of one record by name, of one that is archived too."""
    kind, query = _KEPT[table]
    row = fetch_one(connection, kind, f"{query} WHERE p.id = :id", {"id": number})
    return None if row is None else row._asdict()


def needs(connection: Connection, pupil_id: int) -> list[str]:
    """The codes of the pupil's needs, the primary one first."""
    query = "SELECT code FROM need WHERE pupil_id = :pupil ORDER BY rank"
    return fetch_column(connection, str, query, {"pupil": pupil_id})


def episodes(connection: Connection, pupil_id: int) -> list[Episode]:
    """The times open to social care, newest first."""
    of_pupil = "FROM social_care_episode WHERE pupil_id = :pupil ORDER BY started_on DESC NULLS LAST, id DESC"
    return fetch(connection, Episode, f"SELECT {columns(Episode)} {of_pupil}", {"pupil": pupil_id})


def contacts(connection: Connection, pupil_id: int) -> list[ContactRow]:
    """The circle of support, inner first."""
    inner_first = "CASE circle WHEN 'inner' THEN 0 WHEN 'middle' THEN 1 WHEN 'outer' THEN 2 ELSE 3 END"
    of_pupil = f"FROM contact WHERE pupil_id = :pupil AND archived_at IS NULL ORDER BY {inner_first}, name, id"
    return fetch(connection, ContactRow, f"SELECT {columns(ContactRow)} {of_pupil}", {"pupil": pupil_id})


def notes(connection: Connection, pupil_id: int) -> list[NoteRow]:
    """The notes, newest first."""
    return fetch(
        connection,
        NoteRow,
        f"SELECT {columns(NoteRow, 'n', worker='w.name')} FROM note n LEFT JOIN worker w ON w.id = n.worker_id "
        "WHERE n.pupil_id = :pupil AND n.archived_at IS NULL ORDER BY n.written_on DESC, n.id DESC",
        {"pupil": pupil_id},
    )


def last_touched(connection: Connection, pupil_id: int) -> tuple[str, str | None] | None:
    """The moment (UTC, as stored) of the newest change to this pupil and who made it."""
    row = connection.execute(
        "SELECT j.at, w.name FROM journal_change c JOIN journal j ON j.id = c.action_id "
        "LEFT JOIN worker w ON w.id = j.worker_id WHERE c.pupil_id = :pupil ORDER BY c.action_id DESC LIMIT 1",
        {"pupil": pupil_id},
    ).fetchone()
    return None if row is None else (row[0], row[1])


def not_owned_by(connection: Connection, pupil_ids: Sequence[int], worker_id: int | None) -> list[int]:
    """Those of these pupils whom this worker (None: nobody) does not answer for yet, in the same order."""
    owned: set[int] = set()
    for some in chunks(pupil_ids):
        these, parameters = among("id", some)
        query = f"SELECT id FROM pupil WHERE owner_id IS NOT DISTINCT FROM :worker AND {these}"
        owned.update(fetch_column(connection, int, query, {"worker": worker_id, **parameters}))
    return [pupil_id for pupil_id in pupil_ids if pupil_id not in owned]


def pupil_name(connection: Connection, pupil_id: int) -> str | None:
    """The name a pupil goes by: preferred name, or forename, and surname."""
    return fetch_value(connection, str, f"SELECT {GOES_BY} FROM pupil p WHERE p.id = :id", {"id": pupil_id})


def name_parts(connection: Connection, pupil_id: int) -> tuple[str, str]:
    """The name a pupil goes by (preferred name, or forename) and the surname; empty for a pupil who is not there."""
    row = connection.execute(
        "SELECT coalesce(preferred_name, forename), surname FROM pupil WHERE id = :id", {"id": pupil_id}
    ).fetchone()
    return ("", "") if row is None else (row[0], row[1])


def by_upn(connection: Connection, upn: str) -> int | None:
    """The pupil who has, or once had, this UPN."""
    has_it_first = "CASE WHEN upn = :upn THEN 0 ELSE 1 END"
    query = f"SELECT id FROM pupil WHERE upn = :upn OR former_upn = :upn ORDER BY {has_it_first}, id LIMIT 1"
    return fetch_value(connection, int, query, {"upn": upn})


def worker_name(connection: Connection, worker_id: int | None) -> str | None:
    return fetch_value(connection, str, "SELECT name FROM worker WHERE id = :id", {"id": worker_id})


def school_name(connection: Connection, school_id: int | None) -> str | None:
    return fetch_value(connection, str, "SELECT name FROM school WHERE id = :id", {"id": school_id})


def workers(connection: Connection) -> list[Named]:
    """The workers by name, each with the role."""
    listed = columns(Named, detail="role")
    return fetch(connection, Named, f"SELECT {listed} FROM worker WHERE archived_at IS NULL ORDER BY name")


def archived_schools(connection: Connection) -> list[Named]:
    """The schools that were archived, the latest first."""
    listed = columns(Named, detail="coalesce(town, '')")
    archived = "FROM school WHERE archived_at IS NOT NULL ORDER BY archived_at DESC, id"
    return fetch(connection, Named, f"SELECT {listed} {archived}")
