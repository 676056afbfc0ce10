"""The dates that a council or a school puts into the year itself: something asked once, a school's test or trip, an event."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from db.calendar import local_dates as store
from db.calendar.local_dates import YearDateRow
from db.vocabulary import YEAR_DATE_KINDS
from transitions.calendar.local_deadlines import FOR_SCHOOLS
from transitions.dates import short_with_year
from transitions.errors import FieldProblems, require
from transitions.fields import Context, Field, Fields, read_day_and_distance, read_one_of, typed_in
from transitions.pupils.schools import find_school
from transitions.workshops.reading import YEAR_GROUPS
from transitions.workspace import Recorded, Saved, Workspace

__all__ = ["YearDateRow"]

_NAMES: Final = {"ask": "Ask", "test": "Test", "trip": "Trip", "event": "Date"}


def own_date(workspace: Workspace, date_id: int) -> YearDateRow:
    return require(
        store.year_date(workspace.read(), date_id),
        "This date is no longer here. Somebody has undone the change that added it.",
    )


def taken_out(workspace: Workspace) -> list[YearDateRow]:
    return store.taken_out(workspace.read())


def save_date(workspace: Workspace, date_id: int | None, fields: Mapping[str, object]) -> Saved:
    """Save a new date (None) or changes to one; fields that are not given stay. Values are text as people type it.

    Without "last_day" it is one day, and a date of one day that is moved stays one. Raises FieldProblems with a sentence
    for each field that is wrong, and NoSuchRecord.
    """
    values = read_date_fields(workspace, date_id, fields)
    old = None if date_id is None else own_date(workspace, date_id)
    after = {**(old._asdict() if old else {}), **values}
    what = _NAMES[after["kind"]]
    name = f"{what} added to the calendar" if old is None else f"{what} in the calendar changed"
    with workspace.change(name, f"{after['title']} · {short_with_year(after['first_day'])}", plans=False) as action:
        number = action.save("year_date", date_id, values)
    return action.saved(number)


def take_out(workspace: Workspace, date_id: int) -> Recorded:
    """Take a date out of the calendar; it can be brought back. Raises NoSuchRecord."""
    return _archive(workspace, date_id, "Date taken out of the calendar", archived=True)


def bring_back(workspace: Workspace, date_id: int) -> Recorded:
    return _archive(workspace, date_id, "Date brought back", archived=False)


def read_date_fields(workspace: Workspace, date_id: int | None, fields: Mapping[str, object]) -> dict[str, Any]:
    old = None if date_id is None else own_date(workspace, date_id)
    values = DATE_FIELDS.checked(date_context(workspace), fields, new=old is None)
    first = values.get("first_day") or (old.first_day if old else None)
    if values.get("last_day") is None and ("last_day" in values or old is None or old.first_day == old.last_day):
        values["last_day"] = first
    last = values.get("last_day") or (old.last_day if old else first)
    if first is not None and last is not None and last < first:
        raise FieldProblems({"last_day": f"This is before the first day, {short_with_year(first)}."})
    return values


def date_context(workspace: Workspace) -> Context:
    return typed_in(workspace, terms=workspace.terms_for())


def _archive(workspace: Workspace, date_id: int, name: str, *, archived: bool) -> Recorded:
    row = own_date(workspace, date_id)
    with workspace.change(name, f"{row.title} · {short_with_year(row.first_day)}", plans=False) as action:
        if (row.archived_at is not None) != archived:
            action.update("year_date", {"id": date_id}, {"archived_at": workspace.clock.now() if archived else None})
    return action.recorded


def _council(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 999):
        raise ValueError("expected the council’s number, from 1 to 999")
    return int(text)


DATE_FIELDS: Final = Fields(
    Field(
        "kind", "What it is", "choice", needed=True, read=partial(read_one_of, YEAR_DATE_KINDS), help="Down lists them",
        options=(
            ("event", "Any other date"),
            ("ask", "A one-off deadline for schools"),
            ("test", "A school’s own test"),
            ("trip", "A trip"),
        ),
    ),
    Field("title", "Title", needed=True),
    Field("first_day", "Day", "date", reader=read_day_and_distance, needed=True, help="5/9/26, 5 sep, mon, +6w"),
    Field("last_day", "Last day", "date", reader=read_day_and_distance, help="Only when it lasts several days"),
    YEAR_GROUPS,
    Field("for_schools", "Asked of", "choice", options=FOR_SCHOOLS, empty="all", help="Down lists them"),
    Field("council", "Council", read=_council, column="la_number"),
    Field(
        "school", "Of the school", "school", find=find_school, column="school_id",
        help="Whose test or trip it is. Empty: the council's, for everybody",
    ),
    Field("detail", "About it", "long text", help="It appears in shared files"),
    Field("source", "Source"),
    Field("uid", "UID"),
    in_place=True,
)  # fmt: skip
"""``uid`` is what the entry is called in the calendar file it was read from."""
