"""Steps of made-up pupils that their own record clears: planned again once the record is there, so that both agree.

What the record does not clear and is past waits for a decision where other steps of the pupil wait too; else somebody has
flagged it missed.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from db import bulk
from db.driver import Connection
from db.milestones import planning as store
from db.milestones.planning import Planned
from transitions.demo.outcomes import COLUMNS
from transitions.demo.random_source import Dice, Odds
from transitions.milestones import planning
from transitions.milestones.planner import Planner

__all__ = ["OF_THE_RECORD", "RecordSteps"]

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
        before = store.standing(connection, ids)
        old = [one.row.key for rows in before.values() for one in rows if one.row.milestone_id in kept]
        store.take_out(connection, old)
        planning.replan(connection, self._planner, self.today, ids, only=kept)
        asking = {
            pupil_id
            for pupil_id, rows in before.items()
            if any(self._waits(one.row) and one.row.milestone_id not in kept for one in rows)
        }
        found = [one.row for rows in store.standing(connection, ids, kept).values() for one in rows]
        missed = [
            self._missed(row, workers[row.pupil_id])
            for row in found
            if self._waits(row) and not self.dice.chance(_WAITS if row.pupil_id in asking else _WAITS_ALONE)
        ]
        store.take_out(connection, [(row[0], row[1], row[2]) for row in missed])
        bulk.put(connection, "pupil_milestone", COLUMNS, missed)
        store.refresh(connection, ids, self.today)
        return len(found) - len(old)

    def _waits(self, row: Planned) -> bool:
        return row.outcome is None and row.late_after is not None and row.late_after < self.today

    def _missed(self, row: Planned, worker: int) -> tuple[Any, ...]:
        dice, last = self.dice, row.late_after or self.today
        flagged = min(self.today, last + timedelta(days=dice.number(1, 30)))
        reason = dice.drawn(_REASONS)
        words = dice.one(self.words["missed"][reason]) or None
        return (
            row.pupil_id, row.milestone_id, row.cycle, _iso(row.due_on), _iso(row.late_after), "missed", None,
            flagged.isoformat(), reason, words, None, None, worker, 0,
        )  # fmt: skip


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
