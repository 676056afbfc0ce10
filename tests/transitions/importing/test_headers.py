"""Which column is which field."""

from pathlib import Path

import pytest

from transitions.errors import BadInput, NoSuchFile
from transitions.importing.header_names import HeaderSet, header_set
from transitions.importing.headers import match_headers, read_map

PUPILS = header_set("pupils")
NAMED = ["UPN", "Surname", "Forename", "DOB"]


def fields_of(*header: str) -> dict[str, int]:
    return dict(match_headers([*NAMED, *header], PUPILS, {}, file="p.csv").columns)


@pytest.mark.parametrize("kind", ["pupils", "schools", "terms"])
def test_no_header_name_means_two_fields(kind: str) -> None:
    wanted = header_set(kind)  # type: ignore[arg-type]
    seen: dict[str, str] = {}
    for field, names in wanted.fields.items():
        for name in (*names, field):
            key = "".join(filter(str.isalnum, name.casefold()))
            assert seen.setdefault(key, field) == field, name
    assert {field for group in wanted.required for field in group} <= set(wanted.fields)
    assert not {"".join(filter(str.isalnum, name.casefold())) for name in wanted.ignored} & set(seen)


def test_every_field_of_a_pupil_is_there() -> None:
    assert set(PUPILS.fields) == {
        "upn", "former_upn", "uln", "full_name", "surname", "forename", "preferred_name", "date_of_birth", "sex",
        "year_group", "out_of_year_reason", "sen_provision", "primary_need", "secondary_need", "need_3", "pupil_premium",
        "free_school_meals", "looked_after", "previously_looked_after", "social_care", "social_care_since",
        "english_additional_language", "home_language", "young_carer", "attendance_percent", "suspensions",
        "part_time_timetable", "part_time_timetable_until", "school_urn", "school_laestab", "school_name",
        "next_school_urn", "next_school_laestab", "next_school_name", "next_school_stage", "tier", "worker", "in_year_move_on",
        "child_protection_file", "notes_reference", "ehc_requested_on", "ehc_decision", "ehc_decided_on", "ehc_started_on",
        "ehc_ended_on", "ehc_end_reason", "ehc_to_secondary_end", "support_to_25", "social_care_ended",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Year (NC)", "year_group"),
        ("NCYear", "year_group"),
        ("SEN Status", "sen_provision"),
        ("SEN Provision (code)", "sen_provision"),
        ("SEN Need", "primary_need"),
        ("Eligible for FSM", "free_school_meals"),
        ("FSM Eligible", "free_school_meals"),
        ("Pupil Premium Indicator", "pupil_premium"),
        ("Ever 6", "pupil_premium"),
        ("In LEA Care", "looked_after"),
        ("In Care", "looked_after"),
        ("EAL", "english_additional_language"),
        ("English as Additional Language", "english_additional_language"),
        ("Chosen name", "preferred_name"),
        ("Preferred Forename", "preferred_name"),
        ("attendance_percent", "attendance_percent"),
        ("% ATTENDANCE", "attendance_percent"),
        ("  next-school   urn ", "next_school_urn"),
    ],
)
def test_names_of_other_systems(name: str, field: str) -> None:
    assert fields_of(name)[field] == 4


def test_legal_names_and_dotted_dates() -> None:
    found = match_headers(["u.p.n.", "LEGAL SURNAME", "Legal_Forename", "D.O.B.", "Reg"], PUPILS, {}, file="p.csv")
    assert dict(found.columns) == {"upn": 0, "surname": 1, "forename": 2, "date_of_birth": 3}
    assert found.notes == ()
    row = ("B801200005001", "Khan", "Aisha", "2015-03-04", "6A")
    assert found.cell(row, "surname") == "Khan"
    assert found.cell(row, "tier") is None
    assert found.title("surname") == "LEGAL SURNAME"
    assert found.title("tier") == "tier"
    assert "surname" in found
    assert "tier" not in found


def test_one_column_of_full_names_is_enough() -> None:
    assert "full_name" in match_headers(["UPN", "Name", "DOB"], PUPILS, {}, file="p.csv").columns


def test_unknown_columns_are_a_note() -> None:
    found = match_headers([*NAMED, "Shoe size", "", *(f"X{n}" for n in range(9))], PUPILS, {}, file="p.csv")
    names = ", ".join(f'"X{n}"' for n in range(6))
    assert found.notes == (f'not read: "Shoe size", "(column 6)", {names} and 3 more',)


def test_what_is_missing_is_told_with_the_names_understood_and_the_remedy() -> None:
    with pytest.raises(BadInput) as refused:
        match_headers(["UPN", "Nme", "Forename"], PUPILS, {}, file="p.csv")
    surname, born = map(str, refused.value.problems)
    assert surname.startswith('p.csv: surname: there is no such column. Names understood: "Surname", "Legal Surname"')
    assert '"Full Name"' in surname
    assert born.startswith("p.csv: date_of_birth:")
    assert born.endswith('or name yours with --map FILE, a file with a line such as "Their header" = "date_of_birth"')


def test_two_columns_for_one_field_are_refused() -> None:
    with pytest.raises(BadInput, match=r'sex: "Sex", "Gender" would all be read as this.*--map FILE.*"Sex" = "sex"'):
        match_headers([*NAMED, "Sex", "Gender"], PUPILS, {}, file="p.csv")


def test_a_map_goes_before_the_shipped_names() -> None:
    extra = {"Gender": "sex", "Shoe size": "ignore", "Klasse": "year_group", "Not there": "tier"}
    found = match_headers([*NAMED, "Sex", "GENDER", "Shoe size", "Klasse"], PUPILS, extra, file="p.csv")
    assert found.columns["sex"] == 5
    assert found.columns["year_group"] == 7
    assert found.notes == ('not read: "Sex"', 'the map names "Not there", which is not in the header')


def test_a_map_can_hide_a_column() -> None:
    found = match_headers([*NAMED, "Sex", "Gender"], PUPILS, {"Sex": "ignore"}, file="p.csv")
    assert found.columns["sex"] == 5
    assert found.notes == ()


def test_a_map_whose_column_is_absent_does_not_hide_the_shipped_name() -> None:
    assert match_headers([*NAMED, "Sex"], PUPILS, {"Gender": "sex"}, file="p.csv").columns["sex"] == 4


def test_the_national_register() -> None:
    header = [
        "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (code)",
        "TypeOfEstablishment (name)", "EstablishmentStatus (code)", "EstablishmentStatus (name)", "CloseDate",
        "PhaseOfEducation (code)", "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge", "Town", "Postcode",
        "TelephoneNum",
    ]  # fmt: skip
    columns = match_headers(header, header_set("schools"), {}, file="g.csv").columns
    assert {field: header[column] for field, column in columns.items()} == {
        "urn": "URN",
        "la_number": "LA (code)",
        "la_name": "LA (name)",
        "establishment_number": "EstablishmentNumber",
        "name": "EstablishmentName",
        "kind": "TypeOfEstablishment (name)",
        "status_code": "EstablishmentStatus (code)",
        "status": "EstablishmentStatus (name)",
        "closed_on": "CloseDate",
        "phase_code": "PhaseOfEducation (code)",
        "phase": "PhaseOfEducation (name)",
        "low_age": "StatutoryLowAge",
        "high_age": "StatutoryHighAge",
        "town": "Town",
        "postcode": "Postcode",
        "telephone": "TelephoneNum",
    }


def test_terms() -> None:
    found = match_headers(["Academic year", "Term", "Start date", "End"], header_set("terms"), {}, file="t.csv")
    assert dict(found.columns) == {"academic_year": 0, "term": 1, "first_day": 2, "last_day": 3}


def put(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_maps_in_both_forms(tmp_path: Path) -> None:
    expected = {"Klasse, Jahr": "year_group", "Geb.": "date_of_birth", "Foto": "ignore"}
    toml = put(tmp_path, "m.toml", '\ufeff"Klasse, Jahr" = "year_group"\n"Geb." = "Date of birth"\nFoto = "Ignore"\n')
    table = put(
        tmp_path, "m.csv", 'Their header,Our field\n"Klasse, Jahr",year_group\nGeb.,date_of_birth\nFoto,ignore\n'
    )
    assert read_map(toml, PUPILS) == read_map(table, PUPILS) == expected


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("m.toml", '"Geb" = "birthday"', 'm.toml: Geb: "birthday" is not one of our fields; they are upn, former_upn'),
        ("m.toml", 'D.O.B = "dob"', "is not one of our fields"),
        ("m.toml", "Geb date_of_birth", "m.toml: cannot be understood (Expected '=' after a key"),
        ("m.csv", "Geb,birthday\n", 'm.csv line 1: Geb: "birthday" is not one of our fields'),
        ("m.csv", "Geb,date_of_birth\nJahr,year_group,x\n", "m.csv line 2: has 3 cells; expected two"),
        ("m.csv", "Geb\n", "m.csv line 1: has 1 cell; expected two"),
        ("m.csv", "Geb,date_of_birth\ngeb.,year_group\n", "m.csv line 2: geb.: is in the map twice"),
    ],
)
def test_bad_maps(tmp_path: Path, name: str, text: str, what: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_map(put(tmp_path, name, text), PUPILS)
    assert what in str(refused.value)


def test_a_map_that_is_not_there(tmp_path: Path) -> None:
    for name in ("m.toml", "m.csv"):
        with pytest.raises(NoSuchFile):
            read_map(tmp_path / name, PUPILS)


def test_a_set_of_ones_own() -> None:
    wanted = HeaderSet({"upn": ("UPN",), "tier": ()}, required=(("upn",), ("tier",)))
    assert dict(match_headers(["tier", "upn"], wanted, {}, file="x").columns) == {"tier": 0, "upn": 1}
