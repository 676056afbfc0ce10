"""Every statement of ``db`` that stands as it is, prepared on both engines; those put together when they are asked run in ``test_reads``."""

import ast
import importlib
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

import db
from db import migrations
from db.place import Server
from db.team.postgres import connect

ROOT = Path(db.__file__).parent
BEGINS = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s")
NAMED = re.compile(r"'(?:[^']|'')*'|(?<!:):([a-z_]\w*)")
OF_ONE_ENGINE = ("driver.py", "custody/damage.py", "custody/readable.py", "migrations/", "schema/", "team/")
FRAGMENTS = 5
"""Beginnings of statements, and what stands in brackets in others."""
CHOSEN = "CREATE TEMP TABLE chosen (id INTEGER PRIMARY KEY)"


def texts(path: Path) -> Iterator[str]:
    """The texts that stand in a module by themselves, and those that its names stand for."""
    name = "db." + ".".join(path.relative_to(ROOT).with_suffix("").parts)
    yield from (value for value in vars(importlib.import_module(name)).values() if isinstance(value, str))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    joined = (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.BinOp))
    pieces = {id(piece) for node in joined for piece in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in pieces:
            yield node.value


class Anything(dict[str, Any]):
    """A value for every name."""

    def __missing__(self, name: str) -> None:
        return None


def statements() -> tuple[list[str], list[str]]:
    """Those that SQLite understands, and those that it does not."""
    understood, refused = [], []
    with closing(dbapi2.connect(":memory:", isolation_level=None)) as connection:
        for step in migrations.STEPS.values():
            migrations._apply(connection, step)
        connection.execute(CHOSEN)
        found = (
            path for path in sorted(ROOT.rglob("*.py")) if not str(path.relative_to(ROOT)).startswith(OF_ONE_ENGINE)
        )
        for text in dict.fromkeys(text for path in found for text in texts(path)):
            if BEGINS.match(text) and "{" not in text:
                try:
                    connection.execute(f"EXPLAIN {text}", Anything())
                except dbapi2.Error as error:
                    refused.append(f"{error}: {text}")
                else:
                    understood.append(text)
    return understood, refused


def numbered(sql: str) -> str:
    names: list[str] = []

    def mark(found: re.Match[str]) -> str:
        if not found[1]:
            return found[0]
        names.extend([found[1]] if found[1] not in names else [])
        return f"${names.index(found[1]) + 1}"

    return NAMED.sub(mark, sql)


def test_postgresql_understands_every_statement_that_sqlite_does(server: Server) -> None:
    understood, refused = statements()
    assert len(refused) == FRAGMENTS, refused
    assert len(understood) > 100
    with closing(connect(server)) as connection:
        connection.execute(CHOSEN)
        assert connection.raw.pgconn.prepare(b"", b"SELECT nothing_of_ours FROM pupil").error_message
        for text in understood:
            assert not connection.raw.pgconn.prepare(b"", numbered(text).encode()).error_message, text
