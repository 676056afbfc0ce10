"""A line of a workshop's register: whom it names, and when it may be marked."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from db.journal import Action
from db.workshops import workshops as store
from db.workshops.workshops import InvitationRow, WorkshopRow
from transitions.dates import short_with_year
from transitions.errors import NoSuchRecord, NotAllowed
from transitions.workspace import Workspace

__all__ = [
    "DID_NOT_COME",
    "NOTHING_OF_THE_DAY",
    "check_day",
    "invited_name",
    "line_of",
    "of_lines",
    "one_workshop",
    "say_held",
]

DID_NOT_COME: Final = ("apologies", "absent")
NOTHING_OF_THE_DAY: Final[Mapping[str, Any]] = {"people": None, "before": None, "after": None}
"""What is kept only of somebody who may have come: how many people, and how confident they were."""


def line_of(workspace: Workspace, invitation_id: int) -> InvitationRow:
    """Give a line of a register. Raises NoSuchRecord."""
    line = store.invitation(workspace.read(), invitation_id)
    if line is None:
        raise NoSuchRecord("This line of the register is no longer there: look at the workshop again.")
    return line


def invited_name(line: InvitationRow) -> str:
    """Give whom a line is about: "Layfield Primary", "B. Lee (Layfield Primary)"."""
    of = line.school or line.agency
    return f"{line.name} ({of})" if line.name and of else line.name or of or ""


def of_lines(lines: Sequence[InvitationRow]) -> str:
    """Give whom lines are about for a summary: the one, or how many."""
    return invited_name(lines[0]) if len(lines) == 1 else f"{len(lines)} of those invited"


def check_day(workspace: Workspace, row: WorkshopRow, attendance: str) -> None:
    """Raise NotAllowed when somebody is said to have come, or not, to a workshop that is to come or was called off."""
    if row.status == "cancelled":
        raise NotAllowed("This workshop was called off. Bring it back first, if it was held after all.")
    if attendance in ("came", "absent") and row.on_day > workspace.clock.today:
        raise NotAllowed(f"{short_with_year(row.on_day)} is still to come: only apologies can be noted before.")


def one_workshop(lines: Sequence[InvitationRow]) -> int:
    """Give the workshop of these lines. Raises NotAllowed when they are of several."""
    if len({line.workshop_id for line in lines}) > 1:
        raise NotAllowed("These lines are of several workshops. Choose those of one.")
    return lines[0].workshop_id


def say_held(workspace: Workspace, action: Action, row: WorkshopRow, attendance: str) -> None:
    """Say, with the first mark on or after its day, that a planned workshop was held."""
    if attendance != "invited" and row.status == "planned" and row.on_day <= workspace.clock.today:
        action.update("workshop", {"id": row.id}, {"status": "held"})
