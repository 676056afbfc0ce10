"""Feeder schools by recorded destinations: to each school and from each, and the pupils of a link in the caseload."""

from datetime import date

import pytest
from builders import add_pupil, add_school, add_terms, edit_pupil
from reading import figures, more, press, screen_lines, screen_text

from screens.caseload.caseload import CaseloadScreen
from screens.frame.app import TransitionsApp
from screens.frame.dialogs import Choose
from screens.workshops.feeders import FROM, TO, FeedersScreen, LoadedLinks, movers
from transitions.caseload import caseload
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


def test_links_both_ways_and_of_one_year_group(moves: Workspace) -> None:
    found = LoadedLinks.of(moves, 2026)
    assert found.how_much == "5 pupils"
    to = figures(found.part(TO))
    assert "5 pupils with a recorded destination leave 3 for 3 schools" in to
    assert "Conyers · 3 pupils from 2 schools" in to
    assert "2 of 3 (67%)" in next(line for line in to.splitlines() if "| The Glebe |" in line)
    assert "Khan" not in to
    by_origin = figures(found.part(FROM))
    assert "The Glebe · 3 pupils to 2 schools" in by_origin
    conyers = next(line for line in by_origin.splitlines() if "| Conyers |" in line and "The Glebe" in line)
    assert "2 of 3 (67%) of those who leave The Glebe." in conyers
    nursery = figures(LoadedLinks.of(moves, 2026, (-1,)).part(TO))
    assert "The Glebe · 1 pupil from 1 school" in nursery
    assert "Acorns [/x]" in nursery
    assert "No destinations are recorded for this year's movers." in figures(LoadedLinks.of(moves, 2027).part(TO))


async def test_the_pupils_of_a_link_one_year_group_another_year_and_what_changes(moves: Workspace) -> None:
    app = TransitionsApp(moves)
    lund = moves.read().execute("SELECT id FROM pupil WHERE surname = 'Lund'").fetchone()[0]
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await press(pilot, "2", "enter")
        assert await press(pilot, "5", *more("workshops.feeders")) == 3
        assert isinstance(app.screen, FeedersScreen)
        assert screen_lines(app)[1].startswith(" Feeder schools 2026/27 ")
        assert screen_lines(app)[1].rstrip().endswith("5 pupils")
        assert "Conyers · 3 pupils from 2 schools" in screen_text(app)
        await press(pilot, "right", "slash", *"conyers", "enter")
        assert "The Glebe · 3 pupils to 2 schools" in screen_text(app)
        await press(pilot, "end", "enter")
        assert isinstance(app.screen, CaseloadScreen), "it comes forward even with a pupil open"
        assert "Year 6 · The Glebe · to Conyers" in screen_lines(app)[1]
        assert "Khan" in screen_text(app)
        assert "Byrne" not in screen_text(app)
        assert "Lund" not in screen_text(app)
        await press(pilot, "escape")
        assert "to Conyers" in screen_lines(app)[1], "the year group goes first"
        await press(pilot, "escape")
        assert "to Conyers" not in screen_lines(app)[1]

        await press(pilot, "5", "escape", "left", "f")
        assert isinstance(app.screen, Choose)
        assert [f"{choice.label} {choice.hint}" for choice in app.screen._choices] == [
            "Every year group 5",
            "Nursery 1",
            "Year 6 4",
        ]
        await press(pilot, "2")
        assert "only Nursery" in screen_lines(app)[1]
        assert "Acorns [/x]" in screen_text(app)
        await press(pilot, "escape")
        assert "5 pupils" in screen_lines(app)[1]
        edit_pupil(moves, lund, next_school_id=None, next_school_recorded_on=None, date_of_birth=date(2016, 3, 15))
        app.publish()
        await press(pilot, "home")
        assert "Conyers · 2 pupils from 1 school" in screen_text(app)
        await press(pilot, "right_square_bracket")
        assert "Feeder schools 2027/28" in screen_lines(app)[1]


def test_last_years_link_shows_who_has_moved(moves: Workspace) -> None:
    khan, conyers = (
        moves.read().execute(query).fetchone()[0]
        for query in (
            "SELECT id FROM pupil WHERE surname = 'Khan'",
            "SELECT id FROM school WHERE name = 'Conyers'",
        )
    )
    edit_pupil(moves, khan, next_school_id=None, school_id=conyers)  # the record follows the move
    links = LoadedLinks.of(moves, 2026).links
    link = next(link for link in links if (link.feeder, link.receiving) == ("The Glebe", "Conyers"))
    found = movers(moves, 2026, link)
    assert "Year 6 · The Glebe · to Conyers · moves of 2026/27" in caseload.describe(moves, found)
    assert {row.surname for row in caseload.all_rows(moves, found)} == {"Khan", "Ward"}
