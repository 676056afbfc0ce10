"""The missed list: overdue steps that ask for a decision, and below them those that were flagged missed."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from screens.command_list import MISSED
from screens.commands import Command
from screens.exporting import Kind
from screens.listing import FIRST_ROWS, Listing, ListScreen
from screens.missed_rows import COLUMNS, cells, key_of, step_of
from screens.widgets.columns import Column
from screens.widgets.window_table import Row
from transitions import missed
from transitions.caseload import Caseload
from transitions.missed import GROUPS, Group, MissedRow
from transitions.recording import Step

_BY = {"": "longest overdue first", "worker": "by member of staff"}

_LOOKED_AT = 200
"""Of how many marked steps it is seen beforehand that they are missed; of the others when the key is pressed."""


class MissedScreen(ListScreen):
    """The list of overdue and missed steps. A row's key stands for a step, so marks are on steps, not on pupils."""

    SCOPE: ClassVar[str] = MISSED
    PARTS: ClassVar[Sequence[str]] = ("whose", "year_groups", "transitions", "cohorts")
    TITLE_OF_LIST: ClassVar[str] = "Steps"
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
        """Count the pupils who have something overdue or missed."""
        return replace(self.caseload, states=("overdue", "missed"))

    def first_rows(self) -> Sequence[tuple[int, Row]]:
        """Give the steps that are overdue longest; groups need the whole list."""
        found = missed.listing(self.workspace, self.caseload, limit=FIRST_ROWS)
        return [(key_of(Step(row.pupil_id, row.milestone_id, row.cycle)), self._cells(row)) for row in found]

    def rows(self, keys: Sequence[int]) -> Mapping[int, Row]:
        """Give the rows of a window."""
        found = missed.rows(self.workspace, [step_of(key) for key in keys])
        return {key_of(step): self._cells(row) for step, row in found.items()}

    def read_listing(self, caseload: Caseload) -> Listing:
        """Read all sections; overdue and missed are counted side by side, never added together."""
        keys = array("q")
        headings = []
        for section in missed.sections(self.workspace, caseload, self.group):
            # The number first: it must survive when a long title is cut.
            title = section.title[:1].lower() + section.title[1:]
            headings.append((len(keys), f"{len(section.steps):,} {title}"))
            keys.extend(map(key_of, section.steps))
        totals = missed.totals(self.workspace, caseload)
        return Listing(keys, headings, f"{totals.overdue:,} overdue, no decision yet · {totals.missed:,} missed")

    def pupil_of(self, key: int) -> int:
        """Give the pupil whose step it is."""
        return step_of(key).pupil_id

    def order_words(self) -> str:
        """Give the order in words."""
        return _BY.get(self.group, f"by {self.group}")

    def goes_on(self) -> bool:
        """A decided step always leaves its place: it goes to the other section, or out of the list."""
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
        if command.id == "milestone.explain" and self.table.cursor_key is None:
            return "Nothing is highlighted that could be explained."
        if command.id == "milestone.next_step" and self._some_not_missed():
            return "Only a step that is flagged missed has something that happens next. m flags it."
        return super().why_not(command)

    def _some_not_missed(self) -> bool:
        found = missed.rows(self.workspace, self.chosen_steps()[:_LOOKED_AT]).values()
        return any(row.outcome != "missed" for row in found)

    def chosen_steps(self) -> Sequence[Step]:
        """Give the marked steps, or the highlighted one."""
        return [step_of(key) for key in self.chosen_keys()]

    def action_group(self) -> None:
        """Group by the next thing: school, year group, milestone, member of staff, nothing."""
        self.group = GROUPS[(GROUPS.index(self.group) + 1) % len(GROUPS)]
        self._fill_heading()
        self.show_again()

    def action_explain(self) -> None:
        """Say why the highlighted step is here, and what would clear it."""
        from screens.explain import ExplainScreen

        step = step_of(self.table.cursor_key or 0)
        milestone = self.workspace.milestones[step.milestone_id]
        self.app.push_screen(ExplainScreen(self.workspace, step.pupil_id, milestone.code))

    def _cells(self, row: MissedRow) -> Row:
        return cells(row, self.workspace.clock.today, hidden=self.host.private, variables=self.app.theme_variables)
