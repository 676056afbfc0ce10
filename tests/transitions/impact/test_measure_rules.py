"""What the measures of the new records count and what not, on a handful of made-up pupils."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from statistics import median
from typing import Any

import pytest
from builders import add_pupil, add_school
from conftest import Opener
from hypothesis import given
from hypothesis import strategies as st

from transitions.exporting.documents.rendering import render
from transitions.impact import records as kinds
from transitions.impact.booklet import booklet
from transitions.impact.listing import records
from transitions.impact.measure import Asked, Figure
from transitions.impact.measures import figures
from transitions.impact.measures.behind import middle
from transitions.pupils.small_records import RecordKind, save
from transitions.workspace import Workspace


@pytest.fixture
def spring(opener: Opener) -> Workspace:
    return opener(date(2027, 3, 1))


def put(workspace: Workspace, kind: RecordKind[Any], owner: int, *rows: Mapping[str, object]) -> None:
    for one in rows:
        save(workspace, kind, owner, None, one)


def found(workspace: Workspace, measure: str, year: int = 2026) -> dict[str, Figure]:
    return {one.part: one for one in figures(Asked(workspace, year), [measure])}


def test_who_counts_as_neet_goes_by_age_on_31_august_and_by_the_code_that_holds_on_the_day(spring: Workspace) -> None:
    young: Sequence[tuple[date, Sequence[tuple[int, str, str]]]] = (
        (date(2010, 8, 31), [(619, "1/9/26", "31/12/26"), (230, "1/1/27", "")]),  # just 16; NEET in December alone
        (date(2008, 9, 1), [(820, "15/1/27", "31/1/27")]),  # just not 18; recorded for two weeks only
        (date(2010, 9, 1), [(619, "1/9/26", "")]),  # still 15
        (date(2008, 8, 31), [(619, "1/9/26", "")]),  # 18
        (date(2009, 3, 1), [(710, "1/9/26", "")]),
        (date(2009, 3, 2), [(550, "1/9/26", "")]),
        (date(2009, 3, 3), [(230, "1/9/26", ""), (540, "1/2/27", "")]),  # the newer one holds
    )
    for place, (born, activities) in enumerate(young):
        number = add_pupil(spring, surname=f"Pupil {place}", date_of_birth=born)
        put(
            spring,
            kinds.ACTIVITY,
            number,
            *({"code": code, "started_on": on, "ended_on": to} for code, on, to in activities),
        )
    ours = found(spring, "neet")
    counts = {part: (one.counted, one.base) for part, one in ours.items()}
    assert counts == {
        "": (2, 4), "Thu 31 Dec 2026": (2, 4), "Sun 31 Jan 2027": (1, 4), "Sun 28 Feb 2027": (2, 4), "today": (2, 4),
    }  # fmt: skip
    assert ours[""].value == pytest.approx(41.7)
    assert ours["today"].beside == (
        "1 in custody left out, 1 with nothing recorded are among the not known, 1 of 550, which some count as NEET"
    )


def test_the_winter_before_is_told_until_december_is_over(opener: Opener) -> None:
    for day, winter in ((date(2026, 12, 30), 2025), (date(2026, 12, 31), 2026)):
        workspace = opener(day, name=f"{day}.db")
        number = add_pupil(workspace, surname="Ash", date_of_birth=date(2009, 12, 1))
        put(workspace, kinds.ACTIVITY, number, {"code": 619, "started_on": "1/9/25"})
        assert found(workspace, "neet")[""].period == f"December {winter} to February {winter + 1}"
        # on 31 August 2025 still 15
        base = int(winter == 2026)
        assert (found(workspace, "neet")[""].counted, found(workspace, "neet")[""].base) == (base, base)


def test_means_of_three_days_add_up_to_the_mean_of_all(spring: Workspace) -> None:
    born = {"date_of_birth": date(2009, 3, 1)}
    ways = [[(619, "1/9/26", "31/1/27")], [(820, "1/9/26", "31/12/26"), (230, "1/1/27", "")], [(230, "1/9/26", "")]]
    for place, activities in enumerate(ways * 2):
        number = add_pupil(spring, surname=f"Pupil {place}", **born)
        put(
            spring,
            kinds.ACTIVITY,
            number,
            *({"code": code, "started_on": on, "ended_on": to} for code, on, to in activities),
        )
    parts = found(spring, "neet-kinds").values()
    assert sum(one.counted or 0 for one in parts) == 6 == next(iter(parts)).base


def test_of_several_scores_the_last_after_the_move_and_the_last_before_it_make_a_pair(spring: Workspace) -> None:
    one, two, three = (add_pupil(spring, surname=name, year_group=7) for name in ("Ash", "Birch", "Cedar"))

    def scores(number: int, *said: tuple[str, str, float]) -> None:
        same = {"scale": "Kidscreen-52", "dimension": "school environment"}
        put(
            spring,
            kinds.SCORE,
            number,
            *({**same, "moment": moment, "scored_on": on, "score": score} for moment, on, score in said),
        )

    scores(one, ("before", "1/5/26", 60), ("before", "20/6/26", 40), ("after", "12/10/26", 70), ("after", "1/2/27", 45))
    scores(two, ("before", "20/6/26", 50), ("after", "12/10/26", 50))
    scores(three, ("before", "1/2/27", 50), ("after", "12/10/26", 55))  # the day of one of the two is wrong
    [figure] = found(spring, "wellbeing").values()
    assert (figure.counted, figure.base, figure.value) == (1, 2, 2.5)
    assert figure.beside == "the same 1, lower 0; 1 without a score before"
    assert not any(one.base for one in found(spring, "wellbeing", 2025).values())


def test_a_school_counts_once_in_the_reach_however_often_it_refers_and_a_closed_offer_not_at_all(
    spring: Workspace,
) -> None:
    ash, birch = (add_school(spring, name) for name in ("Ash Primary", "Birch Primary"))
    number = add_pupil(spring, surname="Khan", year_group=6, school_id=ash)
    same = {"service": "Calm", "need_identified_on": "1/9/26"}
    put(
        spring, kinds.REFERRAL, number, {**same, "referred_on": "11/9/26"},
        {**same, "referred_on": "21/9/26", "answered_on": "25/9/26", "outcome": "bounced"},
        {**same, "referred_on": "1/9/25", "need_identified_on": ""},
    )  # fmt: skip
    put(spring, kinds.OFFER, ash, {"tier": "gold", "started_on": "1/9/25", "ended_on": "31/8/26"})
    put(spring, kinds.OFFER, birch, {"tier": "silver", "days_a_week": "1", "started_on": "1/9/26"})
    assert [one.text for one in found(spring, "services-reach").values()] == ["1 of 2 schools (50%)"] * 2
    assert {part: one.counted for part, one in found(spring, "services-offers").items()} == {
        "": 1, "platinum": 0, "gold": 0, "silver": 1, "bronze": 0,
    }  # fmt: skip
    assert found(spring, "navigator-days")[""].text == "1 day a week in all; 1 of 2 schools (50%)"
    assert found(spring, "referral-days-to-refer")[""].text == "15 days, of 2 referrals"
    assert found(spring, "referral-first-time-right")[""].text == "0 of 1 referral (0%); 1 not answered yet"
    assert found(spring, "referral-earlier")[""].beside == "no referral from last year to compare with"


def test_the_newest_rating_of_each_counts_and_who_was_only_assessed_is_not_said_to_be_unrated(
    spring: Workspace,
) -> None:
    number, reception = (add_pupil(spring, surname=name, year_group=6) for name in ("Ash", "Birch"))
    put(
        spring, kinds.READINESS, number,
        {"assessed_on": "1/6/26", "school_rating": "2", "pupil_rating": "5", "family_rating": "3"},
        {"assessed_on": "1/2/27", "school_rating": "4"},
    )  # fmt: skip
    put(spring, kinds.READINESS, reception, {"assessed_on": "1/6/26", "good_level": "yes"})
    assert [one.text for one in found(spring, "readiness-ratings").values()] == [
        "1 of 1 child (100%)", "1 of 1 child (100%)", "0 of 1 child (0%)",
    ]  # fmt: skip


def test_a_suspension_without_a_day_is_said_beside_every_count_of_suspensions(spring: Workspace) -> None:
    more = {"year_group": 7, "tier": "enhanced", "pupil_premium": True, "sen_provision": "K"}
    number = add_pupil(spring, surname="Ash", **more)
    add_pupil(spring, surname="Birch", suspensions=2, **more)
    with spring.change("Event", "of long ago") as action:
        action.insert("placement", {"pupil_id": number, "kind": "suspension"})
    said = "of 1 more only a number is recorded; 1 event without a date, not counted"
    for measure, part in (
        ("year7-suspended", ""), ("premium-suspended", "pupil premium"), ("enhanced-suspended", "enhanced offer")
    ):  # fmt: skip
        assert (found(spring, measure)[part].beside, found(spring, measure)[part].base) == (said, 2)


def test_the_mean_of_three_days_is_the_percentage_that_stands_beside_it(spring: Workspace) -> None:
    for place in range(4):
        number = add_pupil(spring, surname=f"Pupil {place}", date_of_birth=date(2009, 3, 1))
        put(spring, kinds.ACTIVITY, number, {"code": 230, "started_on": "1/9/26" if place else "1/1/27"})
    [first, *_] = found(spring, "neet").values()
    assert first.text == "8.3%; 0.3 of 4 children on average"
    [record, *_] = records(spring, [first])
    assert replace(first, exact=(0.3, 1)).text == "8.3%; 0.3 of 1 child on average"
    assert (record["numerator"], record["denominator"], record["value"]) == (0.3, 4, 8.3)


def test_the_last_weeks_of_attendance_say_until_when_they_are_recorded(spring: Workspace) -> None:
    number = add_pupil(spring, surname="Ash", year_group=7)
    put(spring, kinds.WEEK, number, {"week_on": "16/11/26", "possible": "10", "attended": "5"})
    assert "the latest week is that of Mon 16 Nov 2026" in found(spring, "first-weeks")[""].beside


def test_both_ends_of_the_middle_half_are_rounded_alike() -> None:
    assert middle([3, 3, 4, 12, 13, 14])[1] == "half from 3.3 to 12.8"
    assert middle([1.0, 2.0, 3.0, 4.0, 5.0])[1] == "half from 2 to 4"


def test_tier_navigator_and_healthy_schools_stand_each_by_the_newest_record_that_says_it(spring: Workspace) -> None:
    ash = add_school(spring, "Ash Primary")
    put(
        spring, kinds.OFFER, ash,
        {"tier": "gold", "navigator": "Sam", "days_a_week": "2", "healthy_schools": "achieved", "started_on": "1/9/25"},
        {"tier": "silver", "started_on": "1/9/26"},
        {"healthy_schools": "quality award", "started_on": "1/10/26"},
    )  # fmt: skip
    assert [part for part, one in found(spring, "services-offers").items() if one.counted] == ["", "silver"]
    assert found(spring, "navigator-days")[""].value == 2
    assert [part for part, one in found(spring, "healthy-schools").items() if one.counted] == ["quality award"]
    said = " ".join(render(booklet(spring)).decode().split())
    assert "Silver Navigator: Sam Days a week: 2 Healthy Schools: Quality award" in said


@given(st.lists(st.integers(-100, 100).map(float), max_size=40))
def test_the_middle_half_lies_about_the_median(values: list[float]) -> None:
    value, spread = middle(values)
    assert value == (median(values) if values else None)
    assert bool(spread) == (len(values) >= 4)
