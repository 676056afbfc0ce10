"""Beginning a walk, or going on with the one that was left off."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from screens.frame.dialogs import Choice, Choose
from screens.frame.safe import say
from transitions.caseload import walk
from transitions.caseload.caseload import Caseload
from transitions.caseload.walk import Walk
from transitions.workspace import Workspace

if TYPE_CHECKING:
    from screens.frame.app import TransitionsApp


def begin_walk(
    app: "TransitionsApp", workspace: Workspace, caseload: Caseload, pupils: Sequence[int] | None = None
) -> None:
    """Walk ``pupils``, or those of the caseload who need a decision; first ask when another walk was left off."""
    left = walk.left_off(workspace)
    if left is None or not left.position or pupils is not None:
        _begin(app, workspace, caseload, pupils)
        return

    def chosen(resume: bool | None) -> None:
        if resume:
            _open(app, left)
        elif resume is not None:
            _begin(app, workspace, caseload, None)

    choices = [
        Choice(True, f"Go on at {place(left)}", key="w", hint="" if app.private else left.description),
        Choice(False, "Begin again with this list", key="b"),
    ]
    app.push_screen(Choose("A walk was left off", choices), chosen)


def resume_walk(app: "TransitionsApp", workspace: Workspace) -> None:
    """Go on with the walk that was left off."""
    left = walk.left_off(workspace)
    if left is None:
        say(app, "The walk is over already.")
    else:
        _open(app, left)


def place(left: Walk) -> str:
    """Give where a walk is: "pupil 13 of 41"."""
    return f"pupil {left.position + 1:,} of {len(left.pupil_ids):,}"


def _begin(app: "TransitionsApp", workspace: Workspace, caseload: Caseload, pupils: Sequence[int] | None) -> None:
    begun = walk.begin(workspace, caseload, pupils)
    if begun.pupil_ids:
        _open(app, begun)
    else:
        say(app, "Nobody in this list needs a decision today.")


def _open(app: "TransitionsApp", begun: Walk) -> None:
    from screens.caseload.walk import WalkScreen

    app.push_screen(WalkScreen(begun))
