"""Which versions of a plan are one plan, made one from the other for the same move."""

from collections.abc import Iterable

from db.plans import PlanRow

__all__ = ["versions_up_to"]


def versions_up_to(versions: Iterable[PlanRow], plan: PlanRow) -> list[PlanRow]:
    """Give ``plan`` and the versions it was made from, newest first, out of all versions for its transition point.

    A pupil can make the same kind of move twice, between two colleges for example. Then the first plan was closed before the
    second was opened, while a version that is replaced stays in force until the new one is agreed.
    """
    found = [plan]
    for earlier in sorted(versions, key=lambda one: one.version, reverse=True):
        if earlier.version >= plan.version:
            continue
        if earlier.closed_on is not None and earlier.closed_on < found[-1].opened_on:
            break
        found.append(earlier)
    return found
