"""What happens when the program is at fault: it stops, says so in one sentence, and writes where, never what.

Textual prints the local variables of every frame when it dies, and exception messages quote the values that they
choked on. Here both are children's records. So the report holds the types of the exceptions and the file and line of
each frame, and nothing else.
"""

import asyncio
import os
import platform
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from textual.app import App, ReturnType
from textual.worker import WorkerFailed

from transitions.clock import Clock

OUR_FAULT = 70
_PACKAGES = Path(__file__).resolve().parent.parent


def anonymous(error: BaseException) -> str:
    """Give the types and frames of ``error`` and of the errors that led to it, without a single value."""
    return "\n".join(_lines(error, seen=set()))


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    if id(error) in seen:
        return
    seen.add(id(error))
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {_place(frame.filename)}:{frame.lineno} in {frame.name}"
    if isinstance(error, WorkerFailed):
        yield "in the worker:"
        yield from _lines(error.error, seen)
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield "together with:"
            yield from _lines(member, seen)
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield "after:"
        yield from _lines(earlier, seen)


def _place(filename: str) -> str:
    """Shorten a path: the folders above a package carry the name of whoever is logged in."""
    path = Path(filename)
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    with suppress(ValueError):
        return path.relative_to(_PACKAGES).as_posix()
    return path.name


def write_report(error: BaseException, folder: Path) -> Path | None:
    """Write the report on ``error`` into ``folder``, readable by its owner only; None when that cannot be done."""
    now = Clock.now()
    text = "\n".join(
        (
            "Pupil transitions stopped because of a fault of its own. This report carries no pupil's details.",
            f"at {now:%Y-%m-%d %H:%M:%S} UTC",
            f"program {version('pupil-transitions')}, textual {version('textual')}, Python {platform.python_version()}",
            f"on {platform.system()} {platform.machine()}",
            "",
            anonymous(error),
            "",
        )
    )
    path = folder / f"crash-{now:%Y%m%dT%H%M%S%f}.txt"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return None
    return path


def sentence(report: Path | None) -> str:
    """Give the one sentence that a person sees."""
    where = "No report could be written." if report is None else f"A report without any pupil's details is in {report}"
    return f"Transitions had to stop: the fault is its own, and what was saved is safe. {where}"


class CrashSafeApp(App[ReturnType]):
    """An app that leaves a report and one sentence when it fails, with exit status 70.

    ``crash_folder`` is where reports go; it is made when first needed.
    """

    def __init__(self, crash_folder: Path) -> None:
        super().__init__()
        self._crash_folder = crash_folder
        self._crash_sentence: str | None = None

    def on_load(self) -> None:
        """Keep asyncio from printing the message of an error that nobody awaited."""

        def unawaited(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            error = context.get("exception")
            if isinstance(error, BaseException):
                write_report(error, self._crash_folder)

        asyncio.get_running_loop().set_exception_handler(unawaited)

    def _handle_exception(self, error: Exception) -> None:
        # Textual's own asks errors with __rich__ to draw themselves, with their values.
        self._return_code = OUR_FAULT
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._stop_for(error)

    def _fatal_error(self) -> None:
        self._return_code = OUR_FAULT
        self._stop_for(sys.exception() or RuntimeError())

    def _stop_for(self, error: BaseException) -> None:
        if self._crash_sentence is None:
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
        except Exception as error:  # noqa: BLE001 - the last frame before the terminal: its message may name a child
            print(sentence(write_report(error, crash_folder)), file=sys.stderr)
            return OUR_FAULT
    return running.return_code or result or 0


@contextmanager
def _reporting_hooks(crash_folder: Path) -> Iterator[None]:
    """Send what Python prints by itself, from threads and finalisers, to reports: it quotes messages and objects."""

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            write_report(args.exc_value, crash_folder)

    def unraisable(args: sys.UnraisableHookArgs) -> None:
        if args.exc_value is not None:
            write_report(args.exc_value, crash_folder)

    before = threading.excepthook, sys.unraisablehook
    threading.excepthook, sys.unraisablehook = in_thread, unraisable
    try:
        yield
    finally:
        threading.excepthook, sys.unraisablehook = before
