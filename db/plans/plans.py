"""What plans hold, as screens, documents and commands read it: the plan, its outcomes, actions, meetings and copies."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from db.driver import Connection
from db.rows import with_days, with_flags


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
    """What will be different by a day."""

    id: int
    plan_id: int
    area: str
    hope: str | None
    baseline: str | None
    outcome: str
    by_when: date | None
    progress: str | None
    progress_on: date | None


class ActionRow(NamedTuple):
    """Something a named person will do by a day; ``audit_id`` is set when it puts the plan itself right."""

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
    """Somebody who was invited to a meeting."""

    id: int
    meeting_id: int
    name: str
    part: str
    attendance: str


class MeetingRow(NamedTuple):
    """A meeting or review, to come or held."""

    id: int
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


class CopyRow(NamedTuple):
    """Who holds a copy."""

    id: int
    plan_id: int
    holder: str
    form: str | None
    given_on: date


_JOINED = {"author": "a.name", "named_worker": "w.name", "destination_school": "s.name"}
_PLAN = (
    f"SELECT {', '.join(_JOINED.get(field, f'l.{field}') for field in PlanRow._fields)} FROM plan l "
    "LEFT JOIN worker a ON a.id = l.author_id LEFT JOIN worker w ON w.id = l.named_worker_id "
    "LEFT JOIN school s ON s.id = l.destination_school_id "
)
_PARTS = "CASE part WHEN 'pupil' THEN 0 WHEN 'family' THEN 1 ELSE 2 END"


def plan(connection: Connection, plan_id: int) -> PlanRow | None:
    """Give one plan, or None."""
    row = connection.execute(f"{_PLAN}WHERE l.id = ?", (plan_id,)).fetchone()
    return None if row is None else _plan(row)


def of_pupil(connection: Connection, pupil_id: int) -> list[PlanRow]:
    """Give the plans of a pupil: those that are not closed first, newest first."""
    rows = connection.execute(
        f"{_PLAN}WHERE l.pupil_id = ? ORDER BY l.status = 'closed', l.opened_on DESC, l.version DESC, l.id DESC",
        (pupil_id,),
    )
    return [_plan(row) for row in rows]


def open_plan_id(connection: Connection, pupil_id: int) -> int | None:
    """Give the number of the newest plan that is not closed, or None."""
    row = connection.execute(
        "SELECT id FROM plan WHERE pupil_id = ? AND status <> 'closed' ORDER BY opened_on DESC, version DESC LIMIT 1",
        (pupil_id,),
    ).fetchone()
    return None if row is None else int(row[0])


def versions(connection: Connection, pupil_id: int, transition: str) -> list[PlanRow]:
    """Give every version of a pupil's plan for a transition point, the first one first."""
    rows = connection.execute(
        f"{_PLAN}WHERE l.pupil_id = ? AND l.transition = ? ORDER BY l.version", (pupil_id, transition)
    )
    return [_plan(row) for row in rows]


def outcomes(connection: Connection, plan_id: int) -> list[OutcomeRow]:
    """Give a plan's outcomes in the order in which they were written."""
    rows = connection.execute(
        f"SELECT {', '.join(OutcomeRow._fields)} FROM plan_outcome WHERE plan_id = ? ORDER BY id", (plan_id,)
    )
    return [OutcomeRow(*with_days(row, (6, 8))) for row in rows]


def actions(connection: Connection, pupil_id: int) -> list[ActionRow]:
    """Give a pupil's actions of whatever plan, those carried over left out: open ones first, soonest first."""
    return _actions(connection, "pupil_id = ? AND status <> 'carried over'", pupil_id)


def actions_of_plan(connection: Connection, plan_id: int) -> list[ActionRow]:
    """Give the actions of one version of a plan, in the same order; those it handed to the next version too."""
    return _actions(connection, "plan_id = ?", plan_id)


def action(connection: Connection, action_id: int) -> ActionRow | None:
    """Give one action, or None."""
    return next(iter(_actions(connection, "id = ?", action_id)), None)


def _actions(connection: Connection, where: str, number: int) -> list[ActionRow]:
    rows = connection.execute(
        f"SELECT {', '.join(ActionRow._fields)} FROM plan_action WHERE {where} "
        "ORDER BY status <> 'open', coalesce(due_on, '9999'), id",
        (number,),
    )
    return [ActionRow(*with_days(row, (8, 10, 11))) for row in rows]


def meetings(connection: Connection, plan_id: int) -> list[MeetingRow]:
    """Give a plan's meetings and reviews, the newest first."""
    rows = connection.execute(
        f"SELECT {', '.join(MeetingRow._fields)} FROM plan_meeting WHERE plan_id = ? ORDER BY held_on DESC, id DESC",
        (plan_id,),
    )
    return [MeetingRow(*with_flags(with_days(row, (3, 10)), (4, 9))) for row in rows]


def attendees(connection: Connection, plan_id: int) -> list[AttendeeRow]:
    """Give who was invited to a plan's meetings: the pupil first, then the family, then the others as they were entered."""
    rows = connection.execute(
        f"SELECT {', '.join(f'e.{field}' for field in AttendeeRow._fields)} FROM plan_attendee e "
        f"JOIN plan_meeting m ON m.id = e.meeting_id WHERE m.plan_id = ? ORDER BY {_PARTS}, e.id",
        (plan_id,),
    )
    return [AttendeeRow(*row) for row in rows]


def copies(connection: Connection, plan_id: int) -> list[CopyRow]:
    """Give who holds a copy, the first one first."""
    rows = connection.execute(
        f"SELECT {', '.join(CopyRow._fields)} FROM plan_copy WHERE plan_id = ? ORDER BY given_on, id", (plan_id,)
    )
    return [CopyRow(*with_days(row, (4,))) for row in rows]


_PLAN_DAYS = tuple(place for place, field in enumerate(PlanRow._fields) if field.endswith(("_on", "_from", "_until")))
_PLAN_FLAGS = (PlanRow._fields.index("advocate_offered"),)


def _plan(row: Sequence[Any]) -> PlanRow:
    return PlanRow(*with_flags(with_days(row, _PLAN_DAYS), _PLAN_FLAGS))
