"""One pupil as the pupil page shows it, and the small look-ups around pupils, schools and workers."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from db.driver import Connection
from db.pupils.search import holding
from db.rows import with_days


class PupilPage(NamedTuple):
    """The head of a pupil's page."""

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
    planned_from: date
    archived: bool
    missed_open: int


class Episode(NamedTuple):
    """A time open to social care."""

    id: int
    kind: str
    started_on: date
    ended_on: date | None


class ContactRow(NamedTuple):
    """A person in the circle of support."""

    name: str
    relationship: str | None
    circle: str | None
    telephone: str | None
    email: str | None
    may_contact: bool


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


def page(connection: Connection, pupil_id: int) -> PupilPage | None:
    """Give the head of a pupil's page, or None."""
    row = connection.execute(
        "SELECT p.id, p.upn, p.former_upn, p.uln, p.surname, p.forename, p.preferred_name, p.date_of_birth, p.sex, "
        "p.cohort_year, p.out_of_year_reason, p.school_id, s.name, p.next_school_id, n.name, p.next_school_recorded_on, "
        "p.in_year_move_on, p.sen_provision, p.tier, p.owner_id, w.name, p.owner_since, p.pupil_premium, "
        "p.free_school_meals, p.previously_looked_after, p.child_protection_file, p.english_additional_language, "
        "p.home_language, p.young_carer, p.attendance_percent, p.suspensions, p.part_time_timetable, "
        "p.part_time_timetable_until, p.planned_from, p.archived_at IS NOT NULL, p.missed_open "
        "FROM pupil p LEFT JOIN school s ON s.id = p.school_id LEFT JOIN school n ON n.id = p.next_school_id "
        "LEFT JOIN worker w ON w.id = p.owner_id WHERE p.id = ?",
        (pupil_id,),
    ).fetchone()
    return None if row is None else PupilPage(*with_days(row, (7, 15, 16, 21, 32, 33)))


def needs(connection: Connection, pupil_id: int) -> list[str]:
    """Give the codes of the pupil's needs, the primary one first."""
    rows = connection.execute("SELECT code FROM need WHERE pupil_id = ? ORDER BY rank", (pupil_id,))
    return [row[0] for row in rows]


def episodes(connection: Connection, pupil_id: int) -> list[Episode]:
    """Give the times open to social care, newest first."""
    rows = connection.execute(
        "SELECT id, kind, started_on, ended_on FROM social_care_episode WHERE pupil_id = ? ORDER BY started_on DESC, id DESC",
        (pupil_id,),
    )
    return [Episode(*with_days(row, (2, 3))) for row in rows]


def contacts(connection: Connection, pupil_id: int) -> list[ContactRow]:
    """Give the circle of support, inner first."""
    rows = connection.execute(
        "SELECT name, relationship, circle, telephone, email, may_contact FROM contact "
        "WHERE pupil_id = ? AND archived_at IS NULL "
        "ORDER BY CASE circle WHEN 'inner' THEN 0 WHEN 'middle' THEN 1 WHEN 'outer' THEN 2 ELSE 3 END, name",
        (pupil_id,),
    )
    return [ContactRow._make((*row[:5], bool(row[5]))) for row in rows]


def notes(connection: Connection, pupil_id: int) -> list[NoteRow]:
    """Give the notes, newest first."""
    rows = connection.execute(
        "SELECT n.id, n.written_on, w.name, n.text FROM note n LEFT JOIN worker w ON w.id = n.worker_id "
        "WHERE n.pupil_id = ? AND n.archived_at IS NULL ORDER BY n.written_on DESC, n.id DESC",
        (pupil_id,),
    )
    return [NoteRow(*with_days(row, (1,))) for row in rows]


def last_touched(connection: Connection, pupil_id: int) -> tuple[str, str | None] | None:
    """Give the moment (UTC, as stored) of the newest change to this pupil and who made it."""
    row = connection.execute(
        "SELECT j.at, w.name FROM journal_change c JOIN journal j ON j.id = c.action_id "
        "LEFT JOIN worker w ON w.id = j.worker_id WHERE c.pupil_id = ? ORDER BY c.action_id DESC LIMIT 1",
        (pupil_id,),
    ).fetchone()
    return None if row is None else (row[0], row[1])


def not_owned_by(connection: Connection, pupil_ids: Sequence[int], worker_id: int | None) -> list[int]:
    """Give those of these pupils whom this worker (None: nobody) does not answer for yet, in the same order."""
    return [
        pupil_id
        for pupil_id in pupil_ids
        if connection.execute("SELECT owner_id IS NOT ? FROM pupil WHERE id = ?", (worker_id, pupil_id)).fetchone()
        != (0,)
    ]


def pupil_name(connection: Connection, pupil_id: int) -> str | None:
    """Give the name a pupil goes by: preferred name, or forename, and surname."""
    row = connection.execute(
        "SELECT coalesce(preferred_name, forename) || ' ' || surname FROM pupil WHERE id = ?", (pupil_id,)
    ).fetchone()
    return None if row is None else str(row[0]).strip()


def find(connection: Connection, words: Sequence[str], limit: int = 20) -> list[tuple[int, str, date, str | None]]:
    """Give (id, name, date of birth, UPN) of pupils whose name or UPN holds every word, by name."""
    parts = " AND ".join("search_text LIKE ? ESCAPE '\\'" for _ in words) or "1"
    rows = connection.execute(
        "SELECT id, coalesce(preferred_name, forename) || ' ' || surname, date_of_birth, upn FROM pupil "
        f"WHERE archived_at IS NULL AND {parts} ORDER BY search_text, id LIMIT ?",
        (*(holding(word) for word in words), limit),
    )
    return [(number, name, date.fromisoformat(born), upn) for number, name, born, upn in rows]


def by_upn(connection: Connection, upn: str) -> int | None:
    """Give the pupil who has, or once had, this UPN."""
    row = connection.execute(
        "SELECT id FROM pupil WHERE upn = ? OR former_upn = ? ORDER BY upn = ? DESC LIMIT 1", (upn, upn, upn)
    ).fetchone()
    return None if row is None else int(row[0])


def worker_name(connection: Connection, worker_id: int | None) -> str | None:
    """Give a worker's name, or None."""
    row = connection.execute("SELECT name FROM worker WHERE id = ?", (worker_id,)).fetchone()
    return None if row is None else str(row[0])


def school_name(connection: Connection, school_id: int | None) -> str | None:
    """Give a school's name, or None."""
    row = connection.execute("SELECT name FROM school WHERE id = ?", (school_id,)).fetchone()
    return None if row is None else str(row[0])


def workers(connection: Connection) -> list[Named]:
    """Give the workers by name, each with the role."""
    rows = connection.execute("SELECT id, name, role FROM worker WHERE archived_at IS NULL ORDER BY name")
    return [Named(*row) for row in rows]


def schools(connection: Connection, words: Sequence[str] = (), limit: int = 50) -> list[Named]:
    """Give schools whose name, town or number holds every word, by name."""
    parts = " AND ".join("search_text LIKE ? ESCAPE '\\'" for _ in words) or "1"
    rows = connection.execute(
        "SELECT id, name, trim(coalesce(phase, '') || ' ' || coalesce(town, '')) FROM school "
        f"WHERE archived_at IS NULL AND {parts} ORDER BY search_text, id LIMIT ?",
        (*(holding(word) for word in words), limit),
    )
    return [Named(*row) for row in rows]
