"""Pseudonyms: the same for the same pupil, nothing without the key, and the key is nobody else's."""

import errno
import os
import stat
from pathlib import Path

import pytest

from transitions.errors import BadInput, CannotWrite, NoSuchFile, NotAllowed
from transitions.exporting.files import Pseudonyms

UPN = "B801200005001"


def test_the_same_pupil_has_the_same_code(tmp_path: Path) -> None:
    first, again = Pseudonyms.open(tmp_path / "key"), Pseudonyms.open(tmp_path / "key")
    assert first.code(1, UPN) == again.code(2, UPN)
    assert first.code(1, None) == again.code(1, None)
    assert len({first.code(1, UPN), first.code(1, None), first.code(2, None)}) == 3


def test_another_key_gives_other_codes(tmp_path: Path) -> None:
    assert Pseudonyms.open(tmp_path / "a").code(1, UPN) != Pseudonyms.open(tmp_path / "b").code(1, UPN)


def test_the_code_for_a_known_key() -> None:
    # HMAC-SHA256 over "upn B801200005001" with a key of 32 noughts, by openssl: dgst -sha256 -mac HMAC
    assert Pseudonyms(bytes(32)).code(9, UPN) == "p7efhxvfg3d4e3hii"


def test_codes_are_plain_words(tmp_path: Path) -> None:
    pseudonyms = Pseudonyms.open(tmp_path / "key")
    for number in range(200):
        code = pseudonyms.code(number, None)
        assert len(code) == 17
        assert code.isalnum()
        assert code.startswith("p")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_may_read_the_key(tmp_path: Path) -> None:
    key = tmp_path / "folder" / "key"
    Pseudonyms.open(key)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert len(bytes.fromhex(key.read_text())) == 32
    key.chmod(0o644)
    with pytest.raises(NotAllowed, match=r"others may read the key.*chmod 600"):
        Pseudonyms.open(key)


@pytest.mark.parametrize("text", ["", "abc", "00" * 31, "00" * 33, "zz" * 32, "00" * 31 + "é"])
def test_a_damaged_key_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "key").write_text(text, encoding="utf-8")
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(BadInput, match="is damaged: put back a copy"):
        Pseudonyms.open(tmp_path / "key")


def test_a_key_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(CannotWrite, match=r"the disk is read-only.*pseudonyms need this key"):
        Pseudonyms.open(tmp_path / "key")


def test_a_key_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    with pytest.raises(NoSuchFile, match="key of the pseudonyms cannot be read"):
        Pseudonyms.open(tmp_path / "key")
