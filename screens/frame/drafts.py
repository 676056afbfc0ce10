"""What is half typed, left on the desk: of forms and audits, and of the question for a longer text."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual import on
from textual.timer import Timer
from textual.widgets import TextArea

from screens.frame.dialogs import Ask, Save
from screens.frame.host import Host, host_of
from screens.frame.safe import without_address
from screens.widgets.form import KEEP_AFTER_SECONDS
from transitions.errors import Fault
from transitions.team import workers
from transitions.text import how_many, listed

if TYPE_CHECKING:
    from transitions.questionnaire import Section

_DRAFT = re.compile(r"([a-z ]+?)( new [a-z ]*of (?:pupil|plan))? ([0-9]+)\b")
_WHOSE: Final = {
    **dict.fromkeys(("note", "pupil", "plan", "friendship", "child protection"), "pupil"),
    **dict.fromkeys(("audit", "step", "survey", "meeting new"), "plan"),
    **dict.fromkeys(("handover", "handover note", "question", "sending", "receipt"), "handover"),
}
"""What the number in the name of a draft is that of, where it is not a new one of a pupil."""
ON_DESK: Final = "draft "
_NAMED: Final = 3


def half_written(host: Host, opened: str = "") -> str:
    """The sentence that says of whom something was left half written, but for the draft that is ``opened``; "" for nothing."""
    drafts = [name for name in workers.names_on_desk(host.workspace, ON_DESK) if f"{ON_DESK}{name}" != opened]
    named = []
    for found in filter(None, map(_DRAFT.match, drafts)):
        table = _WHOSE.get(f"{found[1]} new", "pupil") if found[2] else _WHOSE.get(found[1])
        pupil_id = workers.pupil_of(host.workspace, table, int(found[3])) if table else None
        if pupil_id is not None:
            named.append(f"{found[1]}{_section(host, found)} ({host.pupil_name(pupil_id)})")
    shown = named[:_NAMED]
    more = len(drafts) - len(shown)
    if more:
        shown.append(f"{more} more" if shown else how_many(more, "form"))
    it = "it" if len(drafts) == 1 else "them"
    return f"Unfinished: {listed(shown, 'and')}. Open {it} again to continue." if shown else ""


def _section(host: Host, found: re.Match[str]) -> str:
    """Which section of a handover or a plan it is, in inverted commas."""
    code = found.string[found.end() :].rpartition(" ")[2]
    sections: Sequence[Section] = ()
    # Loaded when somebody has left one half written: a start must not wait for them.
    if code and found[1] == "handover":
        from transitions.handovers.form import form_for
        from transitions.handovers.page import current_row

        sections = form_for(host.workspace, current_row(host.workspace, int(found[3])).transition).sections
    elif code and found[1] == "plan":
        from transitions.plans.questions import questions

        sections = questions(host.workspace).sections
    return next((f" “{one.title}”" for one in sections if one.code == code), "")


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
        return f"What you typed is only kept until you quit. {without_address(fault.sentence)}"
    return ""


class AskText(Ask):
    """Asks for a text and saves it. What is typed is left on the desk under ``draft`` until it is saved."""

    def __init__(self, title: str, prompt: str, draft: str, *, needed: str, save: Save) -> None:
        super().__init__(title, prompt, multiline=True, needed=needed, save=save)
        self.draft = draft
        self._kept = self._trouble = ""
        self._keeping: Timer | None = None

    @property
    def host(self) -> Host:
        return host_of(self)

    def on_mount(self) -> None:
        self._kept = workers.left_on_desk(self.host.workspace, self.draft) or ""
        if self._kept:
            self.query_one(TextArea).load_text(self._kept)
            self.host.say("Draft restored.")

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
            self._trouble = unkept(self.host, self.draft, text or None)
            if self._trouble and not self._saving:
                self.complain(self._trouble)

    def _stop_keeping(self) -> None:
        if self._keeping is not None:
            self._keeping.stop()
            self._keeping = None

    def refused(self, sentence: str) -> None:
        self.keep_draft()
        how = "keeps your text until you quit" if self._trouble else "keeps your text as a draft"
        self.complain(f"{sentence} What you wrote stays here; Escape {how}.")

    def saved(self) -> None:
        self._stop_keeping()
        if self._kept:
            self._kept = ""
            leave_draft(self.host, self.draft, None)

    def action_leave(self) -> None:
        self.keep_draft()
        if self._kept and not self._saving:
            self.host.say(self._trouble or "Not saved. Your draft will be here when you open this again.")
        super().action_leave()
