"""A SENCO's June by commands alone: what they print, what they say, how they end, and what they leave untouched."""

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from command import PUPILS, SCHOOLS, TERMS, Command, Result
from made_handovers import PASSPHRASE
from test_command_contract import loaded_by

from transitions.cli import cli
from transitions.cli import handover_delivery as passphrases
from transitions.cli.groups import HANDOVER_COMMANDS
from transitions.handovers.pack_file import open_sealed

JUNE = "2027-06-11"
LATER = "2027-06-15"
Run = Callable[..., Result]


def records(result: Result) -> Any:
    return json.loads(result.out)


def table(result: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(result.out)))


def june(desk: Command, *words: str | Path, day: str = JUNE) -> Result:
    """Run a handover command that must succeed."""
    result = desk("handover", *words, as_of=day)
    assert result.status == 0, result.err
    return result


@pytest.fixture
def primary(school: Command) -> Command:
    """Fenwick Hollow with its three pupils of Year 6: Khan and O'Brien go to St Brón's, Ward has no next school yet."""

    def make() -> None:
        for pupil in ("Khan", "O'Brien"):
            school.ok("edit", "pupil", pupil, "next_school=900002")

    return school.once("handover_commands primary", make)


@pytest.fixture
def started(primary: Command) -> Command:

    def make() -> None:
        june(primary, "start", "Khan", "O'Brien")

    return primary.once("handover_commands started", make)


@pytest.fixture
def words(primary: Command) -> Path:
    return primary.write("words.txt", f"{PASSPHRASE}\n")


@pytest.fixture
def secondary(primary: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """The secondary's own file, with the schools of the area in it."""
    desk = Command(tmp_path / "secondary.db", capsys)
    desk.ok("me", "P. Rao")
    desk.ok("import", "schools", primary.write("their-schools.csv", SCHOOLS.encode("cp1252")))
    desk.ok("import", "terms", primary.write("their-terms.csv", TERMS))
    return desk


# --- the story ----------------------------------------------------------------------------------------------------------


def test_a_sencos_june(primary: Command, secondary: Command, words: Path, tmp_path: Path) -> None:
    board = table(june(primary, "list", "--transition", "6-7", "--format", "csv"))
    assert [(row["surname"], row["status"], row["waiting_on"]) for row in board] == [
        ("Khan", "not started", "us"), ("O'Brien", "not started", "us"), ("Ward", "not started", "us"),
    ]  # fmt: skip
    start = june(primary, "start", "--all", "--transition", "6-7", "--school", "Fenwick")
    assert start.out == (
        "handover #1 pupil #1 6-7 2026/27 drafting\nhandover #2 pupil #2 6-7 2026/27 drafting\n"
        "handover #3 pupil #3 6-7 2026/27 drafting\n"
    )
    said = primary.write("said.txt", "I hope to find my way.\n")
    june(primary, "edit", "Khan", f"my_hopes=@{said}", "interests=Kites", "medical_alert=no", "lates=2")
    june(primary, "edit", "--all", "--transition", "6-7", "transition_day=went", "reading_test=Form B")
    june(primary, "accept", "Khan", "--section", "about")
    june(primary, "friend", "Khan", "O'Brien")
    june(primary, "friend", "Khan", "Ward", "--apart")
    one = records(june(primary, "show", "Khan", "--format", "json"))
    answers = {answer["question"]: (answer["answer"], answer["origin"]) for answer in one["answers"]}
    assert answers["my_hopes"] == ("I hope to find my way.", "answered")
    assert answers["sen_provision"] == ("EHC plan", "answered")
    assert answers["next_school"] == ("St Brón’s Secondary", "record")
    assert answers["transition_day"][0] == "went"
    assert one["filled"] == sum(section["filled"] for section in one["sections"].values())
    assert "my_worries" in one["missing"]
    assert [(pair["surname"], pair["kind"], pair["same_next_school"]) for pair in one["friendships"]] == [
        ("O'Brien", "keep with", True),
        ("Ward", "keep apart", False),
    ]

    proposal = records(june(primary, "tier", "Khan", "--format", "json"))[0]
    assert (proposal["proposed"], proposal["tier"], proposal["points"]) == ("targeted", None, 2)
    assert proposal["factors"] == ["EHC plan, Sat 21 Nov 2026 (2 points)"]
    june(primary, "tier", "Khan", "--decide", "enhanced", "--reason", "First time on a bus")
    june(primary, "tier", "O'Brien", "--decide", "targeted")

    mail = june(primary, "pack", tmp_path, "--passphrase-file", words, "--format", "json")
    made = {row["school"]: row for row in records(mail)}
    assert made["St Brón’s Secondary"]["pupils"] == 2
    assert made["No next school recorded"]["left_out"] == ["Elsie Ward: no next school is recorded"]
    assert "Not in it, No next school recorded: Elsie Ward: no next school is recorded" in mail.err
    file = Path(made["St Brón’s Secondary"]["file"])
    assert "Khan" not in file.read_bytes().decode("latin-1")
    statuses = [row["status"] for row in table(june(primary, "list", "--transition", "6-7", "--format", "csv"))]
    assert statuses == ["sent", "sent", "drafting"]

    look = june(secondary, "receive", file, "--passphrase-file", words, "--dry-run", day=LATER)
    assert "Fenwick Hollow Primary: 2 to come in" in look.err
    assert secondary("history", as_of=LATER).out.count("Handovers received") == 0
    taken = june(secondary, "receive", file, "--passphrase-file", words, "--format", "json", day=LATER)
    assert [(row["place"], row["name"], row["what"], row["known_by"]) for row in records(taken)] == [
        (1, "Aisha Khan", "new", "nothing"),
        (2, "Zoë O'Brien", "new", "nothing"),
    ]
    inbox = table(june(secondary, "inbox", "--format", "csv", day=LATER))
    assert [(row["surname"], row["tier"], row["status"], row["waiting_on"]) for row in inbox] == [
        ("Khan", "enhanced", "sent", "us"),
        ("O'Brien", "targeted", "sent", "us"),
    ]
    asked = june(secondary, "ask", "Khan", "Which bus?", day=LATER)
    assert asked.out.endswith("returned\nquestion #1\n")
    june(secondary, "acknowledge", "--pack", "last", "--by", "P. Rao", day=LATER)
    answer = june(secondary, "answer-pack", "last", tmp_path, "--passphrase-file", words, day=LATER)
    assert "1 of 2 acknowledged, 1 with a question" in answer.err
    back = june(primary, "take-answer", answer.out.strip(), "--passphrase-file", words, day=LATER)
    assert back.out == "St Brón’s Secondary: 1 acknowledged, 1 returned with a question, 0 viewed, 0 received\n"

    waiting = table(june(primary, "list", "--transition", "6-7", "--waiting-on", "us", "--format", "csv", day=LATER))
    assert [(row["surname"], row["status"], row["questions_open"]) for row in waiting] == [
        ("Khan", "returned", "1"),
        ("Ward", "drafting", "0"),
    ]
    june(primary, "reply", "Khan", "Number 12, from the church.", day=LATER)
    sent = june(primary, "send", "Khan", "--how", "by telephone", day=LATER)
    assert sent.out == "handover #1 pupil #1 6-7 2026/27 sent\n"
    june(primary, "acknowledge", "Khan", "--by", "P. Rao, SENCO", day=LATER)
    way = records(june(primary, "show", "Khan", "--format", "json", day=LATER))["way"]
    assert [step["what"] for step in way] == ["sent", "returned", "sent again", "acknowledged"]
    done = [
        row["surname"] for row in table(june(primary, "list", "--status", "acknowledged", "--format", "csv", day=LATER))
    ]
    assert done == ["Khan", "O'Brien"]
    missed = table(primary("missed", "--format", "csv", as_of="2027-07-01"))
    assert [(row["surname"], row["milestone"]) for row in missed if "handover" in row["milestone"]] == [
        ("Ward", "6-7.handover-sent")  # on the board she waits on us, and she does here
    ]
    steps = {
        row["milestone"]: row["state"]
        for row in records(primary("show", "Khan", "--format", "json", as_of=LATER))["steps"]
    }
    assert (steps["6-7.handover-sent"], steps["6-7.handover-acknowledged"]) == ("met", "met")


def test_after_the_move(started: Command) -> None:
    assert (
        june(started, "placement", "Khan", "kind=new school", "school=900002", "started_on=1/6/27").out
        == "placement #1\n"
    )
    june(started, "placement", "Khan", "--change", "1", "ended_on=8/6/27", "end_reason=Moved house")
    assert table(june(started, "placement", "Khan", "--format", "csv"))[0]["ended_on"] == "2027-06-08"
    assert june(started, "first-weeks", "Khan", "attendance_percent=91.5", "suspensions=0").out == "first-weeks #1\n"
    assert table(june(started, "first-weeks", "Khan", "--format", "csv"))[0]["attendance_percent"] == "91.5"
    assert june(started, "funding", "Khan", "what=Top-up", "ends_on=31/8/27").out == "funding #1\n"
    june(started, "funding", "Khan", "--change", "1", "applied_on=1/6/27")
    row = records(june(started, "funding", "Khan", "--format", "json"))[0]
    assert row == {"id": 1, "what": "Top-up", "ends_on": "2027-08-31", "applied_on": "2027-06-01", "note": None}
    figures = records(june(started, "sustained", "--format", "json", day="2027-10-15"))
    assert [row["moves"] for row in figures] == [0, 0, 0]
    figures = records(june(started, "sustained", "2026/27", "--format", "json", day="2027-10-15"))
    assert [(row["after"], row["moves"], row["in_place"], row["known"], row["not_yet"]) for row in figures] == [
        ("one term", 1, 0, 1, 0),
        ("six months", 1, 0, 0, 1),
        ("one year", 1, 0, 0, 1),
    ]
    june(started, "placement", "Khan", "--take-out", "1")
    assert table(june(started, "placement", "Khan", "--format", "csv")) == []


def test_the_child_protection_file(started: Command) -> None:
    sent = june(started, "child-protection", "Khan", "--sent", "secure portal", "--on", "10/6/27", "--format", "csv")
    assert (table(sent)[0]["to_school"], table(sent)[0]["sent_by"]) == ("St Brón’s Secondary", "K. Osei")
    june(started, "child-protection", "Khan", "--chased")
    june(started, "child-protection", "Khan", "--receipt", "D. Lee, DSL")
    row = records(june(started, "child-protection", "Khan", "--format", "json"))[0]
    assert (row["sent_on"], row["chased_on"], row["receipt_on"], row["receipt_by"]) == (
        "2027-06-10", JUNE, JUNE, "D. Lee, DSL",
    )  # fmt: skip
    again = started("handover", "child-protection", "Khan", "--chased", as_of=JUNE)
    assert (again.status, again.out) == (65, "")
    assert "you already have the receipt" in again.err


def test_every_step_of_the_way(started: Command) -> None:
    june(started, "send", "--all", "--how", "secure e-mail", "--on", "9/6/27", "--by", "R. Moor")
    june(started, "fail", "O'Brien", "--reason", "The address bounced")
    assert table(june(started, "list", "--status", "failed", "--format", "csv"))[0]["waiting_on"] == "us"
    june(started, "send", "O'Brien", "--how", "by hand")
    june(started, "take-back", "O'Brien")
    assert june(started, "viewed", "--all").out == "handover #1 pupil #1 6-7 2026/27 viewed\n"
    june(started, "chase", "Khan", "--how", "by telephone", "--note", "Will look")
    june(started, "note", "Khan", "Ring after two")
    one = records(june(started, "show", "Khan", "--format", "json"))
    assert [(step["what"], step["how"], step["note"]) for step in one["way"]] == [
        ("sent", "secure e-mail", None), ("viewed", None, None), ("chased", "by telephone", "Will look"),
    ]  # fmt: skip
    assert [(one["kind"], one["words"]) for one in one["messages"]] == [("note", "Ring after two")]
    shown = june(started, "show", "Khan").out
    for words in ("status: viewed", "Missing", "Questions, answers and notes", "Its way", "Will look"):
        assert words in shown
    started.ok("undo")
    assert records(june(started, "show", "Khan", "--format", "json"))["messages"] == []
    june(started, "friend", "Khan", "O'Brien")
    june(started, "unfriend", "O'Brien", "Khan")
    assert records(june(started, "show", "Khan", "--format", "json"))["friendships"] == []


def test_questions_factors_and_own_questions(started: Command) -> None:
    asked = {row["question"]: row for row in table(june(started, "questions", "EY-R", "--format", "csv"))}
    assert asked["toileting"]["sensitive"] == "yes"
    assert "ks2_reading_score" not in asked
    own = [{"code": "own_bus_pass", "section": "own", "label": "Bus pass", "kind": "yes or no"}]
    file = started.write("own.json", json.dumps(own))
    june(started, "own-questions", file)
    kept = records(june(started, "own-questions"))
    assert (kept[0]["code"], kept[0]["kind"]) == ("own_bus_pass", "yes or no")
    june(started, "edit", "Khan", "own_bus_pass=yes")
    bad = started("handover", "own-questions", started.write("bad.json", "{}"), as_of=JUNE)
    assert (bad.status, bad.out) == (65, "")
    assert "expected a JSON list of questions" in bad.err

    rows = {row["factor"]: row["points"] for row in table(june(started, "factors", "young-carer=2", "--format", "csv"))}
    assert (rows["young-carer"], rows["enhanced"]) == ("2", "3")
    rows = {row["factor"]: row["points"] for row in table(june(started, "factors", "enhanced=4", "--format", "csv"))}
    assert (rows["young-carer"], rows["enhanced"]) == ("2", "4")
    rows = {row["factor"]: row["points"] for row in table(june(started, "factors", "young-carer=", "--format", "csv"))}
    assert (rows["young-carer"], rows["enhanced"]) == ("1", "4")
    rows = {row["factor"]: row["points"] for row in table(june(started, "factors", "--shipped", "--format", "csv"))}
    assert rows["enhanced"] == "3"
    june(started, "tier", "Khan", "--decide", "targeted")
    [decision] = records(june(started, "tier", "Khan", "--decisions", "--format", "json"))
    assert (decision["tier"], decision["proposed"], decision["reason"]) == ("targeted", "targeted", None)


def test_the_columns_that_a_school_asks_for(started: Command, tmp_path: Path) -> None:
    june(started, "edit", "Khan", "lates=3", "my_hopes=A form with a friend")
    form = started.write("form.csv", "Surname,Date of Birth,Times late,Hopes for Year 7,Our ref\n")
    learnt = june(started, "format", "900002", "--learn", form, "Hopes for Year 7=my_hopes", "--format", "csv")
    fields = {row["header"]: row["field"] for row in table(learnt)}
    assert (fields["Surname"], fields["Date of Birth"], fields["Hopes for Year 7"]) == (
        "surname",
        "date_of_birth",
        "my_hopes",
    )
    june(started, "format", "900002", "Times late=lates")
    written = june(started, "format", "900002", "--export", "-", "--purpose", "Their form")
    rows = list(csv.reader(io.StringIO(written.out)))
    assert rows[0] == ["Surname", "Date of Birth", "Times late", "Hopes for Year 7", "Our ref"]
    assert rows[1] == ["Khan", "2016-03-01", "3", "", ""]
    assert "Left empty without --full: Hopes for Year 7" in written.err
    refused = started("handover", "format", "900002", "--export", "-", "--full", as_of=JUNE)
    assert (refused.status, refused.out) == (77, "")
    full = june(started, "format", "900002", "--export", "-", "--full", "--purpose", "Their form")
    assert list(csv.reader(io.StringIO(full.out)))[1][3] == "A form with a friend"
    printed = june(started, "print", "900002", tmp_path / "pack.html")
    assert "2 handovers in 1 file" in printed.err
    assert "Khan" in (tmp_path / "pack.html").read_text("utf-8")
    june(started, "format", "900002", "--take-out")
    gone = started("handover", "format", "900002", "--export", "-", "--purpose", "Their form", as_of=JUNE)
    assert gone.status == 65
    assert "Save it first." in gone.err


def test_the_file_of_handovers(started: Command) -> None:
    june(started, "edit", "Khan", "my_hopes=A form with a friend")

    def written(*words: str) -> list[dict[str, str]]:
        result = started("export", "handovers", "-", "--purpose", "Audit", *words, as_of=JUNE)
        assert result.status == 0, result.err
        return list(csv.DictReader(line for line in result.out.splitlines() if not line.startswith(("#", '"#'))))

    rows = written("--transition", "6-7")
    assert [(row["upn"], row["status"], row["complete"]) for row in rows] == [
        ("B801200005001", "drafting", "no"),
        ("B808400024001", "drafting", "no"),
        ("", "not started", "no"),
    ]
    assert not {"surname", "answer_my_hopes", "child_protection_file"} & rows[0].keys()
    full = written("--full", "--text", "khan")
    assert [(row["surname"], row["answer_my_hopes"]) for row in full] == [("Khan", "A form with a friend")]
    assert written("--year", "2024/25") == []
    unknown = started("export", "handovers", "-", "--purpose", "Audit", "--transition", "18", as_of=JUNE)
    assert (unknown.status, unknown.out) == (77, "")
    assert "There are no handovers for 18" in unknown.err


# --- passphrases --------------------------------------------------------------------------------------------------------


def test_no_command_takes_a_passphrase_on_its_line() -> None:
    for name in HANDOVER_COMMANDS:
        command = cli.get_command(click.Context(cli, help_option_names=["-h", "--help"]), "handover")
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command, help_option_names=["-h", "--help"]), name)
        assert found is not None
        options = {option for parameter in found.params for option in parameter.opts}
        assert "--passphrase" not in options


def test_the_passphrase_comes_from_the_environment(
    started: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(passphrases.VARIABLE, PASSPHRASE)
    made = june(started, "pack", tmp_path, "--format", "json")
    assert len(list(tmp_path.glob("*.handover"))) == 1
    assert PASSPHRASE not in made.out + made.err
    assert PASSPHRASE not in started("history", as_of=JUNE).out


def test_the_passphrase_is_asked_for_without_echo_and_a_new_one_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def typed(prompt: str = "", **_: Any) -> str:
        asked.append(prompt)
        return PASSPHRASE

    monkeypatch.delenv(passphrases.VARIABLE, raising=False)
    monkeypatch.setattr(click.termui, "hidden_prompt_func", typed)
    for stream in (sys.stdin, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    assert passphrases.passphrase(None, new=True) == PASSPHRASE
    assert len(asked) == 2
    assert passphrases.passphrase(None) == PASSPHRASE
    assert len(asked) == 3


def test_without_anybody_to_ask_it_is_wrong_usage(started: Command, tmp_path: Path) -> None:
    result = started("handover", "pack", tmp_path, as_of=JUNE)
    assert (result.status, result.out) == (2, "")
    assert "give --passphrase-file FILE, or set TRANSITIONS_PASSPHRASE" in result.err


def test_a_proposed_passphrase_is_five_words(primary: Command) -> None:
    first, second = june(primary, "passphrase").out, june(primary, "passphrase").out
    assert len(first.split()) == 5
    assert first != second


# --- faults -------------------------------------------------------------------------------------------------------------

FAULTS: list[tuple[tuple[str, ...], int, str]] = [
    (("show", "Ward"), 65, "The handover of Elsie Ward has not been started."),
    (("show", "Khan", "--transition", "EY-R"), 65, "The handover for EY-R of Aisha Khan has not been started."),
    (("show", "Khan", "--received"), 65, "No handover has been received for Aisha Khan."),
    (("show", "Khan", "--transition", "9-9"), 2, "'9-9' is not one of EY-R, 2-3"),
    (("show", "Nobody"), 65, 'No pupil matches "Nobody".'),
    (("start",), 2, "Name the pupils, or give --all"),
    (("start", "Khan", "--all"), 2, "Name the pupils, or give --all"),
    (("start", "Khan", "--transition", "EY-R"), 77, "is not a move that Aisha Khan makes this year"),
    (("list", "--year", "soon"), 2, "--year"),
    (("list", "--waiting-on", "us", "--school", "Nowhere"), 65, "Nowhere"),
    (("edit", "Khan"), 2, "Give QUESTION=ANSWER words."),
    (("edit", "lates=2"), 2, "Name the pupils, or give --all"),
    (("edit", "Khan", "lates=many", "shoe=4"), 65, "lates"),
    (("edit", "Khan", "O'Brien", "lates=2"), 65, "each pupil has their own answer"),
    (("edit", "Khan", "my_hopes=@nowhere.txt"), 66, "there is no such file"),
    (("accept", "Khan", "--section", "cellar"), 2, "'cellar' is not one of voice"),
    (("friend", "Khan", "Khan"), 77, "A friendship is between two pupils"),
    (("unfriend", "Khan", "Ward"), 65, "Nothing is recorded about Aisha Khan and Elsie Ward."),
    (("tier", "Khan", "--decide", "gold"), 77, "'gold' is not a tier."),
    (("tier", "Khan", "--decide", "universal"), 65, "targeted is suggested for Aisha Khan. Say why it is universal."),
    (("factors", "young-carer=9"), 65, "young-carer"),
    (("factors", "wings=1"), 65, "there is no such factor"),
    (("child-protection", "Khan", "--sent", "pigeon"), 77, "'pigeon' is not understood."),
    (("child-protection", "Ward", "--sent", "by hand"), 77, "Say to which school it went"),
    (("child-protection", "Khan", "--receipt", "D. Lee"), 65, "No such sending is recorded"),
    (("child-protection", "Khan", "--by", "D. Lee"), 2, "give that too"),
    (("child-protection", "Khan", "--sent", "by hand", "--on", "1/7/27"), 77, "is in the future"),
    (("send", "Khan", "--how", " "), 77, "Say how it was sent"),
    (("send", "Khan"), 2, "--how"),
    (("viewed", "Khan"), 77, "the handover has not been sent, so it cannot be viewed."),
    (("viewed", "--all"), 65, "This is not the next step"),
    (("acknowledge", "Khan", "--by", "P. Rao"), 77, "has not been sent, so it cannot be acknowledged"),
    (("acknowledge", "--pack", "#9", "--by", "P. Rao"), 65, "There is no received pack #9."),
    (("acknowledge", "Khan", "--pack", "#9", "--by", "P. Rao"), 2, "one of them"),
    (("fail", "Khan", "--reason", "lost"), 77, "has not been sent, so it cannot be failed"),
    (("chase", "Khan", "--how", "by telephone"), 77, "so there is nothing to chase"),
    (("take-back", "Khan"), 77, "only a handover that was sent"),
    (("ask", "Khan", "Why?"), 77, "has not been sent, so it cannot be returned with a question"),
    (("reply", "Khan", "Because"), 65, "No question is open."),
    (("note", "Khan", " "), 65, "words"),
    (("answer-pack", "last", "."), 65, "There is no received pack last."),
    (("print", "900001", "pack.html"), 65, "so there is nothing to print"),
    (("print", "900002", "pack.pdf"), 73, "end the name with one of"),
    (("format",), 2, "Name the school"),
    (("format", "900002", "Surname"), 2, "'Surname' is not HEADER=FIELD."),
    (("format", "900002", "Surname=shoe"), 65, "is not one of our fields"),
    (("placement", "Khan", "kind=holiday"), 65, "kind"),
    (("placement", "Khan", "--change", "1"), 2, "Give FIELD=VALUE words"),
    (("funding", "Khan", "--take-out", "7"), 65, "This pupil has no funding #7."),
    (("first-weeks", "Khan", "attendance_percent=101"), 65, "is more than 100"),
    (("sustained", "soon"), 2, "YEAR"),
]


@pytest.mark.parametrize(("words", "status", "sentence"), FAULTS, ids=[" ".join(words) for words, _, _ in FAULTS])
def test_faults(started: Command, words: tuple[str, ...], status: int, sentence: str) -> None:
    before = started("history", "--format", "csv", as_of=JUNE).out
    result = started("handover", *words, as_of=JUNE)
    assert (result.status, result.out) == (status, "")
    assert sentence in " ".join(result.err.split())
    assert "Traceback" not in result.err
    assert started("history", "--format", "csv", as_of=JUNE).out == before


def test_a_spoilt_pack_is_refused_with_nothing_written(
    started: Command, secondary: Command, words: Path, tmp_path: Path
) -> None:
    file = Path(records(june(started, "pack", tmp_path, "--passphrase-file", words, "--format", "json"))[0]["file"])
    data = file.read_bytes()
    before = secondary("history", "--format", "csv", as_of=LATER).out
    wrong = secondary.write("wrong.txt", "hedgehog teapot river apron canoe")
    empty = secondary.write("empty.txt", "\n")
    short, altered = tmp_path / "short.handover", tmp_path / "altered.handover"
    short.write_bytes(data[:-20])
    altered.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    for path, phrase, status in (
        (file, wrong, 65), (short, words, 65), (altered, words, 65), (tmp_path / "none.handover", words, 66),
        (file, empty, 65), (file, tmp_path / "none.txt", 66), (words, words, 65),
    ):  # fmt: skip
        result = secondary("handover", "receive", path, "--passphrase-file", phrase, as_of=LATER)
        assert (result.status, result.out) == (status, ""), path
        assert "Traceback" not in result.err
    ours = started("handover", "receive", file, "--passphrase-file", words, as_of=LATER)
    assert (ours.status, ours.out) == (65, "")
    assert "was made here" in ours.err
    assert secondary("history", "--format", "csv", as_of=LATER).out == before
    place = secondary("handover", "receive", file, "--passphrase-file", words, "--keep", "9", as_of=LATER)
    assert place.status == 2
    assert "9 is not in this pack" in place.err


def test_packs_are_listed_and_a_weak_passphrase_makes_none(started: Command, words: Path, tmp_path: Path) -> None:
    weak = started.write("weak.txt", "aaaa")
    refused = started("handover", "pack", tmp_path, "--passphrase-file", weak, as_of=JUNE)
    assert (refused.status, refused.out) == (65, "")
    assert "too easy to guess" in refused.err
    dry = june(started, "pack", tmp_path, "--dry-run", "--format", "json")
    first, *_ = records(dry)
    assert (first["school"], first["pupils"], first["file"]) == ("St Brón’s Secondary", 2, None)
    assert list(tmp_path.glob("*.handover")) == []
    june(started, "pack", tmp_path, "--to", "900002", "--pupil", "Khan", "--passphrase-file", words)
    [pack] = records(june(started, "packs", "--format", "json"))
    assert (pack["direction"], pack["school"], pack["pupils"], pack["acknowledged"]) == (
        "made",
        "St Brón’s Secondary",
        1,
        0,
    )
    again = started("handover", "pack", tmp_path, "--pupil", "Khan", "--passphrase-file", words, as_of=JUNE)
    assert again.status == 73
    assert "exists already" in again.err


# --- the contract -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HANDOVER_COMMANDS)
def test_every_command_loads_says_what_it_does_and_takes_a_file_and_a_day(name: str) -> None:
    group = cli.get_command(click.Context(cli, help_option_names=["-h", "--help"]), "handover")
    assert isinstance(group, click.Group)
    command = group.get_command(click.Context(group, help_option_names=["-h", "--help"]), name)
    assert command is not None
    assert command.name == name
    assert command.help
    assert {"--db", "--as-of"} <= {option for parameter in command.params for option in parameter.opts}
    assert all(not isinstance(parameter, click.Option) or parameter.help for parameter in command.params)


def test_help_loads_nothing_heavy() -> None:
    assert loaded_by("handover", "--help") == set()
    assert loaded_by("handover", "list", "--help") == set()


def test_the_day_and_the_file_may_stand_before_the_command(primary: Command) -> None:
    listed = primary("handover", "--as-of", JUNE, "list", "--format", "csv")
    assert {row["move_year"] for row in table(listed)} == {"2026/27"}
    assert len(PUPILS.splitlines()) - 1 == len(table(listed))


def test_each_school_gets_words_of_its_own_shown_to_the_person_and_written_nowhere(
    started: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(passphrases.VARIABLE, raising=False)
    monkeypatch.setattr(passphrases, "can_ask", lambda: True)
    made = june(started, "pack", tmp_path, "--format", "json")
    row = next(row for row in records(made) if row["file"])
    said = next(line for line in made.err.splitlines() if line.startswith("Passphrase for "))
    words = said.rpartition(": ")[2]
    assert len(words.split()) == 5
    assert words not in made.out
    assert open_sealed(Path(row["file"]).read_bytes(), words)
    assert words not in started("history", as_of=JUNE).out
    assert words.encode() not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_pack_that_was_stopped_half_way_is_finished_and_said_at_the_next_command(
    started: Command, words: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("transitions.exporting.outgoing._File.put", stop)
        started("handover", "pack", tmp_path, "--passphrase-file", words, as_of=JUNE)
    assert list(tmp_path.glob("*.handover")) == []
    listed = started("handover", "packs", as_of=JUNE)
    assert "the program stopped before this was in place. It is there now." in listed.err
    assert len(list(tmp_path.glob("*.handover"))) == 1
    assert "stopped" not in started("handover", "packs", as_of=JUNE).err
