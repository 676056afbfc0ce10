"""The child protection file: that there is one, when and how it went, by whom, and the receipt, never what is in it; friendships.

The file itself goes from one designated safeguarding lead to the other, apart from everything else, within 5 days of an
in-year transfer or within the first 5 days of the start of a new term, and the receipt is to be confirmed (Keeping children
safe in education). How it went is one of a few words, so that no words about it can be kept.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from db.handovers import handovers
from db.handovers.handovers import ChildProtectionRow, PairRow
from db.journal import Value
from db.pupils import pupils as pupil_store
from db.vocabulary import FRIENDSHIP_KINDS
from transitions.dates import short_with_year
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed, require
from transitions.fields import read_text
from transitions.team.workers import me_name
from transitions.workspace import Recorded, Workspace

__all__ = ["FRIENDSHIP_KINDS"]


def pair(workspace: Workspace, one: int, other: int, kind: str) -> Recorded:
    """Record that two pupils are to be kept together ("keep with") or apart ("keep apart"); a pair is the one or the other.

    Raises NotAllowed for another kind or one and the same pupil, and NoSuchRecord.
    """
    if kind not in FRIENDSHIP_KINDS:
        raise NotAllowed(f"{kind!r} is not understood. Choose one of: {', '.join(FRIENDSHIP_KINDS)}")
    if one == other:
        raise NotAllowed("A friendship is between two pupils: choose another one.")
    both = _both(workspace, one, other)
    name, summary = "Friendship recorded", f"{kind} · {both}"
    with workspace.change(name, summary) as action:
        existing = handovers.pair(action.connection, one, other)
        if existing is not None and existing.kind == kind:
            return Recorded(name, summary, 0)
        values: dict[str, Value] = {"kind": kind, "recorded_on": workspace.clock.today, "worker_id": workspace.me}
        number = existing.id if existing else None
        action.save("friendship", number, values, pupil_id=min(one, other), other_id=max(one, other))
    return Recorded(name, summary, 1)


def unpair(workspace: Workspace, one: int, other: int) -> Recorded:
    """Remove what is recorded about two pupils. Raises NoSuchRecord when there is nothing."""
    both = _both(workspace, one, other)
    name = "Friendship taken out"
    with workspace.change(name, both) as action:
        existing = require(handovers.pair(action.connection, one, other), f"Nothing is recorded about {both}.")
        action.delete("friendship", {"id": existing.id})
    return Recorded(name, both, 1)


def for_school(workspace: Workspace, school_id: int, pupil_ids: Sequence[int]) -> list[PairRow]:
    """The pairs that a school may be told of: both are among these pupils, and both go to it next."""
    return handovers.pairs_going_to(workspace.read(), school_id, pupil_ids)


def _both(workspace: Workspace, one: int, other: int) -> str:
    names = [pupil_store.pupil_name(workspace.read(), number) for number in (one, other)]
    if names[0] is None or names[1] is None:
        raise NoSuchRecord(f"There is no pupil with the number {one if names[0] is None else other}.")
    return f"{names[0]} and {names[1]}"


HOW: Final = ("secure e-mail", "secure portal", "by hand", "recorded delivery", "courier")
_LONGEST_NAME: Final = 80
Values = Callable[[ChildProtectionRow], Mapping[str, Value]]


def of_pupil(workspace: Workspace, pupil_id: int) -> list[ChildProtectionRow]:
    return handovers.child_protection(workspace.read(), pupil_id)


def record_sent(
    workspace: Workspace,
    pupil_id: int,
    to_school: int | None = None,
    *,
    how: str,
    on: date | None = None,
    by: str = "",
) -> Recorded:
    """Record that the child protection file went: to a school (None: the pupil's next school), how, when and by whom.

    Without ``by`` it is the worker at the keyboard. That there is a file is recorded with it. Raises NotAllowed for another
    way than ``HOW``, for a day to come and without a school; FieldProblems; NoSuchRecord.
    """
    pupil = require(pupil_store.page(workspace.read(), pupil_id), f"There is no pupil with the number {pupil_id}.")
    if how not in HOW:
        raise NotAllowed(f"{how!r} is not understood. Choose one of: {', '.join(HOW)}")
    day, receiver = _day(workspace, on), to_school or pupil.next_school_id
    school = pupil_store.school_name(workspace.read(), receiver)
    if receiver is None:
        raise NotAllowed("Say to which school it went: no next school is recorded for this pupil.")
    if school is None:
        raise NoSuchRecord("There is no such school. Add it first.")
    sender = _name(by) or me_name(workspace)
    name = "Child protection file sent"
    summary = f"{pupil_store.pupil_name(workspace.read(), pupil_id)} · to {school}"
    with workspace.change(name, summary) as action:
        action.update("pupil", {"id": pupil_id}, {"child_protection_file": True})
        action.insert(
            "child_protection_transfer",
            {"pupil_id": pupil_id, "to_school_id": receiver, "sent_on": day, "sent_how": how, "sent_by": sender},
        )
    return Recorded(name, summary, 1)


def record_receipt(workspace: Workspace, transfer_id: int, *, by: str, on: date | None = None) -> Recorded:
    """Record that the school confirmed the receipt, and who there did.

    Raises NotAllowed for a day to come or before it was sent, FieldProblems without a name, and NoSuchRecord.
    """
    day, who = _day(workspace, on), _name(by)
    if who is None:
        raise FieldProblems({"by": "Say who confirmed it: a person at the receiving school, by name or role."})

    def values(row: ChildProtectionRow) -> Mapping[str, Value]:
        if day < row.sent_on:
            raise NotAllowed(f"{short_with_year(day)} is before it was sent ({short_with_year(row.sent_on)}).")
        return {"receipt_on": day, "receipt_by": who}

    return _update(workspace, transfer_id, "Child protection file received", values)


def chase(workspace: Workspace, transfer_id: int, *, on: date | None = None) -> Recorded:
    """Record that the receipt was asked for again. Raises NotAllowed when it is there already, and NoSuchRecord."""
    day = _day(workspace, on)

    def values(row: ChildProtectionRow) -> Mapping[str, Value]:
        if row.receipt_on is not None:
            raise NotAllowed(f"The receipt arrived on {short_with_year(row.receipt_on)}, so there is nothing to chase.")
        if day < row.sent_on:
            raise NotAllowed(f"{short_with_year(day)} is before it was sent ({short_with_year(row.sent_on)}).")
        return {"chased_on": day}

    return _update(workspace, transfer_id, "Child protection receipt chased", values)


def _update(workspace: Workspace, transfer_id: int, name: str, values: Values) -> Recorded:
    summary = pupil_store.pupil_name(workspace.read(), _current_row(workspace, transfer_id).pupil_id) or "a pupil"
    with workspace.change(name, summary) as action:
        row = _current_row(workspace, transfer_id)  # behind the lock: the receipt may have come meanwhile
        changed = action.update("child_protection_transfer", {"id": transfer_id}, values(row))
    return Recorded(name, summary, int(changed))


def _current_row(workspace: Workspace, transfer_id: int) -> ChildProtectionRow:
    return require(
        handovers.child_protection_transfer(workspace.read(), transfer_id),
        "This is no longer recorded. Somebody has undone it. Check the pupil again.",
    )


def _day(workspace: Workspace, on: date | None) -> date:
    return workspace.day_gone_by(on, "You can only record this once it has happened.")


def _name(text: str) -> str | None:
    """Read who it was; short, because it is no place for words about the file."""
    if not text.strip():
        return None
    try:
        return read_text(text, _LONGEST_NAME)
    except ValueError as problem:
        raise FieldProblems({"by": f"{problem}. Give a name only."}) from None
