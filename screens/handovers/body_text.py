"""What a handover says, as blocks of text: section by section in the order in which the next school reads it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.text import Text

from screens.frame import render_context
from screens.frame.render_context import DocumentContext
from screens.frame.safe import cell
from screens.pupils.page_text import placement_words
from screens.widgets.panel import WIDEST_LABEL, Block, Pair, TextParagraph, Title
from transitions.dates import ago, how_far, short_with_year
from transitions.handovers import after_move, tiers
from transitions.handovers.after_move import FirstWeeksRow, FundingRow, PlacementRow
from transitions.handovers.page import AnsweredQuestion, HandoverPage, load
from transitions.handovers.tiers import CountedFactor, TierProposal, read_decision
from transitions.questionnaire import Section
from transitions.workspace import Workspace

QUIET = "dim"
_INDENT = 2


def messages(page: HandoverPage, reading: DocumentContext) -> Iterator[Block]:
    context, waiting = reading.context, {one.id for one in page.open_questions}
    if not page.messages:
        line = (
            "No questions yet. Q writes one down, n adds a note to the handover."
            if reading.keys
            else "No question yet."
        )
        yield TextParagraph(cell(line, QUIET), _INDENT)
    for one in page.messages:
        if one.kind == "answer" and one.answers_id is not None:
            continue
        who = (
            context.person(one.who)
            if one.who
            else {"sender": "the sending school"}.get(one.side, "the receiving school")
        )
        verb = "asked" if one.kind == "question" else "noted"
        head = f"{short_with_year(one.on_day)}, {who} {verb}"
        if one.id in waiting:
            key = ": Q answers" if reading.keys and page.row.direction == "out" else ""
            yield TextParagraph(
                reading.marked("overdue", f"{head}, not answered yet, {ago(one.on_day, context.today)}{key}"), _INDENT
            )
        else:
            yield TextParagraph(cell(head, QUIET), _INDENT)
        yield TextParagraph(context.text(one.words), 2 * _INDENT)
        for answer in page.messages:
            if answer.kind == "answer" and answer.answers_id == one.id:
                by = f", {context.person(answer.who)}" if answer.who else ""
                yield TextParagraph(cell(f"{short_with_year(answer.on_day)}{by} answered", QUIET), 2 * _INDENT)
                yield TextParagraph(context.text(answer.words), 3 * _INDENT)


def delivery_history(page: HandoverPage, reading: DocumentContext) -> Iterator[Block]:
    context, row = reading.context, page.row
    if row.direction == "in":
        day = row.received_on
        yield Pair(
            "  Came", f"{short_with_year(day) if day else ''} from {row.from_school or 'another school'}".strip()
        )
    yield Pair("  Started", short_with_year(row.started_on))
    for one in page.events:
        parts = [one.how or "", context.person(one.who) if one.who else "", context.text(one.note)]
        rest = " · ".join(part for part in parts if part)
        yield Pair(f"  {one.what.capitalize()}", Text.assemble(short_with_year(one.on_day), (f"  {rest}", QUIET)))
    if row.status != "acknowledged":
        yield TextParagraph(cell("Not complete until the receiving school acknowledges it.", QUIET), _INDENT)


def after_the_move(
    placements: Sequence[PlacementRow],
    first_weeks: Sequence[FirstWeeksRow],
    funding: Sequence[FundingRow],
    reading: DocumentContext,
) -> Iterator[Block]:
    if not (placements or first_weeks or funding):
        key = " Enter records it." if reading.keys else ""
        empty = f"Nothing yet: placements and returns, the first weeks, and funding that ends with the move.{key}"
        yield TextParagraph(cell(empty, QUIET), _INDENT)
    for placed in placements:
        yield TextParagraph(placement_words(placed), _INDENT)
        parts = list(_returned(placed, reading))
        if parts:
            yield TextParagraph(cell("; ".join(parts), QUIET), 2 * _INDENT)
    for week in first_weeks:
        yield TextParagraph(first_weeks_words(week), _INDENT)
        if week.note:
            yield TextParagraph(cell(reading.context.text(week.note), QUIET), 2 * _INDENT)
    for one in funding:
        yield TextParagraph(funding_words(one), _INDENT)
        if one.applied_on is None and one.ends_on >= reading.context.today:
            waiting = f"not reapplied for, and it ends {how_far(one.ends_on, reading.context.today)}"
            yield TextParagraph(reading.marked("due soon", waiting), 2 * _INDENT)
        if one.note:
            yield TextParagraph(cell(reading.context.text(one.note), QUIET), 2 * _INDENT)


def _returned(one: PlacementRow, reading: DocumentContext) -> Iterator[str]:
    if one.end_reason:
        yield f"ended because: {reading.context.text(one.end_reason)}"
    if one.back_on:
        yield f"back from {short_with_year(one.back_on)}"
    if one.checked_on:
        result = f": {reading.context.text(one.check_result)}" if one.check_result else ""
        yield f"looked at again {short_with_year(one.checked_on)}{result}"


def first_weeks_words(one: FirstWeeksRow) -> str:
    """``First weeks, told Fri 16 Oct 2026: attendance 91.5%, 1 suspension, part-time timetable``."""
    parts = [] if one.attendance_percent is None else [f"attendance {one.attendance_percent:g}%"]
    if one.suspensions is not None:
        parts.append("1 suspension" if one.suspensions == 1 else f"{one.suspensions} suspensions")
    parts += ["part-time timetable"] if one.part_time else []
    return f"First weeks, told {short_with_year(one.on_day)}{': ' if parts else ''}{', '.join(parts)}"


def funding_words(one: FundingRow) -> str:
    """``Top-up funding, ends Wed 21 Jul 2027, applied for again Mon 3 May 2027``."""
    applied = f", applied for again {short_with_year(one.applied_on)}" if one.applied_on else ""
    return f"{one.what}, ends {short_with_year(one.ends_on)}{applied}"


QUESTIONS, DELIVERY, AFTER = "questions", "way", "after"
_OTHER_PARTS: Mapping[str, str] = {
    QUESTIONS: "Questions and answers",
    DELIVERY: "How it was sent",
    AFTER: "After the move",
}
_OWN_WORDS = "voice"


class Whole(NamedTuple):
    """A handover with what stands beside it; ``proposal`` is None for one that came from another school."""

    page: HandoverPage
    proposal: TierProposal | None
    placements: Sequence[PlacementRow]
    first_weeks: Sequence[FirstWeeksRow]
    funding: Sequence[FundingRow]


class BodyPart(NamedTuple):
    """One part of what is read: a section of the form, or what stands beyond the form (then without one)."""

    code: str
    title: str
    section: Section | None = None


def read_whole(workspace: Workspace, handover_id: int) -> Whole:
    """Read a handover. Raises ``NoSuchRecord`` when it is no longer there."""
    page = load(workspace, handover_id)
    pupil = page.row.pupil_id
    return Whole(
        page,
        tiers.proposal(workspace, pupil) if page.row.direction == "out" else None,
        after_move.records(workspace, after_move.PLACEMENT, pupil),
        after_move.records(workspace, after_move.FIRST_WEEKS, pupil),
        after_move.records(workspace, after_move.FUNDING, pupil),
    )


def body_parts(page: HandoverPage) -> list[BodyPart]:
    return [
        *(BodyPart(section.code, section.title, section) for section in page.form.sections),
        *(BodyPart(code, title) for code, title in _OTHER_PARTS.items()),
    ]


def sections(whole: Whole, reading: DocumentContext) -> list[list[Block]]:
    return [[Title(part.title), *_body(whole, part, reading)] for part in body_parts(whole.page)]


def tab(whole: Whole, reading: DocumentContext, how_far: str) -> list[Block]:
    """The handover as the page of the pupil shows it; ``how_far`` says how far it has come."""
    page = whole.page
    blocks: list[Block] = [
        Title(f"{page.title} · {page.row.status}"),
        TextParagraph(f"{how_far.rstrip('.')}. Enter opens it."),
    ]
    return [*blocks, *(block for section in sections(whole, reading) for block in section)]


def no_handover() -> list[Block]:
    return [
        Title("No handover yet"),
        TextParagraph("Nothing has been written for the next school yet. Enter starts the handover."),
    ]


def _body(whole: Whole, part: BodyPart, reading: DocumentContext) -> Iterator[Block]:
    page = whole.page
    if part.section is None:
        by_record: Mapping[str, Callable[[], Iterator[Block]]] = {
            QUESTIONS: lambda: messages(page, reading),
            DELIVERY: lambda: delivery_history(page, reading),
            AFTER: lambda: after_the_move(whole.placements, whole.first_weeks, whole.funding, reading),
        }
        yield from by_record[part.code]()
        return
    by_list: Mapping[str, Callable[[], Iterator[Block]]] = {
        "friendships": lambda: _friendships(page, reading),
        "child protection": lambda: _safeguarding(page, reading),
        "tier": lambda: _tier(whole, reading),
    }
    if part.section.holds:
        yield from by_list[part.section.holds]()
    if part.section.questions:
        yield from _answers(page, part.section, reading)


# The questions of the form


def _answers(page: HandoverPage, section: Section, reading: DocumentContext) -> Iterator[Block]:
    questions = list(page.asked(section))
    answered = [one for one in questions if one.answer is not None]
    missing = [one.question.label for one in questions if one.answer is None and not one.question.optional]
    proposed = page.to_confirm.get(section.code, 0)
    if proposed and reading.keys:
        what = (
            "1 answer comes from the record: b brings it in"
            if proposed == 1
            else f"{proposed} answers come from the record: b brings them in"
        )
        yield TextParagraph(cell(f"{what}.", QUIET), _INDENT)
    if not answered:
        ours = page.row.direction == "out"
        key = " Enter fills it in." if reading.keys and ours else ""
        yield TextParagraph(
            cell(f"Nothing yet. {section.help}{key}" if ours else "The other school said nothing here.", QUIET), _INDENT
        )
        return
    column = max((len(one.question.label) for one in answered if _stands_beside(one)), default=0)
    for one in answered:
        yield from _answer(page, one, column, reading)
    if missing:
        yield TextParagraph(cell(f"Not answered yet: {'; '.join(missing)}", QUIET), _INDENT)


def _stands_beside(one: AnsweredQuestion) -> bool:
    return one.question.kind != "long text" and len(one.question.label) + _INDENT <= WIDEST_LABEL


def _answer(page: HandoverPage, one: AnsweredQuestion, column: int, reading: DocumentContext) -> Iterator[Block]:
    label, remark = one.question.label, _remark(page, one)
    if one.question.kind == "long text":
        yield TextParagraph(cell(f"{label}{remark and f' · {remark}'}", QUIET), _INDENT)
        yield TextParagraph(_answer_shown(one, reading), 2 * _INDENT)
        return
    value = Text.assemble(_answer_shown(one, reading), (f"  {remark}" if remark else "", QUIET))
    if _stands_beside(one):
        # As wide in every run of short answers, whatever stands between them.
        yield Pair(f"  {label.ljust(column)}", value)
    else:
        yield TextParagraph(Text.assemble((f"{label}  ", QUIET), value), _INDENT)


def _answer_shown(one: AnsweredQuestion, reading: DocumentContext) -> Text:
    if one.question.kind == "long text" and one.section.code == _OWN_WORDS:
        return reading.quote(one.text)
    hides = one.question.kind in ("text", "long text")
    return cell(reading.context.text(one.text) if hides else one.text)


def _remark(page: HandoverPage, one: AnsweredQuestion) -> str:
    if one.answer is not None and one.answer.origin == "record":
        return f"from the record{f', {short_with_year(one.answer.on)}' if one.answer.on else ''}"
    return "changed since it was sent" if one.question.code in page.changed_since_sent else ""


# What sections hold beside questions


def _help_of(page: HandoverPage, holds: str) -> str:
    return next(section.help for section in page.form.sections if section.holds == holds)


def _friendships(page: HandoverPage, reading: DocumentContext) -> Iterator[Block]:
    yield TextParagraph(cell(_help_of(page, "friendships"), QUIET), _INDENT)
    if not page.friends and reading.keys:
        yield TextParagraph(cell("No pair yet. F adds one.", QUIET), _INDENT)
    going = page.row.receiver_id
    for one in page.friends:
        name = render_context.display_name(
            one.preferred_name or one.forename, one.surname, hidden=reading.context.hidden
        )
        together = going is not None and one.next_school_id == going
        note = (
            "is going there too, so the school is told" if together else "is not going there, so the school is not told"
        )
        yield TextParagraph(Text.assemble(cell(f"{one.kind.capitalize()} {name}"), cell(f"  {note}", QUIET)), _INDENT)


def _safeguarding(page: HandoverPage, reading: DocumentContext) -> Iterator[Block]:
    yield TextParagraph(cell(_help_of(page, "child protection"), QUIET), _INDENT)
    context = reading.context
    if not page.pupil.child_protection_file:
        yield TextParagraph("No child protection file is recorded.", _INDENT)
    elif not page.child_protection:
        yield TextParagraph(
            reading.marked("due soon", "There is a file, not recorded as sent. Enter records it."), _INDENT
        )
    for one in page.child_protection:
        sender = f", by {context.person(one.sent_by)}" if one.sent_by else ""
        to = one.to_school or "a school"
        yield Pair("  File sent", f"{short_with_year(one.sent_on)} to {to}, {one.sent_how}{sender}")
        if one.receipt_on is not None:
            by = f" by {context.person(one.receipt_by)}" if one.receipt_by else ""
            yield Pair("  Receipt", reading.marked("met", f"confirmed {short_with_year(one.receipt_on)}{by}"))
        else:
            chased = f"; chased {ago(one.chased_on, context.today)}" if one.chased_on else ""
            waiting = f"not received yet, sent {ago(one.sent_on, context.today)}{chased}. Enter records it"
            yield Pair("  Receipt", reading.marked("due soon", waiting))


def _tier(whole: Whole, reading: DocumentContext) -> Iterator[Block]:
    page, decided = whole.page, whole.page.tier
    if decided is not None:
        kept = read_decision(decided)
        by = f" by {reading.context.person(decided.worker)}" if decided.worker else ""
        yield Pair("  Tier", f"{decided.tier}, decided {short_with_year(decided.decided_on)}{by}")
        if decided.tier != decided.proposed:
            reason = reading.context.text(decided.reason)
            yield Pair("  Proposed was", f"{decided.proposed}. Another was chosen because: {reason}")
        for one in kept.factors:
            yield _factor(one)
        return
    if page.pupil.tier is not None:
        yield Pair("  Tier", f"{page.pupil.tier}, as recorded; how it was decided is not kept here")
    if whole.proposal is None:
        return
    found = whole.proposal
    yield Pair("  Tier proposed", f"{found.tier}; nobody has decided it yet{': L decides' if reading.keys else ''}")
    for each in found.contributing:
        yield _factor(each.counted)


def _factor(one: CountedFactor) -> Block:
    return TextParagraph(cell(f"{factor_words(one)}, {since_words(one)}", QUIET), 2 * _INDENT)


def since_words(one: CountedFactor) -> str:
    return short_with_year(one.since) if one.since else "day not recorded"


def factor_words(one: CountedFactor) -> str:
    """``+1  Persistent absence: attendance 87.2%``; a factor that is not counted has a dot."""
    found = "" if one.value == "yes" else f": {one.value}"
    return f"{f'+{one.points}' if one.points else ' ·'}  {one.words}{found}"
