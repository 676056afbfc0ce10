"""What people have promised to do for pupils: the open actions of many pupils at once, and those due or past their day; and who comes of age."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from db.caseload.listing import LATE_ACTION, TOLD_LATER, Selection
from db.driver import Connection
from db.milestones.steps import GROUP_NAMES, GROUPS
from db.pupils.pupils import OF_PUPIL, PUPIL_NAMES
from db.rows import among, chunks, columns, decoder, fetch, fetch_number, stream


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
        return ActionKey(self.pupil_id, self.action_id)


class DueActions(NamedTuple):
    """How many open actions are past their day, how many more are due by another, and the first of them all."""

    overdue: int
    coming: int
    first: list[DueAction]


class ActionState(NamedTuple):
    """What is recorded of an action now."""

    status: str
    due_on: date | None


_OF_PLAN = {"transition": "l.transition", "agreed_on": "l.agreed_on"}
_DUE = f"SELECT {columns(DueAction, 'a', OF_PUPIL, _OF_PLAN, action_id='a.id', owner='a.owner')} "
_DUE_FROM = f"FROM plan_action a JOIN pupil p ON p.id = a.pupil_id LEFT JOIN plan l ON l.id = a.plan_id {PUPIL_NAMES} "
_GOES_BY = "coalesce(p.preferred_name, p.forename)"
_OPEN = f"SELECT {columns(OpenAction, 'a', OF_PUPIL, forename=_GOES_BY, owner='a.owner')} "
_IN_ORDER = "a.due_on, p.search_text, a.id"


def open_actions(connection: Connection, pupil_ids: Sequence[int]) -> list[OpenAction]:
    """The open actions of these pupils, soonest first, those without a date last."""
    found: list[OpenAction] = []
    for some in chunks(pupil_ids):
        of_these, parameters = among("a.pupil_id", some)
        query = f"{_OPEN}{_DUE_FROM}WHERE a.status = 'open' AND p.archived_at IS NULL AND {of_these}"
        found.extend(stream(connection, OpenAction, query, parameters))
    return sorted(found, key=lambda action: (action.due_on or date.max, action.surname, action.forename, action.what))


def overdue_keys(connection: Connection, selection: Selection, group: str) -> list[tuple[int, int, str]]:
    """The keys of the actions past their day, longest first, each with its group's name; milestones part none."""
    group = "" if group == "milestone" else group
    where, parameters = _of_actions(selection)
    rows = connection.execute(
        f"SELECT a.pupil_id, a.id, {GROUP_NAMES[group]} {_DUE_FROM} WHERE {LATE_ACTION} AND {where} "
        f"ORDER BY {GROUPS[group]}{_IN_ORDER}",
        parameters,
    )
    return [tuple(row) for row in rows]


def each_overdue(connection: Connection, selection: Selection, limit: int | None = None) -> Iterator[DueAction]:
    """The actions past their day row by row, longest first."""
    where, parameters = _of_actions(selection)
    query = f"{_DUE}{_DUE_FROM} WHERE {LATE_ACTION} AND {where} ORDER BY {_IN_ORDER}"
    if limit is not None:
        query += " LIMIT :limit"
        parameters["limit"] = limit
    return stream(connection, DueAction, query, parameters)


def due_actions(connection: Connection, selection: Selection, until: date, limit: int) -> DueActions:
    """The open actions due by a day, those past theirs first."""
    where, parameters = _of_actions(selection)
    due = "WHERE a.status = 'open' AND a.due_on <= :until"
    parameters["until"] = until
    overdue, number = connection.execute(
        f"SELECT count(*) FILTER (WHERE a.due_on < :today), count(*) FROM plan_action a {_counted(selection, due, where)}",
        parameters,
    ).fetchone()
    query = f"{_DUE}{_DUE_FROM} {due} AND {where} ORDER BY {_IN_ORDER} LIMIT :limit"
    return DueActions(overdue, number - overdue, fetch(connection, DueAction, query, {**parameters, "limit": limit}))


def overdue_count(connection: Connection, selection: Selection) -> int:
    where, parameters = _of_actions(selection)
    query = f"SELECT count(*) FROM plan_action a {_counted(selection, f'WHERE {LATE_ACTION}', where)}"
    return fetch_number(connection, query, parameters)


def _counted(selection: Selection, test: str, where: str) -> str:
    """Which actions are counted: everybody's off their index, without a look at the pupil of each."""
    if not replace(selection, but_told_later=False).everybody:
        return f"JOIN pupil p ON p.id = a.pupil_id {test} AND {where}"
    later = f" AND a.pupil_id NOT IN ({TOLD_LATER})" if selection.but_told_later else ""
    return f"{test} AND a.pupil_id NOT IN (SELECT id FROM pupil WHERE archived_at IS NOT NULL){later}"


def overdue_window(connection: Connection, action_ids: Sequence[int]) -> dict[ActionKey, DueAction]:
    """The rows of a window, by key; actions without a day are left out."""
    where, parameters = among("a.id", action_ids)
    found = stream(connection, DueAction, f"{_DUE}{_DUE_FROM} WHERE {where} AND a.due_on IS NOT NULL", parameters)
    return {action.key: action for action in found}


def overdue_of_pupil(connection: Connection, pupil_id: int, today: date) -> list[DueAction]:
    """A pupil's actions past their day, longest first."""
    query = f"{_DUE}{_DUE_FROM} WHERE {LATE_ACTION} AND a.pupil_id = :pupil ORDER BY {_IN_ORDER}"
    return fetch(connection, DueAction, query, {"pupil": pupil_id, "today": today})


def states(connection: Connection, action_ids: Sequence[int]) -> Mapping[int, ActionState]:
    """What is recorded of these actions now; those whose adding was undone are left out."""
    found: dict[int, ActionState] = {}
    state = decoder(ActionState)
    for some in chunks(action_ids):
        where, parameters = among("id", some)
        rows = connection.execute(f"SELECT id, status, due_on FROM plan_action WHERE {where}", parameters)
        found.update((row[0], state(row[1:])) for row in rows)
    return found


def _of_actions(selection: Selection) -> tuple[str, dict[str, Any]]:
    """Narrow actions as well as pupils: a filter on a transition point shows the actions of that move's plans only."""
    where, parameters = selection.where(leave_out="steps")
    return " AND ".join((where, *selection.of_actions(parameters))), parameters


class ComingOfAge(NamedTuple):
    """One of those who reach the age, as much as is counted of them."""

    id: int
    date_of_birth: date
    sen_provision: str
    social_care_now: str | None
    referred: bool
    """Whether the referral to adults' services is recorded as made."""


def born_between(connection: Connection, selection: Selection, first: date, last: date) -> list[ComingOfAge]:
    where, parameters = selection.where()
    referred = (
        "EXISTS (SELECT 1 FROM pupil_milestone r JOIN milestone m ON m.id = r.milestone_id "
        "WHERE r.pupil_id = p.id AND m.code = '18.referral-made' AND r.outcome IN ('met', 'late'))"
    )
    query = (
        f"SELECT {columns(ComingOfAge, 'p', {'referred': referred})} FROM pupil p "
        f"WHERE {where} AND p.date_of_birth BETWEEN :born_first AND :born_last ORDER BY p.date_of_birth, p.id"
    )
    return fetch(connection, ComingOfAge, query, {**parameters, "born_first": first, "born_last": last})
