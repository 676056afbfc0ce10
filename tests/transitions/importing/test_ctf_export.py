"""Writing Common Transfer Files: what is in them, what is not, and that reading them back gives the same pupils."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from builders import add_episode, add_pupil, add_school
from conftest import Opener
from ctf_files import UPNS, add_schools
from hypothesis import given, settings
from hypothesis import strategies as st

from db.exports import ExportedPupil
from db.pupils.pupils import PupilPage
from transitions.caseload.caseload import Caseload
from transitions.custody import history
from transitions.errors import CannotWrite, NoSuchRecord, NotAllowed
from transitions.identifiers import make_upn
from transitions.importing import cells
from transitions.importing.ctf import preview as ctf_import
from transitions.importing.ctf.codes import LANGUAGES, SchoolNumber, read_name
from transitions.importing.ctf.export import ExportedCtf, Sender, ctf_bytes, export_ctf
from transitions.importing.ctf.preview import read_ctf
from transitions.importing.preview import commit
from transitions.pupils.codes import NEEDS
from transitions.school_year import cohort_year_of
from transitions.text import clean, is_no_name
from transitions.workspace import Workspace

TODAY = date(2026, 11, 21)
COLUMNS = (
    "upn, former_upn, uln, surname, forename, preferred_name, date_of_birth, sex, cohort_year, sen_provision, "
    "free_school_meals, english_additional_language, home_language"
)


def add(workspace: Workspace, serial: int = 0, **columns: Any) -> int:
    values = {
        "upn": UPNS[serial], "surname": "Testpupil", "forename": "Alex", "date_of_birth": date(2016, 2, 15),
        "cohort_year": 2020, **columns,
    }  # fmt: skip
    return add_pupil(workspace, **values)


def rows(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in workspace.read().execute(query)]


def send(workspace: Workspace, to: int, target: Path | None, **options: Any) -> ExportedCtf:
    return export_ctf(workspace, options.pop("caseload", Caseload()), to, target, **options)


def written(made: ExportedCtf) -> ElementTree.Element:
    assert made.path is not None
    return ElementTree.fromstring(made.path.read_bytes())


def test_only_those_who_go_there_are_in_the_file(workspace: Workspace, tmp_path: Path) -> None:
    oak, conyers = add_schools(workspace)
    other = add_school(workspace, "Egglescliffe", la_number=808, establishment_number=4001)
    alex = add(
        workspace, 0, school_id=oak, next_school_id=conyers, sen_provision="E", free_school_meals=True, sex="F",
        preferred_name="Ali", english_additional_language=True, home_language="Urdu", attendance_percent=91.5,
    )  # fmt: skip
    add_episode(workspace, alex, "looked after", date(2026, 1, 5))
    add_episode(workspace, alex, "child protection", date(2026, 1, 5))
    add(workspace, 1, surname="Elsewhere", school_id=oak, next_school_id=other)
    add(workspace, 2, surname="Arrived", school_id=conyers)
    gone = {"archived_at": workspace.clock.now(), "school_id": oak, "next_school_id": conyers}
    add(workspace, 3, surname="Archived", **gone)
    made = send(workspace, conyers, tmp_path)
    assert (made.path, made.pupils, made.notes) == (tmp_path / "8084000_CTF_8084999_001.xml", 1, ())
    root = written(made)
    assert [(one.tag, one.text) for one in root.iter() if not len(one)] == [
        ("DocumentName", "Common Transfer File"), ("CTFversion", "25.0"), ("DateTime", "2026-11-21T12:00:00"),
        ("DocumentQualifier", "partial"), ("SupplierID", "PupilTransitions"), ("LEA", "808"), ("Estab", "4000"),
        ("SchoolName", "Oak Primary"), ("AcademicYear", "2026"), ("LEA", "808"), ("Estab", "4999"), ("UPN", UPNS[0]),
        ("Surname", "Testpupil"), ("Forename", "Alex"), ("DOB", "2016-02-15"), ("Sex", "F"), ("PreferredForename", "Ali"),
        ("NCyearActual", "6"), ("LanguageType", "F"), ("Language", "URD"), ("UKcountry", "ENG"), ("InCare", "true"),
        ("SENprovision", "E"), ("LEA", "808"), ("Estab", "4000"), ("SchoolName", "Oak Primary"), ("LastSchool", "true"),
    ]  # fmt: skip
    text = made.path.read_text(encoding="utf-8") if made.path else ""
    assert "protection" not in text
    assert "91.5" not in text


def test_the_file_of_several_schools_is_the_authoritys(workspace: Workspace, tmp_path: Path) -> None:
    oak, conyers = add_schools(workspace)
    elm = add_school(workspace, "Elm Primary", la_number=808, establishment_number=2002)
    for serial, school in enumerate((oak, elm)):
        add(workspace, serial, surname=f"Pupil{serial}", school_id=school, next_school_id=conyers)
    made = send(workspace, conyers, tmp_path)
    assert made.path is not None
    assert made.path.name == "808LLLL_CTF_8084999_001.xml"
    again = ctf_import.prepare(workspace, made.path)
    assert (again.new, again.changed, again.unchanged, again.notes) == ((), (), 2, ())


@pytest.mark.parametrize(
    ("schools", "said"),
    [
        (
            [{"la_number": 808, "establishment_number": 4001}, {"la_number": 886, "establishment_number": 4001}],
            "--school",
        ),
        ([{}], "The pupils' current school has no DfE number here"),
        ([None], "The pupils' current school has no DfE number here"),
    ],
)
def test_a_sender_that_cannot_be_named_is_refused(
    workspace: Workspace, tmp_path: Path, schools: list[dict[str, int] | None], said: str
) -> None:
    _, conyers = add_schools(workspace)
    for serial, numbers in enumerate(schools):
        school = None if numbers is None else add_school(workspace, f"School {serial}", **numbers)
        add(workspace, serial, surname=f"Pupil{serial}", school_id=school, next_school_id=conyers)
    before = len(history.entries(workspace))
    with pytest.raises(NotAllowed, match=said):
        send(workspace, conyers, tmp_path)
    assert len(history.entries(workspace)) == before
    assert list(tmp_path.glob("*.xml")) == []


def test_nobody_to_send_and_a_receiver_without_a_number_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    _, conyers = add_schools(workspace)
    nowhere = add_school(workspace, "Nowhere")
    with pytest.raises(NoSuchRecord, match="has Conyers as the next school"):
        send(workspace, conyers, tmp_path)
    with pytest.raises(NotAllowed, match="Nowhere has no DfE number here"):
        send(workspace, nowhere, tmp_path)
    with pytest.raises(NoSuchRecord):
        send(workspace, 999, tmp_path)


def test_the_journal_knows_who_had_it_and_for_what(workspace: Workspace, tmp_path: Path) -> None:
    oak, conyers = add_schools(workspace)
    add(workspace, 0, school_id=oak, next_school_id=conyers)
    send(
        workspace, conyers, tmp_path, purpose="transfer\x1b to Year 7", caseload=Caseload(year_groups=(6,), text="alex")
    )
    entry = history.entries(workspace)[0]
    assert (entry.kind, entry.name) == ("export", "Exported Common Transfer File")
    assert entry.summary == (
        "to Conyers; All pupils · Year 6 · found by words; 1 pupil; 8084000_CTF_8084999_001.xml; for: transfer to Year 7"
    )


def test_names_counters_and_files_that_are_there(workspace: Workspace, tmp_path: Path) -> None:
    oak, conyers = add_schools(workspace)
    add(workspace, 0, school_id=oak, next_school_id=conyers, upn=None)
    first, second = send(workspace, conyers, tmp_path), send(workspace, conyers, tmp_path)
    assert [made.path and made.path.name[-7:] for made in (first, second)] == ["001.xml", "002.xml"]
    own = send(workspace, conyers, tmp_path / "leavers.xml")
    assert own.notes == (
        "Schools' systems only accept it with the right name, which is 8084000_CTF_8084999_003.xml.",
        "1 pupil has no UPN here, and a school's system may refuse the file without one.",
    )
    before = len(history.entries(workspace))
    with pytest.raises(CannotWrite, match="exists already"):
        send(workspace, conyers, tmp_path / "leavers.xml")
    assert len(history.entries(workspace)) == before
    assert send(workspace, conyers, tmp_path / "leavers.xml", overwrite=True).pupils == 1


def test_what_no_xml_can_hold_is_left_out(tmp_path: Path) -> None:
    page = dict.fromkeys(PupilPage._fields)
    page |= {"surname": "A\x00\x1b[31m<&>\ufffe\ud800Z", "forename": "\u202eB", "date_of_birth": date(2016, 2, 15)}
    page |= {"cohort_year": 2020, "sen_provision": "N"}
    row = dict.fromkeys(ExportedPupil._fields) | {"page": PupilPage(**page)}  # type: ignore[arg-type]
    school = SchoolNumber("808", "4000")
    data = ctf_bytes(Sender(school, "Oak"), school, [ExportedPupil(**row)], datetime(2026, 11, 21, 12, tzinfo=UTC))  # type: ignore[arg-type]
    path = tmp_path / "8084000_CTF_8084000_001.xml"
    path.write_bytes(data)
    (found,) = read_ctf(path, TODAY).pupils
    assert (found.texts["surname"], found.texts["forename"]) == ("A[31m<&>Z", "B")


def may_be_called(name: str) -> bool:
    return not (is_no_name(name) or cells.is_nothing_as_text(name) or name == "(clear)")


names = st.text(min_size=1, max_size=12).map(clean).filter(may_be_called)
pupils = st.fixed_dictionaries(
    {
        "surname": names,
        "forename": names,
        "preferred_name": st.none() | names,
        "date_of_birth": st.dates(date(2008, 9, 1), date(2022, 8, 31)),
        "sex": st.sampled_from([None, "F", "M"]),
        "sen_provision": st.sampled_from("NKE"),
        "free_school_meals": st.booleans(),
        "english_additional_language": st.booleans(),
        "home_language": st.none() | st.sampled_from(sorted(LANGUAGES.values())),
        "uln": st.sampled_from([None, "1234567899"]),
        "former_upn": st.sampled_from([None, make_upn(808, 4000, 2020, 77)]),
        "shift": st.sampled_from([0, 0, 1]),
        "needs": st.lists(st.sampled_from(sorted(NEEDS)), max_size=3, unique=True),
        "in_care": st.booleans(),
    }
)


@settings(max_examples=20)
@given(st.lists(pupils, min_size=1, max_size=3))
def test_reading_it_back_gives_the_same_pupils(
    opener: Opener, tmp_path_factory: pytest.TempPathFactory, several: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("ctf")
    stem = folder.name
    ours, theirs = opener(name=f"{stem} ours.db"), opener(name=f"{stem} theirs.db")
    oak, conyers = add_schools(ours)
    add_schools(theirs)
    for serial, pupil in enumerate(several):
        record(ours, pupil, serial, oak, conyers)
    made = send(ours, conyers, folder)
    assert made.path is not None
    assert read_name(made.path.name) is not None
    commit(theirs, ctf_import.prepare(theirs, made.path))
    for query in (
        f"SELECT {COLUMNS}, school_id, next_school_id FROM pupil ORDER BY upn",
        "SELECT upn, rank, code FROM need JOIN pupil ON id = pupil_id ORDER BY upn, rank",
        "SELECT upn, kind FROM social_care_episode e JOIN pupil p ON p.id = e.pupil_id ORDER BY upn",
    ):
        assert rows(theirs, query) == rows(ours, query)
    assert ctf_import.prepare(ours, made.path).changed == ()


def record(workspace: Workspace, pupil: dict[str, Any], serial: int, oak: int, conyers: int) -> None:
    """Put one made-up pupil into the record, as a person would have."""
    values = dict(pupil)
    shift, needs, in_care = values.pop("shift"), values.pop("needs"), values.pop("in_care")
    if (values["preferred_name"] or "").casefold() == values["forename"].casefold():
        values["preferred_name"] = None
    if serial:
        values["uln"] = None
    cohort = cohort_year_of(values["date_of_birth"]) + shift
    reason = "not given" if shift else None
    number = add(
        workspace,
        serial,
        **values,
        cohort_year=cohort,
        out_of_year_reason=reason,
        school_id=oak,
        next_school_id=conyers,
    )
    with workspace.change("Needs", "made up") as action:
        for rank, code in enumerate(needs, 1):
            action.insert("need", {"pupil_id": number, "rank": rank, "code": code})
    if in_care:
        add_episode(workspace, number, "looked after", date(2026, 1, 5))
