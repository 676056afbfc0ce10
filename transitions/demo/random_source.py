"""Chance with a seed: the same seed and day make the same demonstration on every computer."""

import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Odds(Generic[T]):
    """Things that happen more and less often."""

    def __init__(self, shares: Mapping[T, float]) -> None:
        """Take the share of each; they need not add up to anything."""
        self.things: tuple[T, ...] = tuple(shares)
        self.sums = tuple(accumulate(shares.values()))


class Dice(random.Random):
    """A seeded generator with the few throws that the demonstration makes, each one call of ``random``."""

    def chance(self, share: float) -> bool:
        """Give True in ``share`` (0 to 1) of the throws."""
        return self.random() < share

    def one(self, things: Sequence[T]) -> T:
        """Give one of the things, each as likely as the others."""
        return things[int(self.random() * len(things))]

    def drawn(self, odds: Odds[T]) -> T:
        """Give one of the things by its share."""
        return odds.things[bisect(odds.sums, self.random() * odds.sums[-1])]

    def number(self, low: int, high: int) -> int:
        """Give a whole number from ``low`` to ``high``, both included."""
        return low + int(self.random() * (high - low + 1))

    def day(self, first: date, last: date) -> date:
        """Give a day between two, both included; ``first`` when ``last`` comes before it."""
        return first + timedelta(days=int(self.random() * max(1, (last - first).days + 1)))
