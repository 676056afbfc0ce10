"""The missed list: two sections, groups, marks on steps, what happens next, why."""

import re
from datetime import date
from pathlib import Path

import pytest
from builders import add_pupil, add_school, add_terms, add_worker, steps_of
from hypothesis import given
from hypothesis import strategies as st
from reading import press, screen_lines, screen_text, sentence, settle, toasts

from screens.caseload.missed import MissedScreen, action_key, action_of, is_action, key_of, step_of
from screens.frame.app import TransitionsApp
from screens.milestones.catalogue import ExplainScreen
from screens.pupils.page import PupilScreen
from transitions.caseload.caseload import Caseload
from transitions.caseload.missed import ActionKey, sections
from transitions.clock import Clock
from transitions.demo.make import make
from transitions.milestones import recording
from transitions.milestones.recording import Step
from transitions.plans.actions import add_action
from transitions.workspace import Workspace

HOSTILE = ["[/x]", "[@click=app.quit]x", "\x1b[2Jx", "x" * 200, "\u202eabc\u0645\u0631", "e\u0301\u0301\u0301"]


@given(st.integers(1, 2**27 - 1), st.integers(1, 2**16 - 1), st.integers(1950, 2300), st.integers(0, 100))
def test_a_number_stands_for_one_step(pupil: int, milestone: int, year: int, before: int) -> None:
    step = Step(pupil, milestone, year + 10_000 * before)
    assert step_of(key_of(step)) == step
    assert key_of(step) < 2**63


@given(st.integers(1, 2**31 - 1), st.integers(1, 2**32 - 1))
def test_a_number_below_nought_stands_for_one_action(pupil: int, action: int) -> None:
    key = action_key(ActionKey(pupil, action))
    assert action_of(key) == ActionKey(pupil, action)
    assert is_action(key)
    assert key >= -(2**63)


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
    return [piece.strip() for piece in pieces if " overdue, " in piece or " missed" in piece or " past " in piece]


async def test_overdue_and_missed_stand_apart_and_are_never_added(late: Workspace) -> None:
    app = TransitionsApp(late)
    async with app.run_test(size=(140, 40)) as pilot:
        await press(pilot, "3", "f", "home", "down", "enter", "f")
        assert "4 overdue · 0 missed · longest overdue first" in screen_lines(app)[1]
        assert not missed_screen(app).note.display, "nothing to hold this year against yet"
        for column in ("How late", "Severity", "Name", "Yr", "Milestone"):
            assert column in screen_lines(app)[3]
        assert await press(pilot, "m", "3") == 2
        assert "3 overdue · 1 missed" in screen_lines(app)[1]
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


async def test_the_app_freezes_a_named_day_and_the_list_says_what_changed_in_a_year(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    made = Workspace.open(path, Clock.on(date(2026, 11, 21)), create=True)
    make(made, 400)
    made.close()
    workspace = Workspace.open(path, Clock(date(2027, 1, 2)))
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "3")
        assert any("(1 January, made late on 2 January 2027): of " in toast for toast in toasts(app))
        said = " ".join(str(missed_screen(app).note.render()).split())
        assert re.match(
            r"(No clear change|Fewer|More|Not to be held).* \(all pupils\): [\d,]+ of [\d,]+ steps \(.*%\) missed or late by 2 Jan 2027",
            said,
        )
        assert said[:20] in screen_text(app)
    workspace.close()


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
        assert "s groups it by year" in toasts(again)[-1]


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


@pytest.fixture
def promised(late: Workspace) -> Workspace:
    """Two of them have been promised something that was not done; three actions, one of a pupil of another school."""
    ids = dict(late.read().execute("SELECT surname, id FROM pupil").fetchall())
    for surname, what, day in (
        ("Khan", "Ring the SENCO", date(2026, 11, 18)),
        ("Byrne", "Visit Conyers", date(2026, 11, 9)),
        ("Byrne", "Order the desk", date(2026, 11, 20)),
        ("Ward", "Next week", date(2026, 11, 25)),
    ):
        add_action(late, ids[surname], what=what, owner="J. Shah", due_on=day)
    return late


def statuses(workspace: Workspace) -> dict[str, tuple[str, str | None]]:
    found = workspace.read().execute("SELECT what, status, evidence FROM plan_action").fetchall()
    return {what: (status, evidence) for what, status, evidence in found}


async def test_actions_past_their_day_stand_below_and_beside(promised: Workspace) -> None:
    app = TransitionsApp(promised)
    async with app.run_test(size=(140, 40)) as pilot:
        await press(pilot, "3", "f", "home", "down", "enter", "f")
        assert "4 overdue · 0 missed · 3 actions overdue · longest overdue first" in screen_lines(app)[1]
        assert titles(app) == ["4 overdue, no decision yet", "3 actions past their date"]
        actions = [line for line in screen_lines(app) if " action  " in line]
        assert [next(what for what in statuses(promised) if what[:13] in line) for line in actions] == [
            "Visit Conyers",
            "Ring the SENCO",
            "Order the desk",
        ]
        # What does not fit an action says what does.
        await press(pilot, "end")
        for key, words in (
            ("m", "not flagged missed"),
            ("E", "An action has no rule"),
            ("N", "Only a missed step has a next step"),
        ):
            await press(pilot, key)
            assert words in toasts(app)[-1]
            assert "i drops it with a reason" in toasts(app)[-1] or "drop it with a reason (i)" in toasts(app)[-1]
        assert await press(pilot, "d") == 1
        assert statuses(promised)["Order the desk"] == ("done", None)
        assert toasts(app)[-1] == "Action done: A. Byrne. u undoes."
        assert titles(app)[-1] == "2 actions past their date"
        await press(pilot, "u")
        assert titles(app)[-1] == "3 actions past their date"
        await press(pilot, "end", "i", "enter")
        assert "Say what the reason is." in screen_text(app)
        await press(pilot, *"moved", "enter")
        assert statuses(promised)["Order the desk"] == ("dropped", "moved")
        await press(pilot, "end", "enter")
        assert isinstance(app.screen, PupilScreen)
        assert app.screen.tab == "plan"
        assert "Ring the SENCO" in screen_text(app)


async def test_one_key_never_makes_two_changes(promised: Workspace) -> None:
    app = TransitionsApp(promised)
    async with app.run_test(size=(140, 40)) as pilot:
        await press(pilot, "3", "f", "home", "down", "enter", "f", "home", "space", "end", "space")
        before = promised.read().execute("SELECT count(*) FROM journal").fetchone()
        for key in ("d", "i"):
            await press(pilot, key)
            assert "You have marked both steps and actions" in toasts(app)[-1]
        await press(pilot, "m")
        assert "An action is not flagged missed" in toasts(app)[-1]
        assert promised.read().execute("SELECT count(*) FROM journal").fetchone() == before
        # Of one kind any number is one change.
        await press(pilot, "escape", "end", "space", "up", "up", "space", "d")
        assert toasts(app)[-1] == "Action done: 2 actions · A. Byrne. u undoes."
        assert titles(app)[-1] == "1 action past its date"
        await press(pilot, "u")
        assert titles(app)[-1] == "3 actions past their date"


async def test_actions_are_grouped_filtered_and_counted_as_steps_are(promised: Workspace) -> None:
    for number in range(4):
        pupil = add_pupil(promised, surname=f"Only{number}", year_group=3, owner_id=promised.me)
        add_action(promised, pupil, what="Ring", owner="J. Shah", due_on=date(2026, 11, 2))
    app = TransitionsApp(promised)
    async with app.run_test(size=(140, 44)) as pilot:
        await press(pilot, "3", "f", "home", "down", "enter", "f", "g")
        assert titles(app)[2:] == [
            "2 actions past their date · Layfield Primary",
            "1 action past its date · The Glebe",
            "4 actions past their date · No school recorded",
        ]
        for wanted in (["4 actions past their date · Year 3", "3 actions past their date · Year 6"],
                       ["7 actions past their date"], ["7 actions past their date · K. Osei"]):  # fmt: skip
            await press(pilot, "g")
            assert [title for title in titles(app) if " past " in title] == wanted
        counted = screen_text(app)
        assert re.search(r"All pupils +8 ", counted), "four with steps and four with nothing but an action"
        assert re.search(r"Year 3 +4 ", counted)
        await press(pilot, "/", *"only", "enter")
        assert "0 overdue · 0 missed · 4 actions overdue" in screen_lines(app)[1]
        await press(pilot, "w")
        assert "pupil 1 of 4" in screen_text(app)


async def test_why(late: Workspace) -> None:
    app = TransitionsApp(late)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "3", "E")
        assert isinstance(app.screen, ExplainScreen)
        said = sentence(app)
        assert "! overdue" in said
        assert "It was due on Saturday 31 October 2026, 3 weeks late, and nothing is recorded." in said
        assert "Mark it done, waive it with a reason" in said
        await press(pilot, "pagedown")
        assert "What was checked" in sentence(app)
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
        await press(pilot, "E")
        assert isinstance(app.screen, MissedScreen)
        await press(pilot, "n")
        assert toasts(app)[-1] == "Nothing is highlighted. Escape clears the find box or removes a filter."


async def test_hostile_names_and_hidden_names(workspace: Workspace) -> None:
    add_terms(workspace)
    for name in HOSTILE:
        add_pupil(workspace, surname=name, forename="Secret", year_group=6, school_id=add_school(workspace, f"{name}!"))
    steps = [step for section in sections(workspace, Caseload()) for step in section.steps]
    recording.flag_missed(workspace, steps[:3], reason="other", next_step="Secret [/x] [@click=app.quit]y")
    for step, name in zip(steps, HOSTILE, strict=False):
        due_on = date(2026, 11, 2)
        add_action(workspace, step.pupil_id, what=f"Secret {name}", owner=f"Secret {name}", due_on=due_on)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "3", "g", "end", "E", "escape", "home", "space", "d", "u")
        assert isinstance(app.screen, MissedScreen)
        assert "Secret" in screen_text(app)
        assert "\x1b" not in screen_text(app)
        assert "\u202e" not in screen_text(app)
        await press(pilot, "f9", "g", "g", "g", "end", "z")
        assert "Secret" not in screen_text(app)
