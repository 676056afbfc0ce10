"""On which days an entry of a calendar file comes again: its RRULE (RFC 5545, 3.3.10), as far as calendars of days use it.

Every walk along a rule ends at a last day that is given, whatever the file says: a rule that no day fits would keep a
general library searching for minutes.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

__all__ = ["Repeats", "days", "read_repeats"]

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
_FREQUENCIES: Final[tuple[Frequency, ...]] = get_args(Frequency)
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BY_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_PARTS: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"})
_LARGEST: Final = 10_000
_DAY: Final = timedelta(days=1)


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
    by_month: tuple[int, ...] = ()
    by_position: tuple[int, ...] = ()
    week_start: int = 0


def read_repeats(text: str) -> Repeats:
    """Read a rule such as "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=6". Raises ValueError with a sentence for one not understood."""
    parts: dict[str, str] = {}
    for part in filter(None, text.strip().upper().split(";")):
        name, _, value = part.partition("=")
        if name not in _PARTS:
            raise ValueError(f"it repeats by {name[:20]}, which is not understood")
        parts[name] = value
    frequency = next((one for one in _FREQUENCIES if one == parts.get("FREQ")), None)
    if frequency is None:
        raise ValueError("it repeats by the hour, or by nothing that is understood: expected FREQ=WEEKLY or the like")
    by_day = tuple(map(_weekday, _list(parts, "BYDAY")))
    rule = Repeats(
        frequency=frequency,
        interval=_number(parts.get("INTERVAL", "1"), 1, _LARGEST),
        count=_number(parts["COUNT"], 1, _LARGEST) if "COUNT" in parts else None,
        until=parts.get("UNTIL", ""),
        # Only months and years have a second Monday: elsewhere the number says nothing (RFC 5545).
        by_day=by_day if frequency in ("MONTHLY", "YEARLY") else tuple((0, weekday) for _, weekday in by_day),
        by_month_day=tuple(_number(one, -31, 31) for one in _list(parts, "BYMONTHDAY")),
        by_month=tuple(_number(one, 1, 12) for one in _list(parts, "BYMONTH")),
        by_position=tuple(_number(one, -366, 366) for one in _list(parts, "BYSETPOS")),
        week_start=_weekday(parts.get("WKST", "MO"))[1],
    )
    if rule.by_position and frequency in ("DAILY", "WEEKLY"):
        raise ValueError("it repeats by BYSETPOS within a week, which is not understood")
    return rule


def days(rule: Repeats, first: date, last: date, *, after: date = date.min) -> Iterator[date]:
    """Give the days from ``first``, the entry's own, to ``last`` on which it comes; those before ``after`` are only counted."""
    seen = 0
    for candidates in _periods(rule, first, last, date.min if rule.count is not None else after):
        for day in _positioned(rule, [day for day in candidates if _fits(rule, first, day)]):
            if day < first:
                continue
            seen += 1
            if day > last or (rule.count is not None and seen > rule.count):
                return
            if day >= after:
                yield day


def _periods(rule: Repeats, first: date, last: date, after: date) -> Iterator[list[date]]:
    """Give the days of each day, week, month or year that has its turn; those that end before ``after`` may be left out."""
    if rule.frequency in ("DAILY", "WEEKLY"):
        length = 1 if rule.frequency == "DAILY" else 7
        begins = first if length == 1 else first - ((first.weekday() - rule.week_start) % 7) * _DAY
        step = length * rule.interval
        begin = begins + max(0, ((after - begins).days - length) // step) * step * _DAY if after > begins else begins
        while begin <= last:
            yield [begin + n * _DAY for n in range(length)]
            begin += step * _DAY
        return
    months = 1 if rule.frequency == "MONTHLY" else 12
    month = first.year * 12 + (first.month - 1 if months == 1 else 0)
    while month <= last.year * 12 + last.month - 1:
        start = date(month // 12, month % 12 + 1, 1)
        length = (
            monthrange(start.year, start.month)[1]
            if months == 1
            else (start.replace(month=12, day=31) - start).days + 1
        )
        if start + length * _DAY > after:
            yield [start + n * _DAY for n in range(length)]
        month += months * rule.interval


def _fits(rule: Repeats, first: date, day: date) -> bool:
    if rule.by_month and day.month not in rule.by_month:
        return False
    if rule.by_month_day and not {day.day, day.day - monthrange(day.year, day.month)[1] - 1} & set(rule.by_month_day):
        return False
    if rule.by_day:
        return any(weekday == day.weekday() and (not nth or _is_nth(rule, day, nth)) for nth, weekday in rule.by_day)
    if rule.by_month_day or rule.frequency == "DAILY":
        return True
    if rule.frequency == "WEEKLY":
        return day.weekday() == first.weekday()
    return day.day == first.day and (rule.frequency == "MONTHLY" or bool(rule.by_month) or day.month == first.month)


def _is_nth(rule: Repeats, day: date, nth: int) -> bool:
    """Whether a day is the nth of its weekday in the month, or in the year for a yearly rule that names no months."""
    if rule.frequency == "YEARLY" and not rule.by_month:
        place, length = day.timetuple().tm_yday, date(day.year, 12, 31).timetuple().tm_yday
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
    return [one.strip() for one in parts[name].split(",")] if parts.get(name) else []


def _weekday(text: str) -> tuple[int, int]:
    found = _BY_DAY.fullmatch(text)
    if found is None:
        raise ValueError(f'it repeats on "{text[:20]}", which is no day of the week: expected one such as MO or 2TU')
    return int(found[1] or 0), _WEEKDAYS.index(found[2])


def _number(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,5}", text) or not least <= int(text) <= most:
        raise ValueError(f'it repeats by "{text[:20]}": expected a whole number from {least} to {most}')
    return int(text)
