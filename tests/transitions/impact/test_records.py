"""What is refused of the records behind the figures, and what follows from one."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from builders import add_plan, add_pupil, add_school, add_terms

from transitions.errors import FieldProblems
from transitions.impact import records as kinds
from transitions.pupils.small_records import COUNCIL, RecordKind, records, save, take_out
from transitions.workspace import Workspace

DAY = "2026-09-01"
WEEK = {"week_on": "2026-09-08", "possible": "10", "attended": "9"}
SCORE = {"scale": "Own", "dimension": "mood", "moment": "before", "scored_on": DAY, "score": "4"}
STUDY = {"title": "A calm start", "story": "It went well."}
REFUSED: list[tuple[RecordKind[Any], Mapping[str, object], str, str]] = [
    (kinds.REFERRAL, {"referred_on": DAY}, "service", "needed"),
    (kinds.REFERRAL, {"service": "Calm", "referred_on": "2026-12-01"}, "referred_on", "in the future"),
    (
        kinds.REFERRAL,
        {"service": "Calm", "referred_on": DAY, "need_identified_on": "2026-09-02"},
        "referred_on",
        "comes before",
    ),
    (kinds.REFERRAL, {"service": "Calm", "referred_on": DAY, "outcome": "accepted"}, "answered_on", "Say when"),
    (kinds.REFERRAL, {"service": "Calm", "referred_on": DAY, "answered_on": DAY}, "outcome", "Say what"),
    (kinds.OFFER, {"started_on": DAY}, "tier", "Say the offer"),
    (kinds.OFFER, {"started_on": DAY, "tier": "tin"}, "tier", "platinum, gold"),
    (kinds.OFFER, {"started_on": DAY, "tier": "gold", "days_a_week": "6"}, "days_a_week", "from 0 to 5"),
    (kinds.RECOMMENDATION, {"review": "R", "recommendation": "x", "measure": "none"}, "measure", "no such measure"),
    (
        kinds.RECOMMENDATION,
        {"review": "R", "recommendation": "x", "workshop_action_id": "99"},
        "workshop_action_id",
        "no action #99",
    ),
    (kinds.RECOMMENDATION, {"review": "R", "recommendation": "x", "graded_on": DAY}, "grade", "Say the grade"),
    (kinds.SCORE, {**SCORE, "score": "nan"}, "score", "from -1,000,000 to 1,000,000"),
    (kinds.SCORE, {**SCORE, "scale": "kidscreen-52", "dimension": "mood"}, "dimension", "physical wellbeing"),
    (kinds.SCORE, {**SCORE, "scale": "kidscreen-52", "dimension": "autonomy", "score": "101"}, "score", "0 to 100"),
    (kinds.READINESS, {"assessed_on": DAY}, "good_level", "Say the good level"),
    (kinds.READINESS, {"assessed_on": DAY, "pupil_rating": "6"}, "pupil_rating", "from 1 to 5"),
    (kinds.ACTIVITY, {"code": "231", "started_on": DAY}, "code", "activity code"),
    (kinds.ACTIVITY, {"code": "230", "started_on": DAY, "ended_on": "2026-08-31"}, "ended_on", "comes before"),
    (kinds.CASE_STUDY, {**STUDY, "story": "Aisha went."}, "story", "names Aisha"),
    (kinds.CASE_STUDY, {**STUDY, "title": "The move of KHAN"}, "title", "names Khan"),
    (kinds.CASE_STUDY, {**STUDY, "plan_id": "99"}, "plan_id", "not one of this pupil"),
    (kinds.CASE_STUDY, {**STUDY, "agreed_on": DAY}, "agreed_by", "Say who"),
    (kinds.CASE_STUDY, {**STUDY, "withdrawn_on": DAY}, "withdrawn_on", "no agreement"),
    (kinds.ENTERED, {"measure": "m", "whose": "w", "period": "p", "source": "s"}, "counted", "Give the count"),
    (
        kinds.ENTERED,
        {"measure": "m", "whose": "w", "period": "p", "source": "s", "counted": "9", "base": "8"},
        "counted",
        "more than its base of 8",
    ),
    (
        kinds.ENTERED,
        {"measure": "m", "whose": "w", "period": "p", "source": "s", "value": "9"},
        "unit",
        "Give the unit",
    ),
    (kinds.WEEK, {**WEEK, "attended": "11"}, "attended", "more than the 10"),
]


@pytest.fixture
def pupil(workspace: Workspace) -> int:
    return add_pupil(workspace, surname="Khan", forename="Aisha")


@pytest.mark.parametrize(
    ("kind", "given", "field", "words"), REFUSED, ids=[f"{one[0].title}-{one[2]}-{one[3]}" for one in REFUSED]
)
def test_what_cannot_be_is_refused_with_what_would_do(
    workspace: Workspace, pupil: int, kind: RecordKind[Any], given: Mapping[str, object], field: str, words: str
) -> None:
    owner = {"council": COUNCIL, "pupil": pupil, "school": add_school(workspace, "Northgate")}[kind.owner]
    with pytest.raises(FieldProblems) as refused:
        save(workspace, kind, owner, None, given)
    assert words in refused.value.problems[field]


def test_a_week_of_holidays_takes_no_sessions_and_a_week_without_any_is_one(workspace: Workspace, pupil: int) -> None:
    add_terms(workspace)
    with pytest.raises(FieldProblems, match="closed all that week"):
        save(workspace, kinds.WEEK, pupil, None, {"week_on": "28/10/2026", "possible": "10", "attended": "9"})
    save(workspace, kinds.WEEK, pupil, None, {"week_on": "2/11/2026", "possible": "10", "attended": "0"})


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (kinds.WEEK, WEEK),
        (kinds.SCORE, SCORE),
        (kinds.READINESS, {"assessed_on": DAY, "good_level": "yes"}),
        (kinds.ACTIVITY, {"code": "230", "started_on": DAY}),
        (kinds.OFFER, {"tier": "gold", "started_on": DAY}),
    ],
)
def test_what_there_is_once_a_day_names_the_one_that_stands(
    workspace: Workspace, pupil: int, kind: RecordKind[Any], given: dict[str, str]
) -> None:
    owner = add_school(workspace, "Northgate") if kind.owner == "school" else pupil
    number = save(workspace, kind, owner, None, given).number
    with pytest.raises(FieldProblems, match=f"There is already one for .*#{number}"):
        save(workspace, kind, owner, None, given)
    assert save(workspace, kind, owner, number, given).number == number
    take_out(workspace, kind, number)
    save(workspace, kind, owner, None, given)


def test_a_new_activity_ends_the_one_before_and_an_undo_opens_it_again(workspace: Workspace, pupil: int) -> None:
    save(workspace, kinds.ACTIVITY, pupil, None, {"code": "210", "started_on": "2025-09-01"})
    said = save(workspace, kinds.ACTIVITY, pupil, None, {"code": "619 looking", "started_on": DAY}).summary
    assert "school sixth form (#1) ended on Monday 31 August 2026" in said
    assert "activity #1 begins in Year 5, and activities are kept from Year 11" in said
    assert [(one.code, one.ended_on) for one in records(workspace, kinds.ACTIVITY, pupil)] == [
        (619, None),
        (210, date(2026, 8, 31)),
    ]


def test_an_activity_overlaps_no_other_but_a_while_inside_one_does_not_end_it(workspace: Workspace, pupil: int) -> None:
    def put(code: str, first: str, last: str = "", number: int | None = None) -> int:
        given = {"code": code, "started_on": first, "ended_on": last}
        return save(workspace, kinds.ACTIVITY, pupil, number, given).number

    ended = put("210", "2025-09-01", "2026-06-30")
    for given, field, words in (
        (("619", "2026-06-01"), "started_on", "overlaps #1, school sixth form, which ended on Tuesday 30 June 2026"),
        (("619", "2026-06-01", "2026-07-30"), "started_on", "overlaps #1"),
        (("619", "2025-08-01", "2025-12-01"), "ended_on", "Say a day before Monday 1 September 2025, when #1 began"),
    ):
        with pytest.raises(FieldProblems) as refused:
            put(*given)
        assert words in refused.value.problems[field]
    still = put("230", "2026-09-01")
    inside = put("350", "2026-10-01", "2026-10-20")
    with pytest.raises(FieldProblems, match=r"when #2 began"):
        put("619", "2026-08-01")
    with pytest.raises(FieldProblems, match=r"overlaps #1"):
        put("619", "2026-06-01", "2026-10-30")
    put("230", "2026-09-01", "2026-11-01", still)
    take_out(workspace, kinds.ACTIVITY, inside)
    open_one = put("410", "2026-11-02")
    take_out(workspace, kinds.ACTIVITY, put("350", "2026-11-03", "2026-11-04"))
    assert {one.id: one.ended_on for one in records(workspace, kinds.ACTIVITY, pupil)} == {
        ended: date(2026, 6, 30), still: date(2026, 11, 1), open_one: None,
    }  # fmt: skip


def test_a_grade_that_is_emptied_takes_its_day_with_it(workspace: Workspace) -> None:
    given = {"review": "R", "recommendation": "x", "grade": "2"}
    number = save(workspace, kinds.RECOMMENDATION, COUNCIL, None, given).number
    save(workspace, kinds.RECOMMENDATION, COUNCIL, number, {"grade": ""})
    (row,) = records(workspace, kinds.RECOMMENDATION, COUNCIL)
    assert (row.grade, row.graded_on) == (None, None)


def test_what_is_wrong_of_a_field_comes_before_that_there_is_one_already(workspace: Workspace, pupil: int) -> None:
    save(workspace, kinds.SCORE, pupil, None, SCORE)
    with pytest.raises(FieldProblems) as refused:
        save(workspace, kinds.SCORE, pupil, None, {**SCORE, "score": "many"})
    assert list(refused.value.problems) == ["score", "scored_on"]


def test_a_name_of_the_directory_is_taken_as_it_stands_there(workspace: Workspace, pupil: int) -> None:
    save(workspace, kinds.SERVICE, COUNCIL, None, {"name": "Calm Harbour"})
    save(workspace, kinds.REFERRAL, pupil, None, {"service": "CALM harbour", "reason": "Anxiety", "referred_on": DAY})
    (row,) = records(workspace, kinds.REFERRAL, pupil)
    assert (row.service, row.reason) == ("Calm Harbour", "anxiety")
    with pytest.raises(FieldProblems, match="already"):
        save(workspace, kinds.SERVICE, COUNCIL, None, {"name": "calm  harbour"})


def test_a_case_study_may_tell_of_a_plan_of_its_own_pupil(workspace: Workspace, pupil: int) -> None:
    plan = add_plan(workspace, pupil)
    save(workspace, kinds.CASE_STUDY, pupil, None, {**STUDY, "plan_id": str(plan)})
    (row,) = records(workspace, kinds.CASE_STUDY, pupil)
    assert (row.plan_id, row.written_on) == (plan, workspace.clock.today)
