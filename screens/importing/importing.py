"""Import: name a file, look at what it would change field by field, then take it as one change that can be undone."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from screens.frame.base_screen import BaseScreen
from screens.frame.commands import IMPORT, Command
from screens.frame.jobs import Job, Working
from screens.frame.safe import txt
from screens.importing.lines import ImportLines, ask_who, columns, facts
from screens.importing.reading_choices import (
    AGAIN,
    KINDS,
    UNREAD,
    ImportKind,
    ask_real_names,
    choose_encoding,
    choose_file_columns,
    choose_sheet,
    choose_taking,
    offer_other_kind,
    save_reconciliation,
    table_kind,
)
from screens.widgets.choice import ChoiceLine
from screens.widgets.columns import Cell
from screens.widgets.line import HeadingLine, ProgressLine
from screens.widgets.panel import Block, Pair, TextPanel, TextParagraph, Title
from screens.widgets.path_box import PathBox
from screens.widgets.window_table import WindowTable
from transitions.errors import BadInput, Fault, Stopped
from transitions.importing.encodings import Unclear
from transitions.importing.headers import ColumnsMissing
from transitions.importing.kinds import OF_PUPILS, TAKEN_WHOLE, reader_of
from transitions.importing.matching import Answer
from transitions.importing.preview import TAKE_GAPS, Imported, ImportPreview, PupilQuestion, commit
from transitions.importing.sen2.preview import counts
from transitions.importing.table_rows import AS_IT_IS, Chosen
from transitions.pupils import lists
from transitions.workspace import Recorded


class ImportScreen(BaseScreen[None]):
    """One file, from its name to its place in the records. Nothing is written before Ctrl+S."""

    SCOPE = IMPORT
    CSS_PATH = "importing.tcss"
    OF_TABLES: ClassVar[frozenset[str]] = frozenset({"import.columns", "import.sheet", "import.encoding"})
    OF_RETURNS: ClassVar[frozenset[str]] = frozenset({"import.take", "import.compared"})
    NEEDS_FILE: ClassVar[frozenset[str]] = OF_TABLES | OF_RETURNS | {"import.commit", "import.good", "import.again"}

    def __init__(self, kind: str = "pupils") -> None:
        super().__init__()
        self._kind = kind
        self._path: Path | None = None
        self._preview: ImportPreview | None = None
        self._lines = ImportLines()
        self._answers: dict[int, Answer] = {}
        self._chosen = AS_IT_IS
        self._taking = TAKE_GAPS
        self._sheets: tuple[str, ...] = ()
        self._good_lines = False
        self._job: Job | None = None
        self._unseen: ImportPreview | None = None
        """What was read while one looked at another screen."""

    def body(self) -> ComposeResult:
        with Vertical(id="import-source"):
            with Horizontal():
                yield Static(txt("What"), classes="label")
                yield ChoiceLine([(name, kind.title) for name, kind in KINDS.items()], self.kind.title)
            with Horizontal():
                yield Static(txt("File"), classes="label")
                yield PathBox(self.kind.endings)
        yield Static(id="import-said")
        yield ProgressLine("line", id="import-progress")
        with Container(id="import-preview"):
            yield WindowTable(columns(self.kind.unit), self._rows, id="import-lines", classes="panel")
            yield TextPanel(id="import-detail", classes="panel")

    def on_mount(self) -> None:
        self.query_one("#import-detail").border_title = txt("The highlighted line in full")
        self._put_away()

    @property
    def kind(self) -> ImportKind:
        return KINDS[self._kind]

    def why_not(self, command: Command) -> str | None:
        if command.id in self.NEEDS_FILE | {"import.file"} and self._job is not None:
            return f"{self._job.title} is still running. Escape stops it."
        if command.id in self.NEEDS_FILE and self._path is None:
            return "Name a file first: type or paste its path and press Enter."
        if command.id in ("import.commit", "import.good") and not self._has_good_lines:
            return f"There is nothing to import. {AGAIN if self._preview else UNREAD}"
        if command.id == "import.good":
            refused = self._preview is not None and self._preview.refused
            return None if refused else "No lines are refused. Ctrl+S imports them all."
        return self._why_not_this_kind(command)

    def _why_not_this_kind(self, command: Command) -> str | None:
        if command.id in self.OF_RETURNS:
            if self._kind != "sen2":
                return "This is only for a SEN2 return."
            said = self._preview is not None and self._preview.compared
            return None if said or command.id == "import.take" else "The return and the records agree."
        if command.id not in self.OF_TABLES:
            return None
        if table_kind(self._kind) is None:
            return "This kind of file is not a table."
        return "The file is not a workbook with sheets." if command.id == "import.sheet" and not self._sheets else None

    @property
    def _has_good_lines(self) -> bool:
        return self._preview is not None and bool(self._preview.new or self._preview.changed)

    def peel(self) -> bool:
        """Stop what is running; else put the preview away; else leave."""
        if self._job is not None:
            self._job.stop()
            self._say(txt("Stopping …"))
            return True
        if self._path is not None:
            self._put_away()
            return True
        return False

    def names_changed(self, hidden: bool) -> None:
        self._lines.hidden = hidden
        self._table.refresh_rows()
        self._show_detail()

    @property
    def _table(self) -> WindowTable:
        return self.query_one("#import-lines", WindowTable)

    def _rows(self, indices: Sequence[int]) -> Mapping[int, Sequence[Cell]]:
        return self._lines.rows(indices)

    # Choosing the file

    @on(ChoiceLine.Changed)
    def _chose_kind(self) -> None:
        line = self.query_one(ChoiceLine)
        chosen = next((name for name, kind in KINDS.items() if kind.title == line.text), None)
        if chosen is None:
            line.text = self.kind.title
        elif chosen != self._kind:
            self._take_kind(chosen)
            self._put_away(focus=False)

    def _take_kind(self, kind: str) -> None:
        self._kind = kind
        self.query_one(PathBox).endings = self.kind.endings
        self._table.set_columns(columns(self.kind.unit))

    @on(PathBox.Entered)
    async def _named(self, event: PathBox.Entered) -> None:
        event.stop()
        if event.goes_on and event.path == self._path:
            return
        self._answers, self._chosen, self._sheets, self._taking = {}, AS_IT_IS, (), TAKE_GAPS
        await self.host.carry_out(self._read_file(event.path))

    def action_file(self) -> None:
        self.query_one(PathBox).enter()

    async def action_again(self) -> None:
        if self._path is not None:
            await self._read_file(self._path)

    def _put_away(self, *, focus: bool = True) -> None:
        self._path = self._preview = None
        self._show(ImportLines(), txt("Nothing is saved until you have seen what would change.", "$quiet"))
        if focus:
            self.query_one(PathBox).enter()

    # Reading

    async def _read_file(self, path: Path) -> None:
        if self._job is not None:
            self.say(f"{self._job.title} is still running. Escape stops it.", "warning")
            return
        self._path, self._preview, self._good_lines = path, None, False
        read, more, job = reader_of(self._kind), self._how_to_read(), Job(f"Reading {path.name}")
        self._begin(job, ImportLines())
        try:
            preview = await self.host.in_thread(lambda: read(self.workspace, path, progress=job.progress, **more), job)
        except Stopped:
            self._stopped()
            raise
        except Fault as fault:
            self._failed(fault, self._refused)
        else:
            self._end()
            await self._look_at(preview)

    def _how_to_read(self) -> Mapping[str, object]:
        more: dict[str, object] = {} if self._kind in TAKEN_WHOLE else {"skip_bad": True}
        if table_kind(self._kind) is not None or self._kind == "ctf":
            more["chosen"] = self._chosen
        if self._kind == "sen2":
            more["take"] = self._taking
        return more | {"ask": dict(self._answers)} if self._kind in OF_PUPILS else more

    async def _read_as(self, chosen: Chosen | None) -> None:
        if chosen is not None and self._path is not None:
            self._answers, self._chosen = {}, chosen
            await self._read_file(self._path)

    async def action_take(self) -> None:
        taking = await choose_taking(self.host, self._taking)
        if taking is not None:
            self._taking = taking
            await self.action_again()

    async def action_compared(self) -> None:
        if self._preview is not None:
            await save_reconciliation(self.host, self._preview)

    async def action_sheet(self) -> None:
        await self._read_as(await choose_sheet(self.host, self._sheets, self._chosen))

    async def action_encoding(self) -> None:
        await self._read_as(await choose_encoding(self.host, self._chosen))

    async def action_columns(self) -> None:
        kind = table_kind(self._kind)
        if self._path is None or kind is None:
            return
        if await choose_file_columns(self.host, self._path, kind, self._chosen):
            await self._read_file(self._path)

    def _begin(self, job: Job, lines: ImportLines) -> None:
        self._job = job
        self.add_class("-busy")
        self.query_one(ProgressLine).show(0, 0)
        self._show(lines, txt(f"{job.title} … Escape stops it. It continues if you go to another screen."))
        self._table.focus()

    def _end(self) -> None:
        self._job = None
        self.host.clear_notifications()  # that it still goes on
        self.remove_class("-busy")

    def _stopped(self) -> None:
        self._end()
        if self.is_attached:
            self._put_away()

    def _failed(self, fault: Fault, show: Callable[[Fault], None]) -> None:
        self._end()
        if not self.is_current:
            self.host.say(fault.sentence, "error")
        if self.is_attached:
            show(fault)

    def on_unmount(self) -> None:
        """What was read for this screen is for nobody now; what is being taken goes on."""
        if self._job is not None and self._preview is None:
            self._job.stop()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self._unseen is not None:
            self.call_later(self.host.carry_out, self._look_at(self._unseen))

    def show_working(self, working: Working | None) -> None:
        super().show_working(working)
        job = self._job
        if job is not None and job.total:
            self.query_one(ProgressLine).show(job.done, job.total)

    def _refused(self, fault: Fault) -> None:
        problems = fault.problems if isinstance(fault, BadInput) else ()
        lines = ImportLines(problems=problems)
        hint = " Press e to say which column is which." if isinstance(fault, ColumnsMissing) else ""
        sentence = f"Nothing in this file can be imported.{hint} {'' if problems else fault.sentence}"
        self._show(lines, Content.assemble(("! ", "bold $error"), txt(sentence.strip(), "$error")))
        if self.is_current:
            self.call_later(self.host.carry_out, self._offer(fault))

    async def _offer(self, fault: Fault) -> None:
        """Offer what would help: to read it as another kind of file, or in another encoding."""
        if isinstance(fault, Unclear):
            await self._read_as(await choose_encoding(self.host, self._chosen, fault))
            return
        self._sheets = fault.sheets if isinstance(fault, ColumnsMissing) else ()
        kind = await offer_other_kind(self.host, fault)
        if kind is not None:
            self._take_kind(kind)
            self.query_one(ChoiceLine).text = self.kind.title
            await self._read_as(self._chosen)

    # Looking at it

    async def _look_at(self, preview: ImportPreview) -> None:
        self._preview = preview
        if not self.is_current:
            # Asked, and shown, when somebody comes back to this screen.
            self._unseen = preview
            self.host.say(f"{preview.path.name} has been read. Its import waits where you left it.")
            return
        self._unseen, self._sheets = None, preview.sheets
        if preview.names_to_ask and not self._chosen.real_names:
            chosen = await ask_real_names(self.host, preview, self._chosen)
            if chosen is not None:
                await self._read_as(chosen)
                return
        undecided = [question for question in preview.questions if question.line not in self._answers]
        if undecided:
            await self._ask(undecided)
        else:
            self._show(ImportLines.of(preview), self._summary(preview))

    def _summary(self, preview: ImportPreview) -> Content:
        compared = f" {counts(preview)}: press ; to take more, x to export it as a table." if preview.compared else ""
        if not self._has_good_lines and not preview.refused:
            return txt(f"{preview.summary}.{compared or ' Everything in the file is here already.'}")
        if not preview.refused:
            hint = " ctrl+s imports them."
        elif not self._has_good_lines:
            hint = f" {AGAIN}"
        elif self._good_lines:
            hint = f" ctrl+s imports all but the refused, which are saved to {preview.path.name}.refused.csv beside it."
        else:
            hint = " Correct the file and press r, or press G to import only the good lines."
        sample = f" Check the accents: {preview.sample}" if preview.sample else ""
        read_as = txt(f"\nRead as {preview.read_as}.{sample}" if preview.read_as else "", "$quiet")
        return Content.assemble(txt(preview.summary, "bold"), ".", txt(hint + compared), read_as)

    async def _ask(self, undecided: Sequence[PupilQuestion]) -> None:
        self._say(txt(f"Some {undecided[0].unit}s may mean a pupil who is already here."))
        self._answers |= await ask_who(self.host, undecided, _about)
        await self.action_again()

    def action_good(self) -> None:
        if self._preview is not None:
            self._good_lines = not self._good_lines
            self._say(self._summary(self._preview))

    # Taking it

    async def action_commit(self) -> None:
        preview = self._preview
        if preview is None:
            return
        if preview.refused and not self._good_lines:
            count = len(preview.refused)
            unit = preview.unit
            lines = f"1 {unit} is" if count == 1 else f"{count:,} {unit}s are"
            self.say(f"{lines} refused. Correct the file and press r, or press G to import the good lines.", "warning")
            return
        job = Job(f"Importing {preview.path.name}", "working out what is due")
        self._begin(job, self._lines)
        try:
            imported = await self.host.in_thread(lambda: commit(self.workspace, preview, progress=job.progress), job)
        except Stopped:
            self._stopped()
            raise
        except Fault as fault:
            self._failed(fault, self._not_written)
        else:
            self._end()
            self._done(preview, imported)

    def _not_written(self, fault: Fault) -> None:
        self._show(self._lines, Content.assemble(("! ", "bold $error"), txt(fault.sentence, "$error")))

    def _done(self, preview: ImportPreview, imported: Imported) -> None:
        self.host.tell(Recorded(f"Imported {preview.kind}", preview.summary, imported.new + imported.changed))
        self._preview = None
        if not self.is_attached:
            return
        if imported.refused_file is None:
            # Whoever looks at another screen by now is left there.
            if self.is_current:
                self.dismiss()
            else:
                self._put_away(focus=False)
            return
        as_what = "" if preview.unit == "line" else " as pupils"  # whatever it came from, what is left over is a table
        self._show(
            ImportLines(),
            txt(
                f"Imported: {imported.new:,} new, {imported.changed:,} changed. The {imported.refused:,} refused, with the "
                f"reasons, are in {imported.refused_file}. Put that file right and import it{as_what}. Escape goes back."
            ),
        )

    # Showing

    def _show(self, lines: ImportLines, message: Content) -> None:
        lines.hidden = self.host.private
        self._lines = lines
        self._table.empty = txt("" if self._path else self.kind.wanted)
        self._table.set_rows(range(len(lines)), sections=lines.sections)
        self.set_class(bool(len(lines)), "-lines")
        self._say(message)
        self._show_detail()
        if len(lines):
            self._table.focus()
        left = f"Import {self.kind.title.lower()}"
        place = self._table.place_in_list if len(lines) else ""
        self.set_heading(left if self._path is None else f"{left} · {self._path.name}", place)
        self.refresh_bindings()

    def _say(self, message: Content) -> None:
        self.query_one("#import-said", Static).update(message)

    @on(WindowTable.Highlighted)
    def _show_detail(self) -> None:
        index = self._table.cursor_key
        self.query_one("#import-detail", TextPanel).show([] if index is None else self._detail(index))
        if len(self._lines):
            heading = self.query_one(HeadingLine)
            heading.right = txt(self._table.place_in_list)

    def _school_name(self, school_id: int) -> str:
        line = lists.school_lines(self.workspace, [school_id]).get(school_id)
        return line.name if line is not None else "-"

    def _detail(self, index: int) -> list[Block]:
        line, entry = self._lines.line(index), self._lines.entry(index)
        where = f"{self.kind.unit} {line.line:,}" if line.line is not None else ""
        title = " · ".join(part for part in (self._lines.name_on(line), where) if part)
        if entry is None or self._lines.hidden:
            reasons = [TextParagraph(f"! {reason}") for reason in self._lines.reasons(index)]
            return [*([Title(title)] if title else []), *(reasons or [TextParagraph(self._lines.what(line))])]
        if entry.differences:
            pairs = [Pair(change.title, f"{change.old or '-'} → {change.new or '-'}") for change in entry.differences]
        else:
            pairs = [Pair(name, value) for name, value in facts(entry, self._school_name)]
        return [Title(title), *pairs]


def _about(question: PupilQuestion, others: int) -> str:
    more = f", {others:,} more to come" if others else ""
    return f"{question.unit.capitalize()} {question.line:,}{more}. Escape leaves out this one and all the others."
