"""The files of workshops: their figures against the raw rows, who is named in them, and what narrows them."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import add_invitation, add_pupil, add_school, add_worker, add_workshop, add_workshop_action

from transitions.caseload.caseload import Caseload
from transitions.custody import history
from transitions.errors import NotAllowed
from transitions.exporting.column import ExportColumn
from transitions.exporting.columns import ATTENDANCE, REGISTERS, WORKSHOPS, chosen
from transitions.exporting.exports import Options, export
from transitions.importing.tabular import read_table
from transitions.workspace import Workspace

EVERYTHING = Caseload()
FULL = Options(full=True, purpose="Committee")
NAMES_OF_ADULTS = {"worker", "name", "note", "notes", "agenda", "link", "cancel_reason"}


def written(path: Path, rows: int) -> list[dict[str, str]]:
    """Give the records of a file as its readers see them; one without any is no table to them."""
    if not rows:
        return []
    table = read_table(path)
    found = [dict(zip(table.header, row.cells, strict=True)) for row in table.rows]
    assert len(found) == rows
    return found


def saved(
    workspace: Workspace, what: str, folder: Path, caseload: Caseload = EVERYTHING, **options: Any
) -> list[dict[str, str]]:
    target = folder / f"{what}.csv"
    exported = export(workspace, what, caseload, target, Options(overwrite=True, **options))
    return written(target, exported.rows)


@pytest.fixture
def forum(workspace: Workspace) -> Workspace:
    """A forum with a school that came, one that sent apologies, one not marked and an agency; one cancelled, one to come."""
    first = add_school(workspace, "Ash", urn=900001, la_number=999, establishment_number=2001, phase="Primary")
    second, third = add_school(workspace, "Birch"), add_school(workspace, "Conyers", urn=900003)
    number = add_workshop(
        workspace, title="=Forum", series="Forum", kind="information-sharing forum", on_day=date(2026, 11, 10), starts="09:30",
        ends="12:00", place="Town Hall", link="https://example.org/secret", host_school_id=third, worker_id=workspace.me,
        transition="6-7", year_groups="-1,0,6", audience="SENCOs", agenda="Say hello to Ms Ward", notes="Ms Ward spoke",
        status="held",
    )  # fmt: skip
    add_invitation(workspace, number, school_id=first, attendance="came", people=3)
    add_invitation(
        workspace, number, school_id=first, name="A. Lee", attendance="came", before=2, after=4, note="Left early"
    )
    add_invitation(workspace, number, school_id=second, attendance="apologies")
    add_invitation(workspace, number, school_id=third)
    add_invitation(workspace, number, agency="CAMHS", attendance="came")
    add_workshop_action(workspace, number, "Share the map")
    add_workshop_action(workspace, number, "Ring", grade=1, graded_on=date(2026, 11, 12))
    add_workshop_action(workspace, number, "Late", grade=3, graded_on=date(2026, 11, 12))
    add_workshop_action(workspace, number, "No", dropped_on=date(2026, 11, 12), drop_reason="Not ours")
    off = add_workshop(workspace, on_day=date(2026, 1, 26), status="cancelled", cancel_reason="Ms Ward was ill")
    add_invitation(workspace, off, school_id=first)
    later = add_workshop(
        workspace, on_day=date(2027, 1, 11), kind="training", title="Thrive", programme="Thrive", module="One"
    )
    add_invitation(workspace, later, school_id=first)
    add_workshop(workspace, title="Put away", archived_at=date(2026, 1, 1))
    return workspace


# --- columns -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", REGISTERS.values(), ids=REGISTERS)
def test_headers_are_plain_and_each_says_what_it_holds(columns: tuple[ExportColumn, ...]) -> None:
    headers = [column.header for column in columns]
    assert len(set(headers)) == len(headers)
    for column in columns:
        assert column.header.replace("_", "").isalnum()
        assert column.header == column.header.lower()
        assert len(column.meaning) > 2


@pytest.mark.parametrize("columns", REGISTERS.values(), ids=REGISTERS)
def test_nobody_is_named_but_in_full(columns: tuple[ExportColumn, ...]) -> None:
    few = {column.header for _, column in chosen(columns, full=False, pseudonymised=False)}
    assert few & {*NAMES_OF_ADULTS, "confidence_before", "confidence_after"} == set()
    full = {column.header for _, column in chosen(columns, full=True, pseudonymised=False)}
    assert full == {column.header for column in columns}


# --- workshops -----------------------------------------------------------------------------------------------------


def test_one_row_for_each_workshop_with_its_figures(tmp_path: Path, forum: Workspace) -> None:
    off, held, later = saved(forum, "workshops", tmp_path)
    assert held == {
        "workshop": "1", "academic_year": "2026/27", "on_day": "2026-11-10", "kind": "information-sharing forum",
        "title": "=Forum", "series": "Forum", "status": "held", "host_school": "Conyers", "transition": "6-7",
        "year_groups": "N, R, 6", "programme": "", "module": "", "last_day": "", "starts": "09:30", "ends": "12:00",
        "place": "Town Hall", "host_school_urn": "900003", "audience": "SENCOs", "schools_invited": "3", "schools_came": "1",
        "schools_apologies": "1", "schools_absent": "0", "schools_not_marked": "1", "schools_came_percent": "33",
        "places": "", "places_taken": "", "fee": "", "agencies_came": "1", "people_came": "3", "actions": "3", "actions_open": "2", "actions_fully_achieved": "1",
    }  # fmt: skip
    for one, status in ((off, "cancelled"), (later, "planned")):
        assert (one["status"], one["schools_invited"]) == (status, "1")
        figures = (
            "schools_came", "schools_apologies", "schools_absent", "schools_not_marked", "schools_came_percent",
            "agencies_came", "people_came",
        )  # fmt: skip
        assert {one[header] for header in figures} == {""}
    assert (later["programme"], later["module"], later["academic_year"]) == ("Thrive", "One", "2026/27")


def test_fourteen_of_forty_eight(tmp_path: Path, workspace: Workspace) -> None:
    number = add_workshop(workspace)
    for place in range(48):
        mark = "came" if place < 14 else "absent"
        add_invitation(workspace, number, school_id=add_school(workspace, f"School {place}"), attendance=mark)
    (row,) = saved(workspace, "workshops", tmp_path)
    assert (row["schools_came"], row["schools_invited"], row["schools_came_percent"]) == ("14", "48", "29")
    assert (row["people_came"], row["schools_not_marked"]) == ("", "0")  # nobody counted the people
    lines = saved(workspace, "attendance", tmp_path)
    assert [line["attendance"] for line in lines].count("came") == 14
    assert len(lines) == 48


def test_a_meeting_that_nobody_has_marked_has_no_rate(tmp_path: Path, workspace: Workspace) -> None:
    add_invitation(workspace, add_workshop(workspace), school_id=add_school(workspace))
    (row,) = saved(workspace, "workshops", tmp_path)
    assert (row["schools_came"], row["schools_not_marked"], row["schools_came_percent"]) == ("0", "1", "")
    assert saved(workspace, "attendance", tmp_path)[0]["attendance"] == "not marked"


# --- attendance ----------------------------------------------------------------------------------------------------


def test_one_row_for_each_line_of_the_registers(tmp_path: Path, forum: Workspace) -> None:
    lines = saved(forum, "attendance", tmp_path)
    told = ("invited_as", "school", "school_laestab", "agency", "attendance", "people")
    assert [tuple(line[header] for header in told) for line in lines] == [
        ("school", "Ash", "999/2001", "", "", ""),
        ("school", "Ash", "999/2001", "", "came", "3"),
        ("person", "Ash", "999/2001", "", "came", ""),
        ("school", "Birch", "", "", "apologies", ""),
        ("school", "Conyers", "", "", "not marked", ""),
        ("agency", "", "", "CAMHS", "came", ""),
        ("school", "Ash", "999/2001", "", "", ""),
    ]
    assert "name" not in lines[0]
    connection = forum.read()
    raw = connection.execute("SELECT count(*) FROM workshop_invitation").fetchone()[0]
    assert raw == len(lines)


def test_names_are_there_in_full_and_nowhere_else(tmp_path: Path, forum: Workspace) -> None:
    for what in REGISTERS:
        few = tmp_path / f"{what}.csv"
        export(forum, what, EVERYTHING, few)
        for personal in ("A. Lee", "Ward", "K. Osei", "Left early", "secret"):
            assert personal not in few.read_text("utf-8-sig")
    person = next(line for line in saved(forum, "attendance", tmp_path, full=True) if line["name"])
    assert (person["name"], person["confidence_before"], person["confidence_after"], person["note"]) == (
        "A. Lee", "2", "4", "Left early",
    )  # fmt: skip
    off, held, _ = saved(forum, "workshops", tmp_path, full=True)
    assert (held["worker"], held["notes"], off["cancel_reason"]) == ("K. Osei", "Ms Ward spoke", "Ms Ward was ill")


def test_no_pupil_is_in_them(tmp_path: Path, forum: Workspace) -> None:
    add_pupil(forum, surname="Featherstone", school_id=1, next_school_id=3)
    for what in REGISTERS:
        export(forum, what, EVERYTHING, tmp_path / f"{what}.csv", FULL)
        assert "Featherstone" not in (tmp_path / f"{what}.csv").read_text("utf-8-sig")


# --- narrowed ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caseload", "year", "titles", "said"),
    [
        (Caseload(), 2026, ["=Forum", "Thrive"], "All workshops · 2026/27"),
        (Caseload(), 2024, [], "All workshops · 2024/25"),
        (Caseload(whose="mine"), None, ["=Forum"], "My workshops"),
        (Caseload(whose="nobody's"), None, ["Transitions workshop", "Thrive"], "Nobody's workshops"),
        (Caseload(worker_id=1), None, ["=Forum"], "One worker's workshops"),
        (Caseload(school_id=2), None, ["=Forum"], "All workshops · Birch"),
        (Caseload(school_id=3), None, ["=Forum"], "All workshops · Conyers"),
        (Caseload(transitions=("6-7",)), None, ["=Forum"], "All workshops · 6-7"),
        (Caseload(year_groups=(6,)), 2026, ["=Forum", "Thrive"], "All workshops · 2026/27 · Year 6"),
        (Caseload(year_groups=(1, 7)), 2026, ["Thrive"], "All workshops · 2026/27 · Year 1 · Year 7"),
        (Caseload(text="thr"), None, ["Thrive"], "All workshops · found by words"),
    ],
)
def test_what_narrows_them(
    tmp_path: Path, forum: Workspace, caseload: Caseload, year: int | None, titles: list[str], said: str
) -> None:
    assert [row["title"] for row in saved(forum, "workshops", tmp_path, caseload, academic_year=year)] == titles
    lines = saved(forum, "attendance", tmp_path, caseload, academic_year=year)
    assert list(dict.fromkeys(line["title"] for line in lines)) == titles
    heading = (tmp_path / "attendance.csv").read_text("utf-8-sig").splitlines()[:4]
    assert heading[2] == f'"# Filter: {said}"'
    assert heading[3] == '"# Pseudonymised: no"'


def test_a_workshop_of_somebody_else_is_not_mine(tmp_path: Path, forum: Workspace) -> None:
    forum.become(add_worker(forum, "Samina Khan"))
    assert saved(forum, "workshops", tmp_path, Caseload(whose="mine")) == []


@pytest.mark.parametrize(
    ("caseload", "options", "words"),
    [
        (Caseload(states=("overdue",)), Options(), "are pupils'"),
        (Caseload(cohorts=("EHC plan",)), Options(), "are pupils'"),
        (Caseload(milestone="6-7.names-school"), Options(), "are pupils'"),
        (Caseload(), Options(pseudonymised=True), "nothing to pseudonymise"),
    ],
)
def test_what_only_pupils_have_is_refused(
    tmp_path: Path, forum: Workspace, caseload: Caseload, options: Options, words: str
) -> None:
    for what in REGISTERS:
        with pytest.raises(NotAllowed, match=words):
            export(forum, what, caseload, tmp_path / "x.csv", options)
    assert list(tmp_path.glob("x*")) == []


def test_each_file_is_noted(tmp_path: Path, forum: Workspace) -> None:
    export(forum, "attendance", EVERYTHING, tmp_path / "a.csv", FULL)
    export(forum, "workshops", Caseload(text="ward"), tmp_path / "w.xlsx")
    noted = [(one.name, one.summary) for one in history.entries(forum) if one.kind == "export"]
    assert noted == [
        ("Exported workshops", "All workshops · found by words; 0 rows; w.xlsx"),
        ("Exported attendance", "All workshops; 7 rows; a.csv; in full; for: Committee"),
    ]


def test_a_title_cannot_run_in_a_spreadsheet(tmp_path: Path, forum: Workspace) -> None:
    export(forum, "workshops", EVERYTHING, tmp_path / "w.csv")
    rows = list(csv.reader((tmp_path / "w.csv").read_text("utf-8-sig").splitlines()))
    assert [row[4] for row in rows if row[0] == "1"] == ["'=Forum"]


def test_what_people_said_of_numbers_is_a_number(tmp_path: Path, forum: Workspace) -> None:
    numbers = {column.header for column in (*WORKSHOPS, *ATTENDANCE) if column.kind == "number"}
    assert {"schools_came", "people", "confidence_after"} <= numbers
    for what in REGISTERS:
        for row in saved(forum, what, tmp_path):
            assert all(value == "" or value.isdigit() for header, value in row.items() if header in numbers)
