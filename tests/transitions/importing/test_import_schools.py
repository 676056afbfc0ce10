"""Importing the school list in the register's own shape."""

import csv
from pathlib import Path

import pytest
from builders import add_pupil, add_school, add_terms, contents, steps_of

from transitions.custody import history
from transitions.errors import BadInput
from transitions.importing import schools
from transitions.importing.preview import commit
from transitions.workspace import Workspace

REGISTER = (
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (name)",
    "EstablishmentStatus (name)", "CloseDate", "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge", "Street",
    "Town", "Postcode", "TelephoneNum", "Gender (name)", "UPRN",
)  # fmt: skip
LAYFIELD = {
    "URN": "111744", "LA (code)": "808", "EstablishmentNumber": "2001", "EstablishmentName": "Layfield Primary School",
    "TypeOfEstablishment (name)": "Community school", "EstablishmentStatus (name)": "Open",
    "PhaseOfEducation (name)": "Primary", "StatutoryLowAge": "4", "StatutoryHighAge": "11", "Town": "Yarm",
    "Postcode": "ts159tf", "TelephoneNum": "01642 000001",
}  # fmt: skip
OLD = {
    "URN": "100001", "LA (code)": "5", "EstablishmentNumber": "300", "EstablishmentName": "Saint-Zo\u00eb\u2019s First School",
    "EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2019", "PhaseOfEducation (name)": "Not applicable",
}  # fmt: skip


def put(folder: Path, *rows: dict[str, str], encoding: str = "cp1252") -> Path:
    path = folder / "edubasealldata.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, REGISTER, restval="", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    return path


def school(workspace: Workspace, urn: int) -> dict[str, object]:
    cursor = workspace.read().execute("SELECT * FROM school WHERE urn = ?", (urn,))
    return dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))


def refused(workspace: Workspace, folder: Path, *rows: dict[str, str]) -> list[str]:
    with pytest.raises(BadInput) as caught:
        schools.prepare(workspace, put(folder, *rows))
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_the_registers_shape_is_read(workspace: Workspace, tmp_path: Path) -> None:
    preview = schools.prepare(workspace, put(tmp_path, LAYFIELD, OLD))
    assert preview.read_as == "Windows-1252, separated by commas"
    assert preview.notes == ()
    assert commit(workspace, preview) == (2, 0, 0, 0, None)
    expected = {
        "name": "Layfield Primary School", "la_number": 808, "establishment_number": 2001, "phase": "Primary",
        "kind": "Community school", "status": "Open", "low_age": 4, "high_age": 11, "town": "Yarm", "postcode": "TS15 9TF",
        "telephone": "01642 000001", "closed_on": None,
        "search_text": "layfield primary school yarm 111744 808/2001 8082001",
    }  # fmt: skip
    found = school(workspace, 111744)
    assert {name: found[name] for name in expected} == expected


def test_a_closed_school_stays_and_is_marked(workspace: Workspace, tmp_path: Path) -> None:
    commit(workspace, schools.prepare(workspace, put(tmp_path, OLD)))
    found = school(workspace, 100001)
    assert (found["status"], found["closed_on"], found["archived_at"], found["phase"]) == (
        "Closed",
        "2019-08-31",
        None,
        None,
    )
    assert found["search_text"] == "saint zoes first school 100001 005/0300 0050300"


def test_the_same_list_twice_changes_nothing_and_undo_is_exact(workspace: Workspace, tmp_path: Path) -> None:
    path = put(tmp_path, LAYFIELD, OLD)
    before = contents(workspace)
    commit(workspace, schools.prepare(workspace, path))
    after = contents(workspace), len(history.entries(workspace))
    again = schools.prepare(workspace, path)
    assert again.unchanged == 2
    commit(workspace, again)
    assert (contents(workspace), len(history.entries(workspace))) == after
    history.undo(workspace)
    assert contents(workspace) == before


def test_a_new_download_changes_what_has_changed(workspace: Workspace, tmp_path: Path) -> None:
    commit(workspace, schools.prepare(workspace, put(tmp_path, LAYFIELD, OLD)))
    reopened = {**OLD, "EstablishmentStatus (name)": "Open", "CloseDate": ""}
    renamed = {**LAYFIELD, "EstablishmentName": "Layfield Academy", "Town": ""}
    preview = schools.prepare(workspace, put(tmp_path, renamed, reopened))
    told = {entry.label: [tuple(difference) for difference in entry.differences] for entry in preview.changed}
    assert told == {
        "Layfield Academy": [("Name", "Layfield Primary School", "Layfield Academy")],
        "Saint-Zo\u00eb\u2019s First School": [("Status", "Closed", "Open"), ("Closed on", "2019-08-31", "")],
    }
    commit(workspace, preview)
    assert school(workspace, 111744)["search_text"] == "layfield academy yarm 111744 808/2001 8082001"


def test_a_school_typed_in_by_hand_gets_its_urn(workspace: Workspace, tmp_path: Path) -> None:
    number = add_school(workspace, "Layfield", la_number=808, establishment_number=2001)
    commit(workspace, schools.prepare(workspace, put(tmp_path, LAYFIELD)))
    assert school(workspace, 111744)["id"] == number


def test_other_ages_plan_the_pupils_of_the_school_again(workspace: Workspace, tmp_path: Path) -> None:
    add_terms(workspace)
    number = add_school(workspace, "Layfield Primary School", urn=111744, high_age=19)
    pupil = add_pupil(workspace, year_group=2, school_id=number)
    before = contents(workspace)
    assert not [code for code, _ in steps_of(workspace, pupil) if code.startswith("2-3.")]
    commit(workspace, schools.prepare(workspace, put(tmp_path, {**LAYFIELD, "StatutoryHighAge": "7"})))
    assert [code for code, _ in steps_of(workspace, pupil) if code.startswith("2-3.")]
    history.undo(workspace)
    assert contents(workspace) == before


def test_a_slip_of_the_register_is_kept_and_pointed_out(workspace: Workspace, tmp_path: Path) -> None:
    preview = schools.prepare(workspace, put(tmp_path, {**LAYFIELD, "Postcode": "TS18 ITU"}))
    assert len(preview.new) == 1
    assert preview.notes[0].startswith("Postcode: a postcode's last three characters are a digit and two letters")
    assert preview.notes[0].endswith("kept as it is (line 2)")


def test_what_is_wrong_is_said(workspace: Workspace, tmp_path: Path) -> None:
    found = refused(
        workspace,
        tmp_path,
        LAYFIELD,
        {**LAYFIELD, "EstablishmentName": "Another"},
        {"URN": "12345", "EstablishmentName": "X"},
        {"URN": "100002"},
    )
    assert found == [
        "edubasealldata.csv line 2: URN: the same URN is on line 3: expected each school once",
        "edubasealldata.csv line 3: URN: the same URN is on line 2: expected each school once",
        (
            "edubasealldata.csv line 4: URN: a URN has 6 characters and this one has 5: a spreadsheet may have dropped a zero from the front; expected 6 digits"
        ),
        "edubasealldata.csv line 5: EstablishmentName: is empty, and every school needs one",
    ]


def test_bad_lines_can_be_left_out(workspace: Workspace, tmp_path: Path) -> None:
    preview = schools.prepare(workspace, put(tmp_path, LAYFIELD, {**OLD, "URN": "x"}), skip_bad=True)
    imported = commit(workspace, preview)
    assert (imported.new, imported.refused) == (1, 1)
    assert imported.refused_file is not None
    assert imported.refused_file.exists()


def test_characters_that_steer_are_left_out_of_a_name_and_said(workspace: Workspace, tmp_path: Path) -> None:
    row = {**LAYFIELD, "EstablishmentName": "Lay\x1bfield", "Town": "Yarm\x07"}
    preview = schools.prepare(workspace, put(tmp_path, row))
    said = "has control characters, which were left out: is it spelt right? (line 2)"
    assert preview.notes == (f"EstablishmentName: {said}", f"Town: {said}")
    commit(workspace, preview)
    assert school(workspace, 111744)["name"] == "Layfield"
