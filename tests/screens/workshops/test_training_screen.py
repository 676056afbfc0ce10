"""Training: modules, who has completed them, sessions, and confidence by those alone who said it twice."""

from datetime import date

import pytest
from builders import add_invitation, add_school, add_workshop
from reading import press, screen_lines, screen_text, sentence, settle, toasts
from textual.events import Paste

from screens.frame.app import TransitionsApp
from screens.frame.dialogs import Choose
from screens.widgets.form_screen import FormScreen
from screens.workshops.training import TrainingScreen
from screens.workshops.workshop import WorkshopScreen
from transitions.workshops import training
from transitions.workspace import Workspace

PROGRAMME = "Champions"


@pytest.fixture
def champions(workspace: Workspace) -> Workspace:
    """Two modules; Jo Lund came to both, Sam Reid to the first, and somebody without a name to the second."""
    school = add_school(workspace)
    for name in ("Knowing the child", "Handing over"):
        training.save_module(workspace, None, {"programme": PROGRAMME, "name": name})
    first, second = (
        add_workshop(workspace, kind="training", title=module, on_day=day, status="held", programme=PROGRAMME, module=module)
        for module, day in (("Knowing the child", date(2026, 9, 10)), ("Handing over", date(2026, 10, 8)))
    )  # fmt: skip
    add_invitation(workspace, first, school_id=school, name="Jo Lund", attendance="came", before=2, after=5)
    add_invitation(workspace, second, school_id=school, name="Jo Lund", attendance="came", after=2)
    add_invitation(workspace, first, school_id=school, name="Sam Reid", attendance="came", before=3)
    add_invitation(workspace, second, school_id=school, name="Sam Reid", attendance="absent")
    add_invitation(workspace, second, agency="Early Help", attendance="came")
    return workspace


async def test_modules_people_and_sessions(champions: Workspace) -> None:
    app = TransitionsApp(champions)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        assert await press(pilot, "5", "t") == 2
        assert isinstance(app.screen, TrainingScreen)
        assert screen_lines(app)[1].startswith(" Training · Champions ")
        assert "completed by 1 of 2 (50%)" in screen_lines(app)[1]
        said = sentence(app)
        assert "completed: 1 of 2 (50%) of those who came · 1 of 2 (50%) of those asked by name" in said
        assert "1 of 1 (100%) schools" in said
        assert "1 came without a name and cannot be told" in said
        assert "confidence by module, said before and after by 1 of 3 (33%) who came" in said
        assert "mean 2.0, then 5.0" in said
        assert "at 4 or 5: 0 of 1 (0%), then 1 of 1 (100%)" in said
        assert "2 of 2 (100%)" in next(line for line in screen_lines(app) if " Knowing the child " in line)
        await press(pilot, "enter")
        assert isinstance(app.screen, Choose)
        await press(pilot, "1")
        assert isinstance(app.screen, WorkshopScreen)
        await press(pilot, "escape", "right")
        assert "Not completed: 1 of 2 (50%)" in screen_text(app)
        assert "Sam Reid" in screen_text(app)
        assert "Still missing: Handing over." in sentence(app)
        await press(pilot, "f9")
        assert "Reid" not in screen_text(app)
        assert "SR" in screen_text(app)
        await press(pilot, "f9", "right", "right")
        assert "count for a module: 2 of 2 (100%) sessions" in sentence(app)
        await press(pilot, "e")
        assert toasts(app)[-1].startswith("No module is highlighted")


async def test_modules_are_added_changed_and_retired(champions: Workspace) -> None:
    app = TransitionsApp(champions)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "5", "t", "a")
        assert isinstance(app.screen, FormScreen)
        await press(pilot, "tab")
        app.post_message(Paste("Handing over"))
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert "Champions has this module already" in sentence(app)
        app.post_message(Paste(" well"))
        await settle(pilot)
        await press(pilot, "ctrl+s")
        (programme,) = training.programmes(champions)
        assert [row.name for row in programme.modules] == ["Knowing the child", "Handing over", "Handing over well"]
        assert "completed by 0 of 2 (0%)" in screen_lines(app)[1]
        await press(pilot, "end", "T")
        assert "u undoes" in toasts(app)[-1]
        assert "Retired" in screen_text(app)
        assert "completed by 1 of 2 (50%)" in screen_lines(app)[1]
        await press(pilot, "T")
        assert "completed by 0 of 2 (0%)" in screen_lines(app)[1]
        await press(pilot, "u", "u", "u")
        assert len(training.programmes(champions)[0].modules) == 2
        await press(pilot, "f")
        assert toasts(app)[-1].startswith("There is no other programme.")


async def test_without_training_it_says_how_to_begin(workspace: Workspace) -> None:
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "5", "t")
        assert "There is no training yet. a adds the first module of a programme" in sentence(app)
        await press(pilot, "a")
        app.post_message(Paste("Attachment [/x]"))
        await settle(pilot)
        await press(pilot, "tab")
        app.post_message(Paste("Basics"))
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert screen_lines(app)[1].startswith(" Training · Attachment [/x] ")
        assert "nobody has come to a session yet" in screen_text(app)
        await press(pilot, "enter")
        assert toasts(app)[-1].startswith("No session of this module is planned.")
