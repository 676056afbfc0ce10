"""The life of a plan: draft, shared with family, agreed, active, reviewed, closed.

What each step needs and what is still missing; when a plan counts as completed; taking the steps; when it is reviewed next.
What a review that was held does to its plan is in ``meetings``.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Literal, NamedTuple

from db.journal import Action, Value
from db.plans import plans as store
from transitions.dates import short_with_year
from transitions.errors import NotAllowed
from transitions.plans import questions
from transitions.plans.page import VIEWS, PlanPage, load
from transitions.plans.questions import Cycle
from transitions.pupils.page import open_social_care
from transitions.school_year import academic_year, add_months, age_on, birthday
from transitions.text import clean
from transitions.workspace import Change, Recorded, Workspace

LifeStep = Literal["share", "agree", "start", "review", "close"]
STEPS: dict[LifeStep, str] = {
    "share": "Share with the family",
    "agree": "Agree",
    "start": "Start carrying out",
    "review": "Review",
    "close": "Close",
}
"""The steps in their order, as a person is asked to take them."""
COMPLETED_MEANS = "agreed, with the pupil’s own words, at least one action with a person and a date, and a copy shared"
"""The published definition of a completed plan, to be printed beside every count of them."""
_NEXT: dict[str, LifeStep | None] = {
    "draft": "share",
    "shared with family": "agree",
    "agreed": "start",
    "active": "review",
    "reviewed": "review",
    "closed": None,
}
_BEFORE: Mapping[LifeStep, tuple[str, ...]] = {
    "share": ("draft", "shared with family"),
    "agree": ("draft", "shared with family"),
    "start": ("agreed",),
    "review": ("agreed", "active", "reviewed"),
    "close": ("draft", "shared with family", "agreed", "active", "reviewed"),
}
"""In which statuses a step can be taken."""
_LAST_MONTHS = 3
_GROWN = 14
_BIRTHDAYS: Mapping[str, int] = {"14+": 18, "18": 18, "CARE16": 16, "25": 25}
"""The transition points that come with a birthday rather than with a September."""
_IN_YEAR = "INYR"


class Requirement(NamedTuple):
    """One thing that a step asks for; a step is refused while a ``needed`` one is not ``met``."""

    words: str
    met: bool
    needed: bool
    section: str
    """The code of the plan's section where it is put right."""


class NextReview(NamedTuple):
    """A proposed day, and the reason in words."""

    on: date
    because: str


def completed(page: PlanPage) -> bool:
    """Whether the plan counts as completed, by the published definition (``COMPLETED_MEANS``)."""
    plan = page.plan
    return bool(plan.agreed_on and plan.shared_on and (plan.pupil_voice or "").strip() and any(_owned_and_dated(page)))


def next_step(page: PlanPage) -> LifeStep | None:
    return _NEXT[page.plan.status]


def requirements(page: PlanPage, step: LifeStep) -> list[Requirement]:
    found = {"share": _to_share, "agree": _to_agree, "start": _to_start, "review": _to_review, "close": _to_close}
    return list(found[step](page))


def missing(page: PlanPage, step: LifeStep) -> list[Requirement]:
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
    yield Requirement("What works is given from more than one point of view", _viewpoints(page) > 1, False, "working")


def _to_agree(page: PlanPage) -> Iterator[Requirement]:
    plan = page.plan
    yield Requirement("It was shared with the family", plan.shared_on is not None, True, "sharing")
    yield Requirement("The pupil’s own words are there", bool(plan.pupil_voice), True, "voice")
    yield Requirement("The family’s view is there", bool(plan.family_voice), True, "voice")
    yield Requirement("At least one action has a person and a date", any(_owned_and_dated(page)), True, "actions")
    yield Requirement("Every action has a person and a date", all(_owned_and_dated(page)), True, "actions")
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
    yield Requirement("The next review date is set", page.plan.review_on is not None, True, "meetings")


def _to_review(page: PlanPage) -> Iterator[Requirement]:
    yield Requirement("It is agreed", page.plan.agreed_on is not None, True, "sharing")
    yield Requirement("No action is past its date", not page.overdue_actions, False, "actions")
    judged = bool(page.outcomes) and all(outcome.progress for outcome in page.outcomes)
    yield Requirement("Progress of every outcome is said", judged or not page.outcomes, False, "outcomes")


def _to_close(page: PlanPage) -> Iterator[Requirement]:
    still_open = any(action.status == "open" for action in page.actions)
    yield Requirement("No action is open", not still_open, False, "actions")


def _owned_and_dated(page: PlanPage) -> Iterator[bool]:
    return (bool(action.owner and action.due_on) for action in page.actions if action.status != "dropped")


def _viewpoints(page: PlanPage) -> int:
    return sum(bool(_said(page, f"working_{side}") or _said(page, f"not_working_{side}")) for side in VIEWS)


def _not_working_is_answered(page: PlanPage) -> bool:
    lines = [line for side in VIEWS for line in _said(page, f"not_working_{side}").splitlines() if line.strip()]
    return len(page.actions) >= len(lines)


def _said(page: PlanPage, name: str) -> str:
    return getattr(page.plan, name) or ""


def share(workspace: Workspace, plan_id: int, *, on: date | None = None, holder: str = "", form: str = "") -> Recorded:
    """Record that a copy was shared with the family (``holder``, "the family" when empty) and in what form.

    Raises ``NotAllowed`` naming everything that is missing, for a day to come, and for a plan past this step.
    """
    page, day = _checked(workspace, plan_id, "share", on)
    with _step(workspace, page, "Plan shared") as action:
        action.update("plan", {"id": plan_id}, {"status": "shared with family", "shared_on": day})
        copy: dict[str, Value] = {"holder": clean(holder) or "the family", "form": clean(form) or None, "given_on": day}
        action.insert("plan_copy", {"pupil_id": page.plan.pupil_id, "plan_id": plan_id, **copy})
    return action.recorded


def agree(workspace: Workspace, plan_id: int, *, on: date | None = None, review_on: date | None = None) -> Recorded:
    """Record that the pupil and the family agreed; the version before closes, and the next review is set.

    ``review_on`` is proposed by the cycle when none is given. Raises as ``share`` does.
    """
    page, day = _checked(workspace, plan_id, "agree", on)
    if page.plan.shared_on is not None and day < page.plan.shared_on:
        raise NotAllowed(f"It was shared on {short_with_year(page.plan.shared_on)}, so it can't be agreed before that.")
    review = review_on or propose_review(workspace, page, after=day).on
    if review <= day:
        raise NotAllowed("The review must be after the agreement date.")
    with _step(workspace, page, "Plan agreed") as action:
        action.update("plan", {"id": plan_id}, {"status": "agreed", "agreed_on": day, "review_on": review})
        for other in store.versions(action.connection, page.plan.pupil_id, page.plan.transition):
            if other.version < page.plan.version and other.status != "closed":
                why = replaced_by(page.plan.version)
                action.update("plan", {"id": other.id}, {"status": "closed", "closed_on": day, "close_reason": why})
                for meeting in store.meetings(action.connection, other.id):
                    if not meeting.happened:  # what is still to come is about the plan that is in force then
                        action.update("plan_meeting", {"id": meeting.id}, {"plan_id": plan_id})
    return action.recorded


def replaced_by(version: int) -> str:
    return f"replaced by version {version}"


def start(workspace: Workspace, plan_id: int, *, on: date | None = None) -> Recorded:
    """Record that the plan is in action. Raises as ``share`` does."""
    page, day = _checked(workspace, plan_id, "start", on)
    if page.plan.agreed_on is not None and day < page.plan.agreed_on:
        raise NotAllowed(f"It was agreed on {short_with_year(page.plan.agreed_on)}, so it can't start before that.")
    with _step(workspace, page, "Plan begun") as action:
        action.update("plan", {"id": plan_id}, {"status": "active", "active_on": day})
    return action.recorded


def close(workspace: Workspace, plan_id: int, *, reason: str, on: date | None = None) -> Recorded:
    """Close a plan that has ended, with the reason; open actions stay open and are still asked about.

    The draft of a version that is not wanted gives the actions that it took along back to the version in force. Raises ``NotAllowed`` without a reason, for a day to come or before the last step, and when it is closed already.
    """
    page, day = _checked(workspace, plan_id, "close", on)
    plan = page.plan
    last = max(one for one in (plan.opened_on, plan.shared_on, plan.agreed_on, plan.active_on, plan.reviewed_on) if one)
    if day < last:
        raise NotAllowed(f"Its last step was on {short_with_year(last)}, so it can't be closed before that.")
    why = clean(reason)
    if not why:
        raise NotAllowed("Say why the plan is closed: moved and settled, left the area, not wanted.")
    with _step(workspace, page, "Plan closed") as action:
        action.update("plan", {"id": plan_id}, {"status": "closed", "closed_on": day, "close_reason": why})
        if plan.agreed_on is None:
            _give_back(action, page)
    return action.recorded


def _give_back(action: Action, page: PlanPage) -> None:
    in_force = {version.id for version in page.versions if version.agreed_on is not None and version.status != "closed"}
    for one in store.actions_of_plan(action.connection, page.plan.id):
        before = None if one.carried_from_id is None else store.action(action.connection, one.carried_from_id)
        if one.status == "open" and before is not None and before.plan_id in in_force:
            action.update("plan_action", {"id": one.id}, {"status": "carried over"})
            action.update("plan_action", {"id": before.id}, {"status": "open"})


def propose_review(workspace: Workspace, page: PlanPage, *, after: date) -> NextReview:
    """Propose the next review of a plan, counted from a day, with the reason: on a school day."""
    found = next_review(
        questions.questions(workspace).cycles,
        after=after,
        age=age_on(page.pupil.date_of_birth, after),
        sen_provision=page.pupil.sen_provision,
        social_care=frozenset(one.kind for one in open_social_care(page.episodes, after)),
        moves_on=move_day(page.plan.transition, page.pupil.date_of_birth, after, page.pupil.in_year_move_on),
    )
    day = workspace.terms_for(page.pupil.school_id).meeting_day(found.on, after)
    closed = "" if day == found.on else f", and schools are closed on {short_with_year(found.on)}"
    return NextReview(day, f"{found.because}{closed}")


def check(workspace: Workspace, plan_id: int, step: LifeStep) -> PlanPage:
    """The plan when the step can be taken now. Raises ``NotAllowed`` with all that is missing, and ``NoSuchRecord``."""
    page = load(workspace, plan_id)
    if page.plan.status not in _BEFORE[step]:
        raise NotAllowed(f"{STEPS[step]}: this plan is {page.plan.status}, so you can't take that step.")
    wanting = missing(page, step)
    if wanting:
        listed = "; ".join(one.words[:1].lower() + one.words[1:] for one in wanting)
        raise NotAllowed(f"{STEPS[step]}: still missing: {listed}.")
    return page


def _checked(workspace: Workspace, plan_id: int, step: LifeStep, on: date | None) -> tuple[PlanPage, date]:
    day = workspace.day_gone_by(on, "Record it once it has happened.")
    page = check(workspace, plan_id, step)
    if day < page.plan.opened_on:
        raise NotAllowed(f"This version was opened on {short_with_year(page.plan.opened_on)}; that day is before it.")
    return page, day


@contextmanager
def _step(workspace: Workspace, page: PlanPage, name: str) -> Iterator[Change]:
    """Begin the change of a step; behind the lock the plan must stand as it was looked at."""
    with workspace.change(name, page.move_and_name) as action:
        plan = store.plan(action.connection, page.plan.id)
        if plan is None or plan.status != page.plan.status:
            raise NotAllowed("Somebody has just changed this plan. Check it again.")
        yield action


def next_review(
    cycles: Sequence[Cycle],
    *,
    after: date,
    age: int,
    sen_provision: str,
    social_care: frozenset[str],
    moves_on: date | None,
) -> NextReview:
    """Propose when to review next, counted from ``after``: the agreement, or the review that was held.

    The cycles are a council's (see the sources beside them in ``questions.toml``). ``age`` is in years on that day,
    ``social_care`` the ways in which the case is open now, ``moves_on`` the day of the move when it is known. The last
    months begin three months before it; a review that would come more than one of them late comes when they begin.
    """
    known = {cycle.code: cycle for cycle in cycles}
    grown_in_care = bool(social_care) and age >= _GROWN
    applies = {
        "looked after": "looked after" in social_care,
        "care leaver": "care leaver" in social_care,
        "EHC plan": sen_provision == "E",
        "SEN support": sen_provision == "K",
        "social care 14+": grown_in_care,
        "plan": True,
    }
    shortest = min((known[code] for code, does in applies.items() if does), key=lambda cycle: cycle.months)
    day = add_months(after, shortest.months)
    if grown_in_care and moves_on is not None and after < moves_on:
        last, begins = known["last months"], add_months(moves_on, -_LAST_MONTHS)
        if day > add_months(max(begins, after), last.months):
            return NextReview(max(begins, add_months(after, last.months)), last.words)
    return NextReview(day, shortest.words)


def move_day(transition: str, date_of_birth: date, today: date, in_year: date | None = None) -> date | None:
    """The day of the move that a plan prepares: a birthday for moves of age, else the next 1 September.

    Of a move during the year it is ``in_year``, None while that day is not known.
    """
    if transition == _IN_YEAR:
        return in_year
    if transition in _BIRTHDAYS:
        return birthday(date_of_birth, _BIRTHDAYS[transition])
    return date(academic_year(today) + 1, 9, 1)
