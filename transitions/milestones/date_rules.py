"""The small language in which a council says when a milestone is due, and reads it back.

    15 February                                     3rd Thursday of January
    12 weeks before 15 February                     next working day on or after 1 March
    15 school days after leaving the roll           5th school day from starting the next school
    3 months after the 16th birthday                the later of the 14th birthday and social care opening
    4 weeks after milestone REVIEW                  last school day of the first half of the autumn term
    8 weeks after milestone DECISION or the phase transfer deadline if that is earlier
    last school day of the summer term if that is on or after the 14th birthday

A day and month belong to the cycle's academic year: September to December in its autumn, January to August in the
calendar year after. "15 school days after" does not count the day itself; "5th school day from" does
(``transitions.term_dates`` says which the law means where). "the" may be left out, capitals do not matter. Of "A or B if that
is earlier" and of "A if that is after B" only A must be known; "A, the first time B" is A of every year from that of B on, and in that year no later than B.
"""

import re
from datetime import date
from typing import NoReturn, get_args

from transitions.dates import MONTHS, WEEKDAYS
from transitions.milestones.date_rule_parts import (
    CountedDay,
    Every,
    Extreme,
    FirstBy,
    Nearest,
    Offset,
    OnlyIf,
    OrEarlier,
)
from transitions.milestones.date_rule_types import (
    DATED_FACTS,
    Birthday,
    Bound,
    DateRule,
    DayKind,
    DueContext,
    Edge,
    FactDate,
    LeavingTheRoll,
    MilestoneDone,
    MilestoneDue,
    MonthDay,
    MonthEnd,
    NthWeekday,
    PhaseDeadline,
    SchoolDayOf,
    Side,
    StartingTheNextSchool,
    Unit,
)
from transitions.milestones.facts import Facts
from transitions.term_dates import SEASONS, Half, TermDates

UNDERSTOOD: tuple[str, ...] = (
    "15 February",
    "last day of February",
    "3rd Thursday of January",
    "last school day of the summer term",
    "first school day of the second half of the autumn term",
    "15 February of the year before",
    "14th birthday",
    "leaving the roll",
    "starting the next school",
    *DATED_FACTS,
    "milestone CODE",
    "due date of milestone CODE",
    "phase transfer deadline",
    "12 weeks before ... (days, weeks, months, years, school days or working days; before or after)",
    "5th school day from ...",
    "next working day on or after ...",
    "last working day on or before ...",
    "the later of ... and ...",
    "the earlier of ... and ...",
    "... or ... if that is earlier",
    "..., the first time ...",
    "every 6 months after ...",
    "... if that is after ... (after, on or after, or before)",
)
"""One example of everything that a rule can say, for help texts and messages."""

_LONGEST = 300  # characters; keeps what a rule nests within reason
_MOST: dict[Unit, int] = {"day": 3650, "week": 520, "month": 120, "year": 30, "school day": 400, "working day": 400}
_OLDEST = 25  # the end of the age range of an education, health and care plan
_DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ORDINAL = re.compile(r"([0-9]{1,4})(?:st|nd|rd|th)")
_ORDINAL_WORDS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_EVENTS: dict[str, DateRule] = {
    "leaving roll": LeavingTheRoll(),
    "starting next school": StartingTheNextSchool(),
    "phase transfer deadline": PhaseDeadline(),
    **{name: FactDate(name) for name in DATED_FACTS},
    "looked after from": FactDate("becoming looked after"),  # as rules said it before
    "care leaver from": FactDate("becoming a care leaver"),
}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]*")


_NOBODY = Facts(date.min, 0)  # never looked at: a rule that reads facts of a pupil is refused


class RuleProblem(ValueError):
    """The text is not a date rule; the message says where it went wrong and what is understood.

    ``sentence`` is the message without the list, ``position`` the character (from 0) of the text at which it went wrong.
    """

    def __init__(self, sentence: str, position: int) -> None:
        super().__init__(f"{sentence} Understood are: {'; '.join(UNDERSTOOD)}.")
        self.sentence = sentence
        self.position = position


def parse_rule(text: str) -> DateRule:
    """Read a date rule. Raises RuleProblem saying where it went wrong and listing what is understood."""
    if len(text) > _LONGEST:
        raise RuleProblem(f"A date rule has at most {_LONGEST} characters, this one has {len(text)}.", _LONGEST)
    reader = _RuleReader(text)
    rule = _every(reader) if reader.accept("every") else _rule(reader)
    if reader.accept("first time"):
        rule = FirstBy(rule, _rule(reader))
    elif reader.accept("or"):
        rule = OrEarlier(rule, _rule(reader))
        if rule.limit.kind == "following" and rule.usual.kind != "following":
            reader.fail("a date that waits for no other milestone")
        reader.expect("if that is earlier")
    bounds: tuple[Bound, ...] = get_args(Bound)
    for side in bounds:
        if reader.accept(f"if that is {side}"):
            rule = OnlyIf(rule, side, _rule(reader))
    if reader.word:
        reader.fail("nothing more")
    return rule


def day_of_rule(rule: DateRule, academic_year: int, terms: TermDates) -> date:
    """The day of a rule that is the same for every pupil.

    Raises ValueError for a rule that depends on the pupil, and DateNotKnown when term dates that it needs are not entered.
    """
    if rule.reads or rule.kind == "following":
        raise ValueError(f'"{rule}" has a date of its own for each pupil')
    return rule.due(DueContext(academic_year, _NOBODY, terms))


class _RuleReader:
    """The words of a rule, read from left to right; "the" and commas say nothing and are passed over."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = [match for match in re.finditer(r"[^\s,]+", text) if match[0].casefold() != "the"]
        self.words = [match[0] for match in found]
        self.positions = [match.start() for match in found]
        self.place = 0

    @property
    def word(self) -> str:
        return self.words[self.place].casefold() if self.place < len(self.words) else ""

    def accept(self, phrase: str) -> bool:
        wanted = phrase.casefold().split()
        if [word.casefold() for word in self.words[self.place : self.place + len(wanted)]] != wanted:
            return False
        self.place += len(wanted)
        return True

    def expect(self, phrase: str) -> None:
        if not self.accept(phrase):
            self.fail(f'"{phrase}"')

    def next(self) -> str:
        self.place += 1
        return self.words[self.place - 1]

    def fail(self, expected: str, back: int = 0) -> NoReturn:
        """Raise RuleProblem at the next word, or ``back`` words before it."""
        place = self.place - back
        at_end = place >= len(self.words)
        found = "the rule ends" if at_end else f'it says "{self.words[place]}"'
        position = len(self.text) if at_end else self.positions[place]
        before = f'after "{self.text[:position].strip()}" ' if place else ""
        raise RuleProblem(f'The date rule "{self.text}" goes wrong: {before}{found}, expected {expected}.', position)


def _rule(reader: _RuleReader) -> DateRule:
    sides: tuple[Side, ...] = get_args(Side)
    for side in sides:
        if reader.accept(f"{side} of"):
            first = _rule(reader)
            reader.expect("and")
            return Extreme(side, first, _rule(reader))
    day_kinds: tuple[DayKind, ...] = get_args(DayKind)
    for unit in day_kinds:
        if reader.accept(f"next {unit} on or after"):
            return Nearest(True, unit, _rule(reader))
        if reader.accept(f"last {unit} on or before"):
            return Nearest(False, unit, _rule(reader))
    if re.fullmatch(r"[0-9]+", reader.word):
        return _offset_or_day(reader)
    which = _ordinal_of(reader.word)
    if which is not None:
        return _ranked(reader, which)
    return _event(reader)


def _every(reader: _RuleReader) -> DateRule:
    if not re.fullmatch(r"[0-9]{1,3}", reader.word) or not 2 <= int(reader.word) <= _MOST["month"]:
        reader.fail(f"2 to {_MOST['month']} months")
    months = int(reader.next())
    reader.expect("months after")
    return Every(months, _rule(reader))


def _event(reader: _RuleReader) -> DateRule:
    for phrase, rule in _EVENTS.items():
        if reader.accept(phrase):
            return rule
    if reader.accept("milestone"):
        return MilestoneDone(_code(reader))
    if reader.accept("due date of milestone"):
        return MilestoneDue(_code(reader))
    return reader.fail("a date, an event or a number of days")


def _offset_or_day(reader: _RuleReader) -> DateRule:
    number = int(reader.next())
    if _month_of(reader.word):
        return _month_day(reader, number)
    units: tuple[Unit, ...] = get_args(Unit)
    for unit in units:
        if reader.accept(unit) or reader.accept(f"{unit}s"):
            if not 1 <= number <= _MOST[unit]:
                reader.fail(f"1 to {_MOST[unit]} {unit}s", back=len(unit.split()) + 1)
            if reader.accept("before"):
                return Offset(-number, unit, _rule(reader))
            if reader.accept("after"):
                return Offset(number, unit, _rule(reader))
            reader.fail('"before" or "after"')
    return reader.fail("a month, or days, weeks, months, years, school days or working days")


def _ranked(reader: _RuleReader, which: int) -> DateRule:
    reader.next()
    if reader.accept("birthday"):
        if not 1 <= which <= _OLDEST:
            reader.fail(f"the 1st to {_OLDEST}th birthday", back=2)
        return Birthday(which)
    if which in (1, -1) and reader.accept("school day of"):
        return _school_day_of(reader, "first" if which == 1 else "last")
    if which == -1 and reader.accept("day of"):
        return MonthEnd(_month(reader), _year_shift(reader))
    day_kinds: tuple[DayKind, ...] = get_args(DayKind)
    for unit in day_kinds:
        if reader.accept(f"{unit} from"):
            if not 1 <= which <= _MOST[unit]:
                reader.fail(f"the 1st to {_MOST[unit]}th {unit}", back=4)
            return CountedDay(which, unit, _rule(reader))
    if _month_of(reader.word) and which > 0:
        return _month_day(reader, which)
    weekday = _place_of(reader.word, WEEKDAYS)
    if weekday is None:
        reader.fail("a birthday, a weekday or a school day")
    if which not in (-1, 1, 2, 3, 4):
        reader.fail("the 1st to 4th or the last of a weekday, which every month has", back=1)
    reader.next()
    reader.expect("of")
    return NthWeekday(which, weekday, _month(reader), _year_shift(reader))


def _month(reader: _RuleReader) -> int:
    month = _month_of(reader.word) or reader.fail("a month")
    reader.next()
    return month


def _month_day(reader: _RuleReader, day: int) -> MonthDay:
    month = _month_of(reader.word) or reader.fail("a month")
    last = _DAYS_IN_MONTH[month - 1]
    if not 1 <= day <= last:
        reader.fail(f"a day that {MONTHS[month - 1]} has every year, 1 to {last}", back=1)
    reader.next()
    return MonthDay(month, day, _year_shift(reader))


def _school_day_of(reader: _RuleReader, edge: Edge) -> SchoolDayOf:
    half: Half | None = 1 if reader.accept("first half of") else 2 if reader.accept("second half of") else None
    for season in SEASONS:
        if reader.accept(season):
            reader.expect("term")
            return SchoolDayOf(edge, season, half, _year_shift(reader))
    return reader.fail("the autumn, spring or summer term, or the first half or second half of one")


def _year_shift(reader: _RuleReader) -> int:
    return -1 if reader.accept("of year before") else 1 if reader.accept("of year after") else 0


def _code(reader: _RuleReader) -> str:
    if not _CODE.fullmatch(reader.word):
        reader.fail("the code of a milestone")
    return reader.next()


def _ordinal_of(word: str) -> int | None:
    found = _ORDINAL.fullmatch(word)
    return int(found[1]) if found else _ORDINAL_WORDS.get(word)


def _month_of(word: str) -> int | None:
    place = _place_of(word, MONTHS)
    return None if place is None else place + 1


def _place_of(word: str, names: tuple[str, ...]) -> int | None:
    if len(word) < 3:
        return None
    return next((place for place, name in enumerate(names) if name.casefold().startswith(word)), None)
