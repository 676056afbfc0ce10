"""A form over one record, made from its fields: labels, hints, checks, lists to pick from, and saving what was changed.

What is typed is judged field by field by the rules of the records; a draft of it outlives a crash.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from screens.frame.host import Host
from screens.frame.pickers import school_finder, worker_finder
from screens.widgets.fields import Check, FormSection, Kind, Option, PlainAnswer
from screens.widgets.fields import FormField as Question
from screens.widgets.form import Form
from screens.widgets.form_screen import FormScreen
from transitions.dates import DateProblem, ago, how_far, long, parse_typed
from transitions.errors import Fault, FieldProblems
from transitions.fields import Context, Field, Fields, typed_in
from transitions.team import workers
from transitions.term_dates import TermDates
from transitions.text import answering, capital, printable
from transitions.workspace import Recorded


class TypedDay(NamedTuple):
    """A day that was typed, and how to say it back: ``Friday 13 February 2026, in 3 months``."""

    value: date
    echo: str


def day_to_come(today: date, terms: TermDates | None, *, today_too: bool = False) -> Callable[[str], TypedDay]:
    """A reader of days after ``today`` (or ``today_too``); it raises ValueError with a sentence for people."""

    def read_day(text: str) -> TypedDay:
        day = _parsed(text, today, terms)
        if day < today or (day == today and not today_too):
            gone = "is today" if day == today else "has gone by"
            raise ValueError(f"{long(day)} {gone}. Give a day to come.")
        return TypedDay(day, f"{long(day)}, {how_far(day, today)}")

    return read_day


def day_gone_by(today: date, terms: TermDates | None) -> Callable[[str], TypedDay]:
    """A reader of days up to ``today``; it raises ValueError with a sentence for people."""

    def read_day(text: str) -> TypedDay:
        day = _parsed(text, today, terms)
        if day > today:
            raise ValueError(f"{long(day)} is still to come. Record it when it has happened.")
        return TypedDay(day, f"{long(day)}, {ago(day, today)}")

    return read_day


def _parsed(text: str, today: date, terms: TermDates | None) -> date:
    try:
        return parse_typed(text, today, terms)
    except DateProblem as problem:
        sentence = str(problem)
        raise ValueError(f"{capital(sentence)}.") from None


Content = Sequence[Question | FormSection]
Values = Mapping[str, object]
_DAY = Field("day", "Day", "date")
"""What a form asks as a day without a rule of its own."""
Layout = Mapping[str, Sequence[str]] | Sequence[str]
"""The fields of a form in reading order, by the title of their section where it has sections."""
Finder = Callable[[str], Sequence[Option]]
DAY_WIDTH, NUMBER_WIDTH = 24, 10
_KINDS: Mapping[str, Kind] = {"known": "suggest", "school": "suggest", "worker": "suggest"}
_WIDTHS = {"date": DAY_WIDTH, "number": NUMBER_WIDTH}
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class RecordForm:
    """What a form over one record is made of.

    ``stored`` are the values that stand, by field; for "suggest" an ``Option``. ``save`` is given every value and the names
    of those that differ from what is stored; it raises FieldProblems or another Fault when they cannot be saved.
    ``draft`` is the name under which a draft is left on the desk. ``notice`` stands above the fields: what one should know
    before one writes.
    """

    title: str
    content: Content
    stored: Values
    save: Callable[[Values, frozenset[str]], Recorded]
    draft: str
    make: Callable[..., Form] = Form
    notice: str = ""


async def open_form(host: Host, record: RecordForm) -> bool:
    """Open the form over the screen in front; whether it was saved."""
    return await host.ask(RecordFormScreen(host, record)) is not None


class RecordFormScreen(FormScreen):
    """The form, its draft, and what is said when it is saved or left."""

    def __init__(self, host: Host, record: RecordForm) -> None:
        self._host = host
        self._record = record
        self._saved = False
        form = record.make(
            record.content,
            record.stored,
            parse_date=_check(_DAY, typed_in(host.workspace, terms=host.workspace.calendars[""])),
            clean=_without_controls,
            draft=workers.left_on_desk(host.workspace, record.draft),
            keep_draft=self._keep_draft,
            notice=record.notice,
        )
        super().__init__(record.title, form, self._save_record)

    def _keep_draft(self, texts: dict[str, str]) -> None:
        # As the form goes away its field is left once more: that must not bring back the draft of what was saved.
        if not self._saved:
            self._leave_on_desk(texts)

    def _leave_on_desk(self, texts: dict[str, str] | None) -> None:
        try:
            workers.leave_on_desk(self._host.workspace, self._record.draft, texts)
        except Fault as fault:
            self._host.say(f"The draft could not be kept: {fault.sentence}", "warning")

    def _save_record(self, values: dict[str, object]) -> Mapping[str, str]:
        try:
            recorded = self._record.save(values, self._form.changed_fields)
        except FieldProblems as problems:
            return {name: sentence(what) for name, what in problems.problems.items()}
        except Fault as fault:
            return {"": fault.sentence}
        self._saved = True
        self._leave_on_desk(None)
        if recorded.changed:
            self._host.tell(recorded)
        else:
            self._host.say("Nothing was changed.")
        return {}

    def on_form_left(self, event: Form.Left) -> None:
        if event.draft_kept:
            self._host.say("Not saved. The draft is kept, and is back when you open this form again.")
        else:
            self._leave_on_desk(None)


# Made from the fields of a record


def questions(
    fields: Fields,
    context: Context,
    layout: Layout,
    known: Mapping[str, Finder | Sequence[str]] = _NOTHING,
    overrides: Mapping[str, Mapping[str, object]] = _NOTHING,
) -> list[Question | FormSection]:
    """Make the questions of a form.

    ``known`` is what is proposed for the fields of that kind, ``here`` what is said of a field in this form alone.
    """

    def made(names: Sequence[str]) -> list[Question]:
        return [question(fields[name], context, known.get(name, ()), **overrides.get(name, {})) for name in names]

    if isinstance(layout, Mapping):
        return [FormSection(title=title, fields=made(names)) for title, names in layout.items()]
    return [*made(layout)]


def question(field: Field, context: Context, known: Finder | Sequence[str] = (), **overrides: object) -> Question:
    """Make the question of one field; ``here`` is what is said of it in this form alone."""
    settings: dict[str, object] = {
        "kind": _KINDS.get(field.kind, field.kind),
        "label": field.short or field.label,
        "required": field.needed,
        "help": field.help,
        "choices": field.choices if field.kind == "choice" else (),
        "suggest": _finder(field, context, known),
        "check": _check(field, context) if _is_checked(field) else None,
        "width": field.width or _WIDTHS.get(field.kind, 0),
    }
    return Question(name=field.name, **settings | overrides)  # type: ignore[arg-type]


def among(options: Sequence[Option]) -> Finder:
    return lambda typed: answering(typed, options, lambda option: option[1])


def fields_form(
    title: str,
    content: Content,
    stored: Values,
    save: Callable[[dict[str, object]], Recorded],
    draft: str,
    number: int | str | None,
    *,
    always: Sequence[str] = (),
    make: Callable[..., Form] = Form,
    notice: str = "",
) -> RecordForm:
    """Make the form of a record, of a new one without a ``number`` (or code).

    ``save`` is given what was changed, or of a new record all that was filled in, and ``always`` these fields.
    """

    def save_changes(values: Values, changed: frozenset[str]) -> Recorded:
        if number is None:
            return save({name: value for name, value in values.items() if value is not None})
        return save({name: value for name, value in values.items() if name in changed or name in always})

    return RecordForm(title, content, stored, save_changes, draft, make, notice)


def _finder(field: Field, context: Context, known: Finder | Sequence[str]) -> Finder | None:
    if field.kind == "known":
        return known if callable(known) else among([(one, one) for one in known])
    if field.kind not in ("school", "worker"):
        return None
    return (school_finder if field.kind == "school" else worker_finder)(context.workspace)


def _is_checked(field: Field) -> bool:
    """A choice or a pick decides by its list, and days and numbers are read by the form where they have no rule of their own."""
    own = field.read is not None or field.reader is not None
    return field.kind in ("text", "known") or (own and field.kind in ("long text", "date", "number"))


def _check(field: Field, context: Context) -> Check:
    def check(text: str) -> PlainAnswer:
        try:
            value, warning, echo = field.reading(text, context)
        except Fault as fault:
            raise ValueError(fault.sentence) from None
        except ValueError as problem:
            raise ValueError(sentence(str(problem))) from None
        shown = "" if echo == text else echo
        return PlainAnswer(value, " · ".join(part for part in (shown, sentence(warning)) if part))

    return check


def sentence(text: str) -> str:
    """``words`` as a sentence: with a capital and a full stop."""
    if not text:
        return ""
    return f"{capital(text)}{'' if text.endswith(('.', '?', '!')) else '.'}"


def _without_controls(text: str) -> str:
    return printable(text, lines=True)
