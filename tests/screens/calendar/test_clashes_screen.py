"""The clashes of a year: listed with a free day, opened, moved; marked on the map and in its cells; what is asked when."""

from datetime import date

import pytest
from builders import add_school, add_terms, add_workshop
from conftest import Opener
from reading import COLOURS, figures, more, press, screen_lines, screen_text, sentence, settle, toasts
from textual.events import Paste

from screens.calendar.calendar import CalendarScreen
from screens.calendar.clashes import ClashesScreen, LoadedClashes
from screens.calendar.deadlines import DeadlinesScreen
from screens.frame.app import TransitionsApp
from screens.frame.dialogs import Ask, Choose, ReadScreen
from screens.widgets.form_screen import FormScreen
from screens.workshops.workshop import WorkshopScreen
from transitions.calendar import local_dates, local_deadlines
from transitions.calendar.clashes import clashes_of, free_date_of
from transitions.workshops import page
from transitions.workspace import Workspace

SENTENCE = (
    "“January workshop” on Mon 26 Jan 2026 lies inside “School census return window, spring” "
    "(Thu 15 Jan to Wed 11 Feb 2026)."
)
SKI_TRIP = {"kind": "trip", "title": "Ski trip", "first_day": date(2025, 12, 20), "last_day": date(2025, 12, 22)}
HOSTILE = "Trip [/x] [@click=app.quit]x \x1b[2J\u202e"


@pytest.fixture
def kent(opener: Opener) -> Workspace:
    """The two public workshops: one free of clashes, one inside the return window of the spring census."""
    workspace = opener(date(2025, 11, 21))
    add_terms(workspace)
    add_workshop(workspace, title="November workshop", on_day=date(2025, 11, 7), status="held", year_groups="6")
    add_workshop(workspace, title="January workshop", on_day=date(2026, 1, 26), year_groups="6")
    return workspace


def row(app: TransitionsApp, name: str) -> str:
    return next(line for line in screen_lines(app)[2:] if line[1:].startswith(f"{name} "))


async def write(app: TransitionsApp, pilot: object, text: str) -> None:
    app.post_message(Paste(text))
    await settle(pilot)  # type: ignore[arg-type]


def test_what_a_clash_says(kent: Workspace) -> None:
    found = LoadedClashes(2025, kent.clock.today, clashes_of(kent, 2025))
    assert found.how_much == "1 clash · 1 to come"
    said = figures(found.part(COLOURS))
    assert SENTENCE in said
    assert "Looking for a free day… Enter opens it." in said
    (clash,) = found.clashes
    found.free[clash.event.key] = free_date_of(kent, clash.event)
    said = figures(found.part(COLOURS))
    assert "Free: Monday 12 January 2026, in 7 weeks. t moves it there. Enter opens it." in said
    assert "November" not in said
    nothing = LoadedClashes(2026, kent.clock.today, clashes_of(kent, 2026))
    assert "Nothing clashes in 2026/27: none of your workshops, dates or deadlines" in figures(nothing.part(COLOURS))


async def test_clashes_are_opened_and_moved_own_dates_keep_their_length(kent: Workspace) -> None:
    app = TransitionsApp(kent)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        assert await press(pilot, "4", "!") == 2
        assert isinstance(app.screen, ClashesScreen)
        assert screen_lines(app)[1].rstrip().endswith("1 clash · 1 to come")
        assert SENTENCE in sentence(app)
        assert "Free: Monday 12 January 2026, in 7 weeks. t moves it there. Enter opens it." in sentence(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, WorkshopScreen)
        await press(pilot, "escape", "t")
        assert page.load(kent, 2).workshop.on_day == date(2026, 1, 12)
        assert "u undoes" in toasts(app)[-1]
        assert "Nothing clashes in 2025/26" in sentence(app)
        await press(pilot, "u")
        assert SENTENCE in sentence(app)
        await press(pilot, "right_square_bracket", "t")
        assert toasts(app)[-1] == "Nothing clashes."

        trip = local_dates.save_date(kent, None, SKI_TRIP).number
        local_deadlines.save_deadline(kent, None, {"title": "Survey", "kind": "other", "first": "20 January"})
        app.publish()
        await settle(pilot)
        await press(pilot, "left_square_bracket")
        await press(pilot, "slash", *"ski", "enter")
        assert "~" in next(line for line in screen_lines(app) if "Ski trip" in line), "a burden, not a lost date"
        assert "no school" in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, FormScreen)
        await press(pilot, "escape", "t")
        row_ = local_dates.own_date(kent, trip)
        assert (row_.last_day - row_.first_day).days == 2
        assert row_.first_day != date(2025, 12, 20)
        await press(pilot, "escape", "slash", *"survey", "enter")
        assert "The same schools have “Survey”" in sentence(app)
        await press(pilot, "t")
        (own,) = [line for line in local_deadlines.deadline_entries(kent) if line.origin == "own"]
        assert own.deadline.dates[2025].first != date(2026, 1, 20)
        assert "Nothing matches “survey”" in screen_text(app), "it clashes no more"


async def test_the_map_and_the_list_mark_clashes_and_open_and_change_what_stands_in_them(kent: Workspace) -> None:
    app = TransitionsApp(kent)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "4")
        for size, cell in (((80, 24), "W !"), ((100, 30), "W!"), ((140, 40), "W!")):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            assert cell in row(app, "Year 6")
            assert row(app, "Year 6").count("!") == 1
            assert "!" not in row(app, "Everybody"), "the return is not marked for what stands in it"
            assert screen_lines(app)[1].rstrip().endswith(" dates")
            assert " 1 clash · " in screen_lines(app)[1]
            assert "! clash" in screen_text(app)
            assert {len(line) for line in screen_lines(app)} == {size[0]}

        await pilot.resize_terminal(120, 36)
        await press(pilot, *["down"] * 8)
        while "January workshop" not in screen_text(app).partition("Later for")[0]:
            await press(pilot, "ctrl+right")
        assert "January workshop · in 2 months ! clash" in sentence(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, WorkshopScreen), "nothing else is in the cell"
        await press(pilot, "escape", "v", "f", "w")
        line = next(line for line in screen_lines(app) if "January workshop" in line and "26 Jan" in line)
        assert "! January workshop" in line
        assert SENTENCE in sentence(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, WorkshopScreen)
        await press(pilot, "escape", "e")
        assert isinstance(app.screen, FormScreen)
        assert "lies inside" in sentence(app)

        await press(pilot, "escape", "escape", "escape")
        local_dates.save_date(
            kent, None, {"kind": "trip", "title": HOSTILE, "first_day": date(2026, 1, 27), "year_groups": "6"}
        )
        app.publish()
        await settle(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, Choose)
        await press(pilot, "r")
        assert isinstance(app.screen, ReadScreen)
        assert "Clash  ! “January workshop” on Mon 26 Jan 2026 lies inside" in screen_text(app)
        assert "D  Council or school date" in screen_text(app)
        await press(pilot, "escape", "T")
        assert local_dates.taken_out(kent)[0].first_day == date(2026, 1, 27)
        assert "\x1b" not in screen_text(app)
        assert "\u202e" not in screen_text(app)

        await press(pilot, "v", "f", "c", "home", "e")
        assert isinstance(app.screen, Choose)
        await press(pilot, "e")
        assert isinstance(app.screen, FormScreen)
        assert "Change School census day, autumn" in screen_text(app)
        await press(pilot, "escape", "T")
        assert isinstance(app.screen, Ask)
        await press(pilot, "escape")
        assert all(line.origin == "shipped" for line in local_deadlines.deadline_entries(kent))


async def test_a_date_is_added_with_its_clashes_edited_taken_out_and_brought_back(kent: Workspace) -> None:
    add_school(kent, "The Glebe", low_age=4, high_age=11)
    app = TransitionsApp(kent)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await press(pilot, "4", "a")
        assert isinstance(app.screen, Choose)
        assert "Add on Friday 21 November 2025" in screen_text(app)
        await press(pilot, "d")
        assert "= Friday 21 November 2025, today" in sentence(app)
        await press(pilot, "tab")
        await write(app, pilot, "Open evening")
        await press(pilot, "tab", "ctrl+u")
        await write(app, pilot, "25/12/25")
        assert "! This event on Thu 25 Dec 2025: Thu 25 Dec 2025 is a bank holiday." in sentence(app)
        assert "Free: " in sentence(app)
        await press(pilot, "ctrl+u")
        await write(app, pilot, "27/11/25")
        assert "is a bank holiday" not in sentence(app)
        await press(pilot, "ctrl+s")
        assert toasts(app)[-1].startswith("Date added to the calendar: Open evening · Thu 27 Nov 2025")
        screen = app.screen
        assert isinstance(screen, CalendarScreen)
        await press(pilot, "right", "e")
        assert isinstance(app.screen, FormScreen)
        await press(pilot, "tab")
        await press(pilot, "ctrl+u")
        await write(app, pilot, "Open evening at the Glebe")
        await press(pilot, "ctrl+s")
        assert "Open evening at the Glebe" in screen_text(app)
        await press(pilot, "T")
        assert [date_.title for date_ in local_dates.taken_out(kent)] == ["Open evening at the Glebe"]
        assert "D" not in row(app, "Everybody").partition(" ")[2]
        await app.carry_out(screen.action_taken_out())
        await settle(pilot)
        await press(pilot, "1")
        assert "D" in row(app, "Everybody").partition(" ")[2]
        await press(pilot, "a", "w")
        assert isinstance(app.screen, FormScreen)
        assert "24/11/2025" in screen_text(app), "the day under the cursor"


async def test_what_is_asked_every_year_is_changed_from_the_calendar(kent: Workspace) -> None:
    app = TransitionsApp(kent)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await press(pilot, "4", *more("calendar.asks"))
        assert isinstance(app.screen, DeadlinesScreen)
        assert "25 deadlines · 0 your own or changed" in screen_lines(app)[1]
        await press(pilot, "slash", *"multiplication", "enter", "t")
        await write(app, pilot, "8/6")
        await press(pilot, "tab")
        assert "Monday 8 June 2026" in sentence(app)
        await press(pilot, "ctrl+s")
        assert "1 your own or changed" in screen_lines(app)[1]
        assert "changed here" in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ReadScreen)
        assert "2025/26 Mon 8 Jun 2026" in sentence(app)
        await press(pilot, "escape", "T")
        assert isinstance(app.screen, Ask)
        await press(pilot, "enter")
        assert "Retired" in screen_text(app)
        await press(pilot, "t")
        assert toasts(app)[-1] == "It is retired. T brings it back."
        await press(pilot, "T")
        assert "Retired" not in screen_text(app)

        await press(pilot, "escape", "a")
        await write(app, pilot, "Transition survey")
        await press(pilot, "tab", "tab")
        await write(app, pilot, "1st Monday of March")
        await press(pilot, "tab")
        assert "Monday 2 March 2026 in 2025/26" in sentence(app)
        await press(pilot, "ctrl+s")
        (own,) = [line for line in local_deadlines.deadline_entries(kent) if line.origin == "own"]
        assert (own.deadline.title, str(own.deadline.first)) == ("Transition survey", "1st Monday of March")
        await press(pilot, "escape", *["end"])
        assert isinstance(app.screen, CalendarScreen)
        await press(pilot, "e")
        assert toasts(app)[-1].startswith("Nothing here can be edited")
