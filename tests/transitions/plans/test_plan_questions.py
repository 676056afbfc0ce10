"""What a plan asks: by move and by age, and in the council's own words."""

import re

import pytest
from builders import contents

from db.schema.plans import Plan
from db.vocabulary import DESTINATION_STAGES, OUTCOME_AREAS, PLAN_CONTENT
from transitions.custody import history
from transitions.errors import FieldProblems
from transitions.plans import questions
from transitions.plans.opening import NOT_PLANNED
from transitions.plans.questions import PlanForm, load_shipped
from transitions.workspace import Workspace

FROM_14 = {"adult_assessments"}
FROM_16 = {"decision_making", "advocate_offered", "advocate_on"}
GROWN_UP = re.compile(
    r"employ|\bjobs?\b(?! title)|internship|advocate|capacity|adult (?:services|social)", re.IGNORECASE
)
"""Words of an adult's plan."""


def every_word(template: PlanForm) -> str:
    parts = [*template.areas.values(), *template.area_prompts.values()]
    for section in template.sections:
        parts += [section.title, section.help]
        for question in section.questions:
            parts += [question.label, question.help, *question.choices]
    return "\n".join(parts)


def names(template: PlanForm) -> set[str]:
    return {question.code for section in template.sections for question in section.questions}


def test_every_question_fills_a_column_of_its_kind_once() -> None:
    found = [question for section in load_shipped().sections for question in section.questions]
    columns = Plan.model_fields
    assert len({question.code for question in found}) == len(found)
    assert {question.code for question in found} - {"preferred_name"} <= set(columns)
    kinds = {"day": "date", "yes or no": "bool", "worker": "int", "school": "int"}
    for question in found:
        if question.code == "preferred_name":
            continue
        wanted = kinds.get(question.kind, "str")
        assert wanted in str(columns[question.code].annotation), question.code
        assert bool(question.choices) == (question.kind == "choice")
        assert question.label == question.label.strip() != ""
        assert len(question.label) <= 60
        assert all(len(prompt) <= 300 for prompt in (question.help, *question.help_at.values()))
    assert load_shipped().question("destination_stage").choices == DESTINATION_STAGES
    assert load_shipped().question("colour") is None


def test_what_is_agreed_is_exactly_what_does_not_run_on() -> None:
    """Else a change would either be refused by the file, or alter quietly what was agreed."""
    found = [question for section in load_shipped().sections for question in section.questions]
    assert {question.code for question in found if not question.running} == set(PLAN_CONTENT)


def test_other_prompts_are_for_moves_that_are_planned() -> None:
    from transitions.milestones.definitions import load_shipped as load_milestones

    known = set(load_milestones().transitions) - set(NOT_PLANNED)
    for section in load_shipped().sections:
        for question in section.questions:
            assert set(question.help_at) <= known, question.code


@pytest.mark.parametrize("point", ["EY-R", "R-1", "2-3", "MID", "6-7"])
@pytest.mark.parametrize(("age", "year_group"), [(3, -1), (7, 2), (10, 6), (11, 6), (13, 8)])
def test_a_younger_childs_plan_has_no_word_of_an_adults(
    workspace: Workspace, point: str, age: int, year_group: int
) -> None:
    template = questions.form_of(workspace, point, age=age, year_group=year_group)
    assert not names(template) & (FROM_14 | FROM_16)
    assert not GROWN_UP.findall(every_word(template))
    assert template.areas["education"] == "Learning"
    assert not template.all_areas
    assert set(template.area_prompts.values()) == {""}
    with pytest.raises(KeyError):
        template.section("decisions")


@pytest.mark.parametrize("point", ["9-PFA", "14+", "11-16P", "18"])
def test_at_16_a_plan_asks_who_decides(workspace: Workspace, point: str) -> None:
    template = questions.form_of(workspace, point, age=16, year_group=11)
    assert names(template) >= FROM_14 | FROM_16
    assert template.all_areas
    assert template.areas["education"] == "Education and employment"
    assert "work experience" in template.area_prompts["education"]
    assert template.section("decisions").title == "Making my own decisions"


def test_at_14_adult_services_are_asked_about_and_decisions_not_yet(workspace: Workspace) -> None:
    at_14 = questions.form_of(workspace, "14+", age=14, year_group=9)
    assert at_14.question("adult_assessments") is not None
    assert at_14.question("decision_making") is None
    assert [question.code for question in at_14.section("decisions").questions] == ["adult_assessments"]
    at_15 = names(questions.form_of(workspace, "14+", age=15, year_group=10))
    assert at_15 & FROM_16 == set()


def test_the_four_areas_are_asked_for_from_year_9_whatever_the_age(workspace: Workspace) -> None:
    assert not questions.form_of(workspace, "14+", age=14, year_group=8).all_areas
    assert questions.form_of(workspace, "14+", age=13, year_group=9).all_areas
    assert tuple(questions.form_of(workspace, "6-7", age=10, year_group=6).areas) == OUTCOME_AREAS


def test_a_prompt_may_be_another_for_a_move(workspace: Workspace) -> None:
    def prompt(point: str, name: str) -> str:
        template = questions.form_of(workspace, point, age=11, year_group=6)
        question = template.question(name)
        assert question is not None
        return question.help

    assert prompt("6-7", "hopes") == "What I hope Year 7 will be like, and what I want to be able to do by then"
    assert prompt("MID", "hopes") == "What I hope for, in my own words"
    assert "school" in prompt("EY-R", "pupil_voice")
    assert questions.form_of(workspace, "6-7", age=11, year_group=6).question("decision_making") is None


def test_a_section_that_only_holds_a_list_is_there_too(workspace: Workspace) -> None:
    template = questions.form_of(workspace, "6-7", age=11, year_group=6)
    assert [section.code for section in template.sections] == [
        "profile", "voice", "working", "hopes", "outcomes", "actions", "people", "destination", "safety", "meetings", "sharing",
    ]  # fmt: skip
    assert [section.holds for section in template.sections if not section.questions] == [
        "outcomes",
        "actions",
        "meetings",
    ]


def test_a_council_has_its_own_words_and_goes_back_to_the_shipped_ones(workspace: Workspace) -> None:
    before = contents(workspace)
    recorded = questions.save_words(
        workspace,
        {
            "hopes": {"label": "  My   dreams\x1b ", "prompt": "Dream big"},
            "admired": {"label": "What people like and admire about me"},  # as shipped: nothing to keep
            "review EHC plan": {"months": "6"},
        },
    )
    assert recorded == ("Plan wording changed", "questions, prompts and review cycles of plans", 1)
    assert questions.own_words(workspace) == {
        "hopes": {"label": "My dreams", "prompt": "Dream big"}, "review EHC plan": {"months": 6},
    }  # fmt: skip
    found = questions.questions(workspace)
    hopes = found.question("hopes")
    assert hopes is not None
    assert (hopes.label, hopes.help) == ("My dreams", "Dream big")
    for point in ("6-7", "MID"):  # a council's prompt holds for every move
        asked = questions.form_of(workspace, point, age=11, year_group=6).section("hopes").questions[0]
        assert asked.help == "Dream big"
    cycle = next(cycle for cycle in found.cycles if cycle.code == "EHC plan")
    assert cycle.months == 6
    assert cycle.words == "an EHC plan is reviewed every year; this council: every 6 months"
    questions.save_words(workspace, {"review EHC plan": {"months": 1}})
    assert next(cycle for cycle in questions.questions(workspace).cycles if cycle.code == "EHC plan").words == (
        "an EHC plan is reviewed every year; this council: every month"
    )
    assert next(iter(load_shipped().cycles)).months == 12  # nothing shipped was touched
    questions.save_words(
        workspace,
        {
            "hopes": {"label": "", "prompt": "What I hope for, in my own words"},
            "review EHC plan": {"months": ""},
        },
    )
    assert questions.own_words(workspace) == {}
    assert questions.questions(workspace) == load_shipped()
    for _ in range(3):
        history.undo(workspace)
    assert contents(workspace) == before


def test_a_label_of_ones_own_leaves_the_prompts_by_move(workspace: Workspace) -> None:
    questions.save_words(workspace, {"hopes": {"label": "My dreams"}})
    asked = questions.form_of(workspace, "6-7", age=11, year_group=6).section("hopes").questions[0]
    assert (asked.label, asked.help[:18]) == ("My dreams", "What I hope Year 7")


MONTHS = "expected a number of months from 1 to 24"
QUESTION = "there is no such question"


@pytest.mark.parametrize(
    ("name", "part", "value", "sentence"),
    [
        ("admired", "label", "x" * 61, "is longer than 60 characters: say it in fewer words"),
        ("admired", "prompt", "x" * 301, "is longer than 300 characters: say it in fewer words"),
        ("colour", "label", "Colour", QUESTION),
        ("admired", "kind", "date", QUESTION),
        ("review dentist", "months", "6", "there is no such review cycle"),
        ("review plan", "label", "6", "there is no such review cycle"),
        ("review plan", "months", "0", MONTHS),
        ("review plan", "months", "25", MONTHS),
        ("review plan", "months", "-1", MONTHS),
        ("review plan", "months", "1.5", MONTHS),
        ("review plan", "months", "١٢", MONTHS),
        ("review plan", "months", "twelve", MONTHS),
    ],
)
def test_words_that_are_refused(workspace: Workspace, name: str, part: str, value: str, sentence: str) -> None:
    before = contents(workspace)
    with pytest.raises(FieldProblems) as caught:
        questions.save_words(workspace, {"support": {"label": "Help"}, name: {part: value}})
    assert caught.value.problems == {f"{name} {part}": sentence}
    assert contents(workspace) == before
