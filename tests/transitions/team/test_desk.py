"""What a worker leaves on the desk."""

import pytest
from builders import add_worker
from conftest import Opener

from transitions.custody import history
from transitions.team import workers
from transitions.workspace import Workspace


@pytest.mark.parametrize("value", [{"a": [1, 2]}, [], "text", 3, True, {"name": "Zoë [/b] 'quote'"}])
def test_what_was_left_is_found_again_after_a_restart(workspace: Workspace, opener: Opener, value: object) -> None:
    workers.leave_on_desk(workspace, "draft:note:3", value)
    workspace.close()
    assert workers.left_on_desk(opener(), "draft:note:3") == value


def test_the_newest_stays_and_none_clears_it(workspace: Workspace) -> None:
    assert workers.left_on_desk(workspace, "view") is None
    workers.leave_on_desk(workspace, "view", 1)
    workers.leave_on_desk(workspace, "view", 2)
    assert workers.left_on_desk(workspace, "view") == 2
    workers.leave_on_desk(workspace, "view", None)
    assert workers.left_on_desk(workspace, "view") is None
    workers.leave_on_desk(workspace, "view", None)


def test_names_are_listed_by_how_they_begin(workspace: Workspace) -> None:
    for name in ("view:Year 6", "view:100%", "view_x", "walk"):
        workers.leave_on_desk(workspace, name, 1)
    assert workers.names_on_desk(workspace, "view:") == ["100%", "Year 6"]
    assert workers.names_on_desk(workspace, "view_") == ["x"]
    assert workers.names_on_desk(workspace, "nothing") == []


def test_a_desk_is_private_and_never_in_the_journal(workspace: Workspace) -> None:
    workers.leave_on_desk(workspace, "never there", None)
    before = history.entries(workspace)
    workers.leave_on_desk(workspace, "view", 1)
    assert history.entries(workspace) == before
    workspace.become(add_worker(workspace, "B. Lee"))
    assert workers.left_on_desk(workspace, "view") is None
    assert workers.names_on_desk(workspace, "") == []


def test_nothing_is_kept_before_anybody_said_who_they_are(opener: Opener) -> None:
    workspace = opener(me=None)
    workers.leave_on_desk(workspace, "view", 1)
    assert workers.left_on_desk(workspace, "view") is None
    assert workspace.read().execute("SELECT count(*) FROM desk").fetchone() == (0,)
