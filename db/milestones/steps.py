"""Pupil milestones as screens and commands read them: a pupil's timeline, the next steps, the missed list."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from db.caseload.listing import LATE_ACTION, Selection
from db.driver import Connection
from db.rows import with_days
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
    remind_on: date | None
    evidence: str | None
    recorded_by: str | None
    from_record: bool


_STEP = (
    "SELECT pm.pupil_id, pm.milestone_id, pm.cycle, m.code, m.transition, m.title, m.short, m.severity, pm.due_on, "
    "pm.late_after, pm.outcome, pm.done_on, pm.missed_on, pm.reason, pm.next_step, pm.remind_on, pm.evidence, w.name, "
    "pm.from_record FROM pupil_milestone pm JOIN milestone m ON m.id = pm.milestone_id "
    "LEFT JOIN worker w ON w.id = pm.recorded_by "
)
_DATES = (8, 9, 11, 12, 15)
_AT_ONCE = 500


def of_pupil(connection: Connection, pupil_id: int) -> list[StepRow]:
    """Give every step of one pupil in date order; those without a date come last."""
    rows = connection.execute(
        f"{_STEP}WHERE pm.pupil_id = ? ORDER BY coalesce(pm.due_on, '9999'), m.position, pm.cycle", (pupil_id,)
    )
    return [_step(row) for row in rows]


def step(connection: Connection, pupil_id: int, milestone_id: int, cycle: int) -> StepRow | None:
    """Give one step, or None."""
    row = connection.execute(
        f"{_STEP}WHERE pm.pupil_id = ? AND pm.milestone_id = ? AND pm.cycle = ?", (pupil_id, milestone_id, cycle)
    ).fetchone()
    return None if row is None else _step(row)


def next_open(connection: Connection, pupil_ids: Sequence[int]) -> list[tuple[int, int, int]]:
    """Give the key of the most pressing open step of each of these pupils who has one, in the order of the pupils."""
    found: dict[int, tuple[int, int, int]] = {}
    for start in range(0, len(pupil_ids), _AT_ONCE):
        some = pupil_ids[start : start + _AT_ONCE]
        rows = connection.execute(
            "SELECT pupil_id, milestone_id, cycle FROM (SELECT pupil_id, milestone_id, cycle, row_number() OVER "
            "(PARTITION BY pupil_id ORDER BY late_after, milestone_id) AS place FROM pupil_milestone "
            "WHERE outcome IS NULL AND late_after IS NOT NULL "
            f"AND pupil_id IN ({', '.join('?' for _ in some)})) AS ranked WHERE place = 1",
            tuple(some),
        )
        found.update((row[0], (row[0], row[1], row[2])) for row in rows)
    return [found[pupil_id] for pupil_id in pupil_ids if pupil_id in found]


class StepState(NamedTuple):
    """What is recorded of a step now."""

    outcome: str | None
    remind_on: date | None


def states(connection: Connection, keys: Sequence[tuple[int, int, int]]) -> dict[tuple[int, int, int], StepState]:
    """Give what is recorded of these steps now, by key; steps that are no longer planned are left out."""
    found: dict[tuple[int, int, int], StepState] = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        marks = ", ".join("(?, ?, ?)" for _ in some)
        rows = connection.execute(
            "SELECT pupil_id, milestone_id, cycle, outcome, remind_on FROM pupil_milestone "
            f"WHERE (pupil_id, milestone_id, cycle) IN (VALUES {marks})",
            [part for key in some for part in key],
        )
        for pupil_id, milestone_id, cycle, outcome, remind_on in rows:
            day = None if remind_on is None else date.fromisoformat(remind_on)
            found[pupil_id, milestone_id, cycle] = StepState(outcome, day)
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


_MISSED = (
    "SELECT pm.pupil_id, pm.milestone_id, pm.cycle, p.upn, p.surname, p.forename, p.preferred_name, p.date_of_birth, "
    "p.cohort_year, s.name, n.name, p.sen_provision, w.name, m.code, m.transition, m.title, m.short, m.severity, "
    "pm.due_on, pm.late_after, pm.outcome, pm.missed_on, pm.reason, pm.next_step, pm.remind_on "
)
_MISSED_FROM = (
    "FROM pupil_milestone pm JOIN pupil p ON p.id = pm.pupil_id JOIN milestone m ON m.id = pm.milestone_id "
    "LEFT JOIN school s ON s.id = p.school_id LEFT JOIN school n ON n.id = p.next_school_id "
    "LEFT JOIN worker w ON w.id = p.owner_id "
)
_MISSED_DATES = (7, 18, 19, 21, 24)
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
OVERDUE = "pm.outcome IS NULL AND pm.late_after < :today"
MISSED = "pm.outcome = 'missed'"


def missed_keys(connection: Connection, selection: Selection, test: str, group: str) -> list[tuple[int, int, int, str]]:
    """Give the keys of the overdue (``OVERDUE``) or missed (``MISSED``) steps in order, each with its group's name."""
    where, parameters = _of_steps(selection)
    rows = connection.execute(
        f"SELECT pm.pupil_id, pm.milestone_id, pm.cycle, {GROUP_NAMES[group]} {_MISSED_FROM} WHERE {test} AND {where} "
        f"ORDER BY {GROUPS[group]}pm.late_after, p.search_text, pm.pupil_id, pm.milestone_id",
        parameters,
    )
    return [tuple(row) for row in rows]


def missed_rows(
    connection: Connection, selection: Selection, *, overdue: bool = True, missed: bool = True, limit: int | None = None
) -> list[MissedRow]:
    """Give the overdue steps, oldest first, then the missed ones."""
    where, parameters = _of_steps(selection)
    tests = [test for test, wanted in ((OVERDUE, overdue), (MISSED, missed)) if wanted]
    found: list[MissedRow] = []
    for test in tests:
        rows = connection.execute(
            f"{_MISSED}{_MISSED_FROM} WHERE {test} AND {where} ORDER BY pm.late_after, p.search_text, pm.milestone_id LIMIT :limit",
            {**parameters, "limit": -1 if limit is None else limit - len(found)},
        )
        found.extend(_missed(row) for row in rows)
    return found


def each_missed(
    connection: Connection, selection: Selection, *, overdue: bool = True, missed: bool = True
) -> Iterator[MissedRow]:
    """Give the same row by row, all of one moment, for an export of any length."""
    where, parameters = _of_steps(selection)
    tests = [f"({test})" for test, wanted in ((OVERDUE, overdue), (MISSED, missed)) if wanted]
    rows = connection.execute(
        f"{_MISSED}{_MISSED_FROM} WHERE ({' OR '.join(tests) or 'FALSE'}) AND {where} "
        "ORDER BY pm.outcome IS NOT NULL, pm.late_after, p.search_text, pm.milestone_id, pm.pupil_id, pm.cycle",
        parameters,
    )
    return map(_missed, rows)


def missed_window(
    connection: Connection, keys: Sequence[tuple[int, int, int]]
) -> dict[tuple[int, int, int], MissedRow]:
    """Give the rows of a window, by key."""
    if not keys:
        return {}
    marks = ", ".join("(?, ?, ?)" for _ in keys)
    rows = connection.execute(
        f"{_MISSED}{_MISSED_FROM} WHERE (pm.pupil_id, pm.milestone_id, pm.cycle) IN (VALUES {marks})",
        [part for key in keys for part in key],
    )
    return {(row[0], row[1], row[2]): _missed(row) for row in rows}


def missed_counts(connection: Connection, selection: Selection) -> tuple[int, int]:
    """Give how many steps are overdue and how many missed."""
    return _missed_count(connection, selection, OVERDUE), _missed_count(connection, selection, MISSED)


def _missed_count(connection: Connection, selection: Selection, test: str) -> int:
    if not selection.everybody:
        where, parameters = _of_steps(selection)
        return _number(
            connection,
            f"SELECT count(*) FROM pupil_milestone pm JOIN pupil p ON p.id = pm.pupil_id WHERE {test} AND {where}",
            parameters,
        )
    # two short index scans instead of a look at every pupil: all steps, less those of pupils who are archived
    every = f"SELECT count(*) FROM pupil_milestone pm WHERE {test}"
    archived = "pm.pupil_id IN (SELECT id FROM pupil WHERE archived_at IS NOT NULL)"
    today = {"today": selection.today.isoformat()}
    return _number(connection, every, today) - _number(connection, f"{every} AND {archived}", today)


def _number(connection: Connection, sql: str, parameters: Mapping[str, Any]) -> int:
    return int(connection.execute(sql, parameters).fetchone()[0])


def due_between(connection: Connection, selection: Selection, first: date, last: date, limit: int) -> list[MissedRow]:
    """Give open steps whose last day in time falls in these days, soonest first."""
    where, parameters = _of_steps(selection)
    rows = connection.execute(
        f"{_MISSED}{_MISSED_FROM} WHERE pm.outcome IS NULL AND pm.late_after BETWEEN :first AND :last AND {where} "
        "ORDER BY pm.late_after, p.search_text, pm.milestone_id LIMIT :limit",
        {**parameters, "first": first.isoformat(), "last": last.isoformat(), "limit": limit},
    )
    return [_missed(row) for row in rows]


def count_between(connection: Connection, selection: Selection, first: date, last: date) -> int:
    """Give how many open steps have their last day in time in these days."""
    where, parameters = _of_steps(selection)
    row = connection.execute(
        "SELECT count(*) FROM pupil_milestone pm JOIN pupil p ON p.id = pm.pupil_id "
        f"WHERE pm.outcome IS NULL AND pm.late_after BETWEEN :first AND :last AND {where}",
        {**parameters, "first": first.isoformat(), "last": last.isoformat()},
    ).fetchone()
    return int(row[0])


def open_between(
    connection: Connection, selection: Selection, milestone_ids: Sequence[int], first: date, last: date
) -> set[tuple[int, str]]:
    """Give whose open steps of these milestones have their last day in time in these days, with the transition point."""
    where, parameters = _of_steps(selection)
    rows = connection.execute(
        "SELECT pm.pupil_id, m.transition FROM pupil_milestone pm JOIN pupil p ON p.id = pm.pupil_id "
        "JOIN milestone m ON m.id = pm.milestone_id WHERE pm.outcome IS NULL AND pm.late_after BETWEEN :first AND :last "
        f"AND pm.milestone_id IN ({', '.join(str(int(number)) for number in milestone_ids)}) AND {where}",
        {**parameters, "first": first.isoformat(), "last": last.isoformat()},
    )
    return {(pupil_id, transition) for pupil_id, transition in rows}


def walk_order(connection: Connection, selection: Selection) -> "array[int]":
    """Give the pupils who need a decision on a step or have an action past its day, most pressing first.

    Steps put off until a later day bring nobody in.
    """
    where, parameters = selection.where()
    # Two short index ranges: everybody's pupils one by one would be looked at in vain.
    rows = connection.execute(
        "SELECT id FROM ("
        f"SELECT p.id, p.search_text, p.next_late_after AS since FROM pupil p WHERE {where} AND p.next_late_after < :today "
        "AND EXISTS (SELECT 1 FROM pupil_milestone pm WHERE pm.pupil_id = p.id AND pm.outcome IS NULL "
        "AND pm.late_after < :today AND (pm.remind_on IS NULL OR pm.remind_on <= :today)) "
        "UNION ALL SELECT p.id, p.search_text, a.due_on FROM plan_action a JOIN pupil p ON p.id = a.pupil_id "
        f"WHERE {LATE_ACTION} AND {where}"
        ") AS waiting GROUP BY id, search_text ORDER BY min(since), search_text, id",
        parameters,
    )
    return array("q", (row[0] for row in rows))


def waiting_for_dates(connection: Connection) -> list[tuple[int, int]]:
    """Give, by academic year, how many planned steps have no date because term dates are not entered."""
    rows = connection.execute(
        f"SELECT cycle % {ANOTHER_CYCLE} AS year, count(*) FROM pupil_milestone WHERE outcome IS NULL AND late_after IS NULL "
        "GROUP BY year ORDER BY year"
    )
    return [(year, number) for year, number in rows]


def _of_steps(selection: Selection) -> tuple[str, dict[str, Any]]:
    """Narrow steps as well as pupils: a filter on a transition point shows that move's steps only."""
    where, parameters = selection.where(leave_out="steps")
    return " AND ".join((where, *selection.of_steps(parameters))), parameters


def _step(row: Sequence[Any]) -> StepRow:
    values = with_days(row, _DATES)
    values[18] = bool(values[18])
    return StepRow(*values)


def _missed(row: Sequence[Any]) -> MissedRow:
    values = with_days(row, _MISSED_DATES)
    return MissedRow(*values)
