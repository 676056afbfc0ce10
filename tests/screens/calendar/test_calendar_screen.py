"""The calendar: a year across, year groups down; what a cell holds in words; the same as a list."""

from datetime import date
from pathlib import Path

import pytest
from builders import TERMS, add_pupil, add_school, add_terms
from reading import more, press, screen_lines, screen_text, sentence, settle, toasts

from screens.calendar.calendar import CalendarScreen
from screens.frame.app import TransitionsApp
from screens.frame.dialogs import Ask, Choose, ReadScreen
from screens.importing.importing import ImportScreen
from screens.widgets.year_map import NOW, SHADE
from transitions.milestones import recording
from transitions.workspace import Workspace

SIZES = [(80, 24), (100, 30), (140, 40)]
ROWS = ["Everybody", "Nursery", "Reception", *(f"Year {number}" for number in range(1, 15))]
HOSTILE = ["[/x]", "[@click=app.quit]x", "\x1b[2Jx", "x" * 200, "\u202eabc\u0645\u0631"]


def add_closure(workspace: Workspace, day: date, reason: str, **whose: int) -> None:
    with workspace.change("Closure entered", reason) as action:
        action.insert("closure", {"day": day, "reason": reason, **whose})


@pytest.fixture
def year(workspace: Workspace) -> Workspace:
    """Kent's terms, a staff day, and two pupils of Year 6 who have yet to apply for a secondary school."""
    add_terms(workspace)
    add_closure(workspace, date(2027, 1, 4), "Staff training")
    school = add_school(workspace, high_age=11)
    add_pupil(workspace, surname="Khan", forename="Secret", year_group=6, school_id=school)
    add_pupil(workspace, surname="Ward", forename="Secret", year_group=6, school_id=school)
    return workspace


def calendar(app: TransitionsApp) -> CalendarScreen:
    assert isinstance(app.screen, CalendarScreen)
    return app.screen


def row(app: TransitionsApp, name: str) -> str:
    return next(line for line in screen_lines(app)[2:] if line[1:].startswith(f"{name} "))


async def test_the_whole_year_is_on_one_screen(year: Workspace) -> None:
    app = TransitionsApp(year)
    async with app.run_test(size=SIZES[0]) as pilot:
        assert await press(pilot, "4") == 1
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await settle(pilot)
            whole_at(app, size)


def whole_at(app: TransitionsApp, size: tuple[int, int]) -> None:
    shown = screen_lines(app)
    assert "4 Calendar" in shown[0]
    assert shown[1].startswith(" Academic year 2026/27 · term dates of everybody ")
    assert shown[1].endswith(" dates ")
    assert [name for name in ROWS if row(app, name)] == ROWS
    assert {len(line) for line in shown} == {size[0]}
    assert "…" not in screen_text(app), "nothing is cut"
    for word in ("C census", "T test", "M milestone", f"{SHADE} holiday", f"{NOW} today", "+ more"):
        assert word in screen_text(app)
    assert SHADE in row(app, "Year 7"), "holidays show without colour"
    assert NOW in row(app, "Everybody"), "today shows without colour"
    assert "Everybody · " in screen_text(app)
    assert "Secret" not in screen_text(app)


async def test_a_cell_is_said_in_words_and_opens(year: Workspace) -> None:
    app = TransitionsApp(year)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "4")
        assert "Nothing here." in sentence(app)
        assert "Later for Everybody" in sentence(app)
        await press(pilot, "enter")
        assert "This cell is empty. Ctrl and the right arrow go to the next date." in toasts(app)[-1]
        await press(pilot, "home", "ctrl+right")
        assert "Everybody · Mon 28 Sep to Sun 11 Oct" in sentence(app)
        said = sentence(app)
        assert "C Thu 1 Oct School census day, autumn · 7 weeks ago" in said
        assert (
            "R Thu 1 Oct to Wed 28 Oct School census return window, autumn · 3 weeks ago · check with your LA" in said
        )
        assert "C+" in row(app, "Everybody"), "the census, and more"

        await press(pilot, "enter")
        assert isinstance(app.screen, ReadScreen)
        said = sentence(app)
        assert "When Thursday 1 October 2026, 7 weeks ago" in said
        assert "Kind C Census" in said
        assert "For Everybody" in said
        assert "Source" in said
        assert "Check with your LA: this date was not verified" in said
        await press(pilot, "escape")

        at = calendar(app).map.place
        await press(pilot, *["down"] * 8)
        assert calendar(app).map.place == at._replace(row=8)
        await press(pilot, "right", "right")
        assert "Year 6 · Mon 26 Oct to Sun 8 Nov" in sentence(app)
        assert "2 pupils" in sentence(app), "how many still have to apply"


async def test_counts_follow_what_is_recorded(year: Workspace) -> None:
    from builders import step_of, steps_of

    app = TransitionsApp(year)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "4", *["down"] * 8, "home", *["right"] * 4)
        assert "2 pupils" in sentence(app)
        khan = next(iter(year.read().execute("SELECT id FROM pupil WHERE surname = 'Khan'")))[0]
        assert ("6-7.application", 2026) in steps_of(year, khan)
        recording.mark_done(year, [step_of(year, khan, "6-7.application")])
        app.publish()
        await settle(pilot)
        assert "1 pupil " in sentence(app)
        await press(pilot, "u", "y")
        assert "2 pupils" in sentence(app)


async def test_years_and_today(year: Workspace) -> None:
    app = TransitionsApp(year)
    async with app.run_test(size=(140, 40)) as pilot:
        await press(pilot, "4", "right")
        day = calendar(app).day
        assert day == date(2026, 11, 23)
        await press(pilot, "]")
        assert "Academic year 2027/28" in screen_lines(app)[1]
        assert calendar(app).day == date(2027, 11, 23)
        assert NOW not in row(app, "Everybody"), "today is in another year"
        await press(pilot, "[", "[")
        assert "Academic year 2025/26" in screen_lines(app)[1]
        await press(pilot, "0")
        assert "Academic year 2026/27" in screen_lines(app)[1]
        assert "Everybody · Mon 16 Nov to Sun 22 Nov" in sentence(app)


async def test_the_cursor_keeps_its_day_when_the_window_changes(year: Workspace) -> None:
    app = TransitionsApp(year)
    async with app.run_test(size=(140, 40)) as pilot:
        await press(pilot, "4", "down", *["right"] * 8)
        day = calendar(app).day
        for width, words in ((100, "Nursery · Mon 4 Jan to Sun 17 Jan"), (80, "Nursery · T3")):
            await pilot.resize_terminal(width, 24)
            await settle(pilot)
            assert calendar(app).day == day
            assert words in sentence(app)
        await pilot.resize_terminal(140, 40)
        await settle(pilot)
        assert "Nursery · Mon 11 Jan to Sun 17 Jan" in sentence(app)


async def test_the_same_as_a_list_of_one_kind_and_back(year: Workspace) -> None:
    app = TransitionsApp(year)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "4", "v")
        shown = screen_lines(app)
        assert shown[2].split() == ["When", "Kind", "What"]
        assert "▌" in next(line for line in shown if "23 Nov" in line), "the cursor is on the first date from today on"
        await press(pilot, "f", "c")
        assert screen_lines(app)[1].startswith(" 2026/27 · only census · term dates of everybody ")
        assert " 3 of " in screen_lines(app)[1]
        assert [line.split()[:6] for line in screen_lines(app) if "School census day" in line][:3] == [
            ["Thu", "1", "Oct", "C", "census", "School"],
            ["▌", "Thu", "21", "Jan", "C", "census"],
            ["Thu", "20", "May", "C", "census", "School"],
        ]
        assert "School census day, spring · Thursday 21 January 2027 · in 2 months · Everybody" in sentence(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ReadScreen)
        await press(pilot, "escape", "escape")
        assert "only census" not in screen_lines(app)[1], "Escape takes the filter away first"
        await press(pilot, "escape")
        assert "Mon 18 Jan to Sun 31 Jan" in sentence(app), "and then goes back to the map, on the same day"
        await press(pilot, "v")
    again = TransitionsApp(year)
    async with again.run_test(size=(100, 30)) as pilot:
        await press(pilot, "4")
        assert calendar(again).listed, "the list comes back at the next start"


async def test_whose_term_dates(year: Workspace) -> None:
    school = add_school(year, "The Glebe [/x]", la_number=886)
    for name, academic_year, first, last in TERMS:
        if academic_year == 2026:
            with year.change("Terms entered", "of council 886") as action:
                moved = {"last_day": last if name != "T1" else date(2026, 10, 9), "first_day": first}
                action.insert("term", {"academic_year": academic_year, "name": name, "la_number": 886, **moved})
    add_closure(year, date(2027, 6, 25), "Sports day", school_id=school)
    app = TransitionsApp(year)
    async with app.run_test(size=(140, 40)) as pilot:
        await press(pilot, "4")
        before = row(app, "Year 1").count(SHADE)
        await press(pilot, *more("calendar.whose"))
        assert isinstance(app.screen, Choose)
        assert all(one in sentence(app) for one in ("1 Everybody", "2 Council 886", "3 The Glebe [/x]"))
        await press(pilot, "2")
        assert "term dates of council 886" in screen_lines(app)[1]
        assert row(app, "Year 1").count(SHADE) > before, "a longer half term"
        assert "Sports day" not in [event.title for event in calendar(app).dates]
        await press(pilot, *more("calendar.whose"), "3")
        assert "term dates of The Glebe [/x]" in screen_lines(app)[1]
        assert "Sports day" in [event.title for event in calendar(app).dates]
    again = TransitionsApp(year)
    async with again.run_test(size=(140, 40)) as pilot:
        await press(pilot, "4")
        assert "term dates of The Glebe [/x]" in screen_lines(again)[1]


async def test_without_term_dates_the_map_stands_and_says_which_key_helps(workspace: Workspace) -> None:
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "4")
        assert screen_lines(app)[1].startswith(" Academic year 2026/27 · ! No term dates: I imports them ")
        assert screen_lines(app)[2].split()[:3] == ["Sep", "Oct", "Nov"]
        assert "C R" in row(app, "Everybody"), "the census has its day all the same"
        assert [name for name in ROWS if row(app, name)] == ROWS
        await press(pilot, "I")
        assert isinstance(app.screen, ImportScreen)
        await press(pilot, "escape")
        add_terms(workspace, years=(2026,), la_number=808)
        app.publish()
        await settle(pilot)
        assert "term dates of" in screen_lines(app)[1], "the only council's dates are everybody's"
        add_terms(workspace, years=(2026,), la_number=886)
        app.publish()
        await settle(pilot)
        assert "! No term dates: ; chooses whose" in screen_lines(app)[1]


async def test_the_dates_are_saved(year: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "dates.csv"
    app = TransitionsApp(year)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "4", "f", "c", "x")
        assert "Calendar file .ics" in sentence(app)
        assert "Wall planner .html" in sentence(app)
        await press(pilot, "4")
        assert isinstance(app.screen, Ask)
        assert "transition-dates-2026-27.csv" in sentence(app)
        await press(pilot, "ctrl+u", *str(target), "enter")
        assert "Saved" in toasts(app)[-1]
    text = target.read_text(encoding="utf-8-sig")
    assert text.count("School census day") == 3
    assert "Staff training" not in text, "only what was shown"
    assert "Secret" not in text


async def test_hostile_closures(year: Workspace) -> None:
    for number, reason in enumerate(HOSTILE):
        add_closure(year, date(2026, 11, 23 + number), reason)
    app = TransitionsApp(year)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "4", "right", "enter")
        await press(pilot, "escape", "v", "f", "x", "enter", "escape")
        assert isinstance(app.screen, CalendarScreen)
        assert "\x1b" not in screen_text(app)
        assert "\u202e" not in screen_text(app)
        assert {len(line) for line in screen_lines(app)} == {80}
