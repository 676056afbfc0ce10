"""What came from other schools: whom we have to acknowledge, by tier; files are received, and answered, from here."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on

from screens.frame.commands import Command
from screens.frame.dialogs import Choice
from screens.handovers import board_actions as doing
from screens.handovers import inbox_lines as lines
from screens.handovers.board_actions import Marked
from screens.handovers.board_commands import INBOX
from screens.handovers.board_lines import Only
from screens.handovers.handover_list import HandoverListScreen, Written
from screens.widgets.columns import Column
from screens.widgets.reflow_text import Write
from screens.widgets.window_table import Row, WindowTable
from transitions.caseload.caseload import Caseload
from transitions.handovers import board as boards
from transitions.handovers.board import Board, Line
from transitions.school_year import academic_year, academic_year_label


class InboxScreen(HandoverListScreen):
    """The handovers of a year that came from other schools; nobody's caseload narrows them, for they are new here."""

    SCOPE: ClassVar[str] = INBOX
    NEEDS_ONE: ClassVar[frozenset[str]] = frozenset(
        {"handovers.open", "handovers.pupil", "inbox.acknowledge", "inbox.ask"}
    )

    COUNTS: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self._looked_back = False

    # What is listed

    def read_board(self) -> Board:
        """Read the inbox; at first that of last summer, as long as nothing of this year has come."""
        board = boards.inbox(self.workspace, Caseload(), self.year)
        if not self._looked_back and not board.lines and self.year == academic_year(self.today):
            before = boards.inbox(self.workspace, Caseload(), self.year - 1)
            if before.lines:
                board = before
        self._looked_back = True
        self.year = board.move_year
        return board

    def columns(self) -> Sequence[Column]:
        """Give the columns for the width there is."""
        return lines.columns(self.app.size.width)

    def in_order(self, found: Sequence[Line]) -> tuple[list[Line], list[tuple[int, str]]]:
        """Give what waits for us by tier, then the rest."""
        return lines.in_order(found)

    def row(self, line: Line, written: Written | None) -> Row:  # noqa: ARG002 - what came is told, not filled in
        """Give the cells of a line."""
        return lines.row_of(line, self.seen)

    def described(self, board: Board) -> tuple[str, str]:
        """Give the heading: the year and what narrows the list; the share that we acknowledged."""
        text = "found by name" if self.find_line.value and self.host.private else self.find_line.value
        left = ("Handovers that came", academic_year_label(board.move_year), self.only.words, text)
        marked = f"{len(self.table.marked):,} marked · " if self.table.marked else ""
        return " · ".join(filter(None, left)), f"{marked}{board.complete.words} acknowledged"

    def why_empty(self, board: Board) -> str:
        """Say why nothing is listed, and which key fills the list."""
        return lines.nothing(board, self.only, self.find_line.value)

    def in_full(self, line: Line | None, written: Written | None) -> Write:  # noqa: ARG002 - as for a row
        """Give what writes the highlighted handover whole."""
        return lines.in_sentences(line, self.seen)

    def filters(self, board: Board) -> list[Choice[Only]]:
        """Give what the inbox can be narrowed to."""
        return lines.filters(board)

    def why_not(self, command: Command) -> str | None:
        """Say so when nothing came that could be answered."""
        if command.id in self.NEEDS_ONE and not self.chosen:
            return "Nothing is highlighted. I receives a file."
        return super().why_not(command)

    # What is done

    @on(WindowTable.Opened)
    def action_open(self) -> None:
        """Open the highlighted handover to read it."""
        from screens.handovers.handover import HandoverScreen

        line = self.highlighted
        if line is not None and line.row.handover_id is not None:
            self.app.push_screen(HandoverScreen(line.row.handover_id, self.neighbours, self._go_to))

    def _go_to(self, pupil_id: int) -> None:
        self.table.move_to(pupil_id)

    def action_acknowledge(self) -> None:
        """Record that we acknowledge the marked handovers."""
        doing.acknowledge_ours(Marked(self.app_, self.chosen, self.done))

    def action_ask(self) -> None:
        """Write down what we ask about the highlighted handover."""
        from screens.handovers.messages import ask
        from transitions.handovers.page import load

        line = self.highlighted
        if line is not None and line.row.handover_id is not None:
            ask(self.app_, load(self.workspace, line.row.handover_id))

    def action_receive(self) -> None:
        """Receive a file."""
        from screens.handovers.receiving import ReceivingScreen

        self.app.push_screen(ReceivingScreen())

    def action_answer(self) -> None:
        """Make the answer file to a pack."""
        from screens.handovers.answer_pack import make_answer

        make_answer(self.app_)
