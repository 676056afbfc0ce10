"""The ways from the register of workshops to what stands around it: figures, training, feeder schools and clashes."""

from screens.frame.base_screen import BaseScreen
from screens.frame.commands import Command

_MAKES_ROOM = frozenset({"workshops.export", "workshop.next"})
"""What the footer leaves out, so that the ways to the figures are in it."""


class WorkshopFigures(BaseScreen[None]):
    """A screen over the workshops of the academic year ``year``."""

    year: int

    def in_footer(self, command: Command) -> bool:
        """Leave out what is looked for less often."""
        return command.id not in _MAKES_ROOM

    def action_attendance(self) -> None:
        """Show who came over the year."""
        from screens.workshops.attendance import AttendanceScreen

        self.app.push_screen(AttendanceScreen(self.year))

    def action_training(self) -> None:
        """Show the programmes of training."""
        from screens.workshops.training import TrainingScreen

        self.app.push_screen(TrainingScreen())

    def action_feeders(self) -> None:
        """Show between which schools pupils move at the end of the year."""
        from screens.workshops.feeders import FeedersScreen

        self.app.push_screen(FeedersScreen(self.year))

    def action_clashes(self) -> None:
        """List the clashes of the year."""
        self.host.open.clashes(self.year)
