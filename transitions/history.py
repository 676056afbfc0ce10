"""The journal as people use it: what happened, undo and redo."""

from collections.abc import Callable
from datetime import datetime

from db import journal
from db.driver import Connection
from db.journal import Action, Entry, FieldChange, Undone
from transitions.workspace import Workspace

__all__ = ["Entry", "FieldChange", "Undone"]


def undo(workspace: Workspace, action_id: int | None = None) -> Undone:
    """Take back my last action, or the one with this number, and plan its pupils again.

    Raises ``NothingToUndo``, or ``ChangedSince`` naming the field when something has been changed since.
    """

    def reverse(connection: Connection, worker_id: int | None, at: datetime) -> tuple[Action, Undone]:
        return journal.undo(connection, worker_id=worker_id, at=at, action_id=action_id)

    return _settle(workspace, reverse)


def redo(workspace: Workspace) -> Undone:
    """Put back what my last undo took away. Raises as ``undo`` does."""

    def reverse(connection: Connection, worker_id: int | None, at: datetime) -> tuple[Action, Undone]:
        return journal.redo(connection, worker_id=worker_id, at=at)

    return _settle(workspace, reverse)


def entries(workspace: Workspace, *, pupil_id: int | None = None, limit: int = 200) -> list[Entry]:
    return journal.entries(workspace.read(), pupil_id=pupil_id, limit=limit)


def field_changes(workspace: Workspace, action_id: int, *, pupil_id: int | None = None) -> list[FieldChange]:
    return journal.field_changes(workspace.read(), action_id, pupil_id=pupil_id)


def _settle(
    workspace: Workspace, reverse: Callable[[Connection, int | None, datetime], tuple[Action, Undone]]
) -> Undone:
    with workspace.writing() as connection:
        action, undone = reverse(connection, workspace.me, workspace.clock.now())
        workspace.settle(action)
    return undone
