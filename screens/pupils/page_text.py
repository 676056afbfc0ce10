"""What the page of a pupil says, as blocks of text: the pupil's own words first, strengths before needs."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from textual.content import Content

from screens.frame import render_context
from screens.frame.render_context import RenderContext
from screens.frame.safe import cell, txt
from screens.widgets.line import one_line
from screens.widgets.panel import Block, Pair, TextParagraph, Title
from transitions.dates import ago, long, short_with_year, without_weekday
from transitions.pupils.codes import EXCLUSION_REASONS, NEEDS, PROVISIONS
from transitions.pupils.destinations import place_in_words
from transitions.pupils.events import ON_A_DAY, DatedRow, is_event
from transitions.pupils.markers import marker_words
from transitions.pupils.page import PupilView, open_social_care
from transitions.pupils.placements import PlacementRow
from transitions.pupils.programmes import ParticipationRow
from transitions.pupils.pupil_fields import EHC_FIELDS
from transitions.school_year import academic_year_label
from transitions.text import capital

if TYPE_CHECKING:  # the history knows plans and handovers, which no list needs
    from transitions.pupils.history import ActionTold, FieldTold, RowTold

QUIET = "dim"
NO_PLAN = "There is no transition plan yet, so none of the pupil’s own words."


def move(view: PupilView) -> str:
    """``Layfield Primary → Conyers School``, with what is known of it."""
    school, after = view.page.school or "no school recorded", view.page.next_school
    return f"{school} → {after}" if after else school


def pupil_line(view: PupilView, context: RenderContext) -> str:
    """``Aisha Khan · Year 6 · Layfield Primary → Conyers School``."""
    return " · ".join((context.name(view), view.year_group_words, move(view)))


def needs_in_short(view: PupilView) -> str:
    """``EHC plan (SLCN, ASD)``."""
    provision = PROVISIONS[view.page.sen_provision]
    return f"{provision} ({', '.join(view.needs)})" if view.needs else provision


def own_words(view: PupilView, context: RenderContext) -> str:
    """One sentence of the pupil's own in quotation marks; empty when none is recorded."""
    plan = view.plan
    words = plan and (plan.pupil_voice or plan.important_to_me or plan.hopes)
    return "" if not words else render_context.HIDDEN_NOTE if context.hidden else f"“{one_line(words)}”"


def head(view: PupilView, context: RenderContext) -> tuple[Content, Content]:
    facts = [
        *map(marker_words, view.markers),
        *([told_again(view.told_again_on)] if view.told_again_on else []),
        needs_in_short(view),
        *list(dict.fromkeys(one.kind for one in open_social_care(view.episodes, context.today))),
        *_flags(view),
        _owner(view),
    ]
    quote = own_words(view, context)
    return txt(quote, "italic") if quote else txt("No plan yet, so none of the pupil’s own words.", "$quiet"), txt(
        " · ".join(facts), "$quiet"
    )


def told_again(until: date) -> str:
    return f"reminder on {short_with_year(until)}"


def about(view: PupilView, context: RenderContext) -> list[Block]:
    return [
        *marked(view),
        *_voice(view, context),
        *_identity(view, context),
        *_support(view),
        *_social_care(view, context.today),
        *_happened(view, context),
        *_people(view, context),
        *_also(view, context),
    ]


def marked(view: PupilView) -> Iterator[Block]:
    """What is marked about data protection, which stands above all else."""
    if view.markers:
        yield Title("Data protection")
    for row in view.markers:
        yield TextParagraph(cell(marker_words(row), "bold"))


def _voice(view: PupilView, context: RenderContext) -> Iterator[Block]:
    plan = view.plan
    answers = () if plan is None else (
        ("In my own words", plan.pupil_voice),
        ("What people admire about me", plan.admired),
        ("What is important to me", plan.important_to_me),
        ("My hopes", plan.hopes),
    )  # fmt: skip
    given = [(title, text) for title, text in answers if text]
    if not given:
        yield TextParagraph(cell(NO_PLAN if plan is None else "The plan has none of the pupil’s own words yet.", QUIET))
    for title, text in given:
        yield Title(title)
        yield TextParagraph(cell(context.text(text), "italic"))


def _identity(view: PupilView, context: RenderContext) -> Iterator[Block]:
    page = view.page
    yield Title("Who")
    yield Pair("Name", context.name(view))
    if not context.hidden and page.preferred_name and page.preferred_name != page.forename:
        yield Pair("On the register", f"{page.forename} {page.surname}")
    yield Pair("Year", f"{view.year_group_words}, {view.age} years old")
    if page.out_of_year_reason:
        yield Pair("Out of year", context.text(page.out_of_year_reason))
    if not context.hidden:
        yield Pair("Born", without_weekday(page.date_of_birth))
    yield Pair("School", page.school or "not recorded")
    yield Pair("Next school", page.next_school or "not known yet")
    for row in view.destinations:
        from transitions.plans.page import point_title  # with the questions of plans, which no list asks

        point = point_title(row.transition) if row.transition else "End of the year"
        yield Pair(
            f"Moves of {academic_year_label(row.move_year)}", f"{point}: {place_in_words(row, page.cohort_year)}"
        )
    if page.in_year_move_on:
        yield Pair("Moves", f"{without_weekday(page.in_year_move_on)}, in-year")
    yield Pair("UPN", render_context.identifier(page.upn, hidden=context.hidden) if page.upn else "not recorded")
    since = f", since {without_weekday(page.owner_since)}" if page.owner and page.owner_since else ""
    yield Pair("Caseworker", f"{page.owner or 'nobody yet'}{since}")


def _support(view: PupilView) -> Iterator[Block]:
    yield Title("Support")
    yield Pair("SEN", PROVISIONS[view.page.sen_provision])
    for label, value in ehc_plan(view):
        yield Pair(label, value)
    for rank, code in enumerate(view.needs, 1):
        yield Pair("Main need" if rank == 1 else f"Need {rank}", NEEDS.get(code, code))
    yield Pair("For the move", f"{view.page.tier} tier" if view.page.tier else "tier not decided yet")


def ehc_plan(view: PupilView) -> Iterator[tuple[str, str]]:
    """What is known of the EHC plan, or of the request for one, each with its label."""
    for field in EHC_FIELDS:
        value = getattr(view.page, field.name)
        if isinstance(value, date):
            yield field.short, without_weekday(value)
        elif value:
            yield field.short, "yes" if value is True else value
    if view.page.sen_provision == "E" and view.page.ehc_started_on is None:
        yield "Plan made on", "not known"


def _social_care(view: PupilView, today: date) -> Iterator[Block]:
    if not view.episodes:
        return
    yield Title("Social care")
    for episode in view.episodes:
        start = "a day not known" if episode.started_on is None else without_weekday(episode.started_on)
        end = "a day not known" if episode.ended_on is None else without_weekday(episode.ended_on)
        when = f"since {start}" if episode.has_no_end else f"{start} to {end}"
        gone = episode.end_not_known or (episode.ended_on or today) < today
        yield Pair(episode.kind.capitalize(), cell(when, QUIET) if gone else when)


def _happened(view: PupilView, context: RenderContext) -> Iterator[Block]:
    parts = (
        ("What happened", [(dated_words(row), row.note) for row in view.dated]),
        ("Takes part in", [(programme_words(row), row.outcome) for row in view.programmes]),
    )
    for title, lines in parts:
        if lines:
            yield Title(title)
        for words, more in lines:
            yield TextParagraph(words)
            if more:
                yield TextParagraph(cell(context.text(more), QUIET), indent=2)


def placement_words(one: DatedRow | PlacementRow) -> str:
    """``Nurture group: Willow, from Mon 7 Sep 2026 until Fri 4 Dec 2026``."""
    until = one.ended_on or one.planned_end
    end = "" if until is None else f" until {short_with_year(until)}{'' if one.ended_on else ', as planned'}"
    start = short_with_year(one.started_on) if one.started_on else "an unknown day"
    return f"{one.kind.capitalize()}: {one.school or one.place or 'not said where'}, from {start}{end}"


def dated_words(row: DatedRow) -> str:
    """``Suspension, Thu 5 Nov 2026, 1.5 school days, Bullying``, or what a placement says."""
    if not is_event(row.kind):
        return placement_words(row)
    lasted = None if row.days is None else "1 school day" if row.days == 1 else f"{row.days:g} school days"
    reason = EXCLUSION_REASONS.get(row.reason or "", row.reason)
    return _listed(row.kind.capitalize(), _days(row.started_on, row.ended_on, row.kind in ON_A_DAY), lasted, reason)


def programme_words(row: ParticipationRow) -> str:
    """``ELSA, from Mon 7 Sep 2026, K. Osei, a parent is involved``."""
    parent = {True: "a parent is involved", False: "no parent is involved", None: None}[row.parent_involved]
    said = (row.understanding_before, row.understanding_after)
    before, after = ("not said" if one is None else f"{one}%" for one in said)
    understanding = None if said == (None, None) else f"understanding {before}, then {after}"
    return _listed(row.programme, _days(row.started_on, row.ended_on, False), row.who, parent, understanding)


def _days(first: date | None, last: date | None, on_a_day: bool) -> str:
    if first is None:
        return "day not known" if last is None else f"until {short_with_year(last)}"
    if last is not None and last != first:
        return f"{short_with_year(first)} to {short_with_year(last)}"
    return short_with_year(first) if on_a_day or last else f"since {short_with_year(first)}"


def _listed(*parts: str | None) -> str:
    return ", ".join(filter(None, parts))


def _people(view: PupilView, context: RenderContext) -> Iterator[Block]:
    yield Title("People around the pupil")
    if not view.contacts:
        yield TextParagraph(cell("Nobody is recorded.", QUIET))
    for contact in view.contacts:
        known = [part for part in (contact.relationship, contact.circle and f"{contact.circle} circle") if part]
        reach = [] if context.hidden else [part for part in (contact.telephone, contact.email) if part]
        may = "may be contacted" if contact.may_contact else "consent to contact is not recorded"
        yield TextParagraph(context.person(contact.name))
        yield TextParagraph(cell(" · ".join([*known, *reach, may]), QUIET), indent=2)


def _also(view: PupilView, context: RenderContext) -> Iterator[Block]:
    page, flags = view.page, _flags(view)
    figures = {
        "Home language": page.home_language,
        "Attendance": None if page.attendance_percent is None else f"{page.attendance_percent:g}%",
        "Suspensions": view.suspensions.text,
        "Part-time": None if not page.part_time_timetable else _until(page.part_time_timetable_until, context.today),
    }
    known = [(label, value) for label, value in figures.items() if value]
    if flags or known:
        yield Title("Also to know")
    for flag in flags:
        yield TextParagraph(capital(flag))
    for label, value in known:
        yield Pair(label, value)


def _until(day: date | None, today: date) -> str:
    if day is None:
        return "no end date recorded"
    return f"until {short_with_year(day)}" + (f", {ago(day, today)}" if day < today else "")


def _flags(view: PupilView) -> list[str]:
    page = view.page
    flags = {
        "pupil premium": page.pupil_premium,
        "free school meals": page.free_school_meals,
        "English as an additional language": page.english_additional_language,
        "young carer": page.young_carer,
        "previously looked after": page.previously_looked_after,
        "child protection file": page.child_protection_file,
        "archived": page.archived,
    }
    return [flag for flag, holds in flags.items() if holds]


def _owner(view: PupilView) -> str:
    return f"caseworker {view.page.owner}" if view.page.owner else "no caseworker yet"


def notes(view: PupilView, context: RenderContext) -> list[Block]:
    if not view.notes:
        return [TextParagraph(cell("No notes yet. n adds one.", QUIET))]
    blocks: list[Block] = []
    for note in view.notes:
        blocks.append(Title(f"{long(note.written_on)} · {note.worker or 'somebody'}"))
        blocks.append(TextParagraph(context.text(note.text)))
    return blocks


def history(actions: "Sequence[ActionTold]", context: RenderContext, *, cut: bool) -> list[Block]:
    """What was done, newest first, field by field; ``cut`` says that there is more than is shown."""
    blocks: list[Block] = []
    for action in actions:
        entry = action.entry
        moment = entry.at.astimezone()
        when = f"{short_with_year(moment.date())}, {moment:%H:%M}"
        undone = " · undone since" if entry.undone else ""
        blocks.append(Title(f"{when} · {entry.worker or 'nobody signed in'} · {_deed(action)}{undone}"))
        for row in action.rows:
            blocks.extend(_row(row, entry.name, context, QUIET if entry.undone else ""))
    if not blocks:
        return [TextParagraph(cell("Nothing has been recorded about this pupil yet.", QUIET))]
    if cut:
        blocks += [Title("There is more"), TextParagraph(f"These are the latest {len(actions)} changes.")]
    return blocks


def _deed(action: "ActionTold") -> str:
    """What was done without its summary, which names the pupil and may name others."""
    name = one_line(action.entry.name)
    return {"undo": f"Undid: {name}", "redo": f"Did again: {name}"}.get(action.entry.kind, name)


def _row(row: "RowTold", deed: str, context: RenderContext, style: str) -> Iterator[Block]:
    title = row.what if row.how == "changed" else f"{row.what} {row.how}"
    if title != deed:
        yield TextParagraph(cell(title, style), indent=2)
    if context.hidden:
        labels = ", ".join(field.label.lower() for field in row.fields)
        yield TextParagraph(cell(f"{labels} {render_context.HIDDEN_NOTE}", QUIET), indent=4)
        return
    for field in row.fields:
        yield TextParagraph(cell(_field(field, row), style), indent=4)


def _field(field: "FieldTold", row: "RowTold") -> str:
    if row.how != "changed":
        return f"{field.label}: {field.new or field.old}"
    return f"{field.label}: {field.old or 'nothing'} → {field.new or 'nothing'}"
