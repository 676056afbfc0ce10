"""What falls on each day of a year: what comes in the plans of pupils, one by one and as counts, and open steps as counts."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from db.caseload.listing import STEP_MILESTONE, Selection
from db.driver import Connection
from db.pupils.pupils import OF_PUPIL, PUPIL_NAMES
from db.rows import columns, decoder, fetch, fetch_value, marks
from db.vocabulary import PLANS_IN_FORCE


class PlanEvent(NamedTuple):
    """One dated thing of a plan, with its pupil.

    ``what`` is "meeting" or "review" for one that is planned and not held yet, "next meeting" for the day that was said at
    the last one, and "review due" for the day by which a plan in force is to be reviewed. ``meeting_id`` is the meeting
    that is planned, or at which the day was said.
    """

    on: date
    what: str
    pupil_id: int
    plan_id: int
    meeting_id: int | None
    transition: str
    place: str | None
    upn: str | None
    surname: str
    forename: str
    preferred_name: str | None
    cohort_year: int
    school: str | None
    worker: str | None


_OF_PLAN = {**OF_PUPIL, "pupil_id": "l.pupil_id", "plan_id": "l.id", "transition": "l.transition"}
_PLANNED = columns(PlanEvent, "m", _OF_PLAN, on="m.held_on", what="m.kind", meeting_id="m.id")
_SAID = columns(PlanEvent, "m", _OF_PLAN, on="m.next_on", what="'next meeting'", meeting_id="m.id", place="NULL")
_DUE = columns(PlanEvent, "l", _OF_PLAN, on="l.review_on", what="'review due'", meeting_id="NULL", place="NULL")
_PUPIL = f"JOIN pupil p ON p.id = l.pupil_id {PUPIL_NAMES}"
_MEETING = "FROM plan_meeting m JOIN plan l ON l.id = m.plan_id AND l.status <> 'closed'"


def plan_events(connection: Connection, selection: Selection, first: date, last: date) -> list[PlanEvent]:
    """What comes from ``first`` to ``last`` in the plans that are not closed, the soonest first."""
    where, parameters = selection.where(leave_out="steps")
    where = " AND ".join((where, *selection.of_plans(parameters)))
    rows = connection.execute(
        f"SELECT {_PLANNED}, p.search_text AS search_text {_MEETING} {_PUPIL} "
        f"WHERE NOT m.happened AND m.held_on BETWEEN :first AND :last AND {where} "
        f"UNION ALL SELECT {_SAID}, p.search_text {_MEETING} {_PUPIL} WHERE m.happened AND m.kind = 'meeting' AND m.next_on BETWEEN :first AND :last AND NOT EXISTS "
        f"(SELECT 1 FROM plan_meeting o WHERE o.plan_id = m.plan_id AND o.held_on > m.held_on) AND {where} "
        f"UNION ALL SELECT {_DUE}, p.search_text FROM plan l {_PUPIL} WHERE l.status IN {PLANS_IN_FORCE!r} AND l.review_on BETWEEN :first AND :last AND {where} "
        "ORDER BY 1, search_text, 4, 2",
        {**parameters, "first": first, "last": last},
    )
    decode = decoder(PlanEvent)
    return [decode(row[:-1]) for row in rows]


class StepCount(NamedTuple):
    """How many open steps of a milestone have this day as their last in time; ``cohort_year`` where it was asked for."""

    milestone_id: int
    late_after: date
    cycle: int
    cohort_year: int | None
    pupils: int


class PlanCount(NamedTuple):
    """How many pupils of a cohort have something in their plans on a day; ``what`` as in ``PlanEvent``."""

    on: date
    what: str
    cohort_year: int
    pupils: int


_OPEN = "pm.outcome IS NULL AND pm.late_after BETWEEN :first AND :last"
_OF_PUPIL = "JOIN pupil p ON p.id = pm.pupil_id"


def steps_by_cycle(
    connection: Connection, selection: Selection, milestone_ids: Sequence[int], first: date, last: date
) -> list[StepCount]:
    """The open steps of these milestones by the last day in time (``first`` to ``last``) and the cycle."""
    parts = "pm.late_after, pm.milestone_id, pm.cycle"
    if not selection.everybody:
        where, parameters = _of_steps(selection, milestone_ids, first, last)
        counts = _counts(connection, parts, f"pupil_milestone pm {_OF_PUPIL} WHERE {where}", parameters)
    else:
        # one range of an index that holds all of it, less the few of archived pupils, instead of a look at every pupil
        parameters = {"first": first, "last": last}
        where = f"{_OPEN} AND {_among(milestone_ids, parameters)}"
        counts = _counts(connection, parts, f"pupil_milestone pm WHERE {where}", parameters)
        archived = "pm.pupil_id IN (SELECT id FROM pupil WHERE archived_at IS NOT NULL)"
        for key, number in _counts(
            connection, parts, f"pupil_milestone pm WHERE {archived} AND {where}", parameters
        ).items():
            counts[key] -= number
    return [
        StepCount(milestone_id, date.fromisoformat(day), cycle, None, number)
        for (day, milestone_id, cycle), number in counts.items()
        if number
    ]


def steps_by_cohort(
    connection: Connection, selection: Selection, milestone_ids: Sequence[int], first: date, last: date
) -> list[StepCount]:
    """The open steps of these milestones by the last day in time (``first`` to ``last``), cycle and pupils' cohort."""
    where, parameters = _of_steps(selection, milestone_ids, first, last)
    parts = "pm.late_after, pm.milestone_id, pm.cycle, p.cohort_year"
    counts = _counts(connection, parts, f"pupil_milestone pm {_OF_PUPIL} WHERE {where}", parameters)
    return [
        StepCount(milestone_id, date.fromisoformat(day), cycle, cohort_year, number)
        for (day, milestone_id, cycle, cohort_year), number in counts.items()
    ]


def plans_by_day(connection: Connection, selection: Selection, first: date, last: date) -> list[PlanCount]:
    """What comes from ``first`` to ``last`` in the plans that are not closed, by day and cohort, the soonest first."""
    where, parameters = selection.where(leave_out="steps")
    where = " AND ".join((where, *selection.of_plans(parameters)))
    meeting = (
        "FROM plan_meeting m JOIN plan l ON l.id = m.plan_id AND l.status <> 'closed' JOIN pupil p ON p.id = l.pupil_id"
    )
    return fetch(
        connection,
        PlanCount,
        'SELECT day AS "on", what, cohort_year, count(DISTINCT pupil_id) AS pupils FROM ('
        f"SELECT m.held_on AS day, m.kind AS what, p.cohort_year AS cohort_year, p.id AS pupil_id {meeting} "
        f"WHERE NOT m.happened AND m.held_on BETWEEN :first AND :last AND {where} "
        f"UNION ALL SELECT m.next_on, 'next meeting', p.cohort_year, p.id {meeting} "
        "WHERE m.happened AND m.kind = 'meeting' AND m.next_on BETWEEN :first AND :last AND NOT EXISTS "
        f"(SELECT 1 FROM plan_meeting o WHERE o.plan_id = m.plan_id AND o.held_on > m.held_on) AND {where} "
        "UNION ALL SELECT l.review_on, 'review due', p.cohort_year, p.id FROM plan l JOIN pupil p ON p.id = l.pupil_id "
        f"WHERE l.status IN {PLANS_IN_FORCE!r} AND l.review_on BETWEEN :first AND :last AND {where}"
        ") AS coming GROUP BY day, what, cohort_year ORDER BY day, what, cohort_year",
        {**parameters, "first": first, "last": last},
    )


def la_number_of(connection: Connection, school_id: int) -> int | None:
    """The number of the council that a school belongs to, if it is recorded."""
    return fetch_value(connection, int, "SELECT la_number FROM school WHERE id = :id", {"id": school_id})


def _of_steps(
    selection: Selection, milestone_ids: Sequence[int], first: date, last: date
) -> tuple[str, dict[str, Any]]:
    where, parameters = selection.where(leave_out="steps")
    parts = [_OPEN, where, *selection.of_steps(parameters, STEP_MILESTONE), _among(milestone_ids, parameters)]
    return " AND ".join(parts), {**parameters, "first": first, "last": last}


def _among(milestone_ids: Sequence[int], parameters: dict[str, Any]) -> str:
    return f"{STEP_MILESTONE} IN ({marks(parameters, 'among', milestone_ids)})"


def _counts(connection: Connection, parts: str, tables: str, parameters: dict[str, Any]) -> dict[tuple[Any, ...], int]:
    rows = connection.execute(f"SELECT {parts}, count(*) FROM {tables} GROUP BY {parts}", parameters)
    return {tuple(row[:-1]): row[-1] for row in rows}
