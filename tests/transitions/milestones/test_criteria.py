"""Whom a milestone is for."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transitions.milestones.criteria import ANY_OF, Criteria, parse_criteria
from transitions.milestones.criteria_fields import (
    KEYS,
    PROVISIONS,
    SOCIAL_CARE_KINDS,
    TIERS,
    YEAR_GROUPS,
    CriteriaProblem,
    yes_or_no,
)
from transitions.milestones.facts import Facts

DAY = date(2026, 1, 5)
PLAIN = Facts(date(2015, 2, 15), 2019)
HANDOVER = [{"sen": ["K", "E"]}, {"looked_after": True}, {"tier": ["targeted", "enhanced"]}]


@pytest.mark.parametrize(
    ("criteria", "year_group", "holding", "failing"),
    [
        ({"sen": ["K", "E"]}, 6, {"sen_provision": "K"}, {"sen_provision": "N"}),
        ({"tier": ["enhanced"]}, 6, {"tier": "enhanced"}, {"tier": "targeted"}),
        ({"tier": ["universal"]}, 6, {"tier": "universal"}, {"tier": None}),
        ({"social_care": "any"}, 9, {"social_care": frozenset({"short breaks"})}, {}),
        ({"social_care": "none"}, 9, {}, {"social_care": frozenset({"child in need"})}),
        (
            {"social_care": ["child protection", "looked after"]},
            9,
            {"social_care": frozenset({"looked after", "short breaks"})},
            {"social_care": frozenset({"short breaks"})},
        ),
        ({"looked_after": True}, 9, {"social_care": frozenset({"looked after"})}, {"previously_looked_after": True}),
        ({"looked_after": False}, 9, {}, {"social_care": frozenset({"looked after"})}),
        ({"previously_looked_after": True}, 6, {"previously_looked_after": True}, {}),
        ({"child_protection_file": True}, 6, {"child_protection_file": True}, {}),
        ({"pupil_premium": True}, 6, {"pupil_premium": True}, {}),
        ({"free_school_meals": True}, 6, {"free_school_meals": True}, {}),
        ({"english_additional_language": False}, 6, {}, {"english_additional_language": True}),
        ({"young_carer": True}, 6, {"young_carer": True}, {}),
        ({"moves_school": "yes"}, 2, {"leaving_year_group": 2}, {"leaving_year_group": 6}),
        ({"moves_school": "yes"}, 2, {"leaving_year_group": 2}, {"leaving_year_group": None}),
        ({"moves_school": "yes or not known"}, 6, {"leaving_year_group": None}, {"leaving_year_group": 8}),
        ({"moves_school": "yes or not known"}, 6, {"leaving_year_group": 6}, {"leaving_year_group": 11}),
        ({"post_16_provider": True}, 12, {"first_year_group": None}, {"first_year_group": 7}),
        ({"in_year_move": True}, 6, {"in_year_move_on": DAY}, {}),
        ({"post_16_provider": True}, 13, {"first_year_group": 12}, {"first_year_group": 7}),
        ({"ehc_to_secondary_end": True}, 6, {"ehc_to_secondary_end": True}, {}),
        (
            {"ehc_assessment": ["asked for"]},
            6,
            {"ehc_requested_on": DAY},
            {"ehc_requested_on": DAY, "ehc_started_on": DAY},
        ),
        ({"part_time_timetable": True}, 6, {"part_time_timetable_until": DAY}, {}),
        ({"has_plan": True}, 6, {"plan_opened_on": DAY}, {"plan_agreed_on": DAY}),
        ({"has_owner": False}, 6, {}, {"owner_since": DAY}),
        ({"any_of": HANDOVER}, 6, {"tier": "targeted"}, {"tier": "universal"}),
    ],
)
def test_each_criterion_holds_for_some_and_not_for_others(
    criteria: dict[str, object], year_group: int, holding: dict[str, Any], failing: dict[str, Any]
) -> None:
    parsed = parse_criteria(criteria)
    for facts, expected in ((PLAIN._replace(**holding), True), (PLAIN._replace(**failing), False)):
        assert parsed.applies(facts, year_group) is expected
        assert [reason.holds for reason in parsed.reasons(facts, year_group)] == [expected]


def test_year_group_is_the_one_asked_about_and_not_the_one_of_today() -> None:
    parsed = parse_criteria({"year_group": [6]})
    assert parsed.applies(PLAIN, 6)
    assert not parsed.applies(PLAIN, 7)


def test_all_criteria_must_hold_and_one_alternative_is_enough() -> None:
    parsed = parse_criteria({"year_group": [6], "moves_school": "yes or not known", "any_of": HANDOVER})
    looked_after = PLAIN._replace(social_care=frozenset({"looked after"}), leaving_year_group=6)
    assert parsed.applies(looked_after, 6)
    assert not parsed.applies(looked_after, 5)
    assert not parsed.applies(looked_after._replace(leaving_year_group=8), 6)
    assert not parsed.applies(looked_after._replace(social_care=frozenset()), 6)


def test_no_criteria_mean_every_pupil() -> None:
    parsed = parse_criteria({})
    assert parsed.applies(PLAIN, 6)
    assert parsed.reasons(PLAIN, 6) == []
    assert parsed.in_words() == "every pupil"
    assert parsed.year_groups is None


def test_year_groups_tell_a_planner_what_to_skip() -> None:
    assert parse_criteria({"year_group": [8, 4, 5, 4]}).year_groups == (4, 5, 8)
    assert parse_criteria({"sen": ["E"]}).year_groups is None


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"year_group": [6], "sen": ["E"]}, "Year 6 pupils with an EHC plan"),
        ({"year_group": [-1]}, "Nursery pupils"),
        ({"year_group": [0], "sen": ["N", "K"]}, "Reception pupils with SEN support or no SEN"),
        (
            {"year_group": [4, 5, 8], "moves_school": "yes"},
            "Year 4, Year 5 or Year 8 pupils who leave their school at the end of the year",
        ),
        ({"year_group": [9, 10, 11, 12]}, "Year 9 to Year 12 pupils"),
        ({"year_group": list(range(9, 21)), "sen": ["E"]}, "Year 9 and above pupils with an EHC plan"),
        ({"sen": ["E"], "in_year_move": True}, "pupils with an EHC plan and an in-year move"),
        ({"looked_after": True, "has_plan": True}, "pupils with a transition plan who are looked after"),
        (
            {"year_group": [6], "any_of": HANDOVER},
            (
                "Year 6 pupils who have SEN support or an EHC plan, or are looked after, "
                "or are in the targeted or enhanced tier"
            ),
        ),
        (
            {"child_protection_file": True, "any_of": [{"sen": ["E"], "has_owner": False}]},
            "pupils with a child protection file, and who have an EHC plan and have no named worker",
        ),
        (
            {"social_care": ["child in need", "care leaver"]},
            "pupils who are open to social care (child in need or care leaver)",
        ),
    ],
)
def test_in_words(mapping: dict[str, object], words: str) -> None:
    assert parse_criteria(mapping).in_words() == words


def test_reasons_say_what_was_wanted_and_what_was_found() -> None:
    parsed = parse_criteria({"year_group": [6], "sen": ["E"], "moves_school": "yes", "child_protection_file": False})
    facts = PLAIN._replace(sen_provision="K", leaving_year_group=8, child_protection_file=True)
    assert [str(reason) for reason in parsed.reasons(facts, 6)] == [
        "Year group: is in Year 6",
        "SEN provision: needs an EHC plan; has SEN support",
        "Child protection file: needs to have no child protection file; has a child protection file",
        "Moves school: needs to leave their school at the end of the year; is at a school that ends with Year 8",
    ]


def test_reason_for_alternatives_shows_what_holds_or_else_all_that_was_looked_at() -> None:
    parsed = parse_criteria({"any_of": HANDOVER})
    (holding,) = parsed.reasons(PLAIN._replace(tier="enhanced"), 6)
    assert (holding.holds, str(holding)) == (True, "One of: is in the enhanced tier")
    (failing,) = parsed.reasons(PLAIN, 6)
    assert str(failing) == (
        "One of: needs SEN support or an EHC plan, or needs to be looked after, "
        "or needs to be in the targeted or enhanced tier; has no SEN; is not looked after; has no tier yet"
    )


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({"sens": ["E"]}, 'there is no criterion "sens"; understood are year_group, sen,'),
        ({"sen": ["A", "E"]}, "sen: 'A' not understood; understood are N, K, E"),
        ({"sen": "E"}, 'sen: a list was expected, such as ["N", "K"]'),
        ({"tier": []}, "tier: the list is empty, so no pupil could match"),
        ({"year_group": [21]}, "year_group: 21 not understood; understood are -1, 0, 1,"),
        ({"year_group": [True]}, "year_group: True not understood"),
        ({"year_group": 6}, "year_group: a list was expected, such as [-1, 0]"),
        ({"looked_after": "yes"}, "looked_after: 'yes' not understood; understood are true and false"),
        ({"social_care": "some"}, 'social_care: \'some\' not understood; understood are "any" and "none"'),
        (
            {"moves_school": True},
            'moves_school: True not understood; understood are "yes", "yes or not known" and "yes unless staying"',
        ),
        ({"any_of": []}, "any_of: a list of tables was expected"),
        ({"any_of": [{}]}, "any_of: alternative 1 is not a table with at least one criterion in it"),
        ({"any_of": [{"sen": ["E"]}, {"sen": ["Q"]}]}, "any_of alternative 2: sen: 'Q' not understood"),
        ({"any_of": [{"any_of": [{"sen": ["E"]}]}]}, 'any_of alternative 1: there is no criterion "any_of"'),
    ],
)
def test_a_problem_names_the_key_and_what_is_understood(mapping: dict[str, object], sentence: str) -> None:
    with pytest.raises(CriteriaProblem) as caught:
        parse_criteria(mapping)
    assert len(caught.value.sentences) == 1
    assert sentence in str(caught.value)


def test_every_problem_is_found_at_once() -> None:
    with pytest.raises(CriteriaProblem) as caught:
        parse_criteria({"colour": "red", "sen": ["Z"], "any_of": [{"tier": ["gold"]}]})
    assert len(caught.value.sentences) == 3


def test_what_is_understood_is_listed() -> None:
    with pytest.raises(CriteriaProblem) as caught:
        parse_criteria({"colour": "red"})
    assert all(key in str(caught.value) for key in (*KEYS, ANY_OF))


FLAGS = sorted(name for name, key in KEYS.items() if key.parse is yes_or_no)


def _some(values: tuple[Any, ...]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=1, unique=True)


SIMPLE = st.fixed_dictionaries(
    {},
    optional={
        "year_group": _some(YEAR_GROUPS),
        "sen": _some(PROVISIONS),
        "tier": _some(TIERS),
        "social_care": st.one_of(st.sampled_from(["any", "none"]), _some(SOCIAL_CARE_KINDS)),
        "moves_school": st.sampled_from(["yes", "yes or not known"]),
        **{flag: st.booleans() for flag in FLAGS},
    },
)
MAPPINGS = st.builds(
    lambda simple, alternatives: simple | ({"any_of": alternatives} if alternatives else {}),
    SIMPLE,
    st.lists(SIMPLE.filter(bool), max_size=3),
)
FACTS = st.builds(
    Facts,
    date_of_birth=st.just(date(2015, 2, 15)),
    cohort_year=st.just(2019),
    sen_provision=st.sampled_from(PROVISIONS),
    tier=st.sampled_from([None, *TIERS]),
    social_care=st.frozensets(st.sampled_from(SOCIAL_CARE_KINDS)),
    child_protection_file=st.booleans(),
    pupil_premium=st.booleans(),
    leaving_year_group=st.sampled_from([None, 2, 6, 11]),
    in_year_move_on=st.sampled_from([None, DAY]),
    owner_since=st.sampled_from([None, DAY]),
)


@given(MAPPINGS)
def test_the_canonical_form_reads_back_to_the_same(mapping: dict[str, object]) -> None:
    parsed = parse_criteria(mapping)
    written = json.loads(json.dumps(parsed.to_mapping()))
    assert parse_criteria(written) == parsed
    assert parse_criteria(written).to_mapping() == written


@given(MAPPINGS, FACTS, st.sampled_from(YEAR_GROUPS))
def test_what_applies_is_what_the_reasons_say(mapping: dict[str, object], facts: Facts, year_group: int) -> None:
    parsed = parse_criteria(mapping)
    assert parsed.applies(facts, year_group) is all(reason.holds for reason in parsed.reasons(facts, year_group))


@given(MAPPINGS, FACTS, st.sampled_from(YEAR_GROUPS))
def test_every_sentence_is_whole(mapping: dict[str, object], facts: Facts, year_group: int) -> None:
    parsed = parse_criteria(mapping)
    sentences = [parsed.in_words(), *map(str, parsed.reasons(facts, year_group))]
    assert not [
        sentence for sentence in sentences if "  " in sentence or "None" in sentence or sentence != sentence.strip()
    ]


def test_the_order_of_keys_and_values_does_not_matter() -> None:
    one = parse_criteria({"sen": ["E", "K", "E"], "year_group": [6]})
    assert one == parse_criteria({"year_group": [6], "sen": ["K", "E"]})
    assert hash(one) == hash(Criteria((("year_group", (6,)), ("sen", ("K", "E")))))
