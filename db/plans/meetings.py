"""What comes on which day in the plans of many pupils: meetings that are planned, and reviews that are due."""

from datetime import date
from typing import NamedTuple

from db.caseload.listing import Selection
from db.driver import Connection
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


_OF_PUPIL = (
    "p.upn, p.surname, p.forename, p.preferred_name, p.cohort_year, s.name, w.name, p.search_text AS search_text"
)
_PUPIL = (
    "JOIN pupil p ON p.id = l.pupil_id LEFT JOIN school s ON s.id = p.school_id LEFT JOIN worker w ON w.id = p.owner_id"
)
_MEETING = "FROM plan_meeting m JOIN plan l ON l.id = m.plan_id AND l.status <> 'closed'"


def between(connection: Connection, selection: Selection, first: date, last: date) -> list[PlanEvent]:
    """Give what comes from ``first`` to ``last`` in the plans that are not closed, the soonest first."""
    where, parameters = selection.where(leave_out="steps")
    where = " AND ".join((where, *selection.of_plans(parameters)))
    rows = connection.execute(
        f"SELECT m.held_on AS day, m.kind, l.pupil_id, l.id, m.id, l.transition, m.place, {_OF_PUPIL} {_MEETING} {_PUPIL} "
        f"WHERE NOT m.happened AND m.held_on BETWEEN :first AND :last AND {where} "
        f"UNION ALL SELECT m.next_on, 'next meeting', l.pupil_id, l.id, m.id, l.transition, NULL, {_OF_PUPIL} {_MEETING} "
        f"{_PUPIL} WHERE m.happened AND m.kind = 'meeting' AND m.next_on BETWEEN :first AND :last AND NOT EXISTS "
        f"(SELECT 1 FROM plan_meeting o WHERE o.plan_id = m.plan_id AND o.held_on > m.held_on) AND {where} "
        f"UNION ALL SELECT l.review_on, 'review due', l.pupil_id, l.id, NULL, l.transition, NULL, {_OF_PUPIL} FROM plan l "
        f"{_PUPIL} WHERE l.status IN {PLANS_IN_FORCE!r} AND l.review_on BETWEEN :first AND :last AND {where} "
        "ORDER BY day, search_text, 4, 2",
        {**parameters, "first": first.isoformat(), "last": last.isoformat()},
    )
    return [PlanEvent(date.fromisoformat(row[0]), *row[1:-1]) for row in rows]
