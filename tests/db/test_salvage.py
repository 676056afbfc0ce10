"""What a damaged file still holds comes into a new one, what is lost is said, and the damaged one stays as it is."""

import json
from contextlib import closing, suppress
from pathlib import Path

import pytest
from command import Command

from db import driver
from db.custody import damage, keys

pytestmark = pytest.mark.of_a_file

PAGE = 4096
MANY = 400


@pytest.fixture
def notes(school: Command) -> Command:
    """A school with so many notes that they fill pages; each was written down in the journal."""
    connection = driver.connect(school.path)
    with_journal = connection.execute("SELECT count(*) FROM journal").fetchone()[0]
    connection.execute("BEGIN")
    connection.execute(
        "INSERT INTO journal (at, kind, name, summary) VALUES ('2026-11-20 08:00:00', 'change', 'Notes', 'many')"
    )
    for n in range(1, MANY + 1):
        row = {
            "id": n,
            "pupil_id": 1 + n % 3,
            "written_on": "2026-11-20",
            "text": f"note {n} " + "x" * 200,
        }
        driver.insert_many(connection, "note", list(row), [list(row.values())])
        change = (with_journal + 1, n, "note", json.dumps({"id": n}), row["pupil_id"], None, json.dumps(row))
        columns = ("action_id", "position", "table_name", "row_key", "pupil_id", "old_values", "new_values")
        driver.insert_many(connection, "journal_change", columns, [change])
    connection.execute("COMMIT")
    driver.leave_wal(connection)
    connection.close()
    return school


def pages_of(path: Path, table: str) -> list[int]:
    """The pages on which the rows of a table stand, its root left out: by the pointers of the root."""
    connection = driver.dbapi2.connect(str(path))
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = :name", {"name": table}).fetchone()
    connection.close()
    page = path.read_bytes()[(root - 1) * PAGE : root * PAGE]
    assert page[0] == 5
    at = [int.from_bytes(page[12 + 2 * n : 14 + 2 * n], "big") for n in range(int.from_bytes(page[3:5], "big"))]
    return [int.from_bytes(page[one : one + 4], "big") for one in at] + [int.from_bytes(page[8:12], "big")]


def forget(connection: driver.Connection, sql: str) -> None:
    """Take something out of the journal, past its triggers."""
    triggers = damage.take_triggers_away(connection)
    for statement in (sql, *triggers):
        connection.execute(statement)


def page_of_notes(path: Path) -> int:
    """A page of an encrypted file without which some notes, and no list of tables, can be read: found by spoiling one after another."""
    whole = path.read_bytes()
    for page in range(2, len(whole) // PAGE):
        spoil(path, page)
        with closing(damage.looking(path)) as connection, suppress(driver.Error):
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            try:
                connection.execute("SELECT max(text) FROM note").fetchone()
            except driver.Error:
                return page
        path.write_bytes(whole)
    raise AssertionError


def spoil(path: Path, page: int) -> None:
    content = bytearray(path.read_bytes())
    content[(page - 1) * PAGE : page * PAGE] = b"\x5a" * PAGE
    path.write_bytes(bytes(content))


def texts(path: Path) -> list[str]:
    connection = driver.connect(path)
    found = [row[0] for row in connection.execute("SELECT text FROM note ORDER BY id")]
    connection.close()
    return found


@pytest.mark.parametrize("which", [0, 5, -1])
def test_rows_of_a_damaged_page_come_from_the_journal(notes: Command, which: int) -> None:
    spoil(notes.path, pages_of(notes.path, "note")[which])
    assert notes("check").status == 1
    ruin = notes.path.read_bytes()
    new = notes.folder / "new.db"
    result = notes("salvage", notes.path, new, "--format", "json")
    assert result.status == 0
    (told,) = (one for one in json.loads(result.out) if one["table"] == "note")
    assert told["kept"] == MANY
    assert told["from_journal"] > 5
    assert told["lost"] == 0
    assert len(texts(new)) == MANY
    assert notes.path.read_bytes() == ruin
    assert "Aisha" in notes.ok("list", "--db", new).out
    assert "history" not in notes("check", "--db", new).out  # its seals hold
    assert "damaged" not in notes("check", "--db", new).err


def test_what_was_salvaged_is_put_in_place_and_the_damaged_file_kept(notes: Command) -> None:
    spoil(notes.path, pages_of(notes.path, "note")[5])
    ruin = notes.path.read_bytes()
    notes.ok("salvage", notes.path)
    notes.ok("restore", notes.folder / "pupils-salvaged.db")
    assert len(texts(notes.path)) == MANY
    (kept,) = (one for one in damage.backups_of(notes.path) if "-damaged" in one.name)
    assert kept.read_bytes()[PAGE:] == ruin[PAGE:]  # in its head SQLite says how it was opened last
    notes.ok("note", "Khan", "Rang home")


@pytest.mark.parametrize("table", ["journal_key", "journal", "journal_seal"])
def test_a_torn_history_is_salvaged_and_check_says_that_it_is_torn(notes: Command, table: str) -> None:
    connection = driver.connect(notes.path)
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = :n", {"n": table}).fetchone()
    driver.leave_wal(connection)
    connection.close()
    spoil(notes.path, root)
    new = notes.folder / "new.db"
    assert notes("salvage", notes.path, new).status == 1
    assert len(texts(new)) == MANY
    notes.ok("note", "Khan", "Rang home", "--db", new)
    connection = driver.connect(new)
    assert connection.execute("SELECT count(*) FROM journal_key").fetchone()[0] == 1
    connection.close()


def test_what_no_journal_has_is_lost_and_said(notes: Command) -> None:
    connection = driver.connect(notes.path)
    forget(connection, "DELETE FROM journal_change")
    driver.leave_wal(connection)
    connection.close()
    spoil(notes.path, pages_of(notes.path, "note")[5])
    result = notes("salvage", notes.path, "--format", "json")
    new = notes.folder / "pupils-salvaged.db"
    assert result.status == 1
    (told,) = (one for one in json.loads(result.out) if one["table"] == "note")
    assert told["kept"] == len(texts(new)) == MANY - told["lost"]
    assert 5 < told["lost"] < 40
    first, last = (int(word) for word in told["why"].split("number ")[1].split(" (")[0].split(" to "))
    assert last - first + 1 == told["lost"]
    assert not any(f"note {n} " in text for n in range(first, last + 1) for text in texts(new))
    assert str(new) in result.err


def test_notes_of_a_pupil_who_is_lost_are_left_out_and_their_plans_come_back(notes: Command) -> None:
    connection = driver.connect(notes.path)
    forget(connection, "DELETE FROM journal_change WHERE table_name = 'pupil'")
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'pupil'").fetchone()
    driver.leave_wal(connection)
    connection.close()
    spoil(notes.path, root)
    result = notes("salvage", notes.path, notes.folder / "new.db", "--format", "json")
    told = {one["table"]: one for one in json.loads(result.out)}
    assert told["pupil"]["kept"] == 0
    assert told["note"]["lost"] == MANY
    assert "the records they belonged to are lost" in told["note"]["why"]
    notes.ok("list", "--db", notes.folder / "new.db")


def test_pupils_come_back_from_the_journal_with_their_steps_planned_again(notes: Command) -> None:
    before = notes.ok("show", "Khan").out
    for table in ("pupil", "pupil_milestone"):
        connection = driver.connect(notes.path)
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = :n", {"n": table}).fetchone()
        driver.leave_wal(connection)
        connection.close()
        spoil(notes.path, root)
    assert notes("salvage", notes.path, notes.folder / "new.db").status in {0, 1}
    assert notes.ok("show", "Khan", "--db", notes.folder / "new.db").out == before


def test_a_letter_that_cannot_be_read_costs_no_row(notes: Command) -> None:
    content = notes.path.read_bytes()
    assert content.count("Zoë".encode()) >= 1
    notes.path.write_bytes(content.replace("Zoë".encode(), b"Zo\xff\xff"))
    assert notes("show", "O'Brien").status == 65
    result = notes("salvage", notes.path, notes.folder / "new.db", "--format", "json")
    assert "mark instead of letters" in result.out
    assert "Zo��" in notes.ok("list", "--db", notes.folder / "new.db").out


def test_nothing_is_written_over_and_what_is_no_file_of_ours_is_refused(notes: Command) -> None:
    there = notes.write("there.db", b"precious")
    assert notes("salvage", notes.path, there).status == 73
    assert there.read_bytes() == b"precious"
    assert notes("salvage", notes.folder / "gone.db").status == 66
    spoil(notes.path, 1)
    refused = notes("salvage", notes.path)
    assert refused.status == 65
    assert "even its list of tables cannot be read" in refused.err
    assert [*notes.folder.glob("*salvaged*")] == []


def test_an_encrypted_file_is_salvaged_into_an_encrypted_one(
    notes: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_MEMLIMIT", 8192)
    monkeypatch.setattr(keys, "_OPSLIMIT", 1)
    secret = notes.write("secret.txt", "teapot river hedgehog apron canoe\n")
    notes.ok("encrypt", "--passphrase-file", secret)
    page_of_notes(notes.path)
    ruin = notes.path.read_bytes()
    new = notes.folder / "new.db"
    result = notes("salvage", notes.path, new, "--passphrase-file", secret)
    assert result.status == 0, result.out
    assert new.read_bytes()[:6] != b"SQLite"
    assert len(texts(new)) == MANY
    assert notes.path.read_bytes() == ruin
    keys.UNLOCKED.forget()
    assert "Aisha" in notes.ok("list", "--db", new, "--passphrase-file", secret).out
