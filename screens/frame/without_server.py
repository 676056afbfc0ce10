"""While the server of a team's record is away, what is on the screen stays, and what was typed; everything goes on when it is back."""

from typing import Final

from textual import events
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

from screens.frame.host import host_of
from transitions.errors import DatabaseInUse, ServerGone

BACK: Final = "The server is back. You can go on."
PASSING: Final = (ServerGone, DatabaseInUse)
"""What passes by itself, so that it ends no screen."""
WORKS: Final = frozenset({"app.quit", "app.help", "app.privacy", "app.stop"})
"""The commands that ask the server nothing."""
_DISPATCH: Final = MessagePump._dispatch_message


def live_on() -> None:
    """Have every widget live on when the server is lost under it: Textual ends whichever fails."""
    setattr(MessagePump, "_dispatch_message", _or_say)  # noqa: B010


async def _or_say(pump: MessagePump, message: Message) -> None:
    try:
        await _DISPATCH(pump, message)
    except PASSING as fault:
        host_of(pump).say(fault.sentence, "error")
        screen = pump.app.screen
        if isinstance(message, events.Compose | events.Mount) and isinstance(pump, Screen) and pump is screen:
            pump.app.call_later(_leave, screen)


def _leave(screen: Screen[object]) -> None:
    """Go back from a screen that could not be made."""
    if screen.is_current and len(screen.app.screen_stack) > 1:
        screen.dismiss()
