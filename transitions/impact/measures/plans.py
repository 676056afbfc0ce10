"""Plans: how many children have a completed one, how good they are, what families say."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from transitions.impact.measure import Asked, Figure, Reader
from transitions.impact.measures.behind import pupils
from transitions.plans import audit_summary

_CHILDREN_14 = "14+ open to social care"


def _children(asked: Asked) -> list[Figure]:
    cohorts = (*asked.caseload.cohorts, _CHILDREN_14)
    found = audit_summary.summary(asked.workspace, replace(asked.caseload, cohorts=cohorts), *asked.days)
    return [
        Figure(
            "plans-children",
            asked.period,
            found.children_completed,
            found.children,
            "children",
            beside=f"{found.without_plan:,} without an open plan",
            rows=partial(pupils, asked.workspace, found.child_ids, found.completed_ids),
        )
    ]


READERS: Final[Mapping[str, Reader]] = {"plans-children": _children}
