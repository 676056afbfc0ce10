"""Walking a caseload: one pupil at a time, in order of need, with a place that is kept until tomorrow."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from db import steps as store
from db.steps import StepRow
from transitions import caseload as caseloads
from transitions import desk
from transitions.caseload import Caseload
from transitions.workspace import Workspace

_PLACE = "walk"
TALLIES = ("done", "missed", "waived", "put off", "skipped")


@dataclass(frozen=True)
class Walk:
    """A walk under way: the pupils in the order they had when it began, the place, and what was done so far."""

    caseload: str
    """The caseload as ``Caseload.to_json``."""
    description: str
    pupil_ids: tuple[int, ...]
    position: int = 0
    """Index of the pupil that is shown; equal to the number of pupils at the end."""
    tally: tuple[tuple[str, int], ...] = ()

    @property
    def pupil_id(self) -> int | None:
        """The pupil that is shown, or None at the end."""
        return self.pupil_ids[self.position] if self.position < len(self.pupil_ids) else None

    @property
    def finished(self) -> bool:
        """Whether the last pupil has been passed."""
        return self.position >= len(self.pupil_ids)

    def counts(self) -> dict[str, int]:
        """Give what was done so far, in the order of ``TALLIES``."""
        found = dict(self.tally)
        return {name: found.get(name, 0) for name in TALLIES}

    def tallied(self, name: str) -> "Walk":
        """Give the walk with one more of ``name`` counted."""
        counts = dict(self.tally)
        counts[name] = counts.get(name, 0) + 1
        return replace(self, tally=tuple(counts.items()))

    def moved(self, by: int) -> "Walk":
        """Give the walk some pupils on or back."""
        return replace(self, position=max(0, min(len(self.pupil_ids), self.position + by)))


def begin(workspace: Workspace, caseload: Caseload, pupil_ids: Sequence[int] | None = None) -> Walk:
    """Begin a walk through the pupils who need a decision (or through ``pupil_ids``), most pressing first."""
    ids = pupil_ids
    if ids is None:
        ids = store.walk_order(workspace.read(), caseloads.selection(workspace, caseload))
    walk = Walk(caseload.to_json(), caseloads.describe(workspace, caseload), tuple(ids))
    keep(workspace, walk)
    return walk


def keep(workspace: Workspace, walk: Walk) -> None:
    """Keep the place; a finished walk leaves none."""
    desk.put(workspace, _PLACE, None if walk.finished else asdict(walk))


def left_off(workspace: Workspace) -> Walk | None:
    """Give the walk that was stopped before its end, or None."""
    kept = desk.get(workspace, _PLACE)
    if kept is None:
        return None
    return Walk(
        kept["caseload"],
        kept["description"],
        tuple(kept["pupil_ids"]),
        kept["position"],
        tuple((name, number) for name, number in kept["tally"]),
    )


def to_decide(workspace: Workspace, pupil_id: int) -> list[StepRow]:
    """Give the pupil's overdue steps that nobody put off, longest overdue first: what the walk asks about."""
    today = workspace.clock.today
    return [
        row
        for row in store.of_pupil(workspace.read(), pupil_id)
        if row.outcome is None
        and row.late_after is not None
        and row.late_after < today
        and (row.remind_on is None or row.remind_on <= today)
    ]
