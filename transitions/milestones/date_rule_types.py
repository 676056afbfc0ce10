"""What date rules are made of: one small class for each thing that a rule can say.

``transitions.date_rules`` reads the text; these give the date and write the text again. They are immutable, compare by
value, and are built once and asked up to a million times, so each does plain date arithmetic and nothing else.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar, Final, Literal, NamedTuple

from transitions.dates import MONTHS, WEEKDAYS
from transitions.milestones.facts import Facts, not_recorded
from transitions.school_year import (
    DateNotKnown,
    birthday,
    month_end,
    nth_weekday,
)
from transitions.term_dates import Half, Season, TermDates

Kind = Literal["yearly", "once", "following"]
Unit = Literal["day", "week", "month", "year", "school day", "working day"]
DayKind = Literal["school day", "working day"]
Edge = Literal["first", "last"]
Side = Literal["later", "earlier"]
Bound = Literal["after", "on or after", "before"]

_NOTHING: Final[Mapping[str, date]] = MappingProxyType({})


class NotStarted(Exception):
    """A rule waits for a milestone that is not done yet; ``code`` says which one, ``sentence`` says it in words."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.sentence = f"It counts from milestone {code}, which is not done yet."
        super().__init__(self.sentence)


class DayAskedFor(DateNotKnown):
    """What the rule counts from has a day, and nobody has said which."""


class DueContext(NamedTuple):
    """What a rule is asked about: one pupil in one cycle.

    ``academic_year`` is the cycle: the year before the move for a phase transfer. ``done`` and ``due`` map milestone
    codes to the days on which this pupil's were done and fall due in the cycle.
    """

    academic_year: int
    facts: Facts
    terms: TermDates
    done: Mapping[str, date] = _NOTHING
    due: Mapping[str, date] = _NOTHING


class DateRule(ABC):
    """A rule that gives a date; its text (``str``) reads as plain English and parses back to an equal rule."""

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()  # the names of the fields, which dataclass fills in

    yearly: ClassVar[bool] = False
    following: ClassVar[bool] = False
    again: ClassVar[bool] = False
    by_terms: ClassVar[bool] = False
    noun: ClassVar[bool] = False
    """Whether the text takes "the" inside another rule."""

    @abstractmethod
    def due(self, context: DueContext) -> date:
        """The date.

        Raises DateNotKnown when a fact is not recorded or the term dates do not reach it, and NotStarted when it
        counts from a milestone that is not done.
        """

    @property
    def kind(self) -> Kind:
        """How often it falls: "following" another milestone, "yearly" with the cycle, or "once" in a pupil's life."""
        if any(part.following for part in self._parts()):
            return "following"
        return "yearly" if any(part.yearly for part in self._parts()) else "once"

    @property
    def common(self) -> "DateRule":
        """What it says of everybody but a few whose own facts make it fall otherwise."""
        return self

    @property
    def recurs(self) -> bool:
        """Whether it comes again, so long after the last time."""
        return any(part.again for part in self._parts())

    @property
    def follows(self) -> frozenset[str]:
        return frozenset(part.code for part in self._parts() if isinstance(part, MilestoneDone | MilestoneDue))

    @property
    def reads(self) -> frozenset[str]:
        """The fields of Facts that it depends on.

        When this and ``follows`` are both empty, all pupils with the same cycle and term dates share the date.
        """
        return frozenset(fact for part in self._parts() if (fact := part._fact()))

    @property
    def by_school_days(self) -> Sequence["DateRule"]:
        """Its parts that depend on the dates of the terms and on the days on which schools are closed."""
        return [part for part in self._parts() if part.by_terms or getattr(part, "unit", "") == "school day"]

    def _fact(self) -> str | None:
        return None

    def _parts(self) -> Iterator["DateRule"]:
        yield self
        for name in self.__match_args__:
            inner = getattr(self, name)
            if isinstance(inner, DateRule):
                yield from inner._parts()


@dataclass(frozen=True, slots=True)
class MonthDay(DateRule):
    """A day of the cycle's academic year: 15 February."""

    month: int
    day: int
    year_shift: int = 0
    yearly: ClassVar[bool] = True

    def due(self, context: DueContext) -> date:
        return date(_calendar_year(context, self.month, self.year_shift), self.month, self.day)

    def __str__(self) -> str:
        return f"{self.day} {MONTHS[self.month - 1]}{_shift_text(self.year_shift)}"


@dataclass(frozen=True, slots=True)
class MonthEnd(DateRule):
    """The last day of a month of the cycle's academic year, 29 February in a leap year."""

    month: int
    year_shift: int = 0
    yearly: ClassVar[bool] = True
    noun: ClassVar[bool] = True

    def due(self, context: DueContext) -> date:
        return month_end(_calendar_year(context, self.month, self.year_shift), self.month)

    def __str__(self) -> str:
        return f"last day of {MONTHS[self.month - 1]}{_shift_text(self.year_shift)}"


@dataclass(frozen=True, slots=True)
class NthWeekday(DateRule):
    """The n-th (1 to 4, -1 for the last) weekday of a month of the cycle's academic year."""

    n: int
    weekday: int
    month: int
    year_shift: int = 0
    yearly: ClassVar[bool] = True
    noun: ClassVar[bool] = True

    def due(self, context: DueContext) -> date:
        return nth_weekday(_calendar_year(context, self.month, self.year_shift), self.month, self.weekday, self.n)

    def __str__(self) -> str:
        which = "last" if self.n == -1 else ordinal(self.n)
        return f"{which} {WEEKDAYS[self.weekday]} of {MONTHS[self.month - 1]}{_shift_text(self.year_shift)}"


@dataclass(frozen=True, slots=True)
class SchoolDayOf(DateRule):
    """The first or last school day of a term, or of half of one."""

    edge: Edge
    season: Season
    half: Half | None = None
    year_shift: int = 0
    by_terms: ClassVar[bool] = True
    yearly: ClassVar[bool] = True
    noun: ClassVar[bool] = True

    def due(self, context: DueContext) -> date:
        terms, year = context.terms, context.academic_year + self.year_shift
        if self.edge == "first":
            return terms.first_school_day(self.season, year, self.half)
        return terms.last_school_day(self.season, year, self.half)

    def __str__(self) -> str:
        half = f"{('first', 'second')[self.half - 1]} half of the " if self.half else ""
        return f"{self.edge} school day of the {half}{self.season} term{_shift_text(self.year_shift)}"


@dataclass(frozen=True, slots=True)
class Birthday(DateRule):
    """The day on which the pupil reaches an age."""

    age: int
    noun: ClassVar[bool] = True

    def due(self, context: DueContext) -> date:
        return birthday(context.facts.date_of_birth, self.age)

    def _fact(self) -> str:
        return "date_of_birth"

    def __str__(self) -> str:
        return f"{ordinal(self.age)} birthday"


@dataclass(frozen=True, slots=True)
class LeavingTheRoll(DateRule):
    """The last school day of the cycle's summer term; a pupil who moves during the year has ``in-year move``."""

    by_terms: ClassVar[bool] = True
    yearly: ClassVar[bool] = True

    def due(self, context: DueContext) -> date:
        return context.terms.last_school_day("summer", context.academic_year)

    def __str__(self) -> str:
        return "leaving the roll"


@dataclass(frozen=True, slots=True)
class StartingTheNextSchool(DateRule):
    """The first school day of the autumn term after the cycle."""

    by_terms: ClassVar[bool] = True
    yearly: ClassVar[bool] = True

    def due(self, context: DueContext) -> date:
        return context.terms.first_school_day("autumn", context.academic_year + 1)

    def __str__(self) -> str:
        return "starting the next school"


DATED_FACTS: Final = {
    "EHC plan request": "ehc_requested_on",
    "EHC plan start": "ehc_started_on",
    "in-year move": "in_year_move_on",
    "going off roll": "left_roll_on",
    "social care opening": "social_care_since",
    "becoming looked after": "looked_after_since",
    "becoming a care leaver": "care_leaver_since",
    "end of leaving-care support": "leaving_care_until",
    "part-time timetable end": "part_time_timetable_until",
    "part-time timetable start": "part_time_timetable_since",
    "re-integration": "reintegrated_on",
    "funding end": "funding_ends_on",
    "plan opening": "plan_opened_on",
    "plan agreement": "plan_agreed_on",
    "plan review": "plan_review_on",
}
"""What a rule calls each date that is recorded of a pupil, and the field of Facts that holds it.

A "plan review" is that of the plan for the milestone's own transition point, and comes again after each that was held. The
start of a part-time timetable, a re-integration and the end of funding come as often as they are recorded.
"""


@dataclass(frozen=True, slots=True)
class FactDate(DateRule):
    """A date that is recorded of the pupil, by its name in DATED_FACTS."""

    name: str
    noun: ClassVar[bool] = True

    def due(self, context: DueContext) -> date:
        fact = self._fact()
        found: date | None = getattr(context.facts, fact)
        if found is None and fact in context.facts.not_known:
            raise DayAskedFor(not_recorded(fact), fact)
        if found is None:
            raise DateNotKnown(f'The pupil has no date recorded for "{self.name}".', fact)
        return found

    def _fact(self) -> str:
        return DATED_FACTS[self.name]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class MilestoneDone(DateRule):
    """The day on which another milestone of the same pupil and cycle was done."""

    code: str
    following: ClassVar[bool] = True

    def due(self, context: DueContext) -> date:
        found = context.done.get(self.code)
        if found is None:
            raise NotStarted(self.code)
        return found

    def __str__(self) -> str:
        return f"milestone {self.code}"


@dataclass(frozen=True, slots=True)
class MilestoneDue(DateRule):
    """The day on which another milestone of the same pupil and cycle falls due, done or not."""

    code: str
    following: ClassVar[bool] = True
    noun: ClassVar[bool] = True

    def due(self, context: DueContext) -> date:
        found = context.due.get(self.code)
        if found is None:
            raise DateNotKnown(f"Milestone {self.code} has no due date for the pupil in this cycle.")
        return found

    def __str__(self) -> str:
        return f"due date of milestone {self.code}"


@dataclass(frozen=True, slots=True)
class PhaseDeadline(DateRule):
    """The day by which an EHC plan names the place of this cycle's change of school: due by what is met by that."""

    following: ClassVar[bool] = True
    noun: ClassVar[bool] = True

    def due(self, context: DueContext) -> date:
        found = context.due.get(str(self))
        if found is None:
            raise DateNotKnown("The pupil has no change of school in this cycle for which an EHC plan names the place.")
        return found

    def __str__(self) -> str:
        return "phase transfer deadline"


def ordinal(n: int) -> str:
    ending = "th" if n % 100 in range(11, 14) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def _calendar_year(context: DueContext, month: int, year_shift: int) -> int:
    return context.academic_year + year_shift + (month < 9)


def _shift_text(year_shift: int) -> str:
    return {-1: " of the year before", 0: "", 1: " of the year after"}[year_shift]
