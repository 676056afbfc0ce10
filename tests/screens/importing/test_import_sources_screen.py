"""The story of a SEN2 return and of a Year 6 attendance file in the app: looked at, compared, saved, taken."""

from datetime import date
from pathlib import Path

import pytest
from builders import add_pupil, contents
from conftest import Opener
from reading import more, press, screen_text, sentence, settle
from sen2_files import UPNS, put_return
from textual.events import Paste

from screens.frame.app import TransitionsApp
from screens.importing.importing import ImportScreen
from transitions.workspace import Workspace

WIDE = (140, 40)


async def test_a_return_is_compared_saved_and_taken(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    add_pupil(
        workspace, upn=UPNS[1], surname="Sampleson", forename="Rob", sen_provision="E", date_of_birth=date(2015, 9, 20)
    )
    before = contents(workspace)
    app = TransitionsApp(workspace)
    async with app.run_test(size=WIDE) as pilot:
        app.push_screen(ImportScreen("sen2"))
        await settle(pilot)
        app.post_message(Paste(str(put_return(tmp_path / "return"))))
        await settle(pilot)
        await press(pilot, "enter")
        shown = screen_text(app)
        assert "2 in SEN2 and not here, 0 here and not in SEN2, 1 difference" in sentence(app)
        assert "Different here and in the file" in shown
        assert "Rob → Robin" in shown
        assert contents(workspace) == before
        await press(pilot, "x", *"Panel", "enter", "enter")
        assert list(tmp_path.glob("sen2-differences-*.csv"))
        await press(pilot, *more("import.take"), "down", "enter", "ctrl+s")
        assert workspace.record("pupil", 1)["forename"] == "Robin"


async def test_attendance_is_taken_and_today_shows_whom_to_watch(opener: Opener, tmp_path: Path) -> None:
    workspace = opener(date(2026, 9, 10))
    add_pupil(workspace, upn=UPNS[1], surname="Sampleson", forename="Rob", date_of_birth=date(2014, 9, 20))
    file = tmp_path / "y6.csv"
    file.write_text(f"UPN,Attendance\n{UPNS[1]},84\n")
    app = TransitionsApp(workspace)
    async with app.run_test(size=WIDE) as pilot:
        app.push_screen(ImportScreen("attendance"))
        await settle(pilot)
        app.post_message(Paste(str(file)))
        await settle(pilot)
        await press(pilot, "enter", "ctrl+s")
        await press(pilot, "1")
        assert "Watch in the first weeks of Year 7 · 1" in screen_text(app)
        assert "Attendance of 84% before the move" in screen_text(app)
