"""A form over one record: judged field by field by the rules of the records, with a draft that outlives a crash."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from screens.frame.host import Host
from screens.widgets.fields import Answer, Check, Field, Section
from screens.widgets.form import Form
from screens.widgets.form_screen import FormScreen
from transitions.errors import Fault, FieldProblems
from transitions.fields import Context, Reader, read_day
from transitions.team import ui_state
from transitions.text import printable
from transitions.workspace import Recorded, Workspace

Content = Sequence[Field | Section]
Values = Mapping[str, object]


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
            parse_date=checking(read_day, host.workspace),
            clean=_without_controls,
            draft=ui_state.get(host.workspace, record.draft),
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
            ui_state.put(self._host.workspace, self._record.draft, texts)
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
        """Say that the draft is kept; one that holds nothing new any more goes."""
        if event.draft_kept:
            self._host.say("Not saved. The draft is kept, and is back when you open this form again.")
        else:
            self._leave_on_desk(None)


def checking(reader: Reader, workspace: Workspace) -> Check:
    """Give a check of a form's field from a reader of the records: the same rules as in an import."""
    context = Context(workspace.clock.today, typed=True, terms=workspace.calendars[""])

    def check(text: str) -> Answer:
        try:
            value, warning, echo = reader(text, context)
        except ValueError as problem:
            raise ValueError(sentence(str(problem))) from None
        said = "" if echo == text else echo
        return Answer(value, " · ".join(part for part in (said, sentence(warning)) if part))

    return check


def checked(name: str, label: str, reader: Reader, workspace: Workspace, **how: object) -> Field:
    """Give a field whose text is judged by ``reader``."""
    return Field(name=name, label=label, check=checking(reader, workspace), **how)  # type: ignore[arg-type]


def sentence(words: str) -> str:
    """Give ``words`` as a sentence: with a capital and a full stop."""
    if not words:
        return ""
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith(('.', '?', '!')) else '.'}"


def _without_controls(text: str) -> str:
    return printable(text, lines=True)
