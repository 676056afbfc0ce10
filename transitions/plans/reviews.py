"""What a review that was held does to its plan: the plan is reviewed, the next review is set, the step due is recorded."""

from datetime import date

from db.journal import Action
from db.milestones import steps as step_store
from db.plans.plans import MeetingRow, PlanRow
from transitions.dates import short_with_year
from transitions.errors import NotAllowed
from transitions.milestones.recording import done_values, write
from transitions.plans.lifecycle import propose_review
from transitions.plans.page import PlanPage
from transitions.workspace import Workspace

__all__ = ["REVIEW_PROMPTS", "correct_review", "record_review"]

REVIEW_PROMPTS = (
    "Have the actions been done?",
    "How far have the outcomes come?",
    "Are there new outcomes?",
    "What has changed?",
    "What else is to be done, by whom and when?",
    "Is an advocate needed?",
)
"""What a review talks about, to be asked above its notes; who came is said with the people.

Source: Wakefield and Croydon, Reviewing a transition plan.
"""


def record_review(
    workspace: Workspace, action: Action, page: PlanPage, held_on: date, next_on: date | None
) -> date | None:
    """Move a plan on by a review that was held, as part of an action; give the day of the next review.

    ``next_on`` is proposed by the cycle when None. The pupil's steps that wait for this review are recorded as met, or as
    late. A review that is written down after a later one changes nothing of that, and None is given. Raises ``NotAllowed``
    for a day before the agreement, or of another review.
    """
    last = _last_before(page, held_on)
    if last is not None and held_on < last:
        return None
    due = next_on or propose_review(workspace, page, after=held_on).on
    for row in _steps(workspace, action, page.plan):
        # a review between times, which leaves the day of the next as it was, does not take that one's place
        stays = due == page.plan.review_on and row.due_on is not None and row.due_on > held_on
        if row.outcome in (None, "missed") and not stays:
            evidence = "" if row.evidence else _words(held_on)
            write(action, row, done_values(row, held_on, evidence), workspace.me)
    action.update("plan", {"id": page.plan.id}, {"status": "reviewed", "reviewed_on": held_on, "review_on": due})
    return due


def correct_review(
    workspace: Workspace, action: Action, page: PlanPage, before: MeetingRow, held_on: date, next_on: date | None
) -> date | None:
    """Put right the day of a review that was held, or of the one after it; give the day of the next if this sets it.

    Raises as ``record_review`` does, and when it would stand on the other side of another review.
    """
    newest = page.plan.reviewed_on == before.held_on
    last = _last_before(page, held_on, besides=before)
    if last is not None and (held_on > last) != newest:
        raise NotAllowed(f"Another review was held on {short_with_year(last)}; this one cannot change places with it.")
    for row in _steps(workspace, action, page.plan):
        if row.done_on == before.held_on:
            evidence = _words(held_on) if row.evidence == _words(before.held_on) else ""
            write(action, row, done_values(row, held_on, evidence), workspace.me)
    if not newest:
        return None
    due = next_on or propose_review(workspace, page, after=held_on).on
    action.update("plan", {"id": page.plan.id}, {"reviewed_on": held_on, "review_on": due})
    return due


def _last_before(page: PlanPage, held_on: date, besides: MeetingRow | None = None) -> date | None:
    """Give the day of the last review besides one. Raises ``NotAllowed`` when ``held_on`` cannot be a review."""
    plan = page.plan
    if plan.agreed_on is not None and held_on < plan.agreed_on:
        raise NotAllowed(f"The plan was agreed on {short_with_year(plan.agreed_on)}; a review of it comes after that.")
    days = {
        meeting.row.held_on
        for meeting in page.meetings
        if meeting.row.kind == "review" and meeting.row.happened and meeting.row != besides
    }
    if plan.reviewed_on is not None and (besides is None or plan.reviewed_on != besides.held_on):
        days.add(plan.reviewed_on)
    if held_on in days:
        raise NotAllowed(f"The review of {short_with_year(held_on)} is written down already. Change that one.")
    return max(days, default=None)


def _steps(workspace: Workspace, action: Action, plan: PlanRow) -> list[step_store.StepRow]:
    """Give the pupil's steps that are reviews of the plans for this transition point."""
    numbers = {
        number
        for number, milestone in workspace.milestones.items()
        if milestone.of_plan_review and milestone.transition == plan.transition
    }
    return [row for row in step_store.of_pupil(action.connection, plan.pupil_id) if row.milestone_id in numbers]


def _words(held_on: date) -> str:
    return f"Review on {short_with_year(held_on)}"
