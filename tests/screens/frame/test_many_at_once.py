"""Deciding on many rows at once: written in a thread, one change, one undo."""

from builders import add_terms, pupil_values
from reading import press, settle, toasts

from screens.caseload import step_actions
from screens.frame import app as app_module
from screens.frame.app import TransitionsApp
from transitions import history
from transitions.caseload import caseload
from transitions.caseload.caseload import Caseload
from transitions.workspace import Workspace


async def test_many_marked_rows_are_one_change_and_the_screen_goes_on(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr(step_actions, "MANY", 20)
    monkeypatch.setattr(app_module, "MANY", 20)
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
