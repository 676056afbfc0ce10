"""What a worker leaves on the desk."""

import pytest
from builders import add_worker
from conftest import Opener

from transitions import history
from transitions.team import ui_state
from transitions.workspace import Workspace


@pytest.mark.parametrize("value", [{"a": [1, 2]}, [], "text", 3, True, {"name": "Zoë [/b] 'quote'"}])
def test_what_was_left_is_found_again_after_a_restart(workspace: Workspace, opener: Opener, value: object) -> None:
    ui_state.put(workspace, "draft:note:3", value)
    workspace.close()
    assert ui_state.get(opener(), "draft:note:3") == value


def test_the_newest_stays_and_none_clears_it(workspace: Workspace) -> None:
    assert ui_state.get(workspace, "view") is None
    ui_state.put(workspace, "view", 1)
    ui_state.put(workspace, "view", 2)
    assert ui_state.get(workspace, "view") == 2
    ui_state.put(workspace, "view", None)
    assert ui_state.get(workspace, "view") is None
    ui_state.put(workspace, "view", None)


def test_names_are_listed_by_how_they_begin(workspace: Workspace) -> None:
    for name in ("view:Year 6", "view:100%", "view_x", "walk"):
        ui_state.put(workspace, name, 1)
    assert ui_state.names(workspace, "view:") == ["100%", "Year 6"]
    assert ui_state.names(workspace, "view_") == ["x"]
    assert ui_state.names(workspace, "nothing") == []


def test_a_desk_is_private_and_never_in_the_journal(workspace: Workspace) -> None:
    before = history.entries(workspace)
    ui_state.put(workspace, "view", 1)
    assert history.entries(workspace) == before
    workspace.become(add_worker(workspace, "B. Lee"))
    assert ui_state.get(workspace, "view") is None
    assert ui_state.names(workspace, "") == []


def test_nothing_is_kept_before_anybody_said_who_they_are(opener: Opener) -> None:
    workspace = opener(me=None)
    ui_state.put(workspace, "view", 1)
    assert ui_state.get(workspace, "view") is None
    assert workspace.read().execute("SELECT count(*) FROM desk").fetchone() == (0,)
