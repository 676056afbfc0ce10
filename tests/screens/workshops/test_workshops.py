"""Workshops by keys alone: the list of a year, the register in seconds, actions that are carried on, and the next one."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import add_invitation, add_school, add_terms, add_workshop, add_workshop_action
from conftest import Opener
from keyboard import Keyboard as AnyKeyboard
from reading import more, screen_lines, screen_text, sentence, settle, toasts
from textual.widgets import Static

from screens.frame.dialogs import Ask, Choose
from screens.widgets.field_row import FieldRow
from screens.widgets.form_screen import FormScreen
from screens.workshops.line_forms import ProposedSchools
from screens.workshops.register import WorkshopsScreen
from screens.workshops.workshop import WorkshopScreen
from transitions.workshops import page as pages
from transitions.workshops.page import WorkshopPage, load
from transitions.workspace import Workspace

HELD = date(2025, 11, 7)
SCHOOLS = 48


class Keyboard(AnyKeyboard):
    """Looks at the workshop in front."""

    def page(self) -> WorkshopPage:
        screen = self.app.screen
        assert isinstance(screen, WorkshopScreen), screen_text(self.app)
        return load(self.workspace, screen.workshop_id)

    @property
    def form(self) -> str:
        """What the form in front says around its fields."""
        assert isinstance(self.app.screen, FormScreen), self.text
        around = [str(one.render()) for one in self.app.screen.query(Static)]
        return " ".join([*around, *(f"{row.note} {row.remarks}" for row in self.app.screen.query(FieldRow))])


at_work = Keyboard.at_work


@pytest.fixture
def district(opener: Opener) -> Workspace:
    """A district of 48 schools on the day of its workshop."""
    workspace = opener(HELD)
    add_terms(workspace)
    for number in range(1, SCHOOLS + 1):
        add_school(workspace, f"School {number:02d}", phase="Primary", low_age=4, high_age=11)
    return workspace


def invited(workspace: Workspace, **columns: Any) -> int:
    """A workshop of that Friday to which three schools are invited."""
    workshop_id = add_workshop(workspace, **columns)
    for number in (1, 2, 3):
        add_invitation(workspace, workshop_id, school_id=number)
    return workshop_id


async def test_a_district_officers_afternoon(district: Workspace) -> None:
    async with at_work(district) as person:
        await person.press("5")
        assert "No workshops or meetings for 2025/26. Press a to add one" in sentence(person.app)
        await person.press("a")
        await person.write("transitions workshop", "today", "9.30", "noon")
        await person.press("ctrl+s")
        assert person.said == "Workshop planned: Transitions workshop, Fri 7 Nov 2025. u undoes."

        await person.press("enter")
        assert "Nobody is invited yet. Press a for suggested schools" in sentence(person.app)
        await person.press("a", "p")
        assert isinstance(person.app.screen, ProposedSchools)
        assert "Invite 48 of 48 schools" in person.text
        await person.press("enter")
        assert len(person.page().invitations) == SCHOOLS

        await mark_forty_eight(person)
        await agree_on_an_action(person)
        await plan_the_next(person)


async def mark_forty_eight(person: Keyboard) -> None:
    """One key a school, the rest in one: 14 came, 3 sent apologies, 31 did not come."""
    pressed = await person.press("c", "c", *["space"] * 12, "c", "s", "s", "s", "R")
    assert pressed == 2 + 12 + 1 + 3 + 1
    marks = [row.attendance for row in person.page().invitations]
    assert marks == ["came"] * 14 + ["apologies"] * 3 + ["absent"] * 31
    assert person.page().workshop.status == "held"
    assert screen_lines(person.app)[1].rstrip().endswith("came 14 of 48 (29%)")
    assert "schools: came 14 of 48 (29%), 3 sent apologies, 31 absent" in person.text
    await person.press("R")
    assert person.said == "Everybody in the register is marked."
    await person.press("u")
    assert len(person.page().unmarked) == 31, "the rest is one change"
    await person.press("U", "home", "n")
    await person.write("3")
    await person.press("enter")
    assert person.page().invitations[0].people == 3


async def agree_on_an_action(person: Keyboard) -> None:
    await person.press(*more("workshop.action"))
    await person.write("One handover form for all", "P. Novak", "16/1/26", "Collect the forms")
    await person.press("ctrl+s")
    (action,) = person.page().actions
    assert (action.what, action.who, action.due_on) == ("One handover form for all", "P. Novak", date(2026, 1, 16))
    assert await person.press("d", "2") == 2, "two keys grade"
    assert person.page().actions[0].grade == 2
    assert "2 On track" in person.text
    assert "u undoes" in person.said


async def plan_the_next(person: Keyboard) -> None:
    """The day that was chosen in earnest lies inside a return window, and the form says so before it is saved."""
    await person.press(*more("workshop.next", "workshop"))
    await person.write("26/1/26")
    shown = person.form
    assert "Monday 26 January 2026, in 3 months" in shown
    assert "48 invitations go with it, all unmarked. 1 open action is carried over." in shown
    assert "lies inside “School census return window, spring” (Thu 15 Jan to Wed 11 Feb 2026)" in shown
    assert "Free: Mon 12 Jan 2026" in shown
    await person.press("ctrl+s")
    page = person.page()
    assert (page.workshop.on_day, page.workshop.schools_invited) == (date(2026, 1, 26), SCHOOLS)
    assert [action.what for action in page.carried] == ["One handover form for all"]
    assert "48 schools invited" in screen_lines(person.app)[1]
    await person.press("d", "1")
    assert person.page().carried == [], "what is achieved before a meeting is not on its agenda"
    assert "Nothing has been agreed yet. Press a to write down" in person.text
    await person.press("escape")
    assert isinstance(person.app.screen, WorkshopsScreen)
    line = next(line for line in screen_lines(person.app) if "Mon 26 Jan" in line)
    assert "48 invited" in line
    assert "! 1" in line, "the clash is marked in the list"


async def test_the_list_has_what_is_to_come_first_and_the_newest_of_the_past(opener: Opener) -> None:
    workspace = opener(date(2026, 2, 2))
    add_terms(workspace)
    add_school(workspace)
    add_workshop(workspace, status="held")
    invited_late = add_workshop(
        workspace, title="January forum", kind="information-sharing forum", on_day=date(2026, 1, 12)
    )
    add_invitation(workspace, invited_late, school_id=1)
    add_workshop(workspace, title="LIFT north", kind="LIFT meeting", on_day=date(2026, 3, 17), starts="13:30")
    add_workshop(workspace, title="Next year", on_day=date(2026, 9, 10))
    async with at_work(workspace, (140, 40)) as person:
        await person.press("5")
        text = person.text
        places = [
            text.index(words) for words in ("LIFT north", "Before today, Mon 2 Feb 2026", "January forum", "Fri 7 Nov")
        ]
        assert places == sorted(places)
        assert "3 workshops · 1 to come" in text
        assert "1 not marked" in text
        assert "Next year" not in text
        await person.press("right_square_bracket")
        assert "Workshops and meetings 2026/27" in person.text
        assert "Next year" in person.text
        await person.press("left_square_bracket", "f")
        assert isinstance(person.app.screen, Choose)
        await person.press("4")
        assert "only LIFT meetings" in person.text
        assert "1 of 3 workshops" in person.text
        await person.press("escape", "slash", *"jan")
        assert "January forum" in person.text
        assert "LIFT north" not in person.text
        await person.press("escape", "slash", *"zz")
        assert "Nothing matches “zz”. Escape clears the find box." in person.text
        await person.press("escape", "escape")
        assert "LIFT north" in person.text


async def test_calling_off_needs_a_reason_and_shows_it(district: Workspace) -> None:
    workshop_id = invited(district, on_day=date(2025, 12, 4))
    async with at_work(district) as person:
        await person.press("5", *more("workshop.cancel", "workshops"), "enter")
        assert "Say why in a few words" in sentence(person.app)
        await person.write("The hall is a polling station")
        await person.press("enter")
        assert load(district, workshop_id).workshop.status == "cancelled"
        assert "The hall is a polling station" in person.text
        assert "called off" in person.text
        await person.press(*more("workshop.cancel", "workshops"))
        assert load(district, workshop_id).workshop.status == "planned"
        await person.press("e")
        assert isinstance(person.app.screen, FormScreen)


async def test_before_its_day_only_apologies_can_be_noted(district: Workspace) -> None:
    workshop_id = invited(district, on_day=date(2025, 12, 4))
    async with at_work(district) as person:
        await person.press("5", "enter", "c")
        assert person.said == "It has not happened yet. Only apologies can be recorded before the date."
        await person.press("s")
        rows = load(district, workshop_id).invitations
        assert [row.attendance for row in rows] == ["apologies", "invited", "invited"]
        assert load(district, workshop_id).workshop.status == "planned"


async def test_the_register_goes_on_to_who_is_left_and_marks_can_be_taken_back(district: Workspace) -> None:
    workshop_id = invited(district)
    async with at_work(district, (80, 24)) as person:
        await person.press("5", "enter", "down", "c", "b", "s")
        rows = load(district, workshop_id).invitations
        assert [row.attendance for row in rows] == ["apologies", "came", "absent"], (
            "after the last it begins at the top"
        )
        await person.press("home", "r")
        assert len(person.page().unmarked) == 1
        await person.press("T")
        assert [row.school for row in person.page().invitations] == ["School 02", "School 03"]
        assert "u undoes" in person.said
        await person.press("home", "T")
        assert "came, so this stays" in person.said


async def test_anybody_can_be_invited_by_name(district: Workspace) -> None:
    invited(district)
    async with at_work(district) as person:
        await person.press("5", "enter", "a", "n")
        await person.write("", "Early Help", "Jo Lund")
        await person.press("ctrl+s")
        assert "Early Help · Jo Lund" in person.text
        assert "Agencies and other people" in person.text
        await person.press("end", "c")
        assert "agencies: came 1 of 1 (100%)" in person.text
        await person.press("f9")
        assert "Early Help · JL" in person.text
        assert "Lund" not in person.text
        await person.press("r")
        assert person.said.startswith("Mark set back: Transitions workshop"), "not who it was"


async def test_of_training_the_register_holds_confidence_before_and_after(district: Workspace) -> None:
    workshop_id = add_workshop(district, kind="training", title="Anxiety", programme="Anxiety")
    add_invitation(district, workshop_id, school_id=1, name="Jo Lund")
    async with at_work(district, (140, 40)) as person:
        await person.press("5", "enter", "c")
        assert "Confidence" in person.text
        await person.press("enter", "pagedown")
        await person.write("2", "4")
        await person.press("ctrl+s")
        (row,) = load(district, workshop_id).invitations
        assert (row.attendance, row.before, row.after) == ("came", 2, 4)
        assert "2 to 4" in person.text


async def test_a_workshop_that_somebody_has_undone_says_so(district: Workspace) -> None:
    async with at_work(district) as person:
        await person.press("5", "a")
        await person.write("training", "today")
        await person.press("ctrl+s", "enter", "u", "y")
        assert "There is no such workshop." in person.text
        await person.press("c")
        assert person.said == "There is no such workshop."
        await person.press("U")
        assert "Nobody is invited yet" in person.text


async def test_feedback_notes_and_the_printed_agenda(district: Workspace, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    workshop_id = invited(district, series="forums")
    earlier = add_workshop(district, series="forums", on_day=date(2025, 9, 26), status="held")
    add_workshop_action(district, earlier, "Move the Year 6 days", who="P. Novak", due_on=date(2025, 10, 31))
    async with at_work(district) as person:
        await person.press("5", "enter", *more("workshop.feedback"))
        await person.write("clarity")
        await person.press("tab", "f", "tab", "4", "tab")
        await person.write("Asked three times")
        await person.press("ctrl+s")
        (said,) = load(district, workshop_id).feedback
        assert (said.theme, said.said_by, said.rating, said.words) == ("clarity", "family", 4, "Asked three times")
        assert "mean 4.0 of 5; 1 of 1 (100%) good or very good" in person.text
        await person.press("T", "y")
        assert not load(district, workshop_id).feedback
        await person.press("u", *more("workshop.notes"))
        await person.write("Everybody agreed")
        await person.press("ctrl+s")
        assert load(district, workshop_id).workshop.notes == "Everybody agreed"
        await person.press("left", "left", "left")
        assert "Carried over from earlier workshops · 1" in person.text
        await person.press("p")
        assert isinstance(person.app.screen, Ask)
        await person.press("enter")
        (written,) = (tmp_path / "home").glob("agenda*.txt")
        assert "1. Move the Year 6 days" in written.read_text(encoding="utf-8")
        await person.press("right")
        assert "Carried over from earlier meetings · 1 of 1 open" in person.text
        assert "! not graded" in person.text, "it is past its day"
        await person.press("d", "d", "enter")
        assert "Say why" in person.text
        await person.write("Nobody needs it")
        await person.press("enter")
        assert "dropped" in person.text
        await person.press("d", "r")
        assert load(district, workshop_id).carried[0].dropped_on is None


async def test_what_the_year_holds_is_saved_to_a_file(district: Workspace, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    workshop_id = invited(district)
    add_invitation(district, workshop_id, agency="Early Help", name="Jo Lund", attendance="came")
    target = tmp_path / "who came.csv"
    for key, named in (("a", False), ("n", True)):
        async with at_work(district) as person:
            await person.press("5", "x", key)
            if named:
                await person.press("enter")
                assert "This file names people" in sentence(person.app)
                await person.write("The forum's own list")
                await person.press("enter")
            await person.press("ctrl+u")
            await person.write(str(target))
            await person.press("enter")
        written = target.read_text(encoding="utf-8-sig")
        rows = list(csv.DictReader(line for line in written.splitlines() if not line.lstrip('"').startswith("#")))
        assert [row["invited_as"] for row in rows].count("school") == 3
        assert ("Jo Lund" in written) is named
        target.unlink()


async def test_moving_a_workshop_says_what_its_day_clashes_with(district: Workspace) -> None:
    invited(district)
    async with at_work(district) as person:
        await person.press("5", "enter", "e", "tab", "ctrl+u")
        await person.write("29/12/25")
        assert "Mon 29 Dec 2025 is " in person.form, "no school on that day"
        assert "Free:" in person.form
        await person.press("ctrl+u")
        await person.write("4/12/25")
        assert [row.remarks for row in person.app.screen.query(FieldRow) if row.remarks] == []


async def test_what_was_taken_out_comes_back(district: Workspace) -> None:
    workshop_id = invited(district)
    async with at_work(district) as person:
        await person.press("5")
        await person.press("T")
        assert "“Workshops taken out” brings it back" in sentence(person.app)
        await person.press("y")
        assert pages.of_year(district, 2025) == []
        await person.app.action_command("workshops.archived")
        await person.press("enter")
        assert [row.id for row in pages.of_year(district, 2025)] == [workshop_id]


async def test_one_goes_on_along_the_list(district: Workspace) -> None:
    invited(district)
    second = invited(district, title="LIFT north", on_day=date(2025, 12, 4))
    async with at_work(district) as person:
        await person.press("5", "enter", "right_square_bracket")
        assert person.page().workshop.id == second
        assert "2 of 2" in screen_lines(person.app)[1]
        await person.press("right_square_bracket")
        assert person.said == "This is the last workshop in the list."
        await person.press("escape")
        assert isinstance(person.app.screen, WorkshopsScreen)
        assert person.app.screen.table.cursor_key == second


async def test_a_conference_is_accepted_until_it_is_full_and_has_links(workspace: Workspace) -> None:
    meeting = add_workshop(workspace, title="Conference", on_day="2026-12-04", places=1)
    for name in ("Ash", "Beech"):
        add_invitation(workspace, meeting, school_id=add_school(workspace, name))
    async with at_work(workspace) as person:
        person.app.open.workshop(meeting)
        await settle(person.pilot)
        await person.pilot.press("y", "down", "y")
        await settle(person.pilot)
        assert "2 of 1 places taken: 1 more than there are." in toasts(person.app)
        await person.pilot.press("y")
        await settle(person.pilot)
        assert [line.accepted for line in person.page().invitations] == [True, False]
        await person.pilot.press(*more("workshop.links"), "a")
        await settle(person.pilot)
        await person.pilot.press(*"Kit", "tab", *"example.org/kit", "ctrl+s")
        await settle(person.pilot)
        assert "https://example.org/kit" in screen_text(person.app)
        await person.pilot.press("1", "c")
        await settle(person.pilot)
        assert person.app.clipboard == "https://example.org/kit"
