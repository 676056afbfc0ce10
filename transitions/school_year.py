"""The English school year: academic years, year groups, ages, bank holidays and working days.

An academic year is named by its first calendar year: 2026 is 2026/27, 1 September 2026 to 31 August 2027. A cohort year
is the academic year in which a pupil is (or would be) in Reception, so a year group is one subtraction and nobody ever
rolls a register over.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter

from db.vocabulary import ANOTHER_CYCLE

_DAY = timedelta(days=1)
_HIGHEST_YEAR_GROUP = 14  # the third year after Year 11, which some special schools teach
_AGE_IN_RECEPTION = 5  # the birthday that falls within the Reception year

_ACADEMIC_YEAR = re.compile(r"(20[0-9]{2})(?:\s*[/–-]\s*((?:20)?[0-9]{2}))?")
_YEAR_GROUP = re.compile(r"(?:YEAR|YR|Y)? ?0*(\d{1,2})(?:\.0)?")
_PARTS = re.compile(r"[,;/&+]| and ")
_AS_STORED = ("-2", "-1")
"""Years of nursery as a record holds them, which a form may hand back."""
_SPAN = re.compile(r"(.+?) ?(?:-|–| to ) ?(.+)")
# The census counts two nursery years. N2 is the one before Reception; N1 is the one before that.
_NURSERY_AND_RECEPTION = {"N1": -2, "N2": -1, "N": -1, "NURSERY": -1, "R": 0, "RECEPTION": 0, "YR": 0, "YEAR R": 0}


class DateNotKnown(Exception):
    """A date cannot be told from what is recorded; ``sentence`` says what is missing, ``fact`` names the field of the pupil's facts."""

    def __init__(self, sentence: str, fact: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.fact = sentence, fact


def academic_year(day: date) -> int:
    """The academic year that ``day`` lies in (2026 for any day from 1 September 2026 to 31 August 2027)."""
    return day.year if day.month >= 9 else day.year - 1


def year_of_cycle(cycle: int) -> int:
    """The academic year of a cycle, also of the second or third of one year (see ``ANOTHER_CYCLE``)."""
    return cycle % ANOTHER_CYCLE


def academic_year_label(year: int) -> str:
    """The academic year as people write it: 2026 is "2026/27"."""
    return f"{year}/{(year + 1) % 100:02d}"


def parse_academic_year(text: str, example: int = 2026) -> int:
    """Read "2026/27", "2026-2027" or "2026". Raises ValueError with a sentence."""
    found = _ACADEMIC_YEAR.fullmatch(text.strip())
    if found is None or (found[2] and (int(found[1]) + 1) % 100 != int(found[2]) % 100):
        raise ValueError(f"expected an academic year such as {academic_year_label(example)}")
    return int(found[1])


def academic_year_span(year: int) -> tuple[date, date]:
    """The first and last day of the academic year: 1 September and 31 August."""
    return date(year, 9, 1), date(year + 1, 8, 31)


def cohort_year_of(date_of_birth: date) -> int:
    """The academic year in which a child born on this day is in Reception, by age: the one of the 5th birthday."""
    return academic_year(date_of_birth) + _AGE_IN_RECEPTION


def year_group_label(group: int) -> str:
    """The year group in words: "Before nursery", "Nursery", "Reception", "Year 6"; past Year 14 the age: "Turning 20"."""
    if group < 0:
        return "Nursery" if group == -1 else "Before nursery"
    if group > _HIGHEST_YEAR_GROUP:
        return f"Turning {group + 5}"
    return f"Year {group}" if group else "Reception"


def year_group_short(group: int) -> str:
    """The year group in at most three characters for a column: "<N", "N", "R", "6", ">14"."""
    if group < 0:
        return "N" if group == -1 else "<N"
    if group > _HIGHEST_YEAR_GROUP:
        return f">{_HIGHEST_YEAR_GROUP}"
    return str(group) if group else "R"


def parse_year_group(text: str) -> int:
    """Read a year group as schools and the census write it: N1, N2, N, Nursery, R, Reception, 0, 6, Y6, Year 6.

    N2 (and a bare N) is -1, the nursery year before Reception; N1, the census's first nursery year, is -2.
    Raises ValueError with a sentence for anything else, X (no year group) and E1 or E2 (before nursery) included.
    """
    plain = " ".join(text.upper().split())
    known = _NURSERY_AND_RECEPTION.get(plain)
    if known is not None:
        return known
    found = _YEAR_GROUP.fullmatch(plain)
    if found and int(found[1]) <= _HIGHEST_YEAR_GROUP:
        return int(found[1])
    if plain == "X":
        raise ValueError("X means that no year group is followed: leave it empty and the date of birth decides")
    raise ValueError(f"expected a year group: N, R or 1 to {_HIGHEST_YEAR_GROUP}, or Nursery, Reception or Year 6")


def parse_year_groups(text: str) -> tuple[int, ...]:
    """Read year groups: "6", "6, 7", "Year 5 and Year 6", "Years 5 to 7", "N-R"; "all" and nothing give none, which is all.

    Raises ValueError.
    """
    plain = " ".join(re.sub(r"\byears\b", "year", text.casefold()).split())
    if plain in ("", "all"):
        return ()
    found: set[int] = set()
    for part in filter(None, (part.strip() for part in _PARTS.split(plain))):
        if part in _AS_STORED:
            found.add(int(part))
            continue
        span = _SPAN.fullmatch(part)
        first, last = (parse_year_group(end) for end in (span.groups() if span else (part, part)))
        if first > last:
            raise ValueError(f"{year_group_label(first)} comes after {year_group_label(last)}: write the younger first")
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def year_groups_label(groups: tuple[int, ...]) -> str:
    """Year groups for people: "Year 6", "Reception to Year 2", "Years 5, 6 and 9"; none is "all year groups"."""
    if not groups:
        return "all year groups"
    if len(groups) == 1:
        return year_group_label(groups[0])
    if groups == tuple(range(groups[0], groups[-1] + 1)) and len(groups) > 2:
        return f"{year_group_label(groups[0])} to {year_group_label(groups[-1])}"
    labels = [year_group_label(group) for group in groups]
    if groups[0] > 0:
        labels = [f"Years {groups[0]}", *map(str, groups[1:])]
    return f"{', '.join(labels[:-1])} and {labels[-1]}"


def runs_of(groups: Sequence[int]) -> list[list[int]]:
    """Year groups in order, those that follow each other together: 4, 5, 8 are [4, 5] and [8]."""
    runs: list[list[int]] = []
    for group in groups:
        if runs and runs[-1][-1] == group - 1:
            runs[-1].append(group)
        else:
            runs.append([group])
    return runs


def split_year_groups(text: str) -> tuple[int, ...]:
    """The year groups that a record's text lists: "6,7"; none for an empty one, which stands for all."""
    return tuple(int(part) for part in text.split(",") if part)


def join_year_groups(groups: Sequence[int]) -> str:
    return ",".join(map(str, sorted(set(groups))))


def birthday(date_of_birth: date, age: int) -> date:
    """The day on which a person reaches ``age``.

    In England and Wales an age is reached at the start of the birthday (Family Law Reform Act 1969, section 9). Someone
    born on 29 February reaches it on 1 March in a common year: the first moment after the whole of 28 February.
    """
    year = date_of_birth.year + age
    if date_of_birth.month == 2 and date_of_birth.day == 29 and monthrange(year, 2)[1] == 28:
        return date(year, 3, 1)
    return date_of_birth.replace(year=year)


def age_on(date_of_birth: date, day: date) -> int:
    """The age in whole years on ``day``; negative before the day of birth."""
    age = day.year - date_of_birth.year
    return age if day >= birthday(date_of_birth, age) else age - 1


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later (earlier when negative), or the last day of a shorter month.

    This is the corresponding-date rule that statutory periods in months follow.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def nth_weekday(year: int, month: int, weekday: int, n: int) -> date:
    """The n-th (1 to 5, or -1 for the last) given weekday (Monday is 0) of a month.

    Raises ValueError when the month has no such day, as most have no fifth Thursday.
    """
    if n == -1:
        last = month_end(year, month)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    if not 1 <= n <= 5:
        raise ValueError(f"expected the 1st to 5th or the last weekday of a month, not number {n}")
    first = date(year, month, 1)
    return date(year, month, 1 + (weekday - first.weekday()) % 7 + 7 * (n - 1))


def census_days(year: int) -> tuple[date, date, date]:
    """The autumn, spring and summer school census days of an academic year.

    By the rule of the Department for Education's school census guide: the first Thursday of October, the third Thursday
    of January and the third Thursday of May.
    """
    return nth_weekday(year, 10, 3, 1), nth_weekday(year + 1, 1, 3, 3), nth_weekday(year + 1, 5, 3, 3)


_DECREED_AWAY = frozenset({date(2002, 5, 27), date(2012, 5, 28), date(2020, 5, 4), date(2022, 5, 30)})
_DECREED = (
    *(date(2002, 6, day) for day in (3, 4)), date(2011, 4, 29), *(date(2012, 6, day) for day in (4, 5)), date(2020, 5, 8),
    *(date(2022, 6, day) for day in (2, 3)), date(2022, 9, 19), date(2023, 5, 8),
)  # fmt: skip
"""Jubilees, weddings, funerals and coronations; most Mondays in May that gave way to them are in ``_DECREED_AWAY``."""


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England in a calendar year from 2000 on, substitute days included."""
    fixed = [date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)]
    mondays = (nth_weekday(year, month, 0, n) for month, n in ((5, 1), (5, -1), (8, -1)))
    found = {*fixed, easter(year) - 2 * _DAY, easter(year) + _DAY, *mondays}
    found |= {day for day in _DECREED if day.year == year}
    for day in fixed:
        following = (day + n * _DAY for n in range(1, 5))
        if day.weekday() >= 5:
            found.add(next(one for one in following if one.weekday() < 5 and one not in found))
    return frozenset(found - _DECREED_AWAY)


def is_working_day(day: date) -> bool:
    """Whether ``day`` is neither a Saturday, a Sunday nor a bank holiday in England."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def next_working_day(on_or_after: date) -> date:
    """``on_or_after`` itself if it is a working day, otherwise the first one after it."""
    day = on_or_after
    while not is_working_day(day):
        day += _DAY
    return day


def previous_working_day(on_or_before: date) -> date:
    """``on_or_before`` itself if it is a working day, otherwise the last one before it."""
    day = on_or_before
    while not is_working_day(day):
        day -= _DAY
    return day


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after ``day``, which itself is not counted; a negative ``n`` counts back.

    Nought gives ``day`` itself if it is a working day, otherwise the next one.
    """
    if n == 0:
        return next_working_day(day)
    step = _DAY if n > 0 else -_DAY
    for _ in range(abs(n)):
        day += step
        while not is_working_day(day):
            day += step
    return day
