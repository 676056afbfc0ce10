"""The plans of a pupil, as ``show`` prints them."""

from typing import TYPE_CHECKING

import click

from transitions.cli import plan_records as records
from transitions.cli.output import emit, emit_one
from transitions.plans import lifecycle
from transitions.plans import page as pages

if TYPE_CHECKING:
    from transitions.plans.page import PlanPage
    from transitions.workspace import Workspace


def plan_pages(workspace: "Workspace", pupil_id: int) -> list["PlanPage"]:
    """Give every plan of a pupil, those that are not closed first, newest first."""
    return [pages.load(workspace, plan.id) for plan in pages.of_pupil(workspace, pupil_id)]


def print_plans(workspace: "Workspace", pupil_id: int) -> None:
    """Print the plans that are not closed: how far each is, what is missing, and who does what."""
    for page in plan_pages(workspace, pupil_id):
        if page.plan.status == "closed":
            continue
        click.echo()
        emit_one(_head(page), "table")
        actions = [one for one in records.action_records(page) if one["status"] != "carried over"]
        if actions:
            emit(actions, records.ACTION_KEYS, "table", shown=records.ACTION_SHOWN)


def _head(page: "PlanPage") -> dict[str, object]:
    plan, step = page.plan, lifecycle.next_step(page)
    head: dict[str, object] = {
        "plan": f"#{plan.id} {plan.transition}, {page.title}, version {plan.version}, {plan.status}",
        "completed": f"{'yes' if lifecycle.completed(page) else 'no'} ({lifecycle.COMPLETED_MEANS})",
        "named worker": plan.named_worker,
        "destination": page.destination,
        "next review": plan.review_on,
    }
    if step is not None:
        wanting = "; ".join(one.words for one in lifecycle.missing(page, step)) or "nothing"
        head["next step"] = f"{lifecycle.STEPS[step]}; still missing: {wanting}"
    return {key: value for key, value in head.items() if value is not None}
