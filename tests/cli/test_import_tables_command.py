"""``import`` of tables that are not plain: which sheet, which letters, whose name is Null, as a script meets them."""

import pytest
from command import Command
from workbooks import workbook

TITLES = ["Surname", "Forename", "DOB"]


@pytest.fixture
def council(command: Command) -> Command:
    command.ok("me", "K. Osei")
    return command


def test_a_sheet_or_all_of_them(council: Command) -> None:
    path = workbook(
        council.folder / "p.xlsx",
        {"6A": [TITLES, ["Sample", "Ada", "05/03/2016"]], "6B": [TITLES, ["Sample", "Ben", "06/03/2016"]]},
    )
    one = council.ok("import", "pupils", str(path), "--dry-run")
    assert one.err.splitlines() == [
        "p.xlsx: 1 new",
        '  read as an Excel workbook, sheet "6A"',
        '  note: not read: sheet "6B" (to choose: v in the app, or --sheet NAME, or --sheet all)',
    ]
    assert "line 2: Ben Sample" in council.ok("import", "pupils", str(path), "--dry-run", "--sheet", "6B").out
    assert "p.xlsx: 2 new" in council.ok("import", "pupils", str(path), "--sheet", "ALL").err


def test_the_encoding_is_said_with_a_sample_and_can_be_given(council: Command) -> None:
    path = council.folder / "p.csv"
    path.write_bytes("Surname,Forename,DOB\nSample,Bj\u00f6rn,05/03/2016\n".encode("mac_roman"))
    refused = council("import", "pupils", str(path))
    assert refused.status == 65
    assert 'may be Windows-1250 ("Bj\u0161rn") or MacRoman ("Bj\u00f6rn"): say which with --encoding' in refused.err
    taken = council.ok("import", "pupils", str(path), "--encoding", "macroman")
    assert '  read as MacRoman, separated by commas; line 2: "Sample,Bj\u00f6rn,05/03/2016"' in taken.err


def test_null_is_a_name_when_somebody_says_so(council: Command) -> None:
    path = council.write("p.csv", "Surname,Forename,DOB\nNull,Ada,05/03/2016\n")
    assert 'line 2: Surname: is "Null", which may be the name' in council("import", "pupils", path).err
    assert "p.csv: 1 new" in council.ok("import", "pupils", path, "--real-names").err


def test_whom_a_line_means_is_said_beforehand(council: Command) -> None:
    council.ok("add", "pupil", "surname=Sample", "forename=Ada", "date_of_birth=5/3/16", "upn=H801200001001")
    path = council.write("p.csv", "UPN,Surname,Forename,DOB\nX801200001002,Sample,Ada,05/03/2016\n")
    assert "(--match 2=UPN or 2=new)" in council("import", "pupils", path).err
    assert "p.csv: 1 new" in council.ok("import", "pupils", path, "--dry-run", "--match", "2=new").err
    assert "p.csv: 1 changed" in council.ok("import", "pupils", path, "--match", "2=H801200001001").err
    for said in ("Ada", "2=H80120000100", "2=Sample"):
        assert council("import", "pupils", path, "--match", said).status == 2
    for line in ("2", "99"):  # she has come, so nothing is asked
        refused = council("import", "pupils", path, "--match", f"{line}=new")
        assert refused.status == 2
        assert f"there is no question about line {line}" in refused.err
    assert council("import", "schools", path, "--match", "2=new").status == 2


def test_such_options_are_for_tables(council: Command) -> None:
    path = council.write("m.toml", "")
    assert council("import", "milestones", path, "--sheet", "A").status == 2
