"""What is written about a workshop line by line: somebody in the register, an action, what was said, and its texts."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from screens.frame.dialogs import Ask
from screens.frame.pickers import school_finder
from screens.frame.record_form import RecordForm, Values, open_form
from screens.frame.render_context import Look
from screens.frame.typed_days import day_gone_by
from screens.widgets.fields import Answer, Field, Section
from screens.workshops.text import NOTES, PARTS, whom
from transitions.errors import Fault
from transitions.milestones.recording import Recorded
from transitions.text import searchable
from transitions.workshops import actions, attendance_marks, feedback, inviting, saving
from transitions.workshops.kinds import KINDS
from transitions.workshops.page import WorkshopPage

if TYPE_CHECKING:
    from screens.frame.app import TransitionsApp

IN_LIST = "in_list"
_DAY_WIDTH, _NUMBER_WIDTH = 24, 10
_ATTENDANCES = (("came", "Came"), ("apologies", "Apologies"), ("absent", "Absent"))
_CONFIDENCE = "1 not at all to 5 very"
_FROM = (("school", "School"), ("family", "Family"), ("pupil", "Pupil"), ("other", "Other"))


def ask_people(
    app: "TransitionsApp", page: WorkshopPage, invitation_ids: Sequence[int], then: Callable[[], None]
) -> None:
    """Ask how many came, and record that they did; ``then`` is called when it was recorded."""
    rows = [row for row in page.invitations if row.id in invitation_ids]

    def problem(text: str) -> str | None:
        plain = text.strip()
        return None if plain.isascii() and plain.isdigit() and len(plain) < 4 else "Give a whole number, such as 2."

    def keep(text: str | None) -> None:
        if text is None:
            return
        try:
            recorded = attendance_marks.mark(app.workspace, invitation_ids, "came", people=int(text))
        except Fault as fault:
            app.say(fault.sentence, "error")
            return
        app.tell(recorded)
        then()

    look = Look(page.today, app.private)
    who = whom(rows[0], look) if len(rows) == 1 else f"each of {len(rows):,} lines"
    before = str(rows[0].people) if len(rows) == 1 and rows[0].people is not None else ""
    app.push_screen(
        Ask("How many people came?", f"From {who}. It records that they came.", before, problem=problem), keep
    )


def edit_invitation(app: "TransitionsApp", page: WorkshopPage, invitation_id: int) -> None:
    """Open a line of the register for editing."""
    row = next(one for one in page.invitations if one.id == invitation_id)
    fields = [
        Field(name="school", label="School", kind="suggest", suggest=school_finder(app.workspace)),
        Field(name="agency", label="Agency"),
        Field(name="name", label="Person"),
        Field(name="attendance", label="Came?", kind="choice", choices=_ATTENDANCES, help="Delete takes the mark back"),
        Field(name="people", label="How many people", kind="number", width=_NUMBER_WIDTH),
        Field(name="note", label="Note", kind="long text"),
    ]
    confidence = [
        Field(name="before", label="Before", kind="number", width=_NUMBER_WIDTH, help=_CONFIDENCE),
        Field(name="after", label="After", kind="number", width=_NUMBER_WIDTH, help=_CONFIDENCE),
    ]
    content: list[Field | Section] = [*fields]
    if KINDS[page.workshop.kind].training:
        content = [Section(title="Who", fields=fields), Section(title="Confidence", fields=confidence)]
    stored: dict[str, object] = {name: getattr(row, name) for name in inviting.INVITATION_FIELDS if name != "school"}
    stored["school"] = row.school_id and (row.school_id, row.school)
    stored["attendance"] = row.attendance if row.attendance != "invited" else None

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        return inviting.save_invitation(app.workspace, invitation_id, {name: values[name] for name in changed})

    title = whom(row, Look(page.today, app.private))
    open_form(app, RecordForm(title, content, stored, save, f"draft invitation line {invitation_id}"))


def edit_action(app: "TransitionsApp", page: WorkshopPage, action_id: int | None) -> None:
    """Open the form of an action, or of a new one."""
    before = next((row for row in (*page.carried, *page.actions) if row.id == action_id), None)

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        wanted = changed if before is not None else frozenset(values)
        return actions.save_action(app.workspace, page.workshop.id, action_id, {name: values[name] for name in wanted})

    stored = {} if before is None else {name: getattr(before, name) for name in actions.ACTION_FIELDS}
    draft = f"draft workshop action {action_id or f'new of {page.workshop.id}'}"
    title = "Add an action" if before is None else "Edit the action"
    notice = "" if before is None or before in page.actions else f"It was agreed at {before.workshop} and carried here."
    open_form(app, RecordForm(title, _action_fields(page), stored, save, draft, notice=notice))


def _action_fields(page: WorkshopPage) -> list[Field]:
    known = dict.fromkeys(row.who for row in (*page.carried, *page.actions) if row.who)
    return [
        Field(name="what", label="What", required=True, help="What will be done: a thing that can be graded"),
        Field(
            name="who",
            label="Who",
            kind="suggest",
            suggest=lambda typed: [(one, one) for one in known if searchable(typed) in searchable(one)],
            check=Answer,
            help="A person or a team",
        ),
        Field(name="due_on", label="By when", kind="date", width=_DAY_WIDTH, help="5/9, 5 sep, +6w, end of term"),
        Field(name="steps", label="Steps", kind="long text", help="Steps towards it, one a line"),
        Field(name="cost", label="Cost"),
        Field(name="success_measure", label="Success measure", help="How one will tell that it is done"),
        Field(name="impact", label="Impact", kind="long text", help="What is different because of it"),
        Field(name="recommendation", label="Recommendation", help="Of a committee or a report, if it answers one"),
    ]


def edit_feedback(app: "TransitionsApp", page: WorkshopPage, feedback_id: int | None) -> None:
    """Open the form of what somebody said, or of something new; nobody is named in it."""
    from transitions.calendar.events import terms_for

    before = next((row for row in page.feedback if row.id == feedback_id), None)
    known = feedback.load_themes()
    themes = [(theme.code, theme.title) for theme in known.by_code.values()]
    marks = [(number, str(number)) for number in feedback.RATINGS]
    words = ", ".join(f"{number} {known.ratings[number].lower()}" for number in feedback.RATINGS)
    fields = [
        Field(name="theme", label="Theme", kind="choice", choices=themes, required=True, help="Down lists the themes"),
        Field(name="said_by", label="Said by", kind="choice", choices=_FROM, required=True, help="Nobody is named"),
        Field(name="rating", label="Mark", kind="choice", choices=marks, help=words),
        Field(name="words", label="In their words", kind="long text"),
        Field(
            name="given_on",
            label="Said on",
            kind="date",
            check=day_gone_by(page.today, terms_for(app.workspace)),
            width=_DAY_WIDTH,
            help="Empty: the day of the workshop",
        ),
    ]
    if before is not None:
        fields.append(Field(name=IN_LIST, label="Was it said?", kind="yes no", help="No takes it out"))

    def save(values: Values, changed: frozenset[str]) -> Recorded:
        if before is not None and values[IN_LIST] is False:
            return feedback.take_out_feedback(app.workspace, page.workshop.id, [before.id])
        wanted = (changed if before is not None else frozenset(values)) - {IN_LIST}
        return feedback.save_feedback(
            app.workspace, page.workshop.id, feedback_id, {name: values[name] for name in wanted}
        )

    stored: dict[str, object] = {IN_LIST: True}
    if before is not None:
        stored |= {name: getattr(before, name) for name in feedback.FEEDBACK_FIELDS}
    draft = f"draft feedback {feedback_id or f'new of {page.workshop.id}'}"
    open_form(app, RecordForm("Add feedback" if before is None else "Edit feedback", fields, stored, save, draft))


def edit_text(app: "TransitionsApp", page: WorkshopPage, part: str) -> None:
    """Open the agenda or the notes for writing."""
    row = page.workshop
    help_ = "What was said and decided" if part == NOTES else "One point a line; what was carried stands above them"

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        return saving.save_workshop(app.workspace, row.id, {part: values[part]}).recorded

    field = Field(name=part, label=PARTS[part], kind="long text", help=help_)
    title = f"{PARTS[part]} · {row.title}"
    open_form(app, RecordForm(title, [field], {part: getattr(row, part)}, save, f"draft {part} of workshop {row.id}"))
