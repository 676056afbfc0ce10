"""What people type about something that is asked every year, read: its rules, for whom it is, and days of one year."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, Final

from transitions.calendar.deadlines import ASK_KINDS, FOR_SCHOOLS, Ask, Span, day_of_rule
from transitions.dates import parse_typed, short_with_year
from transitions.errors import FieldProblems
from transitions.milestones.date_rules import DateRule, RuleProblem, parse_rule
from transitions.pupils.codes import read_yes_no
from transitions.pupils.pupil_fields import read_text
from transitions.record_reading import IS_NEEDED, as_text, gather, read_one_of
from transitions.school_year import DateNotKnown, academic_year_label, academic_year_span
from transitions.term_dates import TermDates
from transitions.workshops.reading import read_year_groups

__all__ = ["ASK_FIELDS", "SHORT", "check_order", "in_words", "read_days", "read_field"]

ASK_FIELDS: Final = (
    "title", "short", "kind", "first", "last", "year_groups", "for_schools", "basis", "source", "verified", "from_year",
)  # fmt: skip
"""The fields that ``save_ask`` understands; ``from_year`` is the academic year from which the change holds: "2026/27"."""
SHORT: Final = 16
"""Characters that fit a column."""
_DAY: Final = timedelta(days=1)
_YEAR: Final = re.compile(r"(20[0-9]{2})(?: ?[/-] ?(?:20)?([0-9]{2}))?")
_NO_TERMS: Final = TermDates()


def read_field(name: str, value: object) -> Any:
    """Give what a field of an ask holds, a rule as such. Raises ValueError with a sentence."""
    if name not in ASK_FIELDS:
        raise ValueError(f"there is no such field; expected one of {', '.join(ASK_FIELDS)}")
    text = as_text(value)
    if not text:
        if name in ("title", "kind", "first", "last", "short", "for_schools", "verified"):
            raise ValueError(IS_NEEDED)
        return () if name == "year_groups" else None if name == "from_year" else ""
    readers: Mapping[str, Callable[[], Any]] = {
        "short": lambda: read_text(text, SHORT),
        "kind": lambda: read_one_of(ASK_KINDS, text),
        "first": lambda: _rule(text),
        "last": lambda: _rule(text),
        "year_groups": lambda: read_year_groups(text),
        "for_schools": lambda: read_one_of(FOR_SCHOOLS, text),
        "verified": lambda: read_yes_no(text),
        "from_year": lambda: _academic_year(text),
    }
    return readers.get(name, lambda: read_text(text))()


def _rule(text: str) -> DateRule:
    """Read a date rule that is the same for everybody."""
    try:
        rule = parse_rule(text)
    except RuleProblem as problem:
        raise ValueError(problem.sentence) from None
    with suppress(DateNotKnown):
        day_of_rule(rule, 2026, _NO_TERMS)
    return rule


def _academic_year(text: str) -> int:
    found = _YEAR.fullmatch(text)
    if found is None or (found[2] and int(found[2]) != (int(found[1]) + 1) % 100):
        raise ValueError("expected an academic year such as 2026/27")
    return int(found[1])


def check_order(ask: Ask, year: int) -> None:
    """Raise FieldProblems when the last day comes before the first, as far as that shows without term dates."""
    try:
        first, last = ask.of_year(year).span(year, _NO_TERMS)
    except DateNotKnown:
        return  # only the term dates will tell
    if last < first:
        raise FieldProblems(
            {
                "last": f"In {academic_year_label(year)} that is {short_with_year(last)}, before the first day, {short_with_year(first)}."
            }
        )


def read_days(today: date, year: int, first: date | str | None, last: date | str | None) -> Span | None:
    """Read the days of an academic year, dates or as people type them; None when both are empty. Raises FieldProblems."""
    values, problems = gather({"first": first, "last": last}, lambda _, value: _typed_day(today, as_text(value), year))
    if not problems and values["last"] and not values["first"]:
        problems["first"] = IS_NEEDED
    if problems:
        raise FieldProblems(problems)
    if not values["first"]:
        return None
    span = Span(values["first"], values["last"] or values["first"])
    if span.last < span.first:
        raise FieldProblems({"last": "The last day is before the first."})
    return span


def _typed_day(today: date, text: str, year: int) -> date | None:
    """Read a day of the year; one that is typed without its year is the one that lies in it."""
    if not text:
        return None
    opens, closes = academic_year_span(year)
    day = parse_typed(text, today)
    if not opens <= day <= closes and text[:1].isdigit():
        day = parse_typed(text, opens + 180 * _DAY)
    if not opens <= day <= closes:
        raise ValueError(f"{short_with_year(day)} is not in {academic_year_label(year)}")
    return day


def in_words(span: Span) -> str:
    """Give the days: "Mon 10 May 2027 to Thu 13 May 2027"."""
    return (
        short_with_year(span.first)
        if span.first == span.last
        else (f"{short_with_year(span.first)} to {short_with_year(span.last)}")
    )
