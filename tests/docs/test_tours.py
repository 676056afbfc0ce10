"""The tours of the app and of the README, and the tasks of a morning, walked on the made-up pupils.

Every key that a step names is pressed, and shows what the step says.
"""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

from conftest import TODAY
from reading import press, screen_text, sentence, settle, toasts

from screens.frame.app import TransitionsApp
from screens.frame.tour import Tour, TourLine, tours
from transitions.clock import Clock
from transitions.team import workers
from transitions.workspace import Workspace

ROOT = Path(__file__).parents[2]


class Shown(NamedTuple):
    """What is on the screen when the keys of a step have been pressed.

    A key that is named and not pressed stands in ``only_named``.
    """

    shows: tuple[str, ...]
    only_named: tuple[str, ...] = ()
    escapes: int = 3
    """How often Escape is pressed before the next step, which goes on from where this one was."""


CASEWORKER = (
    Shown(("Keys that work here",), only_named=("transitions demo",), escapes=1),
    Shown(("Year 6",), only_named=("Escape", "/"), escapes=2),
    Shown((), only_named=("m", "u", "space", "d", "i", "o"), escapes=0),
    Shown(("My caseload",), escapes=0),
    Shown(("Save this list to a file",), escapes=1),
    Shown((), only_named=("G",)),
)
SENCO = (
    Shown(("Aisha Khan", "Timeline"), escapes=0),
    Shown(("The rule", "Basis"), escapes=1),
    Shown(("from the record", "In my own words"), only_named=("b", "Enter", "Ctrl+S")),
    Shown(("Handovers",), only_named=("X",), escapes=0),
    Shown(()),
)
KEYS = {"?": "question_mark", "!": "exclamation_mark", "/": "slash", "Enter": "enter", "Escape": "escape", "F9": "f9"}


def steps_of(heading: str) -> list[str]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\d\. (.*?)(?=^\d\. |^$|\Z)", section, flags=re.M | re.S)


def named(step: str) -> list[str]:
    return re.findall(r"`([^`]+)`", step)


def test_every_key_of_a_tour_is_pressed_or_said_not_to_be() -> None:
    for tour, all_shown in zip(tours(), (CASEWORKER, SENCO), strict=True):
        assert [" ".join(text.split()) for text in steps_of(tour.title)] == [step.text for step in tour.steps]
        for step, shown in zip(tour.steps, all_shown, strict=True):
            assert {*step.keys, *shown.only_named} == set(named(step.text)), step.text


async def walk(app: TransitionsApp, pilot, tour: Tour, all_shown: tuple[Shown, ...]) -> None:
    """By its keys; the line of the tour says at each step what to press, and goes on when that was pressed."""
    for place, (tried, step) in enumerate(zip(tour.steps, all_shown, strict=True), 1):
        assert f"{place} of {len(tour.steps)}  {tried.text[:20].replace('`', '')}" in screen_text(app)
        for key in tried.keys:
            await press(pilot, *(key if len(key) > 2 and key not in KEYS else (KEYS.get(key, key),)))
        if place == len(tour.steps):
            assert "That was the tour." in str(next(iter(app._full_screen.query(TourLine))).content)
        said = f"{screen_text(app)}\n{sentence(app)}"
        assert [text for text in step.shows if text not in said] == [], said
        await press(pilot, *["escape"] * step.escapes)


async def test_the_tasks_of_a_morning_take_no_more_keys_than_they_may(demo: Workspace, tmp_path: Path) -> None:
    shutil.copy(demo.database.path, tmp_path / "demo.db")
    workspace = Workspace.open(tmp_path / "demo.db", Clock.on(TODAY))
    workers.leave_on_desk(workspace, "tour", None)
    app = TransitionsApp(workspace)
    try:
        async with app.run_test(size=(120, 36), notifications=True) as pilot:
            await settle(pilot)
            assert any("“tour” shows you round" in said for said in toasts(app))
            await app.carry_out(app.action_tour())
            await press(pilot, "1")
            await walk(app, pilot, tours()[0], CASEWORKER)
            assert "of 6" not in screen_text(app)
            assert any("u undoes" in said for said in toasts(app))
            await press(pilot, "2", "escape", "escape", "escape")
            await app.carry_out(app.action_tour())
            await press(pilot, "2")
            await press(pilot, "slash", *"khan", "enter", "enter")
            assert "2 of 5" in screen_text(app)
            await press(
                pilot, *["escape"] * 4
            )  # at the end of the way back Escape asks once, then leaves the tour, too
            assert "You left the tour" in toasts(app)[-1]
            assert "2 of 5" not in screen_text(app)
            await app.carry_out(app.action_tour())
            await settle(pilot)
            assert "Go on at step 2: Five minutes as a SENCO" in screen_text(app)
            await press(pilot, "3")
            await walk(app, pilot, tours()[1], SENCO)
            assert "Khan, A" not in screen_text(app)
            await press(pilot, "f9", "2", "escape", "escape", "escape")
            await the_tasks_of_a_morning(app, pilot)
            await a_leads_friday(app, pilot, tmp_path)
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


async def a_leads_friday(app: TransitionsApp, pilot, tmp_path: Path) -> None:
    """Load by caseworker, what has waited longest, missed against last week, pupils handed over, the sheet for the meeting."""
    await press(pilot, *["escape"] * 4, "K")
    assert "missed now" in screen_text(app).splitlines()[1]
    staff = app.screen.table  # type: ignore[attr-defined]
    await press(pilot, *["right"] * 5, "s", "home")
    texts = staff.texts(staff.listed, ["Name", "Pupils", "Oldest"])
    oldest = [texts[key] for key in staff.listed]
    assert oldest[0][2].endswith("late"), "those of whom something has waited longest come first"
    first, pupils = oldest[0][:2]
    await press(pilot, "enter")
    assert f"{pupils} of" in screen_text(app) or f"{pupils} pupils" in screen_text(app)
    await press(pilot, "escape", "o", "enter")
    assert f"Give {pupils} pupils of {first} to" in sentence(app)
    await press(pilot, "y")
    assert "u undoes" in toasts(app)[-1]
    assert staff.texts(staff.listed, ["Name", "Pupils"])[staff.listed[0]][1] != pupils
    await press(pilot, "u", "p")
    app.screen.query_one("Input").value = str(tmp_path / "sheet.docx")  # type: ignore[attr-defined]
    await press(pilot, "enter", *"Meeting", "enter")
    assert "sheet.docx" in toasts(app)[-1]
    assert (tmp_path / "sheet.docx").exists()
