"""The days on which an entry of a calendar comes again (RFC 5545, RRULE), found by dateutil within bounds whatever the rule says."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal, get_args

from transitions.text import clean

Moment = date | datetime
"""A whole day, or a moment without a zone: on the clock of the place that its property names."""

Frequency = Literal["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]
_FREQUENCIES: Final[tuple[Frequency, ...]] = get_args(Frequency)
"""In the order in which the library numbers them."""
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
_DAY: Final = timedelta(days=1)
_LATER: Final = 19 * timedelta(days=146_097)
"""By how much days are moved for the library, which looks to the year 9999 for one that fits: every 400 years the calendar is the same."""
_END: Final = date.max - _LATER


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
    """How many days may still be passed or found, for all rules of a file together: a hostile one asks for millions."""

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
    parts = _parts(rule, first)
    begin = first if rule.count is not None else _turn(rule, first, after)
    walked = begin
    for count, found in enumerate(_walk(rule, begin, parts) if parts is not None else (), 1):
        if steps is not None:
            steps.take(1 + (found - walked).days)
        walked = found
        if found > last or (rule.count is not None and count > rule.count):
            return
        if found >= max(first, after):
            yield found
    if steps is not None:
        steps.take((_END - walked).days)


def _walk(rule: Repeats, begin: date, parts: Mapping[str, Any]) -> Iterator[date]:
    """The days from ``begin`` on, to the end of time as the library knows it."""
    from dateutil.rrule import rrule

    moved = datetime.combine(begin + _LATER, time())
    for found in rrule(_FREQUENCIES.index(rule.frequency), moved, rule.interval, rule.week_start, **parts):
        yield found.date() - _LATER


def _turn(rule: Repeats, first: date, after: date) -> date:
    """Where the last turn at or before ``after`` begins, so that what is not asked for need not be walked."""
    if after <= first:
        return first
    if rule.frequency in ("DAILY", "WEEKLY"):
        weekly = rule.frequency == "WEEKLY"
        begin = first - (first.weekday() - rule.week_start) % 7 * _DAY if weekly else first
        length = rule.interval * (7 if weekly else 1)
        return max(first, begin + (after - begin).days // length * length * _DAY)
    months = rule.interval * (12 if rule.frequency == "YEARLY" else 1)
    begun = first.year * 12 + (first.month - 1 if rule.frequency == "MONTHLY" else 0)
    year, month = divmod(begun + (after.year * 12 + after.month - 1 - begun) // months * months, 12)
    return max(first, date(year, month + 1, 1))


def _parts(rule: Repeats, first: date) -> dict[str, Any] | None:
    """The parts of a rule as the library takes them, and what they leave to the entry's own day; None when no day fits them."""
    from dateutil.rrule import weekday

    given = {
        "bymonth": rule.by_month, "bymonthday": rule.by_month_day, "byyearday": rule.by_year_day, "byweekno": rule.by_week,
        "bysetpos": rule.by_position, "byweekday": rule.by_day,
    }  # fmt: skip
    parts: dict[str, Any] = {name: [one for one in numbers if one] for name, numbers in given.items() if numbers}
    if rule.by_day:
        # The library looks for a 60th Monday outside the year, and takes "MO,2TU" for days that are both.
        furthest = 53 if rule.frequency == "YEARLY" and not rule.by_month else 5
        every = range(1, furthest + 1) if any(nth for nth, _ in rule.by_day) else (None,)
        nths = [(one, on) for nth, on in rule.by_day for one in ((nth,) if nth else every)]
        parts["byweekday"] = [weekday(on, nth) for nth, on in nths if abs(nth or 0) <= furthest]
    if not all(parts.values()):
        return None
    if rule.frequency == "WEEKLY":
        return {"byweekday": weekday(first.weekday()), **parts}
    if not parts.keys() & {"byweekday", "bymonthday", "byyearday"} and rule.frequency != "DAILY":
        if rule.by_week:
            return {**parts, "byweekday": weekday(first.weekday())}
        own = {"bymonth": first.month} if rule.frequency == "YEARLY" else {}
        return {**own, **parts, "bymonthday": first.day}
    return parts


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
