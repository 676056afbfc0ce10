"""What is done to a handover by its keys, and when a key does nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from screens.frame.commands import Command
from screens.frame.record_screen import RecordScreen
from screens.handovers.body_text import QUESTIONS, WAY, Whole
from screens.handovers.delivery import record
from transitions.errors import NoSuchRecord
from transitions.handovers import writing
from transitions.handovers.page import HandoverPage
from transitions.questionnaire import Section


class HandoverDoing(RecordScreen):
    """A screen over one handover; ``whole`` is None while there is none to show. A subclass reads and shows it."""

    OURS: ClassVar[Mapping[str, str]] = {
        "handover.send": "This came from another school: a acknowledges it.",
        "handover.accept": "What another school told us stays as it came.",
        "handover.accept_all": "What another school told us stays as it came.",
        "handover.go_on": "What another school told us stays as it came.",
        "handover.answer": "The school that sent this answers it. Its answer comes with its next pack.",
        "handover.chase": "This came from another school. It waits for you to acknowledge it.",
        "handover.failed": "This came from another school, so it has arrived.",
        "handover.take_back": "This came from another school: it is acknowledged, not sent.",
    }
    """Commands for what we send, and what to say of a handover that came."""

    whole: Whole | None = None

    @property
    def page(self) -> HandoverPage:
        """The handover. Raises ``NoSuchRecord`` when there is none to show."""
        if self.whole is None:
            raise NoSuchRecord(self.why_nothing)
        return self.whole.page

    @property
    def why_nothing(self) -> str:
        """Say why there is no handover to show."""
        raise NotImplementedError

    @property
    def code(self) -> str:
        """The part under the cursor."""
        raise NotImplementedError

    @property
    def section(self) -> Section | None:
        """The section of the form under the cursor, if it is one."""
        return next((one for one in self.page.form.sections if one.code == self.code), None)

    def saved(self, code: str, *, next_pupil: bool) -> None:
        """Go on after a section was saved."""
        raise NotImplementedError

    # Writing

    def action_edit(self) -> None:
        """Open the section under the cursor, or ask what is to be done in a part that has no form."""
        section = self.section
        if section is None:
            others: Mapping[str, Callable[[], None]] = {QUESTIONS: self._messages, WAY: self._way}
            others.get(self.code, self.action_after)()
        elif section.questions:
            self.open_section(section)
        elif section.holds == "friendships":
            self.action_friends()
        else:
            self.action_safeguarding()

    def open_section(self, section: Section) -> None:
        """Open the form of a section."""
        from screens.handovers.forms import open_section

        open_section(self.app_, self.page, section, lambda next_: self.saved(section.code, next_pupil=next_))

    def action_accept(self) -> None:
        """Take over what the record proposes in this section."""
        number, code = self.page.row.id, self.code
        record(self.app_, lambda: writing.accept_prefilled(self.workspace, number, code))

    def action_accept_all(self) -> None:
        """Take over what the record proposes, in every section."""
        number = self.page.row.id
        record(self.app_, lambda: writing.accept_prefilled(self.workspace, number))

    # Its way

    def _way(self) -> None:
        from screens.handovers.delivery import next_of_its_way

        next_of_its_way(self.app_, self.page)

    def action_send(self) -> None:
        """Ask how it was sent."""
        from screens.handovers.delivery import send

        send(self.app_, self.page)

    def action_acknowledge(self) -> None:
        """Ask who acknowledged it."""
        from screens.handovers.delivery import acknowledge

        acknowledge(self.app_, self.page)

    def action_viewed(self) -> None:
        """Record that the receiving school has opened it."""
        from screens.handovers.delivery import viewed

        viewed(self.app_, self.page)

    def action_failed(self) -> None:
        """Ask why it did not arrive."""
        from screens.handovers.delivery import fail

        fail(self.app_, self.page)

    def action_chase(self) -> None:
        """Ask how the receiving school was asked."""
        from screens.handovers.delivery import chase

        chase(self.app_, self.page)

    def action_take_back(self) -> None:
        """Record that it was not sent after all."""
        from screens.handovers.delivery import take_back

        take_back(self.app_, self.page)

    # What belongs to it

    def _messages(self) -> None:
        from screens.handovers.messages import open_messages

        open_messages(self.app_, self.page)

    def action_ask(self) -> None:
        """Write down a question."""
        from screens.handovers.messages import ask

        ask(self.app_, self.page)

    def action_answer(self) -> None:
        """Answer a question."""
        from screens.handovers.messages import answer

        answer(self.app_, self.page)

    def action_note(self) -> None:
        """Write a note."""
        from screens.handovers.messages import note

        note(self.app_, self.page)

    def action_friends(self) -> None:
        """List the pairs, or add the first."""
        from screens.handovers.friendships import friends_of

        friends_of(self.app_, self.page.row.id)

    def action_safeguarding(self) -> None:
        """Ask what is to be recorded of the child protection file."""
        from screens.handovers.safeguarding import safeguard

        safeguard(self.app_, self.page)

    def action_tier(self) -> None:
        """Show which tier is proposed, and ask which it is."""
        from screens.handovers.tier import decide_tier

        decide_tier(self.app_, self.page)

    def action_after(self) -> None:
        """List placements, first weeks and funding."""
        from screens.handovers.after_move import after_move

        after_move(self.app_, self.page.row.pupil_id)

    # When a key does nothing

    def why_not(self, command: Command) -> str | None:
        """Say why a key does nothing now."""
        if not command.id.startswith("handover.") or command.id in ("handover.next", "handover.previous"):
            return None
        if self.whole is None:
            return None if command.id in ("handover.edit", "handover.pupil") else self.why_nothing
        page = self.whole.page
        if page.row.direction == "in":
            if command.id in self.OURS:
                return self.OURS[command.id]
            if command.id == "handover.edit" and self.section is not None and self.section.questions:
                return "What another school told us stays as it came. Q asks it, n writes a note."
        return _why_not_now(page, command.id, self.code)


def _why_not_now(page: HandoverPage, command_id: str, code: str) -> str | None:
    """Give what to say of the first rule that stands against a command, or None."""
    status = page.row.status
    arrived = page.row.direction == "in" or status in ("sent", "viewed", "acknowledged", "returned")
    not_sent = (not arrived, "It has not been sent yet: s sends it.")
    rules: Mapping[str, Sequence[tuple[bool, str]]] = {
        "handover.accept": [(not page.to_confirm.get(code), "Nothing in this section waits to be accepted.")],
        "handover.accept_all": [(not page.to_confirm, "Every answer that the record has is taken over already.")],
        "handover.answer": [(not page.open_questions, "No question waits for an answer. Q writes one down.")],
        "handover.acknowledge": [
            (status == "acknowledged", "It is acknowledged already. s sends it again, when something has changed."),
            not_sent,
        ],
        "handover.ask": [not_sent],
        "handover.viewed": [not_sent, (status != "sent", f"It is {status} already.")],
        "handover.chase": [(status not in ("sent", "viewed"), f"It is {status}, so there is nothing to chase.")],
        "handover.failed": [(status != "sent", f"It is {status}: only what was sent can have failed to arrive.")],
        "handover.take_back": [
            (
                status not in ("sent", "failed"),
                f"It is {status}: only what was sent, and nobody has read, is taken back.",
            )
        ],
    }
    return next((words for against, words in rules.get(command_id, ()) if against), None)
