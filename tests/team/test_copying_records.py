"""A whole record goes to a server and comes back, whole or not at all."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command import Command
from second_engine import ENGINE, OfAFile

from db import driver, rows
from db.custody import access_log, sealing, unfinished
from db.database import Database
from db.errors import CannotWriteDatabase, Fault, NotAllowedThere, NotOurDatabase, ServerGone
from db.migrations import schema
from db.team import members, postgres
from db.team.copying import copy
from db.team.database import TeamDatabase
from db.team.postgres import Server
from transitions.clock import Clock
from transitions.demo.make import make
from transitions.workspace import Workspace

DAY = date(2026, 11, 21)


def nobody(done: int, of: int) -> None:
    assert 0 <= done <= of


def held(database: Database, *, numbers: bool = True) -> dict[str, list[Any]]:
    """Everything in a record, and the last numbers that were given."""
    connection = database.read()
    found: dict[str, list[Any]] = {}
    for table in schema.tables():
        columns = ", ".join(table.columns.keys())
        found[table.name] = sorted(connection.execute(f'SELECT {columns} FROM "{table.name}"').fetchall(), key=repr)
        if numbers and "id" in table.columns:
            found[table.name].append(connection.last_number(table.name))
    return found


@pytest.fixture(scope="module")
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with made-up pupils, of whom one was looked at and a worker was taken out again."""
    if request.config.getoption("engine") != "postgresql":
        pytest.skip("a server runs with --engine postgresql only")
    path = tmp_path_factory.mktemp("made") / "demo.db"
    database = OfAFile(path, create=True)
    workspace = Workspace(database, Clock.on(DAY))
    workspace._bring_up_to_date()
    make(workspace, 60)
    with database.write() as connection:
        access_log.note(connection, 1, 1, "page", Clock.now())
        connection.execute("INSERT INTO worker (name) VALUES ('Gone')")
        connection.execute("DELETE FROM worker WHERE name = 'Gone'")
    workspace.close()
    return path


@pytest.fixture
def opened() -> Iterator[Callable[[Path | Server], Database]]:
    found: list[Database] = []

    def at(where: Path | Server) -> Database:
        found.append(TeamDatabase(where) if isinstance(where, Server) else OfAFile(where, create=True))
        return found[-1]

    yield at
    for database in found:
        database.close()


Opened = Callable[[Path | Server], Database]


def test_there_and_back_nothing_is_different(opened: Opened, made: Path, server: Server, tmp_path: Path) -> None:
    file, there, back = opened(made), opened(server), opened(tmp_path / "back.db")
    counted = copy(file, there, nobody)
    assert counted["pupil"] == 60
    assert held(there) == held(file)
    assert copy(there, back, nobody) == counted
    assert held(back) == held(file)
    for database in (there, back):
        connection = database.read()
        assert sealing.head(connection) == sealing.head(file.read())
        assert not [*sealing.altered(connection), *access_log.altered(connection)]
        with pytest.raises(driver.IntegrityError, match="what happened stands"):
            connection.execute("DELETE FROM journal_change")
        agreed = "SELECT id FROM plan WHERE agreed_on IS NOT NULL"
        with pytest.raises(driver.IntegrityError, match="what was agreed stands"):
            connection.execute(f"UPDATE plan_outcome SET hope = 'x' WHERE plan_id IN ({agreed})")
        with database.write() as into:  # the next number comes after those that were given
            (number,) = rows.insert_row(into, "worker", {"name": "New"}, giving="id")
        assert number == file.read().last_number("worker") + 1
    assert OfAFile(tmp_path / "back.db").read()


def test_between_two_files_and_two_servers(opened: Opened, made: Path, server: Server, tmp_path: Path) -> None:
    file, second = opened(made), opened(tmp_path / "second.db")
    copy(file, second, nobody)
    assert held(second) == held(file)
    there, other = opened(server), opened(ENGINE[0].database_of(tmp_path / "other", create=True))
    copy(file, there, nobody)
    copy(there, other, nobody)
    assert held(other) == held(file)


def test_what_is_saved_meanwhile_stays_behind(opened: Opened, made: Path, server: Server, tmp_path: Path) -> None:
    first = opened(tmp_path / "first.db")
    copy(opened(made), first, nobody)
    before = held(first, numbers=False)  # of which a server keeps no moment
    for source, target in ((first, opened(server)), (opened(server), opened(tmp_path / "back.db"))):
        another = opened(first.path if source is first else server)

        def save(done: int, of: int, into: Database = another) -> None:
            if done == of:
                return
            if not into.read().execute("SELECT count(*) FROM worker WHERE name = 'Meanwhile'").fetchone()[0]:
                with into.write() as connection:
                    connection.execute("INSERT INTO worker (name) VALUES ('Meanwhile')")

        copy(source, target, save)
        assert held(target, numbers=False) == before
        assert held(source, numbers=False) != before


@pytest.mark.parametrize("to_server", [True, False])
def test_what_did_not_arrive_as_it_was_sent_is_taken_back(
    to_server: bool, opened: Opened, made: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = opened(made), opened(server if to_server else tmp_path / "new.db")
    before = held(target)
    kind = type(target.read())
    fill = kind.fill

    def without_the_last(self: Any, table: str, columns: Any, rows: Any) -> None:
        found = list(rows)
        fill(self, table, columns, found[:-1] if table == "note" else found)

    monkeypatch.setattr(kind, "fill", without_the_last)
    with pytest.raises(CannotWriteDatabase, match="the table note did not arrive as it was sent"):
        copy(source, target, nobody)
    assert held(target) == before
    monkeypatch.undo()
    copy(source, target, nobody)
    assert held(target) == held(source)


@pytest.mark.parametrize("to_server", [True, False])
def test_a_server_that_is_lost_on_the_way_leaves_nothing_behind(
    to_server: bool, opened: Opened, made: Path, server: Server, tmp_path: Path
) -> None:
    file, there, back = opened(made), opened(server), opened(tmp_path / "back.db")
    if not to_server:
        copy(file, there, nobody)
    source, target = (file, there) if to_server else (there, back)
    before = held(target)
    killer, lost = postgres.connect(server), list[int]()

    def lose(done: int, of: int) -> None:
        if done > of / 3 and not lost:  # what is made in its place stays
            lost.append(there.read().raw.info.backend_pid)
            killer.execute(f"SELECT pg_terminate_backend({lost[0]})")

    with pytest.raises(ServerGone, match="the server cannot be reached"):
        copy(source, target, lose)
    killer.close()
    assert held(target) == before
    copy(source, target, nobody)
    assert held(target) == held(file)


def test_what_a_server_does_not_take_is_said(opened: Opened, made: Path, server: Server, tmp_path: Path) -> None:
    bent = opened(tmp_path / "bent.db")
    copy(opened(made), bent, nobody)
    bent.read().execute("UPDATE worker SET name = 'K' || char(0) WHERE id = 1")
    with pytest.raises(CannotWriteDatabase, match=r"not everything .* is taken there .*NUL.* Nothing was written"):
        copy(bent, opened(server), nobody)
    bent.read().execute("PRAGMA foreign_keys = OFF")
    bent.read().execute("UPDATE worker SET name = 'K', school_id = 999999 WHERE id = 1")
    for target in (opened(server), opened(tmp_path / "other.db")):
        with pytest.raises(CannotWriteDatabase, match="Nothing was written"):
            copy(bent, target, nobody)
        assert not target.read().execute("SELECT count(*) FROM pupil").fetchone()[0]


def test_only_into_what_is_empty_and_only_all_of_it(opened: Opened, made: Path, server: Server, tmp_path: Path) -> None:
    file, there = opened(made), opened(server)
    Workspace.open(tmp_path / "server.db", Clock.on(DAY)).close()  # puts in the milestones that come with the program
    copy(file, there, nobody)
    before = held(there)
    for target in (there, opened(made)):
        with pytest.raises(NotOurDatabase, match="there are records already"):
            copy(file, target, nobody)
    assert held(there) == before
    with there.write() as connection:
        unfinished.begin(connection, unfinished.UnfinishedFile(".x", "x.csv", replaces=False))
    with pytest.raises(NotOurDatabase, match="a file is still being written"):
        copy(there, opened(tmp_path / "back.db"), nobody)


def test_only_keepers_copy(opened: Opened, made: Path, server: Server, tmp_path: Path) -> None:
    copy(opened(made), opened(server), nobody)
    connection = postgres.connect(server)
    for role, worker in (("lead", 1), ("keeper", 2)):
        members.add(connection, f"test_copy_{role}", role, worker, None)  # type: ignore[arg-type]
    connection.close()

    def as_login(role: str, where: Server) -> Database:
        return opened(Server(re.sub(r"//[^@]*@", f"//test_copy_{role}@", where.url)))

    with pytest.raises(NotAllowedThere, match="does not see all pupils"):
        copy(as_login("lead", server), opened(tmp_path / "no.db"), nobody)
    back, empty = opened(tmp_path / "back.db"), ENGINE[0].database_of(tmp_path / "other", create=True)
    copy(as_login("keeper", server), back, nobody)
    with pytest.raises(Fault):
        copy(back, as_login("lead", empty), nobody)
    copy(back, as_login("keeper", empty), nobody)
    assert held(opened(empty)) == held(back)


def test_a_number_that_a_server_used_up_is_not_missed_in_the_file(
    opened: Opened, made: Path, server: Server, tmp_path: Path
) -> None:
    there, back = opened(server), opened(tmp_path / "back.db")
    copy(opened(made), there, nobody)
    with suppress(KeyError), there.write() as connection:
        access_log.note(connection, 1, 2, "page", Clock.now())
        raise KeyError
    with there.write() as connection:
        access_log.note(connection, 1, 3, "page", Clock.now())
    copy(there, back, nobody)
    assert not list(access_log.altered(back.read()))
    back.read().execute("DROP TRIGGER record_view_goes_never")
    back.read().execute("DELETE FROM record_view WHERE pupil_id = 3")
    last = back.read().last_number("record_view") - 1
    assert [where for _, where in access_log.altered(back.read())] == [f"{last - 1} of {last} are there"]


@pytest.mark.of_a_file
def test_the_command_copies_a_file(school: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = school.folder / "copies" / "copy.db"
    passphrase = school.write("passphrase", ["quartz lantern gosling embargo thimble"])
    monkeypatch.setenv("TRANSITIONS_NEW_FILE", "encrypted")
    said = school.ok("copy", school.path, copied, "--passphrase-file", passphrase).err
    assert "Copied 3 pupils with 4 actions of the history" in said
    assert copied.read_bytes()[:6] != b"SQLite"
    told = [school(name, "--format", "json").out for name in ("list", "history", "check")]
    again = school("copy", school.path, copied, "--passphrase-file", passphrase)
    assert (again.status, "there are records already" in again.err) == (65, True)
    missing = school("copy", school.folder / "none.db", school.folder / "new.db")
    assert (missing.status, (school.folder / "new.db").exists()) == (66, False)
    school.path = copied
    there = ("--format", "json", "--passphrase-file", passphrase)
    assert [school(name, *there).out for name in ("list", "history", "check")] == told
