from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from transitions.school_year import (
    academic_year,
    academic_year_label,
    academic_year_span,
    add_months,
    add_working_days,
    age_on,
    bank_holidays,
    birthday,
    census_days,
    cohort_year_of,
    is_working_day,
    next_working_day,
    nth_weekday,
    parse_year_group,
    previous_working_day,
    year_group_label,
    year_group_short,
)

DAY = timedelta(days=1)
# As gov.uk lists them.
BANK_HOLIDAYS = {
    2026: {(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)},
    2027: {(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)},
}
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
school_days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2026, 8, 31), 2025), (date(2026, 9, 1), 2026), (date(2027, 1, 1), 2026), (date(2027, 8, 31), 2026)],
)
def test_academic_year_turns_on_1_september(day, year):
    assert academic_year(day) == year


def test_academic_year_is_shown_by_both_its_years():
    assert academic_year_label(2026) == "2026/27"
    assert academic_year_label(2008) == "2008/09"
    assert academic_year_label(2099) == "2099/00"


@given(days)
def test_every_day_lies_in_the_span_of_its_academic_year(day):
    first, last = academic_year_span(academic_year(day))
    assert first <= day <= last
    assert academic_year(first - DAY) == academic_year(last) - 1


@pytest.mark.parametrize(
    ("born", "in_january", "end_of_august", "september"),
    [
        (date(2021, 8, 31), 0, 0, 1),
        (date(2021, 9, 1), -1, -1, 0),
        (date(2014, 8, 31), 7, 7, 8),
        (date(2014, 9, 1), 6, 6, 7),
        (date(2015, 2, 15), 6, 6, 7),
        (date(2012, 3, 1), 9, 9, 10),
        (date(2010, 1, 1), 11, 11, 12),
        (date(2008, 2, 29), 13, 13, 14),
        (date(2007, 9, 1), 13, 13, 14),
    ],
)
def test_year_group_by_age(born, in_january, end_of_august, september):
    cohort = cohort_year_of(born)
    on = (date(2026, 1, 26), date(2026, 8, 31), date(2026, 9, 1))
    assert [academic_year(day) - cohort for day in on] == [in_january, end_of_august, september]


@given(days)
def test_a_child_turns_five_in_reception(born):
    first, last = academic_year_span(cohort_year_of(born))
    assert first <= birthday(born, 5) <= last


@pytest.mark.parametrize(
    ("group", "label", "brief"),
    [
        (-2, "Before nursery", "<N"),
        (-1, "Nursery", "N"),
        (0, "Reception", "R"),
        (6, "Year 6", "6"),
        (14, "Year 14", "14"),
        (15, "Turning 20", ">14"),
    ],
)
def test_year_group_names(group, label, brief):
    assert year_group_label(group) == label
    assert year_group_short(group) == brief


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("N1", -2),
        ("N2", -1),
        ("n", -1),
        ("Nursery", -1),
        ("R", 0),
        (" reception ", 0),
        ("0", 0),
        ("YR", 0),
        ("Year R", 0),
        ("Year 6", 6),
        ("year  06", 6),
        ("Y6", 6),
        ("Yr 6", 6),
        ("6", 6),
        ("14", 14),
        ("6.0", 6),
    ],
)
def test_year_group_is_read_as_schools_write_it(text, group):
    assert parse_year_group(text) == group


@given(st.integers(-1, 14))
def test_year_group_names_read_back(group):
    assert parse_year_group(year_group_label(group)) == group
    assert parse_year_group(year_group_short(group)) == group


@pytest.mark.parametrize("text", ["", "15", "-1", "E1", "Class 6", "6.5", "Year six", "<N", "²"])
def test_other_year_groups_are_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match="expected a year group: N, R or 1 to 14"):
        parse_year_group(text)


def test_no_year_group_says_what_to_do():
    with pytest.raises(ValueError, match="leave it empty"):
        parse_year_group("x")


def test_birthday_of_someone_born_on_29_february():
    born = date(2008, 2, 29)
    assert birthday(born, 16) == date(2024, 2, 29)
    assert birthday(born, 18) == date(2026, 3, 1)
    assert age_on(born, date(2026, 2, 28)) == 17
    assert age_on(born, date(2026, 3, 1)) == 18


@given(days, st.integers(0, 25))
def test_an_age_is_reached_on_the_birthday_and_not_before(born, age):
    reached = birthday(born, age)
    assert age_on(born, reached) == age
    assert age_on(born, reached - DAY) == age - 1


@given(days, st.integers(-400, 400))
def test_months_are_added_as_the_law_counts_them(day, months):
    assert add_months(day, months) == day + relativedelta(months=months)


@given(days)
def test_nth_weekday_counts_the_weekdays_of_the_month(day):
    n = sum((day - k * DAY).weekday() == day.weekday() for k in range(day.day))
    assert nth_weekday(day.year, day.month, day.weekday(), n) == day
    is_last = (day + 7 * DAY).month != day.month
    assert (nth_weekday(day.year, day.month, day.weekday(), -1) == day) == is_last


@pytest.mark.parametrize("n", [0, 6, -2])
def test_nth_weekday_refuses_what_no_month_has(n):
    with pytest.raises(ValueError, match="1st to 5th or the last"):
        nth_weekday(2026, 5, 3, n)


def test_nth_weekday_refuses_a_fifth_that_this_month_has_not():
    with pytest.raises(ValueError, match="day"):
        nth_weekday(2026, 2, 0, 5)


def test_census_days_follow_the_rule():
    assert census_days(2025) == (date(2025, 10, 2), date(2026, 1, 15), date(2026, 5, 21))
    assert census_days(2026) == (date(2026, 10, 1), date(2027, 1, 21), date(2027, 5, 20))


@pytest.mark.parametrize("year", BANK_HOLIDAYS)
def test_bank_holidays_of_england(year):
    weekdays = {day for day in bank_holidays(year) if day.weekday() < 5}
    assert weekdays == {date(year, month, day) for month, day in BANK_HOLIDAYS[year]}


def test_bank_holidays_of_a_century_are_those_that_others_have():
    theirs = country_holidays("GB", subdiv="ENG", years=range(2000, 2100))
    assert {day for year in range(2000, 2100) for day in bank_holidays(year)} == set(theirs)


def test_offer_days_move_to_a_working_day():
    assert next_working_day(date(2026, 3, 1)) == date(2026, 3, 2)
    assert next_working_day(date(2027, 3, 1)) == date(2027, 3, 1)
    assert next_working_day(date(2026, 4, 16)) == date(2026, 4, 16)
    assert next_working_day(date(2027, 4, 16)) == date(2027, 4, 16)


def test_the_working_day_before_a_phase_transfer_deadline():
    assert previous_working_day(date(2026, 2, 15)) == date(2026, 2, 13)
    assert previous_working_day(date(2027, 2, 15)) == date(2027, 2, 15)


def test_easter_is_skipped():
    assert add_working_days(date(2026, 4, 2), 1) == date(2026, 4, 7)
    assert add_working_days(date(2026, 4, 7), -1) == date(2026, 4, 2)


@given(school_days, st.integers(-60, 60))
def test_working_days_are_counted_as_by_a_finger_on_the_calendar(day, n):
    found = add_working_days(day, n)
    assert is_working_day(found)
    if n == 0:
        assert found == next_working_day(day)
        return
    step = DAY if n > 0 else -DAY
    passed = [day + k * step for k in range(1, abs((found - day).days) + 1)]
    assert sum(is_working_day(each) for each in passed) == abs(n)


@given(school_days)
def test_next_and_previous_working_day_have_none_between(day):
    onwards, back = next_working_day(day), previous_working_day(day)
    assert is_working_day(onwards)
    assert is_working_day(back)
    assert not any(is_working_day(day + k * DAY) for k in range((onwards - day).days))
    assert not any(is_working_day(day - k * DAY) for k in range((day - back).days))
