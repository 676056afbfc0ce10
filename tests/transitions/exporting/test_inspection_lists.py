"""The two lists for an area SEND inspection: its own headings, the right children, what is not kept left empty."""

import csv
from datetime import date
from pathlib import Path

import pytest
from builders import add_episode, add_pupil, add_school
from command import Command
from python_calamine import CalamineWorkbook

from transitions.caseload.caseload import Caseload
from transitions.custody.history import entries
from transitions.errors import NotAllowed
from transitions.exporting.exports import export
from transitions.exporting.files import Options
from transitions.workspace import Workspace

LIST_1 = (
    "Unique ID", "UPN", "ULN", "Date of birth", "Gender", "Ethnicity", "Date initial EHC plan issued",
    "Date updated EHC plan issued", "Date EHC plan last reviewed", "SEN primary need", "Main education establishment – URN",
    "Main education establishment – phase", "Subsidiary education establishment – phase (dual registration)",
    "Elective home education", "Suspensions", "Permanent exclusions", "Absence", "Pupil Premium",
    "Known to children's social care?", "Which children's social care team?",
    "Does the child or young person have a disability?",
)  # fmt: skip
LIST_2 = (
    "Unique ID", "UPN", "ULN", "Date of birth", "Gender", "Ethnicity", "SEN primary need",
    "Main education establishment – URN", "Main education establishment – phase",
    "Subsidiary education establishment – phase (dual registration)", "Suspensions", "Permanent exclusions", "Absence",
    "Pupil Premium", "Known to children's social care?", "Which children's social care team?",
    "Does the child or young person have a disability?",
)  # fmt: skip
FOR_INSPECTION = Options(purpose="Area SEND inspection, made up")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def council(workspace: Workspace) -> Workspace:
    school = add_school(workspace, phase="secondary", urn=999_001)
    ehcp = add_pupil(
        workspace, surname="Khan", sen_provision="E", sex="F", school_id=school, attendance_percent=91.5, suspensions=2,
        pupil_premium=True,
    )  # fmt: skip
    with workspace.change("Need", "made-up") as action:
        action.insert("need", {"pupil_id": ehcp, "code": "SLCN", "rank": 1})
        action.insert("ehc_plan", {"pupil_id": ehcp, "ehc_started_on": date(2022, 3, 8)})
    add_episode(workspace, ehcp, "child in need", date(2026, 9, 1))
    add_pupil(workspace, surname="Ward", sen_provision="K")
    add_pupil(workspace, surname="Osei", sen_provision="N")
    return workspace


def test_each_list_has_the_headings_that_are_asked_for_in_their_order_from_its_first_line(
    council: Workspace, tmp_path: Path
) -> None:
    for name, headings in (("send-list-1", LIST_1), ("send-list-2", LIST_2)):
        export(council, name, Caseload(), tmp_path / f"{name}.csv", FOR_INSPECTION)
        with (tmp_path / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert tuple(next(csv.reader(file))) == headings


def test_list_1_is_of_those_with_an_ehc_plan_and_says_what_is_known_of_them(council: Workspace, tmp_path: Path) -> None:
    export(council, "send-list-1", Caseload(), tmp_path / "1.csv", FOR_INSPECTION)
    (row,) = rows_of(tmp_path / "1.csv")
    assert {name: value for name, value in row.items() if value} == {
        "Unique ID": "1", "Date of birth": row["Date of birth"], "Gender": "F", "SEN primary need": "SLCN",
        "Date initial EHC plan issued": "2022-03-08",
        "Main education establishment – URN": "999001", "Main education establishment – phase": "secondary",
        "Suspensions": "2", "Absence": "8.5", "Pupil Premium": "Yes", "Known to children's social care?": "Yes",
        "Which children's social care team?": "child in need", **({"UPN": row["UPN"]} if row["UPN"] else {}),
    }  # fmt: skip


def test_list_2_is_of_those_with_sen_support(council: Workspace, tmp_path: Path) -> None:
    export(council, "send-list-2", Caseload(), tmp_path / "2.csv", FOR_INSPECTION)
    (row,) = rows_of(tmp_path / "2.csv")
    assert (row["Known to children's social care?"], row["Pupil Premium"]) == ("No", "No")


def test_a_list_needs_a_purpose_which_the_history_keeps(council: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="needs a purpose"):
        export(council, "send-list-1", Caseload(), tmp_path / "1.csv")
    assert not (tmp_path / "1.csv").exists()
    export(council, "send-list-1", Caseload(), tmp_path / "1.csv", FOR_INSPECTION)
    assert "for: Area SEND inspection, made up" in entries(council)[0].summary


def test_with_pseudonyms_nobody_is_named_and_no_purpose_is_needed(council: Workspace, tmp_path: Path) -> None:
    options = Options(pseudonymised=True)
    export(council, "send-list-1", Caseload(), tmp_path / "1.csv", options)
    (row,) = rows_of(tmp_path / "1.csv")
    assert not {"UPN", "ULN", "Date of birth"} & row.keys()
    assert row["Unique ID"].startswith("p")


def test_the_command_says_what_stays_empty(council: Workspace, command: Command, tmp_path: Path) -> None:
    assert command("export", "send-list-1", tmp_path / "1.csv").status != 0
    said = command.ok("export", "send-list-1", tmp_path / "1.csv", "--purpose", "Inspection").err
    assert "Not kept here, so empty: Ethnicity, Date updated EHC plan issued" in said


def test_a_workbook_tells_on_its_other_sheet_what_it_is(council: Workspace, tmp_path: Path) -> None:
    export(council, "send-list-1", Caseload(), tmp_path / "1.xlsx", FOR_INSPECTION)
    workbook = CalamineWorkbook.from_path(tmp_path / "1.xlsx")
    about = [str(cell) for row in workbook.get_sheet_by_name("About").to_python() for cell in row]
    assert any("list 1" in cell for cell in about)
    (sheet,) = set(workbook.sheet_names) - {"About"}
    assert tuple(workbook.get_sheet_by_name(sheet).to_python()[0]) == LIST_1
