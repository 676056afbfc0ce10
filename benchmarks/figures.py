"""What a row is, what was measured of it, and how that is printed, kept and compared."""

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal, Self

from sqlcipher3 import dbapi2

from transitions.clock import Clock

Of = Literal["median", "p95", "p99", "most"]
RATIO: Final = "x"
SAME: Final = 0.1
"""Two runs of the same differ by less than this share and need no word."""


@dataclass(frozen=True)
class Row:
    """One line of the table: ``what`` is at most ``reach`` times what it is measured ``against``, or so many of ``unit``."""

    what: str
    against: str
    reach: float
    unit: str = RATIO
    of: Of = "median"


@dataclass(frozen=True)
class Reading:
    """What was measured of a row with so many pupils: ours and the floor, in turn, in the same unit."""

    row: Row
    pupils: int
    ours: Sequence[float]
    floor: Sequence[float] = ()
    cpu: float | None = None
    """The median of the milliseconds of the program's own processor, which other load does not disturb."""

    @property
    def value(self) -> float:
        return _of(self.row.of, self._measured)

    @property
    def quartiles(self) -> tuple[float, float]:
        measured = self._measured
        if len(measured) == 1:
            return measured[0], measured[0]
        low, _, high = statistics.quantiles(measured, n=4, method="inclusive")
        return low, high

    @property
    def holds(self) -> bool:
        return round(self.value, 2) <= self.row.reach

    @property
    def _measured(self) -> Sequence[float]:
        if self.row.unit != RATIO:
            return self.ours
        floor = statistics.median(self.floor)
        return [one / floor for one in self.ours]

    def line(self) -> str:
        low, high = self.quartiles
        unit = "" if self.row.unit == RATIO else f" {self.row.unit}"
        of = "" if self.row.of == "median" else f", {self.row.of}"
        cells = (
            f"{self.row.what}{of}", f"{self.pupils:,}" if self.pupils else "-", self.row.against, f"**{short(self.value)}{unit}**",
            f"{short(low)} to {short(high)}", str(len(self.ours)), "-" if self.cpu is None else short(self.cpu),
            f"{short(self.row.reach)}{unit}", "yes" if self.holds else "**no**",
        )  # fmt: skip
        return f"| {' | '.join(cells)} |"


HEAD: Final = (
    "| what | pupils | against | figure | quartiles | n | CPU ms | reach | at or under |\n"
    "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | --- |"
)


@dataclass
class Run:
    """All that one run measured, on which machine and of which commit."""

    machine: Sequence[str]
    commit: str
    readings: list[Reading] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    @classmethod
    def here(cls, urgent: bool) -> Self:
        return cls(_machine(urgent), _commit())

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        run = cls(**json.loads(text))
        given: list[dict[str, object]] = run.readings  # type: ignore[assignment]
        run.readings = [Reading(**{**one, "row": Row(**one["row"])}) for one in given]  # type: ignore[arg-type]
        return run

    def markdown(self, why: Mapping[str, str]) -> str:
        """The table, and below it a sentence for each row that is over its reach."""
        above = [*self.machine, f"Commit {self.commit}."]
        table = [HEAD, *(one.line() for one in self.readings)]
        over = dict.fromkeys(one.row.what for one in self.readings if not one.holds)
        below = [f"- **{what}**: {why.get(what, 'not looked into yet.')}" for what in over]
        said = ["", "Over their reach, and what was tried:", "", *below] if below else []
        skipped = ["", *(f"Not measured: {one}." for one in self.skipped)] if self.skipped else []
        return "\n".join([*above, "", *table, *said, *skipped])


def compared(old: Run, new: Run) -> str:
    """What is faster or slower in ``new``, row by row, as a share of ``old``."""
    before = {(one.row.what, one.row.against, one.pupils): one for one in old.readings}
    lines = [
        f"Old: {old.commit}; new: {new.commit}.", "", "| what | pupils | against | old | new | new / old | reach |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: |",
    ]  # fmt: skip
    for one in new.readings:
        was = before.pop((one.row.what, one.row.against, one.pupils), None)
        share = one.value / was.value if was and was.value else 1.0
        said = f"**{share:.2f}**" if abs(share - 1) > SAME else f"{share:.2f}"
        cells = [one.row.what, f"{one.pupils:,}", one.row.against, short(was.value) if was else "-", short(one.value)]
        lines.append(f"| {' | '.join([*cells, said if was else '-', short(one.row.reach)])} |")
    return "\n".join([*lines, *(f"\nOnly in the old: {what}, {pupils:,}" for what, _, pupils in before)])


def short(number: float) -> str:
    """A number with the digits that say something: 1,234; 45.6; 7.89."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}" if number >= 0.1 or not number else f"{number:.2g}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of all are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


_OF: Final[Mapping[Of, Callable[[Sequence[float]], float]]] = {
    "median": statistics.median,
    "p95": lambda values: percentile(values, 0.95),
    "p99": lambda values: percentile(values, 0.99),
    "most": max,
}


def _of(what: Of, values: Sequence[float]) -> float:
    return _OF[what](values)


def _machine(urgent: bool) -> list[str]:
    info = Path("/proc/cpuinfo")
    names = (
        [line.split(": ")[1] for line in info.read_text().splitlines() if line.startswith("model name")]
        if info.exists()
        else []
    )
    load = os.getloadavg()[0]
    where = (
        f"{os.cpu_count()} × {names[0] if names else platform.processor()}, {platform.system()} {platform.release()}"
    )
    how = f"load {load:.1f} at the start{', keys at real-time priority' if urgent else ''}"
    packages = ", ".join(f"{name} {version(name)}" for name in ("textual", "sqlalchemy", "click"))
    return [
        f"{Clock.now():%d %B %Y}; {where}, {how}.",
        f"Python {platform.python_version()}, SQLite {dbapi2.sqlite_version}, {packages}.",
    ]


def _commit() -> str:
    asked = subprocess.run(
        ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--exclude=*"],
        check=False,
        capture_output=True,
        text=True,
    )
    return asked.stdout.strip() or "unknown"


def say(text: str) -> None:
    """Say how it goes, beside the table."""
    print(text, file=sys.stderr, flush=True)
