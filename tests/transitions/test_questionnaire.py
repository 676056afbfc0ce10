"""The one engine of questions: made from tables, narrowed to a move and a pupil, counted, and put in a council's words."""

from collections.abc import Mapping
from typing import Any

import pytest

from transitions import questionnaire
from transitions.questionnaire import Filled, Form, OwnWording, Question, Section, completeness, filled, record

TABLE: Mapping[str, Any] = {
    "version": "2026.1",
    "transitions": ["EY-R", "6-7", "INYR"],
    "section": [
        {
            "code": "voice",
            "title": "My words",
            "help": "Ask first",
            "running": True,
            "question": [
                {"code": "hopes", "label": "Hopes", "help": "Anything", "help_at": {"6-7": "What Year 7 will be like"}},
                {"code": "said_on", "label": "Said on", "kind": "day", "except": ["EY-R"], "running": False},
            ],
        },
        {
            "code": "visits",
            "title": "Visits",
            "help": "",
            "question": [
                {"code": "visits", "label": "Visits", "kind": "number", "most": 50, "transitions": ["6-7"]},
                {"code": "liked", "label": "Liked", "kind": "choice", "choices": ["yes", "no"], "follows": "visits",
                 "transitions": ["6-7"]},
                {"code": "plan_on", "label": "Reviewed", "kind": "day", "from_provision": "E", "optional": True,
                 "transitions": ["6-7"]},
            ],
        },
        {"code": "friends", "title": "Friends", "help": "", "holds": "friendships"},
    ],
}  # fmt: skip


@pytest.fixture
def form() -> Form:
    return Form(TABLE["version"], "", questionnaire.sections(TABLE))


def codes(form: Form) -> list[str]:
    return [question.code for question in form.questions]


def test_sections_are_made_of_their_tables(form: Form) -> None:
    hopes, said_on, visits, liked, plan_on = form.questions
    assert (hopes.kind, hopes.transitions, hopes.running) == ("long text", ("EY-R", "6-7", "INYR"), True)
    assert (said_on.transitions, said_on.running) == (("6-7", "INYR"), False)
    assert (visits.transitions, visits.most, visits.running) == (("6-7",), 50, False)
    assert (liked.choices, plan_on.from_provision) == (("yes", "no"), "E")
    assert form.section("friends") == Section("friends", "Friends", "", holds="friendships")
    with pytest.raises(KeyError):
        form.section("lunch")
    assert form.question("liked") is liked
    assert form.question("lunch") is None
    assert liked in form.section("visits").questions
    assert len({hash(question) for question in form.questions}) == 5


def test_a_part_that_no_question_has_is_a_mistake_of_the_file() -> None:
    with pytest.raises(TypeError, match="colour"):
        record(Question, {"code": "a", "label": "A", "colour": "red"})


def test_what_is_made_of_a_table_cannot_be_changed() -> None:
    made = record(Question, {"code": "a", "label": "A", "choices": ["x"], "help_at": {"6-7": "x"}})
    assert made.choices == ("x",)
    with pytest.raises(TypeError):
        made.help_at["6-7"] = "y"  # type: ignore[index]


def test_a_form_is_narrowed_to_a_move_with_the_help_that_is_meant_for_it(form: Form) -> None:
    secondary, early = form.at("6-7"), form.at("EY-R")
    assert secondary.transition == "6-7"
    assert codes(secondary) == codes(form)
    assert secondary.questions[0].help == "What Year 7 will be like"
    assert codes(early) == ["hopes"]
    assert early.questions[0].help == "Anything"
    assert [section.code for section in early.sections] == ["voice", "friends"]


def test_a_question_without_moves_is_asked_at_every_one() -> None:
    form = Form("1", "", (Section("a", "A", "", (Question("q", "Q"),)),))
    assert codes(form.at("6-7")) == ["q"]


def test_a_form_is_narrowed_to_a_pupil(form: Form) -> None:
    assert "plan_on" not in codes(form.asked_of("K"))
    assert "plan_on" in codes(form.asked_of("E"))
    grown = Question("q", "Q", from_age=16, from_year_group=9)
    assert grown.applies(age=16, year_group=9)
    assert not grown.applies(age=15, year_group=10)
    assert not grown.applies(age=16, year_group=8)
    assert Question("q", "Q").applies(age=0, year_group=-1)


def test_what_follows_is_asked_after_a_yes_or_a_number(form: Form) -> None:
    liked = form.question("liked")
    assert liked is not None
    assert [liked.is_asked_after({"visits": said}) for said in ("", "no", "0", "1", "yes")] == [False] * 3 + [True] * 2
    assert not liked.is_asked_after({})


def test_what_is_asked_and_not_optional_is_counted(form: Form) -> None:
    assert completeness(form, {}) == {"voice": (0, 2), "visits": (0, 1), "friends": (0, 0)}
    assert completeness(form, {"visits": "2", "plan_on": "2026-09-01"})["visits"] == (1, 2)
    assert completeness(form, {"hopes": "", "said_on": None, "visits": "0", "liked": "yes"})["voice"] == (0, 2)
    assert completeness(form, {"visits": "0", "liked": "yes"})["visits"] == (1, 1)
    assert filled(form.section("voice"), {"hopes": "Friends"}, {"friendships": True}) == Filled(1, 2)
    assert completeness(form, {"hopes": "Friends"}, {"friendships": True})["friends"] == Filled(1, 1)
    assert filled(form.section("friends"), {}, {"friendships": False}) == Filled(0, 1)
    assert filled(Section("a", "A", "", (Question("q", "Q"),)), {"q": False}) == (1, 1)


def test_a_councils_own_words_hold_at_every_move(form: Form) -> None:
    ours = form.in_words(
        {"hopes": OwnWording("Dreams", "Dream big"), "visits": OwnWording(help=""), "liked": OwnWording("Nice?")}
    )
    assert [(one.label, one.help) for one in ours.at("6-7").questions[:4]] == [
        ("Dreams", "Dream big"), ("Said on", ""), ("Visits", ""), ("Nice?", ""),
    ]  # fmt: skip
    assert form.in_words({}) == form
    assert (
        form.in_words({"hopes": OwnWording(label="Dreams")}).at("6-7").questions[0].help == "What Year 7 will be like"
    )


def test_a_file_that_ships_is_read_once() -> None:
    found = questionnaire.load("transitions.plans", "survey.toml")
    assert found["version"]
    assert questionnaire.load("transitions.plans", "survey.toml") is found
