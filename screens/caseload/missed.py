"""The missed list: overdue steps that ask for a decision, those that were flagged missed, and actions past their day."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import ClassVar

from rich.text import Text

from screens.caseload.filtered_list import FIRST_ROWS, Listing, ListScreen
from screens.caseload.pupil_rows import NONE, symbol
from screens.caseload.save_list import Kind
from screens.frame import render_context
from screens.frame.commands import MISSED, Command
from screens.frame.render_context import RenderContext, list_name, status_style
from screens.widgets.columns import Cell, Column
from screens.widgets.window_table import Row
from transitions.caseload import missed
from transitions.caseload.caseload import Caseload
from transitions.caseload.missed import GROUPS, ActionKey, ActionSection, DueAction, Group, MissedRow
from transitions.dates import how_far
from transitions.milestones.definitions import load_shipped
from transitions.milestones.milestone import State, state_of
from transitions.milestones.recording import Step
from transitions.school_year import academic_year, year_group_short
from transitions.text import how_many

COLUMNS = (
    Column("", width=1, priority=10, gap=1),
    Column("How late", width=14, priority=9),
    Column("Severity", width=13, priority=5),
    Column("Name", flex=3, min_width=20, priority=10, gap=1),
    Column("Yr", width=3, align="right", priority=8),
    Column("School", flex=2, min_width=12, priority=2),
    Column("Milestone", flex=3, min_width=14, priority=9),
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
    return ((step.pupil_id << _MILESTONE_BITS | step.milestone_id) << _CYCLE_BITS) | step.cycle


def action_key(action: ActionKey) -> int:
    """The one number, below nought, that stands for an action in a list."""
    return -(action.pupil_id << _ACTION_BITS | action.action_id)


def is_action(key: int) -> bool:
    return key < 0


def action_of(key: int) -> ActionKey:
    return ActionKey(-key >> _ACTION_BITS, -key & ((1 << _ACTION_BITS) - 1))


def step_of(key: int) -> Step:
    rest, cycle = key >> _CYCLE_BITS, key & ((1 << _CYCLE_BITS) - 1)
    return Step(rest >> _MILESTONE_BITS, rest & ((1 << _MILESTONE_BITS) - 1), cycle)


def state_now(row: MissedRow, today: date) -> State:
    return state_of(row.outcome, row.due_on, row.late_after, today)


def cells(row: MissedRow, today: date, *, hidden: bool, variables: Mapping[str, str]) -> tuple[Cell, ...]:
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
        render_context.note(row.next_step, hidden=hidden) if row.next_step else "",
        row.owner or NONE,
    )


def action_cells(row: DueAction, today: date, *, hidden: bool, variables: Mapping[str, str]) -> tuple[Cell, ...]:
    """One cell for each of ``COLUMNS`` for an action past its day; its owner is the person who has promised it."""
    return (
        symbol("overdue", variables),
        Text(how_far(row.due_on, today), status_style("overdue", variables)),
        "action",
        list_name(row.preferred_name or row.forename, row.surname, hidden=hidden),
        year_group_short(academic_year(today) - row.cohort_year),
        row.school or NONE,
        render_context.note(row.what, hidden=hidden),
        "",
        "",
        RenderContext(today, hidden).person(row.owner),
    )


def reason_words(code: str | None) -> str:
    if code is None:
        return ""
    return next((reason.words for reason in load_shipped().missed_reasons if reason.code == code), code)


_GROUP_OF: Mapping[str, Group] = {
    "How late": "",
    "Yr": "year group",
    "School": "school",
    "Milestone": "milestone",
    "Owner": "worker",
}
_BY = {"": "longest overdue first", "worker": "by member of staff"}

_NOT_FOR_ACTIONS = {
    "milestone.missed": "An action is not flagged missed. d marks it done, i drops it with a reason.",
    "milestone.next_step": "Only a missed step has a next step. Mark an action done (d) or drop it with a reason (i).",
    "milestone.explain": (
        "An action has no rule: somebody promised it by that date. Enter shows the plan, d marks it done, i drops it with a reason."
    ),
}
"""What can be done about an action instead."""
_LOOKED_AT = 200
"""Of how many marked steps it is seen beforehand that they are missed; of the others when the key is pressed."""


class MissedScreen(ListScreen):
    """The list of overdue and missed steps and of actions past their day.

    A row's key stands for a step, or below nought for an action, so marks are on these, not on pupils.
    """

    SCOPE: ClassVar[str] = MISSED
    PARTS: ClassVar[Sequence[str]] = ("whose", "year_groups", "transitions", "cohorts")
    TITLE_OF_LIST: ClassVar[str] = "Steps and actions"
    EXPORTS: ClassVar[Kind] = "missed"
    NOBODY_HERE: ClassVar[str] = "Nothing is highlighted. Escape clears the find box or removes a filter."

    def __init__(self) -> None:
        super().__init__()
        self.group: Group = ""

    def restore(self, extra: str) -> None:
        self.group = next((group for group in GROUPS if group == extra), "")

    def extra(self) -> str:
        return self.group

    def columns(self) -> Sequence[Column]:
        return COLUMNS

    def counted(self) -> Caseload:
        return replace(self.caseload, states=("overdue", "missed"), late_actions=True)

    def first_rows(self) -> Sequence[tuple[int, Row]]:
        """The steps that are overdue longest, then actions; groups need the whole list."""
        steps = missed.listing(self.workspace, self.caseload, limit=FIRST_ROWS)
        actions = missed.overdue_actions(self.workspace, self.caseload, FIRST_ROWS - len(steps))
        return [
            *((key_of(Step(row.pupil_id, row.milestone_id, row.cycle)), self._cells(row)) for row in steps),
            *((action_key(row.key), self._action_cells(row)) for row in actions),
        ]

    def rows(self, keys: Sequence[int]) -> Mapping[int, Row]:
        steps = missed.rows(self.workspace, [step_of(key) for key in keys if not is_action(key)])
        actions = missed.action_rows(self.workspace, [action_of(key) for key in keys if is_action(key)])
        found = {key_of(step): self._cells(row) for step, row in steps.items()}
        return found | {action_key(action): self._action_cells(row) for action, row in actions.items()}

    def read_listing(self, caseload: Caseload) -> Listing:
        """Read all sections; overdue, missed and actions are counted side by side, never added together."""
        keys = array("q")
        headings = []
        for section in missed.sections(self.workspace, caseload, self.group):
            # The number first: it must survive when a long title is cut.
            title = section.title[:1].lower() + section.title[1:]
            headings.append((len(keys), f"{len(section.steps):,} {title}"))
            keys.extend(map(key_of, section.steps))
        actions = 0
        for group in missed.action_sections(self.workspace, caseload, self.group):
            headings.append((len(keys), _heading(group)))
            keys.extend(map(action_key, group.actions))
            actions += len(group.actions)
        totals = missed.totals(self.workspace, caseload)
        amounts = [f"{totals.overdue:,} overdue", f"{totals.missed:,} missed"]
        amounts += [f"{how_many(actions, 'action')} overdue"] if actions else []
        # Behind the list: what it reads loads after the first paint.
        from transitions.impact.year_on_year import line

        return Listing(keys, headings, " · ".join(amounts), line(self.workspace))

    def pupil_of(self, key: int) -> int:
        return action_of(key).pupil_id if is_action(key) else step_of(key).pupil_id

    def tab_of(self, key: int) -> str:
        return "plan" if is_action(key) else super().tab_of(key)

    def order_words(self) -> str:
        return _BY.get(self.group, f"by {self.group}")

    def goes_on(self) -> bool:
        """What is decided always leaves its place: it goes to the other section, or out of the list."""
        return True

    def nothing_left(self) -> str:
        if self.caseload.whose == "all":
            return "Nothing is overdue and nothing is missed. 2 goes to the caseload, which shows what comes next."
        return "Nothing is overdue and nothing is missed here. Press f, then All pupils, to see everybody's."

    def why_not(self, command: Command) -> str | None:
        if command.id in _NOT_FOR_ACTIONS and self._on_actions(command.id):
            return _NOT_FOR_ACTIONS[command.id]
        if command.id == "milestone.explain" and self.table.cursor_key is None:
            return "Nothing is highlighted to explain."
        if command.id == "milestone.next_step" and self._some_not_missed():
            return "Only a missed step has a next step. m flags it missed."
        return super().why_not(command)

    def _on_actions(self, command_id: str) -> bool:
        """Whether the command would meet an action; of many marks the first few are looked at, as ``action_missed`` looks."""
        key = self.table.cursor_key
        if self.table.marked and command_id != "milestone.explain":
            return any(is_action(key) for key in islice(self.table.marked, _LOOKED_AT))
        return key is not None and is_action(key)

    def _some_not_missed(self) -> bool:
        found = missed.rows(self.workspace, self.chosen_steps()[:_LOOKED_AT]).values()
        return any(row.outcome != "missed" for row in found)

    def chosen_steps(self) -> Sequence[Step]:
        return [step_of(key) for key in self.chosen_keys() if not is_action(key)]

    def chosen_actions(self) -> Sequence[int]:
        return [action_of(key).action_id for key in self.chosen_keys() if is_action(key)]

    def why_not_by_column(self, command: Command) -> str | None:
        if command.id == "list.sort" and self.table.column not in _GROUP_OF:
            return "This list is sorted by how late, within groups. s groups it by year, school, milestone or caseworker. g goes through these in turn."
        return super().why_not_by_column(command)

    def sort_by(self, title: str) -> None:
        self._group_by("" if self.group == _GROUP_OF[title] else _GROUP_OF[title])

    def action_group(self) -> None:
        self._group_by(GROUPS[(GROUPS.index(self.group) + 1) % len(GROUPS)])

    def _group_by(self, group: Group) -> None:
        self.group = group
        self._fill_heading()
        self.show_again()

    def action_explain(self) -> None:
        step = step_of(self.table.cursor_key or 0)
        milestone = self.workspace.milestones[step.milestone_id]
        self.host.open.explanation(step.pupil_id, milestone.code)

    def _cells(self, row: MissedRow) -> Row:
        return cells(row, self.workspace.clock.today, hidden=self.host.private, variables=self.app.theme_variables)

    def _action_cells(self, row: DueAction) -> Row:
        return action_cells(
            row, self.workspace.clock.today, hidden=self.host.private, variables=self.app.theme_variables
        )


def _heading(section: ActionSection) -> str:
    number = len(section.actions)
    count = "1 action past its date" if number == 1 else f"{number:,} actions past their date"
    return f"{count} · {section.name}" if section.name else count
