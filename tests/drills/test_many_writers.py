"""Several programs write notes at once, each a new process: everybody gets a turn.

Run it with ``uv run pytest -m drill tests/drills/test_many_writers.py -n 0 -s``; WRITERS and NOTES in the environment say how
many programs write, and how many notes each.
"""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sealed import column, damage_of, make_sealed, own_environment, words

from transitions.clock import Clock
from transitions.custody import locking
from transitions.demo.make import make
from transitions.workspace import Workspace

pytestmark = pytest.mark.drill

WRITERS = int(os.environ.get("WRITERS", "8"))
NOTES = int(os.environ.get("NOTES", "40"))


@pytest.mark.parametrize("kind", ["in clear", "encrypted"])
def test_everybody_gets_a_turn(tmp_path: Path, kind: str) -> None:
    path, environment = tmp_path / "records.db", own_environment(tmp_path / "home")
    if kind == "encrypted":
        environment[locking.PASSPHRASE_FILE] = str(make_sealed(path))
    else:
        workspace = Workspace.open(path, Clock.system(), create=True)
        make(workspace, pupils=60, seed=1)
        workspace.close()
    (before,) = column(path, "SELECT count(*) FROM note")

    def write(writer: int) -> list[int]:
        said = [words(path, "note", f"#{writer + 1}", f"{writer} {number}") for number in range(NOTES)]
        return [subprocess.run(one, env=environment, capture_output=True, check=False).returncode for one in said]

    with ThreadPoolExecutor(WRITERS) as pool:
        statuses = [status for found in pool.map(write, range(WRITERS)) for status in found]
    (after,) = column(path, "SELECT count(*) FROM note")
    print(f"{kind}: {WRITERS} programs, {NOTES} notes each: {statuses.count(75)} refused, {after - before} kept")
    assert damage_of(path) == []
    assert set(statuses) <= {0, 75}
    assert after - before == statuses.count(0)
    assert statuses.count(75) == 0
