"""The list of milestones: read one, move it, edit it, add one, retire it; what that does is shown before it is saved."""

from datetime import date
from typing import Any

import pytest
from builders import add_pupil, add_terms, contents, step_of, steps_of
from reading import more, press, screen_text, sentence, settle, toasts
from textual.events import Paste
from textual.pilot import Pilot

from screens.frame.app import TransitionsApp
from screens.frame.command_list import COMMANDS
from screens.frame.dialogs import Ask, ReadScreen
from screens.milestones.catalogue import MilestonesScreen
from screens.milestones.form import MilestoneFormScreen, PreviewScreen
from transitions.custody import history
from transitions.milestones import editing, recording
from transitions.workspace import Workspace

SENT = "6-7.handover-sent"
TIER = "6-7.tier"
WIDE = (120, 36)


@pytest.fixture
def pupils(workspace: Workspace) -> list[int]:
    """Five pupils of Year 6 with SEN support, of whom one has a handover that was sent."""
    add_terms(workspace)
    found = [
        add_pupil(workspace, year_group=6, sen_provision="K", surname=f"Khan{n}", forename="Aisha") for n in range(5)
    ]
    recording.mark_done(workspace, [step_of(workspace, found[0], SENT)])
    return found


def days(workspace: Workspace, pupils: list[int], code: str) -> list[date | None]:
    return [steps_of(workspace, pupil)[code, 2026].due_on for pupil in pupils]


async def type_over(pilot: Pilot[Any], text: str) -> None:
    """Put ``text`` in place of what stands in the field with the cursor."""
    await pilot.press("end", "ctrl+u")
    pilot.app.post_message(Paste(text))
    await settle(pilot)


async def go_to(pilot: Pilot[Any], words: str) -> None:
    """From anywhere, by the calendar, to the one milestone that answers to ``words``."""
    await press(pilot, "4", *more("milestones.list", "calendar"), "slash", *words, "enter")
    assert isinstance(pilot.app.screen, MilestonesScreen)
    assert "1 of 1" in screen_text(pilot.app)


def test_the_list_has_a_key_in_the_calendar_and_a_command_in_the_caseload() -> None:
    assert more("milestones.list", "calendar")[0] == ";"
    assert {"milestones.list"} <= {command.id for command in COMMANDS.in_scope("caseload")}


async def test_milestones_are_listed_by_transition_point_and_read(workspace: Workspace, pupils: list[int]) -> None:
    editing.save(workspace, editing.moved(workspace, TIER, "1 April"))
    app = TransitionsApp(workspace)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "4", *more("milestones.list", "calendar"))
        assert "Early years to Reception · EY-R" in screen_text(app)
        assert "1 of" in screen_text(app)
        await press(pilot, "slash", *"6-7.handover-se", "enter")
        assert "2nd Friday of June Fri 11 Jun 2027 local shipped 4" in " ".join(screen_text(app).split())
        assert "Year 6 to Year 7 · 6-7" in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ReadScreen)
        said = sentence(app)
        assert "2026/27: Friday 11 June 2027; 2027/28: Friday 9 June 2028" in said
        assert "Open for 4 pupils" in said
        await press(pilot, "escape", "escape")
        await press(pilot, "slash", *"6-7.tier", "enter", "enter")
        said = sentence(app)
        assert "From 2026/27 1 April" in said
        assert "Up to 2025/26 31 March" in said


def records(workspace: Workspace) -> dict[str, object]:
    """What is recorded; the place on the screen is left on the desk as one goes."""
    return {table: rows for table, rows in contents(workspace).items() if table != "desk"}


async def test_a_date_is_moved_after_a_look_and_u_takes_it_back(workspace: Workspace, pupils: list[int]) -> None:
    app = TransitionsApp(workspace)
    stood = records(workspace)
    async with app.run_test(size=WIDE) as pilot:
        await go_to(pilot, SENT)
        await press(pilot, "t")
        await type_over(pilot, "2nd Fridy of July")
        assert 'it says "Fridy"' in sentence(app)
        await type_over(pilot, "2nd Friday of July")
        assert "2026/27: Friday 9 July 2027; 2027/28: Friday 14 July 2028" in sentence(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, PreviewScreen)
        said = sentence(app)
        assert "Due 2nd Friday of June → 2nd Friday of July" in said
        assert "Gains a date 0 pupils Loses its date 0 pupils Moves 4 pupils Stays as it is 0 pupils" in said
        assert "Decided, untouched 1 pupil" in said
        assert "from Fri 11 Jun 2027 to Fri 9 Jul 2027" in said
        assert "Aisha Khan1" in said
        await press(pilot, "f9")
        assert "Khan" not in screen_text(app)
        await press(pilot, "f9", "escape")
        assert records(workspace) == stood
        assert isinstance(app.screen, Ask)
        assert app.screen.text == "2nd Friday of July"
        await press(pilot, "enter", "ctrl+s")
        assert isinstance(app.screen, MilestonesScreen)
        assert toasts(app)[-1].startswith("Milestone moved: ")
        assert toasts(app)[-1].endswith("u undoes.")
        assert days(workspace, pupils, SENT) == [date(2027, 6, 11), *[date(2027, 7, 9)] * 4]
        assert "own" in screen_text(app)
        await press(pilot, "u")
        assert days(workspace, pupils, SENT) == [date(2027, 6, 11)] * 5
        assert "shipped" in screen_text(app)


async def test_a_milestone_is_edited_by_form_and_escape_goes_back_to_what_was_typed(
    workspace: Workspace, pupils: list[int]
) -> None:
    app = TransitionsApp(workspace)
    async with app.run_test(size=WIDE) as pilot:
        await go_to(pilot, SENT)
        await press(pilot, "e")
        assert isinstance(app.screen, MilestoneFormScreen)
        await press(pilot, "tab", "tab")
        await type_over(pilot, "31 June")
        await press(pilot, "ctrl+s")
        assert 'goes wrong: it says "31", expected a day' in sentence(app)
        await type_over(pilot, "30 June")
        assert "= 2026/27: Wednesday 30 June 2027; 2027/28: Friday 30 June 2028" in sentence(app)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, PreviewScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, MilestoneFormScreen)
        assert "30 June" in screen_text(app)
        await press(pilot, "ctrl+s", "ctrl+s")
        assert isinstance(app.screen, MilestonesScreen)
        assert days(workspace, pupils, SENT)[1:] == [date(2027, 6, 30)] * 4
        await press(pilot, "e", "ctrl+s")  # no draft has stayed
        assert toasts(app)[-1] == "Nothing was changed."


async def test_one_of_ones_own_is_added_and_retired(workspace: Workspace, pupils: list[int]) -> None:
    app = TransitionsApp(workspace)
    async with app.run_test(size=WIDE) as pilot:
        await go_to(pilot, TIER)
        await press(pilot, "a")
        for text in ("A buddy is named", "", "", "1 June", "", "", "Year 6\nsen suport"):
            if text:
                pilot.app.post_message(Paste(text))
                await pilot.pause()
            await pilot.press("tab")
        await settle(pilot)
        assert "did you mean “SEN support”?" in sentence(app)
        await press(pilot, "shift+tab", *["backspace"] * 4, *"pport")
        assert "= For Year 6 pupils with SEN support" in sentence(app)
        await press(pilot, "tab", "tab", "tab", "tab")
        pilot.app.post_message(Paste("The buddy’s name"))
        await press(pilot, "tab")
        pilot.app.post_message(Paste("Nobody eats lunch alone"))
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, PreviewScreen)
        assert "Gains a date 5 pupils" in sentence(app)
        await press(pilot, "ctrl+s")
        assert days(workspace, pupils, "6-7.a-buddy-is-named") == [date(2027, 6, 1)] * 5
        await press(pilot, "escape")
        await press(pilot, "slash", *"buddy", "enter")
        await press(pilot, "T")
        assert "Sunday" not in sentence(app)
        assert "Saturday 21 November 2026" in sentence(app)
        await press(pilot, "enter")
        assert "Loses its date 5 pupils" in sentence(app)
        await press(pilot, "ctrl+s")
        assert "retired" in screen_text(app)
        assert all(("6-7.a-buddy-is-named", 2026) not in steps_of(workspace, pupil) for pupil in pupils)
        await press(pilot, "e")
        assert toasts(app)[-1] == "This milestone is retired. T brings it back."
        await press(pilot, "T", "ctrl+s")
        assert days(workspace, pupils, "6-7.a-buddy-is-named") == [date(2027, 6, 1)] * 5
    assert [entry.name for entry in history.entries(workspace, limit=3)] == [
        "Milestone brought back",
        "Milestone retired",
        "Milestone added",
    ]
