"""What the commands answer on a damaged file, and on one that is not wholly ours: never that the program is at fault."""

import pytest
from command import Command

from db import driver

pytestmark = pytest.mark.of_a_file


def spoil(school: Command, what: str = "note") -> None:
    """Make the first page of a table or an index unreadable."""
    school.ok("backup")
    connection = driver.dbapi2.connect(str(school.path))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = :what", {"what": what}).fetchone()
    connection.close()
    content = bytearray(school.path.read_bytes())
    content[(root - 1) * 4096 : root * 4096] = b"\x5a" * 4096
    school.path.write_bytes(bytes(content))


@pytest.mark.parametrize(
    ("what", "words"),
    [("table note", ("note", "Khan", "Rang home")), ("index note_by_pupil", ("show", "Khan"))],
)
def test_a_damaged_page_is_named_with_the_way_back(school: Command, what: str, words: tuple[str, ...]) -> None:
    spoil(school, what.split()[1])
    result = school(*words)
    assert result.status == 65
    assert f"is damaged ({what}) and cannot be read" in result.err
    assert "transitions restore" in result.err
    assert "because of a fault in the program" not in result.err
    assert school("list").status == 0


@pytest.mark.parametrize(
    ("as_written", "as_read", "words"),
    [
        ("{", "z", ("today",)),
        ('"evidence"', '"evi$ence"', ("milestone", "list")),
        ('"first"', '"fi$st"', ("ask", "list")),
    ],
)
def test_garbled_text_is_damage_too(school: Command, as_written: str, as_read: str, words: tuple[str, ...]) -> None:
    school.ok("ask", "edit", "census.spring", "title=Spring census")
    connection = driver.dbapi2.connect(str(school.path))
    for table in ("milestone", "ask"):
        sql = f"UPDATE {table} SET definition = replace(definition, :as_written, :as_read)"
        connection.execute(sql, {"as_written": as_written, "as_read": as_read})
    connection.commit()
    connection.close()
    result = school(*words)
    assert result.status == 65
    assert "part of this file is damaged" in result.err
    assert "transitions restore" in result.err


def test_check_names_the_damage_and_the_backup(school: Command) -> None:
    spoil(school)
    result = school("check", "--format", "csv")
    assert result.status == 1
    assert "the file is damaged" in result.out
    assert "-backups" in result.out


def test_check_sends_nobody_to_check(school: Command) -> None:
    connection = driver.dbapi2.connect(str(school.path))
    name = "journal_changes_never"
    (guard,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE journal SET name = 'Another'")
    connection.execute(guard)
    connection.commit()
    connection.close()
    assert "run: transitions check" in school("list").err
    result = school("check")
    assert "action #1" in result.out
    assert "run: transitions check" not in result.err


def test_check_names_tables_that_are_not_ours(school: Command) -> None:
    connection = driver.dbapi2.connect(str(school.path))
    connection.execute("CREATE TABLE bookmark (url TEXT)")
    connection.close()
    result = school("check", "--format", "csv")
    assert result.status == 1
    assert "it has a table 'bookmark' that this program did not make" in result.out
