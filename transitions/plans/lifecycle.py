"""Moving a plan through its life: shared with the family, agreed, carried out, closed. Reviews are in ``meetings``."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

from db.journal import Action, Value
from db.plans import plans as store
from transitions.dates import short_with_year
from transitions.errors import NotAllowed
from transitions.milestones.recording import Recorded
from transitions.plans import questions
from transitions.plans.lifecycle_rules import STEPS, LifeStep, missing
from transitions.plans.page import PlanPage, load
from transitions.plans.questions import Cycle
from transitions.school_year import academic_year, add_months, age_on, birthday
from transitions.text import clean
from transitions.workspace import Workspace

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


class NextReview(NamedTuple):
    """A proposed day, and the reason in words."""

    on: date
    because: str


def share(workspace: Workspace, plan_id: int, *, on: date | None = None, holder: str = "", form: str = "") -> Recorded:
    """Record that a copy was shared with the family (``holder``, "the family" when empty) and in what form.

    Raises ``NotAllowed`` naming everything that is missing, for a day to come, and for a plan past this step.
    """
    page, day = _checked(workspace, plan_id, "share", on)
    with _step(workspace, page, "Plan shared") as (action, recorded):
        action.update("plan", {"id": plan_id}, {"status": "shared with family", "shared_on": day})
        copy: dict[str, Value] = {"holder": clean(holder) or "the family", "form": clean(form) or None, "given_on": day}
        action.insert("plan_copy", {"pupil_id": page.plan.pupil_id, "plan_id": plan_id, **copy})
    return recorded


def agree(workspace: Workspace, plan_id: int, *, on: date | None = None, review_on: date | None = None) -> Recorded:
    """Record that the pupil and the family agreed; the version before closes, and the next review is set.

    ``review_on`` is proposed by the cycle when none is given. Raises as ``share`` does.
    """
    page, day = _checked(workspace, plan_id, "agree", on)
    if page.plan.shared_on is not None and day < page.plan.shared_on:
        raise NotAllowed(f"It was shared on {short_with_year(page.plan.shared_on)}; it cannot be agreed before.")
    review = review_on or propose_review(workspace, page, after=day).on
    if review <= day:
        raise NotAllowed("The review must come after the day of the agreement.")
    with _step(workspace, page, "Plan agreed") as (action, recorded):
        action.update("plan", {"id": plan_id}, {"status": "agreed", "agreed_on": day, "review_on": review})
        for other in store.versions(action.connection, page.plan.pupil_id, page.plan.transition):
            if other.version < page.plan.version and other.status != "closed":
                why = f"replaced by version {page.plan.version}"
                action.update("plan", {"id": other.id}, {"status": "closed", "closed_on": day, "close_reason": why})
                for meeting in store.meetings(action.connection, other.id):
                    if not meeting.happened:  # what is still to come is about the plan that is in force then
                        action.update("plan_meeting", {"id": meeting.id}, {"plan_id": plan_id})
    return recorded


def start(workspace: Workspace, plan_id: int, *, on: date | None = None) -> Recorded:
    """Record that the plan is being carried out. Raises as ``share`` does."""
    page, day = _checked(workspace, plan_id, "start", on)
    if page.plan.agreed_on is not None and day < page.plan.agreed_on:
        raise NotAllowed(f"It was agreed on {short_with_year(page.plan.agreed_on)}; it cannot begin before.")
    with _step(workspace, page, "Plan begun") as (action, recorded):
        action.update("plan", {"id": plan_id}, {"status": "active", "active_on": day})
    return recorded


def close(workspace: Workspace, plan_id: int, *, reason: str, on: date | None = None) -> Recorded:
    """Close a plan that has ended, with the reason; open actions stay open and are still asked about.

    The draft of a version that is not wanted gives the actions that it took along back to the version in force. Raises ``NotAllowed`` without a reason, for a day to come or before the last step, and when it is closed already.
    """
    page, day = _checked(workspace, plan_id, "close", on)
    plan = page.plan
    last = max(one for one in (plan.opened_on, plan.shared_on, plan.agreed_on, plan.active_on, plan.reviewed_on) if one)
    if day < last:
        raise NotAllowed(f"Its last step was on {short_with_year(last)}; it cannot be closed before.")
    why = clean(reason)
    if not why:
        raise NotAllowed("Say why the plan is closed: moved and settled, left the area, not wanted.")
    with _step(workspace, page, "Plan closed") as (action, recorded):
        action.update("plan", {"id": plan_id}, {"status": "closed", "closed_on": day, "close_reason": why})
        if plan.agreed_on is None:
            _give_back(action, page)
    return recorded


def _give_back(action: Action, page: PlanPage) -> None:
    in_force = {version.id for version in page.versions if version.agreed_on is not None and version.status != "closed"}
    for one in store.actions_of_plan(action.connection, page.plan.id):
        before = None if one.carried_from_id is None else store.action(action.connection, one.carried_from_id)
        if one.status == "open" and before is not None and before.plan_id in in_force:
            action.update("plan_action", {"id": one.id}, {"status": "carried over"})
            action.update("plan_action", {"id": before.id}, {"status": "open"})


def propose_review(workspace: Workspace, page: PlanPage, *, after: date) -> NextReview:
    """Propose the next review of a plan, counted from a day, with the reason."""
    open_now = frozenset(
        episode.kind
        for episode in page.episodes
        if episode.started_on <= after and (episode.ended_on is None or episode.ended_on >= after)
    )
    return next_review(
        questions.questions(workspace).cycles,
        after=after,
        age=age_on(page.pupil.date_of_birth, after),
        sen_provision=page.pupil.sen_provision,
        social_care=open_now,
        moves_on=move_day(page.plan.transition, page.pupil.date_of_birth, after, page.pupil.in_year_move_on),
    )


def check(workspace: Workspace, plan_id: int, step: LifeStep) -> PlanPage:
    """Give the plan when the step can be taken now. Raises ``NotAllowed`` with all that is missing, and ``NoSuchRecord``."""
    page = load(workspace, plan_id)
    if page.plan.status not in _BEFORE[step]:
        raise NotAllowed(f"{STEPS[step]}: this plan is {page.plan.status}, so that step is not open.")
    wanting = missing(page, step)
    if wanting:
        listed = "; ".join(one.words[:1].lower() + one.words[1:] for one in wanting)
        raise NotAllowed(f"{STEPS[step]}: still missing: {listed}.")
    return page


def _checked(workspace: Workspace, plan_id: int, step: LifeStep, on: date | None) -> tuple[PlanPage, date]:
    day = on or workspace.clock.today
    if day > workspace.clock.today:
        raise NotAllowed(f"{short_with_year(day)} is still to come. Record it when it has happened.")
    page = check(workspace, plan_id, step)
    if day < page.plan.opened_on:
        raise NotAllowed(f"This version was opened on {short_with_year(page.plan.opened_on)}; that day is before it.")
    return page, day


@contextmanager
def _step(workspace: Workspace, page: PlanPage, name: str) -> Iterator[tuple[Action, Recorded]]:
    """Begin the change of a step; behind the lock the plan must stand as it was looked at."""
    summary = f"{page.title} · {page.called} {page.pupil.surname}"
    with workspace.change(name, summary) as action:
        plan = store.plan(action.connection, page.plan.id)
        if plan is None or plan.status != page.plan.status:
            raise NotAllowed("Somebody has changed this plan meanwhile. Look at it again.")
        yield action, Recorded(name, summary, 1)


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
    """Give the day of the move that a plan prepares: a birthday for moves of age, else the next 1 September.

    Of a move during the year it is ``in_year``, None while that day is not known.
    """
    if transition == _IN_YEAR:
        return in_year
    if transition in _BIRTHDAYS:
        return birthday(date_of_birth, _BIRTHDAYS[transition])
    return date(academic_year(today) + 1, 9, 1)
