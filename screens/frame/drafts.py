"""What is half typed, left on the desk: of forms and audits, and of the question for a longer text."""

from textual import on
from textual.timer import Timer
from textual.widgets import TextArea

from screens.frame.dialogs import Ask
from screens.frame.host import Host, host_of
from screens.widgets.form import KEEP_AFTER_SECONDS
from transitions.errors import Fault
from transitions.team import workers


def leave_draft(host: Host, name: str, draft: object) -> None:
    """Leave a draft on the desk, None for none; what keeps it from being kept is said, and typing goes on."""
    try:
        workers.leave_on_desk(host.workspace, name, draft)
    except Fault as fault:
        host.say(f"What you typed is kept only until the program ends. {fault.sentence}", "warning")


class AskText(Ask):
    """Asks for a text. What is typed is left on the desk under ``draft`` until the caller, who has kept it, clears that."""

    def __init__(self, title: str, prompt: str, draft: str, *, needed: str = "") -> None:
        super().__init__(title, prompt, multiline=True, needed=needed)
        self._draft = draft
        self._kept = ""
        self._keeping: Timer | None = None

    @property
    def host(self) -> Host:
        return host_of(self)

    def on_mount(self) -> None:
        self._kept = workers.left_on_desk(self.host.workspace, self._draft) or ""
        if self._kept:
            area = self.query_one(TextArea)
            area.load_text(self._kept)
            area.move_cursor(area.document.end)
            self.host.say("Your draft is back.")

    @on(TextArea.Changed)
    def _keep_soon(self) -> None:
        if self._keeping is None:
            self._keeping = self.set_timer(KEEP_AFTER_SECONDS, self.keep_draft)

    def keep_draft(self) -> None:
        self._keeping = None
        text = self.text if self.text.strip() else ""
        if text != self._kept:
            self._kept = text
            leave_draft(self.host, self._draft, text or None)

    def action_leave(self) -> None:
        self.keep_draft()
        if self._kept:
            self.host.say("Not saved. The draft is kept, and is back when you open this again.")
        super().action_leave()

    def action_save(self) -> None:
        self.keep_draft()
        super().action_save()
