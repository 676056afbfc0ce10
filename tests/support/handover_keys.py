"""A person at the keyboard among handovers, and a class of pupils who move to three secondaries."""

from builders import add_pupil, add_school
from keyboard import Keyboard as AnyKeyboard
from reading import screen_lines

from screens.handovers.handover_list import HandoverListScreen
from transitions.caseload.caseload import Caseload
from transitions.handovers import board
from transitions.handovers.board import Board
from transitions.workspace import Workspace

SECONDARIES = ("Conyers School", "Egglescliffe School", "Northfield School")


class Keyboard(AnyKeyboard):
    """Looks at the board and the inbox."""

    @property
    def heading(self) -> str:
        return screen_lines(self.app)[1].strip()

    @property
    def headings(self) -> list[str]:
        """The headings of the groups, in order."""
        return [line.split("──")[0].split("│")[-1].strip() for line in screen_lines(self.app)[4:-2] if " ──" in line]

    @property
    def table_marks(self) -> set[int]:
        screen = self.app.screen
        assert isinstance(screen, HandoverListScreen), self.text
        return screen.table.marked

    def board(self, transition: str = "6-7") -> Board:
        return board.load(self.workspace, Caseload(), transition, 2026)


at_work = Keyboard.at_work


def a_class(workspace: Workspace, pupils: int = 6) -> list[int]:
    """Give the pupils of a Year 6, a third of them for each of the three secondaries."""
    primary = add_school(workspace, "The Glebe", urn=100001, low_age=4, high_age=11)
    schools = [
        add_school(workspace, name, urn=200001 + place, low_age=11, high_age=16)
        for place, name in enumerate(SECONDARIES)
    ]
    return [
        add_pupil(
            workspace,
            surname=f"Ward{number:02d}",
            forename="Elsie",
            year_group=6,
            owner_id=workspace.me,
            school_id=primary,
            next_school_id=schools[number % len(schools)],
        )
        for number in range(pupils)
    ]
