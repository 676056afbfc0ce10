"""A person at the keyboard, as the stories that are told through the keys know one."""

from typing import Any

from reading import press, screen_text, settle
from textual.events import Paste
from textual.pilot import Pilot

from screens.frame.app import TransitionsApp
from transitions.workspace import Workspace


class Keyboard:
    """Presses keys, writes into fields and reads the screen."""

    def __init__(self, pilot: Pilot[Any], workspace: Workspace) -> None:
        self.pilot, self.workspace = pilot, workspace

    @property
    def app(self) -> TransitionsApp:
        assert isinstance(self.pilot.app, TransitionsApp)
        return self.pilot.app

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
