"""Whatever stands in a plan, the command line prints text and nothing that steers a terminal; and scripts can read it."""

import csv
import io
import json
from datetime import date

import pytest
from command import Command
from hostile import LONG, MIXED, TEXTS, hostile_plan

from transitions.clock import Clock
from transitions.text import clean
from transitions.workspace import Workspace

AISHA = "B801200005001"
STEERING = {
    *map(chr, (*range(9), *range(0xB, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
}
"""What steers a terminal, or turns round what stands beside it: all but the tab and the end of a line."""
READ = (
    ("show",),
    ("plan", "checklist"),
    ("plan", "versions"),
    ("plan", "print"),
    ("plan", "audit"),
    ("plan", "compare"),
    ("explain",),
)


@pytest.fixture(params=["mixed", "long"])
def left_behind(request: pytest.FixtureRequest, school: Command) -> Command:
    """A database into which another program has written, without cleaning anything, as the pupil with number 4."""
    workspace = Workspace.open(school.path, Clock.on(date(2026, 11, 21)))
    hostile_plan(workspace, MIXED if request.param == "mixed" else LONG)
    workspace.close()
    return school


def test_all_that_is_printed_of_a_plan_is_text(left_behind: Command) -> None:
    more = {"plan print": ("-",), "plan compare": ("1", "2", "--all")}
    for words in READ:
        printed = left_behind(*words, "#4", *more.get(" ".join(words), ()))
        assert printed.status in (0, 1), printed.err
        assert not STEERING.intersection(printed.out + printed.err), words
    for words in (("today",), ("missed",), ("list",), ("history",), ("plan", "survey", "results"), ("plan", "wording")):
        printed = left_behind.ok(*words)
        assert not STEERING.intersection(printed.out + printed.err), words


def test_scripts_read_all_of_it(left_behind: Command) -> None:
    shown = json.loads(left_behind.ok("show", "#4", "--format", "json").out)
    assert [plan["version"] for plan in shown["plans"]] == [2, 1]
    assert len({plan["answers"]["hopes"] for plan in shown["plans"]}) == 1
    different = json.loads(left_behind.ok("plan", "compare", "#4", "1", "2", "--format", "json").out)
    assert len(different) > 1
    for words in (
        ("plan", "compare", "#4", "1", "2", "--format", "csv"),
        ("export", "plans", "-", "--full", "--purpose", "Panel"),
    ):
        rows = [row for row in csv.reader(io.StringIO(left_behind.ok(*words).out)) if not row[0].startswith("# ")]
        assert len(rows) > 1
        assert len({len(row) for row in rows}) == 1
        assert not any(cell.startswith(("=", "@", "+cmd")) for row in rows for cell in row)


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_typed_is_kept_but_for_what_cleaning_takes(school: Command, name: str) -> None:
    said = TEXTS[name]
    kept = clean(said)
    school.ok("plan", "new", AISHA)
    school.ok("plan", "edit", AISHA, f"pupil_voice={said}", f"pupil_voice_how={said}", f"preferred_name=A {said}")
    school.ok("plan", "outcome", AISHA, "area=health", f"outcome={said}", f"hope={said}", f"baseline={said}")
    school.ok("plan", "action", AISHA, f"what={said}", f"owner=R {said}", "due_on=2026-12-01")
    school.ok("plan", "meeting", AISHA, "--held", "2026-11-20", "--came", f"Sam {said}, family", f"notes={said}")
    school.ok("plan", "copy", AISHA, f"holder={said}", f"form={said}", "--override", said)
    school.ok("plan", "wording", "hopes", f"label=Hopes {said}", f"prompt={said}")
    [plan] = json.loads(school.ok("show", AISHA, "--format", "json").out)["plans"]
    assert plan["answers"]["pupil_voice"] == clean(said, lines=True)
    assert plan["answers"]["pupil_voice_how"] == kept
    assert {clean(plan["outcomes"][0][part]) for part in ("outcome", "hope", "baseline")} == {kept}
    assert clean(plan["actions"][0]["what"]) == kept
    assert plan["actions"][0]["owner"] == clean(f"R {said}")
    assert clean(plan["meetings"][0]["notes"]) == kept
    assert (plan["copies"][0]["holder"], plan["copies"][0]["form"]) == (kept, kept)
    for words in (("show", AISHA), ("plan", "print", AISHA, "-"), ("plan", "wording"), ("history",)):
        printed = school.ok(*words)
        assert not STEERING.intersection(printed.out + printed.err), words
