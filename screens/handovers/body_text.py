"""What a handover says, as blocks of text: section by section in the order in which the next school reads it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.text import Text

from screens.frame import privacy
from screens.frame.safe import cell
from screens.handovers.correspondence import QUIET, after_the_move, messages, the_way
from screens.plans.body_text import Reading
from screens.widgets.panel import WIDEST_LABEL, Block, Pair, Title, Words
from transitions.dates import ago, short_with_year
from transitions.handovers import after_move, tier_deciding
from transitions.handovers.after_move import FirstWeeksRow, FundingRow, PlacementRow
from transitions.handovers.page import Asked, HandoverPage, load
from transitions.handovers.tier_deciding import read_decision
from transitions.handovers.tiers import Proposal
from transitions.questionnaire import Section
from transitions.workspace import Workspace

QUESTIONS, WAY, AFTER = "questions", "way", "after"
_BEYOND: Mapping[str, str] = {
    QUESTIONS: "Questions and answers",
    WAY: "The way it went",
    AFTER: "After the move",
}
_INDENT = 2
_OWN_WORDS = "voice"


class Whole(NamedTuple):
    """A handover with what stands beside it; ``proposal`` is None for one that came from another school."""

    page: HandoverPage
    proposal: Proposal | None
    placements: Sequence[PlacementRow]
    first_weeks: Sequence[FirstWeeksRow]
    funding: Sequence[FundingRow]


class Part(NamedTuple):
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
        tier_deciding.proposal(workspace, pupil) if page.row.direction == "out" else None,
        after_move.placements(workspace, pupil),
        after_move.first_weeks(workspace, pupil),
        after_move.funding(workspace, pupil),
    )


def parts(page: HandoverPage) -> list[Part]:
    """Give the sections of the form, then questions and answers, its way, and what came after the move."""
    return [
        *(Part(section.code, section.title, section) for section in page.form.sections),
        *(Part(code, title) for code, title in _BEYOND.items()),
    ]


def sections(whole: Whole, reading: Reading) -> list[list[Block]]:
    """Give every part under its title, the empty ones too."""
    return [[Title(part.title), *_body(whole, part, reading)] for part in parts(whole.page)]


def tab(whole: Whole, reading: Reading, standing: str) -> list[Block]:
    """Give the handover as the page of the pupil shows it; ``standing`` says how far it has come."""
    page = whole.page
    blocks: list[Block] = [Title(f"{page.title} · {page.row.status}"), Words(f"{standing}. Enter opens it.")]
    return [*blocks, *(block for section in sections(whole, reading) for block in section)]


def no_handover() -> list[Block]:
    """Give what stands in place of a handover that was never started."""
    return [
        Title("No handover yet"),
        Words("What the next school must know of this pupil is not written yet. Enter starts it."),
    ]


def _body(whole: Whole, part: Part, reading: Reading) -> Iterator[Block]:
    page = whole.page
    if part.section is None:
        beyond: Mapping[str, Callable[[], Iterator[Block]]] = {
            QUESTIONS: lambda: messages(page, reading),
            WAY: lambda: the_way(page, reading),
            AFTER: lambda: after_the_move(whole.placements, whole.first_weeks, whole.funding, reading),
        }
        yield from beyond[part.code]()
        return
    held: Mapping[str, Callable[[], Iterator[Block]]] = {
        "friendships": lambda: _friendships(page, reading),
        "child protection": lambda: _safeguarding(page, reading),
        "tier": lambda: _tier(whole, reading),
    }
    if part.section.holds:
        yield from held[part.section.holds]()
    if part.section.questions:
        yield from _answers(page, part.section, reading)


# The questions of the form


def _answers(page: HandoverPage, section: Section, reading: Reading) -> Iterator[Block]:
    asked = list(page.asked(section))
    answered = [one for one in asked if one.answer is not None]
    missing = [one.question.label for one in asked if one.answer is None and not one.question.optional]
    proposed = page.to_confirm.get(section.code, 0)
    if proposed and reading.keys:
        what = (
            "1 answer comes from the record: y accepts it"
            if proposed == 1
            else f"{proposed} answers come from the record: y accepts them"
        )
        yield Words(cell(f"{what}.", QUIET), _INDENT)
    if not answered:
        ours = page.row.direction == "out"
        key = " Enter fills it in." if reading.keys and ours else ""
        yield Words(
            cell(f"Nothing yet. {section.help}{key}" if ours else "The other school told nothing here.", QUIET), _INDENT
        )
        return
    column = max((len(one.question.label) for one in answered if _stands_beside(one)), default=0)
    for one in answered:
        yield from _answer(page, one, column, reading)
    if missing:
        yield Words(cell(f"Not answered yet: {'; '.join(missing)}", QUIET), _INDENT)


def _stands_beside(one: Asked) -> bool:
    return one.question.kind != "long text" and len(one.question.label) + _INDENT <= WIDEST_LABEL


def _answer(page: HandoverPage, one: Asked, column: int, reading: Reading) -> Iterator[Block]:
    label, remark = one.question.label, _remark(page, one)
    if one.question.kind == "long text":
        yield Words(cell(f"{label}{remark and f' · {remark}'}", QUIET), _INDENT)
        yield Words(_said(one, reading), 2 * _INDENT)
        return
    value = Text.assemble(_said(one, reading), (f"  {remark}" if remark else "", QUIET))
    if _stands_beside(one):
        # As wide in every run of short answers, whatever stands between them.
        yield Pair(f"  {label.ljust(column)}", value)
    else:
        yield Words(Text.assemble((f"{label}  ", QUIET), value), _INDENT)


def _said(one: Asked, reading: Reading) -> Text:
    if one.question.kind == "long text" and one.section.code == _OWN_WORDS:
        return reading.quote(one.words)
    hides = one.question.kind in ("text", "long text")
    return cell(reading.look.words(one.words) if hides else one.words)


def _remark(page: HandoverPage, one: Asked) -> str:
    """Say whose word an answer is, when nobody has given it, and that it is not as it was sent."""
    if one.answer is not None and one.answer.origin == "record":
        return f"from the record{f', {short_with_year(one.answer.on)}' if one.answer.on else ''}"
    return "changed since it was sent" if one.question.code in page.changed_since_sent else ""


# What sections hold beside questions


def _help_of(page: HandoverPage, holds: str) -> str:
    return next(section.help for section in page.form.sections if section.holds == holds)


def _friendships(page: HandoverPage, reading: Reading) -> Iterator[Block]:
    yield Words(cell(_help_of(page, "friendships"), QUIET), _INDENT)
    if not page.friends and reading.keys:
        yield Words(cell("No pair yet. f adds one.", QUIET), _INDENT)
    going = page.pupil.next_school_id
    for one in page.friends:
        name = privacy.display_name(one.preferred_name or one.forename, one.surname, hidden=reading.look.hidden)
        together = going is not None and one.next_school_id == going
        told = "goes there too, so the school is told" if together else "does not go there, so the school is not told"
        yield Words(Text.assemble(cell(f"{one.kind.capitalize()} {name}"), cell(f"  {told}", QUIET)), _INDENT)


def _safeguarding(page: HandoverPage, reading: Reading) -> Iterator[Block]:
    yield Words(cell(_help_of(page, "child protection"), QUIET), _INDENT)
    look = reading.look
    if not page.pupil.child_protection_file:
        yield Words("No child protection file is recorded.", _INDENT)
    elif not page.child_protection:
        yield Words(reading.marked("due soon", "There is a file. It is not recorded as sent: S records it."), _INDENT)
    for one in page.child_protection:
        sender = f", by {look.person(one.sent_by)}" if one.sent_by else ""
        to = one.to_school or "a school"
        yield Pair("  File sent", f"{short_with_year(one.sent_on)} to {to}, {one.sent_how}{sender}")
        if one.receipt_on is not None:
            by = f" by {look.person(one.receipt_by)}" if one.receipt_by else ""
            yield Pair("  Receipt", reading.marked("met", f"confirmed {short_with_year(one.receipt_on)}{by}"))
        else:
            asked = f"; chased {ago(one.chased_on, look.today)}" if one.chased_on else ""
            waiting = f"not here yet, sent {ago(one.sent_on, look.today)}{asked}. S records it"
            yield Pair("  Receipt", reading.marked("due soon", waiting))


def _tier(whole: Whole, reading: Reading) -> Iterator[Block]:
    page, decided = whole.page, whole.page.tier
    if decided is not None:
        kept = read_decision(decided)
        by = f" by {reading.look.person(decided.worker)}" if decided.worker else ""
        yield Pair("  Tier", f"{decided.tier}, decided {short_with_year(decided.decided_on)}{by}")
        if decided.tier != decided.proposed:
            reason = reading.look.words(decided.reason)
            yield Pair("  Proposed was", f"{decided.proposed}; another was chosen because: {reason}")
        for one in kept.factors:
            since = short_with_year(one.since) if one.since else "day not recorded"
            yield Words(cell(f"{factor_words(one.words, one.value, one.points)}, {since}", QUIET), 2 * _INDENT)
        return
    if page.pupil.tier is not None:
        yield Pair("  Tier", f"{page.pupil.tier}, as it stands in the record; how it was decided is not kept here")
    if whole.proposal is None:
        return
    found = whole.proposal
    yield Pair("  Tier proposed", f"{found.tier}; nobody has decided it yet{': t decides' if reading.keys else ''}")
    for each in found.contributing:
        since = short_with_year(each.since) if each.since else "day not recorded"
        yield Words(
            cell(f"{factor_words(each.factor.words, each.value, each.factor.points)}, {since}", QUIET), 2 * _INDENT
        )


def factor_words(words: str, value: str, points: int) -> str:
    """Give ``+1  Persistent absence: attendance 87.2%``; a factor that is not counted has a dot."""
    return f"{f'+{points}' if points else ' ·'}  {words}{'' if value == 'yes' else f': {value}'}"
