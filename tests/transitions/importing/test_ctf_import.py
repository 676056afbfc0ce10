"""Importing Common Transfer Files: the same look, the same matching and the same one change as a table of pupils."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import add_pupil, add_school, contents
from ctf_files import NATIONAL_25, OLDER_15, STYLES, SYSTEM_17, UPNS, add_schools, ctf, pupil, put

from transitions.custody import history
from transitions.errors import BadInput
from transitions.importing import pupils as table_import
from transitions.importing.ctf import preview as ctf_import
from transitions.importing.ctf.codes import FileName, SchoolNumber, mismatches, proposed, read_name
from transitions.importing.ctf.pupil import COLUMNS
from transitions.importing.header_names import header_set
from transitions.importing.headers import match_headers
from transitions.importing.preview import Imported, ImportPreview, commit
from transitions.workspace import Workspace


def look(workspace: Workspace, folder: Path, text: str, **options: Any) -> ImportPreview:
    return ctf_import.prepare(workspace, put(folder, text), **options)


def take(workspace: Workspace, folder: Path, text: str, **options: Any) -> Imported:
    return commit(workspace, look(workspace, folder, text, **options))


def rows(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in workspace.read().execute(query)]


def schools_of(workspace: Workspace) -> tuple[Any, Any]:
    ((school, following),) = rows(workspace, "SELECT school_id, next_school_id FROM pupil")
    return school, following


def changes(preview: ImportPreview) -> dict[str, tuple[str, str]]:
    (entry,) = preview.changed
    return {difference.title: (difference.old, difference.new) for difference in entry.differences}


def problems(workspace: Workspace, folder: Path, text: str) -> list[str]:
    with pytest.raises(BadInput) as caught:
        look(workspace, folder, text)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_a_system_file_brings_everything_that_has_a_place(workspace: Workspace, tmp_path: Path) -> None:
    oak, conyers = add_schools(workspace)
    before = contents(workspace)
    preview = look(workspace, tmp_path, SYSTEM_17)
    assert contents(workspace) == before
    assert preview.summary == "8084000_CTF_8084999_001.xml: 1 new"
    assert preview.read_as == (
        "Common Transfer File 17.0 (full) from Oak Primary 808/4000 to 808/4999 made on Mon 5 Oct 2026"
    )
    assert (preview.unit, [note.partition(":")[0] for note in preview.notes]) == (
        "pupil",
        ["Care start date", "EHC plan start date"],
    )
    assert commit(workspace, preview) == (1, 0, 0, 0, None)
    query = (
        "SELECT upn, former_upn, uln, surname, forename, preferred_name, date_of_birth, sex, cohort_year, school_id, "
        "next_school_id, sen_provision, attendance_percent, home_language, english_additional_language FROM pupil"
    )
    assert rows(workspace, query) == [
        (
            UPNS[1], UPNS[8], "1234567899", "Sampleson", "Robin", "Rob", "2015-09-20", "M", 2020, oak, conyers, "E", 95.0,
            "Urdu", 1,
        )
    ]  # fmt: skip
    assert rows(workspace, "SELECT rank, code FROM need ORDER BY rank") == [(1, "ASD"), (2, "SEMH")]
    assert rows(workspace, "SELECT kind, started_on FROM social_care_episode") == [("looked after", None)]
    assert rows(workspace, "SELECT name, relationship, telephone, email FROM contact ORDER BY id") == [
        ("Kim Madeup", "mother", "07700 900123", "kim@example.invalid"),
        ("Pat Sampleson", "father", None, None),
    ]
    ((note,),) = rows(workspace, "SELECT text FROM note")
    assert note.endswith(
        "Acorn Infants (808/3000), Tue 3 Sep 2019 to Thu 21 Jul 2022; Oak Primary (808/4000), since Mon 5 Sep 2022"
    )


@pytest.mark.parametrize("style", sorted(STYLES))
def test_the_same_file_twice_changes_nothing_and_undo_takes_it_back_whole(
    workspace: Workspace, tmp_path: Path, style: str
) -> None:
    add_schools(workspace)
    before = contents(workspace)
    take(workspace, tmp_path, STYLES[style])
    after, actions = contents(workspace), len(history.entries(workspace))
    again = look(workspace, tmp_path, STYLES[style])
    assert (len(again.new), len(again.changed), again.unchanged) == (0, 0, 1)
    assert commit(workspace, again) == (0, 0, 1, 0, None)
    assert (contents(workspace), len(history.entries(workspace))) == (after, actions)
    history.undo(workspace)
    assert contents(workspace) == before


def test_what_is_recorded_is_never_overwritten_unseen(workspace: Workspace, tmp_path: Path) -> None:
    oak, conyers = add_schools(workspace)
    robin = add_pupil(
        workspace, upn=UPNS[1], surname="Sampleson", forename="Robyn", date_of_birth=date(2015, 9, 20), cohort_year=2020,
        school_id=oak, sen_provision="K", tier="enhanced",
    )  # fmt: skip
    with workspace.change("Contact added", "made up") as action:
        known = {"pupil_id": robin, "name": "Kim MADEUP", "relationship": "Mum", "telephone": "07700900123"}
        action.insert("contact", known)
        gone = {"pupil_id": robin, "name": "Pat Sampleson", "archived_at": workspace.clock.now()}
        action.insert("contact", gone)
    told = changes(look(workspace, tmp_path, SYSTEM_17))
    assert told["Forename"] == ("Robyn", "Robin")
    assert told["SEN provision"] == ("K", "E")
    assert told["Next school"] == ("", "Conyers")
    assert told["Attendance %"] == ("", "95.0")
    assert told["Social care: looked after"][1] == "open, start date not known"
    # Her number is the same however it is spaced, her own word stays, and who was taken out of the circle stays out.
    assert {title: new for title, new in told.items() if title.startswith("Contact")} == {
        "Contact Kim MADEUP: email": ("", "kim@example.invalid")
    }
    assert told["Note"][1].startswith("Schools so far")
    assert "Tier" not in told
    assert rows(workspace, "SELECT next_school_id FROM pupil") == [(None,)]
    assert conyers not in schools_of(workspace)


def test_a_pupil_is_known_by_name_and_birthday_and_doubts_are_asked_about(workspace: Workspace, tmp_path: Path) -> None:
    add_schools(workspace)
    known = add_pupil(
        workspace, upn=UPNS[5], surname="Testpupil", forename="Alex", date_of_birth=date(2016, 2, 15), cohort_year=2020
    )
    doubtful = look(workspace, tmp_path, NATIONAL_25, skip_bad=True)
    (question,) = doubtful.questions
    assert (question.line, question.unit, question.label) == (1, "pupil", "Alex Testpupil")
    assert [number for number, _ in question.candidates] == [known]
    assert [len(look(workspace, tmp_path, NATIONAL_25, ask={1: answer}).new) for answer in ("new", known)] == [1, 0]


def test_names_in_capitals_are_kept_with_a_hint_and_never_replace_better_ones(
    workspace: Workspace, tmp_path: Path
) -> None:
    add_schools(workspace)
    new = look(workspace, tmp_path, OLDER_15)
    assert [entry.label for entry in new.new] == ["ZOË EXAMPLE"]
    assert [note for note in new.notes if note.startswith("Surname: all in capitals") and "(pupil 1)" in note]
    add_pupil(
        workspace, upn=UPNS[2], surname="Example", forename="Zoë", date_of_birth=date(2015, 10, 1), cohort_year=2020,
        sex="F",
    )  # fmt: skip
    assert changes(look(workspace, tmp_path, OLDER_15)).keys() == {"School", "Next school"}


LEFT = "<SchoolHistory><School><LEA>808</LEA><Estab>4000</Estab><LeavingDate>{}</LeavingDate></School></SchoolHistory>"
LAST = (
    "<SchoolHistory><School><LEA>808</LEA><Estab>3999</Estab><EntryDate>2018-09-03</EntryDate></School>"
    "<School><LEA>808</LEA><Estab>4000</Estab><EntryDate>2020-09-03</EntryDate></School></SchoolHistory>"
)


@pytest.mark.parametrize(
    ("options", "more", "expected"),
    [
        ({}, "", ("oak", "conyers")),  # sent ahead: still on the roll of the school that sends it
        ({}, LEFT.format("2026-11-21"), ("oak", "conyers")),  # the last day on roll is today
        ({}, LEFT.format("2026-11-20"), ("conyers", None)),  # has left, and is where the file goes
        ({"made": "2026-06-22"}, "", ("conyers", None)),  # last summer's file: the year has turned
        ({"made": "2026-06-22"}, LEFT.format("2026-12-18"), ("oak", "conyers")),
        ({"destination": ("XXX", "XXXX")}, "", ("oak", None)),
        ({"destination": ("MMM", "MMMM")}, "", ("oak", None)),
        ({"destination": ("XXX", "XXXX")}, LEFT.format("2026-11-20"), (None, None)),
        ({"destination": ("808", "LLLL"), "made": "2026-06-22"}, "", ("oak", None)),
        ({"source": ("XXX", "XXXX")}, "", (None, "conyers")),
        ({"source": ("808", "LLLL")}, LAST, ("oak", "conyers")),
        ({"destination": ("808", "4000")}, "", ("oak", None)),
    ],
)
def test_which_school_is_the_present_one_and_which_the_next(
    workspace: Workspace, tmp_path: Path, options: dict[str, Any], more: str, expected: tuple[str | None, str | None]
) -> None:
    oak, conyers = add_schools(workspace)
    numbers = {"oak": oak, "conyers": conyers, None: None}
    take(workspace, tmp_path, ctf(pupil(more=more), **options))
    assert schools_of(workspace) == tuple(numbers[name] for name in expected)


def test_a_school_that_is_not_in_the_list_is_said_and_the_pupil_comes_all_the_same(
    workspace: Workspace, tmp_path: Path
) -> None:
    oak = add_school(workspace, "Oak Primary", urn=111744, la_number=808, establishment_number=4000)
    preview = look(workspace, tmp_path, ctf(pupil(), pupil(UPNS[1], "Sampleson")))
    (note,) = preview.notes
    assert note.startswith("Next school: left as it is, since no school in the school list has the DfE number 808/4999")
    assert note.endswith("(pupils 1 and 2)")
    assert {write.values["school_id"] for entry in preview.new for write in entry.writes[:1] if write.values} == {oak}


@pytest.mark.parametrize(
    ("made", "header_year", "group", "cohort"),
    [
        ("2026-10-05", "", "6", 2020),
        ("2026-06-22", "", "5", 2020),  # a file keeps the year group of its own year
        ("2025-06-22", "", "4", 2020),
        ("2026-08-25", "", "6", 2020),  # turned over in August already
        ("2026-08-25", "", "5", 2020),
        ("2026-06-22", "2026", "6", 2020),  # its AcademicYear fits the birthday, its day does not
        ("2026-10-05", "", "5", 2021),  # taught a year below
        ("2026-10-05", "", "E2", 2020),
        ("2026-10-05", "", "X", 2020),
        ("2026-10-05", "", "", 2020),
    ],
)
def test_the_year_group_is_that_of_today(
    workspace: Workspace, tmp_path: Path, made: str, header_year: str, group: str, cohort: int
) -> None:
    text = ctf(pupil(more=f"<BasicDetails><NCyearActual>{group}</NCyearActual></BasicDetails>"), made=made)
    text = text.replace("</Estab></SourceSchool>", f"</Estab><AcademicYear>{header_year}</AcademicYear></SourceSchool>")
    take(workspace, tmp_path, text)
    assert rows(workspace, "SELECT cohort_year FROM pupil") == [(cohort,)]


def test_an_old_file_is_said_to_be_old(workspace: Workspace, tmp_path: Path) -> None:
    add_schools(workspace)
    assert any(
        "from an earlier academic year" in n for n in look(workspace, tmp_path, ctf(pupil(), made="2026-06-22")).notes
    )
    assert look(workspace, tmp_path, ctf(pupil())).notes == ()


BAD = (
    pupil(UPNS[0].replace(UPNS[0][0], "Z"), "Wrongletter"),
    pupil(UPNS[1], "Nobirthday", dob="31/02/2016"),
    pupil(UPNS[2], "Oldcode", more="<SENhistory><SEN><SENprovision>S</SENprovision></SEN></SENhistory>"),
    pupil(UPNS[3], "Goodone"),
)


def test_bad_pupils_are_named_by_place_upn_and_field(workspace: Workspace, tmp_path: Path) -> None:
    add_schools(workspace)
    first, second, third = problems(workspace, tmp_path, ctf(*BAD))
    assert first.startswith(
        f"8084000_CTF_8084999_001.xml pupil 1 (UPN Z{UPNS[0][1:]}): UPN: the check letter does not fit"
    )
    assert second.startswith(f"8084000_CTF_8084999_001.xml pupil 2 (UPN {UPNS[1]}): DOB: ")
    assert third.startswith(f"8084000_CTF_8084999_001.xml pupil 3 (UPN {UPNS[2]}): SENprovision: ")
    assert third.endswith("expected N (no SEN), K (SEN support) or E (EHC plan)")


def test_one_pupil_twice_is_refused_on_both_places(workspace: Workspace, tmp_path: Path) -> None:
    add_schools(workspace)
    doubled = ctf(pupil(), pupil(), pupil(surname="Sampleson", upn=""), pupil(surname="Sampleson", upn=""))
    one, two, three, four = problems(workspace, tmp_path, doubled)
    assert "pupil 1" in one
    assert "the same UPN is on pupil 2" in one
    assert "pupil 2" in two
    assert "the same UPN is on pupil 1" in two
    assert "pupil 3 (no UPN): pupil 4 (no UPN) is about the same person" in three
    assert "pupil 4 (no UPN): pupil 3 (no UPN) is about the same person" in four


def test_the_refused_go_to_a_table_that_is_put_right_and_imported_as_pupils(
    workspace: Workspace, tmp_path: Path
) -> None:
    add_schools(workspace)
    contact = "<Contacts><Contact><Surname>Madeup</Surname></Contact></Contacts>"
    done = take(workspace, tmp_path, ctf(pupil(UPNS[1], "Nobirthday", dob="soon", more=contact), BAD[3]), skip_bad=True)
    assert done[:4] == (1, 0, 0, 1)
    assert done.refused_file == tmp_path / "8084000_CTF_8084999_001.xml.refused.csv"
    with done.refused_file.open(encoding="utf-8-sig", newline="") as file:
        (refused,) = csv.DictReader(file)
    assert (refused["Pupil in the file"], refused["DOB"], refused["School LAESTAB"]) == ("1", "soon", "808/4000")
    text = done.refused_file.read_text(encoding="utf-8-sig").replace("soon", "15/02/2016")
    done.refused_file.write_text(text, encoding="utf-8")
    again = table_import.prepare(workspace, done.refused_file)
    assert [entry.label for entry in again.new] == ["Alex Nobirthday"]
    assert again.notes == ()


def test_the_refused_lose_their_contacts_and_that_is_said(workspace: Workspace, tmp_path: Path) -> None:
    add_schools(workspace)
    contact = "<Contacts><Contact><Surname>Madeup</Surname></Contact></Contacts>"
    preview = look(workspace, tmp_path, ctf(pupil(dob="soon", more=contact)), skip_bad=True)
    assert preview.notes == ("the contacts and schools so far of refused pupils are not in the file of refused pupils",)


def test_the_word_that_empties_a_field_of_a_table_is_none_in_a_file_of_others(
    workspace: Workspace, tmp_path: Path
) -> None:
    add_schools(workspace)
    take(workspace, tmp_path, SYSTEM_17)
    again = look(workspace, tmp_path, SYSTEM_17.replace(">Rob<", ">(clear)<"))
    assert (again.changed, again.unchanged) == ((), 1)


def test_every_column_is_understood_by_an_import_of_pupils() -> None:
    headers = match_headers(tuple(COLUMNS.values()), header_set("pupils"), {}, file="refused.csv")
    assert [headers.title(name) for name in COLUMNS] == list(COLUMNS.values())
    assert headers.notes == ()


@pytest.mark.parametrize(
    ("name", "source", "destination"),
    [
        ("8084000_CTF_8084999_001.xml", "808/4000", "808/4999"),
        ("8084000_ctf_8084999_001.XML", "808/4000", "808/4999"),
        ("8084000_CTF_8084999_001 (1).xml", "808/4000", "808/4999"),
        ("820LLLL_CTF_8201234_001.xml", "820/LLLL", "820/1234"),
        ("8084000_CTF_XXXXXXX_123.xml", "808/4000", "XXX/XXXX"),
        ("8084000_CTF_MMMMMMM_123.xml", "808/4000", "MMM/MMMM"),
        ("XXXXXXX_CTF_8084999_001.xml", "XXX/XXXX", "808/4999"),
    ],
)
def test_names_of_files(name: str, source: str, destination: str) -> None:
    found = read_name(name)
    assert found is not None
    assert (str(found.source), str(found.destination)) == (source, destination)


@pytest.mark.parametrize("name", ["leavers.xml", "8084000_CTF_8084999_1.xml", "808400_CTF_8084999_001.xml", "-", ""])
def test_other_names_say_nothing(name: str) -> None:
    assert read_name(name) is None
    assert mismatches(name, SchoolNumber("808", "4000"), None) == []


def test_the_name_and_the_header_are_held_against_each_other(workspace: Workspace, tmp_path: Path) -> None:
    add_schools(workspace)
    path = put(tmp_path, ctf(pupil()), "8083999_CTF_8084998_001.xml")
    first, second = ctf_import.prepare(workspace, path).notes
    assert first == (
        "the file name says it comes from 808/3999, its header says 808/4000: ask the sender which is right"
    )
    assert second.startswith("the file name says it goes to 808/4998, its header says 808/4999")


def test_the_proposed_name_takes_the_next_free_counter(tmp_path: Path) -> None:
    schools = SchoolNumber("808", "4000"), SchoolNumber("808", "4999")
    assert proposed(tmp_path, *schools).name == "8084000_CTF_8084999_001.xml"
    proposed(tmp_path, *schools).touch()
    assert proposed(tmp_path, *schools).name == "8084000_CTF_8084999_002.xml"
    assert read_name(proposed(tmp_path, *schools).name) == FileName(*schools)
