"""What the fields that look for a school or a worker find while one types, and choosing a group of schools."""

from collections.abc import Callable, Sequence

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from screens.frame.render_context import list_name
from screens.widgets.fields import Option
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.pupils import lists, school_groups
from transitions.team import workers
from transitions.text import answering, how_many
from transitions.workspace import Workspace

Finder = Callable[[str], Sequence[Option]]
_PUPILS_FOUND = 50
_BEFORE_DETAIL = " · "


def school_finder(workspace: Workspace) -> Finder:
    def find(typed: str) -> Sequence[Option]:
        # What was picked stands in the field with its detail, which is no part of the name.
        name = typed.partition(_BEFORE_DETAIL)[0]
        found = lists.schools_by_name(workspace, name) or lists.nearest_schools(workspace, name)
        return [(school.id, _with_detail(school.name, school.detail)) for school in found]

    return find


def worker_finder(workspace: Workspace) -> Finder:
    def find(typed: str) -> Sequence[Option]:
        known = workers.workers_by_name(workspace)
        found = answering(typed.partition(_BEFORE_DETAIL)[0], known, lambda worker: f"{worker.name} {worker.detail}")
        return [(worker.id, _with_detail(worker.name, worker.detail)) for worker in found]

    return find


def pupil_finder(host: Host) -> Finder:
    """What finds pupils by a part of their names, the first fifty of them."""

    def find(typed: str) -> Sequence[Option]:
        asked = Caseload(text=typed.partition(_BEFORE_DETAIL)[0].replace(",", " "), sort="name")
        return [
            (
                row.id,
                _with_detail(
                    list_name(row.preferred_name or row.forename, row.surname, hidden=host.private), row.school or ""
                ),
            )
            for row in caseloads.first_rows(host.workspace, asked, _PUPILS_FOUND)
        ]

    return find


def _with_detail(name: str, detail: str) -> str:
    return f"{name}{_BEFORE_DETAIL}{detail}" if detail else name


async def choose_group(host: Host, question: str) -> int | None:
    """Ask for a group of schools; says how one is made when there is none."""
    found = school_groups.groups(host.workspace)
    if not found:
        host.say(
            "There are no school groups yet. In the list of schools, ; adds a school to a group and I imports a table."
        )
        return None
    choices = [Choice(one.id, school_groups.called(one), hint=how_many(one.schools, "school")) for one in found]
    return await host.ask(Choose(question, choices))
