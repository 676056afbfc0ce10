"""The form for a member of staff."""

from typing import TYPE_CHECKING

from screens.frame.pickers import school_finder
from screens.frame.record_form import RecordForm, Values
from screens.widgets.fields import Field
from transitions.milestones.recording import Recorded
from transitions.pupils import lists
from transitions.team import workers
from transitions.workspace import Workspace

if TYPE_CHECKING:
    from screens.frame.app import TransitionsApp

WORKS_HERE = "works_here"


def worker_form(app: "TransitionsApp", worker_id: int | None) -> RecordForm:
    """Give the form for a worker, or for a new one. Raises ``NoSuchRecord`` when the worker is no longer there."""
    workspace = app.workspace
    stored = {} if worker_id is None else lists.worker(workspace, worker_id)
    stored[WORKS_HERE] = not stored.get("archived", False)
    return RecordForm(
        "Add a member of staff" if worker_id is None else f"Edit {stored['name']}",
        _content(workspace, is_new=worker_id is None),
        stored,
        lambda values, changed: _save(workspace, worker_id, values, changed),
        f"draft worker {worker_id or 'new'}",
    )


def _content(workspace: Workspace, *, is_new: bool) -> list[Field]:
    roles = [(role, role if role.isupper() else role.capitalize()) for role in workers.ROLES]
    content = [
        Field(name="name", label="Name", required=True, help="As colleagues know it: K. Osei"),
        Field(name="role", label="Role", kind="choice", choices=roles, required=True),
        Field(
            name="school",
            label="School",
            kind="suggest",
            suggest=school_finder(workspace),
            help="Only for school staff",
        ),
        Field(name="email", label="Email"),
        Field(name="telephone", label="Telephone", width=24),
    ]
    if not is_new:
        content.append(
            Field(
                name=WORKS_HERE,
                label="Works here",
                kind="yes no",
                help="No takes the name out of the lists to pick from",
            )
        )
    return content


def _save(workspace: Workspace, worker_id: int | None, values: Values, changed: frozenset[str]) -> Recorded:
    name = str(values["name"])
    fields = {field: values[field] for field in changed - {WORKS_HERE}}
    if fields:
        workers.save_worker(workspace, worker_id, fields)
    if WORKS_HERE in changed and worker_id is not None:
        if values[WORKS_HERE] is False:
            workers.archive_worker(workspace, worker_id)
            return Recorded("Worker archived", name, 1)
        workers.restore_worker(workspace, worker_id)
    return Recorded("Worker added" if worker_id is None else "Worker edited", name, len(changed))
