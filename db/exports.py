"""What exports read: one statement each, row by row, so that a county streams through and every row is of one moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from db.caseload.listing import LATE_ACTION, ORDERS, Selection
from db.driver import Connection
from db.plans.plans import PlanRow
from db.pupils.pupils import OF_PUPIL, PUPIL, PUPIL_NAMES, PupilPage
from db.pupils.school_groups import schools_of
from db.rows import decoder, fetch_column, marks
from db.workshops import workshops
from db.workshops.workshops import IN_REGISTER, INVITATION, WORKSHOP, WORKSHOP_NAMES, InvitationRow, WorkshopRow


@dataclass(frozen=True)
class WorkshopSelection:
    """Which workshops: every part narrows, an empty one leaves all; archived ones are never among them.

    A school's are those that it holds and those to which it is invited. One without year groups is for all of them.
    """

    first: date = date.min
    last: date = date.max
    worker_id: int | None = None
    unowned: bool = False
    school_id: int | None = None
    groups: tuple[int, ...] = ()
    groups_in: int = 0
    transitions: tuple[str, ...] = ()
    year_groups: tuple[int, ...] = ()

    def where(self) -> tuple[str, dict[str, Any]]:
        parameters: dict[str, Any] = {"first": self.first, "last": self.last}
        parts = ["m.archived_at IS NULL", "m.on_day BETWEEN :first AND :last"]
        if self.unowned:
            parts.append("m.worker_id IS NULL")
        elif self.worker_id is not None:
            parts.append("m.worker_id = :worker")
            parameters["worker"] = self.worker_id
        if self.school_id is not None:
            invited = "SELECT workshop_id FROM workshop_invitation WHERE school_id = :school"
            parts.append(f"(m.host_school_id = :school OR m.id IN ({invited}))")
            parameters["school"] = self.school_id
        if self.groups:
            schools = schools_of(parameters, self.groups, self.groups_in)
            invited = f"SELECT workshop_id FROM workshop_invitation WHERE school_id IN ({schools})"
            parts.append(f"(m.host_school_id IN ({schools}) OR m.id IN ({invited}))")
        if self.transitions:
            parts.append(f"m.transition IN ({marks(parameters, 'transition', self.transitions)})")
        if self.year_groups:
            tests = ["m.year_groups = ''"]
            for place, group in enumerate(self.year_groups):
                tests.append(f"',' || m.year_groups || ',' LIKE :group{place}")
                parameters[f"group{place}"] = f"%,{group},%"
            parts.append(f"({' OR '.join(tests)})")
        return " AND ".join(parts), parameters


class ExportedWorkshop(NamedTuple):
    """One workshop as a file holds it; actions that were dropped are not counted."""

    row: WorkshopRow
    host_school_urn: int | None
    actions: int
    actions_achieved: int
    links: str | None


class ExportedLine(NamedTuple):
    """One line of a register with the numbers of its school, or a workshop of which nobody is in the register."""

    workshop: ExportedWorkshop
    invitation: InvitationRow | None
    school_urn: int | None
    school_la: int | None
    school_establishment: int | None


_AGREED = "(SELECT count(*) FROM workshop_action a WHERE a.workshop_id = m.id AND a.dropped_on IS NULL{})"
_LINKS = workshops.listed("workshop_id = m.id")
_END_OF_WORKSHOP = len(WorkshopRow._fields)
_END_OF_LINE = _END_OF_WORKSHOP + len(InvitationRow._fields)


def register_lines(connection: Connection, selection: WorkshopSelection) -> Iterator[ExportedLine]:
    """The registers of the workshops in date order, each by school, agency and name."""
    where, parameters = selection.where()
    rows = connection.execute(
        f"SELECT {WORKSHOP}, {INVITATION}, h.urn, {_AGREED.format('')}, {_AGREED.format(' AND a.grade = 1')}, {_LINKS}, "
        f"s.urn, s.la_number, s.establishment_number FROM workshop m {WORKSHOP_NAMES} "
        "LEFT JOIN workshop_invitation i ON i.workshop_id = m.id LEFT JOIN school s ON s.id = i.school_id "
        f"WHERE {where} "
        f"ORDER BY m.on_day, m.starts NULLS FIRST, m.id, {IN_REGISTER}",
        parameters,
    )
    workshop, invitation = decoder(WorkshopRow), decoder(InvitationRow)
    for row in rows:
        invited = invitation(row[_END_OF_WORKSHOP:_END_OF_LINE])
        urn, actions, achieved, material, *school = row[_END_OF_LINE:]
        yield ExportedLine(
            ExportedWorkshop(workshop(row[:_END_OF_WORKSHOP]), urn, actions, achieved, material),
            invited if invited.id is not None else None,
            *school,
        )


class ExportedPupil(NamedTuple):
    """One pupil with the first needs, the kinds of social care open now and since when (ISO text), and the schools' numbers."""

    page: PupilPage
    primary_need: str | None
    secondary_need: str | None
    need_3: str | None
    social_care: str | None
    social_care_since: str | None
    school_urn: int | None
    school_la: int | None
    school_establishment: int | None
    next_school_urn: int | None
    next_school_la: int | None
    next_school_establishment: int | None
    school_phase: str | None


_OPEN_CARE = "FROM social_care_episode WHERE pupil_id = p.id AND ended_on IS NULL AND NOT end_not_known"
_CARE_KINDS = f"(SELECT string_agg(kind, ', ' ORDER BY kind) FROM (SELECT DISTINCT kind {_OPEN_CARE}) AS kinds)"
_CARE_SINCE = f"(SELECT CASE WHEN count(*) = count(started_on) AND min(started_on) = max(started_on) THEN min(started_on) END {_OPEN_CARE})"
_NEED = "(SELECT code FROM need WHERE pupil_id = p.id ORDER BY rank LIMIT 1 OFFSET {})"
_BESIDE_PUPIL = ", ".join(
    (
        *map(_NEED.format, range(3)), _CARE_KINDS, _CARE_SINCE, "s.urn", "s.la_number", "s.establishment_number", "n.urn",
        "n.la_number", "n.establishment_number", "s.phase",
    )
)  # fmt: skip
_END_OF_PUPIL = len(PupilPage._fields)

_OWN_ACTIONS = "plan_action a WHERE a.plan_id = l.id AND a.audit_id IS NULL"
COMPLETED = (
    "l.agreed_on IS NOT NULL AND l.shared_on IS NOT NULL AND trim(coalesce(l.pupil_voice, '')) <> '' AND EXISTS (SELECT 1 "
    f"FROM {_OWN_ACTIONS} AND a.status <> 'dropped' AND a.owner <> '' AND a.due_on IS NOT NULL)"
)
"""A plan ``l`` that counts as completed: agreed, with the pupil's voice, at least one action with an owner and a date, and
a copy shared. What an audit asks for is no action of the plan; one that went on in the next version is."""

_OUTCOMES = "FROM plan_outcome o WHERE o.plan_id = l.id"
_NEXT = "{1}.pupil_id = {0}.pupil_id AND {1}.transition = {0}.transition AND {1}.version = {0}.version + 1"
# The same kind of move can come twice: then the first plan was closed before the second was opened.
_MADE_FROM = (
    "e.pupil_id = l.pupil_id AND e.transition = l.transition AND {0}.version <= {1}.version AND NOT EXISTS (SELECT 1 FROM plan b "
    f"JOIN plan c ON {_NEXT.format('b', 'c')} WHERE b.pupil_id = l.pupil_id AND b.transition = l.transition "
    "AND b.version >= {0}.version AND b.version < {1}.version AND b.closed_on < c.opened_on)"
)
_SO_FAR = _MADE_FROM.format("e", "l")
"""A plan ``e`` that is the version ``l``, or one it was made from."""
_FROM_THERE = _MADE_FROM.format("l", "e")
"""A plan ``e`` that is the version ``l``, or one that was made from it."""
_REVIEWS = f"FROM plan_meeting m JOIN plan e ON e.id = m.plan_id WHERE {_SO_FAR} AND m.kind = 'review'"
_AUDIT = "(SELECT u.{} FROM plan_audit u WHERE u.plan_id = l.id ORDER BY u.audited_on DESC, u.id DESC LIMIT 1)"
_OVERALL = (
    f"(SELECT r.overall FROM survey_response r JOIN plan e ON e.id = r.plan_id WHERE {_SO_FAR} AND r.overall IS NOT NULL "
    "AND r.respondent = '{}' ORDER BY r.answered_on DESC, r.id DESC LIMIT 1)"
)
_MADE = {
    "newest_version": (
        f"NOT EXISTS (SELECT 1 FROM plan e WHERE {_NEXT.format('l', 'e')} "
        "AND (l.closed_on IS NULL OR l.closed_on >= e.opened_on))"
    ),
    "in_force": (
        "l.agreed_on IS NOT NULL AND NOT EXISTS (SELECT 1 FROM plan e "
        f"WHERE {_FROM_THERE} AND e.version > l.version AND e.agreed_on IS NOT NULL)"
    ),
    "last_review": f"(SELECT max(m.held_on) {_REVIEWS} AND m.happened)",
    "next_review": (
        f"CASE WHEN l.status <> 'closed' THEN (SELECT min(m.held_on) {_REVIEWS} AND NOT m.happened "
        "AND m.held_on >= :today) END"
    ),
    "completed": f"CASE WHEN {COMPLETED} THEN 1 ELSE 0 END",
    "outcomes": f"(SELECT count(*) {_OUTCOMES})",
    "outcomes_achieved": f"(SELECT count(*) {_OUTCOMES} AND o.progress = 'achieved')",
    "areas_covered": f"(SELECT count(DISTINCT o.area) {_OUTCOMES})",
    "actions": f"(SELECT count(*) FROM {_OWN_ACTIONS} AND a.status <> 'dropped')",
    "actions_done": f"(SELECT count(*) FROM {_OWN_ACTIONS} AND a.status = 'done')",
    "actions_overdue": f"(SELECT count(*) FROM {_OWN_ACTIONS} AND {LATE_ACTION})",
    "held_actions": f"EXISTS (SELECT 1 FROM {_OWN_ACTIONS})",
    "held_people": "EXISTS (SELECT 1 FROM contact c WHERE c.pupil_id = l.pupil_id AND c.archived_at IS NULL)",
    "held_meetings": "EXISTS (SELECT 1 FROM plan_meeting m WHERE m.plan_id = l.id)",
    "held_copies": "EXISTS (SELECT 1 FROM plan_copy c WHERE c.plan_id = l.id)",
    "audit_score": _AUDIT.format("score"),
    "audit_grade": _AUDIT.format("grade"),
    "audit_judgements": _AUDIT.format("judgements"),
    "links": workshops.listed(
        "plan_id IN (SELECT e.id FROM plan e WHERE e.pupil_id = l.pupil_id AND e.transition = l.transition)"
    ),
    "satisfaction_pupil": _OVERALL.format("pupil"),
    "satisfaction_family": _OVERALL.format("parent or carer"),
}
_NAMES = ("upn", "surname", "forename", "preferred_name", "date_of_birth", "cohort_year", "school")
_EXPORTED = {
    **{name: f"l.{name}" for name in PlanRow._fields},
    **{name: OF_PUPIL[name] for name in _NAMES},
    "author": "a.name",
    "named_worker": "w.name",
    "destination_school": "d.name",
    **_MADE,
}
_PLAN = (
    f"SELECT {', '.join(_EXPORTED.values())} FROM plan l JOIN pupil p ON p.id = l.pupil_id LEFT JOIN school s ON s.id = p.school_id "
    "LEFT JOIN school n ON n.id = p.next_school_id LEFT JOIN worker a ON a.id = l.author_id "
    "LEFT JOIN worker w ON w.id = l.named_worker_id LEFT JOIN school d ON d.id = l.destination_school_id "
)


def pupils(connection: Connection, selection: Selection, order: str) -> Iterator[ExportedPupil]:
    """The pupils in this order (one of ``ORDERS``)."""
    where, parameters = selection.where()
    query = f"SELECT {PUPIL}, {_BESIDE_PUPIL} FROM pupil p {PUPIL_NAMES} WHERE {where} ORDER BY {ORDERS[order]}"
    page = decoder(PupilPage)
    for row in connection.stream(query, parameters):
        yield ExportedPupil(page(row[:_END_OF_PUPIL]), *row[_END_OF_PUPIL:])


def going_to(connection: Connection, school_id: int) -> set[int]:
    """The pupils whose next school this is, those who are archived too."""
    return set(
        fetch_column(connection, int, "SELECT id FROM pupil WHERE next_school_id = :school", {"school": school_id})
    )


def plans(connection: Connection, selection: Selection, order: str) -> Iterator[dict[str, Any]]:
    """Every version of the pupils' plans, each pupil's newest first; with transition points only plans for these.

    By name what ``PlanRow`` has, the pupil's names and what is worked out besides, all as the file holds it: days are ISO
    text, flags 0 and 1. Counts leave out what audits ask for, ``held_...`` say whether a list of the plan has anything in
    it, and ``completed`` is 1 by the published definition.
    """
    where, parameters = selection.where_of_plans()
    query = f"{_PLAN}WHERE {where} ORDER BY {ORDERS[order]}, l.opened_on DESC, l.version DESC, l.id"
    rows = connection.stream(query, {**parameters, "today": selection.today})
    return (dict(zip(_EXPORTED, row, strict=True)) for row in rows)
