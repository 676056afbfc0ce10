"""The tier that is proposed: from open factors, with all that led to it, and never more than a proposal."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.vocabulary import SOCIAL_CARE_KINDS, TIERS
from transitions.errors import FieldProblems
from transitions.handovers.form import shipped
from transitions.handovers.tiers import Factor, FactorTable, Known, in_own_numbers, load_factors, propose, read_numbers

TABLE = load_factors()
SINCE = date(2023, 5, 1)
SOURCES_OF_THE_RECORD = {
    "sen_provision", "looked_after", "previously_looked_after", "social_care", "attendance_percent", "suspensions",
    "part_time_timetable", "young_carer", "free_school_meals", "english_additional_language",
}  # fmt: skip
NOTHING = {factor.source: Known(False) for factor in TABLE.factors} | {
    "sen_provision": Known("N"), "social_care": Known(frozenset()), "attendance_percent": Known(97.0),
    "suspensions": Known(0), "english_stage": Known("E fluent"),
}  # fmt: skip


def test_the_shipped_table_is_sound() -> None:
    assert len({factor.code for factor in TABLE.factors}) == len(TABLE.factors)
    asked = {question.code: question for question in shipped("6-7").questions}
    for factor in TABLE.factors:
        assert factor.points in (0, 1, 2)
        assert factor.source in SOURCES_OF_THE_RECORD | set(asked)
        if factor.source == "social_care":
            assert set(factor.is_one_of) <= set(SOCIAL_CARE_KINDS)
        elif factor.source == "english_stage":
            assert set(factor.is_one_of) < set(asked["english_stage"].choices)
    assert TABLE.from_points == {"targeted": 1, "enhanced": 3}


def test_every_factor_shows_what_was_found_and_its_day() -> None:
    facts = NOTHING | {
        "sen_provision": Known("E", SINCE),
        "attendance_percent": Known(87.25, date(2026, 6, 5)),
        "social_care": Known(frozenset({"short breaks", "child in need"})),
        "free_school_meals": Known(True, SINCE),
    }
    found = propose(TABLE, facts)
    assert (found.tier, found.points, found.from_points, found.version) == ("enhanced", 4, 3, "2026.2")
    assert [(one.factor.code, one.value, one.since) for one in found.contributing] == [
        ("ehc-plan", "yes", SINCE),
        ("open-to-social-care", "child in need, short breaks", None),
        ("absent-a-tenth", "attendance 87.25%", date(2026, 6, 5)),
        ("free-meals", "yes", SINCE),
    ]
    assert found.text == (
        "Proposed: enhanced. Because of: EHC plan, Mon 1 May 2023 (2 points); Open to social care: child in need, short "
        "breaks, day not recorded (1 point); Persistent absence: attendance 87.25%, Fri 5 Jun 2026 (1 point); Free school "
        "meals, Mon 1 May 2023 (not counted). Together 4 points, and enhanced begins at 3. You decide. (Factors 2026.2)"
    )


def test_with_nothing_recorded_it_says_that_and_not_that_all_is_well() -> None:
    nothing_known = propose(TABLE, {})
    assert nothing_known.tier == "universal"
    assert {factor.source for factor in nothing_known.not_known} == {factor.source for factor in TABLE.factors}
    assert "Nothing recorded suggests a need for more help. Not recorded: SEN support;" in nothing_known.text
    nothing_holds = propose(TABLE, NOTHING)
    assert (nothing_holds.not_known, nothing_holds.contributing) == ((), ())
    assert "Not recorded" not in nothing_holds.text


@pytest.mark.parametrize(
    ("source", "value", "code"),
    [
        ("attendance_percent", 90.0, "absent-a-tenth"),
        ("attendance_percent", 90.01, None),
        ("attendance_percent", 50, "absent-half"),
        ("attendance_percent", "87.2", "absent-a-tenth"),
        ("suspensions", 0, None),
        ("suspensions", 1, "suspended"),
        ("suspensions", "2", "suspended-often"),
        ("sen_provision", "K", "sen-support"),
        ("sen_provision", "N", None),
        ("social_care", frozenset({"child protection", "child in need"}), "child-protection-plan"),
        ("social_care", frozenset({"looked after"}), None),
        ("medical_alert", "yes", "medical"),
        ("medical_alert", "no", None),
        ("looked_after", True, "looked-after"),
        ("english_stage", "A new to English", "new-to-english"),
    ],
)
def test_a_factor_holds_within_its_bounds(source: str, value: object, code: str | None) -> None:
    found = propose(TABLE, {source: Known(value, SINCE)})
    assert [one.factor.code for one in found.contributing] == ([code] if code else [])


def test_one_source_never_counts_twice() -> None:
    assert propose(TABLE, {"attendance_percent": Known(40), "suspensions": Known(3)}).points == 4


values = st.fixed_dictionaries(
    {},
    optional={
        source: st.builds(Known, value, st.none() | st.dates(date(2015, 1, 1), date(2027, 1, 1)))
        for source, value in {
            **{factor.source: st.none() | st.booleans() | st.sampled_from(["yes", "no"]) for factor in TABLE.factors},
            "sen_provision": st.none() | st.sampled_from(["N", "K", "E"]),
            "social_care": st.none() | st.frozensets(st.sampled_from(SOCIAL_CARE_KINDS)),
            "attendance_percent": st.none() | st.floats(0, 100),
            "suspensions": st.none() | st.integers(0, 9),
            "english_stage": st.none() | st.sampled_from(["A new to English", "E fluent"]),
        }.items()
    },
)


@given(values)
def test_no_proposal_is_a_bare_number(facts: dict[str, Known]) -> None:
    found = propose(TABLE, facts)
    assert found.tier in TIERS
    assert found.points == sum(one.factor.points for one in found.contributing)
    for one in found.contributing:
        assert one.text in found.text
        assert one.factor.words in one.text
        assert one.since is not None or "day not recorded" in one.text
    assert all(factor.words in found.text for factor in found.not_known)
    assert bool(re.search(r"\d points?\b", found.text)) <= bool(found.contributing)
    assert "You decide." in found.text
    reached = [tier for tier, least in (("universal", 0), ("targeted", 1), ("enhanced", 3)) if found.points >= least]
    assert found.tier == reached[-1]


@given(values, st.sampled_from([factor.code for factor in TABLE.factors]))
def test_more_points_for_a_factor_never_lower_the_tier(facts: dict[str, Known], code: str) -> None:
    before = propose(TABLE, facts)
    after = propose(in_own_numbers(TABLE, {code: 2}), facts)
    assert TIERS.index(after.tier) >= TIERS.index(before.tier)


def test_a_council_has_its_own_numbers() -> None:
    own = read_numbers(TABLE, {"free-meals": " 1", "medical": 1, "enhanced": "4", "targeted": 2})
    assert own == {"free-meals": 1, "enhanced": 4, "targeted": 2}
    table = in_own_numbers(TABLE, own)
    found = propose(table, {"free_school_meals": Known(True, SINCE), "sen_provision": Known("E", SINCE)})
    assert (found.tier, found.points, found.from_points) == ("targeted", 3, 2)
    assert found.version == "2026.2, our own numbers"
    assert in_own_numbers(TABLE, {}) is TABLE
    assert read_numbers(TABLE, {"enhanced": 3}) == {}
    assert in_own_numbers(TABLE, {"gone-since": 2}).factors == TABLE.factors


@pytest.mark.parametrize(
    ("given_numbers", "field", "sentence"),
    [
        ({"medical": "3"}, "medical", "from 0 to 2"),
        ({"medical": "many"}, "medical", "from 0 to 2"),
        ({"medical": ""}, "medical", "from 0 to 2"),
        ({"enhanced": 0}, "enhanced", "from 1 to 40"),
        ({"enhanced": 1}, "enhanced", "must begin above targeted, which begins at 1"),
        ({"universal": 1}, "universal", "no such factor"),
        ({"hair": 1}, "hair", "no such factor"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(given_numbers: dict[str, object], field: str, sentence: str) -> None:
    with pytest.raises(FieldProblems) as refused:
        read_numbers(TABLE, given_numbers)
    assert list(refused.value.problems) == [field]
    assert sentence in refused.value.problems[field]


def test_with_no_points_at_all_everybody_is_universal() -> None:
    none = FactorTable(
        "x", tuple(Factor(one.code, one.words, 0, one.source) for one in TABLE.factors[2:4]), TABLE.from_points
    )
    found = propose(none, {"looked_after": Known(True, SINCE)})
    assert (found.tier, found.points, len(found.contributing)) == ("universal", 0, 1)
    assert "Looked after, Mon 1 May 2023 (not counted). Together 0 points. Not recorded" in found.text
