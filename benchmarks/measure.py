"""How fast, as ratios to a floor that is measured in the same run.

    uv run python benchmarks/measure.py            10,000 and 250,000 pupils; some minutes, mostly making the pupils
    uv run python benchmarks/measure.py --quick    2,000 pupils, to see that it works

Each figure is the median of several turns in which the floor and ours alternate, so that a machine whose speed drifts
does not favour either. It prints the table that stands in benchmarks/README.md.
"""

import argparse
import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from transitions.caseload import caseload, missed
from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.demo.make import make
from transitions.workspace import Workspace

AS_OF = date(2026, 11, 21)
EMPTY_APP = """
from textual.app import App
from textual.screen import Screen
from textual.widgets import Static
class Other(Screen):
    def compose(self):
        yield Static("second paint")
class Empty(App):
    BINDINGS = [("a", "app.push_screen('other')", "Open")]
    SCREENS = {"other": Other}
    def compose(self):
        yield Static("first paint")
Empty().run()
"""
OUR_APP = """
import sys
from pathlib import Path
from datetime import date
from screens.frame.running import run_app
from transitions.clock import Clock
from transitions.workspace import Workspace
run_app(Workspace.open(Path(sys.argv[1]), Clock.on(date(2026, 11, 21))))
"""
TIMEOUT_SECONDS = 60.0
STILL_SECONDS = 0.5
ADD_A_PUPIL, TO_THE_LAST_FIELD = b"a", b"a\x1b[Z"
SHORT_NAME = 12
"""Characters that are never cut in the list."""


class Ratio(NamedTuple):
    """One line of the table; times in milliseconds."""

    what: str
    pupils: int
    ours: float
    floor: float
    against: str

    def __str__(self) -> str:
        return (
            f"| {self.what} | {self.pupils:,} | {self.ours:,.1f} | {self.floor:,.1f} | **{self.ours / self.floor:.2f}** "
            f"| {self.against} |"
        )


def alternate(ours: Callable[[], float], floor: Callable[[], float], turns: int) -> tuple[float, float]:
    """Give the medians of ours and of the floor, taken in turn after one warm-up of each."""
    ours(), floor()
    pairs = [(ours(), floor()) for _ in range(turns)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def first_paint(arguments: Sequence[str], marker: bytes, keys: bytes = b"", answer: bytes = b"") -> float:
    """Give the milliseconds from starting a program in a real terminal to ``marker`` on its screen.

    With ``keys``, those of its processor from these keys, which it gets when its screen stands still, to ``answer``.
    """
    child, terminal = pty.fork()
    begun = time.perf_counter()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor"})
        os.execv(sys.executable, [sys.executable, *arguments])

    def read_until(shown: bytes) -> None:
        seen, given_up = b"", time.perf_counter() + TIMEOUT_SECONDS
        while shown not in seen:
            ready, _, _ = select.select([terminal], [], [], TIMEOUT_SECONDS)
            if not ready or time.perf_counter() > given_up:
                raise TimeoutError(f"{shown!r} never appeared")
            seen += os.read(terminal, 65_536)

    try:
        read_until(marker)
        if not keys:
            return (time.perf_counter() - begun) * 1000
        while select.select([terminal], [], [], STILL_SECONDS)[0]:
            os.read(terminal, 65_536)
        its_processor = ~child << 3 | 2  # how Linux names the clock of another process
        spent = time.clock_gettime(its_processor)
        os.write(terminal, keys)
        read_until(answer)
        return (time.clock_gettime(its_processor) - spent) * 1000
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)


def whole_process(arguments: Sequence[str]) -> float:
    """Give the milliseconds that a program takes from start to end."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.perf_counter() - begun) * 1000


def timed(work: Callable[[], object]) -> float:
    """Give the milliseconds of one call."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def measure(path: Path, pupils: int, turns: int) -> list[Ratio]:
    """Make the pupils and give every ratio for them."""
    workspace = Workspace.open(path, Clock.on(AS_OF), create=True)
    begun = time.perf_counter()
    make(workspace, pupils=pupils, seed=1)
    made = time.perf_counter() - begun
    everyone = Caseload()
    connection = workspace.read()
    steps = connection.execute("SELECT count(*) FROM pupil_milestone").fetchone()[0]
    print(f"{pupils:,} pupils with {steps:,} steps made in {made:.1f} s", file=sys.stderr)

    def scan() -> object:
        return connection.execute(
            "SELECT sum(outcome IS NULL AND late_after < ?), sum(outcome = 'missed') FROM pupil_milestone NOT INDEXED",
            (AS_OF.isoformat(),),
        ).fetchone()

    if tuple(missed.totals(workspace, everyone)) != tuple(scan()):
        raise SystemExit("the missed list and the bare scan disagree; a fast wrong answer is worth nothing")
    shown = caseload.first_rows(workspace, Caseload(whose="mine"), 20)
    surname = next(row.surname for row in shown if row.surname.isascii() and len(row.surname) <= SHORT_NAME).encode()
    database = ("-c", OUR_APP, str(path))
    found = [
        Ratio(
            "start to first paint of the caseload",
            pupils,
            *alternate(
                lambda: first_paint(database, surname), lambda: first_paint(("-c", EMPTY_APP), b"first paint"), turns
            ),
            "an empty Textual app",
        ),
        Ratio(
            "`a` to the first frame of the form, CPU",
            pupils,
            *alternate(
                lambda: first_paint(database, surname, ADD_A_PUPIL, b"Date of birth"),
                lambda: first_paint(("-c", EMPTY_APP), b"first paint", b"a", b"second paint"),
                turns,
            ),
            "an empty Textual screen",
        ),
        Ratio(
            "`a`, Shift+Tab to its last of 32 fields, CPU",
            pupils,
            *alternate(
                lambda: first_paint(database, surname, TO_THE_LAST_FIELD, b"Who answers for"),
                lambda: first_paint(("-c", EMPTY_APP), b"first paint", b"a", b"second paint"),
                turns,
            ),
            "an empty Textual screen",
        ),
        Ratio(
            "overdue and missed, everyone",
            pupils,
            *alternate(lambda: timed(lambda: missed.totals(workspace, everyone)), lambda: timed(scan), turns),
            "a bare SQLite scan of the same rows",
        ),
        Ratio(
            "missed, first 100 rows",
            pupils,
            *alternate(
                lambda: timed(lambda: missed.listing(workspace, everyone, limit=100)), lambda: timed(scan), turns
            ),
            "the same scan",
        ),
        Ratio(
            "caseload, first window by need",
            pupils,
            *alternate(lambda: timed(lambda: caseload.first_rows(workspace, everyone)), lambda: timed(scan), turns),
            "the same scan",
        ),
        Ratio(
            "`transitions missed --limit 100`, whole process",
            pupils,
            *alternate(
                lambda: whole_process(
                    ("-m", "transitions.cli", "missed", "--limit", "100", "--db", str(path), "--as-of", "2026-11-21")
                ),
                lambda: whole_process(("-c", "pass")),
                turns,
            ),
            "`python -c pass`",
        ),
    ]
    workspace.close()
    return found


def main() -> None:
    """Measure and print the table."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode; the warm-up turn writes it
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="2,000 pupils only")
    parser.add_argument("--turns", type=int, default=9, help="how often each is measured (default 9)")
    options = parser.parse_args()
    print("| what | pupils | ours, ms | floor, ms | ratio | floor |\n| --- | ---: | ---: | ---: | ---: | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for pupils in (2_000,) if options.quick else (10_000, 250_000):
            for ratio in measure(Path(folder) / f"{pupils}.db", pupils, options.turns):
                print(ratio, flush=True)


if __name__ == "__main__":
    main()
