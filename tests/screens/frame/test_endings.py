"""The end from outside, in a real terminal: what is half typed is there at the next start, and the terminal is put right."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from terminal import Terminal

if sys.platform == "win32":
    pytest.skip("these are ends that Windows does not know", allow_module_level=True)

from transitions.clock import Clock
from transitions.team import workers
from transitions.workspace import Workspace

APP = """
import sys
from pathlib import Path
from screens.frame.running import run_app
from transitions.clock import Clock
from transitions.workspace import Workspace
sys.exit(run_app(Workspace.open(Path(sys.argv[1]), Clock.on(Clock.system().today))))
"""
LEFT, SHOWN, MOUSE_OFF = "\x1b[?1049l", "\x1b[?25h", "\x1b[?1003l"


@pytest.fixture
def file(workspace: Workspace, clock: Clock) -> Path:
    return workspace.database.path


def half_typed(file: Path) -> Terminal:
    terminal = Terminal(APP, str(file))
    terminal.read_until("Caseload")
    terminal.type("a")
    terminal.read_until("Add a pupil")
    terminal.type("Madeup\tElsie")
    terminal.read_until("Elsie")
    return terminal


def draft(workspace: Workspace) -> dict[str, str]:
    kept = workers.left_on_desk(workspace, "draft pupil new") or {}
    return {name: text for name, (text, _) in kept.items()}


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (lambda terminal: terminal.running.terminate(), 128 + signal.SIGTERM),
        pytest.param(
            lambda terminal: os.kill(terminal.running.pid, signal.SIGHUP),
            128 + signal.SIGHUP,
            marks=pytest.mark.drill,
        ),
    ],
    ids=["terminated", "hung up"],
)
def test_a_signal_keeps_what_is_half_typed_and_restores_the_terminal(
    workspace: Workspace, file: Path, end: Callable[[Terminal], None], status: int
) -> None:
    terminal = half_typed(file)
    end(terminal)
    terminal.read_until(LEFT)
    terminal.read_until(SHOWN)
    assert MOUSE_OFF.encode() in terminal.sent
    assert terminal.end() == status
    assert draft(workspace) == {"surname": "Madeup", "forename": "Elsie"}


@pytest.mark.drill
def test_a_closed_terminal_ends_the_app_and_keeps_what_is_half_typed(workspace: Workspace, file: Path) -> None:
    terminal = half_typed(file)
    terminal.close()
    assert terminal.end() == 128 + signal.SIGHUP
    assert draft(workspace) == {"surname": "Madeup", "forename": "Elsie"}


@pytest.mark.drill
def test_a_death_leaves_a_terminal_that_works(workspace: Workspace, file: Path) -> None:
    terminal = half_typed(file)
    time.sleep(0.8)
    os.kill(terminal.running.pid, signal.SIGKILL)
    terminal.read_until("What was saved is safe")
    assert LEFT.encode() in terminal.sent
    assert SHOWN.encode() in terminal.sent
    assert MOUSE_OFF.encode() in terminal.sent
    assert terminal.end() == -signal.SIGKILL
    assert draft(workspace) == {"surname": "Madeup", "forename": "Elsie"}
