"""What is written about a workshop line by line: somebody in the register, an action, what was said, and its texts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import ClassVar, Protocol

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from screens.frame import render_context
from screens.frame.dialogs import Ask, Choice, Choose, Dialog
from screens.frame.host import Host
from screens.frame.pickers import choose_group
from screens.frame.record_form import (
    RecordForm,
    Values,
    day_gone_by,
    fields_form,
    open_form,
    question,
    questions,
)
from screens.frame.render_context import RenderContext
from screens.frame.safe import cell, txt
from screens.widgets.columns import Column
from screens.widgets.fields import FormField
from screens.widgets.line import Fitted, one_line
from screens.widgets.window_table import Row, WindowTable
from screens.workshops.text import NOTES, PARTS, whom
from transitions.errors import require
from transitions.fields import Fields, typed_in
from transitions.pupils import school_groups
from transitions.text import how_many
from transitions.workshops import actions, attendance_marks, feedback, inviting, saving
from transitions.workshops.actions import GRADE_WORDS
from transitions.workshops.inviting import Proposed
from transitions.workshops.page import WorkshopPage, load
from transitions.workshops.reading import KINDS, WORKSHOP_FIELDS
from transitions.workspace import Recorded

_PROPOSED, _GROUP, _OTHER = "proposed", "group", "other"


async def invite(host: Host, workshop_id: int) -> None:
    found = inviting.proposed(host.workspace, workshop_id)
    which: str | None = _OTHER
    choices = [Choice(_OTHER, "A school, an agency or a person by name", key="n")]
    if school_groups.groups(host.workspace):
        choices.insert(0, Choice(_GROUP, "The schools of a group", key="g", hint="a LIFT group, a district, a cluster"))
    if found:
        hint = f"{how_many(len(found), 'school')}, each with the reason"
        choices.insert(0, Choice(_PROPOSED, "Suggested schools", key="p", hint=hint))
    if len(choices) > 1:
        which = await host.ask(Choose("Whom to invite?", choices))
    if which == _GROUP:
        group_id = await choose_group(host, "Invite schools from which group?")
        if group_id is None:
            return
        found = inviting.of_group(host.workspace, workshop_id, group_id)
        if not found:
            host.say("Every school in this group is already invited, or it has none that year.")
            return
    if which == _OTHER:
        await open_form(host, _somebody_form(host, workshop_id))
    elif which in (_PROPOSED, _GROUP):
        school_ids = await host.ask(ProposedSchools(found))
        if school_ids:
            host.tell(await host.write(partial(inviting.invite_schools, host.workspace, workshop_id, school_ids)))


class ProposedSchools(Dialog[Sequence[int] | None]):
    """The proposed schools, all marked at first. Gives those that are marked when it is left with Enter, else None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave without inviting"),
        Binding("ctrl+s", "invite", "Invite the marked ones"),
    ]
    DEFAULT_CSS = """
    ProposedSchools #why { height: 3; padding: 0 1; border-top: solid $line; }
    """

    def __init__(self, found: Sequence[Proposed]) -> None:
        super().__init__()
        self._found = {one.school_id: one for one in found}
        columns = (
            Column("School", flex=2, min_width=24, priority=10),
            Column("Movers", width=6, align="right", priority=7),
            Column("Why", flex=3, min_width=24, priority=9),
        )
        self._table = WindowTable(columns, self._fetch)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield self._table
            yield Fitted(id="why")

    def on_mount(self) -> None:
        """Mark all: leaving one out takes one key, inviting all takes one."""
        self._table.set_rows(list(self._found))
        self._table.set_marks(self._found)
        self._table.focus()

    def _fetch(self, keys: Sequence[int]) -> Mapping[int, Row]:
        rows = (self._found[key] for key in keys)
        return {
            one.school_id: (cell(one.school), f"{one.movers:,}" if one.movers else "", cell(one.reason)) for one in rows
        }

    @on(WindowTable.MarksChanged)
    def _count(self) -> None:
        title = f"Invite {len(self._table.marked):,} of {len(self._found):,} schools"
        self.title_box(title, "enter invites · space leaves one out · A all or none · esc leaves")

    @on(WindowTable.Highlighted)
    def _explain(self) -> None:
        one = self._found.get(self._table.cursor_key or 0)
        self.query_one("#why", Fitted).show(lambda _width, _height: [txt(one.reason, "$quiet")] if one else [])

    @on(WindowTable.Opened)
    def action_invite(self) -> None:
        self.dismiss([number for number in self._found if number in self._table.marked])


_HERE = {
    "school": {"help": "On its own, or with somebody from there"},
    "agency": {"help": "Such as Educational psychology or Early Help"},
    "name": {"help": "Somebody from the school or agency, or on their own"},
}


def _somebody_form(host: Host, workshop_id: int) -> RecordForm:
    content = questions(inviting.INVITATION_FIELDS, typed_in(host.workspace), tuple(_HERE), overrides=_HERE)

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        return inviting.invite(host.workspace, workshop_id, **values)  # type: ignore[arg-type]

    return RecordForm("Invite", content, {}, save, f"draft invitation {workshop_id}")


_EVIDENCE, _DROP, _AGAIN = "e", "d", "r"


async def grade(host: Host, page: WorkshopPage, action_ids: Sequence[int]) -> bool:
    """Ask how far the actions have got, and record it; whether something was recorded."""
    rows = [row for row in (*page.carried, *page.actions) if row.id in action_ids]
    choices = [
        *(Choice(str(number), label, key=str(number)) for number, label in GRADE_WORDS.items()),
        Choice(_EVIDENCE, "With evidence, or on another day", key=_EVIDENCE),
        Choice(_DROP, "Drop it, with the reason", key=_DROP),
    ]
    if any(row.dropped_on for row in rows):
        choices = [Choice(_AGAIN, "Take it up again", key=_AGAIN)]
    what = one_line(rows[0].what) if len(rows) == 1 else f"{len(rows):,} actions"
    detail = render_context.note(what, hidden=host.private)
    current = str(rows[0].grade) if len(rows) == 1 and rows[0].grade else None
    key = await host.ask(Choose("What progress has been made?", choices, detail=detail, current=current))
    if key is None:
        return False
    if key == _EVIDENCE:
        return await open_form(host, _form(host, page, action_ids))
    if key == _DROP:
        return await _drop(host, action_ids)
    if key == _AGAIN:
        do = partial(actions.take_up_again, host.workspace, action_ids)
    else:
        do = partial(actions.grade, host.workspace, action_ids, int(key), at=page.workshop.id)
    host.tell(await host.write(do))
    return True


async def _drop(host: Host, action_ids: Sequence[int]) -> bool:
    async def save(reason: str) -> None:
        host.tell(await host.write(partial(actions.drop_action, host.workspace, action_ids, reason=reason)))

    prompt = "It is not carried to any further meeting. The reason stays with it."
    needed = "Say why. The meeting agreed it would be done."
    return await host.ask(Ask("Why is it dropped?", prompt, needed=needed, save=save)) is not None


def _form(host: Host, page: WorkshopPage, action_ids: Sequence[int]) -> RecordForm:
    day = page.workshop.on_day if page.over else page.today
    fields = [
        FormField(
            name="grade",
            label="Grade",
            kind="choice",
            required=True,
            choices=[(number, f"{number} {meaning}") for number, meaning in GRADE_WORDS.items()],
            help="1 fully achieved, 2 on track, 3 slipped, 4 not achieved",
        ),
        FormField(name="evidence", label="Evidence", kind="long text", help="How you can tell; printed for committees"),
        FormField(
            name="on",
            label="Graded on",
            kind="date",
            required=True,
            check=day_gone_by(page.today, host.workspace.terms_for()),
            width=24,
            help="5/9, mon, -3d",
        ),
    ]
    rows = [row for row in (*page.carried, *page.actions) if row.id in action_ids]
    stored: dict[str, object] = {"on": day}
    if len(rows) == 1:
        stored |= {"grade": rows[0].grade, "evidence": rows[0].evidence}

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        day = values["on"] if isinstance(values["on"], date) else None
        evidence = str(values["evidence"] or "")
        return actions.grade(
            host.workspace, action_ids, int(str(values["grade"])), at=page.workshop.id, on=day, evidence=evidence
        )

    draft = f"draft grade {' '.join(map(str, action_ids))}"

    def now() -> Values:
        return _form(host, load(host.workspace, page.workshop.id), action_ids).stored

    return RecordForm("What progress has been made?", fields, stored, save, draft, now=now)


async def ask_people(host: Host, page: WorkshopPage, invitation_ids: Sequence[int]) -> bool:
    rows = [row for row in page.invitations if row.id in invitation_ids]
    context = RenderContext(page.today, host.private)
    who = whom(rows[0], context) if len(rows) == 1 else f"each of {len(rows):,} lines"
    before = str(rows[0].people) if len(rows) == 1 and rows[0].people is not None else ""
    prompt = f"From {who}. It records that they came."

    async def save(text: str) -> None:
        mark = partial(attendance_marks.mark, host.workspace, invitation_ids, "came", people=int(text))
        host.tell(await host.write(mark))

    asked = Ask("How many people came?", prompt, before, problem=_no_number, save=save)
    return await host.ask(asked) is not None


def _no_number(text: str) -> str | None:
    plain = text.strip()
    return None if plain.isascii() and plain.isdigit() and len(plain) < 4 else "Give a whole number, such as 2."


async def edit_invitation(host: Host, page: WorkshopPage, invitation_id: int) -> None:
    row = next(one for one in page.invitations if one.id == invitation_id)
    who = ("school", "agency", "name", "attendance", "people", "note")
    training = KINDS[page.workshop.kind].training
    content = questions(
        inviting.INVITATION_FIELDS,
        typed_in(host.workspace),
        {"Who": who, "Confidence": ("before", "after")} if training else who,
    )

    def save(fields: dict[str, object]) -> Recorded:
        return inviting.save_invitation(host.workspace, invitation_id, fields)

    title, stored = whom(row, RenderContext(page.today, host.private)), inviting.INVITATION_FIELDS.stored(row)
    now = _reading(host, page, inviting.INVITATION_FIELDS, invitation_id, lambda fresh: fresh.invitations)
    draft = f"draft invitation line {invitation_id}"
    await open_form(host, fields_form(title, content, stored, save, draft, invitation_id, now=now))


class _Line(Protocol):
    @property
    def id(self) -> int: ...


def _reading(
    host: Host, page: WorkshopPage, fields: Fields, number: int | None, rows: Callable[[WorkshopPage], Iterable[_Line]]
) -> Callable[[], Values] | None:
    """What reads again how a line of the workshop stands; None of a new one."""

    def now() -> Values:
        there = (row for row in rows(load(host.workspace, page.workshop.id)) if row.id == number)
        return fields.stored(require(next(there, None), "It is no longer there. Check the workshop again."))

    return None if number is None else now


async def edit_action(host: Host, page: WorkshopPage, action_id: int | None) -> None:
    before = next((row for row in (*page.carried, *page.actions) if row.id == action_id), None)
    layout = ("what", "who", "due_on", "steps", "cost", "success_measure", "impact", "recommendation")
    known = list(dict.fromkeys(row.who for row in (*page.carried, *page.actions) if row.who))

    def save(fields: dict[str, object]) -> Recorded:
        return actions.save_action(host.workspace, page.workshop.id, action_id, fields)

    record = fields_form(
        "Add an action" if before is None else "Edit the action",
        questions(
            actions.ACTION_FIELDS, typed_in(host.workspace, terms=host.workspace.terms_for()), layout, {"who": known}
        ),
        {} if before is None else actions.ACTION_FIELDS.stored(before),
        save,
        f"draft workshop action {action_id or f'new of {page.workshop.id}'}",
        action_id,
        now=_reading(host, page, actions.ACTION_FIELDS, action_id, lambda fresh: (*fresh.carried, *fresh.actions)),
        notice=""
        if before is None or before in page.actions
        else f"It was agreed at {before.workshop} and carried here.",
    )
    await open_form(host, record)


async def edit_feedback(host: Host, page: WorkshopPage, feedback_id: int | None) -> None:
    before = next((row for row in page.feedback if row.id == feedback_id), None)
    ratings = ", ".join(f"{mark} {feedback.load_themes().ratings[mark].lower()}" for mark in feedback.RATINGS)
    context = typed_in(host.workspace, terms=host.workspace.terms_for())
    overrides: dict[str, dict[str, object]] = {
        "rating": {"help": ratings},
        "given_on": {"check": day_gone_by(page.today, context.terms)},
    }

    def save(fields: dict[str, object]) -> Recorded:
        return feedback.save_feedback(host.workspace, page.workshop.id, feedback_id, fields)

    record = fields_form(
        "Add feedback" if before is None else "Edit feedback",
        questions(feedback.FEEDBACK_FIELDS, context, tuple(feedback.FEEDBACK_FIELDS), overrides=overrides),
        {} if before is None else feedback.FEEDBACK_FIELDS.stored(before),
        save,
        f"draft feedback {feedback_id or f'new of {page.workshop.id}'}",
        feedback_id,
        now=_reading(host, page, feedback.FEEDBACK_FIELDS, feedback_id, lambda fresh: fresh.feedback),
    )
    await open_form(host, record)


async def edit_text(host: Host, page: WorkshopPage, part: str) -> None:
    """Open the agenda or the notes for writing."""
    row = page.workshop
    help_ = "What was said and decided" if part == NOTES else "One point per line. Carried-over actions come first"

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        return saving.save_workshop(host.workspace, row.id, {part: values[part]})

    field = question(WORKSHOP_FIELDS[part], typed_in(host.workspace), label=PARTS[part], help=help_)
    title = f"{PARTS[part]} · {row.title}"
    record = RecordForm(
        title,
        [field],
        {part: getattr(row, part)},
        save,
        f"draft {part} of workshop {row.id}",
        now=lambda: {part: getattr(load(host.workspace, row.id).workshop, part)},
    )
    await open_form(host, record)
