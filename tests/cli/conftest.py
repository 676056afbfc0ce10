"""A command line on a database of its own."""

from pathlib import Path

import pytest
from command import PUPILS, SCHOOLS, TERMS, Command


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """A command line whose database does not exist yet."""
    return Command(tmp_path / "pupils.db", capsys)


@pytest.fixture
def school(command: Command) -> Command:
    """A command line with a worker, schools, terms and three pupils."""
    command.ok("me", "K. Osei")
    command.ok("import", "schools", command.write("schools.csv", SCHOOLS.encode("cp1252")))
    command.ok("import", "terms", command.write("terms.csv", TERMS))
    command.ok("import", "pupils", command.write("pupils.csv", PUPILS))
    return command
