from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st
from kent_terms import KENT

from transitions.calendar import academic_year_span, is_working_day
from transitions.date_rules import UNDERSTOOD, DateNotKnown, DueContext, NotStarted, RuleProblem, parse_rule
from transitions.facts import Facts
from transitions.rule_parts import DATED_FACTS
from transitions.term_dates import OutsideCalendar, TermDates

PUPIL = Facts(
    date_of_birth=date(2010, 11, 30),
    cohort_year=2015,
    in_year_move_on=date(2026, 1, 26),
    social_care_since=date(2025, 3, 10),
    looked_after_since=date(2025, 12, 19),
    part_time_timetable_until=date(2026, 3, 6),
    plan_opened_on=date(2025, 10, 6),
    plan_agreed_on=date(2025, 11, 3),
    plan_review_on=date(2026, 5, 4),
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
    assert due(rule, left_roll_on=date(2026, 1, 23)) == date(2026, 2, 13)


def test_child_protection_file_counts_the_first_day():
    assert due("5th school day from starting the next school") == date(2026, 9, 7)
    assert due("5 school days after starting the next school") == date(2026, 9, 8)
    assert due("5th school day from starting the next school", started_next_on=date(2026, 1, 26)) == date(2026, 1, 30)


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
        with pytest.raises(DateNotKnown, match="Term dates for .* are not entered"):
            due(text, terms=TermDates())
    with pytest.raises(OutsideCalendar, match="2027/28 are not entered"):
        due("starting the next school", 2026)


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
        ("15 school days after leaving the roll", "yearly", {"in_year_move_on"}, set()),
        ("5th school day from starting the next school", "yearly", {"in_year_move_on"}, set()),
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


# Reading and writing.


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("15th feb", "15 February"),
        ("FIRST THURSDAY OF OCT", "1st Thursday of October"),
        ("last fri of June", "last Friday of June"),
        ("last school day of summer term", "last school day of the summer term"),
        ("the 14th birthday", "14th birthday"),
        ("3 months after 16th birthday", "3 months after the 16th birthday"),
        ("1 weeks before the leaving roll", "1 week before leaving the roll"),
        ("5 school day after in-year move", "5 school days after in-year move"),
        ("12 weeks  before,\n15 Sept", "12 weeks before 15 September"),
        (
            "later of 1 May and first school day of autumn term",
            "the later of 1 May and the first school day of the autumn term",
        ),
        ("2 days after becoming looked after", "2 days after looked after from"),
        ("1st school day from 2 June", "1st school day from 2 June"),
        ("2 days after due date of milestone X", "2 days after the due date of milestone X"),
    ],
)
def test_canonical_text(typed, canonical):
    assert str(parse_rule(typed)) == canonical
    assert parse_rule(canonical) == parse_rule(typed)


ORDINALS = [f"{n}{'th' if n in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}" for n in range(26)]
MONTHS = "January February March April May June July August September October November December".split()
years = st.sampled_from(["", " of the year before", " of the year after"])
edges, halves = st.sampled_from(["first", "last"]), st.sampled_from(["", "first half of the ", "second half of the "])
seasons, units = st.sampled_from(["autumn", "spring", "summer"]), st.sampled_from(["school day", "working day"])
spans = st.sampled_from(["day", "week", "month", "year", "school day", "working day"])
anchors = st.one_of(
    st.builds("{} {}{}".format, st.integers(1, 28), st.sampled_from(MONTHS), years),
    st.builds(
        "{} {} of {}{}".format,
        st.sampled_from(["1st", "2nd", "3rd", "4th", "last"]),
        st.sampled_from(["Monday", "Thursday", "Sunday"]),
        st.sampled_from(MONTHS),
        years,
    ),
    st.builds("{} school day of the {}{} term{}".format, edges, halves, seasons, years),
    st.builds("{} birthday".format, st.sampled_from(ORDINALS[1:])),
    st.sampled_from(["leaving the roll", "starting the next school", "milestone A-1", "due date of milestone B.2"]),
    st.sampled_from(list(DATED_FACTS)),
)
texts = st.recursive(
    anchors,
    lambda inner: st.one_of(
        st.builds("{} {}s {} {}".format, st.integers(1, 30), spans, st.sampled_from(["before", "after"]), inner),
        st.builds("{} {} from {}".format, st.sampled_from(ORDINALS[1:]), units, inner),
        st.builds("next {} on or after {}".format, units, inner),
        st.builds("last {} on or before the {}".format, units, inner),
        st.builds("the {} of {} and {}".format, st.sampled_from(["later", "earlier"]), inner, inner),
    ),
    max_leaves=4,
).filter(lambda text: len(text) < 290)


@given(texts)
def test_every_rule_reads_back_as_itself(text):
    rule = parse_rule(text)
    again = parse_rule(str(rule))
    assert again == rule
    assert hash(again) == hash(rule)
    assert str(again) == str(rule)
    assert (again.kind, again.reads, again.follows) == (rule.kind, rule.reads, rule.follows)


@given(texts)
def test_capitals_and_articles_do_not_matter(text):
    plain = " ".join(word for word in text.split() if word != "the")
    assert parse_rule(plain) == parse_rule(text)
    if "milestone" not in text:
        assert parse_rule(text.upper()) == parse_rule(text)


@given(texts)
def test_every_rule_gives_a_date_or_says_why_not(text):
    context = DueContext(2025, PUPIL, KENT, done={"A-1": date(2025, 11, 1)}, due={"B.2": date(2026, 2, 2)})
    rule = parse_rule(text)
    try:
        found = rule.due(context)
    except DateNotKnown as problem:
        found = None
        assert_sentence(problem.sentence)
    if found is not None:
        assert rule.due(context) == found
        assert rule.due(context._replace(academic_year=2025)) == found


def assert_sentence(sentence):
    assert sentence.endswith(".")
    assert sentence[0].isupper()


@given(st.integers(1, 28), st.integers(1, 12), st.integers(2020, 2040))
def test_a_day_and_month_fall_in_the_academic_year(day, month, cycle):
    first, last = academic_year_span(cycle)
    found = due(f"{day} {MONTHS[month - 1]}", cycle)
    assert first <= found <= last
    assert (found.day, found.month) == (day, month)


@given(st.dates(date(2025, 9, 1), date(2026, 8, 31)), st.integers(1, 30), spans, st.booleans())
def test_offsets_against_plain_arithmetic(start, n, unit, back):
    rule = parse_rule(f"{n} {unit}s {'before' if back else 'after'} plan opening")
    sign = -1 if back else 1
    facts = PUPIL._replace(plan_opened_on=start)
    if unit in ("day", "week", "month", "year"):
        assert rule.due(DueContext(2025, facts, KENT)) == start + sign * relativedelta(**{f"{unit}s": n})
    elif unit == "working day":
        found = rule.due(DueContext(2025, facts, KENT))
        passed = (start + sign * timedelta(days=k) for k in range(1, abs((found - start).days) + 1))
        assert sum(is_working_day(day) for day in passed) == n


@pytest.mark.parametrize(
    ("text", "sentence", "at"),
    [
        ("", "the rule ends, expected a date, an event or a number of days", ""),
        ("soon", 'it says "soon", expected a date, an event or a number of days', "soon"),
        ("12 weaks before 15 February", 'after "12" it says "weaks", expected a month, or days, weeks', "weaks"),
        ("12 weeks befor 15 February", 'after "12 weeks" it says "befor", expected "before" or "after"', "befor"),
        ("12 weeks before", 'after "12 weeks before" the rule ends, expected a date', ""),
        ("31 June", 'it says "31", expected a day that June has every year, 1 to 30', "31 June"),
        ("29 February", "expected a day that February has every year, 1 to 28", "29"),
        ("5th Thursday of May", "expected the 1st to 4th or the last of a weekday", "5th"),
        ("3rd Thursday in May", 'after "3rd Thursday" it says "in", expected "of"', "in"),
        ("3rd Thursday of Mai", 'it says "Mai", expected a month', "Mai"),
        ("3rd of May", 'it says "of", expected a birthday, a weekday or a school day', "of"),
        ("26th birthday", "expected the 1st to 25th birthday", "26th"),
        ("last birthday", "expected the 1st to 25th birthday", "last"),
        ("0 days after 1 May", "expected 1 to 3650 days", "0"),
        ("401 school days after 1 May", "expected 1 to 400 school days", "401"),
        ("0th school day from 1 May", "expected the 1st to 400th school day", "0th"),
        ("last school day of the winter term", 'it says "winter", expected the autumn, spring or summer', "winter"),
        ("last school day of the autumn", 'the rule ends, expected "term"', ""),
        ("milestone", "the rule ends, expected the code of a milestone", ""),
        ("milestone ?", 'it says "?", expected the code of a milestone', "?"),
        ("the later of 1 May", 'after "the later of 1 May" the rule ends, expected "and"', ""),
        ("the later of 1 May and", "the rule ends, expected a date, an event", ""),
        ("15 February of the year before last", 'it says "last", expected nothing more', "last"),
        ("milestone A" + " " * 300, "has at most 300 characters, this one has 311", None),
    ],
)
def test_a_rule_that_is_not_understood_says_where_and_what_would_be(text, sentence, at):
    with pytest.raises(RuleProblem) as caught:
        parse_rule(text)
    assert sentence in caught.value.sentence
    assert str(caught.value).startswith(caught.value.sentence)
    assert "3rd Thursday of January; last school day of the summer term" in str(caught.value)
    if at is not None:
        assert text[caught.value.position :].startswith(at)
        assert at or caught.value.position == len(text)


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from("1 5th last school day of the and May before".split())).map(" ".join)
)
def test_any_text_is_a_rule_or_a_problem(text):
    try:
        rule = parse_rule(text)
    except RuleProblem as problem:
        position = problem.position
        rule = None
    else:
        position = 0
    assert 0 <= position <= len(text)
    assert rule is None or parse_rule(str(rule)) == rule


def test_every_example_of_what_is_understood_is_understood():
    for example in UNDERSTOOD:
        text = example.partition(" (")[0].replace("...", "1 March")
        assert parse_rule(text).kind in ("yearly", "once", "following"), example
