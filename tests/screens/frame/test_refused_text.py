"""The box in which a text is written closes when the text is saved, and only then."""

import time

import pytest
from builders import add_pupil, contents
from reading import press, settle, toasts
from textual.widgets import Static, TextArea

from screens.frame.app import TransitionsApp
from screens.frame.drafts import AskText
from screens.widgets.form import KEEP_AFTER_SECONDS
from transitions.errors import DatabaseInUse, Fault
from transitions.milestones import recording
from transitions.team import workers
from transitions.workspace import Workspace


def box(app: TransitionsApp) -> AskText:
    assert isinstance(app.screen, AskText)
    return app.screen


def said(app: TransitionsApp) -> str:
    return str(box(app).query_one("#ask-message", Static).content)


@pytest.fixture
def app(workspace: Workspace) -> TransitionsApp:
    add_pupil(workspace)
    return TransitionsApp(workspace)


async def test_a_note_that_cannot_be_saved_stays_in_the_box(
    app: TransitionsApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        before = len(toasts(app))
        await press(pilot, "n", *"Rang.")
        with monkeypatch.context() as broken:
            broken.setattr(recording, "add_note", _raiser(DatabaseInUse("Another program is writing.")))
            await press(pilot, "ctrl+s")
            await settle(pilot)
        assert (
            said(app) == "! Another program is writing. What you wrote stays here; Escape keeps your text as a draft."
        )
        assert box(app).text == "Rang."
        assert len(toasts(app)) == before
        await press(pilot, "ctrl+s")
        assert not isinstance(app.screen, AskText)
        await press(pilot, "n")
        assert box(app).text == ""


async def test_on_a_read_only_disk_it_is_said_once_and_the_text_is_kept(
    app: TransitionsApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "add_note", _raiser(Fault("The disk is read-only.")))
    monkeypatch.setattr(workers, "put_on_desk", _raiser(Fault("The disk is read-only.")))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        before = len(toasts(app))
        await press(pilot, "n", *"Rang.")
        await pilot.pause(KEEP_AFTER_SECONDS + 0.1)
        await press(pilot, "ctrl+s")
        assert said(app) == (
            "! The disk is read-only. What you wrote stays here; Escape keeps your text until you quit."
        )
        assert len(toasts(app)) == before
        await press(pilot, "escape", "n")
        assert box(app).text == "Rang."


async def test_a_draft_comes_back_with_the_cursor_at_its_end(app: TransitionsApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "n", *"Rang", "enter", *"twice", "escape", "n", *", no")
        assert box(app).text == "Rang\ntwice, no"
        assert box(app).query_one(TextArea).cursor_location == (1, 9)


async def test_a_note_is_on_the_desk_half_a_second_after_a_key(app: TransitionsApp) -> None:
    assert KEEP_AFTER_SECONDS <= 0.5
    pupil = contents(app.workspace)["pupil"][0][0]
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "n", *"Half a note")
        end = time.monotonic() + 5
        while workers.left_on_desk(app.workspace, f"draft note {pupil}") != "Half a note":
            assert time.monotonic() < end
            await pilot.pause(0.05)


def _raiser(fault: Fault):
    def fails(*_: object) -> None:
        raise fault

    return fails
