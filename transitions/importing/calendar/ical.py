"""The entries of an iCalendar file (RFC 5545), as Outlook, Google and school websites write them, on days in England.

Every moment becomes London wall clock, every entry that comes again its days within the years that are asked for. An entry
that cannot be read is a problem of its own line; what is odd but can be read is read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from transitions.calendar.event import Span
from transitions.dates import short_with_year
from transitions.errors import BadInput, Problem
from transitions.exporting.year.ics import is_ours
from transitions.fields import read_text
from transitions.importing.calendar.ical_times import (
    Block,
    Property,
    Repeats,
    Zones,
    days,
    read_repeats,
    read_text_of,
    whole_blocks,
)
from transitions.importing.preview import Progress, no_progress
from transitions.school_year import DateNotKnown
from transitions.text import clean

MOST_ENTRIES: Final = 20_000
MOST_REPEATING: Final = 2_000
MOST_TIMES: Final = 200
"""How often one entry may come within the years that are asked for: weekly in three of them. More is a timetable."""
LONGEST: Final = timedelta(days=366)
_FIRST_YEAR: Final = 2000
_DAY: Final = timedelta(days=1)
_MIDNIGHT: Final = time()
_WHEN = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})?(Z)?)?", re.IGNORECASE)
_LONGEST: Final = 200
"""Characters of a UID that is kept as it is, and of a title that is shown."""

Moment = date | datetime
"""A whole day, or a moment without a zone: on the clock of the place that its property names."""


class Occurrence(NamedTuple):
    """One time that an entry comes: ``uid`` tells it from every other, and is empty when the file does not say."""

    uid: str
    days: Span


@dataclass(frozen=True)
class EventEntry:
    """One VEVENT: the line where it begins, what it says, and its days in the years that were asked for, in order.

    ``starts`` and ``ends`` are London hours such as "09:30", empty when it lasts whole days.
    """

    line: int
    title: str
    place: str
    categories: str
    starts: str
    ends: str
    cancelled: bool
    private: bool
    own: bool
    """Whether this program wrote it."""
    occurrences: tuple[Occurrence, ...]


@dataclass
class CalendarFile:
    """What a file holds; ``problems`` with the title of their entry, ``passed`` what was left out: line, title and why."""

    name: str
    read_as: str
    entries: list[EventEntry] = field(default_factory=list)
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    passed: list[tuple[int, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Read:
    """A VEVENT as it stands, before its repetitions are worked out; ``first`` and ``until`` on its own clock."""

    entry: EventEntry
    uid: str
    sequence: int
    first: Moment
    length: timedelta
    zone: str
    rule: Repeats | None
    more: tuple[date, ...]
    except_on: frozenset[date]
    instead_of: date | None


def is_calendar(data: bytes) -> bool:
    return data[:400].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").upper().startswith(b"BEGIN:VCALENDAR")


def read_calendar(data: bytes, name: str, window: Span, progress: Progress = no_progress) -> CalendarFile:
    """Read a file's entries, each on those of its days that fall in ``window``.

    ``name`` is the file's, for messages. Raises BadInput for a file that is no calendar, cut short, or far too long.
    """
    text, read_as = read_text_of(data, name)
    blocks = whole_blocks(text, name)
    events = [block for block in blocks if block.name == "VEVENT"]
    repeating = sum(1 for block in events if "RRULE" in block.names)
    if len(events) > MOST_ENTRIES or repeating > MOST_REPEATING:
        what = f"has {len(events):,} entries, {repeating:,} of which repeat; at most {MOST_ENTRIES:,} and {MOST_REPEATING:,} are read: export fewer years"
        raise BadInput([Problem(name, what)])
    zones = Zones([block for block in blocks if block.name == "VTIMEZONE"])
    found = CalendarFile(name, read_as)
    entries: list[_Read] = []
    for place, block in enumerate(events, 1):
        try:
            entries.append(_EventReader(block, zones).read())
        except _Wrong as wrong:
            title = next((clean(one.value)[:_LONGEST] for one in block.properties("SUMMARY")), "")
            found.problems.append((title, Problem(name, wrong.what, wrong.line, wrong.field)))
        if place % 500 == 0:
            progress(0, len(events))
    _lay_out(_newest(entries), zones, window, found, progress)
    if zones.unknown:
        some = ", ".join(f"“{zone}”" for zone in sorted(zones.unknown)[:3])
        found.notes.append(f"the time zone {some} is not known: its hours are taken as London’s")
    if not events:
        found.notes.append("the calendar holds no entries")
    return found


class _Wrong(ValueError):
    """A property that cannot be read."""

    def __init__(self, line: int, field: str, what: str) -> None:
        super().__init__(what)
        self.line, self.field, self.what = line, field, what


class _EventReader:
    def __init__(self, block: Block, zones: Zones) -> None:
        self._block = block
        self._zones = zones

    def read(self) -> _Read:
        start = self._first("DTSTART")
        if start is None:
            raise _Wrong(
                self._block.line, "DTSTART", "is missing: an entry needs a day, such as DTSTART;VALUE=DATE:20261002"
            )
        first, zone = self._moment(start)
        length = self._length(first, zone)
        uid = clean(self._text("UID"))
        instead = self._first("RECURRENCE-ID")
        if instead is not None and "RANGE" in instead.parameters:
            raise _Wrong(
                instead.line,
                "RECURRENCE-ID",
                "changes all that follow, which is not understood: change each in the calendar it comes from",
            )
        starts, ends = self._hours(first, zone, length)
        entry = EventEntry(
            line=self._block.line,
            title=self._title(),
            place=clean(self._text("LOCATION")),
            categories=clean(" ".join(one.value for one in self._all("CATEGORIES"))),
            starts=starts,
            ends=ends,
            cancelled=self._text("STATUS").strip().upper() == "CANCELLED",
            private=self._text("CLASS").strip().upper() in ("PRIVATE", "CONFIDENTIAL"),
            own=is_ours(uid),
            occurrences=(),
        )
        sequence = self._text("SEQUENCE").strip()
        return _Read(
            entry=entry,
            uid=uid,
            sequence=int(sequence) if re.fullmatch("[0-9]{1,10}", sequence) else 0,
            first=first,
            length=length,
            zone=zone,
            rule=self._rule(),
            more=tuple(self._days("RDATE")),
            except_on=frozenset(self._days("EXDATE")),
            instead_of=None if instead is None else self._london(*self._moment(instead)),
        )

    def _title(self) -> str:
        found = self._first("SUMMARY")
        if found is None or not clean(found.value):
            return ""
        try:
            return read_text(found.value)
        except ValueError as error:
            raise _Wrong(found.line, "SUMMARY", str(error)) from None

    def _length(self, first: Moment, zone: str) -> timedelta:
        """How long it lasts; a whole day when it has no end, as RFC 5545 says."""
        end, duration = self._first("DTEND"), self._first("DURATION")
        if end is not None:
            last, last_zone = self._moment(end)
            if isinstance(first, datetime) and isinstance(last, datetime):
                length = self._zones.london(last, last_zone) - self._zones.london(first, zone)
            elif isinstance(first, datetime) or isinstance(last, datetime):
                raise _Wrong(end.line, "DTEND", "is a day where DTSTART has hours, or the other way round")
            else:
                length = last - first
        elif duration is not None:
            from icalendar.prop import vDuration

            try:
                length = vDuration.from_ical(duration.value.strip().upper())  # type: ignore[no-untyped-call]
            except (ValueError, OverflowError):
                raise _Wrong(
                    duration.line, "DURATION", "is not a length of time: expected one such as PT1H30M"
                ) from None
        else:
            length = timedelta()
        if length < timedelta():
            raise _Wrong((end or duration or self._block).line, "DTEND", "is before DTSTART")
        if length > LONGEST:
            raise _Wrong(
                (end or duration or self._block).line,
                "DTEND",
                "makes it last more than a year: expected the day after its last",
            )
        return length if isinstance(first, datetime) else max(length, _DAY)

    def _hours(self, first: Moment, zone: str, length: timedelta) -> tuple[str, str]:
        """The London hours; none for what lasts from midnight to midnight: that is how Outlook writes whole days."""
        if not isinstance(first, datetime) or (first.time() == _MIDNIGHT and length and length % _DAY == timedelta()):
            return "", ""
        start = self._zones.london(first, zone)
        ends = f"{start + length:%H:%M}" if length and length < _DAY else ""
        return f"{start:%H:%M}", ends

    def _rule(self) -> Repeats | None:
        found = self._first("RRULE")
        if found is None:
            return None
        try:
            return read_repeats(found.value)
        except ValueError as error:
            raise _Wrong(found.line, "RRULE", str(error)) from None

    def _days(self, name: str) -> Iterator[date]:
        for one in self._all(name):
            for value in filter(None, one.value.split(",")):
                # A period begins with the moment that counts.
                yield self._london(*self._moment(one._replace(value=value.partition("/")[0])))

    def _london(self, moment: Moment, zone: str) -> date:
        return self._zones.london(moment, zone).date() if isinstance(moment, datetime) else moment

    def _moment(self, found: Property) -> tuple[Moment, str]:
        when = _WHEN.fullmatch(found.value.strip())
        try:
            if when is None:
                raise ValueError
            day = date(int(when[1]), int(when[2]), int(when[3]))
            if when[4] is None:
                return day, ""
            moment = datetime.combine(day, time(int(when[4]), int(when[5]), min(int(when[6] or 0), 59)))
        except ValueError:
            what = f"“{clean(found.value)[:30]}” is not a day: expected one such as 20261002 or 20261002T093000Z"
            raise _Wrong(found.line, found.name, what) from None
        return moment, "UTC" if when[7] else found.parameters.get("TZID", "")

    def _all(self, name: str) -> Iterator[Property]:
        for found in self._block.properties(name):
            if found.wrong:
                raise _Wrong(found.line, name, found.wrong)
            yield found

    def _first(self, name: str) -> Property | None:
        return next(self._all(name), None)

    def _text(self, name: str) -> str:
        found = self._first(name)
        return "" if found is None else found.value


def _newest(entries: Sequence[_Read]) -> list[_Read]:
    """Leave out what a newer version of the same entry (SEQUENCE) replaces.

    Some websites give every entry the same UID: entries of one that are equally new stay, and lose it.
    """
    same: dict[tuple[str, date | None], list[_Read]] = {}
    for one in entries:
        same.setdefault((one.uid, one.instead_of) if one.uid else (f"line {one.entry.line}", None), []).append(one)
    found: list[_Read] = []
    for group in same.values():
        newest = [one for one in group if one.sequence == max(other.sequence for other in group)]
        distinct = list({(one.entry.title, one.first, one.rule): one for one in newest}.values())
        found += distinct if len(distinct) == 1 else [replace(one, uid="") for one in distinct]
    return sorted(found, key=lambda one: one.entry.line)


def _lay_out(entries: Sequence[_Read], zones: Zones, window: Span, found: CalendarFile, progress: Progress) -> None:
    moved: dict[str, set[date]] = {}
    for one in entries:
        if one.instead_of is not None:
            moved.setdefault(one.uid, set()).add(one.instead_of)
    outside = 0
    for done, one in enumerate(entries):
        if done % 100 == 0:
            progress(done, len(entries))
        entry, title = one.entry, one.entry.title or "an entry without a title"
        try:
            times = _times(one, zones, window, moved.get(one.uid, set()))
        except (ValueError, OverflowError, DateNotKnown) as error:
            found.passed.append((entry.line, title, str(error)))
            continue
        if times:
            found.entries.append(replace(entry, occurrences=times))
        elif one.rule is None:
            outside += 1
    if outside:
        years = f"{short_with_year(window.first)} to {short_with_year(window.last)}"
        found.notes.append(
            f"not read: {outside:,} {'entry' if outside == 1 else 'entries'} outside the years that are planned, {years}"
        )


def _times(one: _Read, zones: Zones, window: Span, moved: set[date]) -> tuple[Occurrence, ...]:
    found: dict[date, Occurrence] = {}
    repeats = one.rule is not None or bool(one.more)
    for day in _own_days(one, zones, window):
        start = datetime.combine(day, one.first.time()) if isinstance(one.first, datetime) else day
        span = _span(start, one, zones)
        if span.first in one.except_on or span.last < window.first or span.first > window.last:
            continue
        if repeats and one.instead_of is None and span.first in moved:
            continue
        named = one.instead_of or (span.first if repeats else None)
        found[span.first] = Occurrence(_uid(one.uid, named), span)
        if len(found) > MOST_TIMES:
            raise ValueError(
                f"it comes more than {MOST_TIMES} times in the years that are planned: a timetable, not dates"
            )
    return tuple(found[day] for day in sorted(found))


def _own_days(one: _Read, zones: Zones, window: Span) -> Iterator[date]:
    first = one.first.date() if isinstance(one.first, datetime) else one.first
    yield from one.more
    if one.rule is None:
        yield first
        return
    if first.year < _FIRST_YEAR and one.rule.count is not None:
        raise ValueError(f"it repeats a number of times since {first.year}, which is not counted")
    last = window.last + _DAY
    until = _WHEN.fullmatch(one.rule.until.strip())
    if one.rule.until and until is None:
        raise ValueError("the end of its repetition (UNTIL) is not a day")
    if until is not None:
        ends: Moment = date(int(until[1]), int(until[2]), int(until[3]))
        if until[4] is not None and isinstance(one.first, datetime):
            ends = datetime.combine(ends, time(int(until[4]), int(until[5]), min(int(until[6] or 0), 59)))
            local = zones.local(ends, one.zone) if until[7] else ends
            ends = local.date() - (_DAY if local.time() < one.first.time() else timedelta())
        last = min(last, ends)
    # Overrides and exceptions may hide a day; what hangs over from before the window is looked at, too.
    yield from days(one.rule, first, last, after=window.first - one.length - _DAY)


def _span(start: Moment, one: _Read, zones: Zones) -> Span:
    """The days it lasts; what ends at midnight does not last into the day that begins."""
    if not isinstance(start, datetime):
        return Span(start, start + one.length - _DAY)
    begins = zones.london(start, one.zone)
    ends = begins + one.length
    last = ends.date() - (_DAY if one.length and ends.time() == _MIDNIGHT else timedelta())
    return Span(begins.date(), max(last, begins.date()))


def _uid(uid: str, instead_of: date | None) -> str:
    from hashlib import sha256

    if not uid:
        return ""
    known = f"{uid}#{instead_of.isoformat()}" if instead_of else uid
    return known if len(known) <= _LONGEST else f"sha256:{sha256(known.encode()).hexdigest()}"
