"""Several programs write notes at once, each a new process: everybody gets a turn.

Run it with ``uv run pytest -m drill tests/drills/test_many_writers.py -n 0 -s``; WRITERS and NOTES in the environment say how
many programs write, and how many notes each.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from transitions.clock import Clock
from transitions.demo.make import make
from transitions.workspace import Workspace

pytestmark = pytest.mark.drill

WRITERS = int(os.environ.get("WRITERS", "8"))
NOTES = int(os.environ.get("NOTES", "40"))


def test_everybody_gets_a_turn(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    workspace = Workspace.open(path, Clock.system(), create=True)
    make(workspace, pupils=60, seed=1)
    before = workspace.read().execute("SELECT count(*) FROM note").fetchone()[0]

    def write(writer: int) -> list[int]:
        command = [sys.executable, "-m", "transitions.cli", "--db", str(path), "note", f"#{writer + 1}"]
        return [
            subprocess.run([*command, f"{writer} {number}"], capture_output=True, check=False).returncode
            for number in range(NOTES)
        ]

    with ThreadPoolExecutor(WRITERS) as pool:
        statuses = [status for found in pool.map(write, range(WRITERS)) for status in found]
    kept = workspace.read().execute("SELECT count(*) FROM note").fetchone()[0] - before
    workspace.close()
    print(f"{WRITERS} programs, {NOTES} notes each: {statuses.count(75)} refused, {kept} kept")
    assert set(statuses) <= {0, 75}
    assert kept == statuses.count(0)
    assert statuses.count(75) == 0
