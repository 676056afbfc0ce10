"""Making the tables of a team's record on a server, and bringing them to this program's version."""

import re
from contextlib import closing
from importlib import resources

from db.custody import sealing
from db.errors import NoDatabase, NotAllowedThere, NotOurDatabase
from db.place import Server
from db.team import access, analysis
from db.team.database import check_version, file_version
from db.team.postgres import Connection, connect, quoted

_FOLDER = resources.files(__package__).joinpath("migrations")
STEPS = {int(step.name[:4]): step for step in sorted(_FOLDER.iterdir(), key=lambda step: step.name)}
"""By version the step that leads to it, numbered as those of a file; the first makes the tables whole."""
_COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'chosen' ORDER BY 1"
_AS_OURS = "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
_TRIGGER = re.compile(r"^CREATE TRIGGER (\w+)", re.MULTILINE)
_OLDEST = 16
_COLLATIONS = frozenset({"C", "POSIX"})


def create(where: Server) -> bool:
    """Make the tables in an empty database, and that where there is none; whether it was made.

    Raises ``NotOurDatabase`` where it is not empty, or sorts otherwise, and ``NotAllowedThere``.
    """
    is_new = False
    try:
        connection = connect(where)
    except NoDatabase:
        is_new = _make_database(where)
        connection = connect(where)
    with closing(connection):
        _check_empty(connection)
        _take_steps(connection)
    return is_new


def upgrade(where: Server) -> tuple[int, int]:
    """Bring the tables of a record to this program's version, in one transaction; the version before, and now.

    Raises ``NotOurDatabase`` where there is no record, ``NewerDatabase`` where it is of a later program.
    """
    with closing(connect(where)) as connection:
        found = file_version(connection)
        if found is None or found > max(STEPS):
            check_version(connection)
        _take_steps(connection)
    return found or 0, max(STEPS)


def differences(connection: Connection) -> list[str]:
    """Which triggers of ours are not at work, each as words: without them what happened could be altered."""
    ours = {name for step in STEPS.values() for name in _TRIGGER.findall(step.read_text(encoding="utf-8"))}
    at_work = connection.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
    return [f"its trigger {name!r} is missing, or switched off" for name in sorted(ours - {row[0] for row in at_work})]


def _check_server(connection: Connection) -> None:
    if connection.raw.info.server_version < _OLDEST * 10_000:
        raise NotOurDatabase(
            f"{connection.path}: this server is PostgreSQL {connection.raw.info.server_version // 10_000}, and a record needs {_OLDEST} or later. "
            "Nothing was changed."
        )


def _make_database(where: Server) -> bool:
    make = f"CREATE DATABASE {quoted(where.name)} {_AS_OURS}"
    with closing(connect(where, "postgres")) as beside:
        try:
            beside.execute(make)
        except NotAllowedThere:
            raise NoDatabase(
                f"{where}: there is no such database on the server, and your login may not make one. Whoever runs the server does: {make} "
                f"OWNER {quoted(beside.raw.info.user)}"
            ) from None
    return True


def _check_empty(connection: Connection) -> None:
    if found := file_version(connection):
        raise NotOurDatabase(
            f"{connection.path}: there is a record here already, with tables of version {found}. Nothing was changed; open it with: "
            f'transitions --db "{connection.path}"'
        )
    tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()").fetchone()[0]
    if tables:
        raise NotOurDatabase(f"{connection.path}: this database is not empty. Nothing was changed; name an empty one.")
    collation = connection.execute("SELECT datcollate FROM pg_database WHERE datname = current_database()").fetchone()[
        0
    ]
    if collation not in _COLLATIONS:
        raise NotOurDatabase(
            f"{connection.path}: this database sorts text as {collation} does, and a record needs the order of the locale C. Nothing was "
            f"changed; whoever runs the server makes one with: CREATE DATABASE name {_AS_OURS}"
        )


def _take_steps(connection: Connection) -> None:
    _check_server(connection)
    connection.begin(60)
    try:
        _become_keepers(connection)
        connection.execute(analysis.TAKEN_AWAY)
        current = file_version(connection) or 0
        for number, step in STEPS.items():
            if number > current:
                _apply(connection, step.read_text(encoding="utf-8"))
        if not current:
            sealing.begin(connection)
        connection.execute("UPDATE record_version SET version = :version", {"version": max(STEPS)})
        columns = connection.execute(_COLUMNS).fetchall()
        for statement in (*access.statements(columns), *analysis.statements()):
            connection.execute(statement)
        check_version(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _become_keepers(connection: Connection) -> None:
    """Make everything as the group of keepers, so that each of them owns it; who is at work stays known by the login."""
    owned = (
        "SELECT quote_ident(datname), pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()"
    )
    name, is_owner = connection.execute(owned).fetchone()
    there = dict(
        connection.execute("SELECT rolname, pg_has_role(oid, 'MEMBER') FROM pg_roles WHERE rolname LIKE 'transitions%'")
    )
    if not is_owner and not there.get(access.KEEPERS):
        raise NotAllowedThere(
            f"{connection.path}: this is for keepers of the record, and for the login that owns the database; yours is neither. Nothing was changed."
        )
    for group in (access.STAFF, access.KEEPERS):
        if group not in there:
            _make_group(connection, group)
    if is_owner:  # every time: what was put back from a backup has lost it
        for statement in (
            f"GRANT {access.KEEPERS} TO CURRENT_USER",
            f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
            f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {access.STAFF}, {access.KEEPERS}",
            f"GRANT CREATE ON DATABASE {name} TO {access.KEEPERS}",
            f"GRANT ALL ON SCHEMA public TO {access.KEEPERS}",
            f"GRANT USAGE ON SCHEMA public TO {access.STAFF}",
        ):
            connection.execute(statement)
    connection.execute(f"SET LOCAL ROLE {access.KEEPERS}")


def _make_group(connection: Connection, group: str) -> None:
    try:
        connection.execute(f"CREATE ROLE {group}")
    except NotAllowedThere:
        raise NotAllowedThere(
            f"{connection.path}: your login may not make logins and groups. Nothing was changed; whoever runs the server allows it with: "
            f"ALTER ROLE {quoted(connection.raw.info.user)} CREATEROLE"
        ) from None


def _apply(connection: Connection, script: str) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement)
