"""Writing a plan: every kind of answer, outcomes, and what was agreed stands whatever is done afterwards."""

from datetime import date
from typing import Any

import pytest
from builders import add_plan, add_pupil, add_school, add_worker, contents
from hypothesis import given
from hypothesis import strategies as st

from db.vocabulary import PLAN_CONTENT
from transitions.custody import history
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.plans import actions, lifecycle, page, writing
from transitions.plans.questions import load_shipped
from transitions.text import clean
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
TEXTS = [one for section in load_shipped().sections for one in section.questions if one.kind in ("text", "long text")]
SUMMARY = "Year 6 to Year 7 · Aisha Khan"
CLOSED = "Version 1 of this plan is closed. Open a plan, or change the newest version."
LATER = "Version 2 of this plan already exists. Change that one."


@pytest.fixture
def draft(workspace: Workspace) -> int:
    return add_plan(workspace, add_pupil(workspace))


@pytest.fixture
def agreed(workspace: Workspace) -> int:
    return add_plan(workspace, add_pupil(workspace, year_group=9), "9-PFA", status="active")


def plan_of(workspace: Workspace, plan_id: int) -> Any:
    return page.load(workspace, plan_id).plan


def problems(workspace: Workspace, plan_id: int, **fields: object) -> dict[str, str]:
    before = contents(workspace)
    with pytest.raises(FieldProblems) as caught:
        writing.save_answers(workspace, plan_id, fields)
    assert contents(workspace) == before
    return caught.value.problems


@given(text=st.text(max_size=60), name=st.sampled_from([one.code for one in TEXTS]))
def test_any_text_comes_back_as_it_may_be_stored(workspace: Workspace, text: str, name: str) -> None:
    plans = page.of_pupil(workspace, 1)
    plan_id = plans[0].id if plans else add_plan(workspace, add_pupil(workspace))
    writing.save_answers(workspace, plan_id, {name: text})
    question = load_shipped().question(name)
    assert question is not None
    wanted = clean(text, lines=question.kind == "long text") or None
    assert page.load(workspace, plan_id).value(question) == wanted
    assert writing.save_answers(workspace, plan_id, {name: wanted}).changed == 0  # it is stored as it stays


def test_answers_are_one_action_and_the_same_again_is_none(workspace: Workspace, draft: int) -> None:
    before = contents(workspace)
    saved = writing.save_answers(workspace, draft, {"hopes": "A friend\r\nby Christmas", "communication": " Signs "})
    assert (saved, saved.number) == (("Plan edited", SUMMARY, 1), draft)
    assert plan_of(workspace, draft).hopes == "A friend\nby Christmas"
    entries = history.entries(workspace)
    assert writing.save_answers(workspace, draft, {"communication": "Signs"}).changed == 0
    assert writing.save_answers(workspace, draft, {}).changed == 0
    assert history.entries(workspace) == entries
    history.undo(workspace)
    assert contents(workspace) == before


def test_the_preferred_name_is_the_pupils(workspace: Workspace, draft: int) -> None:
    assert writing.save_answers(workspace, draft, {"preferred_name": "Ash", "hopes": "A friend"}).changed == 2
    found = page.load(workspace, draft)
    assert (found.called, found.pupil.preferred_name) == ("Ash", "Ash")
    assert workspace.read().execute("SELECT search_text FROM pupil").fetchone()[0] == "khan aisha ash"
    assert writing.save_answers(workspace, draft, {"preferred_name": "Ash"}).changed == 0
    writing.save_answers(workspace, draft, {"preferred_name": ""})
    assert page.load(workspace, draft).called == "Aisha"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("yes", True), ("N", False), (True, True), (False, False), ("", None), (None, None)],
)
def test_yes_no_and_not_said(workspace: Workspace, draft: int, typed: object, stored: bool | None) -> None:
    writing.save_answers(workspace, draft, {"advocate_offered": "yes" if stored is not True else "no"})
    writing.save_answers(workspace, draft, {"advocate_offered": typed})
    assert plan_of(workspace, draft).advocate_offered is stored


def test_days_choices_workers_and_schools_as_people_give_them(workspace: Workspace, draft: int) -> None:
    worker, school = add_worker(workspace, "R. Patel"), add_school(workspace, "Riverside College")
    for fields in (
        {"named_worker_id": "patel", "destination_school_id": "riverside", "destination_stage": "Agreed",
         "destination_from": "1/9/27", "hopes_on": "today"},
        {"named_worker_id": worker, "destination_school_id": school, "destination_stage": "agreed",
         "destination_from": date(2027, 9, 1), "hopes_on": TODAY},
    ):  # fmt: skip
        writing.save_answers(workspace, draft, fields)
        plan = plan_of(workspace, draft)
        assert (plan.named_worker, plan.destination_school, plan.destination_stage, plan.destination_from, plan.hopes_on) == (
            "R. Patel", "Riverside College", "agreed", date(2027, 9, 1), TODAY,
        )  # fmt: skip
        writing.save_answers(workspace, draft, dict.fromkeys(fields))
    plan = plan_of(workspace, draft)
    assert (plan.named_worker, plan.destination_school, plan.destination_stage, plan.destination_from) == (None,) * 4


def test_a_worker_who_has_left_may_stay_as_she_was_chosen(workspace: Workspace, draft: int) -> None:
    worker = add_worker(workspace, "R. Patel")
    writing.save_answers(workspace, draft, {"named_worker_id": worker})
    with workspace.change("Worker left", "R. Patel") as action:
        action.update("worker", {"id": worker}, {"archived_at": "2026-11-20 09:00:00.000000"})
    writing.save_answers(workspace, draft, {"named_worker_id": worker, "back_up": "Sixth form"})
    assert plan_of(workspace, draft).named_worker == "R. Patel"
    assert problems(workspace, draft, named_worker_id="Patel") == {
        "named_worker_id": 'No worker matches "Patel". Add the person first.'
    }


def test_every_wrong_field_has_its_sentence_and_nothing_is_saved(workspace: Workspace, draft: int) -> None:
    found = problems(
        workspace, draft, colour="blue", hopes_on="soon", advocate_offered="perhaps", destination_stage="dreamt of",
        named_worker_id=99, destination_school_id="nowhere", hopes="x" * 10_001, admired="Kind", pupil_voice_on="22/11/26",
    )  # fmt: skip
    assert found.pop("colour").startswith(
        "there is no such question; expected one of preferred_name, admired, important_to_me,"
    )
    assert found.pop("destination_school_id").startswith('No school matches "nowhere".')
    assert found == {
        "hopes_on": "this is not a date: expected one such as 5/9/26, 5 sep, today, +2w, mon or end of term",
        "advocate_offered": "expected yes or no (Y or N)",
        "destination_stage": "expected one of intended, agreed, confirmed",
        "named_worker_id": 'No worker matches "99". Add the person first.',
        "hopes": "has 10,001 characters, more than 10,000: keep what matters, and file the rest",
        "pupil_voice_on": "Sun 22 Nov 2026 is in the future: expected the date it happened",
    }
    assert problems(workspace, draft, named_worker_id=True)["named_worker_id"].startswith("No worker matches")
    writing.save_answers(workspace, draft, {"hopes": "x" * 10_000})


@pytest.mark.parametrize("name", ["pupil_voice_on", "hopes_on", "advocate_on", "destination_on"])
def test_what_was_said_or_done_was_not_tomorrow(workspace: Workspace, draft: int, name: str) -> None:
    assert problems(workspace, draft, **{name: date(2026, 11, 22)}) == {
        name: "Sun 22 Nov 2026 is in the future: expected the date it happened"
    }
    writing.save_answers(workspace, draft, {name: TODAY, "named_worker_until": date(2028, 3, 1)})


def test_a_plan_that_is_gone(workspace: Workspace, draft: int) -> None:
    for write in (
        lambda: writing.save_answers(workspace, draft + 1, {"hopes": "x"}),
        lambda: writing.save_outcome(workspace, draft + 1, None, {"area": "health", "outcome": "x"}),
    ):
        with pytest.raises(NoSuchRecord, match="This plan is no longer here"):
            write()


# What was agreed stands


def test_a_change_of_an_agreed_plan_makes_the_next_version_and_says_so(workspace: Workspace, agreed: int) -> None:
    before, rows = page.load(workspace, agreed), contents(workspace)
    saved = writing.save_answers(workspace, agreed, {"hopes": "To be a vet", "destination": "Riverside"})
    assert saved == (
        "Plan edited, as version 2", "the agreed plan stays as version 1 · Year 9: preparing for adulthood · Aisha Khan", 8,
    )  # fmt: skip
    assert saved.number != agreed
    old, new = page.load(workspace, agreed), page.load(workspace, saved.number)
    assert old.plan == before.plan
    assert old.outcomes == before.outcomes
    assert (new.plan.version, new.plan.status, new.plan.hopes, new.plan.destination) == (
        2,
        "draft",
        "To be a vet",
        "Riverside",
    )
    for write in (
        lambda: writing.save_answers(workspace, agreed, {"hopes": "Something else"}),
        lambda: writing.save_answers(
            workspace, agreed, {"destination": "Elsewhere"}
        ),  # it would be lost on the old one
        lambda: writing.save_outcome(workspace, agreed, old.outcomes[0].id, {"progress": "achieved"}),
        lambda: writing.drop_outcome(workspace, agreed, old.outcomes[0].id),
    ):
        with pytest.raises(NotAllowed) as caught:
            write()
        assert caught.value.sentence == LATER
    history.undo(workspace)
    assert contents(workspace) == rows


@pytest.mark.parametrize("name", PLAN_CONTENT)
def test_no_answer_of_an_agreed_plan_is_written_where_it_stands(workspace: Workspace, agreed: int, name: str) -> None:
    before = plan_of(workspace, agreed)
    value: object = {"advocate_offered": True}.get(name, date(2026, 11, 1) if name.endswith("_on") else "Something new")
    saved = writing.save_answers(workspace, agreed, {name: value})
    assert saved.number != agreed
    assert plan_of(workspace, agreed) == before
    assert getattr(plan_of(workspace, saved.number), name) == value


def test_what_goes_on_after_the_agreement_makes_no_version(workspace: Workspace, agreed: int) -> None:
    values: dict[str, object] = {
        "named_worker_from": TODAY, "named_worker_until": date(2028, 3, 1), "destination": "Riverside",
        "destination_stage": "confirmed", "destination_on": TODAY, "destination_from": date(2027, 9, 1),
        "back_up": "Sixth form", "sharing_basis": "Public task", "accessible_copy": "easy read", "preferred_name": "Ash",
        "named_worker_id": add_worker(workspace, "R. Patel"), "destination_school_id": add_school(workspace),
    }  # fmt: skip
    assert set(values) == {one.code for part in load_shipped().sections for one in part.questions if one.running}
    saved = writing.save_answers(workspace, agreed, values)
    assert (saved, saved.number) == (("Plan edited", "Year 9: preparing for adulthood · Aisha Khan", 2), agreed)
    plan = plan_of(workspace, agreed)
    assert [getattr(plan, name) for name in values if name != "preferred_name"] == [
        value for name, value in values.items() if name != "preferred_name"
    ]
    # and what was agreed may be handed back by a form as it is
    again = {name: getattr(plan, name) for name in PLAN_CONTENT}
    saved = writing.save_answers(workspace, agreed, again)
    assert (saved, saved.number) == (("Plan edited", "Year 9: preparing for adulthood · Ash Khan", 0), agreed)


def test_a_closed_plan_is_not_written_any_more(workspace: Workspace, agreed: int) -> None:
    outcome = page.load(workspace, agreed).outcomes[0]
    lifecycle.close(workspace, agreed, reason="Left the area")
    for write in (
        lambda: writing.save_answers(workspace, agreed, {"hopes": "x"}),
        lambda: writing.save_answers(workspace, agreed, {"destination": "x"}),
        lambda: writing.save_outcome(workspace, agreed, None, {"area": "health", "outcome": "x"}),
        lambda: writing.save_outcome(workspace, agreed, outcome.id, {"progress": "achieved"}),
        lambda: writing.drop_outcome(workspace, agreed, outcome.id),
    ):
        with pytest.raises(NotAllowed) as caught:
            write()
        assert caught.value.sentence == CLOSED


# Outcomes


def test_an_outcome_is_added_changed_and_taken_out(workspace: Workspace, draft: int) -> None:
    rows = contents(workspace)
    saved = writing.save_outcome(
        workspace, draft, None,
        {"area": "Community", "hope": "A friend", "baseline": "Eats alone", "outcome": "Eats with others\ntwice a week", "by_when": "1/7/27"},
    )  # fmt: skip
    assert (saved, saved.number) == (("Outcome added", SUMMARY, 1), draft)
    (outcome,) = page.load(workspace, draft).outcomes
    assert outcome[3:] == (
        "community", "A friend", "Eats alone", "Eats with others\ntwice a week", date(2027, 7, 1), None, None,
    )  # fmt: skip
    linked = actions.add_action(
        workspace, 1, plan_id=draft, what="Sit together", owner="Mum", due_on=None, outcome_id=outcome.id
    ).number
    saved = writing.save_outcome(workspace, draft, outcome.id, {"by_when": "", "hope": None})
    assert (saved, saved.number) == (("Outcome edited", SUMMARY, 1), draft)
    assert page.load(workspace, draft).outcomes[0][4:8] == (None, "Eats alone", "Eats with others\ntwice a week", None)
    dropped = writing.drop_outcome(workspace, draft, outcome.id)
    assert (dropped, dropped.number) == (("Outcome taken out", SUMMARY, 2), draft)
    found = page.load(workspace, draft)
    assert found.outcomes == ()
    assert [(one.id, one.outcome_id) for one in found.actions] == [(linked, None)]
    for _ in range(4):
        history.undo(workspace)
    assert contents(workspace) == rows


def test_fields_of_an_outcome_that_are_wrong(workspace: Workspace, draft: int) -> None:
    def wrong(outcome_id: int | None, **fields: object) -> dict[str, str]:
        before = contents(workspace)
        with pytest.raises(FieldProblems) as caught:
            writing.save_outcome(workspace, draft, outcome_id, fields)
        assert contents(workspace) == before
        return caught.value.problems

    needed = "This is needed."
    assert wrong(None) == {"area": needed, "outcome": needed}
    assert wrong(None, area="", outcome="\x1b") == {"area": needed, "outcome": needed}
    assert wrong(
        None,
        area="employment",
        outcome="x" * 10_001,
        progress="half way",
        progress_on="22/11/26",
        by_when="soon",
        colour=1,
    ) == {
        "area": "expected one of education, independence, community, health",
        "outcome": "has 10,001 characters, more than 10,000: keep what matters, and file the rest",
        "progress": "expected one of on track, achieved, changed, not achieved",
        "progress_on": "Sun 22 Nov 2026 is in the future: expected the date it happened",
        "by_when": "this is not a date: expected one such as 5/9/26, 5 sep, today, +2w, mon or end of term",
        "colour": "there is no such field; expected one of area, hope, baseline, outcome, by_when, progress, progress_on",
    }
    writing.save_outcome(workspace, draft, None, {"area": "health", "outcome": "x"})
    number = page.load(workspace, draft).outcomes[0].id
    assert wrong(number, outcome=" ") == {"outcome": needed}
    for missing in (number + 1, 0):
        with pytest.raises(NoSuchRecord, match=r"^This outcome is no longer in the plan: look at the plan again\.$"):
            writing.save_outcome(workspace, draft, missing, {"outcome": "x"})
        with pytest.raises(NoSuchRecord, match="This outcome is no longer in the plan"):
            writing.drop_outcome(workspace, draft, missing)


def test_progress_is_said_on_an_agreed_plan_with_its_day(workspace: Workspace, agreed: int) -> None:
    number = page.load(workspace, agreed).outcomes[0].id

    def progress() -> tuple[str | None, date | None]:
        return page.load(workspace, agreed).outcomes[0][-2:]

    assert writing.save_outcome(workspace, agreed, number, {"progress": "On track"}).number == agreed
    assert progress() == ("on track", TODAY)
    writing.save_outcome(workspace, agreed, number, {"progress": "achieved", "progress_on": "2/11/26"})
    assert progress() == ("achieved", date(2026, 11, 2))
    writing.save_outcome(workspace, agreed, number, {"progress": "", "progress_on": "2/11/26"})
    assert progress() == (None, None)  # a day without progress says nothing


def test_changes_of_agreed_outcomes_make_the_next_version(workspace: Workspace, agreed: int) -> None:
    pupil = plan_of(workspace, agreed).pupil_id
    outcomes = page.load(workspace, agreed).outcomes
    first = outcomes[0]
    linked = actions.add_action(
        workspace, pupil, plan_id=agreed, what="Try it", owner="Mum", due_on=None, outcome_id=first.id
    ).number
    after = "as version 2"
    for write, name, count in (
        (lambda: writing.save_outcome(workspace, agreed, first.id, {"outcome": "New", "progress": "changed"}), "Outcome edited", 4),
        (lambda: writing.save_outcome(workspace, agreed, None, {"area": "health", "outcome": "More"}), "Outcome added", 5),
        (lambda: writing.drop_outcome(workspace, agreed, first.id), "Outcome taken out", 3),
    ):  # fmt: skip
        rows = contents(workspace)
        saved = write()
        assert saved.name == f"{name}, {after}"
        old, new = page.load(workspace, agreed), page.load(workspace, saved.number)
        assert old.outcomes == outcomes
        assert len(new.outcomes) == count
        taken = next(one for one in new.actions if one.carried_from_id == linked)
        assert taken.outcome_id == (None if count == 3 else new.outcomes[0].id)
        if count == 4:
            assert new.outcomes[0][6:] == ("New", None, "changed", TODAY)
        history.undo(workspace)
        assert contents(workspace) == rows
