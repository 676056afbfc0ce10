"""What the screen of one workshop says: the lines of its register, actions and feedback, and its details as text."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from rich.text import Text
from textual.content import Content

from screens.frame.render_context import LOOKS, RenderContext, status_style
from screens.frame.safe import cell, txt
from screens.widgets.columns import Column
from screens.widgets.line import Write, one_line
from screens.widgets.panel import Block, Pair, TextParagraph, Title
from screens.widgets.reader import SectionEntry
from screens.widgets.window_table import Row
from screens.workshops.list_lines import away, days_long, hours, kind_and_series, place, state_of, state_words
from transitions.dates import how_far, short, short_with_year
from transitions.milestones.milestone import State
from transitions.school_year import year_groups_label
from transitions.text import share
from transitions.workshops import actions, feedback
from transitions.workshops.attendance import Attendance, MeetingFigures
from transitions.workshops.page import FeedbackRow, InvitationRow, WorkshopActionRow, WorkshopPage
from transitions.workshops.reading import KINDS, places_in_words, pounds

REGISTER, AGENDA, ACTIONS, FEEDBACK, NOTES, ABOUT = "register", "agenda", "actions", "feedback", "notes", "about"
PARTS: Mapping[str, str] = {
    REGISTER: "Register", AGENDA: "Agenda", ACTIONS: "Actions", FEEDBACK: "Feedback", NOTES: "Notes", ABOUT: "About",
}  # fmt: skip
"""The parts of the screen; the last is one only where there is no room for it beside the others."""
ROOMY = 100
QUIET = "dim"

_CAME: Mapping[str, tuple[State, str]] = {
    "came": ("met", "came"),
    "apologies": ("due soon", "sent apologies"),
    "absent": ("missed", "absent"),
}
_GRADED: Mapping[int, State] = {1: "met", 2: "not due", 3: "due soon", 4: "missed"}


class MeetingContext(NamedTuple):
    """How it is to be written: for which day and whose eyes, and in which colours (the variables of the theme)."""

    context: RenderContext
    variables: Mapping[str, str]
    width: int

    def marked(self, state: State, text: str) -> Text:
        return Text(f"{LOOKS[state].symbol} {text}", status_style(state, self.variables))


# The register


def register_columns(page: WorkshopPage, width: int) -> tuple[Column, ...]:
    training = KINDS[page.workshop.kind].training
    return (
        Column("Invited", flex=3, min_width=24, priority=10),
        Column("Came?", width=16, priority=9),
        Column("People", width=6, align="right", priority=6),
        *([Column("Confidence", width=10, priority=5)] if training else []),
        *([Column("Phase", flex=1, min_width=11, priority=3)] if width >= ROOMY else []),
        Column("Note", flex=2, min_width=14, priority=4),
    )


def register_row(page: WorkshopPage, row: InvitationRow, reading: MeetingContext) -> Row:
    training = KINDS[page.workshop.kind].training
    came = row.before is not None or row.after is not None
    return (
        cell(whom(row, reading.context)),
        _attendance(page, row, reading),
        f"{row.people:,}" if row.people is not None else "",
        *([f"{row.before or '?'} to {row.after or '?'}" if came else ""] if training else []),
        *([cell(row.phase or "")] if reading.width >= ROOMY else []),
        cell(one_line(reading.context.text(row.note))),
    )


def whom(row: InvitationRow, context: RenderContext) -> str:
    """Who is invited: the school or the agency, and the person, or the initials of the person."""
    parts = (row.school or "", row.agency or "", context.person(row.name) if row.name else "")
    return " · ".join(part for part in parts if part)


def _attendance(page: WorkshopPage, row: InvitationRow, reading: MeetingContext) -> Text:
    if row.attendance in _CAME:
        return reading.marked(*_CAME[row.attendance])
    # Quiet, also when it is late: with nearly fifty of them, what was marked has to stand out.
    return reading.marked("not due", "accepted" if row.accepted else "not marked" if page.over else "invited")


def register_headings(page: WorkshopPage) -> list[tuple[int, str]]:
    schools = sum(row.school_id is not None for row in page.invitations)
    if not 0 < schools < len(page.invitations):
        return []
    return [(0, "Schools"), (schools, "Agencies and other people")]


def counts(figures: MeetingFigures, *, over: bool) -> Write:
    """What writes who came, every figure with what it is of, on one line or, where that is too narrow, on several."""
    groups = {"schools": figures.schools, "agencies": figures.agencies, "others": figures.others}
    parts = [_counted(name, found, over=over) for name, found in groups.items() if found.invited]
    parts += [f"{figures.people:,} {'person' if figures.people == 1 else 'people'}"] if figures.people else []

    def write(width: int, _height: int) -> list[Content]:
        lines: list[Content] = []
        for part in map(txt, parts):
            room = [at for at, line in enumerate(lines) if line.cell_length + 3 + part.cell_length <= width]
            if room:
                lines[room[0]] = Content.assemble(lines[room[0]], " · ", part)
            else:
                lines.append(part)
        return lines

    return write


def _counted(name: str, found: Attendance, *, over: bool) -> str:
    if found.unmarked == found.invited:
        return f"{name}: {found.invited:,} {'not marked' if over else 'invited'}"
    others = ((found.apologies, "sent apologies"), (found.absent, "absent"), (found.unmarked, "not marked"))
    parts = [f"came {found.share.text}", *(f"{number:,} {label}" for number, label in others if number)]
    return f"{name}: {', '.join(parts)}"


def next_unmarked(page: WorkshopPage, after: int = 0, but: Sequence[int] = ()) -> int | None:
    """The next of the register of whom nothing is recorded, ``but`` these, from the top again if there is none below."""
    ids = [row.id for row in page.invitations]
    at = ids.index(after) if after in ids else -1
    waiting = {row.id for row in page.unmarked}.difference(but)
    return next((number for number in (*ids[at + 1 :], *ids[: at + 1]) if number in waiting), None)


# Actions and feedback


ACTION_COLUMNS = (
    Column("Action", flex=4, min_width=26, priority=10),
    Column("Who", flex=1, min_width=12, priority=7),
    Column("By", width=11, priority=8),
    Column("Grade", width=18, priority=9),
)


def action_row(row: WorkshopActionRow, reading: MeetingContext) -> Row:
    style = status_style("overdue", reading.variables) if _is_late(row, reading.context.today) else ""
    return (
        cell(one_line(reading.context.text(row.what))),
        cell(reading.context.person(row.who or "") or "nobody named"),
        Text(short(row.due_on, reading.context.today) if row.due_on else "no day", style),
        graded(row, reading),
    )


def graded(row: WorkshopActionRow, reading: MeetingContext) -> Text:
    if row.dropped_on is not None:
        return reading.marked("waived", "dropped")
    grade = actions.assessment(row.grade) if row.grade else "not graded"
    late = _is_late(row, reading.context.today)
    return reading.marked("overdue" if late else _GRADED.get(row.grade or 0, "not due"), grade)


def _is_late(row: WorkshopActionRow, today: date) -> bool:
    return actions.is_open(row) and row.due_on is not None and row.due_on < today


def action_headings(page: WorkshopPage) -> list[tuple[int, str]]:
    if not page.carried:
        return []
    still = sum(actions.is_open(row) for row in page.carried)
    carried = f"Carried over from earlier meetings · {still} of {len(page.carried)} open"
    agreed = [(len(page.carried), "Agreed at this meeting")] if page.actions else []
    return [(0, carried), *agreed]


def action_in_full(page: WorkshopPage, row: WorkshopActionRow, reading: MeetingContext) -> list[Block]:
    context = reading.context
    far = f", {how_far(row.due_on, context.today)}" if row.due_on and actions.is_open(row) else ""
    due = f"{short_with_year(row.due_on)}{far}" if row.due_on else ""
    details = {
        "Recommendation": context.text(row.recommendation), "Steps": context.text(row.steps), "By": due,
        "Cost": row.cost, "Success measure": context.text(row.success_measure), "Impact": context.text(row.impact),
    }  # fmt: skip
    blocks: list[Block] = [TextParagraph(cell(context.text(row.what), "bold"))]
    blocks.append(
        TextParagraph(
            cell(f"{context.person(row.who or '') or 'Nobody named'} · agreed {short_with_year(row.agreed_on)}", QUIET)
        )
    )
    blocks += [Pair(label, line) for label, line in details.items() if line]
    if row.dropped_on is not None:
        blocks.append(Pair("Dropped", f"{short_with_year(row.dropped_on)}: {context.text(row.drop_reason)}"))
    for one in reversed([one for one in page.progress if one.action_id == row.id]):
        evidence = f": {context.text(one.evidence)}" if one.evidence else ""
        line = cell(f"{actions.assessment(one.grade)}{evidence}")
        blocks.append(Pair(short_with_year(one.graded_on), line))
    return blocks


FEEDBACK_COLUMNS = (
    Column("Theme", flex=1, min_width=14, priority=9),
    Column("From", width=7, priority=7),
    Column("Mark", width=11, priority=8),
    Column("Words", flex=4, min_width=24, priority=10),
)


def feedback_row(row: FeedbackRow, reading: MeetingContext) -> Row:
    mark = f"{row.rating} {feedback.load_themes().ratings[row.rating]}" if row.rating is not None else ""
    return (cell(_theme(row.theme)), row.said_by, mark, cell(one_line(reading.context.text(row.words))))


def feedback_in_full(page: WorkshopPage, row: FeedbackRow, reading: MeetingContext) -> list[Block]:
    quote = row.words and (reading.context.text(row.words) if reading.context.hidden else f"“{row.words.strip()}”")
    blocks: list[Block] = [TextParagraph(quote)] if quote else [TextParagraph(cell("Only a rating was given.", QUIET))]
    blocks.append(
        TextParagraph(
            cell(f"{row.said_by.capitalize()} · {_theme(row.theme)} · {short_with_year(row.given_on)}", QUIET)
        )
    )
    blocks.append(Title("Everything said"))
    blocks += [Pair(one.title, one.text) for one in feedback.figures(page.feedback) if one.said]
    return blocks


def _theme(code: str) -> str:
    known = feedback.load_themes().by_code.get(code)
    return known.title if known else code


# What is read


def agenda(page: WorkshopPage, context: RenderContext) -> list[Block]:
    if context.hidden:
        return [TextParagraph(context.text("the agenda"))]
    written = [TextParagraph(line) for line in actions.agenda(page)]
    own = (
        []
        if page.workshop.agenda
        else [TextParagraph(""), TextParagraph(cell("No points of its own yet. Enter writes them.", QUIET))]
    )
    return [*written, *own]


def notes(page: WorkshopPage, context: RenderContext) -> list[Block]:
    written = page.workshop.notes
    return (
        [TextParagraph(context.text(written))]
        if written
        else [TextParagraph(cell("No notes yet. Enter writes them.", QUIET))]
    )


def about(page: WorkshopPage, clashes: Sequence[str], reading: MeetingContext) -> list[Block]:
    row, context = page.workshop, reading.context
    when = ", ".join(part for part in (days_long(row), hours(row)) if part)
    state = state_of(row, context.today)
    pairs = {
        "Kind": kind_and_series(row),
        "When": f"{when}, {away(row, context.today)}",
        "Where": place(row),
        "Link": row.link,
        "Places": places_in_words(row),
        "Fee": "" if row.fee is None else f"£{pounds(row.fee)}",
        "Years": year_groups_label(page.year_groups),
        "For": row.audience,
        "Move": row.transition,
        "Programme": " · ".join(part for part in (row.programme, row.module) if part),
        "Run by": context.person(row.worker) if row.worker else "",
    }
    blocks: list[Block] = [Pair(label, value) for label, value in pairs.items() if value]
    blocks.append(Pair("State", reading.marked(state, state_words(row, context.today))))
    blocks += [Pair(one.title, one.address) for one in page.links]
    if row.cancel_reason:
        blocks.append(Pair("Because", context.text(row.cancel_reason)))
    if clashes:
        blocks.append(Title(f"{len(clashes)} clash{'' if len(clashes) == 1 else 'es'}"))
        blocks += [
            TextParagraph(cell(f"! {clash}", str(status_style("overdue", reading.variables)))) for clash in clashes
        ]
    return blocks


def entries(page: WorkshopPage, reading: MeetingContext) -> list[SectionEntry]:
    return [
        SectionEntry(
            LOOKS[state].symbol, status_style(state, reading.variables), PARTS[part], amount, state == "overdue"
        )
        for part, state, amount in _section_states(page, reading.context.today)
    ]


def amounts(page: WorkshopPage) -> dict[str, int | None]:
    counts: dict[str, int | None] = {REGISTER: len(page.invitations), AGENDA: None, ABOUT: None, NOTES: None}
    return counts | {ACTIONS: len(page.carried) + len(page.actions), FEEDBACK: len(page.feedback)}


def _section_states(page: WorkshopPage, today: date) -> Iterator[tuple[str, State, str]]:
    invited, unmarked = len(page.invitations), len(page.unmarked)
    marked = share(invited - unmarked, invited).partition(" (")[0]
    if not invited:
        yield REGISTER, "not due", "nobody yet"
    elif unmarked == invited and not page.over:
        yield REGISTER, "not due", f"{invited:,} invited"
    else:
        state: State = "met" if not unmarked else "overdue" if page.last_day < today else "due soon"
        yield REGISTER, state, f"{marked} marked"
    carried = len(page.carried)
    yield AGENDA, "met" if page.workshop.agenda else "not due", f"{carried:,} carried" if carried else ""
    every = (*page.carried, *page.actions)
    still = [row for row in every if actions.is_open(row)]
    late = sum(_is_late(row, today) for row in still)
    hint = f"{late:,} overdue" if late else f"{len(still):,} open" if still else "all done" if every else ""
    yield ACTIONS, "overdue" if late else "met" if every and not still else "not due", hint
    yield FEEDBACK, "met" if page.feedback else "not due", f"{len(page.feedback):,}" if page.feedback else ""
    yield NOTES, "met" if page.workshop.notes else "not due", ""


LISTED = (REGISTER, ACTIONS, FEEDBACK)
EMPTY: Mapping[str, str] = {
    REGISTER: "Nobody is invited yet. Press a for suggested schools, each with the reason, or any school, agency or person.",
    ACTIONS: "Nothing has been agreed yet. Press a to write down who does what by when. Actions are carried over until they are done.",
    FEEDBACK: "No feedback yet. Press a to write down what a school, family or pupil said, and its theme.",
}
"""Why a list is empty, and which key fills it."""


class MeetingList(NamedTuple):
    """A list: its columns, the numbers of its lines in order, and headings with the index of the first line below."""

    columns: Sequence[Column]
    keys: Sequence[int]
    headings: Sequence[tuple[int, str]]


def lines_of(page: WorkshopPage, part: str, width: int) -> MeetingList:
    if part == REGISTER:
        keys = [row.id for row in page.invitations]
        return MeetingList(register_columns(page, width), keys, register_headings(page))
    if part == ACTIONS:
        keys = [row.id for row in (*page.carried, *page.actions)]
        return MeetingList(ACTION_COLUMNS, keys, action_headings(page))
    return MeetingList(FEEDBACK_COLUMNS, [row.id for row in page.feedback], ())


def rows_of(page: WorkshopPage, part: str, keys: Sequence[int], reading: MeetingContext) -> dict[int, Row]:
    if part == REGISTER:
        return {row.id: register_row(page, row, reading) for row in page.invitations if row.id in keys}
    if part == ACTIONS:
        return {row.id: action_row(row, reading) for row in (*page.carried, *page.actions) if row.id in keys}
    return {row.id: feedback_row(row, reading) for row in page.feedback if row.id in keys}


def in_full(page: WorkshopPage, part: str, key: int | None, reading: MeetingContext) -> list[Block]:
    """What stands under the list about a line; nothing for the register, whose lines are whole."""
    if part == ACTIONS:
        found = [row for row in (*page.carried, *page.actions) if row.id == key]
        return [block for row in found for block in action_in_full(page, row, reading)]
    if part == FEEDBACK:
        chosen = [row for row in page.feedback if row.id == key]
        return [block for row in chosen for block in feedback_in_full(page, row, reading)]
    return []
