"""Training: modules, who has completed them, sessions, and confidence by those alone who said it twice."""

from datetime import date

from builders import add_invitation, add_school, add_workshop
from reading import figures, more, press, screen_lines, screen_text, sentence, settle, toasts, type_in

from screens.frame.app import TransitionsApp
from screens.frame.dialogs import Choose
from screens.frame.render_context import RenderContext
from screens.widgets.form_screen import FormScreen
from screens.workshops.training import MODULES, PEOPLE, SESSIONS, LoadedTraining, TrainingScreen
from screens.workshops.workshop import WorkshopScreen
from transitions.workshops import training
from transitions.workspace import Workspace

PROGRAMME = "Champions"


def champions(workspace: Workspace) -> None:
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


def test_what_modules_people_and_sessions_say(workspace: Workspace) -> None:
    context = RenderContext(workspace.clock.today)
    none = LoadedTraining.of(workspace)
    assert none.title == "Training"
    assert figures(none.part(MODULES, context)).startswith(
        "There is no training yet. Press a to add a programme's first module"
    )
    champions(workspace)
    found = LoadedTraining.of(workspace)
    assert (found.title, found.how_much) == ("Training · Champions", "completed by 1 of 2 (50%)")
    said = figures(found.part(MODULES, context))
    assert "completed: 1 of 2 (50%) of those who came · 1 of 2 (50%) of those asked by name" in said
    assert "1 of 1 (100%) schools" in said
    assert "1 came without a name and can't be matched" in said
    assert "confidence by module, rated before and after by 1 of 3 (33%) who came" in said
    assert "mean 2.0, then 5.0" in said
    assert "at 4 or 5: 0 of 1 (0%), then 1 of 1 (100%)" in said
    assert "2 of 2 (100%)" in next(line for line in said.splitlines() if " Knowing the child " in line)
    people = figures(found.part(PEOPLE, context))
    assert "Not completed: 1 of 2 (50%) | Sam Reid" in people
    assert "Still missing: Handing over." in people
    hidden = figures(found.part(PEOPLE, context._replace(hidden=True)))
    assert "Reid" not in hidden
    assert "SR" in hidden
    assert "count for a module: 2 of 2 (100%) sessions" in figures(found.part(SESSIONS, context))


async def test_modules_are_added_changed_and_retired_and_led_on_from(workspace: Workspace) -> None:
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        assert await press(pilot, "5", *more("workshops.training")) == 3
        assert isinstance(app.screen, TrainingScreen)
        await press(pilot, "a")
        await type_in(pilot, "Attachment [/x]")
        await press(pilot, "tab")
        await type_in(pilot, "Basics")
        await press(pilot, "ctrl+s")
        assert screen_lines(app)[1].startswith(" Training · Attachment [/x] ")
        assert "nobody has come to a session yet" in screen_text(app)
        await press(pilot, "enter")
        assert toasts(app)[-1].startswith("No sessions of this module are planned.")
        await press(pilot, "v")
        assert toasts(app)[-1].startswith("There is no other programme.")
        champions(workspace)
        app.publish()
        await settle(pilot)
        await press(pilot, "v")
        assert isinstance(app.screen, Choose)
        await press(pilot, "2")
        assert screen_lines(app)[1].startswith(" Training · Champions ")
        assert "completed by 1 of 2 (50%)" in screen_lines(app)[1]

        await press(pilot, "enter")
        assert isinstance(app.screen, Choose)
        await press(pilot, "1")
        assert isinstance(app.screen, WorkshopScreen)
        await press(pilot, "escape", "right")
        assert "Sam Reid" in screen_text(app)
        await press(pilot, "f9")
        assert "Reid" not in screen_text(app)
        assert "SR" in screen_text(app)
        await press(pilot, "f9", "right", "right", "e")
        assert toasts(app)[-1].startswith("No module is highlighted")

        await press(pilot, "right", "a")
        assert isinstance(app.screen, FormScreen)
        await press(pilot, "tab")
        await type_in(pilot, "Handing over")
        await press(pilot, "ctrl+s")
        assert "Champions already has this module" in sentence(app)
        await type_in(pilot, " well")
        await press(pilot, "ctrl+s")
        programme = next(one for one in training.programmes(workspace) if one.name == PROGRAMME)
        assert [row.name for row in programme.modules] == ["Knowing the child", "Handing over", "Handing over well"]
        assert "completed by 0 of 2 (0%)" in screen_lines(app)[1]
        await press(pilot, "end", "T")
        assert "u undoes" in toasts(app)[-1]
        assert "Retired" in screen_text(app)
        assert "completed by 1 of 2 (50%)" in screen_lines(app)[1]
        await press(pilot, "T")
        assert "completed by 0 of 2 (0%)" in screen_lines(app)[1]
        await press(pilot, "u", "u", "u")
        assert len(next(one for one in training.programmes(workspace) if one.name == PROGRAMME).modules) == 2
