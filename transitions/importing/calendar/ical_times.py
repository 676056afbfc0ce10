"""Which London hour a moment of a calendar file is, whatever its time zone is called."""

import re
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

from transitions.errors import BadInput, Problem

_NAME = re.compile(r"[A-Za-z0-9-]+")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_MARKS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_READ: Final = frozenset({"VEVENT", "VTIMEZONE"})
_DEEPEST: Final = 20


class Property(NamedTuple):
    """One property: the line on which it begins, its parameters by name, its value; ``wrong`` says why there is none."""

    line: int
    name: str
    parameters: Mapping[str, str]
    value: str
    wrong: str = ""


@dataclass
class Block:
    """What stands between BEGIN and END; ``lines`` are its own content lines, ``parts`` the blocks inside it."""

    name: str
    line: int
    lines: list[tuple[int, str, str]] = field(default_factory=list)
    """Where each begins, its name in capitals, and the whole of it."""
    parts: list["Block"] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {name for _, name, _ in self.lines}

    def properties(self, name: str) -> Iterator[Property]:
        from icalendar.parser import Contentline

        for line, called, text in self.lines:
            if called != name:
                continue
            try:
                _, parameters, value = Contentline(text).parts()  # type: ignore[no-untyped-call]
            except ValueError:
                wrong = f"this line is not understood: expected {name}:, perhaps with parameters, and what it is"
                yield Property(line, name, {}, "", wrong)
                continue
            plain = {
                key.upper(): one if isinstance(one, str) else str(one[0]) for key, one in parameters.items() if one
            }
            yield Property(line, name, plain, value)


def read_text_of(data: bytes, name: str) -> tuple[list[tuple[int, str]], str]:
    """The unfolded lines with the numbers on which they begin, and how the file was understood.

    Lines are put together before they are decoded: a file may be folded inside a letter. Raises BadInput for what is no text.
    """
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    if encoding is not None:
        # The marks of folding are found in UTF-8, into which every letter goes.
        data = data.decode(encoding, "replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in data:
        raise BadInput([Problem(name, "is not text, so not a calendar: export it again as an iCalendar file (.ics)")])
    lines: list[tuple[int, bytearray]] = []
    for number, line in enumerate(_LINE_END.split(data), 1):
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1][1].extend(line[1:])
        elif line.strip():
            lines.append((number, bytearray(line)))
    whole = b"\n".join(line for _, line in lines)
    try:
        text, read_as = whole.decode(), "UTF-8" if encoding is None else "UTF-16"
    except UnicodeDecodeError:
        text, read_as = whole.decode("cp1252", "replace"), "Windows-1252: look whether accents are right"
    return list(zip((number for number, _ in lines), text.split("\n"), strict=True)), f"iCalendar, {read_as}"


def whole_blocks(lines: Sequence[tuple[int, str]], name: str) -> list[Block]:
    """The blocks that are read, those of entries and of time zones, wherever in the file they stand.

    Raises BadInput for a file that is cut short or whose blocks do not end as they began, and for the old vCalendar.
    """
    open_blocks: list[Block] = []
    found: list[Block] = []
    for number, text in lines:
        called, _, value = text.partition(":")
        called, value = called.strip().upper(), value.strip().upper()
        if called == "BEGIN":
            block = Block(value, number)
            if open_blocks:
                open_blocks[-1].parts.append(block)
            open_blocks.append(block)
            if len(open_blocks) > _DEEPEST:
                raise BadInput([Problem(name, "has blocks inside blocks without end: export it again", number)])
        elif called == "END":
            if not open_blocks or open_blocks[-1].name != value:
                expected = f"expected END:{open_blocks[-1].name}" if open_blocks else "nothing is open here"
                raise BadInput([Problem(name, f"ends what did not begin; {expected}: export the file again", number)])
            block = open_blocks.pop()
            if block.name in _READ:
                found.append(block)
        elif open_blocks:
            named = _NAME.match(text)
            open_blocks[-1].lines.append((number, named[0].upper() if named else "", text))
            if called == "VERSION" and value == "1.0":
                what = "is a vCalendar of the old version 1.0: export it as iCalendar (.ics), version 2.0"
                raise BadInput([Problem(name, what, number)])
    if open_blocks:
        what = f"is cut short: what begins here, {open_blocks[-1].name[:20]}, does not end. Export or copy it again"
        raise BadInput([Problem(name, what, open_blocks[-1].line)])
    return found


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
    """The days from ``first``, the entry's own, to ``last`` on which it comes; those before ``after`` are only counted."""
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
    """The days of each day, week, month or year that has its turn; those that end before ``after`` may be left out."""
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


LONDON: Final = ZoneInfo("Europe/London")
_MOST: Final = 50
"""Zones of a file's own, and changes within one: more is no calendar of dates."""
_FIRST, _LAST = date(1990, 1, 1), date(2100, 12, 31)


class Zones:
    """The time zones of a file: known ones by name, its own by what it says of them; ``unknown`` collects the rest.

    A moment without a zone is on the clock of wherever it is read, which is England.
    """

    def __init__(self, definitions: Sequence[Block]) -> None:
        self.unknown: set[str] = set()
        self._definitions = {
            found.value.strip(): block for block in definitions[:_MOST] for found in list(block.properties("TZID"))[:1]
        }
        self._known: dict[str, tzinfo | _Defined] = {"": LONDON, "UTC": UTC}

    def london(self, moment: datetime, zone: str) -> datetime:
        """A moment on that zone's clock by London's, both without a zone."""
        found = self._zone(zone)
        if found is LONDON:
            return moment
        if isinstance(found, _Defined):
            found = timezone(found.offset(moment))
        return moment.replace(tzinfo=found).astimezone(LONDON).replace(tzinfo=None)

    def local(self, moment: datetime, zone: str) -> datetime:
        """A UTC moment by that zone's clock, both without a zone."""
        found = self._zone(zone)
        if isinstance(found, _Defined):
            # Which of two offsets holds is asked of the local clock: the winter's is near enough to tell.
            found = timezone(found.offset(moment + found.offset(moment)))
        return moment.replace(tzinfo=UTC).astimezone(found).replace(tzinfo=None)

    def _zone(self, name: str) -> "tzinfo | _Defined":
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> "tzinfo | _Defined":
        from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

        plain = name.strip().strip('"/')
        # A globally unique name ends in the usual one: /mozilla.org/20050126_1/Europe/London.
        parts = plain.split("/")
        for candidate in (WINDOWS_TO_OLSON.get(plain, plain), "/".join(parts[-2:]), parts[-1]):
            try:
                return ZoneInfo(candidate)
            except (OSError, ValueError, KeyError):  # KeyError is ZoneInfoNotFoundError; a hostile name may be a path
                continue
        if name in self._definitions:
            defined = _Defined(self._definitions[name])
            if defined.onsets:
                return defined
        self.unknown.add(plain[:60])
        return LONDON


class _Defined:
    """A zone that the file defines itself: from which local moment which offset holds."""

    def __init__(self, block: Block) -> None:
        changes: dict[datetime, timedelta] = {}
        for part in block.parts[:_MOST]:
            offset = _offset(_value(part, "TZOFFSETTO"))
            begins = _local(_value(part, "DTSTART"))
            if offset is None or begins is None:
                continue
            changes[begins] = offset
            try:
                rule = read_repeats(_value(part, "RRULE"))
            except ValueError:
                continue
            for day in days(rule, begins.date(), _LAST, after=_FIRST):
                changes[datetime.combine(day, begins.time())] = offset
        self.onsets = sorted(changes)
        self._offsets = [changes[onset] for onset in self.onsets]

    def offset(self, moment: datetime) -> timedelta:
        return self._offsets[max(bisect_right(self.onsets, moment) - 1, 0)]


def _value(block: Block, name: str) -> str:
    return next((found.value.strip() for found in block.properties(name)), "")


def _offset(text: str) -> timedelta | None:
    digits = text[1:]
    if text[:1] not in ("+", "-") or not digits.isdigit() or len(digits) not in (4, 6):
        return None
    hours, minutes = int(digits[:2]), int(digits[2:4])
    if hours > 23 or minutes > 59:
        return None
    return timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)


def _local(text: str) -> datetime | None:
    try:
        return datetime.strptime(text[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - local by RFC 5545
    except ValueError:
        return None
