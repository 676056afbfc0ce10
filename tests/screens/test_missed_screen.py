"""The missed list: two sections, groups, marks on steps, what happens next, why."""

import pytest
from builders import add_pupil, add_school, add_terms, add_worker, steps_of
from hypothesis import given
from hypothesis import strategies as st
from reading import press, screen_lines, screen_text, sentence, settle, toasts

from screens.app import TransitionsApp
from screens.explain import ExplainScreen
from screens.missed import MissedScreen
from screens.missed_rows import key_of, step_of
from screens.pupil import PupilScreen
from transitions import recording
from transitions.caseload import Caseload
from transitions.missed import sections
from transitions.recording import Step
from transitions.workspace import Workspace

HOSTILE = ["[/x]", "[@click=app.quit]x", "\x1b[2Jx", "x" * 200, "\u202eabc\u0645\u0631", "e\u0301\u0301\u0301"]


@given(st.integers(1, 2**31 - 1), st.integers(1, 2**20 - 1), st.integers(1950, 2300))
def test_a_number_stands_for_one_step(pupil: int, milestone: int, cycle: int) -> None:
    step = Step(pupil, milestone, cycle)
    assert step_of(key_of(step)) == step
    assert key_of(step) < 2**63


@pytest.fixture
def late(workspace: Workspace) -> Workspace:
    """Four pupils of Year 6 in two schools, each late with the application."""
    add_terms(workspace)
    layfield, glebe = add_school(workspace, "Layfield Primary"), add_school(workspace, "The Glebe")
    patel = add_worker(workspace, "R. Patel")
    for surname, school, owner in (
        ("Byrne", layfield, workspace.me),
        ("Khan", glebe, workspace.me),
        ("Osei", layfield, patel),
        ("Ward", glebe, None),
    ):
        add_pupil(workspace, surname=surname, forename="A.", year_group=6, school_id=school, owner_id=owner)
    return workspace


def missed_screen(app: TransitionsApp) -> MissedScreen:
    assert isinstance(app.screen, MissedScreen)
    return app.screen


def titles(app: TransitionsApp) -> list[str]:
    """Give the headings of the sections, without the rule after them."""
    pieces = [piece for line in screen_lines(app)[4:-2] for piece in line.split(" ─")[0].split("│")]
    return [piece.strip() for piece in pieces if " overdue, " in piece or " missed" in piece]


async def test_overdue_and_missed_stand_apart_and_are_never_added(late: Workspace) -> None:
    app = TransitionsApp(late)
    async with app.run_test(size=(140, 40)) as pilot:
        await press(pilot, "3", "f", "home", "down", "enter", "f")
        assert "4 overdue, no decision yet · 0 missed · longest overdue first" in screen_lines(app)[1]
        for column in ("How late", "Severity", "Name", "Yr", "Milestone"):
            assert column in screen_lines(app)[3]
        assert await press(pilot, "m", "3") == 2
        assert "3 overdue, no decision yet · 1 missed" in screen_lines(app)[1]
        assert titles(app) == ["3 overdue, no decision yet", "1 missed"]
        assert "Khan, A." in screen_lines(app)[5], "the decided one has left its place"
        assert missed_screen(app).table.cursor == 0

        await press(pilot, "end", "N", *"ring", "enter")
        assert "u undoes." in toasts(app)[-1]
        flagged = missed_screen(app).chosen_steps()[0]
        row = next(row for row in steps_of(late, flagged.pupil_id).values() if row.missed_on)
        assert (row.outcome, row.reason, row.next_step) == ("missed", "no-place", "ring")

        await press(pilot, "home", "N")
        assert "m flags it" in toasts(app)[-1]


async def test_groups_in_turn(late: Workspace) -> None:
    app = TransitionsApp(late)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "3", "f", "home", "down", "enter", "f", "g")
        assert titles(app) == [
            "2 overdue, no decision yet · Layfield Primary",
            "2 overdue, no decision yet · The Glebe",
        ]
        assert screen_lines(app)[1].endswith(" by school ")
        await press(pilot, "g")
        assert titles(app) == ["4 overdue, no decision yet · Year 6"]
        await press(pilot, "g")
        assert len(titles(app)) == 1
        assert titles(app)[0].startswith("4 overdue, no decision yet · ")
        await press(pilot, "g")
        assert [title.split(" · ")[1] for title in titles(app)] == ["K. Osei", "R. Patel", "Nobody"]
        assert screen_lines(app)[1].endswith(" by member of staff ")
    again = TransitionsApp(late)
    async with again.run_test(size=(100, 30)) as pilot:
        await press(pilot, "3")
        assert len(titles(again)) == 3, "how it was grouped comes back at the next start"
        await press(pilot, "s")
        assert "g groups it" in toasts(again)[-1]


async def test_marks_are_on_steps_and_done_is_one_action(late: Workspace) -> None:
    app = TransitionsApp(late)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "3", "f", "home", "down", "enter", "f", "space", "space", "d")
        assert "2 pupils" in toasts(app)[-1]
        assert titles(app) == ["2 overdue, no decision yet"]
        await press(pilot, "u")
        assert titles(app) == ["4 overdue, no decision yet"]
        await press(pilot, "A", "i", "2")
        assert "Nothing is overdue and nothing is missed." in sentence(app)
        await press(pilot, "u", "home", "enter")
        assert isinstance(app.screen, PupilScreen)
        assert "Byrne" in screen_text(app)


async def test_why(late: Workspace) -> None:
    app = TransitionsApp(late)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "3", "e")
        assert isinstance(app.screen, ExplainScreen)
        said = sentence(app)
        assert "! overdue" in said
        assert "It was due on Saturday 31 October 2026, 3 weeks late, and nothing is recorded." in said
        assert "Mark it done, waive it with a reason" in said
        await press(pilot, "pagedown")
        assert "What was looked at" in sentence(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, MissedScreen)


async def test_a_pupil_who_is_gone_is_explained_as_gone(late: Workspace) -> None:
    app = TransitionsApp(late)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(ExplainScreen(late, 999, "6-7.application"))
        await settle(pilot)
        assert "There is no pupil with the number 999." in sentence(app)


async def test_nothing_missed_is_good_news(workspace: Workspace) -> None:
    add_pupil(workspace, year_group=3)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "3")
        assert "Nothing is overdue and nothing is missed. 2 goes to the caseload" in sentence(app)
        await press(pilot, "e")
        assert isinstance(app.screen, MissedScreen)


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_hostile_names_and_hidden_names(workspace: Workspace, size: tuple[int, int]) -> None:
    add_terms(workspace)
    for name in HOSTILE:
        add_pupil(workspace, surname=name, forename="Secret", year_group=6, school_id=add_school(workspace, f"{name}!"))
    steps = [step for section in sections(workspace, Caseload()) for step in section.steps]
    recording.flag_missed(workspace, steps[:3], reason="other", next_step="Secret [/x] [@click=app.quit]y")
    app = TransitionsApp(workspace)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "3", "g", "end", "e", "escape", "home", "space", "d", "u")
        assert isinstance(app.screen, MissedScreen)
        assert "Secret" in screen_text(app)
        assert "\x1b" not in screen_text(app)
        assert "\u202e" not in screen_text(app)
        await press(pilot, "f9", "g", "g", "g", "end", "p")
        assert "Secret" not in screen_text(app)
