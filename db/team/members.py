"""The logins of a team's record: added, listed, taken out again. Only keepers may."""

from typing import NamedTuple

from psycopg import sql

from db.rows import columns, fetch, fetch_one
from db.team.access import KEEPERS, STAFF, Role
from db.team.postgres import Connection


class Me(NamedTuple):
    """What a login is in the record: its role, its worker and, for a SENCO, the school."""

    role: Role
    worker_id: int
    school_id: int | None


def me(connection: Connection) -> Me | None:
    """Who is at the keyboard; None for a login that nobody has added."""
    query = "SELECT role, worker_id, school_id FROM member WHERE login = session_user"
    return fetch_one(connection, Me, query)


class Member(NamedTuple):
    """One login; ``school`` is that of a SENCO."""

    login: str
    worker: str
    role: str
    school: str | None


def members(connection: Connection) -> list[Member]:
    """Those of whom this login may know, by name."""
    listed = columns(Member, "m", worker="w.name", school="s.name")
    return fetch(
        connection,
        Member,
        f"SELECT {listed} FROM member m JOIN worker w ON w.id = m.worker_id LEFT JOIN school s ON s.id = m.school_id ORDER BY w.name",
    )


def add(connection: Connection, login: str, role: Role, worker_id: int, school_id: int | None) -> bool:
    """Let somebody in, or give them another role; whether the login had to be made. ``school_id`` is for a SENCO only.

    Raises ``NotAllowedThere`` for who is no keeper, and ``IntegrityError`` when the worker has another login.
    """
    has_login = "SELECT count(*) FROM pg_roles WHERE rolname = :login"
    is_new = not connection.execute(has_login, {"login": login}).fetchone()[0]
    if is_new:
        _run(connection, "CREATE ROLE {login} LOGIN", login)
    _run(connection, "GRANT {group} TO {login}", login, STAFF)
    _run(
        connection,
        "GRANT {group} TO {login} WITH ADMIN OPTION" if role == "keeper" else "REVOKE {group} FROM {login}",
        login,
        KEEPERS,
    )
    connection.execute(
        "INSERT INTO member (login, worker_id, role, school_id) VALUES (:login, :worker, :role, :school) ON CONFLICT (login) "
        "DO UPDATE SET worker_id = excluded.worker_id, role = excluded.role, school_id = excluded.school_id",
        {"login": login, "worker": worker_id, "role": role, "school": school_id},
    )
    return is_new


def remove(connection: Connection, login: str) -> None:
    """Shut somebody out. The login itself stays: the server may know it for other reasons."""
    connection.execute("DELETE FROM member WHERE login = :login", {"login": login})
    for group in (KEEPERS, STAFF):
        _run(connection, "REVOKE {group} FROM {login}", login, group)


def _run(connection: Connection, statement: str, login: str, group: str = STAFF) -> None:
    text = sql.SQL(statement).format(login=sql.Identifier(login), group=sql.Identifier(group))
    connection.execute(text.as_string(connection.raw))
