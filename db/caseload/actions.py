"""What people have promised to do for pupils: the open actions of many pupils at once, and those due or past their day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from db.caseload.listing import LATE_ACTION, Selection
from db.driver import Connection
from db.milestones.steps import GROUP_NAMES, GROUPS
from db.rows import with_days

_AT_ONCE = 500


class OpenAction(NamedTuple):
    """One open action with its pupil."""

    pupil_id: int
    upn: str | None
    surname: str
    forename: str
    cohort_year: int
    school: str | None
    next_school: str | None
    what: str
    owner: str
    due_on: date | None


class ActionKey(NamedTuple):
    """Which action of which pupil."""

    pupil_id: int
    action_id: int


class DueAction(NamedTuple):
    """An open action that has a day, with its pupil and the plan it belongs to: one line of the missed list, or of Today.

    ``worker`` answers for the pupil, ``owner`` for the action.
    """

    pupil_id: int
    action_id: int
    upn: str | None
    surname: str
    forename: str
    preferred_name: str | None
    date_of_birth: date
    cohort_year: int
    school: str | None
    next_school: str | None
    sen_provision: str
    worker: str | None
    transition: str | None
    agreed_on: date | None
    added_on: date | None
    audit_id: int | None
    what: str
    owner: str
    due_on: date

    @property
    def key(self) -> ActionKey:
        """What the row is known by."""
        return ActionKey(self.pupil_id, self.action_id)


class DueActions(NamedTuple):
    """How many open actions are past their day, how many more are due by another, and the first of them all."""

    overdue: int
    coming: int
    first: list[DueAction]


class Standing(NamedTuple):
    """What is recorded of an action now."""

    status: str
    due_on: date | None


_DUE = (
    "SELECT a.pupil_id, a.id, p.upn, p.surname, p.forename, p.preferred_name, p.date_of_birth, p.cohort_year, s.name, n.name, "
    "p.sen_provision, w.name, l.transition, l.agreed_on, a.added_on, a.audit_id, a.what, a.owner, a.due_on "
)
_DUE_FROM = (
    "FROM plan_action a JOIN pupil p ON p.id = a.pupil_id LEFT JOIN plan l ON l.id = a.plan_id "
    "LEFT JOIN school s ON s.id = p.school_id LEFT JOIN school n ON n.id = p.next_school_id "
    "LEFT JOIN worker w ON w.id = p.owner_id "
)
_DUE_DAYS = (6, 13, 14, 18)
_IN_ORDER = "a.due_on, p.search_text, a.id"


def open_actions(connection: Connection, pupil_ids: Sequence[int]) -> list[OpenAction]:
    """Give the open actions of these pupils, soonest first, those without a date last."""
    found: list[OpenAction] = []
    for start in range(0, len(pupil_ids), _AT_ONCE):
        some = pupil_ids[start : start + _AT_ONCE]
        rows = connection.execute(
            "SELECT p.id, p.upn, p.surname, coalesce(p.preferred_name, p.forename), p.cohort_year, s.name, n.name, a.what, "
            "a.owner, a.due_on FROM plan_action a JOIN pupil p ON p.id = a.pupil_id "
            "LEFT JOIN school s ON s.id = p.school_id LEFT JOIN school n ON n.id = p.next_school_id "
            f"WHERE a.status = 'open' AND p.archived_at IS NULL AND a.pupil_id IN ({_marks(some)})",
            tuple(some),
        )
        found.extend(OpenAction(*with_days(row, (9,))) for row in rows)
    return sorted(found, key=lambda action: (action.due_on or date.max, action.surname, action.forename, action.what))


def overdue_keys(connection: Connection, selection: Selection, group: str) -> list[tuple[int, int, str]]:
    """Give the keys of the actions past their day, longest first, each with its group's name; milestones part none."""
    group = "" if group == "milestone" else group
    where, parameters = _of_actions(selection)
    rows = connection.execute(
        f"SELECT a.pupil_id, a.id, {GROUP_NAMES[group]} {_DUE_FROM} WHERE {LATE_ACTION} AND {where} "
        f"ORDER BY {GROUPS[group]}{_IN_ORDER}",
        parameters,
    )
    return [tuple(row) for row in rows]


def each_overdue(connection: Connection, selection: Selection, limit: int | None = None) -> Iterator[DueAction]:
    """Give the actions past their day row by row, longest first."""
    where, parameters = _of_actions(selection)
    rows = connection.execute(
        f"{_DUE}{_DUE_FROM} WHERE {LATE_ACTION} AND {where} ORDER BY {_IN_ORDER} LIMIT :limit",
        {**parameters, "limit": -1 if limit is None else limit},
    )
    return map(_due, rows)


def due_actions(connection: Connection, selection: Selection, until: date, limit: int) -> DueActions:
    """Give the open actions due by a day, those past theirs first."""
    where, parameters = _of_actions(selection)
    due = f"WHERE a.status = 'open' AND a.due_on <= :until AND {where}"
    parameters["until"] = until.isoformat()
    overdue, number = connection.execute(
        f"SELECT coalesce(sum(a.due_on < :today), 0), count(*) FROM plan_action a JOIN pupil p ON p.id = a.pupil_id {due}",
        parameters,
    ).fetchone()
    rows = connection.execute(
        f"{_DUE}{_DUE_FROM} {due} ORDER BY {_IN_ORDER} LIMIT :limit", {**parameters, "limit": limit}
    )
    return DueActions(overdue, number - overdue, [_due(row) for row in rows])


def overdue_count(connection: Connection, selection: Selection) -> int:
    """Give how many actions are past their day."""
    where, parameters = _of_actions(selection)
    row = connection.execute(
        f"SELECT count(*) FROM plan_action a JOIN pupil p ON p.id = a.pupil_id WHERE {LATE_ACTION} AND {where}",
        parameters,
    ).fetchone()
    return int(row[0])


def overdue_window(connection: Connection, action_ids: Sequence[int]) -> dict[ActionKey, DueAction]:
    """Give the rows of a window, by key; actions without a day are left out."""
    rows = connection.execute(
        f"{_DUE}{_DUE_FROM} WHERE a.id IN ({_marks(action_ids)}) AND a.due_on IS NOT NULL", tuple(action_ids)
    )
    return {action.key: action for action in map(_due, rows)}


def overdue_of_pupil(connection: Connection, pupil_id: int, today: date) -> list[DueAction]:
    """Give a pupil's actions past their day, longest first."""
    rows = connection.execute(
        f"{_DUE}{_DUE_FROM} WHERE {LATE_ACTION} AND a.pupil_id = :pupil ORDER BY {_IN_ORDER}",
        {"pupil": pupil_id, "today": today.isoformat()},
    )
    return [_due(row) for row in rows]


def standing(connection: Connection, action_ids: Sequence[int]) -> Mapping[int, Standing]:
    """Give what is recorded of these actions now; those whose adding was undone are left out."""
    found: dict[int, Standing] = {}
    for start in range(0, len(action_ids), _AT_ONCE):
        some = action_ids[start : start + _AT_ONCE]
        rows = connection.execute(
            f"SELECT id, status, due_on FROM plan_action WHERE id IN ({_marks(some)})", tuple(some)
        )
        found.update((row[0], Standing(*with_days(row[1:], (1,)))) for row in rows)
    return found


def _of_actions(selection: Selection) -> tuple[str, dict[str, Any]]:
    """Narrow actions as well as pupils: a filter on a transition point shows the actions of that move's plans only."""
    where, parameters = selection.where(leave_out="steps")
    return " AND ".join((where, *selection.of_actions(parameters))), parameters


def _due(row: Sequence[Any]) -> DueAction:
    return DueAction(*with_days(row, _DUE_DAYS))


def _marks(values: Sequence[int]) -> str:
    return ", ".join("?" for _ in values)
