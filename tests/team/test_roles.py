"""What each login may do with each table, tried with plain SQL as each of them, and held against the page for whoever runs the server."""

import os
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from psycopg import errors, sql
from second_engine import ENGINE

from db.place import ROLES, Server
from db.team import members
from db.team.postgres import connect
from transitions.clock import Clock
from transitions.demo.make import make
from transitions.workspace import Workspace

PAGE = Path(__file__).parents[2] / "docs" / "team-roles.md"
STAFF = tuple(role for role in ROLES if role != "keeper")
LOGINS = {role: f"test_{role.lower()}" for role in ROLES}
WORKERS = {role: number for number, role in enumerate(ROLES, 1)}
SEALED = "0" * 64
Row = dict[str, Any]


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


@pytest.fixture(scope="module")
def team(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    if request.config.getoption("engine") != "postgresql":
        pytest.skip("a server runs with --engine postgresql only")
    path = tmp_path_factory.mktemp("team") / "record"
    workspace = Workspace.open(path, Clock.on(date(2026, 11, 30)), create=True)
    make(workspace, 200)
    workspace.close()
    where = ENGINE[0].database_of(path, create=False)
    with psycopg.connect(where.url, autocommit=True) as keeper:
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


COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s "
    "ORDER BY ordinal_position"
)
KEY = (
    "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) "
    "WHERE i.indrelid = CAST(%s AS regclass) AND i.indisprimary"
)
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
WHOSE = {"desk": "worker_id", "pack": "worker_id", "unfinished_file": "login", "member": "login"}


def samples(team: Team, table: str, role: str) -> tuple[Row, Row]:
    """A row of the SENCO's pupils, or of this login, and one of others; of what is everybody's twice the same."""
    names = [name for (name,) in team.ask(COLUMNS, table)]
    found = [dict(zip(names, row, strict=True)) for row in team.ask(f'SELECT * FROM "{table}" ORDER BY 1 DESC')]
    assert found, f"there is nothing in {table} to try with"
    if table in WHOSE:
        mine = {"worker_id": WORKERS[role], "login": LOGINS[role]}[WHOSE[table]]
        return pick(found, WHOSE[table], {mine}), pick(
            found, WHOSE[table], {*WORKERS.values(), *LOGINS.values()} - {mine}
        )
    if table in ("journal", "journal_change", "journal_seal"):
        key = "id" if table == "journal" else "action_id"
        number = WORKERS[role] * 100_000
        return pick(found, key, {number + min(team.theirs)}), pick(found, key, {min(team.others) + 600_000 - number})
    if table == "record_view":
        return pick([row for row in found if row["worker_id"] == WORKERS[role]], "pupil_id", team.theirs), pick(
            found, "pupil_id", team.others
        )
    of_pupil = "id" if table == "pupil" else "pupil_id"
    if of_pupil in names and table not in ("journal", "school"):
        sides = [[row for row in found if row[of_pupil] in pupils] for pupils in (team.theirs, team.others)]
        for side, pupils in zip(sides, (team.theirs, team.others), strict=True):
            side[1:] = [] if side else [copied(team, table, found[0], min(pupils))]
        return sides[0][0], sides[1][0]
    return found[0], found[0]


def copied(team: Team, table: str, row: Row, pupil: int) -> Row:
    """A row of the made-up record as one of another pupil."""
    new = {**row, "pupil_id": pupil, "id": row["id"] + 1_000_000}
    team.keeper.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, new)),
            sql.SQL(", ").join([sql.SQL("%s")] * len(new)),
        ),
        list(new.values()),
    )
    return new


def pick(rows: Sequence[Row], column: str, among: "frozenset[int] | set[Any]") -> Row:
    return next(row for row in rows if row[column] in among)


def may(connection: psycopg.Connection[Any], statement: sql.Composed, values: Sequence[Any]) -> bool:
    """Whether the policies let a statement through, whatever else stands in its way; nothing of it is kept."""
    try:
        return connection.execute(statement, values).rowcount > 0
    except errors.InsufficientPrivilege:
        return False
    except (errors.IntegrityError, errors.RaiseException):
        return True
    finally:
        connection.rollback()


def tried(team: Team, connection: psycopg.Connection[Any], table: str, row: Row) -> tuple[bool, ...]:
    """Whether this login finds a row, may add it, change it and take it out."""
    key = [name for (name,) in team.ask(KEY, table)] or list(row)
    name, columns = sql.Identifier(table), list(map(sql.Identifier, row))
    where = sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(one)) for one in key)
    of_key = [row[one] for one in key]
    marks = sql.SQL(", ").join([sql.SQL("%s")] * len(row))
    return (
        may(connection, sql.SQL("SELECT 1 FROM {} WHERE {}").format(name, where), of_key),
        may(
            connection,
            sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(name, sql.SQL(", ").join(columns), marks),
            list(row.values()),
        ),
        may(connection, sql.SQL("UPDATE {0} SET {1} = {1} WHERE {2}").format(name, columns[-1], where), of_key),
        may(connection, sql.SQL("DELETE FROM {} WHERE {}").format(name, where), of_key),
    )


VERBS = ("finds", "adds", "changes", "takes out")


def said(near: Sequence[bool], far: Sequence[bool]) -> str:
    """The cell of the page: what holds for all rows, and what for their own only."""
    everywhere = [verb for verb, one, other in zip(VERBS, near, far, strict=True) if one and other]
    own = [verb for verb, one, other in zip(VERBS, near, far, strict=True) if one and not other]
    wrong = [verb for verb, one, other in zip(VERBS, near, far, strict=True) if other and not one]
    assert not wrong, f"others' and not their own: {wrong}"
    parts = [("all: ", everywhere), ("own: ", own)]
    return "; ".join(word + ", ".join(verbs) for word, verbs in parts if verbs) or "-"


def test_the_matrix_of_roles_and_tables_is_what_the_page_says(team: Team) -> None:
    cells: dict[str, dict[str, str]] = {}
    for role in STAFF:
        with team.login(role) as connection:
            for (table,) in team.ask(TABLES):
                near, far = samples(team, table, role)
                cells.setdefault(table, {})[role] = said(
                    tried(team, connection, table, near), tried(team, connection, table, far)
                )
    alike: dict[tuple[str, ...], list[str]] = {}
    for table, by_role in cells.items():
        alike.setdefault(tuple(by_role.values()), []).append(table)
    lines = [f"| {', '.join(tables)} | {' | '.join(row)} |" for row, tables in alike.items()]
    head = f"| Tables | {' | '.join(STAFF)} |\n| --- {'| --- ' * len(STAFF)}|\n"
    found = head + "\n".join(lines) + "\n"
    page = PAGE.read_text(encoding="utf-8")
    start, end = page.index("| Tables |"), page.index("\n\n", page.index("| Tables |")) + 1
    if os.environ.get("TRANSITIONS_GOLDENS") == "write":
        PAGE.write_text(page[:start] + found + page[end:], encoding="utf-8")
    assert page[start:end] == found


WIDENS = (
    "SET ROLE {keepers}",
    "SET SESSION AUTHORIZATION {keeper}",
    "SET row_security = off; SELECT * FROM pupil",
    "SELECT set_config('session_user', '{keeper}', false); SELECT count(*) FROM pupil WHERE mod(id, 2) = 1 HAVING count(*) = 0",
    "ALTER TABLE pupil DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE pupil NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY pupil_reads ON pupil",
    "CREATE POLICY mine ON pupil USING (true)",
    "ALTER TABLE journal DISABLE TRIGGER USER",
    "CREATE OR REPLACE FUNCTION my_school() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION public.my_role() RETURNS text LANGUAGE sql AS 'SELECT 1'",
    "CREATE VIEW seen AS SELECT * FROM pupil",
    "TRUNCATE journal",
    "INSERT INTO member (login, worker_id, role) VALUES ('{keeper}', 6, 'lead')",
    "UPDATE member SET role = 'lead', school_id = NULL",
    "DELETE FROM member",
    "GRANT {keepers} TO {login}",
    "ALTER ROLE {login} SUPERUSER",
    "COPY pupil TO PROGRAM 'cat'",
    "COPY pupil TO '/tmp/pupil'",
    "UPDATE journal SET summary = 'other'",
    "DELETE FROM journal",
    "INSERT INTO journal_change (action_id, position, table_name, row_key) VALUES (1, 99, 'note', '{{}}')",
    "INSERT INTO journal_seal (action_id, position, payload, seal) VALUES (200002, 1, '', '')",
    "INSERT INTO journal (at, worker_id, kind, name, summary) VALUES ('2026-11-30', 3, 'change', 'x', 'x')",
    "INSERT INTO journal (at, worker_id, kind, name, summary, undoes) VALUES ('2026-11-30', 2, 'undo', 'x', 'x', 100002)",
)


@pytest.mark.parametrize("statement", WIDENS)
def test_a_senco_widens_nothing(team: Team, statement: str) -> None:
    names = {"keepers": "transitions_keepers", "keeper": LOGINS["keeper"], "login": LOGINS["SENCO"]}
    with team.login("SENCO") as connection:
        try:
            changed = connection.execute(statement.format(**names).encode(), prepare=False).rowcount
        except errors.SyntaxError:
            raise
        except psycopg.Error:
            changed = 0
        connection.rollback()
    assert changed == 0


def test_a_table_of_ones_own_by_the_name_of_ours_widens_nothing(team: Team) -> None:
    with team.login("SENCO") as connection:
        connection.execute("CREATE TEMP TABLE member (login text, worker_id bigint, role text, school_id bigint)")
        connection.execute("INSERT INTO pg_temp.member VALUES (session_user, 2, 'lead', NULL)")
        connection.execute("SET search_path = pg_temp, public")
        found = connection.execute("SELECT id FROM public.pupil").fetchall()
        connection.rollback()
    assert {number for (number,) in found} == team.theirs


def test_a_function_that_tells_what_it_is_shown_is_shown_no_other_pupil(team: Team) -> None:
    with team.login("SENCO") as connection:
        connection.execute(
            "CREATE FUNCTION pg_temp.told(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS "
            "$$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"
        )
        told: list[str] = []
        connection.add_notice_handler(lambda notice: told.append(notice.message_primary or ""))
        connection.execute("SELECT 1 FROM pupil WHERE pg_temp.told(CAST(id AS text))")
        connection.rollback()
    assert {int(number) for number in told} == team.theirs


def test_the_history_shows_a_senco_what_is_of_their_pupils_alone(team: Team) -> None:
    of: dict[int, set[int]] = {}
    for action, pupil in team.ask("SELECT action_id, pupil_id FROM journal_change WHERE pupil_id IS NOT NULL"):
        of.setdefault(action, set()).add(pupil)
    own = {number for (number,) in team.ask("SELECT id FROM journal WHERE worker_id = %s", WORKERS["SENCO"])}
    seen = {action for action, pupils in of.items() if pupils <= team.theirs} | (own - of.keys())
    with team.login("SENCO") as connection:
        actions = {number for (number,) in connection.execute("SELECT id FROM journal")}
        rows = {number for (number,) in connection.execute("SELECT action_id FROM journal_change")}
    assert actions == seen
    assert rows == seen & {number for (number,) in team.ask("SELECT action_id FROM journal_change")}
    assert seen


VIEWS = "SELECT viewname FROM pg_views WHERE schemaname = 'analysis' ORDER BY 1"


def test_the_views_for_analysts_show_each_login_what_the_tables_show(team: Team) -> None:
    views = [name for (name,) in team.ask(VIEWS)]
    assert len(views) > 60
    assert not {"journal_key", "desk", "setting", "unfinished_file"} & {*views}
    for role in STAFF:
        with team.login(role) as connection:
            for name in views:
                counted = [
                    connection.execute(f'SELECT count(*) FROM {one}."{name}"').fetchone()
                    for one in ("analysis", "public")
                ]
                assert counted[0] == counted[1], (role, name)
    with team.login("SENCO") as connection:
        query = "SELECT p.id, p.date_of_birth, m.late_after, p.pupil_premium FROM analysis.pupil p JOIN analysis.pupil_milestone m ON m.pupil_id = p.id"
        found = connection.execute(query).fetchall()
        assert {row[0] for row in found} <= team.theirs
        assert {tuple(map(type, row)) for row in found if all(row)} == {(int, date, date, bool)}
        at = connection.execute("SELECT max(at) FROM analysis.journal").fetchone()
        assert at is not None
        assert isinstance(at[0], datetime)
        connection.execute(
            "CREATE FUNCTION pg_temp.told(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS "
            "$$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"
        )
        told: list[str] = []
        connection.add_notice_handler(lambda notice: told.append(notice.message_primary or ""))
        connection.execute("SELECT 1 FROM analysis.pupil WHERE pg_temp.told(CAST(id AS text))")
        connection.rollback()
    assert {int(number) for number in told} == team.theirs
