"""What is wrong with a file of pupils, and who is meant: every refusal in its own words."""

from datetime import date
from pathlib import Path

import pytest
from builders import add_pupil, add_school, add_worker

from transitions.errors import BadInput
from transitions.identifiers import make_upn
from transitions.importing import pupils
from transitions.importing.preview import ImportPreview, PupilQuestion, commit
from transitions.workspace import Workspace

UPN, OTHER = make_upn(808, 4000, 2024, 1), make_upn(808, 4000, 2024, 2)
TEMPORARY = "A80840002401A"
BORN = date(2015, 9, 5)
HEADER = "UPN,Surname,Forename,DOB"


def write(folder: Path, text: str) -> Path:
    path = folder / "p.csv"
    path.write_text(text, encoding="utf-8")
    return path


def refused(workspace: Workspace, folder: Path, text: str) -> list[str]:
    before = workspace.read().execute("SELECT count(*) FROM journal").fetchone()
    with pytest.raises(BadInput) as caught:
        pupils.prepare(workspace, write(folder, text))
    assert workspace.read().execute("SELECT count(*) FROM journal").fetchone() == before
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def look(workspace: Workspace, folder: Path, text: str, **options: object) -> ImportPreview:
    return pupils.prepare(workspace, write(folder, text), **options)  # type: ignore[arg-type]


def test_every_problem_is_listed_with_its_line_and_field(workspace: Workspace, tmp_path: Path) -> None:
    add_school(workspace, urn=111744)
    wrong_letter = ("A" if UPN[0] != "A" else "B") + UPN[1:]
    found = refused(
        workspace,
        tmp_path,
        f"{HEADER},SEN Status,URN,Attendance\n"
        f"{wrong_letter},Khan,Aisha,30/02/2015,,,\n"
        ",Ward,Elsie,22/11/2027,S,,\n"
        f"{OTHER},Byrne,Callum,01/10/2015,K,999999,0.93\n"
        ",,,,,,\n",
    )
    assert found == [
        f"p.csv line 2: UPN: the check letter does not fit the rest of the UPN: expected {UPN[0]}, found {wrong_letter[0]}",
        "p.csv line 2: DOB: there is no 30 February 2015: that month has 28 days",
        "p.csv line 3: DOB: Monday 22 November 2027 is in the future: expected a date of birth that has been",
        (
            "p.csv line 3: SEN Status: this means a statement, which ended in 2014: expected N (no SEN), K (SEN support) or "
            "E (EHC plan)"
        ),
        "p.csv line 4: Attendance: 0.93 could mean 0.93% or 93%: write it with its % sign",
        (
            "p.csv line 4: URN: no school in the school list has the URN 999999: import the list first "
            "(I in the app, or: transitions import schools FILE)"
        ),
    ]


def test_one_upn_on_two_lines_names_both(workspace: Workspace, tmp_path: Path) -> None:
    found = refused(
        workspace, tmp_path, f"{HEADER}\n{UPN},Khan,Aisha,05/09/2015\n{UPN.lower()},Byrne,Callum,01/10/2015\n"
    )
    assert found == [
        "p.csv line 2: UPN: the same UPN is on line 3: expected each pupil once",
        "p.csv line 3: UPN: the same UPN is on line 2: expected each pupil once",
    ]


def test_one_child_on_two_lines_names_both(workspace: Workspace, tmp_path: Path) -> None:
    text = f"{HEADER}\n{UPN},Khan,Aisha,05/09/2015\n,KHAN,aisha,2015-09-05\n"
    assert refused(workspace, tmp_path, text) == [
        "p.csv line 2: line 3 is about the same person: expected each pupil once, or a UPN that tells them apart",
        "p.csv line 3: line 2 is about the same person: expected each pupil once, or a UPN that tells them apart",
    ]
    assert look(workspace, tmp_path, text, skip_bad=True).summary == "p.csv: 2 refused"


def test_a_known_child_on_two_lines_names_both(workspace: Workspace, tmp_path: Path) -> None:
    add_pupil(workspace, upn=UPN, date_of_birth=BORN)
    found = refused(workspace, tmp_path, f"{HEADER}\n{UPN},Khan,Aisha,05/09/2015\n,Khan,Aisha,05/09/2015\n")
    assert [problem.split(": ")[1] for problem in found] == [
        "line 3 is about the same person",
        "line 2 is about the same person",
    ]


def test_two_children_of_one_name_and_birthday_are_two_when_their_upns_say_so(
    workspace: Workspace, tmp_path: Path
) -> None:
    preview = look(workspace, tmp_path, f"{HEADER}\n{UPN},Khan,Aisha,05/09/2015\n{OTHER},Khan,Aisha,05/09/2015\n")
    assert len(preview.new) == 2


def test_one_uln_on_two_lines_and_a_uln_of_somebody_else(workspace: Workspace, tmp_path: Path) -> None:
    number = add_pupil(workspace, uln="1000000019", surname="Ward", forename="Elsie", date_of_birth=BORN)
    found = refused(
        workspace,
        tmp_path,
        f"{HEADER},ULN\n,Khan,Aisha,05/09/2015,1234567899\n,Byrne,Callum,01/10/2015,1234567899\n,New,One,01/10/2014,1000000019\n",
    )
    assert found == [
        "p.csv line 2: ULN: the same ULN is on line 3: expected each pupil once",
        "p.csv line 3: ULN: the same ULN is on line 2: expected each pupil once",
        f"p.csv line 4: ULN: already belongs to another pupil: #{number} Elsie Ward, born Sat 5 Sep 2015, UPN not known",
    ]


def test_what_comes_on_many_lines_is_said_once(workspace: Workspace, tmp_path: Path) -> None:
    rows = "".join(f",Khan,Child{place},05/09/2015,Nowhere Primary\n" for place in "abcdefgh")
    assert refused(workspace, tmp_path, f"{HEADER},School\n{rows}") == [
        (
            'p.csv line 2: School: no school in the school list has the name "Nowhere Primary": import the list first '
            "(I in the app, or: transitions import schools FILE) (also on lines 3, 4, 5, 6, 7 and 2 more)"
        )
    ]


def test_a_new_pupil_needs_a_name_and_a_date_of_birth(workspace: Workspace, tmp_path: Path) -> None:
    assert refused(workspace, tmp_path, f"{HEADER}\n{UPN},,,\n") == [
        "p.csv line 2: Date of birth: is missing, and a new pupil needs one",
        "p.csv line 2: Surname: is missing, and a new pupil needs a name",
    ]


def test_half_a_file_is_refused_whole(workspace: Workspace, tmp_path: Path) -> None:
    assert refused(workspace, tmp_path, f"{HEADER}\n{UPN},Khan,Aisha,05/09/2015\n{OTHER},Byr") == [
        "p.csv line 3: has 2 cells where the header has 4: is the line cut short?"
    ]
    (found,) = refused(workspace, tmp_path, f'{HEADER}\n{UPN},"Khan,Aisha,05/09/2015\n')
    assert "a quotation mark" in found


def test_no_way_to_clear_what_is_needed(workspace: Workspace, tmp_path: Path) -> None:
    add_pupil(workspace, upn=UPN, date_of_birth=BORN)
    assert refused(workspace, tmp_path, f"{HEADER}\n{UPN},(clear),Aisha,05/09/2015\n") == [
        "p.csv line 2: Surname: cannot be cleared: expected a value, or an empty cell to leave it as it is"
    ]


def test_social_care_that_contradicts_itself(workspace: Workspace, tmp_path: Path) -> None:
    assert refused(
        workspace,
        tmp_path,
        f"{HEADER},Social Care,LAC,Social Care Since\n{UPN},Khan,Aisha,05/09/2015,LAC,N,\n{OTHER},Byrne,Callum,01/10/2015,,,01/02/2026\n",
    ) == [
        "p.csv line 2: LAC: says no but the social care column says looked after: one is wrong",
        "p.csv line 3: Social Care Since: there is a date but no kind of social care",
    ]


def test_the_list_of_another_year_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    rows = "".join(f",Khan,Child{place},05/09/2015,5\n" for place in "abcdefghij")
    assert refused(workspace, tmp_path, f"{HEADER},Year\n{rows},Byrne,Callum,05/09/2015,6\n") == [
        (
            "p.csv: Year: 10 of 11 are 1 below the dates of birth suggest: is this another year's list? Import it with --as-of and a day of that year, or leave the column out"
        )
    ]
    (next_year,) = refused(workspace, tmp_path, f"{HEADER},Year\n{rows.replace(',5', ',7')}")
    assert next_year.endswith(
        "10 of 10 are 1 above the dates of birth suggest: is this another year's list? Leave the column out"
    )


def test_a_year_group_far_from_the_date_of_birth(workspace: Workspace, tmp_path: Path) -> None:
    assert refused(workspace, tmp_path, f"{HEADER},Year\n{UPN},Khan,Aisha,05/09/2015,11\n") == [
        "p.csv line 2: Year group: Year 11 is far from Year 6, which the date of birth gives: one of the two is wrong"
    ]


def test_schools_are_found_by_number_or_by_a_name_that_is_one_schools(workspace: Workspace, tmp_path: Path) -> None:
    for urn, town in ((111744, "Stockton"), (138089, "Yarm")):
        add_school(workspace, "St Mary's", urn=urn, town=town)
    closed = {"la_number": 808, "establishment_number": 4000}
    add_school(workspace, "Old Hall", urn=100001, closed_on=date(2020, 8, 31), **closed)
    hall = add_school(workspace, "New Hall", urn=100002, **closed)
    assert refused(workspace, tmp_path, f"{HEADER},School\n{UPN},Khan,Aisha,05/09/2015,St Mary\u2019s\n") == [
        'p.csv line 2: School: 2 schools have the name "St Mary\u2019s": give the URN (111744 in Stockton, 138089 in Yarm)'
    ]
    preview = look(workspace, tmp_path, f"{HEADER},DfE Number\n{UPN},Khan,Aisha,05/09/2015,8084000\n")
    (write_pupil,) = preview.new[0].writes
    assert write_pupil.values is not None
    assert write_pupil.values["school_id"] == hall


def test_a_worker_who_has_left_is_not_given_pupils(workspace: Workspace, tmp_path: Path) -> None:
    add_worker(workspace, "R. Lowe", archived_at=workspace.clock.now())
    assert refused(workspace, tmp_path, f"{HEADER},Caseworker\n{UPN},Khan,Aisha,05/09/2015,r. lowe\n") == [
        "p.csv line 2: Caseworker: r. lowe is archived: bring the worker back first, or name somebody else"
    ]


def test_a_permanent_upn_replaces_a_temporary_one(workspace: Workspace, tmp_path: Path) -> None:
    number = add_pupil(workspace, upn=TEMPORARY, date_of_birth=BORN)
    commit(workspace, look(workspace, tmp_path, f"{HEADER}\n{UPN},Khan,Aisha,05/09/2015\n"))
    row = workspace.read().execute("SELECT id, upn, former_upn FROM pupil").fetchall()
    assert row == [(number, UPN, TEMPORARY)]


def test_a_former_upn_finds_the_pupil_and_leaves_the_present_one(workspace: Workspace, tmp_path: Path) -> None:
    add_pupil(workspace, upn=UPN, former_upn=TEMPORARY, date_of_birth=BORN)
    preview = look(workspace, tmp_path, f"{HEADER},PP\n{TEMPORARY},Khan,Aisha,05/09/2015,Y\n")
    assert "UPN: is a former one: the pupil keeps the current one (line 2)" in preview.notes
    assert [difference.title for difference in preview.changed[0].differences] == ["Pupil premium"]


def test_a_pupil_is_known_by_name_and_birthday_however_spelled(workspace: Workspace, tmp_path: Path) -> None:
    add_pupil(workspace, surname="O'Brien", forename="Zoë", date_of_birth=BORN)
    preview = look(workspace, tmp_path, f"{HEADER}\n{UPN},OBRIEN,Zoe,05/09/2015\n")
    assert [difference.title for difference in preview.changed[0].differences] == ["UPN", "Surname", "Forename"]


def two_of_one_name(workspace: Workspace) -> tuple[int, int]:
    first = add_pupil(workspace, date_of_birth=BORN)
    return first, add_pupil(workspace, upn=TEMPORARY, date_of_birth=BORN)


def test_two_who_may_be_meant_are_asked_about(workspace: Workspace, tmp_path: Path) -> None:
    one, two = two_of_one_name(workspace)
    text = f"{HEADER},PP\n,Khan,Aisha,05/09/2015,Y\n"
    assert refused(workspace, tmp_path, text) == [
        (
            f"p.csv line 2: this could be several pupils (#{one} Aisha Khan, born Sat 5 Sep 2015, UPN not known; #{two} Aisha Khan, born Sat 5 Sep 2015, UPN {TEMPORARY}): say which one, or that it is a new pupil (--match 2=UPN or 2=new)"
        )
    ]
    preview = look(workspace, tmp_path, text, skip_bad=True)
    assert [(question.line, question.label) for question in preview.questions] == [(2, "Aisha Khan")]
    assert [number for number, _ in preview.questions[0].candidates] == [one, two]


def test_an_answer_decides(workspace: Workspace, tmp_path: Path) -> None:
    _, two = two_of_one_name(workspace)
    text = f"{HEADER},PP\n,Khan,Aisha,05/09/2015,Y\n"
    asked: list[PupilQuestion] = []

    def ask(question: PupilQuestion) -> int:
        asked.append(question)
        return two

    assert [entry.writes[0].key for entry in look(workspace, tmp_path, text, ask=ask).changed] == [{"id": two}]
    assert [question.line for question in asked] == [2]
    assert len(look(workspace, tmp_path, text, ask={2: two}).changed) == 1
    assert len(look(workspace, tmp_path, text, ask={2: "new"}).new) == 1
    with pytest.raises(BadInput):
        look(workspace, tmp_path, text, ask={2: 999})


def test_an_answer_never_gives_a_upn_to_two(workspace: Workspace, tmp_path: Path) -> None:
    one = add_pupil(workspace, upn=UPN, date_of_birth=BORN)
    two = add_pupil(workspace, upn=OTHER, surname="Byrne", date_of_birth=BORN)
    text = f"{HEADER},Former UPN\n{UPN},Khan,Aisha,05/09/2015,{OTHER}\n"
    assert len(look(workspace, tmp_path, text, ask={2: one}).changed) == 1
    for answer in (two, "new"):
        with pytest.raises(BadInput) as caught:
            look(workspace, tmp_path, text, ask={2: answer})
        assert [problem.what for problem in caught.value.problems] == [
            f"already belongs to another pupil: #{one} Aisha Khan, born Sat 5 Sep 2015, UPN {UPN}"
        ]


def test_one_worker_however_the_name_is_written(workspace: Workspace, tmp_path: Path) -> None:
    text = f"{HEADER},Caseworker\n{UPN},Khan,Aisha,05/09/2015,José Ruiz\n{OTHER},Byrne,Callum,05/09/2015,JOSE RUIZ\n"
    commit(workspace, look(workspace, tmp_path, text))
    assert workspace.read().execute("SELECT name FROM worker ORDER BY id").fetchall() == [("K. Osei",), ("José Ruiz",)]
    assert look(workspace, tmp_path, text).unchanged == 2


def test_another_permanent_upn_may_be_another_child(workspace: Workspace, tmp_path: Path) -> None:
    number = add_pupil(workspace, upn=UPN, date_of_birth=BORN)
    text = f"{HEADER}\n{OTHER},Khan,Aisha,05/09/2015\n"
    (found,) = refused(workspace, tmp_path, text)
    assert "this may be a pupil who is already here (#" in found
    assert len(look(workspace, tmp_path, text, ask={2: "new"}).new) == 1
    commit(workspace, look(workspace, tmp_path, text, ask={2: number}))
    assert workspace.read().execute("SELECT upn, former_upn FROM pupil").fetchall() == [(OTHER, UPN)]


def test_two_cases_open_are_pointed_out(workspace: Workspace, tmp_path: Path) -> None:
    first = f"{HEADER},Social Care\n{UPN},Khan,Aisha,05/09/2015,CP\n"
    commit(workspace, look(workspace, tmp_path, first))
    preview = look(workspace, tmp_path, first.replace("CP", "CIN"))
    assert preview.notes[1:] == (
        "Social care: also stays open as child protection. Close that on the pupil's page if it has ended (line 2)",
    )


def test_one_number_on_every_line_is_said_with_a_few_of_them(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    rows = (f"{UPN},Khan,Aisha {n},05/09/2015\n" for n in range(3_000))
    path.write_text("UPN,Surname,Forename,DOB\n" + "".join(rows), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        pupils.prepare(workspace, path)
    assert caught.value.problems[0].what.startswith(
        "the same UPN is on line 3 and 4 and 5 and 6 and 7 and 2,994 more: "
    )
    assert sum(len(problem.what) for problem in caught.value.problems) < 2_000
    refused = pupils.prepare(workspace, path, skip_bad=True).refused
    assert len(refused) == 3_000
    assert max(len(reason) for row in refused for reason in row.reasons) < 200
