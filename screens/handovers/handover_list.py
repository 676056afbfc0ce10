"""What the board of handovers and the inbox share: a grouped list of a year, find and filter, marks, the highlighted one."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar, NamedTuple

from textual import on, work
from textual.app import ComposeResult

from screens.frame.commands import Command
from screens.frame.dialogs import Choice, Choose
from screens.frame.list_screen import FindingScreen, YearScreen
from screens.frame.safe import txt
from screens.handovers.board_lines import Only, Seen, answers
from screens.handovers.receiving import ReceivingScreen
from screens.widgets.columns import Column
from screens.widgets.line import Fitted, Write
from screens.widgets.window_table import Row, WindowTable
from transitions.errors import NoSuchRecord
from transitions.handovers import page as pages
from transitions.handovers.board import Board, BoardLine
from transitions.questionnaire import Filled
from transitions.workspace import Workspace

_AT_ONCE = 64
_NEIGHBOURS = 1_000


class FormProgress(NamedTuple):
    """How much of a form is filled in, and the labels of what is missing."""

    filled: Filled
    missing: tuple[str, ...]


class HandoverListScreen(FindingScreen, YearScreen):
    """A list of handovers in groups; a row's key is the pupil's number. A subclass says which, and how they are written."""

    CSS_PATH = "handover_list.tcss"
    AUTO_FOCUS = "#handovers"
    FIND = "find a name, a UPN or a school"
    NEEDS_ONE: ClassVar[frozenset[str]] = frozenset()
    """Commands for the marked handovers, or the highlighted one."""
    COUNTS: ClassVar[bool] = True
    """Whether the rows tell how much of each form is filled in."""

    def __init__(self) -> None:
        super().__init__()
        self.table = WindowTable((), self._fetch, id="handovers")
        self.only = Only()
        self.board: Board | None = None
        self._shown: Mapping[int, BoardLine] = {}
        self._written: dict[int, FormProgress] = {}
        self._fresh: set[int] = set()
        self._wanted: list[int] = []
        self._counting = False

    # What a subclass says

    def read_board(self) -> Board:
        """Read the list; it runs in a thread."""
        raise NotImplementedError

    def columns(self) -> Sequence[Column]:
        raise NotImplementedError

    def in_order(self, lines: Sequence[BoardLine]) -> tuple[list[BoardLine], list[tuple[int, str]]]:
        raise NotImplementedError

    def row(self, line: BoardLine, written: FormProgress | None) -> Row:
        raise NotImplementedError

    def described(self, board: Board) -> tuple[str, str]:
        """The heading: what is listed, and how much of it."""
        raise NotImplementedError

    def why_empty(self, board: Board) -> str:
        raise NotImplementedError

    def in_full(self, line: BoardLine | None, written: FormProgress | None) -> Write:
        raise NotImplementedError

    def filters(self, board: Board) -> list[Choice[Only]]:
        raise NotImplementedError

    # The frame

    def body(self) -> ComposeResult:
        yield from super().body()
        yield Fitted(id="handover")

    def on_mount(self) -> None:
        self.read_again()

    def on_screen_resume(self) -> None:
        if self.host.last_pupil is not None:
            self.table.move_to(self.host.last_pupil)
            self.host.last_pupil = None

    def names_changed(self, hidden: bool) -> None:
        self.find_line.password = hidden
        self.fill()

    @property
    def seen(self) -> Seen:
        return Seen(self.today, self.app.size.width, self.host.private, self.app.theme_variables)

    # Reading

    def read_again(self) -> None:
        self.read_for = self.now
        self._load_board()

    @work(exclusive=True, group="board")
    async def _load_board(self) -> None:
        board = await self.look_up(self.read_board)
        self.board = board
        self._fresh.clear()
        listed = {line.row.pupil_id for line in board.lines}
        if not self.table.marked <= listed:
            self.table.set_marks(self.table.marked & listed)
        self.fill()

    def _want(self, handover_ids: Sequence[int]) -> None:
        """Count in a thread how much of these forms is filled in; what was known before stays until then."""
        self._wanted = [number for number in handover_ids if number not in self._fresh]
        if self._wanted and not self._counting:
            self._counting = True
            self._count_filled()

    @work(group="filled in")
    async def _count_filled(self) -> None:
        try:
            while wanted := [number for number in self._wanted[:_AT_ONCE] if number not in self._fresh]:
                found = await self.look_up(partial(_read_written, self.workspace, wanted))
                self._fresh |= set(wanted)
                self._written |= found
                self.table.refresh_rows()
                self.follow()
        finally:
            self._counting = False

    # Showing

    def fill(self) -> None:
        board = self.board
        if board is None:
            return
        self.drawn_for = self.app.size
        text = self.find_line.value
        found = [line for line in board.lines if self.only.keeps(line) and answers(line, text)]
        ordered, sections = self.in_order(found)
        self._shown = {line.row.pupil_id: line for line in ordered}
        self.table.empty = txt(self.why_empty(board))
        self.table.set_columns(self.columns())
        self.table.set_rows(list(self._shown), sections=sections)
        self.fill_heading()
        self.follow()
        self.refresh_bindings()

    def fill_heading(self) -> None:
        if self.board is not None:
            left, right = self.described(self.board)
            self.set_heading(left, right)

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, Row]:
        lines = {key: self._shown[key] for key in keys if key in self._shown}
        begun = [line.row.handover_id for line in lines.values() if line.row.handover_id is not None]
        if self.COUNTS and not self._fresh.issuperset(begun):
            self.call_later(self._want, begun)
        return {key: self.row(line, self.written(line)) for key, line in lines.items()}

    def written(self, line: BoardLine | None) -> FormProgress | None:
        number = line.row.handover_id if line is not None else None
        return None if number is None else self._written.get(number)

    @on(WindowTable.Highlighted)
    def follow(self) -> None:
        line = self.highlighted
        self.query_one("#handover", Fitted).show(self.in_full(line, self.written(line)))

    @on(WindowTable.MarksChanged)
    def _count_marks(self) -> None:
        self.fill_heading()
        self.refresh_bindings()

    @property
    def highlighted(self) -> BoardLine | None:
        key = self.table.cursor_key
        return None if key is None else self._shown.get(key)

    @property
    def chosen(self) -> list[BoardLine]:
        """The marked handovers, also those that a filter hides, or the highlighted one."""
        if self.table.marked and self.board is not None:
            return [line for line in self.board.lines if line.row.pupil_id in self.table.marked]
        return [self.highlighted] if self.highlighted else []

    @property
    def neighbours(self) -> list[int]:
        keys = list(self.table.listed)
        first = max(0, self.table.cursor - _NEIGHBOURS // 2)
        return keys[first : first + _NEIGHBOURS]

    def pupil_of_row(self, key: int) -> int | None:
        return key

    def go_to(self, pupil_id: int) -> None:
        self.table.move_to(pupil_id)

    def shown(self) -> int:
        return len(self._shown)

    def done(self) -> None:
        self.take_marks_off()

    # Finding and filtering

    def find(self, _: str) -> None:
        self.fill()

    async def action_filter(self) -> None:
        if self.board is not None:
            only = await self.host.ask(Choose("Show which handovers?", self.filters(self.board), current=self.only))
            if only is not None:
                self.narrow(only)

    def narrow(self, only: Only) -> None:
        self.only = only
        self.fill()

    def peel(self) -> bool:
        if super().peel():
            return True
        if self.table.marked:
            self.table.set_marks(())
        elif self.only != Only():
            self.narrow(Only())
        else:
            return False
        return True

    def why_not(self, command: Command) -> str | None:
        if command.id in self.NEEDS_ONE and not self.chosen:
            return "Nothing is highlighted. f and v change what is listed."
        return super().why_not(command)

    def action_receive(self) -> None:
        self.app.push_screen(ReceivingScreen())

    def action_pupil(self) -> None:
        if self.highlighted is not None:
            self.host.open.pupil(self.highlighted.row.pupil_id, self.neighbours)


def _read_written(workspace: Workspace, handover_ids: Sequence[int]) -> dict[int, FormProgress]:
    found = {}
    for number in handover_ids:
        try:
            page = pages.load(workspace, number)
        except NoSuchRecord:
            continue  # undone meanwhile: the list is being read again, too
        found[number] = FormProgress(page.filled, tuple(one.question.label for one in page.missing))
    return found
