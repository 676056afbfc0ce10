"""Takes the pictures of the README from the app itself, on made-up pupils.

uv run python docs/pictures.py
"""

import asyncio
import re
import tempfile
from datetime import date
from pathlib import Path

from screens.frame.app import TransitionsApp
from transitions.caseload import caseload
from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.demo.make import make
from transitions.pupils import page
from transitions.workspace import Workspace

FOLDER = Path(__file__).with_name("pictures")
AS_OF = date(2026, 11, 21)
SIZE = (140, 40)
OF_A_PUPIL = {
    "caseload": (),
    "pupil": ("enter",),
    "plan": ("P",),
}
FROM_THE_START = {
    "walk": ("w",),
    "calendar": ("4",),
    "register": ("5", "slash", *"forum", "enter", "enter"),
    "impact": ("7", "down", "down", "down", "enter", "down"),
    "handovers": ("6", "left_square_bracket", "f", "m"),
}


def first_with_a_plan(workspace: Workspace) -> int:
    """Give the place in the list of the first pupil whose own words are recorded."""
    rows = caseload.first_rows(workspace, Caseload(whose="mine"))
    plans = (page.load(workspace, row.id).plan for row in rows)
    return next(place for place, plan in enumerate(plans) if plan and plan.admired and plan.hopes)


async def take() -> None:
    """Write one SVG for each shot."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(Path(folder) / "pictures.db", Clock.on(AS_OF), create=True)
        make(workspace, pupils=400, seed=1)
        to_a_plan = ("home", *["down"] * first_with_a_plan(workspace))
        shots = {name: (*to_a_plan, *keys) for name, keys in OF_A_PUPIL.items()} | FROM_THE_START
        for name, presses in shots.items():
            app = TransitionsApp(workspace)
            async with app.run_test(size=SIZE) as pilot:
                await pilot.pause()
                for key in presses:
                    # a list is read in a worker; the next key is meant for what it shows
                    await pilot.press(key)
                    await app.workers.wait_for_complete()
                    await pilot.pause()
                svg = app.export_screenshot(title="Transitions, on made-up pupils", simplify=True)
            # no font is fetched from anywhere when somebody looks at a picture
            FOLDER.joinpath(f"{name}.svg").write_text(
                re.sub(r"@font-face \{.*?\}", "", svg, flags=re.S), encoding="utf-8"
            )
        workspace.close()


if __name__ == "__main__":
    asyncio.run(take())
