"""The forms of the calendar: a date of the council or a school, and what is asked every year: its days, its rule, its end."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import ClassVar

from screens.frame.dialogs import Ask, Choice, Choose
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, TypedDay, Values, fields_form, open_form, questions, sentence
from screens.widgets.fields import Check, FormField
from screens.workshops.clashes import ClashFacts, ClashForm
from transitions.calendar import local_dates, local_deadlines
from transitions.calendar.deadlines import Deadline
from transitions.calendar.event import Span
from transitions.calendar.local_dates import DATE_FIELDS
from transitions.calendar.local_deadlines import DEADLINE_FIELDS, DeadlineEntry, days_label, read_days
from transitions.dates import DateProblem, long, parse_typed
from transitions.errors import FieldProblems, require
from transitions.fields import typed_in
from transitions.school_year import DateNotKnown, academic_year, academic_year_label
from transitions.workspace import Recorded, Workspace

_DATE_LAYOUT = {
    "What and when": ("kind", "title", "first_day", "last_day"),
    "For whom": ("year_groups", "for_schools", "school"),
    "More": ("detail", "source"),
}


class DateClashForm(ClashForm):
    """A form of a date of one's own, whose fields are called otherwise than those of a workshop."""

    CALLED: ClassVar[Mapping[str, str]] = {"on_day": "first_day", "host_school": "school"}


async def edit_date(host: Host, date_id: int | None, on_day: date | None = None) -> None:
    await open_form(host, date_form(host, date_id, on_day))


def date_form(host: Host, date_id: int | None, on_day: date | None = None) -> RecordForm:
    workspace = host.workspace
    row = None if date_id is None else local_dates.own_date(workspace, date_id)

    stored: dict[str, object] = {"kind": "event", "first_day": on_day, "for_schools": "all"}
    if row is not None:
        stored = DATE_FIELDS.stored(row)
        stored["last_day"] = None if row.last_day == row.first_day else row.last_day
    return fields_form(
        "Add a date" if row is None else f"Edit {row.title}",
        questions(DATE_FIELDS, local_dates.date_context(workspace), _DATE_LAYOUT),
        stored,
        lambda fields: local_dates.save_date(workspace, date_id, fields),
        f"draft own date {date_id or 'new'}",
        date_id,
        now=lambda: date_form(host, date_id, on_day).stored,
        make=partial(DateClashForm, ClashFacts(workshop_id=date_id)),
    )


_DAY_WIDTH = 24


def line_of(workspace: Workspace, code: str) -> DeadlineEntry | None:
    return next((line for line in local_deadlines.deadline_entries(workspace) if line.deadline.code == code), None)


def days_of(workspace: Workspace, deadline: Deadline, year: int) -> Span | None:
    """The days of a deadline in a year, or None when its rule needs term dates that are not entered."""
    try:
        return deadline.of_year(year).span(year, workspace.terms_for())
    except DateNotKnown:
        return None


# Its days in one year


async def edit_days(host: Host, deadline: Deadline, year: int) -> None:
    await open_form(host, _days_form(host, deadline, year))


def _days_form(host: Host, deadline: Deadline, year: int) -> RecordForm:
    workspace, label = host.workspace, academic_year_label(year)
    published = deadline.of_year(year).dates.get(year)

    def save(values: Values, _changed: frozenset[str]) -> Recorded:
        days = (value if isinstance(value := values[name], date) else None for name in ("first", "last"))
        return local_deadlines.save_days(workspace, deadline.code, year, *days)

    check = _day_of(workspace, year)
    fields = [
        FormField(name="first", label="First day", kind="date", check=check, width=_DAY_WIDTH, help="Empty: by the rule"),
        FormField(
            name="last", label="Last day", kind="date", check=check, width=_DAY_WIDTH, help="Only when it lasts several days"
        ),
    ]  # fmt: skip
    stored: dict[str, object] = {}
    if published is not None:
        stored = {"first": published.first, "last": published.last if published.last > published.first else None}
    span = days_of(workspace, deadline, year)
    current = f"Now: {days_label(span)}. " if span else "Its rule needs term dates that have not been entered. "
    notice = f"{current}The published dates for {label}. Other years keep the rule."

    def now() -> Values:
        line = require(line_of(workspace, deadline.code), "The deadline is no longer there.")
        return _days_form(host, line.deadline, year).stored

    draft = f"draft days {deadline.code} {year}"
    return RecordForm(f"{deadline.title} in {label}", fields, stored, save, draft, notice=notice, now=now)


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


async def edit_deadline(host: Host, deadline: Deadline | None) -> None:
    workspace = host.workspace
    code, running = deadline.code if deadline else None, academic_year(workspace.clock.today)

    def save(fields: dict[str, object]) -> Recorded:
        return local_deadlines.save_deadline(workspace, code, fields)

    stored: dict[str, object] = {
        "kind": "other", "for_schools": "all", "verified": True, "from_year": academic_year_label(running),
    }  # fmt: skip
    notice = ""

    def as_it_is(deadline: Deadline) -> Values:
        last = str(deadline.last) if deadline.last != deadline.first else None
        return {**stored, **DEADLINE_FIELDS.stored(deadline), "first": str(deadline.first), "last": last}

    def now() -> Values:
        return as_it_is(require(line_of(workspace, code or ""), "It is retired.").deadline)

    if deadline is not None:
        notice = "The change applies from the year below. Earlier years keep what they had."
    record = fields_form(
        "Add a yearly deadline" if deadline is None else f"Change {deadline.title}",
        questions(DEADLINE_FIELDS, typed_in(workspace, terms=workspace.terms_for()), _LAYOUT),
        stored if deadline is None else as_it_is(deadline),
        save,
        f"draft ask {code or 'new'}",
        code,
        now=now,
        always=("from_year",),
        notice=notice,
    )
    await open_form(host, record)


_LAYOUT = {
    "What and when": ("title", "kind", "first", "last", "from_year"),
    "For whom": ("year_groups", "for_schools"),
    "More": ("basis", "source", "verified", "short"),
}


# Asking it no longer


async def retire_or_bring_back(host: Host, line: DeadlineEntry) -> None:
    """Ask from which day it is no longer asked; one that was retired is asked again at once."""
    workspace = host.workspace
    if line.retired_on is not None:
        host.tell(await host.write(partial(local_deadlines.bring_back, workspace, line.deadline.code)))
        return
    today, terms = workspace.clock.today, workspace.terms_for()

    def problem(text: str) -> str | None:
        try:
            parse_typed(text, today, terms)
        except DateProblem as wrong:
            return sentence(str(wrong))
        return None

    async def save(text: str) -> None:
        day = parse_typed(text, today, terms)
        host.tell(await host.write(partial(local_deadlines.retire, workspace, line.deadline.code, day)))

    await host.ask(
        Ask(
            "Retire it from which day?",
            f"{line.deadline.title}. Earlier dates stay.",
            "today",
            problem=problem,
            echo=lambda text: long(parse_typed(text, today, terms)),
            save=save,
        )
    )


async def change(host: Host, code: str, year: int) -> None:
    line = line_of(host.workspace, code)
    if line is None:
        return
    label = academic_year_label(year)
    choices = [
        Choice("days", f"Its days in {label}", "d", "as published"),
        Choice("rule", "Change its rule or wording", "e", "from a year on"),
        Choice("retire", "Retire it", "t", "from a day on"),
    ]
    what = await host.ask(Choose(line.deadline.title, choices))
    if what == "days":
        await edit_days(host, line.deadline, year)
    elif what == "rule":
        await edit_deadline(host, line.deadline)
    elif what == "retire":
        await retire_or_bring_back(host, line)
