"""What is done in the calendar by its keys: opening, adding, editing and taking out dates, and the ways to other lists."""

from collections.abc import Sequence
from datetime import date

from screens.calendar import navigation as doors
from screens.frame.base_screen import BaseScreen
from screens.frame.commands import Command
from screens.frame.dialogs import Choice, Choose
from transitions.calendar.event import Event

_EVERYTHING = "\0everything"


class CalendarDoing(BaseScreen[None]):
    """A screen over an academic ``year`` with a cursor on a ``day``, on which stands what ``found`` gives."""

    day: date

    @property
    def year(self) -> int:
        raise NotImplementedError

    def found(self) -> Sequence[Event]:
        raise NotImplementedError

    def read_in_full(self) -> None:
        raise NotImplementedError

    def why_not_do(self, command: Command) -> str | None:
        """Say so where there is nothing that could be changed."""
        if command.id == "calendar.edit" and not self._one_of_each(doors.can_be_edited):
            return "Nothing here can be edited: milestones have their own list (m). a adds a date."
        if command.id == "calendar.take_out" and not self._one_of_each(doors.can_be_taken_out):
            return "Nothing here can be taken out. A workshop is called off in the register (5)."
        return None

    def _one_of_each(self, wanted: doors.Wanted) -> Sequence[Event]:
        """What can be chosen, each thing once, also when it falls on several days."""
        return list({event.code: event for event in self.found() if wanted(event)}.values())

    async def open_found(self) -> None:
        """Open the workshop when there is nothing else, else show everything, or ask which workshop is to be opened."""
        found = self.found()
        workshops = {event.key: event for event in found if event.origin == "workshop"}
        if not workshops:
            self.read_in_full()
            return
        key: str | None = next(iter(workshops))
        if len({event.code for event in found}) > 1:
            choices = [Choice(event.key, event.title, hint="the workshop") for event in workshops.values()]
            everything = Choice(_EVERYTHING, "Read everything here", "r")
            key = await self.host.ask(Choose("Open what?", [*choices, everything]))
        if key == _EVERYTHING:
            self.read_in_full()
        elif key is not None:
            doors.open_workshop(self.host, workshops[key], self.beside())

    def beside(self) -> Sequence[Event]:
        """The events among which one can go on from a workshop to the next."""
        return ()

    async def action_add(self) -> None:
        await doors.add(self.host, self.day)

    async def action_edit(self) -> None:
        event = await doors.choose(self.host, "Edit what?", self._one_of_each(doors.can_be_edited))
        if event is not None:
            await doors.edit(self.host, event, self.year)

    async def action_take_out(self) -> None:
        event = await doors.choose(self.host, "Take out what?", self._one_of_each(doors.can_be_taken_out))
        if event is not None:
            await doors.take_out(self.host, event)

    async def action_taken_out(self) -> None:
        await doors.bring_back_date(self.host)

    def action_clashes(self) -> None:
        self.host.open.clashes(self.year)

    def action_asks(self) -> None:
        from screens.calendar.deadlines import DeadlinesScreen

        self.app.push_screen(DeadlinesScreen(self.year))
