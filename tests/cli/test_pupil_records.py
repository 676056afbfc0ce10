"""Events and programmes by commands: recorded, changed, taken out, counted, written to files."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from command import Command


def found(desk: Command, *words: str | Path) -> Any:
    return json.loads(desk.ok(*words, "--format", "json").out)


def test_events_by_commands(school: Command, tmp_path: Path) -> None:
    school.ok("edit", "pupil", "Khan", "suspensions=4")
    assert (
        school.ok("event", "add", "Khan", "kind=susp", "started_on=5/11/26", "days=1.5", "reason=BU").out
        == "event #1\n"
    )
    assert school.ok("event", "add", "Khan", "kind=alternative provision", "place=Willow", "started_on=7/9/26").out == (
        "placement #2\n"
    )
    school.ok("event", "edit", "2", "ended_on=20/11/26")
    school.ok("event", "edit", "1", "days=")
    rows = found(school, "event", "list", "Khan")
    assert [(row["id"], row["kind"], row["started_on"], row["ended_on"], row["days"], row["place"]) for row in rows] == [
        (1, "suspension", "2026-11-05", None, None, None), (2, "alternative provision", "2026-09-07", "2026-11-20", None, "Willow"),
    ]  # fmt: skip
    shown = found(school, "show", "Khan")
    assert (shown["suspensions"], [row["id"] for row in shown["events"]]) == (1, [1, 2])
    target = tmp_path / "events.csv"
    school.ok("export", "events", target, "--purpose", "Exclusions panel")
    lines = [line for line in target.read_text("utf-8-sig").splitlines() if not line.startswith(("#", '"#'))]
    (first, second) = csv.DictReader(io.StringIO("\n".join(lines)))
    assert (first["kind"], second["reason_words"]) == ("alternative provision", "Bullying")
    together = found(school, "event", "by-school", "--year-group", "6")[-1]
    assert (together["pupils"], together["suspended"], together["suspended_percent"], together["days_not_known"]) == (
        3,
        1,
        33,
        1,
    )
    assert (
        "suspension 1 of 3 (33%); alternative provision 1 of 3 (33%)"
        in school.ok("event", "by-school", "--year-group", "6").out
    )
    school.ok("event", "take-out", "1")
    assert [row["id"] for row in found(school, "event", "list", "Khan")] == [2]
    assert found(school, "show", "Khan")["suspensions"] == 4


def test_programmes_by_commands(school: Command, tmp_path: Path) -> None:
    assert school.ok("programme", "add", "Khan", "programme=ELSA", "parent_involved=no").out == "programme #1\n"
    fields = ("programme=SENCO mentoring", "who=K. Osei", "understanding_before=45", "understanding_after=85")
    assert school.ok("programme", "add", "--school", "900002", *fields).out == "programme #2\n"
    school.ok("programme", "edit", "1", "outcome=Calmer", "programme=Worry group")
    school.ok("programme", "edit", "2", "understanding_after=90")
    (row,) = found(school, "programme", "list", "Khan")
    assert (row["programme"], row["parent_involved"], row["outcome"]) == ("Worry group", False, "Calmer")
    (row,) = found(school, "programme", "list", "--school", "900002")
    assert (row["who"], row["understanding_before"], row["understanding_after"]) == ("K. Osei", 45, 90)
    assert {"of": "pupil", "programme": "Worry group"} in found(school, "programme", "names")
    worry, mentoring = found(school, "programme", "figures")
    assert (worry["took_part"], worry["base"], worry["parent_involved"], worry["parent_known"]) == (1, 3, 0, 1)
    assert (mentoring["pairs"], mentoring["before"], mentoring["after"], mentoring["higher"]) == (1, 45.0, 90.0, 1)
    target = tmp_path / "programmes.csv"
    school.ok("export", "programmes", target, "--purpose", "Committee")
    assert "SENCO mentoring" in target.read_text("utf-8-sig")
    school.ok("export", "programmes", target, "--purpose", "Committee", "--cohort", "EHC plan", "--overwrite")
    assert "SENCO mentoring" not in target.read_text("utf-8-sig")
    school.ok("programme", "take-out", "2")
    assert found(school, "programme", "list", "--school", "900002") == []


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("event", "add", "Khan", "kind=holiday"), 65, "expected one of suspension"),
        (("event", "edit", "7", "days=1"), 65, "There is no event #7."),
        (("programme", "add", "Khan", "--school", "900002", "programme=ELSA"), 2, "Name a pupil, or a school"),
        (("programme", "add", "--school", "900002", "who=K. Osei"), 65, "programme"),
        (("programme", "edit", "7", "who=x"), 65, "There is no programme #7."),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else "",
)
def test_faults(school: Command, words: tuple[str, ...], status: int, sentence: str) -> None:
    result = school(*words)
    assert (result.status, result.out) == (status, "")
    assert sentence in " ".join(result.err.split())


def test_an_archived_pupil_answers_to_the_name_too_where_nobody_else_does(school: Command, tmp_path: Path) -> None:
    assert "Khan" in school.ok("list").out
    assert "1 pupil archived" in school.ok("retention", "archive", "Khan").err
    assert "Nobody was archived" in school.ok("retention", "archive", "Khan").err
    assert "Khan" not in school.ok("list").out
    assert "Khan" in school.ok("history", "Khan").out
    refused = school("retention", "dispose", "Khan", tmp_path / "c.txt", "--reason", "Looked at", "--yes")
    assert (refused.status, "kept until Friday 1 March 2047" in refused.err) == (77, True)
    assert "1 pupil brought back" in school.ok("retention", "archive", "Khan", "--bring-back").err
    assert "Khan" in school.ok("list").out


def test_what_is_marked_is_shown_first_with_its_reason_in_the_list(school: Command) -> None:
    given = ("kind=do not disclose", "what=address", "started_on=3/9/26", "reason=A refuge")
    assert "marked" not in school.ok("list").out
    school.ok("marker", "add", "Khan", *given)
    assert school.ok("show", "Khan").out.startswith("Do not disclose: address, since 3 Sep 2026\n")
    assert "A refuge" in school.ok("marker", "list", "Khan").out
    title, _, *lines = school.ok("list").out.splitlines()
    assert [line[title.index("marked") :][:15] for line in lines if "Khan" in line] == ["do not disclose"]
