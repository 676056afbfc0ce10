"""What happens when the app is at fault: it stops, says so in one sentence, and writes where, never what.

Textual prints the local variables of every frame when it dies; here those are children's records.
"""

import asyncio
import errno
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from textual.app import App, ReturnType
from textual.driver import Driver

from transitions.custody.crash_report import OUR_FAULT, sentence, write_report
from transitions.errors import Fault
from transitions.text import printable

_TERMINAL_GONE: Final = (errno.EIO, errno.EPIPE)
"""What writing says once somebody has closed the window: no fault of ours."""


class CrashSafeApp(App[ReturnType]):
    """An app that leaves a report and one sentence when it fails, with exit status 70.

    ``crash_folder`` is where reports go; it is made when first needed.
    """

    def __init__(self, crash_folder: Path) -> None:
        super().__init__()
        self._crash_folder = crash_folder
        self._crash_sentence: str | None = None

    def get_driver_class(self) -> type[Driver]:
        found = super().get_driver_class()
        if sys.platform == "win32" or found.__name__ != "LinuxDriver":
            return found
        from screens.frame.terminal import TolerantDriver

        return TolerantDriver

    def on_load(self) -> None:
        """Keep asyncio from printing the message of an error that nobody awaited."""

        def unawaited(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            error = context.get("exception")
            if isinstance(error, BaseException):
                write_report(error, self._crash_folder)

        asyncio.get_running_loop().set_exception_handler(unawaited)

    def _handle_exception(self, error: Exception) -> None:
        # Textual's own asks errors with __rich__ to draw themselves, with their values.
        self._return_code = error.exit_status if isinstance(error, Fault) else OUR_FAULT
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._stop_for(error)

    def _fatal_error(self) -> None:
        self._return_code = OUR_FAULT
        self._stop_for(sys.exception() or RuntimeError())

    def _stop_for(self, error: BaseException) -> None:
        # Textual goes on drawing while it closes, by then on the terminal's ordinary screen, where names would stay.
        self._begin_batch()
        if self._crash_sentence is None:
            # a Fault, such as a damaged file, is nothing of ours to report: it says itself what to do
            if isinstance(error, Fault):
                self._crash_sentence = printable(error.sentence, lines=True)
            else:
                self._crash_sentence = sentence(write_report(error, self._crash_folder))
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        # Written straight out: a console would break or cut a long path.
        if self._crash_sentence is None:
            super()._print_error_renderables()
            return
        self._exit_renderables.clear()
        print(self._crash_sentence, file=sys.stderr)


def run(app: Callable[[], CrashSafeApp[int]], crash_folder: Path) -> int:
    """Make and run an app, and give the exit status of the process: 70 for any fault of ours, wherever it struck."""
    with _reporting_hooks(crash_folder):
        try:
            running = app()
            result = running.run()
        except Fault as fault:
            print(printable(fault.sentence, lines=True), file=sys.stderr)
            return fault.exit_status
        except Exception as error:  # noqa: BLE001 - the last frame before the terminal: its message may name a child
            print(sentence(write_report(error, crash_folder)), file=sys.stderr)
            return OUR_FAULT
    return running.return_code or result or 0


@contextmanager
def _reporting_hooks(crash_folder: Path) -> Iterator[None]:
    """Send what Python prints by itself, from threads and finalisers, to reports: it quotes messages and objects."""

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and getattr(args.exc_value, "errno", None) not in _TERMINAL_GONE:
            write_report(args.exc_value, crash_folder)

    def unraisable(args: "sys.UnraisableHookArgs") -> None:
        if args.exc_value is not None:
            write_report(args.exc_value, crash_folder)

    before = threading.excepthook, sys.unraisablehook
    threading.excepthook, sys.unraisablehook = in_thread, unraisable
    try:
        yield
    finally:
        threading.excepthook, sys.unraisablehook = before
