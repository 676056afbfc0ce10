"""A file that comes: a pack of another school, or the answer to one of ours. Nothing is written before Ctrl+S."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from screens.frame.commands import RECEIVING, Command
from screens.frame.dialogs import ReadScreen
from screens.frame.jobs import Job
from screens.frame.render_context import HIDDEN_NOTE, list_name
from screens.frame.safe import cell, txt
from screens.frame.table_screen import TableScreen
from screens.importing.lines import ask_who, facts
from screens.widgets.clean_input import CleanInput
from screens.widgets.columns import Cell, Column
from screens.widgets.panel import Block, Pair, TextPanel, TextParagraph, Title
from screens.widgets.path_box import PathBox
from screens.widgets.window_table import Row, WindowTable
from transitions.dates import short_with_year
from transitions.errors import Fault
from transitions.handovers import acknowledging, apply_pack, receiving
from transitions.handovers.acknowledging import AnswerBrings
from transitions.handovers.pack_content import Acknowledgement
from transitions.handovers.pack_file import ENDING, LONGEST_FILE, Header, NotOpened, peek
from transitions.handovers.receiving import Arrival, Incoming
from transitions.handovers.tiers import TIERS
from transitions.importing.matching import Answer
from transitions.importing.preview import PupilQuestion, RecordEntry
from transitions.importing.tabular import read_bytes
from transitions.text import capital, how_many, printable

COLUMNS: Final = (
    Column("Name", flex=2, min_width=16, priority=10),
    Column("Tier", width=9, priority=7),
    Column("Whose record", flex=3, min_width=24, priority=9),
    Column("Changes", width=7, align="right", priority=8),
)
_SECTIONS: Final[Mapping[str, str]] = {
    "new": "come in",
    "newer": "are newer than what is here",
    "in its place": "take the place of another for the same move",
    "refused": "are refused",
    "same": "are here already",
    "older": "are older than what is here, so they are skipped",
}
_NOTES_SHOWN: Final = 1
_KNOWN: Final[Mapping[str, str]] = {
    "this handover": "matched by an earlier pack",
    "upn": "known by UPN",
    "former upn": "matched by a former UPN",
    "name": "matched by name and birth",
    "nothing": "a new pupil",
}


def of_header(header: Header) -> str:
    what = "A pack" if header.kind == "handover pack" else "The answer to a pack"
    made = short_with_year(header.made_on)
    says = f"{what} from {header.sender} for {header.receiver}, made {made}."
    return f"{says} So it claims. Only the passphrase proves it. Type the one you were told."


def of_answer(answer: Acknowledgement, brings: AnswerBrings) -> str:
    if brings.unknown:
        return "\n".join(brings.unknown)
    by = f" by {answer.made_by}" if answer.made_by else ""
    made = short_with_year(answer.made_on)
    return f"The answer of {brings.school}, made {made}{by}: {brings.counted}. ctrl+s takes it in."


def summary(incoming: Incoming, *, hidden: bool) -> Content:
    hint = "ctrl+s takes it in." if incoming.taken else "There is nothing to take in."
    changes = len(incoming.preview.changed)
    ours = (
        f" {changes:,} of our records {'changes' if changes == 1 else 'change'}; space keeps ours." if changes else ""
    )
    blocks, more = notes(incoming, hidden=hidden), len(incoming.notes) - _NOTES_SHOWN
    shown = [*blocks[:_NOTES_SHOWN], *([f"{more:,} more to know: E shows all."] if more > 0 else [])]
    return Content.assemble(
        txt(incoming.summary, "bold"), ". ", txt(hint), txt(ours), *(txt(f"\n{note}", "$warning") for note in shown)
    )


def notes(incoming: Incoming, *, hidden: bool) -> list[str]:
    """Every sentence to read before deciding; they may name pupils."""
    return [HIDDEN_NOTE if hidden else f"{capital(note)}." for note in incoming.notes]


def notes_in_full(incoming: Incoming, *, hidden: bool) -> list[Block]:
    return [TextParagraph(cell(f"- {note}")) for note in notes(incoming, hidden=hidden)]


def in_order(arrivals: Sequence[Arrival]) -> tuple[list[Arrival], list[tuple[int, str]]]:
    """The pupils of a pack by what becomes of them, the highest tier first, with headings."""
    ranks = {tier: -place for place, tier in enumerate(TIERS)}
    ordered: list[Arrival] = []
    sections = []
    for what, title in _SECTIONS.items():
        found = [one for one in arrivals if one.what == what]
        if found:
            sections.append((len(ordered), f"{len(found):,} {title}"))
            ordered += sorted(found, key=lambda one: ranks.get(_tier(one), 1))
    return ordered, sections


def _tier(one: Arrival) -> str:
    return one.sent.tier.tier if one.sent.tier else ""


def by_place(incoming: Incoming) -> dict[int, Arrival]:
    return {one.place: one for one in incoming.arrivals}


def row_of(one: Arrival, incoming: Incoming, *, hidden: bool) -> tuple[Cell, ...]:
    entry = _entry(incoming, one.place)
    changes = len(entry.differences) if entry else 0
    return (
        cell(_name(one, hidden=hidden)),
        _tier(one) or "-",
        _arrival_cell(one, incoming, hidden=hidden),
        f"{changes:,}" if changes else "",
    )


def _arrival_cell(one: Arrival, incoming: Incoming, *, hidden: bool) -> Cell:
    if one.what != "refused":
        return _KNOWN[one.known_by] if one.taken else ""
    reasons = HIDDEN_NOTE if hidden else "; ".join(_reasons(incoming, one.place))
    return cell(f"! refused: {reasons}")


def _name(one: Arrival, *, hidden: bool) -> str:
    pupil = one.sent.pupil
    return list_name(pupil.preferred_name or pupil.forename, pupil.surname, hidden=hidden)


def _entry(incoming: Incoming, place: int) -> RecordEntry | None:
    found = (entry for entry in (*incoming.preview.changed, *incoming.preview.new) if entry.line == place)
    return next(found, None)


def _reasons(incoming: Incoming, place: int) -> Sequence[str]:
    return next((row.reasons for row in incoming.preview.refused if row.row.line == place), ())


def in_full(incoming: Incoming, place: int, *, hidden: bool) -> list[Block]:
    one, entry = by_place(incoming)[place], _entry(incoming, place)
    shown: list[Block] = [Title(f"{_name(one, hidden=hidden)} · {how_many(len(one.sent.answers), 'answer')}")]
    if hidden:
        return [*shown, TextParagraph(HIDDEN_NOTE)]
    shown += [TextParagraph(f"! {reason}") for reason in _reasons(incoming, place)]
    if entry is None:
        return shown
    if entry.differences:
        return [*shown, *(Pair(change.title, _change(change.old, change.new)) for change in entry.differences)]
    return [*shown, *(Pair(name, cell(value)) for name, value in facts(entry))]


def _change(old: str, new: str) -> Text:
    return Text.assemble(cell(old or "nothing", "dim"), (" → ", "dim"), cell(new or "nothing"))


def answer_blocks(answer: AnswerBrings, *, hidden: bool) -> list[Block]:
    shown: list[Block] = [
        Pair("Acknowledged", f"{answer.acknowledged:,}"),
        Pair("Returned with a question", f"{answer.returned:,}"),
        Pair("Viewed", f"{answer.viewed:,}"),
        Pair("Received", f"{answer.received:,}"),
    ]
    if answer.notes:
        shown.append(Title("To know"))
        shown += [TextParagraph(HIDDEN_NOTE if hidden else cell(note)) for note in answer.notes]
    return shown


_BEGIN = "Name a pack you received, or the answer to one of ours. Nothing is saved until you have seen what is in it."


class ReceivingScreen(TableScreen):
    """One sealed file, from its name to its place in the records."""

    SCOPE: ClassVar[str] = RECEIVING
    CSS_PATH = "receiving.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._path: Path | None = None
        self._header: Header | None = None
        self._incoming: Incoming | None = None
        self._answer: AnswerBrings | None = None
        self._answers: dict[int, Answer] = {}
        self._busy = False
        self._file = PathBox((ENDING,))
        self._passphrase = CleanInput(
            clean=printable, placeholder="as you were told; capitals and hyphens don't matter", id="passphrase"
        )
        self.table = WindowTable(COLUMNS, self._fetch, id="arrivals", classes="panel")

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
        self._passphrase.password = hidden
        self.table.refresh_rows()
        self._show_detail()

    def why_not(self, command: Command) -> str | None:
        if self._busy:
            return "The file is still being read."
        if command.id == "receiving.commit":
            return self._why_not_commit()
        if command.id == "receiving.notes" and not (self._incoming and self._incoming.notes):
            return "There is nothing else to check first."
        if command.id == "receiving.keep" and (self._incoming is None or self._arrival is None):
            return "First open a pack: the file, then the passphrase."
        if command.id == "receiving.keep" and self._arrival is not None and not self._entry_changes:
            return "The pack changes nothing in our record of this pupil."
        return super().why_not(command)

    def _why_not_commit(self) -> str | None:
        if self._answer is not None:
            return "None of this answer can be taken in. See above what to do." if self._answer.unknown else None
        if self._incoming is None:
            return "First open a file: its name, then the passphrase you were told."
        return None if self._incoming.taken else "Everything in this pack is already here or is refused."

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
        self._file.enter()

    def action_file(self) -> None:
        self.put_away()

    @on(PathBox.Entered)
    def _named(self, event: PathBox.Entered) -> None:
        event.stop()
        if event.goes_on and event.path == self._path:
            return
        self._answers = {}
        try:
            name, data = read_bytes(event.path, LONGEST_FILE)
            self._header = peek(data, name=name, today=self.workspace.clock.today)
        except Fault as fault:
            self._path = None
            self._show(None, None, _problem(fault.sentence))
            return
        self._path = event.path
        self._show(None, None, txt(of_header(self._header)))
        self._passphrase.focus()

    @on(CleanInput.Submitted, "#passphrase")
    async def _given(self, event: CleanInput.Submitted) -> None:
        event.stop()
        if self._path is None:
            self._file.name_file(goes_on=True)
        elif event.value.strip():
            await self.host.carry_out(self._open())

    async def _open(self) -> None:
        if self._path is not None and self._header is not None and not self._busy:
            self._busy = True
            self._say(txt("Opening …"))
            await self._open_file(self._path, self._header)

    async def _open_file(self, path: Path, header: Header) -> None:
        passphrase = self._passphrase.value
        try:
            if header.kind == "acknowledgement":
                open_answer = partial(acknowledging.open_answer, self.workspace, path, passphrase)
                answer, brings = await self.host.in_thread(open_answer)
                self._show(None, brings, txt(of_answer(answer, brings)))
            else:
                ask = dict(self._answers)
                await self._look_at(
                    await self.host.in_thread(
                        lambda: receiving.open_pack(self.workspace, path, passphrase, ask=ask, skip_bad=True)
                    )
                )
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
            await self._ask(undecided)
        else:
            self._show(incoming, None, summary(incoming, hidden=self.host.private))

    async def _ask(self, undecided: Sequence[PupilQuestion]) -> None:
        detail = "Escape leaves out this one and all the others."
        self._answers |= await ask_who(self.host, undecided, lambda _question, _others: detail)
        self._busy = False
        await self._open()

    # Taking it in

    async def action_commit(self) -> None:
        if self._busy or self._path is None:
            return
        self._busy = True
        self._say(txt("Taking it in …"))
        await self._take_in(self._path)

    async def _take_in(self, path: Path) -> None:
        job = Job(f"Taking in {path.name}")
        incoming, keep, passphrase = self._incoming, frozenset(self.table.marked), self._passphrase.value
        try:
            if incoming is not None:
                receive = partial(apply_pack.receive, self.workspace, incoming, keep=keep)
                self.host.tell(await self.host.in_thread(receive, job))
                self._leave()
                return
            take = partial(acknowledging.take_answer, self.workspace, path, passphrase)
            taken = await self.host.in_thread(take, job)
        except Fault as fault:
            self._busy = False
            if not self.is_current:
                self.host.say(fault.sentence, "error")
            if self.is_attached:
                self._say(_problem(fault.sentence))
            return
        self.host.record(taken.recorded, "This answer has already been taken in. It changes nothing.")
        self._leave()
        self.host.push_screen(
            ReadScreen(f"The answer of {taken.school}", lambda hidden: answer_blocks(taken, hidden=hidden))
        )

    def _leave(self) -> None:
        """Close; whoever looks at another screen by now is left there, and finds an empty one here."""
        self._busy = False
        if self.is_current:
            self.dismiss()
        elif self.is_attached:
            self.put_away()

    def action_keep(self) -> None:
        self.table.action_mark()

    def action_notes(self) -> None:
        incoming = self._incoming
        if incoming is not None:
            blocks = notes_in_full
            self.app.push_screen(ReadScreen("To know before", lambda hidden: blocks(incoming, hidden=hidden)))

    # Showing

    def _show(self, incoming: Incoming | None, answer: AnswerBrings | None, message: Content) -> None:
        self._incoming, self._answer = incoming, answer
        ordered, sections = in_order(incoming.arrivals if incoming else ())
        self.table.set_marks(())
        self.table.empty = txt("")
        self.table.set_rows([one.place for one in ordered], sections=sections)
        self.set_class(bool(ordered), "-lines")
        self.query_one("#receiving-preview").disabled = not ordered and answer is None
        self._say(message)
        self._show_detail()
        if ordered:
            self.table.focus()
        self._fill_heading()
        self.refresh_bindings()

    def _say(self, message: Content) -> None:
        self.query_one("#receiving-said", Static).update(message)

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, Row]:
        if self._incoming is None:
            return {}
        found = by_place(self._incoming)
        hidden = self.host.private
        return {key: row_of(found[key], self._incoming, hidden=hidden) for key in keys if key in found}

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
            panel.show(in_full(self._incoming, self._arrival, hidden=self.host.private))
        self.refresh_bindings()

    @on(WindowTable.MarksChanged)
    def _fill_heading(self) -> None:
        name, taken, kept = f" · {printable(self._path.name)}" if self._path else "", "", len(self.table.marked)
        if self._incoming is not None:
            ours = f"{kept:,} keep our record · " if kept else ""
            taken = f"{ours}{len(self._incoming.taken):,} of {len(self._incoming.arrivals):,} come in"
        self.set_heading(f"Receive a file{name}", taken)


def _problem(sentence: str) -> Content:
    return Content.assemble(("! ", "bold $error"), txt(sentence, "$error"))
