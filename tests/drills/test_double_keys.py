"""Every key of every screen, dialog and form pressed twice at once: what the first has led to is all that happens.

A key that stays on its screen may do there what it does again; one that leaves it, or opens something, is doubled by a slip of the
finger or by impatience, and must change nothing more, nor stand in the field that comes next. Which screens there are is known from
``test_every_screen``, which fails when one is left out; which keys, from the screen itself. Run it with
``uv run pytest -m drill tests/drills/test_double_keys.py -n 2 -rP``; SCREENS in the environment names some (parted by bars), SLOW
how many seconds whatever is read in a thread takes longer.
"""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import Opener
from reading import settle, type_at
from test_every_screen import PLACES, Place, Records, leave, made
from textual.screen import Screen
from textual.widgets import Input, Static, TextArea

from db.custody import keys as custody_keys
from screens.custody.passphrase import Asking, Choose, Unlock
from screens.frame.app import TransitionsApp
from screens.frame.first_run import FirstRun
from screens.frame.report_screen import FiguresScreen
from transitions.custody import history, locking
from transitions.workspace import Workspace

pytestmark = pytest.mark.drill

ONLY = set(filter(None, os.environ.get("SCREENS", "").split("|")))
NOT_FOR_HERE = {"ctrl+q", "ctrl+c", "f10"}  # these end the app
ON_AND_ON = {"alt+left", "less_than_sign", "alt+right", "greater_than_sign"}  # through the places that one has been to
ALWAYS = ("enter", "escape", "space", "ctrl+s", "tab", "y", "n", "a", "1")


SLOW = float(os.environ.get("SLOW", "0"))


@pytest.fixture(autouse=True)
def slow_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the second key comes while what the first one asked for is still being read."""
    real = asyncio.to_thread

    async def later(work: Callable[..., Any], /, *given: Any, **named: Any) -> Any:
        await real(time.sleep, SLOW)
        return await real(work, *given, **named)

    if SLOW:
        monkeypatch.setattr(asyncio, "to_thread", later)


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
    """Leave, in every area that was come to, and take back what was done."""
    await leave(pilot)
    for area in [name for name, stack in pilot.app._screen_stacks.items() if len(stack) > 1]:
        pilot.app.action_area(area)
        await settle(pilot)
        await leave(pilot)
    if isinstance(pilot.app.screen, FiguresScreen):
        pilot.app.screen.action_show_tab(next(iter(pilot.app.screen.PARTS)))
    workspace = pilot.app.workspace
    for entry in [one for one in history.entries(workspace) if one.id > before]:
        if entry.kind == "change" and not entry.undone:
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
                assert type(app.screen) is screen
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


FIRST: dict[str, tuple[str, ...]] = {"name": (), "role": (*"Osei", "enter"), "ways": (*"Osei", "enter", "enter")}


@pytest.mark.parametrize("question", FIRST)
async def test_keys_pressed_twice_at_the_first_start(
    opener: Opener, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = opener(name="made-up.db").database.path
    monkeypatch.setattr("transitions.demo.make.demo_file", lambda *_: other)
    keys, wrong, pressed = list(ALWAYS), [], 0
    while pressed < len(keys):
        key, states = keys[pressed], []
        for times in (0, 1, 2):
            workspace = opener(name=f"{pressed}-{times}.db", me=None)
            app = TransitionsApp(workspace)
            async with app.run_test(size=(120, 36)) as pilot:
                await settle(pilot)
                for before in FIRST[question]:
                    await type_at(pilot, 0, before)
                assert isinstance(app.screen, FirstRun)
                keys += [one for one in app.screen.active_bindings if one not in {*keys, *NOT_FOR_HERE, *ON_AND_ON}]
                await type_at(pilot, 0, *[key] * times)
                front = app.screen if app.screen_stack else None
                asks = front.asks if isinstance(front, FirstRun) else ""
                states.append(((type(front), asks), State.of(app) if front else None, app.opens_next))
        here, once, twice = states
        pressed += 1
        if once[0] != here[0] and twice != once:
            wrong.append(f"{key}: once {once}, twice {twice}")
    print(f"FirstRun, {question}: {pressed} keys, {len(wrong)} wrong", *wrong, sep="\n")
    assert wrong == []


WORDS = "teapot river hedgehog apron canoe"
ASKED: dict[str, tuple[type[Asking], tuple[str, ...]]] = {
    "locked, wrong": (Unlock, ("wrong",)),
    "locked, right": (Unlock, (WORDS,)),
    "too easy": (Choose, ("12345678",)),
    "chosen": (Choose, (WORDS,)),
    "not the same": (Choose, (WORDS, "not the same words")),
    "the same": (Choose, (WORDS, WORDS)),
    "not the code": (Choose, (WORDS, WORDS, "xxxx")),
}


@pytest.mark.parametrize("stage", ASKED)
@pytest.mark.parametrize("key", ["enter", "escape", "tab", "space"])
async def test_keys_pressed_twice_at_the_passphrase(
    tmp_path: Path, stage: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(custody_keys, "_MEMLIMIT", 8192)
    monkeypatch.setattr(custody_keys, "_OPSLIMIT", 1)
    kind, given = ASKED[stage]
    states = []
    for times in (1, 2):
        path = tmp_path / f"{times}.db"
        if kind is Unlock:
            custody_keys.make(path, WORDS)
            custody_keys.UNLOCKED.forget()
        app = Unlock(path) if kind is Unlock else Choose(path, locking.begun, "Choose a passphrase", "Ctrl+Q quits")
        async with app.run_test(size=(80, 24)) as pilot:
            for at, text in enumerate(given):
                app.query_one(Input).value = text
                last = at == len(given) - 1
                await type_at(pilot, 0, *[key if last else "enter"] * (times if last else 1))
                await pilot.pause(0.3)
            shown = [str(app.query_one(f"#ask-{name}", Static).content) for name in ("title", "problem")]
            states.append((*shown, app.return_value, app.is_running))
        custody_keys.UNLOCKED.forget()
    assert states[0] == states[1]
