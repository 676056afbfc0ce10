"""What stands beyond the form of a handover: questions and answers, the way it went, and what came after the move."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from screens.frame.safe import cell
from screens.plans.body_text import Reading
from screens.widgets.panel import Block, Pair, Words
from transitions.dates import ago, how_far, short_with_year
from transitions.handovers.after_move import FirstWeeksRow, FundingRow, PlacementRow
from transitions.handovers.page import HandoverPage

QUIET = "dim"
_INDENT = 2


def messages(page: HandoverPage, reading: Reading) -> Iterator[Block]:
    """Give the questions of the receiving school, each with its answer below it, and the notes."""
    look, waiting = reading.look, {one.id for one in page.open_questions}
    if not page.messages:
        told = (
            "No question yet. Q writes one down, n adds a note that goes along." if reading.keys else "No question yet."
        )
        yield Words(cell(told, QUIET), _INDENT)
    for one in page.messages:
        if one.kind == "answer" and one.answers_id is not None:
            continue
        who = (
            look.person(one.who) if one.who else {"sender": "the sending school"}.get(one.side, "the receiving school")
        )
        verb = "asked" if one.kind == "question" else "noted"
        head = f"{short_with_year(one.on_day)}, {who} {verb}"
        if one.id in waiting:
            key = ": r answers" if reading.keys and page.row.direction == "out" else ""
            yield Words(
                reading.marked("overdue", f"{head}, not answered yet, {ago(one.on_day, look.today)}{key}"), _INDENT
            )
        else:
            yield Words(cell(head, QUIET), _INDENT)
        yield Words(look.words(one.words), 2 * _INDENT)
        for answer in page.messages:
            if answer.kind == "answer" and answer.answers_id == one.id:
                by = f", {look.person(answer.who)}" if answer.who else ""
                yield Words(cell(f"{short_with_year(answer.on_day)}{by} answered", QUIET), 2 * _INDENT)
                yield Words(look.words(answer.words), 3 * _INDENT)


def the_way(page: HandoverPage, reading: Reading) -> Iterator[Block]:
    """Give what happened to the handover, the oldest first, and what is still to happen."""
    look, row = reading.look, page.row
    if row.direction == "in":
        day = row.received_on
        yield Pair(
            "  Came", f"{short_with_year(day) if day else ''} from {row.from_school or 'another school'}".strip()
        )
    yield Pair("  Started", short_with_year(row.started_on))
    for one in page.events:
        told = [one.how or "", look.person(one.who) if one.who else "", look.words(one.note)]
        rest = " · ".join(part for part in told if part)
        yield Pair(f"  {one.what.capitalize()}", Text.assemble(short_with_year(one.on_day), (f"  {rest}", QUIET)))
    if row.status != "acknowledged":
        yield Words(cell("Not complete yet: it is complete when the receiving school acknowledges it.", QUIET), _INDENT)


def after_the_move(
    placements: Sequence[PlacementRow],
    first_weeks: Sequence[FirstWeeksRow],
    funding: Sequence[FundingRow],
    reading: Reading,
) -> Iterator[Block]:
    """Give placements and returns, the first weeks as the new school tells them, and funding that ends."""
    if not (placements or first_weeks or funding):
        key = " m records it." if reading.keys else ""
        words = f"Nothing yet: placements and returns, the first weeks, and funding that ends with the move.{key}"
        yield Words(cell(words, QUIET), _INDENT)
    for placed in placements:
        yield Words(placement_words(placed), _INDENT)
        told = list(_returned(placed, reading))
        if told:
            yield Words(cell("; ".join(told), QUIET), 2 * _INDENT)
    for week in first_weeks:
        yield Words(first_weeks_words(week), _INDENT)
        if week.note:
            yield Words(cell(reading.look.words(week.note), QUIET), 2 * _INDENT)
    for one in funding:
        yield Words(funding_words(one), _INDENT)
        if one.applied_on is None and one.ends_on >= reading.look.today:
            waiting = f"not applied for anew, and it ends {how_far(one.ends_on, reading.look.today)}"
            yield Words(reading.marked("due soon", waiting), 2 * _INDENT)
        if one.note:
            yield Words(cell(reading.look.words(one.note), QUIET), 2 * _INDENT)


def placement_words(one: PlacementRow) -> str:
    """Give ``Nurture group: Willow, from Mon 7 Sep 2026 until Fri 4 Dec 2026``."""
    until = one.ended_on or one.planned_end
    end = "" if until is None else f" until {short_with_year(until)}{'' if one.ended_on else ', as planned'}"
    return f"{one.kind.capitalize()}: {one.school or one.place or 'not said where'}, from {short_with_year(one.started_on)}{end}"


def _returned(one: PlacementRow, reading: Reading) -> Iterator[str]:
    if one.end_reason:
        yield f"ended because: {reading.look.words(one.end_reason)}"
    if one.back_on:
        yield f"back from {short_with_year(one.back_on)}"
    if one.checked_on:
        result = f": {reading.look.words(one.check_result)}" if one.check_result else ""
        yield f"looked at again {short_with_year(one.checked_on)}{result}"


def first_weeks_words(one: FirstWeeksRow) -> str:
    """Give ``First weeks, told Fri 16 Oct 2026: attendance 91.5%, 1 suspension, part-time timetable``."""
    told = [] if one.attendance_percent is None else [f"attendance {one.attendance_percent:g}%"]
    if one.suspensions is not None:
        told.append("1 suspension" if one.suspensions == 1 else f"{one.suspensions} suspensions")
    told += ["part-time timetable"] if one.part_time else []
    return f"First weeks, told {short_with_year(one.on_day)}{': ' if told else ''}{', '.join(told)}"


def funding_words(one: FundingRow) -> str:
    """Give ``Top-up funding, ends Wed 21 Jul 2027, applied for anew Mon 3 May 2027``."""
    applied = f", applied for anew {short_with_year(one.applied_on)}" if one.applied_on else ""
    return f"{one.what}, ends {short_with_year(one.ends_on)}{applied}"
