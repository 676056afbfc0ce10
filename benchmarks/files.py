"""Files in and out: a whole council's list imported, lists exported and printed whole, and keys while an import writes."""

import csv
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Final

from benchmarks import records
from benchmarks.bench import ALL, OURS, Bench, Scenario
from benchmarks.figures import Reading, Row
from benchmarks.keys import DOWN, firsts
from benchmarks.terminal import Answered

SHELL: Final = "sqlite3"
MOST_MB: Final = 64.0
QUICK_ROWS: Final = 20_000


def shell(bench: Bench, database: Path, script: str) -> float:
    """The seconds that the shell of SQLite takes for a script."""
    begun = time.perf_counter()
    subprocess.run(
        [SHELL, "-bail", str(database)], input=script, check=True, text=True, stdout=subprocess.DEVNULL, env=bench.environment
    )  # fmt: skip
    return time.perf_counter() - begun


class Import(Scenario):
    """The pupils of a record, as a CSV made from itself, imported into an empty one that has its schools.

    The shell reads the same CSV into a table and inserts, in one transaction, row by row (that is what its LIMIT is for) and held
    against the same constraints, all that ours has then written.
    """

    rows: ClassVar[Mapping[str, Row]] = {
        "time": Row("whole import of a council", "sqlite3 shell: same CSV, same inserts", 2),
        "peak": Row("whole import of a council, at its most", "-", MOST_MB, "MB"),
    }
    largest_only = True

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        folder = bench.folder("import")
        given, ours, floor = folder / "council.csv", folder / "ours.db", folder / "floor.db"
        rows = records.write_pupils_of(bench.kept(pupils), given, QUICK_ROWS if bench.quick else None)
        for path in ours, floor:
            bench.inside("with_schools", path, bench.kept(pupils))
        seconds, most, cpu = bench.peak((OURS, "import", "pupils", given, "--db", ours))
        written = bench.said("tables_written", ours)
        inserts = "".join(f"INSERT INTO main.{table} SELECT * FROM o.{table} LIMIT -1;" for table in written)
        script = f".import --csv {given} given\nATTACH '{ours}' AS o; PRAGMA foreign_keys = ON; BEGIN; PRAGMA defer_foreign_keys = ON; {inserts} COMMIT;"
        took = shell(bench, floor, script)
        bench.same("pupils imported", bench.inside("pupils", ours), rows)
        bench.same("pupils inserted", bench.inside("pupils", floor), rows)
        yield Reading(self.rows["time"], rows, [seconds], [took], cpu)
        yield Reading(self.rows["peak"], rows, [most])
        bench.drop("import")


class Export(Scenario):
    """Lists written to a CSV, beside the same statement by the shell of SQLite."""

    rows: ClassVar[Mapping[str, Row]] = {
        what: Row(f"export {what}", "sqlite3 shell `-csv`, same statement", 1.8) for what in ("plans", "pupils", "missed")
    }  # fmt: skip
    largest_only = True

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        path, folder = bench.copied(pupils), bench.folder("export")
        for what, row in self.rows.items():
            mine, theirs = folder / f"{what}.csv", folder / f"{what}.floor.csv"
            words = ("export", what, mine, "--overwrite", "--purpose", "Benchmark", "--db", path)
            statements = ";\n".join(bench.said("exported_by", path, what))
            script = f".mode csv\n.output {theirs}\n{_IN_ORDER.sub(_AS_IT_COMES, statements)};\n"
            took = [(bench.run((OURS, *words)) / 1000, shell(bench, path, script)) for _ in range(bench.times(3, 1))]
            above = _records(mine) - _records(theirs)
            if not 0 < above < MOST_LINES_ABOVE:
                raise RuntimeError(f"{what}: {above:,} lines more than the shell wrote")
            yield Reading(row, pupils, [one[0] for one in took], [one[1] for one in took])
        bench.drop("export")


_IN_ORDER, _AS_IT_COMES = re.compile(r"string_agg\((.+?) ORDER BY [^()]+\)"), r"group_concat(\1)"
"""An older shell knows no order inside."""
MOST_LINES_ABOVE: Final = 12
"""Title, day, filters and head of a list."""


def _records(path: Path) -> int:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return sum(1 for _ in csv.reader(file))


class Whole(Scenario):
    """Everything printed as a table: seconds and memory."""

    rows: ClassVar[Mapping[str, Row]] = {
        f"{what} {unit}": Row(f"`{what}` of everything, as a table", "-", reach, unit)
        for what in ("missed", "list")
        for unit, reach in (("s", 3.0), ("MB", MOST_MB))
    }
    largest_only = True

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        for what in "missed", "list":
            runs = [bench.peak((OURS, what, "--db", bench.copied(pupils))) for _ in range(bench.times(3, 1))]
            yield Reading(self.rows[f"{what} s"], pupils, [seconds for seconds, *_ in runs], cpu=runs[0][2])
            yield Reading(self.rows[f"{what} MB"], pupils, [most for _, most, _ in runs])


class Looked(Scenario):
    """A list of 100,000 new pupils is looked at before anything is imported: the memory above the file open and nothing done."""

    rows: ClassVar[Mapping[str, Row]] = {
        suffix: Row(f"100,000 rows of {suffix} looked at, above idle", "-", MOST_MB, "MB") for suffix in (".csv", ".xlsx")
    }  # fmt: skip
    largest_only = True
    ROWS: ClassVar[int] = 100_000

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        folder = bench.folder("looked")
        for suffix, row in self.rows.items():
            path = records.write_made_up(folder / f"pupils{suffix}", QUICK_ROWS if bench.quick else self.ROWS)
            yield Reading(row, 0, *bench.inside("looked_at", path, folder / f"{suffix}.db"))
        bench.drop("looked")


class KeysMeanwhile(Scenario):
    """Keys in everybody's list while the app itself imports pupils, and while it does nothing."""

    rows: ClassVar[Mapping[str, Row]] = {
        "ratio": Row("keys while an import writes", "the same keys, idle, p95", 2, of="p95"),
        "p95": Row("keys while an import writes", "-", 16, "ms", "p95"),
    }
    largest_only = True
    ROWS: ClassVar[int] = 40_000
    PACE_SECONDS: ClassVar[float] = 0.1
    CASELOAD: ClassVar[str] = "\x1bOR"

    def measure(self, bench: Bench, pupils: int) -> Iterator[Reading]:
        path = bench.copied(pupils, "meanwhile")
        new = records.write_made_up(bench.folder("meanwhile") / "new.csv", self.ROWS // (2 if bench.quick else 1))
        with bench.app(path, ALL) as ours:
            idle = [ours.press(DOWN, quiet=self.PACE_SECONDS, at_work=False) for _ in range(40)]
            ours.press("I")
            ours.press(str(new))
            ours.press("\r")
            ours.press("\x13", at_work=False)
            ours.press(self.CASELOAD, at_work=False)
            typed = list[Answered]()
            while not typed or (ours.is_busy() and len(typed) < 400):
                typed.append(ours.press(DOWN, quiet=self.PACE_SECONDS, at_work=False))
        bench.drop("meanwhile")
        floor = Reading(self.rows["p95"], pupils, firsts(idle)).value
        yield Reading(self.rows["ratio"], pupils, firsts(typed), [floor])
        yield Reading(self.rows["p95"], pupils, firsts(typed))


SCENARIOS: Final = (Import, Export, Whole, Looked, KeysMeanwhile)
