"""The school days of one calendar: which days are taught, counting along them, and the holidays.

Two ways of counting are in use, and the difference is a day:

- *N school days after an event* (``add_school_days``): the day of the event is not counted. "Within 15 school days of
  the pupil ceasing to be registered" (Education (Pupil Information) (England) Regulations 2005): off roll on Tuesday
  21 July 2026 in Kent makes it Monday 21 September 2026.
- *The first N school days from a start* (``nth_school_day``): the first day is counted. "Within the first 5 days of the
  start of a new term" (Keeping children safe in education): a start on Tuesday 1 September 2026 makes it Monday
  7 September 2026.

Nothing here guesses: a day, or a count that runs, beyond the terms that are entered raises OutsideCalendar.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby, pairwise
from typing import Final, Literal, NamedTuple, get_args

from transitions.school_year import (
    DateNotKnown,
    academic_year,
    academic_year_label,
    academic_year_span,
    bank_holidays,
    next_working_day,
    previous_working_day,
)

Season = Literal["autumn", "spring", "summer"]
Half = Literal[1, 2]
SEASONS: Final[tuple[Season, ...]] = get_args(Season)

_DAY = timedelta(days=1)
_REMEDY = "import them (I in the app, or: transitions import terms FILE)"
_WEEK_OF_SCHOOL = 5  # weekdays in a row without school that make a break, not a few single closures
_HOLIDAYS = {10: "Autumn half term", 11: "Autumn half term", 12: "Christmas holiday", 1: "Christmas holiday",
          2: "February half term", 3: "Easter holiday", 4: "Easter holiday", 5: "May half term", 6: "May half term",
          7: "Summer holiday", 8: "Summer holiday", 9: "Summer holiday"}  # fmt: skip
_START_MONTHS = {"autumn": range(8, 13), "spring": range(1, 4), "summer": range(3, 8)}

_NUMBERED = re.compile(r"t(?:erm)? ?([1-6])")
_HALF_WORDS: dict[str, Half] = {"1": 1, "1st": 1, "first": 1, "2": 2, "2nd": 2, "second": 2}
_NAMED = re.compile(
    r"(?:(1st|first|2nd|second) half (?:of )?(?:the )?)?(autumn|spring|summer)(?: term)?"
    r"(?: (?:half )?(?:term )?(1st|first|2nd|second|[12])(?: half)?)?"
)


class OutsideCalendar(DateNotKnown):
    """A school day was asked for that the terms entered do not reach.

    ``sentence`` says what to import; ``academic_year`` is the first year that is missing on the way there.
    """

    def __init__(self, sentence: str, academic_year: int) -> None:
        super().__init__(sentence)
        self.academic_year = academic_year


class TermProblem(ValueError):
    """A term cannot be right; the message says which one and what was expected."""


class Term(NamedTuple):
    """One term, or half of one: T1 to T6, or autumn, spring and summer with or without a half; both days are taught."""

    name: str
    academic_year: int
    first_day: date
    last_day: date


class _Span(NamedTuple):
    """A stretch of teaching: which of the year's six halves (0 to 5) it begins and ends with, and its days."""

    first_half: int
    last_half: int
    first_day: date
    last_day: date


@dataclass(frozen=True, init=False)
class TermDates:
    """The term dates of a council or school, with the closures (INSET days, half-term days) inside the terms.

    Six terms (T1 to T6) and three terms both do; in three terms the half-term break may be a gap between two spans
    ("Autumn 1", "Autumn 2", or "Autumn" twice) or a week of closures. Weekends and bank holidays are never school days.
    Raises TermProblem for a term that overlaps another, lies outside its academic year or has a name that says neither.
    """

    terms: tuple[Term, ...]
    closures: frozenset[date]

    def __init__(self, terms: Sequence[Term] = (), closures: Iterable[date] = ()) -> None:
        object.__setattr__(self, "terms", tuple(sorted(terms, key=lambda term: term.first_day)))
        object.__setattr__(self, "closures", frozenset(closures))
        _ = self._spans  # a bad term is refused here, where it is entered, not when a date is first asked for

    @cached_property
    def _spans(self) -> dict[int, list[_Span]]:
        years = {term.academic_year for term in self.terms}
        return {year: _spans_of([term for term in self.terms if term.academic_year == year]) for year in sorted(years)}

    @cached_property
    def _known(self) -> list[tuple[date, date]]:
        """The stretches of days about which the terms entered leave no doubt, in order, never touching."""
        stretches: list[tuple[date, date]] = []
        for year, spans in self._spans.items():
            for first, last in _stretches(year, spans):
                if stretches and first <= stretches[-1][1] + _DAY:
                    first = stretches.pop()[0]  # noqa: PLW2901 - joined to the stretch before
                stretches.append((first, last))
        return stretches

    @cached_property
    def _school_days(self) -> list[date]:
        return [
            day
            for spans in self._spans.values()
            for span in spans
            for day in (span.first_day + n * _DAY for n in range((span.last_day - span.first_day).days + 1))
            if day.weekday() < 5 and day not in self.closures and day not in bank_holidays(day.year)
        ]

    @cached_property
    def _school_day_set(self) -> frozenset[date]:
        return frozenset(self._school_days)

    def is_school_day(self, day: date) -> bool:
        """Whether pupils are taught on ``day``; raises OutsideCalendar if the terms entered do not say."""
        self._stretch(day)
        return day in self._school_day_set

    def add_school_days(self, day: date, n: int) -> date:
        """The n-th school day after ``day``, which itself is not counted; a negative ``n`` counts back.

        Nought gives ``day`` itself if it is a school day, otherwise the next one. ``day`` need not be a school day.
        Raises OutsideCalendar when the count leaves the terms entered.
        """
        if n == 0:
            return self.nth_school_day(day, 1)
        place = bisect_right(self._school_days, day) + n - 1 if n > 0 else bisect_left(self._school_days, day) + n
        return self._school_day_at(place, day, forwards=n > 0)

    def nth_school_day(self, day: date, n: int) -> date:
        """The n-th (from 1) school day from ``day``, which is itself the first if it is a school day.

        Raises OutsideCalendar when the count leaves the terms entered.
        """
        return self._school_day_at(bisect_left(self._school_days, day) + n - 1, day, forwards=True)

    def previous_school_day(self, on_or_before: date) -> date:
        """``on_or_before`` itself if it is a school day, otherwise the last one before it.

        Raises OutsideCalendar when that leaves the terms entered.
        """
        return self._school_day_at(bisect_right(self._school_days, on_or_before) - 1, on_or_before, forwards=False)

    def meeting_day(self, by: date, after: date) -> date:
        """The last school day up to ``by`` that is later than ``after``, else the first one from there.

        While the terms entered do not say it is a working day.
        """
        try:
            day = self.previous_school_day(by)
            return day if day > after else self.nth_school_day(max(by, after + _DAY), 1)
        except OutsideCalendar:
            day = previous_working_day(by)
            return day if day > after else next_working_day(max(by, after + _DAY))

    def open_day(self, day: date) -> date:
        """The first school day from ``day`` on; while the terms entered do not say it, a working day."""
        try:
            return self.nth_school_day(day, 1)
        except OutsideCalendar:
            return next_working_day(day)

    def first_school_day(self, season: Season, academic_year: int, half: Half | None = None) -> date:
        """The first school day of a term, or of the first (1) or second (2) half of it.

        Raises OutsideCalendar when that term, or its half-term break, is not entered.
        """
        if half is None:
            return self._days_in(self._span(season, academic_year, 1), season, academic_year)[0]
        return self._school_days_of(season, academic_year, half)[0]

    def last_school_day(self, season: Season, academic_year: int, half: Half | None = None) -> date:
        """The last school day of a term, or of the first (1) or second (2) half of it.

        Raises OutsideCalendar when that term, or its half-term break, is not entered.
        """
        if half is None:
            return self._days_in(self._span(season, academic_year, 2), season, academic_year)[-1]
        return self._school_days_of(season, academic_year, half)[-1]

    def end_of_term(self, day: date) -> date:
        """The last school day of the term that ``day`` is in, or of the next one during a holiday.

        Raises OutsideCalendar when that term is not entered.
        """
        year = academic_year(day)
        for season in SEASONS:
            last = self.last_school_day(season, year)
            if last >= day:
                return last
        return self.last_school_day("autumn", year + 1)

    def _school_days_of(self, season: Season, year: int, half: Half) -> list[date]:
        """The school days of half a term: of its own span, or of a whole term up to or from its one week of closures."""
        span = self._span(season, year, half)
        days = self._days_in(span, season, year)
        if span.first_half == span.last_half:
            return days
        breaks = [place for place, (a, b) in enumerate(pairwise(days), 1) if _weekdays_between(a, b) >= _WEEK_OF_SCHOOL]
        if len(breaks) == 1:
            return days[: breaks[0]] if half == 1 else days[breaks[0] :]
        raise OutsideCalendar(
            f"The half-term break of the {season} term of {academic_year_label(year)} cannot be told from the closures "
            f"entered (one week without school is expected); enter the two halves as terms, or {_REMEDY}.",
            year,
        )

    def _span(self, season: Season, year: int, half: Half) -> _Span:
        wanted = 2 * SEASONS.index(season) + half - 1
        for span in self._spans.get(year, ()):
            if span.first_half <= wanted <= span.last_half:
                return span
        if year not in self._spans:
            raise OutsideCalendar(f"Term dates for {academic_year_label(year)} are not entered; {_REMEDY}.", year)
        raise OutsideCalendar(
            f"The {season} term of {academic_year_label(year)} is not entered, or only half of it; {_REMEDY}.", year
        )

    def _days_in(self, span: _Span, season: Season, year: int) -> list[date]:
        days = self._school_days
        found = days[bisect_left(days, span.first_day) : bisect_right(days, span.last_day)]
        if not found:
            raise OutsideCalendar(
                f"The {season} term of {academic_year_label(year)} has no school day left in it.", year
            )
        return found

    def _stretch(self, day: date) -> tuple[date, date]:
        place = bisect_right(self._known, day, key=lambda stretch: stretch[0]) - 1
        if place < 0 or self._known[place][1] < day:
            raise self._outside(day)
        return self._known[place]

    def _school_day_at(self, place: int, day: date, *, forwards: bool) -> date:
        """The school day at a place in the list, if nothing unknown lies between it and ``day``."""
        first, last = self._stretch(day)
        if 0 <= place < len(self._school_days) and first <= self._school_days[place] <= last:
            return self._school_days[place]
        raise self._outside(last + _DAY if forwards else first - _DAY)

    def _outside(self, day: date) -> OutsideCalendar:
        year = academic_year(day)
        label = academic_year_label(year)
        if year in self._spans:
            return OutsideCalendar(
                f"Term dates for {label} are entered in part, without {day:%d/%m/%Y}; {_REMEDY}.", year
            )
        return OutsideCalendar(f"Term dates for {label} are not entered; {_REMEDY}.", year)


def _weekdays_between(first: date, last: date) -> int:
    return sum((first + n * _DAY).weekday() < 5 for n in range(1, (last - first).days))


def _season_and_half(term: Term) -> tuple[int, Half | None]:
    """Which season (0 autumn to 2 summer) and half a term's name says; raises TermProblem if it says none."""
    plain = " ".join(re.sub(r"[-_,()]", " ", term.name.casefold()).split())
    numbered = _NUMBERED.fullmatch(plain)
    if numbered:
        half = int(numbered[1]) - 1
        return half // 2, 2 if half % 2 else 1
    named = _NAMED.fullmatch(plain)
    if named is None or (named[1] and named[3]):
        raise TermProblem(
            f'"{term.name}" is not a term: expected T1 to T6, or Autumn, Spring or Summer, with or without a half '
            "(Autumn 1, Autumn 2)"
        )
    places = {str(season): place for place, season in enumerate(SEASONS)}
    return places[named[2]], _HALF_WORDS.get(named[1] or named[3] or "")


def _check_days(term: Term, season: int) -> None:
    where = f"{term.name} of {academic_year_label(term.academic_year)}"
    if term.last_day < term.first_day:
        raise TermProblem(f"{where} ends before it starts: expected the first day, then the last")
    # Some counties start in the last days of August; the year that a term is entered under decides.
    first, last = academic_year_span(term.academic_year)
    if term.first_day < first.replace(month=8) or term.last_day > last:
        raise TermProblem(f"{where} lies outside that year: expected days from {first:%d/%m/%Y} to {last:%d/%m/%Y}")
    if term.first_day.month not in _START_MONTHS[SEASONS[season]]:
        raise TermProblem(
            f"{where} starts on {term.first_day:%d/%m/%Y}, which is not in the {SEASONS[season]} term: expected T1 to T6 "
            "for six terms, or Autumn, Spring and Summer for three"
        )


def _spans_of(terms: list[Term]) -> list[_Span]:
    """The spans of one academic year in order; raises TermProblem for one that does not fit among the others."""
    places = [_season_and_half(term) for term in terms]
    spans: list[_Span] = []
    for term, (season, half) in zip(terms, places, strict=True):
        _check_days(term, season)
        first_half, last_half = 2 * season, 2 * season + 1
        if half is not None:
            first_half = last_half = 2 * season + half - 1
        elif places.count((season, None)) == 2:
            # The same season twice is its two halves, in the order of their days.
            first_half = last_half = first_half + any(span.first_half == first_half for span in spans)
        if spans and (first_half <= spans[-1].last_half or term.first_day <= spans[-1].last_day):
            raise TermProblem(
                f"{term.name} of {academic_year_label(term.academic_year)} overlaps the term before it or is out of "
                "order: expected each term once, starting after the one before has ended"
            )
        spans.append(_Span(first_half, last_half, term.first_day, term.last_day))
    return spans


def _stretches(year: int, spans: list[_Span]) -> list[tuple[date, date]]:
    """The known days of one year: terms, and the holidays between two terms that follow each other."""
    opens, closes = academic_year_span(year)
    found: list[tuple[date, date]] = []
    half_before, start = -1, min(opens, spans[0].first_day)
    for span in spans:
        if span.first_half != half_before + 1:
            start = span.first_day
        elif found:
            found.pop()
        found.append((start, span.last_day))
        half_before = span.last_half
    if half_before == 5:
        found[-1] = (found[-1][0], closes)
    return found


class DayOff(NamedTuple):
    """A holiday, the weekends at both ends included, and what it is called: "Autumn half term", "Easter holiday"."""

    first: date
    last: date
    name: str

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


def days_off(terms: TermDates, academic_year: int) -> list[DayOff]:
    """The holidays of the year that the terms entered tell, in date order; none when no terms are entered."""
    found = []
    for taught, run in groupby(days_of(academic_year), key=lambda day: is_taught(terms, day)):
        days = list(run)
        if taught is False and _is_holiday(days, terms, academic_year):
            found.append(DayOff(days[0], days[-1], _HOLIDAYS[days[len(days) // 2].month]))
    return found


def terms_missing(terms: TermDates, academic_year: int) -> str | None:
    """Say in a sentence that the year's term dates are not entered, or only some of them; None when they all are."""
    known = [is_taught(terms, day) is not None for day in days_of(academic_year)]
    if all(known):
        return None
    label = academic_year_label(academic_year)
    missing = (
        f"The term dates for {label} are incomplete. Beyond them no holidays are shaded, and dates counted from them are missing"
        if any(known)
        else f"No term dates for {label}. No holidays are shaded, and dates counted from terms are missing"
    )
    return f"{missing}. Import them (I in the app, or: transitions import terms FILE)."


def days_of(academic_year: int) -> list[date]:
    first, last = academic_year_span(academic_year)
    return [first + n * _DAY for n in range((last - first).days + 1)]


def is_taught(terms: TermDates, day: date) -> bool | None:
    """Whether ``day`` is a school day; None when the terms entered do not say."""
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
