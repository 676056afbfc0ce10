"""The list of movers: by the school or college that receives them, as a table and as a page for each."""

import csv
from pathlib import Path

import pytest
from builders import add_pupil, add_school
from command import Command

from transitions.caseload.caseload import Caseload
from transitions.custody import access_log
from transitions.exporting.exports import export
from transitions.exporting.files import Options
from transitions.pupils.markers import ADDRESS, MARKER, NOT_DISCLOSED, WHOLE_RECORD
from transitions.pupils.small_records import save
from transitions.workspace import Workspace

FOR_THE_MEETING = Options(purpose="Meeting in June")


@pytest.fixture
def moving(workspace: Workspace) -> Workspace:
    primary = add_school(workspace, "Layfield Primary", low_age=4, high_age=11)
    conyers = add_school(workspace, "Conyers School", low_age=11, high_age=16)
    college = add_school(workspace, "Stockton College", low_age=16, high_age=19)
    for surname, here, there, group in (
        ("Ward", primary, conyers, 6), ("Abbott", primary, conyers, 6), ("Byrne", primary, None, 6), ("Okafor", conyers, college, 11),
        ("Young", primary, None, 3),
    ):  # fmt: skip
        add_pupil(workspace, surname=surname, year_group=group, school_id=here, next_school_id=there)
    return workspace


def listed(path: Path) -> list[tuple[str, str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith('"#'))
        return [(row["next_school"], row["surname"], row["transition"]) for row in rows]


def test_everybody_who_moves_stands_under_the_school_or_college_that_receives_them(
    moving: Workspace, tmp_path: Path
) -> None:
    export(moving, "movers", Caseload(), tmp_path / "movers.csv", FOR_THE_MEETING)
    assert listed(tmp_path / "movers.csv") == [
        ("Conyers School", "Abbott", "6-7"), ("Conyers School", "Ward", "6-7"), ("Stockton College", "Okafor", "11-16P"),
        ("", "Byrne", "6-7"),
    ]  # fmt: skip
    college = Caseload(next_school_id=3)
    assert export(moving, "movers", college, tmp_path / "college.csv", FOR_THE_MEETING).rows == 1


def test_a_document_has_a_page_for_each_and_obeys_markers(moving: Workspace, tmp_path: Path) -> None:
    for pupil, what in ((1, WHOLE_RECORD), (2, ADDRESS)):
        save(moving, MARKER, pupil, None, {"kind": NOT_DISCLOSED, "what": what, "started_on": "1/9/26"})
    made = export(moving, "movers", Caseload(), tmp_path / "movers.txt", FOR_THE_MEETING)
    text = (tmp_path / "movers.txt").read_text()
    assert "Movers of 2026/27 by next school" in text
    assert [line for line in text.splitlines() if "pupil" in line and ":" in line][:2] == [
        "Stockton College: 1 pupil",
        "No next school yet, or not to be disclosed: 2 pupils",
    ]
    assert ("Ward" in text, "Conyers School:" in text) == (False, False)
    assert made.left_out == "1 pupil left out because of a marker; schools left out of 1 pupil because of a marker"
    noted = access_log.exports(moving, limit=1)[0]
    assert (noted.name, noted.summary.startswith("All pupils; 3 rows; movers.txt; 1 pupil left out")) == (
        "Exported movers",
        True,
    )
    assert noted.summary.endswith("; for: Meeting in June")
    assert export(moving, "movers", Caseload(), tmp_path / "movers.docx", FOR_THE_MEETING).rows == 3
    assert (tmp_path / "movers.docx").read_bytes()[:2] == b"PK"


def test_the_command_prints_movers_too(school: Command, tmp_path: Path) -> None:
    said = school.ok("export", "movers", tmp_path / "movers.html", "--purpose", "Meeting").err
    assert "written to" in said
    assert "<h1" in (tmp_path / "movers.html").read_text(encoding="utf-8")
