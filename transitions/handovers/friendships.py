"""Friendships as pairs: two pupils to keep together, or apart. No words are kept, so none can be about another child."""

from collections.abc import Sequence

from db.handovers import handovers
from db.handovers.handovers import PairRow
from db.journal import Value
from db.pupils import pupils as pupil_store
from db.vocabulary import FRIENDSHIP_KINDS
from transitions.errors import NoSuchRecord, NotAllowed, require
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
    """Take out what is recorded of two pupils. Raises NoSuchRecord when there is nothing."""
    both = _both(workspace, one, other)
    name = "Friendship taken out"
    with workspace.change(name, both) as action:
        existing = require(handovers.pair(action.connection, one, other), f"Nothing is recorded of {both}.")
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
