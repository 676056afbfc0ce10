"""The rules, use cases, imports, exports and command line of transition planning."""

import sys


def main() -> None:
    """The way in: Ctrl+C ends the program quietly even while its modules are being read, before it could say anything."""
    try:
        from transitions.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)
