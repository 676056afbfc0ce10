"""The form for a member of staff."""

from screens.frame.host import Host
from screens.frame.record_form import Leaving, RecordForm, fields_form, questions
from transitions.fields import typed_in
from transitions.pupils import lists
from transitions.team import workers
from transitions.team.workers import WORKER_FIELDS
from transitions.workspace import Recorded, Workspace


def worker_form(host: Host, worker_id: int | None) -> RecordForm:
    """Give the form for a worker, or for a new one. Raises ``NoSuchRecord`` when the worker is no longer there."""
    workspace = host.workspace
    stored = {} if worker_id is None else lists.worker(workspace, worker_id)

    def save(fields: dict[str, object]) -> Recorded:
        if fields:
            workers.save_worker(workspace, worker_id, fields)
        name = str(fields.get("name") or stored["name"])
        return Recorded("Worker added" if worker_id is None else "Worker edited", name, len(fields))

    return fields_form(
        "Add a member of staff" if worker_id is None else f"Edit {stored['name']}",
        questions(
            WORKER_FIELDS,
            typed_in(workspace),
            ("name", "role", "school", "email", "telephone"),
            here={"role": {"required": True}},
        ),
        stored,
        save,
        f"draft worker {worker_id or 'new'}",
        worker_id,
        leaving=_leaving(workspace, stays=not stored.get("archived", False)),
    )


def _leaving(workspace: Workspace, *, stays: bool) -> Leaving:
    return Leaving(
        "works_here",
        "Works here",
        "No takes the name out of the lists to pick from",
        lambda number: workers.archive_worker(workspace, number),
        lambda number: workers.restore_worker(workspace, number),
        saves=True,
        stay=stays,
    )
