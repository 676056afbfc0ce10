"""Feeder schools by recorded destinations: to each school and from each, and the pupils of a link in the caseload."""

from datetime import date

import pytest
from builders import add_pupil, add_school, add_terms, edit_pupil
from reading import press, screen_lines, screen_text, sentence

from screens.caseload.caseload import CaseloadScreen
from screens.frame.app import TransitionsApp
from screens.frame.dialogs import Choose
from screens.workshops.feeders import FeedersScreen
from transitions.workspace import Workspace


@pytest.fixture
def moves(workspace: Workspace) -> Workspace:
    """Three pupils of the Glebe go to two secondaries, one of Layfield to one of them; a child starts school."""
    add_terms(workspace)
    glebe, layfield = (add_school(workspace, name, low_age=4, high_age=11) for name in ("The Glebe", "Layfield"))
    conyers, northfield = (add_school(workspace, name, low_age=11, high_age=16) for name in ("Conyers", "Northfield"))
    nursery = add_school(workspace, "Acorns [/x]", low_age=2, high_age=4)
    for surname, here, there in (
        ("Khan", glebe, conyers),
        ("Ward", glebe, conyers),
        ("Byrne", glebe, northfield),
        ("Lund", layfield, conyers),
    ):
        add_pupil(workspace, surname=surname, year_group=6, school_id=here, next_school_id=there)
    add_pupil(workspace, surname="Small", year_group=-1, school_id=nursery, next_school_id=glebe)
    return workspace


async def test_links_both_ways_and_their_pupils(moves: Workspace) -> None:
    app = TransitionsApp(moves)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        assert await press(pilot, "5", "g") == 2
        assert isinstance(app.screen, FeedersScreen)
        assert screen_lines(app)[1].startswith(" Feeder schools 2026/27 ")
        assert screen_lines(app)[1].rstrip().endswith("5 pupils")
        assert "5 pupils with a recorded destination leave 3 for 3 schools" in sentence(app)
        text = screen_text(app)
        assert "Conyers · 3 pupils from 2 schools" in text
        assert "2 of 3 (67%)" in next(line for line in screen_lines(app) if line[3:].startswith(" The Glebe"))
        assert "Khan" not in text
        await press(pilot, "right", "slash", *"conyers", "enter")
        assert "The Glebe · 3 pupils to 2 schools" in screen_text(app)
        await press(pilot, "end")
        assert "2 of 3 (67%) of those who leave The Glebe." in sentence(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, CaseloadScreen)
        assert "Year 6 · The Glebe · to Conyers" in screen_lines(app)[1]
        assert "Khan" in screen_text(app)
        assert "Byrne" not in screen_text(app)
        assert "Lund" not in screen_text(app)
        await press(pilot, "escape")
        assert "to Conyers" in screen_lines(app)[1], "the year group goes first"
        await press(pilot, "escape")
        assert "to Conyers" not in screen_lines(app)[1]


async def test_one_year_group_alone_and_another_year(moves: Workspace) -> None:
    app = TransitionsApp(moves)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "5", "g", "f")
        assert isinstance(app.screen, Choose)
        assert [f"{choice.label} {choice.hint}" for choice in app.screen._choices] == [
            "Every year group 5",
            "Nursery 1",
            "Year 6 4",
        ]
        await press(pilot, "2")
        assert "only Nursery" in screen_lines(app)[1]
        assert "The Glebe · 1 pupil from 1 school" in screen_text(app)
        assert "Acorns [/x]" in screen_text(app)
        await press(pilot, "escape")
        assert "5 pupils" in screen_lines(app)[1]
        await press(pilot, "right_square_bracket")
        assert "Feeder schools 2027/28" in screen_lines(app)[1]
        assert "No destination is recorded for pupils who move in this year." in sentence(app)


async def test_what_changes_is_followed(moves: Workspace) -> None:
    app = TransitionsApp(moves)
    lund = moves.read().execute("SELECT id FROM pupil WHERE surname = 'Lund'").fetchone()[0]
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await press(pilot, "5", "g")
        assert "Conyers · 3 pupils" in screen_text(app)
        edit_pupil(moves, lund, next_school_id=None, next_school_recorded_on=None, date_of_birth=date(2016, 3, 15))
        app.publish()
        await press(pilot, "home")
        assert "Conyers · 2 pupils from 1 school" in screen_text(app)


async def test_last_years_link_shows_who_has_moved(moves: Workspace) -> None:
    khan, conyers = (
        moves.read().execute(query).fetchone()[0]
        for query in (
            "SELECT id FROM pupil WHERE surname = 'Khan'",
            "SELECT id FROM school WHERE name = 'Conyers'",
        )
    )
    edit_pupil(moves, khan, next_school_id=None, school_id=conyers)  # the record follows the move
    app = TransitionsApp(moves)
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await press(pilot, "5", "g", "right", "slash", *"conyers", "enter", "end", "enter")
        assert isinstance(app.screen, CaseloadScreen)
        assert "Year 6 · The Glebe · to Conyers · moves of 2026/27" in screen_lines(app)[1]
        assert "Khan" in screen_text(app)
        assert "Ward" in screen_text(app)


async def test_the_caseload_comes_forward_even_with_a_pupil_open(moves: Workspace) -> None:
    app = TransitionsApp(moves)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await press(pilot, "2", "enter", "5", "g", "enter")
        assert isinstance(app.screen, CaseloadScreen)
        assert " to " in screen_lines(app)[1]
