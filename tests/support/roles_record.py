"""A record on a server with made-up pupils and a login of each role, tried with plain SQL."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import psycopg
import pytest

from db.place import ROLES, Server
from db.team import members
from db.team.postgres import connect
from transitions.clock import Clock
from transitions.demo.make import make
from transitions.workspace import Workspace

STAFF = tuple(role for role in ROLES if role != "keeper")
LOGINS = {role: f"test_{role.lower()}" for role in ROLES}
WORKERS = {role: number for number, role in enumerate(ROLES, 1)}
SEALED = "0" * 64
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


class Team(NamedTuple):
    """A record with made-up pupils and one login of each role; the SENCO is at ``school``."""

    where: Server
    keeper: psycopg.Connection[Any]
    school: int
    theirs: frozenset[int]
    others: frozenset[int]

    def login(self, role: str) -> psycopg.Connection[Any]:
        return psycopg.connect(re.sub(r"//[^@]*@", f"//{LOGINS[role]}@", self.where.url))

    def ask(self, query: str, *given: Any) -> list[Any]:
        return self.keeper.execute(query, given).fetchall()


@pytest.fixture(scope="module", name="team")
def team_with_roles(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    if request.config.getoption("engine") != "postgresql":
        pytest.skip("a server runs with --engine postgresql only")
    from second_engine import ENGINE

    path = tmp_path_factory.mktemp("team") / "record"
    workspace = Workspace.open(path, Clock.on(date(2026, 11, 30)), create=True)
    make(workspace, 200)
    workspace.close()
    where = ENGINE[0].database_of(path, create=False)
    with psycopg.connect(where.url, autocommit=True) as keeper:
        keeper.execute("DELETE FROM member")  # whoever made the record works with it as no role here
        school, other = (number for (number,) in keeper.execute("SELECT id FROM school ORDER BY id LIMIT 2").fetchall())
        keeper.execute(
            "UPDATE pupil SET school_id = CASE WHEN mod(id, 2) = 0 THEN CAST(%s AS bigint) ELSE %s END, next_school_id = NULL",
            (school, other),
        )
        everybody = frozenset(number for (number,) in keeper.execute("SELECT id FROM pupil"))
        theirs = frozenset(number for number in everybody if number % 2 == 0)
        connection = connect(where)
        for role, login in LOGINS.items():
            members.add(connection, login, role, WORKERS[role], school if role == "SENCO" else None)
        connection.close()
        made = Team(where, keeper, school, theirs, everybody - theirs)
        for statement in fill(made):
            keeper.execute(statement)
        yield made


def fill(team: Team) -> Iterator[str]:
    """A row in each table that the made-up record leaves empty: one of the SENCO's pupils and one of others, one for each login."""
    for (table,) in team.ask(TABLES):  # what a policy lets through is tried, and not what the tables themselves refuse
        yield f'ALTER TABLE "{table}" DISABLE TRIGGER USER'
    yield "INSERT INTO friendship (pupil_id, other_id, kind, recorded_on) VALUES (1, 3, 'keep with', '2026-11-02')"
    yield "INSERT INTO friendship (pupil_id, other_id, kind, recorded_on) VALUES (2, 4, 'keep with', '2026-11-02')"
    yield "INSERT INTO ask (code, definition) VALUES ('test', '{}')"
    yield f"INSERT INTO school_format (school_id, name, columns) VALUES ({team.school}, 'test', '[]')"
    for pupil in (min(team.theirs), min(team.others)):
        yield f"INSERT INTO marker (pupil_id, kind, started_on) VALUES ({pupil}, 'restricted', '2026-11-02')"
        yield (
            "INSERT INTO tier_decision (pupil_id, decided_on, tier, proposed, factors) "
            f"VALUES ({pupil}, '2026-11-02', 'universal', 'universal', '[]')"
        )
        yield (
            "INSERT INTO retention_review (pupil_id, kept_until, reason, decided_on) "
            f"VALUES ({pupil}, '2030-11-02', 'test', '2026-11-02')"
        )
        for worker in WORKERS.values():
            yield (
                "INSERT INTO record_view (at, pupil_id, how, worker_id, seal) "
                f"VALUES ('2026-11-02', {pupil}, 'page', {worker}, '{SEALED}')"
            )
    for role, worker in WORKERS.items():
        yield f"INSERT INTO desk (worker_id, name, value) VALUES ({worker}, 'view', '1')"
        yield (
            "INSERT INTO pack (uid, direction, on_day, file_name, pupils, worker_id) "
            f"VALUES ('{role}', 'made', '2026-11-02', 'test', 1, {worker})"
        )
        yield f"INSERT INTO unfinished_file (folder, target, login) VALUES ('{role}', 'test', '{LOGINS[role]}')"
        for pupil in (min(team.theirs), min(team.others)):
            number = worker * 100_000 + pupil
            yield (
                "INSERT INTO journal (id, at, worker_id, kind, name, summary) "
                f"VALUES ({number}, '2026-11-02', {worker}, 'change', 'test', 'test')"
            )
            yield (
                "INSERT INTO journal_change (action_id, position, table_name, row_key, pupil_id) "
                f"VALUES ({number}, 0, 'note', '{{}}', {pupil})"
            )
            yield (
                "INSERT INTO journal_seal (action_id, position, payload, seal) "
                f"VALUES ({number}, {number}, '{SEALED}', '{SEALED}')"
            )
    yield f"INSERT INTO journal_erased (action_id, position, digest, erased_by) VALUES (1, 0, '{SEALED}', 1)"
