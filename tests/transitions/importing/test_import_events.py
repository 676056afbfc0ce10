"""Importing suspensions and other dated events: whose they are, what is recorded already, what is refused, and taking it back."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import add_pupil, add_school, contents

from transitions.custody import history
from transitions.errors import BadInput
from transitions.identifiers import make_upn
from transitions.importing import pupil_records
from transitions.importing.preview import ImportPreview, commit
from transitions.pupils.events import dated
from transitions.workspace import Workspace

AISHA, CALLUM = (make_upn(808, 4000, 2024, serial) for serial in (1, 2))
HEADER = "UPN,Surname,Forename,DOB,Type,Start Date,End Date,Sessions,Reason,School"


@pytest.fixture
def pupils(workspace: Workspace) -> tuple[int, int]:
    school = add_school(workspace, "Northgate")
    add_school(workspace, "Layfield")
    born = {"date_of_birth": date(2014, 9, 5), "school_id": school}
    return (
        add_pupil(workspace, upn=AISHA, surname="Khan", forename="Aisha", **born),
        add_pupil(workspace, surname="Byrne", forename="Callum", **born),
    )


def look(workspace: Workspace, folder: Path, *lines: str, **options: Any) -> ImportPreview:
    path = folder / "events.csv"
    path.write_text("\n".join((HEADER, *lines)), encoding="utf-8")
    return pupil_records.prepare_events(workspace, path, **options)


def refused(workspace: Workspace, folder: Path, *lines: str) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(BadInput) as caught:
        look(workspace, folder, *lines)
    return [(problem.line, problem.field, problem.what) for problem in caught.value.problems]


def test_events_come_to_the_pupils_who_are_here_and_twice_is_once(
    workspace: Workspace, pupils: tuple[int, int], tmp_path: Path
) -> None:
    before = contents(workspace)
    lines = (
        f"{AISHA},,,,SUSP,05/11/2026,06/11/2026,3,BU,",
        f"{AISHA},,,,Permanent,,,,DB,Layfield",
        ",Byrne,Callum,05/09/2014,fixed term exclusion,01/10/2026,,,,",
        ",Nobody,Here,05/09/2014,SUSP,01/10/2026,,,,",
    )
    preview = look(workspace, tmp_path, *lines)
    assert preview.summary == "events.csv: 3 new"
    assert [(one.title, one.new) for one in preview.new[0].differences] == [
        ("What", "suspension"), ("From", "Thu 5 Nov 2026"), ("Until", "Fri 6 Nov 2026"), ("Reason", "BU"),
        ("School days", "1.5"), ("School", "Northgate"),
    ]  # fmt: skip
    assert (
        "From: missing, so it is left out of the figures until you add it. The Today screen will ask for it (line 3)"
        in preview.notes
    )
    assert any("nothing is recorded (line 5)" in note for note in preview.notes)
    commit(workspace, preview)
    assert [(one.kind, one.started_on, one.days, one.reason, one.school) for one in dated(workspace, pupils[0])] == [
        ("suspension", date(2026, 11, 5), 1.5, "BU", "Northgate"),
        ("permanent exclusion", None, None, "DB", "Layfield"),
    ]
    assert look(workspace, tmp_path, *lines).summary == "events.csv: 3 unchanged"
    more = look(workspace, tmp_path, ",Byrne,Callum,05/09/2014,SUSP,01/10/2026,02/10/2026,4,PP,")
    assert [(one.title, one.old, one.new) for one in more.changed[0].differences] == [
        ("Until", "", "Fri 2 Oct 2026"), ("Reason", "", "PP"), ("School days", "", "2"),
    ]  # fmt: skip
    history.undo(workspace)
    assert contents(workspace) == before


def test_what_is_wrong_is_said_by_line_and_field(workspace: Workspace, pupils: tuple[int, int], tmp_path: Path) -> None:
    assert refused(
        workspace,
        tmp_path,
        f"{AISHA},,,,SUSP,05/11/2026,04/11/2026,,,",
        f"{AISHA},,,,party,05/11/2026,,,,",
        f"{AISHA},,,,SUSP,05/12/2026,,,,",
        f"{AISHA},,,,PERM,01/09/2026,,2,,Nowhere High",
        f"{AISHA},,,,SUSP,05/11/2026,,1,,",
    ) == [
        (2, "End Date", "comes before it began, Thursday 5 November 2026"),
        (3, "Type", "expected one of suspension, lunchtime suspension, permanent exclusion, elective home education, missing education, off roll"),
        (4, "Start Date", "Saturday 5 December 2026 is in the future: expected today or an earlier date"),
        (5, "School", 'no school in the school list has the name "Nowhere High": import the list first (I in the app, or: transitions import schools FILE)'),
        (6, None, "is the same event as line 2"),
    ]  # fmt: skip
    days = refused(workspace, tmp_path, f"{AISHA},,,,PERM,01/09/2026,,2,,")
    assert days == [(2, "days", "Only a suspension has a number of days.")]


def test_another_child_is_asked_about_and_none_of_the_lines_is_taken(
    workspace: Workspace, pupils: tuple[int, int], tmp_path: Path
) -> None:
    lines = (
        f"{AISHA},Stranger,Zed,01/02/2012,SUSP,05/11/2026,,,,",
        f"{AISHA},Stranger,Zed,01/02/2012,SUSP,06/11/2026,,,,",
    )
    preview = look(workspace, tmp_path, *lines, skip_bad=True)
    assert [question.line for question in preview.questions] == [2]
    assert [(one.row.line, len(one.reasons)) for one in preview.refused] == [(2, 1), (3, 1)]
    assert len(look(workspace, tmp_path, *lines, ask={2: pupils[0]}).new) == 2


def test_suspensions_that_cannot_all_be_right_are_taken_and_said(
    workspace: Workspace, pupils: tuple[int, int], tmp_path: Path
) -> None:
    lines = [f"{AISHA},,,,SUSP,{day:02}/09/2026,{day + 1:02}/09/2026,40,," for day in (7, 8, 21)]
    preview = look(workspace, tmp_path, *(f"{line}," for line in lines))
    assert len(preview.new) == 3
    assert any(
        "Aisha Khan: suspended for 60 school days in 2026/27, but the law allows 45" in one for one in preview.notes
    )
    assert any(
        "two suspensions are on the same days, from Mon 7 Sep 2026 and from Tue 8 Sep 2026" in one
        for one in preview.notes
    )
    commit(workspace, preview)
    other = look(workspace, tmp_path, f"{AISHA},,,,EHE,01/10/2026,,,,")
    assert not any("suspen" in note for note in other.notes)
