"""Takes the pictures of the README from the app itself, on made-up pupils.

uv run python docs/pictures.py
"""

import asyncio
import re
import tempfile
from datetime import date
from pathlib import Path

from screens.app import TransitionsApp
from transitions.clock import Clock
from transitions.demo import make
from transitions.workspace import Workspace

FOLDER = Path(__file__).with_name("pictures")
AS_OF = date(2026, 11, 21)
SIZE = (140, 40)
SHOTS = {
    "caseload": ("down", "down"),
    "pupil": ("down", "enter"),
    "walk": ("w",),
    "missed": ("3", "g"),
    "today": ("1",),
}


async def take() -> None:
    """Write one SVG for each shot."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(Path(folder) / "pictures.db", Clock.on(AS_OF), create=True)
        make(workspace, pupils=400, seed=1)
        for name, presses in SHOTS.items():
            app = TransitionsApp(workspace)
            async with app.run_test(size=SIZE) as pilot:
                await pilot.pause()
                await pilot.press(*presses)
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
