"""Repeating entries of calendar files: the same days as a general library gives, and never a walk without end."""

from datetime import date, datetime, time

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from transitions.importing.calendar.ical_repeats import days, read_repeats

FIRST_SEEN, LAST = date(2025, 9, 1), date(2028, 8, 31)
WEEKDAYS = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])


def some(of: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    return st.lists(of, min_size=1, max_size=3, unique=True).map(lambda chosen: ",".join(map(str, chosen)))


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    long = frequency in ("MONTHLY", "YEARLY")
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}"]
    by = draw(st.sampled_from(["", "day", "nth", "month day", "week", "year day"]))
    if by == "day":
        parts.append(f"BYDAY={draw(some(WEEKDAYS))}")
    elif by == "nth" and long:
        nth = st.tuples(st.sampled_from([1, 2, 3, 4, 5, -1, -2]), WEEKDAYS).map(lambda pair: f"{pair[0]}{pair[1]}")
        parts.append(f"BYDAY={draw(some(nth))}")
    elif by == "month day" and frequency != "WEEKLY":
        parts.append(f"BYMONTHDAY={draw(some(st.integers(-31, 31).filter(bool)))}")
    elif by == "week" and frequency == "YEARLY":
        weeks = st.integers(-53, 53).filter(bool)
        parts.append(f"BYWEEKNO={draw(some(weeks))};BYDAY={draw(some(WEEKDAYS))}")
    elif by == "year day" and frequency == "YEARLY":
        parts.append(f"BYYEARDAY={draw(some(st.integers(-366, 366).filter(bool)))}")
    if draw(st.booleans()):
        parts.append(f"BYMONTH={draw(some(st.integers(1, 12)))}")
    if long and by and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from([1, 2, -1, -2]))}")
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 40))}")
    return ";".join([*parts, f"WKST={draw(WEEKDAYS)}"])


@settings(max_examples=150)
@given(rules(), st.dates(date(2019, 1, 1), date(2026, 12, 31)))
def test_the_days_are_those_of_a_general_library(rule: str, first: date) -> None:
    until = "" if "COUNT" in rule else ";UNTIL=20280831"
    expected = rrulestr(rule + until, dtstart=datetime.combine(first, time()))
    wanted = [found.date() for found in expected if FIRST_SEEN <= found.date() <= LAST]
    assert list(days(read_repeats(rule), first, LAST, after=FIRST_SEEN)) == wanted


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYDAY=60MO", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9"]
)
def test_a_rule_that_no_day_fits_ends(rule: str) -> None:
    assert list(days(read_repeats(rule), date(2000, 1, 1), LAST)) == []


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("", "by the hour"), ("FREQ=HOURLY", "by the hour"), ("FREQ=DAILY;BYHOUR=9", "BYHOUR, which is not understood"),
        ("FREQ=DAILY;INTERVAL=0", "whole number from 1 to 10000"), ("FREQ=DAILY;COUNT=x", "whole number from 1"),
        ("FREQ=WEEKLY;BYDAY=MONDAY", "no day of the week"), ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1", "within a week"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said(rule: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_repeats(rule)
