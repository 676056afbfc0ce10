"""The documents say what the code says."""

import importlib.util
import re
from pathlib import Path

import pytest

from transitions.cli import COMMANDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_pages_are_written_from_this_code():
    assert generator().stale() == []


def test_the_readme_names_only_commands_that_exist():
    written = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", README, flags=re.S))
    named = set(re.findall(r"^(?:`|.*uv run |)transitions ([a-z]+)", written, flags=re.M))
    assert {"demo", "import", "list", "missed", "explain", "done", "locate", "backup"} <= named
    assert named <= set(COMMANDS)


def test_links_of_the_documents_lead_somewhere():
    for page in (ROOT / "README.md", *ROOT.glob("docs/*.md"), ROOT / "benchmarks" / "README.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_milestones_named_in_the_readme_exist():
    from transitions.milestones import load_shipped

    named = set(re.findall(r"\b(?:ey-r|2-3|6-7|11-16p|14\+|18|care16)\.[a-z-]+", README))
    assert named
    assert named <= set(load_shipped().by_code)


def test_commands_that_keys_are_named_for_exist():
    from screens.command_list import COMMANDS as REGISTRY

    named = re.findall(r'`"([a-z_.]+)" = ', README)
    assert named
    assert all(name in REGISTRY for name in named)


def test_the_number_of_milestones_in_the_readme_is_right():
    from transitions.milestones import load_shipped

    assert f"{len(load_shipped().milestones)} milestones" in README


@pytest.mark.parametrize("pattern", [r"py[p]i\.org", r"pythonho[s]ted", r"regist[r]y\.npm"])
def test_no_file_names_a_package_registry(pattern: str):
    for path in (*ROOT.glob("*.*"), *ROOT.glob("docs/**/*.md"), ROOT / "requirements.lock"):
        if path.is_file() and path.name != "uv.lock":
            assert not re.search(pattern, path.read_text(encoding="utf-8", errors="ignore")), path


def test_what_the_readme_says_of_plans_is_what_the_code_holds():
    from transitions.plans.auditing import load_checklist
    from transitions.plans.life import COMPLETED_MEANS

    plain = " ".join(README.split()).replace("’", "'")
    assert COMPLETED_MEANS.replace("’", "'") in plain
    assert f"has {len(load_checklist().items)} items" in plain


def test_the_keys_that_the_readme_gives_for_a_plan_are_its_keys():
    from screens.command_list import COMMANDS as REGISTRY
    from screens.command_list import PLAN

    table = README.partition("| key | on a plan |")[2].partition("\n\n")[0]
    named = re.findall(r"`(\w+)`", "".join(row.split("|")[1] for row in table.splitlines()[2:]))
    keys = {key for command in REGISTRY if PLAN in command.where for key in command.keys}
    assert len(named) == 10
    assert set(named) <= keys
