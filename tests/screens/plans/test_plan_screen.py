"""A SENCO at one plan: opened with one key, written section by section, moved through its life, never quietly altered."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from builders import add_pupil
from made_plans import ANSWERS, agreed_plan, draft_plan
from reading import more, press, screen_lines, screen_text, sentence, settle, toasts
from textual.app import App
from textual.widgets import OptionList

from screens.frame.app import TransitionsApp
from screens.frame.dialogs import Choose
from screens.frame.record_form import RecordFormScreen
from screens.plans.plan import PlanScreen
from screens.plans.steps import StepScreen
from screens.pupils.page import PupilScreen
from screens.widgets.form import Form
from screens.widgets.panel import TextPanel
from screens.widgets.reader import Contents, Reader
from transitions.custody import access_log, history
from transitions.plans import actions, lifecycle, opening, page, writing
from transitions.workspace import Workspace

SECTIONS = (
    "profile",
    "voice",
    "working",
    "hopes",
    "outcomes",
    "actions",
    "people",
    "destination",
    "safety",
    "meetings",
    "sharing",
)


async def open_plan(app: TransitionsApp, pilot: Any, plan_id: int, neighbours: Sequence[int] = ()) -> PlanScreen:
    screen = PlanScreen(plan_id, neighbours)
    await app.push_screen(screen)
    await settle(pilot)
    return screen


def plan_text(app: App[Any]) -> str:
    """Give the whole plan, also what is scrolled out of sight."""
    return app.screen.query_one("#plan-text", TextPanel).text


def section(app: App[Any]) -> str:
    return SECTIONS[app.screen.query_one(Contents).cursor]


async def go_to(pilot: Any, code: str) -> None:
    contents = pilot.app.screen.query_one(Contents)
    contents.move_cursor(SECTIONS.index(code))
    await settle(pilot)


async def test_one_key_opens_a_plan_one_edits_a_section_and_the_bar_follows(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, owner_id=workspace.me)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "P")
        assert isinstance(app.screen, Choose)
        assert "Open a plan for which move?" in screen_text(app)
        assert "Year 6 to Year 7  likeliest" in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, PlanScreen)
        assert "Plan opened: Year 6 to Year 7" in toasts(app)[-1]
        assert toasts(app)[-1].endswith("u undoes.")
        assert "Next stage: shared with the family" in screen_text(app)
        assert "0 of 5" in screen_text(app)
        await press(pilot, "escape")
        # From the caseload, one key opens the plan and one more its first section.
        assert await press(pilot, "P") + await press(pilot, "enter") == 2
        assert isinstance(app.screen, RecordFormScreen)
        await press(pilot, "tab", *"kind", "tab", *"dogs", "tab", *"time", "ctrl+s")
        assert isinstance(app.screen, RecordFormScreen), "one goes on with the next section that lacks something"
        await press(pilot, "escape")
        assert isinstance(app.screen, PlanScreen)
        assert toasts(app)[-1].endswith("u undoes.")
        assert "3 of 5" in screen_text(app)
        assert "Not yet: The pupil’s own words are there; how and when they were said" in sentence(app)
        plan = page.current(workspace, pupil)
        assert plan is not None
        assert (plan.admired, plan.important_to_me, plan.support, plan.communication) == ("kind", "dogs", "time", None)
        # A draft outlives Escape.
        await press(pilot, "enter", *"quiet", "escape")
        assert "Your draft will be here" in toasts(app)[-1]
        await press(pilot, "enter")
        assert "Draft restored" in screen_text(app)
        await press(pilot, "ctrl+s", "escape")
        assert "“quiet”" in plan_text(app)
        await press(pilot, "u")
        assert "“quiet”" not in plan_text(app)


async def test_a_change_of_what_was_agreed_says_so_first_and_makes_a_new_version(workspace: Workspace) -> None:
    first = agreed_plan(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_plan(app, pilot, first)
        assert "agreed · version 1" in screen_text(app)
        await press(pilot, "enter")
        assert (
            "an agreed plan can’t be changed. Your change makes version 2, to be shared and agreed again."
            in sentence(app)
        )
        await press(pilot, "tab", *"Brave", "ctrl+s")
        assert screen.plan_id != first
        assert toasts(app)[-1].startswith("Plan edited, as version 2")
        assert toasts(app)[-1].endswith("u undoes.")
        assert "draft · version 2" in screen_text(app)
        before, after = page.load(workspace, first).plan, page.load(workspace, screen.plan_id).plan
        assert (before.admired, after.admired) == ("Kind and funny", "BraveKind and funny")
        await press(pilot, "u")
        assert screen.plan_id == first
        assert "agreed · version 1" in screen_text(app)
        await press(pilot, "U")
        assert "draft · version 2" in screen_text(app)
        # What goes on after the agreement is written where it is, and says nothing of versions.
        await press(pilot, "u")
        await go_to(pilot, "destination")
        await press(pilot, "enter")
        assert not app.screen.query(".form--notice")
        await press(pilot, "tab", *"Acorn Farm", "ctrl+s")
        assert screen.plan_id == first
        assert page.load(workspace, first).plan.destination == "Acorn Farm"
        # The version before is read only while a newer one is written.
        await press(pilot, *more("plan.new_version"))
        assert "draft · version 2" in screen_text(app)
        older = await open_plan(app, pilot, first)
        await press(pilot, "enter")
        assert app.screen is older
        assert "Version 2 of this plan is newer" in toasts(app)[-1]


async def test_the_next_step_goes_to_what_is_missing_and_is_taken_when_nothing_is(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    plan_id = opening.open_plan(workspace, pupil, "6-7").number
    writing.save_answers(
        workspace, plan_id, {name: ANSWERS[name] for name in ("admired", "important_to_me", "support")}
    )
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_plan(app, pilot, plan_id)
        await press(pilot, "G")
        assert isinstance(app.screen, StepScreen)
        shown = screen_text(app)
        assert "+ What people like and admire is written" in shown
        assert "! The pupil’s own words are there" in shown
        assert ". How the pupil communicates is written" in shown
        assert "2 things are still missing" in shown
        await press(pilot, "enter")
        assert section(app) == "voice"
        writing.save_answers(workspace, plan_id, ANSWERS)
        app.publish()
        await press(pilot, "G")
        assert "Enter records that a copy was given to the family today" in sentence(app)
        await press(pilot, "enter")
        assert "shared with family · version 1" in screen_text(app)
        assert toasts(app)[-1].startswith("Plan shared")
        # The agreement, in detail: on another day.
        await press(pilot, "a", *"Visit", "tab", *"Samina Khan", "tab", *"+2w", "ctrl+s")
        assert [one.what for one in page.load(workspace, plan_id).actions] == ["Visit"]
        await press(pilot, "G")
        assert (
            "Next review Friday 19 November 2027: every plan is reviewed at least once a year, and schools are closed on "
            "Sun 21 Nov 2027." in sentence(app)
        )
        await press(pilot, "t")
        assert "every plan is reviewed at least once a year" in sentence(app)
        await press(pilot, "tab", *"1/3/27", "ctrl+s")
        plan = page.load(workspace, plan_id).plan
        assert (plan.status, plan.agreed_on, plan.review_on) == ("agreed", date(2026, 11, 21), date(2027, 3, 1))
        await press(pilot, "G", "enter")
        assert page.load(workspace, plan_id).plan.status == "active"
        assert "Next review Mon 1 Mar 2027" in sentence(app)
        await press(pilot, "T", *"settled", "enter")
        assert page.load(workspace, plan_id).plan.close_reason == "settled"
        await press(pilot, "enter")
        assert "is closed, so it can’t be changed" in toasts(app)[-1]


async def test_actions_and_outcomes_are_decided_from_their_lists(workspace: Workspace) -> None:
    plan_id = draft_plan(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        await open_plan(app, pilot, plan_id)
        await go_to(pilot, "actions")
        await press(pilot, "enter", "1", "d")
        assert isinstance(app.screen, Choose), "the list comes back"
        assert page.load(workspace, plan_id).actions[0].done_on == date(2026, 11, 21)
        await press(pilot, "1", "r", "1", "x", *"not wanted", "enter")
        dropped = page.load(workspace, plan_id).actions[0]
        assert (dropped.status, dropped.evidence) == ("dropped", "not wanted")
        await press(pilot, "a", *"Ring", "tab", *"CAMHS", "tab")
        assert "is not one person" in screen_text(app)
        await press(pilot, "shift+tab", *"Mum", "tab", *"+1w", "tab", "down", "enter", "ctrl+s")
        added = next(one for one in page.load(workspace, plan_id).actions if one.what == "Ring")
        outcome = page.load(workspace, plan_id).outcomes[0]
        assert (added.owner, added.due_on, added.outcome_id) == ("Mum", date(2026, 11, 30), outcome.id)
        assert isinstance(app.screen, PlanScreen), "no list takes the next key"
        assert "Mum · by Mon 30 Nov 2026, in 9 days · for outcome 1" in plan_text(app)
        # An outcome: the area from the template's own words, the hope as it was said.
        await press(
            pilot,
            *more("plan.outcome"),
            "down",
            "down",
            "enter",
            *"swim",
            "tab",
            "tab",
            *"I swim",
            "tab",
            *"1/3/27",
            "ctrl+s",
        )
        made = page.load(workspace, plan_id).outcomes[-1]
        assert (made.area, made.hope, made.outcome, made.by_when) == (
            "independence", "swim", "I swim", date(2027, 3, 1),
        )  # fmt: skip
        await go_to(pilot, "outcomes")
        await press(pilot, "enter", "2")
        await press(pilot, *["tab"] * 5, *"achieved", "ctrl+s")
        assert page.load(workspace, plan_id).outcomes[-1].progress == "achieved"
        await press(pilot, "enter", "down", "T", "y", "escape")
        assert len(page.load(workspace, plan_id).outcomes) == 1


async def test_people_and_copies_are_in_their_sections(workspace: Workspace) -> None:
    plan_id = draft_plan(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_plan(app, pilot, plan_id)
        screen.go_to("people")
        await press(pilot, "enter", "w", "tab", *"1/9/26", "ctrl+s", "escape")
        assert page.load(workspace, plan_id).plan.named_worker_from == date(2026, 9, 1)
        screen.go_to("people")
        await press(pilot, "enter", "c", "a", *"Samina Khan", "ctrl+s", "escape")
        assert "Samina Khan" in plan_text(app)
        screen.go_to("sharing")
        await press(pilot, "enter", "a", *"Samina Khan", "tab", *"easy read", "ctrl+s")
        assert "Samina Khan  easy read · since Sat 21 Nov 2026" in plan_text(app)
        await press(pilot, "enter", "down", "T", "y", "escape")
        assert page.load(workspace, plan_id).copies == ()
        await press(pilot, "enter", "a", *"Port Lettings", "ctrl+s")
        assert "Withheld: there is no recorded reason to share it" in sentence(app)
        await press(pilot, "escape")
        assert "was withheld" in sentence(app)
        await press(pilot, "ctrl+s", *"They house him", "enter")
        assert [one.holder for one in page.load(workspace, plan_id).copies] == ["Port Lettings"]
        assert "They house him" in history.entries(workspace)[0].summary
        await press(pilot, "C")
        assert "Circle of support" in screen_text(app)


async def test_the_text_follows_the_contents_and_the_contents_follow_the_text_at_any_size(workspace: Workspace) -> None:
    plan_id = draft_plan(workspace)
    writing.save_answers(workspace, plan_id, {"hopes": "sea\n" * 30, "risks": "Care plan\n" * 30})
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_plan(app, pilot, plan_id)
        reader = screen.query_one(Reader)
        for size in ((80, 24), (120, 36)):
            await pilot.resize_terminal(*size)
            screen.go_to("profile")
            await settle(pilot)
            for _ in range(3):
                await press(pilot, "down")
            line = int(reader.scroll_y)
            assert plan_text(app).split("\n")[line] == "My hopes"
            await press(pilot, "home")
            assert reader.scroll_y == 0
            await press(pilot, "tab")
            assert reader.has_focus
            for _ in range(4):
                await press(pilot, "pagedown")
            assert section(app) in SECTIONS[3:]
            assert section(app) != "profile"
            await press(pilot, "end", "enter")
            await press(pilot, "escape")
            # What there is no room for beside the plan stands at its end.
            where = "#plan-about" if size == (120, 36) else "#plan-text"
            told = " ".join(app.screen.query_one(where, TextPanel).text.split())
            assert "Not completed yet. To be completed, a plan must be agreed" in told
            assert ("About this version" in plan_text(app)) == (size == (80, 24))


async def test_brackets_walk_from_plan_to_plan_and_the_pupil_behind_follows(workspace: Workspace) -> None:
    ids = [add_pupil(workspace, forename=name, owner_id=workspace.me) for name in ("Ann", "Bob", "Cy")]
    for pupil in (ids[0], ids[2]):
        draft_plan(workspace, pupil)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        behind = PupilScreen(ids[0], ids, tab="plan")
        await app.push_screen(behind)
        await settle(pilot)
        assert "Year 6 to Year 7 · draft · version 1" in screen_text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, PlanScreen)
        assert "1 of 3" in screen_lines(app)[1]
        await press(pilot, "[")
        assert "the first pupil in the list" in toasts(app)[-1]
        await press(pilot, "]")
        assert "Cy Khan" in screen_lines(app)[1]
        await press(pilot, "escape")
        assert behind.pupil_id == ids[2]
        assert "Cy Khan" in screen_lines(app)[1]
        assert [(one.pupil_id, one.how) for one in access_log.views(workspace, limit=9)] == [
            (ids[2], "plan"),
            (ids[0], "page"),
        ]
        # The one in between has no plan: P asks for which move, and takes an older profile over when there is one.
        await press(pilot, "[", "P")
        assert "Open a plan for which move?" in screen_text(app)
        await press(pilot, "escape")
    older = opening.open_plan(workspace, ids[1], "6-7").number
    writing.save_answers(workspace, older, {"admired": "Patient"})
    lifecycle.close(workspace, older, reason="moved")
    async with TransitionsApp(workspace).run_test(size=(120, 36)) as pilot:
        app = pilot.app  # type: ignore[assignment]
        await app.push_screen(PupilScreen(ids[1]))
        await settle(pilot)
        await press(pilot, "P", "enter")
        assert "The profile of the last plan  Year 6 to Year 7, closed" in screen_text(app)
        await press(pilot, "p")
        assert "Patient" in plan_text(app)


async def test_a_pupil_with_two_plans_is_asked_which_and_the_palette_begins_another(workspace: Workspace) -> None:
    pupil = add_pupil(workspace, date_of_birth=date(2009, 3, 1))
    for code in ("14+", "18"):
        opening.open_plan(workspace, pupil, code)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        await app.push_screen(PupilScreen(pupil))
        await press(pilot, "P")
        assert "Which plan?" in screen_text(app)
        assert app.screen.query_one(OptionList).option_count == 2
        await press(pilot, "enter")
        assert isinstance(app.screen, PlanScreen)
        await app.perform(app.registry["plan.begin"])
        await settle(pilot)
        assert "Open a plan for which move?" in screen_text(app)
        await press(pilot, "1", "e")
        assert isinstance(app.screen, PlanScreen)
        assert len({plan.transition for plan in page.of_pupil(workspace, pupil)}) == 3


async def test_hidden_names_hide_everywhere_in_a_plan(workspace: Workspace) -> None:
    plan_id = draft_plan(workspace, add_pupil(workspace, preferred_name="Ash"))
    secrets = ("Ash", "Khan", "Samina", "Kind", "dog", "next to me", "Visit", "bus", "room")
    app = TransitionsApp(workspace)
    async with app.run_test(size=(140, 40)) as pilot:
        await open_plan(app, pilot, plan_id)
        await press(pilot, "f9")
        await go_to(pilot, "actions")
        for keys in ((), ("enter",), ("1",)):
            await press(pilot, *keys)
            shown = screen_text(app) + str(app.screen_stack[-1].title or "")
            assert [secret for secret in secrets if secret in shown] == []
        await press(pilot, "escape", "escape", "f9")
        assert "Ash Khan" in screen_text(app)


async def test_a_plan_is_saved_where_it_is_proposed(workspace: Workspace) -> None:
    plan_id = draft_plan(workspace)
    Path.home().mkdir(parents=True, exist_ok=True)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_plan(app, pilot, plan_id)
        await press(pilot, "p", "t")
        assert "plan-AK-6-7-v1.txt" in screen_text(app)
        await press(pilot, "enter")
        assert "Saved ~/plan-AK-6-7-v1.txt" in toasts(app)[-1]
        assert "Kind and funny" in (Path.home() / "plan-AK-6-7-v1.txt").read_text(encoding="utf-8-sig")
        await press(pilot, "p", "t")
        assert "plan-AK-6-7-v1 (2).txt" in screen_text(app)
        await press(pilot, "escape", "p", "1", "ctrl+u", *"~/blank.txt", "enter")
        assert "Kind and funny" not in (Path.home() / "blank.txt").read_text(encoding="utf-8-sig")


async def test_a_plan_whose_opening_was_undone_is_said_to_be_gone(workspace: Workspace) -> None:
    plan_id = opening.open_plan(workspace, add_pupil(workspace), "6-7").number
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        await open_plan(app, pilot, plan_id)
        await press(pilot, "u", "y")
        assert "This plan is no longer here" in sentence(app)
        await press(pilot, "enter")
        assert "This plan is no longer here" in toasts(app)[-1]


def test_a_draft_form_keeps_what_was_agreed_by_plan_not_by_version(workspace: Workspace) -> None:
    from screens.plans.lists import section_form

    first = agreed_plan(workspace)
    app = TransitionsApp(workspace)
    before = page.load(workspace, first)
    second = opening.new_version(workspace, first).number
    after = page.load(workspace, second)
    forms = [section_form(app, one, one.form.section("voice")) for one in (before, after)]
    assert forms[0].draft == forms[1].draft
    assert forms[0].notice
    assert not forms[1].notice
    assert forms[0].make is Form
    assert actions.ACTION_FIELDS
