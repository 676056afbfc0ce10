"""A longer text that is half typed is there when one asks for it again, whatever came between."""

import pytest
from builders import add_pupil, contents
from reading import press, screen_text, settle, toasts

from screens.caseload import views
from screens.frame.app import TransitionsApp
from screens.frame.commands import CASELOAD
from screens.frame.drafts import AskText, half_written
from screens.frame.record_form import RecordFormScreen
from screens.handovers.handover import HandoverScreen
from screens.pupils.page import PupilScreen
from transitions.errors import Fault
from transitions.handovers import page as handover_pages
from transitions.handovers import writing
from transitions.milestones import recording
from transitions.team import workers
from transitions.workspace import Workspace


async def test_a_note_that_is_half_typed_comes_back(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    pupil = add_pupil(workspace)

    def fails(*_: object) -> None:
        raise Fault("The disk is full.")

    app = TransitionsApp(workspace)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "n", *"Rang.", "escape")
        assert toasts(app)[-1].startswith("Not saved. Your draft will be here")
        with monkeypatch.context() as broken:
            broken.setattr(recording, "add_note", fails)
            await press(pilot, "n", "ctrl+s")
        assert isinstance(app.screen, AskText)
        assert "The disk is full." in screen_text(app)
        await press(pilot, "escape", "n")
        assert isinstance(app.screen, AskText)
        assert app.screen.text == "Rang."
        assert toasts(app)[-1] == "Draft restored."
        await press(pilot, *" Twice.")
        assert app.screen.text == "Rang. Twice.", "one goes on where one stopped"
        await press(pilot, "ctrl+s", "n")
        assert isinstance(app.screen, AskText)
        assert app.screen.text == ""
    assert [row[1] for row in contents(workspace)["note"] if row[1] == pupil or "Rang." in row]


async def test_the_next_start_goes_on_where_one_was_and_says_what_is_half_written(workspace: Workspace) -> None:
    pupils = [add_pupil(workspace, surname=name, owner_id=workspace.me) for name in ("Abbott", "Byrne", "Khan")]
    app = TransitionsApp(workspace)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "enter", "n", *"Rang")
        app.screen.keep_draft()  # type: ignore[attr-defined] # as it does by itself 0.4 s after a key
        for _ in range(2):
            app._look_for_changes()
        left = workers.left_on_desk(workspace, "place")
    again = TransitionsApp(workspace)
    async with again.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert isinstance(again.screen, AskText), left
        assert again.screen.text == "Rang"
        page = again.screen_stack[-2]
        assert isinstance(page, PupilScreen)
        assert page.pupil_id == pupils[1]
        assert workers.left_on_desk(workspace, "place") is None, (
            "what cannot be shown would keep every start from being one"
        )
        await press(pilot, "ctrl+s", "escape", "4")
        again._look_for_changes()
        await again.action_quit()
    assert workers.left_on_desk(workspace, "place")["area"] == "calendar"
    assert views.last(workspace, CASELOAD).key == pupils[1]

    workers.leave_on_desk(workspace, "place", {**left, "above": [[*left["above"][0][:2], [999, []]]], "form": None})
    for name in (f"note {pupils[0]}", "school new", "note 99", f"outcome new of plan {pupils[0]} 6-7"):
        workers.leave_on_desk(workspace, f"draft {name}", "Rang")
    last = TransitionsApp(workspace)
    async with last.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert last.is_running, "a place that is gone is left out"
        assert toasts(last) == [
            "Unfinished: note (Aisha Abbott), outcome (Aisha Abbott) and 2 more. Open them again to continue."
        ]
        for sentence in ("Here.", "There.", "Here."):
            last.say(sentence)
            await pilot.pause()
        assert toasts(last)[1:] == ["There.", "Here."], "what stands already is not said twice"

        # Of a handover the section is opened that was half typed, and no other one once that was saved.
        started = writing.start(workspace, [pupils[2]], "6-7").handovers[pupils[2]]
        section = handover_pages.load(workspace, started).form.sections[2]
        draft = f"draft handover {started} {section.code}"
        place = {
            "area": "caseload",
            "above": [[HandoverScreen.__module__, "HandoverScreen", [started, []]]],
            "mark": [2],
            "form": "handover.edit",
            "draft": draft,
        }
        workers.leave_on_desk(workspace, "place", place)
        assert await last._left_off.go_on() == ""
        workers.leave_on_desk(workspace, draft, {section.questions[0].code: "Kites"})
        workers.leave_on_desk(workspace, "place", place)
        assert await last._left_off.go_on() == draft
        await settle(pilot)
        assert isinstance(last.screen, RecordFormScreen)
        assert last.screen.draft == draft
        assert f"handover “{section.title}” (Aisha Khan)" in half_written(last)
        assert "handover" not in half_written(last, draft)


async def test_a_note_with_nothing_in_it_stays_open_and_says_so(workspace: Workspace) -> None:
    add_pupil(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "n", "ctrl+s", "ctrl+s")
        assert isinstance(app.screen, AskText)
        assert "The note is empty. Write something, or press Escape." in screen_text(app)
        await press(pilot, *"Rang.", "ctrl+s")
        assert not isinstance(app.screen, AskText)
    assert [row for row in contents(workspace)["note"] if "Rang." in row]
