"""What a person says of how a file is to be read: its columns, its sheet, its letters, what kind it is, whose name is Null."""

from pathlib import Path

from reading import press, screen_text, sentence, settle, toasts
from test_importing_screen import SMALL, name_file, open_import
from workbooks import workbook

from screens.frame.app import TransitionsApp
from screens.frame.dialogs import Choose, Confirm
from screens.frame.record_form import RecordFormScreen
from transitions.custody import history
from transitions.importing.headers import kept_columns
from transitions.workspace import Workspace

HEADER = ("Nm", "Vn", "Geb", "Note", "Note")
CHOSEN = ("surname", "forename", "date_of_birth", "", "")


async def test_the_columns_of_a_sender_are_chosen_by_keys_and_kept(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(f"{','.join(HEADER)}\nSample,Ada,05/03/2016,x,y\n")
    (tmp_path / "two.csv").write_text(f"{','.join(HEADER)}\nSample,Ben,06/03/2016,x,y\n")
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await open_import(app, pilot)
        await name_file(pilot, str(tmp_path / "one.csv"))
        assert "this is not a header of pupils" in sentence(app)
        await press(pilot, "e")
        await settle(pilot)
        assert isinstance(app.screen, RecordFormScreen)
        shown = screen_text(app)
        assert "Columns of one.csv" in shown
        assert "Such as 05/03/2016" in sentence(app)
        for text in ("Surname", "Forename", "Date of birth"):
            await press(pilot, "ctrl+u", *text.replace(" ", "~").replace("~", " "), "tab")
        await press(pilot, "ctrl+s")
        assert "1 new" in sentence(app)
        assert kept_columns(workspace, "pupils", HEADER) == CHOSEN
        await press(pilot, "I")
        await name_file(pilot, str(tmp_path / "two.csv"))
        assert "1 new" in sentence(app)
        assert "the columns are read as you chose" in screen_text(app)
    history.undo(workspace)
    assert kept_columns(workspace, "pupils", HEADER) == ()


async def test_a_sheet_another_kind_an_encoding_and_a_name(workspace: Workspace, tmp_path: Path) -> None:
    titles = ["Surname", "Forename", "DOB"]
    book = workbook(
        tmp_path / "p.xlsx",
        {"6A": [titles, ["Sample", "Ada", "05/03/2016"]], "6B": [titles, ["Sample", "Ben", "06/03/2016"]]},
    )
    (tmp_path / "schools.csv").write_text("URN,EstablishmentName\n100001,Layfield Primary School\n")
    (tmp_path / "mac.csv").write_bytes("Surname,Forename,DOB\nSample,Björn,05/03/2016\n".encode("mac_roman"))
    (tmp_path / "null.csv").write_text("Surname,Forename,DOB\nNull,Ada,05/03/2016\n")
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        await open_import(app, pilot)
        await name_file(pilot, str(book))
        assert "p.xlsx: 1 new" in sentence(app)
        assert 'not read: sheet "6B"' in screen_text(app)
        await press(pilot, "v")
        assert isinstance(app.screen, Choose)
        await press(pilot, "end", "enter")
        assert "p.xlsx: 2 new" in sentence(app)

        await press(pilot, "I")
        await name_file(pilot, str(tmp_path / "mac.csv"))
        assert "Which one is spelt correctly?" in screen_text(app)
        await press(pilot, "down", "enter")
        assert "Read as MacRoman" in sentence(app)
        assert "Björn" in sentence(app)

        await press(pilot, "I")
        await name_file(pilot, str(tmp_path / "null.csv"))
        assert isinstance(app.screen, Confirm)
        assert "line 2: Null" in screen_text(app)
        await press(pilot, "y")
        assert "null.csv: 1 new." in sentence(app)

        await press(pilot, "v")
        assert "The file is not a workbook with sheets." in toasts(app)[-1]
        await press(pilot, "I")
        await name_file(pilot, str(tmp_path / "schools.csv"))
        assert "This looks like a file of schools." in screen_text(app)
        await press(pilot, "y")
        assert "schools.csv: 1 new." in sentence(app)
        assert "Import schools" in screen_text(app)
