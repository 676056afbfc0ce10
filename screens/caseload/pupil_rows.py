"""How a pupil of the caseload becomes the cells of a line."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from rich.text import Text

from screens.frame.privacy import list_name
from screens.frame.state_style import LOOKS, status_style
from screens.widgets.columns import Cell, Column
from transitions.caseload.caseload import PupilRow, pupil_state
from transitions.dates import how_far, short
from transitions.milestones.milestone import State, state_of
from transitions.school_year import academic_year, year_group_short

NONE = "-"

COLUMNS = (
    Column("", width=1, priority=10),
    Column("Name", flex=3, min_width=20, priority=10),
    Column("Yr", width=3, align="right", priority=8),
    Column("School", flex=3, min_width=14, priority=6),
    Column("Next school", flex=3, min_width=12, priority=3),
    Column("SEN", width=3, priority=5),
    Column("Next step", flex=1, min_width=15, priority=7),
    Column("Due", width=10, priority=4),
    Column("When", width=14, priority=9),
)
"""At 80 columns the schools, SEN and the date go; how far away the date is stays."""
_SORTED_BY = {"school": "School", "next school": "Next school"}


def columns(sort: str) -> Sequence[Column]:
    """The columns for an order: what the list is sorted by is among those that stay."""
    title = _SORTED_BY.get(sort)
    return tuple(replace(column, priority=9) if column.title == title else column for column in COLUMNS)


def cells(row: PupilRow, today: date, *, hidden: bool, variables: Mapping[str, str]) -> tuple[Cell, ...]:
    due = row.next_due_on
    next_state = state_of(None, due, row.next_late_after, today)
    return (
        symbol(pupil_state(row, today), variables),
        list_name(row.preferred_name or row.forename, row.surname, hidden=hidden),
        year_group_short(academic_year(today) - row.cohort_year),
        row.school or NONE,
        row.next_school or NONE,
        NONE if row.sen_provision == "N" else row.sen_provision,
        row.next_step or NONE,
        short(due) if due else "",
        Text(away(due, row.next_late_after, today), status_style(next_state, variables)) if due else "",
    )


def symbol(state: State, variables: Mapping[str, str]) -> Text:
    return Text(LOOKS[state].symbol, status_style(state, variables))


def away(due_on: date, late_after: date | None, today: date) -> str:
    """How far a step is away or how late it is; within its days of grace, until when it is in time."""
    if due_on < today and late_after is not None and late_after >= today:
        return f"until {short(late_after)}"
    return how_far(due_on, today)
