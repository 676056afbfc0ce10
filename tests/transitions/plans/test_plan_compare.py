"""Comparing versions of a plan: answers, words, outcomes, and actions followed through the versions."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from made_plans import agreed_plan, two_versions

from transitions.plans import actions, lifecycle, opening, writing
from transitions.plans.compare import VersionDifference, compare, words_changed
from transitions.plans.page import load
from transitions.workspace import Workspace


def differences(workspace: Workspace, older: int, newer: int, *between: int) -> list[VersionDifference]:
    return compare(load(workspace, older), load(workspace, newer), [load(workspace, one) for one in between])


def changes(found: list[VersionDifference]) -> dict[str, str]:
    return {f"{one.section} · {one.label}": one.kind for one in found if one.kind != "same"}


def test_a_new_version_differs_only_in_what_was_changed(workspace: Workspace) -> None:
    first, second = two_versions(workspace)
    found = differences(workspace, first, second)
    assert changes(found) == {"My one-page profile · What is important to me": "changed"}
    [changed] = [one for one in found if one.kind == "changed"]
    assert (changed.before, changed.after) == ("My dog\nA quiet corner", "My dog Bess\nA quiet corner")
    assert [piece.text for piece in changed.pieces[0] if piece.changed] == []
    assert [piece.text for piece in changed.pieces[1] if piece.changed] == ["Bess"]
    assert all(one.before or one.after for one in found), "what both leave empty is left out"
    said = {one.label: one.after for one in found}
    assert said["When I said it"] == "Mon 2 Nov 2026"
    assert said["My named worker"] == "K. Osei"
    assert said["Action"] == "Visit the school\nSamina Khan, by Tue 1 Dec 2026"


def test_answers_are_added_taken_out_and_put_in_other_lines(workspace: Workspace) -> None:
    first = agreed_plan(workspace)
    second = opening.new_version(workspace, first).number
    writing.save_answers(
        workspace,
        second,
        {"hopes": "A friend", "family_voice": "", "important_to_me": "My dog A quiet corner", "advocate_offered": True},
    )
    assert changes(differences(workspace, first, second)) == {
        "My hopes · My hopes": "added",
        "What I say, and what my family says · What my family says": "taken out",
    }


def test_an_outcome_in_other_words_is_the_same_outcome_and_another_is_not(workspace: Workspace) -> None:
    first = agreed_plan(workspace)
    second = opening.new_version(workspace, first).number
    [outcome] = load(workspace, second).outcomes
    writing.save_outcome(workspace, second, outcome.id, {"outcome": "Aisha finds most rooms by herself"})
    writing.save_outcome(workspace, second, None, {"area": "education", "outcome": "Reads aloud to a friend"})
    found = [one for one in differences(workspace, first, second) if one.section == "What will be different"]
    assert [(one.kind, one.label) for one in found] == [("changed", "Learning"), ("added", "Learning")]
    assert [piece.text for piece in found[0].pieces[0] if piece.changed] == ["every room"]
    assert "Hope: friends" in found[0].after
    assert "By Fri 1 Oct 2027" in found[0].after

    writing.drop_outcome(workspace, second, outcome.id)
    found = [one for one in differences(workspace, first, second) if one.section == "What will be different"]
    assert [one.kind for one in found] == ["added", "taken out"]


def test_an_outcome_of_another_area_is_another_outcome(workspace: Workspace) -> None:
    first = agreed_plan(workspace)
    second = opening.new_version(workspace, first).number
    [outcome] = load(workspace, second).outcomes
    writing.save_outcome(workspace, second, outcome.id, {"area": "independence"})
    assert [
        (one.kind, one.label)
        for one in differences(workspace, first, second)
        if one.section == "What will be different"
    ] == [("added", "Doing things for myself"), ("taken out", "Learning")]


def test_actions_are_followed_through_the_versions_in_between(workspace: Workspace) -> None:
    first = agreed_plan(workspace)
    pupil_id = load(workspace, first).plan.pupil_id
    actions.add_action(workspace, pupil_id, what="Order a map", owner="K. Osei", due_on=date(2026, 12, 4))
    actions.add_action(workspace, pupil_id, what="Ask for a taxi", owner="K. Osei", due_on=None)
    done = next(one.id for one in load(workspace, first).actions if one.what == "Ask for a taxi")
    actions.finish_actions(workspace, [done])
    second = opening.new_version(workspace, first).number
    [visit, order] = load(workspace, second).actions
    actions.save_action(workspace, pupil_id, visit.id, {"due_on": date(2026, 12, 8)})
    actions.drop_actions(workspace, [order.id], reason="the school gave one")
    lifecycle.share(workspace, second)
    lifecycle.agree(workspace, second)
    third = opening.new_version(workspace, second).number

    found = [one for one in differences(workspace, first, third, second) if one.section == "Who does what by when"]
    assert [(one.label, one.kind, one.before.split("\n")[0]) for one in found] == [
        ("Action", "changed", "Visit the school"),
        ("Action, dropped in version 2", "taken out", "Order a map"),
        ("Action, done in version 1", "taken out", "Ask for a taxi"),
    ]
    assert [piece.text for piece in found[0].pieces[1] if piece.changed] == ["8"]


def test_a_text_written_anew_is_marked_whole() -> None:
    before, after = words_changed("I like to play the drums.", "Nobody has asked yet what she likes to do")
    assert [piece.changed for piece in (*before, *after)] == [True, True]


texts = st.lists(
    st.sampled_from(["I", "like", "dogs", "don’t", "well-known", "cats.", "\n", "  ", "[/x]", "…", "é"]), max_size=30
).map(" ".join)


@given(texts, texts)
def test_the_pieces_are_the_texts_and_what_is_not_marked_stands_in_both(before: str, after: str) -> None:
    left, right = words_changed(before, after)
    assert "".join(piece.text for piece in left) == before
    assert "".join(piece.text for piece in right) == after
    kept = [" ".join("".join(" " if one.changed else one.text for one in side).split()) for side in (left, right)]
    assert kept[0].replace(" ", "") == kept[1].replace(" ", "")
    assert all(piece.text == piece.text.strip() for piece in (*left, *right) if piece.changed)


@given(texts)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert not any(piece.changed for side in words_changed(text, text) for piece in side)
    assert VersionDifference("Section", "Label", text, f"\n{text} ").kind == "same"
