"""A plan by keys alone: from the 14th birthday of a child open to social care to agreed, reviewed, audited and surveyed."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import docx
from builders import add_episode, add_pupil, add_school, add_terms, add_worker, steps_of
from conftest import Opener
from keyboard import Keyboard as AnyKeyboard
from reading import more, sentence

from screens.plans.plan import PlanScreen
from transitions.caseload.caseload import Caseload
from transitions.exporting import exports
from transitions.exporting.exports import Options
from transitions.plans.page import PlanPage, current, load
from transitions.workspace import Workspace

BIRTHDAY = date(2026, 11, 21)
REVIEWED = date(2027, 5, 24)
HELD = "21 may 2027"
HOSTILE = "Drums [/x] \x1b[31m\u202eloud"
AS_KEPT = "Drums [/x] [31mloud"


class Keyboard(AnyKeyboard):
    """Looks at the plan in front."""

    SIZE = (80, 24)

    def plan(self) -> PlanPage:
        screen = self.app.screen
        assert isinstance(screen, PlanScreen)
        return load(self.workspace, screen.plan_id)


at_work = Keyboard.at_work


def prepare(workspace: Workspace) -> int:
    """Give a child who turns 14 today and is open to social care, in the caseload of K. Osei."""
    add_terms(workspace, years=(2026, 2027))
    add_worker(workspace, "R. Patel")
    add_school(workspace, "Riverside College", low_age=16, high_age=19)
    pupil = add_pupil(workspace, date_of_birth=date(2012, 11, 21), owner_id=workspace.me, planned_from=date(2026, 9, 1))
    add_episode(workspace, pupil, "child in need", date(2026, 1, 12))
    return pupil


async def go_to_section(person: Keyboard, place: int) -> None:
    await person.press("home", *["down"] * (place - 1), "enter")


async def write_the_plan(person: Keyboard) -> None:
    """Fill what is asked for: section by section, each one form, saved with Ctrl+S."""
    await go_to_section(person, 1)
    await person.write("", "Never leaves a friend behind", HOSTILE, "Say it once, then wait", "Signs and words")
    await person.press("ctrl+s")
    await go_to_section(person, 2)
    await person.write(
        "I want to stay near the sea", "spoken, on a walk", "today", "We want her near us", "Mum and I differ"
    )
    await person.press("ctrl+s")
    await go_to_section(person, 3)
    await person.write("Art on Fridays", "The bus")
    await person.press("ctrl+s")
    await go_to_section(person, 4)
    await person.write("To work with boats", "spoken", "today")
    await person.press("ctrl+s")
    for area in ("Education", "Independent", "Friends", "Health"):
        await person.press(*more("plan.outcome"))
        await person.write(area, "To work with boats", "Not yet", f"{area}: chooses for herself", "1/7/2027")
        await person.press("ctrl+s")
        assert isinstance(person.app.screen, PlanScreen), person.text
    await person.press("a")
    await person.write("Visit the boatyard", "", "+2w")
    await person.press("ctrl+s")
    await go_to_section(person, 7)
    await person.press("w")
    await person.write("Osei")
    await person.press("enter", "ctrl+s", "escape")


async def agree_the_plan(workspace: Workspace) -> None:
    """The birthday itself: the plan is opened, written, shared and agreed."""
    async with at_work(workspace) as person:
        await person.press("2", "P")
        assert "Open a plan for which move?" in person.text
        await person.press("enter")
        assert "draft" in person.text
        await write_the_plan(person)
        await person.press("G")
        assert "Next: share with the family" in person.text
        await person.press("enter", "G")
        await person.press("enter")
        page = person.plan()
        assert (page.plan.status, page.plan.agreed_on) == ("agreed", BIRTHDAY)
        assert page.plan.important_to_me == AS_KEPT
        assert page.plan.review_on == date(2027, 5, 21)
        await person.press(*more("plan.survey"), "b", "1", "escape", "G", "enter")
        assert person.plan().plan.status == "active"


async def test_from_the_fourteenth_birthday_to_surveyed(opener: Opener, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()  # where the printed plan is offered a place
    workspace = opener(BIRTHDAY)
    pupil = prepare(workspace)
    assert steps_of(workspace, pupil)["14+.plan-opened", 2026].outcome is None  # what the birthday asks for
    await agree_the_plan(workspace)
    assert [steps_of(workspace, pupil)[code, 2026].outcome for code in ("14+.plan-opened", "14+.plan-agreed")] == [
        "met",
        "met",
    ]
    workspace.close()

    later = opener(REVIEWED)
    await hold_the_review(later, pupil)
    later.become(number_of(later, "R. Patel"))
    await audit_survey_and_print(later)
    [document] = tmp_path.rglob("plan-AK-14plus-v2.docx")
    words = "".join(docx.Document(str(document)).element.body.itertext())
    assert AS_KEPT in words
    assert "To work with boats and to live by the harbour" in words
    check_the_summary(later, tmp_path)


def number_of(workspace: Workspace, name: str) -> int:
    return int(workspace.read().execute("SELECT id FROM worker WHERE name = ?", (name,)).fetchone()[0])


async def hold_the_review(workspace: Workspace, pupil: int) -> None:
    """Three days after it was due: first the late action, then the review, then what the review found has changed."""
    assert steps_of(workspace, pupil)["14+.plan-review", 2026].outcome is None
    async with at_work(workspace) as person:
        await person.press("3")
        assert "1 actions overdue" in person.text or "1 action overdue" in person.text
        await person.press("2", "P")
        await go_to_section(person, 6)
        await person.press("1", "d", "escape", "M", "r", "tab")
        await person.write(HELD)
        await person.press("pagedown", "pagedown")
        await person.write("She likes the boatyard")
        await person.press("pagedown", "m", "ctrl+s", "escape")
        page = person.plan()
        assert (page.plan.status, page.plan.reviewed_on, page.plan.review_on) == (
            "reviewed",
            date(2027, 5, 21),
            date(2027, 11, 19),
        )
        step = steps_of(workspace, pupil)["14+.plan-review", 2026]
        assert (step.outcome, step.done_on) == ("met", date(2027, 5, 21))
        await person.press("home", "down", "down", "down", "enter")
        assert "an agreed plan can’t be changed" in sentence(person.app)
        await person.press("end")
        await person.write(" and to live by the harbour")
        await person.press("ctrl+s")
        assert "as version 2" in person.said
        assert person.said.endswith("u undoes.")
        assert person.plan().plan.version == 2
        await person.press("v")
        assert "[+" in person.text
        await person.press("escape", "a")
        await person.write("A week of work at the boatyard", "Aisha Khan", "+4w")
        await person.press("ctrl+s", "G", "enter", "G", "enter")
        assert [version.status for version in person.plan().versions] == ["closed", "agreed"]


async def audit_survey_and_print(workspace: Workspace) -> None:
    """Somebody who did not write the plan audits it; the parent answers twice, and agrees to be named; it is printed."""
    async with at_work(workspace) as person:
        await person.press("2", "f", "a", "escape", "P", *more("plan.audit"))
        await person.press("1", "2", *"1" * 18, "enter", "ctrl+s")
        assert isinstance(person.app.screen, PlanScreen), person.text
        await person.press(*more("plan.survey"), "a", "1")  # handed out again, after the move
        for which, worry in (("3", "8"), ("4", "3")):
            await person.press(which, "5", "pagedown")
            await person.write(worry)
            await person.press("tab", "4", "pagedown", "y", "ctrl+s")
        await person.press("r")
        assert "Of 1 with both answers, 1 less worried than before" in sentence(person.app)
        await person.press("escape", "escape", "p", "d", "enter")
        assert "Saved" in person.said


def check_the_summary(workspace: Workspace, folder: Path) -> None:
    """Every number of the committee's row is counted again here, from the rows themselves and in another way."""
    target = folder / "plans.csv"
    exports.export(workspace, "plans", Caseload(), target, Options())
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    rows = {row["version"]: row for row in csv.DictReader(line for line in lines if not line.startswith('"# '))}

    def every(table: str, **where: object) -> list[dict[str, Any]]:
        cursor = workspace.read().execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor]
        return [row for row in found if all(row[name] == value for name, value in where.items())]

    for plan in every("plan"):
        row, of_plan = rows[str(plan["version"])], {"plan_id": plan["id"]}
        actions = [one for one in every("plan_action", **of_plan) if one["status"] != "dropped"]
        outcomes = every("plan_outcome", **of_plan)
        complete = plan["agreed_on"] and plan["shared_on"] and plan["pupil_voice"]
        complete = complete and any(one["owner"] and one["due_on"] for one in actions)
        assert row["completed"] == ("yes" if complete else "no")
        assert int(row["actions"]) == len(actions)
        assert int(row["actions_done"]) == sum(one["status"] == "done" for one in actions)
        assert int(row["outcomes"]) == len(outcomes)
        assert int(row["areas_covered"]) == len({one["area"] for one in outcomes})
        audits = every("plan_audit", **of_plan)
        points = {"met": 2, "partly": 1, "not met": 0}
        for audit in audits:
            given = [points[one] for one in json.loads(audit["judgements"]).values() if one in points]
            assert int(row["audit_score"]) == int(100 * sum(given) / (2 * len(given)) + 0.5)
        assert bool(row["audit_score"]) == bool(audits)
    assert [rows[version]["newest_version"] for version in ("1", "2")] == ["no", "yes"]
    assert rows["2"]["satisfaction_family"] == "4"
    plan = current(workspace, 1)
    assert plan is not None
    assert rows["2"]["agreed_on"] == plan.agreed_on.isoformat() if plan.agreed_on else False
