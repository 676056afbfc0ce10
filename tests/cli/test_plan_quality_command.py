"""How good the plans are, as a script and as a person asks for it."""

import csv
import io
import json

import pytest
from command import Command
from test_command_contract import loaded_by

AISHA = "B801200005001"
WRITTEN = (
    "admired=Kind", "important_to_me=My dog", "support=Time", "pupil_voice=I want to see the hall", "pupil_voice_how=spoken",
    "pupil_voice_on=today", "family_voice=The bus", "named_worker_id=K. Osei",
)  # fmt: skip


@pytest.fixture
def audited(school: Command) -> Command:
    """Aisha's plan, agreed, and audited by somebody else with one item not met, one met in part and a corrective action."""

    def make() -> None:
        school.ok("plan", "new", AISHA)
        school.ok("plan", "edit", AISHA, *WRITTEN)
        school.ok("plan", "action", AISHA, "what=Visit", "owner=Samina Khan", "due_on=2026-12-01")
        school.ok("plan", "share", AISHA)
        school.ok("plan", "agree", AISHA)
        school.ok("me", "A. Lee")
        items = [
            row["item"] for row in csv.DictReader(io.StringIO(school.ok("plan", "audit", AISHA, "--format", "csv").out))
        ]
        said = dict.fromkeys(items, "met") | {"hopes": "not met", "destination": "partly"}
        corrective = ("--corrective", "what=Ask", "--corrective", "owner=K. Osei", "--corrective", "due_on=2026-12-05")
        school.ok("plan", "audit", AISHA, *(f"{item}={word}" for item, word in said.items()), *corrective)

    return school.once("plan_quality_command audited", make)


def test_the_table_has_every_count_with_its_base_and_the_definition(audited: Command) -> None:
    shown = audited.ok("plan", "quality")
    lines = shown.out.splitlines()
    assert lines[:7] == [
        "with a completed plan: 1 of 3 children (33%)",
        "without an open plan: 2 of 3 children (67%)",
        "completed: 1 of 1 open plan (100%)",
        (
            "completed means: agreed, with the pupil’s own words, at least one action with a person and a date, and a copy shared"
        ),
        "audited: 1 of 1 open or audited plan (100%)",
        "audited as a draft: 0 of 1 audited plan (0%)",
        "grade Outstanding: 1 of 1 audited plan (100%)",
    ]
    assert "corrective actions: 1, of which 1 open (0 overdue), 0 done, 0 dropped" in lines
    assert "two auditors: Plans audited by two people: 0. Agreement is calculated once there are 20." in lines
    weakest = lines[lines.index("") + 3 :][:2]
    assert [line.split()[:5] for line in weakest] == [
        ["hopes", "1", "0", "0", "1"],
        ["destination", "0", "1", "0", "1"],
    ]
    assert shown.err == "All pupils · Tue 1 Sep 2026 to Tue 31 Aug 2027\n"


def test_scripts_get_one_record_a_count_under_stable_keys(audited: Command) -> None:
    found = json.loads(audited.ok("plan", "quality", "--format", "json").out)
    assert {tuple(one) for one in found} == {("part", "item", "answer", "count", "base", "of", "words")}
    counts = {(one["part"], one["item"], one["answer"]): (one["count"], one["base"]) for one in found}
    assert len(counts) == len(found)
    assert [(one["count"], one["base"], one["of"]) for one in found[:3]] == [
        (1, 3, "children"), (2, 3, "children"), (1, 1, "open plans"),
    ]  # fmt: skip
    assert counts["plans", "completed", None] == (1, 1)
    assert counts["plans", "audited", None] == (1, 1)
    assert counts["grade", "Good", None] == (0, 1)
    assert counts["item", "hopes", "not met"] == (1, 1)
    assert counts["item", "destination", "partly"] == (1, 1)
    assert counts["corrective actions", "open", None] == (1, 1)
    assert counts["two auditors", "judged alike", None] == (0, 0)
    as_csv = list(csv.DictReader(io.StringIO(audited.ok("plan", "quality", "--format", "csv").out)))
    assert [(one["part"], one["item"], one["count"]) for one in as_csv] == [
        (one["part"], one["item"], str(one["count"])) for one in found
    ]


def test_a_corrective_action_past_its_day_is_open_and_overdue(audited: Command) -> None:
    assert "of which 1 open (1 overdue)" in audited("plan", "quality", as_of="2026-12-06").out


@pytest.mark.parametrize(
    ("options", "days", "completed"),
    [
        ((), "Tue 1 Sep 2026 to Tue 31 Aug 2027", "1 of 1 open plan (100%)"),
        (("--to", "1/8/26"), "Mon 1 Sep 2025 to Sat 1 Aug 2026", "0 of 0 open plans"),
        (("--from", "1/1/26"), "Thu 1 Jan 2026 to Tue 31 Aug 2027", "1 of 1 open plan (100%)"),
        (("--from", "1/9/27"), "Wed 1 Sep 2027 to Thu 31 Aug 2028", "1 of 1 open plan (100%)"),
        (("--from", "1/11/26", "--to", "20/11/26"), "Sun 1 Nov 2026 to Fri 20 Nov 2026", "0 of 0 open plans"),
    ],
)
def test_without_days_it_is_the_academic_year(
    audited: Command, options: tuple[str, ...], days: str, completed: str
) -> None:
    found = audited.ok("plan", "quality", *options)
    assert found.err.endswith(f" · {days}\n")
    assert f"completed: {completed}" in found.out.splitlines()


def test_filters_narrow_it_and_nonsense_is_refused(audited: Command) -> None:
    other = audited.ok("plan", "quality", "--transition", "INYR")
    assert "completed: 0 of 0 open plans" in other.out.splitlines()
    assert "grade" not in other.out
    assert other.err.startswith("All pupils · INYR · ")
    assert (
        "completed: 1 of 1 open plan (100%)" in audited.ok("plan", "quality", "--text", "khan", "--year-group", "6").out
    )
    wrong = audited("plan", "quality", "--from", "1/9/26", "--to", "1/8/26")
    assert wrong.status == 2
    assert "2026-08-01 is before 2026-09-01, the first day" in wrong.err


def test_it_comes_through_the_driver(audited: Command) -> None:
    assert loaded_by("plan", "quality", "--db", str(audited.path), "--as-of", "2026-11-21") == set()
