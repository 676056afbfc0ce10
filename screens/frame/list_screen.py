"""What lists share: the line to find by, the academic year that is shown, and reading again what has changed."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.worker import get_current_worker

from screens.frame.base_screen import BaseScreen
from screens.frame.commands import Command
from screens.frame.safe import txt
from screens.frame.table_screen import TableScreen
from screens.widgets.clean_input import FindLine
from screens.widgets.columns import Column
from screens.widgets.window_table import Row, WindowTable
from transitions.school_year import academic_year
from transitions.text import printable

FIRST_YEAR, LAST_YEAR = 2000, 2099
"""The academic years that can be gone to: beyond them no date is entered, and no bank holiday is known."""


class FindingScreen(TableScreen):
    """A screen with a ``table`` and a line that narrows it as one types."""

    FIND: ClassVar[str] = ""
    """What the empty line says can be found."""

    def __init__(self) -> None:
        super().__init__()
        self.find_line = FindLine(self.find, clean=printable, placeholder=self.FIND, id="find", classes="hidden")

    def body(self) -> ComposeResult:
        with Vertical(classes="panel"):
            yield self.find_line
            yield self.table

    def find(self, text: str) -> None:
        raise NotImplementedError

    def action_find(self) -> None:
        self.find_line.remove_class("hidden").focus()

    @on(FindLine.Kept)
    def _keep_find(self, event: FindLine.Kept) -> None:
        self.find_line.set_class(not event.text, "hidden")
        self.table.focus()

    @on(FindLine.Left)
    def _leave_find(self) -> None:
        self.find_line.value = ""
        self.find_line.add_class("hidden")
        self.table.focus()

    def peel(self) -> bool:
        if not self.find_line.value and self.find_line.has_class("hidden"):
            return False
        self._leave_find()
        return True


class YearScreen(BaseScreen[None]):
    """A screen over an academic year: it reads again when the records or the day change, and draws again at another width.

    A subclass sets ``read_for`` to ``now`` when it reads, and ``drawn_for`` to the size of the app when it draws.
    """

    chosen_year: int | None = None
    """The year one has gone to; None is the year of the day that is looked at."""
    read_for: tuple[int, date] | None = None
    drawn_for = Size(0, 0)

    def read_again(self) -> object:
        raise NotImplementedError

    def fill(self) -> None:
        raise NotImplementedError

    @property
    def today(self) -> date:
        return self.workspace.clock.today

    @property
    def year(self) -> int:
        return academic_year(self.today) if self.chosen_year is None else self.chosen_year

    @property
    def now(self) -> tuple[int, date]:
        """The state of the records, and the day: what is shown depends on them."""
        return self.workspace.database.version(), self.today

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self.fill())

    def follow_records(self, touched: frozenset[int]) -> None:  # noqa: ARG002 - a year is of all pupils
        self.read_again()

    def fall_behind(self, touched: frozenset[int]) -> None:  # noqa: ARG002
        self.read_for = None

    def on_screen_resume(self) -> None:
        if self.read_for != self.now:
            self.read_again()

    def on_resize(self, _: events.Resize) -> None:
        if self.app.size != self.drawn_for:
            self.fill()

    def action_year(self, step: int) -> None:
        self.chosen_year = self.year + step
        self.read_again()

    def why_not(self, command: Command) -> str | None:
        if command.id.endswith(".following") and self.year >= LAST_YEAR:
            return "The years end here."
        if command.id.endswith(".previous") and self.year <= FIRST_YEAR:
            return "The years begin here."
        return super().why_not(command)


FIRST_ROWS = 60


class RecordList(FindingScreen):
    """A subclass gives the keys that answer to what is typed, their rows, and the forms."""

    CSS_PATH = Path(__file__).with_name("record_list.tcss")
    MADE_OF = ()
    AUTO_FOCUS = "#records"
    COLUMNS: ClassVar[Sequence[Column]] = ()
    TITLE_OF_LIST: ClassVar[str] = ""
    title_of_list = ""
    """What stands there instead while the list is narrowed."""
    OPENS: ClassVar[str] = ""
    """The id of the command that Enter means."""
    NEEDS_ROW: ClassVar[frozenset[str]] = frozenset()
    """The ids of the commands that act on the highlighted record."""

    def __init__(self, at: int | None = None) -> None:
        """With the cursor on the record with the number ``at``."""
        super().__init__()
        self.table = WindowTable(self.COLUMNS, self.rows, id="records")
        self._at = at

    def keys(self, text: str, limit: int = -1) -> Sequence[int]:
        """The numbers of the records that answer to ``text``, in order; -1 is no limit."""
        raise NotImplementedError

    def rows(self, keys: Sequence[int]) -> Mapping[int, Row]:
        raise NotImplementedError

    def empty_words(self) -> str:
        raise NotImplementedError

    async def open_form(self, number: int | None) -> int | None:
        """Open the form of a record, or of a new one; the number of what was saved."""
        raise NotImplementedError

    def sections(self, keys: Sequence[int]) -> Sequence[tuple[int, str]]:  # noqa: ARG002
        """The headings of the list: the index of the first record below, and the title."""
        return ()

    def on_mount(self) -> None:
        self.find("")

    def follow_records(self, touched: frozenset[int]) -> None:  # noqa: ARG002 - records are not only of pupils
        self._show()

    def why_not(self, command: Command) -> str | None:
        if command.id in self.NEEDS_ROW and self.table.cursor_key is None:
            return "Nothing is highlighted. Escape clears the find box; a adds a record."
        return super().why_not(command)

    async def action_add(self) -> None:
        self._at = await self.open_form(None)
        if self._at is not None:
            self._show()

    async def action_edit(self) -> None:
        if self.table.cursor_key is not None:
            await self.open_form(self.table.cursor_key)

    @on(WindowTable.Opened)
    async def _opened(self) -> None:
        await self.perform(self.OPENS)

    def find(self, text: str) -> None:
        """Show the first that answer in the same frame; how many there are comes a moment later."""
        first = self.keys(text, FIRST_ROWS)
        found = self.rows(first)
        self.table.set_first_page([(key, found[key]) for key in first])
        self._show()

    @work(thread=True, exclusive=True, group="records", exit_on_error=False)
    def _show(self) -> None:
        text = self.find_line.value
        keys = self.keys(text)
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._show_found, keys, text)

    def _show_found(self, keys: Sequence[int], text: str) -> None:
        if text != self.find_line.value:
            return
        self.table.empty = txt(f"Nothing matches “{text}”. Escape clears the find box." if text else self.empty_words())
        self.table.set_rows(keys, self._at, sections=self.sections(keys))
        if self._at is not None and self._at not in keys:
            self.say("Saved, but not in this list. Escape shows all.")
        self._at = None
        self._say_place()
        self.refresh_bindings()

    @on(WindowTable.Highlighted)
    def _say_place(self) -> None:
        self.set_heading(
            self.title_of_list or self.TITLE_OF_LIST, self.table.place_in_list if self.table.row_count else ""
        )
