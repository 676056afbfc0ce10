"""The form of a handover: everything the next school needs, nothing that must not be written, and answers read strictly."""

import json
import re
from datetime import date
from typing import Any

import pytest
from handover_rows import FROM_RECORD
from hostile import TEXTS
from hypothesis import given
from hypothesis import strategies as st

from db.schema.plans import Plan
from db.schema.pupils import Pupil
from transitions.errors import FieldProblems
from transitions.handovers.form import (
    HOLDS_NO_WORDS,
    KINDS,
    answer_words,
    own_values,
    read_answer,
    read_own,
    shipped,
    transitions,
    with_own,
)
from transitions.milestones.definitions import load_shipped as load_milestones
from transitions.pupils.codes import PROVISIONS
from transitions.questionnaire import Filled, Form, Question, completeness
from transitions.text import clean

TODAY = date(2026, 6, 12)
EVERY_FORM = [shipped(transition) for transition in transitions()]

OF_THE_FIELD_LIST = {
    "looked after, and before": ["looked_after", "previously_looked_after"],
    "child in need, child protection, as a flag": ["social_care"],
    "EHC plan, SEN support, needs by rank": ["sen_provision", "needs"],
    "free school meals, pupil premium": ["free_school_meals", "pupil_premium"],
    "language": ["english_additional_language", "english_stage"],
    "other flags": ["gypsy_roma_traveller", "service_child", "young_carer", "medical_alert"],
    "destination": ["next_school", "offer", "appeal_pending"],
    "attendance": ["attendance_this_year", "attendance_last_year", "lates", "persistent_absence"],
    "barriers": ["attendance_barriers", "avoids_school"],
    "suspensions": ["suspensions", "suspension_sessions"],
    "part-time timetable": ["part_time_timetable", "part_time_until"],
    "alternative provision, nurture": ["placed_elsewhere", "placement", "placement_back_on"],
    "key stage 2": ["ks2_reading_score", "ks2_gps_score", "ks2_maths_score"],
    "teacher assessment": ["reading_judgement", "writing_judgement", "maths_judgement"],
    "reading age": ["reading_age", "reading_test", "reading_test_on", "phonics_passed"],
    "provision": ["provision_in_place", "what_works", "triggers", "sensory", "communication", "equipment"],
    "access, agencies, reports": ["access_arrangements", "agencies", "reports_attached", "reports_on"],
    "reviews and funding": ["ehc_review_on", "funding", "funding_ends_on"],
    "social and emotional": ["calming", "key_adult", "risk_assessment"],
    "interests": ["interests", "strengths", "music"],
    "family": ["contact_preference", "languages", "family_concern"],
    "visits": ["enhanced_offered", "extra_visits_planned", "extra_visits_attended", "transition_day"],
    "welcome": ["summer_school", "buddy", "family_met"],
    "voice": ["my_hopes", "my_worries", "know_about_me"],
}
"""What collections of the field ask at the move to secondary school."""


def codes(form: Form) -> set[str]:
    return {question.code for question in form.questions}


def test_the_move_to_secondary_school_asks_for_all_that_is_collected() -> None:
    asked = codes(shipped("6-7"))
    for field, wanted in OF_THE_FIELD_LIST.items():
        assert set(wanted) <= asked, field


def test_the_form_for_reception_is_shorter_and_its_own() -> None:
    early, secondary = shipped("EY-R"), shipped("6-7")
    assert len(early.questions) < 0.7 * len(secondary.questions)
    assert {"child_shows", "days_at_setting", "toileting", "comfort", "home_visit_on"} <= codes(early)
    assert not {"suspensions", "ks2_maths_score", "my_worries", "lates", "young_carer"} & codes(early)
    assert not {"toileting", "child_shows", "home_visit_on"} & codes(secondary)
    assert {"languages", "what_works", "funding_ends_on", "agencies", "medical_alert"} <= codes(early)


def test_every_other_move_asks_what_it_needs() -> None:
    assert set(transitions()) <= set(load_milestones().transitions)
    assert "phonics_passed" in codes(shipped("2-3"))
    assert not {"ks2_maths_score", "summer_school", "course"} & codes(shipped("2-3"))
    assert "ks2_maths_score" in codes(shipped("MID"))
    assert {"move_reason", "courses_now", "starts_on", "exam_arrangements"} <= codes(shipped("INYR"))
    assert {"course", "grades", "travel", "exam_arrangements"} <= codes(shipped("11-16P")) & codes(shipped("P16-P16"))
    assert not {"buddy", "phonics_passed", "reading_age"} & codes(shipped("11-16P"))
    with pytest.raises(KeyError):
        shipped("9-PFA")


@pytest.mark.parametrize("form", EVERY_FORM, ids=transitions())
def test_every_form_is_sound(form: Form) -> None:
    assert form.version == f"{form.transition} 2026.1"
    assert len(codes(form)) == len(form.questions)
    sections = [section.code for section in form.sections]
    assert sections[:2] == ["voice", "strengths"]
    assert sections.index("strengths") < sections.index("support")
    before: set[str] = set()
    for question in form.questions:
        assert question.kind in KINDS
        assert question.label == question.label.strip() != ""
        assert len(question.label) <= 60
        assert len(question.help) <= 300
        assert question.from_provision in PROVISIONS
        assert not question.from_record or question.from_record in FROM_RECORD
        assert not question.follows or question.follows in before, question.code
        assert bool(question.choices) == (question.kind in ("choice", "score"))
        assert question.kind == "day" or not question.already
        assert question.least < question.most
        before.add(question.code)
    for section in form.sections:
        assert section.help
        assert section.questions or section.holds


@pytest.mark.parametrize("form", EVERY_FORM, ids=transitions())
def test_safeguarding_and_friendships_have_no_place_for_words(form: Form) -> None:
    for code in HOLDS_NO_WORDS:
        assert form.section(code).questions == ()
    safeguarding, friendships = form.section("safeguarding"), form.section("friendships")
    assert (safeguarding.holds, friendships.holds) == ("child protection", "friendships")
    assert "Never write what is in it anywhere in this program" in safeguarding.help
    assert "Only as pairs" in friendships.help
    assert "only if both pupils go there" in friendships.help
    for question in form.questions:
        assert "safeguarding" not in question.label.casefold()
        assert "friend" not in question.label.casefold()


def test_what_the_record_proposes_is_in_the_record() -> None:
    columns = {"pupil": set(Pupil.model_fields), "plan": set(Plan.model_fields)}
    drawn = {
        "contacts",
        "half_days_suspended",
        "looked_after",
        "needs",
        "next_school",
        "persistent_absence",
        "social_care",
    }
    used = {question.from_record for form in EVERY_FORM for question in form.questions} - {""}
    assert used == set(FROM_RECORD)
    for place in FROM_RECORD:
        table, _, column = place.partition(".")
        if table in columns:
            assert column in columns[table] | drawn, place
    provision = shipped("6-7").question("sen_provision")
    assert provision is not None
    assert provision.choices == tuple(PROVISIONS.values())


def test_what_tells_of_care_health_feelings_or_family_is_sensitive() -> None:
    marked = {question.code for form in EVERY_FORM for question in form.questions if question.sensitive}
    assert {
        "looked_after", "previously_looked_after", "social_care", "gypsy_roma_traveller", "medical_alert", "my_worries",
        "avoids_school", "family_concern", "agencies", "risk_assessment", "calming", "toileting", "young_carer",
    } <= marked  # fmt: skip
    assert not {"next_school", "sen_provision", "reading_age", "interests", "transition_day"} & marked
    for form in EVERY_FORM:
        for section in form.sections:
            if section.code in ("feelings", "care", "family"):
                assert all(question.sensitive for question in section.questions)


def test_one_answer_for_many_is_for_what_many_share() -> None:
    shared = {question.code for form in EVERY_FORM for question in form.questions if question.one_for_all}
    assert {"reading_test", "reading_test_on", "transition_day", "extra_visits_planned", "ask_whom"} <= shared
    for form in EVERY_FORM:
        for question in form.questions:
            if question.one_for_all:
                assert question.kind != "long text"
                assert not question.sensitive


def test_questions_of_sen_are_asked_of_those_who_have_it() -> None:
    form = shipped("6-7")
    nobody, support, plan = (codes(form.asked_of(provision)) for provision in PROVISIONS)
    assert {"provision_in_place", "triggers", "reports_attached"} <= support - nobody
    assert plan - support == {"ehc_review_on"}
    assert nobody < support < plan == codes(form)
    assert {"what_works", "medical_alert"} <= nobody
    assert form.asked_of("N").section("safeguarding").holds == "child protection"


def test_completeness_counts_what_is_asked_of_this_pupil() -> None:
    form = shipped("6-7").asked_of("N")
    empty = completeness(form, {})
    assert set(empty) == {section.code for section in form.sections}
    assert empty["voice"] == Filled(0, 5)
    assert empty["safeguarding"] == empty["friendships"] == (0, 0)
    assert empty["placements"] == (0, 3)
    assert completeness(form, {"suspensions": "2"})["placements"] == (1, 4)
    assert completeness(form, {"suspensions": "0", "suspension_sessions": "4"})["placements"] == (1, 3)
    assert completeness(form, {"part_time_timetable": "no"})["placements"] == (1, 3)
    assert completeness(form, {"part_time_timetable": "yes"})["placements"] == (1, 4)
    assert completeness(form, {"music": "cello", "called": "Ash", "ks2_maths_score": "104"}) == empty
    assert completeness(form, {"my_hopes": "", "colour": "blue"}) == empty


def test_a_form_can_be_filled_in_wholly() -> None:
    for form in EVERY_FORM:
        answers = {question.code: "yes" for question in form.questions}
        assert all(filled == asked for filled, asked in completeness(form, answers).values())


def question(kind: str, **values: Any) -> Question:
    return Question("q", "Question", kind, ("6-7",), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "text", "stored"),
    [
        (question("text"), "  The   cello, grade 3 ", "The cello, grade 3"),
        (question("long text"), " one\r\ntwo\n", "one\ntwo"),
        (question("yes or no"), "Y", "yes"),
        (question("yes or no"), "false", "no"),
        (question("choice", choices=("went", "did not go")), " Did  NOT go", "did not go"),
        (question("day"), "5 sep", "2026-09-05"),
        (question("day"), "+2w", "2026-06-26"),
        (question("day", already=True), "today", "2026-06-12"),
        (question("number", most=50), " 007 ", "7"),
        (question("percent"), "93.40%", "93.4"),
        (question("percent"), "100", "100"),
        (question("score", least=80, most=120, choices=("absent",)), "104", "104"),
        (question("score", least=80, most=120, choices=("absent",)), "Absent", "absent"),
    ],
)
def test_answers_are_read_as_people_type_them(asked: Question, text: str, stored: str) -> None:
    assert read_answer(asked, text, TODAY) == stored
    assert read_answer(asked, stored, TODAY) == stored
    assert read_answer(asked, " \n", TODAY) == ""


@pytest.mark.parametrize(
    ("asked", "text", "sentence"),
    [
        (question("text"), "x" * 201, "201 characters, more than 200"),
        (question("text"), "\u202e\x1b", "it has nothing that can be kept"),
        (question("long text"), "x" * 10_001, "more than 10,000"),
        (question("yes or no"), "maybe", "expected yes or no"),
        (question("choice", choices=("went", "did not go")), "perhaps", "expected one of went, did not go"),
        (question("day"), "soon", "this is not a date"),
        (question("day", already=True), "tomorrow", "Saturday 13 June 2026 is in the future"),
        (question("number", most=50), "51", "expected a whole number from 0 to 50"),
        (question("number"), "-1", "expected a whole number"),
        (question("number"), "٣", "expected a whole number"),
        (question("percent"), "101", "more than 100"),
        (question("percent"), "0.93", "write it with its % sign"),
        (question("score", least=80, most=120, choices=("absent",)), "79", "from 80 to 120"),
        (question("score", least=80, most=120, choices=("absent",)), "A+", "from 80 to 120, or one of absent"),
    ],
)
def test_other_answers_are_refused_in_plain_words(asked: Question, text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_answer(asked, text, TODAY)


@given(st.sampled_from([one for form in EVERY_FORM for one in form.questions]), st.text(max_size=40))
def test_whatever_is_stored_is_read_again_as_it_is(asked: Question, text: str) -> None:
    try:
        stored = read_answer(asked, text, TODAY)
    except ValueError:
        return
    assert read_answer(asked, stored, TODAY) == stored
    assert stored == clean(stored, lines=True)


@pytest.mark.parametrize("text", TEXTS.values())
def test_hostile_answers_are_made_safe(text: str) -> None:
    for kind in ("text", "long text"):
        stored = read_answer(question(kind), f"x {text}", TODAY)
        assert "\x1b" not in stored
        assert "\u202e" not in stored


def test_answers_are_shown_as_people_read_them() -> None:
    assert answer_words(question("day"), "2026-02-13") == "Fri 13 Feb 2026"
    assert answer_words(question("percent"), "93.4") == "93.4%"
    assert answer_words(question("text"), "Trains") == "Trains"
    assert answer_words(question("day"), "") == answer_words(question("percent"), "") == ""


BUS = {"code": "own_bus", "section": "destination", "label": "Is a bus pass asked for?", "kind": "yes or no"}
CLUB = {
    "code": "own_club",
    "label": "Holiday club",
    "kind": "choice",
    "choices": ["went", "will go"],
    "transitions": ["6-7"],
}


def test_a_council_adds_questions_of_its_own() -> None:
    own = read_own(
        [BUS, {**BUS, "code": "own_line", "label": "Which line?", "kind": "text", "follows": "own_bus"}, CLUB]
    )
    form = with_own(shipped("6-7"), own)
    assert form.version == "6-7 2026.1 + 3"
    assert [one.code for one in form.section("destination").questions][-2:] == ["own_bus", "own_line"]
    assert form.sections[-1].code == "own"
    assert [one.code for one in form.sections[-1].questions] == ["own_club"]
    assert all(one.question.sensitive for one in own)
    assert completeness(form, {"own_bus": "yes"})["destination"] == (1, 5)
    assert with_own(shipped("EY-R"), own).version == "EY-R 2026.1 + 2"
    assert with_own(shipped("6-7"), ()) is shipped("6-7")
    only_at_schools = read_own([{**BUS, "section": "placements"}])
    assert [one.code for one in with_own(shipped("EY-R"), only_at_schools).sections[-1].questions] == ["own_bus"]
    assert read_own(json.loads(json.dumps(own_values(own)))) == own


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"section": "safeguarding"}, "section", "nothing can be written there that must not be"),
        ({"section": "friendships"}, "section", "nothing can be written there"),
        ({"section": "lunch"}, "section", "expected one of own, about"),
        (
            {"kind": "text", "label": "Child protection history"},
            "label",
            "never record what is in a child protection file",
        ),
        ({"code": "bus"}, "code", 'expected "own_"'),
        ({"code": "my_hopes"}, "code", 'expected "own_"'),
        ({"label": " "}, "label", "expected what is asked"),
        ({"label": "x" * 101}, "label", "longer than 100"),
        ({"help": "x" * 301}, "help", "longer than 300"),
        ({"kind": "essay"}, "kind", "expected one of text"),
        ({"kind": "choice"}, "choices", "2 to 20 different choices"),
        ({"kind": "choice", "choices": ["a", "a"]}, "choices", "2 to 20 different choices"),
        ({"kind": "choice", "choices": "ab"}, "choices", "a list of words"),
        ({"choices": ["a", "b"]}, "choices", 'only a "choice"'),
        ({"kind": "number", "least": 9, "most": 1}, "most", "the least before the most"),
        ({"kind": "number", "most": "many"}, "most", "whole numbers from 0"),
        ({"transitions": ["7-8"]}, "transitions", "expected some of EY-R"),
        ({"from_provision": "Z"}, "from_provision", "expected one of N, K, E"),
        ({"follows": "own_later"}, "follows", "no question"),
        ({"optional": "yes"}, "optional", "expected yes or no"),
        ({"colour": "red"}, "colour", "there is no such part"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_with_its_field(
    change: dict[str, object], field: str, sentence: str
) -> None:
    with pytest.raises(FieldProblems) as refused:
        read_own([{**BUS, "code": "own_first"}, {**BUS, **change}])
    assert list(refused.value.problems) == [f"question 2 {field}"]
    assert sentence in refused.value.problems[f"question 2 {field}"]


def test_two_questions_need_two_codes_and_not_too_many() -> None:
    with pytest.raises(FieldProblems, match="is taken"):
        read_own([BUS, BUS])
    with pytest.raises(FieldProblems, match="at most 50"):
        read_own([BUS] * 51)
