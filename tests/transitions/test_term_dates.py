from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kent_terms import KENT, KENT_2025, MADE_UP_2026

from transitions.term_dates import SEASONS, OutsideCalendar, Term, TermDates, TermProblem

DAY = timedelta(days=1)
BANK_HOLIDAYS = {
    *(date(2025, month, day) for month, day in [(12, 25), (12, 26)]),
    *(date(2026, month, day) for month, day in [(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)]),
    *(date(2027, month, day) for month, day in [(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30)]),
}
FIRST, LAST = date(2025, 9, 1), date(2027, 8, 31)
ALL_TERMS = KENT_2025 + MADE_UP_2026
around = st.dates(FIRST - 20 * DAY, LAST + 20 * DAY)


# The two ways of counting, with the vectors of the reference.


@pytest.mark.parametrize(
    ("off_roll", "due"),
    [(date(2026, 7, 21), date(2026, 9, 21)), (date(2026, 1, 23), date(2026, 2, 13))],
)
def test_transfer_file_is_due_15_school_days_after_the_day_off_roll(off_roll, due):
    assert KENT.add_school_days(off_roll, 15) == due


def test_child_protection_file_is_due_within_the_first_5_days_of_term():
    assert KENT.nth_school_day(date(2026, 9, 1), 5) == date(2026, 9, 7)
    assert KENT.add_school_days(date(2026, 9, 1), 5) == date(2026, 9, 8)


def test_counting_from_a_day_without_school():
    saturday = date(2026, 9, 5)
    assert KENT.add_school_days(saturday, 1) == date(2026, 9, 7)
    assert KENT.nth_school_day(saturday, 1) == date(2026, 9, 7)
    assert KENT.add_school_days(saturday, 0) == date(2026, 9, 7)
    assert KENT.add_school_days(saturday, -1) == date(2026, 9, 4)
    assert KENT.previous_school_day(saturday) == date(2026, 9, 4)
    assert KENT.previous_school_day(date(2026, 9, 4)) == date(2026, 9, 4)


def test_weekends_bank_holidays_and_closures_are_not_school_days():
    inset = date(2026, 6, 1)
    terms = TermDates(KENT_2025, [inset])
    assert terms.is_school_day(date(2026, 5, 1))
    assert not terms.is_school_day(date(2026, 5, 2))
    assert not terms.is_school_day(date(2026, 5, 4))  # early May bank holiday, in Kent's fifth term
    assert not terms.is_school_day(inset)
    assert KENT.is_school_day(inset)
    assert terms.first_school_day("summer", 2025, 2) == date(2026, 6, 2)


# A calendar that is not entered is never guessed.


def test_what_is_not_entered_says_what_to_import():
    with pytest.raises(OutsideCalendar) as caught:
        KENT.add_school_days(date(2027, 7, 21), 1)
    assert caught.value.sentence == (
        "Term dates for 2027/28 are not entered; import them (I in the app, or: transitions import terms FILE)."
    )


@pytest.mark.parametrize("day", [FIRST - DAY, LAST + DAY])
def test_days_outside_raise(day):
    with pytest.raises(OutsideCalendar, match="are not entered"):
        KENT.is_school_day(day)


def test_no_terms_at_all():
    empty = TermDates()
    with pytest.raises(OutsideCalendar, match="2026/27 are not entered"):
        empty.add_school_days(date(2026, 9, 1), 1)
    with pytest.raises(OutsideCalendar, match="2026/27 are not entered"):
        empty.first_school_day("autumn", 2026)


def test_a_count_does_not_jump_over_a_term_that_is_not_entered():
    terms = TermDates([term for term in KENT_2025 if term.name != "T4"])
    assert terms.add_school_days(date(2026, 2, 12), 1) == date(2026, 2, 13)
    with pytest.raises(OutsideCalendar, match="2025/26 are entered in part, without 14/02/2026"):
        terms.add_school_days(date(2026, 2, 13), 1)
    with pytest.raises(OutsideCalendar, match="without 19/04/2026"):
        terms.add_school_days(date(2026, 4, 20), -1)
    with pytest.raises(OutsideCalendar, match="The spring term of 2025/26 is not entered, or only half of it"):
        terms.last_school_day("spring", 2025)
    assert terms.first_school_day("spring", 2025) == date(2026, 1, 5)


def test_first_term_alone_knows_the_days_before_it():
    terms = TermDates([Term("T1", 2026, date(2026, 9, 3), date(2026, 10, 16))])
    assert not terms.is_school_day(date(2026, 9, 1))
    with pytest.raises(OutsideCalendar):
        terms.is_school_day(date(2026, 10, 19))


def test_a_term_closed_throughout_has_no_first_day():
    terms = TermDates([Term("T1", 2026, date(2026, 9, 3), date(2026, 9, 4))], [date(2026, 9, 3), date(2026, 9, 4)])
    with pytest.raises(OutsideCalendar, match="no school day left"):
        terms.first_school_day("autumn", 2026)


# Terms by name.


def test_six_terms_make_three_seasons():
    days = [(KENT.first_school_day(season, 2025), KENT.last_school_day(season, 2025)) for season in SEASONS]
    assert days == [
        (date(2025, 9, 1), date(2025, 12, 19)),
        (date(2026, 1, 5), date(2026, 4, 2)),
        (date(2026, 4, 20), date(2026, 7, 21)),
    ]


HALVES = (
    (date(2026, 9, 2), date(2026, 10, 23)),
    (date(2026, 11, 2), date(2026, 12, 18)),
    (date(2027, 1, 4), date(2027, 2, 12)),
    (date(2027, 2, 22), date(2027, 3, 25)),
    (date(2027, 4, 12), date(2027, 5, 28)),
    (date(2027, 6, 7), date(2027, 7, 21)),
)


def _terms(*names):
    return [Term(name, 2026, *days) for name, days in zip(names, HALVES, strict=True)]


def _three_terms_with_closures():
    wholes = [Term(name.title(), 2026, HALVES[2 * n][0], HALVES[2 * n + 1][1]) for n, name in enumerate(SEASONS)]
    breaks = [(HALVES[n][1], HALVES[n + 1][0]) for n in (0, 2, 4)]
    return TermDates(wholes, [a + k * DAY for a, b in breaks for k in range(1, (b - a).days)])


@pytest.mark.parametrize(
    "terms",
    [
        TermDates(_terms("T1", "T2", "T3", "T4", "T5", "T6")),
        TermDates(_terms("Term 1", "term 2", "TERM 3", "T 4", "Term 5", "t6")),
        TermDates(_terms("Autumn", "Autumn", "Spring", "Spring", "Summer", "Summer")),
        TermDates(_terms("Autumn 1", "Autumn 2", "Spring 1", "Spring 2", "Summer 1", "Summer 2")),
        TermDates(_terms(*(f"{season} term {half} half" for season in SEASONS for half in ("first", "second")))),
        TermDates(_terms(*(f"{half} half of the {season} term" for season in SEASONS for half in ("1st", "2nd")))),
        TermDates(_terms(*(f"{season.title()} (half term {half})" for season in SEASONS for half in (1, 2)))),
        _three_terms_with_closures(),
    ],
    ids=["T1", "Term 1", "Autumn twice", "Autumn 1", "first half", "1st half of", "half term 1", "closures"],
)
def test_every_way_of_entering_a_year_gives_the_same_days(terms):
    for n, (first, last) in enumerate(HALVES):
        season, half = SEASONS[n // 2], n % 2 + 1
        assert (terms.first_school_day(season, 2026, half), terms.last_school_day(season, 2026, half)) == (first, last)
    assert terms.first_school_day("summer", 2026) == HALVES[4][0]
    assert terms.last_school_day("autumn", 2026) == HALVES[1][1]


def test_last_school_day_of_the_first_half_of_the_autumn_term():
    assert KENT.last_school_day("autumn", 2025, 1) == date(2025, 10, 17)


def test_half_term_break_that_is_not_entered_is_not_guessed():
    terms = TermDates([Term("Autumn", 2026, HALVES[0][0], HALVES[1][1])], [date(2026, 10, 26)])
    assert terms.first_school_day("autumn", 2026) == HALVES[0][0]
    assert terms.last_school_day("autumn", 2026) == HALVES[1][1]
    with pytest.raises(OutsideCalendar, match="The half-term break of the autumn term of 2026/27 cannot be told"):
        terms.last_school_day("autumn", 2026, 1)


@pytest.mark.parametrize(
    ("today", "end"),
    [
        (date(2026, 1, 26), date(2026, 4, 2)),
        (date(2026, 2, 16), date(2026, 4, 2)),  # half term
        (date(2026, 4, 2), date(2026, 4, 2)),
        (date(2026, 4, 3), date(2026, 7, 21)),
        (date(2026, 8, 1), date(2026, 12, 18)),
    ],
)
def test_end_of_term(today, end):
    assert KENT.end_of_term(today) == end


def test_a_county_that_starts_in_august():
    alone = TermDates([Term("T1", 2026, date(2026, 8, 27), date(2026, 10, 16))])
    assert alone.first_school_day("autumn", 2026) == date(2026, 8, 27)
    assert alone.is_school_day(date(2026, 8, 27))
    terms = TermDates([*KENT_2025, Term("T1", 2026, date(2026, 8, 27), date(2026, 10, 16))])
    assert terms.is_school_day(date(2026, 8, 27))
    assert not terms.is_school_day(date(2026, 8, 26))
    assert terms.add_school_days(date(2026, 7, 21), 1) == date(2026, 8, 27)


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ([("Winter", 9, 1, 9, 30)], '"Winter" is not a term: expected T1 to T6, or Autumn, Spring or Summer'),
        ([("T7", 9, 1, 9, 30)], "is not a term"),
        ([("1st half autumn 2", 9, 1, 9, 30)], "is not a term"),
        ([("T1", 9, 30, 9, 1)], "T1 of 2026/27 ends before it starts"),
        ([("T1", 7, 30, 9, 1)], "lies outside that year: expected days from 01/09/2026 to 31/08/2027"),
        ([("T2", 1, 5, 2, 5)], "which is not in the autumn term: expected T1 to T6 for six terms, or Autumn"),
        ([("T1", 9, 1, 10, 10), ("T2", 10, 10, 12, 1)], "T2 of 2026/27 overlaps the term before it"),
        ([("T1", 9, 1, 10, 10), ("T1", 11, 10, 12, 1)], "each term once"),
        ([("Autumn", 9, 1, 12, 10), ("Autumn 2", 12, 12, 12, 15)], "each term once"),
        ([("Autumn", 9, 1, 9, 10), ("Autumn", 9, 12, 9, 15), ("Autumn", 10, 1, 10, 9)], "each term once"),
    ],
)
def test_a_term_that_cannot_be_right_is_refused(terms, says):
    def day(month, day_of_month):
        return date(2026 if month >= 7 else 2027, month, day_of_month)

    with pytest.raises(TermProblem) as caught:
        TermDates([Term(name, 2026, day(*days[:2]), day(*days[2:])) for name, *days in terms])
    assert says in str(caught.value)


def test_order_of_entry_does_not_matter_and_equal_calendars_are_equal():
    assert TermDates(ALL_TERMS[::-1]) == KENT
    assert hash(TermDates(ALL_TERMS[::-1])) == hash(KENT)
    assert TermDates(KENT_2025) != KENT


# Against a day-by-day oracle that knows nothing of lists and searches.

calendars = st.tuples(
    st.sets(st.sampled_from(range(12)), max_size=3),
    st.sets(st.dates(FIRST, LAST), max_size=20),
)


def _is_known(day, missing):
    """Whether the terms kept leave no doubt about a day: it is in one of them, or between two that are both kept."""
    if not FIRST <= day <= LAST:
        return False
    before = [n for n, term in enumerate(ALL_TERMS) if term.first_day <= day]
    after = [n for n, term in enumerate(ALL_TERMS) if term.last_day >= day]
    neighbours = {*before[-1:], *after[:1]}
    if neighbours == {5, 6}:  # the summer holiday is known on the side of the year whose term is kept
        neighbours = {5} if day <= date(2026, 8, 31) else {6}
    return not neighbours & missing


def _is_taught(day, missing, closures):
    in_term = any(term.first_day <= day <= term.last_day for n, term in enumerate(ALL_TERMS) if n not in missing)
    return in_term and day.weekday() < 5 and day not in closures and day not in BANK_HOLIDAYS


def _walk(day, n, missing, closures):
    """The n-th school day after (or before) a day, or None once the walk leaves what is known."""
    step = DAY if n > 0 else -DAY
    left = abs(n)
    while _is_known(day, missing):
        if not left:
            return day
        day += step
        left -= _is_taught(day, missing, closures)
    return None


@given(calendars, around, st.integers(-40, 40).filter(bool))
def test_school_days_are_counted_as_by_a_finger_on_the_calendar(calendar, day, n):
    missing, closures = calendar
    terms = TermDates([term for place, term in enumerate(ALL_TERMS) if place not in missing], closures)
    expected = _walk(day, n, missing, closures)
    if expected is None:
        with pytest.raises(OutsideCalendar):
            terms.add_school_days(day, n)
    else:
        assert terms.add_school_days(day, n) == expected


@given(calendars, around)
def test_a_day_is_taught_or_not_or_unknown(calendar, day):
    missing, closures = calendar
    terms = TermDates([term for place, term in enumerate(ALL_TERMS) if place not in missing], closures)
    if _is_known(day, missing):
        assert terms.is_school_day(day) == _is_taught(day, missing, closures)
    else:
        with pytest.raises(OutsideCalendar):
            terms.is_school_day(day)


@given(st.dates(date(2025, 9, 1), date(2027, 3, 1)), st.integers(1, 50))
def test_the_first_day_counted_is_the_only_difference_between_the_two_ways(day, n):
    counted = KENT.nth_school_day(day, n)
    assert counted == KENT.add_school_days(day, n - 1 if KENT.is_school_day(day) else n)
    assert sum(KENT.is_school_day(day + k * DAY) for k in range((counted - day).days + 1)) == n
