"""One handover, whole: what is asked, what was answered, what our record proposes, its way, and what is still missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final, Literal, NamedTuple

from db.handovers import handovers
from db.handovers import handovers as store
from db.handovers.handovers import ChildProtectionRow, EventRow, FriendRow, HandoverRow, MessageRow, TierRow
from db.pupils import pupils as pupil_store
from db.pupils.pupils import PupilPage
from transitions.errors import require
from transitions.handovers.form import answer_words, asked_anywhere, form_for, own_questions
from transitions.handovers.prefill import propose, record_of
from transitions.plans.page import point_title
from transitions.questionnaire import Filled, Form, Question, Section, completeness
from transitions.workspace import Workspace

__all__ = ["HandoverRow"]

Origin = Literal["answered", "record"]
EARLIER: Final = "earlier"
"""The section of answers to questions that the form does not ask: any more, or because they came from another council."""
_NOT_SENT: Final = frozenset({"drafting", "failed"})


class Answer(NamedTuple):
    """What stands at a question: answered by a person, or as our record has it; and on which day, if that is known."""

    value: str
    origin: Origin
    on: date | None


class AnsweredQuestion(NamedTuple):
    """A question, where it stands, and what was answered or is proposed."""

    section: Section
    question: Question
    answer: Answer | None

    @property
    def text(self) -> str:
        return answer_words(self.question, self.answer.value) if self.answer else ""


@dataclass(frozen=True)
class HandoverPage:
    """One handover with everything that hangs on it, as of ``today``.

    ``form`` asks what is asked of this pupil. ``answers`` are those that a person gave, ``proposed`` what our own record has
    for the questions without one; of a handover that came from another school nothing is proposed. ``changed_since_sent``
    are the codes whose answers differ from what was last sent. ``tier`` is the newest decision.
    """

    row: HandoverRow
    pupil: PupilPage
    today: date
    form: Form
    answers: Mapping[str, Answer]
    proposed: Mapping[str, Answer]
    changed_since_sent: tuple[str, ...]
    messages: tuple[MessageRow, ...]
    events: tuple[EventRow, ...]
    friends: tuple[FriendRow, ...]
    child_protection: tuple[ChildProtectionRow, ...]
    tier: TierRow | None

    @property
    def title(self) -> str:
        return point_title(self.row.transition)

    @property
    def called(self) -> str:
        return self.pupil.preferred_name or self.pupil.forename

    def value(self, code: str) -> Answer | None:
        """What stands at a question: the answer, or else the proposal."""
        return self.answers.get(code) or self.proposed.get(code)

    @cached_property
    def values(self) -> Mapping[str, str]:
        return {code: answer.value for code, answer in {**self.proposed, **self.answers}.items()}

    def asked(self, section: Section | None = None) -> Iterator[AnsweredQuestion]:
        for one in self.form.sections if section is None else (section,):
            for question in one.questions:
                if question.is_asked_after(self.values):
                    yield AnsweredQuestion(one, question, self.value(question.code))

    @property
    def to_tell(self) -> list[AnsweredQuestion]:
        """What there is to tell the next school, in the order in which it reads.

        Left out is what does not follow from the answers so far, and what our own form asks no more: there were reasons.
        """
        ours = self.row.direction == "out"
        return [one for one in self.asked() if one.answer is not None and not (ours and one.section.code == EARLIER)]

    @property
    def missing(self) -> list[AnsweredQuestion]:
        return [one for one in self.asked() if one.answer is None and not one.question.optional]

    @cached_property
    def completeness(self) -> Mapping[str, Filled]:
        """By section how much is filled in.

        A child protection file counts as one thing more, filled in once it is recorded as sent; the tier when it is decided.
        """
        has_some = {"tier": self.pupil.tier is not None}
        if self.pupil.child_protection_file:
            has_some["child protection"] = bool(self.child_protection)
        return completeness(self.form, self.values, has_some)

    @property
    def filled(self) -> Filled:
        parts = self.completeness.values()
        return Filled(sum(one.filled for one in parts), sum(one.asked for one in parts))

    @property
    def to_confirm(self) -> Mapping[str, int]:
        """By section how many answers are only proposed, where there are any."""
        counted = {
            section.code: sum(one.answer is not None and one.answer.origin == "record" for one in self.asked(section))
            for section in self.form.sections
        }
        return {code: count for code, count in counted.items() if count}

    @property
    def open_questions(self) -> list[MessageRow]:
        return open_questions(self.messages)


def open_questions(messages: Sequence[MessageRow]) -> list[MessageRow]:
    answered = {one.answers_id for one in messages if one.kind == "answer"}
    return [one for one in messages if one.kind == "question" and one.id not in answered]


def load(workspace: Workspace, handover_id: int) -> HandoverPage:
    """Load one handover. Raises ``NoSuchRecord`` when it is no longer there."""
    connection = workspace.read()
    row = current_row(workspace, handover_id)
    pupil = pupil_store.page(connection, row.pupil_id)
    assert pupil is not None  # noqa: S101 - the handover refers to the pupil
    answers = {
        one.question: Answer(one.value, "answered", one.answered_on) for one in store.answers(connection, [handover_id])
    }
    form = form_of(workspace, row, answers)
    decisions = store.tier_decisions(connection, row.pupil_id)
    return HandoverPage(
        row=row,
        pupil=pupil,
        today=workspace.clock.today,
        form=form,
        answers=answers,
        proposed=_proposed(workspace, row, pupil, form, answers),
        changed_since_sent=_changed(workspace, row, form, answers),
        messages=tuple(store.messages(connection, [handover_id])),
        events=tuple(store.events(connection, handover_id)),
        friends=tuple(store.friends(connection, row.pupil_id)),
        child_protection=tuple(store.child_protection(connection, row.pupil_id)),
        tier=decisions[0] if decisions else None,
    )


def of_pupil(workspace: Workspace, pupil_id: int) -> list[HandoverRow]:
    """The handovers of a pupil, ours and those that came, the newest move first."""
    return store.of_pupil(workspace.read(), pupil_id)


def current_row(workspace: Workspace, handover_id: int) -> HandoverRow:
    """The handover as it is now. Raises ``NoSuchRecord``."""
    return require(
        store.handover(workspace.read(), handover_id),
        "This handover is no longer here. Somebody has undone the change that started it.",
    )


def form_of(workspace: Workspace, row: HandoverRow, answered: Sequence[str] | Mapping[str, object]) -> Form:
    """The form of one handover: what is asked of this pupil, and whatever was answered, even if it is asked no more."""
    whole = form_for(workspace, row.transition)
    sections = [
        replace(
            section,
            questions=tuple(
                one for one in section.questions if one.is_asked_with(row.sen_provision) or one.code in answered
            ),
        )
        for section in whole.sections
    ]
    known = {question.code for question in whole.questions}
    others = [code for code in answered if code not in known]
    if others:
        own = own_questions(workspace)
        title, detail = (
            ("Also told", "The sending school's own questions.")
            if row.direction == "in"
            else ("Asked before", "Answers to questions no longer asked.")
        )
        sections.append(Section(EARLIER, title, detail, tuple(asked_anywhere(own, code) for code in others)))
    return replace(whole, sections=tuple(one for one in sections if one.questions or one.holds))


def _proposed(
    workspace: Workspace, row: HandoverRow, pupil: PupilPage, form: Form, answers: Mapping[str, Answer]
) -> dict[str, Answer]:
    if row.direction != "out":
        return {}
    record = record_of(workspace, pupil, row)
    found = {one.code: propose(one, record) for one in form.questions if one.code not in answers}
    return {code: Answer(fact.value, "record", fact.on) for code, fact in found.items() if fact is not None}


def _changed(workspace: Workspace, row: HandoverRow, form: Form, answers: Mapping[str, Answer]) -> tuple[str, ...]:
    if row.direction != "out" or row.sent_on is None or row.status in _NOT_SENT:
        return ()
    then = handovers.answers_as_sent(workspace.read(), row.pupil_id, row.id)
    now = {code: answer.value for code, answer in answers.items()}
    order = {question.code: place for place, question in enumerate(form.questions)}
    changed = (code for code, value in then.items() if now.get(code) != value)
    return tuple(sorted(changed, key=lambda code: order.get(code, len(order))))
