"""The caseload: a filtered list of pupils, the most pressing first, with what each needs next."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.content import Content

from screens.caseload.filtered_list import FIRST_ROWS, Listing, ListScreen
from screens.caseload.pupil_rows import cells, columns
from screens.caseload.views import View
from screens.frame.commands import CASELOAD, Command
from screens.frame.safe import txt
from screens.frame.table_screen import BY_COLUMN
from screens.widgets.columns import Column
from screens.widgets.window_table import Row
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload, PupilRow, Value
from transitions.milestones import recording
from transitions.milestones.recording import Step
from transitions.text import listed

_ORDER_OF: Mapping[str, str] = {
    "Name": "name",
    "Yr": "year group",
    "School": "school",
    "Next school": "next school",
    "Next step": "most overdue first",
    "Due": "most overdue first",
    "When": "most overdue first",
}
"""By which order a column sorts: those that the records keep, so that nobody waits for one."""
_BY_NEED = frozenset({"most overdue first", "year group"})
"""The orders in which a decision moves a pupil."""


class CaseloadScreen(ListScreen):
    """The list of pupils. A row's key is the pupil's number."""

    SCOPE: ClassVar[str] = CASELOAD
    MADE_OF = ("_only",)

    def __init__(self, only: Caseload | None = None) -> None:
        """``only`` are the pupils of a school, or of somebody: Escape goes back to where one came from."""
        super().__init__()
        self.only = only

    def view_to_begin(self) -> View:
        return super().view_to_begin() if self.only is None else View(self.only)

    @property
    def made_of(self) -> tuple[Caseload, ...] | None:
        return None if self.only is None else (self.only,)

    def left_here(self) -> Mapping[str, object]:
        return super().left_here() if self.only is None else {}

    def peel(self) -> bool:
        shows_only = self.only is not None and self.caseload.sorted_by(self.only.sort) == self.only
        if shows_only and not (self.table.marked or self.facets.has_focus):
            return False
        return super().peel()

    def first_rows(self) -> Sequence[tuple[int, Row]]:
        return [(row.id, self._cells(row)) for row in caseloads.first_rows(self.workspace, self.caseload, FIRST_ROWS)]

    def rows(self, keys: Sequence[int]) -> Mapping[int, Row]:
        return {key: self._cells(row) for key, row in caseloads.rows(self.workspace, keys).items()}

    def read_listing(self, caseload: Caseload) -> Listing:
        keys = caseloads.keys(self.workspace, caseload)
        everybody = Caseload(whose=caseload.whose, worker_id=caseload.worker_id)
        if replace(caseload, sort=everybody.sort) == everybody:
            return Listing(keys, (), f"{len(keys):,} {'pupil' if len(keys) == 1 else 'pupils'}")
        return Listing(keys, (), f"{len(keys):,} of {caseloads.count(self.workspace, everybody):,}")

    def columns(self) -> Sequence[Column]:
        return columns(self.caseload.order[0])

    def show(self, caseload: Caseload, *, keep: int | None = None, pause: float = 0.0) -> None:
        order, turned = caseload.order
        title = next(title for title, name in reversed(tuple(_ORDER_OF.items())) if name == order)
        self.table.set_arrangement(replace(self.table.arrangement, sorted_by=title, turned=turned))
        super().show(caseload, keep=keep, pause=pause)

    def action_sort(self) -> None:
        if self.table.column:
            super().action_sort()
        else:
            self.show(self.caseload.next_sort(), keep=self.table.cursor_key)

    def sort_by(self, title: str) -> None:
        self.show(self.caseload.turned_to(_ORDER_OF[title]), keep=self.table.cursor_key)

    def count_values(self, title: str) -> list[tuple[Value, str, int]]:
        return caseloads.value_counts(self.workspace, self.caseload, title)

    def go_to_value(self, title: str, value: Value) -> None:
        self.show(replace(self.caseload, column=title, value=value))

    def why_not_by_column(self, command: Command) -> str | None:
        title = self.table.column
        if command.id == "list.sort" and title and title not in _ORDER_OF:
            return f"You can't sort the caseload by {title}. # counts its values and shows those pupils."
        if command.id == "column.count" and (title or "Name") not in caseloads.COLUMN_VALUES:
            known = listed(tuple(caseloads.COLUMN_VALUES), "and")
            return f"{title or 'Name'} can't be counted. Move with the arrow keys to one of these: {known}."
        return None if command.id in BY_COLUMN and self.table.row_count else super().why_not_by_column(command)

    def key_of(self, pupil_id: int) -> int | None:
        return pupil_id

    def pupil_of(self, key: int) -> int:
        return key

    def goes_on(self) -> bool:
        return self.caseload.sort in _BY_NEED or bool(self.caseload.states)

    def _why_empty(self) -> Content:
        if self.only is not None and self.caseload.sorted_by(self.only.sort) == self.only:
            return txt("There are no pupils here. Escape goes back.")
        return super()._why_empty()

    def nothing_left(self) -> str:
        if self.caseload.whose == "mine":
            return "You have no pupils yet. Press f, then All pupils, to see everybody. o gives you a pupil."
        if self.caseload.whose == "nobody's":
            return "Every pupil has a caseworker. Press f, then All pupils, to see everybody."
        return "There are no pupils yet. I imports them from a file, a adds one."

    def chosen_steps(self) -> Sequence[Step]:
        return recording.next_steps(self.workspace, self.chosen_pupils())

    def added(self, pupil_id: int) -> None:
        self.show_again(frozenset({pupil_id}))
        if not caseloads.holds(self.workspace, self.caseload, pupil_id):
            self.say("The new pupil is saved but not in this list, because of its filters.")

    async def action_plan_words(self) -> None:
        await self.host.open.plan_wording()

    async def action_plan_quality(self) -> None:
        await self.host.open.plan_quality(self.caseload)

    async def action_survey_results(self) -> None:
        await self.host.open.survey_results(self.caseload.transitions)

    def _cells(self, row: PupilRow) -> Row:
        return cells(row, self.workspace.clock.today, hidden=self.host.private, variables=self.app.theme_variables)
