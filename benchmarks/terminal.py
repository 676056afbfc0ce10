"""A program in a real terminal of 120 by 40: what it sends after a key, frame by frame, and what of its processor that took.

The terminal says that it knows synchronised output (DEC 2026), so Textual wraps each frame in a beginning and an end. Other programs
send no frames: theirs is settled when nothing more comes.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

COLUMNS: Final = 120
LINES: Final = 40
QUERY: Final = b"\x1b[?2026$p"
ANSWER: Final = b"\x1b[?2026;2$y"
BEGIN: Final = b"\x1b[?2026h"
END: Final = b"\x1b[?2026l"
EMPTY_FRAME: Final = 24
"""Bytes of a frame that only moves the cursor."""
QUIET_SECONDS: Final = 0.06
NOTHING_SECONDS: Final = 0.3
"""When a key has drawn nothing for so long, it draws nothing."""
DRAIN_SECONDS: Final = 0.002
BUSY_SHARE: Final = 0.12
"""More of a processor than this, while nothing is drawn, and the program is still at work on what was asked."""
GIVEN_UP_SECONDS: Final = 120.0
_READ: Final = 1 << 20


class Frames:
    """Finds the frames in what a program sends, wherever the reads cut it; only those that draw something count."""

    def __init__(self) -> None:
        self.asked = False
        self.count = 0
        self.bytes = 0
        self.largest = 0
        """The bytes of the largest frame that ended in what was fed last."""
        self._tail = b""
        self._inside: int | None = None

    def feed(self, data: bytes) -> int:
        """Take the next bytes; give how many frames ended in them."""
        self.bytes += len(data)
        self.asked |= QUERY in self._tail[-len(QUERY) :] + data
        text, ended, at = self._tail + data, 0, 0
        self.largest = 0
        while True:
            if self._inside is None:
                if (begun := text.find(BEGIN, at)) < 0:
                    break
                self._inside, at = 0, begun + len(BEGIN)
            elif (end := text.find(END, at)) < 0:
                break
            else:
                size = self._inside + end - at
                ended += size > EMPTY_FRAME
                self.largest = max(self.largest, size)
                self._inside, at = None, end + len(END)
        kept = max(at, len(text) - len(QUERY) + 1)
        if self._inside is not None:
            self._inside += kept - at
        self._tail = text[kept:]
        self.count += ended
        return ended


class Answered(NamedTuple):
    """What came of a key, in milliseconds from it: ``cpu`` is of the program's own processor time."""

    first: float
    settled: float
    frames: int
    bytes: int
    cpu: float


class Terminal:
    """A program that runs in a terminal until it is left, and then is killed."""

    def __init__(self, command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
        self.screen = bytearray()
        """What it has sent since it was asked last."""
        self._frames = Frames()
        self._begun = time.perf_counter()
        self.pid, self._ours = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            words = [str(word) for word in command]
            with suppress(OSError):
                os.execvpe(words[0], words, {**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
            os._exit(127)
        self._clock = ~self.pid << 3 | 2  # how Linux names the clock of another process

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        os.close(self._ours)

    def until(self, words: str, seconds: float = GIVEN_UP_SECONDS) -> float:
        """Wait for ``words`` on the screen; give the milliseconds from the start, or from the last key."""
        given_up = time.perf_counter() + seconds
        while words.encode() not in self.screen:
            if time.perf_counter() > given_up or self._read(1.0) is None:
                raise TimeoutError(f"{words!r} never came: {bytes(self.screen[-400:])!r}")
        return self._since()

    def still(self, quiet: float = QUIET_SECONDS) -> float:
        """Wait until nothing is drawn or worked at any more; give the milliseconds to what was drawn last."""
        return self._settle(quiet)[1]

    def press(
        self, keys: str, *, quiet: float = QUIET_SECONDS, at_work: bool = True, words: str = "", least: int = 0
    ) -> Answered:
        """Type ``keys``, and wait until it is drawn and, when ``at_work``, nothing goes on behind the screen either.

        Otherwise until ``quiet`` seconds after the first frame, as somebody types on while more is drawn.

        The first is the first frame or, with ``words``, that which shows them, or that of so many bytes at ``least``.
        """
        self._drain()
        self.screen.clear()
        spent, frames, sent = self.spent(), self._frames.count, self._frames.bytes
        self._begun = time.perf_counter()
        os.write(self._ours, keys.encode())
        first = self.until(words) if words else 0.0
        drawn, last = self._settle(quiet, at_work=at_work, least=least, waits=not words)
        return Answered(
            first or drawn,
            max(first, last),
            self._frames.count - frames,
            self._frames.bytes - sent,
            self.spent() - spent,
        )

    def spent(self) -> float:
        """The milliseconds of the processor it has had."""
        return time.clock_gettime(self._clock) * 1000

    def is_busy(self, seconds: float = 0.2) -> bool:
        """Whether it has been at work for much of such a while, in which nothing is typed."""
        spent = self.spent()
        given_up = time.perf_counter() + seconds
        while (left := given_up - time.perf_counter()) > 0:
            self._read(left)
        return self.spent() - spent > BUSY_SHARE * 1000 * seconds

    def memory(self) -> float:
        """The MB it has in memory."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    def _since(self) -> float:
        return (time.perf_counter() - self._begun) * 1000

    def _read(self, seconds: float) -> bool | None:
        """Read what comes within ``seconds``: whether a frame ended, None when the program has."""
        if not select.select([self._ours], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._ours, _READ)
        except OSError:  # Linux says EIO when the other end is closed
            return None
        asked = self._frames.asked
        ended = self._frames.feed(data)
        if self._frames.asked and not asked:
            os.write(self._ours, ANSWER)
        self.screen += data
        return ended > 0

    def _drain(self) -> None:
        """Read what was drawn meanwhile, so that it is not taken for the answer to what is typed next."""
        while select.select([self._ours], [], [], DRAIN_SECONDS)[0] and self._read(0) is not None:
            pass

    def _settle(
        self, quiet: float, *, at_work: bool = True, least: int = 0, waits: bool = False
    ) -> tuple[float, float]:
        """Read until it is quiet; give when the first and the last frame ended, or the bytes of a program without frames."""
        first = last = 0.0
        given_up = time.perf_counter() + GIVEN_UP_SECONDS
        quiet_from, spent = time.perf_counter(), self.spent()
        while (now := time.perf_counter()) < given_up:
            sent = self._frames.bytes
            still = quiet if first or not waits else max(quiet, NOTHING_SECONDS)
            ended = self._read(max(0.0, quiet_from + still - now))
            if ended is None or (first and not at_work and self._since() > first + quiet * 1000):
                return first, last
            if self._frames.bytes > sent:
                if ended or not self._frames.asked:
                    last = self._since()
                    first = first or (last if self._frames.largest >= least else 0)
                quiet_from, spent = time.perf_counter(), self.spent()
            elif (now := time.perf_counter()) >= quiet_from + still:
                working = self.spent() - spent > BUSY_SHARE * 1000 * (now - quiet_from)
                if not working or (first and not at_work):
                    return first, last
                quiet_from, spent = now, self.spent()
        raise TimeoutError(f"never still: {bytes(self.screen[-400:])!r}")


def urgent() -> bool:
    """Have this process and its children run before others, as far as the system allows it, so that other work hardly disturbs."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except (OSError, AttributeError):
        return False
    return True
