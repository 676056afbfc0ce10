"""The passphrase on the command line: given in a file, never in the command's words; without one nothing is opened or made."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring.backends.fail
import pytest
from command import Command

from db.custody import damage, keys
from db.errors import CannotWriteDatabase, KeysLost
from transitions.cli import passphrases, unlocking
from transitions.custody import locking

pytestmark = pytest.mark.of_a_file

WORDS = "teapot river hedgehog apron canoe"


@pytest.fixture(autouse=True)
def encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    """New files are encrypted, as they are for everybody; argon2id takes the least it can."""
    monkeypatch.setenv(locking.NEW_FILE, "")
    monkeypatch.setattr(keys, "_MEMLIMIT", 8192)
    monkeypatch.setattr(keys, "_OPSLIMIT", 1)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.txt"
    file.write_text(f"{WORDS}\nanother line\n", encoding="utf-8")
    return file


@pytest.fixture
def locked(command: Command, secret: Path) -> Command:
    """An encrypted file with a school in it, of which this process knows no key any more."""
    command.ok("add", "school", "name=Northgate", "--passphrase-file", secret)
    keys.UNLOCKED.forget()
    return command


def test_a_new_file_without_a_passphrase_is_not_made(command: Command) -> None:
    result = command("add", "school", "name=Northgate")
    assert result.status == 77
    assert "--passphrase-file" in result.err
    assert "TRANSITIONS_NEW_FILE=plain" in result.err
    assert not command.path.exists()
    assert not keys.keys_file(command.path).exists()


def test_a_new_file_gives_its_recovery_code_once_which_opens_it(command: Command, secret: Path, tmp_path: Path) -> None:
    made = command.ok("add", "school", "name=Northgate", "--passphrase-file", secret)
    code = made.out.splitlines()[0]
    assert len(code) == 39
    assert code not in command.ok("list").out
    keys.UNLOCKED.forget()
    written = tmp_path / "code.txt"
    written.write_text(code.lower(), encoding="utf-8")
    assert "transitions passphrase change" in command.ok("list", "--passphrase-file", written).err
    keys.UNLOCKED.forget()
    assert "transitions passphrase change" not in command.ok("list", "--passphrase-file", secret).err


def test_it_is_locked_until_the_passphrase_is_given_by_file_variable_or_descriptor(
    locked: Command, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = locked("list")
    assert refused.status == 77
    assert "locked" in refused.err
    locked.ok("list", "--passphrase-file", secret)
    keys.UNLOCKED.forget()
    handle = os.open(secret, os.O_RDONLY)
    locked.ok("list", "--passphrase-file", f"/dev/fd/{handle}")
    os.close(handle)
    keys.UNLOCKED.forget()
    monkeypatch.setenv(locking.PASSPHRASE_FILE, str(secret))
    locked.ok("list")


def test_a_wrong_passphrase_and_a_file_that_is_not_there_have_their_sentences(locked: Command, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("canoe apron\n", encoding="utf-8")
    assert (status := locked("list", "--passphrase-file", wrong)).status == 77
    assert "recovery code" in status.err
    wrong.write_text("", encoding="utf-8")
    empty = locked("list", "--passphrase-file", wrong)
    assert (empty.status, "its first line has no passphrase" in empty.err) == (66, True)
    wrong.write_text(f"\ufeff{WORDS}\r\n", encoding="utf-8")
    locked.ok("list", "--passphrase-file", wrong)
    keys.UNLOCKED.forget()
    gone = locked("list", "--passphrase-file", tmp_path / "gone.txt")
    assert (gone.status, "could not be read" in gone.err) == (66, True)


def test_lost_keys_name_the_backup_beside_which_they_stand(locked: Command, secret: Path) -> None:
    locked.ok("backup", "--passphrase-file", secret)
    beside = keys.keys_file(keys.copies_of(locked.path)[-1])
    keys.UNLOCKED.forget()
    keys.keys_file(locked.path).unlink()
    lost = locked("list", "--passphrase-file", secret)
    assert lost.status == 66
    assert str(beside) in lost.err
    keys.keys_file(locked.path).write_bytes(beside.read_bytes())
    locked.ok("list", "--passphrase-file", secret)


def test_the_passphrase_is_asked_for_three_times_at_a_terminal(
    locked: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["one", "two", WORDS])
    monkeypatch.setattr(passphrases.streams, "at_terminal", lambda *_: True)
    monkeypatch.setattr(passphrases, "_asked", lambda _: next(answers))
    assert "neither the passphrase" in locked.ok("list").err
    keys.UNLOCKED.forget()
    answers = iter(["one", "two", "three", WORDS])
    assert locked("list").status == 77


def test_a_new_passphrase_is_typed_twice_and_not_an_easy_one(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["password1234", WORDS, "another", WORDS, WORDS])
    monkeypatch.setattr(passphrases.streams, "at_terminal", lambda *_: True)
    monkeypatch.setattr(passphrases, "_asked", lambda _: next(answers))
    said = command.ok("add", "school", "name=Northgate").err
    assert "too easy to guess" in said
    assert "The two don't match" in said
    assert damage.is_encrypted(command.path)


def test_plain_records_are_encrypted_and_made_plain_and_the_backup_before_is_encrypted_too(
    command: Command, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(locking.NEW_FILE, "plain")
    command.ok("add", "school", "name=MARKER School")
    assert b"MARKER" in command.path.read_bytes()
    stick = command.folder.parent / "stick"
    stick.mkdir()
    command.ok("backup", "--also", stick)
    stick.rename(stick.with_name("pulled out"))
    pulled_out = "stay unencrypted until the next backup to it"
    assert pulled_out in command.ok("encrypt", "--passphrase-file", secret).err
    assert pulled_out in command("check").err
    assert b"MARKER" not in b"".join(file.read_bytes() for file in command.folder.rglob("*.db*"))
    assert len(keys.copies_of(command.path)) == 2
    assert command("encrypt", "--passphrase-file", secret).status == 77
    assert command("decrypt").status == 2
    command.ok("decrypt", "--in-clear")
    assert b"MARKER" in command.path.read_bytes()
    assert command("passphrase", "recovery").status == 77


def test_passphrase_and_key_are_changed_and_the_old_ones_open_nothing(
    locked: Command, secret: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new.txt"
    same = locked("passphrase", "change", "--passphrase-file", secret, "--new-passphrase-file", secret)
    assert (same.status, "the passphrase already" in same.err) == (77, True)
    for what, words in (("change", "lantern quarry otter mitten"), ("rekey", "violin saddle thimble parsnip")):
        new.write_text(words, encoding="utf-8")
        locked.ok("passphrase", what, "--passphrase-file", secret, "--new-passphrase-file", new)
        keys.UNLOCKED.forget()
        assert locked("list", "--passphrase-file", secret).status == 77
        locked.ok("list", "--passphrase-file", new)
        secret.write_text(words, encoding="utf-8")
    code = locked.ok("passphrase", "recovery", "--passphrase-file", secret).out.strip()
    keys.UNLOCKED.forget()
    new.write_text(code, encoding="utf-8")
    locked.ok("list", "--passphrase-file", new)
    told = locked.ok("history", "--format", "csv").out
    assert [
        what in told for what in ("passphrase was changed", "the key, the passphrase", "recovery code was changed")
    ] == [True] * 3
    assert not any(words in told for words in ("lantern", "violin", code))
    assert "Who can open" not in locked.ok("exports").out
    assert "School added" in locked.ok("undo").err
    assert "altered" not in locked("check").out


def shown_and_killed(code: str) -> None:
    raise KeyboardInterrupt(code)


def test_what_is_killed_before_its_code_was_shown_has_changed_nothing(
    locked: Command, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked.ok("decrypt", "--in-clear", "--passphrase-file", secret)
    with monkeypatch.context() as killed:
        killed.setattr(unlocking, "tell_code", shown_and_killed)
        assert locked("encrypt", "--passphrase-file", secret).status == 130
    assert not damage.is_encrypted(locked.path)
    assert not keys.keys_file(locked.path).exists()
    locked.ok("encrypt", "--passphrase-file", secret)
    before = keys.keys_file(locked.path).read_bytes()
    with monkeypatch.context() as killed:
        killed.setattr(unlocking, "tell_code", shown_and_killed)
        for what in (["recovery"], ["rekey", "--new-passphrase-file", secret]):
            assert locked("passphrase", *what).status == 130
    assert keys.keys_file(locked.path).read_bytes() == before
    assert [
        what in locked.ok("history", "--format", "csv").out
        for what in ("were decrypted", "were encrypted", "code was changed")
    ] == [
        True,
        True,
        False,
    ]


def test_who_can_open_the_records_is_said_to_have_changed_and_where_it_failed_not(
    locked: Command, secret: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise CannotWriteDatabase("The disk is full; nothing was changed.")

    new = tmp_path / "new.txt"
    new.write_text("lantern quarry otter mitten", encoding="utf-8")
    monkeypatch.setattr(keys, "_write", full)
    assert locked("passphrase", "change", "--passphrase-file", secret, "--new-passphrase-file", new).status == 73
    assert "not done: the passphrase was changed" in locked.ok("history", "--format", "csv").out


def test_the_minutes_until_it_locks_are_kept(locked: Command, secret: Path) -> None:
    said = locked.ok("passphrase", "lock-after", "25", "--passphrase-file", secret).err
    assert "after 25 minutes" in said
    assert "until you restart it" in said
    assert locked("passphrase", "lock-after", "0", "--passphrase-file", secret).status == 2


def test_an_encrypted_backup_is_restored_with_its_passphrase_and_not_without(locked: Command, secret: Path) -> None:
    made = Path(locked.ok("backup", "--passphrase-file", secret).out.strip())
    locked.ok("add", "school", "name=Southgate", "--passphrase-file", secret)
    keys.UNLOCKED.forget()
    refused = locked("restore", made)
    assert refused.status == 77
    assert "locked" in refused.err
    locked.ok("restore", made, "--passphrase-file", secret)
    kept = [one for one in made.parent.glob("*before-restore*.db") if one.suffix == ".db"]
    assert len(kept) == 1
    assert keys.keys_file(kept[0]).exists()
    keys.UNLOCKED.forget()
    locked.ok("list", "--passphrase-file", secret)


class OurKeyring(keyring.backend.KeyringBackend):
    """One in memory, which may be away."""

    priority = 1.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.keeps = True

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.keeps:
            self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def of_the_system() -> Iterator[OurKeyring]:
    before, ours = keyring.get_keyring(), OurKeyring()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


def test_the_keyring_opens_the_records_until_it_is_to_do_so_no_longer(
    locked: Command, secret: Path, of_the_system: OurKeyring
) -> None:
    locked.ok("passphrase", "keyring", "--passphrase-file", secret)
    assert sorted(keys.slots(locked.path)) == ["keyring", "passphrase", "recovery"]
    beside = keys.keys_file(locked.path).read_text(encoding="utf-8")
    assert not any(one in beside for one in of_the_system.kept.values())
    locked.ok("passphrase", "keyring")  # given again it is another secret, and one slot
    keys.UNLOCKED.forget()
    locked.ok("list")
    keys.UNLOCKED.forget()
    locked.ok("list", "--passphrase-file", secret)
    locked.ok("passphrase", "keyring", "--forget")
    assert not of_the_system.kept
    keys.UNLOCKED.forget()
    assert locked("list").status == 77


def test_another_key_is_not_for_the_keyring_and_what_it_lost_is_said(
    locked: Command, secret: Path, of_the_system: OurKeyring
) -> None:
    locked.ok("passphrase", "keyring", "--passphrase-file", secret)
    locked.ok("passphrase", "rekey", "--new-passphrase-file", secret)
    assert (keys.slots(locked.path), of_the_system.kept) == (["passphrase", "recovery"], {})
    locked.ok("passphrase", "keyring")
    of_the_system.kept = dict.fromkeys(of_the_system.kept, "something else")
    keys.UNLOCKED.forget()
    said = locked("list")
    assert (said.status, "no longer has what opens them" in said.err) == (77, True)


def test_without_a_keyring_it_is_one_sentence_and_the_passphrase_opens(
    locked: Command, secret: Path, of_the_system: OurKeyring
) -> None:
    of_the_system.keeps = False
    refused = locked("passphrase", "keyring", "--passphrase-file", secret)
    assert (refused.status, "it did not save the key" in refused.err) == (69, True)
    of_the_system.keeps = True
    locked.ok("passphrase", "keyring")
    keyring.set_keyring(keyring.backends.fail.Keyring())
    refused = locked("passphrase", "keyring")
    assert refused.status == 69
    assert "this program can't reach one" in refused.err
    assert "The passphrase still opens the records" in refused.err
    keys.UNLOCKED.forget()
    skipped = locked("list")
    assert (skipped.status, "did not open the records: this program can't reach one" in skipped.err) == (77, True)
    locked.ok("list", "--passphrase-file", secret)
    told = locked("passphrase", "keyring", "--forget")
    assert (told.status, "still opens earlier backups" in told.err) == (69, True)
    assert sorted(keys.slots(locked.path)) == ["passphrase", "recovery"]


def test_the_package_is_loaded_for_a_file_alone_that_says_so(
    locked: Command, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    locked.ok("list", "--passphrase-file", secret)
    keys.UNLOCKED.forget()
    assert "keyring" not in locked("list").err
    refused = locked("passphrase", "keyring", "--passphrase-file", secret)
    assert (refused.status, "pip install keyring" in refused.err) == (69, True)


def test_a_file_that_is_away_or_empty_costs_neither_its_keys_nor_a_word(locked: Command, secret: Path) -> None:
    locked.ok("backup", "--passphrase-file", secret)
    (newest,) = keys.copies_of(locked.path)
    kept, away = keys.keys_file(locked.path).read_bytes(), locked.folder / "away.db"
    locked.path.rename(away)
    for command in (["add", "school", "name=Another"], ["list"]):
        for empty in (False, True):
            locked.path.unlink(missing_ok=True)
            if empty:
                locked.path.touch()
            refused = locked(*command, "--passphrase-file", secret)
            assert refused.status == 66
            assert f'transitions restore "{newest}"' in refused.err
            assert keys.keys_file(locked.path).read_bytes() == kept
    locked.ok("restore", newest, "--passphrase-file", secret)
    locked.ok("edit", "school", "Northgate", "telephone=01234 567", "--passphrase-file", secret)
    keys.make(locked.path, WORDS)  # whoever makes keys anew never writes over those from before
    (aside,) = locked.folder.glob("*.keys.json.before-*")
    assert json.loads(aside.read_bytes())["slots"]


def test_a_backup_replaces_a_file_whose_passphrase_nobody_knows(
    locked: Command, secret: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked.ok("backup", "--passphrase-file", secret)
    (newest,) = keys.copies_of(locked.path)
    forgotten = tmp_path / "forgotten.txt"
    forgotten.write_text("violin saddle thimble parsnip", encoding="utf-8")
    locked.ok("passphrase", "rekey", "--passphrase-file", secret, "--new-passphrase-file", forgotten)
    assert len(keys.copies_of(locked.path)) == 3, "before the new key, and under it"
    keys.UNLOCKED.forget()
    monkeypatch.setattr(passphrases, "_asked", lambda _: pytest.fail("nobody is asked"))
    said = locked.ok("restore", newest, "--passphrase-file", secret).err
    (aside,) = (one for one in keys.copies_of(locked.path) if "-unopened" in one.name)
    assert str(aside) in said
    locked.ok("list", "--passphrase-file", secret)
    keys.UNLOCKED.forget()
    locked.ok("list", "--db", aside, "--passphrase-file", forgotten)
    keys.keys_file(locked.path).unlink()
    said = locked.ok("restore", newest, "--passphrase-file", secret).err
    assert "Its keys were not beside it" in said
    assert "-damaged" not in said, "nothing is damaged of a file whose keys are lost"


def test_what_opens_the_records_seals_no_pack(locked: Command, secret: Path, tmp_path: Path) -> None:
    before = ("--passphrase-file", secret)
    refused = locked(*before, "handover", "pack", tmp_path, "--passphrase-file", secret)
    assert (refused.status, "opens the records themselves" in refused.err) == (77, True)
    keys.UNLOCKED.forget()
    asked = locked("handover", "pack", tmp_path, "--passphrase-file", secret)
    assert (asked.status, "transitions --passphrase-file FILE" in asked.err) == (77, True), (
        "those of the records stand before"
    )


def test_a_copy_without_its_keys_says_what_is_missing(locked: Command, secret: Path, tmp_path: Path) -> None:
    copied = tmp_path / "stick" / "copied.db"
    copied.parent.mkdir()
    copied.write_bytes(locked.path.read_bytes())
    lost = locked("list", "--db", copied, "--passphrase-file", secret)
    assert lost.status == 65
    assert "copy copied.db.keys.json from where the file was" in lost.err


def test_damaged_keys_are_named_at_the_start_with_the_copy_to_put_back(locked: Command, secret: Path) -> None:
    locked.ok("backup", "--passphrase-file", secret)
    (newest,) = keys.copies_of(locked.path)
    beside = keys.keys_file(locked.path)
    beside.write_bytes(beside.read_bytes()[:300])
    keys.UNLOCKED.forget()
    with pytest.raises(KeysLost) as lost:
        passphrases.see_to(locked.path, None, create=False, asks=lambda *_: pytest.fail("nobody is asked"))
    assert f"is damaged. Copy the latest one back: {keys.keys_file(newest)} to {beside}" in lost.value.sentence


def test_where_nobody_can_be_asked_for_a_new_passphrase_the_option_is_named(locked: Command, secret: Path) -> None:
    for what in ("change", "rekey"):
        refused = locked("passphrase", what, "--passphrase-file", secret)
        assert (refused.status, "with --new-passphrase-file FILE" in refused.err) == (77, True)
        assert "transitions --passphrase-file" not in refused.err
    assert "is encrypted already" in locked("encrypt", "--passphrase-file", secret).err
    locked.ok("decrypt", "--in-clear", "--passphrase-file", secret)
    for what in ("change", "rekey"):
        assert "is not encrypted. Encrypt it with: transitions encrypt" in locked("passphrase", what).err


def test_the_history_says_that_the_records_were_restored_and_that_it_was_no_export(
    locked: Command, secret: Path
) -> None:
    locked.ok("backup", "--passphrase-file", secret)
    (newest,) = keys.copies_of(locked.path)
    locked.ok("restore", newest, "--passphrase-file", secret)
    first = json.loads(locked.ok("history", "--format", "json", "--passphrase-file", secret).out)[0]
    assert (first["kind"], first["summary"]) == ("access", f"the records were restored from the backup {newest.name}")
