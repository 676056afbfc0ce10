"""The missed list: what is overdue and asks for a decision, what was flagged missed, and actions past their day."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Literal, NamedTuple

from db.caseload import actions as action_store
from db.caseload.actions import ActionKey, DueAction
from db.milestones import steps as store
from db.milestones.steps import MissedRow
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.milestones.recording import Step
from transitions.school_year import academic_year, year_group_label
from transitions.workspace import Workspace

__all__ = ["ActionKey", "DueAction", "MissedRow"]

ACTION, ACTION_OVERDUE = "action", "action overdue"
"""What stands for the milestone's code, and for the state, of an action past its day; files and scripts rely on them."""
Group = Literal["", "school", "year group", "milestone", "worker"]
GROUPS: tuple[Group, ...] = ("", "school", "year group", "milestone", "worker")


class MissedSection(NamedTuple):
    """A heading in the list and the steps under it."""

    title: str
    steps: tuple[Step, ...]


class ActionSection(NamedTuple):
    """Actions past their day, and what their group is called; "" when they stand in one."""

    name: str
    actions: tuple[ActionKey, ...]


class Totals(NamedTuple):
    """How many steps are overdue, with no decision yet, and how many are flagged missed; never added together."""

    overdue: int
    missed: int


def sections(workspace: Workspace, caseload: Caseload, group: Group = "") -> list[MissedSection]:
    """The list in sections: overdue above, missed below, each split by the group when there is one."""
    chosen = caseloads.selection(workspace, caseload)
    found: list[MissedSection] = []
    for title, test in (("Overdue, no decision yet", store.OVERDUE), ("Missed", store.MISSED)):
        keys = store.missed_keys(workspace.read(), chosen, test, group)
        under: dict[str, list[Step]] = {}
        for pupil_id, milestone_id, cycle, name in keys:
            under.setdefault(name, []).append(Step(pupil_id, milestone_id, cycle))
        for name, steps in under.items():
            label = _label(workspace, group, name)
            found.append(MissedSection(f"{title} · {label}" if group else title, tuple(steps)))
    return found


def action_sections(workspace: Workspace, caseload: Caseload, group: Group = "") -> list[ActionSection]:
    """The actions past their day, longest first, split by the group; milestones do not part them.

    Of the filters the states do not count, and of those on milestones only the transition point, which is the plan's.
    """
    under: dict[str, list[ActionKey]] = {}
    for pupil_id, action_id, name in action_store.overdue_keys(
        workspace.read(), caseloads.selection(workspace, caseload), group
    ):
        under.setdefault(name, []).append(ActionKey(pupil_id, action_id))
    return [ActionSection(_label(workspace, group, name), tuple(actions)) for name, actions in under.items()]


def rows(workspace: Workspace, steps: Sequence[Step]) -> Mapping[Step, MissedRow]:
    found = store.missed_window(workspace.read(), steps)
    return {Step(*key): row for key, row in found.items()}


def listing(
    workspace: Workspace, caseload: Caseload, *, overdue: bool = True, missed: bool = True, limit: int | None = None
) -> list[MissedRow]:
    """The rows, overdue ones, longest first, then missed ones."""
    chosen = caseloads.selection(workspace, caseload)
    return list(islice(store.missed_rows(workspace.read(), chosen, overdue=overdue, missed=missed, limit=limit), limit))


def each(workspace: Workspace, caseload: Caseload, limit: int | None) -> Iterator[MissedRow | DueAction]:
    """The rows one by one, however many, and after them the actions past their day, unless a state of steps is asked for."""
    chosen, states = caseloads.selection(workspace, caseload), caseload.states
    wanted = states or ("overdue", "missed")
    with workspace.read().keeping_few_pages():
        steps = store.missed_rows(
            workspace.read(), chosen, overdue="overdue" in wanted, missed="missed" in wanted, limit=limit
        )
        actions = () if states else action_store.each_overdue(workspace.read(), chosen, limit)
        yield from islice(chain(steps, actions), limit)


def totals(workspace: Workspace, caseload: Caseload) -> Totals:
    return Totals(*store.missed_counts(workspace.read(), caseloads.selection(workspace, caseload)))


def action_rows(workspace: Workspace, keys: Sequence[ActionKey]) -> Mapping[ActionKey, DueAction]:
    return action_store.overdue_window(workspace.read(), [key.action_id for key in keys])


def overdue_actions(workspace: Workspace, caseload: Caseload, limit: int | None = None) -> list[DueAction]:
    """The actions past their day, longest first, filtered as ``action_sections`` are."""
    chosen = caseloads.selection(workspace, caseload)
    return list(action_store.each_overdue(workspace.read(), chosen, limit))


def overdue_actions_count(workspace: Workspace, caseload: Caseload) -> int:
    """How many actions are past their day; never added to the steps."""
    return action_store.overdue_count(workspace.read(), caseloads.selection(workspace, caseload))


def _label(workspace: Workspace, group: Group, name: str) -> str:
    return year_group_label(academic_year(workspace.clock.today) - int(name)) if group == "year group" else name
