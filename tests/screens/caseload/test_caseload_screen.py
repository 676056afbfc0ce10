"""A caseworker's morning at the caseload: filter, mark, decide, undo, find, sort, views, hidden names."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import add_pupil, add_school, add_terms, add_worker, edit_pupil, step_of, steps_of
from conftest import TODAY
from reading import COLOURS, frames, press, screen_lines, screen_text, sentence, settle, toasts

from screens.caseload import views
from screens.caseload.caseload import CaseloadScreen
from screens.caseload.list_facets import ListFacets
from screens.caseload.pupil_rows import cells
from screens.caseload.walk import WalkScreen
from screens.frame.app import TransitionsApp
from screens.frame.commands import CASELOAD
from screens.pupils.page import PupilScreen
from transitions.caseload import caseload as caseloads
from transitions.caseload import walk
from transitions.caseload.caseload import Caseload
from transitions.custody import access_log
from transitions.milestones.milestone import SYMBOLS
from transitions.pupils.markers import BEFORE_NAME
from transitions.workspace import Workspace

HOSTILE = ["[/x]", "[@click=app.quit]x", "\x1b[2Jx", "x" * 200, "\u202eabc\u0645\u0631", "e\u0301\u0301\u0301"]
APPLICATION = ("6-7.application", 2026)


class Morning:
    """A small caseload on Saturday 21 November 2026: five of Year 6 are late with their application."""

    def __init__(self, workspace: Workspace) -> None:
        add_terms(workspace)
        self.workspace = workspace
        self.primary = add_school(workspace, "Layfield Primary", high_age=11)
        self.secondary = add_school(workspace, "Conyers School", low_age=11)
        self.other = add_worker(workspace, "R. Patel")
        mine = {"owner_id": workspace.me, "school_id": self.primary}
        names = [("Byrne", "Callum"), ("Khan", "Aisha"), ("Osei", "Kofi"), ("Ward", "Elsie"), ("Yilmaz", "Deniz")]
        self.six = [add_pupil(workspace, surname=s, forename=f, year_group=6, **mine) for s, f in names]
        edit_pupil(workspace, self.six[1], preferred_name="Ash")
        self.five = add_pupil(workspace, surname="Abbott", forename="Noah", year_group=5, **mine)
        self.theirs = add_pupil(workspace, surname="Zane", forename="Zoe", year_group=6, owner_id=self.other)

    def outcome(self, pupil_id: int) -> str | None:
        """Give what is recorded of the pupil's application."""
        outcome = steps_of(self.workspace, pupil_id)[APPLICATION].outcome
        return outcome if outcome is None else str(outcome)


@pytest.fixture
def morning(workspace: Workspace) -> Morning:
    return Morning(workspace)


def caseload(app: TransitionsApp) -> CaseloadScreen:
    assert isinstance(app.screen, CaseloadScreen)
    return app.screen


def names(app: TransitionsApp) -> list[str]:
    """Give the surnames on the screen, from the top."""
    known = ("Abbott", "Byrne", "Khan", "Osei", "Ward", "Yilmaz", "Zane")
    rows = [line for line in screen_lines(app)[3:-2] if "," in line]
    return [name for line in rows for name in known if f"{name}," in line]


def test_a_marked_pupil_has_another_sign_than_an_overdue_one(workspace: Workspace) -> None:
    add_pupil(workspace, surname="Object", forename="Olga")
    [row] = caseloads.all_rows(workspace, Caseload())
    kinds = [cells(one, TODAY, hidden=False, variables=COLOURS)[1] for one in (row, row._replace(marked="objection"))]
    assert kinds == ["Object, Olga", "? Object, Olga"]
    assert BEFORE_NAME.strip() not in SYMBOLS.values()


async def test_a_morning(morning: Morning) -> None:
    app = TransitionsApp(morning.workspace)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        assert "My caseload" in screen_lines(app)[1]
        assert screen_lines(app)[1].endswith(" 6 pupils · most overdue first ")
        assert "Khan, Ash " in screen_text(app)

        assert await press(pilot, "f", "6", "!") == 3
        assert screen_lines(app)[1].startswith(" My caseload · Year 6 · overdue ")
        assert " 5 of 6 · " in screen_lines(app)[1]
        assert names(app) == ["Byrne", "Khan", "Osei", "Ward", "Yilmaz"]

        await press(pilot, "down", "down")
        assert caseload(app).table.cursor_key == morning.six[2], "the arrows move the list"
        await press(pilot, "home", "space", "space", "space")
        assert "3 marked · 5 of 6" in screen_lines(app)[1]
        assert await press(pilot, "d") == 1
        assert [morning.outcome(pupil) for pupil in morning.six] == ["late", "late", "late", None, None]
        assert "3 pupils" in toasts(app)[-1]
        assert toasts(app)[-1].endswith("u undoes.")
        assert names(app) == ["Ward", "Yilmaz"]
        assert "marked" not in screen_lines(app)[1]

        assert await press(pilot, "u") == 1
        assert [morning.outcome(pupil) for pupil in morning.six] == [None] * 5
        assert caseload(app).table.cursor_key == morning.six[0]
        assert "3 marked · 5 of 6" in screen_lines(app)[1], "undo brings the marks back"
        await press(pilot, "U")
        assert names(app) == ["Ward", "Yilmaz"]
        assert "marked" not in screen_lines(app)[1]

        await press(pilot, "u", "m")
        assert "3 pupils, 1 kind of step: Apply for a secondary school place" in sentence(app)
        await press(pilot, "3", *"ring them", "enter")
        flagged = steps_of(morning.workspace, morning.six[1])[APPLICATION]
        assert (flagged.outcome, flagged.next_step) == ("missed", "ring them")
        await press(pilot, "u", "d")
        assert names(app) == ["Ward", "Yilmaz"]

        await press(pilot, "home")
        assert await press(pilot, "m", "3") == 2
        assert morning.outcome(morning.six[3]) == "missed"
        assert steps_of(morning.workspace, morning.six[3])[APPLICATION].reason == "no-place"
        assert caseload(app).table.cursor_key == morning.six[4], "the next one to decide is highlighted"

        await press(pilot, "escape")
        assert screen_lines(app)[1].startswith(" My caseload · Year 6  ")
        assert caseload(app).table.cursor_key == morning.six[4]
        await press(pilot, "q")
        assert screen_lines(app)[1].endswith(" 6 pupils · most overdue first ")
        await press(pilot, "escape")
        assert "^q quits" in toasts(app)[-1]


async def test_deciding_goes_down_the_list_and_undo_comes_back(morning: Morning) -> None:
    app = TransitionsApp(morning.workspace)
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        screen = caseload(app)
        assert screen.table.cursor_key == morning.six[0]
        await pilot.press("d", "d")
        await settle(pilot)
        assert [morning.outcome(pupil) for pupil in morning.six] == ["late", "late", None, None, None]
        assert screen.table.cursor_key == morning.six[2]
        await press(pilot, "u")
        assert screen.table.cursor_key == morning.six[1]
        await press(pilot, "m", "1", "full_stop")
        assert [morning.outcome(pupil) for pupil in morning.six] == ["late", "missed", "missed", None, None]
        await press(pilot, "n", *"rang", "ctrl+s", "full_stop")
        assert [morning.outcome(pupil) for pupil in morning.six] == ["late", "missed", "missed", None, None], (
            "a note was last: an older decision is not repeated"
        )


async def test_find_narrows_in_the_frame_of_the_letter(morning: Morning) -> None:
    app = TransitionsApp(morning.workspace)
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await pilot.press("slash")
        caseload(app).find_line.insert_text_at_cursor("yil")
        assert list(caseload(app).keys) == [morning.six[4]], "no message, no timer, no frame lies between"
        await settle(pilot)
        assert names(app) == ["Yilmaz"]
        assert "“yil”" in screen_lines(app)[1]
        assert " 1 of 6 " in screen_lines(app)[1]
        await press(pilot, "enter")
        assert app.focused is caseload(app).table
        await press(pilot, "enter")
        assert isinstance(app.screen, PupilScreen)
        await press(pilot, "escape", "escape")
        assert len(names(app)) == 6
        assert caseload(app).table.cursor_key == morning.six[4], "the pupil that was found stays highlighted"
        await press(pilot, "ctrl+f", *"kahn, ai", "enter")
        assert isinstance(app.screen, PupilScreen)
        assert app.screen.pupil_id == morning.six[1], "whoever is written nearly so is found from anywhere"
        await press(pilot, "escape")
        await press(pilot, "slash", "q", "d", "escape")
        assert morning.outcome(morning.six[4]) is None, "letters are letters while one types"
        assert len(names(app)) == 6


@pytest.mark.usefixtures("every_frame")
async def test_a_key_paints_what_it_changes_and_a_screen_when_it_is_whole(morning: Morning) -> None:
    app = TransitionsApp(morning.workspace)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        painted = frames(app)
        await press(pilot, "down")
        assert 2 < sum(painted) <= 4, "two rows, the place in the panel's edge, and perhaps the keys"
        for key in ("enter", "right_square_bracket", "escape"):
            painted.clear()
            await press(pilot, key)
            assert sum(lines > 5 for lines in painted) <= 2, (key, painted)


async def test_sort_and_year_with_two_digits(morning: Morning) -> None:
    add_pupil(morning.workspace, surname="Osei", forename="Ama", year_group=11, owner_id=morning.workspace.me)
    app = TransitionsApp(morning.workspace)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "s")
        assert screen_lines(app)[1].endswith(" 7 pupils · name ")
        assert names(app)[:3] == ["Abbott", "Byrne", "Khan"]
        assert "School" not in screen_lines(app)[3]
        await press(pilot, "s", "s")
        assert "School▲" in screen_lines(app)[3], "what the list is sorted by is to be seen"
        await press(pilot, "right", "s")
        assert screen_lines(app)[1].endswith(" 7 pupils · name ")
        await press(pilot, "s")
        assert screen_lines(app)[1].endswith(" 7 pupils · name from Z to A ")
        assert names(app)[0] == "Yilmaz"
        await press(pilot, "right", "#")
        assert "5 of 7 (71%)" in sentence(app)
        await press(pilot, "enter")
        assert " · Yr 6 " in screen_lines(app)[1]
        assert screen_lines(app)[1].split("  ")[-1].split()[0] == "5", "as many as were counted"
        await press(pilot, "escape", "s")
        assert screen_lines(app)[1].endswith(" · year group ")
        await press(pilot, "f", "1", "1")
        assert screen_lines(app)[1].startswith(" My caseload · Year 11  ")
        assert names(app) == ["Osei"]
        assert isinstance(app.focused, ListFacets), "so that another filter is one key"
        await press(pilot, "f", "A", "escape")
        assert app.screen.query_one("#rows") is app.focused


async def test_views_and_the_place_come_back(morning: Morning) -> None:
    app = TransitionsApp(morning.workspace)
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f", "5", "f")
        await press(pilot, "V", *"five", "enter")
        assert "“five”" in toasts(app)[-1]
        await press(pilot, "escape", "down", "down")
        place = caseload(app).table.cursor_key
        assert place != morning.six[0]
    again = TransitionsApp(morning.workspace)
    async with again.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        assert caseload(again).table.cursor_key == place
        await press(pilot, "v", "1")
        assert screen_lines(again)[1].startswith(" My caseload · Year 5  ")
        assert names(again) == ["Abbott"]
        await press(pilot, "v", "minus", "1")
        await press(pilot, "v")
        assert "You have no saved views yet" in toasts(again)[-1]
    assert views.last(morning.workspace, CASELOAD).caseload.year_groups == (5,), "the view of the next start"


async def test_owner_note_and_open(morning: Morning) -> None:
    app = TransitionsApp(morning.workspace)
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "o", "2")
        assert names(app) == ["Khan", "Osei", "Ward", "Yilmaz", "Abbott"]
        await press(pilot, "n", *"ring", "ctrl+s")
        assert "Ash Khan" in toasts(app)[-1]
        await press(pilot, "down", "enter")
        assert isinstance(app.screen, PupilScreen)
        assert app.screen.pupil_id == morning.six[2]
        await press(pilot, "right_square_bracket")
        assert app.screen.pupil_id == morning.six[3]


async def test_walk_asks_about_a_walk_left_off(morning: Morning) -> None:
    app = TransitionsApp(morning.workspace)
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "w")
        assert isinstance(app.screen, WalkScreen)
        await press(pilot, "right", "q")
        left = walk.left_off(morning.workspace)
        assert left is not None
        assert (left.position, len(left.pupil_ids)) == (1, 5)
        await press(pilot, "w")
        assert "Go on at pupil 2 of 5" in screen_text(app)
        await press(pilot, "w")
        assert isinstance(app.screen, WalkScreen)
        await press(pilot, "q", "space", "space", "w")
        begun = walk.left_off(morning.workspace)
        assert begun is not None
        assert begun.pupil_ids == tuple(morning.six[:2]), "marked pupils are walked, no question asked"


async def test_panels_by_width(morning: Morning) -> None:
    app = TransitionsApp(morning.workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for column in ("Name", "Yr", "Next step", "When"):
            assert column in screen_lines(app)[3]
        assert "weeks late" in screen_text(app)
        assert "Filter" not in screen_text(app)
        await press(pilot, "z")
        assert "What comes next" in screen_text(app)
        await press(pilot, "f", "6", "exclamation_mark")
        assert "Filter" in screen_text(app)
        assert "What comes next" not in screen_text(app)
        assert " 5 of 6 " in screen_lines(app)[1]
        await press(pilot, "escape")
        assert "Filter" not in screen_text(app)
        await pilot.resize_terminal(140, 40)
        await settle(pilot)
        assert "Filter" in screen_text(app)
    wide = TransitionsApp(morning.workspace)
    async with wide.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "escape", "escape", "home", "down")
        assert "Ash Khan" in screen_text(wide)
        assert "What comes next" in screen_text(wide)
        assert "! Applica" in screen_text(wide)


async def test_what_the_final_plan_names_is_asked_when_its_step_is_done(
    morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupil, step = morning.six[0], ("6-7.names-school", 2026)
    edit_pupil(morning.workspace, pupil, sen_provision="E")
    monkeypatch.setattr(
        CaseloadScreen, "chosen_steps", lambda _: [step_of(morning.workspace, pupil, *step)], raising=True
    )
    app = TransitionsApp(morning.workspace)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "d")
        assert "What does the final plan say about the place?" in screen_text(app)
        await press(pilot, "2")
        assert toasts(app)[-1].startswith(
            "Phase transfer recorded: Callum Byrne · 6-7: type only, final plan Sat 21 Nov 2026"
        )
        assert steps_of(morning.workspace, pupil)[step].from_record
        await press(pilot, "u", "d", "4")
        assert not steps_of(morning.workspace, pupil)[step].from_record
        assert steps_of(morning.workspace, pupil)[step].outcome == "met"


async def test_every_empty_list_says_why(morning: Morning) -> None:
    app = TransitionsApp(morning.workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "slash", *"qqq")
        assert "No name or number here has these letters. Escape clears the search." in sentence(app)
        await press(pilot, "escape", "slash", *"ward, el")
        assert names(app) == ["Ward"]
        await press(pilot, "escape", "slash", *"yilmza")
        assert names(app) == ["Yilmaz"]
        assert "No name here has “yilmza”. These have “yilmaz”." in screen_text(app)
        await press(pilot, "escape", "slash", *"zane")
        assert "Not in this list. 1 in All pupils: press Enter to see them." in sentence(app)
        await press(pilot, "enter")
        assert names(app) == ["Zane"]
        assert screen_lines(app)[1].startswith(" All pupils · “zane” ")
        caseload(app).show(Caseload(whose="mine"))
        await press(pilot, "f", "3", "f")
        assert "No pupil matches all these filters. Escape removes the last one." in sentence(app)
        await press(pilot, "d")
        assert "No pupil is highlighted" in toasts(app)[-1]
        await press(pilot, "x")
        assert toasts(app)[-1] == "The list is empty. Escape removes a filter."


async def test_a_new_database_says_how_to_begin(workspace: Workspace) -> None:
    add_school(workspace, "Layfield Primary")
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "There are no pupils yet. I imports them from a file, a adds one." in sentence(app)
        await press(pilot, "f", "home", "enter")
        assert "You have no pupils yet." in sentence(app)


async def test_names_are_never_markup_and_never_controls(workspace: Workspace) -> None:
    add_terms(workspace)
    school = add_school(workspace, "[/x] School")
    for name in HOSTILE:
        add_pupil(workspace, surname=name, forename=name[:3], year_group=6, owner_id=workspace.me, school_id=school)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        for size, key in (((80, 24), "z"), ((140, 40), "s")):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            await press(pilot, key, "down", "down", "slash", "[", "escape", "end", "d")
            shown = screen_text(app)
            assert app.is_running
            assert "[/x]" in shown
            assert "\x1b" not in shown
            assert "\u202e" not in shown
            assert {len(line) for line in screen_lines(app)[:2]} == {size[0]}


async def test_hidden_names_are_hidden_everywhere(morning: Morning) -> None:
    app = TransitionsApp(morning.workspace)
    async with app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "slash", *"byrne", "enter", "f9")
        shown = screen_text(app)
        assert "Byrne" not in shown
        assert "byrne" not in shown
        assert "Callum" not in shown
        assert "CB" in shown
        await press(pilot, "Y", "r")
        assert app.clipboard.splitlines()[1].split("\t")[0] == "CB", "what is copied is what is shown"
        assert (
            access_log.exports(morning.workspace, limit=1)[0].summary == "a row of caseload; 1 row; 1 pupil; clipboard"
        )
        await press(pilot, "f9", "y")
        assert (app.clipboard, toasts(app)[-1]) == ("Byrne, Callum", "Copied “Byrne, Callum”.")
        await press(pilot, "f9", "x")
        assert "byrne" not in screen_text(app)
        await press(pilot, "escape", "d")
        assert not any("Byrne" in said for said in toasts(app))
        await press(pilot, "escape", "o")
        assert not any(name in screen_text(app) for name in ("Khan", "Aisha", "Ash ", "Ward", "Yilmaz"))


async def test_another_program_writes_and_the_list_follows(morning: Morning, tmp_path: Path) -> None:
    app = TransitionsApp(morning.workspace)
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down")
        elsewhere: Any = Workspace.open(morning.workspace.database.path, morning.workspace.clock)
        try:
            add_pupil(
                elsewhere,
                surname="Abbott",
                forename="Zed",
                date_of_birth=date(2016, 3, 14),
                owner_id=elsewhere.me,
                school_id=morning.primary,
            )
        finally:
            elsewhere.close()
        await press(pilot, "r")
        assert names(app).count("Abbott") == 2
        assert caseload(app).table.cursor_key == morning.six[2], "the cursor stays on its pupil"
