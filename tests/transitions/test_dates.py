from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kent_terms import KENT

from transitions.dates import (
    MONTHS,
    WEEKDAYS,
    DateProblem,
    ago,
    brief,
    how_far,
    long,
    needs_year,
    parse_imported,
    parse_open_day,
    parse_typed,
    short,
    short_with_year,
)
from transitions.term_dates import TermDates

TODAY = date(2026, 11, 21)  # a Saturday
days = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2015-09-05",
        "2015/09/05",
        "05/09/2015",
        "5/9/2015",
        "05-09-2015",
        "05.09.2015",
        "5 Sep 2015",
        "5 sept 2015",
        "5th September 2015",
        "05-Sep-2015",
        "2015-09-05T00:00:00",
        "2015-09-05T00:00:00.000Z",
        "2015-09-05 00:00",
        "05/09/2015 00:00:00",
        "05/09/2015 0:00",
        "  05/09/2015 ",
        "Sat 5 Sep 2015",
        "Saturday, 5 September 2015",
        "SAT. 05/09/2015",
        "sat 2015-09-05",
        "Saturday 5th of September, 2015",
        "Saturday the 5th of September 2015",
        "2015-09-05T00:00:00+01:00",
        "Sat 05-Sep-2015 0:00:00",
        "05/09/2015 24:00",
        "2015-09-05T24:00:00",
        "05/09/2015 12:00:00 AM",
    ],
)
def test_imported_dates(text):
    assert parse_imported(text) == date(2015, 9, 5)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("30/02/2015", "there is no 30 February 2015: that month has 28 days"),
        ("2015-02-30", "there is no 30 February 2015"),
        ("29 Feb 2015", "that month has 28 days"),
        ("31/04/2015", "that month has 30 days"),
        ("00/04/2015", "there is no 0 April 2015"),
        ("02/30/2015", "there is no month 30: write the day first, as in 05/09/2015"),
        ("09/25/2015", "there is no month 25: write the day first"),
        ("25/13/2015", "there is no month 13: expected the day, then the month"),
        ("2015-13-25", "there is no month 13"),
        ("05/09/15", "the year has two digits"),
        ("5 Sep 15", "the year has two digits"),
        ("5 Sep", "this is not a date"),
        ("42252", "a spreadsheet's number for a date: format the column as a date"),
        ("42252.5", "a spreadsheet's number for a date"),
        ("########", "column was too narrow"),
        ("#VALUE!", "a spreadsheet has put an error here"),
        ("", "the date is empty"),
        ("  ", "the date is empty"),
        ("05/09-2015", "this is not a date"),
        ("20150905", "this is not a date"),
        ("5 Set 2015", '"set" is not a month'),
        ("05/09/2015 14:30", "has a time of day"),
        ("2015-09-05T09:00:00", "has a time of day"),
        ("05/09/0015", "the year 15 cannot be right"),
        ("unknown", "this is not a date"),
        ("Fri 5 Sep 2015", "5 September 2015 is a Saturday, not a Friday: which of the two is right?"),
        ("Weds, 05/09/2015", "5 September 2015 is a Saturday, not a Wednesday"),
        ("Sat 30/02/2015", "there is no 30 February 2015"),
        ("Sat 5 Sep", "this is not a date"),
        ("Sat 5 Sep 15", "the year has two digits"),
        ("Caturday 5 Sep 2015", "this is not a date"),
        ("05/09/2015 24:30", "has a time of day"),
        ("٠٥/٠٩/٢٠١٥", "this is not a date"),
    ],
)
def test_what_is_not_an_imported_date_says_why(text, says):
    with pytest.raises(DateProblem) as caught:
        parse_imported(text)
    assert says in str(caught.value)


@given(days)
def test_every_day_survives_every_form_that_files_use(day):
    for text in (
        day.isoformat(),
        f"{day:%d/%m/%Y}",
        f"{day:%d-%m-%Y}",
        f"{day:%d.%m.%Y} 00:00:00",
        f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        f"{day.day} {MONTHS[day.month - 1][:3].upper()} {day.year}",
        f"{day.isoformat()}T00:00:00",
        f"{WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}",
        short_with_year(day),
        long(day),
    ):
        assert parse_imported(text) == day


@given(days, st.sampled_from(WEEKDAYS))
def test_a_weekday_before_a_date_has_to_be_its_own(day, weekday):
    if weekday == WEEKDAYS[day.weekday()]:
        assert parse_imported(f"{weekday} {day.isoformat()}") == day
        return
    with pytest.raises(DateProblem, match=f"not a {weekday}: which of the two is right"):
        parse_imported(f"{weekday[:3]}, {day:%d.%m.%Y}")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("5/9/26", date(2026, 9, 5)),
        ("5.9.2026", date(2026, 9, 5)),
        ("5-9-26", date(2026, 9, 5)),
        ("5/9/99", date(1999, 9, 5)),
        ("5/9/46", date(2046, 9, 5)),
        ("5/9/47", date(1947, 9, 5)),
        ("5/9", date(2026, 9, 5)),
        ("5/2", date(2027, 2, 5)),
        ("24/5", date(2026, 5, 24)),
        ("5 sep", date(2026, 9, 5)),
        ("5sep", date(2026, 9, 5)),
        ("5th Sept", date(2026, 9, 5)),
        ("1 jan", date(2027, 1, 1)),
        ("5 sep 26", date(2026, 9, 5)),
        ("5 September 2027", date(2027, 9, 5)),
        ("today", TODAY),
        (" Tomorrow ", date(2026, 11, 22)),
        ("yesterday", date(2026, 11, 20)),
        ("+2w", date(2026, 12, 5)),
        ("-3d", date(2026, 11, 18)),
        ("+1m", date(2026, 12, 21)),
        ("-1y", date(2025, 11, 21)),
        ("+ 10 days", date(2026, 12, 1)),
        ("+2 weeks", date(2026, 12, 5)),
        ("sat", TODAY),
        ("mon", date(2026, 11, 23)),
        ("Friday", date(2026, 11, 27)),
        ("next fri", date(2026, 11, 27)),
        ("next mon", date(2026, 11, 23)),
        ("last fri", date(2026, 11, 20)),
        ("last sat", date(2026, 11, 14)),
        ("last thurs", date(2026, 11, 19)),
        ("end of term", date(2026, 12, 18)),
        ("end of the term", date(2026, 12, 18)),
        ("2026-09-05", date(2026, 9, 5)),
        ("Sat 5 Sep 2026", date(2026, 9, 5)),
        ("Saturday, 5/9/26", date(2026, 9, 5)),
        # The weekday says which year is meant.
        ("Sat 5 Sep", date(2026, 9, 5)),
        ("Sun 5 Sep", date(2027, 9, 5)),
        ("weds 24/11", date(2027, 11, 24)),
    ],
)
def test_typed_dates(text, day):
    assert parse_typed(text, TODAY, KENT) == day


def test_next_is_the_week_after_this_one():
    wednesday = date(2026, 11, 18)
    assert parse_typed("fri", wednesday) == date(2026, 11, 20)
    assert parse_typed("next fri", wednesday) == date(2026, 11, 27)
    assert parse_typed("next mon", wednesday) == date(2026, 11, 23)


def test_months_stop_at_the_end_of_a_shorter_one():
    assert parse_typed("+1m", date(2027, 1, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "this is not a date: expected one such as 5/9/26, 5 sep, today"),
        ("soon", "this is not a date"),
        ("2w", "this is not a date"),
        ("next time", "this is not a date"),
        ("31/6", "there is no 31 June 2026: that month has 30 days"),
        ("5/13", "there is no month 13"),
        ("5/13/26", "there is no month 13"),
        ("30 feb 27", "there is no 30 February 2027"),
        ("29 feb", "there is no 29 February 2026"),
        ("5 smarch", '"smarch" is not a month'),
        ("5 smarch 26", '"smarch" is not a month'),
        ("0/9", "there is no 0 September 2026"),
        ("5/9/1066", "the year 1066 cannot be right"),
        ("Fri 5/9/26", "5 September 2026 is a Saturday, not a Friday: which of the two is right?"),
        ("Mon 5 Sep", "5 September 2026 is a Saturday, not a Monday"),
        ("Sat 2026-09-06", "6 September 2026 is a Sunday, not a Saturday"),
    ],
)
def test_what_is_not_a_typed_date_says_why(text, says):
    with pytest.raises(DateProblem) as caught:
        parse_typed(text, TODAY, KENT)
    assert says in str(caught.value)


def test_29_february_without_a_year_takes_the_leap_year_near_by():
    assert parse_typed("29 feb", date(2027, 6, 1)) == date(2028, 2, 29)


def test_of_two_days_equally_near_the_one_ahead_is_meant():
    assert parse_typed("1/9", date(2028, 3, 2)) == date(2028, 9, 1)


def test_end_of_term_without_term_dates():
    with pytest.raises(DateProblem, match="type the date"):
        parse_typed("end of term", TODAY)
    with pytest.raises(DateProblem, match="2026/27 are not entered"):
        parse_typed("end of term", TODAY, TermDates())


@given(days, st.integers(-180, 180))
def test_without_a_year_the_nearest_is_meant(today, distance):
    day = today + timedelta(days=distance)
    assert parse_typed(f"{day.day}/{day.month}", today) == day
    assert parse_typed(f"{day.day} {MONTHS[day.month - 1]}", today) == day


@given(days, st.sampled_from(WEEKDAYS))
def test_weekdays_around_today(today, name):
    coming, following, before = (parse_typed(f"{which}{name}", today) for which in ("", "next ", "last "))
    assert {WEEKDAYS[day.weekday()] for day in (coming, following, before)} == {name}
    assert 0 <= (coming - today).days <= 6
    assert 1 <= (today - before).days <= 7
    assert following.isocalendar()[:2] == (today + timedelta(days=7)).isocalendar()[:2]


@given(days, days)
def test_what_is_shown_in_full_can_be_typed(day, today):
    assert parse_typed(long(day).split(" ", 1)[1], today) == day
    assert parse_typed(short_with_year(day).split(" ", 1)[1], today) == day


@given(days, days)
def test_what_is_shown_can_be_typed_with_its_weekday(day, today):
    assert parse_typed(long(day), today) == day
    assert parse_typed(short_with_year(day), today) == day
    if abs((day - today).days) < 180:
        assert parse_typed(short(day), today) == day


@pytest.mark.parametrize(
    ("text", "day", "closed"),
    [
        ("+2w", date(2026, 12, 7), "schools are closed on Sat 5 Dec"),
        ("+5w", date(2027, 1, 4), "schools are closed on Sat 26 Dec"),
        ("+6m", date(2027, 5, 21), ""),
        ("+10d", date(2026, 12, 1), ""),
        ("25/12", date(2026, 12, 25), "schools are closed on that day"),
        ("29/12", date(2026, 12, 29), "schools are closed on that day"),
        ("-1d", date(2026, 11, 20), ""),
        ("today", TODAY, ""),
    ],
)
def test_days_counted_from_today_avoid_those_when_schools_are_closed_and_say_so(text, day, closed):
    assert parse_open_day(text, TODAY, KENT) == (day, closed)
    counted = text.startswith("+") and closed
    assert parse_open_day(text, TODAY, None) == ((parse_typed(text, TODAY) if counted else day), "")


def test_where_no_terms_are_entered_they_are_working_days():
    nobodys = TermDates()
    assert parse_open_day("+5w", TODAY, nobodys) == (date(2026, 12, 29), "schools are closed on Sat 26 Dec")
    assert parse_open_day("+36d", TODAY, nobodys)[0] == date(2026, 12, 29)
    assert parse_open_day("+2y", TODAY, KENT) == (date(2028, 11, 21), "")


@pytest.mark.parametrize(
    ("day", "in_a_list", "in_few_letters"),
    [
        (date(2026, 11, 23), "Mon 23 Nov", "23 Nov"),
        (date(2026, 5, 23), "Sat 23 May", "23 May"),
        (date(2026, 5, 21), "21 May 2026", "May 2026"),  # more than six months ago
        (date(2027, 1, 4), "4 Jan 2027", "Jan 2027"),
    ],
)
def test_a_date_of_another_year_carries_it_in_a_list(day, in_a_list, in_few_letters):
    assert (short(day, TODAY), brief(day, year=needs_year(day, TODAY))) == (in_a_list, in_few_letters)


def test_shown_dates():
    day = date(2026, 2, 13)
    assert short(day) == "Fri 13 Feb"
    assert short_with_year(day) == "Fri 13 Feb 2026"
    assert long(day) == "Friday 13 February 2026"
    assert short(date(2026, 9, 5)) == "Sat 5 Sep"


@pytest.mark.parametrize(
    ("distance", "text"),
    [
        (-800, "2 years late"),
        (-100, "3 months late"),
        (-21, "3 weeks late"),
        (-14, "2 weeks late"),
        (-12, "12 days late"),
        (-1, "1 day late"),
        (0, "today"),
        (1, "tomorrow"),
        (2, "in 2 days"),
        (9, "in 9 days"),
        (13, "in 13 days"),
        (14, "in 2 weeks"),
        (21, "in 3 weeks"),
        (60, "in 9 weeks"),
        (61, "in 2 months"),
        (122, "in 4 months"),
        (729, "in 24 months"),
        (730, "in 2 years"),
    ],
)
def test_how_far(distance, text):
    assert how_far(TODAY + timedelta(days=distance), TODAY) == text


@pytest.mark.parametrize(
    ("distance", "text"),
    [
        (-100, "3 months ago"),
        (-21, "3 weeks ago"),
        (-3, "3 days ago"),
        (-1, "yesterday"),
        (0, "today"),
        (5, "in 5 days"),
    ],
)
def test_ago(distance, text):
    assert ago(TODAY + timedelta(days=distance), TODAY) == text
