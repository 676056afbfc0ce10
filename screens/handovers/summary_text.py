"""How far a handover has come: who waits for whom since when, how much is written, and the contents."""

from collections.abc import Mapping, Sequence

from textual.content import Content

from screens.frame.render_context import LOOKS, DocumentContext, RenderContext, status_style, status_text
from screens.frame.safe import txt
from screens.handovers.body_text import AFTER, DELIVERY, QUESTIONS, BodyPart, Whole, body_parts
from screens.widgets.line import shortened
from screens.widgets.reader import SectionEntry
from transitions.dates import ago, short_with_year
from transitions.handovers.page import HandoverPage
from transitions.milestones.milestone import State
from transitions.questionnaire import Filled, Section

_BAR, _SHORT_BAR, _ROOMY = 18, 10, 100
"""Cells of the bar, where there is room and where there is not, and cells from which there is."""
_DONE, _LEFT = "█", "░"
STATES: Mapping[str, State] = {
    "drafting": "not due",
    "sent": "due soon",
    "viewed": "due soon",
    "acknowledged": "met",
    "returned": "overdue",
    "failed": "overdue",
}
"""How the status of a handover looks: what waits on somebody is never as calm as what is complete."""


def how_far(page: HandoverPage, context: RenderContext) -> str:
    """Say in one sentence how far the handover has come, and since when: ``Drafting since Fri 5 Jun 2026, for Oakwood School``."""
    row = page.row
    there = row.to_school or "a next school not recorded yet"
    came = (
        f"Came {short_with_year(row.received_on)} from {row.from_school or 'another school'}" if row.received_on else ""
    )
    match row.status:
        case "acknowledged" if row.acknowledged_on:
            by = f" by {context.person(row.acknowledged_by)}" if row.acknowledged_by else ""
            return f"Acknowledged {short_with_year(row.acknowledged_on)}{by}: complete"
        case "returned" if row.returned_on:
            return f"Returned with a question {short_with_year(row.returned_on)}, {ago(row.returned_on, context.today)}"
        case "failed" if row.failed_on:
            reason = context.text(row.fail_reason)
            return f"Did not arrive, {short_with_year(row.failed_on)}{f': {reason}' if reason else ''}"
        case "sent" | "viewed" if row.sent_on and not came:
            seen = f", viewed {short_with_year(row.viewed_on)}" if row.viewed_on else ""
            how = f"{row.sent_how}, " if row.sent_how else ""
            sent = f"Sent {ago(row.sent_on, context.today)} to {there}, not acknowledged yet"
            return f"{sent} ({how}{short_with_year(row.sent_on)}{seen})"
        case _ if came:
            return f"{came}; not acknowledged yet"
        case _:
            return f"Drafting since {short_with_year(row.started_on)}, for {there}"


def head(page: HandoverPage, context: RenderContext, width: int) -> Content:
    """What stands above the handover, in two lines of ``width``: how far it has come, and what is to be done now."""
    symbol = status_text(STATES[page.row.status], "")
    filled = page.filled
    cells = _BAR if width >= _ROOMY else _SHORT_BAR
    done = cells * filled.filled // filled.asked if filled.asked else cells
    bar = Content.assemble((_DONE * done, "$key"), (_LEFT * (cells - done), "$quiet"))
    lines = (
        Content.assemble(symbol, txt(how_far(page, context))),
        Content.assemble(bar, f"  {filled.filled} of {filled.asked}   ", txt(_now(page), "$quiet")),
    )
    return Content("\n").join(shortened(line, width) for line in lines)


def _now(page: HandoverPage) -> str:
    questions, changed = len(page.open_questions), len(page.changed_since_sent)
    ours, status = page.row.direction == "out", page.row.status
    if questions:
        waits = "1 question waits" if questions == 1 else f"{questions} questions wait"
        return f"{waits}{': Q answers, then D sends it again' if ours else ' for the school that sent this'}"
    if not ours:
        return "" if status == "acknowledged" else "d acknowledges it, Q asks the school that sent it"
    if changed:
        what = "1 answer" if changed == 1 else f"{changed} answers"
        return f"{what} changed since it was sent. D sends it again"
    if status in ("sent", "viewed"):
        return "press d when they acknowledge it, c when you have chased it"
    return "" if status == "acknowledged" else _missing(page)


def _missing(page: HandoverPage) -> str:
    proposed, missing = sum(page.to_confirm.values()), page.filled.asked - page.filled.filled
    record = f" · {proposed} from the record: B brings all in" if proposed else ""
    return f"{missing} missing: G goes on{record}" if missing else f"Nothing is missing: D sends it{record}"


def _lacks(page: HandoverPage, section: Section) -> bool:
    filled, total = page.completeness[section.code]
    return filled < total


def next_with_something_missing(page: HandoverPage, code: str) -> str | None:
    """The next section, after the one with this code and round to it again, in which something is missing."""
    codes = [one.code for one in body_parts(page)]
    place = codes.index(code) if code in codes else -1
    wanting = {one.code for one in page.form.sections if _lacks(page, one)}
    return next((one for one in (*codes[place + 1 :], *codes[: place + 1]) if one in wanting), None)


def entries(whole: Whole, reading: DocumentContext) -> list[SectionEntry]:
    return [_entry(whole, part, reading) for part in body_parts(whole.page)]


def not_started(of: Sequence[BodyPart], reading: DocumentContext) -> list[SectionEntry]:
    state: State = "not due"
    return [SectionEntry(LOOKS[state].symbol, status_style(state, reading.variables), part.title) for part in of]


def _entry(whole: Whole, part: BodyPart, reading: DocumentContext) -> SectionEntry:
    state, amount = _of_section(whole.page, part.section) if part.section else _of_other_part(whole, part.code)
    pressing = state == "overdue" or (part.section is not None and part.section.holds == "child protection")
    return SectionEntry(LOOKS[state].symbol, status_style(state, reading.variables), part.title, amount, pressing)


def _of_section(page: HandoverPage, section: Section) -> tuple[State, str]:
    if section.holds == "friendships":
        count = len(page.friends)
        return ("met" if count else "not due"), ("1 pair" if count == 1 else f"{count} pairs")
    if section.holds == "child protection":
        return _file(page)
    filled = page.completeness[section.code]
    to_confirm = page.to_confirm.get(section.code, 0)
    state: State = "not due" if not filled.filled else "due soon" if _is_open(filled, to_confirm) else "met"
    all_there = filled.filled == filled.asked
    return state, f"{to_confirm} to accept" if all_there and to_confirm else f"{filled.filled}/{filled.asked}"


def _is_open(filled: Filled, to_confirm: int) -> bool:
    return bool(to_confirm) or filled.filled < filled.asked


def _file(page: HandoverPage) -> tuple[State, str]:
    if page.child_protection:
        waiting = any(one.receipt_on is None for one in page.child_protection)
        return ("due soon", "no receipt yet") if waiting else ("met", "received")
    return ("due soon", "not sent yet") if page.pupil.child_protection_file else ("not due", "no file")


def _of_other_part(whole: Whole, code: str) -> tuple[State, str]:
    page = whole.page
    if code == QUESTIONS:
        waiting = len(page.open_questions)
        return ("overdue", f"{waiting} open") if waiting else ("not due", str(len(page.messages)))
    if code == DELIVERY:
        return STATES[page.row.status], page.row.status
    assert code == AFTER  # noqa: S101 - there are three
    there = len(whole.placements) + len(whole.first_weeks) + len(whole.funding)
    return ("met" if there else "not due"), str(there)
