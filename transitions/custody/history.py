"""The journal as people use it: what happened, undo and redo."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from db import journal
from db.journal import Action, HistoryEntry, Undone
from transitions.dates import long
from transitions.errors import NotAllowed
from transitions.workspace import Workspace

RECENT = timedelta(minutes=5)
"""For how long one is trusted to know what an undo takes back."""
__all__ = ["HistoryEntry", "Undone"]


def undo(workspace: Workspace, action_id: int | None = None) -> Undone:
    """Take back my last action, or the one with this number, and plan its pupils again.

    Raises ``NothingToUndo``, ``ChangedSince`` naming the field when something has been changed since, and ``NotAllowed``.
    """
    said = workspace.refusal("what others did")
    if said and action_id is not None and journal.who_did(workspace.read(), action_id) != workspace.me:
        raise NotAllowed(said)
    return _settle(workspace, partial(journal.undo, action_id=action_id))


def redo(workspace: Workspace) -> Undone:
    """Put back what my last undo took away. Raises as ``undo`` does."""
    return _settle(workspace, journal.redo)


def who_changed(workspace: Workspace, table: str, number: int, column: str) -> str | None:
    """Who was the last to change a column of a record; None where that was nobody, or cannot be seen."""
    return journal.who_changed(workspace.read(), table, {"id": number}, column)


def next_undo(workspace: Workspace) -> HistoryEntry | None:
    """What ``undo`` would take back."""
    return journal.reversed_next(workspace.read(), "undo", workspace.me)


def next_redo(workspace: Workspace) -> HistoryEntry | None:
    """The undoing that ``redo`` would take back."""
    return journal.reversed_next(workspace.read(), "redo", workspace.me)


def is_recent(workspace: Workspace, at: datetime) -> bool:
    """Whether one still knows what one did ``at`` that moment."""
    return workspace.clock.now() - at <= RECENT


def told(entry: HistoryEntry) -> str:
    """When an action was done and by whom: "by K. Osei on Friday 13 February 2026 at 14:05"."""
    moment = entry.at.astimezone()
    return f"by {entry.worker or 'nobody signed in'} on {long(moment.date())} at {moment:%H:%M}"


def entries(workspace: Workspace, *, pupil_id: int | None = None, limit: int = 200) -> list[HistoryEntry]:
    return journal.entries(workspace.read(), pupil_id=pupil_id, limit=limit)


def rows_changed(workspace: Workspace, entry: HistoryEntry) -> int:
    return journal.rows_changed(workspace.read(), entry.id)


def _settle(workspace: Workspace, reverse: Callable[..., tuple[Action, Undone]]) -> Undone:
    if said := workspace.refusal("pupils"):
        raise NotAllowed(said)
    workspace.ensure_day_has_come()
    workspace.get_ready()
    with workspace.writing() as connection:
        action, undone = reverse(connection, worker_id=workspace.me, at=workspace.clock.now())
        workspace.settle(action)
    return undone
