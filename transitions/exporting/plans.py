"""The summary of plans: what a committee or a manager counts, with as little of the pupil in it as will do."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from db import exports as store
from db.exports import ExportedPlan
from transitions import caseload as caseloads
from transitions.calendar import academic_year, year_group_short
from transitions.caseload import Caseload
from transitions.exporting.files import Code, Exported, Options, write
from transitions.workspace import Workspace

__all__ = ["TITLE", "export_plans"]

TITLE = (
    "Transition plans. Completed means: agreed, with the pupil's own words, with at least one action that has an owner and "
    "a date, and with a copy shared"
)
"""The heading says what is counted, for the number is quoted without the program at hand."""


def export_plans(workspace: Workspace, caseload: Caseload, target: Path | None, options: Options) -> Exported:
    """Write one row for each plan of the caseload's pupils. Raises as ``files.write`` does."""
    year = academic_year(workspace.clock.today)

    def rows(code: Code) -> Iterator[Sequence[object]]:
        found = store.plans(workspace.read(), caseloads.selection(workspace, caseload), caseload.sort)
        return (_cells(row, year, code) for row in found)

    return write(workspace, "plans", TITLE, caseload, target, options, rows)


def _cells(row: ExportedPlan, year: int, code: Code) -> tuple[object, ...]:
    return (
        code(row.pupil_id, row.upn), row.upn, row.surname, row.forename, row.preferred_name, row.date_of_birth,
        year_group_short(year - row.cohort_year), row.school, row.transition, row.version, row.status, row.opened_on,
        row.shared_on, row.agreed_on, row.review_on, row.closed_on, bool(row.pupil_voice_recorded), row.actions,
        row.actions_done, row.actions_overdue, bool(row.completed), row.worker, row.admired, row.important_to_me,
        row.support, row.hopes, row.pupil_voice, row.family_voice, row.different_views,
    )  # fmt: skip
