"""The page of one pupil: who they are at the left; timeline, plan, handover, notes and history at the right."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from screens.caseload.step_actions import DecidingScreen
from screens.frame.commands import PUPIL, Command
from screens.frame.render_context import DocumentContext, RenderContext
from screens.frame.safe import txt
from screens.milestones import step_text
from screens.plans import body_text
from screens.pupils import page_text
from screens.widgets.line import PageTab, TabsLine, shortened
from screens.widgets.panel import Block, TextPanel, TextParagraph
from screens.widgets.timeline import Timeline
from transitions.custody import access_log
from transitions.errors import NoSuchRecord
from transitions.milestones.milestone import OPEN_STATES, STATES, State
from transitions.milestones.recording import Step
from transitions.plans import page as plans
from transitions.pupils import history, page
from transitions.pupils.page import PupilView

TIMELINE, PLAN, HANDOVER, NOTES, HISTORY, ABOUT = "timeline", "plan", "handover", "notes", "history", "about"
_NARROW = 100
_HISTORY_SHOWN = 100
_OF_THE_PUPIL = frozenset(
    {
        "pupil.edit",
        "pupil.events",
        "pupil.records",
        "pupil.access",
        "pupil.markers",
        "pupil.open_tab",
        "plan.open",
        "plan.begin",
        "handover.open",
    }
)
_UNDECIDED: tuple[State, ...] = (*OPEN_STATES, "missed")
_DECIDED = tuple(state for state in STATES if state not in OPEN_STATES)

_CAN: Mapping[str, tuple[Sequence[State], str]] = {
    "milestone.done": (_UNDECIDED, "This step is already {state}. R opens it again."),
    "milestone.missed": (("overdue", "missed"), "This step is {state}: only what is overdue can be flagged missed."),
    "milestone.waive": (_UNDECIDED, "This step is already {state}. R opens it again."),
    "milestone.reopen": (_DECIDED, "This step is {state}: there is no decision to undo."),
    "milestone.next_step": (("missed",), "This step is {state}: only a missed step has a next step."),
}
"""In which states a step takes a decision, and what to say in the others."""


class HeadLines(Widget):
    """Two lines that stand for the left side where there is no room for it."""

    DEFAULT_CSS = "HeadLines { height: 2; width: 1fr; padding: 0 1; }"

    lines: reactive[tuple[Content, ...]] = reactive(())

    def render(self) -> Content:
        width = self.content_size.width
        return Content("\n").join(shortened(line, width) for line in self.lines)


class PupilScreen(DecidingScreen):
    """One pupil, whole. ``neighbours`` are the pupils of the list one came from, in its order; ``tab`` opens first."""

    SCOPE = PUPIL
    MADE_OF = ("pupil_id", "_neighbours")
    CSS_PATH = "page.tcss"
    AUTO_FOCUS = "Timeline"

    def __init__(self, pupil_id: int, neighbours: Sequence[int] = (), tab: str = TIMELINE) -> None:
        super().__init__()
        self.pupil_id = pupil_id
        self.tab = tab
        self._neighbours = neighbours
        self._place = neighbours.index(pupil_id) if pupil_id in neighbours else -1
        self._view: PupilView | None = None
        self._gone = ""
        self._told: tuple[State | None, str] = (None, "")

    def body(self) -> ComposeResult:
        """Both sides; what only text tabs need is mounted when one is first shown."""
        # Every widget costs some milliseconds of the key that opens a pupil, so there is none that is not seen.
        yield self._beside(self.app.size.width)
        yield TabsLine()
        yield Timeline()
        yield Static(id="detail")

    def _beside(self, width: int) -> HeadLines | TextPanel:
        if width < _NARROW:
            return HeadLines()
        about = TextPanel(id="about", classes="panel")
        about.border_title = txt("About")
        return about

    def on_mount(self) -> None:
        self._load_view()

    def names_changed(self, hidden: bool) -> None:  # noqa: ARG002 - ``RenderContext`` asks the app
        self._write(keep_place=True)

    async def on_resize(self, event: events.Resize) -> None:
        narrow = event.size.width < _NARROW
        if narrow == bool(self.query(HeadLines)):
            return
        await self.query("HeadLines, #about").remove()
        await self.query_one(".body").mount(self._beside(event.size.width), before=0)
        if self.tab == ABOUT:
            self.action_show_tab(TIMELINE)
        self._write(keep_place=True)

    def mark(self) -> tuple[str, Any]:
        return self.tab, super().mark()

    def return_to(self, mark: tuple[str, Any]) -> None:
        self.action_show_tab(mark[0])
        super().return_to(mark[1])

    # What there is to show

    @property
    def context(self) -> RenderContext:
        return RenderContext(self.workspace.clock.today, self.host.private)

    def _load_view(self) -> None:
        try:
            self._view, self._gone = page.load(self.workspace, self.pupil_id), ""
            access_log.note(self.workspace, self.pupil_id, "page")
        except NoSuchRecord as fault:
            self._view, self._gone = None, fault.sentence

    def follow_records(self, touched: frozenset[int]) -> None:
        if not touched or self.pupil_id in touched:
            self._load_view()
            self._write(keep_place=True)

    def _write(self, step: Step | None = None, *, keep_place: bool = False) -> None:
        """Write everything; the cursor goes to ``step``, stays where it is, or goes to what presses most."""
        timeline, view, context = self.query_one(Timeline), self._view, self.context
        kept = timeline.highlighted if keep_place and step is None else None
        if view is None:
            self._write_gone()
            return
        place = f"{self._place + 1:,} of {len(self._neighbours):,}" if len(self._neighbours) > 1 else ""
        self.set_heading(page_text.pupil_line(view, context), place)
        self._write_beside(page_text.head(view, context), page_text.about(view, context), keep_place=keep_place)
        timeline.show(step_text.timeline(view, context), step or (kept.step.key if kept else None))
        self._write_tabs()
        self._write_detail()
        self._write_text(keep_place=keep_place)

    def _write_gone(self) -> None:
        self.set_heading("No longer here")
        self._write_beside((txt(self._gone),), [TextParagraph(self._gone)])
        self.query_one(Timeline).show(step_text.NOTHING)
        self.query_one("#detail", Static).update(txt(self._gone), layout=False)
        self._write_text()
        self.refresh_bindings()

    def _write_beside(self, lines: tuple[Content, ...], blocks: Sequence[Block], *, keep_place: bool = False) -> None:
        for head in self.query(HeadLines):
            head.lines = lines
        for panel in self.query("#about").results(TextPanel):
            panel.show(blocks, keep_place=keep_place)

    def _write_tabs(self) -> None:
        view = self._view
        line = self.query_one(TabsLine)
        about = [PageTab(ABOUT, "About")] if self.query(HeadLines) else []
        counted = [PageTab(NOTES, "Notes", len(view.notes) if view else 0), PageTab(HISTORY, "History")]
        line.tabs = (
            PageTab(TIMELINE, "Timeline"),
            *about,
            PageTab(PLAN, "Plan"),
            PageTab(HANDOVER, "Handover"),
            *counted,
        )
        line.shown = self.tab

    def _write_detail(self) -> None:
        row, context = self.query_one(Timeline).highlighted, self.context
        state = row.step.state if row else None
        if self._told != (state, self.tab):
            self._told = (state, self.tab)
            self.refresh_bindings()
        if row is None:
            return
        milestone = self.workspace.milestones.get(row.step.row.milestone_id)
        self.query_one("#detail", Static).update(step_text.detail(row.step, milestone, context), layout=False)

    def _write_text(self, *, keep_place: bool = False) -> None:
        """Fill the text tab that is shown; nothing is read for a tab that is not."""
        self.set_class(self.tab != TIMELINE, "-text")
        if self.tab == TIMELINE:
            return
        blocks = self._blocks()
        panels = self.query("#text").results(TextPanel)
        for panel in panels:
            panel.show(blocks, keep_place=keep_place)
            return
        self.query_one(".body").mount(TextPanel(blocks, id="text"))

    def _blocks(self) -> list[Block]:
        view, context = self._view, self.context
        if view is None:
            return [TextParagraph(self._gone)]
        written: Mapping[str, Callable[[PupilView, RenderContext], list[Block]]] = {
            ABOUT: page_text.about,
            PLAN: self._plan_blocks,
            HANDOVER: self._handover_blocks,
            NOTES: page_text.notes,
        }
        if self.tab in written:
            return written[self.tab](view, context)
        actions = history.of_pupil(self.workspace, self.pupil_id, _HISTORY_SHOWN + 1)
        return page_text.history(actions[:_HISTORY_SHOWN], context, cut=len(actions) > _HISTORY_SHOWN)

    def _plan_blocks(self, view: PupilView, context: RenderContext) -> list[Block]:
        reading = DocumentContext(context, self.app.theme_variables)
        if view.plan is None:
            return body_text.no_plan(view, reading)
        return body_text.tab(plans.load(self.workspace, view.plan.id), view, reading)

    def _handover_blocks(self, _view: PupilView, context: RenderContext) -> list[Block]:
        from screens.handovers import body_text, summary_text
        from transitions.handovers.page import of_pupil

        newest = next(iter(of_pupil(self.workspace, self.pupil_id)), None)
        if newest is None:
            return body_text.no_handover()
        whole = body_text.read_whole(self.workspace, newest.id)
        reading = DocumentContext(context, self.app.theme_variables)
        return body_text.tab(whole, reading, summary_text.how_far(whole.page, context))

    # Moving about

    def action_show_tab(self, tab: str) -> None:
        self.tab = tab
        self.query_one(TabsLine).shown = tab
        self._write_text()
        self._write_detail()
        focused = self.query_one(Timeline) if tab == TIMELINE else self.query_one("#text", TextPanel)
        self.set_focus(focused)

    def action_tab(self, step: int) -> None:
        names = [tab.name for tab in self.query_one(TabsLine).tabs]
        self.action_show_tab(names[(names.index(self.tab) + step) % len(names)])

    def on_timeline_highlighted(self) -> None:
        self._write_detail()

    def action_previous(self) -> None:
        self._go(-1)

    def action_next(self) -> None:
        self._go(1)

    def _go(self, by: int) -> None:
        self._show_pupil(self._neighbours[self._place + by])

    def _show_pupil(self, pupil_id: int) -> None:
        self.host.hold_picture(of_screen=False)  # nothing of one pupil is seen beside the name of another
        self._place = self._neighbours.index(pupil_id)
        self.pupil_id = self.host.last_pupil = pupil_id
        self._load_view()
        self._write()
        self.refresh_bindings()

    def action_explain(self) -> None:
        row = self.query_one(Timeline).highlighted
        if row is not None:
            self.host.open.explanation(self.pupil_id, row.step.row.code)

    async def action_plan(self) -> None:
        await self.host.open.plan(self.pupil_id, self._neighbours, self._show_pupil)

    async def action_begin_plan(self) -> None:
        await self.host.open.new_plan(self.pupil_id, self._neighbours, self._show_pupil)

    async def action_handover(self) -> None:
        await self.host.open.handover_of([self.pupil_id], self._neighbours, self._show_pupil)

    async def action_open_tab(self) -> None:
        if self.tab == PLAN:
            await self.action_plan()
        elif self.tab == HANDOVER:
            await self.action_handover()
        else:
            self.action_explain()

    async def action_events(self) -> None:
        from screens.pupils.pupil_form import events_of

        await events_of(self.host, self.pupil_id)

    async def action_records(self) -> None:
        await self.host.open.records_of(self.pupil_id)

    async def action_markers(self) -> None:
        from screens.pupils.pupil_form import markers_of

        await markers_of(self.host, self.pupil_id)

    async def action_access(self) -> None:
        from screens.frame.saving import ask_purpose, save_file
        from transitions.impact.subject_access import write_subject_access

        purpose = await ask_purpose(self.host)
        if purpose is not None:
            holds = "Everything held about the pupil. Its first page lists what to check before you send it."
            write = partial(write_subject_access, self.workspace, self.pupil_id, purpose=purpose)
            await save_file(self.host, "everything held.docx", holds, write, (".docx", ".html", ".txt"))

    async def action_edit(self) -> None:
        await self.host.open.pupil_form(self.pupil_id)

    # Deciding

    def chosen_steps(self) -> Sequence[Step]:
        row = self.query_one(Timeline).highlighted
        return () if row is None else (row.step.key,)

    def chosen_pupils(self) -> Sequence[int]:
        return () if self._view is None else (self.pupil_id,)

    def decided(self, kind: str) -> None:
        """Highlight what presses next; a missed step stays, because what happens next is said about it."""
        self._load_view()
        if self._view is None:
            self._write()
            return
        waiting = [step for step in self._view.pressing() if step.state == "overdue"]
        moves_on = kind in ("done", "waived") and waiting
        self._write(waiting[0].key if moves_on else None, keep_place=True)

    def why_not(self, command: Command) -> str | None:
        if command.id == "pupil.previous" and self._place < 1:
            return "This is the first pupil in the list."
        if command.id == "pupil.next" and not -1 < self._place < len(self._neighbours) - 1:
            return "This is the last pupil in the list."
        if command.id in self.NEEDS_STEPS | self.NEEDS_PUPILS | _OF_THE_PUPIL and self._view is None:
            return self._gone
        if command.id == "pupil.open_tab" and self.tab not in (TIMELINE, PLAN, HANDOVER):
            return "There is nothing to open here. Press P for the plan, H for the handover."
        return self._why_not_decide(command) if command.id in self.NEEDS_STEPS else None

    def _why_not_decide(self, command: Command) -> str | None:
        if self.tab != TIMELINE:
            return "Decide steps on the Timeline. The arrow keys go there."
        row = self.query_one(Timeline).highlighted
        if row is None:
            return "No steps are planned for this pupil, so there is nothing to decide."
        states, otherwise = _CAN.get(command.id, (STATES, ""))
        return None if row.step.state in states else otherwise.format(state=row.step.state)
