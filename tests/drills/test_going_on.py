"""The app goes on while 20,000 pupils are imported, and while that is taken back: how long a key waits at most.

Run it with ``uv run pytest -m drill tests/drills/test_going_on.py -n 0 -s``; PUPILS in the environment says how many.
"""

import asyncio
import os
import time
from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from screens.caseload.missed import MissedScreen
from screens.frame.app import TransitionsApp
from screens.importing.importing import ImportScreen
from transitions.caseload import caseload
from transitions.caseload.caseload import Caseload
from transitions.workspace import Workspace

PUPILS = int(os.environ.get("PUPILS", "20000"))
LONGEST_PAUSE = 1.0
_BEAT = 0.01


class Pauses:
    """Measures for how long nothing else could run."""

    def __init__(self) -> None:
        self.found: list[float] = []
        self._beating = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(_BEAT)
            self.found.append(time.perf_counter() - begun - _BEAT)

    def longest(self) -> float:
        self._beating.cancel()
        return max(self.found)


async def until_done(pilot: Pilot[int]) -> float:
    begun = time.perf_counter()
    assert isinstance(pilot.app, TransitionsApp)
    while pilot.app.working is not None:
        await pilot.pause(0.02)
    return time.perf_counter() - begun


async def begin(pilot: Pilot[int], file: Path) -> None:
    pilot.app.push_screen(ImportScreen())
    await pilot.pause(0.5)
    pilot.app.post_message(Paste(str(file)))
    await pilot.pause(0.3)
    await pilot.press("enter")
    await pilot.pause(0.3)
    await until_done(pilot)
    await pilot.press("ctrl+s")
    await pilot.pause(0.2)


@pytest.mark.drill
@pytest.mark.parametrize("stopped", [False, True])
async def test_the_app_goes_on_while_many_come_in_and_are_taken_back(
    workspace: Workspace, tmp_path: Path, stopped: bool
) -> None:
    rows = (f"Testname{n},Made{n % 97},{1 + n % 28}/{1 + n % 12}/{2010 + n % 10}\n" for n in range(PUPILS))
    (tmp_path / "many.csv").write_text("Surname,Forename,DOB\n" + "".join(rows))
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        await begin(pilot, tmp_path / "many.csv")
        pauses = Pauses()
        await pilot.press("3")
        await pilot.pause(0.3)
        assert isinstance(app.screen, MissedScreen)
        await pilot.press("d")
        if stopped:
            await pilot.press("f8")
        took = await until_done(pilot)
        print(f"{PUPILS:,} pupils, {stopped=}: {took:.1f} s more, longest pause {pauses.longest() * 1000:.0f} ms")
        assert pauses.longest() < LONGEST_PAUSE
        assert caseload.count(workspace, Caseload()) == (0 if stopped else PUPILS)
        if stopped:
            return
        pauses = Pauses()
        await pilot.press("u")
        await pilot.pause(0.2)
        await pilot.press("y")
        took = await until_done(pilot)
        print(f"taken back in {took:.1f} s, longest pause {pauses.longest() * 1000:.0f} ms")
        assert pauses.longest() < LONGEST_PAUSE
        assert caseload.count(workspace, Caseload()) == 0
