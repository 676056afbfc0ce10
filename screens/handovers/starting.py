"""Which handover: the one of a pupil, started when there is none, and that of the next pupil of the class."""

from collections.abc import Sequence
from typing import NamedTuple

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from transitions.errors import Fault, NotAllowed
from transitions.handovers import writing
from transitions.handovers.form import transitions
from transitions.handovers.page import HandoverRow, of_pupil
from transitions.plans.page import point_title
from transitions.workspace import Workspace

_NEW = 0


class Classmate(NamedTuple):
    """Another pupil of the class, and the number of the handover; None when it is not started."""

    pupil_id: int
    handover_id: int | None


async def handover_of(host: Host, pupil_ids: Sequence[int]) -> int | None:
    """The handover of a pupil, or of the first of several; what is not started is started.

    Where several are possible one is chosen; None when none was.
    """
    if len(pupil_ids) > 1:
        return (await start(host, pupil_ids))[pupil_ids[0]]
    pupil_id = pupil_ids[0]
    rows = of_pupil(host.workspace, pupil_id)
    waiting = [row for row in rows if row.direction == "in" and row.status != "acknowledged"]
    try:
        move = writing.moves_of(host.workspace, writing.movers(host.workspace, [pupil_id]), None)[pupil_id]
    except NotAllowed:
        return rows[0].id if rows else await _ask_which_move(host, pupil_id)
    handover_id: int | None = _NEW
    if waiting:
        # One came that nobody has acknowledged, and the pupil moves on again: both are possible, so it is asked.
        choices = [Choice(row.id, f"{point_title(row.transition)}, from {row.from_school or 'another school'}",
                          hint="came, not acknowledged") for row in waiting]  # fmt: skip
        choices.append(Choice(_NEW, point_title(move.transition), hint="ours, for the next school"))
        handover_id = await host.ask(Choose("Which handover?", choices, detail=host.pupil_name(pupil_id)))
    return (await start(host, [pupil_id], move.transition))[pupil_id] if handover_id == _NEW else handover_id


async def _ask_which_move(host: Host, pupil_id: int) -> int | None:
    choices = [Choice(code, point_title(code)) for code in transitions()]
    detail = f"{host.pupil_name(pupil_id)}: no move is recorded as coming up."
    code = await host.ask(Choose("A handover for which move?", choices, detail=detail))
    return None if code is None else (await start(host, [pupil_id], code))[pupil_id]


async def start(host: Host, pupil_ids: Sequence[int], transition: str | None = None) -> dict[int, int]:
    """Start what is not started, as one action, and give the handover of each pupil. Raises the Faults of starting."""
    started = await host.write(lambda: writing.start(host.workspace, pupil_ids, transition))
    if started.recorded.changed:
        host.tell(started.recorded)
    return dict(started.handovers)


def next_of_class(workspace: Workspace, pupil_ids: Sequence[int], like: HandoverRow) -> Classmate | None:
    """The first of these pupils who makes the same move as ``like``, in the same year and the same direction."""
    for pupil_id in pupil_ids:
        rows = of_pupil(workspace, pupil_id)
        same = next((row for row in rows if _move(row) == _move(like)), None)
        if same is not None:
            return Classmate(pupil_id, same.id)
        if like.direction == "out" and _is_to_be_started(workspace, pupil_id, like):
            return Classmate(pupil_id, None)
    return None


def _move(row: HandoverRow) -> tuple[str, int, str]:
    return row.transition, row.move_year, row.direction


def _is_to_be_started(workspace: Workspace, pupil_id: int, like: HandoverRow) -> bool:
    try:
        [mover] = writing.movers(workspace, [pupil_id])
    except Fault:
        return False  # archived meanwhile
    return writing.likely_move(mover, workspace.clock.today) == like.transition
