"""The days on which an entry of a calendar comes again (RFC 5545, RRULE), walked within bounds whatever the rule says."""

import re
from calendar import monthrange
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, get_args

from transitions.text import clean

Moment = date | datetime
"""A whole day, or a moment without a zone: on the clock of the place that its property names."""

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
_FREQUENCIES: Final[tuple[Frequency, ...]] = get_args(Frequency)
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BY_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBERS: Final[Mapping[str, tuple[str, int, int]]] = {
    "BYMONTHDAY": ("by_month_day", -31, 31),
    "BYYEARDAY": ("by_year_day", -366, 366),
    "BYWEEKNO": ("by_week", -53, 53),
    "BYMONTH": ("by_month", 1, 12),
    "BYSETPOS": ("by_position", -366, 366),
}
"""The parts that list numbers: the field of a rule, the least and the most."""
_PARTS: Final = _NUMBERS.keys() | {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"}
_SAYS_NOTHING: Final = {"RSCALE": "GREGORIAN", "SKIP": "OMIT"}
"""Parts of RFC 7529 that say what holds anyway."""
_LARGEST: Final = 10_000
_AT_ONCE: Final = 50
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True)
class Repeats:
    """One rule. ``by_day`` pairs weekdays (0 is Monday) with the how-manieth of the month or year, 0 for every one.

    ``until`` is as the file has it: it may be a day, or a moment that needs a time zone.
    """

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: str = ""
    by_day: tuple[tuple[int, int], ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_week: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_position: tuple[int, ...] = ()
    week_start: int = 0


def read_repeats(text: str, start: Moment | None = None) -> Repeats:
    """Read a rule such as "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=6". Raises ValueError with a sentence for one not understood.

    Hours in it (BYHOUR and the like) are ignored for what lasts whole days, as RFC 5545 says, and may say again what hour
    ``start`` has.
    """
    parts: dict[str, str] = {}
    for part in filter(None, map(str.strip, clean(text).upper().split(";"))):
        name, _, value = part.partition("=")
        name, value = name.strip(), value.strip()
        if name.startswith("X-") or _SAYS_NOTHING.get(name) == value or _is_own_hour(name, value, start):
            continue
        if name not in _PARTS:
            raise ValueError(f"it repeats by {name[:20]}, which is not understood")
        parts[name] = value
    frequency = next((one for one in _FREQUENCIES if one == parts.get("FREQ")), None)
    if frequency is None:
        raise ValueError("it repeats by the hour, or by nothing that is understood: expected FREQ=WEEKLY or the like")
    by_day = tuple(map(_weekday, _list(parts, "BYDAY")))
    numbers: dict[str, Any] = {
        field: tuple(_number(one, least, most) for one in _list(parts, name))
        for name, (field, least, most) in _NUMBERS.items()
    }
    # Some calendars write COUNT=-1 for what has no count.
    count = parts.get("COUNT", "-1")
    rule = Repeats(
        frequency=frequency,
        interval=_number(parts.get("INTERVAL", "1"), 1, _LARGEST),
        count=None if count == "-1" else _number(count, 1, _LARGEST),
        until=parts.get("UNTIL", ""),
        # Only months and years have a second Monday: elsewhere the number says nothing (RFC 5545).
        by_day=by_day if frequency in ("MONTHLY", "YEARLY") else tuple((0, weekday) for _, weekday in by_day),
        week_start=_weekday(parts.get("WKST", "MO"))[1],
        **numbers,
    )
    if rule.by_position and frequency in ("DAILY", "WEEKLY"):
        raise ValueError("it repeats by BYSETPOS within a week, which is not understood")
    return rule


def _is_own_hour(name: str, value: str, start: Moment | None) -> bool:
    if name not in ("BYHOUR", "BYMINUTE", "BYSECOND") or start is None:
        return False
    if not isinstance(start, datetime):
        return True
    own = {"BYHOUR": start.hour, "BYMINUTE": start.minute, "BYSECOND": start.second}[name]
    return value.isdecimal() and len(value) < 3 and int(value) == own


class Steps:
    """How many days may still be looked at, for all rules of a file together: a hostile one asks for millions."""

    def __init__(self, left: int) -> None:
        self._left = left

    def take(self, number: int) -> None:
        self._left -= number
        if self._left < 0:
            raise TooManySteps


class TooManySteps(Exception):
    """The rules of a file ask for more than is looked at."""


def days(
    rule: Repeats, first: date, last: date, *, after: date = date.min, steps: Steps | None = None
) -> Iterator[date]:
    """The days from ``first``, the entry's own, to ``last`` on which it comes; those before ``after`` are only counted.

    Raises TooManySteps when ``steps`` are used up.
    """
    seen = 0
    tests = [*_tests(rule, first)]
    for candidates in _periods(rule, first, last, date.min if rule.count is not None else after):
        if steps is not None:
            steps.take(len(candidates))
        found = candidates
        for test in tests:
            found = [day for day in found if test(day)]
        for day in _positioned(rule, found):
            if day < first:
                continue
            seen += 1
            if day > last or (rule.count is not None and seen > rule.count):
                return
            if day >= after:
                yield day


def _periods(rule: Repeats, first: date, last: date, after: date) -> Iterator[list[date]]:
    """The days of each month or year that has its turn, or of many days or weeks at once, as nothing counts within them.

    Those that end before ``after`` may be left out.
    """
    if rule.frequency in ("DAILY", "WEEKLY"):
        yield from _runs(rule, first, last, after)
        return
    months = 1 if rule.frequency == "MONTHLY" else 12
    month = first.year * 12 + (first.month - 1 if months == 1 else 0)
    while month <= last.year * 12 + last.month - 1:
        year, place = divmod(month, 12)
        named = [place + 1] if months == 1 else sorted(set(rule.by_month)) or range(1, 13)
        if (year, named[-1]) >= (after.year, after.month):
            yield [date(year, month, day) for month in named for day in range(1, monthrange(year, month)[1] + 1)]
        month += months * rule.interval


def _runs(rule: Repeats, first: date, last: date, after: date) -> Iterator[list[date]]:
    begin, length, places = first, 1, [0]
    if rule.frequency == "WEEKLY":
        length = 7
        begin = first - ((first.weekday() - rule.week_start) % 7) * _DAY
        weekdays = {weekday for _, weekday in rule.by_day} or {first.weekday()}
        places = sorted((weekday - rule.week_start) % 7 for weekday in weekdays)
    step = length * rule.interval
    if after > begin:
        begin += max(0, ((after - begin).days - length) // step) * step * _DAY
    while begin <= last:
        turns = [begin + n * step * _DAY for n in range(min(_AT_ONCE, (last - begin).days // step + 1))]
        yield [turn + place * _DAY for turn in turns for place in places]
        begin = turns[-1] + step * _DAY


def _tests(rule: Repeats, first: date) -> Iterator[Callable[[date], bool]]:
    """What a day has to pass, one thing after the other: a rule is asked about thousands of days."""
    months, month_days, year_days = frozenset(rule.by_month), frozenset(rule.by_month_day), frozenset(rule.by_year_day)
    weekdays, weeks = frozenset(weekday for _, weekday in rule.by_day), frozenset(rule.by_week)
    if months:
        yield lambda day: day.month in months
    if month_days:
        yield lambda day: day.day in month_days or day.day - monthrange(day.year, day.month)[1] - 1 in month_days
    if weekdays:
        yield lambda day: day.weekday() in weekdays
    if any(nth for nth, _ in rule.by_day):
        yield lambda day: any(day.weekday() == on and (not nth or _is_nth(rule, day, nth)) for nth, on in rule.by_day)
    if year_days:
        yield lambda day: _is_among(year_days, day.timetuple().tm_yday, _length_of_year(day))
    if weeks:
        yield lambda day: _is_among(weeks, *_week(day, rule.week_start))
    if weekdays or month_days or year_days or rule.frequency == "DAILY":
        return
    if rule.frequency == "WEEKLY" or weeks:
        yield lambda day: day.weekday() == first.weekday()
        return
    yield lambda day: day.day == first.day
    if rule.frequency == "YEARLY" and not months:
        yield lambda day: day.month == first.month


def _is_among(chosen: Container[int], place: int, length: int) -> bool:
    """Whether it is one of those, counted from the front or from the back of so many."""
    return place in chosen or place - length - 1 in chosen


def _length_of_year(day: date) -> int:
    return date(day.year, 12, 31).timetuple().tm_yday


def _week(day: date, week_start: int) -> tuple[int, int]:
    """Which week of its year a day is in, and how many that year has; the first has four days in it or more."""
    begins = day - ((day.weekday() - week_start) % 7) * _DAY
    year = (begins + 3 * _DAY).year
    first, after = _first_week(year, week_start), _first_week(year + 1, week_start)
    return (begins - first) // _WEEK + 1, (after - first) // _WEEK


def _first_week(year: int, week_start: int) -> date:
    fourth = date(year, 1, 4)
    return fourth - ((fourth.weekday() - week_start) % 7) * _DAY


def _is_nth(rule: Repeats, day: date, nth: int) -> bool:
    """Whether a day is the nth of its weekday in the month, or in the year for a yearly rule that names no months."""
    if rule.frequency == "YEARLY" and not rule.by_month:
        place, length = day.timetuple().tm_yday, _length_of_year(day)
    else:
        place, length = day.day, monthrange(day.year, day.month)[1]
    return nth == ((place - 1) // 7 + 1 if nth > 0 else -((length - place) // 7 + 1))


def _positioned(rule: Repeats, candidates: list[date]) -> list[date]:
    if not rule.by_position:
        return candidates
    count = len(candidates)
    places = {nth - 1 if nth > 0 else count + nth for nth in rule.by_position if nth}
    return [candidates[place] for place in sorted(places) if 0 <= place < count]


def _list(parts: dict[str, str], name: str) -> list[str]:
    return [one.strip() for one in parts.get(name, "").split(",") if one.strip()]


def _weekday(text: str) -> tuple[int, int]:
    found = _BY_DAY.fullmatch(text)
    if found is None:
        raise ValueError(f'it repeats on "{text[:20]}", which is no day of the week: expected one such as MO or 2TU')
    return int(found[1] or 0), _WEEKDAYS.index(found[2])


def _number(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,5}", text) or not least <= int(text) <= most:
        raise ValueError(f'it repeats by "{text[:20]}": expected a whole number from {least} to {most}')
    return int(text)
