"""Days as people type them, with the long form to echo before anything is saved."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from transitions.dates import DateProblem, ago, how_far, long, parse_typed
from transitions.term_dates import TermDates


class TypedDay(NamedTuple):
    """A day that was typed, and how to say it back: ``Friday 13 February 2026, in 3 months``."""

    value: date
    echo: str


def day_to_come(today: date, terms: TermDates | None, *, today_too: bool = False) -> Callable[[str], TypedDay]:
    """A reader of days after ``today`` (or ``today_too``); it raises ValueError with a sentence for people."""

    def read(text: str) -> TypedDay:
        day = _parsed(text, today, terms)
        if day < today or (day == today and not today_too):
            gone = "is today" if day == today else "has gone by"
            raise ValueError(f"{long(day)} {gone}. Give a day to come.")
        return TypedDay(day, f"{long(day)}, {how_far(day, today)}")

    return read


def day_gone_by(today: date, terms: TermDates | None) -> Callable[[str], TypedDay]:
    """A reader of days up to ``today``; it raises ValueError with a sentence for people."""

    def read(text: str) -> TypedDay:
        day = _parsed(text, today, terms)
        if day > today:
            raise ValueError(f"{long(day)} is still to come. Record it when it has happened.")
        return TypedDay(day, f"{long(day)}, {ago(day, today)}")

    return read


def _parsed(text: str, today: date, terms: TermDates | None) -> date:
    try:
        return parse_typed(text, today, terms)
    except DateProblem as problem:
        sentence = str(problem)
        raise ValueError(f"{sentence[:1].upper()}{sentence[1:]}.") from None
