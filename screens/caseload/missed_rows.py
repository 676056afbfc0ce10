"""How a step that is overdue or missed, or an action past its day, becomes the cells of a line."""

from collections.abc import Mapping
from datetime import date

from rich.text import Text

from screens.caseload.pupil_rows import NONE, symbol
from screens.frame import privacy
from screens.frame.privacy import list_name
from screens.frame.render_context import Look
from screens.frame.state_style import status_style
from screens.widgets.columns import Cell, Column
from transitions.caseload.missed import ActionKey, DueAction, MissedRow
from transitions.dates import how_far
from transitions.milestones.definitions import load_shipped
from transitions.milestones.milestone import State, state_of
from transitions.milestones.recording import Step
from transitions.school_year import academic_year, year_group_short

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

# Three numbers in one of 64 bits: a cycle is a year, or its second, third ... hundredth (ten thousand more for each), and
# there are far fewer than 65,000 milestones.
_CYCLE_BITS, _MILESTONE_BITS = 20, 16
# An action's number takes the lower half of one that is below nought.
_ACTION_BITS = 32


def key_of(step: Step) -> int:
    """Give the one number that stands for a step in a list."""
    return ((step.pupil_id << _MILESTONE_BITS | step.milestone_id) << _CYCLE_BITS) | step.cycle


def action_key(action: ActionKey) -> int:
    """Give the one number, below nought, that stands for an action in a list."""
    return -(action.pupil_id << _ACTION_BITS | action.action_id)


def is_action(key: int) -> bool:
    """Whether a number in the list stands for an action rather than a step."""
    return key < 0


def action_of(key: int) -> ActionKey:
    """Give the action that a number of ``action_key`` stands for."""
    return ActionKey(-key >> _ACTION_BITS, -key & ((1 << _ACTION_BITS) - 1))


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


def action_cells(row: DueAction, today: date, *, hidden: bool, variables: Mapping[str, str]) -> tuple[Cell, ...]:
    """Give one cell for each of ``COLUMNS`` for an action past its day; its owner is the person who has promised it."""
    return (
        symbol("overdue", variables),
        Text(how_far(row.due_on, today), status_style("overdue", variables)),
        "action",
        list_name(row.preferred_name or row.forename, row.surname, hidden=hidden),
        year_group_short(academic_year(today) - row.cohort_year),
        row.school or NONE,
        privacy.note(row.what, hidden=hidden),
        "",
        "",
        Look(today, hidden).person(row.owner),
    )


def reason_words(code: str | None) -> str:
    """Give the words of a coded reason; empty while there is none."""
    if code is None:
        return ""
    return next((reason.words for reason in load_shipped().missed_reasons if reason.code == code), code)
