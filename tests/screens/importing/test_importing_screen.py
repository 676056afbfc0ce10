"""Stories of imports: a look before anything is written, one bad line, two pupils who may be meant, hostile files."""

import threading
from pathlib import Path
from typing import Any

import pytest
from builders import add_pupil, add_school, contents
from reading import press, screen_lines, screen_text, sentence, settle, toasts
from textual.events import Paste
from textual.pilot import Pilot

from screens.caseload.caseload import CaseloadScreen
from screens.frame.app import TransitionsApp
from screens.frame.dialogs import Choose
from screens.importing import importing
from screens.importing.importing import ImportScreen
from screens.widgets.path_box import PathBox, path_of
from transitions.caseload import caseload
from transitions.caseload.caseload import Caseload
from transitions.errors import Fault
from transitions.identifiers import make_upn
from transitions.pupils import lists, page
from transitions.workspace import Workspace

SMALL = (80, 24)
HEADER = "UPN,Surname,Forename,DOB,SEN,School Name\n"
WARD = ",Ward,Elsie,5/5/2016,K,Layfield Primary\n"
BAD = ",Bad,Line,31/2/2016,Q,Nowhere\n"


async def open_import(app: TransitionsApp, pilot: Pilot[Any], kind: str = "pupils") -> ImportScreen:
    screen = ImportScreen(kind)
    app.push_screen(screen)
    await settle(pilot)
    return screen


async def name_file(pilot: Pilot[Any], text: str) -> None:
    """Paste the name of a file and press Enter; the list under the field is closed first, as it may lag behind."""
    pilot.app.post_message(Paste(text))
    await settle(pilot)
    await press(pilot, "enter")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "lists"
    made.mkdir()
    return made


async def test_a_file_with_a_bad_line_is_looked_at_refused_and_its_good_lines_taken(
    workspace: Workspace, folder: Path
) -> None:
    add_school(workspace, "Layfield Primary")
    khan = add_pupil(workspace)
    file = folder / "pupils.csv"
    file.write_text(HEADER + ",Khan,Aisha,14/03/2016,E,Layfield Primary\n" + BAD + WARD)
    before = contents(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await open_import(app, pilot)
        assert "It needs surname, forename and date of birth" in sentence(app)
        await name_file(pilot, f'"{file}"')
        assert "pupils.csv: 1 new, 1 changed, 1 refused." in sentence(app)
        shown = screen_text(app)
        assert "Refused as they are · 1" in shown
        assert "! DOB: " in shown
        await press(pilot, "down")
        assert "SEN: expected N (no SEN)" in sentence(app)
        await press(pilot, "pagedown")
        assert "School: nothing → Layfield Primary" in screen_text(app)
        await press(pilot, "end")
        assert "SEN provision K" in sentence(app) or "SEN provision  K" in screen_text(app)
        await press(pilot, "ctrl+s")
        assert "1 line is refused." in toasts(app)[-1]
        assert contents(workspace) == before

        await press(pilot, "G")
        assert "which are saved to pupils.csv.refused.csv beside it" in sentence(app)
        await press(pilot, "ctrl+s")
        assert caseload.count(workspace, Caseload()) == 2
        assert page.load(workspace, khan).page.sen_provision == "E"
        assert "pupils.csv.refused.csv" in screen_text(app).replace("\n", "").replace(" ", "")
        refused = (folder / "pupils.csv.refused.csv").read_text(encoding="utf-8-sig")
        assert '"Bad","Line"' in refused
        assert "Ward" not in refused
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, CaseloadScreen)
        await press(pilot, "u", "y")
        assert caseload.count(workspace, Caseload()) == 1
        assert page.load(workspace, khan).page.sen_provision == "N"


async def test_it_asks_which_of_two_pupils_is_meant_one_by_one(workspace: Workspace, folder: Path) -> None:
    first, second = (add_pupil(workspace, surname="Byrne", forename="Callum") for _ in range(2))
    file = folder / "pupils.csv"
    file.write_text(HEADER + ",Byrne,Callum,14/03/2016,E,\n" + ",Byrne,Callum,14/03/2016,K,\n")
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await open_import(app, pilot)
        await name_file(pilot, str(file))
        assert isinstance(app.screen, Choose)
        assert "Which one is Callum Byrne?" in screen_text(app)
        assert "Line 2, 1 more to come." in sentence(app)
        await press(pilot, "2")
        assert "Line 3. Escape leaves" in sentence(app)
        await press(pilot, "n")
        assert "1 new, 1 changed." in sentence(app)
        await press(pilot, "ctrl+s")
        assert "Imported pupils: pupils.csv: 1 new, 1 changed. u undoes." in toasts(app)
        provisions = [page.load(workspace, pupil).page.sen_provision for pupil in (first, second)]
        assert provisions == ["N", "E"]

        await open_import(app, pilot)
        await name_file(pilot, str(file))
        await press(pilot, "escape")
        assert "2 refused" in sentence(app)
        assert "this could be several pupils" in sentence(app)


async def test_one_upn_with_another_name_and_birthday_is_asked_about_and_says_why(
    workspace: Workspace, folder: Path
) -> None:
    upn = make_upn(808, 4000, 2024, 1)
    ada = add_pupil(workspace, upn=upn, surname="Sample", forename="Ada")
    file = folder / "pupils.csv"
    file.write_text(HEADER + f"{upn},Other,Benedict,6/4/2014,E,\n")
    before = contents(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await open_import(app, pilot)
        await name_file(pilot, str(file))
        assert "Which one is Benedict Other?" in screen_text(app)
        shown = " ".join(sentence(app).split())
        assert "The UPN is this pupil's, but the name and date of birth are different. Line 2." in shown
        await press(pilot, "l")
        assert "1 refused" in sentence(app)
        assert contents(workspace) == before
        assert page.load(workspace, ada).page.surname == "Sample"


async def test_hostile_text_stays_text_and_hidden_names_stay_hidden(workspace: Workspace, folder: Path) -> None:
    file = folder / "hostile.csv"
    file.write_text(HEADER + ",[/x]\x1b]0;t\x07Khan,[@click=app.quit]Aisha,14/03/2016,E,\n" + ",[b],\u202eSam,x,E,\n")
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await open_import(app, pilot)
        await name_file(pilot, str(file))
        shown = screen_text(app)
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        await press(pilot, "end")
        assert "[@click=app.quit]" in screen_text(app)
        await press(pilot, "f9")
        shown = screen_text(app)
        assert "Khan" not in shown.replace("hostile", "")
        assert "14 Mar 2016" not in shown
        await press(pilot, "f9", "G", "ctrl+s")
        assert caseload.count(workspace, Caseload()) == 1
        await press(pilot, "escape", "escape")
        assert "[/x]]0;tKhan" in screen_text(app)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty (0 bytes)"),
        ("A,B\n1,2\n", "there is no such column"),
        (None, "there is no such file"),
    ],
)
async def test_a_file_that_cannot_be_used_says_why_and_writes_nothing(
    workspace: Workspace, folder: Path, text: str | None, said: str
) -> None:
    file = folder / "x.csv"
    if text is not None:
        file.write_text(text)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await open_import(app, pilot, "schools")
        await name_file(pilot, str(file))
        assert "! Nothing in this file can be imported." in sentence(app)
        assert said in sentence(app)
        await press(pilot, "ctrl+s")
        assert "There is nothing to import." in toasts(app)[-1]
        file.write_text("URN,School Name\n111744,Layfield\n")
        await press(pilot, "r")
        assert "x.csv: 1 new." in sentence(app)
        await press(pilot, "ctrl+s")
        assert len(lists.school_ids(workspace)) == 1


async def test_tab_completes_names_and_folders_and_goes_on_when_there_is_nothing_to_add(
    workspace: Workspace, folder: Path
) -> None:
    (folder / "autumn").mkdir()
    for name in ("pupils-6.csv", "pupils-7.csv", "notes.docx", ".hidden.csv"):
        (folder / name).write_text("x")
    (folder / "autumn" / "pupils.xlsx").write_text("x")
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        screen = await open_import(app, pilot)
        box = screen.query_one(PathBox)
        app.post_message(Paste(f"{folder}/p"))
        await settle(pilot)
        assert "pupils-7.csv" in screen_text(app)
        await press(pilot, "tab")
        assert box.text == f"{folder}/pupils-"
        await press(pilot, "6", "tab")
        assert box.text == f"{folder}/pupils-6.csv"
        await press(pilot, "tab")
        assert "! Nothing in this file can be imported." in sentence(app), (
            "a file that is named is read, by Tab as by Enter"
        )
        assert app.focused is not None
        assert app.focused.id == "import-lines"
        await press(pilot, "I", "ctrl+u")
        app.post_message(Paste(f"{folder}/"))
        await settle(pilot)
        shown = "".join(screen_lines(app))
        assert "notes.docx" not in shown
        assert ".hidden" not in shown
        await press(pilot, "a", "tab")
        assert box.text == f"{folder}/autumn/"
        await press(pilot, "tab")
        assert box.text == f"{folder}/autumn/pupils.xlsx"


def test_a_path_that_was_copied_loses_its_quotation_marks() -> None:
    assert path_of(' "/tmp/a b.csv" ') == Path("/tmp/a b.csv")
    assert path_of("'/tmp/a.csv'") == Path("/tmp/a.csv")
    assert path_of("~/a.csv") == Path.home() / "a.csv"
    assert path_of('"') == Path('"')


async def test_what_was_said_while_an_import_went_on_goes_when_it_is_refused(
    workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_school(workspace, "Layfield Primary")
    (folder / "pupils.csv").write_text(HEADER + WARD)
    refused, goes_on = threading.Event(), threading.Event()

    def commit(*_: Any, **__: Any) -> None:
        goes_on.set()
        refused.wait(5)
        raise Fault("Something has changed since.")

    monkeypatch.setattr(importing, "commit", commit)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await open_import(app, pilot)
        await name_file(pilot, str(folder / "pupils.csv"))
        await pilot.press("ctrl+s")
        goes_on.wait(5)
        await pilot.press("ctrl+s")
        assert "is still running" in toasts(app)[-1]
        refused.set()
        await settle(pilot)
        assert (toasts(app), "Something has changed since." in sentence(app)) == ([], True)
