"""How far a share could be off: Wilson's interval, Newcombe's for a difference, and what stands in the middle of a list.

All are 95% intervals. They suppose that each case is one of many like it and says nothing of the next; the steps of one child
are not quite so, and so the share of children stands beside that of steps.
"""

from collections.abc import Sequence
from math import sqrt
from statistics import median, quantiles
from typing import Final, NamedTuple

Z: Final = 1.959963984540054
"""The point of the normal distribution above which lie 2.5%."""


class Interval(NamedTuple):
    """From ``low`` to ``high``; shares between 0 and 1, differences between -1 and 1."""

    low: float
    high: float


class Spread(NamedTuple):
    """The middle of some numbers, and between which two the middle half of them lies."""

    median: float
    low: float
    high: float


def wilson(counted: int, base: int) -> Interval:
    """The score interval of ``counted`` of ``base`` (at least 1), without a correction for continuity.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American Statistical
    Association 22 (1927), 209-212; method 3 of R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872.
    """
    share = counted / base
    middle = counted + Z * Z / 2
    reach = Z * sqrt(counted * (1 - share) + Z * Z / 4)
    whole = base + Z * Z
    return Interval(max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole))


def newcombe(counted: int, base: int, before: int, base_before: int) -> Interval:
    """The interval of the difference of two independent shares, the first less the one ``before``.

    Method 10 (the hybrid score interval, without a correction for continuity) of R. G. Newcombe, Interval estimation for the
    difference between independent proportions: comparison of eleven methods, Statistics in Medicine 17 (1998), 873-890.
    """
    now, then = counted / base, before / base_before
    of_now, of_then = wilson(counted, base), wilson(before, base_before)
    down = sqrt((now - of_now.low) ** 2 + (of_then.high - then) ** 2)
    up = sqrt((of_now.high - now) ** 2 + (then - of_then.low) ** 2)
    return Interval(now - then - down, now - then + up)


def spread(numbers: Sequence[float]) -> Spread | None:
    """The median and the quartiles (those of the numbers themselves, none left out); None when there is no number."""
    if not numbers:
        return None
    if len(numbers) == 1:
        return Spread(numbers[0], numbers[0], numbers[0])
    low, _, high = quantiles(numbers, n=4, method="inclusive")
    return Spread(median(numbers), low, high)
