"""Every fault is a sentence that names the file, the line, the field and the remedy, with the documented exit status."""

import zipfile

import pytest
from command import PUPILS, SCHOOLS, Command

HEADER = "Surname,Forename,UPN,DOB,Year,SEN Status,School URN\n"


def nothing_written(school: Command) -> None:
    assert school.ok("list", "--format", "json").out.count('"id"') == 3


@pytest.mark.parametrize(
    ("name", "content", "status", "words"),
    [
        ("empty.csv", b"", 65, ("empty.csv", "empty")),
        ("rubbish.csv", bytes(range(256)) * 8, 65, ("rubbish.csv",)),
        ("date.csv", (HEADER + "Khan,Omar,,30/02/2016,6,N,900001\n").encode(), 65, ("date.csv line 2", "30")),
        ("born.csv", (HEADER + "Khan,Omar,,01/03/2027,6,N,900001\n").encode(), 65, ("born.csv line 2", "DOB")),
        (
            "check.csv",
            (HEADER + "Khan,Omar,A801200005001,01/03/2016,6,N,900001\n").encode(),
            65,
            ("line 2", "UPN", "B"),
        ),
        ("urn.csv", (HEADER + "Khan,Omar,,01/03/2016,6,N,900009\n").encode(), 65, ("line 2", "import schools")),
        ("mangled.csv", (HEADER + "Khan,Omar,1.2E+12,01/03/2016,6,N,900001\n").encode(), 65, ("line 2", "UPN")),
        ("half.csv", (HEADER + 'Khan,"Omar,,01/03/2016,6,N,900001\n').encode(), 65, ("half.csv line 2",)),
        ("doubled.csv", b"Surname,Surname,Forename,UPN,DOB\nA,B,C,,01/03/2016\n", 65, ("doubled.csv", "Surname")),
        ("wrong.csv", SCHOOLS.encode("cp1252"), 65, ("wrong.csv",)),
    ],
)
def test_bad_files_are_refused_whole(school: Command, name: str, content: bytes, status: int, words: tuple[str, ...]):
    result = school("import", "pupils", school.write(name, content))
    assert result.status == status, result.err
    for word in words:
        assert word in result.err
    assert "Traceback" not in result.err
    nothing_written(school)


def test_two_pupils_with_one_upn_are_named_by_both_lines(school: Command):
    text = HEADER + "A,B,U886200019123,01/03/2016,6,N,900001\nC,D,U886200019123,02/03/2016,6,N,900001\n"
    result = school("import", "pupils", school.write("twins.csv", text))
    assert result.status == 65
    assert "line 3" in result.err
    assert "line 2" in result.err
    nothing_written(school)


def test_a_workbook_named_csv_is_recognised(school: Command):
    path = school.folder / "book.csv"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("[Content_Types].xml", "<Types/>")
    result = school("import", "pupils", path)
    assert result.status == 65
    assert "book.csv" in result.err
    assert "CSV" in result.err


def test_every_problem_of_a_file_is_listed_at_once(school: Command):
    text = HEADER + "Khan,Omar,A801200005001,30/02/2016,6,maybe,900001\n,,,01/03/2016,99,N,900001\n"
    result = school("import", "pupils", school.write("many.csv", text))
    assert result.status == 65
    assert result.err.count("many.csv line 2") >= 3
    assert "many.csv line 3" in result.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("lst",), "No such command 'lst'. Did you mean list?"),
        (("workshop", "lsit"), "Did you mean list?"),
        (("list", "--state", "ovrdue"), "Did you mean overdue?"),
        (("list", "--state"), "Choose from: overdue, missed, due soon,"),
        (("list", "--transition", "67"), "Did you mean 6-7?"),
        (("export",), "Choose from: plans, pupils, missed,"),
        (("export", "pupil", "x.csv"), "Did you mean pupils?"),
        (("done", "Khan", "6-7.destinaton"), "is planned for this pupil. Did you mean 6-7.destination?"),
        (("milestone", "show", "6-7.destinaton"), "milestone '6-7.destinaton'. Did you mean 6-7.destination?"),
        (("explain", "Khan", "6-7.destinaton"), "Did you mean 6-7.destination?"),
        (("ask", "show", "census.sprng"), "Did you mean census.spring?"),
    ],
)
def test_a_slip_is_told_what_may_have_been_meant(school: Command, words: tuple[str, ...], said: str):
    refused = school(*words)
    assert refused.status in (2, 65)
    assert said in refused.err


def test_no_such_file_is_66_and_wrong_usage_is_2(school: Command):
    assert school("import", "pupils", "nowhere.csv").status == 66
    assert school("import", "parrots", "x.csv").status == 2
    assert school("list", "--year-group", "twelfth").status == 2
    assert school("list", "--transition", "9-10").status == 2
    assert school("--as-of").status == 2
    assert school("list", as_of="31/02/2026").status == 2
    assert school("nonsense").status == 2


def test_decisions_that_cannot_stand_are_refused_with_the_remedy(school: Command):
    early = school("flag", "Aisha", "6-7.names-school", "--reason", "not-sent")
    assert early.status == 77
    assert "not overdue yet" in early.err
    unknown = school("flag", "Zoë", "6-7.application", "--reason", "rain")
    assert unknown.status == 77
    assert "not-sent" in unknown.err
    assert school("done", "Zoë", "6-7.application", "--on", "1/1/2027").status == 77
    assert school("show", "Nobody Atall").status == 65
    assert "transitions explain" in school("done", "Ward", "6-7.names-school").err


@pytest.mark.parametrize("text", ["ab " * 3_000, "x" * 60_000], ids=["words", "letters"])
def test_more_than_any_name_holds_is_not_looked_for(school: Command, text: str):
    for words in (
        ("show", text),
        ("list", "--text", text),
        ("list", "--school", text),
        ("list", "--worker", text),
        ("missed", "--text", text),
        ("history", text),
        ("assign", "nobody", text),
        ("handover", "format", text),
        ("workshop", "show", text),
        ("ask", "show", text),
    ):
        result = school(*words)
        assert result.status in (2, 65), words
        assert len(result.err) < 200, words


def test_there_is_no_database_yet(command: Command):
    result = command("list")
    assert result.status == 66
    assert str(command.path) in result.err
    assert "no database" in result.err


def test_a_file_that_is_no_database_of_ours(command: Command):
    command.path.write_bytes(b"not a database at all" * 400)
    result = command("list")
    assert result.status == 65
    assert str(command.path) in result.err


@pytest.mark.of_a_file
def test_a_newer_database_is_left_alone(school: Command):
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(str(school.path))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    result = school("list")
    assert result.status == 65
    assert "newer version" in result.err


@pytest.mark.of_a_file
def test_another_program_is_writing(school: Command):
    from sqlcipher3 import dbapi2

    from db import driver

    other = dbapi2.connect(str(school.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    before = driver.BUSY_SECONDS
    driver.BUSY_SECONDS = 0.05
    try:
        result = school("note", "Zoë", "x")
    finally:
        driver.BUSY_SECONDS = before
        other.execute("ROLLBACK")
        other.close()
    assert result.status == 75
    assert "another program is using this file" in result.err.lower()


@pytest.mark.of_a_file
def test_a_fault_of_ours_is_70_and_prints_no_values(school: Command, monkeypatch: pytest.MonkeyPatch):
    from transitions.caseload import caseload

    def broken(*_: object) -> None:
        raise RuntimeError("Aisha Khan is in the message")

    monkeypatch.setattr(caseload, "all_rows", broken)
    result = school("list")
    assert result.status == 70
    assert "Aisha" not in result.out + result.err
    assert "report" in result.err


def test_hostile_names_pass_through_unharmed_and_harmless(school: Command):
    names = [
        "[/x]",
        "[@click=app.quit]x",
        '=HYPERLINK("http://x")',
        "A" * 200,
        "عليا",
        "e\u0301a\u0323",
        "x\x1b]0;pwned\x07y",
    ]
    lines = [f'"{name.replace(chr(34), chr(34) * 2)}","Pat","","01/03/2016","6","N","900001"' for name in names]
    school.ok("import", "pupils", school.write("hostile.csv", HEADER + "\n".join(lines) + "\n"))
    listed = school.ok("list", "--text", "pat", "--format", "json")
    assert "\x1b" not in listed.out
    table = school.ok("list", "--text", "pat")
    assert "\x1b" not in table.out
    assert "[@click=app.quit]x" in table.out
    as_csv = school.ok("list", "--text", "pat", "--format", "csv").out
    assert "'=HYPERLINK" in as_csv
    assert PUPILS  # the made-up ones are still there
    assert school.ok("show", "[/x] Pat").status == 0


@pytest.mark.parametrize(
    "words",
    [
        ("handover", "inbox", "--year-group", "X"),
        ("handover", "pack", ".", "--transition", "CARE"),
        ("milestone", "add", "x"),
    ],
    ids=" ".join,
)
def test_of_two_faults_a_database_that_is_not_there_is_named_first(command: Command, words: tuple[str, ...]) -> None:
    result = command(*words)
    assert result.status == 66
    assert "there is no database here yet" in result.err


def test_of_two_faults_words_that_are_no_field_are_named_before_the_pupil(command: Command) -> None:
    command.ok("import", "schools", command.write("schools.csv", SCHOOLS))
    result = command("plan", "action", "Nobody Here", "b")
    assert result.status == 2
    assert "'b' is not FIELD=VALUE." in result.err


@pytest.mark.parametrize("name", ["123", "5/9/15", "?", "\N{REPLACEMENT CHARACTER}oe"])
def test_a_name_without_a_letter_is_refused(school: Command, name: str) -> None:
    result = school("add", "pupil", f"surname={name}", "forename=Ellie", "date_of_birth=2015-03-01")
    assert result.status == 65
    assert " letter" in result.err
    nobody = school("add", "pupil", "surname=-", "forename=--", "date_of_birth=2015-03-01")
    assert "A pupil needs a name" in nobody.err


def test_what_may_be_overwritten_says_how(school: Command) -> None:
    file = school.folder / "pupils.csv"
    file.write_text("mine")
    refused = school("export", "pupils", file, "--purpose", "Panel")
    assert "exists already: choose another name, or replace it with --overwrite" in refused.err
    school.ok("export", "pupils", file, "--overwrite", "--purpose", "Panel")


@pytest.mark.parametrize("what", ["pupils", "plans", "missed", "handovers", "ctf"])
@pytest.mark.parametrize("file", ["list.csv", "-"])
def test_what_names_people_leaves_with_a_purpose_only(school: Command, what: str, file: str) -> None:
    to = ("--to", "Layfield") if what == "ctf" else ()
    refused = school("export", what, file if file == "-" else school.folder / file, "--purpose", " ", *to)
    assert (refused.status, refused.out) == (77, "")
    assert "names people, so it needs a purpose: add --purpose" in refused.err


def test_an_empty_name_of_a_file_is_no_folder(school: Command) -> None:
    refused = school("export", "missed", "")
    assert refused.status == 2
    assert "the name is empty: give the name of a file or folder." in refused.err


def test_one_is_counted_as_one(school: Command) -> None:
    assert "1 pupil without a UPN" in school("check").out
