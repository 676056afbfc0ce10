"""What plans hold, as screens, documents and commands read it: the plan, its outcomes, actions, meetings and copies."""

from datetime import date
from typing import NamedTuple

from db.driver import Connection
from db.rows import columns, fetch, fetch_one, fetch_value


class PlanRow(NamedTuple):
    """One version of a plan, with the names of the people and the school it points to."""

    id: int
    pupil_id: int
    transition: str
    version: int
    status: str
    author_id: int | None
    author: str | None
    template: str | None
    opened_on: date
    shared_on: date | None
    agreed_on: date | None
    active_on: date | None
    reviewed_on: date | None
    review_on: date | None
    closed_on: date | None
    close_reason: str | None
    named_worker_id: int | None
    named_worker: str | None
    named_worker_from: date | None
    named_worker_until: date | None
    admired: str | None
    important_to_me: str | None
    support: str | None
    communication: str | None
    pupil_voice: str | None
    pupil_voice_how: str | None
    pupil_voice_on: date | None
    hopes: str | None
    hopes_how: str | None
    hopes_on: date | None
    family_voice: str | None
    different_views: str | None
    working_pupil: str | None
    not_working_pupil: str | None
    working_family: str | None
    not_working_family: str | None
    working_school: str | None
    not_working_school: str | None
    working_others: str | None
    not_working_others: str | None
    destination: str | None
    destination_school_id: int | None
    destination_school: str | None
    destination_stage: str | None
    destination_on: date | None
    destination_from: date | None
    back_up: str | None
    risks: str | None
    decision_making: str | None
    advocate_offered: bool | None
    advocate_on: date | None
    adult_assessments: str | None
    sharing_basis: str | None
    accessible_copy: str | None


class OutcomeRow(NamedTuple):
    """What will be different by a day, in one of the four areas, and from which hope it comes."""

    id: int
    pupil_id: int
    plan_id: int
    area: str
    hope: str | None
    baseline: str | None
    outcome: str
    by_when: date | None
    progress: str | None
    progress_on: date | None


class ActionRow(NamedTuple):
    """Something a named person will do by a day.

    ``carried over`` rows stay with the version in which they were agreed; the copy in the next version is the one that is
    open. An action of an audit puts a plan right; it is for staff, and no part of what the plan says.
    """

    id: int
    pupil_id: int
    plan_id: int | None
    outcome_id: int | None
    audit_id: int | None
    carried_from_id: int | None
    what: str
    owner: str
    due_on: date | None
    status: str
    added_on: date | None
    done_on: date | None
    evidence: str | None


class AttendeeRow(NamedTuple):
    """Somebody who was invited to a meeting, and whether the person came."""

    id: int
    pupil_id: int
    meeting_id: int
    name: str
    part: str
    attendance: str


class MeetingRow(NamedTuple):
    """A meeting about a plan, to come or held; a review is one that says what becomes of the plan."""

    id: int
    pupil_id: int
    plan_id: int
    kind: str
    held_on: date
    happened: bool
    place: str | None
    notes: str | None
    decisions: str | None
    result: str | None
    advocacy_needed: bool | None
    next_on: date | None


class PartAtMeeting(NamedTuple):
    """What is marked of somebody at a meeting that was held, with the part that the person has, such as health."""

    meeting_id: int
    plan_id: int
    pupil_id: int
    held_on: date
    part: str
    attendance: str


class CopyRow(NamedTuple):
    """Who holds a copy."""

    id: int
    pupil_id: int
    plan_id: int
    holder: str
    form: str | None
    given_on: date


_PLAN = (
    f"SELECT {columns(PlanRow, 'l', author='a.name', named_worker='w.name', destination_school='s.name')} FROM plan l "
    "LEFT JOIN worker a ON a.id = l.author_id LEFT JOIN worker w ON w.id = l.named_worker_id "
    "LEFT JOIN school s ON s.id = l.destination_school_id "
)
_PARTS = "CASE part WHEN 'pupil' THEN 0 WHEN 'family' THEN 1 ELSE 2 END"


def plan(connection: Connection, plan_id: int) -> PlanRow | None:
    return fetch_one(connection, PlanRow, f"{_PLAN}WHERE l.id = :id", {"id": plan_id})


def of_pupil(connection: Connection, pupil_id: int) -> list[PlanRow]:
    """The plans of a pupil: those that are not closed first, newest first."""
    order = "l.status = 'closed', l.opened_on DESC, l.version DESC, l.id DESC"
    return fetch(connection, PlanRow, f"{_PLAN}WHERE l.pupil_id = :pupil ORDER BY {order}", {"pupil": pupil_id})


def open_plan_id(connection: Connection, pupil_id: int) -> int | None:
    of_pupil = "pupil_id = :pupil AND status <> 'closed' ORDER BY opened_on DESC, version DESC LIMIT 1"
    return fetch_value(connection, int, f"SELECT id FROM plan WHERE {of_pupil}", {"pupil": pupil_id})


def versions(connection: Connection, pupil_id: int, transition: str) -> list[PlanRow]:
    """Every version of a pupil's plan for a transition point, the first one first."""
    query = f"{_PLAN}WHERE l.pupil_id = :pupil AND l.transition = :transition ORDER BY l.version"
    return fetch(connection, PlanRow, query, {"pupil": pupil_id, "transition": transition})


def outcomes(connection: Connection, plan_id: int) -> list[OutcomeRow]:
    """A plan's outcomes in the order in which they were written."""
    query = f"SELECT {columns(OutcomeRow)} FROM plan_outcome WHERE plan_id = :plan ORDER BY id"
    return fetch(connection, OutcomeRow, query, {"plan": plan_id})


def actions(connection: Connection, pupil_id: int) -> list[ActionRow]:
    """A pupil's actions of whatever plan, those carried over left out: open ones first, soonest first."""
    return _actions(connection, "pupil_id = :of AND status <> 'carried over'", pupil_id)


def actions_of_plan(connection: Connection, plan_id: int) -> list[ActionRow]:
    """The actions of one version of a plan, in the same order; those it handed to the next version too."""
    return _actions(connection, "plan_id = :of", plan_id)


def action(connection: Connection, action_id: int) -> ActionRow | None:
    return next(iter(_actions(connection, "id = :of", action_id)), None)


def _actions(connection: Connection, where: str, number: int) -> list[ActionRow]:
    order = "status <> 'open', due_on NULLS LAST, id"
    query = f"SELECT {columns(ActionRow)} FROM plan_action WHERE {where} ORDER BY {order}"
    return fetch(connection, ActionRow, query, {"of": number})


def meetings(connection: Connection, plan_id: int) -> list[MeetingRow]:
    """A plan's meetings and reviews, the newest first."""
    query = f"SELECT {columns(MeetingRow)} FROM plan_meeting WHERE plan_id = :plan ORDER BY held_on DESC, id DESC"
    return fetch(connection, MeetingRow, query, {"plan": plan_id})


def parts_at_meetings(connection: Connection, first: date, last: date) -> list[PartAtMeeting]:
    """Who was at the meetings about plans of these days that were held, whatever has become of the plans since."""
    sources = {"plan_id": "m.plan_id", "held_on": "m.held_on"}
    return fetch(
        connection,
        PartAtMeeting,
        f"SELECT {columns(PartAtMeeting, 'e', sources)} FROM plan_meeting m JOIN plan_attendee e ON e.meeting_id = m.id "
        "WHERE m.happened AND m.held_on BETWEEN :first AND :last ORDER BY m.held_on, m.id, e.id",
        {"first": first, "last": last},
    )


def attendees(connection: Connection, plan_id: int) -> list[AttendeeRow]:
    """Who was invited to a plan's meetings: the pupil first, then the family, then the others as they were entered."""
    return fetch(
        connection,
        AttendeeRow,
        f"SELECT {columns(AttendeeRow, 'e')} FROM plan_attendee e JOIN plan_meeting m ON m.id = e.meeting_id "
        f"WHERE m.plan_id = :plan ORDER BY {_PARTS}, e.id",
        {"plan": plan_id},
    )


def copies(connection: Connection, plan_id: int) -> list[CopyRow]:
    """Who holds a copy, the first one first."""
    query = f"SELECT {columns(CopyRow)} FROM plan_copy WHERE plan_id = :plan ORDER BY given_on, id"
    return fetch(connection, CopyRow, query, {"plan": plan_id})
