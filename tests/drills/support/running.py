"""The app, or a command, in a terminal of its own, with what it shows."""

import os
import select
import signal
import struct
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from sealed import PASSPHRASE

if sys.platform == "win32":
    pytest.skip("a terminal of its own (pty) is asked for, which Windows has not", allow_module_level=True)

import fcntl
import pty
import termios

FIRST_PAINT, LOCKED = b"My caseload", b"The records are locked"
SAVE, ENTER, ESCAPE, QUIT = b"\x13", b"\r", b"\x1b[27u", b"\x11"
PATIENCE = 60.0


class Running:
    """A program of ours at a terminal of 120 by 36."""

    def __init__(
        self, records: Path, environment: Mapping[str, str], *command: str, program: Sequence[str] = ("-m", "transitions.cli")
    ) -> None:  # fmt: skip
        self.sent = b""
        self.process, self._terminal = pty.fork()
        if self.process == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
            os.execve(sys.executable, [sys.executable, *program, "--db", str(records), *command], dict(environment))

    def type(self, keys: bytes) -> None:
        try:
            os.write(self._terminal, keys)
        except OSError:  # it has ended by itself
            return

    def wait_for(self, words: bytes, seconds: float = PATIENCE) -> bool:
        """Whether ``words`` come to the screen within the time; what came before does not count."""
        begins, until = len(self.sent), time.monotonic() + seconds
        while words not in self.sent[begins:] and time.monotonic() < until and self.read(until - time.monotonic()):
            pass
        return words in self.sent[begins:]

    def read(self, seconds: float = 1.0) -> bool:
        """Read what it sends now; whether it goes on."""
        if not select.select([self._terminal], [], [], max(seconds, 0))[0]:
            return True
        try:
            self.sent += (read := os.read(self._terminal, 65_536))
        except OSError:  # it has ended by itself
            return False
        return bool(read)

    def unlock(self, passphrase: str = PASSPHRASE) -> bool:
        """Whether the caseload comes after the passphrase was typed."""
        if not self.wait_for(LOCKED):
            return False
        self.type(passphrase.encode() + ENTER)
        return self.wait_for(FIRST_PAINT)

    def kill(self) -> bool:
        """Kill it; whether something else did before."""
        ended, _ = os.waitpid(self.process, os.WNOHANG)
        if not ended:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        os.close(self._terminal)
        return bool(ended)

    def end(self, seconds: float = PATIENCE) -> int:
        """Wait until it has ended, reading what it says meanwhile; give its status, negative for a signal."""
        until = time.monotonic() + seconds
        while not (ended := os.waitpid(self.process, os.WNOHANG))[0]:
            assert time.monotonic() < until, self.sent[-2000:]
            if not self.read(0.05):
                time.sleep(0.05)
        while select.select([self._terminal], [], [], 0.1)[0] and self.read():
            pass
        os.close(self._terminal)
        return os.waitstatus_to_exitcode(ended[1])
