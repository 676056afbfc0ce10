"""Which London hour a moment of a calendar file is, whatever its time zone is called."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from transitions.importing.calendar.ical_text import Block
from transitions.importing.calendar.repeats import days, read_repeats

__all__ = ["LONDON", "Zones"]

LONDON: Final = ZoneInfo("Europe/London")
_MOST: Final = 50
"""Zones of a file's own, and changes within one: more is no calendar of dates."""
_FIRST, _LAST = date(1990, 1, 1), date(2100, 12, 31)


class Zones:
    """The time zones of a file: known ones by name, its own by what it says of them; ``unknown`` collects the rest.

    A moment without a zone is on the clock of wherever it is read, which is England.
    """

    def __init__(self, definitions: Sequence[Block]) -> None:
        self.unknown: set[str] = set()
        self._definitions = {
            found.value.strip(): block for block in definitions[:_MOST] for found in list(block.properties("TZID"))[:1]
        }
        self._known: dict[str, tzinfo | _Defined] = {"": LONDON, "UTC": UTC}

    def london(self, moment: datetime, zone: str) -> datetime:
        """Give a moment on that zone's clock by London's, both without a zone."""
        found = self._zone(zone)
        if found is LONDON:
            return moment
        if isinstance(found, _Defined):
            found = timezone(found.offset(moment))
        return moment.replace(tzinfo=found).astimezone(LONDON).replace(tzinfo=None)

    def local(self, moment: datetime, zone: str) -> datetime:
        """Give a UTC moment by that zone's clock, both without a zone."""
        found = self._zone(zone)
        if isinstance(found, _Defined):
            # Which of two offsets holds is asked of the local clock: the winter's is near enough to tell.
            found = timezone(found.offset(moment + found.offset(moment)))
        return moment.replace(tzinfo=UTC).astimezone(found).replace(tzinfo=None)

    def _zone(self, name: str) -> "tzinfo | _Defined":
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> "tzinfo | _Defined":
        from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

        plain = name.strip().strip('"/')
        # A globally unique name ends in the usual one: /mozilla.org/20050126_1/Europe/London.
        parts = plain.split("/")
        for candidate in (WINDOWS_TO_OLSON.get(plain, plain), "/".join(parts[-2:]), parts[-1]):
            try:
                return ZoneInfo(candidate)
            except (OSError, ValueError, KeyError):  # KeyError is ZoneInfoNotFoundError; a hostile name may be a path
                continue
        if name in self._definitions:
            defined = _Defined(self._definitions[name])
            if defined.onsets:
                return defined
        self.unknown.add(plain[:60])
        return LONDON


class _Defined:
    """A zone that the file defines itself: from which local moment which offset holds."""

    def __init__(self, block: Block) -> None:
        changes: dict[datetime, timedelta] = {}
        for part in block.parts[:_MOST]:
            offset = _offset(_value(part, "TZOFFSETTO"))
            begins = _local(_value(part, "DTSTART"))
            if offset is None or begins is None:
                continue
            changes[begins] = offset
            try:
                rule = read_repeats(_value(part, "RRULE"))
            except ValueError:
                continue
            for day in days(rule, begins.date(), _LAST, after=_FIRST):
                changes[datetime.combine(day, begins.time())] = offset
        self.onsets = sorted(changes)
        self._offsets = [changes[onset] for onset in self.onsets]

    def offset(self, moment: datetime) -> timedelta:
        """Give how far local time is ahead of UTC at a local moment."""
        return self._offsets[max(bisect_right(self.onsets, moment) - 1, 0)]


def _value(block: Block, name: str) -> str:
    return next((found.value.strip() for found in block.properties(name)), "")


def _offset(text: str) -> timedelta | None:
    digits = text[1:]
    if text[:1] not in ("+", "-") or not digits.isdigit() or len(digits) not in (4, 6):
        return None
    hours, minutes = int(digits[:2]), int(digits[2:4])
    if hours > 23 or minutes > 59:
        return None
    return timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)


def _local(text: str) -> datetime | None:
    try:
        return datetime.strptime(text[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - local by RFC 5545
    except ValueError:
        return None
