"""The forms of a plan: a section by its questions, an outcome, an action. What was agreed says so before one writes."""

from collections.abc import Callable, Mapping, Sequence

from screens.frame.host import Host
from screens.frame.pickers import school_finder, worker_finder
from screens.frame.record_form import RecordForm, Values, sentence
from screens.frame.typed_days import day_to_come
from screens.plans.body_text import outcome_numbers
from screens.widgets.fields import Answer, Field, Option
from screens.widgets.fields import Kind as FieldKind
from screens.widgets.line import one_line
from transitions.dates import long
from transitions.errors import NoSuchRecord
from transitions.plans import actions, writing
from transitions.plans.actions import not_a_person
from transitions.plans.page import PlanPage
from transitions.pupils import page as pupil_page
from transitions.questionnaire import Kind, Question, Section
from transitions.team import lookups
from transitions.text import searchable
from transitions.workspace import Recorded, Workspace

IN_PLAN = "in_plan"
_LONGEST_OUTCOME = 60
_DAY_WIDTH = 24
_KINDS: Mapping[Kind, FieldKind] = {
    "text": "text", "long text": "long text", "day": "date", "yes or no": "yes no", "choice": "choice",
    "worker": "suggest", "school": "suggest",
}  # fmt: skip


def section_form(host: Host, page: PlanPage, section: Section) -> RecordForm:
    """Give the form of a section's questions."""
    running = all(question.running for question in section.questions)

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        if not changed:
            return Recorded("Plan edited", page.title, 0)
        fields = {name: values[name] for name in changed}
        return writing.save_answers(host.workspace, page.plan.id, fields).recorded

    return RecordForm(
        section.title,
        [_field(host.workspace, question) for question in section.questions],
        {question.code: _stored(page, question) for question in section.questions},
        save,
        # Not by version: a draft of one section must outlive the new version that another one makes.
        f"draft plan {page.plan.pupil_id} {page.plan.transition} {section.code}",
        notice="" if running else agreed_notice(page),
    )


def agreed_notice(page: PlanPage) -> str:
    """Say, when the plan is agreed, what a change of it makes; "" before."""
    if page.plan.agreed_on is None:
        return ""
    return (
        f"This was agreed on {long(page.plan.agreed_on)}, and what was agreed stands. A change here makes version "
        f"{page.versions[-1].version + 1}, to be shared and agreed again."
    )


def _field(workspace: Workspace, question: Question) -> Field:
    finder = {"worker": worker_finder, "school": school_finder}.get(question.kind)
    return Field(
        name=question.code,
        label=question.label,
        kind=_KINDS[question.kind],
        choices=[(choice, choice.capitalize()) for choice in question.choices],
        suggest=finder(workspace) if finder else None,
        width=_DAY_WIDTH if question.kind == "day" else 0,
        help=question.help,
    )


def _stored(page: PlanPage, question: Question) -> object:
    value = page.value(question)
    if question.kind in ("worker", "school"):
        number = getattr(page.plan, question.code)
        return None if number is None else (number, value)
    return value


def outcome_form(host: Host, page: PlanPage, outcome_id: int | None) -> RecordForm:
    """Give the form of an outcome, or of a new one. Raises ``NoSuchRecord`` when it is no longer in the plan."""
    before = next((one for one in page.outcomes if one.id == outcome_id), None)
    if outcome_id is not None and before is None:
        raise NoSuchRecord("This outcome is no longer in the plan: look at the plan again.")
    stored: dict[str, object] = {IN_PLAN: True}
    if before is not None:
        stored |= {name: getattr(before, name) for name in writing.OUTCOME_FIELDS}

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        if before is not None and values[IN_PLAN] is False:
            return writing.drop_outcome(host.workspace, page.plan.id, before.id).recorded
        fields = {name: values[name] for name in changed - {IN_PLAN}}
        if not fields:
            return Recorded("Outcome edited", page.title, 0)
        return writing.save_outcome(host.workspace, page.plan.id, outcome_id, fields).recorded

    return RecordForm(
        "Add an outcome" if before is None else "Edit the outcome",
        _outcome_fields(page, is_new=before is None),
        stored,
        save,
        f"draft outcome {outcome_id or f'new of plan {page.plan.pupil_id} {page.plan.transition}'}",
        notice=agreed_notice(page),
    )


def _outcome_fields(page: PlanPage, *, is_new: bool) -> list[Field]:
    areas = list(page.form.areas.items())
    fields = [
        Field(name="area", label="Area", kind="choice", choices=areas, required=True, help="Down lists the four areas"),
        Field(
            name="hope",
            label="From which hope",
            kind="suggest",
            suggest=_lines_of(page.plan.hopes),
            check=Answer,
            help="In the pupil’s words; Down lists the hopes of this plan",
        ),
        Field(name="baseline", label="Where I am now", kind="long text"),
        Field(name="outcome", label="What will be different", kind="long text", required=True),
        Field(name="by_when", label="By when", kind="date", width=_DAY_WIDTH, help="5/9/27, 5 sep, end of term"),
    ]
    if is_new:
        return fields
    return [
        *fields,
        Field(
            name="progress",
            label="How it goes",
            kind="choice",
            choices=[(progress, progress.capitalize()) for progress, _ in writing.OUTCOME_FIELDS["progress"].choices],
            help="On track, achieved, changed or not achieved; may be said at any time",
        ),
        Field(name="progress_on", label="Said on", kind="date", width=_DAY_WIDTH, help="Empty is today"),
        Field(name=IN_PLAN, label="In the plan", kind="yes no", help="No takes it out; its actions stay"),
    ]


def _lines_of(text: str | None) -> Callable[[str], Sequence[Option]]:
    lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
    return lambda typed: [(line, line) for line in lines if typed.strip().casefold() in line.casefold()]


def action_form(host: Host, page: PlanPage, action_id: int | None) -> RecordForm:
    """Give the form of an action, or of a new one. Raises ``NoSuchRecord`` when it is no longer in the plan.

    Of an action that was agreed only what goes on may be written: its evidence, and which outcome it serves.
    """
    before = next((one for one in page.every_action if one.id == action_id), None)
    if action_id is not None and before is None:
        raise NoSuchRecord("This action is no longer in the plan: look at the plan again.")
    fixed = before is not None and actions.is_agreed(before, page.plan.agreed_on)
    stored: dict[str, object] = {"owner": lookups.me_name(host.workspace)}
    if before is not None:
        stored = {name: getattr(before, name) for name in actions.ACTION_FIELDS}
        stored["outcome_id"] = next((one for one in _outcomes(host, page) if one[0] == before.outcome_id), None)

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        wanted = changed if before is not None else frozenset(values)
        fields = {name: values[name] for name in wanted}
        if not fields:
            return Recorded("Action edited", page.title, 0)
        return actions.save_action(host.workspace, page.plan.pupil_id, action_id, fields, plan_id=page.plan.id)

    notice = ""
    if before is not None and fixed and page.plan.agreed_on is not None:
        notice = (
            f"{'This' if host.private else f'“{one_line(before.what)}”'} was agreed on {long(page.plan.agreed_on)}, so who does it by when stands. Drop it "
            "with a reason and add another when it must change."
        )
    elif page.agreed:
        notice = "The plan is agreed. One more action is progress: it makes no new version."
    return RecordForm(
        "Add an action" if before is None else "Edit the action",
        [
            *(() if fixed else _who_does_what(host, page, is_new=before is None)),
            *_serves(host, page, is_new=before is None),
        ],
        stored,
        save,
        f"draft action {action_id or f'new of plan {page.plan.pupil_id} {page.plan.transition}'}",
        notice=notice,
    )


def _who_does_what(host: Host, page: PlanPage, *, is_new: bool) -> list[Field]:
    workspace = host.workspace
    read = day_to_come(workspace.clock.today, pupil_page.terms_of(workspace, page.plan.pupil_id), today_too=True)
    return [
        Field(name="what", label="What will be done", required=True, help="One thing that can be ticked off"),
        Field(
            name="owner",
            label="By whom",
            kind="suggest",
            required=True,
            suggest=_owner_finder(workspace, page),
            check=_person(page),
            help="A person, never an agency: Dr Lee, CAMHS",
        ),
        Field(
            name="due_on",
            label="By when",
            kind="date",
            check=read if is_new else None,
            width=_DAY_WIDTH,
            help="5/9, 5 sep, mon, +2w or end of term",
        ),
    ]


def _serves(host: Host, page: PlanPage, *, is_new: bool) -> list[Field]:
    outcomes = _outcomes(host, page)
    fields = [] if is_new else [Field(name="evidence", label="Evidence", kind="long text", help="How one can tell")]
    if outcomes:
        helped = "The outcome that it brings nearer, if any"
        fields.append(
            Field(name="outcome_id", label="For which outcome", kind="suggest", suggest=_among(outcomes), help=helped)
        )
    return fields


def _outcomes(host: Host, page: PlanPage) -> list[Option]:
    numbers = outcome_numbers(page)
    return [(one.id, _outcome_words(numbers[one.id], one.outcome, hidden=host.private)) for one in page.outcomes]


def _outcome_words(number: int, outcome: str, *, hidden: bool) -> str:
    words = one_line(outcome)
    short = words if len(words) <= _LONGEST_OUTCOME else f"{words[: _LONGEST_OUTCOME - 1]}…"
    return f"Outcome {number}" if hidden else f"{number}  {short}"


def _among(options: Sequence[Option]) -> Callable[[str], Sequence[Option]]:
    return lambda typed: [
        one for one in options if all(word in searchable(one[1]) for word in searchable(typed).split())
    ]


def _owner_finder(workspace: Workspace, page: PlanPage) -> Callable[[str], Sequence[Option]]:
    me, pupil = lookups.me_name(workspace), f"{page.called} {page.pupil.surname}".strip()
    names = [me, pupil, page.plan.named_worker, *(contact.name for contact in page.contacts)]
    everybody = dict.fromkeys(name for name in (*names, *(one.name for one in lookups.workers(workspace))) if name)
    return _among([(name, name) for name in everybody])


def _person(page: PlanPage) -> Callable[[str], Answer]:
    schools = [school for school in (page.pupil.school, page.pupil.next_school) if school]

    def check(text: str) -> Answer:
        problem = not_a_person(text, schools)
        if problem:
            raise ValueError(sentence(problem))
        return Answer(text)

    return check
