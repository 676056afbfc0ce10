"""The dates that a council or a school puts into the year itself: something asked once, a school's test or trip, an event."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from db.calendar import local_dates as store
from db.calendar.local_dates import YearDateRow
from db.vocabulary import FOR_SCHOOLS, YEAR_DATE_KINDS
from transitions.calendar.events import terms_for
from transitions.dates import parse_typed, short_with_year
from transitions.errors import FieldProblems, NoSuchRecord
from transitions.milestones.recording import Recorded
from transitions.pupils.pupil_fields import read_text
from transitions.pupils.schools import find_school
from transitions.record_reading import IS_NEEDED, as_text, gather, read_one_of, read_words
from transitions.workshops.page import group_text
from transitions.workshops.reading import read_year_groups
from transitions.workspace import Workspace

__all__ = [
    "DATE_FIELDS",
    "SavedDate",
    "YearDateRow",
    "bring_back",
    "own_date",
    "read_date_fields",
    "save_date",
    "take_out",
    "taken_out",
]

DATE_FIELDS: Final = (
    "kind", "title", "first_day", "last_day", "year_groups", "for_schools", "council", "school", "detail", "source", "uid",
)  # fmt: skip
"""The fields that ``save_date`` understands; ``uid`` is what the entry is called in the calendar file it was read from."""
_NEEDED: Final = ("kind", "title", "first_day")
_COLUMNS: Final = {"council": "la_number", "school": "school_id"}
_NAMES: Final = {"ask": "Ask", "test": "Test", "trip": "Trip", "event": "Date"}


class SavedDate(NamedTuple):
    """What was recorded, and the number of the date that holds it."""

    recorded: Recorded
    date_id: int


def own_date(workspace: Workspace, date_id: int) -> YearDateRow:
    """Give one date, one that was taken out too. Raises NoSuchRecord."""
    row = store.year_date(workspace.read(), date_id)
    if row is None:
        raise NoSuchRecord("This date is no longer here: somebody has undone the change that added it.")
    return row


def taken_out(workspace: Workspace) -> list[YearDateRow]:
    """Give the dates that were taken out, the newest first."""
    return store.taken_out(workspace.read())


def save_date(workspace: Workspace, date_id: int | None, fields: Mapping[str, object]) -> SavedDate:
    """Save a new date (None) or changes to one; fields that are not given stay. Values are text as people type it.

    Without "last_day" it is one day, and a date of one day that is moved stays one. Raises FieldProblems with a sentence
    for each field that is wrong, and NoSuchRecord.
    """
    values = read_date_fields(workspace, date_id, fields)
    old = None if date_id is None else own_date(workspace, date_id)
    after = {**(old._asdict() if old else {}), **values}
    what = _NAMES[after["kind"]]
    name = f"{what} put in the calendar" if old is None else f"{what} in the calendar changed"
    summary = f"{after['title']} · {short_with_year(after['first_day'])}"
    with workspace.change(name, summary) as action:
        if date_id is None:
            date_id = action.insert("year_date", values)
        else:
            action.update("year_date", {"id": date_id}, values)
        changed = action.changes
    return SavedDate(Recorded(name, summary, changed), date_id)


def take_out(workspace: Workspace, date_id: int) -> Recorded:
    """Take a date out of the calendar; it can be brought back. Raises NoSuchRecord."""
    return _archive(workspace, date_id, "Date taken out of the calendar", archived=True)


def bring_back(workspace: Workspace, date_id: int) -> Recorded:
    """Put a date back that was taken out. Raises NoSuchRecord."""
    return _archive(workspace, date_id, "Date brought back", archived=False)


def read_date_fields(workspace: Workspace, date_id: int | None, fields: Mapping[str, object]) -> dict[str, Any]:
    """Give the columns that ``save_date`` would write, for a file of many dates. Raises as ``save_date`` does."""
    old = None if date_id is None else own_date(workspace, date_id)
    given, problems = gather(fields, lambda name, value: _read(workspace, name, value))
    if old is None:
        problems.update({name: IS_NEEDED for name in _NEEDED if name not in fields})
    if problems:
        raise FieldProblems(problems)
    values = {_COLUMNS.get(name, name): value for name, value in given.items()}
    first = values.get("first_day") or (old.first_day if old else None)
    if values.get("last_day") is None and ("last_day" in values or old is None or old.first_day == old.last_day):
        values["last_day"] = first
    last = values.get("last_day") or (old.last_day if old else first)
    if first is not None and last is not None and last < first:
        raise FieldProblems({"last_day": f"This is before the first day, {short_with_year(first)}."})
    return values


def _archive(workspace: Workspace, date_id: int, name: str, *, archived: bool) -> Recorded:
    row = own_date(workspace, date_id)
    summary = f"{row.title} · {short_with_year(row.first_day)}"
    with workspace.change(name, summary) as action:
        if (row.archived_at is not None) != archived:
            action.update("year_date", {"id": date_id}, {"archived_at": workspace.clock.now() if archived else None})
        changed = action.changes
    return Recorded(name, summary, changed)


def _read(workspace: Workspace, name: str, value: object) -> Any:
    if name not in DATE_FIELDS:
        raise ValueError(f"there is no such field; expected one of {', '.join(DATE_FIELDS)}")
    text = as_text(value)
    if not text:
        if name in _NEEDED:
            raise ValueError(IS_NEEDED)
        return {"year_groups": "", "for_schools": "all"}.get(name)

    def day() -> date:
        return parse_typed(text, workspace.clock.today, terms_for(workspace))

    readers: Mapping[str, Callable[[], Any]] = {
        "kind": lambda: read_one_of(YEAR_DATE_KINDS, text),
        "first_day": day,
        "last_day": day,
        "year_groups": lambda: group_text(read_year_groups(text)),
        "for_schools": lambda: read_one_of(FOR_SCHOOLS, text),
        "council": lambda: _council(text),
        "school": lambda: find_school(workspace, text),
        "detail": lambda: read_words(text),
    }
    return readers.get(name, lambda: read_text(text))()


def _council(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 999):
        raise ValueError("expected the council’s number, from 1 to 999")
    return int(text)
