"""Fills an empty database with a made-up council's caseload, and knows such a database again."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from db import bulk
from db.driver import Connection
from db.journal import stored
from db.milestones import definitions
from db.milestones import planning as store
from transitions.demo import after_move, handovers, people, schools, staff, support, terms
from transitions.demo.after_move import AfterMove
from transitions.demo.content import Material, material
from transitions.demo.handovers import Handovers
from transitions.demo.outcomes import COLUMNS as STEP_COLUMNS
from transitions.demo.outcomes import Outcomes
from transitions.demo.people import People, Person
from transitions.demo.random_source import Dice
from transitions.demo.recent_actions import act
from transitions.demo.record_steps import RecordSteps
from transitions.demo.staff import Staff
from transitions.demo.support import Support
from transitions.demo.workshops import COLUMNS as WORKSHOP_COLUMNS
from transitions.demo.workshops import workshops
from transitions.errors import NotAllowed
from transitions.milestones.planner import Planner
from transitions.milestones.planning import facts_of
from transitions.school_year import academic_year
from transitions.workspace import Workspace

MOST_PUPILS = 250_000
Progress = Callable[[int, int], None]
"""Called with how many pupils are made, and of how many."""

_SETTING = "demo"
_MUST_BE_EMPTY = ("pupil", "school", "worker", "term", "closure", "journal")
_CHUNK = 2_500
_IN_ORDER = sorted(support.COLUMNS.items(), key=lambda table: table[0] != "plan_outcome")
"""Outcomes come first: what an agreed plan says cannot be added to any more."""
_OF_MOVES = {**handovers.COLUMNS, **after_move.COLUMNS}
_DAYS = STEP_COLUMNS.index("late_after") + 1
_FIRST_WORKER = 1
_YEARS = range(-2, 3)
"""The academic years whose terms are entered, from this one: the first so that what led up to last year has dates."""


class Made(NamedTuple):
    """How much was made."""

    pupils: int
    schools: int
    workers: int
    steps: int


def make(workspace: Workspace, pupils: int = 400, seed: int = 1, progress: Progress | None = None) -> Made:
    """Fill an empty database with ``pupils`` (1 to 250,000) made-up pupils about the workspace's day.

    The same number, seed and day make the same records. Whole or not at all. Afterwards the first worker, K. Osei, is at
    the keyboard. Raises NotAllowed when the database already holds something, or for another number of pupils.
    """
    if not 1 <= pupils <= MOST_PUPILS:
        raise NotAllowed(f"{pupils:,} pupils cannot be made: expected 1 to {MOST_PUPILS:,}.")
    try:
        with workspace.database.write() as connection:
            if not bulk.is_empty(connection, _MUST_BE_EMPTY):
                raise NotAllowed(
                    f"{workspace.database.path}: this database already holds records, and made-up ones must never stand "
                    "among them. Name a file of its own with --db."
                )
            made = _fill(workspace, connection, pupils, f"{seed} {workspace.clock.today}", progress)
            definitions.set_setting(connection, _SETTING, [workspace.clock.today.isoformat(), pupils, seed])
            summary = f"{made.pupils:,} pupils, {made.schools:,} schools, {made.workers:,} workers; nobody is real"
            bulk.note_made(connection, str(stored(workspace.clock.now())), summary)
    finally:
        # Term dates that were read meanwhile may have been rolled back.
        workspace.forget()
    workspace.become(1)
    act(workspace)
    return made


def made_for(workspace: Workspace) -> tuple[date, int, int] | None:
    """Give the day, the number of pupils and the seed that a demonstration was made with; None for real records."""
    kept = definitions.setting(workspace.read(), _SETTING)
    return None if kept is None else (date.fromisoformat(kept[0]), kept[1], kept[2])


def is_demo(workspace: Workspace) -> bool:
    """Tell whether everything in the database is made up."""
    return made_for(workspace) is not None


def _fill(workspace: Workspace, connection: Connection, pupils: int, seed: str, progress: Progress | None) -> Made:
    dice, source, today = Dice(seed), material(), workspace.clock.today
    bulk.let_rows_wait_for_what_they_point_to(connection)
    districts = schools.districts(source, pupils)
    all_schools = [school for district in districts for kind in district.values() for school in kind]
    bulk.put(connection, "school", schools.COLUMNS, (school.row for school in all_schools))
    workers = staff.staff(dice, source, districts, pupils)
    bulk.put(connection, "worker", staff.COLUMNS, workers.rows)
    _put_terms(connection, today)
    workspace.forget()
    planner = workspace.planner()
    crowd = People(dice, source, districts, workers, today)
    writing = Support(dice, source, workers, today, crowd.planned_from)
    outcomes = Outcomes(dice, source, planner, today, fallback_worker=_FIRST_WORKER)
    moves = _Moves(Dice(f"{seed} handovers"), source, workers, planner, today)
    steps = 0
    for first in range(0, pupils, _CHUNK):
        group = [crowd.person(place, pupils) for place in range(first, min(first + _CHUNK, pupils))]
        rows = [crowd.row(person) for person in group]
        bulk.put(connection, "pupil", people.COLUMNS, rows)
        for person in group:
            writing.write_about(person)
        for table, columns in _IN_ORDER:
            bulk.put(connection, table, columns, writing.rows[table])
            writing.rows[table].clear()
        ids = [person.id for person in group]
        found: list[tuple[object, ...]] = []
        for person, row in zip(group, store.facts(connection, ids), strict=True):
            facts = facts_of(row, planner.calendars, today)
            found.extend(outcomes.rows(person, facts, row.planned_from))
        _put_steps(connection, found)
        store.refresh(connection, ids, today)
        steps += len(found) + moves.put(connection, group, rows)
        if progress is not None:
            progress(ids[-1], pupils)
    # With dice of their own: a change of the workshops leaves the pupils what they are.
    found_of = workshops(Dice(f"{seed} workshops"), source, districts, workers, today)
    for table, columns in WORKSHOP_COLUMNS.items():
        bulk.put(connection, table, columns, found_of[table])
    return Made(pupils, len(all_schools), len(workers.rows), steps)


class _Moves:
    """Writes the handovers and what came after the moves, with dice of their own: whatever changes there, the pupils stay."""

    def __init__(self, dice: Dice, source: Material, workers: Staff, planner: Planner, today: date) -> None:
        self._handovers = Handovers(dice, source, workers, today)
        self._after = AfterMove(dice, source, today)
        self._steps = RecordSteps(dice, source.words, planner, today)

    def put(self, connection: Connection, group: Sequence[Person], rows: Sequence[tuple[object, ...]]) -> int:
        """Write about these pupils, whose rows are given, and give how many steps more they have by it."""
        workers: dict[int, int] = {}
        for person, row in zip(group, rows, strict=True):
            record = dict(zip(people.COLUMNS, row, strict=True))
            found = self._handovers.write_about(person, record)
            if self._after.write_about(person, record, found) or found:
                workers[person.id] = person.owner_id or _FIRST_WORKER
        made = {**self._handovers.rows, **self._after.rows}
        for table, columns in _OF_MOVES.items():
            bulk.put(connection, table, columns, made[table])
            made[table].clear()
        return self._steps.settle(connection, workers)


def _put_steps(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert steps; most have nothing but their days yet, and a short row takes half the time of a long one."""
    decided = [row for row in rows if any(value is not None for value in row[_DAYS:-1])]
    bulk.put(connection, "pupil_milestone", STEP_COLUMNS, decided)
    undecided = [row[:_DAYS] for row in rows if all(value is None for value in row[_DAYS:-1])]
    bulk.put(connection, "pupil_milestone", STEP_COLUMNS[:_DAYS], undecided)


def _put_terms(connection: Connection, today: date) -> None:
    years = [academic_year(today) + years for years in _YEARS]
    bulk.put(
        connection,
        "term",
        ("academic_year", "name", "first_day", "last_day"),
        [
            (term.academic_year, term.name, term.first_day.isoformat(), term.last_day.isoformat())
            for year in years
            for term in terms.terms(year)
        ],
    )
    days = [(day.isoformat(), "Staff training day") for year in years for day in terms.training_days(year)]
    bulk.put(connection, "closure", ("day", "reason"), days)
