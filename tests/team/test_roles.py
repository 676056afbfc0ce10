"""What each login may do with each table, tried with plain SQL as each of them, and held against the page for whoever runs the server."""

import os
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors, sql
from roles_record import LOGINS, STAFF, TABLES, WORKERS, Team, team_with_roles

__all__ = ["team_with_roles"]

PAGE = Path(__file__).parents[2] / "docs" / "team-roles.md"
Row = dict[str, Any]


COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s "
    "ORDER BY ordinal_position"
)
KEY = (
    "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) "
    "WHERE i.indrelid = CAST(%s AS regclass) AND i.indisprimary"
)
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
