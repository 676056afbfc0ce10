"""The holidays of a year, as far as the terms entered tell: the time between terms, and weeks of closures inside them."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from transitions.school_year import academic_year_label, academic_year_span
from transitions.term_dates import OutsideCalendar, TermDates

__all__ = ["DayOff", "days_of", "days_off", "is_taught", "terms_missing"]

_DAY = timedelta(days=1)
_WEEK_OF_SCHOOL = 5  # weekdays in a row without school that make a holiday of closures inside a term
_NAMES = {10: "Autumn half term", 11: "Autumn half term", 12: "Christmas holiday", 1: "Christmas holiday",
          2: "February half term", 3: "Easter holiday", 4: "Easter holiday", 5: "May half term", 6: "May half term",
          7: "Summer holiday", 8: "Summer holiday", 9: "Summer holiday"}  # fmt: skip


class DayOff(NamedTuple):
    """A holiday, the weekends at both ends included, and what it is called: "Autumn half term", "Easter holiday"."""

    first: date
    last: date
    name: str

    def covers(self, day: date) -> bool:
        """Tell whether ``day`` is one of its days."""
        return self.first <= day <= self.last


def days_off(terms: TermDates, academic_year: int) -> list[DayOff]:
    """Give the holidays of the year that the terms entered tell, in date order; none when no terms are entered."""
    found = []
    for taught, run in groupby(days_of(academic_year), key=lambda day: is_taught(terms, day)):
        days = list(run)
        if taught is False and _is_holiday(days, terms, academic_year):
            found.append(DayOff(days[0], days[-1], _NAMES[days[len(days) // 2].month]))
    return found


def terms_missing(terms: TermDates, academic_year: int) -> str | None:
    """Say in a sentence that the year's term dates are not entered, or only some of them; None when they all are."""
    known = [is_taught(terms, day) is not None for day in days_of(academic_year)]
    if all(known):
        return None
    label = academic_year_label(academic_year)
    said = (
        f"The term dates of {label} are entered in part: beyond them no holidays are shaded, and days that are counted "
        "from them are missing"
        if any(known)
        else f"No term dates of {label} are entered: no holidays are shaded, and days that are counted from terms are missing"
    )
    return f"{said}. Import them (I in the app, or: transitions import terms FILE)."


def days_of(academic_year: int) -> list[date]:
    """Give the 365 or 366 days of the academic year."""
    first, last = academic_year_span(academic_year)
    return [first + n * _DAY for n in range((last - first).days + 1)]


def is_taught(terms: TermDates, day: date) -> bool | None:
    """Tell whether ``day`` is a school day; None when the terms entered do not say."""
    try:
        return terms.is_school_day(day)
    except OutsideCalendar:
        return None


def _is_holiday(days: Sequence[date], terms: TermDates, academic_year: int) -> bool:
    """Whether days in a row without school are a holiday and not a weekend, a bank holiday or a staff day or two."""
    weekdays = [day for day in days if day.weekday() < 5]
    at_an_edge = not {days[0], days[-1]}.isdisjoint(academic_year_span(academic_year))
    between_terms = any(not any(term.first_day <= day <= term.last_day for term in terms.terms) for day in weekdays)
    return len(weekdays) >= _WEEK_OF_SCHOOL or (bool(weekdays) and (at_an_edge or between_terms))
