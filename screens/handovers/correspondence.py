"""The steps of a handover's way as questions: how it was sent, who acknowledged it, why it did not arrive, how it was chased."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from screens.frame import render_context
from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.host import Host
from screens.frame.record_form import Content, RecordForm, Values, among, day_gone_by, open_form
from screens.frame.render_context import RenderContext
from screens.frame.saving import ask_override
from screens.widgets.fields import FormField, PlainAnswer
from screens.widgets.line import one_line
from transitions.dates import short_with_year
from transitions.handovers import correspondence
from transitions.handovers.page import HandoverPage
from transitions.pupils import page as pupil_page
from transitions.team.workers import me_name
from transitions.text import capital, how_many
from transitions.workspace import Recorded

Do = Callable[[Host, HandoverPage], Coroutine[Any, Any, object]]
"""What is asked about a handover, and recorded of it."""
DAY_WIDTH = 24
_IN_DETAIL = "in detail"
_CHASED = ("by telephone", "by e-mail", "at a meeting", "by letter")
_ASK, _NOTE = 0, -1
_NOT_HERE = "No safeguarding content, and nothing about another child."


async def ask_question(host: Host, page: HandoverPage) -> None:
    row, ours = page.row, page.row.direction == "out"
    fields = [
        FormField(name="words", label="What they ask" if ours else "What we ask", kind="long text", required=True, help=_NOT_HERE),
        FormField(name="who", label="Who asked", help=f"A person of {row.to_school or 'the receiving school'}" if ours else ""),
        day_field(host, page),
    ]  # fmt: skip

    save = saving(correspondence.record_question, host.workspace, row.id)
    stored: Values = {} if ours else {"who": me_name(host.workspace)}
    notice = "The handover then waits for the school that sent it."
    await open_form(host, RecordForm("A question", fields, stored, save, f"draft question {row.id}", notice=notice))


async def answer(host: Host, page: HandoverPage) -> None:
    waiting = page.open_questions
    number: int | None = waiting[0].id
    if len(waiting) > 1:
        hidden = render_context.HIDDEN_NOTE if host.private else ""
        choices = [Choice(one.id, hidden or one_line(one.words), hint=short_with_year(one.on_day)) for one in waiting]
        number = await host.ask(Choose("Which question?", choices))
    if number is not None:
        await _answer(host, page, number)


async def _answer(host: Host, page: HandoverPage, message_id: int) -> None:
    question = next(one for one in page.messages if one.id == message_id)
    context = RenderContext(page.today, host.private)
    fields = [
        FormField(name="words", label="The answer", kind="long text", required=True, help=_NOT_HERE),
        FormField(name="who", label="Who answers"),
    ]

    save = saving(correspondence.answer, host.workspace, message_id)
    who = f"{context.person(question.who)}, " if question.who else ""
    notice = f"{who}{short_with_year(question.on_day)}: {context.text(question.words)}"
    stored = {"who": me_name(host.workspace)}
    await open_form(
        host, RecordForm("Answer the question", fields, stored, save, f"draft answer {message_id}", notice=notice)
    )


async def note(host: Host, page: HandoverPage) -> None:
    fields = [FormField(name="words", label="Note", kind="long text", required=True, help=_NOT_HERE)]

    save = saving(correspondence.note, host.workspace, page.row.id)
    notice = "It goes with the handover, for the receiving school to read."
    await open_form(host, RecordForm("A note", fields, {}, save, f"draft handover note {page.row.id}", notice=notice))


async def open_messages(host: Host, page: HandoverPage) -> None:
    if page.open_questions and page.row.direction == "out":
        await answer(host, page)
        return
    ours = page.row.direction == "out"
    choices = [
        Choice(_ASK, "The receiving school asks something" if ours else "Ask the school that sent this", key="q"),
        Choice(_NOTE, "Add a note to go with it", key="n"),
    ]
    what = await host.ask(Choose("Questions and answers", choices))
    if what is not None:
        await (ask_question if what == _ASK else note)(host, page)


def day_field(host: Host, page: HandoverPage) -> FormField:
    check = day_gone_by(page.today, pupil_page.terms_of(host.workspace, page.row.pupil_id))
    return FormField(name="on", label="On", kind="date", check=check, width=DAY_WIDTH, help="Empty is today")


def saving(work: Callable[..., Recorded], *given: object) -> Callable[[Values, frozenset[str]], Recorded]:
    """Save by ``work``, called with what is ``given`` and each answer under its field's name; an empty text is ""."""

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        return work(*given, **{name: value or (None if name == "on" else "") for name, value in values.items()})

    return save


async def send(host: Host, page: HandoverPage) -> None:
    row = page.row
    choices = [Choice(how, capital(how)) for how in correspondence.HOW]
    choices.append(Choice(_IN_DETAIL, "Another date or another way", key="d"))
    title = "How was it sent again?" if row.revision else "How was it sent?"
    how = await host.ask(Choose(title, choices, detail=_to_whom(page)))
    if how == _IN_DETAIL:
        await open_form(host, _send_form(host, page))
    elif how is not None:
        override = await ask_override(host, correspondence.why_held_back(host.workspace, [row.id]))
        if override is not None:
            send_it = partial(correspondence.send, host.workspace, [row.id], how=how, override=override)
            host.record(await host.write(send_it))


def _to_whom(page: HandoverPage) -> str:
    to = f"To {page.row.receiver or 'a school that is not recorded yet'}."
    missing, proposed = page.filled.asked - page.filled.filled, sum(page.to_confirm.values())
    lacking = f" {missing} {'thing is' if missing == 1 else 'things are'} missing." if missing else ""
    record_ = (
        f" {proposed} {'answer goes' if proposed == 1 else 'answers go'} as the record has it." if proposed else ""
    )
    return f"{to}{lacking}{record_}"


def _send_form(host: Host, page: HandoverPage) -> RecordForm:
    fields = [
        FormField(name="how", label="How", kind="suggest", required=True, check=PlainAnswer, suggest=among([(way, way) for way in correspondence.HOW]),
              help="Any words; Down lists the usual ways"),
        day_field(host, page),
        FormField(name="by", label="By whom"),
    ]  # fmt: skip

    save = saving(correspondence.send, host.workspace, [page.row.id])
    stored = {"by": me_name(host.workspace)}
    return RecordForm("How was it sent?", fields, stored, save, f"draft sending {page.row.id}", notice=_to_whom(page))


async def acknowledge(host: Host, page: HandoverPage) -> None:
    row = page.row
    ours = row.direction == "out"
    school = row.to_school or "the receiving school"
    help_ = f"A person at {school}, by name or role" if ours else "Whoever here has read it"
    content: Content = [
        FormField(name="by", label="By whom", required=True, help=help_),
        day_field(host, page),
    ]

    save = saving(correspondence.acknowledge, host.workspace, [row.id])
    stored: Values = {} if ours else {"by": me_name(host.workspace)}
    sent = f"Sent {short_with_year(row.sent_on)}. " if row.sent_on else ""
    notice = f"{sent}A handover is complete when the receiving school says it has received it."
    await open_form(
        host, RecordForm("Who acknowledged it?", content, stored, save, f"draft receipt {row.id}", notice=notice)
    )


async def fail(host: Host, page: HandoverPage) -> None:
    async def save(reason: str) -> None:
        host.record(await host.write(partial(correspondence.fail, host.workspace, [page.row.id], reason=reason)))

    needed = "Say what went wrong: the e-mail bounced, the school has not received it."
    await host.ask(Ask("Why did it not arrive?", "It then has to be sent again.", needed=needed, save=save))


async def chase(host: Host, page: HandoverPage) -> None:
    row = page.row
    before = [one for one in page.events if one.what == "chased"]
    last = f" Chased {how_many(len(before), 'time')}, last {short_with_year(before[-1].on_day)}." if before else ""
    sent = f"Sent {short_with_year(row.sent_on)} to {row.to_school or 'the next school'}." if row.sent_on else ""
    choices = [Choice(how, capital(how)) for how in _CHASED]
    how = await host.ask(Choose("How did you ask whether they have read it?", choices, detail=f"{sent}{last}"))
    if how is not None:
        host.record(await host.write(partial(correspondence.chase, host.workspace, [row.id], how=how)))


async def next_delivery_step(host: Host, page: HandoverPage) -> None:
    ours, status = page.row.direction == "out", page.row.status
    possible: list[tuple[str, str, Do]] = []
    if ours:
        possible.append(("D", "It was sent again" if page.row.revision else "It was sent", send))
    if status in ("sent", "viewed", "returned") or (not ours and status != "acknowledged"):
        possible.append(("d", "The receiving school acknowledged it", acknowledge))
    if ours and status == "sent":
        possible.append(("v", "The receiving school has opened it", viewed))
        possible.append(("m", "It did not arrive", fail))
        possible.append(("R", "It was not sent", take_back))
    if ours and status in ("sent", "viewed"):
        possible.append(("c", "I asked whether they have read it", chase))
    if not possible:
        host.say("It is acknowledged, so it is complete. Q writes down a question from the receiving school.")
        return
    key = await host.ask(Choose("What happened?", [Choice(key, label, key=key) for key, label, _ in possible]))
    if key is not None:
        await next(do for one, _, do in possible if one == key)(host, page)


async def viewed(host: Host, page: HandoverPage) -> None:
    host.record(await host.write(partial(correspondence.mark_viewed, host.workspace, [page.row.id])))


async def take_back(host: Host, page: HandoverPage) -> None:
    host.record(await host.write(partial(correspondence.take_back, host.workspace, [page.row.id])))
