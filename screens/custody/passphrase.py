"""The passphrase asked for before the records are opened, and chosen when a file begins; a small app of its own, at once on screen.

What the app itself needs is loaded meanwhile.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.filter import LineFilter
from textual.widgets import Input, Static

from screens.frame.crash import CrashSafeApp
from screens.frame.safe import ControlFilter, txt
from screens.frame.saving import short_path
from screens.frame.theme import DEFAULTS, THEMES
from transitions.clock import Clock
from transitions.custody import locking, own_settings
from transitions.custody.places import Place, crash_folder, settings_file
from transitions.errors import Fault
from transitions.team.server import sign_in
from transitions.text import capital


class Field(Input):
    """Hands over what was typed and is empty at once: what is typed while that is looked at belongs to the next question."""

    async def action_submit(self) -> None:
        given, self.value = self.value, ""
        self.post_message(self.Submitted(self, given))


class Asking(CrashSafeApp[bool]):
    """One box in the middle of an empty screen: what is asked, a field, what is wrong, and the keys."""

    CSS_PATH = Path(__file__).with_name("passphrase.tcss")
    ENABLE_COMMAND_PALETTE = False
    TITLE = "Transitions"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q,ctrl+c", "leave", priority=True, show=False, system=True),
        Binding("escape", "leave", show=False),
    ]

    def __init__(self, path: Place) -> None:
        super().__init__(crash_folder())
        self.path = path
        self._control_filter = ControlFilter()
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = own_settings.read(settings_file())[0].theme

    def get_line_filters(self) -> Sequence[LineFilter]:
        return (*super().get_line_filters(), self._control_filter)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(DEFAULTS)

    def compose(self) -> ComposeResult:
        with Vertical(id="ask"), Vertical(id="ask-box"):
            yield Static(id="ask-title")
            yield Static(txt(short_path(self.path)), id="ask-path")
            yield Static(id="ask-words")
            yield Field(password=True, id="ask-field")
            yield Static(id="ask-problem")
            yield Static(id="ask-keys")

    def on_mount(self) -> None:
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

    @on(Input.Submitted)
    async def _given(self, event: Input.Submitted) -> None:
        """Pass on what was typed; of Enter pressed twice the second finds another question, and nothing typed."""
        event.stop()
        if event.value:
            await self.given(event.value)
        elif not str(self.query_one("#ask-problem", Static).render()):
            self.say("Nothing has been typed yet.")

    async def given(self, typed: str) -> None:
        raise NotImplementedError

    def say(self, problem: str) -> None:
        self.query_one("#ask-problem", Static).update(txt(f"! {problem}" if problem else ""))

    def action_leave(self) -> None:
        self.exit(False)


class Unlock(Asking):
    """Asks until the file or the server opens, or until somebody leaves; ``why`` says why it asks although the keyring was to open it."""

    def __init__(self, path: Place, why: str = "") -> None:
        super().__init__(path)
        self._why = why
        self.by_code = False
        """Whether the recovery code opened it."""

    def begin(self) -> None:
        self.ask(
            "The records are locked",
            "Type your passphrase, or the recovery code you wrote down."
            if isinstance(self.path, Path)
            else "Type your password for the server.",
            "Enter opens · Ctrl+Q quits",
            self._why,
        )

    async def given(self, typed: str) -> None:
        self.say("")
        try:
            if isinstance(self.path, Path):
                self.by_code = await asyncio.to_thread(locking.unlock, self.path, typed)
            else:
                await asyncio.to_thread(sign_in, self.path, typed)
        except Fault as fault:
            self.begin()
            self.say(capital(fault.sentence.removeprefix(f"{self.path}: ")))
        else:
            self.exit(True)


Making = Callable[[Path, str], AbstractContextManager[str]]
"""Makes the key of a file for a passphrase: gives the recovery code, and does nothing before the block ends."""


class Choose(Asking):
    """Asks twice for the passphrase of a file that begins, or is to be encrypted; shows its recovery code until somebody has it.

    ``title`` says what is asked, ``words`` why, ``leave`` what it is to leave. What gives no code is done when it was typed twice.
    """

    def __init__(self, path: Path, make: Making, title: str, leave: str, words: str = locking.WHY) -> None:
        super().__init__(path)
        self._file = path
        self._make, self._title, self._leave, self._words = make, title, leave, words
        self._first = self._code = ""

    def begin(self) -> None:
        self._first = self._code = ""
        self.query_one("#ask-field", Input).password = True
        self.ask(self._title, f"{self._words}\n\nFor example: {locking.proposed()}", f"Enter goes on · {self._leave}")

    async def given(self, typed: str) -> None:
        if self._code:
            await self._check_written_down(typed)
        elif not self._first:
            self._check_first(typed)
        elif typed != self._first:
            self.begin()
            self.say("The two didn’t match. Choose again.")
        else:
            self._making = self._make(self._file, typed)
            if await self._goes_on(self._get_code):
                await self._hand_over()

    def _check_first(self, given: str) -> None:
        try:
            locking.check_new(given)
        except Fault as fault:
            self.begin()
            self.say(fault.sentence)
            return
        self._first = given
        self.ask("Type it again", "So a typing slip can’t lock you out.", f"Enter goes on · {self._leave}")

    async def _goes_on(self, step: Callable[[], None]) -> bool:
        """Do what takes a while; False when it failed, and all is to be chosen anew."""
        try:
            await asyncio.to_thread(step)
        except Fault as fault:
            self.begin()
            self.say(fault.sentence)
            return False
        return True

    def _get_code(self) -> None:
        self._code = self._making.__enter__()

    def _make_it(self) -> None:
        self._making.__exit__(None, None, None)

    async def _hand_over(self) -> None:
        if self._code:
            self._show_code()
        elif await self._goes_on(self._make_it):
            self.exit(True)

    def _show_code(self) -> None:
        words = (
            f"{locking.WRITE_DOWN}\n\n{self._code}\n\nType its last four letters to show that you have written it down."
        )
        self.ask("The recovery code", words, f"Enter goes on · {self._leave}")
        self.query_one("#ask-field", Input).password = False

    async def _check_written_down(self, given: str) -> None:
        if given.strip().upper() == self._code[-4:]:
            if await self._goes_on(self._make_it):
                self.exit(True)
            return
        self._show_code()
        self.say("Those aren’t its last four letters. They are at the end of the code above.")


_KEEPS = "Escape leaves it unchanged"


class ShowCode(Choose):
    """Shows a new recovery code until somebody has it; the one before opens the records until then."""

    def begin(self) -> None:
        self._making = self._make(self._file, "")
        self._get_code()
        self._show_code()


def let_in(path: Place, clock: Clock, why: str = "", change: str = "", *, read_only: bool = False) -> str | None:
    """Have the passphrase given, or chosen for a file that begins here, or the password of a server; None when it was not, else what is to be said of it.

    ``why`` it is asked for; ``change`` what of it is to be changed then. Whoever gave the recovery code is asked for another passphrase.
    """
    if isinstance(path, Path) and not path.exists():
        leave = "Ctrl+Q quits without creating a file"
        return "" if Choose(path, locking.begun, "Choose a passphrase", leave).run() else None
    opening = Unlock(path, why)
    if not opening.run():
        return None
    if not isinstance(path, Path):
        return ""
    if change == "recovery":
        done = ShowCode(path, lambda path, _: locking.new_recovery_code(path, clock), "", _KEEPS).run()
        return (
            "There is a new recovery code. The old one still opens earlier backups."
            if done
            else "The recovery code was not changed."
        )
    if change == "passphrase" or (opening.by_code and not read_only):
        title = "The recovery code opened the records: choose a new passphrase" if opening.by_code else _ANOTHER
        make = partial(_another, clock=clock)
        done = Choose(path, make, title, _KEEPS, _BEFORE).run()
        return (
            "The passphrase was changed. The recovery code stays the same."
            if done
            else "The passphrase was not changed."
        )
    return ""


_ANOTHER = "Choose another passphrase"
_BEFORE = (
    "The old one still opens earlier backups. If somebody else knows it, close the app and run instead: "
    "transitions passphrase rekey."
)


@contextmanager
def _another(path: Path, passphrase: str, clock: Clock) -> Iterator[str]:
    yield ""
    locking.change(path, passphrase, clock)


def chosen_for_a_plain_file(path: Path, clock: Clock) -> bool:
    """Offer to encrypt records that are in clear; whether they have been."""
    leave = "Escape asks again next time"
    make = partial(locking.encrypted, clock=clock)
    return bool(Choose(path, make, "These records are not encrypted yet: choose a passphrase", leave).run())
