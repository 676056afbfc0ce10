"""The weeks ahead as plain text, for the weekly e-mail to schools: this week, next week and the next four."""

from datetime import date, timedelta
from textwrap import wrap
from typing import Final

from transitions.calendar.event import Event
from transitions.dates import short, short_with_year
from transitions.exporting.year.sheet import CHECK, Sheet, count_in_words, for_whom, hours, when

__all__ = ["WIDTH", "render"]

WIDTH: Final = 72
"""The longest line, in characters: what a mail program quotes without breaking it."""
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_MARK = " *"


def render(sheet: Sheet) -> bytes:
    """Give the six weeks of ``sheet.load_weeks`` as UTF-8 text, a heading for each part, one date a line."""
    lines = [*_heading(sheet.title, "="), *_wrapped(sheet.whose)]
    first = sheet.first
    for name, weeks in (("This week", 1), ("Next week", 1), ("The four weeks after", 4)):
        last = first + weeks * _WEEK - _DAY
        lines += ["", *_heading(f"{name}: {when(first, last)}", "-"), *_part(sheet, first, last)]
        first = last + _DAY
    notes = [sheet.missing, f"As of {short_with_year(sheet.as_of)}."]
    if any(not event.verified for event in sheet.events):
        notes.insert(0, f"* {CHECK}")
    return "\n".join([*lines, "", *(line for note in notes for line in _wrapped(note)), ""]).encode()


def _part(sheet: Sheet, first: date, last: date) -> list[str]:
    lines = [
        f"{off.name}: {when(off.first, off.last)}" for off in sheet.breaks if off.first <= last and off.last >= first
    ]
    told = [(day, event) for event in sheet.events if (day := _day(sheet, event, first, last))]
    lines += [_line(event, day) for day, event in sorted(told, key=lambda item: item[0])]
    return [row for line in lines or ["Nothing."] for row in _wrapped(line, "- " if lines else "")]


def _day(sheet: Sheet, event: Event, first: date, last: date) -> date | None:
    """Give the day by which an event stands in one part of the text: where it begins, and where it ends.

    One that began before the text stands in its first part, by its last day.
    """
    if first <= event.first <= last:
        return event.first
    ends_here = event.first < first <= event.last <= last
    goes_on = first == sheet.first and event.first < first <= event.last
    return event.last if ends_here or goes_on else None


def _line(event: Event, day: date) -> str:
    days = when(event.first, event.last) if day == event.first else f"until {short(event.last)}"
    whom = for_whom(event.year_groups) if event.year_groups else ""
    place = event.record.place if event.record else ""
    facts = ", ".join(filter(None, (hours(event), place, whom, count_in_words(event))))
    return f"{days}: {event.title}{f' ({facts})' if facts else ''}{'' if event.verified else _MARK}"


def _heading(text: str, underline: str) -> list[str]:
    lines = _wrapped(text)
    return [*lines, underline * max(map(len, lines))]


def _wrapped(text: str, first: str = "") -> list[str]:
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=" " * len(first))
