"""Nothing that stands in a plan is ever more than text: on its screen, in its forms and dialogs, in the lists and walks."""

from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any, NamedTuple

import pytest
from builders import add_terms
from hostile import LONG, MIXED, VERY_LONG, hostile_plan
from reading import more, screen_lines, screen_text, settle
from rich.cells import cell_len
from textual.pilot import Pilot

from screens.caseload.walk import WalkScreen
from screens.frame.app import TransitionsApp
from screens.frame.host import host_of
from screens.plans import audit, lists, meetings, steps, survey, versions, wording_form
from screens.plans.plan import PlanScreen, print_plan
from screens.pupils import schools
from screens.pupils.page import PupilScreen
from transitions.caseload import walk
from transitions.caseload.caseload import Caseload
from transitions.plans import questions
from transitions.plans.page import load
from transitions.workspace import Workspace

SMALL, WIDE = (80, 24), (140, 40)
STEERING = {
    *map(chr, (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029))
}
"""What steers a terminal, or turns round what stands beside it."""
SECRET = "Secretly"


class Place(NamedTuple):
    """Somewhere to go: what opens it, and the keys from there on."""

    name: str
    opens: Callable[[], object]
    keys: tuple[str, ...] = ()
    reading: bool = True
    """Whether it is for reading, so that hidden names and notes stay hidden; a form shows what one is about to change."""


def places(app: TransitionsApp, first: int, second: int) -> Iterator[Place]:
    """Give every screen and dialog that a plan has a part in."""
    workspace = app.workspace
    page = load(workspace, second)
    pupil = page.plan.pupil_id
    yield Place("the plan", partial(app.push_screen, PlanScreen(second)), ("end", "home"))
    yield Place("the agreed plan", partial(app.push_screen, PlanScreen(first)), ("tab", "pagedown"))
    for section in page.form.sections:
        yield Place(section.code, partial(lists.edit_section, app, second, section.code), reading=False)
    for holds in ("outcomes_of", "actions_of"):
        opens = partial(getattr(lists, holds), app, second)
        yield Place(holds, opens)
        yield Place(f"{holds} chosen", opens, ("enter",), reading=holds == "actions_of")
    yield Place("action to edit", partial(lists.actions_of, app, second), ("enter", "e"), reading=False)
    yield Place("action done", partial(lists.actions_of, app, second), ("enter", "o"), reading=False)
    yield Place("action dropped", partial(lists.actions_of, app, second), ("enter", "x"))
    yield Place("new outcome", partial(lists.add_outcome, app, second), ("tab", "down"), reading=False)
    yield Place("new action", partial(lists.add_action, app, second), ("tab", "down"), reading=False)
    yield Place("circle", partial(schools.circle_of, app, pupil))
    yield Place("contact", partial(schools.circle_of, app, pupil), ("enter",), reading=False)
    yield Place("next step", partial(steps.go_on, app, second))
    yield Place("review", partial(steps.go_on, app, first))
    yield Place("close", partial(steps.close_plan, app, first))
    yield Place("meetings", partial(meetings.open_meetings, app, first))
    yield Place("meeting", partial(meetings.open_meetings, app, first), ("1", "pagedown"), reading=False)
    yield Place("new review", partial(meetings.open_meetings, app, second), ("r", "pagedown"), reading=False)
    yield Place("audits", partial(audit.open_audit, app, first))
    yield Place("audit", partial(audit.open_audit, app, first), ("enter",))
    yield Place("checklist", lambda: app.push_screen(audit.AuditScreen(page)), ("1", "end"))
    yield Place("survey", partial(survey.open_survey, app, second))
    yield Place("answers", partial(survey.open_survey, app, second), ("1", "pagedown"), reading=False)
    yield Place("results", partial(survey.open_survey, app, second), ("r",))
    yield Place("versions", partial(versions.open_versions, app, second), ("v", "end"))
    yield Place("which version", partial(versions.open_versions, app, second), more("versions.choose_older"))
    yield Place("print", partial(print_plan, app, second), ("t",))
    yield Place("wording", partial(wording_form.open_plan_words, app), ("1",), reading=False)
    yield Place(
        "pupil", lambda: app.push_screen(PupilScreen(pupil, [pupil], tab="plan")), ("end", "left", "right", "right")
    )
    yield Place("history", lambda: app.push_screen(PupilScreen(pupil, [pupil], tab="history")), ("end",))
    yield Place("walk", lambda: app.push_screen(WalkScreen(walk.begin(workspace, Caseload()))), ("down", "right"))
    yield Place("today", partial(app.action_area, "today"), ("end",))
    yield Place("missed", partial(app.action_area, "missed"), ("end", "g", "g", "z"))


async def go(pilot: Pilot[Any], place: Place) -> None:
    """Go there, press the keys, and wait until the screen stands still."""
    opened = place.opens()
    if isinstance(opened, Coroutine):
        await host_of(pilot.app).carry_out(opened)
    await pilot.pause()
    for key in place.keys:
        await pilot.press(key)
    await settle(pilot)


async def leave(app: TransitionsApp, pilot: Pilot[Any], stood: int) -> None:
    """Go back without pressing a key."""
    while len(app.screen_stack) > stood:
        app.pop_screen()
        await pilot.pause()


@pytest.mark.parametrize(("text", "size"), [(MIXED, SMALL), (LONG, WIDE)], ids=["mixed", "long"])
async def test_a_plan_of_hostile_text_is_only_ever_text(workspace: Workspace, text: str, size: tuple[int, int]) -> None:
    add_terms(workspace)
    first, second = hostile_plan(workspace, text, longest=VERY_LONG if text == LONG else "too")
    questions.save_words(workspace, {"admired": {"label": MIXED[:60], "prompt": MIXED[:60]}})
    app = TransitionsApp(workspace)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        stood = len(app.screen_stack)
        for place in places(app, first, second):
            if text == LONG and not place.reading:
                continue  # a form's fields scroll: it is where text is read that its length may break the frame
            await go(pilot, place)
            shown = screen_lines(app)
            assert app.is_running, place.name
            assert not STEERING.intersection("".join(shown)), place.name
            assert {cell_len(line) for line in shown} == {size[0]}, place.name
            await leave(app, pilot, stood)
        assert app.return_code is None


async def test_hidden_names_and_notes_are_hidden_everywhere(workspace: Workspace) -> None:
    add_terms(workspace)
    first, second = hostile_plan(workspace, SECRET, in_the_open="R. Patel")
    app = TransitionsApp(workspace)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        stood, readings = len(app.screen_stack), [place for place in places(app, first, second) if place.reading]
        await go(pilot, readings[0])
        assert screen_text(app).count(SECRET) > 5
        app.action_privacy()
        for place in readings:
            await go(pilot, place)
            assert SECRET not in screen_text(app), place.name
            await leave(app, pilot, stood)
