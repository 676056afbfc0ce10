"""The file of what is overdue and what was flagged missed; the two are never added together."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from db import steps as store
from db.steps import MissedRow
from transitions import caseload as caseloads
from transitions.calendar import academic_year, year_group_short
from transitions.caseload import Caseload
from transitions.exporting.files import Code, Exported, Options, write
from transitions.milestones import load_shipped
from transitions.workspace import Workspace

__all__ = ["export_missed"]


def export_missed(workspace: Workspace, caseload: Caseload, target: Path | None, options: Options) -> Exported:
    """Write one row for each overdue or missed step, overdue ones first, longest first.

    With states in the caseload only steps in one of these are in the file. Raises as ``files.write`` does.
    """
    today = workspace.clock.today
    states = caseload.states or ("overdue", "missed")
    reasons = {reason.code: reason.words for reason in load_shipped().missed_reasons}

    def rows(code: Code) -> Iterator[Sequence[object]]:
        found = store.each_missed(
            workspace.read(),
            caseloads.selection(workspace, caseload),
            overdue="overdue" in states,
            missed="missed" in states,
        )
        return (_cells(row, today, reasons, code) for row in found)

    return write(workspace, "missed", "Overdue and missed steps", caseload, target, options, rows)


def _cells(row: MissedRow, today: date, reasons: Mapping[str, str], code: Code) -> tuple[object, ...]:
    return (
        code(row.pupil_id, row.upn), row.upn, row.surname, row.forename, row.preferred_name, row.date_of_birth,
        year_group_short(academic_year(today) - row.cohort_year), row.school, row.next_school, row.owner, row.code,
        row.title, row.transition, row.severity, row.due_on, (today - row.late_after).days,
        "missed" if row.outcome == "missed" else "overdue", row.missed_on, row.reason,
        reasons.get(row.reason or "", row.reason), row.next_step, row.remind_on,
    )  # fmt: skip
