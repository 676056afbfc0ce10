"""The lists that are imported: made-up pupils who are nowhere else, or the pupils of a record."""

import csv
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final

import xlsxwriter
from sqlcipher3 import dbapi2

from transitions.identifiers import make_upn

HEADER: Final = (
    "UPN", "Surname", "Forename", "Date of Birth", "Sex", "Year Group", "SEN Provision", "Primary Need", "Attendance", "Language",
)  # fmt: skip
OF_A_RECORD: Final = (
    "UPN", "Surname", "Forename", "Date of Birth", "Sex", "SEN Provision", "Attendance", "School URN", "Pupil premium",
)  # fmt: skip
_RECORD: Final = (
    "SELECT p.upn, p.surname, p.forename, strftime('%d/%m/%Y', p.date_of_birth), p.sex, p.sen_provision, p.attendance_percent, s.urn, "
    "CASE WHEN p.pupil_premium THEN 'Y' ELSE 'N' END FROM pupil p LEFT JOIN school s ON s.id = p.school_id "
    "WHERE p.upn IS NOT NULL AND p.archived_at IS NULL ORDER BY p.id"
)


def made_up(rows: int) -> Iterator[tuple[str, ...]]:
    """Pupils who are in no made-up record: Sample and a number."""
    for number in range(rows):
        upn = make_upn(800, 1000 + number // 1000, 2020, number % 1000)
        born = f"{number % 28 + 1:02d}/{number % 12 + 1:02d}/2016"
        name = f"Sample{number}", f"Child{number % 977}"
        yield upn, *name, born, "FM"[number % 2], "", "NKE"[number % 3], "", "93.4", "English"


def write_made_up(path: Path, rows: int) -> Path:
    """Write them as a CSV, or as a workbook by the name of the file."""
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("Pupils")
            for line, row in enumerate([HEADER, *made_up(rows)]):
                sheet.write_row(line, 0, row)
        return path
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *made_up(rows)])
    return path


def write_pupils_of(record: Path, path: Path, most: int | None) -> int:
    """Write the pupils of a record who have a UPN, or so many of them; give how many."""
    with closing(dbapi2.connect(str(record))) as connection, path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(OF_A_RECORD)
        written = 0
        for row in islice(connection.execute(_RECORD), most):
            writer.writerow(row)
            written += 1
    return written
