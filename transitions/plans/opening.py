"""Opening a plan, and making the next version of one: what it takes along and what it leaves behind."""

from datetime import date
from typing import NamedTuple

from db.driver import Connection
from db.journal import Action, Value
from db.plans import plans as store
from db.plans.plans import PlanRow
from db.pupils import pupils as pupil_store
from db.vocabulary import OUTCOME_CONTENT, PLAN_CONTENT
from transitions.errors import NotAllowed, require
from transitions.milestones.definitions import load_shipped
from transitions.plans.page import existing_plan, point_title
from transitions.plans.questions import load_shipped as load_questions
from transitions.pupils.page import open_social_care
from transitions.school_year import academic_year, birthday
from transitions.workspace import Saved, Workspace

NOT_PLANNED = ("CARE", "EHCP")
"""Transition points that are clocks rather than moves: no plan is made for them."""

_RUNNING = (
    "named_worker_id", "named_worker_from", "named_worker_until", "destination", "destination_school_id",
    "destination_stage", "destination_on", "destination_from", "back_up", "sharing_basis", "accessible_copy",
)  # fmt: skip
_OF_ANOTHER_MOVE = ("pupil_voice", "pupil_voice_how", "pupil_voice_on")
"""What a plan for another move does not begin with: it was said about that one."""
_BY_YEAR_GROUP = {
    "EY-R": (-2, -1),
    "R-1": (0,),
    "2-3": (2,),
    "6-7": (5, 6),
    "9-PFA": (9, 10),
    "11-16P": (11,),
    "12-13": (12,),
    "P16-P16": (13, 14),
}


def likely_points(workspace: Workspace, pupil_id: int) -> list[str]:
    """Every transition point a plan can be for, the likeliest for this pupil first. Raises ``NoSuchRecord``."""
    page = require(pupil_store.page(workspace.read(), pupil_id), "This pupil is no longer here.")
    today = workspace.clock.today
    group = academic_year(today) - page.cohort_year
    care = open_social_care(pupil_store.episodes(workspace.read(), pupil_id), today)
    likely: list[str] = []
    if care and today >= birthday(page.date_of_birth, 17):
        likely.append("18")
    if care and today >= birthday(page.date_of_birth, 14):
        likely.append("14+")
    likely += [code for code, groups in _BY_YEAR_GROUP.items() if group in groups]
    every = planned_moves()
    return [*dict.fromkeys([*(code for code in likely if code in every), *every])]


def check_is_planned(transition: str) -> None:
    """Raise ``NotAllowed`` when no plans are made for this transition point."""
    known = planned_moves()
    if transition not in known:
        raise NotAllowed(f"{transition!r} is not a planned move. Choose one of: {', '.join(known)}")


def planned_moves() -> list[str]:
    return [code for code in load_shipped().transitions if code not in NOT_PLANNED]


def open_plan(
    workspace: Workspace, pupil_id: int, transition: str, *, on: date | None = None, like: int | None = None
) -> Saved:
    """Open a plan for a transition point, as a draft; ``like`` is a plan of the pupil to take the profile over from.

    Raises ``NotAllowed`` for a move that has no plans, a day to come, or when one is open already; ``NoSuchRecord``.
    """
    check_is_planned(transition)
    day = workspace.day_gone_by(on, "A plan is opened today or on an earlier date.")
    who = require(pupil_store.pupil_name(workspace.read(), pupil_id), f"There is no pupil with the number {pupil_id}.")
    with workspace.change("Plan opened", f"{point_title(transition)} · {who}") as action:
        before = store.versions(action.connection, pupil_id, transition)
        if any(plan.status != "closed" for plan in before):
            raise NotAllowed(f"{who} has an open plan for this move: {point_title(transition)}. Open that one.")
        number = max((plan.version for plan in before), default=0) + 1
        values = _values(pupil_id, transition, number, day, workspace.me)
        if like is not None:
            plan = existing_plan(action.connection, like)
            if plan.pupil_id != pupil_id:
                raise NotAllowed(f"That plan is another pupil's. Copy the profile from one of {who}'s plans.")
            values |= {name: getattr(plan, name) for name in PLAN_CONTENT if name not in _OF_ANOTHER_MOVE}
        plan_id = action.insert("plan", values)
    return action.saved(plan_id)


def _values(pupil_id: int, transition: str, version: int, opened_on: date, author_id: int | None) -> dict[str, Value]:
    return {
        "pupil_id": pupil_id,
        "transition": transition,
        "version": version,
        "opened_on": opened_on,
        "author_id": author_id,
        "template": load_questions().version,
    }


def new_version(workspace: Workspace, plan_id: int) -> Saved:
    """Make the next version of a plan, as a draft; the version before stays in force until the new one is agreed.

    Raises ``NotAllowed`` when this version is not agreed yet, or is not the newest; ``NoSuchRecord``.
    """
    plan = existing_plan(workspace.read(), plan_id)
    who = pupil_store.pupil_name(workspace.read(), plan.pupil_id)
    number = next_number(workspace.read(), plan)
    summary = f"{point_title(plan.transition)}, version {number} · {who}"
    with workspace.change("New version of plan", summary) as action:
        made = copy_into_new_version(
            action, existing_plan(action.connection, plan_id), workspace.clock.today, workspace.me
        )
    return action.saved(made.plan_id)


def check_newest(action: Action, plan: PlanRow) -> None:
    """Raise ``NotAllowed`` when a later version is open: what is written into this one would be lost on it.

    A later version that was closed without being agreed stands in nobody's way.
    """
    for later in reversed(store.versions(action.connection, plan.pupil_id, plan.transition)):
        if later.version > plan.version and later.status != "closed":
            raise NotAllowed(f"Version {later.version} of this plan already exists. Change that one.")


def next_number(connection: Connection, plan: PlanRow) -> int:
    return store.versions(connection, plan.pupil_id, plan.transition)[-1].version + 1


class NewVersion(NamedTuple):
    """The number of a new version, and by the old ones the new numbers of the outcomes that it took along."""

    plan_id: int
    outcomes: dict[int, int]


def copy_into_new_version(action: Action, plan: PlanRow, today: date, author_id: int | None) -> NewVersion:
    """Copy what a plan says into its next version: content, outcomes, and every open action, which goes on there.

    Raises ``NotAllowed`` when the version was never agreed (then it is simply edited) or a later one exists.
    """
    if plan.agreed_on is None:
        raise NotAllowed("This version is not agreed yet, so you don't need another. Edit this one.")
    check_newest(action, plan)
    number = next_number(action.connection, plan)
    values = {name: getattr(plan, name) for name in (*PLAN_CONTENT, *_RUNNING)}
    made = NewVersion(
        action.insert("plan", _values(plan.pupil_id, plan.transition, number, today, author_id) | values), {}
    )
    on_it = {"pupil_id": plan.pupil_id, "plan_id": made.plan_id}
    for outcome in store.outcomes(action.connection, plan.id):
        values = {name: getattr(outcome, name) for name in (*OUTCOME_CONTENT, "progress", "progress_on")}
        made.outcomes[outcome.id] = action.insert("plan_outcome", {**on_it, **values})
    for one in store.actions_of_plan(action.connection, plan.id):
        if one.status == "open":
            refers = {"outcome_id": made.outcomes.get(one.outcome_id or 0), "audit_id": one.audit_id}
            copied = {name: getattr(one, name) for name in ("what", "owner", "due_on", "added_on", "evidence")}
            action.insert("plan_action", {**on_it, **refers, "carried_from_id": one.id, **copied})
            # The row stays in the old version as what was agreed.
            action.update("plan_action", {"id": one.id}, {"status": "carried over"})
    return made
