"""The map of an academic year: columns of time, rows of year groups, and which events stand in which cell."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final, Literal, NamedTuple, get_args

from transitions.calendar.event import Event
from transitions.dates import MONTHS, long
from transitions.school_year import academic_year_span, year_group_label
from transitions.term_dates import DayOff, TermDates, days_of, days_off, is_taught

Grain = Literal["week", "fortnight", "half term"]
GRAINS: Final[tuple[Grain, ...]] = get_args(Grain)
Move = Literal["left", "right", "up", "down", "start", "end", "next filled", "previous filled"]

_YOUNGEST, _OLDEST = -1, 14
_DAY = timedelta(days=1)


class DayColumn(NamedTuple):
    """A stretch of days of the year.

    ``label`` is at most five characters: the first day's number ("7"), a term as it is entered ("T1", "Aut 1"), "Hol" for a
    holiday, or a month ("Sep"). ``month_label`` is the month ("Sep") in the first column that begins in it, otherwise empty.
    ``break_`` says that all of it is holiday, as far as the terms entered tell. ``name`` is the whole in words.
    """

    first: date
    last: date
    label: str
    month_label: str
    break_: bool
    name: str

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


class GridRow(NamedTuple):
    """A year group with its name in words; None is everybody."""

    year_group: int | None
    label: str


class GridPlace(NamedTuple):
    """A cell by the positions of its row and its column, each from 0."""

    row: int
    column: int


Cells = Mapping[GridPlace, list[Event]]
"""The events of each cell that has some, in their order."""


def columns(academic_year: int, terms: TermDates, grain: Grain) -> list[DayColumn]:
    """The columns from 1 September to 31 August: every day is in exactly one.

    Weeks run from Monday to Sunday, so that the first and the last may be short; fortnights are two of these weeks. Half
    terms follow the terms entered, with the holidays between; where none are entered they are calendar months.
    """
    holidays = days_off(terms, academic_year)
    if grain == "half term":
        return _with_months(_half_terms(academic_year, terms, holidays))
    starts = [day for day in days_of(academic_year) if day.weekday() == 0 or (day.month, day.day) == (9, 1)]
    spans = _between(starts[:: 1 if grain == "week" else 2], academic_year)
    return _with_months(
        DayColumn(
            first, last, str(first.day), "", _is_break(first, last, holidays), f"From {long(first)} to {long(last)}"
        )
        for first, last in spans
    )


def rows() -> list[GridRow]:
    return [
        GridRow(None, "Everybody"),
        *(GridRow(group, year_group_label(group)) for group in range(_YOUNGEST, _OLDEST + 1)),
    ]


def cells(events: Sequence[Event], columns: Sequence[DayColumn], rows: Sequence[GridRow]) -> Cells:
    """Put each event into every column that it spans, in the rows of its year groups, or of everybody.

    Children before nursery stand with nursery, and young people past Year 14 with Year 14: no event is lost in the rows
    and columns of a whole year.
    """
    position = {row.year_group: place for place, row in enumerate(rows)}
    firsts, lasts = [column.first for column in columns], [column.last for column in columns]
    found: dict[GridPlace, list[Event]] = {}
    for event in events:
        shown: set[int | None] = {max(_YOUNGEST, min(_OLDEST, group)) for group in event.year_groups}
        for row in sorted(position[group] for group in shown or {None} if group in position):
            for column in range(bisect_left(lasts, event.first), bisect_right(firsts, event.last)):
                found.setdefault(GridPlace(row, column), []).append(event)
    return found


def column_of(day: date, columns: Sequence[DayColumn]) -> int | None:
    place = bisect_right(columns, day, key=lambda column: column.first) - 1
    return place if place >= 0 and columns[place].covers(day) else None


def neighbour(place: GridPlace, move: Move, cells: Cells, columns: int, rows: int) -> GridPlace:
    """The cell that a move leads to, on a map of so many ``columns`` and ``rows``; a move off the edge stays.

    "start" and "end" are the first and last of the row. "next filled" is the next cell with events along the row, then in
    the rows below; "previous filled" the same backwards.
    """
    row, column = place
    if move in ("next filled", "previous filled"):
        filled = sorted(cells)
        at = bisect_right(filled, place) if move == "next filled" else bisect_left(filled, place) - 1
        return filled[at] if 0 <= at < len(filled) else place
    to = {
        "left": GridPlace(row, column - 1),
        "right": GridPlace(row, column + 1),
        "up": GridPlace(row - 1, column),
        "down": GridPlace(row + 1, column),
        "start": GridPlace(row, 0),
        "end": GridPlace(row, columns - 1),
    }[move]
    return to if 0 <= to.row < rows and 0 <= to.column < columns else place


def _between(starts: Sequence[date], academic_year: int) -> list[tuple[date, date]]:
    ends = [*(following - _DAY for following in starts[1:]), academic_year_span(academic_year)[1]]
    return list(zip(starts, ends, strict=True))


def _half_terms(academic_year: int, terms: TermDates, holidays: Sequence[DayOff]) -> list[DayColumn]:
    starts = sorted(_cuts(academic_year, terms, holidays))
    spans = _between(starts, academic_year)
    by_first = {holiday.first: holiday for holiday in holidays}
    names = _term_names([span for span in spans if span[0] not in by_first], terms)
    found = []
    for first, last in spans:
        if first in by_first:
            label, name = "Hol", by_first[first].name
        elif (first, last) in names:
            label, name = _shortened(names[first, last]), names[first, last]
        else:
            label, name = _month(first), MONTHS[first.month - 1]
        found.append(DayColumn(first, last, label, "", first in by_first, name))
    return found


def _cuts(academic_year: int, terms: TermDates, holidays: Sequence[DayOff]) -> set[date]:
    days = days_of(academic_year)
    cuts = {days[0]}
    for holiday in holidays:
        cuts |= {holiday.first, holiday.last + _DAY}
    for day in (term.first_day for term in terms.terms):
        if not any(holiday.covers(day) for holiday in holidays):
            cuts.add(day)
    for known, run in groupby(days, key=lambda day: is_taught(terms, day) is not None):
        stretch = list(run)
        cuts |= {stretch[0]} | {day for day in stretch if not known and day.day == 1}
    return cuts & set(days)


def _term_names(spans: Sequence[tuple[date, date]], terms: TermDates) -> dict[tuple[date, date], str]:
    called = {}
    for first, last in spans:
        term = next((term for term in terms.terms if term.first_day <= last and first <= term.last_day), None)
        if term is not None:
            called[first, last] = term.name
    numbers: dict[str, int] = {}
    named = {}
    for span, name in called.items():
        numbers[name] = numbers.get(name, 0) + 1
        several = list(called.values()).count(name) > 1
        named[span] = f"{name} {numbers[name]}" if several else name
    return named


def _shortened(name: str) -> str:
    if len(name) <= 5:
        return name
    number = next((character for character in reversed(name) if character.isdigit()), "")
    return f"{name[:3]} {number}".rstrip()


def _is_break(first: date, last: date, holidays: Iterable[DayOff]) -> bool:
    """Whether a week or fortnight is all holiday; a weekend beside one counts with it, one beside school does not."""
    off = [holiday for holiday in holidays if holiday.first <= last and first <= holiday.last]
    days = [first + n * _DAY for n in range((last - first).days + 1)]
    return bool(off) and all(day.weekday() > 4 or any(holiday.covers(day) for holiday in off) for day in days)


def _with_months(found: Iterable[DayColumn]) -> list[DayColumn]:
    whole = list(found)
    before = [None, *(column.first.month for column in whole)]
    return [
        column._replace(month_label="" if month == column.first.month else _month(column.first))
        for column, month in zip(whole, before, strict=False)
    ]


def _month(day: date) -> str:
    return MONTHS[day.month - 1][:3]
