"""Stories of records: the first start, schools, staff, a pupil added and put right, drafts, the circle of support."""

from datetime import date
from pathlib import Path

import pytest
from builders import add_pupil, add_school, add_worker, edit_pupil, field_changes
from conftest import Opener
from reading import fill, more, press, screen_lines, screen_text, sentence, settle, toasts, type_at, type_in

from screens.caseload import views
from screens.caseload.caseload import CaseloadScreen
from screens.frame.app import TransitionsApp
from screens.frame.first_run import FirstRun
from screens.frame.record_form import RecordFormScreen, open_form
from screens.importing.importing import ImportScreen
from screens.pupils.schools import SchoolsScreen, StaffScreen, school_form
from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.custody import history
from transitions.custody.places import demo_database
from transitions.demo.make import PUPILS, SEED, demo_file
from transitions.errors import NotAllowed
from transitions.exporting.exports import export
from transitions.identifiers import make_upn
from transitions.pupils import lists, school_groups
from transitions.pupils import page as pupil_page
from transitions.team import workers
from transitions.workspace import Workspace

SMALL = (80, 24)
HOSTILE = "[/x] \x1b]52;c;eA==\x07[bold]Sam\u202e"
AS_KEPT = "[/x] ]52;c;eA==[bold]Sam"


def names(workspace: Workspace) -> list[str]:
    return [line.name for line in lists.school_lines(workspace, lists.school_ids(workspace)).values()]


async def test_the_first_start_from_nobody_to_a_pupil_put_right_and_taken_back(opener: Opener) -> None:
    workspace = opener(me=None)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, FirstRun)
        assert "Nothing is sent anywhere" in sentence(app)
        assert str(workspace.database.path)[:40] in screen_text(app)
        await press(pilot, "enter")
        assert "! Type your name" in sentence(app)
        await press(pilot, "escape")
        assert "say who you are" in toasts(app)[-1]
        await type_in(pilot, "K. Osei")
        await press(pilot, "enter", "escape")
        assert "What is your name?" in sentence(app)
        await type_at(pilot, 0, "enter", "enter", "down", "enter", "enter")
        assert workers.me_name(workspace) == "K. Osei"
        assert lists.worker(workspace, workspace.me or 0)["role"] == "SENCO"
        assert "K. Osei" in screen_lines(app)[0]
        assert "How do you want to start?" in sentence(app)
        assert "Start with an empty caseload" in sentence(app)

        await press(pilot, "5")
        assert isinstance(app.screen, CaseloadScreen)
        await press(pilot, "S", "a")
        await fill(pilot, "Layfield Primary", "11174")
        await press(pilot, "ctrl+s")
        assert "! A URN has 6 characters" in sentence(app)
        assert names(workspace) == []
        await type_in(pilot, "111744")
        await press(pilot, "ctrl+s")
        assert names(workspace) == ["Layfield Primary"]
        assert isinstance(app.screen, SchoolsScreen)
        assert "School added: Layfield Primary. u undoes." in toasts(app)
        await press(pilot, "escape", "a")

        good = make_upn(808, 2000, 2020, 1)
        await fill(
            pilot, "Khan", "Aisha", "", "14/3/2016", "", "", "", f"A{good[1:]}" if good[0] != "A" else f"B{good[1:]}"
        )
        assert "= Monday 14 March 2016, 10 years old" in sentence(app)
        await press(pilot, "ctrl+s")
        assert "1 thing to put right." in sentence(app)
        assert "! " in next(line for line in screen_lines(app) if "check letter" in line.lower() or "should" in line)
        await press(pilot, "ctrl+u")
        await type_in(pilot, good)
        await press(pilot, "pagedown")
        await type_in(pilot, "layf")
        await press(pilot, "enter", "ctrl+s")
        assert isinstance(app.screen, CaseloadScreen)
        assert "Pupil added: Aisha Khan. u undoes." in toasts(app)
        assert "Khan, Aisha" in screen_text(app)
        page = pupil_page.load(workspace, 1).page
        assert (page.upn, page.school, page.owner) == (good, "Layfield Primary", "K. Osei")
        assert page.date_of_birth == date(2016, 3, 14)

        await press(pilot, "e")
        assert "Edit Aisha Khan" in screen_text(app)
        await press(pilot, "tab", "tab")
        await type_in(pilot, "Ash")
        await press(pilot, "ctrl+s")
        assert pupil_page.load(workspace, 1).page.preferred_name == "Ash"
        assert len(field_changes(workspace, history.entries(workspace)[0].id)) == 1
        await press(pilot, "u")
        assert pupil_page.load(workspace, 1).page.preferred_name is None
        # Enter in the last field saves, and the cursor goes to whoever is new.
        await press(pilot, "a")
        await fill(pilot, "Abbot", "Ada", "", "1/9/2015")
        await press(pilot, "shift+tab", "shift+tab", "shift+tab", "shift+tab", "shift+tab", "enter")
        assert isinstance(app.screen, CaseloadScreen)
        assert app.screen.table.cursor_key == 2


async def test_a_draft_survives_escape_and_a_restart_and_goes_when_it_is_saved(opener: Opener) -> None:
    workspace = opener()
    pupil = add_pupil(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await app.carry_out(app.open.pupil_form(pupil))
        await settle(pilot)
        await press(pilot, "tab", "tab")
        await type_in(pilot, HOSTILE)
        await press(pilot, "escape")
        assert "Not saved. Your draft will be here" in toasts(app)[-1]
        assert pupil_page.load(workspace, pupil).page.preferred_name is None
    again = TransitionsApp(opener())
    async with again.run_test(size=SMALL) as pilot:
        await again.carry_out(again.open.pupil_form(pupil))
        await settle(pilot)
        assert "Draft restored." in sentence(again)
        assert AS_KEPT in screen_text(again)
        await press(pilot, "ctrl+s")
        assert pupil_page.load(workspace, pupil).page.preferred_name == AS_KEPT
        assert workers.left_on_desk(workspace, f"draft pupil {pupil}") is None
        await again.carry_out(again.open.pupil_form(pupil))
        await settle(pilot)
        assert "draft" not in screen_lines(again)[1]
        await press(pilot, "escape")
        assert isinstance(again.screen, CaseloadScreen)


async def test_a_pupil_out_of_year_needs_a_reason_and_needs_and_care_are_kept(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await app.carry_out(app.open.pupil_form(pupil))
        await settle(pilot)
        await press(pilot, "tab", "tab", "tab", "tab")
        await type_in(pilot, "5")
        await press(pilot, "tab", "tab", "tab")
        await type_in(pilot, "A1")
        await press(pilot, "ctrl+s")
        # What a field says by itself, and what several say together, is said at once.
        assert "2 things to put right." in sentence(app)
        assert "Year 6 is the year group for this age. Say why" in sentence(app)
        await press(pilot, "tab", "tab", "ctrl+u", "shift+tab", "shift+tab")
        await type_in(pilot, "Born early, held back a year")
        await press(pilot, "pagedown", "pagedown")
        await press(pilot, "right", "tab")
        await type_in(pilot, "autis")
        await press(pilot, "enter")
        await type_in(pilot, "slcn")
        await press(pilot, "enter", "pagedown", "pagedown", "pagedown")
        await type_in(pilot, "looked after, short")
        await press(pilot, "enter")
        await type_in(pilot, "3/11/2026")
        await press(pilot, "ctrl+s")
        view = pupil_page.load(workspace, pupil)
        assert (view.year_group, view.page.out_of_year_reason) == (5, "Born early, held back a year")
        assert (view.page.sen_provision, view.needs) == ("K", ["ASD", "SLCN"])
        assert sorted((one.kind, one.started_on) for one in view.episodes) == [
            ("looked after", date(2026, 11, 3)),
            ("short breaks", date(2026, 11, 3)),
        ]
        assert len([entry for entry in history.entries(workspace) if entry.name == "Pupil edited"]) == 1


async def test_schools_and_staff_are_found_counted_edited_and_chosen(workspace: Workspace) -> None:
    layfield = add_school(workspace, "Layfield Primary", town="Yarm")
    add_school(workspace, HOSTILE, urn=111745)
    patel = add_worker(workspace, "R. Patel [/x]")
    pupil = add_pupil(workspace, school_id=layfield, next_school_id=layfield, owner_id=patel)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        app.open.schools()
        await settle(pilot)
        assert "1 of 2" in screen_lines(app)[1]
        row = next(line for line in screen_lines(app) if "Layfield" in line)
        assert row.split()[-3:-1] == ["1", "1"]
        await press(pilot, "a")
        await type_in(pilot, "Marsh Primary")
        await press(pilot, "ctrl+s")
        assert "3 of 3" in screen_lines(app)[1], "the cursor is on what was added"
        await press(pilot, "u")
        await press(pilot, "/", *"lay")
        assert "1 of 1" in screen_lines(app)[1]
        await press(pilot, "enter", "e")
        assert isinstance(app.screen, RecordFormScreen)
        await press(pilot, "pagedown", "pagedown", "shift+tab")
        await type_in(pilot, "7")
        await press(pilot, "ctrl+s")
        assert lists.school(workspace, layfield)["high_age"] == 7
        await press(pilot, "T")
        assert "Archive Layfield Primary?" in sentence(app)
        await press(pilot, "n")
        assert len(lists.school_ids(workspace)) == 2
        await press(pilot, "T", "y")
        assert layfield not in lists.school_ids(workspace)
        assert pupil_page.load(workspace, pupil).page.school == "Layfield Primary"
        await app.perform(app.registry["school.archived"])
        await settle(pilot)
        await press(pilot, "enter")
        assert layfield in lists.school_ids(workspace)
        await press(pilot, "escape", "end")
        there, schools = app.screen.table.cursor_key, app.screen.table
        await press(pilot, "right", "right", "right", "s")
        assert schools.listed[0] == layfield, "by town, the empty ones last"
        assert schools.cursor_key == there, "the cursor stays on its row"
        await press(pilot, "minus")
        assert "Town" not in screen_lines(app)[3]
        await press(pilot, "left", "left", "left", "s", "s", "#")
        assert "1 of 2 (50%)" in sentence(app)
        await press(pilot, "1")
        assert schools.cursor_key == layfield
        await press(pilot, "enter")
        assert isinstance(app.screen, CaseloadScreen)
        assert app.screen.table.listed[0] == pupil
        await press(pilot, "escape")
        assert isinstance(app.screen, SchoolsScreen)
        assert schools.cursor_key == layfield, "back to the same line"
        await press(pilot, "escape")
        app.open.schools()
        await settle(pilot)
        assert app.screen.table.arrangement == schools.arrangement, "the columns are kept"
        assert "Town" not in screen_lines(app)[3]
        await press(pilot, "_", "escape", "escape")

        app.open.staff()
        await settle(pilot)
        assert isinstance(app.screen, StaffScreen)
        assert "(me)" in next(line for line in screen_lines(app)[1:] if "Osei" in line)
        await press(pilot, "down", "o", "enter")
        assert "Give 1 pupil of R. Patel [/x] to K. Osei?" in sentence(app)
        assert "overdue" in sentence(app), "what moves is shown first"
        await press(pilot, "y")
        assert [line.pupils for line in lists.workers(workspace)] == [1, 0]
        assert toasts(app)[-1].endswith("u undoes.")
        by_name = {"hidden": [], "wider": {}, "sorted_by": "Name", "turned": False}
        workers.leave_on_desk(workspace, f"columns {CaseloadScreen.SCOPE}", by_name)
        await press(pilot, "u", "o", "escape", "enter")
        assert isinstance(app.screen, CaseloadScreen)
        assert list(app.screen.table.listed) == [pupil]
        assert app.screen.table.arrangement.sorted_by != "Name", "the head says in which order this list is"
        await press(pilot, "escape", *more("worker.me"))
        assert workspace.me == patel
        assert app.who == "R. Patel [/x]"
        app.open.staff()
        await settle(pilot)
        await press(pilot, "down", "T", "y")
        assert "is still the caseworker for 1 pupil" in toasts(app)[-1]
        edit_pupil(workspace, pupil, owner_id=None)
        await press(pilot, "T", "y")
        assert lists.worker(workspace, patel)["archived_at"] is not None
        await press(pilot, "T")
        assert lists.worker(workspace, patel)["archived_at"] is None, "what was archived comes back without a question"
        # A school that is not there is added from the field, and the form goes on where it was.
        await press(pilot, "a", *"T. Quill", "tab", "down", "enter", *"Quill Aca")
        assert "+ Add “Quill Aca” as a new school" in screen_text(app)
        await press(pilot, "enter")
        await press(pilot, "end", *"demy", "ctrl+s")
        assert "T. Quill" in screen_text(app)
        await press(pilot, "ctrl+s")
        quill = lists.worker(workspace, workers.find_worker(workspace, "Quill"))
        assert quill["school"][1] == "Quill Academy"


async def test_becoming_somebody_else_takes_nobodys_view_along(workspace: Workspace) -> None:
    me, other = workspace.me or 0, add_worker(workspace, "R. Patel")
    pupils = [add_pupil(workspace, surname=name, owner_id=me) for name in ("Ashworth", "Birch", "Carr")]
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, CaseloadScreen)
        app.screen.show(Caseload(whose="mine", sort="year group"), keep=pupils[2])
        await settle(pilot)
        await press(pilot, "space", "2")  # a mark, and a second work area
        app.last_pupil = pupils[2]
        await press(pilot, "3", "1")
        app.switch_mode("caseload")
        app.open.staff()
        await settle(pilot)
        await press(pilot, "down", *more("worker.me"))
        await settle(pilot)
        assert (workspace.me, app.who, app.last_pupil) == (other, "R. Patel", None)
        assert isinstance(app.screen, CaseloadScreen)
        assert (app.screen.caseload, app.screen.table.marked) == (views.usual(workspace), set())
        assert "You are now R. Patel." in toasts(app)[-1]
        assert workers.left_on_desk(workspace, "last view caseload") is None
        app.become(me)
        await settle(pilot)
        assert app.screen.caseload == Caseload(whose="mine", sort="year group")


async def test_what_was_on_its_way_out_when_the_program_was_killed_is_said_at_the_start(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("transitions.exporting.outgoing._File.put", stop)
        with pytest.raises(KeyboardInterrupt):
            export(workspace, "pupils", Caseload(), tmp_path / "pupils.csv")
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert "pupils.csv: the program stopped before this was in place. It is there now." in toasts(app)[0]
    assert (tmp_path / "pupils.csv").exists()


async def test_archived_pupils_leave_the_lists_and_come_back(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "T")
        assert "Archive Aisha Khan?" in sentence(app)
        await press(pilot, "y")
        assert "Khan" not in screen_text(app).replace(toasts(app)[-1], "")
        assert "Archived: Aisha Khan. u undoes." in toasts(app)
        await app.perform(app.registry["records.archived"])
        await settle(pilot)
        assert "Khan, Aisha" in screen_text(app)
        await press(pilot, "enter")
        assert not pupil_page.load(workspace, pupil).page.archived


async def test_somebody_joins_and_leaves_the_circle_of_support(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await app.carry_out(app.open.circle(pupil))
        await settle(pilot)
        assert "Nobody is recorded yet" in sentence(app)
        await press(pilot, "a")
        await fill(pilot, "Samina Khan", "Mother")
        await press(pilot, "i", "ctrl+s")
        assert "Samina Khan  Mother · inner circle" in screen_text(app)
        await press(pilot, "down", "T")
        assert "Highlight a record first" in toasts(app)[-1]
        await press(pilot, "up", "T")
        assert "The history still shows who it was." in sentence(app)
        await press(pilot, "y")
        assert lists.contacts(workspace, pupil) == []
        assert "Nobody is recorded yet" in sentence(app)


async def test_events_and_programmes_are_listed_added_and_changed(workspace: Workspace) -> None:
    pupil = add_pupil(workspace)
    add_school(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        app.open.pupil(pupil)
        await settle(pilot)
        await press(pilot, *more("pupil.events"), "e")
        await fill(pilot, "Suspension", "5/11/26", "", "1.5", "bully")
        await press(pilot, "ctrl+s")
        assert "Suspension, Thu 5 Nov 2026, 1.5 school days, Bullying" in screen_text(app)
        await press(pilot, "g")
        await fill(pilot, "Worry group")
        await press(pilot, "ctrl+s", "enter")  # the cursor is on what was saved
        await fill(pilot, "", "K. Osei")
        await press(pilot, "ctrl+s", "escape")
        (row,) = pupil_page.load(workspace, pupil).programmes
        assert (row.programme, row.who) == ("Worry group", "K. Osei")
        app.open.schools()
        await settle(pilot)
        await press(pilot, *more("school.programmes"), "g")
        await fill(pilot, "senco mentoring", "The SENCO")
        await press(pilot, "ctrl+s")
        assert "SENCO mentoring, day not known, The SENCO" in screen_text(app)


async def test_the_database_that_holds_a_record_no_longer_says_so(workspace: Workspace) -> None:
    school = add_school(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await app.carry_out(open_form(app, school_form(app, school)))
        await settle(pilot)
        history.undo(workspace)
        await type_in(pilot, "Layfield Infants")
        await press(pilot, "ctrl+s")
        assert "This school is no longer here: somebody has undone the change" in sentence(app)
        assert isinstance(app.screen, RecordFormScreen)


async def test_import_can_be_opened_from_the_list_of_schools(workspace: Workspace) -> None:
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        app.open.schools()
        await settle(pilot)
        assert "There are no schools yet. Press I to import a list" in sentence(app)
        await press(pilot, "I")
        assert isinstance(app.screen, ImportScreen)
        assert "Import schools" in screen_lines(app)[1]


async def test_looking_around_opens_made_up_pupils_in_a_file_of_their_own(
    opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = opener(me=None)
    workspace.become(add_worker(workspace))
    other = opener(name="made-up.db").database.path
    monkeypatch.setattr("transitions.demo.make.demo_file", lambda *_: other)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        app.push_screen(FirstRun())
        await settle(pilot)
        await press(pilot, "4")
    assert app.opens_next == other
    assert app.return_code == 0


def test_made_up_pupils_never_take_the_place_of_real_ones(opener: Opener) -> None:
    path = demo_database(PUPILS, SEED)
    path.parent.mkdir(parents=True)
    opener(name=str(path))
    with pytest.raises(NotAllowed, match="real records"):
        demo_file(Clock.on(date(2026, 11, 21)))


async def test_a_school_is_put_into_a_group_and_the_list_narrowed_to_it(opener: Opener) -> None:
    workspace = opener()
    for name in ("Ash Primary", "Beech Primary"):
        add_school(workspace, name)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "2", "S", "f")
        assert "no school groups yet" in toasts(app)[-1]
        await press(pilot, *more("school.groups"), "a")
        await fill(pilot, "lift group", "North", "2025/26")
        await press(pilot, "ctrl+s")
        assert "LIFT group North" in screen_text(app)
        assert "since 2025/26" in screen_text(app)
        await press(pilot, "escape", "f", "1")
        assert "Schools · LIFT group North" in screen_text(app)
        assert "Ash Primary" in screen_text(app)
        assert "Beech Primary" not in screen_text(app)
        await press(pilot, "escape")
        assert "Beech Primary" in screen_text(app)
        await press(pilot, *more("school.groups"), "1", "T")
        assert [row.school for row in school_groups.members(workspace, 1)] == ["Ash Primary"]
