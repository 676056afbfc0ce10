"""Today: what cannot wait, in a few short lists, and what is missing from the records."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical

from screens.caseload import views
from screens.caseload.today_lines import COLUMNS, Line, TodayLines
from screens.caseload.walking import begin_walk, resume_walk
from screens.frame.base_screen import BaseScreen
from screens.frame.command_list import TODAY
from screens.frame.commands import Command
from screens.frame.safe import txt
from screens.widgets.window_table import Row, WindowTable
from transitions.caseload import today as days
from transitions.caseload import walk
from transitions.caseload.caseload import Caseload
from transitions.caseload.today import Today
from transitions.caseload.walk import Walk
from transitions.dates import long


class TodayScreen(BaseScreen[None]):
    """Several lists in one, so that the arrow keys move across them; Enter goes to what is highlighted."""

    SCOPE: ClassVar[str] = TODAY
    CSS_PATH = "today.tcss"
    AUTO_FOCUS = "#today"

    def __init__(self) -> None:
        super().__init__()
        self.table = WindowTable(COLUMNS, self._fetch, id="today")
        self.lines: Sequence[Line] = ()
        self._page: Today | None = None
        self._left: Walk | None = None

    def body(self) -> ComposeResult:
        with Vertical(classes="panel") as panel:
            panel.border_title = txt("What cannot wait")
            yield self.table

    def on_mount(self) -> None:
        """Follow what changes."""
        self.host.records_changed.subscribe(self, lambda _: self._records_changed())
        self.app.theme_changed_signal.subscribe(self, lambda _: self._fill())

    def on_screen_resume(self) -> None:
        """Read the page; a walk may have been left off meanwhile, which changes no record."""
        self._read()

    def names_changed(self, hidden: bool) -> None:  # noqa: ARG002 - the lines look themselves
        self._fill()

    def _records_changed(self) -> None:
        if self.is_current:
            self._read()

    @work(exclusive=True, group="today")
    async def _read(self) -> None:
        self._page, self._left = await asyncio.to_thread(self._load)
        self._fill()

    def _load(self) -> tuple[Today, Walk | None]:
        caseload = views.usual(self.workspace)
        return days.page(self.workspace, caseload), walk.left_off(self.workspace)

    def _fill(self) -> None:
        page = self._page
        if page is None:
            return
        look = TodayLines(page.day, self.host.private, self.app.theme_variables)
        lists = look.lists(page, self._left)
        self.lines = [line for _, lines in lists for line in lines]
        sections, start = [], 0
        for title, lines in lists:
            if lines or title != "What is missing":
                sections.append((start, title))
            start += len(lines)
        self.table.empty = txt(self._all_is_well())
        self.table.set_rows(range(len(self.lines)), sections=sections if self.lines else ())
        pupils = f"{page.pupils:,} {'pupil' if page.pupils == 1 else 'pupils'}"
        self.set_heading(f"{long(page.day)} · {page.description}", f"{page.totals.missed:,} flagged missed · {pupils}")
        self.refresh_bindings()

    def _all_is_well(self) -> str:
        if self._page is not None and not self._page.pupils:
            return "There are no pupils yet. 2 goes to the caseload, where I imports them and a adds one by hand."
        return "Nothing waits for you today, and nothing is due this week. 2 goes to the caseload."

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, Row]:
        return {key: self.lines[key].cells for key in keys if key < len(self.lines)}

    @property
    def caseload(self) -> Caseload:
        """Whose day it is."""
        return self._page.caseload if self._page is not None else views.usual(self.workspace)

    def why_not(self, command: Command) -> str | None:
        """Say so when there is nothing to open."""
        if command.id == "list.open" and not self.table.row_count:
            return "Nothing waits today. 2 goes to the caseload."
        return None

    def action_open(self) -> None:
        self.table.action_open()

    def on_window_table_opened(self, event: WindowTable.Opened) -> None:
        """Open the pupil, the handover, the workshop, the walk, or the import of term dates."""
        line = self.lines[event.key]
        if line.pupil_id is not None:
            together = dict.fromkeys(one.pupil_id for one in self.lines if one.pupil_id is not None)
            self.host.open.pupil(line.pupil_id, list(together), line.tab)
        elif line.workshop_id is not None:
            self.host.open.workshop(line.workshop_id, line.beside)
        elif line.handover_id is not None:
            self.host.open.handover(line.handover_id, line.beside)
        elif line.goal == "walk":
            resume_walk(self.host)
        else:
            self.host.open.import_file("terms")

    async def action_walk(self) -> None:
        await begin_walk(self.host, self.caseload)
