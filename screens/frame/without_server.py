"""While the server of a team's record is away, what is on the screen stays, and what was typed; everything goes on when it is back."""

from typing import TYPE_CHECKING, Final

from textual import events
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

from screens.frame.commands import Command
from screens.frame.host import host_of
from transitions.errors import DatabaseInUse, ServerGone

if TYPE_CHECKING:
    from screens.frame.app_base import TransitionsBase
    from transitions.workspace import Workspace

_BACK: Final = "The server is back. You can go on."
_PASSING: Final = (ServerGone, DatabaseInUse)
"""What passes by itself, so that it ends no screen."""
_WORKS: Final = frozenset({"app.quit", "app.help", "app.privacy", "app.stop"})
"""The commands that ask the server nothing."""
_DISPATCH: Final = MessagePump._dispatch_message


class WithoutServer:
    """Knows whether the server of the records is away, and says so once; of a file it never is."""

    def __init__(self, app: "TransitionsBase", workspace: "Workspace") -> None:
        self._app, self._database = app, workspace.database
        self.said = ""
        if not self._database.is_file:  # Textual ends whatever widget fails
            setattr(MessagePump, "_dispatch_message", _or_say)  # noqa: B010

    def look(self) -> bool:
        """Say when it goes and when it comes back; whether it is away."""
        away = self._database.away()
        if away != self.said:
            self.said = away
            self._app.say(away or _BACK, "error" if away else "information")
            self._app.screen.refresh_bindings()
        return bool(away)

    def why_not(self, command: Command) -> str:
        return "" if command.id in _WORKS else self._database.away()

    def passes(self, error: BaseException) -> bool:
        """Whether an error of a timer or a callback is one to be said, and no more."""
        if self._database.is_file or not isinstance(error, _PASSING):
            return False
        self._app.say(error.sentence, "error")
        return True


async def _or_say(pump: MessagePump, message: Message) -> None:
    try:
        await _DISPATCH(pump, message)
    except _PASSING as fault:
        host_of(pump).say(fault.sentence, "error")
        screen = pump.app.screen
        if isinstance(message, events.Compose | events.Mount) and pump is screen:
            pump.app.call_later(_leave, screen)


def _leave(screen: Screen[object]) -> None:
    """Go back from a screen that could not be made."""
    if screen.is_current and len(screen.app.screen_stack) > 1:
        screen.dismiss()
