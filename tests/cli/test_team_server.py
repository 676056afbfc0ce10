"""Records on a server: where they are, what only a file has, and what is said when they cannot be reached."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from db.errors import NoDatabase, NotAFile
from db.place import Server, file_at, place
from db.team.postgres import connect
from transitions.cli import run

SERVER = "postgresql://db.northmere.example/transitions"


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = run(words)
    printed = capsys.readouterr()
    return status, printed.out + printed.err


def test_a_place_is_a_file_or_a_server_and_never_holds_a_password() -> None:
    assert place(SERVER) == Server(SERVER)
    assert place(f"{SERVER}?user=osei") == Server(f"{SERVER}?user=osei")
    for address in ("postgresql://osei:secret@h/x", "postgres://h/x?password=secret"):
        with pytest.raises(NoDatabase) as refused:
            place(address)
        assert "secret" not in refused.value.sentence


def test_what_only_a_file_has_is_refused_before_anything_is_reached(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotAFile) as refused:
        file_at(Server(SERVER))
    for words in (
        ["encrypt"], ["decrypt", "--in-clear"], ["passphrase", "change"], ["passphrase", "rekey"], ["passphrase", "recovery"],
        ["passphrase", "keyring"], ["restore", "backup.db"], ["demo"],
    ):  # fmt: skip
        assert said(capsys, *words, "--db", SERVER) == (77, f"transitions: {refused.value.sentence}\n"), words


def test_without_the_extra_package_it_is_named_and_nothing_else_needs_it(tmp_path: Path) -> None:
    without = "import sys; sys.modules['psycopg'] = None\nfrom transitions.cli import run\nsys.exit(run(sys.argv[1:]))"
    for words in (
        ["--db", SERVER, "list"],
        ["team", "create", SERVER],
        ["team", "upgrade", SERVER],
        ["copy", SERVER, str(tmp_path / "x.db")],
    ):
        done = subprocess.run([sys.executable, "-c", without, *words], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (66, ""), done.stderr
        assert "Install it in the program's folder with: python3 -m uv sync --extra team" in done.stderr


def test_a_server_that_cannot_be_reached_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    status, words = said(capsys, "list", "--db", "postgresql://127.0.0.1:1/x")
    assert status == 69
    assert "the server cannot be reached (Connection refused). Nothing was changed" in words


def test_locate_says_that_it_is_a_server(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRANSITIONS_DB", SERVER)
    assert f"database: {SERVER} (on a server; backups are made there)" in said(capsys, "locate")[1]


def test_a_team_works_on_a_server(
    server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRANSITIONS_DB", str(server))
    assert said(capsys, "me", "K. Osei") == (0, "K. Osei (keeper)\n")
    assert said(capsys, "me")[1] == "K. Osei (keeper)\n"
    assert said(capsys, "add", "pupil", "surname=Khan", "forename=Aisha", "date_of_birth=2015-03-14")[0] == 0
    assert "Khan" in said(capsys, "list")[1]
    assert said(capsys, "undo")[0] == 0
    assert "Khan" not in said(capsys, "list")[1]
    assert said(capsys, "check")[1].endswith("All well.\n")
    assert "postgresql: " in said(capsys, "doctor")[1]
    status, words = said(capsys, "add", "pupil", "surname=B", "forename=A", "date_of_birth=2015-03-14", "--read-only")
    assert (status, "the records were opened with --read-only" in words) == (73, True)
    assert said(capsys, "team", "upgrade", str(server))[1].startswith("The tables are of version")
    status, words = said(capsys, "team", "create", str(server))
    assert (status, "there is a record here already" in words) == (65, True)
    status, words = said(capsys, "list", "--db", str(server).replace("postgres:@/t", "postgres:@/no-such-"))
    assert (status, "there is no such database on the server" in words) == (66, True)


def test_check_finds_what_was_altered_on_the_server(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["me", "K. Osei"], ["add", "pupil", "surname=Khan", "forename=Aisha", "date_of_birth=2015-03-14"]):
        assert said(capsys, *words, "--db", str(server))[0] == 0
    trigger = "ALTER TABLE journal_change {} TRIGGER journal_change_changes_never"
    for changes, found in (
        (["UPDATE pupil SET surname = 'Kahn'"], "a record differs from what the history says was written: surname"),
        ([trigger.format("DISABLE"), "UPDATE journal_change SET new_values = '{}'"], "_changes_never' is missing, or switched off"),
        ([trigger.format("ENABLE")], "changes were altered in the history or removed from it"),
    ):  # fmt: skip
        with closing(connect(server)) as connection:
            for change in changes:
                connection.execute(change)
        status, printed = said(capsys, "check", "--format", "csv", "--db", str(server))
        assert (status, found in printed) == (1, True), printed


def test_the_record_of_a_program_that_is_newer_or_older_says_who_has_to_do_what(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    for version, words in ((99, "a colleague has a newer version"), (1, "transitions team upgrade")):
        with closing(connect(server)) as connection:
            connection.execute("UPDATE record_version SET version = :version", {"version": version})
        status, printed = said(capsys, "list", "--db", str(server))
        assert status != 0
        assert words in printed
