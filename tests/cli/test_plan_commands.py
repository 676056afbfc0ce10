"""A plan from its opening to print, by commands alone: what they print, what they say, and how they end."""

import ast
import csv
import io
import json
import re
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from command import Command, Result
from test_command_contract import loaded_by

from transitions.cli import cli
from transitions.cli.groups import PLAN_COMMANDS, plan_command
from transitions.workspace import Recorded, Saved

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "reference"
AISHA = "B801200005001"
WRITTEN = (
    "admired=Saves a seat for everybody",
    "important_to_me=My dog, Biscuit",
    "support=One thing at a time",
    "pupil_voice_how=spoken, with Mum",
    "pupil_voice_on=2/11/26",
    "family_voice=We worry about the bus",
    "named_worker_id=K. Osei",
)


def records(result: Result) -> list[dict]:
    return json.loads(result.out)


def shown(school: Command) -> list[dict]:
    """Give Aisha's plans as scripts see them."""
    return json.loads(school.ok("show", AISHA, "--format", "json").out)["plans"]


@pytest.fixture
def written(school: Command) -> Command:
    """Aisha's plan for Year 7, with all that it needs to be shared and agreed."""

    def make() -> None:
        school.ok("plan", "new", AISHA)
        said = school.write("said.txt", "I want to see the hall\nwhen it is empty.\n")
        school.ok("plan", "edit", AISHA, *WRITTEN, f"pupil_voice=@{said}")
        school.ok("plan", "action", AISHA, "what=Visit the hall", "owner=Samina Khan", "due_on=2026-12-01")

    return school.once("plan_commands written", make)


@pytest.fixture
def agreed(written: Command) -> Command:

    def make() -> None:
        written.ok("plan", "share", AISHA, "--form", "easy read")
        written.ok("plan", "agree", AISHA)

    return written.once("plan_commands agreed", make)


# --- the story ----------------------------------------------------------------------------------------------------------


def test_from_new_to_print(school: Command) -> None:
    assert school.ok("plan", "new", AISHA).out == "plan #1 6-7 version 1 draft\n"
    wanting = school("plan", "checklist", AISHA)
    assert wanting.status == 1
    assert "Share with the family: 5 still missing" in wanting.err
    assert school("plan", "share", AISHA).status == 77

    said = school.write("said.txt", "I want to see the hall\nwhen it is empty.\n")
    school.ok("plan", "edit", AISHA, *WRITTEN, f"pupil_voice=@{said}")
    assert school.ok("plan", "checklist", AISHA).err == "Share with the family: nothing is missing.\n"
    school.ok("plan", "outcome", AISHA, "area=education", "hope=friends", "outcome=Finds every room", "by_when=1/9/27")
    added = school.ok("plan", "action", AISHA, "what=Visit the hall", "owner=Samina Khan", "due_on=1/12/26")
    assert added.out == "action #1\n"
    assert school.ok("plan", "share", AISHA, "--form", "easy read").out == "plan #1 6-7 version 1 shared with family\n"
    assert school.ok("plan", "agree", AISHA, "--review-on", "1/2/27").out == "plan #1 6-7 version 1 agreed\n"
    assert school.ok("plan", "start", AISHA).out == "plan #1 6-7 version 1 active\n"

    changed = school.ok("plan", "edit", AISHA, "hopes=A friend in my form")
    assert changed.out == "plan #2 6-7 version 2 draft\n"
    assert "as version 2" in changed.err
    assert "the agreed plan stays as version 1" in changed.err
    [difference] = records(school.ok("plan", "compare", AISHA, "1", "2", "--format", "json"))
    assert (difference["section"], difference["how"], difference["after"]) == (
        "My hopes",
        "added",
        "A friend in my form",
    )

    reviewed = school.ok(
        "plan", "review", AISHA, "--plan", "1", "--held", "today", "--result", "amend", "--came", "Aisha Khan, pupil",
        "--apologies", "Mr Byrne, school", "decisions=See the hall twice", "next_on=1/3/27",
    )  # fmt: skip
    assert reviewed.out == "review #1\nplan #1 6-7 version 1 reviewed\n"
    assert "next review Mon 1 Mar 2027" in reviewed.err
    school.ok("plan", "share", AISHA)
    school.ok("plan", "agree", AISHA)
    assert [
        (one["version"], one["status"]) for one in records(school.ok("plan", "versions", AISHA, "--format", "json"))
    ] == [
        (2, "agreed"),
        (1, "closed"),
    ]

    school.ok("me", "A. Lee")
    items = list(csv.DictReader(io.StringIO(school.ok("plan", "audit", AISHA, "--format", "csv").out)))
    judged = [{**item, "judgement": "met" if place else "partly"} for place, item in enumerate(items)]
    lines = [",".join(('"' + item["item"] + '"', item["judgement"])) for item in judged]
    file = school.write("judgements.csv", ["item,judgement", *lines])
    graded = records(school.ok("plan", "audit", AISHA, "--file", file, "--comment", "Clear", "--format", "json"))[0]
    assert graded["score"] == round(100 * (2 * len(items) - 1) / (2 * len(items)))
    assert (graded["auditor"], graded["grade"], graded["comment"]) == ("A. Lee", "Outstanding", "Clear")

    school.ok("plan", "survey", "ask", AISHA, "--moment", "before")
    answered = (
        "plan",
        "survey",
        "answer",
        AISHA,
        "--moment",
        "before",
        "--respondent",
        "pupil",
        "asked=5",
        "--worry",
        "7",
    )
    code = school.ok(*answered).out.split()
    assert code[0] == "code"
    linked = ("--respondent", "parent or carer", "asked=4", "--overall", "4", "--linked")
    assert school.ok("plan", "survey", "answer", AISHA, "--moment", "before", *linked).out == ""
    back = records(school.ok("plan", "survey", "results", "--format", "json"))
    rates = {
        one["respondent"]: (one["count"], one["base"]) for one in back if one["answer"] == "answered" and one["base"]
    }
    assert rates == {"pupil": (1, 1), "parent or carer": (1, 1)}

    lines = [
        line for line in school.ok("export", "plans", "-", "--purpose", "Panel").out.splitlines() if line[1] != "#"
    ]
    row = next(csv.DictReader(lines))
    assert (row["version"], row["audit_grade"], row["satisfaction_family"], row["satisfaction_pupil"]) == (
        "2", "Outstanding", "4", "",
    )  # fmt: skip
    assert (row["completed"], row["last_review"], row["actions"]) == ("yes", "2026-11-21", "1")

    for name, start in (("plan.docx", b"PK"), ("plan.html", b"<!"), ("plan.txt", "Aisha’s plan".encode())):
        school.ok("plan", "print", AISHA, school.folder / name)
        assert (school.folder / name).read_bytes().startswith(start)
    text = (school.folder / "plan.txt").read_text(encoding="utf-8")
    assert "I want to see the hall" in text
    assert "A friend in my form" in text
    closed = school.ok("plan", "close", AISHA, "--reason", "Moved and settled")
    assert closed.out == "plan #2 6-7 version 2 closed\n"


# --- single commands ----------------------------------------------------------------------------------------------------


def test_show_carries_the_whole_plan_under_stable_keys(agreed: Command) -> None:
    [plan] = shown(agreed)
    assert list(plan) == [
        "plan", "transition", "version", "status", "opened_on", "shared_on", "agreed_on", "active_on", "reviewed_on",
        "review_on", "closed_on", "close_reason", "author", "title", "newest", "in_force", "completed", "next_step", "missing", "filled",
        "answers", "outcomes", "actions", "meetings", "copies", "links",
    ]  # fmt: skip
    assert plan["answers"]["pupil_voice"] == "I want to see the hall\nwhen it is empty."
    assert plan["answers"]["named_worker_id"] == "K. Osei"
    assert plan["filled"]["voice"] == [4, 5]
    assert (plan["completed"], plan["next_step"], plan["missing"]) == (True, "start", [])
    assert plan["actions"][0]["due_on"] == "2026-12-01"
    assert plan["copies"] == [{"id": 1, "holder": "the family", "form": "easy read", "given_on": "2026-11-21"}]
    table = agreed.ok("show", AISHA).out
    assert "#1 6-7, Year 6 to Year 7, version 1, agreed" in table
    assert "completed: yes (agreed, with the pupil’s own words" in table
    assert "Visit the hall" in table
    as_csv = agreed.ok("show", AISHA, "--format", "csv").out
    assert as_csv.startswith("milestone,")


def test_actions_are_ticked_off_dropped_and_opened_again(written: Command) -> None:
    def status() -> str:
        return shown(written)[0]["actions"][0]["status"]

    written.ok("plan", "action", AISHA, "--change", "1", "due_on=3/12/26")
    assert shown(written)[0]["actions"][0]["due_on"] == "2026-12-03"
    written.ok("plan", "action", AISHA, "--done", "1", "--on", "20/11/26", "--evidence", "Photo")
    assert status() == "done"
    written.ok("plan", "action", AISHA, "--reopen", "1")
    assert written("plan", "action", AISHA, "--drop", "1").status == 77
    written.ok("plan", "action", AISHA, "--drop", "1", "--reason", "Not wanted")
    assert status() == "dropped"
    assert written("plan", "action", "O'Brien", "--reopen", "1").status == 65
    assert written("plan", "action", AISHA, "--done", "1", "--drop", "1").status == 2
    assert written("plan", "action", AISHA).status == 2
    assert written("plan", "action", AISHA, "what=Ring", "owner=CAMHS").status == 65


def test_outcomes_are_changed_and_taken_out(written: Command) -> None:
    written.ok("plan", "outcome", AISHA, "area=health", "outcome=Uses her inhaler")
    number = str(shown(written)[0]["outcomes"][0]["id"])
    written.ok("plan", "outcome", AISHA, "--change", number, "progress=achieved")
    assert shown(written)[0]["outcomes"][0]["progress_on"] == "2026-11-21"
    written.ok("plan", "outcome", AISHA, "--drop", number)
    assert shown(written)[0]["outcomes"] == []
    assert written("plan", "outcome", AISHA, "area=wealth", "outcome=x").status == 65
    assert written("plan", "outcome", AISHA).status == 2


def test_meetings_are_planned_held_and_called_off(written: Command) -> None:
    planned = written.ok(
        "plan", "meeting", AISHA, "--planned", "1/12/26", "--invited", "Samina Khan, family", "place=Hall"
    )
    assert planned.out == "meeting #1\nplan #1 6-7 version 1 draft\n"
    [meeting] = shown(written)[0]["meetings"]
    assert (meeting["happened"], meeting["place"], meeting["held_on"]) == (False, "Hall", "2026-12-01")
    assert meeting["people"] == [{"name": "Samina Khan", "part": "family", "attendance": "invited"}]
    later = written("plan", "meeting", AISHA, "--change", "1", "--held", "1/12/26", as_of="2026-12-02")
    assert later.status == 0, later.err
    assert shown(written)[0]["meetings"][0]["people"] == meeting["people"]
    written.ok("plan", "meeting", AISHA, "--planned", "3/12/26")
    written.ok("plan", "meeting", AISHA, "--call-off", "2")
    assert len(shown(written)[0]["meetings"]) == 1
    assert written("plan", "meeting", AISHA).status == 2
    assert written("plan", "meeting", AISHA, "--held", "1/11/26", "--came", "x" * 201).status == 65
    assert written("plan", "review", AISHA, "--held", "today", "--result", "maintain").status == 77  # not agreed yet


def test_copies_are_given_and_taken_back(agreed: Command) -> None:
    refused = agreed("plan", "copy", AISHA, "holder=St Brón’s", "form=by e-mail")
    assert "there is no recorded reason to share it" in refused.err
    given = agreed.ok("plan", "copy", AISHA, "holder=St Brón’s", "form=by e-mail", "--override", "her next place")
    assert given.out == "copy #2\n"
    assert [one["holder"] for one in shown(agreed)[0]["copies"]] == ["the family", "St Brón’s"]
    agreed.ok("plan", "copy", AISHA, "--take-out", "2")
    assert len(shown(agreed)[0]["copies"]) == 1
    assert agreed("plan", "copy", AISHA).status == 2


def test_a_version_is_made_and_says_which(agreed: Command) -> None:
    assert agreed.ok("plan", "version", AISHA).out == "plan #2 6-7 version 2 draft\n"
    assert agreed("plan", "version", AISHA).status == 77  # a draft is simply edited
    older = agreed("plan", "edit", AISHA, "--plan", "#1", "hopes=x")
    assert older.status == 77
    assert "Version 2" in older.err
    assert agreed("plan", "edit", AISHA, "--plan", "9", "hopes=x").status == 65


def test_which_plan_is_meant(school: Command) -> None:
    nothing = school("plan", "edit", AISHA, "hopes=x")
    assert nothing.status == 65
    assert "transitions plan new" in nothing.err
    school.ok("plan", "new", AISHA)
    school.ok("plan", "new", AISHA, "INYR", "--like-last", "--on", "20/11/26")
    both = school("plan", "edit", AISHA, "hopes=x")
    assert both.status == 65
    assert "6-7, INYR" in both.err
    assert school.ok("plan", "edit", AISHA, "hopes=x", "--transition", "INYR").out == "plan #2 INYR version 1 draft\n"
    assert school("plan", "edit", AISHA, "hopes=x", "--transition", "9-10").status == 2
    assert school("plan", "edit", AISHA, "hopes=x", "--transition", "14+").status == 65
    assert school("plan", "questions", "9-10").status == 2
    assert school("plan", "survey", "results", "--transition", "9-10").status == 2
    assert school("plan", "new", AISHA, "6-7").status == 77
    assert school("plan", "new", AISHA, "9-10").status == 77
    assert school("plan", "new", "O'Brien", "--like-last").status == 65


def test_answers_come_from_a_file_and_from_standard_input(school: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    school.ok("plan", "new", AISHA)
    monkeypatch.setattr(sys, "stdin", io.StringIO("Line one\nLine two\n"))
    school.ok("plan", "edit", AISHA, "hopes=@-", "risks=@@home: file 12", "admired=x")
    answers = shown(school)[0]["answers"]
    assert (answers["hopes"], answers["risks"]) == ("Line one\nLine two", "@home: file 12")
    school.ok("plan", "edit", AISHA, "admired=")
    assert shown(school)[0]["answers"]["admired"] is None
    assert school("plan", "edit", AISHA, "hopes=@nowhere.txt").status == 66
    school.write("x.bin", b"\xff\xfe\xfa")
    assert school("plan", "edit", AISHA, f"hopes=@{school.folder / 'x.bin'}").status == 65


def test_wrong_answers_are_all_named(school: Command) -> None:
    school.ok("plan", "new", AISHA)
    wrong = school("plan", "edit", AISHA, "pupil_voice_on=31/2/26", "wishes=x", "destination_stage=maybe")
    assert wrong.status == 65
    for word in ("pupil voice on", "wishes", "destination stage"):
        assert word in wrong.err
    assert school("plan", "edit", AISHA, "hopes").status == 2
    assert school("plan", "share", AISHA, "--on", "31/2/26").status == 2


def test_an_audit_is_refused_whole_and_says_why(agreed: Command) -> None:
    own = agreed("plan", "audit", AISHA, "hopes=met")
    assert own.status in {65, 77}
    agreed.ok("me", "A. Lee")
    some = agreed("plan", "audit", AISHA, "hopes=met")
    assert some.status == 65
    assert "is not judged yet" in some.err
    agreed.write("bad.csv", "code,verdict\nhopes,met\n")
    wrong = agreed("plan", "audit", AISHA, "--file", agreed.folder / "bad.csv")
    assert wrong.status == 65
    assert "no column item" in wrong.err
    assert records(agreed.ok("plan", "audit", AISHA, "--past", "--format", "json")) == []


def test_a_corrective_action_comes_of_an_audit(agreed: Command) -> None:
    agreed.ok("me", "A. Lee")
    items = [one["item"] for one in records(agreed.ok("plan", "audit", AISHA, "--format", "json"))]
    said = [f"{item}=not met" for item in items]
    right = ("what=Ask Aisha", "owner=K. Osei", "due_on=1/12/26")
    words = [word for field in right for word in ("--corrective", field)]
    [audit] = records(agreed.ok("plan", "audit", AISHA, *said, *words, "--format", "json"))
    assert (audit["score"], audit["grade"]) == (0, "Inadequate")
    assert [(one["what"], one["audit_id"]) for one in shown(agreed)[0]["actions"] if one["audit_id"]] == [
        ("Ask Aisha", 1)
    ]


def test_words_questions_and_blank_forms(school: Command) -> None:
    asked = records(school.ok("plan", "questions", "6-7", "--format", "json"))
    hopes = next(one for one in asked if one["question"] == "hopes")
    assert "Year 7" in hopes["prompt"]
    school.ok("plan", "wording", "admired", "label=What we like")
    school.ok("plan", "wording", "review plan", "months=6")
    school.ok("plan", "wording", "grades", "Good=70")
    own = [one for one in records(school.ok("plan", "wording", "--format", "json")) if one["own"]]
    assert {(one["name"], one["part"]): one["words"] for one in own} == {
        ("admired", "label"): "What we like", ("review plan", "months"): 6, ("grades", "Good"): 70,
    }  # fmt: skip
    school.ok("plan", "wording", "admired", "label=")
    assert school("plan", "wording", "wishes", "label=x").status == 65
    for what, more in (("plan", ("--transition", "6-7")), ("survey", ("--respondent", "pupil")), ("audit", ())):
        school.ok("plan", "blank", what, school.folder / f"{what}.txt", *more)
        assert (school.folder / f"{what}.txt").stat().st_size > 500
    assert school("plan", "blank", "plan", school.folder / "x.txt").status == 2


def test_a_file_is_never_written_over_unasked(agreed: Command) -> None:
    target = agreed.write("plan.txt", "mine")
    assert agreed("plan", "print", AISHA, target).status == 73
    assert target.read_text() == "mine"
    assert agreed("plan", "print", AISHA, agreed.folder / "plan.odt").status == 73
    agreed.ok("plan", "print", AISHA, target, "--overwrite")
    assert "Aisha" in target.read_text(encoding="utf-8")
    before = [one["name"] for one in records(agreed.ok("history", "--format", "json"))].count("Printed plan")
    assert "Saves a seat for everybody" in agreed.ok("plan", "print", AISHA, "-").out
    after = [one["name"] for one in records(agreed.ok("history", "--format", "json"))].count("Printed plan")
    assert (before, after) == (1, 2)


def test_hostile_answers_are_harmless_on_every_page(school: Command) -> None:
    school.ok("plan", "new", AISHA)
    school.ok("plan", "edit", AISHA, "admired=[/x]\x1b]0;pwned\x07 =1+1", "named_worker_id=K. Osei")
    school.ok("plan", "action", AISHA, "what==HYPERLINK(1)\x1b[2J", "owner=Mum")
    for arguments in (("show", AISHA), ("show", AISHA, "--format", "json"), ("plan", "print", AISHA, "-")):
        printed = school.ok(*arguments)
        assert "\x1b" not in printed.out + printed.err
    assert "'=HYPERLINK" not in school.ok("show", AISHA).out


def test_the_circle_of_support_is_kept_by_command(school: Command) -> None:
    given = ("name=Samina Khan", "relationship=mother", "circle=inner", "may_contact=yes")
    assert school.ok("circle", AISHA, *given).out == "person #1\n"
    school.ok("circle", AISHA, "--change", "1", "telephone=07700 900123")
    (person,) = records(school.ok("circle", AISHA, "--format", "json"))
    assert (person["name"], person["telephone"], person["may_contact"]) == ("Samina Khan", "07700 900123", True)
    assert school("circle", AISHA, "circle=far", "name=Far").status == 65
    assert school("circle", AISHA, "--change", "7", "name=Other").status == 65
    assert school("circle", AISHA, "--take-out", "1", "name=Other").status == 2
    school.ok("circle", AISHA, "--take-out", "1")
    assert records(school.ok("circle", AISHA, "--format", "json")) == []


def test_a_link_of_a_plan_is_every_version_s_and_is_printed(agreed: Command) -> None:
    assert agreed.ok("plan", "link", AISHA, "title=Booklet", "address=https://example.org/b?a=1&b=2").out == "link #1\n"
    agreed.ok("plan", "version", AISHA)
    assert [one["links"][0]["title"] for one in shown(agreed)] == ["Booklet", "Booklet"]
    agreed.ok("plan", "link", AISHA, "--change", "1", "title=Booklet for families")
    assert "Booklet for families: https://example.org/b?a=1&b=2" in agreed.ok("plan", "print", AISHA, "-").out
    written = agreed.ok("export", "plans", "-", "--full", "--purpose", "figures").out
    rows = list(csv.DictReader(line for line in written.splitlines() if not line.startswith('"#')))
    assert {row["links"] for row in rows} == {"Booklet for families: https://example.org/b?a=1&b=2"}
    agreed.ok("plan", "link", AISHA, "--take-out", "1")
    assert records(agreed.ok("plan", "link", AISHA, "--format", "json")) == []


BY_COMMAND = {
    "plan.open": "plan new", "pupil.open_tab": "show", "plan.begin": "plan new", "plan.edit": "plan edit",
    "plan.next_step": "plan checklist", "plan.action": "plan action", "plan.outcome": "plan outcome",
    "plan.meetings": "plan meeting", "plan.print": "plan print", "plan.versions": "plan versions",
    "plan.audit": "plan audit", "plan.survey": "plan survey answer", "plan.previous": "", "plan.next": "",
    "plan.new_version": "plan version", "plan.close": "plan close", "plan.words": "plan wording",
    "plan.quality": "plan quality", "milestones.list": "milestone list", "plan.families": "plan survey results", "pupil.contacts": "circle", "plan.links": "plan link",
    "versions.older_back": "", "versions.older_on": "", "versions.everything": "plan compare",
    "versions.choose_older": "plan compare", "versions.choose_newer": "plan compare",
}  # fmt: skip
"""By the name of each key of the plan's screens the command that does the same; nothing for one that only moves about."""


def test_whatever_a_key_does_to_a_plan_a_command_does() -> None:
    from screens.frame.command_list import COMMANDS
    from screens.frame.commands import PLAN, PLAN_VERSIONS

    of_plans = {one.id for scope in (PLAN, PLAN_VERSIONS) for one in COMMANDS.own(scope)}
    assert of_plans <= BY_COMMAND.keys()
    assert {name for name in BY_COMMAND if name not in COMMANDS} == set()
    told = re.findall(r"^## `transitions (.+)`$", (DOCS / "command-line.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {command for command in BY_COMMAND.values() if command} <= set(told)


def test_whatever_the_plan_screens_write_a_command_writes() -> None:
    """Beside the keys: what their dialogs and forms call, down to the last function that records something."""
    asked, commanded = (_called(folder) for folder in ("screens/plans", "transitions/cli"))
    asked |= {one for one in _called("screens/pupils") if "contact" in one}
    writes = {one for one in asked if _records(one)}
    assert "transitions.pupils.editing.archive_contact" in writes
    assert writes - commanded == set()


def _called(folder: str) -> set[str]:
    """The functions of plans and contacts that the modules of a folder name."""
    found: set[str] = set()
    for file in (ROOT / folder).glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        names = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if (node.module or "").startswith(("transitions.plans", "transitions.pupils"))
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in names:
                found.add(names[node.id])
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
                found.add(f"{names[node.value.id]}.{node.attr}")
    return found


def _records(name: str) -> bool:
    module, _, function = name.rpartition(".")
    found = getattr(import_module(module), function, None) if module.islower() else None
    return getattr(found, "__annotations__", {}).get("return") in (Recorded, Saved)


# --- the contract ---------------------------------------------------------------------------------------------------------


def commands() -> list[tuple[str, click.Command]]:
    context = click.Context(cli, help_option_names=["-h", "--help"])
    found = []
    for name in PLAN_COMMANDS:
        command = plan_command.get_command(context, name)
        assert command is not None
        inner = command.commands.items() if isinstance(command, click.Group) else []
        found += [(name, command), *((f"{name} {other}", one) for other, one in inner)]
    return found


@pytest.mark.parametrize(("name", "command"), commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_says_what_it_does_and_takes_a_file_and_a_day(name: str, command: click.Command) -> None:
    assert command.name == name.split()[-1]
    assert command.help
    if not isinstance(command, click.Group):
        assert {"--db", "--as-of"} <= {option for parameter in command.params for option in parameter.opts}
    for parameter in command.params:
        assert not isinstance(parameter, click.Option) or parameter.help


@pytest.mark.parametrize("arguments", [("plan", "--help"), ("plan", "edit", "--help"), ("plan", "survey", "--help")])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert loaded_by(*arguments) == set()


def test_options_before_the_command_count(school: Command, tmp_path: Path) -> None:
    assert school("plan", "--db", tmp_path / "none.db", "versions", AISHA).status == 66
    school.ok("plan", "new", AISHA)
    assert school.ok("plan", "--as-of", "2026-12-01", "versions", AISHA).status == 0
