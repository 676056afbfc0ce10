"""What happened to each made-up pupil's steps: mostly met, some late or missed or waived, a few waiting for a decision.

Steps that the pupil's own record clears are planned again once the record is there, so that both agree.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from db import driver
from db.driver import Connection
from db.milestones import planning as store
from db.milestones.planning import ExistingStep, PlannedStep
from transitions.demo.content import Dice, Material, Odds, iso
from transitions.demo.people import Person
from transitions.milestones import planning
from transitions.milestones.definitions import load_shipped
from transitions.milestones.facts import Facts
from transitions.milestones.milestone import CodedReason, Milestone
from transitions.milestones.planner import Key, Planner
from transitions.milestones.planning import counts_with
from transitions.school_year import academic_year, year_of_cycle

OF_THE_RECORD: Final = frozenset(
    {
        "handover sent",
        "handover acknowledged",
        "child protection file sent",
        "child protection receipt",
        "part-time timetable ended",
        "re-integration checked",
        "funding applied for",
    }
)
_WAITS: Final = 0.75
_WAITS_ALONE: Final = 0.1
_BY_HAND: Final = (None, "place named in the EHC plan", "final EHC plan recorded")
_REASONS: Final[Odds[str]] = Odds({"not-sent": 30, "no-information": 40, "waiting-for-agency": 15, "staff-absence": 15})


class RecordSteps:
    """Plans these steps of some pupils after the others."""

    def __init__(
        self, dice: Dice, words: Mapping[str, Mapping[str, Sequence[str]]], planner: Planner, today: date
    ) -> None:
        self.dice, self.words, self.today = dice, words, today
        kept = {number: one for number, one in planner.milestones.items() if one.met_by in OF_THE_RECORD}
        self._planner = Planner(kept, planner.calendars, planner.through)

    def settle(self, connection: Connection, workers: Mapping[int, int]) -> int:
        """Plan the steps of these pupils, each with who records for them, and give by how many there are more now."""
        ids, kept = list(workers), self._planner.milestones.keys()
        before = store.existing_steps(connection, ids)
        old = [one.row.key for rows in before.values() for one in rows if one.row.milestone_id in kept]
        store.take_out(connection, old)
        planning.replan(connection, self._planner, self.today, ids, only=kept)
        asking = {
            pupil_id
            for pupil_id, rows in before.items()
            if any(self._waits(one.row) and one.row.milestone_id not in kept for one in rows)
        }
        found = [one.row for rows in store.existing_steps(connection, ids, kept).values() for one in rows]
        missed = [
            self._missed(row, workers[row.pupil_id])
            for row in found
            if self._waits(row) and not self.dice.chance(_WAITS if row.pupil_id in asking else _WAITS_ALONE)
        ]
        store.take_out(connection, [(row[0], row[1], row[2]) for row in missed])
        driver.insert_many(connection, "pupil_milestone", COLUMNS, missed)
        store.refresh(connection, ids, self.today)
        return len(found) - len(old)

    def _waits(self, row: PlannedStep) -> bool:
        return row.outcome is None and row.late_after is not None and row.late_after < self.today

    def _missed(self, row: PlannedStep, worker: int) -> tuple[Any, ...]:
        dice, last = self.dice, row.late_after or self.today
        flagged = min(self.today, last + timedelta(days=dice.number(1, 30)))
        reason = dice.drawn(_REASONS)
        sentence = dice.one(self.words["missed"][reason]) or None
        return (
            row.pupil_id, row.milestone_id, row.cycle, iso(row.due_on), iso(row.late_after), "missed", None,
            flagged.isoformat(), reason, sentence, None, worker, 0,
        )  # fmt: skip


COLUMNS = (
    "pupil_id", "milestone_id", "cycle", "due_on", "late_after", "outcome", "done_on", "missed_on", "reason", "next_step",
    "evidence", "recorded_by", "from_record",
)  # fmt: skip

_ENDS: Odds[str] = Odds({"met": 80, "late": 11, "missed": 5, "waived": 4})
# Of what the pupil's own record would clear (a next school, a plan, a worker) and does not.
_ENDS_UNRECORDED: Odds[str] = Odds({"missed": 55, "waived": 45})
_MISSED: Odds[str] = Odds(
    {"not-sent": 22, "family-did-not-come": 12, "no-place": 10, "no-information": 16, "staff-absence": 12,
     "waiting-for-agency": 16, "did-not-know": 7, "moved": 3, "other": 2}
)  # fmt: skip
_WAIVED: Odds[str] = Odds({"not-applicable": 30, "family-choice": 25, "another-way": 30, "next-school-agrees": 15})
_ASKING = 0.17
"""The share of pupils (0 to 1) for whom somebody must decide something."""
_RECENT = 150
_EARLY = 45
_DONE_EARLY = 0.25


@dataclass(slots=True)
class _Decision:
    """What somebody recorded about a step."""

    outcome: str | None = None
    done_on: date | None = None
    missed_on: date | None = None
    reason: str | None = None
    next_step: str | None = None
    evidence: str | None = None


class Outcomes:
    """Decides about one pupil after the other, and keeps the share of those who wait for a decision."""

    def __init__(
        self, dice: Dice, source: Material, planner: Planner, today: date, fallback_worker: int, asking: float = _ASKING
    ) -> None:
        self.dice, self.words, self.planner, self.today = dice, source.words, planner, today
        self.fallback_worker, self._wanted = fallback_worker, asking
        self.year = academic_year(today)
        counts = counts_with(planner.milestones)
        # of two that show each other, the later in the list waits for the other
        waits = {
            one: {other for other in others if one not in counts[other] or other < one}
            for one, others in counts.items()
        }
        self._follows = {number: others for number, others in waits.items() if others}
        self._followed = {number for followed in self._follows.values() for number in followed}
        # What follows from a decision, and what the last school answered for, are few of the milestones: planning these
        # alone gives the same rows for them in a fraction of the time.
        self._chains = self._planner_of(lambda number, _: number in self._follows or number in self._followed)
        self._leavers = self._planner_of(
            lambda number, milestone: number in self._follows or "moves_school" in str(milestone.criteria.to_mapping())
        )
        self._waived: Mapping[str, CodedReason] = {reason.code: reason for reason in load_shipped().waived_reasons}
        self._pupils = self._asking = 0
        self.told_again: dict[int, date] = {}
        """By pupil the day until which somebody put off deciding."""

    def _planner_of(self, wanted: Callable[[int, Milestone], bool]) -> Planner:
        chosen = {number: one for number, one in self.planner.milestones.items() if wanted(number, one)}
        return Planner(chosen, self.planner.calendars, self.planner.through)

    def rows(self, person: Person, facts: Facts, planned_from: date) -> list[tuple[object, ...]]:
        """The pupil's planned steps as rows of ``COLUMNS``, in the order of the table's key.

        A pupil who changed school in September keeps what happened at the last one: it was decided there and stays.
        """
        made: dict[Key, tuple[object, ...]] = {}
        asking = self._settle(made, person, facts, planned_from, open_since=self._behind_since(person))
        if person.last_school is not person.school:
            before = facts._replace(leaving_year_group=person.last_school.leaves)
            self._settle(made, person, before, planned_from, gone_by=True)
        self._pupils += 1
        self._asking += asking
        return [made[key] for key in sorted(made)]

    def _behind_since(self, person: Person) -> date | None:
        if not self._wanted:
            return None
        wanted = 0.55 if self._asking < self._wanted * (self._pupils + 1) else 0.04
        if person.owner_id is not None and not self.dice.chance(wanted):
            return None
        return self.today - timedelta(days=self.dice.number(10, _RECENT))

    def _settle(
        self,
        made: dict[Key, tuple[object, ...]],
        person: Person,
        facts: Facts,
        planned_from: date,
        *,
        open_since: date | None = None,
        gone_by: bool = False,
    ) -> bool:
        """Decide about the steps, then about those that follow from what was done; give whether any waits for a decision.

        With ``gone_by`` only about steps whose day has passed, and about all of these.
        """
        done: list[ExistingStep] = []
        open_still: set[Key] = set()
        asking = False
        planned = (self._leavers if gone_by else self.planner).rows(person.id, facts, planned_from)
        while True:
            ready = [
                (key, row)
                for key, row in planned.items()
                if key not in made and (self._is_past(row) or not gone_by) and not self._waits(key, planned, made)
            ]
            if not ready:
                for key in open_still & planned.keys():  # what was done later may show that it is done
                    row = planned[key]
                    made[key] = self._row(
                        person, row, _Decision(row.outcome, row.done_on), recorded=gone_by or not row.from_record
                    )
                return asking
            known = len(done)
            for key, row in ready:
                decision = self._decision(row, open_since, gone_by)
                asking |= decision.outcome is None and self._is_past(row)
                if decision == _Decision():
                    open_still.add(key)
                made[key] = self._row(person, row, decision, recorded=gone_by or not row.from_record)
                if decision.done_on is not None and key[0] in self._followed:
                    decided = row._replace(outcome=decision.outcome, done_on=decision.done_on)
                    done.append(ExistingStep(decided, touched=True))
            if len(done) > known:
                others = {key: row for key, row in planned.items() if key[0] not in self._follows}
                planned = others | self._chains.rows(person.id, facts, planned_from, done)

    def _waits(self, key: Key, planned: Mapping[Key, PlannedStep], made: Mapping[Key, object]) -> bool:
        number, cycle = key
        return any(
            (before, cycle) in planned and (before, cycle) not in made for before in self._follows.get(number, ())
        )

    def _is_past(self, row: PlannedStep) -> bool:
        return row.late_after is not None and row.late_after < self.today

    def _decision(self, row: PlannedStep, open_since: date | None, gone_by: bool) -> _Decision:
        if row.from_record:
            return _Decision(row.outcome, row.done_on)
        if row.due_on is None or row.late_after is None:
            return _Decision()
        milestone = self.planner.milestones[row.milestone_id]
        if not self._is_past(row):
            early = milestone.met_by in _BY_HAND and row.due_on <= self.today + timedelta(days=_EARLY)
            return self._met(self.today, 14) if early and self.dice.chance(_DONE_EARLY) else _Decision()
        if open_since is not None and row.late_after >= open_since:
            if self.dice.chance(0.1):
                self.told_again[row.pupil_id] = self.today + timedelta(days=self.dice.number(3, 20))
            return _Decision()
        # Who has moved since has no next school on record any more; somebody wrote it down by hand then.
        moved_since = milestone.met_by == "next school recorded" and year_of_cycle(row.cycle) < self.year
        unrecorded = milestone.met_by not in _BY_HAND and not gone_by and not moved_since
        return self._end(self.dice.drawn(_ENDS_UNRECORDED if unrecorded else _ENDS), row, row.due_on, row.late_after)

    def _end(self, end: str, row: PlannedStep, due_on: date, last_day: date) -> _Decision:
        if end == "met":
            return self._met(due_on, 3 if row.milestone_id in self._follows else 20)
        if end == "waived":
            return self._waiver()
        return self._late(last_day) if end == "late" else self._missed(last_day)

    def _met(self, by: date, days: int) -> _Decision:
        evidence = self.dice.one(self.words["evidence"]["texts"]) if self.dice.chance(0.2) else None
        return _Decision("met", by - timedelta(days=self.dice.number(0, days)), evidence=evidence)

    def _late(self, last_day: date) -> _Decision:
        done = min(self.today, last_day + timedelta(days=self.dice.number(1, 40)))
        if not self.dice.chance(0.35):
            return _Decision("late", done)
        flagged = self._missed(last_day)
        flagged.outcome, flagged.done_on = "late", done
        flagged.missed_on = self.dice.day(last_day + timedelta(days=1), done)
        return flagged

    def _missed(self, last_day: date) -> _Decision:
        reason = self.dice.drawn(_MISSED)
        flagged = min(self.today, last_day + timedelta(days=self.dice.number(1, 30)))
        return _Decision("missed", None, flagged, reason, self.dice.one(self.words["missed"][reason]) or None)

    def _waiver(self) -> _Decision:
        reason = self.dice.drawn(_WAIVED)
        sentence = self.dice.one(self.words["waived"][reason]) or None
        return _Decision(self._waived[reason].state, reason=reason, next_step=sentence)

    def _row(self, person: Person, row: PlannedStep, decision: _Decision, *, recorded: bool) -> tuple[object, ...]:
        by_hand = recorded and decision.outcome is not None
        return (
            row.pupil_id, row.milestone_id, row.cycle, iso(row.due_on), iso(row.late_after), decision.outcome,
            iso(decision.done_on), iso(decision.missed_on), decision.reason, decision.next_step,
            decision.evidence, (person.owner_id or self.fallback_worker) if by_hand else None,
            int(row.from_record and not recorded),
        )  # fmt: skip
