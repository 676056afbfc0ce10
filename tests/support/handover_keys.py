"""A person at the keyboard among handovers, and a class of pupils who move to three secondaries."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from builders import add_pupil, add_school
from keyboard import Keyboard as AnyKeyboard
from reading import screen_lines, settle, toasts

from screens.frame.app import TransitionsApp
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
    def said(self) -> str:
        return toasts(self.app)[-1]

    @property
    def table_marks(self) -> set[int]:
        screen = self.app.screen
        assert isinstance(screen, HandoverListScreen), self.text
        return screen.table.marked

    def board(self, transition: str = "6-7") -> Board:
        return board.load(self.workspace, Caseload(), transition, 2026)


@asynccontextmanager
async def at_work(workspace: Workspace, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Keyboard]:
    app = TransitionsApp(workspace)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        yield Keyboard(pilot, workspace)


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
