"""What comes on which day in the plans of many pupils: meetings that are planned, and reviews that are due."""

from datetime import date
from typing import NamedTuple

from db.caseload.listing import Selection
from db.driver import Connection
from db.pupils.pupils import OF_PUPIL, PUPIL_NAMES
from db.rows import columns, decoder
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


def between(connection: Connection, selection: Selection, first: date, last: date) -> list[PlanEvent]:
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
