"""The missed list: overdue steps that ask for a decision, those that were flagged missed, and actions past their day."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import ClassVar

from screens.caseload.filtered_list import FIRST_ROWS, Listing, ListScreen
from screens.caseload.missed_rows import COLUMNS, action_cells, action_key, action_of, cells, is_action, key_of, step_of
from screens.exporting.save_list import Kind
from screens.frame.command_list import MISSED
from screens.frame.commands import Command
from screens.widgets.columns import Column
from screens.widgets.window_table import Row
from transitions.caseload import missed
from transitions.caseload.caseload import Caseload
from transitions.caseload.missed import GROUPS, ActionSection, DueAction, Group, MissedRow
from transitions.milestones.recording import Step

_BY = {"": "longest overdue first", "worker": "by member of staff"}

_NOT_FOR_ACTIONS = {
    "milestone.missed": "An action is not flagged missed. d marks it done, i drops it with a reason.",
    "milestone.next_step": "What happens next belongs to a missed step. An action is done (d) or dropped with a reason (i).",
    "milestone.explain": (
        "No rule stands behind an action: somebody promised it for that day. Enter shows the plan, d marks it done, i drops "
        "it with a reason."
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

    def __init__(self) -> None:
        super().__init__()
        self.group: Group = ""

    def restore(self, extra: str) -> None:
        """Group as before."""
        self.group = next((group for group in GROUPS if group == extra), "")

    def extra(self) -> str:
        """Give how the list is grouped."""
        return self.group

    def columns(self) -> Sequence[Column]:
        """Give the same columns in every order."""
        return COLUMNS

    def counted(self) -> Caseload:
        """Count the pupils who have something overdue or missed, or an action past its day."""
        return replace(self.caseload, states=("overdue", "missed"), late_actions=True)

    def first_rows(self) -> Sequence[tuple[int, Row]]:
        """Give the steps that are overdue longest, then actions; groups need the whole list."""
        steps = missed.listing(self.workspace, self.caseload, limit=FIRST_ROWS)
        actions = missed.overdue_actions(self.workspace, self.caseload, FIRST_ROWS - len(steps))
        return [
            *((key_of(Step(row.pupil_id, row.milestone_id, row.cycle)), self._cells(row)) for row in steps),
            *((action_key(row.key), self._action_cells(row)) for row in actions),
        ]

    def rows(self, keys: Sequence[int]) -> Mapping[int, Row]:
        """Give the rows of a window."""
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
        amounts += [f"{actions:,} action{'' if actions == 1 else 's'} overdue"] if actions else []
        return Listing(keys, headings, " · ".join(amounts))

    def pupil_of(self, key: int) -> int:
        """Give the pupil whose step or action it is."""
        return action_of(key).pupil_id if is_action(key) else step_of(key).pupil_id

    def tab_of(self, key: int) -> str:
        """Actions stand on the plan."""
        return "plan" if is_action(key) else super().tab_of(key)

    def order_words(self) -> str:
        """Give the order in words."""
        return _BY.get(self.group, f"by {self.group}")

    def goes_on(self) -> bool:
        """What is decided always leaves its place: it goes to the other section, or out of the list."""
        return True

    def nothing_left(self) -> str:
        """Say that all is well, or whose steps these are."""
        if self.caseload.whose == "all":
            return "Nothing is overdue and nothing is missed. 2 goes to the caseload, which shows what comes next."
        return (
            "Nothing is overdue and nothing is missed here. f goes to the filters, where All pupils shows everybody's."
        )

    def why_not(self, command: Command) -> str | None:
        """Say so for what the order of this list leaves no room for, and what only a missed step has."""
        if command.id == "list.sort":
            return "This list is always in the order of how late. g groups it."
        if command.id in _NOT_FOR_ACTIONS and self._on_actions(command.id):
            return _NOT_FOR_ACTIONS[command.id]
        if command.id == "milestone.explain" and self.table.cursor_key is None:
            return "Nothing is highlighted that could be explained."
        if command.id == "milestone.next_step" and self._some_not_missed():
            return "Only a step that is flagged missed has something that happens next. m flags it."
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
        """Give the marked steps, or the highlighted one."""
        return [step_of(key) for key in self.chosen_keys() if not is_action(key)]

    def chosen_actions(self) -> Sequence[int]:
        """Give the numbers of the marked actions, or of the highlighted one."""
        return [action_of(key).action_id for key in self.chosen_keys() if is_action(key)]

    def action_group(self) -> None:
        """Group by the next thing: school, year group, milestone, member of staff, nothing."""
        self.group = GROUPS[(GROUPS.index(self.group) + 1) % len(GROUPS)]
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
    words = "1 action past its day" if number == 1 else f"{number:,} actions past their day"
    return f"{words} · {section.name}" if section.name else words
