"""``import ctf`` and ``export ctf``, as a script meets them."""

import json

import pytest
from command import Command

from transitions.cli.files import which_one
from transitions.identifiers import make_upn
from transitions.importing.preview import PupilQuestion

SCHOOLS = """URN,EstablishmentName,LA (code),EstablishmentNumber,StatutoryLowAge,StatutoryHighAge
111744,Oak Primary,808,4000,4,11
138089,Conyers,808,4999,11,16
138090,Nowhere,,,11,16
"""
GOOD, OTHER = make_upn(808, 4000, 2024, 1), make_upn(808, 4000, 2024, 2)


def pupil(upn: str, surname: str, dob: str = "2016-02-15") -> str:
    return (
        f"<Pupil><UPN>{upn}</UPN><Surname>{surname}</Surname><Forename>Alex</Forename><DOB>{dob}</DOB>"
        "<BasicDetails><NCyearActual>6</NCyearActual></BasicDetails></Pupil>"
    )


def ctf(*pupils: str, version: str = "25.0") -> str:
    return (
        f"<CTfile><Header><CTFversion>{version}</CTFversion><DateTime>2026-10-05T10:00:00</DateTime>"
        "<SourceSchool><LEA>808</LEA><Estab>4000</Estab></SourceSchool>"
        f"<DestSchool><LEA>808</LEA><Estab>4999</Estab></DestSchool></Header>{''.join(pupils)}</CTfile>"
    )


@pytest.fixture
def schools(command: Command) -> Command:
    command.ok("me", "K. Osei")
    command.ok("import", "schools", command.write("schools.csv", SCHOOLS))
    return command


def test_a_file_is_looked_at_taken_and_taken_back(schools: Command) -> None:
    file = schools.write("8084000_CTF_8084999_001.xml", ctf(pupil(GOOD, "Testpupil"), pupil(OTHER, "Sampleson")))
    seen = schools.ok("import", "ctf", file, "--dry-run")
    assert seen.out.splitlines() == ["new: pupil 1: Alex Testpupil", "new: pupil 2: Alex Sampleson"]
    assert json.loads(schools.ok("list", "--format", "json").out) == []
    taken = schools.ok("import", "ctf", file)
    assert "8084000_CTF_8084999_001.xml: 2 new" in taken.err
    assert "Take it back with: transitions undo" in taken.err
    listed = json.loads(schools.ok("list", "--school", "Conyers", "--format", "json").out)
    assert sorted(one["surname"] for one in listed) == ["Sampleson", "Testpupil"]
    assert "2 unchanged" in schools.ok("import", "ctf", file).err
    schools.ok("undo")
    assert json.loads(schools.ok("list", "--format", "json").out) == []


def test_bad_pupils_and_warnings_are_said_and_the_good_may_be_taken(schools: Command) -> None:
    file = schools.write(
        "8083999_CTF_8084999_001.xml",
        ctf(pupil(GOOD, "Testpupil"), pupil(OTHER, "Later", "2026-13-01"), version="27.0"),
    )
    refused = schools("import", "ctf", file)
    assert (refused.status, refused.out) == (65, "")
    assert f"8083999_CTF_8084999_001.xml pupil 2 (UPN {OTHER}): DOB: " in refused.err
    taken = schools.ok("import", "ctf", file, "--skip-bad")
    assert "note: the file name says it comes from 808/3999" in taken.err
    assert "note: version 27.0 is newer than 25" in taken.err
    assert "refused: pupil 2: DOB: " in taken.err
    assert "1 refused pupil is in" in taken.err
    assert "transitions import pupils" in taken.err
    table = file.with_name(f"{file.name}.refused.csv")
    table.write_text(table.read_text(encoding="utf-8-sig").replace("2026-13-01", "2016-01-13"), encoding="utf-8")
    assert "1 new" in schools.ok("import", "pupils", table).err


def test_an_attack_leaves_one_sentence_and_nothing_else(schools: Command) -> None:
    bomb = '<!DOCTYPE CTfile [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + ctf(pupil(GOOD, "&b;"))
    result = schools("import", "ctf", schools.write("bomb.xml", bomb))
    assert (result.status, result.out) == (65, "")
    (sentence,) = result.err.strip().splitlines()
    assert "bomb.xml: has a document type declaration or entities of its own" in sentence
    assert json.loads(schools.ok("list", "--format", "json").out) == []


def test_a_file_goes_out_comes_back_and_stands_in_the_history(schools: Command) -> None:
    schools.ok("import", "ctf", schools.write("8084000_CTF_8084999_001.xml", ctf(pupil(GOOD, "Testpupil"))))
    folder = schools.folder / "out"
    folder.mkdir()
    sent = schools.ok("export", "ctf", folder, "--to", "Conyers", "--purpose", "Year 7 transfer", "--year-group", "6")
    assert sent.out == ""
    assert f"1 pupil written to {folder / '8084000_CTF_8084999_001.xml'}." in sent.err
    assert "1 unchanged" in schools.ok("import", "ctf", folder / "8084000_CTF_8084999_001.xml").err
    newest = json.loads(schools.ok("history", "--limit", "1", "--format", "json").out)[0]
    assert (newest["kind"], newest["name"]) == ("export", "Exported Common Transfer File")
    assert newest["summary"].startswith("to Conyers; ")
    assert newest["summary"].endswith("; for: Year 7 transfer")
    printed = schools.ok("export", "ctf", "-", "--to", "138089", "--purpose", "Year 7")
    assert printed.out.startswith("<?xml version='1.0' encoding='utf-8'?>\n<CTfile>")
    assert (
        "with the right name"
        in schools.ok("export", "ctf", folder / "x.xml", "--to", "Conyers", "--purpose", "Year 7").err
    )


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("ctf", "out.xml"), 2, "name it with --to"),
        (("ctf", "out.xml", "--to", "Conyers", "--pseudonymised"), 2, "never --pseudonymised"),
        (("pupils", "out.csv", "--to", "Conyers"), 2, "--to is for ctf only"),
        (("ctf", "out.xml", "--to", "Conyers"), 65, "No pupil in this list has Conyers as the next school"),
        (("ctf", "out.xml", "--to", "Nowhere"), 77, "Nowhere has no DfE number here"),
        (("ctf", "out.xml", "--to", "Atlantis"), 65, 'No school matches "Atlantis"'),
    ],
)
def test_what_cannot_be_sent_is_said(schools: Command, words: tuple[str, ...], status: int, said: str) -> None:
    named = (schools.folder / word if word.startswith("out") else word for word in words)
    result = schools("export", *named, "--purpose", "Year 7")
    assert result.status == status
    assert said in result.err
    assert not list(schools.folder.glob("out.*"))


def test_a_question_about_a_number_says_why_it_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("click.prompt", lambda *_, **__: "1")
    doubt = "The UPN is this pupil's, but the name and date of birth are different."
    question = PupilQuestion(3, "Benedict Other", ((7, "Ada Sample, born Sat 5 Mar 2016"),), "pupil", doubt)
    assert which_one(question) == 7
    assert capsys.readouterr().err.splitlines() == [
        f"Pupil 3: Benedict Other: {doubt}",
        "  1  Ada Sample, born Sat 5 Mar 2016",
    ]
    assert which_one(question._replace(doubt="")) == 7
    assert "Pupil 3: Benedict Other may be one of these:" in capsys.readouterr().err
