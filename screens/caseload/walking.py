"""Beginning a walk, or going on with the one that was left off."""

from collections.abc import Sequence

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from transitions.caseload import walk
from transitions.caseload.caseload import Caseload
from transitions.caseload.walk import Walk


async def begin_walk(host: Host, caseload: Caseload, pupils: Sequence[int] | None = None) -> None:
    """Walk ``pupils``, or those of the caseload who need a decision; first ask when another walk was left off."""
    left = walk.left_off(host.workspace)
    if left is not None and left.position and pupils is None:
        choices = [
            Choice(True, f"Go on at {place(left)}", key="w", hint="" if host.private else left.description),
            Choice(False, "Start again with this list", key="b"),
        ]
        resume = await host.ask(Choose("You have an unfinished walk", choices))
        if resume is None:
            return
        if resume:
            _open(host, left)
            return
    begun = walk.begin(host.workspace, caseload, pupils)
    if begun.pupil_ids:
        _open(host, begun)
    else:
        host.say("No pupil in this list needs a decision today.")


def resume_walk(host: Host) -> None:
    left = walk.left_off(host.workspace)
    if left is None:
        host.say("This walk is finished.")
    else:
        _open(host, left)


def place(left: Walk) -> str:
    """Where a walk is: "pupil 13 of 41"."""
    return f"pupil {left.position + 1:,} of {len(left.pupil_ids):,}"


def _open(host: Host, begun: Walk) -> None:
    from screens.caseload.walk import WalkScreen

    host.push_screen(WalkScreen(begun))
