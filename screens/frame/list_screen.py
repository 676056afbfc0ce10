"""What lists share: the line to find by, the academic year that is shown, and reading again what has changed."""

from datetime import date
from typing import ClassVar

from textual import events, on
from textual.geometry import Size

from screens.frame.base_screen import BaseScreen
from screens.frame.commands import Command
from screens.widgets.find_line import FindLine
from screens.widgets.window_table import WindowTable
from transitions.school_year import academic_year
from transitions.text import printable

FIRST_YEAR, LAST_YEAR = 2000, 2099
"""The academic years that can be gone to: beyond them no date is entered, and no bank holiday is known."""


class FindingScreen(BaseScreen[None]):
    """A screen with a ``table`` and a line that narrows it as one types."""

    FIND: ClassVar[str] = ""
    """What the empty line says can be found."""
    table: WindowTable

    def __init__(self) -> None:
        super().__init__()
        self.find_line = FindLine(self.find, clean=printable, placeholder=self.FIND, id="find", classes="hidden")

    def find(self, text: str) -> None:
        raise NotImplementedError

    def action_find(self) -> None:
        self.find_line.remove_class("hidden").focus()

    @on(FindLine.Kept)
    def _keep_find(self, event: FindLine.Kept) -> None:
        self.find_line.set_class(not event.text, "hidden")
        self.table.focus()

    @on(FindLine.Left)
    def _leave_find(self) -> None:
        self.find_line.value = ""
        self.find_line.add_class("hidden")
        self.table.focus()

    def peel(self) -> bool:
        if not self.find_line.value and self.find_line.has_class("hidden"):
            return False
        self._leave_find()
        return True


class YearScreen(BaseScreen[None]):
    """A screen over an academic year: it reads again when the records or the day change, and draws again at another width.

    A subclass sets ``read_for`` to ``now`` when it reads, and ``drawn_for`` to the size of the app when it draws.
    """

    chosen_year: int | None = None
    """The year one has gone to; None is the year of the day that is looked at."""
    read_for: tuple[int, date] | None = None
    drawn_for = Size(0, 0)

    def read_again(self) -> object:
        raise NotImplementedError

    def fill(self) -> None:
        raise NotImplementedError

    @property
    def today(self) -> date:
        return self.workspace.clock.today

    @property
    def year(self) -> int:
        return academic_year(self.today) if self.chosen_year is None else self.chosen_year

    @property
    def now(self) -> tuple[int, date]:
        """The state of the records, and the day: what is shown depends on them."""
        return self.workspace.database.version(), self.today

    def on_mount(self) -> None:
        self.host.records_changed.subscribe(self, lambda _: self._records_changed())
        self.app.theme_changed_signal.subscribe(self, lambda _: self.fill())

    def _records_changed(self) -> None:
        """Read again; behind another screen only when this one comes back, so that a mark there costs nothing here."""
        if self.app.screen is self:
            self.read_again()
        else:
            self.read_for = None

    def on_screen_resume(self) -> None:
        if self.read_for != self.now:
            self.read_again()

    def on_resize(self, _: events.Resize) -> None:
        if self.app.size != self.drawn_for:
            self.fill()

    def action_year(self, step: int) -> None:
        self.chosen_year = self.year + step
        self.read_again()

    def why_not(self, command: Command) -> str | None:
        if command.id.endswith(".following") and self.year >= LAST_YEAR:
            return "The years end here."
        if command.id.endswith(".previous") and self.year <= FIRST_YEAR:
            return "The years begin here."
        return None
