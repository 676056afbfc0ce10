"""Whoever alters what happened breaks its seals: each way of doing so is tried, with the triggers taken away and put back."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from builders import add_marker, add_pupil, add_worker, edit_pupil
from conftest import TODAY
from made_plans import agreed_plan

from db import driver, migrations
from db.custody import access_log, anchors, as_written, backup, encryption, erasing, keys, sealing, thinning
from db.custody.restoring import restore
from db.database import Database
from db.driver import Connection, IntegrityError
from db.errors import NothingToUndo
from db.migrations import STEPS, upgrade
from transitions.clock import Clock
from transitions.custody import access_log as looks
from transitions.custody import health_check, history
from transitions.custody.notices import notices
from transitions.errors import NoSuchFile
from transitions.exporting.documents.model import Document, Paragraph
from transitions.exporting.documents.rendering import write_document
from transitions.exporting.outgoing import ExportNote, put_in_place
from transitions.exporting.writer import TABLES, TableColumn, TableHeading, write_table
from transitions.impact import snapshots
from transitions.milestones import recording
from transitions.pupils.history import of_pupil
from transitions.workspace import Workspace


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with an agreed plan and some more actions, the last of them an undo."""
    path = tmp_path_factory.mktemp("sealed") / "pupils.db"
    workspace = Workspace.open(path, Clock(TODAY, pretended=True), create=True)
    workspace.become(add_worker(workspace))
    add_worker(workspace, "B. Lee")
    agreed_plan(workspace)
    pupil = add_pupil(workspace, surname="Quillfeather", forename="Zeb", tier="universal")
    add_marker(workspace, pupil, "do not disclose", "contacts")
    recording.add_note(workspace, [pupil], "Rang home")
    for _ in range(2):
        looks.note(workspace, pupil, "page")
        looks.note(workspace, pupil - 1, "page")
    edit_pupil(workspace, pupil, tier="enhanced")
    edit_pupil(workspace, pupil, tier="targeted")
    history.undo(workspace)
    workspace.close()
    return path


@pytest.fixture
def database(made: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "pupils.db"
    shutil.copyfile(made, path)
    opened = Database(path)
    yield opened
    opened.close()


def found(database: Database) -> list[tuple[str, str]]:
    connection = database.read()
    return [
        *sealing.altered(connection),
        *(anchors.missing(connection, database.path) if database.is_file else ()),
        *as_written.rewritten(connection),
        *access_log.altered(connection),
    ]


def tamper(database: Database, *statements: str) -> None:
    """Write as another program would that knows of the triggers: they are taken away, and put back as they were."""
    connection = database.read()
    if not database.is_file:
        for statement in ("SET session_replication_role = replica", *statements, "RESET session_replication_role"):
            connection.execute(statement)
        return
    connection.execute("PRAGMA foreign_keys = OFF")
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    for _, sql in triggers:
        connection.execute(sql)
    connection.execute("PRAGMA foreign_keys = ON")
    migrations.check_triggers(connection, database.path)


def number(database: Database, name: str) -> int:
    return int(database.read().execute("SELECT min(id) FROM journal WHERE name = ?", (name,)).fetchone()[0])


def test_what_the_program_writes_is_sealed_and_stands(database: Database) -> None:
    connection = database.read()
    actions = connection.execute("SELECT count(*) FROM journal").fetchone()[0]
    head = sealing.head(connection)
    assert head is not None
    assert head.position == actions == connection.execute("SELECT count(*) FROM journal_seal").fetchone()[0]
    assert found(database) == []
    assert sealing.tail_stands(connection)


SAYS = "the history's entry for an action was altered"
CHANGED = "an action's changes were altered in the history or removed from it"
OUT = "actions were removed from the history or reordered"
PLAN = "an agreed plan was rewritten"
_LATER = "(SELECT id FROM journal WHERE name = 'Pupil edited' ORDER BY id LIMIT 1)"
_ADDED = "(SELECT max(id) FROM journal WHERE name = 'Pupil added')"


@pytest.mark.parametrize(
    ("what", "statements"),
    [
        (SAYS, [f"UPDATE journal SET summary = 'Another' WHERE id = {_LATER}"]),
        (SAYS, [f"UPDATE journal SET summary = '' WHERE id = {_LATER}"]),
        (SAYS, [f"UPDATE journal SET worker_id = 2 WHERE id = {_LATER}"]),
        (SAYS, [f"UPDATE journal SET worker_id = NULL WHERE id = {_LATER}"]),
        (SAYS, [f"UPDATE journal SET at = '2026-01-01 09:00:00.000000' WHERE id = {_LATER}"]),
        (SAYS, [f"UPDATE journal SET kind = 'export' WHERE id = {_LATER}"]),
        (SAYS, [f"UPDATE journal SET name = 'Pupil archived' WHERE id = {_LATER}"]),
        (SAYS, ["UPDATE journal SET undoes = undoes - 1 WHERE kind = 'undo'"]),
        (SAYS, [f"UPDATE journal_seal SET payload = seal WHERE action_id = {_LATER}"]),
        (SAYS, [f"UPDATE journal_seal SET seal = payload WHERE action_id = {_LATER}"]),
        (CHANGED, [f"UPDATE journal_change SET new_values = '{{\"tier\":\"targeted\"}}' WHERE action_id = {_LATER}"]),
        (CHANGED, [f"UPDATE journal_change SET old_values = NULL WHERE action_id = {_LATER}"]),
        (CHANGED, [f"UPDATE journal_change SET pupil_id = 1 WHERE action_id = {_LATER}"]),
        (CHANGED, [f"UPDATE journal_change SET row_key = '{{\"id\":1}}' WHERE action_id = {_LATER}"]),
        (CHANGED, [f"DELETE FROM journal_change WHERE action_id = {_LATER}"]),
        (CHANGED, [f"DELETE FROM journal_change WHERE action_id = {_ADDED} AND position = 0"]),
        (CHANGED, [f"INSERT INTO journal_change SELECT action_id, 9, 'pupil', row_key, 1, NULL, NULL FROM journal_change WHERE action_id = {_LATER}"]),
        ("as if erased", [f"INSERT INTO journal_erased SELECT {_LATER}, -1, payload, action_id FROM journal_seal LIMIT 1",
                          f"UPDATE journal SET summary = '' WHERE id = {_LATER}"]),
        (OUT, [f"DELETE FROM {table} WHERE {column} = (SELECT max(id) - 2 FROM journal)"
               for table, column in (("journal_seal", "action_id"), ("journal_change", "action_id"), ("journal", "id"))]),
        (OUT, ["UPDATE journal_seal SET action_id = -action_id WHERE action_id IN (2, 3)",
               "UPDATE journal_seal SET action_id = 5 + action_id WHERE action_id < 0"]),
        ("another program added an action to the history",
         ["INSERT INTO journal (at, kind, name, summary) VALUES ('2026-11-21 09:00:00', 'change', 'Note added', 'x')"]),
        ("the key for the history's seals was removed", ["DELETE FROM journal_key"]),
        (SAYS, [f"UPDATE journal_key SET secret = '{'00' * 32}'"]),
        (f"{PLAN}: hopes", ["UPDATE plan SET hopes = 'Something else'"]),
        (f"{PLAN}: hopes, agreed on", ["UPDATE plan SET status = 'draft', agreed_on = NULL, hopes = 'Something else'"]),
        (f"{PLAN}: outcome", ["UPDATE plan_outcome SET outcome = 'Something else'"]),
        (f"{PLAN}: what", ["UPDATE plan_action SET what = 'Something else'"]),
        ("agreed content was removed from a plan", ["DELETE FROM plan_outcome"]),
        ("a record differs from what the history says was written: name", ["UPDATE worker SET name = 'Somebody Else' WHERE id = 2"]),
        ("a record differs from what the history says was written: surname", ["UPDATE pupil SET surname = 'Forged' WHERE surname = 'Quillfeather'"]),
        ("a record differs from what the history says was written: ended on", ["UPDATE marker SET ended_on = '2026-11-01'"]),
        ("a record differs from what the history says was written: text", ["UPDATE note SET text = 'Forged'"]),
        ("a record was removed", ["DELETE FROM marker"]),
        ("an entry was rewritten", ["UPDATE record_view SET worker_id = NULL WHERE id = 2"]),
        ("an entry was rewritten", ["UPDATE record_view SET pupil_id = 7, how = 'plan' WHERE id = 1"]),
        ("an entry was rewritten", ["UPDATE record_view SET at = '2026-11-01 09:00:00'"]),
        # on a server a number may be missing: a change that was taken back had it
        pytest.param("an entry was rewritten", ["DELETE FROM record_view WHERE id = 1", "UPDATE record_view SET id = 1 WHERE id = 2",
                     "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'record_view'"], marks=pytest.mark.of_a_file),
        pytest.param("the record of who looked was altered", ["DELETE FROM record_view"], marks=pytest.mark.of_a_file),
        pytest.param("the record of who looked was altered", ["DELETE FROM record_view WHERE id = 1"], marks=pytest.mark.of_a_file),
    ],
)  # fmt: skip
def test_each_way_of_altering_what_happened_is_found(database: Database, what: str, statements: list[str]) -> None:
    tamper(database, *statements)
    assert [one for one in found(database) if what in one[0]], found(database)


def test_what_was_altered_is_named_and_what_stands_is_not(database: Database) -> None:
    which = number(database, "Pupil edited")
    tamper(database, f"UPDATE journal SET summary = 'Another' WHERE id = {which}")
    assert [(what.split(" was ")[0], where) for what, where in found(database)] == [
        ("the history's entry for an action", f"action #{which}")
    ]


@pytest.mark.of_a_file
@pytest.mark.parametrize("begins_anew", [False, True])
def test_a_tail_that_was_cut_is_found_by_the_newest_head_that_was_kept(database: Database, begins_anew: bool) -> None:
    connection = database.read()
    backup.make(connection, database.path)
    last = connection.execute("SELECT max(id) FROM journal").fetchone()[0]
    cut = [
        f"DELETE FROM {table} WHERE {column} >= {last - 1}"
        for table, column in (("journal_seal", "action_id"), ("journal_change", "action_id"), ("journal", "id"))
    ]
    tamper(database, *cut, f"UPDATE sqlite_sequence SET seq = {last - 2} WHERE name = 'journal'")
    if begins_anew:  # the program itself goes on after the cut, and gives the same numbers again
        with database.write() as writing:
            for _ in range(2):
                writing.execute(
                    "INSERT INTO journal (at, kind, name, summary) VALUES ('2026-11-21', 'export', 'x', 'y')"
                )
    assert list(sealing.altered(connection)) == []
    ((what, where),) = found(database)
    assert "the history was cut or started again" in what
    assert f"action #{last}, kept with pupils-" in where


def cut_after(database: Database, action_id: int) -> None:
    cut = [
        f"DELETE FROM {table} WHERE {column} > {action_id}"
        for table, column in (("journal_seal", "action_id"), ("journal_change", "action_id"), ("journal", "id"))
    ]
    tamper(database, *cut)


@pytest.mark.of_a_file
def test_heads_in_a_second_folder_tell_when_the_first_are_gone(database: Database, tmp_path: Path) -> None:
    path, connection, last = database.path, database.read(), sealing.head(database.read())
    assert last is not None
    earlier = backup.make(connection, path)
    thinning.copy_along(path, tmp_path, Clock.now())
    assert all(one.stat().st_mode & 0o077 == 0 for one in tmp_path.rglob(anchors.HEADS)) or os.name == "nt"
    second = thinning.second_folder_for(path, tmp_path)
    (backup.folder_for(path) / anchors.HEADS).unlink()
    assert list(anchors.missing(connection, path, second)) == []
    cut_after(database, last.action_id - 1)
    assert list(anchors.missing(connection, path)) == []
    assert len(list(anchors.missing(connection, path, second))) == 1
    database.close()
    restore(earlier, path)
    with closing(driver.connect(path)) as opened:  # of which the second folder has not heard yet
        assert list(anchors.missing(opened, path, second)) == []


def test_a_file_that_left_tells_of_what_was_cut_off_since(database: Database, tmp_path: Path) -> None:
    workspace, note = Workspace(database, Clock(TODAY)), ExportNote("Exported a test", ["1 row"])
    before = sealing.head(database.read())
    assert before is not None
    written = health_check.head(workspace)
    add_worker(workspace, "C. Last")
    files = [tmp_path / f"left.{ending}" for ending in ("csv", "xlsx", "docx", "html", "pack")]
    for file in files:
        if file.suffix in TABLES:
            columns, heading = [TableColumn("Name")], TableHeading("A test", TODAY)
            write_table(workspace, file, columns, [["Zeb"]], heading, note=lambda _: note)
        elif file.suffix == ".pack":
            with put_in_place(workspace, file, lambda: note) as made:
                made.write_bytes(b"sealed")
        else:
            write_document(workspace, Document("A test", (Paragraph("Zeb"),), "foot", TODAY), file, "Wrote a test")
    for file in files:
        gone, said = health_check.against(workspace, str(file))
        assert (gone, "is as it left with action" in said) == ([], True)
    files[0].write_text(files[0].read_text("utf-8").replace("Zeb", "Zac"), encoding="utf-8")
    gone, said = health_check.against(workspace, str(files[0]))
    assert (gone, said.startswith("The history holds the")) == ([], True)
    cut_after(database, before.action_id)
    for file in files:
        (finding,), _ = health_check.against(workspace, str(file))
        assert ("the history was cut" if file.suffix == ".pack" else "cut or started again: it had") in finding.what
    assert health_check.against(workspace, written)[0] == []
    (other,), _ = health_check.against(workspace, f"{'0' * 12}{written[12:]}")
    assert "belongs to other records" in other.what
    with pytest.raises(NoSuchFile, match="not the head of a history"):
        health_check.against(workspace, "nothing")


@pytest.mark.of_a_file
def test_an_earlier_backup_put_back_is_no_cut_tail(database: Database) -> None:
    path = database.path
    earlier = backup.make(database.read(), path)
    with database.write() as writing:
        writing.execute("INSERT INTO journal (at, kind, name, summary) VALUES ('2026-11-21', 'export', 'x', 'y')")
    backup.make(database.read(), path)
    database.close()
    restore(earlier, path)
    with closing(driver.connect(path)) as connection:
        assert list(anchors.missing(connection, path)) == []
    assert [one.where for one in anchors.kept(path)] == ["restored"]


@pytest.mark.of_a_file
def test_a_file_in_the_place_of_another_is_told_from_one_that_was_cut(database: Database) -> None:
    backup.make(database.read(), database.path)
    tamper(database, "UPDATE journal_key SET secret = hex(zeroblob(32))", "DELETE FROM journal_seal")
    with database.write():
        pass  # sealed anew, every action, under a key of one's own
    (what,) = (what for what, _ in found(database) if "opened which record" not in what)
    assert "this file's history was started again" in what


@pytest.mark.of_a_file
def test_heads_that_somebody_spoiled_are_passed_by(database: Database) -> None:
    backup.make(database.read(), database.path)
    with (backup.folder_for(database.path) / anchors.HEADS).open("ab") as file:
        file.write(b"nothing\n\tof\tthis\tis\ta\thead\n\n")
    assert found(database) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET summary = 'x'",
        "UPDATE journal SET summary = ''",
        "DELETE FROM journal",
        "UPDATE journal_change SET new_values = '{}'",
        "UPDATE journal_change SET old_values = NULL, new_values = NULL",
        "DELETE FROM journal_change",
        "UPDATE journal_seal SET seal = ''",
        "DELETE FROM journal_seal",
        "UPDATE journal_key SET secret = ''",
        "DELETE FROM journal_key",
    ],
)
def test_the_database_refuses_to_alter_what_happened(database: Database, statement: str) -> None:
    with pytest.raises(IntegrityError, match="what happened stands"), database.write() as connection:
        connection.execute(statement)


@pytest.mark.of_a_file
def test_without_a_trigger_the_file_is_not_opened_and_check_says_which(database: Database) -> None:
    database.read().execute("DROP TRIGGER journal_change_changes_never")
    assert migrations.differences(database.read()) == ["its trigger 'journal_change_changes_never' is missing"]
    with pytest.raises(driver.Fault, match="journal_change_changes_never"):
        Database(database.path)


def test_erasing_takes_the_values_out_and_the_seals_hold(database: Database) -> None:
    workspace = Workspace(database, Clock(TODAY, pretended=True))
    pupil = database.read().execute("SELECT id FROM pupil WHERE surname = 'Quillfeather'").fetchone()[0]
    with workspace.change("Pupil edited", "for the test") as action:
        action.update("pupil", {"id": pupil}, {"surname": "Removed", "forename": "", "search_text": ""})
    with workspace.change(erasing.ERASED, f"pupil #{pupil}") as action:
        assert erasing.erase(action, pupil) > 4
    connection = database.read()
    assert found(database) == []
    assert sealing.tail_stands(connection)
    left = [
        *connection.execute("SELECT old_values, new_values FROM journal_change").fetchall(),
        *connection.execute("SELECT summary FROM journal").fetchall(),
    ]
    assert "Quillfeather" not in repr(left)
    assert history.entries(workspace, pupil_id=pupil)[-1].name == "Pupil added"  # that it happened stays
    assert {row.how for told in of_pupil(workspace, pupil) for row in told.rows} == {"erased"}
    with pytest.raises(NothingToUndo, match="the earlier value has been erased"):
        history.undo(workspace, connection.execute(f"SELECT {_LATER}").fetchone()[0])
    tamper(database, "DELETE FROM journal_change WHERE pupil_id = (SELECT max(id) FROM pupil) AND position = 0")
    assert CHANGED in {what for what, _ in found(database)}


@pytest.mark.parametrize("limit", [1, 500])
def test_the_rows_of_the_newest_actions_are_looked_at_up_to_a_bound(
    database: Database, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "_TAIL_ROWS", limit)
    assert sealing.tail_stands(database.read())
    tamper(database, f"UPDATE journal_change SET new_values = '{{}}' WHERE action_id = {_LATER}")
    assert sealing.tail_stands(database.read()) == (limit == 1)


@pytest.mark.of_a_file
def test_exports_and_snapshots_keep_the_head_where_there_are_backups(database: Database, tmp_path: Path) -> None:
    workspace = Workspace(database, Clock(TODAY))
    for name in ("before.txt", "after.txt"):
        with put_in_place(workspace, tmp_path / name, lambda: ExportNote("Exported a test", ["1 row"])) as made:
            made.write_text("x", encoding="utf-8")
        backup.make(database.read(), database.path)
    snapshots.make(workspace)
    assert [one.where.split("-")[0] for one in anchors.kept(database.path)] == [
        "pupils", "export of after.txt", "pupils", "snapshot #1",
    ]  # fmt: skip
    assert found(database) == []


@pytest.mark.of_a_file
def test_the_newest_actions_are_looked_at_whenever_a_file_is_opened(database: Database) -> None:
    workspace = Workspace(database, Clock(TODAY, pretended=True))
    assert notices(workspace) == []
    tamper(database, f"UPDATE journal SET worker_id = 2 WHERE id = {_LATER}")
    (notice,) = notices(workspace)
    assert notice.startswith("Another program has altered the history in this file.")
    remedies = {one.remedy for one in health_check.check(workspace) if one.what.startswith(SAYS)}
    assert len(remedies) == 1
    assert "Find out who else has written to this file." in remedies.pop()


def test_many_findings_of_one_kind_are_told_together() -> None:
    found = [("put in", f"action #{number}") for number in range(1, 15)]
    assert [*health_check._few([*found, ("cut", "action #3")])] == [
        ("put in", "action #1 and 13 more"), ("cut", "action #3"),
    ]  # fmt: skip


def _old_file(path: Path, version: int) -> Connection:
    connection = driver.connect(path, create=True)
    upgrade(connection, path, {number: step for number, step in STEPS.items() if number <= version})
    return connection


@pytest.mark.of_a_file
def test_what_stood_before_the_upgrade_is_sealed_then(tmp_path: Path) -> None:
    path = tmp_path / "pupils.db"
    with closing(_old_file(path, 14)) as old:
        old.execute("INSERT INTO journal (at, kind, name, summary) VALUES ('2026-11-21', 'change', 'Pupil added', 'x')")
        old.execute("INSERT INTO journal_change VALUES (1, 0, 'pupil_milestone', '{\"id\":1}', 1, NULL, '{\"id\":1}')")
    database = Database(path)
    assert sealing.head(database.read()) is not None
    assert found(database) == []
    tamper(database, "UPDATE journal SET summary = 'y'")
    assert [what for what, _ in found(database) if SAYS in what]
    database.close()


@pytest.mark.of_a_file
def test_looks_of_before_are_sealed_at_the_upgrade_and_those_that_were_gone_stay_missed(tmp_path: Path) -> None:
    path = tmp_path / "pupils.db"
    with closing(_old_file(path, 18)) as old:
        for day in (19, 20, 21):
            old.execute(f"INSERT INTO record_view (at, pupil_id, how) VALUES ('2026-11-{day} 09:00:00', 7, 'page')")
        (trigger,) = old.execute("SELECT sql FROM sqlite_master WHERE name = 'record_view_goes_never'").fetchone()
        for statement in ("DROP TRIGGER record_view_goes_never", "DELETE FROM record_view WHERE id = 3", trigger):
            old.execute(statement)
    database = Database(path)
    ((what, where),) = found(database)
    assert (what.endswith("entries were removed"), where) == (True, "2 of 3 are there")
    tamper(database, "UPDATE record_view SET at = '2026-11-01 09:00:00' WHERE id = 1")
    assert [where for _, where in found(database)] == ["entry #1", "2 of 3 are there"]
    database.close()


@pytest.fixture
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(keys, "_OPSLIMIT", 1)
    monkeypatch.setattr(keys, "_MEMLIMIT", 8192)
    yield
    keys.UNLOCKED.forget()


@pytest.mark.of_a_file
@pytest.mark.usefixtures("cheap_keys")
def test_encrypting_and_a_new_key_leave_the_seals_and_the_heads_as_they_are(database: Database) -> None:
    head, path = sealing.head(database.read()), database.path
    database.close()
    encryption.encrypt(path, "five plain words")
    encryption.new_key(path, "five other words", keys.fresh())
    opened = Database(path)
    assert sealing.head(opened.read()) == head
    assert found(opened) == []
    assert len(anchors.kept(path)) == 1
    opened.close()
