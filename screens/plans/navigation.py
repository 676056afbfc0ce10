"""The doors to plans: the plan of a pupil, or the question for which move one is to be opened."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from screens.frame.dialogs import Choice, Choose
from screens.plans.plan import PlanScreen
from screens.plans.steps import record
from transitions.milestones.recording import Recorded
from transitions.plans import opening
from transitions.plans.page import of_pupil, point_title

if TYPE_CHECKING:
    from screens.frame.app import TransitionsApp

Moved = Callable[[int], None]
_EMPTY = 0


def open_plan_of(
    app: "TransitionsApp", pupil_id: int, neighbours: Sequence[int] = (), moved: Moved | None = None
) -> None:
    """Open the plan of a pupil; ask which when there are several, and for which move when there is none.

    ``neighbours`` and ``moved`` are as ``PlanScreen`` takes them.
    """
    # The newest plan comes first, so that of two versions it is the one that stays.
    newest_last = reversed(of_pupil(app.workspace, pupil_id))
    open_now = {plan.transition: plan for plan in newest_last if plan.status != "closed"}

    def show(plan_id: int | None) -> None:
        if plan_id is not None:
            app.push_screen(PlanScreen(plan_id, neighbours, moved))

    if not open_now:
        begin_plan(app, pupil_id, show)
    elif len(open_now) == 1:
        show(next(iter(open_now.values())).id)
    else:
        choices = [Choice(plan.id, point_title(code), hint=plan.status) for code, plan in open_now.items()]
        app.push_screen(Choose("Which plan?", choices, detail=app.pupil_name(pupil_id)), show)


def begin_plan(app: "TransitionsApp", pupil_id: int, show: Callable[[int], None]) -> None:
    """Ask for which move a plan is to be opened, open it, and call ``show`` with it."""
    plans = of_pupil(app.workspace, pupil_id)
    open_now = {plan.transition for plan in plans if plan.status != "closed"}
    codes = [code for code in opening.likely_points(app.workspace, pupil_id) if code not in open_now]

    def chosen(code: str | None) -> None:
        if code is None:
            return
        if not plans:
            _open(app, pupil_id, code, None, show)
            return
        older = plans[0]
        told = f"{point_title(older.transition)}, {older.status}"
        beginnings = [
            Choice(_EMPTY, "Empty", key="e"),
            Choice(older.id, "The profile of the last plan", key="p", hint=told),
        ]
        app.push_screen(
            Choose("How does it begin?", beginnings, detail=point_title(code)),
            lambda like: None if like is None else _open(app, pupil_id, code, like or None, show),
        )

    choices = [
        Choice(code, point_title(code), hint="likeliest" if not place else "") for place, code in enumerate(codes)
    ]
    app.push_screen(Choose("Open a plan for which move?", choices, detail=app.pupil_name(pupil_id)), chosen)


def _open(app: "TransitionsApp", pupil_id: int, code: str, like: int | None, show: Callable[[int], None]) -> None:
    def work() -> Recorded:
        saved = opening.open_plan(app.workspace, pupil_id, code, like=like)
        show(saved.plan_id)
        return saved.recorded

    record(app, work)
