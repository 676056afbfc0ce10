"""Reading Common Transfer Files: three styles, present among histories, and files that would do harm."""

from datetime import date
from pathlib import Path

import pytest
from ctf_files import NATIONAL_25, OLDER_15, SYSTEM_17, UPNS, ctf, pupil, put
from hypothesis import given
from hypothesis import strategies as st

from transitions.errors import BadInput, NoSuchFile
from transitions.importing.ctf.codes import SchoolNumber
from transitions.importing.ctf.preview import LARGEST, Ctf, read_ctf
from transitions.importing.ctf.pupil import CtfPupil

TODAY = date(2026, 11, 21)


def read(folder: Path, text: str | bytes) -> Ctf:
    return read_ctf(put(folder, text), TODAY)


def only(folder: Path, more: str) -> CtfPupil:
    (found,) = read(folder, ctf(pupil(more=more))).pupils
    return found


def refusal(folder: Path, text: str | bytes) -> str:
    with pytest.raises(BadInput) as caught:
        read(folder, text)
    (problem,) = caught.value.problems
    assert str(problem).startswith(str(folder / "8084000_CTF_8084999_001.xml"))
    return str(problem)


def test_the_national_style(tmp_path: Path) -> None:
    found = read(tmp_path, NATIONAL_25)
    assert (found.header.version, found.header.qualifier, found.header.made_on) == (
        "25.0",
        "partial",
        date(2026, 10, 5),
    )
    assert found.header.source == SchoolNumber("XXX", "XXXX")
    assert not found.header.source.is_school
    assert found.header.destination == SchoolNumber("808", "4999")
    assert found.header.destination.is_school
    (alex,) = found.pupils
    assert alex.texts == {
        "upn": UPNS[0], "surname": "Testpupil", "forename": "Alex", "date_of_birth": "2016-02-15", "sex": "F",
        "free_school_meals": "yes",
    }  # fmt: skip


def test_the_style_of_a_school_system(tmp_path: Path) -> None:
    found = read(tmp_path, SYSTEM_17)
    assert (found.header.source_name, found.header.source_year) == ("Oak Primary", 2026)
    (robin,) = found.pupils
    assert robin.texts == {
        "upn": UPNS[1], "former_upn": UPNS[8], "uln": "1234567899", "surname": "Sampleson", "forename": "Robin",
        "preferred_name": "Rob", "date_of_birth": "2015-09-20", "sex": "M", "year_group": "6",
        "english_additional_language": "yes", "home_language": "Urdu", "sen_provision": "E", "primary_need": "ASD",
        "secondary_need": "SEMH", "looked_after": "true", "attendance_percent": "95.00%",
    }  # fmt: skip
    assert [contact.in_words() for contact in robin.contacts] == [
        "Kim Madeup, mother, 07700 900123, kim@example.invalid",
        "Pat Sampleson, father",
    ]
    assert [stay.in_words() for stay in robin.stays] == [
        "Oak Primary (808/4000), since Mon 5 Sep 2022",
        "Acorn Infants (808/3000), Tue 3 Sep 2019 to Thu 21 Jul 2022",
    ]


def test_the_older_style_with_its_empty_elements(tmp_path: Path) -> None:
    found = read(tmp_path, OLDER_15)
    (zoe,) = found.pupils
    assert found.header.version == "15.0"
    assert zoe.texts == {
        "upn": UPNS[2].lower(), "surname": "EXAMPLE", "forename": "ZOË", "date_of_birth": "2015-10-01", "sex": "F",
        "year_group": "6", "sen_provision": "N",
    }  # fmt: skip
    assert (zoe.contacts, zoe.stays, zoe.doubts) == ((), (), ())


@pytest.mark.parametrize(
    ("records", "provision"),
    [
        ([("2023-01-09", "K")], "K"),
        ([("2025-01-09", "E"), ("2023-01-09", "K")], "E"),
        ([("2023-01-09", "K"), ("2025-01-09", "E")], "E"),
        ([("2023-01-09", "S"), ("2025-01-09", "N")], "N"),
        ([("2025-01-09", "K"), ("2026-12-01", "E")], "K"),  # the plan is still to come
        ([("", "K"), ("2019-01-09", "N")], "N"),
        ([("", "K")], "K"),
        ([("2025-01-09", "K"), ("2025-01-09", "E")], "E"),
        ([("2025-01-09", "")], ""),
    ],
)
def test_of_several_sen_records_the_latest_begun_is_the_present_one(
    tmp_path: Path, records: list[tuple[str, str]], provision: str
) -> None:
    rows = "".join(
        f"<SEN><StartDate>{day}</StartDate><SENprovision>{code}</SENprovision></SEN>" for day, code in records
    )
    assert only(tmp_path, f"<SENhistory>{rows}</SENhistory>").texts.get("sen_provision", "") == provision


def test_needs_stand_by_rank_and_ended_ones_are_left_out(tmp_path: Path) -> None:
    needs = "".join(
        f"<SENneed><SENtypeRank>{rank}</SENtypeRank><SENtype>{code}</SENtype><NeedEndDate>{end}</NeedEndDate></SENneed>"
        for rank, code, end in [
            ("3", "HI", ""), ("1", "MLD", "2025-07-01"), ("9" * 5000, "VI", ""), ("1", "SLCN", ""), ("2", "SEMH", "2027-01-01"),
        ]
    )  # fmt: skip
    found = only(tmp_path, f"<SENhistory><SENneeds>{needs}</SENneeds></SENhistory>")
    assert [found.texts[name] for name in ("primary_need", "secondary_need", "need_3")] == ["SLCN", "SEMH", "HI"]
    assert found.doubts == (("SENneeds", "more than 3: the first by rank are taken"),)


@pytest.mark.parametrize(
    ("instances", "meals"),
    [
        ([("2025-09-01", "")], "yes"),
        ([("2025-09-01", "2026-11-21")], "yes"),  # the last day is one of them
        ([("2025-09-01", "2026-11-20")], "no"),
        ([("2026-11-22", "")], "no"),
        ([("", "")], "yes"),
        ([("2020-09-01", "2021-01-01"), ("2026-11-21", "")], "yes"),
        ([], ""),
    ],
)
def test_free_school_meals_are_those_open_today(tmp_path: Path, instances: list[tuple[str, str]], meals: str) -> None:
    rows = "".join(
        f"<FSMinstance><FSMstartDate>{start}</FSMstartDate><FSMendDate>{end}</FSMendDate></FSMinstance>"
        for start, end in instances
    )
    assert only(tmp_path, f"<FSMhistory>{rows}</FSMhistory>").texts.get("free_school_meals", "") == meals


@pytest.mark.parametrize(
    ("years", "percent", "doubts"),
    [
        ([(2026, 310, 279, "")], "90.00%", 0),
        ([(2025, 100, 50, ""), (2026, 100, 99, "")], "99.00%", 0),
        ([(2026, 100, 50, ""), (2026, 100, 100, "")], "75.00%", 0),  # two schools in one year
        ([(2026, 200, "", 20)], "90.00%", 0),
        ([(2026, 0, 0, "")], None, 0),
        ([(2026, "many", 3, "")], None, 0),
        ([(2026, 10, 11, "")], None, 1),
        ([(2026, 400, 3, "")], "0.75%", 0),
    ],
)  # fmt: skip
def test_attendance_is_that_of_the_latest_year(
    tmp_path: Path, years: list[tuple[object, ...]], percent: str | None, doubts: int
) -> None:
    rows = "".join(
        f"<YearData><Year>{year}</Year><SessionsPossible>{possible}</SessionsPossible>"
        f"<SessionsAttended>{attended}</SessionsAttended><SessionsAuthorised>{missed}</SessionsAuthorised>"
        f"<SessionsUnauthorised>{0 if missed else ''}</SessionsUnauthorised></YearData>"
        for year, possible, attended, missed in years
    )
    found = only(tmp_path, f"<Attendance>{rows}</Attendance>")
    assert found.texts.get("attendance_percent") == percent
    assert len(found.doubts) == doubts


@pytest.mark.parametrize(
    ("spoken", "additional", "home"),
    [
        ([("F", "ENG")], "no", "English"),
        ([("F", "ENB")], "no", "English"),
        ([("F", "POL")], "yes", "Polish"),
        ([("F", "PNJA")], "yes", "Panjabi"),
        ([("F", "QQQ")], "yes", "QQQ"),
        ([("F", "OTB")], "yes", None),
        ([("F", "REF")], None, None),
        ([("H", "SOM")], None, "Somali"),
        ([("F", "ENG"), ("H", "SOM")], "no", "Somali"),
        ([("", "TAM")], "yes", "Tamil"),
        ([], None, None),
    ],
)
def test_languages(tmp_path: Path, spoken: list[tuple[str, str]], additional: str | None, home: str | None) -> None:
    rows = "".join(
        f"<Type><LanguageType>{kind}</LanguageType><Language>{code}</Language></Type>" for kind, code in spoken
    )
    found = only(tmp_path, f"<BasicDetails><Languages>{rows}</Languages></BasicDetails>").texts
    assert (found.get("english_additional_language"), found.get("home_language")) == (additional, home)


def test_what_says_nothing_is_not_said(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        "<UniqueLearnerNumber>9999999999</UniqueLearnerNumber><Sex>U</Sex><Gender>M</Gender>"
        "<BasicDetails><PreferredForename>ALEX</PreferredForename></BasicDetails>",
    )
    assert found.texts.keys() == {"upn", "surname", "forename", "date_of_birth"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_any_encoding_that_says_what_it_is(tmp_path: Path, encoding: str) -> None:
    (found,) = read(tmp_path, ctf(pupil(surname="Łukasz-Ó")).encode(encoding)).pupils
    assert found.texts["surname"] == "Łukasz-Ó"


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize("order", [("header", "pupils"), ("pupils", "header")])
def test_order_case_and_white_space_of_elements_do_not_count(
    tmp_path: Path, order: tuple[str, ...], small: bool
) -> None:
    header = ctf().split("<CTFpupilData>")[0].removeprefix("<CTfile>")
    parts = {"header": header, "pupils": f"<CTFpupilData>{pupil()}</CTFpupilData>"}
    text = f"\n <CTfile>{''.join(parts[part] for part in order)}</CTfile>"
    text = text.replace("CTfile", "ctfile").replace("Pupil>", "pupil>").replace("Header>", "HEADER>") if small else text
    found = read(tmp_path, text)
    assert (found.header.version, found.pupils[0].texts["surname"]) == ("25.0", "Testpupil")


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))


@pytest.mark.parametrize(
    "declared",
    [
        f"<!DOCTYPE CTfile [{BOMB}]>",
        '<!DOCTYPE CTfile [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE CTfile SYSTEM "http://example.invalid/ctf.dtd">',
        '<!DOCTYPE CTfile [<!ENTITY % p SYSTEM "http://example.invalid/p"> %p;]>',
        "<!DOCTYPE CTfile>",
    ],
    ids=["billion laughs", "external entity", "external DTD", "parameter entity", "empty DTD"],
)
def test_declarations_are_refused(tmp_path: Path, declared: str) -> None:
    said = refusal(tmp_path, f'<?xml version="1.0"?>{declared}{ctf(pupil(surname="&l9;"))}')
    assert "has a document type declaration or entities of its own" in said
    assert "nothing was read" in said


def test_a_file_over_twenty_million_bytes_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    assert "is larger than 20 MB" in refusal(tmp_path, b"<" * (LARGEST + 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<CTfile>" + "<a>" * 10_000, "is nested more than 60 elements deep"),
        (f"<CTfile><Pupil><Contacts>{'<a/>' * 50_001}</Contacts></Pupil></CTfile>", "more than 50,000 elements in one"),
        (f"<CTfile>{'<Pupil/>' * 20_001}</CTfile>", "has more than 20,000 pupils"),
        (
            "<CTfile>\n<Pupil><UPN>&who;</UPN></Pupil></CTfile>",
            "line 2: is not well-formed XML from here on (undefined entity",
        ),
        (ctf(pupil())[:-40], "line 1: is not well-formed XML from here on"),
        ('<?xml version="1.0" encoding="klingon"?><CTfile/>', "encoding that cannot be read"),
        ('<?xml version="1.0"?><ATfile/>', "its outermost element is <atfile>, expected <CTfile>"),
        ("<CTfile><Header/></CTfile>", "without any pupil"),
        ("UPN,Surname\nx,y\n", "is not XML"),
        ("", "is empty (0 bytes)"),
        ("%PDF-1.7", "is a PDF document, not a Common Transfer File"),
        ("<html><body/></html>", "is a web page, not a Common Transfer File"),
        (b"PK\x03\x04rubbish", "damaged or half-copied workbook"),
    ],
)
def test_what_is_no_common_transfer_file_is_refused_in_one_sentence(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    assert said in refusal(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile):
        read_ctf(tmp_path / "nothing.xml", TODAY)


@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes, inside: bool) -> None:
    text = ctf(pupil(surname="HERE")).encode().replace(b"HERE", data) if inside else data
    try:
        found = len(read(tmp_path_factory.mktemp("ctf"), text).pupils)
    except BadInput as refused:
        found = len(refused.problems)
    assert found == 1


@pytest.mark.parametrize(
    ("version", "note"),
    [
        ("25.0", None),
        ("15.0", None),
        ("26.0", "newer than 25"),
        ("14.1", "older than 15"),
        ("", "the header has no version"),
    ],
)
def test_no_version_is_refused(tmp_path: Path, version: str, note: str | None) -> None:
    said = read(tmp_path, ctf(pupil(), version=version)).header.version_note()
    assert said is None if note is None else note in str(said)
