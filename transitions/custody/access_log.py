"""Who opened which pupil's record, a row for a person, a pupil and ten minutes; and which files left."""

from contextlib import suppress
from typing import Final

from db.custody import access_log as store
from db.custody.access_log import ExportRow, ViewRow
from db.errors import CannotWriteDatabase, DatabaseInUse
from db.journal import HistoryEntry
from transitions.workspace import Workspace

__all__ = ["ExportRow", "ViewRow", "exports", "note", "views", "write"]

_MOST_WAITING: Final = 1_000


def note(workspace: Workspace, pupil_id: int, how: str) -> None:
    """Note that the person at the keyboard opened a record; ``how`` is the screen, such as "page" or "plan", or the command.

    Nobody is kept from reading by it: while another program writes it waits for the next one, and a file that can only be read keeps none.
    """
    row = (workspace.me, pupil_id, how, workspace.clock.now())
    if workspace.database.notes_looks and not store.is_noted(workspace.read(), *row):
        workspace.waiting_views[: -_MOST_WAITING + 1] = []
        workspace.waiting_views.append(row)
        with suppress(CannotWriteDatabase, DatabaseInUse):
            write(workspace)


def write(workspace: Workspace) -> None:
    """Write what waits. Raises ``DatabaseInUse`` while another program writes, and ``CannotWriteDatabase``."""
    if workspace.waiting_views:
        with workspace.database.write() as connection:
            for row in workspace.waiting_views:
                if not store.is_noted(connection, *row):
                    store.note(connection, *row)
        workspace.waiting_views.clear()


def kind_of(entry: HistoryEntry) -> str:
    """What kind of action it is to a reader: a changed passphrase is kept as an export, and is none."""
    return "access" if entry.name == store.ACCESS else entry.kind


def views(
    workspace: Workspace, *, pupil_id: int | None = None, worker_id: int | None = None, limit: int
) -> list[ViewRow]:
    """The newest first."""
    return store.views(workspace.read(), pupil_id=pupil_id, worker_id=worker_id, limit=limit)


def exports(workspace: Workspace, *, limit: int) -> list[ExportRow]:
    """The newest first."""
    return store.exports(workspace.read(), limit=limit)
