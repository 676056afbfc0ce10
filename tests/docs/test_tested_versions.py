"""What is installed is what was tested: pyproject.toml, requirements.lock and the packages that are here say the same."""

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = dict(re.findall(r"^([a-z0-9.-]+)==([^ ;]+)", LOCK, re.MULTILINE))


def pins(lines: Iterable[str]) -> dict[str, str]:
    """Names and versions; whatever is not pinned to one has none."""
    found = [Requirement(line) for line in lines]
    return {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in found}


PROGRAM = pins(PROJECT["project"]["dependencies"])


def brought_along(names: Iterable[str]) -> set[str]:
    """All that these packages need on this system, and what that needs in turn."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        found.add(name)
        needs = [Requirement(line) for line in distribution(name).requires or ()]
        waiting.extend(one.name for one in needs if one.marker is None or one.marker.evaluate({"extra": ""}))
    return found


def test_a_plain_install_gets_the_versions_that_were_tested() -> None:
    assert brought_along(PROGRAM) == set(PROGRAM)
    assert {name: version(name) for name in PROGRAM} == PROGRAM


def test_the_lock_has_the_same_versions_each_with_its_hashes() -> None:
    wanted = PROGRAM | pins(PROJECT["dependency-groups"]["dev"])
    assert {name: LOCKED[name] for name in wanted} == wanted
    assert all("--hash=sha256:" in entry for entry in re.split(r"^(?=[a-z])", LOCK, flags=re.MULTILINE) if entry)
    assert "://" not in LOCK


def test_the_readme_installs_by_the_lock() -> None:
    readme = (ROOT / "docs" / "setting-up.md").read_text(encoding="utf-8")
    assert "pip install --require-hashes -r requirements.lock" in readme
    assert "pip install --no-deps ." in readme
    assert f"version {PROGRAM['sqlcipher3']}" in readme
