"""Drills: what reaches the program from outside and is no text, or far too much of it. Figures in docs/reliability.md."""

import os
import random
import select
import subprocess
import sys
import time

import pytest

if sys.platform == "win32":
    pytest.skip("Windows hands over letters, not bytes", allow_module_level=True)

from terminal import Terminal

from transitions.untrusted import MOST_BYTES
from transitions.workspace import Workspace

APP = """
import sys
from pathlib import Path
from screens.frame.running import run_app
from transitions.clock import Clock
from transitions.workspace import Workspace
sys.exit(run_app(Workspace.open(Path(sys.argv[1]), Clock.on(Clock.system().today))))
"""
BYTES = int(os.environ.get("BYTES", "3000"))
MOST_MB, MOST_SECONDS = 256, 20
READ = """
import resource, sys
from transitions.untrusted import Unreadable, read_json, read_toml
try:
    (read_json if sys.argv[1] == "json" else read_toml)(sys.stdin.buffer.read())
except Unreadable as error:
    print(error, end="")
print(f" [{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB]")
"""


@pytest.mark.drill
def test_drill_bytes_of_other_encodings_do_not_end_the_app(workspace: Workspace) -> None:
    dice = random.Random(1)
    terminal = Terminal(APP, str(workspace.database.path))
    terminal.read_until("Caseload")
    sent = 0
    while sent < BYTES and terminal.running.poll() is None:
        odd = b"/" if dice.random() < 0.1 else bytes(dice.randrange(0x80, 0x100) for _ in range(dice.randint(1, 5)))
        sent += os.write(terminal._ours, odd)
        if select.select([terminal._ours], [], [], 0.005)[0]:
            os.read(terminal._ours, 65_536)
    assert terminal.running.poll() is None, f"ended after {sent} bytes"
    terminal.running.terminate()
    terminal.end()


def worst() -> dict[str, str]:
    """What takes most, of what is as large as may be."""
    return {
        "toml tables of eight parts": "".join(f"[{number:x}.a.b.c.d.e.f.g]\n" for number in range(20_000)),
        "toml names of eight parts": "".join(f"{number:x}.a.a.a.a.a.a.a=1\n" for number in range(20_000)),
        "toml groups": "x=[" + "{a.a.a.a.a.a.a=1}," * (MOST_BYTES // 19) + "]",
        "toml names": "".join(f"{number:x}=1\n" for number in range(60_000)),
        "toml digits": "x=" + "1" * (MOST_BYTES - 2),
        "toml brackets": "x=" + "[" * (MOST_BYTES - 2),
        "json names": "{" + "".join(f'"{number}":1,' for number in range(45_000)) + '"a":1}',
        "json lists": "[" + "[]," * (MOST_BYTES // 3 - 2) + "[]]",
        "json brackets": "[" * MOST_BYTES,
    }


@pytest.mark.drill
@pytest.mark.parametrize("name", worst())
def test_drill_the_worst_file_of_a_stranger_stays_within_256_mb(name: str) -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", READ, name.split()[0]],
        input=worst()[name].encode()[:MOST_BYTES],
        capture_output=True,
        check=True,
    )
    said, _, memory = done.stdout.decode().rstrip().rpartition(" [")
    print(f"{name}: {time.monotonic() - began:.1f} s, {memory.rstrip(']')}, {said or 'read'}")
    assert int(memory.split()[0]) <= MOST_MB
    assert time.monotonic() - began < MOST_SECONDS
