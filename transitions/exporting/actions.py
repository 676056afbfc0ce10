"""The open actions of some pupils as a table: who will do what by when."""

from collections.abc import Sequence
from pathlib import Path

from db import actions as store
from db.actions import OpenAction
from db.journal import Action
from transitions.calendar import academic_year, year_group_label
from transitions.exporting.writer import Column, Heading, Written, write_table
from transitions.workspace import Workspace

COLUMNS = (
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


def export(workspace: Workspace, pupil_ids: Sequence[int], target: Path, description: str) -> Written:
    """Write the open actions of these pupils to a workbook or CSV, and note in the journal that they left.

    ``description`` says whose they are. Raises ``CannotWrite`` when the file cannot be written or is there already.
    """
    today = workspace.clock.today
    year = academic_year(today)
    actions = open_actions(workspace, pupil_ids)
    rows = (
        (
            action.upn,
            action.surname,
            action.forename,
            year_group_label(year - action.cohort_year),
            action.school,
            action.next_school,
            action.what,
            action.owner,
            action.due_on,
            action.due_on is not None and action.due_on < today,
        )
        for action in actions
    )
    written = write_table(target, COLUMNS, rows, Heading("Open actions", today, description))
    with workspace.database.write() as connection:
        summary = f"{written.rows} open actions of {len(pupil_ids)} pupils to a file"
        Action(
            connection,
            name="Exported",
            summary=summary,
            worker_id=workspace.me,
            at=workspace.clock.now(),
            kind="export",
        ).finish()
    return written
