"""The passphrase of a pack: from a file, the environment or a prompt without echo, and never from the command line.

What stands on a command line is in the shell's history, and everybody on the computer sees it in the list of processes.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

VARIABLE: Final = "TRANSITIONS_PASSPHRASE"
"""The name of the environment variable that may hold it, for scripts."""
_LONGEST_FILE: Final = 10_000


def with_passphrase(function: Function) -> Function:
    """Add ``--passphrase-file``."""
    return click.option(
        "--passphrase-file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help=f"Its first line is the passphrase; else {VARIABLE} in the environment, else you are asked.",
    )(function)


def passphrase(file: Path | None, *, new: bool = False) -> str:
    """Give the passphrase from the file, the environment or the person, who types a ``new`` one twice.

    Raises ``NoSuchFile`` and ``BadInput`` for the file; without any of the three it is wrong usage (2).
    """
    if file is not None:
        return _first_line(file.expanduser())
    kept = os.environ.get(VARIABLE)
    if kept:
        return kept
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError(
            f"There is nobody to ask for the passphrase: give --passphrase-file FILE, or set {VARIABLE}."
        )
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt="Once more" if new else False, err=True))


def _first_line(file: Path) -> str:
    from transitions.errors import BadInput, Problem
    from transitions.importing.tabular import read_bytes

    name, data = read_bytes(file, _LONGEST_FILE)
    try:
        first = next((line for line in data.decode("utf-8-sig").splitlines() if line.strip()), "")
    except UnicodeDecodeError:
        first = ""
    if not first:
        raise BadInput([Problem(name, "has no passphrase: expected it as text (UTF-8), in the first line")])
    return first.strip()
