"""The year's dates as an iCalendar file (RFC 5545), for Outlook, Google and every telephone.

What lasts whole days is a DATE, which has no time zone, so that no reader can move it to the day before. Workshops with
hours are at London time, and the file says what that is: whoever reads it elsewhere sees the same moments.
"""

import re
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from transitions.calendar.event import KINDS, Event, OwnRecord
from transitions.exporting.year.sheet import CHECK, Sheet, count_in_words, for_whom, kind_of

if TYPE_CHECKING:
    from icalendar import Component

_MAKER: Final = "-//pupil-transitions//Transition dates//EN"
_HOST: Final = "pupil-transitions"
_ZONE: Final = "Europe/London"
_SEQUENCES_BEGIN: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""SEQUENCE has 31 bits: the seconds since this moment fit until 2088."""


def render(sheet: Sheet, scope: str, now: datetime) -> bytes:
    """The file: CRLF, UTF-8, lines folded at 75 octets.

    ``scope`` says in one word whose dates these are ("all", "school-900001"), ``now`` when the file was made. Read in
    again, a later file changes the events of an earlier one of the same scope and adds none twice.
    """
    from icalendar import Calendar
    from icalendar.prop import vText

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _MAKER)
    calendar.add("method", "PUBLISH")
    # The library leaves names that begin with X- as they are: a comma in a school's name has to be marked here.
    calendar.add("x-wr-calname", vText(f"{sheet.title}, {sheet.whose}"))
    if any(event.record and event.record.starts for event in sheet.events):
        calendar.add_component(_london())
    for event in sheet.events:
        calendar.add_component(_entry(event, scope, now))
    return bytes(calendar.to_ical())


def uid(event: Event, scope: str) -> str:
    """What the event is known by in every calendar that it was read into; its date and its title may change.

    A closure's key holds its reason, whatever somebody typed: the digest tells apart what the plain letters do not.
    """
    digest = sha256(f"{event.key} {scope}".encode()).hexdigest()[:8]
    return f"{_slug(event.key)}.{_slug(scope)}.{digest}@{_HOST}"


def is_ours(uid: str) -> bool:
    return uid.endswith(f"@{_HOST}")


def _entry(event: Event, scope: str, now: datetime) -> "Component":
    from icalendar import Event as Entry

    entry = Entry()
    entry.add("uid", uid(event, scope))
    entry.add("dtstamp", now)
    entry.add("sequence", int((now - _SEQUENCES_BEGIN).total_seconds()))
    if event.record is not None and event.record.starts:
        _add_hours(entry, event, event.record)
    else:
        entry.add("dtstart", event.first)
        # The end of a DATE is the first day that no longer belongs to it.
        entry.add("dtend", event.last + timedelta(days=1))
    entry.add("summary", event.title)
    entry.add("description", _description(event))
    entry.add("categories", [KINDS[kind_of(event)]])
    # A return window of four weeks must not show anybody as busy for four weeks.
    entry.add("transp", "TRANSPARENT")
    if event.record is not None:
        _add_record(entry, event.record)
    return entry


def _add_hours(entry: "Component", event: Event, record: OwnRecord) -> None:
    zone = {"TZID": _ZONE}
    entry.add("dtstart", datetime.combine(event.first, time.fromisoformat(record.starts)), parameters=zone)
    if record.ends:
        entry.add("dtend", datetime.combine(event.first, time.fromisoformat(record.ends)), parameters=zone)
    days = (event.last - event.first).days + 1
    if days > 1:
        entry.add("rrule", {"freq": "daily", "count": days})


def _add_record(entry: "Component", record: OwnRecord) -> None:
    if record.place:
        entry.add("location", record.place)
    if record.link:
        entry.add("url", record.link)
    if record.cancelled:
        entry.add("status", "CANCELLED")


def _london() -> "Component":
    """What London time is: summer time from the last Sunday of March to that of October, both at 01:00 UTC."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    zone = Timezone()
    zone.add("tzid", _ZONE)
    none, hour = timedelta(), timedelta(hours=1)
    for part, name, begins, offsets in (
        (TimezoneDaylight(), "BST", datetime(1996, 3, 31, 1), (none, hour)),  # noqa: DTZ001 - local by RFC 5545
        (TimezoneStandard(), "GMT", datetime(1996, 10, 27, 2), (hour, none)),  # noqa: DTZ001
    ):
        part.add("tzname", name)
        part.add("dtstart", begins)
        part.add("rrule", {"freq": "yearly", "bymonth": begins.month, "byday": "-1SU"})
        part.add("tzoffsetfrom", offsets[0])
        part.add("tzoffsetto", offsets[1])
        zone.add_component(part)
    return zone


def _description(event: Event) -> str:
    count = count_in_words(event)
    lines = [
        f"For: {for_whom(event.year_groups)}",
        f"Still open for {count}" if count else "",
        event.severity.capitalize(),
        event.detail,
        f"Source: {event.source}" if event.source else "",
        "" if event.verified else CHECK,
    ]
    return "\n".join(filter(None, lines))


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.+]+", "-", text).strip("-")[:60]
