"""The one registry of commands: keys, footer, help, palette and the key table in the docs all come from here."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from string import ascii_lowercase, digits

from textual.binding import Binding
from textual.keys import REPLACED_KEYS, Keys, format_key, key_to_character

from transitions.errors import Problem

EVERYWHERE = "everywhere"
EVERY_LIST = "every list"
"""Where what a list does with its columns works: on the screens of ``TABLES``."""

# Where commands work: the ``SCOPE`` of each screen.
TODAY, CASELOAD, MISSED, PUPIL, WALK = "today", "caseload", "missed", "pupil", "walk"
SCHOOLS, STAFF, IMPORT, FIRST_RUN = "schools", "staff", "import", "first run"
CALENDAR, MILESTONES = "calendar", "milestones"
PLAN, PLAN_VERSIONS = "plan", "plan versions"
WORKSHOPS, WORKSHOP = "workshops", "workshop"
HANDOVERS, INBOX, RECEIVING, HANDOVER = "handovers", "inbox", "receiving", "handover"
ATTENDANCE, TRAINING, FEEDERS, CLASHES, ASKS = "attendance", "training", "feeders", "clashes", "asks"
IMPACT, BEHIND = "impact", "rows behind a figure"
LISTS = frozenset({CASELOAD, MISSED})
TABLES = LISTS | {
    TODAY, SCHOOLS, STAFF, CALENDAR, MILESTONES, WORKSHOPS, WORKSHOP, HANDOVERS, INBOX, RECEIVING, ATTENDANCE, TRAINING, FEEDERS,
    CLASHES, ASKS, IMPACT, BEHIND,
}  # fmt: skip
"""The screens that are lists with columns."""

_PICTURES = 0x2000
"""Where in Unicode letters end, and signs and pictures begin."""
CHOICE_KEYS = digits[1:] + ascii_lowercase
"""The keys that choices get, in their order."""

# In a terminal these arrive as tab, enter, enter and backspace.
_SAME_AS_OTHER_KEYS = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+j": "enter", "ctrl+h": "backspace"}
_SHORT_KEYS = {"escape": "esc", "enter": "enter", "left": "←", "right": "→", "up": "↑", "down": "↓"}


@dataclass(frozen=True)
class Command:
    """One thing that a person can do.

    ``keys`` are in the order of preference: the first is the one shown; with none, it is in the palette only. ``action``
    is a Textual action, looked up on the screen unless it begins with ``app.``. ``where`` names the screens on which it
    works (``BaseScreen.SCOPE``) or holds ``everywhere``. ``help`` is one sentence. ``short`` is its name in the footer,
    ``area`` the work area that it goes to. ``in_dialogs`` commands also work while a dialog is open.
    """

    id: str
    title: str
    keys: tuple[str, ...]
    action: str
    where: frozenset[str]
    help: str
    short: str = ""
    footer: bool = False
    area: str = ""
    in_dialogs: bool = False
    words: str = ""
    """What else people call it."""
    alone: bool = False
    """Whether it needs no record, so that the palette can go to its place and do it from anywhere."""

    @property
    def label(self) -> str:
        return self.short or self.title.lower()

    @property
    def binding(self) -> Binding:
        """The Textual binding; it goes through the app's ``command`` action, which can say why not."""
        return Binding(
            ",".join(textual_key(key) for key in self.keys),
            f"app.command({self.id!r})",
            self.title,
            show=self.footer,
            tooltip=self.help,
            id=self.id,
            priority=self.in_dialogs,
        )


class Registry:
    """An unchangeable list of commands with unique ids, in the order in which they are shown."""

    plain: "Registry | None" = None
    """What it was before vi's keys took letters."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self.commands = tuple(commands)
        twice = [name for name, count in Counter(command.id for command in self.commands).items() if count > 1]
        if twice:
            raise ValueError(f"command ids given twice: {', '.join(twice)}")

    def __iter__(self) -> Iterator[Command]:
        return iter(self.commands)

    @cached_property
    def _by_id(self) -> dict[str, Command]:
        return {command.id: command for command in self.commands}

    def __getitem__(self, command_id: str) -> Command:
        return self._by_id[command_id]

    def __contains__(self, command_id: object) -> bool:
        return command_id in self._by_id

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        """Every scope that a command names, ``everywhere`` first."""
        named = {scope for command in self.commands for scope in command.where}
        return (EVERYWHERE, *sorted(named - {EVERYWHERE}))

    def own(self, scope: str) -> tuple[Command, ...]:
        return tuple(command for command in self.commands if scope in command.where)

    def in_scope(self, scope: str) -> tuple[Command, ...]:
        """What works in ``scope``: its own commands, those of every list when it is one, then those of everywhere.

        A key that the scope uses itself is taken off a command of lists or of everywhere; one of everywhere that is left
        without any key that it had is left out.
        """
        own = self.own(scope)
        if scope == EVERYWHERE:
            return own
        if scope in TABLES:
            own += _with_free_keys(self.own(EVERY_LIST), own)
        general = _with_free_keys(self.own(EVERYWHERE), own)
        return own + tuple(command for command in general if command.keys or not self[command.id].keys)

    def in_dialogs(self) -> tuple[Command, ...]:
        return tuple(command for command in self.own(EVERYWHERE) if command.in_dialogs)

    def more(self, scope: str) -> dict[str, Command]:
        """The commands of ``scope`` without a key of their own, by the keys that they have in the menu of ``app.more``."""
        menu = (command for command in self.own(scope) if not command.keys and scope != EVERYWHERE)
        return dict(zip(CHOICE_KEYS, menu, strict=False))

    def keys_of(self, command: Command, scope: str) -> tuple[str, ...]:
        """The keys of ``command``, or the two that lead to it through the menu of ``scope``."""
        menu = [key for key, one in self.more(scope).items() if one.id == command.id]
        return command.keys or ((*self["app.more"].keys[:1], *menu) if menu and "app.more" in self else ())

    def bindings_for(self, scope: str) -> list[Binding]:
        """The bindings of a screen, which leaves what works everywhere to the app."""
        own = self.own(scope) if scope == EVERYWHERE else self.in_scope(scope)
        return [one.binding for one in own if one.keys and (scope == EVERYWHERE or EVERYWHERE not in one.where)]

    def keymap(self, default: "Registry") -> dict[str, str]:
        """What ``App.set_keymap`` takes: the keys that differ from ``default``, from which the bindings were made."""
        changed = [command for command in self.commands if command.keys and command.keys != default[command.id].keys]
        return {command.id: ",".join(map(textual_key, command.keys)) for command in changed}

    def key_table(self) -> str:
        """The keys of every scope as Markdown, for the docs."""
        parts = []
        for scope in self.scopes:
            rows = [
                f"| {' '.join(f'`{key}`' for key in self.keys_of(command, scope)) or 'palette'} "
                f"| {command.title} | {command.help} | `{command.id}` |"
                for command in self.own(scope)
            ]
            head = (
                f"### {scope.capitalize()}",
                "",
                "| Keys | What | What it does | Name for remapping |",
                "| --- | --- | --- | --- |",
            )
            parts.append("\n".join((*head, *rows)))
        return "\n\n".join(parts) + "\n"


def _with_free_keys(commands: Iterable[Command], own: Iterable[Command]) -> tuple[Command, ...]:
    """The commands without the keys that those of ``own`` use."""
    taken = {textual_key(key) for command in own for key in command.keys}
    return tuple(
        replace(command, keys=tuple(key for key in command.keys if textual_key(key) not in taken))
        for command in commands
    )


def remap(registry: Registry, mapping: Mapping[str, str], file: str = "keys.toml") -> tuple[Registry, list[Problem]]:
    """The registry with the keys of ``mapping`` (command id to ``"k1,k2"``), and what was wrong with it.

    An entry with an unknown id or key, or that would take a key from another command on the same screen, is left out and
    reported; the others hold. ``file`` names the source in the problems.
    """
    problems: list[Problem] = []
    wanted: dict[str, tuple[str, ...]] = {}
    for command_id, text in mapping.items():
        keys = tuple(key.strip() for key in text.split(",") if key.strip())
        what = _what_is_wrong(registry, command_id, keys)
        if what is None:
            wanted[command_id] = keys
        else:
            problems.append(Problem(file, what, field=command_id))
    known = set(_clashes(registry))
    while clashes := [clash for clash in _clashes(_with_keys(registry, wanted)) if clash not in known]:
        key, *ids = clashes[0]
        # At least one of the two was remapped, or they would have clashed before.
        for command_id in [name for name in ids if name in wanted]:
            del wanted[command_id]
            other = registry[ids[0] if command_id == ids[1] else ids[1]].title
            what = f"{key_label(key)} already means “{other}” on the same screen; choose another key"
            problems.append(Problem(file, what, field=command_id))
    return _with_keys(registry, wanted), problems


def _with_keys(registry: Registry, wanted: Mapping[str, tuple[str, ...]]) -> Registry:
    return Registry(replace(command, keys=wanted.get(command.id, command.keys)) for command in registry)


def _what_is_wrong(registry: Registry, command_id: str, keys: tuple[str, ...]) -> str | None:
    if command_id not in registry:
        return "there is no command with that name; the help (F1) and the key table list them"
    if not keys:
        return 'there is no key; write for example "d" or "d,f6"'
    for key in keys:
        if key in _SAME_AS_OTHER_KEYS:
            return f"{key} cannot be told from {_SAME_AS_OTHER_KEYS[key]} in a terminal; choose another key"
        if not is_key(key):
            return f"{key} is not the name of a key; write a character, or a name such as ctrl+e, f6 or comma"
    return None


def _clashes(registry: Registry) -> Iterator[tuple[str, str, str]]:
    """(key, command id, command id) for every key that two commands claim on one screen."""
    general = registry.own(EVERYWHERE)
    for scope in registry.scopes:
        claimed: dict[str, list[str]] = {}
        of_lists = registry.own(EVERY_LIST) if scope in TABLES else ()
        for command in general if scope == EVERYWHERE else (*general, *of_lists, *registry.own(scope)):
            for key in dict.fromkeys(map(textual_key, command.keys)):
                for other in claimed.setdefault(key, []):
                    yield key, other, command.id
                claimed[key].append(command.id)


@cache
def textual_key(key: str) -> str:
    """Textual's name of ``key``: ``question_mark`` for ``?``."""
    return next(iter(Binding.make_bindings([Binding(key, "")]))).key


def is_key(key: str) -> bool:
    """Whether a terminal can send ``key``, written as one character or by Textual's name."""
    *modifiers, name = key.split("+") if len(key) > 1 else [key]
    if any(modifier not in {"ctrl", "shift", "alt"} for modifier in modifiers):
        return False
    named = {str(known.value) for known in Keys}
    typed = character_of(name)  # a name such as "banana" is that of a character, too, but of none that a keyboard has
    return name.isprintable() and (
        (typed is not None and (len(name) == 1 or ord(typed) < _PICTURES)) or name in named or key in named
    )


def character_of(key: str) -> str | None:
    """The character that ``key`` types into a field, or None for a key that types nothing."""
    # Textual's own look-up misses the keys that it has given friendlier names, such as slash.
    return key_to_character(REPLACED_KEYS.get(key, key))


def key_label(key: str) -> str:
    """``key`` the way the footer and the help show it: ``^p``, ``F9``, ``esc``, ``?``."""
    key = textual_key(key)
    if key.startswith("ctrl+"):
        return f"^{key_label(key.removeprefix('ctrl+'))}"
    if key.startswith("shift+"):
        return f"shift {key_label(key.removeprefix('shift+'))}"
    if key in _SHORT_KEYS:
        return _SHORT_KEYS[key]
    if len(key) > 1 and key[0] == "f" and key[1:].isdigit():
        return key.upper()
    return format_key(key)
