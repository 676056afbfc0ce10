"""Writing a plan: the answers to its questions and its outcomes, and what happens when an agreed one is changed.

What was agreed stands. A change of it makes the next version, takes everything along, and says so; what goes on after the
agreement (named worker, destination, who has a copy, progress) is written where it is.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from db.journal import Action
from db.plans import plans as store
from db.plans.plans import CopyRow, OutcomeRow, PlanRow
from db.pupils import pupils as pupil_store
from db.vocabulary import OUTCOME_AREAS, OUTCOME_CONTENT, OUTCOME_PROGRESS, PLAN_CONTENT
from transitions.dates import long, short_with_year
from transitions.errors import FieldProblems, NotAllowed, require
from transitions.fields import Context, Field, Fields, day_of, gather, labelled, read_words, typed_in
from transitions.fields import Kind as FieldKind
from transitions.plans.opening import NewVersion, check_newest, copy_into_new_version, next_number
from transitions.plans.page import PlanPage, existing_plan, load, point_title
from transitions.plans.questions import load_shipped
from transitions.pupils.markers import ensure_may_leave, kinds
from transitions.pupils.schools import find_school
from transitions.questionnaire import Kind, Question
from transitions.team.workers import find_worker
from transitions.text import clean, searchable
from transitions.workspace import Recorded, Saved, Workspace


def _day_it_happened(text: str, context: Context) -> date:
    day = day_of(text, context)
    if day > context.today:
        raise ValueError(f"{short_with_year(day)} is in the future: expected the date it happened")
    return day


def _day_given(text: str, context: Context) -> date:
    day = day_of(text, context)
    if day > context.today:
        raise ValueError(f"{long(day)} is in the future: record a copy once it has been given")
    return day


OUTCOME_FIELDS: Final = Fields(
    Field("area", "Area", "choice", needed=True, options=labelled(OUTCOME_AREAS), help="Down lists the four areas"),
    Field(
        "hope", "From which hope", "known", read=read_words,
        help="One of this plan’s hopes, in the pupil’s words",
    ),
    Field("baseline", "Where I am now", "long text"),
    Field("outcome", "What will be different", "long text", needed=True),
    Field("by_when", "By when", "date", help="5/9/27, 5 sep, end of term"),
    Field(
        "progress", "How it goes", "choice", options=labelled(OUTCOME_PROGRESS),
        help="On track, achieved, changed or not achieved. You can set this at any time",
    ),
    Field("progress_on", "Said on", "date", reader=_day_it_happened, help="Empty is today"),
)  # fmt: skip
COPY_FIELDS: Final = Fields(
    Field("holder", "Who has it", needed=True, help="The family, a school, a person"),
    Field("form", "In what form", help="Printed, easy read, large print, by secure email"),
    Field("given_on", "Since", "date", kept=True, reader=_day_given, help="5/9, 5 sep, today"),
)
_KINDS: Final[Mapping[Kind, FieldKind]] = {
    "day": "date", "yes or no": "yes no", "choice": "choice", "worker": "worker", "school": "school", "text": "text",
}  # fmt: skip
_PREFERRED = "preferred_name"


def save_answers(workspace: Workspace, plan_id: int, fields: Mapping[str, object]) -> Saved:
    """Save answers by the name of their question; on an agreed plan, a change of what was agreed makes a new version.

    Texts, days (typed or as dates), yes and no, workers and schools (their numbers, or their names) are read as forms and
    the command line give them. Raises ``FieldProblems`` with a sentence for each field, ``NotAllowed`` for a version that
    is closed or has a later one, and ``NoSuchRecord``.
    """
    context = typed_in(workspace)
    values, problems = gather(fields, lambda code, value: _read_answer(context, code, value))
    if problems:
        raise FieldProblems(problems)
    preferred = {name: values.pop(name) for name in (_PREFERRED,) if name in values}

    def write(action: Action, plan: PlanRow, _made: NewVersion | None) -> None:
        if preferred:
            _write_preferred(action, plan.pupil_id, preferred)
        if values:
            action.update("plan", {"id": plan.id}, values)

    def alters(plan: PlanRow) -> bool:
        return any(getattr(plan, name) != values[name] for name in PLAN_CONTENT if name in values)

    return _save(workspace, plan_id, "Plan edited", alters, write)


def save_outcome(workspace: Workspace, plan_id: int, outcome_id: int | None, fields: Mapping[str, object]) -> Saved:
    """Save a new outcome (None) or changes to one; progress may be said at any time, anything else as ``save_answers``.

    Raises ``FieldProblems``, ``NotAllowed`` and ``NoSuchRecord`` likewise.
    """
    values = OUTCOME_FIELDS.checked(typed_in(workspace), fields, new=outcome_id is None)
    if "progress" in values:
        has_progress = values["progress"] is not None
        values["progress_on"] = (values.get("progress_on") or workspace.clock.today) if has_progress else None
    before = _outcome(workspace, plan_id, outcome_id)

    def alters(_plan: PlanRow) -> bool:
        if before is None:
            return True
        return any(getattr(before, name) != values[name] for name in OUTCOME_CONTENT if name in values)

    def write(action: Action, plan: PlanRow, made: NewVersion | None) -> None:
        number = before.id if before else None
        if made and before:
            number = made.outcomes[before.id]
        action.save("plan_outcome", number, values, pupil_id=plan.pupil_id, plan_id=plan.id)

    return _save(workspace, plan_id, "Outcome added" if before is None else "Outcome edited", alters, write)


def drop_outcome(workspace: Workspace, plan_id: int, outcome_id: int) -> Saved:
    """Take an outcome out of a plan; its actions stay. On an agreed plan it stays there, and the new version is without.

    Raises ``NotAllowed`` and ``NoSuchRecord`` as ``save_answers`` does.
    """
    before = _outcome(workspace, plan_id, outcome_id)
    assert before is not None  # noqa: S101 - a number was given

    def write(action: Action, plan: PlanRow, made: NewVersion | None) -> None:
        number = made.outcomes[before.id] if made else before.id
        for one in store.actions_of_plan(action.connection, plan.id):
            if one.outcome_id == number:
                action.update("plan_action", {"id": one.id}, {"outcome_id": None})
        action.delete("plan_outcome", {"id": number})

    return _save(workspace, plan_id, "Outcome taken out", lambda _plan: True, write)


def _save(
    workspace: Workspace,
    plan_id: int,
    name: str,
    alters: Callable[[PlanRow], bool],
    write: Callable[[Action, PlanRow, NewVersion | None], object],
) -> Saved:
    """Write to this version, or to a new one when what was agreed would be altered."""
    plan = existing_plan(workspace.read(), plan_id)
    altering = plan.agreed_on is not None and alters(plan)
    summary = f"{point_title(plan.transition)} · {pupil_store.pupil_name(workspace.read(), plan.pupil_id)}"
    if altering:
        name, summary = (
            f"{name}, as version {next_number(workspace.read(), plan)}",
            f"the agreed plan stays as version {plan.version} · {summary}",
        )
    with workspace.change(name, summary) as action:
        # behind the lock: it may have been agreed or closed meanwhile
        plan, made = existing_plan(action.connection, plan_id), None
        if plan.status == "closed":
            raise NotAllowed(
                f"Version {plan.version} of this plan is closed. Open a plan, or change the newest version."
            )
        check_newest(action, plan)
        if plan.agreed_on is not None and alters(plan):
            made = copy_into_new_version(action, plan, workspace.clock.today, workspace.me)
            plan = existing_plan(action.connection, made.plan_id)
        write(action, plan, made)
    return action.saved(plan.id)


def _write_preferred(action: Action, pupil_id: int, preferred: Mapping[str, Any]) -> None:
    page = pupil_store.page(action.connection, pupil_id)
    if page is not None and page.preferred_name != preferred[_PREFERRED]:
        found = searchable(page.surname, page.forename, preferred[_PREFERRED], page.upn)
        action.update("pupil", {"id": pupil_id}, {**preferred, "search_text": found})


def field_of(question: Question) -> Field:
    kind = _KINDS.get(question.kind, "long text")
    return Field(
        question.code,
        question.label,
        kind,
        help=question.help,
        read=(lambda text: read_words(clean(text))) if kind == "text" else None,
        reader=_day_it_happened if question.already else None,
        find={"worker": find_worker, "school": find_school}.get(kind),
        options=labelled(question.choices),
    )


def _read_answer(context: Context, code: str, value: object) -> Any:
    question = load_shipped().question(code)
    if question is None:
        known = ", ".join(one.code for one in load_shipped().questions)
        raise ValueError(f"there is no such question; expected one of {known}")
    return field_of(question).value(value, context)


def _outcome(workspace: Workspace, plan_id: int, outcome_id: int | None) -> OutcomeRow | None:
    if outcome_id is None:
        return None
    return require(
        next((one for one in store.outcomes(workspace.read(), plan_id) if one.id == outcome_id), None),
        "This outcome is no longer in the plan: look at the plan again.",
    )


def save_copy(
    workspace: Workspace, plan_id: int, copy_id: int | None, fields: Mapping[str, object], *, override: str = ""
) -> Saved:
    """Save that somebody was given a copy (None), or changes to that; fields that are not given stay.

    Values are text as people type it, or values already read. A new copy was given today when no day is said. A copy is
    known of whatever the status of the plan: it is out, and somebody may ask for it back. A copy for somebody who is neither
    of the family nor of a school of the pupil needs the family's agreement, or that the plan says why it may be shared;
    ``override`` is the reason why it goes all the same.

    Raises NotAllowed for a copy that is held back, FieldProblems with a sentence for each field that is wrong, and NoSuchRecord.
    """
    page = load(workspace, plan_id)
    if copy_id is not None:
        _copy(page.copies, copy_id)
    given = dict(fields) if copy_id is not None else {"holder": "", "given_on": workspace.clock.today, **fields}
    values = COPY_FIELDS.checked(typed_in(workspace), given)
    name = "Copy recorded" if copy_id is None else "Copy edited"
    holder = str(values["holder"]) if "holder" in values else ""
    kind = "plan_copy_family" if _is_with_family(page, holder) else "plan_copy"
    grounds = bool(page.plan.sharing_basis)
    said = ensure_may_leave(workspace, page.plan.pupil_id, kind, override=override, grounds=grounds) if holder else []
    with workspace.change(name, "; ".join([page.move_and_name, *said])) as action:
        if copy_id is not None:
            _copy(store.copies(action.connection, plan_id), copy_id)  # behind the lock
        number = action.save("plan_copy", copy_id, values, pupil_id=page.plan.pupil_id, plan_id=plan_id)
    return action.saved(number)


def _is_with_family(page: PlanPage, holder: str) -> bool:
    """Whether who holds a copy is of the family or of the inner circles, or a school that the plan names."""
    words = searchable(holder)
    around = [one.name for one in page.contacts if one.circle != "outer"]
    known = (page.pupil.school, page.pupil.next_school, page.plan.destination_school, *around)
    if any(searchable(one) in words for one in known if one):
        return True
    return bool(set(words.split()) & set(kinds()["plan_copy"].with_family))


def take_out_copy(workspace: Workspace, plan_id: int, copy_id: int) -> Recorded:
    """Take out a copy that was given back, or never given; the history keeps who held it. Raises NoSuchRecord."""
    page = load(workspace, plan_id)
    with workspace.change("Copy taken out", page.move_and_name) as action:
        action.delete("plan_copy", {"id": _copy(store.copies(action.connection, plan_id), copy_id).id})
    return action.recorded


def _copy(copies: tuple[CopyRow, ...] | list[CopyRow], copy_id: int) -> CopyRow:
    return require(
        next((one for one in copies if one.id == copy_id), None),
        "This copy is no longer in the plan. Check the plan again.",
    )
