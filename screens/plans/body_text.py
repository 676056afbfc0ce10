"""What a plan says, as text: how far it has come, its contents, and its sections in the order of the paper form.

The pupil's own words are quotations.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from rich.text import Text
from textual.content import Content

from screens.frame.render_context import LOOKS, DocumentContext, status_style, status_text
from screens.frame.safe import cell, clean, txt
from screens.widgets.line import one_line
from screens.widgets.panel import Block, Pair, TextParagraph, Title, TwoColumns
from screens.widgets.reader import SectionEntry
from transitions.dates import how_far, long, short_with_year
from transitions.milestones.milestone import State
from transitions.plans.lifecycle import COMPLETED_MEANS, LifeStep, completed, next_step, requirements
from transitions.plans.page import VIEWS, PlanPage
from transitions.pupils.page import PupilView
from transitions.questionnaire import Question, Section

QUIET = "dim"
ABOUT = "About this version"
_QUOTED = 200
"""Characters of the pupil's own words that stand above everything else."""
_INDENT = 2
_TOWARDS: Mapping[LifeStep, str] = {
    "share": "Next stage: shared with the family",
    "agree": "Towards agreed",
    "start": "Towards carried out",
}
_BAR, _SHORT_BAR, _ROOMY = 18, 10, 90
_DONE, _LEFT = "█", "░"


def opening(page: PlanPage, reading: DocumentContext) -> list[Block]:
    voice = one_line(page.plan.pupil_voice or "")
    if len(voice) > _QUOTED:
        voice = f"{voice[:_QUOTED].rpartition(' ')[0] or voice[:_QUOTED]} …"
    return [TextParagraph(reading.quote(voice))] if voice else []


def sections(page: PlanPage, reading: DocumentContext) -> list[list[Block]]:
    """Every section of the plan under its title, the empty ones too."""
    return [_section(page, section, reading) for section in page.form.sections]


def status_and_version(page: PlanPage) -> str:
    """``draft · version 2``."""
    return f"{page.plan.status} · version {page.plan.version}"


def completed_words(page: PlanPage) -> str:
    if completed(page):
        return f"Completed: it is {COMPLETED_MEANS}."
    behind = page.in_force
    stands = behind is not None and behind.status != "closed" and behind.version < page.plan.version
    also = f" Version {behind.version} is in force and counts until this one is agreed." if behind and stands else ""
    return f"Not completed yet. To be completed, a plan must be {COMPLETED_MEANS}.{also}"


def about(page: PlanPage, reading: DocumentContext) -> list[Block]:
    plan = page.plan
    days = {
        "Opened": plan.opened_on,
        "Shared": plan.shared_on,
        "Agreed": plan.agreed_on,
        "Carried out from": plan.active_on,
        "Last reviewed": plan.reviewed_on,
        "Closed": plan.closed_on,
    }
    blocks: list[Block] = [Pair("Version", f"{plan.version} of {page.versions[-1].version}, {plan.status}")]
    blocks += [Pair(label, short_with_year(day)) for label, day in days.items() if day]
    blocks += [Pair("Because", reading.context.text(plan.close_reason))] if plan.close_reason else []
    blocks += [Pair("Written by", plan.author)] if plan.author else []
    blocks += [Pair(one.title, one.address) for one in page.links]
    return [*blocks, TextParagraph(""), TextParagraph(cell(completed_words(page), QUIET))]


def tab(page: PlanPage, view: PupilView, reading: DocumentContext) -> list[Block]:
    blocks: list[Block] = [Title(f"{page.title} · {status_and_version(page)}")]
    blocks += [block for section in sections(page, reading) for block in section]
    return [*blocks, *other_actions(view, page.plan.id, reading), Title(ABOUT), *about(page, reading)]


def no_plan(view: PupilView, reading: DocumentContext) -> list[Block]:
    ended = view.plans[0].closed_on if view.plans else None
    closed = f" The last one was closed on {long(ended)}." if ended else ""
    blocks: list[Block] = [Title("No transition plan yet")]
    blocks.append(TextParagraph(f"This pupil has no open plan.{closed} Press Enter to open one."))
    return [*blocks, *other_actions(view, None, reading)]


def other_actions(view: PupilView, plan_id: int | None, reading: DocumentContext) -> Iterator[Block]:
    """The open actions of a pupil that are on no plan, or on another one than ``plan_id``."""
    found = [
        action for action in view.actions if action.status == "open" and (plan_id is None or action.plan_id != plan_id)
    ]
    if found:
        yield Title("Actions" if plan_id is None else "Other open actions")
    for action in found:
        yield from _open_action(action.what, action.owner, action.due_on, reading)


def _section(page: PlanPage, section: Section, reading: DocumentContext) -> list[Block]:
    written = list(_WRITERS.get(section.code, _answers)(page, section, reading))
    return [Title(section.title), *(written or [TextParagraph(cell(_empty(section, reading), QUIET), _INDENT)])]


def _empty(section: Section, reading: DocumentContext) -> str:
    if not reading.keys:
        return "Nothing is written yet."
    key = {"outcomes": "Enter adds an outcome.", "actions": "a adds an action.", "meetings": "M plans a meeting."}
    return f"Nothing yet. {section.help} {key.get(section.holds, 'Enter fills it in.')}"


def _answers(page: PlanPage, section: Section, reading: DocumentContext) -> Iterator[Block]:
    questions = section.questions
    answered = [one for one in questions if page.value(one) not in (None, "")]
    for one in answered:
        answer = _answer(page, one, reading)
        if one.kind == "long text":
            yield TextParagraph(cell(one.label, QUIET), _INDENT)
            yield TextParagraph(answer, _INDENT * 2)
        else:
            yield Pair(f"  {one.label}", answer)
    if answered:
        yield from _not_written([one for one in questions if one not in answered])


def _answer(page: PlanPage, question: Question, reading: DocumentContext) -> str:
    value = page.value(question)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return short_with_year(value)
    text = str(value or "")
    return reading.context.text(text) if question.kind in ("text", "long text") else text


def _not_written(questions: Sequence[Question]) -> Iterator[Block]:
    if questions:
        yield TextParagraph(cell(f"Not written yet: {'; '.join(one.label for one in questions)}", QUIET), _INDENT)


def _unanswered(page: PlanPage, section: Section, *names: str) -> list[Question]:
    return [one for one in section.questions if one.code in names and page.value(one) in (None, "")]


def _labels(section: Section) -> dict[str, str]:
    return {one.code: one.label for one in section.questions}


def _voice(page: PlanPage, section: Section, reading: DocumentContext) -> Iterator[Block]:
    plan, labels = page.plan, _labels(section)
    if plan.pupil_voice:
        yield TextParagraph(cell(labels["pupil_voice"], QUIET), _INDENT)
        yield TextParagraph(reading.quote(plan.pupil_voice), _INDENT * 2)
        yield from _how_and_when(plan.pupil_voice_how, plan.pupil_voice_on, reading)
    if plan.family_voice:
        yield TextParagraph(cell(labels["family_voice"], QUIET), _INDENT)
        yield TextParagraph(reading.quote(plan.family_voice), _INDENT * 2)
    if plan.different_views:
        yield TextParagraph(cell(labels["different_views"], QUIET), _INDENT)
        yield TextParagraph(reading.context.text(plan.different_views), _INDENT * 2)
    if plan.pupil_voice or plan.family_voice or plan.different_views:
        needed = ("pupil_voice", "pupil_voice_how", "pupil_voice_on", "family_voice")
        yield from _not_written(_unanswered(page, section, *needed))


def _hopes(page: PlanPage, section: Section, reading: DocumentContext) -> Iterator[Block]:
    plan = page.plan
    if plan.hopes:
        yield TextParagraph(reading.quote(plan.hopes), _INDENT * 2)
        yield from _how_and_when(plan.hopes_how, plan.hopes_on, reading)
        yield from _not_written(_unanswered(page, section, "hopes_how", "hopes_on"))


def _how_and_when(how: str | None, on: date | None, reading: DocumentContext) -> Iterator[Block]:
    parts = [part for part in (reading.context.text(how), short_with_year(on) if on else "") if part]
    if parts:
        yield TextParagraph(cell(f"— {' · '.join(parts)}", QUIET), _INDENT * 2)


def _working(page: PlanPage, section: Section, reading: DocumentContext) -> Iterator[Block]:
    labels, silent = _labels(section), []
    for view in VIEWS:
        names = f"working_{view}", f"not_working_{view}"
        texts = [getattr(page.plan, name) for name in names]
        if any(texts):
            left, right = (Pair(labels[name], _listed(text, reading)) for name, text in zip(names, texts, strict=True))
            yield TwoColumns(left, right, _INDENT)
        else:
            silent.append(labels[names[0]].partition(": ")[2] or labels[names[0]])
    if silent and len(silent) < len(VIEWS):
        yield TextParagraph(cell(f"Not asked yet: {'; '.join(silent)}", QUIET), _INDENT)


def _listed(text: str | None, reading: DocumentContext) -> Text:
    """One thing a line; what wraps is told from the next by its dash."""
    if not text:
        return cell("nothing was said", QUIET)
    if reading.context.hidden:
        return cell(reading.context.text(text))
    return cell("\n".join(f"- {line.strip()}" for line in text.splitlines() if line.strip()))


def _outcomes(page: PlanPage, section: Section, reading: DocumentContext) -> Iterator[Block]:  # noqa: ARG001
    numbers, context = page.outcome_numbers, reading.context
    for area, title in page.form.areas.items():
        of_area = [one for one in page.outcomes if one.area == area]
        if of_area or (page.outcomes and page.form.all_areas):
            yield TextParagraph(cell(title, QUIET), _INDENT)
        if page.outcomes and page.form.all_areas and not of_area:
            yield TextParagraph("No outcome yet: from Year 9 each of the four areas has one.", _INDENT * 2)
        for one in of_area:
            yield TextParagraph(f"{numbers[one.id]}  {context.text(one.outcome)}", _INDENT * 2)
            if one.hope:
                yield TextParagraph(Text.assemble(("from my hope: ", QUIET), reading.quote(one.hope)), 7)
            parts = [f"now: {context.text(one.baseline)}"] if one.baseline else []
            parts += [f"by {reading.day(one.by_when)}" if one.by_when else "no day yet"]
            since = f", {short_with_year(one.progress_on)}" if one.progress_on else ""
            parts += [f"{one.progress}{since}"] if one.progress else []
            yield TextParagraph(cell(" · ".join(parts), QUIET), 7)


def _actions(page: PlanPage, section: Section, reading: DocumentContext) -> Iterator[Block]:  # noqa: ARG001
    numbers, context = page.outcome_numbers, reading.context
    for one in page.actions:
        number = numbers.get(one.outcome_id or 0)
        serves = f"for outcome {number}" if number else ""
        if one.status == "open":
            yield from _open_action(one.what, one.owner, one.due_on, reading, serves)
            continue
        when = f" {short_with_year(one.done_on)}" if one.done_on else ""
        ended = {"carried over": "goes on in the next version"}.get(one.status, f"{one.status}{when}")
        state: State = "met" if one.status == "done" else "waived"
        yield TextParagraph(reading.marked(state, context.text(one.what)), _INDENT)
        parts = [context.person(one.owner), ended, serves, context.text(one.evidence)]
        yield TextParagraph(cell(" · ".join(part for part in parts if part), QUIET), _INDENT * 2)


def _open_action(
    what: str, owner: str, due_on: date | None, reading: DocumentContext, serves: str = ""
) -> Iterator[Block]:
    state: State = "overdue" if due_on and due_on < reading.context.today else "not due"
    due = f"by {reading.day(due_on)}" if due_on else "no date"
    yield TextParagraph(reading.marked(state, reading.context.text(what)), _INDENT)
    line = " · ".join(part for part in (reading.context.person(owner), due, serves) if part)
    yield TextParagraph(
        Text(clean(line), status_style(state, reading.variables) if state == "overdue" else QUIET), _INDENT * 2
    )


def _people(page: PlanPage, section: Section, reading: DocumentContext) -> Iterator[Block]:
    plan, labels, context = page.plan, _labels(section), reading.context
    if plan.named_worker:
        days = [f"from {short_with_year(plan.named_worker_from)}"] if plan.named_worker_from else []
        days.append(
            f"until {short_with_year(plan.named_worker_until)}" if plan.named_worker_until else "no last day yet"
        )
        yield Pair(f"  {labels['named_worker_id']}", ", ".join([plan.named_worker, *days]))
    for contact in page.contacts:
        may = "may be contacted" if contact.may_contact else "consent to contact is not recorded"
        circle = contact.circle and f"{contact.circle} circle"
        line = " · ".join(part for part in (contact.relationship, circle, may) if part)
        yield TextParagraph(Text.assemble(cell(context.person(contact.name)), cell(f"  {line}", QUIET)), _INDENT)
    if plan.named_worker or page.contacts:
        yield from _not_written(_unanswered(page, section, "named_worker_id"))


def _meetings(page: PlanPage, section: Section, reading: DocumentContext) -> Iterator[Block]:  # noqa: ARG001
    context = reading.context
    if page.plan.review_on:
        late = page.plan.review_on < context.today and page.plan.status != "closed"
        review = f"Next review {reading.day(page.plan.review_on)}"
        yield TextParagraph(reading.marked("overdue", review) if late else review, _INDENT)
    for row, attendees in ((meeting.row, meeting.attendees) for meeting in page.meetings):
        planned = "" if row.happened else ", planned"
        yield TextParagraph(f"{row.kind.capitalize()}, {short_with_year(row.held_on)}{planned}", _INDENT)
        for attendance, attended in (("came", "came"), ("apologies", "sent apologies"), ("absent", "did not come"),
                                 ("invited", "invited")):  # fmt: skip
            names = [context.person(one.name) for one in attendees if one.attendance == attendance]
            if names:
                yield TextParagraph(cell(f"{attended}: {'; '.join(names)}", QUIET), _INDENT * 2)
        notes = [context.text(row.decisions)] if row.decisions else []
        notes += [f"next time {reading.day(row.next_on)}"] if row.next_on else []
        yield from (TextParagraph(cell(note, QUIET), _INDENT * 2) for note in notes)


def _sharing(page: PlanPage, section: Section, reading: DocumentContext) -> Iterator[Block]:
    yield from _answers(page, section, reading)
    for copy in page.copies:
        line = " · ".join(
            part for part in (reading.context.text(copy.form), f"since {short_with_year(copy.given_on)}") if part
        )
        yield TextParagraph(Text.assemble(cell(reading.context.text(copy.holder)), cell(f"  {line}", QUIET)), _INDENT)


_WRITERS: Mapping[str, Callable[[PlanPage, Section, DocumentContext], Iterator[Block]]] = {
    "voice": _voice,
    "working": _working,
    "hopes": _hopes,
    "outcomes": _outcomes,
    "actions": _actions,
    "people": _people,
    "meetings": _meetings,
    "sharing": _sharing,
}


class StepProgress(NamedTuple):
    """What the next step of a plan's life needs: how many of how many are there, and the words of the others."""

    step: LifeStep
    met: int
    needed: int
    wanting: tuple[str, ...]


def step_progress(page: PlanPage) -> StepProgress | None:
    """How far it is to the next step; None for a closed plan."""
    step = next_step(page)
    if step is None:
        return None
    needed = [one for one in requirements(page, step) if one.needed]
    return StepProgress(
        step, sum(one.met for one in needed), len(needed), tuple(one.words for one in needed if not one.met)
    )


def head(page: PlanPage, width: int) -> Content:
    """What stands above the plan: the bar, and by name what is still missing, in two lines of ``width`` at most."""
    lines = _progress_lines(page, width)
    later = page.later
    if later is not None:
        lines.append(status_text("due soon", f"Version {later.version} is newer. v shows both."))
    return Content("\n").join(lines)


def _progress_lines(page: PlanPage, width: int) -> list[Content]:
    plan, there = page.plan, step_progress(page)
    if there is None:
        closed = f" on {short_with_year(plan.closed_on)}" if plan.closed_on else ""
        return [txt(f"Closed{closed}. It can’t be changed any more.")]
    if there.step == "review":
        return [_review_line(page)]
    cells = _BAR if width >= _ROOMY else _SHORT_BAR
    done = cells * there.met // there.needed if there.needed else cells
    bar = Content.assemble((_DONE * done, "$key"), (_LEFT * (cells - done), "$quiet"))
    count = f"{there.met} of {there.needed}"
    line = Content.assemble((_TOWARDS[there.step], "bold"), "  ", bar, f"  {count}")
    if not there.wanting:
        return [Content.assemble(line, ("   G takes this step", "$key"))]
    return [line, Content.assemble(("Not yet: ", "bold"), txt(_named(there.wanting, 2 * width - 44), "$quiet"))]


def _named(wanting: Sequence[str], room: int) -> str:
    named = [text if not place else f"{text[:1].lower()}{text[1:]}" for place, text in enumerate(wanting)]
    lengths = accumulate(len(text) + 2 for text in named)
    fitting = max(1, sum(length <= room for length in lengths))
    more = len(named) - fitting
    return "; ".join([*named[:fitting], *([f"{more} more: G lists them"] if more else [])])


def _review_line(page: PlanPage) -> Content:
    plan, today = page.plan, page.today
    last = plan.reviewed_on if plan.status == "reviewed" else plan.active_on or plan.agreed_on
    since = "" if plan.status == "reviewed" else "since "
    status = f"{plan.status.capitalize()}{f' {since}{short_with_year(last)}' if last else ''}. "
    if plan.review_on is None:
        return Content.assemble(txt(status), status_text("due soon", "No date for the next review yet. M sets one."))
    when = f"{short_with_year(plan.review_on)}, {how_far(plan.review_on, today)}"
    if plan.review_on < today:
        return Content.assemble(txt(status), status_text("overdue", "Review was due "), txt(when, "bold"))
    return txt(f"{status}Next review {when}.")


def next_missing(page: PlanPage, section: Section) -> Section | None:
    """The section after this one, and round to those before it, in which something is missing; not this one itself."""
    sections = page.form.sections
    place = sections.index(section) + 1
    wanting = [one for one in (*sections[place:], *sections[: place - 1]) if page.filled(one)[0] < page.filled(one)[1]]
    return wanting[0] if wanting else None


def entries(page: PlanPage, reading: DocumentContext) -> list[SectionEntry]:
    return [_entry(page, section, reading) for section in page.form.sections]


def _entry(page: PlanPage, section: Section, reading: DocumentContext) -> SectionEntry:
    filled, total = page.filled(section)
    state: State = "met" if filled == total else "due soon" if filled else "not due"
    amount = _amount(page, section) if not section.questions else f"{filled}/{total}"
    late = len(page.overdue_actions) if section.holds == "actions" else 0
    if section.holds == "outcomes" and page.outcomes and page.form.all_areas:
        areas = len({one.area for one in page.outcomes})
        state = "met" if areas == len(page.form.areas) else "due soon"
        amount = f"{amount} · {'all' if state == 'met' else f'{areas} of'} {len(page.form.areas)} areas"
    if late:
        state, amount = "overdue", f"{amount} · {late} overdue"
    return SectionEntry(LOOKS[state].symbol, status_style(state, reading.variables), section.title, amount, bool(late))


def _amount(page: PlanPage, section: Section) -> str:
    records = {"outcomes": page.outcomes, "actions": page.actions, "meetings": page.meetings}.get(section.holds, ())
    return f"{len(records):,}"
