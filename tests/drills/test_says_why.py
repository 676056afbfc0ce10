"""Every command of every screen, full of records and with none: it does something that is seen, or a sentence says why not.

Run it with ``uv run pytest -m drill tests/drills/test_says_why.py -n 2 -rP``.
"""

from typing import Any

import pytest
from reading import screen_text, settle
from test_every_screen import PLACES, leave, made

from screens.frame.app import TransitionsApp
from screens.frame.base_screen import BaseScreen
from transitions.custody import history
from transitions.workspace import Workspace

pytestmark = pytest.mark.drill

ELSEWHERE = {"app.quit", "app.lock", "app.passphrase", "app.recovery", "app.before", "app.after"}
"""These end the app, or leave for another place, as the commands of areas do."""
THERE_ALREADY = {"calendar.today", "import.file", "receiving.file", "handovers.group", "list.sort"}
"""Where one is at the end of the way, in the field, or at the day already; and what an empty list keeps for its first row."""
PARTS = 6


def seen(app: TransitionsApp) -> tuple[object, ...]:
    """What a person would see to have happened."""
    stack = tuple(type(one).__name__ for one in app.screen_stack)
    return stack, app.current_mode, screen_text(app), str(app.screen.focused), len(history.entries(app.workspace))


def moves_only(command_id: str) -> bool:
    return command_id.startswith(("column.left", "column.right", "figures.tab")) or command_id in THERE_ALREADY


@pytest.mark.parametrize("full", [True, False], ids=["full", "empty"])
@pytest.mark.parametrize("part", range(PARTS))
async def test_no_command_is_silent(workspace: Workspace, full: bool, part: int) -> None:
    records = made(workspace) if full else None
    chosen = [one for one in PLACES.items() if issubclass(one[0], BaseScreen) and (full or one[1].pushes is None)]
    silent: list[str] = []
    for screen, place in chosen[part::PARTS]:
        app = TransitionsApp(workspace)
        async with app.run_test(size=(120, 36), notifications=True) as pilot:

            async def go(place: Any = place, app: Any = app, pilot: Any = pilot) -> bool:
                await leave(pilot)
                if place.pushes is not None and records is not None:
                    app.push_screen(place.pushes(records))
                    await pilot.pause()
                await pilot.press(*place.keys)
                await settle(pilot)
                return isinstance(app.screen, screen)  # noqa: B023 - called in this round only

            await settle(pilot)
            if not await go():
                continue  # an empty list leads nowhere
            for command in [one for one in app.commands_on(app.screen) if not one.area and one.id not in ELSEWHERE]:
                assert isinstance(app.screen, screen) or await go() or await go(), command.id
                app.clear_notifications()
                before, newest = seen(app), max((one.id for one in history.entries(workspace)), default=0)
                await app.perform(command)
                await settle(pilot)
                if seen(app) == before and not len(app._notifications) and not moves_only(command.id):
                    silent.append(f"{screen.__name__}: {command.id}")
                app.private = False
                if app.screen.is_modal:
                    await pilot.press("escape")
                for entry in [one for one in history.entries(workspace) if one.id > newest and one.kind == "change"]:
                    if not entry.undone:
                        history.undo(workspace, entry.id)
    assert silent == []
