"""The tours of the README, and the tasks of a morning, walked on the made-up pupils: every key that a step names is pressed, and shows what the step says."""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

from conftest import TODAY
from reading import press, screen_text, sentence, settle, toasts

from screens.frame.app import TransitionsApp
from transitions.clock import Clock
from transitions.workspace import Workspace

ROOT = Path(__file__).parents[2]


class Step(NamedTuple):
    """What one numbered step of a tour names, in its order, with what is pressed and what is then on the screen.

    A key that is named and not pressed stands in ``only_named``.
    """

    pressed: tuple[str, ...]
    shows: tuple[str, ...]
    only_named: tuple[str, ...] = ()
    escapes: int = 3
    """How often Escape is pressed before the next step, which goes on from where this one was."""


CASEWORKER = (
    Step(("?",), ("Keys that work here",), only_named=("transitions demo",)),
    Step(("f", "6", "!"), ("Year 6",), only_named=("Escape", "/")),
    Step(("d", "u"), (), only_named=("m", "u", "space", "d", "i", "o")),
    Step(("w", "q"), ("My caseload",)),
    Step(("3", "g", "x"), ("Save this list to a file",)),
    Step(("P", "Enter"), (), only_named=("G",)),
)
SENCO = (
    Step(("/", "khan, ais", "Enter", "Enter"), ("Aisha Khan", "Timeline"), escapes=0),
    Step(("E",), ("The rule", "Basis"), escapes=1),
    Step(("H",), ("from the record", "In my own words"), only_named=("b", "Enter", "Ctrl+S")),
    Step(("6",), ("Handovers",), only_named=("X",)),
    Step(("F9",), ()),
)
KEYS = {"?": "question_mark", "!": "exclamation_mark", "/": "slash", "Enter": "enter", "Escape": "escape", "F9": "f9"}


def steps_of(heading: str) -> list[str]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\d\. (.*?)(?=^\d\. |^$|\Z)", section, flags=re.M | re.S)


def named(step: str) -> list[str]:
    return re.findall(r"`([^`]+)`", step)


def test_every_key_of_a_tour_is_pressed_or_said_not_to_be() -> None:
    for heading, tour in (("Five minutes as a caseworker", CASEWORKER), ("Five minutes as a SENCO", SENCO)):
        texts = steps_of(heading)
        assert len(texts) == len(tour)
        for text, step in zip(texts, tour, strict=True):
            assert {*step.pressed, *step.only_named} == set(named(text)), text


async def walk(app: TransitionsApp, pilot, tour: tuple[Step, ...]) -> None:
    for step in tour:
        for key in step.pressed:
            await press(pilot, *(key if len(key) > 2 and key not in KEYS else (KEYS.get(key, key),)))
        said = f"{screen_text(app)}\n{sentence(app)}"
        assert [text for text in step.shows if text not in said] == [], said
        await press(pilot, *["escape"] * step.escapes)


async def test_the_tasks_of_a_morning_take_no_more_keys_than_they_may(demo: Workspace, tmp_path: Path) -> None:
    shutil.copy(demo.database.path, tmp_path / "demo.db")
    workspace = Workspace.open(tmp_path / "demo.db", Clock.on(TODAY))
    app = TransitionsApp(workspace)
    try:
        async with app.run_test(size=(120, 36), notifications=True) as pilot:
            await settle(pilot)
            await walk(app, pilot, CASEWORKER)
            assert any("u undoes" in said for said in toasts(app))
            await press(pilot, "2", "escape", "escape", "escape")
            await walk(app, pilot, SENCO)
            assert "Khan, A" not in screen_text(app)
            await press(pilot, "f9", "2", "escape", "escape", "escape")
            await the_tasks_of_a_morning(app, pilot)
    finally:
        workspace.close()


async def the_tasks_of_a_morning(app: TransitionsApp, pilot) -> None:
    """Each task with no more keys than the table of docs/features.md gives it."""
    budget = dict(re.findall(r"^\| ([^|]+) \| (\d)", (ROOT / "docs" / "features.md").read_text("utf-8"), flags=re.M))
    taken: dict[str, int] = {}

    async def task(name: str, *keys: str) -> str:
        await press(pilot, *keys)
        taken[name] = len(keys)
        return screen_text(app)

    assert "Year 6" in (await task("filter to Year 6 with overdue steps", "f", "6", "exclamation_mark")).splitlines()[1]
    await task("mark the next step done today", "d")
    assert "Marked done" in toasts(app)[-1]
    await task("undo the last change", "u")
    assert "Undone" in toasts(app)[-1]
    await task("flag it missed, with its reason", "m", "1")
    assert "missed" in sentence(app)
    await press(pilot, "escape", "u")
    assert "Timeline" in await task("open the pupil", "enter")
    await press(pilot, "escape", "w")
    assert "pupil 2 of" in await task("next pupil in a walk", "right")
    await press(pilot, "q")
    assert "Save this list" in await task("export the list on the screen", "x")
    taken["export the list on the screen"] += len(("enter",))
    await press(pilot, "escape", "escape", "escape", "escape")
    await press(pilot, "slash", *"khan")
    taken["find a pupil by name"] = len(("slash",))
    assert "Khan, Aisha" in screen_text(app)
    assert {name: str(count) for name, count in taken.items()} == budget
