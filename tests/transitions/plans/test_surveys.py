"""What families say of a move: handed out, written down without a trace of whose it is, and counted with its base."""

import json
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from builders import add_pupil, contents
from hypothesis import given, settings
from hypothesis import strategies as st

from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.plans import lifecycle, opening, survey_results, surveys, writing
from transitions.plans.survey_results import Rate
from transitions.plans.surveys import LETTERS
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
CARER = "parent or carer"
BEFORE = {item.code: 4 for item in surveys.load_survey().items_for("before")}
AFTER = {item.code: 5 for item in surveys.load_survey().items_for("after")}


@pytest.fixture
def plan(workspace: Workspace) -> int:
    """The draft of a plan for Aisha Khan's move to Year 7."""
    return opening.open_plan(workspace, add_pupil(workspace, upn="A123456789012"), "6-7").number


def letters(text: str) -> Callable[[str], str]:
    """Choose the letters of ``text``, one after the other."""
    waiting: Iterator[str] = iter(text)
    return lambda _: next(waiting)


def before(workspace: Workspace, plan_id: int, **values: Any) -> str:
    row: dict[str, Any] = {"moment": "before", "respondent": CARER, "answers": BEFORE, **values}
    return surveys.record_response(workspace, plan_id=plan_id, **row)[1]


def after(workspace: Workspace, plan_id: int, **values: Any) -> str:
    return before(workspace, plan_id, **{"moment": "after", "answers": AFTER, **values})


def rows(workspace: Workspace) -> list[dict[str, Any]]:
    cursor = workspace.read().execute("SELECT * FROM survey_response ORDER BY id")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def problems(call: Callable[[], Any]) -> dict[str, str]:
    with pytest.raises(FieldProblems) as caught:
        call()
    return caught.value.problems


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(NotAllowed) as caught:
        call()
    return caught.value.sentence


# The questions


def test_the_survey_asks_six_things_each_in_two_wordings() -> None:
    survey = surveys.load_survey()
    codes = [item.code for item in survey.items]
    assert survey.version == "2026.1"
    assert codes == ["asked", "changed-plan", "contact", "dates", "told-once", "easy-to-read"]
    assert [item.code for item in survey.items_for("before")] == [code for code in codes if code != "told-once"]
    assert [item.code for item in survey.items_for("after")] == codes
    for words in (*(item.words for item in survey.items), survey.worry, survey.overall, survey.worked, survey.change):
        assert words.keys() == {"pupil", CARER}
        assert words["pupil"] != words[CARER]
        assert len(words["pupil"].split()) <= 12
    assert {who: tuple(scale) for who, scale in survey.scale.items()} == {
        "pupil": (5, 4, 3, 2, 1),
        CARER: (5, 4, 3, 2, 1),
    }
    assert survey.not_sure == {"pupil": "I don’t know", CARER: "Not sure"}


# Handed out


def test_a_survey_is_handed_out_once_to_each_for_a_move(workspace: Workspace, plan: int) -> None:
    untouched = contents(workspace)
    asked = surveys.record_handed_out(workspace, plan, "before", ["pupil", CARER, "pupil"], on=date(2026, 11, 2))
    summary = "before the move · pupil, parent or carer · Year 6 to Year 7 · Aisha Khan"
    assert asked == ("Survey handed out", summary, 2)
    assert surveys.record_handed_out(workspace, plan, "before", ["pupil"]).changed == 0
    assert surveys.record_handed_out(workspace, plan, "after", ["pupil"]).changed == 1
    assert [(one.moment, one.respondent, one.asked_on) for one in surveys.handed_out(workspace, plan)] == [
        ("before", "pupil", date(2026, 11, 2)),
        ("before", CARER, date(2026, 11, 2)),
        ("after", "pupil", TODAY),
    ]
    history.undo(workspace)
    history.undo(workspace)
    assert contents(workspace) == untouched


def test_a_new_version_of_the_plan_is_the_same_move(workspace: Workspace, plan: int) -> None:
    surveys.record_handed_out(workspace, plan, "before", ["pupil"])
    before(workspace, plan, linked=True)
    with workspace.change("Plan agreed", "made up") as action:
        action.update("plan", {"id": plan}, {"status": "agreed", "agreed_on": TODAY})
    newer = writing.save_answers(workspace, plan, {"hopes": "To be a vet"}).number
    assert newer != plan
    assert surveys.record_handed_out(workspace, newer, "before", ["pupil", CARER]).changed == 1
    assert [(one.plan_id, one.respondent) for one in surveys.handed_out(workspace, newer)] == [
        (plan, "pupil"),
        (newer, CARER),
    ]
    assert [one.plan_id for one in surveys.linked(workspace, newer)] == [plan]


def test_a_later_move_of_the_same_kind_is_asked_about_again(opener: Callable[..., Workspace]) -> None:
    workspace = opener(date(2025, 11, 21))
    pupil = add_pupil(workspace, year_group=13)
    old = opening.open_plan(workspace, pupil, "P16-P16").number
    surveys.record_handed_out(workspace, old, "before", ["pupil"])
    lifecycle.close(workspace, old, reason="Moved and settled")
    workspace.close()
    workspace = opener(TODAY)
    new = opening.open_plan(workspace, pupil, "P16-P16").number
    assert surveys.handed_out(workspace, new) == []
    assert surveys.record_handed_out(workspace, new, "before", ["pupil"]).changed == 1


def test_handing_out_names_what_is_wrong(workspace: Workspace, plan: int) -> None:
    assert problems(lambda: surveys.record_handed_out(workspace, plan, "during", ["teacher"])) == {
        "moment": "expected one of before, after",
        "respondents": "expected one of pupil, parent or carer",
    }
    assert problems(lambda: surveys.record_handed_out(workspace, plan, "before", [])).keys() == {"respondents"}
    assert refusal(lambda: surveys.record_handed_out(workspace, plan, "before", ["pupil"], on=date(2026, 11, 22))) == (
        "Sun 22 Nov 2026 is in the future. Record it once it has happened."
    )
    with pytest.raises(NoSuchRecord):
        surveys.record_handed_out(workspace, 99, "before", ["pupil"])


# Anonymous


def test_an_anonymous_response_holds_the_month_the_move_and_what_was_said(workspace: Workspace, plan: int) -> None:
    untouched = contents(workspace)
    recorded, code = surveys.record_response(
        workspace,
        moment="before",
        respondent="pupil",
        answers={"asked": "5", "changed-plan": " Not sure ", "contact": 1, "dates": ""},
        worry="7",
        overall=3,
        worked="The visit.\nThe map\x07.",
        change=" ",
        plan_id=plan,
        choose=letters("KMN347"),
    )
    assert recorded == ("Survey came back", "before the move · pupil · anonymous", 1)
    assert code == "KMN-347"
    (row,) = rows(workspace)
    assert json.loads(row.pop("answers")) == {"asked": 5, "changed-plan": "not sure", "contact": 1}
    assert row == {
        "id": 1, "pupil_id": None, "plan_id": None, "transition": "6-7", "moment": "before", "respondent": "pupil",
        "answered_on": "2026-11-01", "pair_code": "KMN-347", "survey": "2026.1", "worry": 7, "overall": 3,
        "worked": "The visit.\nThe map.", "change": None,
    }  # fmt: skip
    history.undo(workspace)
    assert contents(workspace) == untouched


def every_row(path: Path) -> Counter[tuple[str, tuple[Any, ...]]]:
    """Every row of every table of a file that is closed, read by another program than ours."""
    connection = sqlite3.connect(path)
    try:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return Counter((table, row) for table in tables for row in connection.execute(f'SELECT * FROM "{table}"'))
    finally:
        connection.close()


@pytest.mark.of_a_file
def test_nothing_in_the_whole_file_links_an_anonymous_response_to_anybody(
    opener: Callable[..., Workspace], tmp_path: Path
) -> None:
    workspace = opener()
    pupil = add_pupil(
        workspace, id=424242, surname="Quillfeather", forename="Zebedee", preferred_name="Zeb", upn="A123456789012"
    )
    with workspace.change("Plan opened", "made up") as action:
        plan_id = action.insert(
            "plan", {"id": 535353, "pupil_id": pupil, "transition": "6-7", "opened_on": date(2026, 11, 21)}
        )
    surveys.record_handed_out(workspace, plan_id, "before", ["pupil"])
    workspace.close()
    then = every_row(tmp_path / "pupils.db")
    workspace = opener()
    code = before(workspace, plan_id, worry=6, worked="The visits", on=date(2026, 11, 19))
    after(workspace, plan_id, worry=2, pair_code=code)
    history.undo(workspace)
    history.redo(workspace)
    of_pupil = [entry.name for entry in history.entries(workspace, pupil_id=pupil)]
    workspace.close()
    now = every_row(tmp_path / "pupils.db")
    new, gone = now - then, then - now
    assert Counter(table for table, _ in new if table != "sqlite_sequence") == {
        "survey_response": 2, "journal": 4, "journal_change": 4, "journal_seal": 4,
    }  # fmt: skip
    assert {table for table, _ in gone} <= {"sqlite_sequence"}
    for table, row in new:
        text = repr((table, row))
        for link in (
            "424242",
            "535353",
            "Quillfeather",
            "Zeb",
            "quillfeather",
            "A123456789012",
            "Year 6",
            "2026-11-19",
        ):
            assert link not in text, f"{link} in {text}"
    for table, row in new:
        if table == "journal_change":
            assert row[4] is None  # of no pupil, so that it stands in nobody's history
    assert of_pupil == ["Survey handed out", "Plan opened", "Pupil added"]


@pytest.mark.of_a_file
def test_whose_anonymous_response_it_is_makes_no_difference_to_the_file(
    opener: Callable[..., Workspace], tmp_path: Path
) -> None:
    workspace = opener()
    plans = [
        opening.open_plan(workspace, add_pupil(workspace, surname=name), "6-7").number for name in ("Byrne", "Cole")
    ]
    surveys.record_handed_out(workspace, plans[0], "before", [CARER])
    workspace.close()
    shutil.copy(tmp_path / "pupils.db", tmp_path / "other.db")
    for name, plan_id in zip(("pupils.db", "other.db"), plans, strict=True):
        one = opener(name=name)
        code = before(one, plan_id, worry=6, choose=letters("KMN347"))
        after(one, plan_id, worry=2, worked="The visits", pair_code=code)
        history.undo(one)
        one.close()
    assert every_row(tmp_path / "pupils.db") == every_row(tmp_path / "other.db")


@pytest.mark.parametrize("words", ["Aisha loved it", "She (Khan) is well", "for Ash.", "Aisha's bus"])
def test_the_pupils_name_does_not_get_into_anonymous_words(workspace: Workspace, words: str) -> None:
    pupil = add_pupil(workspace, preferred_name="Ash")
    plan_id = opening.open_plan(workspace, pupil, "6-7").number
    found = problems(lambda: before(workspace, plan_id, worked=words, change="More ash trees; Khanate; Ashton"))
    assert found.keys() == {"worked"}
    assert "the pupil's name, and this response is anonymous: write it without the name" in found["worked"]
    assert rows(workspace) == []
    before(workspace, plan_id, worked=words, linked=True)
    assert rows(workspace)[0]["worked"] == words


def test_a_pupil_whose_name_is_a_letter_can_be_written_about(workspace: Workspace) -> None:
    plan_id = opening.open_plan(workspace, add_pupil(workspace, forename="A"), "6-7").number
    before(workspace, plan_id, worked="A good visit")
    assert len(rows(workspace)) == 1


def test_a_response_is_linked_only_when_the_person_agreed(workspace: Workspace, plan: int) -> None:
    recorded, code = surveys.record_response(
        workspace, moment="after", respondent="pupil", answers=AFTER, plan_id=plan, linked=True, on=date(2026, 11, 19)
    )
    assert recorded.summary == "after the move · pupil · Year 6 to Year 7 · Aisha Khan"
    assert code == ""
    (row,) = rows(workspace)
    assert (row["pupil_id"], row["plan_id"], row["answered_on"], row["pair_code"]) == (1, plan, "2026-11-19", None)
    assert [one.answered_on for one in surveys.linked(workspace, plan)] == [date(2026, 11, 19)]
    after(workspace, plan)
    assert len(surveys.linked(workspace, plan)) == 1
    assert "Survey came back" in [entry.name for entry in history.entries(workspace, pupil_id=1)]


# What is refused


def test_a_response_names_everything_that_is_wrong(workspace: Workspace, plan: int) -> None:
    untouched = contents(workspace)
    answers = {"asked": 6, "changed-plan": "maybe", "contact": True, "dates": "٣", "told-once": 4, "fun": 5}
    found = problems(
        lambda: before(workspace, plan, answers=answers, worry=11, overall="0", worked="x" * 4001, change=None)
    )
    scale = "expected a number from 5 (agrees most) to 1, or not sure"
    assert found == {
        **dict.fromkeys(("asked", "changed-plan", "contact", "dates"), scale),
        "told-once": "is only asked after the move: leave it out",
        "fun": "there is no such item in the survey",
        "worry": "expected a whole number from 0 to 10",
        "overall": "expected a whole number from 1 to 5",
        "worked": "has 4,001 characters, more than 4,000: shorten it to what was said",
    }
    assert problems(lambda: before(workspace, plan, moment="during", respondent="teacher")) == {
        "moment": "expected one of before, after",
        "respondent": "expected one of pupil, parent or carer",
    }
    for worry in ("-1", "1.5", "٣", "many"):
        assert problems(lambda worry=worry: before(workspace, plan, worry=worry)).keys() == {"worry"}
    assert contents(workspace) == untouched


def test_an_empty_response_and_one_to_come_are_refused(workspace: Workspace, plan: int) -> None:
    nothing = refusal(lambda: before(workspace, plan, answers={"asked": ""}, worked=" \n"))
    assert nothing == "Nothing is answered. Fill in the answers, or leave it out."
    assert "is in the future" in refusal(lambda: before(workspace, plan, on=date(2026, 12, 1)))
    with pytest.raises(NoSuchRecord):
        before(workspace, 99)
    before(workspace, plan, answers={}, worry=0)  # not worried at all is an answer
    assert rows(workspace)[0]["worry"] == 0


# Codes


def test_codes_are_short_readable_and_each_is_given_once(workspace: Workspace, plan: int) -> None:
    assert not set(LETTERS) & set("0O1IL5S2Z8B6GUQAE")
    assert len(set(LETTERS)) == len(LETTERS)
    first = before(workspace, plan, choose=letters("KMN347"))
    second = before(workspace, plan, choose=letters("KMN347CDFHJK"))  # the first is taken
    assert (first, second) == ("KMN-347", "CDF-HJK")
    drawn = {before(workspace, plan) for _ in range(20)}
    assert len(drawn) == 20
    assert all(re.fullmatch(rf"[{LETTERS}]{{3}}-[{LETTERS}]{{3}}", code) for code in drawn)
    with_code = [row["pair_code"] for row in rows(workspace)]
    assert len(with_code) == len(set(with_code)) == 22


@pytest.mark.parametrize("typed", ["KMN-347", "kmn347", " kmn 347 ", "K M N - 3.4.7", "kmn_347"])
def test_a_code_is_read_however_it_is_typed(workspace: Workspace, plan: int, typed: str) -> None:
    before(workspace, plan, choose=letters("KMN347"))
    assert after(workspace, plan, pair_code=typed) == "KMN-347"
    assert [row["pair_code"] for row in rows(workspace)] == ["KMN-347", "KMN-347"]


def test_answers_after_the_move_may_come_without_a_code(workspace: Workspace, plan: int) -> None:
    assert after(workspace, plan) == ""
    assert rows(workspace)[0]["pair_code"] is None


def test_a_wrong_code_is_refused_with_the_way_out(workspace: Workspace, plan: int) -> None:
    other_move = opening.open_plan(workspace, add_pupil(workspace, surname="Byrne", year_group=11), "11-16P").number
    code = before(workspace, plan, choose=letters("KMN347"))

    def wrong(plan_id: int = plan, **values: Any) -> str:
        found = problems(lambda: after(workspace, plan_id, **values))
        assert found.keys() == {"pair_code"}
        return found["pair_code"]

    nobody = "no {} answered before this kind of move with the code {}. Check the paper again, or leave the code empty: the answers then count, but not as a pair"
    assert wrong(pair_code="KMN-349") == nobody.format(CARER, "KMN-349")
    assert wrong(pair_code=code, respondent="pupil") == nobody.format("pupil", code)
    assert wrong(other_move, pair_code=code) == nobody.format(CARER, code)
    assert wrong(pair_code="0OI") == (
        "is not a code: expected one such as KMN-347 from the respondent's paper, or nothing"
    )
    assert wrong(pair_code=code, moment="before", answers=BEFORE) == (
        "answers before the move get a new code: leave it empty"
    )
    assert "the code would link the earlier answers too" in wrong(pair_code=code, linked=True)
    assert len(rows(workspace)) == 1
    after(workspace, plan, pair_code=code)
    assert wrong(pair_code=code).startswith("answers after the move have already been entered with the code KMN-347.")


def test_a_linked_response_carries_no_code_so_that_no_code_has_a_name(workspace: Workspace, plan: int) -> None:
    assert before(workspace, plan, linked=True) == ""
    code = before(workspace, plan)
    after(workspace, plan, pair_code=code)
    after(workspace, plan, linked=True)
    assert not [row for row in rows(workspace) if row["pair_code"] and row["pupil_id"]]


def test_a_code_whose_answers_were_taken_back_is_known_no_more(workspace: Workspace, plan: int) -> None:
    code = before(workspace, plan)
    history.undo(workspace)
    assert problems(lambda: after(workspace, plan, pair_code=code)).keys() == {"pair_code"}


# Counted


def put(workspace: Workspace, *responses: dict[str, Any]) -> None:
    """Write responses straight into the table."""
    with workspace.change("Survey came back", "made up") as action:
        for one in responses:
            row = {"transition": "6-7", "respondent": CARER, "answered_on": date(2026, 11, 1), "survey": "2026.1"}
            answers = json.dumps(one.get("answers", {}))
            action.insert("survey_response", {**row, **one, "answers": answers})


def rate(results: survey_results.Results, moment: str = "before", respondent: str = CARER) -> Rate:
    (found,) = (one for one in results.rates if (one.moment, one.respondent) == (moment, respondent))
    return found


def change(results: survey_results.Results, respondent: str = CARER) -> survey_results.WorryChange:
    (found,) = (one for one in results.worry_change if one.respondent == respondent)
    return found


def test_nothing_came_back(workspace: Workspace) -> None:
    found = survey_results.results(workspace)
    assert found.responses == 0
    assert [(one.asked, one.answered, one.beyond, one.percent) for one in found.rates] == [(0, 0, 0, None)] * 4
    assert rate(found).text == "none handed out"
    assert {one.base for one in (*found.items, *found.worry, *found.overall)} == {0}
    assert len(found.items) == 2 * 5 + 2 * 6
    assert change(found).median is None
    assert change(found).text == "No answers before and after can be matched (0 before, 0 after)."
    assert found.comments == ()


def test_every_answer_is_counted_with_its_base(workspace: Workspace) -> None:
    put(
        workspace,
        {"moment": "before", "answers": {"asked": 5, "dates": "not sure"}, "worry": 10, "overall": 2},
        {"moment": "before", "answers": {"asked": 5, "dates": 1}, "worry": 0},
        {"moment": "before", "answers": {"asked": 2}},
        {"moment": "after", "answers": {"asked": 4, "told-once": 3, "retired": 5}},
        {"moment": "before", "respondent": "pupil", "answers": {"asked": 1}},
    )
    found = survey_results.results(workspace)
    counted = {(one.code, one.moment, one.respondent): one for one in (*found.items, *found.worry, *found.overall)}
    asked = counted["asked", "before", CARER]
    assert asked.words == "We were asked what matters to us"
    assert dict(asked.counts) == {5: 2, 4: 0, 3: 0, 2: 1, 1: 0, "not sure": 0}
    assert asked.base == 3
    assert (counted["dates", "before", CARER].counts["not sure"], counted["dates", "before", CARER].base) == (1, 2)
    assert counted["asked", "before", "pupil"].words == "People asked me what matters to me"
    assert counted["told-once", "after", CARER].base == 1
    assert ("told-once", "before", CARER) not in counted
    assert (counted["retired", "after", CARER].words, counted["retired", "after", CARER].base) == ("retired", 1)
    assert {answer: times for answer, times in counted["worry", "before", CARER].counts.items() if times} == {
        0: 1,
        10: 1,
    }
    assert counted["worry", "before", CARER].base == 2
    assert (counted["overall", "before", CARER].counts[2], counted["overall", "before", CARER].base) == (1, 1)
    # and by another way
    for one in found.items:
        (base,) = (
            workspace.read()
            .execute(
                "SELECT count(*) FROM survey_response WHERE moment = ? AND respondent = ? "
                "AND json_extract(answers, '$.\"' || ? || '\"') IS NOT NULL",
                (one.moment, one.respondent, one.code),
            )
            .fetchone()
        )
        assert one.base == base


def test_the_rate_never_says_more_than_can_be_known(workspace: Workspace) -> None:
    plans = [opening.open_plan(workspace, add_pupil(workspace, surname=f"K{n}"), "6-7").number for n in range(5)]
    for plan_id in plans[:4]:
        surveys.record_handed_out(workspace, plan_id, "before", [CARER])
    before(workspace, plans[0], linked=True)
    assert rate(survey_results.results(workspace)) == Rate("before", CARER, 4, 1, 0)
    before(workspace, plans[0], linked=True)  # the other parent
    before(workspace, plans[4], linked=True)  # never handed out
    assert rate(survey_results.results(workspace)) == Rate("before", CARER, 4, 1, 2)
    for _ in range(2):
        before(workspace, plans[0])
    assert rate(survey_results.results(workspace)) == Rate("before", CARER, 4, 3, 2)
    for _ in range(3):
        before(workspace, plans[1])
    found = rate(survey_results.results(workspace))
    assert found == Rate("before", CARER, 4, 4, 4)
    assert found.text == "4 of 4 (100%); 4 more came back that were not recorded as handed out"
    assert rate(survey_results.results(workspace), "after").text == "none handed out"
    assert Rate("before", CARER, 0, 0, 3).text == "3 returned, none recorded as handed out"
    assert Rate("before", CARER, 2, 1, 1).text == "1 of 2 (50%); 1 more came back that was not recorded as handed out"
    assert Rate("before", CARER, 8, 1, 0).text == "1 of 8 (13%)"
    assert Rate("before", CARER, 3, 1, 0).percent == 33


def test_a_response_of_another_move_is_no_answer_to_this_one(workspace: Workspace, plan: int) -> None:
    surveys.record_handed_out(workspace, plan, "before", [CARER])
    other = opening.open_plan(workspace, add_pupil(workspace, year_group=11), "11-16P").number
    before(workspace, other)
    assert rate(survey_results.results(workspace)) == Rate("before", CARER, 1, 0, 1)
    assert rate(survey_results.results(workspace, transition="6-7")) == Rate("before", CARER, 1, 0, 0)
    assert rate(survey_results.results(workspace, transition="11-16P")) == Rate("before", CARER, 0, 0, 1)


def test_in_a_window_what_came_back_is_of_what_was_handed_out_in_it(workspace: Workspace) -> None:
    """Five handed out in June, of which three came back in time and one in November; four in November, of which two did."""
    plans = [opening.open_plan(workspace, add_pupil(workspace, surname=f"K{n}"), "6-7").number for n in range(9)]
    june, november = date(2026, 6, 10), date(2026, 11, 9)
    for plan_id in plans[:5]:
        surveys.record_handed_out(workspace, plan_id, "before", [CARER], on=june)
    for plan_id in plans[5:]:
        surveys.record_handed_out(workspace, plan_id, "before", [CARER], on=november)
    before(workspace, plans[0], linked=True, on=date(2026, 6, 20))
    for plan_id in plans[1:3]:
        before(workspace, plan_id, on=date(2026, 7, 1))
    before(workspace, plans[3], linked=True, on=date(2026, 11, 12))
    before(workspace, plans[5], linked=True, on=date(2026, 11, 16))
    before(workspace, plans[6], on=date(2026, 11, 16))
    later = rate(survey_results.results(workspace, first=date(2026, 11, 1)))
    assert later == Rate("before", CARER, 4, 2, 0, 1)
    assert later.text == "2 of 4 (50%); 1 more came back that was handed out on other days"
    assert rate(survey_results.results(workspace, last=date(2026, 8, 31))) == Rate("before", CARER, 5, 4, 0)
    assert rate(survey_results.results(workspace)) == Rate("before", CARER, 9, 6, 0)
    between = rate(survey_results.results(workspace, first=date(2026, 7, 1), last=date(2026, 8, 31)))
    assert between.text == "none handed out; 2 came back that were handed out on other days"


def test_an_anonymous_response_counts_in_its_month_and_a_linked_one_on_its_day(workspace: Workspace, plan: int) -> None:
    before(workspace, plan, on=date(2026, 10, 20))
    before(workspace, plan, linked=True, on=date(2026, 10, 20))
    for first, last, expected in (
        (date(2026, 10, 1), date(2026, 10, 31), 2),
        (date(2026, 10, 21), date(2026, 10, 31), 1),
        (date(2026, 10, 1), date(2026, 10, 19), 1),
        (date(2026, 11, 1), None, 0),
        (None, date(2026, 9, 30), 0),
    ):
        assert survey_results.results(workspace, first=first, last=last).responses == expected


def test_what_people_wrote_comes_without_the_order_in_which_it_came(workspace: Workspace) -> None:
    put(
        workspace,
        {"moment": "before", "worked": "Visits"},
        {"moment": "before", "worked": "Maps", "change": "Bus"},
        {"moment": "before", "worked": "Visits"},
        {"moment": "before", "worry": 3},
        {"moment": "before", "respondent": "pupil", "change": "Lunch"},
    )
    assert survey_results.results(workspace).comments == (
        ("before", CARER, "Maps", "Bus"),
        ("before", CARER, "Visits", None),
        ("before", CARER, "Visits", None),
        ("before", "pupil", None, "Lunch"),
    )


def test_worry_is_compared_only_where_both_answers_are_one_persons(workspace: Workspace, plan: int) -> None:
    other = opening.open_plan(workspace, add_pupil(workspace, surname="Byrne"), "6-7").number
    for was, now in ((8, 3), (5, 5), (2, 6), (9, 7)):
        after(workspace, plan, worry=now, pair_code=before(workspace, plan, worry=was))
    after(workspace, plan, worry=0, pair_code=before(workspace, plan))  # did not say before
    after(workspace, plan, pair_code=before(workspace, plan, worry=10))  # did not say after
    before(workspace, plan, worry=10)
    after(workspace, plan, worry=10)
    before(workspace, plan, worry=10, linked=True)
    after(workspace, plan, worry=9, linked=True)
    for worry in (1, 2):  # both parents, linked: nobody can tell which is which
        before(workspace, other, worry=worry, linked=True)
    after(workspace, other, worry=5, linked=True)
    after(workspace, plan, worry=4, pair_code=before(workspace, plan, worry=3, respondent="pupil"), respondent="pupil")
    found = survey_results.results(workspace)
    carers = change(found)
    assert (carers.pairs, carers.lower, carers.same, carers.higher, carers.median) == (5, 3, 1, 1, -1)
    assert (carers.before, carers.after) == (9, 8)
    assert carers.text == (
        "Of 5 with both answers, 3 less worried than before, 1 as worried, 1 more; median change -1."
    )
    pupils = change(found, "pupil")
    assert (pupils.pairs, pupils.higher, pupils.median) == (1, 1, 1)
    assert pupils.text.endswith("median change +1.")


def test_a_pair_counts_in_the_period_of_its_answer_after_the_move(workspace: Workspace, plan: int) -> None:
    code = before(workspace, plan, worry=8, on=date(2026, 6, 10))
    after(workspace, plan, worry=3, pair_code=code, on=date(2026, 11, 3))
    assert change(survey_results.results(workspace, first=date(2026, 11, 1))).pairs == 1
    assert change(survey_results.results(workspace, last=date(2026, 6, 30))).pairs == 0


worries = st.none() | st.integers(0, 10)
people = st.lists(
    st.tuples(
        st.sampled_from(("pupil", CARER)), worries, worries, st.sampled_from(("both", "before", "after", "no code"))
    ),
    max_size=12,
)


@given(people)
@settings(max_examples=40)
def test_pairs_are_found_whoever_answered(workspace: Workspace, people: list[tuple[str, Any, Any, str]]) -> None:
    given: list[dict[str, Any]] = []
    for number, (respondent, was, now, which) in enumerate(people):
        code = None if which == "no code" else f"CDF-{number:03}"
        who = {"respondent": respondent, "pair_code": code}
        if which != "after":
            given.append({**who, "moment": "before", "worry": was})
        if which != "before":
            given.append({**who, "moment": "after", "worry": now})
    with workspace.change("Cleared", "made up") as action:
        for (number,) in action.connection.execute("SELECT id FROM survey_response").fetchall():
            action.delete("survey_response", {"id": number})
    put(workspace, *reversed(given))
    found = survey_results.results(workspace)
    assert found.responses == len(given)
    for respondent in ("pupil", CARER):
        changes = [
            now - was
            for who, was, now, which in people
            if who == respondent and which == "both" and was is not None and now is not None
        ]
        one = change(found, respondent)
        assert one.pairs == len(changes) == one.lower + one.same + one.higher
        assert one.lower == sum(step < 0 for step in changes)
        assert one.median == (median(changes) if changes else None)
        assert one.median is None or -10 <= one.median <= 10
        assert one.pairs <= min(one.before, one.after)
