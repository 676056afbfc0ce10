"""The screen of one workshop: who came, its agenda with what was carried to it, what was agreed, and what was said of it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from screens.frame.commands import WORKSHOP, Command
from screens.frame.dialogs import confirm_removal
from screens.frame.links import links_of
from screens.frame.render_context import RenderContext
from screens.frame.safe import txt
from screens.frame.table_screen import TableScreen
from screens.widgets.line import Fitted, PageTab, TabsLine
from screens.widgets.panel import Block, TextPanel, TextParagraph
from screens.widgets.reader import Contents
from screens.widgets.window_table import Row, WindowTable
from screens.workshops import line_forms as forms
from screens.workshops import text
from screens.workshops.clashes import clashes_with
from screens.workshops.forms import call_off, edit_workshop, plan_next, save_agenda, take_workshop_out
from screens.workshops.line_forms import ask_people, edit_action, edit_feedback, edit_text, grade, invite
from screens.workshops.list_lines import attendance_words, days
from transitions.errors import NoSuchRecord
from transitions.workshops import attendance, attendance_marks, feedback, inviting, links, saving
from transitions.workshops.attendance_marks import RegisterMark
from transitions.workshops.page import WorkshopPage, load
from transitions.workshops.reading import places_in_words

_BELONGS_TO: Mapping[str, Sequence[str]] = {
    "register": (text.REGISTER,),
    "register.invite": (),
    "register.take_out": (text.REGISTER, text.FEEDBACK),
    "workshop.grade": (text.ACTIONS,),
}
"""The parts to which commands belong, by their names or the first words of these; others work everywhere."""
_AFTER_ITS_DAY = frozenset({"register.came", "register.absent", "register.rest", "register.people"})
_ON_A_LINE = frozenset(
    {
        "register.came", "register.apologies", "register.absent", "register.unmark", "register.accepted", "register.people", "register.take_out",
        "register.mark", "workshop.grade", "workshop.line",
    }
)  # fmt: skip

UNMARKED = "invited"


class WorkshopScreen(TableScreen):
    """One workshop, whole. ``neighbours`` are the workshops of the list one came from, in its order.

    ``moved`` is called with the workshop that is shown from now on, when one goes on to another.
    """

    SCOPE: ClassVar[str] = WORKSHOP
    MADE_OF = ("workshop_id", "_neighbours")
    CSS_PATH = "workshop.tcss"
    AUTO_FOCUS = "#lines"

    def __init__(
        self, workshop_id: int, neighbours: Sequence[int] = (), moved: Callable[[int], None] | None = None
    ) -> None:
        super().__init__()
        self.workshop_id = workshop_id
        self.part = text.REGISTER
        self.table = WindowTable((), self._fetch, id="lines")
        self.cursors: dict[str, int] = {}
        """The line under the cursor of each part."""
        self._neighbours = neighbours
        self._moved = moved
        self._page: WorkshopPage | None = None
        self._gone = ""
        self._clashes: Sequence[str] = ()

    def body(self) -> ComposeResult:
        yield TabsLine()
        with Horizontal():
            with Vertical(id="left"):
                yield Contents(classes="panel")
                yield TextPanel(id="about", classes="panel")
            with Vertical(id="right", classes="panel"):
                # Above the list: toasts come below it, one at each mark.
                yield Fitted(id="sum")
                yield self.table
                yield TextPanel(id="detail")
                yield TextPanel(id="text")

    def on_mount(self) -> None:
        self.query_one("#about").border_title = txt(text.PARTS[text.ABOUT])
        self._load_page()

    def names_changed(self, hidden: bool) -> None:  # noqa: ARG002 - the context asks the app
        self._write()

    def on_resize(self, _: events.Resize) -> None:
        if self.part == text.ABOUT and self._roomy:
            self.part = text.REGISTER
        self._write()

    # What there is to show

    @property
    def page(self) -> WorkshopPage:
        """The workshop. Raises ``NoSuchRecord`` when it is no longer there."""
        if self._page is None:
            raise NoSuchRecord(self._gone)
        return self._page

    @property
    def _roomy(self) -> bool:
        return self.app.size.width >= text.ROOMY

    @property
    def _reading(self) -> text.MeetingContext:
        context = RenderContext(self.workspace.clock.today, self.host.private)
        return text.MeetingContext(context, self.app.theme_variables, self.app.size.width)

    @property
    def _parts(self) -> Sequence[str]:
        return [part for part in text.PARTS if part != text.ABOUT or not self._roomy]

    def follow_records(self, touched: frozenset[int]) -> None:  # noqa: ARG002 - workshops are not of pupils
        self._load_page()
        self._write()

    def _load_page(self) -> None:
        try:
            self._page, self._gone = load(self.workspace, self.workshop_id), ""
        except NoSuchRecord as fault:
            self._page, self._gone = None, fault.sentence
        self._look_for_clashes(self._page)

    @work(exclusive=True, group="clashes")
    async def _look_for_clashes(self, page: WorkshopPage | None) -> None:
        found = await asyncio.to_thread(self._find_clashes, page) if page else ()
        if page is self._page and found != self._clashes:
            self._clashes = found
            self._write_about()

    def _find_clashes(self, page: WorkshopPage) -> Sequence[str]:
        return [clash.sentence for clash in clashes_with(self.workspace, page)]

    def _write(self) -> None:
        page = self._page
        if page is None:
            self.set_heading("No longer here")
            self.query_one(Contents).show([], 0)
            self.table.set_rows(())
            self._show_text([TextParagraph(self._gone)])
            self.refresh_bindings()
            return
        row, today = page.workshop, page.today
        place = (
            f"{self._place + 1:,} of {len(self._neighbours):,}" if self._place >= 0 < len(self._neighbours) - 1 else ""
        )
        self.set_heading(f"{row.title} · {days(row)} {row.on_day.year}", attendance_words(row, today), place)
        contents = self.query_one(Contents)
        with contents.prevent(Contents.Highlighted):
            contents.show(
                text.entries(page, self._reading), list(text.PARTS).index(self.part) if self.part != text.ABOUT else 0
            )
        tabs = self.query_one(TabsLine)
        counts = text.amounts(page)
        tabs.tabs = tuple(PageTab(part, text.PARTS[part], counts[part]) for part in self._parts)
        tabs.shown = self.part
        self._write_about()
        self._write_part()

    def _write_about(self) -> None:
        if self._page is None:
            return
        blocks = text.about(self._page, self._clashes, self._reading)
        self.query_one("#about", TextPanel).show(blocks, keep_place=True)
        if self.part == text.ABOUT:
            self._show_text(blocks)

    def _write_part(self) -> None:
        page, context = self.page, self._reading.context
        self.query_one("#right").border_title = txt(text.PARTS[self.part])
        self.query_one("#sum", Fitted).show(text.counts(attendance.of_meeting(page), over=page.over))
        self.set_class(self.part == text.REGISTER and bool(page.invitations), "-counted")
        if self.part in text.LISTED:
            self._show_lines()
        elif self.part == text.AGENDA:
            self._show_text(text.agenda(page, context))
        elif self.part == text.NOTES:
            self._show_text(text.notes(page, context))
        self.refresh_bindings()

    def _show_lines(self) -> None:
        self.set_class(False, "-text")
        lines = text.lines_of(self.page, self.part, self.app.size.width)
        self.table.empty = txt(text.EMPTY[self.part])
        self.table.set_columns(lines.columns)
        first = self._first or next(iter(lines.keys), None)
        self.table.set_rows(lines.keys, self.cursors.get(self.part, first), lines.headings)
        self._follow()

    @property
    def _first(self) -> int | None:
        """The line on which the register of a meeting that is over begins: the first that waits for a mark."""
        return text.next_unmarked(self.page) if self.part == text.REGISTER and self.page.over else None

    def _show_text(self, blocks: Sequence[Block]) -> None:
        self.set_class(True, "-text")
        self.query_one("#text", TextPanel).show(blocks, keep_place=True)

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, Row]:
        return {} if self._page is None else text.rows_of(self._page, self.part, keys, self._reading)

    @on(WindowTable.Highlighted)
    def _highlighted(self) -> None:
        if self.table.cursor_key is not None:
            self.cursors[self.part] = self.table.cursor_key
        self._follow()

    def _follow(self) -> None:
        if self._page is not None and self.part in text.LISTED:
            blocks = text.in_full(self._page, self.part, self.table.cursor_key, self._reading)
            self.set_class(not blocks, "-plain")
            self.query_one("#detail", TextPanel).show(blocks)

    # Moving about

    def action_part(self, step: int) -> None:
        parts = self._parts
        self.show_part(parts[(parts.index(self.part) + step) % len(parts)])

    def action_show_tab(self, part: str) -> None:
        self.show_part(part)

    def show_part(self, part: str) -> None:
        if part != self.part:
            self.table.set_marks(())
        self.part = part
        in_contents = self.query_one(Contents).has_focus
        self._write()
        if not in_contents:
            self.set_focus(self.table if part in text.LISTED else self.query_one("#text"))

    @on(Contents.Highlighted)
    def _to_part(self) -> None:
        self.show_part(list(text.PARTS)[self.query_one(Contents).cursor])

    @on(Contents.Chosen)
    def _into_part(self) -> None:
        self.set_focus(self.table if self.part in text.LISTED else self.query_one("#text"))

    @property
    def _place(self) -> int:
        return self._neighbours.index(self.workshop_id) if self.workshop_id in self._neighbours else -1

    def action_neighbour(self, step: int) -> None:
        self.show_workshop(self._neighbours[self._place + step])

    def show_workshop(self, workshop_id: int) -> None:
        self.host.hold_picture(of_screen=False)
        self.workshop_id = workshop_id
        self.cursors, self._clashes = {}, ()
        self.table.set_marks(())
        self.follow_records(frozenset())
        if self._moved is not None:
            self._moved(workshop_id)

    # The register

    @property
    def _chosen(self) -> Sequence[int]:
        if self.table.marked:
            lines = text.lines_of(self.page, self.part, self.app.size.width)
            return [key for key in lines.keys if key in self.table.marked]
        return [] if self.table.cursor_key is None else [self.table.cursor_key]

    async def action_attended(self, word: str) -> None:
        chosen = self._chosen
        self.host.tell(await self.host.write(partial(attendance_marks.mark, self.workspace, chosen, word)))
        self.table.set_marks(())
        if word != UNMARKED:
            self._go_on(chosen)

    def _go_on(self, marked: Sequence[int]) -> None:
        # The page in hand is still the one from before the marks.
        following = text.next_unmarked(self.page, marked[-1], but=marked)
        if following is not None:
            self.cursors[text.REGISTER] = following
            self.table.move_to(following)

    async def action_accepted(self) -> None:
        chosen = self._chosen
        taken = {row.id for row in self.page.invitations if row.accepted}
        marks = [RegisterMark(number, accepted=not taken.issuperset(chosen)) for number in chosen]
        do = partial(attendance_marks.mark_each, self.workspace, self.workshop_id, marks)
        self.host.tell(await self.host.write(do))
        self.table.set_marks(())
        row = load(self.workspace, self.workshop_id).workshop
        if row.places is not None and row.places_taken > row.places:
            self.host.say(f"{places_in_words(row)}.", "warning")

    async def action_people(self) -> None:
        chosen = self._chosen
        if await ask_people(self.host, self.page, chosen):
            self.table.set_marks(())
            self._go_on(chosen)

    async def action_rest_absent(self) -> None:
        self.host.tell(
            await self.host.write(partial(attendance_marks.mark_rest_absent, self.workspace, self.workshop_id))
        )

    async def action_take_out(self) -> None:
        if self.part == text.FEEDBACK:
            take_out = partial(feedback.take_out_feedback, self.workspace, self.workshop_id, self._chosen)
            kept = "It stays in the history."
            await confirm_removal(self.host, "Take out this feedback: was it entered by mistake?", kept, take_out)
        else:
            self.host.tell(await self.host.write(partial(inviting.take_out, self.workspace, self._chosen)))
            self.table.set_marks(())

    async def action_invite(self) -> None:
        self.show_part(text.REGISTER)
        await invite(self.host, self.workshop_id)

    # What is agreed, said and written

    async def action_add(self) -> None:
        adds = {text.REGISTER: self.action_invite, text.FEEDBACK: self.action_add_feedback}
        await adds.get(self.part, self.action_add_action)()

    async def action_add_action(self) -> None:
        self.show_part(text.ACTIONS)
        await edit_action(self.host, self.page, None)

    async def action_grade(self) -> None:
        if await grade(self.host, self.page, self._chosen):
            self.table.set_marks(())

    async def action_add_feedback(self) -> None:
        self.show_part(text.FEEDBACK)
        await edit_feedback(self.host, self.page, None)

    async def action_notes(self) -> None:
        self.show_part(text.NOTES)
        await edit_text(self.host, self.page, text.NOTES)

    @on(WindowTable.Opened)
    async def _opened(self) -> None:
        await self.perform("workshop.line")

    async def action_line(self) -> None:
        key = self.table.cursor_key if self.part in text.LISTED else None
        if self.part in (text.AGENDA, text.NOTES):
            await forms.edit_text(self.host, self.page, self.part)
        elif self.part == text.ABOUT:
            await self.action_edit()
        elif key is not None and self.part == text.REGISTER:
            await forms.edit_invitation(self.host, self.page, key)
        elif key is not None and self.part == text.ACTIONS:
            await forms.edit_action(self.host, self.page, key)
        elif key is not None:
            await forms.edit_feedback(self.host, self.page, key)

    # The workshop

    async def action_links(self) -> None:
        of_this = partial(links.of_workshop, self.workspace, self.workshop_id)
        await links_of(self.host, of_this, workshop_id=self.workshop_id)

    async def action_edit(self) -> None:
        await edit_workshop(self.host, self.workshop_id)

    async def action_next_in_series(self) -> None:
        workshop_id = await plan_next(self.host, self.workshop_id)
        if workshop_id is not None:
            self.show_workshop(workshop_id)

    async def action_print_agenda(self) -> None:
        await save_agenda(self.host, self.page)

    async def action_cancel(self) -> None:
        await call_off(self.host, self.workshop_id)

    async def action_hold(self) -> None:
        self.host.tell(await self.host.write(partial(saving.hold, self.workspace, self.workshop_id)))

    async def action_archive(self) -> None:
        if await take_workshop_out(self.host, self.workshop_id):
            self.app.pop_screen()

    # What works now

    def in_footer(self, command: Command) -> bool:
        belongs = _parts_of(command.id)
        if not belongs or self._page is None:
            return True
        waits = command.id in _AFTER_ITS_DAY and not self._page.over
        return self.part in belongs and self.table.row_count > 0 and not waits

    def why_not(self, command: Command) -> str | None:
        if not command.id.startswith(("workshop.", "register.")):
            return super().why_not(command)
        if self._page is None:
            return self._gone
        belongs = _parts_of(command.id)
        if belongs and self.part not in belongs:
            return f"This belongs in the part “{'” or “'.join(text.PARTS[part] for part in belongs)}”. Left and Right go from part to part."
        if command.id in _ON_A_LINE and self.part in text.LISTED and self.table.cursor_key is None:
            return text.EMPTY[self.part]
        if command.id in _AFTER_ITS_DAY and not self._page.over:
            return "It has not happened yet. Only apologies can be recorded before the date."
        ahead, last = self._place, len(self._neighbours) - 1
        reasons = {
            "register.rest": (not self._page.unmarked, "Everybody in the register is marked."),
            "workshop.previous": (ahead < 1, "This is the first workshop in the list."),
            "workshop.following": (not -1 < ahead < last, "This is the last workshop in the list."),
        }
        holds, sentence = reasons.get(command.id, (False, ""))
        return sentence if holds else None


def _parts_of(command_id: str) -> Sequence[str]:
    return _BELONGS_TO.get(command_id, _BELONGS_TO.get(command_id.partition(".")[0], ()))
