"""A file that comes: a pack of another school, or the answer to one of ours. Nothing is written before Ctrl+S."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from screens.frame.base_screen import BaseScreen
from screens.frame.commands import Command
from screens.frame.read_screen import ReadScreen
from screens.frame.safe import txt
from screens.handovers import receiving_lines as lines
from screens.handovers.commands import RECEIVING
from screens.importing.lines import ask_who
from screens.widgets.clean_input import CleanInput
from screens.widgets.panel import TextPanel
from screens.widgets.path_box import PathBox
from screens.widgets.window_table import Row, WindowTable
from transitions.errors import Fault
from transitions.handovers import acknowledging, apply_pack, receiving
from transitions.handovers.pack_content import Acknowledgement
from transitions.handovers.pack_file import ENDING, LONGEST_FILE, Header, NotOpened, peek
from transitions.handovers.receiving import Incoming
from transitions.importing.matching import Answer
from transitions.importing.preview import Question
from transitions.importing.tabular import read_bytes
from transitions.text import printable

_BEGIN = (
    "Name a pack that came, or the answer to a pack of ours. Nothing is written before you have seen what is in it."
)


class ReceivingScreen(BaseScreen[None]):
    """One sealed file, from its name to its place in the records."""

    SCOPE: ClassVar[str] = RECEIVING
    CSS_PATH = "receiving.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._path: Path | None = None
        self._header: Header | None = None
        self._incoming: Incoming | None = None
        self._answer: Acknowledgement | None = None
        self._answers: dict[int, Answer] = {}
        self._busy = False
        self._file = PathBox((ENDING,))
        self._passphrase = CleanInput(
            clean=printable, placeholder="as it was read out; capitals and hyphens do not count", id="passphrase"
        )
        self.table = WindowTable(lines.COLUMNS, self._fetch, id="arrivals", classes="panel")

    def body(self) -> ComposeResult:
        with Vertical(id="receiving-source"):
            with Horizontal():
                yield Static(txt("File"), classes="label")
                yield self._file
            with Horizontal():
                yield Static(txt("Passphrase"), classes="label")
                yield self._passphrase
        yield Static(id="receiving-said")
        with Container(id="receiving-preview"):
            yield self.table
            yield TextPanel(id="receiving-detail", classes="panel")

    def on_mount(self) -> None:
        self.query_one("#receiving-detail").border_title = txt("The highlighted pupil in full")
        self.put_away()

    def names_changed(self, hidden: bool) -> None:
        """Draw the pupils again, with names or without; a passphrase is hidden, too."""
        self._passphrase.password = hidden
        self.table.refresh_rows()
        self._show_detail()

    def why_not(self, command: Command) -> str | None:
        if self._busy:
            return "The file is still being read."
        if command.id == "receiving.commit":
            return self._why_not_commit()
        if command.id == "receiving.notes" and not (self._incoming and self._incoming.notes):
            return "There is nothing to know before."
        if command.id == "receiving.keep" and (self._incoming is None or self._arrival is None):
            return "Open a pack first: its file, then the passphrase."
        if command.id == "receiving.keep" and self._arrival is not None and not self._entry_changes:
            return "The pack changes nothing in our record of this pupil, so there is nothing to keep."
        return None

    def _why_not_commit(self) -> str | None:
        if self._answer is not None:
            return None
        if self._incoming is None:
            return "Open a file first: its name, then the passphrase that was read out."
        return None if self._incoming.taken else "Everything in this pack is here already, or is refused."

    def peel(self) -> bool:
        if self._path is None:
            return False
        self.put_away()
        return True

    # The file

    def put_away(self) -> None:
        self._path = self._header = None
        self._show(None, None, txt(_BEGIN, "$quiet"))
        self._passphrase.value = ""
        self._passphrase.disabled = True
        self._file.enter()

    def action_file(self) -> None:
        self.put_away()

    @on(PathBox.Entered)
    def _named(self, event: PathBox.Entered) -> None:
        """Say what the file says of itself, and ask for the passphrase."""
        event.stop()
        self._answers = {}
        try:
            name, data = read_bytes(event.path, LONGEST_FILE)
            self._header = peek(data, name=name)
        except Fault as fault:
            self._path = None
            self._show(None, None, _problem(fault.sentence))
            return
        self._path = event.path
        self._show(None, None, txt(lines.of_header(self._header)))
        self._passphrase.disabled = False
        self._passphrase.focus()

    @on(CleanInput.Submitted, "#passphrase")
    def _given(self, event: CleanInput.Submitted) -> None:
        event.stop()
        if self._path is not None and event.value.strip():
            self._open()

    def _open(self) -> None:
        if self._path is not None and self._header is not None and not self._busy:
            self._busy = True
            self._say(txt("Opening …"))
            self.run_worker(self._read(self._path, self._header), group="receiving", exclusive=True)

    async def _read(self, path: Path, header: Header) -> None:
        words = self._passphrase.value
        try:
            if header.kind == "acknowledgement":
                answer = await asyncio.to_thread(acknowledging.open_answer, self.workspace, path, words)
                self._show(None, answer, txt(lines.of_answer(answer)))
            else:
                ask = dict(self._answers)
                incoming = await asyncio.to_thread(receiving.look, self.workspace, path, words, ask=ask, skip_bad=True)
                await self._look_at(incoming)
        except NotOpened as fault:
            self._show(None, None, _problem(fault.sentence))
            self._passphrase.focus()
        except Fault as fault:
            self._show(None, None, _problem(fault.sentence))
        finally:
            self._busy = False
            self.refresh_bindings()

    async def _look_at(self, incoming: Incoming) -> None:
        undecided = [one for one in incoming.preview.questions if one.line not in self._answers]
        if undecided:
            await self.host.carry_out(self._ask(undecided))
        else:
            self._show(incoming, None, lines.summary(incoming, hidden=self.host.private))

    async def _ask(self, undecided: Sequence[Question]) -> None:
        """Ask which of ours the pupils are; then look again with the answers."""
        detail = "Escape leaves this and all the others out."
        self._answers |= await ask_who(self.host, undecided, lambda _question, _others: detail)
        self._open()

    # Taking it in

    def action_commit(self) -> None:
        if self._busy or self._path is None:
            return
        self._busy = True
        self._say(txt("Taking it in …"))
        work = self._take_pack(self._incoming) if self._incoming is not None else self._take_answer(self._path)
        self.run_worker(work, group="receiving", exclusive=True)

    async def _take_pack(self, incoming: Incoming) -> None:
        keep = frozenset(self.table.marked)
        try:
            recorded = await asyncio.to_thread(apply_pack.receive, self.workspace, incoming, keep=keep)
        except Fault as fault:
            self._busy = False
            self._say(_problem(fault.sentence))
            return
        self.host.tell(recorded)
        self.dismiss()

    async def _take_answer(self, path: Path) -> None:
        words = self._passphrase.value
        try:
            taken = await asyncio.to_thread(acknowledging.take_answer, self.workspace, path, words)
        except Fault as fault:
            self._busy = False
            self._say(_problem(fault.sentence))
            return
        if taken.recorded.changed:
            self.host.tell(taken.recorded)
        else:
            self.say("This answer was taken in before: it changes nothing.")
        self.dismiss()
        self.app.push_screen(
            ReadScreen(f"The answer of {taken.school}", lambda hidden: lines.taken(taken, hidden=hidden))
        )

    def action_keep(self) -> None:
        self.table.action_mark()

    def action_notes(self) -> None:
        incoming = self._incoming
        if incoming is not None:
            blocks = lines.notes_in_full
            self.app.push_screen(ReadScreen("To know before", lambda hidden: blocks(incoming, hidden=hidden)))

    # Showing

    def _show(self, incoming: Incoming | None, answer: Acknowledgement | None, said: Content) -> None:
        self._incoming, self._answer = incoming, answer
        ordered, sections = lines.in_order(incoming.arrivals if incoming else ())
        self.table.set_marks(())
        self.table.empty = txt("")
        self.table.set_rows([one.place for one in ordered], sections=sections)
        self.set_class(bool(ordered), "-lines")
        self._say(said)
        self._show_detail()
        if ordered:
            self.table.focus()
        name = f" · {printable(self._path.name)}" if self._path else ""
        taken = f"{len(incoming.taken):,} of {len(incoming.arrivals):,} come in" if incoming else ""
        self.set_heading(f"Receive a file{name}", taken)
        self.refresh_bindings()

    def _say(self, said: Content) -> None:
        self.query_one("#receiving-said", Static).update(said)

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, Row]:
        if self._incoming is None:
            return {}
        found = lines.by_place(self._incoming)
        hidden = self.host.private
        return {key: lines.row_of(found[key], self._incoming, hidden=hidden) for key in keys if key in found}

    @property
    def _arrival(self) -> int | None:
        return self.table.cursor_key

    @property
    def _entry_changes(self) -> bool:
        place = self._arrival
        if self._incoming is None or place is None:
            return False
        return any(entry.line == place for entry in self._incoming.preview.changed)

    @on(WindowTable.Highlighted)
    def _show_detail(self) -> None:
        panel = self.query_one("#receiving-detail", TextPanel)
        if self._incoming is None or self._arrival is None:
            panel.show([])
        else:
            panel.show(lines.in_full(self._incoming, self._arrival, hidden=self.host.private))
        self.refresh_bindings()

    @on(WindowTable.MarksChanged)
    def _count_marks(self) -> None:
        if self._incoming is not None:
            kept = len(self.table.marked)
            words = f"{kept:,} keep our record · " if kept else ""
            arrivals = len(self._incoming.arrivals)
            name = f" · {printable(self._path.name)}" if self._path else ""
            self.set_heading(f"Receive a file{name}", f"{words}{len(self._incoming.taken):,} of {arrivals:,} come in")


def _problem(sentence: str) -> Content:
    return Content.assemble(("! ", "bold $error"), txt(sentence, "$error"))
