"""The command palette's view of the registry."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from screens.frame.commands import Command, key_label
from screens.frame.host import Host, host_of
from screens.frame.safe import txt


class CommandsProvider(Provider):
    """Every command that works on the screen below, its key beside it; one that cannot run now is dim and says why."""

    @property
    def _host(self) -> Host:
        return host_of(self.screen)

    def _commands(self) -> tuple[Command, ...]:
        return tuple(command for command in self._host.commands_on(self.screen) if command.id != "app.palette")

    async def discover(self) -> Hits:
        """Give every command, in the order of the registry."""
        for command in self._commands():
            yield DiscoveryHit(
                display=self._display(command, Content(command.title)),
                command=self._run(command),
                text=command.title,
                help=cast("str", self._help(command)),
            )

    async def search(self, query: str) -> Hits:
        """Give the commands whose title resembles ``query``, and below them those whose help holds it."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = matcher.match(command.title)
            title = matcher.highlight(command.title) if score else Content(command.title)
            if not score and query.casefold() in command.help.casefold():
                score = 0.01
            if score:
                yield Hit(
                    score=score,
                    match_display=self._display(command, title),
                    command=self._run(command),
                    text=command.title,
                    help=cast("str", self._help(command)),
                )

    def _run(self, command: Command) -> Callable[[], Awaitable[None]]:
        return partial(self._host.perform, command)

    def _display(self, command: Command, title: Content) -> Content:
        keys = " ".join(key_label(key) for key in command.keys)
        style = "dim" if self._host.reason_against(command, self.screen) else ""
        return Content.assemble(title.stylize(style) if style else title, "  ", (keys, "$key"))

    def _help(self, command: Command) -> Content:
        reason = self._host.reason_against(command, self.screen)
        # Textual reads a help text as markup unless it is Content already, which its type does not say.
        return txt(f"Not now: {reason}" if reason else command.help)
