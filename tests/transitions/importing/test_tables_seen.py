"""Tables as they come from schools: each kind of oddity that was seen, and what is made of it."""

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import add_pupil
from workbooks import SHEET, with_part, workbook

from transitions.errors import BadInput
from transitions.identifiers import make_upn
from transitions.importing import pupils, schools, terms
from transitions.importing.headers import ColumnsMissing, keep_columns
from transitions.importing.preview import ImportPreview, commit
from transitions.importing.table_rows import ALL_SHEETS, Chosen
from transitions.workspace import Workspace

UPN = make_upn(808, 2001, 2020, 1)
HEADER = "UPN,Surname,Forename,DOB\n"
TITLES = ["UPN", "Surname", "Forename", "Date of Birth"]


@pytest.fixture
def look(workspace: Workspace, tmp_path: Path) -> Any:
    def prepare(content: str | bytes, *, kind: Any = pupils, **options: Any) -> ImportPreview:
        path = tmp_path / "list.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        found: ImportPreview = kind.prepare(workspace, path, **options)
        return found

    return prepare


def names(preview: ImportPreview) -> list[str]:
    return [entry.label for entry in preview.new]


def values(preview: ImportPreview, place: int = 0) -> dict[str, Any]:
    return dict(preview.new[place].writes[0].values or {})


def refusal(look: Any, content: str | bytes, **options: Any) -> str:
    with pytest.raises(BadInput) as refused:
        look(content, **options)
    return str(refused.value)


def test_rows_that_end_early_are_complete(look: Any) -> None:
    rows = [f"{make_upn(808, 2001, 2020, n)},Sample{n},Child,02/03/2016" + ",Kit,EAL" * (n < 16) for n in range(1, 20)]
    preview = look("UPN,Surname,Forename,DOB,Preferred Name,Language\n" + "\r\n".join(rows))
    assert len(preview.new) == 19
    assert preview.notes == ("4 lines shorter than the header: cells missing at the end were read as empty",)


def test_titles_totals_and_a_header_that_comes_again_are_passed_over_and_said(look: Any) -> None:
    text = (
        "Example Primary School,,,,\nPupil list - printed 29/11/2026 18:00,,,,\n,,,,\n"
        "UPN,Surname,Forename,DOB,Year\n,Sample,Ada,05/03/2016,6\n"
        "UPN,Surname,Forename,DOB,Year\n,Sample,Ben,06/03/2016,6\nTotal Pupils: 2,,,,\nPage 1 of 1,,,,\n"
    )
    preview = look(text)
    assert names(preview) == ["Ada Sample", "Ben Sample"]
    assert preview.notes == (
        'not read above the header: line 1 "Example Primary School", line 2 "Pupil list - printed 29/11/2026 18:00"',
        'not read, because not rows of the table: line 6 "UPN Surname Forename DOB Year", line 8 "Total Pupils: 2", line 9 "Page 1 of 1"',
    )


def test_remarks_below_the_rows_are_passed_over_and_nothing_before_them(look: Any) -> None:
    preview = look(HEADER + ",Sample,Ada,05/03/2016\n* Data correct at noon\nPlease keep this safe,,,\n")
    assert names(preview) == ["Ada Sample"]
    assert 'line 3 "* Data correct at noon", line 4 "Please keep this safe"' in preview.notes[0]
    text = HEADER + ",Sample,Ada,05/03/2016\nnote that broke across,,,,,\n,Sample,Ben,06/03/2016\n"
    assert "line 3: UPN: a UPN has 13 characters" in refusal(look, text)


def test_what_means_nothing_is_no_date_of_birth(look: Any) -> None:
    assert 'line 2: DOB: contains "#N/A": correct it where the list comes from' in refusal(look, HEADER + ",A,B,#N/A\n")


def test_a_title_without_separators_does_not_decide_how_cells_are_parted(look: Any) -> None:
    preview = look("Example Primary School, Year 6\n\nSurname;Forename;DOB\nSample;Ada;05/03/2016\n")
    assert names(preview) == ["Ada Sample"]


def test_two_columns_of_one_name_that_nobody_reads_harm_nobody(look: Any) -> None:
    preview = look("Surname,Forename,DOB,Note,Note,,\nSample,Ada,05/03/2016,a,b,,\n")
    assert (names(preview), preview.notes) == (["Ada Sample"], ('not read: "Note"',))
    assert '2 columns are named "DOB": rename or delete all but one' in refusal(
        look, "Surname,Forename,DOB,DOB\na,b,05/03/2016,05/03/2016\n"
    )


def test_a_column_of_full_names_beside_separate_ones_is_not_read(look: Any) -> None:
    preview = look("Name,Surname,Forename,DOB\nAda Sample (6B),Sample,Ada,05/03/2016\n")
    assert names(preview) == ["Ada Sample"]
    assert preview.notes == ('not read, because surname and forename have columns of their own: "Name"',)


def test_a_refusal_says_what_was_found_and_what_it_looks_like(look: Any) -> None:
    with pytest.raises(ColumnsMissing) as refused:
        look("URN,EstablishmentName,Town\n100001,Layfield Primary School,Yarm\n")
    first = str(refused.value.problems[0])
    assert first.endswith(
        'list.csv line 1: this is not a header of pupils: it has "URN", "EstablishmentName", "Town". '
        'It looks like a file of schools: import it with "transitions import schools"'
    )
    assert refused.value.like == "schools"
    assert "It looks like a file of pupils" in refusal(look, HEADER + ",Sample,Ada,05/03/2016\n", kind=schools)
    assert "It looks like" not in refusal(look, "Nme,Frnme\na,b\n")


def test_a_choice_of_columns_is_kept_for_the_same_header(look: Any, workspace: Workspace) -> None:
    text = "Nm,Vn,Geb,Note,Note\nSample,Ada,05/03/2016,x,y\n"
    chosen = ("surname", "forename", "date_of_birth", "", "")
    assert names(look(text, chosen=Chosen(columns=chosen))) == ["Ada Sample"]
    assert "not a header of pupils" in refusal(look, text)
    keep_columns(workspace, "pupils", ["Nm", "Vn", "Geb", "Note", "Note"], chosen)
    preview = look("nm.,VN,Geb,Note,Note\nSample,Ben,06/03/2016,x,y\n")
    assert names(preview) == ["Ben Sample"]
    assert preview.notes[0] == "the columns are read as you chose for files with this header"
    keep_columns(workspace, "pupils", ["Nm", "Vn", "Geb", "Note", "Note"], ())
    assert "not a header of pupils" in refusal(look, text)


# What means nothing


def test_what_programs_leave_in_empty_cells_is_read_as_empty_where_a_field_may_be(look: Any) -> None:
    text = HEADER.replace("\n", ",Preferred Name,Language,School,Worker,ULN\n")
    text += f"{UPN},Sample,Ada,05/03/2016,NULL,NULL,#N/A,NULL,n/a\n,Sample,Bea,06/03/2016,N/A,0,#REF!,(null),\n"
    preview = look(text)
    assert names(preview) == ["Ada Sample", "Bea Sample"]
    for place in (0, 1):
        assert not {"preferred_name", "home_language", "school_id", "owner_id", "uln"} & values(preview, place).keys()
    assert 'Language: "NULL" was read as empty (line 2)' in preview.notes
    assert preview.made_first == ()


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "0", "N/A", "#DIV/0!"])
@pytest.mark.parametrize("field", ["Surname", "Forename"])
def test_in_a_name_it_is_refused_with_the_line_and_the_field(look: Any, field: str, text: str) -> None:
    row = f",{text},Ada,05/03/2016\n" if field == "Surname" else f",Sample,{text},05/03/2016\n"
    assert f'list.csv line 2: {field}: contains "{text}", which is not a name: correct it' in refusal(
        look, HEADER + row
    )


@pytest.mark.parametrize("name", ["Null", "True", "NULL", "Nan"])
def test_a_name_that_may_mean_nothing_is_asked_about_and_neither_dropped_nor_changed(look: Any, name: str) -> None:
    text = HEADER + f",{name},Ada,05/03/2016\n"
    assert f'line 2: Surname: is "{name}", which may be the name' in refusal(look, text)
    preview = look(text, skip_bad=True)
    assert (preview.names_to_ask, names(preview)) == (((2, name),), [])
    assert names(look(text, chosen=Chosen(real_names=True))) == [f"Ada {name}"]


def test_a_cell_of_a_workbook_is_named(workspace: Workspace, tmp_path: Path) -> None:
    rows = [TITLES, ["", "Sample", "Ada", date(2016, 3, 5)], ["", "Test", "=PROPER(B3)", date(2016, 3, 5)]]
    path = workbook(tmp_path / "p.xlsx", {"Pupils": rows})
    with pytest.raises(BadInput, match='line 3: Forename: cell C3 contains "0", which is not a name'):
        pupils.prepare(workspace, path)
    for result, what in [
        (b"</c>", "cell C3 contains a formula without its result: open the workbook in Excel"),
        (b"<v></v></c>", "cell C3 contains a formula without its result: open the workbook in Excel"),
    ]:
        changed = with_part(path, lambda text, result=result: text.replace(b"</f><v>0</v></c>", b"</f>" + result))
        with pytest.raises(BadInput, match=what):
            pupils.prepare(workspace, changed)
    shown = with_part(
        path, lambda text: text.replace(b'<c r="C3">', b'<c r="C3" t="e">').replace(b"</f><v>0<", b"</f><v>#N/A<")
    )
    with pytest.raises(BadInput, match="cell C3 shows an error"):
        pupils.prepare(workspace, shown)


def test_a_yes_or_no_cell_is_no_name_and_the_text_is_asked_about(workspace: Workspace, tmp_path: Path) -> None:
    rows = [[*TITLES, "FSM", "Language"], ["", "Sample", True, date(2016, 3, 5), True, False]]
    with pytest.raises(BadInput, match='Forename: cell C2 contains "TRUE", which is not a name'):
        pupils.prepare(workspace, workbook(tmp_path / "a.xlsx", {"Pupils": rows}), chosen=Chosen(real_names=True))
    rows[1][2] = "True"
    preview = pupils.prepare(workspace, workbook(tmp_path / "b.xlsx", {"Pupils": rows}), chosen=Chosen(real_names=True))
    assert (names(preview), values(preview)["free_school_meals"]) == (["True Sample"], True)
    assert "home_language" not in values(preview)


# Names with marks that nobody sees


def test_marks_that_nobody_sees_do_not_part_a_name_from_itself(look: Any, workspace: Workspace) -> None:
    first = look(HEADER + ",Sample,\u200bAda,05/03/2016\n,Example\u200e,Ben,06/03/2016\n,Third,C\u00adara,07/03/2016\n")
    assert names(first) == ["Ada Sample", "Ben Example", "Cara Third"]
    commit(workspace, first)
    again = HEADER + ",Sample,Ada,05/03/2016\n,Example,Ben,06/03/2016\n,Third,Cara\u200d\u2060,07/03/2016\n"
    assert look(again).unchanged == 3
    assert look(again.replace(",Sample", ",\ufeff Sa\u0300mple\u00a0".replace("\u0300", ""))).unchanged == 3


def test_nor_a_number_a_school_or_a_caseworker(look: Any, workspace: Workspace) -> None:
    add_pupil(workspace, surname="Sample", forename="Ada", date_of_birth=date(2016, 3, 5), upn=UPN)
    assert look(f"{HEADER}\u200e{UPN[:5]}\u00a0{UPN[5:]}\u202c,Sample,Ada,05/03/2016\n").unchanged == 1
    text = HEADER.replace("\n", ",Worker\n") + ",One,A,05/03/2016,R. Lowe\n,Two,B,05/03/2016,R.\u00a0Lo\u00adwe\u200b\n"
    assert [entry.label for entry in look(text).made_first] == ["R. Lowe"]


# Workbooks


@pytest.mark.parametrize("left", [0, 2])
def test_percentages_are_what_the_person_sees(workspace: Workspace, tmp_path: Path, left: int) -> None:
    rows = [[*TITLES, "Attendance %"]]
    rows += [
        ["", "Sample", f"Child{n}", date(2016, 3, 5), value] for n, value in enumerate((0.934, 1, 0, 0.005, 0.93456))
    ]
    rows = [[None] * left + row for row in rows]
    preview = pupils.prepare(workspace, workbook(tmp_path / "p.xlsx", {"Pupils": rows}, percent="0.0%"))
    assert [values(preview, place)["attendance_percent"] for place in range(5)] == [93.4, 100, 0, 0.5, 93.5]


def classes() -> dict[str, list[list[Any]]]:
    return {
        "Read me": [["How to fill this in"], ["One pupil a row"]],
        "Left": [TITLES, ["", "Sample", "Cy", date(2016, 3, 7)]],
        "6A": [TITLES, ["", "Sample", "Ada", date(2016, 3, 5)]],
        "6B": [
            ["Class list"],
            ["Forename", "Surname", "Date of Birth", "Room"],
            ["Ben", "Sample", date(2016, 3, 6), "4"],
        ],
    }


def test_the_sheet_with_pupils_is_read_and_the_others_are_said(workspace: Workspace, tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx", classes(), hidden="Left")
    preview = pupils.prepare(workspace, path)
    assert (names(preview), preview.read_as) == (["Ada Sample"], 'an Excel workbook, sheet "6A"')
    assert preview.notes == (
        'not read: sheets "Read me" and "6B" (to choose: v in the app, or --sheet NAME, or --sheet all)',
        'not read, because it is hidden: sheet "Left"',
    )
    assert preview.sheets == ("Read me", "Left", "6A", "6B")


def test_a_sheet_is_chosen_by_name_and_all_that_fit_with_all(workspace: Workspace, tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx", classes(), hidden="Left")
    assert names(pupils.prepare(workspace, path, chosen=Chosen("6b"))) == ["Ben Sample"]
    hidden = pupils.prepare(workspace, path, chosen=Chosen("Left"))
    assert names(hidden) == ["Cy Sample"]
    assert 'sheet "Left" is hidden, and is read because you chose it' in hidden.notes
    preview = pupils.prepare(workspace, path, chosen=Chosen(ALL_SHEETS))
    assert names(preview) == ["Ada Sample", "Ben Sample"]
    assert preview.read_as == 'an Excel workbook, sheets "6A" and "6B"'
    assert 'not read in sheet "6B": "Room"' in preview.notes
    with pytest.raises(BadInput, match='has no sheet named "7A"; its sheets are "Read me", "Left", "6A" and "6B"'):
        pupils.prepare(workspace, path, chosen=Chosen("7A"))


def test_of_several_sheets_a_refusal_names_the_sheet_and_its_line(workspace: Workspace, tmp_path: Path) -> None:
    sheets = classes() | {"6B": [TITLES, ["", "Sample", "Ben", "30/02/2016"]]}
    path = workbook(tmp_path / "p.xlsx", sheets)
    with pytest.raises(BadInput, match=r'p\.xlsx sheet "6B" line 2: Date of Birth: there is no 30 February'):
        pupils.prepare(workspace, path, chosen=Chosen(ALL_SHEETS))


def test_rows_hidden_by_a_filter_are_read_and_said(workspace: Workspace, tmp_path: Path) -> None:
    rows = [TITLES, *(["", "Sample", f"Child{n}", date(2016, 3, 5)] for n in range(3))]
    preview = pupils.prepare(workspace, workbook(tmp_path / "p.xlsx", {"Pupils": rows}, filtered=[1, 3]))
    assert len(preview.new) == 3
    assert preview.notes == ("2 rows hidden in the sheet, as by a filter, are still read: 2, 4",)


def test_hidden_columns_are_read_and_said(workspace: Workspace, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "p.xlsx", {"Pupils": [TITLES, ["", "Sample", "Ada", date(2016, 3, 5)]]}, columns="B:C G:XFD"
    )
    preview = pupils.prepare(workspace, path)
    assert (names(preview), preview.notes) == (
        ["Ada Sample"],
        ("2 columns hidden in the sheet are still read: B, C",),
    )


def test_a_sheet_is_not_for_text_files(look: Any) -> None:
    assert "is a text file and has no sheets" in refusal(look, HEADER, chosen=Chosen("6A"))


def test_term_dates_below_a_title(look: Any) -> None:
    text = "Term dates 2026/27\nTerm,First Day,Last Day,Kind\nT1,01/09/2026,23/10/2026,#N/A\n"
    preview = look(text, kind=terms)
    assert (len(preview.new), preview.notes[0]) == (1, 'not read above the header: line 1 "Term dates 2026/27"')


def test_a_part_that_stands_elsewhere_is_counted_too(workspace: Workspace, tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx", {"Pupils": [TITLES, ["", "Sample", "Ada", date(2016, 3, 5)]]})
    moved = with_part(
        path, lambda text: text.replace(b"worksheets/sheet1.xml", b"none.xml"), "xl/_rels/workbook.xml.rels"
    )
    huge = with_part(
        moved, lambda text: text.replace(b"</sheetData>", b'<c r="XFD1048576"><v>1</v></c></sheetData>'), SHEET
    )
    with pytest.raises(BadInput):
        pupils.prepare(workspace, huge)


def open_document(path: Path, rows: str) -> Path:
    names = ("office:1.0", "table:1.0", "text:1.0")
    space = " ".join(f'xmlns:{name.split(":")[0]}="urn:oasis:names:tc:opendocument:xmlns:{name}"' for name in names)
    body = f'<office:body><office:spreadsheet><table:table table:name="6A">{rows}</table:table></office:spreadsheet></office:body>'
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("META-INF/manifest.xml", "<manifest/>")
        parts.writestr(
            "content.xml", f'<?xml version="1.0"?><office:document-content {space}>{body}</office:document-content>'
        )
    return path


def open_row(*cells: str, said: str = "", first: str = "") -> str:
    shown = "".join(
        f'<table:table-cell office:value-type="string"{first if place == 0 else ""}><text:p>{cell}</text:p></table:table-cell>'
        for place, cell in enumerate(cells)
        if cell
    )
    return f"<table:table-row{said}>{shown}</table:table-row>"


def test_an_open_document_spreadsheet_is_read_as_it_is_shown(workspace: Workspace, tmp_path: Path) -> None:
    percent = '<table:table-cell office:value-type="percentage" office:value="0.934"><text:p>93.4%</text:p></table:table-cell>'
    truth = '<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>TRUE</text:p></table:table-cell>'
    rows = open_row("Surname", "Forename", "DOB", "Attendance", "FSM")
    rows += open_row("Sample", "Ada", "05/03/2016", said=' table:visibility="filter"').replace(
        "</table:table-row>", f"{percent}{truth}</table:table-row>"
    )
    rows += '<table:table-row table:number-rows-repeated="1048573"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    preview = pupils.prepare(workspace, open_document(tmp_path / "p.ods", rows))
    found = values(preview)
    assert (found["attendance_percent"], found["free_school_meals"]) == (93.4, True)
    assert preview.notes == ("1 row hidden in the sheet, as by a filter, is still read: 2",)


def test_merged_cells_and_hidden_columns_of_an_open_document(workspace: Workspace, tmp_path: Path) -> None:
    rows = '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
    rows += open_row("Surname", "Forename", "DOB")
    rows += open_row(
        "Sample", "Ada", "05/03/2016", first=' table:number-rows-spanned="2" table:number-columns-spanned="1"'
    )
    rows += "<table:table-row><table:covered-table-cell/>" + open_row("Ben", "06/03/2016").partition(">")[2]
    preview = pupils.prepare(workspace, open_document(tmp_path / "p.ods", rows))
    assert names(preview) == ["Ada Sample", "Ben Sample"]
    assert preview.notes == (
        "1 column hidden in the sheet is still read: C",
        "merged over several rows, and read for each of them: A2 to 3",
    )


def test_what_is_merged_over_several_rows_is_read_for_each_and_said(workspace: Workspace, tmp_path: Path) -> None:
    rows = [TITLES, *([make_upn(808, 2001, 2020, n), "Sample", f"Ada{n}", date(2016, 3, n)] for n in (1, 2, 3))]
    preview = pupils.prepare(workspace, workbook(tmp_path / "a.xlsx", {"Pupils": rows}, merged=["B2:B3"]))
    assert [values(preview, place)["surname"] for place in range(3)] == ["Sample", "Sample", "Sample"]
    assert "merged over several rows, and read for each of them: B2 to 3" in preview.notes


@pytest.mark.parametrize("name", ["?", "123", "=1+1", "...", "/"])
def test_a_name_without_a_letter_is_refused(look: Any, name: str) -> None:
    said = refusal(look, f"{HEADER}{UPN},{name},Ada,05/03/2016\n")
    assert f'line 2: Surname: contains "{name}", which is not a name' in said


@pytest.mark.parametrize("name", ["Ng", "D'Arcy", "李", "علي", "Ó"])
def test_a_name_of_any_letters_is_a_name(look: Any, name: str) -> None:
    assert names(look(f"{HEADER}{UPN},{name},Ada,05/03/2016\n")) == [f"Ada {name}"]


def test_a_name_that_lost_a_letter_is_refused(look: Any) -> None:
    said = refusal(look, f"{HEADER}{UPN},M\ufffdller,Ada,05/03/2016\n")
    assert "line 2: Surname: lost a letter before the file arrived" in said


@pytest.mark.parametrize("tail", [b"\0" * 4096, b"\x1a", b"\0\x1a\0"])
def test_empty_bytes_behind_the_end_are_not_read_and_said(look: Any, tail: bytes) -> None:
    preview = look(f"{HEADER}{UPN},Sample,Ada,05/03/2016\n".encode() + tail)
    assert names(preview) == ["Ada Sample"]
    said = [note for note in preview.notes if note.endswith("at its end not read: the copy may be cut short")]
    assert len(said) == (b"\0" in tail)


def test_an_empty_byte_within_is_refused_by_its_line(look: Any) -> None:
    said = refusal(look, f"{HEADER}{UPN},Sam\0ple,Ada,05/03/2016\n")
    assert "line 2: has an empty byte here" in said


def test_a_file_of_dates_is_called_so(look: Any) -> None:
    said = refusal(look, "Event,Start,End\nAutumn term,01/09/2026,18/12/2026\n", kind=terms)
    assert 'It looks like a file of dates: import it with "transitions import calendar"' in said


def test_the_days_of_a_new_term_are_shown_before_it_is_taken(look: Any) -> None:
    rows = "Term,First Day,Last Day\nAutumn 1,Tue 1 Sep 2026,Fri 23 Oct 2026\n"
    (new,) = look(rows, kind=terms).new
    assert [tuple(one) for one in new.differences] == [("Days", "", "Tue 1 Sep 2026 to Fri 23 Oct 2026")]


def test_lines_that_say_the_same_are_one_child_and_said(look: Any, workspace: Workspace) -> None:
    row = ",Sample,Ada,05/03/2016"
    text = HEADER.replace("\n", ",Contact\n") + f"{row},Mum\n,Sample,Ben,06/03/2016,Dad\n{row},Dad\n{row},Gran\n"
    preview = look(text)
    assert names(preview) == ["Ada Sample", "Ben Sample"]
    assert "2 lines say the same as an earlier line, so are not imported twice: 4, 5" in preview.notes
    commit(workspace, preview)
    assert look(text).unchanged == 2
    said = refusal(look, HEADER + f"{row}\n{row.replace('05/', '5/').replace('Ada', 'ADA')}\n")
    assert "line 3 is about the same person" in said


def test_characters_that_steer_are_left_out_of_a_name_and_said(look: Any) -> None:
    preview = look(f"{HEADER}{UPN},Sam\x1b[31mple,Ad\x9ba,05/03/2016\n".encode())
    assert names(preview) == ["Ada Sam[31mple"]
    for field in ("Surname", "Forename"):
        assert f"{field}: has control characters, which were left out: is it spelt right? (line 2)" in preview.notes


@pytest.mark.parametrize("columns", ["Surname,Forename", "Name"])
def test_a_dash_for_one_name_is_none_and_takes_nothing_away(look: Any, workspace: Workspace, columns: str) -> None:
    text = f"UPN,{columns},DOB\n{UPN},{'-,Ada' if ',' in columns else chr(34) + '-, Ada' + chr(34)},05/03/2016\n"
    assert (values(look(text))["surname"], names(look(text))) == ("", ["Ada"])
    add_pupil(workspace, surname="Sample", forename="Ada", date_of_birth=date(2016, 3, 5), upn=UPN)
    assert look(text).unchanged == 1


def test_a_year_of_two_digits_is_a_child_s_and_said(look: Any) -> None:
    text = HEADER + ",A,B,1-Mar-16\n,C,D,05/03/09\n"
    preview = look(text)
    assert [values(preview, place)["date_of_birth"] for place in (0, 1)] == [date(2016, 3, 1), date(2009, 3, 5)]
    assert "DOB: a two-digit year was read as this century (lines 2 and 3)" in preview.notes
    assert "this would be an age of 86" in refusal(look, HEADER + ",A,B,05/03/40\n")
    assert "which could be either century" in refusal(look, HEADER + ",A,B,16-03-05\n")


def test_a_year_group_as_programs_write_numbers(look: Any) -> None:
    preview = look(HEADER.replace("\n", ",Year\n") + ",A,B,05/03/2016,6.0\n")
    assert values(preview)["cohort_year"] == 2020
