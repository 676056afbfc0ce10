"""The help: what can be done here, then everywhere, and last the keys that only move; in our words, whatever has the focus."""

from collections.abc import Iterable, Sequence
from inspect import cleandoc
from typing import Any, ClassVar, NamedTuple

from rich.console import Group
from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, Static, TextArea

from screens.frame.base_screen import BaseScreen
from screens.frame.commands import EVERYWHERE, Command, key_label
from screens.frame.dialogs import Dialog
from screens.frame.host import Host
from screens.frame.safe import cell, template, txt


class HelpRow(NamedTuple):
    """One command: its keys, its name, what it does, and why it cannot be used now (empty when it can)."""

    keys: str
    title: str
    help: str
    reason: str = ""

    def holds(self, typed: str) -> bool:
        return typed.casefold() in f"{self.keys} {self.title} {self.help}".casefold()


class HelpGroup(NamedTuple):
    """Rows under a heading, with a remark between them."""

    title: str
    rows: tuple[HelpRow, ...]
    remark: str = ""


_TEXTUAL_SAYS = {
    "app.focus_next": "To the next part",
    "app.focus_previous": "To the part before",
    "screen.copy_text": "Copy what you selected with the mouse",
}
"""Our words for what Textual binds on every screen; what is not here is not for people."""
_OF_TEXTUAL: Sequence[tuple[type[Widget], str, str]] = (
    (TextArea, "The text", "Type as in any editor. Tab goes to the next field, Ctrl+Z undoes typing."),
    (
        Input,
        "The field",
        "Type. Ctrl+U clears the text before the cursor, Home and End go to the ends, Tab to the next field.",
    ),
    (Button, "The button", "Enter or Space presses it. Tab goes to the next."),
    (OptionList, "The list", "The arrow keys move, Enter chooses what is highlighted."),
)
"""What has the focus and is not ours, the special before the general."""
_MOVING = ("scroll_", "page", "step", "first", "last", "go(", "app.focus_", "cursor_", "move(")


def help_groups(host: Host, screen: Screen[Any]) -> list[HelpGroup]:
    groups: list[HelpGroup] = []
    moving: list[HelpRow] = []
    commands = host.commands_on(screen)
    taken = {keys_on(host, screen, command) for command in commands}
    focused = screen.focused
    if focused is not None:
        title, remark = _named(focused)
        ours = type(focused).__module__.startswith("screens.")
        acts, moves = _binding_rows(screen, focused) if ours else ([], [])
        groups.append(HelpGroup(title, tuple(row for row in acts if row.keys not in taken), remark))
        moving += moves
    if isinstance(screen, BaseScreen):
        own = [command for command in commands if EVERYWHERE not in command.where]
        groups.append(HelpGroup(screen.SCOPE.capitalize(), tuple(_rows(host, screen, own))))
    else:
        acts, moves = _binding_rows(screen, screen)
        groups.append(HelpGroup("This dialog", tuple(acts)))
        moving += moves
    general = [command for command in commands if EVERYWHERE in command.where]
    groups.append(HelpGroup("Everywhere", tuple(_rows(host, screen, general))))
    groups.append(HelpGroup("Moving about", tuple(moving)))
    return [group for group in groups if group.rows or group.remark]


def _named(focused: Widget) -> tuple[str, str]:
    """What has the focus, and what is to be known of it."""
    if focused.BINDING_GROUP_TITLE:
        return focused.BINDING_GROUP_TITLE, _plain(focused.HELP or "")
    return next(((title, told) for kind, title, told in _OF_TEXTUAL if isinstance(focused, kind)), ("Here", ""))


def _plain(markdown: str) -> str:
    """A widget's own help as plain words: its heading stands above it already, and keys need no backticks."""
    lines = [line for line in cleandoc(markdown).splitlines() if not line.startswith("#")]
    return "\n".join(lines).replace("`", "").strip()


def _rows(host: Host, screen: Screen[Any], commands: Iterable[Command]) -> Iterable[HelpRow]:
    for command in commands:
        yield HelpRow(
            keys_on(host, screen, command), command.title, command.help, host.reason_against(command, screen) or ""
        )


def keys_on(host: Host, screen: Screen[Any], command: Command) -> str:
    scope = screen.SCOPE if isinstance(screen, BaseScreen) else EVERYWHERE
    return " ".join(map(key_label, host.registry.keys_of(command, scope)))


def _binding_rows(screen: Screen[Any], node: object) -> tuple[list[HelpRow], list[HelpRow]]:
    """What the keys of a widget or a dialog do; apart, those that only move."""
    keys: dict[tuple[bool, str, str], list[str]] = {}
    for key, active in screen.active_bindings.items():
        action = active.binding.action
        textual = action.startswith(("app.", "screen."))
        said = _TEXTUAL_SAYS.get(action, "" if textual else active.binding.description)
        if active.node is node and said and not action.startswith(("scroll_", "page_left", "page_right")):
            keys.setdefault((action.startswith(_MOVING), said, active.tooltip), []).append(key_label(key))
    rows = [(moves, HelpRow(" ".join(labels), said, tip)) for (moves, said, tip), labels in keys.items()]
    return [row for moves, row in rows if not moves], [row for moves, row in rows if moves]


class HelpScreen(Dialog[None]):
    """Shows help groups; typing filters them, Escape takes the filter away and then closes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close_or_clear", "Close"),
        Binding("backspace", "shorten", "Shorten the filter", show=False),
    ]

    words: reactive[str] = reactive("")

    def __init__(self, groups: Iterable[HelpGroup]) -> None:
        super().__init__()
        self._groups = tuple(groups)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Static(id="help-filter", classes="quiet")
            with VerticalScroll(id="help-list"):
                yield Static(id="help-rows")

    def on_mount(self) -> None:
        self.title_box("Keys that work here", "q or esc closes")

    def on_key(self, event: events.Key) -> None:
        if event.character is None or not event.character.isprintable():
            return
        event.stop()
        event.prevent_default()
        if not self.words and event.character == "q":
            self.dismiss()
        elif self.words or event.character not in " /":
            self.words += event.character

    def action_close_or_clear(self) -> None:
        if self.words:
            self.words = ""
        else:
            self.dismiss()

    def action_shorten(self) -> None:
        self.words = self.words[:-1]

    def watch_words(self) -> None:
        if self.words:
            prompt = template("Filter: [b]$words[/b]   backspace shortens, esc shows all", words=self.words)
        else:
            prompt = txt("Type to filter")
        self.query_one("#help-filter", Static).update(prompt)
        self.query_one("#help-rows", Static).update(self._table())

    def _table(self) -> Group:
        parts: list[Text | Table] = []
        key_style = f"bold {self.app.theme_variables['key']}"
        for group in self._groups:
            rows = [row for row in group.rows if row.holds(self.words)]
            if rows or (group.remark and not self.words):
                parts.append(cell(group.title, "bold underline"))
                if group.remark:
                    parts.append(cell(group.remark))
                parts.append(_grid(rows, key_style))
                parts.append(Text())
        return Group(*(parts or [cell(f"No key or command has “{self.words}” in its name or help.")]))


def _grid(rows: Iterable[HelpRow], key_style: str) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=9, no_wrap=True)
    grid.add_column(width=24)
    grid.add_column(ratio=1)
    for row in rows:
        dim = "dim" if row.reason else ""
        what = cell(f"Not now: {row.reason}") if row.reason else cell(row.help)
        grid.add_row(cell(row.keys, dim or key_style), cell(row.title, dim), what)
    return grid
