"""Plans: how many children have a completed one, how good they are by audit, and whether what an audit found was put right."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from db.plans.quality import AuditOfPlan
from transitions.impact.measure import Asked, Figure, Reader, beside
from transitions.impact.measures.behind import About, middle, of_records, pupils
from transitions.plans import audit_summary
from transitions.plans.audit_summary import Summary
from transitions.plans.auditing import NOT_APPLICABLE

_CHILDREN_14 = "14+ open to social care"
_AUDITED = "audited plans"


def _summary(asked: Asked) -> Summary:
    return audit_summary.summary(asked.workspace, asked.caseload, *asked.days)


def _children(asked: Asked) -> list[Figure]:
    cohorts = (*asked.caseload.cohorts, _CHILDREN_14)
    found = _summary(replace(asked, caseload=replace(asked.caseload, cohorts=cohorts)))
    return [
        Figure(
            "plans-children",
            asked.period,
            found.children_completed,
            found.children,
            "children",
            beside=beside((found.without_plan, "without an open plan")),
            rows=partial(pupils, asked.workspace, found.child_ids, found.completed_ids),
        )
    ]


def _completed(asked: Asked) -> list[Figure]:
    found = _summary(asked)
    plans = (_plan(plan, pupil, plan in found.completed_plans) for plan, pupil in found.open_plans.items())
    return [of_records(asked, "plans-completed", plans, "open plans")]


def _audited(asked: Asked) -> list[Figure]:
    found = _summary(asked)
    owners = {**found.open_plans, **{plan: one.audit.pupil_id for plan, one in found.newest.items()}}
    plans = (_plan(plan, pupil, plan in found.newest) for plan, pupil in owners.items())
    drafts = beside((found.drafts, "of them audited as a draft"))
    return [of_records(asked, "plans-audited", plans, "open or audited plans", beside=drafts)]


def _by_grade(asked: Asked) -> list[Figure]:
    found = _summary(asked)
    code, scores = "audits-by-grade", [one.audit.score for one in found.newest.values() if one.audit.score is not None]
    value, between = middle(scores)
    score = Figure(code, asked.period, None, len(scores), _AUDITED, "median score", value, "of 100 points", between)
    return [
        *(_of_audits(asked, code, found, partial(_has_grade, name), name) for name, count in found.grades.items() if count or name != audit_summary.NOT_GRADED),
        *([score] if scores else []),
    ]  # fmt: skip


def _has_grade(grade: str, one: AuditOfPlan) -> bool:
    return (one.audit.grade or audit_summary.NOT_GRADED) == grade


def _every_element(asked: Asked) -> list[Figure]:
    return [_of_audits(asked, "audits-every-element", _summary(asked), _all_met)]


def _all_met(one: AuditOfPlan) -> bool:
    """One element that is partly met, or not met, fails the plan, as Indicator 13 of the United States has it."""
    return set(one.audit.judgements.values()) - {NOT_APPLICABLE} == {"met"}


def _of_audits(
    asked: Asked, code: str, found: Summary, counts: Callable[[AuditOfPlan], bool], part: str = ""
) -> Figure:
    """The plans whose newest audit counts, of those that were audited."""
    plans = (
        _plan(plan, one.audit.pupil_id, counts(one), f"{one.audit.grade or audit_summary.NOT_GRADED}, {one.transition}")
        for plan, one in found.newest.items()
    )
    return of_records(asked, code, plans, _AUDITED, part)


def _corrective(asked: Asked) -> list[Figure]:
    found = _summary(asked)
    total = found.corrective
    actions = (
        _plan(one.plan_id, one.pupil_id, one.status == "done", f"{one.what} ({one.status})") for one in found.actions
    )
    waiting = total.open - total.overdue
    others = beside((waiting, "open"), (total.overdue, "open and overdue"), (total.dropped, "dropped"))
    return [of_records(asked, "audits-corrective", actions, "corrective actions", beside=others)]


def _plan(plan: int, pupil: int, counted: bool, words: str = "") -> About:
    return About(("plan", plan), pupil, counted, words)


READERS: Final[Mapping[str, Reader]] = {
    "plans-children": _children,
    "plans-completed": _completed,
    "plans-audited": _audited,
    "audits-by-grade": _by_grade,
    "audits-every-element": _every_element,
    "audits-corrective": _corrective,
}
