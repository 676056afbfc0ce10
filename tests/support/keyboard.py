"""A person at the keyboard, as the stories that are told through the keys know one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

from reading import press, screen_text, settle, toasts
from textual.events import Paste
from textual.pilot import Pilot

from screens.frame.app import TransitionsApp
from transitions.workspace import Workspace


class Keyboard:
    """Presses keys, writes into fields and reads the screen."""

    SIZE = (120, 36)

    @classmethod
    @asynccontextmanager
    async def at_work(cls, workspace: Workspace, size: tuple[int, int] | None = None) -> AsyncIterator[Self]:
        app = TransitionsApp(workspace)
        async with app.run_test(size=size or cls.SIZE, notifications=True) as pilot:
            await settle(pilot)
            yield cls(pilot, workspace)

    def __init__(self, pilot: Pilot[Any], workspace: Workspace) -> None:
        self.pilot, self.workspace = pilot, workspace

    @property
    def app(self) -> TransitionsApp:
        assert isinstance(self.pilot.app, TransitionsApp)
        return self.pilot.app

    @property
    def said(self) -> str:
        """What the last toast says."""
        return toasts(self.app)[-1]

    async def press(self, *keys: str) -> int:
        return await press(self.pilot, *keys)

    async def write(self, *texts: str) -> None:
        """Write into this field and the next ones; "" leaves a field as it is."""
        for place, text in enumerate(texts):
            if place:
                await self.pilot.press("tab")
            if text:
                self.app.post_message(Paste(text))
                await self.pilot.pause()
        await settle(self.pilot)

    @property
    def text(self) -> str:
        return screen_text(self.app)
