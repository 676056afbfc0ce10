"""The open actions of some pupils as a table: who will do what by when."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from db.caseload import actions as store
from db.caseload.actions import OpenAction
from db.journal import Action
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.exporting.writer import Column, Heading, Written, write_table
from transitions.school_year import academic_year, year_group_short
from transitions.text import printable
from transitions.workspace import Workspace

__all__ = ["COLUMNS", "export_actions", "open_actions"]

COLUMNS: Final = (
    Column("upn"),
    Column("surname"),
    Column("forename"),
    Column("year_group"),
    Column("school"),
    Column("next_school"),
    Column("action"),
    Column("owner"),
    Column("due", "date"),
    Column("overdue"),
)


def open_actions(workspace: Workspace, pupil_ids: Sequence[int]) -> list[OpenAction]:
    """Give the open actions of these pupils, soonest first, those without a date last."""
    return store.open_actions(workspace.read(), pupil_ids)


def export_actions(workspace: Workspace, caseload: Caseload, pupil_ids: Sequence[int], target: Path) -> Written:
    """Write the open actions of these pupils of a caseload to a workbook or CSV; the journal notes that they left.

    Raises ``CannotWrite`` when the file cannot be written or is there already.
    """
    # What was looked for by name stays out, for it may be a pupil's.
    filters = caseloads.describe(workspace, replace(caseload, text=""))
    heading = Heading("Open actions", workspace.clock.today, filters)
    return write_table(target, COLUMNS, _rows(workspace, pupil_ids, f"{filters}; {printable(target.name)}"), heading)


def _rows(workspace: Workspace, pupil_ids: Sequence[int], where: str) -> Iterator[tuple[object, ...]]:
    today = workspace.clock.today
    found = open_actions(workspace, pupil_ids)
    for action in found:
        yield (
            action.upn, action.surname, action.forename, year_group_short(academic_year(today) - action.cohort_year),
            action.school, action.next_school, action.what, action.owner, action.due_on,
            action.due_on is not None and action.due_on < today,
        )  # fmt: skip
    # After the last row and before the file is put in its place: there is none that the journal does not know of.
    with workspace.database.write() as connection:
        Action(
            connection,
            name="Exported actions",
            summary=f"{len(found):,} open actions of {len(pupil_ids):,} pupils; {where}",
            worker_id=workspace.me,
            at=workspace.clock.now(),
            kind="export",
        )
