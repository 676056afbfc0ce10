"""The journal as people use it: what happened, undo and redo."""

from collections.abc import Callable
from functools import partial

from db import journal
from db.journal import Action, FieldChange, HistoryEntry, Undone
from transitions.workspace import Workspace

__all__ = ["FieldChange", "HistoryEntry", "Undone"]


def undo(workspace: Workspace, action_id: int | None = None) -> Undone:
    """Take back my last action, or the one with this number, and plan its pupils again.

    Raises ``NothingToUndo``, or ``ChangedSince`` naming the field when something has been changed since.
    """
    return _settle(workspace, partial(journal.undo, action_id=action_id))


def redo(workspace: Workspace) -> Undone:
    """Put back what my last undo took away. Raises as ``undo`` does."""
    return _settle(workspace, journal.redo)


def entries(workspace: Workspace, *, pupil_id: int | None = None, limit: int = 200) -> list[HistoryEntry]:
    return journal.entries(workspace.read(), pupil_id=pupil_id, limit=limit)


def field_changes(workspace: Workspace, action_id: int, *, pupil_id: int | None = None) -> list[FieldChange]:
    return journal.field_changes(workspace.read(), action_id, pupil_id=pupil_id)


def _settle(workspace: Workspace, reverse: Callable[..., tuple[Action, Undone]]) -> Undone:
    with workspace.writing() as connection:
        action, undone = reverse(connection, worker_id=workspace.me, at=workspace.clock.now())
        workspace.settle(action)
    return undone
