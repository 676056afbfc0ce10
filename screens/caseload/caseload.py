"""The caseload: a filtered list of pupils, the most pressing first, with what each needs next."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from screens.caseload.filtered_list import FIRST_ROWS, Listing, ListScreen
from screens.caseload.pupil_rows import cells, columns
from screens.frame.commands import CASELOAD
from screens.widgets.columns import Column
from screens.widgets.window_table import Row
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload, PupilRow
from transitions.milestones import recording
from transitions.milestones.recording import Step

_BY_NEED = frozenset({"most overdue first", "year group"})
"""The orders in which a decision moves a pupil."""


class CaseloadScreen(ListScreen):
    """The list of pupils. A row's key is the pupil's number."""

    SCOPE: ClassVar[str] = CASELOAD

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
        return columns(self.caseload.sort)

    def key_of(self, pupil_id: int) -> int | None:
        return pupil_id

    def pupil_of(self, key: int) -> int:
        return key

    def goes_on(self) -> bool:
        return self.caseload.sort in _BY_NEED or bool(self.caseload.states)

    def nothing_left(self) -> str:
        if self.caseload.whose == "mine":
            return "No pupil is yours yet. f goes to the filters, where All pupils shows everybody; o gives a pupil to you."
        if self.caseload.whose == "nobody's":
            return "Every pupil has somebody who answers for them. f goes to the filters, where All pupils shows everybody."
        return "There are no pupils yet. I imports them from a file, a adds one by hand."

    def chosen_steps(self) -> Sequence[Step]:
        return recording.next_steps(self.workspace, self.chosen_pupils())

    # Records are behind doors that import their screens only when somebody goes through one.

    async def action_add_pupil(self) -> None:
        await self.host.open.pupil_form(None)

    async def action_edit(self) -> None:
        await self.host.open.pupil_form(self.table.cursor_key)

    def action_schools(self) -> None:
        self.host.open.schools()

    def action_staff(self) -> None:
        self.host.open.staff()

    def action_import_file(self) -> None:
        self.host.open.import_file()

    async def action_plan_words(self) -> None:
        await self.host.open.plan_wording()

    async def action_plan_quality(self) -> None:
        await self.host.open.plan_quality(self.caseload)

    async def action_survey_results(self) -> None:
        await self.host.open.survey_results(self.caseload.transitions)

    def _cells(self, row: PupilRow) -> Row:
        return cells(row, self.workspace.clock.today, hidden=self.host.private, variables=self.app.theme_variables)
