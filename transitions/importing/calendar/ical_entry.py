"""One entry of an iCalendar file (VEVENT): what it says, when it is, and by which rules it comes again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from transitions.calendar.event import Span
from transitions.dates import short_with_year
from transitions.exporting.year.ics import is_ours
from transitions.fields import read_text
from transitions.importing.calendar.ical_lines import Block, Property
from transitions.importing.calendar.ical_repeats import Moment, Repeats, read_repeats
from transitions.importing.calendar.ical_zones import Zones, read_moment
from transitions.importing.calendar.titles import PUBLIC, read_called_off, says_private, without_markup
from transitions.text import clean

LONGEST: Final = timedelta(days=366)
LONGEST_TEXT: Final = 200
"""Characters of a UID that is kept as it is, and of a title that is shown."""
_MOST_DAYS: Final = 2_000
"""Days that one entry names one by one."""
_YEARS: Final = range(1800, 2201)
_DAY: Final = timedelta(days=1)
_HALF_A_DAY: Final = timedelta(hours=12)
_HOUR: Final = timedelta(hours=1)
_MIDNIGHT: Final = time()
_FIRST_MINUTE: Final = time(0, 1)
_MARKS_OF_WHOLE_DAYS: Final = (
    "X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT", "X-FUNAMBOL-ALLDAY", "EVENT-ALLDAY",
)  # fmt: skip


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


@dataclass(frozen=True)
class ReadEntry:
    """A VEVENT as it stands, before its repetitions are worked out; ``first`` and ``until`` on its own clock.

    What lasts whole days has a day as its ``first``, however its hours are written. Its rules count from ``first - shift``:
    a day that begins in London at 23:00 UTC is the day before by the clock that the file writes. ``more`` are days of its
    own clock, ``except_on`` and ``instead_of`` days in London; ``left`` says why some of ``more`` are not taken.
    """

    entry: EventEntry
    uid: str
    sequence: int
    first: Moment
    length: timedelta
    zone: str
    rules: tuple[Repeats, ...]
    except_rules: tuple[Repeats, ...]
    more: tuple[date, ...]
    except_on: frozenset[date]
    instead_of: date | None
    shift: timedelta = timedelta()
    left: tuple[tuple[int, str], ...] = ()

    @property
    def repeats(self) -> bool:
        return bool(self.rules or self.more)


class Wrong(ValueError):
    """A property that cannot be read."""

    def __init__(self, line: int, field: str, what: str) -> None:
        super().__init__(what)
        self.line, self.field, self.what = line, field, what


def is_private(block: Block) -> bool:
    """Whether its owner marked an entry as nobody else's business, as RFC 5545 says it or as Apple's servers do."""
    marks = {block.value(name).strip().upper() for name in ("CLASS", "X-CALENDARSERVER-ACCESS")}
    return not marks <= PUBLIC or says_private(block.value("SUMMARY"))


class EventReader:
    """Reads the properties of one entry; raises ``Wrong`` for one that cannot be read."""

    def __init__(self, block: Block, zones: Zones) -> None:
        self._block = block
        self._zones = zones
        self._first_moment: Moment = date.min
        self._is_whole = False

    def read(self) -> ReadEntry:
        start = self._first("DTSTART")
        if start is None:
            raise Wrong(
                self._block.line, "DTSTART", "is missing: an entry needs a day, such as DTSTART;VALUE=DATE:20261002"
            )
        first, zone = self._moment(start)
        length = self._length(first, zone)
        self._first_moment, self._is_whole = first, self._lasts_whole_days(first, zone, length)
        uid = clean(self._text("UID"))
        instead = self._first("RECURRENCE-ID")
        if instead is not None and "RANGE" in instead.parameters:
            raise Wrong(
                instead.line,
                "RECURRENCE-ID",
                "changes all later dates, which is not supported: change each in the calendar it comes from",
            )
        starts, ends = ("", "") if self._is_whole else self._hours(first, zone, length)
        title, called_off = read_called_off(self._title())
        entry = EventEntry(
            line=self._block.line,
            title=title,
            place=clean(without_markup(self._text("LOCATION"))),
            categories=clean(without_markup(" ".join(one.value for one in self._all("CATEGORIES")))),
            starts=starts,
            ends=ends,
            cancelled=called_off
            or self._text("STATUS").strip().upper() in ("CANCELLED", "CANCELED")
            or self._recalled(),
            private=is_private(self._block),
            own=is_ours(uid),
            occurrences=(),
        )
        sequence = self._text("SEQUENCE").strip()
        more, left = self._more(zone)
        found = ReadEntry(
            entry=entry,
            uid=uid,
            sequence=int(sequence) if re.fullmatch("[0-9]{1,10}", sequence) else 0,
            first=first,
            length=length,
            zone=zone,
            rules=self._rules("RRULE"),
            except_rules=self._rules("EXRULE"),
            more=more,
            except_on=frozenset(self._day(*moment) for _, moment in self._days("EXDATE")),
            instead_of=None if instead is None else self._day(*self._moment(instead)),
            left=left,
        )
        return self._in_whole_days(found) if self._is_whole else found

    def _recalled(self) -> bool:
        """Whether the calendar around it is one that takes back what an earlier one said (METHOD:CANCEL)."""
        methods = [] if self._block.calendar is None else [*self._block.calendar.properties("METHOD")]
        return bool(methods) and all(one.value.strip().upper() == "CANCEL" for one in methods)

    def _title(self) -> str:
        for found in self._all("SUMMARY"):
            title = clean(without_markup(found.value))
            if "\ufffd" in title:
                raise Wrong(found.line, "SUMMARY", "has a letter that cannot be read: export the file again, as UTF-8")
            try:
                if title:
                    return read_text(title)
            except ValueError as error:
                raise Wrong(found.line, "SUMMARY", str(error)) from None
        return ""

    def _length(self, first: Moment, zone: str) -> timedelta:
        """How long it lasts; a whole day when it has no end, as RFC 5545 says."""
        end, duration = self._first("DTEND"), self._first("DURATION")
        if end is not None:
            length = self._until(first, zone, *self._moment(end))
        elif duration is not None:
            from icalendar.prop import vDuration

            try:
                length = vDuration.from_ical(duration.value.strip().upper())  # type: ignore[no-untyped-call]
            except (ValueError, OverflowError):
                raise Wrong(
                    duration.line, "DURATION", "is not a length of time: expected one such as PT1H30M"
                ) from None
        else:
            length = timedelta()
        if length < timedelta():
            raise Wrong((end or duration or self._block).line, "DTEND", "is before DTSTART")
        if length > LONGEST:
            raise Wrong(
                (end or duration or self._block).line,
                "DTEND",
                "makes it last more than a year: expected the day after its last",
            )
        return length if isinstance(first, datetime) else max(length, _DAY)

    def _until(self, first: Moment, zone: str, last: Moment, last_zone: str) -> timedelta:
        """How long it is from the start to the end; one of them may be a day only, as school websites write it."""
        if isinstance(first, datetime):
            if isinstance(last, datetime):
                return self._zones.london(last, last_zone) - self._zones.london(first, zone)
            # The end of a day is no hour: what ends on the day on which it begins has none.
            length = datetime.combine(last, _MIDNIGHT) - first
            return timedelta() if last >= first.date() and length <= _DAY else length
        if isinstance(last, datetime):
            in_london = self._zones.london(last, last_zone)
            at_midnight = next((one for one in (last, in_london) if one.time() == _MIDNIGHT), None)
            last = in_london.date() + _DAY if at_midnight is None else at_midnight.date()
        return last - first

    # --- whole days, which many calendars write with hours ------------------------------------------------------------

    def _lasts_whole_days(self, first: Moment, zone: str, length: timedelta) -> bool:
        """Whether it lasts from midnight to midnight, by its own clock or, written in UTC, by London's, or is marked so.

        Outlook writes whole days with hours, exports in UTC begin them at 23:00 in summer, websites end them at 23:59.
        """
        if not isinstance(first, datetime):
            return True
        if any(self._text(name).strip().upper() in ("TRUE", "1") for name in _MARKS_OF_WHOLE_DAYS):
            return True
        return _at_midnights(first, length) or (
            zone == "UTC" and _at_midnights(self._zones.london(first, zone), length)
        )

    def _in_whole_days(self, found: ReadEntry) -> ReadEntry:
        first, length = found.first, found.length
        if isinstance(first, datetime):
            day = self._day(first, found.zone)
            shift = day - first.date()
            # Some convert the hours and leave the rule as it was: then it goes by the day in London already.
            if not any(_goes_by(rule, first.date()) and not _goes_by(rule, day) for rule in found.rules):
                shift = timedelta()
            found = replace(found, first=day, length=max(round(length / _DAY), 1) * _DAY, shift=shift)
        return found

    def _day(self, moment: Moment, zone: str) -> date:
        """The day in London on which a moment is; of what lasts whole days the day that it begins."""
        if not isinstance(moment, datetime):
            return moment
        in_london = self._zones.london(moment, zone)
        if not self._is_whole:
            return in_london.date()
        # Midnight here or anywhere within half a day of here is nearest to the day that it begins.
        return moment.date() if moment.time() == _MIDNIGHT else (in_london + _HALF_A_DAY).date()

    def _hours(self, first: Moment, zone: str, length: timedelta) -> tuple[str, str]:
        if not isinstance(first, datetime):
            return "", ""
        start = self._zones.london(first, zone)
        ends = f"{start + length:%H:%M}" if length and length < _DAY else ""
        return f"{start:%H:%M}", ends

    # --- when it comes again ------------------------------------------------------------------------------------------

    def _rules(self, name: str) -> tuple[Repeats, ...]:
        start = date.min if self._is_whole else self._first_moment
        found: list[Repeats] = []
        for one in self._all(name):
            try:
                found.append(read_repeats(one.value, start))
            except ValueError as error:
                raise Wrong(one.line, name, str(error)) from None
        return tuple(dict.fromkeys(found))

    def _more(self, zone: str) -> tuple[tuple[date, ...], tuple[tuple[int, str], ...]]:
        """The days of RDATE by its own clock, and those that cannot be taken as they are at another hour, with the line."""
        first, more, left = self._first_moment, [], []
        at = self._zones.london(first, zone).time() if isinstance(first, datetime) else _MIDNIGHT
        for line, (moment, of) in self._days("RDATE"):
            if self._is_whole or not isinstance(first, datetime) or not isinstance(moment, datetime):
                more.append(self._day(moment, of))
                continue
            in_london = self._zones.london(moment, of)
            if in_london.time() == at or moment.time() == first.time():
                more.append(
                    moment.date() if of == zone else self._zones.local(self._zones.utc(moment, of), zone).date()
                )
            else:
                left.append(
                    (
                        line,
                        f"on {short_with_year(in_london.date())} it comes at {in_london:%H:%M}, another hour: enter that day",
                    )
                )
        return tuple(more), tuple(left)

    def _days(self, name: str) -> Iterator[tuple[int, tuple[Moment, str]]]:
        count = 0
        for one in self._all(name):
            for value in filter(None, map(str.strip, one.value.split(","))):
                count += 1
                if count > _MOST_DAYS:
                    raise Wrong(one.line, name, f"names more than {_MOST_DAYS:,} days: a timetable, not dates")
                # A period begins with the moment that counts.
                yield one.line, self._moment(one._replace(value=value.partition("/")[0]))

    def _moment(self, found: Property) -> tuple[Moment, str]:
        when = read_moment(found.value)
        if when is None or when[0].year not in _YEARS:
            what = f"“{clean(found.value)[:30]}” is not a day: expected one such as 20261002 or 20261002T093000Z"
            raise Wrong(found.line, found.name, what)
        moment, in_utc = when
        zone = "UTC" if in_utc else found.parameters.get("TZID", "")
        if isinstance(moment, datetime) and found.parameters.get("VALUE", "").upper() == "DATE":
            return self._zones.london(moment, zone).date() if in_utc else moment.date(), ""
        return (moment, zone) if isinstance(moment, datetime) else (moment, "")

    # --- its properties -----------------------------------------------------------------------------------------------

    def _all(self, name: str) -> Iterator[Property]:
        for found in self._block.properties(name):
            if found.wrong:
                raise Wrong(found.line, name, found.wrong)
            yield found

    def _first(self, name: str) -> Property | None:
        return next(self._all(name), None)

    def _text(self, name: str) -> str:
        found = self._first(name)
        return "" if found is None else found.value


def _at_midnights(start: datetime, length: timedelta) -> bool:
    """Whether a time begins at midnight and lasts to one; what has no length there is a day without hours, too.

    Clocks that change on the way make a day an hour longer or shorter; 23:59 is a midnight, and 00:01.
    """
    whole = round(length / _DAY) * _DAY
    return start.time() <= _FIRST_MINUTE and (not length or (bool(whole) and abs(length - whole) <= _HOUR))


def _goes_by(rule: Repeats, day: date) -> bool:
    """Whether a rule names this day's weekday, or its day of the month."""
    return day.weekday() in {weekday for _, weekday in rule.by_day} or day.day in rule.by_month_day
