"""How long a list of 100,000 pupils takes to be read and looked at, and how much memory that needs, each in a process of its own."""

import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from transitions.identifiers import make_upn

ROWS = 100_000
HEADER = (
    "UPN", "Surname", "Forename", "Date of Birth", "Sex", "Year Group", "SEN Provision", "Primary Need", "Attendance", "Language",
)  # fmt: skip
CHILD = """
import sys, time
from datetime import date
from pathlib import Path
from transitions.clock import Clock
from transitions.importing import pupils
from transitions.importing.tabular import read_table
from transitions.workspace import Workspace
def peak():
    return next(int(line.split()[1]) // 1024 for line in Path("/proc/self/status").open() if line.startswith("VmHWM"))
path = Path(sys.argv[1])
workspace = Workspace.open(path.with_suffix(".db"), Clock.on(date(2026, 11, 21)), create=True)
start = time.process_time()
if sys.argv[2] == "read":
    rows = sum(1 for _ in read_table(path).rows)
else:
    rows = len(pupils.prepare(workspace, path).new)
print(f"| {path.suffix} | {sys.argv[2]} | {rows:,} | {time.process_time() - start:.1f} | {peak()} |")
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
        print("| file | what | rows | CPU s | peak MB |\n| --- | --- | ---: | ---: | ---: |")
        for path in paths:
            for what in ("read", "looked at"):
                subprocess.run([sys.executable, "-c", CHILD, str(path), what], check=True)
                path.with_suffix(".db").unlink(missing_ok=True)


if __name__ == "__main__":
    main()
