"""What a person records about a step: done, missed, waived, open again; and whom to ask about on another day; each one undoable action."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from db.journal import Action, Value
from db.milestones import steps as store
from db.milestones.steps import StepRow
from db.pupils import pupils as pupil_store
from transitions.dates import before_birth, short_with_year
from transitions.errors import NotAllowed, require
from transitions.fields import words_of
from transitions.milestones.definitions import load_shipped
from transitions.milestones.milestone import CodedReason, Milestone
from transitions.school_year import academic_year, add_months
from transitions.text import how_many
from transitions.workspace import Recorded, Workspace


class Step(NamedTuple):
    """Which milestone of which pupil in which cycle."""

    pupil_id: int
    milestone_id: int
    cycle: int


CLEARED: dict[str, Value] = {
    "outcome": None,
    "done_on": None,
    "missed_on": None,
    "reason": None,
    "next_step": None,
    "evidence": None,
    "from_record": False,
}


def mark_done(workspace: Workspace, steps: Sequence[Step], *, on: date | None = None, evidence: str = "") -> Recorded:
    """Record steps as done on a day (today if none is given): met when in time, late when not.

    A step that was flagged missed becomes late, and the day and reason stay; when it turns out to have been in time, the
    flag goes. Raises ``NotAllowed`` for a day to come, or before the birth, and for the review of a plan, which is recorded with the plan.
    """
    day = workspace.day_gone_by(on, "You can only record this once it has happened.")
    cleaned = words_of(evidence)
    unborn = store.first_born_after(workspace.read(), [step.pupil_id for step in steps], day)
    if unborn is not None:
        raise NotAllowed(f"{unborn.name}: {short_with_year(day)} is not recorded. {before_birth(unborn.date_of_birth)}")

    _refuse_reviews(workspace, steps)
    return _record(workspace, steps, "Marked done", lambda row: done_values(row, day, cleaned))


def _refuse_reviews(workspace: Workspace, steps: Sequence[Step]) -> None:
    milestones = workspace.milestones
    found = [one for one in steps if one.milestone_id in milestones and milestones[one.milestone_id].of_plan_review]
    if not found:
        return
    if len(steps) == 1:
        raise NotAllowed(
            f"This step (“{milestones[found[0].milestone_id].short}”) is done by holding the review: record it with the plan (P opens the "
            "plan, M its meetings), and this step and the next review follow."
        )
    whose = of_pupils(workspace, list(dict.fromkeys(one.pupil_id for one in found)))
    raise NotAllowed(
        f"Nothing marked done: of these {len(steps):,} steps, {how_many(len(found), 'is a plan review', 'are plan reviews')} ({whose}), "
        "recorded with the plan (P, M). Unmark those first."
    )


def done_values(row: StepRow, day: date, evidence: str = "") -> dict[str, Value]:
    """What a step that was done on a day holds: met or late; without new evidence the old stays."""
    in_time = row.late_after is None or day <= row.late_after
    missed = row.missed_on is not None and not in_time
    return {
        **CLEARED,
        "outcome": "met" if in_time else "late",
        "done_on": day,
        "missed_on": row.missed_on if missed else None,
        "reason": row.reason if missed else None,
        "next_step": row.next_step if missed else None,
        "evidence": evidence or row.evidence,
    }


def flag_missed(workspace: Workspace, steps: Sequence[Step], *, reason: str, next_step: str = "") -> Recorded:
    """Flag steps as missed, with a coded reason and what happens next.

    Raises ``NotAllowed`` for an unknown reason, for a step that is not overdue or is done, and for "other" without words.
    """
    _check_reason(reason, load_shipped().missed_reasons, next_step)
    today = workspace.clock.today
    cleaned = words_of(next_step) or None

    def values(row: StepRow) -> dict[str, Value]:
        _check_not_done(row)
        if row.late_after is None or row.late_after >= today:
            raise NotAllowed(
                f"“{row.title}” is not overdue yet, so it cannot be missed. Waive it if it will not happen, or mark it done."
            )
        return {
            **CLEARED,
            "outcome": "missed",
            "missed_on": row.missed_on or today,
            "reason": reason,
            "next_step": cleaned or row.next_step,
            "evidence": row.evidence,
        }

    return _record(workspace, steps, "Flagged missed", values)


def why_not_missed(workspace: Workspace, steps: Sequence[Step]) -> str | None:
    """The sentence why these steps cannot be flagged missed, or None: said before anybody is asked for a reason."""
    today = workspace.clock.today
    rows = [_current_step(workspace, key) for key in steps]
    early = [row for row in rows if row.done_on is None and (row.late_after is None or row.late_after >= today)]
    done = [row for row in rows if row.done_on is not None]
    if not early and not done:
        return None
    if len(rows) == 1:
        what = "is done" if done else "is not overdue yet"
        return f"“{rows[0].title}” {what}, so it cannot be flagged missed."
    counts = [f"{len(found):,} {words}" for found, words in ((early, "not overdue yet"), (done, "done")) if found]
    return f"Of these {len(rows):,} steps, {' and '.join(counts)}: only what is overdue can be flagged missed."


def waive(workspace: Workspace, steps: Sequence[Step], *, reason: str, words: str = "") -> Recorded:
    """Waive steps with a coded reason; the reason that it does not apply makes the step "not applicable".

    Raises ``NotAllowed`` for an unknown reason and for "other" without words.
    """
    chosen = _check_reason(reason, load_shipped().waived_reasons, words)
    cleaned = words_of(words) or None

    def values(row: StepRow) -> dict[str, Value]:
        _check_not_done(row)
        return {
            **CLEARED,
            "outcome": chosen.state,
            "reason": reason,
            "next_step": cleaned,
            "evidence": row.evidence,
            "missed_on": row.missed_on,
        }

    return _record(workspace, steps, "Waived", values)


def reopen(workspace: Workspace, steps: Sequence[Step]) -> Recorded:
    """Take a decision back, so that the step is open again; the history keeps what was decided.

    Raises ``NotAllowed`` for a step that the pupil's own record says is done.
    """

    def values(row: StepRow) -> dict[str, Value]:
        if row.from_record:
            other = shown_by(workspace.milestones, row, store.of_pupil(workspace.read(), row.pupil_id))
            if other is not None:
                raise NotAllowed(f"“{row.title}” was done with “{other.title}”. Open that one to open this too.")
            raise NotAllowed(
                f"“{row.title}” is done because the pupil's record says so. Change it there to open the step."
            )
        return dict(CLEARED)

    return _record(workspace, steps, "Opened again", values)


def shown_by(milestones: Mapping[int, Milestone], row: StepRow, steps: Sequence[StepRow]) -> StepRow | None:
    """Of the pupil's steps the one with which a step is done, that a person has recorded; None when another record shows it."""
    milestone = milestones.get(row.milestone_id)
    shown = {(code, row.cycle + later) for code, later in (milestone.shown_by if milestone else ())}
    return next(
        (
            one
            for one in steps
            if (one.code, one.cycle) in shown and not one.from_record and one.done_on == row.done_on is not None
        ),
        None,
    )


def put_off(workspace: Workspace, pupil_ids: Sequence[int], until: date) -> Recorded:
    """Leave whatever is open for these pupils out of walks and Today until a later day; it stays open meanwhile.

    Raises ``NotAllowed`` for a day gone by, and for one so far away that a slip of a key is likelier.
    """
    today = workspace.clock.today
    if until <= today:
        raise NotAllowed(f"{short_with_year(until)} is in the past. Give a future date.")
    latest = max(date(academic_year(today) + 1, 9, 30), add_months(today, 6))
    if until > latest:
        raise NotAllowed(
            f"{short_with_year(until)} is too far away: until then nothing overdue would be shown for this pupil. Give a date up to {short_with_year(latest)}."
        )
    name, summary = "Reminder set", f"for {short_with_year(until)} · {of_pupils(workspace, pupil_ids)}"
    with workspace.change(name, summary) as action:
        kept, changed = pupil_store.reminders(action.connection, pupil_ids), 0
        for pupil_id in pupil_ids:
            if pupil_id in kept:
                changed += action.update("reminder", {"pupil_id": pupil_id}, {"remind_on": until})
            else:
                action.insert("reminder", {"pupil_id": pupil_id, "remind_on": until})
                changed += 1
    return Recorded(name, summary, changed)


def put_off_until(workspace: Workspace, pupil_id: int) -> date | None:
    """The day on which somebody is told again about a pupil; None when nobody put anything off, or the day has come."""
    until = pupil_store.reminders(workspace.read(), [pupil_id]).get(pupil_id)
    return until if until is not None and until > workspace.clock.today else None


def record_next_step(workspace: Workspace, steps: Sequence[Step], text: str) -> Recorded:
    cleaned = words_of(text) or None

    def values(row: StepRow) -> dict[str, Value]:
        if row.outcome != "missed":
            raise NotAllowed(f"“{row.title}” is not flagged missed, so there is no next step to record. Flag it first.")
        return {"outcome": "missed", "next_step": cleaned}

    return _record(workspace, steps, "Next step written down", values)


def next_steps(workspace: Workspace, pupil_ids: Sequence[int]) -> list[Step]:
    return [Step(*key) for key in store.next_open(workspace.read(), pupil_ids)]


def step_of_code(workspace: Workspace, pupil_id: int, code: str) -> Step | None:
    """The pupil's step of a milestone's code; of several years the one that is open, or else the latest."""
    found = [row for row in store.of_pupil(workspace.read(), pupil_id) if row.code == code]
    undecided = [row for row in found if row.outcome is None] or found[-1:]
    return Step(undecided[0].pupil_id, undecided[0].milestone_id, undecided[0].cycle) if undecided else None


def assign(workspace: Workspace, pupil_ids: Sequence[int], worker_id: int | None) -> Recorded:
    """Give pupils to a worker, or to nobody; those who are already there keep the day since. Raises ``NoSuchRecord``."""
    worker = require(
        "nobody" if worker_id is None else pupil_store.worker_name(workspace.read(), worker_id),
        "There is no such person. Add them first.",
    )
    name = "Assigned"
    summary = f"{of_pupils(workspace, pupil_ids)} to {worker}"
    with workspace.change(name, summary) as action:
        since = None if worker_id is None else workspace.clock.today
        changed = 0
        for pupil_id in pupil_store.not_owned_by(action.connection, pupil_ids, worker_id):
            changed += action.update("pupil", {"id": pupil_id}, {"owner_id": worker_id, "owner_since": since})
    return Recorded(name, summary, changed)


def add_note(workspace: Workspace, pupil_ids: Sequence[int], text: str) -> Recorded:
    cleaned = words_of(text)
    if not cleaned:
        raise NotAllowed("The note is empty: there is nothing to add.")
    name, summary = "Note added", of_pupils(workspace, pupil_ids)
    with workspace.change(name, summary) as action:
        for pupil_id in pupil_ids:
            action.insert(
                "note",
                {"pupil_id": pupil_id, "written_on": workspace.clock.today, "worker_id": workspace.me, "text": cleaned},
            )
    return Recorded(name, summary, len(pupil_ids))


OTHER_REASON = "other"


def _check_not_done(row: StepRow) -> None:
    if row.done_on is not None:
        who = f" by {row.recorded_by}" if row.recorded_by else ""
        raise NotAllowed(
            f"“{row.title}” is recorded as done on {short_with_year(row.done_on)}{who}. Open it again first, if that is wrong."
        )


def _check_reason(reason: str, known: Sequence[CodedReason], detail: str) -> CodedReason:
    codes = [one.code for one in known]
    if reason not in codes:
        raise NotAllowed(f"{reason!r} is not a known reason. Choose one of: {', '.join(codes)}")
    if reason == OTHER_REASON and not detail.strip():
        raise NotAllowed("The reason is 'other': say in a few words what it is.")
    return known[codes.index(reason)]


def _record(
    workspace: Workspace, steps: Sequence[Step], name: str, values: Callable[[StepRow], dict[str, Value]]
) -> Recorded:
    if not steps:
        return Recorded(name, "nothing to record", 0)
    summary = _summary(workspace, steps)
    changed = 0
    with workspace.change(name, summary) as action:
        for key in steps:
            row = _current_step(workspace, key)  # read behind the lock: somebody may have decided since the screen did
            changed += write(action, row, values(row), workspace.me)
    return Recorded(name, summary, changed)


def _current_step(workspace: Workspace, key: Step) -> StepRow:
    return require(
        store.step(workspace.read(), *key),
        "This step is no longer planned for the pupil because the record has changed. Check the pupil again.",
    )


def write(action: Action, row: StepRow, values: dict[str, Value], me: int | None) -> bool:
    key = {"pupil_id": row.pupil_id, "milestone_id": row.milestone_id, "cycle": row.cycle}
    return action.update("pupil_milestone", key, {**values, "recorded_by": me if values.get("outcome") else None})


def _summary(workspace: Workspace, steps: Sequence[Step]) -> str:
    alike = len({step.milestone_id for step in steps}) == 1
    title = _current_step(workspace, steps[0]).title if alike else f"{len(steps)} steps"
    return f"{title} · {of_pupils(workspace, sorted({step.pupil_id for step in steps}))}"


def of_pupils(workspace: Workspace, pupil_ids: Sequence[int]) -> str:
    if len(pupil_ids) == 1:
        return pupil_store.pupil_name(workspace.read(), pupil_ids[0]) or "a pupil"
    return f"{len(pupil_ids):,} pupils"
