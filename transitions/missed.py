"""The missed list: what is overdue and asks for a decision, and what was flagged missed."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from db import steps as store
from db.steps import MissedRow
from transitions import caseload as caseloads
from transitions.calendar import academic_year, year_group_label
from transitions.caseload import Caseload
from transitions.recording import Step
from transitions.workspace import Workspace

__all__ = ["GROUPS", "Group", "MissedRow", "Section", "Totals", "listing", "rows", "sections", "totals"]

Group = Literal["", "school", "year group", "milestone", "worker"]
GROUPS: tuple[Group, ...] = ("", "school", "year group", "milestone", "worker")


class Section(NamedTuple):
    """A heading in the list and the steps under it."""

    title: str
    steps: tuple[Step, ...]


class Totals(NamedTuple):
    """How many steps are overdue, with no decision yet, and how many are flagged missed; never added together."""

    overdue: int
    missed: int


def sections(workspace: Workspace, caseload: Caseload, group: Group = "") -> list[Section]:
    """Give the list in sections: overdue above, missed below, each split by the group when there is one."""
    chosen = caseloads.selection(workspace, caseload)
    year = academic_year(workspace.clock.today)
    found: list[Section] = []
    for title, test in (("Overdue, no decision yet", store.OVERDUE), ("Missed", store.MISSED)):
        keys = store.missed_keys(workspace.read(), chosen, test, group)
        under: dict[str, list[Step]] = {}
        for pupil_id, milestone_id, cycle, name in keys:
            under.setdefault(name, []).append(Step(pupil_id, milestone_id, cycle))
        for name, steps in under.items():
            label = year_group_label(year - int(name)) if group == "year group" else name
            found.append(Section(f"{title} · {label}" if group else title, tuple(steps)))
    return found


def rows(workspace: Workspace, steps: Sequence[Step]) -> Mapping[Step, MissedRow]:
    """Give the rows of a window, by step."""
    found = store.missed_window(workspace.read(), steps)
    return {Step(*key): row for key, row in found.items()}


def listing(
    workspace: Workspace, caseload: Caseload, *, overdue: bool = True, missed: bool = True, limit: int | None = None
) -> list[MissedRow]:
    """Give the rows for the command line and for exports: overdue ones, longest first, then missed ones."""
    chosen = caseloads.selection(workspace, caseload)
    return store.missed_rows(workspace.read(), chosen, overdue=overdue, missed=missed, limit=limit)


def totals(workspace: Workspace, caseload: Caseload) -> Totals:
    """Give how many steps are overdue and how many missed."""
    return Totals(*store.missed_counts(workspace.read(), caseloads.selection(workspace, caseload)))
