"""The columns that a school asks for: read from its own empty table, kept with the school, written in just that shape."""

import csv
from pathlib import Path

import pytest
from builders import edit_pupil
from conftest import Opener
from hostile import TEXTS
from made_handovers import MOVE, Primary, make_primary

from transitions.custody import history
from transitions.errors import BadInput, CannotWrite, FieldProblems, NoSuchFile, NoSuchRecord
from transitions.handovers import formats, safeguarding, writing
from transitions.handovers.form import shipped, transitions
from transitions.handovers.formats import (
    FormatColumn,
    export_format,
    fields,
    formats_of,
    read_columns,
    save_format,
    take_out_format,
)
from transitions.importing.tabular import read_table

COLUMNS = (
    FormatColumn("Legal Surname", "surname"),
    FormatColumn("First name", "forename"),
    FormatColumn("D.O.B.", "date_of_birth"),
    FormatColumn("Interests", "interests"),
    FormatColumn("Anything else", ""),
    FormatColumn("Hopes", "my_hopes"),
    FormatColumn("With", "keep_with"),
    FormatColumn("CP", "child_protection_file"),
    FormatColumn("Reading", "ks2_reading_score"),
)


@pytest.fixture
def primary(opener: Opener) -> Primary:
    return make_primary(opener)


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def exported(primary: Primary, path: Path, **given: object) -> formats.ExportedFormat:
    return export_format(primary.workspace, primary.schools[0], "Transfer form", MOVE, path, **given)  # type: ignore[arg-type]


def test_the_columns_of_an_empty_table_are_proposed_by_their_names(primary: Primary, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    header = [
        "Legal Surname", "Forename", "DOB", "UPN", "SEN Status", "Ever 6", "Intrests", "Maths score", "Wifi code",
        "Primary Need", "Current School", "", "Tier",
    ]  # fmt: skip
    path.write_text(",".join(header) + "\r\n", encoding="utf-8-sig")
    found = read_columns(primary.workspace, path)
    assert [one.header for one in found] == header
    assert [(one.field, one.sure) for one in found] == [
        ("surname", True), ("forename", True), ("date_of_birth", True), ("upn", True), ("sen_provision", True),
        ("pupil_premium", True), ("interests", False), ("ks2_maths_score", False), ("", False), ("primary_need", True),
        ("school_name", True), ("", True), ("tier", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b",,,\r\n", "has no header"),
        (b"a," * 201 + b"a\r\n", "more than 200"),
        (b"PK\x03\x04", "workbook"),
    ],
)
def test_what_has_no_columns_is_refused(primary: Primary, tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "school.csv").write_bytes(data)
    with pytest.raises(BadInput, match=words):
        read_columns(primary.workspace, tmp_path / "school.csv")
    with pytest.raises(NoSuchFile):
        read_columns(primary.workspace, tmp_path / "none.csv")


def test_no_field_of_a_pupil_has_the_code_of_a_question() -> None:
    asked = {question.code for code in transitions() for question in shipped(code).questions}
    assert not asked & {field.code for field in formats._OF_PUPIL}


def test_a_format_is_kept_with_its_school_and_a_new_one_takes_its_place(primary: Primary) -> None:
    workspace, (one, other, _third) = primary.workspace, primary.schools
    assert save_format(workspace, one, " Transfer  form ", COLUMNS).changed == 1
    save_format(workspace, other, "Transfer form", COLUMNS[:2])
    assert [(found.name, found.columns) for found in formats_of(workspace, one)] == [("Transfer form", COLUMNS)]
    assert save_format(workspace, one, "Transfer form", COLUMNS).changed == 0
    save_format(workspace, one, "Transfer form", COLUMNS[:3])
    assert formats_of(workspace, one)[0].columns == COLUMNS[:3]
    history.undo(workspace)
    assert formats_of(workspace, one)[0].columns == COLUMNS
    take_out_format(workspace, one, "Transfer form")
    assert formats_of(workspace, one) == []
    assert formats_of(workspace, other)[0].columns == COLUMNS[:2]
    with pytest.raises(NoSuchRecord, match="Alderford School has no format"):
        take_out_format(workspace, one, "Transfer form")


def test_what_cannot_be_kept_is_said_by_its_column(primary: Primary) -> None:
    columns = [FormatColumn("a" * 201, "surname"), FormatColumn("b", "shoe_size"), FormatColumn("c", "upn")]
    with pytest.raises(FieldProblems) as refused:
        save_format(primary.workspace, primary.schools[0], " ", columns)
    assert set(refused.value.problems) == {"name", "column 1", "column 2"}
    with pytest.raises(FieldProblems, match="There are 0"):
        save_format(primary.workspace, primary.schools[0], "x", [])
    with pytest.raises(NoSuchRecord):
        save_format(primary.workspace, 99, "x", COLUMNS)


def test_ten_schools_have_ten_formats_of_one_record(primary: Primary, tmp_path: Path) -> None:
    workspace, school = primary.workspace, primary.schools[0]
    codes = list(fields(workspace))
    for place in range(10):
        columns = [FormatColumn(f"Their {code}", code) for code in codes[place : place + 4]]
        save_format(workspace, school, f"Format {place}", columns)
        target = tmp_path / f"{place}.csv"
        assert export_format(workspace, school, f"Format {place}", MOVE, target, full=True).rows == 3
        assert table(target)[0] == [one.header for one in columns]


def test_the_table_has_the_schools_own_shape_the_highest_tier_first_and_nothing_sensitive(
    primary: Primary, tmp_path: Path
) -> None:
    workspace = primary.workspace
    save_format(workspace, primary.schools[0], "Transfer form", COLUMNS)
    safeguarding.pair(workspace, primary.pupils[0], primary.pupils[1], "keep with")
    safeguarding.pair(workspace, primary.pupils[0], primary.pupils[4], "keep with")  # who goes to another school
    safeguarding.record_sent(workspace, primary.pupils[0], how="by hand")
    writing.save_answers(workspace, primary.handovers[0], {"ks2_reading_score": "104"})
    done = exported(primary, tmp_path / "plain.csv")
    assert table(tmp_path / "plain.csv") == [
        [one.header for one in COLUMNS],
        ["Atherstead", "Ada", "2015-01-01", "Kites", "", "", "", "", "104"],
        ["Brackenby", "Bo", "2015-02-02", "Kites", "", "", "", "", ""],
        ["Coldwater", "Cleo", "2015-03-03", "Kites", "", "", "", "", ""],
    ]
    assert done.notes == (
        "Left empty without --full: Hopes, With, CP",
        "Left empty, because we have no such field: Anything else",
    )
    exported(primary, tmp_path / "full.csv", full=True)
    assert table(tmp_path / "full.csv")[1][5:8] == ["To find friend 0", "Bo Brackenby", "yes"]
    assert table(tmp_path / "full.csv")[2][5:8] == ["To find friend 1", "Ada Atherstead", "no"]


def test_the_journal_knows_what_left_and_nothing_counts_as_sent(primary: Primary, tmp_path: Path) -> None:
    save_format(primary.workspace, primary.schools[0], "Transfer form", COLUMNS)
    exported(primary, tmp_path / "full.csv", full=True, purpose="Year 7 sets")
    entry = history.entries(primary.workspace)[0]
    assert (entry.kind, entry.name) == ("export", "Exported handovers")
    assert entry.summary == "to Alderford School as “Transfer form”; 3 pupils; full.csv; in full; for: Year 7 sets"
    statuses = primary.workspace.read().execute("SELECT DISTINCT status FROM handover").fetchall()
    assert statuses == [("drafting",)]
    count = len(history.entries(primary.workspace))
    with pytest.raises(CannotWrite, match="exists already"):
        exported(primary, tmp_path / "full.csv")
    with pytest.raises(NoSuchRecord, match="no format “Other”"):
        export_format(primary.workspace, primary.schools[0], "Other", MOVE, tmp_path / "b.csv")
    assert [path.name for path in tmp_path.glob("*.csv")] == ["full.csv"]
    assert len(history.entries(primary.workspace)) == count


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_whatever_people_write_runs_nothing_and_reads_back(primary: Primary, tmp_path: Path, ending: str) -> None:
    workspace, school = primary.workspace, primary.schools[0]
    columns = [FormatColumn(text, "interests") for text in TEXTS.values() if text.isprintable()]
    formula = "=cmd|'/c calc'!A0"
    edit_pupil(workspace, primary.pupils[0], forename=formula)
    writing.save_answers(workspace, primary.handovers[0], {"interests": TEXTS["line ends"]})
    save_format(workspace, school, "Hostile", [FormatColumn("Forename", "forename"), *columns])
    target = tmp_path / f"hostile{ending}"
    export_format(workspace, school, "Hostile", MOVE, target)
    rows = list(read_table(target).rows)
    assert rows[0].cells[:2] == (formula, "one\ntwo\nthree\nfour\ttabbed")
    if ending == ".csv":
        assert table(target)[1][0] == f"'{formula}"
        assert all(cell[:1] not in "=@" for cell in table(target)[0] if cell[:1])


def test_day_and_number_are_real_ones_in_a_workbook(primary: Primary, tmp_path: Path) -> None:
    import python_calamine

    writing.save_answers(primary.workspace, primary.handovers[0], {"ks2_reading_score": "104"})
    save_format(primary.workspace, primary.schools[0], "Transfer form", COLUMNS)
    exported(primary, tmp_path / "form.xlsx")
    [sheet] = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "form.xlsx")).sheet_names
    rows = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "form.xlsx")).get_sheet_by_name(sheet).to_python()
    assert (rows[1][2].year, rows[1][8]) == (2015, 104.0)
