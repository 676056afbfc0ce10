"""Plans: how many children have a completed one, how good they are, what families say."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from db.pupils import pupils as pupil_store
from transitions.impact.measure import Asked, Behind, Figure, Reader
from transitions.plans import audit_summary
from transitions.workspace import Workspace

_CHILDREN_14 = "14+ open to social care"


def pupils(workspace: Workspace, of: Collection[int], counted: Collection[int]) -> Sequence[Behind]:
    """The pupils behind a figure, those who are counted first, each by name with the school."""
    pages = pupil_store.pages(workspace.read(), sorted(of))
    rows = [
        Behind(
            ("pupil", page.id),
            f"{page.surname}, {page.preferred_name or page.forename} · {page.school or 'no school'}",
            page.id in counted,
            page.school_id,
        )
        for page in pages.values()
    ]
    return sorted(rows, key=lambda row: (not row.counted, row.words))


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
