"""The tests on PostgreSQL: ``pytest --engine postgresql``.

A path that a test names becomes a small file that stands for a database of its own, copied from a template; whoever copies the file
gets, when it is opened, a copy of the database. So a test neither knows nor cares.
"""

import json
import os
import re
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import packaged_server
import psycopg
import pytest
from command import Command

from db import database as files
from db import rows
from db.errors import NoDatabase
from db.milestones import definitions
from db.place import Server
from db.team import postgres, setup
from db.team.database import TeamDatabase
from db.team.postgres import connect
from transitions.workspace import Workspace

_MOST_TIMES = 50
"""How often a database is used again: what was taken out of it stays in its way until it is vacuumed."""
_ROOM = 2_000_000_000
_MOST_WAIT = 6
"""How many connections a process keeps for the next test: a server takes a hundred."""
_TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
_NUMBERS = "SELECT format('setval(%L, %s, %L)', sequencename, coalesce(last_value, 1), last_value IS NOT NULL) FROM pg_sequences WHERE schemaname = 'public'"
_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


class Engine:
    """One server for the whole run; every process of it makes databases of its own, and drops them.

    To make a database costs five times what a test does, so one that is done with is emptied, and filled as its template is, for the next.
    """

    def __init__(self, folder: Path) -> None:
        self.base = packaged_server.PACKAGE.get_server(folder).get_uri()
        with psycopg.connect(self.base, autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
            for (name,) in connection.execute(r"SELECT datname FROM pg_database WHERE datname ~ '^t\d+_'").fetchall():
                if not _is_running(int(name[1:].partition("_")[0])):  # a run that was killed
                    connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.made: dict[str, Path | None] = {}
        self.templates: dict[str, str] = {}
        """By template what brings a copy of it back to what it was."""
        self.copies: dict[str, str] = {}
        """By database the template, as long as nobody has changed the tables."""
        self.spare: dict[str, list[str]] = {}
        self.used: dict[str, int] = {}
        self.raw: dict[str, postgres._Raw] = {}
        """A connection to a database that waits for the next to use it."""
        self.template = self._make(None, "template0", " ENCODING 'UTF8' LOCALE 'C'")
        setup.create(self.address(self.template))

    def address(self, name: str) -> Server:
        return Server(self.base.replace("/postgres?", f"/{name}?"))

    def _make(self, path: Path | None, template: str, more: str = "") -> str:
        name = f"t{os.getpid()}_{uuid.uuid4().hex[:12]}"
        if waiting := self.raw.pop(template, None):
            waiting.close()
        with psycopg.connect(self.base, autocommit=True) as connection:
            # a template must be nobody's while it is copied
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            connection.execute(others, (template,))
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy{more}')
        self.made[name] = path
        return name

    def _copy(self, path: Path, template: str) -> str:
        """A copy of a database for a path: one that was used before, where there is one."""
        comes_from = self.made[template]
        stays = comes_from is None or not path.is_relative_to(comes_from.parent)
        if stays and template not in self.templates:
            self.templates[template] = self._keep(template)
        if spare := self.spare.get(template):
            name = spare.pop()
            self.made[name] = path
        else:
            name = self._make(path, template)
            if stays:
                self.copies[name] = template
        path.write_text(json.dumps({"name": name, "path": str(path)}))
        return name

    def _keep(self, template: str) -> str:
        """Have a template hold a second time what it holds; what brings a copy back to that."""
        with psycopg.connect(self.address(template).url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept")
            tables = [table for (table,) in connection.execute(_TABLES).fetchall()]
            filled = [one for one in tables if connection.execute(f"SELECT 1 FROM {one} LIMIT 1").fetchone()]
            for table in filled:
                connection.execute(f"CREATE TABLE kept.{table} AS SELECT * FROM {table}")
            numbers = [number for (number,) in connection.execute(_NUMBERS).fetchall()]
        empty = [f"DELETE FROM {table}" for table in tables]
        fill = [f"INSERT INTO {table} SELECT * FROM kept.{table}" for table in filled]
        return ";".join(
            (
                "SET session_replication_role = replica",
                *empty,
                *fill,
                f"SELECT {', '.join(numbers)}",
                "DISCARD TEMP",
                "UNLISTEN *",
                "RESET ALL",
            )
        )

    def database_of(self, path: Path, *, create: bool) -> Server:
        """The database for which a file stands; a copy of it when the file is a copy."""
        path = path.absolute()
        if not path.exists() and not create:
            raise NoDatabase(f"{path}: there is no database here yet. Open the app or import pupils to create one.")
        if not path.exists() or not path.stat().st_size:
            return self.address(self._copy(path, self.template))
        said = json.loads(path.read_text())
        name = said["name"] if said["path"] == str(path) else self._copy(path, said["name"])
        return self.address(name)

    def kept(self, path: Path) -> bytes:
        """What stands for a copy of a database that stays for the tests to come."""
        return json.dumps({"name": self._make(None, json.loads(path.read_text())["name"]), "path": ""}).encode()

    def connect(self, where: Server, database: str = "", patience: float | None = None) -> postgres.Connection:
        is_ours = where == self.address(where.name) and not database
        raw = self.raw.pop(where.name, None) if is_ours else None
        if raw is None:
            return connect(where, database, patience)
        raw.patience = patience
        return postgres.Connection(raw, where)

    def let_go(self, connection: postgres.Connection) -> None:
        raw, name = connection.raw, connection.path.name
        is_sound = not connection.is_lost and not connection.in_transaction
        if connection.path == self.address(name) and name in self.copies and name not in self.raw and is_sound:
            self.raw[name] = raw
            if len(self.raw) > _MOST_WAIT:
                self.raw.pop(next(iter(self.raw))).close()
        else:
            raw.close()

    def drop(self, folder: Path | None) -> None:
        """Let go the databases of a test's folder; those that several tests share stay until all are dropped (None)."""
        for name in [
            name for name, path in self.made.items() if folder is None or (path and path.is_relative_to(folder))
        ]:
            template = self.copies.get(name)
            self.used[name] = self.used.get(name, 0) + 1
            if folder is not None and template is not None and self.used[name] < _MOST_TIMES:
                self.made[name] = None
                self._clean(name, template)
                self.spare.setdefault(template, []).append(name)
            else:
                if name in self.raw:
                    self.raw.pop(name).close()
                with psycopg.connect(self.base, autocommit=True) as connection:
                    connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                del self.made[name]
                self.copies.pop(name, None)

    def _clean(self, name: str, template: str) -> None:
        if name not in self.raw:
            self.raw[name] = connect(self.address(name)).raw
        self.raw[name].execute(_OTHERS)
        self.raw[name].execute(self.templates[template])
        for _ in self.raw[name].notifies(timeout=0):
            pass


ENGINE: list[Engine] = []
OfAFile = files.Database
"""What opens a file all the same."""


class OnTheServer(TeamDatabase):
    """What a test opens as ``Database(path)``."""

    def __init__(self, path: Path, *, create: bool = False, read_only: bool = False) -> None:
        super().__init__(ENGINE[0].database_of(path, create=create), read_only=read_only)

    def become(self, connection: files.driver.Connection, worker_id: int) -> None:
        """A test says who is at the keyboard as it does of a file: more than one a login, one after the other."""
        OfAFile.become(self, connection, worker_id)


_open = Workspace.open.__func__  # type: ignore[attr-defined] # it is a class method


def _opened(cls: type[Workspace], *where: Any, **how: Any) -> Workspace:
    workspace: Workspace = _open(cls, *where, **how)
    if isinstance(workspace.database, OnTheServer) and workspace.me is None:
        workspace._me = definitions.setting(workspace.read(), "me")
    return workspace


_marked, _execute = postgres._marked, postgres.Connection.execute


def _with_question_marks(sql: str, *, named: bool) -> str:
    """Tests ask with question marks, too."""
    marked = _marked(sql, named=named)
    return marked if named else re.sub(r"'[^']*'|\?", lambda found: "%s" if found[0] == "?" else found[0], marked)


def _by_itself(connection: postgres.Connection, sql: str, parameters: Any = ()) -> Any:
    """Tests go on in a transaction after a statement that was refused, as a file allows; the program never does."""
    if sql.startswith(_OF_TABLES):
        ENGINE[0].copies.pop(connection.path.name, None)
    if not _is_of_a_test() or not sql.startswith(_CHANGES) or not connection.in_transaction:
        return _execute(connection, sql, parameters)
    connection.raw.execute("SAVEPOINT statement")
    try:
        done = _execute(connection, sql, parameters)
        connection.wait()
    except Exception:
        if not connection.is_lost:
            connection.raw.execute("ROLLBACK TO statement")
        raise
    connection.raw.execute("RELEASE statement")
    return done


def _is_of_a_test() -> bool:
    """Whether a test asks for this statement, by itself or through what writes a row."""
    frame = sys._getframe(2)
    while frame.f_back and frame.f_code.co_filename == rows.__file__:
        frame = frame.f_back
    return "/tests/" in frame.f_code.co_filename


def _let_go(connection: postgres.Connection) -> None:
    ENGINE[0].let_go(connection)


_CHANGES = ("INSERT", "UPDATE", "DELETE")
_OF_TABLES = ("ALTER", "DROP", "CREATE TABLE", "CREATE TRIGGER", "CREATE INDEX", "CREATE VIEW")


def _once(command: Command, name: str, make: Callable[[], object]) -> Command:
    if name not in command.made:
        make()
        command.made[name] = ENGINE[0].kept(command.path)
    command.path.write_bytes(command.made[name])
    return command


def install() -> None:
    """Have every database that is opened in this process be one on the server."""
    memory = Path("/dev/shm")  # three times as fast as a disk that others write to; in a container it may be small
    is_roomy = memory.is_dir() and shutil.disk_usage(memory).free > _ROOM
    folder = memory if is_roomy else Path(tempfile.gettempdir())
    ENGINE.append(Engine(folder / f"transitions-{packaged_server.PACKAGE.__name__}-{os.getuid()}"))
    import db.team
    import db.team.database

    setattr(postgres, "_marked", _with_question_marks)  # noqa: B010
    setattr(postgres.Connection, "execute", _by_itself)  # noqa: B010
    setattr(Workspace, "open", classmethod(_opened))  # noqa: B010
    setattr(Command, "once", _once)  # noqa: B010
    setattr(postgres.Connection, "close", _let_go)  # noqa: B010
    setattr(db.team.database, "connect", ENGINE[0].connect)  # noqa: B010
    for module in (files, db.team):
        setattr(module, "Database", OnTheServer)  # noqa: B010 # mypy would not have a class assigned to


_OF_A_FILE = {"recorder", "makes_backups"}
"""Fixtures that only tests of files ask for."""


_OF_RECORDS = {"opener", "new_file", "demo", "command", "server", "team", "record", "machine"}
_OPENS = ("Workspace.open(", "Database(", "run([", "run_app")


@cache
def _opens_records(module: Path) -> bool:
    text = module.read_text(encoding="utf-8")
    return any(word in text for word in _OPENS)


def _is_of_records(item: pytest.Item) -> bool:
    """Whether a test opens records at all: what has nothing to do with them is the same on both engines."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return not _OF_A_FILE & fixtures and bool(_OF_RECORDS & fixtures or _opens_records(item.path))


class Plugin:
    """Leaves out what is of files alone, or of no records, and leaves no database behind."""

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        left_out = [one for one in items if not _is_of_records(one) or one.get_closest_marker("of_a_file")]
        items[:] = [one for one in items if one not in left_out]
        config.hook.pytest_deselected(items=left_out)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> object:
        folder = getattr(item, "funcargs", {}).get("tmp_path")
        try:
            return (yield)
        finally:
            if folder is not None:
                ENGINE[0].drop(folder)

    def pytest_sessionfinish(self) -> None:
        ENGINE[0].drop(None)
