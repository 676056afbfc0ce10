"""The form of one section of a handover: what the record proposes stands in it, and saving takes it over."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from screens.frame.host import Host
from screens.frame.record_form import RecordForm, Values, open_form, sentence
from screens.widgets.fields import Check, FormField, PlainAnswer
from screens.widgets.fields import Kind as FieldKind
from screens.widgets.form import Form
from transitions.dates import DateProblem, how_far, long, parse_typed, short_with_year
from transitions.handovers import writing
from transitions.handovers.form import answer_words, read_answer
from transitions.handovers.page import HandoverPage, load
from transitions.pupils import page as pupil_page
from transitions.questionnaire import Kind, Question, Section
from transitions.term_dates import TermDates
from transitions.text import capital
from transitions.workspace import Recorded

_KINDS: Mapping[Kind, FieldKind] = {"long text": "long text", "yes or no": "choice", "choice": "choice", "day": "date"}
_WIDTHS: Mapping[Kind, int] = {"day": 24, "number": 10, "percent": 10, "score": 24}
_YES_NO = (("yes", "Yes"), ("no", "No"))


class SectionForm(Form):
    """A form that begins at what is missing, and can be saved to go on with the next pupil of the class."""

    HINT = "^s save, go on   ^n next pupil   tab next field   esc leave, draft kept"
    HELP = f"{Form.HELP} Ctrl+S saves and opens the next incomplete section. Ctrl+N saves and opens the same section for the next pupil in the list.\n"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "save_for_next", "Save, next pupil", id="form.next_pupil"),
    ]

    def __init__(self, first: str, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.begins_at = first
        self.next_pupil = False
        """Whether it was saved to go on with the next pupil."""

    def on_mount(self) -> None:
        if self.begins_at:
            self.call_after_refresh(self._rows[self.begins_at].enter)

    def action_save(self) -> None:
        self.next_pupil = False
        super().action_save()

    def action_save_for_next(self) -> None:
        self.next_pupil = True
        super().action_save()


async def open_section(host: Host, page: HandoverPage, section: Section) -> bool | None:
    """Open a section; whether to go on with the next pupil when it was saved, None when it was left."""
    made: list[SectionForm] = []
    first = next((one.question.code for one in page.missing if one.section.code == section.code), "")

    def make(*arguments: Any, **named: Any) -> SectionForm:
        made.append(SectionForm(first, *arguments, **named))
        return made[-1]

    return made[-1].next_pupil if await open_form(host, section_form(host, page, section, make)) else None


def section_form(host: Host, page: HandoverPage, section: Section, make: Callable[..., Form] = Form) -> RecordForm:
    """The form of a section. What the record proposes stands in its fields, and is saved with them."""
    proposed = {one.code for one in section.questions if one.code in page.proposed}

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        wanted = changed | {code for code in proposed if values[code] is not None}
        return writing.save_answers(host.workspace, page.row.id, {code: values[code] for code in wanted})

    terms = pupil_page.terms_of(host.workspace, page.row.pupil_id)
    return RecordForm(
        section.title,
        [_field(page, question, terms) for question in section.questions],
        {question.code: _stored(page, question) for question in section.questions},
        save,
        f"draft handover {page.row.id} {section.code}",
        make,
        _notice(page, section),
        lambda: section_form(host, load(host.workspace, page.row.id), section).stored,
    )


def _notice(page: HandoverPage, section: Section) -> str:
    row = page.row
    if row.sent_on is None or row.status in ("drafting", "failed"):
        return section.help
    return f"This was sent on {long(row.sent_on)}. Your changes will go when the handover is sent again."


def _field(page: HandoverPage, question: Question, terms: TermDates | None) -> FormField:
    options = _YES_NO if question.kind == "yes or no" else [(one, capital(one)) for one in question.choices]
    kind = _KINDS.get(question.kind, "text")
    return FormField(
        name=question.code,
        label=question.label,
        kind=kind,
        choices=options if kind == "choice" else (),
        check=None if kind == "choice" else _check(question, page.today, terms),
        width=_WIDTHS.get(question.kind, 0),
        help=_help(page, question),
    )


def _help(page: HandoverPage, question: Question) -> str:
    leading = page.form.question(question.follows) if question.follows else None
    wanted = {"day": "5/9, 5 sep, mon, end of term", "score": _range(question), "percent": "0 to 100"}
    parts = [question.help or wanted.get(question.kind, "")]
    if leading is not None:
        parts.insert(0, f"Only after “{leading.label}”")
    proposed = page.proposed.get(question.code)
    if proposed is not None:
        parts.insert(0, f"From the record{f', {short_with_year(proposed.on)}' if proposed.on else ''}")
    return ". ".join(part.rstrip(".") for part in parts if part)


def _range(question: Question) -> str:
    return f"{question.least} to {question.most}, or: {', '.join(question.choices)}"


def _stored(page: HandoverPage, question: Question) -> object:
    answer = page.value(question.code)
    if answer is None:
        return None
    return date.fromisoformat(answer.value) if question.kind == "day" else answer.value


def _check(question: Question, today: date, terms: TermDates | None) -> Check:
    def check(text: str) -> PlainAnswer:
        try:
            if question.kind == "day":
                day = parse_typed(text, today, terms)
                return PlainAnswer(read_answer(question, day.isoformat(), today), f"{long(day)}, {how_far(day, today)}")
            value = read_answer(question, text, today)
        except (DateProblem, ValueError) as problem:
            raise ValueError(sentence(str(problem))) from None
        plain = answer_words(question, value)
        return PlainAnswer(value, plain if question.kind in ("percent", "score") and plain != text else "")

    return check
