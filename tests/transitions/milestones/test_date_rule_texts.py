from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kent_terms import KENT

from transitions.milestones.date_rule_types import DATED_FACTS, DueContext
from transitions.milestones.date_rules import UNDERSTOOD, RuleProblem, parse_rule
from transitions.milestones.facts import Facts
from transitions.school_year import DateNotKnown

PUPIL = Facts(date_of_birth=date(2010, 11, 30), cohort_year=2015, plan_opened_on=date(2025, 10, 6))


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
        ("5 school day after in-year move", "5 school days after the in-year move"),
        ("12 weeks  before,\n15 Sept", "12 weeks before 15 September"),
        (
            "later of 1 May and first school day of autumn term",
            "the later of 1 May and the first school day of the autumn term",
        ),
        ("2 days after looked after from", "2 days after becoming looked after"),
        ("4 weeks after social care opening", "4 weeks after social care opening"),
        ("1st school day from 2 June", "1st school day from 2 June"),
        ("2 days after due date of milestone X", "2 days after the due date of milestone X"),
    ],
)
def test_canonical_text(typed, canonical):
    assert str(parse_rule(typed)) == canonical
    assert parse_rule(canonical) == parse_rule(typed)


ORDINALS = [f"{n}{'th' if n in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}" for n in range(31)]
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
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
    st.builds("last day of {}{}".format, st.sampled_from(MONTHS), years),
    st.builds("{} school day of the {}{} term{}".format, edges, halves, seasons, years),
    st.builds("{} birthday".format, st.sampled_from(ORDINALS[1:26])),
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


def assert_sentence(sentence):
    assert sentence.endswith(".")
    assert sentence[0].isupper()


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
    | st.lists(st.sampled_from(["1", "5th", "last", "school", "day", "of", "the", "and", "May", "before"])).map(
        " ".join
    )
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
