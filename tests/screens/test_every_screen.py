"""Every screen and every dialog, full of hostile text, at every size: it opens, nothing sticks out, hidden names stay hidden.

Each is opened once and the terminal made larger under it. What is read, and what the keys do, stands in the tests of its room.
"""

import gc
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
from builders import (
    add_invitation,
    add_pupil,
    add_school,
    add_terms,
    add_workshop,
    add_workshop_action,
)
from colours import contrast
from conftest import Opener
from hostile import MIXED, hostile_plan
from reading import more, screen_lines, screen_text, settle
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

import screens
from screens.calendar.calendar import CalendarScreen
from screens.calendar.clashes import ClashesScreen
from screens.calendar.deadlines import DeadlinesScreen
from screens.caseload.caseload import CaseloadScreen
from screens.caseload.missed import MissedScreen
from screens.caseload.pupil_rows import FollowPanel
from screens.caseload.save_list import ExportScreen
from screens.caseload.today import TodayScreen
from screens.caseload.walk import WalkScreen
from screens.frame.app import TransitionsApp
from screens.frame.base_screen import BaseScreen
from screens.frame.command_list import COMMANDS
from screens.frame.commands import EVERY_LIST, EVERYWHERE, TABLES
from screens.frame.dialogs import Ask, Choice, Choose, ChooseRecord, Confirm, ReadScreen
from screens.frame.drafts import AskText
from screens.frame.first_run import FirstRun
from screens.frame.help import HelpScreen
from screens.frame.jump import JumpScreen
from screens.frame.left_once import LeftOnce, Palette
from screens.frame.list_screen import RecordList
from screens.frame.record_form import RecordFormScreen
from screens.frame.table_screen import TableScreen
from screens.frame.theme import HIGH_CONTRAST, THEMES
from screens.handovers.beside_form import TierScreen
from screens.handovers.board import HandoversScreen
from screens.handovers.handover import HandoverScreen
from screens.handovers.inbox import InboxScreen
from screens.handovers.packs import OnceScreen, PacksScreen
from screens.handovers.receiving import ReceivingScreen
from screens.impact.impact import BehindScreen, ImpactScreen
from screens.importing.importing import ImportScreen
from screens.milestones.catalogue import ExplainScreen, MilestonesScreen
from screens.milestones.form import MilestoneFormScreen, PreviewScreen
from screens.plans.audit import AuditScreen
from screens.plans.plan import PlanScreen
from screens.plans.steps import StepScreen
from screens.plans.versions import VersionsScreen
from screens.pupils.page import PupilScreen
from screens.pupils.schools import SchoolsScreen, StaffScreen
from screens.widgets.fields import FormField, PlainAnswer
from screens.widgets.form import Form
from screens.widgets.form_screen import FormScreen
from screens.widgets.line import Fitted
from screens.widgets.panel import Block, TextParagraph
from screens.widgets.window_table import WindowTable
from screens.workshops.attendance import AttendanceScreen
from screens.workshops.feeders import FeedersScreen
from screens.workshops.line_forms import ProposedSchools
from screens.workshops.register import WorkshopsScreen
from screens.workshops.training import TrainingScreen
from screens.workshops.workshop import WorkshopScreen
from transitions.caseload import walk
from transitions.caseload.caseload import Caseload
from transitions.caseload.missed import sections
from transitions.handovers import writing
from transitions.impact.measure import Asked
from transitions.milestones import editing, recording
from transitions.plans.page import load
from transitions.text import printable
from transitions.workshops.inviting import Proposed
from transitions.workspace import Workspace

SIZES = [(80, 24), (120, 36), (140, 40)]
STEERING = {
    *map(chr, (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029))
}
SENTENCE = re.compile(r"[A-Z“].*\.|.*\btransitions encrypt", re.DOTALL)
"""Why a command can't run now; one may end with the command to type."""
SECRET = "Secretly"
TEXT = f"{SECRET} {MIXED} {'x' * 120}"


class Records(NamedTuple):
    """What there is to open."""

    workspace: Workspace
    pupil: int
    handover: int
    workshop: int
    agreed: int
    draft: int


class Place(NamedTuple):
    """How one gets to a screen: what is pushed, if anything, and the keys from there on."""

    keys: tuple[str, ...] = ()
    pushes: Callable[[Records], Screen[Any]] | None = None
    reading: bool = True
    """Whether names and notes are hidden on it while names are; a form shows what one is about to change."""
    parts: int = 0
    """How many more parts "right" leads through."""


def proposal(records: Records) -> PreviewScreen:
    return PreviewScreen(editing.moved(records.workspace, "6-7.tier", "31 January"))


def told(hidden: bool) -> list[Block]:
    return [TextParagraph("AK" if hidden else TEXT)]


async def _not_saved(_text: str) -> None:
    """Where nothing is to be kept."""


PROPOSED = [Proposed(number, MIXED, MIXED, number) for number in range(1, 40)]
PLACES: dict[type[Screen[Any]], Place] = {
    # the areas, each by its digit
    TodayScreen: Place(("1", "end")),
    CaseloadScreen: Place(("2", "end")),
    MissedScreen: Place(("3", "g", "end", "home")),
    CalendarScreen: Place(("4",)),
    WorkshopsScreen: Place(("5",)),
    HandoversScreen: Place(("6", "end", "home")),
    ImpactScreen: Place(("7", "right", "right")),
    # what opens from them
    AttendanceScreen: Place(("5", "W", "right"), reading=False),
    BehindScreen: Place(
        pushes=lambda records: BehindScreen(Asked(records.workspace, 2026), "destinations-recorded", "")
    ),
    ClashesScreen: Place(("5", "!"), reading=False),
    DeadlinesScreen: Place(("4", *more("calendar.asks"))),
    FeedersScreen: Place(("5", *more("workshops.feeders")), reading=False),
    HandoverScreen: Place(pushes=lambda records: HandoverScreen(records.handover)),
    ImportScreen: Place(("2", "I")),
    InboxScreen: Place(("6", "W")),
    MilestonesScreen: Place(("4", *more("milestones.list", "calendar"))),
    PlanScreen: Place(("end", "home"), lambda records: PlanScreen(records.draft)),
    PupilScreen: Place(("right", "right"), lambda records: PupilScreen(records.pupil, [records.pupil])),
    ReceivingScreen: Place(("6", "I")),
    SchoolsScreen: Place(("2", "S"), reading=False),
    StaffScreen: Place(("2", "K"), reading=False),
    TrainingScreen: Place(("5", *more("workshops.training"))),
    VersionsScreen: Place(("v", "end"), lambda records: VersionsScreen(records.draft)),
    WalkScreen: Place(("right",), lambda records: WalkScreen(walk.begin(records.workspace, Caseload()))),
    WorkshopScreen: Place((), lambda records: WorkshopScreen(records.workshop), reading=False, parts=5),
    # dialogs that ask
    Ask: Place(pushes=lambda _: Ask(MIXED, MIXED, value=MIXED, multiline=True), reading=False),
    AskText: Place(pushes=lambda _: AskText(MIXED, MIXED, "draft swept", needed=MIXED, save=_not_saved), reading=False),
    Choose: Place(pushes=lambda _: Choose(MIXED, [Choice(number, MIXED, hint=MIXED) for number in range(30)])),
    ChooseRecord: Place(pushes=lambda _: ChooseRecord(MIXED, [Choice(1, MIXED, hint=MIXED)], [1])),
    Confirm: Place(pushes=lambda _: Confirm(MIXED, MIXED), reading=False),
    ExportScreen: Place(("2", "x")),
    FormScreen: Place(pushes=lambda _: FormScreen(MIXED, form()), reading=False),
    MilestoneFormScreen: Place(("4", *more("milestones.list", "calendar"), "e")),
    PacksScreen: Place(("6", "A", "X")),
    Palette: Place(("2", "ctrl+f", "s")),
    ProposedSchools: Place(pushes=lambda _: ProposedSchools(PROPOSED)),
    RecordFormScreen: Place(("2", "e"), reading=False),
    StepScreen: Place(pushes=lambda records: StepScreen(load(records.workspace, records.draft), "share", MIXED)),
    # and that are read
    AuditScreen: Place(("1", "end"), lambda records: AuditScreen(load(records.workspace, records.draft))),
    ExplainScreen: Place(pushes=lambda records: ExplainScreen(records.workspace, records.pupil, "6-7.tier")),
    HelpScreen: Place(("2", "?", "end")),
    JumpScreen: Place(("1", "ctrl+o")),
    OnceScreen: Place(pushes=lambda _: OnceScreen(MIXED, told)),
    PreviewScreen: Place(pushes=proposal),
    ReadScreen: Place(pushes=lambda _: ReadScreen(MIXED, told)),
    TierScreen: Place(pushes=lambda _: TierScreen(told, "enhanced")),
}


def form() -> Form:
    fields = [FormField(name=f"field{number}", label=MIXED[:60], help=MIXED) for number in range(12)]
    return Form(fields, {}, parse_date=PlainAnswer, clean=printable, notice=MIXED)


def made(workspace: Workspace) -> Records:
    """A pupil of Year 6 with a plan in two versions, a handover, a step flagged as missed; a workshop; all of it hostile text."""
    add_terms(workspace)
    agreed, draft = hostile_plan(workspace, TEXT, in_the_open=MIXED)
    ages = {"low_age": 4, "high_age": 11}
    primary, secondary = add_school(workspace, MIXED, **ages), add_school(workspace, MIXED, low_age=11, high_age=16)
    names = {"surname": TEXT, "forename": TEXT, "school_id": primary, "next_school_id": secondary}
    pupil = add_pupil(workspace, year_group=6, owner_id=workspace.me, **names)
    handover = writing.start(workspace, [pupil], "6-7").handovers[pupil]
    writing.save_answers(workspace, handover, {"my_hopes": TEXT, "interests": TEXT})
    steps = [step for section in sections(workspace, Caseload()) for step in section.steps if step.pupil_id == pupil]
    recording.flag_missed(workspace, steps[:1], reason="other", next_step=TEXT)
    words = dict.fromkeys(("title", "series", "place", "notes", "agenda", "audience"), MIXED)
    workshop = add_workshop(workspace, on_day=date(2026, 11, 20), status="held", **words)
    add_invitation(workspace, workshop, school_id=primary, attendance="came", note=MIXED)
    add_invitation(workspace, workshop, agency=MIXED, note=MIXED)
    add_workshop_action(workspace, workshop, MIXED, who=MIXED, steps=MIXED)
    with workspace.change(MIXED, MIXED) as action:
        action.insert("closure", {"day": date(2026, 11, 23), "reason": MIXED})
        action.insert("service", {"name": MIXED, "what_for": MIXED})
        action.insert("recommendation", {"review": MIXED, "recommendation": MIXED, "measure": MIXED})
        own = dict.fromkeys(("measure", "whose", "period", "source", "note"), MIXED)
        action.insert("entered_figure", {**own, "counted": 1})
        action.insert(
            "referral", {"pupil_id": pupil, "service": MIXED, "referred_on": date(2026, 11, 20), "note": TEXT}
        )
    return Records(workspace, pupil, handover, workshop, agreed, draft)


def ours(of: type = Screen) -> Iterator[type]:
    for found in of.__subclasses__():
        if found.__module__.startswith("screens."):
            yield found
        yield from ours(found)


def test_no_screen_is_left_out() -> None:
    for module in pkgutil.walk_packages(screens.__path__, "screens."):
        importlib.import_module(module.name)
    known = set(ours())
    last = {one for one in known if not known.intersection(one.__subclasses__())}
    assert last - set(PLACES) == {FirstRun}
    opened = {one for one in PLACES if one not in last}
    assert opened == {Ask, Choose, ReadScreen, FormScreen, RecordFormScreen}, (
        "the other bases are never opened themselves"
    )


def test_every_command_has_its_action_on_the_screen_that_it_works_on() -> None:
    worked_on = [one for one in ours() if issubclass(one, BaseScreen) and one.SCOPE]
    assert {one.SCOPE for one in worked_on} == set(COMMANDS.scopes) - {EVERYWHERE, EVERY_LIST}
    assert {one.SCOPE for one in worked_on if issubclass(one, TableScreen)} == TABLES
    assert {one.__name__: one.missing_actions() for one in worked_on if one.missing_actions()} == {}


def test_every_screen_is_left_once() -> None:
    assert [one for one in ours() if not issubclass(one, LeftOnce)] == []


@pytest.mark.parametrize("part", range(4))
async def test_it_fits_and_hides_names_whatever_is_entered(workspace: Workspace, part: int) -> None:
    records = made(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SIZES[0]) as pilot:
        await settle(pilot)
        # Each theme on a quarter of the screens, changed while a list and its filters stand there.
        app.theme = THEMES[part].name
        await settle(pilot)
        for screen, place in list(PLACES.items())[part::4]:
            if place.pushes is not None:
                app.push_screen(place.pushes(records))
                await pilot.pause()
            await pilot.press(*place.keys)
            await settle(pilot)
            titles: dict[WindowTable, set[str]] = {}
            if isinstance(app.screen, BaseScreen):
                reasons = [app.reason_against(command, app.screen) for command in app.commands_on(app.screen)]
                assert [why for why in reasons if why and not SENTENCE.fullmatch(why)] == []
            for size in SIZES:
                if app.size != size:
                    await pilot.resize_terminal(*size)
                    await settle(pilot)
                assert type(app.screen) is screen
                looked_at(app, size)
                shown_parts(app, titles)
                for _ in range(place.parts):
                    await pilot.press("right")
                    await settle(pilot)
                    looked_at(app, size)
            if place.reading:
                await pilot.press("f9")
                await settle(pilot)
                assert SECRET not in screen_text(app), screen
                await pilot.press("f9")
            await leave(pilot)
            await pilot.resize_terminal(*SIZES[0])
            await pilot.pause()
        assert app.return_code is None
        gc.collect()
        # The thread that read for a list of records last keeps that one.
        known = {one for one in gc.get_objects() if isinstance(one, LeftOnce) and not isinstance(one, RecordList)}
        assert known <= {one for stack in app._screen_stacks.values() for one in stack}, "kept after it was left"


async def test_the_first_start_fits(opener: Opener) -> None:
    app = TransitionsApp(opener(me=None))
    async with app.run_test(size=SIZES[0]) as pilot:
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await settle(pilot)
            assert type(app.screen) is FirstRun
            looked_at(app, size)


def looked_at(app: TransitionsApp, size: tuple[int, int]) -> None:
    """No line is ragged, nothing steers the terminal, header and footer stand, a dialog is whole."""
    screen, shown = app.screen, screen_lines(app)
    where = f"{type(screen).__name__} at {size}"
    assert app.is_running, where
    assert len(shown) == size[1], where
    assert {cell_len(line) for line in shown} == {size[0]}, where
    assert not STEERING.intersection("".join(shown)), where
    if isinstance(screen, BaseScreen):
        assert shown[0].startswith("  In clear "), where
        assert shown[-1].endswith((" ? help   ^p commands ", " F1 help   ^p commands ")), where
    else:
        assert screen.is_modal, where
        assert screen.region.contains_region(screen.children[0].region), where


def shown_parts(app: TransitionsApp, titles: dict[WindowTable, set[str]]) -> None:
    """What is cut says so, nothing is shown empty, no column goes where there is more room, and all can be read."""
    screen = app.screen
    for table in screen.query(WindowTable):
        now = {one.column.title for one in table._columns_placed(table.size.width)}
        # At 80 columns, two may be told in one.
        before = titles.setdefault(table, now) if app.size.width > SIZES[0][0] else now
        assert before <= now, f"{type(screen).__name__} lost a column at {app.size}"
    for fitted in screen.query(Fitted):
        width, height = fitted.content_size
        if 0 < height < len(fitted._write(width, height)):
            assert str(fitted.render()).endswith("…"), f"{type(screen).__name__}: a text is cut and does not say so"
    for hint in screen.query(".form-screen--hint").results(Static):
        assert cell_len(str(hint.render())) <= hint.content_size.width, f"{type(screen).__name__}: keys are cut"
    for framed in screen.query(".panel, .dialog"):
        room = framed.outer_size.width - 6
        assert not framed.display or not framed.border_subtitle or cell_len(str(framed.border_subtitle)) <= room, (
            "a hint in a frame is cut"
        )
    for panel in screen.query(FollowPanel):
        assert not panel.display or panel.border_title, f"an empty panel at {app.size}"
    needed = 7 if app.theme == HIGH_CONTRAST else 4.5
    assert faint(app, needed) == [], f"{type(screen).__name__} in {app.theme}"


def faint(app: TransitionsApp, needed: float) -> list[tuple[str, str]]:
    """What is written on the screen in front with less contrast than ``needed``: the words, and their style."""
    screen = app.screen
    if isinstance(screen, JumpScreen):
        return []  # all but its letters steps back
    seen = screen.children[0].region if screen.is_modal else screen.region
    found = []
    for strip in screen._compositor.render_strips()[seen.y : seen.bottom]:
        for text, style, _ in strip.crop(seen.x, seen.right):
            if style is None or not any(map(str.isalnum, text)):
                continue
            ink, ground = style.color, style.bgcolor
            assert ink is not None, text
            assert ground is not None, text
            if style.dim or contrast(ink.name, ground.name) < needed:
                found.append((text, str(style)))
    return found


async def leave(pilot: Pilot[Any]) -> None:
    """Back to the area that one came from; a form asks for nothing, it keeps a draft."""
    for _ in range(8):
        if len(pilot.app.screen_stack) == 1:
            return
        await pilot.press("escape")
        await settle(pilot)
    raise AssertionError(f"Escape does not leave {pilot.app.screen}")
