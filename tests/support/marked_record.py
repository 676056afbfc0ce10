"""A record on a server in which everything written of pupils who are not the SENCO's is marked, so that it is known wherever it turns up."""

import re
import shutil
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from command import AS_OF

from db.migrations import schema
from db.place import ROLES, Server
from db.team.database import TeamDatabase
from transitions.clock import Clock
from transitions.demo.make import make
from transitions.team import members
from transitions.workspace import Workspace

MARK = "Zzyzx"
CLOCK = Clock.on(date.fromisoformat(AS_OF))
WORDS = ("VARCHAR", "TEXT")
KNOWN = {
    "upn", "former_upn", "uln", "row_key", "table_name", "seal", "digest", "uid", "search_text", "judgements",
    "answers", "factors", "transition", "kind", "stage", "direction", "form", "status", "moment", "respondent",
    "scale", "dimension", "tier", "proposed", "template", "checklist", "survey", "part", "side", "how", "state",
    "question", "sex", "ehc_decision", "theme", "pair_code", "attendance", "outcome", "code",
}  # fmt: skip
"""What holds a word that the program knows, or a mark of its own; the rest is what somebody wrote."""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
RAW = re.compile(r"row-level|violates|relation |psycopg|Traceback|permission denied|constraint")
"""What a server or the program says to those who made it."""
OURS, OTHERS = 1, 7
"""Pupils whom the commands name: one at the school of the SENCO, one elsewhere."""


class Record(NamedTuple):
    """A record on a server of which everything written of pupils of other schools is marked."""

    path: Path
    school: int
    secret: frozenset[str]


def marked(connection: psycopg.Connection[Any], of_others: str) -> None:
    """Put the mark into every text of pupils, as far as it is not one of the words that the program knows."""
    tables = [table for (table,) in connection.execute(TABLES)]
    for table in tables:
        connection.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    for table in schema.tables():
        whose = "id" if table.name == "pupil" else "pupil_id"
        if whose not in table.columns:
            continue
        for column in [one.name for one in table.columns if str(one.type).startswith(WORDS) and one.name not in KNOWN]:
            put = (
                f"""replace({column}, '": "', '": "{MARK} ')"""
                if column.endswith("_values")
                else f"'{MARK} ' || {column}"
            )
            put = f"CASE WHEN value ~ '^[A-Z].* ' THEN {put} ELSE value END" if column == "value" else put
            with suppress(psycopg.IntegrityError), connection.transaction():
                connection.execute(f'UPDATE "{table.name}" SET {column} = {put} WHERE {whose} IN ({of_others})')
    connection.execute(f"UPDATE pupil SET search_text = '{MARK.lower()} ' || search_text WHERE id IN ({of_others})")
    of_their_actions = f"SELECT action_id FROM journal_change WHERE pupil_id IN ({of_others})"
    connection.execute(f"UPDATE journal SET summary = '{MARK} ' || summary WHERE id IN ({of_their_actions})")
    connection.execute("DELETE FROM journal_seal")
    for table in tables:
        connection.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


@pytest.fixture(scope="module", name="record")
def marked_record(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Record:
    if request.config.getoption("engine") != "postgresql":
        pytest.skip("a server runs with --engine postgresql only")
    from second_engine import ENGINE

    path = tmp_path_factory.mktemp("team") / "record"
    workspace = Workspace.open(path, CLOCK, create=True)
    make(workspace, 60)
    school = workspace.record("pupil", OURS)["school_id"]
    assert workspace.record("pupil", OTHERS)["school_id"] != school
    for role in ROLES:
        members.add(workspace, f"A. {role.title()}", f"test_{role.lower()}", role, school if role == "SENCO" else None)
    workspace.close()
    where = ENGINE[0].database_of(path, create=False)
    of_others = f"SELECT id FROM pupil WHERE {school} NOT IN (coalesce(school_id, 0), coalesce(next_school_id, 0))"
    with psycopg.connect(where.url, autocommit=True) as connection:
        marked(connection, of_others)
        upns = connection.execute(f"{of_others} AND upn IS NOT NULL".replace("id", "upn", 1)).fetchall()
    with TeamDatabase(where).write():
        pass  # which seals it all anew
    return Record(path, school, frozenset(upn for (upn,) in upns) | {MARK.lower(), MARK})


def seat_of(record: Record, role: str, folder: Path) -> Server:
    """A copy of the record, as a login of this role reaches it."""
    from second_engine import ENGINE

    copy = folder / "copy"
    shutil.copy(record.path, copy)
    return Server(re.sub(r"//[^@]*@", f"//test_{role.lower()}@", ENGINE[0].database_of(copy, create=False).url))
