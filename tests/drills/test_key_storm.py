"""A storm of keys: at 5 ms a key, random but for ways into every form and dialog, with resizes, and another process that writes.

Run it with ``uv run pytest -m drill tests/drills/test_key_storm.py -n 0 -s``; KEYS in the environment says how many keys,
SEED which. It goes through the app's own event loop and not a terminal, so that a failure names the keys that led to it.
"""

import asyncio
import os
import random
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from reading import keys_wait, type_at
from textual.events import Resize
from textual.geometry import Size
from textual.pilot import Pilot

from screens.frame.app import TransitionsApp
from transitions.cli import run
from transitions.clock import Clock
from transitions.workspace import Workspace

pytestmark = pytest.mark.drill
KEYS = int(os.environ.get("KEYS", "20000"))
SEED = int(os.environ.get("SEED", "1"))
GAP = 0.005
AT_ONCE = 200
FORMS = Path(__file__).parent.parent / "goldens" / "forms"
STEERING = (
    "enter",
    "tab",
    "escape",
    "up",
    "down",
    "left",
    "right",
    "home",
    "end",
    "pagedown",
    "pageup",
    "space",
    "delete",
)
STEERING += (
    "backspace",
    "shift+tab",
    "ctrl+s",
    "ctrl+r",
    "ctrl+p",
    "ctrl+z",
    "f1",
    "f9",
    "f2",
    "f3",
    "f4",
    "ctrl+a",
    "ctrl+k",
)
LETTERS = (*"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/?*+-.,:[]'é ", "ctrl+p", "f1")
SIZES = ((80, 24), (120, 36), (140, 40), (200, 50), (60, 15), (40, 10))
WRITER = """
import sys, time
from datetime import date
from pathlib import Path
from transitions.clock import Clock
from transitions.workspace import Workspace
workspace = Workspace.open(Path(sys.argv[1]), Clock.on(date(2026, 11, 21)))
turn = 0
while True:
    turn += 1
    with workspace.change("Pupil edited", "from elsewhere") as action:
        number = workspace.read().execute("SELECT id FROM pupil ORDER BY random() LIMIT 1").fetchone()[0]
        archived = "2026-11-21" if turn % 3 == 0 else None
        action.update("pupil", {"id": number}, {"preferred_name": f"Zed {turn}", "archived_at": archived})
    time.sleep(0.3)
"""


def ways() -> list[list[str]]:
    """The keys into every form of the goldens, each from the first screen on."""
    found: list[list[str]] = []
    for file in sorted(FORMS.glob("*.txt")):
        begun: list[str] = []
        for line in file.read_text(encoding="utf-8").split("\n"):
            if not line.startswith("$ "):
                continue
            words = line.split()[1:]
            begun = [*begun, *words[1:]] if words[0] == "+" else words
            found.append([key for word in begun for key in keys_of(word)])
    return found


def keys_of(word: str) -> list[str]:
    if word.startswith("=") and len(word) > 1:
        return ["2", "/", *word[1:], "enter", "enter"]
    if word == "^":
        return ["escape", "escape"]
    if word.startswith("'") and len(word) > 1:
        return list(word[1:].replace("_", " "))
    return [] if word.startswith(("@", ":")) else [word]


async def gust(pilot: Pilot[Any], dice: random.Random, known: list[list[str]], seen: Counter[str]) -> list[str]:
    """Send some keys, a way into a form first; give them."""
    keys = ["escape"] * 5 + dice.choice(known)
    keys += [dice.choice(STEERING if dice.random() < 0.45 else LETTERS) for _ in range(AT_ONCE)]
    for key in keys:
        await type_at(pilot, GAP, key, settled=False)
        seen[type(pilot.app.screen).__name__] += 1
        if dice.random() < 0.01:
            size = Size(*dice.choice(SIZES))
            pilot.app.post_message(Resize(size, size))
    return keys


async def taken(app: TransitionsApp) -> bool:
    """Wait until every key was taken; whether they were within three minutes."""
    for _ in range(3600):
        if not keys_wait(app):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_a_storm_of_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "demo.db"
    assert run(["--as-of", "2026-11-21", "demo", "--db", str(path), "--pupils", "100", "--seed", "1"]) == 0
    dice, known, seen = random.Random(SEED), ways(), Counter[str]()
    sent = starts = 0
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)]) as writer:
        try:
            while sent < KEYS:
                starts += 1
                workspace = Workspace.open(path, Clock.on(date(2026, 11, 21)))
                app = TransitionsApp(workspace)
                try:
                    async with app.run_test(size=(120, 36)) as pilot:
                        while app.is_running and sent < KEYS:
                            keys = await gust(pilot, dice, known, seen)
                            sent += len(keys)
                            assert await taken(app), ("keys wait for ever", SEED, sent, keys)
                            assert app.return_code in (None, 0), (SEED, sent, keys)
                finally:
                    workspace.close()
            assert writer.poll() is None
        finally:
            writer.kill()
    print(f"{sent:,} keys, {len(seen)} kinds of screens and dialogs, the app left {starts - 1} times by its own key")
    print(dict(seen.most_common()))
    assert run(["--db", str(path), "--as-of", "2026-11-21", "check"]) in (0, 1)
