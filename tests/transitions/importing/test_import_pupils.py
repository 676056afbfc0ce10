"""Importing pupils: what is new, what changes, what is left alone, and taking it all back."""

import csv
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import add_pupil, add_school, add_terms, add_worker, contents, edit_pupil, steps_of
from hypothesis import given, settings
from hypothesis import strategies as st

from db.custody.sealing import payload
from db.errors import ChangedSince
from db.gathering import NewRowNumber, gathering, write_rows
from transitions.caseload import caseload, today
from transitions.caseload.caseload import Caseload
from transitions.custody import history
from transitions.errors import BadInput, CannotWrite
from transitions.identifiers import make_upn
from transitions.importing import pupils
from transitions.importing.preview import CLEAR, Imported, ImportPreview, commit
from transitions.milestones import explain
from transitions.milestones.recording import add_note
from transitions.pupils.editing import second_looks
from transitions.workspace import Change, Workspace

HEADER = ("UPN", "Surname", "Forename", "DOB")
NO_DAY = "missing, so deadlines counted from it can’t be worked out. The Today screen will ask for it"
KHAN = {"UPN": make_upn(808, 4000, 2024, 1), "Surname": "Khan", "Forename": "Aisha", "DOB": "05/09/2015"}
BYRNE = {"UPN": make_upn(808, 4000, 2024, 2), "Surname": "Byrne", "Forename": "Callum", "DOB": "01/10/2015"}


def put(folder: Path, *rows: dict[str, str], name: str = "pupils.csv") -> Path:
    path = folder / name
    titles = list(dict.fromkeys([*HEADER, *(title for row in rows for title in row)]))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, titles, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def look(workspace: Workspace, folder: Path, *rows: dict[str, str], **options: Any) -> ImportPreview:
    return pupils.prepare(workspace, put(folder, *rows), **options)


def take(workspace: Workspace, folder: Path, *rows: dict[str, str], **options: Any) -> Imported:
    return commit(workspace, look(workspace, folder, *rows, **options))


def pupil(workspace: Workspace, surname: str = "Khan") -> dict[str, Any]:
    cursor = workspace.read().execute("SELECT * FROM pupil WHERE surname = ?", (surname,))
    return dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))


def needs(workspace: Workspace) -> list[str]:
    return [row[0] for row in workspace.read().execute("SELECT code FROM need ORDER BY pupil_id, rank")]


def episodes(workspace: Workspace) -> list[tuple[Any, ...]]:
    query = "SELECT kind, started_on, ended_on FROM social_care_episode ORDER BY id"
    return list(workspace.read().execute(query))


def actions(workspace: Workspace) -> int:
    return len(history.entries(workspace))


def changes(preview: ImportPreview) -> dict[str, tuple[str, str]]:
    (entry,) = preview.changed
    return {difference.title: (difference.old, difference.new) for difference in entry.differences}


def test_looking_writes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    before = contents(workspace), actions(workspace)
    preview = look(workspace, tmp_path, KHAN, BYRNE)
    assert [entry.label for entry in preview.new] == ["Aisha Khan", "Callum Byrne"]
    assert preview.summary == "pupils.csv: 2 new"
    assert preview.read_as == "UTF-8, separated by commas"
    assert (contents(workspace), actions(workspace)) == before


def test_new_pupils_come_with_everything_that_the_file_says(workspace: Workspace, tmp_path: Path) -> None:
    layfield = add_school(workspace, urn=111744, la_number=808, establishment_number=2001, high_age=11)
    conyers = add_school(workspace, "Conyers", urn=138089, la_number=808, establishment_number=4000)
    row = {
        **KHAN, "Chosen name": "Ash", "Sex": "Female", "Year": "6", "SEN Status": "EHC Plan", "SEN Need 1": "SLCN",
        "SEN Need 2": "Autism", "PP": "Y", "FSM": "T", "LAC": "Y", "EAL": "N", "Home Language": "Urdu",
        "Attendance %": "93.4%", "Suspensions": "1", "School URN": "111744", "Destination LAESTAB": "808/4000",
        "Tier": "Enhanced", "Caseworker": "K. Osei", "Part-time Timetable Until": "18/12/2026", "ULN": "1234567899",
        "Social Care": "short breaks", "Social Care Since": "05/01/2026",
    }  # fmt: skip
    assert take(workspace, tmp_path, row) == (1, 0, 0, 0, None)
    found = pupil(workspace)
    expected = {
        "upn": KHAN["UPN"], "uln": "1234567899", "preferred_name": "Ash", "date_of_birth": "2015-09-05", "sex": "F",
        "cohort_year": 2020, "out_of_year_reason": None, "sen_provision": "E", "pupil_premium": 1, "free_school_meals": 1,
        "english_additional_language": 0, "home_language": "Urdu", "attendance_percent": 93.4, "suspensions": 1,
        "school_id": layfield, "next_school_id": conyers, "next_school_recorded_on": "2026-11-21", "tier": "enhanced",
        "owner_id": workspace.me, "owner_since": "2026-11-21", "part_time_timetable": 1,
        "part_time_timetable_until": "2026-12-18", "planned_from": "2026-09-01",
        "search_text": f"khan aisha ash {KHAN['UPN'].lower()}", "social_care_now": "looked after, short breaks",
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert needs(workspace) == ["SLCN", "ASD"]
    assert episodes(workspace) == [("short breaks", "2026-01-05", None), ("looked after", "2026-01-05", None)]
    assert workspace.read().execute("SELECT count(*) FROM pupil_milestone").fetchone()[0] > 0


def test_the_same_file_twice_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    rows = ({**KHAN, "Need 1": "ASD", "LAC": "Y", "Caseworker": "R. Lowe", "Year": "5"}, {**BYRNE, "LAC": "N"})
    take(workspace, tmp_path, *rows)
    before = contents(workspace), actions(workspace)
    again = look(workspace, tmp_path, *rows)
    assert (len(again.new), len(again.changed), again.unchanged) == (0, 0, 2)
    assert commit(workspace, again) == (0, 0, 2, 0, None)
    assert (contents(workspace), actions(workspace)) == before


def test_changes_are_shown_field_by_field(workspace: Workspace, tmp_path: Path) -> None:
    add_school(workspace, "Conyers", urn=138089)
    take(
        workspace,
        tmp_path,
        {**KHAN, "SEN": "K", "Need 1": "SLCN", "LAC": "Y", "Next School": "Conyers", "Caseworker": "K. Osei"},
    )
    preview = look(
        workspace, tmp_path,
        {**KHAN, "Surname": "Khan-Lee", "SEN": "E", "Need 1": "ASD", "LAC": "N", "Next School": CLEAR, "Caseworker": "R. Lowe", "PP": "y",
         "Place at the next school": "offered"},
    )  # fmt: skip
    assert changes(preview) == {
        "Surname": ("Khan", "Khan-Lee"),
        "SEN provision": ("K", "E"),
        "Pupil premium": ("no", "yes"),
        "Next school": ("Conyers", ""),
        "Worker": ("K. Osei", "R. Lowe"),
        "Needs": ("SLCN", "ASD"),
        "Social care: looked after": ("open, start date not known", "closed, end date not known"),
    }
    assert preview.notes == (
        "R. Lowe is not on the staff list yet and will be added as a caseworker in the transitions team",
        "Place at the next school: left out, because the school is not given (line 2)",
        "Care end date: missing, so nothing falls due. The Today screen will ask for it (line 2)",
        f"EHC plan start date: {NO_DAY} (line 2)",
    )
    assert commit(workspace, preview) == (0, 1, 0, 0, None)
    found = pupil(workspace, "Khan-Lee")
    assert (found["next_school_id"], found["next_school_recorded_on"]) == (None, None)
    assert found["search_text"].startswith("khan lee aisha")
    assert episodes(workspace) == [("looked after", None, None)]
    assert len(history.entries(workspace)[0].summary) < 60


def test_a_fact_without_its_day_is_asked_for_and_never_dated_today(workspace: Workspace, tmp_path: Path) -> None:
    """Born 20 December 2010 and long in care: the pathway assessment is due three months after 16."""
    khan = {**KHAN, "DOB": "20/12/2010", "In Care": "yes", "Part-time Timetable": "yes"}
    preview = look(workspace, tmp_path, khan, {**BYRNE, "In Care": "yes"})
    assert preview.notes == (
        f"Care start date: {NO_DAY} (lines 2 and 3)",
        f"Part-time start date: {NO_DAY} (line 2)",
        f"Part-time end date: {NO_DAY} (line 2)",
    )
    commit(workspace, preview)
    assert {one[1] for one in episodes(workspace)} == {None}
    assert "2 pupils: care start date?" in today.summary(today.page(workspace, Caseload()))
    asked = Caseload(cohorts=("care start date?",))
    assert caseload.count(workspace, asked) == 2
    waiting = {
        "14+.plan-opened",
        "care.pep-ready",
        "care16.needs-assessment",
        "inyr.part-time-six-weeks",
        "inyr.part-time-ends",
    }
    number = pupil(workspace)["id"]
    undated = {code: row for (code, _), row in steps_of(workspace, number).items() if code in waiting}
    assert [(code, row.due_on) for code, row in undated.items()] == [(code, None) for code in undated]
    assert undated.keys() == waiting
    [why] = explain.explain(workspace, number, "care16.needs-assessment")
    assert why.because == (
        "The care start date is not recorded. Record it with E on the pupil’s page, or transitions edit pupil "
        f'{number} social_care="looked after" social_care_since=DAY.'
    )
    take(workspace, tmp_path, {**khan, "Social Care": "LAC", "Social Care Since": "01/02/2019"})
    assert steps_of(workspace, number)["care16.needs-assessment", 2026].due_on == date(2027, 3, 20)
    assert "care.pep-ready" not in {code for code, _ in steps_of(workspace, number)}
    assert caseload.count(workspace, asked) == 1


def test_an_empty_cell_leaves_a_field_alone(workspace: Workspace, tmp_path: Path) -> None:
    full = {
        **KHAN,
        "SEN": "E",
        "Need 1": "SLCN",
        "Need 2": "ASD",
        "LAC": "Y",
        "PP": "Y",
        "Tier": "targeted",
        "Caseworker": "K. Osei",
    }
    take(workspace, tmp_path, full)
    before = contents(workspace)
    empty = {**dict.fromkeys(full, ""), "UPN": KHAN["UPN"]}
    assert look(workspace, tmp_path, empty).unchanged == 1
    assert contents(workspace) == before


def test_the_end_of_care_is_asked_for_and_never_today(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, {**KHAN, "In Care": "Yes"})
    take(workspace, tmp_path, {**KHAN, "In Care": "No"})
    assert episodes(workspace) == [("looked after", None, None)]
    assert "1 pupil: care end date?" in today.summary(today.page(workspace, Caseload()))
    for _ in range(2):
        take(workspace, tmp_path, {**KHAN, "In Care": "No", "Social Care Ended": "13/11/2026"})
        assert episodes(workspace) == [("looked after", None, "2026-11-13")]
    assert "care?" not in str(today.summary(today.page(workspace, Caseload())))


def test_clear_empties_what_may_be_empty(workspace: Workspace, tmp_path: Path) -> None:
    take(
        workspace,
        tmp_path,
        {**KHAN, "SEN": "E", "Need 1": "SLCN", "Need 2": "ASD", "PP": "Y", "Tier": "targeted", "Social Care": "CIN"},
    )
    cleared = {"SEN": CLEAR, "Need 1": CLEAR, "PP": CLEAR, "Tier": CLEAR, "Social Care": CLEAR}
    take(workspace, tmp_path, {**KHAN, **cleared})
    found = pupil(workspace)
    assert (found["sen_provision"], found["pupil_premium"], found["tier"]) == ("N", 0, None)
    assert needs(workspace) == []
    assert episodes(workspace) == [("child in need", None, None)]


def test_a_pupil_out_of_year_is_shifted_and_said(workspace: Workspace, tmp_path: Path) -> None:
    preview = look(workspace, tmp_path, {**KHAN, "Year": "5"}, {**BYRNE, "Year": "6"})
    assert preview.notes == (
        "Year group: does not match the date of birth, and there is no reason: taken as given (line 2)",
    )
    commit(workspace, preview)
    assert (pupil(workspace)["cohort_year"], pupil(workspace)["out_of_year_reason"]) == (2021, "not given")
    again = look(workspace, tmp_path, {**KHAN, "Year": "5", "Out of Year Reason": "summer-born"})
    assert changes(again) == {"Reason for being out of year": ("not given", "summer-born")}


def test_notes_say_once_what_holds_for_many_lines(workspace: Workspace, tmp_path: Path) -> None:
    rows = [
        {"UPN": upn, "Surname": f"Temp{place}", "Forename": "A", "DOB": "05/09/2015", "Shoe size": "3"}
        for place, upn in enumerate(("A80840002401A", "M88620001912Z"))
    ]
    preview = look(workspace, tmp_path, *rows, {**KHAN, "Case Reference": "123"})
    assert preview.notes == (
        'not read: "Shoe size"',
        "not kept: Case Reference",
        "UPN: this is a temporary UPN: replace it with the permanent one (lines 2 and 3)",
    )


def test_a_map_names_columns(workspace: Workspace, tmp_path: Path) -> None:
    names = tmp_path / "map.toml"
    names.write_text('"Family" = "surname"\n"Given" = "forename"\n"Came on" = "date_of_birth"\n', encoding="utf-8")
    path = tmp_path / "p.csv"
    path.write_text("UPN,Family,Given,Came on\n,Khan,Aisha,2015-09-05\n", encoding="utf-8")
    assert [entry.label for entry in pupils.prepare(workspace, path, map_file=names).new] == ["Aisha Khan"]


def test_undo_takes_back_every_row(workspace: Workspace, tmp_path: Path) -> None:
    add_terms(workspace)
    add_school(workspace, urn=111744, high_age=11)
    add_pupil(workspace, upn=BYRNE["UPN"], surname="Byrne", forename="Callum", date_of_birth=date(2015, 10, 1))
    before = contents(workspace)
    take(
        workspace, tmp_path,
        {**KHAN, "SEN": "E", "Need 1": "ASD", "LAC": "Y", "Caseworker": "R. Lowe", "URN": "111744"},
        {**BYRNE, "SEN": "K", "Need 1": "HI", "LAC": "Y", "Caseworker": "R. Lowe", "URN": "111744"},
    )  # fmt: skip
    after = contents(workspace)
    assert after != before
    history.undo(workspace)
    assert contents(workspace) == before
    history.redo(workspace)
    assert contents(workspace) == after


ROW = st.fixed_dictionaries(
    {
        "Surname": st.sampled_from(["Khan", "O'Brien", "Łukasz", "=A+1", "Ng"]),
        "Forename": st.sampled_from(["Aisha", "Zoë", "Callum", "-"]),
        "DOB": st.dates(date(2003, 1, 1), date(2024, 1, 1)).map(lambda day: f"{day:%d/%m/%Y}"),
        "SEN": st.sampled_from(["", "N", "K", "E"]),
        "Need 1": st.sampled_from(["", "SLCN", "ASD", CLEAR]),
        "Need 2": st.sampled_from(["", "ASD", "HI"]),
        "LAC": st.sampled_from(["", "Y", "N"]),
        "Social Care": st.sampled_from(["", "CIN", "CP, short breaks", CLEAR]),
        "PP": st.sampled_from(["", "Y", "N"]),
        "Attendance": st.sampled_from(["", "93.4", CLEAR]),
        "Caseworker": st.sampled_from(["", "K. Osei", "R. Lowe", CLEAR]),
    }
)


@settings(max_examples=15)
@given(st.lists(st.tuples(ROW, ROW), min_size=1, max_size=5))
def test_whatever_the_file_twice_is_unchanged_and_undo_is_exact(
    opener: Any, tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[dict[str, str], dict[str, str]]]
) -> None:
    folder = tmp_path_factory.mktemp("import")
    workspace: Workspace = opener(name=f"{folder.name}.db")
    upns = [{"UPN": make_upn(808, 4000, 2024, number)} for number in range(len(rows))]
    first = [{**first, **upn} for (first, _), upn in zip(rows, upns, strict=True)]
    second = [{**second, **upn} for (_, second), upn in zip(rows, upns, strict=True)]
    for batch in (first, second):
        before = contents(workspace)
        # Another name and another birthday under one UPN are asked about: here it is the same pupil each time.
        written = take(workspace, folder, *batch, ask=lambda question: question.candidates[0][0])
        again = look(workspace, folder, *batch)
        assert (again.new, again.changed, again.unchanged) == ((), (), len(batch))
        if written.new or written.changed:
            after = contents(workspace)
            history.undo(workspace)
            assert contents(workspace) == before
            history.redo(workspace)
            assert contents(workspace) == after


def test_a_preview_that_is_out_of_date_is_not_written(workspace: Workspace, tmp_path: Path) -> None:
    preview = look(workspace, tmp_path, KHAN)
    add_worker(workspace, "Somebody else")
    before = contents(workspace)
    with pytest.raises(ChangedSince, match=r"^Not imported: something has changed since you looked at the file\."):
        commit(workspace, preview)
    assert contents(workspace) == before


def test_a_preview_stands_while_others_go_on_with_their_work(workspace: Workspace, tmp_path: Path) -> None:
    pupil = add_pupil(workspace)
    preview = look(workspace, tmp_path, KHAN)
    add_note(workspace, [pupil], "Made up meanwhile.")
    assert commit(workspace, preview).new == 1


def test_bad_lines_can_be_left_out_and_come_back_in_a_file(workspace: Workspace, tmp_path: Path) -> None:
    bad = {**BYRNE, "DOB": "30/02/2015", "SEN": "S"}
    path = put(tmp_path, KHAN, bad, {"UPN": "", "Surname": '=cmd|"x"', "Forename": "A"})
    with path.open("a", encoding="utf-8") as file:
        file.write("cut,short")
    preview = pupils.prepare(workspace, path, skip_bad=True)
    assert preview.summary == "pupils.csv: 1 new, 3 refused"
    imported = commit(workspace, preview)
    refused = tmp_path / "pupils.csv.refused.csv"
    assert imported == (1, 0, 0, 3, refused)
    with refused.open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file)
    assert header == ["Line in the file", "Why it was refused", *HEADER, "SEN"]
    assert lines[0][:2] == [
        "3",
        (
            "DOB: there is no 30 February 2015: that month has 28 days; SEN: this means a statement, which ended in 2014: "
            "expected N (no SEN), K (SEN support) or E (EHC plan)"
        ),
    ]
    assert lines[1][3] == '\'=cmd|"x"'
    assert lines[2] == ["5", "has 2 cells where the header has 5: is the line cut short?", "cut", "short", "", "", ""]
    assert [entry.label for entry in preview.new] == ["Aisha Khan"]


def test_a_file_of_refused_lines_can_be_put_right_and_imported(workspace: Workspace, tmp_path: Path) -> None:
    commit(workspace, look(workspace, tmp_path, {**BYRNE, "DOB": "30/02/2015"}, skip_bad=True))
    refused = tmp_path / "pupils.csv.refused.csv"
    text = refused.read_text(encoding="utf-8-sig").replace("30/02/2015", "28/02/2015")
    refused.write_text(text, encoding="utf-8")
    preview = pupils.prepare(workspace, refused)
    assert ([entry.label for entry in preview.new], preview.notes) == (["Callum Byrne"], ())
    again = commit(workspace, look(workspace, tmp_path, {**BYRNE, "DOB": "31/02/2015"}, skip_bad=True))
    assert again.refused_file == tmp_path / "pupils.csv.refused-2.csv"


def test_nothing_is_imported_when_the_refused_lines_cannot_be_written(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise CannotWrite("the disk is full")

    before = contents(workspace)
    preview = look(workspace, tmp_path, KHAN, {**BYRNE, "DOB": "30/02/2015"}, skip_bad=True)
    monkeypatch.setattr("transitions.exporting.writer.write_file", full)
    with pytest.raises(CannotWrite):
        commit(workspace, preview)
    assert contents(workspace) == before


@pytest.mark.parametrize("told", [1, 2])
def test_stopping_half_way_leaves_nothing(workspace: Workspace, tmp_path: Path, told: int) -> None:
    """Once the rows are written, and once their pupils are planned."""

    class Stopped(Exception):
        pass

    heard = []

    def stop(done: int, total: int) -> None:
        heard.append((done, total))
        if len(heard) == told:
            raise Stopped

    before = contents(workspace)
    preview = look(workspace, tmp_path, KHAN, BYRNE)
    with pytest.raises(Stopped):
        commit(workspace, preview, progress=stop)
    assert heard == [(1, 2), (2, 2)][:told]
    assert contents(workspace) == before


@pytest.mark.of_a_file
def test_taking_keeps_few_pages_and_of_each_pupil_what_the_journal_has(workspace: Workspace, tmp_path: Path) -> None:
    def pages() -> int:
        return int(workspace.read().execute("PRAGMA cache_size").fetchone()[0])

    before, meanwhile = pages(), list[int]()
    commit(workspace, look(workspace, tmp_path, KHAN, BYRNE), progress=lambda *_: meanwhile.append(pages()))
    assert -16_384 < meanwhile[0] < 0
    assert pages() == before
    with workspace.change("Names", "Both") as action:
        for number in (1, 2):
            action.update("pupil", {"id": number}, {"preferred_name": "Sam"})
        assert action.pupils == [1, 2]
        assert action.touched == {"pupil": set()}


def test_a_worker_is_made_only_for_lines_that_are_taken(workspace: Workspace, tmp_path: Path) -> None:
    preview = look(
        workspace, tmp_path, {**KHAN, "Caseworker": "New One"}, {**KHAN, "Caseworker": "New one"}, skip_bad=True
    )
    assert (preview.new, preview.made_first, preview.notes) == ((), (), ())


def test_an_archived_pupil_is_found_and_stays_archived(workspace: Workspace, tmp_path: Path) -> None:
    number = add_pupil(workspace, upn=KHAN["UPN"], date_of_birth=date(2015, 9, 5))
    edit_pupil(workspace, number, archived_at=workspace.clock.now())
    preview = look(workspace, tmp_path, {**KHAN, "PP": "Y"})
    assert any("the pupil is archived and stays archived" in note for note in preview.notes)
    assert len(preview.changed) == 1


@pytest.mark.parametrize(
    ("days", "field", "why"),
    [
        (
            {"EHC request date": "01/03/2026", "EHC decision date": "01/02/2026", "EHC Assessment Decision": "assess"},
            "EHC decision made on",
            "The assessment was asked for on Sun 1 Mar 2026, so this cannot be earlier",
        ),
        (
            {"EHC request date": "01/03/2026", "EHCP Date": "01/09/2025"},
            "EHC plan started on",
            "The assessment was asked for on Sun 1 Mar 2026, so this cannot be earlier",
        ),
        (
            {"EHCP Date": "01/09/2025", "EHCP End": "01/09/2024"},
            "EHC plan ended on",
            "The plan was made on Mon 1 Sep 2025, so this cannot be earlier",
        ),
        (
            {"Social Care": "LAC", "Social Care Since": "01/03/2013"},
            "Social care since",
            "This is before the date of birth, Sat 5 Sep 2015",
        ),
        (
            {"Moving on": "01/03/2013"},
            "Moves in-year on",
            "This is before the date of birth, Sat 5 Sep 2015",
        ),
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_refused_as_a_form_refuses_them(
    workspace: Workspace, tmp_path: Path, days: dict[str, str], field: str, why: str
) -> None:
    with pytest.raises(BadInput) as caught:
        look(workspace, tmp_path, BYRNE, KHAN | days)
    (problem,) = caught.value.problems
    assert (problem.line, problem.field, problem.what) == (3, field, f"{why}: correct one of the two dates.")
    assert len(look(workspace, tmp_path, BYRNE, KHAN | days, skip_bad=True).refused) == 1


def test_a_day_of_a_file_is_held_against_those_that_are_recorded(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, KHAN | {"EHCP Date": "01/09/2025"})
    with pytest.raises(BadInput, match=r"The plan was made on Mon 1 Sep 2025"):
        look(workspace, tmp_path, KHAN | {"EHCP End": "01/09/2024"})
    with pytest.raises(BadInput, match=r"EHC plan started on is Mon 1 Sep 2025, before this"):
        look(workspace, tmp_path, KHAN | {"DOB": "05/09/2026"})


def test_the_end_of_an_ehc_plan_is_asked_for(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, {**KHAN, "SEN": "E", "EHC Plan Start Date": "01/02/2024"})
    question = "EHC plan end date?"
    asked = Caseload(cohorts=(question,))
    assert caseload.count(workspace, asked) == 0
    preview = look(workspace, tmp_path, {**KHAN, "SEN": "K"})
    assert preview.notes == ("EHC plan end date: missing. The Today screen will ask for it (line 2)",)
    commit(workspace, preview)
    assert f"1 pupil: {question}" in today.summary(today.page(workspace, Caseload()))
    assert second_looks(workspace, "pupil", pupil(workspace)["id"], {"sen_provision": "K"}) == [
        "The EHC plan end date is missing. The Today screen will ask for it"
    ]
    take(workspace, tmp_path, {**KHAN, "SEN": "K", "EHC Plan End Date": "01/10/2026"})
    assert caseload.count(workspace, asked) == 0


class _TakenBack(Exception):
    """What was written is to be taken back."""


def test_what_is_gathered_stands_as_if_written_one_by_one(workspace: Workspace, tmp_path: Path) -> None:
    add_school(workspace, "Moorbrook Primary School")
    more = {"Primary need": "SLCN", "Secondary need": "SEMH", "EHC plan start date": "01/09/2025", "Next school": "Moorbrook Primary School"}  # fmt: skip
    preview = look(workspace, tmp_path, KHAN | more | {"Worker": "N. New"}, BYRNE | {"Worker": "N. New"})
    entries = [*preview.made_first, *preview.new]
    coming = Counter(write.table for entry in entries for write in entry.writes)
    assert coming.total() == 7

    def written(write: Callable[[Change], None]) -> Any:
        with suppress(_TakenBack), workspace.change("Imported", "two pupils") as action:
            write(action)
            journal = list(action.connection.execute("SELECT * FROM journal_change ORDER BY action_id, position"))
            digest = payload(action.connection, action.id).digest
            found = contents(workspace), journal, digest, action.pupils, action.touched, action.changes
            raise _TakenBack
        return found

    def one_by_one(action: Change) -> None:
        made: dict[NewRowNumber, int] = {}
        for entry in entries:
            write_rows(action, entry.writes, made)

    def gathered(action: Change) -> None:
        made: dict[NewRowNumber, int] = {}
        with gathering(action, coming) as rows:
            for entry in entries:
                write_rows(rows, entry.writes, made)

    if workspace.database.is_file:  # a server gives no number twice
        assert written(gathered) == written(one_by_one)
    assert commit(workspace, preview).new == 2
    assert add_pupil(workspace) == 3 or not workspace.database.is_file


def test_of_many_rows_the_one_that_cannot_stand_is_named(workspace: Workspace, tmp_path: Path) -> None:
    before = contents(workspace), actions(workspace)
    preview = look(workspace, tmp_path, KHAN, BYRNE)
    first, second = preview.new
    same = second._replace(writes=(first.writes[0], *second.writes[1:]))
    with pytest.raises(BadInput, match="line 3: clashes with another record"):
        commit(workspace, replace(preview, new=(first, same)))
    assert (contents(workspace), actions(workspace)) == before
