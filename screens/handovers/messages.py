"""What two schools say to each other about a handover: questions, answers, and notes that go along."""

from typing import TYPE_CHECKING

from screens.frame import privacy
from screens.frame.dialogs import Choice, Choose
from screens.frame.record_form import RecordForm, Values, open_form
from screens.frame.render_context import Look
from screens.handovers.delivery import day_field, day_of, text_of
from screens.widgets.fields import Field
from screens.widgets.line import one_line
from transitions.dates import short_with_year
from transitions.handovers import messages
from transitions.handovers.page import HandoverPage
from transitions.milestones.recording import Recorded
from transitions.team.lookups import me_name

if TYPE_CHECKING:
    from screens.frame.app import TransitionsApp

_ASK, _NOTE = 0, -1
_NOT_HERE = "No safeguarding content, and nothing about another child."


def ask(app: "TransitionsApp", page: HandoverPage) -> None:
    """Write down what the receiving school asks."""
    row, ours = page.row, page.row.direction == "out"
    fields = [
        Field(name="words", label="What they ask" if ours else "What we ask", kind="long text", required=True, help=_NOT_HERE),
        Field(name="who", label="Who asked", help=f"A person of {row.to_school or 'the receiving school'}" if ours else ""),
        day_field(app, page, "on", "On"),
    ]  # fmt: skip

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        return messages.ask(
            app.workspace, row.id, text_of(values, "words"), who=text_of(values, "who"), on=day_of(values, "on")
        )

    stored: Values = {} if ours else {"who": me_name(app.workspace)}
    notice = "The handover then waits on the school that sent it."
    open_form(app, RecordForm("A question", fields, stored, save, f"draft question {row.id}", notice=notice))


def answer(app: "TransitionsApp", page: HandoverPage) -> None:
    """Answer the open question; of several, ask which."""
    waiting = page.open_questions
    if len(waiting) == 1:
        _answer(app, page, waiting[0].id)
        return

    def chosen(number: int | None) -> None:
        if number is not None:
            _answer(app, page, number)

    hidden = privacy.HIDDEN_NOTE if app.private else ""
    choices = [Choice(one.id, hidden or one_line(one.words), hint=short_with_year(one.on_day)) for one in waiting]
    app.push_screen(Choose("Which question?", choices), chosen)


def _answer(app: "TransitionsApp", page: HandoverPage, message_id: int) -> None:
    question = next(one for one in page.messages if one.id == message_id)
    look = Look(page.today, app.private)
    fields = [
        Field(name="words", label="The answer", kind="long text", required=True, help=_NOT_HERE),
        Field(name="who", label="Who answers"),
    ]

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        return messages.answer(app.workspace, message_id, text_of(values, "words"), who=text_of(values, "who"))

    who = f"{look.person(question.who)}, " if question.who else ""
    notice = f"{who}{short_with_year(question.on_day)}: {look.words(question.words)}"
    stored = {"who": me_name(app.workspace)}
    open_form(app, RecordForm("Answer the question", fields, stored, save, f"draft answer {message_id}", notice=notice))


def note(app: "TransitionsApp", page: HandoverPage) -> None:
    """Write a note that goes along."""
    fields = [Field(name="words", label="Note", kind="long text", required=True, help=_NOT_HERE)]

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        return messages.note(app.workspace, page.row.id, text_of(values, "words"))

    notice = "It goes along with the handover: the receiving school reads it."
    open_form(app, RecordForm("A note", fields, {}, save, f"draft handover note {page.row.id}", notice=notice))


def open_messages(app: "TransitionsApp", page: HandoverPage) -> None:
    """Answer what is open; when nothing is, ask whether to write down a question or a note."""
    if page.open_questions and page.row.direction == "out":
        answer(app, page)
        return
    ours = page.row.direction == "out"
    choices = [
        Choice(_ASK, "The receiving school asks something" if ours else "Ask the school that sent this", key="q"),
        Choice(_NOTE, "Add a note that goes along", key="n"),
    ]

    def chosen(what: int | None) -> None:
        if what is not None:
            (ask if what == _ASK else note)(app, page)

    app.push_screen(Choose("Questions and answers", choices), chosen)
