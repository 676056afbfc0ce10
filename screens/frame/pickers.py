"""What the fields that look for a school or a worker find while one types."""

from collections.abc import Callable, Sequence

from screens.widgets.fields import Option
from transitions.pupils import lists
from transitions.team import workers
from transitions.text import answering
from transitions.workspace import Workspace

Finder = Callable[[str], Sequence[Option]]
_BEFORE_DETAIL = " · "


def school_finder(workspace: Workspace) -> Finder:
    def find(typed: str) -> Sequence[Option]:
        # What was picked stands in the field with its detail, which is no part of the name.
        found = lists.schools_by_name(workspace, typed.partition(_BEFORE_DETAIL)[0])
        return [(school.id, _with_detail(school.name, school.detail)) for school in found]

    return find


def worker_finder(workspace: Workspace) -> Finder:
    def find(typed: str) -> Sequence[Option]:
        known = workers.workers_by_name(workspace)
        found = answering(typed.partition(_BEFORE_DETAIL)[0], known, lambda worker: f"{worker.name} {worker.detail}")
        return [(worker.id, _with_detail(worker.name, worker.detail)) for worker in found]

    return find


def _with_detail(name: str, detail: str) -> str:
    return f"{name}{_BEFORE_DETAIL}{detail}" if detail else name
