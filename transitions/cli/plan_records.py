"""The records of plans that commands print; their keys are a promise to scripts, as those of ``records`` are."""

from collections.abc import Iterable, Sequence
from typing import Any

from db.plans.plans import PlanRow
from transitions.plans import lifecycle
from transitions.plans.compare import Difference
from transitions.plans.page import PlanPage

VERSION_KEYS = (
    "plan", "transition", "version", "status", "opened_on", "shared_on", "agreed_on", "active_on", "reviewed_on",
    "review_on", "closed_on", "close_reason", "author",
)  # fmt: skip
VERSION_SHOWN = ("plan", "transition", "version", "status", "opened_on", "agreed_on", "review_on", "closed_on")
CHECKLIST_KEYS = ("step", "requirement", "needed", "met", "section")
CHECKLIST_SHOWN = ("met", "needed", "requirement")
COMPARE_KEYS = ("section", "what", "how", "before", "after")
QUESTION_KEYS = ("section", "question", "label", "kind", "choices", "from_age", "running", "prompt")
QUESTION_SHOWN = ("section", "question", "kind", "label")
OUTCOME_KEYS = ("id", "area", "hope", "baseline", "outcome", "by_when", "progress", "progress_on")
OUTCOME_SHOWN = ("id", "area", "outcome", "by_when", "progress")
ACTION_KEYS = (
    "id", "what", "owner", "due_on", "status", "overdue", "done_on", "evidence", "added_on", "outcome_id",
    "carried_from_id", "audit_id",
)  # fmt: skip
ACTION_SHOWN = ("id", "status", "due_on", "owner", "what")

_MEETING = ("id", "kind", "held_on", "happened", "place", "notes", "decisions", "result", "advocacy_needed", "next_on")
_ATTENDEE = ("name", "part", "attendance")
_COPY = ("id", "holder", "form", "given_on")


def version_record(plan: PlanRow) -> dict[str, object]:
    """Give one line of ``plan versions``."""
    return {"plan": plan.id, **_picked(plan, VERSION_KEYS[1:])}


def checklist_records(page: PlanPage, step: lifecycle.LifeStep) -> list[dict[str, object]]:
    """Give the lines of ``plan checklist``."""
    return [
        {"step": step, "requirement": one.words, "needed": one.needed, "met": one.met, "section": one.section}
        for one in lifecycle.requirements(page, step)
    ]


def compare_records(found: Iterable[Difference]) -> list[dict[str, object]]:
    """Give the lines of ``plan compare``: what differs, and what stayed the same last."""
    return [
        {"section": one.section, "what": one.label, "how": one.kind, "before": one.before, "after": one.after}
        for one in found
    ]


def plan_record(page: PlanPage) -> dict[str, object]:
    """Give a whole plan, as ``show --format json`` prints it."""
    step = lifecycle.next_step(page)
    return {
        **version_record(page.plan),
        "title": page.title,
        "newest": page.newest,
        "completed": lifecycle.completed(page),
        "next_step": step,
        "missing": [one.words for one in lifecycle.missing(page, step)] if step else [],
        "filled": {section.code: page.filled(section) for section in page.form.sections},
        "answers": {
            question.code: page.value(question) for section in page.form.sections for question in section.questions
        },
        "outcomes": outcome_records(page),
        "actions": action_records(page),
        "meetings": [
            {**_picked(one.row, _MEETING), "people": [_picked(who, _ATTENDEE) for who in one.attendees]}
            for one in page.meetings
        ],
        "copies": [_picked(one, _COPY) for one in page.copies],
    }


def outcome_records(page: PlanPage) -> list[dict[str, object]]:
    """Give the outcomes of a plan with their numbers."""
    return [_picked(one, OUTCOME_KEYS) for one in page.outcomes]


def action_records(page: PlanPage) -> list[dict[str, object]]:
    """Give the actions of a plan with their numbers; those that an audit asks for have its number in ``audit_id``."""
    late = {one.id for one in page.overdue_actions}
    found = ({**one._asdict(), "overdue": one.id in late} for one in page.every_action)
    return [{key: one[key] for key in ACTION_KEYS} for one in found]


def _picked(row: Any, keys: Sequence[str]) -> dict[str, object]:
    return {key: getattr(row, key) for key in keys}
