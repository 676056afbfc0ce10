"""What every row is given: the made-up records, the programs to run, and how often."""

import json
import os
import shutil
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from benchmarks.figures import Reading, Row, say
from benchmarks.terminal import QUIET_SECONDS, Terminal

OURS: Final = Path(sys.executable).with_name("transitions")
"""The console script, as people start it."""
LARGEST: Final = 250_000
EMPTY_APP: Final = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("first paint")
    def on_key(self, event):
        self.query_one(Static).update(event.key)
Empty().run()
"""
ESCAPE, ESCAPE_SECONDS = "\x1b", 0.2
"""So long Textual waits whether more follows."""
FIRST: Final = "first paint"
EMPTY_COMMAND: Final = (sys.executable, "-c", EMPTY_APP)
MINE, ALL = "f\x1b[H\r\x1b", "f\x1b[H\x1b[B\r\x1b"
"""The keys that show one's own pupils, and everybody's."""


@dataclass
class Bench:
    """The folder with the records, the folder of this run with its copies, and how often each is measured."""

    data: Path
    scratch: Path
    quick: bool = False
    peers: Path | None = None
    sizes: Sequence[int] = (10_000, LARGEST)
    skipped: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        home = self.scratch / "home"
        home.mkdir(parents=True)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "TRANSITIONS_", "PYTHON"))},
            "HOME": str(home),
        }  # fmt: skip
        self._kept: dict[int, Path] = {}
        self._copies: dict[tuple[int, str], Path] = {}

    def times(self, whole: int, quick: int = 3) -> int:
        return quick if self.quick else whole

    def skip(self, what: str) -> None:
        self.skipped.append(what)
        say(f"  not measured: {what}")

    # records

    def kept(self, pupils: int) -> Path:
        """The made-up record of so many pupils, which no row changes; made the first time, and brought up to this version."""
        if pupils not in self._kept:
            self._kept[pupils] = self._made(pupils)
            self.inside("up_to_date", self._kept[pupils], seconds=3600)
        return self._kept[pupils]

    def _made(self, pupils: int) -> Path:
        path = self.data / f"{pupils}.db"
        ready = self.data / "county.db"
        if pupils == LARGEST and not path.exists() and ready.exists():
            path = ready
        if not path.exists():
            say(f"making {pupils:,} pupils in {path}: about {max(1, pupils // 60_000)} minutes, once")
            begun = time.monotonic()
            self.inside("made", path.with_suffix(".making"), pupils, seconds=3600)
            path.with_suffix(".making").rename(path)
            say(f"  made in {time.monotonic() - begun:.0f} s")
        return path

    def copied(self, pupils: int, what: str = "work") -> Path:
        """A copy of it for this run, with its backup of the day beside it, so that no row waits for one."""
        if (pupils, what) not in self._copies:
            path = self.scratch / what / f"{pupils}.db"
            path.parent.mkdir(exist_ok=True)
            shutil.copyfile(self.kept(pupils), path)
            self._copies[pupils, what] = path
            self.inside("ready", path)
        return self._copies[pupils, what]

    def list_of(self, pupils: int) -> Path:
        """A file of its pupils, every column, as the product itself exports them; kept as well."""
        path = self.data / f"{pupils}.csv"
        if not path.exists():
            say(f"exporting {pupils:,} pupils to {path}, once")
            partial = self.scratch / "export.csv"
            words = ("export", "pupils", partial, "--full", "--exact", "--purpose", "Benchmark")
            self.run((OURS, *words, "--db", self.copied(pupils)))
            partial.rename(path)
        return path

    def drop(self, what: str) -> None:
        """Take away the copies of a row that changed them."""
        for key in [key for key in self._copies if key[1] == what]:
            self._copies.pop(key)
        shutil.rmtree(self.scratch / what, ignore_errors=True)

    def folder(self, what: str) -> Path:
        """A folder for what a row writes."""
        path = self.scratch / what
        path.mkdir(exist_ok=True)
        return path

    @staticmethod
    def same(what: str, ours: object, floor: object) -> None:
        """Stop the row when ours and the floor have not done the same."""
        if ours != floor:
            raise RuntimeError(f"{what}: {ours!r} and {floor!r}; a fast wrong answer is worth nothing")

    # programs

    def run(self, command: Sequence[str | Path]) -> float:
        """Give the milliseconds of a program from start to end; it must end well. Its output is not looked at."""
        begun = time.perf_counter()
        subprocess.run(
            [str(word) for word in command], check=True, capture_output=True, text=True, env=self.environment
        )
        return (time.perf_counter() - begun) * 1000

    def peak(self, command: Sequence[str | Path]) -> tuple[float, float, float]:
        """Give the seconds of a program, the MB that it had at its most, and the milliseconds of its processor."""
        begun = time.perf_counter()
        quiet = subprocess.DEVNULL
        with subprocess.Popen(list(map(str, command)), stdout=quiet, stderr=quiet, env=self.environment) as child:
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise RuntimeError(f"{command} ended with {child.returncode}")
        return time.perf_counter() - begun, usage.ru_maxrss / 1024, (usage.ru_utime + usage.ru_stime) * 1000

    def inside(self, function: str, *words: object, seconds: float = 120) -> Any:
        """What a function of ``benchmarks.inside`` gives in a process of its own."""
        asked = subprocess.run(
            [sys.executable, "-m", "benchmarks.inside", function, *map(str, words)],
            check=True, stdout=subprocess.PIPE, text=True, timeout=seconds, env=self.environment, cwd=Path(__file__).parents[1],
        )  # fmt: skip
        return json.loads(asked.stdout.splitlines()[-1])

    def said(self, function: str, *words: object) -> list[str]:
        return [str(one) for one in self.inside(function, *words)]

    @contextmanager
    def app(self, path: Path | str, keys: str = MINE, *words: str) -> Iterator[Terminal]:
        """Our app on a record, standing still on one's own pupils or on all."""
        with Terminal([OURS, "--db", str(path), *words], self.environment) as ours:
            ours.until("Pupils")
            ours.still()
            for key in split(keys):
                ours.press(key, quiet=ESCAPE_SECONDS if key == ESCAPE else QUIET_SECONDS)
            yield ours

    @contextmanager
    def floor(self) -> Iterator[Terminal]:
        """An empty Textual app, standing still."""
        with Terminal(EMPTY_COMMAND, self.environment) as floor:
            floor.until(FIRST)
            floor.still()
            yield floor

    def peer(self, name: str) -> Path | None:
        """Where another program is, or None, which is said."""
        found = shutil.which(name, path=str(self.peers)) if self.peers else None
        found = found or shutil.which(name)
        if found is None:
            self.skip(f"{name} is not installed (BENCHMARKS_PEERS names the folder of its program)")
        return Path(found) if found else None


class Scenario(ABC):
    """Rows that are measured together. ``largest_only`` are those that are measured with most pupils and no others."""

    rows: ClassVar[Mapping[str, Row]]
    largest_only: ClassVar[bool] = False

    @abstractmethod
    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        """Measure with so many pupils, and hand on each row as it is known."""


def split(keys: str) -> list[str]:
    """The keys one by one: an escape sequence is one."""
    found: list[str] = []
    rest = keys
    while rest:
        size = 1
        if rest.startswith("\x1b["):
            size = next((at + 1 for at in range(2, len(rest)) if rest[at].isalpha() or rest[at] == "~"), len(rest))
        found.append(rest[:size])
        rest = rest[size:]
    return found
