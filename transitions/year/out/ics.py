"""The year's dates as an iCalendar file (RFC 5545), for Outlook, Google and every telephone.

Every event lasts whole days: a DATE has no time zone, so that no reader can move it to the day before.
"""

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from transitions.year.events import Event
from transitions.year.out.sheet import CHECK, KINDS, Sheet, count_in_words, for_whom, kind_of

if TYPE_CHECKING:
    from icalendar import Component

__all__ = ["render", "uid"]

_MAKER: Final = "-//pupil-transitions//Transition dates//EN"
_HOST: Final = "pupil-transitions"
_SEQUENCES_BEGIN: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""SEQUENCE has 31 bits: the seconds since this moment fit until 2088."""


def render(sheet: Sheet, scope: str, now: datetime) -> bytes:
    """Give the file: CRLF, UTF-8, lines folded at 75 octets.

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
    for event in sheet.events:
        calendar.add_component(_entry(event, scope, now))
    return bytes(calendar.to_ical())


def uid(event: Event, scope: str) -> str:
    """Give what the event is known by in every calendar that it was read into; its date and its title may change.

    A closure's key holds its reason, whatever somebody typed: the digest tells apart what the plain letters do not.
    """
    digest = sha256(f"{event.key} {scope}".encode()).hexdigest()[:8]
    return f"{_slug(event.key)}.{_slug(scope)}.{digest}@{_HOST}"


def _entry(event: Event, scope: str, now: datetime) -> "Component":
    from icalendar import Event as Entry

    entry = Entry()
    entry.add("uid", uid(event, scope))
    entry.add("dtstamp", now)
    entry.add("sequence", int((now - _SEQUENCES_BEGIN).total_seconds()))
    entry.add("dtstart", event.first)
    # The end of a DATE is the first day that no longer belongs to it.
    entry.add("dtend", event.last + timedelta(days=1))
    entry.add("summary", event.title)
    entry.add("description", _description(event))
    entry.add("categories", [KINDS[kind_of(event)]])
    # A return window of four weeks must not show anybody as busy for four weeks.
    entry.add("transp", "TRANSPARENT")
    return entry


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
