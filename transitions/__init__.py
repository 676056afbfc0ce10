"""The rules, use cases, imports, exports and command line of transition planning."""

import gc
import sys


def main() -> None:
    """The way in: Ctrl+C ends the program quietly even while its modules are being read, before it could say anything."""
    try:
        from transitions.told_at_once import is_told

        if is_told(sys.argv[1:]):
            return
        gc.set_threshold(200_000)  # what is loaded stays, and to look through it for what goes took a tenth of a start
        from transitions.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)
