"""What exports read: one statement each, row by row, so that a county streams through and every row is of one moment."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from db.caseload import ORDERS, Selection
from db.driver import Connection


class ExportedPupil(NamedTuple):
    """One pupil as a file holds it; days are ISO text, flags 0 and 1, and ``social_care`` the kinds open now."""

    id: int
    upn: str | None
    former_upn: str | None
    uln: str | None
    surname: str
    forename: str
    preferred_name: str | None
    date_of_birth: str
    sex: str | None
    cohort_year: int
    out_of_year_reason: str | None
    sen_provision: str
    primary_need: str | None
    secondary_need: str | None
    need_3: str | None
    pupil_premium: int
    free_school_meals: int
    previously_looked_after: int
    social_care: str | None
    social_care_since: str | None
    english_additional_language: int
    home_language: str | None
    young_carer: int
    attendance_percent: float | None
    suspensions: int | None
    part_time_timetable: int
    part_time_timetable_until: str | None
    school_urn: int | None
    school_la: int | None
    school_establishment: int | None
    school: str | None
    next_school_urn: int | None
    next_school_la: int | None
    next_school_establishment: int | None
    next_school: str | None
    tier: str | None
    worker: str | None
    in_year_move_on: str | None
    child_protection_file: int


class ExportedPlan(NamedTuple):
    """One plan as a file holds it; ``completed`` is 1 by the published definition."""

    pupil_id: int
    upn: str | None
    surname: str
    forename: str
    preferred_name: str | None
    date_of_birth: str
    cohort_year: int
    school: str | None
    transition: str
    version: int
    status: str
    opened_on: str
    shared_on: str | None
    agreed_on: str | None
    review_on: str | None
    closed_on: str | None
    pupil_voice_recorded: int
    actions: int
    actions_done: int
    actions_overdue: int
    completed: int
    worker: str | None
    admired: str | None
    important_to_me: str | None
    support: str | None
    hopes: str | None
    pupil_voice: str | None
    family_voice: str | None
    different_views: str | None


_OPEN_CARE = "FROM social_care_episode WHERE pupil_id = p.id AND ended_on IS NULL"
_NEED = "(SELECT code FROM need WHERE pupil_id = p.id ORDER BY rank LIMIT 1 OFFSET {})"
_PUPIL = (
    "SELECT p.id, p.upn, p.former_upn, p.uln, p.surname, p.forename, p.preferred_name, p.date_of_birth, p.sex, "
    "p.cohort_year, p.out_of_year_reason, p.sen_provision, "
    f"{', '.join(_NEED.format(place) for place in range(3))}, "
    "p.pupil_premium, p.free_school_meals, p.previously_looked_after, "
    f"(SELECT group_concat(kind, ', ') FROM (SELECT DISTINCT kind {_OPEN_CARE} ORDER BY kind)), "
    f"(SELECT CASE WHEN min(started_on) = max(started_on) THEN min(started_on) END {_OPEN_CARE}), "
    "p.english_additional_language, p.home_language, p.young_carer, p.attendance_percent, p.suspensions, "
    "p.part_time_timetable, p.part_time_timetable_until, s.urn, s.la_number, s.establishment_number, s.name, n.urn, "
    "n.la_number, n.establishment_number, n.name, p.tier, w.name, p.in_year_move_on, p.child_protection_file "
    "FROM pupil p LEFT JOIN school s ON s.id = p.school_id LEFT JOIN school n ON n.id = p.next_school_id "
    "LEFT JOIN worker w ON w.id = p.owner_id "
)

COMPLETED = (
    "l.agreed_on IS NOT NULL AND l.shared_on IS NOT NULL AND coalesce(l.pupil_voice, '') <> '' AND EXISTS (SELECT 1 FROM "
    "plan_action a WHERE a.plan_id = l.id AND a.status <> 'dropped' AND a.owner <> '' AND a.due_on IS NOT NULL)"
)
"""A plan ``l`` that counts as completed: agreed, with the pupil's voice, at least one action with an owner and a date, and
a copy shared."""

_PLAN = (
    "SELECT p.id, p.upn, p.surname, p.forename, p.preferred_name, p.date_of_birth, p.cohort_year, s.name, l.transition, "
    "l.version, l.status, l.opened_on, l.shared_on, l.agreed_on, l.review_on, l.closed_on, "
    "coalesce(l.pupil_voice, '') <> '', "
    "(SELECT count(*) FROM plan_action a WHERE a.plan_id = l.id AND a.status <> 'dropped'), "
    "(SELECT count(*) FROM plan_action a WHERE a.plan_id = l.id AND a.status = 'done'), "
    "(SELECT count(*) FROM plan_action a WHERE a.plan_id = l.id AND a.status = 'open' AND a.due_on < :today), "
    f"CASE WHEN {COMPLETED} THEN 1 ELSE 0 END, w.name, l.admired, l.important_to_me, l.support, l.hopes, l.pupil_voice, "
    "l.family_voice, l.different_views "
    "FROM plan l JOIN pupil p ON p.id = l.pupil_id LEFT JOIN school s ON s.id = p.school_id "
    "LEFT JOIN school n ON n.id = p.next_school_id LEFT JOIN worker w ON w.id = l.named_worker_id "
)


def pupils(connection: Connection, selection: Selection, order: str) -> Iterator[ExportedPupil]:
    """Give the pupils in this order (one of ``ORDERS``)."""
    where, parameters = selection.where()
    rows = connection.execute(f"{_PUPIL}WHERE {where} ORDER BY {ORDERS[order]}", parameters)
    return map(ExportedPupil._make, rows)


def plans(connection: Connection, selection: Selection, order: str) -> Iterator[ExportedPlan]:
    """Give the plans of the pupils, each pupil's newest first; with transition points only plans for these."""
    where, parameters = selection.where(leave_out="steps") if selection.transitions else selection.where()
    marks: dict[str, Any] = {f"plan_for{place}": code for place, code in enumerate(selection.transitions)}
    if marks:
        where += f" AND l.transition IN ({', '.join(f':{name}' for name in marks)})"
    rows = connection.execute(
        f"{_PLAN}WHERE {where} ORDER BY {ORDERS[order]}, l.opened_on DESC, l.version DESC, l.id",
        {**parameters, **marks, "today": selection.today.isoformat()},
    )
    return map(ExportedPlan._make, rows)
