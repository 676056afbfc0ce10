"""The documents say what the code says."""

import importlib
import re
from datetime import date
from pathlib import Path

import click
import pytest

from screens.frame.commands import EVERYWHERE
from transitions.cli import COMMANDS, cli

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


GUIDES = {
    name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("caseworkers", "sencos", "setting-up")
}
WRITTEN = "\n".join((README, *GUIDES.values()))
"""What people read who do not write software: the README and the three guides."""
PLAIN = " ".join(WRITTEN.split()).replace("’", "'")


@pytest.fixture
def docs(monkeypatch: pytest.MonkeyPatch):
    """Give the modules of the folder by name, as its own scripts import them."""
    monkeypatch.syspath_prepend(ROOT / "docs")
    return importlib.import_module


def section(heading: str) -> str:
    return WRITTEN.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def keys_of(*places: str) -> set[str]:
    from screens.frame.command_list import COMMANDS as REGISTRY

    return {key for command in REGISTRY if command.where & {*places, EVERYWHERE} for key in command.keys}


def test_the_reference_pages_are_written_from_this_code(docs):
    assert docs("generate").stale() == []


def test_the_reference_pages_explain_every_clash_and_status_and_no_other(docs):
    from transitions.calendar.clashes import CLASH_KINDS
    from transitions.handovers.board import STATUSES

    pages = docs("pages_from_data")
    assert tuple(pages.CLASHES) == CLASH_KINDS
    assert tuple(pages.STATUSES) == STATUSES


def test_every_question_of_a_handover_stands_in_its_page(docs):
    from transitions.handovers.form import shipped, transitions

    page = docs("pages_from_data").handovers()
    rows = re.findall(r"^\| `([a-z0-9_]+)` \|", page, flags=re.M)
    assert len(rows) == len(set(rows))
    assert set(rows) == {question.code for code in transitions() for question in shipped(code).questions}


def test_the_conditions_of_the_milestones_page_are_understood_as_typed(docs):
    from transitions.milestones.criteria import read_criteria

    table = docs("pages_from_data").milestones().partition("| about | conditions |")[2]
    typed = [one for row in table.splitlines()[2:] for one in row.split(" | ")[1].removesuffix(" |").split("; ")]
    assert len(typed) > 30
    assert all(read_criteria(one).wants for one in typed)


def test_the_readme_and_the_guides_name_only_commands_that_exist():
    written = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", WRITTEN, flags=re.S))
    named = set(re.findall(r"^(?:`|.*uv run |)transitions ([a-z-]+)", written, flags=re.M))
    assert {"demo", "import", "workshop", "handover", "list", "missed", "explain", "done", "locate", "backup"} <= named
    assert named <= set(COMMANDS)


def test_the_readme_names_only_commands_within_commands_that_exist():
    context = click.Context(cli)
    named = set(re.findall(r"transitions (handover|workshop|plan|ask|milestone|calendar) ([a-z][a-z-]*)", WRITTEN))
    assert {("handover", "pack"), ("workshop", "actions"), ("plan", "print")} <= named
    for name, inner in named:
        assert inner in cli.get_command(context, name).list_commands(context), f"transitions {name} {inner}"


def test_the_readme_imports_and_exports_only_what_can_be():
    from transitions.cli.files import EXPORTS
    from transitions.importing.kinds import KINDS

    assert {"ctf", "calendar", "asks"} <= (read := set(re.findall(r"transitions import ([a-z][a-z0-9-]*)", WRITTEN)))
    assert {"ctf", "handovers"} <= (written := set(re.findall(r"transitions export ([a-z][a-z0-9-]*)", WRITTEN)))
    assert read <= set(KINDS)
    assert written <= set(EXPORTS)


def test_links_of_the_documents_lead_somewhere():
    for page in (ROOT / "README.md", *ROOT.glob("docs/*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_milestones_named_in_the_readme_exist():
    from transitions.milestones.definitions import load_shipped

    named = set(re.findall(r"\b(?:ey-r|2-3|6-7|11-16p|14\+|18|care16)\.[a-z-]+", WRITTEN))
    assert named
    assert named <= set(load_shipped().by_code)


def test_commands_that_keys_are_named_for_exist():
    from screens.frame.command_list import COMMANDS as REGISTRY

    named = re.findall(r'`"([a-z_.]+)" = ', README)
    assert named
    assert all(name in REGISTRY for name in named)


def test_the_number_of_milestones_in_the_readme_is_right():
    from transitions.milestones.definitions import load_shipped

    assert f"{len(load_shipped().milestones)} milestones" in README


def test_nothing_that_a_test_or_a_tool_left_stands_at_the_top():
    known = {"README.md", "pyproject.toml", "requirements.lock", "uv.lock", "snapshot_report.html"}
    assert {path.name for path in ROOT.iterdir() if path.is_file() and path.name[0] != "."} <= known


@pytest.mark.parametrize("pattern", [r"py[p]i\.org", r"pythonho[s]ted", r"regist[r]y\.npm"])
def test_no_file_names_a_package_registry(pattern: str):
    for path in (*ROOT.glob("*.*"), *ROOT.glob("docs/**/*.md"), ROOT / "requirements.lock"):
        if path.is_file() and path.name != "uv.lock":
            assert not re.search(pattern, path.read_text(encoding="utf-8", errors="ignore")), path


def test_what_the_readme_says_of_plans_is_what_the_code_holds():
    from transitions.plans.auditing import load_checklist
    from transitions.plans.lifecycle import COMPLETED_MEANS

    assert COMPLETED_MEANS.replace("’", "'") in PLAIN
    assert f"has {len(load_checklist().items)} items" in PLAIN


def test_the_keys_that_the_readme_gives_for_a_plan_are_its_keys():
    from screens.frame.commands import PLAN

    table = WRITTEN.partition("| key | on a plan |")[2].partition("\n\n")[0]
    named = re.findall(r"`(\w+|;)`", "".join(row.split("|")[1] for row in table.splitlines()[2:]))
    assert len(named) == 7
    assert set(named) <= keys_of(PLAN)


@pytest.mark.parametrize(
    ("heading", "places", "least"),
    [
        ("The calendar of the year", ("calendar", "clashes", "milestones", "asks"), 13),
        ("Workshops and meetings", ("workshops", "workshop"), 11),
        ("Handovers", ("handovers", "handover", "inbox", "receiving"), 14),
    ],
)
def test_the_keys_that_the_readme_gives_work_where_it_says(heading: str, places: tuple[str, ...], least: int):
    # Ctrl+N is of the form itself, which goes on to the next pupil.
    named = set(re.findall(r"`([a-zA-Z0-9\[\]!;]|enter|Enter|Ctrl\+S)`", section(heading)))
    assert len(named) >= least
    assert {name.lower() if len(name) > 1 else name for name in named} <= keys_of(*places)


def test_what_the_readme_says_of_grades_and_packs_is_what_the_code_holds():
    from transitions.handovers.passphrases import WORDS
    from transitions.importing.ctf.preview import OLDEST_READ
    from transitions.text import share
    from transitions.workshops.actions import GRADE_WORDS

    assert WORDS == 5
    assert "five words for each" in PLAIN
    assert f"version {OLDEST_READ} and later" in PLAIN
    assert share(14, 48) in PLAIN
    assert f"from 1 {GRADE_WORDS[1].lower()} to 4 {GRADE_WORDS[4].lower()}" in PLAIN


def test_the_clash_of_the_readme_is_one():
    from transitions.calendar.deadlines import load_shipped
    from transitions.term_dates import TermDates

    window = next(deadline for deadline in load_shipped().deadlines if deadline.code == "census.spring-return").span(
        2025, TermDates()
    )
    assert "Monday 26 January 2026 lies inside the spring census return, the 12th does not" in PLAIN
    assert window.covers(date(2026, 1, 26))
    assert not window.covers(date(2026, 1, 12))


def test_files_that_the_architecture_names_exist():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:transitions|screens|db|tests)/[A-Za-z0-9_/.]+)`", text))
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_test_that_the_table_of_features_names_is_there():
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "features.md").read_text(encoding="utf-8")))
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    assert named <= there
