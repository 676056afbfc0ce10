from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st
from kent_terms import KENT

from transitions.dates import MONTHS
from transitions.milestones.date_rule_types import DATED_FACTS, DueContext, NotStarted, ordinal
from transitions.milestones.date_rules import parse_rule
from transitions.milestones.facts import Facts
from transitions.school_year import DateNotKnown, academic_year_span, is_working_day
from transitions.term_dates import OutsideCalendar, TermDates

PUPIL = Facts(
    date_of_birth=date(2010, 11, 30),
    cohort_year=2015,
    in_year_move_on=date(2026, 1, 26),
    left_roll_on=date(2026, 1, 23),
    social_care_since=date(2025, 3, 10),
    looked_after_since=date(2025, 12, 19),
    care_leaver_since=date(2026, 2, 2),
    leaving_care_until=date(2031, 11, 30),
    part_time_timetable_until=date(2026, 3, 6),
    part_time_timetable_since=date(2026, 1, 5),
    reintegrated_on=date(2026, 2, 23),
    funding_ends_on=date(2026, 8, 31),
    plan_opened_on=date(2025, 10, 6),
    plan_agreed_on=date(2025, 11, 3),
    plan_review_on=date(2026, 5, 4),
    ehc_requested_on=date(2025, 9, 8),
    ehc_started_on=date(2026, 1, 19),
)


def due(text, cycle=2025, **more):
    return parse_rule(text).due(DueContext(cycle, more.pop("facts", PUPIL), more.pop("terms", KENT), **more))


# Phase transfer (SEND Regulations 2014, reg 18).


@pytest.mark.parametrize(
    ("cycle", "named", "working", "post_16", "review", "post_16_review"),
    [
        (2025, date(2026, 2, 15), date(2026, 2, 13), date(2026, 3, 31), date(2025, 11, 23), date(2026, 1, 6)),
        (2026, date(2027, 2, 15), date(2027, 2, 15), date(2027, 3, 31), date(2026, 11, 23), date(2027, 1, 6)),
        (2027, date(2028, 2, 15), date(2028, 2, 15), date(2028, 3, 31), date(2027, 11, 23), date(2028, 1, 7)),
    ],
)
def test_phase_transfer_dates(cycle, named, working, post_16, review, post_16_review):
    assert due("15 February", cycle) == named
    assert due("last working day on or before 15 February", cycle) == working
    assert due("31 March", cycle) == post_16
    assert due("12 weeks before 15 February", cycle) == review
    assert due("12 weeks before 31 March", cycle) == post_16_review


@pytest.mark.parametrize(
    ("cycle", "secondary", "primary"),
    [(2025, date(2026, 3, 2), date(2026, 4, 16)), (2026, date(2027, 3, 1), date(2027, 4, 16))],
)
def test_offer_days(cycle, secondary, primary):
    assert due("next working day on or after 1 March", cycle) == secondary
    assert due("next working day on or after 16 April", cycle) == primary


@pytest.mark.parametrize(
    ("cycle", "autumn", "spring", "summer"),
    [
        (2025, date(2025, 10, 2), date(2026, 1, 15), date(2026, 5, 21)),
        (2026, date(2026, 10, 1), date(2027, 1, 21), date(2027, 5, 20)),
    ],
)
def test_census_days(cycle, autumn, spring, summer):
    assert due("1st Thursday of October", cycle) == autumn
    assert due("3rd Thursday of January", cycle) == spring
    assert due("third Thursday of May", cycle) == summer


def test_end_of_compulsory_school_age():
    assert due("last Friday of June") == date(2026, 6, 26)


def test_annual_review_clock_as_in_the_published_example():
    """A Year 6 review meeting on 1 November 2024, decision sent on 25 November (IPSEA's example)."""
    done = {"MEETING": date(2024, 11, 1), "DECISION": date(2024, 11, 25)}
    assert due("4 weeks after milestone MEETING", 2024, done=done) == date(2024, 11, 29)
    assert due("12 months after milestone DECISION", 2024, done=done) == date(2025, 11, 25)
    assert due("the earlier of 8 weeks after milestone DECISION and 15 February", 2024, done=done) == date(2025, 1, 20)
    late = {"DECISION": date(2025, 1, 10)}
    assert due("the earlier of 8 weeks after milestone DECISION and 15 February", 2024, done=late) == date(2025, 2, 15)


# Moving.


def test_transfer_file():
    rule = "15 school days after leaving the roll"
    assert due(rule) == date(2026, 9, 21)
    assert due("15 school days after 23 January") == date(2026, 2, 13)


def test_child_protection_file_counts_the_first_day():
    assert due("5th school day from starting the next school") == date(2026, 9, 7)
    assert due("5 school days after starting the next school") == date(2026, 9, 8)
    assert due("5th school day from in-year move") == date(2026, 1, 30)


def test_school_days_of_terms():
    assert due("first school day of the autumn term") == date(2025, 9, 1)
    assert due("last school day of the summer term") == date(2026, 7, 21)
    assert due("last school day of the first half of the autumn term") == date(2025, 10, 17)
    assert due("first school day of second half of spring term") == date(2026, 2, 23)
    assert due("last school day of the summer term of the year before", 2026) == date(2026, 7, 21)
    assert due("last school day of the first half of the autumn term of the year after") == date(2026, 10, 16)
    assert due("next school day on or after 1 January") == date(2026, 1, 5)
    assert due("last school day on or before 1 January") == date(2025, 12, 19)


def test_a_month_belongs_to_the_cycle():
    assert due("1 September") == date(2025, 9, 1)
    assert due("31 August") == date(2026, 8, 31)
    assert due("30 September of the year after") == date(2026, 9, 30)
    assert due("1 May of the year before") == date(2025, 5, 1)
    assert due("last Friday of June of the year before") == date(2025, 6, 27)


# Ages and what is recorded of a pupil.


def test_pathway_needs_assessment_is_due_three_months_after_the_16th_birthday():
    assert due("3 months after 16th birthday") == date(2027, 2, 28)
    born_in_a_leap_year = PUPIL._replace(date_of_birth=date(2008, 2, 29))
    assert due("18th birthday", facts=born_in_a_leap_year) == date(2026, 3, 1)


def test_a_plan_for_fourteen_year_olds_open_to_social_care():
    rule = "20 school days after the later of 14th birthday and social care opening"
    assert due(rule, facts=PUPIL._replace(date_of_birth=date(2011, 9, 6))) == date(2025, 10, 3)
    opened_later = PUPIL._replace(date_of_birth=date(2011, 9, 6), social_care_since=date(2026, 1, 5))
    assert due(rule, facts=opened_later) == date(2026, 2, 2)


@pytest.mark.parametrize(("name", "field"), DATED_FACTS.items())
def test_dates_on_record(name, field):
    assert due(name) == getattr(PUPIL, field)
    assert due(f"2 days before the {name.upper()}") == getattr(PUPIL, field) - timedelta(days=2)
    assert parse_rule(name).reads == {field}
    with pytest.raises(DateNotKnown) as caught:
        due(f"5 days after {name}", facts=PUPIL._replace(**{field: None}))
    assert caught.value.sentence == f'The pupil has no date recorded for "{name}".'


def test_personal_education_plan_clock_runs_in_working_days():
    assert due("10 working days after becoming looked after") == date(2026, 1, 7)
    assert due("1st working day from looked after from") == date(2025, 12, 19)
    assert due("3rd working day from 25 December") == date(2025, 12, 31)


def test_five_months_before_a_move():
    assert due("5 months before in-year move") == date(2025, 8, 26)
    assert due("1 year after plan agreement") == date(2026, 11, 3)


# Milestones that others wait for.


def test_a_milestone_that_is_not_done_has_not_started_the_clock():
    with pytest.raises(NotStarted) as caught:
        due("5 school days after milestone 6-7.SENT", done={"6-7.OTHER": date(2026, 1, 1)})
    assert caught.value.code == "6-7.SENT"
    assert "6-7.SENT" in caught.value.sentence


def test_due_date_of_another_milestone():
    rule = "5 school days after the due date of milestone 14+.plan"
    assert due(rule, due={"14+.plan": date(2026, 6, 12)}) == date(2026, 6, 19)
    with pytest.raises(DateNotKnown, match=r"14\+\.plan has no due date"):
        due(rule, done={"14+.plan": date(2026, 6, 12)})


def test_codes_are_kept_as_they_were_typed():
    assert parse_rule("MILESTONE Handover-Sent").follows == {"Handover-Sent"}


# Nothing is guessed.


def test_terms_that_are_not_entered():
    for text in (
        "leaving the roll",
        "starting the next school",
        "3 school days after 1 March",
        "3 school days before 1 May",
    ):
        with pytest.raises(DateNotKnown, match=r"Term dates for .* are not entered"):
            due(text, terms=TermDates())
    with pytest.raises(OutsideCalendar, match="2027/28 are not entered"):
        due("starting the next school", 2026)


def test_a_day_that_falls_only_after_or_before_another():
    for text in (
        "8 March if that is after 7 March",
        "7 March if that is on or after 7 March",
        "7 March if that is after funding end",
    ):
        facts = PUPIL._replace(funding_ends_on=None)
        assert due(text, facts=facts) == parse_rule(text).usual.due(DueContext(2025, facts, KENT))
    for text in (
        "7 March if that is after 7 March",
        "7 March if that is before 7 March",
        "6 March if that is on or after 7 March",
    ):
        with pytest.raises(DateNotKnown, match="It is not asked for"):
            due(text)
    yearly = "last school day of the summer term if that is on or after the 14th birthday"
    young = PUPIL._replace(date_of_birth=date(2014, 11, 30))
    with pytest.raises(
        DateNotKnown, match="It is not asked for: the 14th birthday is Thursday 30 November 2028, after the"
    ):
        due(yearly, facts=young, terms=TermDates())
    with pytest.raises(OutsideCalendar):  # the birthday lies in this school year: which day the term ends decides
        due(yearly, facts=young._replace(date_of_birth=date(2012, 7, 20)), terms=TermDates())
    every = parse_rule("every 6 months after care leaver from if that is before the 21st birthday")
    assert parse_rule(str(every)) == every
    assert every.recurs
    assert str(parse_rule("7 march if that is after 14th birthday")) == "7 March if that is after the 14th birthday"


@pytest.mark.parametrize("side", ["later", "earlier"])
def test_of_two_dates_both_must_be_known(side):
    with pytest.raises(DateNotKnown):
        due(f"the {side} of 1 March and plan review", facts=PUPIL._replace(plan_review_on=None))


# What a planner asks of a rule.


@pytest.mark.parametrize(
    ("text", "kind", "reads", "follows"),
    [
        ("15 February", "yearly", set(), set()),
        ("3rd Thursday of January", "yearly", set(), set()),
        ("10 school days after the next working day on or after 1 March", "yearly", set(), set()),
        ("last school day of the summer term", "yearly", set(), set()),
        ("15 school days after leaving the roll", "yearly", set(), set()),
        ("5th school day from starting the next school", "yearly", set(), set()),
        ("14th birthday", "once", {"date_of_birth"}, set()),
        ("20 days after plan opening", "once", {"plan_opened_on"}, set()),
        (
            "28 days after the later of 14th birthday and social care opening",
            "once",
            {"date_of_birth", "social_care_since"},
            set(),
        ),
        ("the later of 15 February and 14th birthday", "yearly", {"date_of_birth"}, set()),
        ("4 weeks after milestone REVIEW", "following", set(), {"REVIEW"}),
        (
            "the earlier of due date of milestone A and the later of milestone B and 18th birthday",
            "following",
            {"date_of_birth"},
            {"A", "B"},
        ),
    ],
)
def test_kind_reads_and_follows(text, kind, reads, follows):
    rule = parse_rule(text)
    assert (rule.kind, rule.reads, rule.follows) == (kind, reads, follows)


# Against plain arithmetic.


@given(st.integers(1, 28), st.integers(1, 12), st.integers(2020, 2040))
def test_a_day_and_month_fall_in_the_academic_year(day, month, cycle):
    first, last = academic_year_span(cycle)
    found = due(f"{day} {MONTHS[month - 1]}", cycle)
    assert first <= found <= last
    assert (found.day, found.month) == (day, month)


on_record = st.dates(date(2025, 9, 1), date(2026, 8, 31))


@given(on_record, st.integers(1, 30), st.sampled_from(["day", "week", "month", "year"]), st.booleans())
def test_offsets_against_dateutil(start, n, unit, back):
    rule = parse_rule(f"{n} {unit}s {'before' if back else 'after'} plan opening")
    found = rule.due(DueContext(2025, PUPIL._replace(plan_opened_on=start), KENT))
    assert found == start + (-1 if back else 1) * relativedelta(**{f"{unit}s": n})


@given(on_record, st.integers(1, 30), st.booleans())
def test_counted_days_against_a_finger_on_the_calendar(start, n, school):
    unit, counts = ("school day", KENT.is_school_day) if school else ("working day", is_working_day)
    context = DueContext(2025, PUPIL._replace(plan_opened_on=start), KENT)

    def days_counted(first, last):
        return sum(counts(first + timedelta(days=k)) for k in range((last - first).days + 1))

    after = parse_rule(f"{n} {unit}s after plan opening").due(context)
    counted = parse_rule(f"{ordinal(n)} {unit} from plan opening").due(context)
    assert counts(after)
    assert days_counted(start + timedelta(days=1), after) == n
    assert counts(counted)
    assert days_counted(start, counted) == n
