"""The actions of workshops as a table in the columns that others expect: a scrutiny committee's, or a district's action plan.

The headings are those of the papers themselves, word for word, so that a clerk can paste the table into theirs.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal

from db.workshops import workshops as store
from db.workshops.workshops import ProgressRow, WorkshopActionRow
from transitions.dates import short_with_year
from transitions.errors import NoSuchRecord
from transitions.exporting.outgoing import ExportNote
from transitions.exporting.target import where_and_why
from transitions.exporting.writer import TableColumn, TableHeading, WrittenTable, write_table
from transitions.school_year import academic_year, academic_year_label
from transitions.text import how_many
from transitions.workshops.actions import assessment, is_open
from transitions.workspace import Workspace

Layout = Literal["committee", "district plan"]
Row = tuple[str | date | None, ...]

_FIELDS: Final[Mapping[Layout, Mapping[str, str]]] = {
    "committee": {
        "Recommendation": "recommendation",
        "Responsibility": "who",
        "Date": "due_on",
        "Agreed Action": "what",
        "Agreed Success Measure": "success_measure",
        "Evidence of Progress": "evidence",
        "Assessment": "assessment",
        "Evidence of Impact": "impact",
    },
    "district plan": {
        "Action": "what",
        "Steps towards": "steps",
        "When": "due_on",
        "Who": "who",
        "Cost": "cost",
        "Impact": "impact",
    },
}
"""By heading the field of an action, or what is put together for it."""
COLUMNS: Final[Mapping[Layout, tuple[TableColumn, ...]]] = {
    layout: tuple(TableColumn(title, "date" if field == "due_on" else "text") for title, field in fields.items())
    for layout, fields in _FIELDS.items()
}
"""The columns of each layout, in their order."""
_TITLES: Final[dict[Layout, str]] = {
    "committee": "Progress of agreed actions",
    "district plan": "Action plan",
}


@dataclass(frozen=True)
class ActionFilter:
    """Which actions: of one workshop, of a series, of the workshops of an academic year; all that are given must hold.

    ``still_open`` leaves out what is fully achieved or dropped.
    """

    workshop_id: int | None = None
    series: str | None = None
    academic_year: int | None = None
    still_open: bool = False

    def holds(self, action: WorkshopActionRow) -> bool:
        return (
            self.workshop_id in (None, action.workshop_id)
            and self.series in (None, action.series)
            and self.academic_year in (None, academic_year(action.agreed_on))
            and (not self.still_open or is_open(action))
        )


def chosen_actions(workspace: Workspace, chosen: ActionFilter) -> list[WorkshopActionRow]:
    """The actions in the order of their workshops, and at each as they were entered.

    Those of workshops that were taken out of the register are left out. Raises NoSuchRecord.
    """
    connection = workspace.read()
    if chosen.workshop_id is not None and store.workshop(connection, chosen.workshop_id) is None:
        raise NoSuchRecord("There is no such workshop.")
    found = (action for action in store.every_action(connection) if chosen.holds(action))
    return sorted(found, key=lambda action: (action.agreed_on, action.workshop_id, action.id))


def rows(layout: Layout, actions: Sequence[WorkshopActionRow], progress: Sequence[ProgressRow]) -> Iterator[Row]:
    """One row for each action, with a cell for each of ``COLUMNS[layout]``; ``progress`` is oldest first.

    The date is the day by which it is due. Every evidence of progress stands with its day; of a dropped action the reason
    stands there, too.
    """
    looks = defaultdict[int, list[ProgressRow]](list)
    for one in progress:
        looks[one.action_id].append(one)
    for action in actions:
        state = "Dropped" if action.dropped_on is not None else assessment(action.grade)
        told = {"evidence": "\n".join(_evidence(action, looks[action.id])), "assessment": state}
        yield tuple((action._asdict() | told)[field] for field in _FIELDS[layout].values())


def export_scrutiny(
    workspace: Workspace,
    layout: Layout,
    target: Path | None,
    chosen: ActionFilter | None = None,
    *,
    purpose: str = "",
    exact: bool = False,
    overwrite: bool = False,
) -> WrittenTable:
    """Write actions in the columns of a layout to a workbook, to CSV, or to standard output (None); the journal notes it.

    Whoever does an action is named in it, as on paper. Raises NoSuchRecord, and CannotWrite as ``write_table`` does.
    """
    which = chosen or ActionFilter()
    actions = chosen_actions(workspace, which)
    progress = store.progress(workspace.read(), [action.id for action in actions])
    filters = _described(workspace, which)
    heading = TableHeading(_TITLES[layout], workspace.clock.today, filters)
    parts = [f"{how_many(len(actions), 'action')} of workshops", filters, *where_and_why(target, purpose=purpose)]
    note = ExportNote(f"Exported actions for a {layout}", parts)
    return write_table(
        workspace,
        target,
        COLUMNS[layout],
        rows(layout, actions, progress),
        heading,
        note=lambda _: note,
        exact=exact,
        overwrite=overwrite,
    )


def _evidence(action: WorkshopActionRow, looks: Sequence[ProgressRow]) -> Iterator[str]:
    for one in looks:
        if one.evidence:
            yield f"{short_with_year(one.graded_on)}: {one.evidence}"
    if action.dropped_on is not None:
        yield f"Dropped {short_with_year(action.dropped_on)}: {action.drop_reason}"


def _described(workspace: Workspace, chosen: ActionFilter) -> str:
    parts = []
    if chosen.workshop_id is not None:
        meeting = store.workshop(workspace.read(), chosen.workshop_id)
        parts += [f"{meeting.title}, {short_with_year(meeting.on_day)}"] if meeting else []
    parts += [chosen.series] if chosen.series else []
    parts += [academic_year_label(chosen.academic_year)] if chosen.academic_year is not None else []
    parts += ["still open"] if chosen.still_open else []
    return " · ".join(parts) or "All workshops"
