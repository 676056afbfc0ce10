"""The form of a date that the council or a school puts into the calendar itself, with the clashes of its days."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import ClassVar

from screens.frame.field_form import fields_form, questions
from screens.frame.host import Host
from screens.frame.record_form import RecordForm, open_form
from screens.workshops.clashes import ClashForm, Standing
from transitions.calendar import local_dates
from transitions.calendar.local_dates import DATE_FIELDS

_LAYOUT = {
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
        questions(DATE_FIELDS, local_dates.date_context(workspace), _LAYOUT),
        stored,
        lambda fields: local_dates.save_date(workspace, date_id, fields).recorded,
        f"draft own date {date_id or 'new'}",
        date_id,
        make=partial(DateClashForm, Standing(workshop_id=date_id)),
    )
