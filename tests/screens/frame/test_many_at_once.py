"""Deciding on many rows at once: written in a thread, one change, one undo."""

import threading

from builders import add_pupil, add_terms, pupil_values
from reading import press, settle, toasts

from screens.caseload import step_actions
from screens.frame import app as app_module
from screens.frame.app import TransitionsApp
from transitions.caseload import caseload
from transitions.caseload.caseload import Caseload
from transitions.custody import history
from transitions.milestones import recording
from transitions.workspace import Workspace


async def test_many_marked_rows_are_one_change_and_the_screen_goes_on(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr(step_actions, "MANY", 20)
    monkeypatch.setattr(app_module, "MANY_ROWS", 20)
    add_terms(workspace)
    with workspace.change("Pupils added", "made-up") as action:
        for number in range(60):
            action.insert("pupil", pupil_values(workspace, surname=f"Pupil {number:02}"))
    overdue = Caseload(states=("overdue",))
    assert caseload.count(workspace, overdue) == 60
    app = TransitionsApp(workspace)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "A", "d")
        await settle(pilot)
        assert "60 pupils" in toasts(app)[-1]
        assert caseload.count(workspace, overdue) == 0
        assert history.entries(workspace)[0].name == "Marked done"
        jobs: list[str] = []
        in_thread = app.in_thread
        monkeypatch.setattr(app, "in_thread", lambda work, job=None: jobs.append(job.title) or in_thread(work, job))
        await press(pilot, "u")
        assert caseload.count(workspace, overdue) == 60
        assert jobs == ["Undoing: Marked done"]


async def test_undo_pressed_again_while_much_is_taken_back_says_what_goes_on(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr(app_module, "MANY_ROWS", 1)
    pupils = [add_pupil(workspace, surname=f"Pupil {number}") for number in range(3)]
    app = TransitionsApp(workspace)
    let_go, undo = threading.Event(), history.undo

    def slow(*given: Workspace, **named: int | None) -> history.Undone:
        let_go.wait(5)
        return undo(*given, **named)

    monkeypatch.setattr(history, "undo", slow)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await settle(pilot)
        app.record(recording.add_note(workspace, pupils, "Rang."))
        app.record(recording.add_note(workspace, pupils, "Rang again."))
        await pilot.press("u", "u")
        assert toasts(app)[-1] == "Undoing: Note added is still running. Press the key again when it has finished."
        let_go.set()
        await settle(pilot)
        await press(pilot, "u")
        assert toasts(app)[-1].startswith("Undone: Note added")
    assert [one.kind for one in history.entries(workspace)[:2]] == ["undo", "undo"]
