"""The attendance of the year before the move: read in its usual forms, kept with the pupil, and shown in the first weeks."""

import random
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from builders import add_pupil, contents
from test_hurt_files import ANY, must_end_well

from transitions.caseload import today
from transitions.caseload.caseload import Caseload
from transitions.clock import Clock
from transitions.errors import BadInput
from transitions.handovers import after_move
from transitions.identifiers import make_upn
from transitions.impact.records import WEEK
from transitions.importing import attendance
from transitions.importing.preview import ImportPreview, commit
from transitions.pupils import small_records
from transitions.workspace import Workspace

AISHA, CALLUM = make_upn(808, 4000, 2024, 1), make_upn(808, 4000, 2024, 2)


@pytest.fixture
def pupils(workspace: Workspace) -> list[int]:
    born = date(2014, 10, 1)
    return [
        add_pupil(workspace, upn=AISHA, surname="Khan", forename="Aisha", date_of_birth=born),
        add_pupil(workspace, upn=CALLUM, surname="Byrne", forename="Callum", date_of_birth=born),
    ]


def look(workspace: Workspace, folder: Path, text: str, *, skip_bad: bool = False) -> ImportPreview:
    path = folder / "y6.csv"
    path.write_text(text, encoding="utf-8")
    return attendance.prepare(workspace, path, skip_bad=skip_bad)


def on(workspace: Workspace, day: date) -> Workspace:
    return Workspace(workspace.database, Clock.on(day))


def percents(workspace: Workspace) -> list[float | None]:
    return [row[0] for row in workspace.read().execute("SELECT attendance_percent FROM pupil ORDER BY id")]


def notes(workspace: Workspace) -> list[str]:
    return [row[0] for row in workspace.read().execute("SELECT text FROM note ORDER BY id")]


@pytest.mark.usefixtures("pupils")
@pytest.mark.parametrize(
    ("columns", "cells", "percent", "note"),
    [
        ("Attendance %", "84.5", 84.5, "84.5%"),
        ("Sessions Possible,Sessions Attended", "364,306", 84.07, "84.07% (306 of 364 sessions)"),
        (
            "Possible,Authorised Absences,Unauthorised Absences", "364,40,18",
            84.07, "84.07% (306 of 364 sessions; 40 authorised; 18 unauthorised)",
        ),
        ("Marks", "/\\/\\LBIO#Y1", 75, "75% (6 of 8 sessions; 1 authorised; 1 unauthorised; codes I 1, O 1)"),
        (
            "% Attendance,Codes", "91.2,\"I 20, C1: 4, O 6\"",
            91.2, "91.2% (24 authorised; 6 unauthorised; codes C1 4, I 20, O 6)",
        ),
    ],
)  # fmt: skip
def test_per_cent_sessions_and_codes_become_the_pupils_attendance_and_a_note(
    workspace: Workspace, tmp_path: Path, columns: str, cells: str, percent: float, note: str
) -> None:
    preview = look(workspace, tmp_path, f"UPN,Surname,Forename,{columns}\n{AISHA},KAHN,Aisha Noor,{cells}\n")
    commit(workspace, preview)
    assert percents(workspace) == [percent, None]
    assert notes(workspace) == [f"Attendance at the school before: {note}"]
    assert workspace.read().execute("SELECT surname, forename FROM pupil WHERE id = 1").fetchone() == ("Khan", "Aisha")
    again = look(workspace, tmp_path, f"UPN,Surname,Forename,{columns}\n{AISHA},KAHN,Aisha Noor,{cells}\n")
    assert (again.unchanged, again.changed, again.new) == (1, (), ())


@pytest.mark.usefixtures("pupils")
def test_nobody_is_added_and_who_is_not_here_is_said(workspace: Workspace, tmp_path: Path) -> None:
    text = 'Name,DOB,Attendance\n"Byrne, Callum",01/10/2014,88\n"Somebody, Else",02/10/2014,70\n,,\n'
    preview = look(workspace, tmp_path, text)
    assert [entry.label for entry in preview.changed] == ["Callum Byrne"]
    assert preview.new == ()
    assert [note for note in preview.notes if "Not here" in note] == [
        "Not here: no pupil with this UPN, or this name and date of birth, so nothing is recorded (line 3)"
    ]


@pytest.mark.usefixtures("pupils")
@pytest.mark.parametrize(
    ("columns", "cells", "sentence"),
    [
        ("Attendance", "104", "more than 100"),
        ("Attendance", "", "this line has no attendance"),
        ("Possible,Attended", "300,301", "300 sessions are fewer than the 301 attended"),
        ("Possible,Attended", "many,301", "expected a number of sessions"),
        ("Possible,Attended", "99999999999999999999,301", "expected a number of sessions"),
        ("Marks", "//\\\\É", '"É" is not an attendance code'),
    ],
)
def test_what_cannot_be_is_refused_with_its_line_and_nothing_is_written(
    workspace: Workspace, tmp_path: Path, columns: str, cells: str, sentence: str
) -> None:
    before = contents(workspace)
    text = f"UPN,{columns}\n{CALLUM},{cells}\n"
    with pytest.raises(BadInput, match=sentence) as refused:
        look(workspace, tmp_path, text)
    assert [problem.line for problem in refused.value.problems] == [2]
    assert look(workspace, tmp_path, text, skip_bad=True).refused
    assert contents(workspace) == before


@pytest.mark.usefixtures("pupils")
def test_a_per_cent_that_its_sessions_do_not_give_is_said(workspace: Workspace, tmp_path: Path) -> None:
    preview = look(workspace, tmp_path, f"UPN,Attendance,Possible,Attended\n{AISHA},95,364,306\n")
    assert any("does not match the sessions" in note for note in preview.notes)
    assert preview.changed[0].differences[0][::2] == ("Attendance %", "84.07")


def test_a_file_without_attendance_or_pupils_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    for text in ("UPN,House\nA,B\n", "Attendance,House\n90,B\n", ""):
        with pytest.raises(BadInput):
            look(workspace, tmp_path, text)


def test_the_first_weeks_show_whom_to_watch_until_their_school_has_told(
    workspace: Workspace, tmp_path: Path, pupils: list[int]
) -> None:
    commit(workspace, look(workspace, tmp_path, f"UPN,Attendance\n{AISHA},84\n{CALLUM},96\n"))
    autumn = on(workspace, date(2026, 9, 10))
    watched = today.page(autumn, Caseload()).to_watch
    assert [(one.forename, one.attendance_percent) for one in watched.first] == [("Aisha", 84)]
    assert any("1 pupil in Year 7 is to watch" in line for line in today.summary(today.page(autumn, Caseload())))
    assert today.page(workspace, Caseload()).to_watch.number == 0
    after_move.save(autumn, after_move.FIRST_WEEKS, pupils[0], None, {"attendance_percent": "97"})
    assert today.page(autumn, Caseload()).to_watch.number == 0


def test_weeks_of_attendance_say_whom_to_ring_before_those_of_whom_nothing_is_told(
    workspace: Workspace, tmp_path: Path, pupils: list[int]
) -> None:
    commit(workspace, look(workspace, tmp_path, f"UPN,Attendance\n{AISHA},84\n{CALLUM},96\n"))
    october = on(workspace, date(2026, 10, 10))
    small_records.save(october, WEEK, pupils[1], None, {"week_on": "28/9/26", "possible": 10, "attended": 9})
    watched = today.page(october, Caseload()).to_watch
    assert [(one.forename, watched.levels.get(one.id) is not None) for one in watched.first] == [
        ("Callum", True), ("Aisha", False),
    ]  # fmt: skip
    assert any(
        "or since then below 90% or 5 points lower" in line for line in today.summary(today.page(october, Caseload()))
    )
    small_records.save(october, WEEK, pupils[0], None, {"week_on": "28/9/26", "possible": 10, "attended": 10})
    assert [one.forename for one in today.page(october, Caseload()).to_watch.first] == ["Callum"]


@pytest.mark.usefixtures("pupils")
def test_hurt_files_end_in_a_look_or_a_sentence(workspace: Workspace, tmp_path: Path) -> None:
    header = "UPN,Surname,Forename,DOB,Attendance %,Possible,Attended,Authorised,Unauthorised,Codes"
    rows = [f"{upn},Khan,Zoë,01/10/2014,84.5,364,306,40,18,//\\\\IO" for upn in (AISHA, CALLUM)]
    path = tmp_path / "hurt.csv"
    for number in range(60):
        chance = random.Random(number)
        path.write_bytes(chance.choice(ANY)("\r\n".join([header, *rows, ""]).encode(), chance))
        must_end_well(partial(attendance.prepare, workspace, path, skip_bad=number % 3 > 0))
