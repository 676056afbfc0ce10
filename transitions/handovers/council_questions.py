"""The form as it is asked here: the shipped questions with the council's own, which are kept as a setting of this file.

A question that is taken out stays known by its code, so that handovers which answered it still show its words.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from db.milestones import definitions as store
from transitions.errors import FieldProblems
from transitions.handovers.form import Form, OwnQuestion, Question, shipped, transitions, with_own
from transitions.handovers.own_questions import own_values, read_own
from transitions.milestones.recording import Recorded
from transitions.workspace import Workspace

__all__ = ["OwnQuestions", "asked_anywhere", "form_for", "own_questions", "save"]

_SETTING: Final = "handover questions"


class OwnQuestions(NamedTuple):
    """The council's own questions; ``version`` counts their changes, ``earlier`` are those that were taken out."""

    version: int
    questions: tuple[OwnQuestion, ...]
    earlier: tuple[OwnQuestion, ...]


def own_questions(workspace: Workspace) -> OwnQuestions:
    """Give the council's own questions, none in version 0 before anybody wrote one."""
    kept = store.setting(workspace.read(), _SETTING)
    if kept is None:
        return OwnQuestions(0, (), ())
    return OwnQuestions(kept["version"], *(tuple(map(_kept, kept[name])) for name in ("questions", "earlier")))


def form_for(workspace: Workspace, transition: str) -> Form:
    """Give the form for a move with the council's own questions; "6-7 2026.1 + 2, change 3" is its version then.

    Raises ``KeyError`` for a move that has no form.
    """
    own, plain = own_questions(workspace), shipped(transition)
    form = with_own(plain, own.questions)
    return form if form is plain else Form(f"{form.version}, change {own.version}", transition, form.sections)


def asked_anywhere(own: OwnQuestions, code: str) -> Question:
    """Give a question whichever form asks it, or once asked it.

    What is known of none has its own words as its code: so are kept the questions of other councils.
    """
    shipped_ones = (question for transition in transitions() for question in shipped(transition).questions)
    own_ones = (one.question for one in (*own.questions, *own.earlier))
    known = next((one for one in (*own_ones, *shipped_ones) if one.code == code), None)
    return known or Question(code=code, label=code, kind="long text", transitions=(), sensitive=True)


def save(workspace: Workspace, values: Sequence[Mapping[str, Any]]) -> Recorded:
    """Save the council's own questions, all of them, as ``read_own`` describes; those left out are asked no more.

    Raises FieldProblems, also when a code that was once used would mean another kind of question.
    """
    wanted, own = read_own(values), own_questions(workspace)
    before = {one.question.code: one for one in (*own.earlier, *own.questions)}
    problems = {
        f"question {number} kind": (
            f'"{one.question.code}" was once a question of the kind “{before[one.question.code].question.kind}”, and handovers '
            "hold answers to it: give this one another code"
        )
        for number, one in enumerate(wanted, 1)
        if one.question.code in before and before[one.question.code].question.kind != one.question.kind
    }
    if problems:
        raise FieldProblems(problems)
    if wanted == own.questions:
        return Recorded("Questions of handovers changed", "nothing to change", 0)
    codes = {one.question.code for one in wanted}
    kept = {
        "version": own.version + 1,
        "questions": own_values(wanted),
        "earlier": own_values([one for code, one in before.items() if code not in codes]),
    }
    name, summary = "Questions of handovers changed", f"{len(wanted)} of our own, change {own.version + 1}"
    with workspace.change(name, summary) as action:
        changed = store.change_setting(action, _SETTING, json.dumps(kept, ensure_ascii=False, sort_keys=True))
    return Recorded(name, summary, int(changed))


def _kept(values: Mapping[str, Any]) -> OwnQuestion:
    """Build a question that was read when it was saved: a later release may know fewer moves, and is no reason to fail."""
    parts: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return OwnQuestion(parts.pop("section"), Question(**parts, sensitive=True))
