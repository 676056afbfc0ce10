"""The main job by keys alone: from a school's files to a walked caseload, its missed steps flagged and exported."""

from datetime import date
from pathlib import Path

from command import PUPILS, SCHOOLS, TERMS
from python_calamine import CalamineWorkbook
from reading import press, screen_text, sentence, settle, toasts
from textual.events import Paste

from screens.caseload.caseload import CaseloadScreen
from screens.caseload.walk import WalkScreen
from screens.frame.app import TransitionsApp
from screens.importing.reading_choices import KINDS
from transitions.caseload import caseload, missed
from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.workspace import Workspace


async def paste(pilot, text: str) -> None:
    pilot.app.post_message(Paste(text))
    await settle(pilot)
    await press(pilot, "enter")


async def import_file(pilot, path: Path) -> None:
    await press(pilot, "I")
    await press(pilot, "shift+tab", *["right"] * list(KINDS).index(path.stem), "tab")
    await paste(pilot, str(path))
    await press(pilot, "ctrl+s")
    await press(pilot, "escape", "escape")


async def test_from_a_schools_files_to_a_walked_caseload(tmp_path: Path) -> None:
    schools, terms, pupils = tmp_path / "schools.csv", tmp_path / "terms.csv", tmp_path / "pupils.csv"
    schools.write_bytes(SCHOOLS.encode("cp1252"))
    terms.write_text(TERMS, encoding="utf-8")
    pupils.write_text(PUPILS, encoding="utf-8")
    workspace = Workspace.open(tmp_path / "new.db", Clock.on(date(2026, 11, 21)), create=True)
    (tmp_path / "home").mkdir()
    app = TransitionsApp(workspace)
    try:
        async with app.run_test(size=(100, 30), notifications=True) as pilot:
            await settle(pilot)
            await press(pilot, "S", "a", "m", "enter", "enter", "5")
            assert isinstance(app.screen, CaseloadScreen)
            for path in (schools, terms, pupils):
                await import_file(pilot, path)
            assert caseload.count(workspace, Caseload()) == 3

            await press(pilot, "f", "6", "!")
            assert "2 of 3" in screen_text(app)
            await press(pilot, "escape", "home")
            await press(pilot, "d")
            assert "u undoes" in toasts(app)[-1]
            await press(pilot, "u", "home", "w")
            assert isinstance(app.screen, WalkScreen)
            assert "pupil 1 of 2" in screen_text(app)
            await press(pilot, "d")
            await press(pilot, "m", "2")
            assert missed.totals(workspace, Caseload()) == (0, 1)
            await press(pilot, "q")

            await press(pilot, "3", "E")
            assert "family did not come" in sentence(app).lower()
            await press(pilot, "escape", "x", "enter", *"Panel", "enter")
            assert "Exported 1" in toasts(app)[-1]
            [written] = tmp_path.rglob("*.xlsx")
            sheet = CalamineWorkbook.from_path(str(written)).get_sheet_by_index(0).to_python()
            assert any("6-7.application" in map(str, row) for row in sheet)
            assert not any("O'Brien" in map(str, row) and "overdue" in map(str, row) for row in sheet)
    finally:
        workspace.close()
