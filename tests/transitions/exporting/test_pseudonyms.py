"""Pseudonyms: the same for the same pupil, nothing without the key, and the key stands in the records alone."""

import secrets
from pathlib import Path

import pytest

from db.custody import keys
from transitions.clock import Clock
from transitions.custody import locking
from transitions.custody.places import pseudonym_key
from transitions.errors import BadInput, NoSuchFile
from transitions.exporting.files import Pseudonyms
from transitions.workspace import Workspace

UPN = "B801200005001"


@pytest.fixture
def before() -> Path:
    """Where earlier versions kept the key."""
    path = pseudonym_key()
    path.parent.mkdir(parents=True)
    return path


def test_the_same_pupil_has_the_same_code(workspace: Workspace) -> None:
    first, again = Pseudonyms.of(workspace), Pseudonyms.of(workspace)
    assert first.code(1, UPN) == again.code(2, UPN)
    assert first.code(1, None) == again.code(1, None)
    assert len({first.code(1, UPN), first.code(1, None), first.code(2, None)}) == 3
    assert not pseudonym_key().exists()


def test_another_key_gives_other_codes() -> None:
    assert Pseudonyms(bytes(32)).code(1, UPN) != Pseudonyms(bytes(31) + b"1").code(1, UPN)


def test_the_code_for_a_known_key() -> None:
    # HMAC-SHA256 over "upn B801200005001" with a key of 32 noughts, by openssl: dgst -sha256 -mac HMAC
    assert Pseudonyms(bytes(32)).code(9, UPN) == "p7efhxvfg3d4e3hii"


def test_codes_are_plain_words() -> None:
    pseudonyms = Pseudonyms(secrets.token_bytes(32))
    for number in range(200):
        code = pseudonyms.code(number, None)
        assert len(code) == 17
        assert code.isalnum()
        assert code.startswith("p")


@pytest.mark.of_a_file
def test_the_key_of_an_earlier_version_is_taken_over_and_wiped_once_the_records_are_encrypted(
    workspace: Workspace, before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_MEMLIMIT", 8192)
    monkeypatch.setattr(keys, "_OPSLIMIT", 1)
    before.write_text(f"{bytes(32).hex()}\n", encoding="ascii")
    assert Pseudonyms.of(workspace).code(9, UPN) == "p7efhxvfg3d4e3hii"
    assert before.exists(), "records in clear keep it no better"
    path, clock = workspace.database.path, workspace.clock
    workspace.close()
    with locking.encrypted(path, "teapot river hedgehog apron", clock):
        pass
    encrypted = Workspace.open(path, Clock(clock.today, pretended=True))
    assert [Pseudonyms.of(encrypted).code(9, UPN) for _ in range(2)] == ["p7efhxvfg3d4e3hii"] * 2
    assert not before.exists()
    before.write_text("11" * 32, encoding="ascii")
    assert Pseudonyms.of(encrypted).code(9, UPN) == "p7efhxvfg3d4e3hii"
    assert before.exists(), "that of other records is theirs"
    encrypted.close()
    keys.UNLOCKED.forget()


@pytest.mark.parametrize("text", ["", "abc", "00" * 31, "00" * 33, "zz" * 32, "00" * 31 + "é"])
def test_a_damaged_key_is_refused(workspace: Workspace, before: Path, text: str) -> None:
    before.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="is damaged: put back a copy"):
        Pseudonyms.of(workspace)


def test_a_key_that_cannot_be_read(workspace: Workspace, before: Path) -> None:
    before.mkdir()
    with pytest.raises(NoSuchFile, match="key of the pseudonyms cannot be read"):
        Pseudonyms.of(workspace)
