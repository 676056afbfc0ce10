"""The counts beside the filters of the list: read off what is kept of everybody where that says them, else counted."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from db.caseload.kept import BITS, is_one_of
from db.caseload.listing import (
    AMONG,
    COHORTS,
    DATED,
    LATE_ACTION,
    QUICK_STATES,
    STATES,
    STEP_MILESTONE,
    Selection,
    count,
)
from db.driver import Connection
from db.pupils.school_groups import IN_YEAR
from db.vocabulary import TRANSITIONS


def whose_counts(connection: Connection, selection: Selection, me: int | None) -> dict[str, int]:
    everyones = replace(selection, owner_id=None, unowned=False)
    tests = {"all": "TRUE", "nobody's": "p.owner_id IS NULL"}
    found = _counts(connection, everyones, tests)
    mine = 0 if me is None else count(connection, replace(everyones, owner_id=me))
    return {"mine": mine, **found}


def cohort_year_counts(connection: Connection, selection: Selection) -> dict[int, int]:
    everyones = replace(selection, cohort_years=())
    source, number = everyones.counted_from
    where, parameters = everyones.where()
    found = connection.execute(
        f"SELECT p.cohort_year, CAST(sum({number}) AS INTEGER) FROM {source} WHERE {where} GROUP BY p.cohort_year",
        parameters,
    )
    return dict(found.fetchall())


def cohort_counts(
    connection: Connection, selection: Selection, names: Collection[str] = tuple(COHORTS)
) -> dict[str, int]:
    """How many pupils are left when each cohort is asked for as well: cohorts narrow each other."""
    found = _counts(connection, selection, {name: COHORTS[name] for name in names if name in BITS})
    dated = [name for name in names if name in DATED]
    if selection.is_kept:
        found |= {name: _of_cohort(connection, selection, name) for name in dated}
    else:
        found |= _counts(connection, selection, {name: DATED[name] for name in dated})
    return {name: found[name] for name in names}


def _of_cohort(connection: Connection, selection: Selection, name: str) -> int:
    """How many are in a dated cohort: of everybody, without a look at each of them."""
    if name not in AMONG or not selection.everybody:
        return count(connection, replace(selection, cohorts=(*selection.cohorts, name)))
    found = connection.execute(
        f"SELECT count(DISTINCT pupil_id) FROM ({AMONG[name]}) AS these WHERE pupil_id NOT IN (SELECT id FROM pupil WHERE archived_at IS NOT NULL)",
        {"today": selection.today},
    )
    return int(found.fetchone()[0])


def group_counts(connection: Connection, selection: Selection, year: int) -> dict[int, int]:
    """How many pupils are at, or going to, a school of each group of schools."""
    anywhere = replace(selection, groups=(), groups_in=0)
    if anywhere.everybody:
        query = (
            "SELECT group_id, CAST(sum(number) AS INTEGER) FROM (SELECT DISTINCT b.group_id, k.school_id, k.next_school_id, k.number "
            f"FROM school_group_member b JOIN place_count k ON b.school_id IN (k.school_id, k.next_school_id) WHERE {IN_YEAR}) AS pairs "
            "GROUP BY group_id HAVING sum(number) > 0"
        )
        parameters: dict[str, Any] = {}
    else:
        where, parameters = anywhere.where()
        query = (
            "SELECT b.group_id, count(DISTINCT p.id) FROM school_group_member b JOIN pupil p ON p.school_id = b.school_id "
            f"OR p.next_school_id = b.school_id WHERE {IN_YEAR} AND {where} GROUP BY b.group_id"
        )
    return dict(connection.execute(query, {**parameters, "member_year": year}).fetchall())


def state_counts(connection: Connection, selection: Selection) -> dict[str, int]:
    return {state: count(connection, replace(selection, states=(state,), late_actions=False)) for state in QUICK_STATES}


def transition_counts(connection: Connection, selection: Selection) -> dict[str, int]:
    """How many pupils have a step at each transition point, in the states that are asked for.

    With ``late_actions`` those count as well who have an action past its day in a plan for it.
    """
    everywhere = replace(selection, transitions=())
    if not (selection.states or selection.milestone_code):
        found = _counts(connection, everywhere, {point: is_one_of([point]) for point in TRANSITIONS})
        return {point: number for point, number in found.items() if number}
    where, parameters = everywhere.where(leave_out="steps")
    tests = [STATES[state] for state in selection.states] or ["TRUE"]
    parts = [where, *everywhere.of_steps(parameters)]
    # each state by itself: one test of all of them would go through every step there is
    pairs = " UNION ".join(
        "SELECT m.transition, pm.pupil_id FROM pupil p JOIN pupil_milestone pm ON pm.pupil_id = p.id "
        f"JOIN milestone m ON m.id = {STEP_MILESTONE} WHERE {' AND '.join((*parts, test))}"
        for test in tests
    )
    if selection.states and selection.late_actions:
        parts = [LATE_ACTION, where, *everywhere.of_actions(parameters)]
        pairs += (
            " UNION SELECT l.transition, a.pupil_id FROM plan_action a JOIN plan l ON l.id = a.plan_id "
            f"JOIN pupil p ON p.id = a.pupil_id WHERE {' AND '.join(parts)}"
        )
    found = connection.execute(
        f"SELECT transition, count(DISTINCT pupil_id) FROM ({pairs}) AS pairs GROUP BY transition", parameters
    )
    return dict(found.fetchall())


def _counts(connection: Connection, selection: Selection, tests: Mapping[str, str]) -> dict[str, int]:
    """Count the pupils for whom each test holds, all in one scan."""
    if not tests:
        return {}
    source, number = selection.counted_from
    where, parameters = selection.where()
    counts = ", ".join(f"CAST(coalesce(sum({number}) FILTER (WHERE {test}), 0) AS INTEGER)" for test in tests.values())
    found = connection.execute(
        f"SELECT {counts} FROM {source} WHERE {where}", parameters | selection.of_cohorts
    ).fetchone()
    return dict(zip(tests, found, strict=True))
