"""Writing a handover: the answers of one pupil, one answer for many pupils, and taking over what the record proposes."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from db.driver import Connection
from db.handovers import handovers
from db.handovers import handovers as store
from db.handovers.handovers import HandoverRow, MoverRow
from db.journal import Action, Value
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.fields import as_text, gather
from transitions.handovers.board import STAYS_UNLESS_KNOWN
from transitions.handovers.form import form_for, read_answer, transitions
from transitions.handovers.page import current_row, form_of, load
from transitions.milestones.destinations import LEAVING, OF_GROUP, POST_16, Move, Taught
from transitions.milestones.recording import of_pupils
from transitions.plans.page import point_title
from transitions.questionnaire import Form
from transitions.school_year import academic_year
from transitions.workspace import Recorded, Workspace


def new_uid() -> str:
    """A name that nothing else in any file has: 32 hexadecimal digits."""
    return uuid.uuid4().hex


_STILL_ARRIVING: Final = timedelta(weeks=4)
"""For so long after a move within the year its handover is still what there is to write."""
_NAMED: Final = 3


class Started(NamedTuple):
    """What was recorded, and the handover of every pupil that was asked for, by pupil; some were there already."""

    recorded: Recorded
    handovers: Mapping[int, int]


def likely_move(row: MoverRow, today: date) -> str | None:
    """The transition point that is next for a pupil, from the year group and the ages that the school teaches.

    None for one who stays where he or she is this year. After the summer it is last year's move still, for a pupil whose
    school has ended.
    """
    move = _likely(row, today)
    return move.transition if move else None


def start(
    workspace: Workspace,
    pupil_ids: Sequence[int],
    transition: str | None = None,
    *,
    uid: Callable[[], str] = new_uid,
) -> Started:
    """Start the handovers of pupils, as one action; each for the likely move, or all for ``transition``.

    A pupil who has one for that move keeps it. Raises NotAllowed when a pupil makes no such move, and NoSuchRecord.
    """
    rows = movers(workspace, pupil_ids)
    moves = moves_of(workspace, rows, transition)
    new = [row for row in rows if _already_started(workspace.read(), row.id, moves[row.id]) is None]
    titles = {point_title(move.transition) for move in moves.values()}
    title = titles.pop() if len(titles) == 1 else f"{len(titles)} moves"
    summary = f"{title} · {of_pupils(workspace, [row.id for row in new] or list(pupil_ids))}"
    with workspace.change("Handover started" if len(new) == 1 else "Handovers started", summary) as action:
        found = {row.id: find_or_begin(workspace, action, row, moves[row.id], uid).id for row in rows}
    return Started(action.recorded, found)


def movers(workspace: Workspace, pupil_ids: Sequence[int]) -> list[MoverRow]:
    """What tells of these pupils' moves, in the same order. Raises NoSuchRecord."""
    known = handovers.movers(workspace.read(), pupil_ids)
    for pupil_id in pupil_ids:
        if pupil_id not in known:
            raise NoSuchRecord(f"There is no pupil with the number {pupil_id}, or the pupil is archived.")
    return [known[pupil_id] for pupil_id in dict.fromkeys(pupil_ids)]


def moves_of(workspace: Workspace, rows: Sequence[MoverRow], transition: str | None) -> dict[int, Move]:
    """By pupil the move for a transition point; for None the likely one, or that of the newest handover.

    Raises NotAllowed, naming the pupils, when some make no such move about now.
    """
    today = workspace.clock.today
    found = {row.id: _move(row, transition, today) or _begun(workspace.read(), row, transition, today) for row in rows}
    without = [row for row in rows if found[row.id] is None]
    if without:
        raise NotAllowed(_no_move(without, transition))
    return {pupil_id: move for pupil_id, move in found.items() if move is not None}


def find_or_begin(
    workspace: Workspace, action: Action, row: MoverRow, move: Move, uid: Callable[[], str] = new_uid
) -> HandoverRow:
    existing = _already_started(action.connection, row.id, move)
    if existing is not None:
        return existing
    number = action.insert(
        "handover",
        {
            "uid": uid(),
            "pupil_id": row.id,
            "transition": move.transition,
            "move_year": move.year,
            "from_school_id": None if row.school_id == row.next_school_id else row.school_id,
            "form": form_for(workspace, move.transition).version,
            "worker_id": workspace.me,
            "started_on": workspace.clock.today,
        },
    )
    begun = store.handover(action.connection, number)
    assert begun is not None  # noqa: S101 - it was written a moment ago
    return begun


def _already_started(connection: Connection, pupil_id: int, move: Move) -> HandoverRow | None:
    return next(
        (
            one
            for one in store.of_pupil(connection, pupil_id)
            if one.direction == "out" and (one.transition, one.move_year) == move
        ),
        None,
    )


def _move(row: MoverRow, transition: str | None, today: date) -> Move | None:
    """The move for a transition point (None: the likely one), None when the pupil does not make it about now."""
    if transition is None:
        return _likely(row, today)
    if transition not in transitions():
        raise NotAllowed(f"{transition!r} has no handover. Choose one of: {', '.join(transitions())}")
    now = academic_year(today)
    groups = LEAVING.get(transition, ())
    if transition == "INYR":
        year = now if row.in_year_move_on is None else academic_year(row.in_year_move_on)
    elif transition == POST_16 and _leaves_later(row, now - row.cohort_year):
        year = now
    elif len(groups) == 1:
        year = row.cohort_year + groups[0]
    else:
        last = _last_group(row)
        year = now if last is None or last not in groups else row.cohort_year + last
    return Move(transition, year) if abs(year - now) <= 1 else None


def _begun(connection: Connection, row: MoverRow, transition: str | None, today: date) -> Move | None:
    """The move of the newest handover of about now, for a pupil of whom nothing else tells which it is."""
    if transition is not None:
        return None
    near = (one for one in store.of_pupil(connection, row.id) if one.direction == "out")
    newest = next((one for one in near if abs(one.move_year - academic_year(today)) <= 1), None)
    return None if newest is None else Move(newest.transition, newest.move_year)


def _likely(row: MoverRow, today: date) -> Move | None:
    now = academic_year(today)
    if row.in_year_move_on is not None and row.in_year_move_on >= today - _STILL_ARRIVING:
        return Move("INYR", academic_year(row.in_year_move_on))
    group, last = now - row.cohort_year, _last_group(row)
    if last is not None and group == last + 1:
        group, now = last, now - 1
    if last is not None and group != last and not _before_the_present_school(row, group):
        return None
    at = OF_GROUP.get(group)
    return None if at is None or (last is None and at in STAYS_UNLESS_KNOWN) else Move(at, now)


def _leaves_later(row: MoverRow, group: int) -> bool:
    """Whether a school, and no post-16 provider, teaches the pupil after Year 11."""
    here = Taught.by_ages(row.low_age, row.high_age)
    return not here.is_post_16 and max(LEAVING[POST_16]) < group <= (here.last or 0)


def _last_group(row: MoverRow) -> int | None:
    return Taught.by_ages(None, row.high_age).last


def _before_the_present_school(row: MoverRow, group: int) -> bool:
    """Whether the school that is recorded begins above the group: the next school was recorded as the present one."""
    return row.low_age is not None and group < row.low_age - 4


def _no_move(rows: Sequence[MoverRow], transition: str | None) -> str:
    who = ", ".join(row.name for row in rows[:_NAMED])
    more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    if transition is not None:
        return f"{point_title(transition)} is not a move that {who}{more} makes this year, the year before or the year after."
    return f"No move is coming up for {who}{more}. Say which one it is: {', '.join(transitions())}"


def save_answers(workspace: Workspace, handover_id: int, fields: Mapping[str, object]) -> Recorded:
    """Save answers by the code of their question; empty text takes an answer back, and what the record says shows again.

    A handover that was sent may be written on: its page then tells what is not as it was sent. Raises FieldProblems with a
    sentence for each code, NotAllowed for a handover that came from another school, and NoSuchRecord.
    """
    row = _ours(current_row(workspace, handover_id))
    answered = [one.question for one in store.answers(workspace.read(), [handover_id])]
    form = form_for(workspace, row.transition)
    values = _read_answers(workspace, [form, form_of(workspace, row, answered)], fields)
    named = "Handover written", f"{point_title(row.transition)} · {of_pupils(workspace, [row.pupil_id])}"
    with workspace.change(*named) as action:
        changed = _write(workspace, action, current_row(workspace, handover_id), form, values)
    return Recorded(*named, changed)


def accept_prefilled(workspace: Workspace, handover_id: int, section: str | None = None) -> Recorded:
    """Take over as answers what the record proposes in a section (None: in all of them), as one action.

    Raises NotAllowed for a handover that came from another school, and NoSuchRecord.
    """
    row = _ours(current_row(workspace, handover_id))
    named = "Handover filled in from the record", of_pupils(workspace, [row.pupil_id])
    with workspace.change(*named) as action:
        changed = keep_proposed(workspace, action, handover_id, section)
    return Recorded(*named, changed)


def keep_proposed(workspace: Workspace, action: Action, handover_id: int, section: str | None = None) -> int:
    """Write what the record proposes as answers, as part of ``action``, and give how many that were.

    Sending does this, so that a handover says tomorrow what it said when it went.
    """
    page = load(workspace, handover_id)
    proposed = {
        one.question.code: one.answer.value
        for one in page.asked()
        if one.answer is not None and one.answer.origin == "record" and section in (None, one.section.code)
    }
    return _write(workspace, action, page.row, form_for(workspace, page.row.transition), proposed)


def answer_for_many(
    workspace: Workspace,
    pupil_ids: Sequence[int],
    fields: Mapping[str, object],
    transition: str | None = None,
    *,
    uid: Callable[[], str] = new_uid,
) -> Recorded:
    """Answer alike in the handovers of many pupils, as one action; where there is none it is started.

    A question that is not asked of a pupil (no SEN) is passed over for that one. Raises FieldProblems for an answer that is
    not read, and for a question that each pupil answers alone; NotAllowed for a pupil who makes no such move; NoSuchRecord.
    """
    rows = movers(workspace, pupil_ids)
    moves = moves_of(workspace, rows, transition)
    forms = {move.transition: form_for(workspace, move.transition) for move in moves.values()}
    values = _read_answers(workspace, list(forms.values()), fields)
    _check_one_for_all(forms.values(), values)
    named = "Handovers written alike", f"{_labels(forms.values(), values)} · {of_pupils(workspace, [*moves])}"
    written = 0
    with workspace.change(*named) as action:
        for row in rows:
            form = forms[moves[row.id].transition]
            codes = {question.code for question in form.asked_of(row.sen_provision).questions}
            handover = find_or_begin(workspace, action, row, moves[row.id], uid)
            written += _write(
                workspace, action, handover, form, {code: value for code, value in values.items() if code in codes}
            )
    return Recorded(*named, written)


def _read_answers(workspace: Workspace, forms: Sequence[Form], fields: Mapping[str, object]) -> dict[str, str]:
    questions = {question.code: question for form in forms for question in form.questions}

    def checked_answer(code: str, value: object) -> str:
        if code not in questions:
            raise ValueError("there is no such question in this form")
        return read_answer(questions[code], as_text(value), workspace.clock.today)

    values, problems = gather(fields, checked_answer)
    if problems:
        raise FieldProblems(problems)
    return values


def _write(workspace: Workspace, action: Action, row: HandoverRow, form: Form, values: Mapping[str, str]) -> int:
    changed = write_answers(action, row, values, workspace.clock.today)
    if changed:
        action.update("handover", {"id": row.id}, {"form": form.version})
    return changed


def write_answers(action: Action, row: HandoverRow, values: Mapping[str, str], today: date) -> int:
    """Write answers that differ from those that stand, empty ones away, and give how many that were."""
    before, changed = {one.question: one for one in store.answers(action.connection, [row.id])}, 0
    for code, value in values.items():
        old = before.get(code)
        if (old.value if old else "") == value:
            continue
        changed += 1
        if old is not None and not value:
            action.delete("handover_answer", {"id": old.id})
        else:
            whose: dict[str, Value] = {"handover_id": row.id, "pupil_id": row.pupil_id, "question": code}
            answered: dict[str, Value] = {"value": value, "answered_on": today}
            action.save("handover_answer", old.id if old else None, answered, **whose)
    return changed


def _ours(row: HandoverRow) -> HandoverRow:
    if row.direction != "out":
        raise NotAllowed("You can’t change what another school told us. Write a question or a note to it instead.")
    return row


def _check_one_for_all(forms: Collection[Form], codes: Mapping[str, str]) -> None:
    alone = {
        question.code: "each pupil has their own answer: it can't be given to many at once"
        for form in forms
        for question in form.questions
        if question.code in codes and not question.one_for_all
    }
    if alone:
        raise FieldProblems(alone)


def _labels(forms: Collection[Form], codes: Mapping[str, str]) -> str:
    labels = {question.code: question.label for form in forms for question in form.questions if question.code in codes}
    return ", ".join(labels[code] for code in codes)
