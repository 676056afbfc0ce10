"""The actions of plans: a named person does something by a day. Adding, editing, ticking off, dropping; all undoable.

What an agreed plan said stands: of an action that was in it, who does what by when is changed by no edit. Ticking it off,
evidence, dropping it with a reason and adding others are progress, and always possible.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

from db.caseload.actions import DueAction
from db.journal import Value
from db.plans import plans as store
from db.plans.plans import ActionRow
from db.pupils import pupils as pupil_store
from transitions import questionnaire
from transitions.dates import short_with_year
from transitions.errors import NoSuchRecord, NotAllowed
from transitions.fields import Context, Field, Fields, read_open_day, typed_in, words_of
from transitions.milestones.recording import of_pupils
from transitions.plans.page import PLAN_IS_GONE, existing_plan
from transitions.pupils import page as pupil_page
from transitions.text import clean, searchable
from transitions.workspace import Recorded, Saved, Workspace

_AGREED: Final = {"what": "what is done", "owner": "who does it", "due_on": "by when"}
LONGEST: Final = 500
"""Characters of what will be done: more is a note."""
_PARTED = re.compile(r"\s*[,;/&+]\s*|\s+(?:and|or|with)\s+")
_BEFORE = re.compile(r"^(?:the|our|their|my|a|an)\s+")
_AFTER = re.compile(r"\s+(?:teams?|services?|department|dept|office|staff)$")
_MARKS = re.compile(r"[^\w\s,;/&+]")


class ActionOf(NamedTuple):
    """Whose an action is, for reading its fields: the pupil and the plan, if it is on one."""

    pupil_id: int
    plan_id: int | None


def _short_text(text: str) -> str | None:
    cleaned = clean(text)
    if len(cleaned) > LONGEST:
        raise ValueError(f"has {len(cleaned)} characters, more than {LONGEST}: put longer text in a note")
    return cleaned or None


def _owner(text: str, context: Context) -> str | None:
    cleaned = _short_text(text)
    if cleaned is not None and context.workspace is not None:
        page = pupil_store.page(context.workspace.read(), context.about.pupil_id)
        check_person(cleaned, (page.school, page.next_school) if page else ())
    return cleaned


def _outcome_id(text: str, context: Context) -> int:
    plan_id = context.about.plan_id
    assert context.workspace is not None  # noqa: S101 - an action is read in an open database
    outcomes = [] if plan_id is None else store.outcomes(context.workspace.read(), plan_id)
    found = next((outcome.id for outcome in outcomes if str(outcome.id) == text), None)
    if found is None:
        raise ValueError("there is no such outcome in this plan: expected one of its own")
    return found


ACTION_FIELDS: Final = Fields(
    Field("what", "What will be done", needed=True, read=_short_text, help="One thing that can be ticked off"),
    Field("owner", "By whom", "known", needed=True, reader=_owner, help="A person, never an agency: Dr Lee, CAMHS"),
    Field("due_on", "By when", "date", reader=read_open_day, help="5/9, 5 sep, mon, +2w or end of term"),
    Field("evidence", "Evidence", "long text", help="How you can tell"),
    Field(
        "outcome_id", "For which outcome", "known", reader=_outcome_id, help="The outcome that it brings nearer, if any"
    ),
)


def add_action(
    workspace: Workspace,
    pupil_id: int,
    *,
    what: str,
    owner: str,
    due_on: date | None,
    plan_id: int | None = None,
    outcome_id: int | None = None,
) -> Saved:
    """Write down who will do what by when, on a plan, or on the pupil's open one if there is one.

    Raises as ``save_action`` does.
    """
    fields = {"what": what, "owner": owner, "due_on": due_on, "outcome_id": outcome_id}
    return save_action(workspace, pupil_id, None, fields, plan_id=plan_id)


def save_action(
    workspace: Workspace,
    pupil_id: int,
    action_id: int | None,
    fields: Mapping[str, object],
    *,
    plan_id: int | None = None,
) -> Saved:
    """Save a new action of a pupil (None) or changes to one; fields that are not given stay.

    A new one goes on ``plan_id``, or on the pupil's open plan if there is one. Values are text as people type it, or values
    already read; empty text or None empties a field. A value that stands already is not judged again. ``owner`` is a
    person, never an agency alone.

    Raises FieldProblems with a sentence for each field that is wrong; NotAllowed for what was agreed, for an action that is
    no longer open (its evidence may still be put right), and for a plan that is closed; NoSuchRecord.
    """
    name = "Action added" if action_id is None else "Action edited"
    with workspace.change(name, of_pupils(workspace, [pupil_id])) as action:
        old = None if action_id is None else _existing(workspace, action_id, pupil_id)
        on_plan = _plan_for(workspace, pupil_id, plan_id) if old is None else old.plan_id
        terms = pupil_page.terms_of(workspace, pupil_id)
        context = typed_in(workspace, ActionOf(pupil_id, on_plan), terms)
        given = {**ACTION_FIELDS.blank, **fields} if old is None else fields
        values = ACTION_FIELDS.checked(context, given, existing=old)
        if old is not None:
            _check_may_change(workspace, old, values)
        added = {"pupil_id": pupil_id, "plan_id": on_plan, "added_on": workspace.clock.today}
        number = action.save("plan_action", action_id, values, **added)
    return action.saved(number)


def finish_actions(workspace: Workspace, ids: Sequence[int], *, on: date | None = None, evidence: str = "") -> Recorded:
    """Record actions as done on a day, today if none is given; without new evidence the old stays.

    Raises NotAllowed for a day to come and for an action that is not open, and NoSuchRecord.
    """
    day = workspace.day_gone_by(on, "You can only mark an action done once it has happened.")
    cleaned = words_of(evidence) or None

    def values(row: ActionRow, which: str) -> dict[str, Value]:
        _check_open(row, which)
        return {"status": "done", "done_on": day, "evidence": cleaned or row.evidence}

    return _record(workspace, ids, "Action done", values)


def drop_actions(workspace: Workspace, ids: Sequence[int], *, reason: str) -> Recorded:
    """Drop actions that will not be done; the reason is kept as their evidence.

    Raises NotAllowed without a reason and for an action that is not open, and NoSuchRecord.
    """
    cleaned = words_of(reason)
    if not cleaned:
        raise NotAllowed("Say why it is dropped. Somebody was promised this.")

    def values(row: ActionRow, which: str) -> dict[str, Value]:
        _check_open(row, which)
        return {"status": "dropped", "evidence": cleaned}

    return _record(workspace, ids, "Action dropped", values)


def reopen_actions(workspace: Workspace, ids: Sequence[int]) -> Recorded:
    """Open actions again that were done or dropped; the history keeps what was recorded.

    Raises NotAllowed for an action that goes on in a newer version of the plan, and NoSuchRecord.
    """

    def values(row: ActionRow, which: str) -> dict[str, Value]:
        _check_not_carried_over(row, which)
        return {} if row.status == "open" else {"status": "open", "done_on": None, "evidence": None}

    return _record(workspace, ids, "Action opened again", values)


def is_of_pupil(workspace: Workspace, action_id: int, pupil_id: int) -> bool:
    row = store.action(workspace.read(), action_id)
    return row is not None and row.pupil_id == pupil_id


def is_agreed(action: ActionRow | DueAction, agreed_on: date | None) -> bool:
    """Whether an action is part of what was agreed on that day (None: not agreed), so that it stands.

    Those of an audit never are. Of an action from before days were kept the plan's agreement is taken as its own.
    """
    if agreed_on is None or action.audit_id is not None:
        return False
    return action.added_on is None or action.added_on <= agreed_on


def _plan_for(workspace: Workspace, pupil_id: int, plan_id: int | None) -> int | None:
    if pupil_store.pupil_name(workspace.read(), pupil_id) is None:
        raise NoSuchRecord(f"There is no pupil with the number {pupil_id}.")
    if plan_id is None:
        return store.open_plan_id(workspace.read(), pupil_id)
    plan = existing_plan(workspace.read(), plan_id)
    if plan.pupil_id != pupil_id:
        raise NoSuchRecord(PLAN_IS_GONE)
    if plan.status == "closed":
        raise NotAllowed("This plan is closed. Add the action to the pupil's open plan.")
    return plan_id


def _check_may_change(workspace: Workspace, row: ActionRow, values: Mapping[str, Any]) -> None:
    changed = [name for name, value in values.items() if value != getattr(row, name)]
    agreed = [label for name, label in _AGREED.items() if name in changed]
    plan = None if row.plan_id is None else store.plan(workspace.read(), row.plan_id)
    if agreed and plan is not None and plan.agreed_on is not None and is_agreed(row, plan.agreed_on):
        raise NotAllowed(
            f"This was agreed on {short_with_year(plan.agreed_on)}, so {' and '.join(agreed)} cannot be changed. Drop it with "
            "a reason and add a new one, or make a new version of the plan."
        )
    if set(changed) - {"evidence"}:
        _check_open(row, "This action")
    elif changed:
        _check_not_carried_over(row, "This action")


def _check_open(row: ActionRow, which: str) -> None:
    _check_not_carried_over(row, which)
    if row.status != "open":
        since = f", since {short_with_year(row.done_on)}" if row.done_on else ""
        raise NotAllowed(f"{which} is {row.status} already{since}. Open it again first, if that is wrong.")


def _check_not_carried_over(row: ActionRow, which: str) -> None:
    if row.status == "carried over":
        raise NotAllowed(f"{which} continues in a newer version of the plan. Decide it there.")


def _existing(workspace: Workspace, action_id: int, pupil_id: int | None = None) -> ActionRow:
    row = store.action(workspace.read(), action_id)
    if row is None or pupil_id not in (None, row.pupil_id):
        raise NoSuchRecord("This action is no longer here. Somebody has undone the change that added it.")
    return row


def _record(
    workspace: Workspace, ids: Sequence[int], name: str, values: Callable[[ActionRow, str], dict[str, Value]]
) -> Recorded:
    if not ids:
        return Recorded(name, "nothing to record", 0)
    which = "This action" if len(ids) == 1 else "One of these actions"
    pupils = of_pupils(workspace, sorted({_existing(workspace, number).pupil_id for number in ids}))
    summary = pupils if len(ids) == 1 else f"{len(ids):,} actions · {pupils}"
    with workspace.change(name, summary) as action:
        for number in ids:
            row = _existing(workspace, number)  # read behind the lock: somebody may have decided since the screen did
            action.update("plan_action", {"id": number}, values(row, which))
    return action.recorded


def not_a_person(owner: str, schools: Collection[str] = ()) -> str | None:
    """The sentence why ``owner`` cannot own an action, or None for a person.

    Only a text that is nothing but agencies is refused: "CAMHS", "School and social care", one of ``schools`` by its name.
    A name beside them, a role in the family ("Mum") and "me" are persons. An action needs a person as its owner so that
    somebody can be held to it; the words are in ``agencies.toml``.
    """
    text = _plain(owner)
    if text in map(_plain, schools) or _is_agency(text) or all(map(_is_agency, _PARTED.split(text))):
        return (
            f"“{owner}” is not one person. Name the person who will do it, such as “Dr Lee, CAMHS” or “Mum”: somebody who "
            "can be asked whether it is done"
        )
    return None


def check_person(owner: str, schools: Iterable[str | None]) -> None:
    problem = not_a_person(owner, [school for school in schools if school])
    if problem:
        raise ValueError(problem)


def _is_agency(text: str) -> bool:
    bare = _BEFORE.sub("", text)
    return bare in _agencies() or _AFTER.sub("", bare) in _agencies()


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub(" ", searchable(text)).split())


@cache
def _agencies() -> frozenset[str]:
    listed = questionnaire.load("transitions.plans", "agencies.toml")
    return frozenset((*listed["agencies"], *listed["nobody_in_particular"]))
