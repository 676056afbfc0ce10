"""Term dates as an English council of three terms with half-term breaks might set them, for any year."""

from datetime import date, timedelta
from typing import NamedTuple

from transitions.school_year import bank_holidays, next_working_day, nth_weekday

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_MONDAY, _FRIDAY = 0, 4
_LATE_EASTER = (4, 11)
"""From this day on the spring term ends two weeks before Easter instead of on its eve."""


class MadeTerm(NamedTuple):
    """Half a term, with the days on which it begins and ends."""

    academic_year: int
    name: str
    first_day: date
    last_day: date


def terms(year: int) -> list[MadeTerm]:
    """Give the six half terms of an academic year."""
    autumn_break = _on_or_after(date(year, 10, 24), _MONDAY)
    christmas = _on_or_before(date(year, 12, 21), _FRIDAY)
    new_year = next_working_day(_on_or_after(date(year + 1, 1, 3), _MONDAY))
    winter_break = _on_or_after(date(year + 1, 2, 12), _MONDAY)
    spring_end, summer_start = _around_easter(year + 1)
    spring_break = nth_weekday(year + 1, 5, _MONDAY, -1)
    spans = (
        ("Autumn 1", next_working_day(date(year, 9, 1)), autumn_break - 3 * _DAY),
        ("Autumn 2", autumn_break + _WEEK, christmas),
        ("Spring 1", new_year, winter_break - 3 * _DAY),
        ("Spring 2", winter_break + _WEEK, spring_end),
        ("Summer 1", summer_start, spring_break - 3 * _DAY),
        ("Summer 2", spring_break + _WEEK, _on_or_after(date(year + 1, 7, 20), _MONDAY + 1)),
    )
    return [MadeTerm(year, *span) for span in spans]


def training_days(year: int) -> list[date]:
    """Give the days of an academic year on which only staff are in school."""
    autumn, _, spring, _, _, summer = terms(year)
    last_friday_in_june = nth_weekday(year + 1, 6, _FRIDAY, -1)
    return [autumn.first_day, spring.first_day, min(last_friday_in_june, summer.last_day)]


def _around_easter(year: int) -> tuple[date, date]:
    """Give the last day of the spring term and the first of the summer term."""
    monday = max(
        day for day in bank_holidays(year) if day.weekday() == _MONDAY and (3, 22) < (day.month, day.day) < (4, 27)
    )
    if (monday.month, monday.day) > _LATE_EASTER:
        return monday - 17 * _DAY, monday + _DAY
    return monday - 4 * _DAY, monday + 14 * _DAY


def _on_or_after(day: date, weekday: int) -> date:
    return day + (weekday - day.weekday()) % 7 * _DAY


def _on_or_before(day: date, weekday: int) -> date:
    return day - (day.weekday() - weekday) % 7 * _DAY
