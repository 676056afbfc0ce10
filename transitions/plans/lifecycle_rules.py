"""The life of a plan: what each step needs, what is still missing, and when a plan counts as completed.

draft, shared with family, agreed, active, reviewed, closed.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from transitions.plans.page import PlanPage

__all__ = ["COMPLETED_MEANS", "STEPS", "LifeStep", "Requirement", "completed", "missing", "next_step", "requirements"]

LifeStep = Literal["share", "agree", "start", "review", "close"]
STEPS: dict[LifeStep, str] = {
    "share": "Share with the family",
    "agree": "Agree",
    "start": "Begin to carry out",
    "review": "Review",
    "close": "Close",
}
"""The steps in their order, as a person is asked to take them."""

COMPLETED_MEANS = (
    "agreed, with the pupil’s own words, with at least one action that has an owner and a day, and with a copy shared"
)
"""The published definition of a completed plan, to be printed beside every count of them."""


_NEXT: dict[str, LifeStep | None] = {
    "draft": "share",
    "shared with family": "agree",
    "agreed": "start",
    "active": "review",
    "reviewed": "review",
    "closed": None,
}


class Requirement(NamedTuple):
    """One thing that a step asks for; a step is refused while a ``needed`` one is not ``met``."""

    words: str
    met: bool
    needed: bool
    section: str
    """The code of the plan's section where it is put right."""


def completed(page: PlanPage) -> bool:
    """Give whether the plan counts as completed, by the published definition (``COMPLETED_MEANS``)."""
    plan = page.plan
    return bool(plan.agreed_on and plan.shared_on and (plan.pupil_voice or "").strip() and _owned_and_dated(page))


def next_step(page: PlanPage) -> LifeStep | None:
    """Give the step that comes next in the life of this version; None when it is closed."""
    return _NEXT[page.plan.status]


def requirements(page: PlanPage, step: LifeStep) -> list[Requirement]:
    """Give what a step asks for, in the order of the plan; what is needed and what only makes a better plan."""
    found = {"share": _to_share, "agree": _to_agree, "start": _to_start, "review": _to_review, "close": _to_close}
    return list(found[step](page))


def missing(page: PlanPage, step: LifeStep) -> list[Requirement]:
    """Give what is needed for a step and not there yet."""
    return [one for one in requirements(page, step) if one.needed and not one.met]


def _to_share(page: PlanPage) -> Iterator[Requirement]:
    plan = page.plan
    yield Requirement("What people like and admire is written", bool(plan.admired), True, "profile")
    yield Requirement("What is important to the pupil is written", bool(plan.important_to_me), True, "profile")
    yield Requirement("How best to support the pupil is written", bool(plan.support), True, "profile")
    yield Requirement("The pupil’s own words are there", bool(plan.pupil_voice), True, "voice")
    yield Requirement("How and when they were said", bool(plan.pupil_voice_how and plan.pupil_voice_on), True, "voice")
    yield Requirement("How the pupil communicates is written", bool(plan.communication), False, "profile")
    yield Requirement("Hopes are written", bool(plan.hopes), False, "hopes")
    yield Requirement("What works is seen from more than one side", _viewpoints(page) > 1, False, "working")


def _to_agree(page: PlanPage) -> Iterator[Requirement]:
    plan = page.plan
    yield Requirement("It was shared with the family", plan.shared_on is not None, True, "sharing")
    yield Requirement("The pupil’s own words are there", bool(plan.pupil_voice), True, "voice")
    yield Requirement("The family’s view is there", bool(plan.family_voice), True, "voice")
    yield Requirement("At least one action has an owner and a day", _owned_and_dated(page), True, "actions")
    yield Requirement("Every action has an owner and a day", _all_dated(page), True, "actions")
    yield Requirement("There is a named worker", plan.named_worker_id is not None, True, "people")
    if page.form.all_areas:
        for area, title in page.form.areas.items():
            there = any(outcome.area == area for outcome in page.outcomes)
            yield Requirement(f"An outcome: {title}", there, True, "outcomes")
        traceable = bool(page.outcomes) and all(outcome.hope for outcome in page.outcomes)
        yield Requirement("Every outcome says which hope it comes from", traceable, False, "outcomes")
    yield Requirement("Hopes are written", bool(plan.hopes), False, "hopes")
    yield Requirement("The place is named", bool(page.destination), False, "destination")
    yield Requirement("There is a back-up if it falls through", bool(plan.back_up), False, "destination")
    yield Requirement("What is not working has an action", _not_working_is_answered(page), False, "actions")
    if page.form.question("decision_making") is not None:
        yield Requirement(
            "How the young person decides is written, and an advocate was considered",
            bool(plan.decision_making) and plan.advocate_offered is not None,
            False,
            "decisions",
        )
    if page.form.question("adult_assessments") is not None:
        yield Requirement("Adult services were considered", bool(plan.adult_assessments), False, "decisions")
    yield Requirement("An accessible copy was offered", bool(plan.accessible_copy), False, "sharing")


def _to_start(page: PlanPage) -> Iterator[Requirement]:
    yield Requirement("It is agreed", page.plan.agreed_on is not None, True, "sharing")
    yield Requirement("The day of the next review is set", page.plan.review_on is not None, True, "meetings")


def _to_review(page: PlanPage) -> Iterator[Requirement]:
    yield Requirement("It is agreed", page.plan.agreed_on is not None, True, "sharing")
    late = not page.overdue_actions
    yield Requirement("No action is past its day", late, False, "actions")
    said = bool(page.outcomes) and all(outcome.progress for outcome in page.outcomes)
    yield Requirement("Progress of every outcome is said", said or not page.outcomes, False, "outcomes")


def _to_close(page: PlanPage) -> Iterator[Requirement]:
    still_open = [action for action in page.actions if action.status == "open"]
    yield Requirement("No action is open", not still_open, False, "actions")


def _owned_and_dated(page: PlanPage) -> bool:
    return any(action.owner and action.due_on for action in page.actions if action.status != "dropped")


def _all_dated(page: PlanPage) -> bool:
    return all(action.owner and action.due_on for action in page.actions if action.status != "dropped")


def _viewpoints(page: PlanPage) -> int:
    plan = page.plan
    sides = (
        (plan.working_pupil, plan.not_working_pupil),
        (plan.working_family, plan.not_working_family),
        (plan.working_school, plan.not_working_school),
        (plan.working_others, plan.not_working_others),
    )
    return sum(any(side) for side in sides)


def _not_working_is_answered(page: PlanPage) -> bool:
    plan = page.plan
    lines = [
        line
        for text in (plan.not_working_pupil, plan.not_working_family, plan.not_working_school, plan.not_working_others)
        for line in (text or "").splitlines()
        if line.strip()
    ]
    return len(page.actions) >= len(lines)
