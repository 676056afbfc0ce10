"""What is answered before the command line is loaded, which would take five times as long: its version and its help."""

import os
import sys

VERSION = "0.1.0"
HELP = __file__.replace("told_at_once.py", "cli/help.txt")
"""The command line's own help, as it writes it for a terminal of eighty columns: ``docs/generate.py`` keeps it."""


def is_told(words: list[str]) -> bool:
    """Answer what is only text, before anything is loaded; whatever is in its way is left to the command line."""
    try:
        if words == ["--version"]:
            print(f"transitions, version {VERSION}", flush=True)
        elif words in (["-h"], ["--help"]) and _is_of_usual_width():
            with open(HELP, encoding="ascii") as text:  # noqa: PTH123 - pathlib takes as long to load as Python
                print(text.read(), end="", flush=True)
        else:
            return False
    except OSError:
        return False
    return True


def _is_of_usual_width() -> bool:
    if "COLUMNS" in os.environ or sys.stdout is None:
        return False
    try:
        return not 0 < os.get_terminal_size(sys.stdout.fileno()).columns < 80
    except OSError:
        return True
