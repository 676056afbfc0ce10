"""While the server of a team's record is away, what is on the screen stays, and what was typed; everything goes on when it is back."""

from typing import TYPE_CHECKING, Final

from textual import events
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

from screens.frame.commands import Command
from screens.frame.dialogs import Ask, Confirm
from screens.frame.drafts import ON_DESK
from screens.frame.endings import KeepsDraft
from screens.frame.host import host_of
from screens.widgets.line import HeaderLine
from transitions.errors import DatabaseInUse, ServerGone
from transitions.team.server import take_password

if TYPE_CHECKING:
    from screens.frame.app_base import TransitionsBase
    from transitions.workspace import Workspace

GIVE_UP_SECONDS: Final = 5.0
"""How long the screen waits for a server; after that it says so, and the server is asked in a thread until it answers."""
_BACK: Final = "The server is back. You can go on."
_PASSING: Final = (ServerGone, DatabaseInUse)
"""What passes by itself, so that it ends no screen."""
_WORKS: Final = frozenset({"app.quit", "app.help", "app.privacy", "app.stop"})
"""The commands that ask the server nothing."""
_DISPATCH: Final = MessagePump._dispatch_message


class WithoutServer:
    """Knows whether the server of the records is away, and says so once; of a file it never is."""

    def __init__(self, app: "TransitionsBase", workspace: "Workspace") -> None:
        self._app, self._workspace, self._database = app, workspace, workspace.database
        self.said = self._kept_as = ""
        self._has_asked = False
        self._role = workspace.role
        self._database.give_up_after(GIVE_UP_SECONDS)
        if not self._database.is_file:  # Textual ends whatever widget fails
            setattr(MessagePump, "_dispatch_message", _or_say)  # noqa: B010

    def look(self) -> bool:
        """Say when it goes and when it comes back; whether it is away."""
        away = self._database.away()
        if bool(away) != bool(self.said):
            self._app.say(away or _BACK, "error" if away else "information")
            self._app.screen.refresh_bindings()
            self._mark(f"No server since {self._app.clock.now().astimezone():%H:%M}" if away else "")
            self._has_asked = False
        self.said = away
        if self._database.asks_password and not self._has_asked:
            self._has_asked = True
            self._app.push_screen(_password(), self._try)
        if (role := self._workspace.role) != self._role and not away:
            self._role = role
            self._app.say(f"A keeper has given your login another role: {role}.", "warning")
            host_of(self._app).worker_changed()
        return bool(away)

    async def may_quit(self) -> bool:
        """Whether to quit although what was typed since the server went can be kept nowhere; asked only where there is any."""
        waiting = self._workspace.waiting_for_desk
        for screen in self._app.screen_stack if self.said else ():
            if isinstance(screen, KeepsDraft):
                screen.keep_draft()
        if not self.said or not any(name.startswith(ON_DESK) and value for (_, name), value in waiting.items()):
            return True
        about = "There is no server to keep your draft. Stay, and it is kept when the server is back, or copy it first."
        return await self._app.ask(Confirm("Quit and lose what you typed?", about, yes="Quit", no="Stay")) is True

    def _mark(self, away: str) -> None:
        """Have every header say it for as long as it is so: a message is gone before one is back from the kettle."""
        if away:
            self._kept_as = self._app.kept_as
        self._app.kept_as = away or self._kept_as
        for screen in self._app.screen_stack:
            for header in screen.query(HeaderLine):
                header.kept_as = self._app.kept_as

    def _try(self, password: str | None) -> None:
        if password:
            self._has_asked = False
            take_password(self._database, password)

    def why_not(self, command: Command) -> str:
        return "" if command.id in _WORKS else self._database.away()

    def passes(self, error: BaseException) -> bool:
        """Whether an error of a timer or a callback is one to be said, and no more."""
        if self._database.is_file or not isinstance(error, _PASSING):
            return False
        self._app.say(error.sentence, "error")
        return True


def _password() -> Ask:
    about = "It was changed, and the server does not take the one from before. What is on the screen stays, and what you typed."
    return Ask("Password for the server", about, password=True, does="goes on")


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
