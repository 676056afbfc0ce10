"""Dates as people type them, as files hold them, and as screens show them.

Month and day names are spelled here, never taken from the computer's language settings, so a plan reads the same on
every machine.
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from transitions.school_year import add_months, is_working_day
from transitions.term_dates import OutsideCalendar, TermDates, is_taught

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_HALF_A_YEAR = timedelta(days=183)
_YEARS_AHEAD = 20  # how far ahead a year of two digits may lie before it means the century before

_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_DAY_AND_MONTH = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})")
_MONTH_NAMED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?(?: of)?[ -]?([a-z]{3,9})(?:(?:-|,? )([0-9]{4}|[0-9]{2}))?")
_MIDNIGHT = re.compile(r"[t ](?:0?0|24):00(?::00(?:\.0+)?)?(?:z|[+-][0-9]{2}:?[0-9]{2})?$|[t ]12:00(?::00)? ?am$")
_TIME = re.compile(r"[t ][0-9]{1,2}:[0-9]{2}.*$")
_EXCEL_DAY_NUMBER = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_STEP = re.compile(r"([+-]) ?([0-9]{1,3}) ?(d(?:ays?)?|w(?:eeks?)?|m(?:onths?)?|y(?:ears?)?)")
_WEEKDAY_BEFORE = re.compile(r"([a-z]{3,9})(?:[.,]+ ?| )(?:the )?(?=[0-9])")
_WEEKDAY = re.compile(r"(?:(next|last) )?([a-z]{3,9})")
_SPELLED: Final = {"weds": "wed"}
"""Short for a weekday, and not its beginning."""
_WORDS: Final = {"today": 0, "tomorrow": 1, "yesterday": -1}


class DateProblem(ValueError):
    """The text is not a date; the message says why and how to write it."""


def parse_imported(text: str, latest: date | None = None) -> date:
    """Read a date from a file: 2015-09-05, 05/09/2015, 05-09-2015, 05.09.2015 or 5 Sep 2015, also with a midnight.

    The day comes before the month; the year has four digits, or two of a day that cannot be after ``latest``, which then is in
    the hundred years before. A weekday may stand before it, and has to be the day's. Raises DateProblem for anything else, with its own reason for what a spreadsheet does to dates.
    """
    plain = " ".join(text.casefold().split())
    _refuse_spreadsheet_damage(plain)
    weekday, plain = _after_weekday(_MIDNIGHT.sub("", plain))
    return _on_weekday(_imported(plain, latest), weekday)


def _imported(plain: str, latest: date | None) -> date:
    iso = _ISO.fullmatch(plain)
    if iso:
        return _real_date(int(iso[1]), int(iso[2]), int(iso[3]))
    numbers = _DAY_FIRST.fullmatch(plain)
    if numbers:
        # With hyphens the first of three short numbers may be the year.
        year = _four_digits(numbers[4], None if numbers[2] == "-" else latest)
        day, month = int(numbers[1]), int(numbers[3])
        if month > 12 >= day >= 1:
            raise DateProblem(f"there is no month {month}: write the day first, as in 05/09/2015 for 5 September")
        return _real_date(year, month, day)
    named = _MONTH_NAMED.fullmatch(plain)
    if named and named[3]:
        return _real_date(_four_digits(named[3], latest), _month(named[2]), int(named[1]))
    if _TIME.search(plain):
        raise DateProblem("this has a time of day: expected a date alone, such as 05/09/2015")
    raise DateProblem("this is not a date: expected one such as 05/09/2015, 2015-09-05 or 5 Sep 2015")


def parse_typed(text: str, today: date, terms: TermDates | None = None) -> date:
    """Read a date as a person types it: 5/9/26, 5/9, 5 sep, 5 sep 26, today, +2w, -3d, +1m, mon, next fri, end of term.

    Without a year it is the one nearest to ``today``, or nearest of those on the weekday that stands before it. A weekday
    alone is the coming one, ``today`` included; "next" is that
    day of the week after this one (weeks start on Monday), "last" the most recent before ``today``. A year of two digits
    lies at most 20 years ahead. "end of term" needs ``terms``. Raises DateProblem with a sentence.
    """
    plain = " ".join(text.casefold().split())
    found = _counted_from_today(plain, today, terms)
    if found is None:
        weekday, rest = _after_weekday(plain)
        found = _written_out(rest, today, weekday)
    if found is None:
        raise DateProblem("this is not a date: expected one such as 5/9/26, 5 sep, today, +2w, mon or end of term")
    return found


def parse_open_day(text: str, today: date, terms: TermDates | None) -> tuple[date, str]:
    """Read a day on which people are to meet, or something is to be done, and what is to be said of it.

    What was counted from today ("+2w") goes on to the next day on which schools are open. Raises as ``parse_typed`` does.
    """
    day = parse_typed(text, today, terms)
    if terms is None or day <= today or (is_working_day(day) and is_taught(terms, day) is not False):
        return day, ""
    opens = terms.open_day(day)
    if opens == day or not _STEP.fullmatch(" ".join(text.casefold().split())):
        return day, "schools are closed on that day"
    return opens, f"schools are closed on {short(day, today)}"


def short(day: date, today: date | None = None) -> str:
    """A date for a list: "Fri 13 Feb"; of another year than ``today``, or more than six months away, "13 Feb 2027"."""
    if today is not None and needs_year(day, today):
        return without_weekday(day)
    return f"{WEEKDAYS[day.weekday()][:3]} {brief(day)}"


def needs_year(day: date, today: date) -> bool:
    return day.year != today.year or abs(day - today) > _HALF_A_YEAR


def brief(day: date, *, year: bool = False) -> str:
    """A date where there is little room: "13 Feb", or with the year "Feb 2027"."""
    month = MONTHS[day.month - 1][:3]
    return f"{month} {day.year}" if year else f"{day.day} {month}"


def short_with_year(day: date) -> str:
    """A date for a list that spans years: "Fri 13 Feb 2026"."""
    return f"{short(day)} {day.year}"


def before_birth(born: date) -> str:
    """What is said of a day before the child was born."""
    return f"This is before the date of birth, {short_with_year(born)}: correct one of the two dates."


def without_weekday(day: date) -> str:
    """A date without its weekday: "13 Feb 2026"."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def long(day: date) -> str:
    """A date in full: "Friday 13 February 2026"."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def day_in_words(day: date) -> str:
    """Write a date as documents for families have it: "13 February 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def how_far(day: date, today: date) -> str:
    """How far a due date is away: "12 days late", "today", "tomorrow", "in 9 days", "in 3 weeks", "in 4 months".

    Days up to a fortnight, then weeks up to two months, then months, and years from two on, each rounded.
    """
    days = (day - today).days
    if days < 0:
        return f"{_length(-days)} late"
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {_length(days)}"


def ago(day: date, today: date) -> str:
    """How long ago something happened: "today", "yesterday", "3 days ago", "3 weeks ago"; ahead, as ``how_far``."""
    days = (today - day).days
    if days <= 0:
        return how_far(day, today)
    return "yesterday" if days == 1 else f"{_length(days)} ago"


def _length(days: int) -> str:
    if days < 14:
        return f"{days} day{'' if days == 1 else 's'}"
    if days < 61:
        return f"{round(days / 7)} weeks"
    if days < 730:
        return f"{round(days / 30.4375)} months"
    return f"{round(days / 365.25)} years"


def _refuse_spreadsheet_damage(plain: str) -> None:
    if not plain:
        raise DateProblem("the date is empty: expected one such as 05/09/2015")
    if set(plain) == {"#"}:
        raise DateProblem("a spreadsheet has put ### here because its column was too narrow: widen it and export again")
    if plain.startswith("#"):
        raise DateProblem("a spreadsheet has put an error here: expected a date such as 05/09/2015")
    if _EXCEL_DAY_NUMBER.fullmatch(plain):
        raise DateProblem("this is a spreadsheet's number for a date: format the column as a date and export again")


def _real_date(year: int, month: int, day: int) -> date:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise DateProblem(f"the year {year} cannot be right: expected {_FIRST_YEAR} to {_LAST_YEAR}")
    if not 1 <= month <= 12:
        raise DateProblem(f"there is no month {month}: expected the day, then the month from 1 to 12, then the year")
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise DateProblem(f"there is no {day} {MONTHS[month - 1]} {year}: that month has {last} days")
    return date(year, month, day)


def _four_digits(year: str, latest: date | None) -> int:
    if len(year) != 4 and latest is None:
        raise DateProblem("the year has two digits, which could be either century: expected four, as in 05/09/2015")
    return int(year) if latest is None else _full_year(year, latest)


def _full_year(year: str, today: date, ahead: int = 0) -> int:
    """A year as it was written; of two digits it lies at most so many years ``ahead`` of ``today``."""
    if len(year) == 4:
        return int(year)
    full = today.year - today.year % 100 + int(year)
    return full if full <= today.year + ahead else full - 100


def _month(name: str) -> int:
    found = _place_of(name, MONTHS)
    if found is None:
        raise DateProblem(f'"{name}" is not a month: expected one such as Sep or September')
    return found + 1


def _place_of(name: str, names: tuple[str, ...]) -> int | None:
    return next((place for place, full in enumerate(names) if full.casefold().startswith(name)), None)


def _counted_from_today(plain: str, today: date, terms: TermDates | None) -> date | None:
    if plain in _WORDS:
        return today + timedelta(days=_WORDS[plain])
    if plain in ("end of term", "end of the term"):
        return _end_of_term(today, terms)
    step = _STEP.fullmatch(plain)
    if step:
        return _step(today, int(step[1] + step[2]), step[3][0])
    found = _WEEKDAY.fullmatch(plain)
    weekday = _place_of(found[2], WEEKDAYS) if found else None
    return _weekday(found[1], weekday, today) if found and weekday is not None else None


def _after_weekday(plain: str) -> tuple[int | None, str]:
    """The weekday that stands before a date, and the date; what begins with no weekday is all date."""
    before = _WEEKDAY_BEFORE.match(plain)
    weekday = _place_of(_SPELLED.get(before[1], before[1]), WEEKDAYS) if before else None
    return (None, plain) if before is None or weekday is None else (weekday, plain[before.end() :])


def _on_weekday(day: date, weekday: int | None) -> date:
    if weekday is None or day.weekday() == weekday:
        return day
    fell = WEEKDAYS[day.weekday()]
    raise DateProblem(f"{day_in_words(day)} is a {fell}, not a {WEEKDAYS[weekday]}: which of the two is right?")


def _written_out(plain: str, today: date, weekday: int | None) -> date | None:
    iso = _ISO.fullmatch(plain)
    if iso:
        return _on_weekday(_real_date(int(iso[1]), int(iso[2]), int(iso[3])), weekday)
    numbers = _DAY_FIRST.fullmatch(plain)
    if numbers:
        return _on_weekday(
            _real_date(_full_year(numbers[4], today, _YEARS_AHEAD), int(numbers[3]), int(numbers[1])), weekday
        )
    numbers = _DAY_AND_MONTH.fullmatch(plain)
    if numbers:
        return _nearest(int(numbers[1]), int(numbers[2]), today, weekday)
    named = _MONTH_NAMED.fullmatch(plain)
    if named:
        day, month = int(named[1]), _month(named[2])
        if named[3]:
            return _on_weekday(_real_date(_full_year(named[3], today, _YEARS_AHEAD), month, day), weekday)
        return _nearest(day, month, today, weekday)
    return None


def _nearest(day: int, month: int, today: date, weekday: int | None) -> date:
    """The day and month in the year that brings it nearest to ``today``; of two equally near, the one ahead.

    With a weekday, of the years in which it is on that.
    """
    if not 1 <= month <= 12:
        raise DateProblem(f"there is no month {month}: expected the day, then the month from 1 to 12")
    years = [year for year in (today.year - 1, today.year, today.year + 1) if 1 <= day <= monthrange(year, month)[1]]
    if not years:
        return _real_date(today.year, month, day)
    found = [date(year, month, day) for year in years]
    agreeing = [one for one in found if weekday in (None, one.weekday())]
    nearest = min(agreeing or found, key=lambda candidate: (abs((candidate - today).days), candidate < today))
    return _on_weekday(nearest, weekday)


def _step(today: date, n: int, unit: str) -> date:
    if unit in "dw":
        return today + timedelta(days=n if unit == "d" else 7 * n)
    return add_months(today, n if unit == "m" else 12 * n)


def _weekday(which: str | None, weekday: int, today: date) -> date:
    if which == "next":
        return today + timedelta(days=7 - today.weekday() + weekday)
    if which == "last":
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _end_of_term(today: date, terms: TermDates | None) -> date:
    if terms is None:
        raise DateProblem("the end of term is not known here: type the date, such as 21/7/26")
    try:
        return terms.end_of_term(today)
    except OutsideCalendar as problem:
        raise DateProblem(problem.sentence) from problem
