"""How a step that is overdue or missed becomes the cells of a line."""

from collections.abc import Mapping
from datetime import date

from rich.text import Text

from screens import privacy
from screens.privacy import list_name
from screens.pupil_rows import NONE, symbol
from screens.status import status_style
from screens.widgets.columns import Cell, Column
from transitions.calendar import academic_year, year_group_short
from transitions.dates import how_far
from transitions.milestones import load_shipped
from transitions.missed import MissedRow
from transitions.recording import Step
from transitions.states import State, state_of

COLUMNS = (
    Column("", width=1, priority=10),
    Column("How late", width=14, priority=9),
    Column("Severity", width=13, priority=5),
    Column("Name", flex=3, min_width=16, priority=10),
    Column("Yr", width=3, align="right", priority=8),
    Column("School", flex=2, min_width=12, priority=2),
    Column("Milestone", flex=3, min_width=16, priority=9),
    Column("Reason", flex=2, min_width=12, priority=4),
    Column("Next step", flex=3, min_width=14, priority=3),
    Column("Owner", width=12, priority=1),
)
"""At 80 columns there is room for how late, the severity, the pupil, the year and the milestone."""

# Three numbers in one of 64 bits: cycles are years below 4096, and there are far fewer than a million milestones.
_CYCLE_BITS, _MILESTONE_BITS = 12, 20


def key_of(step: Step) -> int:
    """Give the one number that stands for a step in a list."""
    return ((step.pupil_id << _MILESTONE_BITS | step.milestone_id) << _CYCLE_BITS) | step.cycle


def step_of(key: int) -> Step:
    """Give the step that a number of ``key_of`` stands for."""
    rest, cycle = key >> _CYCLE_BITS, key & ((1 << _CYCLE_BITS) - 1)
    return Step(rest >> _MILESTONE_BITS, rest & ((1 << _MILESTONE_BITS) - 1), cycle)


def state_now(row: MissedRow, today: date) -> State:
    """Give the state of a step: overdue or missed."""
    return state_of(row.outcome, row.due_on, row.late_after, today)


def cells(row: MissedRow, today: date, *, hidden: bool, variables: Mapping[str, str]) -> tuple[Cell, ...]:
    """Give one cell for each of ``COLUMNS``; ``variables`` are those of the theme."""
    state = state_now(row, today)
    return (
        symbol(state, variables),
        Text(how_far(row.due_on, today), status_style(state, variables)),
        row.severity,
        list_name(row.preferred_name or row.forename, row.surname, hidden=hidden),
        year_group_short(academic_year(today) - row.cohort_year),
        row.school or NONE,
        row.short,
        reason_words(row.reason),
        privacy.note(row.next_step, hidden=hidden) if row.next_step else "",
        row.owner or NONE,
    )


def reason_words(code: str | None) -> str:
    """Give the words of a coded reason; empty while there is none."""
    if code is None:
        return ""
    return next((reason.words for reason in load_shipped().missed_reasons if reason.code == code), code)
