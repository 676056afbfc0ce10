"""The list of members of staff, with how many pupils each answers for and who is at the keyboard, and the form for one."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.text import Text

from screens.frame.commands import STAFF
from screens.frame.host import Host
from screens.frame.record_form import Leaving, RecordForm, fields_form, questions
from screens.frame.record_list import RecordList
from screens.frame.safe import cell
from screens.widgets.columns import Column
from screens.widgets.window_table import Row
from transitions.fields import typed_in
from transitions.pupils import lists
from transitions.pupils.lists import WorkerLine
from transitions.team import workers
from transitions.team.workers import WORKER_FIELDS
from transitions.workspace import Recorded, Workspace


def worker_form(host: Host, worker_id: int | None) -> RecordForm:
    """The form for a worker, or for a new one. Raises ``NoSuchRecord`` when the worker is no longer there."""
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


class StaffScreen(RecordList):
    """A row's key is the worker's number."""

    SCOPE = STAFF
    TITLE_OF_LIST = "Staff"
    FIND = "find a name or a role"
    OPENS = "worker.edit"
    NEEDS_ROW: ClassVar[frozenset[str]] = frozenset({"worker.edit", "worker.me"})
    COLUMNS: ClassVar[Sequence[Column]] = (
        Column("Name", flex=2, min_width=24, priority=9),
        Column("Role", flex=1, min_width=16, priority=7),
        Column("Pupils", width=7, align="right", priority=8),
    )

    def keys(self, text: str, limit: int = -1) -> Sequence[int]:
        """The members of staff who answer to ``text``, by name; those who have left come last."""
        found = [line.id for line in lists.workers(self.workspace, text)]
        return found if limit < 0 else found[:limit]

    def rows(self, keys: Sequence[int]) -> Mapping[int, Row]:
        wanted = set(keys)
        return {line.id: self._cells(line) for line in lists.workers(self.workspace) if line.id in wanted}

    def empty_words(self) -> str:
        return "Nobody is recorded yet. a adds a member of staff; an import of pupils adds those whom it names."

    async def action_add(self) -> None:
        await self._open_form(None)

    async def action_edit(self) -> None:
        if self.table.cursor_key is not None:
            await self._open_form(self.table.cursor_key)

    async def _open_form(self, worker_id: int | None) -> None:
        from screens.frame.record_form import open_form

        if await open_form(self.host, worker_form(self.host, worker_id)):
            self.host.worker_changed()

    def action_me(self) -> None:
        worker_id = self.table.cursor_key
        if worker_id is None:
            return
        self.workspace.become(worker_id)
        self.host.worker_changed()
        self.say(f"You are {self.host.who} now. My caseload, saved views and drafts are those of this person.")

    def _cells(self, line: WorkerLine) -> Row:
        marks = [word for word, holds in (("me", line.id == self.workspace.me), ("has left", line.archived)) if holds]
        name = Text.assemble(cell(line.name), (f"  ({', '.join(marks)})" if marks else "", "dim"))
        return (name, line.role, f"{line.pupils:,}" if line.pupils else "-")
