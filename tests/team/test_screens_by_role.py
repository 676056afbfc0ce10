"""Every screen as a SENCO, a reader and a caseworker meet it: nobody of another school, no crash, and each refusal a sentence."""

from pathlib import Path
from typing import Any

import pytest
from marked_record import CLOCK, RAW, Record, marked_record, seat_of
from reading import screen_text, settle
from test_every_screen import PLACES, SENTENCE, leave

from screens.frame.app import TransitionsApp
from screens.frame.base_screen import BaseScreen
from transitions.workspace import Workspace

__all__ = ["marked_record"]

ELSEWHERE = {"app.quit", "app.lock", "app.passphrase", "app.recovery"}
"""These end the app."""


async def walked(workspace: Workspace, record: Record, *, does: bool) -> list[str]:
    """What is wrong on the screens that keys lead to, or, where each command of them is done, with what it opens and says."""
    wrong: list[str] = []
    app = TransitionsApp(workspace)

    def look(where: str) -> None:
        text = screen_text(app) + "".join(f"{one.title}{one.message}" for one in app._notifications)
        if workspace.role == "SENCO" and (told := [one for one in record.secret if one in text]):
            wrong.append(f"{where}: tells {told}")
        if RAW.search(text):
            wrong.append(f"{where}: {text}")

    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await settle(pilot)
        for screen, place in PLACES.items():
            if place.pushes is not None or not issubclass(screen, BaseScreen):
                continue

            async def go(place: Any = place, pilot: Any = pilot) -> None:
                await leave(pilot)
                await pilot.press(*place.keys)
                await settle(pilot)

            await go()
            there = type(app.screen)
            look(there.__name__)
            commands = app.commands_on(app.screen)
            reasons = {one.id: app.reason_against(one, app.screen) for one in commands}
            wrong += [f"{there.__name__}: {why}" for why in reasons.values() if why and not SENTENCE.fullmatch(why)]
            for command in [one for one in commands if does and not one.area and one.id not in ELSEWHERE]:
                if type(app.screen) is not there:
                    await go()
                app.clear_notifications()
                await app.perform(command)
                await settle(pilot)
                look(f"{there.__name__}: {command.id}")
                app.private = False
                if app.screen.is_modal:
                    await pilot.press("enter")
                    await settle(pilot)
                    look(f"{there.__name__}: {command.id}, then enter")
                if app.return_code is not None:
                    return [*wrong, f"{there.__name__}: {command.id} ended the app"]
    return wrong


@pytest.mark.parametrize("does", [False, pytest.param(True, marks=pytest.mark.drill)], ids=["shown", "done"])
@pytest.mark.parametrize("role", ["SENCO", "reader", "caseworker"])
async def test_every_screen(record: Record, role: str, does: bool, tmp_path: Path) -> None:
    workspace = Workspace.open(seat_of(record, role, tmp_path), CLOCK)
    try:
        assert await walked(workspace, record, does=does) == []
    finally:
        workspace.close()
