"""The logins of a team's record: added, listed, taken out again. Only keepers may."""

from typing import NamedTuple

from db.driver import IntegrityError
from db.errors import NotAllowedThere
from db.place import Login, Role
from db.rows import columns, fetch, fetch_one
from db.team.access import KEEPERS, STAFF
from db.team.postgres import Connection, quoted


def login(connection: Connection) -> Login | None:
    """What the login of this connection is; None for one that nobody has added, and that owns the tables.

    Raises ``NotAllowedThere`` for one that nobody has added.
    """
    found = fetch_one(connection, Login, "SELECT role, worker_id, school_id FROM member WHERE login = session_user")
    if found is None and connection.execute("SELECT row_security_active('member')").fetchone()[0]:
        raise not_added(connection)
    return found


def not_added(connection: Connection) -> NotAllowedThere:
    return NotAllowedThere(
        f"{connection.path}: your login, {connection.raw.info.user}, is not among those who work with this record. Ask one of its keepers to "
        f"add you: transitions team add NAME --login {connection.raw.info.user} --role ROLE"
    )


def user(connection: Connection) -> str:
    """The login that is signed in."""
    return str(connection.raw.info.user)


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
        try:
            _run(connection, "CREATE ROLE {login} LOGIN", login)
        except NotAllowedThere:
            raise NotAllowedThere(
                f"The server has no login {login}, and yours may not make one. Nothing was changed; once whoever runs the server has made it, "
                "add it again."
            ) from None
    if role == "keeper":
        for group in (STAFF, KEEPERS):
            _run(connection, "GRANT {group} TO {login} WITH ADMIN OPTION", login, group)
    else:
        _run(connection, "GRANT {group} TO {login}", login)
        _dismiss(connection, login)
    connection.execute(
        "INSERT INTO member (login, worker_id, role, school_id) VALUES (:login, :worker, :role, :school) ON CONFLICT (login) "
        "DO UPDATE SET worker_id = excluded.worker_id, role = excluded.role, school_id = excluded.school_id",
        {"login": login, "worker": worker_id, "role": role, "school": school_id},
    )
    return is_new


def enter(connection: Connection, worker_id: int) -> None:
    """Name the keeper who is signed in and made the record. Raises ``NotAllowedThere`` when the worker has another login."""
    try:
        connection.execute(
            "INSERT INTO member (login, worker_id, role) VALUES (session_user, :worker, 'keeper')",
            {"worker": worker_id},
        )
        connection.wait()
    except IntegrityError:
        raise NotAllowedThere(
            "That colleague has a login of their own: transitions team list. Nothing was changed."
        ) from None


def remove(connection: Connection, login: str) -> None:
    """Shut somebody out. The login itself stays: the server may know it for other reasons."""
    connection.execute("DELETE FROM member WHERE login = :login", {"login": login})
    _dismiss(connection, login)


def _dismiss(connection: Connection, login: str) -> None:
    """See to it that somebody is no keeper. Raises ``NotAllowedThere`` for one whom only who made them a keeper can dismiss."""
    is_keeper = "SELECT pg_has_role(CAST(:login AS name), CAST(:group AS name), 'MEMBER')"
    given = {"login": login, "group": KEEPERS}
    if not connection.execute(is_keeper, given).fetchone()[0]:
        return
    _run(connection, "REVOKE {group} FROM {login}", login, KEEPERS)
    if connection.execute(is_keeper, given).fetchone()[0]:
        raise NotAllowedThere(
            f"{login} stays a keeper: somebody else made them one, or they run the server, and only whoever did so can undo it. Nothing was "
            "changed."
        )


def _run(connection: Connection, statement: str, login: str, group: str = STAFF) -> None:
    connection.execute(statement.format(login=quoted(login), group=quoted(group)))
    connection.wait()
