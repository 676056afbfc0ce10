"""Two people at one record: what both have changed is asked about, what one has not touched stays as the other left it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import add_pupil, add_worker, add_workshop, add_workshop_action
from made_plans import draft_plan
from reading import press, screen_text, sentence, settle, toasts
from textual.events import Paste
from textual.pilot import Pilot

from db.place import Server
from screens.calendar.forms import _days_form
from screens.caseload.caseload import CaseloadScreen
from screens.frame.app import TransitionsApp
from screens.frame.dialogs import Choose
from screens.frame.record_form import RecordFormScreen
from screens.importing.reading_choices import _columns_form
from screens.plans.lists import _done_form
from screens.workshops.line_forms import _form, edit_text
from transitions.calendar import local_deadlines
from transitions.clock import Clock
from transitions.importing.headers import FileColumn, keep_columns
from transitions.plans.actions import save_action
from transitions.plans.page import load as load_plan
from transitions.pupils import editing, page
from transitions.workshops import actions, saving
from transitions.workshops.page import load
from transitions.workspace import Workspace


async def form_of(pilot: Pilot[Any], pupil: int) -> None:
    assert isinstance(pilot.app, TransitionsApp)
    await pilot.app.carry_out(pilot.app.open.pupil_form(pupil))
    await settle(pilot)


async def write_over(pilot: Pilot[Any], text: str) -> None:
    await pilot.press("ctrl+u")
    pilot.app.post_message(Paste(text))
    await settle(pilot)


@pytest.mark.parametrize(("key", "kept"), [("m", "Begum"), ("t", "Byrne")])
async def test_a_field_that_both_have_changed_is_asked_about(workspace: Workspace, key: str, kept: str) -> None:
    pupil = add_pupil(workspace, surname="Khan", forename="Aisha")
    app = TransitionsApp(workspace)
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await form_of(pilot, pupil)
        await write_over(pilot, "Begum")
        editing.save_pupil(workspace, pupil, {"surname": "Byrne", "forename": "Asha"})
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, Choose)
        assert "Whose “Surname” should be kept?" in sentence(app)
        assert "Mine: Begum" in sentence(app)
        assert "Theirs: Byrne" in sentence(app)
        assert "K. Osei has changed it since you started." in sentence(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, RecordFormScreen)
        assert page.load(workspace, pupil).page.surname == "Byrne"
        await press(pilot, "ctrl+s", key)
        assert not isinstance(app.screen, RecordFormScreen)
        saved = page.load(workspace, pupil).page
        assert (saved.surname, saved.forename) == (kept, "Asha")


async def test_a_draft_remembers_what_it_was_begun_on(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, surname="Khan", forename="Aisha")
    app = TransitionsApp(workspace)
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await form_of(pilot, pupil)
        await write_over(pilot, "Begum")
        await press(pilot, "escape")
        assert "Your draft will be here" in toasts(app)[-1]
        editing.save_pupil(workspace, pupil, {"surname": "Byrne", "forename": "Asha"})
        await form_of(pilot, pupil)
        assert "Somebody else has just changed: Surname (now: Byrne)." in sentence(app)
        await press(pilot, "ctrl+s")
        assert "Theirs: Byrne" in sentence(app)
        await press(pilot, "t")
        saved = page.load(workspace, pupil).page
        assert (saved.surname, saved.forename) == ("Byrne", "Asha")
        assert toasts(app)[-1] == "Nothing was changed."


def test_a_form_over_what_is_stored_reads_again_what_stands(workspace: Workspace) -> None:
    """An action that is done, one that is graded, the days of a deadline, and the columns of a file."""
    app = TransitionsApp(workspace)
    plan, workshop = draft_plan(workspace), add_workshop(workspace)
    page, action = load_plan(workspace, plan), add_workshop_action(workspace, workshop)
    deadline = next(one.deadline for one in local_deadlines.deadline_entries(workspace) if not one.deadline.own)
    columns = [FileColumn(title, "", title.casefold()) for title in ("Surname", "Forename", "Remark")]
    now = [
        form.now or dict
        for form in (
            _done_form(app, page, page.actions[0].id),
            _form(app, load(workspace, workshop), [action]),
            _days_form(app, deadline, 2027),
            _columns_form(app, Path("made-up.csv"), "pupils", columns),
        )
    ]
    save_action(workspace, page.plan.pupil_id, page.actions[0].id, {"evidence": "Seen"})
    actions.grade(workspace, [action], 3, at=workshop, evidence="Heard")
    local_deadlines.save_days(workspace, deadline.code, 2027, date(2027, 10, 31), None)
    keep_columns(workspace, "pupils", [one.title for one in columns], ["surname", "forename", "upn"])
    assert [
        form().get(name) for form, name in zip(now, ("evidence", "evidence", "first", "column 3"), strict=True)
    ] == [
        "Seen",
        "Heard",
        date(2027, 10, 31),
        ("upn", "UPN"),
    ]


async def test_an_agenda_that_both_have_written_is_asked_about(workspace: Workspace) -> None:
    workshop = saving.save_workshop(
        workspace, None, {"kind": "other meeting", "title": "Made up", "on_day": "1/2/2027", "agenda": "One"}
    ).number
    app = TransitionsApp(workspace)
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await app.carry_out(edit_text(app, load(workspace, workshop), "agenda"))
        await settle(pilot)
        app.post_message(Paste("Zero "))
        await settle(pilot)
        saving.save_workshop(workspace, workshop, {"agenda": "Two"})
        await press(pilot, "ctrl+s")
        assert "Mine: Zero One" in sentence(app)
        assert "Theirs: Two" in sentence(app)
        await press(pilot, "m")
        assert load(workspace, workshop).workshop.agenda == "Zero One"


async def test_on_a_server_a_colleagues_change_is_seen_within_a_second_and_nothing_moves(
    server: Server, clock: Clock
) -> None:
    mine, theirs = (Workspace.open(server, clock) for _ in range(2))
    mine.become(add_worker(mine, "K. Osei"))
    first, second = (add_pupil(mine, surname=name, forename="A", owner_id=mine.me) for name in ("Khan", "Ward"))
    app = TransitionsApp(mine)
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "down")
        here = app.screen
        assert isinstance(here, CaseloadScreen)
        assert here.table.cursor_key == second
        add_pupil(theirs, surname="Abbott", forename="A", owner_id=mine.me)
        await pilot.pause(1)
        await settle(pilot)
        assert "Abbott" in screen_text(app)
        assert here.table.cursor_key == second
        await form_of(pilot, first)
        await write_over(pilot, "Begu")
        editing.save_pupil(theirs, first, {"surname": "Byrne"})
        await pilot.pause(1)
        await settle(pilot)
        assert isinstance(app.screen, RecordFormScreen)
        assert "Begu" in screen_text(app)
    mine.close()
    theirs.close()
