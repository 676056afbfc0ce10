"""Undo says what it will take back, and asks when that was not done just now on this screen."""

from datetime import UTC, datetime, timedelta

from builders import add_pupil, add_terms, edit_pupil
from reading import press, screen_lines, sentence, settle, toasts, type_at

from screens.frame.app import TransitionsApp
from screens.frame.dialogs import Confirm
from transitions.caseload import caseload
from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.custody import history
from transitions.milestones import recording
from transitions.workspace import Workspace

OVERDUE = Caseload(states=("overdue",))
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def prepared(workspace: Workspace) -> int:
    """A pupil with overdue steps; as every other change, it was recorded before the app was opened."""
    add_terms(workspace)
    return add_pupil(workspace, surname="Khan", forename="Aisha", year_group=6, owner_id=workspace.me)


async def test_what_was_done_just_now_here_is_undone_and_done_again_at_one_key(workspace: Workspace) -> None:
    pupil = prepared(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "d")
        assert caseload.count(workspace, OVERDUE) == 0
        # What the next u takes stands in the footer, and the last changes can be listed, each to be undone from there.
        assert "u undo “Marked done”" in screen_lines(app)[-1]
        # The toast says so, too, and leaves the count in the frame of the list to be read.
        assert any("Marked done: " in line for line in screen_lines(app)[-5:-2])
        assert "1 of 1" in screen_lines(app)[-2]
        recording.add_note(workspace, [pupil], "Rang home")
        await press(pilot, "=")
        said = sentence(app)
        assert "= Note added" in said
        assert "K. Osei · Sat 21 Nov 2026, " in said
        await press(pilot, "down", "enter")
        assert "Undo “Marked done”?" in sentence(app)
        await press(pilot, "y")
        assert caseload.count(workspace, OVERDUE) == 1
        await press(pilot, "=", "down", "enter")
        assert "already been undone" in toasts(app)[-1]
        await press(pilot, "U")
        history.undo(workspace, next(one.id for one in history.entries(workspace) if one.name == "Note added"))
        for _ in range(2):
            await press(pilot, "u")
            assert caseload.count(workspace, OVERDUE) == 1
            await press(pilot, "U")
            assert caseload.count(workspace, OVERDUE) == 0


async def test_what_was_done_before_the_program_was_opened_is_asked_about(workspace: Workspace) -> None:
    pupil = prepared(workspace)
    edit_pupil(workspace, pupil, preferred_name="Ash")
    app = TransitionsApp(workspace)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "u")
        assert isinstance(app.screen, Confirm)
        said = sentence(app)
        assert history.entries(workspace)[0].name in said
        assert "It was made before you opened the program." in said
        assert "Recorded by K. Osei on Saturday 21 November 2026 at " in said
        await press(pilot, "n")
        assert history.entries(workspace)[0].kind == "change"
        await press(pilot, "u", "y")
        assert history.entries(workspace)[0].kind == "undo"


async def test_what_was_done_on_another_screen_or_a_while_ago_is_asked_about(workspace: Workspace, monkeypatch) -> None:
    prepared(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "d", "3", "u")
        assert isinstance(app.screen, Confirm)
        assert "It was made on another screen." in sentence(app)
        monkeypatch.setattr("screens.frame.keys_in_turn.PAUSE_SECONDS", 0.3)
        await press(pilot, "escape")
        for words in ("uy", "upulley quarry", "ubumper"):
            await type_at(pilot, 0.01, *words)
            assert isinstance(app.screen, Confirm), "words that are typed without a look answer nothing"
            assert caseload.count(workspace, OVERDUE) == 0, words
            await press(pilot, "escape")
        monkeypatch.setattr("screens.frame.keys_in_turn.PAUSE_SECONDS", -60)
        await press(pilot, "2", "f9")
        monkeypatch.setattr(Clock, "now", staticmethod(lambda: NOON + timedelta(minutes=6)))
        await press(pilot, "u")
        assert "That was a while ago." in sentence(app)
        assert "Khan" not in sentence(app), "names are hidden"
        await press(pilot, "y", "U")
        assert toasts(app)[-1].startswith("Done again: "), "what was undone just now here is done again unasked"
        assert caseload.count(workspace, OVERDUE) == 0


def test_the_next_undoing_is_named(workspace: Workspace) -> None:
    pupil = prepared(workspace)
    edit_pupil(workspace, pupil, preferred_name="Ash")
    named = history.entries(workspace)[0]
    entry = history.next_undo(workspace)
    assert entry is not None
    assert (entry.id, entry.name, entry.summary, entry.worker) == (named.id, named.name, named.summary, "K. Osei")
    assert history.next_redo(workspace) is None
    history.undo(workspace)
    redone = history.next_redo(workspace)
    assert redone is not None
    assert redone.name == entry.name
