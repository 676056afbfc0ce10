"""After the move: where a pupil went and came back from, the first weeks as the new school tells them, and extra funding.

What is saved here starts and stops the clocks of the milestones: six weeks of a part-time timetable, six months after a
return, and the end of funding that nobody has applied for anew.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple, TypeVar

from db.handovers import after_move as store
from db.handovers.after_move import FirstWeeksRow, FundingRow, MoveRow, PlacementRow
from db.journal import Action
from db.pupils import pupils as pupil_store
from db.vocabulary import PLACEMENT_KINDS
from transitions.dates import long
from transitions.errors import FieldProblems, NoSuchRecord, NotAllowed
from transitions.fields import (
    IS_NEEDED,
    Context,
    as_text,
    gather,
    read_day,
    read_day_gone_by,
    read_one_of,
    read_text,
    read_words,
)
from transitions.pupils.pupil_fields import FIELDS
from transitions.pupils.schools import find_school
from transitions.ratio import Share
from transitions.school_year import academic_year_span, add_months
from transitions.workspace import Recorded, Workspace

__all__ = ["PLACEMENT_KINDS", "FirstWeeksRow", "FundingRow", "PlacementRow"]

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
    def words(self) -> str:
        """As a sentence: what is not known stands beside the share, never in it."""
        beside = [f"{self.not_known:,} not known"] if self.not_known else []
        beside += [f"{self.not_yet:,} not yet"] if self.not_yet else []
        return f"{self.share.words}; {', '.join(beside)}" if beside else self.share.words


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
    """Whether a pupil was still there on a day gone by; None when the records do not tell."""
    if row.ended_on is not None:
        return row.ended_on >= day
    named = row.school_id is not None and row.school_id == row.present_school_id and not row.archived
    return True if named or (row.told_on is not None and row.told_on >= day) else None


PLACEMENT_FIELDS: Final = (
    "kind", "school", "place", "started_on", "planned_end", "ended_on", "end_reason", "back_on", "checked_on",
    "check_result",
)  # fmt: skip
"""The fields that ``save_placement`` understands."""
FIRST_WEEKS_FIELDS: Final = ("on_day", "attendance_percent", "suspensions", "part_time", "note")
"""The fields that ``save_first_weeks`` understands."""
FUNDING_FIELDS: Final = ("what", "ends_on", "applied_on", "note")
"""The fields that ``save_funding`` understands."""
PART_TIME: Final = "part-time timetable"

_ONE_AT_A_TIME: Final = frozenset({"new school", PART_TIME})
_HAS_BEEN: Final = read_day_gone_by
_ANY_DAY: Final = read_day
_DAYS: Final = {
    **dict.fromkeys(("started_on", "planned_end", "ends_on"), _ANY_DAY),
    **dict.fromkeys(("ended_on", "back_on", "checked_on", "on_day", "applied_on"), _HAS_BEEN),
}
_CHANGED_MEANWHILE: Final = "Somebody has changed this meanwhile. Look at the pupil again."


class Saved(NamedTuple):
    """What was recorded, and the number of the placement, the first weeks or the funding."""

    recorded: Recorded
    number: int


def placements(workspace: Workspace, pupil_id: int) -> list[PlacementRow]:
    """Where a pupil has been, the newest first."""
    return store.placements(workspace.read(), pupil_id)


def first_weeks(workspace: Workspace, pupil_id: int) -> list[FirstWeeksRow]:
    """What the new school told of a pupil's first weeks, the newest first."""
    return store.first_weeks(workspace.read(), pupil_id)


def funding(workspace: Workspace, pupil_id: int) -> list[FundingRow]:
    """A pupil's extra funding, the one that ends first first."""
    return store.funding(workspace.read(), pupil_id)


def save_placement(
    workspace: Workspace, pupil_id: int, placement_id: int | None, fields: Mapping[str, object]
) -> Saved:
    """Save a new placement (None) or changes to one; fields that are not given stay.

    Values are text as people type it, or values already read; empty text or None empties a field. ``kind`` is one of
    "new school", "alternative provision", "nurture group", "managed move" and "part-time timetable"; ``school`` is a number
    or words, ``place`` says where when it is no school. A part-time timetable is at the pupil's own school unless it is said
    otherwise, and the pupil's record follows it in the same action. A placement from which the pupil is back has ended.

    Raises FieldProblems with a sentence for each field that is wrong, NotAllowed, and NoSuchRecord.
    """
    name, present_school = _pupil(workspace, pupil_id)
    before = None if placement_id is None else _own(store.placement(workspace.read(), placement_id), pupil_id)
    given, problems = gather(fields, _reader(workspace, PLACEMENT_FIELDS))
    if "school" in given:
        given["school_id"] = given.pop("school")
    after = _after(before, given, _PLACEMENT_COLUMNS)
    if after["kind"] == PART_TIME and after["school_id"] is None and not after["place"]:
        after["school_id"] = given["school_id"] = present_school
    if after["back_on"] and not after["ended_on"] and "ended_on" not in problems:
        after["ended_on"] = given["ended_on"] = after["back_on"]
    problems = {**_wrong_placement(workspace, pupil_id, placement_id, after), **problems}
    if problems:
        raise FieldProblems(problems)
    named = "Placement recorded" if before is None else "Placement changed", f"{after['kind']} · {name}"
    with workspace.change(*named) as action:
        if before is not None and store.placement(action.connection, before.id) != before:
            raise NotAllowed(_CHANGED_MEANWHILE)
        number = _put(action, "placement", pupil_id, placement_id, given)
        if PART_TIME in (after["kind"], before and before.kind):
            _follow_part_time(action, pupil_id)
    return Saved(action.recorded, number)


def save_first_weeks(
    workspace: Workspace, pupil_id: int, first_weeks_id: int | None, fields: Mapping[str, object]
) -> Saved:
    """Save what the new school told of the first weeks on a day (today, if none is given), or changes to it.

    Values are read as ``save_placement`` reads them: ``attendance_percent`` from 0 to 100, ``suspensions`` from 0 to 200,
    ``part_time`` yes or no. Raises FieldProblems, also when something was told of that day already; NotAllowed; NoSuchRecord.
    """
    name, _ = _pupil(workspace, pupil_id)
    before = None if first_weeks_id is None else _own(store.told(workspace.read(), first_weeks_id), pupil_id)
    given, problems = gather(fields, _reader(workspace, FIRST_WEEKS_FIELDS))
    if before is None:
        given["on_day"] = given.get("on_day") or workspace.clock.today
    elif given.get("on_day", before.on_day) is None:
        problems["on_day"] = IS_NEEDED
    after = _after(before, given, FIRST_WEEKS_FIELDS)
    others = [one for one in first_weeks(workspace, pupil_id) if one.id != first_weeks_id]
    if any(one.on_day == after["on_day"] for one in others):
        problems["on_day"] = f"Something is recorded for {long(after['on_day'])} already: change that."
    if not problems and not after["part_time"] and all(after[one] is None for one in _TOLD):
        problems["note"] = "Say something: attendance, suspensions, a part-time timetable or a note."
    if problems:
        raise FieldProblems(problems)
    return _save(workspace, "first_weeks", "First weeks", name, pupil_id, before, given)


def save_funding(workspace: Workspace, pupil_id: int, funding_id: int | None, fields: Mapping[str, object]) -> Saved:
    """Save extra funding that ends on a day, or changes to it; ``applied_on`` is when it was applied for anew.

    Values are read as ``save_placement`` reads them. Raises FieldProblems, NotAllowed and NoSuchRecord.
    """
    name, _ = _pupil(workspace, pupil_id)
    before = None if funding_id is None else _own(store.one_funding(workspace.read(), funding_id), pupil_id)
    given, problems = gather(fields, _reader(workspace, FUNDING_FIELDS))
    after = _after(before, given, FUNDING_FIELDS)
    problems = {**{field: IS_NEEDED for field in ("what", "ends_on") if not after[field]}, **problems}
    if problems:
        raise FieldProblems(problems)
    return _save(workspace, "funding", "Funding", name, pupil_id, before, given)


def take_out_placement(workspace: Workspace, placement_id: int) -> Recorded:
    """Take out a placement that was recorded by mistake; the history keeps it. Raises NoSuchRecord."""
    row = store.placement(workspace.read(), placement_id)
    return _take_out(workspace, "placement", "Placement taken out", row)


def take_out_first_weeks(workspace: Workspace, first_weeks_id: int) -> Recorded:
    """Take out what was told of the first weeks, recorded by mistake; the history keeps it. Raises NoSuchRecord."""
    return _take_out(workspace, "first_weeks", "First weeks taken out", store.told(workspace.read(), first_weeks_id))


def take_out_funding(workspace: Workspace, funding_id: int) -> Recorded:
    """Take out funding that was recorded by mistake; the history keeps it. Raises NoSuchRecord."""
    return _take_out(workspace, "funding", "Funding taken out", store.one_funding(workspace.read(), funding_id))


_Row = PlacementRow | FirstWeeksRow | FundingRow
_One = TypeVar("_One", PlacementRow, FirstWeeksRow, FundingRow)
_PLACEMENT_COLUMNS: Final = tuple("school_id" if name == "school" else name for name in PLACEMENT_FIELDS)
_TOLD: Final = ("attendance_percent", "suspensions", "note")


def _reader(workspace: Workspace, known: tuple[str, ...]) -> Callable[[str, object], Any]:
    context = Context(workspace.clock.today, typed=True, terms=workspace.calendars[""])

    def read(name: str, value: object) -> Any:
        text = as_text(value)
        if name not in known:
            raise ValueError(f"there is no such field; expected one of {', '.join(known)}")
        if not text:
            return False if name == "part_time" else None
        if name in _DAYS:
            return _DAYS[name](text, context).value
        if name == "kind":
            return read_one_of(PLACEMENT_KINDS, text)
        if name == "school":
            return find_school(workspace, text)
        if name in ("attendance_percent", "suspensions", "part_time"):
            return FIELDS["part_time_timetable" if name == "part_time" else name].read(text, context).value
        return read_words(text) if name in ("note", "check_result", "end_reason") else read_text(text)

    return read


def _wrong_placement(
    workspace: Workspace, pupil_id: int, placement_id: int | None, after: Mapping[str, Any]
) -> dict[str, str]:
    found = {name: IS_NEEDED for name in ("kind", "started_on") if not after[name]}
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
        others = [one for one in placements(workspace, pupil_id) if one.id != placement_id]
        still = next((one for one in others if one.kind == after["kind"] and one.ended_on is None), None)
        if still is not None:
            found["kind"] = f"Another {still.kind} is open since {long(still.started_on)}: say first when that ended."
    return found


def _follow_part_time(action: Action, pupil_id: int) -> None:
    """Keep the pupil's own record in step with the part-time timetables that are open."""
    rows = store.placements(action.connection, pupil_id)
    now = [row for row in rows if row.kind == PART_TIME and row.ended_on is None]
    values = {"part_time_timetable": bool(now), "part_time_timetable_until": now[0].planned_end if now else None}
    action.update("pupil", {"id": pupil_id}, values)


def _save(
    workspace: Workspace,
    table: str,
    what: str,
    name: str,
    pupil_id: int,
    before: FirstWeeksRow | FundingRow | None,
    given: Mapping[str, Any],
) -> Saved:
    with workspace.change(f"{what} recorded" if before is None else f"{what} changed", name) as action:
        if before is not None and _standing(action, table, before.id) != before:
            raise NotAllowed(_CHANGED_MEANWHILE)
        number = _put(action, table, pupil_id, before and before.id, given)
    return Saved(action.recorded, number)


def _take_out(workspace: Workspace, table: str, what: str, row: _Row | None) -> Recorded:
    if row is None:
        raise NoSuchRecord("This is no longer recorded: somebody has taken it out. Look at the pupil again.")
    with workspace.change(what, _pupil(workspace, row.pupil_id)[0]) as action:
        if _standing(action, table, row.id) != row:
            raise NotAllowed(_CHANGED_MEANWHILE)
        action.delete(table, {"id": row.id})
        if isinstance(row, PlacementRow) and row.kind == PART_TIME:
            _follow_part_time(action, row.pupil_id)
    return action.recorded


def _standing(action: Action, table: str, number: int) -> _Row | None:
    if table == "placement":
        return store.placement(action.connection, number)
    return (store.told if table == "first_weeks" else store.one_funding)(action.connection, number)


def _put(action: Action, table: str, pupil_id: int, number: int | None, values: Mapping[str, Any]) -> int:
    if number is None:
        return action.insert(table, {"pupil_id": pupil_id, **values})
    action.update(table, {"id": number}, values)
    return number


def _after(before: _Row | None, given: Mapping[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    old: Mapping[str, Any] = {} if before is None else before._asdict()
    return {column: given[column] if column in given else old.get(column) for column in columns}


def _own(row: _One | None, pupil_id: int) -> _One:
    if row is None or row.pupil_id != pupil_id:
        raise NoSuchRecord("This is no longer recorded: somebody has taken it out. Look at the pupil again.")
    return row


def _pupil(workspace: Workspace, pupil_id: int) -> tuple[str, int | None]:
    page = pupil_store.page(workspace.read(), pupil_id)
    if page is None:
        raise NoSuchRecord(f"There is no pupil with the number {pupil_id}.")
    return pupil_store.pupil_name(workspace.read(), pupil_id) or "", page.school_id
