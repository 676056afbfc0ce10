"""Which London hour a moment of a calendar file is, whatever its time zone is called.

What the file itself says of a zone holds (RFC 5545, 3.6.5): files call British time "GMT", and their own zones what they like.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from transitions.calendar.event import Span
from transitions.importing.calendar.ical_lines import MOMENT, Block
from transitions.importing.calendar.ical_repeats import Moment, Steps, days, read_repeats
from transitions.text import clean

LONDON: Final = ZoneInfo("Europe/London")
_MOST: Final = 50
"""Zones of a file's own: more is no calendar of dates."""
_MOST_NAMES: Final = 200
"""Names of zones that are looked up."""
_EARLIEST: Final = 1900
"""From when a number of changes is counted."""
_DAY: Final = timedelta(days=1)
_YEAR: Final = timedelta(days=366)
_OFFSET = re.compile(r"([+-]?)([0-9]{2}):?([0-9]{2})(?::?[0-9]{2})?")
_OF_ITS_OWN_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?", re.IGNORECASE)
_UTC_NAMES: Final = frozenset(
    {"UTC", "Z", "ZULU", "ETC/UTC", "UNIVERSAL TIME COORDINATED", "COORDINATED UNIVERSAL TIME"}
)
_LISTED_AS = re.compile(r"\((?:UTC|GMT) ?(?:([+-][0-9]{2})[:.]?([0-9]{2}))?\)(.*)", re.IGNORECASE)
_CONTINENTS: Final = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def read_moment(text: str) -> tuple[Moment, bool] | None:
    """A day, or a moment and whether it is in UTC; None for what is neither. 24:00 is the midnight at the day's end."""
    when = MOMENT.fullmatch(text.strip())
    if when is None:
        return None
    try:
        day = date(int(when[1]), int(when[2]), int(when[3]))
        if when[4] is None:
            return day, False
        hour, minute, second = int(when[4]), int(when[5]), min(int(when[6] or 0), 59)
        if (hour, minute, second) == (24, 0, 0):
            moment = datetime.combine(day + _DAY, time())
        else:
            moment = datetime.combine(day, time(hour, minute, second))
        from_utc = _offset(when[7]) if when[7] and when[7] not in "zZ" else timedelta()
        return (moment, False) if when[7] is None else (moment - (from_utc or timedelta()), True)
    except (ValueError, OverflowError):
        return None


class Zones:
    """The time zones of a file: its own by what it says of them, known ones by name; ``unknown`` collects the rest.

    ``unfinished`` are those of which the file says one offset only, where a zone of that name has summer time. A moment
    without a zone is on the clock of wherever it is read, which is England. ``window`` is when its days are asked for.
    """

    def __init__(self, definitions: Sequence[Block], window: Span, steps: Steps) -> None:
        self.unknown: set[str] = set()
        self.unfinished: set[str] = set()
        self._window, self._steps = window, steps
        self._definitions: dict[str, Block] = {}
        for block in definitions:
            if len(self._definitions) < _MOST:
                self._definitions.setdefault(_plain(block.value("TZID")), block)
        self._known: dict[str, tzinfo | _Defined] = {"": LONDON, "UTC": UTC}

    def london(self, moment: datetime, zone: str) -> datetime:
        """A moment on that zone's clock by London's, both without a zone."""
        return moment if self._zone(zone) is LONDON else self.local(self.utc(moment, zone), "")

    def utc(self, moment: datetime, zone: str) -> datetime:
        found = self._zone(zone)
        if found is UTC:
            return moment
        if isinstance(found, _Defined):
            return moment - found.offset(moment)
        return moment.replace(tzinfo=found).astimezone(UTC).replace(tzinfo=None)

    def local(self, moment: datetime, zone: str) -> datetime:
        """A UTC moment by that zone's clock, both without a zone."""
        found = self._zone(zone)
        if isinstance(found, _Defined):
            return moment + found.offset_from_utc(moment)
        return moment.replace(tzinfo=UTC).astimezone(found).replace(tzinfo=None)

    def _zone(self, name: str) -> "tzinfo | _Defined":
        if name not in self._known:
            if len(self._known) > _MOST_NAMES:
                self.unknown.add(_plain(name)[:60])
                return LONDON
            self._known[name] = self._find(_plain(name))
        return self._known[name]

    def _find(self, name: str) -> "tzinfo | _Defined":
        known = _known_zone(name)
        block = self._definitions.get(name)
        own = _Defined(block, self._window, self._steps) if block is not None else None
        if own is not None and own.changes:
            if known is None or own.only is None or own.only not in _offsets(known, self._window):
                return own
            if len(_offsets(known, self._window)) > 1:
                self.unfinished.add(name[:60])
            return known
        if known is None:
            self.unknown.add(name[:60])
        return known or LONDON


def _plain(name: str) -> str:
    return clean(name.replace("\\", "")).strip('"').strip("/")


def _offsets(zone: tzinfo, window: Span) -> set[timedelta | None]:
    """The offsets of a zone in winter and in summer."""
    year = window.first.year + 1
    return {datetime(year, month, 1, tzinfo=zone).utcoffset() for month in (1, 7)}


def _known_zone(name: str) -> tzinfo | None:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    # A globally unique name ends in the usual one: /mozilla.org/20050126_1/Europe/London, tzone://Microsoft/Utc.
    parts = name.split("/")
    if name.upper() in _UTC_NAMES or parts[-1].upper() == "UTC":
        return UTC
    for candidate in (WINDOWS_TO_OLSON.get(name, name), "/".join(parts[-2:]), parts[-1]):
        try:
            return ZoneInfo(candidate)
        except (OSError, ValueError, KeyError):  # KeyError is ZoneInfoNotFoundError; a hostile name may be a path
            continue
    fixed = _OF_ITS_OWN_OFFSET.fullmatch(name)
    if fixed is not None and int(fixed[2]) < 15:
        offset = timedelta(hours=int(fixed[2]), minutes=int(fixed[3] or 0))
        return timezone(-offset if fixed[1] == "-" else offset)
    return _listed_zone(name)


def _listed_zone(name: str) -> tzinfo | None:
    """The zone that a list shows as "(UTC+00:00) Dublin, Edinburgh, Lisbon, London": by the first city that is one."""
    listed = _LISTED_AS.fullmatch(name)
    if listed is None:
        return None
    for city in re.split("[,/]", listed[3]):
        zone = _zones_by_city().get(city.strip().replace(" ", "_").casefold())
        offset = _offset(f"{listed[1]}{listed[2]}") if listed[1] else timedelta()
        if zone is not None and datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)).utcoffset() == offset:
            return ZoneInfo(zone)
    return None


@cache
def _zones_by_city() -> dict[str, str]:
    return {
        zone.rpartition("/")[2].casefold(): zone
        for zone in sorted(available_timezones())
        if zone.partition("/")[0] in _CONTINENTS
    }


class _Change(NamedTuple):
    """From when which offset holds, by the clock as it was until then."""

    at: datetime
    before: timedelta
    after: timedelta


class _Defined:
    """A zone that the file defines itself; ``only`` is its offset where there is no other."""

    def __init__(self, block: Block, window: Span, steps: Steps) -> None:
        try:
            # A change is a step, too: a file may name them day by day.
            self.changes = sorted({change for part in block.parts for change in _changes(part, window, steps)})
        except (ValueError, OverflowError):
            # Half of what it says is worse than nothing: a summer time that never ends.
            self.changes = []
        self._local = [change.at for change in self.changes]
        self._utc = sorted(change.at - change.before for change in self.changes)
        afters = {change.after for change in self.changes}
        self.only = afters.pop() if len(afters) == 1 else None

    def offset(self, moment: datetime) -> timedelta:
        return self._at(bisect_right(self._local, moment))

    def offset_from_utc(self, moment: datetime) -> timedelta:
        return self._at(bisect_right(self._utc, moment))

    def _at(self, place: int) -> timedelta:
        return self.changes[place - 1].after if place else self.changes[0].before


def _changes(part: Block, window: Span, steps: Steps) -> Iterator[_Change]:
    """The changes that one part of a zone tells of: those that matter in the window, and the last before it."""
    after = _offset(part.value("TZOFFSETTO"))
    begins = read_moment(part.value("DTSTART"))
    if after is None or begins is None or not isinstance(begins[0], datetime):
        return
    start = begins[0]
    before = _offset(part.value("TZOFFSETFROM"))
    before = after if before is None else before
    yield _Change(start, before, after)
    for found in part.properties("RDATE"):
        for day in found.value.split(","):
            on = read_moment(day.partition("/")[0])
            if on is not None:
                at = on[0] if isinstance(on[0], datetime) else datetime.combine(on[0], start.time())
                yield _Change(at + before if on[1] else at, before, after)
    for found in part.properties("RRULE"):
        yield from (_Change(at, before, after) for at in _yearly(found.value, start, before, window, steps))


def _yearly(text: str, start: datetime, before: timedelta, window: Span, steps: Steps) -> Iterator[datetime]:
    # The hours in such a rule are those of DTSTART once more.
    rule = read_repeats(text, start.date())
    if rule.frequency not in ("MONTHLY", "YEARLY") or (rule.count is not None and start.year < _EARLIEST):
        raise ValueError("a zone that changes every day is none")
    first, last = window.first - 2 * _YEAR, window.last + _YEAR
    until = read_moment(rule.until)
    if until is not None:
        ends = until[0] + before if until[1] and isinstance(until[0], datetime) else until[0]
        last = min(last, ends.date() if isinstance(ends, datetime) else ends)
        first = min(first, last - 2 * _YEAR)
    for day in days(rule, start.date(), last, after=first, steps=steps):
        yield datetime.combine(day, start.time())


def _offset(text: str) -> timedelta | None:
    found = _OFFSET.fullmatch(text.strip())
    if found is None or int(found[2]) > 23 or int(found[3]) > 59:
        return None
    return timedelta(hours=int(found[2]), minutes=int(found[3])) * (-1 if found[1] == "-" else 1)
