"""The passphrase asked for before the records are opened, and chosen when a file begins; a small app of its own, at once on screen.

What the app itself needs is loaded meanwhile.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.filter import LineFilter
from textual.widgets import Input, Static

from screens.frame.crash import CrashSafeApp
from screens.frame.safe import ControlFilter, txt
from screens.frame.saving import short_path
from screens.frame.theme import DARK, DEFAULTS, THEMES
from transitions.custody import locking
from transitions.custody.places import crash_folder
from transitions.errors import Fault
from transitions.text import capital
from transitions.workspace import load_tables


class Asking(CrashSafeApp[bool]):
    """One box in the middle of an empty screen: what is asked, a field, what is wrong, and the keys."""

    CSS_PATH = Path(__file__).with_name("passphrase.tcss")
    ENABLE_COMMAND_PALETTE = False
    TITLE = "Transitions"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q,ctrl+c", "leave", priority=True, show=False, system=True),
        Binding("escape", "leave", show=False),
    ]

    def __init__(self, path: Path) -> None:
        super().__init__(crash_folder())
        self.path = path
        self._control_filter = ControlFilter()
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK

    def get_line_filters(self) -> Sequence[LineFilter]:
        return (*super().get_line_filters(), self._control_filter)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(DEFAULTS)

    def compose(self) -> ComposeResult:
        with Vertical(id="ask"), Vertical(id="ask-box"):
            yield Static(id="ask-title")
            yield Static(txt(short_path(self.path)), id="ask-path")
            yield Static(id="ask-words")
            yield Input(password=True, id="ask-field")
            yield Static(id="ask-problem")
            yield Static(id="ask-keys")

    def on_mount(self) -> None:
        self.warm_up()
        self.begin()

    def begin(self) -> None:
        raise NotImplementedError

    def ask(self, title: str, words: str, keys: str, problem: str = "") -> None:
        for name, text in (
            ("title", title),
            ("words", words),
            ("keys", keys),
            ("problem", f"! {problem}" if problem else ""),
        ):
            self.query_one(f"#ask-{name}", Static).update(txt(text))
        field = self.query_one("#ask-field", Input)
        field.value = ""
        field.disabled = False
        field.focus()

    @on(Input.Submitted)
    async def _given(self, event: Input.Submitted) -> None:
        """Pass on what was typed; of Enter pressed twice the second finds another question, and nothing typed."""
        event.stop()
        if event.value and event.value == event.input.value:
            await self.given(event.value)

    async def given(self, typed: str) -> None:
        raise NotImplementedError

    def say(self, problem: str) -> None:
        self.query_one("#ask-problem", Static).update(txt(f"! {problem}" if problem else ""))

    @work(thread=True, exit_on_error=False)
    def warm_up(self) -> None:
        load_tables()

    def action_leave(self) -> None:
        self.exit(False)


class Unlock(Asking):
    """Asks until the file opens, or until somebody leaves; ``why`` says why it asks although the keyring was to open it."""

    def __init__(self, path: Path, why: str = "") -> None:
        super().__init__(path)
        self._why = why

    def begin(self) -> None:
        self.ask(
            "The records are locked",
            "Type your passphrase. If it is forgotten, type the recovery code that was written down.",
            "Enter opens · Ctrl+Q quits",
            self._why,
        )

    async def given(self, typed: str) -> None:
        self.query_one("#ask-field", Input).disabled = True
        self.say("")
        try:
            await asyncio.to_thread(locking.unlock, self.path, typed)
        except Fault as fault:
            self.begin()
            self.say(capital(fault.sentence.removeprefix(f"{self.path}: ")))
        else:
            self.exit(True)


class Choose(Asking):
    """Asks twice for the passphrase of a file that begins, or is to be encrypted; shows its recovery code until somebody has it.

    ``make`` makes the key and gives that code. ``title`` says what is asked, ``leave`` what it is to leave.
    """

    def __init__(self, path: Path, make: Callable[[Path, str], str], title: str, leave: str) -> None:
        super().__init__(path)
        self._make, self._title, self._leave = make, title, leave
        self._first = self._code = ""

    def begin(self) -> None:
        self._first = ""
        words = f"{locking.WHY}\n\nFor example: {locking.proposed()}"
        self.ask(self._title, words, f"Enter goes on · {self._leave}")

    async def given(self, typed: str) -> None:
        if self._code:
            self._check_written_down(typed)
        elif not self._first:
            self._check_first(typed)
        elif typed != self._first:
            self.begin()
            self.say("The two didn’t match. Choose again.")
        else:
            await self._begin_file()

    def _check_first(self, given: str) -> None:
        try:
            locking.check_new(given)
        except Fault as fault:
            self.begin()
            self.say(fault.sentence)
            return
        self._first = given
        self.ask("Type it again", "So that a typing slip doesn’t lock you out.", "Enter goes on · Ctrl+Q quits")

    async def _begin_file(self) -> None:
        self.query_one("#ask-field", Input).disabled = True
        try:
            self._code = await asyncio.to_thread(self._make, self.path, self._first)
        except Fault as fault:
            self.begin()
            self.say(fault.sentence)
            return
        self._show_code()

    def _show_code(self) -> None:
        words = (
            f"{locking.WRITE_DOWN}\n\n{self._code}\n\nType its last four letters to show that you have written it down."
        )
        self.ask("The recovery code", words, "Enter goes on")
        self.query_one("#ask-field", Input).password = False

    def _check_written_down(self, given: str) -> None:
        if given.strip().upper() == self._code[-4:]:
            self.exit(True)
            return
        self._show_code()
        self.say("Those aren’t its last four letters. They are at the end of the code above.")

    def action_leave(self) -> None:
        if self._code:  # the key is made: without the code there would be no way in but the passphrase
            self._show_code()
            self.say("Write the code down first: it is shown only now.")
            return
        super().action_leave()


def unlocked(path: Path, why: str = "") -> bool:
    """Ask for the passphrase of a locked file; whether it was given."""
    return bool(Unlock(path, why).run())


def chosen_for_a_new_file(path: Path) -> bool:
    """Have a passphrase chosen for a file that begins; whether one was."""
    leave = "Ctrl+Q quits without making anything"
    return bool(Choose(path, locking.begin, "Choose a passphrase", leave).run())


def chosen_for_a_plain_file(path: Path) -> bool:
    """Offer to encrypt records that are in clear; whether they have been."""
    leave = "Escape asks again next time"
    return bool(Choose(path, locking.encrypt, "These records are not encrypted yet: choose a passphrase", leave).run())
