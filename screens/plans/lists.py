"""What a plan holds in lists: outcomes, actions, people, copies. Choosing one opens it, and the list comes back."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from screens.frame import render_context
from screens.frame.dialogs import Ask, Choice, Choose, ChooseRecord, confirm_removal
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, day_gone_by, open_form, question
from screens.frame.render_context import LOOKS, RenderContext
from screens.plans.forms import action_form, agreed_notice, copy_form, outcome_form, section_form
from screens.plans.meetings import open_meetings
from screens.widgets.fields import FormField
from screens.widgets.line import one_line
from transitions.dates import how_far, short, short_with_year
from transitions.fields import typed_in
from transitions.milestones.milestone import State
from transitions.plans import actions, writing
from transitions.plans.actions import ACTION_FIELDS
from transitions.plans.page import PlanPage, load
from transitions.pupils import page as pupil_page
from transitions.questionnaire import Section
from transitions.workspace import Recorded

_NEW, _QUESTIONS = 0, -1
"""Stand for adding one, and for the questions of the section, where others are numbers of records."""


async def edit_section(host: Host, plan_id: int, code: str) -> None:
    """Open a section of a plan: its form, or its list. Raises ``NoSuchRecord`` when the plan is no longer there."""
    page = newest(host, plan_id)
    section = page.form.section(code)
    lists = {"outcomes": outcomes_of, "actions": actions_of, "meetings": open_meetings}
    if section.holds in lists:
        await lists[section.holds](host, page.plan.id)
    elif section.holds == "people":
        await people_of(host, page.plan.id, section)
    elif section.holds == "copies":
        await copies_of(host, page.plan.id, section)
    else:
        await open_form(host, section_form(host, page, section))


def newest(host: Host, plan_id: int) -> PlanPage:
    """The plan, or the version that a change has made of it meanwhile. Raises ``NoSuchRecord``."""
    page = load(host.workspace, plan_id)
    return page if page.later is None else load(host.workspace, page.later.id)


async def add_action(host: Host, plan_id: int) -> None:
    await open_form(host, action_form(host, load(host.workspace, plan_id), None))


async def add_outcome(host: Host, plan_id: int) -> None:
    await open_form(host, outcome_form(host, load(host.workspace, plan_id), None))


async def outcomes_of(host: Host, plan_id: int) -> None:
    saved = True
    while saved:
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
        detail = "" if page.outcomes else "None yet: what will be different, by when, and from which hope it comes."
        records = [one.id for one in page.outcomes]
        number = await host.ask(dialog := ChooseRecord("What will be different", choices, records, detail=detail))
        if number is not None and dialog.takes_out:
            kept = f"Its actions stay in the plan. {agreed_notice(page)}".rstrip()
            drop = partial(_drop_outcome, host, page.plan.id, number)
            await confirm_removal(host, "Take this outcome out of the plan?", kept, drop)
        else:
            saved = number is not None and await open_form(host, outcome_form(host, page, number or None))


def _drop_outcome(host: Host, plan_id: int, outcome_id: int) -> Recorded:
    return writing.drop_outcome(host.workspace, plan_id, outcome_id)


async def actions_of(host: Host, plan_id: int) -> None:
    current: int | None = None
    goes_on = True
    while goes_on:
        page = newest(host, plan_id)
        choices = [*_action_choices(host, page), Choice(_NEW, "Add an action", key="a")]
        detail = "" if page.actions else "None yet: a person, never an agency, does something by a day."
        number = await host.ask(Choose("Who does what by when", choices, current=current, detail=detail))
        if number is None:
            return
        if number == _NEW:
            current = None
            goes_on = await open_form(host, action_form(host, page, None))
        else:
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
        host.say("This action goes on in the next version of the plan, and is decided there.", "warning")
        return False
    choices = [Choice(key, labels[key], key=key) for key in keys]
    due = f" · by {short_with_year(action.due_on)}" if action.due_on else ""
    detail = f"{_unless_hidden(host, action.what)}\n{RenderContext(page.today, host.private).person(action.owner)}{due}"
    key = await host.ask(Choose("What became of this action?", choices, detail=detail))
    if key == "o":
        return await open_form(host, _done_form(host, page, action_id))
    if key == "e":
        return await open_form(host, action_form(host, page, action_id))
    if key == "d":
        host.tell(await host.write(partial(actions.finish_actions, host.workspace, [action_id])))
    elif key == "r":
        host.tell(await host.write(partial(actions.reopen_actions, host.workspace, [action_id])))
    elif key == "x":

        async def save(reason: str) -> None:
            host.tell(await host.write(partial(actions.drop_actions, host.workspace, [action_id], reason=reason)))

        needed = "Say why: somebody was promised that it would be done."
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


async def people_of(host: Host, plan_id: int, section: Section) -> None:
    saved = True
    while saved:
        page = newest(host, plan_id)
        count = len(page.contacts)
        circle = f"{count} {'person' if count == 1 else 'people'}" if count else "nobody is recorded yet"
        choices = [
            Choice("worker", "Named worker", key="w", hint=page.plan.named_worker or "nobody yet"),
            Choice("circle", "Circle of support", key="c", hint=circle),
        ]
        which = await host.ask(Choose(section.title, choices))
        saved = which == "worker" and await open_form(host, section_form(host, page, section))
        if which == "circle":
            await host.open.circle(page.plan.pupil_id)


async def copies_of(host: Host, plan_id: int, section: Section) -> None:
    saved = True
    while saved:
        page = newest(host, plan_id)
        choices = [Choice(_QUESTIONS, "Why it may be shared, and the accessible copy", key="w")]
        for one in page.copies:
            hint = " · ".join(part for part in (one.form, f"since {short_with_year(one.given_on)}") if part)
            choices.append(Choice(one.id, _unless_hidden(host, one.holder), hint="" if host.private else hint))
        choices.append(Choice(_NEW, "Add a copy", key="a"))
        number = await host.ask(dialog := ChooseRecord(section.title, choices, [one.id for one in page.copies]))
        if number is None:
            return
        if dialog.takes_out:
            take_out = partial(writing.take_out_copy, host.workspace, page.plan.id, number)
            await confirm_removal(host, "Take this copy off the list?", "The history keeps who held it.", take_out)
            continue
        questions = number == _QUESTIONS
        form = section_form(host, page, section) if questions else copy_form(host, page, number or None)
        saved = await open_form(host, form)


def _unless_hidden(host: Host, text: str) -> str:
    return render_context.HIDDEN_NOTE if host.private else one_line(text)
