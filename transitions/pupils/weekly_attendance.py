"""Attendance week by week: the level of the last weeks rather than of one day, and who has fallen so far that somebody should ring."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from db.impact.records import AttendanceWeekRow

ROLLING: Final = 3
"""Weeks in the level: one bad day does not move it, and a fall shows within the month."""
LOW: Final = 90
"""In per cent; below it a pupil is persistently absent."""
FALL: Final = 5
"""In points, from the year before."""


class Level(NamedTuple):
    """Sessions (half days) of some weeks, of which ``week_on`` is the Monday of the last."""

    week_on: date
    weeks: int
    possible: int
    attended: int

    @property
    def percent(self) -> float:
        return round(100 * self.attended / self.possible, 1)

    @property
    def text(self) -> str:
        return f"{self.attended:,} of {self.possible:,} sessions ({self.percent:g}%)"

    def reasons(self, before: float | None) -> list[str]:
        """Why to ring; empty when there is no need. ``before`` is the year before in per cent, where it is known."""
        found = [f"below {LOW}%"] if self.percent < LOW else []
        if before is not None and round(before - self.percent, 1) >= FALL:
            found.append(f"{before - self.percent:.3g} points below {before:g}% of Year 6")
        return found


def level(rows: Sequence[AttendanceWeekRow], first: date, last: date, weeks: int | None = ROLLING) -> Level | None:
    """The level of a pupil's last weeks within these days, of all of them for None; ``rows`` come newest first."""
    found = [row for row in rows if first <= row.week_on <= last][:weeks]
    if not found:
        return None
    return Level(found[0].week_on, len(found), sum(row.possible for row in found), sum(row.attended for row in found))
