"""The milestones: what must have happened by when, for whom and on whose word; to read, add, change, move or retire; and why a step is there."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from screens.frame.commands import MILESTONES, Command
from screens.frame.dialogs import Ask, Dialog, ReadScreen
from screens.frame.list_screen import RecordList
from screens.frame.render_context import LOOKS, status_style
from screens.frame.safe import txt
from screens.milestones.form import MilestoneFormScreen, show_and_save
from screens.widgets.columns import Column
from screens.widgets.panel import Block, Pair, TextPanel, TextParagraph, Title
from screens.widgets.window_table import Row, WindowTable
from transitions.dates import DateProblem, how_far, long, parse_typed, short_with_year
from transitions.errors import Fault, FieldProblems, NoSuchRecord
from transitions.milestones import catalogue, editing
from transitions.milestones.catalogue import MilestoneLine, MilestonePage, span_in_words
from transitions.milestones.definitions import load_shipped
from transitions.milestones.editing import MilestoneProposal
from transitions.milestones.explain import Explanation, explain
from transitions.milestones.milestone import CLEARS_WHEN, Milestone
from transitions.milestones.milestone_fields import read_due
from transitions.school_year import academic_year, academic_year_label
from transitions.text import capital, how_many
from transitions.workspace import Workspace

NONE = "-"


def cells(line: MilestoneLine) -> Row:
    return (
        line.title,
        line.when,
        short_with_year(line.next_on) if line.next_on else NONE,
        line.severity,
        line.origin,
        "…" if line.open is None else f"{line.open:,}" if line.open else NONE,
    )


def in_short(line: MilestoneLine, today: date) -> Content:
    """What a line of the list leaves out, in three lines at most."""
    days = f" · next {long(line.next_on)}, {how_far(line.next_on, today)}" if line.next_on else ""
    last = []
    if line.retired_from is not None:
        since = "Retired since" if line.retired else "Retires on"
        off = "Switched off until you switch it on" if line.dormant else f"{since} {long(line.retired_from)}"
        last.append(f"{off}; T brings it back.")
    if line.changes_from is not None:
        last.append(f"Another rule applies from {academic_year_label(line.changes_from)}.")
    whom = capital(line.whom)
    severity = capital(line.severity)
    return txt("\n".join([f"{severity} · due {line.when}{days}.", *last, f"{whom}."]))


def in_full(page: MilestonePage, today: date) -> Sequence[Block]:
    return list(_blocks(page, today))


def _blocks(page: MilestonePage, today: date) -> Iterator[Block]:
    line, now = page.line, page.now
    point = load_shipped().transitions[line.transition]
    yield TextParagraph(in_short(line, today).plain.splitlines()[-1])
    yield Title("When")
    yield Pair("Due", line.when)
    yield Pair("That is", page.dates)
    if now.grace_days:
        yield Pair("Days of grace", f"{now.grace_days}, then it counts as overdue")
    if now.met_by:
        yield Pair("Clears by itself", f"when {CLEARS_WHEN[now.met_by]}")
    if now.until:
        yield Pair("Holds until", now.until)
    if line.retired_from is not None and now.dormant:
        yield Pair("Switched off", "until the council brings it back")
    elif line.retired_from is not None:
        yield Pair("Retired", f"from {long(line.retired_from)}")
    if line.open is not None:
        yield Pair("Open for", how_many(line.open, "pupil"))
    yield Title("On whose word")
    yield Pair("Transition", f"{point.title} ({line.transition})")
    yield Pair("How severe", now.severity)
    yield Pair("Basis", now.basis)
    yield Pair("Source", now.source)
    yield Pair("Checked", "yes" if now.verified else "no: check with your LA")
    yield Pair("Whose", {"own": "the council’s own", "shipped": "came with the program"}.get(line.origin, line.origin))
    yield Pair("Code", line.code)
    yield Title("What counts as done")
    yield TextParagraph(now.evidence)
    yield Title("Why it matters")
    yield TextParagraph(now.why)
    if len(page.versions) > 1:
        yield Title("Before and after")
        for version in page.versions:
            yield Pair(span_in_words(version).capitalize(), _rule(version.milestone))


def _rule(milestone: Milestone) -> str:
    grace = f", {how_many(milestone.grace_days, 'day')} of grace" if milestone.grace_days else ""
    until = f", until {short_with_year(milestone.valid_to)}" if milestone.valid_to else ""
    return f"{milestone.due}{grace}{until}; for {milestone.criteria.in_words()}; {milestone.severity}"


_NEEDED = frozenset({"milestones.read", "milestones.edit", "milestones.move", "milestones.retire"})


class MilestonesScreen(RecordList):
    """A row's key is the milestone's number; the headings are the transition points."""

    SCOPE = MILESTONES
    CSS_PATH = ["../frame/record_list.tcss", "catalogue.tcss"]  # type: ignore[assignment] # noqa: RUF012 - Textual takes both
    TITLE_OF_LIST = "Milestones"
    FIND = "find a title, a code, a rule or a transition point"
    OPENS = "milestones.read"
    NEEDS_ROW: ClassVar[frozenset[str]] = _NEEDED
    COLUMNS: ClassVar[Sequence[Column]] = (
        Column("Milestone", flex=4, min_width=26, priority=10),
        Column("Due", flex=3, min_width=18, priority=7),
        Column("Next", width=15, priority=9),
        Column("Severity", width=13, priority=4),
        Column("Whose", width=12, priority=5),
        Column("Open", width=7, align="right", priority=8),
    )

    def __init__(self) -> None:
        super().__init__()
        self._lines: Mapping[int, MilestoneLine] = {}
        self._stale = True
        self._go_to_code = ""

    def follow_records(self, touched: frozenset[int]) -> None:
        self._stale = True
        super().follow_records(touched)

    def body(self) -> ComposeResult:
        yield from super().body()
        yield Static(id="about")

    def keys(self, text: str, limit: int = -1) -> Sequence[int]:
        """The milestones that answer to ``text``; how many pupils have them open is counted in a thread, without limit."""
        if limit < 0 and self._stale:
            self._stale = False
            self._lines = self._load_lines(counted=True)
        elif not self._lines:
            self._lines = self._load_lines(counted=False)
        parts = text.casefold().split()
        return [line.id for line in self._lines.values() if all(word in _searched(line) for word in parts)]

    def rows(self, keys: Sequence[int]) -> Mapping[int, Row]:
        return {key: cells(self._lines[key]) for key in keys if key in self._lines}

    def sections(self, keys: Sequence[int]) -> Sequence[tuple[int, str]]:
        points = load_shipped().transitions
        known = [self._lines[key].transition for key in keys if key in self._lines]
        of_points = groupby(enumerate(known), key=lambda one: one[1])
        return [(next(group)[0], f"{points[code].title} · {code}") for code, group in of_points]

    def empty_words(self) -> str:
        return "There are no milestones. Press a to add your own or I to import a file."

    def why_not(self, command: Command) -> str | None:
        line = self._line
        if command.id in ("milestones.edit", "milestones.move") and line is not None and line.retired:
            return "This milestone is retired. T brings it back."
        return super().why_not(command)

    @property
    def _line(self) -> MilestoneLine | None:
        key = self.table.cursor_key
        return None if key is None else self._lines.get(key)

    def _load_lines(self, *, counted: bool) -> Mapping[int, MilestoneLine]:
        return {line.id: line for line in catalogue.lines(self.workspace, counted=counted)}

    def find(self, text: str) -> None:
        """Show all that answer at once, under their headings; they are few."""
        keys = self.keys(text, 0)
        self.table.set_rows(keys, sections=self.sections(keys))
        self._show()

    @on(WindowTable.Highlighted)
    def _tell_about(self) -> None:
        self._write_about()
        self.refresh_bindings()

    def _show_found(self, keys: Sequence[int], text: str) -> None:
        super()._show_found(keys, text)
        wanted = next((line.id for line in self._lines.values() if line.code == self._go_to_code), None)
        if wanted is not None:
            self._go_to_code = ""
            self.table.move_to(wanted)
        self._write_about()

    def _write_about(self) -> None:
        line = self._line
        self.query_one("#about", Static).update(txt("") if line is None else in_short(line, self.workspace.clock.today))

    # Commands

    def action_open(self) -> None:
        line = self._line
        if line is None:
            return
        page = catalogue.page(self.workspace, line.code)
        today = self.workspace.clock.today
        self.app.push_screen(ReadScreen(page.milestone.title, lambda _hidden: in_full(page, today)))

    async def open_form(self, number: int | None) -> None:
        """Edit the highlighted milestone; a new one begins with the move of the highlighted one."""
        line = self._line
        if number is not None and line is None:
            return
        code = line.code if line and number is not None else None
        screen = MilestoneFormScreen(self.host, code, line.transition if line and code is None else "")
        if await self.host.ask(screen) is not None:
            self._go_to(screen.code)

    async def action_move(self) -> None:
        line = self._line
        if line is None:
            return
        workspace, year = self.workspace, catalogue.this_year(self.workspace)
        rule = editing.fields_of(workspace, line.code)["due"]

        def echo(text: str) -> str:
            return catalogue.dates_in_words(workspace, read_due(text)[1], year)

        prompt = "Such as 15 February, 2nd Friday of June, last school day of the summer term. You see the effect before it is saved."
        problem = _problem_of(lambda text: editing.moved(workspace, line.code, text))

        def save(text: str) -> Awaitable[bool]:
            return self._propose(editing.moved(workspace, line.code, text))

        await self.host.ask(Ask(f"Move: {line.title}", prompt, rule, problem=problem, echo=echo, save=save))

    async def action_retire(self) -> None:
        line, workspace = self._line, self.workspace
        if line is None:
            return
        if line.retired_from is not None:
            await self._propose(editing.bringing_back(workspace, line.code))
            return
        today, terms = workspace.clock.today, workspace.calendars[""]

        def echo(text: str) -> str:
            day = parse_typed(text, today, terms)
            return f"{long(day)}, {how_far(day, today)}"

        prompt = "Retire it from which date? Earlier due dates stay. You see the effect before it is saved."

        def proposed(text: str) -> MilestoneProposal:
            return editing.retirement(workspace, line.code, parse_typed(text, today, terms))

        def save(text: str) -> Awaitable[bool]:
            return self._propose(proposed(text))

        problem = _problem_of(proposed)
        await self.host.ask(Ask(f"Retire: {line.title}", prompt, "today", problem=problem, echo=echo, save=save))

    def action_import_file(self) -> None:
        self.host.open.import_file("milestones")

    async def _propose(self, proposal: MilestoneProposal) -> bool:
        """Show what it would do, and save it; False when it is not to be saved like this."""
        if not proposal.changed:
            self.say("Nothing was changed.")
            return True
        recorded = await show_and_save(self.host, proposal)
        if recorded is not None:
            self.host.tell(recorded)
        return recorded is not None

    def _go_to(self, code: str) -> None:
        self._go_to_code = code
        self._show()


def _searched(line: MilestoneLine) -> str:
    return f"{line.title} {line.short} {line.code} {line.when} {line.whom} {line.severity}".casefold()


def _problem_of(read_value: Callable[[str], object]) -> Callable[[str], str | None]:
    """The check of a line that is typed: the sentence that says what is wrong with it, or None."""

    def problem(text: str) -> str | None:
        try:
            read_value(text)
        except FieldProblems as problems:
            return next(iter(problems.problems.values()))
        except Fault as fault:
            return fault.sentence
        except DateProblem as trouble:
            sentence = str(trouble)
            return f"{capital(sentence)}."
        return None

    return problem


class ExplainScreen(Dialog[None]):
    """Explains one milestone for one pupil, in every cycle in which it is planned. Any of Escape, q, e, Enter closes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,E,enter", "leave", "Close")]

    def __init__(self, workspace: Workspace, pupil_id: int, code: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._pupil_id = pupil_id
        self._code = code

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield TextPanel()

    def on_mount(self) -> None:
        panel = self.query_one(TextPanel)
        try:
            found = explain(self._workspace, self._pupil_id, self._code)
        except NoSuchRecord as fault:
            self.title_box("Why?", "esc closes")
            panel.show([TextParagraph(fault.sentence)])
            return
        self.title_box(found[0].title, "esc closes")
        panel.show([block for one in found for block in self._blocks(one, several=len(found) > 1)])
        panel.focus()

    def _blocks(self, one: Explanation, *, several: bool) -> Iterator[Block]:
        if several and one.due_on is not None:
            yield Title(academic_year_label(academic_year(one.due_on)))
        elif several:
            yield Title("No date yet")
        yield TextParagraph(self._state(one))
        yield TextParagraph(one.because)
        if one.clears:
            yield TextParagraph("")
            yield Pair("To clear it", one.clears)
        yield from _run(
            "The rule",
            Pair("Due", f"{long(one.due_on)} ({one.rule})" if one.due_on else one.rule),
            Pair("How severe", one.severity),
            Pair("Basis", one.basis),
            Pair("Source", one.source),
        )
        yield from _run("What was checked", *(TextParagraph(sentence) for sentence in one.looked_at))
        yield from _run("What counts as done", TextParagraph(one.evidence))
        yield from _run("Why it matters", TextParagraph(one.matters))

    def _state(self, one: Explanation) -> Text:
        state = one.state if one.applies else "not planned"
        return Text.assemble((f"{LOOKS[one.state].symbol} {state}", status_style(one.state, self.app.theme_variables)))


def _run(title: str, *blocks: Pair | TextParagraph) -> Sequence[Block]:
    filled = [block for block in blocks if (block.value if isinstance(block, Pair) else block.text)]
    return (Title(title), *filled) if filled else ()
