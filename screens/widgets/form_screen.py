"""A form over the screen it was opened from."""

from collections.abc import Callable, Mapping

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from screens.frame.left_once import LeftOnce
from screens.frame.safe import txt
from screens.widgets.form import Form

HINT = "^s, or enter in the last field, saves   esc leave, draft kept   * needed"
HINT_WITH_PARTS = "^s saves   tab next   page down next part   esc leave, draft kept   * needed"
LINES_AROUND = 5
"""The frame, the hint, the line at the top of the form, and a blank line for an answer that wraps."""


class FormScreen(ModalScreen[dict[str, object] | None], LeftOnce[dict[str, object] | None]):
    """Shows ``form`` under ``title`` and gives what was saved, or None when it was left.

    ``save`` is called with the values; what it gives back are problems by field name, shown in the form, and the screen
    stays open until there are none.
    """

    TEXT_WAITS = False
    # No form looks different where it is narrow; a class that says so would style every field once more.
    HORIZONTAL_BREAKPOINTS = []  # noqa: RUF012 - not a ClassVar to mypy
    DEFAULT_CSS = """
    FormScreen {
        align: center middle;
        & > Vertical {
            width: 100%;
            max-width: 96;
            height: 100%;
            background: $surface;
            border: round $primary;
            border-title-color: $foreground;
            border-title-style: bold;
        }
        & .form-screen--hint { height: 1; padding: 0 1; color: $text-muted; }
    }
    """

    def __init__(
        self, title: str, form: Form, save: Callable[[dict[str, object]], Mapping[str, str]] | None = None
    ) -> None:
        super().__init__()
        self._heading = title
        self._form = form
        self._save = save

    @property
    def is_getting_ready(self) -> bool:
        return not self._form.is_complete

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = txt(self._heading)
            yield self._form
            hint = self._form.HINT or (HINT_WITH_PARTS if self._form.parts else HINT)
            yield Static(txt(hint), classes="form-screen--hint")

    def on_mount(self) -> None:
        self.call_after_refresh(self._fit)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        # What comes to the front for the first time was styled as it was put in place.
        event.refresh_styles = self.stack_updates > 0

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit)

    def on_field_row_remarked(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        frame, height = self.query_one(Vertical), min(self._form.lines + LINES_AROUND, self.size.height)
        if frame.outer_size.height != height:
            frame.styles.height = height

    async def on_form_saved(self, event: Form.Saved) -> None:
        event.stop()
        problems = self._save(event.values) if self._save is not None else {}
        if problems:
            self._form.show_problems(problems)
        else:
            self.dismiss(event.values)

    def on_form_left(self, event: Form.Left) -> None:
        event.stop()
        self.dismiss(None)
