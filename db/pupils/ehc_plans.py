"""EHC plans, and what became of them at a change of school: whether the final plan names the place, only a type, or neither."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from db.driver import Connection
from db.rows import columns, fetch, fetch_one, marks


class EhcPlan(NamedTuple):
    """An EHC plan from the request for an assessment to its end; a day that nobody knows is None, though it has been.

    ``ehc_to_secondary_end`` says that the pupil keeps the plan until the end of secondary school, whatever the law becomes.
    """

    id: int
    pupil_id: int
    ehc_requested_on: date | None
    ehc_decision: str | None
    ehc_decided_on: date | None
    ehc_started_on: date | None
    ehc_ended_on: date | None
    ehc_end_reason: str | None
    ehc_to_secondary_end: bool


EHC_PLAN: Final = EhcPlan._fields[2:]


class PhaseTransfer(NamedTuple):
    """The outcome of one pupil's phase transfer; ``final_on`` is the day of the final plan, which one with neither may lack."""

    id: int
    pupil_id: int
    transition: str
    move_year: int
    outcome: str
    final_on: date | None


class DuePlace(NamedTuple):
    """A step by which the plan names the place, with what is recorded of the outcome."""

    pupil_id: int
    transition: str
    due_on: date | None
    done_on: date | None
    outcome: str | None
    final_on: date | None


def phase_transfer(connection: Connection, pupil_id: int, transition: str, move_year: int) -> PhaseTransfer | None:
    query = (
        f"SELECT {columns(PhaseTransfer)} FROM phase_transfer WHERE pupil_id = :pupil AND transition = :transition "
        "AND move_year = :year"
    )
    return fetch_one(connection, PhaseTransfer, query, {"pupil": pupil_id, "transition": transition, "year": move_year})


def due_places(connection: Connection, milestones: Sequence[int], year: int) -> list[DuePlace]:
    """The steps of these milestones in an academic year but for those set aside; archived pupils are not counted."""
    parameters: dict[str, Any] = {"year": year}
    listed = columns(DuePlace, "pm", {"transition": "m.transition", "outcome": "t.outcome", "final_on": "t.final_on"})
    query = (
        f"SELECT {listed} FROM pupil_milestone pm JOIN milestone m ON m.id = pm.milestone_id "
        "JOIN pupil p ON p.id = pm.pupil_id AND p.archived_at IS NULL LEFT JOIN phase_transfer t "
        "ON t.pupil_id = pm.pupil_id AND t.transition = m.transition AND t.move_year = pm.cycle "
        f"WHERE pm.milestone_id IN ({marks(parameters, 'milestone', milestones)}) AND pm.cycle = :year "
        "AND coalesce(pm.outcome, '') NOT IN ('waived', 'not applicable') ORDER BY m.position, pm.pupil_id"
    )
    return fetch(connection, DuePlace, query, parameters)
