"""Pupil milestones as screens and commands read them: a pupil's timeline, the next steps, the missed list."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from db.caseload.listing import LATE_ACTION, STATES, STEP_MILESTONE, TOLD_LATER, Selection
from db.driver import Connection
from db.pupils.pupils import GOES_BY, OF_PUPIL, PUPIL_NAMES
from db.rows import among, chunks, columns, fetch, fetch_number, fetch_one, marks, stream
from db.vocabulary import ANOTHER_CYCLE


class StepRow(NamedTuple):
    """One pupil milestone with its milestone's name."""

    pupil_id: int
    milestone_id: int
    cycle: int
    code: str
    transition: str
    title: str
    short: str
    severity: str
    due_on: date | None
    late_after: date | None
    outcome: str | None
    done_on: date | None
    missed_on: date | None
    reason: str | None
    next_step: str | None
    evidence: str | None
    recorded_by: str | None
    from_record: bool


_OF_MILESTONE = {name: f"m.{name}" for name in ("code", "transition", "title", "short", "severity")}
_STEP = (
    f"SELECT {columns(StepRow, 'pm', _OF_MILESTONE, recorded_by='w.name')} FROM pupil_milestone pm "
    "JOIN milestone m ON m.id = pm.milestone_id LEFT JOIN worker w ON w.id = pm.recorded_by "
)


def of_pupil(connection: Connection, pupil_id: int) -> list[StepRow]:
    """Every step of one pupil in date order; those without a date come last."""
    query = f"{_STEP}WHERE pm.pupil_id = :pupil ORDER BY pm.due_on NULLS LAST, m.position, pm.cycle"
    return fetch(connection, StepRow, query, {"pupil": pupil_id})


class GuaranteeStep(NamedTuple):
    """One step of the Transition Guarantee of a pupil, and whether the pupil is one of those for whom it is meant."""

    pupil_id: int
    pupil_premium: bool
    previously_looked_after: bool
    code: str
    due_on: date | None
    outcome: str | None


def of_guarantee(connection: Connection, cycle: int) -> list[GuaranteeStep]:
    """The steps of an academic year whose code says "guarantee-" but for those set aside; archived pupils are not counted."""
    sources = {
        "code": "m.code",
        "pupil_premium": "p.pupil_premium",
        "previously_looked_after": "p.previously_looked_after",
    }
    return fetch(
        connection,
        GuaranteeStep,
        f"SELECT {columns(GuaranteeStep, 'pm', sources)} FROM milestone m JOIN pupil_milestone pm ON pm.milestone_id = m.id "
        "JOIN pupil p ON p.id = pm.pupil_id AND p.archived_at IS NULL WHERE m.code LIKE '%.guarantee-%' AND pm.cycle = :cycle "
        "AND coalesce(pm.outcome, '') NOT IN ('waived', 'not applicable') ORDER BY m.position, pm.pupil_id",
        {"cycle": cycle},
    )


def step(connection: Connection, pupil_id: int, milestone_id: int, cycle: int) -> StepRow | None:
    query = f"{_STEP}WHERE pm.pupil_id = :pupil AND pm.milestone_id = :milestone AND pm.cycle = :cycle"
    return fetch_one(connection, StepRow, query, {"pupil": pupil_id, "milestone": milestone_id, "cycle": cycle})


def next_open(connection: Connection, pupil_ids: Sequence[int]) -> list[tuple[int, int, int]]:
    """The key of the most pressing open step of each of these pupils who has one, in the order of the pupils."""
    found: dict[int, tuple[int, int, int]] = {}
    for some in chunks(pupil_ids):
        parameters: dict[str, Any] = {}
        rows = connection.execute(
            "SELECT pupil_id, milestone_id, cycle FROM (SELECT pupil_id, milestone_id, cycle, row_number() OVER "
            "(PARTITION BY pupil_id ORDER BY late_after, milestone_id) AS place FROM pupil_milestone "
            "WHERE outcome IS NULL AND late_after IS NOT NULL "
            f"AND pupil_id IN ({marks(parameters, 'pupil', some)})) AS ranked WHERE place = 1",
            parameters,
        )
        found.update((row[0], (row[0], row[1], row[2])) for row in rows)
    return [found[pupil_id] for pupil_id in pupil_ids if pupil_id in found]


def of_codes(connection: Connection, pupil_ids: Sequence[int], codes: Sequence[str]) -> list[StepRow]:
    """The steps of these pupils that are of these milestones."""
    found: list[StepRow] = []
    for some in chunks(pupil_ids):
        parameters: dict[str, Any] = {}
        where = (
            f"pm.pupil_id IN ({marks(parameters, 'pupil', some)}) AND m.code IN ({marks(parameters, 'code', codes)})"
        )
        found += fetch(
            connection,
            StepRow,
            f"{_STEP}WHERE {where} ORDER BY pm.pupil_id, pm.due_on NULLS FIRST, pm.cycle",
            parameters,
        )
    return found


def outcomes(connection: Connection, keys: Sequence[tuple[int, int, int]]) -> dict[tuple[int, int, int], str | None]:
    """What is recorded of these steps now, by key; steps that are no longer planned are left out."""
    found: dict[tuple[int, int, int], str | None] = {}
    for some in chunks(keys):
        rows = connection.execute(
            "SELECT pupil_id, milestone_id, cycle, outcome FROM pupil_milestone "
            f"WHERE (pupil_id, milestone_id, cycle) IN ({_listed(some)})"
        )
        found.update(((row[0], row[1], row[2]), row[3]) for row in rows)
    return found


class MissedRow(NamedTuple):
    """A step that is overdue or missed, with its pupil: one line of the missed list."""

    pupil_id: int
    milestone_id: int
    cycle: int
    upn: str | None
    surname: str
    forename: str
    preferred_name: str | None
    date_of_birth: date
    cohort_year: int
    school: str | None
    next_school: str | None
    sen_provision: str
    owner: str | None
    code: str
    transition: str
    title: str
    short: str
    severity: str
    due_on: date
    late_after: date
    outcome: str | None
    missed_on: date | None
    reason: str | None
    next_step: str | None
    remind_on: date | None


_REMIND_ON = "(SELECT r.remind_on FROM reminder r WHERE r.pupil_id = pm.pupil_id)"
_MISSED = f"SELECT {columns(MissedRow, 'pm', OF_PUPIL, _OF_MILESTONE, remind_on=_REMIND_ON)} "
_MISSED_FROM = f"FROM pupil_milestone pm JOIN pupil p ON p.id = pm.pupil_id JOIN milestone m ON m.id = {STEP_MILESTONE} {PUPIL_NAMES} "
GROUPS: Mapping[str, str] = {
    "": "",
    "school": "coalesce(s.name, '~'), ",
    "year group": "p.cohort_year DESC, ",
    "milestone": "m.position, ",
    "worker": "coalesce(w.name, '~'), ",
}
GROUP_NAMES: Mapping[str, str] = {
    "": "''",
    "school": "coalesce(s.name, 'No school recorded')",
    "year group": "CAST(p.cohort_year AS TEXT)",
    "milestone": "m.transition || ' · ' || m.title",
    "worker": "coalesce(w.name, 'Nobody')",
}
OVERDUE = STATES["overdue"]
MISSED = STATES["missed"]
_LONGEST_FIRST = "pm.late_after NULLS FIRST, p.search_text, pm.milestone_id, pm.pupil_id, pm.cycle"
PUT_OFF = f"{OVERDUE} AND pm.pupil_id IN ({TOLD_LATER})"
"""What makes an overdue step one of a pupil about whom somebody is to be told again on a later day."""


def missed_keys(connection: Connection, selection: Selection, test: str, group: str) -> list[tuple[int, int, int, str]]:
    """The keys of the overdue (``OVERDUE``) or missed (``MISSED``) steps in order, each with its group's name."""
    where, parameters = _of_steps(selection)
    rows = connection.execute(
        f"SELECT pm.pupil_id, pm.milestone_id, pm.cycle, {GROUP_NAMES[group]} {_MISSED_FROM} WHERE {test} AND {where} "
        f"ORDER BY {GROUPS[group]}pm.late_after NULLS FIRST, p.search_text, pm.pupil_id, pm.milestone_id",
        parameters,
    )
    return [tuple(row) for row in rows]


def overdue_now(connection: Connection, selection: Selection, limit: int) -> list[MissedRow]:
    """The overdue steps, oldest first."""
    return list(missed_rows(connection, selection, missed=False, limit=limit))


def put_off_count(connection: Connection, selection: Selection) -> int:
    return _missed_count(connection, selection, PUT_OFF)


def missed_rows(
    connection: Connection, selection: Selection, *, overdue: bool = True, missed: bool = True, limit: int | None = None
) -> Iterator[MissedRow]:
    """The overdue steps, oldest first, then the missed ones."""
    where, parameters = _of_steps(selection)
    parameters["limit"] = limit
    for test, wanted in ((OVERDUE, overdue), (MISSED, missed)):
        query = f"{_MISSED}{_MISSED_FROM} WHERE {test} AND {where} ORDER BY {_LONGEST_FIRST}"
        if wanted:
            yield from stream(connection, MissedRow, query if limit is None else f"{query} LIMIT :limit", parameters)


def each_missed(
    connection: Connection, selection: Selection, *, overdue: bool = True, missed: bool = True
) -> Iterator[MissedRow]:
    """The same row by row, all of one moment, for an export of any length."""
    where, parameters = _of_steps(selection)
    tests = [f"({test})" for test, wanted in ((OVERDUE, overdue), (MISSED, missed)) if wanted]
    return stream(
        connection,
        MissedRow,
        f"{_MISSED}{_MISSED_FROM} WHERE ({' OR '.join(tests) or 'FALSE'}) AND {where} "
        f"ORDER BY pm.outcome IS NOT NULL, {_LONGEST_FIRST}",
        parameters,
    )


def missed_window(
    connection: Connection, keys: Sequence[tuple[int, int, int]]
) -> dict[tuple[int, int, int], MissedRow]:
    if not keys:
        return {}
    where = f"(pm.pupil_id, pm.milestone_id, pm.cycle) IN ({_listed(keys)})"
    return {row[:3]: row for row in fetch(connection, MissedRow, f"{_MISSED}{_MISSED_FROM} WHERE {where}")}


def missed_counts(connection: Connection, selection: Selection) -> tuple[int, int]:
    return _missed_count(connection, selection, OVERDUE), _missed_count(connection, selection, MISSED)


def _missed_count(connection: Connection, selection: Selection, test: str) -> int:
    if not selection.everybody:
        where, parameters = _of_steps(selection)
        return fetch_number(
            connection,
            f"SELECT count(*) FROM pupil_milestone pm JOIN pupil p ON p.id = pm.pupil_id WHERE {test} AND {where}",
            parameters,
        )
    # two short index scans instead of a look at every pupil: all steps, less those of pupils who are archived
    every = f"SELECT count(*) FROM pupil_milestone pm WHERE {test}"
    archived = "pm.pupil_id IN (SELECT id FROM pupil WHERE archived_at IS NOT NULL)"
    today = {"today": selection.today}
    return fetch_number(connection, every, today) - fetch_number(connection, f"{every} AND {archived}", today)


def due_between(connection: Connection, selection: Selection, first: date, last: date, limit: int) -> list[MissedRow]:
    """Open steps whose last day in time falls in these days, soonest first."""
    where, parameters = _of_steps(selection)
    return fetch(
        connection,
        MissedRow,
        f"{_MISSED}{_MISSED_FROM} WHERE pm.outcome IS NULL AND pm.late_after BETWEEN :first AND :last AND {where} "
        f"ORDER BY {_LONGEST_FIRST} LIMIT :limit",
        {**parameters, "first": first, "last": last, "limit": limit},
    )


def count_between(connection: Connection, selection: Selection, first: date, last: date) -> int:
    where, parameters = _of_steps(selection)
    return fetch_number(
        connection,
        "SELECT count(*) FROM pupil_milestone pm JOIN pupil p ON p.id = pm.pupil_id "
        f"WHERE pm.outcome IS NULL AND pm.late_after BETWEEN :first AND :last AND {where}",
        {**parameters, "first": first, "last": last},
    )


def open_between(
    connection: Connection, selection: Selection, milestone_ids: Sequence[int], first: date, last: date
) -> set[tuple[int, str]]:
    """Whose open steps of these milestones have their last day in time in these days, with the transition point."""
    where, parameters = _of_steps(selection)
    rows = connection.execute(
        "SELECT pm.pupil_id, m.transition FROM pupil_milestone pm JOIN pupil p ON p.id = pm.pupil_id "
        f"JOIN milestone m ON m.id = {STEP_MILESTONE} WHERE pm.outcome IS NULL AND pm.late_after BETWEEN :first AND :last "
        f"AND {STEP_MILESTONE} IN ({marks(parameters, 'among', milestone_ids)}) AND {where}",
        {**parameters, "first": first, "last": last},
    )
    return {(pupil_id, transition) for pupil_id, transition in rows}


def walk_order(connection: Connection, selection: Selection) -> "array[int]":
    """The pupils who need a decision on a step or have an action past its day, most pressing first; who is put off is left out."""
    where, parameters = replace(selection, but_told_later=True).where()
    # Two short index ranges: everybody's pupils one by one would be looked at in vain.
    rows = connection.execute(
        "SELECT id FROM ("
        f"SELECT p.id, p.search_text, p.next_late_after AS since FROM pupil p WHERE {where} AND p.next_late_after < :today "
        "UNION ALL SELECT p.id, p.search_text, a.due_on FROM plan_action a JOIN pupil p ON p.id = a.pupil_id "
        f"WHERE {LATE_ACTION} AND {where}"
        ") AS waiting GROUP BY id, search_text ORDER BY min(since), search_text, id",
        parameters,
    )
    return array("q", (row[0] for row in rows))


class Undated(NamedTuple):
    """How many planned steps of an academic year have no date, of the pupils of one school."""

    year: int
    school_id: int | None
    la_number: int | None
    number: int


def waiting_for_dates(connection: Connection, but: Collection[int]) -> list[Undated]:
    """The planned steps without a date, ``but`` those of some milestones."""
    parameters: dict[str, Any] = {}
    others = f"AND pm.milestone_id NOT IN ({marks(parameters, 'but', sorted(but))}) " if but else ""
    return fetch(
        connection,
        Undated,
        f"SELECT pm.cycle % {ANOTHER_CYCLE} AS year, p.school_id, s.la_number, count(*) FROM pupil_milestone pm "
        "JOIN pupil p ON p.id = pm.pupil_id LEFT JOIN school s ON s.id = p.school_id "
        f"WHERE pm.outcome IS NULL AND pm.late_after IS NULL {others}"
        "GROUP BY year, p.school_id, s.la_number ORDER BY year, p.school_id NULLS FIRST, s.la_number",
        parameters,
    )


def _of_steps(selection: Selection) -> tuple[str, dict[str, Any]]:
    """Narrow steps as well as pupils: a filter on a transition point shows that move's steps only."""
    where, parameters = selection.where(leave_out="steps")
    return " AND ".join((where, *selection.of_steps(parameters, STEP_MILESTONE))), parameters


def _listed(keys: Iterable[tuple[int, int, int]]) -> str:
    """What stands between the brackets of IN for keys of steps: of a parameter there an engine would not know that it is a number."""
    return f"VALUES {', '.join(f'({pupil:d}, {milestone:d}, {cycle:d})' for pupil, milestone, cycle in keys)}"


class Born(NamedTuple):
    """Who was born when."""

    name: str
    date_of_birth: date


def first_born_after(connection: Connection, pupil_ids: Sequence[int], day: date) -> Born | None:
    for some in chunks(pupil_ids):
        these, parameters = among("p.id", some)
        query = f"SELECT {GOES_BY}, p.date_of_birth FROM pupil p WHERE p.date_of_birth > :day AND {these} ORDER BY p.id LIMIT 1"
        found = fetch_one(connection, Born, query, {"day": day, **parameters})
        if found is not None:
            return found
    return None
