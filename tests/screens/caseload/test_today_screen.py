"""Today: four short lists that the arrow keys cross, and the walk that was left off."""

from datetime import date

import pytest
from builders import (
    add_episode,
    add_handover,
    add_invitation,
    add_pupil,
    add_school,
    add_terms,
    add_workshop,
    add_workshop_action,
)
from made_plans import agreed_plan
from reading import press, screen_lines, screen_text, sentence, settle, toasts

from screens.caseload import views
from screens.caseload.caseload import CaseloadScreen
from screens.caseload.today import COLUMNS, TodayLine, TodayLines, TodayScreen, nothing_waits
from screens.caseload.walk import WalkScreen
from screens.frame.app import TransitionsApp
from screens.frame.render_context import LOOKS
from screens.handovers.handover import HandoverScreen
from screens.pupils.page import PupilScreen
from screens.workshops.workshop import WorkshopScreen
from transitions.caseload import today as days
from transitions.caseload import walk
from transitions.caseload.caseload import Caseload
from transitions.handovers import correspondence
from transitions.plans.actions import add_action
from transitions.plans.meetings import save_meeting
from transitions.workspace import Workspace

HOSTILE = ["[/x]", "[@click=app.quit]x", "\x1b[2Jx", "x" * 200, "\u202eabc\u0645\u0631", "e\u0301\u0301\u0301"]
COLOURS = {look.variable: "#808080" for look in LOOKS.values()}


@pytest.fixture
def busy(workspace: Workspace) -> Workspace:
    """Ten late applications, one phase-transfer review on Monday, and an action that should have been done."""
    add_terms(workspace, years=(2025, 2026))
    school = add_school(workspace, "Layfield Primary", high_age=11)
    mine = {"owner_id": workspace.me, "school_id": school, "year_group": 6}
    pupils = [add_pupil(workspace, surname=f"Khan{number}", forename="Aisha", **mine) for number in range(10)]
    add_action(workspace, pupils[0], what="Ring the new SENCO [/x]", owner="R. Patel", due_on=date(2026, 11, 18))
    return workspace


def headings(app: TransitionsApp) -> list[str]:
    return [line.split("──")[0].split("│")[-1].strip() for line in screen_lines(app)[4:-2] if " ──" in line]


def today_screen(app: TransitionsApp) -> TodayScreen:
    assert isinstance(app.screen, TodayScreen)
    return app.screen


def lines_of(workspace: Workspace, title: str, *, hidden: bool = False) -> list[TodayLine]:
    """The lines of a list, without an app."""
    page = days.page(workspace, views.usual(workspace))
    lists = TodayLines(page.day, hidden, COLOURS).lists(page, walk.left_off(workspace))
    return next(lines for heading, lines in lists if heading.startswith(title))


def cell(line: TodayLine, column: str) -> str:
    place = next(place for place, one in enumerate(COLUMNS) if one.title == column)
    return str(line.cells[place])


def what(line: TodayLine) -> str:
    return cell(line, "What")


def told(workspace: Workspace, title: str, *, hidden: bool = False) -> list[str]:
    return [what(line) for line in lines_of(workspace, title, hidden=hidden)]


async def test_the_day_at_a_glance(busy: Workspace) -> None:
    app = TransitionsApp(busy)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "1")
        assert screen_lines(app)[1].startswith(" Saturday 21 November 2026 · My caseload ")
        assert screen_lines(app)[1].endswith(" 0 flagged missed · 10 pupils ")
        assert headings(app) == [
            "Overdue, no decision yet · 10, the first 8",
            "Due this week · none",
            "Actions · 1 overdue",
            "Meetings and reviews · none in the next fortnight",
            "Handovers waiting · none",
            "Workshops · none in the next fortnight",
            "What is missing",
        ]
        assert "Ring the new SENCO [/x] · R. Patel" in screen_text(app)
        assert "3 days late" in screen_text(app)
        assert "steps without a date" in screen_text(app)
        # What is decided elsewhere is decided here, too; a line that is no step says so.
        await press(pilot, "space", "space", "d")
        assert headings(app)[0] == "Overdue, no decision yet · 8"
        await press(pilot, "u")
        assert headings(app)[0] == "Overdue, no decision yet · 10, the first 8"
        assert " 2 marked · 0 flagged missed" in screen_lines(app)[1]
        await press(pilot, "escape", "home", "m", "2")
        assert screen_lines(app)[1].endswith(" 1 flagged missed · 10 pupils ")
        await press(pilot, "u", "end", "m")
        assert toasts(app)[-1] == "You can only decide steps and actions here. Enter opens this one."
        await press(pilot, "home", *["down"] * 8)
        assert today_screen(app).table.cursor == 8, "the arrow keys cross from one list to the next"
        await press(pilot, "enter")
        assert isinstance(app.screen, PupilScreen)
        assert app.screen.tab == "plan"
        assert "Khan0" in screen_text(app)
        assert "Ring the new SENCO" in screen_text(app)


def test_overdue_actions_come_first_and_are_counted_apart(busy: Workspace) -> None:
    pupil = busy.read().execute("SELECT min(id) FROM pupil").fetchone()[0]
    for number in range(10):
        add_action(busy, pupil, what=f"Soon {number}", owner="R. Patel", due_on=date(2026, 11, 22))
    add_action(busy, pupil, what="Oldest", owner="R. Patel", due_on=date(2026, 9, 1))
    actions = told(busy, "Actions · 2 overdue, 10 due this week, the first 8")
    assert [line.split(" · ")[0] for line in actions[:3]] == ["Oldest", "Ring the new SENCO [/x]", "Soon 0"]
    hidden = " ".join(told(busy, "Actions", hidden=True))
    assert "RP" in hidden
    assert "R. Patel" not in hidden


def test_meetings_and_reviews_of_the_fortnight_lead_to_the_plan(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, year_group=6, owner_id=workspace.me)
    plan = agreed_plan(workspace, pupil)
    for day, place in ((24, "Room 4 [/x]"), (25, "")):
        save_meeting(workspace, plan, None, {"held_on": date(2026, 11, day), "place": place})
    save_meeting(workspace, plan, None, {"kind": "review", "held_on": date(2026, 12, 4)})
    lines = lines_of(workspace, "Meetings and reviews · 3")
    assert [what(line) for line in lines] == [
        "Meeting · Room 4 [/x] · Year 6 to Year 7",
        "Meeting · Year 6 to Year 7",
        "Review · Year 6 to Year 7",
    ]
    assert [cell(line, "When") for line in lines] == ["in 3 days", "in 4 days", "in 13 days"]
    assert {(line.pupil_id, line.tab) for line in lines} == {(pupil, "plan")}
    assert "Room 4" not in "".join(told(workspace, "Meetings and reviews · 3", hidden=True))


def test_workshops_of_the_fortnight_lead_to_their_page(workspace: Workspace) -> None:
    held = add_workshop(workspace, on_day=date(2026, 11, 6), status="held")
    coming = add_workshop(workspace, on_day=date(2026, 11, 26), starts="09:30", place="Room 4 [/x]")
    add_invitation(workspace, coming, school_id=add_school(workspace))
    add_workshop_action(workspace, held, "Share the map [/x]", who="Kofi Mensah", due_on=date(2026, 11, 18))
    add_workshop_action(workspace, held, "Ring the schools")
    title = "Workshops · 1 in the next fortnight · 1 action overdue"
    first, second = lines_of(workspace, title)
    assert (cell(first, "Who"), cell(second, "Who")) == ("1 school", "Kofi Mensah")
    assert what(first) == "Transitions workshop · 2 open actions, 1 overdue · 09:30 Room 4 [/x]"
    assert what(second) == "Share the map [/x] · Transitions workshop"
    assert (cell(first, "When"), cell(second, "When")) == ("in 5 days", "3 days late")
    assert (first.workshop_id, second.workshop_id) == (coming, held)
    first, second = lines_of(workspace, title, hidden=True)
    assert cell(second, "Who") == "KM"
    assert what(first) == "Transitions workshop · 2 open actions, 1 overdue · 09:30"
    assert not any(word in f"{first} {second}" for word in ("Mensah", "Share the map", "Room 4"))


async def test_handovers_that_wait_lead_to_their_page(workspace: Workspace) -> None:
    pupils = [
        add_pupil(workspace, year_group=6, surname=f"Ward{number}", owner_id=workspace.me, next_school_id=school)
        for number, school in enumerate([add_school(workspace, "Conyers [/x]")] * 3)
    ]
    first, second, _ = (add_handover(workspace, pupil) for pupil in pupils)
    correspondence.send(workspace, [first, second], how="post", on=date(2026, 11, 21))
    correspondence.record_question(workspace, second, "Which bus?")
    app = TransitionsApp(workspace)
    async with app.run_test(size=(140, 40)) as pilot:
        await press(pilot, "1")
        assert headings(app)[4] == "Handovers waiting · 2 on us, 1 on others"
        start = next(number for number, line in enumerate(screen_lines(app)) if "Handovers waiting" in line)
        lines = screen_lines(app)[start + 1 : start + 4]
        assert "Aisha Ward1" in lines[0]
        assert "Handover to Conyers [/x] · a question is waiting for our answer" in lines[0]
        assert "Handover to Conyers [/x] · being written" in lines[1]
        assert "Handover to Conyers [/x] · sent, not acknowledged" in lines[2]
        row = next(place for place, line in enumerate(today_screen(app).lines.values()) if line.handover_id == second)
        await press(pilot, *["down"] * row, "enter")
        assert isinstance(app.screen, HandoverScreen)
        assert app.screen.handover_id == second
        await press(pilot, "f9", "escape")
        assert "Ward" not in screen_text(app)


async def test_what_is_missing_leads_to_where_it_is_entered(workspace: Workspace) -> None:
    add_episode(workspace, add_pupil(workspace, year_group=4), "looked after", None)
    first, second = (add_workshop(workspace, on_day=date(2026, 11, day)) for day in (6, 12))
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1")
        assert "not recorded: 2 workshops" in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, WorkshopScreen)
        assert app.screen.workshop_id == first
        with workspace.change("Workshop held", "made up") as action:
            action.update("workshop", {"id": first}, {"status": "held"})
        await press(pilot, "escape")
        assert "not recorded: Transitions workshop" in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, WorkshopScreen)
        assert app.screen.workshop_id == second
        await press(pilot, "escape", "down")
        assert "care start date?" in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, CaseloadScreen)
        assert app.screen.caseload.cohorts == ("care start date?",)


async def test_what_is_done_elsewhere_is_seen_here(busy: Workspace) -> None:
    app = TransitionsApp(busy)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "1", "2", "d", "1")
        assert headings(app)[0] == "Overdue, no decision yet · 9, the first 8"
        await press(pilot, "u", "y")
        assert headings(app)[0] == "Overdue, no decision yet · 10, the first 8"


async def test_a_walk_left_off_is_offered(busy: Workspace) -> None:
    app = TransitionsApp(busy)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "1", "w")
        assert isinstance(app.screen, WalkScreen)
        await press(pilot, "right", "right", "q")
        assert "pupil 3 of 10 · My caseload" in screen_text(app)
        assert "w continues" in screen_text(app)
        await press(pilot, "w")
        assert "Start again with this list" in screen_text(app)
        await press(pilot, "b")
        begun = walk.left_off(busy)
        assert begun is not None
        assert begun.position == 0
        await press(pilot, "right", "q", *["down"] * 9, "enter")
        assert isinstance(app.screen, WalkScreen)
        left = walk.left_off(busy)
        assert left is not None
        assert left.position == 1, "enter on that line goes on without a question"


async def test_a_quiet_day(workspace: Workspace) -> None:
    app = TransitionsApp(workspace)
    add_pupil(workspace, year_group=14, owner_id=workspace.me)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1")
        assert "Nothing is waiting for you today, and nothing is due this week. Press 2 for the caseload." in sentence(
            app
        )
        await press(pilot, "w")
        assert toasts(app)[-1] == "No pupil in this list needs a decision today."
        await press(pilot, "enter")
        assert isinstance(app.screen, TodayScreen)


def test_before_anything_is_recorded(workspace: Workspace) -> None:
    add_school(workspace)
    page = days.page(workspace, views.usual(workspace))
    assert nothing_waits(page).startswith("There are no pupils yet. Press 2 for the caseload")


async def test_hostile_names_and_hidden_names(workspace: Workspace) -> None:
    add_terms(workspace)
    for name in HOSTILE:
        pupil = add_pupil(workspace, surname=name, forename="Secret", year_group=6, owner_id=workspace.me)
        add_action(workspace, pupil, what=f"Secret {name}", owner="R. Patel", due_on=date(2026, 11, 18))
    assert walk.begin(workspace, Caseload(text="[/x")).pupil_ids
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1", "end", "home", "enter", "escape")
        today_screen(app)
        assert "Secret [/x]" in screen_text(app)
        assert "\x1b" not in screen_text(app)
        assert "\u202e" not in screen_text(app)
        await press(pilot, "end")
        assert "“[/x”" in screen_text(app)
        await press(pilot, "f9")
        await settle(pilot)
        assert "Secret" not in screen_text(app)
        assert "“[/x”" not in screen_text(app)
