"""Which versions of a plan are one plan, made one from the other for the same move.

A pupil can make the same kind of move twice, between two colleges for example. Then the first plan was closed before the
second was opened, while a version that is replaced stays in force until the new one is agreed.
"""

from collections.abc import Iterable
from typing import TypeVar

from db.plans.plans import PlanRow
from db.plans.quality import VersionRow

__all__ = ["by_move", "versions_up_to"]

_Version = TypeVar("_Version", PlanRow, VersionRow)


def versions_up_to(versions: Iterable[PlanRow], plan: PlanRow) -> list[PlanRow]:
    """Give ``plan`` and the versions it was made from, newest first, out of all versions for its transition point."""
    found = [plan]
    for earlier in sorted(versions, key=lambda one: one.version, reverse=True):
        if earlier.version >= plan.version:
            continue
        if _ended_before(earlier, found[-1]):
            break
        found.append(earlier)
    return found


def by_move(versions: Iterable[_Version]) -> list[list[_Version]]:
    """Give the versions of many pupils' plans, those for one move together, the first one first."""
    found: list[list[_Version]] = []
    for one in sorted(versions, key=lambda one: (one.pupil_id, one.transition, one.version)):
        before = found[-1][-1] if found else None
        if (
            before is None
            or (before.pupil_id, before.transition) != (one.pupil_id, one.transition)
            or _ended_before(before, one)
        ):
            found.append([])
        found[-1].append(one)
    return found


def _ended_before(earlier: _Version, later: _Version) -> bool:
    return earlier.closed_on is not None and earlier.closed_on < later.opened_on
