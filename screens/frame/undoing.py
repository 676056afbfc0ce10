"""Undo and redo say what they will take back, and ask when that was not done just now, here."""

from datetime import datetime
from typing import Any
from weakref import ref

from textual.screen import Screen

from screens.frame.dialogs import Choice, Choose, Confirm
from screens.frame.host import Host
from transitions.custody import history
from transitions.custody.history import HistoryEntry
from transitions.dates import short_with_year
from transitions.workspace import Workspace


class DoneHere:
    """What was done since the program was opened: on which screen, and when."""

    def __init__(self) -> None:
        self._done: dict[int, tuple[ref[Screen[Any]], datetime]] = {}

    def note(self, entry: HistoryEntry | None, screen: Screen[Any], at: datetime) -> str:
        """Note what was done; the name of what the next undo takes back, "" when that is not this."""
        if entry is None:
            return ""
        self._done[entry.id] = (ref(screen), at)
        return "" if entry.kind == "undo" else entry.name

    def surprise(self, workspace: Workspace, entry: HistoryEntry, screen: Screen[Any]) -> str:
        """Why one may not expect that this action is taken back; nothing when it was done just now on ``screen``."""
        if entry.id not in self._done:
            return "It was made before you opened the program."
        done_on, at = self._done[entry.id]
        if done_on() is not screen:
            return "It was made on another screen."
        return "" if history.is_recent(workspace, at) else "That was a while ago."


async def choose_change(host: Host) -> HistoryEntry | None:
    """List the last changes of everybody, and ask which of them is to be undone."""
    found = [entry for entry in history.entries(host.workspace) if entry.kind in ("change", "export")]
    if not found:
        host.say("Nothing has been changed yet.")
        return None
    following = history.next_undo(host.workspace)
    choices = [
        Choice(
            entry,
            f"{'= ' if following and entry.id == following.id else ''}{entry.name}: {host.told(entry.summary)}",
            hint=" · ".join(
                filter(None, (entry.worker or "nobody signed in", _when(entry), "undone" if entry.undone else ""))
            ),
        )
        for entry in found
    ]
    detail = "Enter asks whether to undo it. = marks what u would undo next."
    entry = await host.ask(Choose("The last changes", choices, detail=detail))
    if entry is None:
        return None
    if entry.undone:
        again = " U redoes the last undo." if history.next_redo(host.workspace) else ""
        host.say(f"This has already been undone.{again}")
        return None
    if entry.kind == "export":
        host.say(
            "There is nothing to undo here: an exported file can’t be recalled, and a changed passphrase stays changed."
        )
        return None
    return entry if await host.ask(sure(entry, host.told(entry.summary), "")) else None


def _when(entry: HistoryEntry) -> str:
    moment = entry.at.astimezone()
    return f"{short_with_year(moment.date())}, {moment:%H:%M}"


def sure(entry: HistoryEntry, summary: str, surprise: str) -> Confirm:
    """The question before an action is undone; or done again, where ``entry`` is an undoing."""
    was_undone = entry.kind == "undo"
    question = f"Do “{entry.name}” again?" if was_undone else f"Undo “{entry.name}”?"
    when = f"{'Undone' if was_undone else 'Recorded'} {history.told(entry)}."
    yes = "Do it again" if was_undone else "Undo it"
    return Confirm(question, f"{summary}\n{when} {surprise}", yes=yes, no="Leave it as it is")
