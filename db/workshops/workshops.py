"""What the register of workshops holds, as screens, files and commands read it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from db.driver import Connection
from db.rows import with_days


class WorkshopRow(NamedTuple):
    """One workshop or meeting, with the names that it points to and how many schools were invited and came.

    A school counts once, however many of its people are in the register, and came when any of them did.
    """

    id: int
    kind: str
    title: str
    series: str
    on_day: date
    last_day: date | None
    starts: str | None
    ends: str | None
    place: str | None
    link: str | None
    host_school_id: int | None
    host_school: str | None
    la_number: int | None
    worker_id: int | None
    worker: str | None
    transition: str | None
    year_groups: str
    audience: str | None
    programme: str | None
    module: str | None
    agenda: str | None
    notes: str | None
    status: str
    cancel_reason: str | None
    archived_at: str | None
    schools_invited: int
    schools_came: int
    open_actions: int
    """Actions agreed at this workshop that are neither dropped nor fully achieved."""
    schools_unmarked: int
    """Schools of which nobody has said yet whether they came, and from which nobody is known to have come."""


class InvitationRow(NamedTuple):
    """One line of a register: a school, an agency or a person, and whether they came."""

    id: int
    workshop_id: int
    school_id: int | None
    school: str | None
    phase: str | None
    agency: str | None
    name: str | None
    attendance: str
    people: int | None
    before: int | None
    after: int | None
    note: str | None


class Invited(NamedTuple):
    """Whom an invitation is for."""

    school_id: int | None
    agency: str | None
    name: str | None


class FeedbackRow(NamedTuple):
    """One thing said of a workshop under a theme."""

    id: int
    workshop_id: int
    theme: str
    said_by: str
    rating: int | None
    words: str | None
    given_on: date


class WorkshopActionRow(NamedTuple):
    """One action, with the workshop at which it was agreed; ``evidence`` is that of the newest grading."""

    id: int
    workshop_id: int
    workshop: str
    series: str
    agreed_on: date
    recommendation: str | None
    what: str
    steps: str | None
    who: str | None
    due_on: date | None
    cost: str | None
    success_measure: str | None
    impact: str | None
    grade: int | None
    graded_on: date | None
    dropped_on: date | None
    drop_reason: str | None
    evidence: str | None


class ProgressRow(NamedTuple):
    """One grading of an action, and the workshop at which it was looked at, if any."""

    id: int
    action_id: int
    workshop_id: int | None
    grade: int
    graded_on: date
    evidence: str | None


OPEN_ACTION = "a.dropped_on IS NULL AND coalesce(a.grade, 0) <> 1"
_COUNTED = (
    "(SELECT count(DISTINCT i.school_id) FROM workshop_invitation i WHERE i.workshop_id = m.id), "
    "(SELECT count(DISTINCT i.school_id) FROM workshop_invitation i WHERE i.workshop_id = m.id AND i.attendance = 'came'), "
    f"(SELECT count(*) FROM workshop_action a WHERE a.workshop_id = m.id AND {OPEN_ACTION}), "
    "(SELECT count(DISTINCT i.school_id) FROM workshop_invitation i WHERE i.workshop_id = m.id AND i.attendance = 'invited' "
    "AND NOT EXISTS (SELECT 1 FROM workshop_invitation o WHERE o.workshop_id = m.id AND o.school_id = i.school_id "
    "AND o.attendance = 'came'))"
)
_WORKSHOP = (
    "SELECT m.id, m.kind, m.title, m.series, m.on_day, m.last_day, m.starts, m.ends, m.place, m.link, m.host_school_id, "
    "s.name, m.la_number, m.worker_id, w.name, m.transition, m.year_groups, m.audience, m.programme, m.module, m.agenda, "
    f"m.notes, m.status, m.cancel_reason, m.archived_at, {_COUNTED} FROM workshop m "
    "LEFT JOIN school s ON s.id = m.host_school_id LEFT JOIN worker w ON w.id = m.worker_id"
)
_INVITATION = (
    "SELECT i.id, i.workshop_id, i.school_id, s.name, s.phase, i.agency, i.name, i.attendance, i.people, i.before, i.after, "
    "i.note FROM workshop_invitation i LEFT JOIN school s ON s.id = i.school_id"
)
_WORKSHOP_DAYS = (WorkshopRow._fields.index("on_day"), WorkshopRow._fields.index("last_day"))
_ACTION = (
    "SELECT a.id, a.workshop_id, m.title, m.series, m.on_day, a.recommendation, a.what, a.steps, a.who, a.due_on, a.cost, "
    "a.success_measure, a.impact, a.grade, a.graded_on, a.dropped_on, a.drop_reason, "
    "(SELECT p.evidence FROM workshop_progress p WHERE p.action_id = a.id ORDER BY p.graded_on DESC, p.id DESC LIMIT 1) "
    "FROM workshop_action a JOIN workshop m ON m.id = a.workshop_id"
)
_ACTION_DAYS = tuple(
    WorkshopActionRow._fields.index(name) for name in ("agreed_on", "due_on", "graded_on", "dropped_on")
)


def workshop(connection: Connection, workshop_id: int) -> WorkshopRow | None:
    """Give one workshop, an archived one too."""
    found = _workshops(connection, f"{_WORKSHOP} WHERE m.id = :id", {"id": workshop_id})
    return found[0] if found else None


def between(connection: Connection, first: date, last: date) -> list[WorkshopRow]:
    """Give the workshops of which some day falls from ``first`` to ``last``, in date order; archived ones are left out."""
    return _workshops(
        connection,
        f"{_WORKSHOP} WHERE m.archived_at IS NULL AND m.on_day <= :last AND coalesce(m.last_day, m.on_day) >= :first "
        "ORDER BY m.on_day, m.starts, m.id",
        {"first": first.isoformat(), "last": last.isoformat()},
    )


def of_series(connection: Connection, series: str) -> list[WorkshopRow]:
    """Give the workshops of a series in date order; archived ones are left out."""
    return _workshops(
        connection,
        f"{_WORKSHOP} WHERE m.archived_at IS NULL AND m.series = :series ORDER BY m.on_day, m.starts, m.id",
        {"series": series},
    )


def archived(connection: Connection) -> list[WorkshopRow]:
    """Give the workshops that were taken out of the register, the newest first."""
    return _workshops(connection, f"{_WORKSHOP} WHERE m.archived_at IS NOT NULL ORDER BY m.on_day DESC, m.id", {})


def invitations(connection: Connection, workshop_id: int) -> list[InvitationRow]:
    """Give the register of a workshop: schools by name with their people below them, then agencies and other people."""
    rows = connection.execute(
        f"{_INVITATION} WHERE i.workshop_id = :id ORDER BY s.name IS NULL, s.name, i.school_id, i.agency, i.name, i.id",
        {"id": workshop_id},
    )
    return [InvitationRow(*row) for row in rows]


def invited_again(connection: Connection, workshop_id: int) -> list[Invited]:
    """Give whom to ask again: everybody who was invited, but for schools that have closed or were archived since."""
    rows = connection.execute(
        "SELECT i.school_id, i.agency, i.name FROM workshop_invitation i LEFT JOIN school s ON s.id = i.school_id "
        "WHERE i.workshop_id = :id AND (s.id IS NULL OR (s.archived_at IS NULL AND s.closed_on IS NULL "
        "AND coalesce(s.status, '') <> 'Closed')) ORDER BY i.id",
        {"id": workshop_id},
    )
    return [Invited(*row) for row in rows]


def invitation(connection: Connection, invitation_id: int) -> InvitationRow | None:
    """Give one line of a register."""
    row = connection.execute(f"{_INVITATION} WHERE i.id = :id", {"id": invitation_id}).fetchone()
    return None if row is None else InvitationRow(*row)


def series(connection: Connection) -> list[str]:
    """Give the series that there are, that of the newest meeting first."""
    rows = connection.execute("SELECT series FROM workshop GROUP BY series ORDER BY max(on_day) DESC, series")
    return [row[0] for row in rows]


def programmes(connection: Connection) -> list[str]:
    """Give the programmes of training that have modules or sessions, by name."""
    rows = connection.execute(
        "SELECT programme FROM training_module UNION SELECT programme FROM workshop WHERE programme IS NOT NULL ORDER BY 1"
    )
    return [row[0] for row in rows]


def modules(connection: Connection, programme: str) -> list[str]:
    """Give the modules that a programme has or had sessions of, by name."""
    rows = connection.execute(
        "SELECT name FROM training_module WHERE programme = :programme UNION "
        "SELECT module FROM workshop WHERE programme = :programme AND module IS NOT NULL ORDER BY 1",
        {"programme": programme},
    )
    return [row[0] for row in rows]


def feedback(connection: Connection, workshop_id: int) -> list[FeedbackRow]:
    """Give what was said of a workshop, in the order in which it was entered."""
    rows = connection.execute(
        "SELECT id, workshop_id, theme, said_by, rating, words, given_on FROM workshop_feedback WHERE workshop_id = :id "
        "ORDER BY id",
        {"id": workshop_id},
    )
    return [FeedbackRow(*with_days(row, (6,))) for row in rows]


def feedback_between(connection: Connection, first: date, last: date, series: str | None) -> list[FeedbackRow]:
    """Give what was said of the workshops of these days (of one series, or all: None); archived ones are left out."""
    rows = connection.execute(
        "SELECT f.id, f.workshop_id, f.theme, f.said_by, f.rating, f.words, f.given_on FROM workshop m "
        "JOIN workshop_feedback f ON f.workshop_id = m.id WHERE m.archived_at IS NULL "
        "AND m.on_day BETWEEN :first AND :last AND (:series IS NULL OR m.series = :series) ORDER BY m.on_day, f.id",
        {"first": first.isoformat(), "last": last.isoformat(), "series": series},
    )
    return [FeedbackRow(*with_days(row, (6,))) for row in rows]


def actions(connection: Connection, workshop_id: int) -> list[WorkshopActionRow]:
    """Give the actions that were agreed at a workshop, in the order in which they were entered."""
    return _actions(connection, f"{_ACTION} WHERE a.workshop_id = :id ORDER BY a.id", {"id": workshop_id})


def actions_before(connection: Connection, series: str, day: date) -> list[WorkshopActionRow]:
    """Give every action of the earlier workshops of a series, the oldest first."""
    return _actions(
        connection,
        f"{_ACTION} WHERE m.series = :series AND m.on_day < :day AND m.archived_at IS NULL ORDER BY m.on_day, a.id",
        {"series": series, "day": day.isoformat()},
    )


def action(connection: Connection, action_id: int) -> WorkshopActionRow | None:
    """Give one action."""
    found = _actions(connection, f"{_ACTION} WHERE a.id = :id", {"id": action_id})
    return found[0] if found else None


def every_action(connection: Connection) -> list[WorkshopActionRow]:
    """Give the actions of every workshop that is not archived, the soonest due first, those without a day last."""
    return _actions(connection, f"{_ACTION} WHERE m.archived_at IS NULL ORDER BY a.due_on IS NULL, a.due_on, a.id", {})


def progress(connection: Connection, action_ids: Sequence[int]) -> list[ProgressRow]:
    """Give the gradings of these actions, the oldest first."""
    names = {f"action{place}": number for place, number in enumerate(action_ids)}
    rows = connection.execute(
        "SELECT id, action_id, workshop_id, grade, graded_on, evidence FROM workshop_progress "
        f"WHERE action_id IN ({', '.join(f':{name}' for name in names)}) ORDER BY graded_on, id",
        names,
    )
    return [ProgressRow(*with_days(row, (4,))) for row in rows]


def _workshops(connection: Connection, query: str, parameters: dict[str, Any]) -> list[WorkshopRow]:
    return [WorkshopRow(*with_days(row, _WORKSHOP_DAYS)) for row in connection.execute(query, parameters)]


def _actions(connection: Connection, query: str, parameters: dict[str, Any]) -> list[WorkshopActionRow]:
    return [WorkshopActionRow(*with_days(row, _ACTION_DAYS)) for row in connection.execute(query, parameters)]
