"""The forms of what is asked every year: its days in one year, its rule from a year on, and asking it no longer."""

from datetime import date
from typing import TYPE_CHECKING

from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.field_form import fields_form, questions
from screens.frame.record_form import RecordForm, Values, open_form, sentence
from screens.frame.typed_days import TypedDay
from screens.widgets.fields import Check, Field
from transitions.calendar import local_deadlines
from transitions.calendar.deadlines import ASK_KINDS
from transitions.calendar.deadlines import Ask as Asked
from transitions.calendar.event import Span
from transitions.calendar.local_deadlines import ASK_FIELDS, AskLine, in_words, read_days
from transitions.dates import DateProblem, long, parse_typed
from transitions.errors import Fault, FieldProblems
from transitions.exporting.year.sheet import KINDS
from transitions.fields import typed_in
from transitions.milestones.recording import Recorded
from transitions.school_year import DateNotKnown, academic_year, academic_year_label
from transitions.workspace import Workspace

if TYPE_CHECKING:
    from screens.frame.app import TransitionsApp

_DAY_WIDTH = 24


def line_of(workspace: Workspace, code: str) -> AskLine | None:
    """What is asked under a code, or None when nothing is."""
    return next((line for line in local_deadlines.ask_lines(workspace) if line.ask.code == code), None)


def days_of(workspace: Workspace, ask: Asked, year: int) -> Span | None:
    """The days of an ask in a year, or None when its rule needs term dates that are not entered."""
    try:
        return ask.of_year(year).span(year, workspace.terms_for())
    except DateNotKnown:
        return None


# Its days in one year


def edit_days(app: "TransitionsApp", ask: Asked, year: int) -> None:
    workspace, label = app.workspace, academic_year_label(year)
    published = ask.of_year(year).dates.get(year)

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        days = (value if isinstance(value := values[name], date) else None for name in ("first", "last"))
        return local_deadlines.save_days(workspace, ask.code, year, *days)

    check = _day_of(workspace, year)
    fields = [
        Field(name="first", label="First day", kind="date", check=check, width=_DAY_WIDTH, help="Empty: by the rule"),
        Field(
            name="last", label="Last day", kind="date", check=check, width=_DAY_WIDTH, help="Only when it lasts several days"
        ),
    ]  # fmt: skip
    stored: dict[str, object] = {}
    if published is not None:
        stored = {"first": published.first, "last": published.last if published.last > published.first else None}
    span = days_of(workspace, ask, year)
    stands = f"Now: {in_words(span)}. " if span else "Its rule needs term dates that are not entered. "
    notice = f"{stands}The days as they were published for {label}; every other year keeps the rule."
    record = RecordForm(f"{ask.title} in {label}", fields, stored, save, f"draft days {ask.code} {year}", notice=notice)
    open_form(app, record)


def _day_of(workspace: Workspace, year: int) -> Check:
    def check(text: str) -> TypedDay:
        try:
            span = read_days(workspace.clock.today, year, text, None)
        except FieldProblems as problems:
            raise ValueError(sentence(problems.problems["first"])) from None
        day = span.first if span else date.max  # a form never checks an empty field
        return TypedDay(day, long(day))

    return check


# What it is, from a year on


def edit_ask(app: "TransitionsApp", ask: Asked | None) -> None:
    """Open the form of an ask, or of a new one of the council's own."""
    workspace = app.workspace
    code, running = ask.code if ask else None, academic_year(workspace.clock.today)

    def save(fields: dict[str, object]) -> Recorded:
        return local_deadlines.save_ask(workspace, code, fields)

    stored: dict[str, object] = {
        "kind": "other", "for_schools": "all", "verified": True, "from_year": academic_year_label(running),
    }  # fmt: skip
    notice = ""
    if ask is not None:
        stored |= ASK_FIELDS.stored(ask)
        stored |= {"first": str(ask.first), "last": str(ask.last) if ask.last != ask.first else None}
        notice = "The change holds from the year below on: for the years before, it stays what it was."
    record = fields_form(
        "Add something asked every year" if ask is None else f"Change {ask.title}",
        questions(
            ASK_FIELDS,
            typed_in(workspace, terms=workspace.terms_for()),
            _LAYOUT,
            here={"kind": {"choices": [(kind, KINDS[kind]) for kind in ASK_KINDS]}},
        ),
        stored,
        save,
        f"draft ask {code or 'new'}",
        code,
        always=("from_year",),
        notice=notice,
    )
    open_form(app, record)


_LAYOUT = {
    "What and when": ("title", "kind", "first", "last", "from_year"),
    "For whom": ("year_groups", "for_schools"),
    "More": ("basis", "source", "verified", "short"),
}


# Asking it no longer


def retire_or_bring_back(app: "TransitionsApp", line: AskLine) -> None:
    """Ask from which day it is no longer asked; one that was retired is asked again at once."""
    workspace = app.workspace
    if line.retired_on is not None:
        app.tell(local_deadlines.bring_back(workspace, line.ask.code))
        return
    today, terms = workspace.clock.today, workspace.terms_for()

    def problem(text: str) -> str | None:
        try:
            parse_typed(text, today, terms)
        except DateProblem as wrong:
            return sentence(str(wrong))
        return None

    def keep(text: str | None) -> None:
        if text is None:
            return
        try:
            app.tell(local_deadlines.retire(workspace, line.ask.code, parse_typed(text, today, terms)))
        except Fault as fault:
            app.say(fault.sentence, "error")

    ask = Ask(
        "From which day is it no longer asked?",
        f"{line.ask.title}. What falls on earlier days stays.",
        "today",
        problem=problem,
        echo=lambda text: long(parse_typed(text, today, terms)),
    )
    app.push_screen(ask, keep)


def change(app: "TransitionsApp", code: str, year: int) -> None:
    line = line_of(app.workspace, code)
    if line is None:
        return
    label = academic_year_label(year)
    choices = [
        Choice("days", f"Its days in {label}", "d", "as they were published"),
        Choice("rule", "Its rule or its words", "e", "from a year on"),
        Choice("retire", "Ask it no longer", "t", "from a day on"),
    ]

    def chosen(what: str | None) -> None:
        if what == "days":
            edit_days(app, line.ask, year)
        elif what == "rule":
            edit_ask(app, line.ask)
        elif what == "retire":
            retire_or_bring_back(app, line)

    app.push_screen(Choose(line.ask.title, choices), chosen)
