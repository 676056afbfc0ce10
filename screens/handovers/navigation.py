"""The doors to handovers: the one of a pupil, started when there is none, and the next pupil of the class."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from screens.frame.dialogs import Choice, Choose
from transitions.errors import Fault, NotAllowed
from transitions.handovers import opening
from transitions.handovers.form import transitions
from transitions.handovers.page import HandoverRow, of_pupil
from transitions.plans.page import point_title
from transitions.workspace import Workspace

if TYPE_CHECKING:
    from screens.frame.app import TransitionsApp

Moved = Callable[[int], None]
_NEW = 0


class Beside(NamedTuple):
    """Another pupil of the class, and the number of the handover; None when it is not started."""

    pupil_id: int
    handover_id: int | None


def open_handover_of(
    app: "TransitionsApp", pupil_ids: Sequence[int], neighbours: Sequence[int] = (), moved: Moved | None = None
) -> None:
    """Open the handover of a pupil, or of the first of several; what is not started is started.

    ``neighbours`` and ``moved`` are as ``HandoverScreen`` takes them; several pupils are their own neighbours.
    """
    from screens.handovers.handover import HandoverScreen

    def show(handover_id: int) -> None:
        app.push_screen(HandoverScreen(handover_id, pupil_ids if len(pupil_ids) > 1 else neighbours, moved))

    if len(pupil_ids) > 1:
        started = start(app, pupil_ids)
        if started is not None:
            show(started[pupil_ids[0]])
    else:
        _open_one(app, pupil_ids[0], show)


def start(app: "TransitionsApp", pupil_ids: Sequence[int], transition: str | None = None) -> dict[int, int] | None:
    """Start what is not started, as one action, and give the handover of each pupil; None, with the reason said, if not."""
    try:
        started = opening.start(app.workspace, pupil_ids, transition)
    except Fault as fault:
        app.say(fault.sentence, "error")
        return None
    if started.recorded.changed:
        app.tell(started.recorded)
    return dict(started.handovers)


def _open_one(app: "TransitionsApp", pupil_id: int, show: Callable[[int], None]) -> None:
    rows = of_pupil(app.workspace, pupil_id)
    waiting = [row for row in rows if row.direction == "in" and row.status != "acknowledged"]
    try:
        move = opening.moves_of(app.workspace, opening.movers(app.workspace, [pupil_id]), None)[pupil_id]
    except NotAllowed:
        if rows:
            show(rows[0].id)
        else:
            _ask_which_move(app, pupil_id, show)
        return
    if not waiting:
        _start_and_show(app, pupil_id, move.transition, show)
        return
    # One came that nobody has acknowledged, and the pupil moves on again: both are possible, so it is asked.
    choices = [Choice(row.id, f"{point_title(row.transition)}, from {row.from_school or 'another school'}",
                      hint="came, not acknowledged") for row in waiting]  # fmt: skip
    choices.append(Choice(_NEW, point_title(move.transition), hint="ours, for the next school"))

    def chosen(handover_id: int | None) -> None:
        if handover_id == _NEW:
            _start_and_show(app, pupil_id, move.transition, show)
        elif handover_id is not None:
            show(handover_id)

    app.push_screen(Choose("Which handover?", choices, detail=app.pupil_name(pupil_id)), chosen)


def _ask_which_move(app: "TransitionsApp", pupil_id: int, show: Callable[[int], None]) -> None:
    def chosen(code: str | None) -> None:
        if code is not None:
            _start_and_show(app, pupil_id, code, show)

    choices = [Choice(code, point_title(code)) for code in transitions()]
    detail = f"{app.pupil_name(pupil_id)}: no move is near, as far as the record knows."
    app.push_screen(Choose("A handover for which move?", choices, detail=detail), chosen)


def _start_and_show(app: "TransitionsApp", pupil_id: int, transition: str, show: Callable[[int], None]) -> None:
    started = start(app, [pupil_id], transition)
    if started is not None:
        show(started[pupil_id])


def next_of_class(workspace: Workspace, pupil_ids: Sequence[int], like: HandoverRow) -> Beside | None:
    """The first of these pupils who makes the same move as ``like``, in the same year and the same direction."""
    for pupil_id in pupil_ids:
        rows = of_pupil(workspace, pupil_id)
        same = next((row for row in rows if _move(row) == _move(like)), None)
        if same is not None:
            return Beside(pupil_id, same.id)
        if like.direction == "out" and _is_to_be_started(workspace, pupil_id, like):
            return Beside(pupil_id, None)
    return None


def _move(row: HandoverRow) -> tuple[str, int, str]:
    return row.transition, row.move_year, row.direction


def _is_to_be_started(workspace: Workspace, pupil_id: int, like: HandoverRow) -> bool:
    try:
        [mover] = opening.movers(workspace, [pupil_id])
    except Fault:
        return False  # archived meanwhile
    return opening.likely_move(mover, workspace.clock.today) == like.transition
