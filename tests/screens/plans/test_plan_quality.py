"""How good the plans of the list are, and what families say: two things to read, found by a part of their name."""

from datetime import date
from typing import Any

import pytest
from builders import add_plan, add_pupil, add_worker
from reading import press, screen_text, sentence
from textual.pilot import Pilot

from screens.frame.app import TransitionsApp
from screens.frame.dialogs import ReadScreen
from screens.plans.plan import PlanScreen
from screens.plans.quality import Quality, quality_text
from screens.widgets.panel import Pair, Title
from transitions.caseload.caseload import Caseload
from transitions.plans import audit_summary, auditing, surveys
from transitions.plans.lifecycle import COMPLETED_MEANS
from transitions.plans.page import load
from transitions.workspace import Workspace

YEAR = (date(2026, 9, 1), date(2027, 8, 31))


async def choose(pilot: Pilot[Any], letters: str) -> None:
    """Run a command of the palette by some letters of its name."""
    await press(pilot, "ctrl+p", *letters, "enter")


@pytest.fixture
def audited(workspace: Workspace) -> int:
    """A plan of mine that is completed, with one item not met and something to put right; and a draft of nobody's."""
    plan = add_plan(workspace, add_pupil(workspace, owner_id=workspace.me), status="agreed")
    add_plan(workspace, add_pupil(workspace, surname="Byrne"), "INYR")
    me = workspace.me
    assert me is not None
    workspace.become(add_worker(workspace, "A. Lee"))
    said = {item.code: "met" for item in auditing.items_for(load(workspace, plan))} | {"hopes": "not met"}
    to_do = {"what": "Ask", "owner": "K. Osei", "due_on": "2026-12-05"}
    auditing.save_audit(workspace, plan, said, corrective=to_do)
    workspace.become(me)
    return plan


def pairs(workspace: Workspace, caseload: Caseload) -> dict[str, str]:
    """Give what stands beside each label."""
    found = Quality(audit_summary.summary(workspace, caseload, *YEAR), audit_summary.agreement(workspace))
    return {block.label: str(block.value) for block in quality_text(found, "Mine") if isinstance(block, Pair)}


def test_every_count_has_its_base(workspace: Workspace, audited: int) -> None:
    assert pairs(workspace, Caseload()) == {
        "With a completed plan": "1 of 2 children (50%)",
        "Without an open plan": "0 of 2 children (0%)",
        "Completed": "1 of 2 open plans (50%)",
        "Audited": "1 of 2 open or audited plans (50%)",
        "Audited as a draft": "0 of 1 audited plan (0%)",
        "Outstanding": "1 of 1 audited plan (100%)",
        "Good": "0 of 1 audited plan (0%)",
        "Requires improvement": "0 of 1 audited plan (0%)",
        "Inadequate": "0 of 1 audited plan (0%)",
        "Open": "1 of 1 corrective action (100%)",
        "Overdue": "0 of 1 open corrective action (0%)",
        "Done": "0 of 1 corrective action (0%)",
        "Dropped": "0 of 1 corrective action (0%)",
    }
    assert pairs(workspace, Caseload(transitions=("INYR",))) == {
        "With a completed plan": "0 of 1 child (0%)",
        "Without an open plan": "0 of 1 child (0%)",
        "Completed": "0 of 1 open plan (0%)",
    }


def test_with_nothing_to_count_it_says_what_to_do(workspace: Workspace) -> None:
    found = Quality(audit_summary.summary(workspace, Caseload(), *YEAR), audit_summary.agreement(workspace))
    blocks = quality_text(found, "All pupils")
    assert [block.text for block in blocks if isinstance(block, Title)] == [
        "Completed plans", "Audits", "Plans audited by two people",
    ]  # fmt: skip
    text = "\n".join(str(block.text) for block in blocks if hasattr(block, "text"))
    assert "None of these pupils has an open plan this year. Press P on a pupil to open one." in text
    assert "None of these pupils' plans was audited this year. Press ; on a plan to audit it." in text


async def test_the_quality_of_the_plans_of_the_list(workspace: Workspace, audited: int) -> None:
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot)
        await choose(pilot, "qual")
        assert isinstance(app.screen, ReadScreen)
        shown = sentence(app)
        assert "My caseload · 2026/27" in shown
        assert "With a completed plan 1 of 1 child (100%)" in shown
        assert f"Completed means: {COMPLETED_MEANS}." in shown
        await press(pilot, "pagedown")
        assert "not met 1 of 1 judged plan (100%) · partly 0 · met 0" in screen_text(app)
        await press(pilot, "escape", "slash", *"kh", "enter")
        await app.carry_out(app.run_action("plan_quality", app.screen))
        await press(pilot)
        assert "“kh”" in screen_text(app)
        await press(pilot, "f9")
        assert "“kh”" not in screen_text(app)
        assert "found by name" in screen_text(app)
        await press(pilot, "escape")
        app.push_screen(PlanScreen(audited))
        await press(pilot)
        await app.carry_out(app.run_action("plan_quality", app.screen))
        await press(pilot)
        assert "My caseload · 2026/27" in sentence(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, PlanScreen)


async def test_what_families_say_of_one_kind_of_move_or_of_all(workspace: Workspace) -> None:
    plan = add_plan(workspace, add_pupil(workspace, owner_id=workspace.me))
    surveys.record_handed_out(workspace, plan, "before", ["pupil"])
    answers = {item.code: 4 for item in surveys.load_survey().items_for("before")}
    surveys.record_response(
        workspace, moment="before", respondent="pupil", answers=answers, plan_id=plan, worked="Secret visits"
    )
    app = TransitionsApp(workspace)
    async with app.run_test(size=(120, 60)) as pilot:
        await press(pilot)
        await choose(pilot, "fami")
        assert isinstance(app.screen, ReadScreen)
        assert "What families say · every move" in screen_text(app)
        assert "Pupil, before 1 of 1 (100%)" in sentence(app)
        assert "Parent or carer, before none handed out" in sentence(app)
        assert "“Secret visits”" in screen_text(app)
        await press(pilot, "f9")
        assert "Secret" not in screen_text(app)
        await press(pilot, "f9", "escape")
        app.screen.show(Caseload(transitions=("INYR",)))  # type: ignore[attr-defined]
        await press(pilot)
        await app.carry_out(app.run_action("survey_results", app.screen))
        await press(pilot)
        assert "What families say · Move during the year" in screen_text(app)
        assert "No surveys returned yet. Enter answers from the pupil’s plan" in sentence(app)
