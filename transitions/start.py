"""The way in: Ctrl+C ends the program quietly even while its modules are being read, before it could say anything."""

import sys


def main() -> None:
    try:
        from transitions.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)
