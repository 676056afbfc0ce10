"""The hero screens, as they look at three sizes; every other test reads what a screen says, these hold how it looks."""

from datetime import date
from pathlib import Path

import pytest
from reading import press, settle

from screens.frame.app import TransitionsApp
from transitions.clock import Clock
from transitions.demo.make import make
from transitions.team import workers
from transitions.workspace import Workspace

SIZES = [(80, 24), (120, 36), (140, 40)]
SHOTS = {
    "caseload": ("down", "space"),
    "missed": ("3", "g"),
    "today": ("1",),
    "pupil": ("enter",),
    "walk": ("w",),
    "help": ("question_mark",),
    "plan": ("slash", *"kacper", "enter", "P", "down", "down"),
    "calendar": ("4",),
    "register": ("5", "end", "enter"),
    "handovers": ("6", "left_square_bracket"),
    "impact": ("7",),
}


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The made-up pupils, made once."""
    path = tmp_path_factory.mktemp("made-up") / "made-up.db"
    workspace = Workspace.open(path, Clock.on(date(2026, 11, 21)), create=True)
    make(workspace, pupils=60, seed=1)
    workers.leave_on_desk(workspace, "tour", [])  # offered already
    workspace.close()
    return path.read_bytes()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SHOTS)
def test_it_looks_as_it_did(snap_compare, made_up: bytes, tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    (tmp_path / "made-up.db").write_bytes(made_up)
    workspace = Workspace.open(tmp_path / "made-up.db", Clock.on(date(2026, 11, 21)))

    async def go_there(pilot) -> None:
        await settle(pilot)
        for key in SHOTS[name]:
            await press(pilot, key)

    try:
        assert snap_compare(TransitionsApp(workspace), run_before=go_there, terminal_size=size)
    finally:
        workspace.close()
