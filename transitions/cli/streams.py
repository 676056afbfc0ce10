"""The standard streams and the words that were typed: UTF-8 whatever the locale says, and a sentence when they are broken."""

import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from stat import S_ISREG
from typing import TextIO

from transitions.errors import BadInput, Problem


def open_streams() -> None:
    """Write UTF-8 into pipes and files; a terminal gets its own encoding, with "?" for a letter that it does not have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def at_terminal(*streams: TextIO | None) -> bool:
    """Whether all are terminals. A stream that was closed before the start, as by ``>&-``, is None."""
    return all(stream is not None and stream.isatty() for stream in streams)


def goes_into_a_file(stream: TextIO | None) -> bool:
    """Whether what is printed stays in a file, as by ``>``."""
    with suppress(OSError):  # a stream of a test has no number
        return stream is not None and S_ISREG(os.fstat(stream.fileno()).st_mode)
    return False


def can_ask() -> bool:
    """Whether somebody is there to be asked: questions go to standard error, for standard output is data."""
    return at_terminal(sys.stdin, sys.stderr)


def read_input() -> str:
    """All of standard input. Raises ``BadInput`` when it is not UTF-8."""
    if sys.stdin is None:
        return ""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig") if hasattr(sys.stdin, "buffer") else sys.stdin.read()
    except UnicodeDecodeError:
        raise BadInput([Problem("standard input", "is not plain text: send it as UTF-8")]) from None


def read_line() -> str:
    """The next line that is typed. Raises EOFError after the last."""
    line = sys.stdin.readline() if sys.stdin is not None else ""
    if not line:
        raise EOFError
    return line


def broken_word(words: Sequence[str]) -> str | None:
    """What to say about the first word that holds bytes which are no text here; None when all are text."""
    for place, word in enumerate(words, start=1):
        if not word.isascii() and any("\ud800" <= letter <= "\udfff" for letter in word):
            shown = word.encode("utf-8", "replace").decode("utf-8")
            return (
                f'Word {place} after "transitions" is not UTF-8 text: {shown}. '
                "Set this terminal to UTF-8 and type it again, or rename the file. Nothing was done."
            )
    return None


def let_go(stream: TextIO | None) -> None:
    """Write what a stream still holds, or send it nowhere: Python would fail on it once more while it ends."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        with suppress(OSError):  # a stream of a test has no number
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
