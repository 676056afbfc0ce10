"""The board of handovers: every pupil who makes a move, how far the handover has come, and who waits for whom since when."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Final

from textual import on

from screens.caseload import views
from screens.caseload.save_list import export_list
from screens.frame.commands import HANDOVERS, Command
from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.host import Host
from screens.frame.jobs import Job
from screens.frame.record_form import RecordForm, Values, among, open_form
from screens.frame.saving import ask_file, ask_purpose, folder_trouble, short_path
from screens.handovers import board_actions
from screens.handovers import board_lines as lines
from screens.handovers.board_actions import Marked
from screens.handovers.board_lines import BY_STATUS, GROUPS, Only
from screens.handovers.handover_list import FormProgress, HandoverListScreen
from screens.handovers.inbox import InboxScreen
from screens.handovers.packs import make_packs
from screens.handovers.starting import start
from screens.widgets.columns import Column
from screens.widgets.fields import FormField, Option
from screens.widgets.line import Write
from screens.widgets.path_box import path_of
from screens.widgets.window_table import Row, WindowTable
from transitions.caseload import caseload as caseloads
from transitions.caseload.caseload import Caseload
from transitions.handovers import board as boards
from transitions.handovers import formats
from transitions.handovers.board import Board, BoardLine
from transitions.handovers.formats import FormatColumn, ProposedColumn
from transitions.handovers.pack_file import slug
from transitions.milestones.destinations import LEAVING, Move
from transitions.plans.page import point_title
from transitions.text import how_many, printable, searchable
from transitions.workspace import Recorded

_NEW: Final = "\0new"
_WITHOUT: Final = "(stays empty)"


async def save_in_format(host: Host, move: Move, board: Board | None, highlighted: BoardLine | None) -> None:
    """Ask which school and in which of its formats, and save its pupils; the first time, read its columns from a table."""
    to = await _choose_school(host, board, highlighted, "Which school's format?")
    if to is None:
        return
    school_id, school = to
    name: str | None = _NEW
    while name == _NEW:
        known = formats.formats_of(host.workspace, school_id)
        if known:
            choices = [Choice(one.name, one.name, hint=how_many(len(one.columns), "column")) for one in known]
            choices.append(Choice(_NEW, "Another: read the columns from a table …", key="n"))
            name = await host.ask(Choose(f"Which of {school}’s formats?", choices))
        if name == _NEW and not await _read_format(host, school_id, school):
            return
    if name is None:
        return
    choices_of_what = [
        Choice(False, "Without sensitive answers", key="w", hint="those columns stay empty"),
        Choice(True, "Everything it asks for", key="e", hint="send it securely"),
    ]
    full = await host.ask(Choose("What goes into it?", choices_of_what, detail=f"{name}, for {school}"))
    purpose = None if full is None else await ask_purpose(host)
    if full is None or purpose is None:
        return
    target = await ask_file(
        host,
        f"handovers-{slug(school)}-{host.clock.today.isoformat()}.csv",
        "A .csv or .xlsx file, not encrypted. Nothing is marked as sent. Press D when you have sent it.",
    )
    if target is not None:
        format_name = name
        written = await host.in_thread(
            lambda: formats.export_format(
                host.workspace, school_id, format_name, move, target, full=full, purpose=purpose
            ),
            Job(f"Saving {target.name}"),
        )
        host.say(" ".join([_saved(written.rows, short_path(target)), *(f"{note}." for note in written.notes)]))


async def save_transfer_file(
    host: Host, caseload: Caseload, board: Board | None, highlighted: BoardLine | None
) -> None:
    from transitions.importing.ctf.export import export_ctf

    to = await _choose_school(host, board, highlighted, "A transfer file for which school?")
    if to is None:
        return
    school_id, school = to
    purpose = await ask_purpose(host)
    if purpose is None:
        return
    holds = f"The pupils whose next school is {school}. It is not encrypted, so send it securely. The file gets the name school systems expect."
    text = await host.ask(Ask("In which folder?", holds, short_path(Path.home()), problem=_no_folder))
    if text is not None:
        folder = path_of(text)
        written = await host.in_thread(
            lambda: export_ctf(host.workspace, caseload, school_id, folder, purpose=purpose),
            Job("Saving the transfer file"),
        )
        where = short_path(written.path) if written.path else "standard output"
        host.say(" ".join([_saved(written.pupils, where), *(f"{note.rstrip('.')}." for note in written.notes)]))


def _no_folder(text: str) -> str | None:
    return folder_trouble(text, "Name one that exists.")


def _saved(number: int, where: str) -> str:
    return f"Saved {'1 pupil' if number == 1 else f'{number:,} pupils'} to {where}."


async def _choose_school(
    host: Host, board: Board | None, highlighted: BoardLine | None, question: str
) -> tuple[int, str] | None:
    schools = {
        line.row.to_school_id: line.row.to_school or ""
        for line in (board.lines if board else ())
        if line.row.to_school_id
    }
    if not schools:
        host.say("Nobody on this board has a next school recorded yet.", "warning")
        return None
    ordered = sorted(schools.items(), key=lambda one: searchable(one[1]))
    choices = [Choice(number, name) for number, name in ordered if number is not None]
    current = highlighted.row.to_school_id if highlighted else None
    school_id = await host.ask(Choose(question, choices, current=current))
    return None if school_id is None else (school_id, schools[school_id])


async def _read_format(host: Host, school_id: int, school: str) -> bool:
    """Read the columns that a school asks for from its own table, and let them be looked over; whether they were kept."""

    def problem(text: str) -> str | None:
        return None if path_of(text).is_file() else "There is no such file. Name the table the school sent you."

    detail = f"The table {school} wants its pupils in, .csv or .xlsx. Only its first line is read."
    text = await host.ask(Ask("Which columns do they want?", detail, problem=problem))
    if text is None:
        return False
    found = formats.read_columns(host.workspace, path_of(text))
    return await open_form(host, _columns_form(host, school_id, school, path_of(text), found))


def _columns_form(host: Host, school_id: int, school: str, path: Path, found: Sequence[ProposedColumn]) -> RecordForm:
    options: list[Option] = [("", _WITHOUT)]
    options += [(code, one.label) for code, one in formats.fields(host.workspace).items()]
    labels = dict(options)
    fields = [
        FormField(name="name", label="Name of the format", required=True),
        *(
            FormField(name=f"column {number}", label=printable(one.header)[:60] or f"column {number}", kind="suggest", suggest=among(options),
                  help="" if one.sure else "Check this one: its name doesn't match any of ours")
            for number, one in enumerate(found, 1)
        ),
    ]  # fmt: skip
    stored: Values = {
        "name": printable(path.stem),
        **{f"column {number}": (one.field, labels.get(one.field, _WITHOUT)) for number, one in enumerate(found, 1)},
    }

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        columns = [
            FormatColumn(one.header, str(values[f"column {number}"] or "")) for number, one in enumerate(found, 1)
        ]
        return formats.save_format(host.workspace, school_id, str(values["name"]), columns)

    notice = "Check which of our fields goes in each column. This is saved with the school."
    return RecordForm(f"Columns of {school}", fields, stored, save, f"draft format {school_id}", notice=notice)


_USUAL = "6-7"
_NEEDS_BEGUN = frozenset(
    {"handovers.chase", "handovers.acknowledged", "handovers.viewed", "handovers.failed", "handovers.take_back"}
)
_MAKES_ROOM = frozenset({"handovers.mark", "handovers.export", "handovers.previous", "handovers.following"})
"""What the footer leaves out on a narrow screen, so that what is done to handovers is in it."""


class HandoversScreen(HandoverListScreen):
    """The board of one move in one academic year; what is listed, and how, is found again at the next start."""

    SCOPE: ClassVar[str] = HANDOVERS
    KEPT = ("transition", "group", "only", "caseload")
    NEEDS_ONE: ClassVar[frozenset[str]] = _NEEDS_BEGUN | {
        "handovers.open", "handovers.pupil", "handovers.export", "handovers.start", "handovers.send", "handovers.one_answer", "handovers.tier",
        "handovers.mark", "handovers.mark_all",
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.caseload = Caseload()
        self.transition = _USUAL
        self.group = BY_STATUS
        self._anybody = True

    def find_again(self, kept: Mapping[str, Any]) -> None:
        self.caseload = views.usual(self.workspace)
        super().find_again(kept)
        self.transition = self.transition if self.transition in LEAVING else _USUAL
        self.group = self.group if self.group in GROUPS else BY_STATUS

    @property
    def move(self) -> Move:
        return Move(self.transition, self.year)

    @property
    def mine(self) -> bool:
        return self.caseload.whose == "mine"

    # What is listed

    def read_board(self) -> Board:
        board = boards.load(self.workspace, self.caseload, self.transition, self.year)
        self._anybody = bool(board.lines) or caseloads.count(self.workspace, Caseload()) > 0
        return board

    def columns(self) -> Sequence[Column]:
        return lines.columns(self.app.size.width, self.group)

    def in_order(self, found: Sequence[BoardLine]) -> tuple[list[BoardLine], list[tuple[int, str]]]:
        return lines.in_order(found, self.group)

    def row(self, line: BoardLine, written: FormProgress | None) -> Row:
        return lines.row_of(line, written.filled if written else None, self.seen)

    def described(self, board: Board) -> tuple[str, str]:
        text = "found by name" if self.find_line.value and self.host.private else self.find_line.value
        filters = (self.only.text, caseloads.describe(self.workspace, self.caseload), text)
        return lines.heading(board, filters), lines.amounts(board, self.shown(), len(self.table.marked))

    def why_empty(self, board: Board) -> str:
        return lines.nothing(board, self.only, self.find_line.value, mine=self.mine, anybody=self._anybody)

    def in_full(self, line: BoardLine | None, written: FormProgress | None) -> Write:
        return lines.in_sentences(line, written.missing if written else (), self.seen)

    def filters(self, board: Board) -> list[Choice[Only]]:
        return lines.only_choices(board, mine=self.mine)

    def narrow(self, only: Only) -> None:
        if only.kind == "whose":
            self.caseload = replace(self.caseload, whose="mine" if only.value == "mine" else "all")
            self.only = Only()
            self.read_again()
        else:
            super().narrow(only)

    def in_footer(self, command: Command) -> bool:
        return not (self.has_class("-narrow") and command.id in _MAKES_ROOM)

    def why_not(self, command: Command) -> str | None:
        reason = super().why_not(command)
        if reason is None and command.id in _NEEDS_BEGUN and not any(one.row.sent_on for one in self.chosen):
            return "That is for sent handovers. H starts one, D records that it was sent."
        if reason is None and command.id == "handovers.packs" and (self.board is None or not self.board.lines):
            return "There is nobody on this board to make packs for. v shows another move."
        return reason

    # Looking at something else

    async def action_move(self) -> None:
        choices = [Choice(code, point_title(code)) for code in LEAVING]
        code = await self.host.ask(Choose("Handovers for which move?", choices, current=self.transition))
        if code is not None:
            self.transition, self.only = code, Only()
            self.read_again()

    def action_group(self) -> None:
        self.group = GROUPS[(GROUPS.index(self.group) + 1) % len(GROUPS)]
        self.fill()

    @on(WindowTable.Opened)
    async def _opened(self) -> None:
        await self.perform("handovers.open")

    async def action_open(self) -> None:
        line = self.highlighted
        if line is not None:
            pupil_id, number = line.row.pupil_id, line.row.handover_id
            number = number or (await start(self.host, [pupil_id], self.transition))[pupil_id]
            self.host.open.handover(number, self.neighbours, self.go_to)

    def action_inbox(self) -> None:
        self.app.push_screen(InboxScreen())

    # What is done to the marked handovers

    @property
    def marked(self) -> Marked:
        return Marked(self.host, self.chosen, self.done, self.transition)

    async def action_do(self, what: str) -> None:
        await board_actions.DOES[what](self.marked)

    async def action_packs(self) -> None:
        if self.board is None:
            return
        marked = self.chosen if self.table.marked else None
        await make_packs(self.host, self.move, self.board, marked, self.done)

    async def action_export(self) -> None:
        board = self.board
        if board is None:
            return
        kinds = [
            Choice("list", "The list on the screen"),
            Choice("columns", "One school's pupils in its own format"),
            Choice("ctf", "One school's pupils as a Common Transfer File, for its system"),
        ]
        kind = await self.host.ask(Choose("Export what?", kinds))
        if kind == "list":
            caseload = replace(self.caseload, transitions=(self.transition,))
            await export_list(self.host, caseload, "handovers", self.described(board)[0], self.year, list(self._shown))
        elif kind == "columns":
            await save_in_format(self.host, self.move, board, self.highlighted)
        elif kind == "ctf":
            await save_transfer_file(self.host, self.caseload, board, self.highlighted)
