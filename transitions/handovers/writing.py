"""Writing a handover: the answers of one pupil, one answer for many pupils, and taking over what the record proposes."""

from collections.abc import Callable, Collection, Mapping, Sequence

from db.handovers import handovers as store
from db.handovers.handovers import HandoverRow
from db.journal import Action
from transitions.errors import FieldProblems, NotAllowed
from transitions.fields import as_text, gather
from transitions.handovers.form import read_answer
from transitions.handovers.opening import find_or_begin, movers, moves_of, new_uid
from transitions.handovers.own_questions import form_for
from transitions.handovers.page import form_of, load, standing
from transitions.milestones.recording import of_pupils
from transitions.plans.page import point_title
from transitions.questionnaire import Form
from transitions.workspace import Recorded, Workspace


def save_answers(workspace: Workspace, handover_id: int, fields: Mapping[str, object]) -> Recorded:
    """Save answers by the code of their question; empty text takes an answer back, and what the record says shows again.

    A handover that was sent may be written on: its page then tells what is not as it was sent. Raises FieldProblems with a
    sentence for each code, NotAllowed for a handover that came from another school, and NoSuchRecord.
    """
    row = _ours(standing(workspace, handover_id))
    answered = [one.question for one in store.answers(workspace.read(), [handover_id])]
    form = form_for(workspace, row.transition)
    values = _read(workspace, [form, form_of(workspace, row, answered)], fields)
    named = "Handover written", f"{point_title(row.transition)} · {of_pupils(workspace, [row.pupil_id])}"
    with workspace.change(*named) as action:
        changed = _write(workspace, action, standing(workspace, handover_id), form, values)
    return Recorded(*named, changed)


def accept_prefilled(workspace: Workspace, handover_id: int, section: str | None = None) -> Recorded:
    """Take over as answers what the record proposes in a section (None: in all of them), as one action.

    Raises NotAllowed for a handover that came from another school, and NoSuchRecord.
    """
    row = _ours(standing(workspace, handover_id))
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
    values = _read(workspace, list(forms.values()), fields)
    _check_one_for_all(forms.values(), values)
    named = "Handovers written alike", f"{_labels(forms.values(), values)} · {of_pupils(workspace, [*moves])}"
    written = 0
    with workspace.change(*named) as action:
        for row in rows:
            form = forms[moves[row.id].transition]
            asked = {question.code for question in form.asked_of(row.sen_provision).questions}
            handover = find_or_begin(workspace, action, row, moves[row.id], uid)
            written += _write(
                workspace, action, handover, form, {code: value for code, value in values.items() if code in asked}
            )
    return Recorded(*named, written)


def _read(workspace: Workspace, forms: Sequence[Form], fields: Mapping[str, object]) -> dict[str, str]:
    questions = {question.code: question for form in forms for question in form.questions}

    def read(code: str, value: object) -> str:
        if code not in questions:
            raise ValueError("there is no such question in this form")
        return read_answer(questions[code], as_text(value), workspace.clock.today)

    values, problems = gather(fields, read)
    if problems:
        raise FieldProblems(problems)
    return values


def _write(workspace: Workspace, action: Action, row: HandoverRow, form: Form, values: Mapping[str, str]) -> int:
    """Write answers that differ from those that stand, empty ones away, and give how many that were."""
    before = {one.question: one for one in store.answers(action.connection, [row.id])}
    today, changed = workspace.clock.today, 0
    for code, value in values.items():
        old = before.get(code)
        if (old.value if old else "") == value:
            continue
        changed += 1
        if old is None:
            action.insert(
                "handover_answer",
                {
                    "handover_id": row.id,
                    "pupil_id": row.pupil_id,
                    "question": code,
                    "value": value,
                    "answered_on": today,
                },
            )
        elif value:
            action.update("handover_answer", {"id": old.id}, {"value": value, "answered_on": today})
        else:
            action.delete("handover_answer", {"id": old.id})
    if changed:
        action.update("handover", {"id": row.id}, {"form": form.version})
    return changed


def _ours(row: HandoverRow) -> HandoverRow:
    if row.direction != "out":
        raise NotAllowed("What another school told us stays as it came. Write a question or a note to it instead.")
    return row


def _check_one_for_all(forms: Collection[Form], codes: Mapping[str, str]) -> None:
    alone = {
        question.code: "each pupil answers this alone: it cannot be given to many at once"
        for form in forms
        for question in form.questions
        if question.code in codes and not question.one_for_all
    }
    if alone:
        raise FieldProblems(alone)


def _labels(forms: Collection[Form], codes: Mapping[str, str]) -> str:
    labels = {question.code: question.label for form in forms for question in form.questions if question.code in codes}
    return ", ".join(labels[code] for code in codes)
