"""The phase transfer of EHC plans: what the final plan says of the place, recorded for one pupil and counted for a year."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from db.milestones import steps as step_store
from db.pupils import ehc_plans as store
from db.pupils import pupils as pupil_store
from db.pupils.ehc_plans import DuePlace
from db.vocabulary import PLACE_OUTCOMES
from transitions.dates import short_with_year
from transitions.errors import NotAllowed, require
from transitions.milestones.definitions import load_shipped
from transitions.milestones.planner import PHASE_DEADLINE, SET_ASIDE, names_place
from transitions.milestones.recording import Step
from transitions.school_year import academic_year_label
from transitions.text import Share
from transitions.workspace import Recorded, Workspace

OUTCOMES: Final = PLACE_OUTCOMES
SAID: Final = dict(
    zip(OUTCOMES, ("It names the school or college", "It names only the type", "Neither, so far"), strict=True)
)
NOT_SAID: Final = "not said"
TO_COME: Final = "to come"


class PlacesNamed(NamedTuple):
    """Of one change of school, or of all: those for whom the place was to be named, and what became of it.

    ``neither`` holds those of whom somebody said so; ``not_said`` are steps that were marked done without saying what the plan
    names (``by_hand``), and those gone by with nothing recorded: that nobody wrote it down is not that it did not happen.
    ``to_come`` are due later, with nothing recorded yet. Together they are ``due``. ``in_time`` are those of ``named`` and ``type_only`` whose final plan was not late.
    """

    move: str
    due: int
    named: Share
    type_only: Share
    neither: Share
    not_said: int
    to_come: int
    in_time: Share
    by_hand: int

    @property
    def to_say(self) -> str:
        """What is to be recorded of the steps that were marked by hand; "" when there are none."""
        if not self.by_hand:
            return ""
        steps = "step was" if self.by_hand == 1 else "steps were"
        return f"{self.by_hand:,} {steps} marked done without saying what the plan names. Record it with transitions {_HOW.format('PUPIL')}."


_HOW: Final = 'phase-transfer {} named (or "type only", or neither) --on DAY'


def not_said(pupil_id: int) -> str:
    """What to say when a step by which a plan names the place is marked done by hand."""
    return f"What the plan says about the place is not recorded. Record it with transitions {_HOW.format(pupil_id)}."


def record(
    workspace: Workspace,
    pupil_id: int,
    outcome: str,
    year: int,
    *,
    on: date | None = None,
    transition: str | None = None,
) -> Recorded:
    """Record what the final plan of a pupil's change of school in an academic year says of the place, and its day.

    Raises NotAllowed for an outcome that is not known, for a day to come, and when no change of school is planned for the
    pupil in that year, or more than one and ``transition`` does not say which.
    """
    if outcome not in OUTCOMES:
        raise NotAllowed(f"{outcome!r} is not understood. Choose one of: {', '.join(OUTCOMES)}")
    name = require(pupil_store.pupil_name(workspace.read(), pupil_id), f"There is no pupil with the number {pupil_id}.")
    day = (
        None
        if outcome == "neither" and on is None
        else workspace.day_gone_by(on, "It is recorded when the plan is final.")
    )
    numbers = _numbers(workspace)
    moves = {
        row.transition
        for row in step_store.of_pupil(workspace.read(), pupil_id)
        if row.milestone_id in numbers and row.cycle == year and row.outcome not in SET_ASIDE
    }
    if transition is not None:
        moves &= {transition}
    if len(moves) != 1:
        if moves:
            raise NotAllowed(
                f"{name} has several changes of school in {academic_year_label(year)}: say which with --transition ({', '.join(sorted(moves))})."
            )
        raise NotAllowed(
            f"{name} has no change of school in {academic_year_label(year)} with a place to name in an EHC plan. Give another year with --year."
        )
    (move,) = moves
    values = {"outcome": outcome, "final_on": day, "transition": move, "move_year": year}
    before = store.phase_transfer(workspace.read(), pupil_id, move, year)
    stood = f"; before it was {_in_words(before.outcome, before.final_on)}" if before else ""
    summary = f"{name} · {move}: {_in_words(outcome, day)}{stood}"
    with workspace.change("Phase transfer recorded", summary) as action:
        action.save("phase_transfer", before.id if before else None, values, pupil_id=pupil_id)
    return action.recorded


def _in_words(outcome: str, day: date | None) -> str:
    return f"{outcome}, final plan {short_with_year(day)}" if day else outcome


def asks_outcome(workspace: Workspace, milestone_id: int) -> bool:
    """Whether it is the step by which a final plan names the place, of which marking it done does not say what is named."""
    return milestone_id in _numbers(workspace)


def record_of_step(workspace: Workspace, step: Step, outcome: str) -> Recorded:
    """Record, as of today, what the plan names by which a step is done. Raises as ``record``."""
    move = workspace.milestones[step.milestone_id].transition
    return record(workspace, step.pupil_id, outcome, step.cycle, transition=move)


def counted(workspace: Workspace, year: int) -> list[PlacesNamed]:
    """The figures of an academic year by change of school, and of all together at the end."""
    rows = due(workspace, year)
    titles = load_shipped().transitions
    moves = list(dict.fromkeys(row.transition for row in rows))
    today = workspace.clock.today
    by_move = [_places(titles[move].title, [row for row in rows if row.transition == move], today) for move in moves]
    return [*by_move, _places("all", rows, today)]


def due(workspace: Workspace, year: int) -> Sequence[DuePlace]:
    """The places that plans are to name in an academic year, a row for each change of school of a pupil."""
    return store.due_places(workspace.read(), sorted(_numbers(workspace)), year)


def became(row: DuePlace, today: date) -> str:
    """What became of a place: one of ``OUTCOMES``, ``NOT_SAID``, or ``TO_COME`` while its day is, with nothing recorded."""
    if row.outcome is None and row.done_on is None and (row.due_on is None or row.due_on >= today):
        return TO_COME
    return row.outcome or NOT_SAID


def in_time(row: DuePlace) -> bool | None:
    """Whether the final plan was there by its day; None while there is none."""
    if row.outcome not in OUTCOMES[:2]:
        return None
    return bool(row.final_on and row.due_on and row.final_on <= row.due_on)


def _places(move: str, rows: Sequence[DuePlace], today: date) -> PlacesNamed:
    found = Counter(became(row, today) for row in rows)
    named, type_only, neither = (Share(found[outcome], len(rows)) for outcome in OUTCOMES)
    final = Share(sum(in_time(row) is True for row in rows), len(rows))
    by_hand = sum(row.outcome is None and row.done_on is not None for row in rows)
    return PlacesNamed(move, len(rows), named, type_only, neither, found[NOT_SAID], found[TO_COME], final, by_hand)


def _numbers(workspace: Workspace) -> set[int]:
    return {number for number, one in workspace.milestones.items() if names_place(one, PHASE_DEADLINE)}
