"""What was agreed stands, whatever is done and undone afterwards, by whomever and in whatever order."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import PLAN_ANSWERS, add_plan, add_pupil, add_worker, contents, damage_in
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import ChangedSince, NothingToUndo
from db.vocabulary import ACTION_CONTENT, OUTCOME_CONTENT, PLAN_CONTENT
from transitions.clock import Clock
from transitions.custody import history
from transitions.errors import Fault
from transitions.plans import actions, lifecycle, opening, page, writing
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
AGREED_SINCE = "Not undone: the plan has been agreed since, and an agreed plan can’t be changed. Edit the plan itself: that makes a new version, and this one stays as agreed."


def test_an_undo_does_not_reach_behind_the_agreement(workspace: Workspace) -> None:
    """Not of one's own, not of a colleague's: the file itself refuses, and the sentence says why."""
    pupil = add_pupil(workspace, year_group=9)
    plan_id = add_plan(workspace, pupil, "9-PFA")
    writing.save_answers(workspace, plan_id, {"hopes": "To be a vet"})
    edited = history.entries(workspace)[0].id
    writing.save_outcome(workspace, plan_id, None, {"area": "health", "outcome": "Sleeps", "by_when": "1/7/27"})
    added = history.entries(workspace)[0].id
    number = page.load(workspace, plan_id).outcomes[0].id
    writing.save_outcome(workspace, plan_id, number, {"by_when": "1/5/27"})
    moved = history.entries(workspace)[0].id
    writing.save_outcome(workspace, plan_id, None, {"area": "education", "outcome": "Reads"})
    writing.drop_outcome(workspace, plan_id, number + 1)
    dropped = history.entries(workspace)[0].id
    for area in ("education", "independence", "community"):
        writing.save_outcome(workspace, plan_id, None, {"area": area, "outcome": "x"})
    action = actions.add_action(workspace, pupil, plan_id=plan_id, what="Visit", owner="Mum", due_on=TODAY).number
    actions.save_action(workspace, pupil, action, {"due_on": "1/12/26"})
    later = history.entries(workspace)[0].id
    lifecycle.share(workspace, plan_id)
    lifecycle.agree(workspace, plan_id)
    rows = contents(workspace)
    workspace.become(add_worker(workspace, "R. Patel"))
    rows = contents(workspace)
    for number in (edited, moved, dropped, later):
        with pytest.raises(ChangedSince) as caught:
            history.undo(workspace, number)
        assert caught.value.sentence == AGREED_SINCE
        assert contents(workspace) == rows
    with pytest.raises(ChangedSince, match="by when of this plan outcome has been changed since"):
        history.undo(workspace, added)
    assert contents(workspace) == rows


WORDS = st.sampled_from(["", "To be a vet", "A flat\nwith a cat", "Zoë’s own words", "مرحبا"])
NUMBER = st.integers(0, 9)
DEEDS = st.one_of(
    st.tuples(st.just("answer"), st.sampled_from(["admired", "hopes", "pupil_voice", "destination", "back_up"]), WORDS),
    st.tuples(st.just("profile"), NUMBER, WORDS),
    st.tuples(st.sampled_from(["add outcome", "edit outcome", "progress"]), NUMBER, WORDS),
    st.tuples(
        st.sampled_from(["drop outcome", "add action", "edit action", "finish", "version", "share", "agree", "agree", "start",
                         "close", "older", "colleague", "undo", "undo that", "redo"]),
        NUMBER,
        st.just(""),
    ),
)  # fmt: skip


def _act(workspace: Workspace, what: str, detail: Any, words: str) -> None:
    every = sorted(page.of_pupil(workspace, 1), key=lambda plan: plan.id)
    if not every:  # even the opening of the plan has been undone
        return
    plan = every[-1] if isinstance(detail, str) or detail < 7 else every[detail % len(every)]
    found = page.load(workspace, plan.id)
    outcome = found.outcomes[detail % len(found.outcomes)].id if found.outcomes and isinstance(detail, int) else 0
    action = found.actions[detail % len(found.actions)].id if found.actions and isinstance(detail, int) else 0
    match what:
        case "answer":
            writing.save_answers(workspace, plan.id, {detail: words})
        case "profile":
            writing.save_answers(
                workspace, plan.id, {**PLAN_ANSWERS, "family_voice": words or "x", "named_worker_id": 1}
            )
        case "add outcome":
            writing.save_outcome(workspace, plan.id, None, {"area": "health", "outcome": words, "progress": "changed"})
        case "edit outcome":
            writing.save_outcome(workspace, plan.id, outcome, {"hope": words, "by_when": date(2027, 1, 1 + detail)})
        case "progress":
            writing.save_outcome(workspace, plan.id, outcome, {"progress": ["", "on track", "achieved"][detail % 3]})
        case "drop outcome":
            writing.drop_outcome(workspace, plan.id, outcome)
        case "add action":
            actions.add_action(
                workspace, 1, plan_id=plan.id, what="Visit", owner="Mum", due_on=TODAY, outcome_id=outcome or None
            )
        case "edit action":
            actions.save_action(workspace, 1, action, {"due_on": date(2027, 2, 1 + detail), "owner": "Dad"})
        case "finish":
            actions.finish_actions(workspace, [action])
        case "version":
            opening.new_version(workspace, plan.id)
        case "share":
            lifecycle.share(workspace, plan.id)
        case "agree":
            lifecycle.agree(workspace, plan.id)
        case "start":
            lifecycle.start(workspace, plan.id)
        case "close":
            lifecycle.close(workspace, plan.id, reason="Not wanted")
        case "older":
            opening.open_plan(workspace, 1, "6-7", like=plan.id)


def _with_a_plan(folder: Path, status: str) -> Workspace:
    workspace = Workspace.open(folder / "pupils.db", Clock.on(TODAY), create=True)
    workspace.become(add_worker(workspace))
    add_worker(workspace, "R. Patel")
    add_plan(workspace, add_pupil(workspace), status=status)
    return workspace


SEVERAL = st.lists(DEEDS, max_size=14)
STATUS = st.sampled_from(["draft", "shared with family", "agreed", "active"])


@settings(max_examples=15)
@given(deeds=SEVERAL, status=STATUS)
def test_undoing_all_is_the_start_and_redoing_all_the_end(
    deeds: list[tuple[str, Any, str]], status: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    workspace = _with_a_plan(tmp_path_factory.mktemp("plans"), status)
    seen = [contents(workspace)]
    for what, detail, words in deeds:
        entries = history.entries(workspace)
        try:
            _act(workspace, what, detail, words)
        except Fault:
            assert contents(workspace) == seen[-1]
        if history.entries(workspace) != entries:
            seen.append(contents(workspace))
    for wanted in reversed(seen[:-1]):
        history.undo(workspace)
        assert contents(workspace) == wanted
    for wanted in seen[1:]:
        history.redo(workspace)
        assert contents(workspace) == wanted
    with pytest.raises(NothingToUndo):
        history.redo(workspace)
    workspace.close()


def _agreed_now(workspace: Workspace) -> dict[tuple[int, date], object]:
    """What every agreed version says, by its number and the day of the agreement."""
    found = {}
    for plan in page.of_pupil(workspace, 1):
        if plan.agreed_on is not None:
            whole = page.load(workspace, plan.id)
            found[plan.id, plan.agreed_on] = (
                [getattr(plan, name) for name in PLAN_CONTENT],
                [[outcome.id, *(getattr(outcome, name) for name in OUTCOME_CONTENT)] for outcome in whole.outcomes],
            )
    return found


def _agreed_actions(workspace: Workspace) -> dict[int, list[object]]:
    found = {}
    for plan in page.of_pupil(workspace, 1):
        for action in page.load(workspace, plan.id).actions:
            if actions.is_agreed(action, plan.agreed_on):
                found[action.id] = [getattr(action, name) for name in ACTION_CONTENT]
    return found


WRITTEN = st.lists(DEEDS.filter(lambda deed: deed[0] not in ("close", "older")), min_size=1, max_size=8)
UNDONE = st.tuples(st.just("undo that"), st.integers(0, 12), st.just(""))


@settings(max_examples=20)
@given(written=WRITTEN, deeds=st.lists(UNDONE | UNDONE | DEEDS, min_size=1, max_size=10))
def test_whatever_two_people_do_and_undo_an_agreed_version_says_what_it_said(
    written: list[tuple[str, Any, str]], deeds: list[tuple[str, Any, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    workspace = _with_a_plan(tmp_path_factory.mktemp("plans"), "draft")
    agreement: list[tuple[str, Any, str]] = [
        ("profile", 0, ""), ("add action", 0, ""), ("share", 0, ""), ("colleague", 0, ""), ("agree", 0, ""),
    ]  # fmt: skip
    said, promised = _agreed_now(workspace), _agreed_actions(workspace)
    for what, detail, words in (*written, *agreement, *deeds):
        try:
            match what:
                case "colleague":
                    workspace.become(2 if workspace.me == 1 else 1)
                case "undo":
                    history.undo(workspace)
                case "undo that":
                    entries = history.entries(workspace)
                    history.undo(workspace, entries[detail % len(entries)].id)
                case "redo":
                    history.redo(workspace)
                case _:
                    _act(workspace, what, detail, words)
        except Fault:
            assert (_agreed_now(workspace), _agreed_actions(workspace)) == (said, promised)
        now, kept = _agreed_now(workspace), _agreed_actions(workspace)
        assert _both(now, said) == _both(said, now)
        assert _both(kept, promised) == _both(promised, kept)
        said, promised = now, kept
    assert damage_in(workspace) == []
    workspace.close()


def _both(found: dict[Any, object], others: dict[Any, object]) -> dict[Any, object]:
    """What is agreed before and after: an agreement may be taken back, under its own name in the history."""
    return {key: value for key, value in found.items() if key in others}
