"""Which plan: the one of a pupil, or a new one for a move that is chosen."""

from screens.frame.dialogs import Choice, Choose
from screens.frame.host import Host
from transitions.plans import opening
from transitions.plans.page import of_pupil, point_title

_EMPTY = 0


async def plan_of(host: Host, pupil_id: int) -> int | None:
    """The open plan of a pupil, chosen when there are several, begun when there is none; None when nothing is chosen."""
    # The newest plan comes first, so that of two versions it is the one that stays.
    newest_last = reversed(of_pupil(host.workspace, pupil_id))
    open_now = {plan.transition: plan for plan in newest_last if plan.status != "closed"}
    if not open_now:
        return await begin_plan(host, pupil_id)
    if len(open_now) == 1:
        return next(iter(open_now.values())).id
    choices = [Choice(plan.id, point_title(code), hint=plan.status) for code, plan in open_now.items()]
    return await host.ask(Choose("Which plan?", choices, detail=host.pupil_name(pupil_id)))


async def begin_plan(host: Host, pupil_id: int) -> int | None:
    """Ask for which move a plan is to be opened, and how it begins, and open it."""
    plans = of_pupil(host.workspace, pupil_id)
    open_now = {plan.transition for plan in plans if plan.status != "closed"}
    codes = [code for code in opening.likely_points(host.workspace, pupil_id) if code not in open_now]
    choices = [
        Choice(code, point_title(code), hint="likeliest" if not place else "") for place, code in enumerate(codes)
    ]
    code = await host.ask(Choose("Open a plan for which move?", choices, detail=host.pupil_name(pupil_id)))
    if code is None:
        return None
    like: int | None = _EMPTY
    if plans:
        older = plans[0]
        told = f"{point_title(older.transition)}, {older.status}"
        beginnings = [
            Choice(_EMPTY, "Empty", key="e"),
            Choice(older.id, "The profile of the last plan", key="p", hint=told),
        ]
        like = await host.ask(Choose("How does it begin?", beginnings, detail=point_title(code)))
        if like is None:
            return None
    saved = opening.open_plan(host.workspace, pupil_id, code, like=like or None)
    host.tell(saved.recorded)
    return saved.plan_id
