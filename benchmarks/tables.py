"""How long a list of 100,000 pupils takes to be read and looked at, and how much memory that needs, each in a process of its own.

The run ends with an error when any of it needs more than the bound.
"""

import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from transitions.identifiers import make_upn

ROWS = 100_000
BOUND = 64
"""MB that a process may have at its most beyond what it has with a file open and nothing done."""
HEADER = (
    "UPN", "Surname", "Forename", "Date of Birth", "Sex", "Year Group", "SEN Provision", "Primary Need", "Attendance", "Language",
)  # fmt: skip
CHILD = """
import sys, time
from datetime import date
from pathlib import Path
from transitions.clock import Clock
from transitions.importing import pupils
from transitions.importing.preview import commit
from transitions.importing.tabular import read_table
from transitions.workspace import Workspace
def memory(what):
    return next(int(line.split()[1]) / 1024 for line in Path("/proc/self/status").open() if line.startswith(what))
path = Path(sys.argv[1])
workspace = Workspace.open(path.with_suffix(".db"), Clock.on(date(2026, 11, 21)), create=True)
start, idle = time.process_time(), memory("VmRSS")
if sys.argv[2] == "read":
    rows = sum(1 for _ in read_table(path).rows)
else:
    preview = pupils.prepare(workspace, path)
    rows = len(preview.new) + preview.unchanged
    if sys.argv[2] == "taken":
        commit(workspace, preview)
peak = memory("VmHWM")
print(f"| {path.suffix} | {sys.argv[2]} | {rows:,} | {time.process_time() - start:.1f} | {peak:.0f} | {peak - idle:.0f} |")
if peak - idle > int(sys.argv[3]):
    sys.exit(f"more than {sys.argv[3]} MB")
"""


def rows() -> Iterator[tuple[str, ...]]:
    for number in range(ROWS):
        upn = make_upn(800, 1000 + number // 1000, 2020, number % 1000)
        born = f"{number % 28 + 1:02d}/{number % 12 + 1:02d}/2016"
        name = f"Sample{number}", f"Child{number % 977}"
        yield upn, *name, born, "FM"[number % 2], "", "NKE"[number % 3], "", "93.4", "English"


def main() -> None:
    import xlsxwriter

    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, "pupils.csv"), Path(folder, "pupils.xlsx")]
        with paths[0].open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEADER, *rows()])
        with xlsxwriter.Workbook(paths[1]) as book:
            sheet = book.add_worksheet("Pupils")
            for line, row in enumerate([HEADER, *rows()]):
                sheet.write_row(line, 0, row)
        print("| file | what | rows | CPU s | peak MB | above idle |\n| --- | --- | ---: | ---: | ---: | ---: |")
        # Both have one database: what is taken last is there when it is looked at again.
        for place, what in (
            (1, "read"),
            (1, "looked at"),
            (0, "read"),
            (0, "looked at"),
            (0, "taken"),
            (0, "looked at again"),
        ):
            subprocess.run([sys.executable, "-c", CHILD, str(paths[place]), what, str(BOUND)], check=True)


if __name__ == "__main__":
    main()
