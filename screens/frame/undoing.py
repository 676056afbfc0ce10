"""Undo and redo say what they will take back, and ask when that was not done just now, here."""

from datetime import datetime
from typing import Any
from weakref import ref

from textual.screen import Screen

from screens.frame.dialogs import Confirm
from transitions.custody import history
from transitions.custody.history import HistoryEntry
from transitions.workspace import Workspace


class DoneHere:
    """What was done since the program was opened: on which screen, and when."""

    def __init__(self) -> None:
        self._done: dict[int, tuple[ref[Screen[Any]], datetime]] = {}

    def note(self, action_id: int, screen: Screen[Any], at: datetime) -> None:
        self._done[action_id] = (ref(screen), at)

    def surprise(self, workspace: Workspace, entry: HistoryEntry, screen: Screen[Any]) -> str:
        """Why one may not expect that this action is taken back; nothing when it was done just now on ``screen``."""
        if entry.id not in self._done:
            return "It was made before you opened the program."
        done_on, at = self._done[entry.id]
        if done_on() is not screen:
            return "It was made on another screen."
        return "" if history.is_recent(workspace, at) else "That was a while ago."


def sure(entry: HistoryEntry, summary: str, surprise: str) -> Confirm:
    """The question before an action is undone; or done again, where ``entry`` is an undoing."""
    was_undone = entry.kind == "undo"
    question = f"Do “{entry.name}” again?" if was_undone else f"Undo “{entry.name}”?"
    when = f"{'Undone' if was_undone else 'Recorded'} {history.told(entry)}."
    yes = "Do it again" if was_undone else "Undo it"
    return Confirm(question, f"{summary}\n{when} {surprise}", yes=yes, no="Leave it as it is")
