"""One entry of a calendar file as the import takes it, whatever the file: what it becomes, whose it is, and when."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from transitions.calendar.event import Span
from transitions.calendar.local_deadlines import days_label
from transitions.dates import parse_imported, short_with_year
from transitions.fields import read_text, read_yes_no
from transitions.importing.calendar import titles
from transitions.importing.calendar.ical_entry import LONGEST, Occurrence
from transitions.importing.cells import CellReader
from transitions.importing.matching import Schools
from transitions.importing.preview import CLEAR, FieldDifference, PreviewDraft
from transitions.importing.table_rows import TableRow
from transitions.importing.terms import Owner, read_la_number
from transitions.school_year import parse_academic_year
from transitions.text import clean
from transitions.workshops.reading import KINDS, read_hour

_WITH_SECONDS = re.compile(r"([0-9]{1,2}):([0-9]{2}):[0-9]{2}(?:[.,][0-9]+)?( ?[ap]\.?m\.?)?", re.IGNORECASE)
_END_OF_DAY = re.compile(r"24[:.]?00(?::00)?|1 day, 0:00:00")
"""As people write it, and as a spreadsheet's 24 hours come out of it."""
_WITH_HOUR = re.compile(
    r"(.*[0-9])(?:[T ]|, ?)([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[ap]\.?m\.?)?)", re.IGNORECASE
)
_MIDNIGHTS: Final = ("", "00:00", "24:00")
_ENDS_OF_DAY: Final = ("", "00:00", "23:59", "24:00")
_DAY: Final = timedelta(days=1)
_FROM_COLUMNS: Final = ("year_groups", "series", "for_schools", "source")


_MOST_LEFT: Final = 200
_OF_DATES: Final = (("Detail", "detail"), ("Year groups", "year_groups"))
_OF_WORKSHOPS: Final = (
    ("Starts", "starts"), ("Ends", "ends"), ("Place", "place"), ("Link", "link"), ("Year groups", "year_groups"),
    ("Series", "series"), ("Notes", "notes"),
)  # fmt: skip


@dataclass(frozen=True)
class CalendarLine:
    """One line of a table, or one entry of an .ics file with each of its days.

    ``fields`` are the other things that it says, as text under the names of ``save_date`` and ``save_workshop``; what it
    does not say is not in them. ``year`` is the academic year of a term that says so itself.
    """

    line: int
    becomes: titles.Becomes
    owner: Owner
    title: str
    times: tuple[Occurrence, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None
    cancelled: bool = False

    @property
    def days(self) -> Span:
        return self.times[0].days

    @property
    def label(self) -> str:
        return f"{self.title}, {short_with_year(self.days.first)}"


@dataclass
class NotTaken:
    """What is not taken, with the reason; more than a person would read is counted."""

    draft: PreviewDraft
    _more: Counter[str] = field(default_factory=Counter)
    _count: int = 0

    def leave(self, line: int, title: str, why: str) -> None:
        self._count += 1
        if self._count <= _MOST_LEFT:
            self.draft.warn(line, f"“{title}” is not taken", why)
        else:
            self._more[why] += 1

    def finish(self) -> None:
        self.draft.notes += [f"not taken either: {count:,} more ({why})" for why, count in self._more.items()]

    def leaver(self, lines: Sequence[CalendarLine]) -> Callable[[int, str], None]:
        """What refuses these lines: a problem where somebody said what it becomes, otherwise it is left."""
        by_line = {one.line: one for one in lines}

        def refuse(line: int, what: str) -> None:
            if by_line[line].becomes.told:
                self.draft.problem(line, None, what)
            else:
                self.leave(line, by_line[line].title, what)

        return refuse


def becomes_in_words(one: CalendarLine, owner: str, when: str = "") -> tuple[FieldDifference, ...]:
    kind, value, is_told = one.becomes
    by = "" if is_told else f", by the words “{value}”" if value else ", as no word says more"
    values = [("Becomes", f"{kind}{by}"), ("When", when or days_in_words(one.times)), ("Whose", owner)]
    values += [(title, one.fields.get(name, "")) for title, name in (_OF_WORKSHOPS if kind in KINDS else _OF_DATES)]
    return tuple(FieldDifference(title, "", value) for title, value in values if value)


def days_in_words(times: Sequence[Occurrence]) -> str:
    """Days: "Fri 2 Oct 2026", "Mon 5 Oct 2026 to Fri 9 Oct 2026", "Mon 7 Sep 2026 and 5 more, to Mon 12 Oct 2026"."""
    first, last = times[0].days, times[-1].days
    if len(times) > 1:
        return f"{short_with_year(first.first)} and {len(times) - 1} more, to {short_with_year(last.last)}"
    return days_label(first)


class TableReader:
    """Reads rows; what is wrong with one goes into the draft.

    ``kind`` and ``owner`` are what every row becomes and whose it is when it does not say; no day is after ``latest``.
    """

    def __init__(self, cells: CellReader, schools: Schools, kind: str | None, owner: Owner, latest: date) -> None:
        self._cells, self._schools = cells, schools
        self._kind, self._owner, self._latest = kind, owner, latest
        self.private = 0
        """How many rows were left out because their owner marked them as nobody else's."""
        self.marks: list[str] = []
        """The words by which they were."""
        self.undescribed = 0
        """Of how many dates the description was left out."""

    def read(self, row: TableRow) -> CalendarLine | None:
        problems = self._cells.problems(row)
        if self._is_private(row):
            self.private += 1
            return None
        kind = self._kind or self._cells.read(row, "kind", titles.read_kind)
        title, cancelled = titles.read_called_off(self._cells.read(row, "title", _read_title) or "")
        becomes = titles.Becomes(kind, "", told=True) if kind else titles.recognise(title)
        owner = self._owner_of(row)
        span, hours = self._when(row)
        year = self._cells.read(row, "academic_year", parse_academic_year)
        if not title and kind in (None, "closure", "half term"):
            title = "Closure" if kind == "closure" else "Half term" if kind else ""
        if not title and becomes.kind in (None, "term", "ask", "test", "trip", "event"):
            self._cells.refuse(row, "title", "is empty: expected what it is called")
        if span is None or self._cells.problems(row) > problems:
            return None
        fields = {name: text for name in _FROM_COLUMNS if (text := self._cell(row, name)) is not None}
        place, detail = self._cell(row, "place"), self._cell(row, "detail")
        fields |= {**self._described(row, becomes.kind), **details(hours, place, detail)}
        return CalendarLine(row.line, becomes, owner, title, (Occurrence("", span),), fields, year, cancelled)

    def _described(self, row: TableRow, kind: str) -> Mapping[str, str]:
        """What a calendar's program wrote about an entry: codes to dial in with, and names.

        The notes of a workshop are the team's own; what stands about a date goes into the calendars that are shared.
        """
        description = self._cell(row, "description")
        if description and kind not in KINDS:
            self.undescribed += 1
        return {"notes": description} if description and kind in KINDS else {}

    def _is_private(self, row: TableRow) -> bool:
        cells = (self._cells.text(row, name) for name in ("private", "sensitivity"))
        marked = [cell for cell in cells if not titles.is_open(cell)]
        self.marks += marked
        return bool(marked) or titles.says_private(self._cells.text(row, "title"))

    def _owner_of(self, row: TableRow) -> Owner:
        """Whose it is: as the row says, else as whoever imports says; a school's own need no council."""
        school_id = self._cells.read(row, "school", self._school)
        la_number = self._cells.read(row, "council", read_la_number)
        if school_id is not None:
            return None, school_id
        return self._owner if la_number is None else (la_number, None)

    def _school(self, text: str) -> int:
        return self._schools.by_urn(text) if text.isascii() and text.isdigit() else self._schools.by_name(text)

    def _when(self, row: TableRow) -> tuple[Span | None, tuple[str, str]]:
        first, first_hour = self._cells.read(row, "first_day", _day_and_hour) or (None, "")
        last, last_hour = self._cells.read(row, "last_day", _day_and_hour) or (first, "")
        # A midnight behind a day says nothing, as in every other table, but where an hour stands behind the first.
        first_hour, last_hour = (first_hour, last_hour) if first_hour not in _MIDNIGHTS else ("", "")
        starts = self._cells.read(row, "starts", _hour) or first_hour
        ends = self._cells.read(row, "ends", _hour) or last_hour
        if first is None and not self._cells.text(row, "first_day"):
            self._cells.refuse(row, "first_day", "is empty: expected a date such as 02/10/2026")
        if first is None or last is None:
            return None, ("", "")
        if starts == "24:00":
            self._cells.refuse(row, "starts", "24:00 is the end of the day: give the next day, and 00:00")
        if ends == "00:00" and last > first:
            # Outlook ends a whole day, and what lasts until midnight, on the day after.
            last -= _DAY
        if self._cells.read(row, "all_day", read_yes_no) or (starts == "00:00" and ends in _ENDS_OF_DAY):
            starts, ends = "", ""
        ends = "00:00" if ends == "24:00" else ends
        if first > self._latest:
            self._cells.refuse(row, "first_day", "is more than three years away: is the year right?")
        elif last < first:
            self._cells.refuse(row, "last_day", "is before the first day")
        elif last - first > LONGEST:
            self._cells.refuse(row, "last_day", "is more than a year after the first day: is the year right?")
        return Span(first, last), (starts, ends)

    def _cell(self, row: TableRow, name: str) -> str | None:
        text = titles.without_markup(self._cells.text(row, name))
        return "" if text.casefold() == CLEAR else text or None


def details(hours: tuple[str, str], place: str | None, detail: str | None) -> Mapping[str, str]:
    """Hours, place and what else is said as the fields of a workshop, and in the one field that a date has for them."""
    starts, ends = hours
    # A workshop is over on its own day: midnight is the minute after its last.
    until = "23:59" if ends == "00:00" and starts != ends else ends
    fields = {"starts": starts, "ends": until} if starts else {}
    if place is not None:
        fields["link" if re.match(r"https?://\S+$", place) else "place"] = place
    if detail is not None:
        fields["notes"] = detail
    spoken = f"{starts} to {ends}" if starts and ends else f"From {starts}" if starts else ""
    if spoken or place is not None or detail is not None:
        fields["detail"] = " · ".join(filter(None, (spoken, place, detail)))
    return fields


def _day_and_hour(text: str) -> tuple[date, str]:
    """A day, with the hour that may stand behind it in one cell."""
    found = _WITH_HOUR.fullmatch(text.strip())
    return (parse_imported(text), "") if found is None else (parse_imported(found[1]), _hour(found[2]))


def _hour(text: str) -> str:
    """A time of day as people write it, or with seconds as programs do; 24:00 is the midnight at its end."""
    if _END_OF_DAY.fullmatch(text.strip()):
        return "24:00"
    clock = _WITH_SECONDS.fullmatch(text.strip())
    # Whoever writes seconds writes all 24 hours, or says which half of the day it is.
    return read_hour(text) if clock is None else read_hour(f"{clock[1]:0>2}:{clock[2]}{clock[3] or ''}")


def _read_title(text: str) -> str:
    return read_text(clean(titles.without_markup(text)))
