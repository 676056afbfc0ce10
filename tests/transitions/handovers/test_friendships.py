"""Friendships: pairs, one kind for each, and shown to a school only when both pupils go there."""

from datetime import date

import pytest
from builders import add_handover, add_pupil, add_school, contents, edit_pupil

from db.handovers.handovers import friends
from transitions.custody import history
from transitions.errors import NoSuchRecord, NotAllowed
from transitions.handovers import correspondence, safeguarding
from transitions.workspace import Workspace


@pytest.fixture
def three(workspace: Workspace) -> list[int]:
    return [add_pupil(workspace, forename=name) for name in ("Aisha", "Ben", "Cai")]


def shown(workspace: Workspace, school: int, pupils: list[int]) -> list[tuple[int, int, str]]:
    return [(one.pupil_id, one.other_id, one.kind) for one in safeguarding.for_school(workspace, school, pupils)]


def test_a_pair_is_one_whoever_is_named_first(workspace: Workspace, three: list[int]) -> None:
    recorded = safeguarding.pair(workspace, three[1], three[0], "keep with")
    assert recorded == ("Friendship recorded", "keep with · Ben Khan and Aisha Khan", 1)
    assert safeguarding.pair(workspace, three[0], three[1], "keep with").changed == 0
    assert [(one.pupil_id, one.kind) for one in friends(workspace.read(), three[0])] == [(three[1], "keep with")]
    assert [(one.pupil_id, one.kind) for one in friends(workspace.read(), three[1])] == [(three[0], "keep with")]
    assert friends(workspace.read(), three[2]) == []


def test_a_pair_is_kept_with_or_apart_never_both(workspace: Workspace, three: list[int]) -> None:
    safeguarding.pair(workspace, three[0], three[1], "keep with")
    safeguarding.pair(workspace, three[1], three[0], "keep apart")
    assert [one.kind for one in friends(workspace.read(), three[0])] == ["keep apart"]
    history.undo(workspace)
    assert [one.kind for one in friends(workspace.read(), three[0])] == ["keep with"]


def test_a_pair_is_taken_out(workspace: Workspace, three: list[int]) -> None:
    before = contents(workspace)
    safeguarding.pair(workspace, three[0], three[2], "keep apart")
    assert safeguarding.unpair(workspace, three[2], three[0]).changed == 1
    assert contents(workspace)["friendship"] == before["friendship"] == []
    with pytest.raises(NoSuchRecord, match="Nothing is recorded about Aisha Khan and Cai Khan"):
        safeguarding.unpair(workspace, three[0], three[2])


@pytest.mark.parametrize(
    ("other", "kind", "says"), [(0, "keep with", "two pupils"), (1, "friends", "keep with, keep apart")]
)
def test_what_is_no_pair_is_refused(workspace: Workspace, three: list[int], other: int, kind: str, says: str) -> None:
    with pytest.raises(NotAllowed, match=says):
        safeguarding.pair(workspace, three[0], three[other], kind)


def test_a_pupil_who_is_not_there_is_named(workspace: Workspace, three: list[int]) -> None:
    for one, other in ((three[0], 99), (99, three[0])):
        with pytest.raises(NoSuchRecord, match="number 99"):
            safeguarding.pair(workspace, one, other, "keep with")


def test_a_school_is_shown_a_pair_only_when_both_go_there(workspace: Workspace, three: list[int]) -> None:
    oakwood, elm = add_school(workspace, "Oakwood School"), add_school(workspace, "Elm School")
    safeguarding.pair(workspace, three[0], three[1], "keep apart")
    safeguarding.pair(workspace, three[1], three[2], "keep with")
    assert shown(workspace, oakwood, three) == []
    edit_pupil(workspace, three[0], next_school_id=oakwood)
    edit_pupil(workspace, three[1], next_school_id=oakwood)
    edit_pupil(workspace, three[2], next_school_id=elm)
    assert shown(workspace, oakwood, three) == [(three[0], three[1], "keep apart")]
    assert shown(workspace, elm, three) == []
    assert shown(workspace, oakwood, [three[0], three[2]]) == []  # only of those whose handovers it gets
    assert shown(workspace, oakwood, []) == []
    edit_pupil(workspace, three[1], archived_at=workspace.clock.now())
    assert shown(workspace, oakwood, three) == []


def test_where_no_next_school_is_recorded_the_handover_tells_it(workspace: Workspace, three: list[int]) -> None:
    oakwood = add_school(workspace, "Oakwood School")
    safeguarding.pair(workspace, three[0], three[1], "keep with")
    for pupil in three[:2]:
        edit_pupil(workspace, pupil, next_school_id=oakwood, next_school_recorded_on=date(2026, 11, 1))
        correspondence.send(workspace, [add_handover(workspace, pupil)], how="post")
    edit_pupil(workspace, three[0], next_school_id=None)
    assert shown(workspace, oakwood, three) == [(three[0], three[1], "keep with")]
    edit_pupil(workspace, three[1], next_school_id=add_school(workspace, "Elm School"))
    assert shown(workspace, oakwood, three) == []
