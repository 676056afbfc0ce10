"""The list of members of staff, with how many pupils each answers for, and who of them is at the keyboard."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.text import Text

from screens.frame.command_list import STAFF
from screens.frame.record_list import RecordList
from screens.frame.safe import cell
from screens.widgets.columns import Column
from screens.widgets.window_table import Row
from transitions.pupils import lists
from transitions.pupils.lists import WorkerLine


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
        """Give the members of staff who answer to ``text``, by name; those who have left come last."""
        found = [line.id for line in lists.workers(self.workspace, text)]
        return found if limit < 0 else found[:limit]

    def rows(self, keys: Sequence[int]) -> Mapping[int, Row]:
        """Give the rows of a window."""
        wanted = set(keys)
        return {line.id: self._cells(line) for line in lists.workers(self.workspace) if line.id in wanted}

    def empty_words(self) -> str:
        """Say how staff get here."""
        return "Nobody is recorded yet. a adds a member of staff; an import of pupils adds those whom it names."

    async def action_add(self) -> None:
        await self._open_form(None)

    async def action_edit(self) -> None:
        if self.table.cursor_key is not None:
            await self._open_form(self.table.cursor_key)

    async def _open_form(self, worker_id: int | None) -> None:
        from screens.frame.record_form import open_form
        from screens.pupils.worker_form import worker_form

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
