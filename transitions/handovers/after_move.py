"""After the move: where a pupil went and came back from, the first weeks as the new school tells them, and extra funding.

What is saved here starts and stops the clocks of the milestones: six weeks of a part-time timetable, six months after a
return, and the end of funding that nobody has applied for anew.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, Generic, NamedTuple, TypeVar

from db import pupils as pupil_store
from db.driver import Connection
from db.handovers import after_move as store
from db.handovers.after_move import FirstWeeksRow, FundingRow, MoveRow, PlacementRow
from db.journal import Action, Table
from db.vocabulary import PLACEMENT_KINDS
from transitions.dates import long
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed, require
from transitions.fields import (
    IS_NEEDED,
    Field,
    Fields,
    as_text,
    labelled,
    read_day_gone_by,
    typed_in,
)
from transitions.pupils.pupil_fields import FIELDS
from transitions.pupils.schools import find_school
from transitions.ratio import Share
from transitions.school_year import academic_year_span, add_months
from transitions.workspace import Recorded, Saved, Workspace

__all__ = ["FirstWeeksRow", "FundingRow", "PlacementRow"]

Row = PlacementRow | FirstWeeksRow | FundingRow
One = TypeVar("One", bound=Row)

MEANT_TO_LAST: Final = ("new school", "managed move")
"""The placements that are counted; alternative provision, nurture groups and fewer hours are meant to end."""
_TERM: Final = 4
"""Months: a third of a year, as a term is with its holidays."""
_YEAR: Final = 12


class Lasted(NamedTuple):
    """How many were still in place after a time, of those whose day has come and of whom it is known.

    ``not_known`` are those whose day has come and of whom the records do not tell, ``not_yet`` those whose day is to come.
    """

    share: Share
    not_known: int
    not_yet: int

    @property
    def text(self) -> str:
        """As a sentence: what is not known stands beside the share, never in it."""
        others = [f"{self.not_known:,} not known"] if self.not_known else []
        others += [f"{self.not_yet:,} not yet"] if self.not_yet else []
        return f"{self.share.text}; {', '.join(others)}" if others else self.share.text


class Sustained(NamedTuple):
    """The moves that began in one academic year: how many there were, and how many lasted."""

    academic_year: int
    moves: int
    one_term: Lasted
    one_year: Lasted


def sustained(workspace: Workspace, academic_year: int) -> Sustained:
    """How many of the moves that began in an academic year were still in place after one term and after one year.

    A term is four months. In place is a pupil whose placement ended on the day or later, or has not ended while the pupil's
    record still names the school, or of whom the new school told since. Of one that has not ended, while the record names
    another school or none, it is not known.
    """
    first, last = academic_year_span(academic_year)
    rows = store.moves_begun(workspace.read(), MEANT_TO_LAST, first, last)
    today = workspace.clock.today
    return Sustained(academic_year, len(rows), _lasted(rows, _TERM, today), _lasted(rows, _YEAR, today))


def _lasted(rows: list[MoveRow], months: int, today: date) -> Lasted:
    days = [(row, add_months(row.started_on, months)) for row in rows]
    found = [_in_place(row, day) for row, day in days if day <= today]
    known = [one for one in found if one is not None]
    return Lasted(Share(sum(known), len(known)), len(found) - len(known), len(rows) - len(found))


def _in_place(row: MoveRow, day: date) -> bool | None:
    if row.ended_on is not None:
        return row.ended_on >= day
    named = row.school_id is not None and row.school_id == row.present_school_id and not row.archived
    return True if named or (row.told_on is not None and row.told_on >= day) else None


PART_TIME: Final = "part-time timetable"
_ONE_AT_A_TIME: Final = frozenset({"new school", PART_TIME})
_HAS_BEEN, _TO_COME = "5/9, 5 sep, mon, -3d", "5/9, 5 sep, +6w, end of term"
_CHANGED_MEANWHILE: Final = "Somebody has changed this meanwhile. Look at the pupil again."
_GONE: Final = "This is no longer recorded: somebody has taken it out. Look at the pupil again."


PLACEMENT_FIELDS: Final = Fields(
    Field("kind", "What", "choice", needed=True, options=labelled(PLACEMENT_KINDS), help="Down lists the kinds"),
    Field("school", "School", "school", find=find_school, column="school_id"),
    Field("place", "Or where else", help="A place that is no school in the list"),
    Field("started_on", "From", "date", needed=True, help=_TO_COME),
    Field("planned_end", "Planned until", "date", help=_TO_COME),
    Field("ended_on", "Ended on", "date", reader=read_day_gone_by, help=_HAS_BEEN),
    Field("end_reason", "Because", "long text"),
    Field(
        "back_on", "Back from", "date", reader=read_day_gone_by, help=f"{_HAS_BEEN}; six months on it is looked at again",
    ),
    Field("checked_on", "Looked at again on", "date", reader=read_day_gone_by, help=_HAS_BEEN),
    Field("check_result", "What was found", "long text"),
)  # fmt: skip
FIRST_WEEKS_FIELDS: Final = Fields(
    Field("on_day", "Told on", "date", kept=True, reader=read_day_gone_by, help=f"{_HAS_BEEN}; empty is today"),
    Field(
        "attendance_percent", "Attendance, %", read=FIELDS["attendance_percent"].read, width=10, help="0 to 100",
        shown=lambda percent: f"{percent:g}",
    ),
    Field(
        "suspensions", "Suspensions", read=FIELDS["suspensions"].read, width=10, help="How many so far",
    ),
    Field("part_time", "Part-time timetable", "yes no", empty=False),
    Field("note", "How it goes", "long text", help="No safeguarding content."),
)  # fmt: skip
FUNDING_FIELDS: Final = Fields(
    Field("what", "What", needed=True, help="Top-up (high needs) funding, a SEN inclusion fund"),
    Field("ends_on", "Ends on", "date", needed=True, help=_TO_COME),
    Field("applied_on", "Applied for anew on", "date", reader=read_day_gone_by, help=_HAS_BEEN),
    Field("note", "Note", "long text"),
)


class _Case(NamedTuple):
    """A record that is to be saved: what was ``given`` by column, what it holds ``after``, and what is wrong so far.

    Rules may fill up the first two.
    """

    workspace: Workspace
    pupil_id: int
    school_id: int | None
    number: int | None
    given: dict[str, Any]
    after: dict[str, Any]
    problems: dict[str, str]

    def lacking(self, *names: str) -> dict[str, str]:
        return {name: IS_NEEDED for name in names if not self.after[name]}


class RecordKind(NamedTuple, Generic[One]):
    """A kind of record: its table, what it is called, its fields, what reads one and all of a pupil's, and its own rules.

    The rules give by field a sentence for all that is wrong.
    """

    table: Table
    title: str
    fields: Fields
    one: Callable[[Connection, int], One | None]
    of_pupil: Callable[[Connection, int], Sequence[One]]
    rules: Callable[[_Case], dict[str, str]]


def records(workspace: Workspace, kind: RecordKind[One], pupil_id: int) -> Sequence[One]:
    """What is recorded of a pupil: the newest first, of funding the one that ends first."""
    return kind.of_pupil(workspace.read(), pupil_id)


def save(
    workspace: Workspace, kind: RecordKind[One], pupil_id: int, number: int | None, fields: Mapping[str, object]
) -> Saved:
    """Save a new record (``number`` None) or changes to one; fields that are not given stay.

    Values are text as people type it, or values already read; empty text or None empties a field. A part-time timetable is
    at the pupil's own school unless it is said otherwise, and the pupil's record follows it in the same action. A placement
    from which the pupil is back has ended. First weeks are of today unless a day is given, and only one is kept for a day.
    Raises FieldProblems with a sentence for each field that is wrong, NotAllowed, and NoSuchRecord.
    """
    name, school_id = _pupil(workspace, pupil_id)
    before = None if number is None else kind.one(workspace.read(), number)
    if number is not None and (before is None or before.pupil_id != pupil_id):
        raise NoSuchRecord(_GONE)
    if before is None:
        fields = {field: value for field, value in fields.items() if as_text(value)}
    context = typed_in(workspace, terms=workspace.calendars[""])
    given, problems = kind.fields.read(context, fields)
    old = {} if before is None else before._asdict()
    columns = [each.column or field for field, each in kind.fields.items()]
    after = {column: given.get(column, old.get(column)) for column in columns}
    after |= dict.fromkeys(field for field, problem in problems.items() if problem == IS_NEEDED)
    problems = kind.rules(_Case(workspace, pupil_id, school_id, number, given, after, problems))
    if problems:
        raise FieldProblems(problems)
    summary = f"{after['kind']} · {name}" if kind is PLACEMENT else name
    what = "recorded" if before is None else "changed"
    with workspace.change(f"{kind.title} {what}", summary) as action:
        if before is not None and kind.one(action.connection, before.id) != before:
            raise NotAllowed(_CHANGED_MEANWHILE)
        number = action.save(kind.table, number, given, pupil_id=pupil_id)
        _follow_part_time(action, pupil_id, after, old)
    return action.saved(number)


def take_out(workspace: Workspace, kind: RecordKind[One], number: int) -> Recorded:
    """Take out what was recorded by mistake; the history keeps it. Raises NotAllowed and NoSuchRecord."""
    row = require(kind.one(workspace.read(), number), _GONE)
    with workspace.change(f"{kind.title} taken out", _pupil(workspace, row.pupil_id)[0]) as action:
        if kind.one(action.connection, row.id) != row:
            raise NotAllowed(_CHANGED_MEANWHILE)
        action.delete(kind.table, {"id": row.id})
        _follow_part_time(action, row.pupil_id, row._asdict())
    return action.recorded


def _placement_rules(case: _Case) -> dict[str, str]:
    after, found = case.after, case.lacking("kind", "started_on")
    if after["kind"] == PART_TIME and after["school_id"] is None and not after["place"]:
        after["school_id"] = case.given["school_id"] = case.school_id
    if after["back_on"] and not after["ended_on"] and "ended_on" not in case.problems:
        after["ended_on"] = case.given["ended_on"] = after["back_on"]
    if after["school_id"] is None and not after["place"]:
        found["place"] = "Say where: a school, or a place that is none."
    start, back = after["started_on"], after["back_on"]
    for name in ("planned_end", "ended_on", "back_on"):
        if start and after[name] and after[name] < start:
            found[name] = f"comes before it began, {long(start)}"
    if back and after["ended_on"] and back < after["ended_on"]:
        found["back_on"] = f"comes before it ended, {long(after['ended_on'])}"
    if after["checked_on"] and not back:
        found["checked_on"] = "Say first when the pupil came back: the check is of the time since then."
    elif after["checked_on"] and after["checked_on"] < back:
        found["checked_on"] = f"comes before the pupil came back, {long(back)}"
    if after["kind"] in _ONE_AT_A_TIME and after["ended_on"] is None:
        others = [one for one in store.placements(case.workspace.read(), case.pupil_id) if one.id != case.number]
        still = next((one for one in others if one.kind == after["kind"] and one.ended_on is None), None)
        if still is not None:
            found["kind"] = f"Another {still.kind} is open since {long(still.started_on)}: say first when that ended."
    return {**found, **case.problems}


def _first_weeks_rules(case: _Case) -> dict[str, str]:
    after, found = case.after, dict(case.problems)
    if case.number is None and not after["on_day"]:
        after["on_day"] = case.given["on_day"] = case.workspace.clock.today
    others = [one for one in store.first_weeks(case.workspace.read(), case.pupil_id) if one.id != case.number]
    if any(one.on_day == after["on_day"] for one in others):
        found["on_day"] = f"Something is recorded for {long(after['on_day'])} already: change that."
    news = after["part_time"] or any(after[one] is not None for one in ("attendance_percent", "suspensions", "note"))
    if not (found or news):
        found["note"] = "Say something: attendance, suspensions, a part-time timetable or a note."
    return found


def _funding_rules(case: _Case) -> dict[str, str]:
    return {**case.lacking("what", "ends_on"), **case.problems}


def _follow_part_time(action: Action, pupil_id: int, *records: Mapping[str, Any]) -> None:
    if all(record.get("kind") != PART_TIME for record in records):
        return
    rows = store.placements(action.connection, pupil_id)
    now = [row for row in rows if row.kind == PART_TIME and row.ended_on is None]
    values = {"part_time_timetable": bool(now), "part_time_timetable_until": now[0].planned_end if now else None}
    action.update("pupil", {"id": pupil_id}, values)


def _pupil(workspace: Workspace, pupil_id: int) -> tuple[str, int | None]:
    page = require(pupil_store.page(workspace.read(), pupil_id), f"There is no pupil with the number {pupil_id}.")
    return pupil_store.pupil_name(workspace.read(), pupil_id) or "", page.school_id


PLACEMENT: Final = RecordKind(
    "placement", "Placement", PLACEMENT_FIELDS, store.placement, store.placements, _placement_rules
)
FIRST_WEEKS: Final = RecordKind(
    "first_weeks", "First weeks", FIRST_WEEKS_FIELDS, store.first_weeks_row, store.first_weeks, _first_weeks_rules
)
FUNDING: Final = RecordKind("funding", "Funding", FUNDING_FIELDS, store.one_funding, store.funding, _funding_rules)
