"""Walking a caseload: one pupil at a time, in order of need, with a place that is kept until tomorrow."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, NamedTuple

from db.caseload import actions as action_store
from db.caseload.actions import ActionKey, ActionState, DueAction
from db.milestones import steps as store
from db.milestones.steps import StepRow
from db.pupils.pupils import reminders
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.milestones import recording
from transitions.milestones.recording import Step, put_off_until
from transitions.team import workers
from transitions.workspace import Recorded, Workspace

__all__ = ["ActionKey", "DueAction"]

_PLACE = "walk"
DECISIONS = ("done", "missed", "waived", "put off")
TALLIES = (*DECISIONS, "skipped")
_OUTCOMES = {
    "done": ("met", "late"),
    "missed": ("missed",),
    "waived": ("waived", "not applicable"),
}


class PupilKey(NamedTuple):
    """Which pupil was put off."""

    pupil_id: int


About = Step | ActionKey | PupilKey


class Decision(NamedTuple):
    """What was decided in a walk about one step, action or pupil; ``kind`` is one of ``DECISIONS``."""

    about: About
    kind: str


@dataclass(frozen=True)
class Walk:
    """A walk under way: the pupils in the order they had when it began, the place, and what was done so far."""

    caseload: str
    """The caseload as ``Caseload.to_json``."""
    description: str
    pupil_ids: tuple[int, ...]
    position: int = 0
    """Index of the pupil that is shown; equal to the number of pupils at the end."""
    decisions: tuple[Decision, ...] = ()
    """In the order in which they were made; some may have been undone since: ``tally`` looks."""
    skipped: tuple[int, ...] = ()
    """The pupils who were passed without a decision."""

    @property
    def pupil_id(self) -> int | None:
        return self.pupil_ids[self.position] if self.position < len(self.pupil_ids) else None

    @property
    def finished(self) -> bool:
        return self.position >= len(self.pupil_ids)

    def decided(self, about: About, kind: str) -> "Walk":
        return replace(
            self,
            decisions=(*self.decisions, Decision(about, kind)),
            skipped=tuple(pupil_id for pupil_id in self.skipped if pupil_id != self.pupil_id),
        )

    def passed_by(self) -> "Walk":
        pupil_id = self.pupil_id
        if pupil_id is None or pupil_id in self.skipped:
            return self.moved(1)
        return replace(self, skipped=(*self.skipped, pupil_id)).moved(1)

    def moved(self, by: int) -> "Walk":
        return replace(self, position=max(0, min(len(self.pupil_ids), self.position + by)))

    def at(self, pupil_id: int) -> "Walk":
        """The walk at this pupil; where it was when the pupil is not part of it."""
        return replace(self, position=self.pupil_ids.index(pupil_id)) if pupil_id in self.pupil_ids else self


def begin(workspace: Workspace, caseload: Caseload, pupil_ids: Sequence[int] | None = None) -> Walk:
    """Begin a walk through the pupils with something overdue, a step or an action (or ``pupil_ids``), most pressing first."""
    ids = pupil_ids
    if ids is None:
        ids = store.walk_order(workspace.read(), caseloads.selection(workspace, caseload))
    walk = Walk(caseload.to_json(), caseloads.describe(workspace, caseload), tuple(ids))
    keep_place(workspace, walk)
    return walk


def keep_place(workspace: Workspace, walk: Walk) -> None:
    """Keep the place; a finished walk leaves none."""
    # By hand: asdict would copy a long walk pupil by pupil, at every key.
    values = {field.name: getattr(walk, field.name) for field in fields(walk)}
    workers.leave_on_desk(workspace, _PLACE, None if walk.finished else values)


def left_off(workspace: Workspace) -> Walk | None:
    kept = workers.left_on_desk(workspace, _PLACE)
    if kept is None:
        return None
    decisions: list[Any] = kept.get("decisions", [])
    return Walk(
        kept["caseload"],
        kept["description"],
        tuple(kept["pupil_ids"]),
        kept["position"],
        tuple(Decision(_about(parts), kind) for parts, kind in decisions),
        tuple(kept.get("skipped", ())),
    )


def tally(workspace: Workspace, walk: Walk) -> dict[str, int]:
    """What was done so far, in the order of ``TALLIES``; what has been undone since does not count.

    An action that was dropped counts as waived, one that was given a later day as put off.
    """
    latest = {decision.about: decision.kind for decision in walk.decisions}
    today, connection = workspace.clock.today, workspace.read()
    steps = store.outcomes(connection, [about for about in latest if isinstance(about, Step)])
    actions = action_store.states(connection, [about.action_id for about in latest if isinstance(about, ActionKey)])
    later = reminders(connection, [about.pupil_id for about in latest if isinstance(about, PupilKey)])
    counts = dict.fromkeys(TALLIES, 0)
    for about, kind in latest.items():
        if isinstance(about, ActionKey):
            stands = about.action_id in actions and _action_stands(kind, actions[about.action_id], today)
        elif isinstance(about, PupilKey):
            stands = about.pupil_id in later
        else:
            stands = steps.get(about) in _OUTCOMES.get(kind, ())
        counts[kind] += stands
    counts["skipped"] = len(walk.skipped)
    return counts


def to_decide(workspace: Workspace, pupil_id: int) -> list[StepRow]:
    """The pupil's overdue steps, longest overdue first: what the walk asks about. None of a pupil who was put off."""
    today = workspace.clock.today
    if put_off_until(workspace, pupil_id) is not None:
        return []
    rows = store.of_pupil(workspace.read(), pupil_id)
    return [row for row in rows if row.outcome is None and row.late_after is not None and row.late_after < today]


def actions_to_decide(workspace: Workspace, pupil_id: int) -> list[DueAction]:
    """The pupil's actions past their day, longest first: what the walk asks about after the steps."""
    if put_off_until(workspace, pupil_id) is not None:
        return []
    return action_store.overdue_of_pupil(workspace.read(), pupil_id, workspace.clock.today)


def about(key: Step | ActionKey, kind: str) -> About:
    """What a decision was about that was made when a step or an action was asked about: putting off takes the whole pupil."""
    return PupilKey(key.pupil_id) if kind == "put off" and isinstance(key, Step) else key


def put_off(workspace: Workspace, until: date, steps: Sequence[Step]) -> Recorded:
    """Put the pupils off whose steps these are."""
    return recording.put_off(workspace, list(dict.fromkeys(step.pupil_id for step in steps)), until)


def _about(parts: Sequence[int]) -> About:
    """Read back what a place that was kept says a decision was about: a step has three numbers, an action two, a pupil one."""
    if len(parts) == len(PupilKey._fields):
        return PupilKey(*parts)
    return Step(*parts) if len(parts) == len(Step._fields) else ActionKey(*parts)


def _action_stands(kind: str, now: ActionState, today: date) -> bool:
    if kind == "put off":
        return now.status == "open" and now.due_on is not None and now.due_on >= today
    return now.status == {"done": "done", "waived": "dropped"}.get(kind)
