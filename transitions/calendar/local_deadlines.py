"""What a council made of the deadlines: days published for a year, a changed rule, deadlines of its own, and some no longer asked.

What is changed holds from an academic year on: for the years before, the deadline stays what it was. What the council has not
changed is read from the program's own file, so that a later version of it counts.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from db.calendar import local_dates as store
from db.calendar.local_dates import AskRow
from db.errors import Garbled
from db.gathering import Write, write_rows
from db.journal import Action
from transitions.calendar.deadlines import DEADLINE_KINDS, Deadline, DeadlineSet, from_mapping, load_shipped, to_mapping
from transitions.calendar.event import KINDS, Span
from transitions.dates import long, parse_typed, short_with_year
from transitions.errors import FieldProblems, NotAllowed, require
from transitions.fields import (
    IS_NEEDED,
    Context,
    Field,
    Fields,
    Option,
    Reading,
    as_text,
    gather,
    typed_in,
)
from transitions.milestones.date_rule_types import DateRule
from transitions.milestones.date_rules import RuleProblem, day_of_rule, parse_rule
from transitions.school_year import (
    DateNotKnown,
    academic_year_label,
    academic_year_span,
    parse_academic_year,
    parse_year_groups,
    year_groups_label,
)
from transitions.school_year import academic_year as year_of
from transitions.term_dates import TermDates
from transitions.text import searchable
from transitions.workshops.reading import YEAR_GROUPS
from transitions.workspace import Recorded, Workspace

SHORT: Final = 16
"""Characters that fit a column."""
FOR_SCHOOLS: Final[tuple[Option, ...]] = (
    ("all", "All schools"),
    ("primary", "Primary schools"),
    ("secondary", "Secondary schools"),
    ("early years", "Early years settings"),
    ("college", "Colleges"),
    ("council", "The council alone"),
)
"""Who is asked, in words."""
_DAY: Final = timedelta(days=1)
_NO_TERMS: Final = TermDates()
_RULES = "The rule in plain English, as for milestones, such as 15 May or 3rd Thursday of January"


def _rule(text: str) -> DateRule:
    try:
        rule = parse_rule(text)
    except RuleProblem as problem:
        raise ValueError(problem.sentence) from None
    with suppress(DateNotKnown):
        day_of_rule(rule, 2026, _NO_TERMS)
    return rule


def _groups(text: str) -> Reading:
    groups = parse_year_groups(text)
    return Reading(groups, echo=year_groups_label(groups))


def _day_by_rule(text: str, context: Context) -> Reading:
    """Read a rule, said back as the day that it gives this year."""
    rule, year = _rule(text), year_of(context.today)
    try:
        day = day_of_rule(rule, year, context.terms or _NO_TERMS)
    except DateNotKnown:
        return Reading(rule, echo="It needs term dates that have not been entered.")
    return Reading(rule, echo=f"{long(day)} in {academic_year_label(year)}")


DEADLINE_FIELDS: Final = Fields(
    Field("title", "Title", short="What is asked", needed=True),
    Field(
        "short", "Short title", short="In a few words", longest=SHORT, kept=True,
        help=f"At most {SHORT} letters, for columns",
    ),
    Field("kind", "Kind", "choice", needed=True, options=[(kind, KINDS[kind]) for kind in DEADLINE_KINDS]),
    Field("first", "First day", reader=_day_by_rule, needed=True, help=_RULES),
    Field("last", "Last day", reader=_day_by_rule, kept=True, help="Empty: one day"),
    replace(YEAR_GROUPS, read=_groups, empty=(), shown=year_groups_label),
    Field("for_schools", "Asked of", "choice", kept=True, options=FOR_SCHOOLS, help="Down lists them"),
    Field("basis", "Basis", short="On whose word", empty=""),
    Field("source", "Source", empty=""),
    Field(
        "verified", "Verified", "yes no", short="Checked?", kept=True,
        help="No: shows “check with your LA” beside it",
    ),
    Field("from_year", "From the year", read=parse_academic_year, width=12, help="Such as 2026/27"),
)  # fmt: skip
"""``from_year`` is the academic year from which the change holds: "2026/27"."""


def check_order(deadline: Deadline, year: int) -> None:
    """Raise FieldProblems when the last day comes before the first, as far as that shows without term dates."""
    try:
        first, last = deadline.of_year(year).span(year, _NO_TERMS)
    except DateNotKnown:
        return  # only the term dates will tell
    if last < first:
        what = f"that is {short_with_year(last)}, before the first day, {short_with_year(first)}"
        raise FieldProblems({"last": f"In {academic_year_label(year)} {what}."})


def read_days(today: date, year: int, first: date | str | None, last: date | str | None) -> Span | None:
    """Read the days of an academic year, dates or as people type them; None when both are empty. Raises FieldProblems."""
    values, problems = gather({"first": first, "last": last}, lambda _, value: _typed_day(today, as_text(value), year))
    if not problems and values["last"] and not values["first"]:
        problems["first"] = IS_NEEDED
    if problems:
        raise FieldProblems(problems)
    if not values["first"]:
        return None
    span = Span(values["first"], values["last"] or values["first"])
    if span.last < span.first:
        raise FieldProblems({"last": "The last day is before the first."})
    return span


def _typed_day(today: date, text: str, year: int) -> date | None:
    if not text:
        return None
    opens, closes = academic_year_span(year)
    day = parse_typed(text, today)
    if not opens <= day <= closes and text[:1].isdigit():
        day = parse_typed(text, opens + 180 * _DAY)
    if not opens <= day <= closes:
        raise ValueError(f"{short_with_year(day)} is not in {academic_year_label(year)}")
    return day


def days_label(span: Span) -> str:
    first, last = map(short_with_year, span)
    return first if first == last else f"{first} to {last}"


_OWN: Final = "own."


class DeadlineEntry(NamedTuple):
    """A deadline as a list of all of them shows it.

    ``origin`` says whether it is as it came with the program, was changed here, or is the council's own.
    """

    deadline: Deadline
    origin: Literal["shipped", "changed", "own"]
    retired_on: date | None


@dataclass(frozen=True)
class DeadlineDraft:
    """A deadline that was read and found right, to be put in by ``put_deadline``."""

    deadline: Deadline
    name: str
    summary: str


def deadlines_in_force(workspace: Workspace) -> DeadlineSet:
    lines = deadline_entries(workspace)
    changed = sum(line.origin != "shipped" or line.retired_on is not None for line in lines)
    version = load_shipped().version
    return DeadlineSet(
        f"{version}, {changed} changed here" if changed else version, tuple(_until(line) for line in lines)
    )


def deadline_entries(workspace: Workspace) -> list[DeadlineEntry]:
    rows = {row.code: row for row in store.own_deadlines(workspace.read())}
    shipped = [
        _deadline_entry(rows[deadline.code]) if deadline.code in rows else DeadlineEntry(deadline, "shipped", None)
        for deadline in load_shipped().deadlines
    ]
    known = _shipped()
    own = [_deadline_entry(row) for code, row in rows.items() if code not in known]
    return [*shipped, *sorted(own, key=lambda line: (searchable(line.deadline.title), line.deadline.code))]


def save_days(
    workspace: Workspace, code: str, academic_year: int, first: date | str | None, last: date | str | None = None
) -> Recorded:
    """Set a deadline's days for one academic year, as published; without ``first`` those that come with the program
    count again, or its rule.

    Days are dates, or text as people type them; without ``last`` it is one day. The rule stays as it is. Raises FieldProblems
    ("first", "last") for days outside the year or in the wrong order, and NoSuchRecord.
    """
    line = _entry(workspace, code)
    span = read_days(workspace.clock.today, academic_year, first, last)
    label = academic_year_label(academic_year)
    summary = f"{line.deadline.title} · {label}: {days_label(span) if span else 'as before'}"
    return _record(
        workspace, DeadlineDraft(with_days(line.deadline, academic_year, span), "Days of an ask set", summary)
    )


def save_deadline(workspace: Workspace, code: str | None, fields: Mapping[str, object]) -> Recorded:
    """Save a new deadline (None) or changes to one; fields that are not given stay. Values are text as people type it.

    It holds from ``from_year`` on (this academic year unless given): for the years before, the deadline stays what it was.
    Without "last" it is one day. Raises FieldProblems with a sentence for each field that is wrong, and NoSuchRecord.
    """
    return _record(workspace, read_deadline(workspace, code, fields))


def retire(workspace: Workspace, code: str, from_day: date) -> Recorded:
    """Retire it from a day on; what falls on earlier days stays. Raises NoSuchRecord."""
    line = _entry(workspace, code)
    with workspace.change("Ask retired", f"{line.deadline.title} · from {short_with_year(from_day)}") as action:
        _write(action, line.deadline, from_day)
    return action.recorded


def bring_back(workspace: Workspace, code: str) -> Recorded:
    """Ask it again, after all. Raises NotAllowed for one that was not retired, and NoSuchRecord."""
    line = _entry(workspace, code)
    if line.retired_on is None:
        raise NotAllowed(f"“{line.deadline.title}” is not retired, so there is nothing to bring back.")
    with workspace.change("Ask brought back", line.deadline.title) as action:
        _write(action, line.deadline, None)
    return action.recorded


def read_deadline(workspace: Workspace, code: str | None, fields: Mapping[str, object]) -> DeadlineDraft:
    """Read what ``save_deadline`` is given without writing it, for a file of many. Raises as ``save_deadline`` does."""
    old = None if code is None else _entry(workspace, code).deadline
    values = DEADLINE_FIELDS.checked(typed_in(workspace), fields, new=old is None)
    from_year = values.pop("from_year", None) or year_of(workspace.clock.today)
    deadline = _new(workspace, values, from_year) if old is None else _changed(old, values, from_year)
    check_order(deadline, from_year)
    name = "Ask added" if old is None else "Ask changed"
    return DeadlineDraft(deadline, name, f"{deadline.title} · from {academic_year_label(from_year)}")


def put_deadline(action: Action, draft: DeadlineDraft) -> None:
    """Write one that ``read_deadline`` gave; whether it is retired stays as it is."""
    row = _row(action, draft.deadline.code)
    _write(action, draft.deadline, row.retired_on if row else None)


def with_days(deadline: Deadline, year: int, span: Span | None) -> Deadline:
    place = next((place for place, (through, _) in enumerate(deadline.earlier) if year <= through), None)
    if place is None:
        days = {**deadline.dates, year: span}
        return replace(deadline, dates=MappingProxyType({key: value for key, value in days.items() if value}))
    through, older = deadline.earlier[place]
    changed = (through, with_days(older, year, span))
    return replace(deadline, earlier=(*deadline.earlier[:place], changed, *deadline.earlier[place + 1 :]))


def writes(workspace: Workspace, draft: DeadlineDraft) -> tuple[Write, ...]:
    """What ``put_deadline`` would write, for an import to show first; nothing when it stands so already."""
    row = next((row for row in store.own_deadlines(workspace.read()) if row.code == draft.deadline.code), None)
    return _writes(row, draft.deadline, row.retired_on if row else None)


# --- putting together what is asked ----------------------------------------------------------------------------------


def _shipped() -> Mapping[str, Deadline]:
    return {deadline.code: deadline for deadline in load_shipped().deadlines}


def _deadline_entry(row: AskRow) -> DeadlineEntry:
    deadline, shipped = _parsed(row.definition), _shipped().get(row.code)
    if shipped is None:
        return DeadlineEntry(deadline, "own", row.retired_on)
    deadline = _with_published(deadline, shipped)
    return DeadlineEntry(deadline, "shipped" if deadline == shipped else "changed", row.retired_on)


def _with_published(deadline: Deadline, shipped: Deadline) -> Deadline:
    """Add the days that come with the program where nobody here set others, as long as the rule is the program's."""
    if (deadline.first, deadline.last) != (shipped.first, shipped.last):
        return deadline
    return replace(deadline, dates=MappingProxyType({**shipped.dates, **deadline.dates}))


@lru_cache(maxsize=256)
def _parsed(definition: str) -> Deadline:
    try:
        return from_mapping(json.loads(definition))
    except (KeyError, TypeError, ValueError) as error:
        raise Garbled(type(error).__name__) from None


def _until(line: DeadlineEntry) -> Deadline:
    if line.retired_on is None:
        return line.deadline
    last = line.retired_on - _DAY
    earlier = tuple((through, _ending(older, last)) for through, older in line.deadline.earlier)
    return replace(_ending(line.deadline, last), earlier=earlier)


def _ending(deadline: Deadline, last: date) -> Deadline:
    return replace(deadline, valid_to=min(last, deadline.valid_to or last))


def _entry(workspace: Workspace, code: str) -> DeadlineEntry:
    return require(
        next((line for line in deadline_entries(workspace) if line.deadline.code == code), None),
        f"No deadline has the code “{code}”.",
    )


# --- changing ---------------------------------------------------------------------------------------------------------


def _changed(old: Deadline, values: Mapping[str, Any], from_year: int) -> Deadline:
    current = replace(old, earlier=())
    new = replace(current, **values)
    if "first" in values and "last" not in values and current.first == current.last:
        new = replace(new, last=new.first)
    if new == current and old.of_year(from_year) is old:
        return old
    # A new rule goes before days that were set while another stood.
    rule = new.first, new.last
    dates = {
        year: days
        for year, days in _every_date(old).items()
        if year < from_year or rule == (old.of_year(year).first, old.of_year(year).last)
    }
    new = replace(new, dates=MappingProxyType(dates))
    opens = academic_year_span(from_year)[0]
    if current.valid_from is not None and opens <= current.valid_from:
        return replace(new, valid_from=opens)  # it was not asked before: nothing has to be kept
    before = from_year - 1
    kept = [(through, older) for through, older in old.earlier if through < before]
    return replace(new, earlier=(*kept, (before, replace(old.of_year(before), earlier=()))))


def _every_date(deadline: Deadline) -> dict[int, Span]:
    versions = (deadline, *(older for _, older in deadline.earlier))
    years = sorted({year for version in versions for year in version.dates})
    return {year: days for year in years if (days := deadline.of_year(year).dates.get(year))}


def _new(workspace: Workspace, values: Mapping[str, Any], from_year: int) -> Deadline:
    title = values["title"]
    given = {
        "short": title[:SHORT].rstrip(),
        "last": values["first"],
        "year_groups": (),
        "for_schools": "all",
        "basis": "Set by the council",
        "source": "",
        "verified": True,
        **values,
    }
    return Deadline(
        code=_code(workspace, title), dates=MappingProxyType({}), valid_from=academic_year_span(from_year)[0], own=True, **given,
    )  # fmt: skip


def _code(workspace: Workspace, title: str) -> str:
    known = {line.deadline.code for line in deadline_entries(workspace)}
    plain = re.sub(r"[^a-z0-9]+", "-", searchable(title)).strip("-")[:40] or "ask"
    code, number = f"{_OWN}{plain}", 2
    while code in known:
        code, number = f"{_OWN}{plain}-{number}", number + 1
    return code


def _record(workspace: Workspace, draft: DeadlineDraft) -> Recorded:
    with workspace.change(draft.name, draft.summary) as action:
        put_deadline(action, draft)
    return action.recorded


def _write(action: Action, deadline: Deadline, retired_on: date | None) -> None:
    write_rows(action, _writes(_row(action, deadline.code), deadline, retired_on))


def _writes(row: AskRow | None, deadline: Deadline, retired_on: date | None) -> tuple[Write, ...]:
    shipped = _shipped().get(deadline.code)
    as_shipped = retired_on is None and shipped is not None and _with_published(deadline, shipped) == shipped
    values = {"definition": json.dumps(to_mapping(deadline), ensure_ascii=False), "retired_on": retired_on}
    if row is None:
        return () if as_shipped else (Write("ask", None, {"code": deadline.code, **values}),)
    if as_shipped:
        return (Write("ask", {"id": row.id}, None),)
    same = (row.definition, row.retired_on) == (values["definition"], retired_on)
    return () if same else (Write("ask", {"id": row.id}, values),)


def _row(action: Action, code: str) -> AskRow | None:
    return next((row for row in store.own_deadlines(action.connection) if row.code == code), None)
