"""What committees ask, through the keys: from a figure to the rows behind it, and the records of the council."""

from datetime import date
from pathlib import Path

import pytest
from builders import add_marker, add_plan, add_pupil, add_school, add_terms, add_workshop, add_workshop_action
from hostile import MIXED
from reading import fill, more, press, screen_lines, screen_text, sentence, settle
from rich.cells import cell_len

from screens.caseload.caseload import CaseloadScreen
from screens.frame.app import TransitionsApp
from screens.frame.record_form import RecordFormScreen
from screens.impact import record_lines
from screens.impact.impact import BehindScreen, ImpactScreen
from screens.impact.measure_lines import measure_tab, plot
from screens.plans.plan import PlanScreen
from screens.pupils.page import PupilScreen
from screens.widgets.window_table import WindowTable
from screens.workshops.workshop import WorkshopScreen
from transitions.impact import records as kinds
from transitions.impact.measure import Asked, Behind, Figure
from transitions.pupils.markers import RESTRICTED
from transitions.pupils.small_records import COUNCIL, records, save
from transitions.workspace import Workspace

SEPTEMBER = date(2026, 9, 14)


@pytest.fixture
def council(workspace: Workspace) -> Workspace:
    """Two children of 15 who are open to social care, of whom neither has a plan, and one pupil of Year 6."""
    add_terms(workspace)
    school = add_school(workspace, "Conyers", low_age=11)
    for surname, owner in (("Khan", workspace.me), ("Ward", None)):
        born = date(2011, 10, 1)
        pupil = add_pupil(
            workspace, surname=surname, year_group=10, date_of_birth=born, school_id=school, owner_id=owner
        )
        with workspace.change("Social care", surname) as action:
            action.insert("social_care_episode", {"pupil_id": pupil, "kind": "child in need", "started_on": SEPTEMBER})
        if surname == "Khan":
            add_marker(workspace, pupil, RESTRICTED, started_on="2/9/26")
    add_pupil(workspace, surname="Byrne", forename="Callum", year_group=6, school_id=school)
    return workspace


async def test_from_a_figure_to_the_rows_behind_it_and_to_a_pupil(council: Workspace) -> None:
    app = TransitionsApp(council)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await press(pilot, "7")
        assert isinstance(app.screen, ImpactScreen)
        assert "small numbers shown: for use inside the council" in sentence(app)
        line = next(line for line in screen_lines(app) if "Children with a completed plan" in line)
        assert "0 of 2 children (0%)" in line
        assert "░" * 10 in line
        assert "Of all children aged 14 and over who are open to social care" in sentence(app)

        await press(pilot, "enter")
        assert isinstance(app.screen, BehindScreen)
        assert "0 of 2 children (0%)" in sentence(app)
        assert "Only in the base" in screen_text(app)
        assert "? Khan, Aisha · Conyers" in screen_text(app)
        assert "! Ward" not in screen_text(app)
        await press(pilot, "f9")
        assert "Khan" not in screen_text(app)
        assert "AK · Conyers" in screen_text(app)
        await press(pilot, "f9", "enter")
        assert isinstance(app.screen, PupilScreen)
        await press(pilot, "right_square_bracket")
        assert "Ward" in screen_lines(app)[1], "one goes on among the rows"

        await press(pilot, "escape", "escape", "f", "2")
        assert "Impact 2026/27 · My caseload" in screen_lines(app)[1]
        assert "0 of 1 child (0%)" in screen_text(app)
        await press(pilot, "escape", "left_square_bracket")
        assert "Impact 2025/26" in screen_lines(app)[1]
        await press(pilot, "2", "7")
        assert "Impact 2025/26" in screen_lines(app)[1], "it keeps its place"


async def test_a_figure_of_others_stands_beside_its_measure(council: Workspace) -> None:
    app = TransitionsApp(council)
    async with app.run_test(size=(140, 40), notifications=True) as pilot:
        await press(pilot, "7", "slash", *"completed", "enter", "a")
        await fill(pilot, "", "England", "2024/25", "14", "48", "", "", "A paper of 2025")
        await press(pilot, "ctrl+s")
        (row,) = records(council, kinds.ENTERED, COUNCIL)
        assert row.measure == "plans-children", "the measure of the highlighted line is proposed by its title"
        line = next(line for line in screen_lines(app) if "Children with a completed plan" in line)
        assert "14 of 48 (29%) England" in line
        assert "░░│░░░░░░░" in line
        assert "Compared with England, 2024/25: 14 of 48 (29%), source A paper of 2025." in sentence(app)

        await press(pilot, "escape", "slash", *"recorded")
        assert "▾ Next school recorded" in screen_text(app), "what is looked for is unfolded"
        await press(pilot, "enter", "escape")
        assert "▸ Next school recorded" in screen_text(app)
        await press(pilot, "enter")
        assert "▾ Next school recorded" in screen_text(app)
        await press(pilot, "down", "enter")
        assert isinstance(app.screen, BehindScreen), "the whole stands first among its parts"


async def test_referrals_of_all_pupils_are_added_changed_and_taken_out(council: Workspace) -> None:
    app = TransitionsApp(council)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "7", "right")
        assert "There is no snapshot for this year yet" in sentence(app)
        await press(pilot, "right")
        assert "No referrals yet" in sentence(app)
        await press(pilot, "a")
        await fill(pilot, "byrne", "Calm", "anxiety", "", "", "14/9/26")
        await press(pilot, "ctrl+s")
        line = next(line for line in screen_lines(app) if "Byrne, Callum" in line)
        assert "Calm" in line
        assert "14 Sep 2026" in line
        assert "no answer yet: 1 of 1 (100%)" in sentence(app)
        await press(pilot, "f9")
        assert "Byrne" not in screen_text(app)
        await press(pilot, "f9", "enter")
        await fill(pilot, "", "", "", "", "", "20/9/26", "bou")
        await press(pilot, "ctrl+s")
        assert "bounced on 20 Sep 2026" in sentence(app)
        await press(pilot, "left_square_bracket")
        assert "Impact · Referrals" in screen_lines(app)[1], "they are of all years"
        await press(pilot, "T", "y")
        assert "No referrals yet" in sentence(app)
        await press(pilot, "u")
        assert "Byrne, Callum" in screen_text(app)


async def test_services_and_recommendations_are_the_councils(council: Workspace, tmp_path: Path) -> None:
    save(council, kinds.RECOMMENDATION, COUNCIL, None, {"review": "Review 2025", "recommendation": "Plans", "grade": 2})
    action = add_workshop_action(council, add_workshop(council), "Tell every school")
    app = TransitionsApp(council)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await press(pilot, "7", "right", "right", "right", "a")
        await fill(pilot, "Calm", "secondary", "Worries about school", "Ambershire")
        await press(pilot, "ctrl+s")
        assert "What it is for: Worries about school" in sentence(app)
        await press(pilot, "right")
        assert "Review 2025" in screen_text(app)
        assert "2 On track: 1 of 1 (100%)" in sentence(app)
        await press(pilot, "enter", *["tab"] * 11, *"tell", "down", "enter", "ctrl+s")
        assert records(council, kinds.RECOMMENDATION, COUNCIL)[0].workshop_action_id == action
        await press(pilot, "x", "ctrl+u", *str(tmp_path / "r.csv"), "enter")
        assert "2 On track" in (tmp_path / "r.csv").read_text(encoding="utf-8-sig")
        await press(pilot, "2")
        assert isinstance(app.screen, CaseloadScreen)


async def test_enter_on_a_row_opens_what_it_is_of(council: Workspace) -> None:
    plan, workshop = add_plan(council, 1), add_workshop(council, title="Autumn workshop")
    app = TransitionsApp(council)
    async with app.run_test(size=(80, 24)) as pilot:
        behind = BehindScreen(Asked(council, 2026), "plans-children", "")
        app.push_screen(behind)
        await settle(pilot)
        for goal, screen in {("plan", plan): PlanScreen, ("workshop", workshop): WorkshopScreen}.items():
            await behind.go(goal)
            await settle(pilot)
            assert isinstance(app.screen, screen)
            await press(pilot, "escape")
        await app.carry_out(behind.go(("school", 1)))
        await settle(pilot)
        assert isinstance(app.screen, RecordFormScreen)
        assert "Edit Conyers" in screen_text(app)


async def test_every_tab_and_box_fits_and_nothing_in_it_is_markup(workspace: Workspace) -> None:
    school = add_school(workspace, MIXED)
    pupil = add_pupil(workspace, surname=MIXED, school_id=school)
    with workspace.change(MIXED, MIXED) as action:
        action.insert("service", {"name": MIXED, "what_for": MIXED, "who": MIXED})
        action.insert("recommendation", {"review": MIXED, "recommendation": MIXED, "measure": MIXED, "action": MIXED})
        own = dict.fromkeys(("measure", "whose", "period", "source", "note"), MIXED)
        action.insert("entered_figure", {**own, "counted": 1})
        action.insert("referral", {"pupil_id": pupil, "service": MIXED, "referred_on": SEPTEMBER, "note": MIXED})
        action.insert("case_study", {"pupil_id": pupil, "title": MIXED, "story": MIXED, "written_on": SEPTEMBER})
        action.insert(
            "school_offer", {"school_id": school, "tier": "gold", "navigator": MIXED, "started_on": SEPTEMBER}
        )
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "7")
        for place in range(6):
            for size in ((80, 24), (120, 36), (140, 40)):
                await pilot.resize_terminal(*size)
                await settle(pilot)
                looked_at(app, size)
            assert len(app.screen.query_one(WindowTable)._keys) >= (place > 1), "each tab has its record"
            await press(pilot, "right")
        app.open.pupil(pupil)
        await settle(pilot)
        for keys in (
            more("pupil.records"),
            ("c",),
            ("enter",),
            ("escape", "escape", "escape", "escape", "2", "S", "L"),
            ("enter",),
        ):
            await press(pilot, *keys)
            looked_at(app, (140, 40))


def looked_at(app: TransitionsApp, size: tuple[int, int]) -> None:
    assert {cell_len(line) for line in screen_lines(app)} == {size[0]}
    assert not CONTROLS.intersection(screen_text(app))


CONTROLS = frozenset("\x1b\x9b\x07\u202e\u2066\u2028")
TITLE = "Children with a completed plan"


def test_what_has_parts_folds_them_under_its_title_and_every_line_has_its_definition() -> None:
    rows = (Behind(("pupil", 1), "Khan, Aisha", counted=True),)
    parts = [Figure("plans-children", "2026/27", n, 4, "children", f"part {n}", rows=lambda: rows) for n in (1, 3)]
    whole = Figure("plans-children", "2026/27", 2, 4, "children")
    for figures, unfolded, names, plots in (
        ([whole], (), [TITLE], ["█████░░░░░"]),
        (parts, (), [f"▸ {TITLE}"], [""]),
        (parts, ("plans-children",), [f"▾ {TITLE}", "    part 1", "    part 3"], ["", "██▌░░░░░░░", "███████▌░░"]),
        ([whole, *parts], (), [f"▸ {TITLE}"], ["█████░░░░░"]),
        (
            [whole, parts[0]],
            ("plans-children",),
            [f"▾ {TITLE}", "    all", "    part 1"],
            ["", "█████░░░░░", "██▌░░░░░░░"],
        ),
    ):
        lines = measure_tab({"plans-children": figures}, {}, unfolded).lines
        assert [str(line.cells[0]) for line in lines] == names
        assert [line.cells[2] for line in lines] == plots
        assert all("Counted: children whose current plan counts as completed" in " ".join(line.full) for line in lines)


def test_of_some_pupils_what_is_of_all_says_so() -> None:
    found = {code: [Figure(code, "2026/27", 1, 2, "schools")] for code in ("plans-children", "forum-attendance")}
    names = [str(line.cells[0]) for line in measure_tab(found, {}, narrowed=True).lines]
    assert names == [TITLE, "Schools that came to forums and meetings about moves, of all"]


def test_of_a_long_list_the_newest_are_shown_and_how_many_there_are_is_said(
    council: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pupil, service in ((1, "Calm"), (2, "Open Gate")):
        save(council, kinds.REFERRAL, pupil, None, {"service": service, "referred_on": SEPTEMBER})
    monkeypatch.setattr(record_lines, "_MOST", 1)
    tab = record_lines.record_tab(council, record_lines.TABS[record_lines.REFERRALS], hidden=True)
    assert [line.cells[:2] for line in tab.lines] == [["AW", "Open Gate"]]
    assert tab.figures == ["the latest 1 of 2 are listed", "no answer yet: 2 of 2 (100%)"]
    assert tab.amount == 2


@pytest.mark.parametrize(
    ("percent", "other", "drawn"),
    [
        (0, None, "░░░░░░░░░░"),
        (100, 100, "█████████│"),
        (34, None, "███▌░░░░░░"),
        (0.4, None, "▌░░░░░░░░░"),
        (99.9, None, "█████████▌"),
        (41, 0, "│███░░░░░░"),
        (None, 50, ""),
        (120, None, ""),
    ],
)
def test_a_share_is_drawn_in_blocks_of_a_tenth(percent: float | None, other: float | None, drawn: str) -> None:
    assert plot(percent, other) == drawn
