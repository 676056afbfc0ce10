"""The story of a Common Transfer File in the app: chosen, looked at pupil by pupil, taken, and an attack turned away."""

from pathlib import Path

from builders import add_school, contents
from reading import press, screen_text, sentence, settle, toasts
from textual.events import Paste

from screens.frame.app import TransitionsApp
from screens.importing.importing import ImportScreen
from transitions.caseload import caseload
from transitions.caseload.caseload import Caseload
from transitions.workspace import Workspace

SMALL = (80, 24)
PUPIL = (
    "<Pupil><Surname>TESTPUPIL</Surname><Forename>ALEX</Forename><DOB>2016-02-15</DOB><Contacts><Contact>"
    "<Surname>[/x]Madeup</Surname><Relationship>PAM</Relationship></Contact></Contacts></Pupil>"
    "<Pupil><Surname>Bad</Surname><Forename>Day</Forename><DOB>soon</DOB></Pupil>"
)
FILE = (
    "<CTfile><Header><CTFversion>25.0</CTFversion><DateTime>2026-10-05T10:00:00</DateTime><SourceSchool><LEA>808</LEA>"
    f"<Estab>4000</Estab></SourceSchool></Header><CTFpupilData>{PUPIL}</CTFpupilData></CTfile>"
)


async def test_a_common_transfer_file_is_looked_at_and_taken(workspace: Workspace, tmp_path: Path) -> None:
    add_school(workspace, "Oak Primary", la_number=808, establishment_number=4000)
    file, bomb = tmp_path / "8084000_CTF_8084999_001.xml", tmp_path / "bomb.xml"
    file.write_text(FILE)
    bomb.write_text(f'<!DOCTYPE CTfile [<!ENTITY a "ha">]>{FILE}')
    before = contents(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=SMALL) as pilot:
        app.push_screen(ImportScreen("ctf"))
        await settle(pilot)
        assert "A Common Transfer File (.xml), version 15 or later" in sentence(app)

        app.post_message(Paste(str(bomb)))
        await settle(pilot)
        await press(pilot, "enter")
        assert "has a document type declaration" in sentence(app)
        assert contents(workspace) == before

        app.push_screen(ImportScreen("ctf"))
        await settle(pilot)
        app.post_message(Paste(str(file)))
        await settle(pilot)
        await press(pilot, "enter")
        assert "1 new, 1 refused." in sentence(app)
        assert "Read as Common Transfer File 25.0 from 808/4000" in sentence(app)
        assert "Pupil" in screen_text(app)
        assert "all in capitals" in sentence(app)
        await press(pilot, "end")
        assert "[/x]Madeup, mother" in sentence(app)
        await press(pilot, "ctrl+s")
        assert "1 pupil is refused." in toasts(app)[-1]
        await press(pilot, "G", "ctrl+s")
        assert caseload.count(workspace, Caseload()) == 1
        assert "import it as pupils" in sentence(app)
