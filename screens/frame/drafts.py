"""What is half typed, left on the desk: of forms and audits, and of the question for a longer text."""

from textual import on
from textual.timer import Timer
from textual.widgets import TextArea

from screens.frame.dialogs import Ask, Save
from screens.frame.host import Host, host_of
from screens.widgets.form import KEEP_AFTER_SECONDS
from transitions.errors import Fault
from transitions.team import workers


def leave_draft(host: Host, name: str, draft: object) -> None:
    """Leave a draft on the desk, None for none; what keeps it from being kept is said, and typing goes on."""
    trouble = unkept(host, name, draft)
    if trouble:
        host.say(trouble, "warning")


def unkept(host: Host, name: str, draft: object) -> str:
    """Leave a draft on the desk, None for none, and give what keeps it from outliving the program, or nothing."""
    try:
        workers.leave_on_desk(host.workspace, name, draft)
    except Fault as fault:
        return f"What you typed is kept only until the program ends. {fault.sentence}"
    return ""


class AskText(Ask):
    """Asks for a text and saves it. What is typed is left on the desk under ``draft`` until it is saved."""

    def __init__(self, title: str, prompt: str, draft: str, *, needed: str, save: Save) -> None:
        super().__init__(title, prompt, multiline=True, needed=needed, save=save)
        self._draft = draft
        self._kept = self._trouble = ""
        self._keeping: Timer | None = None

    @property
    def host(self) -> Host:
        return host_of(self)

    def on_mount(self) -> None:
        self._kept = workers.left_on_desk(self.host.workspace, self._draft) or ""
        if self._kept:
            self.query_one(TextArea).load_text(self._kept)
            self.host.say("Your draft is back.")

    @on(TextArea.Changed)
    def _keep_soon(self) -> None:
        if self._keeping is None:
            self._keeping = self.set_timer(KEEP_AFTER_SECONDS, self.keep_draft)

    def keep_draft(self) -> None:
        self._stop_keeping()
        text = self.text if self.text.strip() else ""
        if text != self._kept:
            self._kept = text
            # In the box, where one looks: a toast for every pause would bury the screen.
            self._trouble = unkept(self.host, self._draft, text or None)
            if self._trouble and not self._saving:
                self.complain(self._trouble)

    def _stop_keeping(self) -> None:
        if self._keeping is not None:
            self._keeping.stop()
            self._keeping = None

    def refused(self, sentence: str) -> None:
        self.keep_draft()
        how = "keeps your text until the program ends" if self._trouble else "keeps your text as a draft"
        self.complain(f"{sentence} What you wrote stays here; Escape {how}.")

    def saved(self) -> None:
        self._stop_keeping()
        if self._kept:
            self._kept = ""
            leave_draft(self.host, self._draft, None)

    def action_leave(self) -> None:
        self.keep_draft()
        if self._kept and not self._saving:
            self.host.say(self._trouble or "Not saved. The draft is kept, and is back when you open this again.")
        super().action_leave()
