"""A toy app over the base, with the real registry, for the tests of the frame."""

from datetime import date
from pathlib import Path

from textual.app import ComposeResult
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from screens.frame.app_base import TransitionsBase
from screens.frame.base_screen import BaseScreen
from screens.frame.command_list import COMMANDS
from screens.frame.commands import CASELOAD, MISSED, PUPIL, TODAY, Command, Registry
from screens.frame.render_context import LOOKS, list_name, status_text
from screens.frame.safe import txt
from transitions.clock import Clock
from transitions.errors import Fault


class ToyCaseload(BaseScreen[None]):
    SCOPE = CASELOAD

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.filters = ["Year 6"]
        self.reason: str | None = None

    def body(self) -> ComposeResult:
        options = OptionList(id="pupils", classes="panel")
        options.border_title = txt("Pupils")
        yield options
        yield Input(id="field", placeholder="Find")

    def names_changed(self, hidden: bool) -> None:
        pupils = self.query_one("#pupils", OptionList)
        pupils.clear_options()
        pupils.add_option(Option(txt(list_name("Aisha", "Khan", hidden=hidden))))
        pupils.highlighted = 0
        pupils.add_options([Option(status_text(state)) for state in LOOKS])

    def on_mount(self) -> None:
        self.set_heading("My caseload · Year 6 · needs a decision", "14 of 212 · most overdue first")

    def why_not(self, command: Command) -> str | None:
        return self.reason if command.id == "milestone.missed" else None

    def peel(self) -> bool:
        if self.filters:
            self.filters.pop()
            return True
        return False

    def action_done(self) -> None:
        self.done.append("done")

    def action_missed(self) -> None:
        self.done.append("missed")

    def on_option_list_option_selected(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        self.app.push_screen(ToyPupil())

    def action_export(self) -> None:
        raise Fault("The disk is full [/x]; free some space and press x again.")


class ToyPupil(BaseScreen[None]):
    SCOPE = PUPIL

    def on_mount(self) -> None:
        self.set_heading("Aisha Khan", "")


class ToyMissed(BaseScreen[None]):
    SCOPE = MISSED


class ToyToday(BaseScreen[None]):
    SCOPE = TODAY


class ToyApp(TransitionsBase):
    MODES = {TODAY: ToyToday, CASELOAD: ToyCaseload, MISSED: ToyMissed}
    DEFAULT_MODE = CASELOAD
    kept_as = ""

    def __init__(
        self,
        state_folder: Path,
        who: str = "K. Osei",
        clock: Clock | None = None,
        registry: Registry = COMMANDS,
        **options: str,
    ) -> None:
        super().__init__(clock or Clock(date(2026, 11, 21)), who, state_folder, registry, **options)

    @property
    def caseload(self) -> ToyCaseload:
        screen = self.get_screen_stack(CASELOAD)[0]
        assert isinstance(screen, ToyCaseload)
        return screen


if __name__ == "__main__":
    import sys

    ToyApp(Path(sys.argv[1]), theme=sys.argv[2] if len(sys.argv) > 2 else "dark").run()
