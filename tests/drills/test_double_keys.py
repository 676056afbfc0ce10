"""Every key of every screen, dialog and form pressed twice at once: what the first has led to is all that happens.

A key that stays on its screen may do there what it does again; one that leaves it, or opens something, is doubled by a slip of the
finger or by impatience, and must change nothing more, nor stand in the field that comes next. Which screens there are is known from
``test_every_screen``, which fails when one is left out; which keys, from the screen itself. Run it with
``uv run pytest -m drill tests/drills/test_double_keys.py -n 2 -rP``; SCREENS in the environment names some (parted by bars).
"""

import os
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from reading import settle, type_at
from test_every_screen import PLACES, Place, Records, leave, made
from textual.screen import Screen
from textual.widgets import Input, TextArea

from screens.frame.app import TransitionsApp
from transitions.custody import history
from transitions.workspace import Workspace

pytestmark = pytest.mark.drill

ONLY = set(filter(None, os.environ.get("SCREENS", "").split("|")))
NOT_FOR_HERE = {"ctrl+q", "ctrl+c", "f10"}  # these end the app
ON_AND_ON = {"alt+left", "less_than_sign", "alt+right", "greater_than_sign"}  # through the places that one has been to
ALWAYS = ("enter", "escape", "space", "ctrl+s", "tab", "y", "n", "a", "1")


class State(NamedTuple):
    """What a person would see to have happened."""

    actions: int
    screens: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, app: TransitionsApp) -> "State":
        fields = [(str(one.id), one.value if isinstance(one, Input) else one.text) for one in app.screen.query("Input, TextArea")
                  if isinstance(one, Input | TextArea)]  # fmt: skip
        kinds = tuple(type(one).__name__ for one in app.screen_stack)
        return cls(actions(app.workspace), kinds, tuple(fields))


def actions(workspace: Workspace) -> int:
    return int(workspace.read().execute("SELECT count(*) FROM journal").fetchone()[0])


async def go(pilot: Any, place: Place, records: Records) -> None:
    if place.pushes is not None:
        pilot.app.push_screen(place.pushes(records))
        await pilot.pause()
    await pilot.press(*place.keys)
    await settle(pilot)


async def back(pilot: Any, before: int) -> None:
    """Leave, and take back what was done."""
    await leave(pilot)
    workspace = pilot.app.workspace
    for entry in [one for one in history.entries(workspace) if one.id > before]:
        if entry.kind == "change":
            history.undo(workspace, entry.id)


@pytest.mark.parametrize(
    "screen", [one for one in PLACES if not ONLY or one.__name__ in ONLY], ids=lambda one: one.__name__
)
async def test_keys_pressed_twice(
    workspace: Workspace, screen: type[Screen[Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    records, place, wrong, pressed = made(workspace), PLACES[screen], [], 0
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await go(pilot, place, records)
        keys = [*dict.fromkeys((*app.screen.active_bindings, *ALWAYS))]
        await leave(pilot)
        for key in keys:
            if key in NOT_FOR_HERE | ON_AND_ON:
                continue
            states = []
            for times in (1, 2):
                before = actions(workspace)
                await go(pilot, place, records)
                here = State.of(app)
                await type_at(pilot, 0, *[key] * times)
                states.append(State.of(app)._replace(actions=actions(workspace) - before))
                await back(pilot, before)
            once, twice = states
            pressed += 1
            # what a draft kept in between is saved once only, so that less may happen the second time
            did_more = twice.actions > once.actions or twice[1:] != once[1:]
            if once.screens != here.screens and did_more:
                wrong.append(f"{key}: once {once}, twice {twice}")
    print(f"{screen.__name__}: {pressed} keys, {len(wrong)} wrong", *wrong, sep="\n")
    assert wrong == []
