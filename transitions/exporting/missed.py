"""The file of what is overdue, what was flagged missed, and actions past their day; the three are never added together."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Final

from db.caseload import actions as action_store
from db.caseload.actions import DueAction
from db.milestones import steps as store
from db.milestones.steps import MissedRow
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.caseload.missed import ACTION, ACTION_OVERDUE
from transitions.exporting.files import Code, Exported, Options, described, write
from transitions.milestones.definitions import load_shipped
from transitions.school_year import academic_year, year_group_short
from transitions.workspace import Workspace

__all__ = ["export_missed"]

_UNTOLD: Final = "An action of the plan"


def export_missed(workspace: Workspace, caseload: Caseload, target: Path | None, options: Options) -> Exported:
    """Write one row for each overdue or missed step, overdue ones first, then one for each action past its day.

    Each kind comes longest first. With states in the caseload only steps in one of these are in the file. A pseudonymised
    file does not say what an action is: that is free text. Raises as ``files.write`` does.
    """
    today = workspace.clock.today
    states = caseload.states or ("overdue", "missed")
    chosen = caseloads.selection(workspace, caseload)
    reasons = {reason.code: reason.words for reason in load_shipped().missed_reasons}

    def rows(code: Code) -> Iterator[Sequence[object]]:
        steps = store.each_missed(workspace.read(), chosen, overdue="overdue" in states, missed="missed" in states)
        actions = () if caseload.states else action_store.each_overdue(workspace.read(), chosen)
        return chain(
            (_cells(row, today, reasons, code) for row in steps),
            (_action_cells(row, today, code, told=not options.pseudonymised) for row in actions),
        )

    return write(
        workspace,
        "missed",
        "Overdue and missed steps, overdue actions",
        described(workspace, caseload),
        target,
        options,
        rows,
    )


def _cells(row: MissedRow, today: date, reasons: Mapping[str, str], code: Code) -> tuple[object, ...]:
    return (
        code(row.pupil_id, row.upn), row.upn, row.surname, row.forename, row.preferred_name, row.date_of_birth,
        year_group_short(academic_year(today) - row.cohort_year), row.school, row.next_school, row.owner, row.code,
        row.title, row.transition, row.severity, row.due_on, (today - row.late_after).days,
        "missed" if row.outcome == "missed" else "overdue", row.missed_on, row.reason,
        reasons.get(row.reason or "", row.reason), row.next_step, row.remind_on, None,
    )  # fmt: skip


def _action_cells(row: DueAction, today: date, code: Code, *, told: bool) -> tuple[object, ...]:
    return (
        code(row.pupil_id, row.upn), row.upn, row.surname, row.forename, row.preferred_name, row.date_of_birth,
        year_group_short(academic_year(today) - row.cohort_year), row.school, row.next_school, row.worker, ACTION,
        row.what if told else _UNTOLD, row.transition, None, row.due_on, (today - row.due_on).days, ACTION_OVERDUE,
        None, None, None, None, None, row.owner,
    )  # fmt: skip
