"""Fills an empty database with a made-up council's caseload, and knows such a database again."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from db import driver
from db.custody import presence
from db.custody import restoring as custody
from db.driver import Connection
from db.importing import last_change
from db.journal import note_made, stored
from db.milestones import definitions
from db.milestones import planning as store
from transitions.caseload import caseload, missed
from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.custody.places import demo_database, make_folder
from transitions.demo import around, council, plans
from transitions.demo.around import Happened, Impact
from transitions.demo.content import DemoRows, Dice, Material, Odds, fill, material
from transitions.demo.council import DemoSchool, Staff
from transitions.demo.handover_life import AfterMove, moves
from transitions.demo.handovers import HandoverWriter
from transitions.demo.people import People, Person
from transitions.demo.plan_life import DemoContact
from transitions.demo.steps import COLUMNS as STEP_COLUMNS
from transitions.demo.steps import OF_THE_RECORD, Outcomes, RecordSteps
from transitions.demo.workshops import school_groups, workshops
from transitions.errors import NotAllowed
from transitions.impact.snapshots import DAYS, take, words
from transitions.milestones import guarantee, recording
from transitions.milestones.destinations import OF_GROUP, POST_16, Move
from transitions.milestones.milestone import Milestone
from transitions.milestones.planner import PHASE_DEADLINE, Planner, names_place
from transitions.milestones.planning import facts_of, replan
from transitions.milestones.recording import Step
from transitions.plans import actions
from transitions.school_year import academic_year, add_months
from transitions.term_dates import TermDates
from transitions.workspace import DEMO, Workspace

PUPILS, SEED, MOST_PUPILS = 400, 1, 250_000
Progress = Callable[[int, int], None]
"""Called with how many pupils are made, and of how many."""

_SETTING = DEMO
_MUST_BE_EMPTY = ("pupil", "school", "worker", "term", "closure", "journal")
_BESIDE = ("-wal", "-shm")
_CHUNK = 2_500
_DAYS = STEP_COLUMNS.index("late_after") + 1
_DONE = STEP_COLUMNS.index("done_on") + 1
_NOTES: Odds[int] = Odds({0: 55, 1: 28, 2: 12, 3: 5})
_FIRST_WORKER = 1
_COMMITTEE = "Scrutiny committee"
_LOOKED_AT, _WAITING = 40, 12
_YEARS = range(-2, 3)
"""The academic years whose terms are entered, from this one: the first so that what led up to last year has dates."""


class DemoCounts(NamedTuple):
    """How much was made."""

    pupils: int
    schools: int
    workers: int
    steps: int


def make(workspace: Workspace, pupils: int = 400, seed: int = 1, progress: Progress | None = None) -> DemoCounts:
    """Fill an empty database with ``pupils`` (1 to 250,000) made-up pupils about the workspace's day.

    The same number, seed and day make the same records. Whole or not at all. Afterwards the first worker, K. Osei, is at
    the keyboard. Raises NotAllowed when the database already holds something, or for another number of pupils.
    """
    if not 1 <= pupils <= MOST_PUPILS:
        raise NotAllowed(f"{pupils:,} pupils cannot be made: expected 1 to {MOST_PUPILS:,}.")
    try:
        with workspace.database.write() as connection:
            if not custody.is_empty(connection, _MUST_BE_EMPTY):
                raise NotAllowed(
                    f"{workspace.database.where}: this database already has records, and made-up ones must never be mixed with them. Name a separate file with --db."
                )
            made = _fill(workspace, connection, pupils, f"{seed} {workspace.clock.today}", progress)
            definitions.set_setting(connection, _SETTING, [workspace.clock.today.isoformat(), pupils, seed])
            summary = f"{made.pupils:,} pupils, {made.schools:,} schools, {made.workers:,} workers, all made up"
            note_made(connection, str(stored(workspace.clock.now())), summary)
            _freeze(connection, workspace.clock.today)
    finally:
        # Term dates that were read meanwhile may have been rolled back.
        workspace.forget()
    workspace.become(1)
    _act(workspace)
    with workspace.database.write() as connection:
        kept = [workspace.clock.today.isoformat(), pupils, seed, last_change(connection)]
        definitions.set_setting(connection, _SETTING, kept)
    return made


def _freeze(connection: Connection, today: date) -> None:
    """Snapshots of today, of this day last year and of the named days between them.

    Those of the past are taken by the same function as today's, of steps as their own days say they stood then: what was done
    or flagged later had not happened yet. Who has moved away since is not there, so last year has fewer steps than this.
    """
    year_ago = add_months(today, -12)
    between = (date.fromisoformat(f"{year}-{day}") for year in (today.year - 1, today.year) for day in DAYS)
    named = {day: words(f"{day:%m-%d}") for day in between if year_ago < day < today}
    for day, name in sorted({**named, year_ago: _COMMITTEE, today: _COMMITTEE}.items()):
        at = datetime.combine(day, time(9), UTC)
        take(connection, day, academic_year(day - timedelta(days=1)), name, worker_id=_FIRST_WORKER, at=at)


def made_for(workspace: Workspace) -> tuple[date, int, int] | None:
    """The day, the number of pupils and the seed that a demonstration was made with; None for real records."""
    kept = definitions.setting(workspace.read(), _SETTING)
    return None if kept is None else (date.fromisoformat(kept[0]), kept[1], kept[2])


def can_go_on(workspace: Workspace, pupils: int, seed: int) -> bool:
    """Whether these are the made-up pupils that are asked for: made today, or worked with since they were made.

    Those of another day whom nobody has touched are made again, with dates about today; nothing is lost then.
    """
    kept = definitions.setting(workspace.read(), _SETTING)
    if kept is None or kept[1:3] != [pupils, seed]:
        return False
    return bool(kept[0] == workspace.clock.today.isoformat() or kept[3:] != [last_change(workspace.read())])


def is_demo(workspace: Workspace) -> bool:
    return made_for(workspace) is not None


def make_file(path: Path, clock: Clock, pupils: int, seed: int, progress: Progress | None = None) -> Workspace:
    """Make a demonstration in a file of its own, in place of what stands there.

    Raises as ``make`` does, and ``DatabaseInUse`` when another program has open what stands there.

    It gets its name when it is whole: what was killed on the way would be taken for real records.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    _remove(unfinished)
    try:
        workspace = Workspace.open(unfinished, clock, create=True)
        try:
            make(workspace, pupils, seed, progress)
        finally:
            workspace.close()
        if path.exists():
            custody.check_nobody_has(path)
        _remove(path, _BESIDE)  # an old -wal would be played into the new file
        unfinished.replace(path)
    finally:
        _remove(unfinished)
    return Workspace.open(path, clock)


def _remove(path: Path, suffixes: Sequence[str] = ("", *_BESIDE)) -> None:
    for suffix in suffixes:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    presence.forget_all(path)


def may_be_replaced(workspace: Workspace) -> bool:
    """Whether no real records are in it: it is a demonstration, or one that was killed before its first pupil."""
    return is_demo(workspace) or custody.is_empty(workspace.read(), _MUST_BE_EMPTY)


def demo_file(clock: Clock, progress: Progress | None = None) -> Path:
    """The file with ``PUPILS`` made-up pupils about the clock's day, made now unless it was made before.

    Raises ``NotAllowed`` when real records stand in the place of that file, and the faults of opening a database.
    """
    path = demo_database(PUPILS, SEED)
    make_folder(path.parent)
    if not (path.exists() and _can_be_used(path, clock)):
        make_file(path, clock, PUPILS, SEED, progress).close()
    return path


def _can_be_used(path: Path, clock: Clock) -> bool:
    workspace = Workspace.open(path, clock)
    try:
        if not may_be_replaced(workspace):
            raise NotAllowed(
                f"{path} has real records, and made-up pupils must never be mixed with them. Move it away first."
            )
        return can_go_on(workspace, PUPILS, SEED)
    finally:
        workspace.close()


def _act(workspace: Workspace) -> None:
    around.enter(workspace)
    mine = Caseload(whose="mine")
    waiting = [
        Step(row.pupil_id, row.milestone_id, row.cycle)
        for row in missed.listing(workspace, mine, missed=False, limit=_LOOKED_AT)
        if not _by_record(workspace.milestones[row.milestone_id])
    ][:_WAITING]
    if len(waiting) > 8:
        recording.mark_done(workspace, waiting[:2], evidence="Told at the review")
        recording.flag_missed(workspace, waiting[2:3], reason="not-sent", next_step="Rang the school office.")
        recording.waive(workspace, waiting[3:4], reason="another-way", words="Covered in the annual review.")
    pupils = [row.id for row in caseload.first_rows(workspace, mine, 4)]
    if pupils:
        recording.add_note(workspace, pupils[:1], "Rang home: all well, and looking forward to the visit.")
        actions.add_action(
            workspace, pupils[-1], what="Ring the family after the visit", owner="K. Osei", due_on=workspace.clock.today
        )
    nobodys = [row.id for row in caseload.first_rows(workspace, Caseload(whose="nobody's"), 1)]
    if nobodys:
        recording.assign(workspace, nobodys, workspace.me)


def _by_record(milestone: Milestone) -> bool:
    """Whether a step is recorded with the plan or the handover, so that a word about it here would gainsay these."""
    return milestone.of_plan_review or bool(milestone.done_with) or milestone.met_by in OF_THE_RECORD


def _fill(
    workspace: Workspace, connection: Connection, pupils: int, seed: str, progress: Progress | None
) -> DemoCounts:
    dice, source, today = Dice(seed), material(), workspace.clock.today
    connection.check_references_at_the_end()
    districts = council.districts(source, pupils)
    all_schools = [school for district in districts for kind in district.values() for school in kind]
    driver.insert_many(connection, "school", council.SCHOOL_COLUMNS, (school.row for school in all_schools))
    workers = council.staff(dice, source, districts, pupils)
    driver.insert_many(connection, "worker", council.STAFF_COLUMNS, workers.rows)
    _put_terms(connection, today)
    planner, promised = _planners(workspace, connection)
    crowd = People(dice, source, districts, workers, today)
    writing = _Support(dice, source, workers, today, crowd.planned_from, workspace.terms_for())
    outcomes = Outcomes(dice, source, planner, today, fallback_worker=_FIRST_WORKER)
    # With dice of their own: whatever changes there, the pupils stay.
    kept = Outcomes(Dice(f"{seed} guarantee"), source, promised, today, fallback_worker=_FIRST_WORKER, asking=0)
    impact = Impact(source, today, workspace.terms_for())
    moves = _Moves(Dice(f"{seed} handovers"), source, workers, planner, impact, today)
    named = {number: one.transition for number, one in planner.milestones.items() if names_place(one, PHASE_DEADLINE)}
    final = {number for number, one in planner.milestones.items() if one.met_by == "final EHC plan recorded"}
    coming_again = {number for number, one in planner.milestones.items() if one.recurs}
    steps, again = 0, set[int]()
    for first in range(0, pupils, _CHUNK):
        group = [crowd.person(place, pupils) for place in range(first, min(first + _CHUNK, pupils))]
        rows = [crowd.row(person) for person in group]
        driver.insert_many(connection, "pupil", tuple(rows[0]), (tuple(row.values()) for row in rows))
        for person in group:
            writing.write_about(person)
        writing.rows.put(connection)
        ids = [person.id for person in group]
        found: list[tuple[Any, ...]] = []
        for person, row in zip(group, store.facts(connection, ids), strict=True):
            facts = facts_of(row, planner.calendars, today)
            found.extend(outcomes.rows(person, facts, row.pupil.planned_from))
            found.extend(kept.rows(person, facts, row.pupil.planned_from))
        _put_steps(connection, found)
        again.update(row[0] for row in found if row[1] in coming_again)
        unfinished = {(row[0], row[2]) for row in found if row[1] in final and row[_DONE - 1] is None}
        for number, milestone, cycle, *_, done_on in (row[:_DONE] for row in found):
            move = named.get(milestone)
            if (
                move and done_on and number % 7 and (number, cycle) not in unfinished
            ):  # of some nobody has said what the plan names
                outcome = "named" if number % 11 else "type only"
                values = {"transition": move, "move_year": cycle, "outcome": outcome, "final_on": done_on}
                writing.rows.add("phase_transfer", pupil_id=number, **values)
        writing.rows.put(connection)
        store.refresh(connection, ids, today)
        steps += len(found) + moves.put(connection, group, rows)
        if progress is not None:
            progress(ids[-1], pupils)
    replan(connection, workspace.planner(), today, sorted(again))  # the next review counts from the one that was held
    school_groups(districts, today).put(connection)
    # With dice of their own: a change of the workshops leaves the pupils what they are.
    workshops(Dice(f"{seed} workshops"), source, districts, workers, today).put(connection)
    for number, until in outcomes.told_again.items():
        writing.rows.add("reminder", pupil_id=number, remind_on=until)
    writing.rows.put(connection)
    impact.write_about_council(all_schools, pupils)
    impact.rows.put(connection)
    return DemoCounts(pupils, len(all_schools), len(workers.rows), steps)


class _Support:
    """Writes needs, social care, the circle of support, plans and notes of one pupil after the other, into ``rows``."""

    def __init__(
        self, dice: Dice, source: Material, staff: Staff, today: date, planned_from: date, terms: TermDates
    ) -> None:
        self.dice, self.source, self.staff, self.today, self.planned_from = dice, source, staff, today, planned_from
        self.rows = DemoRows("plan_outcome")  # what an agreed plan says cannot be added to any more
        self._plans = plans.Plans(dice, source, staff, today, planned_from, self.rows, terms)

    def write_about(self, person: Person) -> None:
        for rank, code in enumerate(person.needs, 1):
            self.rows.add("need", pupil_id=person.id, rank=rank, code=code)
        for kind, began, ended in person.care:
            self.rows.add("social_care_episode", pupil_id=person.id, kind=kind, started_on=began, ended_on=ended)
        self._going(person)
        for plan in self._ehc_plan(person):
            self.rows.add("ehc_plan", pupil_id=person.id, **plan)
        circle = self._circle(person)
        for contact in circle:
            self.rows.add("contact", **contact._asdict())
        self._plans.write_about(person, circle)
        known = person.sen != "N" or person.care_now
        for _ in range(self.dice.drawn(_NOTES) if known or self.dice.chance(0.3) else 0):
            text = fill(self.dice.one(self.source.words["notes"]["texts"]), name=person.called, next=person.following)
            written = self.today - timedelta(days=self.dice.number(0, 300))
            self.rows.add("note", pupil_id=person.id, written_on=written, worker_id=person.owner_id, text=text)

    def _going(self, person: Person) -> None:
        """Where the pupil goes, and went last summer: to a place that was known soon after offer day."""
        year = academic_year(self.today)
        if person.next_school is not None and person.next_school_on is not None:
            move = Move(OF_GROUP.get(person.group, POST_16), year)
            stage = move.stage_on(person.next_school_on)
            self._place(person, move, person.school, person.next_school, person.next_school_on, stage)
        for gone in moves(person, self.today):
            if gone.year < year and gone.to is not None:
                move = Move(gone.transition, gone.year)
                self._place(person, move, gone.leaves, gone.to, date(year, 3, 10), "agreed")

    def _place(self, person: Person, move: Move, leaves: DemoSchool, to: DemoSchool, on: date, stage: str) -> None:
        self.rows.add(
            "destination", pupil_id=person.id, transition=move.transition, move_year=move.year,
            from_school_id=leaves.id, school_id=to.id, recorded_on=on, stage=stage,
        )  # fmt: skip

    def _ehc_plan(self, person: Person) -> Iterator[dict[str, date]]:
        """Days without dice, so that nothing else changes with them: of some plans the day is not known, some children wait for one."""
        if person.sen == "E" and person.id % 9:
            started = date(person.born.year + 3 + person.id % 3, 1 + person.id % 12, 1 + person.id % 27)
            yield {"ehc_started_on": min(started, self.today - timedelta(days=400))}
        elif person.sen == "K" and person.id % 23 == 0 and person.group < 12:
            yield {"ehc_requested_on": self.today - timedelta(weeks=person.id % 19)}

    def _circle(self, person: Person) -> list[DemoContact]:
        found = []
        dice, texts, around = self.dice, self.source.words["contacts"], person.community
        looked_after = "looked after" in person.care_now
        for _ in range(2 if dice.chance(0.45) else 1):
            relationship, sex = ["foster carer", "F"] if looked_after else dice.one(texts["inner"])
            forename = dice.one(around.girls if sex == "F" else around.boys)
            surname = person.surname if dice.chance(0.7) and not looked_after else dice.one(around.surnames)
            found.append(self._contact(person, f"{forename} {surname}", relationship, "inner", dice.chance(0.9)))
        if person.sen != "N" and dice.chance(0.7):
            found.append(self._contact(person, self.source.grown_up(dice), dice.one(texts["middle"]), "middle", True))
        if (person.sen == "E" or person.care_now) and dice.chance(0.7):
            found.append(self._contact(person, self.source.grown_up(dice), dice.one(texts["outer"]), "outer", True))
        return found

    def _contact(self, person: Person, name: str, relationship: str, circle: str, may_contact: bool) -> DemoContact:
        # The regulator keeps these numbers for stories.
        telephone = f"07700 900{self.dice.number(0, 999):03d}"
        return DemoContact(person.id, name, relationship, circle, telephone, may_contact)


class _Moves:
    """Writes the handovers and what came after the moves, with dice of their own: whatever changes there, the pupils stay."""

    def __init__(
        self, dice: Dice, source: Material, workers: Staff, planner: Planner, impact: Impact, today: date
    ) -> None:
        self._handovers = HandoverWriter(dice, source, workers, today)
        self._after = AfterMove(dice, source, today)
        self._happened, self._impact = Happened(today), impact
        self._steps = RecordSteps(dice, source.words, planner, today)

    def put(self, connection: Connection, group: Sequence[Person], rows: Sequence[dict[str, Any]]) -> int:
        workers: dict[int, int] = {}
        for person, record in zip(group, rows, strict=True):
            found = self._handovers.write_about(person, record)
            if self._after.write_about(person, record, found) or found:
                workers[person.id] = person.owner_id or _FIRST_WORKER
            for about in (self._happened, self._impact):
                about.write_about(person, record)
        for made in (self._handovers, self._after, self._happened, self._impact):
            made.rows.put(connection)
        return self._steps.settle(connection, workers)


def _planners(workspace: Workspace, connection: Connection) -> tuple[Planner, Planner]:
    """Switch the Transition Guarantee on; what plans all other steps, and what plans those of it."""
    for row in definitions.milestones(connection):
        if guarantee.MARK in row.code:
            definitions.put_shipped(connection, row.id, {"retired_on": None})
    workspace.forget()
    every = workspace.planner()
    promised = {number: one for number, one in every.milestones.items() if guarantee.MARK in one.code}
    others = {number: one for number, one in every.milestones.items() if number not in promised}
    return Planner(others, every.calendars, every.through), Planner(promised, every.calendars, every.through)


def _put_steps(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert steps; most have nothing but their days yet, and a short row takes half the time of a long one."""
    decided = [row for row in rows if any(value is not None for value in row[_DAYS:-1])]
    driver.insert_many(connection, "pupil_milestone", STEP_COLUMNS, decided)
    undecided = [row[:_DAYS] for row in rows if all(value is None for value in row[_DAYS:-1])]
    driver.insert_many(connection, "pupil_milestone", STEP_COLUMNS[:_DAYS], undecided)


def _put_terms(connection: Connection, today: date) -> None:
    rows = DemoRows()
    for year in (academic_year(today) + years for years in _YEARS):
        for term in council.terms(year):
            rows.add("term", **term._asdict())
        for day in council.training_days(year):
            rows.add("closure", day=day, reason="Staff training day")
    rows.put(connection)
