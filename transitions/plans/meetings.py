"""The meetings about a plan, planned or held; a review is one that says what becomes of the plan.

A meeting is planned while its day is to come and nobody has said that it was held. Everything that belongs to one change of
a meeting (who came, the plan's next review, the step that is recorded) is one undoable action.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from db.journal import Action
from db.milestones import steps as step_store
from db.plans.plans import AttendeeRow, MeetingRow, PlanRow
from db.vocabulary import ATTENDANCES, ATTENDEE_PARTS, MEETING_KINDS, REVIEW_RESULTS
from transitions.dates import long, short_with_year
from transitions.errors import FieldProblems, NotAllowed, require
from transitions.fields import IS_NEEDED, Field, Fields, labelled, read_open_day, typed_in
from transitions.milestones.recording import done_values, write
from transitions.plans.attendees import (
    LONGEST_NAME,
    Attendee,
    first_to_last,
)
from transitions.plans.lifecycle import check, propose_review
from transitions.plans.page import Meeting, PlanPage, load
from transitions.pupils import page as pupil_page
from transitions.text import clean
from transitions.workspace import Recorded, Saved, Workspace

_NEW: Final[Mapping[str, Any]] = {"kind": "meeting", "held_on": None, "result": None, "next_on": None}
_CHANGED_MEANWHILE: Final = "Somebody has just changed this plan. Check it again."
REVIEW_PROMPTS = (
    "Have the actions been done?",
    "How far have the outcomes come?",
    "Are there new outcomes?",
    "What has changed?",
    "What else is to be done, by whom and when?",
    "Is an advocate needed?",
)
"""What a review talks about, to be asked above its notes; who came is said with the people.

Source: Wakefield and Croydon, Reviewing a transition plan.
"""
MEETING_FIELDS: Final = Fields(
    Field("kind", "Kind", "choice", kept=True, options=labelled(MEETING_KINDS)),
    Field("held_on", "Day", "date", needed=True, reader=read_open_day, help="A future date plans it"),
    Field("happened", "Held?", "yes no", kept=True),
    Field("place", "Where"),
    Field("notes", "Notes", "long text", help=f"A review asks: {' '.join(REVIEW_PROMPTS)}"),
    Field("decisions", "Decisions", "long text"),
    Field(
        "result", "A review decides", "choice", options=labelled(REVIEW_RESULTS),
        help="Maintain: no change. Amend: a new version. Close: the plan has ended.",
    ),
    Field("advocacy_needed", "Is an advocate needed?", "yes no"),
    Field("next_on", "The next one", "date", reader=read_open_day),
)  # fmt: skip


class SavedMeeting(Saved):
    """What was recorded, with the number of the meeting, and the day of the next review when the plan was moved on."""

    next_review: date | None


def save_meeting(
    workspace: Workspace,
    plan_id: int,
    meeting_id: int | None,
    fields: Mapping[str, object],
    attendees: Sequence[Attendee] | None = None,
) -> SavedMeeting:
    """Save a new meeting of a plan (None) or changes to one; fields and attendees (None) that are not given stay.

    Values are text as people type it, or values already read; empty text or None empties a field. Without ``happened`` a
    new meeting was held when its day is not to come. A review that was held needs a result and an agreed plan: the plan is
    reviewed, its next review is ``next_on`` or else proposed, and the pupil's step that waits for it is met or late.

    Raises FieldProblems with a sentence for each field that is wrong (who came under "attendees"); NotAllowed for a plan
    that is closed or, for a review, not agreed, and for taking back that a review was held; NoSuchRecord.
    """
    page = load(workspace, plan_id)
    before = None if meeting_id is None else _meeting(page, meeting_id)
    values, after = _read_fields(workspace, page, before.row if before else None, fields)
    people = None if attendees is None else _checked_people(attendees)
    if before is None and page.plan.status == "closed":
        raise NotAllowed("This plan is closed. Open a plan, or record it in the pupil’s open one.")
    name, summary = _name_and_summary(page, before.row if before else None, after)
    with workspace.change(name, summary) as action:
        again = load(workspace, plan_id)  # behind the lock
        if (again.plan, again.meetings) != (page.plan, page.meetings):
            raise NotAllowed(_CHANGED_MEANWHILE)
        due = _move_plan_on(workspace, action, page, before.row if before else None, after)
        if due is not None:
            values["next_on"] = due
        owner = {"pupil_id": page.plan.pupil_id}
        number = action.save("plan_meeting", meeting_id, values, **owner, plan_id=plan_id)
        if people is not None:
            _write_people(action, {**owner, "meeting_id": number}, before.attendees if before else (), people)
    with_review = f"{summary}; next review {short_with_year(due)}" if due else summary
    saved = SavedMeeting(*action.recorded._replace(summary=with_review))
    saved.number, saved.next_review = number, due
    return saved


def take_out_meeting(workspace: Workspace, plan_id: int, meeting_id: int) -> Recorded:
    page = load(workspace, plan_id)
    row = _meeting(page, meeting_id).row
    with workspace.change(f"{row.kind.capitalize()} called off", _summary(page, row.held_on)) as action:
        before = _meeting(load(workspace, plan_id), meeting_id)  # behind the lock
        if before.row.happened:
            raise NotAllowed("This meeting was held, so it stays. If it was not held, undo that record.")
        for person in before.attendees:
            action.delete("plan_attendee", {"id": person.id})
        action.delete("plan_meeting", {"id": meeting_id})
    return action.recorded


def _move_plan_on(
    workspace: Workspace, action: Action, page: PlanPage, before: MeetingRow | None, after: Mapping[str, Any]
) -> date | None:
    was_review = before is not None and before.kind == "review" and before.happened
    is_review = after["kind"] == "review" and after["happened"]
    if before is not None and was_review:
        if not is_review:
            raise NotAllowed(
                f"This review was held on {short_with_year(before.held_on)}, and the plan has moved on since. If it was not held, undo that record."
            )
        days = after["held_on"], after["next_on"]
        if days != (before.held_on, before.next_on):
            return correct_review(workspace, action, check(workspace, page.plan.id, "review"), before, *days)
    elif is_review:
        agreed = check(workspace, page.plan.id, "review")
        return record_review(workspace, action, agreed, after["held_on"], after["next_on"])
    return None


def _read_fields(
    workspace: Workspace, page: PlanPage, before: MeetingRow | None, fields: Mapping[str, object]
) -> tuple[dict[str, Any], dict[str, Any]]:
    context = typed_in(workspace, page, pupil_page.terms_of(workspace, page.plan.pupil_id))
    values = MEETING_FIELDS.checked(context, fields)
    after = {**(before._asdict() if before else _NEW), **values}
    if after["held_on"] is None:
        raise FieldProblems({"held_on": IS_NEEDED})
    if before is None and "happened" not in values:
        values["happened"] = after["happened"] = after["held_on"] <= workspace.clock.today
    changed = {name for name, value in values.items() if before is None or value != getattr(before, name)}
    problems = dict(_problems(after, changed, workspace.clock.today))
    if problems:
        raise FieldProblems(problems)
    return values, after


def _problems(after: Mapping[str, Any], changed: set[str], today: date) -> Iterable[tuple[str, str]]:
    held_on, happened, review = after["held_on"], after["happened"], after["kind"] == "review"
    if changed & {"held_on", "happened"}:
        if happened and held_on > today:
            yield "held_on", f"{long(held_on)} is in the future, so it has not been held yet. Leave it planned"
        elif not happened and held_on < today:
            yield "held_on", f"{long(held_on)} is in the past: say it was held, or give a future date"
    if changed & {"kind", "happened", "result"}:
        if after["result"] and not review:
            yield "result", "only a review decides what happens to the plan"
        elif after["result"] and not happened:
            yield "result", "is said when the review has been held"
        elif review and happened and not after["result"]:
            yield "result", f"a review decides what happens to the plan: {', '.join(REVIEW_RESULTS)}"
    if changed & {"held_on", "next_on"} and after["next_on"] is not None and after["next_on"] <= held_on:
        yield "next_on", "the next one comes after this one"


def _checked_people(attendees: Sequence[Attendee]) -> list[Attendee]:
    people = [person._replace(name=clean(person.name)) for person in attendees]
    for person in people:
        if not 0 < len(person.name) <= LONGEST_NAME:
            raise FieldProblems({"attendees": f"a name has 1 to {LONGEST_NAME} characters"})
        if person.part not in ATTENDEE_PARTS or person.attendance not in ATTENDANCES:
            known = f"{', '.join(ATTENDEE_PARTS)}, and {', '.join(ATTENDANCES)}"
            raise FieldProblems(
                {"attendees": f"{person.name}: {person.part}, {person.attendance} is not known; expected {known}"}
            )
    return first_to_last(people)


def _write_people(
    action: Action, owner: Mapping[str, int], before: Sequence[AttendeeRow], people: Sequence[Attendee]
) -> None:
    """Write what differs: the same person, by name, keeps the row."""
    left = list(before)
    for person in people:
        same = [row for row in left if row.name == person.name]
        row = next((row for row in same if row.part == person.part), same[0] if same else None)
        if row is None:
            action.insert("plan_attendee", {**owner, **person._asdict()})
        else:
            left.remove(row)
            action.update("plan_attendee", {"id": row.id}, {"part": person.part, "attendance": person.attendance})
    for row in left:
        action.delete("plan_attendee", {"id": row.id})


def _meeting(page: PlanPage, meeting_id: int) -> Meeting:
    return require(
        next((meeting for meeting in page.meetings if meeting.row.id == meeting_id), None),
        "This meeting is no longer there: look at the plan again.",
    )


def _name_and_summary(page: PlanPage, before: MeetingRow | None, after: Mapping[str, Any]) -> tuple[str, str]:
    newly_held = after["happened"] and not (before and before.happened)
    what = "recorded" if newly_held else "edited" if before else "planned"
    return f"{after['kind'].capitalize()} {what}", _summary(page, after["held_on"])


def _summary(page: PlanPage, day: date) -> str:
    return f"{page.title}, {short_with_year(day)} · {page.called} {page.pupil.surname}"


def record_review(
    workspace: Workspace, action: Action, page: PlanPage, held_on: date, next_on: date | None
) -> date | None:
    """Move a plan on by a review that was held, as part of an action; give the day of the next review.

    ``next_on`` is proposed by the cycle when None. The pupil's steps that wait for this review are recorded as met, or as
    late. A review that is written down after a later one changes nothing of that, and None is given. Raises ``NotAllowed``
    for a day before the agreement, or of another review.
    """
    last = _last_before(page, held_on)
    if last is not None and held_on < last:
        return None
    due = next_on or propose_review(workspace, page, after=held_on).on
    for row in _steps(workspace, action, page.plan):
        # a review between times, which leaves the day of the next as it was, does not take that one's place
        stays = due == page.plan.review_on and row.due_on is not None and row.due_on > held_on
        if row.outcome in (None, "missed") and not stays:
            evidence = "" if row.evidence else _review_evidence(held_on)
            write(action, row, done_values(row, held_on, evidence), workspace.me)
    action.update("plan", {"id": page.plan.id}, {"status": "reviewed", "reviewed_on": held_on, "review_on": due})
    return due


def correct_review(
    workspace: Workspace, action: Action, page: PlanPage, before: MeetingRow, held_on: date, next_on: date | None
) -> date | None:
    """Put right the day of a review that was held, or of the one after it; give the day of the next if this sets it.

    Raises as ``record_review`` does, and when it would stand on the other side of another review.
    """
    newest = page.plan.reviewed_on == before.held_on
    last = _last_before(page, held_on, besides=before)
    if last is not None and (held_on > last) != newest:
        raise NotAllowed(f"Another review was held on {short_with_year(last)}, so this one can't be moved past it.")
    for row in _steps(workspace, action, page.plan):
        if row.done_on == before.held_on:
            evidence = _review_evidence(held_on) if row.evidence == _review_evidence(before.held_on) else ""
            write(action, row, done_values(row, held_on, evidence), workspace.me)
    if not newest:
        return None
    due = next_on or propose_review(workspace, page, after=held_on).on
    action.update("plan", {"id": page.plan.id}, {"reviewed_on": held_on, "review_on": due})
    return due


def _last_before(page: PlanPage, held_on: date, besides: MeetingRow | None = None) -> date | None:
    """The day of the last review besides one. Raises ``NotAllowed`` when ``held_on`` cannot be a review."""
    plan = page.plan
    if plan.agreed_on is not None and held_on < plan.agreed_on:
        raise NotAllowed(f"The plan was agreed on {short_with_year(plan.agreed_on)}, so a review must be after that.")
    days = {
        meeting.row.held_on
        for meeting in page.meetings
        if meeting.row.kind == "review" and meeting.row.happened and meeting.row != besides
    }
    if plan.reviewed_on is not None and (besides is None or plan.reviewed_on != besides.held_on):
        days.add(plan.reviewed_on)
    if held_on in days:
        raise NotAllowed(f"The review on {short_with_year(held_on)} is already recorded. Change that one.")
    return max(days, default=None)


def _steps(workspace: Workspace, action: Action, plan: PlanRow) -> list[step_store.StepRow]:
    numbers = {
        number
        for number, milestone in workspace.milestones.items()
        if milestone.of_plan_review and milestone.transition == plan.transition
    }
    return [row for row in step_store.of_pupil(action.connection, plan.pupil_id) if row.milestone_id in numbers]


def _review_evidence(held_on: date) -> str:
    return f"Review on {short_with_year(held_on)}"
