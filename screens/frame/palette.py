"""The commands by their names and by other words for them: those of this screen, then where the others are."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar, Final, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from screens.frame.base_screen import BaseScreen
from screens.frame.commands import (
    ASKS,
    ATTENDANCE,
    CLASHES,
    EVERYWHERE,
    FEEDERS,
    FIRST_RUN,
    HANDOVER,
    IMPORT,
    INBOX,
    MILESTONES,
    PLAN,
    PUPIL,
    SCHOOLS,
    STAFF,
    TRAINING,
    WALK,
    WORKSHOP,
    Command,
    Registry,
    key_label,
)
from screens.frame.dialogs import Choice, Choose
from screens.frame.help import keys_on
from screens.frame.host import Host, host_of
from screens.frame.jobs import Job
from screens.frame.safe import txt
from screens.widgets.line import one_line
from transitions.custody import backups
from transitions.custody.places import keys_file, settings_file
from transitions.text import search_words, searchable

BEGINS_SO: Final = 1000
"""More than any score that Textual gives."""
_NAMED_SO, _ELSEWHERE = 500, 0.1
_OPENED_BY: Mapping[str, str] = {
    SCHOOLS: "records.schools",
    STAFF: "records.staff",
    IMPORT: "records.import",
    MILESTONES: "milestones.list",
    INBOX: "handovers.inbox",
    ATTENDANCE: "workshops.attendance",
    TRAINING: "workshops.training",
    FEEDERS: "workshops.feeders",
    CLASHES: "calendar.clashes",
    ASKS: "calendar.asks",
}
"""Places that a command opens from any record, or from none."""
_OF_ONE: Mapping[str, tuple[str, str]] = {
    PUPIL: ("a pupil's page", "list.open"),
    PLAN: ("a pupil's plan", "plan.open"),
    HANDOVER: ("a pupil's handover", "handover.open"),
    WALK: ("a walk", "list.walk"),
    WORKSHOP: ("a workshop", "workshops.open"),
}
"""Places of one record, which is to be chosen first: how they are called, and the command that opens them."""


class Way(NamedTuple):
    """Where a command is that does not work here: how the place is called, and the commands that lead there, if any do."""

    place: str
    steps: Sequence[Command]
    opened_by: Command | None = None


def way_to(registry: Registry, command: Command) -> Way | None:
    """The first place at which a command works that can be gone to, else one of which the way can be said."""
    for scope in sorted(command.where):
        steps = _steps(registry, scope)
        if steps:
            return Way(steps[-1].title, steps)
    of_one = next((_OF_ONE[scope] for scope in sorted(command.where) if scope in _OF_ONE), None)
    return None if of_one is None else Way(of_one[0], (), registry[of_one[1]])


def _steps(registry: Registry, scope: str) -> tuple[Command, ...]:
    for command in registry.own(EVERYWHERE):
        if command.area == scope:
            return (command,)
    if scope not in _OPENED_BY:
        return ()
    opener = registry[_OPENED_BY[scope]]
    return next((*steps, opener) for area in sorted(opener.where) if (steps := _steps(registry, area)))


def names(command: Command, typed: str) -> float:
    """How well a command is meant by what was typed; 0 where no words of its name, or for it, begin so."""
    if command.title.casefold().startswith(typed.casefold()):
        return BEGINS_SO + 1 / len(command.title)
    known = f" {searchable(command.title, command.words)}"
    words = search_words(typed)
    return _NAMED_SO + 1 / len(command.title) if words and all(f" {word}" in known for word in words) else 0.0


def beside(name: str, remark: str) -> Content:
    return Content.assemble(txt(one_line(name)), "  ", txt(remark, "$key"))


class CommandsProvider(Provider):
    """Every command that works on the screen below, its key beside it; one that cannot run now is dim and says why.

    Behind them stand those of other places that are called so: the palette goes there, and does what needs no record.
    """

    strict: ClassVar[bool] = False
    """Whether the letters must stand at the beginning of words."""

    @property
    def _host(self) -> Host:
        return host_of(self.screen)

    def _commands(self) -> tuple[Command, ...]:
        return tuple(command for command in self._host.commands_on(self.screen) if command.id != "app.palette")

    async def discover(self) -> Hits:
        for command in self._commands():
            yield DiscoveryHit(
                display=self._display(command, Content(command.title)),
                command=partial(self._host.perform, command),
                text=command.title,
                help=cast("str", self._help(command)),
            )

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in self._commands():
            score = names(command, query)
            if not self.strict:
                # Textual counts letters and beginnings of words: what begins so, and least goes on, is what was meant.
                score += matcher.match(command.title) or (0.01 if query.casefold() in command.help.casefold() else 0)
            if score:
                yield Hit(
                    score=score,
                    match_display=self._display(command, matcher.highlight(command.title)),
                    command=partial(self._host.perform, command),
                    text=command.title,
                    help=cast("str", self._help(command)),
                )
        for command, way in self._elsewhere():
            score = names(command, query)
            if score:
                yield Hit(
                    score=score * _ELSEWHERE,
                    match_display=beside(command.title, f"in {way.place}"),
                    command=partial(_go, self._host, command, way),
                    text=command.title,
                    help=cast("str", txt(command.help)),
                )

    def _elsewhere(self) -> Iterator[tuple[Command, Way]]:
        """The commands of other places; of those with the same name as one that works here it is that one that is meant."""
        if not isinstance(self.screen, BaseScreen) or self.screen.SCOPE == FIRST_RUN:
            return
        here = {command.title for command in self._commands()}
        for command in self._host.registry:
            way = None if command.title in here else way_to(self._host.registry, command)
            if way is not None:
                yield command, way

    def _display(self, command: Command, title: Content) -> Content:
        keys = keys_on(self._host, self.screen, command)
        style = "$quiet" if self._host.reason_against(command, self.screen) else ""
        return Content.assemble(title.stylize(style) if style else title, "  ", (keys, "$key"))

    def _help(self, command: Command) -> Content:
        reason = self._host.reason_against(command, self.screen)
        # Textual reads a help text as markup unless it is Content already, which its type does not say.
        return txt(f"Not now: {reason}" if reason else command.help)


async def _go(host: Host, command: Command, way: Way) -> None:
    """Go to where a command works, and do it there unless it needs a record; or say how one gets there."""
    key = key_label(command.keys[0]) if command.keys else ""
    if way.opened_by is not None:
        opens = key_label(way.opened_by.keys[0])
        host.say(f"“{command.title}”{f' ({key})' if key else ''} works in {way.place}. {opens} opens one.")
        return
    for step in way.steps:
        await host.perform(step)
        if step.area and isinstance(host.screen, BaseScreen) and step.area != host.screen.SCOPE:
            # Where one left the area; once more goes to its first screen.
            await host.perform(step)
    if command.alone:
        await host.perform(command)
    elif key:
        host.say(f"“{command.title}” is {key} here.")


async def settings(host: Host) -> None:
    """Choose among the commands that set something, wherever they are; says where the files are."""
    tagged = [command for command in host.registry if "settings" in command.words.split()]
    where = (
        f"Records: {host.workspace.database.where}\nYour own settings: {settings_file()}\nYour own keys: {keys_file()}"
    )
    command = await host.ask(
        Choose("Settings", [Choice(one, one.title, hint=one.help) for one in tagged], detail=where)
    )
    if command is None:
        return
    way = None if command in host.commands_on(host.screen) else way_to(host.registry, command)
    await (host.perform(command) if way is None else _go(host, command, way))


async def make_backup(host: Host) -> None:
    made = await host.in_thread(partial(backups.back_up, host.workspace), Job("Making a backup"))
    host.say(
        f"Backup made and checked: {made}. To restore it, close the app and run: transitions restore FILE",
        timeout=30,
    )
