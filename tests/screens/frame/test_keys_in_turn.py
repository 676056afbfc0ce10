"""What is typed ahead reaches what it was typed for: keys wait for the form, and a dialog that closes hears no more of them."""

from datetime import date

import pytest
from builders import add_pupil, add_workshop
from fast_typing import arrived, rows, words_for
from made_plans import draft_plan
from reading import press, settle, toasts, type_at
from rich.console import RenderableType
from test_errands import AskingApp, AskingCaseload
from textual._compositor import LayoutUpdate
from textual.events import Paste
from textual.screen import Screen
from textual.widgets import Button, TextArea

from screens.caseload.caseload import CaseloadScreen
from screens.frame.app import TransitionsApp
from screens.frame.dialogs import Choice, Choose, Confirm
from screens.plans.plan import PlanScreen
from screens.widgets.field_row import FieldRow
from screens.widgets.form import Form
from screens.workshops.register import WorkshopsScreen
from transitions.pupils.page import load
from transitions.workspace import Workspace

GAPS = (0.0, 0.03)


def texts(app: TransitionsApp) -> list[str]:
    return [row.text for row in app.screen.query_one(Form)._rows.values()]


@pytest.mark.parametrize("gap", GAPS)
async def test_a_form_that_opens_gets_what_is_typed_ahead(workspace: Workspace, gap: float) -> None:
    app = TransitionsApp(workspace)
    async with app.run_test(size=(110, 45)) as pilot:
        await settle(pilot)
        await type_at(pilot, gap, "a", *"Surn", "tab", *"Fore", "tab", *"5/9/15", "tab")
        assert texts(app)[:3] == ["Surn", "Fore", "5/9/15"]


@pytest.mark.usefixtures("every_frame")
async def test_what_is_seen_of_a_form_is_there_first_and_the_rest_without_a_key_lost(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupil = add_pupil(
        workspace, surname="Khan", forename="Aisha", year_group=6, owner_id=workspace.me, pupil_premium=True
    )
    painted: list[list[str]] = []
    held: list[tuple[bool, int]] = []
    paint = TransitionsApp._display

    def note(app: TransitionsApp, screen: Screen[object], frame: RenderableType | None) -> None:
        painted.append([row.field.name for row in screen.query(FieldRow)])
        if frame is not None:
            held.append((isinstance(frame, LayoutUpdate), app._batch_count))
        paint(app, screen, frame)

    monkeypatch.setattr(TransitionsApp, "_display", note)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(110, 36)) as pilot:
        await settle(pilot)
        await type_at(pilot, 0, "a", *"Surn", "shift+tab", *"zq", "pageup")
        assert held[0] == (True, 0)  # the first picture is a whole one
        assert not any(count for _, count in held)  # and none is drawn that nobody sees
        first = next(names for names in painted if names)
        assert first[0] == "surname"
        assert len(first) < len(texts(app))
        assert (texts(app)[0], texts(app)[-1]) == ("Surn", "zq")
        await press(pilot, "ctrl+r", "escape")
        await type_at(pilot, 0, "e", *"Byrne", "ctrl+s")
        saved = load(workspace, pupil).page
        assert (saved.surname, saved.forename, saved.owner_id, saved.pupil_premium) == (
            "Byrne",
            "Aisha",
            workspace.me,
            True,
        )


async def test_a_paste_waits_its_turn(workspace: Workspace) -> None:
    app = TransitionsApp(workspace)
    async with app.run_test(size=(110, 45)) as pilot:
        await settle(pilot)
        await type_at(pilot, 0, "a")
        app.post_message(Paste("Surn"))
        await type_at(pilot, 0, "tab", *"F")
        app.post_message(Paste("ore"))
        await settle(pilot)
        assert texts(app)[:2] == ["Surn", "Fore"]


async def test_every_form_from_the_areas_gets_what_is_typed_ahead(workspace: Workspace) -> None:
    """In one burst, its first two fields; the drill in tests/goldens goes through every field of every form."""
    app = TransitionsApp(workspace)
    async with app.run_test(size=(110, 45)) as pilot:
        await settle(pilot)
        for opening in (("2", "S", "a"), ("2", "K", "a"), ("5", "a"), ("4", "a", "enter")):
            await press(pilot, *opening)
            named = [row.field.name for row in rows(pilot)]
            typed = [words_for(row, number) for number, row in enumerate(rows(pilot)[:2])]
            await press(pilot, "escape", "escape", "escape")
            await type_at(pilot, 0, *opening, *typed[0], "tab", *typed[1], "tab")
            assert [row.field.name for row in rows(pilot)] == named, opening
            for row, text in zip(rows(pilot), typed, strict=False):
                assert arrived(row, text), (opening, row.field.name, row.text)
            await press(pilot, "ctrl+r", "escape", "escape", "escape")


@pytest.mark.parametrize("gap", GAPS)
async def test_a_section_of_a_plan_gets_what_is_typed_ahead(workspace: Workspace, gap: float) -> None:
    app = TransitionsApp(workspace)
    async with app.run_test(size=(110, 45)) as pilot:
        await app.push_screen(PlanScreen(draft_plan(workspace)))
        await settle(pilot)
        before = app.screen
        await press(pilot, "enter")
        stood = texts(app)
        await press(pilot, "escape")
        assert app.screen is before
        await type_at(pilot, gap, "enter", "tab", "end", *" and more")
        assert texts(app) == [stood[0], f"{stood[1]} and more", *stood[2:]]


async def test_another_area_gets_what_is_typed_ahead(workspace: Workspace) -> None:
    add_workshop(workspace, title="Lift day", on_day=date(2026, 12, 1))
    add_workshop(workspace, title="Another", on_day=date(2026, 12, 2))
    app = TransitionsApp(workspace)
    async with app.run_test(size=(110, 45)) as pilot:
        await settle(pilot)
        await type_at(pilot, 0, "5", "/", *"lift")
        assert isinstance(app.screen, WorkshopsScreen)
        assert app.screen.find_line.value == "lift"
        assert app.screen.table.row_count == 1


async def test_questions_that_follow_one_another_get_the_keys_in_turn(tmp_path) -> None:
    app = AskingApp(tmp_path)
    async with app.run_test() as pilot:
        await type_at(pilot, 0, "m", "2", *"ill", "enter", "m", "1", "d")
        assert app.caseload.done == ["missed o ill", "missed a ", "done"]


@pytest.mark.parametrize("gap", GAPS)
async def test_a_second_key_in_a_dialog_that_closes_harms_nobody(workspace: Workspace, gap: float) -> None:
    hurried = (
        ("m", "enter", "enter"),
        ("o", "enter", "enter"),
        ("i", "1", "1"),
        ("a", "ctrl+s", "ctrl+s", "escape", "escape"),
        ("V", *"mine", "enter", "enter"),
        ("ctrl+p", "enter", "enter"),
        ("ctrl+p", *"undo", "enter", "enter"),
        ("?", "q", "q", "?", "escape", "escape"),
    )
    for number, _ in enumerate(hurried):
        add_pupil(workspace, surname=f"Khan{number}", year_group=6, owner_id=workspace.me)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(110, 45)) as pilot:
        await settle(pilot)
        await type_at(pilot, 0, "n", "n")
        assert app.screen.query_one(TextArea).text == "", (
            "pressed twice, for a note: that the note begins with n is not meant"
        )
        await press(pilot, "escape")
        for keys in hurried:
            await type_at(pilot, gap, *keys)
            assert app.is_running, keys
            assert app.return_code is None, keys
            await press(pilot, "escape", "escape", "2")
            assert isinstance(app.screen, CaseloadScreen), keys
            assert app.screen.table.row_count, keys


async def test_a_dialog_that_was_left_hears_no_more_clicks_and_answers_once(tmp_path) -> None:
    app = AskingApp(tmp_path)
    answers: list[bool | None] = []
    async with app.run_test() as pilot:
        app.push_screen(Confirm("Sure?"), answers.append)
        await pilot.pause()
        dialog = app.screen
        assert isinstance(dialog, Confirm)
        for _ in range(3):
            dialog.post_message(Button.Pressed(dialog.query_one("#yes", Button)))
        await settle(pilot)
        dialog.dismiss(False)
        await settle(pilot)
        assert answers == [True]
        assert app.screen is app.caseload


@pytest.mark.parametrize("other", ["help", "area"])
async def test_a_screen_that_a_thread_leaves_behind_another_closes_when_its_turn_comes(tmp_path, other: str) -> None:
    app = AskingApp(tmp_path)
    answers: list[object] = []
    async with app.run_test() as pilot:
        dialog = Choose("Why?", [Choice("a", "Away")])
        app.push_screen(dialog, answers.append)
        await pilot.pause()
        if other == "help":
            await press(pilot, "f1")
        else:
            app.action_area("missed")
        await settle(pilot)
        before = app.screen
        dialog.dismiss("a")
        await settle(pilot)
        assert app.screen is before, "what one looks at stays"
        if other == "help":
            await press(pilot, "escape")
        else:
            app.action_area("caseload")
        await settle(pilot)
        assert app.screen is app.caseload
        assert answers == ["a"]


async def test_a_key_waits_for_a_form_but_not_for_ever(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("screens.frame.keys_in_turn.PATIENCE_SECONDS", 0.1)
    app = AskingApp(tmp_path)
    async with app.run_test() as pilot:
        monkeypatch.setattr(AskingCaseload, "is_getting_ready", True)
        await type_at(pilot, 0, "d", "d")
        await pilot.pause(0.3)
        assert app.caseload.done == ["done", "done"]
        assert toasts(app) == []
