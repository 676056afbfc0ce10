"""The asks of the year: every published day that is known, and a file that is whole."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kent_terms import KENT

from transitions.calendar.deadlines import DEADLINE_KINDS, Deadline, load_shipped
from transitions.calendar.event import Span
from transitions.calendar.local_deadlines import FOR_SCHOOLS
from transitions.milestones.date_rules import day_of_rule, parse_rule
from transitions.milestones.definitions import load_shipped as load_milestones
from transitions.school_year import DateNotKnown, academic_year_span, census_days
from transitions.term_dates import TermDates

NO_TERMS = TermDates()
ASKS = {deadline.code: deadline for deadline in load_shipped().deadlines}


def days(code: str, year: int) -> tuple[date, date]:
    return ASKS[code].span(year, KENT)


@pytest.mark.parametrize(
    ("code", "year", "first", "last"),
    [
        ("census.autumn", 2025, date(2025, 10, 2), date(2025, 10, 2)),
        ("census.spring", 2025, date(2026, 1, 15), date(2026, 1, 15)),
        ("census.summer", 2025, date(2026, 5, 21), date(2026, 5, 21)),
        ("census.autumn", 2026, date(2026, 10, 1), date(2026, 10, 1)),
        ("census.spring", 2026, date(2027, 1, 21), date(2027, 1, 21)),
        ("census.summer", 2026, date(2027, 5, 20), date(2027, 5, 20)),
        ("census.autumn-return", 2025, date(2025, 10, 2), date(2025, 10, 29)),
        ("census.spring-return", 2025, date(2026, 1, 15), date(2026, 2, 11)),
        ("return.sen2", 2025, date(2026, 1, 15), date(2026, 2, 27)),
        ("test.baseline", 2025, date(2025, 9, 1), date(2025, 10, 13)),
        ("test.eyfs-profile", 2025, date(2026, 6, 30), date(2026, 6, 30)),
        ("test.ks2", 2025, date(2026, 5, 11), date(2026, 5, 14)),
        ("test.multiplication", 2025, date(2026, 6, 1), date(2026, 6, 12)),
        ("test.phonics", 2025, date(2026, 6, 8), date(2026, 6, 12)),
        ("admissions.secondary-closes", 2025, date(2025, 10, 31), date(2025, 10, 31)),
        ("admissions.primary-closes", 2025, date(2026, 1, 15), date(2026, 1, 15)),
        ("admissions.secondary-offers", 2025, date(2026, 3, 2), date(2026, 3, 2)),
        ("admissions.secondary-offers", 2026, date(2027, 3, 1), date(2027, 3, 1)),
        ("admissions.primary-offers", 2025, date(2026, 4, 16), date(2026, 4, 16)),
        ("admissions.primary-offers", 2026, date(2027, 4, 16), date(2027, 4, 16)),
        ("ehcp.phase-transfer", 2025, date(2026, 2, 15), date(2026, 2, 15)),  # a Sunday, and it does not move
        ("ehcp.phase-reviews", 2025, date(2025, 11, 23), date(2025, 11, 23)),
        ("ehcp.phase-reviews", 2027, date(2027, 11, 23), date(2027, 11, 23)),
        ("ehcp.post-16-transfer", 2025, date(2026, 3, 31), date(2026, 3, 31)),
        ("ehcp.post-16-reviews", 2025, date(2026, 1, 6), date(2026, 1, 6)),
        ("ehcp.post-16-reviews", 2027, date(2028, 1, 7), date(2028, 1, 7)),  # a leap year between
        ("post-16.september-guarantee", 2026, date(2026, 9, 30), date(2026, 9, 30)),
        ("post-16.activity-survey", 2026, date(2026, 11, 1), date(2026, 11, 1)),
        ("post-16.neet-count", 2026, date(2026, 12, 1), date(2027, 2, 28)),
        ("post-16.neet-count", 2027, date(2027, 12, 1), date(2028, 2, 29)),
        ("other.financial-year-end", 2026, date(2027, 3, 31), date(2027, 3, 31)),
    ],
)
def test_every_day_that_was_published_or_worked_out(code: str, year: int, first: date, last: date) -> None:
    assert days(code, year) == (first, last)


def test_the_january_workshop_lies_in_the_spring_return_and_the_november_one_in_none() -> None:
    returns = [deadline.span(2025, NO_TERMS) for deadline in ASKS.values() if deadline.kind == "return"]
    assert ASKS["census.spring-return"].span(2025, NO_TERMS).covers(date(2026, 1, 26))
    assert not any(span.covers(date(2025, 11, 7)) for span in returns)


def test_a_span_counts_both_its_ends() -> None:
    span = Span(date(2026, 1, 15), date(2026, 2, 11))
    assert [span.covers(day) for day in (date(2026, 1, 14), *span, date(2026, 2, 12))] == [False, True, True, False]


@given(st.integers(2005, 2090))
def test_in_any_year_the_asks_lie_in_it_and_the_census_days_are_those_of_the_rule(year: int) -> None:
    opens, closes = academic_year_span(year)
    for deadline in ASKS.values():
        if deadline.code != "test.baseline":  # it needs term dates
            first, last = deadline.span(year, NO_TERMS)
            assert opens <= first <= last <= closes
    assert tuple(ASKS[f"census.{term}"].span(year, NO_TERMS).first for term in ("autumn", "spring", "summer")) == (
        census_days(year)
    )


def test_without_term_dates_only_what_counts_from_them_is_not_known() -> None:
    with pytest.raises(DateNotKnown):
        ASKS["test.baseline"].span(2026, NO_TERMS)


def test_the_file_is_whole() -> None:
    shipped = load_shipped()
    assert shipped.version
    assert len(ASKS) == len(shipped.deadlines)
    for deadline in shipped.deadlines:
        assert deadline.kind in DEADLINE_KINDS
        assert deadline.for_schools in dict(FOR_SCHOOLS)
        assert 0 < len(deadline.short) <= 16
        assert all(-1 <= group <= 14 for group in deadline.year_groups)
        assert deadline.title
        assert deadline.source
        assert deadline.basis
        assert not deadline.basis.endswith(".")
        assert {span.first <= span.last for span in deadline.dates.values()} <= {True}
        if not deadline.verified:
            assert "check with your LA" in deadline.basis or "published each year" in deadline.basis
    assert {deadline.kind for deadline in shipped.deadlines} == set(DEADLINE_KINDS)


def test_days_that_were_published_count_as_verified_in_their_year_alone() -> None:
    tests = ASKS["test.ks2"]
    assert tests.is_verified(2025)
    assert not tests.is_verified(2026)
    assert tests.span(2026, NO_TERMS) == (date(2027, 5, 10), date(2027, 5, 13))


def test_an_ask_holds_from_and_to_its_days() -> None:
    deadline = Deadline(
        "a.b", "A", "A", "other", parse_rule("1 March"), parse_rule("1 March"), {}, (), "all", "", "", True,
        valid_from=date(2026, 3, 1), valid_to=date(2027, 3, 1),
    )  # fmt: skip
    assert [deadline.holds_on(deadline.span(year, NO_TERMS).first) for year in (2024, 2025, 2026, 2027)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_asks_and_milestones_that_say_the_same_fall_on_the_same_day() -> None:
    milestones = load_milestones().by_code
    for code, of_pupils in {
        "ehcp.phase-transfer": "6-7.names-school",
        "ehcp.phase-reviews": "6-7.review-held",
        "ehcp.post-16-transfer": "11-16p.names-place",
        "ehcp.post-16-reviews": "11-16p.review-held",
        "admissions.secondary-closes": "6-7.application",
        "admissions.secondary-offers": "6-7.destination",
        "admissions.primary-closes": "ey-r.application",
        "admissions.primary-offers": "ey-r.offer",
        "test.eyfs-profile": "r-1.profile",
    }.items():
        assert ASKS[code].first == milestones[of_pupils].rule
        assert ASKS[code].verified == milestones[of_pupils].verified


def test_a_rule_with_a_date_for_each_pupil_is_refused() -> None:
    for text in ("14th birthday", "4 weeks after milestone REVIEW"):
        with pytest.raises(ValueError, match="each pupil"):
            day_of_rule(parse_rule(text), 2026, KENT)
