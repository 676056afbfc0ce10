"""What people type about something that is asked every year, read: its rules, for whom it is, and days of one year."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Final

from transitions.calendar.deadlines import ASK_KINDS, Ask
from transitions.calendar.event import Span
from transitions.dates import long, parse_typed, short_with_year
from transitions.errors import FieldProblems
from transitions.fields import IS_NEEDED, Context, Field, Fields, Option, Reading, as_text, gather, read_one_of
from transitions.milestones.date_rule_types import DateRule
from transitions.milestones.date_rules import RuleProblem, day_of_rule, parse_rule
from transitions.school_year import (
    DateNotKnown,
    academic_year,
    academic_year_label,
    academic_year_span,
    parse_year_groups,
    year_groups_label,
)
from transitions.term_dates import TermDates
from transitions.workshops.reading import YEAR_GROUPS

SHORT: Final = 16
"""Characters that fit a column."""
FOR_SCHOOLS: Final[tuple[Option, ...]] = (
    ("all", "All schools"),
    ("primary", "Primary schools"),
    ("secondary", "Secondary schools"),
    ("early years", "Early years settings"),
    ("college", "Colleges"),
    ("council", "The council alone"),
)
"""Who is asked, in words."""
_DAY: Final = timedelta(days=1)
_YEAR: Final = re.compile(r"(20[0-9]{2})(?: ?[/-] ?(?:20)?([0-9]{2}))?")
_NO_TERMS: Final = TermDates()
_RULES = "The rule in plain English, as for milestones: 15 May, or 3rd Thursday of January"


def _rule(text: str) -> DateRule:
    """Read a date rule that is the same for everybody."""
    try:
        rule = parse_rule(text)
    except RuleProblem as problem:
        raise ValueError(problem.sentence) from None
    with suppress(DateNotKnown):
        day_of_rule(rule, 2026, _NO_TERMS)
    return rule


def _groups(text: str) -> Reading:
    groups = parse_year_groups(text)
    return Reading(groups, echo=year_groups_label(groups))


def _academic_year(text: str) -> int:
    found = _YEAR.fullmatch(text)
    if found is None or (found[2] and int(found[2]) != (int(found[1]) + 1) % 100):
        raise ValueError("expected an academic year such as 2026/27")
    return int(found[1])


def _day_by_rule(text: str, context: Context) -> Reading:
    """Read a rule, said back as the day that it gives this year."""
    rule, year = _rule(text), academic_year(context.today)
    try:
        day = day_of_rule(rule, year, context.terms or _NO_TERMS)
    except DateNotKnown:
        return Reading(rule, echo="It needs term dates that are not entered.")
    return Reading(rule, echo=f"{long(day)} in {academic_year_label(year)}")


ASK_FIELDS: Final = Fields(
    Field("title", "Title", short="What is asked", needed=True),
    Field(
        "short", "Short title", short="In a few words", longest=SHORT, kept=True,
        help=f"At most {SHORT} letters, for columns",
    ),
    Field("kind", "Kind", "choice", needed=True, read=partial(read_one_of, ASK_KINDS)),
    Field("first", "First day", reader=_day_by_rule, needed=True, help=_RULES),
    Field("last", "Last day", reader=_day_by_rule, kept=True, help="Empty: one day"),
    replace(YEAR_GROUPS, read=_groups, empty=(), shown=year_groups_label),
    Field("for_schools", "Asked of", "choice", kept=True, options=FOR_SCHOOLS, help="Down lists them"),
    Field("basis", "Basis", short="On whose word", empty=""),
    Field("source", "Source", empty=""),
    Field(
        "verified", "Verified", "yes no", short="Checked?", kept=True,
        help="No: “check with your LA” stands beside it",
    ),
    Field("from_year", "From the year", read=_academic_year, width=12, help="Such as 2026/27"),
)  # fmt: skip
"""``from_year`` is the academic year from which the change holds: "2026/27"."""


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
