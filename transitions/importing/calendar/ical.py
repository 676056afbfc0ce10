"""The entries of an iCalendar file (RFC 5545), as Outlook, Google and school websites write them, on days in England.

Every moment becomes London wall clock, every entry that comes again its days within the years that are asked for. An entry
that cannot be read is a problem of its own line; what is odd but can be read is read.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from transitions.calendar.event import Span
from transitions.dates import short_with_year
from transitions.errors import BadInput, Problem
from transitions.importing.calendar.ical_entry import (
    LONGEST_TEXT,
    EventEntry,
    EventReader,
    Occurrence,
    ReadEntry,
    Wrong,
    is_private,
)
from transitions.importing.calendar.ical_lines import WINDOWS, Block, read_text_of, whole_blocks
from transitions.importing.calendar.ical_repeats import Moment, Repeats, Steps, TooManySteps, days
from transitions.importing.calendar.ical_zones import Zones, read_moment
from transitions.importing.preview import Progress, no_progress
from transitions.school_year import DateNotKnown
from transitions.text import clean

MOST_ENTRIES: Final = 20_000
MOST_REPEATING: Final = 2_000
MOST_TIMES: Final = 200
"""How often one entry may come within the years that are asked for: weekly in three of them. More is a timetable."""
_MOST_STEPS: Final = 4_300_000
"""Days that all rules of a file may pass or find: every day of the window for each of the entries that may repeat, and more."""
_FIRST_YEAR: Final = 2000
_DAY: Final = timedelta(days=1)
_MIDNIGHT: Final = time()
_LAST_MINUTE: Final = time(23, 59)


@dataclass
class CalendarFile:
    """What a file holds; ``problems`` with the title of their entry, ``passed`` what was left out: line, title and why.

    ``private`` counts the entries that their owner marked as nobody else's: of these nothing is said.
    """

    name: str
    read_as: str
    entries: list[EventEntry] = field(default_factory=list)
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    passed: list[tuple[int, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    private: int = 0


def is_calendar(data: bytes) -> bool:
    return data[:400].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").upper().startswith(b"BEGIN:VCALENDAR")


def read_calendar(data: bytes, name: str, window: Span, progress: Progress = no_progress) -> CalendarFile:
    """Read a file's entries, each on those of its days that fall in ``window``.

    ``name`` is the file's, for messages. Raises BadInput for a file that is no calendar, cut short, or far too long.
    """
    text, read_as = read_text_of(data, name)
    blocks = whole_blocks(text, name)
    events = [block for block in blocks if block.name == "VEVENT"]
    repeating = sum(block.count("RRULE", "EXRULE") for block in events)
    if len(events) > MOST_ENTRIES or repeating > MOST_REPEATING:
        what = (
            f"has {len(events):,} entries, with {repeating:,} rules by which they repeat; at most {MOST_ENTRIES:,} and "
            f"{MOST_REPEATING:,} are read: export fewer years"
        )
        raise BadInput([Problem(name, what)])
    steps = Steps(_MOST_STEPS)
    zones = Zones([block for block in blocks if block.name == "VTIMEZONE"], window, steps)
    found = CalendarFile(name, read_as)
    try:
        _read_events(events, zones, steps, window, found, progress)
    except TooManySteps:
        what = "repeats in ways that would take too long to work out: export fewer years, or fewer calendars at once"
        raise BadInput([Problem(name, what)]) from None
    found.notes += [*_accent_notes(found), *_zone_notes(zones)]
    if not events:
        found.notes.append("the calendar holds no entries")
    return found


def _read_events(
    events: Sequence[Block], zones: Zones, steps: Steps, window: Span, found: CalendarFile, progress: Progress
) -> None:
    entries: list[ReadEntry] = []
    for place, block in enumerate(events, 1):
        try:
            entries.append(EventReader(block, zones).read())
        except Wrong as wrong:
            if is_private(block):
                found.private += 1
            else:
                title = next((clean(one.value)[:LONGEST_TEXT] for one in block.properties("SUMMARY")), "")
                found.problems.append((title, Problem(found.name, wrong.what, wrong.line, wrong.field)))
        if place % 500 == 0:
            progress(0, len(events))
    _Layout(zones, steps, window, found).lay_out(_newest(entries), progress)


def _accent_notes(found: CalendarFile) -> Iterator[str]:
    """Of a file that is not plainly UTF-8 a title with accents, so that somebody sees whether they are right."""
    shown = next((entry for entry in found.entries if not entry.title.isascii()), None)
    if shown is not None and WINDOWS in found.read_as:
        yield f"read as {WINDOWS}: check the accents of “{shown.title}” (line {shown.line})"


def _zone_notes(zones: Zones) -> Iterator[str]:
    if zones.unknown:
        yield f"the time zone {_some(zones.unknown)} is not known: its hours are taken as London’s"
    if zones.unfinished:
        yield f"the file has no summer time for {_some(zones.unfinished)}, so its times are read as given there"


def _some(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in sorted(names)[:3])


def _newest(entries: Sequence[ReadEntry]) -> list[ReadEntry]:
    """Leave out what a newer version of the same entry (SEQUENCE) replaces; of two equally new, the one that calls it off holds.

    Some websites give every entry the same UID: entries of one that are equally new stay, and lose it.
    """
    same: dict[tuple[str, date | None], list[ReadEntry]] = {}
    for one in entries:
        same.setdefault((one.uid, one.instead_of) if one.uid else (f"line {one.entry.line}", None), []).append(one)
    found: list[ReadEntry] = []
    for group in same.values():
        newest = [one for one in group if one.sequence == max(other.sequence for other in group)]
        newest.sort(key=lambda one: one.entry.cancelled)
        distinct = list({(one.entry.title, one.first, one.rules): one for one in newest}.values())
        found += distinct if len(distinct) == 1 else [replace(one, uid="") for one in distinct]
    return sorted(found, key=lambda one: one.entry.line)


class _Layout:
    """Works out on which days of the window entries come, and puts them into ``found``."""

    def __init__(self, zones: Zones, steps: Steps, window: Span, found: CalendarFile) -> None:
        self._zones, self._steps, self._window, self._found = zones, steps, window, found
        self._moved: dict[str, set[date]] = {}

    def lay_out(self, entries: Sequence[ReadEntry], progress: Progress) -> None:
        for one in entries:
            if one.instead_of is not None:
                self._moved.setdefault(one.uid, set()).add(one.instead_of)
        outside = 0
        for done, one in enumerate(entries):
            if done % 100 == 0:
                progress(done, len(entries))
            if one.entry.private:
                self._found.private += 1
                continue
            outside += self._put(one)
        if outside:
            years = f"{short_with_year(self._window.first)} to {short_with_year(self._window.last)}"
            what = "entry" if outside == 1 else "entries"
            self._found.notes.append(f"not read: {outside:,} {what} outside the years that are planned, {years}")

    def _put(self, one: ReadEntry) -> bool:
        """Put an entry with its days; say whether it has none because it is of other years."""
        entry, title = one.entry, one.entry.title or "an entry without a title"
        self._found.passed += [(line, title, why) for line, why in one.left]
        try:
            times = self._times(one)
        except (ValueError, OverflowError, DateNotKnown) as error:
            self._found.passed.append((entry.line, title, str(error)))
            return False
        if times:
            self._found.entries.append(replace(entry, occurrences=times))
        return not times and not one.rules

    def _times(self, one: ReadEntry) -> tuple[Occurrence, ...]:
        found: dict[date, Occurrence] = {}
        moved = self._moved.get(one.uid, set()) if one.repeats and one.instead_of is None else set()
        for day in self._own_days(one):
            start = datetime.combine(day, one.first.time()) if isinstance(one.first, datetime) else day
            span = self._span(start, one)
            if span.first in one.except_on or span.first in moved:
                continue
            if span.last < self._window.first or span.first > self._window.last:
                continue
            named = one.instead_of or (span.first if one.repeats else None)
            found[span.first] = Occurrence(_uid(one.uid, named), span)
            if len(found) > MOST_TIMES:
                raise ValueError(
                    f"it occurs more than {MOST_TIMES} times in the planned years, so it is a timetable, not dates"
                )
        return tuple(found[day] for day in sorted(found))

    def _own_days(self, one: ReadEntry) -> Iterator[date]:
        """The days on which it begins, by its own clock."""
        yield from one.more
        if not one.rules:
            yield _first_day(one)
            return
        never = {day for rule in one.except_rules for day in self._days_of(rule, one)}
        fits = False
        for rule in one.rules:
            # Of a rule that was over before it began the entry itself remains.
            is_over = self._until(rule, one) < _first_day(one)
            for day in [_first_day(one)] if is_over else self._days_of(rule, one):
                fits = True
                if day not in never:
                    yield day
        if not fits and self._window.first <= _first_day(one) <= self._window.last:
            raise ValueError("no date fits its repeat rule")

    def _days_of(self, rule: Repeats, one: ReadEntry) -> Iterator[date]:
        first = _first_day(one)
        if first.year < _FIRST_YEAR and rule.count is not None:
            raise ValueError(f"it repeats a number of times since {first.year}, which is not counted")
        last = min(self._window.last + _DAY, self._until(rule, one))
        # Overrides and exceptions may hide a day; what hangs over from before the window is looked at, too.
        after = self._window.first - one.length - _DAY
        for day in days(rule, first - one.shift, last - one.shift, after=after, steps=self._steps):
            yield day + one.shift

    def _until(self, rule: Repeats, one: ReadEntry) -> date:
        """The last day on which a rule may have it begin, by its own clock."""
        if not rule.until:
            return date.max
        until = read_moment(rule.until)
        if until is None:
            raise ValueError("the end of its repeats (UNTIL) is not a date")
        ends, in_utc = until
        if not isinstance(ends, datetime):
            return ends
        if not isinstance(one.first, datetime):
            begins_at_midnight = in_utc and one.zone and ends.time() < _LAST_MINUTE
            return self._zones.local(ends, "").date() if begins_at_midnight else ends.date()
        local = self._zones.local(ends, one.zone) if in_utc else ends
        return local.date() - (_DAY if local.time() < one.first.time() else timedelta())

    def _span(self, start: Moment, one: ReadEntry) -> Span:
        """The days it lasts; what ends at midnight does not last into the day that begins."""
        if not isinstance(start, datetime):
            return Span(start, start + one.length - _DAY)
        begins = self._zones.london(start, one.zone)
        ends = begins + one.length
        last = ends.date() - (_DAY if one.length and ends.time() == _MIDNIGHT else timedelta())
        return Span(begins.date(), max(last, begins.date()))


def _first_day(one: ReadEntry) -> date:
    return one.first.date() if isinstance(one.first, datetime) else one.first


def _uid(uid: str, instead_of: date | None) -> str:
    from hashlib import sha256

    if not uid:
        return ""
    known = f"{uid}#{instead_of.isoformat()}" if instead_of else uid
    return known if len(known) <= LONGEST_TEXT else f"sha256:{sha256(known.encode()).hexdigest()}"
