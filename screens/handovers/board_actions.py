"""What is done to all marked handovers at once: begun, sent, chased, acknowledged, failed, their tier, one answer for all."""

from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import date
from typing import Any

from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, open_form, sentence
from screens.frame.render_context import display_name
from screens.frame.saving import ask_override
from screens.handovers import beside_form
from screens.widgets.fields import FormField, PlainAnswer
from transitions.errors import Fault, FieldProblems
from transitions.handovers import correspondence, tiers, writing
from transitions.handovers.board import BoardLine
from transitions.handovers.form import answer_words, form_for, read_answer
from transitions.handovers.tiers import TIERS
from transitions.questionnaire import Form, Question
from transitions.team.workers import me_name
from transitions.text import capital
from transitions.workspace import Recorded

Then = Callable[[], None]
_ANOTHER = "another"


class Marked:
    """The handovers that were chosen on a list, of one move; ``then`` is called when something was recorded of them."""

    def __init__(self, host: Host, lines: Sequence[BoardLine], then: Then, transition: str = "") -> None:
        self.host, self.lines, self.then, self.transition = host, lines, then, transition

    @property
    def pupils(self) -> list[int]:
        return [line.row.pupil_id for line in self.lines]

    @property
    def handovers(self) -> list[int]:
        return [line.row.handover_id for line in self.lines if line.row.handover_id is not None]

    @property
    def about(self) -> str:
        if len(self.lines) == 1:
            return self._name(self.lines[0])
        return f"{len(self.lines):,} pupils"

    async def record(self, work: Callable[[], Recorded]) -> None:
        """Do it and say so; a Fault is raised with initials in it while names are hidden."""
        try:
            recorded = await self.host.write(work)
        except Fault as fault:
            raise Fault(self.without_names(fault.sentence)) from fault
        if self.host.record(recorded, "Nothing to record: it is already like that."):
            self.then()

    def without_names(self, sentence: str) -> str:
        """A sentence about these pupils with initials in place of names, while names are hidden."""
        if self.host.private:
            for line in self.lines:
                forename, surname = line.row.preferred_name or line.row.forename, line.row.surname
                sentence = sentence.replace(f"{forename} {surname}", display_name(forename, surname, hidden=True))
        return sentence

    def _name(self, line: BoardLine) -> str:
        return display_name(line.row.preferred_name or line.row.forename, line.row.surname, hidden=self.host.private)


async def begin(marked: Marked) -> None:
    await marked.record(lambda: writing.start(marked.host.workspace, marked.pupils, marked.transition).recorded)


async def send(marked: Marked) -> None:
    begun = marked.handovers
    if len(begun) < len(marked.lines):
        marked.host.say(_not_begun(len(marked.lines) - len(begun)), "warning")
        return
    override = await ask_override(marked.host, correspondence.why_held_back(marked.host.workspace, begun))
    if override is None:
        return
    again = sum(line.row.sent_on is not None for line in marked.lines)
    detail = f"{marked.about}. Sent today, and complete when the school acknowledges it."
    detail += f" {again:,} were sent before and will be sent again." if again else ""
    await _ask_how(
        marked,
        "How was it sent?",
        detail,
        lambda how: correspondence.send(marked.host.workspace, begun, how=how, override=override),
    )


async def chase(marked: Marked) -> None:
    await _ask_how(
        marked,
        "How did you ask the school?",
        f"{marked.about}. The date is kept with the handover and used for “since”.",
        lambda how: correspondence.chase(marked.host.workspace, marked.handovers, how=how),
    )


async def acknowledge(marked: Marked) -> None:
    schools = {line.row.to_school for line in marked.lines if line.row.to_school}
    where = schools.pop() if len(schools) == 1 else "the receiving school"
    await _ask_words(
        marked,
        f"Who at {where} acknowledges it?",
        f"{marked.about}. A name or role: Ms Brown, the office …",
        "",
        lambda who: correspondence.acknowledge(marked.host.workspace, marked.handovers, by=who),
    )


async def acknowledge_ours(marked: Marked) -> None:
    await _ask_words(
        marked,
        "Who is acknowledging?",
        f"{marked.about}. It goes back with the answer file. Open questions stay open.",
        me_name(marked.host.workspace) or "",
        lambda who: correspondence.acknowledge(marked.host.workspace, marked.handovers, by=who),
    )


async def viewed(marked: Marked) -> None:
    await marked.record(lambda: correspondence.mark_viewed(marked.host.workspace, marked.handovers))


async def fail(marked: Marked) -> None:
    await _ask_words(
        marked,
        "Why did it not arrive?",
        f"{marked.about}. The e-mail bounced, the school has not received it …",
        "",
        lambda why: correspondence.fail(marked.host.workspace, marked.handovers, reason=why),
    )


async def take_back(marked: Marked) -> None:
    await marked.record(lambda: correspondence.take_back(marked.host.workspace, marked.handovers))


async def decide_tier(marked: Marked) -> None:
    if len(marked.pupils) == 1:
        if await beside_form.decide_tier(marked.host, marked.pupils[0]):
            marked.then()
        return
    workspace = marked.host.workspace
    proposed: Counter[str] = Counter(tiers.proposal(workspace, pupil).tier for pupil in marked.pupils)
    counts = ", ".join(f"{tier} for {proposed[tier]:,}" for tier in TIERS if proposed[tier])
    fields = [
        FormField(name="tier", label="Tier", kind="choice", required=True, choices=[(tier, tier) for tier in TIERS]),
        FormField(name="reason", label="Reason", help="Needed if it is not the suggested tier."),
    ]

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        try:
            return tiers.decide(workspace, marked.pupils, str(values["tier"]), str(values["reason"] or ""))
        except FieldProblems as fault:
            raise FieldProblems({name: marked.without_names(what) for name, what in fault.problems.items()}) from None

    likeliest = proposed.most_common(1)[0][0]
    notice = f"Suggested tier: {counts}. You decide."
    form = RecordForm(
        f"Tier · {marked.about}", fields, {"tier": likeliest}, save, "draft tier of several", notice=notice
    )
    if await open_form(marked.host, form):
        marked.then()


async def one_answer(marked: Marked) -> None:
    form = form_for(marked.host.workspace, marked.transition)
    questions = [question for question in form.questions if question.one_for_all]
    sections = {question.code: section.title for section in form.sections for question in section.questions}
    choices = [Choice(question, _label(form, question), hint=sections[question.code]) for question in questions]
    question = await marked.host.ask(Choose(f"One answer for {marked.about}", choices))
    if question is not None and await open_form(marked.host, _answer_form(marked, question)):
        marked.then()


def _label(form: Form, question: Question) -> str:
    """The label, after that of the question which it follows: "On" says nothing by itself."""
    leading = form.question(question.follows) if question.follows else None
    return f"{leading.label} {question.label}" if leading else question.label


def _answer_form(marked: Marked, question: Question) -> RecordForm:
    workspace = marked.host.workspace

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        try:
            fields = {question.code: values["answer"]}
            return writing.answer_for_many(workspace, marked.pupils, fields, marked.transition)
        except FieldProblems as fault:
            raise FieldProblems({"answer": " ".join(fault.problems.values())}) from None

    notice = "Replaces existing answers and starts any handover not yet started."
    return RecordForm(
        f"One answer · {marked.about}",
        [_field(question, workspace.clock.today)],
        {},
        save,
        f"draft answer for several {question.code}",
        notice=notice,
    )


def _field(question: Question, today: date) -> FormField:

    def check(text: str) -> PlainAnswer:
        try:
            value = read_answer(question, text, today)
        except ValueError as problem:
            raise ValueError(sentence(str(problem))) from None
        answer = answer_words(question, value)
        return PlainAnswer(value, "" if answer == text else answer)

    choices = {"yes or no": [("yes", "Yes"), ("no", "No")], "choice": [(one, one) for one in question.choices]}
    if question.kind in choices:
        return FormField(
            name="answer", label=question.label, kind="choice", required=True, help=question.help,
            choices=choices[question.kind],
        )  # fmt: skip
    return FormField(
        name="answer",
        label=question.label,
        kind="long text" if question.kind == "long text" else "text",
        required=True,
        help=question.help,
        check=check,
    )


async def _ask_how(marked: Marked, title: str, detail: str, record: Callable[[str], Recorded]) -> None:
    choices = [Choice(how, capital(how)) for how in correspondence.HOW]
    how = await marked.host.ask(Choose(title, [*choices, Choice(_ANOTHER, "Another way …", key="o")], detail=detail))
    if how == _ANOTHER:
        await _ask_words(marked, title, marked.about, "", record)
    elif how is not None:
        await marked.record(lambda: record(how))


async def _ask_words(marked: Marked, title: str, prompt: str, value: str, record: Callable[[str], Recorded]) -> None:
    async def save(text: str) -> None:
        await marked.record(lambda: record(text))

    await marked.host.ask(Ask(title, prompt, value, needed="This is needed.", save=save))


def _not_begun(number: int) -> str:
    which = "One of these is" if number == 1 else f"{number:,} of these are"
    return f"{which} not started: H starts what is marked."


DOES: Mapping[str, Callable[[Marked], Coroutine[Any, Any, None]]] = {
    "begin": begin,
    "send": send,
    "chase": chase,
    "acknowledge": acknowledge,
    "viewed": viewed,
    "failed": fail,
    "take_back": take_back,
    "one_answer": one_answer,
    "tier": decide_tier,
}
"""What the board's commands do to the marked handovers, by their action."""
