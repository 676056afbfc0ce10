"""The milestones in the order in which a plan asks about them, as they are in some academic years."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from transitions.milestones.milestone import Milestone

Pair = tuple[int, Milestone]
"""A milestone's number and the milestone."""


class Rules(NamedTuple):
    """The milestones that come with every year, or follow another, as they are for the moves of some academic years."""

    by_group: Mapping[int, Sequence["Pair"]]
    any_group: Sequence["Pair"]
    following: Sequence["Pair"]

    @classmethod
    def of(cls, milestones: Iterable["Pair"]) -> "Rules":
        """Sort them, each step that follows another after that one. Raises ValueError when they follow in a ring."""
        by_group: dict[int, list[Pair]] = {}
        any_group: list[Pair] = []
        following: list[Pair] = []
        for pair in milestones:
            kind, groups = pair[1].kind, pair[1].criteria.year_groups
            if kind == "following":
                following.append(pair)
            elif kind == "yearly" and groups is None:
                any_group.append(pair)
            elif kind == "yearly":
                for group in groups or ():
                    by_group.setdefault(group, []).append(pair)
        return cls(by_group, any_group, _in_order(following))


def _in_order(pairs: Sequence[Pair]) -> list[Pair]:
    ordered: list[Pair] = []
    left = list(pairs)
    placed: set[str] = set()
    codes = {milestone.code for _, milestone in pairs}
    while left:
        ready = [pair for pair in left if not (pair[1].rule.follows & codes) - placed]
        ordered.extend(ready)
        placed |= {milestone.code for _, milestone in ready}
        left = [pair for pair in left if pair not in ready]
        if not ready:
            raise ValueError("milestones follow each other in a ring: " + ", ".join(m.code for _, m in left))
    return ordered
