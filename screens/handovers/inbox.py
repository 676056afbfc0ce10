"""What came from other schools: whom we have to acknowledge, by tier; files are received, and answered, from here."""

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.text import Text
from textual import on
from textual.content import Content

from screens.frame.commands import INBOX, Command
from screens.frame.dialogs import Choice
from screens.frame.render_context import LOOKS, status_style, status_text
from screens.frame.safe import cell, txt
from screens.handovers.board_actions import Marked, acknowledge_ours
from screens.handovers.board_lines import Only, Seen, from_to, name_of, named, waiting_choices
from screens.handovers.correspondence import ask_question
from screens.handovers.handover_list import FormProgress, HandoverListScreen
from screens.handovers.packs import make_answer
from screens.widgets.columns import Column
from screens.widgets.line import Write
from screens.widgets.window_table import Row, WindowTable
from transitions.caseload.caseload import Caseload
from transitions.dates import how_far, short, short_with_year
from transitions.handovers import board as boards
from transitions.handovers.board import US, Board, BoardLine
from transitions.handovers.page import load
from transitions.handovers.tiers import TIERS
from transitions.milestones.milestone import State
from transitions.school_year import academic_year, academic_year_label
from transitions.text import how_many

_ROOMY = 100
_CAME: Final = frozenset({"sent", "viewed"})
_WORDS: Final = {"sent": "not read yet", "viewed": "read", "returned": "asked about", "acknowledged": "acknowledged"}


def _status_words(status: str) -> str:
    return _WORDS.get(status, status)


def _state_of(status: str) -> State:
    """What waits for our receipt is what presses."""
    return "due soon" if status in _CAME else "met" if status == "acknowledged" else "not due"


def _progress(line: BoardLine, seen: Seen) -> str:
    row = line.row
    steps = (
        ("Sent", row.sent_on),
        ("read", row.viewed_on),
        ("asked", row.returned_on),
        ("acknowledged", row.acknowledged_on),
    )
    dated = [f"{label} {short_with_year(day)}" for label, day in steps if day is not None]
    if line.waiting_on == US and line.since and line.since < seen.today:
        dated.append(f"waiting on us for {how_far(line.since, seen.today).removesuffix(' late')}")
    return " · ".join(dated)


class InboxScreen(HandoverListScreen):
    """The handovers of a year that came from other schools; nobody's caseload narrows them, for they are new here."""

    SCOPE: ClassVar[str] = INBOX
    MADE_OF = ()
    NEEDS_ONE: ClassVar[frozenset[str]] = frozenset(
        {"handovers.open", "handovers.pupil", "handovers.mark", "handovers.mark_all", "inbox.acknowledge", "inbox.ask"}
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
        self.chosen_year = board.move_year
        return board

    def columns(self) -> Sequence[Column]:
        return (
            Column("", width=1, gap=1, priority=10),
            Column("Name", flex=3, min_width=16, priority=10),
            Column("Came from", flex=3, min_width=14, priority=8),
            Column("Tier", width=9, priority=7),
            Column("Told", width=4, align="right", priority=4),
            Column("Status", width=12, priority=9),
            *([Column("Waiting on", flex=2, min_width=12, priority=5)] if self.app.size.width >= _ROOMY else []),
            Column("Since", width=11, priority=6),
        )

    def in_order(self, found: Sequence[BoardLine]) -> tuple[list[BoardLine], list[tuple[int, str]]]:
        """What waits for us by tier, the highest first; then what we asked about; then the rest."""
        parts: list[tuple[str, list[BoardLine]]] = []
        for tier in (*reversed(TIERS), None):
            waiting = [line for line in found if line.status in _CAME and line.row.tier == tier]
            parts.append((f"{tier or 'no tier'}, waiting for our acknowledgement", waiting))
        parts.append(("asked about", [line for line in found if line.status == "returned"]))
        parts.append(("acknowledged", [line for line in found if line.status == "acknowledged"]))
        ordered: list[BoardLine] = []
        sections = []
        for title, part in parts:
            if part:
                sections.append((len(ordered), f"{len(part):,} {title}"))
                ordered += part
        return ordered, sections

    def row(self, line: BoardLine, written: FormProgress | None) -> Row:  # noqa: ARG002
        seen = self.seen
        style = status_style(_state_of(line.status), seen.variables)
        return (
            Text(LOOKS[_state_of(line.status)].symbol, style),
            cell(name_of(line, hidden=seen.hidden)),
            cell(line.row.from_school or "-"),
            line.row.tier or "-",
            f"{line.row.answers:,}",
            Text(_status_words(line.status), style),
            *([cell(line.waiting_on)] if seen.width >= _ROOMY else []),
            short(line.since, seen.today) if line.since and line.waiting_on else "",
        )

    def described(self, board: Board) -> tuple[str, str]:
        text = "found by name" if self.find_line.value and self.host.private else self.find_line.value
        left = ("Handovers that came", academic_year_label(board.move_year), self.only.text, text)
        marked = f"{len(self.table.marked):,} marked · " if self.table.marked else ""
        return " · ".join(filter(None, left)), f"{marked}{board.complete.text} acknowledged"

    def why_empty(self, board: Board) -> str:
        if self.find_line.value:
            return "No name, UPN or school here has these letters. Escape clears the search."
        if self.only.kind != "all":
            return "No received handover matches. Escape shows them all."
        return f"No handover for {academic_year_label(board.move_year)} has come from another school. I receives a pack or the answer to one of ours. [ and ] show other years."

    def in_full(self, line: BoardLine | None, written: FormProgress | None) -> Write:  # noqa: ARG002
        seen = self.seen

        def write(_width: int, height: int) -> list[Content]:
            if line is None:
                return []
            row = line.row
            mark = status_text(_state_of(line.status), _status_words(line.status))
            lines = [
                named(line, mark, hidden=seen.hidden),
                txt(f"{from_to(line)} · {row.tier or 'no tier'} · {how_many(row.answers, 'answer')}"),
                txt(_progress(line, seen)),
                *(
                    [txt("? Our question has no answer yet. It will come with their next pack.", "$quiet")]
                    if row.questions
                    else []
                ),
            ]
            return lines[:height] if height else lines

        return write

    def filters(self, board: Board) -> list[Choice[Only]]:
        done = Choice(Only("status", "acknowledged"), "Acknowledged", hint=f"{board.counts['acknowledged']:,}")
        return [Choice(Only(), "All that came", key="a", hint=f"{len(board.lines):,}"), *waiting_choices(board), done]

    def why_not(self, command: Command) -> str | None:
        if command.id in self.NEEDS_ONE and not self.chosen:
            return "Nothing is highlighted. I receives a file."
        return super().why_not(command)

    def in_footer(self, command: Command) -> bool:
        """Nothing that needs a handover takes room from receiving one, where there is none."""
        return command.id not in self.NEEDS_ONE or bool(self.chosen)

    # What is done

    @on(WindowTable.Opened)
    def action_open(self) -> None:
        line = self.highlighted
        if line is not None and line.row.handover_id is not None:
            self.host.open.handover(line.row.handover_id, self.neighbours, self.go_to)

    async def action_acknowledge(self) -> None:
        await acknowledge_ours(Marked(self.host, self.chosen, self.done))

    async def action_ask(self) -> None:
        line = self.highlighted
        if line is not None and line.row.handover_id is not None:
            await ask_question(self.host, load(self.workspace, line.row.handover_id))

    async def action_answer(self) -> None:
        await make_answer(self.host)
