"""Small numbers in what leaves the council: what could tell of one child is hidden, and what would give it away by subtraction.

Counts of one to four are hidden, and on a base under thirty there is no percentage. A table whose margins are printed gets secondary
suppression by pytauargus, an extra of this program; its audit works out what an attacker can know of each hidden cell. Without it every
cell of a table in which one is small is hidden. Internal views are never suppressed.
"""

import json
import re
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from transitions.impact.measure import Behind, Figure
from transitions.text import FEWEST, Share

SMALLEST: Final = 5
"""The least count that is printed; nought is printed, too."""
FEWEST_SCHOOLS: Final = 3
"""A figure of schools behind which fewer stand is not printed."""
HIDDEN: Final = "c"
"""What stands where a number is hidden, as in the statistics of the Department for Education."""
_TOTAL: Final = "Total"
_FEW: Final = re.compile(r"(?<![\d.,+-])[1-4](?![\d.,%])")

Cell = tuple[str, str]
"""A part of the table, and what of it is counted; either may be the total."""


class Printed(NamedTuple):
    """A figure as others may read it: its count and base, None where hidden, and both in words."""

    counted: int | None
    base: int | None
    of: str

    @property
    def text(self) -> str:
        if self.counted is not None and self.base is not None:
            if self.base < FEWEST:
                return f"{self.counted:,} of {self.base:,} {self.of}"
            return Share(self.counted, self.base, self.of).text
        return f"{HIDDEN if self.counted is None else f'{self.counted:,}'} of {HIDDEN if self.base is None else f'{self.base:,}'} {self.of}"


def is_small(count: int) -> bool:
    return 0 < count < SMALLEST


def printed(figure: Figure) -> Printed | None:
    """One figure that is no part of a table; None for one that counts nothing. Both who are counted and who are not may be few."""
    if figure.counted is None:
        return None
    if is_small(figure.base):
        return Printed(None, None, figure.of)
    hidden = is_small(figure.counted) or is_small(figure.base - figure.counted)
    return Printed(None if hidden else figure.counted, figure.base, figure.of)


def is_open(figures: Sequence[Figure]) -> bool:
    """Whether all of these can be printed side by side: none counts few, leaves few, is of few, or has few beside it."""
    return not any(
        is_small(count)
        for one in figures
        for count in ((one.base, one.counted, one.base - one.counted) if one.counted is not None else (one.base,))
    ) and all(told_beside(one.beside) == one.beside for one in figures)


def told_beside(words: str) -> str:
    """What may stand beside a figure: each of its statements in which no count is one to four."""
    return "; ".join(one for one in words.split("; ") if not _FEW.search(one))


def table(figures: Sequence[Figure], folder: Path) -> list[Printed]:
    """The parts of one measure, of which no child is in two: what is hidden of each, so that none comes out by subtraction.

    ``folder`` is one of ours that only we can read; what is handed over there are counts without names, and gone afterwards.
    """
    cells = {(str(row), what): count for row, one in enumerate(figures) for what, count in _split(one)}
    hidden = hidden_cells(cells, folder)
    return [
        Printed(
            None if (str(row), "in") in hidden else one.counted,
            None if (str(row), _TOTAL) in hidden else one.base,
            one.of,
        )
        for row, one in enumerate(figures)
    ]


def shared(figures: Sequence[Figure]) -> list[Printed]:
    """Parts that divide one base among them: of what is hidden not even the sum, which comes out by subtraction, tells a part."""
    counts = {row: one.counted or 0 for row, one in enumerate(figures)}
    hidden = {row for row, count in counts.items() if is_small(count)}
    others = sorted((count, row) for row, count in counts.items() if count and row not in hidden)
    for _, row in others:
        if hidden and _is_told(hidden, counts):
            hidden.add(row)
    if (hidden and _is_told(hidden, counts)) or any(is_small(one.base) for one in figures):
        return [Printed(None, None, one.of) for one in figures]
    return [Printed(None if row in hidden else one.counted, one.base, one.of) for row, one in enumerate(figures)]


def _is_told(hidden: Collection[int], counts: Mapping[int, int]) -> bool:
    """Whether the sum of these parts tells each of them: of one, and of several that are all one."""
    return len(hidden) == 1 or sum(counts[one] for one in hidden) == len(hidden)


def _split(one: Figure) -> tuple[tuple[str, int], tuple[str, int]]:
    counted = one.counted or 0
    return ("in", counted), ("out", one.base - counted)


def hidden_cells(cells: Mapping[Cell, int], folder: Path) -> frozenset[Cell]:
    """Which cells of a table, its totals among them, are hidden when all others are printed with their totals."""
    with_totals = {**cells, **_totals(cells)}
    if not any(map(is_small, with_totals.values())):
        return frozenset()
    found = _secondary(cells, folder) if find_spec("pytauargus") else None
    if found is None or any(cell not in found for cell, count in with_totals.items() if is_small(count)):
        return frozenset(with_totals)
    return found


def _totals(cells: Mapping[Cell, int]) -> dict[Cell, int]:
    found: dict[Cell, int] = {}
    for (part, what), count in cells.items():
        for cell in ((part, _TOTAL), (_TOTAL, what), (_TOTAL, _TOTAL)):
            found[cell] = found.get(cell, 0) + count
    return found


def _secondary(cells: Mapping[Cell, int], folder: Path) -> frozenset[Cell] | None:
    """What pytauargus hides; None when it cannot, or when its own audit finds a hidden cell that can be worked out.

    It runs as a process of its own, because it leaves its logs where it works and is compiled code.
    """
    with TemporaryDirectory(prefix=".figures-", dir=folder) as work:
        counts = [[*cell, count] for cell, count in cells.items() if count]
        done = subprocess.run(  # noqa: S603 - our own interpreter with our own text
            [sys.executable, "-I", "-c", _PROTECT, str(SMALLEST)],
            input=json.dumps(counts),
            cwd=work,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    if done.returncode:
        return None
    rows, audited = json.loads(done.stdout.splitlines()[-1])
    if any(high - low < 1 for low, high in audited):
        return None
    return frozenset((part, what) for part, what, status in rows if status != "S")


_PROTECT: Final = """
import json, sys
from pytauargus import protect
cells = json.load(sys.stdin)
rows = [{"part": part, "what": what, "n": 1.0} for part, what, count in cells for _ in range(count)]
done = protect(rows, ["part", "what"], response="n", safety_rules=f"FREQ({sys.argv[1]},30)", suppress="OPT(1)", workdir="run")
table = done.tables[0]
found = [[row["part"].strip(), row["what"].strip(), status] for row, status in zip(table.rows, table.status())]
print()
print(json.dumps([found, [[one["min"], one["max"]] for one in done.engine.audit(0)]]))
"""


def schools_behind(rows: Sequence[Behind]) -> int:
    """How many schools stand behind a figure."""
    return len({row.school_id for row in rows if row.school_id is not None})
