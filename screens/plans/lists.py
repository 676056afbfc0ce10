"""What a plan holds in lists: outcomes, actions, people, copies. Choosing one opens its form, and the list comes back."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from screens.frame import render_context
from screens.frame.dialogs import Ask, Choice, Choose, ChooseRecord, confirm_removal
from screens.frame.host import Host
from screens.frame.record_form import (
    RecordForm,
    Values,
    among,
    day_gone_by,
    day_to_come,
    fields_form,
    open_form,
    question,
    questions,
)
from screens.frame.render_context import LOOKS, RenderContext
from screens.frame.saving import OVERRIDE
from screens.plans.meetings import open_meetings
from screens.widgets.fields import FormField, Option, PlainAnswer
from screens.widgets.form import Form
from screens.widgets.line import one_line
from transitions.dates import how_far, long, short, short_with_year
from transitions.errors import NoSuchRecord
from transitions.fields import typed_in
from transitions.milestones.milestone import State
from transitions.plans import actions, writing
from transitions.plans.actions import ACTION_FIELDS, ActionOf
from transitions.plans.page import PlanPage, load
from transitions.plans.writing import COPY_FIELDS, OUTCOME_FIELDS
from transitions.pupils import page as pupil_page
from transitions.questionnaire import Question, Section
from transitions.team import workers
from transitions.workspace import Recorded, Workspace

_LONGEST_OUTCOME = 60


class SectionForm(Form):
    """A form after which one goes on with the next section that lacks something."""

    HINT = "^s save, go on   tab next field   esc leave, draft kept"


def section_form(host: Host, page: PlanPage, section: Section) -> RecordForm:
    context = typed_in(host.workspace)
    running = all(one.running for one in section.questions)

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        if not changed:
            return Recorded("Plan edited", page.title, 0)
        fields = {name: values[name] for name in changed}
        return writing.save_answers(host.workspace, page.plan.id, fields)

    return RecordForm(
        section.title,
        [question(writing.field_of(one), context, check=None) for one in section.questions],
        {one.code: _stored(page, one) for one in section.questions},
        save,
        # Not by version: a draft of one section must outlive the new version that another one makes.
        f"draft plan {page.plan.pupil_id} {page.plan.transition} {section.code}",
        Form if page.agreed else SectionForm,
        notice="" if running else agreed_notice(page),
        now=lambda: section_form(host, load(host.workspace, page.plan.id), section).stored,
        of=[("plan", page.plan.id), ("pupil", page.plan.pupil_id)],
    )


def agreed_notice(page: PlanPage) -> str:
    """Say, when the plan is agreed, what a change of it makes; "" before."""
    if page.plan.agreed_on is None:
        return ""
    return (
        f"This was agreed on {long(page.plan.agreed_on)}, and an agreed plan can’t be changed. Your change makes version "
        f"{page.versions[-1].version + 1}, to be shared and agreed again."
    )


def _stored(page: PlanPage, question: Question) -> object:
    value = page.value(question)
    if question.kind in ("worker", "school"):
        number = getattr(page.plan, question.code)
        return None if number is None else (number, value)
    return value


def outcome_form(host: Host, page: PlanPage, outcome_id: int | None) -> RecordForm:
    """The form of an outcome, or of a new one. Raises ``NoSuchRecord`` when it is no longer in the plan."""
    before = next((one for one in page.outcomes if one.id == outcome_id), None)
    if outcome_id is not None and before is None:
        raise NoSuchRecord("This outcome is no longer in the plan: look at the plan again.")

    def save(fields: dict[str, object]) -> Recorded:
        if not fields:
            return Recorded("Outcome edited", page.title, 0)
        return writing.save_outcome(host.workspace, page.plan.id, outcome_id, fields)

    progress = ("progress", "progress_on")
    content = questions(
        OUTCOME_FIELDS,
        typed_in(host.workspace),
        [name for name in OUTCOME_FIELDS if before is not None or name not in progress],
        {"hope": [line.strip() for line in (page.plan.hopes or "").splitlines() if line.strip()]},
        {
            "area": {"choices": list(page.form.areas.items())},
            "hope": {"check": PlainAnswer},
            "progress_on": {"check": None},
        },
    )
    return fields_form(
        "Add an outcome" if before is None else "Edit the outcome",
        content,
        {} if before is None else OUTCOME_FIELDS.stored(before),
        save,
        f"draft outcome {outcome_id or f'new of plan {page.plan.pupil_id} {page.plan.transition}'}",
        outcome_id,
        notice=agreed_notice(page),
        now=lambda: outcome_form(host, load(host.workspace, page.plan.id), outcome_id).stored,
    )


def action_form(host: Host, page: PlanPage, action_id: int | None) -> RecordForm:
    """The form of an action, or of a new one. Raises ``NoSuchRecord`` when it is no longer in the plan.

    Of an action that was agreed only what goes on may be written: its evidence, and which outcome it serves.
    """
    before = next((one for one in page.every_action if one.id == action_id), None)
    if action_id is not None and before is None:
        raise NoSuchRecord("This action is no longer in the plan. Check the plan again.")
    fixed = before is not None and actions.is_agreed(before, page.plan.agreed_on)
    workspace, outcomes = host.workspace, _outcomes(host, page)
    terms = pupil_page.terms_of(workspace, page.plan.pupil_id)
    to_come = day_to_come(workspace.clock.today, terms, today_too=True)
    content = questions(
        ACTION_FIELDS,
        typed_in(workspace, ActionOf(page.plan.pupil_id, page.plan.id), terms),
        [
            *(() if fixed else ("what", "owner", "due_on")),
            *(() if before is None else ("evidence",)),
            *(("outcome_id",) if outcomes else ()),
        ],
        {"owner": _names(workspace, page), "outcome_id": among(outcomes)},
        {"due_on": {"check": to_come if before is None else None}, "outcome_id": {"check": None}},
    )
    stored: dict[str, object] = {"owner": workers.me_name(workspace)}
    if before is not None:
        serves = next((one for one in outcomes if one[0] == before.outcome_id), None)
        stored = {**ACTION_FIELDS.stored(before), "outcome_id": serves}

    def save(fields: dict[str, object]) -> Recorded:
        if not fields:
            return Recorded("Action edited", page.title, 0)
        return actions.save_action(workspace, page.plan.pupil_id, action_id, fields, plan_id=page.plan.id)

    notice = ""
    if before is not None and fixed and page.plan.agreed_on is not None:
        notice = f"{'This' if host.private else f'“{one_line(before.what)}”'} was agreed on {long(page.plan.agreed_on)}, so who does it by when can’t be changed. If it must change, drop it with a reason and add another."
    elif page.agreed:
        notice = "The plan is agreed. One more action is progress: it makes no new version."
    title = "Add an action" if before is None else "Edit the action"
    draft = f"draft action {action_id or f'new of plan {page.plan.pupil_id} {page.plan.transition}'}"
    return fields_form(
        title,
        content,
        stored,
        save,
        draft,
        action_id,
        notice=notice,
        now=lambda: action_form(host, load(workspace, page.plan.id), action_id).stored,
    )


def copy_form(host: Host, page: PlanPage, copy_id: int | None) -> RecordForm:
    before = next((one for one in page.copies if one.id == copy_id), None)

    def save(fields: dict[str, object]) -> Recorded:
        override = str(fields.pop(OVERRIDE, ""))
        return writing.save_copy(host.workspace, page.plan.id, copy_id, fields, override=override)

    context, overrides = typed_in(host.workspace), {"given_on": {"check": None}}
    return fields_form(
        "Add a copy" if before is None else "Edit the copy",
        questions(COPY_FIELDS, context, tuple(COPY_FIELDS), overrides=overrides),
        {"given_on": page.today} if before is None else COPY_FIELDS.stored(before),
        save,
        f"draft copy {copy_id or f'new of plan {page.plan.pupil_id} {page.plan.transition}'}",
        copy_id,
        now=lambda: copy_form(host, load(host.workspace, page.plan.id), copy_id).stored,
    )


def _outcomes(host: Host, page: PlanPage) -> list[Option]:
    numbers = page.outcome_numbers
    return [(one.id, _outcome_words(numbers[one.id], one.outcome, hidden=host.private)) for one in page.outcomes]


def _outcome_words(number: int, outcome: str, *, hidden: bool) -> str:
    text = one_line(outcome)
    short = text if len(text) <= _LONGEST_OUTCOME else f"{text[: _LONGEST_OUTCOME - 1]}…"
    return f"Outcome {number}" if hidden else f"{number}  {short}"


def _names(workspace: Workspace, page: PlanPage) -> list[str]:
    """Who may be asked to do something: whoever is at the keyboard first, the pupil, and the people around."""
    me, pupil = workers.me_name(workspace), f"{page.called} {page.pupil.surname}".strip()
    around = [me, pupil, page.plan.named_worker, *(contact.name for contact in page.contacts)]
    return list(
        dict.fromkeys(name for name in (*around, *(one.name for one in workers.workers_by_name(workspace))) if name)
    )


_NEW, _QUESTIONS = 0, -1
"""Stand for adding one, and for the questions of the section, where others are numbers of records."""


async def edit_section(host: Host, plan_id: int, code: str) -> bool:
    """Open a section of a plan: its form, or its list; whether its questions were saved. Raises ``NoSuchRecord``.

    After a form one is on the page again: a list that came back would take the next key for one of its own.
    """
    page = newest(host, plan_id)
    section = page.form.section(code)
    lists = {"outcomes": outcomes_of, "actions": actions_of, "meetings": open_meetings}
    if section.holds in lists:
        await lists[section.holds](host, page.plan.id)
    elif section.holds == "people":
        return await people_of(host, page, section)
    elif section.holds == "copies":
        return await copies_of(host, page.plan.id, section)
    else:
        return await open_form(host, section_form(host, page, section))
    return False


def newest(host: Host, plan_id: int) -> PlanPage:
    """The plan, or the version that a change has made of it meanwhile. Raises ``NoSuchRecord``."""
    page = load(host.workspace, plan_id)
    return page if page.later is None else load(host.workspace, page.later.id)


async def add_action(host: Host, plan_id: int) -> None:
    await open_form(host, action_form(host, load(host.workspace, plan_id), None))


async def add_outcome(host: Host, plan_id: int) -> None:
    await open_form(host, outcome_form(host, load(host.workspace, plan_id), None))


async def outcomes_of(host: Host, plan_id: int) -> None:
    while True:
        page = newest(host, plan_id)
        choices = [
            Choice(
                one.id,
                _unless_hidden(host, one.outcome),
                hint=" · ".join(filter(None, (page.form.areas[one.area], one.progress))),
            )
            for one in page.outcomes
        ]
        choices.append(Choice(_NEW, "Add an outcome", key="a"))
        detail = "" if page.outcomes else "None yet: what will be different, by when, and which hope it comes from."
        records = [one.id for one in page.outcomes]
        number = await host.ask(dialog := ChooseRecord("What will be different", choices, records, detail=detail))
        if number is None:
            return
        if not dialog.takes_out:
            await open_form(host, outcome_form(host, page, number or None))
            return
        kept = f"Its actions stay in the plan. {agreed_notice(page)}".rstrip()
        drop = partial(_drop_outcome, host, page.plan.id, number)
        await confirm_removal(host, "Take this outcome out of the plan?", kept, drop)


def _drop_outcome(host: Host, plan_id: int, outcome_id: int) -> Recorded:
    return writing.drop_outcome(host.workspace, plan_id, outcome_id)


async def actions_of(host: Host, plan_id: int) -> None:
    current: int | None = None
    goes_on = True
    while goes_on:
        page = newest(host, plan_id)
        choices = [*_action_choices(host, page), Choice(_NEW, "Add an action", key="a")]
        detail = "" if page.actions else "None yet: something a person (never just an agency) will do by a date."
        number = await host.ask(Choose("Who does what by when", choices, current=current, detail=detail))
        if number is None:
            return
        if number == _NEW:
            await open_form(host, action_form(host, page, None))
            return
        current = number
        goes_on = await _decide(host, page, number)


def _action_choices(host: Host, page: PlanPage) -> Iterator[Choice[int]]:
    context = RenderContext(page.today, host.private)
    for one in page.actions:
        due = how_far(one.due_on, page.today) if one.due_on else "no date"
        ended = f"{one.status} {short(one.done_on, page.today)}" if one.done_on else one.status
        state: State = "overdue" if one in page.overdue_actions else "not due" if one.status == "open" else "met"
        hint = f"{context.person(one.owner)} · {due if one.status == 'open' else ended}"
        yield Choice(one.id, f"{LOOKS[state].symbol} {_unless_hidden(host, one.what)}", hint=hint)


async def _decide(host: Host, page: PlanPage, action_id: int) -> bool:
    """Ask what is to be done about one action, and do it; whether the list of actions comes back."""
    action = next(one for one in page.actions if one.id == action_id)
    labels = {
        "d": "Done today",
        "o": "Done on another day, with the evidence",
        "x": "Drop it, with the reason",
        "r": "Open it again",
        "e": "Edit",
    }
    keys = {"open": "doxe", "carried over": ""}.get(action.status, "re")
    if not keys:
        host.say("This action continues in the next version of the plan. Decide it there.", "warning")
        return False
    choices = [Choice(key, labels[key], key=key) for key in keys]
    due = f" · by {short_with_year(action.due_on)}" if action.due_on else ""
    detail = f"{_unless_hidden(host, action.what)}\n{RenderContext(page.today, host.private).person(action.owner)}{due}"
    key = await host.ask(Choose("What became of this action?", choices, detail=detail))
    if key in ("o", "e"):
        await open_form(host, (_done_form if key == "o" else action_form)(host, page, action_id))
        return False
    if key == "d":
        host.tell(await host.write(partial(actions.finish_actions, host.workspace, [action_id])))
    elif key == "r":
        host.tell(await host.write(partial(actions.reopen_actions, host.workspace, [action_id])))
    elif key == "x":

        async def save(reason: str) -> None:
            host.tell(await host.write(partial(actions.drop_actions, host.workspace, [action_id], reason=reason)))

        needed = "Say why. Somebody was promised this."
        await host.ask(Ask("Why is the action dropped?", "In a few words", needed=needed, save=save))
    return True


def _done_form(host: Host, page: PlanPage, action_id: int) -> RecordForm:
    read_day = day_gone_by(page.today, pupil_page.terms_of(host.workspace, page.plan.pupil_id))
    action = next(one for one in page.actions if one.id == action_id)
    fields = [
        FormField(
            name="done_on", label="Done on", kind="date", check=read_day, required=True, width=24, help="5/9, mon, -3d"
        ),
        question(ACTION_FIELDS["evidence"], typed_in(host.workspace), check=None),
    ]

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        day = values["done_on"] if isinstance(values["done_on"], date) else None
        return actions.finish_actions(host.workspace, [action_id], on=day, evidence=str(values["evidence"] or ""))

    stored = {"done_on": page.today, "evidence": action.evidence}
    return RecordForm(
        "When was it done?",
        fields,
        stored,
        save,
        f"draft done {action_id}",
        now=lambda: _done_form(host, load(host.workspace, page.plan.id), action_id).stored,
    )


async def people_of(host: Host, page: PlanPage, section: Section) -> bool:
    count = len(page.contacts)
    circle = f"{count} {'person' if count == 1 else 'people'}" if count else "nobody is recorded yet"
    choices = [
        Choice("worker", "Named worker", key="w", hint=page.plan.named_worker or "nobody yet"),
        Choice("circle", "Circle of support", key="c", hint=circle),
    ]
    which = await host.ask(Choose(section.title, choices))
    if which == "circle":
        await host.open.circle(page.plan.pupil_id)
    return which == "worker" and await open_form(host, section_form(host, page, section))


async def copies_of(host: Host, plan_id: int, section: Section) -> bool:
    while True:
        page = newest(host, plan_id)
        choices = [Choice(_QUESTIONS, "Why it may be shared, and the accessible copy", key="w")]
        for one in page.copies:
            hint = " · ".join(part for part in (one.form, f"since {short_with_year(one.given_on)}") if part)
            choices.append(Choice(one.id, _unless_hidden(host, one.holder), hint="" if host.private else hint))
        choices.append(Choice(_NEW, "Add a copy", key="a"))
        number = await host.ask(dialog := ChooseRecord(section.title, choices, [one.id for one in page.copies]))
        if number is None:
            return False
        if dialog.takes_out:
            take_out = partial(writing.take_out_copy, host.workspace, page.plan.id, number)
            await confirm_removal(host, "Remove this copy from the list?", "The history keeps who held it.", take_out)
            continue
        questions = number == _QUESTIONS
        form = section_form(host, page, section) if questions else copy_form(host, page, number or None)
        return await open_form(host, form) and questions


def _unless_hidden(host: Host, text: str) -> str:
    return render_context.HIDDEN_NOTE if host.private else one_line(text)
