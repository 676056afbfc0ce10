"""The map: every day in one column, every event in every cell it spans, with six terms, three terms, some or none."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from builders import TERMS
from hypothesis import given, settings
from hypothesis import strategies as st
from kent_terms import KENT, KENT_2025

from transitions.calendar.event import Event
from transitions.calendar.grid import GRAINS, Cells, Grain, GridPlace, cells, column_of, columns, neighbour, rows
from transitions.school_year import academic_year_span, bank_holidays
from transitions.term_dates import DayOff, Term, TermDates, days_of, days_off, is_taught, terms_missing

DAY = timedelta(days=1)
SIX = TermDates([Term(*term[:2], *term[2:]) for term in TERMS])
"""Kent's six terms of 2025/26 and made-up ones for 2026/27 and 2027/28, which holds 29 February 2028."""


def week(first: date) -> list[date]:
    return [first + n * DAY for n in range(5)]


THREE = TermDates(
    [
        Term("Autumn", 2026, date(2026, 9, 2), date(2026, 12, 18)),
        Term("Spring", 2026, date(2027, 1, 4), date(2027, 3, 25)),
        Term("Summer", 2026, date(2027, 4, 12), date(2027, 7, 21)),
        Term("Autumn", 2027, date(2027, 9, 6), date(2027, 10, 22)),
        Term("Autumn", 2027, date(2027, 11, 1), date(2027, 12, 17)),
        Term("Spring term 1", 2027, date(2028, 1, 4), date(2028, 2, 18)),
        Term("Spring term 2", 2027, date(2028, 2, 28), date(2028, 4, 7)),
        Term("Summer", 2027, date(2028, 4, 24), date(2028, 7, 20)),
    ],
    [*week(date(2026, 10, 26)), *week(date(2027, 2, 15)), *week(date(2027, 5, 31)), *week(date(2028, 5, 29)),
     date(2026, 11, 20), date(2027, 9, 6)],
)  # fmt: skip
"""Three terms: the half terms are weeks of closures in 2026/27, and gaps between halves, or closures, in 2027/28."""
NONE = TermDates()
SOME = TermDates(
    [Term("T1", 2026, date(2026, 9, 1), date(2026, 10, 16)), Term("T2", 2026, date(2026, 11, 2), date(2026, 12, 18))]
)
"""Only the autumn term is entered."""
CALENDARS = st.sampled_from([SIX, THREE, NONE, SOME])
YEARS = st.integers(2024, 2029) | st.integers(1990, 2090)


def shown(year: int, terms: TermDates) -> list[tuple[str, date, date]]:
    return [(column.label, column.first, column.last) for column in columns(year, terms, "half term")]


@given(YEARS, CALENDARS, st.sampled_from(GRAINS))
def test_the_columns_part_the_year(year: int, terms: TermDates, grain: Grain) -> None:
    found = columns(year, terms, grain)
    assert (found[0].first, found[-1].last) == academic_year_span(year)
    assert all(before.last + DAY == after.first for before, after in pairwise(found))
    assert all(column.first <= column.last and column.name and len(column.label) <= 5 for column in found)
    for day in days_of(year):
        place = column_of(day, found)
        assert place is not None
        assert found[place].covers(day)
    assert column_of(found[0].first - DAY, found) is None
    assert column_of(found[-1].last + DAY, found) is None


@given(YEARS, CALENDARS)
def test_weeks_run_from_monday_to_sunday_and_fortnights_are_two_of_them(year: int, terms: TermDates) -> None:
    weeks, fortnights = columns(year, terms, "week"), columns(year, terms, "fortnight")
    assert all(column.first.weekday() == 0 for column in weeks[1:])
    assert all(column.last.weekday() == 6 for column in weeks[:-1])
    assert len(weeks) in (53, 54)
    assert [column.first for column in fortnights] == [column.first for column in weeks[::2]]
    for found in (weeks, fortnights):
        months = [column.month_label for column in found if column.month_label]
        assert months == ["Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug"]
        assert all(column.label == str(column.first.day) for column in found)


def test_a_leap_year_that_begins_on_a_sunday_has_54_weeks() -> None:
    found = columns(2019, NONE, "week")
    assert len(found) == 54
    assert (found[0].first, found[0].last) == (date(2019, 9, 1), date(2019, 9, 1))
    assert (found[-1].first, found[-1].last) == (date(2020, 8, 31), date(2020, 8, 31))


@given(YEARS, CALENDARS, st.sampled_from(GRAINS))
def test_a_shaded_column_has_no_school_day(year: int, terms: TermDates, grain: Grain) -> None:
    for column in columns(year, terms, grain):
        days = [day for day in days_of(year) if column.covers(day)]
        if column.break_:
            assert {is_taught(terms, day) for day in days} == {False}
        elif any(is_taught(terms, day) for day in days):
            assert not any(
                holiday.first <= column.first and column.last <= holiday.last for holiday in days_off(terms, year)
            )


def test_kent_in_2025_has_its_six_terms_and_the_holidays_between() -> None:
    assert shown(2025, KENT) == [
        ("T1", date(2025, 9, 1), date(2025, 10, 17)),
        ("Hol", date(2025, 10, 18), date(2025, 10, 26)),
        ("T2", date(2025, 10, 27), date(2025, 12, 19)),
        ("Hol", date(2025, 12, 20), date(2026, 1, 4)),
        ("T3", date(2026, 1, 5), date(2026, 2, 13)),
        ("Hol", date(2026, 2, 14), date(2026, 2, 22)),
        ("T4", date(2026, 2, 23), date(2026, 4, 2)),
        ("Hol", date(2026, 4, 3), date(2026, 4, 19)),
        ("T5", date(2026, 4, 20), date(2026, 5, 22)),
        ("Hol", date(2026, 5, 23), date(2026, 5, 31)),
        ("T6", date(2026, 6, 1), date(2026, 7, 21)),
        ("Hol", date(2026, 7, 22), date(2026, 8, 31)),
    ]
    assert [holiday.name for holiday in days_off(KENT, 2025)] == [
        "Autumn half term", "Christmas holiday", "February half term", "Easter holiday", "May half term", "Summer holiday",
    ]  # fmt: skip
    assert terms_missing(KENT, 2025) is None


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_a_six_term_council_has_its_terms_as_they_are_entered(year: int) -> None:
    entered = [term for term in SIX.terms if term.academic_year == year]
    found = [column for column in columns(year, SIX, "half term") if not column.break_]
    assert [(column.label, column.name) for column in found] == [(term.name, term.name) for term in entered]
    for column, term in zip(found, entered, strict=True):
        assert (column.first, column.last) == (SIX.nth_school_day(term.first_day, 1), term.last_day)


def test_a_six_term_council_in_a_leap_year() -> None:
    found = columns(2027, SIX, "half term")
    assert [column.label for column in found if not column.break_] == ["T1", "T2", "T3", "T4", "T5", "T6"]
    assert sum((column.last - column.first).days + 1 for column in found) == 366
    (fourth,) = [column for column in found if column.label == "T4"]
    assert (fourth.first, fourth.last) == (date(2028, 2, 21), date(2028, 3, 31))
    assert fourth.covers(date(2028, 2, 29))
    easter = found[found.index(fourth) + 1]
    assert (easter.first, easter.last, easter.break_, easter.name) == (
        date(2028, 4, 1), date(2028, 4, 17), True, "Easter holiday",
    )  # fmt: skip
    in_weeks = columns(2027, SIX, "week")
    assert [column.first for column in in_weeks if column.covers(date(2028, 2, 29))] == [date(2028, 2, 28)]
    assert [column.first for column in in_weeks if column.break_][:3] == [
        date(2027, 10, 18), date(2027, 10, 25), date(2027, 12, 20),
    ]  # fmt: skip


def test_a_three_term_council_with_half_terms_of_closures() -> None:
    assert shown(2026, THREE) == [
        ("Hol", date(2026, 9, 1), date(2026, 9, 1)),
        ("Aut 1", date(2026, 9, 2), date(2026, 10, 23)),
        ("Hol", date(2026, 10, 24), date(2026, 11, 1)),
        ("Aut 2", date(2026, 11, 2), date(2026, 12, 18)),  # the staff day of 20 November is no holiday
        ("Hol", date(2026, 12, 19), date(2027, 1, 3)),
        ("Spr 1", date(2027, 1, 4), date(2027, 2, 12)),
        ("Hol", date(2027, 2, 13), date(2027, 2, 21)),
        ("Spr 2", date(2027, 2, 22), date(2027, 3, 25)),
        ("Hol", date(2027, 3, 26), date(2027, 4, 11)),
        ("Sum 1", date(2027, 4, 12), date(2027, 5, 28)),
        ("Hol", date(2027, 5, 29), date(2027, 6, 6)),
        ("Sum 2", date(2027, 6, 7), date(2027, 7, 21)),
        ("Hol", date(2027, 7, 22), date(2027, 8, 31)),
    ]


def test_a_three_term_council_with_halves_as_terms_in_a_leap_year() -> None:
    found = columns(2027, THREE, "half term")
    assert [column.label for column in found if not column.break_] == [
        "Aut 1",
        "Aut 2",
        "Spr 1",
        "Spr 2",
        "Sum 1",
        "Sum 2",
    ]
    assert [(found[0].first, found[0].last), (found[1].first, found[1].name)] == [
        (date(2027, 9, 1), date(2027, 9, 6)),  # the term is entered from Monday the 6th, which is a closure
        (date(2027, 9, 7), "Autumn 1"),
    ]
    (second,) = [column for column in found if column.label == "Spr 2"]
    assert (second.first, second.last, second.name) == (date(2028, 2, 28), date(2028, 4, 7), "Spring term 2")
    assert sum((column.last - column.first).days + 1 for column in found) == 366


def test_without_terms_half_terms_are_months_and_nothing_is_shaded() -> None:
    found = columns(2027, NONE, "half term")
    assert [column.label for column in found] == [
        "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
    ]  # fmt: skip
    assert (found[5].first, found[5].last, found[5].name) == (date(2028, 2, 1), date(2028, 2, 29), "February")
    assert not any(column.break_ for grain in GRAINS for column in columns(2027, NONE, grain))
    assert days_off(NONE, 2027) == []
    missing = terms_missing(NONE, 2027)
    assert missing is not None
    assert missing.startswith("No term dates for 2027/28")
    assert "transitions import terms" in missing


def test_where_only_the_autumn_is_entered_the_rest_are_months() -> None:
    assert [label for label, _, _ in shown(2026, SOME)] == [
        "T1", "Hol", "T2", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
    ]  # fmt: skip
    assert [holiday.name for holiday in days_off(SOME, 2026)] == ["Autumn half term"]
    missing = terms_missing(SOME, 2026)
    assert missing is not None
    assert "are incomplete" in missing


def test_a_holiday_is_no_weekend_and_no_bank_holiday() -> None:
    holidays = days_off(TermDates(KENT_2025), 2025)
    assert date(2026, 5, 4) in bank_holidays(2026)
    assert not any(holiday.covers(date(2026, 5, 4)) for holiday in holidays)
    assert DayOff(date(2026, 5, 23), date(2026, 5, 31), "May half term") in holidays


def event(first: date, last: date, *groups: int) -> Event:
    return Event("a.b", "Anything", "Any", "other", first, last, groups, "ask")


@st.composite
def events_of_a_year(draw: st.DrawFn) -> tuple[int, list[Event]]:
    year = draw(st.integers(2024, 2029))
    days = st.sampled_from(days_of(year))
    spans = draw(st.lists(st.tuples(days, days, st.lists(st.integers(-3, 20), max_size=3)), max_size=12))
    return year, [event(min(one, other), max(one, other), *groups) for one, other, groups in spans]


@settings(max_examples=40)
@given(events_of_a_year(), CALENDARS, st.sampled_from(GRAINS))
def test_each_event_is_in_exactly_the_cells_that_it_spans(
    chosen: tuple[int, list[Event]], terms: TermDates, grain: Grain
) -> None:
    year, some = chosen
    across, down = columns(year, terms, grain), rows()
    found = cells(some, across, down)
    for one in some:
        groups = {max(-1, min(14, group)) for group in one.year_groups} or {None}
        assert {place for place, inside in found.items() if one in inside} == {
            GridPlace(row, column)
            for row, (group, _) in enumerate(down)
            for column, span in enumerate(across)
            if group in groups and any(span.covers(day) for day in days_of(year) if one.covers(day))
        }
    assert all(inside for inside in found.values())
    assert sum(len(inside) for inside in found.values()) >= len(some)


def test_the_rows_are_everybody_and_the_year_groups_in_words() -> None:
    down = rows()
    assert [row.label for row in down[:4]] == ["Everybody", "Nursery", "Reception", "Year 1"]
    assert (down[0].year_group, down[-1]) == (None, (14, "Year 14"))
    assert len(down) == 17


def test_rows_that_are_not_shown_take_no_event() -> None:
    across = columns(2026, NONE, "half term")
    only = [row for row in rows() if row.year_group == 6]
    day = date(2026, 10, 31)
    assert list(cells([event(day, day, 6, 12), event(day, day, 12), event(day, day)], across, only)) == [
        GridPlace(0, 1)
    ]


FILLED: Cells = {
    place: [event(date(2026, 9, 1), date(2026, 9, 1))] for place in (GridPlace(0, 2), GridPlace(1, 0), GridPlace(3, 4))
}


@pytest.mark.parametrize(
    ("place", "move", "to"),
    [
        (GridPlace(1, 1), "left", GridPlace(1, 0)),
        (GridPlace(1, 0), "left", GridPlace(1, 0)),
        (GridPlace(1, 1), "right", GridPlace(1, 2)),
        (GridPlace(1, 4), "right", GridPlace(1, 4)),
        (GridPlace(1, 1), "up", GridPlace(0, 1)),
        (GridPlace(0, 1), "up", GridPlace(0, 1)),
        (GridPlace(1, 1), "down", GridPlace(2, 1)),
        (GridPlace(3, 1), "down", GridPlace(3, 1)),
        (GridPlace(1, 1), "start", GridPlace(1, 0)),
        (GridPlace(1, 1), "end", GridPlace(1, 4)),
        (GridPlace(0, 0), "next filled", GridPlace(0, 2)),
        (GridPlace(0, 2), "next filled", GridPlace(1, 0)),
        (GridPlace(3, 4), "next filled", GridPlace(3, 4)),
        (GridPlace(3, 4), "previous filled", GridPlace(1, 0)),
        (GridPlace(1, 1), "previous filled", GridPlace(1, 0)),
        (GridPlace(0, 2), "previous filled", GridPlace(0, 2)),
    ],
)
def test_moves(place: GridPlace, move: str, to: GridPlace) -> None:
    assert neighbour(place, move, FILLED, 5, 4) == to  # type: ignore[arg-type] # one of Move


@given(st.lists(st.sampled_from(["left", "right", "up", "down", "start", "end", "next filled", "previous filled"])))
def test_no_walk_leaves_the_map(moves: list[str]) -> None:
    place = GridPlace(0, 0)
    for move in moves:
        place = neighbour(place, move, FILLED, 5, 4)  # type: ignore[arg-type] # one of Move
        assert 0 <= place.row < 4
        assert 0 <= place.column < 5
