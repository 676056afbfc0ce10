"""A caseworker walks a caseload: every kind of decision, stopping and going on, undo, and the summary at the end."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import add_pupil, add_school, add_terms, edit_pupil, steps_of
from reading import COLOURS, press, screen_text, sentence, settle, toasts

from screens.caseload import walk_text
from screens.caseload.caseload import CaseloadScreen
from screens.caseload.walk import WalkScreen
from screens.caseload.walk_text import WalkQuestion, waiting_of
from screens.frame.app import TransitionsApp
from screens.frame.dialogs import Ask
from screens.frame.render_context import RenderContext
from screens.pupils.page import PupilScreen
from screens.widgets.panel import Block, Pair
from transitions.caseload import walk
from transitions.caseload.caseload import Caseload
from transitions.caseload.walk import Walk
from transitions.custody import access_log
from transitions.milestones import recording
from transitions.milestones.recording import Step
from transitions.plans.actions import add_action, finish_actions
from transitions.pupils import page
from transitions.workspace import Workspace

NAMES = (("Khan", "Aisha"), ("Byrne", "Callum"), ("Osei", "Kofi"), ("Ward", "Elsie"), ("Yilmaz", "Deniz"))


class Round:
    """Five of Year 6: Aisha has an EHC plan and two overdue steps, the other four are late with their application."""

    def __init__(self, workspace: Workspace) -> None:
        add_terms(workspace)
        self.workspace = workspace
        school = add_school(workspace, high_age=11)
        self.pupils = [
            add_pupil(
                workspace, surname=surname, forename=forename, school_id=school, owner_id=workspace.me,
                sen_provision="E" if forename == "Aisha" else "N", planned_from=date(2026, 7, 10),
            )
            for surname, forename in NAMES
        ]  # fmt: skip

    def begin(self) -> Walk:
        """Begin a walk through all who need a decision."""
        return walk.begin(self.workspace, Caseload(whose="mine", year_groups=(6,)))

    def steps(self, pupil: int) -> list[Step]:
        """Give what still waits for the pupil with that place in ``NAMES``."""
        rows = walk.to_decide(self.workspace, self.pupils[pupil])
        return [Step(row.pupil_id, row.milestone_id, row.cycle) for row in rows]

    def outcome(self, pupil: int) -> str | None:
        """Give what is recorded of the application of the pupil with that place in ``NAMES``."""
        found = steps_of(self.workspace, self.pupils[pupil])["6-7.application", 2026].outcome
        return None if found is None else str(found)


@pytest.fixture
def five(workspace: Workspace) -> Round:
    return Round(workspace)


async def walking(app: TransitionsApp, pilot: Any, begun: Walk) -> WalkScreen:
    screen = WalkScreen(begun)
    await app.push_screen(screen)
    await settle(pilot)
    return screen


async def test_a_walk_of_five_pupils_from_the_first_key_to_the_list_of_actions(five: Round, tmp_path: Path) -> None:
    workspace = five.workspace
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await walking(app, pilot, five.begin())
        shown = screen_text(app)
        assert "Walking: My caseload · Year 6" in shown
        assert "pupil 1 of 5" in shown
        assert "1 more to decide for this pupil" in shown
        # One key a decision; after the pupil's last overdue step the walk goes on by itself.
        await press(pilot, "d")
        assert "pupil 1 of 5" in screen_text(app)
        await press(pilot, "m", "1")
        assert not five.steps(0)
        assert "pupil 2 of 5" in screen_text(app)
        assert "1 done · 1 missed" in screen_text(app)
        # An action and a note leave the pupil where they are.
        await press(pilot, "a", *"Ring the school", "ctrl+s")
        await press(pilot, "n", *"spoke", "ctrl+s")
        assert "Callum Byrne" in screen_text(app)
        assert "by K. Osei: spoke" in screen_text(app)
        # A draft to chase with is copied, never sent.
        await press(pilot, "c", "1")
        assert "^s copies" in screen_text(app), "as the words in the box have it"
        await press(pilot, "ctrl+s")
        assert "It has not been sent" in toasts(app)[-1]
        assert [row[0] for row in workspace.read().execute("SELECT what FROM plan_action")] == ["Ring the school"]
        await press(pilot, "i", "2")
        assert five.outcome(1) == "waived"
        # A date is echoed in long form before anything is saved.
        await press(pilot, "t", *"+2w")
        assert isinstance(app.screen, Ask)
        assert "Monday 7 December 2026, in 2 weeks: schools are closed on Sat 5 Dec" in sentence(app)
        await press(pilot, "enter")
        assert recording.put_off_until(workspace, five.pupils[2]) == date(2026, 12, 7)
        await press(pilot, "left")
        assert "You will be reminded about this pupil on Monday 7 December 2026." in screen_text(app)
        await press(pilot, "right", "right")
        assert "pupil 5 of 5" in screen_text(app)
        await press(pilot, "d")
        # The end: what was done, what was left, and one key for the list of actions.
        end = sentence(app)
        assert "The walk is finished: 5 pupils." in end
        assert "1 action is open for these pupils" in end
        assert walk.left_off(workspace) is None
        looks = [(one.pupil_id, one.how) for one in access_log.views(workspace, limit=9)]
        assert looks == [(pupil, "walk") for pupil in reversed(five.pupils)]
        await press(pilot, "x")
        assert "What is the file for?" in sentence(app)
        app.screen.query_one("Input").value = "The clinic"  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert isinstance(app.screen, Ask)
        app.screen.query_one("Input").value = str(tmp_path / "open.pdf")  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert ".pdf cannot be written here. End the name in .xlsx or .csv." in sentence(app)
        target = tmp_path / "open.csv"
        await pilot.press("ctrl+a", "delete")
        app.screen.query_one("Input").value = str(target)  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert f"Saved 1 open action to {target}" in toasts(app)[-1]
        with target.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if not row[0].startswith("#")]
        assert rows[1][1:4] == ["Byrne", "Callum", "6"]
        assert rows[1][6:8] == ["Ring the school", "K. Osei"]
        kind = workspace.read().execute("SELECT kind, name, summary FROM journal ORDER BY id DESC LIMIT 1").fetchone()
        assert tuple(kind[:2]) == ("export", "Exported actions")
        assert kind[2].endswith("; open.csv; for: The clinic")
        await press(pilot, "enter")
        assert app.screen is not screen


async def test_actions_past_their_day_are_asked_about_after_the_steps(five: Round) -> None:
    workspace, callum, kofi = five.workspace, five.pupils[1], five.pupils[2]
    for pupil in five.pupils:
        if pupil not in (callum, kofi):
            edit_pupil(workspace, pupil, archived_at=workspace.clock.now())
    with workspace.change("Plan agreed", "x") as action:
        row = {"pupil_id": callum, "transition": "6-7", "opened_on": date(2026, 10, 1), "status": "agreed"}
        plan = action.insert("plan", {**row, "agreed_on": date(2026, 10, 12)})
        values = {
            "what": "Ring the SENCO",
            "owner": "J. Shah",
            "due_on": date(2026, 11, 2),
            "added_on": date(2026, 10, 1),
        }
        action.insert("plan_action", {"pupil_id": callum, "plan_id": plan, **values})
    add_action(workspace, callum, what="Visit Conyers", owner="Mum", due_on=date(2026, 11, 18))
    for what in ("Order the desk", "Book the taxi"):
        add_action(workspace, kofi, what=what, owner="R. Patel", due_on=date(2026, 11, 19))
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        await walking(app, pilot, five.begin())
        assert "pupil 1 of 2" in screen_text(app)
        shown = sentence(app)
        assert "2 more to decide for this pupil" in shown
        assert shown.index("Apply for a secondary school place") < shown.index("! Ring the SENCO · 3 weeks late")
        await press(pilot, "d")
        assert "J. Shah · was due Monday 2 November 2026 · 3 weeks late · Year 6 to Year 7" in screen_text(app)
        assert "why: agreed in the plan on Mon 12 Oct 2026, so the date is fixed; not done yet" in screen_text(app)
        assert "i drop" in screen_text(app)
        # What was agreed has no new day, and no action is flagged missed.
        assert "m missed" not in screen_text(app)
        assert "t new day" not in screen_text(app)
        await press(pilot, "t")
        assert "Its date was agreed in the plan" in toasts(app)[-1]
        await press(pilot, "m")
        assert "d marks it done, i drops it" in toasts(app)[-1]
        await press(pilot, "i", *"moved on", "enter")
        assert "Visit Conyers" in screen_text(app)
        assert "why: promised for this pupil; not done yet" in screen_text(app)
        assert "t new day" in screen_text(app)
        await press(pilot, "t")
        assert "New date for this action" in screen_text(app)
        await press(pilot, *"+2w", "enter")
        assert "pupil 2 of 2" in screen_text(app)
        assert "1 done · 1 waived · 1 put off" in screen_text(app)
        # Undo goes back to its pupil, and asks again.
        await press(pilot, "u")
        assert "Visit Conyers" in screen_text(app)
        assert "put off" not in screen_text(app)
        await press(pilot, "U", "d")
        assert "Order the desk" in screen_text(app)
        # Decided by somebody else while the question was open: nothing is overwritten.
        await press(pilot, "i")
        number = workspace.read().execute("SELECT id FROM plan_action WHERE what = 'Order the desk'").fetchone()[0]
        finish_actions(workspace, [number], evidence="theirs")
        await press(pilot, *"gone", "enter")
        assert any("somebody else has just decided this action" in toast for toast in toasts(app))
        assert "Book the taxi" in screen_text(app)
        await press(pilot, "f9")
        assert "Book the taxi" not in screen_text(app)
        assert "R. Patel" not in screen_text(app)
        await press(pilot, "f9", "right")
        end = sentence(app)
        assert "2 steps and actions done" in end
        assert "1 step or action waived" in end
        assert "Kofi Osei · Year 6 ! Book the taxi · 2 days late" in end
    found = workspace.read().execute("SELECT what, status, due_on, evidence FROM plan_action ORDER BY id").fetchall()
    assert [tuple(row) for row in found] == [
        ("Ring the SENCO", "dropped", "2026-11-02", "moved on"),
        ("Visit Conyers", "open", "2026-12-07", None),
        ("Order the desk", "done", "2026-11-19", "theirs"),
        ("Book the taxi", "open", "2026-11-19", None),
    ]


async def test_stopping_keeps_the_place_and_undo_goes_back_to_its_pupil(five: Round) -> None:
    workspace = five.workspace
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await walking(app, pilot, five.begin())
        assert "q stop" in screen_text(app)
        await press(pilot, "right", "d", "right")
        assert "pupil 4 of 5" in screen_text(app)
        assert "1 done · 2 skipped" in screen_text(app)
        # Undo shows the pupil it gave back, and the count follows; redo goes there, too.
        await press(pilot, "u")
        assert "Callum Byrne" in screen_text(app)
        assert "1 done" not in screen_text(app)
        await press(pilot, "U")
        assert "1 done" in screen_text(app)
        await press(pilot, "left")
        assert "There is nothing left to decide for this pupil." in screen_text(app)
        await press(pilot, "left")
        assert "Aisha Khan" in screen_text(app)
        await press(pilot, "left")
        assert "first pupil of the walk" in toasts(app)[-1]
        # A pupil who was skipped and is decided after all counts as skipped no longer.
        await press(pilot, "down", "d", "d")
        assert "3 done · 1 skipped" in screen_text(app)
        assert "pupil 3 of 5" in screen_text(app)
        await press(pilot, "right", "q")
        assert "Stopped at pupil 4 of 5" in toasts(app)[-1]

        left = walk.left_off(workspace)
        assert left is not None
        await walking(app, pilot, left)
        assert "Elsie Ward" in screen_text(app)
        assert "3 done · 1 skipped" in screen_text(app)


async def test_what_others_change_meanwhile_is_passed_over_with_a_word(five: Round) -> None:
    workspace = five.workspace
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        begun = five.begin()
        with workspace.change("Archived", "Callum Byrne") as action:
            action.update("pupil", {"id": five.pupils[1]}, {"archived_at": workspace.clock.now()})
        recording.mark_done(workspace, five.steps(2))
        await walking(app, pilot, begun)
        await press(pilot, "right")
        assert "Elsie Ward" in screen_text(app)
        passed = "Passed over: 1 pupil who needs no decision now and 1 pupil who is no longer here."
        assert passed in toasts(app)
        # Decided by somebody else while the question was open: nothing is overwritten.
        await press(pilot, "m")
        recording.mark_done(workspace, five.steps(3), evidence="theirs")
        await press(pilot, "1")
        assert five.outcome(3) == "late"
        assert any("somebody else has just decided this step" in toast for toast in toasts(app))
        assert "Deniz Yilmaz" in screen_text(app)
        # What is decided on the pupil's own page is seen on the way back.
        await press(pilot, "enter")
        assert isinstance(app.screen, PupilScreen)
        await press(pilot, "d", "q")
        assert "The walk is finished" in screen_text(app)
        await press(pilot, "d")
        assert "Enter goes back" in toasts(app)[-1]


def test_what_the_walk_says_of_a_pupil_hidden_too_and_at_its_end(five: Round) -> None:
    workspace = five.workspace
    look = RenderContext(workspace.clock.today)
    view = page.load(workspace, five.pupils[0])
    asked = WalkQuestion.of(workspace, view, waiting_of(workspace, view))
    said = written(walk_text.card(view, asked, look, COLOURS))
    assert "Aisha Khan · Year 6 · Layfield Primary · EHC plan" in said
    assert "was due Tuesday 21 July 2026 · 4 months late" in said
    assert "why: is in Year 6, has an EHC plan, is at a school that ends with Year 6; nothing is recorded." in said
    assert "1 more to decide for this pupil" in said

    begun, hidden = walk.begin(workspace, Caseload(text="khan")), look._replace(hidden=True)
    assert "“khan”" in walk_text.heading(begun, look)
    over = replace(begun, skipped=(five.pupils[0], five.pupils[3]))
    left = walk_text.left_over(workspace, over, hidden)
    for words in (
        f"{walk_text.heading(begun, hidden)}\n{written(walk_text.card(view, asked, hidden, COLOURS))}",
        written(walk_text.summary(over, {}, left, 0, hidden)),
    ):
        assert "AK" in words
        assert not [name for name in ("Aisha", "Khan", "khan") if name in words]
    counts = {"done": 2, "missed": 1, "waived": 1, "put off": 1}
    end = written(walk_text.summary(over, counts, walk_text.left_over(workspace, over, look), 1, look))
    assert "2 steps done\n1 step flagged missed\n1 step waived\n1 pupil put off" in end
    assert "Elsie Ward · Year 6" in end


def written(blocks: list[Block]) -> str:
    return "\n".join(f"{block.label} {block.value}" if isinstance(block, Pair) else str(block.text) for block in blocks)


async def test_text_from_people_is_only_ever_text(workspace: Workspace) -> None:
    add_terms(workspace)
    hostile = ("[/x] [b]Sam", "[@click=app.quit]x", "\x1b[2Jx\u202e", "é" * 200)
    for one, two in zip(hostile, reversed(hostile), strict=True):
        school = add_school(workspace, one, high_age=11)
        pupil = add_pupil(workspace, surname=one, forename=two, school_id=school)
        with workspace.change(one, two) as action:
            row = {"pupil_id": pupil, "transition": one, "opened_on": date(2026, 10, 5), "hopes": two}
            plan = action.insert("plan", row)
            said = {"what": one, "owner": two, "due_on": date(2026, 10, 7)}
            action.insert("plan_action", {"pupil_id": pupil, "plan_id": plan, **said})
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await walking(app, pilot, walk.begin(workspace, Caseload(text="")))
        for place in range(1, 6):
            shown = screen_text(app)
            assert "\x1b" not in shown
            assert "\u202e" not in shown
            assert f"pupil {min(place, 4)} of 4" in shown
            assert "→" in shown or "The walk is finished" in shown
            await press(pilot, "right")


async def test_a_decision_costs_nothing_in_the_list_below_which_follows_when_one_comes_back(
    five: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Caseload] = []
    read_listing = CaseloadScreen.read_listing

    def counted(screen: CaseloadScreen, caseload: Caseload) -> Any:
        read.append(caseload)
        return read_listing(screen, caseload)

    monkeypatch.setattr(CaseloadScreen, "read_listing", counted)
    app = TransitionsApp(five.workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "w")
        assert isinstance(app.screen, WalkScreen)
        read.clear()
        await press(pilot, ".")
        assert "nothing to repeat yet" in toasts(app)[-1].lower()
        await press(pilot, "d", "d", "i", "2")
        assert five.outcome(1) == "waived"
        assert ". repeat" in screen_text(app)
        # The last decision, on the next pupil.
        await press(pilot, ".")
        assert five.outcome(2) == "waived"
        assert "Elsie Ward" in screen_text(app)
        assert read == []
        await press(pilot, "escape")
        await settle(pilot)
        assert isinstance(app.screen, CaseloadScreen)
        assert len(read) == 1
