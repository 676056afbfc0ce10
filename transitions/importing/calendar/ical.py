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
from transitions.importing.calendar.ical_lines import read_text_of, whole_blocks
from transitions.importing.calendar.ical_repeats import Moment, Repeats, days
from transitions.importing.calendar.ical_zones import Zones, read_moment
from transitions.importing.preview import Progress, no_progress
from transitions.school_year import DateNotKnown
from transitions.text import clean

MOST_ENTRIES: Final = 20_000
MOST_REPEATING: Final = 2_000
MOST_TIMES: Final = 200
"""How often one entry may come within the years that are asked for: weekly in three of them. More is a timetable."""
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
        what = f"has {len(events):,} entries, with {repeating:,} rules by which they repeat; at most {MOST_ENTRIES:,} and {MOST_REPEATING:,} are read: export fewer years"
        raise BadInput([Problem(name, what)])
    zones = Zones([block for block in blocks if block.name == "VTIMEZONE"], window, name)
    found = CalendarFile(name, read_as)
    read: list[ReadEntry] = []
    for place, block in enumerate(events, 1):
        try:
            read.append(EventReader(block, zones).read())
        except Wrong as wrong:
            if is_private(block):
                found.private += 1
            else:
                title = next((clean(one.value)[:LONGEST_TEXT] for one in block.properties("SUMMARY")), "")
                found.problems.append((title, Problem(name, wrong.what, wrong.line, wrong.field)))
        if place % 500 == 0:
            progress(0, len(events))
    _lay_out(_newest(read), zones, window, found, progress)
    found.notes += _zone_notes(zones)
    if not events:
        found.notes.append("the calendar holds no entries")
    return found


def _zone_notes(zones: Zones) -> Iterator[str]:
    if zones.unknown:
        yield f"the time zone {_some(zones.unknown)} is not known: its hours are taken as London’s"
    if zones.unfinished:
        yield f"the file says of the time zone {_some(zones.unfinished)} only one of its two hours: taken with summer time, as known"


def _some(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in sorted(names)[:3])


def _newest(read: Sequence[ReadEntry]) -> list[ReadEntry]:
    """Leave out what a newer version of the same entry (SEQUENCE) replaces; of two equally new, the one that calls it off holds.

    Some websites give every entry the same UID: entries of one that are equally new stay, and lose it.
    """
    same: dict[tuple[str, date | None], list[ReadEntry]] = {}
    for one in read:
        same.setdefault((one.uid, one.instead_of) if one.uid else (f"line {one.entry.line}", None), []).append(one)
    found: list[ReadEntry] = []
    for group in same.values():
        newest = [one for one in group if one.sequence == max(other.sequence for other in group)]
        newest.sort(key=lambda one: one.entry.cancelled)
        distinct = list({(one.entry.title, one.first, one.rules): one for one in newest}.values())
        found += distinct if len(distinct) == 1 else [replace(one, uid="") for one in distinct]
    return sorted(found, key=lambda one: one.entry.line)


def _lay_out(read: Sequence[ReadEntry], zones: Zones, window: Span, found: CalendarFile, progress: Progress) -> None:
    moved: dict[str, set[date]] = {}
    for one in read:
        if one.instead_of is not None:
            moved.setdefault(one.uid, set()).add(one.instead_of)
    outside = 0
    for done, one in enumerate(read):
        if done % 100 == 0:
            progress(done, len(read))
        entry, title = one.entry, one.entry.title or "an entry without a title"
        if entry.private:
            found.private += 1
            continue
        found.passed += [(line, title, why) for line, why in one.left]
        try:
            times = _times(one, zones, window, moved.get(one.uid, set()))
        except (ValueError, OverflowError, DateNotKnown) as error:
            found.passed.append((entry.line, title, str(error)))
            continue
        if times:
            found.entries.append(replace(entry, occurrences=times))
        elif not one.rules:
            outside += 1
    if outside:
        years = f"{short_with_year(window.first)} to {short_with_year(window.last)}"
        found.notes.append(
            f"not read: {outside:,} {'entry' if outside == 1 else 'entries'} outside the years that are planned, {years}"
        )


def _times(one: ReadEntry, zones: Zones, window: Span, moved: set[date]) -> tuple[Occurrence, ...]:
    found: dict[date, Occurrence] = {}
    for day in _own_days(one, zones, window):
        start = datetime.combine(day, one.first.time()) if isinstance(one.first, datetime) else day
        span = _span(start, one, zones)
        if span.first in one.except_on or span.last < window.first or span.first > window.last:
            continue
        if one.repeats and one.instead_of is None and span.first in moved:
            continue
        named = one.instead_of or (span.first if one.repeats else None)
        found[span.first] = Occurrence(_uid(one.uid, named), span)
        if len(found) > MOST_TIMES:
            raise ValueError(
                f"it comes more than {MOST_TIMES} times in the years that are planned: a timetable, not dates"
            )
    return tuple(found[day] for day in sorted(found))


def _own_days(one: ReadEntry, zones: Zones, window: Span) -> Iterator[date]:
    """The days on which it begins, by its own clock."""
    yield from one.more
    if not one.rules:
        yield _first_day(one)
        return
    never = {day for rule in one.except_rules for day in _days_of(rule, one, zones, window)}
    for rule in one.rules:
        found = _days_of(rule, one, zones, window)
        # Of a rule that was over before it began the entry itself remains.
        yield from (
            (day for day in found if day not in never)
            if _until(rule, one, zones) >= _first_day(one)
            else [_first_day(one)]
        )


def _days_of(rule: Repeats, one: ReadEntry, zones: Zones, window: Span) -> Iterator[date]:
    first = _first_day(one)
    if first.year < _FIRST_YEAR and rule.count is not None:
        raise ValueError(f"it repeats a number of times since {first.year}, which is not counted")
    last = min(window.last + _DAY, _until(rule, one, zones))
    # Overrides and exceptions may hide a day; what hangs over from before the window is looked at, too.
    after = window.first - one.length - _DAY
    for day in days(rule, first - one.shift, last - one.shift, after=after):
        yield day + one.shift


def _first_day(one: ReadEntry) -> date:
    return one.first.date() if isinstance(one.first, datetime) else one.first


def _until(rule: Repeats, one: ReadEntry, zones: Zones) -> date:
    """The last day on which a rule may have it begin, by its own clock."""
    if not rule.until:
        return date.max
    until = read_moment(rule.until)
    if until is None:
        raise ValueError("the end of its repetition (UNTIL) is not a day")
    ends, in_utc = until
    if not isinstance(ends, datetime):
        return ends
    if not isinstance(one.first, datetime):
        begins_at_midnight = in_utc and one.zone and ends.time() < _LAST_MINUTE
        return zones.local(ends, "").date() if begins_at_midnight else ends.date()
    local = zones.local(ends, one.zone) if in_utc else ends
    return local.date() - (_DAY if local.time() < one.first.time() else timedelta())


def _span(start: Moment, one: ReadEntry, zones: Zones) -> Span:
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
    return known if len(known) <= LONGEST_TEXT else f"sha256:{sha256(known.encode()).hexdigest()}"
