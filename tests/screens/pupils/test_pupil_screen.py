"""A SENCO at one pupil's page: who, every milestone and why, the plan, notes, history, and on to the neighbours."""

from datetime import date
from typing import Any

import pytest
from builders import add_episode, add_pupil, add_school, add_terms, steps_of
from reading import press, screen_lines, screen_text, sentence, settle, toasts
from textual.app import App

from screens.frame.app import TransitionsApp
from screens.milestones.catalogue import ExplainScreen
from screens.pupils.page import PupilScreen
from screens.widgets.line import TabsLine
from screens.widgets.panel import TextPanel
from screens.widgets.timeline import Timeline
from transitions.custody import history
from transitions.milestones import recording
from transitions.milestones.recording import Step
from transitions.plans.actions import add_action
from transitions.workspace import Workspace

HOSTILE = ("[/x] [b]Sam", "[@click=app.quit]x", "\x1b[2Jx", "é" * 200, "\u202eabc مر", "O’Brien\nZoë")


class Page:
    """Two Year 6 pupils of Layfield Primary; Aisha has an EHC plan, a transition plan and people around her."""

    def __init__(self, workspace: Workspace) -> None:
        add_terms(workspace)
        self.workspace = workspace
        self.primary = add_school(workspace, high_age=11)
        self.secondary = add_school(workspace, "Conyers School", low_age=11)
        shared = {"school_id": self.primary, "planned_from": date(2026, 7, 10)}
        self.callum = add_pupil(workspace, surname="Byrne", forename="Callum", **shared)
        self.aisha = add_pupil(
            workspace, preferred_name="Ash", upn="A801200001001", next_school_id=self.secondary, sen_provision="E",
            owner_id=workspace.me, tier="enhanced", english_additional_language=True, **shared,
        )  # fmt: skip
        add_episode(workspace, self.aisha, "child in need", date(2024, 1, 8), date(2025, 2, 3))
        with workspace.change("Plan opened", "Ash Khan") as action:
            action.insert("need", {"pupil_id": self.aisha, "rank": 1, "code": "SLCN"})
            action.insert("contact", {"pupil_id": self.aisha, "name": "Farah Khan", "relationship": "mother"})
            plan = {"pupil_id": self.aisha, "transition": "6-7", "opened_on": date(2026, 10, 5)}
            action.insert("plan", {**plan, "admired": "Draws dragons.", "important_to_me": "Who sits next to me."})
        recording.add_note(workspace, [self.aisha], "Rang home about the visit.")
        due = date(2026, 12, 4)
        add_action(workspace, self.aisha, what="Visit Conyers", owner="J. Shah", due_on=due)

    def outcome(self, code: str, cycle: int) -> str | None:
        """Give what is recorded of one of Aisha's steps."""
        found = steps_of(self.workspace, self.aisha)[code, cycle].outcome
        return None if found is None else str(found)

    async def open(self, app: TransitionsApp, pilot: Any) -> PupilScreen:
        """Open Aisha's page as from a list of both."""
        screen = PupilScreen(self.aisha, [self.callum, self.aisha])
        await app.push_screen(screen)
        await settle(pilot)
        return screen


@pytest.fixture
def page(workspace: Workspace) -> Page:
    return Page(workspace)


def about(app: App[Any]) -> str:
    """Give the whole text at the left, also what is scrolled out of sight."""
    return app.screen.query_one("#about", TextPanel).text


def text(app: App[Any]) -> str:
    """Give the whole text of the tab that is shown."""
    return app.screen.query_one("#text", TextPanel).text


async def test_a_senco_sees_who_the_pupil_is_and_every_milestone_and_decides(page: Page) -> None:
    app = TransitionsApp(page.workspace)
    async with app.run_test(size=(140, 40)) as pilot:
        screen = await page.open(app, pilot)
        left = about(app)
        assert left.index("Draws dragons.") < left.index("Who sits next to me.") < left.index("Speech, language")
        for known in ("Ash Khan", "Aisha Khan", "Year 6, 10 years old", "Conyers School", "A801200001001", "EHC plan",
                      "8 Jan 2024 to 3 Feb 2025", "Farah Khan", "mother", "English as an additional language",
                      "K. Osei"):  # fmt: skip
            assert known in left
        # The cursor is on the most pressing open step, and the line below says it in long form.
        timeline = screen.query_one(Timeline)
        assert timeline.row_count == len(steps_of(page.workspace, page.aisha))
        shown = screen_text(app)
        assert "2025/26 · Year 5" in shown
        assert "today, Saturday 21 November 2026" in shown
        assert "was due Tuesday 21 July 2026 · 4 months late · good practice" in shown
        lines = screen_lines(app)
        overdue, today, soon = (
            next(number for number, line in enumerate(lines) if words in line)
            for words in ("Hold the annual review meeting", "today, Saturday", "Hold the phase-transfer review")
        )
        assert overdue < today < soon
        first = timeline.highlighted
        assert first is not None
        # Done moves on to the next overdue step, missed stays for what happens next.
        await press(pilot, "d")
        second = timeline.highlighted
        assert second is not None
        assert second.step.key != first.step.key
        assert second.step.state == "overdue"
        await press(pilot, "m", "1")
        assert timeline.highlighted is not None
        assert timeline.highlighted.step.key == second.step.key
        assert timeline.highlighted.step.state == "missed"
        await press(pilot, "N", *"ring", "enter")
        assert "next: ring" in screen_text(app)
        # What is decided is not decided again by accident; R takes it back.
        await press(pilot, "R")
        assert timeline.highlighted.step.state == "overdue"
        await press(pilot, "R")
        assert "there is no decision to undo" in toasts(app)[-1]
        await press(pilot, "end", "m")
        assert "only what is overdue can be flagged missed" in toasts(app)[-1]
        await press(pilot, "E")
        assert isinstance(app.screen, ExplainScreen)
        await press(pilot, "escape")
        assert app.screen is screen


async def test_plan_notes_history_and_neighbours(page: Page) -> None:
    workspace = page.workspace
    step = steps_of(workspace, page.aisha)["ehcp.review-meeting", 2025]
    recording.mark_done(workspace, [Step(step.pupil_id, step.milestone_id, step.cycle)], evidence="Minutes")
    history.undo(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await page.open(app, pilot)
        assert not screen.query("#text")
        await press(pilot, "right")
        plan = text(app)
        assert "Year 6 to Year 7 · draft" in plan
        assert "Visit Conyers" in plan
        assert "J. Shah · by Fri 4 Dec 2026, in 13 days" in plan
        await press(pilot, "d")
        assert "Decide steps on the Timeline" in toasts(app)[-1]
        await press(pilot, "right")
        assert "No handover yet" in text(app)
        await press(pilot, "right")
        assert "Saturday 21 November 2026 · K. Osei\nRang home about the visit." in text(app)
        await press(pilot, "n", *"hello", "ctrl+s")
        assert "hello" in text(app)
        await press(pilot, "right")
        told = text(app)
        assert "Undid: Marked done" in told
        assert "Marked done · undone since" in told
        assert "Outcome: late → nothing" in told
        assert "Main need added" in told
        assert "Type of need: Speech, language and communication needs" in told
        # The neighbour keeps the tab; there is nobody before him, and Aisha has what was recorded.
        await press(pilot, "[")
        assert "Callum Byrne" in screen_text(app)
        assert screen.query_one(TabsLine).shown == "history"
        assert "Forename: Callum" in text(app)
        await press(pilot, "left", "left", "left")
        assert "No transition plan yet" in text(app)
        await press(pilot, "[")
        assert "the first pupil" in toasts(app)[-1]
        await press(pilot, "]", "left")
        assert screen.pupil_id == page.aisha
        assert screen.focused is screen.query_one(Timeline)


async def test_narrow_screens_fold_the_left_side_away_and_lose_nothing(page: Page) -> None:
    app = TransitionsApp(page.workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await page.open(app, pilot)
        lines = screen_lines(app)
        assert lines[2].strip() == "“Who sits next to me.”"
        assert lines[3].strip().startswith("EHC plan (SLCN) · English as an additional language")
        assert not screen.query("#about")
        await pilot.click(TabsLine, offset=(14, 0))
        await settle(pilot)
        assert screen.tab == "about"
        assert "Farah Khan" in text(app)
        await pilot.resize_terminal(120, 36)
        await settle(pilot)
        assert screen.tab == "timeline"
        assert "Farah Khan" in about(app)


async def test_hidden_names_hide_everywhere(page: Page) -> None:
    app = TransitionsApp(page.workspace)
    secrets = (
        "Ash",
        "Aisha",
        "Khan",
        "Farah",
        "dragons",
        "Who sits",
        "Rang home",
        "Visit Conyers",
        "Shah",
        "A80120000",
    )
    async with app.run_test(size=(140, 40)) as pilot:
        await page.open(app, pilot)
        await press(pilot, "f9")
        for key in ("right", "right", "right", "right"):
            everything = screen_text(app) + about(app)
            everything += text(app) if app.screen.query("#text") else ""
            assert not [secret for secret in secrets if secret in everything]
            assert "AK" in everything
            await press(pilot, key)
        await press(pilot, "f9")
        assert "Ash Khan" in screen_text(app)


async def test_text_from_people_is_only_ever_text(workspace: Workspace) -> None:
    add_terms(workspace)
    school = add_school(workspace, HOSTILE[0], high_age=11)
    one = add_pupil(workspace, surname=HOSTILE[3], forename=HOSTILE[0], preferred_name=HOSTILE[2], school_id=school)
    with workspace.change(HOSTILE[1], HOSTILE[2]) as action:
        action.insert("contact", {"pupil_id": one, "name": HOSTILE[1], "relationship": HOSTILE[4]})
        words = {"admired": HOSTILE[0], "important_to_me": HOSTILE[5], "hopes": HOSTILE[4], "support": HOSTILE[2]}
        action.insert("plan", {"pupil_id": one, "transition": HOSTILE[1], "opened_on": date(2026, 10, 5), **words})
        action.insert("plan_action", {"pupil_id": one, "what": HOSTILE[1], "owner": HOSTILE[2]})
        action.insert("note", {"pupil_id": one, "written_on": date(2026, 10, 5), "text": HOSTILE[1] + HOSTILE[2]})
    step = next(iter(steps_of(workspace, one).values()))
    key = Step(one, step.milestone_id, step.cycle)
    recording.flag_missed(workspace, [key], reason="other", next_step="[/x][b]now")
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(PupilScreen(one))
        await settle(pilot)
        for _ in range(5):
            shown = screen_text(app)
            assert "\x1b" not in shown
            assert "\u202e" not in shown
            await press(pilot, "right")
        assert isinstance(app.screen, PupilScreen)
        app.screen.action_show_tab("notes")
        await settle(pilot)
        assert HOSTILE[1] in sentence(app)
        panel = app.screen.query_one("#text", TextPanel)
        assert panel.has_focus


async def test_a_pupil_whose_record_was_undone_is_said_to_be_gone(workspace: Workspace) -> None:
    one = add_pupil(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        await app.push_screen(PupilScreen(one))
        await settle(pilot)
        assert "Aisha Khan" in screen_text(app)
        await press(pilot, "u", "y")
        assert "This pupil is no longer here" in sentence(app)
        assert "Aisha" not in "\n".join(screen_lines(app)[:-4])
        await press(pilot, "n")
        assert "This pupil is no longer here" in toasts(app)[-1]
