"""Missed steps month by month, and what the published rules of run and control charts say of them; of years there is no chart,
but intervals around shares.

The chart is that of individual values and moving ranges (XmR): limits at 2.66 mean moving ranges from the mean. What counts as a
change is a point outside them, seven points in a row on one side of the mean, and five in a row that each rise, or each fall: the
rules of NHS England's Making Data Count as the Clinical Excellence Commission of New South Wales quotes them.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from math import sqrt
from typing import Final, NamedTuple

from db.impact import snapshots as store
from transitions.dates import MONTHS
from transitions.impact import snapshots
from transitions.school_year import month_end
from transitions.text import FEWEST
from transitions.workspace import Workspace

_RANGES: Final = 2.66
FEWEST_POINTS: Final = 12
"""With fewer months the limits are not drawn."""
ON_ONE_SIDE, IN_ONE_DIRECTION = 7, 5


class Month(NamedTuple):
    """The steps whose last day was in a month; ``signal`` is what the rules say of it, mostly nothing."""

    first_day: date
    counted: int
    base: int
    unknown: int
    signal: str = ""

    @property
    def label(self) -> str:
        return f"{MONTHS[self.first_day.month - 1][:3]} {self.first_day.year}"

    @property
    def percent(self) -> float | None:
        """None on a base that is too small for a point."""
        return 100 * self.counted / self.base if self.base >= FEWEST else None


class Limits(NamedTuple):
    """The mean of the months and the limits about it, in per cent."""

    mean: float
    low: float
    high: float


class Series(NamedTuple):
    """The months in order; the limits are None before there are enough of them."""

    months: Sequence[Month]
    limits: Limits | None

    @property
    def sentence(self) -> str:
        if self.limits is None:
            return f"Limits are drawn once {FEWEST_POINTS} months have {FEWEST} steps or more."
        mean, low, high = self.limits
        found = [f"{one.label} {one.signal}" for one in self.months if one.signal]
        said = "; ".join(found) or "no month stands out"
        return f"Mean {mean:.1f}%, limits {low:.1f}% to {high:.1f}%: {said}."


def series(workspace: Workspace) -> Series:
    """By month the share of steps that were missed or late, each school year as its newest snapshot has it.

    A month counts when it was over on the day of the snapshot.
    """
    newest = {row.academic_year: row for row in snapshots.every(workspace)}
    found: dict[date, Month] = {}
    for _, row in sorted(newest.items()):
        for one in store.by_day(workspace.read(), row.id):
            month = one.due_on.replace(day=1)
            if month_end(month.year, month.month) < row.as_at and one.state not in ("waived", "not applicable"):
                so_far = found.get(month, Month(month, 0, 0, 0))
                found[month] = so_far._replace(
                    counted=so_far.counted + (one.steps if one.state in ("late", "missed") else 0),
                    base=so_far.base + one.steps,
                    unknown=so_far.unknown + (one.steps if one.state == "unknown" else 0),
                )
    return judged([found[month] for month in sorted(found)])


def judged(months: Sequence[Month]) -> Series:
    points = [(place, one.percent) for place, one in enumerate(months) if one.percent is not None]
    values = [value for _, value in points]
    if len(values) < FEWEST_POINTS:
        return Series(months, None)
    from statistics import mean

    centre, reach = mean(values), _RANGES * mean(abs(later - earlier) for earlier, later in pairwise(values))
    limits = Limits(centre, max(0.0, centre - reach), min(100.0, centre + reach))
    said = {place: signal for (place, _), signal in zip(points, _signals(values, limits), strict=True) if signal}
    return Series([one._replace(signal=said.get(place, "")) for place, one in enumerate(months)], limits)


def _signals(values: Sequence[float], limits: Limits) -> list[str]:
    """What the rules say of each point; a run is said of the point with which it is long enough, and of those that go on."""
    found: list[str] = []
    side = direction = 0
    for place, value in enumerate(values):
        side = _longer(side, value - limits.mean)
        direction = _longer(direction, value - values[place - 1]) if place else 0
        if value > limits.high or value < limits.low:
            found.append("is above the limits" if value > limits.high else "is below the limits")
        elif abs(side) >= ON_ONE_SIDE:
            found.append(f"is one of {abs(side)} in a row {'above' if side > 0 else 'below'} the mean")
        elif abs(direction) + 1 >= IN_ONE_DIRECTION:
            found.append(f"is the last of {abs(direction) + 1} in a row that {'rise' if direction > 0 else 'fall'}")
        else:
            found.append("")
    return found


def _longer(run: int, step: float) -> int:
    """How long a run in one direction is now: above nought upwards, below it downwards, nought when there was no step."""
    sign = (step > 0) - (step < 0)
    return run + sign if run * sign > 0 else sign


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
    from statistics import median, quantiles

    low, _, high = quantiles(numbers, n=4, method="inclusive")
    return Spread(median(numbers), low, high)
