"""What a plan holds in lists: outcomes, actions, people, copies. Choosing one opens it, and the list comes back."""

from collections.abc import Callable
from datetime import date
from functools import partial

from screens.frame import privacy
from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, open_form
from screens.frame.render_context import Look
from screens.frame.state_style import LOOKS
from screens.frame.typed_days import day_gone_by
from screens.plans.forms import action_form, outcome_form, section_form
from screens.plans.summary_text import newer
from screens.widgets.fields import Field
from screens.widgets.line import one_line
from transitions.dates import how_far, short, short_with_year
from transitions.errors import Fault
from transitions.plans import actions, writing
from transitions.plans.page import PlanPage, load
from transitions.pupils import page as pupil_page
from transitions.questionnaire import Section
from transitions.workspace import Recorded

IN_LIST = "in_list"
_NEW, _QUESTIONS = 0, -1
"""Stand for adding one, and for the questions of the section, where others are numbers of records."""


def edit_section(host: Host, plan_id: int, code: str) -> None:
    """Open a section of a plan: its form, or its list. Raises ``NoSuchRecord`` when the plan is no longer there."""
    page = newest(host, plan_id)
    section = page.form.section(code)
    doors: dict[str, Callable[[], None]] = {
        "outcomes": lambda: outcomes_of(host, page.plan.id),
        "actions": lambda: actions_of(host, page.plan.id),
        "people": lambda: people_of(host, page.plan.id, section),
        "copies": lambda: copies_of(host, page.plan.id, section),
        "meetings": lambda: _meetings(host, page.plan.id),
    }
    if section.holds:
        doors[section.holds]()
    else:
        open_form(host, section_form(host, page, section))


def newest(host: Host, plan_id: int) -> PlanPage:
    """Give the plan, or the version that a change has made of it meanwhile. Raises ``NoSuchRecord``."""
    page = load(host.workspace, plan_id)
    later = newer(page)
    return page if later is None else load(host.workspace, later.plan_id)


def add_action(host: Host, plan_id: int) -> None:
    """Write down who will do what by when."""
    open_form(host, action_form(host, load(host.workspace, plan_id), None))


def add_outcome(host: Host, plan_id: int) -> None:
    """Write down what will be different."""
    open_form(host, outcome_form(host, load(host.workspace, plan_id), None))


def outcomes_of(host: Host, plan_id: int) -> None:
    """List the outcomes; choosing one opens its form."""
    page = newest(host, plan_id)
    choices = [
        Choice(one.id, _words(host, one.outcome), hint=f"{page.form.areas[one.area]}{_progress(one.progress)}")
        for one in page.outcomes
    ]
    choices.append(Choice(_NEW, "Add an outcome", key="a"))

    def chosen(number: int | None) -> None:
        if number is not None:
            open_form(host, outcome_form(host, page, number or None), lambda: outcomes_of(host, page.plan.id))

    detail = "" if page.outcomes else "None yet: what will be different, by when, and from which hope it comes."
    host.push_screen(Choose("What will be different", choices, detail=detail), chosen)


def _progress(progress: str | None) -> str:
    return f" · {progress}" if progress else ""


def actions_of(host: Host, plan_id: int, current: int | None = None) -> None:
    """List the actions with the cursor on ``current``; choosing one asks what is to be done about it."""
    page = newest(host, plan_id)
    look = Look(page.today, host.private)
    choices: list[Choice[int]] = []
    for one in page.actions:
        due = how_far(one.due_on, page.today) if one.due_on else "no date"
        ended = f"{one.status} {short(one.done_on)}" if one.done_on else one.status
        symbol = LOOKS[
            "overdue" if one in page.overdue_actions else "not due" if one.status == "open" else "met"
        ].symbol
        hint = f"{look.person(one.owner)} · {due if one.status == 'open' else ended}"
        choices.append(Choice(one.id, f"{symbol} {_words(host, one.what)}", hint=hint))
    choices.append(Choice(_NEW, "Add an action", key="a"))

    def chosen(number: int | None) -> None:
        if number == _NEW:
            open_form(host, action_form(host, page, None), lambda: actions_of(host, page.plan.id))
        elif number is not None:
            _decide(host, page, number)

    detail = "" if page.actions else "None yet: a person, never an agency, does something by a day."
    host.push_screen(Choose("Who does what by when", choices, current=current, detail=detail), chosen)


def _decide(host: Host, page: PlanPage, action_id: int) -> None:
    """Ask what is to be done about one action, and do it."""
    action = next(one for one in page.actions if one.id == action_id)
    back = partial(actions_of, host, page.plan.id, action_id)
    doing: dict[str, tuple[str, Callable[[], None]]] = {
        "d": ("Done today", lambda: _record(host, partial(actions.finish_actions, host.workspace, [action_id]), back)),
        "o": (
            "Done on another day, with the evidence",
            lambda: open_form(host, _done_form(host, page, action_id), back),
        ),
        "x": ("Drop it, with the reason", lambda: _drop(host, action_id, back)),
        "r": (
            "Open it again",
            lambda: _record(host, partial(actions.reopen_actions, host.workspace, [action_id]), back),
        ),
        "e": ("Edit", lambda: open_form(host, action_form(host, page, action_id), back)),
    }
    keys = {"open": "doxe", "carried over": ""}.get(action.status, "re")
    if not keys:
        host.say("This action goes on in the next version of the plan, and is decided there.", "warning")
        return

    def chosen(key: str | None) -> None:
        if key is None:
            back()
        else:
            doing[key][1]()

    choices = [Choice(key, doing[key][0], key=key) for key in keys]
    due = f" · by {short_with_year(action.due_on)}" if action.due_on else ""
    detail = f"{_words(host, action.what)}\n{Look(page.today, host.private).person(action.owner)}{due}"
    host.push_screen(Choose("What became of this action?", choices, detail=detail), chosen)


def _record(host: Host, work: Callable[[], Recorded], back: Callable[[], None]) -> None:
    try:
        recorded = work()
    except Fault as fault:
        host.say(fault.sentence, "error")
        return
    host.tell(recorded)
    back()


def _drop(host: Host, action_id: int, back: Callable[[], None]) -> None:
    def keep(reason: str | None) -> None:
        if reason is None:
            back()
        else:
            _record(host, partial(actions.drop_actions, host.workspace, [action_id], reason=reason), back)

    def problem(text: str) -> str | None:
        return None if text.strip() else "Say why: somebody was promised that it would be done."

    host.push_screen(Ask("Why is the action dropped?", "In a few words", problem=problem), keep)


def _done_form(host: Host, page: PlanPage, action_id: int) -> RecordForm:
    read = day_gone_by(page.today, pupil_page.terms_of(host.workspace, page.plan.pupil_id))
    action = next(one for one in page.actions if one.id == action_id)
    fields = [
        Field(name="done_on", label="Done on", kind="date", check=read, required=True, width=24, help="5/9, mon, -3d"),
        Field(name="evidence", label="Evidence", kind="long text", help="How one can tell"),
    ]

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        day = values["done_on"] if isinstance(values["done_on"], date) else None
        return actions.finish_actions(host.workspace, [action_id], on=day, evidence=str(values["evidence"] or ""))

    stored = {"done_on": page.today, "evidence": action.evidence}
    return RecordForm("When was it done?", fields, stored, save, f"draft done {action_id}")


def people_of(host: Host, plan_id: int, section: Section) -> None:
    """Ask whether the named worker is to be written, or the circle of support."""
    page = newest(host, plan_id)
    count = len(page.contacts)
    circle = f"{count} {'person' if count == 1 else 'people'}" if count else "nobody is recorded yet"
    choices = [
        Choice("worker", "Named worker", key="w", hint=page.plan.named_worker or "nobody yet"),
        Choice("circle", "Circle of support", key="c", hint=circle),
    ]

    def chosen(which: str | None) -> None:
        if which == "worker":
            open_form(host, section_form(host, page, section), lambda: people_of(host, page.plan.id, section))
        elif which == "circle":
            host.open.circle(page.plan.pupil_id)

    host.push_screen(Choose(section.title, choices), chosen)


def copies_of(host: Host, plan_id: int, section: Section) -> None:
    """List who has a copy, with the questions of the section above."""
    page = newest(host, plan_id)
    choices = [Choice(_QUESTIONS, "Why it may be shared, and the accessible copy", key="w")]
    for one in page.copies:
        told = " · ".join(part for part in (one.form, f"since {short_with_year(one.given_on)}") if part)
        choices.append(Choice(one.id, _words(host, one.holder), hint="" if host.private else told))
    choices.append(Choice(_NEW, "Add a copy", key="a"))
    again = partial(copies_of, host, page.plan.id, section)

    def chosen(number: int | None) -> None:
        if number == _QUESTIONS:
            open_form(host, section_form(host, page, section), again)
        elif number is not None:
            open_form(host, copy_form(host, page, number or None), again)

    host.push_screen(Choose(section.title, choices), chosen)


def copy_form(host: Host, page: PlanPage, copy_id: int | None) -> RecordForm:
    """Give the form of a copy that somebody holds, or of a new one."""
    before = next((one for one in page.copies if one.id == copy_id), None)
    stored: dict[str, object] = {IN_LIST: True, "given_on": page.today}
    if before is not None:
        stored |= {name: getattr(before, name) for name in writing.COPY_FIELDS}
    fields = [
        Field(name="holder", label="Who has it", required=True, help="The family, a school, a person"),
        Field(name="form", label="In what form", help="Printed, easy read, large print, by secure email"),
        Field(name="given_on", label="Since", kind="date", width=24, help="5/9, 5 sep, today"),
    ]
    if before is not None:
        fields.append(Field(name=IN_LIST, label="Has it", kind="yes no", help="No takes it off the list"))

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        if before is not None and values[IN_LIST] is False:
            return writing.take_out_copy(host.workspace, page.plan.id, before.id)
        wanted = changed if before is not None else frozenset(writing.COPY_FIELDS)
        return writing.save_copy(
            host.workspace, page.plan.id, copy_id, {name: values[name] for name in wanted - {IN_LIST}}
        )

    title = "Add a copy" if before is None else "Edit the copy"
    draft = f"draft copy {copy_id or f'new of plan {page.plan.pupil_id} {page.plan.transition}'}"
    return RecordForm(title, fields, stored, save, draft)


def _meetings(host: Host, plan_id: int) -> None:
    from screens.plans.meetings import open_meetings

    open_meetings(host, plan_id)


def _words(host: Host, text: str) -> str:
    return privacy.HIDDEN_NOTE if host.private else one_line(text)
