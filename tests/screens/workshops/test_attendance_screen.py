"""Who came over a year: every figure with its base, and from each a way to what it is about."""

from datetime import date
from pathlib import Path

import pytest
from builders import add_invitation, add_pupil, add_school, add_terms, add_workshop
from reading import figures, press, screen_lines, screen_text, sentence, toasts

from screens.caseload.caseload import CaseloadScreen
from screens.frame.app import TransitionsApp
from screens.frame.dialogs import Choose
from screens.workshops.attendance import FEW, MOVERS, SCHOOLS, TIME, AttendanceScreen, LoadedAttendance
from screens.workshops.register import WorkshopsScreen
from screens.workshops.workshop import WorkshopScreen
from transitions.workspace import Workspace

SEPTEMBER, OCTOBER = date(2026, 9, 18), date(2026, 10, 9)


@pytest.fixture
def district(workspace: Workspace) -> Workspace:
    """Forty-eight schools of which fourteen came to the workshop; the last one has three pupils who move."""
    add_terms(workspace)
    schools = [add_school(workspace, f"School {number:02d}", phase="Primary", high_age=11) for number in range(1, 49)]
    there = add_school(workspace, "Conyers", low_age=11)
    other = add_school(workspace, "Egglescliffe", low_age=11)
    meeting = add_workshop(workspace, title="Autumn workshop", on_day=SEPTEMBER, status="held", year_groups="6")
    for place, school in enumerate(schools):
        mark = "came" if place < 14 else "apologies" if place < 17 else "absent"
        add_invitation(workspace, meeting, school_id=school, attendance=mark)
    lift = add_workshop(workspace, title="LIFT north", kind="LIFT meeting", on_day=OCTOBER, status="held")
    for school, mark in ((schools[0], "absent"), (schools[1], "invited")):
        add_invitation(workspace, lift, school_id=school, attendance=mark)
    for surname, going_to in (("Khan", there), ("Ward", there), ("Byrne", other)):
        add_pupil(workspace, surname=surname, year_group=6, school_id=schools[-1], next_school_id=going_to)
    return workspace


def offered(app: TransitionsApp) -> list[str]:
    assert isinstance(app.screen, Choose)
    return [f"{choice.label} {choice.hint}" for choice in app.screen._choices]


def test_every_figure_has_its_base(district: Workspace) -> None:
    add_workshop(district, title="Last year", on_day=date(2025, 11, 7), status="held")
    found = LoadedAttendance.of(district, 2026)
    assert found.how_much == "2 meetings · 48 schools asked"
    said = figures(found.part(SCHOOLS))
    assert "14 of 48 (29%) schools came to any meeting" in said
    for words in ("of those invited each time, 14 of 50 (28%) came", "3 sent apologies", "32 absent", "1 not marked"):
        assert words in said
    assert "1 of 2 (50%)" in next(line for line in said.splitlines() if "School 01" in line)

    few = figures(found.part(FEW))
    assert "Came to none: 34 of 48 (71%)" in few
    assert "Came only once: 1 of 48 (2%)" in few, "of the one that was invited twice and is marked"
    assert "Not clear, because attendance is missing: 1 of 48 (2%)" in few
    assert "School 03" not in few, "it came to the one meeting that it was invited to"

    movers = figures(found.part(MOVERS))
    assert "nobody came from 1 of 1 (100%) settings with pupils who move" in movers
    assert "that is 3 of 3 (100%) pupils" in movers
    assert "counted at transitions workshops, information-sharing forums and SENCO transition meetings" in movers
    assert "Khan" not in movers, "pupils are counted here, and named in the caseload alone"

    time = figures(found.part(TIME))
    assert "Terms of 2026/27" in time
    assert "Academic years, each until 21 November" in time
    assert "14 of 50 (28%)" in next(line for line in time.splitlines() if " T1 " in line)
    assert "14 of 48 (29%)" in next(line for line in time.splitlines() if " T1 " in line)
    assert "nobody invited" in next(line for line in time.splitlines() if " 2025/26 " in line)

    lift = LoadedAttendance.of(district, 2026, "LIFT meeting", "LIFT north")
    assert "0 of 2 (0%) schools came to any meeting" in figures(lift.part(SCHOOLS))
    assert lift.how_much == "1 meeting · 2 schools asked"
    before = figures(LoadedAttendance.of(district, 2025).part(SCHOOLS))
    assert "No meeting with schools invited has taken place yet this year" in before


async def test_figures_lead_on_and_are_narrowed(district: Workspace, tmp_path: Path) -> None:
    app = TransitionsApp(district)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await press(pilot, "5")
        assert isinstance(app.screen, WorkshopsScreen)
        assert await press(pilot, "W") == 1
        assert isinstance(app.screen, AttendanceScreen)
        assert screen_lines(app)[1].startswith(" Who came 2026/27 ")
        assert "2 meetings · 48 schools asked" in screen_lines(app)[1]
        assert "14 of 48 (29%) schools came to any meeting" in sentence(app)
        await press(pilot, "enter")
        assert offered(app) == ["Autumn workshop Fri 18 Sep 2026, came", "LIFT north Fri 9 Oct 2026, absent"]
        await press(pilot, "1")
        assert isinstance(app.screen, WorkshopScreen)

        await press(pilot, "escape", "right", "right", "enter")
        assert offered(app) == ["Conyers 2 pupils", "Egglescliffe 1 pupil"]
        await press(pilot, "1")
        assert isinstance(app.screen, CaseloadScreen)
        assert "All pupils · Year 6 · School 48 · to Conyers" in screen_lines(app)[1]
        assert "Khan" in screen_text(app)
        assert "Byrne" not in screen_text(app)
        await press(pilot, "5")
        assert isinstance(app.screen, AttendanceScreen), "the figures have kept their place"

        await press(pilot, "right", "right", "enter")
        assert "Who came 2026/27 · LIFT north" in screen_lines(app)[1]
        assert "1 meeting · 2 schools asked" in screen_lines(app)[1]
        await press(pilot, "escape")
        assert "LIFT" not in screen_lines(app)[1], "Escape counts every meeting again"
        await press(pilot, "f")
        assert offered(app) == ["Every meeting 2", "LIFT meetings 1", "Transitions workshops 1"]
        await press(pilot, "3")
        assert "only transitions workshops" in screen_lines(app)[1]
        await press(pilot, "slash", *"48")
        assert "School 48" in screen_text(app)
        assert "School 01" not in screen_text(app)
        await press(pilot, "escape", "left_square_bracket")
        assert "Who came 2025/26" in screen_lines(app)[1]
        await press(pilot, "x", "a")
        await press(pilot, "ctrl+u", *str(tmp_path / "came.csv"), "enter")
        assert (tmp_path / "came.csv").exists()
        assert "Saved" in toasts(app)[-1]
