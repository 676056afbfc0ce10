"""When a plan is reviewed next, for whomever and on whatever day."""

import itertools
from datetime import date, timedelta

import pytest
from builders import add_episode, add_plan, add_pupil, add_terms
from hypothesis import example, given
from hypothesis import strategies as st

from transitions.plans import lifecycle, page, questions
from transitions.plans.lifecycle import move_day, next_review
from transitions.plans.questions import Cycle, load_shipped
from transitions.school_year import add_months, birthday
from transitions.workspace import Workspace

CYCLES = load_shipped().cycles
MONTHS = {cycle.code: cycle.months for cycle in CYCLES}
WORDS = {cycle.code: cycle.words for cycle in CYCLES}
AFTER = date(2026, 11, 21)
KINDS = ("child in need", "child protection", "looked after", "care leaver", "short breaks")

days = st.dates(date(2020, 1, 1), date(2040, 12, 31)) | st.sampled_from(
    [date(2028, 2, 29), date(2027, 11, 30), date(2026, 8, 31), date(2027, 12, 31), date(2027, 1, 31)]
)
pupils = st.fixed_dictionaries(
    {
        "age": st.integers(3, 25),
        "sen_provision": st.sampled_from("NKE"),
        "social_care": st.frozensets(st.sampled_from(KINDS), max_size=2),
    }
)
cycles = st.just(CYCLES) | st.lists(st.integers(1, 24), min_size=len(CYCLES), max_size=len(CYCLES)).map(
    lambda months: tuple(Cycle(one.code, one.words, number) for one, number in zip(CYCLES, months, strict=True))
)


def applying(found: tuple[Cycle, ...], age: int, sen_provision: str, social_care: frozenset[str]) -> dict[str, int]:
    """The cycles by their published definitions, said a second time."""
    months = {cycle.code: cycle.months for cycle in found}
    codes = {"plan"}
    codes |= {"K": {"SEN support"}, "E": {"EHC plan"}}.get(sen_provision, set())
    codes |= social_care & {"looked after", "care leaver"}
    codes |= {"social care 14+"} if social_care and age >= 14 else set()
    return {code: months[code] for code in codes}


@pytest.mark.parametrize(
    ("pupil", "code", "day"),
    [
        ({"age": 11, "sen_provision": "N"}, "plan", date(2027, 11, 21)),
        ({"age": 11, "sen_provision": "E"}, "EHC plan", date(2027, 11, 21)),
        ({"age": 11, "sen_provision": "K"}, "SEN support", date(2027, 3, 21)),
        ({"age": 13, "social_care": {"child in need"}}, "plan", date(2027, 11, 21)),
        ({"age": 14, "social_care": {"child in need"}}, "social care 14+", date(2027, 5, 21)),
        ({"age": 14, "sen_provision": "E", "social_care": {"short breaks"}}, "social care 14+", date(2027, 5, 21)),
        ({"age": 8, "social_care": {"looked after"}}, "looked after", date(2027, 3, 21)),
        ({"age": 15, "social_care": {"looked after"}}, "looked after", date(2027, 3, 21)),
        ({"age": 18, "social_care": {"care leaver"}}, "care leaver", date(2027, 5, 21)),
    ],
)
def test_the_shortest_cycle_that_applies_and_why(pupil: dict[str, object], code: str, day: date) -> None:
    given_: dict[str, object] = {"sen_provision": "N", "social_care": frozenset(), **pupil}
    given_["social_care"] = frozenset(given_["social_care"])
    assert next_review(CYCLES, after=AFTER, moves_on=None, **given_) == (day, WORDS[code])


@given(after=days, pupil=pupils, moves_in=st.none() | st.integers(-400, 900), found=cycles)
@example(date(2028, 2, 29), {"age": 15, "sen_provision": "N", "social_care": frozenset({"child in need"})}, 92, CYCLES)
@example(date(2027, 11, 30), {"age": 17, "sen_provision": "N", "social_care": frozenset({"child in need"})}, 91, CYCLES)
@example(date(2027, 11, 30), {"age": 17, "sen_provision": "N", "social_care": frozenset({"child in need"})}, 92, CYCLES)
def test_it_lies_ahead_and_never_beyond_any_cycle_that_applies(
    after: date, pupil: dict[str, object], moves_in: int | None, found: tuple[Cycle, ...]
) -> None:
    moves_on = None if moves_in is None else after + timedelta(days=moves_in)
    proposed = next_review(found, after=after, moves_on=moves_on, **pupil)
    mine = applying(found, **pupil)
    assert after < proposed.on <= add_months(after, min(mine.values()))
    assert proposed.because in {cycle.words for cycle in found if cycle.code in {*mine, "last months"}}
    grown_in_care = bool(pupil["social_care"]) and pupil["age"] >= 14
    if moves_on is None or moves_on <= after or not grown_in_care:
        assert proposed.on == add_months(after, min(mine.values()))


@given(
    after=days,
    pupil=pupils.filter(lambda one: one["age"] >= 14 and one["social_care"]),
    days_to_go=st.integers(1, 1_500),
)
def test_from_review_to_review_the_last_three_months_have_one_every_month(
    after: date, pupil: dict[str, object], days_to_go: int
) -> None:
    moves_on = after + timedelta(days=days_to_go)
    begins = add_months(moves_on, -3)
    held = [after]
    while held[-1] < moves_on:
        held.append(next_review(CYCLES, after=held[-1], moves_on=moves_on, **pupil).on)
    for last, coming in itertools.pairwise(held):
        if last >= begins:
            assert coming <= add_months(last, 1)
        else:
            assert coming <= add_months(begins, 1)  # the first of the last months is not left out
    assert len([day for day in held if begins < day < moves_on]) >= (2 if after <= begins else 0)


@pytest.mark.parametrize(
    ("moves_on", "day", "code"),
    [
        (date(2027, 5, 22), date(2027, 2, 22), "last months"),  # six months would be the day before the move
        (date(2027, 6, 30), date(2027, 3, 30), "last months"),
        (date(2027, 7, 20), date(2027, 4, 20), "last months"),
        (date(2027, 7, 21), date(2027, 5, 21), "social care 14+"),  # within the first of them
        (date(2027, 9, 1), date(2027, 5, 21), "social care 14+"),
        (date(2027, 2, 21), date(2026, 12, 21), "last months"),
        (date(2026, 11, 22), date(2026, 12, 21), "last months"),
        (AFTER, date(2027, 5, 21), "social care 14+"),  # the move has been
    ],
)
def test_the_last_months_by_the_day_of_the_move(moves_on: date, day: date, code: str) -> None:
    proposed = next_review(
        CYCLES, after=AFTER, age=17, sen_provision="N", social_care=frozenset({"child in need"}), moves_on=moves_on
    )
    assert proposed == (day, WORDS[code])


def test_leap_days_and_short_months() -> None:
    def proposed(after: date, months: int) -> date:
        one = tuple(Cycle(cycle.code, cycle.words, months) for cycle in CYCLES)
        return next_review(one, after=after, age=9, sen_provision="N", social_care=frozenset(), moves_on=None).on

    assert proposed(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert proposed(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert proposed(date(2027, 1, 31), 1) == date(2027, 2, 28)


@given(born=st.dates(date(2000, 1, 1), date(2022, 12, 31)), today=days)
def test_the_day_of_the_move(born: date, today: date) -> None:
    for point, age in (("14+", 18), ("18", 18), ("CARE16", 16), ("25", 25)):
        assert move_day(point, born, today) == birthday(born, age)
    september = move_day("6-7", born, today)
    assert september is not None
    assert (september.month, september.day) == (9, 1)
    assert timedelta(0) < september - today <= timedelta(days=366)
    assert move_day("INYR", born, today) is None
    assert move_day("INYR", born, today, today) == today
    assert move_day("6-7", born, today, today) == september


def proposal(workspace: Workspace, plan_id: int, after: date = AFTER) -> tuple[date, str]:
    return lifecycle.propose_review(workspace, page.load(workspace, plan_id), after=after)


def test_a_plan_is_looked_at_as_the_pupil_was_on_that_day(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, date_of_birth=date(2012, 11, 1))
    plan_id = add_plan(workspace, pupil, "14+")
    add_episode(workspace, pupil, "child in need", date(2026, 11, 1), date(2026, 11, 25))
    assert proposal(workspace, plan_id, date(2026, 10, 31)) == (
        date(2027, 10, 29),
        f"{WORDS['plan']}, and schools are closed on Sun 31 Oct 2027",
    )
    assert proposal(workspace, plan_id, date(2026, 11, 1)) == (
        date(2027, 4, 30),
        f"{WORDS['social care 14+']}, and schools are closed on Sat 1 May 2027",
    )
    assert proposal(workspace, plan_id, date(2026, 11, 25))[1] == WORDS["social care 14+"]
    assert proposal(workspace, plan_id, date(2026, 11, 26)) == (date(2027, 11, 26), WORDS["plan"])
    # open to social care, but thirteen on that day
    add_episode(workspace, pupil, "short breaks", date(2026, 9, 1), date(2026, 10, 20))
    assert proposal(workspace, plan_id, date(2026, 10, 1))[1] == WORDS["plan"]


def test_a_council_says_how_often(workspace: Workspace) -> None:
    plan_id = add_plan(workspace, add_pupil(workspace, sen_provision="K"))
    assert proposal(workspace, plan_id) == (
        date(2027, 3, 19),
        f"{WORDS['SEN support']}, and schools are closed on Sun 21 Mar 2027",
    )
    questions.save_words(workspace, {"review SEN support": {"months": 3}})
    assert proposal(workspace, plan_id) == (
        date(2027, 2, 19),
        f"{WORDS['SEN support']}; this council: every 3 months, and schools are closed on Sun 21 Feb 2027",
    )


@pytest.mark.parametrize(
    ("months", "after", "on"),
    [
        (6, date(2026, 9, 29), date(2027, 3, 25)),  # six months on is Easter Monday
        (6, date(2026, 8, 15), date(2027, 2, 12)),  # the Monday of half-term
        (1, date(2027, 7, 21), date(2027, 9, 1)),  # in the holidays, with no school day before it
        (3, date(2027, 2, 3), date(2027, 4, 30)),  # the early May bank holiday
    ],
)
def test_a_review_is_proposed_on_a_school_day(workspace: Workspace, months: int, after: date, on: date) -> None:
    add_terms(workspace)
    plan_id = add_plan(workspace, add_pupil(workspace))
    questions.save_words(workspace, {"review plan": {"months": months}})
    day, because = proposal(workspace, plan_id, after)
    assert day == on
    assert "schools are closed on " in because


def test_a_move_during_the_year_is_on_its_own_day(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=10, in_year_move_on=date(2027, 1, 11))
    add_episode(workspace, pupil, "child in need", date(2026, 1, 5))
    plan_id = add_plan(workspace, pupil, "INYR")
    assert proposal(workspace, plan_id) == (date(2026, 12, 21), WORDS["last months"])
