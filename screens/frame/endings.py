"""The end from outside: a signal, a closed terminal, a death. What is half typed is kept, and the terminal is put right."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol, runtime_checkable

SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name)]
_PUT_RIGHT = r"\033[?1000l\033[?1003l\033[?1015l\033[?1006l\033[?1004l\033[?2004l\033[?2048l\033[?2026l\033[?7h\033[<u\033[?1049l\033[?25h"
"""Mouse, focus, paste, sizes, drawing at once, lines, keys, the other screen, the cursor."""
_SAID = "Transitions was closed from outside. What was saved is safe, and what was half typed will be there when you open it again."
_WATCH = f"""read over || {{ stty sane <&1; printf '{_PUT_RIGHT}\\r\\n%s\\r\\n' "$0"; }}"""
_WAIT_SECONDS = 1.0


@runtime_checkable
class KeepsDraft(Protocol):
    """A screen in which something may be half typed."""

    def keep_draft(self) -> None:
        """Leave what is half typed on the desk."""


def heed_signals(end: Callable[[int], None]) -> None:
    """Let ``end`` be called in the event loop, with the number, when a signal asks the program to end."""
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        # Windows has no such signals, and a thread of its own hears none.
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, end, number)


def terminal_is_gone() -> bool:
    """Whether there was a terminal and it has been closed: what is drawn there then waits for ever."""
    if sys.platform == "win32" or sys.__stdin__ is None:
        return False
    import errno
    import termios

    try:
        termios.tcgetattr(sys.__stdin__.fileno())
    except termios.error as error:
        return bool(error.args[0] == errno.EIO)
    return False


class TerminalGuard:
    """A shell that waits for the app's end, and puts the terminal right when that was a death in which nothing else could."""

    def __init__(self) -> None:
        self._shell: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        terminal = sys.__stderr__
        if sys.platform == "win32" or terminal is None or not terminal.isatty():
            return
        with suppress(OSError):
            self._shell = subprocess.Popen(  # noqa: S603 - nothing in it comes from outside
                ["/bin/sh", "-c", _WATCH, _SAID],
                stdin=subprocess.PIPE,
                stdout=terminal.fileno(),
                stderr=subprocess.DEVNULL,
                # What ends the app, or closes its terminal, must not end the shell first.
                start_new_session=True,
            )

    def end(self) -> None:
        """Say that the app ends by itself and puts the terminal right."""
        if self._shell is not None:
            with suppress(OSError, subprocess.TimeoutExpired):
                self._shell.communicate(b"over\n", timeout=_WAIT_SECONDS)
            self._shell = None
