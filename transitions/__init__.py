"""The rules, use cases, imports, exports and command line of transition planning."""

import os
import sys

VERSION = "0.1.0"
HELP = f"{__path__[0]}/cli/help.txt"
"""The command line's own help as it writes it for a terminal of eighty columns: ``docs/generate.py`` keeps it."""


def main() -> None:
    """The way in: Ctrl+C ends the program quietly even while its modules are being read, before it could say anything."""
    try:
        if len(sys.argv) == 2 and _answered(sys.argv[1]):
            return
        from transitions.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


def _answered(word: str) -> bool:
    """Answer what is only text, before anything is loaded; whatever is in its way is left to the command line."""
    try:
        if word == "--version":
            print(f"transitions, version {VERSION}", flush=True)
        elif word in {"-h", "--help"} and _is_of_usual_width():
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
