"""What stands in the document of one plan, in the order in which it is read: the pupil first, strengths before needs.

The headings are the plan's own questions, in the council's words. Actions that only put the plan itself right, and the
notes that staff took at meetings, are no part of it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from db.plans.plans import ActionRow, AttendeeRow, OutcomeRow
from db.pupils.pupils import ContactRow
from transitions.dates import day_in_words
from transitions.dates import long as long_day
from transitions.exporting.documents import model
from transitions.plans.page import VIEWS, Meeting, PlanPage
from transitions.text import initials

NOT_WRITTEN: Final = "Not written yet."
"""Stands in a plan that is not agreed where something is still to come; later, what is empty is left out."""

_UNFINISHED = {"draft": "DRAFT", "shared with family": "NOT YET AGREED"}
_STATUS = {"active": "agreed and being carried out"}
_ATTENDANCE = (("came", "Came"), ("apologies", "Sent apologies"), ("absent", "Did not come"), ("invited", "Invited"))
_RESULTS = {
    "maintain": "The plan continues unchanged",
    "amend": "The plan changes: a new version is written",
    "close": "The plan has done its job and is closed",
}
_LINES_OF_A_PAGE, _LEAST_LINES = 16, 3
_NOBODY_SAID = "Nothing was said."


def plan_document(page: PlanPage) -> model.Document:
    """The document of a plan as it stands today; one that is not agreed says so at the top and on every page."""
    mark = _UNFINISHED.get(page.plan.status)
    title = f"{page.called}’s plan"
    foot = [initials(page.pupil.forename, page.pupil.surname) or "Plan", f"as at {day_in_words(page.today)}"]
    profile = [*_opening(page), *_profile(page)]
    first, *others = [*(part for write in _AFTER_THE_PROFILE for part in write(page)), *_closing(page)]
    if isinstance(first, model.Heading):
        first = replace(first, new_page=True)
    return model.Document(
        title=f"{title} ({mark})" if mark else title,
        parts=(*profile, first, *others),
        footer=" · ".join([*foot, mark] if mark else foot),
        as_at=page.today,
    )


def _opening(page: PlanPage) -> Iterator[model.Part]:
    pupil = page.pupil
    moves = f"{pupil.school} → {pupil.next_school}" if pupil.school and pupil.next_school else pupil.school
    who = " · ".join(filter(None, (f"{pupil.forename} {pupil.surname}", page.year_group_words, moves)))
    # Not the name of the move: it may tell of social care, and this page is for everybody whom the pupil meets.
    yield model.Note(f"{who}\nVersion {page.plan.version}, {_status(page)}, as at {day_in_words(page.today)}")


def _status(page: PlanPage) -> str:
    status = page.plan.status
    return _STATUS.get(status, status)


def _profile(page: PlanPage) -> Iterator[model.Part]:
    """Each answer in a frame; all together they take the page, with room to add to it by hand."""
    codes = [one.code for one in page.form.section("profile").questions if one.code != "preferred_name"]
    lines = max(_LEAST_LINES, _LINES_OF_A_PAGE // max(1, len(codes)))
    for code in codes:  # the title has the name
        yield from _answer(page, code, lambda text: model.Paragraph(text, lines), level=2)


def _voice(page: PlanPage) -> Iterator[model.Part]:
    plan = page.plan
    how = _how_and_when(plan.pupil_voice_how, plan.pupil_voice_on)
    found = [
        *_answer(page, "pupil_voice", lambda text: model.Quote(text, how)),
        *_answer(page, "family_voice", model.Quote),
        *(_answer(page, "different_views", model.Paragraph) if plan.different_views else ()),
    ]
    yield from _section(page, "voice", found)


def _hopes(page: PlanPage) -> Iterator[model.Part]:
    plan = page.plan
    found = [model.Quote(plan.hopes, _how_and_when(plan.hopes_how, plan.hopes_on))] if plan.hopes else []
    yield from _section(page, "hopes", found)


def _working(page: PlanPage) -> Iterator[model.Part]:
    labels = {question.code: question.label for question in page.form.section("working").questions}
    found = []
    for view in VIEWS:
        names = (f"working_{view}", f"not_working_{view}")
        texts = [_text(page, name) for name in names]
        if any(texts):
            left, right = ((labels[name], text or _NOBODY_SAID) for name, text in zip(names, texts, strict=True))
            found.append(model.SideBySide(left, right))
    yield from _section(page, "working", found)


def _outcomes(page: PlanPage) -> Iterator[model.Part]:
    numbers = page.outcome_numbers
    found: list[model.Part] = []
    for area, title in page.form.areas.items():
        of_area = [outcome for outcome in page.outcomes if outcome.area == area]
        if of_area:
            found += [model.Heading(title, 3), *(_outcome(outcome, numbers[outcome.id]) for outcome in of_area)]
        elif page.outcomes and page.form.all_areas and _unfinished(page):
            found += [model.Heading(title, 3), model.Paragraph(NOT_WRITTEN)]
    yield from _section(page, "outcomes", found)


def _outcome(outcome: OutcomeRow, number: int) -> model.Part:
    progress = outcome.progress and outcome.progress.capitalize()
    if progress and outcome.progress_on:
        progress = f"{progress} ({day_in_words(outcome.progress_on)})"
    return _pairs(
        (f"Outcome {number}", outcome.outcome),
        ("My hope", outcome.hope),
        ("Where I am now", outcome.baseline),
        ("By when", _day(outcome.by_when)),
        ("How it is going", progress),
    )


def _actions(page: PlanPage) -> Iterator[model.Part]:
    numbers = page.outcome_numbers
    rows = tuple(_action(page, action, numbers) for action in page.actions)
    table = model.Table(("What", "Who", "By when", "How it stands"), rows, (9, 4, 4, 4))
    yield from _section(page, "actions", [table] if rows else [])


def _action(page: PlanPage, action: ActionRow, numbers: dict[int, int]) -> tuple[str, str, str, str]:
    number = numbers.get(action.outcome_id or 0)
    status = {
        "open": "To do, late" if action in page.overdue_actions else "To do",
        "done": f"Done {_day(action.done_on)}".strip(),
        "dropped": "No longer planned",
        "carried over": "Goes on in the next version",
    }[action.status]
    what = f"{action.what}\n(for outcome {number})" if number else action.what
    return what, action.owner or "Nobody yet", _day(action.due_on) or "No day yet", status


def _destination(page: PlanPage) -> Iterator[model.Part]:
    plan = page.plan
    since = (
        f"{plan.destination_stage} since {_day(plan.destination_on)}" if plan.destination_on else plan.destination_stage
    )
    places = "\n".join(filter(None, (plan.destination_school, plan.destination)))
    pairs = (
        ("Place", places),
        (_label(page, "destination_stage"), since if plan.destination_stage else None),
        (_label(page, "destination_from"), _day(plan.destination_from)),
        (_label(page, "back_up"), plan.back_up),
    )
    yield from _section(page, "destination", _pairs_or_nothing(*pairs))


def _people(page: PlanPage) -> Iterator[model.Part]:
    plan = page.plan
    when = [f"from {_day(plan.named_worker_from)}"] if plan.named_worker_from else []
    when += [f"until {_day(plan.named_worker_until)}"] if plan.named_worker_until else []
    worker = ", ".join([plan.named_worker, *when]) if plan.named_worker else None
    found = _pairs_or_nothing((_label(page, "named_worker_id"), worker))
    rows = tuple((one.name, one.relationship or "Not said", _reached(one)) for one in page.contacts)
    if rows:
        found.append(model.Table(("Name", "Who this is", "How to reach them"), rows, (1, 1, 1)))
    yield from _section(page, "people", found)


def _reached(contact: ContactRow) -> str:
    """How to reach somebody, when that person agreed to be: whoever holds a copy will read it."""
    reached_by = [contact.telephone, contact.email] if contact.may_contact else []
    return "\n".join(filter(None, reached_by)) or "Not given"


def _plain_answers(code: str) -> Callable[[PlanPage], Iterator[model.Part]]:
    def write(page: PlanPage) -> Iterator[model.Part]:
        if any(section.code == code for section in page.form.sections):
            yield from _section(page, code, _answers(page, code))

    return write


def _answers(page: PlanPage, code: str) -> list[model.Part]:
    questions = page.form.section(code).questions
    return _pairs_or_nothing(*((one.label, _value_text(page.value(one))) for one in questions))


def _meetings(page: PlanPage) -> Iterator[model.Part]:
    found: list[model.Part] = [part for meeting in page.meetings for part in _meeting(meeting)]
    if page.plan.review_on:
        found.insert(0, _pairs(("Next review by", long_day(page.plan.review_on))))
    yield from _section(page, "meetings", found)


def _meeting(meeting: Meeting) -> Iterator[model.Part]:
    row = meeting.row
    planned = "" if row.happened else " (planned)"
    yield model.Heading(f"{row.kind.capitalize()}, {long_day(row.held_on)}{planned}", 3)
    people = ((label, _named(meeting.attendees, attendance)) for attendance, label in _ATTENDANCE)
    yield from _pairs_or_nothing(
        ("Place", row.place),
        *people,
        ("What was decided", row.decisions),
        ("What happens to the plan", _RESULTS.get(row.result or "")),
        ("An advocate is needed", _value_text(row.advocacy_needed)),
        ("Next time", long_day(row.next_on) if row.next_on else None),
    )


def _named(attendees: Sequence[AttendeeRow], attendance: str) -> str:
    return "; ".join(
        one.name if one.part == "other" else f"{one.name} ({one.part})"
        for one in attendees
        if one.attendance == attendance
    )


def _sharing(page: PlanPage) -> Iterator[model.Part]:
    found = _answers(page, "sharing")
    rows = tuple((one.holder, one.form or "Not said", day_in_words(one.given_on)) for one in page.copies)
    if rows:
        found.append(model.Table(("Who", "In what form", "Since"), rows, (2, 2, 1)))
    yield from _section(page, "sharing", found)


def _links(page: PlanPage) -> Iterator[model.Part]:
    if page.links:
        yield model.Heading("Links")
        yield _pairs(*((one.title, one.address) for one in page.links))


_AFTER_THE_PROFILE: Final[tuple[Callable[[PlanPage], Iterator[model.Part]], ...]] = (
    _voice,
    _hopes,
    _working,
    _outcomes,
    _actions,
    _destination,
    _people,
    _plain_answers("safety"),
    _plain_answers("decisions"),
    _meetings,
    _sharing,
    _links,
)


def _closing(page: PlanPage) -> Iterator[model.Part]:
    plan = page.plan
    days = (
        ("Opened", plan.opened_on),
        ("Shared with the family", plan.shared_on),
        ("Agreed", plan.agreed_on),
        ("Carried out from", plan.active_on),
        ("Last reviewed", plan.reviewed_on),
        ("Closed", plan.closed_on),
    )
    dates = [f"{label} {_day(day)}" for label, day in days if day]
    lines = [f"{page.title}, version {plan.version}, {_status(page)}. As at {day_in_words(page.today)}."]
    if plan.author:
        lines.append(f"Written down by {plan.author}.")
    lines.append(f"{'. '.join(dates)}.")
    if page.later is not None:
        lines.append("There is a later version of this plan.")
    if plan.template:
        lines.append(f"Questions: {plan.template}.")
    yield model.Heading("About this copy")
    yield model.Note("\n".join(lines))


def _section(page: PlanPage, code: str, found: Sequence[model.Part]) -> Iterator[model.Part]:
    if found or _unfinished(page):
        yield model.Heading(page.form.section(code).title)
        yield from found or [model.Paragraph(NOT_WRITTEN)]


def _answer(page: PlanPage, name: str, written: Callable[[str], model.Part], level: int = 3) -> Iterator[model.Part]:
    text = _text(page, name)
    if text or _unfinished(page):
        yield model.Heading(_label(page, name), level)
        yield written(text or NOT_WRITTEN) if level == 2 else written(text) if text else model.Paragraph(NOT_WRITTEN)


def _unfinished(page: PlanPage) -> bool:
    return page.plan.status in _UNFINISHED


def _label(page: PlanPage, name: str) -> str:
    question = page.form.question(name)
    return question.label if question else name.replace("_", " ").capitalize()


def _text(page: PlanPage, name: str) -> str:
    return str(getattr(page.plan, name) or "")


def _value_text(value: object) -> str | None:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return day_in_words(value) if isinstance(value, date) else str(value) if value else None


def _day(day: date | None) -> str:
    return day_in_words(day) if day else ""


def _how_and_when(how: str | None, on: date | None) -> str:
    return ", ".join(filter(None, (how, _day(on))))


def _pairs(*pairs: tuple[str, str | None]) -> model.Pairs:
    return model.Pairs(tuple((label, value) for label, value in pairs if value))


def _pairs_or_nothing(*pairs: tuple[str, str | None]) -> list[model.Part]:
    filled = _pairs(*pairs)
    return [filled] if filled.pairs else []
