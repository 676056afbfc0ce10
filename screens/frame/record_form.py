"""A form over one record, made from its fields: labels, hints, checks, lists to pick from, and saving what was changed.

What is typed is judged field by field by the rules of the records; a draft of it outlives a crash.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple

from textual.containers import Vertical

from screens.frame.dialogs import Choice, Choose
from screens.frame.drafts import leave_draft, unkept
from screens.frame.host import Host
from screens.frame.jobs import Working
from screens.frame.pickers import school_finder, worker_finder
from screens.frame.safe import txt
from screens.frame.saving import OVERRIDE, ask_override
from screens.widgets.choice import SuggestBox
from screens.widgets.fields import Check, FormSection, Kind, Option, PlainAnswer
from screens.widgets.fields import FormField as Question
from screens.widgets.form import Conflict, Draft, Form
from screens.widgets.form_screen import FormScreen
from transitions.custody import history
from transitions.dates import DateProblem, ago, how_far, long, parse_open_day
from transitions.errors import Fault, FieldProblems, HeldBack
from transitions.fields import Context, Field, Fields, read_open_day, typed_in
from transitions.team import workers
from transitions.term_dates import TermDates
from transitions.text import answering, capital, printable
from transitions.workspace import Recorded, Saved


class TypedDay(NamedTuple):
    """A day that was typed, and how to say it back: ``Friday 13 February 2026, in 3 months``."""

    value: date
    echo: str
    warning: str = ""


def day_to_come(today: date, terms: TermDates | None, *, today_too: bool = False) -> Callable[[str], TypedDay]:
    """A reader of days after ``today`` (or ``today_too``); it raises ValueError with a sentence for people."""

    def read_day(text: str) -> TypedDay:
        day, closed = _parsed(text, today, terms)
        if day < today or (day == today and not today_too):
            gone = "is today" if day == today else "is in the past"
            raise ValueError(f"{long(day)} {gone}. Give a future date.")
        return TypedDay(day, f"{long(day)}, {how_far(day, today)}{f': {closed}' if closed else ''}")

    return read_day


def day_gone_by(today: date, terms: TermDates | None) -> Callable[[str], TypedDay]:
    """A reader of days up to ``today``; it raises ValueError with a sentence for people."""

    def read_day(text: str) -> TypedDay:
        day, _ = _parsed(text, today, terms)
        if day > today:
            raise ValueError(f"{long(day)} is still to come. Record it once it has happened.")
        return TypedDay(day, f"{long(day)}, {ago(day, today)}")

    return read_day


def _parsed(text: str, today: date, terms: TermDates | None) -> tuple[date, str]:
    try:
        return parse_open_day(text, today, terms)
    except DateProblem as problem:
        sentence = str(problem)
        raise ValueError(f"{capital(sentence)}.") from None


Content = Sequence[Question | FormSection]
Values = Mapping[str, object]
_DAY = Field("day", "Day", "date", reader=read_open_day)
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
    before one writes. ``now`` reads again what stands, with which the form is compared
    before it is saved: somebody else may have changed it meanwhile. ``of`` names the rows that hold it, table and number, where
    ``draft`` does not.
    """

    title: str
    content: Content
    stored: Values
    save: Callable[[Values, frozenset[str]], Recorded]
    draft: str
    make: Callable[..., Form] = Form
    notice: str = ""
    now: Callable[[], Values] | None = None
    of: Sequence[tuple[str, int]] = ()


async def open_form(host: Host, record: RecordForm) -> bool:
    """Open the form over the screen in front; whether it was saved."""
    return await saved_under(host, record) is not None


async def saved_under(host: Host, record: RecordForm) -> int | None:
    """Open the form; the number of what was saved, 0 where it has none, None when the form was left."""
    screen = RecordFormScreen(host, record)
    if await host.ask(screen) is None:
        return None
    return screen.recorded.number if isinstance(screen.recorded, Saved) else 0


class RecordFormScreen(FormScreen):
    """The form, its draft, and what is said when it is saved or left."""

    def __init__(self, host: Host, record: RecordForm) -> None:
        self._host = host
        self._record = record
        self.draft = record.draft
        self._saving = False
        self.recorded: Recorded | None = None
        self._told = ""
        form = record.make(
            record.content,
            record.stored,
            parse_date=_check(_DAY, typed_in(host.workspace, terms=host.workspace.terms_for())),
            clean=_without_controls,
            draft=_as_draft(workers.left_on_desk(host.workspace, record.draft)),
            keep_draft=self._keep_draft,
            notice=record.notice,
        )
        super().__init__(record.title, form)

    def on_mount(self) -> None:
        self.watch(self.app, "working", self._show_working)

    def _show_working(self, working: Working | None) -> None:
        """A long form may cover the header."""
        words = "" if working is None else " · ".join(part for part in working if part)
        self.query_one(Vertical).border_subtitle = txt(f"{words} stops" if words else "")

    def keep_draft(self) -> None:
        """Keep what is half typed; for a signal that ends the app."""
        self._form.keep()

    def _keep_draft(self, draft: Draft | None) -> None:
        # As the form goes away its field is left once more: that must not bring back the draft of what was saved.
        if self.recorded is None:
            trouble = unkept(self._host, self._record.draft, draft)
            if trouble and trouble != self._told:
                self._host.say(trouble, "warning")
            self._told = trouble

    async def on_form_saved(self, event: Form.Saved) -> None:
        event.stop()
        event.prevent_default()
        await self._host.carry_out(self._save_all(event.values))

    async def on_suggest_box_wanted(self, event: SuggestBox.Wanted) -> None:
        event.stop()
        await self._host.carry_out(self._add(event))

    async def _add(self, wanted: SuggestBox.Wanted) -> None:
        """Add who or what is not in the list of a field, and pick it there."""
        added = await self._host.open.add(wanted.adds, wanted.name)
        if added is not None:
            known = wanted.box.find(added[1])
            wanted.box.pick(next((option for option in known if option[0] == added[0]), added))

    async def _save_all(self, values: dict[str, object]) -> None:
        """Save, once what somebody else has changed meanwhile is decided."""
        if self._saving:
            return
        self._saving = True
        try:
            if not await self._decide_conflicts() or not self._form.holds():
                return
            recorded = await self.write(self._form.values, self._form.changed_fields)
        except Fault as fault:
            if not self.is_attached:
                raise
            problems = fault.problems if isinstance(fault, FieldProblems) else {"": fault.sentence}
            self._form.show_problems({name: sentence(what) for name, what in problems.items()})
        else:
            if recorded is not None:
                self._say_saved(recorded)
                if self.is_current:
                    self.dismiss(values)
        finally:
            self._saving = False

    async def write(self, values: dict[str, object], changed: frozenset[str]) -> Recorded | None:
        """Write what was changed; None when it is not to be saved after all."""
        save = self._record.save
        try:
            return await self._host.write(partial(save, values, changed))
        except HeldBack as held:
            reason = await ask_override(self._host, held.why)
            if reason is None:
                raise
            return await self._host.write(partial(save, {**values, OVERRIDE: reason}, changed | {OVERRIDE}))

    async def _decide_conflicts(self) -> bool:
        """Ask of each field that was changed here and elsewhere whose text is to stand; False to go on editing."""
        if self._record.now is None:
            return True
        for conflict in list(self._form.conflicts(self._record.now())):
            whose = await self._host.ask(_whose(conflict, self._who_changed(conflict)))
            if whose is None:
                conflict.row.enter()
                return False
            conflict.row.stand_on(conflict.value)
            if whose == _THEIRS:
                conflict.row.restore()
        return True

    def _who_changed(self, conflict: Conflict) -> str:
        """Who changed a field meanwhile; the draft of most records has the name of its table and its number."""
        found = _OF_A_RECORD.fullmatch(self.draft)
        for table, number in self._record.of or ([(_TABLES.get(found[1], found[1]), int(found[2]))] if found else ()):
            if who := history.who_changed(self._host.workspace, table, number, conflict.row.field.name):
                return who
        return "Somebody else"

    def _say_saved(self, recorded: Recorded) -> None:
        self.recorded = recorded
        leave_draft(self._host, self._record.draft, None)
        if recorded.changed:
            self._host.tell(recorded)
        else:
            self._host.say("Nothing was changed.")

    def on_form_left(self, event: Form.Left) -> None:
        if event.draft_kept:
            self._host.say(self._told or "Not saved. Your draft will be here when you open this form again.")
        else:
            leave_draft(self._host, self._record.draft, None)


_MINE, _THEIRS = "mine", "theirs"
_OF_A_RECORD = re.compile(r"draft ([a-z]+) ([0-9]+)")
_TABLES: Final = {
    "outcome": "plan_outcome", "action": "plan_action", "done": "plan_action", "copy": "plan_copy", "meeting": "plan_meeting"
}  # fmt: skip
"""Where a draft says shortly what it is of."""
_SHOWN = 300


def _whose(conflict: Conflict, who: str) -> Choose[str]:
    def choice(whose: str, key: str, text: str) -> Choice[str]:
        short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        return Choice(whose, f"{capital(whose)}: {short or 'empty'}", key)

    return Choose(
        f"Whose “{conflict.row.field.label}” should be kept?",
        [choice(_MINE, "m", conflict.mine), choice(_THEIRS, "t", conflict.theirs)],
        detail=f"{who} has changed it since you started. Escape goes back to editing. What you typed is kept.",
    )


def _as_draft(kept: Mapping[str, Any] | None) -> Draft | None:
    """A draft of an earlier version is the texts alone."""
    return kept and {name: (one, None) if isinstance(one, str) else (one[0], one[1]) for name, one in kept.items()}


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
        "adds": field.kind if field.kind in ("school", "worker") else None,
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
    now: Callable[[], Values] | None,
    always: Sequence[str] = (),
    make: Callable[..., Form] = Form,
    notice: str = "",
) -> RecordForm:
    """Make the form of a record, of a new one without a ``number`` (or code).

    ``save`` is given what was changed, or of a new record all that was filled in, and ``always`` these fields.
    ``now`` reads again what stands of a record that is there already.
    """

    def save_changes(values: Values, changed: frozenset[str]) -> Recorded:
        if number is None:
            return save({name: value for name, value in values.items() if value is not None})
        return save({name: value for name, value in values.items() if name in changed or name in always})

    return RecordForm(title, content, stored, save_changes, draft, make, notice, now if number is not None else None)


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
        return PlainAnswer(value, shown, sentence(warning))

    return check


def sentence(text: str) -> str:
    """``words`` as a sentence: with a capital and a full stop."""
    if not text:
        return ""
    return f"{capital(text)}{'' if text.endswith(('.', '?', '!')) else '.'}"


def _without_controls(text: str) -> str:
    return printable(text, lines=True)
