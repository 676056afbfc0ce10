"""The screen of one handover: how far it has come, its contents, and the form to read; every part of it by keys."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Static

from screens.frame import render_context
from screens.frame.commands import HANDOVER, Command
from screens.frame.document_screen import DocumentScreen
from screens.frame.host import Moved
from screens.frame.render_context import RenderContext, status_text
from screens.handovers import beside_form, body_text, correspondence, forms, summary_text
from screens.handovers.body_text import AFTER, DELIVERY, QUESTIONS, BodyPart, Whole, read_whole
from screens.handovers.correspondence import Do
from screens.handovers.starting import next_of_class, start
from screens.widgets.panel import TextParagraph
from screens.widgets.reader import Contents, Reader
from transitions.custody import access_log
from transitions.errors import NoSuchRecord
from transitions.handovers import writing
from transitions.handovers.page import HandoverPage, HandoverRow
from transitions.questionnaire import Section

_OURS: Mapping[str, str] = {
    "handover.send": "This came from another school. Press d to acknowledge it.",
    "handover.accept": "You can’t change what another school told us.",
    "handover.accept_all": "You can’t change what another school told us.",
    "handover.go_on": "You can’t change what another school told us.",
    "handover.chase": "This came from another school. It waits for you to acknowledge it.",
    "handover.failed": "This came from another school, so it has arrived.",
    "handover.take_back": "This came from another school: it is acknowledged, not sent.",
}
"""Commands for what we send, and what to say of a handover that came."""

_WIDE = 120
_MAKES_ROOM = frozenset({"handover.next", "handover.previous"})
"""What the footer of a handover that was sent leaves out below so many cells, so that what is done with it now is in it."""
_DOES: Mapping[str, Do] = {
    "send": correspondence.send,
    "acknowledge": correspondence.acknowledge,
    "viewed": correspondence.viewed,
    "failed": correspondence.fail,
    "chase": correspondence.chase,
    "take_back": correspondence.take_back,
    "note": correspondence.note,
    "tier": lambda host, page: beside_form.decide_tier(host, page.row.pupil_id),
    "child protection": beside_form.safeguard,
    "friendships": lambda host, page: beside_form.friends_of(host, page.row.id),
    QUESTIONS: correspondence.open_messages,
    DELIVERY: correspondence.next_delivery_step,
    AFTER: lambda host, page: beside_form.after_move(host, page.row.pupil_id),
}
"""What commands do, by their action, and what is asked in a part of the handover that has no form."""


class HandoverScreen(DocumentScreen):
    """One handover, whole.

    A neighbour who makes the same move and has no handover yet is shown without one; it is started when somebody writes.
    """

    SCOPE: ClassVar[str] = HANDOVER
    MADE_OF = ("handover_id", "neighbours")
    CSS_PATH = "handover.tcss"
    TITLE_OF_TEXT = "The handover"
    EDIT = "handover.edit"
    NO_NEIGHBOUR = "makes the same move"

    def __init__(self, handover_id: int, neighbours: Sequence[int] = (), moved: Moved | None = None) -> None:
        super().__init__(neighbours, moved)
        self.handover_id: int | None = handover_id
        self.whole: Whole | None = None
        """None while there is nothing to show."""
        self.pupil_id = 0
        self._like: HandoverRow | None = None
        self._code = ""
        self._last_parts: list[BodyPart] = []

    def body(self) -> ComposeResult:
        yield Static(id="handover-head")
        with Container(id="handover-sides"):
            yield Contents(id="handover-contents", classes="panel")
            yield Reader(id="handover-text", classes="panel")

    def follow_records(self, touched: frozenset[int]) -> None:  # noqa: ARG002
        # Whatever changed: a pair, or a fact of the record that is proposed here, may stand in another pupil's change.
        self._read_again()

    def on_resize(self) -> None:
        self._write_head()

    # What there is to show

    @property
    def made_of(self) -> tuple[Any, ...] | None:
        return None if self.handover_id is None else super().made_of

    @property
    def page(self) -> HandoverPage:
        """The handover. Raises ``NoSuchRecord`` when there is none to show."""
        if self.whole is None:
            raise NoSuchRecord(self.why_nothing)
        return self.whole.page

    @property
    def why_nothing(self) -> str:
        if self._like is None:
            return "This handover is no longer here. Somebody has undone the change that started it."
        return f"{self.host.pupil_name(self.pupil_id)} has no handover for this move yet. Enter starts it."

    @property
    def parts(self) -> list[BodyPart]:
        """The parts of the handover, in order; of one that is not started those of the pupil before."""
        if self.whole is not None:
            self._last_parts = body_text.body_parts(self.whole.page)
        return self._last_parts

    @property
    def code(self) -> str:
        return self._code

    @property
    def section(self) -> Section | None:
        return next((one for one in self.page.form.sections if one.code == self.code), None)

    def load(self) -> None:
        self.whole = None
        if self.handover_id is None:
            return
        try:
            self.whole = read_whole(self.workspace, self.handover_id)
        except NoSuchRecord:
            self.handover_id = None
            return
        self._like = self.whole.page.row
        self.pupil_id = self._like.pupil_id
        access_log.note(self.workspace, self.pupil_id, "handover")

    def _read_again(self) -> None:
        self._look_for_started()
        self.load()
        self.write()

    def _look_for_started(self) -> None:
        """Find the handover of a pupil who had none: somebody may have started it, or have done so again."""
        if self.handover_id is None and self._like is not None:
            next_one = next_of_class(self.workspace, [self.pupil_id], self._like)
            self.handover_id = next_one.handover_id if next_one else None

    def write(self) -> None:
        contents, reader, reading = self.query_one(Contents), self.query_one(Reader), self.reading
        self._write_head()
        self._write_heading(reading.context)
        parts = self.parts
        cursor = next((place for place, part in enumerate(parts) if part.code == self._code), 0)
        if parts:
            self._code = parts[cursor].code
        if self.whole is None:
            contents.show(summary_text.not_started(parts, reading), cursor)
            reader.show_sections([TextParagraph(self.why_nothing)], [], 0)
        else:
            contents.show(summary_text.entries(self.whole, reading), cursor)
            reader.show_sections((), body_text.sections(self.whole, reading), cursor)
        self.refresh_bindings()

    def _write_heading(self, context: RenderContext) -> None:
        where = self.place_in_words
        if self.whole is None:
            self.set_heading(
                self.host.pupil_name(self.pupil_id) if self.pupil_id else "No longer here", "not started", where
            )
            return
        page = self.whole.page
        name = render_context.display_name(page.called, page.pupil.surname, hidden=context.hidden)
        self.set_heading(f"{name} · {page.title}", page.row.status, where)

    def _write_head(self) -> None:
        head = self.query_one("#handover-head", Static)
        # Not its own width: that is known only once it was laid out.
        width = self.size.width - 2
        context = self.reading.context
        head.update(
            summary_text.head(self.page, context, width) if self.whole else status_text("not due", "Not started")
        )

    # Moving about

    def on_contents_highlighted(self) -> None:
        self._follow(self.query_one(Contents).cursor)

    def on_reader_came(self, event: Reader.Came) -> None:
        self._follow(event.section)

    def return_to(self, mark: Any) -> None:
        super().return_to(mark)
        # Not when the message of it comes: the form of this section may be opened before that.
        self._follow(self.query_one(Contents).cursor)

    def _follow(self, place: int) -> None:
        parts = self.parts
        if 0 <= place < len(parts):
            self._code = parts[place].code
            self.refresh_bindings()

    @property
    def codes(self) -> Sequence[str]:
        return [part.code for part in self.parts]

    def go_to(self, code: str) -> None:
        if code in self.codes:
            self._code = code
        super().go_to(code)

    @property
    def shown_pupil(self) -> int | None:
        return self.pupil_id

    def show_first(self, pupil_ids: Sequence[int]) -> int | None:
        next_one = next_of_class(self.workspace, pupil_ids, self._like) if self._like is not None else None
        if next_one is None:
            return None
        self.pupil_id, self.handover_id = next_one.pupil_id, next_one.handover_id
        self.load()
        self.write()
        return next_one.pupil_id

    def action_pupil(self) -> None:
        self.host.open.pupil(self.pupil_id, self.neighbours)

    # Writing

    async def action_edit(self) -> None:
        """Open the section under the cursor, or ask what is to be done in a part that has no form.

        A handover that is not there is started first. When a section was saved one goes on with what is missing, or with
        the next pupil at the same section.
        """
        if self.whole is None and not await self._start():
            return
        section = self.section
        if section is None or not section.questions:
            await self.action_do(section.holds if section else self.code)
            return
        next_pupil = await forms.open_section(self.host, self.page, section)
        if next_pupil is False:
            await self.action_go_on()
        elif next_pupil and self.go_on(1):
            await self.action_edit()

    async def action_accept(self) -> None:
        """Accept what waits in this section, else in the next one that says so on the page."""
        if not self.page.to_confirm.get(self.code):
            codes = list(self.codes)
            place = codes.index(self.code)
            waiting = (one for one in codes[place:] + codes[:place] if self.page.to_confirm.get(one))
            self.go_to(next(waiting))
        self.host.record(
            await self.host.write(partial(writing.accept_prefilled, self.workspace, self.page.row.id, self.code))
        )

    async def action_accept_all(self) -> None:
        self.host.record(await self.host.write(partial(writing.accept_prefilled, self.workspace, self.page.row.id)))

    async def _start(self) -> bool:
        if self._like is None:
            return False
        await start(self.host, [self.pupil_id], self._like.transition)
        self._read_again()
        return self.whole is not None

    async def action_go_on(self) -> None:
        page, code = self.page, self.code
        following = summary_text.next_with_something_missing(page, code)
        if following is None or following == code:
            self.say(
                "Nothing else is missing. Press D to send it."
                if following
                else "Nothing is missing now. Press D to send it."
            )
            return
        self.go_to(following)
        if any(one.section.code == following for one in page.missing):
            await self.action_edit()

    async def action_do(self, what: str) -> None:
        await _DOES[what](self.host, self.page)

    # When a key does nothing

    def in_footer(self, command: Command) -> bool:
        if self.whole is None or self.whole.page.row.status == "drafting":
            return True
        return self.why_not(command) is None and (self.size.width >= _WIDE or command.id not in _MAKES_ROOM)

    def why_not(self, command: Command) -> str | None:
        if not command.id.startswith("handover.") or command.id in ("handover.next", "handover.previous"):
            return None
        if self.whole is None:
            return None if command.id in ("handover.edit", "handover.pupil") else self.why_nothing
        page = self.whole.page
        if page.row.direction == "in":
            if command.id in _OURS:
                return _OURS[command.id]
            if command.id == "handover.edit" and self.section is not None and self.section.questions:
                return "You can’t change what another school told us. Q asks it, n writes a note."
        return _why_not_now(page, command.id)


def _why_not_now(page: HandoverPage, command_id: str) -> str | None:
    status = page.row.status
    arrived = page.row.direction == "in" or status in ("sent", "viewed", "acknowledged", "returned")
    not_sent = (not arrived, "It has not been sent yet: D sends it.")
    again = " If something has changed, D sends it again." if page.row.direction == "out" else ""
    rules: Mapping[str, Sequence[tuple[bool, str]]] = {
        "handover.accept": [(not page.to_confirm, "Every suggestion from the record has been accepted.")],
        "handover.accept_all": [(not page.to_confirm, "Every suggestion from the record has been accepted.")],
        "handover.acknowledge": [
            (status == "acknowledged", f"It is already acknowledged.{again}"),
            not_sent,
        ],
        "handover.questions": [not_sent],
        "handover.viewed": [not_sent, (status != "sent", f"It is {status} already.")],
        "handover.chase": [(status not in ("sent", "viewed"), f"It is {status}, so there is nothing to chase.")],
        "handover.failed": [(status != "sent", f"It is {status}: only a sent handover can fail to arrive.")],
        "handover.take_back": [
            (
                status not in ("sent", "failed"),
                f"It is {status}: you can only take back a sent handover nobody has read.",
            )
        ],
    }
    return next((sentence for against, sentence in rules.get(command_id, ()) if against), None)
