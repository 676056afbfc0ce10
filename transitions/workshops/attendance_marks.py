"""Who came: marks of the register, set one at a time or for all who are left, and what they said of their confidence."""

from collections.abc import Sequence
from typing import Any

from db.vocabulary import ATTENDANCES
from db.workshops import workshops as store
from db.workshops.workshops import InvitationRow
from transitions.errors import FieldProblems, NotAllowed
from transitions.fields import read_words
from transitions.workshops.register import (
    DID_NOT_COME,
    NOTHING_OF_THE_DAY,
    check_day,
    invited_name,
    line_of,
    of_lines,
    one_workshop,
    say_held,
)
from transitions.workshops.saving import called, standing
from transitions.workspace import Recorded, Workspace

__all__ = ["confidence", "mark", "mark_rest_absent", "note"]

_MARKED = {"came": "Came", "apologies": "Sent apologies", "absent": "Absent", "invited": "Mark set back"}


def mark(
    workspace: Workspace, invitation_ids: Sequence[int], attendance: str, *, people: int | None = None
) -> Recorded:
    """Mark lines of one workshop's register: came (with how many people), apologies, absent, or invited for not marked.

    The first mark on or after its day says that a planned workshop was held. Who did not come keeps no number of people and
    no confidence. Raises NotAllowed before its day (but for apologies), and for a workshop that was called off or archived;
    NoSuchRecord.
    """
    if attendance not in ATTENDANCES:
        raise NotAllowed(f"{attendance!r} is not known. Choose one of: {', '.join(ATTENDANCES)}")
    lines = [line_of(workspace, number) for number in dict.fromkeys(invitation_ids)]
    if not lines:
        return Recorded(_MARKED[attendance], "nobody", 0)
    row = standing(workspace, one_workshop(lines))
    check_day(workspace, row, attendance)
    values: dict[str, Any] = {"attendance": attendance}
    if attendance != "came":
        values |= NOTHING_OF_THE_DAY if attendance in DID_NOT_COME else {"people": None}
    elif people is not None:
        if people < 0:
            raise FieldProblems({"people": "expected a whole number from 0"})
        values["people"] = people
    with workspace.change(_MARKED[attendance], f"{called(row)} · {of_lines(lines)}") as action:
        for line in lines:
            action.update("workshop_invitation", {"id": line.id}, values)
        say_held(workspace, action, row, attendance)
    return action.recorded


def mark_rest_absent(workspace: Workspace, workshop_id: int) -> Recorded:
    """Mark everybody absent of whom nobody has said whether they came. Raises as ``mark``."""
    left = [one.id for one in store.invitations(workspace.read(), workshop_id) if one.attendance == "invited"]
    return mark(workspace, left, "absent")


def note(workspace: Workspace, invitation_id: int, text: str) -> Recorded:
    """Write a note on a line of the register; empty text empties it. Raises FieldProblems, NotAllowed, NoSuchRecord."""
    try:
        words = read_words(text)
    except ValueError as problem:
        raise FieldProblems({"note": str(problem)}) from None
    return _change(workspace, line_of(workspace, invitation_id), "Note on the register", {"note": words})


def confidence(workspace: Workspace, invitation_id: int, before: int | None, after: int | None) -> Recorded:
    """Note how confident somebody was before and after, 1 to 5 or None; who was asked afterwards came, and is marked so.

    Raises FieldProblems out of range, NotAllowed for somebody who did not come or before the day, and NoSuchRecord.
    """
    given = {"before": before, "after": after}
    wrong = {name: "expected 1 to 5" for name, value in given.items() if value is not None and not 1 <= value <= 5}
    if wrong:
        raise FieldProblems(wrong)
    line = line_of(workspace, invitation_id)
    if line.attendance in DID_NOT_COME and given != {"before": None, "after": None}:
        raise NotAllowed(f"{invited_name(line)} did not come. Set the mark right first, if that is wrong.")
    values: dict[str, Any] = dict(given)
    if after is not None and line.attendance == "invited":
        values["attendance"] = "came"
    return _change(workspace, line, "Confidence noted", values)


def _change(workspace: Workspace, line: InvitationRow, name: str, values: dict[str, Any]) -> Recorded:
    row = standing(workspace, line.workshop_id)
    summary = f"{called(row)} · {of_lines([line])}"
    if "attendance" in values:
        check_day(workspace, row, values["attendance"])
    with workspace.change(name, summary) as action:
        action.update("workshop_invitation", {"id": line.id}, values)
        if "attendance" in values:
            say_held(workspace, action, row, values["attendance"])
    return action.recorded
