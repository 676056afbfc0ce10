"""The board of handovers: every pupil who makes a move, how far the handover has come, and who waits for whom since when."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on

from screens.caseload import views
from screens.frame.commands import Command
from screens.frame.dialogs import Choice, Choose
from screens.handovers import board_actions
from screens.handovers import board_lines as lines
from screens.handovers.board_actions import Marked
from screens.handovers.board_lines import BY_STATUS, GROUPS, Only
from screens.handovers.commands import HANDOVERS
from screens.handovers.handover_list import HandoverListScreen, Written
from screens.widgets.columns import Column
from screens.widgets.reflow_text import Write
from screens.widgets.window_table import Row, WindowTable
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.handovers import board as boards
from transitions.handovers.board import LEAVING, Board, Line
from transitions.handovers.writing import Move
from transitions.plans.page import point_title
from transitions.team import ui_state

_KEPT = "handover board"
_USUAL = "6-7"
_NEEDS_BEGUN = frozenset(
    {"handovers.chase", "handovers.acknowledged", "handovers.viewed", "handovers.failed", "handovers.take_back"}
)
_MAKES_ROOM = frozenset({"handovers.mark", "handovers.format", "handovers.previous", "handovers.following"})
"""What the footer leaves out on a narrow screen, so that what is done to handovers is in it."""


class HandoversScreen(HandoverListScreen):
    """The board of one move in one academic year; the move and how it is grouped are kept for the next start."""

    SCOPE: ClassVar[str] = HANDOVERS
    NEEDS_ONE: ClassVar[frozenset[str]] = _NEEDS_BEGUN | {
        "handovers.open", "handovers.pupil", "handovers.start", "handovers.send", "handovers.one_answer", "handovers.tier",
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.caseload = Caseload()
        self.transition = _USUAL
        self.group = BY_STATUS
        self._anybody = True

    def on_mount(self) -> None:
        self.caseload = views.usual(self.workspace)
        kept = ui_state.get(self.workspace, _KEPT) or {}
        if kept.get("transition") in LEAVING:
            self.transition = kept["transition"]
        if kept.get("group") in GROUPS:
            self.group = kept["group"]

    @property
    def move(self) -> Move:
        return Move(self.transition, self.year)

    @property
    def mine(self) -> bool:
        """Whether only the pupils of the worker at the keyboard are shown."""
        return self.caseload.whose == "mine"

    # What is listed

    def read_board(self) -> Board:
        board = boards.load(self.workspace, self.caseload, self.transition, self.year)
        self._anybody = bool(board.lines) or caseloads.count(self.workspace, Caseload()) > 0
        return board

    def columns(self) -> Sequence[Column]:
        return lines.columns(self.app.size.width, self.group)

    def in_order(self, found: Sequence[Line]) -> tuple[list[Line], list[tuple[int, str]]]:
        return lines.in_order(found, self.group)

    def row(self, line: Line, written: Written | None) -> Row:
        return lines.row_of(line, written.filled if written else None, self.seen)

    def described(self, board: Board) -> tuple[str, str]:
        text = "found by name" if self.find_line.value and self.host.private else self.find_line.value
        words = (self.only.words, caseloads.describe(self.workspace, self.caseload), text)
        return lines.heading(board, words), lines.amounts(board, self.shown(), len(self.table.marked))

    def why_empty(self, board: Board) -> str:
        return lines.nothing(board, self.only, self.find_line.value, mine=self.mine, anybody=self._anybody)

    def in_full(self, line: Line | None, written: Written | None) -> Write:
        return lines.in_sentences(line, written.missing if written else (), self.seen)

    def filters(self, board: Board) -> list[Choice[Only]]:
        return lines.only_choices(board, mine=self.mine)

    def narrow(self, only: Only) -> None:
        if only.kind == "whose":
            self.caseload = replace(self.caseload, whose="mine" if only.value == "mine" else "all")
            self.only = Only()
            self.read()
        else:
            super().narrow(only)

    def in_footer(self, command: Command) -> bool:
        return not (self.has_class("-narrow") and command.id in _MAKES_ROOM)

    def why_not(self, command: Command) -> str | None:
        reason = super().why_not(command)
        if reason is None and command.id in _NEEDS_BEGUN and not any(one.row.handover_id for one in self.chosen):
            return "That is for handovers that were sent. b begins one, s records that it was sent."
        if reason is None and command.id == "handovers.packs" and (self.board is None or not self.board.lines):
            return "There is nobody on this board to make packs for. t chooses another move."
        return reason

    # Looking at something else

    async def action_move(self) -> None:
        choices = [Choice(code, point_title(code)) for code in LEAVING]
        code = await self.host.ask(Choose("Handovers for which move?", choices, current=self.transition))
        if code is not None:
            self.transition, self.only = code, Only()
            self._keep()
            self.read()

    def action_group(self) -> None:
        self.group = GROUPS[(GROUPS.index(self.group) + 1) % len(GROUPS)]
        self._keep()
        self.fill()

    def _keep(self) -> None:
        ui_state.put(self.workspace, _KEPT, {"transition": self.transition, "group": self.group})

    @on(WindowTable.Opened)
    async def _opened(self) -> None:
        await self.perform("handovers.open")

    def action_open(self) -> None:
        from screens.handovers.starting import start

        line = self.highlighted
        if line is not None:
            pupil_id, number = line.row.pupil_id, line.row.handover_id
            number = number or start(self.host, [pupil_id], self.transition)[pupil_id]
            self.host.open.handover(number, self.neighbours, self._go_to)

    def _go_to(self, pupil_id: int) -> None:
        self.table.move_to(pupil_id)

    def action_inbox(self) -> None:
        from screens.handovers.inbox import InboxScreen

        self.app.push_screen(InboxScreen())

    # What is done to the marked handovers

    @property
    def marked(self) -> Marked:
        return Marked(self.host, self.chosen, self.done, self.transition)

    async def action_do(self, what: str) -> None:
        await board_actions.DOES[what](self.marked)

    async def action_packs(self) -> None:
        from screens.handovers.packs import make_packs

        if self.board is None:
            return
        marked = self.chosen if self.table.marked else None
        await make_packs(self.host, self.move, self.board, marked, self.done)

    async def action_school_format(self) -> None:
        from screens.handovers.formats import save_in_format

        await save_in_format(self.host, self.move, self.board, self.highlighted)

    async def action_transfer_file(self) -> None:
        from screens.handovers.formats import save_transfer_file

        await save_transfer_file(self.host, self.caseload, self.board, self.highlighted)
