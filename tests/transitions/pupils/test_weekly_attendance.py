"""The level of attendance: whole weeks, the last three, and when it is low enough to ring."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from db.impact.records import AttendanceWeekRow
from transitions.pupils.placements import ROLLING, Level, level

FIRST, LAST = date(2026, 9, 1), date(2026, 12, 20)
WEEKS = st.lists(
    st.integers(1, 10).flatmap(lambda possible: st.tuples(st.just(possible), st.integers(0, possible))), max_size=12
)


def rows(weeks: list[tuple[int, int]]) -> list[AttendanceWeekRow]:
    """The newest first, as they are read; the oldest begins on 7 September."""
    every = [
        AttendanceWeekRow(place, 1, None, None, date(2026, 9, 7) + timedelta(weeks=place), *one)
        for place, one in enumerate(weeks)
    ]
    return every[::-1]


@given(WEEKS)
def test_the_level_is_of_the_sessions_of_the_last_weeks_that_are_recorded(weeks: list[tuple[int, int]]) -> None:
    found = level(rows(weeks), FIRST, LAST)
    last = weeks[-ROLLING:]
    if found is None:
        assert not weeks
        return
    assert (found.possible, found.attended) == (sum(one for one, _ in last), sum(one for _, one in last))
    assert 0 <= found.percent <= 100
    assert found.weeks == len(last)
    whole = level(rows(weeks), FIRST, LAST, None)
    assert whole is not None
    assert whole.possible == sum(one for one, _ in weeks)


@given(WEEKS.filter(bool))
def test_a_week_before_the_year_or_after_its_last_day_is_never_in_it(weeks: list[tuple[int, int]]) -> None:
    assert level(rows(weeks), FIRST, date(2026, 9, 6)) is None
    assert level(rows(weeks), LAST, date(2027, 8, 31)) is None


def test_somebody_rings_below_90_per_cent_or_after_a_fall_of_five_points() -> None:
    def why(attended: int, before: float | None) -> list[str]:
        return Level(date(2026, 9, 21), 3, 1000, attended).reasons(before)

    assert why(900, None) == why(900, 94.9) == why(950, 90) == []
    assert why(899, None) == ["below 90%"]
    assert why(900, 95) == ["5 points below 95% of Year 6"]
    assert why(800, 96.5) == ["below 90%", "16.5 points below 96.5% of Year 6"]
