"""Long work, which belongs to the app and goes on whatever screen one looks at: how far it is, and stopping it."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from threading import Event
from typing import TYPE_CHECKING, Final, NamedTuple

from transitions.errors import Fault, Stopped

if TYPE_CHECKING:
    from transitions.workspace import Workspace


class Working(NamedTuple):
    """What goes on, for the frame: its title, how far it is, and the key that stops it."""

    title: str
    progress: str
    stop_key: str


class Job:
    """One piece of long work. It is done in a thread, one at a time; a job without a title is not shown.

    ``ending`` says what goes on when all ``progress`` has been told and it is not done yet; ``kept`` what is left of it
    when it was stopped.
    """

    def __init__(self, title: str = "", ending: str = "", kept: str = "") -> None:
        self.title = title
        self.kept = kept
        self.done = self.total = 0
        self._ending = ending
        self._stop = Event()

    def stop(self) -> None:
        """Ask it to stop. Only the thread knows whether it was in time."""
        self._stop.set()

    def is_stopping(self) -> bool:
        return self._stop.is_set()

    def progress(self, done: int, total: int) -> None:
        """Told by the thread how far it is. Raises ``Stopped`` once it has been asked to stop."""
        self.done, self.total = done, total
        if self.is_stopping():
            raise Stopped(self.stopped)

    @property
    def how_far(self) -> str:
        if self.is_stopping():
            return "stopping"
        if self._ending and self.total and self.done >= self.total:
            return self._ending
        return f"{self.done:,} of {self.total:,}" if self.total else ""

    @property
    def stopped(self) -> str:
        """What is said when it was stopped in time."""
        after = f", after {self.done:,} of {self.total:,}" if self.done < self.total else ""
        return f"Stopped: {self.title}{after}. {self.kept or 'None of it was kept.'}"


_PAUSE_SECONDS: Final = 0.05
"""Between two pieces of planning, so that whoever waits to save has their turn."""


async def plan_ahead(
    workspace: "Workspace", shown: Callable[[Job], AbstractContextManager[None]], planned: Callable[[], None]
) -> None:
    """Plan everybody for a school year that has begun, behind the screen; what is in its way leaves the rest to the next start."""
    if not workspace.pupils_to_plan:
        return
    job = Job("Planning the new school year", kept="What was planned stays, and the rest follows at the next start.")

    def progress(done: int, total: int) -> None:
        time.sleep(_PAUSE_SECONDS)
        job.progress(done, total)

    with suppress(Fault), shown(job):
        await asyncio.to_thread(workspace.plan_ahead, progress)
    planned()
