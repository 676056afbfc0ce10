"""How far the Transition Guarantee is kept: the pupils for whom it is meant beside all others.

Its steps are milestones like any other; what makes them steps of the guarantee is "guarantee-" in the code, so that a council
adds its own. Those that ship are switched off until a council switches them on.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from db.milestones import steps as store
from db.milestones.steps import GuaranteeStep
from transitions.text import Share
from transitions.workspace import Workspace

MARK: Final = ".guarantee-"
"""What the code of a step of the guarantee says."""
EVERY_STEP: Final = "every step"
DONE: Final = frozenset({"met", "late"})
COHORTS: Final[Mapping[str, Callable[[GuaranteeStep], bool]]] = {
    "pupil premium": lambda row: row.pupil_premium,
    "previously looked after": lambda row: row.previously_looked_after,
    "pupil premium or previously looked after": lambda row: row.pupil_premium or row.previously_looked_after,
    "all others": lambda row: not (row.pupil_premium or row.previously_looked_after),
}


class Kept(NamedTuple):
    """How many pupils of a cohort have done a step, or every one that is theirs; in time is part of ``met``."""

    cohort: str
    step: str
    met: Share
    in_time: Share


def counted(workspace: Workspace, year: int) -> list[Kept]:
    """The figures of the moves of an academic year: by cohort for every step of the guarantee, then for each of them.

    A child is counted once in each share, by what is recorded of pupil premium and care now; steps that were waived or are
    not applicable leave their own step and do not stand against the child. Nothing while no step of it is in the schedule.
    """
    rows = steps(workspace, year)
    names = [EVERY_STEP, *dict.fromkeys(row.code for row in rows)] if rows else []
    return [_kept(cohort, step, [row for row in rows if of(row)]) for step in names for cohort, of in COHORTS.items()]


def steps(workspace: Workspace, year: int) -> list[GuaranteeStep]:
    return store.of_guarantee(workspace.read(), year)


def outcomes_of(rows: Iterable[GuaranteeStep], step: str = EVERY_STEP) -> dict[int, set[str | None]]:
    """By the number of a pupil what is recorded of the step, or of every one."""
    outcomes: dict[int, set[str | None]] = {}
    for row in rows:
        if step in (EVERY_STEP, row.code):
            outcomes.setdefault(row.pupil_id, set()).add(row.outcome)
    return outcomes


def _kept(cohort: str, step: str, rows: list[GuaranteeStep]) -> Kept:
    outcomes = outcomes_of(rows, step)
    met = sum(found <= DONE for found in outcomes.values())
    in_time = sum(found == {"met"} for found in outcomes.values())
    return Kept(cohort, step, Share(met, len(outcomes)), Share(in_time, len(outcomes)))
