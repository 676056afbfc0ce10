"""Beginning a walk, or going on with the one that was left off."""

from collections.abc import Sequence

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from transitions.caseload import walk
from transitions.caseload.caseload import Caseload
from transitions.caseload.walk import Walk
from transitions.workspace import Workspace


def begin_walk(host: Host, workspace: Workspace, caseload: Caseload, pupils: Sequence[int] | None = None) -> None:
    """Walk ``pupils``, or those of the caseload who need a decision; first ask when another walk was left off."""
    left = walk.left_off(workspace)
    if left is None or not left.position or pupils is not None:
        _begin(host, workspace, caseload, pupils)
        return

    def chosen(resume: bool | None) -> None:
        if resume:
            _open(host, left)
        elif resume is not None:
            _begin(host, workspace, caseload, None)

    choices = [
        Choice(True, f"Go on at {place(left)}", key="w", hint="" if host.private else left.description),
        Choice(False, "Begin again with this list", key="b"),
    ]
    host.push_screen(Choose("A walk was left off", choices), chosen)


def resume_walk(host: Host, workspace: Workspace) -> None:
    """Go on with the walk that was left off."""
    left = walk.left_off(workspace)
    if left is None:
        host.say("The walk is over already.")
    else:
        _open(host, left)


def place(left: Walk) -> str:
    """Give where a walk is: "pupil 13 of 41"."""
    return f"pupil {left.position + 1:,} of {len(left.pupil_ids):,}"


def _begin(host: Host, workspace: Workspace, caseload: Caseload, pupils: Sequence[int] | None) -> None:
    begun = walk.begin(workspace, caseload, pupils)
    if begun.pupil_ids:
        _open(host, begun)
    else:
        host.say("Nobody in this list needs a decision today.")


def _open(host: Host, begun: Walk) -> None:
    from screens.caseload.walk import WalkScreen

    host.push_screen(WalkScreen(begun))
