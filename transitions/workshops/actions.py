"""The actions agreed at workshops: who does what by when, how far each has got whenever it was looked at, and giving one up.

An action is carried to every following workshop of its series until it is graded 1, or dropped with a reason. Unlike in a
pupil's plan, whoever does it may be a team: district plans name teams.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from db.journal import Action
from db.vocabulary import GRADES
from db.workshops import workshops as store
from db.workshops.workshops import ProgressRow, WorkshopActionRow, WorkshopRow
from transitions.dates import long, short_with_year
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed, require
from transitions.fields import Field, Fields, read_open_day, read_words, typed_in, words_of
from transitions.workshops.page import WorkshopPage, existing_workshop
from transitions.workspace import Recorded, Saved, Workspace

# Today reads what is open before anything is on the screen: what reads dates and rules is imported where it is used.

ACTION_FIELDS: Final = Fields(
    Field(
        "recommendation", "Recommendation", read=read_words, help="From a committee or report, if it responds to one"
    ),
    Field("what", "What", needed=True, longest=500, help="What will be done, so that it can be graded"),
    Field("steps", "Steps", "long text", help="Steps towards it, one per line"),
    Field("who", "Who", "known", help="A person or a team"),
    Field("due_on", "By when", "date", reader=read_open_day, help="5/9, 5 sep, +6w, end of term"),
    Field("cost", "Cost"),
    Field("success_measure", "Success measure", read=read_words, help="How you will know it is done"),
    Field("impact", "Impact", "long text", help="What is different because of it"),
)
GRADE_WORDS: Final[Mapping[int, str]] = MappingProxyType(
    dict(zip(GRADES, ("Fully achieved", "On track", "Slipped", "Not achieved"), strict=True))
)
FULLY_ACHIEVED: Final = 1
NOT_GRADED: Final = "Not graded yet"
_GONE: Final = "This action is no longer here. Somebody has undone the change that added it."


def save_action(workspace: Workspace, workshop_id: int, action_id: int | None, fields: Mapping[str, object]) -> Saved:
    """Save a new action of a workshop (None) or changes to one; fields that are not given stay.

    Values are text as people type it, or values already read; empty text or None empties a field. A value that stands
    already is not judged again. ``workshop_id`` may also be a later workshop of the series, to which the action is carried.

    Raises FieldProblems with a sentence for each field that is wrong; NotAllowed for a new action of a workshop that was
    cancelled or taken out of the register; NoSuchRecord.
    """
    meeting = existing_workshop(workspace, workshop_id)
    name = "Workshop action added" if action_id is None else "Workshop action edited"
    if action_id is None and (meeting.status == "cancelled" or meeting.archived_at is not None):
        raise NotAllowed(f"{_label(meeting)} has been taken out, so nothing can be agreed at it.")
    with workspace.change(name, _label(meeting), plans=False) as action:
        old = None if action_id is None else _required_action(workspace, action_id)
        if old is not None and old.workshop_id != workshop_id and old.series != meeting.series:
            raise NoSuchRecord(_GONE)
        values = _read_fields(workspace, meeting, old, fields)
        number = action.save("workshop_action", action_id, values, workshop_id=workshop_id)
    return action.saved(number)


def grade(
    workspace: Workspace,
    action_ids: Sequence[int],
    grade: int,
    *,
    at: int | None = None,
    on: date | None = None,
    evidence: str = "",
) -> Recorded:
    """Record how far actions have got: 1 fully achieved, 2 on track, 3 slipped, 4 not achieved.

    ``at`` is the workshop that looked at them. One to come has looked at nothing yet, and one that agreed an action did not
    look at how far it had got: then only the day is kept. ``on`` is the day of the meeting that looked, or today, when it is
    not given. A second grading at the same meeting and on the same day puts the first right; without new evidence the old
    stays. A look of an earlier day leaves the grade of the newest standing.

    Raises NotAllowed for an unknown grade, a day to come or before the action was agreed, an action that was dropped, and a
    workshop that was cancelled; NoSuchRecord.
    """
    if grade not in GRADE_WORDS:
        known = ", ".join(f"{number} {label}" for number, label in GRADE_WORDS.items())
        raise NotAllowed(f"{grade!r} is not a grade. Choose one of: {known}")
    meeting = None if at is None else existing_workshop(workspace, at)
    if meeting is not None and meeting.status == "cancelled":
        raise NotAllowed(f"{_label(meeting)} was cancelled, so nothing was graded at it.")
    today = workspace.clock.today
    if on is not None and on > today:
        raise NotAllowed(f"{short_with_year(on)} is in the future. Grade an action once it has been reviewed.")
    cleaned = words_of(evidence)

    def write(action: Action, row: WorkshopActionRow, which: str) -> None:
        _check_not_dropped(row, which)
        looked = meeting if meeting and meeting.on_day <= today and meeting.id != row.workshop_id else None
        day = on or (looked.on_day if looked else today)
        if day < min(row.agreed_on, today):
            raise NotAllowed(f"{which} was agreed on {short_with_year(row.agreed_on)}, after {short_with_year(day)}.")
        _write_grading(action, row, looked.id if looked else None, grade, day, cleaned)

    return _record(workspace, action_ids, "Workshop action graded", f"{grade} {GRADE_WORDS[grade]} · ", write)


def drop_action(workspace: Workspace, action_ids: Sequence[int], *, reason: str) -> Recorded:
    """Give up actions that will not be done; they are carried no further, and the reason stays with them.

    Raises NotAllowed without a reason, for an action that is dropped already or fully achieved; NoSuchRecord.
    """
    cleaned = words_of(reason)
    if not cleaned:
        raise NotAllowed("Say why it is dropped. The workshop agreed it would be done.")

    def write(action: Action, row: WorkshopActionRow, which: str) -> None:
        _check_not_dropped(row, which)
        if row.grade == FULLY_ACHIEVED:
            raise NotAllowed(
                f"{which} is fully achieved, so there is nothing to drop. If that is wrong, grade it again."
            )
        today = workspace.clock.today
        action.update("workshop_action", {"id": row.id}, {"dropped_on": today, "drop_reason": cleaned})

    return _record(workspace, action_ids, "Workshop action dropped", "", write)


def take_up_again(workspace: Workspace, action_ids: Sequence[int]) -> Recorded:
    """Take up actions again that were dropped; the history keeps the reason. Raises NoSuchRecord."""

    def write(action: Action, row: WorkshopActionRow, _which: str) -> None:
        action.update("workshop_action", {"id": row.id}, {"dropped_on": None, "drop_reason": None})

    return _record(workspace, action_ids, "Workshop action taken up again", "", write)


def is_open(action: WorkshopActionRow) -> bool:
    return action.dropped_on is None and action.grade != FULLY_ACHIEVED


def open_actions(workspace: Workspace) -> list[WorkshopActionRow]:
    return [action for action in store.every_action(workspace.read()) if is_open(action)]


def grading_by(progress: Sequence[ProgressRow], action_id: int, meeting: WorkshopRow | None) -> ProgressRow | None:
    """How an action stood when a meeting was over, or stands now (None); None when nobody had graded it.

    What was graded at the meeting counts also when it was written down on a later day. ``progress`` is oldest first.
    """
    found = [one for one in progress if one.action_id == action_id]
    if meeting is not None:
        end = meeting.last_day or meeting.on_day
        found = [one for one in found if one.workshop_id == meeting.id or one.graded_on <= end]
    return found[-1] if found else None


def assessment(grade: int | None) -> str:
    return NOT_GRADED if grade is None else f"{grade} {GRADE_WORDS[grade]}"


def agenda(page: WorkshopPage) -> list[str]:
    """A workshop's agenda line by line: when and where, what is carried to it and how that stands, then its own points.

    It reads the same whenever it is printed: nothing that was graded after the meeting is in it.
    """
    from transitions.school_year import year_groups_label

    row = page.workshop
    where = " · ".join(filter(None, (row.place, row.link)))
    groups = f"For {year_groups_label(page.year_groups)}" if page.year_groups else ""
    lines = [*filter(None, (row.title, _days_and_hours(row), where, groups)), ""]
    if page.carried:
        lines.append(f"Carried over from earlier workshops · {len(page.carried)}")
        for number, action in enumerate(page.carried, 1):
            lines += _carried(page, number, action)
    else:
        lines.append("Nothing is carried over from earlier workshops.")
    points = (row.agenda or "").splitlines()
    material = [f"{one.title}: {one.address}" for one in page.links]
    return [
        *lines,
        *(["", "Agenda", *points] if points else []),
        *(["", "Material", *material] if material else []),
    ]


def agenda_text(page: WorkshopPage) -> str:
    return "\n".join(agenda(page)) + "\n"


def _days_and_hours(row: WorkshopRow) -> str:
    hours = f", {row.starts}" + (f" to {row.ends}" if row.ends else "") if row.starts else ""
    return long(row.on_day) + (f" to {long(row.last_day)}" if row.last_day else "") + hours


def _carried(page: WorkshopPage, number: int, action: WorkshopActionRow) -> Iterator[str]:
    lead = f"{number}. "
    indent = " " * len(lead)
    yield lead + action.what
    late = action.due_on is not None and action.due_on < page.workshop.on_day
    by = f"{'was due' if late else 'due'} {short_with_year(action.due_on)}" if action.due_on else "no day given"
    agreed = f"agreed {short_with_year(action.agreed_on)}"
    yield f"{indent}{action.who or 'Nobody named'} · {by} · {agreed}"
    if action.dropped_on is not None:
        yield f"{indent}Dropped {short_with_year(action.dropped_on)}: {' '.join((action.drop_reason or '').split())}"
        return
    found = grading_by(page.progress, action.id, page.workshop)
    if found is None:
        yield indent + NOT_GRADED
        return
    detail = f": {' '.join(found.evidence.split())}" if found.evidence else ""
    yield f"{indent}{assessment(found.grade)}, {short_with_year(found.graded_on)}{detail}"


def _read_fields(
    workspace: Workspace, meeting: WorkshopRow, old: WorkshopActionRow | None, fields: Mapping[str, object]
) -> dict[str, Any]:
    terms = workspace.terms_for(school_id=meeting.host_school_id, la_number=meeting.la_number)
    given = {**ACTION_FIELDS.blank, **fields} if old is None else fields
    values, problems = ACTION_FIELDS.read(typed_in(workspace, terms=terms), given, existing=old)
    due = values.get("due_on")
    agreed = old.agreed_on if old else meeting.on_day
    if due is not None and due < agreed <= workspace.clock.today:
        problems["due_on"] = f"{long(due)} is before {long(agreed)}, when it was agreed. Is the year right?"
    if problems:
        raise FieldProblems(problems)
    return values


def _write_grading(
    action: Action, row: WorkshopActionRow, at: int | None, grade: int, day: date, evidence: str
) -> None:
    before = store.progress(action.connection, [row.id])
    same = next((one for one in before if (one.workshop_id, one.graded_on) == (at, day)), None)
    kept = evidence or (same.evidence if same else None)
    if same is not None:
        action.update("workshop_progress", {"id": same.id}, {"grade": grade, "evidence": kept})
    else:
        values = {"action_id": row.id, "workshop_id": at, "grade": grade, "graded_on": day, "evidence": kept}
        action.insert("workshop_progress", values)
    newest = store.progress(action.connection, [row.id])[-1]
    action.update("workshop_action", {"id": row.id}, {"grade": newest.grade, "graded_on": newest.graded_on})


def _check_not_dropped(row: WorkshopActionRow, which: str) -> None:
    if row.dropped_on is not None:
        raise NotAllowed(f"{which} was dropped on {short_with_year(row.dropped_on)}. Take it up again first.")


def _record(
    workspace: Workspace,
    ids: Sequence[int],
    name: str,
    lead: str,
    write: Callable[[Action, WorkshopActionRow, str], None],
) -> Recorded:
    numbers = list(dict.fromkeys(ids))
    if not numbers:
        return Recorded(name, "nothing to record", 0)
    which = "This action" if len(numbers) == 1 else "One of these actions"
    meetings = {_required_action(workspace, number).workshop_id for number in numbers}
    meeting = _label(existing_workshop(workspace, *meetings)) if len(meetings) == 1 else f"{len(meetings)} workshops"
    summary = lead + (meeting if len(numbers) == 1 else f"{len(numbers):,} actions · {meeting}")
    changed = 0
    with workspace.change(name, summary, plans=False) as action:
        for number in numbers:
            before = action.changes
            write(action, _required_action(workspace, number), which)  # read behind the lock
            changed += action.changes > before
    return Recorded(name, summary, changed)


def _required_action(workspace: Workspace, action_id: int) -> WorkshopActionRow:
    return require(store.action(workspace.read(), action_id), _GONE)


def _label(row: WorkshopRow) -> str:
    return f"{row.title} · {short_with_year(row.on_day)}"
