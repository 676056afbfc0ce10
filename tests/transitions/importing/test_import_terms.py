"""Importing term dates and closures."""

from pathlib import Path

import pytest
from builders import add_pupil, add_school, contents

from transitions.custody import history
from transitions.errors import BadInput
from transitions.importing import terms
from transitions.importing.preview import Imported, commit
from transitions.school_year import parse_academic_year
from transitions.workspace import Workspace

HEADER = "Academic Year,Term,First Day,Last Day,Kind"
SIX = (
    "2026/27,T1,01/09/2026,16/10/2026,term\n2026/27,T2,02/11/2026,18/12/2026,term\n2026/27,T3,04/01/2027,12/02/2027,term\n"
    "2026/27,T4,22/02/2027,25/03/2027,term\n2026/27,T5,12/04/2027,28/05/2027,term\n2026/27,T6,07/06/2027,21/07/2027,term\n"
    "2026/27,,23/11/2026,,inset\n2026/27,Flood,07/12/2026,09/12/2026,closure\n"
)


def write(folder: Path, rows: str, header: str = HEADER) -> Path:
    path = folder / "terms.csv"
    path.write_text(f"{header}\n{rows}", encoding="utf-8")
    return path


def take(workspace: Workspace, folder: Path, rows: str, header: str = HEADER) -> Imported:
    return commit(workspace, terms.prepare(workspace, write(folder, rows, header)))


def refused(workspace: Workspace, folder: Path, rows: str, header: str = HEADER) -> list[str]:
    with pytest.raises(BadInput) as caught:
        terms.prepare(workspace, write(folder, rows, header))
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def rows_of(workspace: Workspace, table: str, columns: str) -> list[tuple[object, ...]]:
    return workspace.read().execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall()


@pytest.mark.parametrize(
    ("text", "year"), [("2026/27", 2026), ("2026-27", 2026), ("2026/2027", 2026), (" 2026 ", 2026), ("2099/00", 2099)]
)
def test_academic_years(text: str, year: int) -> None:
    assert parse_academic_year(text) == year


@pytest.mark.parametrize("text", ["2026/28", "26/27", "next year", "2026/7"])
def test_what_is_no_academic_year(text: str) -> None:
    with pytest.raises(ValueError, match=r"^expected an academic year such as 2026/27$"):
        parse_academic_year(text)


def test_a_weekday_may_stand_before_the_date_and_has_to_be_its_own(workspace: Workspace, tmp_path: Path) -> None:
    header = "Academic Year,Term,Start,End"
    first = "2026/27,Autumn Term 1,Tuesday 1 September 2026,Friday 23 October 2026\n"
    second = "2026/27,Autumn Term 2,Mon 2 Nov 2026,{} 18 Dec 2026\n"
    assert refused(workspace, tmp_path, first + second.format("Thu"), header) == [
        "terms.csv line 3: End: 18 December 2026 is a Friday, not a Thursday: which of the two is right?"
    ]
    take(workspace, tmp_path, first + second.format("Fri"), header)
    assert rows_of(workspace, "term", "first_day, last_day") == [
        ("2026-09-01", "2026-10-23"), ("2026-11-02", "2026-12-18"),
    ]  # fmt: skip


def test_terms_and_closures_are_taken_and_dates_follow(workspace: Workspace, tmp_path: Path) -> None:
    pupil = add_pupil(workspace, year_group=6, sen_provision="E")
    undated = "SELECT count(*) FROM pupil_milestone WHERE pupil_id = ? AND cycle = 2026 AND due_on IS NULL"
    before = workspace.read().execute(undated, (pupil,)).fetchone()[0]
    assert before > 0
    assert take(workspace, tmp_path, SIX) == (8, 0, 0, 0, None)
    assert workspace.read().execute(undated, (pupil,)).fetchone()[0] < before
    assert rows_of(workspace, "term", "first_day, academic_year, name")[0] == ("2026-09-01", 2026, "T1")
    assert rows_of(workspace, "closure", "day, reason") == [
        ("2026-11-23", "INSET day"), ("2026-12-07", "Flood"), ("2026-12-08", "Flood"), ("2026-12-09", "Flood"),
    ]  # fmt: skip


def test_the_same_file_twice_changes_nothing_and_undo_is_exact(workspace: Workspace, tmp_path: Path) -> None:
    add_pupil(workspace, year_group=6, sen_provision="E")
    before = contents(workspace)
    take(workspace, tmp_path, SIX)
    after = contents(workspace), len(history.entries(workspace))
    assert take(workspace, tmp_path, SIX) == (0, 0, 8, 0, None)
    assert (contents(workspace), len(history.entries(workspace))) == after
    history.undo(workspace)
    assert contents(workspace) == before


def test_a_term_whose_dates_move_stays_the_same_term(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, SIX)
    preview = terms.prepare(
        workspace, write(tmp_path, SIX.replace("01/09/2026", "02/09/2026").replace("Flood", "Snow"))
    )
    told = {entry.label: [tuple(difference) for difference in entry.differences] for entry in preview.changed}
    assert told["T1 2026/27"] == [("First day", "Tue 1 Sep 2026", "Wed 2 Sep 2026")]
    assert told["Snow, Mon 7 Dec 2026"][0] == ("Mon 7 Dec 2026", "Flood", "Snow")
    commit(workspace, preview)
    assert len(rows_of(workspace, "term", "id")) == 6


def test_each_owner_has_its_own_terms(workspace: Workspace, tmp_path: Path) -> None:
    school = add_school(workspace, urn=111744)
    header = "Term,Start,End,LA,URN"
    take(
        workspace,
        tmp_path,
        "T1,01/09/2026,16/10/2026,808,\nT1,02/09/2026,16/10/2026,808,111744\nT1,03/09/2026,16/10/2026,,\n",
        header,
    )
    assert rows_of(workspace, "term", "first_day, la_number, school_id, academic_year") == [
        ("2026-09-01", 808, None, 2026), ("2026-09-02", None, school, 2026), ("2026-09-03", None, None, 2026),
    ]  # fmt: skip


def test_a_term_that_starts_in_august_belongs_to_the_year_it_ends_in(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, "Autumn 1,27/08/2026,16/10/2026\n", "Term,Start,End")
    assert rows_of(workspace, "term", "academic_year") == [(2026,)]


def test_terms_that_overlap_are_refused_with_their_line(workspace: Workspace, tmp_path: Path) -> None:
    assert refused(
        workspace, tmp_path, "2026/27,T1,01/09/2026,16/10/2026,term\n2026/27,T2,12/10/2026,18/12/2026,term\n"
    ) == [
        (
            "terms.csv line 3: T2 of 2026/27 overlaps the term before it or is out of order: expected each term once, starting "
            "after the one before has ended"
        )
    ]


def test_terms_are_held_against_those_that_are_here(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, SIX)
    (found,) = refused(workspace, tmp_path, "2026/27,Autumn,07/09/2026,18/12/2026,term\n")
    assert found.startswith("terms.csv line 2: ")
    assert "overlaps the term before it" in found


def test_what_is_wrong_is_said(workspace: Workspace, tmp_path: Path) -> None:
    found = refused(
        workspace,
        tmp_path,
        "2026/28,T1,01/09/2026,16/10/2026,term,,\n"
        "2026/27,Lent,04/01/2027,12/02/2027,term,,\n"
        ",T1,31/09/2026,16/10/2026,term,,\n"
        ",,01/09/2026,,term,,\n"
        ",T2,18/12/2026,02/11/2026,party,,\n"
        ",Shut,01/09/2026,31/12/2026,closure,999,123456\n"
        ",Snow,07/12/2026,07/12/2026,closure,,\n"
        ",Ice,07/12/2026,,closure,,\n",
        HEADER + ",LA,URN",
    )
    assert found == [
        "terms.csv line 2: Academic Year: expected an academic year such as 2026/27",
        (
            'terms.csv line 3: "Lent" is not a term: expected T1 to T6, or Autumn, Spring or Summer, with or without a half '
            "(Autumn 1, Autumn 2)"
        ),
        "terms.csv line 4: First Day: there is no 31 September 2026: that month has 30 days",
        "terms.csv line 5: Last Day: is empty: expected a date such as 23/10/2026",
        "terms.csv line 5: Term: is empty: expected T1 to T6, or Autumn, Spring or Summer",
        "terms.csv line 6: Kind: expected term, closure or inset",
        "terms.csv line 6: Last Day: is before the first day",
        (
            "terms.csv line 7: URN: no school in the school list has the URN 123456: import the list first "
            "(I in the app, or: transitions import schools FILE)"
        ),
        "terms.csv line 7: LA: is not a known local authority number: expected three digits such as 808",
        "terms.csv line 7: Last Day: makes a closure of more than 60 days: is it a term?",
        "terms.csv line 9: Mon 7 Dec 2026 is a closure on line 8 already",
    ]


def test_problems_come_line_by_line(workspace: Workspace, tmp_path: Path) -> None:
    rows = "2026/27,T1,01/09/2026,16/10/2026,party\n2026/27,T2,nonsense,18/12/2026,term\n2026/27,T3,04/01/2027,12/02/2027,party\n"
    places = [one.split(":")[0] for one in refused(workspace, tmp_path, rows)]
    assert [place[-1] for place in places] == ["2", "3", "4"]


def test_characters_that_steer_are_left_out_of_a_reason_and_said(workspace: Workspace, tmp_path: Path) -> None:
    preview = terms.prepare(workspace, write(tmp_path, "2026/27,Flo\x1bod,07/12/2026,09/12/2026,closure\n"))
    assert [note for note in preview.notes if "control" in note] == [
        "Term: has control characters, which were left out: is it spelt right? (line 2)"
    ]
