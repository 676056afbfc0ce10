"""The server goes, or the way to it, at a bad moment: one sentence, nothing half done, and it goes on by itself."""

import random
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import date
from typing import Any

import own_server
import psycopg
import pytest
from own_server import Record
from record_over_a_wire import machine_of_their_own, record_over_a_wire

from db.custody import sealing
from db.errors import (
    CannotWriteDatabase,
    ChangedSince,
    DatabaseInUse,
    Fault,
    NewerDatabase,
    NotAllowedThere,
    OutcomeUnknown,
    ServerGone,
    WrongPassphrase,
)
from db.place import PASSWORDS, Server
from db.team import database, postgres, setup
from transitions.clock import Clock
from transitions.custody import history, locking
from transitions.milestones.recording import add_note
from transitions.pupils import editing
from transitions.team import members
from transitions.team.server import sign_in
from transitions.workspace import Workspace

__all__ = ["machine_of_their_own", "record_over_a_wire"]
CLOCK = Clock.on(date(2026, 11, 21))


def test_a_server_that_was_started_again_is_gone_on_with(record: Record) -> None:
    add_note(record.here, [record.pupil], "Before.")
    record.server.stop()
    with pytest.raises(ServerGone, match="cannot be reached"):
        add_note(record.here, [record.pupil], "Meanwhile.")
    with pytest.raises(ServerGone, match="Nothing was changed, and what you typed is kept"):
        record.here.record("pupil", record.pupil)
    record.server.start()
    assert record.here.record("pupil", record.pupil)["surname"] == "Khan"
    add_note(record.here, [record.pupil], "After.")
    assert record.notes() == ["Before.", "After."]
    assert record.is_clean()


def test_a_restart_between_two_keys_is_not_even_noticed(record: Record) -> None:
    record.server.stop("fast")
    record.server.start()
    add_note(record.here, [record.pupil], "After.")
    assert record.here.record("pupil", record.pupil)["surname"] == "Khan"


def test_a_server_that_says_nothing_more_is_not_waited_for(record: Record) -> None:
    record.here.database.give_up_after(0.3)
    record.wire.speaks.clear()
    begun = time.monotonic()
    with pytest.raises(ServerGone, match=r"no answer since \d\d:\d\d:\d\d.*Nothing was changed"):
        add_note(record.here, [record.pupil], "Into the silence.")
    assert time.monotonic() - begun < 5
    record.wire.cut()
    record.wire.mend()
    add_note(record.here, [record.pupil], "Again.")
    assert record.notes() == ["Again."]
    assert record.is_clean()


def test_a_login_that_is_taken_out_while_it_works_is_told_so_and_goes_on_when_it_is_back(record: Record) -> None:
    members.add(record.there, "F. Irst", "first", "caseworker")
    with closing(Workspace.open(record.server.address(record.name, "first"), CLOCK)) as first:
        assert first.database.away() == ""
        members.remove(record.there, "first")
        until(first.database.away, "a keeper has taken your login out")
        with pytest.raises(NotAllowedThere, match="not among those who work with this record"):
            add_note(first, [record.pupil], "Shut out.")
        members.add(record.there, "F. Irst", "first", "reader")
        until(lambda: first.database.away() or "here", "here")
        assert first.role == "reader"
    assert record.notes() == []


@pytest.mark.parametrize("at", [b"BEGIN", b"INSERT", b"journal_seal"])
def test_a_wire_cut_in_the_middle_of_a_save_keeps_nothing(record: Record, at: bytes) -> None:
    record.wire.cuts_at = at
    with pytest.raises(ServerGone, match="Nothing was changed"):
        add_note(record.here, [record.pupil], "Cut.")
    record.wire.mend()
    add_note(record.here, [record.pupil], "Again.")
    assert record.notes() == ["Again."]
    assert record.is_clean()


@pytest.mark.parametrize("delivers", [True, False], ids=["it had arrived", "it had not"])
def test_a_commit_that_nobody_answered_is_looked_up(record: Record, delivers: bool) -> None:
    record.wire.delivers, record.wire.cuts_at = delivers, b"COMMIT"
    threading.Timer(0.5, record.wire.mend).start()
    if delivers:
        assert add_note(record.here, [record.pupil], "Was it?").changed
    else:
        with pytest.raises(ServerGone, match="Nothing was changed") as caught:
            add_note(record.here, [record.pupil], "Was it?")
        assert not isinstance(caught.value, OutcomeUnknown)
    assert record.notes() == (["Was it?"] if delivers else [])
    add_note(record.here, [record.pupil], "Next.")
    assert record.is_clean()


def test_where_nobody_can_be_asked_it_says_that_it_is_not_known(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_LOOKS_FOR", 0.5)
    record.wire.delivers, record.wire.cuts_at = True, b"COMMIT"
    with pytest.raises(OutcomeUnknown, match=r"whether it was saved is not known\. Look at the history"):
        add_note(record.here, [record.pupil], "Was it?")
    record.wire.mend()
    assert history.entries(record.here, limit=1)[0].name == "Note added"


def test_a_number_that_the_server_gave_again_after_a_crash_is_not_taken_for_ours(record: Record) -> None:
    """What was lost with the server had the number of a transaction that somebody else committed afterwards."""
    there = record.there.database
    head = sealing.head(there.read())
    number, process = there.read().execute("SELECT CAST(pg_current_xact_id() AS text), pg_backend_pid()").fetchone()
    asked = record.here.database
    gone = ServerGone("lost")
    assert asked._was_committed(number, 0, head, gone)
    assert not asked._was_committed(number, 0, head._replace(seal="another"), gone)
    assert not asked._was_committed("999999999", process, head, gone)


def test_what_serves_a_lost_connection_is_ended_so_that_nobody_waits_for_it(record: Record) -> None:
    """The server has not noticed yet that the other end is gone."""
    left = record.here.database
    other = database.connect(record.server.address(record.name))
    other.begin(1)
    number, process = other.execute("SELECT CAST(pg_current_xact_id() AS text), pg_backend_pid()").fetchone()
    assert not left._was_committed(number, process, sealing.Head(0, 0, ""), ServerGone("lost"))
    add_note(record.here, [record.pupil], "Nobody in the way.")
    other.close()


def test_who_waits_in_vain_goes_on_afterwards(record: Record) -> None:
    record.here.database.wait_for_others(0.1)
    with record.there.database.write(), pytest.raises(DatabaseInUse, match="colleague"):
        add_note(record.here, [record.pupil], "Too soon.")
    add_note(record.here, [record.pupil], "Now.")
    assert record.notes() == ["Now."]


def wait_after(connection: Any, ask: str, shorten: str) -> None:
    assert connection.execute(ask).fetchone()[0] == "30s"
    connection.execute(shorten)
    connection.wait()
    time.sleep(0.3)
    connection.execute("SELECT 1")


def test_of_a_computer_that_is_gone_in_the_middle_nobody_waits_for_long(record: Record) -> None:
    idle = "SET LOCAL idle_in_transaction_session_timeout = '50ms'"
    with pytest.raises(ServerGone, match="cannot be reached"), record.there.database.write() as connection:
        wait_after(connection, "SHOW idle_in_transaction_session_timeout", idle)
    assert "idle-in-transaction timeout" in (record.server.folder / "log").read_text()
    add_note(record.here, [record.pupil], "Now.")


@pytest.fixture
def full_disk(record: Record) -> Iterator[Callable[[bool], None]]:
    """Fills, or empties, the disk on which the notes are: one of 24 MB, where such a one may be made, or a trigger that says so."""
    disk, ask = record.server.folder / "disk", record.server.ask
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m,mode=777", "tmpfs", disk]
    if subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode:
        ask(_SAYS_FULL, record.name)
        yield (
            lambda full: (
                ask(f"ALTER TABLE note {'ENABLE' if full else 'DISABLE'} TRIGGER full_disk", record.name) and None
            )
        )
        return
    (disk / "space").mkdir()
    shutil.chown(disk / "space", own_server.USER)
    ask(f"CREATE TABLESPACE small LOCATION '{disk / 'space'}'")
    ask("ALTER TABLE note SET TABLESPACE small", record.name)

    def fill(full: bool) -> None:
        if not full:
            (disk / "filler").unlink()
            return
        with (disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            while filler.write(b"\0" * 65_536):
                pass

    yield fill
    ask("ALTER TABLE note SET TABLESPACE pg_default", record.name)
    ask("DROP TABLESPACE small")
    subprocess.run(["umount", "-l", disk], check=True)


_SAYS_FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION full_disk();
ALTER TABLE note DISABLE TRIGGER full_disk
"""


def add_notes(workspace: Workspace, pupil: int, *texts: str) -> None:
    for text in texts:
        add_note(workspace, [pupil], text)


def test_a_full_disk_there_changes_nothing(record: Record, full_disk: Callable[[bool], None]) -> None:
    full_disk(True)
    text = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=19_000))
    with pytest.raises(CannotWriteDatabase, match=r"no room left\. Nothing was changed; tell whoever runs it"):
        add_notes(record.here, record.pupil, *(text[number:] for number in range(40)))
    kept = len(record.notes())
    full_disk(False)
    add_note(record.here, [record.pupil], "Room again.")
    assert record.notes()[kept:] == ["Room again."]
    assert [one.name for one in history.entries(record.here)].count("Note added") == kept + 1
    assert record.is_clean()


def test_a_login_without_the_right_password_is_told_so_and_let_in_with_it(record: Record) -> None:
    where = record.server.address(record.name, "locked")
    members.add(record.there, "L. Ocked", "locked", "caseworker")
    with pytest.raises(WrongPassphrase, match=r"none was found in ~/\.pgpass"):
        Workspace.open(where, CLOCK)
    record.server.ask("ALTER ROLE locked PASSWORD 'one'")
    PASSWORDS[where] = "one"
    with closing(Workspace.open(where, CLOCK)) as opened:
        assert (locking.can_lock(opened), locking.can_lock(record.there)) == (True, False)
        with pytest.raises(WrongPassphrase):
            sign_in(where, "none")
        assert where not in PASSWORDS
        sign_in(where, "one")
        record.server.ask("ALTER ROLE locked PASSWORD 'two'")
        add_note(opened, [record.pupil], "Who is in stays in.")
        record.server.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'locked'")
        until(opened.database.away, "does not let you in")
        with pytest.raises(ServerGone, match="does not let you in"):
            add_note(opened, [record.pupil], "Cut off.")
        PASSWORDS[where] = "two"
        until(lambda: opened.database.away() or "here", "here")
        add_note(opened, [record.pupil], "Back.")
    del PASSWORDS[where]
    assert record.notes() == ["Who is in stays in.", "Back."]


def until(ask: Callable[[], str], said: str) -> str:
    """Ask until it is said, as the app does several times a second."""
    for _ in range(100):
        if said in (answer := ask()):
            return answer
        time.sleep(0.1)
    raise AssertionError(answer)


def test_as_many_as_the_server_takes(record: Record) -> None:
    record.server.ask("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0")
    with pytest.raises(DatabaseInUse, match="takes no more connections"):
        Workspace.open(record.server.address(record.name, "crowded"), CLOCK)
    reserved = psycopg.OperationalError("FATAL: remaining connection slots are reserved for roles with privileges")
    assert isinstance(postgres.explain(reserved, Server("postgresql://x/y"), is_lost=True), DatabaseInUse)


def test_a_statement_that_took_too_long_changes_nothing_and_the_next_is_done(record: Record) -> None:
    record.here.read().execute("SET statement_timeout = '50ms'")
    with (
        pytest.raises(DatabaseInUse, match=r"took too long\. Nothing was changed"),
        record.here.database.write() as writing,
    ):
        writing.execute("SELECT pg_sleep(5)")
    record.here.read().execute("RESET statement_timeout")
    add_note(record.here, [record.pupil], "Then this.")
    assert record.notes() == ["Then this."]


def test_while_somebody_works_a_colleague_updates_the_tables(record: Record) -> None:
    newest, ask = max(setup.STEPS), record.server.ask
    ask(f"UPDATE record_version SET version = {newest + 1}", record.name)
    with pytest.raises(NewerDatabase, match=r"a colleague has a newer version .*nothing was changed"):
        add_note(record.here, [record.pupil], "By an older program.")
    with pytest.raises(NewerDatabase, match="Update the program, then open it again"):
        Workspace.open(record.server.address(record.name), CLOCK)
    ask(f"UPDATE record_version SET version = {newest - 1}", record.name)
    with pytest.raises(NewerDatabase, match="transitions team upgrade"):
        Workspace.open(record.server.address(record.name), CLOCK)
    ask(f"UPDATE record_version SET version = {newest}", record.name)
    assert record.notes() == []


def test_two_who_change_the_same_pupil(record: Record) -> None:
    """The second is told who changed what; an undo names the field that stands in its way."""
    members.add(record.there, "F. Irst", "first", "caseworker")
    members.add(record.there, "S. Econd", "second", "caseworker")
    with closing(Workspace.open(record.server.address(record.name, "first"), CLOCK)) as first, \
            closing(Workspace.open(record.server.address(record.name, "second"), CLOCK)) as second:  # fmt: skip
        editing.save_pupil(first, record.pupil, {"surname": "Begum"})
        mine = history.entries(first, limit=1)[0].id
        editing.save_pupil(second, record.pupil, {"surname": "Byrne"})
        with pytest.raises(ChangedSince, match=r"surname of this pupil has been changed since by S\. Econd"):
            history.undo(first, mine)
        with pytest.raises(Fault, match="Only a lead"):
            history.undo(first, history.entries(second, limit=1)[0].id)
        assert record.here.record("pupil", record.pupil)["surname"] == "Byrne"
