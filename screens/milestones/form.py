"""The form for a milestone. Nothing is saved before what it does to the pupils' steps has been shown."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from screens.frame.record_form import RecordForm, RecordFormScreen, Values, sentence
from screens.milestones.preview import PreviewScreen
from screens.widgets.fields import Answer, Check, Field, Section
from screens.widgets.form import Form
from transitions.errors import Fault, FieldProblems
from transitions.milestones import editing
from transitions.milestones.catalogue import dates_in_words, this_year
from transitions.milestones.definitions import load_shipped
from transitions.milestones.editing import Proposal
from transitions.milestones.milestone import SEVERITIES
from transitions.milestones.recording import Recorded
from transitions.school_year import academic_year_label
from transitions.workspace import Workspace

if TYPE_CHECKING:
    from screens.frame.app import TransitionsApp

_NARROW, _MIDDLE = 12, 24


def edit_milestone(app: "TransitionsApp", code: str | None, transition: str, then: Callable[[str], None]) -> None:
    """Open the form for a milestone, or for a new one at ``transition``; ``then`` is given the code of what was saved."""
    app.push_screen(MilestoneFormScreen(app, code, transition, then))


class MilestoneFormScreen(RecordFormScreen):
    """The form; Ctrl+S shows what saving would do, and Escape from there goes back to what was typed."""

    def __init__(self, app: "TransitionsApp", code: str | None, transition: str, then: Callable[[str], None]) -> None:
        self._code = code
        self._then = then
        self._recorded = Recorded("", "", 0)
        workspace, is_new = app.workspace, code is None
        stored = {"severity": "local", "grace_days": "0", "transition": transition} if is_new else {}
        if code is not None:
            stored = editing.fields_of(workspace, code)
        stored["from_year"] = academic_year_label(this_year(workspace))
        points = load_shipped().transitions
        options: list[tuple[object, str]] = [(one.code, f"{one.code}  {one.title}") for one in points.values()]
        super().__init__(
            app,
            RecordForm(
                "Add a milestone" if is_new else f"Edit: {stored['title']}",
                _content(workspace, options if is_new else ()),
                stored,
                lambda _values, _changed: self._recorded,
                f"draft milestone {code or 'new'}",
            ),
        )

    def on_form_saved(self, event: Form.Saved) -> None:
        """Show what saving would do, when the form can be saved."""
        event.stop()
        event.prevent_default()
        try:
            proposal = self._proposal(event.values)
        except FieldProblems as problems:
            self._form.show_problems({name: sentence(what) for name, what in problems.problems.items()})
        except Fault as fault:
            self._form.show_problems({"": fault.sentence})
        else:
            self._show(proposal, event.values)

    def _proposal(self, values: Values) -> Proposal:
        names = self._form.changed_fields | ({"from_year"} if self._code else values.keys())
        texts = {name: "" if values[name] is None else str(values[name]) for name in names}
        return editing.read_proposal(self._host.workspace, self._code, texts)

    def _show(self, proposal: Proposal, values: dict[str, object]) -> None:
        def closed(recorded: Recorded | None) -> None:
            if recorded is not None:
                self._recorded = recorded
                self._save_record(values)
                self.dismiss(values)
                self._then(proposal.code)

        if proposal.changed:
            self.app.push_screen(PreviewScreen(proposal), closed)
        else:
            closed(Recorded(proposal.name, proposal.title, 0))


def _content(workspace: Workspace, points: Sequence[tuple[object, str]]) -> list[Field | Section]:
    year = this_year(workspace)
    years = [academic_year_label(year), academic_year_label(year + 1)]
    what = [
        Field(name="title", label="Title", required=True, help="What must have happened, as a sentence"),
        Field(name="short", label="Short title", width=_MIDDLE, help="At most 16 characters, for columns"),
    ]
    if points:
        what.append(Field(name="transition", label="Transition point", kind="choice", choices=points, required=True))
    when = [
        Field(name="due", label="Due", required=True, check=_due(workspace, year), help="Such as 2nd Friday of June"),
        Field(
            name="grace_days", label="Days of grace", width=_NARROW, help="Days after it before it counts as overdue"
        ),
        Field(
            name="from_year",
            label="From",
            kind="choice",
            choices=list(zip(years, (f"{years[0]} (this year)", f"{years[1]} (next year)"), strict=True)),
            help="Moves of earlier academic years keep the rule that they had",
        ),
    ]
    whom = [
        Field(
            name="applies",
            label="For whom",
            kind="long text",
            required=True,
            check=_applies,
            help="One condition a line, such as: Year 6 · SEN support or an EHC plan · looked after",
        )
    ]
    severities = [(severity, severity) for severity in SEVERITIES]
    word = [
        Field(name="severity", label="How severe", kind="choice", choices=severities, required=True),
        Field(
            name="basis",
            label="Basis",
            help="On whose word: the law or the guidance; a local agreement may be left out",
        ),
        Field(name="source", label="Source", help="Where that can be read"),
    ]
    done = [
        Field(name="evidence", label="Counts as done", required=True, help="What shows that it has happened"),
        Field(
            name="why", label="Why it matters", required=True, help="What goes wrong for the child when it is missed"
        ),
    ]
    return [
        Section(title="What", fields=what),
        Section(title="When", fields=when),
        Section(title="For whom", fields=whom),
        Section(title="On whose word", fields=word),
        Section(title="Done, and why", fields=done),
    ]


def _due(workspace: Workspace, year: int) -> Check:
    """Check a date rule as it is typed, and say on which days it falls this academic year and next."""

    def check(text: str) -> Answer:
        return Answer(text, dates_in_words(workspace, editing.read_due(text)[1], year))

    return check


def _applies(text: str) -> Answer:
    try:
        words = editing.read_applies(text).in_words()
    except ValueError as problem:
        raise ValueError(sentence(str(problem))) from None
    return Answer(text, f"For {words}")
