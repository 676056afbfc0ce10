"""Long work goes on whatever screen one looks at, is stopped by a key or by quitting, and says what was kept."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from builders import add_pupil, add_terms, contents
from reading import press, screen_lines, screen_text, sentence, settle, toasts
from textual.events import Paste
from textual.pilot import Pilot
from toy import ToyApp

from db import driver
from screens.caseload.missed import MissedScreen
from screens.frame.app import TransitionsApp
from screens.frame.base_screen import BaseScreen
from screens.frame.dialogs import Confirm
from screens.frame.jobs import Job
from screens.importing import importing
from screens.importing.importing import ImportScreen
from transitions.caseload import caseload
from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.importing.preview import Imported, ImportPreview, Progress
from transitions.workspace import Workspace


class Gate:
    """Holds the writing of an import until it is let go."""

    def __init__(self) -> None:
        self.reached, self.let_go = threading.Event(), threading.Event()

    def hold(self) -> None:
        self.reached.set()
        assert self.let_go.wait(10)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate, commit = Gate(), importing.commit

    def held(workspace: Workspace, preview: ImportPreview, *, progress: Progress) -> Imported:
        def tell(done: int, total: int) -> None:
            gate.hold()
            progress(done, total)

        return commit(workspace, preview, progress=tell)

    monkeypatch.setattr(importing, "commit", held)
    yield gate
    gate.let_go.set()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "pupils.csv"
    file.write_text("Surname,Forename,DOB\nWard,Elsie,5/5/2016\nByrne,Callum,14/3/2016\n")
    return file


async def begin(pilot: Pilot[int], gate: Gate, file: Path) -> None:
    """Open the import and let it write up to the gate, where it holds the write lock."""
    pilot.app.push_screen(ImportScreen())
    await settle(pilot)
    pilot.app.post_message(Paste(str(file)))
    await settle(pilot)
    await press(pilot, "enter")
    await pilot.press("ctrl+s")
    while not gate.reached.is_set():
        await pilot.pause(0.01)


async def until_done(pilot: Pilot[int]) -> None:
    assert isinstance(pilot.app, TransitionsApp)
    while pilot.app.working is not None:
        await pilot.pause(0.01)
    await settle(pilot)


async def end(pilot: Pilot[int], gate: Gate) -> None:
    gate.let_go.set()
    await until_done(pilot)


@pytest.mark.parametrize("key", ["2", "3"])
async def test_an_import_goes_on_and_is_said_on_whatever_screen(
    workspace: Workspace, gate: Gate, file: Path, key: str
) -> None:
    app = TransitionsApp(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await begin(pilot, gate, file)
        await pilot.press(key)
        await pilot.pause(0.3)
        in_front = app.screen
        assert "Importing pupil… · F8 stops" in screen_text(app)
        await end(pilot, gate)
        assert app.screen is in_front
        assert toasts(app)[-1] == "Imported pupils: pupils.csv: 2 new. u undoes."
        assert "F8" not in screen_text(app)
        assert caseload.count(workspace, Caseload()) == 2
        await press(pilot, "2")
        if isinstance(app.screen, ImportScreen):
            assert "Nothing is saved until" in sentence(app)


async def test_it_is_stopped_by_a_key_elsewhere_and_nothing_is_kept(
    workspace: Workspace, gate: Gate, file: Path
) -> None:
    app = TransitionsApp(workspace)
    before = contents(workspace)
    async with app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "f8")
        assert toasts(app) == ["Nothing is running."]
        await begin(pilot, gate, file)
        await pilot.press("3", "f8")
        await pilot.pause()
        assert "Importing pupils.csv · stopping · F8 stops" in screen_text(app)
        await end(pilot, gate)
        assert toasts(app)[-1] == "Stopped: Importing pupils.csv, after 1 of 2. None of it was kept."
    assert contents(workspace) | {"desk": []} == before


async def test_quitting_asks_while_it_goes_on(workspace: Workspace, gate: Gate, file: Path) -> None:
    app = TransitionsApp(workspace)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await begin(pilot, gate, file)
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        assert "Importing pupils.csv is still running. Stop it and quit?" in sentence(app)
        await pilot.press("n", "ctrl+q", "y")
        await end(pilot, gate)
    assert app.return_code == 0
    assert caseload.count(workspace, Caseload()) == 0


async def test_a_key_that_writes_meanwhile_waits_and_the_screen_goes_on(
    workspace: Workspace, gate: Gate, file: Path
) -> None:
    add_terms(workspace)
    add_pupil(workspace)
    overdue = Caseload(states=("overdue",), text="Khan")
    assert caseload.count(workspace, overdue)
    app = TransitionsApp(workspace)
    async with app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await begin(pilot, gate, file)
        await pilot.press("3", "A", "d")
        await pilot.pause(0.3)
        assert isinstance(app.screen, MissedScreen)
        assert "(and 1 more)" in screen_text(app)
        await pilot.press("end")
        await end(pilot, gate)
        assert caseload.count(workspace, overdue) == 0
        assert any("Marked done" in said for said in toasts(app))


async def test_a_key_that_writes_waits_for_another_program(workspace: Workspace) -> None:
    add_terms(workspace)
    add_pupil(workspace)
    overdue = Caseload(states=("overdue",), text="Khan")
    app = TransitionsApp(workspace)
    async with app.run_test(size=(140, 40)) as pilot:
        await press(pilot, "3")
        other = driver.connect(workspace.database.path)
        driver.begin(other)
        await pilot.press("A", "d")
        await pilot.pause(0.3)
        assert "Waiting to save" in screen_text(app)
        assert caseload.count(workspace, overdue) == 1
        other.execute("ROLLBACK")
        other.close()
        await until_done(pilot)
        assert caseload.count(workspace, overdue) == 0


async def test_what_goes_on_stands_in_the_frame_at_every_size(tmp_path: Path) -> None:
    let_go = threading.Event()
    app = ToyApp(tmp_path)
    async with app.run_test(size=(160, 20)) as pilot:
        job = Job("Importing pupils of the county.csv")
        job.progress(2_000, 20_000)
        await app.carry_out(app.in_thread(lambda: let_go.wait(10), job))  # type: ignore[arg-type]
        for width, shown in (
            (160, "Importing pupils of the county.csv · 2,000 of 20,000 · F8 stops"),
            (80, "Importing pupil… · 2,000 of 20,000 · F8 stops"),
            (60, "2,000 of 20,000 · F8 stops"),
            (40, "F8 stops"),
        ):
            await pilot.resize_terminal(width, 20)
            await pilot.pause()
            assert shown in screen_lines(app)[0]
        let_go.set()
        await settle(pilot)
        assert "F8" not in screen_lines(app)[0]


async def test_what_nobody_waits_for_any_more_is_not_read_to_its_end(workspace: Workspace) -> None:
    ended = threading.Event()

    def look() -> None:
        try:
            endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
            workspace.database.read().execute(endless).fetchone()
        finally:
            ended.set()

    screen = cast("BaseScreen[None]", SimpleNamespace(workspace=workspace))
    looking = asyncio.create_task(BaseScreen.look_up(screen, look))
    await asyncio.sleep(0.05)
    looking.cancel()
    assert await asyncio.to_thread(ended.wait, 10)


async def test_a_new_school_year_is_planned_behind_the_screen(workspace: Workspace) -> None:
    add_terms(workspace)
    add_pupil(workspace, surname="Khan", year_group=4)
    workspace.close()
    clock = Clock(date(2027, 9, 1), pretended=False)
    later = Workspace.open(workspace.database.path, clock, plans_ahead=False)
    assert later.pupils_to_plan == 1
    app = TransitionsApp(later)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        for _ in range(100):
            if not later.pupils_to_plan and app.working is None:
                break
            await pilot.pause(0.02)
        assert (later.pupils_to_plan, app.working) == (0, None)
        assert "Khan" in screen_text(app)
    later.close()
