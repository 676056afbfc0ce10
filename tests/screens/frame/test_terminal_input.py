"""Bytes from a terminal that are no UTF-8: what was typed in another encoding, or pasted from somewhere."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from textual import events

if sys.platform == "win32":
    pytest.skip("Windows hands over letters, not bytes", allow_module_level=True)

from screens.frame.crash import CrashSafeApp
from screens.frame.terminal import TolerantDriver


async def typed(data: bytes, tmp_path: Path) -> list[Any]:
    """What reading ``data`` from the terminal makes of it, up to its end."""
    app: CrashSafeApp[int] = CrashSafeApp(tmp_path)
    assert app.driver_class is TolerantDriver
    driver = TolerantDriver(app)
    found: list[Any] = []
    driver.process_message = found.append  # type: ignore[method-assign]
    driver.fileno, writes = os.pipe()
    os.write(writes, data)
    os.close(writes)
    driver.run_input_thread()
    os.close(driver.fileno)
    return found


@pytest.mark.parametrize("odd", [b"\xe9", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80"])
async def test_an_odd_byte_is_shown_as_one_and_what_follows_is_taken(odd: bytes, tmp_path: Path) -> None:
    keys = [one.character for one in await typed(b"Zo" + odd + b"e", tmp_path) if isinstance(one, events.Key)]
    assert keys[:2] == ["Z", "o"]
    assert keys[-1] == "e"
    assert set(keys[2:-1]) == {"\ufffd"}


async def test_a_paste_in_another_encoding_comes_in_whole(tmp_path: Path) -> None:
    [paste] = [
        one for one in await typed(b"\x1b[200~Zo\xeb, caf\xe9\x1b[201~", tmp_path) if isinstance(one, events.Paste)
    ]
    assert paste.text == "Zo\ufffd, caf\ufffd"


async def test_a_letter_whose_bytes_come_one_by_one_is_one_letter(tmp_path: Path) -> None:
    assert [one.character for one in await typed("ë".encode(), tmp_path)] == ["ë"]
