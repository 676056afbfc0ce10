"""What is done to a workshop by its keys: marks in the register, actions and grades, what was said, its day and its end."""

from collections.abc import Sequence

from textual import on

from screens.frame.base_screen import BaseScreen
from screens.widgets.window_table import WindowTable
from screens.workshops.parts import LISTED, lines_of
from screens.workshops.text import ABOUT, ACTIONS, AGENDA, FEEDBACK, NOTES, REGISTER, next_unmarked
from transitions.workshops import attendance_marks, inviting
from transitions.workshops.page import WorkshopPage

UNMARKED = "invited"


class WorkshopDoing(BaseScreen[None]):
    """A screen over one workshop, of which it shows one ``part``; the lines of a part stand in ``table``.

    ``cursors`` has the line under the cursor of each part. A subclass reads the workshop and shows it.
    """

    def __init__(self, workshop_id: int, table: WindowTable) -> None:
        super().__init__()
        self.workshop_id = workshop_id
        self.part = REGISTER
        self.table = table
        self.cursors: dict[str, int] = {}

    @property
    def page(self) -> WorkshopPage:
        """The workshop. Raises ``NoSuchRecord`` when it is no longer there."""
        raise NotImplementedError

    def show_part(self, part: str) -> None:
        """Show a part."""
        raise NotImplementedError

    def show_workshop(self, workshop_id: int) -> None:
        """Show another workshop in place of this one."""
        raise NotImplementedError

    # The register

    @property
    def _chosen(self) -> Sequence[int]:
        """The lines that are marked, in their order, or the highlighted one."""
        if self.table.marked:
            lines = lines_of(self.page, self.part, self.app.size.width)
            return [key for key in lines.keys if key in self.table.marked]
        return [] if self.table.cursor_key is None else [self.table.cursor_key]

    def action_mark(self) -> None:
        """Mark the line, so that what is done next is done to it, too."""
        self.table.action_mark()

    def action_attended(self, word: str) -> None:
        """Record whether they came, and go on to the next of whom nothing is recorded."""
        chosen = self._chosen
        self.host.tell(attendance_marks.mark(self.workspace, chosen, word))
        self.table.set_marks(())
        if word != UNMARKED:
            self._go_on(chosen)

    def _go_on(self, marked: Sequence[int]) -> None:
        # The page in hand is still the one from before the marks.
        following = next_unmarked(self.page, marked[-1], but=marked)
        if following is not None:
            self.cursors[REGISTER] = following
            self.table.move_to(following)

    async def action_people(self) -> None:
        """Ask how many came from there, and go on."""
        from screens.workshops.line_forms import ask_people

        chosen = self._chosen
        if await ask_people(self.host, self.page, chosen):
            self.table.set_marks(())
            self._go_on(chosen)

    def action_rest_absent(self) -> None:
        """Record as absent everybody of whom nothing is recorded."""
        self.host.tell(attendance_marks.mark_rest_absent(self.workspace, self.workshop_id))

    def action_take_out(self) -> None:
        """Take the lines off the register; it can be undone, so nobody is asked."""
        self.host.tell(inviting.take_out(self.workspace, self._chosen))
        self.table.set_marks(())

    async def action_invite(self) -> None:
        """Ask whom to invite."""
        from screens.workshops.inviting import invite

        self.show_part(REGISTER)
        await invite(self.host, self.workshop_id)

    # What is agreed, said and written

    async def action_add_action(self) -> None:
        """Open an empty form for an action."""
        from screens.workshops.line_forms import edit_action

        self.show_part(ACTIONS)
        await edit_action(self.host, self.page, None)

    async def action_grade(self) -> None:
        """Ask how far the action has got."""
        from screens.workshops.grading import grade

        if await grade(self.host, self.page, self._chosen):
            self.table.set_marks(())

    async def action_add_feedback(self) -> None:
        """Open an empty form for what somebody said."""
        from screens.workshops.line_forms import edit_feedback

        self.show_part(FEEDBACK)
        await edit_feedback(self.host, self.page, None)

    async def action_notes(self) -> None:
        """Open the notes for writing."""
        from screens.workshops.line_forms import edit_text

        self.show_part(NOTES)
        await edit_text(self.host, self.page, NOTES)

    @on(WindowTable.Opened)
    async def _opened(self) -> None:
        await self.perform("workshop.line")

    async def action_line(self) -> None:
        """Open what is highlighted for editing."""
        from screens.workshops import line_forms as forms

        key = self.table.cursor_key if self.part in LISTED else None
        if self.part in (AGENDA, NOTES):
            await forms.edit_text(self.host, self.page, self.part)
        elif self.part == ABOUT:
            await self.action_edit()
        elif key is not None and self.part == REGISTER:
            await forms.edit_invitation(self.host, self.page, key)
        elif key is not None and self.part == ACTIONS:
            await forms.edit_action(self.host, self.page, key)
        elif key is not None:
            await forms.edit_feedback(self.host, self.page, key)

    # The workshop

    async def action_edit(self) -> None:
        """Open the details of the workshop for editing."""
        from screens.workshops.forms import edit_workshop

        await edit_workshop(self.host, self.workshop_id)

    async def action_next_in_series(self) -> None:
        """Plan the next one, and show it."""
        from screens.workshops.forms import plan_next

        workshop_id = await plan_next(self.host, self.workshop_id)
        if workshop_id is not None:
            self.show_workshop(workshop_id)

    async def action_print_agenda(self) -> None:
        """Ask where to, and save the agenda."""
        from screens.workshops.export import save_agenda

        await save_agenda(self.host, self.page)

    async def action_cancel(self) -> None:
        """Call the workshop off, with the reason, or on again."""
        from screens.workshops.forms import call_off

        await call_off(self.host, self.workshop_id)

    def action_hold(self) -> None:
        """Record that it took place."""
        from transitions.workshops import saving

        self.host.tell(saving.hold(self.workspace, self.workshop_id))

    def action_archive(self) -> None:
        """Take the workshop out of the register; it can be undone, so nobody is asked."""
        from transitions.workshops import saving

        self.host.tell(saving.archive(self.workspace, self.workshop_id))
        self.app.pop_screen()
