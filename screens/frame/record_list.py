"""A list of records that are few beside the pupils: find as you type, Enter edits, ``a`` adds."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.worker import get_current_worker

from screens.frame.commands import Command
from screens.frame.list_screen import FindingScreen
from screens.frame.safe import txt
from screens.widgets.columns import Column
from screens.widgets.window_table import Row, WindowTable

FIRST_ROWS = 60


class RecordList(FindingScreen):
    """A subclass gives the keys that answer to what is typed, their rows, and the forms."""

    CSS_PATH = Path(__file__).with_name("record_list.tcss")
    AUTO_FOCUS = "#records"
    COLUMNS: ClassVar[Sequence[Column]] = ()
    TITLE_OF_LIST: ClassVar[str] = ""
    OPENS: ClassVar[str] = ""
    """The id of the command that Enter means."""
    NEEDS_ROW: ClassVar[frozenset[str]] = frozenset()
    """The ids of the commands that act on the highlighted record."""

    def __init__(self) -> None:
        super().__init__()
        self.table = WindowTable(self.COLUMNS, self.rows, id="records")

    def keys(self, text: str, limit: int = -1) -> Sequence[int]:
        """The numbers of the records that answer to ``text``, in order; -1 is no limit."""
        raise NotImplementedError

    def rows(self, keys: Sequence[int]) -> Mapping[int, Row]:
        raise NotImplementedError

    def empty_words(self) -> str:
        raise NotImplementedError

    def sections(self, keys: Sequence[int]) -> Sequence[tuple[int, str]]:  # noqa: ARG002
        """The headings of the list: the index of the first record below, and the title."""
        return ()

    def body(self) -> ComposeResult:
        with Vertical(classes="panel"):
            yield self.find_line
            yield self.table

    def on_mount(self) -> None:
        self.host.records_changed.subscribe(self, lambda _: self._show())
        self.find("")

    def why_not(self, command: Command) -> str | None:
        if command.id in self.NEEDS_ROW and self.table.cursor_key is None:
            return "Nothing is highlighted. Escape clears the find box; a adds a record."
        return None

    async def action_add(self) -> None:
        raise NotImplementedError

    async def action_edit(self) -> None:
        raise NotImplementedError

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
            self.app.call_from_thread(self._take, keys, text)

    def _take(self, keys: Sequence[int], text: str) -> None:
        if text != self.find_line.value:
            return
        self.table.empty = txt(
            f"Nothing answers to “{text}”. Escape clears the find box." if text else self.empty_words()
        )
        self.table.set_rows(keys, sections=self.sections(keys))
        self._say_place()
        self.refresh_bindings()

    @on(WindowTable.Highlighted)
    def _say_place(self) -> None:
        self.set_heading(self.TITLE_OF_LIST, self.table.place_in_list if self.table.row_count else "")
