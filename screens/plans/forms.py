"""The forms of a plan: a section by its questions, an outcome, an action, a copy. What was agreed says so before one writes."""

from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, among, day_to_come, fields_form, question, questions
from screens.frame.saving import OVERRIDE
from screens.widgets.fields import Option, PlainAnswer
from screens.widgets.line import one_line
from transitions.dates import long
from transitions.errors import NoSuchRecord
from transitions.fields import typed_in
from transitions.plans import actions, writing
from transitions.plans.actions import ACTION_FIELDS, ActionOf
from transitions.plans.page import PlanPage, load
from transitions.plans.writing import COPY_FIELDS, OUTCOME_FIELDS
from transitions.pupils import page as pupil_page
from transitions.questionnaire import Question, Section
from transitions.team import workers
from transitions.workspace import Recorded, Workspace

_LONGEST_OUTCOME = 60


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
        notice="" if running else agreed_notice(page),
        now=lambda: section_form(host, load(host.workspace, page.plan.id), section).stored,
    )


def agreed_notice(page: PlanPage) -> str:
    """Say, when the plan is agreed, what a change of it makes; "" before."""
    if page.plan.agreed_on is None:
        return ""
    return (
        f"This was agreed on {long(page.plan.agreed_on)}, and what was agreed stands. A change here makes version "
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
        raise NoSuchRecord("This action is no longer in the plan: look at the plan again.")
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
        notice = (
            f"{'This' if host.private else f'“{one_line(before.what)}”'} was agreed on {long(page.plan.agreed_on)}, so who does it by when stands. Drop it "
            "with a reason and add another when it must change."
        )
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
