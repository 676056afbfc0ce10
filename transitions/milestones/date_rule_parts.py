"""Date rules that are made of others: so long after one, the nearest working day, the earlier of two, the first time by another."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from transitions.dates import long
from transitions.milestones.date_rule_types import (
    Bound,
    DateRule,
    DayAskedFor,
    DayKind,
    DueContext,
    NotStarted,
    SchoolDayOf,
    Side,
    Unit,
    ordinal,
)
from transitions.school_year import (
    DateNotKnown,
    academic_year,
    academic_year_span,
    add_months,
    add_working_days,
    next_working_day,
    previous_working_day,
)
from transitions.term_dates import OutsideCalendar

_WITHOUT_ARTICLE = ("becoming", "going", "social care")


@dataclass(frozen=True, slots=True)
class Offset(DateRule):
    """``n`` units after a date, or before it when negative; the date itself is not counted."""

    n: int
    unit: Unit
    start: DateRule

    def due(self, context: DueContext) -> date:
        start, n, unit = self.start.due(context), self.n, self.unit
        if unit == "day":
            return start + timedelta(days=n)
        if unit == "week":
            return start + timedelta(weeks=n)
        if unit == "month":
            return add_months(start, n)
        if unit == "year":
            return add_months(start, 12 * n)
        if unit == "school day":
            return context.terms.add_school_days(start, n)
        return add_working_days(start, n)

    def __str__(self) -> str:
        plural = "" if abs(self.n) == 1 else "s"
        return f"{abs(self.n)} {self.unit}{plural} {'before' if self.n < 0 else 'after'} {_inside(self.start)}"


@dataclass(frozen=True, slots=True)
class CountedDay(DateRule):
    """The n-th school or working day from a date, which is itself the first if it is one."""

    n: int
    unit: DayKind
    start: DateRule
    noun: ClassVar[bool] = True

    def due(self, context: DueContext) -> date:
        start = self.start.due(context)
        if self.unit == "school day":
            return context.terms.nth_school_day(start, self.n)
        first = next_working_day(start)
        return add_working_days(first, self.n - 1) if self.n > 1 else first

    def __str__(self) -> str:
        return f"{ordinal(self.n)} {self.unit} from {_inside(self.start)}"


@dataclass(frozen=True, slots=True)
class Nearest(DateRule):
    """A date moved to a school or working day: the first on or after it, or the last on or before it."""

    onwards: bool
    unit: DayKind
    start: DateRule
    noun: ClassVar[bool] = True

    def due(self, context: DueContext) -> date:
        start = self.start.due(context)
        if self.unit == "school day":
            terms = context.terms
            return terms.nth_school_day(start, 1) if self.onwards else terms.previous_school_day(start)
        return next_working_day(start) if self.onwards else previous_working_day(start)

    def __str__(self) -> str:
        how = f"next {self.unit} on or after" if self.onwards else f"last {self.unit} on or before"
        return f"{how} {_inside(self.start)}"


@dataclass(frozen=True, slots=True)
class Extreme(DateRule):
    """The later or the earlier of two dates, both of which must be known."""

    side: Side
    first: DateRule
    second: DateRule

    def due(self, context: DueContext) -> date:
        first, second = self.first.due(context), self.second.due(context)
        return max(first, second) if self.side == "later" else min(first, second)

    def __str__(self) -> str:
        return f"the {self.side} of {_inside(self.first)} and {_inside(self.second)}"


@dataclass(frozen=True, slots=True)
class OrEarlier(DateRule):
    """A date, or the limit that ends it earlier: one that the pupil has, and that had not gone by when the clock started."""

    usual: DateRule
    limit: DateRule

    def due(self, context: DueContext) -> date:
        usual = self.usual.due(context)
        with suppress(DateNotKnown, NotStarted):
            limit = self.limit.due(context)
            if all(limit >= context.done.get(code, limit) for code in self.usual.follows):
                return min(usual, limit)
        return usual

    def __str__(self) -> str:
        return f"{self.usual} or {_inside(self.limit)} if that is earlier"


@dataclass(frozen=True, slots=True)
class FirstBy(DateRule):
    """A day that comes with every cycle, but the first time by another: in the cycle of that one by the earlier, and not before."""

    usual: DateRule
    first: DateRule

    @property
    def common(self) -> DateRule:
        return self.usual

    def due(self, context: DueContext) -> date:
        try:
            first = self.first.due(context)
        except DateNotKnown:
            return self.usual.due(context)
        if academic_year(first) > context.academic_year:
            raise DateNotKnown(f"The first time is by {long(first)}.")
        usual = self.usual.due(context)
        return min(usual, first) if academic_year(first) == context.academic_year else usual

    def __str__(self) -> str:
        return f"{self.usual}, the first time {_inside(self.first)}"


@dataclass(frozen=True, slots=True)
class Every(DateRule):
    """Months after the last time, and the first time after a date."""

    months: int
    start: DateRule
    again: ClassVar[bool] = True

    def due(self, context: DueContext) -> date:
        return add_months(context.facts.last_time or self.start.due(context), self.months)

    def __str__(self) -> str:
        return f"every {self.months} months after {_inside(self.start)}"


@dataclass(frozen=True, slots=True)
class OnlyIf(DateRule):
    """A date that falls only after, or only before, another; it falls while the other is not known, and waits while that is asked for."""

    usual: DateRule
    side: Bound
    bound: DateRule

    @property
    def common(self) -> DateRule:
        return self.usual

    def due(self, context: DueContext) -> date:
        try:
            usual = self.usual.due(context)
        except OutsideCalendar as gap:
            self._check_year(gap, context)
            raise
        try:
            bound = self.bound.due(context)
        except DayAskedFor:  # whether it falls at all hangs on the answer
            raise
        except DateNotKnown:
            return usual
        if {"after": usual > bound, "on or after": usual >= bound, "before": usual < bound}[self.side]:
            return usual
        raise DateNotKnown(
            f"It is not asked for: {long(usual)} is not {self.side} {_inside(self.bound)}, {long(bound)}."
        )

    def _check_year(self, gap: OutsideCalendar, context: DueContext) -> None:
        """Raise DateNotKnown where a day of terms that are not entered cannot come after the other, whichever it is."""
        if self.side == "before" or not isinstance(self.usual, SchoolDayOf):
            return
        try:
            bound = self.bound.due(context)
        except DateNotKnown:
            return
        if bound > academic_year_span(gap.academic_year)[1]:
            raise DateNotKnown(
                f"It is not asked for: {_inside(self.bound)} is {long(bound)}, after the end of that school year."
            ) from gap

    def __str__(self) -> str:
        return f"{self.usual} if that is {self.side} {_inside(self.bound)}"


def _inside(rule: DateRule) -> str:
    text = str(rule)
    return f"the {text}" if rule.noun and not text.startswith(_WITHOUT_ARTICLE) else text
