"""Whose term dates hold where."""

from datetime import date

import pytest

from db.calendar.local_dates import ClosureRow, TermRow
from transitions.milestones.whose_calendar import Calendars


def term(first: date, last: date, la_number: int | None = None, school_id: int | None = None) -> TermRow:
    return TermRow(1, 2026, "Summer", first, last, la_number, school_id)


SUMMER = date(2027, 4, 12)
EVERYBODY = term(SUMMER, date(2027, 7, 21))
COUNCIL = term(SUMMER, date(2027, 7, 22), la_number=886)
SCHOOL = term(SUMMER, date(2027, 7, 16), school_id=7)


def last_day(calendars: Calendars, school_id: int | None, la_number: int | None) -> date:
    return calendars[calendars.key(school_id, la_number)].last_school_day("summer", 2026)


@pytest.mark.parametrize(
    ("school_id", "la_number", "wanted"),
    [
        (None, None, EVERYBODY.last_day),
        (5, None, EVERYBODY.last_day),
        (5, 886, COUNCIL.last_day),
        (5, 999, EVERYBODY.last_day),
        (7, None, SCHOOL.last_day),
        (7, 886, SCHOOL.last_day),
    ],
)
def test_the_nearest_owner_decides(school_id: int | None, la_number: int | None, wanted: date) -> None:
    assert last_day(Calendars([EVERYBODY, COUNCIL, SCHOOL], []), school_id, la_number) == wanted


def test_a_school_that_typed_one_year_keeps_its_councils_for_the_others() -> None:
    next_year = COUNCIL._replace(academic_year=2027, first_day=date(2028, 4, 18), last_day=date(2028, 7, 20))
    calendars = Calendars([COUNCIL, next_year, SCHOOL], [])
    own = calendars[calendars.key(7, 886)]
    assert own.last_school_day("summer", 2026) == SCHOOL.last_day
    assert own.last_school_day("summer", 2027) == next_year.last_day


def test_closures_hold_for_their_owner_only() -> None:
    day = EVERYBODY.last_day
    closures = [
        ClosureRow(1, day, "everybody", None, None),
        ClosureRow(1, date(2027, 7, 20), "council", 886, None),
        ClosureRow(1, date(2027, 7, 19), "school", None, 5),
    ]
    calendars = Calendars([EVERYBODY], closures)
    assert last_day(calendars, None, None) == date(2027, 7, 20)
    assert last_day(calendars, 4, 886) == date(2027, 7, 19)
    assert last_day(calendars, 5, 886) == date(2027, 7, 16)
    assert last_day(calendars, 5, None) == date(2027, 7, 20)


def test_schools_without_dates_of_their_own_share_one_calendar() -> None:
    calendars = Calendars([EVERYBODY, COUNCIL, SCHOOL], [])
    assert calendars.key(1, 886) == calendars.key(2, 886)
    assert calendars.key(1, None) == calendars.key(None, None) == ""
    assert calendars.key(7, 886) != calendars.key(7, None)
    assert calendars["council 886"] is calendars[calendars.key(1, 886)]


def test_no_term_dates_is_an_empty_calendar() -> None:
    calendars = Calendars([], [])
    assert calendars[calendars.key(7, 886)].terms == ()
