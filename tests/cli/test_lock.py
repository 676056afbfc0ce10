"""While a command holds the file, nobody else can write: all that it loads is loaded before."""

import json
import subprocess
import sys

import pytest
from command import AS_OF, Command

pytestmark = pytest.mark.of_a_file

LOADED_UNDER_THE_LOCK = """
import json, sys
from contextlib import contextmanager
from db import driver
from db.database import Database

begin, write, found, before = driver.begin, Database.write, [], []

def begin_and_look(connection):
    begin(connection)
    before.append(set(sys.modules))

@contextmanager
def write_and_look(self):
    with write(self) as connection:
        yield connection
    found.extend(sorted(set(sys.modules) - before.pop()))

driver.begin, Database.write = begin_and_look, write_and_look
from transitions.cli import run
status = run(sys.argv[1:])
print(json.dumps([status, found]))
"""


@pytest.mark.parametrize("words", [("note", "Khan", "Rang home"), ("edit", "pupil", "Khan", "tier=enhanced")])
def test_nothing_is_loaded_while_others_wait(school: Command, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED_UNDER_THE_LOCK, "--db", str(school.path), "--as-of", AS_OF, *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout) == [0, []], done.stderr
