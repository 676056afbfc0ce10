"""Runs a program in a real pseudo-terminal and gives every byte that it sends there."""

import os
import select
import subprocess
import sys
import time


def run_in_terminal(program: str, *arguments: str) -> bytes:
    """Give what ``program`` (Python source) sends to its terminal of 100 by 40; it must end by itself with status 0."""
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"}
    command = [sys.executable, "-c", program, *arguments]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as running:
        os.close(theirs)
        sent = bytearray()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    sent += os.read(ours, 65536)
                except OSError:  # Linux says EIO when the other end is closed
                    break
            elif running.poll() is not None:
                break
        else:
            running.kill()
        os.close(ours)
    assert running.returncode == 0, sent[-2000:]
    return bytes(sent)


class Terminal:
    """A program at the controlling terminal of a session of its own, as in a window that can be closed."""

    def __init__(self, program: str, *arguments: str) -> None:
        import pty

        self._ours, theirs = pty.openpty()
        self.resize(100, 40)
        # These two would be believed instead of the window.
        environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        environment["TERM"] = "xterm-256color"
        take = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
        self.running = subprocess.Popen(
            [sys.executable, "-c", take + program, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            start_new_session=True,
        )
        os.close(theirs)
        self.sent = bytearray()

    def resize(self, columns: int, lines: int) -> None:
        import fcntl
        import struct
        import termios

        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def read_until(self, text: str, seconds: float = 30) -> None:
        """Read what is sent until ``text`` has come, or fail."""
        deadline = time.monotonic() + seconds
        while text.encode() not in self.sent:
            assert time.monotonic() < deadline, self.sent[-2000:]
            if select.select([self._ours], [], [], 0.1)[0]:
                try:
                    self.sent += os.read(self._ours, 65536)
                except OSError as error:  # Linux says EIO when the other end is closed
                    raise AssertionError(f"{text!r} never came: {self.sent[-2000:]!r}") from error

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def close(self) -> None:
        """Close the window."""
        os.close(self._ours)

    def end(self, seconds: float = 10) -> int:
        """Wait until the program has ended, and give its status."""
        return self.running.wait(seconds)
