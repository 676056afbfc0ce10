"""Importing weeks of attendance and scores of wellbeing: whose they are, what is recorded already, and what is refused."""

from datetime import date
from pathlib import Path

import pytest
from builders import add_pupil, add_school, contents

from db.impact.records import AttendanceWeekRow, ScoreRow, of_pupil
from transitions.custody import history
from transitions.errors import BadInput
from transitions.identifiers import make_upn
from transitions.importing.kinds import reader_of
from transitions.importing.preview import ImportPreview, commit
from transitions.workspace import Workspace

AISHA = make_upn(808, 4000, 2024, 1)
WEEKS = "UPN,Surname,Forename,DOB,Week commencing,Possible,Present"
SCORES = "UPN,Scale,Dimension,When,Date,T score"


@pytest.fixture
def school(workspace: Workspace) -> int:
    return add_school(workspace, "Northgate")


@pytest.fixture
def pupils(workspace: Workspace, school: int) -> tuple[int, int]:
    born = {"date_of_birth": date(2014, 9, 5), "school_id": school}
    return (
        add_pupil(workspace, upn=AISHA, surname="Khan", forename="Aisha", **born),
        add_pupil(workspace, surname="Byrne", forename="Callum", **born),
    )


def look(workspace: Workspace, folder: Path, kind: str, *lines: str) -> ImportPreview:
    path = folder / f"{kind}.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return reader_of(kind)(workspace, path)


def test_weeks_come_to_the_pupils_who_are_here_and_a_later_file_corrects_them(
    workspace: Workspace, pupils: tuple[int, int], school: int, tmp_path: Path
) -> None:
    before = contents(workspace)
    lines = (
        WEEKS,
        f"{AISHA},,,,09/09/2026,10,9",
        f"{AISHA},,,,14/09/2026,10,7",
        ",Byrne,Callum,05/09/2014,07/09/2026,8,8",
        ",Nobody,Here,05/09/2014,07/09/2026,8,8",
    )
    preview = look(workspace, tmp_path, "weeks", *lines)
    assert preview.summary == "weeks.csv: 3 new"
    assert [(one.title, one.new) for one in preview.new[0].differences] == [
        ("Week of", "Mon 7 Sep 2026"), ("Sessions possible", "10"), ("Sessions attended", "9"), ("School", "Northgate"),
    ]  # fmt: skip
    assert any("Not here" in note for note in preview.notes)
    commit(workspace, preview)
    found = of_pupil(workspace.read(), AttendanceWeekRow, pupils[0])
    assert [(row.week_on, row.possible, row.attended, row.school_id) for row in found] == [
        (date(2026, 9, 14), 10, 7, school), (date(2026, 9, 7), 10, 9, school),
    ]  # fmt: skip
    again = look(workspace, tmp_path, "weeks", *lines[:2], f"{AISHA},,,,14/09/2026,10,8")
    assert again.summary == "weeks.csv: 1 changed, 1 unchanged"
    assert [(one.title, one.old, one.new) for one in again.changed[0].differences] == [("Sessions attended", "7", "8")]
    history.undo(workspace)
    assert contents(workspace) == before


def test_what_cannot_be_is_refused_on_its_line(workspace: Workspace, pupils: tuple[int, int], tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        look(
            workspace, tmp_path, "weeks", WEEKS, f"{AISHA},,,,07/09/2026,10,11", f"{AISHA},,,,14/09/2026,,5",
            f"{AISHA},,,,21/09/2026,10,9", f"{AISHA},,,,23/09/2026,10,9", f"{AISHA},,,,28/09/2026,0,0",
        )  # fmt: skip
    assert [(problem.line, problem.field, problem.what) for problem in caught.value.problems] == [
        (2, "Present", "11 is more than the 10 possible sessions"),
        (3, "Possible", "is empty, and every row needs it"),
        (5, None, "is the same week as line 4"),
        (6, "Possible", "expected a whole number from 1 to 14"),
    ]


def test_scores_come_with_their_moment(workspace: Workspace, pupils: tuple[int, int], tmp_path: Path) -> None:
    lines = (
        SCORES,
        f"{AISHA},kidscreen-52,School environment,before,20/06/2026,44.5",
        f"{AISHA},Kidscreen-52,school environment,After,12/10/2026,48",
    )
    commit(workspace, look(workspace, tmp_path, "scores", *lines))
    found = of_pupil(workspace.read(), ScoreRow, pupils[0])
    assert [tuple(row)[2:] for row in found] == [
        ("Kidscreen-52", "school environment", "after", date(2026, 10, 12), 48.0),
        ("Kidscreen-52", "school environment", "before", date(2026, 6, 20), 44.5),
    ]
    assert look(workspace, tmp_path, "scores", *lines).summary == "scores.csv: 2 unchanged"
