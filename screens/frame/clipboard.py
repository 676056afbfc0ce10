"""The clipboard: of the terminal by OSC 52, and by the program of the desktop where there is one."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

MOST_BYTES: Final = 74_000
"""What a terminal takes of one text; longer ones are cut, or dropped, unsaid."""
_PROGRAMS: Final[Sequence[Sequence[str]]] = (
    ("wl-copy",),
    ("xclip", "-selection", "clipboard"),
    ("xsel", "--clipboard", "--input"),
    ("pbcopy",),
    ("clip.exe",),
)
_WAIT_SECONDS: Final = 2.0


def has_program() -> bool:
    return any(shutil.which(program[0]) for program in _PROGRAMS)


def hand_to_program(text: str) -> bool:
    """Give the text to the first program that takes it; some terminals know no OSC 52. Whether one did."""
    for program in _PROGRAMS:
        path = shutil.which(program[0])
        if path is None:
            continue
        data = text.encode("utf-16" if program[0] == "clip.exe" else sys.getdefaultencoding())
        with suppress(OSError, subprocess.TimeoutExpired):
            # What it prints goes nowhere: it stays in the background to hand the text on, and would keep a pipe open.
            quiet = subprocess.DEVNULL
            ended = subprocess.run(  # noqa: S603 - nothing in the command comes from outside
                [path, *program[1:]], input=data, stdout=quiet, stderr=quiet, timeout=_WAIT_SECONDS, check=False
            )
            if ended.returncode == 0:
                return True
    return False
