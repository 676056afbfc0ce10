"""What the register of workshops holds, as screens, files and commands read it; and links to material."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from db.driver import Connection, joined
from db.rows import among, columns, fetch, fetch_column, fetch_one


class WorkshopRow(NamedTuple):
    """Any dated meeting about transitions: a workshop, a forum, a LIFT meeting, a transition day, a training session.

    ``series`` joins the meetings that follow each other: actions are carried along it. ``starts`` and ``ends`` are hours
    such as "09:30"; ``year_groups`` is a list such as "6,7", empty when it is for all. ``programme`` and ``module`` say of
    a training session which set of modules it belongs to.

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
    places: int | None
    fee: int | None
    """In pence, for each delegate."""
    status: str
    cancel_reason: str | None
    archived_at: datetime | None
    schools_invited: int
    schools_came: int
    open_actions: int
    """Actions agreed at this workshop that are neither dropped nor fully achieved."""
    schools_unmarked: int
    """Schools of which nobody has said yet whether they came, and from which nobody is known to have come."""
    places_taken: int
    """By those who have accepted, or came, each as many as were counted from there; who sent apologies gives the place back."""


class InvitationRow(NamedTuple):
    """One line of a register: a school, an agency or a person who was invited, and whether they came.

    ``people`` is how many came from there. ``before`` and ``after`` are a person's confidence on the day, 1 to 5.
    """

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
    accepted: bool


class Invited(NamedTuple):
    """Whom an invitation is for."""

    school_id: int | None
    agency: str | None
    name: str | None


class FeedbackRow(NamedTuple):
    """What somebody said of a workshop, or of the moves that it was about, under a theme; ``rating`` is 1 to 5."""

    id: int
    workshop_id: int
    theme: str
    said_by: str
    rating: int | None
    words: str | None
    given_on: date


class WorkshopActionRow(NamedTuple):
    """Something agreed at a workshop, in the columns of a district's action plan and of a committee's.

    ``grade`` and ``evidence`` are those of its newest grading. It is carried to the next workshop of the series until it is
    graded 1 or dropped.
    """

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
    """One grading of an action, with the evidence; ``workshop_id`` is the meeting at which it was looked at, if any."""

    id: int
    action_id: int
    workshop_id: int | None
    grade: int
    graded_on: date
    evidence: str | None


OPEN_ACTION = "a.dropped_on IS NULL AND coalesce(a.grade, 0) <> 1"
_SCHOOLS = "(SELECT count(DISTINCT i.school_id) FROM workshop_invitation i WHERE i.workshop_id = m.id{})"
_NOT_COME = (
    " AND i.attendance = 'invited' AND NOT EXISTS (SELECT 1 FROM workshop_invitation o WHERE o.workshop_id = m.id "
    "AND o.school_id = i.school_id AND o.attendance = 'came')"
)
_TAKEN = (
    "(SELECT coalesce(sum(coalesce(i.people, 1)), 0) FROM workshop_invitation i WHERE i.workshop_id = m.id "
    "AND (i.accepted OR i.attendance = 'came') AND i.attendance <> 'apologies')"
)
WORKSHOP = columns(
    WorkshopRow,
    "m",
    host_school="h.name",
    worker="w.name",
    schools_invited=_SCHOOLS.format(""),
    schools_came=_SCHOOLS.format(" AND i.attendance = 'came'"),
    open_actions=f"(SELECT count(*) FROM workshop_action a WHERE a.workshop_id = m.id AND {OPEN_ACTION})",
    schools_unmarked=_SCHOOLS.format(_NOT_COME),
    places_taken=_TAKEN,
)
WORKSHOP_NAMES = "LEFT JOIN school h ON h.id = m.host_school_id LEFT JOIN worker w ON w.id = m.worker_id"
_WORKSHOP = f"SELECT {WORKSHOP} FROM workshop m {WORKSHOP_NAMES}"
INVITATION = columns(InvitationRow, "i", school="s.name", phase="s.phase")
_INVITATION = f"SELECT {INVITATION} FROM workshop_invitation i LEFT JOIN school s ON s.id = i.school_id"
IN_REGISTER = "s.name IS NULL, s.name, i.school_id, i.agency NULLS FIRST, i.name NULLS FIRST, i.id"
"""Schools by name with their people below them, then agencies and other people."""
_EVIDENCE = (
    "(SELECT p.evidence FROM workshop_progress p WHERE p.action_id = a.id ORDER BY p.graded_on DESC, p.id DESC LIMIT 1)"
)
_OF_MEETING = {"workshop": "m.title", "series": "m.series", "agreed_on": "m.on_day"}
_ACTION = (
    f"SELECT {columns(WorkshopActionRow, 'a', _OF_MEETING, evidence=_EVIDENCE)} FROM workshop_action a "
    "JOIN workshop m ON m.id = a.workshop_id"
)


def workshop(connection: Connection, workshop_id: int) -> WorkshopRow | None:
    """One workshop, an archived one too."""
    return fetch_one(connection, WorkshopRow, f"{_WORKSHOP} WHERE m.id = :id", {"id": workshop_id})


def between(connection: Connection, first: date, last: date) -> list[WorkshopRow]:
    """The workshops of which some day falls from ``first`` to ``last``, in date order; archived ones are left out."""
    return fetch(
        connection,
        WorkshopRow,
        f"{_WORKSHOP} WHERE m.archived_at IS NULL AND m.on_day <= :last AND coalesce(m.last_day, m.on_day) >= :first "
        "ORDER BY m.on_day, m.starts NULLS FIRST, m.id",
        {"first": first, "last": last},
    )


class NamedWorkshop(NamedTuple):
    """A workshop in a list to find one in."""

    id: int
    title: str
    on_day: date
    host_school: str | None


def named(connection: Connection) -> list[NamedWorkshop]:
    """Every workshop that was not taken out, the newest first."""
    listed = columns(NamedWorkshop, "m", host_school="s.name")
    return fetch(
        connection,
        NamedWorkshop,
        f"SELECT {listed} FROM workshop m LEFT JOIN school s ON s.id = m.host_school_id WHERE m.archived_at IS NULL "
        "ORDER BY m.on_day DESC, m.id",
    )


def of_series(connection: Connection, series: str) -> list[WorkshopRow]:
    """The workshops of a series in date order; archived ones are left out."""
    query = (
        f"{_WORKSHOP} WHERE m.archived_at IS NULL AND m.series = :series ORDER BY m.on_day, m.starts NULLS FIRST, m.id"
    )
    return fetch(connection, WorkshopRow, query, {"series": series})


def archived(connection: Connection) -> list[WorkshopRow]:
    """The workshops that were taken out of the register, the newest first."""
    query = f"{_WORKSHOP} WHERE m.archived_at IS NOT NULL ORDER BY m.on_day DESC, m.id"
    return fetch(connection, WorkshopRow, query)


def invitations(connection: Connection, workshop_id: int) -> list[InvitationRow]:
    """The register of a workshop: schools by name with their people below them, then agencies and other people."""
    query = f"{_INVITATION} WHERE i.workshop_id = :id ORDER BY {IN_REGISTER}"
    return fetch(connection, InvitationRow, query, {"id": workshop_id})


def schools_invited(connection: Connection, workshop_ids: Sequence[int]) -> dict[int, set[int]]:
    """By the number of a workshop the schools in its register."""
    where, parameters = among("workshop_id", workshop_ids)
    query = f"SELECT workshop_id, school_id FROM workshop_invitation WHERE school_id IS NOT NULL AND {where}"
    found: dict[int, set[int]] = {}
    for workshop_id, school_id in connection.execute(query, parameters):
        found.setdefault(workshop_id, set()).add(school_id)
    return found


def invited_again(connection: Connection, workshop_id: int) -> list[Invited]:
    """Whom to ask again: everybody who was invited, but for schools that have closed or were archived since."""
    return fetch(
        connection,
        Invited,
        "SELECT i.school_id, i.agency, i.name FROM workshop_invitation i LEFT JOIN school s ON s.id = i.school_id "
        "WHERE i.workshop_id = :id AND (s.id IS NULL OR (s.archived_at IS NULL AND s.closed_on IS NULL "
        "AND coalesce(s.status, '') <> 'Closed')) ORDER BY i.id",
        {"id": workshop_id},
    )


def invitation(connection: Connection, invitation_id: int) -> InvitationRow | None:
    return fetch_one(connection, InvitationRow, f"{_INVITATION} WHERE i.id = :id", {"id": invitation_id})


def series(connection: Connection) -> list[str]:
    """The series that there are, that of the newest meeting first."""
    query = "SELECT series FROM workshop GROUP BY series ORDER BY max(on_day) DESC, series"
    return fetch_column(connection, str, query)


def programmes(connection: Connection) -> list[str]:
    """The programmes of training that have modules or sessions, by name."""
    return fetch_column(
        connection,
        str,
        "SELECT programme FROM training_module UNION SELECT programme FROM workshop WHERE programme IS NOT NULL ORDER BY 1",
    )


def modules(connection: Connection, programme: str) -> list[str]:
    """The modules that a programme has or had sessions of, by name."""
    return fetch_column(
        connection,
        str,
        "SELECT name FROM training_module WHERE programme = :programme UNION "
        "SELECT module FROM workshop WHERE programme = :programme AND module IS NOT NULL ORDER BY 1",
        {"programme": programme},
    )


def feedback(connection: Connection, workshop_id: int) -> list[FeedbackRow]:
    """What was said of a workshop, in the order in which it was entered."""
    query = f"SELECT {columns(FeedbackRow)} FROM workshop_feedback WHERE workshop_id = :id ORDER BY id"
    return fetch(connection, FeedbackRow, query, {"id": workshop_id})


def feedback_between(connection: Connection, first: date, last: date, series: str | None) -> list[FeedbackRow]:
    """What was said of the workshops of these days (of one series, or all: None); archived ones are left out."""
    return fetch(
        connection,
        FeedbackRow,
        f"SELECT {columns(FeedbackRow, 'f')} FROM workshop m JOIN workshop_feedback f ON f.workshop_id = m.id WHERE m.archived_at IS NULL "
        "AND m.on_day BETWEEN :first AND :last AND (CAST(:series AS TEXT) IS NULL OR m.series = :series) ORDER BY m.on_day, f.id",
        {"first": first, "last": last, "series": series},
    )


def actions(connection: Connection, workshop_id: int) -> list[WorkshopActionRow]:
    """The actions that were agreed at a workshop, in the order in which they were entered."""
    query = f"{_ACTION} WHERE a.workshop_id = :id ORDER BY a.id"
    return fetch(connection, WorkshopActionRow, query, {"id": workshop_id})


def actions_before(connection: Connection, series: str, day: date) -> list[WorkshopActionRow]:
    """Every action of the earlier workshops of a series, the oldest first."""
    return fetch(
        connection,
        WorkshopActionRow,
        f"{_ACTION} WHERE m.series = :series AND m.on_day < :day AND m.archived_at IS NULL ORDER BY m.on_day, a.id",
        {"series": series, "day": day},
    )


def action(connection: Connection, action_id: int) -> WorkshopActionRow | None:
    return fetch_one(connection, WorkshopActionRow, f"{_ACTION} WHERE a.id = :id", {"id": action_id})


def every_action(connection: Connection) -> list[WorkshopActionRow]:
    """The actions of every workshop that is not archived, the soonest due first, those without a day last."""
    query = f"{_ACTION} WHERE m.archived_at IS NULL ORDER BY a.due_on IS NULL, a.due_on, a.id"
    return fetch(connection, WorkshopActionRow, query)


def progress(connection: Connection, action_ids: Sequence[int]) -> list[ProgressRow]:
    """The gradings of these actions, the oldest first."""
    where, parameters = among("action_id", action_ids)
    query = f"SELECT {columns(ProgressRow)} FROM workshop_progress WHERE {where} ORDER BY graded_on, id"
    return fetch(connection, ProgressRow, query, parameters)


class LinkRow(NamedTuple):
    """One link, of a workshop or of a plan; a plan's is that of every version, and names its pupil."""

    id: int
    workshop_id: int | None
    plan_id: int | None
    pupil_id: int | None
    title: str
    address: str


_LINK = f"SELECT {columns(LinkRow)} FROM link"
_SAME_MOVE = (
    "SELECT o.id FROM plan l JOIN plan o ON o.pupil_id = l.pupil_id AND o.transition = l.transition WHERE l.id = :plan"
)


def of_workshop(connection: Connection, workshop_id: int) -> list[LinkRow]:
    return fetch(connection, LinkRow, f"{_LINK} WHERE workshop_id = :id ORDER BY title, id", {"id": workshop_id})


def of_plan(connection: Connection, plan_id: int) -> list[LinkRow]:
    """The links of a plan, whichever of its versions they were written to."""
    return fetch(connection, LinkRow, f"{_LINK} WHERE plan_id IN ({_SAME_MOVE}) ORDER BY title, id", {"plan": plan_id})


def link(connection: Connection, link_id: int) -> LinkRow | None:
    return fetch_one(connection, LinkRow, f"{_LINK} WHERE id = :id", {"id": link_id})


def listed(where: str) -> str:
    """What gives the links that fulfil a condition as one text, for a file."""
    together = joined("title || ': ' || address", "title, id")
    return f"(SELECT {together} FROM link WHERE {where})"
