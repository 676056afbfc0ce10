"""The rows of a table of dates (CSV or spreadsheet), Outlook's own among them, as lines of a calendar."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from transitions.calendar.event import Span
from transitions.dates import parse_imported
from transitions.fields import read_text, read_yes_no
from transitions.importing.calendar.ical import LONGEST, Occurrence
from transitions.importing.calendar.lines import CalendarLine
from transitions.importing.calendar.recognise import Becomes, read_kind, recognise
from transitions.importing.headers import HeaderMap
from transitions.importing.matching import Schools
from transitions.importing.preview import CLEAR, Draft
from transitions.importing.tabular import Row
from transitions.importing.terms import Owner, read_academic_year, read_la_number
from transitions.workshops.reading import read_hour

__all__ = ["TableReader", "details"]

_SECONDS = re.compile(r"^([0-9]{1,2}:[0-9]{2}):[0-9]{2}\b")
_DAY: Final = timedelta(days=1)
_FROM_COLUMNS: Final = ("year_groups", "series", "for_schools", "source")


class TableReader:
    """Reads rows; what is wrong with one goes into the draft.

    ``kind`` and ``owner`` are what every row becomes and whose it is when it does not say; no day is after ``latest``.
    """

    def __init__(
        self, headers: HeaderMap, schools: Schools, draft: Draft, kind: str | None, owner: Owner, latest: date
    ) -> None:
        self._headers = headers
        self._schools = schools
        self._draft = draft
        self._kind = kind
        self._owner = owner
        self._latest = latest

    def read(self, row: Row) -> CalendarLine | None:
        """Give what a row says; None, with the problems in the draft, when it cannot be read."""
        problems = len(self._draft.problems.get(row.line, ()))
        kind = self._kind or self._try(row, "kind", read_kind)
        title = self._try(row, "title", read_text) or ""
        becomes = Becomes(kind, "", told=True) if kind else recognise(title)
        owner = self._whose(row)
        span, hours = self._when(row)
        year = self._try(row, "academic_year", read_academic_year)
        if not title and kind in (None, "closure", "half term"):
            title = "Closure" if kind == "closure" else "Half term" if kind else ""
        if not title and becomes.kind in (None, "term", "ask", "test", "trip", "event"):
            self._problem(row, "title", "is empty: expected what it is called")
        if span is None or len(self._draft.problems.get(row.line, ())) > problems:
            return None
        fields = {name: text for name in _FROM_COLUMNS if (text := self._given(row, name)) is not None}
        place, said = self._given(row, "place"), self._given(row, "detail")
        fields |= details(hours, place, said)
        return CalendarLine(row.line, becomes, owner, title, (Occurrence("", span),), fields, year)

    def _whose(self, row: Row) -> Owner:
        """Whose it is: as the row says, else as whoever imports says; a school's own need no council."""
        school_id = self._try(row, "school", self._school)
        la_number = self._try(row, "council", read_la_number)
        if school_id is not None:
            return None, school_id
        return self._owner if la_number is None else (la_number, None)

    def _school(self, text: str) -> int:
        return self._schools.by_urn(text) if text.isascii() and text.isdigit() else self._schools.by_name(text)

    def _when(self, row: Row) -> tuple[Span | None, tuple[str, str]]:
        """Give the days, None when they cannot be read, and the hours."""
        first = self._try(row, "first_day", parse_imported)
        last = self._try(row, "last_day", parse_imported) or first
        starts, ends = self._try(row, "starts", _hour) or "", self._try(row, "ends", _hour) or ""
        if first is None and not self._text(row, "first_day"):
            self._problem(row, "first_day", "is empty: expected a date such as 02/10/2026")
        if first is None or last is None:
            return None, ("", "")
        if (self._try(row, "all_day", read_yes_no) or (starts == ends == "00:00")) and ends in ("", "00:00"):
            # Outlook ends a whole day at the midnight after it.
            last, starts, ends = (last - _DAY if ends and last > first else last), "", ""
        if first > self._latest:
            self._problem(row, "first_day", "is more than three years away: is the year right?")
        elif last < first:
            self._problem(row, "last_day", "is before the first day")
        elif last - first > LONGEST:
            self._problem(row, "last_day", "is more than a year after the first day: is the year right?")
        return Span(first, last), (starts, ends)

    def _given(self, row: Row, name: str) -> str | None:
        """Give what a cell says, "" to empty the field; None when it says nothing."""
        text = self._text(row, name)
        return "" if text.casefold() == CLEAR else text or None

    def _text(self, row: Row, name: str) -> str:
        return (self._headers.cell(row.cells, name) or "").strip()

    def _try(self, row: Row, name: str, reader: Callable[[str], Any]) -> Any:
        text = self._text(row, name)
        if not text:
            return None
        try:
            return reader(text)
        except ValueError as error:
            self._problem(row, name, str(error))
            return None

    def _problem(self, row: Row, name: str, what: str) -> None:
        self._draft.problem(row.line, self._headers.title(name), what)


def details(hours: tuple[str, str], place: str | None, said: str | None) -> Mapping[str, str]:
    """Give hours, place and what else is said as the fields of a workshop, and in the one field that a date has for them."""
    starts, ends = hours
    fields = {"starts": starts, "ends": ends} if starts else {}
    if place is not None:
        fields["link" if re.match(r"https?://\S+$", place) else "place"] = place
    if said is not None:
        fields["notes"] = said
    spoken = f"{starts} to {ends}" if starts and ends else f"From {starts}" if starts else ""
    if spoken or place is not None or said is not None:
        fields["detail"] = " · ".join(filter(None, (spoken, place, said)))
    return fields


def _hour(text: str) -> str:
    return read_hour(_SECONDS.sub(r"\1", text))
