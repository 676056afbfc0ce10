"""Going about: back and forward through what was visited, and to any target of a page by its letter."""

from builders import add_pupil, add_school, add_terms
from reading import press, screen_text, settle, toasts

from screens.caseload.caseload import CaseloadScreen
from screens.frame.app import TransitionsApp
from screens.frame.jump import JumpScreen
from screens.frame.record_form import RecordFormScreen
from screens.handovers.board import HandoversScreen
from screens.pupils.page import PLAN, TIMELINE, PupilScreen
from screens.pupils.schools import SchoolsScreen
from screens.widgets.clean_input import CleanInput
from transitions.workspace import Workspace


async def test_back_and_forward_each_with_its_cursor(workspace: Workspace) -> None:
    add_terms(workspace)
    for name in ("Layfield", "Conyers", "Ash Lane"):
        add_school(workspace, name)
    pupils = [
        add_pupil(workspace, surname=name, forename="Kim", year_group=6, owner_id=workspace.me)
        for name in ("Byrne", "Khan", "Osei", "Ward")
    ]
    app = TransitionsApp(workspace)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "down", "enter", "right", "6")
        assert isinstance(app.screen, HandoversScreen)
        await press(pilot, "alt+left")
        assert isinstance(app.screen, PupilScreen)
        assert (app.screen.pupil_id, app.screen.tab) == (pupils[1], PLAN)
        await press(pilot, "left", "escape")
        assert isinstance(app.screen, CaseloadScreen)
        await press(pilot, "down", "down", "S", "down", "less_than_sign")
        assert isinstance(app.screen, CaseloadScreen)
        assert app.screen.table.cursor_key == pupils[3]
        await press(pilot, "less_than_sign")
        assert isinstance(app.screen, PupilScreen), "what was left by Escape is opened again"
        assert (app.screen.pupil_id, app.screen.tab) == (pupils[1], TIMELINE)
        await press(pilot, "less_than_sign")
        assert isinstance(app.screen, CaseloadScreen)
        assert app.screen.table.cursor_key == pupils[1], "it is as it was when one was there"
        await press(pilot, "less_than_sign")
        assert toasts(app)[-1] == "This is the first place you visited."
        await press(pilot, *["greater_than_sign"] * 3)
        assert isinstance(app.screen, SchoolsScreen)
        assert app.screen.table.cursor == 1
        await press(pilot, "greater_than_sign")
        assert toasts(app)[-1] == "This is the last place you visited."

        # By the words that people use: the palette goes to where a command is, and does it, or says where that is.
        await press(pilot, "1", "ctrl+p", *"new school", "enter")
        assert isinstance(app.screen, RecordFormScreen)
        assert "Add a school" in screen_text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, SchoolsScreen)
        await press(pilot, "ctrl+p", *"person centred", "enter")
        assert isinstance(app.screen, CaseloadScreen)
        assert toasts(app)[-1] == "“Open the plan” is P here."
        await press(pilot, "ctrl+p", *"meetings and", "enter")
        assert toasts(app)[-1] == "“Meetings and reviews” (M) works in a pupil's plan. P opens one."
        await press(pilot, "S", "end")

        # By letters: the rows of a list, the tabs of a page, the fields of a form.
        await press(pilot, "ctrl+o", "c", "e")
        assert app.screen.query_one(CleanInput).value == "Layfield"
        await press(pilot, "ctrl+o", "b")
        assert [str(label.render()) for label in app.screen.query("JumpScreen Static")] == []
        assert app.focused is app.screen.query(CleanInput)[1]
        await press(pilot, "ctrl+o", "!")
        assert app.focused is app.screen.query(CleanInput)[1], "another key changes nothing"
        await press(pilot, "escape", "2", "2", "home", "enter", "ctrl+o")
        assert isinstance(app.screen, JumpScreen)
        await press(pilot, "c")
        assert isinstance(app.screen, PupilScreen)
        assert app.screen.tab == PLAN
