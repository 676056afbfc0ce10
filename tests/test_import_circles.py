"""No module needs, by any way round, a module that needs it: imports for types and inside functions are counted, too."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def modules(*packages: str) -> Mapping[str, Path]:
    """The modules of packages by their dotted names."""
    found = (path for package in packages for path in (ROOT / package).rglob("*.py"))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in found}


def imported(path: Path, known: Mapping[str, Path]) -> Iterator[str]:
    """The modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = (f"{node.module}.{name.name}" for name in node.names)
            yield from (name if name in known else node.module for name in whole)


def test_no_circle_of_imports() -> None:
    known = modules("db", "transitions", "screens")
    graph = {
        name: {other for other in imported(path, known) if other in known} - {name} for name, path in known.items()
    }
    assert len(graph) > 200
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" needs ".join(reversed(circle.args[1])))
