"""The one place that knows what day it is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True)
class Clock:
    """Today for every rule and screen; ``--as-of`` moves it, so that any day can be looked at."""

    today: date
    pretended: bool = False
    to_come: bool = False
    """Whether the day has not come yet: it can be looked at, and nothing is recorded on it."""

    @classmethod
    def system(cls) -> "Clock":
        """The day by the computer's own clock, in local time."""
        return cls(date.today())  # noqa: DTZ011 - a school day is a local day

    @classmethod
    def looking_at(cls, day: date) -> "Clock":
        """A day that somebody names in place of the computer's own."""
        return cls(day, pretended=True, to_come=day > cls.system().today)

    @classmethod
    def on(cls, day: date) -> "Clock":
        return cls(day, pretended=True)

    @staticmethod
    def now() -> datetime:
        """The present moment in UTC; for the journal, never for a rule."""
        return datetime.now(UTC)
