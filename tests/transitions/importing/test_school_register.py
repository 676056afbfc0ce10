"""The national register as it really is: odd values keep the school and are said, and nothing stops its 50,000 rows."""

import csv
import time
import tracemalloc
from pathlib import Path

import pytest
from builders import add_school

from transitions.errors import BadInput
from transitions.importing import schools, tabular
from transitions.importing.preview import ImportPreview, commit
from transitions.workspace import Workspace

HEADER = (
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (name)",
    "EstablishmentStatus (name)", "OpenDate", "CloseDate", "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge",
    "Town", "Postcode", "TelephoneNum",
)  # fmt: skip
ROW = {
    "URN": "133000", "LA (code)": "808", "EstablishmentNumber": "6001", "EstablishmentName": "Example Rock School",
    "TypeOfEstablishment (name)": "Community school", "EstablishmentStatus (name)": "Open",
    "PhaseOfEducation (name)": "Primary", "StatutoryLowAge": "4", "StatutoryHighAge": "11", "Town": "Anytown",
    "Postcode": "TS18 1TU",
}  # fmt: skip


def put(folder: Path, rows: list[dict[str, str]], header: tuple[str, ...] = HEADER) -> Path:
    path = folder / "edubasealldata.csv"
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def look(workspace: Workspace, folder: Path, *changes: dict[str, str]) -> ImportPreview:
    """What becomes of a file whose first school is sound, and whose others are it with these changes."""
    others = [{**ROW, "URN": str(133001 + place), **change} for place, change in enumerate(changes)]
    return schools.prepare(workspace, put(folder, [ROW, *others]))


def kept(workspace: Workspace, preview: ImportPreview, urn: int = 133001) -> dict[str, object]:
    commit(workspace, preview)
    cursor = workspace.read().execute("SELECT * FROM school WHERE urn = ?", (urn,))
    return dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))


@pytest.mark.parametrize(
    ("change", "column", "value", "note"),
    [
        ({"LA (code)": "000"}, "la_number", None, 'LA (code): "000" was left out: expected a whole number from 1 to 999 (line 3)'),
        ({"LA (code)": "0"}, "la_number", None, 'LA (code): "0" was left out: expected a whole number from 1 to 999 (line 3)'),
        ({"LA (code)": "E06000004"}, "la_number", None, 'LA (code): "E06000004" was left out: expected a whole number from'),
        ({"EstablishmentNumber": "12111"}, "establishment_number", None,
         'EstablishmentNumber: "12111" was left out: expected a whole number from 0 to 9999 (line 3)'),
        ({"StatutoryLowAge": "11", "StatutoryHighAge": "4"}, "high_age", None,
         'StatutoryLowAge: "11 to 4" was left out: the lowest age (11) is above the highest (4) (line 3)'),
        ({"StatutoryHighAge": "SEN"}, "high_age", None, 'StatutoryHighAge: "SEN" was left out: expected a whole number from 0'),
        ({"CloseDate": "00-00-0000"}, "closed_on", None, 'CloseDate: "00-00-0000" was left out: '),
        ({"CloseDate": "0000-00-00"}, "closed_on", None, 'CloseDate: "0000-00-00" was left out: '),
        ({"CloseDate": "31-02-2020", "EstablishmentStatus (name)": "Closed"}, "closed_on", None,
         'CloseDate: "31-02-2020" was left out: there is no 31 February 2020: that month has 29 days (line 3)'),
        ({"CloseDate": "43831", "EstablishmentStatus (name)": "Closed"}, "closed_on", None, 'CloseDate: "43831" was left out'),
        ({"PhaseOfEducation (name)": "Tertiary"}, "phase", "Tertiary",
         "PhaseOfEducation (name): \"Tertiary\" is not a known phase: kept as it is (line 3)"),
        ({"PhaseOfEducation (name)": "ALL THROUGH"}, "phase", "All-through", None),
        ({"CloseDate": "01-01-1900"}, "closed_on", None, 'CloseDate: "01-01-1900" was left out: the status is not Closed (line 3)'),
        ({"CloseDate": "31-08-2027", "EstablishmentStatus (name)": "Open, but proposed to close"}, "closed_on", None, None),
        ({"EstablishmentStatus (name)": "CLOSED", "CloseDate": "31-08-2020"}, "closed_on", "2020-08-31", None),
        ({"EstablishmentStatus (name)": "CLOSED"}, "status", "Closed", None),
        ({"PhaseOfEducation (name)": "Not applicable"}, "phase", None, None),
        ({"LA (code)": "808.0"}, "la_number", 808, None),
        ({"EstablishmentNumber": "6001.0"}, "establishment_number", 6001, None),
        ({"StatutoryLowAge": "4.0", "StatutoryHighAge": "11.0"}, "high_age", 11, None),
        ({"URN": "133001.0"}, "urn", 133001, None),
        ({"Town": "x" * 5_000}, "town", None, 'Town: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…" was left out: '),
    ],
)  # fmt: skip
def test_one_odd_value_keeps_the_school_and_is_said_with_line_and_field(
    workspace: Workspace, tmp_path: Path, change: dict[str, str], column: str, value: object, note: str | None
) -> None:
    preview = look(workspace, tmp_path, change)
    assert (len(preview.new), preview.refused) == (2, ())
    if note is None:
        assert preview.notes == ()
    else:
        assert len(preview.notes) == 1
        assert preview.notes[0].startswith(note)
        assert preview.notes[0].endswith("(line 3)")
    found = kept(workspace, preview)
    assert (found["name"], found[column]) == ("Example Rock School", value)


def test_an_odd_value_leaves_what_is_here_as_it_is(workspace: Workspace, tmp_path: Path) -> None:
    kept(workspace, look(workspace, tmp_path, {}))
    odd = {"LA (code)": "000", "StatutoryLowAge": "11", "StatutoryHighAge": "4", "Town": "Othertown"}
    preview = look(workspace, tmp_path, odd)
    (entry,) = preview.changed
    assert [tuple(difference) for difference in entry.differences] == [("Town", "Anytown", "Othertown")]
    found = kept(workspace, preview)
    assert (found["la_number"], found["low_age"], found["high_age"]) == (808, 4, 11)


def test_a_dfe_number_of_authority_000_and_a_lost_letter(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text("URN,School,DfE Number\n133001,Zo\ufffd’s School,000/6001\n", encoding="utf-8")
    preview = schools.prepare(workspace, path)
    assert preview.notes == (
        'DfE Number: "000/6001" was left out: there is no authority 000 (line 2)',
        "School: a letter was lost before the file arrived: kept as it is (line 2)",
    )
    found = kept(workspace, preview)
    assert (found["name"], found["la_number"], found["establishment_number"]) == ("Zo\ufffd’s School", None, None)


def test_a_closed_school_without_a_day_is_closed_all_the_same(workspace: Workspace, tmp_path: Path) -> None:
    from db.importing import school_rows

    kept(workspace, look(workspace, tmp_path, {"CloseDate": "00-00-0000", "EstablishmentStatus (name)": "Closed"}))
    assert [row.closed for row in school_rows(workspace.read()) if row.urn == 133001] == [True]


def test_of_a_school_and_the_academy_that_it_became_the_open_one_is_meant(workspace: Workspace, tmp_path: Path) -> None:
    from db.importing import school_rows
    from transitions.importing.matching import Schools

    closed = {"EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2020"}
    going = {"EstablishmentStatus (name)": "Open, but proposed to close", "EstablishmentNumber": "6002"}
    commit(workspace, look(workspace, tmp_path, closed, going))
    rows = {row.urn: row for row in school_rows(workspace.read())}
    assert [rows[urn].closed for urn in (133000, 133001, 133002)] == [False, True, False]
    assert Schools(rows.values()).by_laestab("808/6001") == rows[133000].id


def test_a_zipped_register_is_to_be_unpacked(workspace: Workspace, tmp_path: Path) -> None:
    from zipfile import ZipFile

    path = tmp_path / "extract.csv"
    with ZipFile(path, "w") as archive:
        archive.write(put(tmp_path, [ROW]), "edubasealldata.csv")
    with pytest.raises(BadInput, match="is a zip file, not a table: unpack it and import what is inside"):
        schools.prepare(workspace, path)


def test_a_school_without_an_authority_is_not_taken_for_one_that_was_typed_in(
    workspace: Workspace, tmp_path: Path
) -> None:
    number = add_school(workspace, "Typed in", establishment_number=6001)
    assert kept(workspace, look(workspace, tmp_path, {"LA (code)": "000"}))["id"] != number


def test_warnings_are_summed_when_there_are_many(workspace: Workspace, tmp_path: Path) -> None:
    dates = [{"CloseDate": f"{day}-13-2020"} for day in range(10, 20)]
    slips = [{"Postcode": f"TS18 {letter}TU"} for letter in "BCDEFG"]
    preview = look(workspace, tmp_path, *dates, *slips, *[{"LA (code)": "000"}] * 8)
    assert preview.notes == (
        'CloseDate: 10 values such as "10-13-2020" and "11-13-2020" were left out (lines 3, 4, 5, 6, 7 and 5 more)',
        'LA (code): "000" was left out: expected a whole number from 1 to 999 (lines 19, 20, 21, 22, 23 and 3 more)',
        (
            'Postcode: 6 values such as "TS18 BTU" and "TS18 CTU" look wrong and were kept as they are (lines 13, 14, 15, 16, 17 and 1 more)'
        ),
    )


def test_codes_are_read_where_there_are_no_names(workspace: Workspace, tmp_path: Path) -> None:
    header = ("URN", "EstablishmentName", "PhaseOfEducation (code)", "EstablishmentStatus (code)")
    rows = [
        {"URN": str(133000 + code), "EstablishmentName": "Example", "PhaseOfEducation (code)": str(code),
         "EstablishmentStatus (code)": str(code)}
        for code in range(9)
    ]  # fmt: skip
    commit(workspace, schools.prepare(workspace, put(tmp_path, rows, header)))
    found = workspace.read().execute("SELECT phase, status FROM school ORDER BY urn").fetchall()
    assert [tuple(row) for row in found] == [
        (None, None), ("Nursery", "Open"), ("Primary", "Closed"), ("Middle deemed primary", "Open, but proposed to close"),
        ("Secondary", "Proposed to open"), ("Middle deemed secondary", None), ("16 plus", None), ("All-through", None),
        (None, None),
    ]  # fmt: skip


def test_a_row_that_names_no_school_stops_a_short_list_and_no_long_one(workspace: Workspace, tmp_path: Path) -> None:
    bad = [{"URN": "x"}, {"EstablishmentName": ""}]
    with pytest.raises(BadInput) as caught:
        look(workspace, tmp_path, *bad)
    assert len(caught.value.problems) == 2
    preview = look(workspace, tmp_path, *bad, *[{}] * 200)
    assert len(preview.new) == 201
    assert [(refused.row.line, refused.reasons) for refused in preview.refused] == [
        (3, ("URN: a URN has only digits: expected 6 of them",)),
        (4, ("EstablishmentName: is empty, and every school needs one",)),
    ]


def test_a_whole_register_comes_in_whatever_its_rows_hold(workspace: Workspace, tmp_path: Path) -> None:
    odd = [
        {"LA (code)": "000"}, {"EstablishmentNumber": "12111"}, {"StatutoryLowAge": "18", "StatutoryHighAge": "2"},
        {"CloseDate": "00-00-0000"}, {"CloseDate": "0000-00-00"}, {"CloseDate": "31-02-2020"},
        {"PhaseOfEducation (name)": "Unknown"}, {"Postcode": "NOT KNOWN"}, {"TelephoneNum": "?" * 300}, {"EstablishmentName": ""},
    ]  # fmt: skip
    wide = (*HEADER, *(f"Unread {place}" for place in range(125)))
    rows = [
        {**ROW, "URN": str(100_000 + place), **(odd[place // 150 % 10] if place % 150 == 0 else {})}
        for place in range(30_000)
    ]
    before = time.process_time()
    preview = schools.prepare(workspace, put(tmp_path, rows, wide))
    assert (len(preview.new), len(preview.refused)) == (29_980, 20)
    assert len(preview.notes) < 15
    assert commit(workspace, preview).new == 29_980
    assert time.process_time() - before < 60


def test_a_look_takes_a_few_times_the_memory_of_the_file(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tabular, "LARGEST_FILE", 2_000_000)  # so much is set aside, and mostly given back, to read it
    unread = [f"Unread {place}" for place in range(125)]
    rows = [{**ROW, **dict.fromkeys(unread, "xyz"), "URN": str(100_000 + place)} for place in range(3_000)]
    path = put(tmp_path, rows, (*HEADER, *unread))
    tracemalloc.start()
    try:
        preview = schools.prepare(workspace, path)
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * path.stat().st_size
    assert kept < path.stat().st_size / 4
    assert [entry.line for entry in preview.new] == list(range(2, 3_002))
    assert [preview.new[place].line for place in (2_999, 0, 127, 128, -1)] == [3_001, 2, 129, 130, 3_001]
