"""The plans of a pupil, as ``show`` prints them."""

from transitions.cli.context import Session
from transitions.cli.output import echo, emit, emit_one, record
from transitions.plans.page import PlanPage

ACTION_KEYS = (
    "id", "what", "owner", "due_on", "status", "overdue", "done_on", "evidence", "added_on", "outcome_id",
    "carried_from_id", "audit_id",
)  # fmt: skip
ACTION_SHOWN = ("id", "status", "due_on", "owner", "what")
_MEETING = ("id", "kind", "held_on", "happened", "place", "notes", "decisions", "result", "advocacy_needed", "next_on")
_ATTENDEE = ("name", "part", "attendance")


def plan_pages(session: Session) -> list[PlanPage]:
    """Every plan of the pupil of ``on("pupil")``: those that are not closed first, newest first."""
    from transitions.plans.page import load, of_pupil

    return [load(session.workspace, plan.id) for plan in of_pupil(session.workspace, session.pupil_id)]


def print_plans(session: Session) -> None:
    """Print the plans that are not closed: how far each is, what is missing, and who does what."""
    for page in plan_pages(session):
        if page.plan.status == "closed":
            continue
        echo()
        emit_one(_plan_head(page), "table")
        actions = [one for one in _plan_actions(page) if one["status"] != "carried over"]
        if actions:
            emit(actions, ACTION_SHOWN, "table")


def _plan_head(page: PlanPage) -> dict[str, object]:
    from transitions.plans import lifecycle

    plan, step = page.plan, lifecycle.next_step(page)
    head: dict[str, object] = {
        "plan": f"#{plan.id} {plan.transition}, {page.title}, version {plan.version}, {plan.status}",
        "in force": f"version {page.in_force.version}" if page.in_force else None,
        "completed": f"{'yes' if lifecycle.completed(page) else 'no'} ({lifecycle.COMPLETED_MEANS})",
        "named worker": plan.named_worker,
        "destination": page.destination,
        "next review": plan.review_on,
    }
    if step is not None:
        wanting = "; ".join(one.words for one in lifecycle.missing(page, step)) or "nothing"
        head["next step"] = f"{lifecycle.STEPS[step]}; still missing: {wanting}"
    return {key: value for key, value in head.items() if value is not None}


def _plan_actions(page: PlanPage) -> list[dict[str, object]]:
    """Give the actions of a plan; those that an audit asks for have its number in ``audit_id``."""
    late = {one.id for one in page.overdue_actions}
    return [record(one, ACTION_KEYS, overdue=one.id in late) for one in page.every_action]


def plan_record(page: PlanPage) -> dict[str, object]:
    """Give a whole plan, as ``show --format json`` prints it."""
    from transitions.cli.plans import VERSION_KEYS
    from transitions.plans import lifecycle
    from transitions.plans.writing import COPY_FIELDS, OUTCOME_FIELDS

    step = lifecycle.next_step(page)
    return {
        **record(page.plan, VERSION_KEYS, plan=page.plan.id),
        "title": page.title,
        "newest": page.later is None,
        "in_force": page.plan == page.in_force,
        "completed": lifecycle.completed(page),
        "next_step": step,
        "missing": [one.words for one in lifecycle.missing(page, step)] if step else [],
        "filled": {section.code: page.filled(section) for section in page.form.sections},
        "answers": {
            question.code: page.value(question) for section in page.form.sections for question in section.questions
        },
        "outcomes": [record(one, ("id", *OUTCOME_FIELDS)) for one in page.outcomes],
        "actions": _plan_actions(page),
        "meetings": [
            {**record(one.row, _MEETING), "people": [record(who, _ATTENDEE) for who in one.attendees]}
            for one in page.meetings
        ],
        "copies": [record(one, ("id", *COPY_FIELDS)) for one in page.copies],
        "links": [record(one, ("id", "title", "address")) for one in page.links],
    }
