"""Saving the list on the screen to a file: two keys and what it is for, or a few answers."""

from pathlib import Path

import pytest
from builders import add_marker, add_pupil, add_terms
from reading import press, screen_text, sentence, settle, toasts

from screens.caseload.save_list import ExportScreen, proposed
from screens.frame.app import TransitionsApp
from transitions.custody import history
from transitions.workspace import Workspace


@pytest.fixture
def documents() -> Path:
    """The Documents folder of the home that every test has of its own."""
    folder = Path.home() / "Documents"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def two(workspace: Workspace) -> Workspace:
    add_terms(workspace)
    for surname, group in (("Khan", 6), ("Byrne", 5)):
        add_pupil(workspace, surname=surname, forename="A.", year_group=group, owner_id=workspace.me)
    return workspace


async def test_two_keys_and_a_purpose_save_what_is_on_the_screen(two: Workspace, documents: Path) -> None:
    add_marker(two, add_pupil(two, surname="Marked", forename="B.", year_group=6, owner_id=two.me), "restricted")
    app = TransitionsApp(two)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "f", "6", "f")
        assert await press(pilot, "x", "enter") == 2
        assert "This file names people, so it needs a purpose." in sentence(app)
        assert history.entries(two)[0].kind != "export"
        await press(pilot, *"Panel", "enter")
        target = documents / "pupils 2026-11-21.xlsx"
        assert toasts(app)[-1] == (
            "Exported 1 pupil to ~/Documents/pupils 2026-11-21.xlsx. 1 pupil left out because of a marker. Their pages say why."
        )
        assert target.read_bytes()[:2] == b"PK"
        assert history.entries(two)[0].summary.endswith("for: Panel")
        await press(pilot, "x")
        assert "pupils 2026-11-21 (2).xlsx" in screen_text(app), "a file that is there is never proposed"


async def test_answers(two: Workspace, documents: Path) -> None:
    app = TransitionsApp(two)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "3", "x")
        assert isinstance(app.screen, ExportScreen)
        assert "(•) Overdue and missed" in screen_text(app)
        assert "missed 2026-11-21.xlsx" in screen_text(app)
        await press(pilot, "left")
        assert "plans 2026-11-21.xlsx" in screen_text(app)
        await press(pilot, "right", "tab", "ctrl+u", *"/no/x.csv", "enter")
        assert "There is no such folder." in sentence(app)
        await press(pilot, "ctrl+u", "enter")
        assert "Name the file" in sentence(app)
        target = documents / "late.csv"
        app.screen._where.insert_text_at_cursor(str(target))
        await press(pilot, "tab", "right", "tab", *"panel", "enter")
        assert target.exists()
        text = target.read_text("utf-8-sig")
        assert "Khan" not in text
        assert "panel" in str(history.entries(two)[0])


async def test_escape_saves_nothing(two: Workspace, documents: Path) -> None:
    app = TransitionsApp(two)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "x", "escape")
        assert not isinstance(app.screen, ExportScreen)
        assert list(documents.iterdir()) == []


def test_without_documents_the_home_folder_is_proposed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workspace: Workspace
) -> None:
    monkeypatch.chdir(tmp_path)  # never where the app was started: that may be a shared or published folder
    assert proposed("plans", workspace.clock.today) == Path.home() / "plans 2026-11-21.xlsx"
