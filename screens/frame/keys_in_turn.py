"""Keys are taken in turn: what is typed ahead waits for the screen, the form or the field that it was typed for."""

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from textual import events
from textual._time import get_time
from textual.app import ReturnType, ScreenStackError
from textual.message_pump import MessagePump
from textual.screen import Screen

from screens.frame.left_once import LeftOnce
from screens.frame.pictures import WholePictures

PATIENCE_SECONDS = 5.0
"""How long a key waits for the one before it: a form may be long to open, but no fault of ours may lock the keyboard."""
PAUSE_SECONDS = 0.3
"""A letter that comes sooner after a question has appeared, or after a letter that is no answer, is one of a word."""
_MOMENT = 0.002


class KeysInTurn(WholePictures[ReturnType]):
    """An app in which a key, or a paste, is taken when all that the one before it led to has been done.

    Textual gives a key to the field that has the focus when it arrives, while the Tab, or the command, before it is still
    on its way up through the widgets: what is typed ahead then goes into the field, or the screen, that one has left.
    """

    def __init__(self, crash_folder: Path) -> None:
        super().__init__(crash_folder)
        self._errands: dict[asyncio.Task[Any] | None, asyncio.Event] = {}
        """What keys have started, each with whether it waits now, for a person or a thread."""
        self._reading: set[asyncio.Task[Any] | None] = set()
        """Those of them that read in a thread what they are to show."""
        self._typed: deque[events.Key | events.Paste] = deque()
        self._in_turn: events.Key | events.Paste | None = None
        self._taking: asyncio.Task[None] | None = None
        self._settled_on: Screen[Any] | None = None
        """The screen that was seen to have its focus."""
        self._word_goes_on_at = 0.0
        """When the question in front appeared, or the last letter of a word was typed over it."""

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded or event is self._in_turn:
            await super().on_event(event)
            return
        self._typed.append(event)
        if self._taking is None:
            self._taking = asyncio.create_task(self._take_in_turn())

    async def _take_in_turn(self) -> None:
        try:
            while self._typed and self.screen_stack:
                if self.screen is not self._settled_on:
                    await self._all_is_done()
                if self._is_of_a_word(self._typed[0]):
                    self._typed.popleft()
                    continue
                asked, reading, self._in_turn = self._asked, set(self._reading), self._moved(self._typed.popleft())
                self.post_message(self._in_turn)
                await self._all_is_done()
                self.show_picture()
                if self.screen_stack and (self._asked != asked or self._reading - reading):
                    self._forget_doubles(self._in_turn)
        finally:
            self._in_turn = self._taking = None

    @property
    def _asked(self) -> tuple[Screen[Any], str]:
        """What a key would answer now."""
        screen = self.screen
        return screen, screen.asks if isinstance(screen, LeftOnce) else ""

    @property
    def moves(self) -> Mapping[str, str]:
        """Keys that stand for others wherever one does not type."""
        return {}

    def _moved(self, event: events.Key | events.Paste) -> events.Key | events.Paste:
        """The key that moves, of one that stands for it; in a box letters choose, and in a field they are letters."""
        if not isinstance(event, events.Key) or event.key not in self.moves or self.screen.is_modal:
            return event
        focused = self.focused
        typed = focused is not None and focused.check_consume_key(event.key, event.character)
        return event if typed else events.Key(self.moves[event.key], None)

    def _is_of_a_word(self, event: events.Key | events.Paste) -> bool:
        """Whether a letter goes on with what was typed without a look at the question that stands there: it answers nothing."""
        screen = self.screen
        if not isinstance(screen, LeftOnce) or not screen.WAITS_FOR_A_LOOK or not isinstance(event, events.Key):
            return False
        if not (event.character and (event.character.isalnum() or event.character == " ")):
            return False
        if event.key in screen.active_bindings and event.time >= self._word_goes_on_at + PAUSE_SECONDS:
            return False
        self._word_goes_on_at = event.time
        return True

    def _forget_doubles(self, taken: events.Key | events.Paste) -> None:
        """Let go of the same key pressed again before anybody could see where it leads: it was not meant for there."""
        if isinstance(taken, events.Key) and not self.goes_on(taken):
            while self._typed and getattr(self._typed[0], "key", None) == taken.key:
                self._typed.popleft()

    def goes_on(self, key: events.Key) -> bool:  # noqa: ARG002 - for those that know keys by what they do
        """Whether a key that leads to another screen is meant there, too, when it is pressed again at once."""
        return False

    async def _all_is_done(self) -> None:
        # Without a screen the app is closing.
        with suppress(TimeoutError, ScreenStackError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._key_has_gone_its_way()

    async def _key_has_gone_its_way(self) -> None:
        await _heard(self)
        way: list[MessagePump] = []
        while self.screen_stack:
            before, way = way, self._way()
            for pump in way:
                await _heard(pump)
            if self.screen is not self._settled_on:
                self._settled_on = self.screen
                await _painted(self._settled_on)
                self._word_goes_on_at = get_time()
            elif not self._is_quiet(way):
                await asyncio.sleep(_MOMENT)
            elif way == before:
                return

    def _way(self) -> list[MessagePump]:
        """Whom a key is offered to, one after the other."""
        return list((self.focused or self.screen).ancestors_with_self)

    @property
    def _text_is_next(self) -> bool:
        following = self._typed[0] if self._typed else None
        return isinstance(following, events.Paste) or (isinstance(following, events.Key) and following.is_printable)

    def _is_quiet(self, way: list[MessagePump]) -> bool:
        screen = self.screen
        reading = (
            isinstance(screen, LeftOnce) and screen.is_getting_ready and (screen.TEXT_WAITS or not self._text_is_next)
        )
        errands_wait = all(waits.is_set() for waits in self._errands.values())
        return errands_wait and not reading and not any(pump.message_queue_size for pump in way)


async def _heard(pump: MessagePump) -> None:
    """Wait until ``pump`` has done all that it was told before."""
    heard = asyncio.Event()
    if pump.call_later(heard.set):
        await heard.wait()


async def _painted(screen: Screen[Any]) -> None:
    """Wait until ``screen`` has been painted, and has done what it was to do after that, such as to set its focus."""
    painted = asyncio.Event()
    if screen.call_after_refresh(painted.set):
        await painted.wait()
